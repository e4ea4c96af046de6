"""Read values of a document in which anything may stand anywhere: what is not of the wanted kind is as if it were not there."""

from __future__ import annotations

from typing import Any

from generator.json_text import SURROGATE


class Refused(Exception):
    """A document of which nothing is imported: where in it, and why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


class Notes:
    """What is to be said about one operation, each sentence once."""

    def __init__(self) -> None:
        self._changes: dict[str, None] = {}
        self._left_out: dict[str, None] = {}

    def change(self, sentence: str) -> None:
        """Say what is otherwise than in the document but means the same."""
        self._changes[sentence] = None

    def leave_out(self, sentence: str) -> None:
        """Say what is not in the request, and what to do about it."""
        self._left_out[sentence] = None

    @property
    def changes(self) -> tuple[str, ...]:
        return tuple(self._changes)

    @property
    def left_out(self) -> tuple[str, ...]:
        return tuple(self._left_out)


def as_dict(value: Any) -> dict[str, Any]:
    """Return an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """Return a list; an empty one for anything else."""
    return value if isinstance(value, list) else []


def as_text(value: Any) -> str:
    """Return a text; an empty one for anything else."""
    return value if isinstance(value, str) else ""


def is_number(value: Any) -> bool:
    """Tell whether a value is a number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def scalar_text(value: Any) -> str | None:
    """Return a text, number, true or false as a user would type it; None for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return value if isinstance(value, str) else None


def without_halves(value: Any) -> Any:
    """Return a value in which no text has half of a character (a lone surrogate), which nothing could send: U+FFFD stands for it."""
    if isinstance(value, str):
        return SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [without_halves(item) for item in value]
    if isinstance(value, dict):
        return {without_halves(name): without_halves(item) for name, item in value.items()}
    return value
