"""Find texts of a catalog that look like a real key, so that none is published."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.catalog.nodes import Fault, Node
from generator.secret_text import SECRET, SHORTEST_SECRET, looks_real


def secrets(tree: Node) -> Iterator[Fault]:
    """Yield a fault for each text of a catalog that looks like a real key.

    Left out are samples of answers, the `example` of an api_key, and the same text anywhere else.
    """
    texts = _texts(tree)
    suspects = [node for node in texts if len(node.value) >= SHORTEST_SECRET and SECRET.search(node.value)]
    examples = {node.value for node in texts if _is_key_example(node)} if suspects else set()
    for node in suspects:
        found = [match[0] for match in SECRET.finditer(node.value)]
        if not _is_key_example(node) and any(looks_real(key) and key not in examples for key in found):
            yield node.fault("looks like a real key: take it out (and have it revoked); a key comes from the variable of an api_key")


def _is_key_example(node: Node) -> bool:
    return re.search(r"\.api_key(\[\d+\])?\.example$", node.key_path) is not None


def _texts(tree: Node) -> list[Node]:
    """Return each text below a node, except those of samples."""
    texts: list[Node] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node.value, str):
            texts.append(node)
        elif isinstance(node.value, dict):
            waiting += [item for name, item in node.value.items() if name != "sample"]
        elif isinstance(node.value, list):
            waiting += node.value
    return texts
