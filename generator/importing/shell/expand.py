"""Make the texts of a word: variables that the text has set are put in, all others stay as variables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from generator.importing.model import Text, Variable
from generator.importing.shell.braces import expand_braces
from generator.importing.shell.model import Assignment, BrokenShell, Expansion, Literal, Segment, Substitution, Word

_SPECIAL = {"@": "arguments", "*": "arguments", "#": "count", "?": "status", "$": "pid", "!": "job", "-": "flags"}
_DEEPEST = 40
_LONGEST = 4_000_000

Part = str | Variable


@dataclass
class Variables:
    """What the text has set so far."""

    values: dict[str, tuple[Text, ...]] = field(default_factory=dict)
    """The words of each; of a list, several."""
    output_of: Callable[[Substitution], Text | None] = lambda _: None
    """Says what a command prints, where that can be told."""
    own: dict[str, Variable] = field(default_factory=dict)
    """Variables that stay open here, such as those of loops, whatever has been set before."""
    outputs: dict[str, dict[str, int]] = field(default_factory=dict)
    """The commands whose output has a name, by that name, each with its number."""
    keeps: Callable[[str, str], Variable | None] = lambda _name, _value: None
    """Says which variables stay variables where they are set to a text, which is their default then."""

    def assign(self, assignment: Assignment, *, certain: bool = True) -> None:
        """Keep what an assignment sets. What only running a command could tell stays open, under the variable's name.

        An assignment that is not `certain`, since it stands in a condition, says the default of a variable that is not set.
        """
        if assignment.is_list:
            texts = [text for word in assignment.words for text in self.texts(word)]
        else:
            texts = [self.text(word) for word in assignment.words]
        if any(isinstance(segment, Substitution) for word in assignment.words for segment in word) and any(
            isinstance(part, Variable) for text in texts for part in text.parts
        ):
            self.values.pop(assignment.name, None)
            return
        if len(texts) == 1 and (only := texts[0].variable) and only.name.startswith("argument"):
            self.values[assignment.name] = (Text((replace(only, name=assignment.name),)),)
            return
        if len(texts) == 1 and not assignment.is_list and not assignment.appends and texts[0].plain:
            kept = self.keeps(assignment.name, texts[0].plain)
            if kept is not None:
                self.values[assignment.name] = (Text((kept,)),)
                return
        if not certain:
            if assignment.name not in self.values and len(texts) == 1 and texts[0].plain is not None:
                self.values[assignment.name] = (Text((Variable(assignment.name, default=texts[0].plain),)),)
            return
        before = self.values.get(assignment.name, ())
        if assignment.appends and not assignment.is_list and before:
            texts = [*before[:-1], joined([*before[-1].parts, *texts[0].parts])]
        elif assignment.appends:
            texts = [*before, *texts]
        if sum(len(part) for text in texts for part in text.parts if isinstance(part, str)) > _LONGEST:
            raise BrokenShell(f"{assignment.name} grows beyond {_LONGEST:,} characters")
        self.values[assignment.name] = tuple(texts)

    def texts(self, word: Word) -> list[Text]:
        """Return the words that a word becomes: braces and lists make several of it, and nothing at all may be left."""
        return [text for one in expand_braces(word) for text in self._split(one)]

    def text(self, word: Word) -> Text:
        """Return a word as one text, as behind `=`, a redirect, or in a heredoc."""
        return joined(part for segment in word for part in self._joined_parts(segment))

    def _joined_parts(self, segment: Segment) -> Iterator[Part]:
        for number, text in enumerate(self._values(segment)):
            if number:
                yield " "
            yield from text.parts

    def _split(self, word: Word) -> Iterator[Text]:
        """Yield the words of a word without braces; what an unquoted variable holds is split at blanks (Bash manual, 3.5.7)."""
        current: list[Part] = []
        exists = False
        for segment in word:
            values = self._values(segment)
            quoted = segment.quoted
            keeps_words = isinstance(segment, Expansion) and segment.operator == "[@]"
            if isinstance(segment, Literal) or (quoted and not keeps_words):
                exists = exists or quoted or any(text.parts for text in values)
                for number, text in enumerate(values):
                    current += [" ", *text.parts] if number else text.parts
                continue
            for number, text in enumerate(values):
                if number and (exists or current):
                    yield joined(current)
                    current, exists = [], False
                if quoted:
                    current += text.parts
                    exists = True
                    continue
                for piece, ends in _at_blanks(text):
                    current += piece
                    exists = exists or bool(piece)
                    if ends and exists:
                        yield joined(current)
                        current, exists = [], False
        if exists or current:
            yield joined(current)

    def _values(self, segment: Segment, depth: int = 0) -> tuple[Text, ...]:
        """Return what stands for a segment: a text, or several for a list."""
        if depth > _DEEPEST:
            raise BrokenShell(f"variables refer to each other more than {_DEEPEST} times")
        if isinstance(segment, Literal):
            return (Text((segment.text,) if segment.text else ()),)
        if isinstance(segment, Substitution):
            known = self.output_of(segment)
            return (known if known is not None else Text((Variable(self.output(segment)),)),)
        return self._expanded(segment, depth)

    def output(self, substitution: Substitution) -> str:
        """Return the name of a command's output, or of the file that it is: another one for each command."""
        name = output_name(substitution) + ("_output" if substitution.written[0] in "<>" else "")
        taken = self.outputs.setdefault(name, {})
        number = taken.setdefault(substitution.written, len(taken) + 1)
        return name if number == 1 else f"{name}_{number}"

    def _expanded(self, expansion: Expansion, depth: int) -> tuple[Text, ...]:
        name = variable_name(expansion.name)
        known = None if name in self.own else self.values.get(name)
        operator = expansion.operator
        argument = joined(part for segment in expansion.argument for text in self._values(segment, depth + 1) for part in text.parts)
        if operator in (":-", ":=", "-", "="):
            if known is None or (operator.startswith(":") and not any(text.parts for text in known)):
                default = argument.plain
                if default is None:
                    return (argument,) if known is not None else (Text((Variable(name),)),)
                if known is not None:
                    return (argument,)
                opened = (Text((Variable(name, default=default),)),)
                if operator in (":=", "=") and name not in self.own:
                    self.values[name] = opened
                return opened
            return known
        if operator in (":+", "+"):
            return (argument,) if known and any(text.parts for text in known) else (Text(()),)
        if operator == "other":
            return (Text((Variable(name),)),)
        if known is None:
            return (Text((self.own.get(name, Variable(name)),)),)
        return known if operator == "[@]" else known[:1] or (Text(()),)


def joined(parts: Iterable[Part]) -> Text:
    """Return a text of parts, in which strings that meet are one."""
    result: list[Part] = []
    for part in parts:
        if isinstance(part, str) and result and isinstance(result[-1], str):
            result[-1] += part
        elif part != "":
            result.append(part)
    return Text(tuple(result))


def variable_name(name: str) -> str:
    """Return a name for what the shell calls by a digit or a sign: `$1`, `$@`."""
    if name.isdigit():
        return f"argument_{name}"
    return _SPECIAL.get(name, name)


def output_name(substitution: Substitution) -> str:
    """Return a name for the output of a command: its program, or the file that it reads. No other word: it may be a secret."""
    match = re.match(r"\s*(?:cat\s+|<\s*)[\w./~-]*?([A-Za-z][\w-]*)(?:\.\w+)*\s*$", substitution.source)
    if not match:
        match = re.match(r"\s*(?:[\w./-]*/)?([A-Za-z][\w-]*)", substitution.source)
    return match[1].replace("-", "_")[:40] if match else "output"


def as_own(variables: Variables, own: dict[str, Variable]) -> Variables:
    """Return variables in which some stay open."""
    return replace(variables, own={**variables.own, **own})


def _at_blanks(text: Text) -> Iterator[tuple[list[Part], bool]]:
    """Yield the pieces of a text between blanks, each with whether a blank ends it."""
    for part in text.parts:
        if isinstance(part, Variable):
            yield [part], False
            continue
        pieces = re.split(r"[ \t\n]+", part)
        for number, piece in enumerate(pieces):
            yield ([piece] if piece else []), number < len(pieces) - 1
