"""What pages say of the month in which a source was read."""

from __future__ import annotations

from generator.render.words import Words
from generator.sources import is_old


def reading_words(newest: str | None, words: Words, month: str) -> str:
    """Return the words, with a place for `{month}`: others if the source was read long before the newest month of the catalog."""
    if newest and is_old(month, newest):
        return str(words["read_long_ago"])
    return str(words["read_on"])
