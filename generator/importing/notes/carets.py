"""Read commands as browsers copy them for Windows' cmd, `curl ^"https://…^" ^`: what bash would write stands in their place."""

from __future__ import annotations

import re

from generator import bash

_START = re.compile(r"\bcurl(?:\.exe)?[ \t]+(?:-{1,2}[A-Za-z][\w-]*[ \t]+)*\^\"")
NOTE = "its ^\" and ^ are those of Windows' cmd: read as cmd reads them"


def without_carets(text: str) -> tuple[str, frozenset[int]]:
    """Return a text in which such commands are quoted for bash, and the lines on which they start; every line keeps its number."""
    pieces: list[str] = []
    lines: set[int] = set()
    at = 0
    while match := _START.search(text, at):
        words, end = _command(text, match.start())
        if not words:
            break
        kept = text.count("\n", match.start(), end)
        command = " ".join(bash.word(word) for word in words)
        pieces += [text[at : match.start()], command, "\n" * (kept - command.count("\n"))]
        lines.add(text.count("\n", 0, match.start()) + 1)
        at = end
    return "".join([*pieces, text[at:]]), frozenset(lines)


def _command(text: str, start: int) -> tuple[list[str], int]:
    """Return the words of the command that starts at `start`, as cmd and then a program of C read them, and where it ends.

    In cmd, ^ makes the next character stand for itself, outside of quotes that have none; `&`, `|` and a line end close the command.
    """
    written: list[str] = []
    quoted = False
    position = start
    while position < len(text):
        character = text[position]
        if character == "^" and not quoted:
            position += 2 if text[position + 1 : position + 2] == "\n" else 1
            written.append(text[position : position + 1])
        elif character == "\n" or (character in "&|" and not quoted):
            break
        else:
            quoted = quoted != (character == '"')
            written.append(character)
        position += 1
    return _arguments("".join(written)), min(position, len(text))


def _arguments(line: str) -> list[str]:
    r"""Return the words of a command line (Microsoft's "Parsing C command-line arguments"): in quotes, `\"` is a quote."""
    words: list[str] = []
    word: str | None = None
    quoted = escaped = False
    for match in re.finditer(r'(\\+)(?=(")?)|"|[ \t]+|[^\\" \t]+', line):
        piece = match[0]
        if match[1]:
            word = (word or "") + ("\\" * (len(piece) // 2) if match[2] else piece)
            escaped = match[2] is not None and len(piece) % 2 == 1
        elif piece == '"':
            word = (word or "") + ('"' if escaped else "")
            quoted = quoted if escaped else not quoted
            escaped = False
        elif piece[0] in " \t" and not quoted:
            words += [] if word is None else [word]
            word = None
        else:
            word = (word or "") + piece
    return [*words, *([] if word is None else [word])]
