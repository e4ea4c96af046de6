"""What scripts send as bodies: urlencoded fields, files, parts of forms, JSON from files, --body and --set.

Each request is sent three times: by the script, by what its --dry-run prints, and, where nothing is given, by the printed command.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from conftest import OUT, Run
from recorder import Recorded, Recorder

from generator import catalog
from generator.render.renderer import Renderer

pytestmark = pytest.mark.slow  # in make check the quick ones of the good catalogs and of test_values.py stand for these

CATALOG = r"""
languages: [en]
title: bodies
backends:
  s:
    base_url: "@URL@"
    endpoints: {up: {}, fields: {}, letter: {}, none: {}, no-parts: {}, put: {}, slash: {}, text: {}, long: {}, fresh: {}, chat: {}}
endpoints:
  up:
    method: POST
    path: /up
    form:
      record: {text: '{"d": "it''s; x"}', type: application/json}
      plain: {text: '{"d": 1}', type: application/json}
      file: {file: a.png}
      named: {file: a b.jpg, type: image/jpeg, name: x;.jpg}
      several: [{file: a.png}, {file: a b.jpg}]
      words: [one, two]
    parameters:
      record: {at: [form, record], option: --record}
      plain: {at: [form, plain], option: --plain, read: file}
      file: {at: [form, file], option: --file}
      named: {at: [form, named], option: --named}
      several: {at: [form, several], option: --several, repeat: true}
      words: {at: [form, words], option: --word, repeat: true, read: file}
      more: {at: [form, more], option: --more, read: file}
      number: {at: [form, number], option: --number, type: integer}
    response: text
  fields:
    method: POST
    path: /fields
    urlencoded: {scope: read write, 'a[b]': [1, ü], 'ü &=+%': 'x&y=%+', empty: ''}
    parameters:
      scope: {at: [urlencoded, scope], option: --scope, variable: SCOPE}
      list: {at: [urlencoded, 'a[b]'], option: --list, repeat: true}
      letter: {at: [urlencoded, letter], option: --letter, read: file}
      text: {at: [urlencoded, text], argument: true, type: string}
      number: {at: [urlencoded, number], option: --number, type: integer}
      tags: {at: [urlencoded, tags], option: --tag, type: string, repeat: true, join: ','}
    response: text
  letter:
    method: POST
    path: /letter
    urlencoded: {a: b}
    parameters: {text: {at: [urlencoded, 'te[x]t'], argument: true, read: file, required: true, example: note}}
    response: text
  none: {method: POST, path: /none, urlencoded: {}, parameters: {a: {at: [urlencoded, a], option: --a, type: string}}, response: text}
  no-parts: {method: POST, path: /no, form: {}, parameters: {a: {at: [form, a], option: --a, type: string}}, response: text}
  put: {method: PUT, path: /put, file: a.png, response: text, parameters: {file: {at: [file], argument: true, variable: FILE}}}
  slash: {method: POST, path: /slash/, file: a.png, response: text}
  text:
    method: POST
    path: /text
    text: "hi\n"
    parameters: {text: {at: [text], option: --text, read: file, variable: TEXT}}
    response: text
  fresh: {method: POST, path: /fresh, body: {}, parameters: {id: {at: [body, id], option: --id, generate: uuid}}, response: text}
  long: {method: POST, path: /long, body: {id: 12345678901234567890}, response: text}
  chat:
    method: POST
    path: /chat
    body: {model: m, options: {}, text: x, list: [{k: 1}, 2], nothing: null}
    parameters:
      model: {at: [body, model], option: --model, variable: MODEL}
      images: {at: [body, images], option: --image, read: base64, repeat: true}
      notes: {at: [body, notes], option: --note, read: file, repeat: true}
      filter: {at: [body, filter], option: --filter, read: json}
      filters: {at: [body, filters], option: --filters, read: json, repeat: true}
      any: {at: [body, any], option: --any, type: json}
    response: text
"""
FILES = {
    "a.png": b"\x89PNG\r\n\x1a\n\x00\n\n",
    "a b.jpg": b"JPEG",
    'b ü;"x"\\y.docx': b"B\0B",
    "{a,b}[1-3].bin": b"braces\r\n",
    "-x": b"option",
    "note": b"'n\" \\ ;x=y\n\n",
    "value.json": b' {"z": [1, {"\xc3\xbc": null}]}\r\n',
    "nul": b"a\0b",
    "latin-1": b"\xfcber",
    "two.json": b'{"a": 1} {"b": 2}',
    "long.json": b'{"id": 12345678901234567890,  "model": "f", "f": 1e400}\r\n',
    "empty": b"",
}


@pytest.fixture(scope="session")
def renderer(session_recorder: Recorder, tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    """Of the catalog, with its backend at the recorder."""
    file = tmp_path_factory.mktemp("bodies") / "catalog.yaml"
    file.write_text(CATALOG.replace("@URL@", session_recorder.url), "utf-8")
    return Renderer(catalog.read(file))


@pytest.fixture
def send(renderer: Renderer, recorder: Recorder, tmp_path: Path, bash: Run) -> Callable[..., Recorded]:
    """Runs a script with arguments, then what its --dry-run prints, and without arguments the printed command; returns the request."""
    for name, content in FILES.items():
        (tmp_path / "home" / name).write_bytes(content)

    def send(endpoint: str, *arguments: str, stdin: bytes = b"", fails: str | None = None, **env: str) -> Any:
        script = tmp_path / "home" / f"s-{endpoint}.sh"
        script.write_text(renderer.script("s", endpoint).text, "utf-8")
        result = bash(script, *arguments, env=env, stdin=stdin)
        if fails is not None:
            assert (result.returncode, result.stdout, recorder.requests) == (2, b"", [])
            assert fails in result.stderr.decode(), result.stderr.decode()
            return None
        assert (result.returncode, result.stderr) == (0, b"")
        sent = recorder.only()
        printed = bash(script, "--dry-run", *arguments, env=env, stdin=stdin)
        assert (printed.returncode, printed.stderr, recorder.requests) == (0, b"", [])
        commands = [printed.stdout.decode()]
        if not arguments and not env:
            commands.append(renderer.command("s", endpoint).text)
        for command in commands:
            (tmp_path / "command").write_text(command)  # it may be too long for an argument
            done = bash(tmp_path / "command", stdin=stdin)
            assert (done.returncode, done.stderr) == (0, b""), command
            assert alike(recorder.only()) == alike(sent), command
        assert sent.header("Expect") is None
        return sent

    return send


def alike(sent: Recorded) -> tuple[Any, ...]:
    """What has to be the same however it is sent: all but the boundary of a form, which curl makes up."""
    boundary = re.search("boundary=(.*)", sent.header("Content-Type") or "")
    mark = boundary[1] if boundary else "-"
    return (
        sent.method,
        sent.target,
        [(name, value.replace(mark, "")) for name, value in sent.headers if boundary],
        sent.body.replace(mark.encode(), b"") if boundary else sent.body,
    )


def parts(sent: Recorded) -> list[tuple[str, str | None, str | None, bytes]]:
    """Name, file name, type and content of each part of a form."""
    boundary = re.search("boundary=(.*)", sent.header("Content-Type") or "")
    assert boundary
    found = []
    for piece in sent.body.split(b"--" + boundary[1].encode())[1:-1]:
        head, _, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        words = head.decode()
        file = re.search(r'filename="((?:\\.|[^"\\])*)"', words)
        kind = re.search(r"(?i)content-type: (.*)", words)
        name = re.search(r' name="([^"]*)"', words)
        assert name
        found.append(
            (
                name[1],
                file and re.sub(r'\\(["\\])', r"\1", file[1]).replace("%22", '"'),
                kind and kind[1].strip(),
                content.removesuffix(b"\r\n"),
            )
        )
    return found


PNG, JPG = FILES["a.png"], FILES["a b.jpg"]
UP = [
    ("record", None, "application/json", b'{"d": "it\'s; x"}'),
    ("plain", None, "application/json", b'{"d": 1}'),
    ("file", "a.png", "image/png", PNG),
    ("named", "x;.jpg", "image/jpeg", JPG),
    ("several", "a.png", "image/png", PNG),
    ("several", "a b.jpg", "image/jpeg", JPG),
    ("words", None, None, b"one"),
    ("words", None, None, b"two"),
]


# ---- Forms ---------------------------------------------------------------------------------


def test_form_parts(send: Callable[..., Recorded]) -> None:
    """Texts with a type, files with a type and a name, lists: as the catalog says."""
    assert parts(send("up")) == UP


def test_form_parts_that_are_given(send: Callable[..., Recorded]) -> None:
    """A text keeps its type, a file its catalog's name; what is read for a text is no upload; numbers have any length."""
    hostile = 'a;type=text/html, "q" \\ ü @<\n$(x) \n'
    odd = 'b ü;"x"\\y.docx'
    given = send(
        "up",
        *("--record", hostile, "--plain", "note", "--file", odd, "--named=-x", "--several", "{a,b}[1-3].bin", "--several", odd),
        *("--word", "note", "--more", "nul", "--number", "-123456789012345678901234567890"),
    )

    assert parts(given) == [
        ("record", None, "application/json", hostile.encode()),
        ("plain", None, "application/json", FILES["note"]),
        ("file", odd, "application/octet-stream", FILES[odd]),
        ("named", "x;.jpg", "image/jpeg", FILES["-x"]),
        ("several", "{a,b}[1-3].bin", "application/octet-stream", FILES["{a,b}[1-3].bin"]),
        ("several", odd, "application/octet-stream", FILES[odd]),
        ("words", None, None, FILES["note"]),
        ("more", "nul", "application/octet-stream", FILES["nul"]),
        ("number", None, None, b"-123456789012345678901234567890"),
    ]


def test_standard_input_has_a_name(send: Callable[..., Recorded]) -> None:
    """A file from standard input is sent under the name of the catalog's own file, by which a server tells its format."""
    assert parts(send("up", "--file", "-", stdin=b"\0\xff\n"))[2] == ("file", "a.png", "image/png", b"\0\xff\n")


def test_standard_input_is_read_once(send: Callable[..., Recorded]) -> None:
    send("up", "--file", "-", "--named", "-", stdin=b"x", fails="standard input can be read once")


def test_text_in_a_form_may_be_long(send: Callable[..., Recorded], tmp_path: Path) -> None:
    """As long as an argument: what is longer is refused."""
    for length in (100_000, 100_001):
        (tmp_path / "home" / "long").write_bytes(b"x" * length)
        sent = send("up", "--word", "long", fails=None if length == 100_000 else "--word is longer than a text in a form may be")
        assert sent is None or parts(sent)[-1][3] == b"x" * length


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--file", "gone"], "cannot read gone"),
        (["--several", "a.png", "--several", "gone"], "cannot read gone"),
        (["--several", "."], "cannot read ."),
        (["--plain", "nul"], "--plain: nul is not UTF-8, or holds a NUL: convert it, for example with iconv"),
        (["--word", "latin-1"], "--word: latin-1 is not UTF-8"),
        (["--number", "1.5"], "--number must be a whole number\n"),
        (["--body", "note"], "the body is a form: its parts have options of their own"),
        (["--set=a=b"], "the body is a form: its parts have options of their own"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_form_refuses(arguments: list[str], words: str, send: Callable[..., Recorded]) -> None:
    send("up", *arguments, fails=words)


# ---- Fields --------------------------------------------------------------------------------


def test_fields(send: Callable[..., Recorded]) -> None:
    """Values and names are encoded; brackets in names stand as people type them, and a list repeats its name."""
    sent = send("fields")

    assert sent.header("Content-Type") == "application/x-www-form-urlencoded"
    assert b"a[b]=1&a[b]=%C3%BC" in sent.body
    assert fields(sent) == [("scope", "read write"), ("a[b]", "1"), ("a[b]", "ü"), ("ü &=+%", "x&y=%+"), ("empty", "")]


def fields(sent: Recorded) -> list[tuple[str, str]]:
    return parse_qsl(sent.body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict")


def test_fields_that_are_given(send: Callable[..., Recorded]) -> None:
    """Values of any length and any characters, from options, variables, files and standard input."""
    sent = send(
        "fields",
        *("--list", "@a", "--list=<b=c", "--letter", "note", "--number", "12345678901234567890", "-"),
        stdin=("ü&='\"$(x)\n" * 20_000).encode(),
        S_SCOPE="a&b c",
    )

    assert fields(sent) == [
        ("scope", "a&b c"),
        ("a[b]", "@a"),
        ("a[b]", "<b=c"),
        ("ü &=+%", "x&y=%+"),
        ("empty", ""),
        ("letter", FILES["note"].decode()),
        ("text", "ü&='\"$(x)\n" * 20_000),
        ("number", "12345678901234567890"),
    ]


def test_a_field_from_a_file(send: Callable[..., Recorded], renderer: Renderer, recorder: Recorder, bash: Run) -> None:
    """The printed command takes the text from the file, too."""
    sent = send("letter", "note")
    printed = renderer.command("s", "letter").text
    assert "--data-urlencode 'te[x]t@note'" in printed
    assert bash("-c", printed).returncode == 0
    assert alike(recorder.only()) == alike(sent)


def test_without_fields(send: Callable[..., Recorded]) -> None:
    """A body without any field is empty, and the request still what its method says."""
    assert [(sent.method, sent.body) for sent in (send("none"), send("none", "--a", "x"))] == [("POST", b""), ("POST", b"a=x")]
    assert send("no-parts").method == "POST"
    assert parts(send("no-parts", "--a=x")) == [("a", None, None, b"x")]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--letter", "nul"], "--letter: nul is not UTF-8"),
        (["--number", "x"], "--number must be a whole number\n"),
        (["--set", "a=b"], "--set puts fields into a JSON object or list, and this body is none"),
        (["--body", "note", "--scope", "x"], "--body stands for the whole body: leave out --scope"),
        (["--body", "note", "--list", "x"], "--body stands for the whole body: leave out --list"),
        (["--body", "note", "--tag", "x"], "--body stands for the whole body: leave out --tag"),
        (["--body", "gone"], "cannot read gone"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_fields_refuse(arguments: list[str], words: str, send: Callable[..., Recorded]) -> None:
    send("fields", *arguments, fails=words)


# ---- Files ---------------------------------------------------------------------------------


def test_file(send: Callable[..., Recorded]) -> None:
    """The bytes of a file, its length, and no word about what it is where the catalog says none."""
    sent = send("put")

    assert (sent.method, sent.body, sent.header("Content-Type"), sent.header("Content-Length")) == ("PUT", PNG, None, str(len(PNG)))


@pytest.mark.parametrize("name", ['b ü;"x"\\y.docx', "{a,b}[1-3].bin", "-x", "empty"])
def test_file_that_is_given(name: str, send: Callable[..., Recorded]) -> None:
    """Whatever it is called, by argument, variable or --body."""
    assert send("put", "--", name).body == FILES[name]
    assert send("put", S_FILE=name).body == FILES[name]
    assert send("put", "--body", name, S_FILE="a.png").body == FILES[name]


def test_large_file(send: Callable[..., Recorded], tmp_path: Path) -> None:
    """3 MB of all bytes arrive as they are, from a file and from standard input."""
    content = bytes(range(256)) * 12_000 + b"\r\n\n"
    (tmp_path / "home" / "large").write_bytes(content)

    assert send("put", "large").body == content
    assert send("put", "-", stdin=content).body == content


def test_file_below_a_slash(send: Callable[..., Recorded]) -> None:
    """curl -T would append the file's name to a URL that ends in a slash; nor is the file called a web form."""
    sent = send("slash")

    assert (sent.method, sent.target, sent.body, sent.header("Content-Type")) == ("POST", "/slash/", PNG, None)


def test_file_refuses(send: Callable[..., Recorded]) -> None:
    send("put", "gone", fails="cannot read gone")
    send("put", "--body", "note", "a.png", fails="--body stands for the whole body: leave out FILE")
    send("put", "--set", "a=1", fails="this body is none")


# ---- Texts ---------------------------------------------------------------------------------


def test_text_from_a_file(send: Callable[..., Recorded]) -> None:
    """The text in a file, its last line breaks too; by --body any bytes."""
    assert send("text").body == b"hi\n"
    assert send("text", "--text", "note").body == FILES["note"]
    assert send("text", S_TEXT="note").body == FILES["note"]
    assert send("text", "--body", "nul", S_TEXT="note").body == FILES["nul"]
    assert send("text", "--body", "-", stdin=b"\0\xff\r\n").body == b"\0\xff\r\n"
    send("text", "--text", "nul", fails="--text: nul is not UTF-8, or holds a NUL")
    send("text", "--text", "latin-1", fails="--text: latin-1 is not UTF-8, or holds a NUL")
    send("text", "--body", "note", "--text", "note", fails="leave out --text")


# ---- JSON ----------------------------------------------------------------------------------

CHAT = {"model": "m", "options": {}, "text": "x", "list": [{"k": 1}, 2], "nothing": None}


def test_json_from_files(send: Callable[..., Recorded]) -> None:
    """Each of several files is an item of a list; a JSON value goes in as it is."""
    sent = send(
        "chat",
        *("--image", "a.png", "--image", "nul", "--note", "note", "--note=empty"),
        *("--filter", "value.json", "--filters", "value.json", "--filters", "value.json", "--any", '[-0.5, "\\n"]'),
    )

    value = json.loads(FILES["value.json"])
    assert sent.json() == CHAT | {
        "images": ["iVBORw0KGgoACgo=", "YQBi"],
        "notes": [FILES["note"].decode(), ""],
        "filter": value,
        "filters": [value, value],
        "any": [-0.5, "\n"],
    }


SET: dict[str, tuple[list[str], dict[str, Any]]] = {
    "json": (["a=5", "b=true", "c=null", 'd="5"', "e=[1, 2]", 'f={"g": {}}', "h=-1.5e3"], {"a": 5, "b": True, "c": None, "d": "5"}),
    "text": (["a=nan", "b=007", "c=.5", "d=[1,", "e=", "f={'a': 1}", "g=1 2", "h=+1"], {"a": "nan", "b": "007", "c": ".5", "d": "[1,"}),
    "text too": (["a=true ", "b=x=y", 'c="a" "b"', "d=[.5]", "e=[nan]", "f=\n1"], {"b": "x=y", "c": '"a" "b"', "d": "[.5]", "e": "[nan]"}),
    "hostile": (["a=$(touch pwned) `x` 'q' \\ ü 😀\n"], {"a": "$(touch pwned) `x` 'q' \\ ü 😀\n"}),
    "path": (["options.a.b=1", "options.a.c=x"], {"options": {"a": {"b": 1, "c": "x"}}}),
    "list": (["list.0.k=2", "list.-1=3", "list.2=4", "list.3.0=5"], {"list": [{"k": 2}, 3, 4, [5]]}),
    "new list": (["stop.0=a", "stop.1=b", "names.x.0.y=1"], {"stop": ["a", "b"], "names": {"x": [{"y": 1}]}}),
    "dots in names": ([r"labels.app\.x\.io/name=1", r"a\.b=2"], {"labels": {"app.x.io/name": 1}, "a.b": 2}),
    "over": (["model=q", "list=[]", "text.=x"][:2], {"model": "q", "list": []}),
    "odd names": (["a[b]=1", "ü ü=2", "$x=3", '"=4', "0=5", "-1=6"], {"a[b]": 1, "ü ü": 2, "$x": 3, '"': 4, "0": 5, "-1": 6}),
}


@pytest.mark.parametrize("name", SET)
def test_set(name: str, send: Callable[..., Recorded]) -> None:
    """JSON, and else a text, where the path leads."""
    fields, expected = SET[name]

    sent = send("chat", *(word for field in fields for word in ("--set", field))).json()

    assert {key: sent[key] for key in expected} == expected


def test_set_comes_last(send: Callable[..., Recorded]) -> None:
    assert send("chat", "--set=model=b", "--model", "a").json()["model"] == "b"


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("top_k", "--set needs PATH=VALUE, such as a.b=1"),
        ("=1", "--set needs PATH=VALUE"),
        (".=1", "--set needs PATH=VALUE"),
        ("a.=1", "--set needs PATH=VALUE"),
        ("a..b=1", "--set needs PATH=VALUE"),
        ("text.x=1", "--set text.x: there is no object or list to set it in, or no such item"),
        ("nothing.x=1", "--set nothing.x: there is no object or list"),
        ("list.k=1", "--set list.k: there is no object or list to set it in, or no such item"),
        ("list.3=1", "--set list.3: "),
        ("list.-3=1", "--set list.-3: "),
        ("list.1.x=1", "--set list.1.x: "),
        ("n=12345678901234567", "--set n holds a number that is too long for jq, which would round it"),
        ('n={"a": [-1234567890123456]}', "--set n holds a number that is too long for jq"),
        ("n=\udcff", "--set n is not UTF-8"),
    ],
)
def test_set_refuses(field: str, words: str, send: Callable[..., Recorded]) -> None:
    send("chat", "--set", field, fails=words)


def test_what_is_given_is_there_already(send: Callable[..., Recorded]) -> None:
    """A value that changes nothing leaves the body as the printed command has it."""
    default = send("chat").body
    assert send("chat", "--model", "m", "--set", "list.0.k=1").body == default
    assert send("chat", S_MODEL="m").body == default
    assert send("chat", "--set", "list.0.k=true").json()["list"][0] == {"k": True}


def test_body(send: Callable[..., Recorded]) -> None:
    """A file's bytes in place of the body, whatever they are; a variable that would change them does not."""
    assert send("chat", "--body", "value.json").body == FILES["value.json"]
    assert send("chat", "--body=long.json", S_MODEL="x").body == FILES["long.json"]
    assert send("chat", "--body", "latin-1").body == FILES["latin-1"]
    assert send("chat", "--body", "-", stdin=b"\0").body == b"\0"
    assert send("chat", "--body", "value.json").header("Content-Type") == "application/json"


@pytest.mark.parametrize(
    ("body", "given", "sent"),
    [
        ([{"role": "system", "content": "s"}, {"role": "user", "content": "u"}], ["Q", "--system", "S"], ["S", "Q"]),
        ([{"role": "user", "content": "u"}], ["Q"], ["Q"]),
        ([{"role": "user", "content": "u"}], ["--system", "S"], '--system: in the file of --body .messages[0].role is not "system"'),
        ([{"role": "assistant", "content": "a"}], ["Q"], 'PROMPT: in the file of --body .messages[-1].role is not "user"'),
        ([], ["Q"], 'PROMPT: in the file of --body .messages[-1].role is not "user"'),
        (["text"], ["Q"], 'PROMPT: in the file of --body .messages[-1].role is not "user"'),
        ("text", ["Q"], 'PROMPT: in the file of --body .messages[-1].role is not "user"'),
    ],
)
def test_a_value_takes_the_place_of_nothing_else(
    body: Any, given: list[str], sent: list[str] | str, tmp_path: Path, bash: Run, recorder: Recorder
) -> None:
    """In a file of --body the first message may be no system prompt, and the last one no question."""
    recorder.answers('{"choices": [{"message": {"content": "ok"}}]}')
    file = tmp_path / "body.json"
    file.write_text(json.dumps({"model": "m", "messages": body}), "utf-8")
    done = bash(OUT / "ollama-chat-completions.sh", "--body", str(file), *given, env={"OLLAMA_BASE_URL": recorder.url})

    if isinstance(sent, str):
        assert (done.returncode, recorder.requests) == (2, []) and sent in done.stderr.decode()
    else:
        assert [message["content"] for message in recorder.only().json()["messages"]] == sent, done.stderr


def test_body_without_fresh_values(send: Callable[..., Recorded]) -> None:
    """What is made anew for each run belongs to the catalog's body; what is given, to any."""
    assert send("fresh", "--body", "value.json").body == FILES["value.json"]
    assert send("fresh", "--body", "value.json", "--id", "a").json()["id"] == "a"


def test_body_with_values(send: Callable[..., Recorded]) -> None:
    """What is given beside it is put into it."""
    sent = send("chat", "--body", "value.json", "--model", "m", "--set", "z.0=2")

    assert sent.json() == {"z": [2, {"ü": None}], "model": "m"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--body", "gone"], "cannot read gone"),
        (["--body", "long.json", "--model", "x"], "--body long.json holds a number that is too long for jq, which would round it"),
        (["--body", "two.json", "--set", "a=1"], "--body: two.json does not hold JSON"),
        (["--body", "empty", "--set", "a=1"], "--body: empty does not hold JSON"),
        (["--body", "note", "--model", "x"], "--body: note does not hold JSON"),
        (["--body", "latin-1", "--model", "x"], "--body: latin-1 is not UTF-8"),
        (["--filter", "note"], "--filter: note does not hold JSON"),
        (["--filter", "two.json"], "--filter: two.json does not hold JSON"),
        (["--filter", "nul"], "--filter: nul is not UTF-8, or holds a NUL"),
        (["--filter", "long.json"], "the value for .filter holds a number that is too long for jq"),
        (["--note", "latin-1"], "--note: latin-1 is not UTF-8"),
        (["--any", "nan"], "--any must be JSON"),
        (["--any", "[007]"], "--any must be JSON"),
        (["--any", ""], "--any must be JSON"),
        (["--any", "1 2"], "--any must be JSON"),
        (["--any", "[9007199254740993]"], "the value for .any holds a number that is too long for jq"),
        (["--model", "\udcff"], "the text for .model is not UTF-8"),
    ],
    ids=lambda value: " ".join(value).encode("ascii", "replace").decode() if isinstance(value, list) else "",
)
def test_json_refuses(arguments: list[str], words: str, send: Callable[..., Recorded]) -> None:
    send("chat", *arguments, fails=words)


def test_long_number(send: Callable[..., Recorded]) -> None:
    """It is sent exactly, or nothing is sent."""
    assert send("long").body == b'{"id": 12345678901234567890}'
    send("long", "--set", "a=1", fails="the body holds a number that is too long for jq, which would round it: send --body FILE alone")


def test_long_body(send: Callable[..., Recorded], tmp_path: Path) -> None:
    """A megabyte of JSON, with a field put into it."""
    (tmp_path / "home" / "large.json").write_text(json.dumps({"text": 'é"\\' * 100_000, "list": list(range(50_000))}))

    sent = send("chat", "--body", "large.json", "--set", "a=1").json()

    assert (sent["text"], len(sent["list"]), sent["a"]) == ('é"\\' * 100_000, 50_000, 1)


@pytest.mark.parametrize(
    ("endpoint", "shown"),
    [
        ("chat", ["--set PATH=VALUE", "--body FILE"]),
        ("fields", ["--body FILE"]),
        ("put", ["--body FILE"]),
        ("text", ["--body FILE"]),
        ("up", []),
    ],
)
def test_help_has_them(endpoint: str, shown: list[str], tmp_path: Path, bash: Run) -> None:
    """Where they do something."""
    file = tmp_path / "catalog.yaml"
    file.write_text(CATALOG.replace("@URL@", "http://localhost"), "utf-8")
    script = tmp_path / "script.sh"
    script.write_text(Renderer(catalog.read(file)).script("s", endpoint).text, "utf-8")

    lines = bash(script, "--help").stdout.decode().splitlines()

    assert [row for row in ("--set PATH=VALUE", "--body FILE") if any(line.startswith(f"  {row} ") for line in lines)] == shown
