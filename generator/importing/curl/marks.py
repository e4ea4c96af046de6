"""Look at texts with variables as strings: each variable is one character that no writing uses."""

from __future__ import annotations

import re

from generator.importing.curl.errors import Unsayable
from generator.importing.model import Text, Variable

_FIRST = 0x100000
_MOST = 0xFFF0
MARK = "[\U00100000-\U0010fff0]"
"""A pattern for a variable in a marked string: a character of plane 16, which is for private use (Unicode 23.5)."""

_MARK = re.compile(MARK)


class Marks:
    """The variables behind the marks of a text or several."""

    def __init__(self) -> None:
        self._parts: list[str | Variable] = []
        self._numbers: dict[str | Variable, int] = {}

    def mark(self, part: str | Variable) -> str:
        """Return the mark for a variable; the same one for equal ones. Raises Unsayable if there are too many."""
        number = self._numbers.setdefault(part, len(self._parts))
        if number == len(self._parts):
            self._parts.append(part)
        if number >= _MOST:
            raise Unsayable(f"more than {_MOST:,} variables stand in one command")
        return chr(_FIRST + number)

    def marked(self, text: Text) -> str:
        """Return a text as a string in which marks stand for its variables."""
        return "".join(self.mark(part) if isinstance(part, Variable) else self._safe(part) for part in text.parts)

    def _safe(self, text: str) -> str:
        """Return a string in which characters of plane 16 are marked too, so that none is taken for a variable."""
        return _MARK.sub(lambda match: self.mark(match[0]), text) if not text.isascii() else text

    def text(self, marked: str) -> Text:
        """Return the text that a marked string stands for."""
        parts: list[str | Variable] = []
        for piece in re.split(f"({MARK})", marked):
            part = self._parts[ord(piece) - _FIRST] if _MARK.fullmatch(piece) else piece
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            elif part != "":
                parts.append(part)
        return Text(tuple(parts))

    def variable(self, mark: str) -> Variable | None:
        """Return the variable behind a mark; None if the string is no mark of one."""
        part = self._parts[ord(mark) - _FIRST] if _MARK.fullmatch(mark) else None
        return part if isinstance(part, Variable) else None

    def shown(self, marked: str) -> str:
        """Return a marked string for people, `$NAME` in place of each mark."""
        return "".join(f"${part.name}" if isinstance(part, Variable) else part for part in self.text(marked).parts)


def has_mark(marked: str) -> bool:
    """Return whether a variable stands in a marked string."""
    return not marked.isascii() and _MARK.search(marked) is not None
