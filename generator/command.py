"""The curl command of an endpoint on a backend, as a person would type it.

A cell and its request come in. Out comes a `Command`: its pieces in order, each with what it is, what explains it and,
where a page may put a reader's own value, what that place takes. The text, the flags and the places all come from the
pieces; nothing reads the text again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
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
    if request.exceeds_argument and not request.json:
        write.program("printf")
        write.word("%s")
        write.word(request.body or "")
        write.pipe()
    _write_curl(write, cell, request)
    in_heredoc = request.exceeds_argument and request.json
    delimiter = bash.heredoc_delimiter(request.body or "", "JSON")
    if in_heredoc:
        write.heredoc_start(delimiter)
    if cell.pipelines:
        write.pipe(reads_answer=True)
        _write_jq(write, cell.pipelines[0], cell)
        if cell.response == "file":
            write.pipe()
            write.program("base64")
            write.options("-d")
            write.redirection(">")
            write.word(cell.save_as)
    if in_heredoc:
        write.reads_answer = False
        write.heredoc_body(request.json_parts or (), delimiter)
    return Command(tuple(write.pieces), tuple(write.flags))


def jq_command(pipeline: Pipeline, cell: Cell) -> str:
    """Return the command that reads a cell's answer from standard input and prints what the pipeline finds."""
    write = _Writer()
    _write_jq(write, pipeline, cell)
    return "".join(piece.text for piece in write.pieces)


def export_line(key: Key) -> str:
    """Return the line that exports a key: one that is set stays; else it is the example, or the shell asks for it."""
    name = bash.name(key.variable)
    if key.example:
        return f"export {name}={bash.value(name, ':-' + bash.word(key.example))}"
    return f"[[ -n ${name} ]] || {{ printf 'Key: '; read -rs {name}; echo; }}; export {name}"


def _write_curl(write: _Writer, cell: Cell, request: Request) -> None:
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
            _write_part(write, part, part.header_argument, f"{part.name}: ")
    for part in request.form or ():
        if part.value is not None:
            write.option_on_new_line("-F" if part.file else "--form-string")
            _write_part(write, part, part.form_argument, f"{part.name}=")
    if cell.response == "file" and not cell.pipelines:
        write.option_on_new_line("-o")
        write.word(cell.save_as)
    if request.json_parts is not None:
        write.option_on_new_line("-d")
        if request.exceeds_argument:
            write.word("@-")
        else:
            write.json_word(request.json_parts)
    elif request.body is not None:
        write.option_on_new_line("--data-binary" if request.exceeds_argument else "--data-raw")
        write.word("@-" if request.exceeds_argument else request.body)


def _write_part(write: _Writer, part: RequestPart, argument: str, before: str) -> None:
    """Write a header or a form part; if a variable sets it, it is the place of a reader's value."""
    if part.parameter and part.parameter.variable and not part.file:
        write.value(bash.word(argument), ReaderText(part.parameter.variable, part.value or "", "word", before))
    else:
        write.word(argument)


def _write_jq(write: _Writer, pipeline: Pipeline, cell: Cell) -> None:
    """Write what runs a pipeline on an answer from standard input; on events, on each as it comes."""
    if cell.response == "events":
        write.program("grep")
        write.options("--line-buffered")
        write.options("-o")
        write.word("{.*}")
        write.pipe()
        write.program("jq")
        if pipeline.raw:
            write.options("-j")
        write.options("--unbuffered")
    else:
        write.program("jq")
        if pipeline.raw:
            write.options("-r")
    write.word(pipeline.jq)


class _Writer:
    """Writes a command's pieces from left to right. Each word, and whatever else starts one, puts a blank before itself."""

    def __init__(self) -> None:
        self.pieces: list[CommandPiece] = []
        self.flags: dict[tuple[Program, str], None] = {}  # a set in order
        self.reads_answer = False
        self._program: Program | None = None
        self._explained: set[str] = set()

    def program(self, name: Program | Literal["printf"]) -> None:
        """Write the name of a program. The options that follow are its own; printf has none."""
        self._program = None if name == "printf" else name
        if self.pieces:
            self._add(" ", "blank")
        self._add(name, "program")

    def options(self, *flags: str) -> None:
        """Write options of the program: several short ones in one word, as in `-sS`."""
        assert self._program
        self._add(" ", "blank")
        for number, flag in enumerate(flags):
            self.flags[self._program, flag] = None
            self._add(flag if number == 0 else flag.removeprefix("-"), "option", self._program, flag)

    def option_on_new_line(self, flag: str) -> None:
        self._add(" ", "blank")
        self._sign("\\")
        self._add("\n ", "blank")
        self.options(flag)

    def pipe(self, *, reads_answer: bool = False) -> None:
        """Write a `|`. With `reads_answer`, it and all that follows belong to what reads curl's answer."""
        self._add(" ", "blank")
        self.reads_answer |= reads_answer
        self._sign("|")

    def redirection(self, sign: Literal["<<", ">"]) -> None:
        self._add(" ", "blank")
        self._sign(sign)

    def word(self, text: str) -> None:
        """Write a text as one word."""
        opening, (literal,), closing = bash.word_parts([text])
        self._opening_quote(opening)
        self._add(literal + closing, "word")

    def value(self, word: str, value: ReaderValue) -> None:
        """Write a whole word that a reader's value may replace. Its quotes are used, but not explained: they may go."""
        self._add(" ", "blank")
        quote = bash.opening_quote(word)
        if quote:
            self.flags["bash", quote] = None
        self._add(word, "value", value=value)

    def json_word(self, parts: Sequence[RequestPart]) -> None:
        """Write a JSON text as one word, in it the places of a reader's values."""
        opening, texts, closing = bash.word_parts([part.value or "" for part in parts])
        self._opening_quote(opening)
        for part, text in zip(parts, texts, strict=True):
            self._json_part(part, text, "json")
        self._add(closing, "word")

    def heredoc_start(self, delimiter: str) -> None:
        """Write the redirection; the rest of its line follows, then the body."""
        self.redirection("<<")
        self._opening_quote("'")
        self._add(f"{delimiter}'", "word")

    def heredoc_body(self, parts: Sequence[RequestPart], delimiter: str) -> None:
        """Write a JSON text as a heredoc's lines, in it the places of a reader's values, and the heredoc's end."""
        self._add("\n", "heredoc")
        for part in parts:
            self._json_part(part, part.value or "", "heredoc")
        self._add(f"\n{delimiter}", "heredoc")

    def _json_part(self, part: RequestPart, text: str, inside: Literal["json", "heredoc"]) -> None:
        if part.parameter and part.parameter.variable:
            default = json.loads(f'"{part.value}"')
            self._add(text, "value", value=ReaderText(part.parameter.variable, default, inside))
        else:
            self._add(text, "word" if inside == "json" else "heredoc")

    def _opening_quote(self, quote: str) -> None:
        self._add(" ", "blank")
        if quote in ("'", '"'):
            self._sign(quote)
        else:
            self._add(quote, "word")

    def _sign(self, sign: str) -> None:
        self.flags["bash", sign] = None
        explained = sign in self._explained
        self._explained.add(sign)
        self._add(sign, "sign", None if explained else "bash", "" if explained else sign)

    def _add(self, text: str, role: Role, program: Program | None = None, flag: str = "", value: ReaderValue | None = None) -> None:
        if text or value:  # the place of a reader's value may be empty
            self.pieces.append(CommandPiece(text, role, program, flag, value, self.reads_answer))
