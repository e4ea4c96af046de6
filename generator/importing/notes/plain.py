"""Read plain text in which commands stand between prose, without marks that say which is which."""

from __future__ import annotations

import json
import re

from generator.importing.notes.pieces import COMMAND_START, FUNCTION_START, SETS_VARIABLE, Code, Heading, Piece, Prose
from generator.importing.notes.words import escaped

_UNDERLINE = re.compile(r"([=\-~^\"*+#])\1{2,}\s*$")
_LEVELS = '=-~^"*+#'
_WIKI_HEADING = re.compile(r"(={1,6})\s*(\S[^\n]*?)\s*\1\s*$|h([1-6])\.\s+(\S.*)$|(#{1,6})\s+(\S.*?)\s*#*$")
_GOES_ON = re.compile(r"[ \t]*(?:[|]|&&|-{1,2}[A-Za-z][\w-]*(?:[ \t=]|$)|-[HdXuFb]['\"A-Z@])")
_OPENS = re.compile(r"[ \t]*(?:[$#%>][ \t]+)?(?:for[ \t]+\w+[ \t]+in\b.*|(?:while|until|if)[ \t].*)(?:;|\n)[ \t]*(?:do|then)(?=[\s;]|$)")
"""The start of a loop or a condition of a shell; prose that starts so has no `; do`."""
_CLOSES = re.compile(r"(?:^|[\s;])(?:done|fi)\b")
_AROUND = re.compile(
    r"[ \t]*(?:[$#%>][ \t]+)?(?:(?:sudo|time|env|nohup|watch|ssh|docker|podman|kubectl|seq|cat|echo|printf|ls|find|jq)[ \t](?=.*[-|'\"])"
    r"|[\w./-]+[^\n|]*\|[ \t]*(?:xargs\b|parallel\b|while\b|curl\b)).*?(?<![\w./-])curl(?:\.exe)?[ \t]"
)
"""A command that runs curl or pipes into it: `ssh lab curl …`, `cat ids | xargs curl …`."""
_LABELLED = re.compile(r"[ \t]*(?P<label>[^\s:'\"`|;&()][^:'\"`|;&()\n]{0,39}):[ \t]+(?=curl(?:\.exe)?[ \t]+(?:-|['\"]?[\w$]))")
"""A command behind its name, on one line: `weather: curl …`."""
_HEREDOC = re.compile(r"<<-?[ \t]*(['\"]?)(\w+)\1")
_MARKUP = re.compile(
    r"\{(?:code|noformat)[^{}]*\}|\.\. (?:code-block|sourcecode|code)::.*|</?(?:pre|syntaxhighlight|source)\b[^<>]*>|```.*|~~~.*"
)
_ADDRESS = re.compile(r"https?:|localhost|\d:\d{2,5}|\$\w|\$\{|[\w-]\.\w+/|\w:\d{2,5}")
_JSON_START = re.compile(r"[ \t]*[\[{]")


def pieces_of_plain_text(text: str, first_line: int = 1) -> list[Piece]:
    """Return what a text is made of: a command goes on while a quote is open, a backslash ends its lines, or options follow."""
    lines = text.split("\n")
    pieces: list[Piece] = []
    paragraph: list[str] = []
    number = 0

    def end_paragraph() -> None:
        words = " ".join(line.strip() for line in paragraph).strip()
        if words:
            pieces.append(Prose(escaped(words), line=first_line + number - len(paragraph), lines=len(paragraph)))
        paragraph.clear()

    while number < len(lines):
        line = lines[number]
        heading = _heading(lines, number, first_line + number) if not paragraph else None
        if COMMAND_START.match(line) or SETS_VARIABLE.match(line):
            end_paragraph()
            end = _end_of_command(lines, number)
            pieces.append(Code("\n".join(lines[number:end]), first_line + number))
            number = end
        elif (end := _end_of_compound(lines, number)) > number:
            end_paragraph()
            pieces.append(Code("\n".join(lines[number:end]), first_line + number, "sh"))
            number = end
        elif FUNCTION_START.match(line) and (end := _end_of_function(lines, number)) > number:
            end_paragraph()
            pieces.append(Code("\n".join(lines[number:end]), first_line + number))
            number = end
        elif (label := _LABELLED.match(line)) and _ADDRESS.search(line):
            end_paragraph()
            end = _end_of_command(lines, number)
            pieces.append(Prose(escaped(f"{label['label']}:"), line=first_line + number))
            pieces.append(Code("\n".join([line[label.end() :], *lines[number + 1 : end]]), first_line + number))
            number = end
        elif _JSON_START.match(line) and (end := _end_of_json(lines, number)) > number:
            end_paragraph()
            pieces.append(Code("\n".join(lines[number:end]), first_line + number, "json"))
            number = end
        elif heading:
            pieces.append(heading[0])
            number += heading[1]
        elif _MARKUP.fullmatch(line.strip()) or not line.strip():
            end_paragraph()
            number += 1
        else:
            paragraph.append(line)
            number += 1
    end_paragraph()
    return _together(pieces)


def starts_with_json(text: str) -> bool:
    """Tell whether a paragraph starts with lines that are a whole JSON object or list, perhaps below a line that leads to it."""
    lines = text.split("\n")
    for number, line in enumerate(lines[:2]):
        end = _end_of_json(lines, number) if _JSON_START.match(line) else number
        try:
            if end > number and json.loads("\n".join(lines[number:end])):
                return True
        except (ValueError, RecursionError):
            continue
    return False


def _together(pieces: list[Piece]) -> list[Piece]:
    """Return pieces in which commands that follow each other, line upon line, are one block."""
    found: list[Piece] = []
    for piece in pieces:
        last = found[-1] if found else None
        if isinstance(piece, Code) and isinstance(last, Code) and not piece.language and not last.language:
            gap = piece.line - last.line - last.text.count("\n") - 1
            if gap == 0:
                found[-1] = Code(f"{last.text}\n{piece.text}", last.line)
                continue
        found.append(piece)
    return found


def _heading(lines: list[str], number: int, line_number: int) -> tuple[Heading, int] | None:
    """Return a heading with marks around it, or with a line below it, and how many lines it has."""
    line = lines[number].rstrip()
    if match := _WIKI_HEADING.match(line):
        level = len(match[1] or match[5] or "") or int(match[3] or 1)
        return Heading(level, match[2] or match[4] or match[6], line_number), 1
    below = lines[number + 1] if number + 1 < len(lines) else ""
    if line.strip() and (match := _UNDERLINE.match(below)) and len(below.strip()) >= min(len(line.strip()), 4):
        return Heading(_LEVELS.index(match[1]) + 1, line.strip(), line_number), 2
    return None


def _end_of_command(lines: list[str], start: int) -> int:
    """Return the number of the line behind a command."""
    quote = ""
    number = start
    waiting: str | None = None
    while number < len(lines):
        line = lines[number]
        if waiting is not None:
            waiting = None if line.strip() == waiting else waiting
            number += 1
            if waiting is None and not _next_goes_on(lines, number):
                return number
            continue
        if quote and number > start and COMMAND_START.match(line):
            return _before_blank_line(lines, start, number)  # the quote before it was never closed
        quote = _open_quote(line, quote)
        heredoc = _HEREDOC.search(line) if not quote else None
        number += 1
        if heredoc:
            waiting = heredoc[2]
        elif not quote and not line.rstrip().endswith(("\\", "|", "&&")) and not _next_goes_on(lines, number):
            return number
    return _before_blank_line(lines, start, number) if quote or waiting else number


def _end_of_function(lines: list[str], start: int) -> int:
    """Return the number of the line behind a function of a shell in which curl is called; `start` if it is none."""
    for number in range(start, min(len(lines), start + 100)):
        if re.search(r"(?:^|;)[ \t]*\}[ \t]*$", lines[number]):
            return number + 1 if any("curl " in line for line in lines[start : number + 1]) else start
    return start


def _end_of_compound(lines: list[str], start: int) -> int:
    """Return the number of the line behind a loop, a condition or a pipeline in which curl is called; `start` if it is none."""
    if _AROUND.match(lines[start]) and _ADDRESS.search(lines[start]):
        return _end_of_command(lines, start)
    if not _OPENS.match("\n".join(lines[start : start + 2])):
        return start
    for number in range(start, min(len(lines), start + 100)):
        if _CLOSES.search(lines[number]):
            return number + 1 if any("curl " in line for line in lines[start : number + 1]) else start
    return start


def _next_goes_on(lines: list[str], number: int) -> bool:
    return number < len(lines) and _GOES_ON.match(lines[number]) is not None


def _before_blank_line(lines: list[str], start: int, end: int) -> int:
    return next((number for number in range(start + 1, end) if not lines[number].strip()), end)


def _open_quote(line: str, quote: str) -> str:
    """Return the quote that is open at the end of a line; `quote` was at its start."""
    position = 0
    while position < len(line):
        character = line[position]
        if character == "\\" and quote != "'":
            position += 1
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "#" and (position == 0 or line[position - 1] in " \t"):
            break
        position += 1
    return quote


def _end_of_json(lines: list[str], start: int) -> int:
    """Return the number of the line behind a JSON value that ends where its brackets do; `start` if it does not."""
    depth = 0
    for number in range(start, min(len(lines), start + 2000)):
        text = re.sub(r'"(?:[^"\\]|\\.)*"', "", lines[number])
        depth += sum(text.count(mark) for mark in "[{") - sum(text.count(mark) for mark in "]}")
        if depth <= 0:
            return number + 1 if re.search(r"[\]}]\s*$", lines[number]) else start
    return start
