"""The pages of a list, as `curlsheet demo` plays them: two, both with the cell's sample; the second one is the last."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

from generator import jq_filter, json_text
from generator.catalog.model import Cell, Pages
from generator.demo.match import NEXT_PAGE, Sent


def is_last_page(cell: Cell, sent: Sent) -> bool:
    """Tell whether a request asks for the last page of the list; the answer of a cell without pages is one as well."""
    if cell.pages is None:
        return True
    if not isinstance(cell.pages, Pages) or cell.pages.place is None:
        return NEXT_PAGE in dict(parse_qsl(sent.query, keep_blank_values=True))
    cursors = _cursors(cell.pages, cell.sample)
    if not cursors:
        return True
    if cell.pages.place in ("query", "urlencoded"):
        cursor = cursors[0] if isinstance(cursors[0], str) else json_text.compact(cursors[0])
        fields = sent.query if cell.pages.place == "query" else sent.body.decode("utf-8", "replace")
        return (cell.pages.at[1], cursor) in parse_qsl(fields, keep_blank_values=True)
    value: Any = json.loads(sent.body)
    with suppress(LookupError, TypeError):
        for step in cell.pages.at[1:]:
            value = value[step]
        return bool(value == cursors[0])
    return False


def page_sample(cell: Cell, target: str, is_last: bool) -> Any:
    """Return what the page at `target` answers: a cell's sample, the last one without a cursor to another page.

    An address in the sample, which may be that of another server, leads to the second page here.
    """
    if not isinstance(cell.pages, Pages) or not (is_last or cell.pages.place is None):
        return cell.sample
    cursor = "null" if is_last else json_text.compact(next_address(target))
    with suppress(jq_filter.FilterError):  # whoever computes a cursor from several places keeps it
        return jq_filter.results(f"reduce [path({cell.pages.next})][] as $path (.; setpath($path; {cursor}))", cell.sample)[0]
    return cell.sample


def next_address(target: str) -> str:
    """Return the address of the page behind the one at `target`."""
    return f"{target}{'&' if '?' in target else '?'}{NEXT_PAGE}=2"


def _cursors(pages: Pages, sample: Any) -> list[Any]:
    """Return what leads from a sample to the next page."""
    return jq_filter.results(jq_filter.words(pages.next), sample)
