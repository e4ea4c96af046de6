"""What pages decide: which request comes first, what a trouble looks like, how a filter is called."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator import catalog
from generator.render.renderer import Renderer
from generator.render.views.quick_start import quick_start

Make = Callable[..., Renderer]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Makes a renderer of a catalog: its backends, its endpoints."""

    def made(backends: dict[str, Any], endpoints: dict[str, Any], **keys: Any) -> Renderer:
        file = tmp_path / "catalog.yaml"
        file.write_text(json.dumps({"languages": ["en", "zh"], "backends": backends, "endpoints": endpoints, **keys}), "utf-8")
        return Renderer(catalog.read(file))

    return made


def backend(*endpoints: str, **keys: Any) -> dict[str, Any]:
    return {"base_url": "http://localhost:1", "endpoints": {name: {} for name in endpoints}, **keys}


READ = {"method": "GET", "path": "/read"}
ASK = {
    "method": "POST",
    "path": "/ask",
    "body": {"question": "why?"},
    "parameters": {
        "question": {"at": ["body", "question"], "argument": True},
        "max": {"at": ["body", "max"], "option": "--max", "type": "integer"},
    },
}
PAID = {**ASK, "path": "/paid", "effect": "costs"}
VARIABLES = {
    name: {"at": ["body", "question"] if name == "size" else ["headers", "X-Shape"], "type": "string", "variable": name.upper()}
    for name in ("size", "shape")
}
WRITE = {**ASK, "path": "/write", "effect": "changes"}
ENDPOINTS = {"write": WRITE, "paid": PAID, "read": READ, "ask": ASK}


@pytest.mark.parametrize(
    ("backends", "first", "script"),
    [
        ({"a": backend("read", "ask")}, "a read", "./a-ask.sh --max MAX 'why?'"),
        ({"a": backend("write", "paid", "read")}, "a read", "./a-read.sh"),
        ({"a": backend("write", "read")}, "a read", "./a-read.sh"),
        ({"a": backend("write", "paid")}, "a paid", "./a-paid.sh --max MAX 'why?'"),
        ({"a": backend("write"), "b": backend("paid"), "c": backend("read")}, "c read", "./c-read.sh"),
        ({"a": backend("read", effect="changes"), "b": backend("read")}, "b read", "./b-read.sh"),
    ],
)
def test_what_costs_comes_last_and_what_changes_never(make: Make, backends: dict[str, Any], first: str, script: str) -> None:
    start = quick_start(make(backends, ENDPOINTS).catalog, language="en")

    assert start
    assert (f"{start.backend.id} {start.cell.id}", start.script) == (first, script)


def test_pages_recommend_nothing_that_changes_something(make: Make) -> None:
    """Neither the page in Markdown, nor the page in HTML, nor the sheet has a first command then."""
    renderer = make({"a": backend("write")}, ENDPOINTS)
    pages = [renderer.page(f"cheatsheet.{{lang}}.{kind}.j2", {"lang": "en"}).text for kind in ("md", "html")]

    assert quick_start(renderer.catalog, language="en") is None
    assert not any("Try the connection" in page or "./a-write.sh" in page for page in [*pages, renderer.sheet("a", "en")])


@pytest.mark.parametrize(("lang", "costs"), [("en", "Running this costs money."), ("zh", "运行会产生费用。")])
def test_a_first_request_that_costs_says_so(make: Make, lang: str, costs: str) -> None:
    renderer = make({"a": backend("paid")}, ENDPOINTS)
    start = renderer.page("cheatsheet.{lang}.md.j2", {"lang": lang}).text.split("## ")[1]
    sheet = renderer.sheet("a", lang).split("\n---")[0]
    html = renderer.page("cheatsheet-{backend}.{lang}.html.j2", {"backend": "a", "lang": lang}).text
    page = html.partition('id="_start.a"')[2].partition("</section>")[0]

    assert costs in start and costs in sheet and costs in page


@pytest.mark.parametrize(("lang", "word"), [("en", "model"), ("zh", "模型")])
def test_pages_of_any_api_name_no_models(make: Make, lang: str, word: str) -> None:
    """A catalog that is not about language models has a quick start, a sheet and a form that do not speak of them."""
    renderer = make({"a": backend("read", "ask")}, {**ENDPOINTS, "ask": {**ASK, "parameters": VARIABLES}})
    start = renderer.page("cheatsheet.{lang}.md.j2", {"lang": lang}).text.split("\n## ")[1]
    form = re.search(r"<form.*?</form>", renderer.page("cheatsheet.all.{lang}.html.j2", {"lang": lang}).text, re.DOTALL)

    assert form and "name=SIZE" in form[0].replace('"', "")
    assert "SHAPE" not in form[0]  # no command shows it
    assert [line for text in (start, renderer.sheet("a", lang), form[0]) for line in text.split("\n") if word in line.lower()] == []


@pytest.mark.parametrize(
    ("when", "markdown", "html", "terminal"),
    [
        (
            404,
            "`HTTP 404` · `curl: (22) … error: 404`",
            "<code>HTTP 404</code> · <code>curl: (22) … error: 404</code>",
            "HTTP 404 · curl: (22) … error: 404",
        ),
        ("/no such `x`/", "``… no such `x` …``", "<code>… no such `x` …</code>", "… no such `x` …"),
        ("refused", "connection refused (`curl: (7)`)", "connection refused (<code>curl: (7)</code>)", "connection refused (`curl: (7)`)"),
    ],
)
def test_a_trouble_has_one_sign(make: Make, when: Any, markdown: str, html: str, terminal: str) -> None:
    """As scripts print it, and as curl does."""
    key = {"variable": "A_KEY", "example": "sk-1"}
    troubles = [{"when": when, "say": "Set it: {key}"}]
    renderer = make({"a": backend("ask", api_key=key, troubles=troubles)}, ENDPOINTS)
    page = renderer.page("cheatsheet-{backend}.{lang}.html.j2", {"backend": "a", "lang": "en"}).text
    typed = "Set it: read -rs A_KEY; export A_KEY"

    assert (
        f"| {markdown} | Set it: read -rs A\\_KEY; export A\\_KEY |"
        in renderer.page("cheatsheet-{backend}.{lang}.md.j2", {"backend": "a", "lang": "en"}).text
    )
    assert f"<dt>{html}</dt>\n<dd>{typed}" in page
    assert f"{terminal}\n    {typed}" in renderer.sheet("a", "en")


def test_a_filter_without_a_title_is_called_by_its_name(make: Make) -> None:
    pipelines = [{"name": "whole", "jq": "."}, {"name": "first-id", "jq": ".id", "title": "the first id"}]
    renderer = make({"a": backend("ask")}, {"ask": {**ASK, "pipelines": pipelines, "sample": {"id": 1}}})
    page = renderer.page("cheatsheet-{backend}.{lang}.md.j2", {"backend": "a", "lang": "en"}).text

    assert "\nWhole:\n\n```bash\njq .\n```" in page and "\nThe first id:\n\n```bash\njq .id\n```" in page


@pytest.mark.parametrize(("languages", "title"), [(["zh", "en"], "Read"), (["zh"], "读取"), (["en", "zh"], "Read")])
def test_a_script_speaks_english_where_the_catalog_does(make: Make, languages: list[str], title: str) -> None:
    """Scripts exist once: in English, else in the catalog's first language."""
    titles = {"en": "Read", "zh": "读取"}
    endpoints = {"read": {**READ, "title": {language: titles[language] for language in languages}}}
    makes = make({"a": backend("read", name="A")}, endpoints, languages=languages)

    assert f"\nA: {title} (GET http://localhost:1/read)\n" in makes.script("a", "read").text


def test_a_cell_that_changes_something_says_so_where_everything_costs(make: Make) -> None:
    """What a backend says of all its requests hides nothing that is said of one."""
    makes = make({"a": backend("paid", "write", effect="costs")}, ENDPOINTS)
    effects = makes.words_of("en")["effects"]
    page = makes.page("cheatsheet-{backend}.{lang}.html.j2", {"lang": "en", "backend": "a"}).text
    written = makes.page("cheatsheet-{backend}.{lang}.md.j2", {"lang": "en", "backend": "a"}).text

    for text in (page, written):
        assert effects["changes"] in text
        assert effects["costs"] not in text
