"""The catalog's prose as HTML, and what an HTML page needs beside it."""

from __future__ import annotations

import base64
import hashlib
import re

from markupsafe import Markup

from generator.render.commonmark import READER, parse_prose


def prose(text: str) -> Markup:
    """Return the prose as HTML blocks; headings become bold paragraphs, as the page around has its own outline."""
    rendered: str = READER.renderer.render(parse_prose(text), READER.options, {})
    return Markup(re.sub(r"<(/?)h[1-6]>", lambda tag: "</strong></p>" if tag[1] else "<p><strong>", rendered).rstrip("\n"))


def prose_line(text: str) -> Markup:
    """Return one paragraph of prose as HTML without the paragraph."""
    rendered = prose(text)
    inner = re.fullmatch(r"<p>((?:(?!<p>).)*)</p>", rendered, re.DOTALL)
    return Markup(inner[1]) if inner else rendered


def csp_hash(text: str) -> str:
    """Return what a Content-Security-Policy says to allow an inline style or script (CSP 3, 2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
