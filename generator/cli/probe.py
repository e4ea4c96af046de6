"""`curlsheet probe`."""

from __future__ import annotations

import functools
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from generator import bash
from generator.catalog import tested
from generator.catalog.model import BASE_URL, Catalog, Trial
from generator.cli.messages import as_json, stop
from generator.cli.options import catalog_options, cell_of, choose, complete, make_renderer, reports_faults, short_path
from generator.output import keep
from generator.probe.report import Report, as_data, as_markdown, as_text
from generator.probe.run import Choice, Probe, Stopped
from generator.probe.tested import remembered


@click.command()
@catalog_options
@click.option("--url", help="The base URL of the one BACKEND that is named.")
@click.option("--jobs", type=click.IntRange(1, 64), default=4, show_default=True, help="How many scripts run at once.")
@click.option(
    "--timeout",
    type=click.IntRange(1, 86400),
    metavar="SECONDS",
    help="How long a script may take; without it what its own variable (…_TIMEOUT) says, else 60.",
)
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option(
    "--update",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep what worked in this file; a catalog that says tested: FILE shows it on its pages.",
)
@click.argument("names", nargs=-1, metavar="[BACKEND[/ENDPOINT]]...", shell_complete=complete)
@reports_faults
def probe(
    catalog: Path | None,
    templates: Path | None,
    url: str | None,
    jobs: int,
    timeout: int | None,
    format_: str,
    update: Path | None,
    names: tuple[str, ...],
) -> None:
    """Run the scripts against the servers that answer; which cells work?

    Scripts run in this folder with your environment, side by side. What costs money or changes something runs only if
    it is named as BACKEND/ENDPOINT, and so does what would ask for something that the server does not list.

    Exit status 1: something failed, or what was named is down or could not be run.

    \b
      curlsheet probe                                       all servers of the catalog
      curlsheet probe ollama litellm/embeddings
      curlsheet probe litellm --url http://gpu-7:4000/v1
      curlsheet probe --format markdown                     for an issue
      curlsheet probe --update tested.yaml                  for the pages
    """

    makes = make_renderer(catalog, templates, say=True)
    choices = _choices(makes.catalog, names)
    if not choices:
        stop("there is nothing to run: the catalog says of every endpoint that it is missing")
    facts = _tested(update)
    probes = Probe(functools.cache(makes.script), jobs, timeout, _moved(choices, url))
    for choice in choices:  # a template at fault is found before anything runs
        for cell in choice.backend.cells:
            probes.script(choice.backend.id, cell.id)
    try:
        found = _with_progress(probes, choices)
    except Stopped as error:
        click.echo("stopped", err=True)
        sys.exit(128 + error.number)
    except FileNotFoundError as error:
        if error.filename != "bash":
            raise
        stop("bash is missing: install it (on Windows, use WSL)")
    if format_ == "json":
        click.echo(as_json(as_data(found)))
    elif format_ == "markdown":
        click.echo(as_markdown(found, list(makes.catalog.endpoints)))
    else:
        click.echo(as_text(found, list(makes.catalog.endpoints), shutil.get_terminal_size().columns, _painted))
    if update:
        keep(update, remembered(facts, found))
    sys.exit(0 if found.well else 1)


def _choices(known: Catalog, names: tuple[str, ...]) -> list[Choice]:
    """What the names stand for, in the catalog's order; without names, everything."""

    whole: set[str] = set()
    named: dict[str, set[str]] = {}
    for item in names:
        name, _, endpoint = item.partition("/")
        backend = choose("backend", name, known.backends)
        if endpoint:
            named.setdefault(name, set()).add(cell_of(backend, endpoint).id)
        else:
            whole.add(name)
    choices = []
    for backend in known.backends.values():
        own = named.get(backend.id, set())
        cells = [cell for cell in backend.cells if not names or backend.id in whole or cell.id in own]
        if cells:
            choices.append(Choice(backend, cells, frozenset(own), bool(names)))
    return choices


def _moved(choices: list[Choice], url: str | None) -> dict[str, str]:
    """The setting that sends the one backend that is chosen to another address."""

    if url is None:
        return {}
    if len(choices) != 1:
        raise click.UsageError(f"--url is the address of one BACKEND: curlsheet probe {choices[0].backend.id} --url {bash.word(url)}")
    if not re.fullmatch(BASE_URL.regex, url):
        raise click.UsageError(f"--url must be {BASE_URL.words}: such as {choices[0].backend.base_url}")
    return {f"{choices[0].backend.prefix}BASE_URL": url}


def _tested(update: Path | None) -> Mapping[str, Mapping[str, Trial]]:
    """What the file to be updated holds already. Ends the program before anything runs if it can't be read, or has no folder."""

    if update is None:
        return {}
    if not update.parent.is_dir():
        stop(f"there is no folder {short_path(update.parent)} for {short_path(update)}")
    return tested(update, short_path(update))


def _with_progress(probes: Probe, choices: list[Choice]) -> Report:
    """Runs the probe, with a bar on standard error where that is a terminal."""
    if not sys.stderr.isatty():
        return probes.run(choices)
    total = sum(len(choice.cells) for choice in choices)
    with click.progressbar(length=total, label="probing", file=sys.stderr, show_eta=False, show_pos=True) as bar:
        probes.tell = lambda: bar.update(1)
        return probes.run(choices)


def _painted(words: str, status: str) -> str:
    colour = {"worked": "green", "failed": "red", "skipped": "yellow"}.get(status)
    return click.style(words, fg=colour, dim=None if colour else True)
