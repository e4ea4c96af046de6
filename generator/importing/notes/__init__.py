"""Read notes: Markdown, HTML, shell files, and plain text in which commands stand between prose.

What stands around a command becomes its words: the nearest heading its title, the one above its group, the paragraph before it what it
is about, a comment above it or behind it among others its title, and the answer behind it its sample.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from pathlib import PurePath

from generator.importing.model import Found, FoundRequest
from generator.importing.notes import carets
from generator.importing.notes.carets import without_carets
from generator.importing.notes.history import without_history
from generator.importing.notes.markdown import pieces_of_markdown
from generator.importing.notes.markup import pieces_of_html
from generator.importing.notes.page import Page
from generator.importing.notes.passages import Passage, passages_of
from generator.importing.notes.pieces import COMMAND_START, Code, Piece
from generator.importing.notes.plain import pieces_of_plain_text
from generator.importing.notes.unread import with_unread

_MARKDOWN = (".md", ".markdown", ".mkd", ".mdown", ".mdx", ".qmd", ".rmd")
_HTML = (".html", ".htm", ".xhtml")
_SHELL = (".sh", ".bash", ".zsh", ".ksh", ".command", ".bat", ".cmd", ".ps1", ".fish")
_SHELL_START = re.compile(
    r"(?:export|set|for|if|while|until|function|echo|source|\.|cd|local|declare|trap)\s|[A-Za-z_]\w*=\S|[A-Za-z_]\w*\s*\(\)|\[\[? "
)


def read(text: str, file: str) -> list[Found]:
    """Return the curl commands of a text, each with its words, and those that could not be read.

    `file` is what the text is called, and tells what it is written in.
    """
    text, of_cmd = _as_typed(text)
    found = [_of_cmd(item) if item.source.line in of_cmd else item for item in Page(_pieces(text, file), file).found()]
    return with_unread(found, text, file)


def passages(text: str, file: str) -> list[Passage]:
    """Return what a text says beside its commands, in its order; `file` is what the text is called."""
    return passages_of(_pieces(_as_typed(text)[0], file))


def _as_typed(text: str) -> tuple[str, Collection[int]]:
    """Return a text as it was typed, without a history's numbers and the carets of Windows' cmd, and the lines that had such carets."""
    return without_carets(without_history(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")))


def _of_cmd(item: Found) -> Found:
    """Return a command that was quoted for Windows' cmd, and say so."""
    return replace(item, changes=(carets.NOTE, *item.changes)) if isinstance(item, FoundRequest) else item


def _pieces(text: str, file: str) -> list[Piece]:
    kind = PurePath(file).suffix.lower()
    start = text.lstrip()[:200]
    if kind in _SHELL or start.startswith("#!"):
        return [Code(text, 1, "bash")]
    if kind in _HTML or re.match(r"<!doctype html|<html", start, re.IGNORECASE):
        return pieces_of_html(text, 1)
    if kind in _MARKDOWN or re.search(r"^ {0,3}(?:```|~~~)|^#{1,6} [^\n]*\n\s*\n[^\n#]", text, re.MULTILINE):
        return pieces_of_markdown(text)
    if kind not in (".txt", ".rst", ".adoc", ".wiki") and _looks_like_shell(text):
        return [Code(text, 1, "bash")]
    return pieces_of_plain_text(text)


def _looks_like_shell(text: str) -> bool:
    """Tell whether the first line that is no comment is one of a shell's."""
    for line in text.split("\n"):
        if line.strip() and not line.lstrip().startswith("#"):
            return COMMAND_START.match(line) is not None or _SHELL_START.match(line.lstrip()) is not None
    return False
