"""Take the marks of Markdown's extensions off a page: tabs and notes, whose content CommonMark would take for code or prose.

Every line keeps its number. What a tab or a note holds is then read as if it stood in the page itself.
"""

from __future__ import annotations

import re

from generator.importing.notes.headings import is_answer
from generator.importing.notes.words import title_of

# Python-Markdown and pymdownx: `=== "tab"`, `!!! note "title"`, `??? note "title"`; what is indented by four blanks below is in it.
_INDENTS = re.compile(r"""([ \t]*)(?:===[!+]?[ ]+(?=["'])|(?:!!!|\?\?\?\+?)[ ]*(?=[\w"'])(?:[\w -]*))(?:["'](.*)["'])?[ \t]*$""")
# Lines that only mark where something starts or ends: `:::note` (Docusaurus, VitePress, Pandoc), `{% tab %}` (GitBook, Jekyll),
# `{{< tab >}}` (Hugo), `{: .note }` (kramdown).
_MARK_LINE = re.compile(r"[ \t]*(?::{3,}(.*)|\{%-?([^{}]*)-?%\}|\{\{[<%]([^{}]*)[>%]\}\}|\{:[^{}]*\})[ \t]*$")
_LABEL = re.compile(r"""(?:title|label|tab|name|value)=["']([^"']*)["']|\[([^\[\]]*)\]|["']([^"']*)["']""")
_FENCE = re.compile(r"([ \t]*(?:[-*+]|\d+[.)])?[ \t]*)(`{3,}|~{3,})(.*)")
_INDENT = 4


def without_extensions(text: str) -> str:
    """Return a page in CommonMark alone: without the lines that start tabs and notes, and what stands in them outdented.

    Of the label of a tab or a note only the one that announces an answer stays, as a line of prose.
    """
    lines: list[str] = []
    open_tabs: list[int] = []
    fence: str | None = None
    for line in text.split("\n"):
        blanks = len(line) - len(line.lstrip(" \t"))
        still_open = [indent for indent in open_tabs if not line.strip() or _columns(line[:blanks]) >= indent + _INDENT]
        if still_open != open_tabs:
            open_tabs, fence = still_open, None
        line = _outdented(line, _INDENT * len(open_tabs))
        if fence is not None:
            fence = None if _closes(line, fence) else fence
        elif match := _FENCE.match(line):
            fence = match[2] if match[2][0] == "~" or "`" not in match[3] else None
        elif match := _INDENTS.match(line):
            open_tabs.append(_columns(match[1]) + _INDENT * len(open_tabs))
            line = _said(match[1], match[2])
        elif match := _MARK_LINE.match(line):
            line = _said("", _label(next((group for group in match.groups() if group), "")))
        lines.append(line)
    return "\n".join(lines)


def _columns(blanks: str) -> int:
    return len(blanks.expandtabs(_INDENT))


def _outdented(line: str, columns: int) -> str:
    """Return a line without that many columns of blanks at its start, or without all of them."""
    if not columns:
        return line
    blanks = len(line) - len(line.lstrip(" \t"))
    return " " * max(_columns(line[:blanks]) - columns, 0) + line[blanks:]


def _closes(line: str, fence: str) -> bool:
    return re.fullmatch(rf"[ \t]*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*", line) is not None


def _label(mark: str) -> str:
    """Return what a tab or a note is called in the line that starts it; `tip Response` of Docusaurus too."""
    match = _LABEL.search(mark)
    if match:
        return match[1] or match[2] or match[3] or ""
    return mark.strip().partition(" ")[2]


def _said(indent: str, label: str | None) -> str:
    """Return the line of prose in the place of a label: `Response:`, if it says so."""
    return f"{indent}{label}:" if label and is_answer(title_of(label)) else ""
