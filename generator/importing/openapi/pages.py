"""How a list goes on: by the Link header, or by the address of the next page in the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from generator.importing.answer_filters import below, list_in
from generator.importing.openapi.samples import SampleMaker, kind_of
from generator.importing.openapi.values import as_dict, as_text

# Where answers have the address of the next page.
_NEXT = (
    ("links", "pages", "next"),
    ("links", "next"),
    ("_links", "next", "href"),
    ("links", "next", "href"),
    ("_links", "next"),
    ("paging", "next"),
    ("pagination", "next"),
    ("pagination", "next_url"),
    ("meta", "next"),
    ("next",),
    ("next_url",),
    ("next_page_uri",),
    ("nextLink",),
    ("@odata.nextLink",),
)
_ADDRESS = re.compile(r"https?://|/")


def pages_of(operation: dict[str, Any], response: dict[str, Any], media: dict[str, Any], answer: Any, maker: SampleMaker) -> Any:
    """Return how a list goes on, in a catalog's words; None if the document does not say so."""
    headers = as_dict(response.get("headers"))
    if any(str(name).lower() == "link" for name in headers):
        return "link"
    named = as_text(as_dict(operation.get("x-ms-pageable")).get("nextLinkName"))
    if named:
        return {"next": below(".", named)}
    if list_in(answer) is None or isinstance(answer, list):
        return None
    return _by_answer(answer) or _by_schema(media, maker)


def _by_answer(answer: dict[str, Any]) -> Any:
    """Return how a list goes on by the address in its example."""
    for path in _NEXT:
        value: Any = answer
        for name in path:
            value = as_dict(value).get(name)
        if _ADDRESS.match(as_text(value)):
            return {"next": _filter(path)}
    return None


def _by_schema(media: dict[str, Any], maker: SampleMaker) -> Any:
    """Return how a list goes on whose example is the last page: by what its schema calls an address."""
    top = as_dict(maker.opened(media.get("schema", True)).get("properties"))
    for path in _NEXT:
        fields = top
        schema: dict[str, Any] = {}
        for name in path:
            schema = maker.opened(fields[name]) if name in fields else {}
            fields = as_dict(schema.get("properties"))
        is_address = schema.get("format") in ("uri", "url", "uri-reference") or _ADDRESS.match(as_text(schema.get("example")))
        if kind_of(schema) == "string" and is_address:
            return {"next": _filter(path)}
    return None


def _filter(path: Sequence[str]) -> str:
    """Return the jq filter for a path of fields."""
    where = "."
    for name in path:
        where = below(where, name)
    return where
