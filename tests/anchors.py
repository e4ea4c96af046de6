"""The ids of the built-in HTML page, which others have linked to: anchors.txt beside this file holds them all, one a line.

    python tests/anchors.py

adds new ones after a change. One that is to go is taken out of the file by hand.
"""

from __future__ import annotations

from pathlib import Path

from conftest import BUILT_IN, attribute, renderer

ANCHORS = Path(__file__).with_suffix(".txt")


def known() -> list[str]:
    return ANCHORS.read_text("utf-8").splitlines() if ANCHORS.exists() else []


def there() -> set[str]:
    """The ids on the page."""
    page = renderer(BUILT_IN).page("cheatsheet.{lang}.html.j2", {"lang": "en"}).text
    return set(attribute("id", page))


if __name__ == "__main__":
    ANCHORS.write_text("".join(f"{name}\n" for name in sorted({*known(), *there()})), "utf-8")
