"""Read one cell of a catalog, for commands that need no other: of a thousand cells the rest is neither merged, decoded nor checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from generator.catalog import checks, inherit
from generator.catalog.decode import Decoder
from generator.catalog.model import Catalog
from generator.catalog.nodes import Fault, Node


def read_cell(path: Path, file: str, backend: str, endpoint: str) -> Catalog | None:
    """Return the catalog at `path` with one cell of a backend, and the cells that list values for it.

    None where the catalog has no such cell, or where something is wrong: `read` then says what. Raises CatalogError for a file that
    cannot be read.
    """
    faults: list[Fault] = []
    tree, files = inherit.read_files(path, file, faults, faults)
    tree = inherit.resolve_endpoints(_with_cell_alone(tree, backend, endpoint), faults, files)
    catalog = Decoder(faults).catalog(tree)
    if catalog is not None:
        faults += checks.cell_faults(catalog)
    if faults or catalog is None or endpoint not in (cell.id for cell in catalog.backends[backend].cells):
        return None
    return catalog


def _with_cell_alone(tree: Node, backend: str, endpoint: str) -> Node:
    """Return the tree with one cell of a backend, those that list values, and the endpoints that they are made from."""
    endpoints = inherit.entries(tree, "endpoints") or {}
    own = (inherit.entries(tree, "backends") or {}).get(backend)
    cells = inherit.entries(own, "endpoints") if own is not None else None
    if own is None or not cells:
        return tree.with_value({})
    kept = {name: cell for name, cell in cells.items() if name == endpoint or _lists_values(name, cell, endpoints)}
    needed = _with_origins(kept, endpoints)
    alone = own.with_value({**own.value, "endpoints": own.value["endpoints"].with_value(kept)})
    return tree.with_value(
        {
            **tree.value,
            "endpoints": tree.value["endpoints"].with_value({name: endpoints[name] for name in endpoints if name in needed}),
            "backends": tree.value["backends"].with_value({backend: alone}),
        }
    )


def _lists_values(name: str, cell: Node, endpoints: Mapping[str, Node]) -> bool:
    """Tell whether a cell says by `lists` that its answer lists values, or an endpoint that it is made from."""
    layers = [cell, *(endpoints[origin] for origin in _with_origins([name], endpoints))]
    return any(isinstance(layer.value, dict) and "lists" in layer.value for layer in layers)


def _with_origins(names: Iterable[str], endpoints: Mapping[str, Node]) -> set[str]:
    """Return the names of endpoints and of all that they are like, as far as there are any."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in endpoints and name not in found:
            found.add(name)
            layer = endpoints[name].value
            like = layer.get("like") if isinstance(layer, dict) else None
            waiting += [like.value] if like is not None and isinstance(like.value, str) else []
    return found
