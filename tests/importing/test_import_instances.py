"""The name of one thing of many in a path is a parameter; a word of the API never is."""

from __future__ import annotations

import pytest

from generator.importing.builder import Built
from generator.importing.run import InputFile, import_files

HOST = "http://house.example:8083"


def built(*commands: str) -> Built:
    """The catalog of commands: `METHOD PATH` each."""
    lines = "\n".join(f"curl -X {method} {HOST}{path}" for method, path in (command.split(" ") for command in commands))
    return import_files([InputFile("notes.sh", lines, "curl")])


def paths(made: Built) -> list[str]:
    """The whole path of each command's endpoint, in the order of the commands."""
    (backend,) = made.data["backends"].values()
    return [backend["base_url"].removeprefix(HOST) + made.data["endpoints"][entry.endpoint]["path"] for entry in made.entries]


def test_a_name_below_a_collection_is_a_parameter() -> None:
    """With the name as its default, so that a script sends what its command does."""
    made = built(
        "GET /lamps",
        "GET /lamps/hall_main",
        "GET /lamps/hall_main/status",
        "POST /lamps/hall_main/restart",
        "POST /lamps/hall_main/bulbs/0/restart",
    )

    assert paths(made) == ["/lamps", "/lamps/{lamp}", "/lamps/{lamp}/status", "/lamps/{lamp}/restart", "/lamps/{lamp}/bulbs/{bulb}/restart"]
    assert [endpoint.get("values") for endpoint in made.data["endpoints"].values()] == [
        None,
        {"lamp": "hall_main"},
        {"lamp": "hall_main"},
        {"lamp": "hall_main"},
        {"lamp": "hall_main", "bulb": 0},
    ]


def test_another_name_is_a_value_of_the_same_endpoint() -> None:
    """The report says with which option its script sends it."""
    made = built("GET /lamps/hall-1", "GET /lamps/hall-1/status", "DELETE /lamps/porch-2", "GET /lamps/porch-2/status")

    assert paths(made) == ["/lamps/{lamp}", "/lamps/{lamp}/status", "/lamps/{lamp}", "/lamps/{lamp}/status"]
    assert made.arguments[-1] == ("--lamp", "porch-2")


@pytest.mark.parametrize(
    "commands",
    [
        ("GET /lamps/status", "POST /lamps/status/reset"),
        ("GET /lamps/hall", "GET /lamps/hall/status"),
        ("GET /users/sign-in", "POST /users/sign-in/otp"),
        ("GET /lamps/bulk-delete", "GET /lamps/bulk-delete/jobs"),
        ("GET /lamps/by-room", "GET /lamps/by-room/hall"),
        ("DELETE /lamps/reset_all", "POST /lamps/reset_all/now"),
        ("GET /admin/user-settings", "PUT /admin/user-settings/theme"),
        ("GET /v2/user-settings", "PUT /v2/user-settings/theme"),
        ("GET /apis/house-rules", "PUT /apis/house-rules/night"),
        ("GET /lamps/hall-1", "DELETE /lamps/hall-1"),
        ("POST /lamps/hall-1", "POST /lamps/hall-1/restart"),
        ("GET /lamps/hall-1/status", "POST /lamps/hall-1/restart"),
        ("GET /lamps/_all-of-them", "GET /lamps/_all-of-them/status"),
        ("GET /lamps/hall-1/", "POST /lamps/hall-1/restart"),
        ("GET /lamps/list.json", "GET /lamps/list.json/next"),
    ],
)
def test_what_may_be_a_word_of_the_api_stays(commands: tuple[str, ...]) -> None:
    """A wrong parameter is worse than none: the thing itself has to be asked for, and something below it."""
    assert paths(built(*commands)) == [command.split(" ")[1] for command in commands]
