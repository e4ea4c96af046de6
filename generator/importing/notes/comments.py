"""Read the comments of shell text: what stands above a command, and what divides a file."""

from __future__ import annotations

import re

from generator.importing.curl.reader import JOINS
from generator.importing.notes.headings import Texts
from generator.importing.notes.pieces import COMMAND_START
from generator.importing.notes.words import escaped, language_of, says_what_is_done, short_prose, title_of, title_of_prose

_COMMENT = re.compile(r"\s*(?:#+|//|::|REM\b|--(?=[ \t]|[\u3400-\u9fff]))(?!!)[ \t]?(.*)", re.IGNORECASE)
_BEHIND = re.compile(r"\s*[^#\s].*?\s#\s+(\S.*)")
_RULE = re.compile(r"[\s=\-*#_~+]*")
_DIVIDES = re.compile(r"\s*#+\s*(?:([=\-*#~_+])\1{1,}\s*(\S.*?)\s*[=\-*#~_+]*\s*|(?<=##)\s*(\S.*?)\s*#*\s*)$")
_FOLLOWED_BY_SETTING = re.compile(r"\s*(?:export\s+)?[A-Za-z_]\w*=")


def above(block: str, line: int) -> str | None:
    """Return the comment directly above a line of a block, as one line; commands in comments are none."""
    lines = block.split("\n")
    found: list[str] = []
    number = min(line, len(lines)) - 1
    while number >= 0 and _FOLLOWED_BY_SETTING.match(lines[number]) and not COMMAND_START.match(lines[number]):
        number -= 1
    while number >= 0 and (match := _COMMENT.match(lines[number])) and not _divider(lines, number):
        text = match[1].strip()
        if COMMAND_START.match(text):
            break
        if not _RULE.fullmatch(text) and not JOINS.fullmatch(text):
            found.insert(0, text)
        number -= 1
    return " ".join(found) or None


def words_of_comment(line: str) -> str | None:
    """Return the words of a comment of a shell, on a line of its own or behind a command.

    None for a line without one, for a rule, for `# and`, and for a command in a comment.
    """
    behind = _BEHIND.match(line)
    line = f"# {behind[1]}" if behind else line
    match = _COMMENT.match(line)
    text = match[1].strip() if match else ""
    if match is None or not line.lstrip().startswith("#") or "curl " in text or _RULE.fullmatch(text) or JOINS.fullmatch(text):
        return None
    return text.strip("=-*#~_+ ")


def title_and_rest(comment: str | None) -> tuple[str | None, str | None]:
    """Return the first line of a comment of several lines, if it is a title by itself that says what is done, and the others.

    A line that goes on in the next one is none: that begins with a small letter, and names nothing with a colon or a sign behind it.
    """
    first, _, rest = (comment or "").partition("\n")
    if not rest or not says_what_is_done(first) or first.endswith((",", "，", "、", "and", "or")):
        return None, comment
    goes_on = re.match("[a-z]", rest) is not None and re.match(r"[\w-]+(?: [\w-]+)?[:=]", rest) is None
    return (None, comment) if goes_on else (first, rest)


def section(block: str, line: int) -> str | None:
    """Return the text of the last comment above a line that divides a file: `# ==== Users ====`, `## Users`, or one between rules."""
    lines = block.split("\n")[:line]
    for number in range(len(lines) - 1, -1, -1):
        text = _divider(lines, number)
        if text:
            return text
    return None


def with_remarks(about: Texts, title: Texts, remarks: tuple[str | None, ...]) -> Texts:
    """Return what a command is about, with what the comments above and behind it say that stands nowhere yet."""
    known = [text.casefold() for texts in (title, about) for text in texts.values()]
    for remark in remarks:
        text = " ".join(remark.split("\n")) if remark else ""
        if not text or any(title_of_prose(text).casefold() in said for said in known):
            continue
        said = short_prose(escaped(text))
        known.append(text.casefold())
        language = language_of(text)
        beside = {language: about[language]} if language in about else about or {language: ""}
        about = {**about, **{name: f"{before} {said}".strip() for name, before in beside.items()}}
    return about


def _divider(lines: list[str], number: int) -> str | None:
    """Return the text of a comment that divides a file; None if the line is no such comment."""
    match = _DIVIDES.match(lines[number])
    if match and (match[2] or match[3]) and not _RULE.fullmatch(match[2] or match[3]):
        return title_of(match[2] or match[3])
    text = _COMMENT.match(lines[number])
    around = [lines[beside] for beside in (number - 1, number + 1) if 0 <= beside < len(lines)]
    if text and text[1].strip() and len(around) == 2 and all(re.fullmatch(r"\s*#+\s*[=\-*#]{3,}\s*|\s*#{4,}\s*", line) for line in around):
        return title_of(text[1])
    return None
