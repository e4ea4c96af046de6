"""The jq filters of the catalogs: libjq takes them when building, the jq on PATH when a script runs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import CATALOGS, ROOT, values

from generator import catalog, pipeline
from generator.model import Pipeline

VERSION = subprocess.run(["jq", "--version"], capture_output=True, text=True, check=True).stdout.strip()
SOURCES = [ROOT / "catalog.yaml", CATALOGS / "hostile.yaml", *sorted((CATALOGS / "good").glob("*.yaml"))]


def filters() -> Iterator[tuple[str, Pipeline, Any]]:
    """Each filter once, with its sample."""
    known = set()
    for path in SOURCES:
        read = catalog.read(path)
        yield f"{path.stem} errors {VERSION}", Pipeline(name="errors", jq=read.errors), None, False
        for backend in read.backends.values():
            for cell in backend.cells:
                for item in cell.pipelines or ():
                    name = f"{path.stem} {cell.id} {item.name} {VERSION}"
                    if name not in known:
                        known.add(name)
                        yield name, item, cell.sample, cell.response == "events"


FILTERS = {name: rest for name, *rest in filters()}
each_filter = pytest.mark.parametrize(("item", "sample", "events"), FILTERS.values(), ids=FILTERS)


def jq(*arguments: str, data: Any, events: bool = False) -> subprocess.CompletedProcess[str]:
    text = "\n".join(map(json.dumps, data)) if events else json.dumps(data)
    return subprocess.run(["jq", *arguments], input=text, capture_output=True, text=True, check=False)


@each_filter
def test_jq_on_path_takes_it(item: Pipeline, sample: Any, events: bool, record_property: Any) -> None:
    """Each filter compiles with the jq on PATH (the test's name tells its version: 1.6 is the oldest promised)."""
    record_property("jq", VERSION)

    result = jq(f"empty | ({item.jq})", data=None)

    assert (result.returncode, result.stderr) == (0, "")


@each_filter
def test_both_jqs_print_the_same(item: Pipeline, sample: Any, events: bool) -> None:
    """What a page shows is what the script prints: numbers compared as values, since versions spell them differently."""
    if sample is None:
        sample = {"error": {"message": "no"}, "message": "no"}
    shown = pipeline.run(item.jq, sample, item.raw, events=events)
    printed = jq(*["-j" if events else "-r"] * item.raw, item.jq, data=sample, events=events)

    assert (printed.returncode, printed.stderr) == (0, "")
    if item.raw:
        assert shown == printed.stdout.removesuffix("\n")
    else:
        assert values(shown) == values(printed.stdout)


@pytest.mark.parametrize(
    ("jq_filter", "sample", "found"),
    [(".a", {"a": 1}, True), (".a", {}, False), (".[]", [], False), (".[]", [None], False), (".a", {"a": False}, True)],
    ids=str,
)
def test_finds(jq_filter: str, sample: Any, found: bool) -> None:
    """Nulls and nothing at all are an answer without content; false is a value."""
    assert found == pipeline.finds(jq_filter, sample)
