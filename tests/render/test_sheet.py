"""The sheet that `curlsheet show BACKEND` prints for a terminal: whole, narrow, harmless."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import CATALOGS, ROOT, Run, mostly_slow
from hypothesis import given, strategies

from generator import bash
from generator.catalog.model import Cell
from generator.cli.main import main
from generator.render import terminal, wrap
from generator.render.renderer import Renderer
from generator.render.views.quick_start import first_cell

BUILT_IN, HOSTILE, EVERYTHING = ROOT / "catalog.yaml", CATALOGS / "hostile.yaml", CATALOGS / "good" / "everything.yaml"
SHEETS = [
    *((BUILT_IN, lang, backend) for lang in ("en", "zh") for backend in ("ollama", "litellm", "xinference", "openai")),
    *((HOSTILE, lang, "nasty") for lang in ("en", "zh")),
    *((EVERYTHING, "zh", backend) for backend in ("lab", "bare")),
]
each_sheet = pytest.mark.parametrize(
    ("file", "lang", "backend"),
    mostly_slow(
        {f"{file.stem}-{lang}-{backend}": (file, lang, backend) for file, lang, backend in SHEETS},
        quick=["catalog-en-litellm", "catalog-zh-ollama", "hostile-zh-nasty", "everything-zh-lab"],
    ),
)
GOOD = sorted((CATALOGS / "good").glob("*.yaml"))
COLUMNS = 80


def show(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["show", *map(str, arguments)], catch_exceptions=False)


def typed(renderer: Renderer, backend: str, lang: str) -> list[str]:
    """What stands on a sheet to be typed: commands, the start, filters."""
    chosen = renderer.catalog.backends[backend]
    texts = [renderer.command(backend, cell.id, lang).text for cell in chosen.cells]
    texts += [chosen.start or ""]
    for cell in chosen.cells:
        for pipeline in cell.pipelines or ():
            if cell.sample is not None:
                texts.append(renderer.environment.filters["word"](pipeline.jq))
    return [text.strip("\n") for text in texts if text]


def in_order(renderer: Renderer, backend: str) -> list[Cell]:
    """The cells of a backend as its sheet has them: group by group."""
    return [cell for _, cells in renderer.catalog.in_groups(renderer.catalog.backends[backend].cells) for cell in cells]


@each_sheet
def test_every_command_stands_whole(render: Callable[[Path], Renderer], file: Path, lang: str, backend: str) -> None:
    """Each command as `show BACKEND ENDPOINT --lang` prints it, from the start of its line, group by group, between blank lines."""
    renderer = render(file)
    sheet = renderer.sheet(backend, lang)
    cells = in_order(renderer, backend)
    first = first_cell(renderer.catalog.backends[backend])
    end = sheet.index(f"\n\n{renderer.command(backend, first.id, lang).text}\n\n") + 10 if first else 0  # it stands there twice
    for cell in cells:
        end = sheet.index(f"\n\n{renderer.command(backend, cell.id, lang).text}\n\n", end)
    assert [text for text in typed(renderer, backend, lang) if text not in sheet] == []


@each_sheet
def test_nothing_reaches_the_terminal_but_text(render: Callable[[Path], Renderer], file: Path, lang: str, backend: str) -> None:
    """No control character, and none that reorders a line; it ends with a line break, and never has three in its own text."""
    sheet = render(file).sheet(backend, lang)

    assert re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", sheet) == []
    assert sheet.endswith("\n") and not sheet.endswith("\n\n")
    if file != HOSTILE:
        assert re.findall(r"\n\n\n|^(?!  ).*[ \t]$|^[ \t]+$", sheet, re.MULTILINE) == []  # what filters print may end in a blank


@pytest.mark.parametrize(("lang", "backend"), [(lang, backend) for lang in ("en", "zh") for backend in ("ollama", "litellm", "llama-cpp")])
def test_prose_fits_in_80_columns(render: Callable[[Path], Renderer], lang: str, backend: str) -> None:
    """What is wider is a command, a filter, an output, an address, or code that may not be broken."""
    renderer = render(BUILT_IN)
    known = "\n".join(typed(renderer, backend, lang))
    wide = [line for line in renderer.sheet(backend, lang).split("\n") if wrap.columns(line) > COLUMNS]

    assert [
        line for line in wide if line not in known and not line.startswith(("| ", "  ")) and "http" not in line and "[[ -n" not in line
    ] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_sheet_has_it_all(render: Callable[[Path], Renderer], lang: str) -> None:
    """What the backend's page says, in its order: what it is, address, key, start, each endpoint with its options, notes, troubles."""
    renderer = render(BUILT_IN)
    for backend in renderer.catalog.backends.values():
        sheet = renderer.sheet(backend.id, lang)
        flat = re.sub(r"\s+", "", sheet)
        said = [backend.name, terminal.plain(backend.about[lang]) if backend.about else "", backend.base_url, f"{backend.prefix}BASE_URL"]
        said += [backend.start or ""]
        for cell in in_order(renderer, backend.id):
            assert cell.title
            said += [f"{cell.title[lang]}\n---", f"{backend.id}-{cell.id}.sh"]
            for parameter in cell.parameters.values():
                said += [parameter.option or parameter.placeholder_name, parameter.about[lang] if parameter.about else ""]
            said += [terminal.plain(note[lang]) for note in cell.notes]
        said += [terminal.plain(note[lang]) for note in backend.notes]
        said += [terminal.plain(cell.missing[lang]) for cell in backend.endpoints.values() if cell.missing]
        for trouble, _ in backend.all_troubles:
            said += [trouble.say[lang].replace("{key}", bash.asking(backend.api_key[0].variable) if backend.api_key else "")]
        end = 0
        for text in said:
            found = flat.find(re.sub(r"\s+", "", text), end)
            assert found >= 0, text
            end = found


@pytest.mark.parametrize("file", mostly_slow({path.stem: path for path in GOOD}, quick=["everything", "docker", "github"]))
def test_sheet_of_any_catalog(render: Callable[[Path], Renderer], file: Path) -> None:
    """Every backend in every language, whatever it leaves out: one blank line between two blocks, none more."""
    renderer = render(file)
    for lang in renderer.catalog.languages:
        for backend in renderer.catalog.backends.values():
            sheet = renderer.sheet(backend.id, lang)
            for cell in backend.cells:
                command = renderer.command(backend.id, cell.id, lang).text
                assert f"\n\n{command}\n\n" in sheet
                sheet = sheet.replace(command, "…")
            assert re.findall(r"\n\n\n|[ \t]\n", sheet) == []


def test_backend_that_has_nothing(tmp_path: Path) -> None:
    """All of its endpoints missing: no first command, but why."""
    (tmp_path / "catalog.yaml").write_text(
        "languages: [en]\nbackends:\n  one: {base_url: http://localhost:1, endpoints: {x: {missing: not here}}}\n"
        "  two: {base_url: http://localhost:1, endpoints: {x: {}}}\nendpoints:\n  x: {method: GET, path: /x, title: It}\n"
    )

    assert show("one", "--catalog", tmp_path / "catalog.yaml").stdout == (
        "one\n===\n\nBase URL: http://localhost:1 (ONE_BASE_URL)\nAPI key: none\n\nNotes\n-----\n\n✗ It: not here\n"
    )


@pytest.mark.slow
def test_show_takes_the_language() -> None:
    """English, or the one that is asked for; one that there is not is a usage error."""
    english, chinese = show("ollama", "--catalog", BUILT_IN), show("ollama", "--lang", "zh", "--catalog", BUILT_IN)

    assert english.exit_code == chinese.exit_code == 0
    assert english.stdout.startswith("Ollama\n======\n\nRuns open models") and "\nNotes\n-----\n" in english.stdout
    assert chinese.stdout.startswith("Ollama\n======\n\n在本机运行") and "\n注意事项\n--------\n" in chinese.stdout
    assert show("ollama", "--lang", "zz", "--catalog", BUILT_IN).exit_code == 2
    assert "There is no language 'zz' (known: en, zh)." in show("ollama", "--lang", "zz", "--catalog", BUILT_IN).stderr
    of_script = show("ollama", "models", "--as", "script", "--lang", "zh", "--catalog", BUILT_IN)
    assert (of_script.exit_code, "a script is the same in all languages" in of_script.stderr) == (2, True)


def test_sheet_of_a_catalog_in_one_language() -> None:
    """Where there is no English, it comes in the catalog's first language."""
    assert "命令输出：" in show("lab", "--catalog", EVERYTHING).stdout


def test_control_characters_are_spelt_out(tmp_path: Path) -> None:
    """Wherever a catalog may hold one: names, start, samples and so outputs, defaults. (In prose each is a fault.)"""
    bad = '"a\\x1b]0;x\\x07\\x9b\\r\\u202eb"'
    (tmp_path / "catalog.yaml").write_text(
        f"languages: [en]\nbackends:\n  one:\n    name: {bad}\n    start: {bad}\n    base_url: http://localhost:1\n"
        f"    endpoints: {{x: {{}}}}\nendpoints:\n  x:\n    method: POST\n    path: /x\n    body: {{a: {bad}}}\n    sample: {{a: {bad}}}\n"
        f"    pipelines: [{{name: a, jq: .a, raw: true}}, {{name: b, jq: .a}}]\n"
        f"    parameters: {{a: {{at: [body, a], option: --a}}}}\n"
    )
    result = show("one", "--catalog", tmp_path / "catalog.yaml")

    assert (result.exit_code, result.stderr) == (0, "")
    assert re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", result.stdout) == []
    assert result.stdout.count("\\x1b]0;x") >= 5


def test_pasting_a_part_of_the_sheet_runs_nothing_else(render: Callable[[Path], Renderer], bash: Run, tmp_path: Path) -> None:
    """The lines that set the key, in a catalog whose every text would like to run."""
    sheet = render(HOSTILE).sheet("nasty", "en")
    (setting,) = re.findall(r"^export NASTY_KEY=.*$", sheet, re.MULTILINE)
    done = bash("-c", setting)

    assert (done.returncode, done.stdout) == (0, b"")
    assert not (tmp_path / "home" / "pwned").exists()


@pytest.mark.parametrize(
    ("text", "expected", "width"),
    [
        ("plain", "plain", 80),
        ("*em* and **strong**", "em and strong", 80),
        ("a * b * c", "a * b * c", 80),
        ("`max_tokens`, `/v1` and `--raw`", "max_tokens, /v1 and --raw", 80),
        ("the `id` of `jq`", "the `id` of `jq`", 80),
        ("`'` and `a b` and `x.`", "`'` and `a b` and `x.`", 80),
        ("`` a`b ``", "``a`b``", 80),
        ("[text](https://example.com/a)", "text (https://example.com/a)", 80),
        ("<https://example.com/>", "https://example.com/", 80),
        ("[x](javascript:alert)", "[x](javascript:alert)", 80),
        ("a\\\nb", "a\nb", 80),
        ("# heading\n\ntext", "heading\n\ntext", 80),
        ("- a\n- b\n\n1. c", "- a\n- b\n\n1. c", 80),
        ("> quoted", "> quoted", 80),
        ("```bash\na  b\n\n\tc\n```", "a  b\n\n\tc", 80),
        ("one two three four five six", "one two three\nfour five six", 15),
        ("- one two three four five", "- one two three\n  four five", 15),
        ("一二三四五六七八九", "一二三四五六七\n八九", 15),
        ("一二三四五六七，八", "一二三四五六\n七，八", 15),
        ("一二三四五六（七）", "一二三四五六\n（七）", 15),
        ("一二三四五 abcdef 六", "一二三四五\nabcdef 六", 15),
        ("run `a long command of one line` now", "run\n`a long command of one line`\nnow", 15),
        ("a\u00a0b\u3000c", "a\u00a0b c", 80),
        ("", "", 80),
    ],
)
def test_prose_as_plain_text(text: str, expected: str, width: int) -> None:
    """Marks go where nothing is lost; lines end between words, and in Chinese where a comma or bracket allows it."""
    assert terminal.plain(text, width) == expected


@given(text=strategies.text("ab c（）“”，。中文\u3000\xa0\t\n\u0301😀-", max_size=60), width=strategies.integers(4, 30))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    """Any text: its letters in their order, no line too long that could have ended earlier, no blanks at an end."""
    lines = wrap.wrapped(text, width).split("\n")

    assert "".join("".join(lines).split()) == "".join(text.split())
    assert [line for line in lines if line != line.strip(" \t\u3000")] == []
    assert [line for line in lines if wrap.columns(line) > width and " " in line] == []


def test_columns() -> None:
    """Chinese takes two columns, an accent set over a letter none."""
    assert [wrap.columns(text) for text in ("ab", "中文", "（a）", "e\u0301", "")] == [2, 4, 5, 1, 0]


def test_what_is_said_of_a_group_stands_below_its_title_in_every_format(render: Callable[[Path], Renderer]) -> None:
    renderer = render(CATALOGS / "good" / "github.yaml")
    pages = {page.path: page.text for page in renderer.pages()}

    assert "\nRepositories\n============\n\nOf any owner: a user, or an organization.\n" in renderer.sheet("github", "en")
    assert "](#source-as-an-archive)\n\n    Of any owner: a user, or an *organization*.\n\n- **Issues**" in pages["cheatsheet-github.en.md"]
    for lang, said in {"en": "Of any owner: a user, or an <em>organization</em>.", "zh": "属于任何所有者：用户或<em>组织</em>。"}.items():
        for page in (f"cheatsheet-github.{lang}.html", f"cheatsheet.all.{lang}.html"):
            assert pages[page].count(f'</h2>\n<div class="about"><p>{said}</p></div>\n') == 1
