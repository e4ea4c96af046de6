"""Find the text of notes that is nowhere in the catalog that was made of them: none is passed over without a word."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.importing.notes.passages import Passage
from generator.importing.notes.words import title_of_prose
from generator.secret_text import STAND_IN

_TARGET = re.compile(r"\]\(<?[^()<>\s]*>?\)|<[^<>]*>")
"""The target of a link, and tags: what a catalog does not keep of a text."""
_MARKS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Uncarried:
    """A passage of a file, or some lines of it, that no text of the catalog holds."""

    file: str
    line: int
    """Its first line, counted from 1."""
    end: int
    """Its last line."""
    is_code: bool = False
    is_output: bool = False
    """It is what a command printed, below it in its block."""


def uncarried(passages: Mapping[str, Sequence[Passage]], catalog: Mapping[str, Any]) -> tuple[Uncarried, ...]:
    """Return which passages of the files, by their names, the catalog does not hold, in the order of their lines.

    Two that follow each other, line upon line, are one. Marks and blanks do not count; a block of code is there if half of its lines are.
    """
    if not catalog:
        return ()
    known = "\n".join(_letters(text) for text in _texts(catalog))
    whole = set(known.split("\n"))
    samples = [endpoint["sample"] for endpoint in catalog["endpoints"].values() if "sample" in endpoint]
    found: list[Uncarried] = []
    for file, those in passages.items():
        for passage in those:
            if not _is_carried(passage, known, whole) and not _is_sample(passage, samples):
                _add(found, Uncarried(file, passage.line, passage.line + passage.lines - 1, passage.is_code, passage.is_output))
    return tuple(found)


def _add(found: list[Uncarried], item: Uncarried) -> None:
    last = found[-1] if found else None
    if last is not None and not item.is_code and (last.file, last.is_code) == (item.file, False) and item.line <= last.end + 1:
        found[-1] = Uncarried(last.file, last.line, max(last.end, item.end))
    else:
        found.append(item)


def _is_carried(passage: Passage, known: str, whole: set[str]) -> bool:
    """Tell whether a passage is in the texts that are known; `whole` are these, each by itself."""
    if _letters(passage.text) in known or _letters(title_of_prose(passage.text)) in whole:
        return True
    lines = [letters for line in passage.text.split("\n") if (letters := _letters(line))]
    return passage.is_code and 2 * sum(line in known for line in lines) >= len(lines)


def _is_sample(passage: Passage, samples: Sequence[Any]) -> bool:
    """Tell whether a block of JSON is a sample in which something stands in the places of secrets."""
    try:
        shown = json.loads(passage.text) if passage.is_code else None
    except (ValueError, RecursionError):
        return False
    return isinstance(shown, (dict, list)) and any(_is_but_for_secrets(sample, shown) for sample in samples)


def _is_but_for_secrets(kept: Any, shown: Any) -> bool:
    if isinstance(kept, Mapping) and isinstance(shown, Mapping):
        return kept.keys() == shown.keys() and all(_is_but_for_secrets(kept[name], item) for name, item in shown.items())
    if isinstance(kept, list) and isinstance(shown, list):
        return len(kept) == len(shown) and all(map(_is_but_for_secrets, kept, shown))
    return bool(kept == shown) or (isinstance(kept, str) and (STAND_IN in kept or "$" in kept))


def _letters(text: str) -> str:
    """Return a text without marks, blanks, tags and the targets of links."""
    return _MARKS.sub("", _TARGET.sub("", text)).casefold()


def _texts(catalog: Mapping[str, Any]) -> Iterator[str]:
    """Yield the texts of a catalog: those for people, its samples and bodies, and the addresses of its requests."""
    addresses = [str(backend["base_url"]) for backend in catalog["backends"].values()]
    for endpoint in catalog["endpoints"].values():
        path = str(endpoint.get("path", ""))
        yield f"{endpoint.get('method', '')} {path}"
        yield from (f"{address}{path}" for address in addresses)
        for name, parameter in (endpoint.get("parameters") or {}).items():
            if parameter is not None and "about" in parameter:  # one of a variant may have no place of its own, or be taken away
                yield from (f"{written}: {parameter['about']}" for written in (name, *parameter.get("at", ())[-1:]))
    yield from _strings(catalog)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if name in ("sample", "body"):
                yield json.dumps(item, ensure_ascii=False)
            yield from _strings(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _strings(item)
