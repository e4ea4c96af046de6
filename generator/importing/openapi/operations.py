"""The operations of a document, one after the other, each with where it stands and how it is called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generator.catalog.model import TOKEN
from generator.importing.model import NotImported, Source
from generator.importing.openapi.document import Document
from generator.importing.openapi.prose import LONGEST_TITLE, one_line
from generator.importing.openapi.values import Notes, as_dict, as_list, as_text

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
LONGEST_ID = 80

# What stands in a path item beside methods (OpenAPI 3.2, Path Item Object).
_BESIDE_METHODS = ("$ref", "summary", "description", "parameters", "servers", "additionalOperations")


@dataclass(frozen=True)
class Operation:
    """One operation of a document."""

    path: str
    method: str
    """In capitals."""
    value: dict[str, Any]
    path_item: dict[str, Any]
    line: int
    id: str
    """Its id in a catalog: no other operation of the document has it."""
    tags: tuple[str, ...]

    @property
    def text(self) -> str:
        """How a report calls it."""
        return f"{self.method} {self.path}"

    @property
    def operation_id(self) -> str:
        """The id that the document gives it; nothing if it gives none."""
        return as_text(self.value.get("operationId"))


def operations_of(document: Document) -> Iterator[Operation]:
    """Yield the operations of a document in its order."""
    names = Names()
    for path, written in as_dict(document.root.get("paths")).items():
        if str(path).startswith("x-"):
            continue
        path_item = as_dict(document.resolve(written, Notes()))
        more = as_dict(path_item.get("additionalOperations"))
        methods = [*((word, path_item[word]) for word in path_item if word in METHODS), *more.items()]
        for method, value in methods:
            if not isinstance(value, dict) or not re.fullmatch(TOKEN.regex, str(method)):
                continue
            tags = tuple(tag for tag in as_list(value.get("tags")) if isinstance(tag, str) and tag.strip())
            line = document.lines.of("paths", str(path), str(method))
            name = names.of(as_text(value.get("operationId")), str(method), str(path))
            yield Operation(str(path), str(method).upper(), value, path_item, line, name, tags)


def unread_paths(document: Document) -> Iterator[NotImported]:
    """Yield what stands among the paths and is no operation that could be read."""
    for path, written in as_dict(document.root.get("paths")).items():
        if str(path).startswith("x-"):
            continue
        notes = Notes()
        path_item = document.resolve(written, notes)
        source = Source(document.file, document.lines.of("paths", str(path)), str(path))
        if notes.left_out:
            yield NotImported(source, "left-out", notes.left_out)
        elif not isinstance(path_item, dict):
            yield NotImported(source, "broken", ("the path holds no object with methods",))
        for key, value in as_dict(path_item).items():
            if key in METHODS and not isinstance(value, dict):
                where = Source(document.file, document.lines.of("paths", str(path), key), f"{key.upper()} {path}")
                yield NotImported(where, "broken", ("the operation holds no object",))
            elif key not in METHODS and key not in _BESIDE_METHODS and not str(key).startswith("x-"):
                yield NotImported(source, "broken", (f"the key {key} of the path is no method: methods are in small letters",))


class Names:
    """Gives ids: each another one, and for the same document always the same."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, operation_id: str, method: str, path: str) -> str:
        """Return the id of an operation: from the document's own, else from method and path; with a number if it is taken."""
        name = slug(operation_id)
        if not name or name in self._taken:
            name = slug(f"{method} {re.sub(r'[{}]', ' ', path)}") or slug(f"{method} root")
        unique, number = name, 1
        while unique in self._taken:
            number += 1
            unique = f"{name}-{number}"
        self._taken.add(unique)
        return unique


def slug(text: str) -> str:
    """Return a text as an id: small letters, digits and -, a letter first; nothing if there is none in it."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", text)
    name = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
    if len(name) > LONGEST_ID:
        name = name[:LONGEST_ID].rpartition("-")[0] or name[:LONGEST_ID]
    return re.sub(r"^[^a-z]+", "", name)


class Groups:
    """The titles of a document's tags."""

    def __init__(self, document: Document) -> None:
        self._titles: dict[str, str] = {}
        for written in as_list(document.root.get("tags")):
            tag = as_dict(written)
            name = as_text(tag.get("name"))
            title = one_line(tag.get("x-displayName") or tag.get("summary") or name, LONGEST_TITLE)
            if name and title:
                self._titles[name] = title

    def title(self, operation: Operation) -> str | None:
        """Return the title of the group that an operation stands in: that of its first tag."""
        if not operation.tags:
            return None
        return self._titles.get(operation.tags[0]) or one_line(operation.tags[0], LONGEST_TITLE) or None
