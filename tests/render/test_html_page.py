"""What the HTML page decides: the values in its form, who has what, and what its scripts take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import CATALOGS, ROOT

from generator import catalog
from generator.render.renderer import Renderer
from generator.render.views.html_page import HtmlPage

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
def page(tmp_path: Path) -> HtmlPage:
    file = tmp_path / "catalog.yaml"
    file.write_text(TWO_BACKENDS, "utf-8")
    renderer = Renderer(catalog.read(file))
    return HtmlPage(renderer.catalog, "en", renderer.command)


def test_defaults_are_what_the_commands_hold(page: HtmlPage) -> None:
    """Decoded, as a reader would type them; a text in a body or header comes before one in a URL."""
    one, two = page.backends

    assert page.defaults(one) == {"OWNER": "it's me", "NAME": 'a "b"'}
    assert page.defaults(two) == {"NAME": 'a "b"'}


def test_fields_name_the_backends_that_use_them(page: HtmlPage) -> None:
    """In the order of the parameters, with a capital."""
    assert [(field.variable, field.label, field.backends) for field in page.fields] == [
        ("OWNER", "OWNER", ("one",)),
        ("NAME", "A name", ("one", "two")),
    ]


def test_support(page: HtmlPage) -> None:
    one, two = page.backends
    listing, making = page.endpoints

    assert [page.support(one, listing), page.support(two, listing), page.support(two, making)] == ["has", "lacks", "has"]


def test_sections(page: HtmlPage) -> None:
    """Which backends have an endpoint, what finds it, and what its scripts take."""
    listing, making = page.sections

    assert [backend.id for backend, _ in listing.cells] == ["one"] and [backend.id for backend, _ in listing.missing] == ["two"]
    assert (listing.search_words, making.search_words) == ("列表 all 全部", "make")
    assert [(option.name, option.default, option.differs) for option in making.options] == [
        ("--name NAME", 'a "b"', False),
        ("--size SIZE", "1", True),
        ("--note NOTE", "", False),
        ("--more MORE", None, False),
    ]


@pytest.mark.parametrize("file", [ROOT / "catalog.yaml", CATALOGS / "thirteen.yaml"], ids=lambda path: path.stem)
def test_flow_fits_the_picture(render: Callable[[Path], Renderer], file: Path) -> None:
    """One line each."""
    renderer = render(file)
    flow = HtmlPage(renderer.catalog, renderer.catalog.languages[0], renderer.command).flow

    assert flow
    for line in (flow.shell, flow.request, flow.answer, flow.jq, flow.output):
        assert 0 < len(line) <= 52 and "\n" not in line
