"""Dynamic variables of Postman, which have a new value for each request: `{{$guid}}`, `{{$timestamp}}`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from generator.importing.model import FoundParameter, FoundRequest
from generator.importing.places import places_of
from generator.importing.postman.scope import dynamic_name, dynamic_variables

# What a catalog makes too: a UUID, and the time in UTC as RFC 3339 has it.
_MADE: dict[str, Literal["uuid", "now"]] = {"guid": "uuid", "random_uuid": "uuid", "iso_timestamp": "now"}


def with_fresh_values(found: FoundRequest, request: Any, changes: list[str]) -> FoundRequest:
    """Return a request whose dynamic variables have new values for each run, where a catalog can say so; the others are told."""
    fresh: list[FoundParameter] = []
    for at, text in places_of(found):
        variable = text.variable
        if variable is not None and variable.name in _MADE:
            fresh.append(FoundParameter(variable.name, at, generate=_MADE[variable.name]))
    made = {parameter.name for parameter in fresh}
    names = dict.fromkeys(name for template in _templates(request) for name in dynamic_variables(template))
    for name in names:
        if dynamic_name(name) not in made:
            changes.append(f"{{{{{name}}}}} is made by Postman alone: here it is a parameter, {dynamic_name(name)}")
    return replace(found, parameters=(*found.parameters, *fresh))


def _templates(value: Any) -> list[str]:
    """Return all texts below a value of a collection."""
    if isinstance(value, str):
        return [value]
    items: Any = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in items for text in _templates(item)]
