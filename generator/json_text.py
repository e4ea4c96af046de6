"""JSON as text: written for reading and for sending, and where a value stands in it."""

from __future__ import annotations

import json
import re
from typing import Any

_BLANK = re.compile(r"[ \t\r\n]*")


def place(text: str, at: tuple[str | int, ...]) -> tuple[int, int] | None:
    """Where in a JSON text the value at a path stands; None if there is none."""
    decoder = json.JSONDecoder()
    position = 0
    for step in at:
        inner = decoder.raw_decode(text, position)[0]
        if isinstance(inner, list) and isinstance(step, int):
            step += len(inner) if step < 0 else 0
        elif not isinstance(inner, dict):
            return None
        for index, name in enumerate(inner):
            position = _BLANK.match(text, position + 1).end()  # type: ignore[union-attr]
            if isinstance(inner, dict):
                position = decoder.raw_decode(text, position)[1]
                position = _BLANK.match(text, text.index(":", position) + 1).end()  # type: ignore[union-attr]
            if step == (name if isinstance(inner, dict) else index):
                break
            position = _BLANK.match(text, decoder.raw_decode(text, position)[1]).end()  # type: ignore[union-attr]
        else:
            return None
    return position, decoder.raw_decode(text, position)[1]


_HIDDEN = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def compact(value: Any) -> str:
    """`value` as JSON in one line, Chinese as Chinese; what does not show, or reorders a line, is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def yaml(value: Any) -> str:
    """A text, number, true or false as YAML 1.1 and 1.2 read it: as JSON, but with a point in 1.0e+16."""
    return re.sub(r"^(-?\d+)e", r"\1.0e", compact(value)) if isinstance(value, float) else compact(value)


def pretty(value: Any, indent: str = "", width: int = 80) -> str:
    """`value` as JSON for reading: what fits stands on one line, the rest is opened up."""
    line = compact(value)
    if not value or not isinstance(value, (dict, list)) or len(indent) + len(line) <= width:
        return line
    inner = indent + "  "
    if isinstance(value, dict):
        items = [f"{inner}{compact(str(name))}: {pretty(item, inner, width - len(compact(str(name))) - 3)}" for name, item in value.items()]
    else:
        items = [inner + pretty(item, inner, width - 1) for item in value]
    start, end = "{}" if isinstance(value, dict) else "[]"
    return f"{start}\n" + ",\n".join(items) + f"\n{indent}{end}"
