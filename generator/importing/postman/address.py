"""Read the URL of a Postman request."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from generator.importing import texts
from generator.importing.curl.body import decoded
from generator.importing.curl.marks import MARK, Marks, has_mark
from generator.importing.curl.url import read_url
from generator.importing.json_source import as_dict, as_list, as_text
from generator.importing.model import FoundParameter, Text, Variable
from generator.importing.postman.scope import Scope
from generator.importing.postman.words import one_line

_SEGMENT = re.compile(r"(?<=/):([A-Za-z_][\w-]*)(?=[/?#]|$)")
_SCHEME = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*|\{\{[^{}]+\}\}|" + MARK + ")://")


@dataclass
class Address:
    """Where a request goes."""

    base: Text
    path: Text
    query: list[tuple[str, Text]] = field(default_factory=list)
    user: Text | None = None
    parameters: list[FoundParameter] = field(default_factory=list)


def address_of(url: Any, scope: Scope, left_out: list[str]) -> Address:
    """Return where a URL leads: a string, or an object with its parts. Raises BrokenCommand and Unsayable, as `read_url` does."""
    parts = as_dict(url)
    written = _written(parts) if parts else as_text(url)
    address, mark, query = written.partition("?")
    marks = Marks()
    held = {as_text(entry.get("key")): entry for entry in map(as_dict, as_list(parts.get("variable")))}
    read = read_url(_marked(address, scope, held, marks), marks)
    found = Address(marks.text(read.base), marks.text(read.path), user=marks.text(read.user) if read.user else None)
    found.query = [(texts.as_string(marks.text(name)), marks.text(value)) for name, value in read.query]
    if isinstance(parts.get("query"), list):
        found.query += _listed(parts["query"], scope, found.parameters, left_out)
    elif mark:
        found.query += [_pair(*piece.partition("=")[::2], scope) for piece in query.partition("#")[0].split("&") if piece]
    found.parameters += _described(held)
    return found


def _written(parts: dict[str, Any]) -> str:
    """Return a URL of its parts, as Postman sends it; or as it is written, if the host is not among them."""
    host = parts.get("host")
    name = ".".join(as_text(label) for label in host) if isinstance(host, list) else as_text(host)
    if not name:
        return as_text(parts.get("raw"))
    protocol = as_text(parts.get("protocol")).rstrip(":/")
    port = as_text(parts.get("port"))
    path = parts.get("path")
    segments = [as_text(as_dict(segment).get("value")) or as_text(segment) for segment in as_list(path)]
    whole = "/".join(segments) if isinstance(path, list) else as_text(path).lstrip("/")
    query = as_text(parts.get("raw")).partition("#")[0].partition("?")[2] if not isinstance(parts.get("query"), list) else ""
    start = f"{protocol}://" if protocol else ""
    return f"{start}{name}{':' + port if port else ''}{'/' + whole if path else ''}{'?' + query if query else ''}"


def _marked(address: str, scope: Scope, held: dict[str, dict[str, Any]], marks: Marks) -> str:
    """Return an address with the server's variables put in and marks for the others."""
    scheme = _SCHEME.match(address)
    end = address.find("/", scheme.end() if scheme else 0)
    host, path = (address, "") if end < 0 else (address[:end], address[end:])

    def variable(match: re.Match[str]) -> str:
        value = as_text(held.get(match[1], {}).get("value"))
        inner = scope.text(value)
        if inner.variable is not None:
            return marks.mark(inner.variable)
        return marks.mark(Variable(match[1], scope.plain(value) if value else None))

    server = marks.marked(scope.resolved(host))
    if not _SCHEME.match(server) and not has_mark(server[:1]):
        server = f"http://{server}"  # as Postman does
    rest = _SEGMENT.sub(variable, marks.marked(scope.text(path)))
    return server.rstrip("/") + _encoded(rest) if rest else server


def _encoded(path: str) -> str:
    """Return a path in which what cannot stand in a URL is percent-encoded, as Postman sends it; marks and what is encoded stay."""
    return re.sub(r"[\x00-\x20\x7f\"<>`{}|\\^]", lambda match: quote(match[0]), path)


def _listed(query: list[Any], scope: Scope, parameters: list[FoundParameter], left_out: list[str]) -> list[tuple[str, Text]]:
    found: list[tuple[str, Text]] = []
    for entry in map(as_dict, query):
        name = as_text(entry.get("key"))
        if entry.get("disabled") is True:
            left_out.append(f"{name or 'a part'} of the query is left out: it is switched off in the collection")
            continue
        if not name and not as_text(entry.get("value")):
            continue
        pair = _pair(name, as_text(entry.get("value")), scope)
        found.append(pair)
        about = one_line(entry.get("description"))
        if about:
            parameters.append(FoundParameter(pair[0], ("query", pair[0]), about=about))
    return found


def _pair(name: str, value: str, scope: Scope) -> tuple[str, Text]:
    """Return a name and a value of a query decoded: Postman sends what is encoded as it is."""
    plain = texts.as_string(scope.resolved(name)).replace(texts.HOLE, name)
    return decoded(plain) or plain, _decoded(scope.text(value))


def _decoded(text: Text) -> Text:
    return Text(tuple(part if isinstance(part, Variable) else _or_same(part) for part in text.parts))


def _or_same(part: str) -> str:
    plain = decoded(part)
    return part if plain is None else plain


def _described(held: dict[str, dict[str, Any]]) -> list[FoundParameter]:
    """Return parameters for the variables of the path that the collection describes."""
    found = []
    for name, entry in held.items():
        about = one_line(entry.get("description"))
        if name and about:
            found.append(FoundParameter(name, ("path", name), about=about))
    return found
