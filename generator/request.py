"""The request of an endpoint on a backend: what goes over the wire, before anything is quoted for bash.

A backend and one of its cells come in; out comes a `Request`, whose parts say what a user may change. The catalog has
been checked before, so that nothing here fails.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from generator import json_text
from generator.catalog.model import Backend, Cell, FilePart, Key, Parameter

MOST_ARGUMENT = 100_000
"""The largest body, in bytes, that is an argument of a command; Linux allows 128 KiB for one (execve(2), MAX_ARG_STRLEN)."""

ONE_LINE = 30_000
"""The number of characters from which a JSON body is on one line; --dry-run passes longer ones to curl in a heredoc."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class RequestPart:
    """A part of the path, the query, the headers, the form or the JSON text."""

    name: str
    """The name of a header, form part, query pair or path placeholder; else empty."""
    value: str | None
    """What is sent by default; None: nothing."""
    parameter: Parameter | None = None
    """The parameter that changes it; None: it is fixed."""
    file: bool = False
    """It is a form part, and `value` the path of the file that is sent."""

    @property
    def header_argument(self) -> str:
        """Return the argument of curl's -H. An empty header is sent only as `Name;` (curl(1), -H)."""
        return f"{self.name}: {self.value}" if (self.value or "").strip(" \t") else f"{self.name};"

    @property
    def form_argument(self) -> str:
        """Return the argument of curl's -F for a file, else of --form-string (curl(1): in a file's name, `"` and `\\` are escaped)."""
        value = self.value or ""
        if not self.file:
            return f"{self.name}={value}"
        if re.fullmatch(r"[A-Za-z0-9_./-]+", value):
            return f"{self.name}=@{value}"
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{self.name}=@"{escaped}"'


@dataclass(frozen=True)
class Request:
    """One HTTP request, with every default in place, and the example where a required parameter has no default."""

    method: str
    base: str
    """The base URL, without a / at its end and without the segments that the path leaves."""
    parent_segments: int
    """How many segments of the base URL the path leaves."""
    path: tuple[RequestPart, ...]
    """Percent-encoded."""
    query: tuple[RequestPart, ...]
    """As in the catalog, not encoded."""
    headers: tuple[RequestPart, ...]
    key: Key | None
    body: str | None = None
    """JSON or a text; None: there is none, or a form."""
    json_parts: tuple[RequestPart, ...] | None = None
    """`body` in parts, if it is JSON: the inside of a text that a variable sets is a part of its own."""
    form: tuple[RequestPart, ...] | None = None
    jq_paths: Mapping[str, str] = field(default_factory=dict)
    """Where each parameter points in a JSON body, as a path of jq, by the parameter's id."""

    @property
    def json(self) -> bool:
        """Return whether the body is JSON."""
        return self.json_parts is not None

    @property
    def behind_base(self) -> tuple[RequestPart, ...]:
        """Return path and query as they stand in the URL behind the base URL, percent-encoded."""
        parts = list(self.path)
        for part in self.query:
            if part.value is not None:
                separator = "?" if len(parts) == len(self.path) else "&"
                parts.append(RequestPart("", f"{separator}{percent(part.name)}="))
                parts.append(RequestPart(part.name, percent(part.value), part.parameter))
        return tuple(parts)

    @property
    def url(self) -> str:
        """Return the whole URL."""
        return self.base + "".join(part.value or "" for part in self.behind_base)

    @property
    def method_options(self) -> tuple[str, ...]:
        """Return the words that make curl use the method; none where curl uses it by itself."""
        if self.method == "HEAD":
            return ("-I",)
        of_curl = "GET" if self.body is None and self.form is None else "POST"
        return () if self.method == of_curl else ("-X", self.method)

    @property
    def exceeds_argument(self) -> bool:
        """Return whether the body is too long for an argument of a command."""
        return self.body is not None and len(self.body.encode("utf-8", "surrogatepass")) > MOST_ARGUMENT


def build_request(backend: Backend, cell: Cell) -> Request:
    """Build the request of a cell on its backend."""
    headers = list(_parts("headers", cell.headers, cell))
    json_parts = None if cell.body is None else _json_parts(cell)
    body = cell.text if json_parts is None else "".join(part.value or "" for part in json_parts)
    if body is not None and not any(part.name.lower() == "content-type" for part in headers):
        headers.append(RequestPart("Content-Type", "application/json" if json_parts is not None else "text/plain; charset=utf-8"))
    return Request(
        method=cell.method,
        base=without_segments(backend.base_url, cell.parent_segments),
        parent_segments=cell.parent_segments,
        path=tuple(_path_parts(cell)),
        query=tuple(_parts("query", cell.query, cell)),
        headers=tuple(headers),
        key=cell.api_key,
        body=body,
        json_parts=json_parts,
        form=None if cell.form is None else tuple(_parts("form", cell.form, cell)),
        jq_paths={name: jq_path(parameter.at[1:]) for name, parameter in cell.parameters.items() if parameter.at[0] == "body"},
    )


def without_segments(base_url: str, count: int) -> str:
    """Return the base URL without its trailing / and its last `count` segments (never more than its path has)."""
    base = base_url.rstrip("/")
    for _ in range(count):
        if base.count("/") > 2:
            base = base.rpartition("/")[0]
    return base


def percent(text: str) -> str:
    """Encode a name or value of a query, or of a path's placeholder: all but RFC 3986's unreserved characters."""
    return quote(text, safe="-._~")


def jq_path(steps: tuple[str | int, ...]) -> str:
    """Return where names and indices lead in a JSON value, as jq writes it: `.messages[-1].content`."""
    path = ""
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        elif re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", step):
            path += f".{step}"
        else:
            path += f"[{json.dumps(step)}]"
    return path if path.startswith(".") else f".{path}"


def _parameters(section: str, cell: Cell) -> dict[str, Parameter]:
    """Return the parameters that point into the path, the query, the headers or the form, by the name that they point to."""
    return {str(parameter.at[1]): parameter for parameter in cell.parameters.values() if parameter.at[0] == section}


def _parts(section: str, written: Mapping[str, Any], cell: Cell) -> Iterator[RequestPart]:
    """Return the parts that the catalog writes in a section, then those of parameters with a name that it does not write."""
    parameters = _parameters(section, cell)
    for name, values in written.items():
        for value in values if isinstance(values, tuple) else (values,):
            if isinstance(value, FilePart):
                yield RequestPart(name, value.file, parameters.get(name), file=True)
            else:
                yield RequestPart(name, str(value), parameters.get(name))
    for name, parameter in parameters.items():
        if name not in written:
            file = section == "form" and parameter.read == "file"
            yield RequestPart(name, parameter.example if parameter.required else None, parameter, file)


def _path_parts(cell: Cell) -> Iterator[RequestPart]:
    """Return the parts of a path: a literal part, then in turn a placeholder and a literal part, which may be empty."""
    parameters = _parameters("path", cell)
    literal, position = "", 0
    for match in _PLACEHOLDER.finditer(cell.absolute_path):
        parameter = parameters.get(match[1])
        if parameter is None:
            continue
        literal += cell.absolute_path[position : match.start()]
        position = match.end()
        value = cell.values.get(parameter.id, parameter.example)
        yield RequestPart("", _literal_path(literal))
        yield RequestPart(match[1], percent(parameter.placeholder_name if value is None else str(value)), parameter)
        literal = ""
    yield RequestPart("", _literal_path(literal + cell.absolute_path[position:]))


def _literal_path(text: str) -> str:
    """Return a path in which all that RFC 3986, 3.3 does not allow is percent-encoded."""
    return quote(text, safe="/-._~!$&'()*+,;=:@")


def _json_parts(cell: Cell) -> tuple[RequestPart, ...]:
    """Return the text of a JSON body in parts: the inside of a text that a variable sets is a part of its own."""
    body = _with_examples(cell)
    runs = list(json_text.pretty_runs(body))
    if sum(len(text) for text, _ in runs) > ONE_LINE:
        runs = list(json_text.compact_runs(body))  # `curl -d @-` drops line breaks, and so reads it unchanged from a heredoc
    parameters = {
        _counted_from_start(body, parameter.at[1:]): parameter
        for parameter in cell.parameters.values()
        if parameter.at[0] == "body" and parameter.variable
    }
    parts, fixed = [], ""
    for text, path in runs:
        parameter = None if path is None else parameters.get(path)
        if parameter and text.startswith('"'):
            parts += [RequestPart("", fixed + '"'), RequestPart("", text[1:-1], parameter)]
            fixed = '"'
        else:
            fixed += text
    return (*parts, RequestPart("", fixed))


def _counted_from_start(body: Any, steps: tuple[str | int, ...]) -> json_text.Path:
    """Return names and indices in which no index counts from the end. A path that leads nowhere is returned unchanged."""
    path: list[str | int] = []
    for step in steps:
        if isinstance(body, list) and isinstance(step, int) and -len(body) <= step < len(body):
            step %= len(body)
        elif not isinstance(body, dict) or step not in body:
            return steps
        path.append(step)
        body = body[step]
    return tuple(path)


def _with_examples(cell: Cell) -> Any:
    """Return the body with the examples of required parameters that have no default."""
    body = cell.body
    for parameter in cell.parameters.values():
        if parameter.at[0] == "body" and parameter.required and parameter.example is not None and cell.default(parameter) is None:
            body = _with_example(body, parameter, parameter.example)
    return body


def _with_example(body: Any, parameter: Parameter, text: str) -> Any:
    example = text if parameter.type in (None, "string") else json.loads(text)
    copy = json.loads(json.dumps(body))
    parent = copy
    for step in parameter.at[1:-1]:
        parent = parent[step]
    parent[parameter.at[-1]] = [example] if parameter.repeat else example
    return copy
