"""Read HTML for the commands in it: whole pages, and the parts of Markdown that are HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from generator.importing.notes.pieces import Code, Heading, Piece, Prose, holds_command, is_command
from generator.importing.notes.plain import starts_with_json
from generator.importing.notes.words import escaped, unescaped

_SILENT = ("script", "style", "template", "svg")
_BLOCKS = ("p", "li", "dt", "dd", "div", "section", "article", "td", "th", "blockquote", "summary", "figcaption", "ul", "ol", "table", "tr")


def pieces_of_html(text: str, first_line: int) -> list[Piece]:
    """Return what HTML is made of: headings, paragraphs, and code in `<pre>`, or in `<code>` if it is a command."""
    reader = _Reader(first_line)
    reader.feed(text)
    reader.close()
    reader.end_prose()
    return reader.pieces


class _Reader(HTMLParser):
    def __init__(self, first_line: int) -> None:
        super().__init__(convert_charrefs=True)
        self.first_line = first_line
        self.pieces: list[Piece] = []
        self.prose: list[str] = []
        self.prose_line = 0
        self.heading: int | None = None
        self.code: list[str] | None = None
        self.code_line = 0
        self.code_is_block = False
        self.language = ""
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif self.code is not None and tag == "br":
            self.code.append("\n")
        elif self.code is not None and self.code_is_block:
            self.language = self.language or _language(attrs)
        elif tag in ("pre", "code", "kbd", "samp"):
            self.code = []
            self.code_is_block = tag == "pre"
            self.code_line = self._line()
            self.language = _language(attrs)
            if self.code_is_block:
                self.end_prose()
        elif re.fullmatch("h[1-6]", tag):
            self.end_prose()
            self.heading = int(tag[1])
        elif tag in _BLOCKS:
            self.end_prose()

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(self.silent - 1, 0)
        elif self.code is not None and tag == ("pre" if self.code_is_block else tag):
            self._end_code(tag)
        elif re.fullmatch("h[1-6]", tag):
            text = " ".join("".join(self.prose).split())
            if self.heading and text:
                self.pieces.append(Heading(self.heading, text, self.prose_line))
            self.prose, self.heading = [], None
        elif tag in _BLOCKS:
            self.end_prose()

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if self.code is None and not self._in_prose():
            skipped = len(data) - len(data.lstrip())
            self.prose_line = self._line() + data.count("\n", 0, skipped)
        (self.prose if self.code is None else self.code).append(data if self.code is not None or self.heading else escaped(data))

    def _in_prose(self) -> bool:
        """Tell whether a paragraph has begun."""
        return any(part.strip() for part in self.prose)

    def _line(self) -> int:
        """Return the line of the file at which the reader is."""
        return self.getpos()[0] + self.first_line - 1

    def end_prose(self) -> None:
        """End a paragraph."""
        text = " ".join("".join(self.prose).split())
        if text and self.heading is None:
            raw = unescaped(text)
            lines = "".join(self.prose).strip().count("\n") + 1
            self.pieces.append(
                Code(raw, self.first_line, "json", unmarked=True)
                if starts_with_json(raw)
                else Prose(text, line=self.prose_line, lines=lines)
            )
            self.prose = []

    def _end_code(self, tag: str) -> None:
        if self.code is None or (not self.code_is_block and tag not in ("code", "kbd", "samp")):
            return
        text = "".join(self.code)
        self.code = None
        if self.code_is_block or holds_command(text.strip()) or is_command(text):
            self.end_prose()
            skipped = len(text) - len(text.lstrip("\n"))
            self.pieces.append(Code(text.lstrip("\n"), self.code_line + skipped, self.language, inline=not self.code_is_block))
        else:
            self.prose_line = self.prose_line if self._in_prose() else self.code_line
            self.prose.append(f"`{text}`" if "`" not in text and text.strip() and not self.heading else text)


def _language(attrs: list[tuple[str, str | None]]) -> str:
    """Return the language that a class names, as highlighters write it: language-bash, lang-sh, highlight-console."""
    for name, value in attrs:
        if name in ("class", "lang", "data-lang", "data-language") and value:
            match = re.search(r"(?:language-|lang-|highlight-|brush: ?)([\w+-]+)|^(\w+)$", value)
            if match:
                return (match[1] or match[2]).lower()
    return ""
