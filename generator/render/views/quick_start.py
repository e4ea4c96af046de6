"""The quick start: which request a newcomer tries first.

That is one without an effect; where all have one, one that costs money, which the page then says; never one that changes something.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator import bash
from generator.catalog.model import Backend, Catalog, Cell


@dataclass(frozen=True)
class QuickStart:
    """The first request to try, and a script of the same backend with what it takes."""

    backend: Backend
    cell: Cell
    script: str
    """Its command line."""
    has_placeholder: bool
    """A word in capitals on that line stands for a value."""


def quick_start(catalog: Catalog, *, language: str) -> QuickStart | None:
    """Return what to try first; None if every request changes something. The script's argument is what pages in the language show."""
    first = [(backend, cell) for backend in catalog.backends.values() if (cell := first_cell(backend))]
    if not first:
        return None
    backend, cell = min(first, key=lambda pair: pair[1].effect is not None)
    return QuickStart(backend, cell, *_script_line(backend, _with_argument(backend, cell).in_language(language)))


def first_cell(backend: Backend) -> Cell | None:
    """Return the cell of a backend to try first; None if each of them changes something."""
    return min((cell for cell in backend.cells if cell.effect != "changes"), key=lambda cell: cell.effect is not None, default=None)


def _with_argument(backend: Backend, first: Cell) -> Cell:
    """Return a cell whose script takes an argument, if possible one that sends it (not GET); it has no other effect than the first."""
    cells = [cell for cell in backend.cells if cell.argument and cell.effect == first.effect]
    return min(cells, key=lambda cell: cell.method == "GET", default=first)


def _script_line(backend: Backend, cell: Cell) -> tuple[str, bool]:
    line = f"./{backend.id}-{cell.id}.sh"
    option = next((item for item in cell.parameters.values() if item.option and not item.argument), None)
    if option:
        line += f" {option.option} {option.placeholder_name}"
    default = cell.given.get(cell.argument.id, cell.default(cell.argument)) if cell.argument else None
    if isinstance(default, (list, tuple)):
        default = next(iter(default), None)
    if cell.argument:
        line += f" {bash.word(str(default or cell.argument.placeholder_name))}"
    return line, bool(option or (cell.argument and not default))
