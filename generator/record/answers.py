"""Make a sample of what a server answered: read it, hide and shorten, and see that the cell's filters find what they show."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

from generator import jq_filter
from generator.catalog.model import Cell, Pages
from generator.record.hide import Hider
from generator.record.shorten import is_short, shortened, shortened_text

NOT_KEPT = {"file": "its answer is a file, which is not recorded", "none": "it prints nothing of its answer"}


class AnswerError(ValueError):
    """An answer that cannot be a sample; the message says why."""


@dataclass(frozen=True)
class Sample:
    """A sample, and what was replaced in it."""

    value: Any
    replaced: Sequence[str]


def why_not(cell: Cell) -> str:
    """Return why a cell's answers are not recorded; nothing if they are."""
    return "" if cell.is_json else NOT_KEPT.get(cell.response, "")


def sample_of(cell: Cell, answer: bytes, hider: Hider, errors: str) -> Sample:
    """Return the sample that an answer makes. `errors` finds the server's words in an event. Raises AnswerError."""
    received = _read(cell, answer)
    _must_be_well(cell, received, errors)
    found = _found(cell, received)
    hidden = hider.hide(received)
    replaced = list(dict.fromkeys(hider.found))
    if isinstance(hidden, str) and cell.response == "text":
        return Sample(shortened_text(hidden), replaced)

    def holds(short: Any) -> bool:
        return is_short(short) and [bool(text) for text in _found(cell, short)] == [bool(text) for text in found]

    short = shortened(hidden, streams=cell.streams, holds=holds)
    if not is_short(short):
        raise AnswerError(f"the answer is too long for a sample, also when shortened ({len(answer):,} bytes)")
    if any(hider.holds_secret(text) for text in _found(cell, short)):
        raise AnswerError("the answer holds a key, in pieces")
    return Sample(short, replaced)


def _read(cell: Cell, answer: bytes) -> Any:
    """Return an answer as a sample holds it. Raises AnswerError."""
    try:
        text = answer.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AnswerError(f"the answer is not UTF-8 text (at byte {error.start})") from error
    if not text.strip():
        raise AnswerError("the answer is empty")
    if cell.response == "events":
        return _events(text)
    if cell.response == "lines":
        return [_json(line, f"line {number} of the answer") for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if cell.response == "headers":
        return dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    return _json(text, "the answer") if cell.is_json else text


def _json(text: str, what: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise AnswerError(f"{what} is not JSON ({error})") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number in JSON")


def _events(text: str) -> list[Any]:
    """Return the JSON values in a stream of server-sent events; what is not JSON, such as [DONE], is passed over, as by the script."""
    found = []
    data: list[str] = []
    for line in [*re.split("\r\n|\n|\r", text), ""]:
        name, _, value = line.partition(":")
        if name == "data":
            data.append(value.removeprefix(" "))
        elif not line and data:
            with suppress(ValueError, RecursionError):
                found.append(json.loads("\n".join(data), parse_constant=_refuse))
            data = []
    if not found:
        raise AnswerError("the answer has no event with JSON")
    return found


def _must_be_well(cell: Cell, received: Any, errors: str) -> None:
    """Check that an answer with a good status is none that says an error, and that the first filter finds something in it."""
    values = received if cell.streams else [received]
    for text in filter(None, (errors if cell.streams else "", cell.failure)):
        for value in values:
            with suppress(jq_filter.FilterError):
                if words := jq_filter.run(jq_filter.words(text), value, raw=True):
                    raise AnswerError(f"the answer holds an error: {words}")
    if not cell.pipelines:
        return
    first = cell.pipelines[0]
    for pipeline in cell.pipelines:
        try:
            is_there = jq_filter.finds(pipeline.jq, received, streams=cell.streams)
        except jq_filter.FilterError as error:
            raise AnswerError(f"the filter {pipeline.name} fails on the answer: {error}") from error
        if pipeline is first and not is_there:
            raise AnswerError(f"the filter {pipeline.name} finds nothing in the answer")


def _found(cell: Cell, value: Any) -> list[str]:
    """Return what each filter of a cell finds in an answer; nothing where it fails."""
    filters = [(pipeline.jq, pipeline.raw, cell.streams) for pipeline in cell.pipelines or ()]
    if isinstance(cell.pages, Pages):
        filters.append((cell.pages.next, True, False))
    found = []
    for text, raw, streams in filters:
        try:
            is_there = jq_filter.finds(text, value, streams=streams)
            found.append(jq_filter.run(text, value, raw, streams=streams) if is_there else "")
        except jq_filter.FilterError:
            found.append("")
    return found
