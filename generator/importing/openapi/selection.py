"""Which operations of a document are wanted: those with a tag, with a path, or with an id."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

MOST_OPERATIONS = 100
"""How many operations are imported without being asked for by name."""


MOST_AT_ONCE = 10_000
"""How many operations one catalog is made of: with more, an import would take minutes and a gigabyte, and nobody reads such a catalog."""


class TooManyOperations(Exception):
    """A document of which more operations are wanted than are imported at once: how many, and how many each tag has."""

    def __init__(self, count: int, tags: dict[str, int]) -> None:
        way_out = "say which with --only, or take all with --only '*'"
        if count > MOST_AT_ONCE:
            way_out = f"a catalog is made of {MOST_AT_ONCE:,} at most, so say which with --only"
        super().__init__(f"the document has {count:,} operations: {way_out}")
        self.count = count
        self.tags = tags
        """The tags in the document's order, each with the number of its operations; "" has those without a tag."""


@dataclass(frozen=True)
class Wanted:
    """What `--only` says of one operation."""

    method: str
    path: str
    tags: tuple[str, ...]
    ids: tuple[str, ...]
    """The ids by which it may be called: the document's, and the catalog's."""


class Selection:
    """What `--only` asks for: `tag:Pets`, a path with * and ? in it, a method and a path, or an id; `*` is everything."""

    def __init__(self, only: Sequence[str]) -> None:
        self._only = tuple(dict.fromkeys(only))
        self._met: set[str] = set()

    def wants(self, operation: Wanted) -> bool:
        """Tell whether an operation is asked for."""
        met = [word for word in self._only if _is_met(word, operation)]
        self._met.update(met)
        return bool(met) or not self._only

    @property
    def words(self) -> tuple[str, ...]:
        """What is asked for; nothing: all that there is."""
        return self._only

    @property
    def unmet(self) -> list[str]:
        """What no operation was asked for by."""
        return [word for word in self._only if word not in self._met]


def _is_met(word: str, operation: Wanted) -> bool:
    if word == "*":
        return True
    if word.startswith("tag:"):
        return any(fnmatchcase(tag.casefold(), word[4:].casefold()) for tag in operation.tags)
    if word.startswith("/"):
        return fnmatchcase(operation.path, _glob(word))
    method, blank, path = word.partition(" ")
    if blank and path.startswith("/"):
        return method.upper() == operation.method and fnmatchcase(operation.path, _glob(path))
    return any(fnmatchcase(name, _glob(word)) for name in operation.ids)


def _glob(word: str) -> str:
    """Return a pattern in which only * and ? are signs: a [ is one character."""
    return re.sub(r"\[", "[[]", word)
