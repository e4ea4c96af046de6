"""What a probe found, and how people and programs are told: a matrix, Markdown, JSON data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import Any, Literal

from generator.render import markdown

Status = Literal["worked", "failed", "skipped", "down"]

MARKS: Mapping[str, str] = {"worked": "●", "failed": "✗", "skipped": "○", "down": "↓", "none": "–"}
MEANINGS: Mapping[str, str] = {"worked": "worked", "failed": "failed", "skipped": "not run", "down": "down", "none": "not there"}


@dataclass(frozen=True)
class Outcome:
    """How one cell did. `seconds` and `exit` are its script's, None if it was not run; `message` says why it did not work."""

    backend: str
    endpoint: str
    status: Status
    message: str = ""
    seconds: float | None = None
    exit: int | None = None
    requested: bool = False
    """It was asked for by name, and could not be run."""


@dataclass(frozen=True)
class Report:
    """What came of all cells, in the catalog's order; `versions` has those of the servers that tell it."""

    outcomes: Sequence[Outcome]
    date: str
    seconds: float
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def well(self) -> bool:
        """Nothing failed, and what was asked for by name was run."""
        return not any(item.status == "failed" or item.requested for item in self.outcomes)

    @property
    def backends(self) -> list[str]:
        return list(dict.fromkeys(item.backend for item in self.outcomes))

    def of(self, *statuses: Status) -> list[Outcome]:
        return [item for item in self.outcomes if item.status in statuses]


def as_data(report: Report) -> list[dict[str, Any]]:
    """The report as JSON data: an object a cell."""
    told = ("backend", "endpoint", "status", "seconds", "exit", "message")
    return [
        {**{name: value for name, value in asdict(item).items() if name in told}, "version": report.versions.get(item.backend)}
        | {"date": report.date}
        for item in report.outcomes
    ]


def as_text(report: Report, endpoints: Sequence[str], width: int, paint: Callable[[str, str], str]) -> str:
    """The report for a terminal of `width` columns: the matrix, why what did not work, the sum.

    `endpoints` says the order of the lines; `paint` colours a text by its status.
    """
    rows, columns = _table(report, endpoints)
    label = max((len(name) for name, _ in rows), default=0)
    widths = [max(len(name), *(len(cells[place][1]) for _, cells in rows)) for place, name in enumerate(columns)]
    lines = []
    if label + sum(widths) + 2 * len(widths) <= width:
        lines.append("  ".join([" " * label, *(name.ljust(size) for name, size in zip(columns, widths, strict=True))]))
        for name, cells in rows:
            shown = [paint(words, status) + " " * (size - len(words)) for (status, words), size in zip(cells, widths, strict=True)]
            lines.append("  ".join([name.ljust(label), *shown]))
    else:
        for place, backend in enumerate(columns):
            there = [(name, cells[place]) for name, cells in rows if cells[place][0] != "none"]
            lines += [backend, *(f"  {name.ljust(label)}  {paint(words, status)}" for name, (status, words) in there)]
    lines = [line.rstrip() for line in lines]
    used = {status for _, cells in rows for status, _ in cells}
    lines.append("   ".join(f"{mark} {MEANINGS[status]}" for status, mark in MARKS.items() if status in used))
    reasons = [f"{paint(MARKS[status], status)} {where}: {words}" for status, where, words in _reasons(report)]
    return "\n".join([*lines, "", *reasons, *([""] if reasons else []), *_versions(report), summary(report)])


def as_markdown(report: Report, endpoints: Sequence[str]) -> str:
    """The report to be pasted into an issue. The servers' words stand in code spans, so that they mean nothing there."""
    rows, columns = _table(report, endpoints)
    heads = [f"{name} {markdown.code(report.versions[name])}" if name in report.versions else name for name in columns]
    lines = [f"{report.date}: {summary(report)}", "", f"| |{''.join(f' {markdown.cell(head)} |' for head in heads)}"]
    lines.append(f"| --- |{' --- |' * len(columns)}")
    lines += [f"| {name} |{''.join(f' {shown} |' for _, shown in cells)}" for name, cells in rows]
    used = {status for _, cells in rows for status, _ in cells}
    lines += ["", " · ".join(f"{mark} {MEANINGS[status]}" for status, mark in MARKS.items() if status in used), ""]
    lines += [f"- {MARKS[status]} {where}: {markdown.code(words)}" for status, where, words in _reasons(report)]
    return "\n".join(lines).rstrip("\n")


def summary(report: Report) -> str:
    """How many worked, who is down, how long it took."""
    counts = [f"{len(report.of(status))} {status}" for status in ("worked", "failed", "skipped")]
    down = list(dict.fromkeys(item.backend for item in report.of("down")))
    who = f"{', '.join(down[:-1])} and {down[-1]} are" if len(down) > 1 else f"{down[0]} is" if down else ""
    return "; ".join([", ".join(counts), *([f"{who} down"] if down else []), f"{report.seconds:.1f} s"])


def _versions(report: Report) -> list[str]:
    return ["versions: " + ", ".join(f"{name} {version}" for name, version in report.versions.items())] if report.versions else []


def _table(report: Report, endpoints: Sequence[str]) -> tuple[list[tuple[str, list[tuple[str, str]]]], list[str]]:
    """The lines of the matrix, each an endpoint and what stands below each backend: a status, and how it is shown."""
    found = {(item.backend, item.endpoint): item for item in report.outcomes}
    rows = []
    for endpoint in endpoints:
        items = [found.get((backend, endpoint)) for backend in report.backends]
        if any(items):
            rows.append((endpoint, [(item.status, _shown(item)) if item else ("none", MARKS["none"]) for item in items]))
    return rows, report.backends


def _shown(item: Outcome) -> str:
    ran = item.status in ("worked", "failed") and item.seconds is not None
    return f"{MARKS[item.status]} {item.seconds:.1f} s" if ran else MARKS[item.status]


def _reasons(report: Report) -> list[tuple[Status, str, str]]:
    """Why what did not work: each failure, then what was not run and what is down, one entry for all that share it."""
    reasons: list[tuple[Status, str, str]] = [("failed", f"{item.backend}/{item.endpoint}", item.message) for item in report.of("failed")]
    rest = sorted(report.of("skipped", "down"), key=lambda item: item.status == "down")
    for (status, backend), items in groupby(rest, key=lambda item: (item.status, item.backend)):
        same: dict[str, list[str]] = {}
        for item in items:
            same.setdefault(item.message, []).append(item.endpoint)
        whole = len(same) == 1 and all(item.status == status for item in report.outcomes if item.backend == backend)
        reasons += [(status, backend if whole else f"{backend} {', '.join(names)}", words) for words, names in same.items()]
    return reasons
