"""curl commands as requests: options, URLs, bodies, what stands around them, and what is told."""

from __future__ import annotations

import base64
import random
from typing import Any

import pytest

from generator.importing.curl import Reader
from generator.importing.curl.options import options
from generator.importing.model import Found, FoundPart, FoundRequest, NotImported, Text, Variable

H = "http://h/"
URLENCODED = ("Content-Type", "application/x-www-form-urlencoded")
JSON = "-H 'Content-Type: application/json'"


def shown(value: Any) -> Any:
    """Return a value of the model with `$NAME` (or `$NAME=default`) for its variables."""
    if isinstance(value, Text):
        return "".join(part if isinstance(part, str) else shown(part) for part in value.parts)
    if isinstance(value, Variable):
        return f"${value.name}" + (f"={value.default}" if value.default is not None else "")
    if isinstance(value, FoundPart):
        return tuple(shown(one) for one in (value.name, value.text, value.file, value.media_type, value.file_name))
    if isinstance(value, dict):
        return {name: shown(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown(item) for item in value]
    return value


def look(found: Found) -> dict[str, Any]:
    """Return what is to be compared of a found request."""
    assert isinstance(found, FoundRequest), found
    return {
        "method": found.method,
        "url": shown(found.base) + shown(found.path),
        "query": [(name, shown(value)) for name, value in found.query],
        "headers": [(name, shown(value)) for name, value in found.headers],
        "cookies": [(name, shown(value)) for name, value in found.cookies],
        "user": None if found.user is None else shown(found.user),
        "kind": found.body.kind if found.body else None,
        "body": shown(found.body.value) if found.body else None,
        "curl": dict(found.curl),
        "response": found.response,
        "jq": [(pipeline.jq, pipeline.raw) for pipeline in found.pipelines],
        "title": found.title,
    }


def one(text: str) -> FoundRequest:
    """Return the only request of a text."""
    (found,) = Reader("notes").read(text)
    assert isinstance(found, FoundRequest), found
    return found


# What a command is, and what of it is compared: what is not named has the value that `curl http://h/` has.
PLAIN = look(Reader("notes").read("curl http://h/")[0])
CASES: dict[str, dict[str, Any]] = {
    # ---- the method
    f"curl {H}": {},
    f"curl -X DELETE {H}": {"method": "DELETE"},
    f"curl -XPUT {H}": {"method": "PUT"},
    f"curl -sSXPATCH {H}": {"method": "PATCH"},
    f"curl --request LIST {H}": {"method": "LIST"},
    f"curl --request=PUT {H}": {"method": "PUT"},
    f"curl -I {H}": {"method": "HEAD", "response": "headers"},
    f"curl --head {H}": {"method": "HEAD", "response": "headers"},
    f"curl -X HEAD {H}": {"method": "HEAD", "response": "headers"},
    f"curl -I -X GET {H}": {"method": "GET"},
    f"curl -T a.txt {H}b": {"method": "PUT", "url": H + "b", "kind": "file", "body": "a.txt"},
    f"curl -T x/a.txt {H}": {"method": "PUT", "url": H + "a.txt", "kind": "file", "body": "x/a.txt"},
    f"curl -X post {H}": {"method": "POST"},
    # ---- the URL
    "curl h": {},
    "curl h/a": {"url": H + "a"},
    "curl HTTP://h/": {},
    "curl http:/h/": {},
    "curl --url http://h/": {},
    "curl -- http://h/": {},
    "curl https://h:8443": {"url": "https://h:8443/"},
    "curl http://[::1]:80/a": {"url": "http://[::1]:80/a"},
    "curl --proto-default https h": {"url": "https://h/"},
    f"curl {H}a/../b/./c": {"url": H + "b/c"},
    f"curl --path-as-is {H}a/../b": {"url": H + "a/../b"},
    f"curl {H}a#b?c": {"url": H + "a"},
    f"curl {H}%2F%20": {"url": H + "%2F%20"},
    f"curl '{H}a?b=c&d=e+f%2B&g'": {"url": H + "a", "query": [("b", "c"), ("d", "e f+"), ("g", "")]},
    f"curl '{H}?a=1&a=2'": {"query": [("a", "1"), ("a", "2")]},
    f"curl -g '{H}?a[]=1&b={{x}}'": {"query": [("a[]", "1"), ("b", "$x")]},
    f"curl '{H}?a[]=1'": {"query": [("a[]", "1")]},
    f"curl '{H}a\\{{b\\}}'": {"url": H + "a{b}"},
    "curl http://u:p%40@h/": {"user": "u:p@"},
    "curl $BASE/a": {"url": "$BASE/a"},
    "curl $HOST/a": {"url": "http://$HOST/a"},
    "curl $HOST:80/a": {"url": "http://$HOST:80/a"},
    "curl http://$H:80$PATH_": {"url": "http://$H:80$PATH_"},
    "curl ${BASE:-http://h}/a": {"url": "$BASE=http://h/a"},
    "curl http://h/users/{id}/x": {"url": H + "users/$id/x"},
    "curl http://h/users/:id/x": {"url": H + "users/$id/x"},
    "curl http://h/models/a:predict": {"url": H + "models/a:predict"},
    "curl 'http://h/<user id>'": {"url": H + "$user id"},
    "curl http://h/{{id}}": {"url": H + "$id"},
    "curl 'http://<host>:<port>/x'": {"url": "http://$host:$port/x"},
    "curl http://h/YOUR_ID": {"url": H + "YOUR_ID"},
    f"curl '{H}?q=<term>&r=$R'": {"query": [("q", "$term"), ("r", "$R")]},
    # ---- -G and --url-query
    f"curl -G {H} -d a=1 -d b=2": {"query": [("a", "1"), ("b", "2")]},
    f"curl -G '{H}?x=y' --data-urlencode 'q=a b&c'": {"query": [("x", "y"), ("q", "a b&c")]},
    f"curl -G -I {H} -d a=1": {"method": "HEAD", "query": [("a", "1")], "response": "headers"},
    f"curl -X POST -G {H} -d a=1": {"method": "POST", "query": [("a", "1")]},
    f"curl --url-query a='b c' --url-query +d=%20 {H}": {"query": [("a", "b c"), ("d", " ")]},
    f"curl -G {H}": {},
    # ---- headers
    f"curl -H 'A: b' -H'C:d' --header=E:f {H}": {"headers": [("A", "b"), ("C", "d"), ("E", "f")]},
    f"curl -H 'A;' {H}": {"headers": [("A", "")]},
    f"curl -H 'A:' {H}": {},
    f"curl -H 'Expect:' {H}": {},
    f"curl -A me -e http://r {H}": {"headers": [("User-Agent", "me"), ("Referer", "http://r")]},
    f"curl --oauth2-bearer $T {H}": {"headers": [("Authorization", "Bearer $T")]},
    f"curl -H 'Authorization: Bearer <token>' {H}": {"headers": [("Authorization", "Bearer $token")]},
    f"curl -H 'X: {{{{x}}}}' -H 'Y: {{y}}' {H}": {"headers": [("X", "$x"), ("Y", "$y")]},
    f"curl -r 0-9 {H}": {"headers": [("Range", "bytes=0-9")]},
    f"curl -r 5 {H}": {"headers": [("Range", "bytes=5-")]},
    f"curl -H 'A: 1' -H 'a: 2' {H}": {"headers": [("A", "1, 2")]},
    f'curl -H "X: $A" -H "Y: ${{B:-c}}" {H}': {"headers": [("X", "$A"), ("Y", "$B=c")]},
    f"curl -u a:b {H}": {"user": "a:b"},
    f'curl -u "$U:$P" {H}': {"user": "$U:$P"},
    f"curl -u a:<pass> {H}": {"user": "a:$pass"},
    f"curl -H 'Authorization: Bearer $TOKEN' -H 'X: $HOME' {H}": {"headers": [("Authorization", "Bearer $TOKEN"), ("X", "$HOME")]},
    # ---- cookies
    f"curl -b 'a=1; b=2' {H}": {"cookies": [("a", "1"), ("b", "2")]},
    f"curl -b a=1 -b b=2 {H}": {"cookies": [("a", "1"), ("b", "2")]},
    f"curl -H 'Cookie: a=1;b=$C' {H}": {"cookies": [("a", "1"), ("b", "$C")]},
    f'curl -b "$COOKIE" {H}': {"headers": [("Cookie", "$COOKIE")]},
    f"curl -b jar.txt -c jar.txt {H}": {"curl": {"cookie-jar": "jar.txt"}},
    f"curl -c jar.txt {H}": {"curl": {"cookie-jar": "jar.txt"}},
    f"curl -b '' {H}": {},
    # ---- JSON
    f"curl {H} {JSON} -d '{{\"a\": [1, null, true, 1.5]}}'": {
        "method": "POST",
        "headers": [("Content-Type", "application/json")],
        "kind": "json",
        "body": {"a": [1, None, True, 1.5]},
    },
    f"curl {H} -d '{{\"a\": 1}}'": {"method": "POST", "headers": [URLENCODED], "kind": "json", "body": {"a": 1}},
    f"curl {H} --json '{{\"a\":' --json '1}}'": {
        "method": "POST",
        "headers": [("Content-Type", "application/json"), ("Accept", "application/json")],
        "kind": "json",
        "body": {"a": 1},
    },
    f"curl {H} -H 'Content-Type: application/merge-patch+json' -X PATCH -d '{{}}'": {
        "method": "PATCH",
        "headers": [("Content-Type", "application/merge-patch+json")],
        "kind": "json",
        "body": {},
    },
    f"curl {H} {JSON} -d 5": {"method": "POST", "headers": [("Content-Type", "application/json")], "kind": "json", "body": 5},
    f'curl {H} --json \'{{"a": "\'"$M"\'", "b": "x \'$N\' y"}}\'': {
        "method": "POST",
        "headers": [("Content-Type", "application/json"), ("Accept", "application/json")],
        "kind": "json",
        "body": {"a": "$M", "b": "x $N y"},
    },
    f'curl {H} --json "{{\\"n\\": $N, \\"l\\": [$A,$B]}}"': {
        "method": "POST",
        "headers": [("Content-Type", "application/json"), ("Accept", "application/json")],
        "kind": "json",
        "body": {"n": "$N", "l": ["$A", "$B"]},
    },
    f'curl {H} --json \'{{"m": "<model>", "n": <number>, "t": "a <b> c"}}\'': {
        "method": "POST",
        "headers": [("Content-Type", "application/json"), ("Accept", "application/json")],
        "kind": "json",
        "body": {"m": "$model", "n": "$number", "t": "a <b> c"},
    },
    f'curl {H} --json "$BODY"': {
        "method": "POST",
        "headers": [("Content-Type", "application/json"), ("Accept", "application/json")],
        "kind": "json",
        "body": "$BODY",
    },
    f'curl {H} --json \'{{"n": 12345678901234567890, "f": 1e5}}\'': {
        "method": "POST",
        "headers": [("Content-Type", "application/json"), ("Accept", "application/json")],
        "kind": "json",
        "body": {"n": 12345678901234567890, "f": 100000.0},
    },
    f'curl {H} --json @- <<\'EOF\'\n{{"a": "$B"}}\nEOF': {
        "method": "POST",
        "headers": [("Content-Type", "application/json"), ("Accept", "application/json")],
        "kind": "json",
        "body": {"a": "$B"},
    },
    f"echo '{{\"a\": 1}}' | curl {H} {JSON} -d @-": {
        "method": "POST",
        "headers": [("Content-Type", "application/json")],
        "kind": "json",
        "body": {"a": 1},
    },
    f'cat > b.json <<EOF\n{{"a": 1}}\nEOF\ncurl {H} {JSON} -d @b.json': {
        "method": "POST",
        "headers": [("Content-Type", "application/json")],
        "kind": "json",
        "body": {"a": 1},
    },
    f'curl {H} {JSON} -d "$(cat <<EOF\n{{"a": "it\'s"}}\nEOF\n)"': {
        "method": "POST",
        "headers": [("Content-Type", "application/json")],
        "kind": "json",
        "body": {"a": "it's"},
    },
    f"curl {H} {JSON} -d @- <<< '[1]'": {
        "method": "POST",
        "headers": [("Content-Type", "application/json")],
        "kind": "json",
        "body": [1],
    },
    # ---- what JSON would not keep is a text
    f'curl {H} {JSON} -d \'{{"a": 1, "a": 2}}\'': {
        "method": "POST",
        "headers": [("Content-Type", "application/json")],
        "kind": "text",
        "body": '{"a": 1, "a": 2}',
    },
    f"curl {H} {JSON} -d '{{\"a\": 0.12345678901234567890123}}'": {
        "method": "POST",
        "headers": [("Content-Type", "application/json")],
        "kind": "text",
        "body": '{"a": 0.12345678901234567890123}',
    },
    f"curl {H} {JSON} -d '{{\"a\": 1,}}'": {
        "method": "POST",
        "headers": [("Content-Type", "application/json")],
        "kind": "text",
        "body": '{"a": 1,}',
    },
    f"curl {H} -H 'Content-Type: application/x-ndjson' --data-binary '{{}}\n{{}}\n'": {
        "method": "POST",
        "headers": [("Content-Type", "application/x-ndjson")],
        "kind": "text",
        "body": "{}\n{}\n",
    },
    f"curl {H} {JSON} -d @- < b.json": {
        "method": "POST",
        "headers": [("Content-Type", "application/json")],
        "kind": "file",
        "body": "b.json",
    },
    f"cat b.json | curl {H} {JSON} --data-binary @-": {
        "method": "POST",
        "headers": [("Content-Type", "application/json")],
        "kind": "file",
        "body": "b.json",
    },
    f"tee b.json <<< '[1]'\ncurl {H} {JSON} -d @b.json": {
        "method": "POST",
        "headers": [("Content-Type", "application/json")],
        "kind": "json",
        "body": [1],
    },
    f"echo -n '[1]' > b.json; printf '%s' '[2]' > c.json; curl {H} {JSON} -d @c.json": {
        "method": "POST",
        "headers": [("Content-Type", "application/json")],
        "kind": "json",
        "body": [2],
    },
    # ---- other bodies
    f"curl {H} -d a=1 -d 'b=x+y%26'": {"method": "POST", "kind": "urlencoded", "body": [["a", "1"], ["b", "x y&"]]},
    f"curl {H} --data-urlencode 'a=b c' --data-urlencode d=$E": {
        "method": "POST",
        "kind": "urlencoded",
        "body": [["a", "b c"], ["d", "$E"]],
    },
    f"curl {H} -d 'plain text'": {"method": "POST", "headers": [URLENCODED], "kind": "text", "body": "plain text"},
    f"curl {H} -d ''": {"method": "POST", "headers": [URLENCODED], "kind": "text", "body": ""},
    f"curl {H} -d 'a=%zz'": {"method": "POST", "headers": [URLENCODED], "kind": "text", "body": "a=%zz"},
    f"curl {H} --data-raw @x": {"method": "POST", "headers": [URLENCODED], "kind": "text", "body": "@x"},
    f"curl {H} --data-urlencode '=a b'": {"method": "POST", "headers": [URLENCODED], "kind": "text", "body": "a+b"},
    f"curl {H} -H 'Content-Type: text/csv' --data-binary @a.csv": {
        "method": "POST",
        "headers": [("Content-Type", "text/csv")],
        "kind": "file",
        "body": "a.csv",
    },
    f'curl {H} --data-binary "@$PWD/a.bin"': {"method": "POST", "headers": [URLENCODED], "kind": "file", "body": "a.bin"},
    # ---- forms
    f'curl {H} -F a=1 -F \'f=@x/y.png;type=image/png;filename="z\\"1"\'': {
        "method": "POST",
        "kind": "form",
        "body": [("a", "1", None, None, None), ("f", None, "x/y.png", "image/png", 'z"1')],
    },
    f"curl {H} -F 'a={{\"b\": 1}};type=application/json' --form-string 'c=@d;e'": {
        "method": "POST",
        "kind": "form",
        "body": [("a", '{"b": 1}', None, "application/json", None), ("c", "@d;e", None, None, None)],
    },
    f"curl {H} -F 'a=b; type=text/x; charset=utf-8'": {
        "method": "POST",
        "kind": "form",
        "body": [("a", "b", None, "text/x; charset=utf-8", None)],
    },
    f"curl {H} -F 'a=\"b;c\"' -F 'm=<model>'": {
        "method": "POST",
        "kind": "form",
        "body": [("a", "b;c", None, None, None), ("m", "$model", None, None, None)],
    },
    # ---- the transfer
    f"curl -kL --compressed --http2 --retry 3 -m 2.5 {H}": {
        "curl": {"insecure": True, "location": True, "compressed": True, "http2": True, "retry": 3, "max-time": 2.5}
    },
    f"curl -L --no-location {H}": {},
    f"curl --cacert ca.pem -E c.pem --key k.pem {H}": {"curl": {"cacert": "ca.pem", "cert": "c.pem", "key": "k.pem"}},
    f"curl --unix-socket /run/x.sock {H}": {"curl": {"unix-socket": "/run/x.sock"}},
    f"curl --aws-sigv4 aws:amz -u a:b {H}": {"curl": {"aws-sigv4": "aws:amz"}, "user": "a:b"},
    f"curl -sSfvi -# -N --no-progress-meter {H}": {},
    # ---- the answer
    f"curl -o a.png {H}": {"response": "file"},
    f"curl -O {H}a.zip": {"url": H + "a.zip", "response": "file"},
    f"curl -o a.json {H}": {},
    f"curl -o /dev/null {H}": {"response": "none"},
    f"curl -o /dev/stderr {H}": {},
    f"curl {H} > a.bin": {"response": "file"},
    f"curl {H} >> a.bin 2>&1": {"response": "file"},
    f"curl {H} 1>| a.bin": {"response": "file"},
    f"curl {H} &> a.bin": {"response": "file"},
    f"curl {H} > $OUT": {"response": "file"},
    f"curl {H} > a.json": {},
    f"curl {H} > a.txt": {"response": "text"},
    f"curl -o a.html {H}": {"response": "text"},
    f"curl {H} | tee a.bin": {"response": "file"},
    f"curl {H} | tee -a a.bin": {"response": "file"},
    f"curl {H} 2> errors.log": {},
    f"curl {H} >&2": {},
    f"curl {H} > /dev/tty": {},
    f"curl {H} > /dev/null 2>&1": {"response": "none"},
    f"curl -o a.json {H} > a.bin": {},
    f"curl -I {H} > a.bin": {"method": "HEAD", "response": "headers"},
    f"curl -N {H} --json '{{\"stream\": true}}'": {
        "method": "POST",
        "headers": [("Content-Type", "application/json"), ("Accept", "application/json")],
        "kind": "json",
        "body": {"stream": True},
    },
    f"curl {H} | jq -r '.a[]'": {"response": "json", "jq": [(".a[]", True)]},
    f"curl {H} | jq .": {"response": "json", "jq": [(".", False)]},
    f"curl {H} | jq": {"response": "json", "jq": [(".", False)]},
    f"curl {H} | jq -r ''": {"response": "json", "jq": [(".", True)]},
    f"curl {H} | jq -c .a | jq -r .b": {"response": "json", "jq": [(".a | .b", True)]},
    f"curl {H} | jq -s length": {"response": "json", "jq": [("[.] | length", False)]},
    f"curl {H} | python -m json.tool": {"response": "json", "jq": [(".", False)]},
    f"curl {H} | python3 -m json.tool --indent 2 | jq .a": {"response": "json", "jq": [(".a", False)]},
    f"curl {H} | json_pp": {"response": "json", "jq": [(".", False)]},
    f"curl {H} | jq .a | json_pp": {"response": "json", "jq": [(".a", False)]},
    f"curl {H} | cat": {},
    f"curl {H} | less -R": {},
    f"curl -N {H} | sed 's/^data: //' | jq -j .t": {"response": "events", "jq": [(".t", True)]},
    # ---- what stands around it
    f"# List all\ncurl {H}": {"title": "List all"},
    f"# ---- 2. List all: ----\ncurl {H}": {"title": "List all"},
    f"# far above\n\ncurl {H}": {},
    f'# {{"an": "answer"}}\ncurl {H}': {},
    ": ${B:=http://h}\ncurl $B/": {"url": "$B=http://h/"},
    "curl http://h/?a=1&b=2&c": {"query": [("a", "1"), ("b", "2"), ("c", "")]},
    "curl http://h/?a=1& curl_log": {"query": [("a", "1")]},
    f'curl -H "X: $env:KEY" {H}': {"headers": [("X", "$KEY")]},
    f"sudo curl {H}": {},
    f"time curl {H}": {},
    f"/usr/bin/curl {H}": {},
    f"curl.exe {H}": {},
    f"X=$(curl {H})": {},
    f'echo "`curl {H}`"': {},
    f"diff <(curl {H}) x": {},
    f"bash -c 'curl {H}'": {},
    f"docker exec app curl {H}": {},
    f"docker run --rm curlimages/curl:8.9.1 {H}": {},
    f"docker run --rm curlimages/curl curl {H}": {},
    f"curl {H} -d @<(echo 1)": {"method": "POST", "headers": [URLENCODED], "kind": "text", "body": "1"},
    f"curl {H} -d @<(gen x)": {"method": "POST", "headers": [URLENCODED], "kind": "file", "body": "$gen_output"},
    f'T=$(mktemp); echo 1 > "$T"; curl {H} -d @"$T"': {"method": "POST", "headers": [URLENCODED], "kind": "text", "body": "1"},
    f"watch -n 1 'curl {H}'": {},
    f'eval "curl {H}"': {},
    f"C='curl -s'; $C {H}": {},
    f"A=(-H 'X: y' {H}); curl \"${{A[@]}}\"": {"headers": [("X", "y")]},
    "for i in 1 2; do curl http://h/$i; done": {"url": H + "$i=1"},
    "f() { curl http://h/$1; }": {"url": H + "$argument_1"},
    "f() { local id=$1; curl http://h/$id; }": {"url": H + "$id"},
    "while read -r line; do curl http://h/$line; done < x": {"url": H + "$line"},
    "if [ -z $B ]; then B=http://h; fi; curl $B/": {"url": "$B=http://h/"},
    "printf 'a\\n' | xargs -I{} curl http://h/{}": {"url": H + "$item"},
    "B=http://h; export C=$B/v1\ncurl $C/a": {"url": H + "v1/a"},
}


@pytest.mark.parametrize("text", CASES)
def test_a_command_is_the_request_that_curl_sends(text: str) -> None:
    """Method, URL, headers, body and all else; nothing else than this request is found."""
    (found,) = Reader("notes").read(text)

    assert look(found) == {**PLAIN, **CASES[text]}


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("curl http://h/a http://h/b", ["GET http://h/a", "GET http://h/b"]),
        ("curl 'http://h/{a,b}/[1-2]'", ["GET http://h/a/1", "GET http://h/a/2", "GET http://h/b/1", "GET http://h/b/2"]),
        ("curl 'http://h/[01-03]'", ["GET http://h/01", "GET http://h/02", "GET http://h/03"]),
        ("curl 'http://h/[a-e:2]'", ["GET http://h/a", "GET http://h/c", "GET http://h/e"]),
        ("curl http://h/a -d x=1 --next http://h/b", ["POST http://h/a", "GET http://h/b"]),
        ("curl http://h/a && curl http://h/b; curl http://h/c", ["GET http://h/a", "GET http://h/b", "GET http://h/c"]),
        ("curl http://h/{a,b}", ["GET http://h/a", "GET http://h/b"]),
        ("curl -T x http://h/a http://h/b", ["PUT http://h/a", "GET http://h/b"]),
        ("curl http://h/a | curl http://h/b -d @-", ["GET http://h/a", "POST http://h/b"]),
        ('curl http://h/a -d "x=$(curl http://h/b)"', ["GET http://h/b", "POST http://h/a"]),
        ("ssh h 'curl http://h/a; curl http://h/b'", ["GET http://h/a", "GET http://h/b"]),
    ],
)
def test_several_requests(text: str, targets: list[str]) -> None:
    """Several URLs, lists, ranges, --next, lists of commands: a request for each."""
    assert [f"{look(found)['method']} {look(found)['url']}" for found in Reader("notes").read(text)] == targets


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("curl", "no URL"),
        ("curl -s", "no URL"),
        ("curl http://h/ -d", "-d stands at the end: its value is missing"),
        ("curl http://h/ --data", "--data stands at the end: its value is missing"),
        ("curl --u a:b http://h/", "--u: no option of curl's: did you mean -u?"),
        ("curl --heaader a http://h/", "--heaader: no option of curl's: did you mean --header?"),
        ("curl -é http://h/", "-é: no option of curl's"),
        ("curl --silent=1 http://h/", "--silent=1: this option takes no value"),
        ("curl --no-header x http://h/", "--no-header: curl knows no --no- for this option"),
        ("curl -POST http://h/", "-POST gives curl the option -P, of FTP: did you mean -X POST?"),
        ("curl -Uri http://h/ -Method POST", "-Uri: an option of PowerShell's Invoke-WebRequest, which is no curl"),
        ("curl -d a -F b=c http://h/", "-d and -F ask for two methods at once, which curl refuses"),
        ("curl -I -d a http://h/", "-d and -I ask for two methods at once, which curl refuses"),
        ("curl -F a http://h/", "-F a: no = behind the name"),
        ("curl 'http://h/a b'", "a blank stands in the URL http://h/a b, which curl refuses: write %20"),
        ("curl 'http://h/[x]'", "curl takes [x] in the URL for a list or a range: add -g, which stops that"),
        ("curl 'http://h/?q={\"a\":[1]}'", 'curl takes {"a":[1]} in the URL for a list or a range: add -g, which stops that'),
        ("curl 'http://h/a}'", "curl takes the } in the URL for the end of a list or a range: add -g, which stops that"),
        ("curl http://h:x/", "the URL http://h:x/ has x in the place of a port"),
        ("curl ''", "the URL is empty"),
        ("curl -G http://h/ -d 'a=b c'", "-G puts a blank or a line break of -d into the URL, which curl refuses: write --data-urlencode"),
        ("curl -X 'A B' http://h/", "-X 'A B' is no method"),
        ("curl http://h/ 'x", "the quote ' that opens on line 1 is not closed"),
    ],
)
def test_what_is_broken_in_the_source_is_told(text: str, reason: str) -> None:
    """What curl or the shell would refuse is said exactly, and is no request."""
    (found,) = Reader("notes").read(text)

    assert isinstance(found, NotImported) and (found.status, found.reasons[0]) == ("broken", reason)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("curl --version", "it asks curl for its version"),
        ("curl ftp://h/", "ftp:// is not HTTP"),
        ("curl --digest -u a:b http://h/", "--digest: a catalog knows basic authentication"),
        ("curl -T a -d b http://h/", "-T and another body"),
        ("curl -X $M http://h/", "-X $M: a method is no parameter"),
        ("curl -X aBc http://h/", "a catalog has methods in capitals only"),
        ("curl http://h/%ff?a=%ff", "is not UTF-8"),
        ("curl -b 'a=1; b' http://h/", "a cookie without a = has no name and value"),
        ("curl -H 'Content-Type: a/b' -H 'Content-Type: c/d' http://h/", "the header Content-Type is given twice"),
        ("curl -F 'a=@b,c' http://h/", "sends several files in one part"),
        ("curl -F 'a=b;headers=c' http://h/", "a catalog says the type and the file name of a part"),
        ("curl -F '=a' http://h/", "a part of a form without a name"),
        ("curl -d @a -d b=c http://h/", "what is in a is a part of the request, and not known here"),
        ("curl 'http://h/[1-1000]'", "the URL stands for more than 100 requests"),
        ("curl 'http://h/?$K=1'\"$K\"'&'\"$K\"'=1'", "a variable stands in the place of a name in the query"),
        ("curl --aws-sigv4 aws:amz http://h/", "has no key to sign with"),
        ("curl -X HEAD -d a http://h/", "HEAD with a body"),
        ("curl -r 0-9 -d a http://h/", "-r with a body is a Content-Range"),
        ("curl --mail-from a http://h/", "--mail-from is about another protocol"),
        ("curl -z 2020-01-01 http://h/", "-z: write the condition as a header"),
        ("# curl http://h/", "it is commented out"),
        ("cat x | xargs curl", "xargs adds to this curl command what is not known here"),
        ("alias c='curl http://h/'", "curl stands in an alias"),
        ("tool run curl http://h/", "curl stands in a command of tool"),
        ("curl --url @urls", "--url @FILE reads URLs from a file"),
    ],
)
def test_what_a_catalog_cannot_say_is_left_out_by_name(text: str, part: str) -> None:
    """What would be another request is left out, and the reason says what to do."""
    (found,) = Reader("notes").read(text)

    assert isinstance(found, NotImported) and found.status == "left-out"
    assert part in found.reasons[0]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("curl -w '%{http_code}' http://h/", "-w is left out: scripts print the answer alone"),
        ("curl -x p:1 http://h/", "-x is left out: set https_proxy"),
        ("curl --resolve h:80:1.2.3.4 http://h/", "--resolve is left out: put it into a curl config file"),
        ("curl -K x http://h/", "-K is left out: what that file says is not known here"),
        ("curl -n http://h/", "-n is left out: the login is in ~/.netrc"),
        ("curl --limit-rate 1M http://h/", "--limit-rate is left out: a catalog has no word for it"),
        ("curl --location-trusted http://h/", "--location-trusted becomes location"),
        ("curl -E a:secret http://h/", "the passphrase behind -E is left out"),
        ("curl --cacert $X http://h/", "--cacert is left out: a variable stands in it"),
        ("curl --key k http://h/", "--key is left out: without --cert"),
        ("curl -H 'Accept:' http://h/", "-H 'Accept:' takes a header of curl's own out"),
        ("curl -H 'Content-Length: 5' -d hello http://h/", "the header Content-Length is left out"),
        ('curl -H "$AUTH" http://h/', "-H $AUTH is left out: which header it is, only the variable says"),
        ("curl -H NoColon http://h/", "-H NoColon is left out: curl sends no header without a colon"),
        ("curl -H 'Content-Type:' -d a http://h/", "-H 'Content-Type:' is left out"),
        ("curl -d @- http://h/", "-d @- sends standard input"),
        ("curl -G --data-urlencode a@f http://h/", "--data-urlencode a@f: what is in the file is a parameter here"),
        ("curl --url-query a@f http://h/", "--url-query a@f: what is in the file is a parameter here"),
        ("curl -H @f http://h/", "-H @f is left out: the headers are in that file: write them into the command"),
        ("curl -H 'Accept text/x' http://h/", "-H 'Accept…' is left out: curl sends no header without a colon"),
        ("curl -b a=1 -H 'Cookie: b=2' http://h/", "-b is left out"),
        ("curl -b a -c b http://h/", "-b a is left out: a catalog has one cookie-jar"),
        ("curl http://h/ | grep x", "| grep x is left out"),
        ("curl http://h/ | tee x | jq .a", "| tee x is left out: a script has -o"),
        ("curl http://h/ | jq .a > b.json", "> b.json is left out: redirect what the script prints yourself"),
        ("curl http://h/ | sh", "runs nothing of it"),
        ("curl http://h/ | jq --arg a b .c", "| jq is left out: --arg a b"),
        ("curl http://h/ | jq .a x.json", "| jq is left out: it reads files"),
        ('curl http://h/ | jq ".$X"', "| jq is left out: a variable of the shell stands in .$X"),
        ("curl http://h/ | jq -f x.jq", "| jq is left out: -f"),
        ("for i in a b; do curl http://h/; done", "the loop over i is left out"),
        ("while x; do curl http://h/; done", "the loop around it is left out"),
        ("if x; then curl http://h/; fi", "the condition around it is left out"),
        ("f() { curl http://h/; }", "it stands in the function f"),
        ("sudo curl http://h/", "`sudo` in front of curl is left out"),
        ("kubectl exec p -- curl http://h/", "there, curl runs inside of a pod"),
        ("watch curl http://h/", "`watch` is left out: the request is sent once"),
        ("ssh x 'curl http://h/'", "there, curl runs on another machine"),
    ],
)
def test_what_of_a_request_is_left_out_is_told(text: str, part: str) -> None:
    """The request is found, and what of it a catalog does not say stands in `left_out`."""
    assert part in " ".join(one(text).left_out)


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("curl http://h/status  # phase=done verified=1 ...", "text"),
        ("curl http://h/status  # cores=4 ...", "text"),
        ("curl http://h/status  # cores=4 cpu0=running ... free=N", "text"),
        ('curl http://h/upload  # "ok records=.. bytes=.."', "text"),
        ("curl 'http://h/status?a=1&b=2'  # a=1 b=2", None),
        ("curl http://h/status  # limit=10", None),
        ("curl http://h/status  # show it", None),
        ("curl http://h/status | jq .a  # a=1 b=2", "json"),
    ],
)
def test_comment_that_shows_a_text(text: str, response: str | None) -> None:
    """Names and values behind a command are its answer, which is no JSON; a comment about the request, or a filter, says otherwise."""
    assert one(text).response == response


@pytest.mark.parametrize("behind", ["> out/a.bin", ">> out/a.bin", "| tee out/a.bin", "-o out/a.bin"])
def test_file_of_a_redirect_is_that_of_the_script(behind: str) -> None:
    """What the shell writes to a file, the script saves under that name, as with -o; nothing is left out."""
    found = one(f"curl http://h/ {behind}")
    assert (found.response, found.save_as, found.left_out) == ("file", "a.bin", ())


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("curl --sil http://h/", "--sil is --silent, cut short"),
        ("curl --request=GET http://h/", "--request=… is read from curl 8.16 on"),
        ("curl 'http://h/?a'", "?a is sent with a = behind it"),
        ("curl -X post http://h/", "-X post is written in capitals"),
        ("curl -b jar http://h/", "-b jar becomes a cookie-jar"),
        ("curl -c jar http://h/", "jar becomes a cookie-jar: it keeps the cookies that the server sets, and sends those"),
        ("curl -d @f http://h/", "-d @FILE takes the line breaks out of f"),
        ("curl -H 'A: b' -H 'A: c' http://h/", "the header A is given twice, and sent once, as a list"),
        ("curl -F a=b -H 'Content-Type: multipart/form-data' http://h/", "curl writes it itself, with the boundary"),
        ("curl --data-urlencode a@f http://h/", "--data-urlencode a@f: the file is a parameter here, a, and its content is sent"),
        (
            "curl -T a/b.txt http://h/x/",
            "curl adds b.txt to the address, and the path has it: a file of another name is sent under this one",
        ),
        ("curl -F 'a=<f' http://h/", "-F a=<f: the file is a parameter here, a, and its content is sent"),
        ("curl -H 'X-A： b' http://h/", "the ： behind X-A is typographic, and curl sends no header with it: read as a colon"),
        ("curl -F 'm=<name>' http://h/", "curl reads name> as a file: read as a placeholder"),
        ("curl -k --cacert x http://h/", "--cacert is left out: with -k nothing is checked"),
        (f"curl {JSON} -d '{{“a”: 1}}' http://h/", "the JSON has typographic quotes"),
        (f"curl {JSON} -d '{{\"a\": 1,}}' http://h/", "the body is sent as a text, not as JSON: it is no JSON"),
        (f'curl {JSON} -d \'{{"a": 1, "a": 2}}\' http://h/', 'the name "a" stands twice'),
        (f'curl {JSON} -d "{{"a": "b"}}" http://h/', "the shell takes its quotes away: put '…' around it"),
        ("curl http://h/ -H 'X: $HOME'", "$HOME stands in single quotes, where a shell puts nothing in: it is sent as it stands"),
        ("curl 'http://h/?q=$HOME'", "$HOME stands in single quotes, where a shell puts nothing in: it is sent as it stands"),
        ("curl http://h/ -H 'Authorization: Bearer $TOKEN'", "$TOKEN stands in single quotes, where a shell puts nothing in: read as the"),
        ("curl http://h/ -u '$NAME:$PASS'", "$PASS stands in single quotes, where a shell puts nothing in: read as the variable"),
        ("curl 'http://h/?q={\"a\":1}'", 'curl takes the braces of {"a":1} in the URL for a list of one'),
        ("curl http://h/?a=b&c=d", "line 1: the & of the URL is not quoted"),
        ('curl -H "X: $env:KEY" http://h/', "line 1: $env:KEY is how PowerShell writes the variable KEY"),
        ("curl http://h/ \\ \n -H 'A: b'", "line 1: a blank stands behind the backslash"),
    ],
)
def test_what_means_the_same_but_is_written_otherwise_is_told(text: str, part: str) -> None:
    """What is normalised stands in `changes`."""
    assert part in " ".join(one(text).changes)


@pytest.mark.parametrize(
    "text",
    [
        "apt-get install -y curl jq",
        "which curl && echo ok",
        "echo curl http://h/",
        "command -v curl",
        "docker run curl",
        "prose about curl and http",
        'printf "curl http://h/"',
        "git clone https://github.com/curl/curl",
        "",
    ],
)
def test_what_runs_no_curl_is_passed_over(text: str) -> None:
    """Commands that only name curl are no entries."""
    assert Reader("notes").read(text) == []


def test_a_key_in_single_quotes_is_a_variable() -> None:
    """`-H 'Authorization: Bearer $TOKEN'` never means these letters; `-H 'X: $HOME'` may."""
    found = one("curl http://h/ -H 'Authorization: Bearer $TOKEN' -H 'X: $HOME' -u '$LOGIN'")

    assert [text.parts for _, text in found.headers] == [("Bearer ", Variable("TOKEN")), ("$HOME",)]
    assert found.user == Text((Variable("LOGIN"),))


def test_an_apostrophe_inside_quotes_is_named() -> None:
    """`it's` in a body in single quotes is the usual reason why a command is broken."""
    (found,) = Reader("notes").read('curl -d \'{"a": "it\'s here, b"}\' http://h/\n')

    assert isinstance(found, NotImported) and found.status == "broken"
    assert 'the quote " that opens on line 1 is not closed' in found.reasons[0] or any("it's" in reason for reason in found.reasons)


def test_texts_of_one_file_share_their_variables() -> None:
    """What an earlier text sets is known in a later one; lines count from where the text stands in the file."""
    reader = Reader("notes")
    reader.read("BASE=http://h", 3)
    (found,) = reader.read("\n\ncurl $BASE/a", 10)

    assert isinstance(found, FoundRequest) and found.source.line == 12 and found.base.plain == "http://h"
    assert found.source.file == "notes" and found.source.text == "curl $BASE/a"


def test_options_are_those_of_the_documentation() -> None:
    """The table has curl's options: 278 of the documentation, 150 of them with a value, and older names of others."""
    table = options()

    assert len(table) == 284 and sum(option.kind == "value" for option in table.values()) == 151
    assert (table["header"].letter, table["header"].kind) == ("H", "value")
    assert (table["buffer"].letter, table["http2"].kind, table["next"].letter) == ("N", "alone", ":")


SIGNS = r"""' " ` $ ${ $( $(( )) ) } { {a,b} \ | && ; & < > <id> -d -H --next --u -F a=@b ;type= $X [1-3] [1-9 {1..9999} {{x}}
 http://h/ %zz %ff
 {"a": 1e999 -K -u ~ ! <<< @- --json -G -: $1 “ ” ’ – é 😀"""
LINES = ("<<EOF\n", "<<-'X'\n", "EOF\n", "\\\n", "\n", "\r\n", "\0", "\ud800", "\U00100000", "\U0010fffd", "\u00a0", "done\n", "fi\n")
WORDS = ("curl ", "$ ", "> ", "# ", "for i in a b; do ", "if ", "f() {", 'bash -c "curl x" ', "| jq -r '.a'")
PIECES = (*SIGNS.split(), *LINES, *WORDS)


@pytest.mark.parametrize("seed", range(20))
def test_any_text_is_read_without_a_fault(seed: int) -> None:
    """Whatever stands in a text, it is read: found, told or passed over."""
    choices = random.Random(seed)
    for _ in range(100):
        text = "curl " * choices.randint(0, 1) + "".join(choices.choice(PIECES) for _ in range(choices.randint(1, 40)))

        for found in Reader("notes").read(text):
            assert isinstance(found, FoundRequest) or found.reasons, base64.b64encode(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("piece", ["'", "${X:-", "$(", "{a,", "-d x ", "curl x\n", "$X ", "<<A\n", "if ", "\\\n", "[1-2]", '"$X'])
def test_a_long_text_of_one_piece_ends(piece: str) -> None:
    """Repetition of anything is read in time that grows with its length."""
    Reader("notes").read("curl http://h/ " + piece * 2000)


@pytest.mark.parametrize(
    ("command", "urls"),
    [
        ("curl -s http://h/a $AUTH", ["http://h/a"]),
        ("curl $CURL_OPTS -X DELETE http://h/a", ["http://h/a"]),
        ('curl "${ARGS[@]}" http://h/a', ["http://h/a"]),
        ("curl $API_URL $AUTH", ["$API_URL/"]),
        ("curl http://h/a $BASE_OPTS", ["http://h/a"]),
        ("curl http://h/a $NEXT_URL", ["http://h/a", "$NEXT_URL/"]),
        ("curl $MIRROR_HOST http://h/a", ["http://$MIRROR_HOST/", "http://h/a"]),
        ("curl $PAGE", ["$PAGE/"]),
    ],
)
def test_options_in_a_variable_are_no_server(command: str, urls: list[str]) -> None:
    """A variable alone beside an address holds options, unless it is called as an address; that it is left out is told."""
    found = Reader("notes").read(command)

    assert [look(item)["url"] for item in found] == urls
    told = [sentence for item in found if isinstance(item, FoundRequest) for sentence in item.left_out]
    assert any("it can only hold options" in sentence for sentence in told) == (command.count("$") + command.count("http") > len(urls))


def test_a_file_stays_with_its_address() -> None:
    """Where the variable with options stands before it."""
    found = one("curl -o lamps.zip $AUTH http://h/a")

    assert (found.response, found.save_as) == ("file", "lamps.zip")


def test_quotes_are_not_missed_where_none_were() -> None:
    """The shell takes none away from what stands in '…' without any."""
    for body in ("{...new spec...}", "[1, 2,]", "{}x"):
        assert "takes its quotes away" not in " ".join(one(f"curl {JSON} -d '{body}' http://h/").changes)
