"""The HTML pages in a browser: what each shows at once, on every screen, in both languages, and what it never does."""

from __future__ import annotations

import gzip
import http.server
import re
import threading
import time
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from conftest import every_script, slow
from visits import FILES, LANGUAGES, LONG_VALUES, SEEN, Site, Visits, fill, go, inputs_of, moved, shown, until

from generator import bash
from generator.render.views.html_page import MANY_CELLS
from generator.render.views.quick_start import first_cell


def test_pages_of_a_site(site: Site) -> None:
    """A page for each server, and for each group of one that has very many commands; each command stands on one of them."""
    names = {path.name for path in site.files("built-in", "en")}
    backends = site.backends("built-in")
    assert names == {"cheatsheet.en.html", "cheatsheet.all.en.html", *(f"cheatsheet-{backend.id}.en.html" for backend in backends)}
    forge = site.backends("long")[0]
    assert len(forge.cells) > MANY_CELLS
    groups = {path.name: Tags(path.read_text("utf-8")) for path in site.files("long", "en")}
    assert set(groups) == {
        "cheatsheet.en.html",
        "cheatsheet.all.en.html",
        "cheatsheet-forge.en.html",
        *(f"cheatsheet-forge.{group}.en.html" for group in ("first", "second", "releases")),
    }
    counts = {name: len(page.having("class", "cell")) for name, page in groups.items()}
    assert counts == {
        "cheatsheet.en.html": 0,
        "cheatsheet.all.en.html": 91,
        "cheatsheet-forge.en.html": 5,  # those in no group
        "cheatsheet-forge.first.en.html": 40,
        "cheatsheet-forge.second.en.html": 45,
        "cheatsheet-forge.releases.en.html": 1,
    }


def test_a_matrix_only_where_servers_share_endpoints(site: Site) -> None:
    """And no choice of servers where there is one."""
    for name in ("thirteen", "long", "built-in"):
        shared = len(site.backends(name)) > 1
        for file in site.files(name, site.languages(name)[0]):
            text = file.read_text("utf-8")
            assert ("<table" in text) == (shared and file.name.split(".")[0] == "cheatsheet"), file
            assert ('class="menu"' in text) == shared, file


def test_the_first_command_is_seen_at_once(visit: Visits, site: Site) -> None:
    """Without scrolling, on each server's page, at 1280 x 800."""
    page = visit.context().new_page()
    for backend in site.backends("built-in"):
        for lang in LANGUAGES:
            page.goto(visit.address("built-in", f"cheatsheet-{backend.id}.{lang}.html"))
            box = page.locator("[id^='_start.'] .command:has(var)").first.bounding_box()
            assert box and box["y"] + box["height"] <= 800, (backend.id, lang, box)


@pytest.mark.parametrize("width", [1280, 375])
def test_a_jump_shows_the_whole_title(width: int, visit: Visits) -> None:
    """Of each command, with its server; the contents and the window's title name it."""
    page = visit("built-in", "vllm", viewport={"width": width, "height": 800})
    for place, title in page.evaluate("[...document.querySelectorAll('.cell')].map(cell => [cell.id, cell.dataset.title])"):
        go(page, place)
        box = page.locator(f"[id='{place}'] h3").bounding_box()
        band = page.locator(".band").bounding_box() if width == 1280 else None
        assert box and box["y"] >= (band["height"] if band else 0) and box["y"] + box["height"] < 800, (place, box)
        assert page.locator(f"[id='{place}'] h3").inner_text().endswith("vLLM")
        until(page, "place => document.querySelector('[aria-current=location]')?.hash === '#' + place", place)
        assert page.title().startswith(f"{title} · vLLM")
        if width == 1280:
            link = page.locator("[aria-current=location]").bounding_box()
            assert link and 0 <= link["y"] < 800


def test_the_current_place_follows_scrolling(visit: Visits) -> None:
    page = visit("built-in", "vllm")
    for place in ("embeddings.vllm", "chat-completions.vllm", "_troubles.vllm"):
        page.evaluate("place => scrollTo(0, document.getElementById(place).getBoundingClientRect().top + scrollY - 90)", place)
        until(page, "place => document.querySelector('[aria-current=location]')?.hash === '#' + place", place)
        assert page.locator("[aria-current=location]").count() == 1


def test_contents_on_a_phone(visit: Visits) -> None:
    """A bar at the bottom leads to contents, servers and search; at 200 % zoom of a small window it is the same."""
    for width in (375, 640):
        page = visit("built-in", "vllm", viewport={"width": width, "height": 700})
        page.evaluate("scrollTo(0, 2000)")
        bar = page.locator(".places").bounding_box()
        assert bar and bar["y"] + bar["height"] == 700 and bar["x"] == 0
        page.click(".to-contents")
        assert page.locator(".contents.open").count() == 1 and page.locator(".contents a").first.is_visible()
        page.click(".contents a[href='#embeddings.vllm']")
        until(page, "!document.querySelector('.contents.open')")
        box = page.locator("[id='embeddings.vllm'] h3").bounding_box()
        assert box and 0 <= box["y"] < 300
        page.click(".menu summary")
        assert page.locator(".menu a", has_text="Xinference").is_visible()
        page.click("#_find")
        assert page.evaluate("document.activeElement.id") == "_query"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_javascript(visit: Visits, site: Site, lang: str) -> None:
    """Every command, every filter's output and each flag is shown; no strip, no search, no button."""
    page = visit("thirteen", "litellm", lang, java_script_enabled=False)
    assert page.locator("#_values").is_hidden() and page.locator("#_find").is_hidden() and page.locator("#_theme").is_hidden()
    assert page.locator("button:visible, input:visible, dialog:visible").count() == 0
    texts = "[...document.querySelectorAll('main pre, main dd')].filter(e => !e.closest('details'))"
    assert page.evaluate(f"() => {{ {SEEN} return {texts}.filter(e => !seen(e)).length; }}") == 0
    assert all(row.is_visible() for row in page.locator(".cell .command, .cell .output, .cell .filter").all())
    for link in page.locator(".command a").all()[:10]:
        place = str(link.get_attribute("href"))[1:]
        assert page.evaluate("id => document.getElementById(decodeURIComponent(id)).checkVisibility()", place)
    page = visit("thirteen", lang=lang, java_script_enabled=False)
    assert page.locator("table a").count() >= 13 and page.locator(".guide .command").first.is_visible()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_backend_starts_with_a_command(lang: str, site: Site, visit: Visits) -> None:
    """Its first cell's command, what that prints, and its troubles with refused connections and certificates, and a way to jq's."""
    renderer = site.renderer("built-in")
    page = visit.context(java_script_enabled=False).new_page()
    for backend in site.backends("built-in"):
        page.goto(visit.address("built-in", f"cheatsheet-{backend.id}.{lang}.html"))
        start = page.locator(f"[id='_start.{backend.id}']")
        assert renderer.command(backend.id, first_cell(backend).id, lang).text in start.locator(".command").all_text_contents()
        troubles = page.locator(f"[id='_troubles.{backend.id}']")
        text = troubles.inner_text()
        for trouble in backend.troubles:
            assert trouble.say[lang].replace("{key}", bash.asking(backend.api_key[0].variable) if backend.api_key else "") in text
        assert "(60)" in text and troubles.locator("dl + p a").get_attribute("href") == f"cheatsheet.{lang}.html#_troubles"


class Tags(HTMLParser):
    """The tags of a page, each with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))

    def having(self, attribute: str, value: str | None = None) -> list[dict[str, str | None]]:
        """The attributes of all tags that have one of them, with this value if there is one."""
        return [found for _, found in self.all if attribute in found and value in (None, found[attribute])]


@pytest.mark.parametrize("name", [name if name == "thirteen" else slow(name) for name in FILES])
def test_both_languages_are_the_same_pages(name: str, site: Site) -> None:
    """The same ids in the same order on each page, links to each other, the language, a title and a description."""
    languages = site.languages(name)
    tags = {"en": "en", "zh": "zh-CN"}
    base = {"everything": "https://example.com/docs/"}.get(name, "")  # its site_url
    for file in site.files(name, languages[0]):
        stem = file.name.removesuffix(f".{languages[0]}.html")
        pages = {lang: Tags((site.made(name) / f"{stem}.{lang}.html").read_text("utf-8")) for lang in languages}
        ids = {lang: [tag["id"] for tag in page.having("id")] for lang, page in pages.items()}
        for lang, page in pages.items():
            assert ids[lang] == ids[languages[0]] and len(ids[lang]) == len(set(ids[lang])) > 5, stem
            links = [[tag["hreflang"], tag["href"]] for tag in page.having("rel", "alternate")]
            default = "index.html" if stem == "cheatsheet" else f"{stem}.{languages[0]}.html"
            assert links == [*([tags[other], f"{base}{stem}.{other}.html"] for other in pages), ["x-default", f"{base}{default}"]]
            shown_links = [[tag["lang"], tag["hreflang"], tag["href"]] for tag in page.having("class", "language")]
            assert shown_links == [[tags[other], tags[other], f"{stem}.{other}.html"] for other in pages if other != lang]
            assert [(tag, found["lang"]) for tag, found in page.all if "lang" in found] == [
                ("html", tags[lang]),
                *(("a", language) for language, _, _ in shown_links),
            ]
            (title,) = page.having("property", "og:title")
            assert title["content"] and page.having("property", "og:locale")[0]["content"] == tags[lang].replace("-", "_")
            assert [meta["content"] for meta in page.having("name", "description")] == [
                meta["content"] for meta in page.having("property", "og:description")
            ]


@pytest.mark.parametrize("name", [name if name in ("thirteen", "long") else slow(name) for name in (*FILES, "long")])
def test_no_link_is_dead(name: str, site: Site) -> None:
    """Each place that a page links to is there, also on another page: what belongs to a server is not on the pages of its groups."""
    pages = {file.name: Tags(file.read_text("utf-8")) for file in site.files(name)}
    places = {file: {tag["id"] for tag in page.having("id")} for file, page in pages.items()}
    links = {(file, str(tag["href"])) for file, page in pages.items() for tag in page.having("href") if "lang" not in tag}
    dead = []
    for file, link in links:
        page, _, place = link.partition("#")
        if place and "://" not in page and unquote(place) not in places[page or file]:
            dead.append((file, link))
    assert dead == [] and len(links) > 10


def test_theme_has_three_states(visit: Visits) -> None:
    """As the system, light, dark, and kept over a reload; its button says which."""
    page = visit("thirteen", "ollama", color_scheme="dark")
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
    page = visit("thirteen", forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    borders = page.evaluate("[...document.querySelectorAll('pre')].map(e => getComputedStyle(e).borderTopStyle)")
    assert set(borders) == {"solid"}
    fills = page.evaluate("[...document.querySelectorAll('svg text, svg circle')].map(e => getComputedStyle(e).fill)")
    assert fills and set(fills) == {page.evaluate("getComputedStyle(document.body).color")}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_bars_of_small_screens(lang: str, visit: Visits) -> None:
    """At 320 and 375 px and 200 % zoom no word in them is cut or wraps, and the other language stands at the right of the first line."""
    for width, height in ((320, 600), (375, 700), (640, 400)):
        for backend in ("", "ollama"):
            page = visit("built-in", backend, lang, viewport={"width": width, "height": height})
            until(page, "document.getElementById('_find').checkVisibility()")
            cut = page.evaluate("""() => [...document.querySelectorAll('.places > a, .places > button, .menu > summary')]
              .filter(e => e.checkVisibility() && (e.scrollWidth > e.clientWidth || e.getClientRects().length > 1 || e.clientHeight > 40))
              .map(e => e.textContent)""")
            assert cut == [], (width, backend)
            box = page.locator("a.language").bounding_box()
            assert box["x"] + box["width"] == pytest.approx(width - 16, abs=1) and box["y"] < 30, (width, backend)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_option_is_torn(lang: str, visit: Visits) -> None:
    """No line of prose ends behind the hyphen of `-f`."""
    page = visit("built-in", "", lang, viewport={"width": 375, "height": 700})
    lines = page.evaluate("""() => [...document.querySelectorAll(':is(p, dd, li) > code')].filter(e => e.textContent.startsWith('-'))
      .map(e => [e.textContent, e.getClientRects().length])""")
    assert len(lines) > 10 and [text for text, count in lines if count > 1] == []


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("thirteen", "cheatsheet-ollama.en.html"),
        ("thirteen", "cheatsheet.zh.html"),
        ("built-in", "cheatsheet-litellm.zh.html"),
        ("built-in", "cheatsheet-vllm.en.html"),
        ("hostile", "cheatsheet-nasty.zh.html"),
        ("long", "cheatsheet-forge.releases.en.html"),
        every_script("built-in", "cheatsheet.all.en.html"),
        every_script("hostile", "cheatsheet.en.html"),
    ],
)
def test_small_screens(name: str, path: str, visit: Visits) -> None:
    """At 320 and 375 px nothing sticks out, and no command has to be scrolled sideways, with long values too."""
    page = visit(name, path=path)
    page.evaluate("for (const part of document.querySelectorAll('main details')) part.open = true")
    if page.locator("#_values").count():
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


@pytest.mark.parametrize(
    "path",
    [
        "cheatsheet-litellm.en.html",
        "cheatsheet-litellm.zh.html#embeddings.litellm",
        "cheatsheet.en.html",
        "cheatsheet-ollama.zh.html#_flags",
    ],
)
def test_nothing_moves_while_it_loads(path: str, visit: Visits) -> None:
    """No layout shift, on a wide screen and on a small one."""
    for width in (1280, 375):
        page = visit.context(viewport={"width": width, "height": 800}).new_page()
        # On a slow machine it is painted before its script runs.
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
        assert moved(page, visit.address("built-in", path)) == []


# Where a slow line may break off for a while: behind each of these a browser paints what it has.
BREAKS = (
    '<a class="home"',
    'class="places"',
    "<summary>",
    'id="_find"',
    'id="_values"',
    "<main",
    "<h1",
    "</h1>",
    '<ol class="steps">',
    "<li>",
    "<li><p>",
    'class="command"',
    'class="reading"><a href="#_bash|" tabindex="-1">|</a>',
    'class="reading"><a href="#_bash|" tabindex="-1">|</a> jq <a href="#_jq-r" tabindex="-1">',
    '<a href="#_bash&#39;" tabindex="-1">&#39;</a>',
)


class SlowLine(http.server.BaseHTTPRequestHandler):
    """Sends a page up to a place, waits until a browser has painted that, and sends the rest."""

    page = b""
    place = 0

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        if self.path == "/page.html":
            self.wfile.write(self.page[: self.place])
            self.wfile.flush()
            time.sleep(0.3)
            self.wfile.write(self.page[self.place :])


@pytest.mark.parametrize(
    ("path", "width"),
    [
        ("cheatsheet-vllm.zh.html", 375),
        ("cheatsheet-litellm.en.html", 1280),
        every_script("cheatsheet-vllm.zh.html", 1280),
        every_script("cheatsheet-litellm.en.html", 375),
    ],
)
def test_nothing_moves_however_the_page_arrives(path: str, width: int, visit: Visits, browser: Any) -> None:
    """What has been painted stays where it is when the rest of the page comes."""
    SlowLine.page = (visit.site.made("built-in") / path).read_bytes()
    body = SlowLine.page.index(b"<body>")
    breaks = {}
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), SlowLine) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        for mark in BREAKS:
            SlowLine.place = SlowLine.page.index(b">", SlowLine.page.index(mark.encode(), body) + len(mark) - 1) + 1
            page = browser.new_page(viewport={"width": width, "height": 800})
            if shifts := moved(page, f"http://127.0.0.1:{server.server_address[1]}/page.html#{LONG_VALUES}"):
                breaks[mark] = shifts
            page.close()
        server.shutdown()
        thread.join()
    assert breaks == {}


@pytest.mark.parametrize("name", ["thirteen", "hostile"])
def test_policy(name: str, visit: Visits, site: Site) -> None:
    """Nothing is allowed but this very style, these very scripts, and the list that the search reads from beside the page."""
    made = site.made(name)
    for file in sorted(made.glob("*.html")):
        text = file.read_text("utf-8")
        (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text.replace("&#39;", "'"))
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules.pop("default-src") == "'none'" and rules.pop("base-uri") == "'none'" and rules.pop("form-action") == "'none'"
        assert set(rules) == {"style-src", "script-src"}
        own = " 'self'" if file.name.startswith("cheatsheet") and not file.name.startswith("cheatsheet.all.") else ""
        assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", rules["style-src"])
        assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='" + own, rules["script-src"]), file
        assert text.index("Content-Security-Policy") < text.index("<style") < text.index("<script")
        assert not re.search(r'<[^>]*\s(style|on\w+)="', re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL))


@pytest.mark.parametrize("path", ["cheatsheet-nasty.{}.html", "cheatsheet.all.{}.html"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_page_in_use(lang: str, path: str, visit: Visits) -> None:
    """Typing, explaining, choosing, copying and the theme on a page of hostile texts: no dialog, no request, no element more."""
    page = visit("hostile", path=path.format(lang), permissions=["clipboard-read", "clipboard-write"])
    tags = page.evaluate("[...new Set([...document.querySelectorAll('*')].map(e => e.localName))]")
    fill(page, url="</pre><script>alert(1)</script>", key="typed", secret="<img src=x onerror=alert(1)>")
    go(page, "backend=nasty&base=%3Cscript%3Ealert(1)%3C/script%3E&three=%3Cb%3E")
    assert shown(page)[-1][2] and "<script>alert(1)</script>" in shown(page)[0][2]
    page.evaluate("for (const piece of document.querySelectorAll('.command a')) { piece.focus(); piece.click(); }")
    page.evaluate("for (const radio of document.querySelectorAll('.chooser input')) radio.click()")
    page.evaluate("window.print = () => {}")  # which a browser does not do so often
    page.evaluate("for (const button of document.querySelectorAll('button:not(#_find)')) button.click()")
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
    "file",
    [
        "cheatsheet-litellm.en.html",
        "cheatsheet.zh.html",
        every_script("cheatsheet-litellm.zh.html"),
        every_script("cheatsheet.en.html"),
    ],
)
def test_axe_finds_nothing(file: str, visit: Visits) -> None:
    """The rules of WCAG 2.2 AA that can be checked by a program, and the common good ones; light, dark and on a small screen."""
    page = visit("built-in", path=file, bypass_csp=True, color_scheme="light")
    page.evaluate(axe_script())
    for scheme, width, use in (
        ("light", 1280, "explain"),
        ("light", 1280, "find"),
        ("dark", 1280, "find"),
        ("dark", 1280, ""),
        ("light", 375, ""),
    ):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        if use == "explain" and page.locator("#_values").count():
            fill(page, url="localhost", key="typed")
            page.locator(".cell .explain").first.click()
            page.locator(".cell .command a").first.focus()
        if use == "find":
            page.click("#_find")
            page.fill("#_query", "401")
            until(page, "document.querySelectorAll('#_results > li').length > 1")
        found = page.evaluate("""async () => (await axe.run(document, {
            runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']},
            resultTypes: ['violations'],
          })).violations.map(rule => [rule.id, rule.nodes.length, rule.nodes[0].html.slice(0, 200), rule.nodes[0].failureSummary])""")
        assert found == [], (scheme, width, use)
        page.keyboard.press("Escape")


def test_axe_finds_nothing_on_the_page_of_a_group(visit: Visits) -> None:
    """Its headings leave no level out, and keys can scroll a long output."""
    page = visit("long", "forge.releases", bypass_csp=True)
    scrolls = page.evaluate("(e => e.scrollHeight > e.clientHeight)(document.querySelector('.step .output'))")
    assert scrolls
    page.evaluate(axe_script())
    found = page.evaluate("axe.run(document).then(all => all.violations.map(rule => [rule.id, rule.nodes[0].html.slice(0, 200)]))")
    assert found == []


def test_index_leads_to_the_readers_language(visit: Visits) -> None:
    """The browser's language, or the one chosen here before; neither: two links, as without JavaScript and for #choose."""
    for locale, at, end in (
        ("zh-CN", "", "cheatsheet.zh.html"),
        ("zh-TW", "#models.litellm", "cheatsheet-litellm.zh.html#models.litellm"),
        ("en-GB", "#backend=litellm&model=a%20b", "cheatsheet-litellm.en.html#_backend.litellm&model=a+b"),
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
    page.wait_for_url("**/cheatsheet-litellm.en.html#models.litellm*")
    page.goto(page.url.rpartition("/")[0] + "/index.html")
    page.wait_for_url("**/cheatsheet.en.html*")
    page = visit("thirteen", path="index.html", java_script_enabled=False, locale="zh-CN")
    assert page.url.endswith("index.html")
    links = page.locator("a:visible").all()
    assert [(link.get_attribute("href"), link.get_attribute("lang"), link.get_attribute("hreflang")) for link in links] == [
        ("cheatsheet.en.html", "en", "en"),
        ("cheatsheet.zh.html", "zh-CN", "zh-CN"),
    ]


def test_contents_of_a_large_group(visit: Visits) -> None:
    """They show the words of paths; the commands of one are shown at a time, those around the current place by themselves."""
    page = visit("long", "forge.second", at="#call-50.forge")
    until(page, "document.querySelector('.contents [aria-current]')?.hash === '#call-50.forge'")
    listed = "[...document.querySelectorAll('.contents :is(summary, .endpoint a)')]"
    seen = f"{listed}.filter(e => e.checkVisibility()).map(e => e.textContent.trim())"
    words = page.evaluate(seen)
    assert [text for text in words if text.startswith("lists /")] == [
        f"lists / list-{n} {5 if n == 4 else 4 if n == 9 else 9}" for n in range(4, 10)
    ]
    assert len(words) == 6 + 9
    page.click(".contents summary >> text=list-8")
    assert page.locator("#_contents [href='#call-72.forge']").is_visible() and len(page.evaluate(seen)) == 6 + 9
    page.click("#_contents [href='#call-72.forge']")
    until(page, "document.querySelector('.contents [aria-current]')?.hash === '#call-72.forge'")
    assert page.locator("[id='call-72.forge'] h3").bounding_box()["y"] < 200


@pytest.mark.parametrize("path", ["cheatsheet.en.html", "cheatsheet-ollama.en.html", "cheatsheet.all.en.html"])
def test_the_script_keeps_to_itself(path: str, visit: Visits) -> None:
    """It is strict, and none of its functions takes the place of one of the browser's, such as window.find."""
    page = visit("thirteen", path=path)
    assert page.evaluate("[typeof window.goToPlace, typeof window.one, window.find('curl')]") == ["undefined", "undefined", True]


def test_contents_are_near_for_the_keyboard(visit: Visits) -> None:
    """They come after all commands; a link before these leads to the current place in them, each time."""
    page = visit("built-in", "litellm")
    for _ in range(4):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "to-contents"
    link = page.locator(".to-contents")
    box = link.bounding_box()
    assert box and box["x"] >= 0 and box["y"] >= 0
    for _ in range(2):
        link.focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.closest('.contents') && document.activeElement.hash") == "#_start.litellm"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hash") == "#_group.litellm.models"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_keyboard_alone(lang: str, visit: Visits) -> None:
    """The first command within twelve stops, every copy button is reached, and where the focus is can be seen at every stop."""
    page = visit("thirteen", "litellm", lang)
    wanted = page.evaluate(
        f"() => {{ {SEEN} return [...document.querySelectorAll('button.copy')].filter(seen).map(e => e.getAttribute('aria-label')); }}"
    )
    reached: list[str] = []
    first = 0
    for stop in range(1, 400):
        page.keyboard.press("Tab")
        tag, label, reached_command, outline, visible = (
            page.evaluate("""() => { const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
          return [e.localName, e.matches('.copy') ? e.getAttribute('aria-label') : '', e.matches('.block *'),
            s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
            b.width > 0 && b.bottom > 0 && b.top < innerHeight && b.right > 0 && b.left < innerWidth]; }""")
        )
        if tag == "body":
            break
        assert outline and visible, (tag, label)
        if reached_command:
            first = first or stop
        if label:
            reached.append(label)
    assert 0 < first <= 12
    assert reached == wanted


@pytest.mark.parametrize("lang", LANGUAGES)
def test_size(lang: str, site: Site) -> None:
    """A server's page, and the overview, are at most 60 kB over the wire; those of a small catalog 28."""
    for name, most in (("built-in", 60_000), ("thirteen", 28_000)):
        sizes = {file.name: len(gzip.compress(file.read_bytes(), 9)) for file in site.files(name, lang) if ".all." not in file.name}
        assert {file: size for file, size in sizes.items() if size > most} == {}


# What is on the page while the first paint is told, before it, and at the end.
AT_FIRST_PAINT = f"""
{SEEN}
const parts = () => [...document.querySelectorAll('main :is(h1, h2, h3, p, pre, td, dt, dd)')];
const aside = '[hidden], details:not([open]), .js-only, .rung';
const unseen = () => parts().filter(part => !seen(part) && !part.closest(aside)).map(part => part.outerHTML.slice(0, 80));
addEventListener('readystatechange', () => {{
  if (document.readyState === 'interactive') window.parsed = [parts().length, unseen()];
}}, {{capture: true}});
new PerformanceObserver(() => {{ window.painted ??= [parts().filter(seen).length, unseen()]; }}).observe({{type: 'paint', buffered: true}});
"""


@pytest.mark.parametrize("path", ["cheatsheet-litellm.en.html", "cheatsheet.zh.html", "cheatsheet-ollama.en.html#embeddings.ollama"])
def test_content_is_there_as_soon_as_it_is_parsed(path: str, visit: Visits) -> None:
    """Nothing waits for a script, a paint or a timer: what the page shows in the end is shown when it is parsed and when it is painted."""
    context = visit.context()
    context.add_init_script(AT_FIRST_PAINT)
    page = context.new_page()
    page.goto(visit.address("built-in", path))
    until(page, "window.painted")
    assert page.evaluate("parsed")[1] == [] and page.evaluate("parsed")[0] > 30
    assert page.evaluate("painted")[1] == [] and page.evaluate("painted")[0] > 5


@pytest.mark.parametrize(
    ("path", "script"),
    [
        ("cheatsheet-litellm.en.html", True),
        ("cheatsheet.zh.html", False),
        every_script("cheatsheet-litellm.en.html", False),
        every_script("cheatsheet.zh.html", True),
    ],
)
def test_screenshots_are_whole(path: str, script: bool, visit: Visits) -> None:
    """Twenty-five pictures, each taken as soon as the page is parsed, show the same text as one that is taken later."""
    context = visit.context(java_script_enabled=script)
    page = context.new_page()
    page.goto(visit.address("built-in", path))
    page.wait_for_timeout(300)
    clip = {"x": 300, "y": 120, "width": 960, "height": 600}
    late = page.screenshot(clip=clip)
    for _ in range(25):
        page.goto("about:blank")
        page.goto(visit.address("built-in", path), wait_until="domcontentloaded")
        assert len(page.screenshot(clip=clip)) > 0.8 * len(late)
