"""The example that a document gives of a body or an answer, else one that is made from its schema."""

from __future__ import annotations

import json
from typing import Any

from generator.importing.openapi.document import Document
from generator.importing.openapi.samples import SampleMaker, kind_of
from generator.importing.openapi.values import Notes, as_dict


def example_of(document: Document, media: dict[str, Any], maker: SampleMaker, notes: Notes) -> Any:
    """Return an example of what a media type describes: the document's own if it is of the schema's type, else one made from the schema."""
    own = own_example(document, media, notes)
    schema = maker.opened(media["schema"], own) if "schema" in media else {}
    if own is not None:
        value = _read(own, schema)
        if _is_of(value, schema):
            return maker.without_hidden(value, schema)
    return maker.sample(media["schema"]) if "schema" in media else None


def own_example(document: Document, media: dict[str, Any], notes: Notes) -> Any:
    """Return the example that stands beside a schema; None if there is none."""
    if media.get("example") is not None:
        example = media["example"]
        return document.resolve(example, notes) if isinstance(example, dict) and set(example) == {"$ref"} else example
    for written in as_dict(media.get("examples")).values():
        example = as_dict(document.resolve(written, notes))
        for word in ("value", "dataValue"):
            if example.get(word) is not None:
                return example[word]
    return None


def _read(example: Any, schema: dict[str, Any]) -> Any:
    """Return an example that was written as a text with JSON in it as the JSON that it is."""
    if not isinstance(example, str) or kind_of(schema) == "string" or not example.strip().startswith(("{", "[")):
        return example
    try:
        return json.loads(example)
    except (ValueError, RecursionError):
        return example


def _is_of(value: Any, schema: dict[str, Any]) -> bool:
    """Tell whether an example is of the schema's type, as far as objects and lists go."""
    match kind_of(schema):
        case "object":
            return isinstance(value, dict)
        case "array":
            return isinstance(value, list)
    return True
