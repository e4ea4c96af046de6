"""The body of a request: its kind, an example of it, and what of it a user may change."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

from generator.catalog.model import MEDIA_TYPE
from generator.importing.model import FoundBody, FoundParameter, FoundPart, Text
from generator.importing.openapi.document import Document
from generator.importing.openapi.examples import example_of, own_example
from generator.importing.openapi.fields import FieldReader, is_binary
from generator.importing.openapi.media_types import is_json, preferred
from generator.importing.openapi.parameters import describe
from generator.importing.openapi.prose import visible
from generator.importing.openapi.samples import SampleMaker, kind_of
from generator.importing.openapi.shorten import sendable
from generator.importing.openapi.values import Notes, as_dict, as_text, scalar_text
from generator.media_type import URLENCODED, bare

_FILE_NAMES = {
    "application/pdf": "document.pdf",
    "application/zip": "archive.zip",
    "application/gzip": "archive.tar.gz",
    "application/x-tar": "archive.tar",
    "application/x-gzip": "archive.tar.gz",
    "text/csv": "table.csv",
    "application/json": "data.json",
}
_TEXTS = ("xml", "yaml", "csv", "javascript", "graphql", "x-sh", "sql")
_IMAGE = re.compile(r"(image|audio|video)/[a-z0-9]+")


@dataclass(frozen=True)
class Body:
    """What a request sends behind its headers."""

    body: FoundBody | None = None
    headers: tuple[tuple[str, str], ...] = ()
    parameters: tuple[FoundParameter, ...] = ()


class BodyReader:
    """Reads the body of one operation."""

    def __init__(self, document: Document, notes: Notes) -> None:
        self._document = document
        self._notes = notes
        self._maker = SampleMaker(document, notes, sent=True)

    def body(self, operation: dict[str, Any], method: str) -> Body:
        """Return the body of an operation; an empty one if it has none."""
        request = as_dict(self._document.resolve(operation.get("requestBody"), self._notes))
        content = {str(kind).strip(): as_dict(media) for kind, media in as_dict(request.get("content")).items()}
        if not content:
            return Body()
        if method == "HEAD":
            self._notes.leave_out("the body: curl sends none with HEAD")
            return Body()
        media_type = preferred(list(content))
        others = [kind for kind in content if kind != media_type]
        if others:
            self._notes.change(f"of the kinds of body, {media_type}: the others are {', '.join(others[:6])}")
        return self._of(media_type, content[media_type], required=request.get("required") is True)

    def _of(self, media_type: str, media: dict[str, Any], *, required: bool) -> Body:
        """Return the body of a media type."""
        name = bare(media_type)
        schema = self._maker.opened(media.get("schema", True), own_example(self._document, media, self._notes))
        if name == URLENCODED:
            return self._urlencoded(media, schema)
        if name == "multipart/form-data":
            return self._form(media, schema)
        if is_json(name) or (name in ("application/*", "") and not is_binary(schema)):
            return self._json(media_type, media, schema, required=required)
        if self._is_text(name, media, schema):
            return self._text(media_type, media, schema)
        return self._file(media_type, name)

    # ---- JSON ------------------------------------------------------------------------------

    def _json(self, media_type: str, media: dict[str, Any], schema: dict[str, Any], *, required: bool) -> Body:
        """Return a JSON body, and its first fields as parameters."""
        headers = self._content_type(media_type, "application/json")
        value = self._sendable(example_of(self._document, media, self._maker, self._notes))
        if value is None:
            value = [] if kind_of(schema) == "array" else {}
            required = required or "schema" in media
        if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
            return Body(FoundBody("text", Text((value,))), headers or (("Content-Type", "application/json"),))
        if not isinstance(value, dict):
            return Body(FoundBody("json", value), headers)
        fields = FieldReader(self._maker, self._notes, "body", {}).fields(schema, value)
        if value == {} and not fields.parameters and not required:
            return Body()
        return Body(FoundBody("json", fields.fixed), headers, fields.parameters)

    def _sendable(self, value: Any) -> Any:
        try:
            return sendable(value)
        except ValueError as error:
            self._notes.leave_out(f"the example of the body: {error}")
            return None

    def _content_type(self, media_type: str, usual: str) -> tuple[tuple[str, str], ...]:
        """Return the header that says the body's type, where it is not the usual one."""
        if media_type.lower() == usual or "*" in media_type or not re.fullmatch(MEDIA_TYPE.regex, media_type):
            return ()
        return (("Content-Type", media_type),)

    # ---- Forms -----------------------------------------------------------------------------

    def _urlencoded(self, media: dict[str, Any], schema: dict[str, Any]) -> Body:
        """Return a web form: pairs of a name and a text."""
        encoding = as_dict(media.get("encoding"))
        example = as_dict(self._sendable(example_of(self._document, media, self._maker, self._notes)))
        fields = FieldReader(self._maker, self._notes, "urlencoded", encoding).fields(schema, example)
        pairs = [pair for name, value in fields.fixed.items() for pair in flat(name, value, as_dict(encoding.get(name)))]
        if not pairs and not fields.parameters:
            return Body()
        sent = [(name, Text((text,))) for name, text in pairs]
        return Body(FoundBody("urlencoded", sent), (), _with_brackets(fields.parameters, encoding))

    def _form(self, media: dict[str, Any], schema: dict[str, Any]) -> Body:
        """Return a form of parts: texts, JSON and files."""
        encoding = as_dict(media.get("encoding"))
        example = as_dict(self._sendable(example_of(self._document, media, self._maker, self._notes)))
        fields = FieldReader(self._maker, self._notes, "form", encoding).fields(schema, example)
        properties = as_dict(schema.get("properties"))
        parts: list[FoundPart] = []
        for name, value in fields.fixed.items():
            if not is_binary(self._maker.opened(properties.get(name, {}))):
                parts += _parts(name, value, _part_type(encoding, name))
        parameters = []
        for parameter in fields.parameters:
            media_type = _part_type(encoding, parameter.name)
            if parameter.read == "file" and media_type and parameter.required:
                file = _FILE_NAMES.get(media_type, "file.bin")
                parts.append(FoundPart(parameter.name, file=Text((file,)), media_type=media_type))
                parameter = replace(parameter, read=None)
            parameters.append(parameter)
        if not parts and not parameters:
            return Body()
        return Body(FoundBody("form", parts), (), tuple(parameters))

    # ---- Texts and files -------------------------------------------------------------------

    def _is_text(self, name: str, media: dict[str, Any], schema: dict[str, Any]) -> bool:
        """Tell whether a body is a text that one would type."""
        if is_binary(schema):
            return False
        return name.startswith("text/") or name.endswith(_TEXTS) or isinstance(media.get("example"), str)

    def _text(self, media_type: str, media: dict[str, Any], schema: dict[str, Any]) -> Body:
        """Return a body that is a text: the document's example. Without one, it has to be given."""
        headers = self._content_type(media_type, "")
        example = example_of(self._document, media, self._maker, self._notes)
        is_xml = bare(media_type).endswith("xml")
        given = example if isinstance(example, str) and not (is_xml and not example.lstrip().startswith("<")) else ""
        parameter = FoundParameter("text", ("text",), required=not given, about=describe({}, schema, None, more="", has_default=True))
        return Body(FoundBody("text", Text((visible(given),))), headers, (parameter,))

    def _file(self, media_type: str, name: str) -> Body:
        """Return a body that is the bytes of a file."""
        file = _FILE_NAMES.get(name) or (f"{name.partition('/')[0]}.{name.partition('/')[2]}" if _IMAGE.fullmatch(name) else "file.bin")
        parameter = FoundParameter("file", ("file",), required=True, example=file)
        return Body(FoundBody("file", Text((file,))), self._content_type(media_type, ""), (parameter,))


def flat(name: str, value: Any, encoding: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the pairs of a field of a web form: a list repeats its name, an object has its keys in brackets."""
    if isinstance(value, dict):
        return [pair for key, item in value.items() for pair in flat(f"{name}[{key}]", item, encoding)]
    if isinstance(value, list):
        if encoding.get("explode") is False and encoding.get("style") != "deepObject":
            return [(name, ",".join(scalar_text(item) or "" for item in value))]
        key = f"{name}[]" if encoding.get("style") == "deepObject" else name
        return [pair for item in value for pair in flat(key, item, encoding)]
    return [(name, scalar_text(value) or "")]


def _with_brackets(parameters: tuple[FoundParameter, ...], encoding: dict[str, Any]) -> tuple[FoundParameter, ...]:
    """Return parameters of a web form in which a list of style deepObject is called `name[]`, as servers read it."""
    made = []
    for parameter in parameters:
        if parameter.repeat and as_dict(encoding.get(parameter.name)).get("style") == "deepObject":
            parameter = replace(parameter, at=("urlencoded", f"{parameter.name}[]"), join=None)
        made.append(parameter)
    return tuple(made)


def _part_type(encoding: dict[str, Any], name: str) -> str | None:
    """Return the media type of a part: the first that the document says, if it says a whole one."""
    kinds = as_text(as_dict(encoding.get(name)).get("contentType")).split(",")
    kind = kinds[0].strip()
    return kind if re.fullmatch(MEDIA_TYPE.regex, kind) and "*" not in kind else None


def _parts(name: str, value: Any, media_type: str | None) -> list[FoundPart]:
    """Return the parts of a field: a list has several of its name, an object is JSON."""
    if isinstance(value, dict):
        return [FoundPart(name, Text((json.dumps(value, ensure_ascii=False),)), media_type=media_type or "application/json")]
    if isinstance(value, list):
        return [part for item in value for part in _parts(name, item, media_type)]
    return [FoundPart(name, Text((scalar_text(value) or "",)), media_type=media_type)]
