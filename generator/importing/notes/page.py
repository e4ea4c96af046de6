"""Put a page's commands together with the words around them."""

from __future__ import annotations

import re
from dataclasses import replace

from generator.importing import curl
from generator.importing.model import Found, FoundRequest, Text
from generator.importing.notes.answers import give_samples, give_samples_within
from generator.importing.notes.behind import before_leading
from generator.importing.notes.blocks import Block, Part, Section, Shown, is_shell
from generator.importing.notes.headings import says_nothing, sections_of, title_of_page
from generator.importing.notes.pieces import Cell, Code, Divider, Piece, Prose
from generator.importing.notes.samples import Behind, sample_before, sample_of
from generator.importing.notes.wording import Wording
from generator.importing.notes.words import title_of

_FILE_LANGUAGE = re.compile(r"(?:^|[/\\._-])(en|zh)(?:[-_](?:[a-z]{2}|hans|hant))?(?:\.\w+)?$", re.IGNORECASE)
_ONE_CODE = re.compile(r"`[^`]+`")
_LONG_PROMPT = re.compile(r"^[ \t]*>{2,3}[ \t]*(?=curl\b)", re.MULTILINE)
"""A prompt that is no shell's, which no command starts with."""


class Page:
    """The pieces of a file, and the commands in them."""

    def __init__(self, pieces: list[Piece], file: str) -> None:
        self.pieces = pieces
        self.file = file
        self.reader = curl.Reader(file, self._addresses())
        match = _FILE_LANGUAGE.search(file)
        self.language = match[1].lower() if match else ""
        self.sections: list[Section] = []
        self.parts: list[Part] = [[]]
        self.stretch = 0
        """How many dividers have been passed."""
        self.first_words: dict[tuple[int, int], str] = {}
        """The first paragraph below each heading, by the identity of its texts and the number of dividers before it."""

    def _addresses(self) -> dict[str, tuple[Text, ...]]:
        """Return the addresses that the page sets variables to: a command may stand above the line that says what it is sent to.

        Where blocks set one to several, the first counts.
        """
        first = curl.Reader(self.file)
        addresses: dict[str, tuple[Text, ...]] = {}
        for piece in self.pieces:
            if isinstance(piece, Code) and is_shell(piece):
                first.read(_LONG_PROMPT.sub("", piece.text), piece.line)
                addresses = first.addresses() | addresses
        return addresses

    def found(self) -> list[Found]:
        """Return the commands in their order, with their words and samples."""
        self._read()
        give_samples(self.parts)
        wording = Wording(self.language, self.sections, self.first_words)
        found: list[Found] = []
        for section in self.sections:
            for block in section.blocks:
                found += wording.with_words(block)
        page = title_of_page(self.pieces)
        requests = [item for item in found if isinstance(item, FoundRequest)]
        has_others = any(item.title != page for item in requests)  # then the page's title says nothing of a command right below it
        return [self._on_page(item, page, has_others=has_others) for item in found]

    @staticmethod
    def _on_page(item: Found, page: str | None, *, has_others: bool) -> Found:
        """Return a request with the title of the page that it stands on, which is not its own if others stand on it."""
        if not isinstance(item, FoundRequest):
            return item
        is_of_page = page is not None and item.title == page and has_others
        return replace(item, page=page, title=None if is_of_page else item.title)

    def _read(self) -> None:
        """Read the blocks of code, each in its section, and the answers behind them."""
        starts = sections_of(self.pieces)
        section = Section()
        self.sections = [section]
        prose: list[Prose] = []
        shown_for: list[Prose] = []  # the paragraphs above a block that shows something, of which the command below may be the source
        open_block: Block | None = None  # the one that paragraphs may belong to which stand behind it
        describing: Block | None = None  # the one whose parameters lists and tables may describe
        state = Behind()
        for number, piece in enumerate(self.pieces):
            start = starts.get(number)
            if start is not None or isinstance(piece, Divider):
                open_block = None if start is None or not start.answer else open_block
                describing = None
            if start is not None and start.answer:
                state = Behind(announced=True)
            elif start is not None and start.goes_on:
                state = Behind()
                if any(isinstance(event, Block) for event in self.parts[-1]):
                    self.parts.append([])
            elif start is not None:
                section, prose, shown_for, state = Section(start.title, start.above), [], [], Behind()
                self.sections.append(section)
                self.parts.append([])
            elif isinstance(piece, Divider):
                self.parts.append([])
                self.stretch += 1
                shown_for, state = [], Behind()
            elif isinstance(piece, Prose) and not _ONE_CODE.fullmatch(piece.text):
                if not says_nothing(title_of(piece.text)):
                    prose.append(piece)
                section.prose.append(piece.text)
                if not piece.depth and not section.blocks and not piece.text.endswith((":", "：")):
                    self.first_words.setdefault((id(section.title), self.stretch), piece.text)
                if open_block is not None:
                    open_block.behind.append(piece)
                if describing is not None:
                    describing.directly_behind.append(piece)
                state = replace(state, prose=(*state.prose, piece.text))
            elif isinstance(piece, Code) and is_shell(piece):
                found = self.reader.read(_LONG_PROMPT.sub("", piece.text), piece.line)
                if found:
                    leading = [] if piece.inline else _leading(prose or shown_for, piece.depth)
                    block = Block(section, piece, found, leading, self.stretch)
                    if open_block is not None:
                        open_block.behind = before_leading(open_block.behind)
                    open_block = describing = None if piece.inline else block
                    section.blocks.append(block)
                    self.parts[-1].append(block)
                    give_samples_within(block)
                    prose, shown_for, state = [], [], Behind(close=True)
            elif isinstance(piece, Cell):
                if describing is not None:
                    describing.directly_behind.append(piece)
            elif isinstance(piece, Code):
                describing = None
                if piece.unmarked and state.prose:
                    state = replace(state, close=False)  # only what is directly behind a command is its answer without a word
                shown = Shown(sample_of(piece.text, piece.language, state), sample_before(piece.text, piece.language, state))
                self.parts[-1].append(shown)
                if not any(isinstance(event, Block) for event in self.parts[-1]):
                    shown_for = prose or shown_for
                prose, state = [], replace(state, close=False, prose=())


def _leading(prose: list[Prose], depth: int) -> list[str]:
    """Return the paragraphs that lead to a block, without lists that do not hold it and the lines that lead to those.

    The last item of a list holds it, too, if it ends with a colon.
    """
    kept: list[str] = []
    for paragraph, behind in zip(prose, [*prose[1:], None], strict=False):
        leads_on = paragraph.text.endswith((":", "："))
        leads_to_list = behind is not None and behind.depth > paragraph.depth and leads_on
        if (paragraph.depth <= depth and not leads_to_list) or (behind is None and leads_on):
            kept.append(paragraph.text)
    return kept
