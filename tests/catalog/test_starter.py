"""The first steps with a catalog of one's own: init, faults with their line, faults as JSON, keys and templates of others."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner
from conftest import BUILT_IN, ENVIRONMENT, ROOT, renderer, slow

from generator import catalog, resources
from generator.catalog import starter
from generator.catalog.nodes import CatalogError
from generator.cli.main import main
from generator.render.environment import TemplateError
from generator.render.renderer import Renderer


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def curlsheet(*arguments: str) -> Any:
    return CliRunner().invoke(main, arguments)


# init


@pytest.mark.parametrize("taken", [None, slow("mindie, xinference")])
def test_init_writes_a_catalog_that_builds(taken: str | None, folder: Path) -> None:
    """The catalog is without faults, in the schema beside it, and its scripts are those of the backends taken."""
    result = curlsheet("init", *(["--from", taken] if taken else []))
    assert (result.exit_code, len(result.stdout.splitlines()), result.stderr) == (0, 3, "")
    schema = json.loads((folder / "catalog.schema.json").read_text())
    text = (folder / "catalog.yaml").read_text("utf-8")
    assert text.startswith("# yaml-language-server: $schema=catalog.schema.json\n")
    jsonschema.validate(yaml.safe_load(text), schema)
    assert curlsheet("build").exit_code == 0
    names = [name.strip() for name in taken.split(",")] if taken else ["example"]
    assert list(catalog.read(folder / "catalog.yaml").backends) == names
    assert {path.name.split("-")[0] for path in (folder / "out").glob("*.sh")} == set(names)


@pytest.mark.parametrize("taken", [slow("ollama"), slow("ollama,litellm"), slow("litellm,litellm")])
def test_init_takes_the_backends_named(taken: str, folder: Path) -> None:
    """One, several in the order named, each once."""
    assert curlsheet("init", "--from", taken).exit_code == 0
    assert list(catalog.read(folder / "catalog.yaml").backends) == list(dict.fromkeys(taken.split(",")))


@pytest.mark.slow
def test_init_takes_what_the_backends_need_as_it_stands(folder: Path) -> None:
    """Their scripts are those of the built-in catalog, byte for byte, and its comments came along."""
    curlsheet("init", "--from", "litellm,ollama")
    curlsheet("build")
    made = sorted((folder / "out").glob("*.sh"))
    backends = catalog.read(BUILT_IN).backends
    there = [f"{name}-{cell.id}.sh" for name in ("litellm", "ollama") for cell in backends[name].cells]
    assert [path.name for path in made] == sorted(there)
    assert [path.name for path in made if path.read_bytes() != (ROOT / "out" / path.name).read_bytes()] == []


def test_init_takes_what_an_endpoint_is_like(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole line of them, also where the backend has none of these itself."""
    builtin = folder / "builtin.yaml"
    builtin.write_text(
        "languages: [en]\n"
        "backends:\n  a:\n    base_url: http://localhost\n    endpoints: {last: {}}\n"
        "endpoints:\n  first: {method: GET, path: /a}\n  second: {like: first}\n  other: {like: first}\n  last: {like: second}\n"
    )
    monkeypatch.setattr(resources, "catalog", lambda: builtin)

    taken = yaml.safe_load(starter.from_builtin(["a"]))

    assert list(taken["endpoints"]) == ["first", "second", "last"]


def test_init_takes_the_groups_that_are_needed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the endpoints taken and of the backend's own cells, in their order; nobody is in the others."""
    builtin = folder / "builtin.yaml"
    builtin.write_text(
        "languages: [en]\n"
        "groups:\n  z: {title: Z}\n  none: {title: None}\n  a: {title: A}\n"
        "backends:\n  b:\n    base_url: http://localhost\n    endpoints: {first: {group: z}, last: {}}\n"
        "endpoints:\n  first: {method: GET, path: /a, group: a}\n  other: {like: first, group: none}\n  last: {like: first}\n"
    )
    monkeypatch.setattr(resources, "catalog", lambda: builtin)

    taken = yaml.safe_load(starter.from_builtin(["b"]))

    assert list(taken["groups"].items()) == [("z", {"title": "Z"}), ("a", {"title": "A"})]


@pytest.mark.parametrize("there", ["catalog.yaml", slow("catalog.schema.json")])
def test_init_overwrites_nothing(there: str, folder: Path) -> None:
    """A file that stands there is named, and stays."""
    (folder / there).symlink_to("nowhere")
    result = curlsheet("init")
    assert (result.exit_code, result.stdout) == (1, "")
    assert there in result.stderr
    assert [path.name for path in folder.iterdir()] == [there]


def test_init_from_an_unknown_backend(folder: Path) -> None:
    """A usage error that says what was meant."""
    result = curlsheet("init", "--from", "olama")
    assert result.exit_code == 2
    assert "did you mean ollama?" in result.stderr
    assert list(folder.iterdir()) == []


def test_what_init_prints_can_be_typed(folder: Path) -> None:
    """The next steps are commands that work."""
    steps = [line.split("#")[0].split()[1:] for line in curlsheet("init").stdout.splitlines()[1:]]
    assert [step[0] for step in steps] == ["build", "show"]
    assert [curlsheet(*step).exit_code for step in steps] == [0, 0]


# Faults

BROKEN = (
    "backends:\n  one: {base_url: http://localhost:1, endpoints: {x: {}}}\n  文: {}\nendpoints:\n  x: {method: GET, path: /x, titel: X}\n"
)


def test_faults_as_json(folder: Path) -> None:
    """For editors and CI: a list on standard output, and exit status 1; an empty list and 0 where there is none."""
    (folder / "catalog.yaml").write_text(BROKEN, "utf-8")
    result = curlsheet("validate", "--format", "json")
    found = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (1, "")
    assert {"file": "catalog.yaml", "line": 5, "place": "endpoints.x.titel", "what": "unknown key (did you mean title?)"} in found
    (folder / "catalog.yaml").write_text(BROKEN.replace(", titel: X", "").replace("  文: {}\n", ""), "utf-8")
    result = curlsheet("validate", "--format", "json")
    assert (result.exit_code, json.loads(result.stdout), result.stderr) == (0, [], "")


def test_fault_of_a_template_as_json(folder: Path) -> None:
    """With the template's line and the page being made."""
    (folder / "catalog.yaml").write_text(BROKEN.replace(", titel: X", "").replace("  文: {}\n", ""), "utf-8")
    (folder / "mine").mkdir()
    (folder / "mine" / "{backend}.txt.j2").write_text("\n{{ nope }}\n")
    result = curlsheet("validate", "--templates", "mine", "--format", "json")
    assert json.loads(result.stdout) == [
        {"file": "mine/{backend}.txt.j2", "line": 2, "place": "", "what": "'nope' is undefined (while making one.txt)"}
    ]


def on_a_terminal(folder: Path, *arguments: str) -> str:
    """What a command says where standard error is a terminal."""
    terminal, end = pty.openpty()
    subprocess.run([sys.executable, "-m", "generator", *arguments], cwd=folder, stderr=end, stdout=end, check=False,
                   env={**ENVIRONMENT, "HOME": str(folder), "PYTHONPATH": str(ROOT), "COLUMNS": "100"})  # fmt: skip
    os.close(end)
    said = b""
    try:
        while piece := os.read(terminal, 65536):
            said += piece
    except OSError:  # the other end is closed
        pass
    os.close(terminal)
    return said.decode().replace("\r\n", "\n")


def test_terminal_shows_the_line(tmp_path: Path) -> None:
    """The line of the file, and its key underlined, as a compiler does; Chinese before it takes two columns."""
    text = BROKEN.replace("  文: {}\n", "").replace("titel: X", 'title: "中文", abuot: X')
    (tmp_path / "catalog.yaml").write_text(text, "utf-8")
    said = on_a_terminal(tmp_path, "validate")
    line = '  x: {method: GET, path: /x, title: "中文", abuot: X}'
    under = " " * (len(line.split("abuot")[0]) + 2)
    assert said == (
        "catalog.yaml:4: endpoints.x.abuot: unknown key (did you mean about?)\n"
        f"    4 | {line}\n      | {under}\x1b[31m\x1b[1m^^^^^\x1b[0m\n1 error\n"
    )


def test_terminal_is_not_driven_by_a_catalog(tmp_path: Path) -> None:
    """Control characters of the line are spelt out, and a long line is cut round the place."""
    (tmp_path / "catalog.yaml").write_text(BROKEN.replace("  文: {}\n", "").replace("titel", "x" * 5000 + "titel") + "# \x9b31m\n", "utf-8")
    said = on_a_terminal(tmp_path, "validate")
    assert "\x9b" not in said
    assert max(map(len, said.splitlines()[1:2])) <= 100


# Keys and templates

SECRETS = [
    "sk-proj-a8Kd92kLmQpZx81Ty7Vb3N",
    "ghp_a8Kd92kLmQpZx81Ty7Vb3Na8Kd92kLmQpZx8",
    "AKIAIOSFODNN7EXAMPL3",
    "hf_a8Kd92kLmQpZx81Ty7Vb3Na8Kd92kLmQpZx8",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
    "-----BEGIN RSA PRIVATE KEY-----",
]
PLACES = [
    "headers: {X-Key: 'SECRET'}",
    "query: {key: 'SECRET'}",
    "notes: ['see `SECRET`']",
    "troubles: [{when: 401, say: 'export K=SECRET'}]",
    "about: 'Bearer SECRET'",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("secret", SECRETS, ids=lambda text: text[:6])
def test_a_real_key_is_a_fault(place: str, secret: str, tmp_path: Path) -> None:
    """Wherever it stands; except as an example of a key, and then everywhere."""
    file = tmp_path / "catalog.yaml"
    base = "backends:\n  a:\n    base_url: http://localhost:1\n    endpoints: {x: {}}\n    %s\nendpoints: {x: {method: GET, path: /x}}\n"
    file.write_text(base % place.replace("SECRET", secret))
    with pytest.raises(CatalogError) as caught:
        catalog.read(file, "catalog.yaml")
    assert [fault.line for fault in caught.value.faults] == [5]
    assert "looks like a real key" in str(caught.value)
    file.write_text(base % f"{place.replace('SECRET', secret)}\n    api_key: {{variable: K, example: '{secret}'}}")
    assert catalog.read(file)


def test_placeholders_and_samples_are_no_keys(tmp_path: Path) -> None:
    """What stands for a key, and what a server answered."""
    file = tmp_path / "catalog.yaml"
    file.write_text(
        "backends: {a: {base_url: http://localhost:1, "
        "about: 'sk-1234, sk-xxxxxxxxxxxxxxxxxxxxxxxxxx, sk-11111111111111111111, sk-put-your-own-key-here-please', "
        "endpoints: {x: {}}}}\n"
        f"endpoints: {{x: {{method: GET, path: /x, sample: {{key: '{SECRETS[0]}'}}}}}}\n"
    )
    assert catalog.read(file)


@pytest.mark.parametrize(
    "template",
    [
        "{{ catalog.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ command_of.__globals__ }}",
        "{{ '{0.__class__.__init__.__globals__}'.format(catalog) }}",
        "{% for x in range(10 ** 9) %}x{% endfor %}",
        "{% include '../secret.txt' %}",
        "{% include '/etc/passwd' %}",
        "{% include 'link.txt' %}",
        "{% import 'folder/secret.txt' as x %}",
    ],
)
def test_templates_of_others_are_sandboxed(template: str, tmp_path: Path) -> None:
    """They reach neither Python nor a file outside their folder, not even through a link."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (tmp_path / "secret.txt").write_text("precious")
    (mine / "link.txt").symlink_to(tmp_path / "secret.txt")
    (mine / "folder").symlink_to(tmp_path)
    (mine / "page.txt.j2").write_text(template)
    with pytest.raises(TemplateError):
        Renderer(renderer(BUILT_IN).catalog, mine).page("page.txt.j2", {})
