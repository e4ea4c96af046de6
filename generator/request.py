"""A cell in, the request it stands for out: what goes over the wire, before anything is quoted for bash."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from generator import json_text
from generator.catalog.model import Backend, Cell, FilePart, Key, Parameter

MOST_ARGUMENT = 100_000
"""Bytes of body that a command holds as an argument; Linux takes 128 KiB for one (execve(2), MAX_ARG_STRLEN)."""

ONE_LINE = 30_000
"""Characters from which a JSON body stands on one line; --dry-run hands longer ones to curl by a heredoc."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class RequestPart:
    """A part of the request that is fixed (`value`, as it is sent) or that a user may change (`parameter`)."""

    name: str
    value: str | None
    parameter: Parameter | None = None
    file: bool = False

    @property
    def header(self) -> str:
        """The argument of curl's -H. An empty header is sent only as `Name;` (curl(1), -H)."""
        return f"{self.name}: {self.value}" if (self.value or "").strip(" \t") else f"{self.name};"


@dataclass(frozen=True)
class Request:
    """One HTTP request. `url` has every default and example in place; the pieces say what a user may change."""

    method: str
    url: str
    parent_segments: int
    path: tuple[RequestPart, ...]
    query: tuple[RequestPart, ...]
    headers: tuple[RequestPart, ...]
    key: Key | None
    body: str | None = None
    json: bool = False
    form: tuple[RequestPart, ...] | None = None
    edits: Mapping[str, str] = field(default_factory=dict)

    @property
    def verb(self) -> tuple[str, ...]:
        """curl's words for the method; none where curl chooses it itself."""
        if self.method == "HEAD":
            return ("-I",)
        own = "GET" if self.body is None and self.form is None else "POST"
        return () if self.method == own else ("-X", self.method)

    @property
    def long(self) -> bool:
        """The body is too long for one argument."""
        return self.body is not None and len(self.body.encode("utf-8", "surrogatepass")) > MOST_ARGUMENT


def build_request(backend: Backend, cell: Cell) -> Request:
    """The request of `cell` on `backend`."""
    at = {(parameter.at[0], str(parameter.at[1])): parameter for parameter in cell.parameters.values() if len(parameter.at) == 2}
    pieces = _path(cell.absolute_path, cell, at)
    query = list(_parts("query", cell.query, at))
    headers = list(_parts("headers", cell.headers, at))
    for parameter in cell.parameters.values():
        place = parameter.at[0]
        if place in ("query", "headers") and str(parameter.at[1]) not in getattr(cell, str(place)):
            piece = RequestPart(str(parameter.at[1]), parameter.example if parameter.required else None, parameter)
            (query if place == "query" else headers).append(piece)
    body, is_json = _body(cell)
    kind = "application/json" if is_json else "text/plain; charset=utf-8" if body is not None else None
    if kind and not any(piece.name.lower() == "content-type" for piece in headers):
        headers.append(RequestPart("Content-Type", kind))
    base = without_segments(backend.base_url, cell.parent_segments)
    sent = [piece for piece in query if piece.value is not None]
    url = base + "".join(piece.value or "" for piece in pieces)
    if sent:
        url += "?" + "&".join(f"{percent(piece.name)}={percent(piece.value or '')}" for piece in sent)
    return Request(
        method=cell.method,
        url=url,
        parent_segments=cell.parent_segments,
        path=pieces,
        query=tuple(query),
        headers=tuple(headers),
        key=cell.api_key,
        body=body,
        json=is_json,
        form=None if cell.form is None else tuple(_form(cell, at)),
        edits={name: jq_path(parameter.at[1:]) for name, parameter in cell.parameters.items() if parameter.at[0] == "body"},
    )


def without_segments(base_url: str, count: int) -> str:
    """Return the base URL without its trailing / and its last `count` segments (never more than its path has)."""
    base = base_url.rstrip("/")
    for _ in range(count):
        if base.count("/") > 2:
            base = base.rpartition("/")[0]
    return base


def percent(text: str) -> str:
    """A name or value of a query, or of a path's placeholder: all but RFC 3986's unreserved characters encoded."""
    return quote(text, safe="-._~")


def jq_path(at: tuple[str | int, ...]) -> str:
    """Where a parameter points, as jq writes it: `.messages[-1].content`."""
    path = ""
    for step in at:
        if isinstance(step, int):
            path += f"[{step}]"
        elif re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", step):
            path += f".{step}"
        else:
            path += f"[{json.dumps(step)}]"
    return path if path.startswith(".") else f".{path}"


def _body(cell: Cell) -> tuple[str | None, bool]:
    if cell.text is not None:
        return cell.text, False
    if cell.body is None:
        return None, False
    body = cell.body
    for parameter in cell.parameters.values():
        if parameter.at[0] == "body" and parameter.required and parameter.example is not None and cell.default(parameter) is None:
            body = _with_example(body, parameter)
    text = json_text.pretty(body)
    # `curl -d @-` drops line breaks, and so reads a body on one line from a heredoc unchanged.
    return (json_text.compact(body) if len(text) > ONE_LINE else text), True


def _with_example(body: Any, parameter: Parameter) -> Any:
    example: Any = parameter.example
    if parameter.type not in (None, "string"):
        example = json.loads(example)
    if parameter.repeat:
        example = [example]
    copy = json.loads(json.dumps(body))
    here = copy
    for step in parameter.at[1:-1]:
        here = here[step]
    here[parameter.at[-1]] = example
    return copy


def _path(path: str, cell: Cell, at: Mapping[tuple[Any, str], Parameter]) -> tuple[RequestPart, ...]:
    pieces: list[RequestPart] = []
    literal = ""
    position = 0
    for match in _PLACEHOLDER.finditer(path):
        parameter = at.get(("path", match[1]))
        if parameter is None:
            continue
        literal += path[position : match.start()]
        position = match.end()
        value = cell.values.get(parameter.id, parameter.example)
        pieces += [
            RequestPart("", _encoded(literal)),
            RequestPart(match[1], percent(parameter.placeholder_name if value is None else str(value)), parameter),
        ]
        literal = ""
    return (*pieces, RequestPart("", _encoded(literal + path[position:])))


def _encoded(literal: str) -> str:
    """A path with what RFC 3986, 3.3 does not allow in one percent-encoded."""
    return quote(literal, safe="/-._~!$&'()*+,;=:@")


def _parts(place: str, values: Mapping[str, Any], at: Mapping[tuple[Any, str], Parameter]) -> list[RequestPart]:
    return [
        RequestPart(name, str(item), at.get((place, name)))
        for name, value in values.items()
        for item in (value if isinstance(value, tuple) else (value,))
    ]


def _form(cell: Cell, at: Mapping[tuple[Any, str], Parameter]) -> list[RequestPart]:
    parts = []
    for name, value in (cell.form or {}).items():
        is_file = isinstance(value, FilePart)
        parts.append(RequestPart(name, value.file if isinstance(value, FilePart) else str(value), at.get(("form", name)), is_file))
    for parameter in cell.parameters.values():
        if parameter.at[0] == "form" and str(parameter.at[1]) not in (cell.form or {}):
            parts.append(
                RequestPart(str(parameter.at[1]), parameter.example if parameter.required else None, parameter, parameter.read == "file")
            )
    return parts


def part(piece: RequestPart, value: str | None = None) -> str:
    """The argument of curl's -F or --form-string for a form part (curl(1): `"` and `\\` in a file's name are escaped)."""
    text = piece.value or "" if value is None else value
    if not piece.file:
        return f"{piece.name}={text}"
    if re.fullmatch(r"[A-Za-z0-9_./-]+", text):
        return f"{piece.name}=@{text}"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'{piece.name}=@"{escaped}"'
