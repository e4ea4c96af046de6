"""What pages decide, computed once for every format: templates loop over these views and add words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from generator.catalog.model import Backend, Catalog, Cell
from generator.render.views.answers import has_several_filters, origin_of
from generator.render.views.keys import key_text, own_secrets
from generator.render.views.matrix import reasons_of
from generator.render.views.parameters import parameters_of
from generator.render.views.quick_start import first_cell, quick_start
from generator.render.views.sources import reading_words
from generator.render.views.transfer import transfer_notes
from generator.render.views.troubles import command_troubles, troubles_of, troubles_of_cell
from generator.render.words import Words
from generator.request import Request
from generator.sources import newest_month


def views(
    catalog: Catalog, language: str, words: Words, request_of: Callable[[Backend, Cell], Request]
) -> Mapping[str, Callable[..., Any]]:
    """Return the views of a page in `language` as functions, by the names that templates call."""
    return {
        "command_troubles": partial(command_troubles, catalog, words),
        "first_cell": first_cell,
        "has_several_filters": has_several_filters,
        "key_text": partial(key_text, words=words),
        "origin_of": partial(origin_of, words=words),
        "own_secrets": lambda backend, cell: own_secrets(backend, request_of(backend, cell)),
        "parameters_of": partial(parameters_of, language=language, words=words),
        "quick_start": partial(quick_start, catalog, language=language),
        "reading_words": partial(reading_words, newest_month(catalog), words),
        "reasons_of": partial(reasons_of, language=language),
        "transfer_notes": lambda backend, cell: transfer_notes(backend, cell, request_of(backend, cell), words),
        "troubles_of": partial(troubles_of, language=language, words=words),
        "troubles_of_cell": partial(troubles_of_cell, language=language, words=words),
    }
