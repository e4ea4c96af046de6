"""`curlsheet init` and `curlsheet schema`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from generator import catalog, resources
from generator.catalog import starter
from generator.catalog.schema import catalog_schema
from generator.cli.messages import as_json, stop
from generator.cli.options import Command, choose


@click.command(cls=Command, hint="--from names backends")
@click.option("--from", "backends", metavar="BACKEND[,BACKEND]...", help="Backends to copy from the built-in catalog.")
def init(backends: str | None) -> None:
    """Write a first catalog.yaml into this folder.

    The JSON Schema beside it is for editors, which complete and check the catalog with it.

    \b
      curlsheet init
      curlsheet init --from ollama,litellm
    """

    known = catalog.read(resources.catalog()).backends
    names = list(dict.fromkeys(choose("backend", name.strip(), known).id for name in backends.split(","))) if backends else []
    files = {
        "catalog.yaml": starter.from_builtin(names) if names else starter.blank(),
        starter.SCHEMA: as_json(catalog_schema()) + "\n",
        **starter.recordings(names),
    }
    if existing := [name for name in files if os.path.lexists(name)]:
        verb = "exist" if len(existing) > 1 else "exists"
        stop(f"{' and '.join(existing)} already {verb} here: go to an empty folder, or change it by hand")
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        with Path(name).open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    backend = names[0] if names else "example"
    click.echo("catalog.yaml is yours to change; editors that read its first line complete and check it. Next:")
    click.echo("  curlsheet build          # writes out/: scripts and a cheatsheet")
    click.echo(f"  curlsheet show {backend}{' ' * (9 - len(backend))} # its curl commands")


@click.command(cls=Command)
def schema() -> None:
    """Print the JSON Schema of a catalog.

    Editors that read it complete and check as you type; the first line of a catalog names it:

    \b
      curlsheet schema > catalog.schema.json
      # yaml-language-server: $schema=catalog.schema.json
    """

    click.echo(as_json(catalog_schema()))
