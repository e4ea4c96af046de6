"""Tell which name says what a value in JSON is: its own, or that of something around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.importing.secrets.names import is_long_secret_name, secret_by_name, words

VALUES = frozenset(("value", "val", "values", "v"))
_NAME_FIELDS = ("name", "key", "variable", "field", "header", "env")
# What is told of a secret, and is none itself: `{"secret": {"name": "db", "type": "opaque"}}`.
_TOLD = frozenset(
    "name names type kind id ids user users username email namespace scheme provider algorithm alg status description title label"
    " url uri host issuer scope scopes policy format encoding region expires expiry expiration created updated at in version length"
    " count role roles audience path file filename hint message messages error errors reason method".split()
)
# Lists of what a text is made of, which are called tokens too.
_PIECES = frozenset("input output prompt cached reasoning audio text image used completion generated total".split())
_SMALL = 100_000
"""A smaller number below a secret's name is told of it: how long it is, when it ends."""


def owner_of(key: str, item: Any, siblings: Mapping[Any, Any], owner: str) -> str:
    """Return the name that says what a field is: its own, or that of the pair or of the object in which it stands.

    `owner` is the name of that object. The name of a secret counts for all below it.
    """
    lower = key.lower()
    if lower == "value" and (name := named_value(siblings)):
        return name
    if lower == "key" and VALUES & {str(other).lower() for other in siblings}:
        return ""
    name = _one_of(key) if isinstance(item, (list, tuple, Mapping)) else key
    certainty, outer = secret_by_name(name), secret_by_name(owner)
    if certainty == "surely" or outer is None:
        return name
    last, owner_last = words(key)[-1:], words(owner)[-1:]
    if owner_last in (["session"], ["cookie"]):
        return owner if last in (["id"], ["value"]) else name
    is_told = set(last) <= _TOLD or (isinstance(item, int) and item < _SMALL)
    if is_told or (outer == "maybe" and owner_last not in (["token"], ["signature"], ["bearer"])):
        return name
    return owner


def named_value(value: Mapping[Any, Any]) -> str | None:
    """Return what a value is called in an object such as `{"name": "password", "value": "…"}`; None if that is no secret's name."""
    for field in _NAME_FIELDS:
        name = value.get(field)
        if isinstance(name, str) and "value" in value and secret_by_name(name) is not None:
            return name
    return None


def _one_of(key: str) -> str:
    """Return what one of several is called: `tokens` are each a token, but pieces of a text in a model's answer."""
    if secret_by_name(key) is not None or key[-1:] not in ("s", "S"):
        return key
    one = key[:-1]
    parts = words(one)
    if secret_by_name(one) is None or set(parts) & _PIECES or parts == ["key"]:
        return key
    return "token" if parts[-1] == "token" and not is_long_secret_name(one) else one
