"""The Jinja environment: where templates are found, what filters they have, and what their faults are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import SandboxedEnvironment

from generator import bash, json_text
from generator.catalog.nodes import Fault
from generator.render import command_html, commonmark, highlight, html, markdown, terminal, words, wrap

FILTERS: Mapping[str, Callable[..., Any]] = {
    # the words of the interface
    "fill": words.fill,
    "upper_first": words.upper_first,
    # bash
    "word": bash.word,
    "path": bash.path,
    "literal": bash.literal,
    "section": bash.section,
    "wildcard": bash.wildcard,
    "status": bash.status,
    "item": bash.item,
    "indexes": bash.indexes,
    "comment": bash.comment,
    "heredoc": bash.heredoc,
    "name": bash.name,
    "value": bash.value,
    "count": bash.count,
    "items": bash.items,
    "length_of": bash.length,
    "expanding": bash.expanding,
    "quoted": bash.quoted,
    "variable": bash.variable,
    "encoded_variable": bash.encoded_variable,
    "between_quotes": bash.between_quotes,
    "placeholder": bash.placeholder,
    # JSON
    "json": json_text.compact,
    "pretty": json_text.pretty,
    "yaml": json_text.yaml,
    # Markdown
    "md": markdown.escaped,
    "md_code": markdown.code,
    "md_block": markdown.fenced,
    "md_prose": markdown.prose,
    "md_cell": markdown.cell,
    "md_row": markdown.row,
    "md_anchor": markdown.anchor,
    "md_url": commonmark.address,
    # a terminal
    "plain": terminal.plain,
    "output": terminal.output,
    "wrapped": wrap.wrapped,
    "columns": wrap.columns,
    # HTML
    "prose": html.prose,
    "prose_line": html.prose_line,
    "linked_scripts": html.linked_scripts,
    "css_text": html.css_text,
    "csp_hash": html.csp_hash,
    "value_data": command_html.value_data,
    "coloured_json": highlight.coloured_json,
    "coloured_output": highlight.coloured_output,
    "coloured_pieces": highlight.coloured_pieces,
}


class TemplateError(Exception):
    """A template at fault; `fault` says file, line, what is wrong and which page was being made."""

    def __init__(self, file: str, line: int, what: str, page: str = "") -> None:
        self.fault = Fault(file, line, "", f"{what} (while making {page})" if page else what)
        super().__init__(str(self.fault))


class Folder(jinja2.FileSystemLoader):
    """The templates in a folder. A symlink that leads out of the folder is not a template."""

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        text, file, unchanged = super().get_source(environment, template)
        if not any(Path(file).resolve().is_relative_to(Path(folder).resolve()) for folder in self.searchpath):
            raise jinja2.TemplateNotFound(template)
        return text, file, unchanged


def make_environment(folders: Sequence[Path], *, sandboxed: bool) -> jinja2.Environment:
    """Return the environment of the templates in these folders, of which the first that has a template is asked."""
    environment = (SandboxedEnvironment if sandboxed else jinja2.Environment)(
        loader=jinja2.ChoiceLoader([Folder(folder) for folder in folders]),
        auto_reload=False,
        cache_size=-1,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=jinja2.select_autoescape(["html.j2", "html", "xml.j2"]),
    )
    environment.filters.update(FILTERS)
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    return environment


@cache
def own_environment(folder: Path) -> jinja2.Environment:
    """Return the environment of the templates that the program brings. Nobody changes them while it runs, so they are parsed once."""
    return make_environment([folder], sandboxed=False)


def source_of(environment: jinja2.Environment, name: str) -> str:
    """Return the text of a file among the templates. Raises TemplateNotFound and UnicodeDecodeError."""
    assert environment.loader
    return environment.loader.get_source(environment, name)[0]


def template_line(error: BaseException) -> tuple[str, int] | None:
    """Return the innermost template and line in the traceback of `error`."""
    found = None
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith(".j2"):
            found = (trace.tb_frame.f_globals.get("name", file), trace.tb_lineno)
        trace = trace.tb_next
    return (str(found[0]), found[1]) if found else None
