"""What pages show in place of a parameter's default: in which language, for which default, and where it is printed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import ROOT, Run
from recorder import Recorder

from generator import catalog
from generator.bash import word
from generator.catalog.nodes import CatalogError
from generator.cli.main import main
from generator.render.renderer import Renderer
from generator.request import build_request

ASKED = "Why's that?"
BASE = """\
languages: [en, zh]
backends:
  a:
    base_url: http://localhost:1
    endpoints:
      ask: {parameters: {model: {shown: mine}}}
      own: {}
      other: {}
  b: {base_url: http://localhost:2, values: {model: big}, endpoints: {ask: {}, other: {parameters: {question: {shown: null}}}}}
endpoints:
  ask:
    method: POST
    path: /ask
    body: {model: small, question: 为什么？}
    parameters:
      model: {at: [body, model], option: --model, variable: MODEL}
      question: {at: [body, question], argument: true, shown: {en: "Why's that?"}}
    pipelines: [{name: answer, jq: .answer, raw: true}]
    sample: {answer: yes!}
  own: {like: ask, body: {question: 多久？}}
  other: {like: ask, path: /other}
"""


def read(folder: Path, text: str) -> Renderer:
    """The pages of a catalog, beside the one above."""
    (folder / "base.yaml").write_text(BASE, "utf-8")
    (folder / "catalog.yaml").write_text(text, "utf-8")
    return Renderer(catalog.read(folder / "catalog.yaml", "catalog.yaml"))


def bodies(renderer: Renderer, language: str | None) -> dict[str, list[str]]:
    """The model and the question of each cell's request."""
    return {
        f"{backend.id} {cell.id}": list(json.loads(build_request(backend, cell.in_language(language)).body or "").values())
        for backend in renderer.catalog.backends.values()
        for cell in backend.cells
    }


def test_each_language(tmp_path: Path) -> None:
    """A language that is not written has the default; one text is for all. `like` inherits it with the default, a cell says another."""
    renderer = read(tmp_path, BASE)

    assert bodies(renderer, None) == {
        "a ask": ["small", "为什么？"],
        "a own": ["small", "多久？"],
        "a other": ["small", "为什么？"],
        "b ask": ["big", "为什么？"],
        "b other": ["big", "为什么？"],
    }
    assert bodies(renderer, "en") == {
        "a ask": ["mine", "Why's that?"],
        "a own": ["small", "多久？"],
        "a other": ["small", "Why's that?"],
        "b ask": ["big", "Why's that?"],
        "b other": ["big", "为什么？"],
    }
    assert bodies(renderer, "zh") == bodies(renderer, None) | {"a ask": ["mine", "为什么？"]}


@pytest.mark.parametrize(
    ("team", "shown"),
    [
        ("backends: {a: {endpoints: {ask: {values: {model: ours}}}}}", ["ours", "Why's that?"]),
        ("backends: {a: {values: {model: ours}}}", ["ours", "Why's that?"]),
        ("backends: {a: {endpoints: {ask: {body: {question: Ours?}}}}}", ["mine", "Ours?"]),
        ("endpoints: {ask: {body: {model: ours}}}", ["ours", "Why's that?"]),
        ("endpoints: {ask: {parameters: {question: {shown: {en: When?}}}}}", ["mine", "When?"]),
        ("endpoints: {ask: {parameters: {question: {shown: null}}}}", ["mine", "为什么？"]),
        ("backends: {a: {endpoints: {ask: {parameters: {question: {shown: {en: null, zh: 何时？}}}}}}}", ["mine", "为什么？"]),
        ("backends: {a: {endpoints: {ask: {values: {model: ours}, parameters: {model: {shown: theirs}}}}}}", ["theirs", "Why's that?"]),
        ("languages: [zh, en]", ["mine", "Why's that?"]),
    ],
)
def test_default_of_a_team_is_shown(team: str, shown: list[str], tmp_path: Path) -> None:
    """What pages show stands for the default beside which it was written: a nearer file's own default is shown, not that."""
    renderer = read(tmp_path, f"extends: base.yaml\n{team}\n")

    assert bodies(renderer, "en")["a ask"] == shown


def test_languages_of_a_team(tmp_path: Path) -> None:
    """A team's pages may be in fewer languages than the catalog that it extends; its own file may not name others."""
    assert bodies(read(tmp_path, "extends: base.yaml\nlanguages: [zh]\n"), "zh")["a ask"] == ["mine", "为什么？"]
    with pytest.raises(CatalogError) as caught:
        read(tmp_path, "extends: base.yaml\nlanguages: [zh]\nendpoints: {ask: {parameters: {question: {shown: {en: Why}}}}}\n")
    assert [str(fault) for fault in caught.value.faults] == [
        "catalog.yaml:3: endpoints.ask.parameters.question.shown.en: no page is in en: languages are zh"
    ]


def test_script_and_command_send_the_same(tmp_path: Path, bash: Run, recorder: Recorder) -> None:
    """The page's command sends what the script sends with these values; the script alone, what `show` prints without a language."""
    renderer = read(tmp_path, BASE.replace("http://localhost:1", recorder.url))
    recorder.answers({"answer": "yes!"})
    script = tmp_path / "a-ask.sh"
    script.write_text(renderer.script("a", "ask").text, "utf-8")
    sent = []
    for arguments in (
        ("-c", renderer.command("a", "ask", "en").text),
        (script, "--model", "mine", "Why's that?"),
        ("-c", renderer.command("a", "ask").text),
        (script,),
    ):
        assert bash(*arguments).stdout == b"yes!\n"
        request = recorder.only()
        sent.append((request.method, request.target, sorted(request.headers), request.json()))

    assert [body for *_, body in sent][::2] == [{"model": "mine", "question": "Why's that?"}, {"model": "small", "question": "为什么？"}]
    for by_command, by_script in (sent[:2], sent[2:]):
        named = [(name, value) for name, value in by_script[2] if name != "Content-Length"]
        assert (by_command[:2], by_command[3]) == (by_script[:2], by_script[3])
        assert [(name, value) for name, value in by_command[2] if name != "Content-Length"] == named


def test_pages(tmp_path: Path) -> None:
    """They have it in commands, form and quick start, say once that scripts differ, and name the scripts' defaults; scripts keep them."""
    renderer = read(tmp_path, BASE)
    pages = {page.path: page.text for page in renderer.pages()}

    assert pages["cheatsheet-a.en.md"].count("Some commands show other values than the defaults of their scripts") == 1
    assert "Some commands" not in pages["cheatsheet-b.zh.md"] and "示例值" not in pages["cheatsheet-b.zh.md"]
    assert pages["cheatsheet-a.zh.md"].count("部分命令的示例值与脚本的默认值不同") == 1
    assert "| `QUESTION` (argument) |  | `为什么？` |" in pages["cheatsheet-a.en.md"]
    assert f"./a-ask.sh --model MODEL {word(ASKED)}" in pages["cheatsheet.en.md"]
    assert f"./a-ask.sh --model MODEL {word('为什么？')}" in pages["cheatsheet.zh.md"]
    assert pages["cheatsheet.en.md"].count("Some commands show other values") == 1
    assert "Why's that" not in "".join(text for path, text in pages.items() if path.endswith(".sh"))


def test_signs_of_what_is_shown_are_explained(tmp_path: Path) -> None:
    """A sign that only a page's command needs, such as the quotes around a query, is among those that pages explain."""
    (tmp_path / "catalog.yaml").write_text(
        "languages: [en]\nbackends: {a: {base_url: 'http://localhost:1', endpoints: {x: {}}}}\n"
        "endpoints: {x: {method: GET, path: /x, response: text, "
        "parameters: {q: {at: [query, q], option: --query, type: string, shown: jq}}}}\n"
    )
    renderer = Renderer(catalog.read(tmp_path / "catalog.yaml"))

    assert "'" not in renderer.command("a", "x").text and "'" in renderer.command("a", "x", "en").text
    assert "'" in renderer.flags()["bash"]


def show(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["show", *arguments], catch_exceptions=False)


@pytest.mark.parametrize("language", [None, "en", "zh"])
def test_show(language: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --lang, command and sheet are those of the pages; without, they have the scripts' defaults."""
    renderer = read(tmp_path, BASE)
    monkeypatch.chdir(tmp_path)
    lang = ["--lang", language] if language else []

    command = renderer.command("a", "ask", language).text
    assert show("a", "ask", *lang).stdout == f"{command}\n"
    sheet = show("a", *lang).stdout
    assert f"\n\n{command}\n\n" in sheet
    assert ("Some commands show other" in sheet, "部分命令的示例值" in sheet) == (language == "en", language == "zh")


def test_built_in_pages_ask_in_their_language(render: Callable[[Path], Renderer]) -> None:
    """Pages in English ask in English, but where the answer that is shown repeats the question, and Xinference's name of a voice."""
    renderer = render(ROOT / "catalog.yaml")
    chinese = [
        f"{backend.id} {cell.id}"
        for backend in renderer.catalog.backends.values()
        for cell in backend.cells
        if any("\u4e00" <= letter <= "\u9fff" for letter in renderer.command(backend.id, cell.id, "en").text)
    ]

    assert chinese == ["xinference speech", "mindie tokenize", "llama-cpp apply-template", "tgi tokenize"]


def test_built_in_pages_name_models_that_the_server_has(render: Callable[[Path], Renderer]) -> None:
    """Ollama and Xinference have no model called as the notes call it, until somebody names one so, as Ollama's copy does."""
    renderer = render(ROOT / "catalog.yaml")
    for lang in renderer.catalog.languages:
        for backend in ("ollama", "xinference"):
            cells = renderer.catalog.backends[backend].cells
            assert [cell.id for cell in cells if "gpt-3.5" in renderer.command(backend, cell.id, lang).text and cell.id != "copy"] == []


SAMPLE = """\
    pipelines: [{name: answer, jq: .answer, raw: true}]
    sample: {answer: 你好}
    sample_shown: {你好: {en: "Why, hello!"}, 其他: {en: other}}
"""
ANSWERED = BASE.replace("    pipelines: [{name: answer, jq: .answer, raw: true}]\n    sample: {answer: yes!}\n", SAMPLE)


def test_a_page_answers_in_its_language(tmp_path: Path) -> None:
    """In what filters print and in the whole answer, which says that it is translated; other languages and the script have the sample."""
    assert SAMPLE in ANSWERED
    renderer = read(tmp_path, ANSWERED)
    for template in ("cheatsheet-{backend}.{lang}.html.j2", "cheatsheet-{backend}.{lang}.md.j2"):
        english, chinese = (renderer.page(template, {"backend": "b", "lang": lang}).text for lang in ("en", "zh"))
        assert "Why, hello!" in english and "你好" not in english and "texts are translated" in english
        assert "Why, hello!" not in chinese and "你好" in chinese and "文本已翻译" not in chinese
    assert "Why, hello!" in renderer.sheet("b", "en") and "你好" in renderer.sheet("b") and "Why, hello!" not in renderer.sheet("b")
    assert renderer.catalog.backends["b"].endpoints["ask"].sample == {"answer": "你好"}


@pytest.mark.parametrize(
    ("shown", "fault"),
    [
        ("{你好: {de: Hallo}}", "endpoints.ask.sample_shown.你好.de: no page is in de: languages are en, zh"),
        ("{你好: 3}", "endpoints.ask.sample_shown.你好: expected a text, but YAML reads this as a number: put it in quotes"),
    ],
)
def test_faults_of_what_a_sample_shows(shown: str, fault: str, tmp_path: Path) -> None:
    text = ANSWERED.replace('{你好: {en: "Why, hello!"}, 其他: {en: other}}', shown)
    with pytest.raises(CatalogError) as raised:
        read(tmp_path, text)
    assert fault in str(raised.value)


def test_a_filter_that_fails_on_what_is_shown(tmp_path: Path) -> None:
    text = ANSWERED.replace("jq: .answer", 'jq: if .answer == "你好" then .answer else error("no") end')
    with pytest.raises(CatalogError, match="fails on the sample"):
        read(tmp_path, text)


def test_english_pages_answer_in_english() -> None:
    """But for what is the content of a file, and where the command itself holds Chinese."""
    renderer = Renderer(catalog.read(ROOT / "catalog.yaml", "catalog.yaml"))
    site = renderer.site("en")
    found = set()
    for backend, cell in site.all_cells:
        answer = site.answer(backend, cell)
        in_chinese = [
            bool(re.search("[\u4e00-\u9fff]", text)) for text in (answer.sample if answer else "", site.command(backend.id, cell.id).text)
        ]
        if in_chinese == [True, False]:
            found.add(cell.id)
    assert found == {"file-content"}
