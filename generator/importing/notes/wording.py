"""Find the words of a page's commands: title, group and what they are about, in one language or in two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from generator.importing.model import Found, FoundAbout, FoundRequest, FoundWords
from generator.importing.notes import comments
from generator.importing.notes.behind import notes_of
from generator.importing.notes.blocks import Block, Section
from generator.importing.notes.described import described_by
from generator.importing.notes.headings import Texts
from generator.importing.notes.joint_titles import titles_of_parts
from generator.importing.notes.pieces import COMMAND_START
from generator.importing.notes.words import is_title, language_of, says_what_is_done, short_prose, title_of, title_of_prose


class Wording:
    """Finds the words of the commands of a page.

    `language` is that which the name of its file says, `sections` are all of its sections in their order, and `first_words` has the first
    paragraph below each heading, by the identity of its texts and the number of dividers before it.
    """

    def __init__(self, language: str, sections: Sequence[Section], first_words: Mapping[tuple[int, int], str]) -> None:
        self.language = language
        self.sections = sections
        self.first_words = first_words

    def with_words(self, block: Block) -> list[Found]:
        """Return what stands in a block, each command with its words."""
        found: list[Found] = []
        parts = self._parts(block)
        for number, item in enumerate(block.found):
            if not isinstance(item, FoundRequest):
                found.append(item)
                continue
            own, remark = comments.title_and_rest(item.about)
            if own is not None and not item.title:
                item = replace(item, title=own, about=remark)
            own = item.title if item.title and not COMMAND_START.match(item.title) else None
            comment = own or comments.above(block.code.text, item.source.line - block.code.line)
            title, group, about = self._texts(block, comment, is_first=number == block.requests[0])
            if title == block.section.title and parts:
                title, group = parts[number], title or group
            about = comments.with_remarks(about, title, (comment, item.about))
            if not group and not block.section.title:
                group = _by_language(comments.section(block.code.text, item.source.line - block.code.line))
            is_alone = len(block.requests) == 1 and not block.code.inline
            notes, described = (notes_of(block.behind), described_by(block.directly_behind)) if is_alone else ((), ())
            found.append(replace(self._in_languages(item, title, group, about, block.section), notes=notes, described=described))
        return found

    def _parts(self, block: Block) -> list[Texts]:
        """Return a title for each command of a block whose section has no other commands, if the heading has a part for each of them."""
        requests = [item for item in block.found if isinstance(item, FoundRequest)]
        titles = block.section.title
        is_only = [other for other in block.section.blocks if not other.code.inline] == [block]
        if not titles or not is_only or len(requests) < len(block.found):
            return []
        parts = {language: titles_of_parts(text, requests) for language, text in titles.items()}
        if not all(parts.values()):
            return []
        return [{language: those[number] for language, those in parts.items() if those} for number in range(len(requests))]

    def _texts(self, block: Block, comment: str | None, *, is_first: bool) -> tuple[Texts, Texts, Texts]:
        """Return the title, the group and the prose of a command."""
        section = block.section
        if block.code.inline and any(not other.code.inline for other in section.blocks):
            return {}, section.title, {}
        prose = _last_paragraphs(block.prose)
        said = _by_language(comment)
        several = len(block.requests) > 1
        says_more = says_what_is_done(comment or "") and all(_is_name(text) for text in section.title.values())
        if comment and is_title(comment) and (several or not section.title or says_more):
            title = {language: title_of_prose(text) for language, text in said.items()}
            return title, section.title or section.group, prose if is_first or not several else {}
        naming = _naming(block.prose)
        behind = {language: short_prose(text) for language, text in prose.items()} if naming != prose else said
        if naming and not several and self._names_block(block, naming):
            return {language: title_of_prose(text) for language, text in naming.items()}, section.title, behind
        if not section.title and naming and all(is_title(text) for text in naming.values()) and not several:
            return {language: title_of_prose(text) for language, text in naming.items()}, section.group, behind
        about = {language: short_prose(text) for language, text in prose.items()} if is_first or not several else {}
        if said and not about:
            about = {language: short_prose(text) for language, text in said.items()}
        first = self.first_words.get((id(section.title), block.stretch))
        if not about and first and section.title and not several:
            about = {language_of(first): short_prose(first)}
        return section.title, section.group, about

    def _names_block(self, block: Block, prose: Texts) -> bool:
        """Tell whether the paragraph before a block says which of the commands below a heading it is."""
        others = [other for other in block.section.blocks if other.requests and not other.code.inline]
        requests = [other.found[number] for other in others for number in other.requests]
        kinds = {repr((item.method, item.path, item.query, item.body)) for item in requests if isinstance(item, FoundRequest)}
        if len(others) < 2 or len(kinds) < 2 or not all(is_title(text) for text in prose.values()):
            return False
        said = Counter(text for other in others for text in _naming(other.prose).values())
        return all(said[text] == 1 for text in prose.values())

    def _in_languages(self, item: FoundRequest, title: Texts, group: Texts, about: Texts, section: Section) -> FoundRequest:
        """Return a request with its words, in one language or in two."""
        headings = (*section.above, section.title)
        item = replace(
            item,
            sections=tuple(text for texts in headings for text in texts.values()),
            section_abouts=tuple(found for texts in headings for found in self._of_section(texts)),
        )
        languages = [language for language in dict.fromkeys([*about, *title]) if language]
        if len(languages) < 2:
            language = self._language(title, group, about, section)
            words = _in_language(language, title, about, group)
            return replace(item, title=words.title, about=words.about, group=words.group, language=language or None)
        first, *others = (_in_language(language, title, about, group) for language in languages)
        return replace(item, title=first.title, about=first.about, group=first.group, language=first.language, also=tuple(others))

    def _of_section(self, title: Texts) -> Iterator[FoundAbout]:
        """Yield what is said of the section below a heading, and not of one of its commands."""
        those = [section for section in self.sections if title and section.title is title]
        first = prose_of_section([block for section in those for block in section.blocks])
        if not any(section.blocks for section in those):
            first = self.first_words.get((id(title), min((place for of, place in self.first_words if of == id(title)), default=0)))
        if first is not None:
            yield from (FoundAbout(heading, short_prose(first), language_of(first)) for heading in title.values())

    def _language(self, title: Texts, group: Texts, about: Texts, section: Section) -> str:
        """Return the language of a command's words. A name such as `Embeddings` is in that of the page around it."""
        if self.language:
            return self.language
        if about:
            return next(iter(about))
        for texts in (title, group):
            if "zh" in texts:
                return "zh"
        before = self.sections[: self.sections.index(section) + 1]
        for near in reversed(before):
            if near.prose:
                return language_of(" ".join(near.prose))
            if near is not section and near.title and "en" not in near.title:
                return next(iter(near.title))
        return next(iter(title or group or {"": ""}))


def prose_of_section(blocks: Sequence[Block]) -> str | None:
    """Return the first paragraph before the commands of a section, if it is said of all of them: none of them is led to by it."""
    blocks = [block for block in blocks if block.requests and not block.code.inline]
    if not blocks:
        return None
    prose = blocks[0].prose
    if len(blocks) == 1:
        is_alone = len(blocks[0].requests) > 1 and len(prose) == 1
    else:
        is_alone = len(prose) == 2 and (_leads(prose[1]) or is_title(prose[1]))
    return prose[0] if is_alone and not _leads(prose[0]) and not says_what_is_done(prose[0]) else None


def _leads(text: str) -> bool:
    return text.endswith((":", "："))


def _by_language(text: str | None) -> Texts:
    return {language_of(text): title_of(text)} if text else {}


def _last_paragraphs(prose: list[str]) -> Texts:
    """Return the last paragraph, and the one before it if it says the same in the other language."""
    last = prose[-2:]
    languages = [language_of(text) for text in last]
    if len(last) == 2 and set(languages) == {"en", "zh"}:
        return dict(zip(languages, last, strict=True))
    return {languages[-1]: last[-1]} if last else {}


def _is_name(title: str) -> bool:
    """Tell whether a heading is one word that says nothing of what is done: `upstream`."""
    return " " not in title and not says_what_is_done(title)


def _naming(prose: list[str]) -> Texts:
    """Return the paragraph that says which command a block is: the last one, or the one before it that says what is done."""
    if len(prose) > 1 and says_what_is_done(prose[-2]) and not says_what_is_done(prose[-1]):
        label, last = prose[-2:]
        if language_of(label) == language_of(last) and not last.endswith((":", "：")):
            return {language_of(label): label}
    return _last_paragraphs(prose)


def _in_language(language: str, title: Texts, about: Texts, group: Texts) -> FoundWords:
    return FoundWords(language, _in(title, language), _in(about, language), _in(group, language))


def _in(texts: Texts, language: str) -> str | None:
    """Return a text in a language, or else the only one."""
    return texts.get(language) or (next(iter(texts.values())) if len(texts) == 1 else None) or None
