"""Which cell of the catalog a request is meant for, and what is wrong with it: what `curlsheet demo` answers by.

Nothing here reads from a network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from email.message import Message
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, unquote_to_bytes

from generator import json_text, request
from generator.catalog.model import Backend, Cell, Key, Parameter
from generator.request import RequestPart

WORDS = {"string": "a text", "integer": "a whole number", "number": "a number", "boolean": "true or false", "json": "JSON"}

Keys = Mapping[str, Sequence[str]]
"""The good values of each variable that holds an API key; the first one is shown."""


class Refusal(Exception):
    """A request that is not answered with a sample: a status, the words that say what was expected, headers."""

    def __init__(self, status: int, words: str, **headers: str) -> None:
        super().__init__(words)
        self.status, self.words, self.headers = status, words, headers


class Sent(NamedTuple):
    """A request as it came, its path and query apart and read as UTF-8."""

    method: str
    path: str
    query: str
    headers: Message
    body: bytes


class Difference(NamedTuple):
    """Where a request is not what a cell of the catalog says; with status 0, no fault but a difference.

    The heavier it is, the less is this cell the one that was meant.
    """

    status: int
    words: str = ""
    weight: int = 1


def cell_for(backend: Backend, keys: Keys, sent: Sent) -> Cell:
    """The cell of `backend` that a request fits best.

    Raises Refusal: 404, 405, or 401, 415 or 422 with what is wrong from the cell that comes closest.
    """
    here = [cell for cell in backend.cells if _matched(backend, cell, sent.path)]
    if not here:
        known = dict.fromkeys(f"{cell.method} {_path(backend, cell)}" for cell in backend.cells)
        raise Refusal(404, f"there is no {sent.path}; there is: {', '.join(known) or 'nothing'}")
    methods = list(dict.fromkeys(cell.method for cell in here))
    if sent.method not in methods:
        raise Refusal(405, f"{sent.path}: expected {' or '.join(methods)}, got {sent.method}", Allow=", ".join(methods))
    tried = [(cell, list(_flaws(backend, cell, keys, sent))) for cell in here if cell.method == sent.method]
    cell, flaws = min(tried, key=lambda item: _weight(item[1]))
    if _weight(flaws)[0]:
        status = min(flaw.status for flaw in flaws if flaw.status)  # the key before the content type before what it holds
        words = list(dict.fromkeys(flaw.words for flaw in flaws if flaw.status == status))
        raise Refusal(status, "; ".join(words[:5]) + (f"; and {len(words) - 5} more" if len(words) > 5 else ""))
    return cell


def _weight(flaws: Sequence[Difference]) -> tuple[int, int]:
    """How far from the catalog: first by what is wrong, then by what is different."""
    return sum(flaw.weight for flaw in flaws if flaw.status), len(flaws)


def _path(backend: Backend, cell: Cell) -> str:
    """The whole path of a cell as a catalog writes it."""
    return split(request.without_segments(backend.base_url, cell.parent_segments))[3] + cell.absolute_path


def split(base_url: str) -> tuple[str, str, str, str]:
    """Scheme, host, port and path of a base URL."""
    found = re.fullmatch(r"(https?)://(\[.*?\]|[^:/]*)(?::(\d+))?(/.*)?", base_url)
    scheme, host, port, path = found.groups() if found else ("", "", "", "")
    return scheme, host, port or ("80" if scheme == "http" else "443"), path or ""


def _normal(path: str) -> str:
    """A path in which two spellings of one character are the same."""
    return "/".join(quote(unquote_to_bytes(part), safe="") for part in path.split("/"))


def _matched(backend: Backend, cell: Cell, path: str) -> re.Match[str] | None:
    base = split(request.without_segments(backend.base_url, cell.parent_segments))[3]
    pieces = [RequestPart("", base), *request.build_request(backend, cell).path]
    pattern = "".join("([^/]+)" if piece.parameter else re.escape(_normal(piece.value or "")) for piece in pieces)
    return re.fullmatch(pattern, _normal(path))


def _grouped(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name, value in pairs:
        groups.setdefault(name, []).append(value)
    return groups


def text_of(wire: str) -> str:
    """A target or a header's value as it was meant: http.server reads bytes as Latin-1."""
    return wire.encode("latin-1", "replace").decode("utf-8", "replace").strip(" \t")


def _flaws(backend: Backend, cell: Cell, keys: Keys, sent: Sent) -> Iterator[Difference]:
    """All that is wrong with a request to this cell's path."""
    wanted, found = request.build_request(backend, cell), _matched(backend, cell, sent.path)
    if wanted.key:
        yield from _key(wanted.key, keys[wanted.key.variable], sent.headers)
    for value, piece in zip(found.groups() if found else (), [piece for piece in wanted.path if piece.parameter], strict=True):
        good = _spells(unquote(value), piece.parameter)
        yield Difference(0) if good else Difference(422, f"{piece.name} in the path: expected {_words(piece.parameter)}")
    query = _grouped(parse_qsl(sent.query, keep_blank_values=True))
    names = list(dict.fromkeys(piece.name for piece in wanted.query))
    yield from _named("query", wanted.query, query)
    yield from (Difference(422, f"query {name}: unknown{_meant(name, names)}") for name in query if name not in names)
    headers = [piece for piece in wanted.headers if piece.name.lower() != "content-type"]
    yield from _named(
        "header", headers, {piece.name: [text_of(value) for value in sent.headers.get_all(piece.name, [])] for piece in headers}
    )
    yield from _content(cell, wanted, sent.headers, sent.body)


def _key(key: Key, good: Sequence[str], headers: Message) -> Iterator[Difference]:
    """The key is there and good. What was sent is never repeated: it may be somebody's real key."""
    sent = headers.get(key.header)
    if sent is None and not key.required:
        return
    if sent is None or text_of(sent) not in [(key.prefix + value).strip(" \t") for value in good]:
        yield Difference(401, f"{'no' if sent is None else 'wrong'} key: expected {key.header}: {key.prefix}{good[0]} ({key.variable})")


def _named(what: str, pieces: Sequence[RequestPart], given: Mapping[str, list[str]], *, literal: bool = True) -> Iterator[Difference]:
    """What has a name and a text: the fixed ones as the catalog says (unless not `literal`), parameters of their type."""
    groups: dict[str, list[RequestPart]] = {}
    for piece in pieces:
        groups.setdefault(piece.name, []).append(piece)
    for name, group in groups.items():
        parameter, sent = group[0].parameter, given.get(name, [])
        values = [piece.value.strip(" \t") if what == "header" else piece.value for piece in group if piece.value is not None]
        if not sent and (values or (parameter and parameter.required)):
            yield Difference(422, f"{what} {name}: missing, expected {' and '.join(values) or _words(parameter)}")
        elif parameter and not all(_spells(value, parameter) for value in sent):
            yield Difference(422, f"{what} {name}: expected {_words(parameter)}")
        elif sent and sent != values:
            yield (
                Difference(422, f"{what} {name}: expected {' and '.join(values) or 'it empty'}")
                if literal and not parameter
                else Difference(0)
            )


def _spells(text: str, parameter: Parameter | None) -> bool:
    """Whether a text outside of JSON is of the parameter's type."""
    kind = parameter.type if parameter else None
    try:
        return kind in (None, "string") or _is(json.loads(text), str(kind))
    except (ValueError, RecursionError):
        return False


def _words(parameter: Parameter | None) -> str:
    return WORDS[(parameter and parameter.type) or "string"]


def _meant(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name[:100], known, 1)
    return f" (did you mean {close[0]}?)" if close else f" (known are {', '.join(known)})" if known else " (there is none)"


def _content(cell: Cell, wanted: request.Request, headers: Message, body: bytes) -> Iterator[Difference]:
    """The content type and the body."""
    kind = next((piece for piece in wanted.headers if piece.name.lower() == "content-type"), None)
    if wanted.form is not None and (body or any(piece.value is not None for piece in wanted.form)):
        kind = RequestPart("Content-Type", "multipart/form-data")
    sent = headers.get("Content-Type")
    if kind and not kind.parameter and _media(sent or "") != _media(kind.value or ""):
        yield Difference(415, f"expected Content-Type: {_media(kind.value or '')}, got {text_of(sent)[:80] if sent else 'none'}")
    elif wanted.form is not None:
        yield from _form(wanted.form, headers, body)
    elif wanted.json:
        try:
            value = json.loads(body)
        except (ValueError, RecursionError) as error:
            yield Difference(422, f"the body is not JSON: {error}" if body else "there is no body: expected JSON")
            return
        yield from _Body(cell).unlike(cell.body, value)
    elif wanted.body is None and body:
        yield Difference(422, "expected no body")
    elif wanted.body is not None and body.decode("utf-8", "replace") != wanted.body:
        yield Difference(0)


def _media(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _form(pieces: Sequence[RequestPart], headers: Message, body: bytes) -> Iterator[Difference]:
    """The parts of a multipart body (RFC 7578), by their names."""
    boundary = headers.get_boundary()
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("latin-1", "replace")) if boundary else []
    if body and (len(parts) < 2 or not parts[-1].startswith(b"--")):
        yield Difference(422, "the body is not multipart/form-data: its last boundary is missing")
        return
    given, files = [], set()
    for part in parts[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        found = re.search(rb'(?i)[; ]name="([^"]*)"', head)
        name = found[1].decode("utf-8", "replace") if found else ""
        given.append((name, content.decode("utf-8", "replace")))
        if re.search(rb"(?i)[; ]filename\*?=", head):
            files.add(name)
    yield from _named("form part", pieces, _grouped(given), literal=False)
    known = {piece.name: piece.file for piece in pieces}
    for name, _ in given:
        if name not in known:
            yield Difference(422, f"form part {name}: unknown{_meant(name, list(known))}")
        elif known[name] != (name in files):
            yield Difference(422, f"form part {name}: expected {f'a file (-F {name}=@FILE)' if known[name] else 'a text, got a file'}")


class _Body:
    """Compares JSON with a cell's body: texts and numbers may differ, the shape only where a parameter changes it."""

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.parameters: dict[tuple[str | int, ...], list[Parameter]] = {}
        for parameter in cell.parameters.values():
            if parameter.at[0] == "body":
                self.parameters.setdefault(self._place(parameter), []).append(parameter)

    def _place(self, parameter: Parameter) -> tuple[str | int, ...]:
        """Where a parameter points in the catalog's body, with -1 counted out."""
        here, place = self.cell.body, []
        for step in parameter.at[1:]:
            place.append(len(here) + step if isinstance(step, int) and step < 0 else step)
            here = here[step] if not isinstance(here, dict) or step in here else None
        return tuple(place)

    def unlike(self, expected: Any, given: Any, at: tuple[str | int, ...] = (), shown: str = "") -> Iterator[Difference]:
        """What is wrong with `given`; `at` is its place in the catalog's body, `shown` that in the request's."""
        place = shown.lstrip(".") or "the body"
        parameters = self.parameters.get(at, [])
        if any(self._takes(parameter, given) for parameter in parameters):
            if given != expected:
                yield Difference(0)
        elif expected is _NEW or _kind(expected) != _kind(given):
            kinds = [f"{WORDS[self.cell.value_type(item)]}{' or a list of them' if item.repeat else ''}" for item in parameters]
            yield Difference(422, f"{place}: expected {' or '.join(kinds) or _kind(expected)}, got {_kind(given)}")
        elif isinstance(expected, dict):
            yield from self._unlike_object(expected, given, at, shown)
        elif isinstance(expected, list) and expected:
            for position, item in enumerate(given):
                yield from self._closest(expected, position, item, at, f"{shown}[{position}]")
        elif isinstance(expected, bool) and given != expected:
            yield Difference(422, f"{place}: expected {json.dumps(expected)}, got {json.dumps(given)}", 2)
        elif given != expected:
            yield Difference(0)

    def _unlike_object(
        self, expected: dict[str, Any], given: dict[str, Any], at: tuple[str | int, ...], shown: str
    ) -> Iterator[Difference]:
        added = {
            str(place[-1]): any(item.required for item in items) for place, items in self.parameters.items() if place[:-1] == at != place
        }
        known = dict.fromkeys([*expected, *added])
        for name in known:
            if name not in given and (name in expected or added[name]):
                yield Difference(422, f"{_below(shown, name).lstrip('.')}: missing")
        for name, value in given.items():
            if name in known:
                yield from self.unlike(expected.get(name, _NEW), value, (*at, name), _below(shown, name))
            elif expected:
                yield Difference(422, f"{_below(shown, name[:80]).lstrip('.')}: unknown key{_meant(name, list(known))}", 2)

    def _closest(self, expected: list[Any], position: int, item: Any, at: tuple[str | int, ...], shown: str) -> list[Difference]:
        """An item of a list is like the catalog's of the same position, else like any other of its kind."""
        nearest = min(position, len(expected) - 1)
        best = list(self.unlike(expected[nearest], item, (*at, nearest), shown))
        if not _weight(best)[0]:
            return best
        others = [number for number, other in enumerate(expected) if _kind(other) == _kind(item)]
        return min([list(self.unlike(expected[number], item, (*at, number), shown)) for number in others], key=_weight, default=best)

    def _takes(self, parameter: Parameter, value: Any) -> bool:
        """Whether the parameter could have put this value there."""
        items = value if parameter.repeat and isinstance(value, list) else [value]
        return all(_is(item, self.cell.value_type(parameter)) for item in items)


_NEW = object()


def _is(value: Any, kind: str) -> bool:
    if kind == "integer":
        return _kind(value) == WORDS["number"] and value == value // 1
    return kind == "json" or _kind(value) == WORDS[kind]


def _kind(value: Any) -> str:
    kinds = {bool: WORDS["boolean"], str: "a text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds.get(type(value), "null")


def _below(shown: str, name: str) -> str:
    return f"{shown}.{name}" if name.isidentifier() else f"{shown}[{json_text.compact(name)}]"
