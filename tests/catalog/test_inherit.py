"""A team's own catalog: laid over the built-in one or over a file, and only some backends kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from generator import catalog, resources
from generator.catalog.model import Catalog
from generator.catalog.nodes import CatalogError
from generator.cli.main import main
from generator.render.renderer import Renderer
from generator.request import build_request

TEAM = """\
extends: builtin
only: [litellm, ollama]
backends:
  litellm: {base_url: https://llm.example.com/v1, api_key: {variable: TEAM_LLM_KEY}}
  ollama: {base_url: http://gpu-7:11434/v1}
"""

BASE = """\
languages: [en]
title: Base
backends:
  a:
    base_url: http://localhost:1/v1
    api_key: {variable: A_KEY}
    headers: {X-A: one, X-B: two}
    endpoints: {ask: {}, list: {headers: {X-C: c}}}
  b: {base_url: http://localhost:2/v1, endpoints: {ask: {values: {model: big}}}}
endpoints:
  ask:
    method: POST
    path: /ask
    headers: {X-Ask: yes!}
    body: {model: small, keep: null, messages: [one, two]}
    parameters: {model: {at: [body, model], option: --model}}
  list: {method: GET, path: /list}
"""


def read(folder: Path, text: str, **others: str) -> Catalog:
    """The catalog of a text, with other files beside it."""
    for name, content in others.items():
        (folder / f"{name}.yaml").write_text(content)
    (folder / "team.yaml").write_text(text)
    return catalog.read(folder / "team.yaml", "team.yaml")


def faults(folder: Path, text: str, **others: str) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        read(folder, text, **others)
    return [str(fault) for fault in caught.value.faults]


def test_five_lines_are_a_team(tmp_path: Path) -> None:
    """Our LiteLLM at our address with our key variable, only these two backends, in that order; all else is as it was."""
    team, builtin = read(tmp_path, TEAM), catalog.read(resources.catalog())
    assert list(team.backends) == ["litellm", "ollama"]
    ours = team.backends["litellm"]
    (key,) = ours.api_key
    assert (ours.base_url, key.variable, key.example) == ("https://llm.example.com/v1", "TEAM_LLM_KEY", "sk-1234")
    assert [cell.id for cell in ours.cells] == [cell.id for cell in builtin.backends["litellm"].cells]
    assert list(team.endpoints) == list(builtin.endpoints)
    script = Renderer(team).script("litellm", "models").text
    assert "${TEAM_LLM_KEY}" in script
    assert "LITELLM_API_KEY" not in script
    assert "https://llm.example.com/v1" in script


def url_of_first_cell(known: Catalog) -> str:
    backend = known.backends["a"]
    return build_request(backend, backend.cells[0]).url


@pytest.mark.parametrize(
    ("own", "found"),
    [
        ("backends: {b: null}", lambda c: list(c.backends) == ["a"]),
        ("backends: {c: {base_url: http://localhost:3, endpoints: {ask: {}}}}", lambda c: list(c.backends) == ["a", "b", "c"]),
        ("backends: {a: {api_key: null}}", lambda c: not c.backends["a"].api_key and not c.backends["a"].cells[0].api_key),
        ("backends: {a: {headers: {X-A: null, X-D: new}}}", lambda c: c.backends["a"].headers == {"X-B": "two", "X-D": "new"}),
        ("backends: {a: {endpoints: {list: null}}}", lambda c: [cell.id for cell in c.backends["a"].cells] == ["ask"]),
        ("backends: {b: {endpoints: {list: }}}", lambda c: [cell.id for cell in c.backends["b"].cells] == ["ask", "list"]),
        ("backends: {b: {endpoints: {ask: {values: {model: huge}}}}}", lambda c: c.backends["b"].cells[0].body["model"] == "huge"),
        ("backends: {a: {endpoints: {ask: {headers: {X-Ask: null}}}}}", lambda c: "X-Ask" not in c.backends["a"].cells[0].headers),
        ("backends: {a: {endpoints: {list: {headers: {X-C: null}}}}}", lambda c: "X-C" not in c.backends["a"].endpoints["list"].headers),
        ("backends: {a: {endpoints: {ask: {api_key: null}}}}", lambda c: not c.backends["a"].cells[0].api_key),
        ("endpoints: {ask: {body: {keep: null}}}", lambda c: "keep" not in c.endpoints["ask"].body),
        ("endpoints: {ask: {path: /v2/ask}}", lambda c: url_of_first_cell(c).endswith("/v1/v2/ask")),
        ("endpoints: {ask: {body: {messages: [three]}}}", lambda c: c.endpoints["ask"].body["messages"] == ["three"]),
        ("endpoints: {ask: {parameters: {model: null}}}\nonly: [a]", lambda c: not c.endpoints["ask"].parameters),
        ("endpoints: {more: {like: ask, method: PUT}}", lambda c: c.endpoints["more"].body == c.endpoints["ask"].body),
        ("title: null", lambda c: c.title is None),
        ("title: Ours\nonly: [b]", lambda c: c.title == {"en": "Ours"} and list(c.backends) == ["b"]),
        ("only: [b, a]", lambda c: list(c.backends) == ["b", "a"]),
        ("guides: {key: null}", lambda c: "key" not in c.guides),
    ],
)  # fmt: skip
def test_merge_patch(own: str, found: Any, tmp_path: Path) -> None:
    """Mappings are merged, null removes, lists replace."""
    assert found(read(tmp_path, f"extends: base.yaml\n{own}\n", base=BASE))


def test_a_cell_takes_its_backends_effect_and_source(tmp_path: Path) -> None:
    """And keeps its own where it has one; a null takes it away."""
    own = """\
languages: [en]
backends:
  a:
    base_url: http://localhost
    effect: costs
    source: https://a.example
    checked: 2026-11
    endpoints: {x: {}, y: {effect: changes, source: 'https://y.example'}, z: {effect: null}}
endpoints: {x: {method: GET, path: /x}, y: {like: x}, z: {like: x}}
"""
    cells = read(tmp_path, own).backends["a"].cells

    assert [cell.effect for cell in cells] == ["costs", "changes", None]
    assert [(cell.source, cell.checked) for cell in cells[:2]] == [("https://a.example", "2026-11"), ("https://y.example", "2026-11")]


@pytest.mark.parametrize(
    ("method", "effect"),
    [("GET", None), ("POST", None), ("PROPFIND", None), ("LIST", None)]
    + [(method, "changes") for method in ("PUT", "PATCH", "DELETE", "MOVE", "LOCK", "PURGE")],
)
def test_what_a_method_does(method: str, effect: str | None, tmp_path: Path) -> None:
    """One that by its meaning changes something has that effect without a word; a null takes it away, wherever it stands."""
    own = f"""\
languages: [en]
endpoints:
  x: {{method: {method}, path: /x}}
  paid: {{like: x, effect: costs}}
  asked: {{like: x, effect: null}}
  again: {{like: paid, effect: null}}
backends:
  a: {{base_url: 'http://localhost', endpoints: {{x: {{}}, paid: {{}}, asked: {{}}, again: {{}}}}}}
  b: {{base_url: 'http://localhost', effect: costs, endpoints: {{x: {{}}, paid: {{effect: null}}}}}}
"""
    backends = read(tmp_path, own).backends

    assert [cell.effect for cell in backends["a"].cells] == [effect, "costs", None, None]
    assert [cell.effect for cell in backends["b"].cells] == ["costs", None]


@pytest.mark.parametrize(("first", "second"), [("body: {a: 1}", "text: b"), ("text: b", "form: {c: d}"), ("form: {c: d}", "body: {a: 1}")])
def test_another_kind_of_body_takes_the_place_of_the_inherited_one(first: str, second: str, tmp_path: Path) -> None:
    """A request has one body: that of the endpoint which it is like goes."""
    own = f"""\
languages: [en]
backends: {{a: {{base_url: http://localhost, endpoints: {{x: {{}}, y: {{}}}}}}}}
endpoints: {{x: {{method: POST, path: /x, {first}}}, y: {{like: x, {second}}}}}
"""
    x, y = read(tmp_path, own).backends["a"].cells

    assert [name for name in ("body", "text", "form") if getattr(x, name) is not None] == [first.partition(":")[0]]
    assert [name for name in ("body", "text", "form") if getattr(y, name) is not None] == [second.partition(":")[0]]


def test_without_extends_and_only_nothing_changes(tmp_path: Path) -> None:
    assert list(read(tmp_path, BASE).backends) == ["a", "b"]


def test_a_chain(tmp_path: Path) -> None:
    """One catalog over another over a third, each named from its own folder; only of one below is its own business."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "middle.yaml").write_text("extends: ../base.yaml\nonly: [a]\nbackends: {a: {name: Middle}}\n")
    read_ = read(tmp_path, "extends: deep/middle.yaml\nbackends: {a: {base_url: http://localhost:9/v1}}\n", base=BASE)
    assert list(read_.backends) == ["a", "b"]
    assert (read_.backends["a"].name, read_.backends["a"].base_url) == ("Middle", "http://localhost:9/v1")


@pytest.mark.slow
def test_languages_of_its_own(tmp_path: Path) -> None:
    """A team that reads one language writes in one; what is built in is shown in it, or in the first there is."""
    (tmp_path / "t").mkdir()
    english = read(tmp_path, "extends: builtin\nlanguages: [en]\ntitle: Ours\n")
    assert english.title == {"en": "Ours"}
    assert Renderer(english).pages()


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("only: [a, [b]]", "team.yaml:2: only[1]: expected a text"),
        ("only: [a, bb]", "team.yaml:2: only[1]: there is no backend bb (did you mean b?)"),
        ("backends: {a: {base_uri: x}}", "team.yaml:2: backends.a.base_uri: unknown key (did you mean base_url?)"),
        ("backends: {a: {base_url: ftp://x}}", "team.yaml:2: backends.a.base_url: must be http:// or https://"),
        ("endpoints: {ask: {pipelines: [{name: x, jq: '.['}]}}", "team.yaml:2: endpoints.ask.pipelines[0].jq: jq does not take"),
        ("backends: {a: {endpoints: {nope: {}}}}", "team.yaml:2: backends.a.endpoints.nope: there is no such endpoint"),
        ("languages: [en, zh]\nbackends: {a: {about: {en: x}}}", "team.yaml:3: backends.a.about: zh is missing"),
    ],
)  # fmt: skip
def test_faults_point_into_the_team_s_file(own: str, said: str, tmp_path: Path) -> None:
    assert any(fault.startswith(said) for fault in faults(tmp_path, f"extends: base.yaml\n{own}\n", base=BASE))


def test_faults_point_into_the_file_below(tmp_path: Path) -> None:
    """What is wrong in the catalog below is reported with its own file and line."""
    found = faults(tmp_path, "extends: base.yaml\nbackends: {a: {name: A}}\n", base=BASE.replace("path: /list", "path: list"))
    assert [fault.split(" must ")[0] for fault in found] == ["base.yaml:17: endpoints.list.path:"]


@pytest.mark.parametrize(
    ("extends", "said"),
    [
        ("nowhere.yaml", "team.yaml:1: extends: there is no file "),
        ("team.yaml", "team.yaml:1: extends: goes in a circle"),
        ("other.yaml", "other.yaml:1: extends: goes in a circle"),
        ("[a]", "team.yaml:1: extends: expected builtin, or the path of a catalog"),
        (".", "team.yaml:1: extends: there is no file "),
        ("broken.yaml", "broken.yaml:2: not YAML"),
    ],
)
def test_what_cannot_be_extended(extends: str, said: str, tmp_path: Path) -> None:
    found = faults(tmp_path, f"extends: {extends}\n", other="extends: team.yaml\n", broken="a: [\n")
    assert [fault for fault in found if fault.startswith(said)], found


@pytest.mark.slow
def test_the_command_builds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the folder alone; a change below is a change here."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "catalog.yaml").write_text(TEAM)
    assert CliRunner().invoke(main, ["build"]).exit_code == 0
    assert (tmp_path / "out" / "litellm-models.sh").is_file()
    assert not (tmp_path / "out" / "mindie-chat-completions.sh").exists()
