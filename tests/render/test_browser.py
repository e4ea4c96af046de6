"""The HTML cheatsheet in a browser: the reader's values, copying, explaining, finding, and what it never does."""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from conftest import CATALOGS, ENVIRONMENT, ROOT

from generator import request
from generator.catalog.model import Backend, Cell
from generator.render.renderer import Renderer

FILES = {
    "built-in": ROOT / "catalog.yaml",
    "thirteen": CATALOGS / "thirteen.yaml",
    "hostile": CATALOGS / "hostile.yaml",
    "variables": CATALOGS / "variables.yaml",
} | {path.stem: path for path in sorted((CATALOGS / "good").glob("*.yaml"))}
LANGUAGES = ("en", "zh")

# One backend with more cells than a page lays out at once.
LONG = "\n".join(
    [
        "languages: [en]",
        "backends:",
        "  only:",
        "    base_url: http://localhost:8000/v1",
        "    endpoints:",
        *(f"      call-{n}: {{}}" for n in range(90)),
        "endpoints:",
        "  call-0:",
        "    method: POST",
        "    path: /things/0",
        "    body: {model: thing, n: 0}",
        "    parameters: {model: {at: [body, model], option: --model, variable: MODEL}}",
        "    pipelines: [{name: answer, jq: .answer}]",
        "    sample: {answer: 0}",
        *(f"  call-{n}: {{like: call-0, path: /things/{n}, body: {{n: {n}}}}}" for n in range(1, 90)),
    ]
)

# What is on the screen; content that waits to be found is not.
SEEN = "const seen = element => element.checkVisibility({visibilityProperty: true});"
COMMANDS = f"""() => {{ {SEEN} return [...document.querySelectorAll('.command')].filter(seen)
  .map(e => [e.closest('[data-backend]')?.dataset.backend, e.closest('.cell')?.id.split('.')[0], e.textContent, e.className]); }}"""
IN_VIEW = """() => [...document.querySelectorAll('main [id]')].findLast(e => e.offsetParent && e.getBoundingClientRect().top <= 130)?.id"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files. Of one below /slow/ it sends what stands before <main>, and the rest once `go_on` is set."""

    go_on = threading.Event()

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":  # a browser asks for it where the page's policy is put aside
            self.send_response(204)
            self.end_headers()
        elif self.path.startswith("/slow/"):
            text = Path(self.directory, self.path.removeprefix("/slow/")).read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(text[: text.index(b"<main")])
            self.wfile.flush()
            self.go_on.wait(20)
            self.wfile.write(text[text.index(b"<main") :])
        else:
            super().do_GET()


@dataclass
class Site:
    """The pages of every catalog, each catalog's in a folder, as files and served on loopback; made when asked for."""

    render: Callable[[Path], Renderer]
    folder: Path
    url: str

    def renderer(self, name: str) -> Renderer:
        return self.render(FILES.get(name) or self.folder / f"{name}.yaml")

    def languages(self, name: str) -> tuple[str, ...]:
        return self.renderer(name).catalog.languages

    @functools.cache  # noqa: B019
    def made(self, name: str) -> Path:
        renderer, folder = self.renderer(name), self.folder / name
        folder.mkdir(exist_ok=True)
        for lang in renderer.catalog.languages:
            page = renderer.page("cheatsheet.{lang}.html.j2", {"lang": lang})
            (folder / page.path).write_text(page.text, "utf-8")
        index = renderer.page("index.html.j2", {})
        (folder / index.path).write_text(index.text, "utf-8")
        return folder

    def __hash__(self) -> int:
        return hash(self.folder)


@pytest.fixture(scope="session")
def site(render: Callable[[Path], Renderer], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    (folder / "long.yaml").write_text(LONG, "utf-8")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield Site(render, folder, f"http://127.0.0.1:{server.server_address[1]}")
        server.shutdown()
        thread.join()


@dataclass
class Visits:
    """Opens pages; what one of them does that a page of ours never does is kept in `misdeeds`."""

    browser: Any
    site: Site
    contexts: list[Any] = field(default_factory=list)
    misdeeds: list[str] = field(default_factory=list)

    def __call__(
        self, name: str = "thirteen", lang: str = "en", at: str = "", *, file: bool = False, path: str | None = None, **context: Any
    ) -> Any:
        made = self.site.made(name)
        page = self.context(**context).new_page()
        page.goto((made.as_uri() if file else f"{self.site.url}/{name}") + f"/{path or f'cheatsheet.{lang}.html'}{at}")
        return page

    def context(self, **context: Any) -> Any:
        made = self.browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context})
        self.contexts.append(made)
        own = (self.site.folder.as_uri(), self.site.url)
        made.on("dialog", lambda dialog: (self.misdeeds.append(f"dialog {dialog.message}"), dialog.dismiss()))
        made.on("console", lambda message: self.misdeeds.append(f"console {message.text}"))
        made.on("weberror", lambda error: self.misdeeds.append(f"error {error.error}"))
        made.on(
            "request",
            lambda sent: (
                None
                if sent.is_navigation_request() and sent.url.startswith(own) and re.search(r"\.html(#|$)", sent.url)
                else self.misdeeds.append(f"request {sent.url[:80]}")
            ),
        )
        made.set_default_timeout(10_000)
        return made


@pytest.fixture
def visit(browser: Any, site: Site) -> Iterator[Visits]:
    """Opens a catalog's page. At the end none of them has asked for anything, said anything or broken its policy."""
    visits = Visits(browser, site)
    yield visits
    for context in visits.contexts:
        context.close()
    assert visits.misdeeds == []


def until(page: Any, holds: str, argument: Any = None) -> None:
    """Waits till an expression, or a function of the argument, is true. (Playwright's own way breaks the page's policy.)"""
    for _ in range(200):
        if page.evaluate(holds, argument):
            return
        page.wait_for_timeout(25)
    raise AssertionError(holds)


def fill(page: Any, **values: str) -> None:
    """Puts values into the strip as typing does, all at once."""
    page.evaluate(
        """values => { const form = document.getElementById('_values');
          for (const [name, value] of Object.entries(values)) {
            form.elements[name].value = value;
            form.elements[name].dispatchEvent(new Event('input', {bubbles: true}));
          } }""",
        values,
    )


def shown(page: Any) -> list[tuple[str, str, str]]:
    """The commands of the cells on the screen: backend, endpoint, text."""
    return [(backend, endpoint, text) for backend, endpoint, text, _ in page.evaluate(COMMANDS) if endpoint]


def export(page: Any) -> str:
    """The block that sets the variables, of the backend on the screen."""
    (block,) = [text for _, _, text, classes in page.evaluate(COMMANDS) if "export" in classes.split()]
    return str(block)


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
    return [*read[:-1], json.loads(read[-1])] if list(argv[-3:-1]) == ["-d", "@-"] else read


def wanted(backend: Backend, cell: Cell, usual: Sequence[str], base: str, typed: Mapping[str, str], key: str) -> list[Any]:
    """What a cell's command hands to curl with these values: what it usually does, but for them. `key` is none, variable or the key."""
    asked = request.build_request(backend, cell)
    base, words = base.rstrip("/"), list(usual)
    for _ in range(asked.parent_segments):
        base = base.rpartition("/")[0] if base.count("/") > 2 else base

    def own(piece: request.RequestPart) -> str:
        return typed.get(piece.parameter.variable or "", "") if piece.parameter else ""

    def percent(text: str) -> str:
        return quote(text, safe="-._~!'()*")  # as encodeURIComponent has it

    url = base + "".join(percent(own(piece)) or piece.value or "" for piece in asked.path)
    pairs = [
        request.percent(piece.name) + "=" + (percent(own(piece)) or request.percent(piece.value))
        for piece in asked.query
        if piece.value is not None
    ]
    at = words.index(asked.url)
    words[at] = url + ("?" + "&".join(pairs) if pairs else "")
    for piece in asked.headers:
        if piece.value is not None and own(piece):
            words[words.index(piece.header_argument)] = f"{piece.name}: {own(piece)}"
    for piece in asked.form or ():
        if piece.value is not None and own(piece):
            words[words.index(piece.form_argument)] = f"{piece.name}={own(piece)}"
    if asked.key:
        own_key = asked.key == backend.api_key
        header = f"{asked.key.header}: {asked.key.prefix}"
        value = key if own_key and key not in ("none", "variable") else SECRET.format(asked.key.variable)
        if asked.key.required:
            words[at + 2] = header + value
        elif own_key and key != "none":
            words[at + 1 : at + 1] = ["-H", header + value]
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


def go(page: Any, fragment: str) -> None:
    """Goes to another place of the page, as a hand in the address does."""
    page.evaluate("to => new Promise(next => { addEventListener('hashchange', next, {once: true}); location.hash = to; })", fragment)


def inputs_of(page: Any) -> list[str]:
    """The names of the shown inputs for parameters."""
    return list(page.evaluate("[...document.querySelectorAll('[data-variable]')].filter(e => !e.closest('label').hidden).map(e => e.name)"))


def secrets(renderer: Renderer) -> dict[str, str]:
    return {key.variable: SECRET.format(key.variable) for key in renderer.catalog.keys}


@pytest.mark.parametrize("name", [name if name != "built-in" else pytest.param(name, marks=pytest.mark.every_script) for name in FILES])
def test_values_stand_in_every_command(name: str, visit: Visits, site: Site, tmp_path: Path) -> None:
    """Typed or from the address: URL, body, header and form are the reader's, byte for byte, as values and as variables."""
    renderer = site.renderer(name)
    catalog, env = renderer.catalog, secrets(renderer)
    page = visit(name, catalog.languages[0])
    for backend in catalog.backends.values():
        cells = [backend.endpoints[endpoint] for endpoint in catalog.endpoints if endpoint in {cell.id for cell in backend.cells}]
        usual = sent(tmp_path, [renderer.command(backend.id, cell.id).text for cell in cells], env)

        def holds(base: str, typed: Mapping[str, str], backend: Backend = backend, cells: Any = cells, usual: Any = usual) -> None:
            key = page.input_value("[name=key]")
            key = page.input_value("[name=secret]") or "variable" if key == "typed" else key
            expected = [wanted(backend, cell, words, base, typed, key) for cell, words in zip(cells, usual, strict=True)]
            for show in ("variables", "values"):
                page.check(f"[name=show][value={show}]")
                found, before = shown(page), export(page) + "\n" if show == "variables" else ""
                assert [(backend.id, cell.id) for cell in cells] == [(of, endpoint) for of, endpoint, _ in found]
                commands = [before + text for _, _, text in found]
                assert expected == [as_sent(words) for words in sent(tmp_path, commands, env)]
            (tmp_path / "all.sh").write_bytes("\n".join(commands).encode())
            done = subprocess.run(["bash", "-n", tmp_path / "all.sh"], capture_output=True, check=False)
            assert (done.returncode, done.stderr) == (0, b"")

        page.select_option("[name=backend]", backend.id)
        holds(backend.base_url, {})
        variables = inputs_of(page)
        fill(page, url=BASE, **dict.fromkeys(variables, TYPED))
        holds(BASE, dict.fromkeys(variables, TYPED))
        if backend.api_key:
            page.select_option("[name=key]", "variable")
            holds(BASE, dict.fromkeys(variables, TYPED))
            page.select_option("[name=key]", "typed")
            fill(page, secret="s'e\"cr et $(touch pwned) \\😀")
            holds(BASE, dict.fromkeys(variables, TYPED))
            page.select_option("[name=key]", "variable" if backend.api_key.required else "none")
        if name == "variables":
            for value in SINGLE:
                fill(page, url=f"http://h/{value.strip()}", **dict.fromkeys(variables, value))
                holds(f"http://h/{value.strip()}", dict.fromkeys(variables, value))
        asked = {"backend": backend.id, "base": ARRIVED_BASE, **{variable.lower(): ARRIVED for variable in variables}}
        go(page, "&".join(f"{key}={quote(text, safe='')}" for key, text in asked.items()))
        holds(ARRIVED_BASE, dict.fromkeys(variables, ARRIVED))
        fill(page, url="", **dict.fromkeys(variables, ""))
        assert [text for _, _, text in shown(page)] == [renderer.command(backend.id, cell.id).text for cell in cells]


def test_each_letter_is_followed(visit: Visits) -> None:
    """Typed letter by letter, every command, the export block and the first command follow at once."""
    page = visit()
    for name, before in (("url", "http://h"), ("MODEL", "a'b")):
        page.focus(f"[name={name}]")
        for end in range(1, len(before) + 1):
            page.keyboard.type(before[end - 1])
            word = before[:end].rstrip("/")
            first = [text for _, endpoint, text, _ in page.evaluate(COMMANDS) if not endpoint and "curl -sS" in text]
            if name == "url":
                wanted = {f"curl -sS {word}/{endpoint.replace('chat-', 'chat/')} " for _, endpoint, _ in shown(page)}
                assert {text[: len(start)] for _, _, text in shown(page) for start in wanted if text.startswith(start)} == wanted
                assert [text.split()[2] for text in first] == [f"{word}/models"]
                assert f"export OLLAMA_BASE_URL={word}\n" in export(page) + "\n"
            else:
                inside = word.replace("'", "'\"'\"'")
                assert len([text for _, _, text in shown(page) if f'"model": "{inside}"' in text]) == 2
                assert f"export OLLAMA_MODEL={inside if end == 1 else chr(39) + inside + chr(39)}\n" in export(page) + "\n"
    assert page.locator("#_backend\\.ollama .command var.yours").count() == 1


def test_each_backend_keeps_its_values(visit: Visits) -> None:
    """What was typed for one is not another's, and is there again when that one is chosen again."""
    page = visit()
    fill(page, url="http://h/v1", MODEL="m")
    page.select_option("[name=backend]", "mindie")
    assert (page.input_value("[name=url]"), page.input_value("[name=MODEL]")) == ("", "")
    assert page.get_attribute("[name=MODEL]", "placeholder") == "qwen"
    assert "http://localhost:1025/v1/chat" in shown(page)[0][2]
    page.select_option("[name=backend]", "ollama")
    assert (page.input_value("[name=url]"), page.input_value("[name=MODEL]")) == ("http://h/v1", "m")
    assert "http://h/v1/models" in shown(page)[0][2]


shown_in = shown
STORED = "JSON.stringify([{...localStorage}, {...sessionStorage}, location.href, history.state])"


def test_key_is_told_to_nobody(visit: Visits) -> None:
    """It stands in commands only where the reader asked for that; another backend, another way or a reload forgets it."""
    page = visit("built-in")

    def shown(page: Any) -> list[tuple[str, str, str]]:
        return [row for row in shown_in(page) if row[1] in ("models", "chat-completions", "embeddings")]

    page.select_option("[name=backend]", "litellm")
    variable = [text for _, _, text in shown(page)]
    assert all('-H "Authorization: Bearer $LITELLM_API_KEY"' in text for text in variable)
    assert not page.is_visible("[name=secret]") and not page.locator("[name=key] option[value=none]:not([hidden])").count()
    page.select_option("[name=key]", "typed")
    assert variable == [text for _, _, text in shown(page)]
    assert page.get_attribute("[name=secret]", "type") == "password"
    for leave in ("backend", "all", "address", "way"):
        page.fill("[name=secret]", "sk-s'esame")
        assert all("-H 'Authorization: Bearer sk-s'\"'\"'esame'" in text for _, _, text in shown(page))
        assert "esame" not in export(page)
        page.wait_for_timeout(400)  # the address is written a little later
        assert "esame" not in page.evaluate(STORED)
        if leave == "backend":
            page.select_option("[name=backend]", "xinference")
            assert page.input_value("[name=key]") == "none"
        elif leave == "all":
            page.select_option("[name=backend]", "all")
        elif leave == "address":
            go(page, "models.xinference")
        else:
            page.select_option("[name=key]", "variable")
        assert page.input_value("[name=secret]") == "" and not page.is_visible("[name=secret]")
        assert "esame" not in page.content()
        page.select_option("[name=backend]", "litellm")
        assert [text for _, _, text in shown(page)] == variable
        page.select_option("[name=key]", "typed")
        assert [text for _, _, text in shown(page)] == variable
    page.fill("[name=secret]", "sk-s'esame")
    page.reload()
    assert "esame" not in page.content() and page.input_value("[name=secret]") == ""
    page.select_option("[name=backend]", "xinference")
    assert not any("KEY" in text for _, _, text in shown(page))
    page.select_option("[name=key]", "variable")
    assert all(' \\\n  -H "Authorization: Bearer $XINFERENCE_API_KEY"' in text for _, _, text in shown(page))


def state(page: Any) -> dict[str, str]:
    """What the strip says."""
    found: dict[str, str] = page.evaluate("Object.fromEntries(new FormData(document.getElementById('_values')))")
    return found


@pytest.mark.parametrize("file", [False, True], ids=["served", "files"])
def test_address_holds_the_values_and_the_place(visit: Visits, file: bool) -> None:
    """They survive a reload and the way to the other language and back; so does what is in view."""
    value = "a&b=c#d%41+e 'f\" 中文 😀"
    page = visit("thirteen", "en", file=file)
    page.select_option("[name=backend]", "xinference")
    fill(page, url=f"http://h/{value}/v1", MODEL=value)
    page.check("[name=show][value=variables]")
    until(page, "location.hash.includes('variables')")
    before, commands = state(page), [text for _, _, text in shown(page)]
    assert before["url"].endswith("/v1") and before["show"] == "variables" and before["backend"] == "xinference"
    page.reload()
    assert (state(page), [text for _, _, text in shown(page)]) == (before, commands)
    for place in ("embeddings", "chat-completions.xinference", "_flags", "_troubles"):
        page.evaluate("id => document.getElementById(id).scrollIntoView()", place)
        seen = page.evaluate(IN_VIEW)
        for lang in ("zh", "en"):
            with page.expect_navigation(url=f"**/cheatsheet.{lang}.html#*"):
                page.evaluate("lang => document.querySelector(`a.language[hreflang^=${lang}]`).click()", lang)
            assert page.get_attribute("html", "lang") == {"en": "en", "zh": "zh-CN"}[lang]
            assert (state(page), [text for _, _, text in shown(page)]) == (before, commands)
            until(page, "id => Math.abs(document.getElementById(id).getBoundingClientRect().top - 110) < 110", seen)
            assert page.evaluate("document.querySelector(':target')?.id ?? location.hash.slice(1).split('&')[0]") == seen
        until(page, "localStorage.getItem('language') === 'en'")


def test_a_place_chooses_its_backend(visit: Visits) -> None:
    """#endpoint.backend shows that backend; Back goes back; what a hand writes wrong breaks nothing."""
    page = visit("thirteen", "en", "#embeddings.litellm")
    assert {backend for backend, _, _ in shown(page)} == {"litellm"}
    assert page.evaluate("Math.abs(document.getElementById('embeddings.litellm').getBoundingClientRect().top - 110)") < 110
    go(page, "chat-completions.mindie")
    assert {backend for backend, _, _ in shown(page)} == {"mindie"}
    page.evaluate("new Promise(next => { addEventListener('hashchange', next, {once: true}); history.back(); })")
    assert {backend for backend, _, _ in shown(page)} == {"litellm"}
    go(page, "backend=ollama&base=http://h/v1&model=m&nonsense=1")
    assert (state(page)["backend"], state(page)["url"], state(page)["MODEL"]) == ("ollama", "http://h/v1", "m")
    for broken in (
        "%",
        "%E4%B8",
        "models&backend=nobody",
        "backend=",
        "=&=&",
        "models.nobody",
        "x.y.z",
        "'\"<b>$(touch pwned)",
        "backend=ollama&base=100%",
        "backend=all&base=http://h/v1&model=m",
    ):
        go(page, broken)
        assert len(shown(page)) >= 3
        page.reload()
        assert len(shown(page)) >= 3 and page.locator("button.copy").count()
        page.goto(page.url.split("#")[0] + "#models.xinference")
    go(page, "backend=all")
    assert {backend for backend, _, _ in shown(page)} == {"ollama", "litellm", "xinference", "mindie"}


@pytest.mark.parametrize("name", ["url", "MODEL", "show"])
def test_one_value_alone_survives_a_reload(name: str, visit: Visits) -> None:
    """Whatever was typed first, and though the backend was never chosen."""
    page = visit("thirteen")
    page.check("[name=show][value=variables]") if name == "show" else fill(page, **{name: "http://mine/v1"})
    until(page, "location.hash.includes('backend=ollama')")
    before, commands = state(page), shown(page)
    page.reload()
    assert (state(page), shown(page)) == (before, commands)


def test_a_link_of_the_matrix_leads_to_its_command(visit: Visits) -> None:
    """Also to a backend that was hidden until then, in a page that is laid out anew for it."""
    page = visit("built-in")
    for place in ("rerank.localai", "version.xinference", "chat-completions.ollama", "speech.openai"):
        page.evaluate("place => document.querySelector(`table a[href='#${place}']`).click()", place)
        until(page, "place => Math.abs(document.getElementById(place).getBoundingClientRect().top - 100) < 30", place)


def test_another_backend_leaves_the_reader_in_place(visit: Visits) -> None:
    """The section that was read stays where it was; one that the other backend has nothing in is gone, from the contents too."""
    page = visit("built-in", "en", "#embeddings")
    top = "document.getElementById('embeddings').getBoundingClientRect().top"
    until(page, f"Math.abs({top} - 100) < 40")
    before = page.evaluate(top)
    for backend, lists in (("openai", False), ("ollama", True), ("localai", False)):
        page.select_option("[name=backend]", backend)
        until(page, f"before => Math.abs({top} - before) < 8", before)
        assert page.locator("#tags").is_visible() == page.locator(".contents a[href='#tags']").is_visible() == lists
    page.evaluate("document.getElementById('embeddings.localai').scrollIntoView()")
    page.select_option("[name=backend]", "vllm")  # that place is gone: its section's start is as near
    until(page, f"Math.abs({top} - 130) < 30")


def test_a_key_can_be_set_that_a_server_may_ask_for(visit: Visits) -> None:
    """Where the key is optional the set-up says how commands come to send it, and then they do."""
    page = visit("built-in", "en", "#backend=vllm")
    assert page.locator("#_backend\\.vllm .js-only:visible", has_text="under API key").count() == 1
    assert not any("VLLM_API_KEY" in text for _, _, text in shown(page))
    page.select_option("[name=key]", "variable")
    assert all('-H "Authorization: Bearer $VLLM_API_KEY"' in text for _, endpoint, text in shown(page) if endpoint != "health")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_backend_tells_what_one_meets_first(lang: str, visit: Visits, site: Site) -> None:
    """Refused, a certificate: in the list of each backend, with a way out; a link leads on to what jq says of an error."""
    page = visit("built-in", lang, "#backend=all")
    for name in site.renderer("built-in").catalog.backends:
        signs = page.locator(f"#_backend\\.{name} dl dt").all_text_contents()
        ways = page.locator(f"#_backend\\.{name} dl dd").all_text_contents()
        assert all(len(way) > 5 for way in ways) and len(signs) == len(ways)
        assert page.locator(f"#_backend\\.{name} dl + p a").get_attribute("href") == "#_troubles"
        for told in ("(60)", *(() if name == "openai" else ("(7)",))):
            assert any(told in sign for sign in signs), (name, told)
    assert "null" in page.locator("#_troubles dt").first.text_content()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_warnings(visit: Visits, lang: str) -> None:
    """Curly quotes, blanks, a missing /v1, no http:// and a key in a command are reported, and nothing else is."""
    page = visit("thirteen", lang)
    words = {
        "en": {
            "quotes": "Curly quotes",
            "blank": "There is a space in",
            "path": "Is /v1 missing",
            "http": "must start with http://",
            "key": "history",
        },
        "zh": {"quotes": "弯引号", "blank": "里有空格", "path": "是不是少了 /v1", "http": "以 http:// 或", "key": "历史记录"},
    }[lang]
    page.select_option("[name=backend]", "litellm")
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
        ({"key": "typed"}, {"key"}),
        ({"key": "variable"}, set()),
    ):
        fill(page, **{"url": "", "MODEL": "", **values})
        said = page.inner_text("#_warn")
        assert {name for name, text in words.items() if text in said} == expected, (values, said)
        assert bool(said) == bool(expected)


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
    const host = button.closest('.rung, .cell, .block, figure'), item = button.closest('li');
    found.push({{
      text: await navigator.clipboard.readText(), heard: heard.at(-1), name: button.getAttribute('aria-label') || button.textContent,
      focused: document.activeElement === button, rung: host.matches('.rung'), cell: host.id.split('.'),
      command: host.querySelector('.command')?.textContent, place: button.closest('.answer')?.id,
      output: item?.querySelector('.output')?.textContent,
      step: item?.querySelector('.step')?.textContent,
    }});
  }}
  await new Promise(next => setTimeout(next, 100));
  return [found, heard]; }}"""


@pytest.mark.parametrize(
    ("name", "lang"),
    [
        ("thirteen", "en"),
        ("thirteen", "zh"),
        pytest.param("built-in", "en", marks=pytest.mark.every_script),
        ("everything", "zh"),
        ("hostile", "zh"),
    ],
)
def test_copy_buttons(name: str, lang: str, visit: Visits, site: Site, tmp_path: Path) -> None:
    """What is on the clipboard is what is shown: a command whole, or with a step's filter; and then prints that step's output."""
    page = visit(name, lang, permissions=["clipboard-read", "clipboard-write"])
    catalog = site.renderer(name).catalog
    ladder: list[tuple[str, Cell, str]] = []
    count = 0
    for backend in catalog.backends.values() if name == "thirteen" else list(catalog.backends.values())[:1]:
        page.select_option("[name=backend]", backend.id)
        fill(page, url="http://h/it's/v1")
        copies, heard = page.evaluate(COPY_ALL)
        assert heard == [copy["heard"] for copy in copies]
        for copy in copies:  # a button's name has a number behind it where it would be another's
            assert re.split("[:：] ?", copy["name"], maxsplit=1)[1].startswith(re.split("[:：] ?", copy["heard"], maxsplit=1)[1])
        count += len(copies)
        names = [copy["name"] for copy in copies]
        assert len(names) == len(set(names))
        for copy in copies:
            assert copy["focused"], copy
            assert copy["text"].startswith("curl") or not copy["rung"]
            if not copy["rung"]:
                assert copy["text"] == copy["command"]
            else:
                cell = backend.endpoints[copy["place"].split(".")[0]]
                ladder.append((copy["text"], cell, copy["output"]))
                assert ("| jq" in copy["step"] or "| grep" in copy["step"]) if copy["step"] else "| jq" not in copy["text"]
            assert not copy["text"].endswith("\n") and not copy["text"].startswith(("$", ">"))
        assert page.evaluate("[...document.querySelectorAll('button.copy')].every(e => e.textContent)")
        lines = [copy["text"] for copy in copies if name != "hostile" or "curl" in copy["text"]]  # its `start` is no bash
        (tmp_path / "all.sh").write_bytes("\n".join(lines).encode())
        done = subprocess.run(["bash", "-n", tmp_path / "all.sh"], capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
    assert count > len(catalog.endpoints)
    script = ["curl() { printf '%s' \"${answer}\"; }\n"]
    for text, cell, _ in ladder:
        events = "".join(f"data: {json.dumps(event, ensure_ascii=False)}\n\n" for event in cell.sample) if cell.response == "events" else ""
        answer = events or json.dumps(cell.sample, ensure_ascii=False)
        quoted = "'" + answer.replace("'", "'\"'\"'") + "'"
        script.append(f"answer={quoted}\n{text}\nprintf '\\0'\n")
    done = subprocess.run(["bash"], input="".join(script).encode("utf-8", "surrogatepass"), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    printed = done.stdout.decode().split("\0")[:-1]
    assert len(printed) == len(ladder) and len(ladder) >= 3
    for (text, cell, output), got in zip(ladder, printed, strict=True):
        if "jq" in text:
            assert got.rstrip("\n") == output.rstrip("\n"), text
        else:
            events = (
                [json.loads(line.removeprefix("data: ")) for line in output.splitlines() if line] if cell.response == "events" else None
            )
            assert (events or json.loads(output)) == cell.sample and got


def test_copying_the_old_way_and_by_hand(visit: Visits) -> None:
    """Without a clipboard for pages execCommand copies; where that is refused, the text is selected and the reader is told."""
    context = visit.context(permissions=["clipboard-read", "clipboard-write"])
    context.add_init_script("window.board = navigator.clipboard; Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page = context.new_page()
    page.goto(f"{visit.site.url}/thirteen/cheatsheet.en.html") if visit.site.made("thirteen") else None
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
    assert told and told["width"] > 200 and told["height"] > 20 and told["y"] + told["height"] <= 900  # not for screen readers alone
    assert area.get_attribute("aria-label")
    assert area.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)") == command
    assert "selected" in page.text_content("#_said")
    page.keyboard.press("Escape")
    assert area.count() == 0 and button.evaluate("e => document.activeElement === e")


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("name", ["thirteen", "built-in"])
def test_copy_buttons_can_be_hit(name: str, width: int, visit: Visits) -> None:
    """24 px at least, opaque, and over no letter of a command or an output."""
    page = visit(name, "en", "#backend=all" if name == "thirteen" else "", viewport={"width": width, "height": 900})
    faults = page.evaluate(f"""() => {{ {SEEN}
      const boxes = [...document.querySelectorAll('pre')].filter(seen).map(pre => {{
        const range = document.createRange(); range.selectNodeContents(pre); return [...range.getClientRects()]; }}).flat();
      return [...document.querySelectorAll('button.copy')].filter(seen).map(button => {{
        const box = button.getBoundingClientRect(), style = getComputedStyle(button);
        const over = boxes.some(b => b.left < box.right && b.right > box.left && b.top < box.bottom && b.bottom > box.top);
        const fine = box.width >= 24 && box.height >= 24 && style.opacity === '1' && !/rgba/.test(style.backgroundColor) && !over;
        return fine ? '' : button.getAttribute('aria-label') + JSON.stringify([box, style.opacity, style.backgroundColor, over]);
      }}); }}""")
    assert len(faults) > 20
    assert [fault for fault in faults if fault] == []


@pytest.mark.parametrize("name", ["thirteen", "hostile"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_flag_is_explained_where_it_stands(name: str, lang: str, visit: Visits, site: Site) -> None:
    """Under the pointer, in focus and tapped, a piece of a command is explained in the catalog's words; Escape ends it."""
    page = visit(name, lang)
    flags = site.renderer(name).catalog.flags
    pieces = page.locator(".cell:not([hidden]) .command a")
    texts = page.evaluate("""() => { const said = [];
      for (const piece of document.querySelectorAll('.cell:not([hidden]) .command a')) {
        piece.focus();
        const tip = document.getElementById('_tip');
        said.push([decodeURIComponent(piece.hash.slice(2)), piece.textContent, tip.hidden ? '' : tip.textContent,
          piece.getAttribute('aria-describedby')]);
      }
      return said; }""")
    assert len(texts) > 20
    for what, text, tip, described in texts:
        program = next(program for program in flags if what.startswith(program) and what.removeprefix(program) in flags[program])
        flag = flags[program][what.removeprefix(program)]
        plain = re.sub(r"`([^`]*)`", r"\1", flag.text[lang])
        assert described == "_tip"
        assert re.sub(r"\W", "", plain) in re.sub(r"\W", "", tip), text
        assert (flag.since or "") in tip and (flag.long or "") in tip
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
    page.hover("h1")
    until(page, "document.getElementById('_tip').hidden")
    before = (page.evaluate("location.hash"), page.evaluate("scrollY"))
    other.scroll_into_view_if_needed()
    before = (page.evaluate("location.hash"), page.evaluate("scrollY"))
    other.click()
    assert page.is_visible("#_tip") and (page.evaluate("location.hash"), page.evaluate("scrollY")) == before
    page.mouse.click(5, 5)
    assert not page.is_visible("#_tip")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("name", ["thirteen", "hostile", "everything"])
def test_flags_are_links(name: str, script: bool, visit: Visits, site: Site) -> None:
    """A command's flags lead to their explanations, with JavaScript and without; they are one stop of the Tab key."""
    renderer = site.renderer(name)
    page = visit(name, renderer.catalog.languages[0], java_script_enabled=script)
    for endpoint in renderer.catalog.endpoints:
        for backend, cell in renderer.catalog.cells(endpoint):
            links = page.locator(f"[id='{endpoint}.{backend.id}'] .command a")
            found = [
                (unquote(str(link.get_attribute("href"))), link.text_content(), link.get_attribute("tabindex")) for link in links.all()
            ]
            pieces = [piece for piece in renderer.command(backend.id, cell.id).pieces if piece.program in renderer.catalog.flags]
            stops = [None, *["-1"] * len(pieces)]
            assert found == [(f"#_{piece.program}{piece.flag}", piece.text, stop) for piece, stop in zip(pieces, stops, strict=False)]
            assert found
    link = page.locator(".cell:visible .command a").first
    leads_to = str(link.get_attribute("href"))
    link.click()
    if script:  # it is explained where it stands
        assert page.is_visible("#_tip")
    else:
        assert unquote(page.url.partition("#")[2]) == unquote(leads_to[1:])


def test_tips_on_a_small_touch_screen(visit: Visits) -> None:
    """A tap explains, inside the screen; a tap elsewhere ends it."""
    page = visit("thirteen", "zh", has_touch=True, is_mobile=True, viewport={"width": 320, "height": 600})
    page.locator(".cell:not([hidden]) .command").first.scroll_into_view_if_needed()
    for number in range(0, 6):
        piece = page.locator(".cell:not([hidden]) .command a").nth(number)
        piece.tap()
        box = page.locator("#_tip").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 320 and page.evaluate("location.hash") == ""
        assert piece.get_attribute("aria-describedby") == "_tip"
    page.locator("h1").tap()
    assert not page.is_visible("#_tip")


def test_arrows_move_within_a_command(visit: Visits) -> None:
    """One tab stop a command; arrows, Home and End move between its pieces and stop at its ends."""
    page = visit()
    row = page.locator("#chat-completions\\.ollama .command")
    stops = page.evaluate(f"""() => {{ {SEEN} return [...document.querySelectorAll('.command')].filter(seen)
      .map(row => [...row.querySelectorAll('a')].filter(a => a.tabIndex >= 0).length); }}""")
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
        assert page.evaluate("document.activeElement") is not None
        index = page.evaluate("[...document.activeElement.closest('.command').querySelectorAll('a')].indexOf(document.activeElement)")
        assert index == (at if at >= 0 else len(texts) + at)
        assert row.locator("a[tabindex='0'], a:not([tabindex])").count() == 1 and page.is_visible("#_tip")
    page.keyboard.press("Shift+Tab")
    assert not page.is_visible("#_tip")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_javascript(visit: Visits, site: Site, lang: str) -> None:
    """Every command of every backend is shown, and each flag in the list; no strip, no search."""
    page = visit("thirteen", lang, java_script_enabled=False)
    assert page.locator("#_values").is_hidden() and page.locator("#_find").is_hidden() and page.locator("#_theme").is_hidden()
    assert page.locator("button:visible").count() == 0
    assert all(row.is_visible() for row in page.locator(".cell .command").all())
    for program, flags in site.renderer("thirteen").flags().items():
        for flag in flags:
            quote = "'" if '"' in flag else '"'
            assert page.locator(f"xpath=//section[@id='_flags']//*[@id={quote}_{program}{flag}{quote}]").is_visible()


@pytest.mark.parametrize("name", ["thirteen", "built-in"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_backend_starts_with_a_command(name: str, lang: str, site: Site, visit: Visits) -> None:
    """Its first cell's command, what that prints and its troubles stand in its section; each ladder starts with the answer itself."""
    renderer = site.renderer(name)
    page = visit(name, lang, "#backend=all")
    for backend in renderer.catalog.backends.values():
        section = page.locator(f"[id='_backend.{backend.id}']")
        commands = section.locator(".command").all_text_contents()
        cell = backend.cells[0]
        assert commands[-1] == renderer.command(backend.id, cell.id).text
        if cell.pipelines and cell.sample is not None:
            assert section.locator(".output").count() == 1
            assert section.locator(".output").inner_text().strip()
        text = section.inner_text()
        for trouble in backend.troubles:
            assert trouble.say[lang].replace("{key}", backend.api_key.export_assignment if backend.api_key else "{key}") in text
    for answer in page.locator(".answer").all():
        endpoint, backend_id, _ = str(answer.get_attribute("id")).split(".")
        cell = renderer.catalog.backends[backend_id].endpoints[endpoint]
        outputs = answer.locator(".ladder > li .output").all_text_contents()
        assert len(outputs) == 1 + len(cell.pipelines or ())
        events = cell.response == "events"
        raw = [json.loads(line[6:]) for line in outputs[0].splitlines() if line] if events else json.loads(outputs[0])
        assert raw == cell.sample


HIDDEN = """[...document.querySelectorAll('[hidden]')]
  .map(e => (e.id || e.className) + '|' + (e.dataset.backend || '') + '|' + e.getAttribute('hidden'))"""


def search(page: Any, text: str) -> str:
    """Looks for a text; what was announced then."""
    page.fill("#_find", text)
    page.evaluate("new Promise(next => setTimeout(next, 200))")
    return str(page.text_content("#_found"))


def cells_of(page: Any) -> set[str]:
    return {endpoint for _, endpoint, _ in shown(page)}


@pytest.mark.parametrize(
    ("lang", "text", "found"),
    [
        ("zh", "嵌入", {"embeddings"}),
        ("zh", "向量", {"embeddings"}),
        ("zh", "mbeddin", {"embeddings"}),
        ("zh", "  EMBEDDINGS ", {"embeddings"}),
        ("en", "嵌入", {"embeddings"}),
        ("en", "embeddings", {"embeddings"}),
        ("en", "chat comp", {"chat-completions"}),
        ("en", "对话补全", {"chat-completions"}),
        ("en", '"model": "gpt', {"completions", "chat-completions"}),
        ("en", "no such words anywhere", set()),
        ("zh", "11434/v1/mod", {"models"}),
    ],
)
def test_searching(lang: str, text: str, found: set[str], visit: Visits) -> None:
    """Part of a word in either language, a command's text: what holds it stays, the rest is hidden, and both are reported."""
    page = visit("thirteen", lang)
    assert cells_of(page) == {"models", "completions", "chat-completions", "embeddings"}
    before = page.evaluate(HIDDEN)
    said = search(page, text)
    assert cells_of(page) >= found and (found or not cells_of(page))
    if "model" not in text:
        assert cells_of(page) == found
    number = re.search(r"\d+", said)
    assert (number and int(number[0]) >= len(found)) if found else not number and said
    assert page.get_attribute("#_found", "role") == "status" and page.is_visible("#_found")
    assert {value.rpartition("|")[2] for value in set(page.evaluate(HIDDEN)) - set(before)} <= {"until-found"}
    page.keyboard.press("Escape")
    assert page.input_value("#_find") == "" and page.text_content("#_found") == ""
    assert page.evaluate(HIDDEN) == before


def test_search_finds_all_kinds_and_names_other_backends(visit: Visits, site: Site) -> None:
    """Flags, notes, guides and troubles are found; hits of backends that are hidden are counted by name; keys lead there."""
    page = visit("built-in", "en", "#backend=ollama")
    catalog = site.renderer("built-in").catalog
    quoting = next(iter(catalog.guides.values())).title["en"]
    for text, what in (
        ("--form-string", "#_curl--form-string"),
        ("--no-buffer", "#_curl-N"),
        ("Cannot iterate over null", "#_troubles dt"),
        (quoting, ".guide"),
    ):
        said = search(page, text)
        assert re.search(r"\d", said) and page.locator(what).first.is_visible(), text
    note = next(note for backend in catalog.backends.values() for note in backend.notes)["en"].split("`")[0].strip()
    assert search(page, note[:30]) and page.locator(".notes li, .cell footer p", has_text=note[:30]).count()
    said = search(page, "localhost:4000")
    others = {backend.name for backend in catalog.backends.values() if backend.name in said}
    assert "LiteLLM" in others and "MindIE" not in others and re.search(r"LiteLLM \d+", said)
    page.select_option("[name=backend]", "litellm")
    page.wait_for_timeout(50)
    assert "LiteLLM" not in page.text_content("#_found") and len(shown(page)) > 5
    assert {backend for backend, _, _ in shown(page)} == {"litellm"}
    page.fill("#_find", "")
    page.evaluate("document.activeElement.blur()")
    for key in ("/", "Control+k"):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == "_find" and page.input_value("#_find") == ""
        page.evaluate("document.activeElement.blur()")
    for key in ("/", "Control+k"):  # Escape leads back to where it was pressed
        page.evaluate("document.getElementById('similarity').scrollIntoView()")
        from_ = page.evaluate("scrollY")
        page.keyboard.press(key)
        page.keyboard.type("rerank")
        until(page, "document.getElementById('_found').textContent")
        assert not page.is_visible("#_overview")  # which would name it before it is found
        page.keyboard.press("Escape")
        until(page, "from => Math.abs(scrollY - from) < 2", from_)
        assert page.evaluate("document.activeElement === document.body") and page.is_visible("#_overview")
    page.focus("[name=url]")
    page.keyboard.press("/")
    assert page.input_value("[name=url]") == "/" and page.evaluate("document.activeElement.name") == "url"


def test_nothing_is_hidden_for_good(visit: Visits) -> None:
    """What a backend or a search puts aside is found by the browser's own search and by links, and shown then."""
    page = visit()
    aside = page.evaluate("[...document.querySelectorAll('main [hidden]')].map(e => e.getAttribute('hidden'))")
    assert len(aside) > 10 and set(aside) == {"until-found"}
    assert {backend for backend, _, _ in shown(page)} == {"ollama"}
    go(page, "embeddings.litellm")
    assert page.locator("[id='embeddings.litellm'] .command").is_visible() and ("litellm", "embeddings") in {row[:2] for row in shown(page)}
    assert search(page, "gpt-3.5") and not page.locator("#_curl-s").is_visible()
    assert {value.rpartition("|")[2] for value in page.evaluate(HIDDEN) if "main" not in value} <= {"until-found", ""}
    go(page, "_curl-s")
    assert page.locator("#_curl-s").evaluate("e => !e.closest('[hidden]') && e.checkVisibility()")


@pytest.mark.parametrize("name", FILES)
def test_both_languages_are_the_same_page(name: str, visit: Visits, site: Site) -> None:
    """The same ids in the same order, links to each other and to the chooser, the language named."""
    pages = {lang: visit(name, lang) for lang in site.languages(name)}
    ids = {lang: page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)") for lang, page in pages.items()}
    tags = {"en": "en", "zh": "zh-CN"}
    for lang, page in pages.items():
        assert ids[lang] == ids[site.languages(name)[0]] and len(ids[lang]) == len(set(ids[lang]))
        assert page.get_attribute("html", "lang") == tags[lang]
        links = page.evaluate("[...document.querySelectorAll('link[rel=alternate]')].map(e => [e.hreflang, e.getAttribute('href')])")
        base = {"everything": "https://example.com/docs/"}.get(name, "")  # its site_url
        assert links == [*([tags[other], f"{base}cheatsheet.{other}.html"] for other in pages), ["x-default", f"{base}index.html"]]
        shown_links = page.evaluate("[...document.querySelectorAll('a.language')].map(e => [e.lang, e.hreflang, e.getAttribute('href')])")
        assert shown_links == [[tags[other], tags[other], f"cheatsheet.{other}.html"] for other in pages if other != lang]
        assert page.evaluate("[...document.querySelectorAll('[lang]')].map(e => e.lang)") == [tags[lang], *(row[0] for row in shown_links)]


def test_theme_has_three_states(visit: Visits) -> None:
    """As the system, light, dark, and kept over a reload; its button says which."""
    page = visit("thirteen", "en", color_scheme="dark")
    back = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(back)
    page.emulate_media(color_scheme="light")
    light = page.evaluate(back)
    assert dark != light
    for system in ("light", "dark"):
        page.emulate_media(color_scheme=system)
        seen = []
        for _ in range(3):
            seen.append((page.inner_text("#_theme"), page.evaluate(back)))
            page.reload()
            assert (page.inner_text("#_theme"), page.evaluate(back)) == seen[-1]
            page.click("#_theme")
        assert seen[0] == ("Theme: system", light if system == "light" else dark)
        assert sorted(seen[1:]) == [("Theme: dark", dark), ("Theme: light", light)]


def test_forced_colours(visit: Visits) -> None:
    """Where the system chooses the colours, commands have a border and the pictures stay."""
    page = visit("thirteen", "en", forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    borders = page.evaluate("[...document.querySelectorAll('pre')].map(e => getComputedStyle(e).borderTopStyle)")
    assert set(borders) == {"solid"}
    fills = page.evaluate("[...document.querySelectorAll('svg text, svg circle')].map(e => getComputedStyle(e).fill)")
    assert fills and set(fills) == {page.evaluate("getComputedStyle(document.body).color")}


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize(
    ("lang", "name"), [("en", "thirteen"), ("zh", "thirteen"), pytest.param("en", "built-in", marks=pytest.mark.every_script)]
)
def test_on_paper(lang: str, name: str, visit: Visits, site: Site, tmp_path: Path) -> None:
    """Every command whole, or those of the backend that was chosen; without controls and without a typed key."""
    renderer = site.renderer(name)
    page = visit(name, lang)

    def printed() -> str:
        page.emulate_media(media="print")
        file = tmp_path / "page.pdf"
        file.write_bytes(page.pdf(format="A4"))
        overflow = "[...document.querySelectorAll('pre')].filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth).length"
        assert page.evaluate(overflow) == 0
        assert page.locator("button:visible, form:visible, input:visible, select:visible, nav:visible, [role=tooltip]:visible").count() == 0
        text = page.evaluate(COMMANDS)
        assert (
            page.evaluate(
                "[...document.querySelectorAll('.options dl')].filter(list => !list.closest('[hidden]') && !list.checkVisibility()).length"
            )
            == 0
        )
        page.emulate_media(media="screen")
        paper = squeezed(subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, check=True).stdout.decode())
        assert "sk-secret" not in paper
        for _, _, command, _ in text if name == "thirteen" else ():
            # what is not ASCII depends on the fonts of this machine
            assert all(squeezed(part) in paper for part in re.split(r"[^\x00-\x7f]+", command)), command
        return "\n".join(command for _, endpoint, command, _ in text if endpoint)

    everything = [
        (backend.id, renderer.command(backend.id, cell.id).text) for backend in renderer.catalog.backends.values() for cell in backend.cells
    ]
    whole = printed()
    assert all(command in whole for _, command in everything)
    page.select_option("[name=backend]", "litellm")
    fill(page, url="http://mine/v1", key="typed", secret="sk-secret")
    part = printed()
    assert part.count("http://mine/") == len(renderer.catalog.backends["litellm"].cells)
    assert part.count("curl ") == part.count("http://mine/")


@pytest.mark.parametrize("name", ["thirteen", "built-in", "hostile"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_small_screens(name: str, lang: str, visit: Visits) -> None:
    """At 320 and 375 px nothing sticks out, and no command has to be scrolled sideways, with long values too."""
    page = visit(name, lang)
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    fill(page, url="http://" + "a-long-name." * 12 + "example/v1", **dict.fromkeys(inputs_of(page)[:1], "long/" * 40))
    for width in (375, 320):
        page.set_viewport_size({"width": width, "height": 700})
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")  # media queries follow a frame later
        wide = page.evaluate(f"""() => {{ {SEEN}
          return [...document.querySelectorAll('body *')].filter(seen)
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.wide, #_said'))
            .map(e => e.tagName + '.' + e.className); }}""")
        assert wide == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        cut = "[...document.querySelectorAll('pre')].filter(e => seen(e) && e.scrollWidth > e.clientWidth).length"
        assert page.evaluate(f"() => {{ {SEEN} return {cut}; }}") == 0


@pytest.mark.parametrize("at", ["", "#backend=litellm"])
@pytest.mark.parametrize("name", ["thirteen", pytest.param("built-in", marks=pytest.mark.every_script)])
def test_nothing_moves_while_it_loads(name: str, at: str, visit: Visits) -> None:
    """No layout shift, on a wide screen and on a small one."""
    for lang, width in (("en", 1280), ("zh", 375)):
        visit.site.made(name)
        page = visit.context(viewport={"width": width, "height": 800}).new_page()
        # On a slow machine it is painted before its script runs.
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.goto(f"{visit.site.url}/{name}/cheatsheet.{lang}.html{at}")
        shifts = page.evaluate("""() => new Promise(done => {
          const seen = [];
          const told = shift => [shift.value, ...shift.sources.map(({node}) => node?.className || node?.nodeName)];
          new PerformanceObserver(list => seen.push(...list.getEntries().map(told)))
            .observe({type: 'layout-shift', buffered: true});
          setTimeout(() => done(seen), 400); })""")
        assert shifts == []


@pytest.mark.parametrize("name", ["built-in", "hostile"])
def test_policy(name: str, visit: Visits, site: Site) -> None:
    """Nothing is allowed but this very style and these very scripts."""
    made = site.made(name)
    for file in sorted(made.glob("*.html")):
        text = file.read_text("utf-8")
        (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text.replace("&#39;", "'"))
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules.pop("default-src") == "'none'" and rules.pop("base-uri") == "'none'" and rules.pop("form-action") == "'none'"
        assert set(rules) == {"style-src", "script-src"}
        for allowed in rules.values():
            assert re.fullmatch(r"('sha256-[A-Za-z0-9+/]{43}=' ?)+", allowed)
        assert text.index("Content-Security-Policy") < text.index("<style") < text.index("<script")
        assert not re.search(r'<[^>]*\s(style|on\w+)="', re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_page_in_use(lang: str, visit: Visits) -> None:
    """Searching, choosing, explaining, copying and the theme on a page of hostile texts: no dialog, no request, no element more."""
    page = visit("hostile", lang, permissions=["clipboard-read", "clipboard-write"])
    tags = page.evaluate("[...new Set([...document.querySelectorAll('*')].map(e => e.localName))]")
    for text in ("<script>x</script>", "</script>", "$(touch pwned)", "it's", '"', "\\", "中文", "<b>", "[", "(", "&amp;", "😀"):
        search(page, text)
        assert page.locator("#_found").inner_html() == page.text_content("#_found").replace("&", "&amp;").replace("<", "&lt;").replace(
            ">", "&gt;"
        )
    page.keyboard.press("Escape")
    for backend in ("all", "nasty"):
        page.select_option("[name=backend]", backend)
    fill(page, url="</pre><script>alert(1)</script>", key="typed", secret="<img src=x onerror=alert(1)>")
    go(page, "backend=nasty&base=%3Cscript%3Ealert(1)%3C/script%3E&three=%3Cb%3E")
    assert shown(page)[-1][2] and "<script>alert(1)</script>" in shown(page)[0][2]
    page.evaluate("for (const piece of document.querySelectorAll('.command a')) { piece.focus(); piece.click(); }")
    page.evaluate("for (const button of document.querySelectorAll('button')) button.click()")
    page.evaluate(
        """document.execCommand = () => false;
          Object.defineProperty(navigator, 'clipboard', {value: undefined});
          document.querySelector('.copy').click()"""
    )
    page.wait_for_timeout(100)
    new = set(page.evaluate("[...new Set([...document.querySelectorAll('*')].map(e => e.localName))]")) - set(tags)
    assert new <= {"textarea", "br", "code", "small", "b", "em", "strong"}
    assert page.evaluate("document.querySelectorAll('img, script').length") == 1


def axe_script() -> str:
    spec = find_spec("axe_playwright_python")
    assert spec and spec.origin
    return (Path(spec.origin).parent / "axe.min.js").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "lang"), [("thirteen", "en"), ("thirteen", "zh"), pytest.param("built-in", "en", marks=pytest.mark.every_script)]
)
def test_axe_finds_nothing(name: str, lang: str, visit: Visits) -> None:
    """The rules of WCAG 2.2 AA that can be checked by a program, and the common good ones; light, dark and on a small screen."""
    page = visit(name, lang, bypass_csp=True, color_scheme="light")
    page.evaluate(axe_script())
    for scheme, width in (("light", 1280), ("dark", 1280), ("light", 375)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        if width == 1280 and scheme == "light" and name == "thirteen":
            fill(page, url="localhost", key="typed")
            page.locator(".cell:not([hidden]) .command a").first.focus()
            page.fill("#_find", "gpt")
            page.wait_for_timeout(150)
        found = page.evaluate("""async () => (await axe.run(document, {
            runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']},
            resultTypes: ['violations'],
          })).violations.map(rule => [rule.id, rule.nodes.length, rule.nodes[0].html.slice(0, 200), rule.nodes[0].failureSummary])""")
        assert found == [], (scheme, width)
        if name == "thirteen":
            page.fill("#_find", "")


def test_index_leads_to_the_readers_language(visit: Visits) -> None:
    """The browser's language, or the one chosen here before; neither: two links, as without JavaScript and for #choose."""
    for locale, at, end in (
        ("zh-CN", "", "cheatsheet.zh.html"),
        ("zh-TW", "#models.litellm", "cheatsheet.zh.html#models.litellm&backend=litellm"),
        ("en-GB", "#backend=litellm&model=a%20b", "cheatsheet.en.html#backend=litellm&model=a+b"),
        ("fr-FR", "", "index.html"),
        ("zh-CN", "#choose", "index.html#choose"),
    ):
        page = visit("thirteen", path="index.html", at=at, locale=locale)
        page.wait_for_timeout(400)
        until(page, "end => location.href.replace(/#$/, '').endsWith('/' + end)", end)
        if "index" in end:
            assert [link.get_attribute("href") for link in page.locator("a:visible").all()] == ["cheatsheet.en.html", "cheatsheet.zh.html"]
        elif not at:  # a choice made on the page wins from then on
            page.click("a.language")
            page.wait_for_url("**/cheatsheet.en.html*")
            page.goto(page.url.rpartition("/")[0] + "/index.html")
            page.wait_for_url("**/cheatsheet.en.html*")
    page = visit("thirteen", path="index.html", at="#models.litellm", locale="fr-FR")  # one made here too, and the place goes along
    page.click("a[hreflang=en]")
    page.wait_for_url("**/cheatsheet.en.html#models.litellm*")
    page.goto(page.url.rpartition("/")[0] + "/index.html")
    page.wait_for_url("**/cheatsheet.en.html*")
    page = visit("thirteen", path="index.html", java_script_enabled=False, locale="zh-CN")
    assert page.url.endswith("index.html")
    links = page.locator("a:visible").all()
    assert [(link.get_attribute("href"), link.get_attribute("lang"), link.get_attribute("hreflang")) for link in links] == [
        ("cheatsheet.en.html", "en", "en"),
        ("cheatsheet.zh.html", "zh-CN", "zh-CN"),
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_keyboard_alone(lang: str, visit: Visits) -> None:
    """The first copy button within ten stops, every one reached, and where the focus is can be seen at every stop."""
    page = visit("thirteen", lang)
    wanted = page.evaluate(
        f"() => {{ {SEEN} return [...document.querySelectorAll('button.copy')].filter(seen).map(e => e.getAttribute('aria-label')); }}"
    )
    reached: list[str] = []
    first = 0
    for stop in range(1, 400):
        page.keyboard.press("Tab")
        tag, label, outline, visible = (
            page.evaluate("""() => { const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
          return [e.localName, e.matches('.copy') ? e.getAttribute('aria-label') : '',
            s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
            b.width > 0 && b.bottom > 0 && b.top < innerHeight && b.right > 0 && b.left < innerWidth]; }""")
        )
        if tag == "body":
            break
        assert outline and visible, (tag, label)
        if label:
            first = first or stop
            reached.append(label)
    assert 0 < first <= 10
    assert reached == wanted
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_size(lang: str, site: Site) -> None:
    """At most 60 kB over the wire, of eleven backends."""
    assert len(gzip.compress((site.made("built-in") / f"cheatsheet.{lang}.html").read_bytes(), 9)) <= 60_000


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_small_catalog_is_a_small_page(lang: str, site: Site) -> None:
    """At most 20 kB over the wire, of thirteen cells."""
    assert len(gzip.compress((site.made("thirteen") / f"cheatsheet.{lang}.html").read_bytes(), 9)) <= 20_000


SHOWN_WHEN_PARSED = f"""
addEventListener('readystatechange', () => {{ {SEEN}
  if (document.readyState !== 'interactive') return;
  const parts = [...document.querySelectorAll('h1, h2, h3, p, pre, td, button, input, select')];
  const empty = '[hidden], details, .to-contents, .warn, .found, .said, [data-backend]';
  window.unseen = parts.filter(part => !seen(part) && !part.closest(empty)).map(part => part.outerHTML.slice(0, 80));
  window.commands = [...document.querySelectorAll('.cell .command')].filter(seen).length;
}}, {{capture: true}});"""


@pytest.mark.parametrize("name", ["thirteen", "built-in"])
def test_content_is_there_as_soon_as_it_is_parsed(name: str, visit: Visits) -> None:
    """Nothing waits for a script, a paint or a timer: what the page shows in the end is shown before DOMContentLoaded."""
    context = visit.context()
    context.add_init_script(SHOWN_WHEN_PARSED)
    visit.site.made(name)
    page = context.new_page()
    page.goto(f"{visit.site.url}/{name}/cheatsheet.en.html")
    assert page.evaluate("unseen") == []
    assert page.evaluate("commands") == len(shown(page)) > 3


@pytest.mark.parametrize("at", ["", "#backend=litellm&base=http://h/v1&model=mine&show=variables"])
def test_form_is_filled_before_it_is_painted(at: str, visit: Visits) -> None:
    """While the rest of the page is still on its way, the form already shows the backend and the values that the address asks for."""
    visit.site.made("thirteen")
    Quiet.go_on.clear()
    page = visit.context().new_page()
    page.goto(f"{visit.site.url}/slow/thirteen/cheatsheet.en.html{at}", wait_until="commit")
    until(page, "document.querySelector('.columns') !== null")
    early = state(page), page.get_attribute("[name=MODEL]", "placeholder"), page.is_visible("#_values")
    Quiet.go_on.set()
    page.wait_for_load_state()
    assert early == (state(page), page.get_attribute("[name=MODEL]", "placeholder"), True)
    assert (early[0]["backend"], early[0]["MODEL"]) == (("litellm", "mine") if at else ("ollama", ""))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("name", ["built-in", "thirteen", "long"])
def test_screenshots_are_not_blank(name: str, script: bool, visit: Visits) -> None:
    """Pictures that are taken as soon as the page is parsed show text: beside the contents, and at the end of the page."""
    visit.site.made(name)
    for _ in range(3):
        page = visit.context(java_script_enabled=script).new_page()
        page.goto(f"{visit.site.url}/{name}/cheatsheet.en.html", wait_until="domcontentloaded")
        first = page.screenshot(clip={"x": 256, "y": 400, "width": 1000, "height": 500})
        last = page.locator("#_troubles").screenshot()
        assert min(len(first), len(last)) > 8_000  # one without text has 3 kB


def test_a_long_page(visit: Visits) -> None:
    """What is hidden leaves nothing behind, what is typed is in every command at once, also in one that is copied."""
    page = visit("long", permissions=["clipboard-read", "clipboard-write"])
    assert page.locator("main.long").count() == 1 and page.locator("table").count() == 0  # of one backend the contents are the matrix
    assert len(shown(page)) == 90
    assert search(page, "call-77") == "Results: 3"  # the command, its answer, what the script takes
    assert cells_of(page) == {"call-77"}
    headings = page.evaluate(f"() => {{ {SEEN} return [...document.querySelectorAll('main h2')].filter(seen).map(e => e.textContent); }}")
    assert [heading.split()[0] for heading in headings if heading.startswith("call")] == ["call-77"]
    page.keyboard.press("Escape")
    until(page, "!document.querySelector('main > section[hidden]')")
    assert len(shown(page)) == 90
    assert search(page, "undefined") == "No results"
    page.keyboard.press("Escape")
    page.evaluate("""() => {
      const model = document.querySelector('[name=MODEL]');
      model.value = "it's mine";
      model.dispatchEvent(new Event('input', {bubbles: true}));
      [...document.querySelectorAll('.cell')].at(-1).querySelector('.copy').click();
    }""")
    until(page, "document.getElementById('_said').textContent")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "/things/89" in copied and "it'\"'\"'s mine" in copied
    assert page.evaluate("[...document.querySelectorAll('.cell')].every(cell => cell.textContent.includes('mine'))")
    fill(page, MODEL="another")
    page.select_option("[name=backend]", "all")
    page.wait_for_timeout(300)
    assert page.evaluate("[...document.querySelectorAll('.cell')].filter(cell => !cell.textContent.includes('another')).length") == 0


def test_another_backend_during_a_search(visit: Visits) -> None:
    """What the search had hidden is whole afterwards; a link to another backend ends it."""
    page = visit("thirteen")
    search(page, "vector")
    page.select_option("[name=backend]", "litellm")
    page.keyboard.press("Escape")
    page.focus("#_find")
    page.keyboard.press("Escape")
    page.wait_for_timeout(100)
    start = page.locator("#_backend\\.litellm")
    assert start.is_visible() and start.locator(".copy").count() == start.locator(".block").count() > 0
    assert start.locator("[href='#_curl-s']").count()
    search(page, "vector")
    go(page, "models.xinference")
    assert page.input_value("#_find") == "" and cells_of(page) >= {"models", "embeddings"}
    assert {backend for backend, _, _ in shown(page)} == {"xinference"}


def test_what_the_browser_finds_is_whole(visit: Visits) -> None:
    """A command of another backend that the browser's own search uncovers has its button, and its flags their links."""
    page = visit("thirteen")
    cell = page.locator("[id='chat-completions.mindie']")
    assert not cell.is_visible()
    cell.evaluate("e => { e.dispatchEvent(new Event('beforematch', {bubbles: true})); e.hidden = false; e.scrollIntoView(); }")
    assert cell.locator("button.copy").is_visible() and cell.locator(".command a").first.is_visible()


def test_export_holds_the_backends_own_variables(visit: Visits) -> None:
    """A value in the link for a variable that the backend does not have is nowhere."""
    page = visit("built-in", "en", "#backend=ollama&rerank_model=zzz&model=mine")
    assert "RERANK" not in export(page) and "export OLLAMA_MODEL=mine" in export(page)


def test_a_browser_without_hidden_until_found(visit: Visits) -> None:
    """Where nothing can be hidden so that it is found again, everything stays on the page, and the values still stand in it."""
    context = visit.context()
    context.add_init_script("delete HTMLElement.prototype.onbeforematch")
    visit.site.made("thirteen")
    page = context.new_page()
    page.goto(f"{visit.site.url}/thirteen/cheatsheet.en.html#backend=litellm")
    assert {backend for backend, _, _ in shown(page)} == {"ollama", "litellm", "xinference", "mindie"}
    assert page.is_visible("[name=MODEL]") and page.is_visible("[name=key]")
    page.fill("[name=MODEL]", "mine")
    assert {backend for backend, _, text in shown(page) if '"mine"' in text} == {"litellm"}
    assert "curl" in page.evaluate(COMMANDS)[-1][2] or len(shown(page)) == 13
    search(page, "embeddings")
    assert cells_of(page) == {"embeddings"} and len(shown(page)) == 3
    page.keyboard.press("Escape")
    assert len(shown(page)) == 13
