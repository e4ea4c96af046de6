"""`curlsheet probe`."""

from __future__ import annotations

import functools
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from generator.catalog import tested
from generator.catalog.model import Trial
from generator.cli.messages import as_json, stop
from generator.cli.options import Command, catalog_options, complete, make_renderer, reports_faults, short_path
from generator.cli.running import choices_of, painted, run_scripts, running_options, settings_of
from generator.output import write_file
from generator.probe.report import as_data, as_markdown, as_text
from generator.probe.run import Probe
from generator.probe.tested import HEAD, updated_file


@click.command("probe", cls=Command)
@catalog_options
@running_options
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option(
    "--update",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Record what worked in this file; a catalog with tested: FILE shows it on its pages.",
)
@click.argument("names", nargs=-1, metavar="[BACKEND[/ENDPOINT]]...", shell_complete=complete)
@reports_faults
def probe_(
    catalog: Path | None,
    templates: Path | None,
    url: str | None,
    jobs: int,
    timeout: int | None,
    format_: str,
    update: Path | None,
    names: tuple[str, ...],
) -> None:
    """Run the scripts against real servers; show which work.

    Scripts run in this folder with your environment, side by side. A script that costs money or changes something runs
    only if it is named as BACKEND/ENDPOINT, and so does one that would ask for a model that the server does not list.

    Exit status 1: a script failed, or what was named is down or could not be run.

    \b
      curlsheet probe                                       all servers of the catalog
      curlsheet probe ollama litellm/embeddings
      curlsheet probe litellm --url http://gpu-7:4000/v1
      curlsheet probe --format markdown                     for an issue
      curlsheet probe --update tested.yaml                  for the pages
    """

    renderer = make_renderer(catalog, templates, announce=True)
    choices = choices_of(renderer.catalog, names)
    if not choices:
        stop("there is nothing to run: the catalog says of every endpoint that it is missing")
    settings = settings_of(choices, url, "probe")
    before = _tested(update) if update else {}
    found = run_scripts(Probe(functools.cache(renderer.script), jobs, timeout, settings), choices)
    if format_ == "json":
        click.echo(as_json(as_data(found)))
    elif format_ == "markdown":
        click.echo(as_markdown(found, list(renderer.catalog.endpoints)))
    else:
        click.echo(as_text(found, list(renderer.catalog.endpoints), shutil.get_terminal_size().columns, painted))
    if update:
        write_file(update.resolve(), updated_file(before, found))
    sys.exit(0 if found.well else 1)


def _tested(file: Path) -> Mapping[str, Mapping[str, Trial]]:
    """Read what the file to be updated holds already. End the program before anything runs if it can't be updated."""
    name, folder = short_path(file), file.resolve().parent
    if not folder.is_dir():
        stop(f"there is no folder {short_path(folder)} for {name}")
    if file.exists() and not file.is_file():
        stop(f"{name} is not a plain file: name another one")
    if file.exists() and file.stat().st_size and not file.read_bytes().startswith(HEAD.encode()):
        stop(f"{name} was not written by curlsheet probe --update, so it is not overwritten: move it away, or name another file")
    return tested(file, name)
