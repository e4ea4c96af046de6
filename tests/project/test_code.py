"""The code itself: formatted, linted and typed by the tools, and free of what does not belong in it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

MODULES = sorted((ROOT / "generator").rglob("*.py"))


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["ruff", "check", "."], id="ruff-check"),
        pytest.param(["ruff", "format", "--check", "."], id="ruff-format"),
        pytest.param(["mypy"], id="mypy"),
    ],
)
def test_tool_finds_nothing(command: list[str]) -> None:
    """ruff and mypy (strict) have nothing to say."""
    program = Path(sys.executable).with_name(command[0])
    done = subprocess.run([program, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_and_public_functions_say_what_they_do(module: Path) -> None:
    """Every module has a docstring, and so has every public function that is not one plain expression of its name."""
    tree = ast.parse(module.read_text("utf-8"))
    silent = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and ast.get_docstring(node) is None and len(node.body) > 2
    ]

    assert ast.get_docstring(tree)
    assert silent == []


def test_page_holds_its_sources() -> None:
    """The style and the script of the HTML page are those of templates/_page/, as people read them."""
    page = (ROOT / "out" / "cheatsheet.en.html").read_text("utf-8")
    sources = [path for kind in ("style/*.css", "script/*.js") for path in (ROOT / "templates" / "_page").glob(kind)]

    assert len(sources) > 10 and [path.name for path in sources if path.read_text("utf-8") not in page] == []


def test_generator_knows_no_backend() -> None:
    """Nothing in generator/ or in the templates is about LLMs."""
    text = {path: path.read_text("utf-8").lower() for path in [*MODULES, *(ROOT / "templates").rglob("*.*")] if path.parent.name != "cli"}
    found = [
        (str(path), word)
        for path, text_ in text.items()
        for word in ("litellm", "xinference", "mindie", "chat", "llm", "openai")
        if re.search(rf"\b{word}", text_)
    ]

    assert found == []


def test_version_is_stated_once() -> None:
    """The version is in pyproject.toml and nowhere else in the code."""
    assert [str(path) for path in MODULES if re.search(r"""['"]0\.\d+\.\d""", path.read_text("utf-8"))] == []
