"""Where the texts of a request stand, in the words of a catalog."""

from __future__ import annotations

from typing import Any

from generator.importing.model import FoundRequest, Text

At = tuple[str | int, ...]


def places_of(found: FoundRequest) -> list[tuple[At, Text]]:
    """Return the texts of a request with their places in the catalog's words."""
    places: list[tuple[At, Text]] = [(("query", name), text) for name, text in found.query]
    places += [(("headers", name), text) for name, text in found.headers]
    body = found.body
    if body is not None and body.kind == "urlencoded":
        places += [(("urlencoded", name), text) for name, text in body.value]
    elif body is not None and body.kind == "form":
        places += [(("form", part.name), part.text) for part in body.value if part.text is not None]
    elif body is not None and body.kind == "json":
        places += _json_places(body.value, ("body",))
    return places


def _json_places(value: Any, at: At) -> list[tuple[At, Text]]:
    if isinstance(value, Text):
        return [(at, value)]
    steps: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for step, item in steps for place in _json_places(item, (*at, step))]
