"""Every cell of LiteLLM, llama.cpp and Xinference against the real server: `make test-servers`, `make test-xinference`."""

from __future__ import annotations

import contextlib
import json
import shlex
import shutil
import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import OUT, ROOT, Run, values
from running import Server, free_port, running, wait

from generator import catalog, demo, pipeline
from generator.model import Backend, Cell
from generator.render import Renderer

HERE = Path(__file__).parent
SMALL = ROOT / ".servers" / "small"
XINFERENCE = ROOT / ".servers" / "xinference"
CATALOG = catalog.read(ROOT / "catalog.yaml")
BACKENDS = ("litellm", "llama-cpp")
CELLS = {(name, cell.id): cell for name in BACKENDS for cell in CATALOG.backends[name].cells}
SECONDS = 300


@dataclass(frozen=True)
class Fails:
    """How a cell fails that this set-up cannot serve: the script's exit status, what it says, and why."""

    status: int
    says: tuple[str, ...]
    why: str


FAILS = {
    ("litellm", "key-generate"): Fails(22, ("HTTP 500 ", "DB not connected"), "LiteLLM keeps its keys in PostgreSQL"),
    ("llama-cpp", "image-input"): Fails(22, ("HTTP 500 ", "image input is not supported", "--mmproj"), "the model cannot see"),
    ("llama-cpp", "tools"): Fails(5, ("nothing in the answer at .choices[0].message.tool_calls[]",), "the model never calls a tool"),
    ("llama-cpp", "transcriptions"): Fails(22, ("HTTP 501 ", "does not support audio input", "--mmproj"), "the model cannot hear"),
}

# The model of a cell, where it is not the catalog's: in LiteLLM tools are for a model that knows them.
VARIABLES = {("litellm", "tools"): {"LITELLM_MODEL": "gpt-4o"}}

# The keys of a sample that an answer here does not hold, and the pipelines that find nothing in it: a model this small does not
# reason, and where any JSON will do, it makes up its own keys.
NOT_HERE = {
    ("litellm", "chat-completions-stream"): {"reasoning_content"},
    ("llama-cpp", "chat-completions-stream"): {"reasoning_content"},
    ("llama-cpp", "reasoning"): {"reasoning_content"},
}
FIND_NOTHING = {"json-mode": {"table"}}


def each(cells: Iterable[tuple[str, str]]) -> pytest.MarkDecorator:
    """A test for each of these cells."""
    return pytest.mark.parametrize(("backend", "endpoint"), named := list(cells), ids=map("-".join, named))


signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: the servers end with the tests


@pytest.fixture(scope="session")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each server's output goes."""
    return tmp_path_factory.mktemp("servers")


@pytest.fixture(autouse=True)
def said(logs: Path) -> Iterator[None]:
    """What the servers said during a test, which pytest shows where it fails."""
    before = {log: log.stat().st_size for log in logs.glob("*.log")}
    yield
    for log in sorted(logs.glob("*.log")):
        with log.open("rb") as file:
            file.seek(before.get(log, 0))
            text = file.read().decode("utf-8", "replace")[-5000:]
        if text:
            print(f"---- {log.name}\n{text}")


@contextlib.contextmanager
def llama(log: Path, key: str = "") -> Iterator[Server]:
    """llama.cpp's server; with a key it is a reranker."""
    server = Server(free_port(), key)
    command: list[str | Path] = [
        SMALL / "bin" / "python",
        HERE / "llama.py",
        SMALL / "gemma.gguf",
        str(server.port),
        *([key] if key else []),
    ]
    with running(command, log, {}) as process:
        wait(process, log, f"http://127.0.0.1:{server.port}/health")
        yield server


@pytest.fixture(scope="session")
def llama_cpp(logs: Path) -> Iterator[Server]:
    """llama.cpp with a real model, open to everybody."""
    with llama(logs / "llama-cpp.log") as server:
        yield server


@pytest.fixture(scope="session")
def reranker(logs: Path) -> Iterator[Server]:
    """llama.cpp with --rerank and --api-key."""
    with llama(logs / "llama-cpp-reranker.log", "secret") as server:
        yield server


@pytest.fixture(scope="session")
def litellm(logs: Path, llama_cpp: Server, reranker: Server) -> Iterator[Server]:
    """LiteLLM in front of both, and of the catalog's samples."""
    server = Server(free_port(), "sk-1234")
    command: list[str | Path] = [
        SMALL / "bin" / "litellm",
        "--config",
        HERE / "litellm.yaml",
        "--host",
        "127.0.0.1",
        "--port",
        str(server.port),
        "--telemetry",
        "False",
    ]
    log = logs / "litellm.log"
    with demo.serving(CATALOG, [CATALOG.backends["localai"]], lambda line: None, free_ports=True) as samples:
        environment = {
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "LITELLM_TELEMETRY": "False",
            "LLAMA_URL": llama_cpp.url,
            "RERANK_URL": reranker.url,
            "SAMPLES_URL": samples["localai"],
        }
        with running(command, log, environment) as process:
            wait(process, log, f"http://127.0.0.1:{server.port}/health/readiness")
            yield server


def server_of(backend: str, endpoint: str, request: pytest.FixtureRequest) -> Server:
    """The server that a cell is tried with."""
    name = "reranker" if (backend, endpoint) == ("llama-cpp", "rerank") else backend.replace("-", "_")
    server: Server = request.getfixturevalue(name)
    return server


def settings(backend: Backend, server: Server, **more: str) -> dict[str, str]:
    """The variables that lead a backend's scripts to a server."""
    assert backend.api_key
    key = {backend.api_key.variable: server.key} if server.key else {}
    return {f"{backend.prefix}BASE_URL": server.url, **key, **more}


def options(cell: Cell) -> list[str]:
    """Short answers, but where half a JSON is none."""
    short = any(parameter.option == "--max-tokens" for parameter in cell.parameters.values())
    return ["--max-tokens", "16"] if short and cell.id not in ("json-mode", "json-schema") else []


def events(text: str) -> list[Any]:
    """The events of a stream."""
    lines = [line.removeprefix("data:").strip() for line in text.splitlines() if line.startswith("data:")]
    return [json.loads(line) for line in lines if line != "[DONE]"]


def found(cell: Cell, answer: Any) -> dict[str, str]:
    """What each pipeline makes of an answer; jq's fault where it fails."""
    made = {}
    for one in cell.pipelines or ():
        try:
            made[one.name] = pipeline.run(one.jq, answer, one.raw, events=cell.response == "events")
        except pipeline.FilterError as error:
            made[one.name] = f"error: {error}"
    return made


Place = tuple[Any, ...]


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    """Every place in a JSON value, itself included."""
    yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        yield from places(item, (*at, name))


def at(value: Any, place: Place) -> Any:
    for step in place:
        value = value[step]
    return value


def without(value: Any, place: Place) -> Any:
    """A copy of a JSON value in which null stands at a place."""
    copy = json.loads(json.dumps(value))
    at(copy, place[:-1])[place[-1]] = None
    return copy


def kinds(value: Any) -> set[tuple[Place, str]]:
    """Each key path in a JSON value, whatever the index in a list, with the JSON type of what stands there."""
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}
    return {(tuple("*" if isinstance(step, int) else step for step in place), names[type(at(value, place))]) for place in places(value)}


def read_by_pipelines(cell: Cell) -> set[tuple[Place, str]]:
    """What the cell's pipelines read of its sample: where a null changes what they print."""
    shown = found(cell, cell.sample)
    read = [place for place in places(cell.sample) if place and found(cell, without(cell.sample, place)) != shown]
    wanted = {tuple("*" if isinstance(step, int) else step for step in place) for place in read}
    return {(place, kind) for place, kind in kinds(cell.sample) if place in wanted and kind != "null"}


@pytest.fixture
def home(tmp_path: Path, bash: Run) -> Path:
    """Where bash runs: the recording that transcriptions send lies there."""
    (tmp_path / "home" / "audio.mp3").write_bytes(bytes(1000))
    return tmp_path / "home"


@each(CELLS)
def test_script_has_an_answer(backend: str, endpoint: str, request: pytest.FixtureRequest, bash: Run, home: Path) -> None:
    """The script ends well and prints something, or fails as it is written down that it does."""
    cell = CELLS[backend, endpoint]
    variables = settings(CATALOG.backends[backend], server_of(backend, endpoint, request), **VARIABLES.get((backend, endpoint), {}))
    done = bash(OUT / f"{backend}-{endpoint}.sh", *options(cell), env=variables, timeout=SECONDS)
    words = done.stderr.decode()

    if expected := FAILS.get((backend, endpoint)):
        assert done.returncode == expected.status, expected.why
        assert [part for part in expected.says if part not in words] == [], words
        return
    assert done.returncode == 0, words
    if cell.response == "file":
        assert words == f"{backend}-{endpoint}.sh: the answer is in {cell.save_as}\n"
        assert (home / str(cell.save_as)).stat().st_size
    else:
        assert words == ""
        assert cell.response == "none" or done.stdout.strip()


@each(CELLS)
def test_printed_command_has_an_answer(
    backend: str, endpoint: str, request: pytest.FixtureRequest, bash: Run, home: Path, tmp_path: Path
) -> None:
    """The command that `show` prints, pasted as it is, has an answer too; its address is led to the server."""
    server = server_of(backend, endpoint, request)
    cell = CELLS[backend, endpoint]
    (tmp_path / "bin").mkdir()
    curl = tmp_path / "bin" / "curl"
    curl.write_text(f'#!/bin/sh\nexec {shlex.quote(shutil.which("curl") or "")} --connect-to ::127.0.0.1:{server.port} "$@"\n')
    curl.chmod(0o755)
    command = Renderer(CATALOG).command(backend, endpoint)
    if server.key and cell.api_key and not cell.api_key.required:  # a command has no key that is not needed
        command += f' -H "Authorization: Bearer {server.key}"' if "|" not in command else ""
        command = command.replace(" | ", f' -H "Authorization: Bearer {server.key}" | ', 1)
    for variable, model in VARIABLES.get((backend, endpoint), {}).items():
        assert variable.endswith("_MODEL")
        command = command.replace(f'"{cell.body["model"]}"', f'"{model}"', 1)
    path = f"{curl.parent}:{Path(shutil.which('jq') or '').parent}:/usr/bin:/bin"
    done = bash("-c", f"set -o pipefail; {command}", env={**settings(CATALOG.backends[backend], server), "PATH": path}, timeout=SECONDS)
    words = (done.stdout + done.stderr).decode()

    if (backend, endpoint) in FAILS:
        assert done.returncode or not done.stdout.strip(b"null\n"), words
        return
    assert (done.returncode, done.stderr) == (0, b""), words
    if cell.response == "file":
        assert (home / str(cell.save_as)).stat().st_size
    else:
        assert done.stdout.strip()


@each(name for name, cell in CELLS.items() if cell.pipelines and name not in FAILS)
def test_answer_has_the_shape_of_the_sample(backend: str, endpoint: str, request: pytest.FixtureRequest, bash: Run, home: Path) -> None:
    """What the cell's pipelines read of its sample stands in the real answer too, with the same type."""
    cell = CELLS[backend, endpoint]
    variables = settings(CATALOG.backends[backend], server_of(backend, endpoint, request), **VARIABLES.get((backend, endpoint), {}))
    done = bash(OUT / f"{backend}-{endpoint}.sh", "--raw", *options(cell), env=variables, timeout=SECONDS)
    assert done.returncode == 0, done.stderr.decode()
    answer = events(done.stdout.decode()) if cell.response == "events" else values(done.stdout.decode())[0]

    not_here = NOT_HERE.get((backend, endpoint), set())
    assert [(place, kind) for place, kind in sorted(read_by_pipelines(cell) - kinds(answer)) if place[-1] not in not_here] == []
    assert {name for name, made in found(cell, answer).items() if made.startswith("error: ")} == FIND_NOTHING.get(endpoint, set())
