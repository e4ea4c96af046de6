"""What several commands share: their options, and how a backend and an endpoint are named."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from generator import bash, catalog, resources
from generator.catalog.model import Backend, Catalog, Cell
from generator.catalog.nodes import CatalogError, did_you_mean
from generator.cli.messages import report, stop
from generator.output import OutputError
from generator.render.environment import TemplateError
from generator.render.renderer import Renderer

Item = TypeVar("Item")


class Command(click.Command):
    """A command that answers words too many with what it expected; `hint` says which option may have been meant."""

    def __init__(self, *args: Any, hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hint = f" ({hint})" if hint else ""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True
        extra = super().parse_args(ctx, args)
        if extra and not ctx.resilient_parsing:
            expected = " ".join(piece for piece in self.collect_usage_pieces(ctx) if piece != self.options_metavar)
            hint = self._catalog(extra[0]) or self.hint
            raise click.UsageError(f"unexpected {' '.join(extra)}: expected {expected or 'options only'}{hint}", ctx)
        return extra

    def _catalog(self, word: str) -> str:
        """Return how to name a catalog, if a word too many looks like one and the command reads one."""
        takes_catalog = any("--catalog" in parameter.opts for parameter in self.params)
        return f" (a catalog is named with --catalog {bash.word(word)})" if takes_catalog and word.endswith((".yaml", ".yml")) else ""


def find_catalog(named: Path | None) -> tuple[Path, str, Path]:
    """Find the catalog: the one that was named, else the nearest catalog.yaml upward, else the built-in one.

    Returns its path, its name in messages, and the folder that a build of it writes.
    """
    if named:
        return named, short_path(named), named.parent / "out"
    here = Path.cwd()
    for folder in (here, *here.parents):
        if os.path.isfile(folder / "catalog.yaml"):  # noqa: PTH113 - false, not an error, in a folder that may not be looked into
            return folder / "catalog.yaml", short_path(folder / "catalog.yaml"), folder / "out"
    return resources.catalog(), resources.NAME, here / "out"


def short_path(path: Path) -> str:
    """Return a path as a person would type it from here."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def read_catalog(named: Path | None, *, announce: bool = False) -> Catalog:
    """Read the catalog; end the program with its errors if it has any. With `announce`, print which one it is."""
    path, name, _ = find_catalog(named)
    if announce:
        click.echo(f"catalog: {name}", err=True)
    try:
        return catalog.read(path, name)
    except CatalogError as error:
        return report(error)


def read_outline(named: Path | None) -> Catalog:
    """Announce the catalog, and read what is where in it; where something is wrong, all of it, to end the program with all errors.

    Faults of what an endpoint sends and answers are for `validate` and `build`.
    """
    path, name, _ = find_catalog(named)
    click.echo(f"catalog: {name}", err=True)
    try:
        return catalog.read_outline(path, name) or read_catalog(named)
    except CatalogError as error:
        return report(error)


def make_renderer(named: Path | None, templates: Path | None, *, announce: bool = False) -> Renderer:
    """Read the catalog, as `read_catalog` does, and return what renders it."""
    return Renderer(read_catalog(named, announce=announce), templates)


def make_cell_renderer(
    named: Path | None, templates: Path | None, word: str, endpoint: str | None
) -> tuple[Renderer, Backend, Cell | None]:
    """Return what renders the cell that words name (see `find_cell`), its backend and the cell; None for a backend alone.

    Of the catalog no more is read than a cell needs: faults elsewhere are for `validate` and `build`. Raises a usage error.
    """
    path, name, _ = find_catalog(named)
    backend, _, within = word.partition("/")
    alone = None
    if within or endpoint:
        try:
            alone = catalog.read_cell(path, name, backend, within or endpoint or "")
        except CatalogError as error:
            report(error)
    renderer = Renderer(alone or read_catalog(named), templates)
    return renderer, *find_cell(renderer.catalog, word, endpoint)


def reports_faults(command: Callable[..., Any]) -> Callable[..., Any]:
    """Make a command end with the errors that only rendering or writing finds."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (CatalogError, TemplateError) as error:
            report(error)
        except OutputError as error:
            stop(str(error))

    return wrapped


def choose(kind: str, name: str, known: Mapping[str, Item], of: str = "") -> Item:
    """Return what `name` names. Raises a usage error that suggests what was meant."""
    if name in known:
        return known[name]
    hint = did_you_mean(name, known) or f" (known: {', '.join(known)})"
    raise click.UsageError(f"There is no {kind} {name!r}{of}{hint}.")


def choose_cell(backend: Backend, name: str) -> Cell:
    """Return the endpoint of a backend that `name` names. Raises a usage error that suggests what was meant."""
    return choose("endpoint", name, {cell.id: cell for cell in backend.cells}, of=f" of {backend.id}")


def find_cell(catalog: Catalog, word: str, endpoint: str | None = None) -> tuple[Backend, Cell | None]:
    """Return what BACKEND, BACKEND/ENDPOINT, or BACKEND and ENDPOINT name; None without an endpoint. Raises a usage error."""
    name, _, within = word.partition("/")
    backend = choose("backend", name, catalog.backends)
    endpoint = within or endpoint
    return backend, choose_cell(backend, endpoint) if endpoint else None


def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Complete a backend, BACKEND/ENDPOINT or an endpoint for the shell; nothing if the catalog can't be read."""
    try:
        path, name, _ = find_catalog(context.params.get("catalog"))
        known = (catalog.read_outline(path, name) or catalog.read(path, name)).backends
    except Exception:  # a completion never disturbs the line being typed
        return []
    chosen = known.get(context.params.get("backend") or "")
    name, slash, _ = incomplete.partition("/")
    if parameter.name == "endpoint" and chosen:
        words = [cell.id for cell in chosen.cells]
    elif slash and name in known:
        words = [f"{name}/{cell.id}" for cell in known[name].cells]
    else:
        words = list(known)
    return [word for word in words if word.startswith(incomplete)]


def catalog_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --catalog and --templates to a command."""
    file = click.Path(path_type=Path, exists=True, dir_okay=False)
    folder = click.Path(path_type=Path, exists=True, file_okay=False)
    templates = click.option("--templates", type=folder, help="Your own templates; they replace the built-in ones of the same name.")
    catalog_file = click.option(
        "--catalog", type=file, help="The catalog; default: the nearest catalog.yaml upward, else the built-in catalog."
    )
    return catalog_file(templates(command))
