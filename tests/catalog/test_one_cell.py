"""One cell read by itself: it is the cell that the whole catalog has."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT

from generator import catalog, resources
from generator.catalog.model import Catalog
from generator.catalog.nodes import CatalogError
from generator.render.renderer import Renderer

GOOD = sorted((ROOT / "tests" / "catalogs" / "good").glob("*.yaml"))
BUILTIN_CELLS = [("litellm", "chat-completions"), ("ollama", "chat"), ("llama-cpp", "embeddings"), ("xinference", "models")]

TEAM = """languages: [en]
backends:
  a:
    base_url: http://localhost:1
    troubles: [{when: 404, say: '{key} is missing', ask: names}]
    api_key: {variable: A_KEY}
    values: {tone: dark, name: other}
    endpoints: {names: {}, ask: {}, ask-twice: {}, gone: {missing: it has none}}
  b:
    base_url: http://localhost:2
    endpoints: {ask: {}}
endpoints:
  names:
    {method: GET, path: /names, lists: {name: all}, pipelines: [{name: all, jq: '.[]', raw: true}], sample: [x]}
  ask: {method: POST, path: /ask, body: {name: x}, parameters: {name: {at: [body, name], option: --name}}}
  ask-twice: {like: ask, parameters: {tone: {at: [body, tone], option: --tone}}, body: {tone: light}}
  gone: {method: GET, path: /gone}
"""


def rendered(known: Catalog, backend: str, endpoint: str) -> list[str]:
    """Returns the commands of a cell in each language, and its script."""
    renderer = Renderer(known)
    commands = [renderer.command(backend, endpoint, language).text for language in (None, *known.languages)]
    return [*commands, renderer.script(backend, endpoint).text]


def alone(path: Path, backend: str, endpoint: str) -> list[str]:
    """Returns the same of the cell that was read by itself."""
    known = catalog.read_cell(path, path.name, backend, endpoint)
    assert known is not None
    return rendered(known, backend, endpoint)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_catalogs(path: Path) -> None:
    """Each cell of catalogs with everything in them."""
    whole = catalog.read(path, path.name)

    for backend in whole.backends.values():
        for cell in backend.cells:
            assert alone(path, backend.id, cell.id) == rendered(whole, backend.id, cell.id)


def test_builtin_catalog() -> None:
    """Cells of the built-in catalog: recorded ones, ones that ask for the models, in two languages."""
    whole = catalog.read(resources.catalog())

    for backend, endpoint in BUILTIN_CELLS:
        assert alone(resources.catalog(), backend, endpoint) == rendered(whole, backend, endpoint)


def test_rest_is_left_out(tmp_path: Path) -> None:
    """Only the cell is read, what it is like, and the cells that list values for it."""
    path = tmp_path / "catalog.yaml"
    path.write_text(TEAM)

    known = catalog.read_cell(path, "catalog.yaml", "a", "ask-twice")

    assert known is not None
    assert list(known.backends) == ["a"]
    assert list(known.backends["a"].endpoints) == ["names", "ask-twice"]
    assert list(known.endpoints) == ["names", "ask", "ask-twice"]
    script = alone(path, "a", "ask-twice")[-1]
    assert script == rendered(catalog.read(path), "a", "ask-twice")[-1]
    assert "/names" in script
    assert "dark" in script


@pytest.mark.parametrize("names", [("a", "gone"), ("a", "nothing"), ("c", "ask"), ("b", "names"), ("", "")])
def test_no_such_cell(tmp_path: Path, names: tuple[str, str]) -> None:
    """What is not there is for the whole catalog to say."""
    path = tmp_path / "catalog.yaml"
    path.write_text(TEAM)

    assert catalog.read_cell(path, "catalog.yaml", *names) is None


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("path: /ask,", "path: ask,"),
        ("path: /ask,", "pth: /ask,"),
        ("variable: A_KEY", "variable: PATH"),
        ("[body, tone]", "[body, tne, x]"),
        ("languages: [en]", "languages: [en, en]"),
        ("http://localhost:1", "localhost"),
        ("lists: {name: all}", "lists: [name]"),
        ("like: ask,", "like: asks,"),
        ("tone: light", "tone: 2026-11-27"),
    ],
)
def test_faults_of_the_cell(tmp_path: Path, good: str, bad: str) -> None:
    """A cell at fault is none; so is one whose backend, or what it is made from, is at fault."""
    path = tmp_path / "catalog.yaml"
    assert good in TEAM
    path.write_text(TEAM.replace(good, bad))

    assert catalog.read_cell(path, "catalog.yaml", "a", "ask-twice") is None
    with pytest.raises(CatalogError):
        catalog.read(path)


def test_faults_elsewhere(tmp_path: Path) -> None:
    """Faults in other cells and backends leave a cell as it is."""
    path = tmp_path / "catalog.yaml"
    path.write_text(TEAM.replace("path: /gone", "pth: /gone").replace("http://localhost:2", "localhost"))

    assert catalog.read_cell(path, "catalog.yaml", "a", "ask") is not None
