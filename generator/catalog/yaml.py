"""YAML text in, a tree of located nodes out.

A catalog is read as plain JSON data: mappings, lists, texts, numbers, true, false and null. Whatever YAML
adds to that (tags, merge keys, values that change their type unasked) is a fault, and so is a key that
stands twice. Every node remembers where it was written, so that later faults can point there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from generator.catalog.nodes import CatalogError, Fault, Node

MOST_DEPTH = 100
MOST_REPEATED = 1_000_000  # what aliases may repeat, in nodes and characters


_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(path: Path, name: str | None = None, faults: list[Fault] | None = None) -> Node:
    """The tree of the file at `path`, which faults call `name`. Raises CatalogError, also for a file that can't be read.

    Faults that leave the tree readable go to `faults`, if that is given.
    """
    shown = name or str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CatalogError([Fault(shown, 1, "", f"cannot be read: {error.strerror}")]) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CatalogError([Fault(shown, line, "", "not UTF-8 text: save the file as UTF-8")]) from error
    return parse(text, shown, faults)


def parse(text: str, file: str, faults: list[Fault] | None = None) -> Node:
    """The tree of a YAML text. Raises CatalogError; faults that leave the tree readable go to `faults`, if that is given."""
    for loader in (_Loader, yaml.SafeLoader):
        composer = _Composer(file)
        try:
            root = composer.compose(yaml.parse(text, Loader=loader))
        except yaml.MarkedYAMLError as error:
            # libyaml refuses \uD800, which Python's loader takes: what both refuse is a fault.
            fault = _syntax_fault(error, file)
        except yaml.reader.ReaderError as error:
            character = error.character if isinstance(error.character, int) else ord(error.character)
            line = text.count("\n", 0, error.position) + 1
            fault = Fault(
                file, line, "", f'the character U+{character:04X} cannot stand in YAML: in a JSON body write "\\u{character:04X}"'
            )
        else:
            if composer.faults and faults is None:
                raise CatalogError(composer.faults)
            (faults if faults is not None else []).extend(composer.faults)
            return root
    raise CatalogError([*composer.faults, fault])


# The words of PyYAML, and what to do about it.
_WAYS_OUT = (
    ("mapping values are not allowed", "a text with a colon and a blank in it needs quotes"),
    ("character '\\t'", "indent with blanks, not with tabs"),
    ("cannot start any token", "a text that starts like this needs quotes"),
    ("unknown escape character", "between double quotes \\ has a meaning: use single quotes"),
    ("scanning a quoted scalar", "the quote that opens here is never closed"),
    ("parsing a flow", "a { or [ that opens here is not closed where it should be"),
    ("parsing a block", "its lines must be indented alike"),
)


def _syntax_fault(error: yaml.MarkedYAMLError, file: str) -> Fault:
    what = " ".join(part for part in (error.context, error.problem) if part)
    way_out = next((way for words, way in _WAYS_OUT if words in what), "")
    mark = error.context_mark if "opens here" in way_out and error.context_mark else error.problem_mark or error.context_mark
    return Fault(file, mark.line + 1 if mark else 1, "", ": ".join(part for part in ("not YAML", what, way_out) if part))


class _Composer:
    """Builds the tree from the parser's events, without recursion: nesting is counted, not suffered."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.anchors: dict[str, Node] = {}
        self.weights: dict[int, int] = {}
        self.repeated = 0

    def compose(self, events: Iterator[Any]) -> Node:
        root: Node | None = None
        open_nodes: list[tuple[Node, str | None]] = []  # the collections around, and each one's anchor
        keys: list[Node | None] = []  # a mapping's key that waits for its value; None in between
        documents = 0
        for event in events:
            kind = type(event).__name__
            line = event.start_mark.line + 1 if event.start_mark else 1
            if kind == "DocumentStartEvent":
                documents += 1
                if documents == 2:
                    self.faults.append(Fault(self.file, line, "", "a second document: one catalog a file, take out the ---"))
            if documents > 1:
                continue
            if kind in ("MappingEndEvent", "SequenceEndEvent"):
                node, anchor = open_nodes.pop()
                keys.pop()
                self.weights[id(node)] = 1 + sum(map(self.weigh, node.value.values() if isinstance(node.value, dict) else node.value))
                if anchor:
                    self.anchors[anchor] = node
                continue
            if kind not in ("ScalarEvent", "AliasEvent", "MappingStartEvent", "SequenceStartEvent"):
                continue
            parent = open_nodes[-1][0] if open_nodes else None
            is_key = parent is not None and isinstance(parent.value, dict) and keys[-1] is None
            place, line = self.placed(parent, keys[-1] if keys else None, line)
            if is_key:
                keys[-1] = self.key(event, kind, parent, line)
                if kind in ("MappingStartEvent", "SequenceStartEvent"):
                    self.stop(line, place, "a key must be a text")
                continue
            if kind == "AliasEvent":
                node = self.alias(event.anchor, place, line, {anchor for _, anchor in open_nodes})
            elif kind == "ScalarEvent":
                node = Node(self.scalar(event, place, line), place, line, self.file)
                if event.anchor:
                    self.anchors[event.anchor] = node
            else:
                self.untagged(event, place, line)
                node = Node({} if kind == "MappingStartEvent" else [], place, line, self.file)
                if len(open_nodes) == MOST_DEPTH:
                    self.stop(line, place, f"nested deeper than {MOST_DEPTH} levels")
            if parent is None:
                root = node
            elif isinstance(parent.value, dict):
                assert keys[-1] is not None
                parent.value.setdefault(keys[-1].value, node)
                keys[-1] = None
            else:
                parent.value.append(node)
            if kind in ("MappingStartEvent", "SequenceStartEvent"):
                open_nodes.append((node, event.anchor))
                keys.append(None)
        if root is None:
            self.stop(1, "", "an empty catalog: it needs backends and endpoints")
        assert root is not None
        return root

    def stop(self, line: int, place: str, what: str) -> None:
        raise CatalogError([*self.faults, Fault(self.file, line, place, what)])

    @staticmethod
    def placed(parent: Node | None, key: Node | None, line: int) -> tuple[str, int]:
        if parent is None:
            return "", line
        if isinstance(parent.value, list):
            return f"{parent.place}[{len(parent.value)}]", line
        if key is None:
            return parent.place, line
        return f"{parent.place}.{key.value}" if parent.place else str(key.value), key.line

    def key(self, event: Any, kind: str, parent: Node | None, line: int) -> Node:
        assert parent is not None
        name: Any = "?"
        if kind == "ScalarEvent":
            name = event.value if event.value == "<<" else self.scalar(event, parent.place, line)
        elif kind == "AliasEvent":
            name = self.anchors[event.anchor].value if event.anchor in self.anchors else "?"
        place = f"{parent.place}.{event.value}" if parent.place and kind == "ScalarEvent" else getattr(event, "value", "?")
        if name == "<<" and event.implicit[0]:
            self.faults.append(Fault(self.file, line, place, "merge keys are not read: use like, or write the keys out"))
        elif not isinstance(name, str):
            self.faults.append(Fault(self.file, line, place, "YAML reads this key as something else than a text: put it in quotes"))
        elif name in parent.value:
            self.faults.append(Fault(self.file, line, place, f"the key {name} stands here twice (first on line {parent.value[name].line})"))
        return Node(name if isinstance(name, str) else str(getattr(event, "value", "?")), place, line, self.file)

    def alias(self, anchor: str, place: str, line: int, opened: set[str | None]) -> Node:
        if anchor in opened:
            self.stop(line, place, f"*{anchor} stands inside the value that it repeats")
        if anchor not in self.anchors:
            self.stop(line, place, f"*{anchor} repeats nothing: there is no &{anchor} above")
        self.repeated += self.weigh(self.anchors[anchor])
        if self.repeated > MOST_REPEATED:
            self.stop(line, place, "the aliases (*name) repeat more than a million values: write out what is needed")
        return self.anchors[anchor]

    def weigh(self, node: Node) -> int:
        return self.weights.get(id(node)) or 1 + (len(node.value) if isinstance(node.value, str) else 0)

    def untagged(self, event: Any, place: str, line: int) -> None:
        if event.tag and event.tag != "!":
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.faults.append(Fault(self.file, line, place, f"the tag {tag}: a catalog has no tags, take it out"))

    def scalar(self, event: Any, place: str, line: int) -> Any:
        self.untagged(event, place, line)
        text: str = event.value
        if not event.implicit[0]:
            return _joined(text)
        try:
            return plain_scalar(text)
        except ValueError as error:
            self.faults.append(Fault(self.file, line, place, str(error)))
            return text


_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", re.ASCII)
# What YAML 1.2 reads as a number and YAML 1.1 as a text: readers differ, so neither is taken.
_YAML_1_2 = re.compile(r"[-+]?(0o[0-7]+|(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)", re.ASCII)
_RESOLVERS: dict[str, list[tuple[str, re.Pattern[str]]]] = yaml.SafeLoader.yaml_implicit_resolvers
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}


def plain_scalar(text: str) -> Any:
    """What an unquoted scalar means: null, true, false, a number as JSON writes it, else the text itself.

    Raises ValueError where YAML 1.1 or 1.2 would make something else of it (no, 22:30, 010, 1e3, a date).
    """
    if text in _WORDS:
        return _WORDS[text]
    if number := _NUMBER.fullmatch(text):
        if len(text) > 300:
            raise ValueError("a number this long loses digits: put it in quotes")
        if number[2] is None or (number[1] and number[2][1] in "+-"):
            value: int | float = float(text) if number[1] or number[2] else int(text)
            if value in (float("inf"), float("-inf")):
                raise ValueError(f"{text} is more than a number can be: put it in quotes")
            return value
    tags = [tag for tag, pattern in [*_RESOLVERS.get(text[:1], ()), *_RESOLVERS.get("", ())] if pattern.match(text)]
    tag = tags[0].removeprefix("tag:yaml.org,2002:") if tags else "float" if _YAML_1_2.fullmatch(text) else "str"
    if tag != "str":
        raise ValueError(f"YAML can read {text} as {_READINGS.get(tag, 'something else')}")
    return text


_READINGS = {
    "bool": "true or false: write that, or put it in quotes",
    "null": "nothing: write null, or put it in quotes",
    "int": "a number: write it as JSON does, or put it in quotes",
    "float": "a number: write it as JSON does, or put it in quotes",
    "timestamp": "a date: put it in quotes",
    "merge": "a merge key: put it in quotes",
    "value": "a default key: put it in quotes",
}


def _joined(text: str) -> str:
    """Two escapes of a surrogate pair ("\\uD83D\\uDE00", as JSON writes an emoji) are one character."""
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
