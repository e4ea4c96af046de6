"""JSON and jq filters in colour: their texts as tokens, and the tokens as HTML.

Nothing here fails or changes a text: what is no JSON, or no filter, comes back as it is, without colour.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, Literal, NamedTuple

from markupsafe import Markup, escape

from generator.catalog.model import Pipeline
from generator.command import CommandPiece

Kind = Literal["key", "string", "number", "literal", "operator", "punctuation", "function", "variable", "comment", "text"]
"""What a token is. A key is a name in an object or the access to it; a literal is true, false or null; a keyword is an operator; text
is blanks and what is neither JSON nor jq."""

CLASSES: dict[Kind, str] = {
    "key": "tok-key",
    "string": "tok-string",
    "number": "tok-number",
    "literal": "tok-number",
    "operator": "tok-operator",
    "comment": "tok-operator",
}
"""The CSS classes, one for each colour. Kinds without one have the colour of the text around."""


class Token(NamedTuple):
    """A run of a text."""

    text: str
    kind: Kind


# ---- JSON ----

JSON_TOKEN = re.compile(
    r"""
    (?P<key> "(?:[^"\\\n]|\\.)*" (?=\s*:) )
    | (?P<string> "(?:[^"\\\n]|\\.)*" | "(?:[^"\\\n]|\\.)*…(?=\n|\Z) )  # a long one may end in … where its line does
    | (?P<number> -?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)? (?![\w.]) )
    | (?P<literal> (?:true|false|null)\b )
    | (?P<punctuation> [\[\]{},]+ )
    | (?P<colon> : )
    | (?P<text> [ \t\r\n]+ | … | \.\.\. )
    """,
    re.VERBOSE,
)
EVENT_FIELD = re.compile(r"(data|event|id|retry):[ ]?", re.ASCII)


@lru_cache(4096)
def json_tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of JSON as pages show it: one value or several, an event stream, with `…` where something is left out.

    Joined they are the text. A text that is none of these is one token, and so is a line of a stream without JSON.
    """
    if not re.search("^data:", text, re.MULTILINE):
        return tuple(_values(text))
    return tuple(token for line in re.split(r"(?<=\n)", text) for token in _event_line(line))


def _event_line(line: str) -> Iterator[Token]:
    """Yield the tokens of a line of an event stream: the field's name is text, what stands behind `data:` may be JSON."""
    field = EVENT_FIELD.match(line)
    if not field or field[1] != "data":
        yield Token(line, "text")
        return
    yield Token(field[0], "text")
    yield from _values(line[field.end() :])


def _values(text: str) -> list[Token]:
    """Return the tokens of JSON values; the whole text as one, if there is anything else in it."""
    tokens: list[Token] = []
    position, follows_key = 0, False
    while position < len(text):
        match = JSON_TOKEN.match(text, position)
        if not match or (match.lastgroup == "colon" and not follows_key):
            return [Token(text, "text")]
        kind: Any = "punctuation" if match.lastgroup == "colon" else match.lastgroup
        tokens.append(Token(match[0], kind))
        if kind != "text":
            follows_key = kind == "key"
        position = match.end()
    return tokens


# ---- jq ----

KEYWORDS = frozenset("if then elif else end as def reduce foreach try catch label break import include module and or __loc__".split())
JQ_TOKEN = re.compile(
    r"""
    (?P<text> \s+ )
    | (?P<comment> \#[^\n]* )
    | (?P<key> \.[A-Za-z_]\w* )
    | (?P<number> (?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)? )
    | (?P<dots> \.\.? )
    | (?P<variable> \$(?:\w+::)*[A-Za-z_]\w* )
    | (?P<word> (?:[A-Za-z_]\w*::)*[A-Za-z_]\w* )
    | (?P<function> @\w+ )                                     # a format: @base64
    | (?P<quote> " )
    | (?P<opening> [(\[{] )
    | (?P<closing> [)\]}] )
    | (?P<operator> \?// | //=? | \|= | [-+*/%=!<>]= | [-+*/%=<>|?] )
    | (?P<punctuation> [,:;] )
    | (?P<other> . )
    """,
    re.VERBOSE | re.ASCII | re.DOTALL,
)
JQ_STRING_TOKEN = re.compile(r'(?P<inside>(?:[^"\\]|\\[^(])+|\\\Z)|(?P<interpolation>\\\()|(?P<end>")', re.DOTALL)
INTERPOLATION = '"('
"""What the stack of openings holds for `\\(` in a string, after which the string goes on; a string's own `"` is `"key` or `"string`."""


@lru_cache(4096)
def jq_tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of a jq filter (jq 1.6, and what it has in common with later ones). Joined they are the text."""
    return tuple(_JqReader(text).tokens())


class _JqReader:
    """Reads a filter from left to right, and knows what it stands in: objects, whose names are keys, and strings."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.open: list[str] = []
        self.last = ""
        """The last token but blanks and comments."""
        self.string_kind: list[Kind] = []
        """Of the strings around: whether each is a key."""

    def tokens(self) -> Iterator[Token]:
        position = 0
        while position < len(self.text):
            in_string = bool(self.open) and self.open[-1] == '"'
            match = (JQ_STRING_TOKEN if in_string else JQ_TOKEN).match(self.text, position)
            assert match and match.end() > position
            yield Token(match[0], self._in_string(match) if in_string else self._in_code(match))
            position = match.end()

    def _in_string(self, match: re.Match[str]) -> Kind:
        kind = self.string_kind[-1]
        if match.lastgroup == "interpolation":
            self.open.append(INTERPOLATION)
            self.last = "("
            return "operator"
        if match.lastgroup == "end":
            self.open.pop()
            self.string_kind.pop()
            self.last = '"'
        return kind

    def _in_code(self, match: re.Match[str]) -> Kind:
        group, text = match.lastgroup, match[0]
        if group in ("text", "comment"):
            return "text" if group == "text" else "comment"
        names_key = bool(self.open) and self.open[-1] == "{" and self.last in ("{", ",")
        before, self.last = self.last, text
        if group == "quote":
            self.open.append('"')
            self.string_kind.append("key" if names_key or before == "." else "string")
            return self.string_kind[-1]
        if group == "opening":
            self.open.append(text)
            return "punctuation"
        if group == "closing":
            opening = self.open.pop() if self.open else ""
            return "operator" if opening == INTERPOLATION else "punctuation"
        if group == "word":
            return "key" if names_key else _word(text)
        kinds: dict[str | None, Kind] = {
            "key": "key",
            "dots": "key",
            "number": "number",
            "variable": "variable",
            "function": "function",
            "operator": "operator",
            "punctuation": "punctuation",
        }
        return kinds.get(group, "text")


def _word(text: str) -> Kind:
    """Return what a word of a filter is that names no key."""
    if text in ("true", "false", "null"):
        return "literal"
    return "operator" if text in KEYWORDS else "function"


# ---- HTML ----


def coloured_json(text: str) -> Markup:
    """Return JSON as HTML, with a `<span class="tok-…">` around what has a colour; its text is the JSON as it was."""
    return markup_of(json_tokens(text))


def prints_json(pipeline: Pipeline) -> bool:
    """Return whether what a pipeline prints is JSON; with `raw` it is text, even where that looks like JSON."""
    return not pipeline.raw


def coloured_output(text: str, pipeline: Pipeline) -> Markup:
    """Return what a pipeline prints as HTML: in colour if it is JSON."""
    return coloured_json(text) if prints_json(pipeline) else escape(text)


def coloured_pieces(pieces: Sequence[CommandPiece]) -> list[Markup]:
    """Return the text of each piece of a command as HTML: its JSON and its filter in colour, values of a reader's without."""
    found: list[Markup] = []
    for language, run in groupby(pieces, key=lambda piece: piece.language):
        these = list(run)
        whole = "".join(piece.text for piece in these)
        in_heredoc = any(piece.role == "heredoc" for piece in these)
        if language is None or ("'" in whole and not in_heredoc):  # in the shell's quotes a ' is written '"'"'
            found += [escape(piece.text) for piece in these]
            continue
        tokens = json_tokens(whole) if language == "json" else jq_tokens(whole)
        parts = _cut(tokens, [len(piece.text) for piece in these])
        found += [escape(piece.text) if piece.value else markup_of(part) for piece, part in zip(these, parts, strict=True)]
    return found


def _cut(tokens: Iterable[Token], lengths: Sequence[int]) -> list[list[Token]]:
    """Return the tokens of parts of a text that have these lengths; one that stands in two parts is in both, each with its own."""
    parts: list[list[Token]] = [[] for _ in lengths]
    rest = list(lengths)
    number = 0
    for token in tokens:
        text = token.text
        while text:
            while not rest[number]:
                number += 1
            piece = text[: rest[number]]
            parts[number].append(Token(piece, token.kind))
            rest[number] -= len(piece)
            text = text[len(piece) :]
    return parts


def markup_of(tokens: Iterable[Token]) -> Markup:
    """Return tokens as HTML; neighbours of one colour share a span."""
    found = []
    for name, run in groupby(tokens, key=lambda token: CLASSES.get(token.kind)):
        text = escape("".join(token.text for token in run))
        found.append(f'<span class="{name}">{text}</span>' if name else str(text))
    return Markup("".join(found))
