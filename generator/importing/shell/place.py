"""A place in shell text: lines, blanks, line ends that continue."""

from __future__ import annotations

import re

BLANKS = " \t"
ODD_BLANKS = "\u00a0\u2002\u2003\u2009\u202f\u3000\u200b\ufeff"
WINDOWS_CONTINUATION = re.compile(r"[`^][ \t]*\n(?=[ \t]*(?:-|['\"]?https?:))")


class Place:
    """A place in shell text, and what can be read there."""

    def __init__(self, text: str, first_line: int = 1) -> None:
        self.text = text
        self.position = 0
        self.notes: dict[str, None] = {}
        """What was read otherwise than bash reads it."""
        self._first_line = first_line
        self._counted = (0, first_line)

    def line_at(self, position: int) -> int:
        """Return the number of the line on which a position stands."""
        start, line = self._counted if position >= self._counted[0] else (0, self._first_line)
        line += self.text.count("\n", start, position)
        self._counted = (position, line)
        return line

    @property
    def line(self) -> int:
        """Return the number of the line that is read."""
        return self.line_at(self.position)

    def peek(self, length: int = 1) -> str:
        """Return the next characters without reading them."""
        return self.text[self.position : self.position + length]

    def at_end(self) -> bool:
        """Return whether all is read."""
        return self.position >= len(self.text)

    def note(self, what: str) -> None:
        """Keep a sentence about what is read otherwise than bash reads it, once."""
        self.notes[what] = None

    def skip_blanks(self) -> None:
        """Read blanks and continued line ends."""
        while not self.at_end():
            character = self.text[self.position]
            if character in BLANKS:
                self.position += 1
            elif character in ODD_BLANKS:
                self.note(f"line {self.line}: U+{ord(character):04X} is read as a blank")
                self.position += 1
            elif not self.skip_continuation():
                return

    def skip_continuation(self) -> bool:
        """Read a line end behind a backslash, and return whether there is one. A blank in between is forgiven, and noted."""
        if match := re.compile(r"\\([ \t]*)(\n|\Z)").match(self.text, self.position):
            if match[1] and not match[2]:
                return False
            if match[1]:
                self.note(f"line {self.line}: a blank stands behind the backslash, which then continues nothing: read as if it did")
            self.position = match.end()
            return True
        if match := WINDOWS_CONTINUATION.match(self.text, self.position):
            shell = "PowerShell" if match[0][0] == "`" else "cmd"
            self.note(f"line {self.line}: the {match[0][0]} at its end continues a line in {shell} only: read as a backslash")
            self.position = match.end()
            return True
        return False

    def skip_line(self) -> None:
        """Move to the end of the line."""
        end = self.text.find("\n", self.position)
        self.position = len(self.text) if end < 0 else end
