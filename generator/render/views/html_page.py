"""The HTML pages of a site, decided before their templates lay them out.

A catalog, a language and the commands come in. Out comes a `Site`: an overview, a page for each server (and for each of its groups,
where one page would be heavy), and an edition with everything in one file. A page knows which servers' commands stand on it, and
where everything else stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Literal
from urllib.parse import unquote

from generator import json_text
from generator.catalog.model import Backend, Catalog, Cell, Endpoint, Group, Parameter, Program
from generator.command import Command, ReaderText, ReaderUrl, read_command
from generator.render.views.answers import AnswerView, answer_of
from generator.render.views.quick_start import first_cell
from generator.render.words import upper_first
from generator.request import build_request

Kind = Literal["overview", "server", "group", "edition"]
Support = Literal["has", "lacks", "unknown"]

FLOW_WIDTH = 52  # letters that fit into the picture
LABEL_WIDTH = 28  # letters that fit above an input
MANY_IN_GROUP = 30  # more commands of a group do not stand in one list of the contents
MANY_CELLS = 80
"""A server with more commands has a page for each of its groups."""


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
class Shelf:
    """Neighbouring commands of a group whose paths begin with the same words: the label."""

    label: str
    cells: tuple[Cell, ...]

    @property
    def opens(self) -> bool:
        """Whether the contents show its commands when the reader opens it, instead of at once."""
        return self.label != "" and len(self.cells) > 1


@dataclass(frozen=True)
class GroupOfCells:
    """Some of a server's commands under one title; `group` is None for those that the catalog puts into none."""

    group: Group | None
    cells: tuple[Cell, ...]

    @property
    def shelves(self) -> list[Shelf]:
        """The commands as the contents list them: very many by the words of their paths, where the catalog has these in order."""
        if len(self.cells) > MANY_IN_GROUP:
            shelves = [Shelf(label, tuple(cells)) for label, cells in groupby(self.cells, key=_first_words)]
            if 1 < len(shelves) <= len(self.cells) / 2:
                return shelves
        return [Shelf("", self.cells)]


@dataclass(frozen=True)
class HtmlPage:
    """One page in one language."""

    kind: Kind
    stem: str
    """Its file's name without language and suffix: `cheatsheet-github`."""
    backends: tuple[Backend, ...]
    """Whose commands stand on it."""
    group: Group | None
    site: Site

    @property
    def path(self) -> str:
        """Its file."""
        return self.path_in(self.site.lang)

    def path_in(self, lang: str) -> str:
        """Return the file of this page in a language."""
        return f"{self.stem}.{lang}.html"

    @property
    def default_path(self) -> str:
        """The file for a reader of another language: of the overview, the start page, which finds the reader's."""
        return "index.html" if self.kind == "overview" else self.path_in(self.site.catalog.languages[0])

    @property
    def backend(self) -> Backend | None:
        """The server that it is about; None if it is about several."""
        return self.backends[0] if self.kind in ("server", "group") else None

    def groups_of(self, backend: Backend) -> list[GroupOfCells]:
        """Return the commands of a server that stand on this page, by groups."""
        if self.kind == "edition" or not self.site.is_split(backend):
            return self.site.groups_of(backend)
        return [found for found in self.site.groups_of(backend) if found.group == self.group]

    def link_to(self, backend: Backend, cell: Cell | None = None) -> str:
        """Return a link to a server, or to one of its commands, from this page."""
        place = f"{cell.id}.{backend.id}" if cell else f"_backend.{backend.id}"
        if self.kind == "edition":
            return f"#{place}"
        path = self.site.page_of(backend, cell).path
        return f"#{place}" if path == self.path else f"{path}#{place}"

    def link_to_place(self, backend: Backend, place: str) -> str:
        """Return a link to a place that stands on a server's own page, such as its troubles."""
        here = self.kind == "edition" or self.path == self.site.server(backend).path
        return f"#{place}" if here else f"{self.site.server(backend).path}#{place}"

    def link_to_group(self, backend: Backend, group: Group) -> str:
        """Return a link to the page of a group."""
        return f"{self.site.group(backend, group).path}#_group.{backend.id}.{group.id}"

    @cached_property
    def cells(self) -> list[tuple[Backend, Cell]]:
        """The commands that stand on it, in order."""
        return [(backend, cell) for backend in self.backends for found in self.groups_of(backend) for cell in found.cells]

    @cached_property
    def flags(self) -> Mapping[Program, Sequence[str]]:
        """What its commands and filters use, program by program, in the order in which the catalog explains it; the overview has all."""
        shown = self.site.all_cells if self.kind == "overview" else [*self.cells, *self._first_cells]
        return self.site.catalog.flags_in_order({used for backend, cell in shown for used in self.site.flags_of(backend, cell)})

    @property
    def _first_cells(self) -> list[tuple[Backend, Cell]]:
        return [(backend, cell) for backend in self.backends if self.kind == "server" and (cell := first_cell(backend))]

    def explains(self, program: Program | None, flag: str) -> bool:
        """Tell whether the page explains what stands in a command."""
        return program is not None and flag in self.flags.get(program, ())

    @cached_property
    def fields(self) -> list[FormField]:
        """The inputs of the form, in the order in which the backends' parameters name their variables. Of equal labels the first stands
        alone, and the others name their variable."""
        parameters: dict[str, Parameter] = {}
        for _, cell in [*self._first_cells, *self.cells]:
            for parameter in cell.parameters.values():
                if parameter.variable and not parameter.secret:
                    parameters.setdefault(parameter.variable, parameter)
        defaults = {backend.id: self.defaults(backend) for backend in self.backends}
        labels = [(variable, self._label(parameter)) for variable, parameter in parameters.items()]
        first = {label: variable for variable, label in reversed(labels)}
        return [
            FormField(variable, label if first[label] == variable else f"{label} ({variable})", backends)
            for variable, label in labels
            if (backends := tuple(id for id, known in defaults.items() if variable in known))
        ]

    def defaults(self, backend: Backend) -> Mapping[str, str]:
        """Return what a backend's commands hold for each variable where the reader gives no value: the page's first one."""
        own = [cell for found in self.groups_of(backend) for cell in found.cells]
        first = [cell for known, cell in self._first_cells if known == backend]
        texts: dict[str, str] = {}
        in_urls: dict[str, str] = {}
        for cell in [*first, *own]:
            for piece in self.site.command(backend.id, cell.id).pieces:
                match piece.value:
                    case ReaderText(variable=variable, default=default):
                        texts.setdefault(variable, default)
                    case ReaderUrl(behind_base=parts):
                        for part in parts:
                            if part.parameter and part.parameter.variable:
                                in_urls.setdefault(part.parameter.variable, unquote(part.value or ""))
        return {**in_urls, **texts}

    def _label(self, parameter: Parameter) -> str:
        """Return the first sentence about a parameter if it fits above an input, else its name."""
        about = parameter.about[self.site.lang] if parameter.about else ""
        sentence = re.split(r"[.。](?:\s|$)|。", about)[0]
        return upper_first(sentence if 0 < len(sentence) <= LABEL_WIDTH else parameter.placeholder_name)


@dataclass(frozen=True)
class Site:
    """The pages of a catalog in one language."""

    catalog: Catalog
    lang: str
    command: Callable[[str, str], Command]
    """Returns the command of a backend's endpoint in the site's language, by their ids."""
    _answers: dict[tuple[str, str], AnswerView | None] = field(default_factory=dict)
    _flags: dict[tuple[str, str], frozenset[tuple[Program, str]]] = field(default_factory=dict)

    def answer(self, backend: Backend, cell: Cell) -> AnswerView | None:
        """Return a cell's sample, as the language shows it, and what its filters print of it; they run once for all pages."""
        place = (backend.id, cell.id)
        if place not in self._answers:
            self._answers[place] = answer_of(cell, language=self.lang)
        return self._answers[place]

    def flags_of(self, backend: Backend, cell: Cell) -> frozenset[tuple[Program, str]]:
        """Return what a cell's command and its filters use, program and flag; it is found once for all pages."""
        place = (backend.id, cell.id)
        if place not in self._flags:
            filters = [read_command(item, cell) for item in cell.pipelines or ()]
            self._flags[place] = frozenset(used for command in [self.command(*place), *filters] for used in command.flags)
        return self._flags[place]

    @cached_property
    def backends(self) -> list[Backend]:
        """The backends that have commands."""
        return [backend for backend in self.catalog.backends.values() if backend.cells]

    @property
    def overview(self) -> HtmlPage:
        """The page about all of them: what there is, how to begin, quoting, flags."""
        return HtmlPage("overview", "cheatsheet", (), None, self)

    @property
    def edition(self) -> HtmlPage:
        """The page that holds everything, to take along as one file."""
        return HtmlPage("edition", "cheatsheet.all", tuple(self.backends), None, self)

    def server(self, backend: Backend) -> HtmlPage:
        """Return the page of a server."""
        return HtmlPage("server", f"cheatsheet-{backend.id}", (backend,), None, self)

    def group(self, backend: Backend, group: Group) -> HtmlPage:
        """Return the page of a group of a server's commands; a dot keeps its name apart from those of other servers."""
        return HtmlPage("group", f"cheatsheet-{backend.id}.{group.id}", (backend,), group, self)

    @property
    def pages(self) -> list[HtmlPage]:
        """All of them."""
        servers = []
        for backend in self.catalog.backends.values():
            servers.append(self.server(backend))
            if self.is_split(backend):
                servers += [self.group(backend, found.group) for found in self.groups_of(backend) if found.group]
        return [self.overview, *servers, self.edition]

    def page_of(self, backend: Backend, cell: Cell | None = None) -> HtmlPage:
        """Return the page on which a server, or one of its commands, stands."""
        group = self._group_of[backend.id, cell.id] if cell and cell.missing is None and self.is_split(backend) else None
        return self.group(backend, group) if group else self.server(backend)

    def is_split(self, backend: Backend) -> bool:
        """Tell whether a server has so many commands that each of its groups has a page."""
        return len(backend.cells) > MANY_CELLS and any(found.group for found in self.groups_of(backend))

    def groups_of(self, backend: Backend) -> list[GroupOfCells]:
        """Return a server's commands by groups."""
        return self._groups[backend.id]

    @cached_property
    def _groups(self) -> Mapping[str, list[GroupOfCells]]:
        """The commands of each server by groups."""
        return {
            backend.id: [GroupOfCells(group, tuple(cells)) for group, cells in self.catalog.in_groups(backend.cells)]
            for backend in self.catalog.backends.values()
        }

    @cached_property
    def _group_of(self) -> Mapping[tuple[str, str], Group | None]:
        """The group of each command, by the ids of its server and its own."""
        return {(backend, cell.id): found.group for backend, groups in self._groups.items() for found in groups for cell in found.cells}

    @cached_property
    def all_cells(self) -> list[tuple[Backend, Cell]]:
        """The commands of all servers."""
        return [(backend, cell) for backend in self.backends for cell in backend.cells]

    @cached_property
    def scripts(self) -> frozenset[str]:
        """The names of all scripts, which lie beside the pages."""
        return frozenset(f"{backend.id}-{cell.id}.sh" for backend, cell in self.all_cells)

    def has_twin(self, backend: Backend, cell: Cell) -> bool:
        """Tell whether another command of the server has the same title."""
        return self._titles[backend.id, cell.title[self.lang] if cell.title else ""] > 1

    @cached_property
    def _titles(self) -> Counter[tuple[str, str]]:
        """How many commands of a server have a title."""
        return Counter((backend.id, cell.title[self.lang] if cell.title else "") for backend, cell in self.all_cells)

    @cached_property
    def has_matrix(self) -> bool:
        """Tell whether servers share endpoints: else a table of both would say nothing."""
        return any(len(self.catalog.cells(endpoint.id)) > 1 for endpoint in self.catalog.offered)

    def support(self, backend: Backend, endpoint: Endpoint) -> Support:
        """Tell whether a backend has an endpoint, lacks it, or whether the catalog does not say."""
        cell = backend.endpoints.get(endpoint.id)
        if cell is None:
            return "unknown"
        return "has" if cell.missing is None else "lacks"

    @property
    def flow(self) -> Flow | None:
        """The way of the first request with a JSON body whose answer is shown; None if there is none."""
        for backend, cell in self.all_cells:
            if cell.body is not None and cell.response == "json" and cell.pipelines and cell.sample is not None:
                return self._flow(backend, cell)
        return None

    def _flow(self, backend: Backend, cell: Cell) -> Flow:
        asked = build_request(backend, cell.in_language(self.lang))
        command = self.command(backend.id, cell.id).text
        answer = self.answer(backend, cell)
        assert answer
        first = answer.filters[0]
        return Flow(
            shell=_one_line(command.split("\n")[0].removesuffix(" \\") + " …"),
            request=_one_line(f"{asked.method} {asked.url}"),
            server=backend.name,
            answer=_one_line(json_text.compact(cell.sample_in(self.lang))),
            jq=_one_line(first.command),
            output=_one_line(first.output),
        )


def _first_words(cell: Cell) -> str:
    """Return the first two words of a path: "repos / releases" of /repos/{owner}/{repo}/releases/{id}."""
    words = [part for part in cell.path.split("/") if part not in ("", "..") and not part.startswith("{")]
    return " / ".join(words[:2])


def _one_line(text: str) -> str:
    line = text.replace("\n", " ")
    return line if len(line) <= FLOW_WIDTH else line[: FLOW_WIDTH - 1] + "…"
