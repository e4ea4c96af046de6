"""Write a first catalog for `curlsheet init`: a small one with comments, or backends of the built-in one as they stand there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator import resources
from generator.catalog.nodes import Node
from generator.catalog.yaml import load

SCHEMA = "catalog.schema.json"


def blank() -> str:
    """Return the text of a small catalog that builds; its comments say what each part is for."""
    return (resources.templates() / "_init.yaml").read_text("utf-8")


def from_builtin(names: Sequence[str]) -> str:
    """Return the text of a catalog with these backends of the built-in one and the endpoints that they need.

    Raises KeyError for a backend that it does not have.
    """
    text = resources.catalog().read_text("utf-8")
    tree = load(resources.catalog())
    backends, endpoints = tree.get("backends").value, tree.get("endpoints").value
    needed = {endpoint for name in names for endpoint in _needed_endpoints(backends[name], endpoints)}
    cells = [cell for name in names for cell in backends[name].value["endpoints"].value.values() if cell.value]
    groups = {node.value["group"].value for node in [*(endpoints[name] for name in needed), *cells] if "group" in node.value}
    lines = text.split("\n")
    parts = [
        f"# yaml-language-server: $schema={SCHEMA}",
        f"# {', '.join(names)}: taken from curlsheet's built-in catalog, yours to change. `curlsheet build` makes out/ from it.",
        "",
        *_block(lines, tree, "languages"),
        *(["groups:"] if groups else []),
        *[_block(lines, tree.get("groups"), name)[0] for name in tree.get("groups").value if name in groups],
        *([""] if groups else []),
        "backends:",
        *[line for name in names for line in _block(lines, tree.get("backends"), name)],
        "endpoints:",
        *[line for name in endpoints if name in needed for line in _block(lines, tree.get("endpoints"), name)],
    ]
    return "\n".join(parts).rstrip("\n") + "\n"


def recordings(names: Sequence[str]) -> dict[str, str]:
    """Return the files with the recorded samples of these backends of the built-in catalog: the text of each, by the path it names."""
    backends = load(resources.catalog()).get("backends").value
    named = [backends[name].value["recorded"].value for name in names if "recorded" in backends[name].value]
    return {path: (resources.catalog().parent / path).read_text("utf-8") for path in named}


def _needed_endpoints(backend: Node, endpoints: dict[str, Node]) -> Iterator[str]:
    """Yield the endpoints that a backend has, and those that they are like."""
    for name in backend.value["endpoints"].value:
        yield name
        while like := endpoints[name].value.get("like"):
            name = like.value
            yield name


def _block(lines: list[str], parent: Node, name: str) -> list[str]:
    """Return the lines of a key and what is below it as one text, and an empty line."""
    first = parent.value[name].line - 1
    end = first + 1
    while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > _indent(lines[first])):
        end += 1
    return ["\n".join(lines[first:end]).rstrip("\n"), ""]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
