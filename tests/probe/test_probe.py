"""`curlsheet probe`: which cells work is reported as it is, nothing runs that should not, and nothing stays running."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import ENVIRONMENT, ROOT, mostly_slow
from markdown_it import MarkdownIt
from recorder import Answer, Recorded, Recorder
from shapes import CELLS, few

from generator import catalog
from generator.catalog.model import Trial
from generator.catalog.nodes import CatalogError
from generator.cli.main import main
from generator.probe.report import Outcome, Report
from generator.probe.run import _version
from generator.probe.tested import HEAD, updated_file
from generator.render.renderer import Renderer

COMMAND = [sys.executable, "-m", "generator"]

LAB = """\
languages: [en]
backends:
  lab:
    name: Lab
    base_url: URL/v1
    troubles: [{when: 404, say: 'List them: lab-models.sh'}]
    endpoints: {models: {}, ask: {}, embed: {}, talk: {}, buy: {}, drop: {}, read: {}, send: {}, draw: {}}
  twin: {base_url: 'http://localhost:1', api_key: {variable: TWIN_KEY, example: t-1}, endpoints: {models: {}, open: {}}}
errors: .error.message? // empty
endpoints:
  models:
    method: GET
    path: /models
    pipelines: [{name: count, jq: '.data | length'}, {name: ids, jq: '.data[].id'}]
    lists: {model: ids}
  ask:
    method: POST
    path: /ask
    body: {model: small, q: hi}
    parameters: {model: {at: [body, model], option: --model, variable: MODEL}}
    pipelines: [{name: answer, jq: .answer, raw: true}]
  embed:
    like: ask
    path: /embed
    values: {model: vectors}
  talk:
    method: GET
    path: /talk
    response: events
    pipelines: [{name: text, jq: '.text // empty', raw: true}, {name: thought, jq: '.thought // empty', raw: true, aside: true}]
  buy: {method: POST, path: /buy, response: text, effect: costs}
  drop: {method: DELETE, path: /drop, response: none}
  read:
    method: GET
    path: /read/{id}
    parameters: {id: {at: [path, id], option: --id, variable: ID, placeholder: NUMBER, example: '7'}}
    response: text
  send: {method: POST, path: /send, form: {file: {file: sound.mp3}}, response: text}
  draw: {method: GET, path: /draw, response: file, save_as: picture.png}
  open: {method: GET, path: /open, api_key: null, response: text}
  version: {method: GET, path: /version, pipelines: [{name: version, jq: .version}]}
"""
MODELS = {"data": [{"id": "small"}, {"id": "vectors"}]}


def spoken(request: Recorded) -> Answer:
    """What the lab's server answers where all is well."""
    path = request.target.removeprefix("/v1")
    if path == "/talk":
        return Answer(b'data: {"thought": "hm"}\n\ndata: {"text": "well"}\n\n')
    return Answer(json.dumps({"/models": MODELS, "/version": {"version": "1.106.2"}}.get(path, {"answer": "yes"})).encode())


@pytest.fixture
def lab(recorder: Recorder, tmp_path: Path) -> Recorder:
    """The lab's server, which answers well; its catalog is the catalog.yaml of the folder."""
    recorder.answer = spoken
    (tmp_path / "catalog.yaml").write_text(LAB.replace("URL", recorder.url))
    (tmp_path / "tmp").mkdir()
    return recorder


def environment(folder: Path, env: Mapping[str, str] | None = None) -> dict[str, str]:
    return {**ENVIRONMENT, "PYTHONPATH": str(ROOT), "HOME": str(folder), "TMPDIR": str(folder / "tmp"), **(env or {})}


def run(folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """`curlsheet probe` in a folder, with nothing in the environment but `env`; in this process, since its start takes longest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(tempfile, "tempdir", None)  # which keeps the first TMPDIR
        for name in list(os.environ):
            patch.delenv(name)
        for name, value in environment(folder, env).items():
            patch.setenv(name, value)
        result = CliRunner().invoke(main, ["probe", *arguments], catch_exceptions=False)
    return subprocess.CompletedProcess(arguments, result.exit_code, result.stdout, result.stderr)


def found(folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit status and the cells of `--format json`, by BACKEND/ENDPOINT."""
    done = run(folder, "--format", "json", *arguments, env=env)
    return done.returncode, {f"{cell['backend']}/{cell['endpoint']}": cell for cell in json.loads(done.stdout)}


def targets(server: Recorder) -> list[str]:
    return sorted(f"{request.method} {request.target.removeprefix('/v1')}" for request in server.requests)


# what works


@pytest.mark.slow
def test_all_green_on_the_demo(tmp_path: Path) -> None:
    """Against the catalog's own samples a cell of each kind works, asked for by name; the result is alone on stdout.

    test_demo.py runs more of the scripts.
    """
    (tmp_path / "tmp").mkdir()
    for file in ("audio.mp3", "photo.png"):
        (tmp_path / file).write_bytes(b"ID3")
    runnable = [(backend.id, cell.id) for backend, cell in few() if not any(parameter.required for parameter in cell.parameters.values())]
    order = [(backend.id, cell.id) for backend, cell in CELLS]
    done = subprocess.run(
        [*COMMAND, "demo", "--", *COMMAND, "probe", *map("/".join, runnable), "--format", "json", "--jobs", "3"],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    cells = json.loads(done.stdout)
    assert done.returncode == 0
    assert [(cell["backend"], cell["endpoint"]) for cell in cells] == sorted(runnable, key=order.index)
    assert {(cell["status"], cell["exit"], cell["message"]) for cell in cells} == {("worked", 0, "")}
    assert all(cell["seconds"] > 0 and re.fullmatch(r"\d{4}-\d\d-\d\d", cell["date"]) for cell in cells)


def test_text(lab: Recorder, tmp_path: Path) -> None:
    """The matrix, a line for each reason, the sum; standard error says the catalog and nothing more."""
    done = run(tmp_path)

    matrix, reasons, last = re.sub(r"\d+\.\d s", "N s", done.stdout).split("\n\n")
    assert (done.returncode, done.stderr) == (0, "catalog: catalog.yaml\n")
    assert [re.sub(" +", " ", line) for line in matrix.split("\n")] == [
        " lab twin",
        "models ● N s ○",
        "ask ● N s –",
        "embed ● N s –",
        "talk ● N s –",
        "buy ○ –",
        "drop ○ –",
        "read ○ –",
        "send ○ –",
        "draw ● N s –",
        "open – ↓",
        "● worked ○ not run ↓ down – not in this run",
    ]
    assert reasons.split("\n") == [
        "○ lab buy: costs money: runs only if named, as lab/ENDPOINT",
        "○ lab drop: changes something on the server: runs only if named, as lab/ENDPOINT",
        "○ lab read: needs NUMBER: export LAB_ID=…",
        "○ lab send: needs sound.mp3: there is no such file here",
        "○ twin models: no key: read -rs TWIN_KEY; export TWIN_KEY",
        "↓ twin open: curl error 7 at http://localhost:1/open (see TWIN_BASE_URL, TWIN_TIMEOUT and TWIN_CURLRC)",
    ]
    assert last == "5 worked, 0 failed, 5 skipped; twin is down; N s\n"
    assert targets(lab) == ["GET /draw", "GET /models", "GET /models", "GET /talk", "POST /ask", "POST /embed"]
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "catalog.yaml") == ["tmp"]
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.slow
def test_backend_by_backend_where_the_matrix_is_too_wide(lab: Recorder, tmp_path: Path) -> None:
    """In a narrow terminal each backend has its own list."""
    done = run(tmp_path, "lab", "twin", env={"COLUMNS": "20"})

    lines = re.sub(r"\d+\.\d s", "N s", done.stdout).split("\n")
    assert lines[:3] == ["lab", "  models  ● N s", "  ask     ● N s"]
    assert lines[10:13] == ["twin", "  models  ○", "  open    ↓"]


@pytest.mark.slow
def test_on_a_terminal(lab: Recorder, tmp_path: Path) -> None:
    """With standard error on a terminal there is a bar, and on standard output still the result alone."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "probe", "--format", "json"], cwd=tmp_path, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=theirs
    )
    os.close(theirs)
    out, _ = process.communicate(timeout=60)
    said = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)

    assert len(json.loads(out)) == 11
    assert b"probing" in said and b"11/11" in said


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # which is how Linux says that nobody writes any more
        return b""


# what fails, and why


def test_refused(lab: Recorder, tmp_path: Path) -> None:
    """One cell refused: the server's words and what to try; what a terminal would act on is spelt out; the others work."""
    words = json.dumps({"error": {"message": "no such\n\u001b[31mmodel\u202e" + "x" * 200_000}}).encode()
    lab.answer = lambda request: Answer(words, 404) if request.target.endswith("/ask") else spoken(request)

    status, cells = found(tmp_path, "lab")
    text = run(tmp_path, "lab").stdout

    failed = cells["lab/ask"]
    assert (status, failed["status"], failed["exit"]) == (1, "failed", 22)
    assert failed["message"].startswith(f"HTTP 404 from {lab.url}/v1/ask: no such; [31mmodel\\u202exxx")
    assert len(failed["message"]) < 600
    assert {name: cell["status"] for name, cell in cells.items() if cell["status"] != "skipped" and name != "lab/ask"} == dict.fromkeys(
        ["lab/models", "lab/embed", "lab/talk", "lab/draw"], "worked"
    )
    assert f"✗ lab/ask: HTTP 404 from {lab.url}/v1/ask: no such; [31mmodel\\u202exxx" in text
    assert "4 worked, 1 failed, 4 skipped; " in text


def test_what_to_try_is_told(lab: Recorder, tmp_path: Path) -> None:
    """The catalog's trouble stands behind the server's words; what a stream says aside does not."""
    lab.answer = lambda request: Answer(b'{"error": {"message": "gone"}}', 404) if request.target.endswith("/ask") else spoken(request)
    assert found(tmp_path, "lab/ask")[1]["lab/ask"]["message"] == f"HTTP 404 from {lab.url}/v1/ask: gone; List them: lab-models.sh"

    lab.answer = lambda request: Answer(b'data: {"thought": "hm"}\n\ndata: {"error": {"message": "full"}}\n\n')
    cell = found(tmp_path, "lab/talk")[1]["lab/talk"]
    assert (cell["exit"], cell["message"].endswith(": full"), "hm" in cell["message"]) == (5, True, False)


def test_nothing_there_is_down(tmp_path: Path, lab: Recorder) -> None:
    """Who is down is reported, and is a failure only if it was named."""
    assert run(tmp_path).returncode == 0
    for names in (["twin/open"], ["twin"]):
        status, cells = found(tmp_path, *names)
        assert (status, cells["twin/open"]["status"], cells["twin/open"]["exit"]) == (1, "down", 7)
    assert found(tmp_path, "lab", env={"LAB_BASE_URL": "http://no.such.host.invalid"})[1]["lab/ask"]["status"] == "down"


@pytest.mark.slow
def test_a_server_that_hangs_is_down(lab: Recorder, tmp_path: Path) -> None:
    """Its first script's time is over: the other cells are not run. The limit may come from the user's own variable."""
    over = threading.Event()

    def answer(request: Recorded) -> None:
        over.wait(60)

    lab.answer = answer
    for arguments, env in ((["--timeout", "1"], {"LAB_TIMEOUT": "600"}), ([], {"LAB_TIMEOUT": "1"})):
        lab.requests.clear()
        status, cells = found(tmp_path, "lab", *arguments, env=env)
        ready = {name: cell for name, cell in cells.items() if cell["status"] != "skipped"}
        assert (status, {cell["status"] for cell in ready.values()}) == (1, {"down"})
        assert (ready["lab/models"]["exit"], ready["lab/ask"]["exit"]) == (28, None)
        assert targets(lab) == ["GET /models"]
    over.set()


def test_a_variable_at_fault_is_the_scripts_to_tell(lab: Recorder, tmp_path: Path) -> None:
    """What the user's own variable says is not put right in silence."""
    status, cells = found(tmp_path, "lab/ask", env={"LAB_TIMEOUT": "soon"})

    assert (status, cells["lab/ask"]["status"], cells["lab/ask"]["exit"], lab.requests) == (1, "failed", 2, [])


@pytest.mark.slow
def test_a_cell_that_hangs_fails(lab: Recorder, tmp_path: Path) -> None:
    """A server that answered before is not down."""
    over = threading.Event()
    lab.answer = lambda request: None if request.target.endswith("/ask") and (over.wait(60) or True) else spoken(request)

    status, cells = found(tmp_path, "lab", "--timeout", "1")
    over.set()

    assert (status, cells["lab/ask"]["status"], cells["lab/ask"]["exit"]) == (1, "failed", 28)
    assert "curl error 28" in cells["lab/ask"]["message"]
    assert cells["lab/embed"]["status"] == "worked"


@contextmanager
def endless() -> Iterator[str]:
    """A server whose stream never ends."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                with server.accept()[0] as connection:
                    connection.recv(65536)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
                    while True:
                        connection.sendall(b'data: {"text": "on and "}\n\n')
                        over.wait(0.01)
            except OSError:
                return

        over = threading.Event()
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        over.set()
    thread.join(20)


@pytest.mark.slow
@pytest.mark.parametrize(("arguments", "env"), [(["--timeout", "1"], {}), ([], {"LAB_TIMEOUT": "1"})], ids=["option", "variable"])
def test_a_stream_without_end_is_ended(arguments: list[str], env: dict[str, str], lab: Recorder, tmp_path: Path) -> None:
    """The time-out is for the whole script, whatever still comes; nothing of it stays running."""
    with endless() as url:
        status, cells = found(tmp_path, "lab/talk", *arguments, "--url", url, env=env)

    assert (status, cells["lab/talk"]["status"], cells["lab/talk"]["exit"]) == (1, "failed", 124)
    assert cells["lab/talk"]["message"] == "no end after 1 s"
    assert running(tmp_path) == []


def test_no_key(lab: Recorder, tmp_path: Path) -> None:
    """A backend without its key is told what to export, and is a failure only if it was named; with it, the script runs."""
    file = tmp_path / "catalog.yaml"
    file.write_text(file.read_text().replace("http://localhost:1'", f"{lab.url}/v1'"))
    text = run(tmp_path, "twin/models")

    assert "○ twin: no key: read -rs TWIN_KEY; export TWIN_KEY\n" in text.stdout
    assert text.returncode == 1
    assert targets(lab) == []
    assert (run(tmp_path).returncode, run(tmp_path, "twin").returncode) == (0, 1)
    lab.requests.clear()
    assert found(tmp_path, "twin/models", env={"TWIN_KEY": "real"})[0] == 0
    assert lab.only().header("authorization") == "Bearer real"


@pytest.mark.parametrize(
    ("there", "message"),
    [
        ([], "bash and curl and jq are missing: apt, dnf or brew install bash curl jq"),
        (["bash", "curl"], "jq is missing: apt, dnf or brew install jq"),
        (["bash", "jq"], "curl is missing: apt, dnf or brew install curl"),
    ],
    ids=str,
)
def test_a_program_that_is_missing(there: list[str], message: str, lab: Recorder, tmp_path: Path) -> None:
    """It is said once, before anything runs."""
    (tmp_path / "bin").mkdir()
    for name in there:
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))

    done = run(tmp_path, "lab", env={"PATH": str(tmp_path / "bin")})

    assert (done.returncode, done.stdout, lab.requests) == (1, "", [])
    assert done.stderr == f"catalog: catalog.yaml\n{message} (on Windows, use WSL)\n"


# what is not run


def test_what_has_an_effect_runs_if_named(lab: Recorder, tmp_path: Path) -> None:
    """Neither all backends nor the backend's name run it; its own name does, and then nothing else."""
    for names in ([], ["lab"]):
        found(tmp_path, *names)
        assert not {"POST /buy", "DELETE /drop"} & set(targets(lab))
    lab.requests.clear()
    status, cells = found(tmp_path, "lab/buy", "lab/drop")

    assert (status, [cell["status"] for cell in cells.values()], targets(lab)) == (0, ["worked", "worked"], ["DELETE /drop", "POST /buy"])


@pytest.mark.slow
def test_a_version_with_an_effect_is_not_asked(lab: Recorder, tmp_path: Path) -> None:
    """What is run beside the chosen cells has no effect either."""
    file = tmp_path / "catalog.yaml"
    file.write_text(
        file.read_text().replace("draw: {}}", "draw: {}, version: {effect: costs}}").replace("/models\n", "/models\n    effect: costs\n")
    )

    assert found(tmp_path, "lab/ask")[0] == found(tmp_path, "lab")[0] == 0
    assert {"GET /models", "GET /version"} & set(targets(lab)) == set()


LISTED = {
    "others": ({"data": [{"id": "gemma"}, {"id": "bge\x07"}]}, {}, "the server has no small; it has bge\\x07, gemma"),
    "none": ({"data": []}, {}, "the server has no small; it has none"),
    "many": (
        {"data": [{"id": f"m{n:02}"} for n in range(12)]},
        {},
        f"the server has no small; it has {', '.join(f'm{n:02}' for n in range(10))} and 2 more",
    ),
    "by variable": (MODELS, {"LAB_MODEL": "large"}, "the server has no large; it has small, vectors"),
    "by variable, there": ({"data": [{"id": "large"}]}, {"LAB_MODEL": "large"}, ""),
    "unreadable": ({"data": None}, {}, ""),
    "strange": ({"data": "x"}, {}, ""),
}


@pytest.mark.parametrize(("answer", "env", "why"), mostly_slow(LISTED, quick=["many"]))
def test_what_is_not_listed_is_not_asked_for(answer: Any, env: dict[str, str], why: str, lab: Recorder, tmp_path: Path) -> None:
    """A cell is left out if the server lists other values; not if the list can't be read, or the cell is named."""
    lab.answer = lambda request: Answer(json.dumps(answer).encode()) if request.target.endswith("/models") else spoken(request)

    cells = found(tmp_path, "lab", env=env)[1]

    assert (cells["lab/ask"]["status"], cells["lab/ask"]["message"]) == ("skipped" if why else "worked", why)
    assert ("POST /ask" in targets(lab)) == (not why)
    assert found(tmp_path, "lab/ask", env=env)[1]["lab/ask"]["status"] == "worked"


@pytest.mark.slow
def test_what_is_named_as_well_runs(lab: Recorder, tmp_path: Path) -> None:
    """A cell beside its backend counts as named."""
    lab.answer = lambda request: Answer(b'{"data": []}') if request.target.endswith("/models") else spoken(request)

    assert found(tmp_path, "lab", "lab/ask")[1]["lab/ask"]["status"] == "worked"


@pytest.mark.slow
def test_a_cell_can_do_without_the_list(lab: Recorder, tmp_path: Path) -> None:
    """`lists: null` or `{}` on a cell: all of them run, and the list is asked for once."""
    file = tmp_path / "catalog.yaml"
    lab.answer = lambda request: Answer(b'{"data": []}') if request.target.endswith("/models") else spoken(request)
    text = file.read_text()
    for off in ("null", "{}"):
        lab.requests.clear()
        file.write_text(text.replace("{models: {}, ask", f"{{models: {{lists: {off}}}, ask"))
        cells = found(tmp_path, "lab")[1]
        assert (cells["lab/ask"]["status"], cells["lab/embed"]["status"]) == ("worked", "worked")
        assert targets(lab).count("GET /models") == 1


@pytest.mark.slow
def test_both_spellings_of_ollama(recorder: Recorder, tmp_path: Path) -> None:
    """The built-in catalog: `bge-m3:latest` in Ollama's list is the bge-m3 that a request asks for; no list at all is an empty one."""
    (tmp_path / "tmp").mkdir()
    recorder.answers({"data": [{"id": "bge-m3:latest"}]})
    cells = found(tmp_path, "ollama", "--url", f"{recorder.url}/v1")[1]
    assert cells["ollama/embeddings"]["status"] == "failed"  # it was asked, and got a list of models
    assert cells["ollama/completions"]["message"] == "the server has no gpt-3.5-turbo; it has bge-m3, bge-m3:latest"

    recorder.answers(b'{"object":"list","data":null}')
    cells = found(tmp_path, "ollama", "--url", f"{recorder.url}/v1")[1]
    assert "No models yet" in cells["ollama/models"]["message"]
    assert cells["ollama/embeddings"]["message"] == "the server has no bge-m3; it has none"


@pytest.mark.slow
def test_what_needs_something_runs_with_it(lab: Recorder, tmp_path: Path) -> None:
    """A value from its variable, a file in the folder; named without them is a failure."""
    assert (found(tmp_path, "lab/read")[0], found(tmp_path, "lab/send")[0], targets(lab)) == (1, 1, [])
    (tmp_path / "sound.mp3").write_bytes(b"la")

    status, cells = found(tmp_path, "lab/read", "lab/send", env={"LAB_ID": "a b"})

    assert (status, {cell["status"] for cell in cells.values()}) == (0, {"worked"})
    assert targets(lab) == ["GET /read/a%20b", "POST /send"]


# how it is run


def test_url(lab: Recorder, tmp_path: Path) -> None:
    """One backend at another address, before what its variable says."""
    status, cells = found(tmp_path, "twin/open", "--url", f"{lab.url}/deep/", env={"TWIN_BASE_URL": "http://localhost:1"})

    assert (status, cells["twin/open"]["status"], lab.only().target) == (0, "worked", "/deep/open")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--url", "http://x"], "--url is the address of one BACKEND: curlsheet probe lab --url http://x"),
        (["lab", "twin", "--url", "http://x"], "--url is the address of one BACKEND: curlsheet probe lab --url http://x"),
        (["lab", "--url", "localhost:80"], "--url must be http:// or https://, a host"),
        (["lab", "--url", "http://a b"], "--url must be http:// or https://, a host"),
        (["lba"], "There is no backend 'lba' (did you mean lab?)."),
        (["lab/aks"], "There is no endpoint 'aks' of lab (did you mean ask?)."),
        (["lab", "--jobs", "0"], "Invalid value for '--jobs'"),
        (["lab", "--timeout", "0"], "Invalid value for '--timeout'"),
        (["lab", "--format", "xml"], "Invalid value for '--format'"),
    ],
)
def test_usage(arguments: list[str], words: str, lab: Recorder, tmp_path: Path) -> None:
    """What was typed wrong is reported with what to type, status 2; nothing runs."""
    done = run(tmp_path, *arguments)

    assert (done.returncode, done.stdout, lab.requests) == (2, "", [])
    assert words in done.stderr


def test_nothing_to_run(tmp_path: Path) -> None:
    """A catalog that only says what is missing."""
    (tmp_path / "catalog.yaml").write_text(
        "backends: {a: {base_url: 'http://a', endpoints: {x: {missing: why}}}}\nendpoints: {x: {method: GET, path: /}}\n"
    )
    for arguments in ([], ["a", "--url", "http://x"], ["--format", "json"]):
        done = run(tmp_path, *arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.endswith("there is nothing to run: the catalog says of every endpoint that it is missing\n")


def test_side_by_side_with_a_limit(lab: Recorder, tmp_path: Path) -> None:
    """Two scripts run at once with --jobs 2, and no third one while they do."""
    both, third, over = threading.Barrier(2), threading.Event(), threading.Event()
    seen: list[bool] = []

    def answer(request: Recorded) -> Answer:
        path = request.target.removeprefix("/v1")
        if path in ("/ask", "/embed"):
            both.wait(60)
        if path == "/ask":
            seen.append(third.wait(1))  # long enough for one to come
            over.set()
        elif path == "/embed":
            over.wait(60)
        elif path in ("/talk", "/draw"):
            third.set()
        return spoken(request)

    lab.answer = answer
    status, _ = found(tmp_path, "lab", "--jobs", "2")

    assert (status, both.broken, seen) == (0, False, [False])


def test_markdown(lab: Recorder, tmp_path: Path) -> None:
    """A table and the reasons; a server's words mean nothing in the issue they are pasted into."""
    words = "`# @everyone | <b>#1</b> ![x](y)"
    answer = json.dumps({"error": {"message": words}}).encode()
    lab.answer = lambda request: Answer(answer, 500) if request.target.endswith("/ask") else spoken(request)

    done = run(tmp_path, "--format", "markdown")

    tokens = MarkdownIt().enable("table").parse(done.stdout)
    cells = [tokens[at + 1].content for at, token in enumerate(tokens) if token.type in ("th_open", "td_open")]
    spans = [child for token in tokens for child in token.children or [] if child.type != "text"]
    assert done.returncode == 1
    assert [re.sub(r"\d+\.\d", "N", cell) for cell in cells[:9]] == ["", "lab", "twin", "models", "● N s", "○", "ask", "✗ N s", "–"]
    assert {child.type for child in spans} == {"code_inline"}
    assert f"HTTP 500 from {lab.url}/v1/ask: {words}" in [child.content for child in spans]


# what is kept


@pytest.mark.slow
def test_update(lab: Recorder, tmp_path: Path) -> None:
    """What worked is kept with version and day; the next time what was not run stays, what failed goes, and order is the same."""
    file = tmp_path / "catalog.yaml"
    file.write_text(file.read_text().replace("draw: {}}", "draw: {}, version: {}}").replace("languages", "tested: facts.yaml\nlanguages"))
    facts = tmp_path / "facts.yaml"
    assert "tested" not in page(tmp_path).lower()

    assert run(tmp_path, "--update", "facts.yaml").returncode == 0
    day = '"2[0-9]{3}-[0-9]{2}-[0-9]{2}"'
    first = facts.read_text()
    line = f'{{version: "1\\.106\\.2", date: {day}}}\n'
    assert re.fullmatch(
        "# What `curlsheet probe --update` .*\n"
        + "lab:\n"
        + "".join(f"  {name}: {line}" for name in ("ask", "draw", "embed", "models", "talk", "version")),
        first,
    )
    assert run(tmp_path, "--update", "facts.yaml").returncode == 0
    assert facts.read_text() == first
    assert len(re.findall(r"Tested with Lab 1\.106\.2 on 2\d{3}-\d\d-\d\d", page(tmp_path))) == 6
    assert len(re.findall(r"Tested with Lab 1\.106\.2 on 2\d{3}-\d\d-\d\d", page(tmp_path, "html"))) == 6

    facts.write_text(first.replace("lab:\n", "lab:\n  gone: {date: '2020-01-01'}\n") + "twin:\n  open: {date: '2020-01-02'}\n")
    lab.answer = lambda request: Answer(b"{}", 500) if request.target.endswith(("/ask", "/version")) else spoken(request)
    assert run(tmp_path, "lab/ask", "lab/talk", "twin", "--update", "facts.yaml").returncode == 1
    kept = catalog.tested(facts, "facts.yaml")
    assert (list(kept), list(kept["lab"])) == (["lab", "twin"], ["draw", "embed", "gone", "models", "talk", "version"])
    assert (kept["lab"]["talk"].version, kept["lab"]["draw"].version, kept["twin"]["open"].date) == (None, "1.106.2", "2020-01-02")
    assert len(re.findall(r"Tested on 2\d{3}-\d\d-\d\d", page(tmp_path))) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["catalog.yaml", "facts.yaml", "tmp"]


def page(folder: Path, kind: str = "md") -> str:
    pages = Renderer(catalog.read(folder / "catalog.yaml", "catalog.yaml")).pages()
    return "\n".join(page.text for page in pages if page.path.startswith("cheatsheet-") and page.path.endswith(f".{kind}"))


def test_update_of_what_can_not_be(lab: Recorder, tmp_path: Path) -> None:
    """A file with errors, or without a folder, is reported before anything runs; it stays as it was."""
    (tmp_path / "bad.yaml").write_text(f"{HEAD}lab:\n  ask: {{on: yesterday}}\n")
    bad = run(tmp_path, "--update", "bad.yaml")
    none = run(tmp_path, "--update", "no/facts.yaml")

    assert (bad.returncode, none.returncode, lab.requests) == (1, 1, [])
    assert "bad.yaml:3: lab.ask: date is missing\n" in bad.stderr
    assert "there is no folder no for no/facts.yaml\n" in none.stderr
    assert (tmp_path / "bad.yaml").read_text() == f"{HEAD}lab:\n  ask: {{on: yesterday}}\n"


@pytest.mark.parametrize(
    "text", ["# my own notes\n", "# notes\nlab:\n  ask: {date: '2026-11-23'}\n", "{}\n"], ids=["notes", "facts", "none"]
)
def test_update_of_somebodys_own_file(text: str, lab: Recorder, tmp_path: Path) -> None:
    """A file that no probe wrote is not overwritten, whatever it holds; it is said before anything runs."""
    (tmp_path / "own.yaml").write_text(text)

    done = run(tmp_path, "--update", "own.yaml")

    assert (done.returncode, done.stdout, lab.requests) == (1, "", [])
    assert done.stderr.endswith(
        "own.yaml was not written by curlsheet probe --update, so it is not overwritten: move it away, or name another file\n"
    )
    assert (tmp_path / "own.yaml").read_text() == text


def test_update_through_a_link(lab: Recorder, tmp_path: Path) -> None:
    """The file that a link leads to is updated, and the link stays; what is no file is refused."""
    (tmp_path / "real.yaml").touch()
    (tmp_path / "link.yaml").symlink_to("real.yaml")
    os.mkfifo(tmp_path / "pipe.yaml")

    assert run(tmp_path, "lab/ask", "--update", "link.yaml").returncode == 0
    lab.requests.clear()
    pipe = run(tmp_path, "--update", "pipe.yaml")

    assert (tmp_path / "link.yaml").is_symlink() and "ask: " in (tmp_path / "real.yaml").read_text()
    assert (pipe.returncode, lab.requests) == (1, [])
    assert "pipe.yaml is not a plain file: name another one\n" in pipe.stderr


def test_hostile_facts(tmp_path: Path) -> None:
    """Whatever a server calls its version, what is kept is read back the same."""
    names = ["no", "on", "null", "a-b", "true"]
    for said in ['1"2\\', "{x}: - # 中文 😀", "\x07\x1b[31m\u202e\u2028", "1.10", "x" * 500]:
        version = _version(f"{said}\nmore")
        report = Report([Outcome("yes", name, "worked") for name in names], "2026-11-23", 1.0, {"yes": version or ""})
        (tmp_path / "facts.yaml").write_text(updated_file({}, report), "utf-8")
        facts = catalog.tested(tmp_path / "facts.yaml", "facts.yaml")
        assert {name: (fact.version, fact.date) for name, fact in facts["yes"].items()} == dict.fromkeys(names, (version, "2026-11-23"))
        assert version and len(version) <= 61

    failed = Report([Outcome("yes", name, "failed") for name in names], "2026-11-24", 1.0)
    (tmp_path / "facts.yaml").write_text(updated_file({"yes": {"no": Trial(date="2026-11-23")}}, failed), "utf-8")
    assert catalog.tested(tmp_path / "facts.yaml", "facts.yaml") == {}


def test_facts_are_of_the_catalog_that_names_them(tmp_path: Path) -> None:
    """A team's catalog does not inherit what was tested with other servers; it can name its own. A missing or empty file is none."""
    for name in ("base", "team"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "facts.yaml").write_text(f"a: {{x: {{version: {name}, date: '2026-11-23'}}}}\n")
    (tmp_path / "base" / "c.yaml").write_text(
        "tested: facts.yaml\nbackends: {a: {base_url: 'http://a', endpoints: {x: {}}}}\nendpoints: {x: {method: GET, path: /}}\n"
    )

    def tested(text: str) -> Trial | None:
        (tmp_path / "team" / "c.yaml").write_text(f"extends: ../base/c.yaml\n{text}\n")
        return catalog.read(tmp_path / "team" / "c.yaml").backends["a"].endpoints["x"].tested

    base = catalog.read(tmp_path / "base" / "c.yaml").backends["a"].endpoints["x"].tested
    assert base and base.version == "base"
    assert tested("") is None
    own = tested("tested: facts.yaml")
    assert own and own.version == "team"
    assert tested("tested: none.yaml") is None
    (tmp_path / "team" / "empty.yaml").touch()
    assert tested("tested: empty.yaml") is None
    with pytest.raises(CatalogError, match=r"cannot be read"):
        tested("tested: ../base")


# what stays behind


STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def running(folder: Path) -> list[str]:
    """The processes that run a script of a probe in this folder."""
    found = []
    for file in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"TMPDIR={folder}/tmp/curlsheet-".encode() in file.read_bytes():
                found.append((file.parent / "cmdline").read_text())
        except OSError:
            continue
    return found


@pytest.mark.parametrize("number", mostly_slow({number.name: number for number in STOPS}, quick=["SIGINT"]))
@pytest.mark.parametrize("first", mostly_slow({"first": True, "later": False}, quick=["later"]))
def test_stopped(number: signal.Signals, first: bool, lab: Recorder, tmp_path: Path) -> None:
    """Ctrl-C and its like end all scripts, leave no file, and say one word."""
    asked, over = threading.Semaphore(0), threading.Event()

    def answer(request: Recorded) -> Answer | None:
        if not first and request.target.endswith("/models"):
            return spoken(request)
        asked.release()
        over.wait(60)
        return None

    lab.answer = answer
    before = signal.signal(number, lambda *_: None)  # else it is ignored below nohup, or in the background of a script
    process = subprocess.Popen(
        [*COMMAND, "probe", "lab"], cwd=tmp_path, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    signal.signal(number, before)
    for _ in range(1 if first else 3):
        assert asked.acquire(timeout=60)
    assert running(tmp_path)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    left = running(tmp_path)
    over.set()

    assert (process.returncode, out, err) == (128 + number, b"", b"catalog: catalog.yaml\nstopped\n")
    assert left == []
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.slow
def test_a_full_disk_is_told(lab: Recorder, tmp_path: Path) -> None:
    """Where nothing can be written, the message says so."""
    done = run(tmp_path, "lab", env={"TMPDIR": str(tmp_path / "none")})
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_another_address_is_up_or_down_by_itself(tmp_path: Path, lab: Recorder) -> None:
    """A cell with a base URL of its own says nothing of the backend's server, nor that of it."""
    text = (tmp_path / "catalog.yaml").read_text()
    text = text.replace(
        "  version: {method", f"  apart: {{base_url: '{lab.url}/v1', method: GET, path: /apart, response: text}}\n  version: {{method"
    )
    text = text.replace("draw: {}}", "draw: {}, apart: {}}")
    (tmp_path / "catalog.yaml").write_text(text)
    nobody = "http://127.0.0.1:1/v1"
    cells = found(tmp_path, env={"LAB_BASE_URL": nobody})[1]
    assert {cells[name]["status"] for name in ("lab/ask", "lab/models")} == {"down"}
    assert cells["lab/apart"]["status"] == "worked"
    cells = found(tmp_path, env={"LAB_APART_BASE_URL": nobody})[1]
    assert (cells["lab/ask"]["status"], cells["lab/apart"]["status"]) == ("worked", "down")
