"""The palette: everything on all pages is found by any words, and the ten tasks of a reader are done by keys alone."""

from __future__ import annotations

from typing import Any

import pytest
from visits import LANGUAGES, Site, Visits, fill, shown, until


def find(page: Any, text: str) -> list[str]:
    """Opens the palette and types; what each result says."""
    page.keyboard.press("Escape")
    until(page, "!document.getElementById('_palette').open && document.activeElement.id !== '_query'")
    page.keyboard.press("/")
    page.fill("#_query", "")
    page.fill("#_query", text)
    until(page, "document.getElementById('_found').textContent !== ''")
    return [row.replace("\n", " | ") for row in page.locator("#_results > li").all_inner_texts()]


@pytest.mark.parametrize("file", [False, True], ids=["served", "files"])
def test_words_are_found_in_any_order_on_all_pages(file: bool, visit: Visits) -> None:
    """Titles, servers, paths, flags, troubles, notes, in both languages; the best is first."""
    page = visit("built-in", file=file)
    for text, first in (
        ("chat litellm", "Chat completions LiteLLM"),
        ("litellm chat", "Chat completions LiteLLM"),
        ("LITELLM   stream chat", "Chat completions, streaming LiteLLM"),
        ("rerank", "Rerank"),
        ("/rerank vllm", "Rerank vLLM"),
        ("-N", "-N --no-buffer"),
        ("--no-buffer", "-N --no-buffer"),
        ("嵌入 xinference", "Embeddings Xinference"),
        ("向量 嵌入", "Embeddings"),
        ("401 xinference", "HTTP 401 curl: (22) The requested URL returned error: 401 Xinference"),
        ("ollama", "Ollama"),
        ("history", "Keep keys out of the history"),
    ):
        rows = find(page, text)
        assert squeezed(rows[0]).startswith(squeezed(first)), (text, rows[:3])
    page = visit("built-in", "ollama", "zh", file=file)
    for text, first in (
        ("嵌入", "向量嵌入"),
        ("embeddings xinference", "向量嵌入 Xinference"),
        ("流式 对话 litellm", "对话补全，流式输出 LiteLLM"),
    ):
        rows = find(page, text)
        assert squeezed(rows[0]).startswith(squeezed(first)[:4]), (text, rows[:3])


def squeezed(text: str) -> str:
    return "".join(character for character in text if character.isalnum() or character in "-")


def test_who_has_an_endpoint(visit: Visits, site: Site) -> None:
    """Those that have it are named, and no other; those that say why they lack it are found as that."""
    page = visit("built-in")
    catalog = site.renderer("built-in").catalog
    rows = find(page, "rerank")
    names = rows[0].split(" | ")[-1].split(" · ")
    assert names == [backend.name for backend, _ in catalog.cells("rerank")]
    commands = [row for row in rows if " | command | " in row and row.startswith("Rerank")]
    assert len([row for row in commands if "POST /rerank" in row]) >= len(names) - 3
    lacking = [backend for backend in catalog.backends.values() if (cell := backend.endpoints.get("rerank")) and cell.missing]
    for backend in lacking:
        assert any("not offered" in row and backend.name in row for row in find(page, f"rerank {backend.id}"))
    box = page.locator("#_results > li").first.bounding_box()
    assert box and box["y"] + box["height"] < 800  # without scrolling


def test_errors_are_keys(visit: Visits, site: Site) -> None:
    """`401` finds each server's own advice, that of this page's server first; it is shown without going there."""
    catalog = site.renderer("built-in").catalog
    page = visit("built-in", "xinference")
    row = find(page, "401")[0]
    advice = next(trouble for trouble in catalog.backends["xinference"].troubles if trouble.when == 401).say["en"]
    assert "HTTP 401" in row and "Xinference" in row and advice.replace("`", "").split("{key}")[0][:20] in row


@pytest.mark.parametrize("lang", LANGUAGES)
def test_errors_are_found_by_what_curl_says(lang: str, visit: Visits) -> None:
    """As it stands in the terminal; the advice of this page's server is first. Hosts and times are in no list."""
    page = visit("built-in", "vllm", lang)
    for text, place in (
        ("curl: (22) The requested URL returned error: 401", "_trouble.vllm.401"),
        ("curl: (7) Failed to connect to localhost port 8000 after 0 ms: Could not connect to server", "_trouble.vllm.refused"),
        ("curl: (60) SSL certificate problem: self-signed certificate", ""),
    ):
        rows = find(page, text)
        assert rows and place in str(page.locator("#_results a").first.get_attribute("href")), (text, rows[:3])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_advice_leads_on(lang: str, visit: Visits) -> None:
    """A trouble is named as curl does and as scripts do, a script in its advice is a link, and under 401 the key is chosen on the page."""
    page = visit("built-in", "vllm", lang)
    sign = page.locator("[id='_trouble.vllm.401'] dt code")
    assert sign.all_inner_texts() == ["HTTP 401", "curl: (22) … error: 401"]
    assert "API" in page.locator("[id='_trouble.vllm.401'] dd p").inner_text()
    links = page.locator("[id='_troubles.vllm'] dd a").evaluate_all("all => all.map(link => [link.getAttribute('href'), link.textContent])")
    assert ["vllm-models.sh", "vllm-models.sh"] in links
    page = visit("built-in", "litellm", lang)  # its key is sent anyway
    assert page.locator("[id='_trouble.litellm.401'] dd p").count() == 0
    page = visit("built-in", "xinference", lang)
    assert page.locator("[id='_notes.xinference'] code a[href='xinference-setup.sh']").count() == 1


def test_near_and_nothing(visit: Visits) -> None:
    """Where nothing has all words the palette says so and shows what comes near; else that there is nothing."""
    page = visit("built-in")
    rows = find(page, "rernk")
    assert "Close matches" in page.inner_text("#_found") and "Rerank" in rows[0]
    rows = find(page, "rerank zzzz")
    assert "Close matches" in page.inner_text("#_found") and "Rerank" in rows[0]
    assert find(page, "qqqq") == [] and page.inner_text("#_found") == "No results."
    page.keyboard.press("Enter")
    assert page.locator("#_palette[open]").count() == 1


def test_keys_of_the_palette(visit: Visits) -> None:
    """`/` and Ctrl-K open it, arrows choose, Enter goes, Escape goes back to where the reader was; in a field `/` is a letter."""
    page = visit("built-in", "litellm")
    page.evaluate("scrollTo(0, 3000)")
    for key in ("/", "Control+k"):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == "_query"
        page.keyboard.insert_text("rerank")
        until(page, "document.querySelectorAll('#_results > li').length > 3")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        assert page.locator("#_results a[aria-selected=true]").get_attribute("id") == "_result.1"
        assert page.get_attribute("#_query", "aria-activedescendant") == "_result.1"
        page.keyboard.press("Escape")
        until(page, "!document.getElementById('_palette').open")
        assert page.evaluate("scrollY") == 3000 and page.evaluate("document.activeElement === document.body")
    page.focus("[name=url]")
    page.keyboard.press("/")
    assert page.input_value("[name=url]") == "/" and page.locator("#_palette[open]").count() == 0
    page.click("#_find")
    page.mouse.click(5, 790)  # beside it
    assert page.locator("#_palette[open]").count() == 0


def test_a_result_on_this_page_does_not_leave_it(visit: Visits) -> None:
    """The values stay, and the place is in view; in the file with everything each result is on this page."""
    page = visit("built-in", "litellm")
    fill(page, url="http://mine/v1")
    page.evaluate("window.stays = true")
    find(page, "litellm embeddings")
    page.keyboard.press("Enter")
    until(page, "location.hash.startsWith('#embeddings.litellm')")
    assert page.evaluate("window.stays") and page.input_value("[name=url]") == "http://mine/v1"
    assert page.evaluate("document.activeElement.id") == "embeddings.litellm"
    page = visit("thirteen", path="cheatsheet.all.en.html", file=True)
    page.evaluate("window.stays = true")
    for text, place in (("mindie chat", "chat-completions.mindie"), ("-s", "_curl-s"), ("401 litellm", "_trouble.litellm.401")):
        find(page, text)
        page.keyboard.press("Enter")
        until(page, "place => location.hash.startsWith('#' + place) || location.hash.startsWith('#' + encodeURIComponent(place))", place)
        assert page.evaluate("window.stays")


def test_a_page_alone_says_that_its_list_is_missing(visit: Visits, tmp_path: Any) -> None:
    """A page that was copied without the file beside it."""
    (tmp_path / "alone.html").write_bytes((visit.site.made("thirteen") / "cheatsheet-ollama.en.html").read_bytes())
    page = visit.browser.new_page()
    page.goto((tmp_path / "alone.html").as_uri())
    page.keyboard.press("/")
    until(page, "document.getElementById('_found').textContent.includes('cheatsheet-search.en.js')")
    page.close()


def test_hostile_texts_are_found_as_texts(visit: Visits) -> None:
    """No element, no dialog and no request comes of what the catalog or the reader says."""
    page = visit("hostile", "nasty", "zh")
    for text in (
        "<script>x</script>",
        "</script>",
        "$(touch pwned)",
        "it's",
        '"',
        "\\",
        "中文",
        "<b>",
        "[",
        "(",
        "&amp;",
        "😀",
        "*",
        "\\d",
    ):
        find(page, text)
    tags = set(page.evaluate("[...document.querySelectorAll('#_results *')].map(e => e.localName)"))
    assert tags <= {"li", "a", "b", "span", "small"}


class Keys:
    """Counts the keys that a reader presses."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.count = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1
        self.page.wait_for_timeout(30)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.count += len(text)
        until(self.page, "document.querySelectorAll('#_results > li').length > 0")


CLIPBOARD = "navigator.clipboard.readText()"


def test_tasks_by_keys_alone(visit: Visits) -> None:
    """What readers look for, and how many keys they need at most."""
    page = visit("built-in", path="cheatsheet.en.html", permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("scrollTo(0, 2000)")
    keys = Keys(page)
    keys.press("/")
    keys.type("lit str")
    with page.expect_navigation():
        keys.press("Enter")
    keys.press("c")
    until(page, f"{CLIPBOARD}.then(text => text.includes('localhost:4000/v1/chat/completions') && text.includes('\"stream\": true'))")
    assert keys.count <= 12
    again = Keys(page)
    again.press("l")
    until(page, f"{CLIPBOARD}.then(text => text.includes('cheatsheet-litellm.en.html#chat-completions-stream.litellm'))")
    assert again.count <= 2
    flag = Keys(page)
    flag.press("/")
    flag.type("-N")
    assert "prints each part" in page.locator("#_results > li").first.inner_text() and flag.count <= 4
    page = visit("built-in", "xinference")
    error = Keys(page)
    error.press("/")
    error.type("401")
    error.press("Enter")
    until(page, "document.querySelector(':target')?.id === '_trouble.xinference.401'")
    assert error.count <= 8
    page = visit("built-in")
    error = Keys(page)
    error.press("/")
    error.type("401 x")
    with page.expect_navigation():
        error.press("Enter")
    until(page, "document.querySelector(':target')?.id === '_trouble.xinference.401'")
    assert error.count <= 8
    page = visit("built-in", "ollama", "zh")
    chinese = Keys(page)
    chinese.press("/")
    chinese.type("嵌入 xi")
    assert "Xinference" in page.locator("#_results > li").first.inner_text()
    with page.expect_navigation():
        chinese.press("Enter")
    assert page.url.endswith("cheatsheet-xinference.zh.html#embeddings.xinference")
    page = visit("long", path="cheatsheet.en.html")
    release = Keys(page)
    release.press("/")
    release.type("cre rel")
    with page.expect_navigation():
        release.press("Enter")
    assert page.url.endswith("cheatsheet-forge.releases.en.html#create-a-release.forge") and release.count <= 12
    assert [endpoint for _, endpoint, _ in shown(page)] == ["create-a-release"]


def test_the_palette_opens_from_a_list_too(visit: Visits) -> None:
    """In a list `/` chooses nothing; in a field it is typed."""
    page = visit("built-in", path="cheatsheet-litellm.en.html")
    for place, opens in (("select[name=show]", True), ("input[name=url]", False)):
        page.focus(place)
        page.keyboard.press("/")
        assert page.evaluate("document.getElementById('_palette').open") is opens
        page.keyboard.press("Escape")
