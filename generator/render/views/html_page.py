"""What the HTML page shows, decided before its templates lay it out.

A catalog, a language and the commands come in; out comes an `HtmlPage` with one frozen view for each part that is
more than a loop over the catalog.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from urllib.parse import unquote

from generator import json_text
from generator.catalog.model import Backend, Catalog, Cell, Endpoint, Parameter
from generator.command import Command, ReaderText, ReaderUrl, jq_command
from generator.render.views.answers import output, sample_text
from generator.render.views.quick_start import first_cell
from generator.render.words import upper_first
from generator.request import build_request

Support = Literal["has", "lacks", "unknown"]

FLOW_WIDTH = 52  # letters that fit into the picture
MANY_CELLS = 60


@dataclass(frozen=True)
class FormField:
    """An input of the form with the reader's values: a variable, and the backends whose commands hold its value."""

    variable: str
    label: str
    backends: tuple[str, ...]


@dataclass(frozen=True)
class Flow:
    """What a request goes through from the shell to the screen: one line each, cut to the picture's width."""

    shell: str
    request: str
    server: str
    answer: str
    jq: str
    output: str


@dataclass(frozen=True)
class ScriptOption:
    """What a script takes, and the endpoint's default, from which backends may differ."""

    parameter: Parameter
    name: str
    """With its placeholder: `--model MODEL`."""
    default: str | None
    differs: bool


@dataclass(frozen=True)
class AnswerStep:
    """A jq filter for an answer: its title, the command behind curl's `|`, and what that prints."""

    title: str
    command: str
    output: str


@dataclass(frozen=True)
class SharedAnswer:
    """An answer that backends share: their ids and names, its sample, and how to read it."""

    id: str
    backends: tuple[str, ...]
    names: tuple[str, ...]
    sample: str
    steps: tuple[AnswerStep, ...]


@dataclass(frozen=True)
class EndpointSection:
    """An endpoint with the backends that have it, and those that say why they do not."""

    endpoint: Endpoint
    search_words: str
    """What the search finds it by besides its text: its titles in other languages, and its keywords."""
    path: str
    """Its path, if it is the same on all backends."""
    cells: tuple[tuple[Backend, Cell], ...]
    missing: tuple[tuple[Backend, Cell], ...]
    answers: tuple[SharedAnswer, ...]
    options: tuple[ScriptOption, ...]


@dataclass(frozen=True)
class HtmlPage:
    """The HTML page of a catalog in one language."""

    catalog: Catalog
    lang: str
    command: Callable[[str, str], Command]
    """Returns the command of a backend's endpoint, by their ids."""

    @property
    def backends(self) -> list[Backend]:
        """Return the backends that have commands."""
        return [backend for backend in self.catalog.backends.values() if backend.cells]

    @property
    def is_long(self) -> bool:
        """Tell whether a backend has so many commands that a browser had better not lay out all of them at once."""
        return any(len(backend.cells) > MANY_CELLS for backend in self.backends)

    @cached_property
    def endpoints(self) -> list[Endpoint]:
        """Return the endpoints that a backend has."""
        there = {cell.id for backend in self.backends for cell in backend.cells}
        return [endpoint for endpoint in self.catalog.endpoints.values() if endpoint.id in there]

    @property
    def sections(self) -> Iterator[EndpointSection]:
        """Yield a section for each endpoint."""
        for endpoint in self.endpoints:
            cells = self.catalog.cells(endpoint.id)
            paths = {cell.path for _, cell in cells}
            yield EndpointSection(
                endpoint=endpoint,
                search_words=self._search_words(endpoint),
                path=paths.pop() if len(paths) == 1 else "",
                cells=tuple(cells),
                missing=tuple(self._missing(endpoint)),
                answers=tuple(self._answers(endpoint)),
                options=tuple(self._options(endpoint)),
            )

    @property
    def fields(self) -> list[FormField]:
        """Return the inputs of the form, in the order in which the backends' parameters name their variables."""
        parameters: dict[str, Parameter] = {}
        for backend in self.backends:
            for cell in backend.cells:
                for parameter in cell.parameters.values():
                    if parameter.variable:
                        parameters.setdefault(parameter.variable, parameter)
        defaults = {backend.id: self.defaults(backend) for backend in self.backends}
        return [
            FormField(variable, self._label(parameter), tuple(id for id, known in defaults.items() if variable in known))
            for variable, parameter in parameters.items()
        ]

    def defaults(self, backend: Backend) -> Mapping[str, str]:
        """Return what a backend's commands hold for each variable where the reader gives no value: the page's first one."""
        first = first_cell(backend)
        order = [backend.endpoints[endpoint.id] for endpoint in self.endpoints if self.support(backend, endpoint) == "has"]
        texts: dict[str, str] = {}
        in_urls: dict[str, str] = {}
        for cell in [first, *order] if first else order:
            for piece in self.command(backend.id, cell.id).pieces:
                match piece.value:
                    case ReaderText(variable=variable, default=default):
                        texts.setdefault(variable, default)
                    case ReaderUrl(behind_base=parts):
                        for part in parts:
                            if part.parameter and part.parameter.variable:
                                in_urls.setdefault(part.parameter.variable, unquote(part.value or ""))
        return {**in_urls, **texts}

    def support(self, backend: Backend, endpoint: Endpoint) -> Support:
        """Tell whether a backend has an endpoint, lacks it, or whether the catalog does not say."""
        cell = backend.endpoints.get(endpoint.id)
        if cell is None:
            return "unknown"
        return "has" if cell.missing is None else "lacks"

    @property
    def flow(self) -> Flow | None:
        """Return the way of the first request with a JSON body whose answer is shown; None if there is none."""
        for backend in self.backends:
            for cell in backend.cells:
                if cell.body is not None and cell.response == "json" and cell.pipelines and cell.sample is not None:
                    return self._flow(backend, cell)
        return None

    def _flow(self, backend: Backend, cell: Cell) -> Flow:
        asked = build_request(backend, cell)
        command = self.command(backend.id, cell.id).text
        first = self._steps(cell)[0]
        return Flow(
            shell=_one_line(command.split("\n")[0].removesuffix(" \\") + " …"),
            request=_one_line(f"{asked.method} {asked.url}"),
            server=backend.name,
            answer=_one_line(json_text.compact(cell.sample)),
            jq=_one_line(first.command),
            output=_one_line(first.output),
        )

    def _search_words(self, endpoint: Endpoint) -> str:
        titles = [endpoint.title[other] for other in self.catalog.languages if endpoint.title and other != self.lang]
        keywords = [endpoint.keywords[other] for other in self.catalog.languages if endpoint.keywords]
        return " ".join([*titles, *keywords])

    def _missing(self, endpoint: Endpoint) -> Iterator[tuple[Backend, Cell]]:
        for backend in self.catalog.backends.values():
            cell = backend.endpoints.get(endpoint.id)
            if cell and cell.missing is not None:
                yield backend, cell

    def _answers(self, endpoint: Endpoint) -> Iterator[SharedAnswer]:
        for cell, backends in self.catalog.answers(endpoint.id):
            yield SharedAnswer(
                id=f"{endpoint.id}.{backends[0].id}.answer",
                backends=tuple(backend.id for backend in backends),
                names=tuple(backend.name for backend in backends),
                sample=sample_text(cell),
                steps=tuple(self._steps(cell)),
            )

    def _steps(self, cell: Cell) -> list[AnswerStep]:
        return [
            AnswerStep(
                title=pipeline.title[self.lang],
                command=jq_command(pipeline, cell),
                output=output(pipeline, cell),
            )
            for pipeline in cell.pipelines or ()
        ]

    def _options(self, endpoint: Endpoint) -> Iterator[ScriptOption]:
        cells = [cell for _, cell in self.catalog.cells(endpoint.id)]
        for parameter in endpoint.parameters.values():
            name = " ".join(filter(None, [parameter.option, parameter.placeholder_name]))
            default = endpoint.default(parameter)
            shown = default if default is None or isinstance(default, str) else json_text.compact(default)
            differs = len({json.dumps(cell.default(parameter)) for cell in cells}) > 1
            yield ScriptOption(parameter, name, shown, differs)

    def _label(self, parameter: Parameter) -> str:
        return upper_first(parameter.about[self.lang] if parameter.about else parameter.placeholder_name)


def _one_line(text: str) -> str:
    line = text.replace("\n", " ")
    return line if len(line) <= FLOW_WIDTH else line[: FLOW_WIDTH - 1] + "…"
