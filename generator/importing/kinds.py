"""Recognise what a file is: notes with curl commands, an OpenAPI document, a Postman collection or environment, or a HAR file."""

from __future__ import annotations

import json
import re
from typing import Any, Literal, get_args

Kind = Literal["curl", "openapi", "postman", "har"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_OPENAPI_YAML = re.compile(r"""^["']?(openapi|swagger)["']?\s*:\s*["']?[23]\b""", re.MULTILINE)
_CURL = re.compile(r"\bcurl(\.exe)?\s")


class UnknownKind(ValueError):
    """A text of which it cannot be told what it is; the message says what to do."""


def kind_of(text: str) -> Kind:
    """Return what a text is. Raises UnknownKind for JSON that is none of it."""
    if not text.lstrip().startswith(("{", "[")):
        return "openapi" if _OPENAPI_YAML.search(text[:100_000]) and not _is_notes(text) else "curl"
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return _of_broken_json(text)
    found = _of_json(value)
    if found is None:
        raise UnknownKind("is JSON, but no OpenAPI document, Postman collection or environment, or HAR file: say which it is with --as")
    return found


def _is_notes(text: str) -> bool:
    """Tell whether a text with `openapi:` in it is notes all the same: it has code blocks or commands before."""
    start = _OPENAPI_YAML.search(text)
    before = text[: start.start()] if start else ""
    return "```" in before or _CURL.search(before) is not None


def _of_json(value: Any) -> Kind | None:
    if not isinstance(value, dict):
        return None
    if "openapi" in value or "swagger" in value:
        return "openapi"
    log = value.get("log")
    if isinstance(log, dict) and "entries" in log:
        return "har"
    info = value.get("info")
    if isinstance(info, dict) and ("item" in value or "postman" in str(info.get("schema", "")).lower() or "_postman_id" in info):
        return "postman"
    if isinstance(value.get("collection"), dict):
        return _of_json(value["collection"])
    if isinstance(value.get("values"), list) and ("_postman_variable_scope" in value or "name" in value):
        return "postman"
    return None


def _of_broken_json(text: str) -> Kind:
    """Return what JSON that cannot be read was meant to be, by what stands near its start; notes may start with a brace too."""
    start = text[:5_000]
    if re.search(r'"(openapi|swagger)"\s*:', start):
        return "openapi"
    if re.search(r'"log"\s*:\s*\{', start):
        return "har"
    if re.search(r'"(_postman_id|_postman_variable_scope)"|getpostman\.com', start):
        return "postman"
    if _CURL.search(text):
        return "curl"
    raise UnknownKind("starts like JSON, but is not, and holds no curl command: say what it is with --as")
