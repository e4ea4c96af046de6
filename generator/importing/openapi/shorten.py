"""Make an example of an answer small enough for a page; its shape stays."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from generator.importing.openapi.values import scalar_text

LONGEST = 1500
"""How long an answer may be, in characters."""

DEEPEST = 60
"""How many objects and lists may lie in one another in what is sent."""

MOST_VALUES = 20_000
"""How many values may be sent, in one body."""

TELLING = ("id", "name", "title", "uuid", "uid", "login", "full_name", "slug", "url", "links", "next")
"""Fields by which people know an object, or go on from it."""


@dataclass(frozen=True)
class _Limits:
    """How much is kept: items of a list, fields of an object, characters of a text, levels."""

    items: int
    fields: int
    characters: int
    depth: int


_LEVELS = (_Limits(2, 40, 200, 7), _Limits(2, 20, 120, 5), _Limits(1, 12, 80, 4), _Limits(1, 8, 60, 3), _Limits(1, 5, 40, 2))


def small(value: Any) -> Any:
    """Return a value shortened to what fits a page."""
    short = value
    for limits in _LEVELS:
        short = _shortened(value, limits, 0)
        if len(json.dumps(short)) <= LONGEST:
            break
    return short


def _shortened(value: Any, limits: _Limits, depth: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= limits.characters else value[: limits.characters] + "…"
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list):
        return [_shortened(item, limits, depth + 1) for item in value[: limits.items]] if depth < limits.depth else []
    if isinstance(value, dict):
        if depth >= limits.depth:
            return {}
        return {_key(name): _shortened(item, limits, depth + 1) for name, item in _fields(value, limits.fields)}
    return value


def _fields(value: dict[str, Any], most: int) -> list[tuple[str, Any]]:
    """Return the fields of an object that are kept, in their order: those that tell most, and the first others."""
    if len(value) <= most:
        return list(value.items())
    kept = {name for name in TELLING if name in value}
    for name in value:
        if len(kept) >= most:
            break
        kept.add(name)
    return [(name, item) for name, item in value.items() if name in kept]


def _key(name: Any) -> str:
    text = name if isinstance(name, str) else scalar_text(name) or "null"
    return text if len(text) <= 100 else text[:100] + "…"


def sendable(value: Any) -> Any:
    """Return a value as it can be sent, whole.

    Raises ValueError where it is too large or too deep, or holds a number that JSON has not.
    """
    left = [MOST_VALUES]

    def copied(item: Any, depth: int) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise ValueError(f"it holds more than {MOST_VALUES:,} values")
        if depth > DEEPEST:
            raise ValueError(f"it is nested deeper than {DEEPEST} levels")
        if isinstance(item, float) and not math.isfinite(item):
            raise ValueError("it holds a number that is larger than numbers can be")
        if isinstance(item, list):
            return [copied(inner, depth + 1) for inner in item]
        if isinstance(item, dict):
            return {str(name): copied(inner, depth + 1) for name, inner in item.items()}
        return item

    return copied(value, 0)
