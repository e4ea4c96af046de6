"""`curlsheet run` and `curlsheet demo`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import click

from generator import bash, process
from generator.catalog.model import Backend
from generator.cli.messages import stop
from generator.cli.options import catalog_options, cell_of, choose, complete, make_renderer, read_catalog, reports_faults
from generator.demo import server


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@catalog_options
@click.argument("backend", shell_complete=complete)
@click.argument("endpoint", shell_complete=complete)
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
@reports_faults
def run(catalog: Path | None, templates: Path | None, backend: str, endpoint: str, args: tuple[str, ...]) -> None:
    """Run a cell's script without writing it; ARGS are the script's.

    \b
      curlsheet run ollama models
      curlsheet run litellm chat-completions --model gemma "Why is the sky blue?"
      curlsheet run litellm chat-completions --help
    """

    makes = make_renderer(catalog, templates)
    chosen = choose("backend", backend, makes.catalog.backends)
    page = makes.script(chosen.id, cell_of(chosen, endpoint).id)
    with tempfile.TemporaryDirectory(prefix="curlsheet-") as folder:
        script = Path(folder, page.path)
        script.write_text(page.text, encoding="utf-8", newline="\n")
        try:
            status = process.run(["bash", str(script), *args], os.environ)
        except FileNotFoundError:
            stop("bash is missing: install it (on Windows, use WSL)")
    sys.exit(status)


class Beside(click.Command):
    """A command whose words after -- are a command to run beside it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" in args:
            place = args.index("--")
            ctx.meta["command"] = args[place + 1 :]
            args = args[:place]
        return super().parse_args(ctx, args)


@click.command(cls=Beside)
@catalog_options
@click.argument("backends", nargs=-1, metavar="[BACKEND]... [-- COMMAND [ARG]...]", shell_complete=complete)
@click.pass_context
def demo(context: click.Context, catalog: Path | None, templates: Path | None, backends: tuple[str, ...]) -> None:
    """Serve the catalog's samples from this machine, to try every script without a server.

    Each endpoint answers with its sample and checks key, path, content type and body: what is wrong gets 401, 404,
    405, 415 or 422, and words that say what was expected.

    With COMMAND the servers take free ports, COMMAND is given each backend's base URL and an example key (never your
    own) in its environment, and its exit status is this command's. Without, they listen where the catalog says,
    until Ctrl-C; a key is good if it is the example or what its variable holds here.

    \b
      curlsheet demo -- out/ollama-chat-completions.sh
      curlsheet demo litellm -- bash               a shell to try things in
      curlsheet demo ollama                        on its own port, until Ctrl-C
    """

    command: list[str] | None = context.meta.get("command")
    if command == []:
        raise click.UsageError("-- needs a COMMAND.")
    known = read_catalog(catalog, say=command is None)
    chosen = list({name: choose("backend", name, known.backends) for name in backends or known.backends}.values())
    keys = server.keys(chosen)
    try:
        if command is None:
            with server.until_stopped() as stopped, server.serving(known, chosen, click.echo, free_ports=False) as urls:
                _greet(chosen, urls, keys, ["--catalog", str(catalog)] if catalog else [])
                stopped()
            return
        with server.serving(known, chosen, lambda line: click.echo(f"demo: {line}", err=True), free_ports=True) as urls:
            environment = {**os.environ, **{f"{backend.prefix}BASE_URL": urls[backend.id] for backend in chosen}, **keys}
            try:
                status = process.run(command, environment)
            except OSError as error:
                missing = isinstance(error, FileNotFoundError)
                click.echo(f"{command[0]}: {'command not found' if missing else f'cannot be run: {error.strerror}'}", err=True)
                status = 127 if missing else 126
    except server.DemoError as error:
        stop(str(error))
    sys.exit(status)


def _greet(chosen: list[Backend], urls: Mapping[str, str], keys: Mapping[str, str], options: list[str]) -> None:
    """Where the servers listen, and what to type in another terminal."""
    width = max(map(len, urls))
    for name, url in urls.items():
        click.echo(f"{name.ljust(width)}  {url}")
    exports = {f"{backend.prefix}BASE_URL": urls[backend.id] for backend in chosen if urls[backend.id] != backend.base_url}
    tries = [(backend, cell) for backend in chosen for cell in backend.cells]
    click.echo("\nIn another terminal:")
    for variable, value in {**exports, **keys}.items():
        click.echo(f"  export {variable}={bash.word(value)}")
    for backend, cell in sorted(tries, key=lambda item: item[1].sample is None)[:1]:
        click.echo(f"  {' '.join(map(bash.word, ['curlsheet', 'run', *options, backend.id, cell.id]))}")
    click.echo("\nCtrl-C ends it. One line a request:")
