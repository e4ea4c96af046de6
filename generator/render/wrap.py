"""Lines of a width for a terminal, in which Chinese characters take two columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

KEPT = "\0"
"""A space at which no line may break."""


_WIDE = "\u2e80-\u2fff\u3005-\u3007\u3021-\u9fff\uf900-\ufaff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"


_OPENING, _CLOSING = "（《〈「『【〔", "，。；：、！？）》〉」』】〕"


# A line may break between Chinese characters, but not before closing or after opening punctuation.
_WORD = re.compile(
    rf"[^\S\xa0]+|[{_OPENING}“‘]*(?:[{_WIDE}]|(?:\xa0|[^\s{_WIDE}{_OPENING}{_CLOSING}])+)[{_CLOSING}”’…—]*|[{_OPENING}{_CLOSING}]+"
)


def wrapped(text: str, width: int = 80) -> str:
    """Return a plain text in lines of at most `width` columns; a word that is longer has a line of its own."""
    return wrapped_lines(" ".join(text.split()), width)


def columns(text: str) -> int:
    """Return how many columns a text takes: Chinese characters take two, combining marks none."""
    return sum(0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def wrapped_lines(text: str, width: int) -> str:
    """Do the same as `wrapped` for a text whose line breaks count."""
    lines = []
    for paragraph in text.split("\n"):
        line = blank = ""
        for word in _WORD.findall(paragraph):
            if not word.strip():
                blank = " " if line else ""
            elif line and columns(line + blank + word) > width:
                lines.append(line)
                line, blank = word, ""
            else:
                line, blank = line + blank + word, ""
        lines.append(line)
    return "\n".join(lines).replace(KEPT, " ")


def matrix(heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]], painted: Callable[[str], str] = str) -> list[str]:
    """Return the lines of a table: `heads` above its columns, each row's label before its cells. `painted` colours a cell."""
    label = max((columns(name) for name, _ in rows), default=0)
    widths = [max(columns(text) for text in column) for column in zip(heads, *(cells for _, cells in rows), strict=True)]
    lines = ["  ".join([" " * label, *(_padded(head, width) for head, width in zip(heads, widths, strict=True))])]
    for name, cells in rows:
        padded = [painted(cell) + " " * (width - columns(cell)) for cell, width in zip(cells, widths, strict=True)]
        lines.append("  ".join([_padded(name, label), *padded]))
    return [line.rstrip() for line in lines]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - columns(text))
