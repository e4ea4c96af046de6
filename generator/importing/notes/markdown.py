"""Read Markdown: headings, paragraphs, and code in fences, indented, in HTML and in sentences, each with its line."""

from __future__ import annotations

import html
import re
import textwrap
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from generator.importing.notes.extensions import without_extensions
from generator.importing.notes.markup import pieces_of_html
from generator.importing.notes.pieces import Cell, Code, Divider, Heading, Piece, Prose, holds_command, is_command
from generator.importing.notes.plain import pieces_of_plain_text, starts_with_json
from generator.importing.notes.words import escaped

_READER = MarkdownIt("commonmark", {"html": True}).enable("table")
_FRONT_MATTER = re.compile(r"\A\n*---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"""^title:[ \t]*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"'|>\[{&*][^\n]*))""", re.MULTILINE)
_CODE_IN_BRACKETS = re.compile(r"[(（]\s*`[^`]*`\s*[)）]\s*\Z")
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
_ALERT = re.compile(r"^\\\[!\w+\\\]\s*")
"""What GitHub writes at the start of a note: [!IMPORTANT]."""
_TAG_LINE = re.compile(r"^[ \t]*(?:</?[A-Za-z][^<>\n]*>[ \t]*)+$", re.MULTILINE)
_TAG = re.compile(r"</?([A-Za-z][\w.:-]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_KEEPS_TOGETHER = re.compile(r"(?:details|summary|pre|code|kbd|samp|br|a|img|p|span|b|i|em|strong|su[bp]|Tab\w*|Code\w*|Request\w*)")
"""Tags that may stand between a command and its answer."""
_SHOWS_ANSWER = re.compile(r"respon[sd]|answer|output|result", re.IGNORECASE)
_NUL = "\ue0ff"
"""Stands for NUL while Markdown is read, which would make U+FFFD of it (CommonMark, 2.3)."""
_CODE_TAG = re.compile(r"<(code|kbd|samp|tt)\b[^<>]*>(.*?)</\1>", re.DOTALL | re.IGNORECASE)


def pieces_of_markdown(text: str, first_line: int = 1) -> list[Piece]:
    """Return what a text in Markdown is made of; `first_line` is the number of its first line in its file."""
    matter = _FRONT_MATTER.match(text)
    if matter is None or not re.search(r"^[\w-]+:", matter[0], re.MULTILINE):
        return _pieces(text, first_line)
    pieces = _pieces("\n" * matter[0].count("\n") + text[matter.end() :], first_line)
    title = _TITLE.search(matter[0])
    if title and not any(isinstance(piece, Heading) and piece.level == 1 for piece in pieces):
        pieces.insert(0, Heading(1, title[1] or title[2] or title[3], first_line + matter[0].count("\n", 0, title.start())))
    return pieces


def _pieces(text: str, first_line: int) -> list[Piece]:
    """Return what a text in Markdown without front matter is made of."""
    pieces: list[Piece] = []
    text = without_extensions(text)
    lines = text.split("\n")
    tokens = _READER.parse(text.replace("\x00", _NUL))
    depth = 0
    for before, token in zip([None, *tokens], tokens, strict=False):
        start, end = token.map or (0, 0)
        line = first_line + start
        content = token.content.replace(_NUL, "\x00")
        depth += (token.type == "list_item_open") - (token.type == "list_item_close")
        if token.type == "fence":
            pieces.append(Code(content, line + 1, _language(token.info), depth=depth))
        elif token.type == "code_block":
            pieces += _nested(content, line) if _FENCE.search(content) else [Code(content, line, depth=depth)]
        elif token.type == "html_block":
            pieces += _divided("\n".join(lines[start:end]), line)
        elif token.type == "hr":
            pieces.append(Divider())
        elif token.type == "inline" and before is not None and before.type == "heading_open":
            title = _plain(token)
            ends_in_code = _CODE_IN_BRACKETS.search(content) is not None
            pieces.append(Heading(int(before.tag[1:]), title, line, ends_in_code) if title.strip() else Divider())
        elif token.type == "inline":
            pieces += _paragraph(token, line, depth, cell=before.tag if before is not None and before.tag in ("td", "th") else "")
    return pieces


def _divided(text: str, line: int) -> list[Piece]:
    """Return what stands in a block of HTML, between dividers where it starts or ends a part of the page."""
    tags = list(_TAG.finditer(text))
    pieces = _html(text, line)
    if tags and _divides(tags[0]):
        pieces = [Divider(), *pieces]
    if len(tags) > 1 and _divides(tags[-1]):
        pieces = [*pieces, Divider()]
    return pieces


def _divides(tag: re.Match[str]) -> bool:
    return _KEEPS_TOGETHER.fullmatch(tag[1]) is None and _SHOWS_ANSWER.search(tag[0]) is None


def _html(text: str, line: int) -> list[Piece]:
    """Return what stands in a block of HTML; Markdown may stand between its tags, if they have lines of their own."""
    is_markdown = _FENCE.search(text) is not None and not re.match(r"\s*<(?:pre|script|style)", text)
    if is_markdown and _without_tags(text) != text:
        return _nested(text, line)
    return pieces_of_html(text, line)


def _nested(text: str, line: int) -> list[Piece]:
    """Return what stands in a block that is Markdown itself: in the tags of components (MDX)."""
    return pieces_of_markdown(_without_tags(text), line)


def _without_tags(text: str) -> str:
    """Return a text without the tags that stand on lines of their own, and without the blanks before all its lines."""
    return textwrap.dedent(_TAG_LINE.sub("", text))


def _paragraph(token: Token, line: int, depth: int, *, cell: str) -> list[Piece]:
    """Return a paragraph, and the commands that stand in it; or what is in it, if it is commands that nobody marked as code."""
    raw = token.content.replace(_NUL, "\x00")
    if holds_command(raw):
        return pieces_of_plain_text(raw, line)
    if not cell and starts_with_json(raw):
        return [replace(piece, unmarked=True) if isinstance(piece, Code) else piece for piece in pieces_of_plain_text(raw, line)]
    tagged = [
        Code(html.unescape(match[2]), line + raw.count("\n", 0, match.start()), inline=True, depth=depth)
        for match in _CODE_TAG.finditer(raw)
        if is_command(match[2])
    ]
    words = _ALERT.sub("", _common_mark(token))
    pieces: list[Piece] = [Cell(words, line, cell == "th")] if cell else [Prose(words, depth, line, raw.count("\n") + 1)]
    for child in token.children or []:
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        elif child.type == "code_inline" and is_command(child.content):
            pieces.append(Code(child.content.replace(_NUL, "\x00"), line, inline=True, depth=depth))
    return [*pieces, *tagged]


def _language(info: str) -> str:
    """Return the language of a fence: of `bash title="x"`, `{.bash}` and `sh{1,3}`."""
    match = re.match(r"\s*\{?\.?([\w+#-]+)", info)
    return match[1].lower() if match else ""


def _plain(token: Token) -> str:
    """Return the words of a heading."""
    return "".join(" " if child.type == "softbreak" else child.content for child in token.children or [] if child.type not in _UNSEEN)


_UNSEEN = ("html_inline", "image")


def _common_mark(token: Token) -> str:
    """Return the words of a paragraph in CommonMark; of what is not text, code and the links between pages stay."""
    written: list[str] = []
    links: list[str | None] = []
    for child in token.children or []:
        if child.type == "text":
            written.append(escaped(child.content))
        elif child.type == "code_inline":
            mark = "``" if "`" in child.content else "`"
            written.append(f"{mark}{child.content}{mark}")
        elif child.type == "softbreak":
            written.append("" if written and re.search("[\u3000-\u9fff\uff00-\uffef]$", written[-1]) else " ")
        elif child.type == "hardbreak":
            written.append(" ")
        elif child.type == "link_open":
            href = str(child.attrGet("href") or "")
            links.append(href if re.match(r"https?://[^\s<>]+$", href) else None)
            written.append("[" if links[-1] else "")
        elif child.type == "link_close":
            href_or_none = links.pop() if links else None
            written.append(f"](<{href_or_none}>)" if href_or_none else "")
    return "".join(written).strip()
