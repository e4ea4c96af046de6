"""Lists in pages: `--all` fetches all of them, whatever way the server says that there are more. Scripts against a recorder."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml
from conftest import Run
from recorder import Answer, Recorded, Recorder

from generator import catalog
from generator.render.renderer import Renderer

pytestmark = pytest.mark.slow  # in make check the quick ones of the good catalogs and of test_values.py stand for these

Script = Callable[..., "subprocess.CompletedProcess[bytes]"]
V = {"pipelines": [{"name": "v", "jq": ".v[]", "raw": True}]}
LINK = {"pages": "link", **V}
MORE = "lab-x.sh: there is more: add --all\n"


@pytest.fixture
def script(tmp_path: Path, bash: Run, recorder: Recorder) -> Script:
    """Runs the script of an endpoint that is written as in a catalog: GET /v1/x with a key, but for what is given."""

    def run(
        endpoint: Mapping[str, object], *arguments: str, env: Mapping[str, str] | None = None, flags: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[bytes]:
        path = tmp_path / "catalog.yaml"
        data = {
            "languages": ["en"],
            "backends": {"lab": {"base_url": recorder.url + "/v1", "api_key": {"variable": "LAB_KEY"}, "endpoints": {"x": {}}}},
            "endpoints": {"x": {"method": "GET", "path": "/x", **endpoint}},
        }
        path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
        (tmp_path / "lab-x.sh").write_text(Renderer(catalog.read(path)).script("lab", "x").text, "utf-8")
        return bash(*flags, tmp_path / "lab-x.sh", *arguments, env={"LAB_KEY": "sk-1", **(env or {})}, timeout=20)

    return run


def printed(done: subprocess.CompletedProcess[bytes]) -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def query(request: Recorded) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.target).query, keep_blank_values=True))


def pages(recorder: Recorder, *answers: tuple[Any, str | None]) -> None:
    """Answers these one after the other: JSON, or bytes, and the Link header."""

    def answer(request: Recorded) -> Answer:
        body, link = answers[min(len(recorder.requests), len(answers)) - 1]
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Answer(data, 200, {"Content-Type": "application/json", **({"Link": link} if link is not None else {})})

    recorder.answer = answer


LINKS = {
    "usual": '<{url}/v1/x?page=2>; rel="next"',
    "behind others": '<{url}/v1/x?page=99>; rel="last", <{url}/v1/x?page=2>; rel="next"',
    "no quotes": "<{url}/v1/x?page=2>;rel=next",
    "single quotes": "<{url}/v1/x?page=2>; rel='next'",
    "odd spacing": ' ,, <  {url}/v1/x?page=2 > ;  type="a" ;rel  =  "next" ,',
    "tabs": '<{url}/v1/x?page=2>\t;\trel="next"',
    "capitals": '<{url}/v1/x?page=2>; REL="NEXT"',
    "several words": '<{url}/v1/x?page=2>; rel="nofollow next"',
    "a title that looks like one": '<{url}/v1/no>; title="; rel=next, <{url}/no>; rel=next"; rel="prev", <{url}/v1/x?page=2>; rel="next"',
    "a comma in the target": '<{url}/v1/x?page=2&a=1,2>; rel="next"',
    "a parameter without a value": '<{url}/v1/x?page=2>; crossorigin; rel="next"',
    "the first of two": '<{url}/v1/x?page=2>; rel="next", <{url}/v1/x?page=77>; rel="next"',
    "only the first rel counts": '<{url}/v1/x?page=77>; rel="prev"; rel="next", <{url}/v1/x?page=2>; rel="next"',
    "a query alone": '<?page=2>; rel="next"',
    "a path": '</v1/x?page=2>; rel="next"',
    "the last part": '<x?page=2>; rel="next"',
    "climbing": '<../v1/x?page=2>; rel="next"',
    "no scheme": '<//{host}/v1/x?page=2>; rel="next"',
    "a fragment": '<{url}/v1/x?page=2#here>; rel="next"',
    "capitals in the address": '<HTTP://{host}/v1/x?page=2>; rel="next"',
}


def test_all_follows_the_link_header(script: Script, recorder: Recorder) -> None:
    """A page for each way to write the link to the next one: all in order, each with the key and what the request says, and no other."""
    ways = [link.replace("{url}", recorder.url).replace("{host}", recorder.url.removeprefix("http://")) for link in LINKS.values()]

    def answer(request: Recorded) -> Answer:
        number = int(query(request).get("page", 1))
        if number > len(ways):
            return Answer(b'{"v": ["the end"]}', 200, {"Link": f'<{recorder.url}/v1/x?page=1>; rel="prev"'})
        body = json.dumps({"v": [list(LINKS)[number - 1]]}).encode()
        return Answer(body, 200, {"Link": ways[number - 1].replace("page=2", f"page={number + 1}")})

    recorder.answer = answer
    assert printed(script({**LINK, "headers": {"X-A": "1"}}, "--all")) == (0, "\n".join([*LINKS, "the end\n"]), "")
    assert [request.target.split("&")[0] for request in recorder.requests] == [
        "/v1/x",
        *(f"/v1/x?page={number}" for number in range(2, len(ways) + 2)),
    ]
    assert {(request.header("Authorization"), request.header("X-A")) for request in recorder.requests} == {("Bearer sk-1", "1")}


@pytest.mark.parametrize(
    "link", [None, "", '<{url}/x?page=2>; rel="prev"', "<{url}/v1/x?page=2>", '<{url}/x>; rel="nextish"', '<{url}/x>; xrel="next"']
)  # fmt: skip
def test_no_next_page(link: str | None, script: Script, recorder: Recorder) -> None:
    pages(recorder, ({"v": ["a"]}, link and link.replace("{url}", recorder.url)))
    assert printed(script(LINK, "--all")) == (0, "a\n", "")
    assert len(recorder.requests) == 1


def test_several_headers(script: Script, recorder: Recorder) -> None:
    """Each holds links."""
    links = {"Link": '<?page=9>; rel="last"', "link": '<?page=1>; rel="first", <?page=2>; rel="next"', "X-Link": '<?page=7>; rel="next"'}
    recorder.answer = lambda request: Answer(b'{"v": ["a"]}', 200, links if len(recorder.requests) == 1 else {})
    assert printed(script(LINK, "--all")) == (0, "a\na\n", "")
    assert query(recorder.requests[1]) == {"page": "2"}


def test_without_all_it_says_that_there_is_more(script: Script, recorder: Recorder) -> None:
    pages(recorder, ({"v": ["a"]}, '<?page=2>; rel="next"'))
    assert printed(script(LINK)) == (0, "a\n", MORE)
    assert printed(script(LINK, "--raw")) == (0, '{"v": ["a"]}', MORE)
    assert len(recorder.requests) == 2


ELSEWHERE = {
    "host": "http://example.com/v1/x?page=2",
    "no scheme": "//example.com/v1/x?page=2",
    "port": "http://127.0.0.1:1/v1/x?page=2",
    "no port": "http://127.0.0.1/v1/x?page=2",
    "scheme": "https://{host}/v1/x?page=2",
    "another scheme": "file:///etc/passwd",
    "a user who looks like the host": "http://{host}@example.com/v1/x",
    "a host that starts alike": "http://{host}.example.com/v1/x",
    "a port that starts alike": "http://{host}0/v1/x",
    "a backslash": "http://example.com\\@{host}\\x",
}


@pytest.mark.parametrize("target", ELSEWHERE.values(), ids=ELSEWHERE)
def test_no_other_server_is_asked(target: str, script: Script, recorder: Recorder) -> None:
    """The key stays at home, and what came before stands."""
    target = target.replace("{host}", recorder.url.removeprefix("http://"))
    pages(recorder, ({"v": ["a"]}, f'<{target}>; rel="next"'))
    status, out, err = printed(script(LINK, "--all"))
    if "\\" in target:  # it can be read in two ways, of which ours asks the page's own server
        assert [request.target for request in recorder.requests[1:]] in ([], ["/x"])
        return
    assert (status, out, len(recorder.requests)) == (5, "a\n", 1)
    assert err.startswith("lab-x.sh: the next page is at another server, which is not asked: ")


def test_a_user_in_the_base_url_stays(script: Script, recorder: Recorder) -> None:
    """The server's links do not have it."""
    pages(recorder, ({"v": ["a"]}, f'<{recorder.url}/v1/x?page=2>; rel="next"'), ({"v": ["b"]}, None))
    base = recorder.url.replace("//", "//me:pw@")
    assert printed(script({**LINK, "api_key": None}, "--all", env={"LAB_BASE_URL": f"{base}/v1"})) == (0, "a\nb\n", "")
    assert [request.header("Authorization") for request in recorder.requests] == ["Basic bWU6cHc="] * 2


@pytest.mark.parametrize("link", ['<>; rel="next"', '<#top>; rel="next"', '<x>; rel="next"', '<{url}/v1/x>; rel="next"'])
def test_a_page_that_leads_to_itself(link: str, script: Script, recorder: Recorder) -> None:
    pages(recorder, ({"v": ["a"]}, link.replace("{url}", recorder.url)))
    assert printed(script(LINK, "--all"))[:2] == (5, "a\n")
    assert len(recorder.requests) == 1


def test_a_circle_of_pages(script: Script, recorder: Recorder) -> None:
    recorder.answer = lambda request: Answer(
        b'{"v": ["a"]}', 200, {"Link": f"<?page={ {'1': 2, '2': 3, '3': 2}[query(request).get('page', '1')] }>; rel=next"}
    )
    status, out, err = printed(script(LINK, "--all"))
    assert (status, out) == (5, "a\na\na\n")
    assert err.startswith(f"lab-x.sh: the list goes in a circle: {recorder.url}/v1/x?page=2 comes after itself")


def test_a_page_that_fails(script: Script, recorder: Recorder) -> None:
    """It ends with 22, and what came before stands; the message has its own words, not those of the page before."""

    def answer(request: Recorded) -> Answer:
        first = len(recorder.requests) == 1
        return Answer(b'{"v": ["a"], "message": "no"}' if first else b"", 200 if first else 500, {"Link": "<?page=2>; rel=next"})

    recorder.answer = answer
    assert printed(script(LINK, "--all")) == (22, "a\n", f"lab-x.sh: HTTP 500 from {recorder.url}/v1/x?page=2\n")


def test_no_connection_to_a_page(script: Script, recorder: Recorder) -> None:
    recorder.answer = lambda request: (
        Answer(b'{"v": ["a"], "message": "no"}', 200, {"Link": "<?page=2>; rel=next"}) if len(recorder.requests) == 1 else None
    )
    status, out, err = printed(script(LINK, "--all"))
    assert (status, out) == (52, "a\n")
    assert ": no" not in err


def test_an_empty_page_is_none_of_the_errors(script: Script, recorder: Recorder) -> None:
    """Only a list in which no page has anything is said to be empty."""
    pages(recorder, ({"v": []}, "<?page=2>; rel=next"), ({"v": ["b"]}, "<?page=3>; rel=next"), ({"v": []}, None))
    assert printed(script(LINK, "--all")) == (0, "b\n", "")
    recorder.requests.clear()
    pages(recorder, ({"v": []}, "<?page=2>; rel=next"), ({"v": []}, None))
    assert printed(script(LINK, "--all"))[:2] == (5, "")


def test_each_page_with_raw_and_include(script: Script, recorder: Recorder) -> None:
    pages(recorder, (b'{"v":\n[1]}', "<?page=2>; rel=next"), (b'{"v": [2]}\n', None))
    done = script(LINK, "--all", "--raw", "-i")
    assert done.stdout == b'{"v":\n[1]}{"v": [2]}\n'
    assert done.stderr.count(b"200 OK\n") == 2


def test_pages_as_they_are(script: Script, recorder: Recorder) -> None:
    """Without a pipeline, each page starts on a line of its own."""
    pages(recorder, (b"[1]", "<?page=2>; rel=next"), (b"[2]\n", "<?page=3>; rel=next"), (b"[3]", None))
    assert printed(script({"pages": "link"}, "--all")) == (0, "[1]\n[2]\n[3]\n", "")
    recorder.requests.clear()
    assert printed(script({"pages": "link", "response": "text"}, "--all")) == (0, "[1]\n[2]\n[3]\n", "")


def test_a_page_that_is_no_json(script: Script, recorder: Recorder) -> None:
    for endpoint in (LINK, {"pages": "link"}):
        recorder.requests.clear()
        pages(recorder, ({"v": ["a"]}, "<?page=2>; rel=next"), (b"<html>", None))
        assert printed(script(endpoint, "--all"))[0] == 5


# ---- Cursors -------------------------------------------------------------------------------

QUERY = {"pages": {"next": ".next", "at": ["query", "cur sor"]}, "query": {"n": 2}, **V}
FIELDS = {
    "method": "POST",
    "urlencoded": {"q": "$(x) &", "n": 2},
    "parameters": {"n": {"at": ["urlencoded", "n"], "option": "--n"}},
    **V,
}
BODY = {"method": "POST", "body": {"q": {"a": "$(x)"}}, "pages": {"next": ".next", "at": ["body", "q", "after"]}, **V}
CURSORS = {"all": ["a b&c=d#e?f/+%", "'\"$(touch pwned)`", "下一页", 7, 0, -1.5, "-x", "@file"], "the text 0": ["0"]}
"""Each leads to the page with the next one. 0 and the text 0 are the same in a query."""


def pages_by(recorder: Recorder, cursors: list[Any], end: dict[str, Any]) -> str:
    """Answers a page for each cursor, then one that is the last; returns what the filter finds in them."""
    pages(recorder, *(({"v": [number], "next": cursor}, None) for number, cursor in enumerate(cursors)), ({"v": ["end"], **end}, None))
    return "".join(f"{number}\n" for number in range(len(cursors))) + "end\n"


def as_text(cursor: Any) -> str:
    return cursor if isinstance(cursor, str) else json.dumps(cursor)


@pytest.mark.parametrize("cursors", CURSORS.values(), ids=CURSORS)
def test_a_cursor_in_the_query(cursors: list[Any], script: Script, recorder: Recorder) -> None:
    found = pages_by(recorder, cursors, {"next": None})
    assert printed(script(QUERY, "--all")) == (0, found, "")
    sent = [parse_qsl(urlsplit(request.target).query, keep_blank_values=True) for request in recorder.requests]
    assert sent == [[("n", "2")], *([("n", "2"), ("cur sor", as_text(cursor))] for cursor in cursors)]  # one cursor, not one more


@pytest.mark.parametrize("cursors", [[*CURSORS["all"], ["x", 1], {"id": {"S": "x"}}], ["0"]], ids=CURSORS)
def test_a_cursor_in_the_body(cursors: list[Any], script: Script, recorder: Recorder) -> None:
    """As the JSON that it is."""
    found = pages_by(recorder, cursors, {})
    assert printed(script(BODY, "--all")) == (0, found, "")
    sent = [request.json() for request in recorder.requests]
    assert sent == [{"q": {"a": "$(x)"}}, *({"q": {"a": "$(x)", "after": cursor}} for cursor in cursors)]


@pytest.mark.parametrize("cursors", CURSORS.values(), ids=CURSORS)
@pytest.mark.parametrize("field", ["cur sor", "n", "a[*]"])
def test_a_cursor_in_a_field(cursors: list[Any], field: str, script: Script, recorder: Recorder) -> None:
    """Of a web form: a new one, or in place of what the catalog says or the user gave."""
    found = pages_by(recorder, cursors, {"next": None})
    given = ("--n", "5") if field == "n" else ()
    assert printed(script({**FIELDS, "pages": {"next": ".next", "at": ["urlencoded", field]}}, "--all", *given)) == (0, found, "")
    first = {"q": "$(x) &", "n": "5" if given else "2"}
    sent = [sorted(parse_qsl(request.body.decode())) for request in recorder.requests]
    assert sent == [sorted({**first, **cursor}.items()) for cursor in ({}, *({field: as_text(cursor)} for cursor in cursors))]


ADDRESS = {"pages": {"next": "._links.next"}, "query": {"n": 2}, **V}


@pytest.mark.parametrize(
    "address", ["{url}/v1/x?page=2", "/v1/x?page=2", "?page=2", "x?page=2", "//{host}/v1/x?page=2", "{url}/v1/x?page=2#a"]
)
def test_an_address_in_the_answer(address: str, script: Script, recorder: Recorder) -> None:
    """As in a Link header: absolute, or from the page's own address. It says the whole query."""
    link = address.format(url=recorder.url, host=recorder.url.removeprefix("http://"))
    pages(recorder, ({"v": ["a"], "_links": {"next": link}}, None), ({"v": ["b"], "_links": {}}, None))
    assert printed(script(ADDRESS)) == (0, "a\n", MORE)
    recorder.requests.clear()
    assert printed(script(ADDRESS, "--all")) == (0, "a\nb\n", "")
    assert [(request.target, request.header("Authorization")) for request in recorder.requests] == [
        ("/v1/x?n=2", "Bearer sk-1"),
        ("/v1/x?page=2", "Bearer sk-1"),
    ]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://127.0.0.1:1/x", "the next page is at another server, which is not asked: http://127.0.0.1:1/x"),
        ("?n=2", "the list goes in a circle"),
        (7, "the answer does not say which page is next"),
        ({"href": "?page=2"}, "the answer does not say which page is next"),
    ],
    ids=str,
)
def test_an_address_that_is_not_asked(address: Any, words: str, script: Script, recorder: Recorder) -> None:
    pages(recorder, ({"v": ["a"], "_links": {"next": address}}, None))
    status, out, err = printed(script(ADDRESS, "--all"))
    assert (status, out, len(recorder.requests)) == (5, "a\n", 1)
    assert words in err


@pytest.mark.parametrize("endpoint", [QUERY, BODY], ids=["query", "body"])
@pytest.mark.parametrize("rest", [{}, {"next": None}, {"next": ""}, {"next": False}])
def test_a_cursor_that_says_no_more(endpoint: Mapping[str, object], rest: dict[str, Any], script: Script, recorder: Recorder) -> None:
    pages(recorder, ({"v": ["a"], **rest}, None))
    assert printed(script(endpoint, "--all")) == (0, "a\n", "")
    assert printed(script(endpoint)) == (0, "a\n", "")


@pytest.mark.parametrize("endpoint", [QUERY, BODY], ids=["query", "body"])
def test_a_cursor_that_stays_the_same(endpoint: Mapping[str, object], script: Script, recorder: Recorder) -> None:
    pages(recorder, ({"v": ["a"], "next": "x"}, None))
    status, out, err = printed(script(endpoint, "--all"))
    assert (status, out) == (5, "a\na\n")
    assert 'the list goes in a circle: "x" comes after itself' in err


@pytest.mark.parametrize("cursor", ["9007199254740993123", "-9007199254740993123"])
def test_a_number_too_long_for_jq(cursor: str, script: Script, recorder: Recorder) -> None:
    """It would lead to another page."""
    pages(recorder, (f'{{"v": ["a"], "next": {cursor}}}'.encode(), None))
    assert printed(script(QUERY, "--all"))[:2] == (5, "a\n")
    assert len(recorder.requests) == 1


def test_a_filter_that_fails(script: Script, recorder: Recorder) -> None:
    pages(recorder, ({"v": ["a"], "next": 3}, None))
    status, out, err = printed(script({**QUERY, "pages": {"next": ".next.token", "at": ["query", "t"]}}, "--all"))
    assert (status, out) == (5, "a\n")
    assert "the answer does not say which page is next" in err


def test_the_last_item_as_a_cursor(script: Script, recorder: Recorder) -> None:
    """As Stripe has it."""
    pages(recorder, ({"v": ["a", "b"], "has_more": True}, None), ({"v": ["c"], "has_more": False}, None))
    stripe = {"pages": {"next": "if .has_more then .v[-1] else null end", "at": ["query", "starting_after"]}, **V}
    assert printed(script(stripe, "--all")) == (0, "a\nb\nc\n", "")
    assert query(recorder.requests[1]) == {"starting_after": "b"}


PAGE = {"parameters": {"page": {"at": ["query", "page"], "option": "--page", "type": "integer"}}}


def test_users_own_page(script: Script, recorder: Recorder) -> None:
    """The list goes on from there; the next page takes its place."""
    numbered = {
        "pages": {"next": "if .page < 4 then .page + 1 else null end", "at": ["query", "page"]},
        "query": {"page": 1, "n": "a,b"},
        **V,
    }
    recorder.answer = lambda request: Answer(json.dumps({"v": [query(request)["page"]], "page": int(query(request)["page"])}).encode())
    assert printed(script({**numbered, **PAGE}, "--all", "--page", "2")) == (0, "2\n3\n4\n", "")
    assert [query(request) for request in recorder.requests] == [{"page": number, "n": "a,b"} for number in "234"]


def test_no_body_from_a_file(script: Script, recorder: Recorder, tmp_path: Path) -> None:
    """It would be sent for each page, or be read to its end by the first."""
    (tmp_path / "home" / "x").write_text("{}")
    assert printed(script(BODY, "--all", "--body", "x")) == (2, "", "lab-x.sh: --all has no --body: each page needs a body of its own\n")
    assert recorder.requests == []
    assert script(BODY, "--body", "x").returncode == 5
    recorder.requests.clear()
    fields = {**FIELDS, "pages": {"next": ".next", "at": ["urlencoded", "c"]}}
    assert script(fields, "--all", "--body", "x").returncode == 2
    assert recorder.requests == []


def test_set_fields_stay(script: Script, recorder: Recorder) -> None:
    pages(recorder, ({"v": ["a"], "next": "n"}, None), ({"v": ["b"]}, None))
    assert printed(script(BODY, "--all", "--set", "q.size=3")) == (0, "a\nb\n", "")
    assert [request.json()["q"] for request in recorder.requests] == [{"a": "$(x)", "size": 3}, {"a": "$(x)", "size": 3, "after": "n"}]


@pytest.mark.parametrize(
    ("place", "header", "in_query"),
    [
        ({"query": "k"}, None, {"k": "a b&:c"}),
        ({"header": "X-Key"}, "X-Key", {}),
        ({"cookie": "s"}, "Cookie", {}),
        ({"scheme": "basic"}, "Authorization", {}),
    ],
    ids=["query", "header", "cookie", "basic"],
)
@pytest.mark.parametrize("endpoint", [QUERY, BODY], ids=["in query", "in body"])
def test_each_page_has_the_key(
    endpoint: Mapping[str, object],
    place: dict[str, str],
    header: str | None,
    in_query: dict[str, str],
    script: Script,
    recorder: Recorder,
) -> None:
    """Wherever it goes, and whatever stands beside the cursor."""
    pages(recorder, ({"v": ["a"], "next": "n"}, None), ({"v": ["b"]}, None))
    done = script({**endpoint, "api_key": {"variable": "LAB_KEY", **place}}, "--all", env={"LAB_KEY": "a b&:c"}, flags=("-x",))
    assert (done.returncode, done.stdout) == (0, b"a\nb\n")
    assert b"b&:c" not in done.stderr
    first, second = recorder.requests
    if header:
        assert first.header(header) == second.header(header) is not None
    assert {**query(first), **in_query} == query(first)
    assert query(second) == {**query(first), **({"cur sor": "n"} if endpoint is QUERY else {})}


def test_key_and_trace(script: Script, recorder: Recorder) -> None:
    """No page's key is in a trace."""
    pages(recorder, ({"v": ["a"]}, "<?page=2>; rel=next"), ({"v": ["b"]}, None))
    done = script(LINK, "--all", flags=("-x",))
    assert done.stdout == b"a\nb\n"
    assert b"sk-1" not in done.stderr


def test_dry_run_is_the_first_page(script: Script, recorder: Recorder) -> None:
    done = script(LINK, "--dry-run", "--all")
    assert (done.returncode, done.stderr, recorder.requests) == (0, b"", [])
    assert done.stdout.decode() == f"curl -fsS '{recorder.url}/v1/x' -H \"Authorization: Bearer $LAB_KEY\"\n"


def test_an_error_in_a_page(script: Script, recorder: Recorder) -> None:
    pages(recorder, ({"v": ["a"]}, "<?page=2>; rel=next"), ({"v": ["b"], "error": "half"}, "<?page=3>; rel=next"))
    assert printed(script({**LINK, "failure": ".error"}, "--all")) == (5, "a\nb\n", "lab-x.sh: the answer holds an error: half\n")


def test_a_page_not_modified(script: Script, recorder: Recorder) -> None:
    recorder.answer = lambda request: Answer(b"", 304, {"Link": "<?page=2>; rel=next"})
    assert printed(script({**LINK, "success": ["2xx", 304]}, "--all")) == (0, "", "")
