"""What a list or a table behind a command says of its parameters is their `about`."""

from __future__ import annotations

import pytest

from generator.importing.builder import Built
from generator.importing.run import InputFile, import_files

COMMAND = "curl http://lamp.example/lamps/{lamp_id}?since=$SINCE"


def page(behind: str, command: str = COMMAND) -> Built:
    text = f"# Lamps\n\n## Read a lamp\n\n```\n{command}\n```\n\n{behind}\n\n## List lamps\n\n```\ncurl http://lamp.example/lamps\n```\n"
    return import_files([InputFile("lamps.md", text, "curl")])


def abouts(made: Built) -> dict[str, str]:
    """What is said of the parameters of the first endpoint, by their ids."""
    endpoint = next(iter(made.data["endpoints"].values()))
    return {name: parameter["about"] for name, parameter in endpoint["parameters"].items() if "about" in parameter}


BOTH = {"lamp-id": "the number of the lamp", "since": "a day"}


@pytest.mark.parametrize(
    ("behind", "lost"),
    [
        ("- `lamp_id`: the number of the lamp\n- `SINCE`: a day", []),
        ("- **lamp_id** (integer) - the number of the lamp\n- since — a day", [9]),
        ("Where:\n\n- `{lamp_id}`: the number of the lamp\n- `$SINCE`：a day", [9]),
        ("| Name | Meaning |\n|---|---|\n| `lamp_id` | the number of the lamp |\n| since | a day |", []),
        ("| 参数 | 类型 | 说明 |\n|---|---|---|\n| lamp_id | int | the number of the lamp |\n| since | date | a day |", [11, 12]),
        ("| Parameter | Description | Default |\n|---|---|---|\n| lamp_id | the number of the lamp | 1 |\n| since | a day | |", [11]),
    ],
)
def test_each_parameter_has_what_is_said_of_it(behind: str, lost: list[int]) -> None:
    """It is no note then. What else stands in its line, such as a type, is told as not carried."""
    made = page(behind)
    assert abouts(made) == BOTH
    assert not any("notes" in endpoint for endpoint in made.data["endpoints"].values())
    assert [line for item in made.uncarried for line in range(item.line, item.end + 1)] == lost


@pytest.mark.parametrize(
    "behind",
    [
        "The answer has:\n\n- `lamp_id`: the number of the lamp",
        "```json\n{\"lamp_id\": 7}\n```\n\n- `lamp_id`: the number of the lamp",
        "```json\n{\"lamp_id\": 7}\n```\n\n| Name | Meaning |\n|---|---|\n| lamp_id | the number of the lamp |",
        "| Response field | Meaning |\n|---|---|\n| lamp_id | the number of the lamp |",
        "- `lamp_id` and `since` are numbers\n- lamp: it is on",
        "| lamp_id | type | required |\n|---|---|---|\n| lamp_id | int | yes |",
        "| lamp_id | the head of it |\n|---|---|\n| colour | red |",
        "lamp_id: a paragraph, and no list",
        "---\n\n- `lamp_id`: behind a rule",
    ],
)  # fmt: skip
def test_what_is_said_of_something_else_is_no_about(behind: str) -> None:
    """Of the answer, of several at once, of no parameter, in no column that says so, or not directly behind the command."""
    assert abouts(page(behind)) == {}


def test_what_is_no_parameter_stays_a_note() -> None:
    made = page("- `lamp_id`: the number of the lamp\n- `colour`: never sent")
    endpoint = next(iter(made.data["endpoints"].values()))
    assert (abouts(made), endpoint["notes"]) == ({"lamp-id": "the number of the lamp"}, ["`colour`: never sent"])


def test_several_commands_of_a_block_have_none() -> None:
    """Nobody can tell which of them is meant."""
    assert abouts(page("- `lamp_id`: the number of the lamp", f"{COMMAND}\ncurl -X DELETE http://lamp.example/lamps/$LAMP_ID")) == {}


def test_what_is_said_of_a_variant_is_carried_too() -> None:
    """It writes no place of its own where what it is like has it."""
    ask = "curl http://lamp.example/ask -H 'Content-Type: application/json' -d"
    body = '{"room": "<room>", "size": 1, "tone": "calm", "said": "It is late: put the lamps out, but for one.", "to": "all of them"'
    first, second = f"{ask} '{body}}}'", f"{ask} '{body}, \"soft\": true}}'"
    text = f"# Lamps\n\n## Ask\n\n```\n{first}\n```\n\n## Ask softly\n\n```\n{second}\n```\n\n- `room`: one of many\n"
    made = import_files([InputFile("lamps.md", text, "curl")])
    variant = made.data["endpoints"]["ask-softly"]
    assert (variant["like"], variant["parameters"]["room"], made.uncarried) == ("ask", {"about": "one of many"}, ())


def test_a_secret_in_it_is_hidden() -> None:
    made = page("- `lamp_id`: such as ghp_0123456789abcdefghijABCDEFGHIJ012345")
    assert "ghp_" not in made.text and "lamp-id" in abouts(made)
