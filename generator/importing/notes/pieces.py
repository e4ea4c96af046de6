"""What a page of notes is made of, whatever it is written in."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """A heading: 1 is the highest level."""

    level: int
    text: str
    line: int = 0
    """The line of the file on which it starts, counted from 1."""
    ends_in_code: bool = False
    """It ends with code in brackets, such as a path, which is no translation of the words before."""


@dataclass(frozen=True)
class Prose:
    """A paragraph, in CommonMark."""

    text: str
    depth: int = 0
    """How many lists it stands in."""
    line: int = 0
    """The line of the file on which it starts, counted from 1."""
    lines: int = 1
    """How many lines it has."""


@dataclass(frozen=True)
class Code:
    """A block of code; or a command that stands in a sentence."""

    text: str
    line: int
    """The line of the file on which it starts, counted from 1."""
    language: str = ""
    inline: bool = False
    depth: int = 0
    """How many lists it stands in."""
    unmarked: bool = False
    """It is JSON that stands between prose, which nobody marked as code."""


@dataclass(frozen=True)
class Cell:
    """The text of a cell of a table, which is no prose of a command."""

    text: str
    line: int
    is_head: bool = False
    """It stands above a column."""


@dataclass(frozen=True)
class Divider:
    """A place that no answer crosses: a rule, or the start or end of a part that is HTML or a component (MDX)."""


Piece = Heading | Prose | Code | Cell | Divider

# A line that starts a curl command, perhaps behind a prompt; variables may be set before it.
COMMAND_START = re.compile(
    r"[ \t]*(?:(?:\([\w. -]{1,40}\) )?(?:[\w.-]+@[\w.-]+[^\n$#%>]{0,40})?[$#%>❯➜»][ \t]+"
    r"|PS[^\n>]{0,60}>[ \t]*|[A-Z]:\\[^\n>]{0,60}>[ \t]*)?"
    r"(?:sudo[ \t]+|time[ \t]+|[A-Za-z_]\w*=\S*[ \t]+|[A-Za-z_]\w*=[\"']?\$\([ \t]*)*curl(?:\.exe)?(?=[ \t\\]|$)"
)
FUNCTION_START = re.compile(r"[ \t]*(?:function[ \t]+[\w-]+|[\w-]+[ \t]*\(\))[ \t]*\{(?=[ \t]|$)")
SETS_VARIABLE = re.compile(r"[ \t]*(?:[$#%>][ \t]+)?(?:export[ \t]+|set[ \t]+)?[A-Za-z_]\w*=(?!=|\s)")


_COMMAND_INSIDE = re.compile(r"(?<![\w./-])curl(?:\.exe)?\s.*(?:https?:|localhost|\d:\d{2,5}|\$|[\w-]\.\w+/|\w:\d{2,5})", re.DOTALL)


def is_command(text: str) -> bool:
    """Tell whether a text that is marked as code holds a curl command, perhaps behind another one: `cat ids | xargs curl …`."""
    return _COMMAND_INSIDE.search(text) is not None


def holds_command(text: str) -> bool:
    """Tell whether a curl command starts on one of a text's lines."""
    return "curl" in text and any(COMMAND_START.match(line) or FUNCTION_START.match(line) for line in text.split("\n"))
