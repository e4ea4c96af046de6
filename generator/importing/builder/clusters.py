"""Find which requests are the same one: at several servers, or with another value in a few places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from generator.importing.builder.hosts import relative
from generator.importing.builder.instances import instances_of
from generator.importing.builder.names import DATE, ROOTS, TIMESTAMP, VERSION
from generator.importing.builder.slots import At, Content, Draft, Slot
from generator.importing.model import FoundRequest

MOST_VARYING = 3
"""In how many places two commands may have another value and still be the same request."""

LONGEST_VALUE = 200
"""The number of characters of a text that counts as a value; longer ones make another request."""

MAY_BE_ID = re.compile(r"(?=.*[0-9])[\w.~-]+")
"""A segment of a path that is an id if another path has a placeholder in its place: a word with a digit in it, but not `me` or `search`."""

YOURS = re.compile(r"your[-_]([A-Za-z][\w-]*)", re.IGNORECASE)
"""A segment of a path in which the reader's own value is to stand."""

GENTLE = ("location", "retry", "max-time")
"""Settings of the transfer that do not change what is sent."""


@dataclass(eq=False)
class Cluster:
    """Commands that are the same request: an endpoint, which one or several backends have."""

    drafts: list[Draft] = field(default_factory=list)
    varying: dict[At, None] = field(default_factory=dict)
    """The places in which their values differ, in the order in which that was seen."""

    @property
    def first(self) -> Draft:
        """Return the command whose values are the defaults: of those with the fewest open places, the one that was found first."""
        return self.drafts[0]

    def of(self, origin: str) -> list[Draft]:
        """Return the commands for one server."""
        return [draft for draft in self.drafts if draft.origin == origin]

    @property
    def origins(self) -> list[str]:
        """Return the servers, in the order in which they were found."""
        return list(dict.fromkeys(draft.origin for draft in self.drafts))


def shape(path: str) -> str:
    """Return a path with the names of its placeholders taken out."""
    return re.sub(r"\{[^{}]*\}", "{}", path)


def clusters_of(drafts: Sequence[Draft], bases: Mapping[str, str]) -> list[Cluster]:
    """Return the requests that commands are, in the order in which they were found. `bases` has the path of each server's base URL.

    What is the same request has the same path behind the base URL, or the same whole path.
    """
    by_path: dict[tuple[str, str], list[Cluster]] = {}
    made: list[Cluster] = []
    for draft in drafts:
        keys = [(draft.method, shape(relative(draft.path, bases[draft.origin]))), (draft.method, shape(draft.path))]
        known = list({id(cluster): cluster for key in keys for cluster in by_path.get(key, ())}.values())
        varying = {number: places for number, other in enumerate(known) if (places := _fits(other, draft)) is not None}
        fitting = [number for number in varying if not _is_told_apart(known[number], draft)]
        if fitting:
            cluster = min((known[number] for number in fitting), key=lambda other: _distance(other, draft))
            draft = _with_names_of(cluster.first, draft)
            cluster.varying.update(dict.fromkeys(differences(cluster.first, draft) or ()))
            cluster.drafts.append(draft)
        else:
            cluster = Cluster([draft])
            made.append(cluster)
            for number, places in varying.items():  # another request, but its users want to change the same values
                in_content = dict.fromkeys(at for at in places if at[0] != "path")
                cluster.varying.update(in_content)
                known[number].varying.update(in_content)
        for key in dict.fromkeys(keys):
            those = by_path.setdefault(key, [])
            if cluster not in those:
                those.append(cluster)
    for cluster in made:
        order = cluster.origins
        cluster.drafts.sort(key=lambda draft: (order.index(draft.origin), len(_open_places(draft))))
    return made


def _distance(cluster: Cluster, draft: Draft) -> tuple[bool, bool, int]:
    """Return how far a command is from a request that it may be: the same values are nearest, then the same title."""
    first = cluster.first
    varying = differences(first, _with_names_of(first, draft)) or ()
    return bool(varying), first.found.title != draft.found.title, len(varying)


def _is_told_apart(cluster: Cluster, draft: Draft) -> bool:
    """Tell whether a command has other values than one to the same server, and the source says something else of it.

    To another server it is another request if only the source's words tell what it is.
    """
    same_server = next((other for other in cluster.drafts if other.origin == draft.origin), None)
    if same_server is None:
        return is_bare(draft.path) and cluster.first.found.title != draft.found.title
    return _differ_in_values(same_server, draft) and not _said_alike(same_server.found, draft.found)


def is_bare(path: str) -> bool:
    """Tell whether a path says nothing of the request: requests of several servers that have it are not the same for it."""
    return not path.strip("/")


def _differ_in_values(one: Draft, other: Draft) -> bool:
    """Tell whether two requests have another value in a place that neither of them leaves open."""
    other = _with_names_of(one, other)
    return any(
        not any(at in draft.slots and draft.slots[at].by_source and draft.slots[at].required for draft in (one, other))
        for at in differences(one, other) or ()
    )


def _said_alike(one: FoundRequest, other: FoundRequest) -> bool:
    """Tell whether the source says the same of two requests, or nothing of one of them: no heading of its own, no prose of its own.

    What two files say in two languages may be the same.
    """
    if one.source.file != other.source.file and one.language != other.language:
        return True
    said = [(found.title, found.about, found.group, found.sections) for found in (one, other)]
    return all(here == there or not here or not there for here, there in zip(*said, strict=True))


def _fits(cluster: Cluster, draft: Draft) -> list[At] | None:
    """Return in which places a command differs from a request that is known; None if it is another one."""
    first = cluster.first
    draft = _with_names_of(first, draft)
    if first.found.id and draft.found.id and first.found.id != draft.found.id:
        return None
    varying = differences(first, draft)
    if varying is None or len(varying) > MOST_VARYING:
        return None
    headers = _header_differences(first, draft)
    same_server = next((other for other in cluster.drafts if other.origin == draft.origin), None)
    if same_server is None:
        if first.found.response != draft.found.response:
            return None
        is_other = len(headers) > MOST_VARYING or _open_places(first) != _open_places(draft)
        return None if is_other else [*varying, *headers]
    if _header_differences(same_server, draft) or not _same_transfer(same_server, draft) or not _same_keys(same_server, draft):
        return None
    if (same_server.found.response or draft.found.response) != (draft.found.response or same_server.found.response):
        return None
    return varying


def _open_places(draft: Draft) -> set[tuple[Any, ...]]:
    """Return the places of a command that its source leaves open, without a default."""
    return {(at[0], *(str(step).lower() for step in at[1:])) for at, slot in draft.slots.items() if slot.required}


def _same_transfer(one: Draft, other: Draft) -> bool:
    names = {*one.curl, *other.curl}
    return all(one.curl.get(name) == other.curl.get(name) for name in names if name not in GENTLE)


def _same_keys(one: Draft, other: Draft) -> bool:
    """Tell whether two commands send keys in the same places, or one of them sends none."""
    places = [{(secret.place, secret.name.lower(), secret.prefix) for secret in draft.found.secrets} for draft in (one, other)]
    return places[0] == places[1] or not places[0] or not places[1]


def _header_differences(one: Draft, other: Draft) -> list[At]:
    """Return the headers and cookies in which two requests differ."""
    found: list[At] = []
    for kind in ("headers", "cookies"):
        here, there = ({name.lower(): value for name, value in draft.content.get(kind, {}).items()} for draft in (one, other))
        found += [
            (kind, name)
            for name in {*here, *there}
            if here.get(name) != there.get(name) and not ((kind, name) in one.slots and (kind, name) in other.slots)
        ]
    return found


def differences(one: Draft, other: Draft) -> list[At] | None:
    """Return the places in which two requests have another value; None if they differ in more than values."""
    found: list[At] = []
    for name in dict.fromkeys([*one.values, *other.values]):
        if one.values.get(name) != other.values.get(name):
            found.append(("path", name))
    here, there = dict(leaves(one.content)), dict(leaves(other.content))
    if here.keys() != there.keys():
        return None
    for at, value in here.items():
        if _same(value, there[at]):
            continue
        slots = [draft.slots[at] for draft in (one, other) if at in draft.slots]
        if any(slot.by_source for slot in slots):
            is_open_in_both = len(slots) == 2 and all(slot.by_source for slot in slots)
            if not is_open_in_both or not any(slot.required for slot in slots):
                found.append(at)
        elif _is_value(value, at) and _is_value(there[at], at) and _kind(value) == _kind(there[at]):
            found.append(at)
        else:
            return None
    return found


def _same(one: Any, other: Any) -> bool:
    return bool(type(one) is type(other) and one == other)


def _kind(value: Any) -> str:
    return "text" if isinstance(value, str) else "number"


def _is_value(value: Any, at: At) -> bool:
    """Tell whether something is a value that a user would change, such as a name or a number."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return False
    if isinstance(value, str) and ("\n" in value or len(value) > LONGEST_VALUE):
        return False
    return at[0] != "text" or len(str(value)) <= 80


def leaves(content: Content) -> Iterator[tuple[At, Any]]:
    """Yield each value of a request that is no mapping or list, with its place; headers and cookies are left out."""
    for kind, value in content.items():
        if kind in ("headers", "cookies"):
            continue
        if kind in ("query", "form", "urlencoded"):
            yield (kind,), None
            yield from (((kind, name), item) for name, item in value.items())
        else:
            yield from _inside(value, (kind,))


def _inside(value: Any, at: At) -> Iterator[tuple[At, Any]]:
    if isinstance(value, dict) and value:
        for name, item in value.items():
            yield from _inside(item, (*at, name))
    elif isinstance(value, list) and value:
        for position, item in enumerate(value):
            yield from _inside(item, (*at, position))
    else:
        yield at, value


def _with_names_of(first: Draft, draft: Draft) -> Draft:
    """Return a command whose path has the placeholders' names of another one."""
    names = dict(zip(_placeholders(draft.path), _placeholders(first.path), strict=False))
    if all(name == other for name, other in names.items()):
        return draft
    path = re.sub(r"\{(\+?)([^{}]*)\}", lambda match: f"{{{match[1]}{names.get(match[2], match[2])}}}", draft.path)
    slots: dict[At, Slot] = {}
    for at, slot in draft.slots.items():
        if at[0] == "path":
            name = names.get(str(at[1]), str(at[1]))
            slot = replace(slot, at=("path", name), name=slot.name if name == at[1] or slot.secret else name)
            at = slot.at
        slots[at] = slot
    values = {names.get(name, name): value for name, value in draft.values.items()}
    return replace(draft, path=path, slots=slots, values=values)


def _placeholders(path: str) -> list[str]:
    return [name.lstrip("+") for name in re.findall(r"\{([^{}]*)\}", path)]


def with_ids_as_values(drafts: Sequence[Draft], is_id: re.Pattern[str], name_of: Any) -> list[Draft]:
    """Return the commands; an id in a path, behind what it is the id of, is a placeholder with a value.

    So is the name of one thing of many, and one in which some paths differ, or in the place of another path's placeholder. `name_of` makes
    a name out of the segments before.
    """
    ways: dict[tuple[str, str], set[str]] = {}
    open_names: dict[tuple[str, str], str] = {}
    for draft in drafts:
        segments = draft.path.split("/")
        for position, segment in enumerate(segments):
            is_open = re.fullmatch(r"\{[^{}+]*\}", segment) is not None
            if is_id.fullmatch(segment) or is_open:
                ways.setdefault((draft.method, _without(draft.path, position)), set()).add(segment)
            if is_open:
                open_names.setdefault((draft.origin, shape("/".join(segments[:position]))), segment[1:-1])
    instances = instances_of(drafts)
    made = []
    for draft in drafts:
        written = draft.path.split("/")
        segments = draft.path.split("/")
        for position, segment in enumerate(segments):
            open_name = open_names.get((draft.origin, shape("/".join(segments[:position]))))
            others = ways.get((draft.method, _without("/".join(segments), position)), set())
            is_value = bool(is_id.fullmatch(segment)) and (len(others) > 1 or _names_items(segments[:position]))
            is_value = is_value or YOURS.fullmatch(segment) is not None
            is_value = is_value or (draft.origin, "/".join(written[:position]), segment) in instances
            if not is_value and not (open_name and MAY_BE_ID.fullmatch(segment) and not VERSION.fullmatch(segment)):
                continue
            named = open_name or _name_of_yours(segment) or _kind_of_id(segment) or name_of(segments[:position])
            if ("path", named) in draft.slots:
                continue
            segments[position] = f"{{{named}}}"
            slot = Slot(named, ("path", named), by_source=False)
            draft = replace(draft, path="/".join(segments), slots={**draft.slots, ("path", named): slot})
            draft.values = {**draft.values, named: segment}
        made.append(draft)
    return made


def _names_items(segments: Sequence[str]) -> bool:
    """Tell whether the last of these segments of a path says what is behind it: /users, but not /v1 or /api."""
    last = segments[-1] if segments else ""
    return bool(last) and "{" not in last and not VERSION.fullmatch(last) and not ROOTS.fullmatch(last)


def _name_of_yours(segment: str) -> str | None:
    """Return what `your_key` and `YOUR-KEY` stand for: key."""
    match = YOURS.fullmatch(segment)
    return match[1].lower().replace("-", "_") if match else None


def _kind_of_id(segment: str) -> str | None:
    """Return what a segment of a path is by its looks: a date or a timestamp; None if it may be anything."""
    return "date" if DATE.fullmatch(segment) else "timestamp" if TIMESTAMP.fullmatch(segment) else None


def _without(path: str, position: int) -> str:
    segments = path.split("/")
    segments[position] = "\0"
    return "/".join(segments)
