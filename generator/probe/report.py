"""What a probe found, as text for a terminal, Markdown and JSON data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import Any, Literal

from generator.render import markdown
from generator.render.wrap import columns, matrix

Status = Literal["worked", "failed", "skipped", "down"]
Row = tuple[str, Sequence[str]]
"""An endpoint, and how it did on each backend: a mark, perhaps with seconds behind it."""

MARKS: Mapping[str, str] = {"worked": "●", "failed": "✗", "skipped": "○", "down": "↓", "none": "–"}
MEANINGS: Mapping[str, str] = {"worked": "worked", "failed": "failed", "skipped": "not run", "down": "down", "none": "not in this run"}


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
    """What came of all cells, in the catalog's order; `versions` has those of the servers that tell it.

    `answers` has what the servers answered, by backend and endpoint, if the scripts printed that as received.
    """

    outcomes: Sequence[Outcome]
    date: str
    seconds: float
    versions: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[tuple[str, str], bytes] = field(default_factory=dict)

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
    """Return the report as JSON data: an object for each endpoint of each backend."""
    data = []
    for item in report.outcomes:
        fields = asdict(item)
        del fields["requested"]
        data.append({**fields, "version": report.versions.get(item.backend), "date": report.date})
    return data


def as_text(report: Report, endpoints: Sequence[str], width: int, paint: Callable[[str, str], str]) -> str:
    """Return the report for a terminal of `width` columns: the matrix, the reasons of what did not work, the summary.

    `endpoints` says the order of the lines; `paint` colours a text by its status.
    """
    rows = _rows(report, endpoints)
    statuses = {MARKS[status]: status for status in MARKS}
    lines = matrix(report.backends, rows)
    if all(columns(line) <= width for line in lines):
        lines = matrix(report.backends, rows, lambda cell: paint(cell, statuses[cell[0]]))
    else:
        lines = _backend_by_backend(report, rows, lambda cell: paint(cell, statuses[cell[0]]))
    lines.append(_legend(rows, "   "))
    told = [f"{paint(MARKS[status], status)} {where}: {words}" for status, where, words in reasons(report)]
    return "\n".join([*lines, "", *told, *([""] if told else []), *_versions(report), summary(report)])


def _backend_by_backend(report: Report, rows: Sequence[Row], painted: Callable[[str], str]) -> list[str]:
    """Return the lines of a list of endpoints for each backend, for where the matrix is too wide."""
    label = max((len(name) for name, _ in rows), default=0)
    lines = []
    for position, backend in enumerate(report.backends):
        lines.append(backend)
        for name, cells in rows:
            if cells[position] != MARKS["none"]:
                lines.append(f"  {name.ljust(label)}  {painted(cells[position])}")
    return lines


def as_markdown(report: Report, endpoints: Sequence[str]) -> str:
    """Return the report as Markdown for an issue. Messages of servers are code spans, so that they are not read as markup."""
    rows = _rows(report, endpoints)
    heads = [f"{name} {markdown.code(report.versions[name])}" if name in report.versions else name for name in report.backends]
    lines = [f"{report.date}: {summary(report)}", "", f"| |{''.join(f' {markdown.cell(head)} |' for head in heads)}"]
    lines.append(f"| --- |{' --- |' * len(heads)}")
    lines += [f"| {name} |{''.join(f' {cell} |' for cell in cells)}" for name, cells in rows]
    lines += ["", _legend(rows, " · "), ""]
    lines += [f"- {MARKS[status]} {where}: {markdown.code(words)}" for status, where, words in reasons(report)]
    return "\n".join(lines).rstrip("\n")


def summary(report: Report) -> str:
    """Return how many worked, which servers are down, and how long it took."""
    counts = [f"{len(report.of(status))} {status}" for status in ("worked", "failed", "skipped")]
    down = list(dict.fromkeys(item.backend for item in report.of("down")))
    who = f"{', '.join(down[:-1])} and {down[-1]} are" if len(down) > 1 else f"{down[0]} is" if down else ""
    return "; ".join([", ".join(counts), *([f"{who} down"] if down else []), f"{report.seconds:.1f} s"])


def _versions(report: Report) -> list[str]:
    return ["versions: " + ", ".join(f"{name} {version}" for name, version in report.versions.items())] if report.versions else []


def _rows(report: Report, endpoints: Sequence[str]) -> list[Row]:
    """Return the rows of the matrix: each endpoint that was probed, and how it did on each backend."""
    found = {(item.backend, item.endpoint): item for item in report.outcomes}
    rows: list[Row] = []
    for endpoint in endpoints:
        items = [found.get((backend, endpoint)) for backend in report.backends]
        if any(items):
            rows.append((endpoint, [_cell(item) if item else MARKS["none"] for item in items]))
    return rows


def _cell(item: Outcome) -> str:
    """Return the mark of an outcome, with its seconds if its script ran."""
    ran = item.status in ("worked", "failed") and item.seconds is not None
    return f"{MARKS[item.status]} {item.seconds:.1f} s" if ran else MARKS[item.status]


def _legend(rows: Sequence[Row], between: str) -> str:
    """Return what the marks of these rows mean."""
    used = {cell[0] for _, cells in rows for cell in cells}
    return between.join(f"{mark} {MEANINGS[status]}" for status, mark in MARKS.items() if mark in used)


def reasons(report: Report) -> list[tuple[Status, str, str]]:
    """Return the reasons of all that did not work: failures, then what was not run and what is down; one entry for a shared reason."""
    reasons: list[tuple[Status, str, str]] = [("failed", f"{item.backend}/{item.endpoint}", item.message) for item in report.of("failed")]
    rest = sorted(report.of("skipped", "down"), key=lambda item: item.status == "down")
    for (status, backend), items in groupby(rest, key=lambda item: (item.status, item.backend)):
        same: dict[str, list[str]] = {}
        for item in items:
            same.setdefault(item.message, []).append(item.endpoint)
        whole = len(same) == 1 and all(item.status == status for item in report.outcomes if item.backend == backend)
        reasons += [(status, backend if whole else f"{backend} {', '.join(names)}", words) for words, names in same.items()]
    return reasons
