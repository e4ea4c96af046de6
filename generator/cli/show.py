"""`curlsheet list` and `curlsheet show`."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import click

from generator.catalog.model import Catalog, Endpoint, Group
from generator.catalog.nodes import printable
from generator.cli.messages import as_json
from generator.cli.options import Command, catalog_options, choose, complete, make_cell_renderer, read_catalog, read_outline, reports_faults
from generator.render.wrap import columns, matrix, wrapped
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
    if format_ == "json":
        click.echo(as_json(_as_data(read_catalog(catalog, announce=True))))
    else:
        click.echo(_as_text(read_outline(catalog), shutil.get_terminal_size().columns))


def _as_data(catalog: Catalog) -> list[dict[str, str | None]]:
    """Return an object for each endpoint of each backend."""
    return [
        {
            "backend": backend.id,
            "endpoint": cell.id,
            "group": cell.group,
            "method": cell.method,
            "url": build_request(backend, cell).url,
            "script": f"{backend.id}-{cell.id}.sh",
            "source": cell.source,
        }
        for backend in catalog.backends.values()
        for cell in backend.cells
    ]


def _as_text(catalog: Catalog, width: int) -> str:
    """Return a matrix of backends and endpoints; where it is wider than `width`, paragraphs for each backend."""
    marks = {
        backend.id: {
            name: UNKNOWN if name not in backend.endpoints else SUPPORTED if backend.endpoints[name].missing is None else MISSING
            for name in catalog.endpoints
        }
        for backend in catalog.backends.values()
    }
    used = {mark for of_backend in marks.values() for mark in of_backend.values()}
    rows: list[tuple[str, list[str]]] = []
    for group, endpoints in catalog.in_groups(catalog.endpoints.values()):
        title = _title(catalog, group)
        if title:
            rows.append((title, [""] * len(marks)))
        indent = "  " if title else ""
        rows += [(f"{indent}{endpoint.id}", [marks[backend][endpoint.id] for backend in marks]) for endpoint in endpoints]
    lines = matrix(list(marks), rows)
    if all(columns(line) <= width for line in lines):
        longest = max(map(len, marks))
        text = [*(f"{backend.id.ljust(longest)}  {backend.base_url}" for backend in catalog.backends.values()), "", *lines]
    else:
        text = []
        for backend in catalog.backends.values():
            text.append(f"{backend.id}  {backend.base_url}")
            for group, cells in catalog.in_groups(backend.cells):
                text += _paragraph(SUPPORTED, f"{_title(catalog, group)} ", cells, width)
            missing = [cell for cell in backend.endpoints.values() if cell.missing is not None]
            text += [*_paragraph(MISSING, "", missing, width), ""]
        used -= {UNKNOWN}
    if used != {SUPPORTED}:
        text.append("   ".join(f"{mark} {meaning}" for mark, meaning in MEANINGS.items() if mark in used))
    return "\n".join(text).rstrip("\n")


def _title(catalog: Catalog, group: Group | None) -> str:
    """Return a group's title with a colon; nothing for endpoints that are in none."""
    return f"{printable(group.title[catalog.script_language])}:" if group else ""


def _paragraph(mark: str, title: str, cells: Sequence[Endpoint], width: int) -> list[str]:
    """Return a backend's endpoints behind a mark and a title, in lines of at most `width`; no line for none."""
    if not cells:
        return []
    first, *more = wrapped(f"{title}{', '.join(cell.id for cell in cells)}", width - 4).split("\n")
    return [f"  {mark} {first}", *(f"    {line}" for line in more)]


@click.command(cls=Command)
@catalog_options
@click.option("--as", "form", type=click.Choice(["curl", "script"]), default="curl", show_default=True, help="The command, or the script.")
@click.option(
    "--lang",
    help="The language of a BACKEND's sheet (default: English if the catalog has it, else its first one), and of the values that commands "
    "show (default: the scripts' own).",
)
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
      curlsheet show litellm chat-completions --lang en    asks in English, as the pages do
    """
    if "/" in backend and endpoint is not None:
        raise click.UsageError(f"unexpected {endpoint}: {backend} names an endpoint already.")
    renderer, chosen, cell = make_cell_renderer(catalog, templates, backend, endpoint)
    languages = {name: name for name in renderer.catalog.languages}
    language = choose("language", lang, languages) if lang is not None else None
    if cell is None:
        if form == "script":
            raise click.UsageError("--as script needs an ENDPOINT.")
        click.echo(renderer.sheet(chosen.id, language), nl=False)
        return
    if form == "script":
        if language is not None:
            raise click.UsageError("a script is the same in all languages: leave out --lang.")
        click.echo(renderer.script(chosen.id, cell.id).text, nl=False)
    else:
        click.echo(renderer.command(chosen.id, cell.id, language).text)
