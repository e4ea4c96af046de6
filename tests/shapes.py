"""The scripts of the built-in catalog by shape.

A shape is the set of a script's traits: two scripts of one shape differ in words and values alone: names, addresses, models,
filters, help. A heavy test runs a few scripts in `make check`, the representatives in `make test`, and the others in
`make test-every-script`. The representatives have each two traits that meet in any script; the few are one for each kind of body
and of answer. All this is taken from the catalog, so that a change of the templates changes no shape.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cache
from typing import Any

import pytest
from conftest import BUILT_IN, renderer
from covering import covering, pairs

from generator.catalog.model import BODIES, Backend, Cell, Parameter

CELLS = [(backend, cell) for backend in renderer(BUILT_IN).catalog.backends.values() for cell in backend.cells]


def name(backend: Backend, cell: Cell) -> str:
    """The name of a cell's script, without its `.sh`."""
    return f"{backend.id}-{cell.id}"


def traits(backend: Backend, cell: Cell) -> list[tuple[str, Hashable]]:
    """All of a cell that decides what its script is built of: each trait by its name, one for each key and parameter."""
    pipelines = cell.pipelines or ()
    troubles = cell.troubles + backend.troubles
    found: list[tuple[str, Hashable]] = [
        ("method", cell.method),
        ("climbs", cell.parent_segments),
        ("query", bool(cell.query)),
        ("headers", bool(cell.headers)),
        ("cookies", bool(cell.cookies)),
        ("transfer", cell.curl),
        ("success", cell.success),
        ("failure", bool(cell.failure)),
        ("kind", _kind(cell)),
        ("keys", tuple((key.place, key.required) for key in cell.api_key)),
        ("filters", bool(pipelines)),
        ("raw", [pipeline.raw for pipeline in pipelines[:1]] == [True]),
        ("aside", any(pipeline.aside for pipeline in pipelines)),
        ("hints", bool(troubles)),
        ("hint for TLS", any(trouble.when == "tls" for trouble in troubles)),
    ]
    parameters = {_parameter(cell, parameter): None for parameter in cell.parameters.values()}
    return found + [("parameter", parameter) for parameter in parameters]


def _kind(cell: Cell) -> tuple[str | None, str]:
    """What a cell sends, and what comes back."""
    return next((body for body in BODIES if getattr(cell, body) is not None), None), cell.response


def _parameter(cell: Cell, parameter: Parameter) -> Hashable:
    """What of a parameter decides how a script reads, checks and sends it."""
    return (
        parameter.at[0],
        cell.value_type(parameter),
        parameter.read,
        parameter.repeat,
        parameter.join,
        parameter.secret,
        parameter.generate,
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
        found.setdefault(frozenset(traits(backend, cell)), []).append((backend, cell))
    return found


@cache
def representatives() -> list[tuple[Backend, Cell]]:
    """Few scripts in which each two traits meet that meet in any script, and each backend has one."""
    cells = {name(*cell): cell for cell in CELLS}
    having = {script: pairs(sorted(traits(*cell), key=repr)) | {cell[0].id} for script, cell in cells.items()}
    return [cells[script] for script in covering(having)]


@cache
def few() -> list[tuple[Backend, Cell]]:
    """One cell for each kind of body and of answer: the first of the representatives."""
    found: dict[tuple[str | None, str], tuple[Backend, Cell]] = {}
    for backend, cell in representatives():
        found.setdefault(_kind(cell), (backend, cell))
    return list(found.values())


def each_cell() -> pytest.MarkDecorator:
    """Runs a test with `backend` and `cell` once for each script: a few in make check, the representatives in make test."""
    return pytest.mark.parametrize(("backend", "cell"), [marked(name(*cell), *cell) for cell in CELLS])


def each_script(names: list[str]) -> pytest.MarkDecorator:
    """Runs a test with `name` once for each of these scripts: a few in make check, the representatives in make test."""
    return pytest.mark.parametrize("name", [marked(script, script) for script in names])


def marked(script: str, *values: object) -> Any:
    """The values with which a test runs for a script, marked by how often such a script is run."""
    if script in _names(few):
        return pytest.param(*values, id=script)
    return pytest.param(*values, id=script, marks=pytest.mark.slow if script in _names(representatives) else pytest.mark.every_script)


@cache
def _names(cells: Callable[[], list[tuple[Backend, Cell]]]) -> set[str]:
    return {name(*cell) for cell in cells()}
