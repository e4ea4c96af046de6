"""`curlsheet verify`."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from pathlib import Path

import click

from generator import verify as checking
from generator.catalog.model import SHELLS
from generator.cli.messages import counted, stop
from generator.cli.options import catalog_options, make_renderer, reports_faults


@click.command()
@catalog_options
@reports_faults
def verify(catalog: Path | None, templates: Path | None) -> None:
    """Run what the cheatsheet shows, and compare with what it says.

    Every jq filter runs with your jq on its sample, every example of the guides in bash, and in zsh and dash where they
    are installed; every command and script is parsed by bash. No request is sent. Examples run as they stand, in an
    empty folder: verify a catalog that you would run the scripts of.

    \b
      curlsheet verify
      curlsheet verify --catalog team.yaml
    """

    makes = make_renderer(catalog, templates, say=True)
    try:
        tools = checking.tools()
    except checking.ToolError as error:
        stop(str(error))
    claims = checking.claims(makes, tools)
    results = checking.differences(claims)
    with click.progressbar(results, len(claims), file=sys.stderr) if sys.stderr.isatty() else contextlib.nullcontext(results) as shown_:
        found = [difference for difference in shown_ if difference]
    for difference in found:
        click.echo(f"{difference}\n")
    kinds = Counter(claim.kind for claim in claims)
    examples = len({claim.node for claim in claims if claim.kind == "example"})
    *others, last = [tools[shell] for shell in SHELLS if shell in tools]
    missing = "".join(f"; {shell} is not installed" for shell in SHELLS if shell not in tools)
    summary = (
        f"{counted(kinds['command'], 'command')} and {counted(kinds['script'], 'script')}, {counted(kinds['filter'], 'jq filter')}, "
        f"{counted(examples, 'example')} in {' and '.join(filter(None, [', '.join(others), last]))}: "
        f"{f'{len(found)} not' if found else 'all'} as shown ({tools['jq']}{missing})"
    )
    if found:
        stop(summary)
    click.echo(summary)
