"""What a page is made of while it is read: its sections, the blocks of code with commands, and what is shown between them."""

from __future__ import annotations

from dataclasses import dataclass, field

from generator.importing.model import Found, FoundRequest
from generator.importing.notes.headings import Texts
from generator.importing.notes.pieces import SETS_VARIABLE, Cell, Code, Prose, holds_command
from generator.importing.notes.samples import Sample

_SHELL = frozenset("bash sh shell zsh ksh console shell-session shellsession terminal curl bat batch cmd powershell ps1 pwsh fish".split())


@dataclass(eq=False)
class Section:
    """What stands below a heading, up to the next one."""

    title: Texts = field(default_factory=dict)
    above: tuple[Texts, ...] = ()
    """The headings above, the highest first, without the page's title."""
    prose: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    @property
    def group(self) -> Texts:
        """Return the nearest heading above."""
        return self.above[-1] if self.above else {}


@dataclass(eq=False)
class Block:
    """The commands of a block of code."""

    section: Section
    code: Code
    found: list[Found]
    prose: list[str]
    """The paragraphs between what stands before and the block."""
    stretch: int = 0
    """How many dividers of the page stand before it."""
    behind: list[Prose] = field(default_factory=list)
    """The paragraphs behind it, up to the next command, heading or divider."""
    directly_behind: list[Prose | Cell] = field(default_factory=list)
    """Those and the cells of tables, up to the next code."""

    @property
    def requests(self) -> list[int]:
        """The positions of the requests in `found`."""
        return [number for number, item in enumerate(self.found) if isinstance(item, FoundRequest)]


@dataclass(frozen=True)
class Shown:
    """A block that is no command: the answer that it shows to the command above it, and to the one below it."""

    behind: Sample | None
    before: Sample | None


Part = list[Block | Shown]
"""Commands and what is shown between them, within a part of the page that no answer crosses."""


def is_shell(code: Code) -> bool:
    """Tell whether a block is read as shell text: by its language, or since a command starts on one of its lines."""
    if code.inline or (code.language in _SHELL and ("curl" in code.text or SETS_VARIABLE.search(code.text))):
        return True
    sets_variables = not code.language and any(SETS_VARIABLE.match(line) for line in code.text.split("\n"))
    return holds_command(code.text) or sets_variables
