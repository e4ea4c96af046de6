"""Look at what an import has made once more: no secret that is known stands in it, however it got there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from generator.importing.builder import Built, build
from generator.importing.model import Entry, Found, FoundRequest, NotImported
from generator.importing.secrets.known import Known

REASON = "a secret of it would stand in the catalog: write a variable, such as $API_KEY, in its place, and import again"


def build_without_secrets(found: Sequence[Found], known: Known, names: Mapping[str, str] | None, head: Sequence[str]) -> Built:
    """Return the catalog of what was found, and the report, in which no secret that is `known` stands.

    A request by which one would get into the catalog is left out.
    """
    found = list(found)
    head = [known.replaced_in(line) for line in head]
    built = build(found, names, head)
    while built.text and known.stands_in(built.text):
        requests = [number for number, item in enumerate(found) if isinstance(item, FoundRequest)]
        leaking = [number for number in requests if known.stands_in(_said_of(built.entries[number], built.data))]
        for number in leaking or requests:
            found[number] = NotImported(found[number].source, "left-out", (REASON,))
        built = build(found, names, head)
    return replace(built, entries=tuple(_hidden(entry, known) for entry in built.entries))


def _said_of(entry: Entry, catalog: Mapping[str, Any]) -> str:
    """Return what a catalog says of an entry's request: its endpoint, its cell, and what its backend and its group say for it."""
    endpoint = catalog["endpoints"].get(entry.endpoint, {})
    backend = dict(catalog["backends"].get(entry.backend, {}))
    cell = backend.pop("endpoints", {}).get(entry.endpoint)
    group = catalog.get("groups", {}).get(endpoint.get("group"))
    return json.dumps([entry.endpoint, endpoint, entry.backend, backend, cell, group], ensure_ascii=False, default=str)


def _hidden(entry: Entry, known: Known) -> Entry:
    source = replace(entry.source, file=known.replaced_in(entry.source.file), text=known.replaced_in(entry.source.text))
    return replace(entry, source=source, reasons=tuple(known.replaced_in(reason) for reason in entry.reasons))
