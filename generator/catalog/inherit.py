"""Merge what a catalog inherits into its tree, in two steps. Each merge is a JSON merge patch (RFC 7396): null removes.

1. Files: a catalog is merged onto the one that it extends; flags and guides are merged onto the built-in ones.
2. Endpoints and cells: a cell is merged onto the endpoint of its name, and that one onto the endpoint that it is like.

Nulls in endpoints and cells outlive the first step, since they remove what is inherited in the second:

    # base.yaml
    endpoints: {ask: {method: GET, path: /ask, headers: {X: from ask}}}
    backends: {a: {base_url: http://localhost/v1, endpoints: {ask: {headers: {Y: from the cell}}}}}
    # team.yaml
    extends: base.yaml
    backends: {a: {endpoints: {ask: {headers: {X: null, Y: null}}}}}

After step 1 the headers of the cell are {X: null, Y: null}; in step 2, X: null removes what the endpoint gives the cell. As a
plain merge patch, step 1 would leave {}, and the cell would send X.

Faults are gathered. Only a file that cannot be read ends the work: that raises CatalogError.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

from generator import resources
from generator.catalog.nodes import CatalogError, Fault, Node, did_you_mean, merge_patch, replace_at
from generator.catalog.secrets import secrets
from generator.catalog.yaml import load

NOT_EXTENDED = ("extends", "only", "tested", "site_url")  # what was tested was the base's servers, and its pages are others
FROM_BUILTIN = ("flags", "guides", "errors", "languages")  # what a catalog takes from the built-in one
FROM_BACKEND = ("headers", "query", "api_key", "effect", "source", "checked")  # what a cell takes from its backend
PATCHED = ("headers", "query", "body", "parameters")  # what a cell patches; its other keys replace the endpoint's
BODIES = ("body", "text", "form")

# A method and a path for endpoints that lack them because of their `like`, which is a fault already.
_STAND_INS = {"method": Node("GET"), "path": Node("/")}


def read_tree(path: Path, file: str, yaml_faults: list[Fault], faults: list[Fault]) -> Node:
    """Return the tree of the catalog at `path`, which faults call `file`, with all that it inherits.

    Faults of the text, and keys that look real, go to `yaml_faults`, those of inheritance to `faults`. Raises CatalogError for
    a file that cannot be read.
    """
    tree = _read_extended(path, file, yaml_faults, [])
    if path.resolve() != resources.catalog():
        tree = _add_builtin(tree, _builtin_tree(resources.catalog()))
    return _resolve_endpoints(_select_backends(tree, faults), faults)


# ---- Step 1: files -------------------------------------------------------------------------


def _read_extended(path: Path, file: str, yaml_faults: list[Fault], extending: list[Path]) -> Node:
    """Return the tree of a file, merged onto that of the catalog which it extends; `extending` are the files that led here."""
    tree = load(path, file, yaml_faults)
    if path.resolve() != resources.catalog():
        yaml_faults += secrets(tree)
    extends = tree.value.get("extends") if isinstance(tree.value, dict) else None
    if extends is None or extends.value is None:
        return tree
    if not isinstance(extends.value, str):
        raise CatalogError([extends.fault("expected builtin, or the path of a catalog")])
    if extends.value == "builtin":
        base_path, base_file = resources.catalog(), resources.NAME
    else:
        base_path = path.parent / extends.value
        base_file = os.path.normpath(os.path.join(os.path.dirname(file), extends.value))  # noqa: PTH118, PTH120 - as text
    if base_path.resolve() in (known.resolve() for known in (*extending, path)):
        circle = " extends ".join(str(known) for known in (*extending, path, base_path))
        raise CatalogError([extends.fault(f"goes in a circle: {circle}")])
    if not base_path.is_file():
        raise CatalogError(
            [extends.fault(f"there is no file {base_path}: a path counts from the folder of the catalog; builtin is the built-in one")]
        )
    return _merge_catalogs(_read_extended(base_path, base_file, yaml_faults, [*extending, path]), tree)


def _merge_catalogs(base: Node, own: Node) -> Node:
    """Merge a catalog onto the one that it extends."""
    if not isinstance(base.value, dict) or not isinstance(own.value, dict):
        return own
    merged = {name: node for name, node in base.value.items() if name not in NOT_EXTENDED}
    for name, node in own.value.items():
        if name in ("backends", "endpoints", "guides", "flags") and isinstance(node.value, dict):
            merged[name] = _merge_entries(merged.get(name), node, name)
        elif node.value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), node)
    return own.with_value(merged)


def _merge_entries(base: Node | None, own: Node, section: str) -> Node:
    """Merge backends, endpoints, cells, guides or flags, each onto the one of the same name.

    A null for a whole guide or flag stays: it removes the built-in one.
    """
    merged = dict(base.value) if base is not None and isinstance(base.value, dict) else {}
    for name, node in own.value.items():
        if name not in merged:
            merged[name] = node
        elif node.value is None and section in ("backends", "endpoints", "cells"):
            del merged[name]
        elif not isinstance(node.value, dict) or not isinstance(merged[name].value, dict):
            merged[name] = node
        elif section == "backends":
            merged[name] = _merge_backend(merged[name], node)
        elif section == "endpoints":
            merged[name] = _merge_endpoint(merged[name], node)
        else:
            merged[name] = _merge_keeping_nulls(merged[name], node)
    return own.with_value(merged)


def _merge_backend(base: Node, own: Node) -> Node:
    """Merge a backend onto the base's: each cell onto the cell of the same name, the rest as a merge patch."""
    rest = own.with_value({name: node for name, node in own.value.items() if name != "endpoints"})
    merged = merge_patch(base, rest)
    cells = own.value.get("endpoints")
    if cells is not None:
        is_mapping = isinstance(cells.value, dict)
        merged.value["endpoints"] = _merge_entries(base.value.get("endpoints"), cells, "cells") if is_mapping else cells
    return merged


def _merge_endpoint(base: Node, own: Node) -> Node:
    """Merge an endpoint onto the base's, keeping nulls.

    Not those in the body of one that is like no other: nothing is inherited there, and a null would be sent as JSON's null.
    """
    merged = _merge_keeping_nulls(base, own)
    if "body" in own.value and "like" not in base.value:
        merged.value["body"] = merge_patch(base.value.get("body"), own.value["body"])
    return merged


def _merge_keeping_nulls(base: Node, own: Node) -> Node:
    """Merge as `merge_patch` does, but keep each null in its place, for the second step."""
    if not isinstance(own.value, dict):
        return own
    merged = dict(base.value) if isinstance(base.value, dict) else {}
    for name, node in own.value.items():
        merged[name] = _merge_keeping_nulls(merged[name], node) if name in merged else node
    return own.with_value(merged)


@cache
def _builtin_tree(path: Path) -> Node:
    """Return the tree of the built-in catalog. A program that reads several catalogs reads this one once: merging changes no node."""
    return load(path, resources.NAME)


def _add_builtin(tree: Node, builtin: Node) -> Node:
    """Merge a catalog's flags, guides, errors and languages onto the built-in ones."""
    if not isinstance(tree.value, dict):
        return tree
    completed = dict(tree.value)
    for name in FROM_BUILTIN:
        base, own = builtin.value[name], completed.get(name)
        if own is None:
            completed[name] = base
        elif isinstance(own.value, dict) and isinstance(base.value, dict):
            completed[name] = merge_patch(base, own)
    return tree.with_value(completed)


def _select_backends(tree: Node, faults: list[Fault]) -> Node:
    """Return the tree with the backends that `only` names, in its order; with all of them if it names none that is there."""
    only = tree.value.get("only") if isinstance(tree.value, dict) else None
    backends = tree.get("backends")
    if only is None or not isinstance(only.value, list) or not isinstance(backends.value, dict):
        return tree
    selected = {}
    for item in only.value:
        if not isinstance(item.value, str):
            continue  # which is a fault of its own
        if item.value in backends.value:
            selected[item.value] = backends.value[item.value]
        else:
            faults.append(item.fault(f"there is no backend {item.value}{did_you_mean(item.value, backends.value)}"))
    return tree.with_value({**tree.value, "backends": backends.with_value(selected or backends.value)})


# ---- Step 2: endpoints and cells -----------------------------------------------------------


def _resolve_endpoints(tree: Node, faults: list[Fault]) -> Node:
    """Return the tree in which endpoints and cells are complete: `like`, what cells inherit and `values` are carried out."""
    endpoints, backends = _entries(tree, "endpoints"), _entries(tree, "backends")
    if endpoints is None or backends is None:
        return tree
    lineages = {name: _lineage(name, endpoints, faults) for name in endpoints}
    resolved = {name: _merge_layers(tree.with_value({}), lineages[name], faults) for name in endpoints}
    completed = {name: _resolve_backend(backend, lineages, resolved, faults) for name, backend in backends.items()}
    return tree.with_value(
        {
            **tree.value,
            "endpoints": tree.value["endpoints"].with_value(resolved),
            "backends": tree.value["backends"].with_value(completed),
        }
    )


def _resolve_backend(backend: Node, lineages: dict[str, list[Node]], endpoints: dict[str, Node], faults: list[Fault]) -> Node:
    """Return a backend whose cells are complete: what the backend gives, the endpoint, the backend's values and the cell's own keys."""
    cells = _entries(backend, "endpoints")
    if cells is None:
        return backend
    given = {name: backend.value[name] for name in FROM_BACKEND if name in backend.value and backend.value[name].value is not None}
    base = backend.with_value({**_STAND_INS, **given})
    values = backend.value.get("values", backend.with_value({}))
    unused = dict(_entries(backend, "values") or {})
    parameters: set[str] = set()
    completed = {}
    for name, cell in cells.items():
        if cell.value is None:
            cell = cell.with_value({})
        if name not in endpoints:
            faults.append(cell.fault(f"there is no such endpoint{did_you_mean(name, endpoints) or ': write it below endpoints'}"))
            continue
        if isinstance(cell.value, dict) and "like" in cell.value:
            faults.append(cell.value["like"].fault(f"only an endpoint is like another: this cell is like {name} already"))
        known = _entries(endpoints[name], "parameters") or {}
        parameters.update(known)
        removed = [parameter for parameter, node in (_entries(cell, "parameters") or {}).items() if node.value is None]
        fitting = {
            parameter: node
            for parameter, node in (_entries(backend, "values") or {}).items()
            if parameter in known and parameter not in removed
        }
        for parameter in fitting:
            unused.pop(parameter, None)
        backend_values = backend.with_value({"values": values.with_value(fitting)})
        completed[name] = _merge_layers(base, [*lineages[name], backend_values, cell], faults)
    for parameter, node in unused.items():
        faults.append(node.fault(f"none of its cells has a parameter {parameter}{did_you_mean(parameter, parameters)}"))
    return backend.with_value({**backend.value, "endpoints": backend.value["endpoints"].with_value(completed)})


def _lineage(name: str, endpoints: dict[str, Node], faults: list[Fault]) -> list[Node]:
    """Return the endpoint and those that it is like, the farthest first. A `like` that leads nowhere is a fault."""
    lineage: list[Node] = []
    names: list[str] = []
    while True:
        names.append(name)
        endpoint = endpoints[name]
        lineage.insert(0, endpoint)
        like = endpoint.value.get("like") if isinstance(endpoint.value, dict) else None
        if like is None or like.value is None:
            return lineage
        if not isinstance(like.value, str):
            break
        if like.value not in endpoints:
            faults.append(like.fault(f"there is no endpoint {like.value}{did_you_mean(like.value, endpoints.keys() - {name})}"))
            break
        if like.value in names:
            circle = names[names.index(like.value) :]
            if like.value == min(circle):  # said once, not for each endpoint of the circle
                faults.append(like.fault(f"goes in a circle: {' is like '.join([*circle, like.value])}"))
            break
        name = like.value
    return [endpoint.with_value(_STAND_INS), *lineage]


def _merge_layers(base: Node, layers: list[Node], faults: list[Fault]) -> Node:
    """Merge the layers onto `base`, one after the other: keys in PATCHED as merge patches, the others as they stand."""
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
            elif name == "body" and name not in merged:
                merged[name] = node  # nothing to patch: its nulls are JSON's
            elif name in PATCHED:
                merged[name] = merge_patch(merged.get(name), node)
            else:
                merged[name] = node
        if "values" in layer.value:
            _apply_values(merged, layer.value["values"], faults)
    if "like" in merged and isinstance(merged["like"].value, str):
        del merged["like"]
    return layers[-1].with_value(merged)


def _apply_values(request: dict[str, Node], values: Node, faults: list[Fault]) -> None:
    """Put the parameters' defaults where `at` of each parameter points. Those of path placeholders stay in `values`."""
    if not isinstance(values.value, dict):
        request["values"] = values
        return
    parameters = request["parameters"].value if "parameters" in request else {}
    if not isinstance(parameters, dict):
        return  # which is a fault of its own
    for name, node in values.value.items():
        if name not in parameters:
            faults.append(node.fault(f"there is no parameter {name}{did_you_mean(name, parameters)}"))
            continue
        at = parameters[name].value.get("at") if isinstance(parameters[name].value, dict) else None
        target: Any = at.plain() if at is not None else None
        if not isinstance(target, list) or not target:
            continue  # which is a fault of its own
        if target[0] == "path":
            earlier = request["values"].value if "values" in request and isinstance(request["values"].value, dict) else {}
            request["values"] = values.with_value({**earlier, name: node})
            continue
        if target[0] in ("headers", "query"):
            request.setdefault(target[0], values.with_value({}))
        try:
            request.update(replace_at(values.with_value(request), tuple(target), node).value)
        except KeyError:
            faults.append(node.fault(f"the parameter's place [{', '.join(map(str, target))}] does not exist here"))


def _entries(node: Node, name: str) -> dict[str, Node] | None:
    """Return the entries of the mapping at a key; None if there is no mapping."""
    below = node.value.get(name) if isinstance(node.value, dict) else None
    return below.value if below is not None and isinstance(below.value, dict) else None
