"""Make a text or a number that fits a schema."""

from __future__ import annotations

import math
from typing import Any

from generator.importing.openapi.patterns import text_of_pattern
from generator.importing.openapi.values import as_text, is_number

LONGEST_TEXT = 200

LARGEST = 10**15
"""Bounds beyond it are not looked at: few programs keep such numbers."""

_FORMATS = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "PT1H",
    "uuid": "3f2b0c5e-8a1d-4c6f-9b7e-2d1f0a5c8e94",
    "guid": "3f2b0c5e-8a1d-4c6f-9b7e-2d1f0a5c8e94",
    "email": "user@example.com",
    "idn-email": "user@example.com",
    "hostname": "host.example.com",
    "idn-hostname": "host.example.com",
    "ipv4": "192.0.2.1",
    "ip": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "cidr": "192.0.2.0/24",
    "uri": "https://example.com",
    "url": "https://example.com",
    "iri": "https://example.com",
    "uri-reference": "/example",
    "json-pointer": "/example",
    "regex": ".*",
    "byte": "ZXhhbXBsZQ==",
    "base64": "ZXhhbXBsZQ==",
    "int32": "1",
    "int64": "1",
    "float": "1.5",
    "double": "1.5",
    "decimal": "1.5",
}


def text_of(schema: dict[str, Any]) -> str:
    """Return a text that fits a schema."""
    text = _FORMATS.get(as_text(schema.get("format")))
    if text is None and isinstance(schema.get("pattern"), str):
        text = text_of_pattern(schema["pattern"])
    if text is None:
        text = "string"
    least, most = schema.get("minLength"), schema.get("maxLength")
    if isinstance(least, int) and len(text) < least:
        text += text[-1:] * (min(least, LONGEST_TEXT) - len(text)) or "x" * min(least, LONGEST_TEXT)
    if isinstance(most, int) and not isinstance(most, bool) and 0 <= most < len(text):
        text = text[:most]
    return text


def number_of(schema: dict[str, Any], *, whole: bool) -> int | float:
    """Return a number that fits a schema: 1 if it does, else one near its bounds."""
    low, high = _bound(schema, "minimum"), _bound(schema, "maximum")
    over, under = _bound(schema, "exclusiveMinimum"), _bound(schema, "exclusiveMaximum")
    if schema.get("exclusiveMinimum") is True:  # OpenAPI 3.0, where it only says of minimum that it is not a value
        over = low
    if schema.get("exclusiveMaximum") is True:
        under = high
    step = _bound(schema, "multipleOf")
    unit = step if step is not None and step > 0 else 1
    number: int | float = unit
    if low is not None and number < low:
        number = low
    if over is not None and number <= over:
        number = over + unit
    if high is not None and number > high:
        number = high
    if under is not None and number >= under:
        number = under - unit
    if step is not None and step > 0:
        number = _multiple(number, step, low, high)
    if not whole:
        return number
    return math.ceil(number) if high is None or math.ceil(number) <= high else math.floor(number)


def _bound(schema: dict[str, Any], word: str) -> int | float | None:
    """Return a number that a schema says; None if it says none, or one that is larger than is looked at."""
    value: int | float | None = schema.get(word)
    return value if value is not None and is_number(value) and abs(value) < LARGEST else None


def _multiple(number: int | float, step: int | float, low: int | float | None, high: int | float | None) -> int | float:
    """Return the multiple of a step that is nearest to a number, within bounds."""
    multiple = round(number / step) * step
    if low is not None and multiple < low:
        multiple += step
    if high is not None and multiple > high:
        multiple -= step
    return multiple
