"""What a script's --help says: its usage line, its options, its variables, examples that work."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from generator import bash
from generator.render.script.parameters import ScriptParameter
from generator.render.wrap import columns, wrapped
from generator.request import RequestSecret

if TYPE_CHECKING:
    from generator.render.script import Script

USAGE_WIDTH = 84
"""Columns of the usage line, behind `Usage: `."""

COLUMNS = 100
"""Columns of the lines about options and variables."""

WIDEST = 36
"""Columns of an option that what it does stands beside; behind a longer one it stands below."""

SHORT = 60
"""Characters of a text that the help shows whole."""


@dataclass(frozen=True)
class ScriptHelp:
    """The help of one script."""

    script: Script

    @property
    def usage_lines(self) -> list[str]:
        """The call in lines that fit: no line ends within an option and its value."""
        lines = [self.script.file]
        for word in self._usage_words():
            if len(lines[-1]) + 1 + len(word) > USAGE_WIDTH:
                lines.append(word)
            else:
                lines[-1] += f" {word}"
        return lines

    def _usage_words(self) -> list[str]:
        words = []
        for item in self.script.options:
            word = f"{item.option} {item.placeholder}"
            words += [(word if item.required_message else f"[{word}]") + ("..." if item.several else "")]
        words += ["[--set PATH=VALUE]..."] if self.script.sets_fields else []
        words += ["[--body FILE]"] if self.script.takes_body else []
        words += ["[-o FILE]"] if self.script.saves_file else []
        words += ["[--all]"] if self.script.has_pages else []
        words += ["[-H HEADER]...", "[-i]", "[--raw | --dry-run]"]
        if self.script.argument:
            name = self.script.argument.placeholder
            words += [
                "[--]",
                (name if self.script.argument.required_message else f"[{name} | -]") + ("..." if self.script.argument.several else ""),
            ]
        return words

    @cached_property
    def rows(self) -> list[tuple[str, str]]:
        """Each argument and option with what it does."""
        rows = []
        for item in self.script.parameters:
            what = self._about(item)
            rows += [(item.placeholder, what)] if item.parameter.argument else []
            rows += [(f"{item.option} {item.placeholder}", what)] if item.option else []
        if self.script.sets_fields:
            what = 'set a field of the body: PATH such as a.b.0 (\\. is a dot in a name), VALUE is JSON (5, "5", true), or else a text'
            rows.append(("--set PATH=VALUE", what))
        if self.script.takes_body:
            rows.append(("--body FILE", self._body))
        if self.script.saves_file:
            default = f"default: {self.script.cell.save_as}, which must not be there yet"
            rows.append(("-o, --output FILE", f"where the answer goes; - is standard output ({default})"))
        if self.script.has_pages:
            rows.append(("--all", "all pages of the list, not only the first"))
        rows.append(("-H HEADER", "one more header, such as 'X-Trace: 1'; may be repeated"))
        rows.append(("-i, --include", "status line and response headers on standard error"))
        rows.append(("--raw", self._raw))
        rows.append(("--dry-run", "print the curl command, send nothing"))
        return rows

    def _about(self, item: ScriptParameter) -> str:
        hints = []
        default = self.script.cell.default(item.parameter)
        if item.generate:
            hints.append("new for each run")
        elif default is not None and not item.read:
            text = default if isinstance(default, str) else json.dumps(default, ensure_ascii=False)
            hints.append(f"{'required, such as' if item.required_message else 'default:'} {_shortened(text)}")
        elif item.required_message:
            hints.append("required")
        hints += ["may be repeated"] if item.several else []
        about = [item.parameter.about[self.script.language]] if item.parameter.about else ["a file"] if item.is_file else []
        if item.parameter.argument:
            (about if about else hints).append("- reads standard input")
        return f"{'; '.join(about)} ({'; '.join(hints)})".strip() if hints else "; ".join(about)

    @property
    def _body(self) -> str:
        """Return what --body does."""
        if self.script.edits_body:
            return "send this file as the body (- is standard input); the other options overwrite fields of it"
        return "send this file as the body; - is standard input"

    @property
    def _raw(self) -> str:
        """Return what --raw does."""
        if self.script.streams:
            return f"the {self.script.cell.response} as received"
        if self.script.saves_file:
            return "the answer as received, on standard output unless -o says where"
        if self.script.prints_headers:
            return "the headers as received"
        return "the whole answer as received" if self.script.pipeline else "the answer as received"

    @cached_property
    def variable_rows(self) -> list[tuple[str, str]]:
        """Each environment variable with what it does."""
        rows = []
        for secret in self.script.secrets:
            what = "the API key" if secret.key else self._secret_about(secret.variable)
            rows.append((secret.variable, f"{what}{', user:password' if secret.place == 'basic' else ''} ({self._need(secret)})"))
        rows.append((self.script.setting("BASE_URL"), f"default: {self.script.base_url}"))
        for item in self.script.variables:
            but = " (not with --body)" if item.is_of_body and self.script.takes_body else ""
            rows.append((str(item.variable), f"as {item.label}{but}"))
        if self.script.unix_socket:
            rows.append((self.script.setting("UNIX_SOCKET"), f"the server's socket (default: {self.script.unix_socket})"))
        limit = "seconds that may pass without data" if self.script.streams else "seconds for the whole answer"
        most = self.script.cell.curl.max_time
        rows.append((self.script.setting("TIMEOUT"), f"{limit} (default: {300 if most is None else most}; always 10 to connect)"))
        rows.append((self.script.setting("CURLRC"), "a curl config file, for example with a proxy or a CA"))
        return rows

    def _need(self, secret: RequestSecret) -> str:
        return "required" if secret.required else "sent if set"

    def _secret_about(self, variable: str) -> str:
        """Return what the catalog says about a parameter that is secret."""
        prefix = self.script.backend.prefix
        parameter = next(item for item in self.script.cell.parameters.values() if item.secret and f"{prefix}{item.variable}" == variable)
        return parameter.about[self.script.language] if parameter.about else "a secret"

    @property
    def row_lines(self) -> list[str]:
        """The lines about arguments and options."""
        return [line for row in self.rows for line in self._lines(*row)]

    @property
    def variable_lines(self) -> list[str]:
        """The lines about environment variables."""
        return [line for row in self.variable_rows for line in self._lines(*row)]

    @cached_property
    def _width(self) -> int:
        """The columns that the left sides of the help take; a longer one has a line of its own."""
        return min(max(len(left) for left, _ in [*self.rows, *self.variable_rows]), WIDEST)

    def _lines(self, left: str, right: str) -> list[str]:
        """Return a row of the help as lines of at most `COLUMNS` columns."""
        indent = " " * (2 + self._width + 2)
        room = COLUMNS - len(indent)
        texts = [right] if columns(right) <= room else wrapped(right, room).split("\n")
        if len(left) > self._width:
            return [f"  {left}", *(f"{indent}{text}" for text in texts)]
        first = f"  {left.ljust(self._width)}  {texts[0]}".rstrip()
        return [first, *(f"{indent}{text}" for text in texts[1:])]

    @property
    def examples(self) -> list[str]:
        """Commands that work as they stand, for the help."""
        needed = [item for item in self.script.options if not item.parameter.argument and item.required_message]
        call = " ".join([self.script.file, *(f"{item.option} {bash.word(item.parameter.example or item.placeholder)}" for item in needed)])
        examples = self._argument_examples(call) or [call]
        argument = self.script.argument
        if argument and argument.required_message:
            call = examples[0]
        examples += [f"{call} {option} --dry-run" for option in self._option_examples(needed)[:1]]
        if self.script.cell.response == "json" and self.script.cell.pipelines and len(self.script.cell.pipelines) > 1:
            other = self.script.cell.pipelines[-1]
            examples.append(f"{call} --raw | jq {'-r ' if other.raw else ''}{bash.word(other.jq)}")
        return examples

    def _argument_examples(self, call: str) -> list[str]:
        argument = self.script.argument
        if argument is None:
            return []
        usual: Any = self.script.cell.default(argument.parameter) or argument.parameter.example
        if isinstance(usual, (int, float)) and not isinstance(usual, bool):
            usual = json.dumps(usual)
        texts = [usual] if isinstance(usual, str) else list(usual[:2]) if argument.several and isinstance(usual, (list, tuple)) else []
        if not all(isinstance(text, str) for text in texts) or len("".join(texts)) >= SHORT or "\n" in "".join(texts):
            texts = []
        if not texts and (argument.is_file or argument.required_message):
            texts = [argument.placeholder]
        examples = [" ".join([call, *map(bash.word, texts)])]
        takes_text = argument.type == "string" and not argument.is_file and argument.place != "path" and argument.placeholder != "NAME"
        if takes_text:
            examples.append(" ".join([call, *map(bash.word, texts[1:]), "- < FILE"]))
        return examples

    def _option_examples(self, needed: list[ScriptParameter]) -> list[str]:
        """Options with a good value: first those for which the catalog gives an example."""
        good = []
        for item in self.script.options:
            usual = item.parameter.example or ("" if item.read else self.script.cell.default(item.parameter))
            if item.parameter.argument or item in needed or not isinstance(usual, str) or not usual:
                continue
            if len(usual) < 40 and "\n" not in usual:
                good.append((not item.parameter.example, f"{item.option} {bash.word(usual)}"))
        return [option for _, option in sorted(good, key=lambda pair: pair[0])]


def _shortened(text: str) -> str:
    """Return a text on one line, cut where a word ends if it is long."""
    line = text.replace("\n", " ")
    if len(line) <= SHORT + 5:
        return line
    return line[: SHORT - 3].rsplit(" ", 1)[0] + "..."
