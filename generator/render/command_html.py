"""What a command's pieces are on the HTML page: attributes from which the page's script finds and fills them."""

from __future__ import annotations

from generator.command import CommandPiece, ReaderKey, ReaderText, ReaderUrl
from generator.request import RequestPart


def value_data(piece: CommandPiece) -> dict[str, str]:
    """Return the `data-` attributes of a place of a reader's value: what goes there, and how it is written."""
    match piece.value:
        case ReaderUrl() as url:
            data = {"below": "".join(map(_below, url.behind_base))}
            if url.own_base is not None:
                data["base"] = url.own_base
            elif url.parent_segments:
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
    """Return a part of the URL; a value that a variable sets is written as {VARIABLE=value}, a secret as {$VARIABLE}."""
    if part.secret:
        return f"{{${part.secret.variable}}}"
    value = part.value or ""
    return f"{{{part.parameter.variable}={value}}}" if part.parameter and part.parameter.variable else value
