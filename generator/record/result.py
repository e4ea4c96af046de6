"""What came of a run of scripts whose answers are to be recorded: the recordings, and why others could not be made."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from generator.catalog.model import Backend, Catalog, Cell, Recording
from generator.catalog.nodes import printable
from generator.probe.report import Outcome, Report, Status
from generator.probe.run import Choice
from generator.record.answers import AnswerError, sample_of
from generator.record.file import unreadable
from generator.record.hide import Hider
from generator.record.shape import differences, shape_of
from generator.secret_text import STAND_IN

MOST_REPLACED = 5


@dataclass
class Result:
    """The outcome of each cell, by backend and endpoint, what was recorded, and what to tell about it."""

    server: str | None
    versions: Mapping[str, str]
    date: str
    outcomes: dict[tuple[str, str], Outcome]
    made: dict[tuple[str, str], Recording] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def server_of(self, backend: Backend) -> str:
        """Return the name and the version of what answered."""
        version = self.versions.get(backend.id)
        return self.server or (f"{backend.name} {version}" if version else backend.name)

    def recordings(self, backend: Backend) -> dict[str, Recording]:
        """Return what was recorded of a backend, by endpoint."""
        return {endpoint: recording for (name, endpoint), recording in self.made.items() if name == backend.id}

    def compare(self, before: Mapping[str, Mapping[str, Recording]]) -> None:
        """Compare what was recorded with what was before; a cell whose answer has another shape now has failed."""
        for (backend, endpoint), made in self.made.items():
            old = before[backend][endpoint]
            if changes := _changes(old, made):
                self.settle(backend, endpoint, "failed", f"{'; '.join(map(printable, changes))}; recorded from {old.server}, {old.date}")

    def settle(self, backend: str, endpoint: str, status: Status, words: str) -> None:
        """Say how a cell did, after all."""
        self.outcomes[backend, endpoint] = replace(self.outcomes[backend, endpoint], status=status, message=words)


def made_of(known: Catalog, choices: Sequence[Choice], found: Report, server: str | None) -> Result:
    """Return what the answers of a run make: a recording of each that can be a sample."""
    outcomes = {(outcome.backend, outcome.endpoint): outcome for outcome in found.outcomes}
    result = Result(server, found.versions, found.date, outcomes)
    for choice in choices:
        for cell in choice.cells:
            answer = found.answers.get((choice.backend.id, cell.id))
            if answer is not None:
                _record(result, known, choice.backend, cell, answer)
    return result


def _record(result: Result, known: Catalog, backend: Backend, cell: Cell, answer: bytes) -> None:
    """Add the recording that an answer makes, or say why it makes none."""
    if not answer.strip():
        return result.settle(backend.id, cell.id, "skipped", "its answer is empty")
    try:
        sample = sample_of(cell, answer, _hider(known, backend, cell), known.errors)
        made = Recording(server=result.server_of(backend), date=result.date, response=cell.response, sample=sample.value)
        if why := unreadable(made):
            raise AnswerError(f"no catalog can hold the answer: {why}")
    except AnswerError as error:
        return result.settle(backend.id, cell.id, "failed", printable(str(error)))
    result.made[backend.id, cell.id] = made
    if sample.replaced:
        rest = len(sample.replaced) - MOST_REPLACED
        more = f" and {rest} more" if rest > 0 else ""
        result.notes.append(f"  {backend.id}/{cell.id}: replaced {printable(', '.join(sample.replaced[:MOST_REPLACED]))}{more}")


def _changes(old: Recording, made: Recording) -> list[str]:
    """Return what is different about the shape of an answer."""
    if old.response != made.response:
        return [f"was recorded as {old.response} and is {made.response}"]
    if made.response == "text":
        return []  # which has none
    return differences(shape_of(_compared(old)), shape_of(_compared(made)))


def _compared(recording: Recording) -> object:
    """Return what of a recording is compared: of headers, which ones there are, whatever their spelling and values."""
    if recording.response == "headers" and isinstance(recording.sample, dict):
        return {name.lower(): "" for name in recording.sample}
    return recording.sample


def _hider(known: Catalog, backend: Backend, cell: Cell) -> Hider:
    """Return what hides the keys that a cell's script may have sent, and all hosts but those that the catalog itself names."""
    secrets: dict[str, str] = {}
    for key in [*known.keys, *cell.api_key]:
        if value := os.environ.get(key.variable):
            secrets.setdefault(value, key.example or STAND_IN)
    for parameter in cell.parameters.values():
        if parameter.secret and (value := os.environ.get(f"{backend.prefix}{parameter.variable}")):
            secrets.setdefault(value, parameter.example or STAND_IN)
    return Hider(secrets, frozenset(_hosts(known)))


def _hosts(known: Catalog) -> Iterator[str]:
    """Yield the hosts that the catalog names: anybody who reads it knows them."""
    for backend in known.backends.values():
        links = [backend.base_url, backend.docs, backend.source]
        for cell in backend.cells:
            links += [cell.base_url, cell.source]
        for link in links:
            if link and (host := urlsplit(link).hostname):
                yield host
