"""The settings of `curl:`: what scripts, what --dry-run prints and printed commands make of each, alone and together."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import itertools
import json
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from api import Api
from conftest import Run, mostly_slow
from linters import complaints
from recorder import Answer, Recorded, Recorder, recording
from wire import sent

pytestmark = pytest.mark.slow  # in make check the quick ones of the good catalogs and of test_values.py stand for these

ASK = {"method": "POST", "path": "/ask", "body": {"q": "why"}, "pipelines": [{"name": "a", "jq": ".a", "raw": True}]}
READ = {"method": "GET", "path": "/read", "response": "text"}
TAIL = {"method": "GET", "path": "/tail", "response": "events", "pipelines": [{"name": "a", "jq": ".a"}]}


MakeApi = Callable[..., Api]


@pytest.fixture
def api(bash: Run, tmp_path: Path) -> MakeApi:
    return lambda base_url, curl, **endpoints: Api(bash, tmp_path, base_url, curl, **endpoints)


@pytest.fixture
def home(bash: Run, tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def socket(tmp_path: Path) -> Iterator[tuple[Path, Recorder]]:
    """A recorder behind a unix socket whose path a shell would take apart."""
    path = tmp_path / "a $(touch pwned) 's.sock"
    with recording(socket=path) as recorder:
        recorder.answers({"a": "yes"})
        yield path, recorder


def test_unix_socket(socket: tuple[Path, Recorder], api: MakeApi, home: Path) -> None:
    """The server is reached through it, past any proxy; the URL says host and path all the same."""
    path, recorder = socket
    made = api("http://daemon.example/v1.44", {"unix-socket": str(path)}, ask=ASK)
    proxy = {"http_proxy": "http://127.0.0.1:1", "all_proxy": "http://127.0.0.1:1"}

    for done in made.run_all("ask", **proxy):
        assert (done.returncode, done.stderr) == (0, b"")
    requests = [sent(request) for request in recorder.requests]
    assert len(requests) == 3 and requests[0] == requests[1] == requests[2]
    assert (requests[0].target, recorder.requests[0].header("host")) == ("/v1.44/ask", "daemon.example")
    assert not (home / "pwned").exists()


def test_unix_socket_of_the_user(socket: tuple[Path, Recorder], api: MakeApi) -> None:
    """The variable names another one, and --dry-run says which; ~/ in the catalog is the home folder."""
    path, recorder = socket
    made = api("http://localhost/v1", {"unix-socket": "~/no such.sock"}, read=READ)

    assert made.run("read", API_UNIX_SOCKET=str(path)).returncode == 0
    assert recorder.only().target == "/v1/read"
    dry = made.run("read", "--dry-run", API_UNIX_SOCKET=str(path)).stdout.decode()
    assert str(path).replace("'", "'\\''") in dry
    assert made.command("read").startswith("curl -fsS --unix-socket ~/'no such.sock' http://localhost/v1/read")


@pytest.mark.parametrize("there", [False, True])
def test_no_server_behind_the_socket(there: bool, api: MakeApi, home: Path) -> None:
    """The message names the socket and the variable that changes it."""
    if there:
        with recording(socket=home / "d.sock"):
            pass
    done = api("http://localhost/v1", {"unix-socket": "~/d.sock"}, read=READ, tail=TAIL).run("read")

    assert (done.returncode, done.stdout) == (7, b"")
    last = done.stderr.decode().splitlines()[-1]
    assert last == (
        f"api-read.sh: curl error 7 at http://localhost/v1/read through {home}/d.sock "
        "(see API_BASE_URL, API_UNIX_SOCKET, API_TIMEOUT and API_CURLRC)"
    )


@pytest.mark.parametrize("response", ["json", "text", "file", "events"])
def test_compressed(response: str, api: MakeApi, recorder: Recorder, home: Path) -> None:
    """The answer comes packed and is read unpacked, with --raw too, whatever a curlrc says."""
    answers = {"json": b'{"a": "yes"}', "text": b"yes\n", "file": b"yes\n", "events": b'data: {"a": "yes"}\n\n'}
    plain = answers[response]

    def answer(request: Recorded) -> Answer:
        assert "gzip" in (request.header("accept-encoding") or "")
        return Answer(gzip.compress(plain), 200, {"Content-Encoding": "gzip"})

    recorder.answer = answer
    endpoint = {
        **READ,
        "response": response,
        "pipelines": [{"name": "a", "jq": ".a", "raw": True}] if response in ("json", "events") else None,
    }
    made = api(recorder.url, {"compressed": True}, read={**endpoint, **({"save_as": "kept"} if response == "file" else {})})
    (home / ".curlrc").write_text("no-compressed\nraw\n")

    done = made.run("read")
    assert (done.returncode, (home / "kept").read_bytes() if response == "file" else done.stdout) == (0, b"yes\n")
    assert made.run("read", "--raw").stdout == plain
    (home / ".curlrc").unlink()
    assert made.run_all("read")[1].returncode == 0
    assert "curl -fsS --compressed" in made.command("read").replace("-fsSN", "-fsS")


BASIC = {"variable": "K", "scheme": "basic"}
LACKING = {
    "unix-socket": ("UnixSockets", "/x.sock", "unix sockets (--unix-socket)"),
    "compressed": ("libz brotli zstd", True, "unpack answers (--compressed)"),
    "http2": ("HTTP2", True, "HTTP/2 (--http2)"),
    "aws-sigv4": ("--aws-sigv4", "aws:amz", "sign requests (--aws-sigv4)"),
}


@pytest.mark.parametrize("setting", LACKING)
def test_a_curl_that_lacks_it(setting: str, api: MakeApi, recorder: Recorder, tmp_path: Path) -> None:
    """It is said before anything is sent, and --dry-run works all the same."""
    lacking, value, words = LACKING[setting]
    bin = tmp_path / "bin"
    bin.mkdir()
    real = shutil.which("curl")
    removed = " ".join(f"-e s/{name}//g" for name in lacking.split())
    (bin / "curl").write_text(
        f'#!/bin/sh\nif [ "$2" = --aws-sigv4 ]; then exit 2; fi\n'
        f'if [ "$2" = --version ]; then {real} --version | sed {removed}; else exec {real} "$@"; fi\n'
    )
    (bin / "curl").chmod(0o755)
    made = api(recorder.url, {setting: value}, api_key=BASIC if setting == "aws-sigv4" else None, read=READ)

    done = made.run("read", PATH=f"{bin}:{os.environ['PATH']}")
    assert (done.returncode, done.stdout, recorder.requests) == (127, b"", [])
    assert words in done.stderr.decode()
    assert made.run("read", "--dry-run", PATH=f"{bin}:{os.environ['PATH']}").returncode == 0


BUSY = [Answer(b'{"a": "busy"}', 503, {"Retry-After": "0"}), Answer(b'{"a": "busy"}', 429), Answer(b'{"a": "yes"}', 200, {"X-Last": "1"})]


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [(), ("-",)], ids=["given", "stdin"])
def test_retry(arguments: tuple[str, ...], api: MakeApi, recorder: Recorder, home: Path) -> None:
    """Busy servers are asked again, with the same body; only the last answer counts, its headers too; no curlrc ends it early."""
    answers = iter(BUSY)
    recorder.answer = lambda request: next(answers)
    ask = {**ASK, "parameters": {"q": {"at": ["body", "q"], "argument": True}}}
    (home / ".curlrc").write_text("retry = 0\nretry-max-time = 1\nretry-delay = 0\n")

    done = api(recorder.url, {"retry": 2}, ask=ask).run("ask", "-i", *arguments, stdin=b"why\nso\n")
    assert (done.returncode, done.stdout) == (0, b"yes\n")
    assert len({(request.target, request.body) for request in recorder.requests}) == 1 and len(recorder.requests) == 3
    assert recorder.requests[0].json()["q"] == ("why\nso\n" if arguments else "why")
    assert done.stderr.startswith(b"HTTP/1.1 200") and b"503" not in done.stderr and b"X-Last: 1" in done.stderr


INPUT = b"a\0\xff\n" * 3
FROM_INPUT: Mapping[str, Mapping[str, Any]] = {
    "file": {"method": "PUT", "file": "x", "parameters": {"f": {"at": ["file"], "argument": True}}},
    "form": {"form": {"f": {"file": "x"}}, "parameters": {"f": {"at": ["form", "f"], "argument": True}}},
    "text": {"text": "x"},
}


@pytest.mark.parametrize("body", mostly_slow({body: body for body in FROM_INPUT}, ["file"]))
def test_retry_of_standard_input(body: str, api: MakeApi, recorder: Recorder) -> None:
    """It is sent a second time as it was sent the first time, whatever body it is."""
    answers = iter([Answer(b"busy", 503, {"Retry-After": "0"}), Answer(b"yes")])
    recorder.answer = lambda request: next(answers)
    made = api(recorder.url, {"retry": 1}, read={**READ, "method": "POST", **FROM_INPUT[body]})

    assert made.run("read", *(["--body", "-"] if body == "text" else ["-"]), stdin=INPUT).returncode == 0
    first, second = (sent(request) for request in recorder.requests)
    assert first == second and INPUT in recorder.requests[1].body


def test_cookie_jar(api: MakeApi, recorder: Recorder, home: Path) -> None:
    """A login's cookies, session cookies too, go with the next request of any script; nobody else may read them."""
    recorder.answers({}, Set_Cookie="sid=s1; Path=/")
    made = api(f"{recorder.url}/api", {"cookie-jar": "the 'jar"}, ask=ASK, read=READ)
    (home / ".curlrc").write_text("junk-session-cookies\ncookie-jar = elsewhere\n")

    assert made.run("read").returncode == 0
    assert stat.S_IMODE((home / "the 'jar").stat().st_mode) == 0o600
    (home / ".curlrc").unlink()
    made.run_all("read")
    assert [request.header("cookie") for request in recorder.requests] == [None, "sid=s1", "sid=s1", "sid=s1"]
    assert not (home / "elsewhere").exists()


@pytest.mark.parametrize("jar", ["no folder/jar", "folder"])
def test_cookie_jar_that_cannot_be_written(jar: str, api: MakeApi, recorder: Recorder, home: Path) -> None:
    """It is said before anything is sent: curl would not say so."""
    (home / "folder").mkdir()
    done = api(recorder.url, {"cookie-jar": jar}, read=READ).run("read")

    assert (done.returncode, recorder.requests) == (2, [])
    assert f"the cookie jar {jar}" in done.stderr.decode()


@pytest.mark.parametrize(("setting", "what"), [("cacert", "CA certificate"), ("cert", "client certificate"), ("key", "private key")])
def test_missing_file(setting: str, what: str, api: MakeApi, recorder: Recorder, home: Path) -> None:
    """It is said before anything is sent; --dry-run does not need it."""
    (home / "there.pem").touch()
    files = {"cert": "there.pem"} if setting == "key" else {}
    made = api(recorder.url, {**files, setting: "~/a b:c.pem"}, read=READ)

    done = made.run("read")
    assert (done.returncode, done.stdout, recorder.requests) == (2, b"", [])
    assert done.stderr.decode() == f"api-read.sh: cannot read the {what} ~/a b:c.pem\n"
    assert made.run("read", "--dry-run").returncode == 0


def test_max_time(api: MakeApi, recorder: Recorder) -> None:
    """It is the default of the variable, for a stream the seconds of silence; --help and --dry-run say so."""
    made = api(recorder.url, {"max-time": 7}, read=READ, tail=TAIL)

    assert made.command("read").startswith("curl -fsS -m 7 ") and made.command("tail").startswith("curl -fsSN -y 7 ")
    assert made.run("read", "--dry-run", API_TIMEOUT="9").stdout.startswith(b"curl -fsS -m 9 ")
    assert b"(default: 7; always 10 to connect)" in made.run("read", "--help").stdout
    assert made.run("read").returncode == 0


def test_max_time_ends_a_transfer(api: MakeApi, recorder: Recorder) -> None:
    """A server that says nothing is left after that time."""
    import time

    recorder.answer = lambda request: time.sleep(0.5)  # type: ignore[func-returns-value]
    assert api(recorder.url, {"max-time": 0.1}, read=READ).run("read").returncode == 28


def test_expect_is_never_sent(api: MakeApi, recorder: Recorder) -> None:
    """A long body comes at once, from the script as from what --dry-run prints."""
    text = {"method": "POST", "path": "/x", "text": "x", "parameters": {"x": {"at": ["text"], "argument": True}}, "response": "none"}
    made = api(recorder.url, {}, say=text)

    assert made.run("say", "-", stdin=b"x" * 1_100_000).returncode == 0
    assert (len(recorder.requests[0].body), recorder.requests[0].header("expect")) == (1_100_000, None)


# ---- Redirects -----------------------------------------------------------------------------

KEYS: Mapping[str, Mapping[str, Any]] = {
    "bearer": {"variable": "K"},
    "header": {"variable": "K", "header": "X-API-Key"},
    "basic": BASIC,
    "cookie": {"variable": "K", "cookie": "session"},
    "query": {"variable": "K", "query": "key"},
}
SECRET = "zq7Kx:+%'$(x)\\"
"""It has a : in it, so that it may be a name and a password."""


def holds_secret(request: Recorded) -> bool:
    """Whether the secret is in a request, in whatever place."""
    basic = base64.b64encode(SECRET.encode()).decode()
    return any(form in f"{unquote(request.target)} {request.headers} {request.body!r}" for form in ("zq7Kx", basic))


def redirects(here: Recorder, status: int, to: Callable[[Recorded], str | None]) -> None:
    """Makes a server answer with a redirect where `to` says one, else with a good answer."""

    def answer(request: Recorded) -> Answer:
        location = to(request)
        return Answer(b"moved", status, {"Location": location}) if location else Answer(b'{"a": "yes"}')

    here.answer = answer


@pytest.fixture
def other() -> Iterator[Recorder]:
    """Another server: another port is one, too."""
    with recording() as recorder:
        recorder.answers({"a": "other"})
        yield recorder


def keyed(api: MakeApi, base_url: str, key: str, curl: Mapping[str, Any] | None = None, **endpoints: Any) -> Api:
    return api(base_url, {"location": True, **(curl or {})}, api_key=KEYS[key], **endpoints)


@pytest.mark.parametrize("key", KEYS)
def test_key_stays_at_home(key: str, api: MakeApi, recorder: Recorder, other: Recorder, home: Path) -> None:
    """On the same server it goes along, to another one it does not; nor does a curlrc send it there."""
    to_other = f"http://localhost:{other.port}/there"
    redirects(recorder, 302, lambda request: {"/read": "/moved", "/moved": to_other}.get(request.target.partition("?")[0]))
    (home / ".curlrc").write_text("location-trusted\nmax-redirs = 0\n")
    made = keyed(api, recorder.url, key, read=READ)

    done = made.run("read", "-i", K=SECRET)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"a": "other"})
    assert done.stderr.startswith(b"HTTP/1.1 200") and b"302" not in done.stderr
    assert [holds_secret(request) for request in recorder.requests] == [True, True]
    assert not holds_secret(other.only())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_methods_of_redirects(method: str, status: int, api: MakeApi, recorder: Recorder) -> None:
    """Method and body go along as with the printed command, which leaves it to curl -L."""
    redirects(recorder, status, lambda request: "/moved" if request.target == "/read" else None)
    ask = {**READ, "method": method, "headers": {"X-A": "a"}, **({"text": "why"} if method == "POST" else {})}
    made = api(recorder.url, {"location": True}, read={**ask, "response": "none" if method == "HEAD" else "text"})

    done = made.run_all("read")
    assert [one.returncode for one in done] == [0, 0, 0]
    requests = [sent(request) for request in recorder.requests]
    assert len(requests) == 6
    for request in requests[1::2]:
        request.headers.pop("content-type", None)  # older curls keep it with a GET
    assert requests[:2] == requests[2:4] == requests[4:]
    assert requests[1].method == ("GET" if method == "POST" and status < 307 else method)


@pytest.mark.parametrize(("status", "method"), [(301, "PUT"), (302, "PUT"), (303, "GET"), (307, "PUT"), (308, "PUT")])
@pytest.mark.parametrize("body", ["text", "form"])
def test_other_methods_of_redirects(body: str, status: int, method: str, api: MakeApi, recorder: Recorder) -> None:
    """A PUT stays a PUT with its body, or becomes a GET without (RFC 9110, 15.4); the printed command leaves that to nobody."""
    redirects(recorder, status, lambda request: "/moved" if request.target == "/read" else None)
    content: Any = "why" if body == "text" else {"part": "why"}
    made = api(recorder.url, {"location": True}, read={**READ, "method": "PUT", body: content, "headers": {"X-A": "a"}})

    assert made.run("read").returncode == 0
    first, second = (sent(request) for request in recorder.requests)
    assert (second.method, second.headers["x-a"]) == (method, "a")
    assert second.body == (first.body if method == "PUT" else b"") and ("content-type" in second.headers) == (second.body == b"why")
    assert made.command("read").startswith("curl -fsS -X PUT ")


def test_a_command_has_no_location_where_curl_would_give_a_key_away(api: MakeApi, recorder: Recorder) -> None:
    """Only Authorization stays at home with curl."""
    starts = {key: keyed(api, recorder.url, key, read=READ).command("read").split(" ")[1] for key in KEYS}
    assert starts == {"bearer": "-fsSL", "basic": "-fsSL", "header": "-fsS", "cookie": "-fsS", "query": "-fsS"}


def test_header_of_one_run_stays_at_home(api: MakeApi, recorder: Recorder, other: Recorder) -> None:
    """It may be a key: no other server is sent it, and what --dry-run prints has no -L then."""
    redirects(recorder, 302, lambda request: other.url)
    made = api(recorder.url, {"location": True}, read=READ)

    assert made.run("read", "-H", "X-Key: k", "-H", "Authorization: k").returncode == 0
    assert recorder.only().header("x-key") == "k"
    assert not [name for name, _ in other.only().headers if name in ("X-Key", "Authorization")]
    assert made.run("read", "--dry-run").stdout.startswith(b"curl -fsS -L '")
    assert b" -L" not in made.run("read", "-H", "X-Key: k", "--dry-run").stdout


@pytest.mark.parametrize("there", ["same", "other"])
def test_server_that_leads_to_the_address_it_was_asked_for(
    there: str, api: MakeApi, recorder: Recorder, other: Recorder, tmp_path: Path
) -> None:
    """A key in the query goes along on its server, but to no other one, nor into a message or a trace."""
    start = recorder.url if there == "same" else other.url
    redirects(recorder, 301, lambda request: start + request.target.replace("/read", "/moved") if "/read" in request.target else None)
    made = keyed(api, f"{recorder.url}", "query", read={**READ, "query": {"a": 1}})

    done = made.bash("-x", made.script("read"), env={"K": SECRET})
    assert b"zq7Kx" not in done.stderr
    if there == "same":
        assert (done.returncode, recorder.requests[1].target) == (0, recorder.requests[0].target.replace("/read", "/moved"))
    else:
        assert (done.returncode, other.requests) == (22, [])
        assert b"the key in it goes to no other server" in done.stderr


@pytest.mark.parametrize("status", [302, 307])
@pytest.mark.parametrize("there", ["same", "other"])
@pytest.mark.parametrize("body", ["body", "form", "urlencoded", "text"])
def test_body_with_a_secret_stays_at_home(body: str, there: str, status: int, api: MakeApi, recorder: Recorder, other: Recorder) -> None:
    """It is sent again on the same server, and to no other; as a GET it is left behind."""
    target = f"{recorder.url if there == 'same' else other.url}/moved"
    redirects(recorder, status, lambda request: target if request.target == "/read" else None)
    content: Any = "x" if body == "text" else {"name": "demo"}
    at = [body] if body == "text" else [body, "password"]
    secret = {"at": at, "variable": "PASSWORD", "secret": True, "type": "string", "required": True}
    made = api(recorder.url, {"location": True}, read={**READ, "method": "POST", body: content, "parameters": {"p": secret}})

    done = made.run("read", API_PASSWORD=SECRET)
    first, *others = [*recorder.requests, *other.requests]
    assert holds_secret(first)
    if there == "other" and status == 307:
        assert (done.returncode, others) == (22, []) and b"goes to no other server" in done.stderr
    else:
        assert (done.returncode, [request.method for request in others]) == (0, ["POST" if status == 307 else "GET"])
        assert [holds_secret(request) for request in others] == [status == 307]


def test_redirects_have_an_end(api: MakeApi, recorder: Recorder) -> None:
    """Ten are followed."""
    redirects(recorder, 302, lambda request: f"{request.target}x")
    done = api(recorder.url, {"location": True}, read=READ).run("read")

    assert (done.returncode, done.stdout, len(recorder.requests)) == (47, b"", 11)
    assert f"more than 10 redirects, the last one to {recorder.url}/read{'x' * 11}" in done.stderr.decode()


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/x", "//"])
def test_where_no_redirect_leads(location: str, api: MakeApi, recorder: Recorder) -> None:
    """Only http and https are followed."""
    redirects(recorder, 302, lambda request: location)
    done = api(recorder.url, {"location": True}, read=READ).run("read")

    assert done.returncode != 0 and done.stdout == b"" and len(recorder.requests) == 1


SAME = ["{}/moved", "/moved", "//127.0.0.1:{port}/moved", "HTTP://127.0.0.1:{port}/moved", "{}/a b", "{}/moved#part", "moved?x=[1]{{a,b}}"]
NOT_SAME = ["http://localhost:{port}/x", "http://127.0.0.1:{port}@localhost:{other}/", "http://127.0.0.1:{other}/?http://127.0.0.1:{port}/"]


@pytest.mark.parametrize("location", SAME + NOT_SAME)
def test_what_is_the_same_server(location: str, api: MakeApi, recorder: Recorder, other: Recorder) -> None:
    """Scheme, host and port decide, however they are written."""
    written = location.format(recorder.url, port=recorder.port, other=other.port)
    redirects(recorder, 302, lambda request: written if request.target == "/read" else None)

    assert keyed(api, recorder.url, "header", read=READ).run("read", K=SECRET).returncode == 0
    last = (other.requests or recorder.requests)[-1]
    assert (last.header("x-api-key") == SECRET) == (location in SAME)


def test_redirect_and_proxy(api: MakeApi, recorder: Recorder) -> None:
    """A redirect from this machine to another goes through the proxy; one to this machine does not."""
    with recording() as proxy:
        redirects(recorder, 302, lambda request: "http://far.example/x" if request.target == "/read" else None)
        redirects(proxy, 302, lambda request: f"{recorder.url}/last" if "far" in request.target else None)
        made = api(recorder.url, {"location": True}, read=READ)

        assert made.run("read", http_proxy=proxy.url).returncode == 0
        assert [request.target for request in proxy.requests] == ["http://far.example/x"]
    assert [request.target for request in recorder.requests] == ["/read", "/last"]


def test_redirect_behind_a_socket(socket: tuple[Path, Recorder], api: MakeApi, recorder: Recorder) -> None:
    """It is followed on the socket's server, and to no other."""
    path, daemon = socket
    redirects(daemon, 301, lambda request: {"/read": "/moved", "/moved": recorder.url}.get(request.target))
    done = api("http://localhost", {"location": True, "unix-socket": str(path)}, read=READ).run("read")

    assert (done.returncode, done.stdout, len(daemon.requests), recorder.requests) == (22, b"", 2, [])
    assert b"which is not behind the socket" in done.stderr


def test_cookies_on_the_way(api: MakeApi, recorder: Recorder, home: Path) -> None:
    """What a redirect sets goes with the next request, and stays in the jar."""

    def answer(request: Recorded) -> Answer:
        cookie = {"Set-Cookie": "sid=1; Path=/"}
        return Answer(b"", 302, {**cookie, "Location": "/moved"}) if request.target == "/read" else Answer()

    recorder.answer = answer
    assert api(recorder.url, {"location": True, "cookie-jar": "jar"}, read=READ).run("read").returncode == 0
    assert recorder.requests[1].header("cookie") == "sid=1"
    assert "sid" in (home / "jar").read_text()


# ---- Signatures ----------------------------------------------------------------------------

SIGNED = {"aws-sigv4": "aws:amz:eu-central-1:s3"}
ACCESS = 'AKIDEXAMPLE:wJal/rXU+"zq7Kx\\'


def signature(request: Recorded) -> tuple[str, str]:
    """The signature of a request, and the one that it has to have (AWS Signature Version 4)."""
    pattern = r"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/(\d+)/([^/]+)/([^/]+)/aws4_request, SignedHeaders=(\S+), Signature=(\w+)"
    found = re.fullmatch(pattern, request.header("authorization") or "")
    assert found
    day, region, service, signed, signature = found.groups()
    path, _, query = request.target.partition("?")
    body = hashlib.sha256(request.body).hexdigest()
    headers = [f"{name}:{(request.header(name) or '').strip()}" for name in signed.split(";")]
    canonical = "\n".join([request.method, path, "&".join(sorted(query.split("&"))), *headers, "", signed, body])
    key = ("AWS4" + ACCESS.partition(":")[2]).encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    scope = f"{day}/{region}/{service}/aws4_request"
    date = request.header("x-amz-date") or ""
    text = "\n".join(["AWS4-HMAC-SHA256", date, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    return signature, hmac.digest(key, text.encode(), "sha256").hex()


SIGNED_BODIES: Mapping[str, Mapping[str, Any]] = {
    "none": {},
    "json": {"body": {"a": "b"}},
    "text": {"text": "x" * 2_000, "parameters": {"x": {"at": ["text"], "argument": True}}},
    "urlencoded": {"urlencoded": {"b": "ü", "a": ["1", "2"]}},
    "file": {"file": "big"},
}


def refused_by_older_curl(made: Api, recorder: Recorder) -> bool:
    """Whether this curl cannot sign, before 7.75: then the script says so, and nothing is sent."""
    if subprocess.run(["curl", "--disable", "--aws-sigv4", "a", "--version"], capture_output=True, check=False).returncode == 0:
        return False
    done = made.run("read", K=ACCESS)
    assert (done.returncode, done.stdout, recorder.requests) == (127, b"", [])
    assert done.stderr.endswith(b"this curl cannot sign requests (--aws-sigv4): install 7.75 or a newer one\n")
    return True


@pytest.mark.parametrize("body", SIGNED_BODIES)
def test_signature(body: str, api: MakeApi, recorder: Recorder, home: Path) -> None:
    """What arrives is what was signed, from the script and from both commands, with every kind of body; no header is added."""
    (home / "big").write_bytes(b"\0\xff" * 600_000)
    endpoint = {**READ, "method": "PUT" if body != "none" else "GET", "query": {"a": "1 2", "b": ""}, "headers": {"X-Amz-Meta": "x"}}
    curl = {**SIGNED, "compressed": True, "cookie-jar": "jar"}
    made = api(recorder.url, curl, api_key=BASIC, read={**endpoint, **SIGNED_BODIES[body]})
    if refused_by_older_curl(made, recorder):
        return

    for done in made.run_all("read", K=ACCESS):
        assert (done.returncode, done.stderr) == (0, b"")
    assert len(recorder.requests) == 3
    for request in recorder.requests:
        signed, expected = signature(request)
        assert signed == expected
        assert request.header("expect") is None and request.body == recorder.requests[0].body
    if body == "text":
        recorder.requests.clear()
        assert made.run("read", "-", K=ACCESS, stdin=b"y" * 1_200_000).returncode == 0
        signed, expected = signature(recorder.requests[0])
        assert signed == expected and recorder.requests[0].header("expect") is None


def test_signature_stays_at_home(api: MakeApi, recorder: Recorder, other: Recorder) -> None:
    """A redirect on the same server is signed anew; to another server nothing of it goes."""
    redirects(recorder, 302, lambda request: {"/read": "/moved", "/moved": other.url}.get(request.target))
    made = api(recorder.url, {**SIGNED, "location": True}, api_key=BASIC, read=READ)
    if refused_by_older_curl(made, recorder):
        return

    assert made.run("read", K=ACCESS).returncode == 0
    for request in recorder.requests:
        signed, expected = signature(request)
        assert signed == expected
    assert other.only().header("authorization") is None


# ---- Together ------------------------------------------------------------------------------

RESPONSES: Mapping[str, tuple[Mapping[str, Any], bytes]] = {
    "json": ({"response": "json", "pipelines": [{"name": "a", "jq": ".a", "raw": True}]}, b"yes\n"),
    "whole": ({"response": "json"}, b'{"a": "yes"}'),
    "text": ({"response": "text"}, b'{"a": "yes"}'),
    "headers": ({"response": "headers"}, b"Server: "),
    "none": ({"response": "none"}, b""),
    "file": ({"response": "file", "save_as": "kept"}, b'{"a": "yes"}'),
    "head": ({"method": "HEAD", "response": None}, b"Server: "),
}


PAIRS = {response: (response, key) for response, key in zip(RESPONSES, itertools.cycle(KEYS), strict=False)}


@pytest.mark.parametrize(("response", "key"), mostly_slow(PAIRS, ["json"]))
def test_all_at_once(response: str, key: str, socket: tuple[Path, Recorder], api: MakeApi, home: Path) -> None:
    """A packed answer through a socket, behind a busy server and a redirect, with a session: whatever is made of the answer."""
    path, recorder = socket
    kind, printed = RESPONSES[response]

    def answer(request: Recorded) -> Answer:
        if len(recorder.requests) == 1:
            return Answer(b"busy", 503, {"Retry-After": "0", "Set-Cookie": "sid=s1; Path=/"})
        if request.target.startswith("/read"):
            return Answer(b"moved", 308, {"Location": "/moved"})
        packed = gzip.compress(b'{"a": "yes"}')
        return Answer(b"" if response == "none" else packed, 200, {} if response == "none" else {"Content-Encoding": "gzip"})

    recorder.answer = answer
    curl = {"unix-socket": str(path), "compressed": True, "retry": 1, "cookie-jar": "the jar", "max-time": 9, "http2": True}
    done = keyed(api, "http://daemon.example", key, curl, read={**READ, **kind}).run("read", K=SECRET)

    assert done.returncode == 0, done.stderr
    shown = (home / "kept").read_bytes() if response == "file" else done.stdout
    assert shown.startswith(printed) if response in ("headers", "head") else shown == printed
    assert [request.target.partition("?")[0] for request in recorder.requests] == ["/read", "/read", "/moved"]
    assert all(holds_secret(request) for request in recorder.requests)
    assert "sid=s1" in (recorder.requests[2].header("cookie") or "")
    assert "zq7Kx" not in (home / "the jar").read_text()


ALL_SETTINGS = {
    "unix-socket": "~/a b.sock",
    "compressed": True,
    "location": True,
    "retry": 2,
    "cookie-jar": "it's a jar",
    "cacert": "ca.pem",
    "cert": "a:b.pem",
    "key": "~/key.pem",
    "http2": True,
    "max-time": 2.5,
}
ALL_KEYS = [
    {"variable": "KEY_A"},
    {"variable": "KEY_B", "header": "X-Key", "required": False},
    {"variable": "KEY_C", "query": "key"},
    {"variable": "KEY_D", "cookie": "sid", "required": False},
]


# What is about a text or a web form alone stands in the good catalogs, too, whose scripts the linters read.
BODIES = ("none", "body", "text", "form", "urlencoded", "file")


@pytest.mark.parametrize("body", mostly_slow({body: body for body in BODIES}, ["body"], every_script=["text", "urlencoded"]))
def test_linters_find_nothing(body: str, api: MakeApi) -> None:
    """In scripts with all settings and keys, with and without secrets in their bodies."""
    content: Any = {
        "none": None,
        "body": {"a": 1},
        "text": "x",
        "form": {"a": "x", "f": {"file": "y"}},
        "urlencoded": {"a": "x"},
        "file": "x",
    }
    asks = {**READ, "method": "POST", **({} if body == "none" else {body: content[body]})}
    signs = {"aws-sigv4": "aws:amz", "location": True, "insecure": True}
    endpoints = {"plain": asks}
    if body == "none":
        endpoints["get"] = READ
    if body == "body":
        endpoints["put"] = {**asks, "method": "PUT"}
    if body in ("body", "form", "urlencoded"):
        secret = {"at": [body, "s"], "variable": "SECRET", "secret": True, "type": "string", "required": True}
        endpoints["secret"] = {**asks, "parameters": {"s": secret}}
    if body != "form":
        endpoints["signed"] = {**asks, "api_key": BASIC, "curl": {**signs, "cacert": None}}

    made = api("http://localhost/v1", ALL_SETTINGS, api_key=ALL_KEYS, **endpoints)
    assert complaints([made.script(name) for name in endpoints]) == ""
    assert [line for name in endpoints for line in made.script(name).read_text("utf-8").splitlines() if len(line) > 110] == []
