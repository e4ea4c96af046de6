"""The attributes from which the page's script explains a command and fills it; tests of the page go through them in a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import attribute

from generator import catalog
from generator.catalog.model import ApiKey, Parameter
from generator.command import CommandPiece, ReaderKey, ReaderText, ReaderUrl, ReaderValue
from generator.render.command_html import value_data
from generator.render.renderer import Renderer
from generator.request import RequestPart


def test_programs_without_flags_are_not_explained(tmp_path: Path) -> None:
    """A catalog that takes out a program's flags has no links to them; its pages are made, and the other links are right."""
    file = tmp_path / "catalog.yaml"
    file.write_text(
        "backends: {a: {base_url: http://h, endpoints: {x: {}}}}\n"
        "endpoints: {x: {method: GET, path: /x, pipelines: [{name: first, jq: .a}, {name: second, jq: .b}]}}\n"
        "flags: {bash: null, jq: null}\n"
    )
    renderer = Renderer(catalog.read(file))
    pages = {page.path: page.text for page in renderer.pages()}
    commands = re.findall('<pre class="command">(curl.*?)</pre>', pages["cheatsheet-a.en.html"], re.DOTALL)
    linked = {tuple(attribute("href", command)) for command in commands}
    assert linked - {()} == {("#_curl-f", "#_curl-s", "#_curl-S")}  # examples of guides have none


KEY = ApiKey(variable="LAB_KEY", required=False)
PARTS = (RequestPart("", "/x/"), RequestPart("it", "a%20b", Parameter(at=("path", "it"), variable="IT")), RequestPart("", "?q=1"))


@pytest.mark.parametrize(
    ("text", "value", "data"),
    [
        ("http://h/x/a%20b", ReaderUrl(PARTS, 0, None), {"below": "/x/{IT=a%20b}?q=1"}),
        (
            "http://h/x/a%20b",
            ReaderUrl(PARTS, 2, KEY),
            {"below": "/x/{IT=a%20b}?q=1", "climbs": "2", "key": "Authorization: Bearer ", "env": "LAB_KEY"},
        ),
        ('"Authorization: Bearer $LAB_KEY"', ReaderKey(KEY), {"key": "Authorization: Bearer "}),
        ("'X: a'", ReaderText("IT", "a", "word", "X: "), {"of": "IT", "before": "X: ", "was": "a"}),
        ("x=a", ReaderText("IT", "a", "word", "x="), {"of": "IT", "before": "x="}),
        ("a", ReaderText("IT", "a", "json"), {"of": "IT"}),
        ("a\\n", ReaderText("IT", "a\n", "heredoc"), {"of": "IT", "in": "heredoc", "was": "a\n"}),
        ("a", None, {}),
    ],
)
def test_what_a_place_takes(text: str, value: ReaderValue | None, data: dict[str, str]) -> None:
    """The value itself is named only where the text, as it stands, is not the value."""
    assert value_data(CommandPiece(text, "value" if value else "word", value=value)) == data
