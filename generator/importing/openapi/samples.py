"""Make a small value that fits a schema: a request's body where the document has no example, or an answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from generator.importing.openapi.document import Document
from generator.importing.openapi.scalars import number_of, text_of
from generator.importing.openapi.shorten import TELLING
from generator.importing.openapi.values import Notes, as_dict, as_list, as_text, is_number

MOST_SCHEMAS = 400
"""How many schemas one sample may open: its cost is bounded, whatever the document holds."""

MOST_DEPTH = 6
MOST_ROUNDS = 2
"""How often a schema may stand in itself: twice, since `allOf` opens one that fields below it may open again."""

MOST_ITEMS = 5
MOST_FIELDS = 15

_NUMBER_WORDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_SAYS_A_VALUE = ("const", "example", "examples", "default", "enum")
_TEXT_WORDS = ("pattern", "minLength", "maxLength", "format", "contentEncoding", "contentMediaType")


class _Cycle(Exception):
    """A schema that holds itself, or is deeper than a sample gets."""


class SampleMaker:
    """Makes samples of one kind: of what is sent (`sent`), without `readOnly` fields, or of what is answered, without `writeOnly` ones.

    What is sent has its required fields only; what is answered has some of the others, too.
    """

    def __init__(self, document: Document, notes: Notes, *, sent: bool) -> None:
        self._document = document
        self._notes = notes
        self._sent = sent
        self._opened = 0
        self._known: set[str] | None = None
        """The fields of the example that a schema is opened for."""

    def sample(self, schema: Any) -> Any:
        """Return a value that fits a schema, as far as one can tell; None for a schema that nothing small fits."""
        self._opened = 0
        try:
            return self._value(schema, ())
        except _Cycle:
            if self._sent:
                self._notes.leave_out("an example: nothing small fits the schema, so send your own (with --body)")
            return None

    def opened(self, schema: Any, example: Any = None) -> dict[str, Any]:
        """Return a schema with its references followed, and with what `allOf`, and the first choice of `oneOf` and `anyOf`, add to it.

        The first choice is the first one that needs no field which the example has not, if there is an example.
        """
        self._opened = 0
        self._known = set(example) if isinstance(example, dict) else None
        try:
            return self._open(schema, ())[0]
        except _Cycle:
            return {}
        finally:
            self._known = None

    def hides(self, schema: Any) -> bool:
        """Tell whether a field is not part of such a value."""
        schema = as_dict(self._document.resolve(schema, self._notes))
        return schema.get("readOnly") is True if self._sent else schema.get("writeOnly") is True

    # ---- Schemas ---------------------------------------------------------------------------

    def _open(self, schema: Any, trail: tuple[str, ...]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return a schema as `opened` does, and the references that led to it. Raises _Cycle if one of them did twice."""
        self._opened += 1
        if self._opened > MOST_SCHEMAS or len(trail) > 4 * MOST_DEPTH:
            raise _Cycle
        reference = as_dict(schema).get("$ref")
        if isinstance(reference, str):
            if trail.count(reference) == MOST_ROUNDS:
                raise _Cycle
            trail = (*trail, reference)
        own = as_dict(self._document.resolve(schema, self._notes))
        folded = dict(own)
        for part in as_list(own.get("allOf"))[:50]:
            added, trail = self._open(part, trail)
            _fold(folded, added)
        for word in ("oneOf", "anyOf"):
            choices = as_list(own.get(word))
            if choices:
                added, trail = self._choice(own, choices, trail)
                _fold(folded, added)
        return folded, trail

    def _choice(self, schema: dict[str, Any], choices: list[Any], trail: tuple[str, ...]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return the first of several schemas that something fits, and the references that led to it."""
        found: list[tuple[dict[str, Any], tuple[str, ...]]] = []
        for choice in choices[:20]:
            if as_dict(choice).get("type") == "null":
                continue
            try:
                opened, beyond = self._open(choice, trail)
            except _Cycle:
                continue
            found.append((_told_apart(schema, choice, opened), beyond))
            if self._known is None or self._known.issuperset(as_list(opened.get("required"))):
                return found[-1]
        if not found:
            raise _Cycle
        return found[0]

    # ---- Values ----------------------------------------------------------------------------

    def _value(self, schema: Any, trail: tuple[str, ...], depth: int = 0) -> Any:
        """Return a value that fits a schema. Raises _Cycle if none that is small does."""
        if schema is True or schema == {}:
            return {}
        if depth > MOST_DEPTH:
            raise _Cycle
        opened, trail = self._open(schema, trail)
        if has_own_example(opened):
            return self.without_hidden(_example(opened), opened)
        match kind := kind_of(opened):
            case "object":
                return self._object(opened, trail, depth)
            case "array":
                return self._array(opened, trail, depth)
            case "string":
                return text_of(opened)
            case "integer" | "number":
                return number_of(opened, whole=kind == "integer")
            case "boolean":
                return True
            case "null":
                return None
        return {}

    def without_hidden(self, example: Any, schema: dict[str, Any]) -> Any:
        """Return an example of a schema without the fields that are not part of such a value."""
        if not isinstance(example, dict):
            return example
        properties = as_dict(schema.get("properties"))
        return {name: item for name, item in example.items() if not (name in properties and self.hides(properties[name]))}

    def _object(self, schema: dict[str, Any], trail: tuple[str, ...], depth: int) -> dict[str, Any]:
        """Return an object with the fields that it needs, and in an answer some more."""
        properties = as_dict(schema.get("properties"))
        required = [name for name in as_list(schema.get("required")) if isinstance(name, str)]
        wanted = self._fields(schema, properties, required)
        value: dict[str, Any] = {}
        for name in wanted:
            field = properties.get(name, {"type": "string"})
            if self.hides(field):
                continue
            try:
                value[name] = self._value(field, trail, depth + 1)
            except _Cycle:
                if name in required and self._sent:
                    raise
        more = schema.get("additionalProperties")
        least = schema.get("minProperties")
        needs_more = isinstance(least, int) and len(value) < least
        if isinstance(more, dict) and not properties and (needs_more or not self._sent):
            with suppress(_Cycle):
                value["key"] = self._value(more, trail, depth + 1)
        return value

    def _fields(self, schema: dict[str, Any], properties: dict[str, Any], required: list[str]) -> list[str]:
        """Return the names of an object's fields that a sample has, in the order of the document."""
        least = schema.get("minProperties")
        most = MOST_FIELDS
        if self._sent:
            most = least if isinstance(least, int) else 0
        others = [name for name in properties if name not in required]
        others = sorted(others, key=lambda name: name not in TELLING)[: max(0, most - len(required))]
        in_order = [name for name in properties if name in required or name in others]
        return [*in_order, *(name for name in required[:MOST_FIELDS] if name not in properties)]

    def _array(self, schema: dict[str, Any], trail: tuple[str, ...], depth: int) -> list[Any]:
        """Return a list with as many items as it needs, one at least."""
        first = as_list(schema.get("prefixItems")) or as_list(schema.get("items"))
        items = [self._value(item, trail, depth + 1) for item in first[:MOST_ITEMS]]
        least = schema.get("minItems")
        count = min(least, MOST_ITEMS) if isinstance(least, int) else 1
        contained = schema.get("contains")
        rest = schema.get("items") if isinstance(schema.get("items"), dict) else contained
        if not isinstance(rest, dict) or schema.get("maxItems") == 0:
            return items
        try:
            item = self._value(rest, trail, depth + 1)
        except _Cycle:
            if self._sent and isinstance(least, int) and least > 0:
                raise
            return items
        more = max(count, 1) - len(items)
        return items + list(_several(item, more, as_list(self._open(rest, trail)[0].get("enum"))))


def kind_of(schema: dict[str, Any]) -> str:
    """Return the type of a schema: the first of several that is not null; by its other words, if it names none; else nothing."""
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((name for name in kind if name != "null"), "null")
    if isinstance(kind, str):
        return "string" if kind == "file" else kind
    if "properties" in schema or "additionalProperties" in schema or "required" in schema:
        return "object"
    if "items" in schema or "prefixItems" in schema:
        return "array"
    if any(word in schema for word in _NUMBER_WORDS):
        return "number"
    if any(word in schema for word in _TEXT_WORDS):
        return "string"
    enum = as_list(schema.get("enum"))
    return "string" if enum and isinstance(enum[0], str) else ""


def _fold(schema: dict[str, Any], added: dict[str, Any]) -> None:
    """Add to a schema what another one says that it has to fit as well."""
    has_example = has_own_example(schema)
    for word, value in added.items():
        if has_example and word in _SAYS_A_VALUE:
            continue
        if word == "properties":
            schema[word] = _both(as_dict(value), as_dict(schema.get(word)))
        elif word == "required":
            schema[word] = [*as_list(schema.get(word)), *as_list(value)]
        elif word not in ("allOf", "oneOf", "anyOf"):
            schema.setdefault(word, value)


def _both(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of two schemas; one that both have has to fit both."""
    properties = {**first, **second}
    for name in first.keys() & second.keys():
        if first[name] != second[name]:
            properties[name] = {"allOf": [second[name], first[name]]}
    return properties


def _told_apart(schema: dict[str, Any], choice: Any, opened: dict[str, Any]) -> dict[str, Any]:
    """Return a chosen schema with the value of the field that says which one was chosen (OpenAPI, Discriminator Object)."""
    discriminator = as_dict(schema.get("discriminator"))
    name = discriminator.get("propertyName")
    reference = as_text(as_dict(choice).get("$ref"))
    if not isinstance(name, str) or not reference:
        return opened
    last = reference.rpartition("/")[2]
    mapping = as_dict(discriminator.get("mapping"))
    value = next((key for key, target in mapping.items() if target in (reference, last)), last)
    properties = as_dict(opened.get("properties"))
    field = as_dict(properties.get(name))
    if "enum" in field or "const" in field:
        return opened
    required = [*as_list(opened.get("required")), name]
    return {**opened, "required": required, "properties": {**properties, name: {"type": "string", "const": value}}}


# ---- Examples ------------------------------------------------------------------------------


def has_own_example(schema: dict[str, Any]) -> bool:
    """Tell whether a schema itself says a value that fits it."""
    if "const" in schema or "example" in schema or schema.get("default") is not None:
        return True
    return bool(as_list(schema.get("examples")) or as_list(schema.get("enum")))


def _example(schema: dict[str, Any]) -> Any:
    """Return the value that a schema says: its example, what it has to be, its default, or the first value that it may be."""
    for word in ("const", "example"):
        if word in schema:
            return schema[word]
    if as_list(schema.get("examples")):
        return schema["examples"][0]
    if schema.get("default") is not None:
        return schema["default"]
    return next((value for value in schema["enum"] if value is not None), None)


def _several(item: Any, count: int, choices: list[Any]) -> Iterator[Any]:
    """Yield so many items, each another one where that is easily done, for lists whose items have to differ."""
    for number in range(count):
        if number < len(choices):
            yield choices[number]
        elif number and isinstance(item, str):
            yield f"{item}{number + 1}"
        elif number and is_number(item):
            yield item + number
        else:
            yield item
