"""Commands of all kinds: what real curl sends for them, the scripts of the imported catalog send too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from imported import CONTENT, VALUE, Ran, Wire, arguments_of, difference, environment_of, with_contents, with_values

from generator import catalog
from generator.importing.model import FoundRequest
from generator.importing.run import InputFile, import_files, read_files
from generator.render.renderer import Renderer

JSON = "-H 'Content-Type: application/json'"

# `@` is the server: each command has one of its own.
COMMANDS = (
    # addresses and paths
    "curl @",
    "curl @/",
    "curl @/a",
    "curl @/a/",
    "curl @//a//b",
    "curl @/a/b.json",
    "curl '@/a b'" .replace(" b", "%20b"),
    "curl @/%E4%B8%AD%E6%96%87",
    "curl @/中文",
    "curl @/a%2Fb/c",
    "curl @/a%3Fb",
    "curl @/a%25b",
    "curl @/a/../b/./c",
    "curl '@/v1/models/gpt-4:latest'",
    "curl '@/a;b=1,2/c@d'",
    "curl \"@/it's\"",
    "curl '@/(a)!*~'",
    "curl -g '@/a[1]'",
    "curl -g '@/{literal}'",
    "curl '@/a#fragment'",
    "curl @/users/$ID",
    "curl @/users/${USER_ID}/posts/$POST_ID",
    "curl \"@/users/user-$ID.json\"",
    "curl '@/users/{id}'",
    "curl '@/users/{userId}/posts/{post_id}'",
    "curl '@/users/:id/posts'",
    "curl '@/items/<item_id>'",
    "curl '@/items/{{item}}'",
    "curl @/v1/${VERSION:-v2}/x",
    "curl @/{a,b}",
    "curl '@/page/[1-3]'",
    "curl @/x @/y",
    "curl --url @/url",
    # queries
    "curl '@/q?a=1&b=two'",
    "curl '@/q?a=1&a=2&b=3'",
    "curl '@/q?a=1&b=3&a=2'",
    "curl '@/q?a='",
    "curl '@/q?flag'",
    "curl '@/q?a=b%20c&d=e+f'",
    "curl '@/q?a=%2B%26%3D%25'",
    "curl '@/q?filter%5Bname%5D=x'",
    "curl -g '@/q?filter[name]=x'",
    "curl '@/q?q=中文'",
    "curl '@/q?time=2026-11-27T10:00:00Z&url=http://x.example/y?z'",
    "curl '@/q?a=1;b=2'",
    "curl \"@/q?id=$ID&limit=10\"",
    "curl \"@/q?q=name:$NAME\"",
    "curl '@/search?q=jq&page=2'",
    "curl -G @/g -d a=1 -d b=2",
    "curl -G @/g --data-urlencode 'q=a b&c' -d n=1",
    "curl -G '@/g?x=1' -d y=2",
    "curl '@/q' --url-query 'a=b c'",
    "curl '@/q?limit=007&big=12345678901234567890'",
    # headers
    "curl @/h -H 'Accept: application/json'",
    "curl @/h -H 'X-A: 1' -H 'X-B: two words'",
    "curl @/h -H 'X-Empty;'",
    "curl @/h -H 'X-Colon: a: b; c=\"d\"'",
    "curl @/h -H 'X-Chinese: 中文'",
    "curl @/h -H \"X-Id: $TRACE\"",
    "curl @/h -H \"X-Mixed: pre-$TRACE-post\"",
    "curl @/h -A 'agent/1.0'",
    "curl @/h -e http://from.example/page",
    "curl @/h -H 'Content-Type: application/json'",
    "curl @/h --compressed",
    "curl @/h -r 0-99",
    "curl @/h -I",
    "curl --head @/h",
    "curl -i @/h",
    "curl @/h -H 'If-None-Match: \"33a6\"'",
    # cookies
    "curl @/c -b 'theme=dark; size=10'",
    "curl @/c --cookie theme=dark",
    "curl @/c -H 'Cookie: theme=dark; lang=zh'",
    # keys
    "curl @/k -H \"Authorization: Bearer $LAB_TOKEN\"",
    "curl @/k -H 'Authorization: Bearer abcdef'",
    "curl @/k -H \"Authorization: Token $LAB_TOKEN\"",
    "curl @/k -H \"X-API-Key: $LAB_KEY\"",
    "curl @/k -u ada:secret",
    "curl -u \"$LOGIN\" @/k",
    "curl -u $WHO:$PASSWORD @/k",
    "curl '@/k?api_key=abcdef&x=1'",
    "curl \"@/k?key=$LAB_KEY\"",
    "curl @/k -b 'session=abcdef; theme=dark'",
    "curl @/k -H \"X-API-Key: $LAB_KEY\" -H \"Authorization: Bearer $LAB_TOKEN\"",
    "curl --oauth2-bearer \"$LAB_TOKEN\" @/k",
    # methods
    "curl -X POST @/m",
    "curl -XDELETE @/m/7",
    "curl --request PATCH @/m -d '{\"a\": 1}' " + JSON,
    "curl -X PUT @/m -d '{}' " + JSON,
    "curl -X OPTIONS @/m",
    "curl -X PROPFIND @/m -H 'Depth: 1'",
    "curl -sSLXPOST @/m -d a=1",
    "curl -X GET @/m -d '{\"query\": {\"match_all\": {}}}' " + JSON,
    "curl -X DELETE @/m -d '{\"ids\": [1, 2]}' " + JSON,
    # JSON bodies
    "curl @/j " + JSON + " -d '{\"model\": \"small\", \"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}'",
    "curl @/j -d '{\"a\": 1}'",
    "curl --json '{\"a\": [1, 2.5, true, null, \"x\"]}' @/j",
    "curl @/j " + JSON + " -d '[1, {\"a\": []}]'",
    "curl @/j " + JSON + " -d '\"text\"'",
    "curl @/j " + JSON + " -d null",
    "curl @/j " + JSON + " -d '{}'",
    "curl @/j " + JSON + " -d '{\"text\": \"it'\\''s \\\"q\\\" \\\\ \\n \\u4e2d 中文 🎉 <b> $x `y` {{ z }}\"}'",
    "curl @/j " + JSON + " -d \"{\\\"who\\\": \\\"$WHO\\\"}\"",
    "curl @/j " + JSON + " -d '{\"who\": \"'\"$WHO\"'\"}'",
    "curl @/j " + JSON + " -d '{\"who\": \"'$WHO'\", \"n\": '$N'}'",
    "curl @/j " + JSON + " -d \"{\\\"text\\\": \\\"Dear $NAME, hello\\\"}\"",
    "curl @/j " + JSON + " --data-raw '{\"at\": \"@home\"}'",
    "curl @/j " + JSON + " --data-binary '{\n  \"a\": 1,\n  \"b\": \"x\"\n}'",
    "curl @/j " + JSON + " -d @- <<'EOF'\n{\"a\": \"$HOME\", \"b\": 2}\nEOF",
    "curl @/j " + JSON + " -d @- <<EOF\n{\"a\": \"$WHO\"}\nEOF",
    "curl @/j " + JSON + r""" -d '{"routing_key": "ROUTING_KEY", "team": "YOUR_TEAM", "a": "OK"}'""",
    "curl @/j " + JSON + r""" -d '{"to": [{"emailAddress":"EMAIL_ADDRESS"}]}'""",
    "curl @/j " + JSON + " -d @- <<< '{\"a\": 1}'",
    "curl @/j " + JSON + " -d $'{\"a\": \"x\\ty\"}'",
    "curl @/j -H 'Content-Type: application/vnd.api+json' -d '{\"a\": 1}'",
    "curl @/j -H 'content-type: application/json; charset=utf-8' -d '{\"a\": 1}'",
    "curl @/j " + JSON + " -d '{\"id\": 12345678901234567890, \"x\": 1e3, \"y\": 1.0}'",
    "curl @/j " + JSON + " -d '{\"012\": \"012\", \"yes\": \"no\", \"on\": \"2026-11-27\", \"null\": \"~\"}'",
    "curl @/j " + JSON + " -d '{\"password\": \"'\"$PASSWORD\"'\", \"user\": \"ada\"}'",
    "curl @/j " + JSON + " -d '{\"a\": 1, \"a\": 2}'",
    "curl @/j " + JSON + " -d '{\"broken\": '",
    "curl @/j " + JSON + " -d '{\"query\": \"{ user(id: 1) { name } }\"}'",
    # other bodies
    "curl @/b -d a=1 -d 'b=two words'",
    "curl @/b -d 'a=1&b=2&a=3'",
    "curl @/b --data-urlencode 'q=a b&c=d'",
    "curl @/b --data-urlencode 'metadata[order]=7'",
    "curl @/b -d \"user=$WHO\"",
    "curl @/b -d 'grant_type=client_credentials' -d \"client_secret=$CLIENT_SECRET\"",
    "curl @/b -d ''",
    "curl @/b -d 'plain text'",
    "curl @/b -H 'Content-Type: text/plain' -d 'a, b'",
    "curl @/b -H 'Content-Type: text/csv' --data-binary $'a,b\\n1,2\\n'",
    "curl @/b -H 'Content-Type: application/x-ndjson' --data-binary $'{\"index\": {}}\\n{\"a\": 1}\\n'",
    "curl @/b -H 'Content-Type: application/xml' -d '<a x=\"1\">b &amp; c</a>'",
    "curl @/b -H 'Content-Type: text/plain; charset=utf-8' -d '中文'",
    # files and forms
    "curl @/f -F file=@a.txt",
    "curl @/f -F 'file=@a.txt;type=text/csv;filename=b.csv' -F note=hi",
    "curl @/f -F 'meta={\"a\": 1};type=application/json' -F 'file=@a.txt'",
    "curl @/f -F a=1 -F a=2",
    "curl @/f --form-string 'at=@home;x'",
    "curl @/f -F \"who=$WHO\"",
    "curl @/f -F 'text=<a.txt'",
    "curl @/f --data-binary @a.txt -H 'Content-Type: application/octet-stream'",
    "curl @/f -T a.txt",
    "curl -T a.txt @/f/",
    "curl -X POST @/f -H 'Content-Type: image/png' --data-binary @a.txt",
    "curl @/f " + JSON + " -d @a.txt",
    "cat a.txt | curl @/f -H 'Content-Type: text/plain' --data-binary @-",
    # the transfer
    "curl -k @/t",
    "curl -L @/t",
    "curl -m 5 @/t",
    "curl --retry 2 @/t",
    "curl --http1.1 @/t",
    "curl -s -S -f -N --no-progress-meter @/t",
    "curl -o answer.json @/t",
    "curl -w '%{http_code}\\n' -o /dev/null -s @/t",
    "curl @/t -sS --fail --show-error --connect-timeout 3",
    # shell
    "curl @/s \\\n  -H 'Accept: text/csv' \\\n  -s",
    "BASE=@/v1\ncurl $BASE/s",
    "export LIMIT=5\ncurl \"@/s?limit=$LIMIT\"",
    "LAMP=hall-2\ncurl @/lamps/$LAMP",
    "FLOOR='first floor' ROOM=a+b\ncurl \"@/s/$ROOM\" -H \"X-Floor: $FLOOR\" -d \"floor=$FLOOR\"",
    "LEVEL=7\ncurl @/s " + JSON + r""" -d "{\"level\": $LEVEL, \"mode\": \"x-$LEVEL\", \"of\": \"$LEVEL\"}" """,
    "SHADE='warm \"white\"'\ncurl @/s " + JSON + r""" -d "{\"shade\": \"$SHADE\"}" """,
    "WORDS='-H X-A:1'\ncurl @/s $WORDS",
    "curl @/s | jq -r '.a'",
    "curl -s @/s 2>/dev/null | jq . > out.json",
    "curl @/s && curl @/s2",
    "curl @/s; curl -X DELETE @/s3",
    "curl @/s --next @/s4 -d a=1",
    "if true; then curl @/s; fi",
    "answer=$(curl -s @/s)",
    "curl \"@/s?a=1\" # a comment",
    "time curl @/s",
    "curl --silent --request POST --header 'Accept: application/json' --data 'a=1' @/s",
    "CURL=curl; curl @/s -HX-A:1",
    "curl @/s -H \"X-Quote: \\\"a\\\" \\$5\"",
    "for name in a; do curl @/s; done",
)  # fmt: skip

FILES = {"a.txt": CONTENT, f"{VALUE}file": CONTENT}

QUICK = range(0, len(COMMANDS), 6)
"""Every sixth command is sent in `make check`, the others in `make test`."""
OTHERS = [number for number in range(len(COMMANDS)) if number not in QUICK]


def address(number: int) -> str:
    return f"http://c{number}.example"


@pytest.mark.parametrize("numbers", [pytest.param(QUICK, id="some"), pytest.param(OTHERS, id="others", marks=pytest.mark.slow)])
def test_scripts_send_what_the_commands_send(wire: Wire, numbers: Sequence[int]) -> None:
    """Method, decoded target, headers but for curl's own, and body: as bytes, or as JSON. What is left out is said."""
    commands = {
        f"c{number}": COMMANDS[number].replace("@", address(number), 1).replace(" @/", f" {address(number)}/") for number in numbers
    }
    text = "\n\n".join(commands.values()) + "\n"
    files = [InputFile("commands.sh", text, "curl")]
    found = [with_contents(item) for item in read_files(files)]
    built = import_files(files)
    renderer = Renderer(catalog.read_text(built.text, "catalog.yaml"))
    values = environment_of(text, found)

    def originals(host: str) -> list[Any]:
        return wire.run(with_values(commands[host], found), values, FILES).sent

    def script(number: int) -> Ran | None:
        entry, item = built.entries[number], found[number]
        if not isinstance(item, FoundRequest) or entry.backend is None or entry.endpoint is None:
            return None
        backend = renderer.catalog.backends[entry.backend]
        given, env = arguments_of(item, backend, backend.endpoints[entry.endpoint])
        return wire.run_script(renderer, backend.id, entry.endpoint, {**values, **env}, FILES, *given, *built.arguments[number])

    with ThreadPoolExecutor(4) as pool:
        sent = dict(zip(commands, pool.map(originals, commands), strict=True))
        by_scripts = list(pool.map(script, range(len(built.entries))))
    wrong: list[str] = []
    told = Counter(
        item.source.text.partition(".example")[0].rpartition("//")[2]
        for item, entry in zip(found, built.entries, strict=True)
        if entry.endpoint is None
    )
    for entry, ran in zip(built.entries, by_scripts, strict=True):
        if ran is None or entry.backend is None or entry.endpoint is None:
            continue
        cell = renderer.catalog.backends[entry.backend].endpoints[entry.endpoint]
        left = sent[entry.backend]
        differences = [difference(request, ran.sent[0], cell) for request in left] if ran.sent else [f"nothing was sent: {ran.stderr}"]
        same = next((position for position, words in enumerate(differences) if not words), None)
        if same is None:
            wrong.append(f"{entry.source.text}: {differences}")
        else:
            del left[same]
    silent = {commands[host]: len(left) for host, left in sent.items() if len(left) > told[host]}

    assert (wrong, silent) == ([], {})


def test_an_empty_object_takes_the_place_of_another_servers_text() -> None:
    """A cell that is like another server's endpoint says its body even if that holds nothing."""
    posts = [f"curl http://{host}.example/j -H 'Content-Type: application/json' -d '{body}'" for host, body in (("a", "null"), ("b", "{}"))]
    built = import_files([InputFile("commands.sh", "\n".join(posts) + "\n", "curl")])
    first, second = (backend.cells[0] for backend in catalog.read_text(built.text, "catalog.yaml").backends.values())

    assert (first.text, first.body, second.text, second.body) == ("null", None, None, {})
