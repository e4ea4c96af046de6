"""What an operation answers: its kind, an example of it, filters for it, and how a list goes on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from generator.importing.answer_filters import pipelines_of
from generator.importing.model import FoundPipeline
from generator.importing.openapi.document import Document
from generator.importing.openapi.examples import example_of
from generator.importing.openapi.media_types import is_json, is_lines, preferred
from generator.importing.openapi.pages import pages_of
from generator.importing.openapi.samples import SampleMaker, kind_of
from generator.importing.openapi.shorten import small
from generator.importing.openapi.values import Notes, as_dict
from generator.media_type import bare

_TEXTS = ("xml", "yaml", "csv", "html", "javascript", "toml", "graphql", "markdown", "x-sh", "rtf")


@dataclass(frozen=True)
class Answer:
    """What an operation answers."""

    response: str | None = None
    """Its kind, in a catalog's words; None: the document does not say."""
    success: tuple[int | str, ...] = ()
    """Which statuses are answers, where it is not 2xx."""
    sample: Any = None
    pipelines: tuple[FoundPipeline, ...] = ()
    pages: Any = None
    accept: str | None = None
    """The media type to ask for, where there are several."""


def answer_of(document: Document, operation: dict[str, Any], method: str, notes: Notes, *, key_in_query: bool) -> Answer:
    """Return what an operation answers if all goes well."""
    responses = as_dict(document.resolve(operation.get("responses"), notes))
    status = _status(document, responses, notes)
    if method == "HEAD":
        return Answer()
    if status is None:
        return _redirect(responses)
    response = as_dict(document.resolve(responses[status], notes))
    content = {str(kind).strip(): as_dict(media) for kind, media in as_dict(response.get("content")).items()}
    if not content:
        return Answer(response="none")
    media_type = preferred(list(content))
    media = content[media_type]
    maker = SampleMaker(document, notes, sent=False)
    kind = _kind(media_type, media, maker)
    accept = _accept(media_type, list(content))
    if kind not in ("json", "events", "lines"):
        return Answer(response=kind, accept=accept)
    whole = example_of(document, media, maker, notes)
    if kind != "json":
        return _stream(kind, whole, accept)
    pages = pages_of(operation, response, media, whole, maker) if method == "GET" and not key_in_query else None
    sample = small(whole)
    made = str(status) in ("201", "202")
    return Answer(response="json", sample=sample, pipelines=pipelines_of(sample, made=made), pages=pages, accept=accept)


def _status(document: Document, responses: dict[str, Any], notes: Notes) -> str | None:
    """Return the status of the answer that the script prints: the first of 2xx with a content, else the first, else `default`."""
    good = sorted(status for status in responses if re.fullmatch(r"2[0-9][0-9]|2XX", str(status), re.IGNORECASE))
    with_content = [status for status in good if as_dict(document.resolve(responses[status], notes)).get("content")]
    for status in (*with_content, *good):
        return status
    has_redirect = any(re.fullmatch(r"3[0-9][0-9]", str(status)) for status in responses)
    return "default" if "default" in responses and not has_redirect else None


def _redirect(responses: dict[str, Any]) -> Answer:
    """Return the answer of an operation that has no 2xx: where it answers with another address only, its headers are the answer."""
    statuses = sorted(int(status) for status in responses if re.fullmatch(r"30[12378]", str(status)))
    return Answer(response="headers", success=tuple(statuses)) if statuses else Answer()


def _kind(media_type: str, media: dict[str, Any], maker: SampleMaker) -> str:
    """Return the kind of an answer of a media type, in a catalog's words."""
    name = bare(media_type)
    if name == "text/event-stream":
        return "events"
    if is_lines(media_type):
        return "lines"
    schema = maker.opened(media.get("schema", True))
    if schema.get("format") == "binary" or schema.get("type") == "file":
        return "text" if name.startswith("text/") else "file"
    if is_json(name):
        return "json"
    if name.startswith("text/") or any(name.endswith((f"/{word}", f"+{word}")) for word in _TEXTS):
        return "text"
    if name in ("application/*", "") and kind_of(schema) in ("object", "array"):
        return "json"
    return "file"


def _accept(media_type: str, kinds: Sequence[str]) -> str | None:
    """Return the media type to ask for, where an answer may be of several."""
    others = [kind for kind in kinds if kind.partition(";")[0] != media_type.partition(";")[0]]
    return media_type if others and re.fullmatch(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+( *;[ \w=.\"+-]*)?", media_type, re.ASCII) else None


def _stream(kind: str, example: Any, accept: str | None) -> Answer:
    """Return the answer that is a stream of JSON values, each of which may be one of several kinds."""
    if isinstance(example, (str, type(None))) or example in ({}, []):
        return Answer(response=kind, accept=accept)
    items = example if isinstance(example, list) else [example]
    return Answer(response=kind, accept=accept, sample=[small(item) for item in items[:3]])
