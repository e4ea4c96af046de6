"""Make notes on a command of the paragraphs behind it, as far as they are surely about it."""

from __future__ import annotations

from collections.abc import Iterable

from generator.importing.notes.headings import says_nothing
from generator.importing.notes.pieces import Prose
from generator.importing.notes.words import is_title, title_of

MOST_NOTES = 5
LONGEST_NOTE = 500
"""The number of characters of a paragraph that may be a note; a longer one is a chapter of its own."""


def before_leading(behind: list[Prose]) -> list[Prose]:
    """Return which paragraphs between two blocks of commands are about the one above: all but the last, if that one leads to the next.

    Where it does not, nobody can tell which of them they are about.
    """
    if len(behind) < 2 or not _leads(behind[-1].text) or any(_leads(item.text) or is_title(item.text) for item in behind[:-1]):
        return []
    return behind[:-1]


def notes_of(behind: Iterable[Prose]) -> tuple[str, ...]:
    """Return the paragraphs behind a command as notes on it: a list in one with the line that leads to it. None if there are many."""
    found: list[str] = []
    leads = False
    for item in behind:
        if leads and item.depth and found:
            found[-1] = f"{found[-1]} {item.text}" if _leads(found[-1]) else f"{found[-1].rstrip('.;；。')}; {item.text}"
        else:
            if leads and _leads(found[-1]):
                found.pop()  # it leads to something else than text
            found.append(item.text)
            leads = False
        leads = leads or _leads(item.text)
    if found and _leads(found[-1]):
        found.pop()
    found = [text for text in found if text and not says_nothing(title_of(text))]
    return tuple(found) if len(found) <= MOST_NOTES and all(len(text) <= LONGEST_NOTE for text in found) else ()


def _leads(text: str) -> bool:
    """Tell whether a text leads to what follows it."""
    return text.endswith((":", "：")) or text.rstrip("*_").endswith((":", "："))
