"""What a script's templates need to know, decided once: its options, its values and their checks, its hints, its help."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from generator import bash
from generator.catalog.model import Backend, Catalog, Cell, Parameter, Pipeline, Trouble, Type
from generator.request import Request, RequestPart, jq_path, percent

OWN_VARIABLES = frozenset(
    "arguments aside error_filter body curl_status default_url encoded filter http_status include index location mode options output "
    "print_status quoted_file request result separator settings statuses tmp url value word".split()
)
"""The variables that scripts use themselves: a parameter of the same name gets another one."""

TLS_ERRORS = (35, 51, 52, 56, 58, 60, 77, 90, 91)
"""curl's exit codes where TLS fails (curl(1), EXIT CODES); 52 and 56 are also those of http spoken to an https port."""

NUMBERS: dict[Type, str] = {"integer": "need_integer", "number": "need_number", "boolean": "need_boolean", "json": "need_json"}
"""The function that checks a value of each type; a text needs none."""

USAGE_WIDTH = 84
"""Columns of the usage line, behind `Usage: `."""

LONG_FILTER = 60
"""Characters from which messages call a filter by its pipeline's name."""


@dataclass(frozen=True)
class ScriptParameter:
    """A parameter of the catalog as a script has it.

    `name` is the bash variable that holds the user's value, or the array where several may be given; `variable` the
    environment variable that sets it. `type` is what a value has to be. `default` is what is sent when nothing is given,
    outside of a body: there the default body has it.
    """

    parameter: Parameter
    name: str
    variable: str | None
    type: Type
    default: tuple[str, ...]

    @property
    def option(self) -> str | None:
        return self.parameter.option

    @property
    def placeholder(self) -> str:
        return self.parameter.placeholder_name

    @property
    def label(self) -> str:
        """What messages call it."""
        return self.option or self.placeholder

    @property
    def repeat(self) -> bool:
        return self.parameter.repeat

    @property
    def read(self) -> str | None:
        return self.parameter.read

    @property
    def place(self) -> str:
        """Which part of the request its value goes into: body, text, form, query, headers or path."""
        return str(self.parameter.at[0])

    @property
    def json_path(self) -> str:
        """Where in the body its value goes, as jq writes it."""
        return jq_path(self.parameter.at[1:])

    @property
    def check(self) -> str | None:
        """The function of the script that checks its value; None where any text will do."""
        return NUMBERS.get(self.type)

    @property
    def always_sent(self) -> bool:
        """Whether it is sent when the user says nothing, outside of a body."""
        return bool(self.default) and self.place in ("path", "query", "headers", "form")

    @property
    def starts_with_default(self) -> bool:
        """Whether its variable holds the default from the start. A list does not: what is given replaces it."""
        return self.always_sent and not self.repeat

    @property
    def reads_standard_input(self) -> bool:
        """Whether `-` as the argument is standard input's text, and not a file that curl or the script opens."""
        return self.parameter.argument and not self.read and not self._is_form_file

    @property
    def _is_form_file(self) -> bool:
        return self.is_file and self.place == "form"

    is_file: bool = False
    """Its value is the name of a file, whose content is sent."""

    @property
    def required_message(self) -> str | None:
        """What is said when a value is missing that the request cannot do without; None where it can."""
        if not self.parameter.required and not (self.place == "path" and not self.default):
            return None
        ways = [f"add {self.option} {self.placeholder}"] if self.option else []
        ways += [f"export {self.variable}=…"] if self.variable else []
        if self.parameter.argument:
            ways.insert(0, f"give it as the argument ({self.placeholder})" if self.option else "give it as the argument")
        return f"{self.label} is required: {', or '.join(ways)}"


@dataclass(frozen=True)
class Hint:
    """What to try when a message fits one of the patterns of a bash `case`. A pattern is made of texts and wildcards."""

    patterns: tuple[tuple[str, str, str], ...]
    """For each pattern what stands before, the literal text, and what stands behind it: `*`, ` not found`, `*`."""
    text: str


@dataclass(frozen=True)
class Script:
    """One cell's script."""

    catalog: Catalog
    backend: Backend
    cell: Cell
    request: Request

    # ---- Names ----

    @property
    def file(self) -> str:
        return f"{self.backend.id}-{self.cell.id}.sh"

    @property
    def language(self) -> str:
        """The language of its help and messages."""
        return self.catalog.script_language

    def setting(self, suffix: str) -> str:
        """Return one of its own environment variables: BASE_URL, TIMEOUT or CURLRC behind the backend's prefix."""
        return self.backend.prefix + suffix

    @property
    def settings(self) -> str:
        """The variables that change where and how curl connects, for a message."""
        return f"{self.setting('BASE_URL')}, {self.setting('TIMEOUT')} and {self.setting('CURLRC')}"

    # ---- Values of the user's ----

    @cached_property
    def parameters(self) -> tuple[ScriptParameter, ...]:
        taken = set(OWN_VARIABLES)
        found = []
        for parameter in self.cell.parameters.values():
            name = parameter.id.replace("-", "_")
            while name in taken:
                name += "_given"
            taken.add(name)
            variable = self.backend.prefix + parameter.variable if parameter.variable else None
            found.append(
                ScriptParameter(
                    parameter, name, variable, self.cell.value_type(parameter), self._default(parameter), is_file=self._is_file(parameter)
                )
            )
        return tuple(found)

    def _is_file(self, parameter: Parameter) -> bool:
        parts = [part for part in self.request.form or () if part.parameter == parameter]
        return bool(parameter.read) or any(part.file for part in parts)

    def _default(self, parameter: Parameter) -> tuple[str, ...]:
        """The texts that are sent when nothing is given: several for a list."""
        value = self.cell.default(parameter)
        if value is None or parameter.at[0] in ("body", "text"):
            return ()
        return tuple(map(str, value)) if isinstance(value, (list, tuple)) else (str(value),)

    @cached_property
    def argument(self) -> ScriptParameter | None:
        return next((item for item in self.parameters if item.parameter.argument), None)

    def of(self, part: RequestPart) -> ScriptParameter:
        """Return the parameter that changes a part of the request."""
        return next(item for item in self.parameters if item.parameter == part.parameter)

    @cached_property
    def options(self) -> tuple[ScriptParameter, ...]:
        return tuple(item for item in self.parameters if item.option)

    @property
    def options_with_value(self) -> list[str]:
        """The long options that take a value."""
        return [str(item.option) for item in self.options] + (["--output"] if self.saves_file else [])

    @property
    def variables(self) -> list[ScriptParameter]:
        """The parameters that an environment variable sets."""
        return [item for item in self.parameters if item.variable]

    @property
    def checks(self) -> list[str]:
        """The functions that check values, need_value not among them."""
        used = {item.check for item in self.parameters}
        return [check for check in NUMBERS.values() if check in used]

    @property
    def unset(self) -> list[str]:
        """The variables that are unset until the user gives a value, and the body's."""
        names = [item.name for item in self.parameters if not item.starts_with_default]
        return [*names, *(["body"] if self.request.body is not None else [])]

    @property
    def lists(self) -> list[ScriptParameter]:
        """The parameters that may be given several times."""
        return [item for item in self.parameters if item.repeat]

    @cached_property
    def in_body(self) -> list[ScriptParameter]:
        """The parameters whose values go into the JSON body; what holds others is put there first."""
        return sorted((item for item in self.parameters if item.place == "body"), key=lambda item: len(item.parameter.at))

    @property
    def puts(self) -> set[str]:
        """What the script has to be able to do with its body: put_text, put_json, add_text, add_json, put_file …"""
        return {self.put(item) for item in self.in_body} | ({"put_json"} if any(item.repeat for item in self.in_body) else set())

    def put(self, item: ScriptParameter) -> str:
        """Return the function of the script that puts a value into the body."""
        if item.read:
            return {"file": "put_file", "base64": "put_base64", "data-url": "put_data_url"}[item.read]
        kind = "text" if item.type == "string" else "json"
        return f"add_{kind}" if item.repeat else f"put_{kind}"

    # ---- The request ----

    @property
    def encodes(self) -> bool:
        """Whether a value goes into the URL."""
        return any(item.place in ("path", "query") for item in self.parameters)

    @property
    def path(self) -> Iterator[tuple[str, ScriptParameter | None, bool]]:
        """The parts of the path: a literal text, or a parameter and whether it stands alone between slashes."""
        parts = self.request.path
        for position, part in enumerate(parts):
            if part.parameter is None:
                yield part.value or "", None, False
            else:
                before, behind = parts[position - 1].value or "", parts[position + 1].value or ""
                yield "", self.of(part), before.endswith("/") and (not behind or behind.startswith("/"))

    @property
    def query(self) -> list[tuple[str, str | None, ScriptParameter | None]]:
        """The query: an encoded name, and an encoded value or the parameter that gives it. A list stands there once."""
        found: list[tuple[str, str | None, ScriptParameter | None]] = []
        for part in self.request.query:
            item = self.of(part) if part.parameter else None
            if item is None:
                found.append((percent(part.name), percent(part.value or ""), None))
            elif not item.repeat or all(item is not other for _, _, other in found):
                found.append((percent(part.name), None, item))
        return found

    @property
    def opens_files(self) -> bool:
        """Whether the user names a file whose content is sent."""
        return any(item.is_file for item in self.parameters)

    @property
    def reads_files(self) -> bool:
        """Whether a file's content goes into the body."""
        return any(item.read for item in self.in_body)

    @property
    def fixed_headers(self) -> list[RequestPart]:
        return [part for part in self.request.headers if part.parameter is None]

    @property
    def changing_headers(self) -> list[tuple[str, ScriptParameter]]:
        return [(part.name, self.of(part)) for part in self.request.headers if part.parameter is not None]

    @property
    def form(self) -> list[tuple[RequestPart, ScriptParameter | None]]:
        return [(part, self.of(part) if part.parameter else None) for part in self.request.form or ()]

    # ---- The answer ----

    @property
    def streams(self) -> bool:
        return self.cell.response == "events"

    @property
    def saves_file(self) -> bool:
        return self.cell.response == "file"

    @property
    def pipeline(self) -> Pipeline | None:
        """The pipeline whose result the script prints; None where the answer is printed as it is."""
        return self.cell.pipelines[0] if self.cell.pipelines else None

    @property
    def aside(self) -> str | None:
        """The filter for what goes to standard error beside a stream's answer: a pipeline that fails does not end the others."""
        asides = [item.jq for item in self.cell.pipelines or () if item.aside]
        return f"({')?, ('.join(asides)})? | values" if asides else None

    @property
    def filter_name(self) -> str | None:
        """What messages call a long filter; None where they show the filter itself."""
        if self.pipeline and (len(self.pipeline.jq) > LONG_FILTER or "\n" in self.pipeline.jq):
            return self.pipeline.name
        return None

    # ---- When something goes wrong ----

    @cached_property
    def hints(self) -> list[Hint]:
        """What to try, the first that fits: the catalog's troubles, then a word on time-outs where it has none."""
        hints: list[Hint] = []
        troubles = [*self.cell.troubles, *self.backend.troubles]
        for trouble in troubles:
            text = self._say(trouble)
            if hints and hints[-1].text == text:
                hints[-1] = Hint((*hints[-1].patterns, *_patterns(trouble)), text)
            else:
                hints.append(Hint(_patterns(trouble), text))
        if not any(trouble.when == "timeout" for trouble in troubles):
            hints.append(Hint((("", "curl error 28 ", "*"),), f"Too slow? Allow more seconds, for example {self.setting('TIMEOUT')}=900"))
        return hints

    def _say(self, trouble: Trouble) -> str:
        key = self.request.key
        return trouble.say[self.language].replace("{key}", key.export_assignment if key else "{key}").strip()

    @property
    def shellcheck_codes(self) -> list[str]:
        """What shellcheck would ask about texts of the catalog between single quotes, which are meant as they stand."""
        texts = [self.catalog.errors, self.request.url, *(part.value or "" for part in self.request.headers)]
        texts += [hint.text for hint in self.hints]
        texts += [text for hint in self.hints for pattern in hint.patterns for text in pattern]
        texts += [item.jq for item in self.cell.pipelines or ()]
        texts += [text for part in (*(self.request.form or ()), *self.request.query) for text in (part.name, part.value or "")]
        texts += [text for item in self.parameters for text in (*item.default, item.json_path if item.place == "body" else "")]
        literal = " ".join(texts)
        codes = ["SC2016"] if "$" in literal or "`" in literal else []
        return codes + (["SC1111", "SC1112"] if any(quote in literal for quote in "‘’“”") else [])

    # ---- Help ----

    @property
    def usage_lines(self) -> list[str]:
        """The call in lines that fit: no line ends within an option and its value."""
        lines = [self.file]
        for word in self._usage_words():
            if len(lines[-1]) + 1 + len(word) > USAGE_WIDTH:
                lines.append(word)
            else:
                lines[-1] += f" {word}"
        return lines

    def _usage_words(self) -> list[str]:
        words = [f"[{item.option} {item.placeholder}]{'...' if item.repeat else ''}" for item in self.options]
        words += ["[-o FILE]"] if self.saves_file else []
        words += ["[-i]", "[--raw | --dry-run]"]
        if self.argument:
            name = self.argument.placeholder
            words += ["[--]", (name if self.argument.parameter.required else f"[{name} | -]") + ("..." if self.argument.repeat else "")]
        return words

    @cached_property
    def help_rows(self) -> list[tuple[str, str]]:
        """Each argument and option with what it does."""
        rows = []
        for item in self.parameters:
            what = self._about(item)
            rows += [(item.placeholder, what)] if item.parameter.argument else []
            rows += [(f"{item.option} {item.placeholder}", what)] if item.option else []
        if self.saves_file:
            rows.append(("-o, --output FILE", f"where the answer goes (default: {self.cell.save_as})"))
        rows.append(("-i, --include", "status line and response headers on standard error"))
        rows.append(("--raw", "the answer as received" + (": the events" if self.streams else "")))
        rows.append(("--dry-run", "print the curl command, send nothing"))
        return rows

    def _about(self, item: ScriptParameter) -> str:
        hints = []
        default = self.cell.default(item.parameter)
        if default is not None and not item.read:
            text = default if isinstance(default, str) else json.dumps(default, ensure_ascii=False)
            hints.append(f"default: {_shortened(text)}")
        elif item.required_message:
            hints.append("required")
        hints += ["may be repeated"] if item.repeat else []
        hints += ["- reads standard input"] if item.parameter.argument else []
        about = item.parameter.about[self.language] if item.parameter.about else "a file" if item.read else ""
        return f"{about} ({'; '.join(hints)})".strip() if hints else about

    @cached_property
    def environment_rows(self) -> list[tuple[str, str]]:
        """Each environment variable with what it does."""
        rows = []
        if self.request.key:
            rows.append((self.request.key.variable, f"the API key ({'required' if self.request.key.required else 'sent if set'})"))
        rows.append((self.setting("BASE_URL"), f"default: {self.backend.base_url}"))
        rows += [(str(item.variable), f"as {item.label}") for item in self.variables]
        limit = "seconds of silence" if self.streams else "seconds for the whole answer"
        rows.append((self.setting("TIMEOUT"), f"{limit} (default: 300)"))
        rows.append((self.setting("CURLRC"), "a curl config file: CA, client certificate, proxy"))
        return rows

    @property
    def help_width(self) -> int:
        """The columns that the left sides of the help take."""
        return max(len(left) for left, _ in [*self.help_rows, *self.environment_rows])

    @property
    def examples(self) -> list[str]:
        """Commands that work as they stand, for the help."""
        needed = [item for item in self.options if not item.parameter.argument and item.required_message]
        call = " ".join([self.file, *(f"{item.option} {bash.word(item.parameter.example or item.placeholder)}" for item in needed)])
        examples = self._argument_examples(call) or [call]
        examples += [f"{call} {option} --dry-run" for option in self._option_examples(needed)[:1]]
        if self.cell.response == "json" and self.cell.pipelines and len(self.cell.pipelines) > 1:
            other = self.cell.pipelines[-1]
            examples.append(f"{call} --raw | jq {'-r ' if other.raw else ''}{bash.word(other.jq)}")
        return examples

    def _argument_examples(self, call: str) -> list[str]:
        argument = self.argument
        if argument is None:
            return []
        usual: Any = self.cell.default(argument.parameter) or argument.parameter.example or argument.placeholder
        texts = [usual] if isinstance(usual, str) else list(usual[:2]) if argument.repeat and isinstance(usual, (list, tuple)) else []
        if not all(isinstance(text, str) for text in texts) or len("".join(texts)) >= LONG_FILTER or "\n" in "".join(texts):
            texts = []
        examples = [" ".join([call, *map(bash.word, texts or [argument.placeholder])])]
        takes_text = argument.type == "string" and not argument.read and argument.place != "path" and argument.placeholder != "NAME"
        if takes_text:
            examples.append(" ".join([call, *map(bash.word, texts[1:]), "- < FILE"]))
        return examples

    def _option_examples(self, needed: list[ScriptParameter]) -> list[str]:
        """Options with a good value: first those for which the catalog gives an example."""
        good = []
        for item in self.options:
            usual = item.parameter.example or ("" if item.read else self.cell.default(item.parameter))
            if item.parameter.argument or item in needed or not isinstance(usual, str) or not usual:
                continue
            if len(usual) < 40 and "\n" not in usual:
                good.append((not item.parameter.example, f"{item.option} {bash.word(usual)}"))
        return [option for _, option in sorted(good, key=lambda pair: pair[0])]


def _patterns(trouble: Trouble) -> tuple[tuple[str, str, str], ...]:
    """Return what a message has to be for a trouble to fit."""
    when = trouble.when
    if when == "refused":
        return (("", "curl error 7 ", "*"),)
    if when == "timeout":
        return (("", "curl error 28 ", "*"),)
    if when == "tls":
        return tuple(("", f"curl error {code} ", "*") for code in TLS_ERRORS)
    if isinstance(when, str):
        return (("*", when[1:-1], "*"),)
    return (("", f"HTTP {when} ", "*"),)


def _shortened(text: str) -> str:
    """Return a text on one line, cut where a word ends if it is long."""
    line = text.replace("\n", " ")
    if len(line) <= LONG_FILTER + 5:
        return line
    return line[: LONG_FILTER - 3].rsplit(" ", 1)[0] + "..."
