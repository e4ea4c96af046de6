"""What a script asks where the server does not know a value: the cell that lists the values of the parameter.

A trouble names that cell by `ask`, and the cell says by `lists` of which parameters it lists the values. A script asks only where
it can do so in the way of its own request: at the same address, with the same key and settings, and with no other value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from generator.catalog.model import BODIES, Backend, Cell, CurlSettings, Parameter, Pipeline, Trouble


@dataclass(frozen=True)
class Listing:
    """A parameter, the cell that lists its values, and the pipeline of that cell that prints them, one on each line."""

    parameter: Parameter
    cell: Cell
    pipeline: Pipeline


def listing_of(backend: Backend, cell: Cell, trouble: Trouble) -> Listing | None:
    """Return what a script of this cell asks when a trouble happens; None if it asks nothing."""
    lister = asked_cell(backend, trouble)
    if lister is None or why_not(cell, lister) is not None:
        return None
    parameter = listed_parameters(cell, lister)[0]
    pipeline = next(item for item in lister.pipelines or () if item.name == lister.lists[parameter.id])
    return Listing(parameter, lister, pipeline)


def asked_cell(backend: Backend, trouble: Trouble) -> Cell | None:
    """Return the cell that a trouble names; None if it names none that the backend has."""
    cell = backend.endpoints.get(trouble.ask or "")
    return cell if cell and cell.missing is None else None


def listed_parameters(cell: Cell, lister: Cell) -> list[Parameter]:
    """Return the parameters of a cell whose values the other one lists."""
    return [parameter for parameter in cell.parameters.values() if parameter.id in lister.lists and not parameter.secret]


def why_not(cell: Cell, lister: Cell) -> str | None:
    """Return why a cell's script cannot ask the cell that lists values, in words that follow its id; None if it can."""
    return next(_obstacles(cell, lister), None)


def _obstacles(cell: Cell, lister: Cell) -> Iterator[str]:
    listed = listed_parameters(cell, lister)
    if not lister.lists:
        yield "lists no values: write there lists: {PARAMETER: PIPELINE}"
    if not listed:
        yield f"lists {', '.join(lister.lists)}, and {cell.id} has no such parameter"
    pipelines = [item.name for item in lister.pipelines or ()]
    for parameter in listed:
        if lister.lists[parameter.id] not in pipelines:
            yield f"has no pipeline {lister.lists[parameter.id]}, by which it lists {parameter.id}"
    if len({lister.lists[parameter.id] for parameter in listed}) > 1:
        yield f"lists several parameters of {cell.id} ({', '.join(parameter.id for parameter in listed)}), each in a way of its own"
    if cell.method == "HEAD":
        yield f"cannot be asked by {cell.id}: HEAD has no place for the answer"
    if lister.method != "GET" or any(getattr(lister, body) is not None for body in BODIES):
        yield "is not a GET without a body"
    if lister.effect:
        yield f"has an effect ({lister.effect})"
    for item in lister.parameters.values():
        if item.required or item.secret or item.generate or (item.at[0] == "path" and lister.default(item) is None):
            yield f"needs a value for {item.id}"
        if item.id in cell.parameters:
            yield f"has the parameter {item.id} of {cell.id} too, and would be asked without its value"
    if lister.base_url != cell.base_url:
        yield f"is at another address than {cell.id}"
    if lister.api_key != cell.api_key or any(item.secret for item in cell.parameters.values()):
        yield f"has other keys than {cell.id}"
    sent_along = cell.curl.location or any(key.place == "cookies" for key in cell.api_key)
    if sent_along and lister.cookies != cell.cookies:
        yield f"has other cookies than {cell.id}"
    if _connection(lister.curl) != _connection(cell.curl):
        yield f"has other settings of curl than {cell.id}"


def _connection(settings: CurlSettings) -> CurlSettings:
    """Return the settings that say how the server is reached."""
    return replace(settings, compressed=False, location=False, retry=0, max_time=None)
