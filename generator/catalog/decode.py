"""Read a tree of nodes into the dataclasses of `model`. What cannot be read becomes a fault."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, is_dataclass, replace
from typing import Any, Literal, Union, get_args, get_origin

from generator import resources
from generator.catalog.model import (
    SAFE_METHODS,
    Backend,
    Catalog,
    Cell,
    CurlSettings,
    Endpoint,
    Group,
    Pipeline,
    Several,
    Shown,
    Text,
    TextPattern,
    UrlValue,
    catalog_fields,
    catalog_keys,
)
from generator.catalog.nodes import Fault, Node, RecordedNode, did_you_mean
from generator.json_text import SURROGATE

# What people call the values of a catalog.
TYPE_NAMES = {
    dict: "a mapping",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "nothing",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NO_METADATA: Mapping[str, Any] = types.MappingProxyType({})


class Decoder:
    """Read nodes as the types of `model`. What cannot be read is added to `faults`, and read as None.

    `metadata` is that of a dataclass's field (see `model.key`): the patterns of its texts and of its keys.
    """

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self.languages: tuple[str, ...] = ()
        self.file = ""  # the catalog's own: others that it extends may be in more languages
        self.read_before: dict[tuple[int, Any, TextPattern | None], tuple[Node, Any]] = {}

    def catalog(self, tree: Node) -> Catalog | None:
        """Return the catalog in a tree; None if a part without which there is none cannot be read."""
        self.file = tree.file
        if isinstance(tree.value, dict) and "languages" in tree.value:
            self.read_languages(tree.value["languages"])
        catalog: Catalog | None = self.read(tree, Catalog)
        if catalog is not None and tree.get("backends").value == {}:
            self.fault(tree.get("backends"), "needs at least one backend")
        return catalog

    def read_languages(self, node: Node) -> None:
        """Set the languages that every text of the catalog has to be in."""
        languages = self.read(node, tuple[str, ...], Catalog.__dataclass_fields__["languages"].metadata)
        self.languages = tuple(language for language in languages or () if language)
        if languages == ():
            self.fault(node, "needs at least one language")
        for position, language in enumerate(self.languages):
            if language in self.languages[:position]:
                self.fault(node, f"{language} stands here twice")

    def fault(self, node: Node, what: str) -> None:
        self.faults.append(node.fault(what))

    def read(self, node: Node, expected_type: Any, metadata: Mapping[str, Any] = _NO_METADATA) -> Any:
        """Return the value of a node as `expected_type`. A mapping or list that several cells share is read once."""
        if not isinstance(node.value, (dict, list)):
            return self.value(node, expected_type, metadata)
        known = (id(node), expected_type, metadata.get("pattern"))
        if known not in self.read_before:
            value = self.value(node, expected_type, metadata)
            self.read_before[known] = (node, value)  # the node too: while it is kept, no other one has its id
        return self.read_before[known][1]

    def value(self, node: Node, expected_type: Any, metadata: Mapping[str, Any]) -> Any:
        """Return the value of a node as `expected_type`, by the kind of type that it is."""
        origin = get_origin(expected_type)
        if expected_type is Any:
            return node.plain()
        if origin in (Union, types.UnionType):
            return self.value(node, self.alternative(node, get_args(expected_type)), metadata)
        if origin is Literal:
            return self.literal(node, get_args(expected_type))
        if is_dataclass(expected_type):
            return self.record(node, expected_type)
        if origin is Several:
            nodes = node.value if isinstance(node.value, list) else [node]
            return Several(self.read(item, get_args(expected_type)[0], metadata) for item in nodes)
        if origin is tuple:
            return self.items(node, get_args(expected_type)[0], metadata)
        if origin is not None and issubclass(origin, Mapping):
            key_type, value_type = get_args(expected_type)
            return self.mapping(node, key_type, value_type, metadata)
        if isinstance(expected_type, type) and issubclass(expected_type, Text):
            return self.text(node, expected_type)
        if expected_type is Shown:
            return self.shown(node)
        if expected_type is UrlValue and type(node.value) is int:
            return UrlValue(node.value)
        if expected_type in (bool, int, float):
            expected = "a whole number" if type(node.value) is float else TYPE_NAMES[expected_type]
            return node.value if type(node.value) is expected_type else self.wrong_type(node, expected)
        if not isinstance(node.value, str):
            return self.wrong_type(node, "a text")
        return self.string(node, expected_type, metadata.get("pattern"))

    def alternative(self, node: Node, types_: tuple[Any, ...]) -> Any:
        """Return the one of several types that the node is meant as: the one of its shape, else a text."""
        alternatives = [option for option in types_ if option is not type(None)]
        for option in alternatives:
            if isinstance(node.value, list) and get_origin(option) is tuple:
                return option
            if isinstance(node.value, dict) and is_dataclass(option):
                return option
            if type(node.value) is option:
                return option
        return next((option for option in alternatives if option in (str, UrlValue)), alternatives[0])

    def wrong_type(self, node: Node, expected: str) -> None:
        found = TYPE_NAMES[type(node.value)]
        if expected == "a text" and isinstance(node.value, (bool, int, float)):
            self.fault(node, f"expected a text, but YAML reads this as {found}: put it in quotes")
        else:
            self.fault(node, f"expected {expected}, but this is {found}")

    def literal(self, node: Node, options: tuple[str, ...]) -> str | None:
        """Return a text that is one of the options."""
        if isinstance(node.value, str) and node.value in options:
            return node.value
        similar = did_you_mean(str(node.value).upper(), options) or did_you_mean(str(node.value), options)
        self.fault(node, f"must be one of {', '.join(options)}{similar}")
        return None

    def string(self, node: Node, string_type: Any, pattern: TextPattern | None) -> Any:
        """Return a node's text as `string_type`, if it matches the pattern and can be sent."""
        text: str = node.value
        if unsendable := _unsendable(text):
            return self.fault(node, unsendable)
        if pattern and not re.fullmatch(pattern.regex, text):
            return self.fault(node, f"must be {pattern.words}")
        return string_type(text)

    def text(self, node: Node, text_type: type[Text]) -> Any:
        """Return words for people in each language: a node holds one text for all languages, or a mapping of them."""
        if isinstance(node.value, str):
            nodes = dict.fromkeys(self.languages, node)
        elif isinstance(node.value, dict):
            nodes = dict(node.value)
            if node.file == resources.NAME:  # a catalog in other languages shows these in the first one there is
                first = next(iter(nodes.values()))
                nodes = {language: nodes.get(language, first) for language in self.languages}
            missing = [language for language in self.languages if language not in nodes]
            if missing:
                lacks = f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
                return self.fault(node, f"{lacks}: a text is one string, or one for each of {', '.join(self.languages)}")
        else:
            return self.wrong_type(node, "a text")
        words = {}
        for language, item in nodes.items():
            if not isinstance(item.value, str):
                self.wrong_type(item, "a text")
            elif self.string(item, str, None) is not None:
                if _CONTROL.search(item.value):
                    self.fault(item, "holds a control character, which no page can show")
                words[language] = item.value
        return text_type(words)

    def shown(self, node: Node) -> Shown | None:
        """Return what pages show in a parameter's place: a node holds a text, or a list of them, or a mapping of these by language."""
        if not isinstance(node.value, (str, list, dict)):
            self.wrong_type(node, "a text")
            return None
        by_language = node.value if isinstance(node.value, dict) else dict.fromkeys(self.languages, node)
        shown = Shown()
        for language, item in by_language.items():
            if language not in self.languages:
                if item.file == self.file:
                    self.fault(item, f"no page is in {language}: languages are {', '.join(self.languages)}")
            elif item.value is not None:  # a null that removed nothing
                texts = [self.shown_text(text) for text in (item.value if isinstance(item.value, list) else [item])]
                if None not in texts:
                    shown[language] = tuple(text for text in texts if text is not None)
        return shown

    def shown_text(self, node: Node) -> str | None:
        """Return one text of what pages show; None if it cannot be read."""
        text: str | None = self.read(node, str)
        if text is not None and _CONTROL.search(text):
            self.fault(node, "holds a control character, which no page can show")
            return None
        return text

    def items(self, node: Node, item_type: Any, metadata: Mapping[str, Any]) -> Any:
        """Return a list as a tuple."""
        if not isinstance(node.value, list):
            return self.wrong_type(node, "a list")
        return tuple(self.read(item, item_type, metadata) for item in node.value)

    def mapping(self, node: Node, key_type: Any, value_type: Any, metadata: Mapping[str, Any]) -> Any:
        """Return a mapping as a dict. What cannot be read is left out: it is a fault already, and the rest is still checked."""
        if not isinstance(node.value, dict):
            return self.wrong_type(node, "a mapping")
        if get_origin(key_type) is Literal:
            options = get_args(key_type)
            for name in node.value.keys() - set(options):
                self.fault(node.value[name], f"unknown key (known are {', '.join(options)})")
            value_metadata = metadata  # its values are mappings, and the pattern is that of their keys
        else:
            self.check_keys(node.value, metadata.get("keys"))
            value_metadata = {"pattern": metadata.get("pattern")}
        values = {}
        for name, item in node.value.items():
            value = self.read(item, value_type, value_metadata)
            if value is not None or value_type is Any:
                values[name] = self.with_name(value, name)
        return values

    def check_keys(self, entries: dict[str, Node], pattern: TextPattern | None) -> None:
        for name, item in entries.items():
            if unsendable := _unsendable(name):
                self.fault(item, f"the key {unsendable}")
            elif pattern and not re.fullmatch(pattern.regex, name):
                self.fault(item, f"the key {name} must be {pattern.words}")

    def with_name(self, value: Any, name: str) -> Any:
        """Return `value` with the key that it stands under as its id, and as its name or title where the catalog gives it none."""
        if "id" not in getattr(value, "__dataclass_fields__", {}):
            return value
        names: dict[str, Any] = {"id": name}
        if isinstance(value, Backend) and not value.name:
            names["name"] = name
        if isinstance(value, (Endpoint, Group)) and not value.title:
            names["title"] = Text(dict.fromkeys(self.languages, name))
        return replace(value, **names)

    def record(self, node: Node, record_type: Any) -> Any:
        """Return a mapping as a dataclass; None if a value is missing or cannot be read."""
        if not isinstance(node.value, dict):
            return self.wrong_type(node, "a mapping")
        known = catalog_keys(record_type)
        for name, item in node.value.items():
            if name not in known:
                all_known = f": known are {', '.join(sorted(known))}" if record_type is CurlSettings else ""
                self.fault(item, f"unknown key{did_you_mean(name, known)}{all_known}")
        values: dict[str, Any] = {}
        complete = True
        for name, field_type, field in catalog_fields(record_type):
            item = node.value.get(name)
            if item is None or (item.value is None and name != "sample"):  # null is a sample, too
                if field.default is MISSING and field.default_factory is MISSING:
                    self.fault(node, f"{name} is missing")
                    complete = False
                continue
            value = self.read(item, field_type, field.metadata)
            values[field.name] = value
            unreadable = value is None or (isinstance(value, tuple) and None in value)
            if unreadable and field_type is not Any:
                complete = False
        sample = node.value.get("sample")
        if record_type is Cell and isinstance(sample, RecordedNode):
            values["recorded"] = sample.recording
        if values.get("method") == "HEAD":
            values.setdefault("response", "headers")  # a HEAD has no other answer
        if record_type is Cell and "effect" not in node.value and values.get("method", "POST") not in (*SAFE_METHODS, "POST"):
            values["effect"] = "changes"
        if record_type is Pipeline and complete:
            values.setdefault("title", Text(dict.fromkeys(self.languages, values["name"])))
        return record_type(node=node, **values) if complete else None


def _unsendable(text: str) -> str:
    """Return what `text` holds that only a JSON body can send, in words; "" if nothing."""
    if SURROGATE.search(text):
        return "holds half of a character (a lone surrogate), which only a JSON body can send"
    if "\0" in text:
        return "holds a NUL character, which only a JSON body can send"
    return ""
