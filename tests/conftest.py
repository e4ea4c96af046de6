"""What all tests share: a clean environment, a recorder, a way to run bash and a way to build a catalog."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from recorder import Recorder, recording

from generator import catalog
from generator.render import Renderer

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "out"
CATALOGS = Path(__file__).parent / "catalogs"

# A script must not lean on what the tester's shell happens to export.
ENVIRONMENT = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TMPDIR": os.environ.get("TMPDIR", "/tmp")}

signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background ignores it, and so would what the tests stop

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


def values(text: str) -> list[Any]:
    """The JSON values in a text, one after the other."""
    found = []
    decoder = json.JSONDecoder()
    while text := text.lstrip():
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:]
    return found


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with recording() as made:
        yield made


@pytest.fixture
def bash(tmp_path: Path) -> Run:
    """Runs bash with these arguments in an empty folder and home, with nothing else in the environment than `env`."""
    home = tmp_path / "home"
    home.mkdir()

    def run(
        *arguments: str | Path, env: Mapping[str, str] | None = None, stdin: bytes = b"", timeout: float = 60
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["bash", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=home,
            env={**ENVIRONMENT, "HOME": str(home), **(env or {})},
            timeout=timeout,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def render() -> Callable[[Path], Renderer]:
    """The renderer of the catalog in a file; each file is read once."""
    known: dict[Path, Renderer] = {}

    def of(path: Path) -> Renderer:
        if path not in known:
            known[path] = Renderer(catalog.read(path, path.name))
        return known[path]

    return of
