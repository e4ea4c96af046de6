"""Find texts of a catalog that look like a real key, so that none is published."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.catalog.nodes import Fault, Node

# What the keys of well-known services start with; a JSON web token (RFC 7519); a private key (RFC 7468).
SECRET = re.compile(
    r"\b(sk-[\w-]{20,}|xf-\w{20,}|gh[pousr]_\w{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{20,}|AKIA[0-9A-Z]{16}|"
    r"AIza[\w-]{35}|hf_\w{30,}|[rs]k_live_\w{20,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,})|-----BEGIN [A-Z ]*PRIVATE KEY-----",
    re.ASCII,
)


def secrets(tree: Node) -> Iterator[Fault]:
    """Yield a fault for each text of a catalog that looks like a real key.

    Left out are samples of answers, the `example` of an api_key, and the same text anywhere else.
    """
    examples = {node.value for node in _texts(tree) if _is_key_example(node)}
    for node in _texts(tree):
        found = [match[0] for match in SECRET.finditer(node.value)]
        if not _is_key_example(node) and any(_looks_real(key) and key not in examples for key in found):
            yield node.fault("looks like a real key: take it out (and have it revoked); a key comes from the variable of an api_key")


def _looks_real(key: str) -> bool:
    """Tell a key from a placeholder: sk-xxxxxxxxxxxxxxxxxxxxxxxx repeats itself, sk-put-your-own-key-here holds no digit."""
    return key.startswith("-----") or (len(set(key)) > 9 and re.search("[0-9]", key) is not None)


def _is_key_example(node: Node) -> bool:
    return node.place.endswith(".api_key.example")


def _texts(node: Node) -> Iterator[Node]:
    """Yield each text below a node, except those of samples."""
    if isinstance(node.value, str):
        yield node
    elif isinstance(node.value, dict):
        for name, item in node.value.items():
            if name != "sample":
                yield from _texts(item)
    elif isinstance(node.value, list):
        for item in node.value:
            yield from _texts(item)
