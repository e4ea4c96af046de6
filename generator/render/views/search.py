"""What the pages' search finds: every server, endpoint, command, trouble, flag and chapter of the site, with its address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from generator.catalog.model import Backend, Endpoint, Text
from generator.render.views.html_page import Site
from generator.render.views.troubles import command_troubles, troubles_of
from generator.render.words import Words

Found = Literal["endpoint", "command", "missing", "server", "trouble", "flag", "guide", "chapter"]


@dataclass(frozen=True)
class SearchEntry:
    """Something to be found."""

    kind: Found
    title: str
    beside: str
    """Whose it is: the server and the group, or the program of a flag."""
    address: str
    """The page and the place on it, `cheatsheet-ollama.en.html#models.ollama`."""
    about: str
    """What is shown below it: an explanation, an advice, or which servers have an endpoint."""
    keys: str
    """Words by which it is found after those of the title: other languages' titles, paths, flags."""
    text: str
    """Words by which it is found last."""


def search_entries(site: Site, words: Words) -> list[SearchEntry]:
    """Return all entries of a site; among equals the earlier ones are shown first."""
    return [
        *_endpoints(site),
        *(entry for backend in site.backends for entry in _commands(site, backend)),
        *(entry for backend in site.catalog.backends.values() for entry in _missing(site, backend)),
        *_servers(site),
        *(entry for backend in site.backends for entry in _troubles(site, backend, words)),
        *_typing_troubles(site, words),
        *_flags(site),
        *_guides(site),
        *_chapters(site, words),
    ]


def _endpoints(site: Site) -> Iterator[SearchEntry]:
    """Yield the endpoints that servers share, each with the servers that have it."""
    if not site.has_matrix:
        return
    for endpoint in site.catalog.offered:
        names = [backend.name for backend, _ in site.catalog.cells(endpoint.id)]
        yield SearchEntry(
            kind="endpoint",
            title=_title(endpoint, site),
            beside="",
            address=f"{site.overview.path}#{endpoint.id}",
            about=" · ".join(names),
            keys=_joined([endpoint.id, *_all(endpoint.title), *_all(endpoint.keywords)]),
            text="",
        )


def _commands(site: Site, backend: Backend) -> Iterator[SearchEntry]:
    for found in site.groups_of(backend):
        group = found.group.title if found.group else None
        for cell in found.cells:
            flags = [flag for _, flag in site.command(backend.id, cell.id).flags]
            yield SearchEntry(
                kind="command",
                title=_title(cell, site),
                beside=" · ".join([backend.name, *_own(group, site.lang)]),
                address=f"{site.page_of(backend, cell).path}#{cell.id}.{backend.id}",
                about=f"{cell.method} {cell.path}",
                keys=_joined([backend.id, cell.id, *_all(cell.title), *_all(cell.keywords), *_all(group), *flags]),
                text=_joined([*_own(cell.about, site.lang), *(note[site.lang] for note in cell.notes)]),
            )


def _missing(site: Site, backend: Backend) -> Iterator[SearchEntry]:
    for cell in backend.endpoints.values():
        if cell.missing is not None:
            yield SearchEntry(
                kind="missing",
                title=_title(cell, site),
                beside=backend.name,
                address=f"{site.server(backend).path}#{cell.id}.{backend.id}",
                about=cell.missing[site.lang],
                keys=_joined([backend.id, cell.id, *_all(cell.title), *_all(cell.keywords)]),
                text="",
            )


def _servers(site: Site) -> Iterator[SearchEntry]:
    for backend in site.catalog.backends.values():
        yield SearchEntry(
            kind="server",
            title=backend.name,
            beside=backend.base_url,
            address=f"{site.server(backend).path}#_backend.{backend.id}",
            about="",
            keys=backend.id,
            text=_joined([*_own(backend.about, site.lang), *(note[site.lang] for note in backend.notes)]),
        )


def _troubles(site: Site, backend: Backend, words: Words) -> Iterator[SearchEntry]:
    for trouble in troubles_of(backend, language=site.lang, words=words):
        yield SearchEntry(
            kind="trouble",
            title=" · ".join(filter(None, [trouble.sign, trouble.curl_says])),
            beside=backend.name,
            address=f"{site.server(backend).path}#{trouble.id}",
            about=trouble.advice,
            keys=_joined([backend.id, *(title for cell in trouble.cells for title in _all(cell.title))]),
            text="",
        )


def _typing_troubles(site: Site, words: Words) -> Iterator[SearchEntry]:
    for trouble in command_troubles(site.catalog, words):
        yield SearchEntry("trouble", trouble["sign"], "", f"{site.overview.path}#_troubles", trouble["try"], "", "")


def _flags(site: Site) -> Iterator[SearchEntry]:
    for program, used in site.overview.flags.items():
        for name in used:
            flag = site.catalog.flags[program][name]
            title = " ".join(filter(None, [name, flag.long, flag.value]))
            yield SearchEntry("flag", title, program, f"{site.overview.path}#_{program}{name}", flag.text[site.lang], "", "")


def _guides(site: Site) -> Iterator[SearchEntry]:
    for guide in site.catalog.guides.values():
        address = f"{site.overview.path}#_guide.{guide.id}"
        yield SearchEntry("guide", guide.title[site.lang], "", address, "", _joined(_all(guide.title)), guide.text[site.lang])


def _chapters(site: Site, words: Words) -> Iterator[SearchEntry]:
    chapters = {"_start": "begin", "_flags": "flags", "_troubles": "troubles"}
    for place, title in chapters.items():
        yield SearchEntry("chapter", words[title], "", f"{site.overview.path}#{place}", "", "", "")


def _title(endpoint: Endpoint, site: Site) -> str:
    return endpoint.title[site.lang] if endpoint.title else endpoint.id


def _own(text: Text | None, language: str) -> list[str]:
    return [text[language]] if text else []


def _all(text: Text | None) -> list[str]:
    return list(dict.fromkeys(text.values())) if text else []


def _joined(texts: Iterable[str]) -> str:
    return " ".join(texts)
