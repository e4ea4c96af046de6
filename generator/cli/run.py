"""`curlsheet run`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import click

from generator import process
from generator.catalog.model import Backend
from generator.cli.messages import stop
from generator.cli.options import Command, catalog_options, complete, make_cell_renderer, reports_faults


@click.command(cls=Command, context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@catalog_options
@click.argument("backend", shell_complete=complete)
@click.argument("endpoint", required=False, metavar="ENDPOINT", shell_complete=complete)
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
@reports_faults
def run(catalog: Path | None, templates: Path | None, backend: str, endpoint: str | None, args: tuple[str, ...]) -> None:
    """Run an endpoint's script without writing it.

    ARGS are the script's arguments. Its exit status is this command's.

    \b
      curlsheet run ollama models                  or ollama/models
      curlsheet run litellm chat-completions --model gemma "Why is the sky blue?"
      curlsheet run litellm chat-completions --help
      curlsheet run ollama                         which endpoints it has
    """
    if "/" in backend and endpoint is not None:  # BACKEND/ENDPOINT is one word, and what follows is the script's
        args = (endpoint, *args)
        endpoint = None
    renderer, chosen, cell = make_cell_renderer(catalog, templates, backend, endpoint)
    if cell is None:
        raise click.UsageError(_endpoints(chosen, renderer.catalog.script_language))
    page = renderer.script(chosen.id, cell.id)
    with tempfile.TemporaryDirectory(prefix="curlsheet-") as folder:
        script = Path(folder, page.path)
        script.write_bytes(page.content)
        try:
            status = process.run_in_foreground(["bash", str(script), *args], os.environ)
        except FileNotFoundError:
            stop(process.how_to_install("bash"))
    sys.exit(status)


def _endpoints(backend: Backend, language: str) -> str:
    """Return what to type after a backend's name: its endpoints, each with its title."""
    longest = max((len(cell.id) for cell in backend.cells), default=0)
    lines = [f"  {cell.id.ljust(longest)}  {cell.title[language] if cell.title else ''}".rstrip() for cell in backend.cells]
    return "\n".join([f"{backend.id} needs an ENDPOINT. It has:", *lines])
