"""The scripts in out/ as texts: no linter finds anything, lines are short, and each purpose has one idiom."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from conftest import OUT, ROOT
from linters import complaints
from shapes import few, name

from generator.render.script.parameters import OWN_VARIABLES

SCRIPTS = sorted(OUT.glob("*.sh"))
FEW = [OUT / f"{name(*cell)}.sh" for cell in few()]
OTHERS = [script for script in SCRIPTS if script not in FEW]


@cache
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


@pytest.mark.parametrize(
    "scripts",
    [
        pytest.param(FEW[:3], id="three"),
        pytest.param(FEW[3:], id="few", marks=pytest.mark.slow),
        # In four parts, for as many processes.
        *(pytest.param(OTHERS[first::4], id=f"others-{first}", marks=pytest.mark.every_script) for first in range(4)),
    ],
)
def test_linters_find_nothing(scripts: list[Path]) -> None:
    """shellcheck with every check, and shfmt. The scripts of the good catalogs have all lines of the others, but for names and texts."""
    assert complaints(scripts) == ""


def test_lines_have_at_most_100_columns() -> None:
    """Short enough to be read."""
    assert [(script.name, line) for script in SCRIPTS for line in code(script) if len(line) > 100] == []


def test_functions_that_are_called_are_there() -> None:
    """A script has each function that it calls: shellcheck would take the name for a program."""
    texts = {script.name: "\n".join(code(script)) for script in SCRIPTS}
    defined = {name: set(re.findall(r"^(\w+)\(\) \{", text, re.MULTILINE)) for name, text in texts.items()}
    known = {function for functions in defined.values() for function in functions if "_" in function}
    assert {"need_utf8", "single_quoted"} <= known
    called = {name: set(re.findall(r"(?:^ *|\$\()(\w+)(?=$| )", text, re.MULTILINE)) & known for name, text in texts.items()}
    assert {name: functions - defined[name] for name, functions in called.items() if functions - defined[name]} == {}


# What needs a second reading, and a line that shows it. CONTRIBUTING says what stands in its place.
OUT_OF_USE = {
    "an action behind an inverted test": (r"\[\[ .*\]\] \|\|(?! fail\b|$)", '[[ -z ${include} ]] || tr -d "\\r"'),
    "an action behind a test on the next line": (r"\[\[ .*\]\] \|\|\n +(?! |fail\b)", "[[ -n ${x} ]] ||\n  x=1"),
    "a guard that is not `fail`": (r"\|\| (exit|return|echo|\{)", "{ echo && exit; } || exit"),
    "a group as a guard": (r"^ *\{ .*\} .*\|\|", "{ true 3<&0; } 2> /dev/null || fail 2 x"),
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
        assert re.fullmatch(r"# [^一-鿿]+ · made by curlsheet from YAML", english), script
        assert re.fullmatch(r"# .*[一-鿿].* · 由 curlsheet 生成，请修改清单文件（catalog）", chinese), script


def test_no_branch_for_a_body_that_cannot_be_given() -> None:
    """What stands for --body is in a script only if it has that option: not where a secret goes into the body, or it is a form."""
    texts = {script.name: script.read_text("utf-8") for script in SCRIPTS}
    without = [name for name, text in texts.items() if "body_file=" not in text]
    assert len(without) > 50 and any("--body would leave it out" in texts[name] for name in without)
    assert [name for name in without if "body_file" in texts[name]] == []


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
