"""Read OpenAPI documents: 3.0, 3.1 and Swagger 2, in JSON and YAML. Nothing outside a document is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from generator.importing.model import Found, FoundRequest, NotImported, Source
from generator.importing.openapi.document import Document, open_document
from generator.importing.openapi.operations import Operation, operations_of, unread_paths
from generator.importing.openapi.reader import Reader
from generator.importing.openapi.selection import MOST_AT_ONCE, MOST_OPERATIONS, Selection, TooManyOperations, Wanted
from generator.importing.openapi.values import Notes, Refused, as_dict

__all__ = ["TooManyOperations", "read"]

MOST_REPORTED = 20


def read(text: str, file: str, only: Sequence[str] = ()) -> list[Found]:
    """Return the requests of an OpenAPI document, and what of it is left out.

    `file` is what reports call it. `only` says which operations: `tag:Pets`, a path with * in it, `GET /pets`, or an id. Raises
    TooManyOperations for a document of more than 100 operations without it, and of more than 10,000 that are wanted; `*` takes all.
    """
    try:
        document = open_document(text, file)
    except Refused as refusal:
        return [NotImported(Source(file, refusal.line), "broken", (refusal.reason,))]
    operations = list(operations_of(document))
    selection = Selection(only)
    wanted = [operation for operation in operations if selection.wants(_wanted(operation))]
    if len(wanted) > (MOST_AT_ONCE if only else MOST_OPERATIONS):
        tags = Counter(operation.tags[0] if operation.tags else "" for operation in wanted)
        raise TooManyOperations(len(wanted), dict(tags))
    reader = Reader(document)
    found: list[Found] = [reader.found(operation) for operation in wanted]
    return [*_told_apart(found), *_others(document, operations, selection)]


def _told_apart(found: Sequence[Found]) -> Iterator[Found]:
    """Yield what was found; of operations with one title each has its tag behind it, or else its method and path."""
    requests = [item for item in found if isinstance(item, FoundRequest)]
    titles = Counter(item.title for item in requests)
    in_groups = Counter((item.title, item.group) for item in requests)
    for item in found:
        if isinstance(item, FoundRequest) and titles[item.title] > 1:
            is_told_by_group = item.group is not None and in_groups[item.title, item.group] == 1
            item = replace(item, title=f"{item.title} ({item.group if is_told_by_group else item.source.text})")
        yield item


def _wanted(operation: Operation) -> Wanted:
    ids = tuple(name for name in (operation.operation_id, operation.id) if name)
    return Wanted(operation.method, operation.path, operation.tags, ids)


def _others(document: Document, operations: list[Operation], selection: Selection) -> Iterator[NotImported]:
    """Yield what is said of a document beside its operations."""
    for word in selection.unmet if operations else ():
        yield NotImported(Source(document.file, 1), "left-out", (f"--only {word}: no operation of the document is called so",))
    if not operations:
        yield NotImported(Source(document.file, document.lines.of("paths")), "left-out", ("the document has no operations (paths)",))
    if "*" in selection.words or not selection.words:
        yield from unread_paths(document)
    for key, line in document.lines.twice[:MOST_REPORTED]:
        yield NotImported(Source(document.file, line), "broken", (f"the key {key} stands here twice: the last one counts",))
    for word in ("webhooks", "x-webhooks"):
        for name, written in as_dict(document.root.get(word)).items():
            if as_dict(document.resolve(written, Notes())):
                source = Source(document.file, document.lines.of(word, str(name)), f"webhook {name}")
                yield NotImported(source, "left-out", ("a webhook: it is a request that the server sends",))
