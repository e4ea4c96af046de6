"""What a script's templates need to know, decided once: its options, its values and their checks, its hints, its help."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from generator.catalog.model import Backend, Catalog, Cell, Pipeline, Trouble
from generator.render.script.help import ScriptHelp
from generator.render.script.hints import Hint, script_hints
from generator.render.script.parameters import CHECKS, ScriptParameter, script_parameters
from generator.request import Request, RequestPart, percent

LONG_FILTER = 60
"""Characters from which messages call a filter by its pipeline's name."""


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
        return script_parameters(self.backend, self.cell, self.request)

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
        return [check for check in CHECKS.values() if check in used]

    @property
    def unset(self) -> list[str]:
        """The variables that are unset until the user gives a value."""
        return [item.name for item in self.parameters if not item.starts_with_default]

    @property
    def lists(self) -> list[ScriptParameter]:
        """The parameters that may be given several times."""
        return [item for item in self.parameters if item.repeat]

    @cached_property
    def in_body(self) -> list[ScriptParameter]:
        """The parameters whose values go into the JSON body, in the catalog's order; what holds others is put there first."""
        items = [item for item in self.parameters if item.place == "body"]
        return sorted(items, key=lambda item: not any(_holds(item, other) for other in items))

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
        """What to try, the first that fits."""
        troubles = [(trouble, self._say(trouble)) for trouble in (*self.cell.troubles, *self.backend.troubles)]
        return script_hints(troubles, f"Too slow? Allow more seconds, for example {self.setting('TIMEOUT')}=900")

    def _say(self, trouble: Trouble) -> str:
        key = self.request.key
        return trouble.say[self.language].replace("{key}", key.export_assignment if key else "{key}").strip()

    @property
    def shellcheck_codes(self) -> list[str]:
        """What shellcheck would ask about texts of the catalog between single quotes, which are meant as they stand."""
        texts = [self.catalog.errors, self.request.url, *(part.value or "" for part in self.request.headers)]
        texts += [hint.text for hint in self.hints]
        texts += [pattern.text for hint in self.hints for pattern in hint.patterns]
        texts += [item.jq for item in self.cell.pipelines or ()]
        texts += [text for part in (*(self.request.form or ()), *self.request.query) for text in (part.name, part.value or "")]
        texts += [text for item in self.parameters for text in (*item.default, item.json_path if item.place == "body" else "")]
        literal = " ".join(texts)
        codes = ["SC2016"] if "$" in literal or "`" in literal else []
        return codes + (["SC1111", "SC1112"] if any(quote in literal for quote in "‘’“”") else [])

    @cached_property
    def help(self) -> ScriptHelp:
        return ScriptHelp(self)


def _holds(outer: ScriptParameter, inner: ScriptParameter) -> bool:
    """Whether the place of one value holds that of another."""
    outer_at, inner_at = outer.parameter.at, inner.parameter.at
    return len(outer_at) < len(inner_at) and inner_at[: len(outer_at)] == outer_at
