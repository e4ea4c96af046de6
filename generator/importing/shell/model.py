"""What shell text is made of: words before they are expanded, redirects, commands, pipelines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf


class BrokenShell(Exception):
    """Shell text that bash itself could not read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Literal:
    """Characters that stand for themselves."""

    text: str
    quoted: bool = False
    """Whether quotes or a backslash keep the shell from reading anything into them."""


@dataclass(frozen=True)
class Expansion:
    """`$NAME` or `${NAME…}`."""

    name: str
    quoted: bool
    operator: str = ""
    """What stands behind the name: `:-`, `-`, `:=`, `=`, `:?`, `?`, `:+`, `+`, `[@]`, or `other`."""
    argument: Word = ()
    braced: bool = True
    """Written with braces: where none are, what braces expansion puts behind the name belongs to it."""


@dataclass(frozen=True)
class Substitution:
    """The output of a command, or the result of a sum: `$(…)`, backticks, `<(…)`, `$((…))`."""

    source: str
    """The shell text inside; empty for a sum."""
    written: str
    """All of it, as it stands in the text."""
    quoted: bool
    line: int


Segment = Literal | Expansion | Substitution
Word = tuple[Segment, ...]


@dataclass(frozen=True)
class Redirect:
    """`< file`, `2> file`, `<<< word`, or a heredoc."""

    operator: str
    target: Word
    """A file or, for `<<` and `<<<`, what is read."""
    descriptor: str = ""


@dataclass(frozen=True)
class Assignment:
    """`NAME=word`, `NAME+=word` or `NAME=(word …)`."""

    name: str
    words: tuple[Word, ...]
    is_list: bool = False
    appends: bool = False


@dataclass(frozen=True)
class Frame:
    """A loop, a function or a condition around a command."""

    kind: OneOf["for", "loop", "function", "condition", "group"]
    name: str = ""
    """The variable of a `for`, or the name of a function."""
    words: tuple[Word, ...] = ()
    """What a `for` runs through."""
    number: int = 0
    """Which one it is in its text."""


@dataclass(frozen=True)
class SimpleCommand:
    """A command: what it sets, its words, its redirects."""

    line: int
    assignments: tuple[Assignment, ...] = ()
    words: tuple[Word, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    frames: tuple[Frame, ...] = ()
    """What it stands in, from the outside in."""


@dataclass(frozen=True)
class Pipeline:
    """Commands between which `|` stands."""

    commands: tuple[SimpleCommand, ...]
    source: str
    """The text that they stand in."""
    line: int
    notes: tuple[str, ...] = ()
    """What is read otherwise than bash would read it, a sentence each."""
    comment: tuple[str, ...] = ()
    """The lines of the comment that stands directly above, without their `#`."""
    remarks: tuple[str, ...] = ()
    """The comments behind its words, without their `#`."""


@dataclass(frozen=True)
class BrokenText:
    """Shell text that cannot be read as commands."""

    source: str
    line: int
    reason: str


@dataclass(frozen=True)
class CommentedText:
    """A curl command in a comment."""

    source: str
    line: int
