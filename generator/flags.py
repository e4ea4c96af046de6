"""Which options of curl and jq a command uses."""

from __future__ import annotations

import re
from collections.abc import Mapping

from generator.model import Flag, Program

_QUOTED = re.compile(r"\\.|'[^']*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)


def used(command: str, known: Mapping[Program, Mapping[str, Flag]]) -> list[tuple[Program, str]]:
    """The (program, flag) pairs of a command such as `curl -sS … | jq -r …`, in order, each once.

    A flag that takes a value (its `value` in `known`) hides the next word, so that data is not taken for a flag.
    """
    line = _QUOTED.sub("Q", command).split("<<")[0]
    found: dict[tuple[Program, str], None] = {}
    for part in line.split("|"):
        words = [word for word in part.split() if word != "\\"]
        program = next((name for word in words for name in known if name == word), None)
        if program is None:
            continue
        takes_value = False
        for word in words[words.index(program) + 1 :]:
            if takes_value or not word.startswith("-") or word == "-":
                takes_value = False
                continue
            flags = [word] if word.startswith("--") else [f"-{letter}" for letter in word[1:]]
            for flag in flags:
                found[(program, flag)] = None
                explained = known[program].get(flag)
                takes_value = explained is not None and explained.value is not None
    return list(found)
