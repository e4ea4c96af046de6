"""What the commands print beside their results: faults, counts, JSON."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from generator import resources
from generator.catalog.nodes import seen
from generator.render.wrap import columns


def stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)


def report(error: Any) -> NoReturn:
    """Prints the faults of a CatalogError or TemplateError, one a line, and ends the program.

    On a terminal each is followed by the line of the file that it is about.
    """
    faults = getattr(error, "faults", None) or (error.fault,)
    if _wants_json():
        click.echo(as_json([dataclasses.asdict(fault) for fault in faults]))
        sys.exit(1)
    for fault in faults:
        click.echo(str(fault), err=True)
        if sys.stderr.isatty():
            click.echo(_excerpt(fault), err=True, nl=False)
    stop(f"{counted(len(faults), 'fault')}, nothing written")


def _wants_json() -> bool:
    context = click.get_current_context(silent=True)
    return context is not None and context.command.name == "validate" and context.params.get("format_") == "json"


def _excerpt(fault: Any) -> str:
    """The line of the file that a fault is about, with its key underlined; nothing where there is none."""

    file = resources.catalog() if fault.file == resources.NAME else Path(fault.file)
    try:
        line = file.read_bytes().split(b"\n")[fault.line - 1].decode("utf-8", "replace").rstrip("\r")
    except (OSError, IndexError):
        return ""
    key = re.sub(r"(\[\d+\])+$", "", fault.place).rpartition(".")[2]
    start = max(line.find(f"{key}:"), 0) if key else -1
    room = max(shutil.get_terminal_size().columns - 12, 20)
    cut = max(start - room // 2, 0) if len(line) > room else 0
    margin = f"{fault.line:>5} | "
    text = f"{margin}{seen(line[cut : cut + room])}\n"
    if not key or not line[start:].startswith(key):
        return text
    before = seen(line[cut:start])
    return text + " " * (len(margin) - 2) + "| " + " " * columns(before) + click.style("^" * columns(key), fg="red", bold=True) + "\n"


def counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"


def as_json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
