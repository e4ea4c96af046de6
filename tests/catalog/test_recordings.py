"""Recorded samples in a catalog: which cell has which, with `extends`, beside samples of its own, and taken along by `init`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import ROOT

from generator import catalog
from generator.catalog.model import Cell
from generator.catalog.nodes import CatalogError
from generator.catalog.recordings import ABOUT
from generator.cli.main import main

BASE = """\
languages: [en]
backends:
  lab:
    base_url: http://localhost:1
    recorded: answers/lab.json
    endpoints: {ask: {}, more: {}, last: {}}
  other: {base_url: 'http://localhost:2', endpoints: {ask: {}}}
endpoints:
  ask: {method: GET, path: /ask, sample: {answer: imagined, shared: null}, pipelines: [{name: answer, jq: .answer}]}
  more: {like: ask}
  last: {like: ask}
"""


def write(path: Path, server: str = "Lab 1", **samples: Any) -> None:
    """A file of recordings."""
    path.parent.mkdir(parents=True, exist_ok=True)
    answers = {id: {"server": server, "date": "2026-11-26", "response": "json", "sample": sample} for id, sample in samples.items()}
    path.write_text(json.dumps({"about": ABOUT, "answers": answers}))


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A catalog with two of three answers recorded, in a folder of its own."""
    write(tmp_path / "base" / "answers" / "lab.json", ask={"answer": "real", "null": None}, more={"answer": [1e-05, 1]})
    (tmp_path / "base" / "base.yaml").write_text(BASE)
    return tmp_path / "base" / "base.yaml"


def cells(path: Path, backend: str = "lab") -> dict[str, Cell]:
    return dict(catalog.read(path, path.name).backends[backend].endpoints)


def team(tmp_path: Path, text: str) -> Path:
    """A team's catalog in another folder, which extends the base."""
    (tmp_path / "team").mkdir(exist_ok=True)
    (tmp_path / "team" / "team.yaml").write_text(f"extends: ../base/base.yaml\n{text}")
    return tmp_path / "team" / "team.yaml"


def test_a_recording_stands_in_place_of_what_is_inherited(base: Path) -> None:
    """Whole, null included; a cell without one, and another backend, have the endpoint's sample."""
    lab, other = cells(base), cells(base, "other")

    assert lab["ask"].sample == {"answer": "real", "null": None} and lab["more"].sample == {"answer": [1e-05, 1]}
    assert lab["ask"].recorded and (lab["ask"].recorded.server, lab["ask"].recorded.date) == ("Lab 1", "2026-11-26")
    assert lab["last"].sample == other["ask"].sample == {"answer": "imagined", "shared": None}
    assert lab["last"].recorded is None and other["ask"].recorded is None


def test_a_catalog_that_extends_has_the_samples_too(base: Path, tmp_path: Path) -> None:
    """From the base's folder; the file is the base's alone, and what the team says of a cell changes no sample."""
    path = team(tmp_path, "backends: {lab: {base_url: 'http://localhost:9', endpoints: {ask: {path: /v2}, more: null}}}\n")
    read = catalog.read(path, path.name)

    assert read.backends["lab"].recorded is None and list(read.backends["lab"].endpoints) == ["ask", "last"]
    ask = read.backends["lab"].endpoints["ask"]
    assert (ask.path, ask.sample, ask.recorded and ask.recorded.server) == ("/v2", {"answer": "real", "null": None}, "Lab 1")


def test_a_teams_own_sample_is_no_recording(base: Path, tmp_path: Path) -> None:
    """It is merged onto the base's as ever, and not called recorded; null takes the sample out."""
    lab = cells(team(tmp_path, "backends: {lab: {endpoints: {ask: {sample: {answer: ours}}, more: {sample: null}}}}\n"))

    assert (lab["ask"].sample, lab["ask"].recorded) == ({"answer": "ours", "null": None}, None)
    assert (lab["more"].sample, lab["more"].recorded) == (None, None)


def test_a_team_records_for_itself(base: Path, tmp_path: Path) -> None:
    """Its recordings come first, whole; the base's stay for the other cells."""
    write(tmp_path / "team" / "own" / "lab.json", "Lab 2", ask={"answer": "ours"}, last={"answer": "last"})
    path = team(tmp_path, "backends: {lab: {recorded: own/lab.json}}\n")
    lab = cells(path)

    assert {id: (cell.sample, cell.recorded.server) for id, cell in lab.items() if cell.recorded} == {
        "ask": ({"answer": "ours"}, "Lab 2"),
        "more": ({"answer": [1e-05, 1]}, "Lab 1"),
        "last": ({"answer": "last"}, "Lab 2"),
    }
    assert catalog.read(path).backends["lab"].recorded == "own/lab.json"


def test_null_leaves_the_bases_recordings_out(base: Path, tmp_path: Path) -> None:
    """All of that backend: the samples are the endpoints'."""
    lab = cells(team(tmp_path, "backends: {lab: {recorded: null}}\n"))

    assert {(cell.sample["answer"], cell.recorded) for cell in lab.values()} == {("imagined", None)}


def test_to_record_anew_nothing_recorded_is_read(base: Path) -> None:
    """Whatever the file holds, the catalog can be read; only a cell's own sample stays."""
    (base.parent / "answers" / "lab.json").write_text("{")
    base.write_text(BASE.replace("last: {}", "last: {sample: {answer: own}}"))
    with pytest.raises(CatalogError):
        catalog.read(base)
    lab = catalog.read(base, recorded=False).backends["lab"].endpoints

    assert {id: cell.sample for id, cell in lab.items()} == {"ask": None, "more": None, "last": {"answer": "own"}}


@pytest.mark.parametrize("text", ["a: &a {sample: {answer: x}}", "x", "[]", "{about: x}"])
def test_other_text_in_the_file(text: str, base: Path) -> None:
    """What is no JSON of this shape is a fault of that file, with its line."""
    (base.parent / "answers" / "lab.json").write_text(text)
    with pytest.raises(CatalogError) as error:
        catalog.read(base, "base.yaml")

    assert {fault.file for fault in error.value.faults} == {"answers/lab.json"}
    assert all(fault.line == 1 for fault in error.value.faults)


@pytest.mark.slow
def test_init_takes_recordings_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that a backend of the built-in catalog names comes with it, and is not written over."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["init", "--from", "litellm,ollama"])

    assert (done.exit_code, done.stderr) == (0, "")
    assert (tmp_path / "recorded" / "litellm.json").read_bytes() == (ROOT / "recorded" / "litellm.json").read_bytes()
    assert any(cell.recorded for cell in cells(tmp_path / "catalog.yaml", "litellm").values())
    (tmp_path / "catalog.yaml").unlink()
    (tmp_path / "catalog.schema.json").unlink()
    again = CliRunner().invoke(main, ["init", "--from", "litellm"])
    assert (again.exit_code, "recorded/litellm.json already exists here" in again.stderr) == (1, True)
    assert not (tmp_path / "catalog.yaml").exists()
