"""A first catalog for `curlsheet init`: a small one with comments, or backends taken from the built-in one as they stand there."""

from __future__ import annotations

from collections.abc import Sequence

from generator import resources
from generator.catalog.nodes import Node
from generator.catalog.yaml import load

SCHEMA = "catalog.schema.json"


def blank() -> str:
    """The text of a small catalog that builds; its comments say what each part is for."""
    return (resources.templates() / "_init.yaml").read_text("utf-8")


def taken(names: Sequence[str]) -> str:
    """The text of a catalog with these backends of the built-in one and the endpoints that they need."""
    text = resources.catalog().read_text("utf-8")
    tree = load(resources.catalog())
    backends, endpoints = tree.get("backends").value, tree.get("endpoints").value
    needed: set[str] = set()
    for name in names:
        for endpoint in backends[name].value["endpoints"].value:
            while endpoint is not None and endpoint not in needed:
                needed.add(endpoint)
                like = endpoints[endpoint].value.get("like")
                endpoint = like.value if like else None
    lines = text.split("\n")
    parts = [
        f"# yaml-language-server: $schema={SCHEMA}",
        f"# {', '.join(names)}: taken from curlsheet's built-in catalog, yours to change. `curlsheet build` makes out/ from it.",
        "",
        *_block(lines, tree, "languages"),
        "backends:",
        *[line for name in names for line in _block(lines, tree.get("backends"), name)],
        "endpoints:",
        *[line for name in endpoints if name in needed for line in _block(lines, tree.get("endpoints"), name)],
    ]
    return "\n".join(parts).rstrip("\n") + "\n"


def _block(lines: list[str], parent: Node, name: str) -> list[str]:
    """The lines of a key and what is below it, and an empty line."""
    first = parent.value[name].line - 1
    indent = len(lines[first]) - len(lines[first].lstrip())
    last = first + 1
    while last < len(lines) and (not lines[last].strip() or len(lines[last]) - len(lines[last].lstrip()) > indent):
        last += 1
    return ["\n".join(lines[first:last]).rstrip("\n"), ""]
