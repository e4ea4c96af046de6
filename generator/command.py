"""The curl command of an endpoint on a backend, as a person would type it.

A cell and its request come in. Out comes a `Command`: its pieces in order, each with what it is, what explains it and,
where a page may put a reader's own value, what that place takes. The text, the flags and the places all come from the
pieces; nothing reads the text again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from generator import bash
from generator.catalog.model import ApiKey, Cell, Pipeline, Program
from generator.request import Request, RequestPart, RequestSecret
from generator.transfer import fails_on_error, transfer_options, why_not_location

Role = Literal["program", "option", "sign", "word", "value", "blank", "heredoc"]
"""What a piece is: a program's name, one of its options, a sign of the shell (a quote, `|`, `\\`), a word or the rest of one
behind its opening quote, the place of a reader's value, blanks between words, or lines of a heredoc."""

Language = Literal["json", "jq"]


@dataclass(frozen=True)
class ReaderUrl:
    """The place of the URL. A page puts the reader's base URL in front of `behind_base`, and the reader's values into it."""

    behind_base: tuple[RequestPart, ...]
    parent_segments: int
    """How many of the base URL's last segments the path leaves."""
    optional_key: ApiKey | None
    """The key that a page adds behind the URL, as a header, if the reader wants it sent."""
    own_base: str | None = None
    """What stands in front where it is not the backend's base URL, which the reader may change, but one of the cell's own."""


@dataclass(frozen=True)
class ReaderKey:
    """The place of the header with a required key: a page writes the key in place of its variable."""

    key: ApiKey


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
    language: Language | None = None
    """In what language its text is written, if it is no shell's: a JSON body and the values in it, a filter, each without its quotes."""


@dataclass(frozen=True)
class Command:
    """A command: its pieces, and the options and signs that it uses, in order, each once."""

    pieces: tuple[CommandPiece, ...]
    flags: tuple[tuple[Program, str], ...]

    @cached_property
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
    in_body = [secret for secret in request.secrets if secret.place == "body" and secret.required]
    if in_body:
        _write_body_with_secrets(write, request, in_body)
    elif request.exceeds_argument and not request.json:
        write.program("printf")
        write.word("%s")
        write.word(request.body or "")
        write.pipe()
    _write_curl(write, cell, request, reads_body=bool(in_body))
    in_heredoc = request.exceeds_argument and request.json and not in_body
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


def read_command(pipeline: Pipeline, cell: Cell) -> Command:
    """Return what stands behind curl, from its `|` on, to read a cell's answer with a pipeline."""
    write = _Writer()
    write.pipe(reads_answer=True)
    _write_jq(write, pipeline, cell)
    return Command(tuple(write.pieces[1:]), tuple(write.flags))


def typed_key(key: ApiKey) -> str:
    """Return what one adds to a command to send a key that is not required."""
    if key.place == "headers":
        return f"-H {bash.variable(key.header_start, key.variable)}"
    if key.place == "basic":
        return f"-u {bash.variable('', key.variable)}"
    return f"{'-b' if key.place == 'cookies' else '-G --data-urlencode'} {bash.variable(f'{key.name}=', key.variable)}"


def export_line(key: ApiKey | RequestSecret) -> str:
    """Return the line that exports a secret: one that is set stays; else it is the example, or the shell asks for it."""
    name = bash.name(key.variable)
    if key.example:
        return f"export {name}={bash.value(name, ':-' + bash.word(key.example))}"
    asked = "user:password" if key.place == "basic" else "Key"
    return f"[[ -n ${name} ]] || {{ printf '{asked}: '; read -rs {name}; echo; }}; export {name}"


def _write_body_with_secrets(write: _Writer, request: Request, secrets: Sequence[RequestSecret]) -> None:
    """Write the pipe in which jq puts secrets into the JSON body, in front of curl."""
    write.program("printf")
    write.word("%s")
    write.json_word(request.json_parts or ())
    write.pipe()
    for secret in secrets:
        write.program("jq")
        write.options("-c")
        write.options("--arg")
        write.word("value")
        write.expansion(bash.variable("", secret.variable))
        write.word(f"{secret.name} = $value")
        write.pipe()


def _write_curl(write: _Writer, cell: Cell, request: Request, *, reads_body: bool) -> None:
    write.program("curl")
    follows = cell.curl.location and not why_not_location(cell, request)
    is_head = request.method == "HEAD"
    first = {"-f": fails_on_error(cell), "-s": True, "-S": True, "-N": cell.streams, "-L": follows, "-I": is_head}
    write.options(*[flag for flag, wanted in first.items() if wanted])
    if cell.response == "headers" and not is_head:
        write.options("-D")
        write.word("-")
        write.options("-o")
        write.word("/dev/null")
    if request.method_options and not is_head:
        option, *method = request.method_options
        write.options(option)
        for word in method:
            write.word(word)
    for setting in transfer_options(cell):
        write.options(setting.flag)
        if setting.kind in ("path", "socket", "jar"):
            write.path(setting.value)
        elif setting.kind != "alone":
            write.word(setting.value)
    own_base = request.base if request.own_base else None
    optional_key = next((secret.key for secret in request.secrets if secret.place == "headers" and not secret.required), None)
    write.value(_url_word(request), ReaderUrl(request.behind_base, request.parent_segments, optional_key, own_base))
    for part in request.behind_base:
        if part.secret:
            write.uses("jq", "-s", "-R", "-r")
    required = [secret for secret in request.secrets if secret.required]
    for secret in required:
        if secret.place == "headers" and secret.key:
            write.option_on_new_line("-H")
            write.value(bash.variable(secret.before, secret.variable), ReaderKey(secret.key))
        elif secret.place == "headers":
            write.option_on_new_line("-H")
            write.expansion(bash.variable(secret.before, secret.variable))
        elif secret.place == "basic":
            write.option_on_new_line("-u")
            write.expansion(bash.variable("", secret.variable))
    if any(part.value is not None for part in request.cookies) or any(secret.place == "cookies" for secret in required):
        _write_cookies(write, request, [secret for secret in required if secret.place == "cookies"])
    for part in request.headers:
        if part.value is not None:
            write.option_on_new_line("-H")
            _write_part(write, part, part.header_argument, f"{part.name}: ")
    if request.takes_out_expect:
        write.option_on_new_line("-H")
        write.word("Expect:")
    for part in request.form or ():
        if part.value is not None:
            write.option_on_new_line(part.form_option)
            _write_part(write, part, part.form_argument, f"{part.name}=")
    for part in request.urlencoded or ():
        if part.value is not None:
            write.option_on_new_line("--data-urlencode")
            if part.file:
                write.word(f"{part.name}@{part.value}")
            else:
                _write_part(write, part, f"{part.name}={part.value}", f"{part.name}=")
    if request.urlencoded is not None and not request.sends_fields:
        write.option_on_new_line("-d")
        write.word("")
    for secret in required:
        if secret.place in ("form", "urlencoded"):
            write.option_on_new_line(secret.short_option)
            write.expansion(bash.variable(secret.before, secret.variable))
    if request.file:
        _write_file(write, request, request.file)
    if cell.response == "file" and not cell.pipelines:
        write.option_on_new_line("-o")
        write.word(cell.save_as)
    if reads_body:
        write.option_on_new_line("-d")
        write.word("@-")
    elif text := next((secret for secret in required if secret.place == "text"), None):
        write.option_on_new_line("--data-raw")
        write.expansion(bash.variable("", text.variable))
    elif request.json_parts is not None:
        write.option_on_new_line("-d")
        if request.exceeds_argument:
            write.word("@-")
        else:
            write.json_word(request.json_parts)
    elif request.body is not None:
        write.option_on_new_line("--data-binary" if request.exceeds_argument else "--data-raw")
        write.word("@-" if request.exceeds_argument else request.body)


def _write_file(write: _Writer, request: Request, file: RequestPart) -> None:
    """Write the option that sends a file as the body, and the options that keep curl from changing what is asked for."""
    path = file.value or ""
    if request.loads_file:
        if not any(part.name.lower() == "content-type" for part in request.headers):
            write.option_on_new_line("-H")
            write.word("Content-Type:")
        write.option_on_new_line("--data-binary")
        write.word(f"@{path}")
        return
    if re.search(r"[\[\]{}]", path):
        write.option_on_new_line("-g")
    write.option_on_new_line("-T")
    if file.parameter and file.parameter.variable:
        write.value(bash.word(path), ReaderText(file.parameter.variable, path, "word"))
    else:
        write.word(path)


def _url_word(request: Request) -> str:
    """Return the URL as one word; jq encodes the secrets in it."""
    words: list[str] = []
    literal = request.base
    for part in request.behind_base:
        if part.secret:
            words += [bash.word(literal), bash.encoded_variable(part.secret.variable)]
            literal = ""
        else:
            literal += part.value or ""
    return "".join([*words, bash.word(literal) if literal else ""])


def _write_cookies(write: _Writer, request: Request, secrets: Sequence[RequestSecret]) -> None:
    """Write all cookies as one word: older curls take only the last -b."""
    pairs = [part for part in request.cookies if part.value is not None]
    write.option_on_new_line("-b")
    if not secrets and len(pairs) == 1:
        _write_part(write, pairs[0], f"{pairs[0].name}={pairs[0].value}", f"{pairs[0].name}=")
        return
    words: list[str] = []
    literal = "; ".join(f"{part.name}={part.value}" for part in pairs)
    for secret in secrets:
        literal += f"{'; ' if literal or words else ''}{secret.name}="
        words.append(bash.variable(literal, secret.variable))
        literal = ""
    if words:
        write.expansion("".join(words))
    else:
        write.word(literal)


def _write_part(write: _Writer, part: RequestPart, argument: str, before: str) -> None:
    """Write a header, a form part or a field; if a variable sets it, it is the place of a reader's value."""
    if part.parameter and part.parameter.generate:
        write.expansion(bash.fresh(before, part.parameter.generate, part.form_rest))
        return
    if part.parameter and part.parameter.variable and not (part.file or part.parameter.read or part.media_type):
        write.value(bash.word(argument), ReaderText(part.parameter.variable, part.value or "", "word", before))
    else:
        write.word(argument)


def _write_jq(write: _Writer, pipeline: Pipeline, cell: Cell) -> None:
    """Write what runs a pipeline on an answer from standard input; on a stream, on each value as it comes."""
    if cell.response == "events":
        write.program("grep")
        write.options("--line-buffered")
        write.options("-o")
        write.word("{.*}")
        write.pipe()
    write.program("jq")
    if pipeline.raw:
        write.options("-j" if cell.streams else "-r")
    if cell.streams:
        write.options("--unbuffered")
    write.word(pipeline.jq, "jq")


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
        """Write options of the program: several short ones in one word, as in `-fsS`."""
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

    def word(self, text: str, language: Language | None = None) -> None:
        """Write a text as one word."""
        opening, (literal,), closing = bash.word_parts([text])
        self._opening_quote(opening)
        if language:
            self._add(literal, "word", language=language)
            self._add(closing, "word")
        else:
            self._add(literal + closing, "word")

    def path(self, text: str) -> None:
        """Write the path of a file as one word (see `bash.path`)."""
        home = "~/" if bash.path(text).startswith("~/") else ""
        opening, (literal,), closing = bash.word_parts([text.removeprefix(home)])
        self._add(" ", "blank")
        self._add(home, "word")
        if opening:
            self._sign("'") if opening == "'" else self._add(opening, "word")
        self._add(literal + closing, "word")

    def value(self, word: str, value: ReaderValue) -> None:
        """Write a whole word that a reader's value may replace. Its quotes are used, but not explained: they may go."""
        self._add(" ", "blank")
        quote = bash.opening_quote(word)
        if quote:
            self.flags["bash", quote] = None
        self._add(word, "value", value=value)

    def expansion(self, word: str) -> None:
        """Write a whole word in which bash puts the value of a variable."""
        opening = bash.opening_quote(word)
        self._opening_quote(opening)
        self._add(word.removeprefix(opening), "word")

    def uses(self, program: Program, *flags: str) -> None:
        """Note options that stand inside a word, so that they are explained."""
        for flag in flags:
            self.flags[program, flag] = None

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
            self._add(text, "value", value=ReaderText(part.parameter.variable, default, inside), language="json")
        else:
            self._add(text, "word" if inside == "json" else "heredoc", language="json")

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

    def _add(
        self,
        text: str,
        role: Role,
        program: Program | None = None,
        flag: str = "",
        value: ReaderValue | None = None,
        language: Language | None = None,
    ) -> None:
        if text or value:  # the place of a reader's value may be empty
            self.pieces.append(CommandPiece(text, role, program, flag, value, self.reads_answer, language))
