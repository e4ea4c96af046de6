"""catalog.yaml in, a Catalog out.

`layers` completes the tree of nodes, `reader` reads it into the dataclasses of `model`, `rules` checks them. All faults are
raised together as one CatalogError.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from generator.catalog import checks, inherit
from generator.catalog.decode import Reader
from generator.catalog.model import Catalog, Trial
from generator.catalog.nodes import CatalogError, Fault
from generator.catalog.yaml import load


def read(path: Path, shown: str | None = None) -> Catalog:
    """The catalog in the file at `path`; faults call the file `shown`. Raises CatalogError with all its faults."""
    surprises: list[Fault] = []
    faults: list[Fault] = []
    catalog = Reader(faults).catalog(inherit.tree(path, shown or str(path), surprises, faults))
    if catalog is not None:
        faults += checks.faults(catalog)
        try:
            catalog = _with_tested(catalog, path, shown or str(path))
        except CatalogError as error:
            faults += error.faults
    if surprises or faults or catalog is None:
        known = {(fault.line, fault.place) for fault in surprises}  # what YAML made of a value explains what is wrong with it
        raise CatalogError([*surprises, *(fault for fault in faults if (fault.line, fault.place) not in known)])
    return catalog


def tested(path: Path, shown: str) -> Mapping[str, Mapping[str, Trial]]:
    """What the file at `path` says was tested: for each backend, cell by cell. Nothing if there is no such file, or it is empty.

    Faults call the file `shown`. Raises CatalogError with all of them.
    """
    try:
        if not path.stat().st_size:
            return {}
    except FileNotFoundError:
        return {}
    except OSError:
        pass  # which load says
    faults: list[Fault] = []
    facts = Reader(faults).read(load(path, shown, faults), Mapping[str, Mapping[str, Trial]])
    if faults:
        raise CatalogError(faults)
    return facts or {}


def _with_tested(catalog: Catalog, path: Path, shown: str) -> Catalog:
    """The catalog whose cells know when they worked. Cells that it does not have (any more) may stand in the file. Raises CatalogError."""
    if catalog.tested is None:
        return catalog
    facts = tested(path.parent / catalog.tested, os.path.normpath(os.path.join(os.path.dirname(shown), catalog.tested)))  # noqa: PTH118, PTH120 - as text
    backends = {
        name: replace(backend, endpoints={id: replace(cell, tested=facts.get(name, {}).get(id)) for id, cell in backend.endpoints.items()})
        for name, backend in catalog.backends.items()
    }
    return replace(catalog, backends=backends)
