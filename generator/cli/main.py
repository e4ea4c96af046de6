"""The `curlsheet` command. Exit status: 0 success, 1 errors or a stale folder, 2 wrong usage."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from generator.catalog.nodes import did_you_mean
from generator.cli.messages import stop

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


COMMANDS: Mapping[str, str] = {
    "build": "build.build",
    "validate": "build.validate",
    "sources": "sources.sources",
    "list": "show.list_",
    "show": "show.show",
    "run": "run.run",
    "demo": "demo.demo",
    "verify": "verify.verify",
    "probe": "probe.probe_",
    "record": "record.record",
    "import": "import_.import_",
    "init": "init.init",
    "schema": "init.schema",
}
"""Each command's module here and its function in it."""


class Commands(click.Group):
    """The commands: each one's module is imported when it is asked for. A full disk or a folder that is gone ends with a message."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, function = COMMANDS[cmd_name].split(".")
        command: click.Command = getattr(importlib.import_module(f"generator.cli.{module}"), function)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            hint = did_you_mean(args[0], COMMANDS) or f" (known: {', '.join(COMMANDS)})"
            ctx.fail(f"There is no command {args[0]!r}{hint}.")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # which click ends in silence
        except OSError as error:
            stop(f"{error.filename or 'curlsheet'}: {error.strerror or error}")


@click.group(cls=Commands, context_settings=CONTEXT)
@click.version_option(package_name="curlsheet", prog_name="curlsheet")
def main() -> None:
    """Turn a catalog of HTTP APIs into bash scripts and a cheatsheet.

    \b
      curlsheet build                              writes out/*.sh and out/cheatsheet.*
      curlsheet show litellm chat-completions      the curl command, and nothing else
      curlsheet run ollama chat-completions "Hi"   runs the script without writing it

    The catalog is the nearest catalog.yaml upward from here, else the built-in one about OpenAI-compatible servers.
    COMMAND --help says more about a command.
    """
    try:
        Path.cwd()
    except FileNotFoundError:
        stop("the folder that you are in is gone: cd to another one")
