"""Read HAR files (HTTP Archive 1.2), as browsers' tools and proxies save them: each entry is a request.

What a browser adds to each request is left out: a script is none. Answers become samples by their structure alone, since what
people saved is their own data.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from generator.importing.browsers import is_tracker
from generator.importing.har.entry import Dropped, NoRequest, request_of
from generator.importing.json_source import NotJson, as_dict, as_list, as_text, lines_of_items, read_json
from generator.importing.model import Found, FoundRequest, NotImported, Source

_SHOWN = 200
_TRACKER = "it counts or watches visitors of the page (analytics, advertising), and is no request of its API"


def read(text: str, file: str) -> list[Found]:
    """Return the requests of a HAR file, and what of it is left out: files of a page, repeats, what is no HTTP."""
    try:
        log = as_dict(as_dict(read_json(text)).get("log"))
    except NotJson as error:
        return [NotImported(Source(file, error.line), "broken", (error.reason,))]
    if not isinstance(log.get("entries"), list):
        return [NotImported(Source(file, 1), "broken", ("a HAR file has log.entries, a list, which is not here (HAR 1.2, entries)",))]
    lines = lines_of_items(text, "entries")
    titles = {as_text(page.get("id")): as_text(page.get("title")) for page in map(as_dict, as_list(log.get("pages")))}
    dropped = Dropped()
    found: list[Found] = []
    known: dict[Any, int] = {}
    trackers = [is_tracker(_url(entry)) for entry in log["entries"]]
    for number, entry in enumerate(log["entries"]):
        source = Source(file, lines.get(("log", "entries", number), 1), _shown(entry))
        if trackers[number] and not all(trackers):
            found.append(NotImported(source, "left-out", (_TRACKER,)))
            continue
        try:
            request = request_of(entry, source, titles, dropped)
        except NoRequest as error:
            found.append(NotImported(source, error.status, (error.reason,)))
            continue
        key = repr((request.method, request.base, request.path, request.query, request.headers, request.cookies, request.body))
        if key in known:
            _repeat(found, known[key], request)
        else:
            known[key] = len(found)
            found.append(request)
    return _with_dropped(found, dropped) or [NotImported(Source(file, 1), "left-out", ("a HAR file without entries",))]


def _repeat(found: list[Found], number: int, request: FoundRequest) -> None:
    """Add a request that was there before as left out; its answer serves if the first one had none."""
    first = found[number]
    assert isinstance(first, FoundRequest)
    if first.sample is None and request.sample is not None:
        found[number] = replace(first, sample=request.sample, response=request.response)
    found.append(NotImported(request.source, "left-out", (f"the same request as on line {first.source.line}",)))


def _with_dropped(found: list[Found], dropped: Dropped) -> list[Found]:
    """Say of the first request what browsers add to all of them."""
    sentence = dropped.sentence()
    for number, item in enumerate(found):
        if sentence and isinstance(item, FoundRequest):
            found[number] = replace(item, changes=(*item.changes, sentence))
            break
    return found


def _url(entry: Any) -> str:
    return as_text(as_dict(as_dict(entry).get("request")).get("url"))


def _shown(entry: Any) -> str:
    """Return an entry as a report shows it: `GET https://…`."""
    request = as_dict(as_dict(entry).get("request"))
    text = f"{as_text(request.get('method')) or '?'} {as_text(request.get('url')) or '?'}"
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
