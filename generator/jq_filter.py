"""Run jq filters in this process, by libjq: the output that pages show is computed from the catalog's samples."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any


class FilterError(ValueError):
    """A filter that does not compile, or fails on its sample; the message is jq's."""


@cache
def _program(jq_filter: str) -> Any:
    import jq  # here, since a command that runs no filter need not load it

    try:
        return jq.compile(jq_filter)
    except ValueError as error:
        raise FilterError(_first_line(error)) from error


def _first_line(error: ValueError) -> str:
    line = str(error).split("\n")[0].removeprefix("jq: error: ").replace(" at <top-level>, line 1", "")
    return re.sub(r", column (\d+):$", r" (column \1)", line)


def check(jq_filter: str) -> None:
    """Check that the filter compiles, also in the parentheses that scripts put around it. Raises FilterError."""
    _program(jq_filter)
    try:
        if "#" in jq_filter or not jq_filter.strip():
            _program(f"({jq_filter})")
    except FilterError:
        raise FilterError("it must be whole in parentheses too: without a comment at its end, and not empty") from None


def words(jq_filter: str) -> str:
    """Return the filter that finds what `jq_filter` does, but for null, false and an empty text: words for people."""
    return f'({jq_filter}) | select(. and . != "")'


def run(jq_filter: str, sample: Any, raw: bool, *, streams: bool = False) -> str:
    """Return what `jq` (with -r if `raw`) prints for `sample`, without the last line break. Raises FilterError.

    The sample of an answer that `streams` is a list: the filter runs on each value, and raw texts are joined (jq -j).
    """
    found = [result for item in (sample if streams else [sample]) for result in results(jq_filter, item)]
    shown = [result if raw and isinstance(result, str) else json.dumps(result, ensure_ascii=False, indent=2) for result in found]
    return ("" if streams and raw else "\n").join(shown)


def finds(jq_filter: str, sample: Any, *, streams: bool = False) -> bool:
    """Tell whether the filter finds anything but null: for a script, an answer with only nulls has no content."""
    return any(result is not None for item in (sample if streams else [sample]) for result in results(jq_filter, item))


def results(jq_filter: str, value: Any) -> list[Any]:
    """Return all that the filter finds in a value. Raises FilterError."""
    try:
        found: list[Any] = _program(jq_filter).input_value(value).all()
    except ValueError as error:
        raise FilterError(_first_line(error)) from error
    return found
