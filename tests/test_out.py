"""out/ as it is committed: what the catalog and the templates make, and no more."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import OUT, ROOT

from generator import output
from generator.render.renderer import Renderer

BACKENDS = (
    "ollama litellm xinference mindie vllm llama-cpp sglang lm-studio localai tgi openai deepseek dashscope siliconflow zhipu moonshot ark "
    "openrouter groq mistral together new-api vllm-ascend tei gpustack lmdeploy ktransformers mlx-lm"
).split()


def test_out_is_not_stale_and_holds_no_key(render: Callable[[Path], Renderer], monkeypatch: pytest.MonkeyPatch) -> None:
    """`make` would change nothing; and a key in the environment of a build reaches no page."""
    secret = "sk-a-real-secret-key"
    monkeypatch.setenv("LITELLM_API_KEY", secret)

    pages = render(ROOT / "catalog.yaml").pages()

    assert [page.path for page in pages if secret in page.text] == []
    assert output.compare(pages, OUT) == {}


def test_out_is_a_script_a_cell_and_the_pages(render: Callable[[Path], Renderer]) -> None:
    """The names of backends are fixed; the scripts can be run."""
    known = render(ROOT / "catalog.yaml").catalog.backends
    scripts = sorted(f"{backend.id}-{cell.id}.sh" for backend in known.values() for cell in backend.cells)
    stems = ["cheatsheet", *(f"cheatsheet-{backend}" for backend in BACKENDS)]
    pages = [f"{stem}.{lang}.{kind}" for stem in stems for lang in ("en", "zh") for kind in ("html", "md")]
    pages += [f"{name}.{lang}.{kind}" for name, kind in (("cheatsheet.all", "html"), ("cheatsheet-search", "js")) for lang in ("en", "zh")]
    assert list(known) == BACKENDS
    assert len(scripts) > 190

    assert sorted(path.name for path in OUT.iterdir()) == sorted(
        [".curlsheet", "index.html", "index.md", "mkdocs.yml", "llms.txt", *scripts, *pages]
    )
    assert [name for name in scripts if not os.access(OUT / name, os.X_OK)] == []
