"""`curlsheet demo`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from generator import bash, process
from generator.catalog.model import Backend, Catalog
from generator.cli.messages import stop
from generator.cli.options import Command, catalog_options, choose, complete, read_catalog, reports_faults
from generator.demo import server


class WithCommand(Command):
    """A command whose words after -- are a command to run."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" in args:
            position = args.index("--")
            ctx.meta["command"] = args[position + 1 :]
            args = args[:position]
        return super().parse_args(ctx, args)


@click.command(cls=WithCommand)
@catalog_options
@click.argument("backends", nargs=-1, metavar="[BACKEND]... [-- COMMAND [ARG]...]", shell_complete=complete)
@click.pass_context
@reports_faults
def demo(context: click.Context, catalog: Path | None, templates: Path | None, backends: tuple[str, ...]) -> None:
    """Simulate the servers on this machine.

    With it every script can be tried without a real server.

    Each endpoint answers with its sample and checks key, path, content type and body. A request that is wrong gets 401,
    404, 405, 415 or 422, and a message that says what was expected.

    With COMMAND the servers take free ports. COMMAND gets each backend's base URL and an example key (never your own) in
    its environment, and its exit status is this command's. Without COMMAND they listen where the catalog says, until
    Ctrl-C; a key is accepted if it is the example or what its variable holds here. Without BACKEND all are served, but
    for those whose port is taken.

    \b
      curlsheet demo -- out/ollama-chat-completions.sh
      curlsheet demo litellm -- bash               a shell to try things in
      curlsheet demo ollama                        on its own port, until Ctrl-C
    """
    command: list[str] | None = context.meta.get("command")
    if command == []:
        raise click.UsageError("-- needs a COMMAND.")
    known = read_catalog(catalog, announce=command is None)
    chosen = list({name: choose("backend", name, known.backends) for name in backends or known.backends}.values())
    if command is not None:
        sys.exit(_serve_command(known, chosen, command))
    _serve_until_stopped(known, chosen, ["--catalog", str(catalog)] if catalog else [], named=bool(backends))


def _serve_until_stopped(catalog: Catalog, backends: Sequence[Backend], options: Sequence[str], *, named: bool) -> None:
    """Serve the backends until Ctrl-C or SIGTERM. One that can't be served is an error if it was named, else left out."""
    again = ["curlsheet", "demo", *options]
    try:
        with (
            server.until_stopped() as wait,
            server.serving(catalog, backends, click.echo, free_ports=False, leave_out=not named) as served,
        ):
            for name, reason in served.left_out.items():
                click.echo(f"{name} is left out: it can't listen on {reason}. To serve it: {_command([*again, name])}", err=True)
            _greet([backend for backend in backends if backend.id in served.urls], served, options)
            wait()
    except server.DemoError as error:
        lines = [f"{name} can't listen on {reason}" for name, reason in error.reasons.items()]
        others = f"Start the others: {_command([*again, *error.others])}" if error.others else "Stop what listens there"
        stop("\n".join([*lines, f"{others}; or give a command, which takes free ports: {_command(again)} -- COMMAND"]))


def _serve_command(catalog: Catalog, backends: Sequence[Backend], command: Sequence[str]) -> int:
    """Serve the backends while a command runs; return its exit status, as a shell gives it."""
    with server.serving(catalog, backends, lambda line: click.echo(f"demo: {line}", err=True), free_ports=True) as served:
        try:
            return process.run_in_foreground(command, {**os.environ, **served.variables, **server.keys(backends)})
        except FileNotFoundError:
            click.echo(f"{command[0]}: command not found", err=True)
            return 127
        except OSError as error:
            click.echo(f"{command[0]}: cannot be run: {error.strerror}", err=True)
            return 126


def _command(words: Sequence[str]) -> str:
    """Return a command as it is typed."""
    return " ".join(map(bash.word, words))


def _greet(backends: Sequence[Backend], served: server.Served, options: Sequence[str]) -> None:
    """Print where the servers listen, and what to type in another terminal."""
    width = max(map(len, served.urls))
    for name, url in served.urls.items():
        click.echo(f"{name.ljust(width)}  {url}{f'  {served.sockets[name]}' if name in served.sockets else ''}")
    in_catalog = {backend.base_url_variable(cell): backend.base_url_of(cell) for backend in backends for cell in backend.cells}
    in_catalog |= {f"{backend.prefix}BASE_URL": backend.base_url for backend in backends}
    moved = {variable: url for variable, url in served.variables.items() if url != in_catalog.get(variable, url)}
    click.echo("\nIn another terminal:")
    for variable, value in {**moved, **server.keys(backends)}.items():
        click.echo(f"  export {variable}={bash.word(value)}")
    cells = [(backend, cell) for backend in backends for cell in backend.cells]
    with_sample = [(backend, cell) for backend, cell in cells if cell.sample is not None]
    for backend, cell in (with_sample or cells)[:1]:
        click.echo(f"  {_command(['curlsheet', 'run', *options, backend.id, cell.id])}")
    click.echo("\nCtrl-C ends it. One line a request:")
