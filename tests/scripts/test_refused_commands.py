"""What typed commands tell when the server refuses: the status, and not `null`; and that they ask for the same as without -f."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from api import Api
from conftest import Run, mostly_slow
from recorder import Answer, Recorder
from wire import sent

MakeApi = Callable[..., Api]

ANSWER = [{"name": "a", "jq": ".a", "raw": True}]
GET = {"method": "GET", "path": "/x"}
ENDPOINTS: dict[str, dict[str, Any]] = {
    "json": {**GET, "method": "POST", "body": {"q": "it's $(why)"}, "pipelines": ANSWER},
    "text": {**GET, "response": "text"},
    "none": {**GET, "method": "DELETE", "response": "none"},
    "events": {**GET, "response": "events", "pipelines": ANSWER},
    "lines": {**GET, "response": "lines", "pipelines": ANSWER},
    "head": {**GET, "method": "HEAD"},
    "headers": {**GET, "response": "headers"},
    "file": {**GET, "response": "file", "save_as": "saved"},
    "base64": {**GET, "response": "file", "save_as": "saved", "pipelines": ANSWER},
    "urlencoded": {**GET, "method": "POST", "urlencoded": {"a": "b c"}, "response": "text"},
    "form": {**GET, "method": "POST", "form": {"a": "b", "f": {"file": "photo.png"}}, "response": "text"},
    "upload": {**GET, "method": "PUT", "file": "photo.png", "response": "text"},
    "compressed": {**GET, "curl": {"compressed": True}, "pipelines": ANSWER},
    "jar": {**GET, "curl": {"cookie-jar": "jar"}, "response": "text"},
    "basic": {**GET, "response": "text", "api_key": {"variable": "LOGIN", "scheme": "basic"}},
    "bearer": {**GET, "response": "text", "api_key": {"variable": "LOGIN"}},
}
REFUSAL = re.compile(rb"curl: \(22\) The requested URL returned error: 4\d\d( [\w ]+)?\n")
"""The older ones add the phrase behind the status."""


@pytest.fixture
def home(bash: Run, tmp_path: Path) -> Path:
    (tmp_path / "home" / "photo.png").write_bytes(b"\x89PNG\0\r\n")
    return tmp_path / "home"


@pytest.fixture
def api(bash: Run, recorder: Recorder, tmp_path: Path) -> MakeApi:
    return lambda **endpoint: Api(bash, tmp_path, recorder.url, {}, x=endpoint)


@pytest.mark.parametrize("kind", mostly_slow({kind: kind for kind in ENDPOINTS}, quick=["json", "events", "base64", "basic"]))
def test_a_refusal_is_told(kind: str, api: MakeApi, bash: Run, recorder: Recorder, home: Path) -> None:
    """The status stands on standard error, nothing on standard output, no answer in a file; the request is the one without -f."""
    made = api(**ENDPOINTS[kind])
    recorder.answers({"error": {"message": "wrong key"}}, 401, WWW_Authenticate='Basic realm="x"')
    login, saved = {"LOGIN": "ada:secret"}, home / "saved"
    printed = {"show": made.command("x"), "dry run": made.run("x", "--dry-run", **login).stdout.decode()}

    for where, command in printed.items():
        assert command.startswith("curl -fsS"), where
        done = bash("-c", command, env=login)
        assert REFUSAL.fullmatch(done.stderr), (where, done.stderr)
        assert done.returncode == (0 if "|" in command else 22)
        if kind not in ("head", "headers"):  # of these newer curls print the status and the headers, too
            assert done.stdout == b""
        if saved.exists():  # base64's, by the shell's >
            assert saved.read_bytes() == b""
        with_f = recorder.only()
        bash("-c", command.replace("curl -fsS", "curl -sS", 1), env=login)
        assert sent(with_f) == sent(recorder.only())
        saved.unlink(missing_ok=True)


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503, 599])
def test_every_status_from_400_on(status: int, api: MakeApi, bash: Run, recorder: Recorder) -> None:
    made = api(**ENDPOINTS["json"])
    recorder.answers({"error": {"message": "no"}}, status)
    done = bash("-c", made.command("x"))

    assert done.stdout == b"" and done.stderr.startswith(b"curl: (22) The requested URL returned error: %d" % status)


def test_an_answer_is_printed_as_ever(api: MakeApi, bash: Run, recorder: Recorder, home: Path) -> None:
    """Below 400 nothing changes."""
    for status in (200, 201):
        recorder.answers({"a": base64.b64encode(b"yes").decode()}, status)
        done = bash("-c", api(**ENDPOINTS["base64"]).command("x"))
        assert (done.returncode, done.stderr, (home / "saved").read_bytes()) == (0, b"", b"yes")
    recorder.answers("there", 302, Location="/y")
    assert bash("-c", api(**ENDPOINTS["text"]).command("x")).stdout == b"there"


def test_a_redirect_to_nowhere(api: MakeApi, bash: Run, recorder: Recorder) -> None:
    """What -L leads to may refuse, too."""
    recorder.answer = lambda request: (
        Answer(b"", 302, {"Location": "/gone"}) if request.target == "/x" else Answer(b'{"error": "gone"}', 404, {})
    )
    made = api(**{**ENDPOINTS["json"], "curl": {"location": True}})
    done = bash("-c", made.command("x"))

    assert made.command("x").startswith("curl -fsSL ")
    assert done.stdout == b"" and REFUSAL.fullmatch(done.stderr)
    assert [request.target for request in recorder.requests] == ["/x", "/gone"]


def test_an_answer_that_is_tried_again_is_printed_once(api: MakeApi, bash: Run, recorder: Recorder) -> None:
    """Without -f jq would have read the refusal before it, and printed null."""
    recorder.answer = lambda request: (
        Answer(b'{"error": "busy"}', 503, {"Retry-After": "0"}) if len(recorder.requests) < 2 else Answer(b'{"a": "yes"}', 200, {})
    )
    made = api(**{**ENDPOINTS["json"], "curl": {"retry": 2}})
    done = bash("-c", made.command("x"))

    assert done.stdout == b"yes\n" and b"error: 503" in done.stderr
    assert len(recorder.requests) == 2


@pytest.mark.parametrize("success", [[200, 404], ["2xx", "4xx"], ["2xx", 500], ["2xx", 599]], ids=str)
def test_no_f_where_such_a_status_is_an_answer(success: list[int | str], api: MakeApi, bash: Run, recorder: Recorder) -> None:
    """The command prints it, as the script does."""
    made = api(**ENDPOINTS["json"], success=success)
    recorder.answers({"a": "nobody"}, {404: 404, "4xx": 404, 500: 500, 599: 599}[success[1]])

    for done in made.run_all("x"):
        assert done.returncode == 0 and b"nobody" in done.stdout and done.stderr == b""
    assert made.command("x").startswith("curl -sS ") and made.run("x", "--dry-run").stdout.startswith(b"curl -sS ")
    assert api(**ENDPOINTS["json"], success=["2xx", 304]).command("x").startswith("curl -fsS ")
