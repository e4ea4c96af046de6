"""Read curl's command line as curl does: options in all ways to write them, with their values, and URLs."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Literal

from generator.importing.curl.errors import BrokenCommand
from generator.importing.curl.marks import has_mark

_POWERSHELL = re.compile(r"-(Uri|Method|Headers|Body|UseBasicParsing|OutFile|ContentType|InFile)\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Option:
    """An option of curl."""

    name: str
    """The long one, without its hyphens."""
    letter: str
    kind: Literal["value", "switch", "alone"]


@dataclass(frozen=True)
class Given:
    """An option that a command gives; with the name `url`, also an argument that is none."""

    name: str
    value: str = ""
    on: bool = True
    """False for `--no-…`."""
    written: str = ""
    """As the command has it: `-d`, `--data`."""
    note: str = ""
    """What is odd about how it is written, a sentence."""


@functools.cache
def options() -> dict[str, Option]:
    """Return curl's options by their long names."""
    text = resources.files("generator.importing.curl").joinpath("options.txt").read_text("utf-8")
    found = {}
    for line in text.splitlines():
        if not line.startswith("# "):
            name, letter, kind = line.split()
            found[name] = Option(name, letter if letter != "." else "", kind)  # type: ignore[arg-type]
    return found


@functools.cache
def _by_letter() -> dict[str, Option]:
    return {option.letter: option for option in options().values() if option.letter}


def given(words: list[str]) -> Iterator[Given]:
    """Yield what the words behind `curl` give, in order. Raises BrokenCommand for what curl refuses."""
    if foreign := next((word for word in words if _POWERSHELL.match(word)), None):
        raise BrokenCommand(f"{foreign}: an option of PowerShell's Invoke-WebRequest, which is no curl")
    position = 0
    reads_options = True
    while position < len(words):
        word = words[position]
        position += 1
        if not reads_options or not word.startswith("-"):
            yield Given("url", word, written=word)
        elif word == "--":
            reads_options = False
        else:
            behind = words[position] if position < len(words) else None
            found, takes_next = _long(word, behind) if word.startswith("--") else _short(word, behind)
            position += 1 if takes_next else 0
            yield from found


def _long(word: str, behind: str | None) -> tuple[list[Given], bool]:
    """Read `--name`, `--name=value` (curl 8.16) or `--no-name`; return it, and whether the next word is its value."""
    name, equals, value = word[2:].partition("=")
    off = name.startswith("no-") and name not in options()
    option, note = _named(name.removeprefix("no-") if off else name, word)
    if off and option.kind != "switch":
        raise BrokenCommand(f"{word}: curl knows no --no- for this option")
    if option.kind != "value":
        if equals:
            raise BrokenCommand(f"{word}: this option takes no value")
        return [Given(option.name, on=not off, written=word, note=note)], False
    if equals:
        note = f"--{name}=… is read from curl 8.16 on; before, the value is a word of its own"
        return [Given(option.name, value, written=f"--{name}", note=note)], False
    if behind is None:
        raise BrokenCommand(f"{word} stands at the end: its value is missing")
    return [Given(option.name, behind, written=word, note=note)], True


def _named(name: str, word: str) -> tuple[Option, str]:
    """Return the option of a long name, also of one that is cut short; the second is a sentence about that."""
    if option := options().get(name):
        return option, ""
    longer = [option for option in options().values() if option.name.startswith(name)] if name else []
    if len(longer) == 1:
        return longer[0], f"--{name} is --{longer[0].name}, cut short, which curl reads up to 8.5 only"
    if len(name) == 1 and name in _by_letter():
        hint = f"did you mean -{name}?"
    elif longer:
        hint = "it may be " + " or ".join(f"--{option.name}" for option in longer[:4])
    else:
        near = difflib.get_close_matches(name, list(options()), n=1)
        hint = f"did you mean --{near[0]}?" if near else "see curl --help all"
    raise BrokenCommand(f"{word if len(word) < 60 else word[:57] + '…'}: no option of curl's: {hint}")


def _short(word: str, behind: str | None) -> tuple[list[Given], bool]:
    """Read `-s`, `-sSXPOST` or `-d` and its value; return what is given, and whether the next word is the last one's value."""
    found: list[Given] = []
    letters = word[1:]
    if not letters:
        raise BrokenCommand("- alone is no option of curl's, and no URL")
    for position, letter in enumerate(letters):
        option = _by_letter().get(letter)
        if option is None:
            if has_mark(letter):
                raise BrokenCommand(f"a variable stands in {word[: position + 1]}…, where curl has options")
            raise BrokenCommand(f"-{letter}{'' if len(word) == 2 else f' (in {word[:40]})'}: no option of curl's")
        if option.kind != "value":
            found.append(Given(option.name, written=f"-{letter}"))
            continue
        rest = letters[position + 1 :]
        if not rest and behind is None:
            raise BrokenCommand(f"-{letter} stands at the end: its value is missing")
        found.append(Given(option.name, rest or behind or "", written=f"-{letter}"))
        return found, not rest
    return found, False
