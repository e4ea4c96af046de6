"""The scripts in out/ as texts: no linter finds anything, lines are short, and each purpose has one idiom."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import OUT, ROOT
from linters import complaints
from shapes import name, representatives

from generator.render.script.parameters import OWN_VARIABLES

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
            opened = re.search(r"^  cat << '(\w+)'$", line)
            end = opened[1] if opened else None
    assert end is None
    return lines


def test_there_are_scripts() -> None:
    assert len(SCRIPTS) >= 13


@each_portion
def test_linters_find_nothing(scripts: list[Path]) -> None:
    """shellcheck with every check, and shfmt."""
    assert complaints(scripts) == ""


def test_lines_have_at_most_100_columns() -> None:
    """Short enough to be read."""
    assert [(script.name, line) for script in SCRIPTS for line in code(script) if len(line) > 100] == []


# What needs a second reading, and a line that shows it. CONTRIBUTING says what stands in its place.
OUT_OF_USE = {
    "an action behind an inverted test": (r"\[\[ .*\]\] \|\|(?! fail\b|$)", '[[ -z ${include} ]] || tr -d "\\r"'),
    "an action behind a test on the next line": (r"\[\[ .*\]\] \|\|\n +(?! |fail\b)", "[[ -n ${x} ]] ||\n  x=1"),
    "a guard that is not `fail`": (r"\|\| (exit|return|echo|\{)", "{ echo && exit; } || exit"),
    "a chain of actions": (r"&& (exit|shift|break|trap|:)\b", "shift && put x && exit"),
    "two actions in a line": (r"^ *\w+=\S*; ", "tmp=x; trap y EXIT"),
    "a command inside an exit status": (r"exit [\"']?\$\?\$\(", 'exit "$?$(read -r)"'),
    "a nested pattern": (r"\$\{\w+(##?|%%?)[^}]*\$\(?\{", '"${types#* "${x}:"}"'),
    "an inverted match": (r"\[\[ ! ", "[[ ! ${x} =~ y ]]"),
    "a long pattern cut from either end": (r"(?<!set -- \")\$\{[a-z_]\w*(##|%%)", "${x%%,*}"),
}


@pytest.mark.parametrize(("pattern", "line"), OUT_OF_USE.values(), ids=OUT_OF_USE)
def test_idioms_that_need_a_second_reading(pattern: str, line: str) -> None:
    """None of them stands in a script, and each pattern finds what it is there for."""
    assert re.search(pattern, line, re.MULTILINE)
    found = {script.name: match[0] for script in SCRIPTS if (match := re.search(pattern, "\n".join(code(script)), re.MULTILINE))}
    assert found == {}


def test_header_has_one_line_in_each_language() -> None:
    """Bash, an English line, a Chinese line, strict mode."""
    for script in SCRIPTS:
        first, english, chinese, *then = script.read_text("utf-8").splitlines()[:11]
        assert first == "#!/usr/bin/env bash", script
        assert "set -euo pipefail" in then, script
        assert re.fullmatch(r"# [^一-鿿]+, see --help", english), script
        assert re.fullmatch(r"# .*[一-鿿].*，用法见 --help", chinese), script


def test_scripts_can_be_run() -> None:
    """Mode 755."""
    assert [script.name for script in SCRIPTS if script.stat().st_mode & 0o777 != 0o755] == []


def test_own_variables_are_known() -> None:
    """A parameter gets no variable that a script uses itself: all that are not local to a function are listed."""
    parts = "\n".join(path.read_text("utf-8") for path in (ROOT / "templates" / "_script").glob("*.sh.j2"))
    assigned = set(re.findall(r"^ *([a-z_]+)\+?=", parts, re.MULTILINE)) | set(re.findall(r"\bfor (\w+) in [{\"]", parts))
    local = {name for line in re.findall(r"^ *local (.*)$", parts, re.MULTILINE) for name in re.findall(r"\b[a-z_]+\b", line)}
    assert {"body", "url", "value"} <= assigned - local
    assert assigned - local <= OWN_VARIABLES
