"""What all tests share: a clean environment, a recorder, a way to run bash and a way to build a catalog."""

from __future__ import annotations

import functools
import json
import os
import shutil
import signal
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jinja2
import pytest
from recorder import Recorder, recording

from generator import catalog
from generator.catalog.model import Catalog
from generator.render import environment
from generator.render import renderer as renderer_module
from generator.render.renderer import Renderer

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "out"
BUILT_IN = ROOT / "catalog.yaml"
CATALOGS = Path(__file__).parent / "catalogs"

# The first of them opens a page in a quarter of the time: it has no window.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

# A script must not lean on what the tester's shell happens to export.
ENVIRONMENT = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TMPDIR": os.environ.get("TMPDIR", "/tmp")}

signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background ignores it, and so would what the tests stop

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


def values(text: str) -> list[Any]:
    """The JSON values in a text, one after the other."""
    found = []
    decoder = json.JSONDecoder()
    while text := text.lstrip():
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:]
    return found


def attributes(page: str) -> dict[str, list[str]]:
    """All values of each attribute on an HTML page, in order."""
    found: dict[str, list[str]] = defaultdict(list)

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            for key, value in attrs:
                found[key].append(value or "")

    Reader().feed(page)
    return found


def attribute(name: str, page: str) -> list[str]:
    """All values of an attribute on an HTML page, in order."""
    return attributes(page)[name]


def slow(*values: object) -> Any:
    """A case for `parametrize` that is left out of make check."""
    return pytest.param(*values, marks=pytest.mark.slow)


def mostly_slow(cases: Mapping[str, object], quick: Iterable[str], every_script: Iterable[str] = ()) -> list[Any]:
    """The cases of a table, for `parametrize`: those named as `quick` are in make check, all others are marked as slow.

    Those named as `every_script`, which take the same way through a script as another case, are left out of make test.
    """
    assert {*quick, *every_script} <= set(cases)

    def mark(name: str) -> Any:
        if name in every_script:
            return pytest.mark.every_script
        return () if name in quick else pytest.mark.slow

    return [pytest.param(*(case if isinstance(case, tuple) else (case,)), id=name, marks=mark(name)) for name, case in cases.items()]


def every_script(*values: object) -> Any:
    """A case for `parametrize` that is left out of make test."""
    return pytest.param(*values, marks=pytest.mark.every_script)


LONGEST = ("test_walk.py", "test_wheel.py", "test_lost.py")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """What needs a browser is slow. The longest tests begin first, so that no process waits for one of them at the end."""
    for item in items:
        if "browser" in item.fixturenames:
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.path.name not in LONGEST)


@functools.cache
def renderer(path: Path) -> Renderer:
    """The renderer of the catalog in a file; each file is read once a process."""
    return Renderer(catalog.read(path, path.name))


class Compiled(jinja2.BytecodeCache):
    """Keeps compiled templates in memory: by file and text, as Jinja's own caches on disk do."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        if kept := self._kept.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """A build with templates of one's own compiles all of them; in the tests, each is compiled once a process."""
    compiled = Compiled()

    def make_environment(*arguments: Any, **named: Any) -> jinja2.Environment:
        made = environment.make_environment(*arguments, **named)
        made.bytecode_cache = compiled
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(renderer_module, "make_environment", make_environment)
        yield


@pytest.fixture(scope="session", autouse=True)
def built_in_read_once() -> Iterator[None]:
    """Commands that run in the tests' own process read the built-in catalog once; as it is read, nothing changes it."""
    read = catalog.read
    known: dict[str, Catalog] = {}

    def read_once(path: Path, file: str = "", **named: Any) -> Catalog:
        arguments = (path, file) if file else (path,)
        if named or path.resolve() != BUILT_IN:
            return read(*arguments, **named)
        if file not in known:
            known[file] = read(*arguments)
        return known[file]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalog, "read", read_once)
        yield


@pytest.fixture(scope="session")
def session_recorder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorder]:
    """One recorder for all tests of a process: for what is made once and holds its address."""
    with recording(socket=tmp_path_factory.mktemp("socket") / "s") as made:
        yield made


@pytest.fixture
def recorder(session_recorder: Recorder) -> Recorder:
    """The recorder, with no request seen so far and the usual answer."""
    session_recorder.reset()
    return session_recorder


@pytest.fixture
def bash(tmp_path: Path) -> Run:
    """Runs bash with these arguments in an empty folder and home, with nothing else in the environment than `env`."""
    home = tmp_path / "home"
    home.mkdir()

    def run(
        *arguments: str | Path, env: Mapping[str, str] | None = None, stdin: bytes = b"", timeout: float = 60
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["bash", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=home,
            env={**ENVIRONMENT, "HOME": str(home), **(env or {})},
            timeout=timeout,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def render() -> Callable[[Path], Renderer]:
    """The renderer of the catalog in a file; each file is read once."""
    return renderer


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    assert program, f"none of {', '.join(BROWSERS)} is installed: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()


def opened(browser: Any, text: str, folder: Path, **context: Any) -> tuple[Any, list[str]]:
    """The page in a browser, and everything it did that a page of ours never does."""
    file = folder / "page.html"
    file.write_text(text, encoding="utf-8")
    page = browser.new_context(**context).new_page()
    misdeeds: list[str] = []
    page.on("dialog", lambda dialog: (misdeeds.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda message: misdeeds.append(f"console {message.text}"))
    page.on("pageerror", lambda error: misdeeds.append(f"error {error}"))
    page.on("request", lambda sent: misdeeds.append(f"request {sent.url[:80]}") if not sent.url.startswith("file:") else None)
    page.goto(file.as_uri())
    return page, misdeeds


@pytest.fixture(scope="session")
def site(render: Callable[[Path], Renderer], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The pages of catalogs, served on loopback (see visits.py)."""
    from visits import serving

    yield from serving(render, tmp_path_factory.mktemp("site"))


@pytest.fixture
def visit(browser: Any, site: Any) -> Iterator[Any]:
    """Opens a catalog's page. At the end none of them has asked for anything, said anything or broken its policy."""
    from visits import Visits

    visits = Visits(browser, site)
    yield visits
    for context in visits.contexts:
        context.close()
    assert visits.misdeeds == []


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """What runs commands and scripts at the same time, each marked, before a recorder (see imported.py)."""
    from imported import Wire

    with recording() as recorder:
        yield Wire(tmp_path_factory.mktemp("wire") / "runs", recorder)
