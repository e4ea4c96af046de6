"""Find the curl commands of a text that no reader has read: none is passed over without a word."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import pairwise

from generator.importing.model import Found, NotImported, Source

# The word curl with what may follow it in a command: an option, an address, a variable, or the end of the line that it goes on behind.
_COMMAND = re.compile(
    r"(?:(?<![A-Za-z0-9_./\\$%{#])(?<![\w./][@-])(?:[A-Za-z0-9_./-]*/)?curl(?:\.exe)?|\$\{?CURL[A-Z_]*\}?)"
    r"(?:[ \t]+|[\"'],[ \t]*(?=[\"'](?:-|https?:)))"  # a list of words in another language: "curl", "-s"
    r"(?=\\$|[\"']?-{1,2}[A-Za-z]|[\"'“‘]?(?:https?:|localhost\b|\d{1,3}\.\d|\$|<?[\w-]+\.[a-z]{2,}[/:]))"
)
_ADDRESS = re.compile(r"https?:|localhost|\d:\d{2,5}|\$\w|\$\{|[\w-]\.\w+/|\w:\d{2,5}|\d\.\d{1,3}\.\d")
_SCRIPT = re.compile(r"<(script|style|svg)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
"""Parts of a page that nobody reads."""
_REASON = (
    "seen, but not read: a command is read in a block of shell code, and where a line of plain text starts with curl, but not in "
    "the middle of a sentence or of another program. Write it so, and import again"
)
_LONGEST = 200


def with_unread(found: list[Found], text: str, file: str) -> list[Found]:
    """Return what was found, and between it the commands of a text that none of it is, as left out, in the order of their lines."""
    if "curl" not in text.lower():
        return found
    lines = _SCRIPT.sub(lambda part: "\n" * part[0].count("\n"), text).split("\n")
    read_text = "\n".join(_compact(source) for source in {item.source.text for item in found})
    unread: list[Found] = [
        NotImported(Source(file, number, command[:_LONGEST]), "left-out", (_REASON,))
        for number, line in enumerate(lines, 1)
        for command in _commands_in(line, lines[number : number + 10])
        if not _is_read(command, read_text)
    ]
    return _in_order(found, unread)


def _commands_in(line: str, following: list[str]) -> Iterator[str]:
    """Yield the commands that start on a line, if they look as if they send something."""
    line = html.unescape(line)
    starts = [match.start() for match in _COMMAND.finditer(line)]
    for start, end in pairwise([*starts, None]):
        command = line[start:end]
        whole = line[start:]
        for other in following:
            if not whole.rstrip().endswith(("\\", "^", "`")):
                break
            whole += "\n" + other
        if _ADDRESS.search(whole):
            yield re.split("</", command)[0].strip()


def _compact(text: str) -> str:
    """Return a text as it is compared: what a reader may have changed of it, blanks and quotes, stands in it in one way."""
    return re.sub(r"\s+", " ", re.sub(r"[\\\"'`{}^]+", "", html.unescape(text))).strip()


def _first_words(command: str) -> str:
    """Return the start of a command, without what stands behind it."""
    return _compact(re.split(r"[`|;&)]", command)[0])


def _is_read(command: str, read_text: str) -> bool:
    """Tell whether a command, and not only one that starts as it does, is in the text that has been read."""
    words = _first_words(command)
    return re.search(rf"{re.escape(words)}(?![\w/?=.-])", read_text) is not None


def _in_order(found: list[Found], unread: list[Found]) -> list[Found]:
    """Return both; what was found keeps its order."""
    waiting = list(unread)
    merged: list[Found] = []
    for item in found:
        while waiting and waiting[0].source.line < item.source.line:
            merged.append(waiting.pop(0))
        merged.append(item)
    return [*merged, *waiting]
