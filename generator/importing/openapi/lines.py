"""On which lines of a document its operations stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from generator.importing.openapi.values import Refused

MAX_DEPTH = 200
"""How many mappings and lists may lie in one another."""

_COUNTED = ("paths", "webhooks", "x-webhooks")


def too_deep(line: int) -> Refused:
    """Return the refusal of a document that is nested too deep."""
    return Refused(line, f"nested deeper than {MAX_DEPTH} levels")


@dataclass
class Lines:
    """The lines of a document's paths and their methods, and the keys that stand twice."""

    known: dict[tuple[str, ...], int] = field(default_factory=dict)
    twice: list[tuple[str, int]] = field(default_factory=list)

    def counts(self, depth: int, first: str) -> bool:
        """Tell whether the line of a key at this depth, below this first key, is asked for."""
        return depth == 1 or (depth <= 3 and first in _COUNTED)

    def add(self, keys: Sequence[str], line: int) -> None:
        """Keep the line of a key: it and those above it are given."""
        self.known.setdefault(tuple(keys), line)

    def of(self, *keys: str) -> int:
        """Return the line of a key; of the nearest above it that is known, if it is not."""
        for count in range(len(keys), 0, -1):
            if keys[:count] in self.known:
                return self.known[keys[:count]]
        return 1


@dataclass(frozen=True)
class Reading:
    """What a text holds, and where."""

    value: Any
    lines: Lines
