"""Commands within words, `$(…)` and `<(…)`: what they print, as far as that needs no running, and what is said of all others."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from generator.importing import texts
from generator.importing.curl.inputs import Expanded, Files
from generator.importing.model import FoundBody, FoundParameter, FoundPart, FoundRequest, Text, Variable
from generator.importing.places import places_of
from generator.importing.secrets.names import secret_by_name
from generator.importing.shell import parser
from generator.importing.shell.expand import Variables
from generator.importing.shell.model import BrokenShell, Expansion, Pipeline, Segment, SimpleCommand, Substitution, Word

_READS_FILE = re.compile(r"\s*(?:cat\s|<)")
_OPTIONS_OF_BASE64 = ("-w", "-w0", "0", "--wrap=0", "-b", "-A", "-base64", "base64", "enc", "-e", "-n")
# What a catalog makes too: a UUID, and the time in UTC as RFC 3339 has it.
_FRESH: dict[Literal["uuid", "now"], re.Pattern[str]] = {
    "uuid": re.compile(r"\s*(?:uuidgen(?: -r| --random)?|cat /proc/sys/kernel/random/uuid)\s*"),
    "now": re.compile(r"""\s*date (?:-u|--utc) (["']?)\+(?:%Y-%m-%d|%F)T(?:%H:%M:%S|%T)Z\1\s*|\s*date (?:-u|--utc) \+(["'])%FT%TZ\2\s*"""),
}
_BASIC = re.compile(r"basic[ \t]+(?=\S)", re.IGNORECASE)


class Outputs:
    """The commands within the words of a file's commands."""

    def __init__(self, files: Files, variables: Variables) -> None:
        self._files = files
        self._variables = variables
        self._encoded: dict[str, Text] = {}
        """What base64 encodes, by the text that it prints or the name of the variable that stands for it."""
        self._of_processes: dict[str, Text] = {}
        """What is in the files that `<(…)` stands for, by the names of their variables."""

    def text_of(self, substitution: Substitution) -> Text | None:
        """Return what a command prints, where that needs no running: `cat` of a heredoc or of a file that the text writes, `echo`, base64.

        None for `<(…)`, which is a file: see `content`.
        """
        pipeline = _pipeline_of(substitution)
        if pipeline is None:
            return None
        expanded = [Expanded(command, self._words(command), self._variables) for command in pipeline.commands]
        printed = self._files.printed(expanded[0]) if len(expanded) == 1 else None
        if substitution.written[0] in "<>":
            if printed is not None:
                self._of_processes[self._variables.output(substitution)] = printed
            return None
        if printed is None:
            return self._base64(substitution, expanded)
        return _without_line_ends(printed)

    def _words(self, command: SimpleCommand) -> list[Text]:
        return [text for word in command.words for text in self._variables.texts(word)]

    def _base64(self, substitution: Substitution, expanded: list[Expanded]) -> Text | None:
        """Return the base64 of a text that is known, as `$(echo -n user:password | base64)` prints it; what is encoded is remembered."""
        programs = [[word.plain or "" for word in one.words] for one in expanded]
        if programs[-1] == ["tr", "-d", "\\n"]:
            programs.pop()
        if not programs or programs[-1][:1] not in (["base64"], ["openssl"]) or not set(programs[-1][1:]) <= set(_OPTIONS_OF_BASE64):
            return None
        encoded = self._files.standard_input(expanded, len(programs) - 1)
        if encoded is None:
            return None
        if encoded.plain is None:
            self._encoded[self._variables.output(substitution)] = encoded
            return None
        text = base64.b64encode(encoded.plain.encode("utf-8", "surrogateescape")).decode()
        self._encoded[text] = encoded
        return Text((text,))

    def content(self, path: Text) -> Text | None:
        """Return what is in the file that a path names, if it is one of `<(…)`, and known."""
        return self._of_processes.get(path.variable.name) if path.variable else None

    def read_into(self, request: FoundRequest, command: SimpleCommand) -> FoundRequest:
        """Return a request in which a user and a password in base64 are basic authentication, and outputs are named after their fields.

        `changes` says of each command within its words that it is not run.
        """
        request = self._with_login(request)
        unknown: dict[str, list[str]] = {}
        for substitution in substitutions_of(words_of(command)):
            if self.text_of(substitution) is None:
                unknown.setdefault(self._variables.output(substitution), []).append(_shown(substitution))
        unknown = {name: shown for name, shown in unknown.items() if name not in self._of_processes}
        unknown = {name: shown for name, shown in unknown.items() if name not in self._encoded or _has_variable(request, name)}
        renamed, names = named_after_fields(request, unknown)
        made = self._made_by_scripts(command, renamed, names)
        told: list[str] = []
        for name, shown in unknown.items():
            if {parameter.name for parameter in made} >= {*names.get(name, [name])}:
                told += [f"{one} is not run: the script makes what it prints, anew for each run" for one in shown]
            elif name not in names and not _has_variable(renamed, name) and shown[0].startswith("$"):
                told += [
                    f"{one} is not run, and nothing that is sent holds it: where it is in a file's name, name the file" for one in shown
                ]
            else:
                parameters = " and ".join(names.get(name, [name]))
                told += [f"{one} is not run: {_given(one, parameters)}" for one in shown]
        told += _not_worked_out(words_of(command))
        return replace(renamed, parameters=(*renamed.parameters, *made), changes=(*renamed.changes, *dict.fromkeys(told)))

    def _made_by_scripts(self, command: SimpleCommand, request: FoundRequest, names: Mapping[str, list[str]]) -> list[FoundParameter]:
        """Return the parameters for outputs that a script can make itself, a UUID and the time, where one is the whole value of a field."""
        made = []
        for substitution in substitutions_of(words_of(command)):
            kind = next((kind for kind, pattern in _FRESH.items() if pattern.fullmatch(substitution.source)), None)
            fields = names.get(self._variables.output(substitution), []) if kind else []
            for at, text in places_of(request):
                if kind and text.variable is not None and text.variable.name in fields and at[-1] == text.variable.name:
                    made.append(FoundParameter(text.variable.name, at, generate=kind))
        return list(dict.fromkeys(made))

    def _with_login(self, request: FoundRequest) -> FoundRequest:
        """Return a request in which `Authorization: Basic $(echo -n user:password | base64)` is what `-u` says."""
        for header in request.headers:
            name, value = header
            scheme = _BASIC.match(texts.as_string(value)) if name.lower() == "authorization" else None
            credential = texts.cut(value, scheme.end()) if scheme else None
            if credential is None:
                continue
            key = credential.variable.name if credential.variable else credential.plain
            login = self._encoded.get(key or "")
            if login is None:
                continue
            changes = request.changes
            if texts.as_string(login).endswith("\n"):
                changes = (*changes, "echo puts a line break behind the password, where -n does not say otherwise: left out")
            headers = tuple(one for one in request.headers if one is not header)
            return replace(request, headers=headers, user=_without_line_ends(login), changes=changes)
        return request


def _given(shown: str, parameters: str) -> str:
    """Return what becomes of a command that is not run; `parameters` are the names of those that stand for it."""
    if not parameters:
        return "give the script what it prints"
    if shown.startswith("<"):
        return f"the file that it stands for is the parameter {parameters}"
    return f"what it prints is given to the script, by the parameter {parameters}"


def _pipeline_of(substitution: Substitution) -> Pipeline | None:
    """Return the only pipeline of a command within a word; None if it is none that can be read."""
    if not substitution.source or substitution.written[0] == ">":
        return None
    try:
        items = list(parser.read(substitution.source, substitution.line))
    except BrokenShell:
        return None
    return items[0] if len(items) == 1 and isinstance(items[0], Pipeline) else None


def _without_line_ends(printed: Text) -> Text:
    """Return an output without the line ends behind it, as `$(…)` takes them off (Bash manual, 3.5.4)."""
    parts = list(printed.parts)
    while parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip("\n")
        if parts[-1]:
            break
        parts.pop()
    return Text(tuple(parts))


def _shown(substitution: Substitution) -> str:
    """Return what a report shows of a command within a word: its program alone, as its arguments may be secrets."""
    program = re.match(r"\s*([\w./-]+)", substitution.source)
    if program is None:
        return "a command in the place of a word"
    return f"{'<' if substitution.written[0] == '<' else '$'}({program[1]} …)"


def words_of(command: SimpleCommand) -> list[Word]:
    """Return the words of a command, and those that its redirections and heredocs hold."""
    return [*command.words, *(redirect.target for redirect in command.redirects)]


def substitutions_of(words: list[Word]) -> Iterator[Substitution]:
    """Yield the commands within words, also those in `${X:-$(…)}`."""
    segments: list[Segment] = [segment for word in words for segment in word]
    for segment in segments:
        if isinstance(segment, Substitution):
            yield segment
        elif isinstance(segment, Expansion):
            yield from substitutions_of([segment.argument])


def _not_worked_out(words: list[Word]) -> Iterator[str]:
    """Yield a sentence for each `${X#…}` and the like, of which the variable alone is kept."""
    for segment in (segment for word in words for segment in word):
        if isinstance(segment, Expansion) and segment.operator == "other":
            yield f"what ${{{segment.name}…}} makes of {segment.name} is not worked out: give the script the text that is to be sent"


def _has_variable(request: FoundRequest, name: str) -> bool:
    return f"Variable(name={name!r}," in repr(request)


def named_after_fields(request: FoundRequest, outputs: Collection[str]) -> tuple[FoundRequest, Mapping[str, list[str]]]:
    """Return a request in which outputs that are a whole value have the name of its field, and what each is called now.

    In a header that is a secret an output has no name: the program that prints it says nothing of what it is.
    """
    names: dict[str, list[str]] = {}

    def called(name: str, field: str) -> str:
        known = names.setdefault(name, [])
        if field and field not in known:
            known.append(field)
        return field

    def text(value: Text, field: str) -> Text:
        if value.variable is None or value.variable.name not in outputs or not field:
            return value
        return Text((replace(value.variable, name=called(value.variable.name, field)),))

    def secret(value: Text) -> Text:
        return Text(
            tuple(
                replace(part, name=called(part.name, "")) if isinstance(part, Variable) and _is_program(part, outputs) else part
                for part in value.parts
            )
        )

    def json(value: Any, field: str) -> Any:
        if isinstance(value, dict):
            return {name: json(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [json(item, field) for item in value]
        if isinstance(value, Variable) and value.name in outputs and field:
            return replace(value, name=called(value.name, field))
        return text(value, field) if isinstance(value, Text) else value

    def body(found: FoundBody) -> FoundBody:
        if found.kind == "json":
            return replace(found, value=json(found.value, ""))
        if found.kind == "urlencoded":
            return replace(found, value=[(name, text(value, name)) for name, value in found.value])
        if found.kind == "form":
            parts: list[FoundPart] = found.value
            return replace(found, value=[part if part.text is None else replace(part, text=text(part.text, part.name)) for part in parts])
        return found

    if not outputs:
        return request, {}
    named = replace(
        request,
        query=tuple((name, text(value, name)) for name, value in request.query),
        headers=tuple((name, secret(value) if secret_by_name(name) else text(value, name)) for name, value in request.headers),
        body=body(request.body) if request.body else None,
    )
    return named, names


def _is_program(variable: Variable, outputs: Collection[str]) -> bool:
    """Tell whether a variable is the output of a program; one that reads a file is called as the file is."""
    return variable.name in outputs and not _READS_FILE.match(variable.name)
