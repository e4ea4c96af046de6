"""What becomes of an answer: which statuses are one, errors in a good one, headers, files, when to ask again."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml
from conftest import Run, values
from recorder import Answer, Recorder

from generator import catalog
from generator.render.renderer import Renderer

pytestmark = pytest.mark.slow  # in make check the quick ones of the good catalogs and of test_values.py stand for these

JSON = {"Content-Type": "application/json"}
Script = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def script(tmp_path: Path, bash: Run, recorder: Recorder) -> Script:
    """Runs the script of an endpoint that is written as in a catalog: GET /x, but for what is given."""

    def run(endpoint: Mapping[str, object], *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
        path = tmp_path / "catalog.yaml"
        data = {
            "languages": ["en"],
            "backends": {"lab": {"base_url": recorder.url, "endpoints": {"x": {}}}},
            "endpoints": {"x": {"method": "GET", "path": "/x", **endpoint}},
        }
        path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
        (tmp_path / "lab-x.sh").write_text(Renderer(catalog.read(path)).script("lab", "x").text, "utf-8")
        return bash(tmp_path / "lab-x.sh", *arguments, env=env)

    return run


def printed(done: subprocess.CompletedProcess[bytes]) -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    return done.returncode, done.stdout.decode(), done.stderr.decode()


V = {"pipelines": [{"name": "v", "jq": ".v"}]}
KINDS = {
    "json": V,
    "as it is": {},
    "text": {"response": "text"},
    "events": {"response": "events", **V},
    "lines": {"response": "lines", **V},
    "events as they are": {"response": "events"},
    "file": {"response": "file", "save_as": "x.bin"},
    "file in JSON": {"response": "file", "save_as": "x.bin", **V},
    "none": {"response": "none"},
}


# ---- success -------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [(), ("--raw",)], ids=["answer", "raw"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_without_content_prints_nothing(
    kind: str, mode: tuple[str, ...], script: Script, recorder: Recorder, tmp_path: Path
) -> None:
    """Where the catalog counts 304 among the answers: exit 0, and no file is made, which is said."""
    recorder.answers(b"", 304)
    said = "lab-x.sh: HTTP 304: no content, and so no file\n" if kind.startswith("file") else ""
    assert printed(script({**KINDS[kind], "success": ["2xx", 304]}, *mode)) == (0, "", said)
    assert list((tmp_path / "home").iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_content_is_an_answer(kind: str, script: Script, recorder: Recorder) -> None:
    """204 is among 2xx."""
    recorder.answers(b"", 204)
    said = "lab-x.sh: HTTP 204: no content, and so no file\n" if kind.startswith("file") else ""
    assert printed(script(KINDS[kind])) == (0, "", said)


def test_the_whole_of_an_empty_answer_is_nothing(script: Script, recorder: Recorder) -> None:
    """As `curl … | jq .` does, which ends with 0; a filter that looks for something finds nothing there."""
    recorder.answers(b"")
    assert printed(script({"pipelines": [{"name": "all", "jq": "."}]})) == (0, "", "")
    assert printed(script(V)) == (5, "", "lab-x.sh: .v found nothing in the answer\n")


@pytest.mark.parametrize(
    ("success", "status", "ends"),
    [
        (None, 200, 0),
        (None, 299, 0),
        (None, 304, 22),
        (None, 404, 22),
        ([200], 201, 22),
        ([200, 404], 404, 0),
        (["2xx", "4xx"], 410, 0),
        (["4xx"], 200, 22),
        ([302], 302, 0),
        (["5xx"], 503, 0),
    ],
)
@pytest.mark.parametrize("kind", ["json", "events"])
def test_which_statuses_are_answers(
    kind: str, success: list[object] | None, status: int, ends: int, script: Script, recorder: Recorder
) -> None:
    body = b'data: {"v": 7}\n\n' if kind == "events" else b'{"v": 7}'
    recorder.answers(body, status)
    done = script({**KINDS[kind], **({"success": success} if success else {})}, "-i")
    assert done.returncode == ends
    if ends == 0:
        assert done.stdout == b"7\n"
    elif kind == "json":  # a stream prints before its status is known
        assert done.stdout == b""
    assert f" {status} ".encode() in done.stderr.splitlines()[0]
    assert ends == 0 or f"lab-x.sh: HTTP {status} from {recorder.url}/x".encode() in done.stderr


def test_help_names_the_statuses(script: Script) -> None:
    assert b"an HTTP status other than 2xx and 304\n" in script({"success": ["2xx", 304]}, "--help").stdout


# ---- failure -------------------------------------------------------------------------------

FAILURE = {"failure": ".errors[]?.message"}
TWO = '{"v": 7, "errors": [{"message": "field x\\u001b[31m timed out"}, {"message": null}, {"message": ""}, {"message": "$(touch y)"}]}'
SAID = "lab-x.sh: the answer holds an error: field x[31m timed out\n$(touch y)\n"


@pytest.mark.parametrize(
    ("kind", "mode", "printed_", "said"),
    [
        ("json", (), "7\n", SAID),
        ("json", ("--raw",), TWO, SAID),
        ("as it is", (), TWO, SAID),
        ("none", (), "", SAID),
        ("lines", (), "", SAID.replace("the answer holds an error", "an error in the stream")),
        ("events", (), "", SAID.replace("the answer holds an error", "an error in the stream")),
    ],
)
def test_an_error_in_a_good_answer(
    kind: str, mode: tuple[str, ...], printed_: str, said: str, script: Script, recorder: Recorder, tmp_path: Path
) -> None:
    """All of its words are on standard error, exit 5, and what the pipeline finds is still printed."""
    recorder.answers(f"data: {TWO}\n\n" if kind == "events" else TWO)
    assert printed(script({**KINDS[kind], **FAILURE}, *mode)) == (5, printed_, said)
    assert not (tmp_path / "home" / "y").exists()


NTFY = [{"event": "open"}, {"event": "message", "message": "Hello"}, {"message": "one more", "error": None}]


@pytest.mark.parametrize(
    ("filter_", "sent", "found", "error"),
    [
        (".message", NTFY, ["Hello", "one more"], ""),
        (".detail", [{"detail": "a"}, {"detail": "b"}], ["a", "b"], ""),
        (".", [{"v": 1}, {"v": 2, "error": "boom"}, {"v": 3}], [{"v": 1}], "boom"),
        (".v", [{"v": 1}, {"message": "boom"}, {"v": 2}], [1], "boom"),
        (".v", [{"v": 1}, {"error": {"code": 5}}, {"v": 2}], [1], '{"code":5}'),
        (".v", [{"v": 1}, {"error": {}}, {"error": False}, {"error": 0}, {"v": 2}], [1, 2], ""),
    ],
    ids=["message", "detail", "all of it", "error as a message", "error without words", "no errors"],
)
@pytest.mark.parametrize("kind", ["events", "lines"])
def test_what_is_an_error_in_a_stream(
    kind: str, filter_: str, sent: list[object], found: list[object], error: str, script: Script, recorder: Recorder
) -> None:
    """What the pipeline finds something in is none, even with a `message`, but for what has an `error`."""
    lines = [json.dumps(value) for value in sent]
    recorder.answers("".join(f"data: {line}\n\n" for line in lines) if kind == "events" else "\n".join(lines))
    done = script({"response": kind, "pipelines": [{"name": "v", "jq": filter_}]})
    assert values(done.stdout.decode()) == found
    said = f"lab-x.sh: an error in the stream: {error}\n" if error else ""
    assert (done.returncode, done.stderr.decode()) == (5 if error else 0, said)


@pytest.mark.parametrize(
    "answer", ['{"v": 7}', '{"v": 7, "errors": []}', '{"v": 7, "errors": [{"message": false}]}', '{"v": 7, "errors": 3}']
)
def test_no_error(answer: str, script: Script, recorder: Recorder) -> None:
    """Nothing, null, false and an empty text are none; nor is what makes the filter fail."""
    recorder.answers(answer)
    assert printed(script({**V, **FAILURE})) == (0, "7\n", "")


def test_errors_alone(script: Script, recorder: Recorder) -> None:
    """The pipeline finds nothing: the error is said, and not that."""
    recorder.answers('{"v": null, "errors": [{"message": "no"}]}')
    assert printed(script({**V, **FAILURE})) == (5, "", "lab-x.sh: the answer holds an error: no\n")


def test_an_object_is_said_on_one_line(script: Script, recorder: Recorder) -> None:
    recorder.answers('{"v": 1, "errors": [{"code": 3,\n"at": "x"}]}')
    assert printed(script({**V, "failure": ".errors[]?"})) == (5, "1\n", 'lab-x.sh: the answer holds an error: {"code":3,"at":"x"}\n')


def test_a_file_beside_an_error_is_kept(script: Script, recorder: Recorder, tmp_path: Path) -> None:
    recorder.answers('{"v": "YQ==", "errors": [{"message": "cut"}]}')
    done = script({**KINDS["file in JSON"], **FAILURE})
    assert (done.returncode, done.stderr.decode().splitlines()[-1]) == (5, "lab-x.sh: the answer holds an error: cut")
    assert (tmp_path / "home" / "x.bin").read_bytes() == b"a"


def test_a_trouble_knows_the_words_of_a_failure(script: Script, recorder: Recorder) -> None:
    recorder.answers('{"ok": false, "error": "not_in_channel"}')
    slack = {"response": "none", "failure": "select(.ok == false) | .error", "troubles": [{"when": "/not_in_channel/", "say": "invite it"}]}
    assert printed(script(slack)) == (5, "", "lab-x.sh: the answer holds an error: not_in_channel\ninvite it\n")


def test_an_error_status_is_none_of_it(script: Script, recorder: Recorder) -> None:
    """There the server's words are found by `errors`."""
    recorder.answers('{"message": "gone", "errors": [{"message": "no"}]}', 410)
    assert printed(script({**V, **FAILURE})) == (22, "", f"lab-x.sh: HTTP 410 from {recorder.url}/x: gone\n")


# ---- headers -------------------------------------------------------------------------------


def test_headers_are_the_answer(script: Script, recorder: Recorder) -> None:
    """Without CR, on standard output, and no body; with --raw as they came."""
    recorder.answer = lambda request: Answer(b"a body", 202, {"Location": "/uploads/7", "X-Odd": 'a: b;  "c"'})
    status, out, err = printed(script({"method": "POST", "response": "headers"}))
    assert (status, err) == (0, "")
    assert [line for line in out.splitlines() if not line.startswith(("Server", "Date"))] == [
        "Location: /uploads/7",
        'X-Odd: a: b;  "c"',
        "Content-Length: 6",
        "Connection: close",
    ]
    raw = script({"method": "POST", "response": "headers"}, "--raw").stdout
    assert raw.startswith(b"HTTP/1.1 202 ")
    assert raw.endswith(b"Connection: close\r\n\r\n")


def test_head_says_nothing_of_a_body(script: Script, recorder: Recorder) -> None:
    """A refused HEAD has no words: its headers are none."""
    recorder.answer = lambda request: Answer(b"", 404, {"X-Reason": "gone"})
    assert printed(script({"method": "HEAD"})) == (22, "", f"lab-x.sh: HTTP 404 from {recorder.url}/x\n")
    assert recorder.only().method == "HEAD"


def test_the_last_response_has_the_headers(script: Script, bash: Run, tmp_path: Path) -> None:
    """What came on the way, such as 103 Early Hints, is not the answer's."""
    curl = tmp_path / "bin" / "curl"
    curl.parent.mkdir()
    curl.write_text(
        r"""#!/usr/bin/env bash
while [[ $1 != --dump-header ]]; do shift; done
printf 'HTTP/1.1 103 Early Hints\r\nLink: early\r\n\r\nHTTP/2 200 \r\netag: "x"\r\nlink: late\r\n\r\n' > "$2"
printf '200 \n/dev/null'
"""
    )
    curl.chmod(0o755)
    done = script({"method": "HEAD"}, env={"PATH": f"{curl.parent}:/usr/bin:/bin"})
    assert printed(done) == (0, 'etag: "x"\nlink: late\n', "")


# ---- Retry-After ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["json", "events"])
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("Retry-After", "30", ", Retry-After: 30"),
        ("retry-after", "Fri, 27 Nov 2026 08:00:00 GMT", ", retry-after: Fri, 27 Nov 2026 08:00:00 GMT"),
        ("RETRY-AFTER", "\x1b[31m5\x07", ", RETRY-AFTER: [31m5"),
        ("Retry-After", "x" * 300, ", Retry-After: " + "x" * 87),
        ("X-Retry-After", "3", ""),
    ],
)
def test_when_to_ask_again(kind: str, status: int, name: str, value: str, said: str, script: Script, recorder: Recorder) -> None:
    """What a busy server says stands in the message as it is, but for what a terminal would act on."""
    recorder.answer = lambda request: Answer(b"slow down", status, {name: value})
    assert printed(script(KINDS[kind])) == (22, "", f"lab-x.sh: HTTP {status} from {recorder.url}/x{said}: slow down\n")


def test_only_a_busy_server_says_when(script: Script, recorder: Recorder) -> None:
    recorder.answer = lambda request: Answer(b"", 301, {"Retry-After": "3"})
    assert printed(script(V)) == (22, "", f"lab-x.sh: HTTP 301 from {recorder.url}/x\n")


# ---- Files ---------------------------------------------------------------------------------

FILE = {"response": "file", "save_as": "x.bin"}


def test_a_file_that_is_there_is_kept(script: Script, recorder: Recorder, tmp_path: Path) -> None:
    """Nothing is sent, since it may cost; -o names the file to write over."""
    there = tmp_path / "home" / "x.bin"
    there.write_bytes(b"mine")
    status, out, err = printed(script(FILE))
    assert (status, out) == (2, "")
    assert err == "lab-x.sh: x.bin is there already: name another file with -o, or this one to write over it\n"
    assert (recorder.requests, there.read_bytes()) == ([], b"mine")
    recorder.answers(b"new")
    assert script(FILE, "-o", "x.bin").returncode == 0
    assert there.read_bytes() == b"new"


def test_raw_does_not_mind_a_file_that_is_there(script: Script, recorder: Recorder, tmp_path: Path) -> None:
    (tmp_path / "home" / "x.bin").write_bytes(b"mine")
    recorder.answers(b"new")
    assert printed(script(FILE, "--raw")) == (0, "new", "")
    assert script(FILE, "--dry-run").stdout.endswith(b"-o 'x.bin'\n")


@pytest.mark.parametrize("kind", ["file", "file in JSON"])
def test_raw_goes_where_o_says(kind: str, script: Script, recorder: Recorder, tmp_path: Path) -> None:
    recorder.answers('{"v": "YQ=="}')
    done = script(KINDS[kind], "--raw", "--output=-x y")
    assert (done.returncode, done.stdout) == (0, b"")
    assert (tmp_path / "home" / "-x y").read_bytes() == b'{"v": "YQ=="}'


@pytest.mark.parametrize("mode", [(), ("--raw",)], ids=["answer", "raw"])
@pytest.mark.parametrize("kind", ["file", "file in JSON"])
@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("", "-o needs the name of a file"),
        ("folder", "folder is a folder: name a file in it with -o"),
        ("folder/", "folder/ is a folder: name a file in it with -o"),
        ("missing/x", "there is no folder missing/: make it, or name another file with -o"),
        ("missing/", "there is no folder missing/: make it, or name another file with -o"),
        ("file/x", "there is no folder file/: make it, or name another file with -o"),
    ],
)
def test_where_no_file_can_be(
    kind: str, mode: tuple[str, ...], output: str, said: str, script: Script, recorder: Recorder, tmp_path: Path
) -> None:
    """Refused before anything is sent."""
    (tmp_path / "home" / "folder").mkdir()
    (tmp_path / "home" / "file").touch()
    assert printed(script(KINDS[kind], *mode, "-o", output)) == (2, "", f"lab-x.sh: {said}\n")
    assert recorder.requests == []


def test_standard_output(script: Script, recorder: Recorder, tmp_path: Path) -> None:
    recorder.answers(b"\0bytes\xff")
    assert script(FILE, "-o", "-").stdout == b"\0bytes\xff"
    assert list((tmp_path / "home").iterdir()) == []
