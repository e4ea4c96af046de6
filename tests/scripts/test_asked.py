"""Where a server does not know a value, such as a model's name, the script asks it what there is: one more request, and only then."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import OUT, Run, mostly_slow, slow
from linters import complaints
from recorder import Answer, Recorded, Recorder

from generator import catalog
from generator.render.renderer import Renderer

SECRET = 'zq7Kx+1&b=c%d"\\'
ADVICE = "List the models: litellm-models.sh; choose: --model NAME"
REFUSED = Answer(b'{"error": {"message": "Invalid model name passed in model=nobody"}}', 400)


def listed(*names: object) -> Answer:
    """The list of models with these names."""
    return Answer(json.dumps({"data": [{"id": name} for name in names]}).encode())


def refusing(answer: Answer | None) -> Callable[[Recorded], Answer | None]:
    """Does not know the model, and answers the request for the list in this way."""
    return lambda request: answer if request.method == "GET" and request.target.endswith("/models") else REFUSED


def lines(stderr: bytes) -> list[str]:
    """What stands behind the message."""
    return stderr.decode().splitlines()[1:]


ASKING = {
    "chat": ("litellm-chat-completions", ["--model", "nobody", "Hello"]),
    "stream": ("litellm-chat-completions-stream", ["--model", "nobody", "Hello"]),
    "form": ("litellm-transcriptions", ["--model", "nobody", "audio.mp3"]),
    "file": ("litellm-speech", ["--model", "nobody"]),
    "path": ("litellm-model", ["nobody"]),
    "other parameter": ("litellm-embeddings", ["--model", "nobody"]),
}


@pytest.mark.parametrize(("name", "arguments"), mostly_slow(ASKING, ["chat", "stream", "form", "path"]))
def test_what_there_is(name: str, arguments: list[str], bash: Run, recorder: Recorder, tmp_path: Path) -> None:
    """Behind the server's words, before the advice; with the same key, and with no body; the exit status is that of the failure."""
    (tmp_path / "home" / "audio.mp3").write_bytes(b"x")
    recorder.answer = refusing(listed("gpt-3.5-turbo", "中文/模型:7b", "$(touch pwned)"))
    env = {"LITELLM_BASE_URL": f"{recorder.url}/v1/", "LITELLM_API_KEY": "sk-1"}
    done = bash(OUT / f"{name}.sh", *arguments, "-H", "X-Tenant: 7", env=env)

    assert (done.returncode, done.stdout) == (22, b"")
    assert lines(done.stderr) == ["The server has: gpt-3.5-turbo, 中文/模型:7b, $(touch pwned)", ADVICE]
    first, second = recorder.requests
    assert (second.method, second.target, second.body) == ("GET", "/v1/models", b"")
    assert second.header("Authorization") == first.header("Authorization") == "Bearer sk-1"
    assert second.header("X-Tenant") == "7"
    assert not (tmp_path / "home" / "pwned").exists()


LISTS = {
    "none": (listed(), ["The server has none: its list is empty", ADVICE]),
    "many": (
        listed(*(f"m{number}" for number in range(3000))),
        ["The server has: m0, m1, m2, m3, m4, m5, m6, m7, m8, m9 and 2990 more (litellm-models.sh)", ADVICE],
    ),
    "hostile": (
        listed("\x1b[2J", "a\rb", "\x00", "\x9b31m", "e\u202ef", "\u2028", "good", "", "x" * 101, "\n", "\tx", 7, None, "two\nlines"),
        ["The server has: good, 7, two, lines and 8 more (litellm-models.sh)", ADVICE],
    ),
    "nothing to show": (listed("\x1b[2J", "a\x7f"), ["The server has 2, whose names cannot be shown here", ADVICE]),
    "not a list": (Answer(b'{"data": null}'), [ADVICE]),
    "not JSON": (Answer(b"<p>\x1b[2J"), [ADVICE]),
    "nothing": (Answer(b""), [ADVICE]),
    "refused": (Answer(b'{"data": [{"id": "x"}]}', 401), [ADVICE]),
    "no answer": (None, [ADVICE]),
}


@pytest.mark.parametrize(("answer", "expected"), mostly_slow(LISTS, ["none", "many", "hostile", "nothing", "no answer"]))
@pytest.mark.parametrize("name", ["litellm-chat-completions", slow("litellm-chat-completions-stream")])
def test_lists(name: str, answer: Answer | None, expected: list[str], bash: Run, recorder: Recorder) -> None:
    """The first ten names that a terminal can show; where there is no list, the advice stands alone."""
    recorder.answer = refusing(answer)
    done = bash(OUT / f"{name}.sh", "--model", "nobody", env={"LITELLM_BASE_URL": f"{recorder.url}/v1", "LITELLM_API_KEY": "sk-1"})

    assert (done.returncode, done.stdout, lines(done.stderr)) == (22, b"", expected)
    assert len(recorder.requests) == 2


def test_a_list_elsewhere_is_not_asked_for(bash: Run, recorder: Recorder) -> None:
    """A redirect is not followed: the key stays with its server."""
    recorder.answer = refusing(Answer(b"", 302, {"Location": f"http://localhost:{recorder.port}/other/models"}))
    done = bash(OUT / "litellm-chat-completions.sh", env={"LITELLM_BASE_URL": f"{recorder.url}/v1", "LITELLM_API_KEY": "sk-1"})

    assert (done.returncode, lines(done.stderr)) == (22, [ADVICE])
    assert [request.target for request in recorder.requests] == ["/v1/chat/completions", "/v1/models"]


NOT_ASKED = {
    "another trouble": ((), Answer(b'{"error": {"message": "No connected db."}}', 400), 22),
    "no trouble": ((), Answer(b'{"error": {"message": "Out of order"}}', 500), 22),
    "--raw": (("--raw",), REFUSED, 22),
    "--dry-run": (("--dry-run",), REFUSED, 0),
    "a wrong call": (("--unknown=Invalid model name",), REFUSED, 2),
    "well": ((), Answer(b'{"choices": [{"message": {"content": "Invalid model name"}}]}'), 0),
}


@pytest.mark.parametrize(("arguments", "answer", "status"), mostly_slow(NOT_ASKED, ["another trouble", "--raw", "a wrong call"]))
def test_only_then(arguments: tuple[str, ...], answer: Answer, status: int, bash: Run, recorder: Recorder) -> None:
    """Not where another trouble fits, not where nothing was sent, and not with --raw, which is for programs."""
    recorder.answer = lambda request: answer
    env = {"LITELLM_BASE_URL": f"{recorder.url}/v1", "LITELLM_API_KEY": "sk-1"}
    done = bash(OUT / "litellm-chat-completions.sh", *arguments, env=env)

    assert done.returncode == status, done.stderr
    assert b"The server has" not in done.stderr
    assert [request.method for request in recorder.requests] == ([] if status == 2 or "--dry-run" in arguments else ["POST"])


def test_the_settings_of_the_call_hold(bash: Run, recorder: Recorder, tmp_path: Path) -> None:
    """The user's curl config is used, but not what would spoil the answer; there is a short time limit."""
    (tmp_path / "home" / "rc").write_text('header = "X-Proxy: yes"\ninclude\nfail\nretry = 5\n')
    recorder.answer = refusing(listed("a"))
    env = {"LITELLM_BASE_URL": f"{recorder.url}/v1", "LITELLM_API_KEY": SECRET, "LITELLM_CURLRC": "rc"}
    done = bash("-x", OUT / "litellm-chat-completions.sh", env=env)

    traced = done.stderr.decode(errors="replace")  # bash writes a pattern of bytes
    assert "\nThe server has: a\n" in traced
    assert [request.header("X-Proxy") for request in recorder.requests] == ["yes", "yes"]
    assert [request.header("Authorization") for request in recorder.requests] == [f"Bearer {SECRET}"] * 2
    assert "zq7Kx" not in traced
    assert "--retry 0 --max-time 5 " in traced


@pytest.mark.slow
def test_a_server_that_hangs(bash: Run, recorder: Recorder) -> None:
    """After five seconds the advice stands alone."""
    over = threading.Event()

    def answer(request: Recorded) -> Answer:
        if request.method == "GET":
            over.wait(30)
        return REFUSED

    recorder.answer = answer
    done = bash(OUT / "litellm-chat-completions.sh", env={"LITELLM_BASE_URL": f"{recorder.url}/v1", "LITELLM_API_KEY": "sk-1"})
    over.set()
    assert (done.returncode, lines(done.stderr)) == (22, [ADVICE])


# ---- Any catalog ---------------------------------------------------------------------------


def lab(
    folder: Path,
    url: str,
    lister: Mapping[str, Any] | None = None,
    asking: Mapping[str, Any] | None = None,
    more: Mapping[str, Any] | None = None,
    **backend: Any,
) -> Path:
    """The script of an endpoint that is POST /say, but for what is given, where GET /voices lists what there is; `more` endpoints."""
    more = more or {}
    data: dict[str, Any] = {
        "languages": ["en"],
        "backends": {
            "lab": {
                "base_url": url,
                "troubles": [{"when": 404, "ask": "voices", "say": "Take another one"}],
                "endpoints": {name: {} for name in ("voices", "say", *more)},
                **backend,
            }
        },
        "endpoints": {
            "voices": {
                "method": "GET",
                "path": "/voices",
                "pipelines": [{"name": "names", "jq": "def names: .[] | .name; names"}],
                "lists": {"voice": "names"},
                **(lister or {}),
            },
            "say": {
                "method": "POST",
                "path": "/say",
                "body": {"voice": "a"},
                "parameters": {"voice": {"at": ["body", "voice"], "option": "--voice"}},
                **(asking or {}),
            },
            **more,
        },
    }
    (folder / "catalog.yaml").write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    renderer = Renderer(catalog.read(folder / "catalog.yaml"))
    for endpoint in data["endpoints"]:
        (folder / f"lab-{endpoint}.sh").write_text(renderer.script("lab", endpoint).text, "utf-8")
    return folder / "lab-say.sh"


def voices(request: Recorded) -> Answer:
    """Two voices, one with a strange name; any voice that is asked for is unknown."""
    return Answer(b'[{"name": "it\'s"}, {"name": "b"}]') if request.method == "GET" else Answer(b"", 404)


KEYS = {
    "bearer": {},
    "header": {"header": "X-Key"},
    "query": {"query": "a key"},
    "cookie": {"cookie": "sid"},
    "basic": {"scheme": "basic"},
}


def place(request: Recorded) -> list[str]:
    """Where a key may stand: the query, and headers."""
    return [request.target.partition("?")[2], *(value for name, value in request.headers if name in ("Authorization", "X-Key", "Cookie"))]


@pytest.mark.parametrize("required", [slow(True), False], ids=["required", "optional"])
@pytest.mark.parametrize("key", mostly_slow(KEYS, ["query", "cookie"]))
def test_keys(key: dict[str, Any], required: bool, bash: Run, recorder: Recorder, tmp_path: Path) -> None:
    """In each place a key goes along, hidden as in the first request."""
    recorder.answer = voices
    script = lab(tmp_path, recorder.url, api_key={"variable": "LAB_SECRET", "required": required, **key})
    value = f"ada:{SECRET}"
    done = bash("-x", script, env={"LAB_SECRET": value})

    first, second = recorder.requests
    assert second.target.partition("?")[0] == "/voices"
    assert place(first) == place(second)
    assert any(place(second))
    told = [line for line in done.stderr.decode(errors="replace").splitlines() if not line.startswith("+")]
    assert told[-2:] == ["The server has: it's, b", "Take another one"]
    assert b"zq7Kx" not in done.stderr
    if not required:
        recorder.requests.clear()
        bash(script)
        assert [any(place(request)) for request in recorder.requests] == [False, False]


def test_what_the_catalog_says_of_the_list(bash: Run, recorder: Recorder, tmp_path: Path) -> None:
    """Its own path, query, headers and cookies, and how it is reached."""
    recorder.answer = voices
    lister = {
        "path": "../{kind}/v oices",
        "values": {"kind": "a/b"},
        "query": {"q": "a b&c", "tag": ["1", "2"]},
        "headers": {"Accept": 'x/"y$z`'},
        "cookies": {"theme": "dark"},
        "parameters": {
            "kind": {"at": ["path", "kind"], "option": "--kind"},
            "page": {"at": ["query", "page"], "option": "--page", "type": "integer"},
        },
    }
    script = lab(tmp_path, f"{recorder.url}/v1", lister, {"cookies": {"other": "1"}}, headers={"X-Version": "3"})
    done = bash(script, "--voice", "x")
    written = bash(tmp_path / "lab-voices.sh", "--raw")

    first, second, same = recorder.requests
    assert lines(done.stderr) == ["The server has: it's, b", "Take another one"]
    assert written.returncode == 0
    assert (second.target, second.headers) == (same.target, same.headers)
    assert first.header("X-Version") == second.header("X-Version") == "3"


def test_redirects_and_settings(bash: Run, recorder: Recorder, tmp_path: Path) -> None:
    """Where redirects are followed, the list is asked for at home, through the socket that the catalog names."""
    assert recorder.socket
    recorder.answer = voices
    settings = {"location": True, "unix-socket": str(recorder.socket), "compressed": True}
    done = bash(lab(tmp_path, "http://lab/v1", curl=settings), "-H", "X-A: 1")

    assert lines(done.stderr) == ["The server has: it's, b", "Take another one"]
    assert [(request.target, request.header("Host"), request.header("X-A")) for request in recorder.requests] == [
        ("/v1/say", "lab", "1"),
        ("/v1/voices", "lab", "1"),
    ]


def test_a_list_in_pages(bash: Run, recorder: Recorder, tmp_path: Path) -> None:
    """Only the first page is asked for, which is said."""
    recorder.answer = voices
    done = bash(lab(tmp_path, recorder.url, {"pages": "link"}))

    assert lines(done.stderr) == ["On its first page the server has: it's, b", "Take another one"]


def test_two_lists(bash: Run, recorder: Recorder, tmp_path: Path) -> None:
    """Each trouble names its own."""
    speeds = {"path": "/speeds", "like": "voices", "lists": {"speed": "names"}}
    speed = {"at": ["body", "speed"], "option": "--speed", "type": "string"}
    asking = {
        "parameters": {"voice": {"at": ["body", "voice"], "option": "--voice"}, "speed": speed},
        "troubles": [{"when": 409, "ask": "speeds", "say": "Slower"}],
    }
    script = lab(tmp_path, recorder.url, asking=asking, more={"speeds": speeds})
    for status, expected in ((404, ["The server has: /voices", "Take another one"]), (409, ["The server has: /speeds", "Slower"])):
        recorder.answer = lambda request, status=status: (
            Answer(json.dumps([{"name": request.target}]).encode()) if request.method == "GET" else Answer(b"", status)
        )
        assert lines(bash(script).stderr) == expected


CANNOT = {
    "another address": {"base_url": "http://localhost:9/v1"},
    "another key": {"api_key": {"variable": "OTHER_KEY"}},
    "other settings": {"curl": {"insecure": True}},
    "another parameter": {"parameters": {"voice": None, "colour": {"at": ["body", "voice"], "option": "--colour"}}},
    "HEAD": {"method": "HEAD", "body": None, "parameters": {"voice": {"at": ["query", "voice"], "type": "string"}}},
}


@pytest.mark.parametrize("endpoint", CANNOT.values(), ids=CANNOT)
def test_where_a_script_cannot_ask(endpoint: dict[str, Any], tmp_path: Path) -> None:
    """It has nothing to ask with; the others of its backend have."""
    script = lab(tmp_path, "http://localhost:8000", more={"other": {"like": "say", **endpoint}})
    assert "ask_voices" in script.read_text("utf-8")
    assert "ask" not in (tmp_path / "lab-other.sh").read_text("utf-8").partition("fail() {")[2].partition("\n}")[0]
    assert "ask_voices" not in (tmp_path / "lab-other.sh").read_text("utf-8")


@pytest.mark.slow
def test_linters_find_nothing(tmp_path: Path) -> None:
    """In none of the lines that a script can ask with."""
    scripts = []
    lister = {"path": "../v/{x}", "query": {"q": "$a"}, "headers": {"A": "`"}, "parameters": {"x": {"at": ["path", "x"], "option": "--x"}}}
    kinds: dict[str, dict[str, Any]] = {
        "query": {"api_key": [{"variable": "A_KEY", "query": "a"}, {"variable": "B_KEY", "query": "b", "required": False}]},
        "cookie": {"api_key": {"variable": "A_KEY", "cookie": "a"}, "cookies": {"c": "d"}},
        "plain": {"cookies": {"c": "d"}, "curl": {"insecure": True}},
        "redirects": {"api_key": {"variable": "A_KEY"}, "curl": {"location": True, "http2": True}},
        "socket": {"curl": {"location": True, "unix-socket": "/s"}},
    }
    for name, backend in kinds.items():
        (tmp_path / name).mkdir()
        scripts.append(lab(tmp_path / name, "http://localhost:1/v1", {**lister, "values": {"x": "1"}}, **backend))
    assert complaints(scripts) == ""
