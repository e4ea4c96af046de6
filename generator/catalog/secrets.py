"""Find texts of a catalog that look like a real key."""

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
    """Texts of a catalog that look like a real key. Samples and examples of keys may."""
    examples = {node.value for name, node in _texts(tree) if name == "example"}
    for name, node in _texts(tree):
        for found in SECRET.finditer(node.value) if name != "example" else ():
            # Placeholders (sk-xxxxxxxxxxxxxxxxxxxxxxxx, sk-put-your-own-key-here) repeat themselves, or hold no digit.
            real = found[0].startswith("-----") or (len(set(found[0])) > 9 and re.search("[0-9]", found[0]))
            if real and found[0] not in examples:
                yield node.fault("looks like a real key: take it out (and have it revoked); a key comes from the variable of an api_key")
                break


def _texts(node: Node, name: str = "") -> Iterator[tuple[str, Node]]:
    """Each text below a node with the key it stands under, `example` for that of an api_key; samples left out."""
    if isinstance(node.value, str):
        yield name, node
    elif isinstance(node.value, dict):
        for key, item in node.value.items():
            yield from () if key == "sample" else _texts(item, key if (key, name) == ("example", "api_key") or key != "example" else "")
    elif isinstance(node.value, list):
        for item in node.value:
            yield from _texts(item)
