"""Templates × catalog in, pages out, all in memory.

A template's name is the name of what it makes: `{backend}-{endpoint}.sh.j2` is rendered for every cell,
`cheatsheet.{lang}.md.j2` for every language. A name that starts with `_` is a part of others. A page on which
nothing stands is not made: so a template says that a catalog lacks what it needs.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
import jinja2.bccache
from jinja2.sandbox import SandboxedEnvironment

from generator import anatomy, bundled, pipeline, prose, request, shell
from generator.model import Backend, Catalog, Cell, Program
from generator.output import Page
from generator.source import CatalogError, Fault, seen

AXES = ("backend", "endpoint", "lang")

FILTERS: Mapping[str, Callable[..., Any]] = {
    "word": shell.word,
    "comment": shell.comment,
    "heredoc": shell.heredoc,
    "name": shell.name,
    "value": shell.value,
    "count": shell.count,
    "items": shell.items,
    "length_of": shell.length,
    "expanding": shell.expanding,
    "quoted": shell.quoted,
    "variable": shell.variable,
    "md": prose.escaped,
    "md_code": prose.code,
    "md_block": prose.fenced,
    "md_prose": prose.markdown,
    "md_cell": prose.cell,
    "md_anchor": prose.anchor,
    "md_url": prose.address,
    "plain": prose.plain,
    "wrapped": prose.wrapped,
    "columns": prose.columns,
    "prose": prose.html,
    "csp_hash": prose.csp_hash,
    "tight": prose.tight,
    "prose_line": prose.inline_html,
    "json": request.compact,
    "pretty": request.pretty,
    "percent": request.percent,
    "part": request.part,
    "marks": anatomy.marks,
}


class TemplateError(Exception):
    """A template at fault; `fault` says file, line, what is wrong and which page was being made."""

    def __init__(self, file: str, line: int, what: str, page: str = "") -> None:
        self.fault = Fault(file, line, "", f"{what} (while making {page})" if page else what)
        super().__init__(str(self.fault))


class Folder(jinja2.FileSystemLoader):
    """The templates in a folder; a link out of it is none of them."""

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        text, file, unchanged = super().get_source(environment, template)
        if not any(Path(file).resolve().is_relative_to(Path(folder).resolve()) for folder in self.searchpath):
            raise jinja2.TemplateNotFound(template)
        return text, file, unchanged


class Kept(jinja2.FileSystemBytecodeCache):
    """Compiled templates in a folder; where they can't be kept, they are compiled again."""

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


def _compiled(kind: str) -> jinja2.BytecodeCache | None:
    """Where compiled templates are kept from one run to the next: in the user's folder for such (XDG Base Directory, 3)."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    try:
        folder = (Path(given) if given.startswith("/") else Path.home() / ".cache") / "curlsheet"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # a home that is missing, or may not be written
        return None
    return Kept(str(folder), f"{kind}-%s")


class Renderer:
    """Renders one catalog with one set of templates; the user's own come before the built-in of the same name."""

    def __init__(self, catalog: Catalog, templates: Path | None = None) -> None:
        self.catalog = catalog
        self.folders = [folder for folder in (templates, bundled.templates()) if folder]
        self.environment = (SandboxedEnvironment if templates else jinja2.Environment)(
            loader=jinja2.ChoiceLoader([Folder(folder) for folder in self.folders]),
            bytecode_cache=_compiled("sandboxed" if templates else "own"),
            auto_reload=False,
            cache_size=-1,
            optimized=False,  # it would put the results of filters into what is kept
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=jinja2.select_autoescape(["html.j2", "html", "xml.j2"]),
            extensions=["jinja2.ext.do"],
        )
        self.environment.filters.update(FILTERS)
        self.environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
        # they stand on every page
        self.command = lru_cache(None)(self._command)
        self._pieces = lru_cache(None)(self._taken_apart)
        self._uses = lru_cache(None)(self._used)

    def pages(self, only: Callable[[Mapping[str, str]], bool] | None = None) -> list[Page]:
        """Every page; with `only`, those whose axes it accepts. Raises TemplateError, and CatalogError for what only a page shows."""
        self._check_languages()
        pages: dict[str, Page] = {}
        for template in self.names():
            for axes in self._combinations(template):
                if only is None or only(axes):
                    page = self.page(template, axes)
                    if page.text.strip():
                        pages[page.path] = page
        if only is None:
            self._check_flags()
        return sorted(pages.values(), key=lambda page: page.path)

    def names(self) -> list[str]:
        """The templates that make pages, by name."""
        return [
            name
            for name in self.environment.list_templates(extensions=["j2"])
            if not any(part.startswith(("_", ".")) for part in name.split("/"))
        ]

    def page(self, template: str, axes: Mapping[str, str]) -> Page:
        try:
            path = template.removesuffix(".j2").format(**axes)
        except ValueError as error:
            raise TemplateError(self._shown(template), 0, str(error)) from error
        text = self._render(template, axes, path)
        return Page(path, text, text.startswith("#!"))

    def script(self, backend: str, endpoint: str) -> Page:
        return self.page("{backend}-{endpoint}.sh.j2", {"backend": backend, "endpoint": endpoint})

    def sheet(self, backend: str, language: str) -> str:
        """All about one backend as `curlsheet show BACKEND` prints it: what a terminal would act on is spelt out."""
        text = self._render("_sheet.txt.j2", {"backend": backend, "lang": language}, f"the sheet of {backend}")
        harmless = "\n\t\u2028\u2029"  # which commands hold as they are
        return "".join(part if part in harmless else seen(part) for part in re.split(f"([{harmless}])", text))

    def _command(self, backend: str, endpoint: str) -> str:
        """The curl line that one would type for a cell, as pages and `curlsheet show` have it."""
        text = self._render("_command.sh.j2", {"backend": backend, "endpoint": endpoint}, f"the command of {backend} {endpoint}")
        return text.rstrip("\n")

    def _combinations(self, template: str) -> Iterator[dict[str, str]]:
        axes = _axes(template)
        unknown = [axis for axis in axes if axis not in AXES]
        if unknown:
            raise TemplateError(self._shown(template), 0, f"{{{unknown[0]}}} in a template's name: known are {', '.join(AXES)}")
        languages = self.catalog.languages if "lang" in axes else ("",)
        if "backend" in axes and "endpoint" in axes:
            cells = [(backend.id, cell.id) for backend in self.catalog.backends.values() for cell in backend.cells]
        else:
            backends: Iterable[str] = self.catalog.backends if "backend" in axes else ("",)
            endpoints: Iterable[str] = self.catalog.endpoints if "endpoint" in axes else ("",)
            cells = list(itertools.product(backends, endpoints))
        for (backend, endpoint), language in itertools.product(cells, languages):
            yield {axis: value for axis, value in zip(AXES, (backend, endpoint, language), strict=True) if axis in axes}

    def _context(self, axes: Mapping[str, str]) -> dict[str, Any]:
        catalog = self.catalog
        context: dict[str, Any] = {
            "catalog": catalog,
            "command_of": lambda backend, cell: self.command(backend.id, cell.id),
            "pieces_of": self.pieces_of,
            "request_of": request.of,
            "output_of": lambda item, cell: pipeline.run(item.jq, cell.sample, item.raw, events=cell.response == "events"),
            "default_of": request.default,
            "kind_of": request.kind,
            "flags_of": self.flags,
        }
        if "lang" in axes:
            context["lang"] = axes["lang"]
        backend = catalog.backends[axes["backend"]] if "backend" in axes else None
        if backend:
            context["backend"] = backend
        if "endpoint" in axes:
            context["endpoint"] = (backend or catalog).endpoints[axes["endpoint"]]
        if backend and "endpoint" in axes:
            context["request"] = request.of(backend, backend.endpoints[axes["endpoint"]])
        return context

    def pieces_of(self, backend: Backend, cell: Cell) -> list[anatomy.Piece]:
        """A cell's command, piece by piece."""
        return self._pieces(backend.id, cell.id)

    def _taken_apart(self, backend_id: str, endpoint: str) -> list[anatomy.Piece]:
        backend = self.catalog.backends[backend_id]
        cell = backend.endpoints[endpoint]
        return anatomy.of(self.command(backend_id, endpoint), self.catalog.flags, request.of(backend, cell), cell)

    def flags(self) -> dict[str, list[str]]:
        """The options that the commands use, program by program, in the order in which the catalog explains them."""
        found = {(program, flag) for _, program, flag in self._uses()}
        return {program: [flag for flag in known if (program, flag) in found] for program, known in self.catalog.flags.items()}

    def _used(self) -> list[tuple[Cell, Program, str]]:
        """Each option that a cell's command uses."""
        return [
            (cell, program, flag)
            for backend in self.catalog.backends.values()
            for cell in backend.cells
            for program, flag in anatomy.used(self.command(backend.id, cell.id), self.catalog.flags)
        ]

    def _check_flags(self) -> None:
        faults = [
            cell.node.fault(f"its command uses {program} {flag}, which flags.{program} does not explain")
            for cell, program, flag in self._uses()
            if flag not in self.catalog.flags[program]
        ]
        if faults:
            raise CatalogError(faults)

    def _check_languages(self) -> None:
        known = {match[1] for name in self.environment.list_templates() if (match := re.fullmatch(r"_words\.(.+)\.j2", name))}
        node = self.catalog.node.get("languages")
        faults = [
            Fault(
                node.file,
                node.line,
                "languages",
                f"there are no words for {language}: add a template _words.{language}.j2 (known are {', '.join(sorted(known))})",
            )
            for language in self.catalog.languages
            if language not in known
        ]
        if faults:
            raise CatalogError(faults)

    def _render(self, template: str, axes: Mapping[str, str], page: str) -> str:
        try:
            return self.environment.get_template(template).render(self._context(axes))
        except jinja2.TemplateSyntaxError as error:
            raise TemplateError(self._shown(error.name or template), error.lineno, str(error.message), page) from error
        except jinja2.TemplateNotFound as error:
            raise TemplateError(self._shown(template), 0, f"there is no template {error.name}", page) from error
        except UnicodeDecodeError as error:
            raise TemplateError(self._shown(template), 0, "not UTF-8 text: save the file as UTF-8", page) from error
        except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
            where = _line(error)
            if where is None:
                raise
            raise TemplateError(self._shown(where[0]), where[1], str(error), page) from error

    def _shown(self, template: str) -> str:
        return next((str(folder / template) for folder in self.folders if (folder / template).is_file()), template)


def _axes(template: str) -> list[str]:
    try:
        return [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
    except ValueError as error:
        raise TemplateError(template, 0, str(error)) from error


def _line(error: BaseException) -> tuple[str, int] | None:
    """The innermost template and line in the traceback of `error`."""
    found = None
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith(".j2"):
            found = (trace.tb_frame.f_globals.get("name", file), trace.tb_lineno)
        trace = trace.tb_next
    return (str(found[0]), found[1]) if found else None
