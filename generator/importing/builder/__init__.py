"""Make a catalog of what readers found, and say what became of each command, operation or entry.

`hosts` finds the servers, `draft` says each request in a catalog's words, `clusters` finds which of them are the same one, and
`assemble` puts the catalog together. The catalog is validated as any other; a request that it refuses is left out with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from generator import catalog
from generator.catalog.nodes import CatalogError, Fault
from generator.importing.builder.assemble import Made, assemble
from generator.importing.builder.draft import draft_of
from generator.importing.builder.hosts import Address, NoAddress, address_of, split_base, with_one_loopback
from generator.importing.builder.names import variable_of
from generator.importing.builder.server_names import host_names
from generator.importing.builder.slots import Draft, Unsayable
from generator.importing.model import Entry, Found, FoundRequest, Source, Status, is_of_secret
from generator.importing.uncarried import Uncarried
from generator.importing.yaml_writer import write

FILE = "catalog.yaml"
PARTS = {
    **{part: part for part in ("sample", "pipelines", "pages", "about", "notes", "title", "group")},
    "section_abouts": "section's description",
    "page": "page's title",
    "page_about": "page's description",
}
"""What is left out of a request before the request itself is, and what it is called."""


@dataclass(frozen=True)
class Built:
    """A catalog that validates, and what became of all that was found, in its order."""

    text: str
    """The catalog's YAML; "" if nothing was imported."""
    data: Mapping[str, Any]
    entries: tuple[Entry, ...]
    arguments: tuple[tuple[str, ...], ...]
    """For each entry, what its script is given to send just that command's values."""
    uncarried: tuple[Uncarried, ...] = ()
    """The text of notes that is nowhere in the catalog."""


def build(found: Sequence[Found], names: Mapping[str, str] | None = None, head: Sequence[str] = ()) -> Built:
    """Return the catalog of what was found. `names` says what backends are called: by host and port, or by "" the only one.

    `head` are the lines of the comment at the catalog's start.
    """
    refused: dict[int, str] = {}
    without: dict[int, set[str]] = {}
    said: dict[int, list[str]] = {}
    while True:
        kept = {number: _less(item, without.get(number, set())) for number, item in enumerate(found) if isinstance(item, FoundRequest)}
        kept = {number: item for number, item in kept.items() if number not in refused}
        addresses, drafts, named = _drafts(kept, names or {}, refused)
        if not drafts:
            return Built("", {}, *_entries(found, Made({}), refused, {}, addresses, said))
        made = assemble(drafts, *named)
        text = write(made.catalog, head)
        faults = _faults(text)
        if not faults:
            return Built(text, made.catalog, *_entries(found, made, refused, {draft.number: draft for draft in drafts}, addresses, said))
        if not _blame(faults, made, refused, without, said):
            raise CatalogError(faults)


def _less(item: FoundRequest, parts: set[str]) -> FoundRequest:
    """Return a request without some of its parts."""
    emptied: dict[str, Any] = {part: () if part in ("pipelines", "notes", "section_abouts") else None for part in parts}
    return replace(item, **emptied)


def _drafts(
    kept: Mapping[int, FoundRequest], names: Mapping[str, str], refused: dict[int, str]
) -> tuple[dict[int, Address], list[Draft], tuple[dict[str, str], dict[str, Any]]]:
    """Return the addresses and the drafts of requests, and for each server the path of its base URL and its names.

    A request that no catalog can say goes to `refused`.
    """
    addresses: dict[int, Address] = {}
    for number, item in kept.items():
        try:
            addresses[number] = address_of(item.base)
        except NoAddress as error:
            refused[number] = str(error)
    addresses = with_one_loopback(addresses)
    drafts: list[Draft] = []
    for number, address in addresses.items():
        try:
            drafts.append(draft_of(number, kept[number], address.origin, address.path))
        except Unsayable as error:
            refused[number] = str(error)
    origins = list(dict.fromkeys(draft.origin for draft in drafts))
    by_origin = {origin: [draft for draft in drafts if draft.origin == origin] for origin in origins}
    bases = {
        origin: split_base([draft.path for draft in those], [addresses[draft.number].path for draft in those])
        for origin, those in by_origin.items()
    }
    requests = {origin: [draft.found for draft in those] for origin, those in by_origin.items()}
    own_names = {
        origin: next((addresses[draft.number].name for draft in those if addresses[draft.number].name), None)
        for origin, those in by_origin.items()
    }
    return addresses, drafts, (bases, host_names(requests, own_names, names))


def _faults(text: str) -> tuple[Fault, ...]:
    """Return what a catalog refuses in a text."""
    try:
        catalog.read_text(text, FILE)
    except CatalogError as error:
        return error.faults
    return ()


def _blame(faults: Sequence[Fault], made: Made, refused: dict[int, str], without: dict[int, set[str]], said: dict[int, list[str]]) -> bool:
    """Note which requests, or which parts of them, the faults are about. Return whether any was found."""
    found = False
    for fault in faults:
        numbers, key = _meant(fault.key_path, made)
        for number in numbers:
            gone = without.setdefault(number, set())
            part = "group" if key == "title" and "title" in gone else key  # a section's heading may be the title
            if part in PARTS and part not in gone:
                gone.add(part)
                said.setdefault(number, []).append(f"left out: its {PARTS[part]}: {fault.what}")
                found = True
            elif number not in refused:
                refused[number] = f"a catalog cannot say it: {key}: {fault.what}" if key else f"a catalog cannot say it: {fault.what}"
                found = True
    return found


def _meant(key_path: str, made: Made) -> tuple[list[int], str]:
    """Return the numbers of the requests that a place in the catalog comes from, and the key below their endpoint."""
    section, *steps = re.split(r"[.\[]", key_path)
    name = steps[0] if steps else ""
    if section in ("title", "about"):
        return list(made.cells), "page" if section == "title" else "page_about"
    if section == "groups":
        members = {id for id, endpoint in made.catalog["endpoints"].items() if endpoint.get("group") == name}
        key = "section_abouts" if steps[1:2] == ["about"] else "group"
        return [number for number, cell in made.cells.items() if cell.endpoint in members], key
    if section == "endpoints":
        return [number for number, cell in made.cells.items() if cell.endpoint == name], steps[1] if len(steps) > 1 else ""
    if section == "backends" and steps[1:2] == ["endpoints"] and len(steps) > 2:
        those = [number for number, cell in made.cells.items() if (cell.backend, cell.endpoint) == (name, steps[2])]
        return those, steps[3] if len(steps) > 3 else ""
    if section == "backends":
        return [number for number, cell in made.cells.items() if cell.backend == name], steps[1] if len(steps) > 1 else ""
    return [], ""


def _entries(
    found: Sequence[Found],
    made: Made,
    refused: Mapping[int, str],
    drafts: Mapping[int, Draft],
    addresses: Mapping[int, Address],
    said: Mapping[int, list[str]],
) -> tuple[tuple[Entry, ...], tuple[tuple[str, ...], ...]]:
    """Return what became of all that was found, and the arguments of each one's script."""
    entries: list[Entry] = []
    arguments: list[tuple[str, ...]] = []
    for number, item in enumerate(found):
        cell = made.cells.get(number)
        arguments.append(cell.arguments if cell else ())
        if not isinstance(item, FoundRequest):
            entries.append(Entry(item.source, item.status, reasons=item.reasons))
        elif cell is None:
            entries.append(Entry(item.source, "left-out", reasons=(refused.get(number, "it cannot be said"),)))
        else:
            draft = drafts[number]
            change = _with_base_url(addresses[number], made.catalog["backends"][cell.backend].get("base_url"))
            lost = [f"left out: {sentence}" if "left out" not in sentence else sentence for sentence in draft.left_out]
            reasons = [*([change] if change else []), *draft.changes, *made.said.get(number, []), *said.get(number, []), *lost]
            reasons = [re.sub("…_(?=[A-Z])", f"{variable_of(cell.backend)}_", reason) for reason in reasons]
            status: Status = "carried" if all(is_of_secret(reason) for reason in reasons) else "normalised"
            source = _with_names(item.source, draft)
            entries.append(Entry(source, status, cell.backend, cell.endpoint, tuple(dict.fromkeys(reasons)), item.shows))
    return tuple(entries), tuple(arguments)


def _with_base_url(address: Address, base_url: str | None) -> str | None:
    """Return what is said of an address, with the base URL that the catalog has for the one that was put in."""
    written = address.origin + address.path
    if address.change is None or not base_url or not base_url.startswith(written):
        return address.change
    return address.change.replace(f"{written} stands in its place", f"{base_url} stands in its place")


def _with_names(source: Source, draft: Draft) -> Source:
    """Return what stood in the source, with the whole names of the variables that stand for secrets there now."""
    text = source.text
    for name, whole in draft.secret_names.items():
        text = re.sub(rf"\${name}(?!\w)", lambda _, whole=whole: f"${whole}", text)  # type: ignore[misc]
    return replace(source, text=text)
