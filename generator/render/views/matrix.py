"""The matrix of backends and endpoints: why a backend lacks some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from generator.catalog.model import Backend


def reasons_of(backend: Backend, *, language: str) -> Mapping[str, Sequence[str]]:
    """Return why a backend lacks endpoints: each reason with the titles of those that it stands for."""
    titles: dict[str, list[str]] = {}
    for cell in backend.endpoints.values():
        if cell.missing and cell.title:
            titles.setdefault(cell.missing[language], []).append(cell.title[language])
    return titles
