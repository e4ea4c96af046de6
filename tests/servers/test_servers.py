"""Every cell of LiteLLM, llama.cpp and Xinference against the real server: `make test-servers`, `make test-xinference`."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import models
import pytest
from conftest import OUT, ROOT, Run, values
from running import Server, free_port, get, running, wait

from generator import catalog, jq_filter
from generator.catalog.model import Backend, Cell
from generator.demo.server import serving
from generator.render.renderer import Renderer

HERE = Path(__file__).parent
SMALL = ROOT / ".servers" / "small"
XINFERENCE = ROOT / ".servers" / "xinference"
RECORD = os.environ.get("RECORD") == "yes"
CATALOG = catalog.read(ROOT / "catalog.yaml", recorded=not RECORD)
BACKENDS = ("litellm", "llama-cpp", "xinference")
# The cells of a server that asks who it is: test_xinference_lets_an_administrator_in runs them one after the other.
GUARDED = {("xinference", cell) for cell in ("setup", "login", "api-keys", "api-key-create", "api-key-delete")}
CELLS = {(name, cell.id): cell for name in BACKENDS for cell in CATALOG.backends[name].cells if (name, cell.id) not in GUARDED}
SECONDS = 300


@dataclass(frozen=True)
class Fails:
    """How a cell fails that this set-up cannot serve: the script's exit status, what it says, and why."""

    status: int
    says: tuple[str, ...]
    why: str


FAILS = {
    **{
        ("litellm", cell): Fails(22, (f"HTTP {status} ", says, "It needs a database"), "LiteLLM keeps these in PostgreSQL")
        for cell, status, says in (
            ("key-generate", 500, "DB not connected"),
            ("key-info", 500, "Database not connected"),
            ("key-delete", 500, "Not connected to DB"),
            ("team-new", 500, "No db connected"),
            ("user-new", 400, "DB not connected"),
            ("spend-logs", 500, "Database not connected"),
        )
    },
    ("litellm", "metrics"): Fails(22, ("HTTP 404 ", "callbacks: [prometheus]"), "it is off by default"),
    ("litellm", "image-edits"): Fails(22, ("HTTP 4",), "the server behind this model has none"),
    **{
        ("litellm", cell): Fails(22, ("HTTP 404 ", "File Not Found"), "no model is named, so LiteLLM asks llama.cpp, which has no files")
        for cell in ("files", "file-content", "batch-create", "batch", "batches")
    },
    ("llama-cpp", "image-input"): Fails(22, ("HTTP 500 ", "image input is not supported", "--mmproj"), "the model cannot see"),
    ("llama-cpp", "infill"): Fails(22, ("HTTP 501 ", "Infill is not supported by this model"), "the model is none for code"),
    ("llama-cpp", "lora-adapters"): Fails(5, ("No adapters. ",), "it is started without adapters"),
    **{
        ("llama-cpp", cell): Fails(22, ("HTTP 404 ", "Only in router mode"), "the package has no router")
        for cell in ("model-load", "model-unload")
    },
    ("llama-cpp", "tools"): Fails(5, (" the answer",), "the model never calls a tool: its answer is cut off, or has no call"),
    ("llama-cpp", "transcriptions"): Fails(22, ("HTTP 501 ", "does not support audio input", "--mmproj"), "the model cannot hear"),
    ("xinference", "messages-count-tokens"): Fails(22, ("HTTP 501 ",), "with llama.cpp it cannot count"),
    ("xinference", "metrics"): Fails(22, ("HTTP 404 ",), "it is started without them"),
    ("xinference", "json-mode"): Fails(5, (" found nothing in the answer",), "with llama.cpp it does not know json_object"),
    ("xinference", "tools"): Fails(5, (" the answer",), "the model never calls a tool: its answer is cut off, or has no call"),
    ("xinference", "launch"): Fails(22, ("HTTP 503 ", "Failed to download model"), "it is not to fetch 15 GB"),
    **{
        ("xinference", cell): Fails(
            22,
            ("HTTP 404 ", "Model not found", "\nThe server has: ", "bge-m3", "xinference-models.sh; choose: --model NAME"),
            "no such model here",
        )
        for cell in ("image-input", "rerank", "transcriptions", "translations", "speech", "images", "image-edits")
    },
}

# The model of a cell, where it is not the catalog's: in LiteLLM tools are for a model that knows them.
VARIABLES = {("litellm", "tools"): {"LITELLM_MODEL": "gpt-4o"}}

SENT = ["audio.mp3", "photo.png", "requests.jsonl"]

ARGUMENTS = {
    "terminate": ["qwen2.5-instruct"],
    "key-delete": ["laptop"],
    "file-content": ["file-cvaTdG"],
    "batch-create": ["file-abc123"],
    "batch": ["batch_abc123"],
}

# The keys of a sample that an answer here does not hold, and the pipelines that find nothing in it: a model this small does not
# reason, and where any JSON will do, it makes up its own keys.
NOT_HERE = {
    ("litellm", "chat-completions-stream"): {"reasoning_content"},
    ("llama-cpp", "chat-completions-stream"): {"reasoning_content"},
    ("llama-cpp", "reasoning"): {"reasoning_content"},
    ("litellm", "messages-stream"): {"thinking"},
    ("llama-cpp", "messages-stream"): {"thinking"},
    ("xinference", "chat-completions-stream"): {"reasoning_content"},
}
FIND_NOTHING = {"json-mode": {"table"}}


@functools.cache
def variant() -> Renderer:
    """What makes the scripts of requests that those in out/ never send."""
    return Renderer(catalog.read(HERE / "refused.yaml"))


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


def served_by_llama(server: Server) -> list[str | Path]:
    """The command that starts llama.cpp."""
    key = [server.key] if server.key else []
    return [SMALL / "bin" / "python", HERE / "llama.py", SMALL / "gemma.gguf", str(server.port), *key]


@contextlib.contextmanager
def llama(log: Path, key: str = "") -> Iterator[Server]:
    """llama.cpp's server; with a key it is a reranker."""
    server = Server(free_port(), key)
    with running(served_by_llama(server), log, {}) as process:
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
    command: list[str | Path] = [SMALL / "bin" / "litellm", "--config", HERE / "litellm.yaml"]
    command += ["--host", "127.0.0.1", "--port", str(server.port), "--telemetry", "False"]
    log = logs / "litellm.log"
    any_model = replace(CATALOG.backends["localai"], troubles=())  # else it would know its own models alone
    with serving(CATALOG, [any_model, CATALOG.backends["openai"]], lambda line: None, free_ports=True) as samples:
        environment = {
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "LITELLM_TELEMETRY": "False",
            "LLAMA_URL": llama_cpp.url,
            "RERANK_URL": reranker.url,
            "SAMPLES_URL": samples.urls["localai"],
            "OPENAI_URL": samples.urls["openai"],
        }
        with running(command, log, environment) as process:
            wait(process, log, f"http://127.0.0.1:{server.port}/health/readiness")
            yield server


@contextlib.contextmanager
def xinference_at(log: Path, **environment: str) -> Iterator[Server]:
    """Xinference without models."""
    server = Server(free_port())
    offline = {"XINFERENCE_DISABLE_METRICS": "1", "XINFERENCE_HOME": str(log.with_suffix("")), "HF_HUB_OFFLINE": "1"}
    command: list[str | Path] = [XINFERENCE / "bin" / "xinference-local", "--host", "127.0.0.1", "--port", str(server.port)]
    with running(command, log, {**offline, **environment}) as process:
        wait(process, log, f"http://127.0.0.1:{server.port}/status")
        yield server


@pytest.fixture(scope="session")
def started_xinference(logs: Path) -> Iterator[Server]:
    """Xinference with two models, open to everybody."""
    with xinference_at(logs / "xinference.log", XINFERENCE_AUTH_ADVANCED="0") as server:
        models.register(server, XINFERENCE)
        yield server


@pytest.fixture
def xinference(started_xinference: Server) -> Server:
    """With every model running."""
    models.launch(started_xinference)
    return started_xinference


def server_of(backend: str, endpoint: str, request: pytest.FixtureRequest) -> Server:
    """The server that a cell is tried with."""
    name = "reranker" if (backend, endpoint) == ("llama-cpp", "rerank") else backend.replace("-", "_")
    server: Server = request.getfixturevalue(name)
    return server


def settings(backend: Backend, server: Server, **more: str) -> dict[str, str]:
    """The variables that lead a backend's scripts to a server."""
    key = {backend.api_key[0].variable: server.key} if server.key else {}
    return {f"{backend.prefix}BASE_URL": server.url, **key, **more}


def options(cell: Cell) -> list[str]:
    """Short answers, but where half a JSON is none."""
    limited = any(parameter.option == "--max-tokens" for parameter in cell.parameters.values())
    return ["--max-tokens", "200" if cell.id in ("json-mode", "json-schema") else "16"] if limited else []


def events(text: str) -> list[Any]:
    """The events of a stream."""
    lines = [line.removeprefix("data:").strip() for line in text.splitlines() if line.startswith("data:")]
    return [json.loads(line) for line in lines if line != "[DONE]"]


def found(cell: Cell, answer: Any) -> dict[str, str]:
    """What each pipeline makes of an answer; jq's fault where it fails."""
    made = {}
    for one in cell.pipelines or ():
        try:
            made[one.name] = jq_filter.run(one.jq, answer, one.raw, streams=cell.streams)
        except jq_filter.FilterError as error:
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
    """Where bash runs: the files that scripts send lie there."""
    for name in ("audio.mp3", "photo.png"):
        (tmp_path / "home" / name).write_bytes(bytes(1000))
    line = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "gpt-3.5-turbo", "messages": []}}
    (tmp_path / "home" / "requests.jsonl").write_text(json.dumps(line) + "\n")
    return tmp_path / "home"


@each(CELLS)
def test_script_has_an_answer(backend: str, endpoint: str, request: pytest.FixtureRequest, bash: Run, home: Path) -> None:
    """The script ends well and prints something, or fails as it is written down that it does."""
    cell = CELLS[backend, endpoint]
    variables = settings(CATALOG.backends[backend], server_of(backend, endpoint, request), **VARIABLES.get((backend, endpoint), {}))
    done = bash(OUT / f"{backend}-{endpoint}.sh", *options(cell), *ARGUMENTS.get(endpoint, ()), env=variables, timeout=SECONDS)
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
    command = Renderer(CATALOG).command(backend, endpoint).text
    if server.key and cell.api_key and not cell.api_key[0].required:  # a command has no key that is not needed
        command += f' -H "Authorization: Bearer {server.key}"' if "|" not in command else ""
        command = command.replace(" | ", f' -H "Authorization: Bearer {server.key}" | ', 1)
    for variable, model in VARIABLES.get((backend, endpoint), {}).items():
        assert variable.endswith("_MODEL")
        command = command.replace(f'"{cell.body["model"]}"', f'"{model}"', 1)
    command = command.replace('"max_tokens": 1024', '"max_tokens": 16')  # a model this small says things over and over
    path = f"{curl.parent}:{Path(shutil.which('jq') or '').parent}:/usr/bin:/bin"
    done = bash("-c", f"set -o pipefail; {command}", env={**settings(CATALOG.backends[backend], server), "PATH": path}, timeout=SECONDS)
    words = (done.stdout + done.stderr).decode()

    if (backend, endpoint) in FAILS:
        # A refusal is told by -f; where the status is good, a filter makes null of what is not there.
        said = done.stdout.strip()
        assert done.returncode or said == b"" or b"null" in said, words
        return
    assert (done.returncode, done.stderr) == (0, b""), words
    if cell.response == "file":
        assert (home / str(cell.save_as)).stat().st_size
    else:
        assert cell.response == "none" or done.stdout.strip()


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


def parts(cells: Iterable[str], backend: str) -> Iterator[tuple[list[str], dict[str, str]]]:
    """The cells that the same server is asked with the same variables, and these variables."""
    groups: dict[str, tuple[list[str], dict[str, str]]] = {}
    for endpoint in cells:
        variables = VARIABLES.get((backend, endpoint), {})
        server = "reranker" if (backend, endpoint) == ("llama-cpp", "rerank") else ""
        groups.setdefault(f"{server} {variables}", ([], variables))[0].append(endpoint)
    yield from groups.values()


@pytest.mark.parametrize("backend", BACKENDS)
def test_recordings_are_of_these_answers(backend: str, request: pytest.FixtureRequest, home: Path) -> None:
    """What is recorded of a server has the shape that it answers with; RECORD=yes records it anew instead of comparing."""
    known = {endpoint for name, endpoint in CELLS if name == backend}
    endpoints = [
        cell.id
        for cell in CATALOG.backends[backend].cells
        if cell.id in known and (recordable(cell, backend) if RECORD else cell.recorded and (backend, cell.id) not in FAILS)
    ]
    assert endpoints
    told = []
    for names, variables in parts(endpoints, backend):
        server = server_of(backend, names[0], request)
        command = [
            sys.executable,
            "-m",
            "generator",
            "record",
            *(f"{backend}/{name}" for name in names),
            "--catalog",
            ROOT / "catalog.yaml",
        ]
        command += ["--jobs", "2", "--timeout", str(SECONDS), *([] if RECORD else ["--check"])]
        if RECORD and backend == "llama-cpp":
            command += ["--server", f"llama.cpp ({' '.join(version_of('xllamacpp'))})"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **settings(CATALOG.backends[backend], server, **variables)}
        done = subprocess.run(list(map(str, command)), cwd=home, env=environment, capture_output=True, text=True, check=False)
        told.append(done.stdout + done.stderr)
        assert RECORD or done.returncode == 0, "\n".join(told)
    print("\n".join(told))


def version_of(package: str) -> list[str]:
    """The name and the version of a package that the servers are installed from."""
    lines = (HERE / "small.txt").read_text("utf-8").splitlines()
    return next(line for line in lines if line.startswith(f"{package}==")).split("==")


def recordable(cell: Cell, backend: str) -> bool:
    """Whether a cell's answer here is worth keeping: it comes, and asking for it changes nothing that others need."""
    return (backend, cell.id) not in FAILS and cell.effect != "changes" and cell.id not in ARGUMENTS


@dataclass(frozen=True)
class Refused:
    """A request that is not answered: how the script is run, its exit status, the server's words, and the last line."""

    name: str
    backend: str
    endpoint: str
    status: int
    says: tuple[str, ...]
    hint: str = ""
    options: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    server: str = ""
    variant: bool = False


LIST = "List the models: litellm-models.sh; choose: --model NAME"
MASTER = "Wrong key? Use one issued by the proxy"
LITELLM_V1 = "Does LITELLM_BASE_URL end in /v1? Does its upstream support this?"
LLAMA_V1 = "Does the base URL end in /v1? See LLAMA_CPP_BASE_URL"
SECRET = "Type your key in: read -rs LLAMA_API_KEY; export LLAMA_API_KEY"
NO_MODEL = (
    "HTTP 400 ",
    "Invalid model name passed in model=nobody",
    "\nThe server has: gpt-3.5-turbo, bge-m3, bge-reranker-v2-m3, gpt-4o, ",
)
REFUSED = [
    *[
        Refused("wrong key", "litellm", endpoint, 22, ("HTTP 400 ", "No connected db."), MASTER, settings={"LITELLM_API_KEY": "sk-wrong"})
        for endpoint in ("models", "chat-completions", "chat-completions-stream", "embeddings", "speech", "transcriptions")
    ],
    *[
        Refused("no key", "litellm", endpoint, 2, ("no API key; type it in: ",), settings={"LITELLM_API_KEY": ""})
        for endpoint in ("models", "chat-completions", "chat-completions-stream", "embeddings")
    ],
    *[
        Refused(
            "no key sent",
            "litellm",
            endpoint,
            22,
            ("HTTP 401 ", "Authentication Error, No api key passed in."),
            MASTER,
            settings={"LITELLM_API_KEY": ""},
            variant=True,
        )
        for endpoint in ("models", "chat-completions", "chat-completions-stream", "embeddings")
    ],
    *[
        Refused("wrong model", "litellm", endpoint, 22, NO_MODEL, LIST, ("--model", "nobody"))
        for endpoint in (
            *("chat-completions", "chat-completions-stream", "completions-stream", "embeddings", "images", "rerank", "responses"),
            *("messages", "messages-stream", "responses-stream"),
        )
    ],
    Refused("wrong model", "litellm", "model", 22, ("HTTP 404 ", "nobody", "\nThe server has: gpt-3.5-turbo, "), LIST, ("nobody",)),
    Refused(
        "no call",
        "llama-cpp",
        "tools",
        5,
        (" found nothing in the answer",),
        "No call: the model answered in words, or cannot call tools",
        ("--max-tokens", "200"),
    ),
    Refused("wrong JSON", "litellm", "broken", 22, ("HTTP 400 ", "trailing comma is not allowed"), variant=True),
    Refused("no type", "litellm", "untyped", 22, ("HTTP 400 ", "messages"), variant=True),
    Refused("wrong path", "litellm", "models", 22, ("HTTP 404 ", "Not Found"), LITELLM_V1, settings={"LITELLM_BASE_URL": "{host}/v2"}),
    Refused("wrong path", "litellm", "chat-completions-stream", 22, ("HTTP 404 ",), LITELLM_V1, settings={"LITELLM_BASE_URL": "{host}/v2"}),
    Refused("too much", "litellm", "chat-completions", 22, ("HTTP 429 ", "litellm.RateLimitError"), options=("--model", "limited")),
    Refused(
        "nobody behind",
        "litellm",
        "chat-completions",
        22,
        ("HTTP 500 ", "Connection error"),
        options=("--model", "gone"),
    ),
    Refused("cannot behind", "litellm", "speech", 22, ("HTTP 404 ", "File Not Found"), LITELLM_V1, ("--model", "text-only")),
    Refused("sees not", "litellm", "image-input", 22, ("HTTP 500 ", "image input is not supported"), options=("--model", "text-only")),
    Refused(
        "drop_params",
        "litellm",
        "images",
        22,
        ("HTTP 400 ", "UnsupportedParamsError", "drop_params"),
        options=("--model", "text-only"),
    ),
    Refused("down", "litellm", "models", 7, ("curl error 7 ",), "Is it running? Start it: litellm --config config.yaml", server="down"),
    *[
        Refused(
            "no key", "llama-cpp", endpoint, 22, ("HTTP 401 ", "Invalid API Key"), SECRET, server="reranker", settings={"LLAMA_API_KEY": ""}
        )
        for endpoint in ("models", "chat-completions", "chat-completions-stream", "messages", "embeddings", "version")
    ],
    *[
        Refused(
            "wrong key",
            "llama-cpp",
            endpoint,
            22,
            ("HTTP 401 ", "Invalid API Key"),
            SECRET,
            server="reranker",
            settings={"LLAMA_API_KEY": "x"},
        )
        for endpoint in ("models", "chat-completions", "chat-completions-stream", "messages", "embeddings", "version")
    ],
    Refused("wrong JSON", "llama-cpp", "broken", 22, ("HTTP 400 ", "parse error at line 1, column 27"), variant=True),
    Refused(
        "wrong path", "llama-cpp", "models", 22, ("HTTP 404 ", "File Not Found"), LLAMA_V1, settings={"LLAMA_CPP_BASE_URL": "{host}/v2"}
    ),
    Refused(
        "not started for it",
        "llama-cpp",
        "rerank",
        22,
        ("HTTP 501 ", "This server does not support reranking."),
        "Start it with the needed option: --embeddings, --rerank, --mmproj",
        server="llama_cpp",
    ),
    Refused(
        "down",
        "llama-cpp",
        "chat-completions-stream",
        7,
        ("curl error 7 ",),
        "Is it running, and on this port (8080 or 9931)?",
        server="down",
    ),
]


@pytest.fixture(scope="session")
def down() -> Server:
    """A server that does not run."""
    return Server(free_port(), "sk-1234")


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case.backend}-{case.endpoint}-{case.name}".replace(" ", "-"))
def test_refusal_is_told_in_the_servers_words(case: Refused, request: pytest.FixtureRequest, bash: Run, home: Path, tmp_path: Path) -> None:
    """The exit status, what the server said, and what to try; no answer is printed and no file left."""
    server: Server = request.getfixturevalue(case.server or case.backend.replace("-", "_"))
    script = OUT / f"{case.backend}-{case.endpoint}.sh"
    if case.variant:
        script = tmp_path / script.name
        script.write_text(variant().script(case.backend, case.endpoint).text, "utf-8")
    host = server.url.removesuffix("/v1")
    own = {name: value.format(host=host) for name, value in case.settings.items()}
    done = bash(script, *case.options, env={**settings(CATALOG.backends[case.backend], server), **own}, timeout=SECONDS)
    words = done.stderr.decode()

    assert (done.returncode, done.stdout) == (case.status, b""), words
    assert [part for part in case.says if part not in words] == [], words
    assert not case.hint or words.endswith(f"\n{case.hint}\n")
    assert sorted(path.name for path in home.iterdir()) == SENT


def test_llama_cpp_says_that_it_loads(logs: Path, bash: Run) -> None:
    """Between its first answer and the model's stands 503, and the script says to wait."""
    server = Server(free_port())
    with running(served_by_llama(server), logs / "llama-cpp-loading.log", {}) as process:
        while not (status := get(f"{server.url}/models")) and process.poll() is None:
            pass
        done = bash(OUT / "llama-cpp-models.sh", env=settings(CATALOG.backends["llama-cpp"], server))
        health = bash(OUT / "llama-cpp-health.sh", env=settings(CATALOG.backends["llama-cpp"], server))

    assert status == 503
    for ran, script in ((done, "models"), (health, "health")):
        assert ran.returncode == 22
        said = f"llama-cpp-{script}.sh: HTTP 503 from "
        assert ran.stderr.decode().startswith(said)
        assert ran.stderr.decode().endswith(": Loading model\nWait until the model is loaded\n")


def test_batches_go_to_the_server_of_a_model_that_is_named(litellm: Server, bash: Run, home: Path) -> None:
    """As the notes say: with x-litellm-model, LiteLLM takes files and batches to the server behind that model."""
    variables = settings(CATALOG.backends["litellm"], litellm)

    def run(endpoint: str, *arguments: str) -> str:
        named = ("-H", "x-litellm-model: omni-moderation-latest")
        done = bash(OUT / f"litellm-{endpoint}.sh", *named, *arguments, env=variables, timeout=SECONDS)
        assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
        return done.stdout.decode()

    uploaded = run("file-upload", "requests.jsonl").strip()
    assert uploaded.startswith("file-")
    assert "requests.jsonl\n" in run("files")
    assert list(json.loads(run("file-content", "file-cvaTdG"))) == ["1"]
    assert run("batches").startswith("batch_")


def test_what_the_notes_say(litellm: Server, llama_cpp: Server, bash: Run, tmp_path: Path) -> None:
    """What the catalog's notes claim of these servers and no other test meets."""
    proxy, local = (settings(CATALOG.backends[name], server) for name, server in (("litellm", litellm), ("llama-cpp", llama_cpp)))
    versioned = bash(OUT / "litellm-chat-completions.sh", "-i", "--max-tokens", "4", env=proxy, timeout=SECONDS)
    assert b"\nx-litellm-version: " in versioned.stderr
    any_name = bash(OUT / "llama-cpp-chat-completions.sh", "--model", "nobody", "--max-tokens", "4", env=local, timeout=SECONDS)
    assert (any_name.returncode, any_name.stderr) == (0, b"")
    (tmp_path / "untyped.sh").write_text(variant().script("llama-cpp", "untyped").text, "utf-8")
    untyped = bash(tmp_path / "untyped.sh", env=local, timeout=SECONDS)
    assert (untyped.returncode, untyped.stderr) == (0, b"")


def test_xinference_lets_an_administrator_in(logs: Path, bash: Run) -> None:
    """From the token in the log to an answer, with the scripts alone: who may launch, and whose key may only ask."""
    log = logs / "xinference-guarded.log"
    with xinference_at(log) as server:
        known = {**settings(CATALOG.backends["xinference"], server), "XINFERENCE_PASSWORD": 'a "long" $word, 中文'}
        ran = set()

        def run(endpoint: str, *words: str, status: int = 0, hint: str = "", **more: str) -> str:
            """What a script prints; what it says must end in the hint."""
            ran.add(("xinference", endpoint))
            done = bash(OUT / f"xinference-{endpoint}.sh", *words, env={**known, **more}, timeout=SECONDS)
            assert done.returncode == status, done.stderr.decode()
            assert done.stderr.decode().endswith(hint and f"\n{hint}\n"), done.stderr.decode()
            return done.stdout.decode().strip()

        log_in = "Needs XINFERENCE_ACCESS_TOKEN: see xinference-login.sh"
        run("models", status=22, hint="Type your key in: read -rs XINFERENCE_API_KEY; export XINFERENCE_API_KEY")
        run("setup", status=22, hint="See “Setup token” in the server's log, at its start", XINFERENCE_SETUP_TOKEN="wrong")
        known["XINFERENCE_SETUP_TOKEN"] = log.read_text("utf-8").split("Setup token: ")[1].split("\n")[0]
        assert run("setup") == "admin"
        run("setup", status=22, hint="There is an account: xinference-login.sh")
        forgotten = "See XINFERENCE_PASSWORD; the name is the argument"
        run("login", status=22, hint=forgotten, XINFERENCE_PASSWORD="wrong")
        token = run("login")

        known["XINFERENCE_ACCESS_TOKEN"] = token
        run("api-keys", status=5, hint="No keys yet: xinference-api-key-create.sh NAME")
        key = run("api-key-create", "laptop")
        run("api-key-create", "laptop", status=22, hint="Choose another name; the keys: xinference-api-keys.sh")
        assert run("api-keys") == f"1 {key[:7]}… laptop admin -"
        ended = run("api-key-create", "ended", "--expires", "2026-01-31T00:00:00", "--description", "too late")
        assert run("api-keys").splitlines()[1] == f"2 {ended[:7]}… ended admin 2026-01-31T00:00:00"
        run("models", status=22, hint="Type your key in: read -rs XINFERENCE_API_KEY; export XINFERENCE_API_KEY", XINFERENCE_API_KEY=ended)
        compare = [sys.executable, "-m", "generator", "record", "--check", "--catalog", str(ROOT / "catalog.yaml")]
        where = {**os.environ, "PYTHONPATH": str(ROOT), **known}
        done = subprocess.run([*compare, "xinference/login", "xinference/api-keys"], env=where, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

        known["XINFERENCE_API_KEY"] = key
        models.register(server, XINFERENCE, token)
        gguf = ("--engine", "llama.cpp", "--format", "ggufv2", "--size", "0_27", "--quantization", "Q4_K_M", "--uid", "small")
        launch = ("gemma-3-270m", *gguf, "--set", "enable_virtual_env=false", "--set", "n_predict=16")
        run("launch", *launch, status=22, hint=log_in, XINFERENCE_ACCESS_TOKEN=key)
        run("launch", *launch, status=22, hint=log_in, XINFERENCE_ACCESS_TOKEN="")
        assert run("launch", *launch) == "small"
        assert run("models") == "small"
        assert run("chat-completions", "--model", "small", "--max-tokens", "4", "Hello")
        assert run("version")
        run("version", status=22, hint=log_in, XINFERENCE_ACCESS_TOKEN=key)
        run("terminate", "small", status=22, hint=log_in, XINFERENCE_ACCESS_TOKEN=key)
        run("terminate", "small")
        run("api-key-delete", "99", status=22, hint="The numbers of the keys: xinference-api-keys.sh")
        assert run("api-key-delete", "1") == "true"
        run("models", status=22, hint="Type your key in: read -rs XINFERENCE_API_KEY; export XINFERENCE_API_KEY")
        assert ran >= GUARDED
