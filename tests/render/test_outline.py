"""Templates are outlines of what they make: they decide nothing by tables of their own, and each line is read at a glance."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import ROOT

from generator.render.wrap import columns

FOLDER = ROOT / "templates"
WIDTH = 140
# To be removed with the last long line there, and with the environment's `do` extension.
UNFINISHED = ("_script", "_command")


def is_finished(path: Path) -> bool:
    name = path.relative_to(FOLDER).as_posix()
    return not name.startswith(UNFINISHED) and name != "{backend}-{endpoint}.sh.j2"


TEMPLATES = [path for path in sorted(FOLDER.rglob("*.*")) if path.is_file() and is_finished(path)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_line_is_wider_than_a_screen(path: Path) -> None:
    assert [(number, line) for number, line in enumerate(path.read_text("utf-8").split("\n"), 1) if columns(line) > WIDTH] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_builds_tables(path: Path) -> None:
    """What `{% do %}` would gather is a view in Python."""
    assert re.findall(r"\{%-? *do .*", path.read_text("utf-8")) == []
