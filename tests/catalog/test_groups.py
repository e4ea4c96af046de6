"""Groups: which endpoint stands in which, and in what order; what a team's catalog changes of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator import catalog
from generator.catalog.model import Catalog
from generator.catalog.nodes import CatalogError
from generator.render.renderer import Renderer

BASE = """\
languages: [en]
groups:
  second: {title: The second}
  first: {}
  third: {title: The third}
backends:
  a:
    base_url: http://localhost:1
    endpoints: {alone: {}, one: {}, like: {}, moved: {group: first}, freed: {group: null}, three: {}}
  b: {base_url: http://localhost:2, endpoints: {moved: {}, alone: {}}}
endpoints:
  alone: {method: GET, path: /alone}
  one: {method: GET, path: /one, group: first}
  like: {like: one}
  moved: {method: GET, path: /moved, group: second}
  freed: {like: moved}
  three: {method: GET, path: /three, group: third}
"""


def read(folder: Path, text: str) -> Catalog:
    """The catalog of a text, beside the one above."""
    (folder / "base.yaml").write_text(BASE)
    (folder / "team.yaml").write_text(text)
    return catalog.read(folder / "team.yaml", "team.yaml")


def grouped(known: Catalog, backend: str) -> dict[str | None, list[str]]:
    """The cells of a backend by the titles of their groups."""
    groups = known.in_groups(known.backends[backend].cells)
    return {group.title["en"] if group else None: [cell.id for cell in cells] for group, cells in groups}


def test_order(tmp_path: Path) -> None:
    """Groups stand as `groups` says, those without a cell not at all; what is in none comes last. `like` inherits, a cell overrides."""
    known = read(tmp_path, BASE)

    assert list(grouped(known, "a").items()) == [("first", ["one", "like", "moved"]), ("The third", ["three"]), (None, ["alone", "freed"])]
    assert list(grouped(known, "b").items()) == [("The second", ["moved"]), (None, ["alone"])]
    of_endpoints = [(group and group.id, [endpoint.id for endpoint in those]) for group, those in known.in_groups(known.endpoints.values())]
    assert of_endpoints == [("second", ["moved", "freed"]), ("first", ["one", "like"]), ("third", ["three"]), (None, ["alone"])]


def test_without_groups(tmp_path: Path) -> None:
    """All are in none."""
    text = "languages: [en]\nbackends: {a: {base_url: 'http://a', endpoints: {x: {}}}}\nendpoints: {x: {method: GET, path: /x}}\n"

    assert grouped(read(tmp_path, text), "a") == {None: ["x"]}


def test_extended(tmp_path: Path) -> None:
    """A team gives a group another title, adds one behind them, and removes one with its endpoint; what is left empty is no fault."""
    team = read(
        tmp_path,
        """\
extends: base.yaml
only: [a]
groups: {first: {title: Ours}, fourth: {title: The fourth}, third: null}
endpoints: {alone: {group: fourth}, three: null}
backends: {a: {endpoints: {three: null, moved: {group: null}}}}
""",
    )

    assert list(team.groups) == ["second", "first", "fourth"]
    assert list(grouped(team, "a").items()) == [("Ours", ["one", "like"]), ("The fourth", ["alone"]), (None, ["moved", "freed"])]


def test_left_empty_by_a_team(tmp_path: Path) -> None:
    """A group of the catalog that is extended is no fault of the team's, which has removed its only endpoint."""
    team = read(tmp_path, "extends: base.yaml\nendpoints: {three: null}\nbackends: {a: {endpoints: {three: null}}}\n")

    assert list(grouped(team, "a")) == ["first", None]


def test_removed_while_it_is_named(tmp_path: Path) -> None:
    """The endpoint that named it is told, in the file that wrote it."""
    with pytest.raises(CatalogError) as caught:
        read(tmp_path, "extends: base.yaml\ngroups: {third: null}\n")

    assert [str(fault) for fault in caught.value.faults] == [
        "base.yaml:17: endpoints.three.group: there is no group third: write it below groups"
    ]


def test_title_that_a_team_misspells(tmp_path: Path) -> None:
    """A group of its own in which nobody is can only be meant for another one."""
    with pytest.raises(CatalogError) as caught:
        read(tmp_path, "extends: base.yaml\ngroups: {frist: {title: Ours}}\n")

    assert [str(fault) for fault in caught.value.faults] == [
        "team.yaml:2: groups.frist: no endpoint is in this group (did you mean first?): write group: frist on one, or take it out"
    ]


def test_markdown_pages(tmp_path: Path) -> None:
    """A backend's contents have an item for each group, its sections the same order; the matrix has a row for each."""
    renderer = Renderer(read(tmp_path, BASE))
    pages = {page.path: page.text for page in renderer.pages(lambda axes: "lang" in axes)}

    contents = pages["cheatsheet-a.en.md"].partition("Contents:\n\n")[2].partition("\n\n")[0]
    assert contents.split("\n") == [
        "- **first**: [one](#one) · [like](#like) · [moved](#moved)",
        "- **The third**: [three](#three)",
        "- [alone](#alone) · [freed](#freed)",
    ]
    assert re.findall("^## (.*)$", pages["cheatsheet-a.en.md"], re.MULTILINE) == ["one", "like", "moved", "three", "alone", "freed"]
    rows = [line.split(" | ")[0].strip("| ") for line in pages["cheatsheet.en.md"].split("\n") if line.startswith("| ")]
    start = rows.index("**The second**")
    assert rows[start : start + 9] == ["**The second**", "moved", "freed", "**first**", "one", "like", "**The third**", "three", "alone"]
