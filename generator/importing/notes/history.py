"""Take off what a shell's history prints before a command: its number, or when it ran."""

from __future__ import annotations

import re

from generator.importing.notes.pieces import COMMAND_START, SETS_VARIABLE

# `  501  curl …` of `history`, perhaps with the date (HISTTIMEFORMAT); a listing with numbered lines looks like it.
_NUMBERED = re.compile(r"([ \t]*)(\d{1,6})\*?[ \t]+(?:\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?[ \t]+)?(?=\S)|[ \t]*(\d{1,6})$")
# `: 1700000000:0;curl …` of zsh's file (EXTENDED_HISTORY); `#1700000000` of bash's, a line of its own; `- cmd: curl …` of fish's.
_ZSH = re.compile(r"^: \d{9,}:\d+;", re.MULTILINE)
_BASH_TIME = re.compile(r"^#\d{9,11}$", re.MULTILINE)
_FISH = re.compile(r"^- cmd: (.*)\n[ ]+when: \d+$", re.MULTILINE)


def without_history(text: str) -> str:
    """Return a text in which the commands of a history stand as they were typed; every line keeps its number."""
    if "curl" not in text:
        return text
    text = _FISH.sub(r"\1\n", _BASH_TIME.sub("", _ZSH.sub("", text)))
    lines = text.split("\n")
    start = 0
    while start < len(lines):
        end = _end_of_run(lines, start)
        if any(_starts_command(_unnumbered(line)) for line in lines[start:end]):
            is_listing = re.match(r"[ \t]*1[ \t]", lines[start]) is not None
            lines[start:end] = [_command(_unnumbered(line), is_listing=is_listing) for line in lines[start:end]]
        start = max(end, start + 1)
    return "\n".join(lines)


def _starts_command(line: str) -> bool:
    return COMMAND_START.match(line) is not None and re.search(r"curl(?:\.exe)?[ \t]+\S", line) is not None


def _command(line: str, *, is_listing: bool) -> str:
    """Return a line of a history, or "" for a command that is none of curl's; in a listing commands go on over lines."""
    other = re.match(r"[ \t]*[a-z][\w.+-]*(?:[ \t]|$)", line) is not None and SETS_VARIABLE.match(line) is None
    return "" if other and not is_listing and "curl" not in line else line


def _unnumbered(line: str) -> str:
    """Return a line without its number; the blanks before it stay, as they say what it stands in."""
    return _NUMBERED.sub(lambda match: match[1] or "", line, count=1)


def _end_of_run(lines: list[str], start: int) -> int:
    """Return the number of the line behind those that are numbered, ever higher; `start` if there are none."""
    last = -1
    for number in range(start, len(lines)):
        match = _NUMBERED.match(lines[number])
        if match is None or int(match[2] or match[3]) <= last:
            return number
        last = int(match[2] or match[3])
    return len(lines)
