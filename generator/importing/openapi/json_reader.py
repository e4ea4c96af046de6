"""Read a JSON document: its value, and on which lines its operations stand."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from generator.importing.json_faults import what_is_wrong
from generator.importing.openapi.lines import MAX_DEPTH, Lines, Reading, too_deep
from generator.importing.openapi.values import Refused

# The parts of a JSON text that say where one is: a text (followed by : it is a key), and what opens and closes.
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?|[{}\[\]]', re.DOTALL)


def read_json(text: str) -> Reading:
    """Return what a JSON text holds. Raises Refused where it is not JSON, or is nested too deep."""
    twice: list[str] = []

    def as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) < len(pairs):
            twice.append(pairs[0][0])
        return values

    try:
        value = json.loads(text, object_pairs_hook=as_object, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise Refused(error.lineno, f"not JSON: {what_is_wrong(error)}") from error
    except RecursionError as error:
        raise too_deep(1) from error
    except ValueError as error:
        raise Refused(1, f"not JSON: {str(error).partition(';')[0]}") from error
    lines = _lines(text)
    if twice:
        lines.twice.extend(_keys_that_stand_twice(text))
    return Reading(value, lines)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON's")


def _lines(text: str) -> Lines:
    """Return the lines of the keys that are counted: one pass over the text, since a document may be large."""
    lines = Lines()
    keys = [""] * (MAX_DEPTH + 1)
    depth, line, counted_to = 0, 1, 0
    for match in _TOKEN.finditer(text):
        sign = match[0][0]
        if sign in "{[":
            depth += 1
            if depth > MAX_DEPTH:
                raise too_deep(text.count("\n", 0, match.start()) + 1)
        elif sign in "}]":
            depth -= 1
        elif match[2] and lines.counts(depth, keys[1]):
            keys[depth] = json.loads(f'"{match[1]}"', strict=False) if "\\" in match[1] else match[1]
            line += text.count("\n", counted_to, match.start())
            counted_to = match.start()
            lines.add(keys[1 : depth + 1], line)
    return lines


def _keys_that_stand_twice(text: str) -> list[tuple[str, int]]:
    """Return the keys that stand twice in one object, each with the line of the later one."""
    found: list[tuple[str, int]] = []
    known: list[set[str]] = [set()]
    for match in _TOKEN.finditer(text):
        sign = match[0][0]
        if sign in "{[":
            known.append(set())
        elif sign in "}]":
            known.pop()
        elif match[2]:
            key = match[1]
            if key in known[-1]:
                found.append((key, text.count("\n", 0, match.start()) + 1))
            known[-1].add(key)
    return found
