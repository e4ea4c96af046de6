"""Which fields of a body a user may change: those that have to be given first, but not forty of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from generator.catalog.model import PART
from generator.importing.model import FoundParameter
from generator.importing.openapi.parameters import as_example, describe, type_of
from generator.importing.openapi.samples import SampleMaker, kind_of
from generator.importing.openapi.values import Notes, as_dict, as_list, as_text

MOST_PARAMETERS = 12
"""How many fields of a body become parameters; a script's --set changes the others."""

LARGEST_EXACT = 2**53
"""jq 1.6 keeps numbers as doubles, and would round a larger one beside which a parameter is put."""

Place = Literal["body", "urlencoded", "form"]


@dataclass(frozen=True)
class Fields:
    """The fields of a body."""

    fixed: dict[str, Any]
    """What is sent if the user says nothing."""
    parameters: tuple[FoundParameter, ...]


class FieldReader:
    """Tells the fields of one body apart."""

    def __init__(self, maker: SampleMaker, notes: Notes, place: Place, encoding: dict[str, Any]) -> None:
        self._maker = maker
        self._notes = notes
        self._place = place
        self._encoding = encoding

    def fields(self, schema: dict[str, Any], example: dict[str, Any]) -> Fields:
        """Return the fields of an object: those that it has to have become parameters that have to be given; others may be given."""
        properties = as_dict(schema.get("properties"))
        required = [name for name in as_list(schema.get("required")) if isinstance(name, str)]
        fixed = {name: value for name, value in example.items() if self._can_be_called(name)}
        for name in required:
            default = self._maker.opened(properties.get(name, {})).get("default")
            if name not in fixed and default is not None and not self._maker.hides(properties.get(name)):
                fixed[name] = default
        if self._place == "body" and _holds_long_number(fixed):
            return Fields(fixed, ())
        parameters: list[FoundParameter] = []
        wanted = [name for name in (*required, *fixed, *properties) if name in fixed or name in properties]
        for name in dict.fromkeys(wanted):
            if len(parameters) == MOST_PARAMETERS:
                break
            field = self._maker.opened(properties.get(name, {}))
            if not self._can_be_called(name) or self._maker.hides(properties.get(name)) or _is_fixed(field):
                continue
            parameter = self._parameter(name, field, fixed.get(name), is_sent=name in fixed, is_required=name in required)
            if parameter is None:
                continue
            parameters.append(parameter)
            if parameter.required:
                fixed.pop(name, None)
        return Fields(fixed, tuple(parameters))

    def _can_be_called(self, name: str) -> bool:
        """Tell whether a field can have this name; if not, that is said."""
        if (self._place == "form" and not re.fullmatch(PART.regex, name)) or not name or "\x00" in name:
            self._notes.leave_out(f"no field of a form can be called {name!r}")
            return False
        return True

    def _parameter(self, name: str, field: dict[str, Any], value: Any, *, is_sent: bool, is_required: bool) -> FoundParameter | None:
        """Return the parameter of a field; None for one whose value is no text, number, true or false, nor a list of such."""
        if is_sent and not is_required and (value is None or isinstance(value, dict)):
            return None
        is_list = kind_of(field) == "array" or isinstance(value, list)
        item = self._maker.opened(field.get("items", {})) if is_list else field
        sample = next(iter(value), None) if isinstance(value, list) else value
        if kind_of(item) in ("object", "array") or any(
            isinstance(part, (dict, list)) for part in (value if is_list and value else [sample])
        ):
            return None
        file = self._place == "form" and is_binary(item)
        kind = type_of(item) if kind_of(item) else _type_of_value(sample)
        must_be_given = is_required and (field.get("default") is None or not is_sent)
        in_place = is_sent and not must_be_given
        if in_place and self._place == "body" and not _is_of(sample, kind):
            return None
        return FoundParameter(
            name=name,
            at=(self._place, name),
            type=None if in_place or file else kind,
            required=must_be_given,
            example=None if in_place else "file.bin" if file else self._example(sample, item, kind, must_be_given),
            about=describe(field, field, item if is_list else None, more="", has_default=in_place),
            repeat=is_list,
            join=self._join(name) if is_list else None,
            read="file" if file else None,
        )

    def _example(self, sample: Any, item: dict[str, Any], kind: str, must_be_given: bool) -> str | None:
        """Return the value that pages show for a field that is not sent by itself."""
        text = as_example(sample, kind, self._place) or as_example(item.get("example"), kind, self._place)
        if text is None and must_be_given:
            text = as_example(self._maker.sample(item), kind, self._place)
            return text or {"integer": "1", "number": "1", "boolean": "true"}.get(kind, "string")
        return text

    def _join(self, name: str) -> str | None:
        """Return what stands between the values of a list that is sent as one text (Encoding Object, style)."""
        encoding = as_dict(self._encoding.get(name))
        style = as_text(encoding.get("style"))
        if self._place == "body" or encoding.get("explode", style in ("", "form", "deepObject")) is not False:
            return None
        return {"spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"}.get(style, ",")


def is_binary(schema: dict[str, Any]) -> bool:
    """Tell whether a schema means the bytes of a file."""
    if schema.get("format") == "binary" or schema.get("type") == "file":
        return True
    return "contentMediaType" in schema and "contentEncoding" not in schema and kind_of(schema) == "string"


def _is_fixed(field: dict[str, Any]) -> bool:
    """Tell whether a field has only one value."""
    return "const" in field or len(as_list(field.get("enum"))) == 1


def _type_of_value(value: Any) -> Literal["string", "integer", "number", "boolean"]:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return "number" if isinstance(value, float) else "string"


def _is_of(value: Any, kind: str) -> bool:
    """Tell whether a value is of the type that a parameter in its place has by it."""
    return kind == _type_of_value(value) or (kind == "number" and isinstance(value, int) and not isinstance(value, bool))


def _holds_long_number(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_long_number(item) for item in value.values())
    if isinstance(value, list):
        return any(_holds_long_number(item) for item in value)
    return isinstance(value, int) and abs(value) > LARGEST_EXACT
