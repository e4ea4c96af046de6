"""Answers: the sample of a response, and what each jq filter prints of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from generator import bash, jq_filter, json_text
from generator.catalog.model import Backend, Cell, Pipeline, Recording
from generator.command import Command, read_command
from generator.render.words import Words, fill

WIDTH = 96
"""How long a line of a sample may be."""


class HasOrigin(Protocol):
    """An answer that says where its sample comes from."""

    @property
    def recorded(self) -> Recording | None: ...

    @property
    def has_source(self) -> bool: ...

    @property
    def is_translated(self) -> bool: ...


@dataclass(frozen=True)
class FilterView:
    """A jq filter: the command that runs it on the response, and what that prints of the sample."""

    pipeline: Pipeline
    title: str
    command: str
    reading: Command
    """What stands behind curl in the cell's command, from its `|` on, to print that."""
    output: str


@dataclass(frozen=True)
class AnswerView:
    """A cell's sample of a response and the filters for it, the most wanted first."""

    sample: str
    is_stream: bool
    filters: Sequence[FilterView]
    printed: str | None
    """What the cell's command prints; None if it saves a file."""
    failure: Pipeline | None
    """The filter that finds an error in an answer whose status is a success."""
    failure_command: str | None
    """The jq command alone that runs this filter, as those of `filters`."""
    recorded: Recording | None
    """What the sample is, if it was recorded."""
    has_source: bool
    """The cell names the source that the sample was made from, if it was not."""
    is_translated: bool
    """Other texts than the sample's stand in it, in the language of the page."""


def answer_of(cell: Cell, *, language: str, translated: bool = True) -> AnswerView | None:
    """Return a cell's sample and filters, with the texts that pages of the language show; None if it has no sample or no filters."""
    if not cell.pipelines or cell.sample is None:
        return None
    shown = replace(cell, sample=cell.sample_in(language)) if translated else cell
    filters = [
        FilterView(
            pipeline, pipeline.title[language], filter_command(pipeline, cell), read_command(pipeline, cell), output(pipeline, shown)
        )
        for pipeline in cell.pipelines
    ]
    printed = None if cell.response == "file" else filters[0].output
    failure = failure_filter(cell)
    command = filter_command(failure, cell) if failure else None
    return AnswerView(
        sample=sample_text(shown),
        is_stream=cell.streams,
        filters=filters,
        printed=printed,
        failure=failure,
        failure_command=command,
        recorded=cell.recorded,
        has_source=bool(cell.source),
        is_translated=shown.sample != cell.sample,
    )


def origin_of(answer: HasOrigin, *, words: Words) -> str:
    """Return where a sample comes from, in words: a server, or the source that the cell names; nothing if it names none."""
    origin = str(words["sample_made"]) if answer.has_source else ""
    if answer.recorded:
        origin = fill(words["sample_recorded"], server=answer.recorded.server, date=answer.recorded.date)
    translated = str(words["sample_translated"]) if answer.is_translated else ""
    return str(words["comma"]).join(filter(None, [origin, translated]))


def has_several_filters(backend: Backend) -> bool:
    """Return whether a reader may choose among the filters of one of the cells."""
    return any(len(cell.pipelines or ()) > 1 for cell in backend.cells)


def sample_text(cell: Cell) -> str:
    """Return the sample as the server sends it: JSON laid out for people, events, or JSON values, one on each line."""
    if cell.response == "lines":
        return "\n".join(map(json_text.compact, cell.sample))
    if cell.response == "events":
        return "\n\n".join(f"data: {json_text.compact(event)}" for event in cell.sample)
    return json_text.pretty(cell.sample, "", WIDTH)


def filter_command(pipeline: Pipeline, cell: Cell) -> str:
    """Return the jq command alone, which reads a response or each value of a stream from standard input."""
    raw = "-j " if cell.streams else "-r "
    return f"jq {raw if pipeline.raw else ''}{bash.word(pipeline.jq)}"


def failure_filter(cell: Cell) -> Pipeline | None:
    """Return the filter that finds an error in an answer whose status is a success; it prints texts as they are."""
    return replace(cell.pipelines[0], jq=cell.failure, raw=True) if cell.pipelines and cell.failure else None


def output(pipeline: Pipeline, cell: Cell) -> str:
    """Return what a filter prints of the cell's sample."""
    return jq_filter.run(pipeline.jq, cell.sample, pipeline.raw, streams=cell.streams)
