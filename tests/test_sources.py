"""Where the facts come from: each source with its month and what cites it, what is to be read again, and what pages say of its age."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import BUILT_IN, ROOT, renderer

from generator import catalog
from generator.cli.main import main
from generator.render.renderer import Renderer
from generator.sources import Reading, is_old, readings

CATALOG = """\
languages: [en, zh]
backends:
  old:
    base_url: http://localhost:1/v1
    source: https://example.com/old
    checked: 2026-02
    endpoints:
      models: {}
      chat: {source: https://example.com/new, checked: 2026-11}
      rerank: {missing: none, source: https://example.com/none, checked: 2026-05}
  own:
    base_url: http://localhost:2/v1
    endpoints:
      models: {source: https://example.com/old, checked: 2026-02}
      chat: {source: https://example.com/unknown}
endpoints:
  models: {method: GET, path: /models}
  chat: {method: GET, path: /chat}
  rerank: {method: GET, path: /rerank}
"""
OLD = Reading("https://example.com/old", "2026-02", ("old", "old/models", "own/models"))
NONE = Reading("https://example.com/none", "2026-05", ("old/rerank",))
NEW = Reading("https://example.com/new", "2026-11", ("old/chat",))
UNKNOWN = Reading("https://example.com/unknown", None, ("own/chat",))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "catalog.yaml"
    path.write_text(CATALOG, "utf-8")
    return path


@pytest.fixture
def sources(file: Path) -> Callable[..., Result]:
    """The command on the catalog above."""
    return lambda *arguments: CliRunner().invoke(main, ["sources", "--catalog", str(file), *arguments])


def record(reading: Reading) -> dict[str, object]:
    return {"source": reading.source, "checked": reading.checked, "cited_by": list(reading.cited_by)}


def test_a_source_is_named_once_for_each_month(file: Path) -> None:
    """With the backends and cells that cite it, whether there is a script or not; the oldest first."""
    assert readings(catalog.read(file, "catalog.yaml")) == [UNKNOWN, OLD, NONE, NEW]


@pytest.mark.parametrize(
    ("month", "now", "old"),
    [
        ("2026-05", "2026-11", False),
        ("2026-04", "2026-11", True),
        ("2025-12", "2026-06", False),
        ("2025-11", "2026-06", True),
        ("2027-01", "2026-11", False),
    ],
)
def test_six_months(month: str, now: str, old: bool) -> None:
    assert is_old(month, now) is old


def test_sources(sources: Callable[..., Result]) -> None:
    done = sources()

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == (
        "?        https://example.com/unknown\n         own/chat\n"
        "2026-02  https://example.com/old\n         old, old/models, own/models\n"
        "2026-05  https://example.com/none\n         old/rerank\n"
        "2026-11  https://example.com/new\n         old/chat\n"
    )


def test_as_json(sources: Callable[..., Result]) -> None:
    assert json.loads(sources("--format", "json").stdout) == [record(reading) for reading in (UNKNOWN, OLD, NONE, NEW)]


@pytest.mark.parametrize(
    ("today", "found"),
    [
        ("2026-08-31", [UNKNOWN]),
        ("2026-09-01", [UNKNOWN, OLD]),
        ("2026-12-31", [UNKNOWN, OLD, NONE]),
        ("2027-06-01", [UNKNOWN, OLD, NONE, NEW]),
    ],
)
def test_what_is_to_be_read_again(today: str, found: list[Reading], sources: Callable[..., Result]) -> None:
    """Exit status 1, for a job that runs each month."""
    done = sources("--stale", "--today", today, "--format", "json")

    count = "1 source" if len(found) == 1 else f"{len(found)} sources"
    assert (done.exit_code, done.stderr) == (1, f"{count} to read again\n")
    assert json.loads(done.stdout) == [record(reading) for reading in found]


def test_nothing_to_be_read_again(file: Path, sources: Callable[..., Result]) -> None:
    """Without --today it is today's date: what will be read in 2099 is not old."""
    file.write_text(re.sub(r"2026-\d\d", "2099-12", CATALOG).replace("unknown}", "known, checked: 2099-12}"), "utf-8")

    done = sources("--stale")

    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")


def test_a_day_that_is_none(sources: Callable[..., Result]) -> None:
    done = sources("--stale", "--today", "yesterday")

    assert done.exit_code == 2
    assert "'yesterday' does not match the format" in done.stderr


def test_pages_mark_what_is_long_ago(file: Path) -> None:
    """In Markdown, HTML and for a terminal, in each language; compared with the newest month of the catalog."""
    render = Renderer(catalog.read(file, "catalog.yaml"))
    texts = {
        "en": "hecked in 2026-02, more than six months before the newest facts here: it may have changed",
        "zh": "2026-02 查阅，比这里最新的内容早六个月以上，可能已过时",
    }
    for lang, words in texts.items():
        for template, axes in (("cheatsheet-{backend}.{lang}.md.j2", {"backend": "old"}), ("cheatsheet.all.{lang}.html.j2", {})):
            page = render.page(template, {**axes, "lang": lang}).text
            assert words in page, template
            assert not re.search(rf"{words[:4]}[^<\n]*2026-11[^<\n]*(six months|六个月)", page), template
        assert words in render.sheet("old", lang)


def test_no_page_knows_what_day_it_is() -> None:
    """A build on another day makes the same pages, so nothing becomes stale by itself."""
    rooms = [ROOT / "generator" / name for name in ("render", "catalog")]
    modules = [ROOT / "generator" / "sources.py", *(path for room in rooms for path in room.rglob("*.py"))]

    assert [path.name for path in modules if re.search(r"^(from|import) (datetime|time)\b", path.read_text("utf-8"), re.MULTILINE)] == []


def test_every_built_in_cell_says_where_its_facts_come_from() -> None:
    """A file or a page, not a whole repository; and when it was read."""
    cells = [(backend.id, cell) for backend in renderer(BUILT_IN).catalog.backends.values() for cell in backend.endpoints.values()]

    assert [f"{name}/{cell.id}" for name, cell in cells if not (cell.source and cell.checked)] == []
    assert [cell.source for _, cell in cells if re.fullmatch(r"https://github\.com/[^/]+/[^/]+/?", cell.source or "")] == []
