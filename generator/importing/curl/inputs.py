"""What is in files and on standard input, as far as shell text shows it without being run: heredocs, `echo`, `cat > file`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generator.importing.model import Text
from generator.importing.shell.expand import Variables, joined
from generator.importing.shell.model import SimpleCommand

STANDARD_INPUT = ("-", ".", "/dev/stdin")


@dataclass(frozen=True)
class Expanded:
    """A command with its words, and the variables that are known to it."""

    command: SimpleCommand
    words: list[Text]
    variables: Variables


class Files:
    """The files that the text has written so far."""

    def __init__(self) -> None:
        self._contents: dict[Text, Text] = {}

    def content(self, path: Text) -> Text | None:
        """Return what is in a file, which a variable may name; None if the text does not say."""
        return self._contents.get(path)

    def keep(self, pipeline: Sequence[Expanded]) -> None:
        """Remember what the last command of a pipeline writes to a file: `cat > body.json <<EOF`, `… | tee file`."""
        last = pipeline[-1]
        if last.words and last.words[0].plain == "tee" and len(last.words) == 2:
            self._write(last.words[1], self.standard_input(pipeline, len(pipeline) - 1))
            return
        printed = self.printed(last)
        for redirect in last.command.redirects:
            if redirect.operator in (">", ">|") and redirect.descriptor in ("", "1"):
                self._write(last.variables.text(redirect.target), printed)

    def _write(self, path: Text, content: Text | None) -> None:
        if content is None:
            self._contents.pop(path, None)
        else:
            self._contents[path] = content

    def printed(self, expanded: Expanded) -> Text | None:
        """Return what `cat`, `echo` or `printf` print; None for all else, and where it is not known."""
        words = expanded.words
        plain = [word.plain for word in words]
        program = plain[0] if plain else None
        if program is None or (program == "cat" and len(words) == 1):
            return self._redirected(expanded)
        if program == "cat" and len(words) == 2:
            return self._redirected(expanded) if plain[1] == "-" else self.content(words[1])
        if program == "echo":
            return _echoed(words)
        if program == "printf" and len(words) == 3 and plain[1] in ("%s", "%s\\n"):
            return joined([*words[2].parts, *(["\n"] if plain[1] == "%s\\n" else [])])
        return None

    def _redirected(self, expanded: Expanded) -> Text | None:
        """Return a command's standard input, if the text says it: a heredoc, a here-string, or a file that it has written."""
        for redirect in reversed(expanded.command.redirects):
            if redirect.operator == "<<":
                return expanded.variables.text(redirect.target)
            if redirect.operator == "<<<":
                return joined([*expanded.variables.text(redirect.target).parts, "\n"])
            if redirect.operator == "<":
                return self.content(expanded.variables.text(redirect.target))
        return None

    def standard_input(self, pipeline: Sequence[Expanded], number: int) -> Text | None:
        """Return the standard input of a command of a pipeline, if it is known."""
        command = pipeline[number].command
        if any(redirect.operator in ("<", "<<", "<<<") for redirect in command.redirects):
            return self._redirected(pipeline[number])
        return self.printed(pipeline[number - 1]) if number else None

    def standard_input_file(self, pipeline: Sequence[Expanded], number: int) -> Text | None:
        """Return the path of the file that is a command's standard input: `< file`, or `cat file |`; None if it is none."""
        for redirect in reversed(pipeline[number].command.redirects):
            if redirect.operator == "<":
                return pipeline[number].variables.text(redirect.target)
        before = pipeline[number - 1].words if number else []
        return before[1] if len(before) == 2 and before[0].plain == "cat" else None


def _echoed(words: list[Text]) -> Text | None:
    """Return what `echo` prints; None where its options or backslashes are for the shell to read."""
    without_end = len(words) > 1 and words[1].plain == "-n"
    texts = words[2 if without_end else 1 :]
    if any(text.plain is not None and (text.plain.startswith("-") or "\\" in text.plain) for text in texts):
        return None
    parts = [part for number, text in enumerate(texts) for part in ([" "] if number else []) + list(text.parts)]
    return joined([*parts, *([] if without_end else ["\n"])])
