"""The places of the built-in HTML pages, which others have linked to: none is lost."""

from __future__ import annotations

from anchors import known, leads_to, there


def test_no_anchor_is_lost() -> None:
    """A link that somebody kept still leads to its place."""
    now = there()
    lost = sorted(place for place in known() if not {place, leads_to(place)} & now)

    assert lost == [], "links to these break: bring the ids back, or take them out of tests/anchors.txt on purpose"


def test_every_anchor_is_kept() -> None:
    """New ones are promised too."""
    new = sorted(there() - set(known()))

    assert new == [], "add them: python tests/anchors.py"


def test_list_is_sorted() -> None:
    """So that a diff shows what came and went."""
    assert known() == sorted(set(known())) and len(known()) > 300
