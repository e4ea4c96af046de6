"""The curl command of an endpoint on a backend, as a person would type it.

A cell and its request come in. Out comes a `Command`: its pieces in order, each with what it is, what explains it and,
where a page may put a reader's own value, what that place takes. The text, the flags and the places all come from the
pieces; nothing reads the text again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from generator import bash
from generator.catalog.model import Cell, Key, Pipeline, Program
from generator.request import Request, RequestPart

Role = Literal["program", "option", "sign", "word", "value", "blank", "heredoc"]
"""What a piece is: a program's name, one of its options, a sign of the shell (a quote, `|`, `\\`), a word or the rest of one
behind its opening quote, the place of a reader's value, blanks between words, or lines of a heredoc."""


@dataclass(frozen=True)
class ReaderUrl:
    """The place of the URL. A page puts the reader's base URL in front of `behind_base`, and the reader's values into it."""

    behind_base: tuple[RequestPart, ...]
    parent_segments: int
    """How many of the base URL's last segments the path leaves."""
    optional_key: Key | None
    """The key that a page adds behind the URL, as a header, if the reader wants it sent."""


@dataclass(frozen=True)
class ReaderKey:
    """The place of the header with a required key: a page writes the key in place of its variable."""

    key: Key


@dataclass(frozen=True)
class ReaderText:
    """The place of a text that a variable sets, `default` if nobody does."""

    variable: str
    default: str
    inside: Literal["word", "json", "heredoc"]
    """How it is written: as a whole word, as a JSON string's inside in a quoted word, or as the same in a heredoc."""
    before: str = ""
    """What stands before it in the same word: a header's or a form part's name."""


ReaderValue = ReaderUrl | ReaderKey | ReaderText


@dataclass(frozen=True)
class CommandPiece:
    """A run of a command's text."""

    text: str
    role: Role
    program: Program | None = None
    """With `flag`, what the catalog's `flags` explain it by. A sign is explained where it stands first, later ones are not."""
    flag: str = ""
    value: ReaderValue | None = None
    reads_answer: bool = False
    """It belongs to what reads curl's answer: from the `|` behind curl on."""


@dataclass(frozen=True)
class Command:
    """A command: its pieces, and the options and signs that it uses, in order, each once."""

    pieces: tuple[CommandPiece, ...]
    flags: tuple[tuple[Program, str], ...]

    @property
    def text(self) -> str:
        """Return the command as it is typed."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def variables(self) -> set[str]:
        """Return the variables, without the backend's prefix, whose values have a place in the command."""
        found = set()
        for piece in self.pieces:
            match piece.value:
                case ReaderUrl(behind_base=parts):
                    found |= {part.parameter.variable for part in parts if part.parameter and part.parameter.variable}
                case ReaderText(variable=variable):
                    found.add(variable)
        return found


def build_command(cell: Cell, request: Request) -> Command:
    """Build the command that sends a cell's request and prints what the first pipeline finds in the answer."""
    write = _Writer()
    long_json = request.json and request.exceeds_argument
    long_text = not request.json and request.exceeds_argument
    if long_text:
        write.program("printf")
        write.word("%s")
        write.word(request.body or "")
        write.pipe()
    write.program("curl")
    write.options("-s", "-S", *(["-N"] if cell.response == "events" else []))
    if request.method_options:
        option, *method = request.method_options
        write.options(option)
        for word in method:
            write.word(word)
    optional_key = request.key if request.key and not request.key.required else None
    write.value(bash.word(request.url), ReaderUrl(request.behind_base, request.parent_segments, optional_key))
    if request.key and request.key.required:
        write.option_on_new_line("-H")
        write.value(bash.variable(request.key.header_start, request.key.variable), ReaderKey(request.key))
    for part in request.headers:
        if part.value is not None:
            write.option_on_new_line("-H")
            write.part(part, part.header_argument, f"{part.name}: ")
    for part in request.form or ():
        if part.value is not None:
            write.option_on_new_line("-F" if part.file else "--form-string")
            write.part(part, part.form_argument, f"{part.name}=")
    if cell.response == "file" and not cell.pipelines:
        write.option_on_new_line("-o")
        write.word(cell.save_as)
    if long_text:
        write.option_on_new_line("--data-binary")
        write.word("@-")
    elif long_json:
        write.option_on_new_line("-d")
        write.word("@-")
    elif request.json_parts is not None:
        write.option_on_new_line("-d")
        write.json_word(request.json_parts)
    elif request.body is not None:
        write.option_on_new_line("--data-raw")
        write.word(request.body)
    delimiter = bash.heredoc_delimiter(request.body or "", "JSON")
    if long_json:
        write.heredoc_start(delimiter)
    if cell.pipelines:
        write.pipe(reads_answer=True)
        write.jq(cell.pipelines[0], cell)
        if cell.response == "file":
            write.pipe()
            write.program("base64")
            write.options("-d")
            write.blank()
            write.sign(">")
            write.word(cell.save_as)
        write.reads_answer = False
    if long_json:
        write.heredoc_body(request.json_parts or (), delimiter)
    return Command(tuple(write.pieces), tuple(write.flags))


def jq_command(pipeline: Pipeline, cell: Cell) -> str:
    """Return the command that reads a cell's answer from standard input and prints what the pipeline finds."""
    write = _Writer()
    write.jq(pipeline, cell)
    return "".join(piece.text for piece in write.pieces)


def export_line(key: Key) -> str:
    """Return the line that exports a key: one that is set stays; else it is the example, or the shell asks for it."""
    name = bash.name(key.variable)
    if key.example:
        return f"export {name}={bash.value(name, ':-' + bash.word(key.example))}"
    return f"[[ -n ${name} ]] || {{ printf 'Key: '; read -rs {name}; echo; }}; export {name}"


class _Writer:
    """The pieces of a command while it is written, from left to right. What writes a word puts a blank before it."""

    def __init__(self) -> None:
        self.pieces: list[CommandPiece] = []
        self.flags: dict[tuple[Program, str], None] = {}  # a set in order
        self.reads_answer = False
        self._program: Program | None = None
        self._explained: set[str] = set()

    def _add(self, text: str, role: Role, program: Program | None = None, flag: str = "", value: ReaderValue | None = None) -> None:
        if text or value:  # the place of a reader's value may be empty
            self.pieces.append(CommandPiece(text, role, program, flag, value, self.reads_answer))

    def blank(self, text: str = " ") -> None:
        self._add(text, "blank")

    def sign(self, sign: str) -> None:
        """Write a sign of the shell. Pages explain the first of each kind."""
        self.flags["bash", sign] = None
        if sign in self._explained:
            self._add(sign, "sign")
        else:
            self._explained.add(sign)
            self._add(sign, "sign", "bash", sign)

    def pipe(self, *, reads_answer: bool = False) -> None:
        """Write a `|`. With `reads_answer`, it and all that follows belong to what reads curl's answer."""
        self.blank()
        self.reads_answer |= reads_answer
        self.sign("|")

    def program(self, name: Program | Literal["printf"]) -> None:
        """Write the name of a program. The options that follow are its own; those of printf are not explained."""
        self._program = None if name == "printf" else name
        if self.pieces:
            self.blank()
        self._add(name, "program")

    def options(self, *flags: str) -> None:
        """Write options of the program: short ones in one word, as in `-sS`."""
        self.blank()
        for number, flag in enumerate(flags):
            assert self._program
            self.flags[self._program, flag] = None
            self._add(flag if number == 0 else flag.removeprefix("-"), "option", self._program, flag)

    def option_on_new_line(self, flag: str) -> None:
        self.blank()
        self.sign("\\")
        self.blank("\n ")
        self.options(flag)

    def word(self, text: str) -> None:
        """Write a text as one word."""
        opening, (literal,), closing = bash.word_parts([text])
        self.blank()
        self._open(opening)
        self._add(literal + closing, "word")

    def _open(self, quote: str) -> None:
        if quote in ("'", '"'):
            self.sign(quote)
        else:
            self._add(quote, "word")

    def value(self, word: str, value: ReaderValue) -> None:
        """Write a whole word that a reader's value may replace. Its quotes are used, but not explained: they may go."""
        self.blank()
        quote = bash.opening_quote(word)
        if quote:
            self.flags["bash", quote] = None
        self._add(word, "value", value=value)

    def part(self, part: RequestPart, argument: str, before: str) -> None:
        """Write a header or a form part as one word, which is a reader's value if a variable sets it."""
        if part.parameter and part.parameter.variable and not part.file:
            self.value(bash.word(argument), ReaderText(part.parameter.variable, part.value or "", "word", before))
        else:
            self.word(argument)

    def json_word(self, parts: Iterable[RequestPart]) -> None:
        """Write a JSON text as one word, in it the reader's values."""
        parts = list(parts)
        opening, texts, closing = bash.word_parts([part.value or "" for part in parts])
        self.blank()
        self._open(opening)
        for part, text in zip(parts, texts, strict=True):
            self._json(part, text, "json")
        self._add(closing, "word")

    def _json(self, part: RequestPart, text: str, inside: Literal["json", "heredoc"]) -> None:
        if part.parameter and part.parameter.variable:
            default = json.loads(f'"{part.value}"')
            self._add(text, "value", value=ReaderText(part.parameter.variable, default, inside))
        else:
            self._add(text, "word" if inside == "json" else "heredoc")

    def heredoc_start(self, delimiter: str) -> None:
        self.blank()
        self.sign("<<")
        self.blank()
        self.sign("'")
        self._add(f"{delimiter}'", "word")

    def heredoc_body(self, parts: Iterable[RequestPart], delimiter: str) -> None:
        """Write the lines of a heredoc, which start behind the whole first line, and its end."""
        self._add("\n", "heredoc")
        for part in parts:
            self._json(part, part.value or "", "heredoc")
        self._add(f"\n{delimiter}", "heredoc")

    def jq(self, pipeline: Pipeline, cell: Cell) -> None:
        """Write what runs a pipeline on an answer from standard input; on events, on each as it comes."""
        if cell.response == "events":
            self.program("grep")
            self.options("--line-buffered")
            self.options("-o")
            self.word("{.*}")
            self.pipe()
            self.program("jq")
            if pipeline.raw:
                self.options("-j")
            self.options("--unbuffered")
        else:
            self.program("jq")
            if pipeline.raw:
                self.options("-r")
        self.word(pipeline.jq)
