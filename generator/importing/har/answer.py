"""Make a sample of an answer: its structure, not its values, which are what somebody saw."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.importing.curl.body import is_json_type
from generator.importing.json_source import DEPTH, as_dict, as_text, depth_of

_MOST_FIELDS = 60
_MOST_DEPTH = 12
_LARGEST = 5_000_000
"""An answer with more characters is not read: its structure would be too large for a sample."""

# What stands for a text that is no free one, by its look.
_LOOKS = [
    (re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE), "00000000-0000-4000-8000-000000000000"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?.{0,12}"), "2026-01-31T12:00:00Z"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "2026-01-31"),
    (re.compile(r"\d\d:\d\d(?::\d\d)?"), "12:00:00"),
    (re.compile(r"https?://\S+", re.IGNORECASE), "https://example.com/"),
    (re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"), "user@example.com"),
    (re.compile(r"-?\d+"), "1"),
    (re.compile(r"-?\d+\.\d+"), "1.5"),
]
# Names of fields that are data themselves: ids, addresses, days.
_DATA_NAME = re.compile(
    r"\d+|[0-9a-f]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[^\s@]+@[^\s@]+|\d{4}-\d\d-\d\d.*|https?://.*|.*\s.*|.{100,}"
    r"|(?=(?:\D*\d){3})[\w.~+/=-]{12,}|[\w.~+/=-]{24,}",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_LOOK = 300


@dataclass(frozen=True)
class Answer:
    """What kind an answer is, in a catalog's words, and a sample of it; None where that is not known."""

    response: str | None = None
    sample: Any = None


def answer_of(response: Mapping[str, Any], resource_type: Any, changes: list[str]) -> Answer:
    """Return what an entry's answer says."""
    status = response.get("status")
    content = as_dict(response.get("content"))
    media = as_text(content.get("mimeType")).lower()
    if resource_type == "eventsource" or media.startswith("text/event-stream"):
        return Answer("events", _events(_text(content)))
    if not isinstance(status, int) or isinstance(status, bool) or not 200 <= status < 300:
        if isinstance(status, int) and status >= 300 and status != 304:
            changes.append(f"its answer, with status {status}, is no sample")
        return Answer()
    if status == 204:
        return Answer("none")
    text = _text(content)
    if "ndjson" in media or "jsonl" in media or "json-seq" in media:
        return Answer("lines", _json_lines(text))
    if is_json_type(media) or (not media and text.lstrip().startswith(("{", "["))):
        value = _parsed(text)
        return Answer(None, None if value is None else structure_of(value))
    if re.match(r"(?:image|audio|video|font)/|application/(?:pdf|zip|gzip|octet-stream|x-tar|vnd\.openxml|vnd\.ms-)", media):
        return Answer("file")
    if media.startswith("text/") or "xml" in media or "javascript" in media:
        return Answer("text")
    return Answer()


def structure_of(value: Any, depth: int = 0) -> Any:
    """Return a JSON value of the same structure: one item of a list, a word for a text, 1 for a number."""
    if depth > _MOST_DEPTH:
        return None
    if isinstance(value, dict):
        names = list(value)[:_MOST_FIELDS]
        if len(value) > 1 and all(_DATA_NAME.fullmatch(name) for name in value):
            return {"id": structure_of(next(iter(value.values())), depth + 1)}
        return {("id" if _DATA_NAME.fullmatch(name) else name): structure_of(value[name], depth + 1) for name in names}
    if isinstance(value, list):
        return [structure_of(_fullest(value), depth + 1)] if value else []
    if isinstance(value, str):
        return _stand_in(value)
    if isinstance(value, bool) or value is None:
        return value
    return 1 if isinstance(value, int) else 1.5


def _stand_in(text: str) -> str:
    """Return what stands for a text: a word, or another text that looks like it."""
    if not text or len(text) > _LONGEST_LOOK:
        return text and "text"
    return next((stand_in for look, stand_in in _LOOKS if look.fullmatch(text)), "text")


def _fullest(items: list[Any]) -> Any:
    """Return the item that says most of the first ones of a list."""
    return max(items[:20], key=lambda item: len(item) if isinstance(item, (dict, list)) else item is not None)


def _text(content: Mapping[str, Any]) -> str:
    """Return the text of an answer, which may be in base64."""
    text = as_text(content.get("text"))
    if as_text(content.get("encoding")).lower() == "base64":
        try:
            return base64.b64decode(text, validate=False).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return ""
    return text


def _parsed(text: str) -> Any:
    text = re.sub(r"^\)\]\}',?\s*|^while\(1\);|^for\(;;\);", "", text)  # what some servers put before JSON, so that it is no script
    if len(text) > _LARGEST or depth_of(text) > DEPTH:
        return None
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None


def _json_lines(text: str) -> list[Any] | None:
    values = [_parsed(line) for line in text.split("\n")[:50] if line.strip()]
    return [structure_of(value) for value in values[:2]] if values and None not in values else None


def _events(text: str) -> list[Any] | None:
    values = [_parsed(match[1]) for match in re.finditer(r"^data: ?(.*)$", text[:_LARGEST], re.MULTILINE)]
    found = [structure_of(value) for value in values if value is not None]
    return found[:2] or None
