"""`curlsheet verify`."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from generator import verify as checking
from generator.catalog.model import SHELLS
from generator.catalog.nodes import counted
from generator.cli.messages import stop
from generator.cli.options import Command, catalog_options, make_renderer, reports_faults


@click.command(cls=Command)
@catalog_options
@reports_faults
def verify(catalog: Path | None, templates: Path | None) -> None:
    """Run what the cheatsheet shows, and compare the output.

    Each jq filter runs with your jq on its sample. Each example of the guides runs in bash, and in zsh and dash where
    they are installed. bash parses each command and script. No request is sent. Examples run as they stand, in an empty
    folder: verify only a catalog whose scripts you would run.

    \b
      curlsheet verify
      curlsheet verify --catalog team.yaml
    """

    renderer = make_renderer(catalog, templates, announce=True)
    try:
        tools = checking.tools()
    except checking.ToolError as error:
        stop(str(error))
    claims = checking.claims(renderer, tools)
    results = checking.differences(claims)
    terminal = sys.stderr.isatty()
    with click.progressbar(results, len(claims), file=sys.stderr) if terminal else contextlib.nullcontext(results) as running:
        found = [difference for difference in running if difference]
    for difference in found:
        click.echo(f"{difference}\n")
    summary = _summary(claims, tools, len(found))
    if found:
        stop(summary)
    click.echo(summary)


def _summary(claims: Sequence[checking.Claim], tools: Mapping[str, str], differences: int) -> str:
    """Return what was tried, with which programs, and how much of it differs."""
    kinds = Counter(claim.kind for claim in claims)
    examples = len({claim.node for claim in claims if claim.kind == "example"})
    tried = [
        f"{counted(kinds['command'], 'command')} and {counted(kinds['script'], 'script')}",
        counted(kinds["filter"], "jq filter"),
        f"{counted(examples, 'example')} in {_and([tools[shell] for shell in SHELLS if shell in tools])}",
    ]
    result = f"{differences} not as shown" if differences else "all as shown"
    absent = "".join(f"; {shell} is not installed" for shell in SHELLS if shell not in tools)
    return f"{', '.join(tried)}: {result} ({tools['jq']}{absent})"


def _and(words: Sequence[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
