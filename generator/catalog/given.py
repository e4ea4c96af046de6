"""What a user might give for a parameter, as the values that a request sends."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from generator.catalog.model import Cell, Endpoint, Parameter

INTEGER = re.compile(r"-?[0-9]+")
NUMBER = re.compile(r"-?([0-9]+|[0-9]*\.[0-9]+)([eE][-+]?[0-9]+)?")


def value_of(endpoint: Endpoint, parameter: Parameter, text: str) -> Any:
    """Return what a JSON body holds for a text that was given: the text, or the value that it is by the parameter's type.

    Raises ValueError for a text that is not of that type, as scripts refuse it.
    """
    match kind := endpoint.value_type(parameter):
        case "string":
            return text
        case "integer" if INTEGER.fullmatch(text):
            return int(text)
        case "number" if NUMBER.fullmatch(text):
            return int(text) if INTEGER.fullmatch(text) else float(text)
        case "boolean" if text in ("true", "false"):
            return text == "true"
        case "json":
            try:
                return json.loads(text, parse_constant=_no_constant)
            except RecursionError as error:
                raise ValueError("nested too deep") from error
    raise ValueError(f"not of type {kind}")


def is_of_type(value: Any, kind: str) -> bool:
    """Tell whether a JSON value is of a parameter's type."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    match kind:
        case "string":
            return isinstance(value, str)
        case "integer":
            return is_number and isinstance(value, int)
        case "number":
            return is_number
        case "boolean":
            return isinstance(value, bool)
        case _:
            return True


def texts_of(parameter: Parameter, given: Sequence[str]) -> Sequence[str]:
    """Return the texts that are sent outside a JSON body: what is joined is one."""
    return given if parameter.join is None else [parameter.join.join(given)]


def body_of(cell: Cell) -> Any:
    """Return a cell's JSON body with what is given for its parameters, one after the other.

    Raises ValueError for a text that is not of its parameter's type, LookupError or TypeError where an earlier one has left no place.
    """
    body = cell.body
    for name, given in cell.given.items():
        parameter = cell.parameters[name]
        if parameter.at[0] == "body":
            values = [value_of(cell, parameter, text) for text in texts_of(parameter, given)]
            body = put(body, parameter.at[1:], values if parameter.repeat and parameter.join is None else values[0])
    return body


def put(body: Any, at: Sequence[str | int], value: Any) -> Any:
    """Return a copy of a JSON value with another one at a place, of which the last key may be new.

    Raises LookupError or TypeError where there is no such place.
    """
    if not at:
        return value
    step, *rest = at
    if not isinstance(body, dict if isinstance(step, str) else list):
        raise TypeError(f"no {step} in it")
    copy: Any = body.copy()
    copy[step] = put(copy[step], rest, value) if rest else value
    return copy


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
