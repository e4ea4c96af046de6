"""Expand `{a,b}` and `{1..3}` in words (Bash manual, 3.5.1)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeGuard

from generator.importing.shell.model import BrokenShell, Expansion, Literal, Segment, Word

_MOST = 2_000
_DEEPEST = 40
_SEQUENCE = re.compile(r"(?:(-?\d+)\.\.(-?\d+)|([A-Za-z])\.\.([A-Za-z]))(?:\.\.(-?\d+))?")

Atom = str | Segment
"""A character that is not quoted, or a segment that braces leave alone."""


def expand_braces(word: Word) -> list[Word]:
    """Return the words that braces make of a word: itself if there are none. Raises BrokenShell for thousands of them.

    Braces that are nested very deep stand for themselves.
    """
    if not any(isinstance(segment, Literal) and not segment.quoted and "{" in segment.text for segment in word):
        return [word]
    atoms: list[Atom] = []
    for segment in word:
        if isinstance(segment, Literal) and not segment.quoted:
            atoms += segment.text
        else:
            atoms.append(segment)
    if _depth(atoms) > _DEEPEST:
        return [word]
    return [_as_word(one) for one in _expanded(atoms)]


def _depth(atoms: list[Atom]) -> int:
    """Return how deep braces are nested in each other."""
    depth = deepest = 0
    for atom in atoms:
        depth += (atom == "{") - (atom == "}")
        deepest = max(deepest, depth)
    return deepest


def _expanded(atoms: list[Atom]) -> list[list[Atom]]:
    """Return what a run of atoms expands to."""
    ends = _pairs(atoms)
    results: list[list[Atom]] = [[]]
    position = 0
    while position < len(atoms):
        end = ends.get(position)
        alternatives = None if end is None else _alternatives(atoms[position + 1 : end], ends, position + 1)
        if end is None or alternatives is None:
            for result in results:
                result.append(atoms[position])
            position += 1
            continue
        results = [result + one for result in results for one in alternatives]
        if len(results) > _MOST:
            raise BrokenShell(f"braces make more than {_MOST:,} words")
        position = end + 1
    return results


def _pairs(atoms: list[Atom]) -> dict[int, int]:
    """Return where the brace that opens at a position closes."""
    opened: list[int] = []
    pairs = {}
    for position, atom in enumerate(atoms):
        if atom == "{":
            opened.append(position)
        elif atom == "}" and opened:
            pairs[opened.pop()] = position
    return pairs


def _alternatives(inside: list[Atom], ends: dict[int, int], offset: int) -> list[list[Atom]] | None:
    """Return what stands for `{inside}`; None if it is no list, and stands for itself."""
    commas = list(_commas(inside, ends, offset))
    if commas:
        bounds = [-1, *commas, len(inside)]
        parts = [inside[start + 1 : end] for start, end in itertools.pairwise(bounds)]
        return [one for part in parts for one in _expanded(part)]
    if all(isinstance(atom, str) for atom in inside):
        return _sequence("".join(str(atom) for atom in inside))
    return None


def _commas(inside: list[Atom], ends: dict[int, int], offset: int) -> Iterator[int]:
    """Yield where the commas stand that are in no inner pair of braces."""
    position = 0
    while position < len(inside):
        inner_end = ends.get(position + offset)
        if inner_end is not None and inner_end - offset < len(inside):
            position = inner_end - offset
        elif inside[position] == ",":
            yield position
        position += 1


def _sequence(text: str) -> list[list[Atom]] | None:
    """Return what `{1..3}` or `{a..c}` stands for."""
    match = _SEQUENCE.fullmatch(text)
    if not match:
        return None
    letters = match[3] is not None
    first, last = (ord(match[3]), ord(match[4])) if letters else (int(match[1]), int(match[2]))
    step = abs(int(match[5] or 1)) or 1
    if abs(last - first) // step > _MOST:
        raise BrokenShell(f"braces make more than {_MOST:,} words")
    numbers = range(first, last + (1 if last >= first else -1), step if last >= first else -step)
    if letters:
        return [[chr(number)] for number in numbers]
    padded = any(re.match(r"-?0\d", bound) for bound in (match[1], match[2]))
    width = max(len(match[1]), len(match[2])) if padded else 0
    return [list(f"{number:0{width}d}") for number in numbers]


def _takes_letter(segment: Segment, letter: str) -> TypeGuard[Expansion]:
    """Return whether a letter that braces put behind `$NAME` belongs to the name: braces are expanded before variables."""
    if not isinstance(segment, Expansion) or segment.braced or segment.quoted or not segment.name.isidentifier():
        return False
    return re.match(r"\w", letter, re.ASCII) is not None


def _as_word(atoms: list[Atom]) -> Word:
    segments: list[Segment] = []
    for atom in atoms:
        if not isinstance(atom, str):
            segments.append(atom)
        elif segments and _takes_letter(segments[-1], atom):
            segments[-1] = replace(segments[-1], name=segments[-1].name + atom)
        elif segments and isinstance(segments[-1], Literal) and not segments[-1].quoted:
            segments[-1] = Literal(segments[-1].text + atom)
        else:
            segments.append(Literal(atom))
    return tuple(segments)
