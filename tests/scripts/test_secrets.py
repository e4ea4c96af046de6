"""Secrets in every place of a request: each arrives, and stands nowhere else."""

from __future__ import annotations

import base64
import json
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, quote_plus, unquote, urlsplit

import pytest
import yaml
from conftest import ENVIRONMENT, Run, mostly_slow, slow
from recorder import Answer, Recorded, Recorder

from generator import catalog
from generator.render.renderer import Renderer

SECRET = 'zq7Kx+1&b=c%d"\\$(touch x)`y` 中文'
TOOLS = ("curl", "jq", "sed", "tr", "base64", "cat", "head", "grep", "mktemp", "rm", "tee", "cp", "od", "date")


def key(**places: object) -> dict[str, Any]:
    """An endpoint that sends one key."""
    return {"api_key": {"variable": "LAB_SECRET", **places}}


def secret(*at: object, **more: object) -> dict[str, Any]:
    """An endpoint with a parameter that is secret."""
    return {"parameters": {"s": {"at": list(at), "variable": "SECRET", "secret": True, "type": "string", "required": True}}, **more}


def cookies(request: Recorded) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in raw(request.header("Cookie") or "").split("; "))


def raw(header: str) -> str:
    """A header's value as UTF-8: the recorder reads bytes as Latin-1."""
    return header.encode("latin-1").decode()


def query(request: Recorded) -> dict[str, list[str]]:
    return parse_qs(urlsplit(request.target).query, keep_blank_values=True, strict_parsing=True)


POST = {"method": "POST"}
PLACES: dict[str, tuple[dict[str, Any], Callable[[Recorded], object], object]] = {
    "bearer": (key(), lambda sent: raw(sent.header("Authorization") or ""), f"Bearer {SECRET}"),
    "header": (key(header="X-Api-Key"), lambda sent: raw(sent.header("X-Api-Key") or ""), SECRET),
    "header with a prefix": (key(header="X-A", prefix='Key "q" \\'), lambda sent: raw(sent.header("X-A") or ""), f'Key "q" \\{SECRET}'),
    "query": (key(query="a key") | {"query": {"alt": "json"}}, query, {"alt": ["json"], "a key": [SECRET]}),
    "cookie": (key(cookie="sid") | {"cookies": {"theme": "dark"}}, cookies, {"theme": "dark", "sid": SECRET}),
    "basic": (
        key(scheme="basic"),
        lambda sent: base64.b64decode((sent.header("Authorization") or "").removeprefix("Basic ")).decode(),
        f"ada:{SECRET}",
    ),
    "parameter in a header": (secret("headers", "X-S"), lambda sent: raw(sent.header("X-S") or ""), SECRET),
    "parameter in a query": (secret("query", "s"), query, {"s": [SECRET]}),
    "parameter in a query of a POST": (secret("query", "s", body={"a": 1}, **POST), query, {"s": [SECRET]}),
    "parameter in a cookie": (secret("cookies", "s"), cookies, {"s": SECRET}),
    "parameter in a path": (secret("path", "s", path="/bot{s}/getMe"), lambda sent: unquote(sent.target), f"/bot{SECRET}/getMe"),
    "parameter in a form": (
        secret("form", "s", form={"a": "b"}, **POST),
        lambda sent: f'name="s"\r\n\r\n{SECRET}\r\n'.encode() in sent.body,
        True,
    ),
    "parameter in fields": (
        secret("urlencoded", "s", urlencoded={"a": "b c"}, **POST),
        lambda sent: parse_qs(sent.body.decode(), strict_parsing=True),
        {"a": ["b c"], "s": [SECRET]},
    ),
    "parameter in a body": (
        secret("body", "deep", "s", body={"deep": {"a": "b"}}, **POST),
        Recorded.json,
        {"deep": {"a": "b", "s": SECRET}},
    ),
    "parameter that is a text": (secret("text", text="x", **POST), lambda sent: sent.body.decode(), SECRET),
    "two keys": (
        {"api_key": [{"variable": "LAB_SECRET", "header": "X-One"}, {"variable": "LAB_OTHER", "query": "two"}]},
        lambda sent: (raw(sent.header("X-One") or ""), query(sent)),
        (SECRET, {"two": ["other"]}),
    ),
}
QUICK = ("bearer", "query", "basic", "parameter in a body")
FORMS = {
    SECRET,
    quote(SECRET, safe=""),
    quote_plus(SECRET),
    json.dumps(SECRET)[1:-1],
    json.dumps(SECRET, ensure_ascii=False)[1:-1],
    "zq7Kx",
}
FORMS |= {base64.b64encode(f"ada:{SECRET}".encode()).decode()}

each_place = pytest.mark.parametrize(("endpoint", "arrived", "expected"), mostly_slow(PLACES, QUICK))


def environment(endpoint: Mapping[str, Any]) -> dict[str, str]:
    """The secret in its variable; basic authentication has a name before it."""
    basic = isinstance(endpoint.get("api_key"), dict) and "scheme" in endpoint["api_key"]
    return {"LAB_SECRET": f"ada:{SECRET}" if basic else SECRET, "LAB_OTHER": "other"}


def made(folder: Path, url: str, endpoint: Mapping[str, Any]) -> Renderer:
    """The renderer of a catalog with this endpoint, GET /x but for what is given."""
    data = {
        "languages": ["en"],
        "backends": {"lab": {"base_url": url, "endpoints": {"x": {}}}},
        "endpoints": {"x": {"method": "GET", "path": "/x", **endpoint}},
    }
    (folder / "catalog.yaml").write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    renderer = Renderer(catalog.read(folder / "catalog.yaml"))
    (folder / "lab-x.sh").write_text(renderer.script("lab", "x").text, "utf-8")
    return renderer


def spies(folder: Path) -> tuple[str, Path]:
    """A PATH on which each tool writes down its arguments and its environment before it runs; the second is where."""
    folder.mkdir()
    log = folder / "seen.log"
    for tool in TOOLS:
        spy = f'#!/bin/sh\n{{ printf \'%s\\n\' {tool} "$@"; env; }} >> {shlex.quote(str(log))}\nexec {shutil.which(tool)} "$@"\n'
        (folder / tool).write_text(spy)
        (folder / tool).chmod(0o755)
    return f"{folder}:{ENVIRONMENT['PATH']}", log


def open_files(folder: Path) -> bytes:
    """What stands in the files of a folder, and in the deleted ones that a process still holds open."""
    found = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(link.readlink()).startswith(str(folder)):
                found.append(link.read_bytes())
        except OSError:
            continue  # it has ended meanwhile, or is not ours
    return b"\n".join(found)


def shown(text: bytes) -> list[str]:
    """The forms of the secret that stand in a text."""
    return [form for form in FORMS if form.encode() in text]


@each_place
def test_it_arrives_and_stands_nowhere_else(
    endpoint: dict[str, Any], arrived: Callable[[Recorded], object], expected: object, tmp_path: Path, bash: Run, recorder: Recorder
) -> None:
    """Not in an argument or the environment of a program, not in a file, not in what `bash -x` prints."""
    made(tmp_path, recorder.url, endpoint)
    path, log = spies(tmp_path / "bin")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    files = []

    def answer(request: Recorded) -> Answer:
        files.append(open_files(temporary))
        return Answer(b'{"error": {"message": "no"}}', 404)

    recorder.answer = answer
    env = {"PATH": path, "TMPDIR": str(temporary), **environment(endpoint)}
    done = bash("-x", tmp_path / "lab-x.sh", "-i", env=env)
    assert done.returncode == 22
    assert arrived(recorder.requests[0]) == expected
    assert b"+ request=" in done.stderr
    assert b"HTTP 404" in done.stderr
    assert shown(done.stdout + done.stderr) == []
    assert b"curl\n" in log.read_bytes()
    assert shown(log.read_bytes()) == []
    assert shown(b"\n".join(files)) == []


@each_place
def test_printed_commands(
    endpoint: dict[str, Any], arrived: Callable[[Recorded], object], expected: object, tmp_path: Path, bash: Run, recorder: Recorder
) -> None:
    """`show` and `--dry-run`, which needs no secret, print the variable's name; pasted, both send what the script sends."""
    renderer = made(tmp_path, recorder.url, endpoint)
    env = environment(endpoint)
    dry = bash(tmp_path / "lab-x.sh", "--dry-run")
    assert (dry.returncode, dry.stderr, recorder.requests) == (0, b"", [])
    assert dry.stdout == bash(tmp_path / "lab-x.sh", "--dry-run", env=env).stdout
    for command in (dry.stdout.decode(), renderer.command("lab", "x").text):
        assert "$LAB_SECRET" in command
        recorder.requests.clear()
        assert bash("-c", command, env=env).returncode == 0
        assert arrived(recorder.only()) == expected


@each_place
def test_what_it_has_to_be(
    endpoint: dict[str, Any], arrived: Callable[[Recorded], object], expected: object, tmp_path: Path, bash: Run, recorder: Recorder
) -> None:
    """Without it the script says how to type it in; one with a line break is refused."""
    made(tmp_path, recorder.url, endpoint)
    missing = bash(tmp_path / "lab-x.sh", env={"LAB_OTHER": "other"})
    assert (missing.returncode, missing.stdout) == (2, b"")
    assert b"; type it in: read -rs LAB_SECRET; export LAB_SECRET\n" in missing.stderr
    for end in ("\nX-Injected: 1", "\r"):
        broken = bash(tmp_path / "lab-x.sh", env={"LAB_OTHER": "other", "LAB_SECRET": f"zq7Kx:{end}"})
        assert (broken.returncode, broken.stdout) == (2, b"")
        assert broken.stderr == b"lab-x.sh: LAB_SECRET holds a line break\n"
    assert recorder.requests == []


@pytest.mark.parametrize(
    ("endpoint", "value", "said"),
    [
        (key(cookie="sid"), "a; admin=1", "LAB_SECRET holds a ;, which ends a cookie"),
        (key(scheme="basic"), "ada", "LAB_SECRET must be user:password"),
    ],
)
def test_what_its_place_does_not_hold(
    endpoint: dict[str, Any], value: str, said: str, tmp_path: Path, bash: Run, recorder: Recorder
) -> None:
    made(tmp_path, recorder.url, endpoint)
    done = bash(tmp_path / "lab-x.sh", env={"LAB_SECRET": value})
    assert (done.returncode, done.stdout, done.stderr.decode(), recorder.requests) == (2, b"", f"lab-x.sh: {said}\n", [])


@pytest.mark.parametrize("place", [{}, {"query": "k"}, *map(slow, [{"header": "X-A"}, {"cookie": "c"}, {"scheme": "basic"}])], ids=str)
def test_one_that_is_not_required(place: dict[str, str], tmp_path: Path, bash: Run, recorder: Recorder) -> None:
    """Without it the request has nothing in its place; with it, it is sent, and the dry run says so."""
    made(tmp_path, recorder.url, key(required=False, **place))
    env = {"LAB_SECRET": "a:b"}
    assert bash(tmp_path / "lab-x.sh").returncode == 0
    assert bash(tmp_path / "lab-x.sh", env=env).returncode == 0
    assert bash("-c", bash(tmp_path / "lab-x.sh", "--dry-run", env=env).stdout.decode(), env=env).returncode == 0
    without, script, dry = recorder.requests
    names = {"Authorization", "X-A", "Cookie"}
    assert (without.target, [name for name, _ in without.headers if name in names]) == ("/x", [])
    assert (script.target, script.headers) == (dry.target, dry.headers)
    assert (script.target, script.headers) != (without.target, without.headers)


@pytest.mark.parametrize("location", [False, True], ids=["no redirects", "redirects"])
def test_it_comes_after_the_catalogs_own_fields(location: bool, tmp_path: Path, bash: Run, recorder: Recorder) -> None:
    """Also where the script follows redirects, and so where curl is told of it in another way."""
    field = {"at": ["urlencoded", "pin"], "type": "string", "secret": True, "variable": "SECRET", "required": True}
    made(
        tmp_path,
        recorder.url,
        {"method": "POST", "urlencoded": {"user": "ada"}, "parameters": {"pin": field}, "curl": {"location": location}},
    )
    assert bash(tmp_path / "lab-x.sh", env={"LAB_SECRET": "s"}).returncode == 0
    assert recorder.only().body == b"user=ada&pin=s"


def test_a_value_that_looks_like_the_place_of_a_secret(tmp_path: Path, bash: Run, recorder: Recorder) -> None:
    """The braces that stand for a secret in the URL are those of the script alone: in a value they are encoded."""
    endpoint = key(query="k") | {"parameters": {"q": {"at": ["query", "q"], "type": "string", "argument": True}}}
    made(tmp_path, recorder.url, endpoint)
    assert bash(tmp_path / "lab-x.sh", "{LAB_SECRET}", env={"LAB_SECRET": "zq7Kx"}).returncode == 0
    assert query(recorder.only()) == {"q": ["{LAB_SECRET}"], "k": ["zq7Kx"]}


def test_no_message_names_it(tmp_path: Path, bash: Run) -> None:
    """A URL with a secret in it is said with the variable's name in braces."""
    made(tmp_path, "http://127.0.0.1:9", key(query="k"))
    done: subprocess.CompletedProcess[bytes] = bash(tmp_path / "lab-x.sh", env={"LAB_SECRET": SECRET})
    assert done.returncode == 7
    assert b"http://127.0.0.1:9/x?k={LAB_SECRET} " in done.stderr
    assert shown(done.stderr) == []
