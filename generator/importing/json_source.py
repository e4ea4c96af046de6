"""Read files that hold JSON, with the lines of what stands in their lists; and JSON bodies, as far as they stay the same."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

from generator.importing.json_faults import what_is_wrong

DEPTH = 200
"""How many objects and lists may lie in one another."""

Path = tuple[str | int, ...]

# The parts of a JSON text that say where one is: texts, what opens and closes, and what stands between.
_TOKEN = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"|[{}\[\],:]', re.DOTALL)


class NotJson(Exception):
    """A text that is no JSON: on which line that shows, and why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


class _Unequal(ValueError):
    """JSON that would not stay the same if it were read and written again."""


def read_json(text: str) -> Any:
    """Return what a JSON text holds. Raises NotJson, also where it is nested deeper than DEPTH."""
    try:
        value = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise NotJson(error.lineno, f"this is no JSON: {what_is_wrong(error)}") from error
    except RecursionError as error:
        raise NotJson(1, f"it is nested deeper than {DEPTH} levels") from error
    except ValueError as error:  # a number of thousands of digits
        raise NotJson(1, f"this is no JSON that programs read alike: {str(error).partition(';')[0]}") from error
    if depth_of(text) > DEPTH:
        raise NotJson(1, f"it is nested deeper than {DEPTH} levels")
    return value


def depth_of(text: str) -> int:
    """Return how many objects and lists lie in one another in a JSON text."""
    depth = deepest = 0
    for match in _TOKEN.finditer(text):
        depth += (match[0] in "{[") - (match[0] in "}]")
        deepest = max(deepest, depth)
    return deepest


def lines_of_items(text: str, name: str) -> dict[Path, int]:
    """Return the line of each object that stands in a list called `name`, by its path; one pass, since a file may be large."""
    lines: dict[Path, int] = {}
    steps: list[str | int] = []
    key = ""
    line, counted_to = 1, 0
    for match in _TOKEN.finditer(text):
        sign = match[0]
        if sign in ("{", "["):
            if sign == "{" and len(steps) > 1 and steps[-2] == name and isinstance(steps[-1], int):
                line += text.count("\n", counted_to, match.start())
                counted_to = match.start()
                lines.setdefault(tuple(steps), line)
            steps.append(0 if sign == "[" else "")
        elif sign in ("}", "]"):
            if steps:
                steps.pop()
        elif sign == ",":
            if steps and isinstance(steps[-1], int):
                steps[-1] += 1
        elif sign == ":":
            if steps and isinstance(steps[-1], str):
                steps[-1] = key
        else:
            key = match[1]
    return lines


def exact_json(text: str) -> tuple[Any, str | None]:
    """Return the value of a JSON text and None; or None and why it cannot be read and written again as the same value."""
    if depth_of(text) > DEPTH // 2:
        return None, f"it is nested deeper than {DEPTH // 2} levels"
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_float=_number, parse_int=_whole_number, parse_constant=_constant)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        return None, f"it is no JSON: {what_is_wrong(error)}"
    except UnicodeEncodeError:
        return None, "it holds half of a character (a lone surrogate)"
    except (ValueError, RecursionError) as error:
        return None, str(error)
    return value, None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Unequal("a name stands twice in an object of it")
    return found


def _number(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")) or Decimal(text) != Decimal(repr(number)) or (text.startswith("-") and not number):
        raise _Unequal("a number in it has more digits than programs keep")
    return number


def _whole_number(text: str) -> int:
    if len(text) > 300 or text == "-0":
        raise _Unequal("a number in it is none that programs read alike")
    return int(text)


def _constant(name: str) -> NoReturn:
    raise _Unequal(f"{name} is no number of JSON's")


def as_dict(value: Any) -> dict[str, Any]:
    """Return an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """Return a list; an empty one for anything else."""
    return value if isinstance(value, list) else []


def as_text(value: Any) -> str:
    """Return a text, or a number, true or false as one; an empty one for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value) if isinstance(value, (int, float)) else ""
