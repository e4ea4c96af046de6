"""Write JSON values as text: whole, or in runs that say which value each one is; and what they hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_HIDDEN = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character of UTF-16, which JSON can name and no UTF-8 text can hold."""


def keys_and_scalars(value: Any) -> Iterator[Any]:
    """Yield each name, text, number, boolean and null in a JSON value."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from keys_and_scalars(item)
    elif isinstance(value, list):
        for item in value:
            yield from keys_and_scalars(item)
    else:
        yield value


def compact(value: Any) -> str:
    """Return `value` as JSON on one line, with Chinese unescaped; what is invisible, or reorders a line, is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def yaml(value: Any) -> str:
    """Return a text, number, true or false as YAML 1.1 and 1.2 both read it: as JSON, but with a point in 1.0e+16."""
    return re.sub(r"^(-?\d+)e", r"\1.0e", compact(value)) if isinstance(value, float) else compact(value)


Path = tuple[str | int, ...]
"""Where a value stands in a JSON value: names and indices from the outside in."""


def pretty(value: Any, indent: str = "", width: int = 80) -> str:
    """Return `value` as JSON for people: what fits is on one line, the rest is broken into lines."""
    return "".join(text for text, _ in pretty_runs(value, indent, width))


def pretty_runs(value: Any, indent: str = "", width: int = 80, path: Path = ()) -> Iterator[tuple[str, Path | None]]:
    """Yield the text of `pretty` run by run. A text, number, boolean or null is a run of its own, and has its path."""
    if not value or not isinstance(value, (dict, list)) or len(indent) + len(compact(value)) <= width:
        yield from compact_runs(value, path)
        return
    inner = indent + "  "
    start, end = "{}" if isinstance(value, dict) else "[]"
    for number, (step, item) in enumerate(value.items() if isinstance(value, dict) else enumerate(value)):
        name = f"{compact(step)}: " if isinstance(value, dict) else ""
        yield f"{',' if number else start}\n{inner}{name}", None
        yield from pretty_runs(item, inner, width - len(name) - 1, (*path, step))
    yield f"\n{indent}{end}", None


def compact_runs(value: Any, path: Path = ()) -> Iterator[tuple[str, Path | None]]:
    """Yield the text of `compact` run by run, as `pretty_runs` does."""
    if not value or not isinstance(value, (dict, list)):
        yield compact(value), path
        return
    start, end = "{}" if isinstance(value, dict) else "[]"
    for number, (step, item) in enumerate(value.items() if isinstance(value, dict) else enumerate(value)):
        name = f"{compact(step)}: " if isinstance(value, dict) else ""
        yield f"{', ' if number else start}{name}", None
        yield from compact_runs(item, (*path, step))
    yield end, None
