"""An OpenAPI document: its text read, its version known, and its references followed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from generator.importing.openapi.json_reader import read_json
from generator.importing.openapi.lines import Lines, Reading
from generator.importing.openapi.values import Notes, Refused, as_dict, as_text, scalar_text, without_halves
from generator.importing.openapi.yaml_reader import read_yaml

_HALF_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")

MOST_REFERENCES = 50
"""How many references may lead to one another."""


@dataclass(frozen=True)
class Document:
    """An OpenAPI document. It refers to nothing outside itself: no file is opened, no address asked."""

    root: dict[str, Any]
    file: str
    lines: Lines
    is_swagger: bool
    """It is of version 2, which was called Swagger."""

    def resolve(self, value: Any, notes: Notes) -> Any:
        """Return what a value refers to with `$ref`, or else the value itself.

        What stands beside `$ref` is laid over what it refers to: a summary or description (OpenAPI 3.1, Reference Object), the
        parts of a schema (JSON Schema 2020-12, 8.2.3). A reference that leads nowhere is an empty object, and said.
        """
        followed: list[str] = []
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            reference = value["$ref"]
            if reference in followed or len(followed) == MOST_REFERENCES:
                notes.leave_out(f"the reference {reference} leads to itself")
                return {}
            followed.append(reference)
            target = self._target(reference, notes)
            beside = {key: item for key, item in value.items() if key != "$ref"}
            value = {**target, **beside} if beside and isinstance(target, dict) else target
        return value

    def _target(self, reference: str, notes: Notes) -> Any:
        """Return what a reference names: a JSON pointer in a fragment (RFC 6901, 6)."""
        if not reference.startswith("#"):
            notes.leave_out(f"the reference {reference} leads out of the document: put all into one document first (bundle it)")
            return {}
        here: Any = self.root
        for step in unquote(reference[1:]).split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(here, list) and name.isascii() and name.isdigit() and int(name) < len(here):
                here = here[int(name)]
            elif isinstance(here, dict) and name in here:
                here = here[name]
            else:
                notes.leave_out(f"the reference {reference} leads nowhere in the document")
                return {}
        return here

    @property
    def info(self) -> dict[str, Any]:
        """What the document says about itself."""
        return as_dict(self.root.get("info"))


def open_document(text: str, file: str) -> Document:
    """Read a document from its text, JSON or YAML. Raises Refused for a text that is no OpenAPI document."""
    reading = _read(without_halves(text.removeprefix("\ufeff")))
    root = reading.value
    if not isinstance(root, dict):
        raise Refused(1, "not an OpenAPI document: it holds no object")
    version = scalar_text(root.get("openapi")) or ""
    swagger = scalar_text(root.get("swagger")) or scalar_text(root.get("swaggerVersion")) or ""
    if version.startswith("3.") or version == "3":
        return Document(root, file, reading.lines, is_swagger=False)
    if swagger.startswith("2.") or swagger == "2":
        return Document(root, file, reading.lines, is_swagger=True)
    if "openapi" in root or "swagger" in root or "swaggerVersion" in root:
        said = as_text(version or swagger) or "nothing"
        raise Refused(
            reading.lines.of("openapi"), f"its version is {said}: OpenAPI 3.x and Swagger 2.0 are read, convert it to one of them"
        )
    raise Refused(1, "not an OpenAPI document: it says neither openapi: 3.x nor swagger: '2.0'")


def _read(text: str) -> Reading:
    """Return what a text holds: JSON if it begins as JSON's objects do, else YAML."""
    if not re.match(r"\s*\{\s*[\"}]", text):
        return read_yaml(text)
    reading = read_json(text)
    if _HALF_ESCAPED.search(text):
        return Reading(without_halves(reading.value), reading.lines)
    return reading
