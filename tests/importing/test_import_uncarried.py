"""Text of notes is in the catalog, or the report says on which lines stands what is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from generator.cli.main import main
from generator.importing import report
from generator.importing.run import InputFile, import_files

COMMAND = "```bash\ncurl -s http://h.example/lamps\n```\n"


def told(text: str, file: str = "notes.md") -> list[str]:
    """What the report says of the text that is carried nowhere."""
    return list(report.not_carried(import_files([InputFile(file, text, "curl")]).uncarried))


def endpoint(text: str) -> dict[str, Any]:
    """The only endpoint of notes."""
    (found,) = import_files([InputFile("notes.md", text, "curl")]).data["endpoints"].values()
    return dict(found)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"## List lamps\n\nShows them all.\n\n{COMMAND}", []),
        (f"# House\n\nAsk Ada for a key\nbefore you start.\n\n## List lamps\n\n{COMMAND}", ["2 lines of text in notes.md, lines 3-4"]),
        (f"## List lamps\n\n{COMMAND}\n## Rules\n\nNo lamp at night.\n", ["2 lines of text in notes.md, lines 7, 9"]),
        (f"## List lamps\n\n{COMMAND}\n| code | meaning |\n| --- | --- |\n| 7 | broken |\n", ["2 lines of text in notes.md, lines 7, 9"]),
        (f"## List lamps\n\n{COMMAND}\n## Other\n\nGET http://h.example/doors\n", ["2 lines of text in notes.md, lines 7, 9"]),
        (
            f"## List lamps\n\n{COMMAND}\n## Other\n\n```yaml\nport: 1\nname: x\n```\n",
            ["1 line of text in notes.md, line 7", "1 block without a command in notes.md, lines 10-11"],
        ),
        (
            "## List lamps\n\n```bash\n# only for admins of the house\n\n# all lamps\ncurl http://h.example/lamps\n```\n",
            ["1 line of text in notes.md, line 4"],
        ),
        (f'## List lamps\n\nThe path is `GET /lamps`.\n\n{COMMAND}\nResponse:\n\n```json\n[{{"id": 7}}]\n```\n', []),
    ],
)
def test_text_that_is_nowhere_is_told(text: str, lines: list[str]) -> None:
    """Paragraphs, headings, tables, comments and blocks; what only leads to a command or an answer says nothing."""
    assert told(text) == [f"not carried: {line}" for line in lines]


@pytest.mark.parametrize("behind", [" # all lamps", "; # all lamps", " && # all lamps", " | jq . # all lamps", " & # all lamps"])
def test_a_comment_behind_a_command_is_its_title(behind: str) -> None:
    """Also behind the sign that ends it."""
    assert endpoint(f"```bash\ncurl -s http://h.example/lamps{behind}\n```\n")["title"] == "All lamps"


def test_a_comment_behind_another_command_is_told() -> None:
    """It may be about that one; what stands in a body is none, since the catalog has it."""
    text = """```bash\ncurl http://h.example/a && echo well # all is well\ncurl http://h.example/b -d 'x # one more'\n```\n"""

    assert told(text) == ["not carried: 1 line of text in notes.md, line 2"]


def test_html_and_plain_text_have_their_lines() -> None:
    """As Markdown does."""
    html = (
        "<html><body>\n<p>Ask Ada\nfor a key.</p>\n<h2>Lamps</h2>\n<pre>curl http://h.example/lamps</pre>\n<h2>Rules</h2>\n</body></html>\n"
    )
    plain = "Ask Ada\nfor a key.\n\nLamps\n-----\n\ncurl http://h.example/lamps\n\nRules\n-----\n"

    assert told(html, "page.html") == ["not carried: 3 lines of text in page.html, lines 2-3, 6"]
    assert told(plain, "page.txt") == ["not carried: 3 lines of text in page.txt, lines 1-2, 9"]


def test_a_paragraph_behind_a_command_is_a_note_on_it() -> None:
    """Of a list, too, with the line that leads to it."""
    made = endpoint(
        f"## List lamps\n\nShows them all.\n\n{COMMAND}\nIt needs no key.\n\nStates:\n\n- `on`: it burns.\n- `off`: it does not.\n"
    )

    assert made["about"] == "Shows them all."
    assert made["notes"] == ["It needs no key.", "States: `on`: it burns; `off`: it does not."]


def test_a_paragraph_between_two_commands_is_a_note_only_where_the_next_leads_on() -> None:
    """Else nobody can tell which of them it is about."""
    other = "```bash\ncurl -X DELETE http://h.example/lamps/7\n```\n"
    sure_text = f"## Lamps\n\n{COMMAND}\nNewest come first. It needs no key.\n\nTo delete one:\n\n{other}"
    sure = import_files([InputFile("notes.md", sure_text, "curl")]).data
    open_text = f"## Lamps\n\n{COMMAND}\nIt takes a while, so be patient with it.\n\n{other}"

    assert [made.get("notes") for made in sure["endpoints"].values()] == [["Newest come first. It needs no key."], None]
    assert all("notes" not in made for made in import_files([InputFile("notes.md", open_text, "curl")]).data["endpoints"].values())


def test_a_chapter_behind_a_command_is_no_note() -> None:
    """What is long, what stands behind several commands of one block, or behind a rule, is told instead."""
    long = "A lamp has a story. " * 40
    several = "```bash\ncurl http://h.example/a\ncurl http://h.example/b\n```\n"

    assert told(f"## Lamps\n\n{COMMAND}\n{long}\n") == ["not carried: 1 line of text in notes.md, line 7"]
    assert told(f"## Lamps\n\n{several}\nA word on both.\n") == ["not carried: 2 lines of text in notes.md, lines 1, 8"]
    assert told(f"## Lamps\n\n{COMMAND}\n---\n\nThe end.\n") == ["not carried: 1 line of text in notes.md, line 9"]


def test_a_secret_in_a_note_is_hidden() -> None:
    """As everywhere else."""
    key = "lamp" + "-7f3k-99x"
    made = endpoint(f"## Lamps\n\n{COMMAND}\nSend `-H 'X-Api-Key: {key}'` if you are a guest.\n")

    assert made["notes"]
    assert key not in json.dumps(made)


def test_json_tells_it_at_the_entry_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is one entry for each command, whatever else the page says; standard error has the line for people."""
    monkeypatch.chdir(tmp_path)
    Path("notes.md").write_text(f"Before all.\n\n## Lamps\n\n{COMMAND}\n## Rules\n\nNo lamp\nat night.\n", "utf-8")

    result = CliRunner().invoke(main, ["import", "notes.md", "--report", "json", "-o", "c.yaml", "--strict"])

    (entry,) = json.loads(result.stdout)
    assert (entry["status"], result.exit_code) == ("carried", 0)
    assert entry["reasons"] == [
        "not carried: the text on line 1",
        "not carried: the text on line 9",
        "not carried: the text on lines 11-12",
    ]
    assert "not carried: 4 lines of text in notes.md, lines 1, 9, 11-12\n" in result.stderr


def test_a_page_of_many_lost_paragraphs_has_a_short_line() -> None:
    """It says how many there are, and that JSON has them all."""
    lost = "".join(f"Word number {number} of the house.\n\n" for number in range(60))
    built = import_files([InputFile("notes.md", f"## List lamps\n\n{COMMAND}\n## Rules\n\n{lost}", "curl")])

    (line,) = report.not_carried(built.uncarried)
    assert line.startswith("not carried: 61 lines of text in notes.md, lines 7, 9, 11, ")
    assert line.endswith(" and 21 more places (--report json has them all)")
    (entry,) = report.as_data(built.entries, built.uncarried)
    assert len(entry["reasons"]) == 61


# ---- What commands printed -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        (
            "$ curl -s http://h.example/lamps | jq -r '.[].name'\nkitchen\nhall\n",
            ["2 lines of what commands printed in notes.md, lines 3-4"],
        ),
        (
            "$ curl http://h.example/lamps\nkitchen\n\n# all doors\n$ curl http://h.example/doors\nfront # door\n",
            ["2 lines of what commands printed in notes.md, lines 3, 7"],
        ),
        ('$ curl http://h.example/lamps\n[{"id": 7}]\n', []),
        ("$ ls\nkitchen\n$ curl http://h.example/lamps\n", []),
        ("$ curl http://h.example/lamps\n$ echo kitchen\nkitchen\n", []),
        ("$ curl http://h.example/lamps \\\n>   -d a=b\n", []),
        ("curl http://h.example/lamps\necho kitchen\n", []),
    ],
)
def test_what_a_command_printed_is_its_sample_or_told(block: str, lines: list[str]) -> None:
    """Below a prompt, where it is JSON that the command's filter can read, or nothing of it is in the catalog; not what others printed."""
    assert told(f"```\n{block}```\n") == [f"not carried: {line}" for line in lines]


def test_json_names_what_was_printed() -> None:
    built = import_files([InputFile("notes.md", "```\n$ curl http://h.example/lamps\nkitchen\n```\n", "curl")])

    (entry,) = report.as_data(built.entries, built.uncarried)
    assert entry["reasons"] == ["not carried: the output on line 3"]


# ---- Commands within the lines of a plain text -----------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        "for p in 1 2; do curl -s http://h.example/lamps?p=$p; done",
        "for p in 1 2\ndo\n  curl -s http://h.example/lamps?p=$p\ndone",
        "if true; then curl -s http://h.example/lamps; fi",
        "while true; do\n  curl -s http://h.example/lamps\ndone",
        "cat lamps | xargs -I{} curl http://h.example/lamps/{}",
        "echo '{}' | curl -d @- http://h.example/lamps",
        "ssh house 'curl http://h.example/lamps'",
        "lamps: curl http://h.example/lamps",
    ],
)
def test_a_command_inside_of_a_line_is_read_and_is_no_text_of_the_next(command: str) -> None:
    """Nor is the comment lost that stands between the two."""
    built = import_files([InputFile("notes.txt", f"# all lamps\n{command}\n# Open a door\ncurl -X PUT http://h.example/doors/7\n", "curl")])

    assert [entry.endpoint is not None for entry in built.entries] == [True, True]
    last = list(built.data["endpoints"].values())[-1]
    assert (last["title"], last.get("about")) == ("Open a door", None)


@pytest.mark.parametrize(
    "sentence",
    [
        "For each lamp, do it with curl http://h.example/lamps and wait",
        "If it burns then curl http://h.example/lamps is what helps",
        "while we wait: it is dark, curl http://h.example/lamps would tell",
        "docker needs no curl http://h.example/lamps",
    ],
)
def test_a_sentence_with_a_command_in_it_stays_one(sentence: str) -> None:
    """It leads to the command below, and what it says of curl is told as not read."""
    built = import_files([InputFile("notes.txt", f"{sentence}:\ncurl -X PUT http://h.example/doors/7\n", "curl")])

    assert [entry.status for entry in built.entries] == ["left-out", "carried"]
    (made,) = built.data["endpoints"].values()
    assert sentence[1:20] in json.dumps(made)


def test_a_chinese_sentence_ends_as_one() -> None:
    """Also where the colon that leads to the command is that of ASCII."""
    assert endpoint(f"## Lamps\n\n查询所有的灯, 超时 30 秒:\n\n{COMMAND}")["about"] == "查询所有的灯, 超时 30 秒。"
    assert endpoint(f"## Lamps\n\nWait 30 seconds, please:\n\n{COMMAND}")["about"] == "Wait 30 seconds, please."


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        ('{"access_token": "rt_9f8a7b6c5d4e3f", "expires_in": 3600}', []),
        ('{"data": [{"password": "hunter22hunter"}, {"password": "x9x9x9x9x9"}]}', []),
    ],
)
def test_a_sample_without_its_secrets_is_carried(block: str, lines: list[str]) -> None:
    """What is put in their places does not make another answer of it."""
    text = f"# Log in\n\n{COMMAND}\n```json\n{block}\n```\n"
    (sample,) = (found.get("sample") for found in import_files([InputFile("notes.md", text, "curl")]).data["endpoints"].values())

    assert "…" in repr(sample) and told(text) == lines
    assert told(f"{text}\n```json\n{block.replace('data', 'rows').replace('3600', '7')}\n```\n") != []
