"""What notes set a variable to, in plain words, is the default of a parameter; the address, secrets and what a shell works out are none."""

from __future__ import annotations

from typing import Any

import pytest
from found import request

from generator.importing.builder import build
from generator.importing.curl import Reader
from generator.importing.model import FoundRequest, Text, Variable
from generator.importing.run import InputFile, import_files

JSON = "-H 'Content-Type: application/json'"


def endpoint(text: str) -> dict[str, Any]:
    """The only endpoint of the catalog that a shell text becomes."""
    (made,) = import_files([InputFile("notes.sh", text, "curl")]).data["endpoints"].values()
    found: dict[str, Any] = made
    return found


def places(text: str) -> dict[str, list[Any]]:
    """Where the parameters of the only endpoint stand, by their ids."""
    return {name: parameter["at"] for name, parameter in endpoint(text).get("parameters", {}).items()}


def test_a_variable_is_a_parameter_of_each_endpoint_that_uses_it() -> None:
    made = import_files(
        [
            InputFile(
                "notes.md",
                "# Repositories\n\n```bash\nexport OWNER=octocat\nREPO=hello\n```\n\n"
                "## Read one\n\n```bash\ncurl http://code.example/repos/$OWNER/$REPO\n```\n\n"
                '## List them\n\n```bash\ncurl "http://code.example/repos?owner=$OWNER"\n```\n',
                "curl",
            )
        ]
    )

    read, listed = made.data["endpoints"].values()
    assert (read["path"], read["values"]) == ("/repos/{owner}/{repo}", {"owner": "octocat", "repo": "hello"})
    assert read["parameters"]["owner"] == {"at": ["path", "owner"], "option": "--owner", "variable": "OWNER"}
    assert (listed["query"], [*listed["parameters"]]) == ({"owner": "octocat"}, ["owner"])
    assert [(entry.status, entry.reasons) for entry in made.entries] == [("carried", ())] * 2


def test_in_headers_and_bodies_too() -> None:
    body = r"{\"title\": \"$TITLE\", \"n\": $LEVEL}"
    text = f'ORG=acme TITLE="A new lamp" LEVEL=7\ncurl http://lamp.example/x {JSON} -H "X-Org: $ORG" -d "{body}"\n'
    found = endpoint(text)

    assert (found["headers"], found["body"]) == ({"X-Org": "acme"}, {"title": "A new lamp", "n": 7})
    assert {name: parameter["at"] for name, parameter in found["parameters"].items()} == {
        "org": ["headers", "X-Org"],
        "title": ["body", "title"],
        "level": ["body", "n"],
    }
    assert not any("required" in parameter for parameter in found["parameters"].values())
    assert places("ORG=acme\ncurl http://lamp.example/x -d org=$ORG\n") == {"org": ["urlencoded", "org"]}
    assert places("ORG=acme\ncurl http://lamp.example/x -F org=$ORG\n") == {"org": ["form", "org"]}
    assert places("SAID='all is well'\ncurl http://lamp.example/x -d \"$SAID\"\n") == {"said": ["text"]}


def test_another_value_later_is_one_of_the_same_parameter() -> None:
    """The script sends the second one if it is told so."""
    command = "curl http://lamp.example/x?lamp=$NAME"
    made = import_files([InputFile("notes.sh", f"NAME=hall\n{command}\nNAME=attic\n{command}\n", "curl")])

    assert [found["query"] for found in made.data["endpoints"].values()] == [{"lamp": "hall"}]
    assert made.arguments == ((), ("--name", "attic"))


@pytest.mark.parametrize(
    "text",
    [
        "HOST=lamp.example PORT=8080\ncurl http://$HOST:$PORT/x",
        "API=http://lamp.example/v1\ncurl $API/x",
        "ROOT=/api/v2\ncurl http://lamp.example$ROOT/x",
        "VERSION=v2\ncurl http://lamp.example/$VERSION/x",
        "API=api\ncurl http://lamp.example/$API/x",
        "OPTIONS='-s -L'\ncurl $OPTIONS http://lamp.example/x",
        "OUT=x.json\ncurl http://lamp.example/x -o $OUT",
        "METHOD=DELETE\ncurl -X $METHOD http://lamp.example/x",
        "SECONDS_TO_WAIT=5\ncurl -m $SECONDS_TO_WAIT http://lamp.example/x",
        "TYPE=text/csv\ncurl http://lamp.example/x -H \"Accept: $TYPE\"",
        "NAME=X-Lamp\ncurl http://lamp.example/x -H \"$NAME: hall\"",
        "DATA='{\"a\": 1}'\ncurl http://lamp.example/x -H 'Content-Type: application/json' -d \"$DATA\"",
        "DATA='a=1&b=2'\ncurl http://lamp.example/x -d \"$DATA\"",
        "PAGE='a=1&b=2'\ncurl \"http://lamp.example/x?$PAGE\"",
        "FLAG=true\ncurl http://lamp.example/x -H 'Content-Type: application/json' -d \"{\\\"stream\\\": $FLAG}\"",
        "NAME=a%20b\ncurl http://lamp.example/x/$NAME/y",
        "NAME=a/b\ncurl http://lamp.example/x/$NAME/y",
        "CALLBACK=http://other.example/y\ncurl \"http://lamp.example/x?back=$CALLBACK\"",
        "NAMES='a b'\ncurl http://lamp.example/x?a=$NAMES",
        "NAME=\ncurl \"http://lamp.example/x?a=$NAME\"",
    ],
)  # fmt: skip
def test_what_is_no_value_of_a_user_is_put_in(text: str) -> None:
    """The address and its parts, options, whole bodies, and what would be sent otherwise."""
    with_variables = Reader("notes.sh").read(text)
    without = [found for found in with_variables if "Variable(" in repr(found)]
    assert (with_variables != [], without) == (True, [])


def test_a_secret_is_none_whatever_its_variable_is_called() -> None:
    """Neither is one by the name of the field, by its place in the path, or by how it looks."""
    for text in (
        "A=s3cr3tw0rd99\ncurl http://lamp.example/x -H \"Authorization: Bearer $A\"",
        "A=s3cr3tw0rd99\ncurl \"http://lamp.example/x?api_key=$A\"",
        "A=s3cr3tw0rd99 B=hall\ncurl http://lamp.example/token/$A/$B",
        "A=s3cr3tw0rd99\ncurl -u ada:$A http://lamp.example/x",
        f"A=s3cr3tw0rd99\ncurl http://lamp.example/x {JSON} -d \"{{\\\"password\\\": \\\"$A\\\"}}\"",
        f"A=s3cr3tw0rd99\ncurl http://lamp.example/x {JSON} -d \"{{\\\"name\\\": \\\"password\\\", \\\"value\\\": \\\"$A\\\"}}\"",
        "A=s3cr3tw0rd99\ncurl http://lamp.example/x -b session=$A",
        "A=T00000001/B00000002/s3cr3tw0rd99s3cr3tw0rd99\ncurl https://hooks.slack.com/services/$A",
        "A=s3cr3tw0rd99s3cr3tw0rd99\ncurl https://hooks.slack.com/services/T00000001/B00000002/$A",
        "A=ghp_0123456789abcdefghijABCDEFGHIJ012345\ncurl http://lamp.example/x?a=$A",
        "PASSWORD=swordfish A=swordfish\ncurl -u ada:$PASSWORD http://lamp.example/x?a=$A",
    ):  # fmt: skip
        written = import_files([InputFile("notes.sh", text, "curl")]).text
        assert not any(word in written for word in ("s3cr3tw0rd99", "ghp_0123", "swordfish")), text
        assert "endpoints" in written


def test_what_only_running_a_command_tells_stays_open() -> None:
    found = endpoint('NOW=$(date +%s)\ncurl "http://lamp.example/x?since=$NOW"\n')
    assert found["parameters"]["now"]["required"] is True

    (item,) = Reader("notes.sh").read("curl http://lamp.example/x/$NAME\nNAME=hall\n")
    assert isinstance(item, FoundRequest) and item.path == Text(("/x/", Variable("NAME")))


def test_a_version_of_something_in_an_api_is_no_part_of_its_address() -> None:
    assert places("VERSION=1.4.2\ncurl http://lamp.example/releases/$VERSION\n") == {"version": ["path", "version"]}
    assert places("NAME=hall VERSION=2.0\ncurl http://lamp.example/lamps/$NAME/$VERSION/log\n") == {
        "name": ["path", "name"],
        "version": ["path", "version"],
    }


def test_a_file_that_is_named_after_a_variable_is_named_after_what_was_asked_for() -> None:
    found = endpoint("NAME=hall\ncurl http://lamp.example/logs/$NAME -o $NAME.log\n")
    assert (found["response"], found.get("save_as")) == ("file", None)
    assert endpoint("NAME=hall\ncurl http://lamp.example/logs/$NAME -o lamp.log\n")["save_as"] == "lamp.log"


def test_a_variable_made_of_others_leaves_these_open() -> None:
    assert places("NAME=hall\nURL=http://lamp.example/x/$NAME\ncurl $URL/on\n") == {"name": ["path", "name"]}
    assert places('NAME=hall\ncurl "http://lamp.example/x?q=lamp:$NAME"\n') == {"q": ["query", "q"]}


def test_of_two_values_that_both_are_defaults_each_is_sent() -> None:
    """Commands that leave the same place open with other defaults are one endpoint, and each says its value."""
    made = build([request("GET http://lamp.example/x", text_of(value), number=number) for number, value in enumerate(("a", "b"), 1)])
    assert (len(made.data["endpoints"]), made.arguments) == (1, ((), ("--name", "b")))


def text_of(value: str) -> dict[str, Any]:
    return {"name": Text((Variable("NAME", default=value),))}
