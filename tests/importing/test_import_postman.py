"""Postman collections: folders, variables and environments, auth, bodies, examples; what is left out is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.importing import postman, secrets
from generator.importing.model import Found, FoundParameter, FoundPart, FoundRequest, NotImported, Text, Variable

SOURCES = Path(__file__).with_name("sources")
COLLECTION = (SOURCES / "library.postman_collection.json").read_text("utf-8")
ENVIRONMENT = (SOURCES / "library.postman_environment.json").read_text("utf-8")


def text(*parts: str | Variable) -> Text:
    return Text(parts)


def library(*environments: str) -> dict[str, FoundRequest]:
    """The requests of the library's collection by their titles."""
    found = postman.read([(COLLECTION, "library.json"), *((text, "environment.json") for text in environments)])
    assert all(isinstance(item, FoundRequest) for item in found)
    return {str(item.title): item for item in found if isinstance(item, FoundRequest)}


def read(*items: Any, **collection: Any) -> list[Found]:
    value = {"info": {"name": "x", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}, "item": items}
    return postman.read([(json.dumps({**value, **collection}, indent=1), "x.json")])


def request_of(request: Any, **more: Any) -> FoundRequest:
    """The request of an item."""
    if isinstance(request, dict) and "url" not in request:
        request = {"url": "https://example.com/x", **request}
    (found,) = read({"name": "X", "request": request, **more})
    assert isinstance(found, FoundRequest), found
    return found


def test_a_collection() -> None:
    """Titles, groups, lines, addresses; folders within folders are one group with both names."""
    found = library()
    lines = COLLECTION.split("\n")

    assert [(item.method, item.base.plain, item.group) for item in found.values()] == [
        ("GET", "https://library.example.org", "Books"),
        ("GET", "https://library.example.org", "Books"),
        ("POST", "https://library.example.org", "Books / Drafts"),
        ("POST", "https://library.example.org", "Accounts"),
        ("PUT", "https://library.example.org", "Accounts"),
        ("POST", "https://library.example.org", "Accounts"),
        ("GET", "https://old.example.org", "Accounts"),
    ]
    assert all(f'"name": "{title}"' in lines[item.source.line] for title, item in found.items())
    assert found["One book"].path == text("/v3/books/", Variable("bookId", "7"), "/copies/", Variable("copy"))
    assert found["One book"].parameters == (FoundParameter("bookId", ("path", "bookId"), about="The number on its back"),)


def test_words_and_examples() -> None:
    """The first paragraph of a description, without HTML; the first good answer."""
    found = library()["Search books"]

    assert found.about == "Finds books by their words."
    assert found.sample == {"books": [{"id": 7, "title": "The Left Hand"}]}
    assert found.query == (("q", text("left hand")), ("branch", text(Variable("branch", "north"))), ("since", text(Variable("timestamp"))))
    assert FoundParameter("q", ("query", "q"), about="What to look for, in titles and authors.") in found.parameters
    assert FoundParameter("guid", ("headers", "Idempotency-Key"), generate="uuid") in found.parameters


def test_what_is_left_out_is_told() -> None:
    """Scripts, what is switched off, dynamic variables that no catalog makes, ways of authentication."""
    found = library(ENVIRONMENT)

    assert found["Search books"].left_out == (
        "the variable unused of the environment Test is left out: it is switched off there",
        "the pre-request script of the collection (1 line) is left out: a catalog runs no code",
        "the variable oldKey of the collection is left out: it is switched off there",
        "the description of the folder Books is left out, since a group has a title alone: All about books",
        "the test script of the request (2 lines) is left out: a catalog runs no code",
        "limit of the query is left out: it is switched off in the collection",
        "the header X-Debug is left out: it is switched off in the collection",
    )
    assert found["Search books"].changes == ("{{$timestamp}} is made by Postman alone: here it is a parameter, timestamp",)
    assert found["Log in"].left_out == ("the field otp of the body is left out: it is switched off in the collection",)
    assert found["Digest"].left_out == ("the authentication is left out: Digest is none that a catalog can say",)
    assert found["Add a book"].changes[0] == "the comments in the JSON are left out, as Postman does"
    assert found["Loans (GraphQL)"].curl == {"insecure": True}


def test_auth_is_inherited() -> None:
    """A request's own before its folder's before the collection's; noauth is none."""
    found = secrets.hide(list(library(ENVIRONMENT).values()))
    kept = [[(secret.variable, secret.place, secret.name) for secret in item.secrets] for item in found if isinstance(item, FoundRequest)]

    assert kept == [
        [("READER_TOKEN", "header", "Authorization")],
        [("READER_TOKEN", "header", "Authorization")],
        [("EXAMPLE_STAFF", "header", "X-Staff")],
        [],
        [("EXAMPLE_LOGIN", "basic", "Authorization")],
        [("EXAMPLE_LOGIN", "basic", "Authorization")],
        [],
    ]
    for secret in ("st4ffonly", "rt-5551", "tulips", "g0ldfish"):
        assert secret not in repr(found)


def test_bodies() -> None:
    """JSON with comments and bare variables, a web form, a form with a file, GraphQL."""
    found = library(ENVIRONMENT)

    book, login, photo, loans = (found[name].body for name in ("Add a book", "Log in", "Photo", "Loans (GraphQL)"))
    assert book is not None and book.value == {
        "title": text(Variable("title", "Untitled")),
        "pages": Variable("pages"),
        "url": "https://example.org/a",
        "requestId": text(Variable("random_uuid")),
    }
    assert FoundParameter("random_uuid", ("body", "requestId"), generate="uuid") in found["Add a book"].parameters
    assert login is not None and login.value == [("user", text("ann")), ("password", text("g0ldfish-bowl"))]
    assert photo is not None and photo.value == [
        FoundPart("photo", file=text("me.png"), media_type="image/png"),
        FoundPart("note", text=text("new")),
    ]
    assert loans is not None and loans.value == {"query": "query ($n: Int) { loans(first: $n) { id } }", "variables": {"n": 3}}


def test_environments() -> None:
    """One holds for all requests; of two with other servers, each request is there for both, under their names."""
    assert {item.base.plain for item in library(ENVIRONMENT).values()} == {"https://test.library.example.org", "https://old.example.org"}

    other = ENVIRONMENT.replace('"Test"', '"Live"').replace("test.library", "live.library")
    found = postman.read([(COLLECTION, "c.json"), (ENVIRONMENT, "e.json"), (other, "l.json")])
    books = [item for item in found if isinstance(item, FoundRequest) and item.title == "Search books"]
    assert [(item.backend, item.base.plain) for item in books] == [
        ("Test", "https://test.library.example.org"),
        ("Live", "https://live.library.example.org"),
    ]
    assert len([item for item in found if isinstance(item, FoundRequest) and item.title == "Digest"]) == 1


def test_globals_hold_for_all_and_an_environment_alone_is_told() -> None:
    """Globals are furthest away from a request; variables without requests are nothing to import."""
    values = [{"key": "host", "value": "globals.example.org"}, {"key": "copy", "value": "2"}]
    shared = json.dumps({"name": "G", "values": values, "_postman_variable_scope": "globals"})
    found = postman.read([(shared, "g.json"), (COLLECTION, "c.json")])
    assert isinstance(found[1], FoundRequest) and found[1].base.plain == "https://library.example.org"
    assert found[1].path.parts[-1] == Variable("copy", "2")

    (alone,) = postman.read([(ENVIRONMENT, "e.json")])
    assert isinstance(alone, NotImported) and "give the collection" in alone.reasons[0]


@pytest.mark.parametrize(
    ("url", "base", "path"),
    [
        ("https://example.com", "https://example.com", ("/",)),
        ("example.com/x", "http://example.com", ("/x",)),
        ("{{url}}/x", "", ()),
        ({"raw": "https://example.com:8443/a b/:id?x=1#y"}, "https://example.com:8443", ("/a%20b/", Variable("id"))),
        ({"protocol": "https", "host": "example.com", "port": "8443", "path": "/a"}, "https://example.com:8443", ("/a",)),
        ({"protocol": "https", "host": ["example", "com"], "path": ["a", {"type": "any", "value": "b"}]}, "https://example.com", ("/a/b",)),
    ],
)
def test_urls(url: Any, base: str, path: tuple[Any, ...]) -> None:
    """In all the ways in which collections write them."""
    found = request_of({"method": "GET", "url": url})

    if base:
        assert (found.base.plain, found.path.parts) == (base, path)
    else:
        assert found.base.parts == (Variable("url"),)


@pytest.mark.parametrize(
    ("auth", "headers", "query", "user", "told"),
    [
        ({"type": "bearer", "bearer": {"token": "abc"}}, [("Authorization", text("Bearer abc"))], (), None, ""),
        ({"type": "apikey", "apikey": {"key": "k", "value": "{{v}}", "in": "query"}}, [], (("k", text(Variable("v", secret=True))),),
         None, ""),
        ({"type": "oauth2", "oauth2": {"accessToken": "{{at}}"}}, [("Authorization", text("Bearer ", Variable("at", secret=True)))], (),
         None, "OAuth 2.0"),
        ({"type": "jwt", "jwt": {}}, [("Authorization", text("Bearer ", Variable("JWT", secret=True)))], (), None, "JWT"),
        ({"type": "awsv4", "awsv4": {"accessKey": "a", "secretKey": "b", "region": "eu-1", "service": "s3"}}, [], (), text("a:b"), ""),
        ({"type": "hawk"}, [], (), None, "Hawk"),
        ({"type": "made-up"}, [], (), None, "made-up"),
    ],
)  # fmt: skip
def test_auth(auth: Any, headers: Any, query: Any, user: Any, told: str) -> None:
    """Each way of proving who sends a request, in both versions of the format."""
    found = request_of({"auth": auth})

    assert (list(found.headers), found.query, found.user) == (headers, query, user)
    assert told in " ".join((*found.changes, *found.left_out))
    assert auth["type"] != "awsv4" or found.curl == {"aws-sigv4": "aws:amz:eu-1:s3"}


@pytest.mark.parametrize(
    ("body", "kind", "value", "content_type"),
    [
        ({"mode": "raw", "raw": "<a/>", "options": {"raw": {"language": "xml"}}}, "text", text("<a/>"), "application/xml"),
        ({"mode": "raw", "raw": "hi {{x}}"}, "text", text("hi ", Variable("x")), "text/plain"),
        ({"mode": "raw", "raw": "{", "options": {"raw": {"language": "json"}}}, "text", text("{"), "application/json"),
        ({"mode": "raw", "raw": "[1]", "options": {"raw": {"language": "json"}}}, "json", [1], None),
        ({"mode": "urlencoded", "urlencoded": "a=1&b=2"}, "urlencoded", [("a", text("1")), ("b", text("2"))], None),
        ({"mode": "file", "file": {"src": "/tmp/a.bin"}}, "file", text("a.bin"), None),
        ({"mode": "file", "file": {}}, "file", text(Variable("file")), None),
        ({"mode": "formdata", "formdata": [{"key": "f", "type": "file", "src": ["a", "b"]}]}, "form",
         [FoundPart("f", file=text("a")), FoundPart("f", file=text("b"))], None),
    ],
)  # fmt: skip
def test_kinds_of_bodies(body: Any, kind: str, value: Any, content_type: str | None) -> None:
    """Each with the Content-Type that Postman sends, unless it goes without saying."""
    found = request_of({"method": "POST", "body": body})

    assert found.body is not None and (found.body.kind, found.body.value) == (kind, value)
    assert dict(found.headers).get("Content-Type", Text(())).plain == (content_type or "")


@pytest.mark.parametrize(
    ("text_", "words"),
    [
        ("", "no JSON"),
        ("[]", "no collection"),
        ('{"_type": "export", "__export_format": 4, "resources": []}', "Insomnia"),
        ('{"type": "collection.insomnia.rest/5.0", "collection": []}', "Insomnia"),
        ('{"clientName": "Thunder Client", "requests": []}', "Thunder"),
        ('{"id": "x", "name": "y", "order": [], "requests": []}', "version 1"),
        ('{"info": {}, "item": {}}', "no collection"),
        ("[" * 100_000, "levels"),
    ],
)
def test_other_files_are_told(text_: str, words: str) -> None:
    """What they are, and what to do."""
    (found,) = postman.read([(text_, "x.json")])

    assert isinstance(found, NotImported) and words in found.reasons[0]


@pytest.mark.parametrize(
    "item", [5, None, "x", {}, {"name": "x"}, {"item": {}}, {"request": {"method": "G T", "url": "http://x/"}}, {"request": {}}]
)
def test_items_that_are_none_are_told(item: Any) -> None:
    """One line each, and the others are read."""
    found = read(item, {"name": "Y", "request": "https://example.com/y"})

    assert isinstance(found[0], NotImported) and found[0].status == "broken"
    assert isinstance(found[1], FoundRequest) and found[1].path.plain == "/y"


def test_variables_in_a_circle_end() -> None:
    """They stay variables."""
    variables = [{"key": "a", "value": "{{b}}"}, {"key": "b", "value": "{{a}}{{a}}"}]
    (found,) = read({"name": "X", "request": "https://example.com/{{a}}"}, variable=variables)

    assert isinstance(found, FoundRequest) and found.path.parts == ("/", Variable("a"))
