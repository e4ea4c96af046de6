"""What notes say of a section, and not of one of its commands, is said of its group."""

from __future__ import annotations

import pytest

from generator.importing.builder import Built
from generator.importing.run import InputFile, import_files

LIST, ADD, DELETE = "curl http://lamp.example/lamps", "curl -X POST http://lamp.example/lamps", "curl -X DELETE http://lamp.example/lamps/7"
ROOMS = "## Rooms\n\n### List rooms\n\n```\ncurl http://lamp.example/rooms\n```\n\n### Add a room\n\n```\ncurl -X POST http://lamp.example/rooms\n```\n"


def made_of(section: str, file: str = "lamps.md") -> Built:
    return import_files([InputFile(file, f"# House\n\n## Lamps\n\n{section}\n\n{ROOMS}", "curl")])


def said(made: Built) -> tuple[dict[str, object], set[object]]:
    """What is said of the first group, and of its commands."""
    name, group = next(iter(made.data["groups"].items()))
    assert made.data["groups"]["rooms"] == {"title": "Rooms"}
    return group, {item.get("about") for item in made.data["endpoints"].values() if item.get("group") == name}


def code(*commands: str) -> str:
    return "```\n" + "\n".join(commands) + "\n```\n"


@pytest.mark.parametrize(
    "section",
    [
        f"Lamps hang in every room.\n\n### List\n\n{code(LIST)}\n### Remove\n\n{code(DELETE)}",
        f"Lamps hang in every room.\n\n{code(LIST, DELETE)}",
        f"Lamps hang in every room.\n\nList them:\n\n{code(LIST)}\nRemove one:\n\n{code(DELETE)}",
        f"Lamps hang in every room.\n\n{code('# List them', LIST, '# Remove one', DELETE)}",
    ],
)
def test_prose_below_a_heading_is_of_its_group(section: str) -> None:
    """Of none of its commands, then; and none of it is told as not carried."""
    made = made_of(section)
    assert said(made) == ({"title": "Lamps", "about": "Lamps hang in every room."}, {None})
    assert made.uncarried == ()


@pytest.mark.parametrize(
    "section",
    [
        f"Lists the lamps of all rooms, one by one.\n\n{code(LIST)}\nRemoves one of them for ever.\n\n{code(DELETE)}",
        f"List the lamps that hang in the rooms.\n\n{code(LIST, DELETE)}",
        f"This is how lamps are listed and removed:\n\n{code(LIST, DELETE)}",
        f"The first is for a look.\n\nThe second one is for ever. Think of it twice.\n\n{code(LIST)}\n{code(DELETE)}",
    ],
)
def test_what_may_be_of_one_command_is_not(section: str) -> None:
    """It stays where it was: a title, or what the command is about."""
    made = made_of(section)
    assert said(made)[0] == {"title": "Lamps"}
    assert made.uncarried == ()


def test_of_one_command_alone_it_stays_its_own() -> None:
    made = import_files([InputFile("lamps.md", f"# House\n\n## Lamps\n\nLamps hang in every room.\n\n{code(LIST)}\n{ROOMS}", "curl")])
    assert made.data["endpoints"]["lamps"]["about"] == "Lamps hang in every room."
    assert not any("about" in group for group in made.data["groups"].values())


def test_the_title_of_the_page_is_no_group() -> None:
    made = import_files([InputFile("lamps.md", f"# House\n\nWhat hangs in it.\n\n## Lamps\n\n{code(LIST, DELETE)}\n{ROOMS}", "curl")])
    assert not any("about" in group for group in made.data["groups"].values())
    assert [(item.line, item.end) for item in made.uncarried] == [(3, 3)]


def test_a_secret_in_it_is_hidden() -> None:
    made = made_of(f"Lamps hang at ghp_0123456789abcdefghijABCDEFGHIJ012345.\n\n{code(LIST, DELETE)}")
    group, _ = said(made)
    assert "ghp_" not in made.text and "about" in group
