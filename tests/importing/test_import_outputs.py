"""Commands within words, and commands that no reader reads: nothing is run, and nothing is lost without a word."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable

import pytest

from generator.importing.curl import Reader
from generator.importing.json_faults import what_is_wrong
from generator.importing.model import FoundRequest, Text, Variable
from generator.importing.run import InputFile, import_files

H = "http://h.example/x"


@pytest.mark.parametrize("behind", ["column -t", "gron", "yq .a", "xmllint --format -", "fx .a", "cat - more.txt", "grep a", "tail"])
def test_what_does_more_than_to_show_the_answer_is_told(behind: str) -> None:
    """A program that makes another text of the answer is in no script."""
    assert one(f"curl {H} | jq -r .a | {behind}").left_out == (
        f"| {behind} is left out: a script prints what jq finds; pipe its output there yourself",
    )


@pytest.mark.parametrize("behind", ["cat", "less", "more", "bat", "python3 -m json.tool", "json_pp", "fx .", "cat -"])
def test_what_only_shows_the_answer_is_not_told(behind: str) -> None:
    assert one(f"curl {H} | {behind}").left_out == ()


def one(text: str) -> FoundRequest:
    """The only request of a text."""
    (found,) = Reader("notes").read(text)
    assert isinstance(found, FoundRequest)
    return found


@pytest.mark.parametrize(
    ("output", "user"),
    [
        ("$(echo -n joe:pass | base64)", ("joe:pass",)),
        ("$(printf %s joe:pass | base64 -w0)", ("joe:pass",)),
        ("$(printf '%s' \"$A:$B\" | base64 -w 0)", (Variable("A"), ":", Variable("B"))),
        ("$(echo -n $A:pass | openssl base64 -A)", (Variable("A"), ":pass")),
        ("$(base64 <<< joe:pass | tr -d '\\n')", ("joe:pass",)),
        ("$(echo joe:pass | base64)", ("joe:pass",)),
    ],
)
def test_a_login_in_base64_is_basic_authentication(output: str, user: tuple[str | Variable, ...]) -> None:
    """It is what `-u` says, and nothing of it is run; the line break that `echo` puts behind the password is told."""
    found = one(f'curl {H} -H "Authorization: Basic {output}"')

    assert (found.user, found.headers) == (Text(user), ())
    assert [change for change in found.changes if "not run" in change] == []
    assert any("line break behind the password" in change for change in found.changes) == ("-n" not in output and "printf" not in output)


def test_base64_elsewhere_is_a_text() -> None:
    """What is known is put in; what only running it would tell is said."""
    assert one(f'curl {H} -d "a=$(echo hi | base64)"').body.value == [("a", Text(("aGkK",)))]  # type: ignore[union-attr]
    told = one(f'curl {H} -H \'Content-Type: application/json\' -d "{{\\"a\\": \\"$(echo $X | base64)\\"}}"').changes
    assert told == ("$(echo …) is not run: what it prints is given to the script, by the parameter a",)


def test_an_output_is_called_as_its_field() -> None:
    """In a body, a query and a header; in a header that is a secret the program's name says nothing."""
    found = one(
        f'curl "{H}?from=$(date -d yesterday)&to=$(date)" -H "X-Trace: $(uuidgen)" -H "Authorization: Bearer $(login)" '
        """--json '{"when": "'"$(date +%F)"'", "text": "on '"$(hostname)"'"}'"""
    )

    assert [text.variable.name for _, text in found.query if text.variable] == ["from", "to"]
    assert found.body and found.body.value == {"when": Text((Variable("when"),)), "text": Text(("on ", Variable("hostname")))}
    assert dict(found.headers)["X-Trace"] == Text((Variable("X-Trace"),))
    assert "$(uuidgen …) is not run: the script makes what it prints, anew for each run" in found.changes
    assert "$(hostname …) is not run: what it prints is given to the script, by the parameter hostname" in found.changes
    assert "LOGIN" not in import_files([InputFile("x.sh", f'curl {H} -H "Authorization: Bearer $(login)"\n', "curl")]).text


@pytest.mark.parametrize(
    ("output", "made"),
    [
        ("$(uuidgen)", "uuid"),
        ("`uuidgen -r`", "uuid"),
        ("$(cat /proc/sys/kernel/random/uuid)", "uuid"),
        ("$(date -u +%Y-%m-%dT%H:%M:%SZ)", "now"),
        ("$(date -u '+%FT%TZ')", "now"),
        ("$(date +%FT%TZ)", None),
        ("$(date -u +%s)", None),
        ("$(uuidgen -t)", None),
        ("$(uuidgen | tr -d -)", None),
        ("a-$(uuidgen)", None),
    ],
)
def test_what_a_script_can_make_itself(output: str, made: str | None) -> None:
    """A UUID and the time in UTC are new for each run, in all places of a value; what is otherwise printed has to be given."""
    for options, at in (
        (f'-H "X-Id: {output}"', ("headers", "X-Id")),
        (f'-d "X-Id={output}"', ("urlencoded", "X-Id")),
        (f'-F "X-Id={output}"', ("form", "X-Id")),
        (f'-G -d "X-Id={output}"', ("query", "X-Id")),
        (f"""--json '{{"a": {{"X-Id": "'"{output}"'"}}}}'""", ("body", "a", "X-Id")),
    ):
        found = one(f"curl {H} {options}")
        assert [(parameter.at, parameter.generate) for parameter in found.parameters] == ([(at, made)] if made else []), options


@pytest.mark.parametrize(
    "before",
    [
        'T=$(mktemp)\ncat > "$T" <<\'EOF\'\n{"a": 1}\nEOF\n',
        'T=$(mktemp)\ntee "$T" <<\'EOF\'\n{"a": 1}\nEOF\n',
        "echo '{\"a\": 1}' > $T\n",
        'echo \'{"a": 1}\' > "$DIR/b.json"\nT=$DIR/b.json\n',
    ],
)
def test_a_file_that_a_variable_names_is_known(before: str) -> None:
    found = Reader("notes").read(f'{before}curl {H} --json @"$T"\n')[-1]

    assert isinstance(found, FoundRequest) and found.body and found.body.value == {"a": 1}


def test_a_process_that_is_a_file() -> None:
    """`<(…)` is read where it is plain, and else the file is a parameter, which is told once."""
    assert one(f"curl {H} --json @<(echo '{{\"a\": 1}}')").body.value == {"a": 1}  # type: ignore[union-attr]
    assert one(f'curl {H} --json @<(cat <<EOF\n{{"a": $N}}\nEOF\n)').body.value == {"a": Variable("N")}  # type: ignore[union-attr]
    found = one(f"curl {H} --json @<(gen a b)")
    assert found.changes == ("<(gen …) is not run: the file that it stands for is the parameter gen_output",)


def test_what_a_shell_makes_of_a_variable_is_told() -> None:
    assert one(f"curl {H}/${{X#a}}").changes == ("what ${X…} makes of X is not worked out: give the script the text that is to be sent",)
    assert one(f"curl {H}/${{X:-a}}").changes == ()


SEEN = {
    "two on a line of prose": "Use `curl http://h.example/a1` or curl http://h.example/b1 for it.",
    "a variable for curl": "```\n$CURL http://h.example/a1\n${CURL} -s http://h.example/b1\n```",
    "parallel": "```\nparallel curl http://h.example/a1/{} ::: 1 2\ncurl http://h.example/b1\n```",
    "prompts with a folder": "```\n➜  ~ curl http://h.example/a1\n➜  app git:(main) ✗ curl http://h.example/b1\n```",
    "folders alone": "```\n~ curl http://h.example/a1\n~/src $ curl http://h.example/b1\n```",
    "numbered": "```\n1. curl http://h.example/a1\n2. curl http://h.example/b1\n```",
    "HTML": "<p><tt>curl http://h.example/a1</tt> or <code>curl http://h.example/b1</code></p>",
    "the same start": "```\ncurl http://h.example/a1\n```\n\nOr try curl http://h.example/a without it, and curl http://h.example/b1",
    "other files": "```makefile\nx:\n\t@curl http://h.example/a1\n\t-curl http://h.example/b1\n```",
    "Chinese beside it": "运行curl http://h.example/a1 即可，或者「curl http://h.example/b1」。也可以：curl http://h.example/c1",
    "said and echoed": "```\necho 'curl http://h.example/a1'\ncurl http://h.example/b1\n```",
}


@pytest.mark.parametrize("page", SEEN.values(), ids=SEEN)
def test_every_command_is_an_entry(page: str) -> None:
    """Each is imported, or listed as seen."""
    entries = import_files([InputFile("x.md", f"# Notes\n\n{page}\n", "curl")]).entries
    shown = " ".join(entry.source.text for entry in entries)

    assert "http://h.example/a1" in shown and "http://h.example/b1" in shown
    if "http://h.example/a " in page:
        assert any("http://h.example/a " in f"{entry.source.text} " for entry in entries)
    assert len(entries) == page.count("curl http://") + page.count("$CURL http") + page.count("${CURL} -s")


def test_a_list_of_words_is_an_entry() -> None:
    """As programs in other languages have it."""
    page = (
        '# N\n\n```yaml\ntest: ["CMD", "curl", "-f", "http://h.example/a1"]\n```\n\n```python\nrun(["curl", "http://h.example/b1"])\n```\n'
    )
    entries = import_files([InputFile("x.md", page, "curl")]).entries

    assert [(entry.source.line, entry.status) for entry in entries] == [(4, "left-out"), (8, "left-out")]


def test_parallel_sends_no_items() -> None:
    built = import_files([InputFile("x.sh", "parallel curl http://h.example/{} ::: 1 2\n", "curl")])

    assert [entry.backend for entry in built.entries] == ["h"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": 1,}', "a comma stands before the }"),
        ("[1,]", "a comma stands before the ]"),
        ('{"a": 1,,}', "a comma stands there that divides nothing"),
        ("{a: 1}", 'a name stands without its "'),
        ("{'a': 1}", "' quotes nothing in JSON: write \""),
        ('{"a": b}', 'a text stands without its "'),
        ('{"a": }', "a value is missing before the }"),
        ('{"a" 1}', "a : is missing behind a name"),
        ('{"a": "b "c""}', "a comma is missing, or a quote in a text has no backslash before it"),
        ('{"a": 1', "it ends too early"),
        ('{"a": "x', 'a text that opens there with " is not closed'),
        ('{"a": "x\ny"}', r"a line break or a tab stands in a text: write \n or \t"),
        ('{"a": "\\x"}', r"\x in a text is no escape of JSON: write \\"),
        ("{} {}", "something stands behind its end"),
        ('{"a": ...}', "dots stand for what is left out"),
        ('{"a": 1, // b\n}', "a comment stands in it, which JSON has none of"),
        ('{"a": None}', "it is written in another language: JSON has true, false and null"),
        ("", "it is empty"),
    ],
)
def test_what_is_no_json_is_told_in_our_words(text: str, words: str) -> None:
    with pytest.raises(json.JSONDecodeError) as caught:
        json.loads(text)
    assert what_is_wrong(caught.value) == words


def test_the_place_in_a_body_is_told() -> None:
    found = one(f'curl {H} --json \'{{"a": 1,\n"b": 2,}}\'')

    assert "it is no JSON: a comma stands before the } (line 2, column 8 of it)" in " ".join(found.changes)


COPIED = {
    "accept": "application/json",
    "accept-language": "de-DE,de;q=0.9",
    "origin": "https://app.example.org",
    "referer": "https://app.example.org/list",
    "sec-ch-ua": '"Chromium";v="130"',
    "sec-fetch-mode": "cors",
    "user-agent": "Mozilla/5.0 (X11)",
}
VALUE = {"name": 'a%b "c" \\ \n^&|<>()!', "n": 1}


def caret_quoted(text: str) -> str:
    """A text as Chrome copies it for cmd, in quotes that have a caret."""
    escaped = re.sub(r'(\\*)"', r'\1\1\\"', text)
    return '^"' + re.sub(r"[^A-Za-z0-9\s_\-:=+~'/.',?;()*`]", r"^\g<0>", escaped).replace("\n", "^\n\n") + '^"'


def copied(quoted: Callable[[str], str], end: str) -> str:
    """A command as a browser's tools copy it."""
    words = [f"-H {quoted(f'{name}: {value}')}" for name, value in COPIED.items()]
    words += [f"-b {quoted('theme=dark; _ga=GA1.1.5; _gid=GA1.1.6')}", f"--json {quoted(json.dumps(VALUE))}"]
    return f" {end}\n  ".join([f"curl {quoted('https://app.example.org/x?a=1&b=2')}", *words])


@pytest.mark.parametrize(("quoted", "end"), [(shlex.quote, "\\"), (caret_quoted, "^")], ids=["bash", "cmd"])
def test_what_a_browser_copies(quoted: Callable[[str], str], end: str) -> None:
    """Its own headers and the cookies of trackers are left out, each told in one line; what is quoted for cmd is read as cmd reads it."""
    page = f"# Notes\n\n```\n{copied(quoted, end)}\n```\n\n```\ncurl {H}\n```\n"
    built = import_files([InputFile("x.md", page, "curl")])
    (endpoint, _) = built.data["endpoints"].values()

    assert endpoint["body"] == VALUE and endpoint["query"] == {"a": 1, "b": 2}
    assert (endpoint["headers"], endpoint["cookies"]) == ({"accept": "application/json"}, {"theme": "dark"})
    assert [entry.source.line for entry in built.entries] == [4, page.split("\n").index(f"curl {H}") + 1]
    reasons = built.entries[0].reasons
    assert "cookies by which trackers know visitors are left out: _ga, _gid" in reasons
    assert [reason for reason in reasons if "the headers that the browser added are left out" in reason] == [
        "the headers that the browser added are left out: accept-language, origin, referer, sec-ch-ua, sec-fetch-mode, user-agent"
    ]
    assert any("Windows' cmd" in reason for reason in reasons) == (end == "^")


def test_headers_that_somebody_typed_stay() -> None:
    """A user agent alone makes no copy of a browser."""
    assert one(f"curl {H} -A 'Mozilla/5.0' -H 'Accept: */*'").headers == (
        ("Accept", Text(("*/*",))),
        ("User-Agent", Text(("Mozilla/5.0",))),
    )
    assert [name for name, _ in one(f"curl {H} -H 'Origin: https://a.example' -e https://b.example").headers] == ["Origin", "Referer"]


def test_two_commands_for_cmd_and_a_line_break_in_a_value() -> None:
    text = f'curl ^"{H}^" --json ^"{{^\\^"a^\\^":^\\^"b^\n\nc^\\^"}}^" &\ncurl ^"{H}/2^"\ncurl {H}/3\n'
    entries = import_files([InputFile("x.txt", text, "curl")]).entries

    assert [(entry.source.line, entry.endpoint is not None) for entry in entries] == [(1, True), (4, True), (5, True)]


def test_requests_to_trackers_are_no_backend() -> None:
    """But where a file holds nothing else, they are what is wanted."""

    def har(*urls: str) -> str:
        return json.dumps({"log": {"entries": [{"request": {"method": "GET", "url": url}, "response": {"status": 200}} for url in urls]}})

    trackers = [
        "https://www.google-analytics.com/g/collect?v=2",
        "https://region1.google-analytics.com/g",
        "https://stats.example.org/matomo.php",
    ]
    built = import_files([InputFile("x.har", har("https://api.example.org/a", *trackers), "har")])
    alone = import_files([InputFile("x.har", har(trackers[0]), "har")])

    assert len(built.data["backends"]) == 1 and len(alone.data["backends"]) == 1
    assert [entry.reasons for entry in built.entries[1:]] == [
        ("it counts or watches visitors of the page (analytics, advertising), and is no request of its API",)
    ] * 3


def test_a_key_that_a_text_sets_keeps_its_name() -> None:
    """Also where its name says little: what it is for does. `$PWD` is the shell's own, and no secret."""
    key = "k9" * 8
    body = '"{\\"dir\\": \\"$PWD\\", \\"password\\": \\"$PW\\"}"'
    text = f'KEY={key}\ncurl {H} -H "Authorization: Bearer $KEY"\ncurl {H}/2 -d {body}\ncurl {H}/$KEY\n'
    built = import_files([InputFile("x.sh", text, "curl")])

    assert built.data["backends"]["h"]["endpoints"]["x"]["api_key"] == {"variable": "KEY"}
    assert key not in built.text + repr(built.entries)
    secret = {
        name: item.get("secret") for endpoint in built.data["endpoints"].values() for name, item in endpoint.get("parameters", {}).items()
    }
    assert (secret["pwd"], secret["pw"], secret["key"]) == (None, True, True)


def test_a_key_of_another_kind_is_a_parameter() -> None:
    built = import_files([InputFile("x.sh", f"KEY=config/app1\ncurl {H}/kv/$KEY\ncurl {H}/kv/config/app2\n", "curl")])

    assert "secret" not in built.text


def test_a_tag_that_does_not_close_hides_no_command() -> None:
    """The block of HTML that it starts is no page of its own, in which it would start again."""
    entries = import_files([InputFile("x.md", f"# N\n\n<p\n```\ncurl {H}/a\n```\n\n```\ncurl {H}/b\n```\n", "curl")]).entries

    assert [(entry.source.line, entry.source.text) for entry in entries] == [(5, f"curl {H}/a"), (9, f"curl {H}/b")]


def test_an_output_in_the_name_of_a_file_is_told() -> None:
    """No parameter has it: only what is sent has parameters."""
    (change,) = one(f"curl {H} -o backup_$(date +%F).zip").changes

    assert change == "$(date …) is not run, and nothing that is sent holds it: where it is in a file's name, name the file"
