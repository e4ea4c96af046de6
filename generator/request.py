"""A cell in, the request it stands for out: what goes over the wire, before anything is quoted for bash."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from generator.model import Backend, Cell, FilePart, Key, Parameter

MOST_ARGUMENT = 100_000
"""Bytes of body that a command holds as an argument; Linux takes 128 KiB for one (execve(2), MAX_ARG_STRLEN)."""

ONE_LINE = 30_000
"""Characters from which a JSON body stands on one line; --dry-run hands longer ones to curl by a heredoc."""

_BLANK = re.compile(r"[ \t\r\n]*")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Piece:
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
    climbs: int
    path: tuple[Piece, ...]
    query: tuple[Piece, ...]
    headers: tuple[Piece, ...]
    key: Key | None
    body: str | None = None
    json: bool = False
    form: tuple[Piece, ...] | None = None
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


def of(backend: Backend, cell: Cell) -> Request:
    """The request of `cell` on `backend`."""
    at = {(parameter.at[0], str(parameter.at[1])): parameter for parameter in cell.parameters.values() if len(parameter.at) == 2}
    path, climbs = climbing(cell.path)
    pieces = _path(path, cell, at)
    query = list(_pieces("query", cell.query, at))
    headers = list(_pieces("headers", cell.headers, at))
    for parameter in cell.parameters.values():
        place = parameter.at[0]
        if place in ("query", "headers") and str(parameter.at[1]) not in getattr(cell, str(place)):
            piece = Piece(str(parameter.at[1]), parameter.example if parameter.required else None, parameter)
            (query if place == "query" else headers).append(piece)
    body, is_json = _body(cell)
    kind = "application/json" if is_json else "text/plain; charset=utf-8" if body is not None else None
    if kind and not any(piece.name.lower() == "content-type" for piece in headers):
        headers.append(Piece("Content-Type", kind))
    base = climbed(backend.base_url, climbs)
    sent = [piece for piece in query if piece.value is not None]
    url = base + "".join(piece.value or "" for piece in pieces)
    if sent:
        url += "?" + "&".join(f"{percent(piece.name)}={percent(piece.value or '')}" for piece in sent)
    return Request(
        method=cell.method,
        url=url,
        climbs=climbs,
        path=pieces,
        query=tuple(query),
        headers=tuple(headers),
        key=cell.api_key,
        body=body,
        json=is_json,
        form=None if cell.form is None else tuple(_form(cell, at)),
        edits={name: jq_path(parameter.at[1:]) for name, parameter in cell.parameters.items() if parameter.at[0] == "body"},
    )


def climbing(path: str) -> tuple[str, int]:
    """A cell's path from its / on, and how many segments of the base URL it leaves first."""
    climbs = 0
    while path.startswith("../", 3 * climbs):
        climbs += 1
    return ("/" + path[3 * climbs :] if climbs else path), climbs


def climbed(base_url: str, climbs: int) -> str:
    """The base URL without its trailing / and its last `climbs` segments (never more than its path has)."""
    base = base_url.rstrip("/")
    for _ in range(climbs):
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


def place(text: str, at: tuple[str | int, ...]) -> tuple[int, int] | None:
    """Where in a JSON text the value at a path stands; None if there is none."""
    decoder = json.JSONDecoder()
    position = 0
    for step in at:
        inner = decoder.raw_decode(text, position)[0]
        if isinstance(inner, list) and isinstance(step, int):
            step += len(inner) if step < 0 else 0
        elif not isinstance(inner, dict):
            return None
        for index, name in enumerate(inner):
            position = _BLANK.match(text, position + 1).end()  # type: ignore[union-attr]
            if isinstance(inner, dict):
                position = decoder.raw_decode(text, position)[1]
                position = _BLANK.match(text, text.index(":", position) + 1).end()  # type: ignore[union-attr]
            if step == (name if isinstance(inner, dict) else index):
                break
            position = _BLANK.match(text, decoder.raw_decode(text, position)[1]).end()  # type: ignore[union-attr]
        else:
            return None
    return position, decoder.raw_decode(text, position)[1]


def default(cell: Cell, parameter: Parameter) -> Any:
    """The value that is sent when the user says nothing; None if there is none."""
    place, *rest = parameter.at
    if place == "path":
        return cell.values.get(parameter.id)
    here: Any = getattr(cell, str(place))
    for step in rest:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            return None
    return here.file if isinstance(here, FilePart) else here


def kind(cell: Cell, parameter: Parameter) -> str:
    """What a user's value has to be: the parameter's type, else that of its default."""
    if parameter.type:
        return parameter.type
    value = default(cell, parameter)
    if parameter.at[0] != "body" or isinstance(value, str) or value is None:
        return "string"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return "string" if parameter.repeat and isinstance(value, list) and all(isinstance(item, str) for item in value) else "json"


_HIDDEN = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def compact(value: Any) -> str:
    """`value` as JSON in one line, Chinese as Chinese; what does not show, or reorders a line, is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def pretty(value: Any, indent: str = "", width: int = 80) -> str:
    """`value` as JSON for reading: what fits stands on one line, the rest is opened up."""
    line = compact(value)
    if not value or not isinstance(value, (dict, list)) or len(indent) + len(line) <= width:
        return line
    inner = indent + "  "
    if isinstance(value, dict):
        items = [f"{inner}{compact(str(name))}: {pretty(item, inner, width - len(compact(str(name))) - 3)}" for name, item in value.items()]
    else:
        items = [inner + pretty(item, inner, width - 1) for item in value]
    start, end = "{}" if isinstance(value, dict) else "[]"
    return f"{start}\n" + ",\n".join(items) + f"\n{indent}{end}"


def _body(cell: Cell) -> tuple[str | None, bool]:
    if cell.text is not None:
        return cell.text, False
    if cell.body is None:
        return None, False
    body = cell.body
    for parameter in cell.parameters.values():
        if parameter.at[0] == "body" and parameter.required and parameter.example is not None and default(cell, parameter) is None:
            body = _with_example(body, parameter)
    text = pretty(body)
    # `curl -d @-` drops line breaks, and so reads a body on one line from a heredoc unchanged.
    return (compact(body) if len(text) > ONE_LINE else text), True


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


def _path(path: str, cell: Cell, at: Mapping[tuple[Any, str], Parameter]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    literal = ""
    position = 0
    for match in _PLACEHOLDER.finditer(path):
        parameter = at.get(("path", match[1]))
        if parameter is None:
            continue
        literal += path[position : match.start()]
        position = match.end()
        value = cell.values.get(parameter.id, parameter.example)
        pieces += [Piece("", _encoded(literal)), Piece(match[1], percent(parameter.shown if value is None else str(value)), parameter)]
        literal = ""
    return (*pieces, Piece("", _encoded(literal + path[position:])))


def _encoded(literal: str) -> str:
    """A path with what RFC 3986, 3.3 does not allow in one percent-encoded."""
    return quote(literal, safe="/-._~!$&'()*+,;=:@")


def _pieces(place: str, values: Mapping[str, Any], at: Mapping[tuple[Any, str], Parameter]) -> list[Piece]:
    return [
        Piece(name, str(item), at.get((place, name)))
        for name, value in values.items()
        for item in (value if isinstance(value, tuple) else (value,))
    ]


def _form(cell: Cell, at: Mapping[tuple[Any, str], Parameter]) -> list[Piece]:
    parts = []
    for name, value in (cell.form or {}).items():
        is_file = isinstance(value, FilePart)
        parts.append(Piece(name, value.file if isinstance(value, FilePart) else str(value), at.get(("form", name)), is_file))
    for parameter in cell.parameters.values():
        if parameter.at[0] == "form" and str(parameter.at[1]) not in (cell.form or {}):
            parts.append(
                Piece(str(parameter.at[1]), parameter.example if parameter.required else None, parameter, parameter.read == "file")
            )
    return parts


def part(piece: Piece, value: str | None = None) -> str:
    """The argument of curl's -F or --form-string for a form part (curl(1): `"` and `\\` in a file's name are escaped)."""
    text = piece.value or "" if value is None else value
    if not piece.file:
        return f"{piece.name}={text}"
    if re.fullmatch(r"[A-Za-z0-9_./-]+", text):
        return f"{piece.name}=@{text}"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'{piece.name}=@"{escaped}"'
