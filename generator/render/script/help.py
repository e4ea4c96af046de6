"""What a script's --help says: its usage line, its options, its variables, examples that work."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from generator import bash
from generator.render.script.parameters import ScriptParameter

if TYPE_CHECKING:
    from generator.render.script import Script

USAGE_WIDTH = 84
"""Columns of the usage line, behind `Usage: `."""

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
        words = [f"[{item.option} {item.placeholder}]{'...' if item.repeat else ''}" for item in self.script.options]
        words += ["[-o FILE]"] if self.script.saves_file else []
        words += ["[-i]", "[--raw | --dry-run]"]
        if self.script.argument:
            name = self.script.argument.placeholder
            words += [
                "[--]",
                (name if self.script.argument.parameter.required else f"[{name} | -]") + ("..." if self.script.argument.repeat else ""),
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
        if self.script.saves_file:
            rows.append(("-o, --output FILE", f"where the answer goes (default: {self.script.cell.save_as}; - is standard output)"))
        rows.append(("-i, --include", "status line and response headers on standard error"))
        rows.append(("--raw", "the answer as received" + (": the events" if self.script.streams else "")))
        rows.append(("--dry-run", "print the curl command, send nothing"))
        return rows

    def _about(self, item: ScriptParameter) -> str:
        hints = []
        default = self.script.cell.default(item.parameter)
        if default is not None and not item.read:
            text = default if isinstance(default, str) else json.dumps(default, ensure_ascii=False)
            hints.append(f"default: {_shortened(text)}")
        elif item.required_message:
            hints.append("required")
        hints += ["may be repeated"] if item.repeat else []
        hints += ["- reads standard input"] if item.parameter.argument else []
        about = item.parameter.about[self.script.language] if item.parameter.about else "a file" if item.read else ""
        return f"{about} ({'; '.join(hints)})".strip() if hints else about

    @cached_property
    def variable_rows(self) -> list[tuple[str, str]]:
        """Each environment variable with what it does."""
        rows = []
        if self.script.request.key:
            rows.append(
                (self.script.request.key.variable, f"the API key ({'required' if self.script.request.key.required else 'sent if set'})")
            )
        rows.append((self.script.setting("BASE_URL"), f"default: {self.script.backend.base_url}"))
        rows += [(str(item.variable), f"as {item.label}") for item in self.script.variables]
        limit = "seconds of silence" if self.script.streams else "seconds for the whole answer"
        rows.append((self.script.setting("TIMEOUT"), f"{limit} (default: 300)"))
        rows.append((self.script.setting("CURLRC"), "a curl config file: CA, client certificate, proxy"))
        return rows

    @property
    def width(self) -> int:
        """The columns that the left sides of the help take."""
        return max(len(left) for left, _ in [*self.rows, *self.variable_rows])

    @property
    def examples(self) -> list[str]:
        """Commands that work as they stand, for the help."""
        needed = [item for item in self.script.options if not item.parameter.argument and item.required_message]
        call = " ".join([self.script.file, *(f"{item.option} {bash.word(item.parameter.example or item.placeholder)}" for item in needed)])
        examples = self._argument_examples(call) or [call]
        examples += [f"{call} {option} --dry-run" for option in self._option_examples(needed)[:1]]
        if self.script.cell.response == "json" and self.script.cell.pipelines and len(self.script.cell.pipelines) > 1:
            other = self.script.cell.pipelines[-1]
            examples.append(f"{call} --raw | jq {'-r ' if other.raw else ''}{bash.word(other.jq)}")
        return examples

    def _argument_examples(self, call: str) -> list[str]:
        argument = self.script.argument
        if argument is None:
            return []
        usual: Any = self.script.cell.default(argument.parameter) or argument.parameter.example or argument.placeholder
        texts = [usual] if isinstance(usual, str) else list(usual[:2]) if argument.repeat and isinstance(usual, (list, tuple)) else []
        if not all(isinstance(text, str) for text in texts) or len("".join(texts)) >= SHORT or "\n" in "".join(texts):
            texts = []
        examples = [" ".join([call, *map(bash.word, texts or [argument.placeholder])])]
        takes_text = argument.type == "string" and not argument.read and argument.place != "path" and argument.placeholder != "NAME"
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
