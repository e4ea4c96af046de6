"""Take off what stands in shell text but is not typed: prompts, and the signs of continued lines."""

from __future__ import annotations

import re

PROMPT = re.compile(
    r"""[ \t]*(?:
        (?:➜[ \t]+)?~[\w./-]*[ \t]+(?:git:\([^()\n]{0,60}\)[ \t]+)?(?:[✗$%❯➜»][ \t]+)?(?=(?:sudo[ ])?curl\b)  # a folder in front
      | ➜[ ]{2}[\w./-]+[ \t]+(?:git:\([^()\n]{0,60}\)[ \t]+)?(?:[✗$%][ \t]+)?(?=(?:sudo[ ])?curl\b)        # as oh-my-zsh has it
      | (?:\([\w. -]{1,40}\)[ ])?                        # the name of a virtual environment
        (?:\[?[\w.-]+@[\w.-]+[^\n$\#%>"'`|;]{0,40}\]?)?    # user@host:folder
        (?:[$%❯➜»λ]|(?<=[\w~/\]])\#)[ \t]+(?=[^\s=])
      | PS(?:[ ][A-Z]:[^\n>]{0,60})?>[ \t]*(?=\S)
      | [A-Z]:\\[^\n>]{0,60}>[ \t]*(?=\S)
      | (?:ba|z|k|da)?sh[\w.-]*[$\#>][ \t]+(?=\S)
      | >[ \t]+(?=(?:sudo[ ])?curl\b)
    )""",
    re.VERBOSE,
)
_CONTINUED = re.compile(r">[ \t]?")


def without_continuation_signs(text: str) -> str:
    """Return text without the `> ` that a shell prints in front of the second and later lines of a command, below a prompt."""
    lines = text.split("\n")
    below_prompt = False
    for number, line in enumerate(lines):
        if PROMPT.match(line):
            below_prompt = True
        elif below_prompt and (match := _CONTINUED.match(line)) and not line.startswith((">>", ">=")):
            lines[number] = line[match.end() :]
        else:
            below_prompt = False
    return "\n".join(lines)


def is_session(text: str) -> bool:
    """Return whether text is what stood on a terminal: some of its lines start with a prompt, and others may be output."""
    return any(PROMPT.match(line) for line in text.split("\n"))
