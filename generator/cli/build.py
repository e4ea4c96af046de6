"""`curlsheet build` and `curlsheet validate`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from generator.catalog.model import Catalog
from generator.cli.messages import counted, stop
from generator.cli.options import catalog_options, cell_of, choose, find_catalog, make_renderer, reports_faults, short_path
from generator.output import compare, write


@click.command()
@catalog_options
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="The folder to write; without it out/ beside the catalog.")
@click.option("--check", is_flag=True, help="Write nothing; print what is stale and exit with 1 if anything is.")
@click.option("--only", multiple=True, metavar="BACKEND[/ENDPOINT]", help="Write these scripts alone, and remove nothing. May be repeated.")
@reports_faults
def build(catalog: Path | None, templates: Path | None, out: Path | None, check: bool, only: tuple[str, ...]) -> None:
    """Write the scripts and the cheatsheet.

    Nothing is written if anything is at fault. Files that an earlier build made and this one does not are
    removed; files that no build made are left alone.

    \b
      curlsheet build
      curlsheet build --check                      is out/ up to date?
      curlsheet build --only ollama/models --out /tmp/try
    """
    makes = make_renderer(catalog, templates, say=True)
    folder = out or find_catalog(catalog)[2]
    pages = makes.pages(_selection(makes.catalog, only) if only else None)
    if check:
        stale = compare(pages, folder, whole=not only)
        for text in stale.values():
            click.echo(text, nl=False)
        if stale:
            stop(f"{short_path(folder)} is stale: {counted(len(stale), 'file')}. Run: curlsheet build")
        click.echo(f"{short_path(folder)} is up to date: {len(pages)} files")
        return
    changed = write(pages, folder, whole=not only)
    click.echo(f"{short_path(folder)}: {len(pages)} files, {len(changed)} changed")


def _selection(catalog: Catalog, only: tuple[str, ...]) -> Callable[[Mapping[str, str]], bool]:
    wanted = []
    for item in only:
        name, _, endpoint = item.partition("/")
        backend = choose("backend", name, catalog.backends)
        wanted.append((name, cell_of(backend, endpoint).id if endpoint else None))
    return lambda axes: (
        {"backend", "endpoint"} <= axes.keys()
        and any(axes["backend"] == backend and endpoint in (None, axes["endpoint"]) for backend, endpoint in wanted)
    )


@click.command()
@catalog_options
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@reports_faults
def validate(catalog: Path | None, templates: Path | None, format_: str) -> None:
    """Check the catalog and the templates; write nothing.

    Every fault is shown at once, as file:line: place: what is wrong; on a terminal with the line itself.

    \b
      curlsheet validate
      curlsheet validate --catalog team.yaml
      curlsheet validate --format json | jq -r ".[].what"
    """
    makes = make_renderer(catalog, templates)
    makes.pages()
    if format_ == "json":
        click.echo("[]")
        return
    cells = sum(len(backend.cells) for backend in makes.catalog.backends.values())
    click.echo(f"{find_catalog(catalog)[1]}: no faults ({counted(len(makes.catalog.backends), 'backend')}, {counted(cells, 'cell')})")
