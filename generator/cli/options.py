"""What several commands take: the catalog, the templates, a backend, an endpoint."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from generator import catalog, resources
from generator.catalog.model import Backend, Catalog, Cell
from generator.catalog.nodes import CatalogError
from generator.cli.messages import report, stop
from generator.output import OutputError
from generator.render.environment import TemplateError
from generator.render.renderer import Renderer


def find_catalog(given: Path | None) -> tuple[Path, str, Path]:
    """The catalog that was named, else the nearest catalog.yaml upward, else the built-in one.

    Returns its path, how messages call it, and the folder that a build of it writes.
    """
    if given:
        return given, short_path(given), given.parent / "out"
    here = Path.cwd()
    for folder in (here, *here.parents):
        if os.path.isfile(folder / "catalog.yaml"):  # noqa: PTH113 - false, not an error, in a folder that may not be looked into
            return folder / "catalog.yaml", short_path(folder / "catalog.yaml"), folder / "out"
    return resources.catalog(), resources.NAME, here / "out"


def short_path(path: Path) -> str:
    """A path as a person would type it from here."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def read_catalog(given: Path | None, *, say: bool = False) -> Catalog:
    """The catalog; ends the program with its faults if it has any. With `say`, tells which one it is."""

    path, name, _ = find_catalog(given)
    if say:
        click.echo(f"catalog: {name}", err=True)
    try:
        return catalog.read(path, name)
    except CatalogError as error:
        return report(error)


def make_renderer(given: Path | None, templates: Path | None, *, say: bool = False) -> Renderer:

    return Renderer(read_catalog(given, say=say), templates)


def reports_faults(command: Callable[..., Any]) -> Callable[..., Any]:
    """Faults that only rendering or writing finds end the program too."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:

        try:
            return command(*args, **kwargs)
        except (CatalogError, TemplateError) as error:
            report(error)
        except OutputError as error:
            stop(str(error))

    return wrapped


def choose(kind: str, given: str, known: Mapping[str, Any]) -> Any:
    """What `given` names; a usage error that suggests what was meant, else."""
    if given in known:
        return known[given]
    close = get_close_matches(given, list(known), 1)
    raise click.UsageError(
        f"There is no {kind} {given!r}" + (f": did you mean {close[0]}?" if close else f". There is: {', '.join(known)}.")
    )


def cell_of(backend: Backend, endpoint: str) -> Cell:
    cell: Cell = choose(f"endpoint of {backend.id}", endpoint, {cell.id: cell for cell in backend.cells})
    return cell


def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Backends and endpoints for the shell's completion; nothing at all if the catalog can't be read."""

    try:
        known = catalog.read(find_catalog(context.params.get("catalog"))[0])
    except Exception:  # a completion never disturbs the line being typed
        return []
    backend = known.backends.get(context.params.get("backend") or "")
    names = [cell.id for cell in backend.cells] if parameter.name == "endpoint" and backend else list(known.backends)
    return [name for name in names if name.startswith(incomplete)]


def catalog_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --catalog and --templates to a command."""
    file = click.Path(path_type=Path, exists=True, dir_okay=False)
    folder = click.Path(path_type=Path, exists=True, file_okay=False)
    command = click.option("--templates", type=folder, help="Your own templates; they come before the built-in ones of the same name.")(
        command
    )
    return click.option("--catalog", type=file, help="The catalog; without it the nearest catalog.yaml upward, else the built-in one.")(
        command
    )
