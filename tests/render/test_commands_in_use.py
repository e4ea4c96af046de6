"""Commands in use: copied, shared, explained, and read by another filter."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from conftest import every_script
from visits import SEEN, Site, Visits, export, fill, go, shown, until

from generator.catalog.model import Cell

# What every copy button on the screen puts on the clipboard, its name, what was said, and what it belongs to.
COPY_ALL = f"""async () => {{ {SEEN}
  const said = document.getElementById('_said'), found = [];
  const heard = [];
  new MutationObserver(() => said.textContent && heard.push(said.textContent))
    .observe(said, {{childList: true, characterData: true, subtree: true}});
  for (const button of [...document.querySelectorAll('button.copy')].filter(seen)) {{
    const before = heard.length;
    await navigator.clipboard.writeText('nothing');
    button.focus();
    button.click();
    const until = performance.now() + 2000;
    while (heard.length === before && performance.now() < until) await new Promise(next => setTimeout(next, 5));
    found.push({{
      text: await navigator.clipboard.readText(), heard: heard.at(-1), name: button.getAttribute('aria-label'),
      focused: document.activeElement === button, command: button.parentElement.querySelector('.command').textContent,
    }});
  }}
  await new Promise(next => setTimeout(next, 100));
  return [found, heard]; }}"""


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("thirteen", "cheatsheet-ollama.en.html"),
        ("thirteen", "cheatsheet-litellm.zh.html"),
        ("thirteen", "cheatsheet.zh.html"),
        ("thirteen", "cheatsheet.all.en.html"),
        every_script("built-in", "cheatsheet-litellm.en.html"),
        ("hostile", "cheatsheet-nasty.zh.html"),
    ],
)
def test_copy_buttons(name: str, path: str, visit: Visits, site: Site, tmp_path: Path) -> None:
    """What is on the clipboard is the command beside the button, whole; each button has a name of its own, and says what it did."""
    page = visit(name, path=path, permissions=["clipboard-read", "clipboard-write"])
    if page.locator("#_values").count():
        fill(page, url="http://h/it's/v1")
    copies, heard = page.evaluate(COPY_ALL)
    assert heard == [copy["heard"] for copy in copies]
    names = [copy["name"] for copy in copies]
    assert len(names) == len(set(names)) >= 3
    for copy in copies:
        assert re.split("[:：] ?", copy["name"], maxsplit=1)[1] == re.split("[:：] ?", copy["heard"], maxsplit=1)[1]
        assert copy["focused"] and copy["text"] == copy["command"].rstrip()
        assert not copy["text"].startswith(("$", ">"))
    lines = [copy["text"] for copy in copies if name != "hostile" or "curl" in copy["text"]]  # its `start` is no bash
    (tmp_path / "all.sh").write_bytes("\n".join(lines).encode())
    done = subprocess.run(["bash", "-n", tmp_path / "all.sh"], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_copying_the_old_way_and_by_hand(visit: Visits) -> None:
    """Without a clipboard for pages execCommand copies; where that is refused, the text is selected and the reader is told."""
    context = visit.context(permissions=["clipboard-read", "clipboard-write"])
    context.add_init_script("window.board = navigator.clipboard; Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page = context.new_page()
    page.goto(visit.address("thirteen", "cheatsheet-ollama.en.html"))
    button = page.locator(".cell button.copy").first
    command = page.locator(".cell .command").first.text_content()
    button.click()
    until(page, "document.getElementById('_said').textContent")
    assert page.evaluate("board.readText()") == command
    assert button.evaluate("e => document.activeElement === e") and page.locator("textarea").count() == 0
    said = page.text_content("#_said")
    page.evaluate("document.execCommand = () => false")
    button.click()
    until(page, "said => ![said, ''].includes(document.getElementById('_said').textContent)", said)
    area = page.locator("textarea")
    assert area.is_visible() and "Ctrl+C" in page.text_content("#_said")
    told = page.locator("#_said").bounding_box()
    assert told and told["width"] > 200 and told["height"] > 20 and told["y"] + told["height"] <= 800  # not for screen readers alone
    assert area.get_attribute("aria-label")
    assert area.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)") == command
    page.keyboard.press("Escape")
    assert area.count() == 0 and button.evaluate("e => document.activeElement === e")


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("path", ["cheatsheet-litellm.en.html", "cheatsheet.en.html"])
def test_copy_buttons_can_be_hit(path: str, width: int, visit: Visits) -> None:
    """24 px at least, opaque, beside what they copy without a row of their own, and over no letter of a command or an output."""
    page = visit("built-in", path=path, viewport={"width": width, "height": 800})
    faults = page.evaluate(f"""() => {{ {SEEN}
      const boxes = [...document.querySelectorAll('pre')].filter(seen).map(pre => {{
        const range = document.createRange(); range.selectNodeContents(pre); return [...range.getClientRects()]; }}).flat();
      return [...document.querySelectorAll('button.copy')].filter(seen).map(button => {{
        const box = button.getBoundingClientRect(), style = getComputedStyle(button);
        const pre = button.parentElement.querySelector('pre').getBoundingClientRect();
        const over = boxes.some(b => b.left < box.right && b.right > box.left && b.top < box.bottom && b.bottom > box.top);
        const beside = box.top >= pre.top && box.top < pre.top + 20;
        const fine = box.width >= 24 && box.height >= 24 && style.opacity === '1' && !/rgba/.test(style.backgroundColor) && !over && beside;
        return fine ? '' : button.getAttribute('aria-label') + JSON.stringify([box, style.opacity, style.backgroundColor, over, beside]);
      }}); }}""")
    assert len(faults) > (20 if "litellm" in path else 5)
    assert [fault for fault in faults if fault] == []


LAST_OF_LINES = """() => [...document.querySelectorAll('.command .eol')].map(end => {
  const range = document.createRange();
  range.setStart(end.closest('pre'), 0);
  range.setEndBefore(end);
  const before = [...range.getClientRects()].at(-1), own = end.getBoundingClientRect();
  return [own.top - before.top, own.right - end.closest('.block').getBoundingClientRect().right, end.closest('pre').textContent]; })"""


@pytest.mark.parametrize("width", [1280, 375, 320])
def test_a_backslash_stays_at_the_end_of_its_line(width: int, visit: Visits) -> None:
    """It never wraps to a line of its own, also where the reader's address is as long as a line, and with an optional key."""
    page = visit("built-in", "vllm", viewport={"width": width, "height": 800})
    fill(page, key="variable")
    seen = 0
    for length in range(10, 40):
        fill(page, url="http://" + "h" * length)
        for down, out, text in page.evaluate(LAST_OF_LINES):
            seen += 1
            assert abs(down) < 12 and out <= 0, (length, text)
    assert seen > 300


def test_a_link_to_a_command(visit: Visits) -> None:
    """The button and the key `l` copy an address that leads to this command with the reader's values, and without a key."""
    page = visit("thirteen", "litellm", permissions=["clipboard-read", "clipboard-write"])
    fill(page, url="http://h/v1", MODEL="m", key="typed", secret="sk-esame")
    for use in ("button", "key"):
        page.evaluate("navigator.clipboard.writeText('')")
        if use == "button":
            page.click("[id='embeddings.litellm'] .share")
        else:
            page.focus("[id='embeddings.litellm'] .copy")
            page.keyboard.press("l")
        until(page, "navigator.clipboard.readText().then(text => text !== '')")
        link = page.evaluate("navigator.clipboard.readText()")
        assert link.endswith("/cheatsheet-litellm.en.html#embeddings.litellm&base=http%3A%2F%2Fh%2Fv1&model=m")
    page.goto("about:blank")
    page.goto(link)
    assert "http://h/v1/embeddings" in next(text for _, endpoint, text in shown(page) if endpoint == "embeddings")


def test_keys_of_a_letter_work_in_a_command_alone(visit: Visits) -> None:
    """Where the focus is in no cell, or in a field, a letter is a letter (WCAG 2.1.4)."""
    page = visit("thirteen", "litellm", permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('before')")
    for key in ("c", "l", "e"):
        page.keyboard.press(key)
        page.focus("[name=url]")
        page.keyboard.press(key)
        page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(50)
    assert page.evaluate("navigator.clipboard.readText()") == "before" and page.locator(".explanation").count() == 0
    assert page.input_value("[name=url]") == "cle"
    go(page, "models.litellm")
    page.keyboard.press("c")
    until(page, "navigator.clipboard.readText().then(text => text.startsWith('curl '))")
    page.keyboard.press("Control+c")  # which stays the browser's
    page.keyboard.press("e")
    assert page.locator("[id='models.litellm'] .explanation").count() == 1


@pytest.mark.parametrize(
    ("name", "backend", "lang"), [("thirteen", "litellm", "en"), ("hostile", "nasty", "zh"), ("thirteen", "ollama", "zh")]
)
def test_each_flag_is_explained_where_it_stands(name: str, backend: str, lang: str, visit: Visits, site: Site) -> None:
    """Under the pointer, in focus and tapped, a piece of a command is explained in the catalog's words; Escape ends it."""
    page = visit(name, backend, lang)
    flags = site.renderer(name).catalog.flags
    pieces = page.locator(".cell .command a")
    texts = page.evaluate("""() => { const said = [];
      for (const piece of document.querySelectorAll('.cell .command a, .step:not([hidden]) .filter a')) {
        piece.focus();
        const tip = document.getElementById('_tip');
        said.push([decodeURIComponent(piece.hash.slice(2)), piece.textContent, tip.hidden ? '' : tip.textContent,
          piece.getAttribute('aria-describedby')]);
      }
      return said; }""")
    assert len(texts) > 10
    for what, text, tip, described in texts:
        program = next(program for program in flags if what.startswith(program) and what.removeprefix(program) in flags[program])
        flag = flags[program][what.removeprefix(program)]
        plain = re.sub(r"`([^`]*)`", r"\1", flag.text[lang])
        assert described == "_tip"
        assert re.sub(r"\W", "", plain) in re.sub(r"\W", "", tip), text
        assert (flag.long or "") in tip
        assert text.strip("-") in what or text.startswith("-")
    page.keyboard.press("Escape")
    assert not page.is_visible("#_tip") and page.locator("[aria-describedby]").count() == 0
    piece, other = pieces.nth(0), pieces.nth(1)
    piece.hover()
    assert page.is_visible("#_tip") and page.get_attribute("#_tip", "role") == "tooltip"
    assert piece.get_attribute("aria-describedby") == "_tip"
    page.hover("#_tip")  # it can be reached (WCAG 1.4.13)
    page.wait_for_timeout(350)
    assert page.is_visible("#_tip")
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(2, 400)
    until(page, "document.getElementById('_tip').hidden")
    other.scroll_into_view_if_needed()
    before = (page.evaluate("location.hash"), page.evaluate("scrollY"))
    other.click()
    assert page.is_visible("#_tip") and (page.evaluate("location.hash"), page.evaluate("scrollY")) == before
    page.mouse.click(2, 400)
    assert not page.is_visible("#_tip")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_all_of_a_command_explained(lang: str, visit: Visits, site: Site) -> None:
    """A button and the key `e`: each flag has a number, from 1 on, its explanation stands once below the command, and nothing moves."""
    page = visit("built-in", "litellm", lang, at="#chat-completions-stream.litellm")
    catalog = site.renderer("built-in").catalog
    cell = page.locator("[id='chat-completions-stream.litellm']")
    before = cell.locator(".command").bounding_box()
    text = cell.locator(".command").text_content()
    for use in ("key", "button"):
        page.keyboard.press("e") if use == "key" else cell.locator(".explain").click()
        assert cell.locator(".explain").get_attribute("aria-expanded") == "true"
        assert cell.locator(".command").bounding_box() == before
        marks = cell.locator(".command a").evaluate_all("all => all.map(a => [a.textContent, getComputedStyle(a, '::after').content])")
        numbers = list(dict.fromkeys(mark.strip('"') for _, mark in marks))
        assert numbers == [str(n + 1) for n in range(len(numbers))]
        assert cell.locator(".explain").inner_text() == {"en": "Hide", "zh": "收起说明"}[lang]
        rows = cell.locator(".explanation > div").all_inner_texts()
        assert [row.split()[0] for row in rows] == numbers and len(rows) >= 8
        for piece in site.renderer("built-in").command("litellm", "chat-completions-stream").pieces:
            if piece.program:
                plain = re.sub(r"\W", "", re.sub(r"`([^`]*)`", r"\1", catalog.flags[piece.program][piece.flag].text[lang]))
                assert [row for row in rows if plain in re.sub(r"\W", "", row)], piece
        assert cell.locator(".command").text_content() == text  # the numbers are no part of what is copied
        cell.locator(".explain").click() if use == "button" else page.keyboard.press("e")
        assert cell.locator(".explanation").count() == 0 and cell.locator(".explain").get_attribute("aria-expanded") == "false"
        assert cell.locator(".explain").inner_text() == {"en": "Explain", "zh": "逐项说明"}[lang]
    cell.locator(".explain").click()
    cell.locator(".chooser input").last.click()  # another filter is explained as well
    marks = cell.locator(".command a").evaluate_all("all => all.map(a => getComputedStyle(a, '::after').content)")
    rows = cell.locator(".explanation > div").all_inner_texts()
    assert [row.split()[0] for row in rows] == list(dict.fromkeys(mark.strip('"') for mark in marks))


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("name", ["thirteen", "hostile", "everything"])
def test_flags_are_links(name: str, script: bool, visit: Visits, site: Site) -> None:
    """A command's flags lead to their explanations, with JavaScript and without; they are one stop of the Tab key."""
    renderer = site.renderer(name)
    backend = site.backends(name)[0]
    page = visit(name, backend.id, renderer.catalog.languages[0], java_script_enabled=script)
    for cell in backend.cells:
        links = page.evaluate(
            """id => [...document.getElementById(id).querySelectorAll('.command a')]
              .map(link => ['href', 'tabindex'].map(name => link.getAttribute(name)).concat(link.textContent))""",
            f"{cell.id}.{backend.id}",
        )
        found = [(unquote(href), text, stop) for href, stop, text in links]
        command = renderer.command(backend.id, cell.id, renderer.catalog.languages[0])
        pieces = [piece for piece in command.pieces if piece.program in renderer.catalog.flags]
        stops = [None, *["-1"] * len(pieces)]
        assert found == [(f"#_{piece.program}{piece.flag}", piece.text, stop) for piece, stop in zip(pieces, stops, strict=False)]
        assert found
    link = page.locator(".cell .command a").first
    leads_to = str(link.get_attribute("href"))
    link.click()
    if script:  # it is explained where it stands
        assert page.is_visible("#_tip")
    else:
        assert unquote(page.url.partition("#")[2]) == unquote(leads_to[1:])


def test_tips_on_a_small_touch_screen(visit: Visits) -> None:
    """A tap explains, inside the screen; a tap elsewhere ends it."""
    page = visit("thirteen", "ollama", "zh", has_touch=True, is_mobile=True, viewport={"width": 320, "height": 600})
    page.locator(".cell .command").first.scroll_into_view_if_needed()
    for number in range(0, 6):
        piece = page.locator(".cell .command a").nth(number)
        piece.tap()
        box = page.locator("#_tip").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 320 and page.evaluate("location.hash") == ""
        assert piece.get_attribute("aria-describedby") == "_tip"
    page.locator("h1").tap()
    assert not page.is_visible("#_tip")


def test_arrows_move_within_a_command(visit: Visits) -> None:
    """One tab stop a command; arrows, Home and End move between its pieces and stop at its ends."""
    page = visit("thirteen", "ollama")
    row = page.locator("[id='chat-completions.ollama'] .command")
    stops = page.evaluate("""[...document.querySelectorAll('.command')]
      .map(row => [...row.querySelectorAll('a')].filter(a => a.tabIndex >= 0).length)""")
    assert max(stops) == 1 and stops.count(1) >= 4
    texts = row.locator("a").all_text_contents()
    assert len(texts) > 4
    row.locator("a").first.focus()
    for key, at in (
        ("ArrowLeft", 0),
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("End", -1),
        ("ArrowRight", -1),
        ("ArrowLeft", -2),
        ("Home", 0),
    ):
        page.keyboard.press(key)
        index = page.evaluate("[...document.activeElement.closest('.command').querySelectorAll('a')].indexOf(document.activeElement)")
        assert index == (at if at >= 0 else len(texts) + at)
        assert row.locator("a[tabindex='0'], a:not([tabindex])").count() == 1 and page.is_visible("#_tip")
    page.keyboard.press("Shift+Tab")
    assert not page.is_visible("#_tip")


@pytest.mark.parametrize(
    ("name", "backend", "lang"),
    [("thirteen", "ollama", "en"), ("built-in", "litellm", "zh"), ("everything", "", "zh"), every_script("built-in", "ollama", "en")],
)
def test_another_filter_changes_command_and_output_together(
    name: str, backend: str, lang: str, visit: Visits, site: Site, tmp_path: Path
) -> None:
    """The chosen filter stands in the command, and what that command prints of the sample is what the page shows beside it."""
    renderer = site.renderer(name)
    backend = backend or site.backends(name)[0].id
    language = lang if lang in renderer.catalog.languages else renderer.catalog.languages[0]
    page = visit(name, backend, language)
    cells = {
        cell.id: replace(cell, sample=cell.sample_in(language))  # as the page shows it
        for cell in renderer.catalog.backends[backend].endpoints.values()
    }
    steps: list[tuple[str, Cell, str]] = []
    for place, count in page.evaluate(
        "[...document.querySelectorAll('.cell')].map(c => [c.id, c.querySelectorAll('.chooser input').length])"
    ):
        cell = page.locator(f"[id='{place}']")
        first = cell.locator(".command").text_content()
        assert count == (1 + len(cells[place.split(".")[0]].pipelines or ()) if count else 0)
        for number in [*range(1, count), 0] if count else ():
            cell.locator(".chooser input").nth(number).evaluate("e => e.click()")
            shown_steps = cell.locator(".step:not([hidden])")
            assert shown_steps.count() == 1
            text, printed = cell.locator(".command").text_content().rstrip(), shown_steps.locator(".output").text_content()
            if number < count - 1:
                assert shown_steps.locator(".filter").text_content().rstrip() in text
            steps.append((text, cells[place.split(".")[0]], printed))
        assert cell.locator(".command").text_content() == first
    assert len(steps) >= 6
    printed_by_bash = run_on_samples(steps, tmp_path)
    for (text, cell, output), got in zip(steps, printed_by_bash, strict=True):
        if "base64 -d" in text:  # the command writes a file, and the page shows what it decodes
            assert not got and output
        elif "jq" in text:
            assert got.rstrip("\n") == output.rstrip("\n"), text  # nothing is shown where a filter finds nothing
        else:
            lines = [line.removeprefix("data: ") for line in output.splitlines() if line]
            assert (list(map(json.loads, lines)) if cell.streams else json.loads(output)) == cell.sample and got


def run_on_samples(steps: list[tuple[str, Cell, str]], folder: Path) -> list[str]:
    """What each command prints, run in a folder, where curl prints the cell's sample."""
    script = ["curl() { printf '%s' \"${answer}\"; }\n"]
    for text, cell, _ in steps:
        start, end = ("data: ", "\n\n") if cell.response == "events" else ("", "\n")
        answer = "".join(f"{start}{json.dumps(item, ensure_ascii=False)}{end}" for item in (cell.sample if cell.streams else [cell.sample]))
        quoted = "'" + answer.replace("'", "'\"'\"'") + "'"
        script.append(f"answer={quoted}\n{text}\nprintf '\\0'\n")
    done = subprocess.run(["bash"], cwd=folder, input="".join(script).encode("utf-8", "surrogatepass"), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode().split("\0")[:-1]


def test_what_the_browser_finds_is_chosen(visit: Visits) -> None:
    """The output of another filter is put aside so that the browser's own search finds it; then that filter is chosen."""
    page = visit("thirteen", "ollama")
    aside = page.evaluate("[...document.querySelectorAll('main [hidden]')].map(e => e.getAttribute('hidden'))")
    assert len(aside) > 3 and set(aside) == {"until-found"}
    step = page.locator("[id='models.ollama'] .step").nth(1)
    assert not step.locator("pre").first.evaluate("e => e.checkVisibility({contentVisibilityAuto: true})")
    step.evaluate("e => { e.dispatchEvent(new Event('beforematch', {bubbles: true})); }")
    assert step.is_visible() and page.locator("[id='models.ollama'] .chooser input").nth(1).is_checked()


def test_commands_of_pages_without_a_form(visit: Visits) -> None:
    """The overview has no values to fill in, and its commands are copied as they stand."""
    page = visit("thirteen", permissions=["clipboard-read", "clipboard-write"])
    assert page.locator("#_values").count() == 0
    page.locator("#_start .copy").click()
    until(page, "navigator.clipboard.readText().then(text => text.startsWith('sudo apt install'))")
    page = visit("thirteen", "ollama")
    assert export(page).startswith("export OLLAMA_BASE_URL=")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_moves_where_something_is_copied(lang: str, visit: Visits) -> None:
    """A button is as wide with the word that says what it did, so that no line beside it breaks anew."""
    page = visit("built-in", path=f"cheatsheet-litellm.{lang}.html", permissions=["clipboard-read", "clipboard-write"])
    sizes = page.evaluate("""async () => {
      const cell = document.querySelector('.cell'), sizes = [];
      for (const button of [cell.querySelector('.copy'), cell.querySelector('.share')]) {
        const before = [button.textContent.trim(), button.offsetWidth, cell.offsetHeight];
        button.click();
        for (let i = 0; i < 200 && button.textContent.trim() === before[0]; i++) await new Promise(done => setTimeout(done, 25));
        sizes.push([before, [button.textContent.trim(), button.offsetWidth, cell.offsetHeight]]);
      }
      return sizes; }""")
    assert [after[1:] for _, after in sizes] == [before[1:] for before, _ in sizes]
    assert all(before[0] != after[0] for before, after in sizes)
