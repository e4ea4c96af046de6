"""HAR files: what a browser saved becomes requests without what is the browser's and without anybody's data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.importing import har, secrets
from generator.importing.model import Found, FoundPart, FoundRequest, NotImported, Text

SOURCES = Path(__file__).with_name("sources")
JSON = "application/json"


def entry(request: dict[str, Any], response: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An entry of a HAR file."""
    return {"request": {"method": "GET", "url": "https://api.example.com/x", **request}, "response": response or {"status": 200}, **more}


def read(*entries: Any) -> list[Found]:
    return har.read(json.dumps({"log": {"version": "1.2", "entries": list(entries)}}, indent=1), "x.har")


def request_of(request: dict[str, Any], response: dict[str, Any] | None = None, **more: Any) -> FoundRequest:
    """The request of an entry."""
    (found,) = read(entry(request, response, **more))
    assert isinstance(found, FoundRequest), found
    return found


def headers(**values: str) -> list[dict[str, str]]:
    return [{"name": name.replace("_", "-"), "value": value} for name, value in values.items()]


def posted(mime: str, **data: Any) -> dict[str, Any]:
    return {"method": "POST", "headers": headers(Content_Type=mime), "postData": {"mimeType": mime, **data}}


def pairs(items: Any) -> list[tuple[str, str | None]]:
    return [(name, text.plain) for name, text in items]


def test_a_file_of_a_browser() -> None:
    """What DevTools saves: the page, a script, preflights, WebSockets and data: URLs left out and told, a repeat too."""
    text = (SOURCES / "devtools.har").read_text("utf-8")
    found = har.read(text, "devtools.har")
    lines = [number for number, line in enumerate(text.split("\n"), 1) if line.startswith("      {")]

    assert [item.source.line for item in found] == lines[2:]
    assert [(item.reasons[0].split(":")[0].split(",")[0]) for item in found if isinstance(item, NotImported)] == [
        "the page itself (HTML)",
        "a file of the page (a picture",
        "the question that a browser asks before a request to another server (CORS)",
        f"the same request as on line {lines[4]}",
        "a WebSocket",
        "data",
    ]
    requests = [item for item in found if isinstance(item, FoundRequest)]
    assert [(item.method, item.path.plain, item.title, item.group, item.response) for item in requests] == [
        ("GET", "/api/tickets", None, None, None),
        ("POST", "/v1/notes", "Write a note", None, None),
        ("POST", "/api/login", None, "Reports", None),
        ("POST", "/api/files", None, "Reports", "file"),
        ("GET", "/api/events", None, None, "events"),
        ("PUT", "/api/photo", None, None, None),
    ]


def test_what_browsers_add_is_dropped_and_told_once() -> None:
    """Headers that say what the browser is are left out; the first request says so for all."""
    found = [item for item in har.read((SOURCES / "devtools.har").read_text("utf-8"), "x.har") if isinstance(item, FoundRequest)]
    told = [sentence for item in found for sentence in item.changes if "browsers add" in sentence]

    assert pairs(found[0].headers) == [("accept", JSON), ("x-csrf-token", "7f1e0c66b2"), ("X-Requested-With", "XMLHttpRequest")]
    assert pairs(found[0].cookies) == [("desk_session", "3b1f7c2e9a"), ("theme", "dark")] and found[0].left_out == ()
    assert pairs(found[0].query) == [("state", "open"), ("page", "1"), ("q", "café")]
    assert told == [found[0].changes[-1]] and all(
        name in told[0] for name in ("accept-language", "origin", "referer", "sec-ch-ua", "pragma")
    )


def test_a_sample_has_the_structure_alone() -> None:
    """Nothing that somebody saw is in it: no name, no address, no number."""
    found = [item for item in har.read((SOURCES / "devtools.har").read_text("utf-8"), "x.har") if isinstance(item, FoundRequest)]

    ticket = {
        "id": 1,
        "title": "text",
        "opened": "2026-01-31T12:00:00Z",
        "by": "user@example.com",
        "score": 1.5,
        "closed": None,
        "tags": [],
    }
    assert found[0].sample == {"tickets": [ticket], "more": True, "users": {"id": {"name": "text"}}}
    assert found[1].sample == {"id": "00000000-0000-4000-8000-000000000000"}
    assert found[4].sample == [{"kind": "text", "id": 1}, {"kind": "text", "id": 1}]
    assert found[5].sample is None and "status 500" in found[5].changes[0]


def test_bodies() -> None:
    """JSON as JSON, web forms decoded, forms by their parts, files by their names; what is not there is told."""
    found = [item for item in har.read((SOURCES / "devtools.har").read_text("utf-8"), "x.har") if isinstance(item, FoundRequest)]
    note, login, files, photo = (item.body for item in (*found[1:4], found[5]))

    assert "content-type" not in dict(found[1].headers)
    assert note is not None and note.value == {"ticket": 91, "text": "on it", "urgent": False}
    assert login is not None and pairs(login.value) == [("user", "ann"), ("password", "wonder land7")]
    assert files is not None and files.value == [
        FoundPart("note", Text(("from the printer",))),
        FoundPart("photo", file=Text(("fire.jpg",)), media_type="image/jpeg"),
    ]
    assert photo is None and "5120 bytes" in found[5].left_out[0]


def test_no_secret_of_a_browser_passes() -> None:
    """Sessions, tokens and passwords are variables."""
    found = secrets.hide(har.read((SOURCES / "devtools.har").read_text("utf-8"), "x.har"))

    for secret in ("3b1f7c2e9a", "7f1e0c66b2", "5d41402abc", "wonder", "ann@corp"):
        assert secret not in repr(found)


@pytest.mark.parametrize(
    ("request_", "kind", "value"),
    [
        (posted(JSON, text='{"a": 1}'), "json", {"a": 1}),
        (posted(JSON, text='{"a": 1, "a": 2}'), "text", Text(('{"a": 1, "a": 2}',))),
        (posted(JSON, text='{"a": 1.00000000000000000001}'), "text", Text(('{"a": 1.00000000000000000001}',))),
        (posted("application/vnd.api+json", text="[1]"), "json", [1]),
        (posted("text/plain", text="hi"), "text", Text(("hi",))),
        (posted("application/x-www-form-urlencoded", params=[{"name": "a", "value": "b%20c"}]), "urlencoded", [("a", Text(("b c",)))]),
        (posted("application/x-www-form-urlencoded", text="a=%FF"), "text", Text(("a=%FF",))),
        (posted("multipart/form-data", params=[{"name": "f", "fileName": "C:\\x\\a.png", "contentType": "image/png"}]), "form",
         [FoundPart("f", file=Text(("a.png",)), media_type="image/png")]),
        (posted("application/octet-stream", text="\x00\x01"), "file", Text(("body.bin",))),
        (posted("application/grpc-web", text="AAAA", encoding="base64"), "file", Text(("body.bin",))),
    ],
)  # fmt: skip
def test_kinds_of_bodies(request_: dict[str, Any], kind: str, value: Any) -> None:
    """What was posted, as a catalog has it."""
    body = request_of(request_).body

    assert body is not None and (body.kind, body.value) == (kind, value)


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        ({"url": ""}, "broken", "request.url"),
        ({"method": None}, "broken", "request.method"),
        ({"method": "GE T"}, "broken", "no method"),
        ({"url": "https://a b/"}, "broken", "blank"),
        ({"url": "ftp://example.com/x"}, "left-out", "ftp"),
        ({"url": "chrome-extension://abc/x.js"}, "left-out", "within the browser"),
        ({"url": "https://api.example.com/%FF?x=%FF"}, "left-out", "UTF-8"),
        ({"url": "https://example.com/logo.png"}, "left-out", "a file of the page"),
        ({"method": "CONNECT"}, "left-out", "proxy"),
    ],
)
def test_what_is_no_request_is_told(request_: dict[str, Any], status: str, words: str) -> None:
    """With the line, and why."""
    (found,) = read(entry(request_))

    assert isinstance(found, NotImported) and found.status == status and words in found.reasons[0] and found.source.line == 5


def test_a_repeat_gives_its_answer() -> None:
    """The first of equal requests has the sample of one that was answered."""
    first, second = read(entry({}, {"status": 304}), entry({}, {"status": 200, "content": {"mimeType": JSON, "text": '{"a": "b"}'}}))

    assert isinstance(first, FoundRequest) and first.sample == {"a": "text"}
    assert isinstance(second, NotImported) and second.reasons == ("the same request as on line 5",)


def test_headers_that_cannot_be_sent_are_told() -> None:
    """A name with a blank, a value with a line break, a cookie without a name."""
    found = request_of({"headers": headers(**{"a b": "c", "X-A": "b\nc", "X-B": "d", "Cookie": "x; y=z"})})

    assert pairs(found.headers) == [("X-B", "d")] and pairs(found.cookies) == [("y", "z")] and len(found.left_out) == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[]", "log.entries"),
        ('{"log": 5}', "log.entries"),
        ('{"log": {"entries": {}}}', "log.entries"),
        ("[" * 100_000, "levels"),
        ("[" * 300 + "]" * 300, "levels"),
        ('{"log": ' + "9" * 5000 + "}", "JSON"),
    ],
)
def test_files_that_are_none_are_refused(text: str, words: str) -> None:
    """One line that says what is wrong."""
    (found,) = har.read(text, "x.har")

    assert isinstance(found, NotImported) and found.status == "broken" and words in found.reasons[0]
