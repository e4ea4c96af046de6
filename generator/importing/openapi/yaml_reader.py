"""Read a YAML document as OpenAPI asks for it: only what JSON knows, so that `no` and 2026-01-31 are texts.

The rules for what a scalar means are those that OpenAPI 3 names in its chapter on formats, YAML 1.2's JSON schema (10.2.2): a number is
written as in JSON. What else is no number, true, false or null is a text, so that 007 and 0x1F keep their signs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from generator.catalog.yaml import line_of
from generator.importing.openapi.lines import MAX_DEPTH, Lines, Reading, too_deep
from generator.importing.openapi.values import Refused

MAX_REPEATED = 1_000_000
"""How many values aliases (*name) may repeat."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,300})", re.ASCII)
_FLOAT = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][-+]?[0-9]+)?", re.ASCII)
_CONSTANTS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def read_yaml(text: str) -> Reading:
    """Return what the first document of a YAML text holds. Raises Refused where it is not YAML, or grows too large."""
    builder = _Builder(yaml.parse(text, Loader=_LOADER))
    try:
        value = builder.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        raise Refused(mark.line + 1 if mark else 1, f"not YAML: {what}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Refused(line, "not YAML: a character that cannot stand in it") from error
    except RecursionError as error:
        raise too_deep(1) from error
    return Reading(value, builder.lines)


@dataclass
class _Frame:
    """A mapping or list that is open."""

    container: Any
    start: int
    """How many values there were before it."""
    anchor: str | None
    key: str | None = None
    """Of a mapping, the key whose value comes next."""
    merged: list[Any] = field(default_factory=list)
    """What << merges into it."""


class _Builder:
    """Build values from the parser's events, without recursion."""

    def __init__(self, events: Iterator[Any]) -> None:
        self.events = events
        self.lines = Lines()
        self.frames: list[_Frame] = []
        self.anchors: dict[str, tuple[Any, int] | None] = {}
        self.size = 0
        self.repeated = 0
        self.root: Any = None

    def document(self) -> Any:
        """Return the value of the first document."""
        for event in self.events:
            if isinstance(event, yaml.ScalarEvent):
                self.scalar(event)
            elif isinstance(event, yaml.MappingStartEvent):
                self.open({}, event)
            elif isinstance(event, yaml.SequenceStartEvent):
                self.open([], event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.close()
            elif isinstance(event, yaml.AliasEvent):
                self.alias(event)
            elif isinstance(event, yaml.DocumentEndEvent):
                break
        return self.root

    def scalar(self, event: Any) -> None:
        """Take in a text, number, true, false or null: a value, or a key."""
        unquoted, _ = event.implicit
        value = plain_value(event.value) if unquoted else event.value
        self.size += 1
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        if self.expects_key():
            self.take_key(event.value, event)
        else:
            self.put(value)

    def expects_key(self) -> bool:
        """Tell whether the next event is a key of the mapping that is open."""
        return bool(self.frames) and isinstance(self.frames[-1].container, dict) and self.frames[-1].key is None

    def take_key(self, key: str, event: Any) -> None:
        """Begin the value of a key."""
        frame = self.frames[-1]
        frame.key = key
        if key in frame.container:
            self.lines.twice.append((key, line_of(event)))
        if self.lines.counts(len(self.frames), self.frames[0].key or ""):
            self.lines.add([part.key or "" for part in self.frames], line_of(event))

    def open(self, container: Any, event: Any) -> None:
        """Open a mapping or list."""
        if self.expects_key():
            raise Refused(line_of(event), "a key must be a text")
        if len(self.frames) >= MAX_DEPTH:
            raise too_deep(line_of(event))
        if event.anchor:
            self.anchors[event.anchor] = None
        self.frames.append(_Frame(container, self.size, event.anchor))

    def close(self) -> None:
        """Close the mapping or list that was opened last."""
        frame = self.frames.pop()
        for other in frame.merged:
            for key, value in other.items():
                frame.container.setdefault(key, value)
        self.size += 1
        if frame.anchor:
            self.anchors[frame.anchor] = (frame.container, self.size - frame.start)
        self.put(frame.container)

    def alias(self, event: Any) -> None:
        """Take in what *name repeats."""
        name, line = str(event.anchor), line_of(event)
        if name not in self.anchors:
            raise Refused(line, f"*{name} repeats nothing: there is no &{name} above")
        known = self.anchors[name]
        if known is None:
            raise Refused(line, f"*{name} stands inside the value that it repeats")
        value, size = known
        self.size += size
        self.repeated += size
        if self.repeated > MAX_REPEATED:
            raise Refused(line, "the aliases (*name) repeat more than a million values")
        if self.expects_key():
            self.take_key(str(value), event)
        else:
            self.put(value)

    def put(self, value: Any) -> None:
        """Put a value where the next one belongs."""
        if not self.frames:
            self.root = value
            return
        frame = self.frames[-1]
        if isinstance(frame.container, list):
            frame.container.append(value)
            return
        if frame.key == "<<" and isinstance(value, (dict, list)):
            frame.merged += [other for other in (value if isinstance(value, list) else [value]) if isinstance(other, dict)]
        else:
            frame.container[frame.key] = value
        frame.key = None


def plain_value(text: str) -> Any:
    """Return what an unquoted scalar means in YAML 1.2."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "-0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    return text
