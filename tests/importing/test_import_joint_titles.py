"""A heading that covers several commands gives each of them its part, where it is sure which is whose."""

from __future__ import annotations

import pytest

from generator.importing import notes
from generator.importing.model import FoundRequest
from generator.importing.run import InputFile, import_files

LAMP = "http://lamp.example"
ON, OFF = f"curl -X POST {LAMP}/lamps/start", f"curl -X POST {LAMP}/lamps/stop"
LIST, DELETE, ADD = f"curl {LAMP}/lamps", f"curl -X DELETE {LAMP}/lamps/7", f"curl -X POST {LAMP}/lamps -d name=hall"
CHANGE = f"curl -X PATCH {LAMP}/lamps/7 -d name=attic"


def titles(heading: str, *commands: str, behind: str = "") -> list[tuple[str | None, str | None]]:
    """The title and the group of each command of a block below a heading, before a catalog is made of them."""
    text = f"# Lamps\n\n## {heading}\n\n```bash\n" + "\n".join(commands) + f"\n```\n\n{behind}\n\n## Another\n\n`curl {LAMP}/x`\n"
    found = [item for item in notes.read(text, "lamps.md") if isinstance(item, FoundRequest)]
    return [(item.title, item.group) for item in found[: len(commands)]]


@pytest.mark.parametrize(
    ("heading", "commands", "parts"),
    [
        ("Start / stop", (ON, OFF), ["Start", "Stop"]),
        ("Start/stop", (ON, OFF), ["Start", "Stop"]),
        ("Start or stop a lamp", (ON, OFF), ["Start a lamp", "Stop a lamp"]),
        ("1. List & delete lamps", (LIST, DELETE), ["List lamps", "Delete lamps"]),
        ("List all lamps, delete one", (LIST, DELETE), ["List all lamps", "Delete one"]),
        ("Create, update, or delete a lamp", (ADD, CHANGE, DELETE), ["Create a lamp", "Update a lamp", "Delete a lamp"]),
        ("启动 / 停止", (ON, OFF), ["启动", "停止"]),
        ("新增、修改和删除灯", (ADD, CHANGE, DELETE), ["新增灯", "修改灯", "删除灯"]),
    ],
)  # fmt: skip
def test_each_command_has_its_part(heading: str, commands: tuple[str, ...], parts: list[str]) -> None:
    whole = heading.removeprefix("1. ")
    assert titles(heading, *commands) == [(part, whole) for part in parts]


@pytest.mark.parametrize(
    ("heading", "commands"),
    [
        ("Start / stop", (ON, OFF, LIST)),
        ("Start / stop", (ON,)),
        ("Start / stop", (OFF, ON)),
        ("Delete and list", (LIST, DELETE)),
        ("Delete and create", (ADD, DELETE)),
        ("List and delete", (DELETE, LIST)),
        ("Search and filters", (LIST, f"{LIST}?on=true")),
        ("Lamps and rooms", (LIST, f"curl {LAMP}/rooms")),
        ("List lamps and delete", (LIST, DELETE)),
        ("List and list", (LIST, f"{LIST}?on=true")),
        ("GET / POST", (LIST, ADD)),
        ("Starters / stoppers", (ON, OFF)),
        ("Show on/off lamps", (LIST, f"{LIST}?on=true")),
        ("启动 / Start", (ON, OFF)),
    ],
)
def test_what_is_not_sure_stays_one_title(heading: str, commands: tuple[str, ...]) -> None:
    """Another number of parts, an order that the commands speak against, nouns, and two languages of one title."""
    found = titles(heading, *commands)
    assert len({title for title, _ in found}) == 1


def test_commands_in_blocks_of_their_own_or_with_comments_are_not_counted() -> None:
    assert {title for title, _ in titles("Start / stop", ON, OFF, behind=f"```\n{LIST}\n```")} == {"Start / stop"}
    text = f"## Start / stop\n\n```bash\n# Turn the light on\n{ON}\n# Turn it off\n{OFF}\n```\n"
    found = [item for item in notes.read(text, "lamps.md") if isinstance(item, FoundRequest)]
    assert [item.title for item in found] == ["Turn the light on", "Turn it off"]


def test_an_id_says_what_a_bare_verb_is_about() -> None:
    text = f"# Lamps\n\n## Start / stop\n\n```\n{ON}\n{OFF}\n```\n\n## List and delete\n\n```\n{LIST}\n{DELETE}\n```\n"
    data = import_files([InputFile("lamps.md", text, "curl")]).data
    assert {name: (item["title"], item["group"]) for name, item in data["endpoints"].items()} == {
        "lamps-start": ("Start", "start-stop"),
        "lamps-stop": ("Stop", "start-stop"),
        "lamps": ("List", "list-and-delete"),
        "delete-lamp": ("Delete", "list-and-delete"),
    }
