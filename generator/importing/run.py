"""Import files: read each by its kind, take secrets out, choose what is wanted, and build a catalog of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from generator.importing import har, notes, openapi, postman
from generator.importing.builder import Built, build
from generator.importing.kinds import Kind
from generator.importing.last_check import build_without_secrets
from generator.importing.model import Found, FoundRequest, NotImported, Source
from generator.importing.openapi.selection import Selection, Wanted
from generator.importing.secrets import hide
from generator.importing.secrets.known import Known
from generator.importing.uncarried import uncarried


@dataclass(frozen=True)
class InputFile:
    """A file to import: what reports call it, its text, and what it is."""

    name: str
    text: str
    kind: Kind


def import_files(
    files: Sequence[InputFile], only: Sequence[str] = (), names: Mapping[str, str] | None = None, head: Sequence[str] = ()
) -> Built:
    """Return the catalog of what the files hold, and what became of it, in their order.

    `only` says what is wanted: `tag:Pets`, a path with * in it, `GET /pets`, or an id of the source or of the catalog. `names` and
    `head` are those of `build`. Which text of notes is carried nowhere is only said where nothing is chosen. Raises TooManyOperations for
    an OpenAPI document that is too large to be imported whole.
    """
    known = Known()
    found = hide(list(_found(files, only)), known)
    if only and any(file.kind != "openapi" for file in files):
        found = _chosen(found, files, Selection(only), names)
    built = build_without_secrets(found, known, names, head)
    if only:
        return built
    passages = {known.replaced_in(file.name): notes.passages(file.text, file.name) for file in files if file.kind == "curl"}
    return replace(built, uncarried=uncarried(passages, built.data))


def read_files(files: Sequence[InputFile], only: Sequence[str] = ()) -> list[Found]:
    """Return what the files hold, without secrets. Raises TooManyOperations."""
    return hide(list(_found(files, only)))


def _found(files: Sequence[InputFile], only: Sequence[str]) -> Iterator[Found]:
    """Yield what the files hold. Postman's collections and environments are read together, where the first of them stands."""
    collections = [file for file in files if file.kind == "postman"]
    for file in files:
        match file.kind:
            case "openapi":
                yield from openapi.read(file.text, file.name, only)
            case "curl":
                yield from notes.read(file.text, file.name)
            case "har":
                yield from har.read(file.text, file.name)
            case "postman" if file is collections[0]:
                yield from postman.read([(each.text, each.name) for each in collections])


def _chosen(found: Sequence[Found], files: Sequence[InputFile], selection: Selection, names: Mapping[str, str] | None) -> list[Found]:
    """Return what is wanted of what was found; it may be called by the ids that the catalog of all of it has.

    The reader of an OpenAPI document has chosen by itself.
    """
    documents = {file.name for file in files if file.kind == "openapi"}
    whole = build(found, names)
    wanted = [
        item
        for item, entry in zip(found, whole.entries, strict=True)
        if item.source.file in documents or selection.wants(_wanted(item, entry.endpoint))
    ]
    if not documents:
        wanted += [
            NotImported(Source(files[0].name, 1), "left-out", (f"--only {word}: nothing here is called so",)) for word in selection.unmet
        ]
    return wanted


def _wanted(item: Found, endpoint: str | None) -> Wanted:
    if not isinstance(item, FoundRequest):
        return Wanted("", "", (), ())
    path = "".join(part if isinstance(part, str) else f"{{{part.name}}}" for part in item.path.parts)
    ids = tuple(name for name in (item.id, endpoint) if name)
    headings = tuple(heading for heading in (item.group, item.title) if heading)
    return Wanted(item.method, path, headings, ids)
