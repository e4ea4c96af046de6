"""`curlsheet list` and `curlsheet show`."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.messages import as_json
from generator.cli.options import catalog_options, cell_of, choose, complete, make_renderer, read_catalog, reports_faults
from generator.request import build_request


@click.command("list")
@catalog_options
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_(catalog: Path | None, templates: Path | None, format_: str) -> None:
    """Show which backend has which endpoint.

    \b
      curlsheet list
      curlsheet list --format json | jq -r '.[].url'
    """

    known = read_catalog(catalog, say=True)
    if format_ == "json":
        rows = [
            {
                "backend": backend.id,
                "endpoint": cell.id,
                "method": cell.method,
                "url": build_request(backend, cell).url,
                "script": f"{backend.id}-{cell.id}.sh",
                "source": cell.source,
            }
            for backend in known.backends.values()
            for cell in backend.cells
        ]
        click.echo(as_json(rows))
        return
    width = max(map(len, [*known.backends, *known.endpoints]))
    for backend in known.backends.values():
        click.echo(f"{backend.id.ljust(width)}  {backend.base_url}")
    click.echo("  ".join(["\n" + " " * width, *known.backends]))
    has = {backend.id: {cell.id for cell in backend.cells} for backend in known.backends.values()}
    for name in known.endpoints:
        marks = [
            ("●" if name in has[backend.id] else "✗" if name in backend.endpoints else "–").ljust(len(backend.id))
            for backend in known.backends.values()
        ]
        click.echo("  ".join([name.ljust(width), *marks]).rstrip())
    if any(cell.missing for backend in known.backends.values() for cell in backend.endpoints.values()):
        click.echo("● there   ✗ not offered   – not in the catalog")


@click.command()
@catalog_options
@click.option("--as", "form", type=click.Choice(["curl", "script"]), default="curl", show_default=True, help="The command, or the script.")
@click.option("--lang", help="The language of a BACKEND's sheet; without it English, where the catalog has it, else its first one.")
@click.argument("backend", shell_complete=complete)
@click.argument("endpoint", required=False, shell_complete=complete)
@reports_faults
def show(catalog: Path | None, templates: Path | None, form: str, lang: str | None, backend: str, endpoint: str | None) -> None:
    """Print the curl command of a cell, and nothing else; without ENDPOINT the sheet of the whole BACKEND.

    \b
      curlsheet show litellm chat-completions
      curlsheet show litellm chat-completions --as script > chat.sh
      curlsheet show ollama | less                 all about it, as text: set-up, commands, troubles
      curlsheet show ollama --lang zh
    """
    makes = make_renderer(catalog, templates)
    chosen = choose("backend", backend, makes.catalog.backends)
    if endpoint is None and form == "script":
        raise click.UsageError("--as script needs an ENDPOINT.")
    if endpoint is not None and lang is not None:
        raise click.UsageError("--lang is for the sheet of a BACKEND: leave out the ENDPOINT.")
    if endpoint is None:
        languages = {name: name for name in makes.catalog.languages}
        click.echo(
            makes.sheet(chosen.id, choose("language", lang, languages) if lang is not None else makes.catalog.script_language), nl=False
        )
        return
    cell = cell_of(chosen, endpoint)
    if form == "script":
        click.echo(makes.script(chosen.id, cell.id).text, nl=False)
    else:
        click.echo(makes.command(chosen.id, cell.id).text)
