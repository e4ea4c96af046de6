"""The page's style and script as the page holds them: `make minified` writes templates/_*.min.*.j2 after a change to their sources.

A step of its own, so that `curlsheet build` needs no minifier: this one (tdewolff/minify) has no wheel for every machine.
"""

from __future__ import annotations

import sys
from pathlib import Path

try:
    import minify
except ImportError:
    sys.exit("there is no minifier: pip install tdewolff-minify (on a Mac with a processor of Apple's it asks for Go)")

TEMPLATES = Path(__file__).parent.parent / "templates" / "_page"
KINDS = {".css": "text/css", ".js": "application/javascript"}


def sources() -> list[Path]:
    return sorted(path for path in TEMPLATES.iterdir() if path.suffix in KINDS)


def template(source: Path) -> Path:
    return source.with_name(f"{source.stem}.min{source.suffix}.j2")


def minified(source: Path) -> str:
    """What the template holds; a brace is no sign of Jinja's in it."""
    return "{% raw %}" + minify.string(KINDS[source.suffix], source.read_text("utf-8")) + "{% endraw %}"


if __name__ == "__main__":
    for source in sources():
        template(source).write_text(minified(source), "utf-8")
