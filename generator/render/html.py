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


_BLOCKS = """article button circle dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 header input label li main
nav ol option p path pre samp search section select summary svg table tbody td text th thead tr ul""".replace("\n", " ").replace(" ", "|")


_BETWEEN = re.compile(rf"(?<=>)\s*\n\s*(?=</?(?:{_BLOCKS})\b|\Z)")


_VALUE = re.compile(r"""(?<==)"([^\s"'=<>`]+)"(?=[\s>])|&#39;""")


_ENDS_A_PARAGRAPH = r"article|blockquote|d(?:etails|iv|l)|figure|footer|h\d|header|ol|p|pre|section|table|ul"


_END = re.compile(rf"</(?:li|d[dt]|option|t[dhr]|tbody|thead)>|</p>(?=</(?!a\b)|<(?:{_ENDS_A_PARAGRAPH})\b)")


def tight(page: str) -> Markup:
    """A page without what HTML lets one leave out: line breaks between blocks, end tags (HTML, 13.1.2.4), quotes around an
    attribute (13.1.2.3), and entities for quotes where they are text.

    What stands in `<pre>` keeps its line breaks. An attribute's `>` is escaped, so that one only ever ends a tag.
    """
    parts = re.split(r"(<pre\b.*?</pre>)", page, flags=re.DOTALL)
    joined = "".join(part if part.startswith("<pre") else _BETWEEN.sub("", part.lstrip("\n")) for part in parts)
    joined = re.sub(r">[^<]+", lambda text: text[0].replace("&#34;", '"').replace("&#39;", "'"), joined)
    joined = re.sub(r"<\w[^>]*>", lambda tag: _VALUE.sub(lambda value: value[1] or "'", tag[0]), joined)
    return Markup(_END.sub("", joined))


def csp_hash(text: str) -> str:
    """What a Content-Security-Policy says to allow an inline style or script (CSP 3, 2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
