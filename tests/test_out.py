"""out/ as it is committed: what the catalog and the templates make, and no more."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import OUT, ROOT

from generator import output
from generator.render.renderer import Renderer

BACKENDS = ["ollama", "litellm", "xinference", "mindie", "vllm", "llama-cpp", "sglang", "lm-studio", "localai", "tgi", "openai"]


def test_out_is_not_stale(render: Callable[[Path], Renderer]) -> None:
    """`make` would change nothing."""
    assert output.compare(render(ROOT / "catalog.yaml").pages(), OUT) == {}


def test_out_is_a_script_a_cell_and_the_pages(render: Callable[[Path], Renderer]) -> None:
    """Eleven backends; the names are fixed; the scripts can be run."""
    known = render(ROOT / "catalog.yaml").catalog.backends
    scripts = sorted(f"{backend.id}-{cell.id}.sh" for backend in known.values() for cell in backend.cells)
    pages = [f"cheatsheet.{lang}.{kind}" for lang in ("en", "zh") for kind in ("html", "md")]
    pages += [f"cheatsheet-{backend}.{lang}.md" for lang in ("en", "zh") for backend in BACKENDS]
    assert list(known) == BACKENDS
    assert len(scripts) > 190

    assert sorted(path.name for path in OUT.iterdir()) == sorted([".curlsheet", "index.html", "llms.txt", *scripts, *pages])
    assert [name for name in scripts if not os.access(OUT / name, os.X_OK)] == []


def test_no_key_is_written(render: Callable[[Path], Renderer], monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in the environment of a build reaches no page."""
    secret = "sk-a-real-secret-key"
    monkeypatch.setenv("LITELLM_API_KEY", secret)
    pages = Renderer(render(ROOT / "catalog.yaml").catalog).pages()

    assert [page.path for page in pages if secret in page.text] == []
