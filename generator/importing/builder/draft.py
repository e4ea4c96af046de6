"""Say a found request in a catalog's words: its path, headers, query, body and parameters, before anything is shared with others."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from generator.catalog.model import FILE_PATH
from generator.importing.builder.declared import declare
from generator.importing.builder.names import key_variable, parameter_id, slug, variable_of
from generator.importing.builder.path import path_of
from generator.importing.builder.slots import BEHIND_THE_NAME, At, Content, Draft, Slot
from generator.importing.model import FoundPart, FoundRequest, Text, Variable


def draft_of(number: int, found: FoundRequest, origin: str, base_path: str) -> Draft:
    """Return a found request in a catalog's words. Raises Unsayable."""
    draft = Draft(number, found, origin, "", {}, curl=dict(found.curl), changes=list(found.changes), left_out=list(found.left_out))
    draft.path = base_path + path_of(found.path, draft)
    _query(draft)
    _headers(draft)
    _cookies(draft)
    _body(draft)
    declare(draft)
    _pages(draft)
    for secret in found.secrets:
        variable = secret.variable if secret.is_short else key_variable(secret.variable)
        if variable != secret.variable:
            draft.changes.append(f"{secret.variable} is called {variable}, since the shell or another program uses that name")
    return draft


def _pages(draft: Draft) -> None:
    """Leave out how a list goes on where the address of the next page would hold a secret that is in the URL, or lack it."""
    pages = draft.found.pages
    by_address = pages is not None and not (isinstance(pages, dict) and "at" in pages)
    in_url = any(slot.secret and at[0] in ("query", "path") for at, slot in draft.slots.items())
    if by_address and (in_url or any(secret.place == "query" for secret in draft.found.secrets)):
        draft.found = replace(draft.found, pages=None)
        draft.left_out.append("how its list goes on: the address of the next page would hold the secret that is in the URL, or lack it")


# ---- Query, headers, cookies ---------------------------------------------------------------


def _filled(text: Text) -> str:
    """Return a text with something in each of its open places: the default, else the name in capitals."""
    return "".join(part if isinstance(part, str) else _stand_in(part) for part in text.parts)


def _stand_in(variable: Variable) -> str:
    return variable.default if variable.default is not None else variable_of(slug(variable.name) or "value")


def _open(text: Text, at: At, draft: Draft, name: str) -> None:
    """Note that a user's value goes to a place, if variables stand in its text."""
    variables = [part for part in text.parts if isinstance(part, Variable)]
    if not variables:
        return
    whole = text.variable
    required = any(variable.default is None for variable in variables)
    secret = any(variable.secret for variable in variables)
    slot_name = (variables[0].name if secret else whole.name if whole else name) or name
    draft.slots[at] = Slot(slot_name, at, required=required or secret, secret=secret)
    if not whole and secret:
        draft.changes.append(f"{slot_name}{BEHIND_THE_NAME} holds the whole text, with the secret in it: {_filled(text)!r}")
    elif not whole:
        names = ", ".join(dict.fromkeys(variable.name for variable in variables))
        option = f"--{parameter_id(slot_name)}"
        draft.changes.append(f"{names} stands inside a text: {option} takes the whole text, such as {_filled(text)!r}")


def _query(draft: Draft) -> None:
    query: dict[str, Any] = {}
    order: list[str] = []
    for name, text in draft.found.query:
        _open(text, ("query", name), draft, name)
        query.setdefault(name, []).append(_filled(text))
        if order[-1:] != [name]:
            order.append(name)
    if len(order) > len(query):
        draft.changes.append("what stands several times in the query is sent together, in the place of the first")
    if query:
        draft.content["query"] = {name: values if len(values) > 1 else values[0] for name, values in query.items()}
    for name, values in query.items():
        if len(values) > 1 and ("query", name) in draft.slots:
            draft.slots["query", name] = replace(draft.slots["query", name], repeat=True)


def _headers(draft: Draft) -> None:
    headers: dict[str, str] = {}
    known: dict[str, str] = {}
    for name, text in draft.found.headers:
        lower = name.lower()
        value = _filled(text)
        if lower in known and lower == "content-type":
            draft.left_out.append("a second Content-Type: a catalog sends a header once, here the last one")
            headers[known[lower]] = value
        elif lower in known:
            separator = "; " if lower == "cookie" else ", "
            headers[known[lower]] += separator + value
            draft.changes.append(f"the header {name} stands here twice: it is sent once, with both values (RFC 9110, 5.3)")
        else:
            known[lower] = name
            headers[name] = value
        _open(text, ("headers", known[lower]), draft, name)
    if headers:
        draft.content["headers"] = headers


def _cookies(draft: Draft) -> None:
    cookies: dict[str, str] = {}
    for name, text in draft.found.cookies:
        _open(text, ("cookies", name), draft, name)
        if name in cookies:
            draft.left_out.append(f"the cookie {name} stands here twice: a catalog sends it once, here the last one")
        cookies[name] = _filled(text)
    if cookies:
        draft.content["cookies"] = cookies


# ---- Body ----------------------------------------------------------------------------------


def _body(draft: Draft) -> None:
    body = draft.found.body
    if body is None:
        return
    content = draft.content
    match body.kind:
        case "json" if isinstance(body.value, Variable):
            _open(Text((body.value,)), ("text",), draft, "body")
            content["text"] = _filled(Text((body.value,)))
            content.setdefault("headers", {}).setdefault("Content-Type", "application/json")
        case "json":
            value = _json(body.value, ("body",), draft)
            if value is None or (isinstance(value, str) and value.lstrip()[:1] in ("{", "[")):
                content["text"] = json.dumps(
                    value, ensure_ascii=False
                )  # a catalog's body of null is none, and one of JSON in a text a fault
                content.setdefault("headers", {}).setdefault("Content-Type", "application/json")
            else:
                content["body"] = value
        case "text":
            _open(body.value, ("text",), draft, "text")
            content["text"] = _filled(body.value)
        case "urlencoded":
            content["urlencoded"] = _named([(name, text, _filled(text)) for name, text in body.value], "urlencoded", draft)
        case "form":
            parts = [(part.name, part.file or part.text or Text(("",)), _part(part)) for part in body.value]
            content["form"] = _named(parts, "form", draft)
            _drop_header(content, "content-type")
        case "file":
            _open(body.value, ("file",), draft, "file")
            content["file"] = _filled(body.value)
            if content["file"] == "-":
                content["file"] = "FILE"
                draft.slots["file",] = Slot("file", ("file",), required=True)
                draft.changes.append("the body comes from standard input: --file - reads it there")
            if ("file",) not in draft.slots and re.fullmatch(FILE_PATH.regex, content["file"]):
                draft.slots["file",] = Slot("file", ("file",), argument=True, by_source=False)


def _named(entries: Sequence[tuple[str, Text, Any]], kind: str, draft: Draft) -> dict[str, Any]:
    """Return fields or parts by name; several of one name are a list."""
    made: dict[str, list[Any]] = {}
    order: list[str] = []
    for name, text, value in entries:
        _open(text, (kind, name), draft, name)
        made.setdefault(name, []).append(value)
        if order[-1:] != [name]:
            order.append(name)
    if len(order) > len(made):
        draft.changes.append("what stands several times under one name is sent together, in the place of the first")
    for name, values in made.items():
        if len(values) > 1 and (kind, name) in draft.slots:
            draft.slots[kind, name] = replace(draft.slots[kind, name], repeat=True)
    return {name: values if len(values) > 1 else values[0] for name, values in made.items()}


def _part(part: FoundPart) -> Any:
    """Return a form part in a catalog's words."""
    if part.file is not None:
        made = {"file": _filled(part.file), "type": part.media_type, "name": part.file_name}
        return {name: value for name, value in made.items() if value is not None}
    text = _filled(part.text or Text(("",)))
    return text if part.media_type is None else {"text": text, "type": part.media_type}


def _json(value: Any, at: At, draft: Draft) -> Any:
    """Return a JSON value with something in each open place."""
    if isinstance(value, Variable):
        draft.slots[at] = Slot(value.name, at, required=value.default is None, type=None if value.default is not None else "json")
        if value.default is None:
            draft.slots[at] = replace(draft.slots[at], example="1")
            return None
        try:
            return json.loads(value.default)
        except ValueError:
            return value.default
    if isinstance(value, Text):
        _open(value, at, draft, str(next((step for step in reversed(at) if isinstance(step, str)), "value")))
        return _filled(value)
    if isinstance(value, dict):
        return {name: _json(item, (*at, name), draft) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json(item, (*at, position), draft) for position, item in enumerate(value)]
    return value


def _drop_header(content: Content, lower: str) -> None:
    headers = {name: value for name, value in content.get("headers", {}).items() if name.lower() != lower}
    if headers:
        content["headers"] = headers
    else:
        content.pop("headers", None)
