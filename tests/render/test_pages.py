"""The cheatsheets: what a reader finds on them, in both formats and languages."""

from __future__ import annotations

import html
import itertools
import json
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml
from conftest import CATALOGS, OUT, ROOT, attribute, attributes, every_script, mostly_slow, opened, slow
from markupsafe import escape

from generator import bash, catalog, json_text
from generator.catalog.model import Flag, Program, Prose
from generator.render import html as prose_html
from generator.render import markdown
from generator.render.renderer import Renderer

LANGUAGES = {"en": "en", "zh": "zh-CN"}
PRINTS = {"en": "The command prints:", "zh": "命令输出："}


# What our templates and prose write; anything else on a page came from a value.
TAGS = set(
    """html head meta title link style script body a header nav search form label select option input fieldset legend button
    kbd dialog data h1 h2 h3 h4 div p ul ol li main section pre code var b table thead tbody tr th td span small strong em article footer
    dl dt dd details summary figure figcaption svg path circle text tspan blockquote br hr""".split()
)
ATTRIBUTES = set(
    """lang charset http-equiv content name rel hreflang href class id aria-label role tabindex scope start hidden type
    placeholder aria-keyshortcuts autocomplete spellcheck autocapitalize inputmode value checked viewbox viewBox x y cx cy r d
    text-anchor aria-labelledby tabindex property colspan value selected aria-expanded aria-controls aria-current
    data-backends data-backend data-title data-url data-prefix data-key data-required data-variable data-defaults
    data-below data-climbs data-env data-of data-before data-was data-in data-theme""".split()
)


@pytest.fixture(scope="module")
def built_in(render: Callable[[Path], Renderer]) -> Renderer:
    return render(ROOT / "catalog.yaml")


def made(name: str) -> str:
    """A page of the built-in catalog; test_out sees that it is fresh."""
    return (OUT / name).read_text("utf-8")


def page_of(lang: str, kind: str) -> str:
    """The page with everything in HTML; the overview in Markdown."""
    return made(f"cheatsheet.all.{lang}.html" if kind == "html" else f"cheatsheet.{lang}.md")


def markdown_of(built_in: Renderer, lang: str) -> str:
    """The pages of the backends and the index, one after the other."""
    return "\n".join([*(made(f"cheatsheet-{backend}.{lang}.md") for backend in built_in.catalog.backends), page_of(lang, "md")])


def cells(renderer: Renderer) -> list[tuple[str, str]]:
    return [(backend.id, cell.id) for backend in renderer.catalog.backends.values() for cell in backend.cells]


def in_groups(renderer: Renderer) -> list[tuple[str, str]]:
    """The cells in the order of the page."""
    known = renderer.catalog
    return [
        (backend.id, cell.id) for backend in known.backends.values() for _, members in known.in_groups(backend.cells) for cell in members
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_command_stands_whole_in_both_pages(built_in: Renderer, lang: str) -> None:
    """Each command is on its backend's Markdown page and, in pieces, on the HTML page, as `show --lang` prints it."""
    markdown, page = markdown_of(built_in, lang), page_of(lang, "html")
    shown = [
        html.unescape(re.sub(r"<[^>]*>", "", block)) for block in re.findall(r'<pre class="command\b[^>]*>(.*?)</pre>', page, re.DOTALL)
    ]
    for backend, endpoint in cells(built_in):
        command = built_in.command(backend, endpoint, lang).text

        assert f"\n```bash\n{command}\n```\n" in markdown
        assert command in shown


def jq_prints(asked: list[tuple[str, str]], folder: Path) -> list[str]:
    """What each of these jq commands prints of its samples; one bash runs all of them."""
    for number, (_, samples) in enumerate(asked):
        (folder / f"{number}.in").write_text(samples, "utf-8")
    script = "\n".join(f"{command} < {number}.in > {number}.out || exit" for number, (command, _) in enumerate(asked))
    subprocess.run(["bash"], input=script, cwd=folder, check=True, text=True)
    return [(folder / f"{number}.out").read_text("utf-8") for number in range(len(asked))]


@pytest.mark.parametrize("each", [slow(False), every_script(True)], ids=["together", "each"])
def test_shown_outputs_are_what_jq_prints(each: bool, built_in: Renderer, tmp_path: Path) -> None:
    """Each pipeline's output on the page is what the jq of this machine prints for the sample (numbers as values).

    Together, a jq reads all samples of its filter, and only where one output ends and the next begins is not seen.
    """
    shown_for: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    seen = 0
    for lang, backend in itertools.product(LANGUAGES, built_in.catalog.backends.values()):
        markdown = made(f"cheatsheet-{backend.id}.{lang}.md")
        end = 0
        for cell in (cell for _, members in built_in.catalog.in_groups(backend.cells) for cell in members):
            answer = cell.sample_in(lang)
            sample = "\n".join(map(json.dumps, answer if cell.streams else [answer]))
            for pipeline in cell.pipelines or ():
                raw = "-j " if cell.streams else "-r "
                command = f"jq {raw if pipeline.raw else ''}{built_in.environment.filters['word'](pipeline.jq)}"
                above = f"```bash\n{command}\n```\n\n"
                if len(cell.pipelines or ()) == 1 and cell.response != "file":  # the command itself holds this filter
                    above = f"\n{PRINTS[lang]}\n\n"
                shown = re.compile(rf"{re.escape(above)}```text\n(.*?)\n```", re.DOTALL).search(markdown, end)
                assert shown, command
                end = shown.end()
                text = shown[1].rstrip("\n")
                assert shown_for[command, sample if each else ""].setdefault(sample, text) == text
                seen += 1
    assert seen > 800
    printed = jq_prints([(command, "\n".join(texts)) for (command, _), texts in shown_for.items()], tmp_path)
    wrong = []
    for (command, _), texts, got in zip(shown_for, shown_for.values(), printed, strict=True):
        if (got.rstrip("\n"),) != (*texts.values(),) if each else got.replace("\n", "") != "".join(texts.values()).replace("\n", ""):
            wrong.append((command, got, texts))
    assert wrong == []


def without_links_to_scripts(page: str) -> str:
    """The page with the names of scripts in its texts as they are written."""
    return re.sub(r'<a href="([a-z0-9-]+\.sh)">\1</a>', r"\1", page)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_has_every_chapter(built_in: Renderer, lang: str) -> None:
    """Set-up, ports, matrix, flags, guides, notes and troubles are there, with what the catalog says."""
    catalog = built_in.catalog
    text, page = markdown_of(built_in, lang), html.unescape(page_of(lang, "html"))
    unlinked = without_links_to_scripts(page)
    for backend in catalog.backends.values():
        assert backend.base_url in text and backend.base_url in page
        assert backend.docs and backend.docs in text and backend.docs in page
        for trouble, cells in backend.all_troubles:
            say = trouble.say[lang].replace("{key}", bash.asking(backend.api_key[0].variable) if backend.api_key else "")
            where = "".join(f" · {cell.title[lang]}" for cell in cells if cell.title)
            linked = "".join(f' · <a href="#{cell.id}.{backend.id}">{cell.title[lang]}</a>' for cell in cells if cell.title)
            assert f"{where} | {markdown.escaped(say)} |" in text and f"{linked}</dt>\n<dd>{say}" in unlinked
        for note in backend.notes:
            assert markdown.prose(note[lang], 2) in text and html.unescape(prose_html.prose_line(note[lang])) in unlinked
    for guide in catalog.guides.values():
        assert f"### {guide.title[lang]}" in text and guide.title[lang] in page
        for example in guide.examples:
            assert example.run.strip("\n") in text and example.run.strip("\n") in page
    assert "export LITELLM_API_KEY=${LITELLM_API_KEY:-sk-1234}" in text and "printf 'Key: '; read -rs MY_API_KEY" in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_cell_says_what_to_know_before_it_is_run(built_in: Renderer, lang: str) -> None:
    """Its notes, and that it costs money or changes something, in both formats."""
    effects, page = built_in.words_of(lang)["effects"], without_links_to_scripts(page_of(lang, "html"))
    notes = costs = 0
    for backend in built_in.catalog.backends.values():
        written = made(f"cheatsheet-{backend.id}.{lang}.md")
        for cell in backend.cells:
            article = page.partition(f'id="{cell.id}.{backend.id}"')[2].partition("</article>")[0]
            chapter = written.partition(f"\n## {markdown.escaped(cell.title[lang])}\n")[2].partition("\n## ")[0] if cell.title else ""
            for note in cell.notes:
                assert prose_html.prose(note[lang]) in article and markdown.prose(note[lang]) in chapter
            own = {effects[cell.effect]} if cell.effect and cell.effect != backend.effect else set()
            assert {words for words in effects.values() if words in article} == own
            assert {words for words in effects.values() if words in chapter} == own
            notes, costs = notes + len(cell.notes), costs + len(own)
    assert notes > 20 and costs > 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_matrix_says_which_backend_has_what(built_in: Renderer, lang: str) -> None:
    """In both formats; a link's name says where it leads to those who do not see the table."""
    words, known = built_in.words_of(lang), built_in.catalog
    rows = dict(re.findall(r'<tr id="([^"]*)"><th scope="row">.*?</th>(.*?)</tr>', page_of(lang, "html"), re.DOTALL))
    seen = set()
    for endpoint in known.endpoints.values():
        assert endpoint.title
        title = endpoint.title[lang]
        (written,) = re.findall(rf"^\| {re.escape(markdown.escaped(title))} \| (.*) \|$", page_of(lang, "md"), re.MULTILINE)[:1]
        places = re.findall(r"<td.*?</td>", rows[endpoint.id])
        for backend, place, column in zip(known.backends.values(), places, written.split(" | "), strict=True):
            cell = backend.endpoints.get(endpoint.id)
            mark = words["unknown" if cell is None else "lacks" if cell.missing else "has"]
            seen.add(mark)
            assert re.sub("<[^>]*>", "", place) == mark == re.sub(r"\[(.*)\]\(.*\)", r"\1", column)
            if cell and not cell.missing and cell.title:
                assert f'href="#{endpoint.id}.{backend.id}" aria-label="{escape(cell.title[lang])}{words["comma"]}{backend.name}"' in place
    assert seen == {words["unknown"], words["lacks"], words["has"]}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_say_whether_a_key_is_needed(built_in: Renderer, lang: str) -> None:
    """A server that may ask for a key is not one that does."""
    texts = built_in.words_of(lang)["key_texts"]
    found = set()
    for backend in built_in.catalog.backends.values():
        page = made(f"cheatsheet-{backend.id}.{lang}.md")
        said = {kind for kind, text in texts.items() if text.replace("{name}", markdown.escaped(backend.name)) in page}
        kinds = {("example" if key.example else "asked") + ("" if key.required else "_optional") for key in backend.api_key}
        assert said == kinds
        found |= said
    assert {"example", "example_optional"} <= found


@pytest.mark.parametrize(
    ("program", "since", "newer"),
    [
        ("curl", "4.0", False),
        ("curl", "7.6", False),
        ("curl", "7.55", False),
        ("curl", "7.55.0", False),
        ("curl", "7.55.1", True),
        ("curl", "7.75.0", True),
        ("curl", "8", True),
        ("curl", None, False),
        ("jq", "1.6", False),
        ("jq", "1.7", True),
        ("jq", "1.10", True),
        ("grep", "3.11", True),
        ("grep", None, False),
    ],
)
def test_a_version_is_named_where_a_reader_may_lack_it(program: Program, since: str | None, newer: bool) -> None:
    assert Flag(since=since, text=Prose(en="What it does.")).newer_than_baseline(program) is newer


def test_versions_that_pages_name(built_in: Renderer, tmp_path: Path) -> None:
    """None in the built-in catalog, whose commands need no newer curl than the scripts; a signature does."""
    assert "≥ 4.0" not in page_of("en", "md") and "needs curl ≥" not in page_of("en", "md")
    (tmp_path / "catalog.yaml").write_text(
        "backends: {a: {base_url: http://localhost, api_key: {variable: K, scheme: basic}, endpoints: {x: {}}}}\n"
        "endpoints: {x: {method: GET, path: /x, response: text, curl: {aws-sigv4: 'aws:amz:eu:s3'}}}\n"
    )
    page = Renderer(catalog.read(tmp_path / "catalog.yaml")).page("cheatsheet.{lang}.md.j2", {"lang": "en"})
    assert "(needs curl ≥ 7.75.0): Signs the request" in page.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_flag_of_the_commands_is_explained(built_in: Renderer, lang: str) -> None:
    """Those of the plain commands and of the streaming ones, and no flag that no command has."""
    assert built_in.flags() == {
        "curl": ["-f", "-s", "-S", "-X", "-H", "-d", "-F", "--form-string", "-o", "-N"],
        "grep": ["-o", "--line-buffered"],
        "base64": ["-d"],
        "jq": ["-r", "-j", "-c", "--arg", "--unbuffered"],
        "bash": ["'", '"', "\\", "|", ">"],
    }
    ids = attribute("id", page_of(lang, "html"))
    for program, used in built_in.flags().items():
        for flag in used:
            assert f"_{program}{flag}" in ids


@pytest.mark.parametrize("kind", ["md", "html"])
def test_no_chinese_in_the_english_words(built_in: Renderer, kind: str) -> None:
    """Outside commands, samples and the name of the other language, the English page is in English."""
    text = markdown_of(built_in, "en") if kind == "md" else page_of("en", kind)
    text = re.sub(
        r"```.*?```|<pre.*?</pre>|<svg.*?</svg>|<script>.*?</script>|`[^`]*`|<code>.*?</code>|中文",
        "",
        text,
        flags=re.DOTALL,
    )

    assert re.findall(r"[\u4e00-\u9fff]+", text) == []


@pytest.mark.parametrize("kind", ["md", "html"])
def test_chinese_page_is_spaced_and_punctuated(built_in: Renderer, kind: str) -> None:
    """A blank between Han and Latin or digits, none beside full-width punctuation."""
    text = markdown_of(built_in, "zh") if kind == "md" else page_of("zh", kind)
    text = re.sub(
        r"```.*?```|<pre.*?</pre>|<svg.*?</svg>|<style>.*?</style>|<script>.*?</script>|data-\w+=\"[^\"]*\"", "", text, flags=re.DOTALL
    )
    text = re.sub(r"</?(a|code|strong|small|span)\b[^>]*>|\]\([^)]*\)", "`", text)
    wrong = re.findall(
        r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]|[，。；：？！] (?!\|)|(?<=[\u4e00-\u9fff]) [，。；：？！]", text
    )

    assert wrong == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_links_lead_somewhere(built_in: Renderer, lang: str) -> None:
    """Every fragment, script and page that a cheatsheet links to exists; ids are unique."""
    pages = {file.name: attributes(file.read_text("utf-8")) for file in OUT.glob(f"cheatsheet*.{lang}.html")}
    ids = {name: page["id"] for name, page in pages.items()}
    links = [(name, unquote(link)) for name, page in pages.items() for link in page["href"]]
    anchors = {}
    written = []
    for file in [OUT / f"cheatsheet.{lang}.md", *OUT.glob(f"cheatsheet-*.{lang}.md")]:
        text = re.sub(r"```.*?```", "", file.read_text("utf-8"), flags=re.DOTALL)
        found = [markdown.anchor(re.sub(r"[`\\]", "", heading)) for heading in re.findall(r"^#{1,6} (.*)$", text, re.MULTILINE)]
        assert len(found) == len(set(found))
        anchors[file.name] = found
        for link in re.findall(r"\]\(<?([^)>]*)>?\)", re.sub(r"`[^`]*`", "", text)):
            written.append(f"{file.name}{link}" if link.startswith("#") else link)

    assert [name for name, found in ids.items() if len(found) != len(set(found))] == []
    assert [(name, link) for name, link in links if link.startswith("#") and link[1:] not in ids[name]] == []
    places = {**ids, **anchors}
    local = {link.partition("#") for link in [*(link for _, link in links), *written] if not link.startswith(("#", "http"))}
    other = [(name, place) for name, _, place in local if place and name in places and place not in places[name]]
    assert other == []
    assert [name for name, _, _ in local if not (OUT / name).is_file()] == []
    assert len(local) > 1500


READMES = [*ROOT.glob("README*.md")]
WRITTEN = [path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")) if path not in READMES]
MADE = [path for name in ("cheatsheet", "cheatsheet-vllm") for path in OUT.glob(f"{name}.*.md")]
LARGEST = [*OUT.glob("cheatsheet-litellm.*.md")]


@pytest.mark.parametrize(
    ("off", "files"),
    mostly_slow(
        {
            "readmes": ("md013,md014,md033", READMES),
            "written": ("md013,md014", WRITTEN),
            "made": ("md013,md014", MADE),
            "largest": ("md013,md014", LARGEST),
        },
        quick=["readmes"],
        every_script=["largest"],
    ),
)
def test_markdown_passes_a_linter(off: str, files: list[Path]) -> None:
    """pymarkdown finds nothing in either language, but for long lines (commands are not broken) and MD014, which takes
    the output `$DEMO_USER` for a prompt. The pages of one server stand for those of all; only the READMEs hold HTML, a picture."""
    assert [len(READMES), len(WRITTEN), len(MADE), len(LARGEST)] == [2, 5, 4, 2]
    command = [sys.executable, "-m", "pymarkdown", "--disable-rules", off, "--set", "plugins.md024.siblings_only=$!True", "scan"]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_front_matter_comes_on_request(tmp_path: Path) -> None:
    """`front_matter:` puts title, lang and its own keys before each Markdown page, as YAML that reads back: numbers as numbers."""
    file = tmp_path / "catalog.yaml"
    own = "nav: {en: 'a: b', zh: 参考}, nav_order: 3, weight: -0.5, most: 1.0e+16, toc: true, search: false, code: '007'"
    file.write_text((ROOT / "catalog.yaml").read_text() + f"front_matter: {{{own}}}\n")
    shutil.copytree(ROOT / "recorded", tmp_path / "recorded")
    renderer = Renderer(catalog.read(file))
    expected = {"nav": "参考", "nav_order": 3, "weight": -0.5, "most": 1e16, "toc": True, "search": False, "code": "007"}

    for page, title in (
        (renderer.page("cheatsheet.{lang}.md.j2", {"lang": "zh"}).text, "OpenAI API 兼容性：同样的请求，不同的服务"),
        (renderer.page("cheatsheet-{backend}.{lang}.md.j2", {"lang": "zh", "backend": "ollama"}).text, "Ollama"),
    ):
        assert page.startswith("---\n")
        read = yaml.safe_load(page.split("---\n")[1])
        assert read == {"title": title, "lang": "zh-CN", **expected}
        assert [type(value) for value in read.values()] == [str, str, *map(type, expected.values())]


def test_front_matter_holds_any_title(tmp_path: Path) -> None:
    """A colon, a quote and a # mean themselves."""
    file = tmp_path / "catalog.yaml"
    title = "a: 'b' \"c\" # d"
    data = {"title": title, "front_matter": {}, "backends": {"a": {"base_url": "http://h", "name": title, "endpoints": {"x": {}}}}}
    file.write_text(json.dumps({**data, "endpoints": {"x": {"method": "GET", "path": "/x"}}}))
    renderer = Renderer(catalog.read(file))

    for page in ("cheatsheet.{lang}.md.j2", "cheatsheet-{backend}.{lang}.md.j2"):
        front = renderer.page(page, {"lang": "en", "backend": "a"}).text.split("---\n")[1]
        assert yaml.safe_load(front) == {"title": title, "lang": "en"}


def test_headings_in_prose_are_none_of_the_page() -> None:
    """They are bold paragraphs: the page has an outline of its own."""
    assert prose_html.prose("# a\n\nb\n\nc\n===") == "<p><strong>a</strong></p>\n<p>b</p>\n<p><strong>c</strong></p>"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_in_a_browser(built_in: Renderer, browser: Any, tmp_path: Path, lang: str) -> None:
    """It asks the network for nothing, breaks no rule of its own policy, fits the screen and needs no JavaScript."""
    page, misdeeds = opened(browser, page_of(lang, "html"), tmp_path, java_script_enabled=False)
    wanted = [built_in.command(b, e, lang).text for b, e in in_groups(built_in)]

    for scheme, width in (("light", 1280), ("dark", 1280), ("light", 375), ("dark", 320)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        shown = page.evaluate("[...document.querySelectorAll('.cell pre.command')].map(block => block.innerText)")
        assert shown == wanted
        assert page.locator("html").bounding_box()["width"] == width
        assert misdeeds == []
    assert page.get_attribute("html", "lang") == LANGUAGES[lang]
    assert page.locator("h1").count() == 1 and page.locator("main").count() == 1
    assert page.locator("link[rel=alternate]").count() == 3


def contrast(first: str, second: str) -> float:
    """WCAG 2.2's contrast ratio of two rgb() colours."""

    def luminance(color: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(built_in: Renderer, browser: Any, tmp_path: Path, scheme: str) -> None:
    """Every element that holds text has at least 4.5:1 against what is behind it (WCAG AA)."""
    litellm = made("cheatsheet-litellm.en.html")
    page, _ = opened(browser, litellm, tmp_path, color_scheme=scheme)
    pairs = page.evaluate("""() => [...document.querySelectorAll('body *')]
      .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
      .map(e => { let b = e; while (b && getComputedStyle(b).backgroundColor === 'rgba(0, 0, 0, 0)') b = b.parentElement;
        return [getComputedStyle(e).color, getComputedStyle(b || document.body).backgroundColor, e.tagName + '.' + e.className]; })""")

    assert len(pairs) > 300
    assert sorted({what for front, back, what in pairs if contrast(front, back) < 4.5}) == []


def test_print_shows_everything(built_in: Renderer, browser: Any, tmp_path: Path) -> None:
    """On paper every command is there and nothing is cut off."""
    page, _ = opened(browser, page_of("en", "html"), tmp_path, viewport={"width": 700, "height": 900})
    page.emulate_media(media="print")

    assert page.evaluate("[...document.querySelectorAll('pre')].filter(p => p.scrollWidth > p.clientWidth || !p.offsetHeight).length") == 0
    assert len(page.pdf(format="A4")) > 50_000


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_catalog_stays_text_in_html(render: Callable[[Path], Renderer], browser: Any, tmp_path: Path, lang: str) -> None:
    """No dialog, no script, no element that a value brought along; commands read as written."""
    hostile = render(CATALOGS / "hostile.yaml")
    if lang not in hostile.catalog.languages:
        lang = hostile.catalog.languages[0]
    page, misdeeds = opened(browser, hostile.page("cheatsheet.all.{lang}.html.j2", {"lang": lang}).text, tmp_path)
    tags = set(page.evaluate("[...document.querySelectorAll('*')].map(e => e.localName)"))
    attributes = set(
        page.evaluate("[...document.querySelectorAll('*')].filter(e => !e.matches('html')).flatMap(e => e.getAttributeNames())")
    )

    assert misdeeds == []
    assert tags <= TAGS
    assert attributes <= ATTRIBUTES
    assert [
        link
        for link in page.evaluate("[...document.links].map(a => a.getAttribute('href'))")
        if not re.match(r"https?:|#|[a-z0-9.-]+$", link)
    ] == []
    shown = page.evaluate("[...document.querySelectorAll('.cell pre.command')].map(e => e.textContent)")
    wanted = [hostile.command(b, e).text for b, e in in_groups(hostile)]
    assert shown == wanted


def test_hostile_catalog_stays_text_in_markdown(render: Callable[[Path], Renderer]) -> None:
    """Read by a CommonMark parser that allows HTML, the page has no HTML, the right headings and every command whole."""
    from markdown_it import MarkdownIt

    hostile = render(CATALOGS / "hostile.yaml")
    lang = hostile.catalog.languages[0]
    written = [hostile.page("cheatsheet-{backend}.{lang}.md.j2", {"lang": lang, "backend": name}).text for name in hostile.catalog.backends]
    written.append(hostile.page("cheatsheet.{lang}.md.j2", {"lang": lang}).text)
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse("\n".join(written))
    inline = [child for token in tokens for child in token.children or ()]
    blocks = [token.content.removesuffix("\n") for token in tokens if token.type == "fence"]

    assert [token.content for token in tokens + inline if token.type.startswith("html")] == []
    assert [
        child.attrGet("href")
        for child in inline
        if child.type == "link_open" and not re.match(r"https?://|#|[a-z0-9.-]+(#|$)", str(child.attrGet("href")))
    ] == []
    assert [token.tag for token in tokens if token.type == "heading_open"].count("h1") == 1 + len(hostile.catalog.backends)
    for backend, endpoint in cells(hostile):
        assert hostile.command(backend, endpoint).text in blocks
    tables = [token for token in tokens if token.type == "table_open"]
    assert len(tables) >= 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("<script>alert(1)</script>", r"\<script\>alert(1)\</script\>"),
        ("`a` and ``b`c``", "`a` and ``b`c``"),
        ("[x](javascript:alert(1))", r"\[x\](javascript:alert(1))"),
        ("[x](https://example.com/a)", "[x](<https://example.com/a>)"),
        ("![x](https://example.com/a.png)", "![x](<https://example.com/a.png>)"),
        ("# heading", "**heading**"),
        ("- a\n- b\n\n  c", "- a\n- b\n\n  c"),
        ("1. a\n2. b", "1. a\n2. b"),
        ("> quoted\n> more", "> quoted\n> more"),
        ("```\nunclosed", "```text\nunclosed\n```"),
        ("*em* **strong**", "*em* **strong**"),
        ("a\\\nb", "a\\\nb"),
        ("a * b | c", r"a \* b \| c"),
        ("中文一行\n接着写", "中文一行接着写"),
        ("中文 English\nand more", "中文 English\nand more"),
    ],
)
def test_prose_in_markdown(text: str, expected: str) -> None:
    """Prose is written anew: what it means stays, what would break the page around it does not."""
    assert markdown.prose(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "# a",
        "###### a",
        "#",
        "- a",
        "+ a",
        "-",
        "1. a",
        "12) a",
        "1.",
        "===",
        "&amp; &#65; &x",
        "*a* _b_ ~~c~~",
        "[a](b) <b> <http://c>",
        "a | b",
        "`a` \\*",
    ],
)
def test_a_plain_text_means_itself_in_markdown(text: str) -> None:
    """Read back by CommonMark, it is one paragraph that holds these very letters."""
    from markdown_it import MarkdownIt

    opened, inline, closed = MarkdownIt("commonmark").enable("strikethrough").parse(markdown.escaped(text))

    assert (opened.type, closed.type) == ("paragraph_open", "paragraph_close")
    assert {child.type for child in inline.children or ()} <= {"text", "text_special"}
    assert "".join(child.content for child in inline.children or ()) == text


@pytest.mark.parametrize("text", ["`", "``", "a`b", " `x` ", "", "|", "<b>"])
def test_code_span_holds_anything(text: str) -> None:
    """Read back by CommonMark, a code span is the text (a blank one shows as a blank)."""
    from markdown_it import MarkdownIt

    (paragraph,) = [token for token in MarkdownIt("commonmark").parse(markdown.code(text)) if token.type == "inline"]
    (span,) = paragraph.children or ()

    assert (span.type, span.content.strip("\u00a0 ")) == ("code_inline", text.strip())


@pytest.mark.parametrize("text", ["x | y", "a|b||", r"grep 'a\|b'", r"\\|\|", "a ` | `` b", r"`\|`"])
def test_a_row_holds_its_cells(text: str) -> None:
    """Whatever bars and backslashes stand in them, in code too."""
    from markdown_it import MarkdownIt

    row = markdown.row([markdown.escaped(text), markdown.code(text), f"{markdown.escaped(text)}: {markdown.code(text)}"])
    tokens = MarkdownIt("commonmark").enable("table").parse(f"| a | b | c |\n| --- | --- | --- |\n{row}\n")

    cells = [token for token in tokens if token.type == "inline"][3:]  # behind the heads
    assert ["".join(child.content for child in cell.children or ()) for cell in cells] == [text, text, f"{text}: {text}"]


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [("Ports & keys", "ports--keys"), ("What now? (1)", "what-now-1"), ("第一步：安装", "第一步安装"), ("a_b-c D", "a_b-c-d")],
)
def test_anchors_are_those_of_github(heading: str, anchor: str) -> None:
    """Small letters, no punctuation, a - for each blank."""
    assert markdown.anchor(heading) == anchor


def test_shown_json_is_the_json() -> None:
    """Opened up for reading, JSON means the same; on one line where it fits."""
    value = {"a": [1, {"b": "x" * 70}, []], "c": {}, "d": "\u202e\ud800\u2028"}

    assert json.loads(json_text.pretty(value)) == value
    assert json_text.pretty({"a": [1, 2]}) == '{"a": [1, 2]}'
    assert json_text.pretty(value).isprintable() or "\n" in json_text.pretty(value)
    assert "\\u202e" in json_text.pretty(value) and "\\ud800" in json_text.pretty(value)
