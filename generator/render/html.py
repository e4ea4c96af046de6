"""The catalog's prose as HTML, and what an HTML page needs beside it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Container

from markupsafe import Markup, escape

from generator.render.commonmark import READER, parse_prose


def prose(text: str) -> Markup:
    """Return the prose as HTML blocks; headings become bold paragraphs, as the page around has its own outline.

    An option has a class, so that no line ends behind its hyphen.
    """
    rendered: str = READER.renderer.render(parse_prose(text), READER.options, {})
    without_headings = re.sub(r"<(/?)h[1-6]>", lambda tag: "</strong></p>" if tag[1] else "<p><strong>", rendered)
    return Markup(re.sub(r"<code>(-[^\s<]{1,30}</code>)", r'<code class="flag">\1', without_headings).rstrip("\n"))


def prose_line(text: str) -> Markup:
    """Return one paragraph of prose as HTML without the paragraph."""
    rendered = prose(text)
    inner = re.fullmatch(r"<p>((?:(?!<p>).)*)</p>", rendered, re.DOTALL)
    return Markup(inner[1]) if inner else rendered


def linked_scripts(text: str, scripts: Container[str]) -> Markup:
    """Return a text or HTML in which each name of one of these scripts is a link to it, unless it is part of a link already."""
    parts = re.split(r"(<a\b.*?</a>|<[^>]*>)", str(escape(text)), flags=re.DOTALL)
    for at in range(0, len(parts), 2):
        parts[at] = re.sub(
            r"[a-z0-9][a-z0-9-]*\.sh\b", lambda name: f'<a href="{name[0]}">{name[0]}</a>' if name[0] in scripts else name[0], parts[at]
        )
    return Markup("".join(parts))


def css_text(text: str) -> Markup:
    """Return a text as a string of CSS within a style element: whatever is no letter or digit is an escape (CSS Syntax 3, 4.3.5)."""
    return Markup('"' + re.sub(r"[^\w ]", lambda sign: f"\\{ord(sign[0]):x} ", text) + '"')


def csp_hash(text: str) -> str:
    """Return what a Content-Security-Policy says to allow an inline style or script (CSP 3, 2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
