"""Pages as people have them: nothing is passed over without a word, answers go to their commands, marks of extensions are no words."""

from __future__ import annotations

from typing import Any

import pytest
from found import path_in_words

from generator.importing import notes
from generator.importing.builder import build
from generator.importing.model import Found, FoundRequest, NotImported


def read(text: str, file: str = "page.md") -> list[Found]:
    return notes.read(text, file)


def requests(text: str, file: str = "page.md") -> list[FoundRequest]:
    """The requests of a text in which every command is read."""
    found = read(text, file)
    asked = [item for item in found if isinstance(item, FoundRequest)]
    assert asked == found
    return asked


def samples(text: str) -> list[tuple[str, Any]]:
    return [(path_in_words(item), item.sample) for item in requests(text)]


# What a shell remembers.


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("  501  curl http://h.example/a\n  502  cd /opt\n  503  curl http://h.example/b\n", "history.txt"),
        ("```\n  501  curl http://h.example/a\n  502  cd /opt\n  503  curl http://h.example/b\n```\n", "page.md"),
        ("  501  curl http://h.example/a\n  502  cd /opt\n  503* curl http://h.example/b\n", "page.md"),
        ("    1  2026-11-01 10:00:00 curl http://h.example/a\n\n    2  2026-11-01 10:00:09 curl http://h.example/b\n", "history.txt"),
        (": 1700000000:0;curl http://h.example/a\n\n: 1700000001:12;curl http://h.example/b\n", "history.txt"),
        ("#1700000001\ncurl http://h.example/a\n#1700000002\ncurl http://h.example/b\n", "history"),
        ("- cmd: curl http://h.example/a\n  when: 1700000001\n- cmd: curl http://h.example/b\n  when: 1700000002\n", "history.txt"),
        ("```\n1 curl http://h.example/a\n2\n3 curl \\\n4   -s \\\n5   http://h.example/b\n```\n", "page.md"),
    ],
)
def test_a_history_is_read(text: str, file: str) -> None:
    """Numbers, dates and times before commands are no part of them, and no titles."""
    found = requests(text, file)

    assert [(path_in_words(item), item.title) for item in found] == [("/a", None), ("/b", None)]


def test_numbers_of_output_stay() -> None:
    """A table that a command prints does not make a history of the block."""
    (found,) = requests("```\ncurl http://h.example/words | wc\n      1       2      12\n      3  curl\n```\n")

    assert path_in_words(found) == "/words"


# Commands at unusual places.


@pytest.mark.parametrize(
    "text",
    [
        "All: `cat ids.txt | xargs -I{} curl -s http://h.example/a/{}` for each.\n",
        "- <code>curl http://h.example/a?x=1&amp;y=2</code>\n",
        'put() { curl -X PUT http://h.example/a/$1 -d "$2"; }\n',
        "check() {\n  curl -fsS http://h.example/a || echo down\n}\n",
    ],
)
def test_commands_behind_something_are_read(text: str) -> None:
    """Behind another program, in tags of HTML, in functions that nobody marked as code."""
    (found,) = requests(text)

    assert path_in_words(found).startswith("/a")
    assert found.title is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# A\n\nOne can ask it with curl -s http://h.example/x at any time.\n", 3),
        ('```python\nos.system("curl http://h.example/x")\n```\n', 2),
        ("<p>Or curl http://h.example/x\n</p>\n", 1),
        ("steps:\n  - run: curl http://h.example/x\n", 2),
        ("Or with curl \\\n  http://h.example/x\n", 1),
    ],
)
def test_what_is_not_read_is_told(text: str, line: int) -> None:
    """Each word `curl` that looks like a command's is imported, or left out with its line."""
    (found,) = read(text)

    assert isinstance(found, NotImported)
    assert (found.status, found.source.line) == ("left-out", line)
    assert found.source.text.startswith("curl")
    assert "seen, but not read" in found.reasons[0]


@pytest.mark.parametrize(
    "text",
    [
        "Use curl to ask https://h.example for it: [curl](https://curl.se); curl -X says the method.\n",
        "```\ncurl \\\n  http://h.example/x\n```\n",
        "```\nbash -c '\ncurl http://h.example/x\n'\n```\n",
        "<script>run('curl http://h.example/x')</script>\n",
    ],
)
def test_what_is_read_or_no_command_is_not_told(text: str) -> None:
    """Sentences about curl are no commands, and what is imported is not told again."""
    assert not [item for item in read(text) if isinstance(item, NotImported)]


# Answers.

ANSWER_FIRST = (
    '#### {0}\n\nReturns {0} of the configuration.\n\n```json\n{{"is": "{0}"}}\n```\n\nSample `curl` command:\n\n```\n'
    "curl http://h.example/{0}\n```\n\n"
)


@pytest.mark.parametrize("between", ["#### {0}\n", '<Endpoint path="/{0}" method="get">\n', "---\n"])
def test_answers_above_their_commands(between: str) -> None:
    """On a page that shows each answer before its command, no answer goes to the command above it, whatever divides the page."""
    page = "# All\n\n" + "".join(ANSWER_FIRST.format(name).replace(f"#### {name}\n", between.format(name)) for name in ("a", "b", "c"))

    assert samples(page) == [("/a", {"is": "a"}), ("/b", {"is": "b"}), ("/c", {"is": "c"})]
    assert [item.about or item.title for item in requests(page)][1].startswith("Returns b of the configuration")


def test_answers_of_both_kinds() -> None:
    """Where most sections have the answer below the command, one that has it above gets none."""
    below = '## {0}\n\n```\ncurl http://h.example/{0}\n```\n\nReturns:\n\n```json\n{{"is": "{0}"}}\n```\n\n'
    page = below.format("a") + ANSWER_FIRST.format("b").replace("####", "##") + below.format("c")

    assert samples(page) == [("/a", {"is": "a"}), ("/b", None), ("/c", {"is": "c"})]


def test_what_is_sent_is_no_answer() -> None:
    """JSON above a command that sends it is its body."""
    page = '## a\n\nReturns what it is sent:\n\n```json\n{"x": 1}\n```\n\n```\ncurl http://h.example/a --json \'{"x": 1}\'\n```\n'

    assert samples(page) == [("/a", None)]


def test_no_answer_crosses_a_component() -> None:
    """What stands behind a component's end belongs to no command in it; tabs and what is called an answer keep together."""
    command = "```\ncurl http://h.example/a\n```\n\n"
    answer = 'It returns:\n\n```json\n{"x": 1}\n```\n\n'

    assert samples(f"<Endpoint>\n\n{command}</Endpoint>\n\n{answer}") == [("/a", None)]
    assert samples(f'<Tabs>\n<TabItem value="curl">\n\n{command}</TabItem>\n<TabItem value="out">\n\n{answer}</TabItem>\n') == [
        ("/a", {"x": 1})
    ]
    assert samples(f"{command}<details>\n<summary>Response</summary>\n\n{answer}</details>\n") == [("/a", {"x": 1})]


# The marks of extensions.

TABS = """# Shop

## Orders

All of them:

=== "Command line (curl)"
    ```bash
    curl http://h.example/a \\
      -d '{
        "a": 1,

        "b": 2
      }'
    ```

=== "Python"

    ```python
    requests.get("http://h.example/a")
    ```

=== "Response"

    ```json
    {"orders": []}
    ```

!!! warning "Be careful"
    Deletes an order.

    ```
    curl -X DELETE http://h.example/b
    ```

1. First

    === "curl"

        ```
        curl http://h.example/c
        ```
"""


def test_tabs_and_notes_of_mkdocs() -> None:
    """What is indented below a tab or a note is read as the page's own; labels are no words, but for one that announces an answer."""
    found = requests(TABS)

    assert [(item.source.line, path_in_words(item), item.title, item.about) for item in found] == [
        (9, "/a", "All of them", None),
        (33, "/b", "Deletes an order", None),
        (41, "/c", "First", None),
    ]
    assert found[0].source.text.split("\n")[1:3] == ["  -d '{", '    "a": 1,']
    assert found[0].sample == {"orders": []}


@pytest.mark.parametrize(
    "marks",
    [
        (":::tip Good to know", ":::"),
        ('{% tab title="cURL" %}', "{% endtab %}"),
        ("{{< tab >}}", "{{< /tab >}}"),
        ("{: .copy }", "{:.x}"),
        ('!!! note "curl"', ""),
        ("??? quote", ""),
        ('=== "curl"', ""),
    ],
)
def test_marks_are_no_words(marks: tuple[str, str]) -> None:
    """Lines that only say where a tab or a note starts and ends are in no title and no sentence."""
    (found,) = requests(
        f"# Page\n\n## List\n\n{marks[0]}\n\nShows what is there. All of it.\n\n{marks[1]}\n\n```\ncurl http://h.example/a\n```\n"
    )

    assert (found.title, found.about) == ("List", "Shows what is there. All of it.")


def test_marks_in_code_are_code() -> None:
    """In a fence nothing is a mark."""
    (found,) = requests("```\ncurl http://h.example/a -d '\n=== \"curl\"\n    x\n{% if %}\n'\n```\n")

    assert found.body is not None
    assert found.body.value.plain == '\n=== "curl"\n    x\n{% if %}\n'


# Titles.


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("1）登录：", "登录"),
        ("（2）登录", "登录"),
        ("③ 登录", "登录"),
        ("🚀 Quick start ✅", "Quick start"),
        ("3️⃣ Log in", "Log in"),
        ("✅", "✅"),
    ],
)
def test_ordinals_and_signs_are_no_part_of_a_title(heading: str, title: str) -> None:
    """Chinese ordinals, numbers in circles, and emoji around a heading."""
    (found,) = requests(f"## {heading}\n\n```\ncurl http://h.example/x\n```\n")

    assert found.title == title


def test_paragraphs_that_say_nothing() -> None:
    """`Sample curl command:` is no sentence about a command; a remark is no title."""
    page = "## A\n\nYou must log in first.\n\n```\ncurl http://h.example/a\n```\n\nSample `curl` command:\n\n```\ncurl http://h.example/b\n```\n"

    assert [(item.title, item.about) for item in requests(page)] == [("A", "You must log in first."), ("A", "You must log in first.")]


def test_the_heading_of_a_page_is_the_title_of_its_catalog() -> None:
    """The only heading of its level above others; not one of several, and not the heading of the one command."""
    section = "## {0}\n\n```\ncurl http://h.example/{0}\n```\n\n"
    page = "# The shop\n\n" + section.format("a") + section.format("b")
    assert [item.page for item in requests(page)] == ["The shop", "The shop"]
    assert [item.page for item in requests(page.replace("##", "#"))] == [None, None]
    assert build(read(page)).data["title"] == "The shop"
    assert "title" not in build([*read(page), *read(page.replace("The shop", "The store"))]).data


def test_the_title_in_front_matter_is_the_title_of_the_page() -> None:
    """Where the text has no heading of the highest level."""
    section = "## {0}\n\n```\ncurl http://h.example/{0}\n```\n\n"
    matter = '---\ntitle: "The shop"\nlayout: x\n---\n\n'

    assert [(item.page, item.group) for item in requests(matter + section.format("a"))] == [("The shop", None)]
    assert [item.page for item in requests(matter + "# The store\n\n" + section.format("a"))] == ["The store"]
