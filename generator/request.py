"""The request of an endpoint on a backend: what goes over the wire, before anything is quoted for bash.

A backend and one of its cells come in; out comes a `Request`, whose parts say what a user may change. The catalog has
been checked before, so that nothing here fails.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from generator import json_text
from generator.bash import MOST_ARGUMENT
from generator.catalog.given import body_of, put, texts_of
from generator.catalog.model import ApiKey, Backend, Cell, FormPart, Parameter

ONE_LINE = 30_000
"""The number of characters from which a JSON body is on one line; --dry-run passes longer ones to curl in a heredoc."""

_PLACEHOLDER = re.compile(r"\{(\+?)([^{}]*)\}")

UNRESERVED = "-._~!()*"
"""What a value keeps in a path, beside letters and digits: RFC 3986, 2.3, and the sub-delimiters that jq 1.6 keeps, too."""

IN_QUERY = UNRESERVED + "$,:@/?"
"""What a value keeps in a query (RFC 3986, 3.4), but for &, +, = and ;, which separate there, and the quote."""


CONFIG_OPTIONS = {"headers": "header", "basic": "user", "form": "form-string", "urlencoded": "data-urlencode"}
"""curl's long option for a secret, by its place."""


@dataclass(frozen=True)
class RequestSecret:
    """An API key, or the value of a parameter that is secret: what goes where. Its value comes from the environment alone."""

    variable: str
    """The whole name of the environment variable."""
    required: bool
    example: str | None
    place: str
    """Where it goes: headers, query, cookies, basic, path, form, body or text."""
    name: str
    """The name of the header, the query's key, the cookie, the placeholder or the form part; in a body, its place as a path of jq."""
    before: str = ""
    """What stands before it: a header's name and prefix."""
    key: ApiKey | None = None
    """The API key that it is; None for a parameter's."""

    @property
    def encoded_name(self) -> str:
        """Return its name as it stands in a query."""
        return in_query(self.name)

    @property
    def option(self) -> str | None:
        """Return the option of curl that sends it; None where curl has none of its own."""
        return CONFIG_OPTIONS.get(self.place)

    @property
    def short_option(self) -> str:
        """Return the same option as one types it."""
        return {"headers": "-H", "basic": "-u"}.get(self.place, f"--{self.option}")


@dataclass(frozen=True)
class RequestPart:
    """A part of the path, the query, the headers, the form, the urlencoded fields or the JSON text; or a file that is the body."""

    name: str
    """The name of a header, form part, field, query pair or path placeholder; else empty."""
    value: str | None
    """What is sent by default; None: nothing."""
    parameter: Parameter | None = None
    """The parameter that changes it; None: it is fixed."""
    file: bool = False
    """`value` is the path of a file, whose content is sent."""
    media_type: str | None = None
    """The Content-Type that a form part says."""
    file_name: str | None = None
    """The name under which a form part's file is sent; None: its own."""
    secret: RequestSecret | None = None
    """The secret that stands here in the URL."""

    @property
    def header_argument(self) -> str:
        """Return the argument of curl's -H. An empty header is sent only as `Name;` (curl(1), -H)."""
        return f"{self.name}: {self.value}" if (self.value or "").strip(" \t") else f"{self.name};"

    @property
    def form_option(self) -> str:
        """Return curl's option for a form part: -F reads what `@` and `;` mean in its argument, --form-string takes a text as it is."""
        return "-F" if self.file or self.media_type else "--form-string"

    @property
    def form_argument(self) -> str:
        """Return the argument of `form_option`."""
        value = self.value or ""
        if self.form_option == "--form-string":
            return f"{self.name}={value}"
        plain = r"[A-Za-z0-9_./-]+" if self.file else r"[A-Za-z0-9{\[]([^;]*\S)?"
        written = value if re.fullmatch(plain, value) else in_double_quotes(value)
        return f"{self.name}={'@' if self.file else ''}{written}{self.form_rest}"

    @property
    def form_rest(self) -> str:
        """Return what stands in -F behind the file or the text: its type, and the name under which a file is sent."""
        rest = f";type={self.media_type}" if self.media_type else ""
        if self.file_name is None:
            return rest
        plain = re.fullmatch(r"[A-Za-z0-9_.-]+", self.file_name)
        return f"{rest};filename={self.file_name if plain else in_double_quotes(self.file_name)}"

    @property
    def standard_input_rest(self) -> str:
        """Return `form_rest` for a file that comes from standard input, which has no name of its own: servers tell its format by it."""
        name = (self.value or "").rpartition("/")[2]
        return replace(self, file_name=name).form_rest if self.file_name is None and name else self.form_rest


@dataclass(frozen=True)
class Request:
    """One HTTP request, with every default in place, and the example where a required parameter has no default."""

    method: str
    base: str
    """The base URL, without a / at its end and without the segments that the path leaves."""
    own_base: bool
    """The base URL is not the backend's, but the cell's own."""
    parent_segments: int
    """How many segments of the base URL the path leaves."""
    path: tuple[RequestPart, ...]
    """Percent-encoded."""
    query: tuple[RequestPart, ...]
    """As in the catalog, not encoded."""
    headers: tuple[RequestPart, ...]
    cookies: tuple[RequestPart, ...] = ()
    secrets: tuple[RequestSecret, ...] = ()
    """API keys, then the parameters that are secret. Those of the query stand behind all else in it."""
    body: str | None = None
    """JSON or a text; None: there is none, or a form."""
    json_parts: tuple[RequestPart, ...] | None = None
    """`body` in parts, if it is JSON: the inside of a text that a variable sets is a part of its own."""
    form: tuple[RequestPart, ...] | None = None
    urlencoded: tuple[RequestPart, ...] | None = None
    """The fields of a web form: each name as it stands in the body, encoded, and each value as it is, since curl encodes it."""
    file: RequestPart | None = None
    """The file that is the body."""
    signed: bool = False
    """curl signs the request."""
    retried: bool = False
    """curl sends it again where it fails for a time."""
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
        sent = [RequestPart(part.name, in_query(part.value), part.parameter) for part in self.query if part.value is not None]
        sent += [RequestPart(secret.name, None, secret=secret) for secret in self.secrets if secret.place == "query" and secret.required]
        for position, part in enumerate(sent):
            parts += [RequestPart("", f"{'&' if position else '?'}{in_query(part.name)}="), part]
        return tuple(parts)

    @property
    def url(self) -> str:
        """Return the whole URL; a secret in it is the name of its variable, in braces."""
        parts = (f"{{{part.secret.variable}}}" if part.secret else part.value for part in self.behind_base)
        return self.base + "".join(part or "" for part in parts)

    @property
    def method_options(self) -> tuple[str, ...]:
        """Return the words that make curl use the method; none where curl uses it by itself."""
        if self.method == "HEAD":
            return ("-I",)
        of_curl = "POST" if self.body is not None or self.urlencoded is not None or self._sends_parts else "GET"
        if self.file and not self.loads_file:
            of_curl = "PUT"  # of -T
        return () if self.method == of_curl else ("-X", self.method)

    @property
    def _sends_parts(self) -> bool:
        return _always_sent(self.form) or any(secret.place == "form" and secret.required for secret in self.secrets)

    @property
    def has_body(self) -> bool:
        """Return whether the request has a body, of whatever kind."""
        return any(body is not None for body in (self.body, self.form, self.urlencoded, self.file))

    @property
    def takes_out_expect(self) -> bool:
        """Return whether a header is taken out by which curl asks before a large file (Expect: 100-continue), and waits for an answer.

        Some curls would sign it nevertheless.
        """
        return not self.signed and (self.file is not None or any(part.file for part in self.form or ()))

    @property
    def loads_file(self) -> bool:
        """Return whether the file that is the body is sent by --data-binary.

        -T appends its name to a URL that ends in a slash, a signature does not cover what it sends, and standard input it sends
        once: curl would send it empty when it asks again.
        """
        ends_in_slash = self.url.partition("?")[0].endswith("/")
        return self.file is not None and (self.signed or self.retried or ends_in_slash)

    @property
    def sends_fields(self) -> bool:
        """Return whether some field of an urlencoded body is sent in any case."""
        return _always_sent(self.urlencoded) or any(secret.place == "urlencoded" and secret.required for secret in self.secrets)

    @property
    def exceeds_argument(self) -> bool:
        """Return whether the body is too long for an argument of a command."""
        return self.body is not None and len(self.body.encode("utf-8", "surrogatepass")) > MOST_ARGUMENT


def build_request(backend: Backend, cell: Cell) -> Request:
    """Build the request of a cell on its backend."""
    headers = list(_parts("headers", cell.headers, cell))
    json_parts = None if cell.body is None else _json_parts(cell)
    body = _text(cell) if json_parts is None else "".join(part.value or "" for part in json_parts)
    if body is not None and not any(part.name.lower() == "content-type" for part in headers):
        headers.append(RequestPart("Content-Type", "application/json" if json_parts is not None else "text/plain; charset=utf-8"))
    if cell.curl.aws_sigv4 and cell.file is not None and not any(part.name.lower() == "content-type" for part in headers):
        headers.append(RequestPart("Content-Type", "application/octet-stream"))  # older curls would sign one that is taken out
    return Request(
        method=cell.method,
        base=without_segments(backend.base_url_of(cell), cell.parent_segments),
        own_base=cell.base_url is not None,
        parent_segments=cell.parent_segments,
        path=tuple(_path_parts(backend, cell)),
        query=tuple(_parts("query", cell.query, cell)),
        headers=tuple(headers),
        cookies=tuple(_parts("cookies", cell.cookies, cell)),
        secrets=tuple(_secrets(backend, cell)),
        body=body,
        json_parts=json_parts,
        form=None if cell.form is None else tuple(_parts("form", cell.form, cell)),
        urlencoded=None if cell.urlencoded is None else tuple(_fields(cell)),
        file=None if cell.file is None else _body_file(cell),
        signed=cell.curl.aws_sigv4 is not None,
        retried=cell.curl.retry > 0,
        jq_paths={name: jq_path(parameter.at[1:]) for name, parameter in cell.parameters.items() if parameter.at[0] == "body"},
    )


def without_segments(base_url: str, count: int) -> str:
    """Return the base URL without its trailing / and its last `count` segments (never more than its path has)."""
    base = base_url.rstrip("/")
    for _ in range(count):
        if base.count("/") > 2:
            base = base.rpartition("/")[0]
    return base


def in_path(text: str, keeps_slashes: bool = False) -> str:
    """Encode the value of a path's placeholder; that of {+name} keeps its slashes (RFC 6570, 3.2.3)."""
    return quote(text, safe=UNRESERVED + ("/" if keeps_slashes else ""))


def in_query(text: str) -> str:
    """Encode a name or value of a query."""
    return quote(text, safe=IN_QUERY)


def field_name(text: str) -> str:
    """Encode the name of an urlencoded field; brackets stay, as in `metadata[order]`, which people type so and servers read so."""
    return quote(text, safe="-._~[]")


def in_double_quotes(text: str) -> str:
    """Return a text in double quotes as curl's -F reads it: in them, `"` and `\\` are escaped (curl(1), -F)."""
    return '"' + re.sub(r'[\\"]', r"\\\g<0>", text) + '"'


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


def _secrets(backend: Backend, cell: Cell) -> Iterator[RequestSecret]:
    """Return what a cell sends from the environment alone."""
    for key in cell.api_key:
        before = key.header_start if key.place == "headers" else ""
        yield RequestSecret(key.variable, key.required, key.example, key.place, key.name, before, key)
    for parameter in cell.parameters.values():
        if parameter.secret:
            place = str(parameter.at[0])
            name = jq_path(parameter.at[1:]) if place == "body" else str(parameter.at[-1])
            before = {"headers": f"{name}: ", "form": f"{name}=", "urlencoded": f"{field_name(name)}="}.get(place, "")
            required = parameter.required or place == "path"
            yield RequestSecret(f"{backend.prefix}{parameter.variable}", required, parameter.example, place, name, before)


def _parameters(section: str, cell: Cell) -> dict[str, Parameter]:
    """Return the parameters that point into the path, the query, the headers or the form, by the name that they point to."""
    return {str(parameter.at[1]): parameter for parameter in cell.parameters.values() if parameter.at[0] == section}


def _parts(section: str, written: Mapping[str, Any], cell: Cell) -> Iterator[RequestPart]:
    """Return the parts that the catalog writes in a section, then those of parameters with a name that it does not write.

    What is given for a parameter replaces all that is written under its name. Left out is what is secret.
    """
    parameters = _parameters(section, cell)
    hidden = [name for name, parameter in parameters.items() if parameter.secret]
    written = {name: value for name, value in written.items() if name not in hidden}
    parameters = {name: parameter for name, parameter in parameters.items() if name not in hidden}
    for name, values in written.items():
        parameter = parameters.get(name)
        usual = values if isinstance(values, tuple) else (values,)
        if parameter and parameter.id in cell.given:
            part = usual[0] if isinstance(usual[0], FormPart) else FormPart()
            for text in texts_of(parameter, cell.given[parameter.id]):
                yield RequestPart(name, text, parameter, part.file is not None, part.type, part.name)
            continue
        for value in usual:
            if isinstance(value, FormPart):
                yield RequestPart(name, value.value, parameter, value.file is not None, value.type, value.name)
            else:
                made = parameter.stand_in if parameter and parameter.generate else None
                yield RequestPart(name, made or str(value), parameter)
    for name, parameter in parameters.items():
        if name in written:
            continue
        if parameter.id in cell.given:
            for text in texts_of(parameter, cell.given[parameter.id]):
                yield RequestPart(name, text, parameter, section == "form" and parameter.read == "file")
        else:
            file = section in ("form", "urlencoded") and parameter.read == "file"
            shown = parameter.stand_in if file or not parameter.read else _shown_content(parameter)
            yield RequestPart(name, shown if parameter.required or parameter.generate else None, parameter, file)


def _fields(cell: Cell) -> Iterator[RequestPart]:
    """Return the fields of an urlencoded body, their names encoded."""
    for part in _parts("urlencoded", cell.urlencoded or {}, cell):
        yield replace(part, name=field_name(part.name))


def _text(cell: Cell) -> str | None:
    """Return the text that is the body; None if there is none."""
    text = cell.text
    for parameter in cell.parameters.values():
        if parameter.at[0] == "text" and parameter.generate:
            text = parameter.stand_in
        elif parameter.at[0] == "text" and parameter.id in cell.given:
            text = texts_of(parameter, cell.given[parameter.id])[0]
    return text


def _body_file(cell: Cell) -> RequestPart:
    """Return the file that is the body."""
    parameter = next((parameter for parameter in cell.parameters.values() if parameter.at[0] == "file"), None)
    value = parameter.example if parameter and parameter.required and parameter.example else cell.file
    if parameter and parameter.id in cell.given:
        (value,) = cell.given[parameter.id]
    return RequestPart("", value, parameter, file=True)


def _always_sent(parts: tuple[RequestPart, ...] | None) -> bool:
    """Return whether one of the parts is sent in any case."""
    return any(part.value is not None for part in parts or ())


def _path_parts(backend: Backend, cell: Cell) -> Iterator[RequestPart]:
    """Return the parts of a path: a literal part, then in turn a placeholder and a literal part, which may be empty."""
    parameters = _parameters("path", cell)
    secrets = {secret.name: secret for secret in _secrets(backend, cell) if secret.place == "path"}
    literal, position = "", 0
    for match in _PLACEHOLDER.finditer(cell.absolute_path):
        parameter = parameters.get(match[2])
        if parameter is None:
            continue
        literal += cell.absolute_path[position : match.start()]
        position = match.end()
        value = parameter.stand_in if parameter.generate else cell.values.get(parameter.id, parameter.example)
        if parameter.id in cell.given:
            value = texts_of(parameter, cell.given[parameter.id])[0]
        yield RequestPart("", _literal_path(literal))
        text = parameter.placeholder_name if value is None else str(value)
        if match[2] in secrets:
            yield RequestPart(match[2], None, secret=secrets[match[2]])
        else:
            yield RequestPart(match[2], in_path(text, keeps_slashes=match[1] == "+"), parameter)
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
        if parameter.at[0] == "body" and parameter.variable and not parameter.read
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
    """Return the body with what is given, with the examples of generated values, and of required parameters that have no default."""
    body = body_of(cell)
    for parameter in cell.parameters.values():
        wanted = parameter.at[0] == "body" and (parameter.required or parameter.generate) and not parameter.secret
        if not wanted or parameter.stand_in is None or parameter.id in cell.given:
            continue
        if parameter.generate or cell.default(parameter) is None:
            shown = _shown_content(parameter) if parameter.read else parameter.stand_in
            body = _with_example(body, parameter, str(shown))
    return body


def _shown_content(parameter: Parameter) -> str | None:
    """Return what is shown for the content of a file: it is not known, and the file's name is not what is sent."""
    if parameter.example is None:
        return None
    kind = {"base64": "BASE64", "data-url": "DATA URL", "json": "JSON"}.get(parameter.read or "", "TEXT")
    return f"{kind} OF {parameter.example}"


def _with_example(body: Any, parameter: Parameter, text: str) -> Any:
    example = text if parameter.type in (None, "string") or parameter.read else json.loads(text)
    return put(body, parameter.at[1:], [example] if parameter.repeat and parameter.join is None else example)
