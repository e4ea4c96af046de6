"""Say what differs: a JSON merge patch (RFC 7396) from what is inherited to what is meant."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from generator.catalog.inherit import PATCHED
from generator.catalog.model import BODIES


class Unpatchable(ValueError):
    """No merge patch leads there: what is meant has a null in it."""


def patch(base: Mapping[str, Any], meant: Mapping[str, Any]) -> dict[str, Any]:
    """Return the merge patch that makes `meant` out of `base`. Raises Unpatchable."""
    made: dict[str, Any] = {}
    for name, value in meant.items():
        if name in base and _same(base[name], value):
            continue
        if isinstance(value, dict) and isinstance(base.get(name), dict):
            made[name] = patch(base[name], value)
        else:
            _need_no_null(value)
            made[name] = value
    for name in base:
        if name not in meant:
            made[name] = None
    return made


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) and json.dumps(one) == json.dumps(other)


def _need_no_null(value: Any) -> None:
    """Raise Unpatchable where a merge would take a null for a removal: in a mapping, not in a list."""
    if value is None:
        raise Unpatchable
    if isinstance(value, dict):
        for item in value.values():
            _need_no_null(item)


def endpoint_patch(base: Mapping[str, Any], meant: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an endpoint that is like `base`, or a cell of it, writes in order to be as `meant`. Raises Unpatchable."""
    made: dict[str, Any] = {}
    own_body = next((kind for kind in BODIES if kind in meant), None)
    for name, value in meant.items():
        if name in base and _same(base[name], value):
            continue
        if name in PATCHED and isinstance(value, dict) and isinstance(base.get(name), dict):
            made[name] = patch(base[name], value)
        else:
            if name in PATCHED:
                _need_no_null(value)
            made[name] = value
    for name in base:
        if name not in meant and not (name in BODIES and own_body):
            made[name] = None
    return made
