"""Templates are outlines of what they make: they decide nothing by tables of their own, and each line is read at a glance."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import ROOT

from generator.render.wrap import columns

FOLDER = ROOT / "templates"
WIDTH = 140
TEMPLATES = [path for path in sorted(FOLDER.rglob("*.*")) if path.is_file()]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_line_is_wider_than_a_screen(path: Path) -> None:
    assert [(number, line) for number, line in enumerate(path.read_text("utf-8").split("\n"), 1) if columns(line) > WIDTH] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_builds_tables(path: Path) -> None:
    """What `{% do %}` would gather is a view in Python."""
    assert re.findall(r"\{%-? *do .*", path.read_text("utf-8")) == []
