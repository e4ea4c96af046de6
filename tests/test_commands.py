"""The thirteen requests of the notes, written out by hand: what the scripts and the printed commands send equals them."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import OUT, ROOT, Run, mostly_slow
from recorder import Recorded, Recorder

from generator import jq_filter
from generator.render.renderer import Renderer

HOSTS = {"ollama": "localhost:11434", "litellm": "localhost:4000", "xinference": "localhost:9997", "mindie": "localhost:1025"}
COMPLETION = {"model": "gpt-3.5-turbo", "prompt": "你是谁?"}
EMBEDDING = {"model": "bge-m3", "input": "Embedding text..."}


def chat(model: str) -> dict[str, Any]:
    messages = [{"role": "system", "content": "你是位人工智能专家。"}, {"role": "user", "content": "解释人工智能"}]
    return {"model": model, "messages": messages}


@dataclass(frozen=True)
class Cell:
    backend: str
    endpoint: str
    method: str
    target: str
    body: Mapping[str, Any] | None
    authorization: str | None = None

    def __str__(self) -> str:
        return f"{self.backend}-{self.endpoint}"


KEY = "Bearer sk-1234"
CELLS = [
    Cell("ollama", "models", "GET", "/v1/models", None),
    Cell("ollama", "completions", "POST", "/v1/completions", COMPLETION),
    Cell("ollama", "chat-completions", "POST", "/v1/chat/completions", chat("gpt-3.5-turbo")),
    Cell("ollama", "embeddings", "POST", "/v1/embeddings", EMBEDDING),
    Cell("litellm", "models", "GET", "/v1/models", None, KEY),
    Cell("litellm", "completions", "POST", "/v1/completions", COMPLETION, KEY),
    Cell("litellm", "chat-completions", "POST", "/v1/chat/completions", chat("gpt-3.5-turbo"), KEY),
    Cell("litellm", "embeddings", "POST", "/v1/embeddings", EMBEDDING, KEY),
    Cell("xinference", "models", "GET", "/v1/models", None),
    Cell("xinference", "completions", "POST", "/v1/completions", COMPLETION),
    Cell("xinference", "chat-completions", "POST", "/v1/chat/completions", chat("gpt-3.5-turbo")),
    Cell("xinference", "embeddings", "POST", "/v1/embeddings", EMBEDDING),
    Cell("mindie", "chat-completions", "POST", "/v1/chat/completions", chat("qwen")),
]
QUICK = ("ollama-completions", "litellm-models", "xinference-embeddings", "mindie-chat-completions")


@pytest.fixture
def renderer(render: Callable[[Path], Renderer]) -> Renderer:
    return render(ROOT / "catalog.yaml")


@pytest.fixture
def exported(recorder: Recorder, tmp_path: Path) -> dict[str, str]:
    """The environment of the notes: the key exported, and a curl whose every connection ends at the recorder."""
    curl = tmp_path / "bin" / "curl"
    curl.parent.mkdir()
    curl.write_text(f'#!/bin/sh\nexec {shlex.quote(shutil.which("curl") or "")} --connect-to ::127.0.0.1:{recorder.port} "$@"\n')
    curl.chmod(0o755)
    path = f"{curl.parent}:{Path(shutil.which('jq') or '').parent}:/usr/bin:/bin"
    return {"PATH": path, "LITELLM_API_KEY": "sk-1234"}


def assert_is(sent: Recorded, cell: Cell) -> None:
    """What was sent is the cell's request."""
    assert (sent.method, sent.target) == (cell.method, cell.target)
    assert sent.header("Authorization") == cell.authorization
    assert sent.header("Content-Type") == (None if cell.body is None else "application/json")
    assert (json.loads(sent.body) if sent.body else None) == cell.body


def printed_for(cell: Cell, renderer: Renderer) -> bytes:
    """What the first pipeline makes of the catalog's sample."""
    found = renderer.catalog.backends[cell.backend].endpoints[cell.endpoint]
    first = (found.pipelines or ())[0]
    return jq_filter.run(first.jq, found.sample, first.raw).encode() + b"\n"


@pytest.mark.parametrize("cell", mostly_slow({str(cell): cell for cell in CELLS}, QUICK))
def test_command_and_script_send_the_request_of_the_notes(
    cell: Cell, renderer: Renderer, recorder: Recorder, exported: dict[str, str], bash: Run
) -> None:
    """The pasted command and the script without a setting send the same bytes, those of the notes, to the address of the notes."""
    recorder.answers(renderer.catalog.backends[cell.backend].endpoints[cell.endpoint].sample)
    pasted = bash("-c", renderer.command(cell.backend, cell.endpoint).text, env=exported)
    by_command = recorder.only()
    ran = bash(OUT / f"{cell}.sh", env=exported)
    by_script = recorder.only()
    assert_is(by_command, cell)
    assert by_command.header("Host") == HOSTS[cell.backend]
    assert (by_script.method, by_script.target, by_script.body) == (by_command.method, by_command.target, by_command.body)
    assert sorted(by_script.headers) == sorted(by_command.headers)
    expected = (0, printed_for(cell, renderer), b"")
    assert (pasted.returncode, pasted.stdout, pasted.stderr) == expected
    assert (ran.returncode, ran.stdout, ran.stderr) == expected


@pytest.mark.parametrize("cell", mostly_slow({str(cell): cell for cell in CELLS}, quick=["litellm-chat-completions"]))
def test_script_goes_where_its_base_url_points(cell: Cell, recorder: Recorder, bash: Run) -> None:
    """`*_BASE_URL` replaces the address, and nothing else of the request."""
    variables = {f"{cell.backend.upper()}_BASE_URL": f"{recorder.url}/proxy/v2", "LITELLM_API_KEY": "sk-1234"}
    bash(OUT / f"{cell}.sh", env=variables)
    sent = recorder.only()
    assert sent.target == cell.target.replace("/v1/", "/proxy/v2/")
    assert_is(Recorded(sent.method, cell.target, sent.headers, sent.body), cell)


def test_show_prints_the_command_alone(renderer: Renderer) -> None:
    """`curlsheet show BACKEND ENDPOINT` prints what these tests paste."""
    shown = subprocess.run(
        [sys.executable, "-m", "generator", "show", "litellm", "chat-completions"], cwd=ROOT, capture_output=True, check=True
    )
    assert shown.stdout.decode() == renderer.command("litellm", "chat-completions").text + "\n"
