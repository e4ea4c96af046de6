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


def run(jq_filter: str, sample: Any, raw: bool, *, events: bool = False) -> str:
    """Return what `jq` (with -r if `raw`) prints for `sample`, without the last line break. Raises FilterError.

    The sample of `events` is a list: the filter runs on each event, and raw texts are joined (jq -j).
    """
    results = [result for item in (sample if events else [sample]) for result in _results(jq_filter, item)]
    shown = [result if raw and isinstance(result, str) else json.dumps(result, ensure_ascii=False, indent=2) for result in results]
    return ("" if events and raw else "\n").join(shown)


def finds(jq_filter: str, sample: Any, *, events: bool = False) -> bool:
    """Tell whether the filter finds anything but null: for a script, an answer with only nulls has no content."""
    return any(result is not None for item in (sample if events else [sample]) for result in _results(jq_filter, item))


def _results(jq_filter: str, value: Any) -> list[Any]:
    try:
        results: list[Any] = _program(jq_filter).input_value(value).all()
    except ValueError as error:
        raise FilterError(_first_line(error)) from error
    return results
