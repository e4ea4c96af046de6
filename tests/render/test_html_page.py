"""What the HTML pages decide: the values in their forms, who has what, where links lead, and what the search finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import CATALOGS, ROOT

from generator import catalog
from generator.render.renderer import Renderer
from generator.render.views.html_page import Site
from generator.render.views.search import search_entries

TWO_BACKENDS = """
languages: [en, zh]
backends:
  one:
    base_url: http://localhost:1/v1
    endpoints: {list: {}, make: {values: {size: 3}}}
  two:
    base_url: http://localhost:2/v1
    endpoints: {make: {}, list: {missing: {en: none, zh: 没有}}}
endpoints:
  list:
    title: {en: List, zh: 列表}
    keywords: {en: all, zh: 全部}
    method: GET
    path: /things/{owner}
    query: {name: a b%41}
    parameters:
      owner: {at: [path, owner], option: --owner, variable: OWNER}
      name: {at: [query, name], option: --name, variable: NAME, about: {en: a name, zh: 名称}}
    values: {owner: it's me}
  make:
    method: POST
    path: /things
    effect: changes
    body: {name: "a \\"b\\"", size: 1, note: ''}
    parameters:
      name: {at: [body, name], option: --name, variable: NAME}
      size: {at: [body, size], option: --size}
      note: {at: [body, note], option: --note}
      more: {at: [body, more], option: --more, type: string}
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    file = tmp_path / "catalog.yaml"
    file.write_text(TWO_BACKENDS, "utf-8")
    return Renderer(catalog.read(file)).site("en")


def test_defaults_are_what_the_commands_hold(site: Site) -> None:
    """Decoded, as a reader would type them; a text in a body or header comes before one in a URL."""
    one, two = site.backends

    assert site.server(one).defaults(one) == {"OWNER": "it's me", "NAME": 'a "b"'}
    assert site.server(two).defaults(two) == site.edition.defaults(two) == {"NAME": 'a "b"'}


def test_fields_name_the_backends_that_use_them(site: Site) -> None:
    """In the order of the parameters, with a capital; a page has the fields of its own commands."""
    one, two = site.backends

    assert [(field.variable, field.label, field.backends) for field in site.edition.fields] == [
        ("OWNER", "OWNER", ("one",)),
        ("NAME", "A name", ("one", "two")),
    ]
    assert [field.variable for field in site.server(two).fields] == ["NAME"]
    assert site.server(one).fields[0].variable == "OWNER" and site.overview.fields == []


def test_labels_differ(tmp_path: Path) -> None:
    """Where parameters are described alike, all but the first name their variable."""
    file = tmp_path / "catalog.yaml"
    note = "note: {at: [body, note], option: --note"
    assert note in TWO_BACKENDS
    file.write_text(TWO_BACKENDS.replace(note, f"{note}, variable: NOTE, about: {{en: a name, zh: 名称}}"), "utf-8")
    site = Renderer(catalog.read(file)).site("en")

    assert [field.label for field in site.server(site.backends[0]).fields] == ["OWNER", "A name", "A name (NOTE)"]


@pytest.mark.parametrize(
    ("about", "label"),
    [
        ("a name", "A name"),
        ("The name of it. The name is not case sensitive.", "The name of it"),
        ("组织名称。不区分大小写。", "组织名称"),
        ("v1.2 or newer", "V1.2 or newer"),
        ("A unique identifier of a thing that one has", "NAME"),
        (". . .", "NAME"),
    ],
)
def test_labels_are_short(about: str, label: str, tmp_path: Path) -> None:
    """The first sentence about a parameter, if that fits above an input."""
    file = tmp_path / "catalog.yaml"
    known = "variable: NAME, about: {en: a name, zh: 名称}"
    assert known in TWO_BACKENDS
    file.write_text(TWO_BACKENDS.replace(known, f"variable: NAME, about: '{about}'"), "utf-8")
    site = Renderer(catalog.read(file)).site("en")

    assert [field.label for field in site.server(site.backends[0]).fields] == ["OWNER", label]


def test_title_of_a_catalog_that_has_none(tmp_path: Path) -> None:
    """The name of its only server; of several, what it is."""
    file = tmp_path / "catalog.yaml"
    file.write_text(TWO_BACKENDS, "utf-8")
    assert "<h1>Cheatsheet</h1>" in Renderer(catalog.read(file)).page("cheatsheet.{lang}.html.j2", {"lang": "en"}).text
    file.write_text(TWO_BACKENDS.split("  two:")[0] + "endpoints:" + TWO_BACKENDS.split("\nendpoints:")[1], "utf-8")
    page = Renderer(catalog.read(file)).page("cheatsheet.{lang}.html.j2", {"lang": "en"}).text
    assert "<h1>one</h1>" in page and "Commands</a>" in page


def test_shelves_of_a_large_group(tmp_path: Path) -> None:
    """Neighbours whose paths begin alike are together, in the catalog's order; few commands, or a mixture, stay one list."""

    def shelves(paths: list[str]) -> list[tuple[str, int, bool]]:
        owner = "parameters: {owner: {at: [path, owner], argument: true, example: ada}}"
        file = tmp_path / "catalog.yaml"
        lines = ["backends:", "  forge:", "    base_url: http://localhost:1/v1", "    endpoints:"]
        lines += [f"      call-{n}: {{}}" for n in range(len(paths))]
        lines += ["endpoints:", *(f"  call-{n}: {{method: GET, path: '{path}', {owner}}}" for n, path in enumerate(paths))]
        file.write_text("\n".join(lines), "utf-8")
        site = Renderer(catalog.read(file)).site("en")
        (group,) = site.groups_of(site.backends[0])
        return [(shelf.label, len(shelf.cells), shelf.opens) for shelf in group.shelves]

    paths = [f"/repos/{{owner}}/{part}/{n}" for part in ("keys", "labels", "releases") for n in range(11)] + ["/users/{owner}"]
    assert shelves(paths) == [("repos / keys", 11, True), ("repos / labels", 11, True), ("repos / releases", 11, True), ("users", 1, False)]
    assert shelves(paths[:30]) == [("", 30, False)]
    assert shelves([f"/repos/{{owner}}/{n % 2}/x" for n in range(40)]) == [("", 40, False)]
    assert shelves([f"/repos/{{owner}}/keys/{n}" for n in range(40)]) == [("", 40, False)]


def test_support(site: Site) -> None:
    one, two = site.backends
    listing, making = site.catalog.offered

    assert [site.support(one, listing), site.support(two, listing), site.support(two, making)] == ["has", "lacks", "has"]


def test_links_lead_from_each_page_to_where_a_thing_stands(site: Site) -> None:
    """On the page itself by the place alone."""
    one, two = site.backends
    make = two.endpoints["make"]

    assert site.overview.link_to(two, make) == site.server(one).link_to(two, make) == "cheatsheet-two.en.html#make.two"
    assert site.server(two).link_to(two, make) == site.edition.link_to(two, make) == "#make.two"
    assert site.server(one).link_to(two) == "cheatsheet-two.en.html#_backend.two"
    assert site.overview.path_in("zh") == "cheatsheet.zh.html"


def test_a_page_explains_what_its_commands_use(site: Site) -> None:
    """The overview explains what all commands use."""
    one = site.server(site.backends[0])

    assert one.explains("curl", "-s") and not one.explains("curl", "--no-such-flag") and not one.explains(None, "")
    assert {("curl", "-d"), ("curl", "-s")} <= {(program, flag) for program, flags in site.overview.flags.items() for flag in flags}


def test_search_entries(site: Site) -> None:
    """A command is found by both languages' titles, its path and its flags; what is missing says so; who has it is named."""
    words = Renderer(site.catalog).words_of("en")
    entries = search_entries(site, words)
    listing = next(entry for entry in entries if entry.kind == "command" and entry.address == "cheatsheet-one.en.html#list.one")

    assert listing.title == "List" and listing.beside == "one" and "GET /things/{owner}" in listing.about
    assert {"列表", "all", "全部", "-s"} <= set(listing.keys.split())
    (missing,) = [entry for entry in entries if entry.kind == "missing"]
    assert (missing.title, missing.beside, missing.about) == ("List", "two", "none")
    who = {entry.title: entry.about for entry in entries if entry.kind == "endpoint"}
    assert who == {"List": "one", "make": "one · two"}


@pytest.mark.parametrize("file", [ROOT / "catalog.yaml", CATALOGS / "thirteen.yaml"], ids=lambda path: path.stem)
def test_flow_fits_the_picture(render: Callable[[Path], Renderer], file: Path) -> None:
    """One line each."""
    renderer = render(file)
    flow = renderer.site(renderer.catalog.languages[0]).flow

    assert flow
    for line in (flow.shell, flow.request, flow.answer, flow.jq, flow.output):
        assert 0 < len(line) <= 52 and "\n" not in line
