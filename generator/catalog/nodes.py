"""Located values: what a catalog file holds, each value with its file, line and place, and the faults that name them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

# What would break a fault's line, or the terminal that shows it.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def seen(text: str) -> str:
    """`text` with what a terminal would act on spelt out."""
    return _UNSEEN.sub(lambda match: repr(match[0])[1:-1], text)


def meant(word: str, known: Iterable[str]) -> str:
    """What a word that is none of the known ones may have been meant as, in parentheses; nothing if it is like none."""
    close = get_close_matches(str(word), list(known), 1)
    return f" (did you mean {close[0]}?)" if close else ""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong, and where: prints as `file:line: place: what`."""

    file: str
    line: int
    place: str
    what: str

    def __str__(self) -> str:
        place = self.place if len(self.place) <= 200 else f"{self.place[:100]}…{self.place[-50:]}"
        where = f"{self.file}:{self.line}" if self.line else self.file
        line = ": ".join(part for part in (where, place, self.what) if part)
        return seen(line)


class CatalogError(Exception):
    """A catalog at fault; `faults` holds all that was found, in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))


class Node:
    """A value of the catalog and where it stands.

    `value` is a dict of nodes, a list of nodes, or a str, int, float, bool or None; `place` its path in words
    (`backends.ollama.base_url`); `line` counts from 1 and is the line of the key, where there is one.
    """

    __slots__ = ("file", "line", "place", "value")

    def __init__(self, value: Any, place: str = "", line: int = 0, file: str = "") -> None:
        self.value, self.place, self.line, self.file = value, place, line, file

    def at(self, value: Any) -> Node:
        """Another value in the same place."""
        return Node(value, self.place, self.line, self.file)

    def get(self, *path: str | int) -> Node:
        """The node below, following keys and list positions; the nearest one above where that does not exist."""
        here = self
        for step in path:
            try:
                here = here.value[step]
            except (KeyError, IndexError, TypeError):
                break
        return here

    def fault(self, what: str) -> Fault:
        return Fault(self.file, self.line, self.place, what)

    def plain(self) -> Any:
        """The same as dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {name: node.plain() for name, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


def patched(target: Node | None, patch: Node) -> Node:
    """`target` with `patch` laid over it: a mapping is merged, null removes, all else replaces (JSON Merge Patch, RFC 7396)."""
    if not isinstance(patch.value, dict):
        return patch
    merged = dict(target.value) if target is not None and isinstance(target.value, dict) else {}
    for name, node in patch.value.items():
        if node.value is None:
            merged.pop(name, None)
        else:
            merged[name] = patched(merged.get(name), node)
    return patch.at(merged)


def placed_in(node: Node, path: tuple[str | int, ...], leaf: Node) -> Node:
    """A copy of `node` with `leaf` at `path`. A last key that does not exist is added; else raises KeyError."""
    if not path:
        return leaf
    step, rest = path[0], path[1:]
    if isinstance(node.value, dict) and isinstance(step, str):
        if rest and step not in node.value:
            raise KeyError(step)
        return node.at({**node.value, step: placed_in(node.value.get(step, leaf), rest, leaf)})
    if isinstance(node.value, list) and isinstance(step, int) and -len(node.value) <= step < len(node.value):
        items = list(node.value)
        items[step] = placed_in(items[step], rest, leaf)
        return node.at(items)
    raise KeyError(step)
