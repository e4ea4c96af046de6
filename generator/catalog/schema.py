"""Make the JSON Schema of a catalog from the dataclasses of `model`; editors complete and check catalogs with it.

It is draft 7, which editors understand best. It is looser than `decode` in one place: what may be merged onto something
inherited (an endpoint that is like another, a cell, a parameter in it, a group, a flag or guide merged onto the built-in one) need
not be complete.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin

from generator.catalog.model import (
    Catalog,
    Cell,
    Endpoint,
    Flag,
    Group,
    Guide,
    Parameter,
    Prose,
    Several,
    Shown,
    Text,
    UrlValue,
    catalog_fields,
)

MERGED = (Cell, Endpoint, Flag, Group, Guide, Parameter)
NULL = {"type": "null"}


def catalog_schema() -> dict[str, Any]:
    """Return the schema as JSON data."""
    definitions: dict[str, Any] = {
        "Text": {
            "description": "One text, or one for each language.",
            "anyOf": [{"type": "string"}, {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}}],
        }
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A curlsheet catalog",
        **_record_schema(Catalog, definitions),
        "definitions": dict(sorted(definitions.items())),
    }


def _record_schema(record_type: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a mapping that is read as a dataclass; those of dataclasses in it are added to `definitions`."""
    properties = {}
    required = []
    for name, field_type, field in catalog_fields(record_type):
        schema = _type_schema(field_type, field.metadata, definitions)
        optional = field.default is not MISSING or field.default_factory is not MISSING
        if not optional and record_type not in MERGED:
            required.append(name)
        elif field_type is not Any:
            schema = {"anyOf": [schema, NULL]}
        properties[name] = {"description": field.metadata["about"], **schema}
    record: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": properties}
    if required:
        record["required"] = required
    if record_type is Endpoint:
        record["anyOf"] = [{"required": ["method", "path"]}, {"required": ["like"]}]
    return record


def _type_schema(value_type: Any, metadata: Mapping[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a value by its Python type and the metadata of its field (see `model.key`)."""
    origin, pattern = get_origin(value_type), metadata.get("pattern")
    if value_type is Any:
        return {}
    if origin in (Union, types.UnionType):
        options = [_type_schema(option, metadata, definitions) for option in get_args(value_type) if option is not type(None)]
        return options[0] if len(options) == 1 else {"anyOf": options}
    if origin is Literal:
        return {"enum": list(get_args(value_type))}
    if is_dataclass(value_type):
        name = getattr(value_type, "__name__", str(value_type))
        if name not in definitions:
            definitions[name] = {}  # a record may hold itself
            definitions[name] = _record_schema(value_type, definitions)
        return {"$ref": f"#/definitions/{name}"}
    if origin is Several:
        one = _type_schema(get_args(value_type)[0], metadata, definitions)
        return {"anyOf": [one, {"type": "array", "items": one}]}
    if origin is tuple:
        return {"type": "array", "items": _type_schema(get_args(value_type)[0], metadata, definitions)}
    if origin is not None and issubclass(origin, Mapping):
        key_type, item_type = get_args(value_type)
        return _mapping_schema(key_type, item_type, metadata, definitions)
    if value_type in (Text, Prose):
        return {"$ref": "#/definitions/Text"}
    if value_type is Shown:
        texts: list[dict[str, Any]] = [{"type": "string"}, {"type": "array", "minItems": 1, "items": {"type": "string"}}]
        return {"anyOf": [*texts, {"type": "object", "additionalProperties": {"anyOf": [*texts, NULL]}}]}
    if value_type is UrlValue:
        return {"anyOf": [{"type": "string", **_pattern(pattern)}, {"type": "integer"}]}
    if value_type in (bool, int, float):
        return {"type": {bool: "boolean", int: "integer", float: "number"}[value_type]}
    return {"type": "string", **_pattern(pattern)}


def _mapping_schema(key_type: Any, item_type: Any, metadata: Mapping[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a mapping; null removes a value that may be inherited."""
    if get_origin(key_type) is Literal:
        inner = _type_schema(item_type, metadata, definitions)
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": {name: {"anyOf": [inner, NULL]} for name in get_args(key_type)},
        }
    inner = _type_schema(item_type, {"pattern": metadata.get("pattern")}, definitions)
    may_be_inherited = item_type in (*MERGED, UrlValue) or UrlValue in get_args(item_type)
    schema: dict[str, Any] = {"type": "object", "additionalProperties": {"anyOf": [inner, NULL]} if may_be_inherited else inner}
    if keys := metadata.get("keys"):
        schema["propertyNames"] = _pattern(keys)
    return schema


def _pattern(pattern: Any) -> dict[str, str]:
    return {"pattern": f"^({pattern.regex})$"} if pattern else {}
