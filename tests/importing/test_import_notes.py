"""Notes in all the ways in which people write them: each command with its words, its line and its sample."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from found import path_in_words

from generator.importing import notes
from generator.importing.builder import build
from generator.importing.model import Found, FoundRequest, FoundWords

SOURCES = Path(__file__).with_name("sources")


def read(text: str, file: str = "page.md") -> list[FoundRequest]:
    """The requests of a text, which has nothing else in it."""
    found = notes.read(text, file)
    requests = [item for item in found if isinstance(item, FoundRequest)]
    assert requests == found
    return requests


def of_file(name: str) -> list[FoundRequest]:
    return read((SOURCES / name).read_text("utf-8"), name)


def words(found: FoundRequest) -> tuple[Any, ...]:
    return (found.source.line, found.title, found.about, found.group)


def test_a_page_of_a_wiki() -> None:
    """Headings, the paragraphs before blocks, comments in a block, answers, lists, indented code, HTML and code in a sentence."""
    found = of_file("team.en.md")

    assert [(item.method, path_in_words(item), *words(item)) for item in found] == [
        ("GET", "/api/v2/items", 20, "List what is in stock", None, "Items"),
        ("GET", "/api/v2/items/<id>", 27, "Look one item up", None, "Items"),
        ("POST", "/api/v2/orders", 42, "Create an order",
         "Orders above 500 pieces need a second signature. The warehouse answers within a minute.", "Orders"),
        ("GET", "/api/v2/orders/<ORDER>/events", 53, "Follow an order", "Then watch it; every change is an event.", "Orders"),
        ("GET", "/health", 63, "Is it up?", None, "Administration"),
        ("DELETE", "/cache", 65, "Empty the cache", None, "Administration"),
        ("GET", "/version", 68, None, None, "Administration"),
        ("GET", "/old", 71, "Old way", None, "Administration"),
    ]  # fmt: skip
    assert {item.language for item in found} == {"en"}
    assert [item.sample for item in found[:4]] == [
        None,
        {"id": 4711, "name": "Shelf bracket", "shelf": "B-12"},
        None,
        [{"state": "picked"}, {"state": "sent"}],
    ]
    assert found[3].response == "events"


def test_the_same_page_in_chinese() -> None:
    """The words are in Chinese, without numbers and colons; the requests are the same."""
    found, english = of_file("team.zh.md"), of_file("team.en.md")

    assert [words(item) for item in found] == [
        (20, "列出有库存的货品", None, "货品"),
        (27, "查询一件货品", None, "货品"),
        (42, "新建订单", "超过五百件的订单需要第二个人签字。", "订单"),
    ]
    assert {item.language for item in found} == {"zh"}
    assert [(item.method, item.path, item.query, item.body) for item in found] == [
        (item.method, item.path, item.query, item.body) for item in english[:3]
    ]


def test_plain_text() -> None:
    """Commands between sentences with apostrophes; a body with an empty line in it; underlined headings; an answer."""
    found = of_file("notes.txt")

    assert [(item.method, path_in_words(item), *words(item)) for item in found] == [
        ("GET", "/queue", 9, "Printer queue", "They say it's easiest to ask the queue directly. Don't forget the floor.", None),
        ("DELETE", "/queue/7", 15, "A job is taken out like this (it doesn't ask again)", None, "Printer queue"),
        ("POST", "/toner", 19, "Printer queue", "That's all. Bob's sheet says the toner is here.", None),
    ]
    assert found[0].sample == {"jobs": [{"id": 7, "state": "waiting"}]}
    assert found[2].body is not None and found[2].body.value == {"floor": 3, "colour": "black"}


def test_a_shell_file() -> None:
    """Comments above commands are titles, those that divide the file groups."""
    assert [words(item) for item in of_file("commands.sh")] == [
        (9, "Start a build", None, "Builds"),
        (12, "The last ten builds", None, "Builds"),
        (18, "Publish needs two approvals", None, "Releases"),
    ]


def test_a_page_in_html() -> None:
    """Headings, paragraphs, highlighted code and code in a sentence; nothing of scripts."""
    found = of_file("page.html")

    assert [(path_in_words(item), *words(item)) for item in found] == [
        ("/forecast", 7, "Forecast", "The forecast for a city, hour by hour.", None),
        ("/cities", 9, None, None, "Forecast"),
    ]
    assert found[0].query[1][0] == "hours"


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("## 3. List *all* models:", "List all models"),
        ("## 3.1 List models", "List models"),
        ("## Step 2: Log in", "Log in"),
        ("## 第一章 登录：", "登录"),
        ("## （二）登录", "登录"),
        ("## `GET /v1/models` {#models}", "GET /v1/models"),
        ("## [Models](https://example.com/models) ##", "Models"),
        ("## 404", "404"),
        ("Models\n------", "Models"),
    ],
)
def test_titles_are_clean(heading: str, title: str) -> None:
    """Numbers, marks of Markdown, anchors and colons are no part of a title."""
    (found,) = read(f"{heading}\n\n```\ncurl http://localhost/x\n```\n")

    assert found.title == title


@pytest.mark.parametrize(
    "page",
    [
        "## List models\n\n## 列出模型\n\nShows them.\n\n显示它们。\n\n```\ncurl http://localhost/x\n```\n",
        "## List models / 列出模型\n\nShows them.\n\n显示它们。\n\n```\ncurl http://localhost/x\n```\n",
    ],
)
def test_two_languages_for_one_command(page: str) -> None:
    """Headings and paragraphs that say the same in both languages, above one block."""
    (found,) = read(page)

    assert (found.language, found.title, found.about) == ("en", "List models", "Shows them.")
    assert found.also == (FoundWords("zh", "列出模型", "显示它们。", None),)


def test_two_sections_in_two_languages() -> None:
    """A page with the same notes twice gives each command twice, in each language."""
    page = "# Models\n\nAll of them:\n\n```\ncurl http://localhost/x\n```\n\n# 模型\n\n全部：\n\n```\ncurl http://localhost/x\n```\n"

    assert [(item.language, item.title, item.about) for item in read(page)] == [("en", "Models", "All of them."), ("zh", "模型", "全部。")]


def test_a_name_is_in_the_language_of_its_page() -> None:
    """A heading that is a name, in a Chinese page, is no English title."""
    page = "# 接口说明\n\n以下是接口。\n\n## Embeddings\n\n```\ncurl http://localhost/x\n```\n"

    assert [(item.language, item.title) for item in read(page)] == [("zh", "Embeddings")]


@pytest.mark.parametrize(
    ("behind", "sample"),
    [
        ("```json\n{\"a\": 1}\n```", {"a": 1}),
        ("Response:\n\n```\n{\"a\": 1}\n```", {"a": 1}),
        ("返回：\n\n```json\n{\"a\": 1}\n```", {"a": 1}),
        ("```http\nHTTP/1.1 200 OK\nContent-Type: application/json\n\n{\"a\": 1}\n```", {"a": 1}),
        ("```json\n{\"a\": 1, // a number\n \"b\": [1, 2, ...]}\n```", {"a": 1, "b": [1, 2]}),
        ("```json\n{\"a\": 1}\n{\"a\": 2}\n```", [{"a": 1}, {"a": 2}]),
        ("```\ndata: {\"a\": 1}\n\ndata: [DONE]\n```", [{"a": 1}]),
        ("```python\n{\"a\": 1}\n```", None),
        ("Save the request as body.json:\n\n```json\n{\"a\": 1}\n```", None),
        ("Some words about something else.\n\n```json\n{\"a\": 1}\n```", None),
        ("## Next\n\n```json\n{\"a\": 1}\n```", None),
        ("```json\n{\"a\": \n```", None),
    ],
)  # fmt: skip
def test_the_block_behind_a_command_is_its_answer(behind: str, sample: Any) -> None:
    """If it is JSON, events or lines, and nothing says that it is something else."""
    (found,) = read(f"# T\n\n```bash\ncurl http://localhost/x\n```\n\n{behind}\n")

    assert found.sample == sample


def test_headings_that_say_nothing_are_passed_over() -> None:
    """`Example` and `Request` stand for the heading above, and `Response` says that an answer follows."""
    page = (
        "# API\n\n## Pets\n\n### List pets\n\nAll that are there.\n\n#### Parameters\n\nThese:\n\n- `a`: x\n- `b`: y\n\n#### Example\n\n"
        "##### Request\n\n```\ncurl http://localhost/pets\n```\n\n##### Response\n\nA stream of JSON objects is returned:\n\n"
        '```json\n{"a": 1}\n```\n\nThe last one in the stream says so.\n\n```json\n{"b": 2}\n```\n\nMore words.\n'
    )
    (found,) = read(page)

    assert (found.title, found.about, found.group) == ("List pets", "All that are there.", "Pets")
    assert (found.response, found.sample) == ("lines", [{"a": 1}, {"b": 2}])


def test_paragraphs_before_blocks_tell_them_apart() -> None:
    """`To list them, use:` is the title `List them`, where a heading has several commands; a list before a block is not about it."""
    page = (
        "# API\n\n## Pets\n\nTo list them, use:\n\n```\ncurl http://localhost/pets\n```\n\nFor example, to take one out:\n\n"
        "```\ncurl -X DELETE http://localhost/pets/1\n```\n\n## Owners\n\nThey have:\n\n- a name\n- a pet\n\n"
        "```\ncurl http://localhost/owners\n```\n"
    )

    assert [words(item)[1:] for item in read(page)] == [
        ("List them", None, "Pets"),
        ("Take one out", None, "Pets"),
        ("Owners", None, None),
    ]


@pytest.mark.parametrize(
    "page",
    [
        '# T\n\n<Tabs>\n  <Tab title="curl">\n    ```shell\n    curl http://localhost/x\n    ```\n  </Tab>\n</Tabs>\n',
        '# T\n\n=== "curl"\n\n    ```shell\n    curl http://localhost/x\n    ```\n\n',
        "# T\n\n<details>\n```shell\n\n\ncurl http://localhost/x\n```\n</details>\n",
        "# T\n\n> [!NOTE]\n> Say:\n>\n> ```shell\n> curl http://localhost/x\n> ```\n",
        "T\n=\n\n.. code-block:: bash\n\n   curl http://localhost/x\n",
        "= T\n\n[source,bash]\n----\n\ncurl http://localhost/x\n----\n",
    ],
)
def test_commands_in_the_tags_of_other_tools(page: str) -> None:
    """Tabs of MDX and MkDocs, details, quotes, reStructuredText, AsciiDoc: the command and its line are found."""
    (found,) = read(page, "page.mdx" if page.startswith("#") else "page.rst")

    line = next(number for number, text in enumerate(page.split("\n"), 1) if "curl http" in text)
    assert (found.path.plain, found.source.line) == ("/x", line)


def test_the_output_of_a_filter_is_no_sample() -> None:
    """What jq prints is not what the server answers."""
    (found,) = read('```bash\ncurl http://localhost/x | jq .a\n```\n\n```json\n{"b": 1}\n```\n')

    assert found.sample is None


def test_variables_hold_across_the_blocks_of_a_file() -> None:
    """What one block sets is known in the next; a secret keeps its name."""
    page = '```\nBASE=http://localhost:1\nKEY_TOKEN=abc\n```\n\n```\ncurl $BASE/x -H "Authorization: Bearer $KEY_TOKEN"\n```\n'
    (found,) = read(page)

    assert found.base.plain == "http://localhost:1"
    assert next(part for part in found.headers[0][1].parts if not isinstance(part, str)).name == "KEY_TOKEN"


HOSTILE = {
    "BOM": "\ufeff# T\n\n```\ncurl http://localhost/x\n```\n",
    "CRLF": "# T\r\n\r\n```\r\ncurl http://localhost/x \\\r\n  -H 'A: b'\r\n```\r\n",
    "CR": "# T\r\r```\rcurl http://localhost/x\r```\r",
    "NUL": "# T\x00\n\n```\n# \x00\ncurl http://localhost/x\n```\n",
    "surrogates": "# T\udcff\n\n```\ncurl http://localhost/x\n```\n\udcff",
    "long line": "# T\n\n" + "word " * 4_000 + "w" * 200_000 + "\n\n```\ncurl http://localhost/x -d '" + "x" * 200_000 + "'\n```\n",
    "open fence": "# T\n\n```\ncurl http://localhost/x\n",
    "fence in a fence": "# T\n\n````\n```\ncurl http://localhost/x\n```\n````\n",
    "script": "# </script><script>\n\n```\ncurl http://localhost/x\n```\n",
    "open tags": "<pre><code><pre>curl http://localhost/x</code></pre>\n\n<b <i",
    "brackets": "[" * 5000 + "\n\n```\ncurl http://localhost/x\n```\n" + "](" * 5000,
    "quotes": ">" * 5000 + "\n\n```\ncurl http://localhost/x\n```\n",
    "emphasis": "*_" * 5000 + "a\n\n```\ncurl http://localhost/x\n```\n",
    "braces": "```\ncurl http://localhost/x\n```\n\n```json\n" + "[" * 20000 + "\n```\n",
    "equal sections": "# T\n\n" + "## A\n\nSay:\n\n```\ncurl http://localhost/x\n```\n\n" * 3,
    "headings": "#\n" * 3000 + "\n```\ncurl http://localhost/x\n```\n",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("file", ["page.md", "page.txt", "page.html", "page.sh", "-"])
def test_hostile_pages_are_read(name: str, file: str) -> None:
    """Whatever stands around a command: nothing fails, and in Markdown the command is found."""
    found: list[Found] = notes.read(HOSTILE[name], file)

    assert file != "page.md" or {item.path.plain for item in found if isinstance(item, FoundRequest)} == {"/x"}


def test_typographic_quotes_are_said() -> None:
    """A page whose quotes an editor has made typographic: each command says so."""
    page = "# T\n\ncurl http://localhost/x -H “Accept: text/csv” -d ‘{“a”: “b”}’\n"
    (found,) = notes.read(page, "page.md")

    assert (found.changes if isinstance(found, FoundRequest) else found.reasons) != ()


def test_a_command_that_is_commented_out_is_no_title() -> None:
    """It is told by itself; the comment above the other command is its title."""
    page = "# T\n\n```\n# curl http://localhost/old\ncurl http://localhost/x\n# The second\ncurl http://localhost/y\n```\n"
    found = [item for item in notes.read(page, "page.md") if isinstance(item, FoundRequest)]

    assert [(item.path.plain, item.title) for item in found] == [("/x", "T"), ("/y", "The second")]


@pytest.mark.parametrize(
    ("lines", "title", "about"),
    [
        (
            ("# Update the lamp (needs the version)", "# numeric format: 2.20+"),
            "Update the lamp (needs the version)",
            "numeric format: 2.20+",
        ),
        (("# Delete a lamp", "# It cannot be undone."), "Delete a lamp", "It cannot be undone."),
        (("# 创建灯（一次一盏）", "# type=2 表示吊灯"), "创建灯（一次一盏）", "type=2 表示吊灯"),
        (("# Delete what nobody needs", "# and never needed"), "Delete what nobody needs and never needed", None),
        (("# Delete lamps,", "# Also those of the cellar"), "Delete lamps, Also those of the cellar", None),
    ],
)
def test_a_comment_of_several_lines(lines: tuple[str, ...], title: str, about: str | None) -> None:
    """Its first line is the title, and the others what the command is about, unless the first goes on in the second."""
    block = "\n".join((*lines, "curl -X POST http://h.example/lamps/7"))
    (_, found) = notes.read(f"## House\n\n```bash\ncurl http://h.example/a\n{block}\n```\n", "page.md")

    assert isinstance(found, FoundRequest)
    assert (found.title, found.about) == (title, about)


def test_a_heading_without_words_is_a_rule() -> None:
    """`###` alone has no language, and no title: what stands around it keeps its own."""
    text = "## Delete a lamp\n\n```\ncurl -X DELETE http://h.example/a\n```\n\n###\n\n## List lamps\n\n```\ncurl http://h.example/b\n```\n"
    found = notes.read(text, "page.md")

    assert [(item.title, item.language) for item in found if isinstance(item, FoundRequest)] == [
        ("Delete a lamp", "en"),
        ("List lamps", "en"),
    ]
    assert all(item.sections == (item.title,) for item in found if isinstance(item, FoundRequest))


@pytest.mark.parametrize(
    ("heading", "prose", "languages"),
    [
        ("Listar clientes", "Devolve todos os clientes que não foram apagados.", ["en"]),
        ("Удалить", "Удаляет клиента.", ["en"]),
        ("List customers", "All of them.", ["en"]),
        ("列出客户", "所有客户。", ["zh"]),
        ("顧客の一覧", "すべての顧客。", ["en"]),
        ("17", "42.", None),
    ],
)
def test_pages_are_in_the_language_of_the_notes(heading: str, prose: str, languages: list[str] | None) -> None:
    """Around a third language stand the words of English alone."""
    built = build(notes.read(f"# API\n\n## {heading}\n\n{prose}\n\n```\ncurl http://a.example/x\n```\n", "page.md"))
    assert built.data.get("languages") == languages
