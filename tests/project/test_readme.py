"""README, CONTRIBUTING, SECURITY and CHANGELOG: what they show is what the tool does."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import struct
import textwrap
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from conftest import ROOT, mostly_slow, slow

from generator import catalog
from generator.catalog.model import Endpoint, catalog_fields
from generator.cli.main import main
from generator.render.renderer import Renderer

README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def test_first_catalog_is_six_lines_and_makes_the_script_shown(tmp_path: Path) -> None:
    """The six lines build, and the excerpts stand in the script in that order, line for line."""
    lines = blocks("yaml")[0]
    file = tmp_path / "catalog.yaml"
    file.write_text(lines)
    script = Renderer(catalog.read(file)).script("vllm", "models").text
    excerpts = blocks("bash")[1:3]

    assert len(lines.splitlines()) == 6
    assert [excerpt for excerpt in excerpts if excerpt not in script] == []
    assert script.index(excerpts[0]) < script.index(excerpts[1])


def test_team_catalog_is_five_lines(tmp_path: Path) -> None:
    """It builds, with the two backends it names, at their addresses and with the team's key."""
    (lines,) = [block for block in blocks("yaml") if "extends" in block]
    (tmp_path / "catalog.yaml").write_text(lines)
    pages = {page.path: page.text for page in Renderer(catalog.read(tmp_path / "catalog.yaml")).pages()}
    scripts = [name for name in pages if name.endswith(".sh")]

    assert len(lines.splitlines()) == 5
    assert {name.partition("-")[0] for name in scripts} == {"litellm", "ollama"}
    assert "https://llm.example.com/v1" in pages["litellm-models.sh"] and "${TEAM_LLM_KEY}" in pages["litellm-models.sh"]
    assert [name for name in pages if "LITELLM_API_KEY" in pages[name] and name in scripts] == []


def test_first_screen_has_the_two_commands_next() -> None:
    """make and make test come first among the headings."""
    assert re.findall(r"^## (.*)$", README, re.MULTILINE)[:2] == ["Two commands", "Five uses"]
    assert re.findall(r"^(make[ a-z]*?) +#", README, re.MULTILINE) == ["make", "make test"]
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"build", "test"} <= targets


COMMANDS = [
    line.split("  #")[0].rstrip()
    for block in blocks("bash")
    for line in block.splitlines()
    if line.startswith("curlsheet ") and " -- " not in line and line.split()[1] not in ("probe", "record")  # they ask what runs here
]

QUICK_COMMANDS = [command for command in COMMANDS if command.split()[1] in ("list", "show", "validate")]


@pytest.mark.parametrize("command", mostly_slow({command: command for command in COMMANDS}, quick=QUICK_COMMANDS))
def test_command_works(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """Each curlsheet line of the README runs, in a folder with two of the built-in servers, a team's catalog and templates."""
    (tmp_path / "catalog.yaml").write_text("extends: builtin\nonly: [ollama, litellm]\n")
    (tmp_path / "team.yaml").write_text(blocks("yaml")[0])
    (tmp_path / "notes.md").write_text("curl http://lab.example/v1/users/$ID\n")
    operation = {"operationId": "listPets", "tags": ["Pets"], "responses": {"200": {"description": "ok"}}}
    document = {"openapi": "3.0.3", "info": {"title": "Pets", "version": "1"}, "servers": [{"url": "http://pets.example"}]}
    (tmp_path / "openapi.json").write_text(json.dumps({**document, "paths": {"/pets": {"get": operation}}}))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "{backend}.txt.j2").write_text("{{ backend.name }}\n")
    monkeypatch.chdir(tmp_path)
    if " init" in command:
        (tmp_path / "empty").mkdir()
        monkeypatch.chdir(tmp_path / "empty")
    result = CliRunner().invoke(main, shlex.split(command)[1:])

    assert (result.exit_code, result.exception and repr(result.exception)) in ((0, None), (0, "SystemExit(0)"))


def test_commands_were_found() -> None:
    """The list above is not empty by accident."""
    assert len(COMMANDS) == 15


def test_scripts_named_exist() -> None:
    """Each out/… that README names is there, and every local link too."""
    names = re.findall(r"out/[\w.-]+\.(?:sh|md|html)", README)

    assert len(names) >= 6
    assert [name for name in names if name != "out/vllm-models.sh" and not (ROOT / name).is_file()] == []
    assert [link for link in re.findall(r"\]\(([^)#]+)\)", README) if not link.startswith("http") and not (ROOT / link).exists()] == []


@pytest.mark.parametrize("place", ["CONTRIBUTING.md", slow("catalog.yaml")])
def test_the_backend_to_copy_builds(place: str, tmp_path: Path) -> None:
    """The six lines that CONTRIBUTING and the catalog's head show, put below `backends`, make two more scripts."""
    text = (ROOT / place).read_text("utf-8")
    lines = (
        blocks("yaml", text)[0]
        if place.endswith(".md")
        else "".join(f"{line[2:]}\n" for line in text.splitlines()[5:12] if line.startswith("#   "))
    )
    six = "\n".join("  " + line for line in textwrap.dedent(lines).strip().splitlines())
    file = tmp_path / "catalog.yaml"
    file.write_text((ROOT / "catalog.yaml").read_text("utf-8").replace("\nbackends:\n", f"\nbackends:\n{six}\n"), "utf-8")
    shutil.copytree(ROOT / "recorded", tmp_path / "recorded")
    built = Renderer(catalog.read(file)).pages(lambda axes: axes.get("backend") == "gateway")

    assert len(six.splitlines()) == 6 and list(yaml.safe_load(lines)) == ["gateway"]
    assert {"gateway-models.sh", "gateway-chat-completions.sh"} <= {page.path for page in built}


def test_the_catalog_of_another_api_builds(tmp_path: Path) -> None:
    """CONTRIBUTING's whole catalog gives a script, and its pipeline the output of its sample."""
    file = tmp_path / "catalog.yaml"
    file.write_text(blocks("yaml", (ROOT / "CONTRIBUTING.md").read_text("utf-8"))[1], "utf-8")
    pages = {page.path: page.text for page in Renderer(catalog.read(file)).pages()}

    assert "github-issues.sh" in pages
    assert "#2639 Generate the manual in CI" in pages["cheatsheet-github.en.md"]


def test_both_readmes_show_the_same() -> None:
    """README.zh.md has every block of README.md, in its order, as many chapters, and links that lead somewhere."""
    chinese = (ROOT / "README.zh.md").read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", chinese) if not link.startswith("http")]

    assert re.findall(r"^```\w*\n.*?^```", chinese, re.DOTALL | re.MULTILINE) == re.findall(
        r"^```\w*\n.*?^```", README, re.DOTALL | re.MULTILINE
    )
    assert len(re.findall("^## ", chinese, re.MULTILINE)) == len(re.findall("^## ", README, re.MULTILINE))
    assert [link for link in links if not (ROOT / link).exists()] == []
    assert not re.search("[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]", re.sub("`[^`]*`", "", chinese))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_picture_of_the_page(theme: str) -> None:
    """Both are there, as pictures of one size that is good for a README."""
    data = (ROOT / "docs" / f"page-{theme}.png").read_bytes()

    assert data[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", data[16:24]) == (1280, 800)
    assert len(data) < 300_000
    assert f"docs/page-{theme}.png" in README


def test_version_is_the_one_of_the_changelog() -> None:
    """The newest release of CHANGELOG.md is this one, with its day; what comes next stands above it."""
    heads = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert heads[0] == "Unreleased" and re.fullmatch(rf"{re.escape(metadata.version('curlsheet'))} - \d{{4}}-\d\d-\d\d", heads[1])


def test_security_names_tests_that_exist() -> None:
    """Each promise of SECURITY.md is held by a test that is there."""
    rows = [line for line in (ROOT / "SECURITY.md").read_text("utf-8").splitlines() if re.match(r"\| (?!Promise|---)", line)]
    missing = []
    for row in rows:
        file = ""
        named = re.findall(r"`(?:(test_\w+\.py)::)?(test_\w+)`", row.rsplit("|", 2)[1])
        missing += [] if named else [row]
        for name, test in named:
            file = name or file
            if not any(f"\ndef {test}(" in path.read_text("utf-8") for path in (ROOT / "tests").rglob(file)):
                missing.append(f"{file}::{test}")

    assert missing == [] and len(rows) >= 20


ROWS = re.findall(r"^\| ([^|]+) \| `(.+)` \|$", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("what", "example"), ROWS, ids=[what for what, _ in ROWS])
def test_what_a_catalog_can_say(what: str, example: str, tmp_path: Path) -> None:
    """Each example of the table is a part of an endpoint, and builds."""
    said = yaml.safe_load(example)
    sends_body = {"body", "text", "form", "urlencoded", "file"} & said.keys()
    endpoint = {"method": "POST" if sends_body else "GET", "path": "/x", **said}
    text = yaml.safe_dump(
        {
            "languages": ["en"],
            "backends": {"lab": {"base_url": "http://localhost:8000", "endpoints": {"x": {}}}},
            "endpoints": {"x": endpoint},
        }
    )
    (tmp_path / "catalog.yaml").write_text(text)
    renderer = Renderer(catalog.read(tmp_path / "catalog.yaml"))

    assert renderer.script("lab", "x").text
    assert renderer.command("lab", "x").text


def test_the_table_names_each_key_of_a_request() -> None:
    """A newcomer finds there whatever an endpoint can say about a request and its answer."""
    named = {key for _, example in ROWS for key in yaml.safe_load(example)}
    prose = {"about", "title", "keywords", "notes", "like", "values", "lists", "group"}
    assert {name for name, _, _ in catalog_fields(Endpoint)} - prose <= named
