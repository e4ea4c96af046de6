"""Find the cell of the catalog that a request to `curlsheet demo` is meant for, and what is wrong with the request.

Nothing here reads from a network.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from email.message import Message
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, unquote_to_bytes

from generator import jq_filter, json_text, request
from generator.catalog.listing import Listing, listing_of
from generator.catalog.model import Backend, Cell, Pages, Parameter, Trouble
from generator.catalog.nodes import did_you_mean
from generator.media_type import bare
from generator.request import RequestPart, RequestSecret

TYPE_NAMES = {"string": "a text", "integer": "a whole number", "number": "a number", "boolean": "true or false", "json": "JSON"}

MOST_MESSAGES = 5

NEXT_PAGE = "demo-page"
"""What the links of the demo add to the query, where answers say by a link which page is next."""

Keys = Mapping[str, Sequence[str]]
"""The good values of each variable that holds an API key; the first one is shown."""


class Refusal(Exception):
    """A request that is not answered with a sample: a status, a message that says what was expected, headers."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers


class Sent(NamedTuple):
    """A request as received; its path and query are separate, and decoded as UTF-8."""

    method: str
    path: str
    query: str
    headers: Message
    body: bytes


class Difference(NamedTuple):
    """Something in which a request is not what a cell of the catalog says. With status 0 it is allowed, else an error.

    The more the weights of a cell's errors add up to, the less likely is it the cell that was meant.
    """

    status: int
    message: str = ""
    weight: int = 1


ALLOWED = Difference(0)


def cell_for(backend: Backend, keys: Keys, sent: Sent) -> Cell:
    """Return the cell of `backend` that a request fits best.

    Raises Refusal: 404, 405, or 401, 415 or 422 with the errors of the cell that comes closest; and where a value is unknown, what
    the catalog's trouble says of that.
    """
    here = [cell for cell in backend.cells if _match_path(backend, cell, sent.path)]
    if not here:
        known = dict.fromkeys(f"{cell.method} {_catalog_path(backend, cell)}" for cell in backend.cells)
        raise Refusal(404, f"there is no {sent.path}; known: {', '.join(known) or 'nothing'}")
    methods = list(dict.fromkeys(cell.method for cell in here))
    if sent.method not in methods:
        raise Refusal(405, f"{sent.path}: expected {' or '.join(methods)}, got {sent.method}", Allow=", ".join(methods))
    compared = [(cell, list(_differences(backend, cell, keys, sent))) for cell in here if cell.method == sent.method]
    closest, differences = min(compared, key=lambda item: _distance(item[1]))
    if errors := [difference for difference in differences if difference.status]:
        raise _refusal(errors)
    for trouble in (*closest.troubles, *backend.troubles):
        if (listing := listing_of(backend, closest, trouble)) and listing.cell.sample is not None:
            there = _known_values(backend, listing)
            for value in _sent_values(backend, closest, listing.parameter, sent):
                if value not in there:
                    raise _unknown_value(trouble, listing.parameter, value)
    return closest


def _known_values(backend: Backend, listing: Listing) -> set[str]:
    """Return the values of a parameter that the sample lists, and those that the catalog's own requests and pages send."""
    listed = jq_filter.run(listing.pipeline.jq, listing.cell.sample, raw=True).split("\n")
    cells = [cell for cell in backend.cells if listing.parameter.id in cell.parameters]
    own = [value for cell in cells for value in _texts(cell.default(cell.parameters[listing.parameter.id]))]
    parameters = [cell.parameters[listing.parameter.id] for cell in cells]
    examples = [parameter.example for parameter in parameters]
    shown = [text for parameter in parameters for texts in (parameter.shown or {}).values() for text in texts]
    return {value for value in (*listed, *own, *examples, *shown) if value}


def _texts(value: Any) -> list[str]:
    """Return the texts and numbers in a value, which may be a list of them."""
    items = value if isinstance(value, (list, tuple)) else [value]
    return [str(item) for item in items if isinstance(item, (str, int))]


def _sent_values(backend: Backend, cell: Cell, parameter: Parameter, sent: Sent) -> list[str]:
    """Return what a request, which fits the cell, sends in the place of a parameter."""
    place, *steps = parameter.at
    name = str(steps[-1]) if steps else ""
    match place:
        case "body":
            value = json.loads(sent.body)
            try:
                for step in steps:
                    value = value[step]
            except (KeyError, IndexError, TypeError):
                return []
            return _texts(value)
        case "text":
            return [sent.body.decode("utf-8", "replace")]
        case "urlencoded":
            return [value for field, value in _fields(sent.body) if field == name]
        case "form":
            return [part.content for part in _form_parts(sent.headers, sent.body) or () if part.name == name]
        case "query":
            return [value for key, value in parse_qsl(sent.query, keep_blank_values=True) if key == name]
        case "headers":
            return [decoded(value) for value in sent.headers.get_all(name, [])]
        case "cookies":
            return [value for cookie, value in _cookies(sent.headers) if cookie == name]
        case "path":
            names = [piece.name for piece in request.build_request(backend, cell).path if piece.parameter or piece.secret]
            found = _match_path(backend, cell, sent.path)
            return [unquote(found[names.index(name) + 1])] if found else []
    return []


def _unknown_value(trouble: Trouble, parameter: Parameter, value: str) -> Refusal:
    """Return the answer to a request with a value that the server does not know, so that the trouble fits."""
    words = trouble.answer_text or " is unknown"
    status = trouble.when if isinstance(trouble.when, int) else 404
    return Refusal(status, f"{parameter.id} '{value[:80]}'{'' if words.startswith(' ') else ': '}{words}")


def moved_cell(backend: Backend, start: str, sent: Sent) -> Cell | None:
    """Return the cell whose redirect led to a path below `start`; None for any other path.

    Raises Refusal (422) where its key came along: the path stands for another server's.
    """
    cell = next((cell for cell in backend.cells if sent.path == start + cell.id and cell.curl.location), None)
    if cell and not cell.curl.unix_socket:
        wanted = request.build_request(backend, cell)
        for secret in wanted.secrets:
            if secret.place in ("headers", "basic", "query", "cookies") and _sent_secret(secret, wanted, None, sent) is not None:
                raise Refusal(422, f"the key came along to another server: {secret.variable} must stay at {backend.name}")
    return cell


def _refusal(errors: Sequence[Difference]) -> Refusal:
    """Return the answer to a request with these errors: a wrong key counts before a content type, and that before the body."""
    status = min(error.status for error in errors)
    messages = list(dict.fromkeys(error.message for error in errors if error.status == status))
    more = f"; and {len(messages) - MOST_MESSAGES} more" if len(messages) > MOST_MESSAGES else ""
    return Refusal(status, "; ".join(messages[:MOST_MESSAGES]) + more)


def _distance(differences: Sequence[Difference]) -> tuple[int, int]:
    """Return how far a request is from a cell: first by its errors, then by all its differences."""
    return sum(difference.weight for difference in differences if difference.status), len(differences)


def _catalog_path(backend: Backend, cell: Cell) -> str:
    """Return the whole path of a cell as a catalog writes it."""
    return split(request.without_segments(backend.base_url_of(cell), cell.parent_segments))[3] + cell.absolute_path


def split(base_url: str) -> tuple[str, str, str, str]:
    """Return scheme, host, port and path of a base URL."""
    found = re.fullmatch(r"(https?)://(\[.*?\]|[^:/]*)(?::(\d+))?(/.*)?", base_url)
    scheme, host, port, path = found.groups() if found else ("", "", "", "")
    return scheme, host, port or ("80" if scheme == "http" else "443"), path or ""


def _normalized(path: str) -> str:
    """Return a path in which each character is spelt in one way (RFC 3986, 6.2.2)."""
    return "/".join(quote(unquote_to_bytes(part), safe="") for part in path.split("/"))


def _match_path(backend: Backend, cell: Cell, path: str) -> re.Match[str] | None:
    base = split(request.without_segments(backend.base_url_of(cell), cell.parent_segments))[3]
    pieces = [RequestPart("", base), *request.build_request(backend, cell).path]
    pattern = "".join(_path_pattern(cell, piece) for piece in pieces)
    return re.fullmatch(pattern, _normalized(path))


def _path_pattern(cell: Cell, piece: RequestPart) -> str:
    """Return what a part of a path has to match."""
    if piece.parameter or piece.secret:
        return "(.+)" if f"{{+{piece.name}}}" in cell.path else "([^/]+)"
    return re.escape(_normalized(piece.value or ""))


def _grouped(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name, value in pairs:
        groups.setdefault(name, []).append(value)
    return groups


def decoded(wire: str) -> str:
    """Return a target or a header's value as UTF-8: http.server reads bytes as Latin-1."""
    return wire.encode("latin-1", "replace").decode("utf-8", "replace").strip(" \t")


def _differences(backend: Backend, cell: Cell, keys: Keys, sent: Sent) -> Iterator[Difference]:
    """Compare a request to this cell's path with what the catalog says."""
    wanted = request.build_request(backend, cell)
    for secret in wanted.secrets:
        if wanted.signed and secret.place == "basic":
            yield from _signature_differences(secret, keys[secret.variable], sent.headers)
            continue
        yield from _secret_differences(
            secret, keys[secret.variable], _sent_secret(secret, wanted, _match_path(backend, cell, sent.path), sent)
        )
    yield from _path_differences(wanted, _match_path(backend, cell, sent.path))
    yield from _query_differences(cell, wanted, sent.query)
    cookies = _grouped(_cookies(sent.headers))
    yield from _named_differences("cookie", wanted.cookies, cookies)
    headers = [piece for piece in wanted.headers if piece.name.lower() != "content-type"]
    given = {piece.name: [decoded(value) for value in sent.headers.get_all(piece.name, [])] for piece in headers}
    yield from _named_differences("header", headers, given)
    yield from _body_differences(cell, wanted, sent.headers, sent.body)


def _path_differences(wanted: request.Request, found: re.Match[str] | None) -> Iterator[Difference]:
    """Compare the values in a path, which `found` matched, with their parameters' types."""
    placeholders = [piece for piece in wanted.path if piece.parameter or piece.secret]
    for value, piece in zip(found.groups() if found else (), placeholders, strict=True):
        if piece.secret:
            continue
        if _text_fits(unquote(value), piece.parameter):
            yield ALLOWED
        else:
            yield Difference(422, f"{piece.name} in the path: expected {_expected_type(piece.parameter)}")


def _query_differences(cell: Cell, wanted: request.Request, query: str) -> Iterator[Difference]:
    """Compare the query, which may contain only what the catalog's contains."""
    given = _grouped(parse_qsl(query, keep_blank_values=True))
    names = list(dict.fromkeys(piece.name for piece in wanted.query))
    names += [secret.name for secret in wanted.secrets if secret.place == "query"]
    yield from _named_differences("query", wanted.query, given)
    names_of_pages: tuple[str | int, ...] = (NEXT_PAGE,) if cell.pages else ()
    if isinstance(cell.pages, Pages) and cell.pages.place == "query":
        names_of_pages = cell.pages.at[1:]
    for name in given:
        if name not in (*names, *names_of_pages):
            yield Difference(422, f"query {name}: unknown{_hint(name, names)}")


def _sent_secret(secret: RequestSecret, wanted: request.Request, path: re.Match[str] | None, sent: Sent) -> str | None:
    """Return what was sent in the place of a secret; None if nothing was, or if it is in the body, which is compared elsewhere."""
    match secret.place:
        case "headers":
            value = sent.headers.get(secret.name)
            return None if value is None else f"{secret.name}: {decoded(value)}".strip(" \t")
        case "basic":
            scheme, _, encoded = (sent.headers.get("Authorization") or "").partition(" ")
            with suppress(ValueError):
                return base64.b64decode(encoded, validate=True).decode("utf-8", "replace") if scheme.lower() == "basic" else None
            return ""
        case "query":
            return dict(parse_qsl(sent.query, keep_blank_values=True)).get(secret.name)
        case "cookies":
            return dict(_cookies(sent.headers)).get(secret.name)
        case "urlencoded":
            return dict(_fields(sent.body)).get(secret.name)
        case "path":
            names = [piece.name for piece in wanted.path if piece.parameter or piece.secret]
            return unquote(path[names.index(secret.name) + 1]) if path else None
    return None


def _cookies(headers: Message) -> list[tuple[str, str]]:
    """Return the names and values of the cookies that were sent (RFC 6265, 4.2.1)."""
    pairs = [pair.partition("=") for line in headers.get_all("Cookie", []) for pair in decoded(line).split(";")]
    return [(name.strip(), value) for name, _, value in pairs]


def _secret_differences(secret: RequestSecret, good: Sequence[str], sent: str | None) -> Iterator[Difference]:
    """Compare a secret. What was sent is never repeated: it may be somebody's real key."""
    if secret.place in ("form", "body", "text") or (sent is None and not secret.required):
        return
    before = secret.before if secret.place == "headers" else ""
    if sent not in [(before + value).strip(" \t") for value in good]:
        where = {
            "basic": "basic authentication as ",
            "urlencoded": f"the field {secret.name}=",
            "query": f"{secret.name}= in the query, ",
            "cookies": f"the cookie {secret.name}=",
        }
        expected = f"{where.get(secret.place, before)}{good[0]}"
        yield Difference(401, f"{'no' if sent is None else 'wrong'} key: expected {expected} ({secret.variable})")


def _signature_differences(secret: RequestSecret, good: Sequence[str], headers: Message) -> Iterator[Difference]:
    """Compare whose signature a request has (AWS Signature Version 4); the signature itself is not computed again."""
    found = re.fullmatch(
        r"\w+-HMAC-SHA256 Credential=([^/]*)/\S+, SignedHeaders=\S+, Signature=[0-9a-f]{64}", headers.get("Authorization", "")
    )
    if found is None or found[1] not in [value.partition(":")[0] for value in good]:
        expected = f"a signature by {good[0].partition(':')[0]} (--aws-sigv4)"
        yield Difference(401, f"{'wrong' if found else 'no'} key: expected {expected} ({secret.variable})")


def _named_differences(
    what: str, pieces: Sequence[RequestPart], given: Mapping[str, list[str]], *, literal: bool = True
) -> Iterator[Difference]:
    """Compare what has a name and a text: a fixed text with the catalog's (if `literal`), a parameter's with its type."""
    groups: dict[str, list[RequestPart]] = {}
    for piece in pieces:
        groups.setdefault(piece.name, []).append(piece)
    for name, group in groups.items():
        parameter, sent = group[0].parameter, given.get(name, [])
        values = [piece.value.strip(" \t") if what == "header" else piece.value for piece in group if piece.value is not None]
        if not sent and (values or (parameter and parameter.required)):
            yield Difference(422, f"{what} {name}: missing, expected {' and '.join(values) or _expected_type(parameter)}")
        elif parameter and not all(_text_fits(value, parameter) for value in sent):
            yield Difference(422, f"{what} {name}: expected {_expected_type(parameter)}")
        elif sent and sent != values:
            yield (
                Difference(422, f"{what} {name}: expected {' and '.join(values) or 'it empty'}") if literal and not parameter else ALLOWED
            )


def _text_fits(text: str, parameter: Parameter | None) -> bool:
    """Tell whether a text in a path, query, header or form is of the parameter's type."""
    kind = parameter.type if parameter else None
    values = text.split(parameter.join) if parameter and parameter.join else [text]
    try:
        return kind in (None, "string") or all(_has_type(json.loads(value), str(kind)) for value in values)
    except (ValueError, RecursionError):
        return False


def _expected_type(parameter: Parameter | None) -> str:
    return TYPE_NAMES[(parameter and parameter.type) or "string"]


def _hint(name: str, known: Sequence[str]) -> str:
    """Return which known name an unknown one may stand for, else all known names."""
    return did_you_mean(name, known) or (f" (known: {', '.join(known)})" if known else " (there is none)")


def _body_differences(cell: Cell, wanted: request.Request, headers: Message, body: bytes) -> Iterator[Difference]:
    """Compare the content type and the body."""
    kind = next((piece for piece in wanted.headers if piece.name.lower() == "content-type"), None)
    if wanted.form is not None and (body or any(piece.value is not None for piece in wanted.form)):
        kind = RequestPart("Content-Type", "multipart/form-data")
    if wanted.urlencoded is not None and kind is None:
        kind = RequestPart("Content-Type", "application/x-www-form-urlencoded")
    sent = headers.get("Content-Type")
    if kind and not kind.parameter and bare(sent or "") != bare(kind.value or ""):
        yield Difference(415, f"expected Content-Type: {bare(kind.value or '')}, got {decoded(sent)[:80] if sent else 'none'}")
    elif wanted.form is not None:
        secrets = [RequestPart(secret.name, None, secret=secret) for secret in wanted.secrets if secret.place == "form"]
        yield from _form_differences((*wanted.form, *secrets), headers, body)
    elif wanted.urlencoded is not None:
        yield from _field_differences(cell, wanted, body)
    elif wanted.file is not None:
        if not body:
            yield Difference(422, f"there is no body: expected the bytes of a file, such as {wanted.file.value}")
    elif wanted.json:
        try:
            value = json.loads(body)
        except (ValueError, RecursionError) as error:
            yield Difference(422, f"the body is not JSON: {error}" if body else "there is no body: expected JSON")
            return
        yield from _BodyComparison(cell).differences(cell.body, value)
    elif wanted.body is None and body:
        yield Difference(422, "expected no body")
    elif wanted.body is not None and body.decode("utf-8", "replace") != wanted.body:
        yield ALLOWED


def _fields(body: bytes) -> list[tuple[str, str]]:
    """Return the names and values of the fields of a web form (application/x-www-form-urlencoded)."""
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)


def _field_differences(cell: Cell, wanted: request.Request, body: bytes) -> Iterator[Difference]:
    """Compare the fields of a web form, which may contain only what the catalog's contains."""
    fields = [replace(piece, name=unquote(piece.name)) for piece in wanted.urlencoded or ()]
    given = _grouped(_fields(body))
    yield from _named_differences("field", fields, given)
    names = list(dict.fromkeys(piece.name for piece in fields))
    names += [secret.name for secret in wanted.secrets if secret.place == "urlencoded"]
    if isinstance(cell.pages, Pages) and cell.pages.place == "urlencoded":
        names.append(str(cell.pages.at[1]))
    for name in given:
        if name not in names:
            yield Difference(422, f"field {name}: unknown{_hint(name, names)}")


class SentPart(NamedTuple):
    """A part of a form as received."""

    name: str
    content: str
    file: bool
    content_type: str


def _form_parts(headers: Message, body: bytes) -> list[SentPart] | None:
    """Return the parts of a multipart body (RFC 7578); None where it is none."""
    boundary = headers.get_boundary()
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("latin-1", "replace")) if boundary else []
    if body and (len(parts) < 2 or not parts[-1].startswith(b"--")):
        return None
    found = []
    for part in parts[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        name = re.search(rb'(?i)[; ]name="([^"]*)"', head)
        said = re.search(rb"(?i)\r\ncontent-type: *([^\r\n]*)", head)
        found.append(
            SentPart(
                name[1].decode("utf-8", "replace") if name else "",
                content.decode("utf-8", "replace"),
                re.search(rb"(?i)[; ]filename\*?=", head) is not None,
                said[1].decode("latin-1") if said else "none",
            )
        )
    return found


def _form_differences(pieces: Sequence[RequestPart], headers: Message, body: bytes) -> Iterator[Difference]:
    """Compare the parts of a multipart body (RFC 7578), by their names."""
    parts = _form_parts(headers, body)
    if parts is None:
        yield Difference(422, "the body is not multipart/form-data: its last boundary is missing")
        return
    given = [(part.name, part.content) for part in parts]
    files = {part.name for part in parts if part.file}
    types: dict[str, list[str]] = {}
    for part in parts:
        types.setdefault(part.name, []).append(part.content_type)
    yield from _named_differences("form part", pieces, _grouped(given), literal=False)
    known = {piece.name: piece.file for piece in pieces}
    for name, _ in given:
        if name not in known:
            yield Difference(422, f"form part {name}: unknown{_hint(name, list(known))}")
        elif known[name] != (name in files):
            yield Difference(422, f"form part {name}: expected {f'a file (-F {name}=@FILE)' if known[name] else 'a text, got a file'}")
    for piece in pieces:
        got = types.get(piece.name, [])
        if piece.media_type and got and bare(piece.media_type) not in map(bare, got):
            yield Difference(422, f"form part {piece.name}: expected Content-Type: {piece.media_type}, got {' and '.join(got)}")


class _BodyComparison:
    """Compares JSON with a cell's body: texts and numbers may differ, the shape only where a parameter changes it.

    `at` is a position in the catalog's body, `path` the same position in the request, as messages write it.
    """

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.parameters: dict[tuple[str | int, ...], list[Parameter]] = {}
        for parameter in cell.parameters.values():
            if parameter.at[0] == "body":
                self.parameters.setdefault(self._position(parameter), []).append(parameter)
        if isinstance(cell.pages, Pages) and cell.pages.place == "body":
            cursor = Parameter(at=cell.pages.at, type="json")
            self.parameters.setdefault(self._position(cursor), []).append(cursor)

    def _position(self, parameter: Parameter) -> tuple[str | int, ...]:
        """Return where a parameter points in the catalog's body, with -1 replaced by a position."""
        here, position = self.cell.body, []
        for step in parameter.at[1:]:
            position.append(len(here) + step if isinstance(step, int) and step < 0 else step)
            here = here[step] if not isinstance(here, dict) or step in here else None
        return tuple(position)

    def differences(self, expected: Any, given: Any, at: tuple[str | int, ...] = (), path: str = "") -> Iterator[Difference]:
        """Compare a value of the request with that of the catalog."""
        name = path.lstrip(".") or "the body"
        parameters = self.parameters.get(at, [])
        if any(self._fits(parameter, given) for parameter in parameters):
            if given != expected:
                yield ALLOWED
        elif expected is _ADDED or _type_name(expected) != _type_name(given):
            kinds = [f"{TYPE_NAMES[self.cell.value_type(item)]}{' or a list of them' if item.repeat else ''}" for item in parameters]
            yield Difference(422, f"{name}: expected {' or '.join(kinds) or _type_name(expected)}, got {_type_name(given)}")
        elif isinstance(expected, dict):
            yield from self._object_differences(expected, given, at, path)
        elif isinstance(expected, list) and expected:
            for position, item in enumerate(given):
                yield from self._item_differences(expected, position, item, at, f"{path}[{position}]")
        elif isinstance(expected, bool) and given != expected:
            yield Difference(422, f"{name}: expected {json.dumps(expected)}, got {json.dumps(given)}", 2)
        elif given != expected:
            yield ALLOWED

    def _object_differences(
        self, expected: dict[str, Any], given: dict[str, Any], at: tuple[str | int, ...], path: str
    ) -> Iterator[Difference]:
        added = {
            str(position[-1]): any(item.required for item in items)
            for position, items in self.parameters.items()
            if position[:-1] == at != position
        }
        known = dict.fromkeys([*expected, *added])
        for name in known:
            if name not in given and (name in expected or added[name]):
                yield Difference(422, f"{_path_below(path, name).lstrip('.')}: missing")
        for name, value in given.items():
            if name in known:
                yield from self.differences(expected.get(name, _ADDED), value, (*at, name), _path_below(path, name))
            elif expected:
                yield Difference(422, f"{_path_below(path, name[:80]).lstrip('.')}: unknown key{_hint(name, list(known))}", 2)

    def _item_differences(self, expected: list[Any], position: int, item: Any, at: tuple[str | int, ...], path: str) -> list[Difference]:
        """Compare an item of a list with the catalog's of the same position, else with the closest other one of its type."""
        nearest = min(position, len(expected) - 1)
        best = list(self.differences(expected[nearest], item, (*at, nearest), path))
        if not _distance(best)[0]:
            return best
        others = [number for number, other in enumerate(expected) if _type_name(other) == _type_name(item)]
        return min([list(self.differences(expected[number], item, (*at, number), path)) for number in others], key=_distance, default=best)

    def _fits(self, parameter: Parameter, value: Any) -> bool:
        """Tell whether the parameter could have put this value there."""
        items = value if parameter.repeat and isinstance(value, list) else [value]
        return all(_has_type(item, self.cell.value_type(parameter)) for item in items)


_ADDED = object()
"""What stands in for a value that the catalog's body does not have, and a parameter may add."""


def _has_type(value: Any, kind: str) -> bool:
    if kind == "integer":
        return _type_name(value) == TYPE_NAMES["number"] and value == value // 1
    return kind == "json" or _type_name(value) == TYPE_NAMES[kind]


def _type_name(value: Any) -> str:
    kinds = {bool: TYPE_NAMES["boolean"], str: "a text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds.get(type(value), "null")


def _path_below(path: str, name: str) -> str:
    return f"{path}.{name}" if name.isidentifier() else f"{path}[{json_text.compact(name)}]"
