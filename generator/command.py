"""What the pieces of a shown command are: options, signs of the shell, and the places where a user's values go."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from generator import bash, json_text, request
from generator.catalog.model import Cell, Flag, Parameter, Program
from generator.request import Request

_TOKEN = re.compile(
    r"(?P<blank>[ \t\n]+)|(?P<sign>\\(?=\n)|<<|[|>])|(?P<word>(?:\\.|\$'(?:\\.|[^'\\])*'|'[^']*'|\"(?:\\.|[^\"\\])*\"|[^\s|<>'\"\\])+)",
    re.DOTALL,
)


@dataclass(frozen=True)
class CommandPiece:
    """A run of a command's text. `flag` of `program` explains it; `value` says what a page puts in its place, and how."""

    text: str
    program: Program | None = None
    flag: str = ""
    value: Mapping[str, str] = field(default_factory=dict)
    reading: bool = False
    """It belongs to what reads the answer: from the first `|` behind curl on."""


def of(
    command: str, known: Mapping[Program, Mapping[str, Flag]], asked: Request | None = None, cell: Cell | None = None
) -> list[CommandPiece]:
    """The pieces of a command such as `curl -sS … | jq -r …`; joined, they are the command.

    A flag that takes a value (its `value` in `known`) hides the next word, so that data is not taken for a flag.
    With `asked` and `cell`, the pieces that depend on the user's own values are found too.
    """
    values = list(_values(command, asked, cell)) if asked and cell else []
    pieces: list[CommandPiece] = []
    signs: set[str] = set()  # of these, only the first one is explained
    program: Program | None = None
    starts, takes_value, reading, requested = True, False, False, False
    position, heredoc = 0, ""

    def add(start: int, end: int, flag: str = "", of_program: Program | None = None) -> None:
        for first, last, value in values:
            if start <= first and last <= end:
                add(start, first, flag, of_program)
                pieces.append(CommandPiece(command[first:last], value=value, reading=reading))
                start, flag = last, ""
        if of_program == "bash" and flag in signs:
            flag = ""
        signs.add(flag)
        if start < end:
            joins = not flag and pieces and not (pieces[-1].program or pieces[-1].value) and pieces[-1].reading == reading
            text = (pieces.pop().text if joins else "") + command[start:end]
            pieces.append(CommandPiece(text, of_program if flag else None, flag, reading=reading))

    while position < len(command):
        match = _TOKEN.match(command, position)
        if match is None:  # a quote without its end
            add(position, len(command))
            break
        text, end = match[0], match.end()
        if match["blank"]:
            if heredoc and "\n" in text:
                last = re.compile(rf"\n{heredoc}$", re.MULTILINE).search(command, position)
                body_end = last.end() if last else len(command)
                was, reading = reading, False
                add(position, body_end)
                reading, heredoc, end = was, "", body_end
            else:
                add(position, end)
        elif match["sign"]:
            if text == "|":
                starts, reading = True, reading or requested
            add(position, end, text, "bash")
            if text == "<<":
                delimiter = re.compile(r" '(\w+)'").match(command, end)
                heredoc = delimiter[1] if delimiter else ""
        elif starts:
            program = next((name for name in known if name == text), None)
            requested = requested or program == "curl"
            starts = False
            add(position, end)
        elif not takes_value and program and text.startswith("-") and text != "-":
            flags = [text] if text.startswith("--") else [f"-{letter}" for letter in text[1:]]
            for flag in flags:
                start = position
                position = end if flag == text else position + (2 if start == match.start() else 1)
                add(start, position, flag, program)
                explained = known[program].get(flag)
                takes_value = explained is not None and explained.value is not None
        else:
            takes_value = False
            whole = any((position, end) == (first, last) for first, last, _ in values)
            opening = 1 if text[0] in "'\"" and not whole else 0
            add(position, position + opening, text[:opening], "bash")
            add(position + opening, end)
        position = end
    return pieces


def marks(pieces: Iterable[CommandPiece]) -> str:
    """Where a page's script finds what is explained: `gap:length:program+flag` for each such piece, with blanks between.

    A gap counts from the end of the piece before; the user's values, which change, are not counted. All in units of
    UTF-16, as scripts count (ECMA-262, 6.1.4).
    """
    found, gap = [], 0
    for piece in pieces:
        length = len(piece.text.encode("utf-16-le", "surrogatepass")) // 2
        if piece.program:
            found.append(f"{gap}:{length}:{piece.program}{piece.flag}")
            gap = 0
        elif not piece.value:
            gap += length
    return " ".join(found)


def used(command: str, known: Mapping[Program, Mapping[str, Flag]]) -> list[tuple[Program, str]]:
    """The (program, flag) pairs of a command, in order, each once."""
    return list({(piece.program, piece.flag): None for piece in of(command, known) if piece.program})


Span = tuple[int, int, Mapping[str, str]]


def _values(command: str, asked: Request, cell: Cell) -> Iterator[Span]:
    """Where the URL, the key and the parameters with a variable stand; each is looked for behind the one before."""
    position = 0

    def found(lead: str, text: str, /, **value: str) -> Iterator[Span]:
        nonlocal position
        start = command.find(lead + text, position)
        if start >= 0:
            position = start + len(lead) + len(text)
            yield position - len(text), position, value

    if asked.long and not asked.json:
        position = command.find(" | curl ")
    optional = (
        {"key": asked.key.header + ": " + asked.key.prefix, "env": asked.key.variable} if asked.key and not asked.key.required else {}
    )
    climbs = {"climbs": str(asked.parent_segments)} if asked.parent_segments else {}
    yield from found("", bash.word(asked.url), below=_below(asked), **climbs, **optional)
    if asked.key and asked.key.required:
        before = f"{asked.key.header}: {asked.key.prefix}"
        yield from found("-H ", bash.variable(before, asked.key.variable), key=before)
    for piece in asked.headers:
        if piece.value is not None and piece.parameter and piece.parameter.variable:
            yield from found("-H ", bash.word(piece.header), of=piece.parameter.variable, before=f"{piece.name}: ", was=piece.value)
    for piece in asked.form or ():
        if piece.value is not None and not piece.file and piece.parameter and piece.parameter.variable:
            text = request.part(piece)
            was = {} if bash.word(text) == text else {"was": piece.value}
            yield from found("--form-string ", bash.word(text), of=piece.parameter.variable, before=f"{piece.name}=", **was)
    if asked.json and asked.body:
        yield from _in_body(command, asked.body, position, asked.long, cell)


def _in_body(command: str, body: str, position: int, heredoc: bool, cell: Cell) -> Iterator[Span]:
    quoted = body if heredoc else bash.word(body)
    start = command.find(quoted if heredoc else f"-d {quoted}", position) + (0 if heredoc else 3)
    if start < position or not (heredoc or quoted.startswith("'")):
        return
    parameters = [item for item in cell.parameters.values() if item.variable and item.at[0] == "body"]
    places = [(json_text.place(body, item.at[1:]), item.variable or "") for item in parameters]
    for place, variable in sorted((place, variable) for place, variable in places if place):
        first, last = place[0] + 1, place[1] - 1  # between the quotes of the JSON string
        if body[place[0]] == '"':
            if not heredoc:
                first, last = 1 + len(bash.inside(body[:first])), 1 + len(bash.inside(body[:last]))
            was = json.loads(body[slice(*place)])
            plain = command[start + first : start + last] == was
            yield start + first, start + last, {"of": variable, **({"in": "heredoc"} if heredoc else {}), **({} if plain else {"was": was})}


def _below(asked: Request) -> str:
    """What stands behind the base URL; a value that a variable sets as {VARIABLE=value}."""

    def shown(value: str, parameter: Parameter | None) -> str:
        return f"{{{parameter.variable}={value}}}" if parameter and parameter.variable else value

    path = "".join(shown(piece.value or "", piece.parameter) for piece in asked.path)
    sent = [piece for piece in asked.query if piece.value is not None]
    query = "&".join(f"{request.percent(piece.name)}={shown(request.percent(piece.value or ''), piece.parameter)}" for piece in sent)
    return f"{path}?{query}" if query else path
