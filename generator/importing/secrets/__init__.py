"""Take secrets out of what was found, before anything else sees it.

A secret in a request becomes a FoundSecret, or a variable with `secret` where no api_key of a catalog can stand (a body, a path). In all
else, in prose, samples and what a report shows, something stands in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from generator.importing.model import Found, FoundPipeline, FoundRequest, FoundSecret, NotImported, Source, Variable
from generator.importing.secrets.known import Known, Names
from generator.importing.secrets.request import Hider, learn_names
from generator.importing.secrets.sample import sample_without_secrets

# What people read of a request; the rest is sent.
_PROSE = (
    "title",
    "about",
    "heading",
    "source",
    "notes",
    "group",
    "sections",
    "page",
    "page_about",
    "backend",
    "changes",
    "left_out",
    "reasons",
    "default",
    "example",
    "id",
)
# What is otherwise without a secret in it.
_TOLD = {"pipelines": "in the jq filter", "query": "in a name of the query", "body": "in a name in the body", "curl": "in an option"}


def hide(found: list[Found], known: Known | None = None) -> list[Found]:
    """Return what was found without the secrets in it; `known` knows them from then on.

    A secret that is known from one place is replaced in all others too. The variables that a source uses keep their names, in
    capitals; a secret that stands there itself has its variable named after the server and the place: EXAMPLE_API_KEY.
    `changes` says which variable now stands for what.
    """
    names = Names()
    known = Known() if known is None else known
    requests = [item for item in found if isinstance(item, FoundRequest)]
    for request in requests:
        learn_names(request, names)
    for request in requests:
        Hider(request, names, known).request_without_secrets()
        sample_without_secrets(request.sample, known)
    for item in found:
        known.learn(item.source.text)
    return [_without_secrets(item, names, known) for item in found]


def _without_secrets(item: Found, names: Names, known: Known) -> Found:
    if isinstance(item, NotImported):
        return replace(item, source=_source(item.source, known), reasons=_in_prose(item.reasons, known))
    hidden = Hider(item, names, known).request_without_secrets()
    names_of_fields = [field.name for field in fields(hidden) if field.name not in ("source", "sample")]
    changed = {name: _in_texts(getattr(hidden, name), name, known) for name in names_of_fields}
    for name, what in _TOLD.items():
        if changed[name] != getattr(hidden, name):
            changed["changes"] = (*changed["changes"], f"a secret stood {what}: put in what is meant")
    return replace(hidden, **changed, source=_source(item.source, known), sample=sample_without_secrets(item.sample, known))


def _source(source: Source, known: Known) -> Source:
    return replace(source, file=known.replaced_in(source.file), text=known.hidden_in(source.text, "source"))


def _in_texts(value: Any, name: str, known: Known) -> Any:
    """Return a value of the model, with all that is in it, without the secrets that are known or have a key's shape."""
    if name in _PROSE:
        return _in_prose(value, known)
    if isinstance(value, str):
        return known.replaced_in(value)
    if isinstance(value, Variable):
        name = value.name if value.name.isidentifier() else _in_prose(value.name, known)
        return replace(value, name=name, default=_in_prose(value.default, known))
    if isinstance(value, FoundPipeline):
        return replace(value, jq=known.hidden_in_quotes(value.jq), name=_in_prose(value.name, known), title=_in_prose(value.title, known))
    if isinstance(value, FoundSecret):
        return replace(value, name=known.replaced_in(value.name), prefix=known.replaced_in(value.prefix))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _in_texts(getattr(value, field.name), field.name, known) for field in fields(value)})
    if isinstance(value, Mapping):
        return {known.replaced_in(key): _in_texts(item, "", known) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_in_texts(item, "", known) for item in value)
    return value


def _in_prose(value: Any, known: Known) -> Any:
    """Return what people read without secrets: a text, or several."""
    if isinstance(value, str):
        return known.hidden_in(value, "prose")
    if isinstance(value, tuple):
        return tuple(_in_prose(item, known) for item in value)
    return value
