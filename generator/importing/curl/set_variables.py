"""Keep the variables that notes set to plain values as variables, where users of a request may want to give another value.

The notes are read twice: with the values put in, as a shell does, and with the variables left open. A variable stays open only where its
value in its place gives the very request that the shell sends; in all else of a request, and where anything differs, the value stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from generator.importing.model import Found, FoundBody, FoundPart, FoundRequest, Text, Variable
from generator.importing.secrets.names import secret_by_name
from generator.importing.secrets.owner import owner_of
from generator.importing.secrets.spans import is_card, spans
from generator.importing.shell.expand import joined
from generator.importing.texts import as_string, split

LONGEST = 200
"""The number of characters of a value that a user would type; a longer one is a text of the page."""
_NO_VALUE = re.compile(r"\s|.*\s\Z|-{1,2}[A-Za-z]|[\[{<@\"']|.*(?:://|[\n\r\t`$\\])", re.DOTALL)
"""Options, JSON, the name of a file behind a @, an address, and what a shell may read anew."""
_IN_PATH = re.compile(r"(?!\.{1,2}\Z)[\w.~@:,-]+")
"""What stands in a path as it is, whether encoded or not."""
_OF_ADDRESS = re.compile(r"v[0-9]+(?:[._]?[0-9a-z]+)*|[0-9]+\.[0-9.]+|(?:open)?apis?|rest|rpc", re.IGNORECASE)
"""A segment that belongs to the address of an API: its version, or its root."""
_CHOOSES = ("accept", "accept-encoding", "accept-language", "connection", "content-type", "content-encoding", "host", "transfer-encoding")
"""Headers that say how a request is written and read: no value of a user."""


@dataclass(frozen=True)
class SetVariable(Variable):
    """A variable that the notes have set to its default."""


def set_variable(name: str, value: str) -> SetVariable | None:
    """Return the variable that stays open where notes set one to a value; None for what is no plain value, or looks like a secret."""
    if not 0 < len(value) <= LONGEST or _NO_VALUE.match(value) or is_card(value) or spans(value, "prose"):
        return None
    return SetVariable(name, default=value)


def with_set_variables(found: Sequence[Found], opened: Sequence[Found]) -> list[Found]:
    """Return what was found, with the variables of `opened` that give the same: the same text, read with variables left open."""
    lines = [[item.source.line for item in those] for those in (found, opened)]
    by_place = {(item.source.line, lines[1][:number].count(item.source.line)): item for number, item in enumerate(opened)}
    made: list[Found] = []
    for number, item in enumerate(found):
        line = item.source.line
        other = by_place.get((line, lines[0][:number].count(line)))
        is_same = lines[0].count(line) == lines[1].count(line)
        if is_same and isinstance(item, FoundRequest) and isinstance(other, FoundRequest):
            item = _request(item, other)
        made.append(item)
    return made


def _request(known: FoundRequest, opened: FoundRequest) -> FoundRequest:
    """Return a request with the variables that stay open in it. A file that is named after one has no name of its own then."""
    path = _path(known, opened)
    return replace(
        known,
        path=path,
        save_as=known.save_as if path == known.path else opened.save_as,
        query=_named(known.query, opened.query),
        headers=_named(known.headers, opened.headers, _CHOOSES),
        body=_body(known.body, opened.body),
    )


def _closed(text: Text) -> Text:
    """Return a text with the values of the variables that the notes set."""
    return joined(_value(part) if isinstance(part, SetVariable) else part for part in text.parts)


def _value(variable: Variable) -> str:
    return variable.default or ""


def _kept(text: Text, keeps: Callable[[SetVariable], bool] = lambda _: True) -> Text:
    """Return a text in which those variables stay open that may; they are like any other variable with a default from here on."""
    return joined(
        (Variable(part.name, default=part.default) if keeps(part) else _value(part)) if isinstance(part, SetVariable) else part
        for part in text.parts
    )


def _text(known: Text, opened: Text) -> Text:
    """Return a text with its variables left open, if their values give the known one."""
    return _kept(opened) if _closed(opened) == known and not spans(as_string(known), "prose") else known


def _path(known: FoundRequest, opened: FoundRequest) -> Text:
    """Return a path in which variables stay open; none does where a secret stands in it."""
    if _closed(opened.path) != known.path or spans(as_string(known.base) + as_string(known.path), "prose"):
        return known.path
    written = split(opened.path, "/")
    segments: list[Text] = []
    for number, segment in enumerate(written):
        before = as_string(written[number - 1]) if number else ""
        may_be_of_address = number < len(written) - 1 and all(one.plain is not None for one in segments)
        segments.append(_segment(segment, before, may_be_of_address=may_be_of_address))
    return joined(part for number, segment in enumerate(segments) for part in (("/",) if number else ()) + segment.parts)


def _segment(segment: Text, before: str, *, may_be_of_address: bool) -> Text:
    """Return a segment of a path: a variable stays open if its value stands there as it is, and is no part of an API's address.

    Behind a segment that is a secret's name, such as /token, it may be one.
    """
    beside = "".join(part for part in segment.parts if isinstance(part, str))
    whole = _closed(segment).plain
    is_of_address = may_be_of_address and whole is not None and _OF_ADDRESS.fullmatch(whole) is not None
    if is_of_address or secret_by_name(before) is not None or re.search(r"[%{}?#]", beside):
        return _closed(segment)
    return _kept(segment, lambda variable: _IN_PATH.fullmatch(_value(variable)) is not None)


def _named(
    known: Sequence[tuple[str, Text]], opened: Sequence[tuple[str, Text]], never: Sequence[str] = ()
) -> tuple[tuple[str, Text], ...]:
    """Return names and values in which variables stay open; none does in the value of what is a secret by its name."""
    if [name for name, _ in known] != [name for name, _ in opened]:
        return tuple(known)
    return tuple(
        (name, text if _is_closed(name, never) else _text(text, other)) for (name, text), (_, other) in zip(known, opened, strict=True)
    )


def _is_closed(name: str, never: Sequence[str] = ()) -> bool:
    return name.lower() in (*never, "authorization", "proxy-authorization", "cookie") or secret_by_name(name) is not None


def _body(known: FoundBody | None, opened: FoundBody | None) -> FoundBody | None:
    if known is None or opened is None or known.kind != opened.kind:
        return known
    if known.kind == "json":
        return replace(known, value=_json(known.value, opened.value, "", is_whole=True))
    if known.kind == "text":
        return replace(known, value=_text(known.value, opened.value) if isinstance(opened.value.variable, SetVariable) else known.value)
    if known.kind == "urlencoded":
        return replace(known, value=list(_named(known.value, opened.value)))
    if known.kind == "form" and len(known.value) == len(opened.value):
        return replace(known, value=[_part(*parts) for parts in zip(known.value, opened.value, strict=True)])
    return known


def _part(known: FoundPart, opened: FoundPart) -> FoundPart:
    if known.name != opened.name or _is_closed(known.name):
        return known
    text = None if known.text is None or opened.text is None else _text(known.text, opened.text)
    file = None if known.file is None or opened.file is None else _text(known.file, opened.file)
    return replace(known, text=known.text if text is None else text, file=known.file if file is None else file)


def _json(known: Any, opened: Any, owner: str, *, is_whole: bool = False) -> Any:
    """Return a JSON value in which variables stay open; `owner` is the name that says what it is."""
    if isinstance(known, Mapping) and isinstance(opened, Mapping):
        if list(known) != list(opened):
            return known
        return {name: _json(item, opened[name], owner_of(name, item, known, owner)) for name, item in known.items()}
    if isinstance(known, list) and isinstance(opened, list):
        return [_json(*items, owner) for items in zip(known, opened, strict=True)] if len(known) == len(opened) else known
    if is_whole or secret_by_name(owner) is not None:
        return known
    if isinstance(opened, SetVariable):
        return Variable(opened.name, default=opened.default) if _is_number(known) and _value(opened) == json.dumps(known) else known
    if isinstance(opened, Text) and isinstance(known, (str, Text)):
        text = known if isinstance(known, Text) else Text((known,))
        made = _text(text, opened)
        return known if made == text else made
    return known


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
