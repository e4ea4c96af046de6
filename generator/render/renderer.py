"""Render a catalog with templates into pages, all in memory.

A template's name is the name of what it makes: `{backend}-{endpoint}.sh.j2` is rendered for every cell,
`cheatsheet.{lang}.md.j2` for every language. A name that starts with `_` is a part of others. A page without text
is not made: this is how a template leaves out a page for which the catalog has no data.
"""

from __future__ import annotations

import itertools
import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import jinja2

from generator import resources
from generator.catalog.model import Backend, Catalog, Cell, Program
from generator.catalog.nodes import CatalogError, Fault, printable
from generator.command import Command, build_command, export_line, jq_command, typed_key
from generator.output import Page
from generator.render.environment import TemplateError, make_environment, own_environment, source_of, template_line
from generator.render.script import Script
from generator.render.views import views
from generator.render.views.answers import AnswerView, answer_of
from generator.render.views.html_page import Site
from generator.render.views.search import search_entries
from generator.render.words import Words, parse_words
from generator.request import Request, build_request

AXES = ("backend", "endpoint", "group", "lang")


class Renderer:
    """Renders one catalog with one set of templates; the user's own come before the built-in of the same name."""

    def __init__(self, catalog: Catalog, templates: Path | None = None) -> None:
        self.catalog = catalog
        self.folders = [folder for folder in (templates, resources.templates()) if folder]
        self.environment = make_environment(self.folders, sandboxed=True) if templates else own_environment(resources.templates())
        self._words: dict[str, Words] = {}
        self._requests: dict[tuple[str, str, tuple[object, ...]], Request] = {}
        self._commands: dict[tuple[str, str, str | None], Command] = {}
        self._sites: dict[str, Site] = {}

    def pages(self, only: Callable[[Mapping[str, str]], bool] | None = None) -> list[Page]:
        """Return every page; with `only`, those whose axes it accepts.

        Raises TemplateError, and CatalogError for what only a page shows.
        """
        self._check_languages()
        pages: dict[str, Page] = {}
        for template in self.names():
            for axes in self._combinations(template):
                if only is None or only(axes):
                    page = self.page(template, axes)
                    if page.content.strip():
                        pages[page.path] = page
        if only is None:
            self._check_flags()
        return sorted(pages.values(), key=lambda page: page.path)

    def names(self) -> list[str]:
        """Return the names of the templates that make pages."""
        return [
            name
            for name in self.environment.list_templates(extensions=["j2"])
            if not any(part.startswith(("_", ".")) for part in name.split("/"))
        ]

    def page(self, template: str, axes: Mapping[str, str]) -> Page:
        """Return the page that a template makes at these axes (`{"backend": "ollama", "lang": "en"}`). Raises TemplateError."""
        try:
            path = template.removesuffix(".j2").format(**axes)
        except ValueError as error:
            raise TemplateError(self._file_of(template), 0, str(error)) from error
        text = self._render(template, axes, path)
        try:
            return Page(path, text.encode(), text.startswith("#!"))
        except UnicodeEncodeError as error:
            raise TemplateError(
                self._file_of(template), 0, "half of a character (a lone surrogate), which no file can hold", path
            ) from error

    def script(self, backend: str, endpoint: str) -> Page:
        """Return the script of a cell. Raises TemplateError."""
        return self.page("{backend}-{endpoint}.sh.j2", {"backend": backend, "endpoint": endpoint})

    def sheet(self, backend: str, language: str | None = None) -> str:
        """Return all about one backend as `curlsheet show BACKEND` prints it: control characters are written as escapes.

        Without a language, it is in that of scripts, and commands have the scripts' defaults.
        """
        axes = {"backend": backend, "lang": language or self.catalog.script_language}
        text = self._render("_terminal/sheet.txt.j2", axes, f"the sheet of {backend}", shows_defaults=language is None)
        harmless = "\n\t\u2028\u2029"  # which commands hold as they are
        return "".join(part if part in harmless else printable(part) for part in re.split(f"([{harmless}])", text))

    def request(self, backend: Backend, cell: Cell) -> Request:
        """Return the request of a cell. It is built once: scripts, commands and notes are made from it."""
        known = (backend.id, cell.id, tuple(cell.given.items()))
        if known not in self._requests:
            self._requests[known] = build_request(backend, cell)
        return self._requests[known]

    def command(self, backend_id: str, endpoint: str, language: str | None = None) -> Command:
        """Return the command of a cell as pages in a language show it; without one, with the script's defaults.

        It is built once: it stands on every page.
        """
        backend = self.catalog.backends[backend_id]
        cell = backend.endpoints[endpoint].in_language(language)
        known = (backend_id, endpoint, language if cell.given else None)
        if known not in self._commands:
            self._commands[known] = build_command(cell, self.request(backend, cell))
        return self._commands[known]

    def differs(self, backend: str, endpoint: str, language: str | None) -> bool:
        """Tell whether pages in a language show another command than the one that has the script's defaults."""
        return self.command(backend, endpoint, language).text != self.command(backend, endpoint).text

    def _combinations(self, template: str) -> Iterator[dict[str, str]]:
        """Yield the axes of each page that a template makes."""
        axes = _axes(template)
        unknown = [axis for axis in axes if axis not in AXES]
        if unknown:
            raise TemplateError(self._file_of(template), 0, f"{{{unknown[0]}}} in a template's name: known are {', '.join(AXES)}")
        languages = self.catalog.languages if "lang" in axes else ("",)
        if "backend" in axes and "endpoint" in axes:
            cells = [(backend.id, cell.id) for backend in self.catalog.backends.values() for cell in backend.cells]
        else:
            backends: Iterable[str] = self.catalog.backends if "backend" in axes else ("",)
            endpoints: Iterable[str] = self.catalog.endpoints if "endpoint" in axes else ("",)
            cells = list(itertools.product(backends, endpoints))
        for (backend, endpoint), language in itertools.product(cells, languages):
            for group in self._groups_with_pages(backend) if "group" in axes else ("",):
                values = (backend, endpoint, group, language)
                yield {axis: value for axis, value in zip(AXES, values, strict=True) if axis in axes}

    def _groups_with_pages(self, backend: str) -> list[str]:
        """Return the groups of a backend that have pages of their own."""
        site = self.site(self.catalog.languages[0])
        split = backend and site.is_split(self.catalog.backends[backend])
        return [found.group.id for found in site.groups_of(self.catalog.backends[backend]) if found.group] if split else []

    def site(self, language: str) -> Site:
        """Return the HTML pages in a language; their commands and answers are made once."""
        if language not in self._sites:
            self._sites[language] = Site(self.catalog, language, partial(self.command, language=language))
        return self._sites[language]

    def _context(self, axes: Mapping[str, str], *, shows_defaults: bool = False) -> dict[str, Any]:
        """Return what a template is given. Commands show what pages in the axes' language do, or the scripts' defaults."""
        catalog = self.catalog
        shown_in = None if shows_defaults else axes.get("lang")
        context: dict[str, Any] = {
            "catalog": catalog,
            "command_of": lambda backend, cell: self.command(backend.id, cell.id, shown_in),
            "differs": lambda backend, cell: self.differs(backend.id, cell.id, shown_in),
            "any_differs": lambda backend, cells: any(self.differs(backend.id, cell.id, shown_in) for cell in cells),
            "request_of": self.request,
            "jq_command": jq_command,
            "export_line": export_line,
            "typed_key": typed_key,
            "flags_of": self.flags,
            "site_of": self.site,
            "text_of": lambda template, **axes: self.page(template, axes).text,
            "title_of": self._title_of,
            "words_of": self.words_of,
        }
        if "lang" in axes:
            context["lang"] = axes["lang"]
            context["words"] = self.words_of(axes["lang"])
            context |= views(catalog, axes["lang"], context["words"], self.request)
            context["site"] = site = self.site(axes["lang"])
            context["answer_of"] = partial(self._answer_without_language, axes["lang"]) if shows_defaults else site.answer
            context["search_entries"] = partial(search_entries, site, context["words"])
        backend = catalog.backends[axes["backend"]] if "backend" in axes else None
        if backend:
            context["backend"] = backend
        if "group" in axes:
            context["group"] = catalog.groups[axes["group"]]
        if "endpoint" in axes:
            context["endpoint"] = (backend or catalog).endpoints[axes["endpoint"]]
        if backend and "endpoint" in axes:
            cell = backend.endpoints[axes["endpoint"]]
            context["request"] = self.request(backend, cell)
            context["script"] = Script(catalog, backend, cell, context["request"])
        return context

    @staticmethod
    def _answer_without_language(language: str, backend: Backend, cell: Cell) -> AnswerView | None:
        """Return a cell's answer with the sample as it is, beside the scripts' defaults; its titles are in a language."""
        return answer_of(cell, language=language, translated=False)

    def flags(self) -> dict[Program, list[str]]:
        """Return the options that the commands use, program by program, in the order in which the catalog explains them."""
        return self.catalog.flags_in_order({(program, flag) for _, program, flag in self._used()})

    def _used(self) -> Iterator[tuple[Cell, Program, str]]:
        """Yield each option that a cell's command uses, in whatever language."""
        for backend in self.catalog.backends.values():
            for cell in backend.cells:
                commands = [self.command(backend.id, cell.id, language) for language in (None, *self.catalog.languages)]
                for program, flag in dict.fromkeys(flag for command in commands for flag in command.flags):
                    yield cell, program, flag

    def _check_flags(self) -> None:
        faults = [
            cell.node.fault(f"its command uses {program} {flag}, which flags.{program} does not explain")
            for cell, program, flag in self._used()
            if program in self.catalog.flags and flag not in self.catalog.flags[program]
        ]
        if faults:
            raise CatalogError(faults)

    def _title_of(self, language: str) -> str:
        """Return the title of the pages in a language: the catalog's, or else the name of its only server."""
        if self.catalog.title:
            return self.catalog.title[language]
        backends = self.site(language).backends
        title: str = backends[0].name if len(backends) == 1 else self.words_of(language)["cheatsheet"]
        return title

    def words_of(self, language: str) -> Words:
        """Return the words of the interface in a language, read once. Raises CatalogError."""
        if language not in self._words:
            self._words[language] = self._read_words(language)
        return self._words[language]

    def _read_words(self, language: str) -> Words:
        template = f"_words/{language}.yaml"
        try:
            text = source_of(self.environment, template)
        except jinja2.TemplateNotFound as error:
            names = self.environment.list_templates()
            known = ", ".join(sorted(match[1] for name in names if (match := re.fullmatch(r"_words/(.+)\.yaml", name))))
            what = f"there are no words for {language}: add a file {template} to your templates (known are {known})"
            node = self.catalog.node.get("languages")
            raise CatalogError([Fault(node.file, node.line, "languages", what)]) from error
        except UnicodeDecodeError as error:
            raise CatalogError([Fault(self._file_of(template), 0, "", "not UTF-8 text: save the file as UTF-8")]) from error
        return parse_words(text, self._file_of(template))

    def _check_languages(self) -> None:
        faults: list[Fault] = []
        for language in self.catalog.languages:
            try:
                self.words_of(language)
            except CatalogError as error:
                faults += error.faults
        if faults:
            raise CatalogError(faults)

    def _render(self, template: str, axes: Mapping[str, str], page: str, *, shows_defaults: bool = False) -> str:
        try:
            return self.environment.get_template(template).render(self._context(axes, shows_defaults=shows_defaults))
        except jinja2.TemplateSyntaxError as error:
            raise TemplateError(self._file_of(error.name or template), error.lineno, str(error.message), page) from error
        except jinja2.TemplateNotFound as error:
            raise TemplateError(self._file_of(template), 0, f"there is no template {error.name}", page) from error
        except UnicodeDecodeError as error:
            raise TemplateError(self._file_of(template), 0, "not UTF-8 text: save the file as UTF-8", page) from error
        except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
            where = template_line(error)
            if where is None:
                raise
            raise TemplateError(self._file_of(where[0]), where[1], str(error), page) from error

    def _file_of(self, template: str) -> str:
        """Return the path of a template, for messages."""
        return next((str(folder / template) for folder in self.folders if (folder / template).is_file()), template)


def _axes(template: str) -> list[str]:
    try:
        return [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
    except ValueError as error:
        raise TemplateError(template, 0, str(error)) from error
