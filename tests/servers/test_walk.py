"""The whole of docs/first-day, a real server included."""

from __future__ import annotations

from pathlib import Path

import pytest
from walk import walk


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_walk_with_a_real_server(language: str, tmp_path: Path) -> None:
    """From an empty folder to the published page; its port must be free."""
    assert walk(language, tmp_path, lambda step: True) == []
