"""Pages of catalogs in a browser: where they are served, how one is opened, and what none of them ever does."""

from __future__ import annotations

import functools
import http.server
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conftest import CATALOGS, OUT, ROOT

from generator.catalog.model import Backend
from generator.render.renderer import Renderer

FILES = {
    "built-in": ROOT / "catalog.yaml",
    "thirteen": CATALOGS / "thirteen.yaml",
    "hostile": CATALOGS / "hostile.yaml",
    "variables": CATALOGS / "variables.yaml",
} | {path.stem: path for path in sorted((CATALOGS / "good").glob("*.yaml"))}
LANGUAGES = ("en", "zh")

# One backend with more commands than stand on one page: they are in three groups, the last few in none.
LONG = "\n".join(
    [
        "languages: [en]",
        "groups: {first: {title: First things}, second: {title: Second things}, releases: {title: Releases}}",
        "backends:",
        "  forge:",
        "    name: Forge",
        "    base_url: http://localhost:8000/v1",
        "    endpoints:",
        "      create-a-release: {}",
        *(f"      call-{n}: {{{'' if n > 84 else 'group: first' if n < 40 else 'group: second'}}}" for n in range(90)),
        "endpoints:",
        "  call-0:",
        "    method: POST",
        "    path: /things/0",
        "    body: {model: thing, n: 0}",
        "    parameters: {model: {at: [body, model], option: --model, variable: MODEL}}",
        "    pipelines: [{name: answer, jq: .answer}]",
        "    sample: {answer: 0}",
        *(f"  call-{n}: {{like: call-0, path: /things/{n}, body: {{n: {n}}}}}" for n in range(1, 40)),
        *(f"  call-{n}: {{like: call-0, path: '/lists/list-{n // 9}/{n}', body: {{n: {n}}}}}" for n in range(40, 90)),
        "  create-a-release:",
        "    {like: call-0, title: Create a release, group: releases, path: /releases, troubles: [{when: 409, say: It is there already.}],",
        "     about: 'See [Protection](/actions/reference/environments#environment-protection-rules-of-a-repository).',",
        f"     sample: {{answer: {list(range(40))}}}}}",
    ]
)

# What is on the screen; content that waits to be found is not.
SEEN = "const seen = element => element.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true});"
COMMANDS = f"""() => {{ {SEEN} return [...document.querySelectorAll('.command')].filter(seen)
  .map(e => [e.closest('[data-backend]')?.dataset.backend, e.closest('.cell')?.id.split('.')[0], e.textContent, e.className]); }}"""

# What has moved on a page since it was first painted: how much, and what.
SHIFTS = """() => new Promise(done => {
  const seen = [];
  const told = shift => [shift.value, ...shift.sources.map(({node}) => node?.className || node?.nodeName)];
  new PerformanceObserver(list => seen.push(...list.getEntries().map(told))).observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(seen), 500); })"""

# What an address says for the fields of a server's page, as long as it may come.
LONG_VALUES = "base=http%3A%2F%2Fa-very-long-name.of-a-host.somewhere.in.a-company%3A8000%2Fv1&model=a%2Fvery-long-name&show=variables"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files."""

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":  # a browser asks for it where the page's policy is put aside
            self.send_response(204)
            self.end_headers()
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

    def backends(self, name: str) -> list[Backend]:
        """The backends that have pages with commands."""
        return [backend for backend in self.renderer(name).catalog.backends.values() if backend.cells]

    @functools.cache  # noqa: B019
    def made(self, name: str) -> Path:
        """The folder with a catalog's pages; those of the built-in one are in out/ (test_out sees that they are fresh)."""
        folder = self.folder / name
        if name == "built-in":
            folder.symlink_to(OUT)
            return folder
        folder.mkdir(exist_ok=True)
        for page in self.renderer(name).pages(only=lambda axes: "endpoint" not in axes):
            (folder / page.path).write_text(page.text, "utf-8")
        return folder

    def files(self, name: str, lang: str = "*") -> list[Path]:
        """The HTML pages of a catalog in a language."""
        return sorted(self.made(name).glob(f"cheatsheet*.{lang}.html"))

    def __hash__(self) -> int:
        return hash(self.folder)


def serving(render: Callable[[Path], Renderer], folder: Path) -> Iterator[Site]:
    """Serves a site until it is no longer needed."""
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
        self,
        name: str = "thirteen",
        backend: str = "",
        lang: str = "en",
        at: str = "",
        *,
        file: bool = False,
        path: str = "",
        **context: Any,
    ) -> Any:
        """Opens the page of a backend, or the overview, or the file `path`; `at` is what stands behind it, as `#models`."""
        page = self.context(**context).new_page()
        page.goto(self.address(name, path or f"cheatsheet{'-' if backend else ''}{backend}.{lang}.html", file=file) + at)
        return page

    def address(self, name: str, path: str, *, file: bool = False) -> str:
        made = self.site.made(name)
        return f"{(self.site.folder / made.name).as_uri() if file else f'{self.site.url}/{name}'}/{path}"

    def context(self, **context: Any) -> Any:
        made = self.browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **context})
        self.contexts.append(made)
        made.on("dialog", lambda dialog: (self.misdeeds.append(f"dialog {dialog.message}"), dialog.dismiss()))
        made.on("console", lambda message: self.misdeeds.append(f"console {message.text}"))
        made.on("weberror", lambda error: self.misdeeds.append(f"error {error.error}"))
        made.on("request", lambda sent: None if self._is_own(sent) else self.misdeeds.append(f"request {sent.url[:80]}"))
        made.set_default_timeout(10_000)
        made.set_default_navigation_timeout(60_000)  # a busy machine may need it
        return made

    def _is_own(self, sent: Any) -> bool:
        """Whether a request is for a page of the site, or for the list that the search reads."""
        own = sent.url.startswith((self.site.folder.as_uri(), self.site.url))
        is_list = re.search(r"/cheatsheet-search\.[a-z-]+\.js$", sent.url) and sent.resource_type == "script"
        return bool(own and (is_list or (sent.is_navigation_request() and re.search(r"\.html(#|$)", sent.url))))


def moved(page: Any, address: str) -> Any:
    """What moves on a page after it is painted, in each of three visits; how much and which, of the last.

    A browser that has just half of a word may paint it at the end of a line, and then the whole of it in the next one: that happens to any
    page by chance, but hardly three times. What a page itself moves, it moves each time.
    """
    shifts: Any = []
    for _ in range(3):
        page.goto("about:blank")
        page.goto(address)
        shifts = page.evaluate(SHIFTS)
        if not shifts:
            break
    return shifts


def until(page: Any, holds: str, argument: Any = None) -> None:
    """Waits till an expression, or a function of the argument, is true. (Playwright's own way breaks the page's policy.)"""
    for _ in range(1200):  # half a minute: a busy machine may need it
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


def check(page: Any, show: str) -> None:
    """Has the commands show `values` or `variables`."""
    page.evaluate(
        """show => { const choice = document.querySelector('[name=show]');
          choice.value = show; choice.dispatchEvent(new Event('input', {bubbles: true})); }""",
        show,
    )


def shown(page: Any) -> list[tuple[str, str, str]]:
    """The commands of the cells on the screen: backend, endpoint, text."""
    return [(backend, endpoint, text) for backend, endpoint, text, _ in page.evaluate(COMMANDS) if endpoint]


def export(page: Any) -> str:
    """The block that sets the variables, of the only backend on the page."""
    (block,) = [text for _, _, text, classes in page.evaluate(COMMANDS) if "export" in classes.split()]
    return str(block)


def go(page: Any, fragment: str) -> None:
    """Goes to another place of the page, as a hand in the address does."""
    page.evaluate("to => new Promise(next => { addEventListener('hashchange', next, {once: true}); location.hash = to; })", fragment)


def state(page: Any) -> dict[str, str]:
    """What the strip says."""
    found: dict[str, str] = page.evaluate("Object.fromEntries(new FormData(document.getElementById('_values')))")
    return found


def inputs_of(page: Any) -> list[str]:
    """The names of the shown inputs for parameters."""
    return list(page.evaluate("[...document.querySelectorAll('[data-variable]')].filter(e => !e.closest('label').hidden).map(e => e.name)"))
