"""Values that are joined, made anew, kept as paths or sent as cookies; one more header; addresses and bytes that are refused."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import Run, mostly_slow, slow
from recorder import Recorded, Recorder

from generator import catalog
from generator.render.renderer import Renderer

Made = Callable[..., Renderer]
NASTY = 'it\'s "a" $(touch x) `y` \\ & = + # % ; 中文😀'
ENCODED = "it%27s%20%22a%22%20$(touch%20x)%20%60y%60%20%5C%20%26%20%3D%20%2B%20%23%20%25%20%3B%20%E4%B8%AD%E6%96%87%F0%9F%98%80"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


@pytest.fixture
def make(tmp_path: Path, recorder: Recorder) -> Made:
    """Writes the script lab-x.sh of an endpoint that is written as in a catalog: GET /x, but for what is given."""

    def made(endpoint: Mapping[str, Any], base_url: str = "") -> Renderer:
        data = {
            "languages": ["en"],
            "backends": {"lab": {"base_url": base_url or recorder.url, "endpoints": {"x": {}}}},
            "endpoints": {"x": {"method": "GET", "path": "/x", **endpoint}},
        }
        (tmp_path / "catalog.yaml").write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
        renderer = Renderer(catalog.read(tmp_path / "catalog.yaml"))
        (tmp_path / "lab-x.sh").write_text(renderer.script("lab", "x").text, "utf-8")
        return renderer

    return made


def comparable(sent: Recorded) -> tuple[object, ...]:
    """A request without the boundary of a form, which is random."""
    boundary = re.search("boundary=(.*)", sent.header("Content-Type") or "")
    mark = boundary[1] if boundary else "\0"
    headers = sorted((name, value.replace(mark, "")) for name, value in sent.headers)
    return sent.method, sent.target, headers, sent.body.replace(mark.encode(), b"")


@pytest.fixture
def run(tmp_path: Path, bash: Run, recorder: Recorder) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Runs lab-x.sh, and then the command that its --dry-run prints: both send the same."""

    def run(*arguments: str, env: Mapping[str, str] | None = None, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        recorder.requests.clear()
        done = bash(tmp_path / "lab-x.sh", *arguments, env=env, stdin=stdin)
        if done.returncode == 0:
            sent = recorder.only()
            dry = bash(tmp_path / "lab-x.sh", "--dry-run", *arguments, env=env, stdin=stdin)
            assert (dry.returncode, dry.stderr) == (0, b"")
            assert bash("-c", dry.stdout.decode()).returncode == 0
            assert comparable(recorder.only()) == comparable(sent)
            recorder.requests.append(sent)
        return done

    return run


def parameter(*at: object, **more: object) -> dict[str, Any]:
    return {"parameters": {"p": {"at": list(at), "option": "--p", **more}}}


# ---- Paths and queries ---------------------------------------------------------------------


def test_what_stands_in_a_query(make: Made, run: Callable[..., Any], bash: Run, recorder: Recorder) -> None:
    """RFC 3986, 3.4, but for what separates pairs; the catalog's own, the user's and the printed command's alike."""
    signs = "$,:@/?!()*-._~"
    renderer = make({"query": {"own": f"{signs}&=+#%; '"}, **parameter("query", "p", type="string")})
    assert run("--p", f"{signs}&=+#%; '").returncode == 0
    value = f"{signs}%26%3D%2B%23%25%3B%20%27"
    assert recorder.only().target == f"/x?own={value}&p={value}"
    assert bash("-c", renderer.command("lab", "x").text).returncode == 0
    assert recorder.requests[-1].target == f"/x?own={value}"


@pytest.mark.parametrize(
    ("endpoint", "given"),
    [
        ({"query": {"q": "SIZE"}, **parameter("query", "q", required=True)}, lambda sent: sent.target == "/x?q=7"),
        slow({"headers": {"X-Size": "SIZE"}, **parameter("headers", "X-Size", required=True)}, lambda sent: sent.header("x-size") == "7"),
        slow({"cookies": {"size": "SIZE"}, **parameter("cookies", "size", required=True)}, lambda sent: sent.header("cookie") == "size=7"),
        slow({"method": "POST", "form": {"q": "SIZE"}, **parameter("form", "q", required=True)}, lambda sent: b"\r\n7\r\n" in sent.body),
        slow(
            {"method": "POST", "urlencoded": {"q": "SIZE"}, **parameter("urlencoded", "q", required=True)}, lambda sent: sent.body == b"q=7"
        ),
        slow({"path": "/{q}", "values": {"p": "SIZE"}, **parameter("path", "q", required=True)}, lambda sent: sent.target == "/7"),
    ],
)
def test_what_is_required_has_no_default(
    endpoint: dict[str, Any],
    given: Callable[[Recorded], bool],
    make: Made,
    run: Callable[..., Any],
    bash: Run,
    recorder: Recorder,
    tmp_path: Path,
) -> None:
    """What stands in its place is what pages and the help show: it is not sent when the user says nothing."""
    make(endpoint)
    done = run()
    assert (done.returncode, done.stdout, recorder.requests) == (2, b"", [])
    assert done.stderr == b"lab-x.sh: --p is required: add --p P\n"
    assert b"(required, such as SIZE" in bash(tmp_path / "lab-x.sh", "--help").stdout
    assert run("--p", "7").returncode == 0
    assert given(recorder.only())


@pytest.mark.parametrize(
    ("path", "value", "target"),
    [
        ("/a/{p}/b", "x/y", "/a/x%2Fy/b"),
        slow("/a/{+p}", "x/y", "/a/x/y"),
        ("/a/{+p}/raw", f"docs/{NASTY}/ü", f"/a/docs/{ENCODED.replace('$', '%24')}/%C3%BC/raw"),
        slow("/a/{+p}", "what?a#b", "/a/what%3Fa%23b"),
        slow("/a/{+p}", "x//y", "/a/x//y"),
        slow("/a/{+p}", "..x/.y", "/a/..x/.y"),
        slow("/{a,b}/{p}", "x", "/%7Ba,b%7D/x"),
    ],
)
def test_paths(path: str, value: str, target: str, make: Made, run: Callable[..., Any], recorder: Recorder) -> None:
    """In {p} a slash is encoded, in {+p} it stands (RFC 6570, 3.2.3)."""
    make({"path": path, **parameter("path", "p")})
    assert run("--p", value).returncode == 0
    assert recorder.only().target == target


@pytest.mark.parametrize("value", ["", ".", "..", "a/../b", "../a", "a/.", "./a"])
def test_parts_that_curl_would_resolve(value: str, make: Made, run: Callable[..., Any], recorder: Recorder) -> None:
    make({"path": "/a/{+p}", **parameter("path", "p")})
    done = run("--p", value)
    assert (done.returncode, done.stdout, recorder.requests) == (2, b"", [])
    assert done.stderr == b"lab-x.sh: --p cannot be empty, and has no part . or ..\n"


@pytest.mark.parametrize("method", ["PROPFIND", *map(slow, ["LIST", "M-SEARCH", "OPTIONS", "DELETE"])])
def test_methods(method: str, make: Made, run: Callable[..., Any], bash: Run, recorder: Recorder) -> None:
    """Any token that RFC 9110 allows."""
    renderer = make({"method": method})
    assert run().returncode == 0
    assert bash("-c", renderer.command("lab", "x").text).returncode == 0
    assert [request.method for request in recorder.requests] == [method, method]


@pytest.mark.parametrize("end", ["?a=b", "#x", " ", "\r", "\n", "/a b", "\t"])
def test_base_urls_that_mean_something_else(end: str, make: Made, run: Callable[..., Any], recorder: Recorder) -> None:
    """A ?, a # or a blank in the address would end it, and the path would stand behind."""
    make({})
    done = run(env={"LAB_BASE_URL": recorder.url + end})
    assert (done.returncode, done.stdout, recorder.requests) == (2, b"", [])
    assert done.stderr == b"lab-x.sh: LAB_BASE_URL must have no ?, # or blank\n"


# ---- join ----------------------------------------------------------------------------------


JOINED = {
    "query": (parameter("query", "p", repeat=True, join=",", type="string"), lambda sent: sent.target, "/x?p=a,b%20c,%26"),
    "query, another sign": (
        parameter("query", "p", repeat=True, join="|", type="string"),
        lambda sent: sent.target,
        "/x?p=a%7Cb%20c%7C%26",
    ),
    "header": (parameter("headers", "X-P", repeat=True, join=", ", type="string"), lambda sent: sent.header("X-P"), "a, b c, &"),
    "cookie": (parameter("cookies", "p", repeat=True, join=":", type="string"), lambda sent: sent.header("Cookie"), "p=a:b c:&"),
    "path": ({"path": "/x/{p}", **parameter("path", "p", repeat=True, join=",")}, lambda sent: sent.target, "/x/a%2Cb%20c%2C%26"),
    "form": (
        {"method": "POST", "form": {"p": "x"}, **parameter("form", "p", repeat=True, join="+")},
        lambda sent: b"\r\n\r\na+b c+&\r\n" in sent.body,
        True,
    ),
    "fields": (
        {"method": "POST", "urlencoded": {"p": "x"}, **parameter("urlencoded", "p", repeat=True, join=" ")},
        lambda sent: sent.body,
        b"p=a+b+c+%26",
    ),
    "body": (
        {"method": "POST", "body": {"p": "x"}, **parameter("body", "p", repeat=True, join="\t")},
        lambda sent: sent.json(),
        {"p": "a\tb c\t&"},
    ),
}


@pytest.mark.parametrize(("endpoint", "arrived", "expected"), mostly_slow(JOINED, quick=["query", "form"]))
def test_join(
    endpoint: dict[str, Any], arrived: Callable[..., Any], expected: Any, make: Made, run: Callable[..., Any], recorder: Recorder
) -> None:
    """Several uses are one value."""
    make(endpoint)
    done = run("--p", "a", "--p", "b c", "--p=&")
    assert (done.returncode, done.stderr) == (0, b"")
    got = arrived(recorder.only())
    assert (got.replace(b"%20", b"+") if isinstance(got, bytes) else got) == expected


def test_join_and_its_other_sources(make: Made, run: Callable[..., Any], recorder: Recorder) -> None:
    """The default and the variable are the whole value; the argument may be given several times, too."""
    make(
        {
            "query": {"ids": "1,2"},
            "parameters": {"ids": {"at": ["query", "ids"], "argument": True, "variable": "IDS", "repeat": True, "join": ","}},
        }
    )
    for arguments, env, target in [
        ([], {}, "/x?ids=1,2"),
        ([], {"LAB_IDS": "3,4"}, "/x?ids=3,4"),
        (["5", "6"], {"LAB_IDS": "3,4"}, "/x?ids=5,6"),
        (["7"], {}, "/x?ids=7"),
    ]:
        assert run(*arguments, env=env).returncode == 0
        assert recorder.only().target == target


# ---- generate ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "place",
    [("body", "p"), *map(slow, [("headers", "X-P"), ("query", "p"), ("urlencoded", "p"), ("form", "p"), ("cookies", "p")])],
    ids=str,
)
@pytest.mark.parametrize(("kind", "pattern"), [("uuid", UUID), ("now", r"20\d\d-\d\d-\d\d(T|%3A|:|\d)+(:|%3A)\d\dZ")])
def test_generate(place: tuple[str, str], kind: str, pattern: str, make: Made, bash: Run, recorder: Recorder, tmp_path: Path) -> None:
    """Each run has a new value, unless one is given."""
    bodies = {"body": {"body": {"a": 1}}, "urlencoded": {"urlencoded": {"a": "1"}}, "form": {"form": {"a": "1"}}}
    make({"method": "POST", **bodies.get(place[0], {}), **parameter(*place, generate=kind)})
    for arguments in ([], [], ["--p", "mine"]):
        assert bash(tmp_path / "lab-x.sh", *arguments).returncode == 0
    sent = [f"{request.target} {request.headers} {request.body!r}" for request in recorder.requests]
    first, second = (re.findall(pattern, text) for text in sent[:2])
    assert len(first) == len(second) == 1
    if kind == "uuid":
        assert first != second
    assert re.findall(pattern, sent[2]) == [] and "mine" in sent[2]


def test_a_printed_command_has_a_new_value_too(make: Made, bash: Run, recorder: Recorder) -> None:
    renderer = make({"headers": {"X-P": "as written"}, **parameter("headers", "X-P", generate="uuid")})
    for _ in range(2):
        assert bash("-c", renderer.command("lab", "x").text).returncode == 0
    one, two = (request.header("X-P") for request in recorder.requests)
    assert one != two and re.fullmatch(UUID, one or "", re.IGNORECASE)


# ---- Cookies and one more header -----------------------------------------------------------


def test_cookies(make: Made, run: Callable[..., Any], bash: Run, recorder: Recorder) -> None:
    """The catalog's and the user's in one header."""
    renderer = make({"cookies": {"theme": "dark", "n": 1}, **parameter("cookies", "p", type="string")})
    assert run("--p", 'a "b" $c').returncode == 0
    assert recorder.only().header("Cookie") == 'theme=dark; n=1; p=a "b" $c'
    assert bash("-c", renderer.command("lab", "x").text).returncode == 0
    assert recorder.requests[-1].header("Cookie") == "theme=dark; n=1"
    for value in ("a;b", "a\nb", "a\rb"):
        done = run("--p", value)
        assert (done.returncode, recorder.requests) == (2, [])


def test_one_more_header(make: Made, run: Callable[..., Any], recorder: Recorder) -> None:
    make({"method": "POST", "body": {"a": 1}})
    assert run("-H", "X-Tags: a,b", "-H", f"X-Nasty: {NASTY}", "-H", "X-Empty;").returncode == 0
    sent = recorder.only()
    assert sent.header("X-Tags") == "a,b" and sent.header("X-Empty") == ""
    assert (sent.header("X-Nasty") or "").encode("latin-1").decode() == NASTY


@pytest.mark.parametrize(
    "header",
    ["", "X-A", "@file", "@/etc/passwd", "X-A: 1\nX-B: 2", "X-A: 1\r\nX-B: 2", "a b: 1", ": 1", "content-TYPE: x", "Content-Type;"],
)
def test_headers_that_are_refused(header: str, make: Made, run: Callable[..., Any], recorder: Recorder) -> None:
    """What is no line `NAME: VALUE` (curl would read a file for @), and what the script sends itself."""
    make({"method": "POST", "body": {"a": 1}})
    done = run("-H", header)
    assert (done.returncode, done.stdout, recorder.requests) == (2, b"", [])
    assert done.stderr.startswith(b"lab-x.sh: -H")


@pytest.mark.parametrize("place", [("headers", "X-P"), ("cookies", "p")], ids=["header", "cookie"])
def test_a_line_from_standard_input(place: tuple[str, str], make: Made, run: Callable[..., Any], recorder: Recorder) -> None:
    """The line break with which a program ends what it prints is no part of it."""
    make({"parameters": {"p": {"at": list(place), "argument": True, "type": "string"}}})
    assert run("-", stdin=b"it's\n").returncode == 0
    assert "it's" in (recorder.only().header("X-P" if place[0] == "headers" else "Cookie") or "")
    assert run("-", stdin=b"a\nb\n").returncode == 2


def test_a_url_that_is_too_long(make: Made, run: Callable[..., Any], recorder: Recorder) -> None:
    """Curl could not be started with it."""
    make({"parameters": {"p": {"at": ["query", "p"], "argument": True, "type": "string"}}})
    assert run("-", stdin=b"x" * 60_000).returncode == 0
    done = run("-", stdin="ü".encode() * 20_000)
    assert (done.returncode, done.stderr) == (2, b"lab-x.sh: the URL has more than 100,000 characters\n")


# ---- Bytes that are no text ----------------------------------------------------------------


PLACES = {
    "query": parameter("query", "p", type="string"),
    "header": parameter("headers", "X-P", type="string"),
    "body": {"method": "POST", "body": {"a": 1}, **parameter("body", "p", type="string")},
    "text": {"method": "POST", "text": "x", **parameter("text")},
    "form": {"method": "POST", "form": {"a": "1"}, **parameter("form", "p", type="string")},
}


@pytest.mark.parametrize("endpoint", mostly_slow(PLACES, quick=["query", "body", "text"]))
@pytest.mark.parametrize("stdin", [b"a\0b", *map(slow, [b"\0", b"gr\xfc\xdfe", b"a\xed\xa0\x80b", b"\xff"])], ids=str)
def test_standard_input_that_is_no_utf8(
    endpoint: dict[str, Any], stdin: bytes, make: Made, run: Callable[..., Any], recorder: Recorder
) -> None:
    """Refused with a word about iconv: nothing is cut off, and nothing becomes U+FFFD."""
    (given,) = endpoint["parameters"].values()
    make({**endpoint, "parameters": {"p": {**given, "argument": True}}})
    done = run("-", stdin=stdin)
    assert (done.returncode, done.stdout, recorder.requests) == (2, b"", [])
    assert b"is not UTF-8, or holds a NUL" in done.stderr and b"iconv" in done.stderr
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    "endpoint", [{"path": "/x/{p}", **parameter("path", "p")}, PLACES["query"], PLACES["body"]], ids=["path", "query", "body"]
)
def test_an_option_that_is_no_utf8(endpoint: dict[str, Any], make: Made, tmp_path: Path, recorder: Recorder) -> None:
    """Where jq would make another text of it."""
    make(endpoint)
    done = subprocess.run([b"bash", bytes(tmp_path / "lab-x.sh"), b"--p", b"gr\xfc\xdfe"], capture_output=True, check=False)
    assert (done.returncode, done.stdout, recorder.requests) == (2, b"", [])
    assert b"is not UTF-8" in done.stderr


def test_cells_at_the_same_other_address_share_a_variable(tmp_path: Path, bash: Run, recorder: Recorder) -> None:
    """It is named after the first of them; the backend's own address is another one."""
    (tmp_path / "catalog.yaml").write_text(
        "languages: [en]\n"
        "backends: {lab: {base_url: 'http://localhost:1', endpoints: {first: {}, own: {}, second: {}, third: {}}}}\n"
        "endpoints:\n"
        "  first: {method: GET, path: /a, base_url: 'http://localhost:2'}\n"
        "  own: {method: GET, path: /b}\n"
        "  second: {method: GET, path: /c, base_url: 'http://localhost:2'}\n"
        "  third: {method: GET, path: /d, base_url: 'http://localhost:3'}\n"
    )
    renderer = Renderer(catalog.read(tmp_path / "catalog.yaml"))
    for endpoint, variable in (("first", "FIRST_BASE"), ("own", "BASE"), ("second", "FIRST_BASE"), ("third", "THIRD_BASE")):
        script = tmp_path / "lab.sh"
        script.write_text(renderer.script("lab", endpoint).text, "utf-8")
        done = bash(script, env={f"LAB_{variable}_URL": recorder.url})
        assert (done.returncode, done.stderr) == (0, b"")
        assert f"\n  LAB_{variable}_URL" in bash(script, "--help").stdout.decode()
    assert [request.target for request in recorder.requests] == ["/a", "/b", "/c", "/d"]
