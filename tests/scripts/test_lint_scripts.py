"""The scripts in out/ as texts: no linter finds anything, they stay short, and they keep to the oldest tools promised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import OUT
from linters import complaints
from shapes import name, representatives

SCRIPTS = sorted(OUT.glob("*.sh"))
SHAPES = [OUT / f"{name(*cell)}.sh" for cell in representatives()]


def portions(scripts: list[Path]) -> list[list[Path]]:
    """The scripts in four parts, for as many processes."""
    return [scripts[first::4] for first in range(4)]


each_portion = pytest.mark.parametrize(
    "scripts",
    [
        SHAPES[::4],
        *(pytest.param(part, marks=pytest.mark.slow) for part in portions(SHAPES)[1:]),
        *(pytest.param(part, marks=pytest.mark.every_script) for part in portions([script for script in SCRIPTS if script not in SHAPES])),
    ],
    ids=[f"{what}-{number}" for what in ("shapes", "others") for number in range(4)],
)


def code(script: Path) -> list[str]:
    """The lines of a script without the texts of the help and of the body."""
    lines, end = [], None
    for line in script.read_text("utf-8").splitlines():
        if end is None or line == end:
            lines.append(line)
            opened = re.search(r"^IFS= read -r .*<< '(\w+)'", line)
            end = opened[1] if opened else None
    assert end is None
    return lines


def test_there_are_scripts() -> None:
    assert len(SCRIPTS) >= 13


@each_portion
def test_linters_find_nothing(scripts: list[Path]) -> None:
    """shellcheck with every check, and shfmt."""
    assert complaints(scripts) == ""


def test_at_most_100_lines_of_100_columns() -> None:
    """Short enough to be read."""
    codes = {script.name: code(script) for script in SCRIPTS}
    assert {name: len(lines) for name, lines in codes.items() if len(lines) > 100} == {}
    assert [(name, line) for name, lines in codes.items() for line in lines if len(line) > 100] == []


def test_header_has_one_line_in_each_language() -> None:
    """Bash, an English line, a Chinese line, strict mode."""
    for script in SCRIPTS:
        first, english, chinese, *then = script.read_text("utf-8").splitlines()[:5]
        assert first == "#!/usr/bin/env bash", script
        assert "set -euo pipefail" in (then if then[0].startswith("# shellcheck ") else then[:1]), script
        assert re.fullmatch(r"# [^一-鿿]+, see --help", english), script
        assert re.fullmatch(r"# .*[一-鿿].*，用法见 --help", chinese), script


def test_scripts_can_be_run() -> None:
    """Mode 755."""
    assert [script.name for script in SCRIPTS if script.stat().st_mode & 0o777 != 0o755] == []
