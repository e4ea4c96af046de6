"""curl commands in shell text become requests: the reader as a whole."""

from __future__ import annotations

from generator.importing.curl import Reader
from generator.importing.model import FoundRequest, NotImported


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
