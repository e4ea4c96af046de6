"""docs/first-day: typed from an empty folder, in its order, it prints what it says; in both languages it is the same walk."""

from __future__ import annotations

from pathlib import Path

import pytest
from walk import REAL_SERVER, Step, Terminal, fits, page, steps, walk

LANGUAGES = ("en", "zh")


@pytest.mark.slow
def test_the_walk(tmp_path: Path) -> None:
    """All of it but the real server, which `make test-servers` adds. What is typed is the same in both languages."""
    assert walk("en", tmp_path, lambda step: not step.heading.startswith(REAL_SERVER)) == []


def test_both_languages_walk_the_same_way() -> None:
    """The same blocks under the same numbers; and only prose is translated."""
    english, chinese = (list(steps(page(language))) for language in LANGUAGES)

    assert [(step.heading.split(".")[0], step.typed, step.printed) for step in english] == [
        (step.heading.split(".")[0], step.typed, step.printed) for step in chinese
    ]
    assert len(english) >= 16 and {step.heading.split(".")[0] for step in english} == {str(number) for number in range(1, 12)}


def test_every_part_of_the_first_command_is_explained() -> None:
    """The table below the first curl line names each of its parts."""
    for language in LANGUAGES:
        for part in ("curl", "-fsS", '"$OLLAMA_BASE_URL/models"', "\\|", "jq", "-r", "'.data[].id'"):
            assert f"\n| `{part}` | " in page(language), (language, part)


@pytest.mark.parametrize(
    ("printed", "shown", "well"),
    [("a\n", "a\n", True), ("a\nb\n", "a\n", False), ("a 12 b\n", "a … b\n", True), ("x\ny\nz\n", "x\n…\n", True), ("a.\n", "ab\n", False)],
)
def test_what_fits(printed: str, shown: str, well: bool) -> None:
    """`…` is anything, all else is itself."""
    assert fits(printed, shown) is well


def test_a_page_taken_apart() -> None:
    """A block without an output, one with, and outputs of nothing."""
    text = "## 1. A\n```bash\none\n```\n```bash\ntwo\n```\nwords\n```text\nout\n```\n## 2. B\n```text\nalone\n```\n```bash\nthree\n```\n"

    assert list(steps(text)) == [Step("1. A", "one\n", None), Step("1. A", "two\n", "out\n"), Step("2. B", "three\n", None)]


def test_a_terminal_that_hangs_is_ended(tmp_path: Path) -> None:
    """And one that is left says so."""
    for typed in ("sleep 60", "exit"):
        with Terminal(tmp_path, {"PATH": "/usr/bin:/bin"}) as terminal, pytest.raises(AssertionError, match="bash ended"):
            terminal.type(typed, 1)
