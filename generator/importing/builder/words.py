"""Give endpoints their ids, titles and groups, from operation ids, headings and paths."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from generator.importing.builder.answers import effect_of
from generator.importing.builder.clusters import Cluster, is_bare, shape
from generator.importing.builder.names import is_latin, path_id, short, slug, unique

LONGEST_TITLE_ID = 28
MOST_WORDS = 4
LONGEST_LEAD = 40
"""The number of characters of a sentence before a command that may stand in its title, such as `With history.`"""

ENDS_IN_FILE = re.compile(r"/[^/{}]*\.(?!(json|xml|php|html?|aspx?|cgi)\Z)[A-Za-z][A-Za-z0-9]{0,3}\Z")
"""A path that ends in the name of a file, which is an example: an id made of it would say what no user sends."""

SAYS_LITTLE = re.compile(r"[?!,;()]|\b(it|its|one|ones|this|that|these|those|them|they|there|you|your|we|our|same|again)\b", re.IGNORECASE)
"""What a title has that says what it does only in its place: the path says more."""

OF_OTHERS = re.compile(r"(?![\u3400-\u9fff\uf900-\ufaff])[^\W\d_a-zA-Z]")
"""A letter that neither English nor Chinese has."""

BARE_VERB = re.compile(
    r"get|list|show|read|view|create|add|update|change|edit|set|reset|delete|remove|start|stop|restart|pause|resume|enable|disable|open|close|"
    r"lock|unlock|send|cancel",
    re.IGNORECASE,
)
"""A title that says what is done, but not to what: the path does."""

Words = dict[str, str]
"""A text by language; "" where the language is not known."""


@dataclass
class Named:
    """What an endpoint is called, and the group that it is in."""

    id: str
    title: Words = field(default_factory=dict)
    about: Words = field(default_factory=dict)
    group: Words = field(default_factory=dict)
    base: Cluster | None = None
    """The endpoint that it may be like: another one with its method and path."""


def name_all(clusters: Sequence[Cluster], bases: Mapping[str, str], server_names: Iterable[str]) -> list[Named]:
    """Return what each endpoint is called. `bases` has the path of each server's base URL, `server_names` what headings call servers."""
    servers = set(server_names)
    titles = [_texts(cluster, "title", servers) for cluster in clusters]
    groups = [_texts(cluster, "group", servers) for cluster in clusters]
    families: dict[tuple[str, ...], list[int]] = {}
    for number, cluster in enumerate(clusters):
        first = cluster.first
        server = (first.origin,) if is_bare(first.path) else ()
        families.setdefault((first.method, shape(first.path), *server), []).append(number)
    heads: dict[int, int] = {}
    for numbers in families.values():
        heads.update(dict.fromkeys(numbers, _head(numbers, clusters)))
    heads_of_titles, heads_of_groups = _heads_by_text(titles, heads), _heads_by_text(groups, heads)
    named: list[Named | None] = [None] * len(clusters)
    taken: set[str] = set()
    for number in sorted(range(len(clusters)), key=lambda number: (heads[number] != number, number)):
        cluster, head = clusters[number], heads[number]
        title, group, about = titles[number], groups[number], _texts(cluster, "about", set())
        if any(heads_of_groups.get(text, {head}) != {head} for text in title.values()):
            title, group = {}, title  # the heading of a section in which others stand
        elif _is_heading(title, cluster, group) and any(len(heads_of_titles[text]) > 1 for text in title.values()):
            title, group = {}, title  # a heading above several requests is their group's
        elif not title and group and all(len(heads_of_groups[text]) == 1 for text in group.values()):
            title = group
        base = named[head]
        if base is None:
            named[number] = Named(_own_id(cluster, title, bases, taken), title, about, group)
        else:
            named[number] = _variant(cluster, clusters[head], base, Named("", title, about, group), taken)
        taken.add(named[number].id)  # type: ignore[union-attr]
    found = [item for item in named if item is not None]
    _tell_titles_apart(found, clusters)
    return found


def _variant(cluster: Cluster, head: Cluster, base: Named, said: Named, taken: set[str]) -> Named:
    """Return what a request is called that has the method and the path of another one, of what the source has `said`."""
    title, about = said.title, said.about
    suffix = _suffix(head, cluster)
    is_own = bool(title) and title != base.title
    if not is_own and about and about != base.about and all(len(text) <= LONGEST_LEAD and text.count(".") <= 1 for text in about.values()):
        lead = {language: text.rstrip(".。:：") for language, text in about.items()}
        title = {language: _joined(base.title.get(language), text) for language, text in lead.items()}
        word = "" if suffix == "stream" else _short_title_id(lead)
        suffix, about = word or suffix, {}
    elif not is_own:
        is_shared = bool(suffix) and _is_heading(base.title, cluster, {})
        title = {language: _marked(text, suffix) for language, text in base.title.items()} if is_shared else {}
    group = _group_of_variant(said, base)
    own_id = _operation_id(cluster) or (_short_title_id(title) if is_own else "")
    if not own_id and group != base.group:
        own_id = _short_title_id(group)  # the id of what it is like is about another section
    made = own_id or _without_repeats(f"{base.id}-{suffix}" if suffix else base.id)
    return Named(unique(short(made), taken), title, about, group, head)


def _without_repeats(name: str) -> str:
    """Return an id in which no word stands twice in a row."""
    return "-".join(word for word, _ in groupby(name.split("-")))


def _is_heading(title: Words, cluster: Cluster, group: Words) -> bool:
    """Tell whether a title is a heading that a command stands under; else it is the command's own, as that of an item in a folder."""
    headings = cluster.first.found.sections
    return any(text in headings for text in title.values()) if headings else not group


def _group_of_variant(said: Named, base: Named) -> Words:
    """Return the group of a variant: its own, but that of what it is like below the heading of that, or without words of its own."""
    if said.group:
        return base.group if said.group == base.title else said.group
    return {} if said.title and said.title != base.title else base.group


def _marked(title: str, suffix: str) -> str:
    """Return a title with what a variant has beside it in brackets."""
    words = suffix.replace("-", " ")
    return f"{title} ({words})" if is_latin(title) else f"{title}（{'流式' if suffix == 'stream' else words}）"


def _tell_titles_apart(named: Sequence[Named], clusters: Sequence[Cluster]) -> None:
    """Put behind a title that another request of its group has already what is otherwise in this one, else a number."""
    first: dict[tuple[str, ...], int] = {}
    for number, item in enumerate(named):
        if not item.title:
            continue
        known = first.setdefault(_heading(item), number)
        if known == number:
            continue
        here, there = clusters[number], clusters[known]
        is_variant = (here.first.method, shape(here.first.path)) == (there.first.method, shape(there.first.path))
        mark = _suffix(there, here) if is_variant else f"{here.first.method} {here.first.path}"
        plain = item.title
        item.title = {language: _marked(text, mark) for language, text in plain.items()} if mark else plain
        count = 2
        while first.setdefault(_heading(item), number) != number:
            item.title = {language: _marked(text, str(count)) for language, text in plain.items()}
            count += 1


def _heading(item: Named) -> tuple[str, ...]:
    """Return what a request stands under: its group and its title, without regard to capitals."""
    return tuple(text.casefold() for text in (*item.group.values(), "", *item.title.values()))


def _joined(title: str | None, lead: str) -> str:
    """Return a title with the words that lead to a variant of it."""
    return f"{title}: {lead[:1].lower()}{lead[1:]}" if title and title.isascii() else f"{title}：{lead}" if title else lead


def _texts(cluster: Cluster, kind: str, without: set[str]) -> Words:
    """Return the first text of each language that the commands of a request have."""
    found: Words = {}
    for draft in sorted(cluster.drafts, key=lambda draft: draft.number):
        said = [
            (draft.found.language or "", getattr(draft.found, kind)),
            *((words.language, getattr(words, kind)) for words in draft.found.also),
        ]
        for language, text in said:
            if text and text.strip() and text not in without:
                found.setdefault(language, text.strip())
    if len(found) > 1:
        found.pop("", None)
    return found


def _head(numbers: Sequence[int], clusters: Sequence[Cluster]) -> int:
    """Return which of the requests with one method and path the others are like: no stream, at most servers, found first."""

    def rank(number: int) -> tuple[bool, int, int]:
        cluster = clusters[number]
        return _streams(cluster), -len(cluster.origins), number

    return min(numbers, key=rank)


def _streams(cluster: Cluster) -> bool:
    body = cluster.first.content.get("body")
    return isinstance(body, dict) and body.get("stream") is True


def _heads_by_text(texts: Sequence[Words], heads: Mapping[int, int]) -> dict[str, set[int]]:
    """Return under each heading the requests that stand there, each with its variants as one."""
    found: dict[str, set[int]] = {}
    for number, words in enumerate(texts):
        for text in words.values():
            found.setdefault(text, set()).add(heads[number])
    return found


def _operation_id(cluster: Cluster) -> str:
    return next((made for draft in cluster.drafts if draft.found.id and (made := slug(draft.found.id))), "")


def _short_title_id(title: Words) -> str:
    """Return a title as an id, if it is short and says all in letters of ASCII."""
    text = title.get("en") or title.get("") or ""
    if SAYS_LITTLE.search(text) or BARE_VERB.fullmatch(text):
        return ""
    made = slug(re.sub(r"^(\d+[.)]?)+\s*", "", text), is_name=" " in text or not text[:1].islower())
    made = "-".join(word for word in made.split("-") if word not in ("a", "an", "the"))
    return made if made and is_latin(text) and len(made) <= LONGEST_TITLE_ID and made.count("-") < MOST_WORDS else ""


def _title_id(title: Words) -> str:
    """Return the first words of a title as an id, if it is in letters of ASCII; "" if not."""
    text = title.get("en") or title.get("") or ""
    words = [word for word in slug(text, is_name=True).split("-") if word not in ("a", "an", "the")]
    return short("-".join(words)) if is_latin(text) else ""


def _own_id(cluster: Cluster, title: Words, bases: Mapping[str, str], taken: set[str]) -> str:
    first = cluster.first
    base = bases[first.origin]
    creates = effect_of(first) is not None
    by_path = path_id(first.method, first.path[len(base) :] if first.path.startswith(base) else first.path, creates=creates)
    made = short(_operation_id(cluster)) or _short_title_id(title)
    if not made and ENDS_IN_FILE.search(first.path):
        made = _title_id(title)
    made = made or by_path
    if made not in taken:
        return made
    longer = path_id(first.method, first.path, creates=creates) if made != by_path else made
    with_method = f"{first.method.lower()}-{by_path}"
    for candidate in (by_path, longer, short(slug(with_method))):
        if candidate not in taken:
            return candidate
    return unique(made, taken)


def _suffix(base: Cluster, variant: Cluster) -> str:
    """Return a word or two for what a variant has beside its base."""
    here, there = variant.first, base.first
    if _streams(variant) and not _streams(base):
        return "stream"
    body, other = here.content.get("body"), there.content.get("body")
    if isinstance(body, dict) and isinstance(other, dict):
        for new in ([name for name in body if name not in other], [name for name in body if body[name] != other.get(name)]):
            words = [f"no-{slug(name)}" if body[name] is False else slug(name) for name in new if slug(name)]
            if words:
                return "-".join(words[:2])
    for kind in ("query", "headers", "cookies", "form", "urlencoded"):
        mine, theirs = here.content.get(kind, {}), there.content.get(kind, {})
        new = [name for name in mine if mine[name] != theirs.get(name)]
        words = [slug(name) for name in new if slug(name) not in ("", "content-type")]
        if words:
            return "-".join(words[:2])
    names = [name for name in here.curl if here.curl[name] != there.curl.get(name)]
    return slug(names[0]) if names else ""


def one_language(texts: Iterable[Words]) -> list[str]:
    """Return the languages of a catalog with these texts: several if a text is in several, one if all that are known are in it.

    Where they are in a third one, as Portuguese, pages have the words of English around them. None are returned if no text's language is
    known, or if some are in one and some in another.
    """
    every = list(texts)
    several = [words for words in every if len(words) > 1]
    if several:
        return list(dict.fromkeys(language for words in several for language in words))
    known = {language for words in every for language in words} - {""}
    written = "".join(text for words in every for text in words.values())
    if not known and OF_OTHERS.search(written):
        return ["en"]
    return list(known) if len(known) == 1 else []


def text_of(words: Words, languages: Sequence[str]) -> str | dict[str, str] | None:
    """Return a text as a catalog has it: one for each language, else one for all; None if there is none."""
    if not words:
        return None
    if len(languages) > 1 and set(languages) <= set(words) and len({words[language] for language in languages}) > 1:
        return {language: words[language] for language in languages}
    return next(iter(words.values()))
