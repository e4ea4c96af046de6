"""Find the groups of endpoints: the sections of a source, where they tell requests apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from generator.importing.builder.clusters import Cluster
from generator.importing.builder.names import path_id, slug, unique
from generator.importing.builder.words import Named, Words

LONGEST_ID = 30
"""The number of characters that the id of a group has at most."""

_LATIN_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z-]{2,}(?![A-Za-z0-9])")
"""A word in Latin letters amid others, such as Stack in `模块 2：Stack 全生命周期`; P0 is none."""

_BETWEEN = " / "
"""What stands between the heading of a group and the one above it, where only both say which group it is."""


def groups_of(named: Sequence[Named], clusters: Sequence[Cluster], bases: Mapping[str, str]) -> dict[str, tuple[str, Words]]:
    """Return the id and the title of each group, by each of its titles; none where groups tell nothing apart.

    Where most requests are in a group, those that stand alone under a heading are put into one of their own: pages have what is in none
    at their end.
    """
    headings = {text for item in named for text in item.group.values()}
    for item in named:
        if item.title and headings.issuperset(item.title.values()):
            item.group = dict(item.title)  # others stand under the same heading
    _tell_places_apart(named, clusters)
    found = _members(named)
    is_alone = len(found) < 2 and all(item.group for item in named)
    is_each = all(len({id(named[member].base or clusters[member]) for member in members}) == 1 for _, members in found)
    if is_alone or is_each:
        return {}
    if 2 * sum(1 for item in named if item.group) >= len(named):
        _group_the_others(named, clusters)
        found = _members(named)
    taken: set[str] = set()
    groups: dict[str, tuple[str, Words]] = {}
    for position, (words, members) in enumerate(found, 1):
        text = words.get("en") or next(iter(words.values()))
        first = clusters[members[0]].first
        name = _id_of_heading(text) or path_id("GET", first.path[len(bases[first.origin]) :]) or f"section-{position}"
        name = unique(name, taken)
        taken.add(name)
        for title in words.values():
            groups.setdefault(title, (name, words))
    return groups


def abouts_of(groups: Mapping[str, tuple[str, Words]], named: Sequence[Named], clusters: Sequence[Cluster]) -> dict[str, Words]:
    """Return what the source says of each group, by its id. A request of which only that is said has no words of its own."""
    found: dict[str, Words] = {}
    for item, cluster in zip(named, clusters, strict=True):
        for title in item.group.values():
            if title not in groups:
                continue
            abouts = found.setdefault(groups[title][0], {})
            for said in (said for draft in cluster.drafts for said in draft.found.section_abouts):
                if title == said.heading or title.endswith(f"{_BETWEEN}{said.heading}"):
                    abouts.setdefault(said.language, said.about)
            if abouts and set(item.about.values()) <= set(abouts.values()):
                item.about = {}
    return found


def _id_of_heading(text: str) -> str:
    """Return the words of a heading as an id, as many as fit into LONGEST_ID; of a heading in another script its words in Latin letters.

    Return "" if it has none.
    """
    text = text if text.isascii() else text.rpartition(_BETWEEN)[2]
    if not text.isascii():
        text = " ".join(_LATIN_WORD.findall(text))
    words = slug(re.sub(r"^(\d+[.)]?)+\s*", "", text)).split("-")
    while len("-".join(words)) > LONGEST_ID and len(words) > 1:
        words.pop()
    made = "-".join(words)
    return made if len(made) <= LONGEST_ID else ""


def _tell_places_apart(named: Sequence[Named], clusters: Sequence[Cluster]) -> None:
    """Put before the title of a group the heading above it, if another group of its page has that title below other headings."""
    first_places: dict[tuple[str, str], tuple[str, ...]] = {}
    titles: dict[tuple[tuple[str, ...], str], str] = {}
    taken = {text for item in named for text in item.group.values()}
    for item, cluster in zip(named, clusters, strict=True):
        file = cluster.first.found.source.file
        above = _above(item, cluster)
        group: Words = {}
        for language, text in item.group.items():
            group[language] = text
            if above is not None and first_places.setdefault((file, text), above) != above:
                if (above, text) not in titles:
                    titles[above, text] = _free(f"{above[-1]}{_BETWEEN}{text}" if above else text, taken)
                    taken.add(titles[above, text])
                group[language] = titles[above, text]
        item.group = group


def _above(item: Named, cluster: Cluster) -> tuple[str, ...] | None:
    """Return the headings above the one that is a request's group, or that of what it is like; None if no heading is."""
    for place in (cluster, item.base or cluster):
        sections = place.first.found.sections
        positions = [sections.index(text) for text in item.group.values() if text in sections]
        if positions:
            return sections[: min(positions)]
    return None


def _free(title: str, taken: Collection[str]) -> str:
    """Return a title that is not taken: with a number behind it, if it is."""
    free = title
    number = 2
    while free in taken:
        free = f"{title} ({number})"
        number += 1
    return free


def _members(named: Sequence[Named]) -> list[tuple[Words, list[int]]]:
    """Return the titles of each group, and the numbers of the requests in it."""
    found: list[tuple[Words, list[int]]] = []
    by_title: dict[tuple[str, str], int] = {}
    for number, item in enumerate(named):
        if not item.group:
            continue
        known = [by_title[title] for title in item.group.items() if title in by_title]
        if known:
            place = min(known)
            words, members = found[place]
            for language in words.keys() & item.group.keys():
                if words[language] != item.group[language]:
                    del by_title[language, words[language]]  # it has another title from here on
            words.update(item.group)
            members.append(number)
        else:
            place = len(found)
            found.append((dict(item.group), [number]))
        for title in item.group.items():
            by_title.setdefault(title, place)
    return found


def _group_the_others(named: Sequence[Named], clusters: Sequence[Cluster]) -> None:
    """Put each request without a group into that of its heading: its title, or that of what it is like."""
    by_cluster = {id(cluster): item for cluster, item in zip(clusters, named, strict=True)}
    for cluster, item in zip(clusters, named, strict=True):
        base = by_cluster.get(id(item.base), item)
        headings = cluster.first.found.sections
        titles = [title for title in (base.title, item.title) if title and all(text in headings for text in title.values())]
        if not item.group and titles:
            item.group = titles[0]
