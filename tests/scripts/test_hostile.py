"""Whatever text a catalog holds, in whatever place: it arrives as it stands and nothing of it runs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
import yaml
from conftest import CATALOGS, Run, every_script, mostly_slow
from linters import complaints
from recorder import Recorder
from wire import Json, Part, Sent, sent

from generator import catalog
from generator.render.renderer import Renderer

pytestmark = pytest.mark.slow  # in make check the quick ones of the good catalogs and of test_values.py stand for these

BASE = "/it's/$(touch)/;&,=!*+@:~/%41%20'"
KEY = "k'e\"y $(touch pwned) `x` \\ $HOME"

HOSTILE = yaml.load(CATALOGS.joinpath("hostile.yaml").read_text("utf-8"), yaml.SafeLoader)
ALL: str = HOSTILE["title"]
LINES: str = HOSTILE["backends"]["nasty"]["about"]["en"]


@pytest.fixture
def server(recorder: Recorder) -> Recorder:
    recorder.answers({"it's": "x"})
    return recorder


@pytest.fixture(scope="session")
def renderer(session_recorder: Recorder, tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    """The hostile catalog with its backend at the recorder."""
    text = CATALOGS.joinpath("hostile.yaml").read_text("utf-8")
    path = tmp_path_factory.mktemp("hostile") / "hostile.yaml"
    path.write_text(text.replace("base_url: http://localhost/", f"base_url: {session_recorder.url}/"), "utf-8")
    return Renderer(catalog.read(path))


@pytest.fixture
def home(bash: Run, tmp_path: Path) -> Path:
    """Where bash runs, with the files that the form uploads and those that an unquoted @ would."""
    home = tmp_path / "home"
    for name in (upload_name(), "-x", "file"):
        (home / name).write_bytes(name.encode())
    return home


def upload_name() -> str:
    name: str = HOSTILE["endpoints"]["form"]["form"]["file"]["file"]
    return name


def run_both(renderer: Renderer, backend: str, endpoint: str, server: Recorder, home: Path, bash: Run, *arguments: str) -> list[Sent]:
    """The requests of the script, of its dry run's command and (without arguments) of the printed command."""
    server.requests.clear()
    script = home / "script.sh"
    script.write_bytes(renderer.script(backend, endpoint).text.encode("utf-8"))
    env = {"NASTY_KEY": KEY}
    runs = [bash(script, *arguments, env=env)]
    dry = bash(script, "--dry-run", *arguments, env=env)
    assert (dry.returncode, dry.stderr) == (0, b"")
    pasted = home / "pasted.sh"  # Linux takes no argument of 200 kB, so not bash -c
    pasted.write_bytes(dry.stdout)
    runs.append(bash(pasted, env=env))
    if not arguments:
        pasted.write_text(renderer.command(backend, endpoint).text + "\n", "utf-8")
        runs.append(bash(pasted, env=env))
    for result in runs:
        assert (result.returncode, result.stderr if endpoint != "file" else b"") == (0, b"")
    assert not (home / "pwned").exists()
    made = [sent(request) for request in server.requests]
    server.requests.clear()
    assert len(made) == len(runs)
    return made


COMMON_HEADERS = {
    "x-key": ALL + KEY,
    "x-all": ALL,
    "x-empty": "",
    "x-blank": "",
    "x-option": "-x",
    "x-file": "@file",
    "x-semicolon": "a;",
    "x-colon": ":",
    "x!#$%&'*+.^_`|~-1": "odd name",
}
COMMON_QUERY = [(ALL, ALL), (LINES, LINES), ("", ""), ("a&b=c#d?e+f g%h", "a&b=c#d?e+f g%h"), ("many", ALL), ("many", ""), ("many", LINES)]
TEXT = {"content-type": "text/plain; charset=utf-8"}


def read(request: Sent) -> tuple[str, str, list[tuple[str, str]], dict[str, str], Any]:
    """A request with its target decoded: method, path below the base URL, query, headers, body."""
    url = urlsplit(request.target)
    assert url.path.startswith(BASE), url.path
    query = parse_qsl(url.query, keep_blank_values=True, strict_parsing=True, errors="strict")
    return request.method, unquote(url.path[len(BASE) :], errors="strict"), query, request.headers, request.body


@pytest.mark.parametrize("endpoint", [name for name in HOSTILE["endpoints"] if name.startswith("text")])
def test_texts_arrive(endpoint: str, renderer: Renderer, server: Recorder, home: Path, bash: Run) -> None:
    """A text body arrives byte for byte: @ and - at its start, delimiters, line ends of every kind."""
    expected = ("POST", "/text", COMMON_QUERY, COMMON_HEADERS | TEXT, HOSTILE["endpoints"][endpoint]["text"].encode())

    for request in run_both(renderer, "nasty", endpoint, server, home, bash):
        assert expected == read(request)


def test_path_query_and_headers_arrive(renderer: Renderer, server: Recorder, home: Path, bash: Run) -> None:
    """Paths, names and values of queries, and headers arrive as they were written."""
    path = HOSTILE["endpoints"]["get"]["path"]

    for request in run_both(renderer, "nasty", "get", server, home, bash):
        assert ("GET", path, [*COMMON_QUERY, ("own", ALL)], COMMON_HEADERS | {"x-own": ALL}, b"") == read(request)


@pytest.mark.parametrize("endpoint", ["json", "surrogates", "list"])
def test_json_arrives(endpoint: str, renderer: Renderer, server: Recorder, home: Path, bash: Run) -> None:
    """A JSON body arrives equal, control characters and halves of characters included."""
    body = HOSTILE["endpoints"][endpoint]["body"]
    if endpoint == "surrogates":  # PyYAML reads the two escapes of a pair as two halves; JSON, and curlsheet, as one character
        body = {"\ud800": "\udc00 and 😀", "pair": "😀", "big": 123456789012345678901234567890}

    for request in run_both(renderer, "nasty", endpoint, server, home, bash):
        assert ("POST", f"/{endpoint}", COMMON_QUERY, COMMON_HEADERS | {"content-type": "application/json"}, Json(body)) == read(request)


@pytest.mark.parametrize("given", [(), ("--all", ALL, "--file", "-x")], ids=["defaults", "given"])
def test_form_arrives(given: tuple[str, ...], renderer: Renderer, server: Recorder, home: Path, bash: Run) -> None:
    """Form parts arrive with their names, texts and files; @, < and ; mean nothing in a text."""
    file = "-x" if given else upload_name()
    expected = [
        Part("it's $(touch pwned) `touch pwned` ${HOME} ;\\ 中文", ALL.encode()),
        Part("all", ALL.encode()),
        Part("lines", LINES.encode()),
        Part("at", b"@file"),
        Part("less", b"<file"),
        Part("type", b"a;type=text/html"),
        Part("empty", b""),
        Part("file", file.encode(), file),
        Part("dash", b"-x", "-x"),
    ]

    for request in run_both(renderer, "nasty", "form", server, home, bash, *given):
        assert ("POST", "/form", COMMON_QUERY, COMMON_HEADERS, expected) == read(request)


def test_file_is_saved_under_its_name(renderer: Renderer, server: Recorder, home: Path, bash: Run) -> None:
    """An answer is saved under a name like an option with quotes in it."""
    name = HOSTILE["endpoints"]["file"]["save_as"]
    (home / "script.sh").write_text(renderer.script("nasty", "file").text, "utf-8")
    server.requests.clear()

    for arguments in ((home / "script.sh",), ("-c", renderer.command("nasty", "file").text)):
        result = bash(*arguments, env={"NASTY_KEY": KEY})
        assert (result.returncode, result.stdout) == (0, b"")
        assert json.loads((home / name).read_bytes()) == {"it's": "x"}
        (home / name).unlink()
    assert not (home / "pwned").exists()
    server.requests.clear()


@pytest.mark.parametrize("given", [False, True], ids=["defaults", "all given"])
def test_parameters_arrive(given: bool, renderer: Renderer, server: Recorder, home: Path, bash: Run) -> None:
    """Defaults and given values of parameters at hostile places arrive, whatever the names of those places."""
    arguments = ["--two", LINES, "--six", ALL]
    body = HOSTILE["endpoints"]["parameters"]["body"] | {LINES: ALL}
    one, own, header = ALL, ALL, ALL
    if given:
        arguments += ["--one=-x", "--three=" + ALL[::-1], "--four", LINES, "--seven", LINES, "--", "-x"]
        one, own, header = "-x", LINES, ALL[::-1]
        body |= {ALL: "-x", "\"it's\\\\": LINES}
    expected = (
        "POST",
        f"/p/{one}/{LINES}",
        [*COMMON_QUERY, ("own", own)],
        COMMON_HEADERS | {"x-own": header, "content-type": "application/json"},
        Json(body),
    )

    for request in run_both(renderer, "nasty", "parameters", server, home, bash, *arguments):
        assert expected == read(request)


@pytest.mark.parametrize("endpoint", [name for name in HOSTILE["endpoints"] if name != "gone"])
def test_help_and_messages_are_literal(endpoint: str, renderer: Renderer, server: Recorder, home: Path, bash: Run) -> None:
    """--help prints the catalog's words as they are; failures print its troubles; nothing runs."""
    script = home / "script.sh"
    script.write_text(renderer.script("nasty", endpoint).text, "utf-8")
    server.requests.clear()

    helped = bash(script, "--help")
    assert (helped.returncode, helped.stderr) == (0, b"")
    assert ALL in helped.stdout.decode()
    no_key = bash(script, *(["--two=a", "--six=b"] if endpoint == "parameters" else []))
    assert (no_key.returncode, no_key.stdout, server.requests) == (2, b"", [])
    assert not (home / "pwned").exists()


@pytest.mark.parametrize(
    ("status", "answer", "say"),
    [(404, b"nothing $(touch pwned)", ALL), (500, HOSTILE["backends"]["nasty"]["troubles"][1]["when"][1:-1].encode(), LINES.rstrip("\n"))],
    ids=["status", "words"],
)
def test_troubles_are_literal(status: int, answer: bytes, say: str, renderer: Renderer, server: Recorder, home: Path, bash: Run) -> None:
    """The trouble that fits is shown word for word, also one that is known by hostile words of the answer."""
    script = home / "script.sh"
    script.write_text(renderer.script("nasty", "text").text, "utf-8")
    server.answers(answer, status)

    result = bash(script, env={"NASTY_KEY": KEY})
    server.answers({"it's": "x"})
    server.requests.clear()

    assert (result.returncode, result.stdout) == (22, b"")
    assert result.stderr.decode().rstrip("\n").endswith(say)
    assert not (home / "pwned").exists()


def test_filters_print_what_they_say(renderer: Renderer, server: Recorder, home: Path, bash: Run) -> None:
    """A filter full of quotes reaches jq as it is, in the script and in the command."""
    (home / "script.sh").write_text(renderer.script("nasty", "get").text, "utf-8")
    expected = b'it\'s "$(touch pwned)" `touch pwned` ${HOME} %s \\ {{ 7*7 }}{% raw %} x </script>\n'

    for arguments in ((home / "script.sh",), ("-c", renderer.command("nasty", "get").text)):
        result = bash(*arguments, env={"NASTY_KEY": KEY})
        assert (result.returncode, result.stdout, result.stderr) == (0, expected, b"")
    server.requests.clear()
    assert not (home / "pwned").exists()


# All but those without a script, or with \r in the body's line ends, which shfmt would take out. Of each kind one is linted first.
CLEAN = [name for name in HOSTILE["endpoints"] if name not in ("gone", "text-returns")]
LINTED = ["get", "json", "text-delimiters", "form", "file", "parameters"]


@pytest.mark.parametrize("names", [LINTED, every_script([name for name in CLEAN if name not in LINTED])], ids=["kinds", "others"])
def test_scripts_pass_the_linters(names: list[str], renderer: Renderer, tmp_path: Path) -> None:
    """Hostile text leaves the scripts' shape alone."""
    files = []
    for name in names:
        page = renderer.script("nasty", name)
        files.append(tmp_path / page.path)
        files[-1].write_text(page.text, "utf-8")

    assert complaints(files) == ""


# One value at a time, in every place at once that may hold it.
VALUES = {
    "apostrophe": "it's",
    "only-apostrophe": "'",
    "double": 'a "double" one',
    "substitution": "$(touch pwned)",
    "backticks": "`touch pwned`",
    "variable": "${HOME} $HOME $0 $'\\x41'",
    "backslash": "a\\",
    "backslashes": "\\\\n\\'\\\"",
    "newline": "a\nb",
    "newlines": "\n\n",
    "tab": "\ta\t",
    "emoji": "😀👩‍👩‍👧",
    "chinese": "中文“弯引号”，。",
    "percent": "%s%d%%n",
    "encoded": "%41%2F%2e%2e",
    "option": "-x",
    "long-option": "--data=@/etc/passwd",
    "file": "@file",
    "input": "<file",
    "globs": "[1-3] * ? ~ {a,b}",
    "jinja": "{{ 7*7 }}{% raw %}{# #}{{",
    "markup": "</script></pre><!-- &amp; ``` | <b>",
    "bang": "a!b !! !$ ^a^b",
    "delimiters": "JSON\nTEXT\nHELP\nKEY\nEOF",
    "comment": "# a\n#b",
    "semicolon": "a; touch pwned & touch pwned | touch pwned > pwned",
    "brackets": ") touch pwned; ( }; touch pwned; {",
    "case": "*) touch pwned ;; esac",
    "blanks": "  a  b  ",
    "empty": "",
}

# What means nothing more alone than among others, as in the title of hostile.yaml, which stands in all places of that catalog.
AMONG_OTHERS = """double backticks variable backslashes tab emoji chinese percent encoded long-option input globs jinja markup bang
semicolon brackets case""".split()


@pytest.mark.parametrize("value", mostly_slow(VALUES, quick=["apostrophe", "substitution"], every_script=AMONG_OTHERS))
def test_each_value_in_every_place(value: str, server: Recorder, tmp_path: Path, home: Path, bash: Run) -> None:
    """One value in all places of a catalog: each request holds it unchanged, --help runs, nothing else does."""
    line = re.sub(r"[\r\n]", " ", value)
    path = "/p/" + re.sub(r"\{(?=\w+\})", "{ ", re.sub(r"[\r\n?#]", " ", value)) + "/q"  # {NAME} would want a parameter
    backend = {
        "name": value,
        "base_url": server.url + BASE,
        "about": value,
        "start": value,
        "notes": [value],
        "troubles": [{"when": 404, "say": value}, *([{"when": f"/{line}/", "say": value}] if re.fullmatch(r"[^\x00-\x1f]+", line) else [])],
        "api_key": {"variable": "NASTY_KEY", "header": "x-key", "prefix": line, "example": line},
        "headers": {"X-Value": line},
        "query": {value: value, "list": [value, value]},
        "endpoints": {"json": {}, "text": {}, "form": {}, "get": {}},
    }
    shared = {"title": value, "about": value, "notes": [value], "response": "text"}
    parameter = {"option": "--value", "about": value, "example": value, "type": "string"}
    endpoints = {
        "json": {
            "method": "POST",
            "path": path,
            "body": {value: value, "list": [value]},
            "parameters": {"p": {"at": ["body", "p"], **parameter}},
        },
        "text": {"method": "POST", "path": path, "text": value, "parameters": {"p": {"at": ["query", "p"], **parameter}}},
        "form": {"method": "POST", "path": path, "form": {"part": value}, "parameters": {"p": {"at": ["form", "part"], **parameter}}},
        "get": {
            "method": "GET",
            "path": path + "{p}",
            "parameters": {"p": {"at": ["path", "p"], **parameter}},
            "values": {"p": value or "-"},
            "sample": {value: value},
            "pipelines": [{"name": "it", "jq": json.dumps(value, ensure_ascii=False).replace("\\(", "\\\\("), "raw": True, "title": value}],
            "response": "json",
        },
    }
    text = {
        "title": value,
        "about": value,
        "backends": {"nasty": backend},
        "endpoints": {name: shared | own for name, own in endpoints.items()},
    }
    file = tmp_path / "catalog.yaml"
    file.write_text(yaml.safe_dump(text, allow_unicode=True, sort_keys=False), "utf-8")
    renderer = Renderer(catalog.read(file))
    query = [(value, value), ("list", value), ("list", value)]
    headers = {"x-key": (line + KEY).strip(" \t"), "x-value": line.strip(" \t")}
    expected = {
        "json": ("POST", path, query, headers | {"content-type": "application/json"}, Json({value: value, "list": [value]})),
        "text": ("POST", path, query, headers | TEXT, value.encode()),
        "form": ("POST", path, query, headers, [Part("part", value.encode())]),
        "get": ("GET", path + (value or "-"), query, headers, b""),
    }
    server.answers({"it's": "x"})
    for endpoint, request in expected.items():
        for made in run_both(renderer, "nasty", endpoint, server, home, bash):
            assert request == read(made)
        helped = bash(home / "script.sh", "--help")
        assert (helped.returncode, helped.stderr) == (0, b"")
    assert not (home / "pwned").exists()


@pytest.mark.slow
def test_200_kb_of_body(server: Recorder, tmp_path: Path, home: Path, bash: Run) -> None:
    """A body longer than Linux takes in one argument arrives from the script, its dry run and the command."""
    value = ("it's $(touch pwned) 中文 \\ " * 8000)[:200_000]
    lines = ("JSON\nTEXT\n'\n$(touch pwned)\n" * 8000)[:200_000] + "\n"
    text = {
        "backends": {"nasty": {"base_url": server.url + BASE, "endpoints": {"json": {}, "many": {}, "text": {}, "line": {}}}},
        "endpoints": {
            "json": {
                "method": "POST",
                "path": "/x",
                "body": {"value": value, "lines": lines},
                "parameters": {"p": {"at": ["body", "p"], "option": "--p", "type": "string"}},
            },
            "many": {"method": "POST", "path": "/x", "body": {"list": ["it's"] * 30_000}},
            "text": {"method": "POST", "path": "/x", "text": lines},
            "line": {"method": "POST", "path": "/x", "text": "@" + value, "response": "text"},
        },
    }
    file = tmp_path / "catalog.yaml"
    file.write_text(yaml.safe_dump(text, allow_unicode=True, sort_keys=False), "utf-8")
    renderer = Renderer(catalog.read(file))
    bodies: dict[str, Any] = {
        "json": Json(text["endpoints"]["json"]["body"]),
        "many": Json({"list": ["it's"] * 30_000}),
        "text": lines.encode(),
        "line": ("@" + value).encode(),
    }

    for endpoint, body in bodies.items():
        for request in run_both(renderer, "nasty", endpoint, server, home, bash):
            assert body == request.body
    for request in run_both(renderer, "nasty", "json", server, home, bash, "--p", "it's"):
        assert Json({"value": value, "lines": lines, "p": "it's"}) == request.body


@pytest.mark.slow
def test_parameters_with_names_of_others(server: Recorder, tmp_path: Path, home: Path, bash: Run) -> None:
    """Parameters named like each other's numbers, like files and variables of the script: none takes another's value."""
    names = ["p", "p-1", "p-2", "answer", "headers", "found", "body", "edits", "value", "values", "url", "tmp", "options", "help"]
    endpoint = {
        "method": "POST",
        "path": "/x",
        "body": {name: ["default"] if name == "p" else "default" for name in names},
        "parameters": {name: {"at": ["body", name], "option": f"--{name}x", "repeat": name == "p"} for name in names},
    }
    endpoint["parameters"]["answer"]["read"] = endpoint["parameters"]["headers"]["read"] = "file"  # type: ignore[index]
    text = {"backends": {"nasty": {"base_url": server.url, "endpoints": {"x": {}}}}, "endpoints": {"x": endpoint}}
    file = tmp_path / "catalog.yaml"
    file.write_text(yaml.safe_dump(text, sort_keys=False), "utf-8")
    renderer = Renderer(catalog.read(file))
    (home / "one").write_text("read one")
    (home / "two").write_text("read two")
    given = {name: f"my {name}" for name in names} | {"answer": "one", "headers": "two"}
    expected = {name: f"my {name}" for name in names} | {"answer": "read one", "headers": "read two", "p": ["my p", "again"]}

    arguments = [word for name in names for word in (f"--{name}x", given[name])]
    for request in run_both(renderer, "nasty", "x", server, home, bash, *arguments, "--px", "again"):
        assert Json(expected) == request.body
