"""The Jinja environment: where templates are found, what filters they have, and what their faults are called."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jinja2
import jinja2.bccache

from generator import bash, json_text, request
from generator.catalog.nodes import Fault
from generator.render import command_html, commonmark, html, markdown, terminal, words, wrap

FILTERS: Mapping[str, Callable[..., Any]] = {
    # the words of the interface
    "fill": words.fill,
    "upper_first": words.upper_first,
    # bash
    "word": bash.word,
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
    # a command
    "percent": request.percent,
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
    "wrapped": wrap.wrapped,
    "columns": wrap.columns,
    # HTML
    "prose": html.prose,
    "prose_line": html.prose_line,
    "csp_hash": html.csp_hash,
    "tight": html.tight,
    "marks": command_html.marks,
    "value_data": command_html.value_data,
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


class BytecodeCache(jinja2.FileSystemBytecodeCache):
    """Compiled templates in a folder; where they can't be kept, they are compiled again."""

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


def bytecode_cache(kind: str) -> jinja2.BytecodeCache | None:
    """Where compiled templates are kept from one run to the next: in the user's folder for such (XDG Base Directory, 3)."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    try:
        folder = (Path(given) if given.startswith("/") else Path.home() / ".cache") / "curlsheet"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # a home that is missing, or may not be written
        return None
    return BytecodeCache(str(folder), f"{kind}-%s")


def template_line(error: BaseException) -> tuple[str, int] | None:
    """The innermost template and line in the traceback of `error`."""
    found = None
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith(".j2"):
            found = (trace.tb_frame.f_globals.get("name", file), trace.tb_lineno)
        trace = trace.tb_next
    return (str(found[0]), found[1]) if found else None
