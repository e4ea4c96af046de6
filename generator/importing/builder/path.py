"""The path of a request in a catalog's words: decoded, with placeholders for what is open in it, and for what only an encoded one says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

from generator.catalog.checks import PLACEHOLDER
from generator.importing.builder.names import singular, slug
from generator.importing.builder.slots import Draft, Slot, Unsayable
from generator.importing.model import Text, Variable


def path_of(text: Text, draft: Draft) -> str:
    """Return the path with placeholders, decoded. What only an encoded path can say becomes the value of a placeholder."""
    reserved = {str(parameter.at[1]) for parameter in draft.found.parameters if parameter.reserved and parameter.at[:1] == ("path",)}
    segments: list[list[str | Variable]] = [[]]
    for part in text.parts:
        if isinstance(part, Variable):
            segments[-1].append(part)
            continue
        first, *others = part.split("/")
        segments[-1].append(first)
        segments += [[other] for other in others]
    first_segment = [part for part in segments[0] if part]
    if not first_segment:
        segments = segments[1:] or [[""]]
    written: list[str] = []
    for position, segment in enumerate(segments):
        parts = [part for part in segment if part != ""]
        if parts == ["."] or parts == [".."]:
            written = written[:-1] if parts == [".."] else written
            if position == len(segments) - 1:
                written.append("")
            continue
        written.append(_segment(parts, written, draft, reserved))
    return "/" + "/".join(written)


def _segment(parts: Sequence[str | Variable], before: Sequence[str], draft: Draft, reserved: set[str]) -> str:
    """Return a segment of a path. One that cannot stand as it is becomes a placeholder with a default."""
    texts = [_decoded(part) for part in parts if isinstance(part, str)]
    literal = "".join(texts)
    is_literal = len(texts) == len(parts)
    hard = re.search(r"[/?#\r\n\x00]", literal) or PLACEHOLDER.search(literal) or (is_literal and literal in (".", ".."))
    if hard and is_literal:
        name = _free_name(singular(slug(before[-1]).replace("-", "_")) if before and slug(before[-1]) else "segment", draft)
        draft.slots["path", name] = Slot(name, ("path", name), by_source=False)
        draft.values[name] = literal
        return f"{{{name}}}"
    if hard:
        raise Unsayable(f"the path has {literal!r} beside a variable in one segment, which no catalog can say: take the variable out")
    made = ""
    for part in parts:
        if isinstance(part, str):
            made += _decoded(part)
            continue
        name = place_name(part.name)
        slot = Slot(part.name, ("path", name), required=part.default is None, secret=part.secret)
        if part.default is not None and not part.secret:
            draft.values[name] = part.default
        draft.slots["path", name] = slot
        made += f"{{{'+' if name in reserved or part.name in reserved else ''}{name}}}"
    return made


def _decoded(text: str) -> str:
    try:
        return unquote_to_bytes(text.encode("utf-8", "surrogatepass")).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unsayable(f"the path has bytes that are no UTF-8 ({text}), which no catalog can say") from error


def place_name(name: str) -> str:
    """Return the name of a variable as a placeholder has it."""
    made = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or "value"
    made = made.lower() if made.isupper() else made
    return made if not made[0].isdigit() else f"n{made}"


def _free_name(name: str, draft: Draft) -> str:
    made, number = place_name(name), 2
    while ("path", made) in draft.slots:
        made, number = f"{place_name(name)}_{number}", number + 1
    return made
