"""The file that records which endpoints worked: what `curlsheet probe --update FILE` writes and a catalog's `tested: FILE` names."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress

from generator.catalog.model import Trial
from generator.catalog.yaml import plain_scalar
from generator.probe.report import Report

HEAD = "# What `curlsheet probe --update` saw work: the server's version and the day. A later failure takes its line out.\n"


def updated_file(before: Mapping[str, Mapping[str, Trial]], report: Report) -> str:
    """Return the text of a `tested` file: what it held before, with what works now added and what fails now taken out."""
    merged = {backend: dict(cells) for backend, cells in before.items()}
    for item in report.of("worked", "failed"):
        cells = merged.setdefault(item.backend, {})
        cells.pop(item.endpoint, None)
        if item.status == "worked":
            cells[item.endpoint] = Trial(version=report.versions.get(item.backend), date=report.date)
    lines = []
    for backend, cells in sorted(merged.items()):
        lines += [f"{_key(backend)}:"] if cells else []
        for endpoint, trial in sorted(cells.items()):
            version = f"version: {_quoted(trial.version)}, " if trial.version else ""
            lines.append(f"  {_key(endpoint)}: {{{version}date: {_quoted(trial.date)}}}")
    return HEAD + "\n".join(lines or ["{}"]) + "\n"


def _key(name: str) -> str:
    """Return a mapping's key, in quotes where YAML would read it as something else (no, on, 1)."""
    with suppress(ValueError):
        if re.fullmatch("[a-z][a-z0-9-]*", name) and plain_scalar(name) == name:
            return name
    return _quoted(name)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=not text.isprintable())
