"""The words of the interface: one YAML file a language, `_words/en.yaml`, which templates read as `words.copy`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import jinja2

from generator.catalog import yaml
from generator.catalog.nodes import CatalogError, Fault, Node


class Words:
    """The words of one language. It has no attributes, so that Jinja finds a word of any name (`words.copy`) as an item."""

    def __init__(self, file: str, words: Mapping[str, Any]) -> None:
        self._file = file
        self._words = words

    def __getitem__(self, name: str) -> Any:
        if name not in self._words:
            raise jinja2.UndefinedError(f"{self._file} has no word {name}")
        return self._words[name]


def parse_words(text: str, file: str) -> Words:
    """Return the words in a YAML text that faults call `file`: texts, and mappings and lists of them. Raises CatalogError."""
    if not re.search(r"^\s*[^\s#]", text, re.MULTILINE):
        raise CatalogError([Fault(file, 1, "", "no words in it: it needs those of _words/en.yaml")])
    root = yaml.parse(text, file)
    if not isinstance(root.value, dict):
        raise CatalogError([root.fault("expected a mapping of words, such as copy: Copy")])
    if faults := [leaf.fault("expected a text") for leaf in _leaves(root) if not isinstance(leaf.value, str)]:
        raise CatalogError(faults)
    return Words(file, root.plain())


def fill(text: str, **values: object) -> str:
    """Return a text of the interface with each name in braces replaced by the value of that name. Raises KeyError."""
    return re.sub(r"\{(\w+)\}", lambda name: str(values[name[1]]), text)


def upper_first(text: str) -> str:
    """Return a text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def _leaves(node: Node) -> Iterator[Node]:
    if isinstance(node.value, (dict, list)):
        for child in node.value.values() if isinstance(node.value, dict) else node.value:
            yield from _leaves(child)
    else:
        yield node
