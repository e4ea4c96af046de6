"""The places of the built-in HTML pages, which others have linked to: anchors.txt beside this file holds them all, one a line,
as `cheatsheet-ollama#models.ollama`. Those of the time when all stood on one page are places of `cheatsheet`.

    python tests/anchors.py

adds new ones after a change. One that is to go is taken out of the file by hand.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from conftest import OUT, attribute

ANCHORS = Path(__file__).with_suffix(".txt")


def known() -> list[str]:
    return ANCHORS.read_text("utf-8").splitlines() if ANCHORS.exists() else []


@cache
def there() -> frozenset[str]:
    """The places on the pages in out/; servers' explanations of flags are those of the overview, and the edition repeats all."""
    found: set[str] = set()
    for file in OUT.glob("cheatsheet*.en.html"):
        stem = file.name.removesuffix(".en.html")
        names = attribute("id", file.read_text("utf-8"))
        if stem != "cheatsheet.all":
            found |= {f"{stem}#{name}" for name in names if stem == "cheatsheet" or not name.startswith(FLAGS)}
    return frozenset(found)


def leads_to(place: str) -> str:
    """Where a place of the overview is now that each server has a page: the script of the overview leads there."""
    page, _, name = place.partition("#")
    parts = name.split(".")
    if page != "cheatsheet" or len(parts) < 2:
        return place
    backend = parts[1]
    if backend == "_options":
        return f"{page}#{parts[0]}"
    return f"cheatsheet-{backend}#{name}" if name.startswith("_") else f"cheatsheet-{backend}#{parts[0]}.{backend}"


FLAGS = ("_curl", "_jq", "_grep", "_base64", "_bash")


if __name__ == "__main__":
    ANCHORS.write_text("".join(f"{name}\n" for name in sorted({*known(), *there()})), "utf-8")
