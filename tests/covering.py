"""Few cases in place of many: so chosen that all that the many have is in one of the few."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable, Mapping, Set
from typing import TypeVar

Item = TypeVar("Item")


def covering(items: Mapping[Item, Set[Hashable]]) -> list[Item]:
    """Choose items that have together what all of them have: each time the first of those that add most."""
    missing = set().union(*items.values())
    # What an item adds never grows, so that only those are counted again that might still add most.
    adds = {item: len(having) for item, having in items.items()}
    chosen = []
    while missing:
        best, most = None, 0
        for item, upper in adds.items():
            if upper > most:
                adds[item] = len(items[item] & missing)
                if adds[item] > most:
                    best, most = item, adds[item]
        assert best is not None
        missing -= items[best]
        chosen.append(best)
    return chosen


def pairs(values: Iterable[Hashable]) -> set[Hashable]:
    """Return each two of the values, in their order. Cases that cover the pairs have each value with each one that it meets."""
    return set(itertools.combinations(values, 2))
