"""The parameters of an operation, of all places and styles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generator.catalog.model import COOKIE, COOKIE_VALUE, LINE, TOKEN, Type
from generator.importing.model import FoundParameter, FoundSecret
from generator.importing.openapi.document import Document
from generator.importing.openapi.media_types import is_json
from generator.importing.openapi.prose import one_line, visible
from generator.importing.openapi.samples import SampleMaker, kind_of
from generator.importing.openapi.values import Notes, as_dict, as_list, as_text, scalar_text

MOST_CHOICES = 20
LONGEST_EXAMPLE = 300
MOST_FIELDS = 20
"""How many fields of an object in a query become parameters."""

_IGNORED = ("accept", "content-type", "authorization")
"""Headers that a parameter does not describe (OpenAPI 3.1, Parameter Object, `name`)."""

_SEPARATORS = {"form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t", "label": ",", "matrix": ","}
_PLACES = {"query": "query", "header": "headers", "cookie": "cookies", "path": "path"}


@dataclass(frozen=True)
class Declared:
    """What the parameters of an operation say."""

    parameters: tuple[FoundParameter, ...]
    in_path: dict[str, str]
    """What stands before a placeholder's value in the path, by its name: `;id=` (style matrix), `.` (label), else nothing."""
    headers: tuple[tuple[str, str], ...]
    """Headers that are always sent."""
    secrets: tuple[FoundSecret, ...]
    """Secrets that are declared as parameters alone."""


def all_parameters(document: Document, path_item: dict[str, Any], operation: dict[str, Any], notes: Notes) -> list[dict[str, Any]]:
    """Return the parameters of an operation, without references; its own come in place of those of its path."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for owner in (path_item, operation):
        for written in as_list(document.resolve(owner.get("parameters"), notes)):
            item = as_dict(document.resolve(written, notes))
            name, place = as_text(item.get("name")), as_text(item.get("in"))
            if place == "body":
                name = ""
            elif not name or "\x00" in name:
                if item:
                    notes.leave_out("a parameter without a name")
                continue
            found[(place, name.lower() if place == "header" else name)] = item
    return list(found.values())


class ParameterReader:
    """Reads the parameters of one operation."""

    def __init__(self, document: Document, notes: Notes, secrets: tuple[FoundSecret, ...], token: str) -> None:
        """Take what the operation sends as secrets already, and the variable of one that is declared as a parameter."""
        self._document = document
        self._notes = notes
        self._secrets = secrets
        self._token = token
        self._samples = SampleMaker(document, notes, sent=True)

    def declared(self, items: list[dict[str, Any]], placeholders: set[str]) -> Declared:
        """Return what parameters say; `placeholders` are the names in the path."""
        parameters: list[FoundParameter] = []
        in_path: dict[str, str] = {}
        headers: list[tuple[str, str]] = []
        secrets: list[FoundSecret] = []
        for item in items:
            name, place = as_text(item.get("name")), as_text(item.get("in"))
            if place not in _PLACES:
                self._notes.leave_out(f"the parameter {name} stands in {place or 'no place'}, which is unknown")
            elif place == "path" and name not in placeholders:
                self._notes.leave_out(f"the parameter {name} stands in the path, which has no {{{name}}}")
            elif self._is_secret(name, place):
                continue
            elif place == "header" and name.lower() in _IGNORED:
                headers += self._fixed_header(name, item)
                secrets += self._authorization(name, item)
            elif self._fits(name, place):
                parameters += self._parameters(item, name, place)
                in_path.update(self._in_path(item, name, place))
        return Declared(tuple(parameters), in_path, tuple(headers), tuple(secrets))

    def _is_secret(self, name: str, place: str) -> bool:
        """Tell whether a parameter says again what a security scheme says."""
        for secret in self._secrets:
            if place == "header" and secret.place in ("header", "basic") and secret.name.lower() == name.lower():
                return True
            if place in ("query", "cookie") and secret.place == place and secret.name == name:
                return True
        return False

    def _fits(self, name: str, place: str) -> bool:
        """Tell whether a header or cookie can have this name; if not, that is said."""
        pattern = {"header": TOKEN, "cookie": COOKIE}.get(place)
        if pattern and not re.fullmatch(pattern.regex, name):
            self._notes.leave_out(f"no {place} can be called {name}")
            return False
        if place == "header" and name.lower() == "cookie":
            self._notes.leave_out("the parameter Cookie: cookies have a place of their own (in: cookie)")
            return False
        return True

    def _fixed_header(self, name: str, item: dict[str, Any]) -> list[tuple[str, str]]:
        """Return the Accept header if a parameter says its value: the only one, the usual one, or that of JSON among several."""
        if name.lower() != "accept":
            return []
        schema = self._samples.opened(item.get("schema"))
        choices = as_list(schema.get("enum"))
        usual = next((choice for choice in choices if isinstance(choice, str) and is_json(choice)), next(iter(choices), None))
        value = schema.get("const", schema.get("default", usual))
        return [(name, value)] if isinstance(value, str) and re.fullmatch(LINE.regex, value) else []

    def _authorization(self, name: str, item: dict[str, Any]) -> list[FoundSecret]:
        """Return the secret that a parameter Authorization stands for, where no security scheme says any."""
        if name.lower() != "authorization":
            return []
        self._notes.change("the parameter Authorization is a key: its whole value comes from a variable")
        return [FoundSecret(self._token, "header", "Authorization", "", item.get("required") is True)]

    # ---- One parameter ---------------------------------------------------------------------

    def _parameters(self, item: dict[str, Any], name: str, place: str) -> Iterator[FoundParameter]:
        """Yield what a parameter becomes: one, or one for each field of an object that the query spreads."""
        content = as_dict(item.get("content"))
        if content:
            yield self._in_content(item, name, place, content)
            return
        schema = self._samples.opened(item.get("schema", True))
        kind = kind_of(schema)
        style = as_text(item.get("style")) or ("form" if place in ("query", "cookie") else "simple")
        explode = item.get("explode", style == "form") is True
        if kind == "object" and place == "query" and (style == "deepObject" or (style == "form" and explode)):
            yield from self._fields(item, name, schema, deep=style == "deepObject")
        elif kind == "object":
            yield self._made(item, name, place, "string", schema, more=_object_words(style, explode))
        elif kind == "array":
            yield self._list(item, name, place, schema, style, explode)
        else:
            yield self._made(item, name, place, type_of(schema), schema)

    def _in_content(self, item: dict[str, Any], name: str, place: str, content: dict[str, Any]) -> FoundParameter:
        """Return a parameter whose value is a document of its own, such as JSON."""
        kind, media = next(iter(content.items()))
        media = as_dict(media)
        schema = self._samples.opened(media.get("schema", True))
        is_json = "json" in kind.lower()
        examples: dict[str, Any] = {word: media[word] for word in ("example", "examples") if word in media}
        return self._made({**item, **examples}, name, place, "json" if is_json else "string", schema, more=f"Sent as {kind}.")

    def _list(self, item: dict[str, Any], name: str, place: str, schema: dict[str, Any], style: str, explode: bool) -> FoundParameter:
        """Return a parameter that is a list: repeated, or joined to one text."""
        items = self._samples.opened(schema.get("items", True))
        repeats = place == "query" and explode and style in ("form", "deepObject")
        join = None if repeats else _SEPARATORS.get(style, ",")
        if style == "label" and explode:
            join = "."
        if style == "matrix" and explode:
            join = f";{name}="
        if style == "deepObject" or (style in ("spaceDelimited", "pipeDelimited") and explode):
            repeats, join = True, None
        kind = type_of(items)
        if kind == "json":
            kind = "string"
        return self._made(item, name, place, kind, schema, items=items, repeat=True, join=join)

    def _fields(self, item: dict[str, Any], name: str, schema: dict[str, Any], *, deep: bool) -> Iterator[FoundParameter]:
        """Yield a parameter for each field of an object in the query: `filter[name]` (deepObject), or `name` (form, exploded)."""
        properties = as_dict(schema.get("properties"))
        required = as_list(schema.get("required")) if item.get("required") is True else []
        example = as_dict(item.get("example", schema.get("example")))
        fields: dict[str, Any] = properties or {key: {"type": "string"} for key in example}
        if not fields:
            self._notes.leave_out(f"the parameter {name} is an object of any fields: write those that you need into query")
        if len(fields) > MOST_FIELDS:
            self._notes.leave_out(f"the parameter {name} has {len(fields)} fields, of which the first {MOST_FIELDS} are parameters")
        for field, field_schema in list(fields.items())[:MOST_FIELDS]:
            key = f"{name}[{field}]" if deep else field
            opened = self._samples.opened(field_schema)
            part = {
                "required": field in required,
                "description": opened.get("description") or item.get("description"),
                "deprecated": opened.get("deprecated"),
            }
            if field in example:
                part["example"] = example[field]
            if kind_of(opened) == "object":
                yield from self._deeper(part, key, opened, deep=deep)
            elif kind_of(opened) == "array":
                yield self._list(part, key, "query", opened, "form", explode=True)
            else:
                yield self._made(part, key, "query", type_of(opened), opened)

    def _deeper(self, part: dict[str, Any], key: str, schema: dict[str, Any], *, deep: bool) -> Iterator[FoundParameter]:
        """Yield a parameter for each field of an object in an object of the query (no style says how; brackets are what servers read)."""
        fields = as_dict(schema.get("properties"))
        if not fields or not deep:
            self._notes.leave_out(f"the parameter {key} is an object in an object: write what you need of it into query")
            return
        for field, field_schema in list(fields.items())[:MOST_FIELDS]:
            opened = self._samples.opened(field_schema)
            inner = {"description": opened.get("description") or part.get("description")}
            if kind_of(opened) == "array":
                yield self._list(inner, f"{key}[{field}]", "query", opened, "form", explode=True)
            elif kind_of(opened) != "object":
                yield self._made(inner, f"{key}[{field}]", "query", type_of(opened), opened)

    def _made(
        self,
        item: dict[str, Any],
        name: str,
        place: str,
        kind: Type,
        schema: dict[str, Any],
        items: dict[str, Any] | None = None,
        repeat: bool = False,
        join: str | None = None,
        more: str = "",
    ) -> FoundParameter:
        """Return a parameter; `items` is the schema of the items of a list."""
        required = item.get("required") is True or place == "path"
        default = self._default(schema, items, kind, place) if required else None
        example = self._example(item, schema, items, kind, place)
        if default is None and example is None and required and place != "path":
            example = as_example(self._samples.sample(items if items is not None else schema), kind, place)
            if example is None:
                example = {"integer": "1", "number": "1", "boolean": "true", "json": "{}"}.get(kind, "string")
        return FoundParameter(
            name=name,
            at=(_PLACES[place], name),
            type=kind,
            required=required and default is None,
            default=default,
            example=None if default is not None else example,
            about=describe(item, schema, items, more=more, has_default=default is not None),
            repeat=repeat,
            join=join,
            reserved=place == "path" and (item.get("x-multi-segment") is True or item.get("allowReserved") is True),
        )

    def _default(self, schema: dict[str, Any], items: dict[str, Any] | None, kind: Type, place: str) -> Any:
        """Return what a required parameter is if a user says nothing: its default, or its only value. A list has none."""
        if items is not None:
            return None
        choices = as_list(schema.get("enum"))
        value = schema.get("default", schema.get("const", choices[0] if len(choices) == 1 else None))
        text = as_example(value, kind, place)
        return None if text is None else value if isinstance(value, (int, str)) and not isinstance(value, bool) else text

    def _example(self, item: dict[str, Any], schema: dict[str, Any], items: dict[str, Any] | None, kind: Type, place: str) -> str | None:
        """Return a value as a user would give it: the document's example, default, or first choice; None if it has none."""
        for value in self._said(item, schema, items):
            if isinstance(value, list) and items is not None:
                value = next(iter(value), None)
            text = as_example(value, kind, place)
            if text is not None:
                return text
        return None

    def _said(self, item: dict[str, Any], schema: dict[str, Any], items: dict[str, Any] | None) -> Iterator[Any]:
        """Yield the values that a document gives for a parameter, the best ones first."""
        yield item.get("example")
        for example in as_dict(item.get("examples")).values():
            yield as_dict(self._document.resolve(example, self._notes)).get("value")
        for source in (schema, items or {}):
            yield source.get("example")
            yield from as_list(source.get("examples"))[:1]
            yield source.get("const")
            yield source.get("default")
            yield from as_list(source.get("enum"))[:1]

    def _in_path(self, item: dict[str, Any], name: str, place: str) -> dict[str, str]:
        """Return what stands before the value of a placeholder."""
        style = item.get("style")
        if place != "path" or style not in ("label", "matrix"):
            return {}
        return {name: "." if style == "label" else f";{name}="}


def type_of(schema: dict[str, Any]) -> Type:
    """Return the type of a parameter with a schema."""
    match kind_of(schema):
        case "integer":
            return "integer"
        case "number":
            return "number"
        case "boolean":
            return "boolean"
        case "object" | "array":
            return "json"
    return "string"


def as_example(value: Any, kind: str, place: str) -> str | None:
    """Return a value as a user would type it, if it is of the parameter's type and can stand in its place."""
    text = scalar_text(value)
    if text is None or not text or len(text) > LONGEST_EXAMPLE or visible(text) != text or "\n" in text:
        return None
    whole = r"-?(0|[1-9][0-9]{0,14})"
    patterns = {"integer": whole, "number": rf"{whole}(\.[0-9]{{1,15}})?", "boolean": "true|false"}
    if kind in patterns and not re.fullmatch(patterns[kind], text):
        return None
    if kind == "json":
        return None
    if place == "cookie" and not re.fullmatch(COOKIE_VALUE.regex, text):
        return None
    if place == "path" and text in (".", ".."):
        return None
    return text


def _object_words(style: str, explode: bool) -> str:
    """Return how an object is written as one text."""
    separator = _SEPARATORS.get(style, ",")
    return "Written key=value,key=value." if explode else f"Written key{separator}value{separator}key{separator}value."


def describe(item: dict[str, Any], schema: dict[str, Any], items: dict[str, Any] | None, *, more: str, has_default: bool) -> str | None:
    """Return what a parameter does, on one line: its description, what it may be, and what a server takes without it."""
    description = one_line(item.get("description") or schema.get("description") or as_dict(items).get("description"))
    sentences = ["Deprecated."] if item.get("deprecated") is True or schema.get("deprecated") is True else []
    if description:
        sentences.append(description if description[-1] in ".!?…:。！？" else f"{description}.")
    choices = [text for value in as_list((items or schema).get("enum"))[: MOST_CHOICES + 1] if (text := scalar_text(value))]
    if 1 < len(choices) <= MOST_CHOICES and sum(len(text) for text in choices) < 200:
        sentences.append(f"One of {', '.join(visible(text) for text in choices)}.")
    default = scalar_text(schema.get("default"))
    if default and not has_default and len(default) < 60 and "default" not in description.lower():
        sentences.append(f"Default: {visible(default)}.")
    if more:
        sentences.append(more)
    return " ".join(" ".join(sentences).split()) or None
