"""The scripts of the built-in catalog by shape.

Two scripts have one shape if they differ in words and values alone: names, addresses, models, filters, help. A heavy test
runs one script of each shape; the others of that shape are marked, and run with `make test-every-script`. The shape is
taken from the catalog, so that a change of the templates changes no shape.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from typing import Any

import pytest
from conftest import BUILT_IN, renderer

from generator.catalog.model import Backend, Cell, Parameter

CELLS = [(backend, cell) for backend in renderer(BUILT_IN).catalog.backends.values() for cell in backend.cells]


def name(backend: Backend, cell: Cell) -> str:
    """The name of a cell's script, without its `.sh`."""
    return f"{backend.id}-{cell.id}"


def shape(backend: Backend, cell: Cell) -> Hashable:
    """All of a cell that decides what its script is built of: equal for two scripts that differ in words and values alone."""
    pipelines = cell.pipelines or ()
    troubles = cell.troubles + backend.troubles
    return (
        cell.method,
        cell.parent_segments,
        bool(cell.query),
        bool(cell.headers),
        next((body for body in ("body", "text", "form") if getattr(cell, body) is not None), None),
        cell.api_key and cell.api_key.required,
        frozenset(_parameter(cell, parameter) for parameter in cell.parameters.values()),
        cell.response,
        [pipeline.raw for pipeline in pipelines[:1]] == [True],
        bool(pipelines),
        any(pipeline.aside for pipeline in pipelines),
        bool(troubles),
        any(trouble.when == "tls" for trouble in troubles),
    )


def _parameter(cell: Cell, parameter: Parameter) -> Hashable:
    return (
        parameter.at[0],
        cell.value_type(parameter),
        parameter.read,
        parameter.repeat,
        parameter.required,
        parameter.argument,
        bool(parameter.option),
        bool(parameter.variable),
        cell.default(parameter) is None,
    )


@cache
def shapes() -> dict[Hashable, list[tuple[Backend, Cell]]]:
    """The cells of each shape, both in the order of the catalog."""
    found: dict[Hashable, list[tuple[Backend, Cell]]] = {}
    for backend, cell in CELLS:
        found.setdefault(shape(backend, cell), []).append((backend, cell))
    return found


@cache
def representatives() -> list[tuple[Backend, Cell]]:
    """One cell of each shape: of the backend that has had the fewest so far, so that all backends have some."""
    chosen: list[tuple[Backend, Cell]] = []
    for cells in shapes().values():
        chosen.append(min(cells, key=lambda found: sum(backend is found[0] for backend, _ in chosen)))
    return chosen


def each_cell(others: pytest.MarkDecorator) -> pytest.MarkDecorator:
    """Runs a test with `backend` and `cell` once for each script; all but one of each shape are marked as `others`."""
    cells = {name(*cell): cell for cell in CELLS}
    return pytest.mark.parametrize(("backend", "cell"), [marked(script, *cell, others=others) for script, cell in cells.items()])


def each_script(names: list[str], others: pytest.MarkDecorator) -> pytest.MarkDecorator:
    """Runs a test with `name` once for each of these scripts; all but one of each shape are marked as `others`."""
    return pytest.mark.parametrize("name", [marked(script, script, others=others) for script in names])


def marked(script: str, *values: object, others: pytest.MarkDecorator) -> Any:
    """The values with which a test runs for a script."""
    return pytest.param(*values, id=script, marks=() if script in chosen() else others)


@cache
def chosen() -> set[str]:
    """The names of the representatives."""
    return {name(*cell) for cell in representatives()}
