"""The sources of a catalog's facts: what cites each one, the month in which it was read, and whether that is long ago.

Pages compare with the newest month in the catalog, not with today: they say the same on any day, so `build --check` finds nothing
stale because time has passed. `curlsheet sources --stale` compares with today.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.catalog.model import Catalog

LONG = 6
"""How many months after it was read a source should be read again."""


@dataclass(frozen=True)
class Reading:
    """A source as it was read in one month (None if the catalog does not say when), and what cites it: backends and cells."""

    source: str
    checked: str | None
    cited_by: tuple[str, ...]


def readings(catalog: Catalog) -> list[Reading]:
    """Return each source of the catalog once for each month in which it was read, the oldest first."""
    cited: dict[tuple[str, str], list[str]] = {}
    for name, source, checked in _citations(catalog):
        cited.setdefault((checked or "", source), []).append(name)
    return [Reading(source, checked or None, tuple(names)) for (checked, source), names in sorted(cited.items())]


def _citations(catalog: Catalog) -> Iterator[tuple[str, str, str | None]]:
    """Yield who cites a source: a backend for its notes and troubles, a cell for what it says itself."""
    for backend in catalog.backends.values():
        if backend.source:
            yield backend.id, backend.source, backend.checked
        for cell in backend.endpoints.values():
            if cell.source:
                yield f"{backend.id}/{cell.id}", cell.source, cell.checked


def newest_month(catalog: Catalog) -> str | None:
    """Return the last month in which a source of the catalog was read; None if no source says when."""
    return max((checked for _, _, checked in _citations(catalog) if checked), default=None)


def is_old(month: str, now: str) -> bool:
    """Return whether a month, such as 2026-05, is more than six months before another one."""
    return _count(now) - _count(month) > LONG


def _count(month: str) -> int:
    year, number = month.split("-")
    return int(year) * 12 + int(number)
