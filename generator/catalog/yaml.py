"""Read YAML text into a tree of nodes that know their file, line and path of keys.

A catalog is plain JSON data: mappings, lists, texts, numbers, true, false and null. What YAML adds to that is a fault:
tags, merge keys, and values whose type depends on the version of YAML. So is a key that stands twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

import yaml

from generator.catalog.nodes import CatalogError, Fault, Node
from generator.json_text import SURROGATE

MAX_DEPTH = 100  # mappings and lists in one another
MAX_REPEATED = 1_000_000  # what aliases may repeat, in nodes and characters
TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"

# The fast loader first. Only what both refuse is a fault: libyaml refuses "\uD800", which Python's loader takes.
_LOADERS: tuple[Any, ...] = (getattr(yaml, "CSafeLoader", yaml.SafeLoader), yaml.SafeLoader)


def load(path: Path, file: str | None = None, faults: list[Fault] | None = None) -> Node:
    """Return the tree of the file at `path`, which faults call `file`.

    Faults that leave a tree to go on with are added to `faults`, if that is given. All others, and a file that cannot be
    read, raise CatalogError.
    """
    file = file or str(path)
    return parse(_read(path, file), file, faults)


def load_json(path: Path, file: str, faults: list[Fault]) -> Node:
    """Return the tree of the JSON file at `path`; the same as `load`, but that numbers may be written in any way of JSON's."""
    return parse_json(_read(path, file), file, faults)


def _read(path: Path, file: str) -> str:
    """Return the text of a file. Raises CatalogError if it cannot be read, or is not UTF-8."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CatalogError([Fault(file, 1, "", f"cannot be read: {error.strerror}")]) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CatalogError([Fault(file, line, "", "not UTF-8 text: save the file as UTF-8")]) from error


def parse_json(text: str, file: str, faults: list[Fault]) -> Node:
    """Return the tree of a JSON text; the same as `load_json` for text that is read already."""
    return parse(text, file, faults, _JsonTreeBuilder)


def parse(text: str, file: str, faults: list[Fault] | None = None, tree_builder: type[_TreeBuilder] | None = None) -> Node:
    """Return the tree of a YAML text; the same as `load` for text that is read already."""
    for loader in _LOADERS:
        builder = (tree_builder or _TreeBuilder)(yaml.parse(text, Loader=loader), file)
        try:
            root = builder.document()
        except yaml.MarkedYAMLError as error:
            builder.faults.append(_syntax_fault(error, file))
        except yaml.reader.ReaderError as error:
            builder.faults.append(_character_fault(error, text, file))
        else:
            if faults is not None:
                faults += builder.faults
            elif builder.faults:
                raise CatalogError(builder.faults)
            return root
    raise CatalogError(builder.faults)


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
    """Return the fault for a text that is not YAML: the words of PyYAML and, where they are known, what to type instead."""
    what = " ".join(part for part in (error.context, error.problem) if part)
    way_out = next((way for words, way in _WAYS_OUT if words in what), "")
    mark = error.problem_mark or error.context_mark
    if "opens here" in way_out and error.context_mark:
        mark = error.context_mark
    return Fault(file, mark.line + 1 if mark else 1, "", ": ".join(part for part in ("not YAML", what, way_out) if part))


def _character_fault(error: yaml.reader.ReaderError, text: str, file: str) -> Fault:
    """Return the fault for a character that YAML does not allow."""
    line = text.count("\n", 0, error.position) + 1
    number = error.character if isinstance(error.character, int) else ord(error.character)
    return Fault(file, line, "", f'the character U+{number:04X} cannot stand in YAML: in a JSON body write "\\u{number:04X}"')


class _TreeBuilder:
    """Build the tree of nodes from the parser's events. What is not plain JSON data goes to `faults`.

    PyYAML's own `yaml.compose` would build a tree as well, but keeps too little for the faults: not where an alias stands,
    nor whether a tag was written; it refuses anchors that are defined anew, and has no limit for nesting.
    """

    def __init__(self, events: Iterator[Any], file: str) -> None:
        self.events = events
        self.file = file
        self.faults: list[Fault] = []
        self.anchors: dict[str, Node | None] = {}  # None: the value is not complete yet
        self.repeated = 0

    def document(self) -> Node:
        """Return the tree of the first document; a second one is a fault.

        Raises CatalogError where no tree can be built, and PyYAML's errors where the text is not YAML.
        """
        next(self.events)  # the start of the stream
        if isinstance(next(self.events), yaml.StreamEndEvent):
            self.stop("", 1, "an empty catalog: it needs backends and endpoints")
        event = next(self.events)
        root = self.node(event, "", line_of(event), depth=0)
        next(self.events)  # the end of the document
        event = next(self.events)
        if isinstance(event, yaml.DocumentStartEvent):
            self.fault("", line_of(event), "a second document: take out the ---")
        for _ in self.events:
            pass  # what is not YAML further down raises here
        return root

    def node(self, event: Any, key_path: str, line: int, depth: int) -> Node:
        """Return the node that starts with `event`; `depth` mappings and lists are around it."""
        if isinstance(event, yaml.AliasEvent):
            return self.alias(str(event.anchor), key_path, line, depth)
        self.refuse_tag(event, key_path, line)
        node = Node(None, key_path, line, self.file)
        if isinstance(event, yaml.ScalarEvent):
            node.value = self.scalar(event, key_path, line)
        else:
            if depth == MAX_DEPTH:
                self.stop(key_path, line, TOO_DEEP)
            if event.anchor:
                self.anchors[event.anchor] = None
            if isinstance(event, yaml.MappingStartEvent):
                node.value = self.mapping(key_path, depth + 1)
            else:
                node.value = self.sequence(key_path, depth + 1)
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def mapping(self, key_path: str, depth: int) -> dict[str, Node]:
        """Return the values up to the end of the mapping. The line of a value is that of its key."""
        values: dict[str, Node] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            line = line_of(event)
            key = self.key(event, key_path, depth)
            value_path = _below(key_path, key)
            if key in values:
                self.fault(value_path, line, f"the key {key} stands here twice (first on line {values[key].line})")
            value = self.node(next(self.events), value_path, line, depth)
            values.setdefault(key, value)
        return values

    def sequence(self, key_path: str, depth: int) -> list[Node]:
        """Return the items up to the end of the sequence."""
        items: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, f"{key_path}[{len(items)}]", line_of(event), depth))
        return items

    def key(self, event: Any, key_path: str, depth: int) -> str:
        """Return the key that `event` holds, of the mapping at `key_path`. One that is no text is a fault."""
        line = line_of(event)
        if isinstance(event, yaml.CollectionStartEvent):
            self.stop(key_path, line, "a key must be a text")
        if isinstance(event, yaml.AliasEvent):
            written = f"*{event.anchor}"
            key: Any = self.alias(str(event.anchor), _below(key_path, written), line, depth).value
        else:
            written = str(event.value)
            if written == "<<" and event.implicit[0]:
                self.fault(_below(key_path, written), line, "merge keys are not read: use like, or write the keys out")
                return written
            self.refuse_tag(event, key_path, line)
            key = self.scalar(event, key_path, line)
        if not isinstance(key, str):
            self.fault(_below(key_path, written), line, "YAML reads this key as something else than a text: put it in quotes")
            return written
        return key

    def scalar(self, event: Any, key_path: str, line: int) -> Any:
        """Return what a scalar means: in quotes a text, else a text, a number, true, false or null (see `plain_scalar`)."""
        text: str = event.value
        unquoted, _ = event.implicit
        if not unquoted:
            return _with_surrogates_paired(text)
        try:
            return plain_scalar(text)
        except ValueError as error:
            self.fault(key_path, line, str(error))
            return text

    def alias(self, name: str, key_path: str, line: int, depth: int) -> Node:
        """Return the node that *name repeats. Raises CatalogError if there is none, or if the tree would grow too large."""
        if name not in self.anchors:
            self.stop(key_path, line, f"*{name} repeats nothing: there is no &{name} above")
        node = self.anchors[name]
        if node is None:
            self.stop(key_path, line, f"*{name} stands inside the value that it repeats")
        size, height = _measure(node)
        self.repeated += size
        if self.repeated > MAX_REPEATED:
            self.stop(key_path, line, "the aliases (*name) repeat more than a million values: write out what is needed")
        if depth + height > MAX_DEPTH:
            self.stop(key_path, line, TOO_DEEP)
        return node

    def refuse_tag(self, event: Any, key_path: str, line: int) -> None:
        """Make a tag a fault. A lone ! is none: it changes nothing."""
        if event.tag and event.tag != "!":
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.fault(key_path, line, f"the tag {tag}: tags are not read, take it out")

    def fault(self, key_path: str, line: int, what: str) -> None:
        self.faults.append(Fault(self.file, line, key_path, what))

    def stop(self, key_path: str, line: int, what: str) -> NoReturn:
        """Raise CatalogError with this fault and those before it."""
        self.fault(key_path, line, what)
        raise CatalogError(self.faults)


class _JsonTreeBuilder(_TreeBuilder):
    """Build the tree of a JSON text, which is YAML (1.2) as well: only its numbers YAML 1.1 may read as something else."""

    def scalar(self, event: Any, place: str, line: int) -> Any:
        """Return what a JSON scalar means."""
        text: str = event.value
        unquoted, _ = event.implicit
        if not unquoted:
            return _with_surrogates_paired(text)
        number = _JSON_NUMBER.fullmatch(text)
        try:
            if number:
                return _number(text, whole=not (number["fraction"] or number["exponent"]))
        except ValueError as error:
            self.fault(place, line, str(error))
            return text
        if text not in ("null", "true", "false"):
            self.fault(place, line, f"{text} is not JSON: a text needs double quotes")
        return _CONSTANTS.get(text)


def line_of(event: Any) -> int:
    """Return the line on which an event of PyYAML starts, from 1."""
    line: int = event.start_mark.line
    return line + 1


def _below(key_path: str, key: str) -> str:
    return f"{key_path}.{key}" if key_path else key


def _measure(node: Node) -> tuple[int, int]:
    """Return how many nodes and characters of values a tree has, and how many mappings and lists lie in one another."""
    if isinstance(node.value, str):
        return 1 + len(node.value), 0
    if not isinstance(node.value, (dict, list)):
        return 1, 0
    below = [_measure(item) for item in (node.value.values() if isinstance(node.value, dict) else node.value)]
    return 1 + sum(size for size, _ in below), 1 + max((height for _, height in below), default=0)


# A number as JSON writes it (RFC 8259, 6): sign and whole part, fraction, exponent.
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?P<fraction>\.[0-9]+)?(?P<exponent>[eE][-+]?[0-9]+)?", re.ASCII)
# What YAML 1.2 (10.3.2) reads as a number and YAML 1.1 as a text: readers differ, so neither is taken.
_YAML_1_2_NUMBER = re.compile(r"[-+]?(0o[0-7]+|(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)", re.ASCII)
_CONSTANTS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
# What a text that YAML may read as something else starts with.
_STARTS_OF_OTHERS = {*"+-.0123456789", *yaml.SafeLoader.yaml_implicit_resolvers}
_LONGEST_NUMBER = 300
_READINGS = {
    "bool": "true or false: write that, or put it in quotes",
    "null": "nothing: write null, or put it in quotes",
    "int": "a number: write it as JSON does, or put it in quotes",
    "float": "a number: write it as JSON does, or put it in quotes",
    "timestamp": "a date: put it in quotes",
    "merge": "a merge key: put it in quotes",
    "value": "a default key: put it in quotes",
}


@lru_cache(maxsize=10_000)
def plain_scalar(text: str) -> Any:
    """Return what an unquoted scalar means: null, true, false, a number as JSON writes it, else the text itself.

    A catalog writes the same few hundred words again and again: they are kept. Raises ValueError where YAML 1.1 or 1.2 would make
    something else of it (no, 22:30, 010, 1e3, a date).
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _STARTS_OF_OTHERS:
        return text
    number = _JSON_NUMBER.fullmatch(text)
    if number and len(text) > _LONGEST_NUMBER:
        raise ValueError("a number this long loses digits: put it in quotes")
    if number and _is_yaml_1_1_number(number):
        return _number(text, whole=not (number["fraction"] or number["exponent"]))
    tag = _yaml_1_1_tag(text)
    if tag == "str" and _YAML_1_2_NUMBER.fullmatch(text):
        tag = "float"
    if tag != "str":
        raise ValueError(f"YAML can read {text} as {_READINGS.get(tag, 'something else')}")
    return text


def _is_yaml_1_1_number(number: re.Match[str]) -> bool:
    """Tell whether YAML 1.1 reads a JSON number as one: an exponent needs a fraction before it and a sign."""
    return number["exponent"] is None or (number["fraction"] is not None and number["exponent"][1] in "+-")


def _number(text: str, whole: bool) -> int | float:
    """Return the number that a text writes. Raises ValueError for one beyond what a double holds."""
    number = int(text) if whole else float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{text} is more than a number can be: put it in quotes")
    return number


def _yaml_1_1_tag(text: str) -> str:
    """Return the type that YAML 1.1 gives an unquoted scalar (bool, int, timestamp …), by PyYAML's table of its rules."""
    rules: Any = yaml.SafeLoader.yaml_implicit_resolvers
    tag: str
    for tag, pattern in [*rules.get(text[:1], ()), *rules.get("", ())]:
        if pattern.match(text):
            return tag.removeprefix("tag:yaml.org,2002:")
    return "str"


def _with_surrogates_paired(text: str) -> str:
    """Return `text` with the two escapes of a surrogate pair ("\\uD83D\\uDE00", as JSON writes an emoji) as one character."""
    if not SURROGATE.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
