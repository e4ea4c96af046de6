"""Write a catalog as a person would: short values on one line, long ones in blocks, quotes only where YAML needs them.

What is written is read back as the same value by YAML 1.1 (PyYAML) and by the catalog's own reader (`catalog.yaml`), which takes
no value that YAML 1.1 and 1.2 read in different ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator import json_text
from generator.catalog.yaml import plain_scalar

WIDTH = 120
"""The number of columns that a line has at most, where it can be broken."""

LONGEST_KEY = 1000
"""The number of characters from which a key stands behind a `?`: YAML reads no more than 1,024 up to the colon (YAML 1.2.2, 7.4.2)."""

APART = ("backends", "endpoints")
"""Sections with an empty line between their entries."""

BLOCKS = ("", "groups", "backends", "backends.*", "endpoints", "endpoints.*", "endpoints.*.parameters", "endpoints.*.pipelines")
"""What stands on several lines, however short it is; a `*` is any key."""

NARROW = {"endpoints.*.body": 90, "endpoints.*.form": 90, "endpoints.*.urlencoded": 100, "endpoints.*.sample": 100}
"""What stands on one line only if it is shorter than others."""

_ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
"""Characters that are invisible, end a line in YAML 1.1 or cannot stand in YAML: they are escaped, between double quotes."""

_INDICATORS = "-?:,[]{}#&*!|>'\"%@`"
_IN_FLOW = re.compile(r"[\[\]{},?]|:(?!//)|://.*:")


def write(catalog: Mapping[str, Any], head: Sequence[str] = ()) -> str:
    """Return the YAML text of a catalog (or of any mapping of JSON values). `head` are the lines of the comment at its start."""
    lines = [f"# {line}".rstrip() for line in head]
    for name, value in catalog.items():
        if lines and isinstance(value, (dict, list)):
            lines.append("")
        lines += _entry(name, value, 0, "")
    return "\n".join(lines) + "\n"


def _entry(name: str, value: Any, indent: int, path: str) -> list[str]:
    """Return the lines of a key and its value."""
    below = _below(path, name)
    start = " " * indent + _key(name)
    if start.lstrip().startswith("? "):
        return [start, *_value(f"{' ' * indent}:", value, indent, below)]
    return _value(f"{start}:", value, indent, below)


def _value(start: str, value: Any, indent: int, path: str) -> list[str]:
    """Return the lines of what stands behind `start`, which ends with a colon."""
    if isinstance(value, str):
        return _text(start, value, indent)
    if not isinstance(value, (dict, list)) or not value:
        return [f"{start} {_scalar(value)}"]
    if not _is_block(path):
        flow = _flow(value, NARROW.get(path, WIDTH) - len(start) - 1)
        if flow is not None:
            return [f"{start} {flow}"]
    if isinstance(value, list):
        return [start, *_items(value, indent + 2, path)]
    lines = [start]
    for position, (name, item) in enumerate(value.items()):
        if position and path in APART:
            lines.append("")
        lines += _entry(name, item, indent + 2, path)
    return lines


def _items(items: list[Any], indent: int, path: str) -> Iterator[str]:
    """Yield the lines of a list's items, each behind a `-`."""
    margin = " " * indent
    for item in items:
        if isinstance(item, str):
            yield from _text(f"{margin}-", item, indent)
            continue
        flow = _flow(item, WIDTH - indent - 2)
        if flow is not None:
            yield f"{margin}- {flow}"
        elif isinstance(item, dict):
            lines = [line for name, below in item.items() for line in _entry(name, below, indent + 2, f"{path}[]")]
            yield f"{margin}- {lines[0][indent + 2 :]}"
            yield from lines[1:]
        elif isinstance(item, list):
            lines = list(_items(item, indent + 2, f"{path}[]"))
            yield f"{margin}- {lines[0][indent + 2 :]}"
            yield from lines[1:]
        else:
            yield f"{margin}- {_scalar(item)}"


def _text(start: str, text: str, indent: int) -> list[str]:
    """Return the lines of a text: on one line, else as a block if it has several lines, or is long and can be broken at blanks."""
    margin = " " * (indent + 2)
    if _fits_literal(text):
        chomping = "" if text.endswith("\n") else "-"
        indicator = "2" if text[0] in " \n" else ""
        lines = [f"{margin}{line}" if line else "" for line in text.removesuffix("\n").split("\n")]
        return [f"{start} |{indicator}{chomping}", *lines]
    one_line = f"{start} {_scalar(text)}"
    if len(one_line) > WIDTH and _fits_folded(text):
        return [f"{start} >-", *(margin + line for line in _wrapped(text, WIDTH - len(margin)))]
    return [one_line]


def _fits_literal(text: str) -> bool:
    """Tell whether a text of several lines can stand as it is: no blanks at the ends of lines, which nobody sees, and nothing to escape."""
    if "\n" not in text or not text.strip() or "\t" in text or text.endswith("\n\n"):
        return False
    return not _ESCAPED.search(text) and not any(line != line.rstrip() for line in text.split("\n"))


def _fits_folded(text: str) -> bool:
    """Tell whether a text of one line can be broken at its blanks, which YAML puts back."""
    return "  " not in text and text == text.strip() and " " in text and "\n" not in text and "\t" not in text and not _ESCAPED.search(text)


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Yield a text in lines of at most so many columns, broken at single blanks."""
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _is_block(path: str) -> bool:
    keys = path.split(".")
    any_name = ".".join("*" if position == 1 else key for position, key in enumerate(keys))
    return any_name in BLOCKS


def _below(path: str, name: str) -> str:
    """Return the path of a key, in which the second one, an id, is a `*`."""
    if path.count(".") > 3 or "." in name:
        return f"{path}.…"
    return f"{path}.*" if path in ("groups", *APART) else f"{path}.{name}" if path else name


def _flow(value: Any, room: int) -> str | None:
    """Return a value on one line; None if it needs more than `room` columns, or something that only stands in a block."""
    if room <= 0:
        return None
    if not isinstance(value, (dict, list)):
        if isinstance(value, str) and len(value) > room:
            return None
        scalar = _scalar(value, in_flow=True)
        return scalar if len(scalar) <= room else None
    pieces = []
    left = room - 2
    for name, item in value.items() if isinstance(value, dict) else ((None, item) for item in value):
        before = ""
        if name is not None:
            if len(name) > left:
                return None
            before = f"{_scalar(name, in_flow=True)}: "
        written = _flow(item, left - len(before))
        if written is None:
            return None
        pieces.append(before + written)
        left -= len(pieces[-1]) + 2
    text = ", ".join(pieces)
    if len(text) + 2 > room:
        return None
    return f"{{{text}}}" if isinstance(value, dict) else f"[{text}]"


def _key(name: str) -> str:
    """Return a key; a long one with the `?` that YAML then asks for."""
    written = _scalar(name)
    return f"? {written}" if len(written) > LONGEST_KEY else written


def _scalar(value: Any, *, in_flow: bool = False) -> str:
    """Return a text, number, true, false, null, or an empty mapping or list."""
    if not isinstance(value, str):
        return "null" if value is None else json_text.yaml(value)
    if _is_plain(value, in_flow=in_flow):
        return value
    if "\n" in value or "\t" in value or _ESCAPED.search(value) or ("'" in value and not re.search(r'["\\]', value)):
        return json_text.compact(value)
    return "'" + value.replace("'", "''") + "'"


def _is_plain(text: str, *, in_flow: bool) -> bool:
    """Tell whether YAML reads a text as itself without quotes."""
    if not text or text != text.strip() or "\n" in text or "\t" in text or _ESCAPED.search(text):
        return False
    if text[0] in _INDICATORS and not re.match(r"-(?!--)[^\s,\[\]{}]", text):
        return False
    if ": " in text or text.endswith(":") or " #" in text or text.startswith("..."):
        return False
    if in_flow and _IN_FLOW.search(text):
        return False
    try:
        return bool(plain_scalar(text) == text)
    except ValueError:
        return False
