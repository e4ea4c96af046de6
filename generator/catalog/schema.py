"""The JSON Schema of a catalog, derived from the dataclasses that read it; editors complete and check with it.

It is draft 7, which editors understand best. It is looser than the reader in one place: what may be a patch
of something inherited (an endpoint that is like another, a cell, a parameter in it, a flag or guide laid over
the built-in one) need not be whole.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin

from generator.catalog.model import Catalog, Cell, Endpoint, Flag, Guide, Parameter, Prose, Text, UrlValue, catalog_fields

PATCHES = (Cell, Endpoint, Flag, Guide, Parameter)
NULL = {"type": "null"}


def catalog_schema() -> dict[str, Any]:
    """The schema as JSON data."""
    definitions: dict[str, Any] = {
        "Text": {
            "description": "One text, or one for each language.",
            "anyOf": [{"type": "string"}, {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}}],
        }
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A curlsheet catalog",
        **_record(Catalog, definitions),
        "definitions": dict(sorted(definitions.items())),
    }


def _record(cls: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    properties = {}
    required = []
    for name, kind, field in catalog_fields(cls):
        schema = _of(kind, field.metadata, definitions)
        optional = field.default is not MISSING or field.default_factory is not MISSING
        if not optional and cls not in PATCHES:
            required.append(name)
        elif kind is not Any:
            schema = {"anyOf": [schema, NULL]}
        properties[name] = {"description": field.metadata["about"], **schema}
    record: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": properties}
    if required:
        record["required"] = required
    if cls is Endpoint:
        record["anyOf"] = [{"required": ["method", "path"]}, {"required": ["like"]}]
    return record


def _of(kind: Any, metadata: Mapping[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    origin, pattern, keys = get_origin(kind), metadata.get("pattern"), metadata.get("keys")
    if kind is Any:
        return {}
    if origin in (Union, types.UnionType):
        options = [_of(option, metadata, definitions) for option in get_args(kind) if option is not type(None)]
        return options[0] if len(options) == 1 else {"anyOf": options}
    if origin is Literal:
        return {"enum": list(get_args(kind))}
    if is_dataclass(kind):
        name = getattr(kind, "__name__", str(kind))
        if name not in definitions:
            definitions[name] = {}  # a record may hold itself
            definitions[name] = _record(kind, definitions)
        return {"$ref": f"#/definitions/{name}"}
    if origin is tuple:
        return {"type": "array", "items": _of(get_args(kind)[0], metadata, definitions)}
    if origin is not None and issubclass(origin, Mapping):
        names, value = get_args(kind)
        if get_origin(names) is Literal:
            inner = _of(value, metadata, definitions)
            return {
                "type": "object",
                "additionalProperties": False,
                "properties": {name: {"anyOf": [inner, NULL]} for name in get_args(names)},
            }
        inner = _of(value, {"pattern": pattern}, definitions)
        mapping: dict[str, Any] = {
            "type": "object",
            "additionalProperties": {"anyOf": [inner, NULL]} if value in (*PATCHES, UrlValue) or UrlValue in get_args(value) else inner,
        }
        if keys:
            mapping["propertyNames"] = {"pattern": f"^({keys.regex})$"}
        return mapping
    if kind in (Text, Prose):
        return {"$ref": "#/definitions/Text"}
    if kind is UrlValue:
        return {"anyOf": [{"type": "string", **_pattern(pattern)}, {"type": "integer"}]}
    if kind in (bool, int, float):
        return {"type": {bool: "boolean", int: "integer", float: "number"}[kind]}
    return {"type": "string", **_pattern(pattern)}


def _pattern(pattern: Any) -> dict[str, str]:
    return {"pattern": f"^({pattern.regex})$"} if pattern else {}
