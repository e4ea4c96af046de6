"""The whole of docs/first-day, a real server included."""

from __future__ import annotations

from pathlib import Path

from walk import walk


def test_the_walk_with_a_real_server(tmp_path: Path) -> None:
    """From an empty folder to the published page; port 8080 must be free."""
    assert walk("en", tmp_path, lambda step: True) == []
