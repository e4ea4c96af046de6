"""`curlsheet build` and `curlsheet validate`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import click

from generator.catalog.model import Catalog
from generator.catalog.nodes import counted
from generator.cli.messages import stop
from generator.cli.options import Command, catalog_options, complete, find_catalog, find_cell, make_renderer, reports_faults, short_path
from generator.output import InTheWay, Page, compare, in_the_way, write


@click.command(cls=Command, hint="--only names scripts")
@catalog_options
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="The folder to write; default: out/ beside the catalog.")
@click.option("--check", is_flag=True, help="Write nothing; print what is stale and exit with 1 if anything is.")
@click.option(
    "--only",
    multiple=True,
    metavar="BACKEND[/ENDPOINT]",
    shell_complete=complete,
    help="Write only these scripts, and remove nothing. May be repeated.",
)
@reports_faults
def build(catalog: Path | None, templates: Path | None, out: Path | None, check: bool, only: tuple[str, ...]) -> None:
    """Write the scripts and the cheatsheet, which begins at index.html.

    Nothing is written if the catalog or a template has errors. Files that an earlier build made and this one does not
    are removed. Files that no build made are left alone; if one of them has the name of a page, nothing is written.

    \b
      curlsheet build
      curlsheet build --check                      is out/ up to date?
      curlsheet build --only ollama/models --out /tmp/try
    """
    renderer = make_renderer(catalog, templates, announce=True)
    folder = out or find_catalog(catalog)[2]
    pages = renderer.pages(_selection(renderer.catalog, only) if only else None)
    if check:
        _check(pages, folder, whole=not only)
        return
    try:
        changes = write(pages, folder, whole=not only)
    except InTheWay as error:
        _refuse(folder, error.obstacles)
    files = counted(len(pages), "file")
    click.echo(f"{short_path(folder)}: {files}: {len(changes.written)} written, {len(changes.removed)} removed")


def _check(pages: Sequence[Page], folder: Path, *, whole: bool) -> None:
    """Print what a build would change, and end the program with 1 if that is anything."""
    stale = compare(pages, folder, whole=whole)
    for text in stale.values():
        click.echo(text, nl=False)
    if obstacles := in_the_way(pages, folder):
        _refuse(folder, obstacles)
    if stale:
        stop(f"{short_path(folder)} is stale: {counted(len(stale), 'file')}. Run: curlsheet build")
    click.echo(f"{short_path(folder)} is up to date: {counted(len(pages), 'file')}")


def _refuse(folder: Path, obstacles: Mapping[str, str]) -> NoReturn:
    """Name all that is in the way of a build, say how to go on, and end the program with 1."""
    for path, reason in obstacles.items():
        click.echo(f"{short_path(folder / path)}: {reason}", err=True)
    one = len(obstacles) == 1
    stop(
        f"{counted(len(obstacles), 'file')} {'is' if one else 'are'} in the way, nothing written. "
        f"Move {'it' if one else 'them'} away, or build into another folder: curlsheet build --out FOLDER"
    )


def _selection(catalog: Catalog, only: tuple[str, ...]) -> Callable[[Mapping[str, str]], bool]:
    """Return a filter that lets through the scripts that --only names."""
    selected = [find_cell(catalog, name) for name in only]
    return lambda axes: (
        {"backend", "endpoint"} <= axes.keys()
        and any(axes["backend"] == backend.id and (cell is None or axes["endpoint"] == cell.id) for backend, cell in selected)
    )


@click.command(cls=Command)
@catalog_options
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@reports_faults
def validate(catalog: Path | None, templates: Path | None, format_: str) -> None:
    """Check the catalog and the templates; write nothing.

    All errors are shown at once, as file:line: key: what is wrong; on a terminal with the line itself.

    \b
      curlsheet validate
      curlsheet validate --catalog team.yaml
      curlsheet validate --format json | jq -r ".[].what"
    """
    renderer = make_renderer(catalog, templates)
    renderer.pages()
    if format_ == "json":
        click.echo("[]")
        return
    backends = renderer.catalog.backends
    scripts = sum(len(backend.cells) for backend in backends.values())
    click.echo(f"{find_catalog(catalog)[1]}: no errors ({counted(len(backends), 'backend')}, {counted(scripts, 'script')})")
