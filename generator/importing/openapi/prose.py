"""The words of a document: Markdown, often with HTML in it, as CommonMark without HTML, or as one line of plain text."""

from __future__ import annotations

import re
from typing import Any

from generator.importing.openapi.values import as_text

LONGEST_TITLE = 100
LONGEST_LINE = 200
LONGEST_PROSE = 5000
LONGEST_PARAGRAPH = 1000
LONGEST_START = 20_000
"""In how much of a text its first paragraph is looked for."""

_TAGS = (
    "a|abbr|address|article|aside|b|big|blockquote|br|caption|center|cite|code|col|colgroup|dd|del|details|dfn|div|dl|dt|em|font|"
    "figure|footer|fullname|h[1-6]|header|hr|i|img|important|ins|kbd|li|mark|note|ol|p|pre|q|s|samp|section|small|span|strike|strong|"
    "sub|summary|sup|table|tbody|td|tfoot|th|thead|title|tr|tt|u|ul|var"
)
_TAG = re.compile(rf"<(?P<end>/?)(?P<name>{_TAGS})(?P<rest>\s[^<>]*)?/?>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# What is code already: there a tag is text.
_CODE = re.compile(r"(?ms)^(?:```|~~~).*?(?:^(?:```|~~~)[ \t]*$|\Z)|(`+)(?!`)[^\n]*?(?<!`)\1(?!`)")
# A link or an image, or what is code already.
_LINK = re.compile(
    rf"{_CODE.pattern}|!?(?<!\\)\[(?P<words>(?:[^\[\]\n]|\[[^\[\]\n]*\])*)\]"
    r"\([ \t]*<?(?P<target>[^()\s<>]*(?:\([^()\s<>]*\)[^()\s<>]*)?)>?(?:\s+(?:\"[^\"]*\"|'[^']*'))?[ \t]*\)"
)
_ABSOLUTE = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_HEADING = re.compile(r"(?m)^ {0,3}#{1,6}(?:[ \t].*)?$|^.*\n(?:=+|-+)[ \t]*$")
_HTML_HEADING = re.compile(r"<(h[1-6]|fullname)(?:\s[^<>]*)?>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_NO_SENTENCE = re.compile(r"[|>!<\-*_+`~#\[]|[0-9]+[.)]\s")
"""What a paragraph starts with that is a list, a table, a quotation, code, a line, an image or a link."""
_LINK_TARGET = re.compile(r"""href\s*=\s*["']?(https?://[^"'\s>]+)""", re.IGNORECASE)
_BLOCKS = {"p", "div", "pre", "ul", "ol", "table", "tr", "section", "article", "blockquote", "hr", "dl", "dt", "dd", "note", "important"}
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "tt": "`", "kbd": "`"}
_ALERT = re.compile(r"(?m)^> ?\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*$")
"""How GitHub's Markdown begins an alert; in CommonMark it is a text."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
_MARKUP = re.compile(r"\[([^\]\n]*)\]\([^)\s]*\)|(?<![\w*])\*\*?(?=\S)([^*\n]+?)(?<=\S)\*\*?(?![\w*])|`+([^`\n]+)`+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9\"'`(])|(?<=[。！？])")
_HAN = re.compile("[\u4e00-\u9fff]")


def prose(value: Any) -> str:
    """Return a text in CommonMark, without HTML and control characters.

    Of a link whose address counts from another page (`/rest/repos`, `#pagination`), the words are left: here it would lead nowhere.
    """
    text = _ALERT.sub(lambda match: f"> **{match[1].capitalize()}:**", visible(as_text(value)).strip())
    text = _LINK.sub(_absolute, text)
    if "<" not in text:
        return text
    pieces, position = [], 0
    for match in _CODE.finditer(text):
        pieces += [_without_html(text[position : match.start()]), match[0]]
        position = match.end()
    pieces.append(_without_html(text[position:]))
    return re.sub(r"\n{3,}", "\n\n", "".join(pieces)).strip()


def _absolute(match: re.Match[str]) -> str:
    """Return what a piece of Markdown is where its address counts from nowhere: the words of a link."""
    is_left = match["words"] is None or _ABSOLUTE.match(match["target"])
    return match[0] if is_left else match["words"]


def first_paragraph(value: Any) -> str | None:
    """Return the first paragraph of a text that is neither a heading nor a list, table or picture; None if there is none."""
    text = _HTML_HEADING.sub("\n\n", as_text(value)[:LONGEST_START])
    for paragraph in re.split(r"\n[ \t]*\n", _HEADING.sub("\n", prose(text))):
        kept = paragraph.strip()
        if kept and not _NO_SENTENCE.match(kept) and len(kept) <= LONGEST_PARAGRAPH:
            return kept
    return None


def visible(text: str) -> str:
    """Return a text with line feeds as its line breaks, without other control characters and what reorders a line."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(value: Any, longest: int = LONGEST_LINE) -> str:
    """Return the first paragraph of a text as one line of plain text: if that is too long, its first sentences, or its first words."""
    paragraph = re.split(r"\n[ \t]*\n", prose(value), maxsplit=1)[0]
    plain = _MARKUP.sub(lambda match: match[1] or match[2] or match[3] or "", paragraph)
    line = " ".join(re.sub(r"(?m)^\s*(#+|[-*>])\s+", "", plain).split())
    if len(line) <= longest:
        return line
    kept = ""
    for sentence in _SENTENCE_END.split(line):
        longer = f"{kept} {sentence}".strip()
        if len(longer) > longest:
            break
        kept = longer
    return kept or line[: longest - 1].rsplit(" ", 1)[0] + "…"


def shortened(text: str) -> tuple[str, bool]:
    """Return the first paragraphs of a prose, and whether others were left out."""
    if len(text) <= LONGEST_PROSE:
        return text, False
    end = text.rfind("\n\n", 0, LONGEST_PROSE)
    kept = text[: end if end > 0 else LONGEST_PROSE].rstrip()
    if kept.count("```") % 2:
        kept = kept[: kept.rfind("```")].rstrip()
    return kept, True


def language_of(*texts: str | None) -> str | None:
    """Return `zh` for words in Chinese; None where one cannot tell."""
    joined = "".join(text for text in texts if text)
    return "zh" if len(_HAN.findall(joined)) * 4 > len(joined) else None


def _without_html(text: str) -> str:
    """Return a piece of Markdown with its HTML tags as Markdown, or taken out. What is no tag of HTML, such as <id>, stays."""
    targets: list[str] = []

    def replaced(match: re.Match[str]) -> str:
        name, end = match["name"].lower(), bool(match["end"])
        if name == "a":
            return _link(match, targets)
        if name == "br":
            return "  \n"
        if name == "li":
            return "" if end else "\n- "
        if name in ("h1", "h2", "h3", "h4", "h5", "h6"):
            return "\n\n"
        if name in _BLOCKS:
            return "\n\n"
        if name in ("td", "th"):
            return " "
        return _MARKS.get(name, "")

    without = _TAG.sub(replaced, _COMMENT.sub("", text))
    without = re.sub(r"\*{4}|(?<!`)``(?!`)", "", without)  # of tags that hold nothing
    if without == text:
        return text
    without = re.sub(r"(?<=\n)[ \t]+(?=\S)(?![-*+] |\d+\. )", "", without)
    without = re.sub(r"(?m)(?<=\n)[ \t]+$", "", without)
    return re.sub(r"(?m)^-[ \t]*\n\s*(?=[^-\s])", "- ", without)  # <li><p>


def _link(match: re.Match[str], targets: list[str]) -> str:
    """Return the start or the end of a link."""
    if match["end"]:
        target = targets.pop() if targets else ""
        return f"]({target})" if target else ""
    found = _LINK_TARGET.search(match["rest"] or "")
    targets.append(found[1].replace("(", "%28").replace(")", "%29") if found else "")
    return "[" if found else ""
