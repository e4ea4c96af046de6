"""Put recorded answers into a catalog's tree, as the samples of its cells.

A backend's `recorded: FILE` names the file in which `curlsheet record` keeps what the server answered. The path counts from
the folder of the catalog that says it, so each catalog's recordings are put in before another one is merged onto it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from generator.catalog.decode import Decoder
from generator.catalog.model import Recording, Recordings
from generator.catalog.nodes import CatalogError, Fault, Node, RecordedNode, did_you_mean
from generator.catalog.yaml import load_json

ABOUT = "Answers of a real server, shortened, written by `curlsheet record`; `curlsheet record --check` compares them with new ones."
"""What each file of recordings begins with: what does not is not overwritten."""


def read(path: Path, file: str) -> Recordings:
    """Return the recordings in the file at `path`, which faults call `file`. Raises CatalogError with all that is wrong with it."""
    faults: list[Fault] = []
    found: Recordings | None = Decoder(faults).read(load_json(path, file, faults), Recordings)
    if faults or found is None:
        raise CatalogError(faults)
    return found


def put_in(tree: Node, own: Node, path: Path, file: str, faults: list[Fault]) -> Node:
    """Return the tree of a catalog with the recorded samples that it names.

    `own` is what stands in the file at `path` itself, which faults call `file`; `tree` has what that extends as well.
    """
    files: dict[str, str] = {}
    for name, backend in _backends(own).items():
        if not isinstance(backend.value, dict) or "recorded" not in backend.value:
            continue
        named = backend.value["recorded"]
        if named.value is None:
            tree = _with_cells(tree, name, {id: _without_recording(cell) for id, cell in _cells(tree, name).items()})
        elif isinstance(named.value, str):
            if named.value in files:
                faults.append(named.fault(f"is the file of {files[named.value]} already: each backend has its own"))
                continue
            files[named.value] = name
            tree = _with_cells(tree, name, _recorded_cells(tree, own, name, path, file, faults))
    return tree


def without_samples(tree: Node, own: Node) -> Node:
    """Return the tree of a catalog in which cells whose answers it records have no other samples than those in the file itself."""
    for name, backend in _backends(own).items():
        if isinstance(backend.value, dict) and "recorded" in backend.value and isinstance(backend.value["recorded"].value, str):
            own_cells = _cells(own, name)
            cells = {
                id: cell if id in own_cells and _has_sample(own_cells[id]) else _with_sample(cell, cell.with_value(None))
                for id, cell in _cells(tree, name).items()
            }
            tree = _with_cells(tree, name, cells)
    return tree


def _recorded_cells(tree: Node, own: Node, backend: str, path: Path, file: str, faults: list[Fault]) -> dict[str, Node]:
    """Return the cells of a backend, with the samples of the file that it names."""
    named = own.get("backends", backend, "recorded")
    recorded_file = os.path.normpath(os.path.join(os.path.dirname(file), named.value))  # noqa: PTH118, PTH120 - as text
    recorded_path = path.parent / named.value
    cells = _cells(tree, backend)
    if not os.path.exists(recorded_path):  # noqa: PTH110 - false, not an error, in a folder that may not be looked into
        faults.append(named.fault(f"there is no file {recorded_file} yet: `curlsheet record {backend}` writes it, or take the line out"))
        return cells
    try:
        answers: Mapping[str, Recording] = read(recorded_path, recorded_file).answers
    except CatalogError as error:
        faults += error.faults
        return cells
    own_cells = _cells(own, backend)
    known = {id for id, cell in cells.items() if not _is_missing(cell)}
    for id, recording in answers.items():
        if id not in known:
            hint = did_you_mean(id, known)
            faults.append(recording.node.fault(f"{backend} has no endpoint {id}{hint}: take its recording out, or record again"))
        elif id in own_cells and _has_sample(own_cells[id]):
            place = f"{recording.node.file}:{recording.node.line}"
            faults.append(own_cells[id].get("sample").fault(f"an answer is recorded for it in {place}: take one of them out"))
        else:
            cells[id] = _with_sample(cells[id], RecordedNode(recording.node.get("sample"), recording))
    return cells


def _has_sample(cell: Node) -> bool:
    """Tell whether a cell says what its sample is, or that it has none."""
    return isinstance(cell.value, dict) and "sample" in cell.value


def _is_missing(cell: Node) -> bool:
    """Tell whether a cell says why the backend does not have it."""
    missing = cell.value.get("missing") if isinstance(cell.value, dict) else None
    return missing is not None and missing.value is not None


def _backends(tree: Node) -> dict[str, Node]:
    backends = tree.get("backends")
    return dict(backends.value) if backends is not tree and isinstance(backends.value, dict) else {}


def _cells(tree: Node, backend: str) -> dict[str, Node]:
    """Return the cells of a backend; none if it has none."""
    node = _backends(tree).get(backend)
    below = node.value.get("endpoints") if node is not None and isinstance(node.value, dict) else None
    return dict(below.value) if below is not None and isinstance(below.value, dict) else {}


def _with_cells(tree: Node, backend: str, cells: dict[str, Node]) -> Node:
    """Return the tree in which a backend has these cells; none are added to one without any."""
    node = _backends(tree).get(backend)
    if node is None or not cells:
        return tree
    endpoints = node.value["endpoints"].with_value(cells)
    backends = {**tree.value["backends"].value, backend: node.with_value({**node.value, "endpoints": endpoints})}
    return tree.with_value({**tree.value, "backends": tree.value["backends"].with_value(backends)})


def _with_sample(cell: Node, sample: Node) -> Node:
    """Return a cell with another sample. One that is no mapping is a fault already, unless nothing stands there."""
    if not isinstance(cell.value, (dict, type(None))):
        return cell
    return cell.with_value({**(cell.value or {}), "sample": sample})


def _without_recording(cell: Node) -> Node:
    """Return a cell without the sample that a catalog which this one extends has recorded."""
    if not isinstance(cell.value, dict) or not isinstance(cell.value.get("sample"), RecordedNode):
        return cell
    return cell.with_value({name: node for name, node in cell.value.items() if name != "sample"})
