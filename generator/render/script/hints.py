"""What a script's messages suggest: the catalog's troubles as patterns of a bash `case`."""

from __future__ import annotations

from dataclasses import dataclass

from generator.catalog.model import Trouble

TLS_ERRORS = (35, 51, 52, 55, 56, 58, 60, 77, 80, 83, 90, 91)
"""curl's exit codes where TLS fails (curl(1), EXIT CODES); 52, 55 and 56 are also those of http spoken to an https port."""


@dataclass(frozen=True)
class Pattern:
    """A literal text that a message holds; `before` and `behind` are `*` where more may stand there, else empty."""

    before: str
    text: str
    behind: str = "*"


@dataclass(frozen=True)
class Hint:
    """What to try when a message fits one of the patterns; `ask` is the endpoint that the script then asks."""

    patterns: tuple[Pattern, ...]
    text: str
    ask: str = ""


def script_hints(troubles: list[tuple[Trouble, str, str]], timeout: str) -> list[Hint]:
    """Return the hints in the order in which they are tried.

    `troubles` are those of the catalog, each with what it says and the endpoint that is asked; neighbours that say the same
    become one hint, and one whose pattern an earlier one has is never reached, so it is left out. `timeout` is what is said of a
    time-out that none of them is about.
    """
    hints: list[Hint] = []
    known: set[Pattern] = set()
    for trouble, text, ask in troubles:
        patterns = tuple(pattern for pattern in _patterns(trouble) if pattern not in known)
        known.update(patterns)
        if not patterns:
            continue
        if hints and (hints[-1].text, hints[-1].ask) == (text, ask):
            hints[-1] = Hint((*hints[-1].patterns, *patterns), text, ask)
        else:
            hints.append(Hint(patterns, text, ask))
    if not any(trouble.when == "timeout" for trouble, _, _ in troubles):
        hints.append(Hint((Pattern("", "curl error 28 "),), timeout))
    return hints


def _patterns(trouble: Trouble) -> tuple[Pattern, ...]:
    """Return what a message has to be for a trouble to fit."""
    when = trouble.when
    if when == "refused":
        return (Pattern("", "curl error 7 "),)
    if when == "timeout":
        return (Pattern("", "curl error 28 "),)
    if when == "tls":
        return tuple(Pattern("", f"curl error {code} ") for code in TLS_ERRORS)
    if isinstance(when, str):
        return (Pattern("*", when[1:-1]),)
    return (Pattern("", f"HTTP {when} "),)
