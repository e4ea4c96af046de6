"""Make a text that fits a regular expression, for the common ones.

The expression is read, never run: a document could hold one on which matching takes years.
"""

from __future__ import annotations

import string

MOST_CHARACTERS = 200

_CLASSES = {"d": "1", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a"}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_PLAIN = string.ascii_lowercase + string.digits + string.ascii_uppercase + "-_."


class _Unknown(Exception):
    """What is not read here: looking around, references back, and what is broken."""


def text_of_pattern(pattern: str) -> str | None:
    """Return a text that fits a regular expression (ECMA-262); None for one that is not understood."""
    try:
        reader = _Reader(pattern)
        text = reader.choices()
        if reader.rest:
            return None
    except (_Unknown, RecursionError):
        return None
    return text


class _Reader:
    """Reads an expression from left to right, and returns the text that each part stands for."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0
        self.depth = 0

    @property
    def rest(self) -> bool:
        """Whether something is left to read."""
        return self.position < len(self.pattern)

    @property
    def next(self) -> str:
        """The character that comes next; nothing at the end."""
        return self.pattern[self.position : self.position + 1]

    def take(self) -> str:
        """Return the next character, and go on."""
        character = self.next
        if not character:
            raise _Unknown
        self.position += 1
        return character

    def choices(self) -> str:
        """Read alternatives up to the end or a closing parenthesis; return a text for the first that is not empty."""
        found = [self.sequence()]
        while self.next == "|":
            self.take()
            found.append(self.sequence())
        return next((text for text in found if text), "")

    def sequence(self) -> str:
        """Read what follows one another."""
        text = ""
        while self.rest and self.next not in "|)":
            piece = self.piece()
            low, high = self.count()
            times = low or (1 if high and not text else 0)
            text += piece * times
            if len(text) > MOST_CHARACTERS:
                raise _Unknown
        return text

    def count(self) -> tuple[int, bool]:
        """Read how often a piece stands: at least how often, and whether more is possible."""
        low, high = 1, False
        if self.next in ("*", "?"):
            low, high = 0, True
            self.take()
        elif self.next == "+":
            self.take()
        elif self.next == "{":
            low = self.braces()
            high = low == 0
        else:
            return low, high
        if self.next in ("?", "+"):
            self.take()
        return low, high

    def braces(self) -> int:
        """Read {2}, {2,} or {2,5}, and return the 2."""
        end = self.pattern.find("}", self.position)
        low = self.pattern[self.position + 1 : end].partition(",")[0]
        if end < 0 or not (low.isascii() and low.isdigit()) or len(low) > 3:
            raise _Unknown
        self.position = end + 1
        return int(low)

    def piece(self) -> str:
        """Read one character, class or group, and return a text for it."""
        character = self.take()
        if character in "^$":
            return ""
        if character == ".":
            return "a"
        if character == "[":
            return self.bracket()
        if character == "(":
            return self.group()
        if character == "\\":
            return self.escape()
        if character in "*+?":
            raise _Unknown
        return character

    def escape(self) -> str:
        """Read what follows a backslash."""
        character = self.take()
        if character in ("b", "B"):
            return ""
        if character in _CLASSES:
            return _CLASSES[character]
        if character in _ESCAPES:
            return _ESCAPES[character]
        if character.isalnum():
            raise _Unknown
        return character

    def group(self) -> str:
        """Read a group up to its end."""
        self.depth += 1
        if self.depth > 20:
            raise _Unknown
        if self.next == "?":
            self.take()
            kind = self.take()
            if kind == "<" and self.next not in ("=", "!"):
                while self.take() != ">":
                    pass
            elif kind != ":":
                raise _Unknown
        text = self.choices()
        if self.take() != ")":
            raise _Unknown
        self.depth -= 1
        return text

    def bracket(self) -> str:
        """Read a class of characters up to its end, and return one of them."""
        excludes = self.next == "^"
        if excludes:
            self.take()
        ranges: list[tuple[str, str]] = []
        while self.next != "]":
            first = self.member()
            last = first
            if self.next == "-" and self.pattern[self.position + 1 : self.position + 2] not in ("]", ""):
                self.take()
                last = self.member()
            ranges.append((first, last))
        self.take()
        if excludes:
            free = (letter for letter in _PLAIN if not any(first <= letter <= last for first, last in ranges))
            character = next(free, None)
            if character is None:
                raise _Unknown
            return character
        if not ranges:
            raise _Unknown
        inside = (letter for letter in _PLAIN if any(first <= letter <= last for first, last in ranges))
        return next(inside, ranges[0][0])

    def member(self) -> str:
        """Read one character of a class."""
        character = self.take()
        return self.escape() if character == "\\" else character
