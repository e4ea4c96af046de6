"""What pages decide, computed once for every format: templates loop over these views and add words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from generator.catalog.model import Catalog
from generator.render.views.answers import answer_of, has_several_filters
from generator.render.views.keys import key_text
from generator.render.views.matrix import reasons_of
from generator.render.views.parameters import parameters_of
from generator.render.views.quick_start import first_cell, quick_start
from generator.render.views.troubles import command_troubles, troubles_of
from generator.render.words import Words


def views(catalog: Catalog, language: str, words: Words) -> Mapping[str, Callable[..., Any]]:
    """Return the views of a page in `language` as functions, by the names that templates call."""
    return {
        "answer_of": partial(answer_of, language=language),
        "command_troubles": partial(command_troubles, catalog, words),
        "first_cell": first_cell,
        "has_several_filters": has_several_filters,
        "key_text": partial(key_text, words=words),
        "parameters_of": partial(parameters_of, language=language, words=words),
        "quick_start": partial(quick_start, catalog),
        "reasons_of": partial(reasons_of, language=language),
        "troubles_of": partial(troubles_of, language=language, words=words),
    }
