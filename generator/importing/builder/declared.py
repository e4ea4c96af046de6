"""The parameters that a source declares, beside those that variables in the request become."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from generator.importing.builder.path import place_name
from generator.importing.builder.slots import At, Content, Draft, Slot


def declare(draft: Draft) -> None:
    """Add the parameters that the source declares."""
    for parameter in draft.found.parameters:
        at = parameter.at
        if at[0] == "path":
            at = ("path", place_name(str(at[1])))
        there = draft.slots.get(at)
        if at[0] == "path" and parameter.default is not None:
            draft.values[str(at[1])] = parameter.default
        elif parameter.default is not None and there is None:
            _put_default(draft.content, at, parameter.default)
        exists = there is not None or at in set(_places(draft.content))
        slot = Slot(
            parameter.name,
            at,
            required=parameter.required and at[0] != "path" and not (exists and there is None),
            type=parameter.type,
            example=parameter.example,
            about=parameter.about,
            repeat=parameter.repeat,
            join=parameter.join,
            generate=parameter.generate,
            read=parameter.read,
            variable=there is not None or at[0] == "path",
            secret=there.secret if there else False,
        )
        if there is not None:
            slot = replace(slot, required=there.required and parameter.default is None and parameter.generate is None)
        draft.slots[at] = slot


def _put_default(content: Content, at: At, value: Any) -> None:
    """Put what is sent if the user says nothing into a place that is empty. One whose surroundings are not there stays empty."""
    *outer, last = at
    here: Any = content
    if len(outer) == 1 and outer[0] in ("query", "headers", "cookies"):
        here = content.setdefault(str(outer[0]), {})
        is_text = isinstance(value, str) or (isinstance(value, list) and outer[0] == "query")
        value = value if is_text else json.dumps(value)
    else:
        for step in outer:
            try:
                here = here[step]
            except (KeyError, IndexError, TypeError):
                return
    if isinstance(here, dict):
        here.setdefault(str(last), value)


def _places(content: Content) -> Iterator[At]:
    for kind, value in content.items():
        yield (kind,)
        if isinstance(value, dict):
            yield from ((kind, name) for name in value)
        if kind == "body":
            yield from _body_places(value, ("body",))


def _body_places(value: Any, at: At) -> Iterator[At]:
    steps: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in steps:
        yield (*at, step)
        yield from _body_places(item, (*at, step))
