"""Small OpenAPI documents for tests, and one that uses all that a document can say."""

from __future__ import annotations

import json
from typing import Any

from generator.importing import openapi
from generator.importing.model import Found, FoundRequest, NotImported, Text


def document(operation: dict[str, Any], path: str = "/pets", method: str = "get", **more: Any) -> dict[str, Any]:
    """Return an OpenAPI 3.1 document with one operation; `more` are its other keys."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pet shop", "version": "1"},
        "servers": [{"url": "https://api.petshop.example/v1"}],
        "paths": {path: {method: {"responses": {"204": {"description": "Done"}}, **operation}}},
        **more,
    }


def swagger(operation: dict[str, Any], path: str = "/pets", method: str = "get", **more: Any) -> dict[str, Any]:
    """Return a Swagger 2 document with one operation."""
    return {
        "swagger": "2.0",
        "info": {"title": "Pet shop", "version": "1"},
        "host": "api.petshop.example",
        "basePath": "/v1",
        "schemes": ["http", "https"],
        "paths": {path: {method: {"responses": {"204": {"description": "Done"}}, **operation}}},
        **more,
    }


def found(source: dict[str, Any] | str, *only: str) -> list[Found]:
    """Return what is found in a document."""
    text = source if isinstance(source, str) else json.dumps(source)
    return openapi.read(text, "shop.json", only)


def request(source: dict[str, Any] | str) -> FoundRequest:
    """Return the only request of a document."""
    (only,) = [item for item in found(source) if isinstance(item, FoundRequest)]
    return only


def refusal(source: dict[str, Any] | str) -> NotImported:
    """Return the only thing that is said of a document of which nothing is imported."""
    (only,) = found(source)
    assert isinstance(only, NotImported)
    return only


def shown(text: Text) -> str:
    """Return a text with its variables in angle brackets."""
    return "".join(part if isinstance(part, str) else f"<{part.name}>" for part in text.parts)


EVERYTHING: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Pet shop", "description": "All about *pets*.", "version": "1"},
    "servers": [
        {"url": "https://{region}.petshop.example/v{version}", "variables": {"region": {"default": "eu"}, "version": {"default": "1"}}},
        {"url": "https://other.example"},
    ],
    "tags": [{"name": "pets", "x-displayName": "All pets"}, {"name": "shops"}],
    "security": [{"token": []}, {}],
    "paths": {
        "/pets": {
            "parameters": [{"$ref": "#/components/parameters/page"}],
            "get": {
                "operationId": "listPets",
                "tags": ["pets"],
                "summary": "List pets",
                "description": "Lists <b>all</b> pets.<br>Really `<all>`.",
                "parameters": [
                    {"name": "tag", "in": "query", "schema": {"type": "array", "items": {"type": "string", "enum": ["dog", "cat"]}}},
                    {"name": "ids", "in": "query", "explode": False, "schema": {"type": "array", "items": {"type": "integer"}}},
                    {"name": "filter", "in": "query", "style": "deepObject", "schema": {"$ref": "#/components/schemas/Filter"}},
                    {"name": "where", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
                    {"name": "X-Trace", "in": "header", "schema": {"type": "string", "format": "uuid"}},
                    {"name": "theme", "in": "cookie", "schema": {"type": "string", "default": "dark"}},
                ],
                "responses": {
                    "200": {
                        "description": "Pets",
                        "headers": {"Link": {"schema": {"type": "string"}}},
                        "content": {
                            "application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}},
                            "text/csv": {},
                        },
                    },
                    "default": {"$ref": "#/components/responses/Problem"},
                },
            },
            "post": {
                "operationId": "createPet",
                "tags": ["pets"],
                "deprecated": True,
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Pet"}},
                        "multipart/form-data": {"schema": {"$ref": "#/components/schemas/Pet"}},
                    },
                },
                "responses": {"201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}},
                "callbacks": {"born": {"{$request.body#/url}": {"post": {}}}},
            },
        },
        "/pets/{petId}.json": {
            "get": {
                "parameters": [{"name": "petId", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "responses": {"200": {"content": {"application/json": {"example": {"pet": {"id": 7, "name": "Rex"}}}}}},
            },
            "put": {
                "requestBody": {
                    "content": {
                        "multipart/form-data": {
                            "schema": {
                                "type": "object",
                                "required": ["photo", "note"],
                                "properties": {
                                    "photo": {"type": "string", "format": "binary"},
                                    "note": {"type": "string"},
                                    "meta": {"type": "object", "properties": {"size": {"type": "integer"}}},
                                },
                            },
                            "encoding": {"photo": {"contentType": "image/png, image/jpeg"}},
                        }
                    }
                },
                "responses": {"204": {}},
            },
            "patch": {
                "requestBody": {
                    "content": {
                        "application/x-www-form-urlencoded": {
                            "schema": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {"name": {"type": "string"}, "labels": {"type": "array", "items": {"type": "string"}}},
                            }
                        }
                    }
                },
                "responses": {"200": {"content": {"text/plain": {"example": "ok"}}}},
            },
        },
        "/photos": {
            "put": {
                "requestBody": {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}},
                "responses": {"302": {"headers": {"Location": {}}}},
            }
        },
        "/events": {
            "get": {"responses": {"200": {"content": {"text/event-stream": {"schema": {"$ref": "#/components/schemas/Pet"}}}}}},
            "trace": {"responses": {}},
            "head": {"responses": {"200": {}}},
            "options": {"responses": {"200": {"content": {"application/x-ndjson": {"example": {"a": 1}}}}}},
        },
    },
    "webhooks": {"sold": {"post": {"responses": {}}}},
    "components": {
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer"},
            "login": {"type": "http", "scheme": "basic"},
            "key": {"type": "apiKey", "in": "query", "name": "key"},
            "flow": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://petshop.example/token", "scopes": {}}}},
        },
        "parameters": {"page": {"name": "page", "in": "query", "schema": {"type": "integer", "default": 1}}},
        "responses": {"Problem": {"description": "A problem", "content": {"application/json": {"schema": {"type": "object"}}}}},
        "schemas": {
            "Filter": {
                "type": "object",
                "properties": {"size": {"type": "integer"}, "colour": {"$ref": "#/components/schemas/Colour"}, "owner": {"type": "object"}},
            },
            "Colour": {"type": "string", "enum": ["red", "blue"]},
            "Pet": {
                "allOf": [
                    {"$ref": "#/components/schemas/Named"},
                    {
                        "type": "object",
                        "required": ["kind", "weight"],
                        "properties": {
                            "id": {"type": "integer", "readOnly": True},
                            "kind": {"oneOf": [{"$ref": "#/components/schemas/Colour"}, {"type": "integer"}]},
                            "weight": {"type": "number", "minimum": 2, "exclusiveMaximum": 9},
                            "mother": {"$ref": "#/components/schemas/Pet"},
                            "born": {"type": ["string", "null"], "format": "date"},
                            "password": {"type": "string", "writeOnly": True},
                            "code": {"type": "string", "pattern": "^[A-Z]{3}-\\d+$"},
                        },
                    },
                ]
            },
            "Named": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "examples": ["Rex"]}}},
        },
    },
}
"""A document that uses most of what documents can say."""
