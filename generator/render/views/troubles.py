"""Troubles: the sign by which a reader knows one, and what to try."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator import bash
from generator.catalog.model import ApiKey, Backend, Catalog, Cell, Trouble
from generator.render.words import Words
from generator.transfer import fails_on_error


@dataclass(frozen=True)
class TroubleView:
    """A trouble of a backend as pages show it."""

    id: str
    """The place where pages explain it: `_trouble.ollama.404`."""
    when: int | str
    sign: str
    is_literal: bool
    """The sign is what a script prints (`HTTP 404`), not a phrase in CommonMark."""
    curl_says: str
    """What curl prints in its place where one types the command; nothing where the phrase names it, or commands do not have `-f`."""
    cells: Sequence[Cell]
    """The only cells that meet it; none where any may."""
    advice: str

    @property
    def curl_says_briefly(self) -> str:
        """The same, short."""
        return self.curl_says.replace("The requested URL returned", "…")


def troubles_of(backend: Backend, *, language: str, words: Words) -> list[TroubleView]:
    """Return the troubles of a backend and then those of its cells."""
    key = backend.api_key[0] if backend.api_key else None
    views = []
    numbers: Counter[int | str] = Counter()
    for trouble, cells in backend.all_troubles:
        sign = trouble.when if trouble.answer_text is None else "text"
        numbers[sign] += 1
        number = f".{numbers[sign]}" if numbers[sign] > 1 else ""
        place = f"_trouble.{backend.id}.{sign}{number}"
        said = _curl_says(trouble, cells or backend.cells)
        views.append(TroubleView(place, trouble.when, *_sign(trouble, words), said, cells, advice(trouble, key, language)))
    return views


def troubles_of_cell(backend: Backend, cell: Cell, *, language: str, words: Words) -> list[TroubleView]:
    """Return the troubles of a backend that only some of its cells meet, this one among them."""
    if not cell.troubles:
        return []
    views = troubles_of(backend, language=language, words=words)
    return [view for view in views if cell.id in [other.id for other in view.cells]]


def advice(trouble: Trouble, key: ApiKey | None, language: str) -> str:
    """Return what to try, with `{key}` filled in."""
    text = trouble.say[language]
    return text.replace("{key}", bash.asking(key.variable)) if key else text


def _sign(trouble: Trouble, words: Words) -> tuple[str, bool]:
    if trouble.answer_text is not None:
        return f"… {trouble.answer_text.strip()} …", True
    if isinstance(trouble.when, int):
        return f"HTTP {trouble.when}", True
    phrase: str = words["signs"][trouble.when]
    return phrase, False


def _curl_says(trouble: Trouble, cells: Sequence[Cell]) -> str:
    """Return curl's own message about a status, as it prints it with -f: "(22) The requested URL returned error: 401"."""
    is_error = isinstance(trouble.when, int) and trouble.when >= 400
    return f"curl: (22) The requested URL returned error: {trouble.when}" if is_error and any(map(fails_on_error, cells)) else ""


def command_troubles(catalog: Catalog, words: Words) -> list[Mapping[str, str]]:
    """Return what a reader may see who types the commands: each `sign` and what to `try`, both in CommonMark."""
    streams = any(cell.streams for backend in catalog.backends.values() for cell in backend.cells)
    return [*words["command_troubles"], *(words["stream_troubles"] if streams else ())]
