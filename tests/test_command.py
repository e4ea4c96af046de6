"""The pieces of a command: bash reads them as what they say they are, and each place of a reader's value takes one."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import CATALOGS, ENVIRONMENT, ROOT, mostly_slow
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from generator import bash, json_text, request
from generator.catalog.model import ApiKey, Backend, Cell, Flag, Parameter, Pipeline, Program, Several, UrlValue
from generator.command import Command, CommandPiece, ReaderKey, ReaderText, ReaderUrl, build_command, export_line, jq_command
from generator.render.renderer import Renderer

FILES = [ROOT / "catalog.yaml", CATALOGS / "hostile.yaml", CATALOGS / "variables.yaml", *sorted((CATALOGS / "good").glob("*.yaml"))]
each_catalog = pytest.mark.parametrize(
    "file", mostly_slow({file.stem: file for file in FILES}, quick=["catalog", "hostile", "variables", "everything", "docker"])
)

PROGRAMS: tuple[Program, ...] = ("curl", "grep", "jq", "base64")
STUBS = """
handed() {
  local program="$1" word='' stdin='' && shift
  for word; do [[ ${word} != @- ]] || { stdin=$(cat; printf x); stdin=${stdin%x}; }; done
  printf '%s\\0' "$@" "${stdin}" > "${RECORD}/${number}.${program}"
}
for program in curl grep jq base64; do eval "${program}() { handed ${program} \\"\\$@\\"; }"; done
exec 3>&2 > /dev/null < /dev/null
number=0
while IFS= read -r -d '' -u 9 command; do
  ( eval "${command}" ) || echo "failed: ${command}" >&2
  number=$((number + 1))
done 9< "${COMMANDS}"
"""
SECRET = 'it\'s "a" $(touch pwned) \\ secret'


def read_by_bash(folder: Path, commands: Sequence[str], keys: Sequence[str] = ()) -> list[dict[str, list[str]]]:
    """What each program is handed when bash runs each of the commands: its arguments, and at the end its standard input."""
    shutil.rmtree(folder / "read", ignore_errors=True)
    record, empty, file = folder / "read" / "record", folder / "read" / "empty", folder / "read" / "commands"
    record.mkdir(parents=True)
    empty.mkdir()
    file.write_bytes(b"".join(command.encode() + b"\0" for command in commands))
    done = subprocess.run(
        ["bash", "-c", STUBS],
        env={**ENVIRONMENT, "RECORD": str(record), "COMMANDS": str(file), **dict.fromkeys(keys, SECRET)},
        cwd=empty,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert not (empty / "pwned").exists()
    return [
        {
            program: (record / f"{number}.{program}").read_bytes().decode("utf-8", "surrogateescape").split("\0")[:-1]
            for program in PROGRAMS
            if (record / f"{number}.{program}").exists()
        }
        for number in range(len(commands))
    ]


def words_of(command: Command) -> list[tuple[str, list[str]]]:
    """The programs, each with its words as they are typed: what stands between blanks, but for redirections and line ends."""
    found: list[tuple[str, list[str]]] = []
    text, redirected = "", False
    for piece in (*command.pieces, CommandPiece(" ", "blank")):
        if piece.role == "program":
            found.append((piece.text, []))
        elif piece.role == "sign" and piece.text in (">", "<<"):
            redirected = True
        elif piece.role in ("blank", "heredoc"):
            if text and not redirected:
                found[-1][1].append(text)
            redirected = redirected and not text
            text = ""
            if piece.role == "heredoc":
                break
        elif not (piece.role == "sign" and piece.text in ("|", "\\")):
            text += piece.text
    return found


def unquoted(lists: Sequence[Sequence[str]], keys: Sequence[str]) -> list[list[str]]:
    """What bash makes of each list of words."""
    script = 'each() { printf \'%s\\0\' "$#" "$@"; }\n' + "".join(f"each {' '.join(words)}\n" for words in lists)
    env = {**ENVIRONMENT, **dict.fromkeys(keys, SECRET)}
    printed = iter(subprocess.run(["bash"], input=script.encode(), env=env, capture_output=True, check=True).stdout.decode().split("\0"))
    return [[next(printed) for _ in range(int(next(printed)))] for _ in lists]


def options(command: Command) -> list[tuple[Program, str]]:
    return [(piece.program, piece.flag) for piece in command.pieces if piece.role == "option" and piece.program]


def options_of(program: Program, arguments: Sequence[str], known: Mapping[str, Flag]) -> list[tuple[Program, str]]:
    """The options among the arguments that a program is handed; what an option takes is none."""
    found: list[tuple[Program, str]] = []
    takes_value = False
    for word in arguments:
        if takes_value or not word.startswith("-"):
            takes_value = False
            continue
        flags = [word] if word.startswith("--") else [f"-{letter}" for letter in word[1:]]
        found += [(program, flag) for flag in flags]
        takes_value = known[flags[-1]].value is not None
    return found


def jq_puts_secrets(backend: Backend, cell: Cell) -> bool:
    return any(secret.place in ("path", "query", "body") for secret in request.build_request(backend, cell).secrets)


@each_catalog
def test_bash_reads_the_pieces(file: Path, render: Callable[[Path], Renderer], tmp_path: Path) -> None:
    """Each program is handed the words that the pieces are, and the options among them are those of the pieces."""
    renderer = render(file)
    keys = [key.variable for key in renderer.catalog.keys]
    cells = [(backend, cell) for backend in renderer.catalog.backends.values() for cell in backend.cells]
    # Where jq puts a secret into the URL or the body, it runs more than once: test_secrets.py runs these.
    commands = [renderer.command(backend.id, cell.id) for backend, cell in cells if not jq_puts_secrets(backend, cell)]
    read = read_by_bash(tmp_path, [command.text for command in commands], keys)
    typed = [(number, program, words) for number, command in enumerate(commands) for program, words in words_of(command)]
    found: list[dict[str, list[str]]] = [{} for _ in commands]
    for (number, program, _), words in zip(typed, unquoted([words for _, _, words in typed], keys), strict=True):
        found[number][program] = words
    for command, handed, by_piece in zip(commands, read, found, strict=True):
        stdin = by_piece.pop("printf", ["", ""])[1]
        assert {program: arguments[:-1] for program, arguments in handed.items()} == by_piece
        assert stdin in ("", handed["curl"][-1])
        read_options = [
            option for program in PROGRAMS for option in options_of(program, handed.get(program, [])[:-1], renderer.catalog.flags[program])
        ]
        assert sorted(read_options) == sorted(options(command))


@each_catalog
def test_pieces_of_every_command(file: Path, render: Callable[[Path], Renderer]) -> None:
    """The values stand where they should and nowhere else; what is used is explained once."""
    renderer = render(file)
    for backend in renderer.catalog.backends.values():
        for cell in backend.cells:
            command, asked = renderer.command(backend.id, cell.id), request.build_request(backend, cell)
            assert all((piece.role == "value") == (piece.value is not None) for piece in command.pieces)
            places = [(piece.text, piece.value) for piece in command.pieces if piece.value]
            (url, of_url), *others = places
            assert isinstance(of_url, ReaderUrl)
            secrets = [part.secret.variable for part in of_url.behind_base if part.secret]
            assert url == bash.word(asked.url) if not secrets else url.split('"$(printf %s "$')[1:] == [f'{secrets[0]}" | jq -sRr @uri)"']
            behind = [f"{{{part.secret.variable}}}" if part.secret else part.value or "" for part in of_url.behind_base]
            assert asked.base + "".join(behind) == asked.url
            assert of_url.parent_segments == cell.parent_segments
            keys = [secret.key for secret in asked.secrets if secret.key and secret.place == "headers"]
            assert of_url.optional_key == next((key for key in keys if not key.required), None)
            header_keys = [(text, value.key) for text, value in others if isinstance(value, ReaderKey)]
            assert header_keys == [(bash.variable(key.header_start, key.variable), key) for key in keys if key.required]
            texts = [(value.variable, value.default) for _, value in others if isinstance(value, ReaderText)]
            assert sorted(texts) == sorted(wanted(cell, asked))
            assert len(texts) + len(header_keys) == len(others)
            explained = [(piece.program, piece.flag) for piece in command.pieces if piece.program]
            signs = [flag for program, flag in explained if program == "bash"]
            assert len(set(signs)) == len(signs)
            assert set(explained) <= set(command.flags) and len(set(command.flags)) == len(command.flags)
            encoding = {("jq", "-s"), ("jq", "-R"), ("jq", "-r")} if secrets else set()  # inside the word of the URL
            assert {pair for pair in command.flags if pair[0] != "bash"} == set(options(command)) | encoding
            assert command.variables == {variable for variable, _ in texts} | {
                part.parameter.variable
                for part in (*asked.path, *asked.query)
                if part.parameter and part.parameter.variable and part.value is not None
            }
            reading = "".join(piece.text for piece in command.pieces if piece.reads_answer)
            assert reading.startswith("| ") == bool(cell.pipelines)
            assert reading.startswith(f"| {jq_command(cell.pipelines[0], cell)}" if cell.pipelines else "")
            assert command.text.endswith(reading) or "<<" in command.text


def wanted(cell: Cell, asked: request.Request) -> list[tuple[str, str]]:
    """The parameters with a variable in header, form, fields and body, each with what is sent by default."""
    parts = [part for part in (*asked.headers, *(asked.form or ()), *(asked.urlencoded or ())) if not part.file and not part.media_type]
    parts += [asked.file] if asked.file and not asked.loads_file else []
    pairs = [
        (piece.parameter.variable, piece.value)
        for piece in parts
        if piece.parameter and piece.parameter.variable and piece.value is not None
    ]
    for parameter in cell.parameters.values():
        value = cell.default(parameter) if parameter.at[0] == "body" else None
        if parameter.variable and isinstance(value, str):
            pairs.append((parameter.variable, value))
    return [(str(variable), str(value)) for variable, value in pairs]


LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), max_size=8).filter(
    lambda text: bool(text.strip(" \t"))
)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
HARD = 'it\'s "a" $(touch pwned) `x` \\ %41 {IN_URL=} 中文 😀\x7f'
BACKEND = Backend(id="lab", base_url="http://h/a/v1", endpoints={})
KEY = ApiKey(variable="LAB_KEY")


def made(fixed: tuple[str, str], usual: tuple[str, str], *, form: bool, filler: str = "") -> Command:
    """A command that holds a line and a text in every place, once fixed and once as what a variable sets."""
    (fixed_line, fixed_text), (line, text) = fixed, usual
    at: dict[str, tuple[str | int, ...]] = {"IN_URL": ("path", "it"), "IN_QUERY": ("query", "it"), "IN_HEADER": ("headers", "X-It")}
    at |= {"IN_FORM": ("form", "it")} if form else {"IN_BODY": ("body", "its", -1, "text")}
    cell = Cell(
        id="x",
        method="PUT",
        path="/x/{it}",
        query={"same": UrlValue(fixed_text), "it": UrlValue(text)},
        headers={"X-Same": UrlValue(fixed_line), "X-It": UrlValue(line)},
        form={"same": UrlValue(fixed_text), "it": UrlValue(text)} if form else None,
        body=None if form else {"same": fixed_text, fixed_text + "'": [filler], "its": [{"same": fixed_text}, {"text": text}]},
        parameters={name.lower(): Parameter(id=name.lower(), at=at, variable=name) for name, at in at.items()},
        values={"in_url": f"{text}x"},
        api_key=Several([KEY]),
        pipelines=(Pipeline(name="answer", jq=fixed_line, raw=True),),
    )
    return build_command(cell, request.build_request(BACKEND, cell))


def encoded(part: request.RequestPart, text: str) -> str:
    """A value as it stands in its part of the URL."""
    return request.in_path(text) if part.parameter and part.parameter.at[0] == "path" else request.in_query(text)


def with_values(piece: CommandPiece, line: str, text: str) -> str:
    """What a page puts in the place of a piece."""
    match piece.value:
        case ReaderUrl(behind_base=parts):
            own = {"IN_URL": f"{text}x", "IN_QUERY": text}
            variables = [part.parameter.variable if part.parameter else None for part in parts]
            values = [
                encoded(part, own[variable]) if variable else part.value or "" for variable, part in zip(variables, parts, strict=True)
            ]
            return bash.word(BACKEND.base_url + "".join(values))
        case ReaderKey(key=key):
            return bash.word(key.header_start + SECRET)
        case ReaderText(variable="IN_HEADER", inside="word", before=before):
            return bash.word(before + line)
        case ReaderText(inside="word", before=before):
            return bash.word(before + text)
        case ReaderText(inside="json"):
            return json_text.compact(text)[1:-1].replace("'", "'\"'\"'")
        case ReaderText(inside="heredoc"):
            return json_text.compact(text)[1:-1]
    return piece.text


@given(LINE, TEXT, LINE, TEXT, st.sampled_from(["form", "body", "long"]))
@example("a", "a", "b", "b", "body")
@example("a", "", "b", "b", "long")
@example("a", "", "b", "b", "body")
@example(HARD, HARD, "b", "b", "long")
@example(HARD, HARD, "b", "b", "body")
@example("a", "a", HARD, HARD + "\n\x01\t", "form")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_value_goes_where_its_variable_does(tmp_path: Path, line: str, text: str, own_line: str, own_text: str, kind: str) -> None:
    """With other values in their places, a command sends what the command of a catalog with those values sends.

    The same texts stand in it as fixed ones too, which stay as they are.
    """
    filler = "x" * request.MOST_ARGUMENT if kind == "long" else ""
    command = made((line, text), (line, text), form=kind == "form", filler=filler)
    other = made((line, text), (own_line, own_text), form=kind == "form", filler=filler)
    assert [value.default for piece in command.pieces if isinstance(value := piece.value, ReaderText)] == [line, text]
    assert command.variables == {"IN_URL", "IN_QUERY", "IN_HEADER", "IN_FORM" if kind == "form" else "IN_BODY"}
    assert "".join(piece.text for piece in command.pieces if piece.reads_answer) == f"| jq -r {bash.word(line)}"
    replaced = "".join(with_values(piece, own_line, own_text) for piece in command.pieces)
    assert ("<<" in command.text.split("\n", 10)[-1] or "-d @- << 'JSON'" in command.text) == (kind == "long")

    sent, expected = read_by_bash(tmp_path, [replaced, other.text], [KEY.variable])

    assert as_sent(sent["curl"]) == as_sent(expected["curl"])
    assert sent["jq"] == expected["jq"] == ["-r", line, ""]
    assert f"Authorization: Bearer {SECRET}" in sent["curl"]


def as_sent(arguments: Sequence[str]) -> list[Any]:
    """The arguments of curl and its standard input, with a JSON body read."""
    *words, stdin = arguments
    if "-d" in words[:-1] and words[-1] != "@-":
        return [*words[:-1], json.loads(words[-1])]
    return [*words, json.loads(stdin) if stdin else None]


def shown(command: Command) -> list[str]:
    """The pieces as `role text`, with what explains them behind."""
    return [f"{piece.role} {piece.text}" + (f" ← {piece.program} {piece.flag}" if piece.program else "") for piece in command.pieces]


def of_cell(**keys: Any) -> Command:
    cell = Cell(**{"id": "x", "method": "GET", "path": "/x", **keys})
    return build_command(cell, request.build_request(BACKEND, cell))


def test_pieces_by_hand() -> None:
    """A JSON body, a key and a pipeline."""
    command = of_cell(
        method="POST",
        api_key=Several([KEY]),
        body={"model": "m", "n": 1},
        parameters={"model": Parameter(id="model", at=("body", "model"), variable="MODEL")},
        pipelines=(Pipeline(name="answer", jq=".a | .b", raw=True),),
    )
    assert shown(command) == [
        "program curl",
        "blank  ",
        "option -f ← curl -f",
        "option s ← curl -s",
        "option S ← curl -S",
        "blank  ",
        "value http://h/a/v1/x",
        "blank  ",
        "sign \\ ← bash \\",
        "blank \n ",
        "blank  ",
        "option -H ← curl -H",
        "blank  ",
        'value "Authorization: Bearer $LAB_KEY"',
        "blank  ",
        "sign \\",
        "blank \n ",
        "blank  ",
        "option -H ← curl -H",
        "blank  ",
        "sign ' ← bash '",
        "word Content-Type: application/json'",
        "blank  ",
        "sign \\",
        "blank \n ",
        "blank  ",
        "option -d ← curl -d",
        "blank  ",
        "sign '",
        'word {"model": "',
        "value m",
        'word ", "n": 1}',
        "word '",
        "blank  ",
        "sign | ← bash |",
        "blank  ",
        "program jq",
        "blank  ",
        "option -r ← jq -r",
        "blank  ",
        "sign '",
        "word .a | .b",
        "word '",
    ]
    assert command.flags == (
        ("curl", "-f"),
        ("curl", "-s"),
        ("curl", "-S"),
        ("bash", "\\"),
        ("curl", "-H"),
        ("bash", '"'),
        ("bash", "'"),
        ("curl", "-d"),
        ("bash", "|"),
        ("jq", "-r"),
    )


LONG = "x" * (request.MOST_ARGUMENT + 1)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ({}, "curl -fsS http://h/a/v1/x"),
        ({"method": "HEAD"}, "curl -fsSI http://h/a/v1/x"),
        ({"method": "DELETE", "response": "headers"}, "curl -fsS -D - -o /dev/null -X DELETE http://h/a/v1/x"),
        ({"method": "HEAD", "base_url": "http://up/b"}, "curl -fsSI http://up/b/x"),
        ({"method": "POST"}, "curl -fsS -X POST http://h/a/v1/x"),
        ({"path": "../x", "query": {"a b": "'"}}, "curl -fsS 'http://h/a/x?a%20b=%27'"),
        ({"path": "/it's"}, "curl -fsS 'http://h/a/v1/it'\"'\"'s'"),
        (
            {"method": "POST", "text": "a"},
            "curl -fsS http://h/a/v1/x \\\n  -H 'Content-Type: text/plain; charset=utf-8' \\\n  --data-raw a",
        ),
        (
            {"method": "POST", "text": LONG},
            f"printf %s {LONG} | curl -fsS http://h/a/v1/x \\\n  -H 'Content-Type: text/plain; charset=utf-8' \\\n  --data-binary @-",
        ),
        (
            {"method": "POST", "body": LONG, "pipelines": (Pipeline(name="a", jq="."),)},
            "curl -fsS http://h/a/v1/x \\\n  -H 'Content-Type: application/json' \\\n  -d @- << 'JSON' | jq .\n" + f'"{LONG}"\nJSON',
        ),
        (
            {"response": "events", "pipelines": (Pipeline(name="a", jq=".a", raw=True),)},
            "curl -fsSN http://h/a/v1/x | grep --line-buffered -o '{.*}' | jq -j --unbuffered .a",
        ),
        ({"response": "file", "save_as": "an image.png"}, "curl -fsS http://h/a/v1/x \\\n  -o 'an image.png'"),
        (
            {"response": "file", "save_as": "an image.png", "pipelines": (Pipeline(name="a", jq=".a", raw=True),)},
            "curl -fsS http://h/a/v1/x | jq -r .a | base64 -d > 'an image.png'",
        ),
        ({"headers": {"X-Empty": ""}}, "curl -fsS http://h/a/v1/x \\\n  -H 'X-Empty;'"),
    ],
    ids=lambda item: str(item)[:60],
)
def test_text_by_hand(keys: dict[str, Any], text: str) -> None:
    """The forms that a command has."""
    assert of_cell(**keys).text == text


def test_signs_inside_a_value_are_used() -> None:
    """A quote that only a reader's value has is listed, but not explained where it stands: the page may take it away."""
    command = of_cell(query={"a": "1"})
    assert ("bash", "'") in command.flags
    assert [piece.program for piece in command.pieces if piece.program] == ["curl", "curl", "curl"]


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        (ApiKey(variable="K", example="it's $(x)"), None, "it's $(x)"),
        (ApiKey(variable="K", example="it's $(x)"), "mine", "mine"),
        (ApiKey(variable="K"), None, "typed '\\"),
        (ApiKey(variable="K"), "mine", "mine"),
        (ApiKey(variable="K", scheme="basic"), None, "typed '\\"),
    ],
)
def test_export_line(key: ApiKey, before: str | None, after: str) -> None:
    """A key that is set stays; else it is the example, or what is typed; the shell says where it has to be a user and a password."""
    done = subprocess.run(
        ["bash", "-c", f"{export_line(key)}\nprintenv K"],
        env={**ENVIRONMENT, **({"K": before} if before else {})},
        input=b"typed '\\\n",
        capture_output=True,
        check=True,
    )
    asked = "user:password" if key.scheme == "basic" else "Key"
    assert done.stdout.decode() == (f"{after}\n" if before or key.example else f"{asked}: \n{after}\n")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=16,
)


def leaves(value: Any, path: json_text.Path = ()) -> list[tuple[json_text.Path, Any]]:
    """Each value that holds no other, with its path."""
    if not value or not isinstance(value, (dict, list)):
        return [(path, value)]
    items: Any = value.items() if isinstance(value, dict) else enumerate(value)
    return [leaf for step, item in items for leaf in leaves(item, (*path, step))]


@given(JSON, st.sampled_from([1, 20, 80]))
@settings(max_examples=150, deadline=None)
def test_runs_of_a_json_text(value: Any, width: int) -> None:
    """Joined they are the value, and each run with a path is the value there."""
    for runs in (list(json_text.pretty_runs(value, width=width)), list(json_text.compact_runs(value))):
        assert json.loads("".join(text for text, _ in runs)) == value
        assert repr([(path, json.loads(text)) for text, path in runs if path is not None]) == repr(leaves(value))
    assert "".join(text for text, _ in json_text.compact_runs(value)) == json_text.compact(value)
