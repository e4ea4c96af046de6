"""What counts as an answer: what a filter finds in a sample. (What it prints: test_verify.py.)"""

from __future__ import annotations

from typing import Any

import pytest

from generator.jq_filter import finds


@pytest.mark.parametrize(
    ("jq_filter", "sample", "found"),
    [(".a", {"a": 1}, True), (".a", {}, False), (".[]", [], False), (".[]", [None], False), (".a", {"a": False}, True)],
    ids=str,
)
def test_finds(jq_filter: str, sample: Any, found: bool) -> None:
    """Nulls and nothing at all are an answer without content; false is a value."""
    assert found == finds(jq_filter, sample)
