"""`curlsheet probe`."""

from __future__ import annotations

import functools
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from generator import bash, process
from generator.catalog import tested
from generator.catalog.model import BASE_URL, Catalog, Trial
from generator.cli.messages import as_json, stop
from generator.cli.options import Command, catalog_options, complete, find_cell, make_renderer, reports_faults, short_path
from generator.output import write_file
from generator.probe.report import Report, as_data, as_markdown, as_text
from generator.probe.run import Choice, Probe, Stopped
from generator.probe.tested import HEAD, updated_file


@click.command("probe", cls=Command)
@catalog_options
@click.option("--url", help="The base URL of the one BACKEND that is named.")
@click.option("--jobs", type=click.IntRange(1, 64), default=4, show_default=True, help="How many scripts run at once.")
@click.option(
    "--timeout",
    type=click.IntRange(1, 86400),
    metavar="SECONDS",
    help="How long a script may take; default: what its own variable (OLLAMA_TIMEOUT …) says, else 60.",
)
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
    choices = _choices(renderer.catalog, names)
    if not choices:
        stop("there is nothing to run: the catalog says of every endpoint that it is missing")
    settings = _settings(choices, url)
    before = _tested(update) if update else {}
    if absent := process.missing("bash", "curl", "jq"):
        stop(process.how_to_install(*absent))
    probe = Probe(functools.cache(renderer.script), jobs, timeout, settings)
    for choice in choices:  # an error in a template is found before anything runs
        for cell in choice.backend.cells:
            probe.script(choice.backend.id, cell.id)
    try:
        found = _with_progress(probe, choices)
    except Stopped as error:
        click.echo("stopped", err=True)
        sys.exit(128 + error.number)
    if format_ == "json":
        click.echo(as_json(as_data(found)))
    elif format_ == "markdown":
        click.echo(as_markdown(found, list(renderer.catalog.endpoints)))
    else:
        click.echo(as_text(found, list(renderer.catalog.endpoints), shutil.get_terminal_size().columns, _painted))
    if update:
        write_file(update.resolve(), updated_file(before, found))
    sys.exit(0 if found.well else 1)


def _choices(catalog: Catalog, names: tuple[str, ...]) -> list[Choice]:
    """Return what the names stand for, in the catalog's order; without names, everything."""
    whole: set[str] = set()
    named: dict[str, set[str]] = {}
    for name in names:
        backend, cell = find_cell(catalog, name)
        if cell:
            named.setdefault(backend.id, set()).add(cell.id)
        else:
            whole.add(backend.id)
    choices = []
    for backend in catalog.backends.values():
        own = named.get(backend.id, set())
        cells = [cell for cell in backend.cells if not names or backend.id in whole or cell.id in own]
        if cells:
            choices.append(Choice(backend, cells, frozenset(own), bool(names)))
    return choices


def _settings(choices: list[Choice], url: str | None) -> dict[str, str]:
    """Return the variable that sends the one chosen backend to another address."""
    if url is None:
        return {}
    if len(choices) != 1:
        raise click.UsageError(f"--url is the address of one BACKEND: curlsheet probe {choices[0].backend.id} --url {bash.word(url)}")
    if not re.fullmatch(BASE_URL.regex, url):
        raise click.UsageError(f"--url must be {BASE_URL.words}: such as {choices[0].backend.base_url}")
    return {f"{choices[0].backend.prefix}BASE_URL": url}


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


def _with_progress(probe: Probe, choices: list[Choice]) -> Report:
    """Run the probe, with a bar on standard error where that is a terminal."""
    if not sys.stderr.isatty():
        return probe.run(choices)
    total = sum(len(choice.cells) for choice in choices)
    with click.progressbar(length=total, label="probing", file=sys.stderr, show_eta=False, show_pos=True) as bar:
        probe.on_done = lambda: bar.update(1)
        return probe.run(choices)


def _painted(words: str, status: str) -> str:
    """Return words in the colour of a status."""
    colour = {"worked": "green", "failed": "red", "skipped": "yellow"}.get(status)
    return click.style(words, fg=colour, dim=None if colour else True)
