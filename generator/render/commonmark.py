"""The catalog's prose: CommonMark without HTML and images, links to http and https only.

No target copies it as it is. Each target writes it again from its tokens, because an unclosed fence, a heading or a tag in a note
would otherwise change the page around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

READER = MarkdownIt("commonmark", {"html": False}).disable("image")
READER.validateLink = lambda url: re.match(r"https?://", url, re.IGNORECASE) is not None  # type: ignore[method-assign]

_HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_HAN_END = re.compile("[，。；：、！？）]$")
_CONTAINERS = ("bullet_list", "ordered_list", "list_item", "blockquote")


@dataclass(frozen=True)
class Target:
    """How a target writes the pieces of prose."""

    paragraph: Callable[[Sequence[Token], int], str]
    """From a paragraph's tokens, and how many list items and quotes it stands in."""
    code_block: Callable[[str, str], str]
    """From a block of code and its language."""
    heading: Callable[[str], str]
    """From a paragraph that is a heading."""


def parse_prose(text: str) -> list[Token]:
    """Return the tokens of a prose. A line break between Chinese characters is removed instead of becoming a space."""
    tokens = READER.parse(text)
    for token in tokens:
        children = token.children or []
        for before, item, after in zip(children, children[1:], children[2:], strict=False):
            if item.type == "softbreak" and (
                _HAN_END.search(before.content) or (_HAN.search(before.content[-1:]) and _HAN.match(after.content))
            ):
                item.type = "text"
    return tokens


def write_prose(text: str, target: Target) -> str:
    """Return a prose as a target writes it; its lists and quotes have the marks of Markdown."""
    return "\n\n".join(_blocks(parse_prose(text), target))


def link_address(tokens: Sequence[Token], close: Token) -> str:
    """Return the address of the link that `close` closes."""
    before = reversed(tokens[: tokens.index(close)])
    return address(str(next(token.attrGet("href") for token in before if token.type == "link_open" and token.level == close.level)))


def address(url: str) -> str:
    """Return a link's address as it may stand between < and > (CommonMark 6.6)."""
    return re.sub(r"[<>\s]", lambda match: f"%{ord(match[0]):02X}", url)


def _blocks(tokens: Sequence[Token], target: Target) -> list[str]:
    """Return the text of each block. The blocks of a list item or a quote are gathered, then indented below its mark."""
    stack: list[tuple[Token | None, list[str]]] = [(None, [])]
    for token in tokens:
        kind, _, edge = token.type.rpartition("_")
        if kind in _CONTAINERS and edge == "open":
            stack.append((token, []))
        elif kind in _CONTAINERS:
            opened, blocks = stack.pop()
            stack[-1][1].append(_container(opened, blocks))
        elif token.type == "inline":
            depth = sum(opened is not None and opened.type in ("list_item_open", "blockquote_open") for opened, _ in stack)
            stack[-1][1].append(target.paragraph(token.children or [], depth))
        elif token.type in ("fence", "code_block"):
            language = re.sub(r"[^\w+-]", "", token.info.split(" ")[0]) if token.info else ""
            stack[-1][1].append(target.code_block(token.content.rstrip("\n"), language or "text"))
        elif token.type == "heading_close" and stack[-1][1]:
            stack[-1][1][-1] = target.heading(stack[-1][1][-1])
    return stack[0][1]


def _container(opened: Any, blocks: Sequence[str]) -> str:
    if opened.type == "blockquote_open":
        return "\n".join(f"> {line}".rstrip() for line in "\n\n".join(blocks).split("\n"))
    if opened.type == "list_item_open":
        return "\n\n".join(blocks)
    items = []
    for number, block in enumerate(blocks, int(opened.attrGet("start") or 1)):
        mark = "- " if opened.type == "bullet_list_open" else f"{number}. "
        items.append(mark + indented(block, len(mark)))
    return "\n".join(items)


def indented(text: str, blanks: int) -> str:
    """Return a text, every line after the first indented, but for empty ones."""
    return "\n".join(" " * blanks + line if line and number else line for number, line in enumerate(text.split("\n")))
