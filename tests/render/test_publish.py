"""What a published site needs beside its pages: whole addresses, a sitemap, llms.txt, and workflows that run what there is."""

from __future__ import annotations

import functools
import html
import re
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from conftest import CATALOGS, OUT, ROOT, every_script, slow

from generator import catalog
from generator.cli.main import main
from generator.render.renderer import Renderer

README = (ROOT / "README.md").read_text("utf-8")
TAGS = {"en": "en", "zh": "zh-CN"}
SITE_URLS = ("https://example.com", "http://10.0.0.1:8080/a'b&c(d)/")
# What an address has of signs is written in the same way for each catalog.
PUBLISHED = [
    slow("catalog.yaml", SITE_URLS[0]),
    every_script("catalog.yaml", SITE_URLS[1]),
    *(("hostile.yaml", site_url) for site_url in SITE_URLS),
]
each_published = pytest.mark.parametrize(("name", "site_url"), PUBLISHED)
each_catalog = pytest.mark.parametrize("name", [slow("catalog.yaml"), "hostile.yaml"])
SITEMAP = {"": "http://www.sitemaps.org/schemas/sitemap/0.9", "xhtml": "http://www.w3.org/1999/xhtml"}


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Mapping[str, str]]:
    """The pages of a catalog that says where they are published, if need be with its scripts, made once for each address."""

    @functools.cache
    def pages(site_url: str | None, name: str = "catalog.yaml", *, scripts: bool = False) -> Mapping[str, str]:
        if (site_url, name) == (None, "catalog.yaml"):  # test_out sees that they are fresh
            return {path.name: path.read_text("utf-8") for path in OUT.iterdir() if path.name != ".curlsheet"}
        file = tmp_path_factory.mktemp("site") / "catalog.yaml"
        text = (ROOT / name if name == "catalog.yaml" else CATALOGS / name).read_text("utf-8")
        text = "\n".join(line for line in text.splitlines() if not line.startswith("tested:"))
        shutil.copytree(ROOT / "recorded", file.parent / "recorded")
        file.write_text(text + (f"\nsite_url: {yaml.dump(site_url)}" if site_url else "\n"), "utf-8")
        return {page.path: page.text for page in Renderer(catalog.read(file)).pages(only=lambda axes: scripts or "endpoint" not in axes)}

    return pages


def links(page: str) -> dict[str, str]:
    """What a page's head says of itself and of the other languages: canonical, and each hreflang."""
    found = {}
    for link in re.findall(r"<link ([^>]*)>", page):
        attributes = {name: html.unescape(value) for name, value in re.findall(r'([a-z]+)="([^"]*)"', link)}
        found[attributes.get("hreflang", attributes["rel"])] = attributes["href"]
    return found


def alternates(path: str, base: str = "") -> dict[str, str]:
    """The same page in all languages. The start page is the overview; without a language of theirs, readers come to it."""
    stem = "cheatsheet" if path == "index.html" else path.rsplit(".", 2)[0]
    default = "index.html" if stem == "cheatsheet" else f"{stem}.en.html"
    return {tag: f"{base}{stem}.{lang}.html" for lang, tag in TAGS.items()} | {"x-default": f"{base}{default}"}


def html_pages(pages: Mapping[str, str]) -> list[str]:
    """The paths of the HTML pages."""
    return sorted(path for path in pages if path.endswith(".html"))


@each_published
def test_pages_name_their_own_address(published: Callable[..., Mapping[str, str]], name: str, site_url: str) -> None:
    """With site_url, canonical, og:url and hreflang links are whole, with or without a / at its end."""
    pages = published(site_url, name)
    base = site_url.rstrip("/") + "/"

    assert len(html_pages(pages)) > 5
    for page in html_pages(pages):
        assert links(pages[page]) == {"canonical": f"{base}{page}", **alternates(page, base)}, page
        assert html.unescape(re.findall(r'<meta property="og:url" content="([^"]*)">', pages[page])[0]) == f"{base}{page}"


def test_pages_without_site_url_stay_relative() -> None:
    """No canonical link, no sitemap, and links that work wherever the files lie."""
    pages = {path.name: path.read_text("utf-8") for path in OUT.glob("*.html")}

    assert {page: links(text) for page, text in pages.items()} == {page: alternates(page) for page in pages}
    assert "og:url" not in "".join(pages.values())
    assert not (OUT / "sitemap.xml").exists()


@each_catalog
def test_pages_say_what_they_are_about(published: Callable[..., Mapping[str, str]], name: str) -> None:
    """Each has a title that no other page of its language has; og: tags say the same as title and description."""
    pages = published(None, name)
    for lang, tag in TAGS.items():
        titles = []
        for page in html_pages(pages):
            if page.endswith(f".{lang}.html"):
                head = pages[page].partition("</head>")[0]
                tags = dict(re.findall(r'<meta (?:name|property)="([a-z:]+)" content="([^"]*)">', head))
                titles += re.findall("<title>(.*?)</title>", head, re.DOTALL)
                assert tags["og:title"] == titles[-1]
                assert tags.get("og:description") == tags.get("description")
                assert tags["og:locale"] == tag.replace("-", "_")
        assert len(titles) > 2
        if name == "catalog.yaml":  # in the other one, a server is called as all of it
            assert len(titles) == len(set(titles))
            assert any(title.startswith("Ollama · ") for title in titles)


@each_published
def test_sitemap(published: Callable[..., Mapping[str, str]], name: str, site_url: str) -> None:
    """It is well-formed XML, and lists every HTML page there is with its other languages."""
    pages = published(site_url, name)
    base = site_url.rstrip("/") + "/"
    root = ElementTree.fromstring(pages["sitemap.xml"])
    urls = root.findall("url", SITEMAP)
    listed = [url.findtext("loc", "", SITEMAP) for url in urls]

    assert root.tag == f"{{{SITEMAP['']}}}urlset"
    assert listed[:3] == [f"{base}{page}" for page in ("index.html", "cheatsheet.en.html", "cheatsheet.zh.html")]
    assert sorted(listed) == [f"{base}{page}" for page in html_pages(pages)]
    for place, url in zip(listed, urls, strict=True):
        found = url.findall("xhtml:link", SITEMAP)
        assert {link.get("hreflang"): link.get("href") for link in found} == alternates(place.removeprefix(base), base)
        assert {link.get("rel") for link in found} == {"alternate"}


def test_sitemap_lists_the_pages_of_groups(tmp_path: Path) -> None:
    """A server with very many commands has a page for each of its groups."""
    cells = {f"call-{n}": {"group": "even" if n % 2 == 0 else "odd"} for n in range(90)}
    data = {
        "site_url": "https://example.com",
        "groups": {"even": {"title": "Even"}, "odd": {"title": "Odd"}},
        "backends": {"forge": {"base_url": "http://forge", "endpoints": {name: {} for name in cells}}},
        "endpoints": {name: {"method": "GET", "path": f"/{name}", **cell} for name, cell in cells.items()},
    }
    (tmp_path / "catalog.yaml").write_text(yaml.dump(data), "utf-8")
    pages = {page.path: page.text for page in Renderer(catalog.read(tmp_path / "catalog.yaml")).pages(lambda axes: "endpoint" not in axes)}
    listed = re.findall("<loc>https://example.com/(.*)</loc>", pages["sitemap.xml"])

    assert {"cheatsheet-forge.even.en.html", "cheatsheet-forge.odd.en.html"} <= set(listed)
    assert sorted(listed) == html_pages(pages)


@pytest.mark.parametrize(("name", "site_url"), [*PUBLISHED, slow("catalog.yaml", None), ("hostile.yaml", None)])
def test_llms_txt(published: Callable[..., Mapping[str, str]], name: str, site_url: str | None) -> None:
    """As llmstxt.org has it: a title, a quote, then sections with links to Markdown pages that exist; all of them are there."""
    pages = published(site_url, name)
    base = f"{site_url.rstrip('/')}/".replace("(", "%28").replace(")", "%29") if site_url else ""
    blocks = pages["llms.txt"].removesuffix("\n").split("\n\n")
    found = []
    for block in blocks[2:]:
        for line in block.split("\n"):
            link = re.fullmatch(r"- \[.+\]\(([^()\s]+)\): \S.*", line)
            assert link or re.fullmatch("## .+", line), line
            found += [link[1]] if link else []

    assert [block.split(" ")[0] for block in blocks[:2]] == ["#", ">"] and "\n" not in blocks[0] + blocks[1]
    assert [block for block in blocks[2:] if block.startswith("## ")] == ["## English", "## 中文"]
    assert sorted(found) == sorted(f"{base}{path}" for path in pages if path.endswith(".md") and path != "index.md")


def test_site_url_is_not_inherited(tmp_path: Path) -> None:
    """A team's pages are published elsewhere than those of the catalog that it extends."""
    (tmp_path / "base.yaml").write_text(
        "site_url: https://example.com\nbackends:\n  one: {base_url: http://localhost:1, endpoints: {x: {}}}\n"
        "endpoints:\n  x: {method: GET, path: /x}\n"
    )
    (tmp_path / "team.yaml").write_text("extends: base.yaml\n")

    assert catalog.read(tmp_path / "base.yaml").site_url == "https://example.com"
    assert catalog.read(tmp_path / "team.yaml").site_url is None


def test_a_page_on_which_nothing_stands_is_not_made(tmp_path: Path) -> None:
    """So a template says that it has nothing to say."""
    (tmp_path / "{backend}.txt.j2").write_text("{% if backend.id == 'ollama' %}\nhere\n{% endif %}\n\n")
    pages = {page.path for page in Renderer(catalog.read(CATALOGS / "thirteen.yaml"), tmp_path).pages()}

    assert {path for path in pages if path.endswith(".txt")} == {"ollama.txt", "llms.txt"}


# Workflows

WORKFLOWS = [*sorted((ROOT / ".github" / "workflows").glob("*.yml")), ROOT / ".gitlab-ci.yml"]
PAGES_GITHUB = ROOT / ".github" / "workflows" / "pages.yml"


def read(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), yaml.BaseLoader)  # in which `on` is a text


def lines(workflow: Any) -> Iterator[str]:
    """What a workflow runs, line by line."""
    for job in workflow.get("jobs", {"": {}}).values():
        yield from (line for step in job.get("steps", ()) for line in step.get("run", "").splitlines())
    for job in workflow.values():
        if isinstance(job, dict) and "script" in job:
            yield from (line for part in job["script"] for line in part.splitlines())


def commands(path: Path) -> list[list[str]]:
    return [shlex.split(part) for line in lines(read(path)) for part in line.split("&&") if part.strip()]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_runs_what_exists(path: Path) -> None:
    """Each command is a make target, a file here, a curlsheet subcommand with options of its own, or installs from apt or pip."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    wrong = []
    for program, *words in commands(path):
        if program == "sudo":
            program, *words = words
        match program:
            case "make":
                right = set(words) <= targets
            case "curlsheet":
                known = main.get_command(click.Context(main), words[0])
                options = {option for parameter in known.params for option in parameter.opts} if known else set()
                right = known is not None and {word for word in words[1:] if word.startswith("-")} <= options
            case "apt-get":
                right = words[0] in ("update", "install")
            case "pip":
                right = words[0] == "install"
            case _:
                right = (ROOT / program).is_file()
        wrong += [] if right else [[program, *words]]

    assert wrong == []
    assert commands(path)


@pytest.mark.parametrize(("path", "folder"), [(PAGES_GITHUB, "site"), (ROOT / ".gitlab-ci.yml", "public")], ids=["github", "gitlab"])
def test_pages_are_checked_before_they_are_published(path: Path, folder: str) -> None:
    """Both check out/ and what the pages show, and publish a build of their own."""
    ran = [" ".join(command[:3]) for command in commands(path) if command[0] == "curlsheet"]

    assert ran == ["curlsheet build --check", "curlsheet verify", f"curlsheet build --out {folder}".rsplit(" ", 1)[0]]
    assert ["curlsheet", "build", "--out", folder] in commands(path)
    assert folder in str(read(path))


def test_github_pages_may_do_no_more_than_they_must() -> None:
    """Only main is published; only the job that publishes may write, and only to the pages."""
    workflow = read(PAGES_GITHUB)
    jobs = workflow["jobs"]
    used = [step["uses"].split("@")[0] for job in jobs.values() for step in job["steps"] if "uses" in step]

    assert workflow["on"]["push"] == {"branches": ["main"]} and set(workflow["on"]) <= {"push", "workflow_dispatch"}
    assert workflow["permissions"] == {}
    assert {name: job["permissions"] for name, job in jobs.items()} == {
        "build": {"contents": "read"},
        "deploy": {"pages": "write", "id-token": "write"},
    }
    assert all(job["if"] == "github.ref == 'refs/heads/main'" for job in jobs.values())
    assert jobs["deploy"]["needs"] == "build"
    assert used == ["actions/checkout", "actions/setup-python", "actions/upload-pages-artifact", "actions/deploy-pages"]
    assert next(step["with"] for step in jobs["build"]["steps"] if "checkout" in step.get("uses", "")) == {"persist-credentials": "false"}


def test_gitlab_pages_are_those_of_the_default_branch() -> None:
    """The job is called pages, and keeps public/."""
    job = read(ROOT / ".gitlab-ci.yml")["pages"]

    assert job["rules"] == [{"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"}]
    assert job["artifacts"] == {"paths": ["public"]}


# MkDocs


@pytest.mark.slow
@pytest.mark.parametrize("name", ["catalog.yaml", "hostile.yaml"])
def test_mkdocs_shows_the_markdown_as_it_is(published: Callable[..., Mapping[str, str]], name: str, tmp_path: Path) -> None:
    """With the settings of the README its strict build finds every link and anchor, and each code block is one, letter for letter.

    The overview is the start page, and the names of servers stand below their languages.
    """
    pages = published(None, name, scripts=True)
    done = built_by_mkdocs(tmp_path, pages)
    start = (tmp_path / "site" / "index.html").read_text("utf-8")

    if name == "catalog.yaml":  # it makes other anchors than GitHub of titles full of signs
        assert done.returncode == 0, done.stdout
        assert re.search(r'<h1 id="[^"]*">OpenAI API compatibility', start) and "location.replace" not in start
        menus = dict(re.findall(r'<li class="nav-item dropdown">\s*<a [^>]*>(.*?)</a>\s*<ul(.*?)</ul>', start, re.DOTALL))
        assert list(menus) == ["English", "中文"]
        assert [re.findall(r'href="(cheatsheet-ollama\.\w+)/"', menu) for menu in menus.values()] == [
            ["cheatsheet-ollama.en"],
            ["cheatsheet-ollama.zh"],
        ]
    assert not (tmp_path / "site" / "cheatsheet.en.html").exists()
    for path, text in pages.items():
        if path.endswith(".md"):
            folder = tmp_path / "site" / ("" if path == "index.md" else path.removesuffix(".md"))
            made = (folder / "index.html").read_text("utf-8")
            shown = [
                html.unescape(re.sub("<[^>]+>", "", block)) for block in re.findall(r"<pre><code[^>]*>(.*?)</code></pre>", made, re.DOTALL)
            ]
            blocks = [f"{block}\n".expandtabs(4) for _, block in re.findall(r"^(`{3,})\w*\n(.*?)\n\1$", text, re.DOTALL | re.MULTILINE)]
            assert shown == blocks, path


@pytest.mark.slow
@pytest.mark.parametrize("link", ["[x](cheatsheet.en.md#nowhere)", "[x](nobody.sh)"])
def test_mkdocs_refuses_a_link_to_nowhere(published: Callable[..., Mapping[str, str]], link: str, tmp_path: Path) -> None:
    """Or the test above would prove nothing."""
    pages = published(None, "thirteen.yaml", scripts=True)
    page = "cheatsheet-ollama.en.md"

    assert "Aborted with 1 warnings in strict mode" in built_by_mkdocs(tmp_path, {**pages, page: f"{pages[page]}\n{link}\n"}).stdout


def built_by_mkdocs(folder: Path, pages: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """What `mkdocs build --strict` says of these pages, set up as the README shows."""
    (settings,) = [block for block in re.findall(r"```yaml\n(.*?)```", README, re.DOTALL) if "INHERIT" in block]
    (folder / "mkdocs.yml").write_text(settings, "utf-8")
    (folder / "out").mkdir()
    for path, text in pages.items():
        (folder / "out" / path).write_text(text, "utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    return subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
