"""Answers: the sample of a response, and what each jq filter prints of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generator import bash, jq_filter, json_text
from generator.catalog.model import Backend, Cell, Pipeline

WIDTH = 96
"""How long a line of a sample may be."""


@dataclass(frozen=True)
class FilterView:
    """A jq filter: the command that runs it on the response, and what that prints of the sample."""

    pipeline: Pipeline
    title: str
    command: str
    output: str


@dataclass(frozen=True)
class AnswerView:
    """A cell's sample of a response and the filters for it, the most wanted first."""

    sample: str
    is_stream: bool
    filters: Sequence[FilterView]
    printed: str | None
    """What the cell's command prints; None if it saves a file."""


def answer_of(cell: Cell, *, language: str) -> AnswerView | None:
    """Return a cell's sample and filters; None if it has no sample or no filters."""
    if not cell.pipelines or cell.sample is None:
        return None
    filters = [
        FilterView(pipeline, pipeline.title[language], filter_command(pipeline, cell), output(pipeline, cell))
        for pipeline in cell.pipelines
    ]
    return AnswerView(sample_text(cell), cell.response == "events", filters, None if cell.response == "file" else filters[0].output)


def has_several_filters(backend: Backend) -> bool:
    """Return whether a reader may choose among the filters of one of the cells."""
    return any(len(cell.pipelines or ()) > 1 for cell in backend.cells)


def sample_text(cell: Cell) -> str:
    """Return the sample as the server sends it: JSON laid out for people, or events."""
    if cell.response == "events":
        return "\n\n".join(f"data: {json_text.compact(event)}" for event in cell.sample)
    return json_text.pretty(cell.sample, "", WIDTH)


def filter_command(pipeline: Pipeline, cell: Cell) -> str:
    """Return the jq command alone, which reads a response or an event from standard input."""
    raw = "-j " if cell.response == "events" else "-r "
    return f"jq {raw if pipeline.raw else ''}{bash.word(pipeline.jq)}"


def output(pipeline: Pipeline, cell: Cell) -> str:
    """Return what a filter prints of the cell's sample."""
    return jq_filter.run(pipeline.jq, cell.sample, pipeline.raw, events=cell.response == "events")
