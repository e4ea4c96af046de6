"""The ids of the built-in HTML page, which others have linked to: none is lost.

tests/anchors.txt holds them all, one a line. After a change that adds some: `python tests/render/test_anchors.py` adds them.
One that is to go is taken out of that file by hand.
"""

from __future__ import annotations

from pathlib import Path

from conftest import ROOT, attribute

from generator import catalog
from generator.render.renderer import Renderer

ANCHORS = Path(__file__).parent.parent / "anchors.txt"


def known() -> list[str]:
    return ANCHORS.read_text("utf-8").splitlines() if ANCHORS.exists() else []


def there() -> set[str]:
    """The ids on the page."""
    page = Renderer(catalog.read(ROOT / "catalog.yaml")).page("cheatsheet.{lang}.html.j2", {"lang": "en"}).text
    return set(attribute("id", page))


def test_no_anchor_is_lost() -> None:
    """A link that somebody kept still leads to its place."""
    lost = sorted(set(known()) - there())

    assert lost == [], "links to these break: bring the ids back, or take them out of tests/anchors.txt on purpose"


def test_every_anchor_is_kept() -> None:
    """New ones are promised too."""
    new = sorted(there() - set(known()))

    assert new == [], "add them: python tests/render/test_anchors.py"


def test_list_is_sorted() -> None:
    """So that a diff shows what came and went."""
    assert known() == sorted(set(known())) and len(known()) > 300


if __name__ == "__main__":
    ANCHORS.write_text("".join(f"{name}\n" for name in sorted({*known(), *there()})), "utf-8")
