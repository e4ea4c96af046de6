"""Make a body of what an entry of a HAR file posted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from generator.importing.curl.body import decoded, is_json_type
from generator.importing.json_source import as_dict, as_list, as_text, exact_json
from generator.importing.model import FoundBody, FoundPart, Text
from generator.media_type import URLENCODED, bare

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_ATTRIBUTE = re.compile(r'\b(filename\*?|name)=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))', re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")

Headers = list[tuple[str, str]]


def body_of(posted: Mapping[str, Any], size: Any, headers: Headers, changes: list[str], left_out: list[str]) -> FoundBody | None:
    """Return the body of a request; the Content-Type that goes without saying is taken from the headers."""
    text = as_text(posted.get("text"))
    params = [as_dict(param) for param in as_list(posted.get("params"))]
    if not text and not params:
        if isinstance(size, int) and size > 0:
            left_out.append(f"the body of {size} bytes is left out: it is not in the file. Save it again with content, or give --body FILE")
        return None
    content_type = _header(headers, "content-type") or as_text(posted.get("mimeType"))
    kind = bare(content_type)
    if kind == "multipart/form-data":
        return _form(text, params, content_type, headers, changes, left_out)
    if kind == URLENCODED and (fields := _fields(text, params)) is not None:
        _drop(headers, "content-type")
        return FoundBody("urlencoded", fields)
    if as_text(posted.get("encoding")).lower() == "base64" or _CONTROL.search(text):
        changes.append("the body is no text: it is read from a file, body.bin, which has to be made")
        _content_type(headers, content_type)
        return FoundBody("file", Text(("body.bin",)))
    if not text:
        text = "&".join(f"{as_text(param.get('name'))}={as_text(param.get('value'))}" for param in params)
    if is_json_type(content_type):
        value, why = exact_json(text)
        if why is None and value is not None:
            if content_type.strip().lower() == "application/json":
                _drop(headers, "content-type")
            else:
                _content_type(headers, content_type)
            return FoundBody("json", value)
    _content_type(headers, content_type or "text/plain; charset=utf-8")
    return FoundBody("text", Text((text,)))


def _fields(text: str, params: list[dict[str, Any]]) -> list[tuple[str, Text]] | None:
    """Return the fields of a web form: those of its text, which is what was sent, or else those that are listed."""
    if not text:
        pairs = [(decoded(as_text(param.get("name"))), decoded(as_text(param.get("value")))) for param in params]
    else:
        pairs = [(decoded(piece.partition("=")[0]), decoded(piece.partition("=")[2])) for piece in text.split("&")]
        if any("=" not in piece for piece in text.split("&")):
            return None
    if any(name is None or value is None or not name or "\x00" in name for name, value in pairs):
        return None
    return [(name or "", Text((value,) if value else ())) for name, value in pairs]


def _form(
    text: str, params: list[dict[str, Any]], content_type: str, headers: Headers, changes: list[str], left_out: list[str]
) -> FoundBody | None:
    """Return the parts of a form, from the list of them or from its text (RFC 7578)."""
    _drop(headers, "content-type")
    parts = [_listed(param) for param in params] if params else _parts(text, content_type)
    if not parts or not all(part.name for part in parts):
        left_out.append("the form is left out: its parts cannot be told apart in the file. Write it anew, or give --body FILE")
        return None
    files = [part.name for part in parts if part.file is not None]
    if files:
        changes.append(f"the files sent as {', '.join(files)} are read where the script is run, where they have to be")
    return FoundBody("form", parts)


def _listed(param: Mapping[str, Any]) -> FoundPart:
    name, media_type, file_name = (as_text(param.get(key)) for key in ("name", "contentType", "fileName"))
    return _part(name, as_text(param.get("value")), media_type or None, file_name or None)


def _part(name: str, value: str, media_type: str | None, file_name: str | None) -> FoundPart:
    if file_name is not None:
        path = re.split(r"[/\\]", file_name)[-1]
        return FoundPart(name, file=Text((path or "file",)), media_type=media_type)
    return FoundPart(name, text=Text((value,) if value else ()), media_type=media_type)


def _parts(text: str, content_type: str) -> list[FoundPart]:
    boundary = _BOUNDARY.search(content_type)
    mark = f"--{boundary[1]}" if boundary else text.lstrip().split("\n", 1)[0].strip()
    if not mark.startswith("--"):
        return []
    parts: list[FoundPart] = []
    for piece in text.split(mark)[1:]:
        if piece.startswith("--"):
            break
        head, _, value = piece.lstrip("\r\n").replace("\r\n", "\n").partition("\n\n")
        attributes = {match[1].lower(): match[2] or match[3] or "" for match in _ATTRIBUTE.finditer(head)}
        media_type = re.search(r"^Content-Type:\s*([^\n]+)", head, re.IGNORECASE | re.MULTILINE)
        file_name = attributes.get("filename", attributes.get("filename*"))
        parts.append(_part(attributes.get("name", ""), value.removesuffix("\n"), media_type[1].strip() if media_type else None, file_name))
    return parts


def _header(headers: Headers, name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


def _drop(headers: Headers, name: str) -> None:
    headers[:] = [(key, value) for key, value in headers if key.lower() != name]


def _content_type(headers: Headers, value: str) -> None:
    if value and not _header(headers, "content-type"):
        headers.append(("Content-Type", value))
