"""The words of a collection: descriptions, in Markdown or HTML, as a sentence or two."""

from __future__ import annotations

import re
from typing import Any

from generator.importing.json_source import as_dict, as_text
from generator.importing.notes.markdown import pieces_of_markdown
from generator.importing.notes.pieces import Heading, Prose
from generator.importing.notes.words import short_prose

_LONGEST_LINE = 200


def description_of(value: Any) -> str | None:
    """Return the first paragraph of a description, a string or an object with `content`, in CommonMark without HTML."""
    text = as_text(as_dict(value).get("content")) if isinstance(value, dict) else as_text(value)
    if not text.strip():
        return None
    pieces = pieces_of_markdown(text[:20_000].replace("\r\n", "\n"))
    prose = next((piece.text for piece in pieces if isinstance(piece, Prose) and piece.text), None)
    return short_prose(prose or next((piece.text for piece in pieces if isinstance(piece, Heading)), "")) or None


def one_line(value: Any) -> str | None:
    """Return a description as a line of plain text, for a parameter."""
    text = description_of(value)
    if text is None:
        return None
    plain = re.sub(r"\]\(<[^<>]*>\)|\\(?=[\\`*_<\[\]#>+-])|(?<!\\)[`\[]", "", text)
    return plain if len(plain) <= _LONGEST_LINE else plain[:_LONGEST_LINE].rsplit(" ", 1)[0] + " …"
