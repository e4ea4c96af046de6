"""Find the sections of a page: which heading and which group each part of it stands under."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from generator.importing.notes.pieces import Heading, Piece
from generator.importing.notes.words import LONGEST_TITLE, halves, language_of, title_of

Texts = dict[str, str]
"""A text by language; "" where that cannot be told."""

# Headings that say nothing of their own: what stands under them is about the heading above.
_SAYS_NOTHING = re.compile(
    r"(?:(?:an?|the|simple|full|example|sample|http|api|curl|shell|bash|rest|basic|cli) )*"
    r"(?:requests?|examples?|usage|commands?|calls?|code|curl|bash|shell)"
    r"(?: (?:requests?|examples?|usage|commands?|calls?|code))?|try it(?: out)?|"
    r"(?:and |or )?(?:or|then|also|now|alternatively|for example|e\.g)(?:,? (?:or|then|also|alternatively|for example))?|"
    r"例如|比如|或者?|如下|"
    r"(?:请求|调用|使用|用法|命令|接口|代码|curl ?)?(?:示例|例子|样例|举例|请求|命令|用法)",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"(?:(?:example|sample|http|api|json|successful|success) )?(?:response|answer|output|result)s?(?: (?:example|body|200))?|"
    r"(?:请求|示例|返回)?(?:响应|返回|输出|结果|返回值|应答)(?:示例|例子|样例|结果|内容)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Start:
    """A heading at which a section starts, or goes on."""

    title: Texts
    above: tuple[Texts, ...] = ()
    """The headings above, the highest first, without the page's title."""
    goes_on: bool = False
    """It says nothing of its own: the section that is there goes on."""
    answer: bool = False
    """An answer follows."""

    @property
    def group(self) -> Texts:
        """Return the nearest heading above."""
        return self.above[-1] if self.above else {}


@dataclass
class _Above:
    """The headings above a place, the highest first."""

    headings: list[tuple[int, Texts]] = field(default_factory=list)
    title_of_page: int | None = None
    """The level of the page's only heading of its level, which is no group."""

    def below(self, level: int) -> _Above:
        return _Above([heading for heading in self.headings if heading[0] < level], self.title_of_page)

    @property
    def texts(self) -> tuple[Texts, ...]:
        return tuple(texts for level, texts in self.headings if level != self.title_of_page)


def sections_of(pieces: list[Piece]) -> dict[int, Start]:
    """Return what starts at each heading, by the number of its piece. Two headings that follow each other in two languages are one."""
    above = _Above(title_of_page=_level_of_title(pieces))
    starts: dict[int, Start] = {}
    before: tuple[int, Heading] | None = None
    current: Texts = {}
    for number, piece in enumerate(pieces):
        if not isinstance(piece, Heading):
            before = None
            continue
        title = title_of(piece.text)
        texts = {language_of(text): text for text in ([title] if piece.ends_in_code else halves(title))}
        outer = above.below(piece.level)
        if before is not None and _is_translation(before[1], piece):
            current |= texts
            starts[number] = starts.pop(before[0])
        elif outer.headings and says_nothing(title):
            parent = outer.headings[-1][1]
            starts[number] = Start(parent, _Above(outer.headings[:-1], above.title_of_page).texts, parent is current, is_answer(title))
            current = parent
            above = outer
        else:
            starts[number] = Start(texts, outer.texts)
            current = texts
            above = _Above([*outer.headings, (piece.level, texts)], above.title_of_page)
        before = (number, piece)
    return starts


def title_of_page(pieces: list[Piece]) -> str | None:
    """Return the title of a page: its first heading, if no other one is as high and more follow; None if it is long or cannot be shown."""
    headings = [piece for piece in pieces if isinstance(piece, Heading)]
    if len(headings) < 2 or _level_of_title(pieces) is None:
        return None
    title = title_of(headings[0].text)
    return title if title.isprintable() and 0 < len(title) <= LONGEST_TITLE and not says_nothing(title) else None


def says_nothing(title: str) -> bool:
    """Tell whether a title only says that a command follows, or an answer."""
    return _SAYS_NOTHING.fullmatch(title) is not None or is_answer(title)


def is_answer(title: str) -> bool:
    """Tell whether a title says that an answer follows."""
    return _ANSWER.fullmatch(title) is not None


def _level_of_title(pieces: list[Piece]) -> int | None:
    """Return the level of the page's title: that of the first heading, if no other one is as high."""
    levels = [piece.level for piece in pieces if isinstance(piece, Heading)]
    return levels[0] if levels and levels[0] == min(levels) and levels.count(levels[0]) == 1 else None


def _is_translation(one: Heading, other: Heading) -> bool:
    """Tell whether two headings that follow each other are one, in two languages."""
    return one.level == other.level and {language_of(one.text), language_of(other.text)} == {"en", "zh"}
