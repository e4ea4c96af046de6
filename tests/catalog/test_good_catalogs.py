"""The catalogs under good/ build, and what their scripts and commands send is what they say, byte for byte."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from conftest import CATALOGS, ROOT, Run, every_script, mostly_slow, slow, values
from covering import covering
from good_catalogs import CASES, FILES, ISSUES, JSON, LAB, QUICK, TAGS, Case, lab
from linters import complaints
from recorder import Recorded, Recorder
from wire import Json, Sent, sent

from generator import catalog
from generator.catalog.model import Backend, Cell
from generator.demo import match, server
from generator.render.renderer import Renderer

GOOD = sorted((CATALOGS / "good").glob("*.yaml"))
each_case = pytest.mark.parametrize("case", mostly_slow(CASES, QUICK[::2]))


@pytest.fixture(scope="session")
def moved(session_recorder: Recorder, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Renderer]:
    """The renderer of a good catalog whose base URLs lead to the recorder: for commands, which know no variables."""
    known: dict[str, Renderer] = {}
    folder = tmp_path_factory.mktemp("moved")
    shutil.copytree(CATALOGS / "good" / "recorded", folder / "recorded")

    def of(name: str) -> Renderer:
        if name not in known:
            text = (CATALOGS / "good" / f"{name}.yaml").read_text("utf-8")
            path = folder / f"{name}.yaml"
            text = re.sub(r"(base_url: )https?://[^/\s]+", rf"\g<1>{session_recorder.url}", text)
            path.write_text(re.sub(r"(unix-socket: )[^\s,}]+", rf"\g<1>{session_recorder.socket}", text), "utf-8")
            known[name] = Renderer(catalog.read(path))
        return known[name]

    return of


@pytest.fixture
def home(bash: Run, tmp_path: Path) -> Path:
    """The folder in which bash runs, with the files that the catalogs name."""
    for name, content in FILES.items():
        (tmp_path / "home" / name).write_bytes(content)
    return tmp_path / "home"


def frames(sample: list[Any], response: str = "events") -> str:
    """Events, or lines, as they come over the wire."""
    before, behind = ("data: ", "\n\n") if response == "events" else ("", "\n")
    return "".join(f"{before}{json.dumps(value, ensure_ascii=False)}{behind}" for value in sample)


def answer(recorder: Recorder, cell: Cell) -> None:
    sample = {"ok": True} if cell.sample is None else cell.sample
    recorder.answers(frames(sample, cell.response) if cell.streams and cell.sample is not None else sample)


def script_of(recorder: Recorder, renderer: Renderer, case: Case, folder: Path) -> tuple[Path, dict[str, str]]:
    """The script in a file, and the environment that leads it to the recorder."""
    backend = renderer.catalog.backends[case.backend]
    page = renderer.script(case.backend, case.endpoint)
    path = folder / page.path
    path.write_text(page.text, "utf-8")
    cell = backend.endpoints[case.endpoint]
    to_recorder = {
        backend.base_url_variable(cell): recorder.url + urlsplit(backend.base_url_of(cell)).path,
        f"{backend.prefix}UNIX_SOCKET": str(recorder.socket),
    }
    return path, {**case.env, **to_recorder}


def taken_by_demo(backend: Backend, env: Mapping[str, str], recorded: Recorded) -> str:
    """The endpoint that `curlsheet demo` takes a request to be meant for; in words what it would refuse."""
    path, _, query = recorded.target.partition("?")
    headers = Message()
    for name, value in recorded.headers:
        headers[name] = value
    try:
        keys = {variable: [value] for variable, value in {**server.keys([backend]), **env}.items()}
        return match.cell_for(backend, keys, match.Sent(recorded.method, path, query, headers, recorded.body)).id
    except match.Refusal as refusal:
        return str(refusal)


@each_case
def test_script_sends_what_the_catalog_says(
    case: Case, recorder: Recorder, render: Callable[[Path], Renderer], home: Path, bash: Run
) -> None:
    """A script sends the catalog's request, with what its user gave put in, and the demo takes it; nothing else is printed or run."""
    renderer = render(CATALOGS / "good" / f"{case.catalog}.yaml")
    cell = renderer.catalog.backends[case.backend].endpoints[case.endpoint]
    answer(recorder, cell)
    script, env = script_of(recorder, renderer, case, home)

    result = bash(script, *case.arguments, env=env, stdin=case.stdin)

    # Where the file is, that there are more pages, or what stands aside.
    says_more = cell.response == "file" or cell.pages or any(item.aside for item in cell.pipelines or ())
    assert (result.returncode, b"" if says_more else result.stderr) == (0, b"")
    request = recorder.only()
    assert case.expected == sent(request)
    assert not (home / "pwned").exists()
    assert taken_by_demo(renderer.catalog.backends[case.backend], case.env, request) == case.endpoint


@pytest.mark.parametrize("case", mostly_slow(CASES, QUICK[::3]))
def test_dry_run_prints_a_command_that_sends_the_same(
    case: Case, recorder: Recorder, render: Callable[[Path], Renderer], home: Path, bash: Run
) -> None:
    """What --dry-run prints, pasted into bash, sends the script's request; the dry run itself sends nothing."""
    renderer = render(CATALOGS / "good" / f"{case.catalog}.yaml")
    answer(recorder, renderer.catalog.backends[case.backend].endpoints[case.endpoint])
    script, env = script_of(recorder, renderer, case, home)

    printed = bash(script, "--dry-run", *case.arguments, env=env, stdin=case.stdin)
    assert (printed.returncode, printed.stderr, recorder.requests) == (0, b"", [])
    pasted = bash("-c", printed.stdout.decode(), env=case.env, stdin=case.stdin)

    assert (pasted.returncode, pasted.stderr) == (0, b"")
    assert case.expected == sent(recorder.only())


PLAIN = {name: case for name, case in CASES.items() if not case.given}


@pytest.mark.parametrize("case", mostly_slow(PLAIN, quick=["ollama", "litellm", "ask", "search", "text-empty", "upload", "file", "events"]))
def test_command_sends_what_the_catalog_says(
    case: Case, recorder: Recorder, moved: Callable[[str], Renderer], home: Path, bash: Run
) -> None:
    """The command on the pages sends the catalog's request too."""
    renderer = moved(case.catalog)
    cell = renderer.catalog.backends[case.backend].endpoints[case.endpoint]
    answer(recorder, cell)

    result = bash("-c", renderer.command(case.backend, case.endpoint).text, env=case.env)

    assert (result.returncode, result.stderr) == (0, b"")
    assert case.expected == sent(recorder.only())


# Commands show an example where scripts ask for a value, and leave an optional key out.
EXAMPLES = {
    "issues": Sent("GET", "/repos/jqlang/jq/issues?state=open&per_page=30", ISSUES),
    "change": Sent(
        "PATCH",
        f"/api/v2/items/a%2Fb/%7Bnot%20a%20parameter%7D?{TAGS}",
        LAB | {"content-type": "application/merge-patch+json"},
        Json({"name": "新名"}),
    ),
    "replace": Sent("PUT", f"/api/v2/items/42?{TAGS}", LAB | JSON, Json([1, "two", None, True, {"三": 3.5}])),
    "note": Sent("POST", f"/api/v2/notes?{TAGS}", LAB | {"content-type": "text/plain; charset=utf-8"}, "第一行\nthe second\n".encode()),
    "ask-shorter": Sent(
        "POST",
        f"/api/v2/ask?{TAGS}",
        LAB | JSON,
        Json({"model": "tiny", "stream": False, "keep": 1, "messages": [{"role": "user", "content": "嗨"}]}),
    ),
}


@pytest.mark.parametrize(("endpoint", "expected"), EXAMPLES.items(), ids=EXAMPLES)
def test_command_shows_examples(endpoint: str, expected: Sent, recorder: Recorder, moved: Callable[[str], Renderer], bash: Run) -> None:
    """Where a value is required, the command holds the parameter's example, or the default there is."""

    name, backend = ("github", "github") if endpoint == "issues" else ("everything", "lab")
    recorder.answers([{"number": 1, "title": "one"}])
    result = bash("-c", moved(name).command(backend, endpoint).text, env={"LAB_TOKEN": "unused", "GITHUB_TOKEN": "unused"})

    assert (result.returncode, result.stderr) == (0, b"")
    assert expected == sent(recorder.only())


@pytest.mark.parametrize("endpoint", ["ask-shorter", "replace", "change", "note"])
def test_required_parameter_is_asked_for(
    endpoint: str, recorder: Recorder, render: Callable[[Path], Renderer], home: Path, bash: Run
) -> None:
    """Without a required parameter a script exits with 2, says which one, and sends nothing."""
    renderer = render(CATALOGS / "good" / "everything.yaml")
    script, env = script_of(recorder, renderer, lab(endpoint, Sent("", "")), home)

    result = bash(script, env=env)

    asked = {"ask-shorter": "--engine", "replace": "--id", "change": "ID", "note": "--note"}[endpoint]
    assert (result.returncode, result.stdout, recorder.requests) == (2, b"", [])
    assert result.stderr.decode().startswith(f"lab-{endpoint}.sh: {asked} is required")


# Values that break quoting, encoding or option parsing somewhere. The first holds them all at once.
HOSTILE = {
    "all": 'it\'s "double" $(touch pwned) `touch pwned` ${HOME} \\n \\ %s %41 [1-3] {a,b} {{ 7*7 }} &=#%+/?;| <!-- 中文 “引号” 😀 \t!x',
    "option": "-x",
    "options": "--help",
    "file": "@system.txt",
    "input": "<system.txt",
    "blank": " ",
    "blanks": " a  b ",
    "semicolon": "a;type=text/html",
    "colon": "a: ",
    "lines": "a\nJSON\nTEXT\n$(touch pwned)\n\n",
    "return": "a\r\nb",
    "slashes": "../../x//",
    "empty": "",
}
ONE_LINE = {name: value for name, value in HOSTILE.items() if "\n" not in value}


def query_of(request: Sent) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.target).query, keep_blank_values=True, strict_parsing=True, errors="strict"))


def part_of(request: Sent, name: str) -> str:
    return next(part.content.decode() for part in request.body if part.name == name)


def field_of(request: Sent, name: str) -> str:
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict"))[name]


# How a value is given, and where it is found in the request.
WAYS: dict[str, tuple[str, str, str, Callable[[str], tuple[list[str], dict[str, str]]], Callable[[Sent], Any], dict[str, str]]] = {
    "body-option": (
        "anthropic-messages",
        "anthropic",
        "messages",
        lambda v: (["--model", v], {}),
        lambda r: r.body.value["model"],
        HOSTILE,
    ),
    "body-argument": (
        "anthropic-messages",
        "anthropic",
        "messages",
        lambda v: (["--", v], {}),
        lambda r: r.body.value["messages"][0]["content"],
        HOSTILE,
    ),
    "body-added": (
        "anthropic-messages",
        "anthropic",
        "messages",
        lambda v: ([f"--system={v}"], {}),
        lambda r: r.body.value["system"],
        HOSTILE,
    ),
    "body-list": ("everything", "lab", "ask", lambda v: (["--stop", v], {}), lambda r: r.body.value["options"]["stop"][0], HOSTILE),
    "text": ("everything", "lab", "note", lambda v: ([f"--note={v}"], {}), lambda r: r.body.decode(), HOSTILE),
    "form": ("everything", "lab", "upload", lambda v: ([f"--title={v}"], {}), lambda r: part_of(r, "title"), HOSTILE),
    "form-argument": ("everything", "lab", "upload", lambda v: (["--", v], {}), lambda r: part_of(r, "by"), HOSTILE),
    "query": (
        "github",
        "github",
        "issues",
        lambda v: (["--owner=a", f"--state={v}", "b"], {}),
        lambda r: query_of(r)["state"],
        HOSTILE,
    ),
    "query-added": (
        "github",
        "github",
        "issues",
        lambda v: (["--owner=a", f"--labels={v}", "b"], {}),
        lambda r: query_of(r)["labels"],
        HOSTILE,
    ),
    "query-list": ("everything", "lab", "search", lambda v: (["--only", v], {}), lambda r: query_of(r)["only"], HOSTILE),
    "path": (
        "github",
        "github",
        "issues",
        lambda v: (["--owner=a", "--", v], {}),
        lambda r: unquote(r.target.split("/")[3], errors="strict"),
        {name: value for name, value in HOSTILE.items() if value},
    ),
    "header": (
        "anthropic-messages",
        "anthropic",
        "messages",
        lambda v: ([f"--version={v}"], {}),
        lambda r: r.headers["anthropic-version"],
        ONE_LINE,
    ),
    "field": (
        "payments",
        "payments",
        "checkout",
        lambda v: ([f"--order={v}", "p"], {}),
        lambda r: field_of(r, "metadata[order]"),
        HOSTILE,
    ),
    "field-argument": (
        "payments",
        "payments",
        "checkout",
        lambda v: (["--", v], {}),
        lambda r: field_of(r, "line_items[0][price]"),
        HOSTILE,
    ),
    "field-list": (
        "payments",
        "payments",
        "checkout",
        lambda v: (["--method", v], {}),
        lambda r: field_of(r, "payment_method_types[]"),
        HOSTILE,
    ),
    "part-typed": ("archive", "archive", "upload", lambda v: (["--record", v], {}), lambda r: part_of(r, "record"), HOSTILE),
    "set": (
        "opensearch",
        "search",
        "documents",
        lambda v: (["--set", f"x.y={v}"], {}),
        lambda r: r.body.value["x"]["y"],
        HOSTILE,
    ),
    "header-added": ("everything", "lab", "search", lambda v: (["--request-id", v], {}), lambda r: r.headers["x-request-id"], ONE_LINE),
}
VARIABLES = {
    "field": ("oauth2", "login", "token", "LOGIN_CLIENT_ID", lambda r: field_of(r, "client_id")),
    "body": ("anthropic-messages", "anthropic", "messages", "ANTHROPIC_MODEL", lambda r: r.body.value["model"]),
    "query": ("azure-chat", "azure", "chat-completions", "AZURE_API_VERSION", lambda r: query_of(r)["api-version"]),
    "path": ("azure-chat", "azure", "chat-completions", "AZURE_DEPLOYMENT", lambda r: unquote(r.target.split("/")[3])),
    "form": ("openai-transcription", "openai", "transcriptions", "OPENAI_MODEL", lambda r: part_of(r, "model")),
}
each_hostile = pytest.mark.parametrize(
    "names", [["all"], pytest.param([name for name in HOSTILE if name != "all"], marks=pytest.mark.every_script)], ids=["all", "each"]
)
KEYS = dict.fromkeys(("ANTHROPIC_API_KEY", "AZURE_OPENAI_API_KEY", "OPENAI_API_KEY", "ARCHIVE_TOKEN", "LOGIN_CLIENT_SECRET"), "k")
KEYS["PAYMENTS_KEY"] = "k:"


@each_hostile
@pytest.mark.parametrize("way", mostly_slow({way: way for way in WAYS}, quick=["body-argument", "path"]))
def test_hostile_values_arrive_unchanged(
    way: str, names: list[str], recorder: Recorder, render: Callable[[Path], Renderer], home: Path, bash: Run
) -> None:
    """Whatever characters a user gives, in the script and in its dry run, arrive as they are, and nothing runs."""
    name, backend, endpoint, given, found, values = WAYS[way]
    renderer = render(CATALOGS / "good" / f"{name}.yaml")
    answer(recorder, renderer.catalog.backends[backend].endpoints[endpoint])
    for value in [values[name] for name in names if name in values]:
        arguments, more = given(value)
        case = Case(name, backend, endpoint, Sent("", ""), tuple(arguments), KEYS | more)
        script, env = script_of(recorder, renderer, case, home)

        result = bash(script, *arguments, env=env)
        printed = bash(script, "--dry-run", *arguments, env=env)
        assert (result.returncode, result.stderr) == (0, b""), value
        pasted = bash("-c", printed.stdout.decode(), env=env)
        assert (pasted.returncode, pasted.stderr) == (0, b""), printed.stdout.decode()

        # RFC 9110, 5.5: blanks round a header's value are not part of it.
        expected = value.strip() if "header" in way else value
        arrived = [found(sent(request)) for request in recorder.requests]
        recorder.requests.clear()
        assert [expected, expected] == arrived
    assert not (home / "pwned").exists()


@each_hostile
@pytest.mark.parametrize("place", mostly_slow({place: place for place in VARIABLES}, quick=["body", "path"]))
def test_hostile_variables_arrive_unchanged(
    place: str, names: list[str], recorder: Recorder, render: Callable[[Path], Renderer], home: Path, bash: Run
) -> None:
    """The same for values from the environment; an empty variable is none."""
    name, backend, endpoint, variable, found = VARIABLES[place]
    renderer = render(CATALOGS / "good" / f"{name}.yaml")
    answer(recorder, renderer.catalog.backends[backend].endpoints[endpoint])
    for value in filter(None, (HOSTILE[name] for name in names)):
        script, env = script_of(recorder, renderer, Case(name, backend, endpoint, Sent("", ""), (), KEYS | {variable: value}), home)

        result = bash(script, env=env)

        assert (result.returncode, result.stderr) == (0, b""), value
        assert value == found(sent(recorder.only()))
    assert not (home / "pwned").exists()


@pytest.mark.parametrize("value", ["a\r\nX-Injected: 1", "a\nb", "a\rb"], ids=["crlf", "lf", "cr"])
def test_header_with_a_line_break_is_refused(
    value: str, recorder: Recorder, render: Callable[[Path], Renderer], home: Path, bash: Run
) -> None:
    """A line break in a header's value would be a second header: exit 2, nothing is sent."""
    renderer = render(CATALOGS / "good" / "anthropic-messages.yaml")
    script, env = script_of(recorder, renderer, Case("", "anthropic", "messages", Sent("", ""), (), KEYS), home)

    result = bash(script, "--version", value, env=env)

    assert (result.returncode, result.stdout, recorder.requests) == (2, b"", [])


@pytest.mark.parametrize("value", ["", ".", ".."], ids=repr)
def test_a_segment_that_curl_would_resolve_is_refused(
    value: str, recorder: Recorder, render: Callable[[Path], Renderer], home: Path, bash: Run
) -> None:
    """Such a value in a path would ask for another path: exit 2, nothing is sent."""
    renderer = render(CATALOGS / "good" / "github.yaml")
    script, env = script_of(recorder, renderer, Case("", "github", "issues", Sent("", "")), home)

    result = bash(script, "--owner", value, "jq", env=env)

    assert (result.returncode, result.stdout, recorder.requests) == (2, b"", [])
    assert result.stderr == b"github-issues.sh: --owner cannot be empty, . or ..\n"


@pytest.mark.parametrize("name", ["a\\\\b.mp3", 'a\\"b.mp3', "\\"], ids=repr)
def test_backslashes_in_the_name_of_a_file(
    name: str, recorder: Recorder, render: Callable[[Path], Renderer], home: Path, bash: Run
) -> None:
    """curl finds the file, in the script as in what its dry run prints."""
    renderer = render(CATALOGS / "good" / "openai-transcription.yaml")
    answer(recorder, renderer.catalog.backends["openai"].endpoints["transcriptions"])
    script, env = script_of(recorder, renderer, Case("", "openai", "transcriptions", Sent("", ""), (), {"OPENAI_API_KEY": "k"}), home)
    (home / name).write_bytes(b"spoken")

    assert bash(script, name, env=env).stderr == b""
    scripts = sent(recorder.only())
    assert bash("-c", bash(script, "--dry-run", name, env=env).stdout.decode(), env=env).stderr == b""

    assert scripts == sent(recorder.only())
    assert [part.content for part in scripts.body if part.name == "file"] == [b"spoken"]


@pytest.mark.parametrize(
    ("case", "arguments"),
    [(CASES["openai-given"], ["home"]), (CASES["ask-given"], ["--image", "home"]), (CASES["ask-given"], ["--system-file", "home"])],
    ids=["form", "base64", "text"],
)
def test_a_folder_is_no_file(
    case: Case, arguments: list[str], recorder: Recorder, render: Callable[[Path], Renderer], home: Path, bash: Run
) -> None:
    """It is refused before anything is sent: exit 2."""
    script, env = script_of(recorder, render(CATALOGS / "good" / f"{case.catalog}.yaml"), case, home)
    (home / "home").mkdir()

    result = bash(script, *arguments, env=env)

    assert (result.returncode, result.stdout, recorder.requests) == (2, b"", [])
    assert result.stderr.decode() == f"{script.name}: cannot read home\n"


def test_variables_with_the_names_of_parameters(recorder: Recorder, render: Callable[[Path], Renderer], home: Path, bash: Run) -> None:
    """What happens to be exported is no value of the user's, without the backend's prefix."""
    renderer = render(CATALOGS / "good" / "everything.yaml")
    case = CASES["search"]
    cell = renderer.catalog.backends[case.backend].endpoints[case.endpoint]
    answer(recorder, cell)
    script, env = script_of(recorder, renderer, case, home)
    names = [name.replace("-", "_") for name in cell.parameters]
    exported = dict.fromkeys([*names, *(f"given_{name}" for name in names)], "7")

    assert bash(script, env={**exported, **env}).stderr == b""
    assert case.expected == sent(recorder.only())


@pytest.mark.parametrize(
    "wrong",
    [("--seed", "1.5"), ("--seed", "1a"), ("--seed", ""), ("--top-p", "x"), ("--echo", "yes"), ("--format", "{"), ("--id", "x")],
    ids=" ".join,
)
def test_value_of_the_wrong_type_is_refused(
    wrong: tuple[str, str], recorder: Recorder, render: Callable[[Path], Renderer], home: Path, bash: Run
) -> None:
    """A value that is not of the parameter's type ends in exit 2; nothing is sent."""
    renderer = render(CATALOGS / "good" / "everything.yaml")
    script, env = script_of(recorder, renderer, lab("ask", Sent("", "")), home)

    result = bash(script, *wrong, env=env)

    assert (result.returncode, result.stdout, recorder.requests) == (2, b"", [])


@pytest.mark.parametrize("path", mostly_slow({path.stem: path for path in GOOD}, quick=["everything", "docker", "github"]))
def test_catalog_builds(path: Path, render: Callable[[Path], Renderer]) -> None:
    """Every page of a good catalog can be made, and a cell that is missing makes no script."""
    renderer = render(path)
    scripts = {f"{backend.id}-{cell.id}.sh" for backend in renderer.catalog.backends.values() for cell in backend.cells}

    made = {page.path for page in renderer.pages() if page.path.endswith(".sh")}

    assert scripts == made
    assert "lab-old.sh" not in made


@pytest.fixture(scope="module")
def scripts(render: Callable[[Path], Renderer]) -> dict[str, str]:
    """The scripts of all good catalogs, by their names."""
    return {page.path: page.text for path in GOOD for page in render(path).pages(lambda axes: {"backend", "endpoint"} <= axes.keys())}


def read_first(scripts: dict[str, str]) -> list[str]:
    """The scripts in which each line stands that stands in several scripts, or in a template: all but names and texts of a catalog."""
    lines = {name: {line.strip() for line in text.split("\n")} for name, text in scripts.items()}
    count = Counter(line for found in lines.values() for line in found)
    written = {line.strip() for path in (ROOT / "templates").rglob("*.sh.j2") for line in path.read_text("utf-8").split("\n")}
    return covering({name: {line for line in found if count[line] > 1 or line in written} for name, found in lines.items()})


@pytest.mark.parametrize(
    ("first", "part"),
    [
        (True, slice(1)),
        *(slow(True, slice(start, None, 3)) for start in (1, 2, 3)),
        *(every_script(False, slice(start, None, 3)) for start in range(3)),
    ],
    ids=["one", "first-1", "first-2", "first-3", "others-1", "others-2", "others-3"],
)
def test_scripts_pass_the_linters(first: bool, part: slice, scripts: dict[str, str], tmp_path: Path) -> None:
    """shellcheck with every check and shfmt find nothing in any script. First those that have all lines of the others."""
    chosen = read_first(scripts)
    files = []
    for name in (chosen if first else [name for name in scripts if name not in chosen])[part]:
        files.append(tmp_path / name)
        files[-1].write_text(scripts[name], "utf-8")

    assert complaints(files) == ""


@pytest.mark.parametrize("case", [slow(CASES["search"]), CASES["github-given"], slow(CASES["anthropic"])], ids=["json", "raw", "chinese"])
def test_script_and_command_print_the_same(
    case: Case, recorder: Recorder, moved: Callable[[str], Renderer], render: Callable[[Path], Renderer], home: Path, bash: Run
) -> None:
    """The first pipeline's output is the same from the script and from the command."""
    renderer = moved(case.catalog)
    answer(recorder, renderer.catalog.backends[case.backend].endpoints[case.endpoint])
    script, env = script_of(recorder, renderer, case, home)
    env = KEYS | env

    scripts = bash(script, *case.arguments, env=env).stdout
    commands = bash("-c", renderer.command(case.backend, case.endpoint).text, env=env).stdout

    assert scripts == commands != b""


def test_file_in_json(recorder: Recorder, render: Callable[[Path], Renderer], home: Path, bash: Run) -> None:
    """In base64: the script and the command write the file itself; --raw and -o - print; what is no base64 is said."""
    renderer = render(CATALOGS / "good" / "everything.yaml")
    content = bytes(range(256)) * 300
    recorder.answers({"files": [{"content": base64.b64encode(content).decode()}]})
    script, env = script_of(recorder, renderer, lab("drawing", Sent("", "")), home)

    assert bash(script, env=env).stderr == b"lab-drawing.sh: the answer is in drawing.svg\n"
    assert (home / "drawing.svg").read_bytes() == content
    assert bash(script, "-o", "-", env=env).stdout == content
    assert bash(script, "--raw", env=env).stdout.startswith(b'{"files": [')
    (home / "drawing.svg").unlink()
    command = renderer.command("lab", "drawing").text.replace("http://localhost:8080/api/v2", f"{recorder.url}/api/v2")
    assert bash("-c", command).returncode == 0
    assert (home / "drawing.svg").read_bytes() == content
    for answered, words in (({"files": [{"content": "*"}]}, b"no base64 in the answer"), ({"files": []}, b"found nothing in the answer")):
        recorder.answers(answered)
        refused = bash(script, "-o", "other", env=env)
        assert (refused.returncode, refused.stdout, words in refused.stderr) == (5, b"", True)
        assert not (home / "other").exists()


THOUGHTS = "想一想[搜索][计算]".encode()
LEVELS = [3, False, {"deep": [4]}, True]
STREAMED: dict[str, tuple[tuple[str, ...], bytes | list[Any] | None, bytes]] = {
    "follow": ((), "答\n案\n".encode(), THOUGHTS),
    "tail": ((), LEVELS, b""),
    "feed": ((), b'data: {"level": 3}\n\n: ping\n\ndata: [DONE]\n\n', b""),
    "follow-raw": (("--raw",), None, b""),
    "tail-raw": (("--raw",), None, b""),
    "feed-raw": (("--raw",), b'data: {"level": 3}\n\n: ping\n\ndata: [DONE]\n\n', b""),
}


@pytest.mark.parametrize("name", mostly_slow({name: name for name in STREAMED}, quick=["follow", "tail", "feed-raw"]))
def test_events_are_printed(name: str, recorder: Recorder, render: Callable[[Path], Renderer], home: Path, bash: Run) -> None:
    """Texts joined, other values line by line, the stream as it is without pipelines; what is aside comes on standard error."""
    arguments, printed, said = STREAMED[name]
    renderer = render(CATALOGS / "good" / "everything.yaml")
    cell = renderer.catalog.backends["lab"].endpoints[name.removesuffix("-raw")]
    answer(recorder, cell)
    if isinstance(printed, bytes) and cell.sample is None:
        recorder.answers(printed)
    script, env = script_of(recorder, renderer, lab(cell.id, Sent("", "")), home)

    result = bash(script, *arguments, env=env)

    assert (result.returncode, result.stderr) == (0, said)
    if isinstance(printed, list):
        assert values(result.stdout.decode()) == printed
    else:
        assert result.stdout == (frames(cell.sample).encode() if printed is None else printed)


def test_body_of_an_events_endpoint(recorder: Recorder, render: Callable[[Path], Renderer], home: Path, bash: Run) -> None:
    """What a user gives goes into it as into any other, and a whole number is asked for where there are no others."""
    renderer = render(CATALOGS / "good" / "everything.yaml")
    answer(recorder, renderer.catalog.backends["lab"].endpoints["follow"])
    script, env = script_of(recorder, renderer, lab("follow", Sent("", "")), home)

    assert bash(script, "it's", "--effort", "-7", env=env).returncode == 0
    assert recorder.only().json() == {"question": "it's", "stream": True, "effort": -7}
    wrong = bash(script, "--effort", "1.5", env=env)
    assert (wrong.returncode, wrong.stdout, wrong.stderr) == (
        2,
        b"",
        b"lab-follow.sh: --effort must be a whole number of at most 15 digits\n",
    )
    assert recorder.requests == []


@pytest.mark.parametrize(("endpoint", "printed"), [("follow", "答\n案"), ("tail", LEVELS)])
def test_command_prints_the_events(endpoint: str, printed: Any, recorder: Recorder, moved: Callable[[str], Renderer], bash: Run) -> None:
    """The command on the pages reads the JSON out of the lines, whatever their ends, and prints what the page shows."""
    renderer = moved("everything")
    cell = renderer.catalog.backends["lab"].endpoints[endpoint]
    for text in (frames(cell.sample), ": ping\r\n\r\n" + frames(cell.sample).replace("\n", "\r\n") + "data: [DONE]\r\n\r\n"):
        recorder.requests.clear()
        recorder.answers(text)

        result = bash("-c", renderer.command("lab", endpoint).text)

        assert (result.returncode, result.stderr) == (0, b"")
        found = result.stdout.decode()
        assert (found if isinstance(printed, str) else values(found)) == printed


def streaming(pipelines: str, folder: Path) -> Path:
    """The script of a catalog with one endpoint of events, read by these pipelines."""
    file = folder / "catalog.yaml"
    file.write_text(
        "backends: {a: {base_url: 'http://localhost', endpoints: {x: {}}}}\n"
        f"endpoints: {{x: {{method: GET, path: /, response: events, pipelines: [{pipelines}]}}}}\n"
    )
    script = folder / "a-x.sh"
    script.write_text(Renderer(catalog.read(file)).script("a", "x").text)
    return script


@pytest.mark.parametrize("last", [True, False])
def test_false_is_an_answer_in_events_too(last: bool, tmp_path: Path, recorder: Recorder, bash: Run) -> None:
    """A value that is false has been found, also as the last one."""
    recorder.answers(frames([{"ok": not last}, {"ok": last}]))

    done = bash(streaming("{name: ok, jq: .ok}", tmp_path), env={"A_BASE_URL": recorder.url})

    assert (done.returncode, values(done.stdout.decode()), done.stderr) == (0, [not last, last], b"")


@pytest.mark.slow
def test_aside_that_fails_does_not_cut_the_answer(tmp_path: Path, recorder: Recorder, bash: Run) -> None:
    """What is printed beside the answer may meet an event that it cannot read; the answer is whole all the same."""
    pipelines = "{name: t, jq: '.t // empty', raw: true}, {name: beside, jq: '.s | ascii_downcase', aside: true, raw: true}"
    recorder.answers(frames([{"s": "A"}] + [{"t": f"{number} "} for number in range(20_000)]))

    done = bash(streaming(pipelines, tmp_path), env={"A_BASE_URL": recorder.url})

    assert (done.returncode, done.stdout.decode()) == (0, "".join(f"{number} " for number in range(20_000)) + "\n")


def test_a_value_that_holds_another_comes_before_it(tmp_path: Path, recorder: Recorder, bash: Run) -> None:
    """Whichever stands first in the catalog, or is given first."""
    file = tmp_path / "catalog.yaml"
    file.write_text(
        "backends: {a: {base_url: 'http://localhost', endpoints: {x: {}}}}\n"
        "endpoints: {x: {method: POST, path: /, body: {o: {i: 0}}, parameters: {"
        "i: {at: [body, o, i], option: --inner, type: integer}, o: {at: [body, o], option: --outer, type: json}}}}\n"
    )
    script = tmp_path / "a-x.sh"
    script.write_text(Renderer(catalog.read(file)).script("a", "x").text)

    for arguments in (["--inner", "1", "--outer", '{"a": 2}'], ["--outer", '{"a": 2}', "--inner", "1"]):
        assert bash(script, *arguments, env={"A_BASE_URL": recorder.url}).stderr == b""
        assert recorder.only().json() == {"o": {"a": 2, "i": 1}}


@pytest.mark.parametrize(("typed", "value"), [("integer", 5), ("json", [1, {"a": "b"}])])
def test_typed_argument_from_standard_input(typed: str, value: object, tmp_path: Path, recorder: Recorder, bash: Run) -> None:
    """`echo 5 | script -`: the value is checked as it was read, and the line's end is no part of it."""
    file = tmp_path / "catalog.yaml"
    file.write_text(
        "backends: {a: {base_url: 'http://localhost', endpoints: {x: {}}}}\n"
        "endpoints: {x: {method: POST, path: /, body: {}, parameters: {v: {at: [body, v], type: " + typed + ", argument: true}}}}\n"
    )
    script = tmp_path / "a-x.sh"
    script.write_text(Renderer(catalog.read(file)).script("a", "x").text)
    done = bash(script, "-", env={"A_BASE_URL": recorder.url}, stdin=json.dumps(value).encode() + b"\n")

    assert (done.returncode, done.stderr) == (0, b"")
    assert recorder.only().json() == {"v": value}
    assert bash(script, "-", env={"A_BASE_URL": recorder.url}, stdin=b"x]\n").returncode == 2
