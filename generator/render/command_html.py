"""What a command's pieces are on the HTML page: attributes from which the page's script finds and fills them."""

from __future__ import annotations

from collections.abc import Container, Iterable

from generator.catalog.model import Program
from generator.command import CommandPiece, ReaderKey, ReaderText, ReaderUrl
from generator.request import RequestPart


def marks(pieces: Iterable[CommandPiece], explained: Container[Program]) -> str:
    """Return where the pieces stand that the page explains: `gap:length:program+flag` for each, with blanks between.

    `explained` are the programs whose flags the catalog has. A gap counts from the end of the piece before; the reader's
    values, which change, are not counted. All in units of UTF-16, as scripts count (ECMA-262, 6.1.4).
    """
    found, gap = [], 0
    for piece in pieces:
        length = len(piece.text.encode("utf-16-le", "surrogatepass")) // 2
        if piece.program in explained:
            found.append(f"{gap}:{length}:{piece.program}{piece.flag}")
            gap = 0
        elif not piece.value:
            gap += length
    return " ".join(found)


def value_data(piece: CommandPiece) -> dict[str, str]:
    """Return the `data-` attributes of a place of a reader's value: what goes there, and how it is written."""
    match piece.value:
        case ReaderUrl() as url:
            data = {"below": "".join(map(_below, url.behind_base))}
            if url.parent_segments:
                data["climbs"] = str(url.parent_segments)
            if url.optional_key:
                data |= {"key": url.optional_key.header_start, "env": url.optional_key.variable}
            return data
        case ReaderKey(key=key):
            return {"key": key.header_start}
        case ReaderText() as text:
            data = {"of": text.variable}
            if text.inside == "word":
                data["before"] = text.before
            elif text.inside == "heredoc":
                data["in"] = "heredoc"
            if piece.text != text.before + text.default:  # else the script sees it
                data["was"] = text.default
            return data
    return {}


def _below(part: RequestPart) -> str:
    """A part of the URL; a value that a variable sets as {VARIABLE=value}."""
    value = part.value or ""
    return f"{{{part.parameter.variable}={value}}}" if part.parameter and part.parameter.variable else value
