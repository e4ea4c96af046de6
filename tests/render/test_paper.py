"""What the browser prints: a sheet with the commands of a server, all of a server, and everything; never a key."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import every_script
from visits import Visits, fill, until

from generator.render import html

A4 = {"width": 733, "height": 1000}  # what is between the margins of the sheet
MARGINS = ("-x", "0", "-y", "29", "-W", "596", "-H", "790")  # in points: the page without its header and its footer
PRINTED = """() => [...document.querySelectorAll('.cell .command')]
  .map(command => [command.closest('.cell').dataset.backend, command.textContent])"""


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def text_of(file: Path, *options: str) -> str:
    """What stands in a PDF file, in the order in which it is drawn."""
    return subprocess.run(["pdftotext", "-raw", *options, file, "-"], capture_output=True, check=True).stdout.decode()


def sheets_of(file: Path) -> list[str]:
    """What stands on each page of a PDF file, header and footer too."""
    return text_of(file).split("\f")[:-1]


def ask_for(page: Any, what: str) -> None:
    """Presses a button for printing. What the browser's dialog would print is then made by `printed`."""
    page.evaluate("window.print = () => {}")
    page.click(f"[data-print={what}]")


def printed(page: Any, folder: Path) -> Path:
    """Prints a page as it is; nothing is cut off or shrunk, and nothing to be pressed is on it."""
    page.emulate_media(media="print")
    page.set_viewport_size(A4)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")  # media queries follow a frame later
    assert page.evaluate("document.documentElement.scrollWidth") <= A4["width"]
    cut = "[...document.querySelectorAll('pre')].filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth).length"
    assert page.evaluate(cut) == 0
    controls = "button:visible, form:visible, input:visible, select:visible, nav:visible, dialog:visible, [role=tooltip]:visible"
    assert page.locator(controls).count() == 0
    page.emulate_media(media="null")
    file = folder / "page.pdf"
    file.write_bytes(page.pdf(format="A4"))
    return file


def assert_all_commands(page: Any, file: Path) -> None:
    """Every command is there from its first letter to its last, and ends before the right edge."""
    paper = squeezed(text_of(file, *MARGINS))
    for _, command in page.evaluate(PRINTED):
        # what is not ASCII depends on the fonts of this machine
        assert all(squeezed(part) in paper for part in re.split(r"[^\x00-\x7f]+", command)), command
    words = subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, check=True).stdout.decode()
    assert max(float(right) for right in re.findall(r'xMax="([\d.]+)"', words)) <= 596 - 22


@pytest.mark.parametrize(
    ("backend", "lang", "most"), [("ollama", "zh", 2), ("vllm", "en", 2), ("litellm", "en", 3), every_script("ollama", "en", 2)]
)
def test_sheet_of_a_server(backend: str, lang: str, most: int, visit: Visits, tmp_path: Path) -> None:
    """Its commands alone, on few sheets, with the reader's values and the long names of flags."""
    page = visit("built-in", backend, lang)
    fill(page, url="http://gpu-7:4000/v1")
    ask_for(page, "sheet")
    file = printed(page, tmp_path)
    sheets = sheets_of(file)
    name = page.text_content("h1")

    assert len(sheets) <= most
    assert all(sheet.startswith(f"{name} ") for sheet in sheets)
    assert all(f"\n{n} / {len(sheets)}\n" in sheet for n, sheet in enumerate(sheets, 1))
    assert_all_commands(page, file)
    assert page.evaluate(PRINTED) and all("http://gpu-7:4000/" in command for _, command in page.evaluate(PRINTED))
    assert "-H --header" in text_of(file)
    assert page.text_content("#_flags dd") not in text_of(file)


def test_the_print_after_a_sheet_is_of_all(visit: Visits, tmp_path: Path) -> None:
    """The buttons do not change what the browser's own command prints."""
    page = visit("thirteen", "litellm")
    output = page.text_content(".output").strip()
    ask_for(page, "sheet")
    sheet = text_of(printed(page, tmp_path))
    until(page, "!document.documentElement.classList.contains('sheet')")

    assert output not in sheet
    assert output in text_of(printed(page, tmp_path))


@pytest.mark.parametrize(
    ("name", "backend", "lang"), [("thirteen", "litellm", "en"), ("thirteen", "ollama", "zh"), ("hostile", "nasty", "en")]
)
def test_all_of_a_server(name: str, backend: str, lang: str, visit: Visits, site: Any, tmp_path: Path) -> None:
    """Commands, answers, options and the flags explained; numbers where a command's explanation is open; its name; no typed key."""
    page = visit(name, backend, lang)
    fill(page, url="http://mine/v1")
    if page.evaluate("Boolean(document.querySelector('[data-key]'))"):
        fill(page, key="typed", secret="sk-secret")
    if name == "thirteen":
        page.locator(".cell .explain").nth(1).click()
    ask_for(page, "all")
    file = printed(page, tmp_path)
    paper = squeezed(text_of(file, *MARGINS))
    ascii_name = re.match(r"[\x20-\x7e]*", site.renderer(name).catalog.backends[backend].name)

    assert ascii_name
    assert all(squeezed(sheet).startswith(squeezed(ascii_name[0])) for sheet in sheets_of(file))
    assert "sk-secret" not in paper
    assert "http://mine/" in paper
    if name == "thirteen":
        assert_explained(page, paper)
        for kind in (".step .output", ".options dt code"):
            texts = page.locator(kind).all_text_contents()
            assert texts and all(squeezed(part) in paper for text in texts for part in re.split(r"[^\x00-\x7f]+", text)), kind


def assert_explained(page: Any, paper: str) -> None:
    """Each flag that is used is explained once, at the end; one command is explained where it stands, and it alone has numbers."""
    for meaning in [*page.locator("#_flags dd").all_text_contents(), *page.locator(".explanation dd").all_text_contents()]:
        assert all(squeezed(part) in paper for part in re.split(r"[^\x00-\x7f]+", meaning)), meaning
    assert paper.count("-f1s2S3") == 1 and paper.count("-fsS") > 3


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_edition_names_the_server_of_each_sheet(lang: str, visit: Visits, site: Any, tmp_path: Path) -> None:
    """Everything in one file prints too: a server begins on a new sheet, and its name is on all of its sheets."""
    page = visit("thirteen", path=f"cheatsheet.all.{lang}.html")
    sheets = sheets_of(printed(page, tmp_path))
    servers = [backend.name for backend in site.backends("thirteen")]
    names = [next((server for server in servers if sheet.startswith(f"{server} {page.text_content('h1')}\n")), "") for sheet in sheets]

    assert [name for at, name in enumerate(names) if name and name != names[at - 1]] == servers
    for name, sheet in zip(names, sheets, strict=True):
        assert [
            server for server in servers if re.search(rf"^{re.escape(server)}$", sheet, re.MULTILINE) and server != name
        ] == [] or not name


def test_all_columns_of_the_matrix_are_printed(visit: Visits, tmp_path: Path) -> None:
    """The built-in catalog has 28 servers."""
    page = visit("built-in")
    file = printed(page, tmp_path)

    assert page.locator("#_matrix thead a").count() > 20
    assert all(name in text_of(file) for name in page.locator("#_matrix thead a").all_text_contents())


@pytest.mark.parametrize("what", ["sheet", "all"])
def test_paper_is_white(what: str, visit: Visits) -> None:
    """Also where the reader, or the system, chose the dark theme."""
    page = visit("thirteen", "litellm", color_scheme="dark")
    page.evaluate("localStorage.setItem('theme', 'dark')")
    page.reload()
    ask_for(page, what)
    colours = "['body', '.command', '.cell h3', '.output'].map(name => getComputedStyle(document.querySelector(name)).color)"
    dark = page.evaluate(colours)
    page.emulate_media(media="print")

    def brightness(colour: str) -> float:
        return sum(float(part) for part in re.findall(r"[\d.]+", colour)[:3]) / 3

    assert page.evaluate("document.documentElement.dataset.theme") == "dark" and min(map(brightness, dark)) > 128
    assert max(map(brightness, page.evaluate(colours))) < 128
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize(
    "text", ["LiteLLM", "a\"b'c\\d", "</style><script>x", "{{ 7 }} @import '/x'; } * { color: red", "引号 “x” 😀", "a1 2b", "--", ""]
)
def test_names_are_texts_in_css(text: str, browser: Any) -> None:
    """Whatever a name holds, the browser reads it as the same text."""
    page = browser.new_page()
    page.set_content(f"<style>p::before {{ content: {html.css_text(text)}; }}</style><p>")
    content = page.evaluate("getComputedStyle(document.querySelector('p'), '::before').content")
    page.close()

    assert content == '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
