"""Compare what an import makes today with the catalog that an earlier one made: what came, what went, and what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from generator.catalog.model import Backend, Catalog, Cell, catalog_fields

What = Literal["came", "went", "changed"]

_OWN_LINES = ("endpoints", "name")
"""Of a backend: what has lines of its own, and what is only shown."""


@dataclass(frozen=True)
class Difference:
    """A cell, or a backend, that is not the same in two catalogs."""

    what: What
    backend: str
    endpoint: str | None
    """None: it is the backend itself."""
    request: str
    """Its method and path, or the backend's address."""
    keys: tuple[str, ...] = ()
    """What changed: `path`, `parameters.page (new)`, `body.name (gone)`, `sample`."""

    @property
    def name(self) -> str:
        """Return how people call it: backend/endpoint."""
        return self.backend if self.endpoint is None else f"{self.backend}/{self.endpoint}"

    @property
    def line(self) -> str:
        """Return it as a line of text."""
        changed = f": {', '.join(self.keys)}" if self.keys else ""
        return f"{self.what:<8} {self.name}  {self.request}{changed}"

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"what": self.what, "backend": self.backend, "endpoint": self.endpoint, "request": self.request, "keys": list(self.keys)}


def differences(before: Catalog, after: Catalog) -> list[Difference]:
    """Return how a catalog differs from an earlier one, in the order of its cells; what went comes last."""
    found: list[Difference] = []
    for backend in after.backends.values():
        earlier = before.backends.get(backend.id)
        if earlier is None:
            found.append(Difference("came", backend.id, None, backend.base_url))
        elif keys := tuple(_changed(earlier, backend, skip=_OWN_LINES)):
            found.append(Difference("changed", backend.id, None, backend.base_url, keys))
        found += _cells(earlier, backend)
    for backend in before.backends.values():
        later = after.backends.get(backend.id)
        if later is None:
            found.append(Difference("went", backend.id, None, backend.base_url))
        for cell in backend.endpoints.values():
            if later is None or cell.id not in later.endpoints:
                found.append(Difference("went", backend.id, cell.id, _request(cell)))
    return found


def _cells(before: Backend | None, after: Backend) -> Iterator[Difference]:
    """Yield the cells of a backend that came or changed."""
    for cell in after.endpoints.values():
        earlier = before.endpoints.get(cell.id) if before else None
        if earlier is None:
            yield Difference("came", after.id, cell.id, _request(cell))
        elif keys := tuple(_changed(earlier, cell)):
            yield Difference("changed", after.id, cell.id, _request(cell), keys)


def _request(cell: Cell) -> str:
    return f"{cell.method} {cell.path}"


def _changed(before: Any, after: Any, skip: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the keys in which two values of the same kind differ."""
    for name, _, field in catalog_fields(after.__class__):
        earlier, later = getattr(before, field.name), getattr(after, field.name)
        if name in skip or earlier == later:
            continue
        if isinstance(earlier, Mapping) and isinstance(later, Mapping) and name not in ("title", "about"):
            yield from _changed_keys(name, earlier, later)
        else:
            yield name


def _changed_keys(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of a mapping that came, went or changed."""
    for key in after:
        if key not in before:
            yield f"{name}.{key} (new)"
        elif before[key] != after[key]:
            yield f"{name}.{key}"
    for key in before:
        if key not in after:
            yield f"{name}.{key} (gone)"
