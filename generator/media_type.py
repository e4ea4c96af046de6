"""Media types, as a Content-Type says them (RFC 9110, 8.3)."""

from __future__ import annotations

URLENCODED = "application/x-www-form-urlencoded"


def bare(kind: str) -> str:
    """Return a media type in small letters, without its parameters: `text/html` of `Text/HTML; charset=utf-8`."""
    return kind.partition(";")[0].strip().lower()
