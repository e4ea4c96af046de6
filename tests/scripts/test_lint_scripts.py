"""The scripts in out/ as texts: no linter finds anything, they stay short, and they keep to the oldest tools promised."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import OUT

SCRIPTS = sorted(OUT.glob("*.sh"))
each_script = pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)


# Newer than bash 3.2 or curl 7.55.
def tool(name: str) -> str:
    """A linter of this Python's environment."""
    path = Path(sys.executable).parent / name
    assert path.is_file(), f"{path} is missing: install the dev dependencies"
    return str(path)


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


def test_shellcheck_finds_nothing() -> None:
    """`shellcheck -o all`."""
    result = subprocess.run([tool("shellcheck"), "--norc", "-o", "all", *SCRIPTS], capture_output=True, text=True, check=False)
    assert (result.stdout + result.stderr, result.returncode) == ("", 0)


def test_shfmt_finds_nothing() -> None:
    """`shfmt -i 2 -ci -sr -d`."""
    result = subprocess.run([tool("shfmt"), "-i", "2", "-ci", "-sr", "-d", *SCRIPTS], capture_output=True, text=True, check=False)
    assert (result.stdout + result.stderr, result.returncode) == ("", 0)


@each_script
def test_at_most_100_lines_of_100_columns(script: Path) -> None:
    """Short enough to be read."""
    lines = code(script)
    assert len(lines) <= 100
    assert [line for line in lines if len(line) > 100] == []


@each_script
def test_header_has_one_line_in_each_language(script: Path) -> None:
    """Bash, an English line, a Chinese line, strict mode."""
    first, english, chinese, *then = script.read_text("utf-8").splitlines()[:5]
    assert first == "#!/usr/bin/env bash" and "set -euo pipefail" in (then if then[0].startswith("# shellcheck ") else then[:1])
    assert re.fullmatch(r"# [^一-鿿]+, see --help", english)
    assert re.fullmatch(r"# .*[一-鿿].*，用法见 --help", chinese)


@each_script
def test_script_can_be_run(script: Path) -> None:
    """Mode 755."""
    assert script.stat().st_mode & 0o777 == 0o755
