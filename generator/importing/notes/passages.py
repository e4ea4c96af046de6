"""List what a page says beside its commands, with the lines on which it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from generator.importing.notes.blocks import is_shell
from generator.importing.notes.comments import words_of_comment
from generator.importing.notes.described import HEADS
from generator.importing.notes.headings import says_nothing
from generator.importing.notes.pieces import Cell, Code, Divider, Piece
from generator.importing.notes.words import title_of
from generator.importing.shell.parser import lines_of_output


@dataclass(frozen=True)
class Passage:
    """A heading, a paragraph, a row of a table, a comment, or a block of code in which no command was looked for."""

    text: str
    line: int
    """The line of the file on which it starts, counted from 1."""
    lines: int = 1
    """How many lines it has."""
    is_code: bool = False
    is_output: bool = False
    """It is what a command printed, below it in its block."""


def passages_of(pieces: list[Piece]) -> list[Passage]:
    """Return what the pieces of a page say beside its commands; what only announces a command or an answer says nothing."""
    return [passage for piece in pieces for passage in _passages(piece) if re.search(r"\w", passage.text)]


def _passages(piece: Piece) -> Iterator[Passage]:
    if isinstance(piece, Divider):
        return
    if isinstance(piece, Code):
        yield from _beside_commands(piece)
    elif isinstance(piece, Cell) and piece.is_head and HEADS.fullmatch(piece.text):
        return
    elif isinstance(piece, Cell):
        yield Passage(piece.text, piece.line)
    elif not says_nothing(title_of(piece.text)):
        yield Passage(piece.text, piece.line, getattr(piece, "lines", 1))


def _beside_commands(code: Code) -> Iterator[Passage]:
    """Yield the comments of a block of commands and what they printed; or the whole block, if it is another one."""
    if code.inline:
        return
    if not is_shell(code):
        text = code.text.rstrip("\n")
        yield Passage(text, code.line, text.count("\n") + 1, is_code=True)
        return
    lines = code.text.split("\n")
    output = lines_of_output(code.text)
    for start, end in _runs(output):
        yield Passage("\n".join(lines[start : end + 1]), code.line + start, end - start + 1, is_code=True, is_output=True)
    for number, line in enumerate(lines):
        words = None if number in output else words_of_comment(line)
        if words and not says_nothing(title_of(words)):
            yield Passage(words, code.line + number)


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Return the first and the last of each run of numbers that follow each other."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
