"""`curlsheet demo`: every script works against it, and whoever sends something else is told what was expected."""

from __future__ import annotations

import base64
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from conftest import CATALOGS, ENVIRONMENT, OUT, ROOT, Run, every_script, mostly_slow, renderer, slow
from good_catalogs import CASES, FILES, QUICK, Case
from shapes import each_cell

from generator import catalog, jq_filter, request
from generator.catalog.model import Backend, Catalog, Cell
from generator.cli.main import main
from generator.demo import match, server
from generator.render.renderer import Renderer

BUILT_IN = renderer(ROOT / "catalog.yaml").catalog
COMMAND = [sys.executable, "-m", "generator", "demo"]
GOOD = sorted(path.stem for path in (CATALOGS / "good").glob("*.yaml"))
JSON = {"Content-Type": "application/json"}
CHAT = {"model": "gpt-3.5-turbo", "messages": [{"role": "user", "content": "Hi"}]}
STREAM = {**CHAT, "stream": True, "stream_options": {"include_usage": True}}


@dataclass
class Demo:
    """The servers of a catalog's backends: where they are, and what they said."""

    urls: dict[str, str]
    variables: dict[str, str]
    lines: list[str] = field(default_factory=list)
    sockets: dict[str, str] = field(default_factory=dict)

    def port(self, backend: str) -> int:
        return int(self.urls[backend].split(":")[2].split("/")[0])

    def ask(
        self, backend: str, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """What one request gets: status, headers, body. A body that is no bytes or text is sent as JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port(backend), timeout=20)
        data = body if body is None or isinstance(body, (bytes, str)) else json.dumps(body, ensure_ascii=False).encode()
        connection.request(method, path, data, dict(headers or (JSON if body is not None else {})))
        response = connection.getresponse()
        answer = response.status, response.headers, response.read()
        connection.close()
        return answer

    def raw(self, backend: str, request: bytes) -> bytes:
        """All that comes back for these bytes, until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port(backend)), 60) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))


@contextmanager
def serving(known: Catalog) -> Iterator[Demo]:
    lines: list[str] = []
    with server.serving(known, list(known.backends.values()), lines.append, free_ports=True) as served:
        yield Demo(served.urls, served.variables, lines, served.sockets)


@pytest.fixture(scope="module")
def built_in() -> Iterator[Demo]:
    with serving(BUILT_IN) as made:
        yield made


@pytest.fixture
def make(tmp_path: Path) -> Callable[[str], Catalog]:
    """A catalog of one language from the text of its backends and endpoints."""

    def of(text: str) -> Catalog:
        (tmp_path / "catalog.yaml").write_text(f"languages: [en]\n{text}", "utf-8")
        return catalog.read(tmp_path / "catalog.yaml")

    return of


def one(endpoint: str, backend: str = "") -> str:
    """A catalog with one cell, `lab x`."""
    return f"backends: {{lab: {{base_url: 'http://localhost:8080/v1', {backend} endpoints: {{x: {{}}}}}}}}\nendpoints:\n  x: {endpoint}\n"


def run(*arguments: str | Path, cwd: Path, env: Mapping[str, str] | None = None, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The command as a process of its own."""
    environment = {**ENVIRONMENT, "PYTHONPATH": str(ROOT), "HOME": str(cwd), **(env or {})}
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], cwd=cwd, input=stdin, capture_output=True, check=False, env=environment, timeout=120
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# every script works


@each_cell()
def test_every_script_prints_what_the_page_shows(backend: Backend, cell: Cell, built_in: Demo, bash: Run, tmp_path: Path) -> None:
    """Led to the demo, it prints the first pipeline's output; one line says the request."""
    for file in ("audio.mp3", "photo.png", "requests.jsonl"):
        (tmp_path / "home" / file).write_bytes(b"ID3")
    shown = cell.sample if cell.response == "text" else ""
    if cell.pipelines:
        shown = jq_filter.run(cell.pipelines[0].jq, cell.sample, cell.pipelines[0].raw, streams=cell.streams) + "\n"
    needed = [parameter.example for parameter in cell.parameters.values() if parameter.required and parameter.example]
    env = {**built_in.variables, **server.keys([backend])}
    built_in.lines.clear()

    done = bash(OUT / f"{backend.id}-{cell.id}.sh", *needed, env=env)

    assert (done.returncode, done.stdout.decode()) == (0, "" if cell.response == "file" else shown)
    target = urlsplit(request.build_request(backend, cell).url).path
    assert built_in.lines == [f"{backend.id} {cell.method} {target} {204 if cell.response == 'none' else 200}"]
    if cell.response == "file":
        content = base64.b64decode(shown) if cell.pipelines else f"a sample of {cell.id}\n".encode()
        assert (tmp_path / "home" / cell.save_as).read_bytes() == content


SHOWN = {
    f"{backend.id}-{lang}": (backend, lang)
    for backend in BUILT_IN.backends.values()
    for lang in BUILT_IN.languages
    if any(cell.in_language(lang).given for cell in backend.cells)
}


@pytest.mark.parametrize(("backend", "lang"), mostly_slow(SHOWN, quick=["ollama-en", "ollama-zh", "tgi-en"]))
def test_what_pages_show_is_answered(backend: Backend, lang: str, built_in: Demo, bash: Run) -> None:
    """A page's command, with what it shows in place of the defaults, prints what the page says it prints."""
    pages = renderer(ROOT / "catalog.yaml")
    for cell in backend.cells:
        if not pages.differs(backend.id, cell.id, lang):
            continue
        first = (cell.pipelines or ())[0]
        command = re.sub(
            r"\bhttps?://[^/ ]+", f"http://127.0.0.1:{built_in.port(backend.id)}", pages.command(backend.id, cell.id, lang).text
        )

        done = bash("-c", command, env=server.keys([backend]))

        printed = jq_filter.run(first.jq, cell.sample, first.raw, streams=cell.streams)
        assert (done.returncode, done.stderr, done.stdout.decode().rstrip("\n")) == (0, b"", printed.rstrip("\n")), cell.id


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "answered"),
    [("litellm-models", 200), every_script("ollama-chat-completions-stream", 200), every_script("openai-speech", 200)],
)
def test_a_script_works_with_nothing_set_up(name: str, answered: int, tmp_path: Path) -> None:
    """`curlsheet demo -- SCRIPT` leads it there and hands it a key."""
    done = run("--", OUT / f"{name}.sh", cwd=tmp_path)

    assert (done.returncode, bool(done.stdout)) == (0, name != "openai-speech")
    assert re.findall("^demo: .*$", done.stderr.decode(), re.MULTILINE)[0].endswith(f" {answered}")
    assert (tmp_path / "speech.mp3").is_file() == (name == "openai-speech")


@pytest.mark.parametrize("case", mostly_slow(CASES, QUICK[:8:2], every_script=CASES.keys() - QUICK))
def test_good_catalogs(case: Case, render: Callable[[Path], Renderer], bash: Run, tmp_path: Path) -> None:
    """What a script sends passes the checks (test_good_catalogs.py asks that of all), and it prints; a cell without a sample says so."""
    for name, content in FILES.items():
        (tmp_path / "home" / name).write_bytes(content)
    renderer = render(CATALOGS / "good" / f"{case.catalog}.yaml")
    backend = renderer.catalog.backends[case.backend]
    cell = backend.endpoints[case.endpoint]
    script = tmp_path / "script.sh"
    script.write_text(renderer.script(case.backend, case.endpoint).text, "utf-8")

    with serving(renderer.catalog) as made:
        env = {**case.env, **made.variables, **server.keys([backend])}
        done = bash(script, *case.arguments, env=env, stdin=case.stdin)

    assert len(made.lines) == 1 + cell.curl.location
    if cell.response in ("json", "events") and cell.sample is None:
        assert done.returncode == 22
        assert done.stdout == b"" or cell.response == "events"  # a stream without pipelines is passed on as it comes
        assert f"501 from {made.urls[case.backend].rstrip('/')}" in done.stderr.decode()
        assert f"the catalog has no sample for {case.backend} {case.endpoint}" in done.stderr.decode()
    else:
        assert done.returncode == 0, done.stderr
        assert re.search(" (20[04]|304)$", made.lines[-1])


HOSTILE = renderer(CATALOGS / "hostile.yaml").catalog


@pytest.mark.parametrize("cell", mostly_slow({cell.id: cell for cell in HOSTILE.backends["nasty"].cells}, quick=["get", "json", "form"]))
def test_hostile_catalog(cell: Cell, render: Callable[[Path], Renderer], bash: Run, tmp_path: Path) -> None:
    """Whatever characters stand in paths, names, headers, keys and bodies, what a script sends is right."""
    for name in ('it\'s $(touch pwned) `x` ;type=a,b \\ "q" 中文.txt', "-x"):
        (tmp_path / "home" / name).write_text("x")
    backend = HOSTILE.backends["nasty"]
    script = tmp_path / "script.sh"
    script.write_text(render(CATALOGS / "hostile.yaml").script("nasty", cell.id).text, "utf-8")

    with serving(HOSTILE) as made:
        env = {"NASTY_BASE_URL": made.urls["nasty"], **server.keys([backend])}
        done = bash(script, *(["--two=a/b", "--six", "x\ny"] if cell.id == "parameters" else []), env=env)

    assert done.returncode == 0 or "the catalog has no sample for nasty" in done.stderr.decode(), done.stderr.decode()
    assert len(made.lines) == 1


def are_given(known: Catalog, given: Mapping[str, str]) -> None:
    """These variables have a base URL for each of the backends and a value for each key."""
    for backend in known.backends.values():
        assert re.fullmatch(r"http://127\.0\.0\.1(:\d+)?(/.*)?", given[f"{backend.prefix}BASE_URL"])
    for key in known.keys:
        assert given[key.variable] == (key.example or "demo-key")


@pytest.mark.parametrize("name", GOOD)
def test_good_catalogs_start(name: str) -> None:
    """Every good catalog is served, with an address for each backend and a key for each that is asked for."""
    known = renderer(CATALOGS / "good" / f"{name}.yaml").catalog

    with serving(known) as made:
        are_given(known, {**made.variables, **server.keys(list(known.backends.values()))})


def test_a_command_is_given_addresses_and_keys(tmp_path: Path) -> None:
    """In its environment."""
    file = CATALOGS / "good" / "everything.yaml"

    done = run("--catalog", file, "--", "env", cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, b"")
    are_given(renderer(file).catalog, dict(line.split("=", 1) for line in done.stdout.decode().splitlines()))


def test_stream_comes_event_by_event(built_in: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each event is there before the next one is made; the connection's end is the stream's."""
    go_on = threading.Semaphore(0)
    pauses: list[float] = []
    monkeypatch.setattr(server.time, "sleep", lambda seconds: pauses.append(seconds) or go_on.acquire(timeout=20))
    sample = BUILT_IN.backends["ollama"].endpoints["chat-completions-stream"].sample
    connection = http.client.HTTPConnection("127.0.0.1", built_in.port("ollama"), timeout=20)
    connection.request("POST", "/v1/chat/completions", json.dumps(STREAM), JSON)
    response = connection.getresponse()

    assert (response.status, response.headers["Content-Type"]) == (200, "text/event-stream")
    for event in sample:
        line = response.readline()
        assert json.loads(line.removeprefix(b"data: ")) == event
        assert response.readline() == b"\n"
        go_on.release()
    assert response.read() == b""
    assert pauses == [server.PAUSE] * len(sample)
    connection.close()


def test_curl_streams(built_in: Demo, bash: Run) -> None:
    """curl -N prints the events as they are in the catalog, Chinese as Chinese."""
    url = f"{built_in.urls['ollama']}/completions"
    body = json.dumps({"model": "gpt-3.5-turbo", "prompt": "Hi", "stream": True, "stream_options": {"include_usage": True}})

    done = bash("-c", f"curl -sSN {url} -H 'Content-Type: application/json' -d '{body}'")

    events = [line for line in done.stdout.decode().split("\n\n") if line]
    sample = BUILT_IN.backends["ollama"].endpoints["completions-stream"].sample
    assert [json.loads(event.removeprefix("data: ")) for event in events] == sample
    assert "我是一个" in events[0]


ANSWERS = {
    "text": ("{method: GET, path: /, response: text}", "a sample of x\n", "text/plain; charset=utf-8"),
    "text sample": ("{method: GET, path: /, response: text, sample: '😀 中文'}", "😀 中文", "text/plain; charset=utf-8"),
    "file": ("{method: GET, path: /, response: file}", "a sample of x\n", "application/octet-stream"),
    "file sample": ("{method: GET, path: /, response: file, sample: [1]}", "[1]", "application/octet-stream"),
    "json": ("{method: GET, path: /, sample: {a: 😀 中文}}", '{"a": "😀 中文"}', "application/json"),
    "json text": ("{method: GET, path: /, sample: a}", '"a"', "application/json"),
    "one event": ("{method: GET, path: /, response: events, sample: 1}", "data: 1\n\n", "text/event-stream"),
    "no event": ("{method: GET, path: /, response: events, sample: []}", "", "text/event-stream"),
}


@pytest.mark.parametrize(("endpoint", "body", "kind"), ANSWERS.values(), ids=ANSWERS)
def test_answers(endpoint: str, body: str, kind: str, make: Callable[[str], Catalog]) -> None:
    """The sample, as what the cell says comes back; a text or a file without one has a placeholder."""
    with serving(make(one(endpoint))) as made:
        status, headers, answer = made.ask("lab", "GET", "/v1/")

    assert (status, answer.decode(), headers["Content-Type"]) == (200, body, kind)


@pytest.mark.parametrize("method", ["HEAD", "DELETE"])
def test_nothing_comes_back(method: str, make: Callable[[str], Catalog]) -> None:
    """`response: none` is a 204 without a body, and the connection stays good."""
    with serving(make(one(f"{{method: {method}, path: /a, response: none}}"))) as made:
        connection = http.client.HTTPConnection("127.0.0.1", made.port("lab"), timeout=20)
        for _ in range(2):
            connection.request(method, "/v1/a")
            response = connection.getresponse()
            assert (response.status, response.read(), response.headers["Content-Length"]) == (204, b"", None)
        connection.close()
        assert made.ask("lab", "GET", "/v1/a")[0] == 405


# what is wrong is told


CHAT_PATH = "/v1/chat/completions"
WRONG: dict[str, tuple[str, str, Any, dict[str, str] | None, int, str]] = {
    "path": (
        "GET",
        "/models",
        None,
        None,
        404,
        "there is no /models; known: GET /v1/models, GET /v1/models/{model}, POST /v1/chat/completions, POST /v1/completions, ",
    ),
    "path in it": ("GET", "/v1/model/x?key=secret", None, None, 404, "there is no /v1/model/x; known: "),
    "method": ("GET", CHAT_PATH, None, None, 405, "/v1/chat/completions: expected POST, got GET"),
    "no type": ("POST", CHAT_PATH, b"{}", {"X": "y"}, 415, "expected Content-Type: application/json, got none"),
    "type of curl -d": (
        "POST",
        CHAT_PATH,
        b"{}",
        {"Content-Type": "application/x-www-form-urlencoded"},
        415,
        "expected Content-Type: application/json, got application/x-www-form-urlencoded",
    ),
    "no JSON": (
        "POST",
        CHAT_PATH,
        "{'model': 1}",
        JSON,
        422,
        "the body is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
    ),
    "no UTF-8": ("POST", CHAT_PATH, b'{"a": "\xff"}', JSON, 422, "the body is not JSON: 'utf-8' codec"),
    "too deep": ("POST", CHAT_PATH, b"[" * 100_000, JSON, 422, "the body is not JSON: "),
    "no body": ("POST", CHAT_PATH, b"", JSON, 422, "there is no body: expected JSON"),
    "body": ("POST", CHAT_PATH, [], None, 422, "the body: expected an object, got a list"),
    "missing": ("POST", CHAT_PATH, {"model": "m"}, None, 422, "messages: missing"),
    "unknown": ("POST", CHAT_PATH, {**CHAT, "max_token": 3}, None, 422, "max_token: unknown key (did you mean max_tokens?)"),
    "unknown, far": ("POST", CHAT_PATH, {**CHAT, "用户": 3}, None, 422, "用户: unknown key (known: model, messages, "),
    "type": (
        "POST",
        CHAT_PATH,
        {"model": "m", "messages": [{"role": "system", "content": ""}, {"role": "user", "content": 3}]},
        None,
        422,
        "messages[1].content: expected a text, got a number",
    ),
    "type of added": ("POST", CHAT_PATH, {**CHAT, "max_tokens": 1.5}, None, 422, "max_tokens: expected a whole number, got a number"),
    "several": (
        "POST",
        CHAT_PATH,
        {"model": 1, "messages": {}},
        None,
        422,
        "model: expected a text, got a number; messages: expected a list",
    ),
    "stream without options": ("POST", CHAT_PATH, {**CHAT, "stream": True}, None, 422, "stream_options: missing"),
    "no stream": ("POST", CHAT_PATH, {**CHAT, "stream": False}, None, 422, "stream: unknown key (known: model, messages, "),
    "list": ("POST", "/v1/embeddings", {"model": "m", "input": [1]}, None, 422, "input: expected a text or a list of them, got a list"),
    "query": ("GET", "/v1/models?page=2", None, None, 422, "query page: unknown (there is none)"),
    "body of GET": ("GET", "/v1/models", b"x", {"X": "y"}, 422, "expected no body"),
}


@pytest.mark.parametrize(("method", "path", "body", "headers", "status", "words"), WRONG.values(), ids=WRONG)
def test_wrong_request(method: str, path: str, body: Any, headers: dict[str, str] | None, status: int, words: str, built_in: Demo) -> None:
    """What is wrong is refused with words that say what was expected, in the answer and in the line."""
    built_in.lines.clear()

    got, _, answer = built_in.ask("ollama", method, path, body, headers)

    message = json.loads(answer)["error"]["message"]
    assert got == status
    assert message.startswith(words)
    assert built_in.lines == [f"ollama {method} {path.split('?')[0]} {status}: {message}"]


def test_405_names_the_methods(built_in: Demo) -> None:
    """Allow holds what would be right."""
    assert built_in.ask("ollama", "DELETE", "/v1/models")[1]["Allow"] == "GET"


FINE: dict[str, tuple[str, Any]] = {
    "as it is": (CHAT_PATH, CHAT),
    "more messages": (CHAT_PATH, {**CHAT, "messages": [{"role": "user", "content": f"{number}"} for number in range(9)]}),
    "no message": (CHAT_PATH, {**CHAT, "messages": []}),
    "added": (CHAT_PATH, {**CHAT, "max_tokens": 3.0, "temperature": 0}),
    "stream": (CHAT_PATH, STREAM),
    "a text": ("/v1/embeddings", {"model": "bge-m3", "input": "a"}),
    "texts": ("/v1/embeddings", {"model": "bge-m3", "input": ["a", "b"]}),
    "long": ("/v1/embeddings", {"model": "bge-m3", "input": "😀中文" * 30_000}),
    "spelled otherwise": ("/v1/chat%2Dcompletions".replace("%2Dc", "/%63"), CHAT),
    "absolute": ("http://localhost:11434/v1/embeddings", {"model": "bge-m3", "input": "a"}),
}


@pytest.mark.parametrize(("path", "body"), FINE.values(), ids=FINE)
def test_right_request(path: str, body: Any, built_in: Demo) -> None:
    """What a parameter may change, the length of a list and the values of texts are the user's."""
    status, headers, answer = built_in.ask("ollama", "POST", path, body)

    assert status == 200, answer
    assert ("event-stream" in headers["Content-Type"]) == ("stream" in body)


UNKNOWN = {
    "JSON": ("ollama", CHAT_PATH, {**CHAT, "model": "nobody"}, "model 'nobody' not found"),
    "a stream": ("litellm", CHAT_PATH, {**STREAM, "model": "nobody"}, "model 'nobody': Invalid model name"),
    "in a path": ("openai", "/v1/models/no%20body", None, "model 'no body': does not exist"),
    "another parameter": ("xinference", "/v1/embeddings", {"model": "x" * 100, "input": "a"}, f"'{'x' * 80}': Model not found"),
}


@pytest.mark.parametrize(("backend", "path", "body", "words"), UNKNOWN.values(), ids=UNKNOWN)
def test_unknown_value(backend: str, path: str, body: Any, words: str, built_in: Demo) -> None:
    """What neither a sample lists nor the catalog sends is refused, in words that the trouble fits."""
    key = next((key.example or "demo-key" for key in BUILT_IN.backends[backend].api_key), "")
    headers = {"Authorization": f"Bearer {key}", **(JSON if body else {})}
    status, _, answer = built_in.ask(backend, "POST" if body else "GET", path, body, headers)

    assert status == 404
    assert json.loads(answer)["error"]["message"].endswith(words)


def test_known_values(built_in: Demo) -> None:
    """All that a list of models has, without a tag too, and what the catalog's own requests send."""
    for model in ("qwen2.5:7b", "bge-m3:latest", "bge-m3", "gpt-3.5-turbo"):
        assert built_in.ask("ollama", "POST", CHAT_PATH, {**CHAT, "model": model})[0] == 200
    assert built_in.ask("llama-cpp", "POST", CHAT_PATH, {**CHAT, "model": "nobody"})[0] == 200  # it takes any name


def test_what_pages_show_is_known(make: Callable[[str], Catalog]) -> None:
    """In place of a value that neither the list nor a default has, a page may show one: it is answered, others are not."""
    known = make(
        """backends:
  lab: {base_url: 'http://localhost:8080/v1', troubles: [{when: 404, say: Which?, ask: models}], endpoints: {models: {}, ask: {}}}
endpoints:
  models:
    {method: GET, path: /models, lists: {model: ids}, pipelines: [{name: ids, jq: '.[]', raw: true}], sample: [one]}
  ask:
    method: POST
    path: /ask
    body: {model: two}
    parameters: {model: {at: [body, model], option: --model, shown: three}}
    pipelines: [{name: answer, jq: .answer}]
    sample: {answer: 1}
"""
    )
    with serving(known) as made:
        answers = {model: made.ask("lab", "POST", "/v1/ask", {"model": model})[0] for model in ("one", "two", "three", "four")}

    assert answers == {"one": 200, "two": 200, "three": 200, "four": 404}


LAB = """backends:
  lab: {base_url: 'http://localhost:8080/v1', endpoints: {X}}
endpoints:
  mixed:
    method: POST
    path: /mixed
    body: {list: [1, two, {three: [true]}], free: {}, any: [], nothing: null, ratio: 0.5}
    parameters:
      three: {at: [body, list, -1, three], option: --three, repeat: true, type: integer}
      must: {at: [body, must], option: --must, type: boolean, required: true}
      whole: {at: [body, nothing], option: --whole, type: json}
  get: {method: POST, path: /do, body: {action: get}, response: text, sample: got}
  put: {method: POST, path: /do, body: {action: put}, response: text, sample: put}
  flagged: {method: POST, path: /do, body: {action: get, dry: true}, response: text, sample: dry}
  item: {method: GET, path: '/items/{id}', parameters: {id: {at: [path, id], option: --id, type: integer, example: '7'}}, response: text}
  all: {method: GET, path: /items/all, response: text}
  search:
    method: GET
    path: /search
    headers: {X-Version: '2'}
    query: {kind: [a, b], page: 1}
    parameters:
      page: {at: [query, page], option: --page, type: integer}
      key: {at: [query, key], option: --key, type: string, required: true}
    response: text
  note: {method: POST, path: /note, text: hi, response: text}
""".replace("X}", ", ".join(f"{name}: {{}}" for name in ("mixed", "get", "put", "flagged", "item", "all", "search", "note")) + "}", 1)
MIXED = {"list": [1, "two", {"three": [True]}], "free": {}, "any": [], "nothing": None, "ratio": 0.5, "must": True}
CHECKS: dict[str, tuple[str, str, Any, dict[str, str], str]] = {
    "mixed": ("POST", "/mixed", MIXED, JSON, "mixed"),
    "mixed otherwise": ("POST", "/mixed", {**MIXED, "list": [{"three": [1, 2]}, 5, 6, "x"]}, JSON, "mixed"),
    "nothing in it": (
        "POST",
        "/mixed",
        {**MIXED, "list": [], "free": {"a": 1}, "any": [None], "nothing": {"x": []}, "ratio": 3},
        JSON,
        "mixed",
    ),
    "mixed wrong": (
        "POST",
        "/mixed",
        {**MIXED, "list": [1, "two", {"four": 1}]},
        JSON,
        "422 list[2].three: missing; list[2].four: unknown",
    ),
    "mixed strange": ("POST", "/mixed", {**MIXED, "list": [None]}, JSON, "422 list[0]: expected a number, got null"),
    "required": ("POST", "/mixed", {**MIXED, "must": 1}, JSON, "422 must: expected true or false, got a number"),
    "required missing": ("POST", "/mixed", {name: MIXED[name] for name in MIXED if name != "must"}, JSON, "422 must: missing"),
    "odd key": ("POST", "/mixed", {**MIXED, "a b\n": 1}, JSON, '422 ["a b\\n"]: unknown key'),
    "by a text": ("POST", "/do", {"action": "put"}, JSON, "put"),
    "by the first": ("POST", "/do", {"action": "else"}, JSON, "get"),
    "by a flag": ("POST", "/do", {"action": "put", "dry": True}, JSON, "flagged"),
    "wrong flag": ("POST", "/do", {"action": "get", "dry": 0}, JSON, "422 dry: expected true or false, got a number"),
    "placeholder": ("GET", "/items/7", None, {}, "item"),
    "literal first": ("GET", "/items/all", None, {}, "all"),
    "placeholder's type": ("GET", "/items/x", None, {}, "422 id in the path: expected a whole number"),
    "empty placeholder": (
        "GET",
        "/items/",
        None,
        {},
        "404 there is no /v1/items/; known: POST /v1/mixed, POST /v1/do, GET /v1/items/{id}, ",
    ),
    "query": ("GET", "/search?kind=a&kind=b&page=2&key=%E4%B8%AD+x", None, {"x-version": "2"}, "search"),
    "query's value": ("GET", "/search?kind=a&page=2&key=x", None, {"X-Version": "2"}, "422 query kind: expected a and b"),
    "query's type": ("GET", "/search?kind=a&kind=b&page=x&key=", None, {"X-Version": "2"}, "422 query page: expected a whole number"),
    "query missing": (
        "GET",
        "/search?kind=a&kind=b",
        None,
        {"X-Version": "2"},
        "422 query page: missing, expected 1; query key: missing, expected a text",
    ),
    "query unknown": (
        "GET",
        "/search?kind=a&kind=b&pge=1&key=&page=1",
        None,
        {"X-Version": "2"},
        "422 query pge: unknown (did you mean page?)",
    ),
    "header": ("GET", "/search?kind=a&kind=b&page=2&key=", None, {}, "422 header X-Version: missing, expected 2"),
    "header's value": ("GET", "/search?kind=a&kind=b&page=2&key=", None, {"X-Version": "3"}, "422 header X-Version: expected 2"),
    "text": ("POST", "/note", b"\xff", {"Content-Type": "TEXT/Plain"}, "note"),
    "text's type": ("POST", "/note", b"x", JSON, "415 expected Content-Type: text/plain, got application/json"),
}


@pytest.mark.parametrize(("method", "path", "body", "headers", "expected"), CHECKS.values(), ids=CHECKS)
def test_checks(method: str, path: str, body: Any, headers: dict[str, str], expected: str, make: Callable[[str], Catalog]) -> None:
    """A request is for the cell that it fits best; if it fits none, the closest one says what is wrong."""
    message = Message()
    for name, value in headers.items():
        message[name] = value
    target, _, query = path.partition("?")
    data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()

    try:
        found = match.cell_for(make(LAB).backends["lab"], {}, match.Sent(method, f"/v1{target}", query, message, data)).id
    except match.Refusal as refusal:
        found = f"{refusal.status} {refusal.message}"

    assert found.startswith(expected)


FORMS = {
    "whole": ([("model", "whisper-1", ""), ("file", "x", "a.mp3")], 200, ""),
    "any value": ([("file", "", "中.mp3"), ("language", "中", ""), ("model", "x", "")], 200, ""),
    "missing": ([("file", "x", "a.mp3")], 422, "form part model: missing, expected whisper-1"),
    "no file": ([("model", "m", ""), ("file", "a.mp3", "")], 422, "form part file: expected a file (-F file=@FILE)"),
    "a file": ([("model", "m", "m.txt"), ("file", "x", "a.mp3")], 422, "form part model: expected a text, got a file"),
    "unknown": ([("model", "m", ""), ("file", "x", "a"), ("lang", "en", "")], 422, "form part lang: unknown (did you mean language?)"),
}


@pytest.mark.parametrize(("parts", "status", "words"), FORMS.values(), ids=FORMS)
def test_form(parts: list[tuple[str, str, str]], status: int, words: str, render: Callable[[Path], Renderer]) -> None:
    """Forms are checked by the names of their parts, and by which of them are files."""
    known = render(CATALOGS / "good" / "openai-transcription.yaml").catalog
    body = "".join(
        f'--B\r\nContent-Disposition: form-data; name="{name}"' + (f'; filename="{file}"' if file else "") + f"\r\n\r\n{content}\r\n"
        for name, content, file in parts
    )
    headers = {"Content-Type": "multipart/form-data; boundary=B", "Authorization": "Bearer sk-..."}
    with serving(known) as made:
        got, _, answer = made.ask("openai", "POST", "/v1/audio/transcriptions", f"{body}--B--\r\n".encode(), headers)
        assert (got, json.loads(answer).get("error", {}).get("message", "")) == (status, words)
        broken = made.ask("openai", "POST", "/v1/audio/transcriptions", body.encode(), headers)
        assert (broken[0], b"its last boundary is missing" in broken[2]) == (422, True)
        urlencoded = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        assert (
            b"expected Content-Type: multipart/form-data" in made.ask("openai", "POST", "/v1/audio/transcriptions", b"a=b", urlencoded)[2]
        )


# keys


KEYS = {
    "required": ("litellm", "Bearer sk-1234", 200, ""),
    "missing": ("litellm", None, 401, "no key: expected Authorization: Bearer sk-1234 (LITELLM_API_KEY)"),
    "wrong": ("litellm", "Bearer sk-12345", 401, "wrong key: expected Authorization: Bearer sk-1234 (LITELLM_API_KEY)"),
    "no prefix": ("litellm", "sk-1234", 401, "wrong key"),
    "not expanded": ("litellm", "Bearer $LITELLM_API_KEY", 401, "wrong key"),
    "optional": ("xinference", "Bearer xf-1234", 200, ""),
    "optional, none": ("xinference", None, 200, ""),
    "optional, wrong": ("xinference", "Bearer x", 401, "wrong key: expected Authorization: Bearer xf-1234 (XINFERENCE_API_KEY)"),
    "none asked for": ("ollama", "Bearer x", 200, ""),
}


@pytest.mark.parametrize(("backend", "key", "status", "words"), KEYS.values(), ids=KEYS)
def test_key(backend: str, key: str | None, status: int, words: str, built_in: Demo) -> None:
    """A required key must be there, and any key that is sent must be the example; it is never repeated."""
    built_in.lines.clear()

    got, _, answer = built_in.ask(backend, "GET", "/v1/models", headers={"Authorization": key} if key else {})

    assert got == status
    assert words in answer.decode() and words in built_in.lines[0]
    assert "sk-12345" not in built_in.lines[0] + answer.decode()


def test_wrong_key_comes_first(built_in: Demo) -> None:
    """Of several faults the key is the one that is reported."""
    status, _, answer = built_in.ask("litellm", "POST", CHAT_PATH, {"nonsense": 1})

    assert (status, "nonsense" in answer.decode()) == (401, False)


def test_own_key_is_not_sent(tmp_path: Path) -> None:
    """A key or a base URL that is set already is replaced for COMMAND, and shown nowhere."""
    (tmp_path / "catalog.yaml").write_text(one("{method: GET, path: /}", "api_key: {variable: LAB_KEY},"))
    script = 'echo "$LAB_KEY"; curl -sS -H "Authorization: Bearer real" "$LAB_BASE_URL/"'

    done = run("--", "bash", "-c", script, cwd=tmp_path, env={"LAB_KEY": "real", "LAB_BASE_URL": "http://127.0.0.1:1"})

    assert done.stdout.decode().startswith("demo-key\n")
    assert b"401" in done.stderr
    assert b"real" not in done.stdout + done.stderr


# errors in the catalog's own shape


SHAPES = {
    "nested": (".error.message", {"error": {"message": "expected no body"}}),
    "flat": (".error", {"error": "expected no body"}),
    "message": (".message? // empty", {"message": "expected no body"}),
    "detail": ("first(.detail | strings)", {"detail": "expected no body"}),
    "list": (".errors[0].message", {"errors": [{"message": "expected no body"}]}),
    "another": (".fault.words", {"error": {"message": "expected no body"}}),
}


@pytest.mark.parametrize(("errors", "shape"), SHAPES.values(), ids=SHAPES)
def test_errors_are_shaped_for_the_catalog(errors: str, shape: dict[str, Any], make: Callable[[str], Catalog]) -> None:
    """An error has the shape in which the catalog's filter finds the words."""
    with serving(make(f"errors: {json.dumps(errors)}\n" + one("{method: POST, path: /}"))) as made:
        assert json.loads(made.ask("lab", "POST", "/v1/", "x")[2]) == shape


# what no catalog says


@pytest.mark.parametrize(
    ("request_", "status"),
    {
        "chunked": (b"POST /v1/embeddings HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n"
                    b'20;x=y\r\n{"model":"bge-m3","input":"abc"}\r\n0\r\nTrailer: x\r\n\r\n', b"200"),
        "broken chunk": (b"POST /v1/embeddings HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nx", b"400"),
        "wrong chunk": (b"POST /v1/embeddings HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxyz\r\n0\r\n\r\n", b"400"),
        "broken length": (b"POST /v1/embeddings HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
        "huge length": (b"POST /v1/embeddings HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", b"400"),
        "no length": (b"POST /v1/embeddings HTTP/1.1\r\nContent-Type: application/json\r\n\r\n", b"422"),
        "old": (b"GET /v1/models HTTP/1.0\r\n\r\n", b"200"),
        "no HTTP": (b"\x16\x03\x01\x02\r\n\r\n", b"400"),
        "no such version": (b"GET / HTTP/9.0\r\n\r\n", b"505"),
        "no such method": (b"BREW /v1/models HTTP/1.1\r\n\r\n", b"405"),
        "too long": (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", b"414"),
        "raw UTF-8": ("GET /v1/中文 HTTP/1.1\r\n\r\n".encode(), b"404"),
        "not UTF-8": (b"GET /v1/\xff HTTP/1.1\r\n\r\n", b"404"),
    }.values(),
)  # fmt: skip
def test_odd_requests(request_: bytes, status: bytes, built_in: Demo, capfd: pytest.CaptureFixture[str]) -> None:
    """Whatever comes in is answered with a status and one line, and nothing breaks."""
    built_in.lines.clear()

    answer = built_in.raw("ollama", request_)

    assert answer.split(b" ")[1] == status
    assert len(built_in.lines) == 1
    assert capfd.readouterr().err == ""


def test_unfinished_request(built_in: Demo, capfd: pytest.CaptureFixture[str]) -> None:
    """A client that goes away in the middle of its body is passed over in silence."""
    assert built_in.raw("ollama", b"POST /v1/embeddings HTTP/1.1\r\nContent-Length: 10\r\n\r\nx") == b""
    assert capfd.readouterr().err == ""


def test_body_too_long(built_in: Demo, bash: Run) -> None:
    """More than 10 MB is a 413, with and without Expect: 100-continue; what fits is read whole."""
    url = f"{built_in.urls['ollama']}/embeddings"
    for more in ("", "-H Expect:", "-H Transfer-Encoding:\\ chunked"):
        command = f"head -c 10000001 /dev/zero | curl -sS {url} -H 'Content-Type: application/json' {more} --data-binary @-"
        assert b"the body has 10000001 bytes: expected at most 10000000" in bash("-c", command).stdout
    command = f"""{{ printf '{{"model":"bge-m3","input":"'; head -c 5000000 /dev/zero | tr '\\0' a; printf '"}}'; }} |
      curl -sS {url} -H 'Content-Type: application/json' --data-binary @- -w '%{{http_code}}' -o /dev/null"""
    assert bash("-c", command).stdout == b"200"


def test_connection_is_kept(built_in: Demo) -> None:
    """One connection serves several requests, refused ones in between."""
    connection = http.client.HTTPConnection("127.0.0.1", built_in.port("ollama"), timeout=20)
    seen = []
    for path, body in (("/v1/models", "x"), ("/v1/models", None), ("/nowhere", None), ("/v1/models", None)):
        connection.request("GET", path, body)
        first = connection.sock
        response = connection.getresponse()
        response.read()
        seen.append((response.status, first is connection.sock))
    connection.close()

    assert seen == [(422, True), (200, True), (404, True), (200, True)]


def test_line_is_one_line(built_in: Demo) -> None:
    """What a request holds cannot break the line or act on a terminal; the query is not shown."""
    built_in.lines.clear()

    built_in.raw("ollama", b"GET /v1/\x1b[31m\xc2\x9b HTTP/1.1\r\nConnection: close\r\n\r\n")
    built_in.ask("ollama", "POST", CHAT_PATH, {**CHAT, "a\x1b\n\u202eb": 1})
    built_in.ask("ollama", "GET", "/v1/models?key=secret")

    assert built_in.lines[0].startswith("ollama GET /v1/\\x1b[31m\\x9b 404: there is no /v1/\\x1b[31m\\x9b; ")
    assert all(line.isprintable() for line in built_in.lines)
    assert "secret" not in "".join(built_in.lines).replace("key=", "")


# the command


def test_exit_status_and_streams_are_the_commands(tmp_path: Path) -> None:
    """Standard input and output, arguments and exit status pass through; the lines go to standard error."""
    shutil.copy(CATALOGS / "thirteen.yaml", tmp_path / "catalog.yaml")
    script = 'cat; printf "%s\\n" "$@"; curl -sS "$OLLAMA_BASE_URL/nowhere" -o /dev/null; exit 7'

    done = run("ollama", "--", "bash", "-c", script, "x", "--catalog", "--", "-h", cwd=tmp_path, stdin="从管道\n".encode())

    assert (done.returncode, done.stdout.decode()) == (7, "从管道\n--catalog\n--\n-h\n")
    assert done.stderr.decode().startswith("demo: ollama GET /v1/nowhere 404: there is no /v1/nowhere; known: ")
    assert run("--", "bash", "-c", "kill -9 $$", cwd=tmp_path).returncode == 137


@pytest.mark.slow
def test_only_the_chosen_are_set(tmp_path: Path) -> None:
    """BACKEND before -- starts these alone."""
    done = run("ollama", "mindie", "ollama", "--", "env", cwd=tmp_path)

    chosen = sorted(re.findall(r"^(\w+)_BASE_URL=", done.stdout.decode(), re.MULTILINE))
    assert chosen == ["MINDIE", "MINDIE_HEALTH", "MINDIE_METRICS", "OLLAMA"]
    assert b"_API_KEY" not in done.stdout


NOT_RUN = {
    "not there": (["./nothere"], 127, "./nothere: command not found\n"),
    "not on the path": (["nothere", "x"], 127, "nothere: command not found\n"),
    "not executable": (["./catalog.yaml"], 126, "./catalog.yaml: cannot be run: Permission denied\n"),
    "a folder": (["/"], 126, "/: cannot be run: Permission denied\n"),
}


@pytest.mark.parametrize(("command", "status", "message"), mostly_slow(NOT_RUN, quick=["not on the path"]))
def test_command_that_cannot_be_run(command: list[str], status: int, message: str, tmp_path: Path) -> None:
    """As a shell has it: 127 for what is not there, 126 for what cannot be run."""
    (tmp_path / "catalog.yaml").write_text(one("{method: GET, path: /}"))

    done = run("--", *command, cwd=tmp_path)

    assert (done.returncode, done.stdout, done.stderr.decode()) == (status, b"", message)


USAGE = {
    "unknown backend": (["olama"], "There is no backend 'olama' (did you mean ollama?)."),
    "unknown backend, command": (["olama", "--", "true"], "There is no backend 'olama' (did you mean ollama?)."),
    "no command": (["--"], "-- needs a COMMAND."),
    "no command, backend": (["ollama", "--"], "-- needs a COMMAND."),
    "unknown option": (["--port", "1"], "--port"),
}


@pytest.mark.parametrize(("arguments", "message"), USAGE.values(), ids=USAGE)
def test_usage_errors(arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was typed wrong ends with 2 and says what was meant."""
    monkeypatch.chdir(tmp_path)

    result = CliRunner().invoke(main, ["demo", *arguments], catch_exceptions=False)

    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


@pytest.mark.slow
def test_ctrl_c_is_the_commands(tmp_path: Path) -> None:
    """Ctrl-C reaches the command, which answers it; the demo waits and ends with its status."""
    shutil.copy(CATALOGS / "thirteen.yaml", tmp_path / "catalog.yaml")
    script = "trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.1; done"
    with started("--", "bash", "-c", script, cwd=tmp_path) as process:
        assert process.stdout and process.stderr
        assert process.stdout.readline() == b"ready\n"
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)

    assert (process.returncode, out, err) == (5, b"caught\n", b"")


@pytest.mark.slow
def test_sigterm_is_passed_on(tmp_path: Path) -> None:
    """SIGTERM ends the command, and the demo with it."""
    shutil.copy(CATALOGS / "thirteen.yaml", tmp_path / "catalog.yaml")
    with started("--", "bash", "-c", "echo ready; exec sleep 600", cwd=tmp_path) as process:
        assert process.stdout and process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=20)

    assert (process.returncode, err) == (143, b"")


# without a command


@contextmanager
def started(*arguments: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """The command in a process group of its own; gone after the block in any case."""
    environment = {**ENVIRONMENT, "PYTHONPATH": str(ROOT), "HOME": str(cwd), **(env or {})}
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def greeting(process: subprocess.Popen[bytes]) -> str:
    """What it says until it listens."""
    assert process.stdout
    said = b""
    for line in iter(process.stdout.readline, b"Ctrl-C ends it. One line a request:\n"):
        assert line, f"it ended before it listened: {said.decode()}"
        said += line
    return said.decode()


PLAIN = """languages: [en]
backends:
  near: {base_url: 'http://localhost:PORT/v1', api_key: {variable: NEAR_KEY, example: "it's"}, endpoints: {bare: {}, x: {}}}
  far: {base_url: 'https://api.example.com/v2', api_key: {variable: FAR_KEY}, endpoints: {x: {}}}
endpoints:
  bare: {method: GET, path: /bare}
  x: {method: GET, path: /x, sample: {a: 1}}
"""


@pytest.mark.parametrize("number", mostly_slow({"ctrl-c": signal.SIGINT, "sigterm": signal.SIGTERM}, quick=["ctrl-c"]))
def test_plain(number: signal.Signals, tmp_path: Path, bash: Run) -> None:
    """Listens where the catalog says, says what to type elsewhere, logs a line a request, and ends well."""
    port = free_port()
    (tmp_path / "team.yaml").write_text(PLAIN.replace("PORT", str(port)))
    with started("--catalog", "team.yaml", cwd=tmp_path, env={"FAR_KEY": "real"}) as process:
        said = greeting(process)
        far = re.search(r"^far   (http://127\.0\.0\.1:\d+/v2)$", said, re.MULTILINE)
        assert far
        assert said == (
            f"near  http://localhost:{port}/v1\nfar   {far[1]}\n\nIn another terminal:\n  export FAR_BASE_URL={far[1]}\n"
            "  export NEAR_KEY='it'\"'\"'s'\n  export FAR_KEY=demo-key\n  curlsheet run --catalog team.yaml near x\n\n"
        )
        script = f"""curl -sS http://localhost:{port}/v1/x -H "Authorization: Bearer it's"
          for key in real demo-key other; do curl -sS {far[1]}/x -H "Authorization: Bearer $key"; done"""
        assert bash("-c", script).stdout == (
            b'{"a": 1}{"a": 1}{"a": 1}{"error": {"message": "wrong key: expected Authorization: Bearer demo-key (FAR_KEY)"}}'
        )
        process.send_signal(number)
        out, err = process.communicate(timeout=20)

    lines = out.decode().splitlines()
    assert (process.returncode, err) == (0, b"catalog: team.yaml\n")
    assert lines[:3] == ["near GET /v1/x 200", "far GET /v2/x 200", "far GET /v2/x 200"]
    assert len(lines) == 4 and lines[3].startswith("far GET /v2/x 401: wrong key")
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.slow
def test_the_commands_it_suggests_work(tmp_path: Path, bash: Run) -> None:
    """What is printed for the other terminal can be pasted there."""
    (tmp_path / "catalog.yaml").write_text(PLAIN.replace("PORT", str(free_port())))
    with started(cwd=tmp_path) as process:
        lines = greeting(process).replace("curlsheet", f"cd {tmp_path}; {sys.executable} -m generator").split("terminal:")[1]
        done = bash("-c", lines, env={"PYTHONPATH": str(ROOT)})
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)

    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, {"a": 1}, b"")


@pytest.mark.slow
def test_ctrl_c_in_a_stream(tmp_path: Path) -> None:
    """Ctrl-C ends it at once, whatever is still being sent."""
    port = free_port()
    events = json.dumps([0] * 100_000)
    (tmp_path / "catalog.yaml").write_text(
        f"backends: {{lab: {{base_url: 'http://127.0.0.1:{port}', endpoints: {{x: {{}}}}}}}}\n"
        f"endpoints: {{x: {{method: GET, path: /, response: events, sample: {events}}}}}\n"
    )
    with started(cwd=tmp_path) as process:
        greeting(process)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/")
        response = connection.getresponse()
        assert response.readline() == b"data: 0\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        connection.close()

    assert (process.returncode, err) == (0, b"catalog: catalog.yaml\n")


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    """Exit status after Ctrl-C, and all that it said to standard error."""
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    return process.returncode, err.decode()


@pytest.mark.slow
def test_port_in_use(tmp_path: Path) -> None:
    """A backend whose port is taken is left out, and said to be; if it was named, nothing starts. A command takes free ports."""
    port = free_port()
    (tmp_path / "team.yaml").write_text(PLAIN.replace("PORT", str(port)))
    team = ("--catalog", "team.yaml")
    why = f"127.0.0.1:{port}: the port is in use"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with started(*team, cwd=tmp_path) as process:
            said = greeting(process)
            assert ended(process) == (
                0,
                f"catalog: team.yaml\nnear is left out: it can't listen on {why}. To serve it: curlsheet demo --catalog team.yaml near\n",
            )
        both = run(*team, "near", "far", cwd=tmp_path)
        alone = run(*team, "near", cwd=tmp_path)
        beside = run(*team, "--", "true", cwd=tmp_path)

    assert said.startswith("far  http://127.0.0.1:") and "NEAR" not in said and "curlsheet run --catalog team.yaml far x\n" in said
    start = f"catalog: team.yaml\nnear can't listen on {why}\n"
    rest = "or give a command, which takes free ports: curlsheet demo --catalog team.yaml -- COMMAND\n"
    others = "Start the others: curlsheet demo --catalog team.yaml far; "
    assert (both.returncode, both.stdout, both.stderr.decode()) == (1, b"", f"{start}{others}{rest}")
    assert (alone.returncode, alone.stderr.decode()) == (1, f"{start}Stop what listens there; {rest}")
    assert (beside.returncode, beside.stderr) == (0, b"")


@pytest.mark.slow
def test_clash(tmp_path: Path) -> None:
    """Of two backends with one address the second is left out, or is an error if both are named; a command gives each a port."""
    port = free_port()
    backends = {
        name: {"base_url": f"http://{host}:{port}/{name}", "endpoints": {"x": {}}}
        for name, host in (("a", "localhost"), ("b", "127.0.0.1"))
    }
    (tmp_path / "catalog.yaml").write_text(json.dumps({"backends": backends, "endpoints": {"x": {"method": "GET", "path": "/"}}}))
    with started(cwd=tmp_path) as process:
        assert greeting(process).startswith(f"a  http://localhost:{port}/a\n\n")
        status, err = ended(process)
    named = run("a", "b", cwd=tmp_path)

    assert status == 0
    assert err.endswith(f"\nb is left out: it can't listen on 127.0.0.1:{port}: a does already. To serve it: curlsheet demo b\n")
    assert (named.returncode, named.stdout) == (1, b"")
    assert f"b can't listen on 127.0.0.1:{port}: a does already\nStart the others: curlsheet demo a; " in named.stderr.decode()
    assert run("--", "bash", "-c", "[[ $A_BASE_URL == *1:*/a && $B_BASE_URL == *1:*/b ]]", cwd=tmp_path).returncode == 0


def test_all_that_can_not_be_served(tmp_path: Path) -> None:
    """Where nothing is left to be served, that is an error."""
    port = free_port()
    (tmp_path / "catalog.yaml").write_text(one("{method: GET, path: /}").replace("8080", str(port)))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        done = run(cwd=tmp_path)

    assert (done.returncode, done.stdout) == (1, b"")
    assert f"lab can't listen on 127.0.0.1:{port}: the port is in use\nStop what listens there; " in done.stderr.decode()


@pytest.mark.slow
def test_built_in_catalog_without_names(tmp_path: Path) -> None:
    """`curlsheet demo` alone serves the built-in catalog, all but what has the port of another one."""
    known = catalog.read(ROOT / "catalog.yaml")
    with started(cwd=tmp_path) as process:
        said = greeting(process)
        status, err = ended(process)
    served = re.findall(r"^(\S+) +http", said.split("In another terminal:")[0], re.MULTILINE)
    left_out = re.findall(r"^(\S+) is left out: .* To serve it: curlsheet demo \1$", err, re.MULTILINE)

    assert status == 0
    assert sorted([*served, *left_out]) == sorted(known.backends)
    assert len(left_out) < len(served)


def test_servers_stop_together(monkeypatch: pytest.MonkeyPatch, make: Callable[[str], Catalog]) -> None:
    """Each server is told to stop before any of them has stopped."""
    many = {f"b{number}": {"base_url": "http://localhost:1", "endpoints": {"x": {}}} for number in range(12)}
    known = make(f"backends: {json.dumps(many)}\nendpoints: {{x: {{method: GET, path: /}}}}\n")
    all_told = threading.Barrier(len(many))
    shutdown = server.Server.shutdown
    monkeypatch.setattr(server.Server, "shutdown", lambda one_of_them: (all_told.wait(20), shutdown(one_of_them)))

    with serving(known) as made:
        assert made.ask("b0", "GET", "/nowhere")[0] == 404

    assert not all_told.broken
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", made.port("b11"))) != 0


@pytest.mark.parametrize(
    "base_url", ["http://127.0.0.1:99999", *map(slow, ["http://127.255.255.255:PORT", "http://192.0.2.1:PORT", "http://[::1]:PORT"])]
)
def test_odd_addresses(base_url: str, tmp_path: Path) -> None:
    """An address that can't be had is a message, another machine's is served from here, and IPv6 is spoken."""
    base_url = base_url.replace("PORT", str(free_port()))
    (tmp_path / "catalog.yaml").write_text(one("{method: GET, path: /}").replace("http://localhost:8080/v1", base_url))
    with started(cwd=tmp_path) as process:
        if "99999" in base_url:
            _, err = process.communicate(timeout=20)
            assert process.returncode == 1
            assert b"lab can't listen on 127.0.0.1:99999: " in err and b"Traceback" not in err
            return
        said = greeting(process)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)

    assert said.startswith("lab  http://127.0.0.1:" if "192" in base_url else f"lab  {base_url}\n")
    assert ("export LAB_BASE_URL=" in said) == ("192" in base_url)
    assert (process.returncode, err) == (0, b"catalog: catalog.yaml\n")


def test_it_listens_on_loopback_alone(built_in: Demo) -> None:
    """A socket open to other machines would answer at every address of this one, 127.0.0.2 among them."""
    for name in built_in.urls:
        with socket.socket() as other:
            assert other.connect_ex(("127.0.0.2", built_in.port(name))) != 0, name


def test_faults_of_the_catalog(tmp_path: Path) -> None:
    """A catalog with errors is told as everywhere, before anything starts."""
    (tmp_path / "catalog.yaml").write_text("backends: {}\n")

    for arguments in ([], ["--", "true"]):
        done = run(*arguments, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (1, b"")
        assert done.stderr.endswith(b"catalog.yaml:1: endpoints is missing\n1 error\n")


# other kinds of answers


@pytest.mark.parametrize(
    "how",
    [
        slow("method: GET, path: /x, query: {n: 2}, pages: link"),
        "method: GET, path: /x, pages: {next: .next, at: [query, after]}",
        slow("method: POST, path: /x, body: {q: 1}, pages: {next: .next, at: [body, after]}"),
        slow("method: POST, path: /x, urlencoded: {q: 1}, pages: {next: .next, at: [urlencoded, after]}"),
        slow("method: GET, path: /x, query: {n: 2}, pages: {next: .next}"),
        "method: POST, path: /x, body: {q: {r: 1}}, pages: {next: 'if .more then .v[-1] else null end', at: [body, q, after]}",
    ],
)
def test_a_list_has_two_pages(how: str, make: Callable[[str], Catalog], bash: Run, tmp_path: Path) -> None:
    """The second one is the last."""
    known = make(one(f"{{{how}, pipelines: [{{name: v, jq: '.v[]'}}], sample: {{v: [1, 2], next: 'a b', more: true}}}}"))
    script = tmp_path / "script.sh"
    script.write_text(Renderer(known).script("lab", "x").text, "utf-8")
    with serving(known) as made:
        first, both = bash(script, env=made.variables), bash(script, "--all", env=made.variables)
    assert (first.returncode, first.stdout) == (0, b"1\n2\n")
    assert b"--all" in first.stderr
    assert (both.returncode, both.stderr) == (0, b"")
    assert both.stdout in (b"1\n2\n1\n2\n", b"1\n2\n1\n")  # where the last item is the cursor, it is taken out


def test_what_is_unchanged(make: Callable[[str], Catalog]) -> None:
    """Where 304 is a success, an answer has an ETag; whoever sends it again gets a 304 without a body."""
    parameter = "etag: {at: [headers, If-None-Match], option: --etag, type: string}"
    with serving(make(one(f"{{method: GET, path: /x, success: [2xx, 304], sample: 1, parameters: {{{parameter}}}}}"))) as made:
        status, headers, body = made.ask("lab", "GET", "/v1/x")
        assert (status, body) == (200, b"1")
        assert made.ask("lab", "GET", "/v1/x", headers={"If-None-Match": headers["ETag"]})[::2] == (304, b"")
        assert made.ask("lab", "GET", "/v1/x", headers={"If-None-Match": '"other"'})[0] == 200


def test_headers_are_the_sample(make: Callable[[str], Catalog]) -> None:
    sample = "sample: {Content-Length: 5120, ETag: '\"1\"', X-Count: 3}"
    with serving(make(one(f"{{method: HEAD, path: /x, {sample}}}"))) as made:
        status, headers, body = made.ask("lab", "HEAD", "/v1/x")
    assert (status, headers["Content-Length"], headers["ETag"], headers["X-Count"], body) == (200, "5120", '"1"', "3", b"")
    with serving(make(one(f"{{method: POST, path: /x, response: headers, {sample}}}"))) as made:
        status, headers, body = made.ask("lab", "POST", "/v1/x")
    assert (status, headers["Content-Length"], headers["X-Count"], body) == (200, "0", "3", b"")


def test_a_status_that_is_a_success(make: Callable[[str], Catalog]) -> None:
    with serving(make(one("{method: GET, path: /x, success: [202, 404], sample: 1}"))) as made:
        assert made.ask("lab", "GET", "/v1/x")[0] == 202


def test_a_cell_at_another_address(make: Callable[[str], Catalog], bash: Run, tmp_path: Path) -> None:
    """It has a server of its own, even where both have the same path."""
    known = make(
        "backends: {lab: {base_url: 'http://localhost:8080/v1', endpoints: {x: {}, up-load: {}}}}\n"
        "endpoints:\n  x: {method: GET, path: /x, sample: here}\n"
        "  up-load: {base_url: 'http://up.example.com/v1', method: GET, path: /x, sample: there}\n"
    )
    with serving(known) as made:
        assert sorted(made.variables) == ["LAB_BASE_URL", "LAB_UP_LOAD_BASE_URL"]
        assert len(set(made.variables.values())) == 2
        for name, said in (("x", b'"here"'), ("up-load", b'"there"')):
            script = tmp_path / f"{name}.sh"
            script.write_text(Renderer(known).script("lab", name).text, "utf-8")
            assert bash(script, env=made.variables).stdout == said


def test_redirect_and_the_key(render: Callable[[Path], Renderer]) -> None:
    """A cell that follows redirects is led to another name of the machine, where its key is told from none."""
    with serving(render(CATALOGS / "good" / "artifacts.yaml").catalog) as made:
        key = {"X-API-Key": "k-1"}
        status, headers, _ = made.ask("mirror", "GET", "/artifacts/42/zip", headers=key)
        moved = urlsplit(headers["Location"])
        assert (status, moved.hostname, moved.port) == (307, "localhost", made.port("mirror"))
        assert made.ask("mirror", "GET", moved.path)[0] == 200
        status, _, body = made.ask("mirror", "GET", moved.path, headers=key)
        assert (status, b"MIRROR_KEY must stay at Mirror" in body) == (422, True)


def test_socket_of_the_catalog(make: Callable[[str], Catalog], tmp_path: Path) -> None:
    """Without a command the server listens where the catalog says; its file is gone afterwards, and one that is there is kept."""
    path = tmp_path / "d.sock"
    known = make(one("{method: GET, path: /x, sample: {a: 1}}", backend=f"curl: {{unix-socket: '{path}'}},"))
    backends = list(known.backends.values())
    with server.serving(known, backends, lambda line: None, free_ports=False) as served:
        assert served.sockets == {"lab": str(path)} and path.is_socket()
        with (
            pytest.raises(server.DemoError, match=r"d\.sock: there is a file already"),
            server.serving(known, backends, lambda line: None, free_ports=False),
        ):
            pass
        assert path.is_socket()
    assert not path.exists()
