"""Say what became of each command, operation or entry: for people, and as JSON for programs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from generator.catalog.nodes import counted, printable
from generator.importing.model import Entry, Status, is_of_secret
from generator.importing.uncarried import Uncarried
from generator.media_type import URLENCODED

WORDS: Mapping[Status, str] = {"carried": "carried", "normalised": "normalised", "left-out": "left out", "broken": "broken"}
"""What became of an entry, as people read it."""

LONGEST_SOURCE = 90
_SHORTEST_SOURCE = 20
_LONGEST_FILE = 24
_MOST_RANGES = 40
"""How many places of one file a line for people names."""
_ADDRESS = re.compile(r"the address is open in the source |(?:a part of )?the host .* is a placeholder: |http\S+ is the same server as ")
"""What is said of a server's address."""
_ONCE = re.compile(
    r"[A-Z][A-Z0-9_]* stands for the |\?\S* is sent with a = behind it|the headers that the browser added|cookies by which trackers "
    rf"|line \d+: <[^<>]*> stands unquoted|{_ADDRESS.pattern}"
)
"""What is said once for a server, though it holds for many of its requests."""
_LINE = re.compile(r"line \d+: ")

Paint = Callable[[str, str], str]
"""Colour a text by a status."""


def as_data(entries: Sequence[Entry], uncarried: Sequence[Uncarried] = ()) -> list[dict[str, Any]]:
    """Return the report as JSON data: an object for each entry. Text that is carried nowhere is told at the entry that it stands below."""
    data: list[dict[str, Any]] = [
        {
            "file": entry.source.file,
            "line": entry.source.line,
            "source": entry.source.text,
            "status": entry.status,
            "backend": entry.backend,
            "endpoint": entry.endpoint,
            "reasons": list(entry.reasons),
        }
        for entry in entries
    ]
    for item in uncarried:
        above = [entry for entry in data if entry["file"] == item.file and entry["line"] <= item.line]
        first = [entry for entry in data if entry["file"] == item.file]
        for entry in (above[-1:] or first[:1]) or data[:1]:
            entry["reasons"].append(f"not carried: the {_kind(item)} on {_lines([item])}")
    return data


def _kind(item: Uncarried) -> str:
    if item.is_output:
        return "output"
    return "block" if item.is_code else "text"


def as_lines(entries: Sequence[Entry], paint: Paint, width: int | None = None) -> Iterator[str]:
    """Yield the report line by line: where each entry stands, what became of it, and the reasons below it, or where they stand already.

    `width` is that of the terminal; None: it is none. A file with a long path is a heading, and its entries have their lines alone.
    What holds for all requests to a server, such as which variable holds its key, is said once.
    """
    is_heading = any(len(entry.source.file) > _LONGEST_FILE for entry in entries)
    places = [_place(entry, is_heading=is_heading) for entry in entries]
    column = min(max(map(len, places), default=0), 40)
    told: dict[tuple[str, ...], str] = {}
    said: dict[tuple[str, str], str] = {}
    commands: dict[tuple[str, str | None, str | None, str], str] = {}
    file = ""
    for entry, place in zip(entries, places, strict=True):
        if is_heading and entry.source.file != file:
            file = entry.source.file
            yield printable(file)
        yield _line(entry, place.ljust(column), paint, width)
        command = (entry.source.text, entry.backend, entry.endpoint, entry.status)
        if entry.endpoint and commands.setdefault(command, place) != place:
            yield f"    a repeat of {commands[command]}"
            continue
        keys = {reason: (entry.backend or "", _LINE.sub("", reason)) for reason in entry.reasons}
        reasons = tuple(reason for reason in entry.reasons if keys[reason] not in said)
        before = told.setdefault(reasons, place) if reasons else place
        for reason in reasons if before == place else (f"for the same reasons as {before}",):
            yield f"    {printable(reason)}"
        address = next((reason for reason in entry.reasons if _ADDRESS.match(reason)), None)
        if address and not reasons:
            yield f"    its address: as at {said[keys[address]]}"
        for reason in reasons:
            if _ONCE.match(reason):
                said[keys[reason]] = place


def _place(entry: Entry, *, is_heading: bool) -> str:
    """Return where an entry stands; below the path of its file, its line alone."""
    return f"line {entry.source.line}" if is_heading else f"{printable(entry.source.file)}:{entry.source.line}"


def _line(entry: Entry, place: str, paint: Paint, width: int | None) -> str:
    """Return the line that says what became of an entry, with as much of its command as there is room for."""
    where = f"{entry.backend}/{entry.endpoint}" if entry.endpoint else ""
    status = WORDS[entry.status].ljust(10)
    before = len(f"{place}  {status}  {where}  ")
    room = LONGEST_SOURCE if width is None else max(width - before, _SHORTEST_SOURCE)
    what = "  ".join(part for part in (where, _shortened(entry.source.text, min(room, LONGEST_SOURCE))) if part)
    return f"{place}  {paint(status, entry.status)}  {what}".rstrip()


def _shortened(text: str, longest: int) -> str:
    """Return a command on one line, cut where it is long."""
    line = printable(" ".join(text.split()))
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def summary(entries: Sequence[Entry], catalog: Mapping[str, Any]) -> str:
    """Return how many entries there are of each kind, and what the catalog has."""
    numbers = Counter(entry.status for entry in entries)
    counts = ", ".join(f"{numbers[status]} {word}" for status, word in WORDS.items() if numbers[status])
    keys = {reason.partition(" ")[0] for entry in entries for reason in entry.reasons if is_of_secret(reason)}
    if not catalog:
        return f"{len(entries)} found: {counts}" if entries else "no request found"
    cells = sum(len(backend["endpoints"]) for backend in catalog["backends"].values())
    sizes = ((len(catalog["backends"]), "backend"), (len(catalog["endpoints"]), "endpoint"), (cells, "script"))
    secrets = f"; {counted(len(keys), 'secret')} in variables" if keys else ""
    return f"{len(entries)} found: {counts}; {', '.join(counted(number, what) for number, what in sizes)}{secrets}"


def not_carried(uncarried: Sequence[Uncarried]) -> Iterator[str]:
    """Yield what of the text of notes is nowhere in the catalog, or not whole: how many lines or blocks of each file, and which lines."""
    for file in dict.fromkeys(item.file for item in uncarried):
        of_file = [item for item in uncarried if item.file == file]
        texts = [item for item in of_file if not item.is_code]
        outputs = [item for item in of_file if item.is_output]
        blocks = [item for item in of_file if item.is_code and not item.is_output]
        if texts:
            number = counted(sum(item.end - item.line + 1 for item in texts), "line")
            yield f"not carried: {number} of text in {printable(file)}, {_lines(texts)}"
        if blocks:
            yield f"not carried: {counted(len(blocks), 'block')} without a command in {printable(file)}, {_lines(blocks)}"
        if outputs:
            number = counted(sum(item.end - item.line + 1 for item in outputs), "line")
            yield f"not carried: {number} of what commands printed in {printable(file)}, {_lines(outputs)}"


def _lines(passages: Sequence[Uncarried]) -> str:
    """Return on which lines passages stand: `line 3`, `lines 3-5, 9`."""
    ranges = [str(item.line) if item.line == item.end else f"{item.line}-{item.end}" for item in passages]
    is_one = len(passages) == 1 and passages[0].line == passages[0].end
    more = f" and {len(ranges) - _MOST_RANGES} more places (--report json has them all)" if len(ranges) > _MOST_RANGES else ""
    return f"{'line' if is_one else 'lines'} {', '.join(ranges[:_MOST_RANGES])}{more}"


def remarks(catalog: Mapping[str, Any], entries: Sequence[Entry] = ()) -> Iterator[str]:
    """Yield what is as it was in the source, but may not have been meant so; and what of all commands is said once."""
    yield from _shown(entries)
    labelled = [
        name
        for name, endpoint in catalog.get("endpoints", {}).items()
        if "body" in endpoint and (endpoint.get("headers") or {}).get("Content-Type") == URLENCODED
    ]
    if labelled:
        yield (
            f"the JSON of {_named(labelled)} is labelled {URLENCODED}, as by curl -d without "
            "-H 'Content-Type: application/json': if the servers read JSON, take that header out"
        )
    acting = [name for name, endpoint in catalog.get("endpoints", {}).items() if _is_acting_get(endpoint)]
    if acting:
        yield (
            f"{_named(acting)}: a GET that changes something, as its words say, has effect: changes, so that probe passes over it: "
            "take that out where it only asks, and write it where another GET changes something"
        )


def _shown(entries: Sequence[Entry]) -> Iterator[str]:
    """Yield a sentence about the options that only showed more of the transfer, with the number of commands that had them."""
    options = list(dict.fromkeys(option for entry in entries for option in entry.shows))
    if not options:
        return
    places = {(entry.source.file, entry.source.line) for entry in entries if entry.shows}
    others = [option for option in options if option != "-i"]
    ways = ["to see the answer's status and headers, give a script its own -i"] if "-i" in options else []
    ways += (
        [f"to have {_and(others)}, add {'it' if len(others) == 1 else 'them'} to the curl command that a script prints with --dry-run"]
        if others
        else []
    )
    it = "it changes" if len(options) == 1 else "they change"
    yield f"the scripts are made without {_and(options)} of {counted(len(places), 'command')}: {it} only what curl shows; {'; '.join(ways)}"


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _is_acting_get(endpoint: Mapping[str, Any]) -> bool:
    return endpoint.get("method") == "GET" and endpoint.get("effect") == "changes"


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def is_whole(entries: Sequence[Entry]) -> bool:
    """Tell whether nothing was left out, neither an entry nor a part of one."""
    return all(entry.endpoint is not None and not any("left out" in reason for reason in entry.reasons) for entry in entries)
