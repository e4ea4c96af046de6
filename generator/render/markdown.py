"""Markdown: the catalog's prose, and plain texts as every place of a page needs them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from markdown_it.token import Token

from generator.render.commonmark import Target, indented, link_address, write_prose


def prose(text: str, indent: int = 0) -> str:
    """Return the prose as Markdown blocks, every line after the first indented by `indent` blanks."""
    return indented(write_prose(text, Target(_paragraph, fenced, lambda words: f"**{words}**")), indent)


def escaped(text: str) -> str:
    """Return a plain text in a line of Markdown, with every sign that has a meaning there escaped."""
    line = " ".join(text.split())
    line = re.sub(r"([\\`*_\[\]<>|~])", r"\\\1", line)
    line = re.sub(r"&(?=#?\w+;)", r"\\&", line)
    line = re.sub(r"^(#{1,6}(?= |$)|[-+](?= |$)|=+$)", r"\\\1", line)
    return re.sub(r"^(\d{1,9})([.)])(?= |$)", r"\1\\\2", line)


def code(text: str) -> str:
    """Return a plain text as a code span (CommonMark 6.1: the fence is longer than any run of backticks inside)."""
    line = re.sub(r"[\r\n]+", " ", text)
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    pad = " " if line.startswith(("`", " ")) or line.endswith(("`", " ")) else ""
    return f"{ticks}{pad}{line}{pad}{ticks}" if line.strip() else "``\u00a0``"


def fenced(text: str, language: str = "text") -> str:
    """Return a plain text as a fenced code block."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"


def cell(markdown_line: str) -> str:
    """Return a line of Markdown for a table's cell (GFM 4.10: every | is escaped, in code spans too)."""
    escape_or_code_or_pipe = r"\\.|(?P<ticks>`+).*?[^`](?P=ticks)(?!`)|\|"
    return re.sub(escape_or_code_or_pipe, lambda match: match[0] if match[0][0] == "\\" else match[0].replace("|", r"\|"), markdown_line)


def row(cells: Iterable[str]) -> str:
    """Return a table's row of cells in Markdown."""
    return f"| {' | '.join(map(cell, cells))} |"


def anchor(heading: str) -> str:
    """Return the anchor that GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _paragraph(tokens: Sequence[Token], depth: int) -> str:
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
                out += f"](<{link_address(tokens, token)}>)"
            case _:
                out += _escaped_run(token.content, start=not out or out.endswith("\n"))
    return out


def _escaped_run(text: str, start: bool) -> str:
    """Do the same as `escaped` for a run of text whose blanks at both ends count."""
    if not text.strip():
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    line = escaped(text)
    if not start:
        line = re.sub(r"^\\(#|[-+]|=)", r"\1", line)
    return before + line + after
