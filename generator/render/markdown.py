"""The catalog's prose (CommonMark, no HTML, http and https links only) in HTML, in Markdown and as plain text.

For Markdown it is not copied but written anew from its tokens: an unclosed fence, a heading or a tag in a
note would otherwise change the page around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from generator.render.terminal import KEPT, wrapped_lines


@cache
def reader() -> Any:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).disable("image")
    reader.validateLink = lambda url: re.match(r"https?://", url, re.IGNORECASE) is not None  # type: ignore[method-assign]
    return reader


_HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_HAN_END = re.compile("[，。；：、！？）]$")


def parsed(text: str) -> list[Any]:
    """The prose's tokens. Between Chinese characters a line break of the source is nothing, not a blank."""
    tokens: list[Any] = reader().parse(text)
    for token in tokens:
        children = token.children or []
        for before, item, after in zip(children, children[1:], children[2:], strict=False):
            if item.type == "softbreak" and (
                _HAN_END.search(before.content) or (_HAN.search(before.content[-1:]) and _HAN.match(after.content))
            ):
                item.type = "text"
    return tokens


def markdown(text: str, indent: int = 0) -> str:
    """The prose as Markdown blocks, every line after the first indented by `indent` blanks."""
    lines = "\n\n".join(_blocks(parsed(text))).split("\n")
    return "\n".join([lines[0], *(" " * indent + line if line else "" for line in lines[1:])])


def plain(text: str, width: int = 80) -> str:
    """The prose as text for a terminal of `width` columns.

    Emphasis has no marks, and code none where it is seen as such without; an address follows its link's words. No line
    ends in code.
    """
    return "\n\n".join(_blocks(parsed(text), width))


def escaped(text: str) -> str:
    """A plain text in a line of Markdown, meaning itself."""
    line = " ".join(text.split())
    line = re.sub(r"([\\`*_\[\]<>|~])", r"\\\1", line)
    line = re.sub(r"&(?=#?\w+;)", r"\\&", line)
    line = re.sub(r"^(#{1,6}(?= |$)|[-+](?= |$)|=+$)", r"\\\1", line)
    return re.sub(r"^(\d{1,9})([.)])(?= |$)", r"\1\\\2", line)


def code(text: str) -> str:
    """A plain text as a code span (CommonMark 6.1: the fence is longer than any run of backticks inside)."""
    line = re.sub(r"[\r\n]+", " ", text)
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    pad = " " if line.startswith(("`", " ")) or line.endswith(("`", " ")) else ""
    return f"{ticks}{pad}{line}{pad}{ticks}" if line.strip() else "``\u00a0``"


def fenced(text: str, language: str = "text") -> str:
    """A plain text as a fenced code block."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"


def cell(markdown_line: str) -> str:
    """A line of Markdown in a table's cell (GFM 4.10: every | is escaped, in code spans too)."""
    return re.sub(r"(?<!\\)\|", r"\\|", markdown_line)


def row(cells: Iterable[str]) -> str:
    """Return a table's row of cells in Markdown."""
    return f"| {' | '.join(map(cell, cells))} |"


def anchor(heading: str) -> str:
    """The anchor that GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def address(url: str) -> str:
    """A link's address between < and >, where neither these nor blanks may stand (CommonMark 6.6)."""
    return re.sub(r"[<>\s]", lambda match: f"%{ord(match[0]):02X}", url)


def _blocks(tokens: list[Any], width: int | None = None) -> list[str]:
    """The Markdown of each block, or its plain text in lines of this width.

    A container's own blocks are gathered and indented below its marker.
    """
    stack: list[tuple[Any, list[str]]] = [(None, [])]
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open", "list_item_open", "blockquote_open"):
            stack.append((token, []))
        elif token.type in ("bullet_list_close", "ordered_list_close", "list_item_close", "blockquote_close"):
            opened, blocks = stack.pop()
            stack[-1][1].append(_container(opened, blocks))
        elif token.type == "inline":
            room = width and max(width - 2 * sum(opened is not None and "_list_" not in opened.type for opened, _ in stack), 10)
            stack[-1][1].append(_inline(token.children or []) if room is None else wrapped_lines(_words(token.children or []), room))
        elif token.type in ("fence", "code_block"):
            language = re.sub(r"[^\w+-]", "", token.info.split(" ")[0]) if token.info else "text"
            content = token.content.rstrip("\n")
            stack[-1][1].append(fenced(content, language or "text") if width is None else content)
        elif token.type == "heading_close" and stack[-1][1] and width is None:
            stack[-1][1][-1] = f"**{stack[-1][1][-1]}**"
    return stack[0][1]


def _container(opened: Any, blocks: list[str]) -> str:
    if opened.type == "blockquote_open":
        return "\n".join(f"> {line}".rstrip() for line in "\n\n".join(blocks).split("\n"))
    if opened.type == "list_item_open":
        return "\n".join(blocks) if all("\n" not in block for block in blocks[1:]) and len(blocks) < 2 else "\n\n".join(blocks)
    items = []
    for number, block in enumerate(blocks, int(opened.attrGet("start") or 1)):
        marker = "- " if opened.type == "bullet_list_open" else f"{number}. "
        lines = block.split("\n")
        items.append("\n".join([marker + lines[0], *(" " * len(marker) + line if line else "" for line in lines[1:])]))
    return "\n".join(items)


def _inline(tokens: list[Any]) -> str:
    out = ""
    for token in tokens:
        match token.type:
            case "code_inline":
                out += code(token.content)
            case "softbreak":
                out += "\n"
            case "hardbreak":
                out += "\\\n"
            case "em_open" | "em_close":
                out += "*"
            case "strong_open" | "strong_close":
                out += "**"
            case "link_open":
                out += "["
            case "link_close":
                out += f"](<{_link(tokens, token)}>)"
            case _:
                out += _escaped_run(token.content, start=not out or out.endswith("\n"))
    return out


def _words(tokens: list[Any]) -> str:
    """A paragraph as plain text, its blanks in code marked as such at which no line may end."""
    out = ""
    starts = []
    for token in tokens:
        match token.type:
            case "code_inline":
                # a lower-case word would read as one of the sentence, a sign as its punctuation
                bare = re.fullmatch(r"(?=.*[^a-z\u2e80-\u9fff])(?=.*\w)[^\s`]+(?<![.,;:!?])", token.content)
                out += (token.content if bare else code(token.content)).replace(" ", KEPT)
            case "softbreak":
                out += " "
            case "hardbreak":
                out += "\n"
            case "link_open":
                starts.append(len(out))
            case "link_close":
                url = _link(tokens, token)
                out += f" ({url})" if out[starts.pop() :] != url else ""
            case _:
                out += token.content
    return out


def _link(tokens: list[Any], close: Any) -> str:
    href = next(t.attrGet("href") for t in reversed(tokens[: tokens.index(close)]) if t.type == "link_open" and t.level == close.level)
    return address(str(href))


def _escaped_run(text: str, start: bool) -> str:
    """As `escaped`, for a run of text whose blanks at both ends count."""
    if not text.strip():
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    line = escaped(text)
    if not start:
        line = re.sub(r"^\\(#|[-+]|=)", r"\1", line)
    return before + line + after
