"""catalog.yaml in, a Catalog out.

The tree of nodes is completed first (the built-in flags and guides under the catalog's own, every cell with
what it inherits), then read into the dataclasses of `model`, then checked by `rules`. All faults are
collected and raised together as one CatalogError.
"""

from __future__ import annotations

import os
import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from generator import bundled, rules
from generator.model import Backend, Catalog, Endpoint, Form, Text, Trial, Word
from generator.source import CatalogError, Fault, Node, load, meant, patched, placed_in

MERGED = ("headers", "query", "body", "parameters")
BODIES = ("body", "text", "form")
INHERITED = ("headers", "query", "api_key", "effect", "source", "checked")  # what a cell takes from its backend
BUILTIN = "the built-in catalog"
COMPLETED = ("flags", "guides", "errors", "languages")  # what a catalog takes from the built-in one


def read(path: Path, shown: str | None = None) -> Catalog:
    """The catalog in the file at `path`; faults call the file `shown`. Raises CatalogError with all its faults."""
    surprises: list[Fault] = []
    tree = _extended(path, shown or str(path), surprises, [])
    if path.resolve() != bundled.catalog():
        tree = _completed(tree, load(bundled.catalog(), BUILTIN))
    faults: list[Fault] = []
    tree = _kept(tree, faults)
    tree = _resolved(tree, faults)
    reader = _Reader(faults)
    catalog = reader.catalog(tree)
    if catalog is not None:
        faults += rules.faults(catalog)
        try:
            catalog = _with_tested(catalog, path, shown or str(path))
        except CatalogError as error:
            faults += error.faults
    if surprises or faults or catalog is None:
        known = {(fault.line, fault.place) for fault in surprises}  # what YAML made of a value explains what is wrong with it
        raise CatalogError([*surprises, *(fault for fault in faults if (fault.line, fault.place) not in known)])
    return catalog


def tested(path: Path, shown: str) -> Mapping[str, Mapping[str, Trial]]:
    """What the file at `path` says was tested: for each backend, cell by cell. Nothing if there is no such file, or it is empty.

    Faults call the file `shown`. Raises CatalogError with all of them.
    """
    try:
        if not path.stat().st_size:
            return {}
    except FileNotFoundError:
        return {}
    except OSError:
        pass  # which load says
    faults: list[Fault] = []
    facts = _Reader(faults).read(load(path, shown, faults), Mapping[str, Mapping[str, Trial]])
    if faults:
        raise CatalogError(faults)
    return facts or {}


def _with_tested(catalog: Catalog, path: Path, shown: str) -> Catalog:
    """The catalog whose cells know when they worked. Cells that it does not have (any more) may stand in the file. Raises CatalogError."""
    if catalog.tested is None:
        return catalog
    facts = tested(path.parent / catalog.tested, os.path.normpath(os.path.join(os.path.dirname(shown), catalog.tested)))  # noqa: PTH118, PTH120 - as text
    backends = {
        name: replace(backend, endpoints={id: replace(cell, tested=facts.get(name, {}).get(id)) for id, cell in backend.endpoints.items()})
        for name, backend in catalog.backends.items()
    }
    return replace(catalog, backends=backends)


def _extended(path: Path, shown: str, surprises: list[Fault], above: list[Path]) -> Node:
    """The tree of a file, laid over that of the catalog which it extends. Raises CatalogError for one that can't be read."""
    tree = load(path, shown, surprises)
    surprises += rules.secrets(tree) if path.resolve() != bundled.catalog() else ()
    base = tree.value.get("extends") if isinstance(tree.value, dict) else None
    if base is None or base.value is None:
        return tree
    if not isinstance(base.value, str):
        raise CatalogError([base.fault("expected builtin, or the path of a catalog")])
    file = bundled.catalog() if base.value == "builtin" else path.parent / base.value
    if file.resolve() in (place.resolve() for place in (*above, path)):
        raise CatalogError([base.fault(f"goes in a circle: {' extends '.join(str(place) for place in (*above, path, file))}")])
    if not file.is_file():
        raise CatalogError(
            [base.fault(f"there is no file {file}: a path counts from the folder of the catalog; builtin is the built-in one")]
        )
    name = BUILTIN if base.value == "builtin" else os.path.normpath(os.path.join(os.path.dirname(shown), base.value))  # noqa: PTH118, PTH120 - as text
    return _over(_extended(file, name, surprises, [*above, path]), tree)


def _over(base: Node, own: Node) -> Node:
    """`own` laid over `base`, as a merge patch. A null stays where it still has something to remove: what a cell or an
    endpoint inherits, or a built-in guide or flag."""
    if not isinstance(base.value, dict) or not isinstance(own.value, dict):
        return own
    merged = dict(base.value)
    for name in ("extends", "only", "tested", "site_url"):  # what was tested was the base's servers, and its pages are others
        merged.pop(name, None)
    for name, node in own.value.items():
        there = merged.get(name)
        if name in ("backends", "endpoints", "guides", "flags") and isinstance(node.value, dict):
            merged[name] = _each_over(there or node.at({}), node, name)
        elif node.value is None:
            merged.pop(name, None)
        else:
            merged[name] = patched(there, node)
    return own.at(merged)


def _each_over(base: Node, own: Node, what: str) -> Node:
    """The entries of a mapping of backends, endpoints (or cells), guides or flags, each laid over the one of the same name."""
    merged = dict(base.value) if isinstance(base.value, dict) else {}
    for name, node in own.value.items():
        there = merged.get(name)
        if node.value is None and what in ("backends", "endpoints") and there is not None:
            del merged[name]
        elif there is None or not isinstance(node.value, dict) or not isinstance(there.value, dict):
            merged[name] = node
        elif what == "backends" and isinstance(node.value.get("endpoints", node).value, dict) and "endpoints" in there.value:
            cells = (
                {"endpoints": _each_over(there.value["endpoints"], node.value["endpoints"], "endpoints")}
                if "endpoints" in node.value
                else {}
            )
            rest = node.at({key: value for key, value in node.value.items() if key != "endpoints"})
            merged[name] = node.at({**patched(there, rest).value, **cells})
        else:
            whole = what == "endpoints" and "like" not in there.value and own.place == "endpoints"
            merged[name] = _patched_keeping(there, node, {"body"} if whole else set())
    return own.at(merged)


def _patched_keeping(base: Node, own: Node, removing: set[str]) -> Node:
    """A merge patch that leaves nulls standing, except below the keys in `removing`."""
    if not isinstance(own.value, dict):
        return own
    merged = dict(base.value) if isinstance(base.value, dict) else {}
    for name, node in own.value.items():
        if name in removing:
            merged[name] = patched(merged.get(name), node)
        elif name in merged:
            merged[name] = _patched_keeping(merged[name], node, set())
        else:
            merged[name] = node
    return own.at(merged)


def _kept(tree: Node, faults: list[Fault]) -> Node:
    """The tree with the backends that `only` names, in its order."""
    only = tree.value.get("only") if isinstance(tree.value, dict) else None
    backends = tree.get("backends")
    if only is None or not isinstance(only.value, list) or not isinstance(backends.value, dict):
        return tree
    kept = {}
    for item in only.value:
        if not isinstance(item.value, str):
            continue  # which is a fault of its own
        if item.value in backends.value:
            kept[item.value] = backends.value[item.value]
        else:
            faults.append(item.fault(f"there is no backend {item.value}{meant(item.value, backends.value)}"))
    return tree.at({**tree.value, "backends": backends.at(kept or backends.value)})


def _completed(tree: Node, builtin: Node) -> Node:
    if not isinstance(tree.value, dict):
        return tree
    value = dict(tree.value)
    for name in COMPLETED:
        own, base = value.get(name), builtin.value[name]
        if own is None:
            value[name] = base
        elif isinstance(own.value, dict) and isinstance(base.value, dict):
            value[name] = patched(base, own)
    return tree.at(value)


def _resolved(tree: Node, faults: list[Fault]) -> Node:
    """The tree with `like`, the cells' own keys and `values` carried out, as merge patches one over the other."""
    endpoints = tree.get("endpoints").value if isinstance(tree.value, dict) and "endpoints" in tree.value else None
    backends = tree.get("backends").value if isinstance(tree.value, dict) and "backends" in tree.value else None
    if not isinstance(endpoints, dict) or not isinstance(backends, dict):
        return tree
    layers = {name: _lineage(name, endpoints, faults) for name in endpoints}
    resolved = {name: _laid(tree.at({}), layers[name], faults) for name in endpoints}
    hosts = {}
    for name, backend in backends.items():
        hosts[name] = backend
        cells = backend.value.get("endpoints") if isinstance(backend.value, dict) else None
        if cells is None or not isinstance(cells.value, dict):
            continue
        inherited = {key: backend.value[key] for key in INHERITED if key in backend.value and backend.value[key].value is not None}
        base = backend.at({**_NO_FAULT, **inherited})
        values = backend.value.get("values", backend.at({}))
        unused = dict(values.value) if isinstance(values.value, dict) else {}
        parameters: set[str] = set()
        filled = {}
        for endpoint, cell in cells.value.items():
            cell = cell.at({}) if cell.value is None else cell
            if endpoint not in endpoints:
                faults.append(cell.fault(f"there is no such endpoint{meant(endpoint, endpoints) or ': write it below endpoints'}"))
                continue
            if isinstance(cell.value, dict) and "like" in cell.value:
                faults.append(cell.value["like"].fault(f"only an endpoint is like another: this cell is like {endpoint} already"))
            theirs = _for_parameters(values, resolved[endpoint], cell)
            for parameter in theirs.value:
                unused.pop(parameter, None)
            parameters.update(_known_parameters(resolved[endpoint]))
            filled[endpoint] = _laid(base, [*layers[endpoint], backend.at({"values": theirs}), cell], faults)
        for parameter, node in unused.items():
            faults.append(node.fault(f"none of its cells has a parameter {parameter}{meant(parameter, parameters)}"))
        hosts[name] = backend.at({**backend.value, "endpoints": cells.at(filled)})
    return tree.at({**tree.value, "endpoints": tree.value["endpoints"].at(resolved), "backends": tree.value["backends"].at(hosts)})


def _for_parameters(values: Node, endpoint: Node, cell: Node) -> Node:
    """Of a backend's `values` those for parameters of the endpoint. What the cell has no place for, it takes out itself."""
    known = _known_parameters(endpoint)
    own = cell.value.get("parameters") if isinstance(cell.value, dict) else None
    removed = [name for name, node in own.value.items() if node.value is None] if own and isinstance(own.value, dict) else []
    given = values.value if isinstance(values.value, dict) else {}
    return values.at({name: node for name, node in given.items() if name in known and name not in removed})


def _known_parameters(endpoint: Node) -> dict[str, Node]:
    parameters = endpoint.value.get("parameters") if isinstance(endpoint.value, dict) else None
    return parameters.value if parameters is not None and isinstance(parameters.value, dict) else {}


# Stands in for what is missing where that was said already.
_NO_FAULT = {"method": Node("GET"), "path": Node("/")}


def _lineage(name: str, endpoints: dict[str, Node], faults: list[Fault]) -> list[Node]:
    """The endpoint and what it is like, the farthest first."""
    lineage: list[Node] = []
    seen: list[str] = []
    while True:
        seen.append(name)
        node = endpoints[name]
        lineage.insert(0, node)
        like = node.value.get("like") if isinstance(node.value, dict) else None
        if like is None or like.value is None:
            return lineage
        if not isinstance(like.value, str):
            break
        if like.value not in endpoints:
            faults.append(like.fault(f"there is no endpoint {like.value}{meant(like.value, endpoints.keys() - {name})}"))
            break
        if like.value in seen:
            circle = seen[seen.index(like.value) :]
            if like.value == min(circle):
                faults.append(like.fault(f"goes in a circle: {' is like '.join([*circle, like.value])}"))
            break
        name = like.value
    return [node.at(_NO_FAULT), *lineage]


def _laid(base: Node, layers: list[Node], faults: list[Fault]) -> Node:
    """`base` with the layers over it. A mapping in MERGED is a merge patch; every other key replaces, null removes."""
    merged: dict[str, Node] = dict(base.value)
    for layer in layers:
        if not isinstance(layer.value, dict):
            return layer
        bodies = [name for name in BODIES if name in layer.value and layer.value[name].value is not None]
        if len(bodies) > 1:
            faults.append(layer.value[bodies[1]].fault(f"there is {bodies[0]} too: a request has at most one of body, text and form"))
        for name, node in layer.value.items():
            if name in bodies:
                for other in BODIES:
                    if other != name:
                        merged.pop(other, None)
            if name == "values":
                continue
            if node.value is None:
                merged.pop(name, None)
            elif name in MERGED and (name in merged or name != "body"):
                merged[name] = patched(merged.get(name), node)
            else:
                merged[name] = node
        if "values" in layer.value:
            _set_values(merged, layer.value["values"], faults)
    if "like" in merged and isinstance(merged["like"].value, str):
        del merged["like"]
    return layers[-1].at(merged)


def _set_values(merged: dict[str, Node], values: Node, faults: list[Fault]) -> None:
    """The parameters' defaults, put where the parameters point. Those of path placeholders stay in `values`."""
    if not isinstance(values.value, dict):
        merged["values"] = values
        return
    parameters = merged["parameters"].value if "parameters" in merged else {}
    if not isinstance(parameters, dict):
        return  # which is a fault of its own
    for name, node in values.value.items():
        if name not in parameters:
            faults.append(node.fault(f"there is no parameter {name}{meant(name, parameters)}"))
            continue
        at = parameters[name].value.get("at") if isinstance(parameters[name].value, dict) else None
        path = at.plain() if at is not None else None
        if not isinstance(path, list) or not path:
            continue  # which is a fault of its own
        if path[0] == "path":
            kept = merged["values"].value if "values" in merged and isinstance(merged["values"].value, dict) else {}
            merged["values"] = values.at({**kept, name: node})
            continue
        if path[0] in ("headers", "query"):
            merged.setdefault(path[0], values.at({}))
        try:
            merged.update(placed_in(values.at(merged), tuple(path), node).value)
        except KeyError:
            faults.append(node.fault(f"the parameter's place {_spelt(path)} does not exist here"))


def _spelt(at: Any) -> str:
    return f"[{', '.join(map(str, at))}]"


@cache
def shape(cls: type) -> list[tuple[str, Any, Any]]:
    """The keys that a dataclass has in a catalog: name, type, field."""
    hints = get_type_hints(cls)
    return [(field.name, hints[field.name], field) for field in fields(cls) if not field.metadata["derived"]]


KINDS = {dict: "a mapping", list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number", type(None): "nothing"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def _unsendable(text: str) -> str:
    what = "half of a character (a lone surrogate)" if _SURROGATE.search(text) else "a NUL character"
    return f"holds {what}, which only a JSON body can send"


class _Reader:
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
        known = (id(node), kind if metadata.get("form") is None else (kind, metadata["form"]))
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
        if kind is Word and type(value) is int:
            return Word(value)
        if kind in (bool, int):
            return value if type(value) is kind else self.wrong(node, KINDS[kind])
        if not isinstance(value, str):
            return self.wrong(node, "a text")
        return self.string(node, kind, metadata.get("form"))

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
        return next((option for option in options if option in (str, Word)), options[0])

    def wrong(self, node: Node, expected: str) -> None:
        found = KINDS[type(node.value)]
        if expected == "a text" and isinstance(node.value, (bool, int, float)):
            self.fault(node, f"expected a text, but YAML reads this as {found}: put it in quotes")
        else:
            self.fault(node, f"expected {expected}, but this is {found}")

    def string(self, node: Node, kind: Any, form: Form | None) -> Any:
        value: str = node.value
        if _SURROGATE.search(value) or "\0" in value:
            return self.fault(node, _unsendable(value))
        if form and not re.fullmatch(form.pattern, value):
            return self.fault(node, f"must be {form.words}")
        return kind(value)

    def text(self, node: Node, kind: type[Text]) -> Any:
        """A text: one string for all languages, or one for each."""
        if isinstance(node.value, str):
            words = dict.fromkeys(self.languages, node)
        elif isinstance(node.value, dict):
            words = dict(node.value)
            if node.file == BUILTIN:  # a catalog in other languages shows these in the first one there is
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
        form: Form | None = metadata.get("keys")
        inner = metadata
        if get_origin(kinds[0]) is Literal:  # a mapping of mappings: the form is that of the inner keys
            for name in node.value.keys() - set(get_args(kinds[0])):
                self.fault(node.value[name], f"unknown key (known are {', '.join(get_args(kinds[0]))})")
        else:
            inner = {"form": metadata.get("form")}
            for name, item in node.value.items():
                if _SURROGATE.search(name) or "\0" in name:
                    self.fault(item, f"the key {_unsendable(name)}")
                elif form and not re.fullmatch(form.pattern, name):
                    self.fault(item, f"the key {name} must be {form.words}")
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
        known = {name for name, _, _ in shape(cls)}
        for name, item in node.value.items():
            if name not in known:
                self.fault(item, f"unknown key{meant(name, known)}")
        values: dict[str, Any] = {}
        whole = True
        for name, kind, field in shape(cls):
            item = node.value.get(name)
            if item is None or (item.value is None and name != "sample"):
                if field.default is MISSING and field.default_factory is MISSING:
                    self.fault(node, f"{name} is missing")
                    whole = False
                continue
            values[name] = self.read(item, kind, field.metadata)
            unread = values[name] is None or (isinstance(values[name], tuple) and None in values[name])
            whole = whole and (not unread or kind is Any)
        return cls(node=node, **values) if whole else None
