"""Swagger 2 in the words of OpenAPI 3: parameters with a schema, a request body, answers with their media types."""

from __future__ import annotations

from typing import Any

from generator.importing.openapi.document import Document
from generator.importing.openapi.values import Notes, as_dict, as_list, as_text
from generator.media_type import URLENCODED

JSON = "application/json"
MULTIPART = "multipart/form-data"

_STYLES = {
    "csv": {"style": "form", "explode": False},
    "ssv": {"style": "spaceDelimited", "explode": False},
    "tsv": {"style": "tabDelimited", "explode": False},
    "pipes": {"style": "pipeDelimited", "explode": False},
    "multi": {"style": "form", "explode": True},
}
"""The styles of `collectionFormat`; tabs have none in OpenAPI 3."""

_OF_SCHEMA = (
    "type format items enum default minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern "
    "minItems maxItems uniqueItems"
).split()


def in_openapi_3(document: Document, operation: dict[str, Any], parameters: list[dict[str, Any]], notes: Notes) -> dict[str, Any]:
    """Return an operation of Swagger 2 as OpenAPI 3 writes it; `parameters` are its own and those of its path, without references."""
    consumes = _types(operation, document, "consumes")
    translated = dict(operation)
    translated["parameters"] = [_parameter(item) for item in parameters if item.get("in") not in ("body", "formData")]
    bodies = [item for item in parameters if item.get("in") == "body"]
    fields = [item for item in parameters if item.get("in") == "formData"]
    if bodies:
        translated["requestBody"] = _body(bodies[0], consumes or [JSON])
    elif fields:
        translated["requestBody"] = _form(fields, consumes)
    responses = as_dict(document.resolve(operation.get("responses"), notes))
    produces = _types(operation, document, "produces") or [JSON]
    translated["responses"] = {
        status: _response(as_dict(document.resolve(response, notes)), produces) for status, response in responses.items()
    }
    return translated


def _types(operation: dict[str, Any], document: Document, word: str) -> list[str]:
    """Return the media types that an operation, else the document, consumes or produces."""
    written = operation[word] if word in operation else document.root.get(word)
    return [item for item in as_list(written) if isinstance(item, str)]


def _parameter(item: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter with a schema and a style."""
    schema = {word: item[word] for word in _OF_SCHEMA if word in item}
    if "x-example" in item:
        schema["example"] = item["x-example"]
    style = _STYLES[as_text(item.get("collectionFormat"))] if item.get("collectionFormat") in _STYLES else {}
    if schema.get("type") == "array" and not style:
        style = _STYLES["csv"]
    rest = {word: value for word, value in item.items() if word not in _OF_SCHEMA}
    if item.get("in") in ("path", "header"):
        style = {}
    return {**rest, "schema": schema, **style}


def _body(item: dict[str, Any], consumes: list[str]) -> dict[str, Any]:
    """Return the request body of a parameter `in: body`."""
    media: dict[str, Any] = {"schema": item.get("schema", {})}
    if "x-example" in item:
        media["example"] = item["x-example"]
    examples = as_dict(item.get("x-examples"))
    content = {kind: {**media, **({"example": examples[kind]} if kind in examples else {})} for kind in consumes}
    return {"content": content, "required": item.get("required") is True, "description": item.get("description")}


def _form(fields: list[dict[str, Any]], consumes: list[str]) -> dict[str, Any]:
    """Return the request body of the parameters `in: formData`."""
    has_file = any(item.get("type") == "file" for item in fields)
    kind = MULTIPART if has_file or (MULTIPART in consumes and URLENCODED not in consumes) else URLENCODED
    properties: dict[str, Any] = {}
    encoding: dict[str, Any] = {}
    for item in fields:
        name = as_text(item.get("name"))
        made = _parameter(item)
        schema = {**made["schema"], "description": item.get("description")}
        properties[name] = {**schema, "type": "string", "format": "binary"} if item.get("type") == "file" else schema
        if "style" in made:
            encoding[name] = {"style": made["style"], "explode": made["explode"]}
    required = [as_text(item.get("name")) for item in fields if item.get("required") is True]
    schema = {"type": "object", "properties": properties, "required": required}
    return {"content": {kind: {"schema": schema, "encoding": encoding}}, "required": bool(required)}


def _response(response: dict[str, Any], produces: list[str]) -> dict[str, Any]:
    """Return an answer with its media types."""
    examples = as_dict(response.get("examples"))
    schema = response.get("schema")
    if schema is None and not examples:
        return {word: value for word, value in response.items() if word not in ("schema", "examples")}
    if as_dict(schema).get("type") == "file":
        schema = {"type": "string", "format": "binary"}
        produces = [kind for kind in produces if kind != JSON] or ["application/octet-stream"]
    kinds = list(dict.fromkeys([*produces, *(kind for kind in examples if "/" in kind)]))
    content: dict[str, Any] = {}
    for kind in kinds:
        content[kind] = {"schema": schema} if schema is not None else {}
        if kind in examples:
            content[kind]["example"] = examples[kind]
    return {**response, "content": content}
