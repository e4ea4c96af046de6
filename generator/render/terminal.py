"""Prose as text for a terminal: in lines that fit, with few marks."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from functools import partial

from markdown_it.token import Token

from generator.render.commonmark import Target, link_address, write_prose
from generator.render.markdown import code
from generator.render.wrap import KEPT, wrapped_lines

NARROWEST = 10


def plain(text: str, width: int = 80) -> str:
    """Return the prose as text for a terminal of `width` columns.

    Emphasis is not marked; code is marked only where it would not be recognized as code; a link's address follows its
    text. No line breaks inside code.
    """
    return write_prose(text, Target(partial(_paragraph, width), lambda content, language: content, lambda words: words))


def output(text: str) -> str:
    """Return what a command prints, indented by two columns, without empty lines at its start and end."""
    return textwrap.indent(text.strip("\n"), "  ")


def _paragraph(width: int, tokens: Sequence[Token], depth: int) -> str:
    return wrapped_lines(_words(tokens), max(width - 2 * depth, NARROWEST))


def _words(tokens: Sequence[Token]) -> str:
    """Return a paragraph as plain text; spaces in its code are written as spaces at which no line may break."""
    out = ""
    starts = []
    for token in tokens:
        match token.type:
            case "code_inline":
                # without marks, a lower-case word would look like part of the sentence, a sign like punctuation
                bare = re.fullmatch(r"(?=.*[^a-z\u2e80-\u9fff])(?=.*\w)[^\s`]+(?<![.,;:!?])", token.content)
                out += (token.content if bare else code(token.content)).replace(" ", KEPT)
            case "softbreak":
                out += " "
            case "hardbreak":
                out += "\n"
            case "link_open":
                starts.append(len(out))
            case "link_close":
                url = link_address(tokens, token)
                out += f" ({url})" if out[starts.pop() :] != url else ""
            case _:
                out += token.content
    return out
