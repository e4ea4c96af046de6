"""The reader's values: in every command, in the address, told to nobody, and nothing moves while they are typed."""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from conftest import ENVIRONMENT, every_script
from visits import COMMANDS, FILES, LANGUAGES, LONG_VALUES, Site, Visits, check, export, fill, go, inputs_of, moved, shown, state, until

from generator import request
from generator.catalog.model import Backend, Cell
from generator.render.renderer import Renderer

STUBS = """
curl() {
  local word='' stdin=''
  for word; do [[ ${word} != @- ]] || { stdin=$(cat; printf x); stdin=${stdin%x}; }; done
  printf '%s\\0' "$#" "$@" "${stdin}" >> "${RECORD}"
}
jq() { :; }
grep() { :; }
base64() { :; }
exec 3>&2 > /dev/null < /dev/null
number=0
while IFS= read -r -d '' -u 9 command; do
  ( eval "${command}" ) || echo "failed: ${command}" >&2
  number=$((number + 1))
done 9< "${COMMANDS}"
"""


def sent(folder: Path, commands: Sequence[str], env: Mapping[str, str]) -> list[list[str]]:
    """What curl is handed when bash runs each of the commands: its arguments, and at the end its standard input."""
    (folder / "commands").write_bytes(b"".join(command.encode() + b"\0" for command in commands))
    record = folder / "record"
    record.unlink(missing_ok=True)
    empty = folder / "empty"
    empty.mkdir(exist_ok=True)
    done = subprocess.run(
        ["bash", "-c", STUBS],
        env={**ENVIRONMENT, "RECORD": str(record), "COMMANDS": str(folder / "commands"), **env},
        cwd=empty,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")
    words = record.read_bytes().decode("utf-8", "surrogateescape").split("\0")[:-1]
    found = []
    while words:
        count = 2 + int(words[0])
        found.append(words[1:count])
        words = words[count:]
    assert not (empty / "pwned").exists()
    shutil.rmtree(empty)
    assert len(found) == len(commands)
    return found


def as_sent(argv: Sequence[str]) -> list[Any]:
    """The arguments with a JSON body read."""
    read = [json.loads(word) if before == "-d" and word != "@-" else word for before, word in zip(["", *argv], argv, strict=False)]
    return [*read[:-1], json.loads(read[-1])] if list(argv[-3:-1]) == ["-d", "@-"] and read[-1] else read


def wanted(backend: Backend, cell: Cell, usual: Sequence[str], base: str, typed: Mapping[str, str], key: str) -> list[Any]:
    """What a cell's command hands to curl with these values: what it usually does, but for them. `key` is none, variable or the key."""
    asked = request.build_request(backend, cell)
    base, words = (cell.base_url or base).rstrip("/"), list(usual)
    for _ in range(asked.parent_segments):
        base = base.rpartition("/")[0] if base.count("/") > 2 else base

    def own(piece: request.RequestPart) -> str:
        return typed.get(piece.parameter.variable or "", "") if piece.parameter else ""

    def percent(text: str) -> str:
        return quote(text, safe="-._~!'()*")  # as encodeURIComponent has it

    url = base + "".join(percent(own(piece)) or piece.value or "" for piece in asked.path)
    pairs = [
        request.in_query(piece.name) + "=" + (percent(own(piece)) or request.in_query(piece.value))
        for piece in asked.query
        if piece.value is not None
    ]
    encoded = [secret for secret in asked.secrets if secret.place == "query" and secret.required]
    pairs += [f"{secret.encoded_name}=" for secret in encoded]  # jq encodes it, and here jq is none that prints
    at = words.index(functools.reduce(lambda text, secret: text.replace(f"{{{secret.variable}}}", ""), encoded, asked.url))
    words[at] = url + ("?" + "&".join(pairs) if pairs else "")
    for piece in asked.headers:
        if piece.value is not None and own(piece):
            words[words.index(piece.header_argument)] = f"{piece.name}: {own(piece)}"
    for piece in asked.form or ():
        if piece.value is not None and own(piece):
            words[words.index(piece.form_argument)] = f"{piece.name}={own(piece)}"
    for piece in asked.urlencoded or ():
        if piece.value is not None and own(piece):
            words[words.index(f"{piece.name}={piece.value}")] = f"{piece.name}={own(piece)}"
    if asked.file and own(asked.file):
        words[words.index(asked.file.value or "")] = own(asked.file)
    for secret in asked.secrets:
        if secret.place != "headers" or not secret.key:
            continue
        own_key = bool(backend.header_key) and secret.variable == backend.header_key.variable
        value = key if own_key and key not in ("none", "variable") else SECRET.format(secret.variable)
        if secret.required:
            words[at + 2] = secret.before + value
        elif own_key and key != "none":
            words[at + 1 : at + 1] = ["-H", secret.before + value]
    result: list[Any] = as_sent(words)
    if asked.json:
        for parameter in cell.parameters.values():
            if parameter.at[0] == "body" and typed.get(parameter.variable or "") and isinstance(cell.default(parameter), str):
                here = result[-1] if asked.exceeds_argument else result[words.index("-d") + 1]
                for step in parameter.at[1:-1]:
                    here = here[step]
                here[parameter.at[-1]] = typed[parameter.variable or ""]
    return result


SECRET = "k '{}\" $(touch pwned) \\"
TYPED = '-x it\'s "q" $(touch pwned) `touch pwned` ${HOME} $HOME \\ \\n\\ 😀 中文 ’ ! !! *?~{a,b}#&;|<>(%41%s </pre><b>'
ARRIVED = "'\n\n\"line\n$(touch pwned)\ttab\x01\x7f\r\nEOF\n\\"
BASE = "http://h:1/it's \"$(touch pwned)`touch pwned`${HOME}\\ 😀/v1"
ARRIVED_BASE = "http://h/a\n'$(touch pwned)\\'\t\x01\n/v1/"
SINGLE = ("'", '"', "`", "\\", "  x ", "@file", "$'\\n'", "0", "a/../b?c=d#e&f+g")


def secrets(renderer: Renderer) -> dict[str, str]:
    return {key.variable: SECRET.format(key.variable) for key in renderer.catalog.keys}


def in_groups(site: Site, name: str, backend: Backend) -> list[Cell]:
    """The cells of a backend in the order of its page."""
    return [cell for _, cells in site.renderer(name).catalog.in_groups(backend.cells) for cell in cells]


@pytest.mark.parametrize("name", [name if name != "built-in" else every_script(name) for name in FILES])
def test_values_stand_in_every_command(name: str, visit: Visits, site: Site, tmp_path: Path) -> None:
    """Typed or from the address: URL, body, header and form are the reader's, byte for byte, as values and as variables."""
    renderer = site.renderer(name)
    lang, env = renderer.catalog.languages[0], secrets(renderer)
    for backend in site.backends(name):
        page = visit(name, backend.id, lang)
        cells = [cell.in_language(lang) for cell in in_groups(site, name, backend)]
        usual = sent(tmp_path, [renderer.command(backend.id, cell.id, lang).text for cell in cells], env)

        def holds(
            base: str, typed: Mapping[str, str], page: Any = page, backend: Backend = backend, cells: Any = cells, usual: Any = usual
        ) -> None:
            key = page.input_value("[name=key]")
            key = page.input_value("[name=secret]") or "variable" if key == "typed" else key
            expected = [wanted(backend, cell, words, base, typed, key) for cell, words in zip(cells, usual, strict=True)]
            for show in ("variables", "values"):
                check(page, show)
                found, before = shown(page), export(page) + "\n" if show == "variables" else ""
                assert [(backend.id, cell.id) for cell in cells] == [(of, endpoint) for of, endpoint, _ in found]
                commands = [before + text for _, _, text in found]
                assert expected == [as_sent(words) for words in sent(tmp_path, commands, env)]
            (tmp_path / "all.sh").write_bytes("\n".join(commands).encode())
            done = subprocess.run(["bash", "-n", tmp_path / "all.sh"], capture_output=True, check=False)
            assert (done.returncode, done.stderr) == (0, b"")

        holds(backend.base_url, {})
        variables = inputs_of(page)
        fill(page, url=BASE, **dict.fromkeys(variables, TYPED))
        holds(BASE, dict.fromkeys(variables, TYPED))
        if backend.header_key:
            page.select_option("[name=key]", "variable")
            holds(BASE, dict.fromkeys(variables, TYPED))
            page.select_option("[name=key]", "typed")
            fill(page, secret="s'e\"cr et $(touch pwned) \\😀")
            holds(BASE, dict.fromkeys(variables, TYPED))
            page.select_option("[name=key]", "variable" if backend.header_key.required else "none")
        if name == "variables":
            for value in SINGLE:
                fill(page, url=f"http://h/{value.strip()}", **dict.fromkeys(variables, value))
                holds(f"http://h/{value.strip()}", dict.fromkeys(variables, value))
        asked = {"base": ARRIVED_BASE, **{variable.lower(): ARRIVED for variable in variables}}
        go(page, "&".join(f"{key}={quote(text, safe='')}" for key, text in asked.items()))
        holds(ARRIVED_BASE, dict.fromkeys(variables, ARRIVED))
        fill(page, url="", **dict.fromkeys(variables, ""))
        assert [text for _, _, text in shown(page)] == [renderer.command(backend.id, cell.id, lang).text for cell in cells]


def test_each_letter_is_followed(visit: Visits) -> None:
    """Typed letter by letter, every command, the export block and the first command follow at once."""
    page = visit("thirteen", "ollama")
    for name, before in (("url", "http://h"), ("MODEL", "a'b")):
        page.focus(f"[name={name}]")
        for end in range(1, len(before) + 1):
            page.keyboard.type(before[end - 1])
            word = before[:end].rstrip("/")
            first = [text for _, endpoint, text, _ in page.evaluate(COMMANDS) if not endpoint and text.startswith("curl ")]
            if name == "url":
                starts = {f"{word}/{endpoint.replace('chat-', 'chat/')}" for _, endpoint, _ in shown(page)}
                assert {text.split()[2] for _, _, text in shown(page)} == starts
                assert [text.split()[2] for text in first] == [f"{word}/models"]
                assert f"export OLLAMA_BASE_URL={word}\n" in export(page) + "\n"
            else:
                inside = word.replace("'", "'\"'\"'")
                assert len([text for _, _, text in shown(page) if f'"model": "{inside}"' in text]) == 2
                assert f"export OLLAMA_MODEL={inside if end == 1 else chr(39) + inside + chr(39)}\n" in export(page) + "\n"
    assert page.locator("[id='_start.ollama'] .command var.yours").count() == 1


def test_each_backend_keeps_its_values(visit: Visits) -> None:
    """On the page with all of them, values belong to the backend whose place was gone to."""
    page = visit("thirteen", path="cheatsheet.all.en.html")

    def commands(backend: str) -> list[str]:
        return [text for of, _, text in shown(page) if of == backend]

    fill(page, url="http://h/v1", MODEL="m")
    assert all("http://h/v1" in text for text in commands("ollama")) and "http://h/v1" not in "".join(commands("mindie"))
    go(page, "chat-completions.mindie")
    assert (page.input_value("[name=url]"), page.input_value("[name=MODEL]")) == ("", "")
    assert page.get_attribute("[name=MODEL]", "placeholder") == "qwen"
    fill(page, url="http://other/v1")
    assert all("http://other/v1" in text for text in commands("mindie"))
    page.click(".menu summary")
    page.click(".menu a[href='#_backend.ollama']")
    until(page, "document.querySelector('[name=url]').value === 'http://h/v1'")
    assert page.input_value("[name=MODEL]") == "m" and all("http://h/v1" in text for text in commands("ollama"))
    until(page, "location.hash.includes('backend=ollama')")
    page.reload()
    assert page.input_value("[name=url]") == "http://h/v1"


STORED = "JSON.stringify([{...localStorage}, {...sessionStorage}, location.href, history.state])"


def test_key_is_told_to_nobody(visit: Visits) -> None:
    """It stands in commands only where the reader asked for that; another way, paper, another backend or a reload forgets it."""
    page = visit("thirteen", path="cheatsheet.all.en.html", at="#models.litellm")

    def commands() -> list[str]:
        return [text for backend, _, text in shown(page) if backend == "litellm"]

    variable = commands()
    assert all('-H "Authorization: Bearer $LITELLM_API_KEY"' in text for text in variable)
    assert not page.is_visible("[name=secret]") and not page.locator("[name=key] option[value=none]:not([hidden])").count()
    page.select_option("[name=key]", "typed")
    assert variable == commands()
    assert page.get_attribute("[name=secret]", "type") == "password"
    for leave in ("backend", "way", "paper"):
        page.fill("[name=secret]", "sk-s'esame")
        assert all("-H 'Authorization: Bearer sk-s'\"'\"'esame'" in text for text in commands())
        assert "esame" not in "".join(text for _, _, text, classes in page.evaluate(COMMANDS) if "export" in classes)
        page.wait_for_timeout(400)  # the address is written a little later
        assert "esame" not in page.evaluate(STORED)
        if leave == "backend":
            go(page, "models.xinference")
            assert page.input_value("[name=key]") == "none"
        elif leave == "way":
            page.select_option("[name=key]", "variable")
        else:
            page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.input_value("[name=secret]") == "" and not page.is_visible("[name=secret]")
        assert "esame" not in page.content()
        go(page, f"models.litellm&n={leave}")
        assert commands() == variable
        page.select_option("[name=key]", "typed")
        assert commands() == variable
    page.fill("[name=secret]", "sk-s'esame")
    page.reload()
    assert "esame" not in page.content() and page.input_value("[name=secret]") == ""
    page = visit("built-in", "xinference")
    assert not any("XINFERENCE_API_KEY" in text for _, _, text in shown(page))
    page.select_option("[name=key]", "variable")
    texts = [text for _, endpoint, text in shown(page) if endpoint in ("models", "chat-completions", "embeddings")]
    assert len(texts) == 3 and all(' \\\n  -H "Authorization: Bearer $XINFERENCE_API_KEY"' in text for text in texts)


@pytest.mark.parametrize("file", [False, True], ids=["served", "files"])
def test_address_holds_the_values_and_the_place(visit: Visits, file: bool) -> None:
    """They survive a reload and the way to the other language and back; so does what is in view."""
    value = "a&b=c#d%41+e 'f\" 中文 😀"
    page = visit("thirteen", "xinference", file=file)
    fill(page, url=f"http://h/{value}/v1", MODEL=value)
    check(page, "variables")
    until(page, "location.hash.includes('variables')")
    before, commands = state(page), [text for _, _, text in shown(page)]
    assert before["url"].endswith("/v1") and before["show"] == "variables"
    page.reload()
    assert (state(page), [text for _, _, text in shown(page)]) == (before, commands)
    for place in ("embeddings.xinference", "chat-completions.xinference", "_flags"):
        go(page, place)
        until(page, "id => document.querySelector('[aria-current=location]')?.hash === '#' + id", place)
        for lang in ("zh", "en"):
            with page.expect_navigation(url=f"**/cheatsheet-xinference.{lang}.html#*"):
                page.evaluate("lang => document.querySelector(`a.language[hreflang^=${lang}]`).click()", lang)
            assert page.get_attribute("html", "lang") == {"en": "en", "zh": "zh-CN"}[lang]
            assert (state(page), [text for _, _, text in shown(page)]) == (before, commands)
            until(page, "id => document.querySelector('[aria-current=location]')?.hash === '#' + id", place)
        until(page, "localStorage.getItem('language') === 'en'")


def test_values_go_along_to_the_servers_other_pages(visit: Visits) -> None:
    """By a link of the contents and by the search; to another server's page they do not."""
    page = visit("long", "forge", "en")
    fill(page, url="http://mine/v1", MODEL="m")
    with page.expect_navigation(url="**/cheatsheet-forge.second.en.html*"):
        page.click(".contents a[href^='cheatsheet-forge.second.en.html']")
    assert (state(page)["url"], state(page)["MODEL"]) == ("http://mine/v1", "m")
    assert all("http://mine/v1" in text and '"m"' in text for _, _, text in shown(page)) and len(shown(page)) == 45
    page.keyboard.press("/")
    page.keyboard.type("call-7")
    with page.expect_navigation(url="**/cheatsheet-forge.first.en.html*"):
        until(page, "document.querySelectorAll('#_results li').length > 1")
        page.keyboard.press("Enter")
    assert state(page)["url"] == "http://mine/v1"
    page = visit("thirteen", "ollama")
    fill(page, url="http://mine/v1")
    page.click(".menu summary")
    with page.expect_navigation():
        page.click(".menu a >> text=LiteLLM")
    assert state(page)["url"] == ""


@pytest.mark.parametrize("file", [False, True], ids=["served", "files"])
def test_values_are_kept_while_the_tab_is_open(file: bool, visit: Visits) -> None:
    """Also after a visit to another server's page, or to the overview; those of the address win; of a key, that it is asked for."""
    page = visit("thirteen", "ollama", file=file)
    other = visit.address("thirteen", "cheatsheet-litellm.en.html", file=file)
    fill(page, url="http://mine/v1", MODEL="it's mine", show="variables")
    page.goto(other)
    assert (state(page)["url"], state(page)["MODEL"], state(page)["show"]) == ("", "", "variables")
    fill(page, show="values", key="typed", secret="sk-s'esame")
    assert "esame" not in page.evaluate(STORED)
    page.goto(visit.address("thirteen", "cheatsheet.en.html", file=file))
    page.goto(visit.address("thirteen", "cheatsheet-ollama.en.html", file=file))
    assert (state(page)["url"], state(page)["MODEL"]) == ("http://mine/v1", "it's mine")
    assert all("http://mine/v1" in text for _, _, text in shown(page))
    page.goto(visit.address("thirteen", "cheatsheet-ollama.zh.html", file=file) + "#models.ollama&base=http://theirs/v1")
    assert (state(page)["url"], state(page)["MODEL"]) == ("http://theirs/v1", "it's mine")
    page.goto(visit.address("thirteen", "cheatsheet.all.en.html", file=file))
    commands = {backend: text for backend, endpoint, text in shown(page) if endpoint == "chat-completions"}
    assert "http://theirs/v1" in commands["ollama"] and "http://theirs" not in commands["litellm"] + commands["mindie"]
    page.goto(other)
    assert state(page)["key"] == "variable" and "esame" not in page.content()


def test_a_choice_of_key_stays(visit: Visits) -> None:
    """Through a jump on the page, and to another page and back; a typed key through the jump alone."""
    page = visit("built-in", "vllm")
    page.select_option("[name=key]", "variable")
    go(page, "embeddings.vllm")
    assert state(page)["key"] == "variable" and any("$VLLM_API_KEY" in text for _, _, text in shown(page))
    page.select_option("[name=key]", "typed")
    page.fill("[name=secret]", "sk-s'esame")
    go(page, "models.vllm")
    assert state(page)["secret"] == "sk-s'esame"
    page.goto(visit.address("built-in", "cheatsheet-ollama.en.html"))
    page.go_back()
    assert state(page)["key"] == "variable" and "secret" in state(page) and state(page)["secret"] == ""


@pytest.mark.parametrize("refuses", ["throw new Error('no')", "return 'null and void'", 'return \'{"url": 3, "MODEL": {}}\''])
def test_without_a_storage_values_work(refuses: str, visit: Visits) -> None:
    """Where the browser refuses it, or it holds what is not ours."""
    context = visit.context()
    context.add_init_script(
        f"Storage.prototype.getItem = () => {{ {refuses}; }}; Storage.prototype.setItem = () => {{ throw new Error('no'); }};"
    )
    page = context.new_page()
    page.goto(visit.address("thirteen", "cheatsheet-ollama.en.html"))
    assert (state(page)["url"], state(page)["MODEL"]) == ("", "")
    fill(page, url="http://mine/v1")
    assert all("http://mine/v1" in text for _, _, text in shown(page))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_values_on_a_phone(lang: str, visit: Visits) -> None:
    """A button of the bar shows the fields over the page, and the command that was read is where it was when they are closed."""
    page = visit("built-in", "litellm", lang, at="#embeddings.litellm", viewport={"width": 375, "height": 700})
    assert page.evaluate("document.querySelector('.band').getBoundingClientRect().height") == 0  # no empty strip above the page
    before = page.evaluate(TOP, "embeddings.litellm")
    assert not page.is_visible("[name=url]")
    bar = page.locator(".places > :visible").all()
    boxes = [part.bounding_box() for part in bar]
    assert len(boxes) == 4 and all(left["x"] + left["width"] < right["x"] for left, right in pairwise(boxes))
    for way in (".to-values", "Escape", "elsewhere"):
        page.click(".to-values")
        assert page.get_attribute(".to-values", "aria-expanded") == "true"
        page.fill("[name=url]", "http://mine:1/v1")
        page.fill("[name=url]", "http://mine/v1")
        sheet, bar_box = page.locator("#_values").bounding_box(), page.locator(".places").bounding_box()
        assert sheet and bar_box and sheet["y"] >= 0 and sheet["y"] + sheet["height"] <= bar_box["y"] + 1
        page.evaluate("document.querySelector('.values details').open = true")
        page.fill("[name=EMBEDDING_MODEL]", "my-model")
        if way == "Escape":
            page.keyboard.press("Escape")
        elif way == "elsewhere":
            page.mouse.click(180, 4)
        else:
            page.click(way)
        assert not page.is_visible("[name=url]") and page.get_attribute(".to-values", "aria-expanded") == "false"
        assert abs(page.evaluate(TOP, "embeddings.litellm") - before) < 1
    text = next(text for _, endpoint, text in shown(page) if endpoint == "embeddings")
    assert "http://mine/v1" in text and '"my-model"' in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_fields_stay_in_one_row(lang: str, visit: Visits) -> None:
    """At 1280 px, with a field for the key too; what commands show is chosen among them, and the key's variable can be read."""
    page = visit("built-in", "litellm", lang)
    height = page.locator(".band").bounding_box()["height"]
    assert page.is_visible("[name=show]")
    for field in ("MODEL", "key"):
        box = page.locator(f"[name={field}]").bounding_box()
        assert box and box["width"] >= 190
    page.select_option("[name=key]", "typed")
    assert page.is_visible("[name=secret]") and page.locator(".band").bounding_box()["height"] == height
    page.select_option("[name=show]", "variables")
    assert any('"$LITELLM_BASE_URL"/models' in text for _, _, text in shown(page))


def test_the_file_with_everything_follows_the_reader(visit: Visits) -> None:
    """Button, contents and form are about the server whose commands are looked at; before the first one about none."""
    page = visit("thirteen", path="cheatsheet.all.en.html")
    at_first = page.text_content(".menu summary")
    fill(page, url="http://mine/v1")
    button = page.locator(".menu summary").bounding_box()["width"]
    for backend, name in (("litellm", "LiteLLM"), ("mindie", "MindIE"), ("ollama", "Ollama")):
        page.evaluate(
            "place => scrollTo(0, document.getElementById(place).getBoundingClientRect().top + scrollY - 100)",
            f"chat-completions.{backend}",
        )
        until(page, "name => document.querySelector('.menu summary').textContent === name", name)
        assert page.locator(".contents details[open] > summary").all_text_contents() == [name]
        assert page.locator("[aria-current=location]").is_visible()
        assert page.get_attribute("[name=url]", "placeholder") == page.get_attribute(f"data[value={backend}]", "data-url")
        assert page.input_value("[name=url]") == ("http://mine/v1" if backend == "ollama" else "")
        assert page.locator(".menu summary").bounding_box()["width"] == button
    page.evaluate("scrollTo(0, 0)")
    until(page, "name => document.querySelector('.menu summary').textContent === name", at_first)


def test_another_server_shows_the_same_command(visit: Visits) -> None:
    """From the menu; a server that lacks it says why, or begins at its top. The file with everything stays at the server."""
    for start, name, end in (
        ("chat-completions.ollama", "LiteLLM", "cheatsheet-litellm.en.html#chat-completions.litellm"),
        ("embeddings.ollama", "MindIE", "cheatsheet-mindie.en.html#embeddings.mindie"),
    ):
        page = visit("thirteen", "ollama", at=f"#{start}")
        until(page, "place => document.querySelector('[aria-current=location]')?.hash === '#' + place", start)
        page.click(".menu summary")
        with page.expect_navigation():
            page.click(f".menu a >> text={name}")
        assert page.url.endswith(end)
        assert len(shown(page)) >= 1
    page = visit("thirteen", path="cheatsheet.all.en.html", at="#chat-completions.ollama")
    page.click(".menu summary")
    page.click(".menu a >> text=LiteLLM")
    until(page, "location.hash.startsWith('#chat-completions.litellm')")


def test_a_row_of_the_matrix_is_seen(visit: Visits) -> None:
    """It is not below the table's head, which stays in sight."""
    page = visit("built-in", at="#rerank")
    until(page, "document.querySelector(':target')?.id === 'rerank'")
    head, row = page.locator("thead th").last.bounding_box(), page.locator("#rerank").bounding_box()
    band = page.locator(".band").bounding_box()
    assert head and row and band
    assert band["height"] - 1 <= head["y"] and head["y"] + head["height"] <= row["y"] < 780


def test_old_addresses_lead_on(visit: Visits) -> None:
    """What was once on one page: a command, an answer, a server, a section and the values lead to the page where they are now."""
    for at, end in (
        ("#models.ollama", "cheatsheet-ollama.en.html#models.ollama"),
        ("#chat-completions.mindie&backend=mindie&base=http://h/v1&model=a%20b", "cheatsheet-mindie.en.html#chat-completions.mindie"),
        ("#chat-completions&backend=litellm&base=http://h/v1", "cheatsheet-litellm.en.html#chat-completions.litellm"),
        ("#backend=xinference&base=http://h/v1", "cheatsheet-xinference.en.html#_backend.xinference"),
        ("#embeddings.litellm.answer", "cheatsheet-litellm.en.html#embeddings.litellm"),
        ("#models._options", "cheatsheet.en.html#models._options"),
        ("#_backend.ollama", "cheatsheet-ollama.en.html#_backend.ollama"),
        ("#models", "cheatsheet.en.html#models"),
        ("#_curl-s", "cheatsheet.en.html#_curl-s"),
        ("#_start", "cheatsheet.en.html#_start"),
        ("#nonsense.nobody&backend=nobody", "cheatsheet.en.html#nonsense.nobody&backend=nobody"),
        ("#%E4%B8", "cheatsheet.en.html#%E4%B8"),
    ):
        page = visit("thirteen", at=at)
        until(page, "end => location.href.includes('/' + end)", end)
        if "base=" in at:
            until(page, "document.querySelector('[name=url]')?.value === 'http://h/v1'")
        place = end.partition("#")[2].split("&")[0]
        if "nonsense" not in at and "_options" not in at and "%" not in at.split("&")[0]:
            until(page, "place => document.getElementById(place)", place)


@pytest.mark.parametrize("file", [False, True], ids=["served", "files"])
def test_old_addresses_lead_to_the_page_of_a_group(file: bool, visit: Visits) -> None:
    """No page but that of its group has a link to such a command; the reader's values come along."""
    end = "cheatsheet-forge.releases.en.html#create-a-release.forge"
    for backend, at in (
        ("", "#create-a-release.forge"),
        ("", "#create-a-release"),
        ("", "#create-a-release&backend=forge"),
        ("", "#create-a-release.forge.answer"),
        ("forge", "#create-a-release.forge"),
        ("forge", "#create-a-release"),
        ("forge.first", "#create-a-release.forge"),
    ):
        page = visit("long", backend, at=f"{at}&base=http://h/v1&model=mine", file=file)
        until(page, "end => location.href.includes('/' + end)", end)
        until(page, "document.activeElement?.id === 'create-a-release.forge'")
        assert page.input_value("[name=url]") == "http://h/v1"
        assert '"model": "mine"' in shown(page)[0][2]
    page = visit("long", at="#_troubles.forge", file=file)
    until(page, "location.href.includes('/cheatsheet-forge.en.html#_troubles.forge')")
    for at in ("#nonsense", "#nonsense.forge", "#_trouble.nobody"):
        page = visit("long", "forge.second", at=at, file=file)
        until(page, "globalThis.searchEntries?.length > 0")
        page.wait_for_timeout(100)
        assert page.url.endswith(f"cheatsheet-forge.second.en.html{at}" if at != "#nonsense.forge" else f"cheatsheet-forge.en.html{at}")


def test_an_endpoint_alone_is_this_servers(visit: Visits) -> None:
    """On a server's page, where an address names no server."""
    page = visit("thirteen", "litellm", at="#embeddings")
    until(page, "document.activeElement.id === 'embeddings.litellm'")
    assert page.locator("[id='embeddings.litellm'] h3").bounding_box()["y"] < 300


def test_broken_addresses_break_nothing(visit: Visits) -> None:
    for at in (
        "%",
        "%E4%B8",
        "models&backend=nobody",
        "backend=",
        "=&=&",
        "models.nobody",
        "x.y.z",
        "'\"<b>$(touch pwned)",
        "base=100%",
    ):
        for page in (visit("thirteen", "ollama", at=f"#{at}"), visit("thirteen", path="cheatsheet.all.en.html", at=f"#{at}")):
            assert len(shown(page)) >= 3
            page.focus("[name=url]")
            page.keyboard.type("x")
            assert any("x/models" in text for _, _, text in shown(page))


@pytest.mark.parametrize(
    ("path", "width"),
    [
        ("cheatsheet-litellm.en.html", 1280),
        ("cheatsheet-vllm.zh.html", 375),
        every_script("cheatsheet-litellm.en.html", 375),
        every_script("cheatsheet-vllm.zh.html", 1280),
    ],
)
def test_values_are_there_when_the_page_is_painted(path: str, width: int, visit: Visits) -> None:
    """From the address, or kept from before: on a slow machine too, nothing moves for them once it is seen."""
    page = visit.context(viewport={"width": width, "height": 800}).new_page()
    machine = page.context.new_cdp_session(page)
    for at in (f"#{LONG_VALUES}", ""):
        machine.send("Emulation.setCPUThrottlingRate", {"rate": 20})
        assert moved(page, visit.address("built-in", path) + at) == []
        machine.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        assert any('_BASE_URL"/chat/completions' in text for _, _, text in shown(page))


# How far a command is from where it was, and whether it is seen.
MOVED = "([id, before]) => document.querySelector(`[id='${id}'] .command`).getBoundingClientRect().top - before"
TOP = "id => document.querySelector(`[id='${id}'] .command`).getBoundingClientRect().top"


@pytest.mark.parametrize(
    ("name", "backend", "width"),
    [
        ("thirteen", "ollama", 1280),
        ("thirteen", "ollama", 700),
        ("built-in", "litellm", 1280),
        every_script("built-in", "litellm", 700),
    ],
)
def test_typing_moves_nothing(name: str, backend: str, width: int, visit: Visits) -> None:
    """Thirty letters in each field, at the top, in the middle and at the end: the command that is looked at stays where it is."""
    page = visit(name, backend, viewport={"width": width, "height": 800})
    places = page.evaluate("[...document.querySelectorAll('.cell')].map(cell => cell.id)")
    page.evaluate("(more => more && (more.open = true))(document.querySelector('.values details'))")
    for place in (f"_start.{backend}", places[0], places[len(places) // 2], places[-1]):
        if place.startswith("_"):
            page.evaluate("scrollTo(0, 0)")
        else:
            go(page, place)
        page.wait_for_timeout(60)  # the place is marked a frame later
        if width == 700 and not page.locator(".values.open").count():
            page.click(".to-values")
        watched = place if not place.startswith("_") else f"{place}'] [class^=sides]:not([id='"
        for field in ["url", *inputs_of(page), "secret"]:
            if field == "secret":
                page.select_option("[name=key]", "typed") if page.is_visible("[name=key]") else None
            if not page.is_visible(f"[name={field}]"):
                continue
            before = page.evaluate(TOP, watched)
            page.evaluate("name => document.querySelector(`[name=${name}]`).focus({preventScroll: true})", field)
            for letter in "http://a-name.example:8000/v1 x":
                page.keyboard.insert_text(letter)
                moved = page.evaluate(MOVED, [watched, before])
                assert abs(moved) < 0.5, (place, field, moved)
            fill(page, **{field: ""})
        if page.is_visible("[name=key]"):
            page.select_option("[name=key]", "variable")


def test_a_key_can_be_set_that_a_server_may_ask_for(visit: Visits, site: Site) -> None:
    """Where the key is optional the set-up says how commands come to send it, and then all do that may need it."""
    page = visit("built-in", "vllm")
    assert page.locator("[id='_start.vllm'] p.js-only:visible", has_text="under API key").count() == 1
    assert not any("VLLM_API_KEY" in text for _, _, text in shown(page))
    page.select_option("[name=key]", "variable")
    cells = site.renderer("built-in").catalog.backends["vllm"].endpoints
    for _, endpoint, text in shown(page):
        assert ('-H "Authorization: Bearer $VLLM_API_KEY"' in text) == bool(cells[endpoint].api_key), endpoint


@pytest.mark.parametrize("lang", LANGUAGES)
def test_warnings(visit: Visits, lang: str) -> None:
    """Curly quotes, blanks, a missing /v1, no http:// and a key in a command are reported, and nothing else is."""
    page = visit("thirteen", "litellm", lang)
    words = {
        "en": {
            "quotes": "Curly quotes",
            "blank": "There is a space in",
            "path": "Is /v1 missing",
            "below": "Leave /chat/completions off",
            "http": "must start with http://",
            "key": "history",
        },
        "zh": {
            "quotes": "弯引号",
            "blank": "里有空格",
            "path": "是不是少了 /v1",
            "below": "不要带 /chat/completions",
            "http": "以 http:// 或",
            "key": "历史记录",
        },
    }[lang]
    assert page.get_attribute("#_warn", "role") == "status"
    for values, expected in (
        ({}, set()),
        ({"url": "https://h/v1"}, set()),
        ({"url": "https://h/proxy/v1//"}, set()),
        ({"url": "http://h"}, {"path"}),
        ({"url": "localhost:4000/v1"}, {"http"}),
        ({"url": "http://h/a b/v1"}, {"blank"}),
        ({"MODEL": "a b"}, {"blank"}),
        ({"MODEL": "“a”"}, {"quotes"}),
        ({"url": "‘x ", "MODEL": "’ "}, {"quotes", "blank", "http"}),
        ({"url": "https://h/v1/chat/completions/"}, {"below"}),
        ({"url": "https://h/chat/completions"}, {"below"}),
        ({"key": "typed"}, set()),
        ({"secret": "sk-1"}, {"key"}),
        ({"key": "variable"}, set()),
    ):
        fill(page, **{"url": "", "MODEL": "", **values})
        said = page.inner_text("#_warn")
        assert {name for name, text in words.items() if text in said} == expected, (values, said)
        assert bool(said) == bool(expected)
        if said:
            box, main = page.locator("#_warn").bounding_box(), page.locator("main").bounding_box()
            assert box and main and box["x"] + box["width"] <= main["x"]  # it lies over nothing that is read


def test_export_holds_the_backends_own_variables(visit: Visits) -> None:
    """A value in the link for a variable that the backend does not have is nowhere."""
    page = visit("built-in", "ollama", at="#rerank_model=zzz&model=mine")
    assert "RERANK" not in export(page) and "export OLLAMA_MODEL=mine" in export(page)
