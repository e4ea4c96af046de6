"""`curlsheet record`."""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from generator import catalog as catalogs
from generator import resources
from generator.catalog import recordings
from generator.catalog.model import VISIBLE_LINE, Backend, Catalog, Recording
from generator.catalog.nodes import CatalogError, counted
from generator.cli.messages import report, stop
from generator.cli.options import Command, catalog_options, complete, find_catalog, reports_faults, short_path
from generator.cli.running import choices_of, painted, run_scripts, running_options, settings_of
from generator.output import write_file
from generator.probe.report import MARKS, Outcome, Report, Status, reasons
from generator.probe.run import Choice, Probe
from generator.record.answers import why_not
from generator.record.file import merged, text_of
from generator.record.result import Result, made_of
from generator.render.renderer import Renderer


@click.command(cls=Command)
@catalog_options
@running_options
@click.option("--server", metavar="NAME", help='What answered, such as "LiteLLM 1.106.2"; default: what its endpoint version says.')
@click.option("--check", is_flag=True, help="Write nothing: compare the answers with those that were recorded.")
@click.argument("names", nargs=-1, metavar="[BACKEND[/ENDPOINT]]...", shell_complete=complete)
@reports_faults
def record(
    catalog: Path | None,
    templates: Path | None,
    url: str | None,
    jobs: int,
    timeout: int | None,
    server: str | None,
    check: bool,
    names: tuple[str, ...],
) -> None:
    """Keep what real servers answer as the samples of the catalog.

    Scripts run as with probe, and the answers go into the file that a backend names: recorded: FILE. They are shortened,
    and what may be secret or personal is replaced: keys, addresses, names, paths. Read the file before you publish it. An
    answer that says an error, or in which the filters find nothing, is not recorded. An endpoint with a sample of its own
    keeps that.

    With --check nothing is written: which fields came, went or changed their type since the answers were recorded? Null,
    and a list without items, are no change.

    Exit status 1: a script failed, an answer could not be recorded, or has changed; or what was named could not be run.

    \b
      curlsheet record                              all backends with recorded: FILE
      curlsheet record litellm/models               one answer anew
      curlsheet record litellm --server "LiteLLM 1.106.2"
      curlsheet record --check                      has a server changed?
    """

    path, name, _ = find_catalog(catalog)
    click.echo(f"catalog: {name}", err=True)
    if name == resources.NAME:
        stop("the built-in catalog has recordings of its own: record with a catalog of yours (curlsheet init)")
    try:
        known = catalogs.read(path, name, recorded=False)
    except CatalogError as error:
        report(error)
    choices = _choices(known, names, name)
    settings = settings_of(choices, url, "record")
    if server is not None and len(choices) != 1:
        raise click.UsageError(f"--server names the server of one BACKEND: curlsheet record {choices[0].backend.id} --server NAME")
    if server is not None and not (server.strip() and re.fullmatch(VISIBLE_LINE.regex, server)):
        raise click.UsageError("--server must be one line.")
    before = {choice.backend.id: _recorded(path, choice.backend, must_exist=check) for choice in choices}
    refused = [outcome for choice in choices for outcome in _not_run(choice, before[choice.backend.id] if check else None)]
    left_out = {(outcome.backend, outcome.endpoint) for outcome in refused}
    runnable = [
        replace(choice, cells=[cell for cell in choice.cells if (choice.backend.id, cell.id) not in left_out]) for choice in choices
    ]
    renderer = Renderer(known, templates)
    found = run_scripts(Probe(functools.cache(renderer.script), jobs, timeout, settings, keep_answers=True), runnable)
    result = made_of(known, runnable, found, server)
    if check:
        result.compare(before)
    notes = [] if check else [*result.notes, *_write(result, runnable, before, path)]
    outcomes = Report([*result.outcomes.values(), *refused], found.date, found.seconds)
    for status, where, words in reasons(outcomes):
        click.echo(f"{painted(MARKS[status], status)} {where}: {words}")
    for note in notes:
        click.echo(note)
    click.echo(_summary(outcomes, check=check))
    sys.exit(0 if outcomes.well else 1)


def _choices(known: Catalog, names: tuple[str, ...], file: str) -> list[Choice]:
    """Return what is to be run. End the program, with the line to add, if a backend has no file for its recordings."""
    choices = choices_of(known, names)
    keeping = [choice for choice in choices if choice.backend.recorded]
    without = [choice.backend for choice in choices if not choice.backend.recorded]
    if (names and without) or not keeping:
        backend = without[0] if without else next(iter(known.backends.values()))
        line = f"recorded: recorded/{backend.id}.json"
        if backend.node.file == file:
            stop(f"{file}:{backend.node.line}: backends.{backend.id} names no file for its recordings. Add a line to it:\n  {line}")
        stop(f"{file} names no file for the recordings of {backend.id}. Add to its backends:\n  {backend.id}: {{{line}}}")
    return keeping


def _path(catalog: Path, backend: Backend) -> Path:
    return catalog.parent / str(backend.recorded)


def _recorded(catalog: Path, backend: Backend, *, must_exist: bool) -> Mapping[str, Recording]:
    """Return what is recorded of a backend already. End the program before anything runs if the file is none of recordings."""
    path = _path(catalog, backend)
    name = short_path(path)
    if not os.path.lexists(path):
        if must_exist:
            stop(f"nothing is recorded of {backend.id}: there is no file {name}")
        return {}
    if path.exists() and not path.is_file():
        stop(f"{name} is not a plain file: name another one")
    try:
        found = recordings.read(path, name)
    except CatalogError as error:
        stop(f"{error.faults[0]}\n{name} is no file of recordings, so it is not overwritten: move it away, or name another one")
    if found.about != recordings.ABOUT:
        stop(f"{name} was not written by curlsheet record, so it is not overwritten: move it away, or name another one")
    return found.answers


def _not_run(choice: Choice, recorded: Mapping[str, Recording] | None) -> Iterator[Outcome]:
    """Yield the cells whose answers are not recorded, or, with what was, those that there is nothing to compare with."""
    for cell in choice.cells:
        why = why_not(cell)
        if not why and cell.sample is not None:
            sample = cell.node.get("sample")
            why = f"it has a sample of its own ({sample.file}:{sample.line}): to record its answer, take that out"
        if not why and recorded is not None and cell.id not in recorded:
            why = "it is not recorded"
        if why:
            yield Outcome(choice.backend.id, cell.id, "skipped", why, requested=cell.id in choice.named)


def _write(result: Result, choices: Sequence[Choice], before: Mapping[str, Mapping[str, Recording]], catalog: Path) -> Iterator[str]:
    """Write the file of each backend of which something was recorded, and yield a line about it."""
    for choice in choices:
        backend = choice.backend
        made = result.recordings(backend)
        if not made:
            continue
        answers, gone = merged(backend, before[backend.id], made)
        path = _path(catalog, backend)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path.resolve(), text_of(answers))
        yield from (f"  {backend.id}/{endpoint}: taken out, since there is no such endpoint" for endpoint in gone)
        yield f"{short_path(path)}: {counted(len(answers), 'answer')}, {len(made)} of them of {result.server_of(backend)}"


def _summary(outcomes: Report, *, check: bool) -> str:
    words: Mapping[Status, str] = {
        "worked": "as recorded" if check else "recorded",
        "failed": "changed or failed" if check else "failed",
        "skipped": "not run",
        "down": "down",
    }
    counts = [f"{len(outcomes.of(status))} {word}" for status, word in words.items() if status != "down" or outcomes.of(status)]
    return f"{', '.join(counts)}; {outcomes.seconds:.1f} s"
