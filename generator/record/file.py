"""The text of a file of recordings, laid out so that people can read what changed in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator import json_text
from generator.catalog.model import Backend, Recording
from generator.catalog.nodes import CatalogError, Fault
from generator.catalog.recordings import ABOUT
from generator.catalog.yaml import parse_json

WIDTH = 120
"""How long a line may be: what is longer is broken, an item or a field each."""


def text_of(answers: Mapping[str, Recording]) -> str:
    """Return the text of a file that holds these recordings, by endpoint."""
    data: dict[str, Any] = {"about": ABOUT, "answers": {}}
    for endpoint, recording in answers.items():
        data["answers"][endpoint] = {
            "server": recording.server,
            "date": recording.date,
            "response": recording.response,
            "sample": recording.sample,
        }
    return json_text.pretty(data, "", WIDTH) + "\n"


def unreadable(recording: Recording) -> str:
    """Return why a catalog could not read a recording from its file as it is; nothing if it could."""
    faults: list[Fault] = []
    try:
        tree = parse_json(text_of({"x": recording}), "", faults)
    except CatalogError as error:
        return error.faults[0].what
    if faults:
        return faults[0].what
    return "" if tree.get("answers", "x", "sample").plain() == recording.sample else "what is read is not what was written"


def merged(backend: Backend, before: Mapping[str, Recording], made: Mapping[str, Recording]) -> tuple[dict[str, Recording], list[str]]:
    """Return what a backend's file is to hold, in the order of its cells: what was made now, else what was there before.

    What was there of endpoints that the backend does not have any more is left out; their names are returned too.
    """
    cells = [cell.id for cell in backend.cells]
    answers = {id: made.get(id) or before[id] for id in cells if id in made or id in before}
    return answers, [id for id in before if id not in cells]
