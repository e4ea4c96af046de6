"""Find the names in paths that are those of one thing of many: `lamp-hall` of /lamps/lamp-hall, /lamps/lamp-hall/status, …/restart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from generator.importing.builder.names import ACTS, ROOTS, VERSION, singular, slug
from generator.importing.builder.slots import Draft

Instance = tuple[str, str, str]
"""A server, the path before a name, and the name."""

_NAME = re.compile(r"(?=.*[-_0-9])[A-Za-z][\w-]*[A-Za-z0-9]")
"""A name that somebody gave: several words, or a word with a number; no single word, and nothing with the ending of a file."""

_VERB = re.compile(
    r"(?:sign|log|get|list|find|search|check|verify|forgot|change|export|import|bulk|batch|by|me|all|new|current|self|public|private|with)(?:$|[-_])"
    r"|.*[-_](?:in|up|out|all|by|me|status|count|search|stats|info|list|types?|plugins?)$",
    re.IGNORECASE,
)
"""Words of an API that are written like names: sign-in, bulk_delete, by-email."""


def instances_of(drafts: Sequence[Draft]) -> set[Instance]:
    """Return the names that are surely those of one thing of many, below a collection such as /lamps.

    The thing itself is asked for, put or deleted at its name, and another command goes to it or to something below it. A wrong parameter
    is worse than none: what may be a word of the API stays.
    """
    commands: dict[Instance, set[tuple[str, str]]] = {}
    whole: set[Instance] = set()
    for draft in drafts:
        segments = draft.path.split("/")
        for position, instance in _names(draft.origin, segments):
            commands.setdefault(instance, set()).add((draft.method, "/".join(segments[position + 1 :])))
            if position == len(segments) - 1 and draft.method in ("GET", "PUT", "PATCH", "DELETE"):
                whole.add(instance)
    return {instance for instance in whole if len(commands[instance]) > 1 and any(below for _, below in commands[instance])}


def _names(origin: str, segments: Sequence[str]) -> Iterator[tuple[int, Instance]]:
    """Yield the segments of a path that may be names of things, with their positions."""
    for position in range(1, len(segments)):
        segment, collection = segments[position], segments[position - 1]
        if _is_collection(collection) and _NAME.fullmatch(segment) and not (_VERB.match(segment) or ACTS.fullmatch(segment)):
            yield position, (origin, "/".join(segments[:position]), segment)


def _is_collection(segment: str) -> bool:
    """Tell whether a segment names things of one kind: it is a plural, and no version and no root of an API."""
    word = slug(segment)
    is_word = re.fullmatch(r"[A-Za-z][\w-]*", segment) is not None and not VERSION.fullmatch(segment) and not ROOTS.fullmatch(segment)
    return is_word and bool(word) and singular(word) != word
