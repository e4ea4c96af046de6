"""Troubles: the sign by which a reader knows one, and what to try."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.catalog.model import Backend, Catalog, Cell, Key, Trouble
from generator.render.words import Words


@dataclass(frozen=True)
class TroubleView:
    """A trouble of a backend as pages show it."""

    when: int | str
    sign: str
    is_literal: bool
    """The sign is what a program prints (`HTTP 404`), not a phrase in CommonMark."""
    cells: Sequence[Cell]
    """The only cells that meet it; none where any may."""
    advice: str


def troubles_of(backend: Backend, *, language: str, words: Words) -> list[TroubleView]:
    """Return the troubles of a backend and then those of its cells."""
    return [
        TroubleView(trouble.when, *_sign(trouble, words), cells, advice(trouble, backend.api_key, language))
        for trouble, cells in backend.all_troubles
    ]


def advice(trouble: Trouble, key: Key | None, language: str) -> str:
    """Return what to try, with `{key}` filled in."""
    text = trouble.say[language]
    return text.replace("{key}", key.export_assignment) if key else text


def _sign(trouble: Trouble, words: Words) -> tuple[str, bool]:
    if trouble.answer_text is not None:
        return f"… {trouble.answer_text.strip()} …", True
    if isinstance(trouble.when, int):
        return f"HTTP {trouble.when}", True
    phrase: str = words["signs"][trouble.when]
    return phrase, False


def command_troubles(catalog: Catalog, words: Words) -> list[Mapping[str, str]]:
    """Return what a reader may see who types the commands: each `sign` and what to `try`, both in CommonMark."""
    streams = any(cell.response == "events" for backend in catalog.backends.values() for cell in backend.cells)
    return [*words["command_troubles"], *(words["stream_troubles"] if streams else ())]
