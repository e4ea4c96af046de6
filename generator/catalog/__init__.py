"""Read catalog.yaml into a Catalog.

`yaml` parses the text into a tree of `nodes`, `inherit` merges into it what the catalog inherits (`recordings` finds the samples
that were recorded), `decode` reads the tree into the dataclasses of `model`, and `checks` compares what stands in different places.
All faults are raised together. `one_cell` reads no more than one cell, `outline` what all of them are called.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from generator.catalog import checks, inherit
from generator.catalog.decode import Decoder
from generator.catalog.model import Catalog, Trial
from generator.catalog.nodes import CatalogError, Fault
from generator.catalog.one_cell import read_cell
from generator.catalog.outline import read_outline
from generator.catalog.yaml import load

__all__ = ["read", "read_cell", "read_outline", "read_text", "tested"]


def read(path: Path, file: str | None = None, *, recorded: bool = True) -> Catalog:
    """Return the catalog at `path`, which faults call `file`. Raises CatalogError with all its faults.

    Without `recorded`, cells whose answers it records have no samples but their own: to record them anew.
    """
    return _read(path, file or str(path), recorded=recorded)


def read_text(text: str, file: str) -> Catalog:
    """Return the catalog that a text holds, as if it stood in `file`. Raises CatalogError with all its faults."""
    return _read(Path(file), file, text=text)


def _read(path: Path, file: str, *, recorded: bool = True, text: str | None = None) -> Catalog:
    yaml_faults: list[Fault] = []
    faults: list[Fault] = []
    tree = inherit.read_tree(path, file, yaml_faults, faults, recorded=recorded, text=text)
    catalog = Decoder(faults).catalog(tree)
    if catalog is not None:
        faults += checks.faults(catalog)
        try:
            catalog = _with_tested(catalog, path, file)
        except CatalogError as error:
            faults += error.faults
    if yaml_faults or faults or catalog is None:
        # Where YAML makes something unexpected of a value, that explains whatever else is wrong with it.
        explained = {(fault.line, fault.key_path) for fault in yaml_faults}
        raise CatalogError([*yaml_faults, *(fault for fault in faults if (fault.line, fault.key_path) not in explained)])
    return catalog


def tested(path: Path, file: str) -> Mapping[str, Mapping[str, Trial]]:
    """Return what the file at `path` says was tested: by backend, then by cell. Nothing if there is no such file, or it is empty.

    Faults call the file `file`. Raises CatalogError with all of them.
    """
    try:
        if not path.stat().st_size:
            return {}
    except FileNotFoundError:
        return {}
    except OSError:
        pass  # which load says
    faults: list[Fault] = []
    trials = Decoder(faults).read(load(path, file, faults), Mapping[str, Mapping[str, Trial]])
    if faults:
        raise CatalogError(faults)
    return trials or {}


def _with_tested(catalog: Catalog, path: Path, file: str) -> Catalog:
    """Return the catalog with what is known of each cell's last trial. Trials of cells that it does not have are left out.

    Raises CatalogError for faults in the file of trials.
    """
    if catalog.tested is None:
        return catalog
    tested_file = os.path.normpath(os.path.join(os.path.dirname(file), catalog.tested))  # noqa: PTH118, PTH120 - as text
    trials = tested(path.parent / catalog.tested, tested_file)
    backends = {}
    for name, backend in catalog.backends.items():
        own_trials = trials.get(name, {})
        cells = {id: replace(cell, tested=own_trials.get(id)) for id, cell in backend.endpoints.items()}
        backends[name] = replace(backend, endpoints=cells)
    return replace(catalog, backends=backends)
