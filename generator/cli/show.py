"""`curlsheet list` and `curlsheet show`."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from generator.catalog.model import Catalog
from generator.cli.messages import as_json
from generator.cli.options import Command, catalog_options, choose, complete, find_cell, make_renderer, read_catalog, reports_faults
from generator.render.wrap import matrix, wrapped
from generator.request import build_request

SUPPORTED, MISSING, UNKNOWN = "●", "✗", "–"
MEANINGS = {SUPPORTED: "supported", MISSING: "not offered", UNKNOWN: "not in the catalog"}


@click.command("list", cls=Command)
@catalog_options
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_(catalog: Path | None, templates: Path | None, format_: str) -> None:
    """Show which backend has which endpoint.

    \b
      curlsheet list
      curlsheet list --format json | jq -r '.[].url'
    """
    known = read_catalog(catalog, announce=True)
    if format_ == "json":
        click.echo(as_json(_as_data(known)))
    else:
        click.echo(_as_text(known, shutil.get_terminal_size().columns))


def _as_data(catalog: Catalog) -> list[dict[str, str | None]]:
    """Return an object for each endpoint of each backend."""
    return [
        {
            "backend": backend.id,
            "endpoint": cell.id,
            "method": cell.method,
            "url": build_request(backend, cell).url,
            "script": f"{backend.id}-{cell.id}.sh",
            "source": cell.source,
        }
        for backend in catalog.backends.values()
        for cell in backend.cells
    ]


def _as_text(catalog: Catalog, width: int) -> str:
    """Return a matrix of backends and endpoints; where it is wider than `width`, a paragraph for each backend."""
    marks = {
        backend.id: {
            name: UNKNOWN if name not in backend.endpoints else SUPPORTED if backend.endpoints[name].missing is None else MISSING
            for name in catalog.endpoints
        }
        for backend in catalog.backends.values()
    }
    used = {mark for of_backend in marks.values() for mark in of_backend.values()}
    lines = matrix(list(marks), [(name, [marks[backend][name] for backend in marks]) for name in catalog.endpoints])
    if all(len(line) <= width for line in lines):
        longest = max(map(len, marks))
        text = [*(f"{backend.id.ljust(longest)}  {backend.base_url}" for backend in catalog.backends.values()), "", *lines]
    else:
        text = []
        for backend in catalog.backends.values():
            text += [f"{backend.id}  {backend.base_url}", *_paragraphs(marks[backend.id], width), ""]
        used -= {UNKNOWN}
    if used != {SUPPORTED}:
        text.append("   ".join(f"{mark} {meaning}" for mark, meaning in MEANINGS.items() if mark in used))
    return "\n".join(text).rstrip("\n")


def _paragraphs(marks: dict[str, str], width: int) -> list[str]:
    """Return the endpoints that a backend has, and those that it does not offer, in lines of at most `width`."""
    lines = []
    for mark in (SUPPORTED, MISSING):
        names = [name for name, of_endpoint in marks.items() if of_endpoint == mark]
        if names:
            first, *more = wrapped(", ".join(names), width - 4).split("\n")
            lines += [f"  {mark} {first}", *(f"    {line}" for line in more)]
    return lines


@click.command(cls=Command)
@catalog_options
@click.option("--as", "form", type=click.Choice(["curl", "script"]), default="curl", show_default=True, help="The command, or the script.")
@click.option("--lang", help="The language of a BACKEND's sheet; default: English if the catalog has it, else its first one.")
@click.argument("backend", shell_complete=complete)
@click.argument("endpoint", required=False, shell_complete=complete)
@reports_faults
def show(catalog: Path | None, templates: Path | None, form: str, lang: str | None, backend: str, endpoint: str | None) -> None:
    """Print an endpoint's curl command, or a BACKEND's sheet.

    The command is printed alone, as bash reads it. The sheet has all about a backend: set-up, commands, troubles.

    \b
      curlsheet show litellm chat-completions      or litellm/chat-completions
      curlsheet show litellm chat-completions --as script > chat.sh
      curlsheet show ollama | less                 the sheet, page by page
      curlsheet show ollama --lang zh
    """
    if "/" in backend and endpoint is not None:
        raise click.UsageError(f"unexpected {endpoint}: {backend} names an endpoint already.")
    renderer = make_renderer(catalog, templates)
    chosen, cell = find_cell(renderer.catalog, backend, endpoint)
    if cell is None:
        if form == "script":
            raise click.UsageError("--as script needs an ENDPOINT.")
        languages = {name: name for name in renderer.catalog.languages}
        language = choose("language", lang, languages) if lang is not None else renderer.catalog.script_language
        click.echo(renderer.sheet(chosen.id, language), nl=False)
        return
    if lang is not None:
        raise click.UsageError("--lang is for the sheet of a BACKEND: leave out the ENDPOINT.")
    if form == "script":
        click.echo(renderer.script(chosen.id, cell.id).text, nl=False)
    else:
        click.echo(renderer.command(chosen.id, cell.id).text)
