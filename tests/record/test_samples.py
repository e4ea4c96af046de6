"""What a recorded answer loses on its way into a catalog: what may be secret or personal, and length; and how shapes differ."""

from __future__ import annotations

import getpass
import json
import socket
from pathlib import Path
from typing import Any

import pytest
from conftest import BUILT_IN, renderer

from generator import jq_filter
from generator.record.hide import Hider
from generator.record.shape import differences, shape_of
from generator.record.shorten import is_short, shortened, shortened_text

HIDER = Hider(
    {"canary-4fQ9zL2p": "k-1", "ada:secret word": "user:password", "31415926": "…"}, frozenset({"docs.example.net", "api.openai.com"})
)

HIDDEN: dict[str, tuple[Any, Any]] = {
    "a key": ("x canary-4fQ9zL2p y", "x k-1 y"),
    "a key as a number": ({"n": 31415926}, {"n": 0}),
    "a password of a pair": ("ada: 'secret word'", "user: 'password'"),
    "a pair in base64": ("Basic YWRhOnNlY3JldCB3b3Jk", "Basic …"),
    "a key of a service": ("use sk-proj-Ab3dEf6hIj9kLmNoPqRsTuVw now", "use sk-… now"),
    "a web token": ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N", "eyJ…"),
    "a private key": ("a\n-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\nb", "a\n-----BEGIN PRIVATE KEY-----…\nb"),
    "a header": ({"Authorization": "whatever", "Set-Cookie": "sid=1"}, {"Authorization": "…", "Set-Cookie": "…"}),
    "a bearer": ("-H 'Authorization: Bearer abcdef'", "-H 'Authorization: Bearer …'"),
    "fields of secrets": (
        {"password": "x", "client_secret": "y", "apiKey": "0a1b2c3d4e5f6a7b8c9d"},
        {"password": "…", "client_secret": "…", "apiKey": "0a1…"},
    ),
    "an e-mail address": ("write to Ada.Lovelace+x@mail.corp.org.", "write to user@example.com."),
    "a name": ({"username": "ada", "login": "ada"}, {"username": "user", "login": "user"}),
    "a host": ("http://gpu-7:8000/v1 https://llm.firm.cn/x", "http://example.com:8000/v1 https://example.com/x"),
    "a login in a URL": ("postgres://ada:pw@db.firm.cn:5432/x", "postgres://user:…@example.com:5432/x"),
    "a private host": ("node-3.cluster.local and db.internal", "example.com and example.com"),
    "an address": ("10.1.2.3:80 [fe80::1] 192.168.0.7", "192.0.2.1:80 [2001:db8::1] 192.0.2.1"),
    "a home folder": ("/home/ada", "/path/to/user"),
    "a path": ("/home/ada/models/a.gguf C:\\Users\\ada\\m\\b.gguf", "/path/to/a.gguf /path/to/b.gguf"),
    "a file's URL": ("file:///srv/models/a.gguf", "file:///path/to/a.gguf"),
    "a name of a field": ({"/opt/models/a": {"10.0.0.1:3000": 1}}, {"/path/to/a": {"192.0.2.1:3000": 1}}),
    "this machine's home": (f"{Path.home()}/x/y.bin", "/path/to/y.bin"),
}
KEPT = [
    "http://localhost:8080/v1 http://127.0.0.1:1/x http://[::1]:2/y http://0.0.0.0:3",
    "https://docs.example.net/a?b=1 https://api.openai.com/v1 https://x.example.com",
    "/v1/models ../api/tags a/b/c and/or 1/2",
    "user@example.com 12:30:45 v1.106.2 std::string",
    {"version": "1.2.3.4", "token": "Hello", "tokens": [1, 2], "total_tokens": 7, "key": "name", "id": "chatcmpl-632"},
    {"full-revisionid": "a3625815f8daa70a1beb428734147ca973cf916c", "model": "Qwen/Qwen2.5-7B-Instruct", "name:tag": "qwen2.5:7b"},
    "是的，sk-1234 与 xf-1234",
    [None, True, 0, 1.5, ""],
]


@pytest.mark.parametrize(("answer", "left"), HIDDEN.values(), ids=HIDDEN)
def test_hidden(answer: Any, left: Any) -> None:
    """Replaced by something of its kind, wherever it stands, and noted."""
    assert HIDER.hide(answer) == left
    assert HIDER.found
    assert HIDER.hide([{"deep": [answer]}]) == [{"deep": [left]}]


def test_this_machine() -> None:
    """Its name and its user, if they have names of their own."""
    text = f"at {socket.gethostname()} as {getpass.getuser()}"
    expected = "root" if getpass.getuser() == "root" else "user"

    assert HIDER.hide(text) in (f"at example.com as {expected}", text)


@pytest.mark.parametrize("answer", KEPT, ids=str)
def test_kept(answer: Any) -> None:
    """What everybody may know stays as it is."""
    assert (HIDER.hide(answer), HIDER.found) == (answer, [])


# length


def test_samples_of_the_built_in_catalog_stay_well() -> None:
    """Hidden and shortened, each still shows with every filter what it showed."""
    for backend in renderer(BUILT_IN).catalog.backends.values():
        for cell in backend.cells:
            for pipeline in cell.pipelines or () if cell.sample is not None else ():

                def finds(value: Any, jq: str = pipeline.jq, streams: bool = cell.streams) -> bool:
                    return jq_filter.finds(jq, value, streams=streams)

                short = shortened(Hider({}).hide(cell.sample), streams=cell.streams, holds=finds)
                assert finds(short) == finds(cell.sample) and is_short(short)


def test_filters_say_what_has_to_stay() -> None:
    """The list is as long as the filter needs it, and a text that holds JSON stays whole."""
    many = [{"n": number, "text": json.dumps({"x": "y" * 300})} for number in range(100)]

    short = shortened(many, streams=False, holds=lambda value: len(value) >= 20 and bool(json.loads(value[0]["text"])))
    assert len(short) == 20 and short[0] == many[0]


def test_what_is_new_stays() -> None:
    """An item with a field of its own, further down; null in a wide object says nothing; a stream keeps its end.

    The numbers kept of a vector are ones that each jq prints alike."""
    items = [{"a": 1}] * 10 + [{"a": 1, "b": 2}] + [{"a": 1}] * 10
    wide = {f"n{number}": None for number in range(50)} | {"x": 1}
    always = {"holds": lambda value: True}

    assert shortened(items, streams=False, **always) == [{"a": 1}] * 3 + [{"a": 1, "b": 2}]
    assert shortened(wide, streams=False, **always) == {"n0": None, "n1": None, "x": 1}
    assert shortened([*range(50), {"end": 1}], streams=True, **always) == [*range(9), 49, {"end": 1}]
    assert shortened([0.5, 3e-06, 0.25, -0.5, 1e-07, 0.125, 7.5], streams=False, **always) == [0.5, 0.25, -0.5, 0.125]
    assert shortened({"k" * 500: "a"}, streams=False, **always) == {"k" * 200 + "…": "a"}


@pytest.mark.parametrize("text", ["", "a", "a\n", "行\n" * 20])
def test_short_text_stays(text: str) -> None:
    assert shortened_text(text) == text


def test_long_text_is_cut() -> None:
    """After some lines, and within one that goes on."""
    assert shortened_text("a\n" * 21) == "a\n" * 20 + "…\n"
    assert shortened_text("好" * 5000) == "好" * 1600 + "…"


# shapes


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ({"a": 1}, {"a": 2.5}, []),
        ({"a": 1}, {"a": "1"}, [".a was a number and is a text"]),
        ({"a": None}, {"a": {"b": 1}}, []),
        ({"a": {"b": 1}}, {"a": None}, []),
        ({"a": [], "b": [{"c": 1}]}, {"a": [{"x": 1}], "b": []}, []),
        ({"a": {}}, {"a": {"b": {"c": 1}}}, [".a.b came (an object)"]),
        ({"a": [{"b": 1}, {"c": "x"}]}, {"a": [{"b": 1}]}, [".a[].c went (a text)"]),
        ({"a": {"b": 1}}, {"a": ["b"]}, [".a was an object and is a list"]),
        ([1], {"a": 1}, [". was a list and is an object"]),
        ({"10.0.0.1:80": {"x": 1}}, {"10.0.0.2:81": {"x": 1}}, []),
        ({"10.0.0.1:80": {"x": 1}}, {"10.0.0.2:81": {"y": 1}}, [".[KEY].y came (a number)", ".[KEY].x went (a number)"]),
        ({"a-b": 1, "$(x)": 1}, {}, ['."a-b" went (a number)', '."$(x)" went (a number)']),
        ({"a": True}, {"a": 0}, [".a was true or false and is a number"]),
    ],
)
def test_differences(before: Any, now: Any, told: list[str]) -> None:
    """Named by their place; null and a list without items say nothing."""
    assert differences(shape_of(before), shape_of(now)) == told
