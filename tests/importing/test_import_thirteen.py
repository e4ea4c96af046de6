"""A Chinese page of notes, like the one that the built-in catalog came from: thirteen cells on four backends."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import slow
from imported import Ran, Wire, difference

from generator import catalog
from generator.catalog.model import Catalog
from generator.importing.builder import Built
from generator.importing.run import InputFile, import_files
from generator.render.renderer import Renderer

NOTES = Path(__file__).parent / "notes-thirteen.md"
PORTS = {"ollama": 11434, "litellm": 4000, "xinference": 9997, "mindie": 1025}
CHAT = [{"role": "system", "content": "你是位人工智能专家。"}, {"role": "user", "content": "解释人工智能"}]
BODIES = {
    "models": None,
    "completions": {"model": "gpt-3.5-turbo", "prompt": "你是谁?"},
    "chat-completions": {"model": "gpt-3.5-turbo", "messages": CHAT},
    "embeddings": {"model": "bge-m3", "input": "Embedding text..."},
}


@pytest.fixture(scope="module")
def built() -> Built:
    return import_files([InputFile(NOTES.name, NOTES.read_text("utf-8"), "curl")])


@pytest.fixture(scope="module")
def notes(built: Built) -> Catalog:
    return catalog.read_text(built.text, "catalog.yaml")


def test_backends(notes: Catalog) -> None:
    """Four servers, named by the headings, of which one wants the key that the page sets."""
    assert {name: backend.base_url for name, backend in notes.backends.items()} == {
        name: f"http://localhost:{port}/v1" for name, port in PORTS.items()
    }
    assert [backend.name for backend in notes.backends.values()] == ["Ollama", "LiteLLM", "XInference", "MindIE"]
    assert [[key.variable for key in backend.api_key] for backend in notes.backends.values()] == [[], ["LITELLM_API_KEY"], [], []]


def test_cells(notes: Catalog) -> None:
    """Each request is one endpoint; MindIE has one of them, with a model of its own."""
    assert {name: list(backend.endpoints) for name, backend in notes.backends.items()} == {
        **{key: ["models", "completions", "chat-completions", "embeddings"] for key in ("ollama", "litellm", "xinference")},
        "mindie": ["chat-completions"],
    }
    for backend in notes.backends.values():
        for cell in backend.cells:
            body = BODIES[cell.id]
            assert cell.body == ({**body, "model": "qwen"} if body and backend.id == "mindie" else body)
            assert (cell.method, cell.headers) == ("GET" if body is None else "POST", {})


def test_what_a_user_may_change(notes: Catalog) -> None:
    """The model is an option, the question the argument; the list of models is printed by the notes' filter."""
    cells = notes.backends["ollama"].endpoints

    assert [(cell.argument.at if cell.argument else None) for cell in cells.values()] == [
        None,
        ("body", "prompt"),
        ("body", "messages", -1, "content"),
        ("body", "input"),
    ]
    assert [(pipeline.jq, pipeline.raw) for pipeline in cells["models"].pipelines or ()] == [(".data[].id", True)]
    assert {name: cell.title["zh"] for name, cell in cells.items() if cell.title} == {
        "models": "模型列表",
        "completions": "文本补全",
        "chat-completions": "对话",
        "embeddings": "向量嵌入",
    }


def test_report(built: Built) -> None:
    """Thirteen commands, thirteen entries, nothing left out; the example key stands nowhere."""
    assert [entry.status for entry in built.entries if entry.status not in ("carried", "normalised")] == []
    assert len({(entry.backend, entry.endpoint) for entry in built.entries}) == len(built.entries) == 13
    assert "sk-1234" not in built.text + str(built.entries)


def test_it_builds(notes: Catalog) -> None:
    """All scripts and pages are made, in Chinese."""
    paths = {page.path for page in Renderer(notes).pages()}

    assert len([path for path in paths if path.endswith(".sh")]) == 13
    assert {"cheatsheet.zh.md", "cheatsheet.zh.html"} <= paths


@pytest.mark.parametrize("backends", [("mindie", "litellm"), slow(tuple(PORTS))], ids=["some", "all"])
def test_scripts_send_what_the_notes_send(wire: Wire, built: Built, notes: Catalog, backends: tuple[str, ...]) -> None:
    """Each script's request is that of its command."""
    renderer = Renderer(notes)
    lines = NOTES.read_text("utf-8").split("\n")
    chosen = [entry for entry in built.entries if entry.backend in backends]

    def command(line: int) -> Ran:
        end = next(number for number in range(line, len(lines)) if lines[number].startswith("```"))
        return wire.run("\n".join(lines[line - 1 : end]), {"LITELLM_API_KEY": "sk-1234"}, {})

    with ThreadPoolExecutor(4) as pool:
        originals = list(pool.map(command, (entry.source.line for entry in chosen)))
        scripts = list(pool.map(lambda entry: wire.run_script(renderer, entry.backend or "", entry.endpoint or "", {}, {}), chosen))
    for entry, original, script in zip(chosen, originals, scripts, strict=True):
        cell = notes.backends[entry.backend or ""].endpoints[entry.endpoint or ""]

        assert not difference(original.sent[0], script.sent[0], cell), entry.source.text
