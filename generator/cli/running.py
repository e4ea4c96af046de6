"""What `curlsheet probe` and `curlsheet record` share: which scripts run, how, and the progress that they show."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

import click

from generator import bash, process
from generator.catalog.model import BASE_URL, Catalog
from generator.cli.messages import stop
from generator.cli.options import find_cell
from generator.probe.report import Report
from generator.probe.run import Choice, Probe, Stopped


def running_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --url, --jobs and --timeout to a command."""
    url = click.option("--url", help="The base URL of the one BACKEND that is named.")
    jobs = click.option("--jobs", type=click.IntRange(1, 64), default=4, show_default=True, help="How many scripts run at once.")
    timeout = click.option(
        "--timeout",
        type=click.IntRange(1, 86400),
        metavar="SECONDS",
        help="How long a script may take; default: what its own variable (OLLAMA_TIMEOUT …) says, else 60.",
    )
    return url(jobs(timeout(command)))


def choices_of(catalog: Catalog, names: tuple[str, ...]) -> list[Choice]:
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


def settings_of(choices: list[Choice], url: str | None, command: str) -> dict[str, str]:
    """Return the variable that sends the one chosen backend to another address."""
    if url is None:
        return {}
    if len(choices) != 1:
        raise click.UsageError(f"--url is the address of one BACKEND: curlsheet {command} {choices[0].backend.id} --url {bash.word(url)}")
    if not re.fullmatch(BASE_URL.regex, url):
        raise click.UsageError(f"--url must be {BASE_URL.words}: such as {choices[0].backend.base_url}")
    return {f"{choices[0].backend.prefix}BASE_URL": url}


def run_scripts(probe: Probe, choices: list[Choice]) -> Report:
    """Run the scripts. End the program if a program that they need is missing, or if a signal stops them."""
    if absent := process.missing("bash", "curl", "jq"):
        stop(process.how_to_install(*absent))
    for choice in choices:  # an error in a template is found before anything runs
        for cell in choice.backend.cells:
            probe.script(choice.backend.id, cell.id)
    try:
        return _with_progress(probe, choices)
    except Stopped as error:
        click.echo("stopped", err=True)
        sys.exit(128 + error.number)


def _with_progress(probe: Probe, choices: list[Choice]) -> Report:
    """Run the probe, with a bar on standard error where that is a terminal."""
    if not sys.stderr.isatty():
        return probe.run(choices)
    total = sum(len(choice.cells) for choice in choices)
    with click.progressbar(length=total, label="probing", file=sys.stderr, show_eta=False, show_pos=True) as bar:
        probe.on_done = lambda: bar.update(1)
        return probe.run(choices)


def painted(words: str, status: str) -> str:
    """Return words in the colour of a status."""
    colour = {"worked": "green", "failed": "red", "skipped": "yellow"}.get(status)
    return click.style(words, fg=colour, dim=None if colour else True)
