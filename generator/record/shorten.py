"""Shorten a recorded answer: it keeps its shape, and everything that the cell's filters need to find what they show."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from generator import json_text
from generator.record.shape import adds_to, joined, shape_of


@dataclass(frozen=True)
class Limits:
    """How much is kept: items of a list, numbers of a vector, characters of a text, lines of a text that is the whole answer."""

    items: int
    numbers: int
    characters: int
    lines: int


# What is tried, one after the other: the first is used with which the filters still find what they found.
LEVELS = (Limits(3, 4, 160, 20), Limits(6, 16, 600, 40), Limits(20, 64, 4000, 200), Limits(200, 4096, 40_000, 2000))
MOST = 50_000
"""How long a sample may be, in characters: it stands on pages."""

LAST = 2
"""How many events of a stream's end are kept: they say how it ended."""

PIECES = 3
"""How many times as many items a stream keeps as a list: each is a word or two."""

MANY_FIELDS = 16
"""From so many fields on, an object keeps only some of those that hold null: they say little, and there may be a hundred."""

MOST_FIELDS = 100
MOST_NULLS = 2
LONGEST_KEY = 200
BASE64 = re.compile(r"(?:data:[^,\s]{1,80},)?[A-Za-z0-9+/_-]{100,}={0,2}")
CUT = "…"


def shortened(value: Any, *, streams: bool, holds: Callable[[Any], bool]) -> Any:
    """Return the shortest version of an answer for which `holds`; the answer itself if there is none.

    `streams`: the answer is a list of what came one after the other.
    """
    for limits in LEVELS:
        short = _stream(value, limits) if streams else _value(value, limits)
        if holds(short):
            return short
    return value


def shortened_text(text: str) -> str:
    """Return the first lines of an answer that is a text."""
    limits = LEVELS[0]
    lines = text.splitlines(keepends=True)
    kept = "".join(lines[: limits.lines])
    if len(kept) > 10 * limits.characters:
        return kept[: 10 * limits.characters] + CUT
    return kept if len(lines) <= limits.lines else f"{kept}{CUT}\n"


def is_short(value: Any) -> bool:
    """Tell whether an answer is short enough for a page."""
    return len(json_text.compact(value)) <= MOST


def _stream(items: Sequence[Any], limits: Limits) -> list[Any]:
    """Return the first items, the last ones, and those in between that show something new."""
    start, end = items[:-LAST], items[-LAST:]
    return [_value(item, limits) for item in [*_items(start, PIECES * limits.items), *end]]


def _value(value: Any, limits: Limits) -> Any:
    if isinstance(value, str):
        return _text(value, limits)
    if isinstance(value, list):
        if len(value) > limits.numbers and all(isinstance(item, (int, float)) for item in value):
            return [item for item in value if "e" not in repr(item)][: limits.numbers]  # each jq writes 3e-06 in its own way
        return [_value(item, limits) for item in _items(value, limits.items)]
    if isinstance(value, dict):
        return {_key(name): _value(item, limits) for name, item in _fields(value)}
    return value


def _fields(value: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the fields of an object that are kept."""
    fields = list(value.items())
    if len(fields) < MANY_FIELDS:
        return fields
    nulls = [name for name, item in fields if item is None][MOST_NULLS:]
    return [(name, item) for name, item in fields if name not in nulls][:MOST_FIELDS]


def _items(items: Sequence[Any], most: int) -> list[Any]:
    """Return the first items of a list, and as many of the others that have a field or a type which those before them lack."""
    kept = list(items[:most])
    known = shape_of(kept)
    for item in items[most:]:
        if len(kept) == 2 * most:
            break
        if adds_to(known, [item]):
            kept.append(item)
            known = joined(known, shape_of([item]))
    return kept


def _text(text: str, limits: Limits) -> str:
    if len(text) <= limits.characters:
        return text
    if BASE64.fullmatch(text):  # what decodes it must still be able to
        start = text.find(",") + 1
        length = limits.characters // 4 * 4
        return text[: start + length]
    return text[: limits.characters] + CUT


def _key(name: str) -> str:
    return name if len(name) <= LONGEST_KEY else name[:LONGEST_KEY] + CUT
