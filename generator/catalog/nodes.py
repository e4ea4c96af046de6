"""The nodes of a catalog's tree, each with its file, line and path of keys, and the faults that name them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

# Control characters, line breaks, and signs that turn the direction of text: they would break the line of a fault, or act on a terminal.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """Return `text` with each character that a terminal would act on written as an escape."""
    return _UNPRINTABLE.sub(lambda match: repr(match[0])[1:-1], text)


def counted(number: int, what: str) -> str:
    """Return `1 file`, `2 files`."""
    return f"{number} {what}{'s' if number != 1 else ''}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return which known word was meant, in parentheses: one that begins so, else one that looks alike; nothing if none does."""
    names, word = list(known), str(word)
    begins = [name for name in names if len(word) > 1 and name.startswith(word)]
    close = begins or get_close_matches(word[:100], names, 1)
    return f" (did you mean {close[0]}?)" if close else ""


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong, and where: prints as `file:line: key_path: what`, the path such as backends.ollama.base_url."""

    file: str
    line: int
    key_path: str
    what: str

    def __str__(self) -> str:
        path = self.key_path if len(self.key_path) <= 200 else f"{self.key_path[:100]}…{self.key_path[-50:]}"
        where = f"{self.file}:{self.line}" if self.line else self.file
        line = ": ".join(part for part in (where, path, self.what) if part)
        return printable(line)


class CatalogError(Exception):
    """A catalog has faults: `faults` holds all that were found, in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))


class Node:
    """A value of a catalog and where it stands.

    `value` is a dict of nodes, a list of nodes, or a str, int, float, bool or None. `key_path` leads to it. `line` counts
    from 1 and is the line of the key, where there is one. `file` is what faults call the file.
    """

    __slots__ = ("file", "key_path", "line", "value")

    def __init__(self, value: Any, key_path: str = "", line: int = 0, file: str = "") -> None:
        self.value, self.key_path, self.line, self.file = value, key_path, line, file

    def with_value(self, value: Any) -> Node:
        """Return a node with another value at the same key."""
        return Node(value, self.key_path, self.line, self.file)

    def get(self, *path: str | int) -> Node:
        """Return the node that keys and list positions lead to; where that does not exist, the last one on the way."""
        here = self
        for step in path:
            try:
                here = here.value[step]
            except (KeyError, IndexError, TypeError):
                break
        return here

    def fault(self, what: str) -> Fault:
        """Return a fault of this node."""
        return Fault(self.file, self.line, self.key_path, what)

    def plain(self) -> Any:
        """Return the value as dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {name: node.plain() for name, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


class RecordedNode(Node):
    """A sample that was recorded; `recording` says with what and when."""

    __slots__ = ("recording",)

    def __init__(self, sample: Node, recording: Any) -> None:
        super().__init__(sample.value, sample.key_path, sample.line, sample.file)
        self.recording = recording


NullDoes = Literal["removes", "stays", "removes what is there"]
"""What a null in a patch does to the key at which it stands."""


def merge(target: Node | None, patch: Node, null: NullDoes = "removes") -> Node:
    """Merge `patch` onto `target`: mappings are merged, all else replaces.

    A null removes its key, as in a JSON merge patch (RFC 7396); or it stays, for a merge that comes later; or it removes what
    is there, and stays where nothing is: as a fault it can then be told.
    """
    if not isinstance(patch.value, dict):
        return patch
    merged = dict(target.value) if target is not None and isinstance(target.value, dict) else {}
    for name, node in patch.value.items():
        if node.value is None and (null == "removes" or (null == "removes what is there" and name in merged)):
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), node, null)
    return patch.with_value(merged)


def replace_at(node: Node, path: tuple[str | int, ...], leaf: Node) -> Node:
    """Return a copy of `node` with `leaf` at `path`. The last key may be new; any other step that does not exist raises KeyError."""
    if not path:
        return leaf
    step, rest = path[0], path[1:]
    if isinstance(node.value, dict) and isinstance(step, str):
        if rest and step not in node.value:
            raise KeyError(step)
        below = replace_at(node.value[step], rest, leaf) if rest else leaf
        return node.with_value({**node.value, step: below})
    if isinstance(node.value, list) and isinstance(step, int) and -len(node.value) <= step < len(node.value):
        items = list(node.value)
        items[step] = replace_at(items[step], rest, leaf)
        return node.with_value(items)
    raise KeyError(step)
