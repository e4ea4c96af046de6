"""Dynamic variables of Postman, which have a new value for each request: `{{$guid}}`, `{{$timestamp}}`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from generator.importing.model import FoundParameter, FoundRequest, Text
from generator.importing.postman.scope import dynamic_name, dynamic_variables

At = tuple[str | int, ...]

# What a catalog makes too: a UUID, and the time in UTC as RFC 3339 has it.
_MADE: dict[str, Literal["uuid", "now"]] = {"guid": "uuid", "random_uuid": "uuid", "iso_timestamp": "now"}


def with_fresh_values(found: FoundRequest, request: Any, changes: list[str]) -> FoundRequest:
    """Return a request whose dynamic variables have new values for each run, where a catalog can say so; the others are told."""
    fresh: list[FoundParameter] = []
    for at, text in _places(found):
        variable = text.variable
        if variable is not None and variable.name in _MADE:
            fresh.append(FoundParameter(variable.name, at, generate=_MADE[variable.name]))
    made = {parameter.name for parameter in fresh}
    names = dict.fromkeys(name for template in _templates(request) for name in dynamic_variables(template))
    for name in names:
        if dynamic_name(name) not in made:
            changes.append(f"{{{{{name}}}}} is made by Postman alone: here it is a parameter, {dynamic_name(name)}")
    return replace(found, parameters=(*found.parameters, *fresh))


def _places(found: FoundRequest) -> list[tuple[At, Text]]:
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


def _templates(value: Any) -> list[str]:
    """Return all texts below a value of a collection."""
    if isinstance(value, str):
        return [value]
    items: Any = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in items for text in _templates(item)]
