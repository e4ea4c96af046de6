"""Print what commands say beside their results: errors, counts, JSON."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from generator import resources
from generator.catalog.nodes import CatalogError, Fault, counted, printable
from generator.render.environment import TemplateError
from generator.render.wrap import columns


def stop(message: str) -> NoReturn:
    """Print a message to standard error and end the program with 1."""
    click.echo(message, err=True)
    sys.exit(1)


def report(error: CatalogError | TemplateError) -> NoReturn:
    """Print the errors of a catalog or a template, one a line, and end the program with 1.

    On a terminal each is followed by the line of the file that it is about. `validate --format json` gets them as JSON.
    """
    faults = error.faults if isinstance(error, CatalogError) else (error.fault,)
    context = click.get_current_context(silent=True)
    command = context.command.name if context else ""
    if context and command == "validate" and context.params.get("format_") == "json":
        found = [{"file": fault.file, "line": fault.line, "place": fault.key_path, "what": fault.what} for fault in faults]
        click.echo(as_json(found))
        sys.exit(1)
    for fault in faults:
        click.echo(str(fault), err=True)
        if sys.stderr.isatty():
            click.echo(_excerpt(fault), err=True, nl=False)
    writes = context and command == "build" and not context.params.get("check")
    stop(counted(len(faults), "error") + (", nothing written" if writes else ""))


def _excerpt(fault: Fault) -> str:
    """Return the line of the file that a fault is about, with its key underlined; nothing where there is none."""
    file = resources.catalog() if fault.file == resources.NAME else Path(fault.file)
    try:
        line = file.read_bytes().split(b"\n")[fault.line - 1].decode("utf-8", "replace").rstrip("\r")
    except (OSError, IndexError):
        return ""
    key = re.sub(r"(\[\d+\])+$", "", fault.key_path).rpartition(".")[2]
    start = max(line.find(f"{key}:"), 0) if key else -1
    room = max(shutil.get_terminal_size().columns - 12, 20)
    cut = max(start - room // 2, 0) if len(line) > room else 0
    margin = f"{fault.line:>5} | "
    text = f"{margin}{printable(line[cut : cut + room])}\n"
    if not key or not line[start:].startswith(key):
        return text
    before = printable(line[cut:start])
    return text + " " * (len(margin) - 2) + "| " + " " * columns(before) + click.style("^" * columns(key), fg="red", bold=True) + "\n"


def as_json(data: Any) -> str:
    """Return data as JSON for people and programs."""
    return json.dumps(data, ensure_ascii=False, indent=2)
