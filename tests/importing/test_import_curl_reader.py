"""curl commands in shell text become requests: the reader as a whole."""

from __future__ import annotations

import json

import pytest

from generator.importing.curl import Reader
from generator.importing.model import FoundRequest, NotImported, Text


def test_a_note_with_a_variable_and_a_body() -> None:
    """What the text sets is put in, in later texts of the same file too; the body is JSON."""
    reader = Reader("notes.sh")
    assert reader.read("BASE=http://localhost:8080/v1\n") == []

    (found,) = reader.read("""# Ask something\ncurl $BASE/ask -H 'Content-Type: application/json' -d '{"q": "why"}' | jq -r .a\n""", 7)

    assert isinstance(found, FoundRequest)
    assert (found.source.line, found.title, found.method) == (8, "Ask something", "POST")
    assert (found.base.plain, found.path.plain) == ("http://localhost:8080", "/v1/ask")
    assert found.body is not None and (found.body.kind, found.body.value) == ("json", {"q": "why"})
    assert [(pipeline.jq, pipeline.raw) for pipeline in found.pipelines] == [(".a", True)]


def test_what_is_broken_is_told_and_the_next_command_is_read() -> None:
    """An open quote ends at the next curl command."""
    broken, found = Reader("notes.sh").read("curl -d '{ http://localhost/a\n\ncurl http://localhost/b\n")

    assert isinstance(broken, NotImported) and broken.status == "broken"
    assert broken.reasons == ("the quote ' that opens on line 1 is not closed",)
    assert isinstance(found, FoundRequest) and found.path.plain == "/b"


def sent(body: str) -> object:
    """The JSON body of a command, with `$NAME` in place of a text that is left open."""
    (found,) = Reader("notes.sh").read(f"curl http://localhost/a -H 'Content-Type: application/json' -d '{body}'")
    assert isinstance(found, FoundRequest) and found.body is not None and found.body.kind == "json"

    def written(value: object) -> object:
        if isinstance(value, dict):
            return {name: written(item) for name, item in value.items()}
        if isinstance(value, list):
            return [written(item) for item in value]
        return f"${value.variable.name}" if isinstance(value, Text) and value.variable else value

    return written(found.body.value)


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ('{"routing_key": "ROUTING_KEY"}', {"routing_key": "$ROUTING_KEY"}),
        ('{"a": [{"userId": "USER_ID", "id": "ID"}]}', {"a": [{"userId": "$USER_ID", "id": "$ID"}]}),
        ('{"team": "YOUR_TEAM", "to": "your-room"}', {"team": "$TEAM", "to": "$room"}),
        ('{"state": "STATE"}', {"state": "$STATE"}),
    ],
)
def test_a_text_that_only_names_what_stands_there_is_open(body: str, meant: object) -> None:
    assert sent(body) == meant


@pytest.mark.parametrize(
    "body",
    [
        {"severity": "CRITICAL", "event_action": "ACTION"},
        {"ok": "OK", "usd": "USD", "asc": "ASC"},
        {"ROUTING_KEY": "ROUTING_KEY"},
        {"routing_key": "routing_key", "state": "State"},
        {"routing_key": "the ROUTING_KEY", "team": "is it YOUR_TEAM?"},
        {"text": "Your turn", "a": ["ROUTING_KEY"]},
        {"mail": "your-name@mail.example"},
    ],
)
def test_a_text_in_capitals_that_may_be_a_value_stays(body: dict[str, object]) -> None:
    """Values of the API's own, short words, names as they are in code, and a text in which a name stands."""
    assert sent(json.dumps(body)) == body


def test_a_placeholder_of_a_secret_is_known_as_one_elsewhere() -> None:
    assert sent('{"api_key": "API_KEY", "token": "YOUR_TOKEN"}') == {"api_key": "API_KEY", "token": "YOUR_TOKEN"}
