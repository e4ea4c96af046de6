"""Merge what a catalog inherits into its tree, in two steps. Each merge is a JSON merge patch (RFC 7396): null removes.

1. Files: a catalog is merged onto the one that it extends; flags and guides are merged onto the built-in ones. What was recorded
   for a catalog is among its samples by then.
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
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from generator import resources
from generator.catalog import recordings
from generator.catalog.model import BODIES
from generator.catalog.nodes import CatalogError, Fault, Node, did_you_mean, merge, replace_at
from generator.catalog.secrets import secrets
from generator.catalog.yaml import load, parse

NOT_EXTENDED = ("extends", "only", "tested", "site_url")  # what was tested was the base's servers, and its pages are others
FROM_BUILTIN = ("flags", "guides", "errors", "languages")  # what a catalog takes from the built-in one
FROM_BACKEND = ("headers", "query", "cookies", "api_key", "curl", "effect", "source", "checked")  # what a cell takes from its backend
PATCHED = ("headers", "query", "cookies", "body", "parameters", "curl")  # what a cell patches; its other keys replace the endpoint's
NULL_IS_NOTHING = (*BODIES, *PATCHED, "sample")  # where a null says that there is none, whether or not one is inherited

# A method and a path for endpoints that lack them because of their `like`, which is a fault already.
_STAND_INS = {"method": Node("GET"), "path": Node("/")}


def read_tree(
    path: Path, file: str, yaml_faults: list[Fault], faults: list[Fault], *, recorded: bool = True, text: str | None = None
) -> Node:
    """Return the tree of the catalog at `path`, which faults call `file`, with all that it inherits.

    With `text` that is the catalog, as if it stood at `path`. Without `recorded`, cells of which this catalog keeps recordings have no
    samples. Faults of the text, and keys that look real, go to `yaml_faults`, those of inheritance to `faults`. Raises CatalogError for
    a file that cannot be read.
    """
    tree, files = read_files(path, file, yaml_faults, faults, recorded=recorded, text=text)
    resolved = resolve_endpoints(tree, faults, files)
    faults += _unused_values(tree, entries(resolved, "endpoints") or {})
    return resolved


def read_files(
    path: Path, file: str, yaml_faults: list[Fault], faults: list[Fault], *, recorded: bool = True, text: str | None = None
) -> tuple[Node, list[str]]:
    """Return what the first step makes, with the backends that the catalog keeps, and what faults call the files of it (see `read_tree`).

    Of these files, the nearest is the first.
    """
    files: list[str] = []
    tree = _read_extended(path, file, yaml_faults, [], files, recorded=recorded, text=text)
    if text is not None or path.resolve() != resources.catalog():
        tree = _add_builtin(tree, _builtin_tree(resources.catalog()))
    return _select_backends(tree, faults), files


# ---- Step 1: files -------------------------------------------------------------------------


def _read_extended(
    path: Path,
    file: str,
    yaml_faults: list[Fault],
    extending: list[Path],
    files: list[str],
    *,
    recorded: bool = True,
    text: str | None = None,
) -> Node:
    """Return the tree of a file, merged onto that of the catalog which it extends; `extending` are the files that led here.

    What faults call the files that are read is added to `files`, the nearest first.
    """
    files.append(file)
    own = load(path, file, yaml_faults) if text is None else parse(text, file, yaml_faults)
    if text is not None or path.resolve() != resources.catalog():
        yaml_faults += secrets(own)
    base = _read_base(own, path, file, yaml_faults, extending, files)
    tree = own if base is None else _merge_catalogs(base, own)
    if not recorded:
        return recordings.without_samples(tree, own)
    return recordings.put_in(tree, own, path, file, yaml_faults)


def _read_base(tree: Node, path: Path, file: str, yaml_faults: list[Fault], extending: list[Path], files: list[str]) -> Node | None:
    """Return the tree of the catalog that the one at `path` extends; None if it extends none."""
    extends = tree.value.get("extends") if isinstance(tree.value, dict) else None
    if extends is None or extends.value is None:
        return None
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
    return _read_extended(base_path, base_file, yaml_faults, [*extending, path], files)


def _merge_catalogs(base: Node, own: Node) -> Node:
    """Merge a catalog onto the one that it extends."""
    if not isinstance(base.value, dict) or not isinstance(own.value, dict):
        return own
    merged = {name: node for name, node in base.value.items() if name not in NOT_EXTENDED}
    if "backends" in merged:
        merged["backends"] = _without_files_of_recordings(merged["backends"])
    for name, node in own.value.items():
        if name in ("backends", "endpoints", "guides", "flags") and isinstance(node.value, dict):
            merged[name] = _merge_entries(merged.get(name), node, name)
        elif node.value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), node)
    return own.with_value(merged)


def _without_files_of_recordings(backends: Node) -> Node:
    """Return the backends of a catalog that is extended: their recordings are samples by now, and the files its own."""
    if not isinstance(backends.value, dict):
        return backends
    kept = {}
    for name, backend in backends.value.items():
        if isinstance(backend.value, dict):
            backend = backend.with_value({key: node for key, node in backend.value.items() if key != "recorded"})
        kept[name] = backend
    return backends.with_value(kept)


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
            merged[name] = merge(merged[name], node, null="stays")
    return own.with_value(merged)


def _merge_backend(base: Node, own: Node) -> Node:
    """Merge a backend onto the base's: each cell onto the cell of the same name, the rest as a merge patch."""
    rest = own.with_value({name: node for name, node in own.value.items() if name != "endpoints"})
    merged = merge(base, rest)
    cells = own.value.get("endpoints")
    if cells is not None:
        is_mapping = isinstance(cells.value, dict)
        merged.value["endpoints"] = _merge_entries(base.value.get("endpoints"), cells, "cells") if is_mapping else cells
    return merged


def _merge_endpoint(base: Node, own: Node) -> Node:
    """Merge an endpoint onto the base's, keeping nulls.

    Not those in the body of one that is like no other: nothing is inherited there, and a null would be sent as JSON's null.
    """
    merged = merge(base, own, null="stays")
    if "body" in own.value and "like" not in base.value:
        merged.value["body"] = merge(base.value.get("body"), own.value["body"])
    return merged


def _merge_parameters(target: Node | None, patch: Node) -> Node:
    """Merge the parameters of a layer onto those inherited.

    A null for a whole parameter removes it, known here or not. Inside one, a null that removes nothing stays, to be told as a fault.
    """
    known = target.value if target is not None and isinstance(target.value, dict) else {}
    said = {name: node for name, node in patch.value.items() if node.value is not None or name in known}
    return merge(target, patch.with_value(said), null="removes what is there")


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
            completed[name] = merge(base, own)
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


def resolve_endpoints(tree: Node, faults: list[Fault], files: list[str]) -> Node:
    """Return the tree in which endpoints and cells are complete: `like`, what cells inherit and `values` are carried out.

    `tree` and `files` are what `read_files` returns. Faults are added to `faults`.
    """
    endpoints, backends = entries(tree, "endpoints"), entries(tree, "backends")
    if endpoints is None or backends is None:
        return tree
    lineages = {name: _lineage(name, endpoints, faults) for name in endpoints}
    resolved = {name: _merge_layers(tree.with_value({}), lineages[name], faults, files) for name in endpoints}
    completed = {name: _resolve_backend(backend, lineages, resolved, faults, files) for name, backend in backends.items()}
    return tree.with_value(
        {
            **tree.value,
            "endpoints": tree.value["endpoints"].with_value(resolved),
            "backends": tree.value["backends"].with_value(completed),
        }
    )


def _resolve_backend(
    backend: Node, lineages: dict[str, list[Node]], endpoints: dict[str, Node], faults: list[Fault], files: list[str]
) -> Node:
    """Return a backend whose cells are complete: what the backend gives, the endpoint, the backend's values and the cell's own keys."""
    cells = entries(backend, "endpoints")
    if cells is None:
        return backend
    given = {name: backend.value[name] for name in FROM_BACKEND if name in backend.value and backend.value[name].value is not None}
    base = backend.with_value({**_STAND_INS, **given})
    values = backend.value.get("values", backend.with_value({}))
    completed = {}
    for name, cell in cells.items():
        if cell.value is None:
            cell = cell.with_value({})
        if name not in endpoints:
            faults.append(cell.fault(f"there is no such endpoint{did_you_mean(name, endpoints) or ': write it below endpoints'}"))
            continue
        if isinstance(cell.value, dict) and "like" in cell.value:
            faults.append(cell.value["like"].fault(f"only an endpoint is like another: this cell is like {name} already"))
        known = _known_parameters(endpoints[name], cell)
        fitting = {parameter: node for parameter, node in (entries(backend, "values") or {}).items() if parameter in known}
        backend_values = backend.with_value({"values": values.with_value(fitting)})
        completed[name] = _merge_layers(base, [*lineages[name], backend_values, cell], faults, files)
    return backend.with_value({**backend.value, "endpoints": backend.value["endpoints"].with_value(completed)})


def _known_parameters(endpoint: Node, cell: Node) -> set[str]:
    """Return the parameters that an endpoint gives a cell, without those that the cell removes."""
    removed = {name for name, node in (entries(cell, "parameters") or {}).items() if node.value is None}
    return (entries(endpoint, "parameters") or {}).keys() - removed


def _unused_values(tree: Node, endpoints: dict[str, Node]) -> Iterator[Fault]:
    """Yield the faults of backends' values for parameters that none of their cells has; `endpoints` are complete."""
    for backend in (entries(tree, "backends") or {}).values():
        all_cells = entries(backend, "endpoints")
        if all_cells is None or not endpoints:
            continue  # which is a fault of its own
        cells = {name: cell for name, cell in all_cells.items() if name in endpoints}
        known = {name for id, cell in cells.items() for name in _known_parameters(endpoints[id], cell)}
        similar = {name for id in cells for name in entries(endpoints[id], "parameters") or {}}
        for name, node in (entries(backend, "values") or {}).items():
            if name not in known:
                yield node.fault(f"none of its cells has a parameter {name}{did_you_mean(name, similar)}")


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


def _merge_layers(base: Node, layers: list[Node], faults: list[Fault], files: list[str]) -> Node:
    """Merge the layers onto `base`, one after the other: keys in PATCHED as merge patches, the others as they stand.

    `files` are those from which they come, the nearest first.
    """
    merged: dict[str, Node] = dict(base.value)
    shown_for: dict[str, Any] = {}
    for layer in layers:
        if not isinstance(layer.value, dict):
            return layer
        bodies = [name for name in BODIES if name in layer.value and layer.value[name].value is not None]
        if len(bodies) > 1:
            faults.append(layer.value[bodies[1]].fault(f"there is {bodies[0]} too: a request has at most one of {_listed(BODIES)}"))
        for name, node in layer.value.items():
            if name in bodies:
                for other in BODIES:
                    if other != name:
                        merged.pop(other, None)
            if name == "values":
                continue
            if name == "effect":
                merged[name] = node  # a null is kept: it says that there is none, whatever the method
            elif node.value is None and (name in merged or name in NULL_IS_NOTHING):
                merged.pop(name, None)
            elif name == "body" and name not in merged:
                merged[name] = node  # nothing to patch: its nulls are JSON's
            elif name == "curl":
                merged[name] = merge(merged.get(name), node, null="removes what is there")
            elif name == "parameters" and isinstance(node.value, dict):
                merged[name] = _merge_parameters(merged.get(name), node)
            elif name in PATCHED:
                merged[name] = merge(merged.get(name), node)
            else:
                merged[name] = node
        if "values" in layer.value:
            _apply_values(merged, layer.value["values"], faults)
        for name, parameter in (entries(layer, "parameters") or {}).items():
            if isinstance(parameter.value, dict) and "shown" in parameter.value:
                default = _default(merged, name)
                shown_for[name] = default and default.plain()
    _drop_shown(merged, shown_for, files)
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
        if target[0] == "form" and len(target) == 2:
            target = _inside_part(request, target)
        try:
            request.update(replace_at(values.with_value(request), tuple(target), node).value)
        except KeyError:
            faults.append(node.fault(f"the parameter's place [{', '.join(map(str, target))}] does not exist here"))


def _default(request: dict[str, Node], parameter: str) -> Node | None:
    """Return the node of a parameter's default; None if it has none."""
    here = request["parameters"].get(parameter) if "parameters" in request else None
    at = here.value.get("at") if here is not None and isinstance(here.value, dict) else None
    target: Any = at.plain() if at is not None else None
    if not isinstance(target, list) or not target:
        return None  # which is a fault of its own
    if target[0] == "path":
        target = ["values", parameter]
    value: Any = request
    for step in target:
        try:
            value = (value.value if isinstance(value, Node) else value)[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value if isinstance(value, Node) else None


def _drop_shown(request: dict[str, Node], shown_for: dict[str, Any], files: list[str]) -> None:
    """Take out what pages show in place of a default that is another one by now: that of a later layer, or of a nearer file.

    `shown_for` has the defaults in whose places it was to stand.
    """
    parameters = dict(request["parameters"].value) if "parameters" in request and isinstance(request["parameters"].value, dict) else {}
    nearness = {file: position for position, file in enumerate(files)}
    for name, parameter in parameters.items():
        shown = parameter.value.get("shown") if isinstance(parameter.value, dict) else None
        if shown is None:
            continue
        default = _default(request, name)
        is_nearer = default is not None and nearness.get(default.file, 0) < nearness.get(shown.file, 0)
        if is_nearer or (default and default.plain()) != shown_for[name]:
            kept = {key: node for key, node in parameter.value.items() if key != "shown"}
            parameters[name] = parameter.with_value(kept)
            request["parameters"] = request["parameters"].with_value(parameters)


def _inside_part(request: dict[str, Node], target: list[Any]) -> list[Any]:
    """Return where the value of a form part stands: in one that is a mapping, below its file or its text."""
    part = request["form"].get(target[1]) if "form" in request else None
    if part is not None and isinstance(part.value, dict):
        return [*target, *(name for name in ("file", "text") if name in part.value)][:3]
    return target


def _listed(names: tuple[str, ...]) -> str:
    """Return names as a sentence lists them: body, text and form."""
    return f"{', '.join(names[:-1])} and {names[-1]}"


def entries(node: Node, name: str) -> dict[str, Node] | None:
    """Return the entries of the mapping at a key; None if there is no mapping."""
    below = node.value.get(name) if isinstance(node.value, dict) else None
    return below.value if below is not None and isinstance(below.value, dict) else None
