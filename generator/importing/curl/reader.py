"""Read the curl commands of shell text: which commands are curl's, and what stands around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from generator.importing.curl.answer import saved_by_shell, shown_by_remarks, written_file
from generator.importing.curl.around import Wrapped, loop_notes, loop_variables, unwrapped
from generator.importing.curl.behind import read_behind
from generator.importing.curl.errors import BrokenCommand, Unsayable
from generator.importing.curl.inputs import STANDARD_INPUT, Expanded, Files
from generator.importing.curl.marks import Marks
from generator.importing.curl.options import given
from generator.importing.curl.options_in_variables import without_options_in_variables
from generator.importing.curl.outputs import Outputs, substitutions_of, words_of
from generator.importing.curl.payload import Inputs
from generator.importing.curl.request import RequestMaker
from generator.importing.curl.set_variables import set_variable, with_set_variables
from generator.importing.curl.transfer import transfers
from generator.importing.model import Found, FoundRequest, NotImported, Source, Text, Variable
from generator.importing.secrets.names import is_secret_variable, secret_by_name
from generator.importing.secrets.spans import may_be_key
from generator.importing.shell import parser
from generator.importing.shell.expand import Variables, as_own
from generator.importing.shell.model import (
    BrokenShell,
    CommentedText,
    Pipeline,
    SimpleCommand,
)
from generator.importing.shell.opened import DECLARES
from generator.importing.texts import HOLE, as_string

JOINS = re.compile(r"(and|or|also|then|next|和|或|或者|以及|然后|接着|另外)\W*", re.IGNORECASE)
"""A comment that says no more than that there is another command."""

_ADDRESS = re.compile(rf"https?://\S+\Z|{HOLE}/\S*\Z")
_SETS = re.compile(r"(?:^|[\s;&(])[A-Za-z_]\w*=")
_DEEPEST = 8
_CURL = re.compile(r"(?<![\w./-])(?:[\w./-]*/)?curl(?:\.exe)?(?=[\s'\"]|\Z)")


class Reader:
    """Reads the shell texts of one file, in their order: what one sets is known in the next.

    `addresses` are values of variables that are known from the start (see `addresses`).
    """

    def __init__(self, file: str, addresses: Mapping[str, tuple[Text, ...]] | None = None) -> None:
        self._with_values = _Reading(file, addresses or {}, _secret_variable)
        self._with_variables = _Reading(file, addresses or {}, _variable)
        self._sets_variables = False

    def read(self, text: str, first_line: int = 1) -> list[Found]:
        """Return a FoundRequest for each request that a curl command sends, and a NotImported for each command that is none.

        `first_line` is the number of the text's first line in the file. Other commands are passed over. Nothing is run.
        """
        found = self._with_values.read(text, first_line)
        self._sets_variables = self._sets_variables or _SETS.search(text) is not None
        return with_set_variables(found, self._with_variables.read(text, first_line)) if self._sets_variables else found

    def addresses(self) -> dict[str, tuple[Text, ...]]:
        """Return the variables that hold an address after what was read, `http://…` or `$BASE/…`, with their values."""
        return self._with_values.addresses()


class _Reading:
    """Reads the shell texts of one file; `keeps` says which of the variables that they set are not put in (see `Variables`)."""

    def __init__(self, file: str, addresses: Mapping[str, tuple[Text, ...]], keeps: Callable[[str, str], Variable | None]) -> None:
        self._file = file
        self._variables = Variables(dict(addresses), keeps=keeps)
        self._files = Files()
        self._outputs = Outputs(self._files, self._variables)

    def read(self, text: str, first_line: int) -> list[Found]:
        """Return what a text holds (see `Reader.read`)."""
        return list(self._read(text, first_line, 0))

    def addresses(self) -> dict[str, tuple[Text, ...]]:
        """Return the variables that hold an address (see `Reader.addresses`)."""
        return {name: texts for name, texts in self._variables.values.items() if len(texts) == 1 and _ADDRESS.match(as_string(texts[0]))}

    def _read(self, text: str, first_line: int, depth: int) -> Iterator[Found]:
        if depth > _DEEPEST:
            yield NotImported(
                Source(self._file, first_line, text[:200]), "left-out", ("shell text inside of shell text, too often to be read",)
            )
            return
        for item in parser.read(text, first_line):
            if isinstance(item, Pipeline):
                yield from self._pipeline(item, depth)
            elif isinstance(item, CommentedText):
                reason = "it is commented out: take the # off its lines to import it"
                yield NotImported(Source(self._file, item.line, item.source), "left-out", (reason,))
            elif _CURL.search(item.source):
                reasons = (item.reason, *_apostrophe(item.source))
                yield NotImported(Source(self._file, item.line, item.source), "broken", reasons)

    def _pipeline(self, pipeline: Pipeline, depth: int) -> Iterator[Found]:
        try:
            yield from self._commands(pipeline, depth)
        except BrokenShell as error:
            yield NotImported(Source(self._file, pipeline.line, pipeline.source), "broken", (error.reason,))

    def _commands(self, pipeline: Pipeline, depth: int) -> Iterator[Found]:
        expanded: list[Expanded] = []
        for command in pipeline.commands:
            yield from self._inner(command, depth)
            known = as_own(self._variables, loop_variables(command, self._variables))
            known.output_of = self._outputs.text_of
            words = [text for word in command.words for text in known.texts(word)]
            self._assign(command, words, known)
            expanded.append(Expanded(command, words, known))
        self._files.keep(expanded)
        for number, command in enumerate(pipeline.commands):
            source = Source(self._file, command.line, pipeline.source)
            for wrapped in unwrapped(expanded[number].words):
                if wrapped.shell_text is not None:
                    for found in self._read(wrapped.shell_text, command.line, depth + 1):
                        yield _with_left_out(replace(found, source=replace(found.source, line=command.line)), wrapped.left_out)
                elif wrapped.reason:
                    yield NotImported(source, "left-out", (wrapped.reason,))
                else:
                    yield from self._curl(pipeline, expanded, number, wrapped, source)

    def _curl(self, pipeline: Pipeline, expanded: list[Expanded], number: int, wrapped: Wrapped, source: Source) -> Iterator[Found]:
        """Yield what one curl command of a pipeline sends."""
        marks = Marks()
        command = pipeline.commands[number]
        saved, told = saved_by_shell(expanded, number, marks)
        behind = read_behind([[marks.marked(text) for text in one.words] for one in expanded[number + 1 + told :]], marks)
        result = written_file(expanded[-1], marks) if len(expanded) > number + 1 else None
        if result is not None:
            behind.left_out.append(f"> {marks.shown(result)[:60]} is left out: redirect what the script prints yourself")

        def contents(path: str) -> str | None:
            if path in STANDARD_INPUT:
                text = self._files.standard_input(expanded, number)
            else:
                named = marks.text(path)
                text = self._files.content(named) or self._outputs.content(named)
            return None if text is None else marks.marked(text)

        file = self._files.standard_input_file(expanded, number)
        behind.response = behind.response or shown_by_remarks(pipeline.remarks, pipeline.source)
        maker = RequestMaker(marks, Inputs(contents, None if file is None else marks.marked(file)), saved)
        words = [marks.marked(text) for text in wrapped.words]
        notes = loop_notes(command, marks)
        title, about = _titles(pipeline.comment, pipeline.remarks)
        found: list[Found] = []
        try:
            for transfer in transfers(given(words)):
                without_options_in_variables(transfer, marks)
                for request in maker.requests(transfer, source):
                    request = self._outputs.read_into(request, command)
                    found.append(
                        replace(
                            request,
                            response=behind.response if request.response is None else request.response,
                            pipelines=tuple(behind.pipelines),
                            changes=(*pipeline.notes, *request.changes),
                            left_out=(*request.left_out, *wrapped.left_out, *notes, *behind.left_out),
                            title=title,
                            about=about,
                        )
                    )
        except BrokenCommand as error:
            yield NotImported(source, "broken", (error.reason, *_apostrophe(pipeline.source), *pipeline.notes))
            return
        except Unsayable as error:
            yield from found
            yield NotImported(source, "left-out", (error.reason, *pipeline.notes))
            return
        yield from found

    def _inner(self, command: SimpleCommand, depth: int) -> Iterator[Found]:
        """Yield what the commands send whose output stands in a word: `$(curl …)`."""
        assigned = [word for assignment in command.assignments for word in assignment.words]
        for substitution in substitutions_of([*words_of(command), *assigned]):
            if _CURL.search(substitution.source):
                yield from self._read(substitution.source, substitution.line, depth + 1)

    def _assign(self, command: SimpleCommand, words: list[Text], known: Variables) -> None:
        """Keep what a command sets: alone, with `export`, `read` or `unset`."""
        name = words[0].plain if words else None
        if not words or name in DECLARES:
            certain = not any(frame.kind == "condition" for frame in command.frames)
            for assignment in command.assignments:
                known.assign(assignment, certain=certain)
        if name in ("read", "unset", "mapfile", "readarray", "getopts"):
            for word in words[1:]:
                self._variables.values.pop(word.plain or "", None)


def _secret_variable(name: str, value: str) -> Variable | None:
    """Return the variable that a text sets if it holds a secret, or may by its name and its value: `KEY=…`; None if it does not."""
    if not re.fullmatch(r"\S+", value):
        return None
    if is_secret_variable(name):
        return Variable(name, default=value, secret=True)
    return Variable(name, default=value) if secret_by_name(name) == "maybe" and may_be_key(value) else None


def _variable(name: str, value: str) -> Variable | None:
    """Return the variable that a text sets if it stays one: a secret, or a plain value that a user may want to change."""
    return _secret_variable(name, value) or set_variable(name, value)


def _with_left_out(found: Found, sentences: tuple[str, ...]) -> Found:
    """Return what was found with more sentences about what of it is left out."""
    return replace(found, left_out=(*found.left_out, *sentences)) if isinstance(found, FoundRequest) else found


def _apostrophe(source: str) -> tuple[str, ...]:
    """Return a sentence about an apostrophe in the text, which ends what '…' quotes: often it is why a command is broken."""
    match = re.search(r"[A-Za-z]'[a-z]{1,2}\b[^'\n]*", source)
    return (f"the ' in {match[0][:20]} may end what a ' quotes: write '\\'' there",) if match else ()


_NO_TITLE = re.compile(r"[{\[<]|data:|HTTP/|=>|->|→|\.\.\.|…|!|(?:shellcheck|noqa)\b")
_NUMBER = re.compile(r"\(?\d{1,2}[.):]\s+")


_DETAIL = re.compile(r"[\"“~+\d]|\w+=\S|.*(?:\.\.\.|…)$")
"""A remark that says something of the answer, and no title: `"ok"`, `phase=done`, `~1 s`, `lost, laps, ...`."""


def _titles(comment: tuple[str, ...], remarks: tuple[str, ...]) -> tuple[str | None, str | None]:
    """Return the comment directly above a command as a title, if it is one line, or else as what it is about.

    `remarks` stand behind the command: what they say is its title where no comment above it is one, else what it is about.
    Output that stands in a comment, and rules of signs, are none of both.
    """
    above, behind = _said(comment), [line for line in remarks if not _NO_TITLE.match(line)]
    if _is_short(above):
        return _as_title(above[0]), _about(behind)
    if _is_short(behind) and not _DETAIL.match(behind[0]):
        return _as_title(behind[0]), _about(above)
    return None, _about([*above, *behind])


def _said(comment: tuple[str, ...]) -> list[str]:
    """Return the lines of a comment that say something of a command, without rules and numbers."""
    lines = [line.strip("-=*#~_ \t") for line in comment if not _NO_TITLE.match(line)]
    return [_NUMBER.sub("", line) for line in lines if line and not JOINS.fullmatch(line)]


def _is_short(lines: list[str]) -> bool:
    return len(lines) == 1 and len(lines[0]) <= 80


def _as_title(line: str) -> str:
    return line.rstrip(":：. ")


def _about(lines: list[str]) -> str | None:
    return "\n".join(lines) or None
