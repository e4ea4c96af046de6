"""Read the outline of a catalog: which backend has which endpoint, without what they send and answer.

Of a thousand cells the bodies, parameters, pipelines and samples are then neither merged, decoded nor checked.
"""

from __future__ import annotations

from pathlib import Path

from generator.catalog import checks, inherit
from generator.catalog.decode import Decoder
from generator.catalog.model import Catalog
from generator.catalog.nodes import Fault, Node

KEPT = ("like", "title", "group", "method", "path", "base_url", "missing")
"""The keys of endpoints and cells that an outline has."""


def read_outline(path: Path, file: str) -> Catalog | None:
    """Return the catalog at `path` with endpoints and cells that have no other keys than those of an outline.

    None where something is wrong with what is left: `read` then says all faults. Raises CatalogError for a file that cannot be read.
    """
    faults: list[Fault] = []
    tree, files = inherit.read_files(path, file, faults, faults)
    tree = inherit.resolve_endpoints(_outline(tree), faults, files)
    catalog = Decoder(faults).catalog(tree)
    if catalog is not None:
        faults += checks.outline_faults(catalog)
    return None if faults else catalog


def _outline(tree: Node) -> Node:
    """Return the tree of a catalog whose endpoints and cells have the keys of an outline alone."""
    outline = _with_outlines(tree)
    backends = inherit.entries(tree, "backends")
    if backends is None:
        return outline
    outlines = {name: _with_outlines(backend) for name, backend in backends.items()}
    return outline.with_value({**outline.value, "backends": tree.value["backends"].with_value(outlines)})


def _with_outlines(node: Node) -> Node:
    """Return a catalog or a backend whose endpoints have the keys of an outline alone."""
    endpoints = inherit.entries(node, "endpoints")
    if endpoints is None:
        return node
    outlines = {name: _of_endpoint(endpoint) for name, endpoint in endpoints.items()}
    return node.with_value({**node.value, "endpoints": node.value["endpoints"].with_value(outlines)})


def _of_endpoint(endpoint: Node) -> Node:
    if not isinstance(endpoint.value, dict):
        return endpoint
    return endpoint.with_value({name: item for name, item in endpoint.value.items() if name in KEPT})
