"""What the media types of bodies and answers mean."""

from __future__ import annotations

from collections.abc import Sequence

from generator.media_type import bare

_LINES = ("x-ndjson", "ndjson", "jsonl", "jsonlines", "x-jsonlines", "json-seq", "stream+json", "x-json-stream")


def is_json(kind: str) -> bool:
    """Tell whether a media type is that of one JSON value (RFC 6839, 3.1); what may be anything is taken for JSON."""
    name = bare(kind)
    return (name.endswith(("/json", "+json")) or name in ("text/json", "*/*")) and not is_lines(kind)


def is_lines(kind: str) -> bool:
    """Tell whether a media type is that of JSON values, one after the other."""
    return bare(kind).rpartition("/")[2] in _LINES


def preferred(kinds: Sequence[str]) -> str:
    """Return the media type to send or to ask for: JSON if there is any, else the first."""
    plain = sorted((kind for kind in kinds if is_json(kind)), key=lambda kind: "json-patch" in kind)
    exact = [kind for kind in plain if kind.lower() == "application/json"]
    return next(iter([*exact, *plain, *kinds]))
