"""Read Postman collections, versions 2.0 and 2.1, with the environments and globals that belong to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from generator.importing.json_source import NotJson, Path, as_dict, as_list, as_text, lines_of_items, read_json
from generator.importing.model import Found, FoundRequest, NotImported, Source
from generator.importing.postman.item import Around, request_of, scripts_of
from generator.importing.postman.scope import Scope, Value, variables_of
from generator.importing.postman.words import description_of


@dataclass(frozen=True)
class _Collection:
    """A collection and where it stands."""

    value: dict[str, Any]
    file: str
    lines: Mapping[Path, int]
    path: Path


def read(files: Sequence[tuple[str, str]]) -> list[Found]:
    """Return the requests of collections. Each file is its text and its name; environments and globals hold for all collections.

    With several environments whose servers differ, each request is there once for each of them.
    """
    collections: list[_Collection] = []
    environments: list[tuple[str, dict[str, Value]]] = []
    shared: dict[str, Value] = {}
    found: list[Found] = []
    told: list[str] = []
    for text, file in files:
        try:
            value = as_dict(read_json(text))
        except NotJson as error:
            found.append(NotImported(Source(file, error.line), "broken", (error.reason,)))
            continue
        inner = next((key for key in ("collection", "environment") if isinstance(value.get(key), dict)), None)
        value = value[inner] if inner else value
        name = as_text(value.get("name")) or file
        if isinstance(value.get("item"), list):
            collections.append(_Collection(value, file, lines_of_items(text, "item"), (inner,) if inner else ()))
        elif isinstance(value.get("values"), list) and as_text(value.get("_postman_variable_scope")) == "globals":
            shared |= variables_of(value["values"], told, f"the globals {name}")
        elif isinstance(value.get("values"), list):
            environments.append((name, variables_of(value["values"], told, f"the environment {name}")))
        else:
            found.append(NotImported(Source(file, 1), "left-out", (_what_it_is(value),)))
    if not collections and (environments or shared):
        found.append(NotImported(Source(files[0][1], 1), "left-out", ("variables alone: give the collection that uses them, too",)))
    for collection in collections:
        requests = _requests(collection, shared, environments, told)
        found += requests or [NotImported(Source(collection.file, 1), "left-out", ("a collection without requests",))]
        told = []
    return found


def _what_it_is(value: Mapping[str, Any]) -> str:
    """Return what a file is that is neither a collection nor an environment, and what to do with it."""
    if "__export_format" in value or as_text(value.get("type")).startswith("collection.insomnia"):
        return "an Insomnia export, which is not read: export it as HAR or as OpenAPI"
    if "brunoConfig" in value:
        return "a Bruno collection, which is not read: export it as Postman's"
    if "clientName" in value:
        return "a Thunder Client collection, which is not read: export it as Postman's"
    if "requests" in value and "order" in value:
        return "a collection of Postman's version 1, which is not read: open it in Postman and export it as 2.1"
    if "requests" in value and "folders" in value:
        return "a Hoppscotch collection, which is not read: export it as Postman's or as OpenAPI"
    return "no collection of Postman's (which has a list `item`) and no environment (which has a list `values`)"


def _requests(
    collection: _Collection, shared: Mapping[str, Value], environments: Sequence[tuple[str, dict[str, Value]]], told: list[str]
) -> list[Found]:
    """Return the requests of a collection, in the first environment, and in each other one in which they go to another server."""
    value = collection.value
    left_out = [*told, *scripts_of(value, "collection")]
    own = {**shared, **variables_of(value.get("variable"), left_out, "the collection")}
    first, *others = environments or [("", {})]
    found: list[Found] = []
    more = [list(_walked(collection, Around((), value.get("auth"), Scope({**own, **held}, name)))) for name, held in others]
    around = Around((), value.get("auth"), Scope({**own, **first[1]}, first[0] if others else ""), tuple(left_out))
    for number, item in enumerate(_walked(collection, around)):
        found.append(_named(item, first[0]) if others else item)
        for name_and_held, again in zip(others, more, strict=True):
            other = again[number]
            if isinstance(other, FoundRequest) and not (isinstance(item, FoundRequest) and item.base == other.base):
                found.append(_named(other, name_and_held[0]))
    info = as_dict(value.get("info"))
    name, about = as_text(info.get("name")).strip() or None, description_of(info.get("description"))
    return [replace(item, page=name, page_about=about) if isinstance(item, FoundRequest) else item for item in found]


def _named(item: Found, environment: str) -> Found:
    """Return a request with its environment as the name of the server, if there are several."""
    if not isinstance(item, FoundRequest) or not environment:
        return item
    return replace(item, backend=environment, source=replace(item.source, text=f"{item.source.text} [{environment}]"))


def _walked(collection: _Collection, around: Around) -> Iterator[Found]:
    yield from _items(collection, as_list(collection.value.get("item")), (*collection.path, "item"), around)


def _items(collection: _Collection, items: list[Any], path: Path, around: Around) -> Iterator[Found]:
    """Yield the requests of a list of items; a folder holds a list of its own."""
    for number, item in enumerate(items):
        here = (*path, number)
        source = Source(collection.file, collection.lines.get(here, 1), _shown(item))
        if not isinstance(item, dict) or not ("request" in item or isinstance(item.get("item"), list)):
            yield NotImported(source, "broken", ("an item is a folder, with a list `item`, or has a `request`: this has neither",))
            continue
        if isinstance(item.get("item"), list):
            yield from _items(collection, item["item"], (*here, "item"), _within(item, around))
            around = replace(around, told=())
        if "request" in item:
            yield request_of(item, source, around)
            around = replace(around, told=())


def _within(folder: dict[str, Any], around: Around) -> Around:
    """Return what holds in a folder."""
    told = [*around.told, *scripts_of(folder, f"folder {as_text(folder.get('name'))}")]
    about = description_of(folder.get("description"))
    if about is not None:
        told.append(f"the description of the folder {as_text(folder.get('name'))} is left out, since a group has a title alone: {about}")
    variables = variables_of(folder.get("variable"), told, f"the folder {as_text(folder.get('name'))}")
    auth = folder.get("auth")
    name = as_text(folder.get("name")).strip()
    return Around((*around.folders, name), auth if auth is not None else around.auth, around.scope.inner(variables), tuple(told))


def _shown(item: Any) -> str:
    """Return an item as a report shows it: the method and the name of the request."""
    item = as_dict(item)
    method = as_text(as_dict(item.get("request")).get("method")) or ("GET" if "request" in item else "")
    return f"{method} {as_text(item.get('name'))}".strip()
