"""Files in, one tree out in which everything stands where it counts: what a catalog extends, the built-in flags and guides,
what endpoints are like, and what cells inherit.

Layers lie over each other as JSON merge patches (RFC 7396). Faults are gathered; only a file that can't be read is raised.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from generator import resources
from generator.catalog.nodes import CatalogError, Fault, Node, meant, patched, placed_in
from generator.catalog.secrets import secrets
from generator.catalog.yaml import load

MERGED = ("headers", "query", "body", "parameters")
BODIES = ("body", "text", "form")
INHERITED = ("headers", "query", "api_key", "effect", "source", "checked")  # what a cell takes from its backend
COMPLETED = ("flags", "guides", "errors", "languages")  # what a catalog takes from the built-in one


def tree(path: Path, shown: str, surprises: list[Fault], faults: list[Fault]) -> Node:
    """The completed tree of the catalog in the file at `path`, which faults call `shown`.

    What YAML makes of values goes to `surprises`, what is wrong with the layers to `faults`. Raises CatalogError for a file
    that can't be read.
    """
    whole = _extended(path, shown, surprises, [])
    if path.resolve() != resources.catalog():
        whole = _completed(whole, load(resources.catalog(), resources.NAME))
    return _resolved(_kept(whole, faults), faults)


def _extended(path: Path, shown: str, surprises: list[Fault], above: list[Path]) -> Node:
    """The tree of a file, laid over that of the catalog which it extends. Raises CatalogError for one that can't be read."""
    tree = load(path, shown, surprises)
    surprises += secrets(tree) if path.resolve() != resources.catalog() else ()
    base = tree.value.get("extends") if isinstance(tree.value, dict) else None
    if base is None or base.value is None:
        return tree
    if not isinstance(base.value, str):
        raise CatalogError([base.fault("expected builtin, or the path of a catalog")])
    file = resources.catalog() if base.value == "builtin" else path.parent / base.value
    if file.resolve() in (place.resolve() for place in (*above, path)):
        raise CatalogError([base.fault(f"goes in a circle: {' extends '.join(str(place) for place in (*above, path, file))}")])
    if not file.is_file():
        raise CatalogError(
            [base.fault(f"there is no file {file}: a path counts from the folder of the catalog; builtin is the built-in one")]
        )
    name = resources.NAME if base.value == "builtin" else os.path.normpath(os.path.join(os.path.dirname(shown), base.value))  # noqa: PTH118, PTH120 - as text
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
