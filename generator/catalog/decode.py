"""The tree of nodes in, the dataclasses of `model` out; what can't be read becomes a fault."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, is_dataclass, replace
from typing import Any, Literal, Union, get_args, get_origin

from generator import resources
from generator.catalog.model import Backend, Catalog, Endpoint, Pipeline, Text, TextPattern, UrlValue, catalog_fields
from generator.catalog.nodes import Fault, Node, meant

KINDS = {dict: "a mapping", list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number", type(None): "nothing"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def _unsendable(text: str) -> str:
    what = "half of a character (a lone surrogate)" if _SURROGATE.search(text) else "a NUL character"
    return f"holds {what}, which only a JSON body can send"


class Reader:
    """Reads nodes as the types of `model`. What can't be read becomes a fault and None."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self.languages: tuple[str, ...] = ()
        self.memo: dict[tuple[int, Any], tuple[Node, Any]] = {}

    def catalog(self, tree: Node) -> Catalog | None:
        if isinstance(tree.value, dict) and "languages" in tree.value:
            languages = self.read(tree.value["languages"], tuple[str, ...], Catalog.__dataclass_fields__["languages"].metadata)
            self.languages = tuple(language for language in languages or () if language)
            if languages == ():
                self.fault(tree.value["languages"], "needs at least one language")
            for position, language in enumerate(self.languages):
                if language in self.languages[:position]:
                    self.fault(tree.value["languages"], f"{language} stands here twice")
        catalog: Catalog | None = self.read(tree, Catalog)
        if catalog is not None and tree.get("backends").value == {}:
            self.fault(tree.get("backends"), "needs at least one backend")
        return catalog

    def fault(self, node: Node, what: str) -> None:
        self.faults.append(node.fault(what))

    def read(self, node: Node, kind: Any, metadata: Mapping[str, Any] = types.MappingProxyType({})) -> Any:
        """The node as `kind`. What several cells share is read once."""
        known = (id(node), kind if metadata.get("pattern") is None else (kind, metadata["pattern"]))
        if known not in self.memo:
            self.memo[known] = (node, self.value(node, kind, metadata))
        return self.memo[known][1]

    def value(self, node: Node, kind: Any, metadata: Mapping[str, Any]) -> Any:
        origin, value = get_origin(kind), node.value
        if kind is Any:
            return node.plain()
        if origin in (Union, types.UnionType):
            return self.read(node, self.chosen(node, get_args(kind)), metadata)
        if origin is Literal:
            if value in get_args(kind) and isinstance(value, str):
                return value
            options = ", ".join(get_args(kind))
            return self.fault(
                node, f"must be one of {options}{meant(str(value).upper(), get_args(kind)) or meant(str(value), get_args(kind))}"
            )
        if is_dataclass(kind):
            return self.record(node, kind)
        if origin is tuple:
            return self.items(node, get_args(kind)[0], metadata)
        if origin is not None and issubclass(origin, Mapping):
            return self.mapping(node, get_args(kind), metadata)
        if isinstance(kind, type) and issubclass(kind, Text):
            return self.text(node, kind)
        if kind is UrlValue and type(value) is int:
            return UrlValue(value)
        if kind in (bool, int, float):
            return value if type(value) is kind else self.wrong(node, KINDS[kind])
        if not isinstance(value, str):
            return self.wrong(node, "a text")
        return self.string(node, kind, metadata.get("pattern"))

    def chosen(self, node: Node, options: tuple[Any, ...]) -> Any:
        """Which of the alternatives of a type the node is meant as."""
        options = tuple(option for option in options if option is not type(None))
        for option in options:
            if isinstance(node.value, list) and get_origin(option) is tuple:
                return option
            if isinstance(node.value, dict) and is_dataclass(option):
                return option
            if type(node.value) is option:
                return option
        return next((option for option in options if option in (str, UrlValue)), options[0])

    def wrong(self, node: Node, expected: str) -> None:
        found = KINDS[type(node.value)]
        if expected == "a text" and isinstance(node.value, (bool, int, float)):
            self.fault(node, f"expected a text, but YAML reads this as {found}: put it in quotes")
        else:
            self.fault(node, f"expected {expected}, but this is {found}")

    def string(self, node: Node, kind: Any, pattern: TextPattern | None) -> Any:
        value: str = node.value
        if _SURROGATE.search(value) or "\0" in value:
            return self.fault(node, _unsendable(value))
        if pattern and not re.fullmatch(pattern.regex, value):
            return self.fault(node, f"must be {pattern.words}")
        return kind(value)

    def text(self, node: Node, kind: type[Text]) -> Any:
        """A text: one string for all languages, or one for each."""
        if isinstance(node.value, str):
            words = dict.fromkeys(self.languages, node)
        elif isinstance(node.value, dict):
            words = dict(node.value)
            if node.file == resources.NAME:  # a catalog in other languages shows these in the first one there is
                words = {language: words.get(language, next(iter(words.values()))) for language in self.languages}
            missing = [language for language in self.languages if language not in words]
            if missing:
                lacks = f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
                return self.fault(node, f"{lacks}: a text is one string, or one for each of {', '.join(self.languages)}")
        else:
            return self.wrong(node, "a text")
        result = {}
        for language, word in words.items():
            if not isinstance(word.value, str):
                self.wrong(word, "a text")
            elif self.string(word, str, None) is not None:
                if _CONTROL.search(word.value):
                    self.fault(word, "holds a control character, which no page can show")
                result[language] = word.value
        return kind(result)

    def items(self, node: Node, kind: Any, metadata: Mapping[str, Any]) -> Any:
        if not isinstance(node.value, list):
            return self.wrong(node, "a list")
        return tuple(self.read(item, kind, metadata) for item in node.value)

    def mapping(self, node: Node, kinds: tuple[Any, ...], metadata: Mapping[str, Any]) -> Any:
        if not isinstance(node.value, dict):
            return self.wrong(node, "a mapping")
        result = {}
        pattern: TextPattern | None = metadata.get("keys")
        inner = metadata
        if get_origin(kinds[0]) is Literal:  # a mapping of mappings: the pattern is that of the inner keys
            for name in node.value.keys() - set(get_args(kinds[0])):
                self.fault(node.value[name], f"unknown key (known are {', '.join(get_args(kinds[0]))})")
        else:
            inner = {"pattern": metadata.get("pattern")}
            for name, item in node.value.items():
                if _SURROGATE.search(name) or "\0" in name:
                    self.fault(item, f"the key {_unsendable(name)}")
                elif pattern and not re.fullmatch(pattern.regex, name):
                    self.fault(item, f"the key {name} must be {pattern.words}")
        for name, item in node.value.items():
            value = self.read(item, kinds[1], inner)
            if value is not None or kinds[1] is Any:  # what can't be read is a fault already, and the rules check the rest
                result[name] = self.named(value, name)
        return result

    def named(self, value: Any, name: str) -> Any:
        """`value` knowing the key that it stands under, and called so where the catalog gives it no name."""
        if "id" not in getattr(value, "__dataclass_fields__", {}):
            return value
        called: dict[str, Any] = {"id": name}
        if isinstance(value, Backend) and not value.name:
            called["name"] = name
        if isinstance(value, Endpoint) and value.title is None:
            called["title"] = Text(dict.fromkeys(self.languages, name))
        return replace(value, **called)

    def record(self, node: Node, cls: Any) -> Any:
        if not isinstance(node.value, dict):
            return self.wrong(node, "a mapping")
        known = {name for name, _, _ in catalog_fields(cls)}
        for name, item in node.value.items():
            if name not in known:
                self.fault(item, f"unknown key{meant(name, known)}")
        values: dict[str, Any] = {}
        whole = True
        for name, kind, field in catalog_fields(cls):
            item = node.value.get(name)
            if item is None or (item.value is None and name != "sample"):
                if field.default is MISSING and field.default_factory is MISSING:
                    self.fault(node, f"{name} is missing")
                    whole = False
                continue
            values[name] = self.read(item, kind, field.metadata)
            unread = values[name] is None or (isinstance(values[name], tuple) and None in values[name])
            whole = whole and (not unread or kind is Any)
        if cls is Pipeline and whole:
            values.setdefault("title", Text(dict.fromkeys(self.languages, values["name"])))
        return cls(node=node, **values) if whole else None
