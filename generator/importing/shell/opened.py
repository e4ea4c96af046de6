"""Commands and loops that are being read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal as OneOf

from generator.importing.shell.model import Assignment, Frame, Literal, Pipeline, Redirect, SimpleCommand, Word

_DEEPEST = 50

DECLARES = ("export", "local", "declare", "readonly", "typeset")
"""Commands whose words may be assignments."""


class Frames:
    """The loops, functions and conditions that are open, from the outside in."""

    def __init__(self) -> None:
        self.open: list[Frame] = []
        self._opened = 0
        self._closed: set[int] = set()

    def enter(self, frame: Frame) -> None:
        """Open one. What is nested too deep for any script is passed over."""
        if len(self.open) >= _DEEPEST:
            return
        self.open.append(replace(frame, number=self._opened))
        self._opened += 1

    def leave(self, kind: OneOf["condition", "loop", "group"]) -> None:
        """Close the innermost one of a kind; what closes nothing is passed over."""
        kinds = ("for", "loop") if kind == "loop" else (kind,)
        for position in reversed(range(len(self.open))):
            if self.open[position].kind in kinds:
                self._close(position)
                break
        if kind == "group" and self.open and self.open[-1].kind == "function":
            self._close(len(self.open) - 1)

    def _close(self, position: int) -> None:
        self._closed |= {frame.number for frame in self.open[position:]}
        del self.open[position:]

    def within(self, pipeline: Pipeline) -> Pipeline:
        """Return a pipeline that stands only in what was closed in the end."""
        if not any(command.frames for command in pipeline.commands):
            return pipeline
        commands = tuple(
            replace(command, frames=tuple(frame for frame in command.frames if frame.number in self._closed))
            for command in pipeline.commands
        )
        return replace(pipeline, commands=commands)


@dataclass
class OpenedCommand:
    """A command that is being read."""

    line: int
    frames: tuple[Frame, ...]
    assignments: list[Assignment] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    redirects: list[Redirect] = field(default_factory=list)
    has_curl: bool = False
    """One of its words names curl."""

    def add(self, word: Word) -> None:
        """Add a word."""
        self.words.append(word)
        self.has_curl = self.has_curl or names_curl(word)

    @property
    def empty(self) -> bool:
        return not (self.assignments or self.words or self.redirects)

    @property
    def declares(self) -> bool:
        """Return whether its words may be assignments: `export X=y`."""
        return len(self.words) > 0 and plain_text(self.words[0]) in DECLARES

    def closed(self) -> SimpleCommand:
        return SimpleCommand(self.line, tuple(self.assignments), tuple(self.words), tuple(self.redirects), self.frames)


@dataclass(frozen=True)
class Heredoc:
    """A heredoc whose lines follow at the next line end."""

    command: OpenedCommand
    position: int
    """Which of the command's redirects it is."""
    descriptor: str
    delimiter: str
    tabs: bool
    quoted: bool


def plain_text(word: Word) -> str | None:
    """Return a word's text; None if something in it is expanded."""
    if not all(isinstance(segment, Literal) for segment in word):
        return None
    return "".join(segment.text for segment in word if isinstance(segment, Literal))


def names_curl(word: Word) -> bool:
    """Return whether a word is curl's name, with or without a folder: `curl`, `/usr/bin/curl`, `curl.exe`."""
    text = plain_text(word)
    return text is not None and re.split(r"[/\\]", text)[-1] in ("curl", "curl.exe")
