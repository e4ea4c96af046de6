"""The shape of a JSON value: which places it has, and of what type the values there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Place = tuple[str, ...]
"""A path as jq writes it, a step each; all items of a list share one place, and so do the values of keys that are data."""

Shape = Mapping[Place, frozenset[str]]
"""The types of what stands at each place, null aside: one that holds nothing but null has none."""

ITEM = "[]"
KEY = ".[KEY]"

_TYPES = {dict: "an object", list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number"}
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# No name that somebody gave a field: an address, a path, a number, an id.
_DATA = re.compile(r".*[/:@\s].*|[0-9.]+|[0-9a-f]{16,}|[0-9a-f]{8}-[0-9a-f-]{27}", re.DOTALL)


def shape_of(value: Any) -> Shape:
    """Return the shape of a JSON value."""
    found: dict[Place, set[str]] = {}
    for place, kind in _places(value, ()):
        types = found.setdefault(place, set())
        if kind:
            types.add(kind)
    return {place: frozenset(types) for place, types in found.items()}


def adds_to(known: Shape, value: Any) -> bool:
    """Tell whether a value has a place, or a type at a place, that a shape does not have."""
    return any(place not in known or not types <= known[place] for place, types in shape_of(value).items())


def joined(one: Shape, other: Shape) -> Shape:
    """Return the shape that has all places and types of both."""
    return {place: one.get(place, frozenset()) | other.get(place, frozenset()) for place in (*one, *other)}


def differences(before: Shape, now: Shape) -> list[str]:
    """Return what came, what went and what changed its type, each with its place.

    What holds null, or a list without items, says nothing about what may stand there, so nothing comes or goes below it.
    """
    came = [f"{written(place)} came ({_types(now[place])})" for place in _outermost(now, before)]
    went = [f"{written(place)} went ({_types(before[place])})" for place in _outermost(before, now)]
    changed = [
        f"{written(place)} was {_types(before[place])} and is {_types(now[place])}"
        for place in before
        if before[place] and now.get(place) and before[place] != now[place]
    ]
    return [*came, *went, *changed]


def written(place: Place) -> str:
    """Return a place as a jq path: .data[].id"""
    return "".join(place) or "."


def _places(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    """Yield each place in a value with the type of what stands there; null has none."""
    yield place, _TYPES.get(type(value), "")
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _places(item, (*place, _step(name)))
    elif isinstance(value, list):
        for item in value:
            yield from _places(item, (*place, ITEM))


def _step(name: str) -> str:
    if _DATA.fullmatch(name):
        return KEY
    return f".{name}" if _PLAIN.fullmatch(name) else f'."{name}"'


def _outermost(there: Shape, elsewhere: Shape) -> Iterator[Place]:
    """Yield the places of one shape that the other lacks, although it has what they stand in, and that is no stand-in for nothing."""
    for place in there:
        if place in elsewhere or not place:
            continue
        parent = place[:-1]
        types = elsewhere.get(parent, frozenset())
        if place[-1] in (ITEM, KEY) or "an object" not in types:
            continue  # an empty list, null, or another type, which is told of the parent itself
        yield place


def _types(types: frozenset[str]) -> str:
    return " or ".join(sorted(types)) or "null"
