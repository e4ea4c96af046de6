"""`curlsheet sources`."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click

from generator.catalog.nodes import counted
from generator.cli.messages import as_json
from generator.cli.options import Command, catalog_options, read_catalog
from generator.sources import LONG, Reading, is_old, readings

WIDTH = 100


@click.command(cls=Command)
@catalog_options
@click.option(
    "--stale",
    is_flag=True,
    help=f"Only what was read more than {LONG} months ago, or without a month; exit with 1 if there is any.",
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The day that --stale compares with; default: today.",
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def sources(catalog: Path | None, templates: Path | None, stale: bool, today: datetime | None, format_: str) -> None:
    """List where the facts come from: each source, the month in which it was read, and what cites it.

    Whoever reads a source again finds here all that is to be compared with it. A backend cites a source for its notes, a cell
    (BACKEND/ENDPOINT) for what it says itself.

    \b
      curlsheet sources
      curlsheet sources --stale
      curlsheet sources --format json | jq -r ".[].source"
    """
    del templates  # these facts are the catalog's alone
    found = readings(read_catalog(catalog))
    if stale:
        month = (today.date() if today else date.today()).strftime("%Y-%m")
        found = [reading for reading in found if reading.checked is None or is_old(reading.checked, month)]
    if format_ == "json":
        click.echo(as_json([_record(reading) for reading in found]))
    else:
        click.echo("\n".join(_lines(found)), nl=bool(found))
    if stale and found:
        click.echo(f"{counted(len(found), 'source')} to read again", err=True)
        sys.exit(1)


def _record(reading: Reading) -> dict[str, object]:
    return {"source": reading.source, "checked": reading.checked, "cited_by": list(reading.cited_by)}


def _lines(found: Sequence[Reading]) -> list[str]:
    """Return two lines or more for each source: the month and the address, then what cites it."""
    lines = []
    for reading in found:
        lines.append(f"{reading.checked or '?':<7}  {reading.source}")
        cites = ", ".join(reading.cited_by)
        lines += textwrap.wrap(cites, WIDTH, initial_indent=" " * 9, subsequent_indent=" " * 9, break_on_hyphens=False)
    return lines
