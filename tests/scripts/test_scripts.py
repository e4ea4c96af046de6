"""What the scripts promise beside the request itself: options, environment, keys, errors. They run under bash, against a recorder."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import select
import shlex
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest
from conftest import ENVIRONMENT, OUT, Run, every_script, mostly_slow, slow
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from recorder import Answer, Recorded, Recorder, recording

CHAT = "litellm-chat-completions"
STREAM = "ollama-chat-completions-stream"
KEY = "sk-1234"
PROMPTED = [CHAT, "ollama-completions", "xinference-embeddings", "mindie-chat-completions"]
each_prompted = pytest.mark.parametrize("name", mostly_slow({name: name for name in PROMPTED}, quick=["xinference-embeddings"]))
# What a program needs beside curl and jq: every Linux and every macOS has these.
PLAIN_TOOLS = ["bash", "cat", "grep", "head", "mktemp", "rm", "sed", "tail", "touch", "tr"]

COMPLETED = {"choices": [{"text": "一段文本", "message": {"role": "assistant", "content": "你好, world"}}]}
ANSWERS: Mapping[str, tuple[dict[str, Any], bytes]] = {
    "models": ({"data": [{"id": "a:7b"}, {"id": "b"}]}, b"a:7b\nb\n"),
    "chat-completions": (COMPLETED, "你好, world\n".encode()),
    "completions": (COMPLETED, "一段文本\n".encode()),
    "embeddings": ({"data": [{"embedding": [0.5, -1.25, 3, 4, 5]}]}, "5 numbers: 0.5, -1.25, 3, …\n".encode()),
}


class Script(Protocol):
    def __call__(
        self, name: str, *arguments: str, env: Mapping[str, str | None] | None = None, stdin: bytes = b"", flags: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[bytes]: ...


def split(name: str) -> tuple[str, str]:
    """Backend and endpoint of a script's name."""
    backend, _, endpoint = name.partition("-")
    return backend, endpoint


def printed(name: str) -> bytes:
    """What a script prints of the usual answer."""
    return ANSWERS[split(name)[1]][1]


def url(recorder: Recorder, name: str) -> str:
    return f"{recorder.url}/v1/{split(name)[1].replace('-', '/')}"


def usual(request: Recorded) -> Answer:
    """The usual answer to a request."""
    endpoint = request.target.partition("/v1/")[2].replace("/", "-")
    return Answer(json.dumps(ANSWERS.get(endpoint, ({},))[0]).encode())


def asked(sent: Recorded) -> str:
    """The prompt or input in a request."""
    body = sent.json()
    text = body["messages"][-1]["content"] if "messages" in body else body.get("prompt", body.get("input"))
    text = text[0] if isinstance(text, list) else text
    assert isinstance(text, str)
    return text


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def environment(recorder: Recorder, temporary: Path) -> dict[str, str]:
    """Every base URL points to the recorder, LiteLLM's key is set, temporary files have a folder of their own."""
    recorder.answer = usual
    addresses = {f"{backend}_BASE_URL": f"{recorder.url}/v1" for backend in ("OLLAMA", "LITELLM", "XINFERENCE", "MINDIE")}
    return {**addresses, "LITELLM_API_KEY": KEY, "TMPDIR": str(temporary)}


@pytest.fixture
def script(bash: Run, environment: dict[str, str], temporary: Path) -> Iterator[Script]:
    """Runs a script of out/ by its name; None takes a variable away. Whatever a test does, no temporary file may stay behind."""

    def run(
        name: str, *arguments: str, env: Mapping[str, str | None] | None = None, stdin: bytes = b"", flags: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[bytes]:
        variables = {variable: value for variable, value in {**environment, **(env or {})}.items() if value is not None}
        return bash(*flags, OUT / f"{name}.sh", *arguments, env=variables, stdin=stdin)

    yield run
    assert list(temporary.iterdir()) == []


@pytest.fixture
def curlrc(tmp_path: Path) -> Path:
    """~/.curlrc, of the home in which `bash` runs (it exists once `bash` is asked for)."""
    return tmp_path / "home" / ".curlrc"


@pytest.fixture
def refusing() -> Iterator[str]:
    """A URL at which nobody listens: the port is taken, but not open."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def hanging(recorder: Recorder, environment: dict[str, str]) -> Iterator[threading.Event]:
    """The recorder never answers; the event is set once a request has arrived."""
    arrived, over = threading.Event(), threading.Event()

    def wait(request: Recorded) -> None:
        arrived.set()
        over.wait(30)

    recorder.answer = wait
    yield arrived
    over.set()


def links(folder: Path, tools: Sequence[str]) -> str:
    """A PATH with these tools alone."""
    folder.mkdir()
    for tool in tools:
        (folder / tool).symlink_to(shutil.which(tool) or f"/no/{tool}")
    return str(folder)


def spies(folder: Path, tools: Sequence[str]) -> tuple[str, Path]:
    """A PATH on which these tools write down their arguments before they run; the second is where."""
    folder.mkdir()
    log = folder / "arguments.log"
    for tool in tools:
        (folder / tool).write_text(
            f'#!/bin/sh\nprintf \'%s\\n\' {tool} "$@" >> {shlex.quote(str(log))}\nexec {shlex.quote(shutil.which(tool) or "")} "$@"\n'
        )
        (folder / tool).chmod(0o755)
    return f"{folder}:{ENVIRONMENT['PATH']}", log


# --help, --raw, -i


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (CHAT, ["[--model NAME]", "default: gpt-3.5-turbo", "PROMPT", "LITELLM_API_KEY", "(required)", "LITELLM_MODEL"]),
        ("ollama-models", ["OLLAMA_BASE_URL", "http://localhost:11434/v1"]),
        ("ollama-embeddings", ["default: bge-m3", "OLLAMA_EMBEDDING_MODEL", "TEXT"]),
        ("xinference-completions", ["XINFERENCE_API_KEY", "sent if set", "XINFERENCE_MODEL", "你是谁?"]),
        ("mindie-chat-completions", ["default: qwen", "MINDIE_CURLRC"]),
    ],
)
def test_help(name: str, words: list[str], script: Script, recorder: Recorder, tmp_path: Path) -> None:
    """--help and -h print usage, options with their defaults and the variables, and need neither key nor curl nor jq."""
    env = {"LITELLM_API_KEY": None, "PATH": links(tmp_path / "bin", ["bash", "cat"])}
    long, short = script(name, "--help", env=env), script(name, "hello", "-h", env=env)
    assert (long.returncode, long.stderr) == (0, b"")
    assert (short.returncode, short.stdout, short.stderr) == (0, long.stdout, b"")
    text = long.stdout.decode()
    assert text.startswith(f"Usage: {name}.sh ")
    assert text.endswith("time-out)\n")
    common = ["-i, --include", "--raw", "--dry-run", "_BASE_URL", "_TIMEOUT", "_CURLRC", "Exit status:"]
    assert [word for word in words + common if word not in text] == []
    assert recorder.requests == []


def test_raw_prints_the_bytes_of_the_answer(script: Script, recorder: Recorder) -> None:
    """--raw changes no byte, not even NUL, and does not ask for JSON."""
    body = bytes(range(256)) * 300 + b"\n\n"
    recorder.answers(body)
    result = script(CHAT, "--raw")
    assert (result.returncode, result.stdout, result.stderr) == (0, body, b"")


@pytest.mark.parametrize("options", [[], ["--raw"], ["--dry-run", "-"]], ids=["answer", "raw", "dry run"])
@pytest.mark.parametrize("ignored", mostly_slow({"killed by the pipe": "", "write error": "trap '' PIPE; "}, ["killed by the pipe"]))
def test_reader_that_stops_early(
    options: list[str], ignored: str, bash: Run, environment: dict[str, str], recorder: Recorder, temporary: Path
) -> None:
    """`script | head -c 1000` prints so many bytes and no message of the script's own; nothing is left, and a dry run sends nothing."""
    recorder.answers('{"choices": [{"message": {"content": "' + "x" * 500_000 + '"}}]}' if not options else b"x" * 500_000)
    line = f'{ignored}"$0" "$@" | head -c 1000'
    result = bash("-c", line, OUT / f"{CHAT}.sh", *options, env=environment, stdin=b"y" * 300_000)
    assert len(result.stdout) == 1000
    assert result.stdout.startswith(b"curl -fsS " if "--dry-run" in options else b"xxx")
    reported = ignored or "--dry-run" in options  # by cat, or by the printf of bash 3.2
    assert [said for said in result.stderr.splitlines() if not (reported and (b"write error" in said or b"Broken pipe" in said))] == []
    assert len(recorder.requests) == ("--dry-run" not in options)
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("option", ["-i", "--include"])
def test_include_shows_the_headers_on_standard_error(option: str, script: Script, recorder: Recorder) -> None:
    """-i adds status line and headers, on standard error alone and without carriage returns."""
    recorder.answers(COMPLETED, X_Request_Id="417")
    result = script(CHAT, option)
    assert (result.returncode, result.stdout) == (0, printed(CHAT))
    lines = result.stderr.decode().split("\n")
    assert lines[0].startswith("HTTP/1.1 200")
    assert "X-Request-Id: 417" in lines
    assert "\r" not in result.stderr.decode()


def test_include_shows_the_headers_of_a_refusal(script: Script, recorder: Recorder) -> None:
    """-i helps most where something went wrong."""
    recorder.answers({"detail": "slow down"}, 429, Retry_After="30")
    result = script(CHAT, "-i")
    assert (result.returncode, result.stdout) == (22, b"")
    assert b"\nRetry-After: 30\n" in result.stderr
    assert result.stderr.endswith(b": slow down\n")


# The argument

PROMPTS = {
    "plain": "hello",
    "empty": "",
    "chinese": "解释“人工智能”，谢谢！",
    "emoji": "👩‍👩‍👧 🇨🇳 e\u0301",
    "single quotes": "it's 'quoted' '' '\\''",
    "double quotes": 'say "hi" ""',
    "substitution": "$(touch x) `touch x` ${HOME} $LITELLM_API_KEY $((1+1)) <(touch x)",
    "backslashes": "\\ \\\\ \\n \\u4f60 \\'",
    "line breaks": "\n one\r\n two\r three\n\n\n",
    "tab and controls": "a\tb\x01\x1b[31m\x7f\x85\u2028\ufeff",
    "file": "@/etc/passwd",
    "option": "-x",
    "long option": "--help",
    "end of options": "--",
    "jinja": "{{ 7 * 7 }} {% raw %} {# no #}",
    "html": "</script><b>&amp;",
    "format": "%s %d %n %%",
    "globs": "* ? [a-z] {a,b} ~ !! !x #",
    "json": '{"a": [1, null]}", "model": "x',
    "heredoc": "JSON\nHELP\nKEY\n<<EOF",
    "jq": "$ARGS.named | .model = \\(1)",
    "operators": "; | & && > /dev/full < x",
    "blanks": "  two  blanks  ",
}
QUICK_PROMPTS = ("substitution", "option")
# "-" reads standard input and what starts with it is an option: -- keeps it an argument.
# test_hostile_inputs_arrive_byte_for_byte sends all of them at once; alone, make test sends those of which a shell makes most.
ALONE = (*QUICK_PROMPTS, "single quotes", "line breaks", "tab and controls", "heredoc")
each_prompt = pytest.mark.parametrize("prompt", mostly_slow(PROMPTS, QUICK_PROMPTS, every_script=PROMPTS.keys() - ALONE))


@each_prompt
def test_prompt_arrives_byte_for_byte(prompt: str, script: Script, recorder: Recorder, bash: Run, tmp_path: Path) -> None:
    """Whatever stands in an argument is sent and never run; the command that --dry-run prints for it sends the very same request."""
    result = script(CHAT, "--", prompt)
    sent = recorder.only()
    assert (result.returncode, result.stdout, result.stderr) == (0, printed(CHAT), b"")
    assert asked(sent) == prompt
    assert sent.json()["messages"][0]["content"] == "你是位人工智能专家。"
    pasted = tmp_path / "pasted.sh"
    pasted.write_bytes(script(CHAT, "--dry-run", "--", prompt).stdout)
    assert recorder.requests == []
    bash(pasted, env={"LITELLM_API_KEY": KEY})
    again = recorder.only()
    assert (again.method, again.target, again.body) == (sent.method, sent.target, sent.body)
    assert sorted(again.headers) == sorted(sent.headers)
    assert sorted(path.name for path in (tmp_path / "home").iterdir()) == []


@pytest.mark.every_script  # the table above has what is special in a text
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prompt=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_prompt_arrives(prompt: str, script: Script, recorder: Recorder) -> None:
    """Any text."""
    assume(prompt != "-")
    script("ollama-completions", "--", prompt)
    assert asked(recorder.only()) == prompt


@each_prompted
def test_argument_goes_where_the_endpoint_wants_it(name: str, script: Script, recorder: Recorder) -> None:
    """The argument replaces the prompt, the question or the input; all else of the body stays."""
    script(name)
    usual_body = recorder.only().json()
    result = script(name, "你好")
    body = recorder.only().json()
    assert (result.returncode, result.stdout, result.stderr) == (0, printed(name), b"")
    if "messages" in body:
        usual_body["messages"][-1]["content"] = "你好"
    else:
        usual_body.update({"prompt": "你好"} if "prompt" in body else {"input": ["你好"]})
    assert body == usual_body


@each_prompted
def test_long_argument(name: str, script: Script, recorder: Recorder) -> None:
    """100 kB are one argument, which is what Linux takes."""
    prompt = "长'文\n" * 12_000
    result = script(name, prompt)
    assert (result.returncode, result.stderr) == (0, b"")
    assert asked(recorder.only()) == prompt


LONG = "很长的'文本'，\"引号\" \\ 和 emoji 🎉 " * 8_000 + "\r\n\t最后\n\n\n"


@each_prompted
def test_standard_input(name: str, script: Script, recorder: Recorder, bash: Run, tmp_path: Path) -> None:
    """- reads 300 kB from standard input, last line breaks included; the command that --dry-run prints for it sends the same."""
    assert len(LONG.encode()) > 300_000
    result = script(name, "-", stdin=LONG.encode())
    sent = recorder.only()
    assert (result.returncode, result.stdout, result.stderr) == (0, printed(name), b"")
    assert asked(sent) == LONG
    pasted = tmp_path / "pasted.sh"
    pasted.write_bytes(script(name, "-", "--dry-run", stdin=LONG.encode()).stdout)
    bash(pasted, env={"LITELLM_API_KEY": KEY})
    again = recorder.only()
    assert (again.method, again.target, again.body) == (sent.method, sent.target, sent.body)
    assert sorted(again.headers) == sorted(sent.headers)


@pytest.mark.parametrize("name", [slow("ollama-embeddings"), slow("litellm-embeddings"), "xinference-embeddings"])
def test_several_inputs(name: str, script: Script, recorder: Recorder) -> None:
    """Each text has its vector and its line; - among them is standard input, and even one is sent as a list."""
    recorder.answers({"data": [{"embedding": [number, 0.5, -1, 7]} for number in range(3)]})
    result = script(name, "it's", "-", "三", stdin=b"from\nstdin\n")
    assert recorder.only().json()["input"] == ["it's", "from\nstdin\n", "三"]
    lines = "".join(f"4 numbers: {number}, 0.5, -1, …\n" for number in range(3))
    assert (result.returncode, result.stdout.decode(), result.stderr) == (0, lines, b"")
    script(name, "alone")
    assert recorder.only().json()["input"] == ["alone"]
    script(name)
    assert recorder.only().json()["input"] == "Embedding text..."


CUT = b'99\r\n{"data": [{"embedding": [1, 2]}, \r\n'
SEVERAL: dict[str, tuple[Answer | None, int, str]] = {
    "bad JSON": (Answer(b'{"data": [{"embedding": [1]}, {"embedding": [2'), 5, 'summary found nothing in the answer: {"data": '),
    "a page": (Answer(b"<html>Welcome</html>"), 5, "<html>Welcome</html>"),
    "two for three": (Answer(b'{"data": [{"embedding": [1]}, {"object": "embedding"}]}'), 5, '{"object": "embedding"}]}'),
    "empty list": (Answer(b'{"data": []}'), 5, '{"data": []}'),
    "refused": (Answer(b'{"error": {"message": "input too long"}}', 400), 22, ": input too long"),
    "moved": (Answer(b"", 301, {"Location": "/elsewhere"}), 22, "/elsewhere"),
    "broken off": (Answer(CUT, headers={"Transfer-Encoding": "chunked"}), 18, "curl error 18 at"),
    "closed": (None, 52, "curl error 52 at"),
}


@pytest.mark.parametrize(("answer", "status", "says"), mostly_slow(SEVERAL, quick=["two for three", "refused"]))
def test_several_inputs_and_no_answer(answer: Answer | None, status: int, says: str, script: Script, recorder: Recorder) -> None:
    """No vector is printed unless all of them came."""
    recorder.answer = lambda request: answer
    result = script("ollama-embeddings", "one", "-", "three", stdin=b"two")
    assert recorder.only().json()["input"] == ["one", "two", "three"]
    assert (result.returncode, result.stdout) == (status, b"")
    assert says in result.stderr.decode()


def test_several_inputs_and_a_server_that_hangs(script: Script, recorder: Recorder, hanging: threading.Event) -> None:
    """28, as with one."""
    result = script("xinference-embeddings", "one", "two", env={"XINFERENCE_TIMEOUT": "1"})
    assert (result.returncode, result.stdout) == (28, b"")
    assert recorder.only().json()["input"] == ["one", "two"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["litellm-embeddings", every_script("ollama-embeddings")])
def test_hostile_inputs_arrive_byte_for_byte(name: str, script: Script, recorder: Recorder, bash: Run, tmp_path: Path) -> None:
    """All of them at once, a long one on standard input in their middle; what --dry-run prints sends the same."""
    given = list(PROMPTS.values())
    assert script(name, "--", *given, "-", "last", stdin=LONG.encode()).returncode == 0
    sent = recorder.only()
    assert sent.json()["input"] == [*given, LONG, "last"]
    pasted = tmp_path / "pasted.sh"
    pasted.write_bytes(script(name, "--dry-run", "--", *given, "-", "last", stdin=LONG.encode()).stdout)
    bash(pasted, env={"LITELLM_API_KEY": KEY})
    assert recorder.only().body == sent.body
    assert list((tmp_path / "home").iterdir()) == []


def test_inputs_before_and_after_options(script: Script, recorder: Recorder) -> None:
    """Texts may stand anywhere, and after -- whatever they look like."""
    assert script("ollama-embeddings", "one", "--model", "m", "", "--", "--model", "-i").returncode == 0
    sent = recorder.only().json()
    assert (sent["model"], sent["input"]) == ("m", ["one", "", "--model", "-i"])


def test_standard_input_is_left_alone_without_a_dash(bash: Run, environment: dict[str, str], recorder: Recorder) -> None:
    """A script in a `while read` loop does not eat the loop's lines."""
    loop = 'while IFS= read -r line; do "$0" "$line" || exit; done'
    result = bash("-c", loop, OUT / "ollama-completions.sh", env=environment, stdin=b"one\ntwo\nthree\n")
    assert (result.returncode, result.stdout) == (0, printed("ollama-completions") * 3)
    assert [asked(sent) for sent in recorder.requests] == ["one", "two", "three"]


@pytest.mark.parametrize("name", ["ollama-models", CHAT])
def test_all_of_standard_input_is_still_there(name: str, bash: Run, environment: dict[str, str]) -> None:
    """What follows the script reads the first byte."""
    result = bash("-c", '"$0" > /dev/null; cat', OUT / f"{name}.sh", env=environment, stdin=b"all of it\n")
    assert (result.stdout, result.stderr) == (b"all of it\n", b"")


@pytest.mark.parametrize("shell", ["dash", "zsh"])
def test_another_shell_says_so(shell: str, bash: Run, recorder: Recorder) -> None:
    """`sh SCRIPT` and the like end before anything of bash is read."""
    result = bash("-c", f'exec {shell} "$0"', OUT / f"{CHAT}.sh")
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.decode() == f"run it with bash: bash {OUT}/{CHAT}.sh\n"
    assert recorder.requests == []


def test_bash_that_is_started_as_sh(script: Script, recorder: Recorder) -> None:
    """On a Mac, sh is bash in its POSIX mode."""
    result = script(CHAT, "hello", flags=["--posix"])
    assert (result.returncode, result.stdout, result.stderr) == (0, printed(CHAT), b"")
    assert asked(recorder.only()) == "hello"


def test_no_temporary_folder(script: Script, recorder: Recorder) -> None:
    """Without one the script stops, names the variable and writes nothing elsewhere."""
    result = script(CHAT, env={"TMPDIR": "/nonexistent"})
    assert (result.returncode, result.stdout, recorder.requests) == (1, b"", [])
    assert result.stderr.decode().endswith(f"{CHAT}.sh: cannot make a temporary folder: see TMPDIR\n")
    assert not Path("/answer").exists()


def test_control_d_ends_what_is_typed(environment: dict[str, str], recorder: Recorder, tmp_path: Path) -> None:
    """`SCRIPT -` at a terminal reads lines until Ctrl-D at the start of one."""
    child, terminal = pty.fork()
    if not child:
        os.execvpe("bash", ["bash", str(OUT / f"{CHAT}.sh"), "-"], {**ENVIRONMENT, **environment, "HOME": str(tmp_path)})
    os.write(terminal, b"one\ntwo\n\x04")
    shown = b""
    with contextlib.suppress(OSError):  # the terminal is closed with the script
        while select.select([terminal], [], [], 20)[0] and (piece := os.read(terminal, 1000)):
            shown += piece
    os.close(terminal)
    assert os.waitpid(child, 0)[1] == 0, shown
    assert asked(recorder.only()) == "one\ntwo\n"


@pytest.mark.parametrize(
    ("name", "arguments"), [(CHAT, ["-"]), slow(CHAT, ["--body", "-"]), slow(CHAT, ["--body", "-", "--model", "m"]), slow(STREAM, ["-"])]
)
def test_closed_standard_input(name: str, arguments: list[str], environment: dict[str, str], recorder: Recorder, bash: Run) -> None:
    """Where nothing is to be read, nothing waits for it."""
    done = bash("-c", '"$@" <&-', "-", "bash", OUT / f"{name}.sh", *arguments, env=environment)
    assert (done.returncode, done.stdout, recorder.requests) == (2, b"", [])
    assert done.stderr.decode() == f"{name}.sh: standard input is closed: leave out the -\n"


@pytest.mark.parametrize("mode", [["--dry-run", "--raw"], ["--raw", "--dry-run"]])
def test_a_dry_run_sends_nothing_whatever_else_is_given(mode: list[str], script: Script, recorder: Recorder) -> None:
    result = script(CHAT, *mode)
    assert (result.returncode, recorder.requests) == (0, [])
    assert result.stdout.startswith(b"curl ")


@pytest.mark.parametrize(
    ("name", "variable", "value", "said"),
    [
        (CHAT, "LITELLM_TIMEOUT", "ten", "LITELLM_TIMEOUT must be a number of seconds"),
        slow(STREAM, "OLLAMA_TIMEOUT", "1.5", "OLLAMA_TIMEOUT must be a whole number of seconds"),
        (CHAT, "LITELLM_CURLRC", "/nonexistent/x", "LITELLM_CURLRC: cannot read /nonexistent/x"),
        slow(CHAT, "LITELLM_CURLRC", "/", "LITELLM_CURLRC: cannot read /"),
    ],
)
def test_settings_that_curl_would_refuse(name: str, variable: str, value: str, said: str, script: Script, recorder: Recorder) -> None:
    """They are named before anything is sent; curl's own message names none of them."""
    result = script(name, env={variable: value})
    assert (result.returncode, result.stdout, recorder.requests) == (2, b"", [])
    assert result.stderr.decode() == f"{name}.sh: {said}\n"


# Options


@pytest.mark.parametrize(
    ("name", "arguments", "variables", "model"),
    [
        slow(CHAT, ["--model", "m"], {}, "m"),
        (CHAT, ["--model=m"], {}, "m"),
        slow(CHAT, ["--model=a=b c"], {}, "a=b c"),
        slow(CHAT, ["--model", "--raw"], {}, "--raw"),
        slow(CHAT, ["hello", "--model", "m"], {}, "m"),
        slow(CHAT, ["--model", "one", "--model", "two"], {}, "two"),
        (CHAT, ["--model", 'it\'s "$(touch x)" \\ }'], {}, 'it\'s "$(touch x)" \\ }'),
        (CHAT, [], {"LITELLM_MODEL": "v"}, "v"),
        slow(CHAT, [], {"LITELLM_MODEL": ""}, "gpt-3.5-turbo"),
        slow(CHAT, [], {"OLLAMA_MODEL": "v"}, "gpt-3.5-turbo"),
        (CHAT, ["--model", "m"], {"LITELLM_MODEL": "v"}, "m"),
        slow("ollama-embeddings", [], {"OLLAMA_EMBEDDING_MODEL": "v"}, "v"),
        slow("ollama-embeddings", [], {"OLLAMA_MODEL": "v"}, "bge-m3"),
        slow("ollama-completions", [], {"OLLAMA_EMBEDDING_MODEL": "v", "OLLAMA_MODEL": "w"}, "w"),
        slow("mindie-chat-completions", [], {}, "qwen"),
        slow("mindie-chat-completions", [], {"MINDIE_MODEL": "Qwen2.5-7B"}, "Qwen2.5-7B"),
        slow("xinference-embeddings", ["-i", "text", "--model=m"], {"XINFERENCE_EMBEDDING_MODEL": "v"}, "m"),
    ],
)
def test_model(name: str, arguments: list[str], variables: dict[str, str], model: str, script: Script, recorder: Recorder) -> None:
    """The option, else the variable of this backend, else the catalog's model."""
    assert script(name, *arguments, env=variables).returncode == 0
    assert recorder.only().json()["model"] == model


@pytest.mark.parametrize(
    ("arguments", "prompt"),
    [
        slow(["hello", "--raw"], "hello"),
        (["--raw", "hello", "-i"], "hello"),
        slow(["--", "--raw"], "--raw"),
        (["--model", "m", "--", "-i"], "-i"),
        slow(["--"], "解释人工智能"),
        slow([], "解释人工智能"),
    ],
    ids=shlex.join,
)
def test_options_before_and_after_the_argument(arguments: list[str], prompt: str, script: Script, recorder: Recorder) -> None:
    """Options may stand anywhere before --, after it there are none."""
    assert script(CHAT, *arguments).returncode == 0
    assert asked(recorder.only()) == prompt


NO_NUMBER = "--temperature must be a number such as 0.5: at most 15 digits, and 17 after the point"


@pytest.mark.parametrize(
    ("name", "arguments", "says"),
    [
        (CHAT, ["two", "words"], "expected one PROMPT: quote it"),
        (CHAT, ["--", "two", "words"], "expected one PROMPT: quote it"),
        (CHAT, ["one", "--", "two"], "expected one PROMPT: quote it"),
        ("ollama-completions", ["two", "words"], "expected one PROMPT: quote it"),
        ("ollama-models", ["word"], "expected no argument: see --help"),
        (CHAT, ["--top-p", "1"], "unknown option --top-p: see --help"),
        (CHAT, ["--raw=x"], "unknown option --raw=x: see --help"),
        (CHAT, ["--body", "Invalid model name"], "cannot read Invalid model name"),  # no hint, which is about what a server says
        (CHAT, ["--temperature", "warm"], NO_NUMBER),
        (CHAT, ["--max-tokens="], "--max-tokens must be a whole number of at most 15 digits"),
        (CHAT, ["--max-tokens", "1.5"], "--max-tokens must be a whole number of at most 15 digits"),
        (CHAT, ["--max-tokens", "1234567890123456789"], "--max-tokens must be a whole number of at most 15 digits"),
        (CHAT, ["--temperature", "1234567890123456789"], NO_NUMBER),
        (CHAT, ["hello", "-x"], "unknown option -x: see --help"),
        (CHAT, ["--modell=x"], "unknown option --modell=x: see --help"),
        ("ollama-models", ["--model", "x"], "unknown option --model: see --help"),
        (CHAT, ["--model"], "--model needs a value"),
        (CHAT, ["hello", "--model"], "--model needs a value"),
    ],
    ids=lambda value: shlex.join(value) if isinstance(value, list) else None,
)
def test_wrong_usage(name: str, arguments: list[str], says: str, script: Script, recorder: Recorder) -> None:
    """One line that says what is wrong, exit status 2, and no request."""
    result = script(name, *arguments)
    assert (result.returncode, result.stdout, result.stderr.decode()) == (2, b"", f"{name}.sh: {says}\n")
    assert recorder.requests == []


# --dry-run


@pytest.mark.parametrize("name", ["litellm-models", CHAT, "ollama-embeddings", "mindie-chat-completions"])
def test_dry_run_sends_nothing_and_needs_no_key(name: str, script: Script, recorder: Recorder) -> None:
    """A command on standard output, whether or not a key is set."""
    with_key, without = script(name, "--dry-run"), script(name, "--dry-run", env={"LITELLM_API_KEY": None})
    assert (without.returncode, without.stdout, without.stderr) == (0, with_key.stdout, b"")
    assert with_key.stdout.decode().startswith(f"curl -fsS '{url(recorder, name)}'")
    assert with_key.stdout.endswith(b"\n")
    assert KEY not in with_key.stdout.decode()
    assert ("$LITELLM_API_KEY" in with_key.stdout.decode()) == name.startswith("litellm")
    assert recorder.requests == []


@pytest.mark.parametrize(("key", "shown"), [("xf-1", True), ("", False), (None, False)], ids=["set", "empty", "unset"])
def test_dry_run_shows_an_optional_key_where_it_is_set(key: str | None, shown: bool, script: Script) -> None:
    """By the name of its variable."""
    text = script("xinference-models", "--dry-run", env={"XINFERENCE_API_KEY": key}).stdout.decode()
    assert ('-H "Authorization: Bearer $XINFERENCE_API_KEY"' in text) == shown
    assert "xf-1" not in text


@pytest.mark.parametrize("name", ["litellm-models", "xinference-models", "ollama-completions", CHAT])
def test_dry_run_without_arguments_sends_the_same(name: str, script: Script, recorder: Recorder, bash: Run) -> None:
    """The heredoc's body too comes out as it stands, line breaks included."""
    keys = {"XINFERENCE_API_KEY": "xf-1", "LITELLM_API_KEY": KEY}
    script(name, env=keys)
    sent = recorder.only()
    bash("-c", script(name, "--dry-run", env=keys).stdout.decode(), env=keys)
    again = recorder.only()
    assert (again.method, again.target, again.body) == (sent.method, sent.target, sent.body)
    assert sorted(again.headers) == sorted(sent.headers)


def test_dry_run_can_be_pasted_at_a_prompt(script: Script, recorder: Recorder, bash: Run) -> None:
    """An interactive bash recalls nothing for its !."""
    prompt = 'hello!! "it\'s" !x "!y"\n!$'
    line = script(CHAT, "--dry-run", prompt).stdout
    bash("--norc", "-i", env={"LITELLM_API_KEY": KEY}, stdin=b"set +o history; set -o history\n" + line)
    assert asked(recorder.only()) == prompt


# Environment


def test_trailing_slash_of_the_base_url(script: Script, recorder: Recorder) -> None:
    """It makes no double slash."""
    script("ollama-models", env={"OLLAMA_BASE_URL": recorder.url + "/v1/"})
    assert recorder.only().target == "/v1/models"


@pytest.mark.parametrize("address", ["localhost:11434/v1", "ftp://localhost/v1", "file:///etc"])
def test_a_base_url_of_another_scheme_is_refused(address: str, script: Script, recorder: Recorder) -> None:
    """curl would guess one, or print a file."""
    result = script("ollama-models", env={"OLLAMA_BASE_URL": address})
    said = "ollama-models.sh: OLLAMA_BASE_URL must start with http:// or https://\n"
    assert (result.returncode, result.stdout, result.stderr.decode()) == (2, b"", said)


def test_timeout(script: Script, recorder: Recorder, hanging: threading.Event) -> None:
    """A server that does not answer is given up after *_TIMEOUT seconds: 28, with the URL and the variable."""
    result = script(CHAT, env={"LITELLM_TIMEOUT": "1"})
    assert (result.returncode, result.stdout) == (28, b"")
    says = f"{CHAT}.sh: curl error 28 at {url(recorder, CHAT)} (see LITELLM_BASE_URL, LITELLM_TIMEOUT and LITELLM_CURLRC)\n"
    hint = "Too slow? Allow more seconds, for example LITELLM_TIMEOUT=900\n"
    assert result.stderr.decode().endswith(says + hint)


def test_curl_config_file(script: Script, recorder: Recorder, tmp_path: Path) -> None:
    """*_CURLRC names a curl config file, of one backend only."""
    config = tmp_path / "a config"
    config.write_text('header = "X-From: curlrc"\n')
    script(CHAT, env={"LITELLM_CURLRC": str(config)})
    assert recorder.only().header("X-From") == "curlrc"
    script(CHAT, env={"OLLAMA_CURLRC": str(config)})
    assert recorder.only().header("X-From") is None


SPOILING = ["include", "verbose", "location", "fail", 'write-out = "spoilt"', "progress-bar", "no-silent", "max-time = 0.001"]
SETTINGS = {setting: setting for setting in SPOILING} | {"trace": "trace-ascii = -", "all": "\n".join(SPOILING)}


@pytest.mark.parametrize("setting", mostly_slow(SETTINGS, quick=["all"]))
def test_curlrc_does_not_spoil_the_answer(setting: str, script: Script, recorder: Recorder, curlrc: Path) -> None:
    """~/.curlrc may hold what people like there: the answer stays the answer, and the key stays secret."""
    curlrc.write_text(setting + "\n")
    result = script(CHAT)
    assert (result.returncode, result.stdout, result.stderr) == (0, printed(CHAT), b"")
    curlrc.rename(curlrc.with_name("other"))
    result = script(CHAT, env={"LITELLM_CURLRC": str(curlrc.with_name("other"))})
    assert (result.returncode, result.stdout, result.stderr) == (0, printed(CHAT), b"")


@pytest.mark.parametrize("name", [CHAT, f"{CHAT}-stream", "litellm-health", "litellm-speech"])
@pytest.mark.parametrize(("setting", "file"), [('output = "elsewhere"', "elsewhere"), ("remote-name", "")])
def test_curlrc_that_puts_the_answer_elsewhere(
    name: str, setting: str, file: str, script: Script, recorder: Recorder, curlrc: Path
) -> None:
    """What curl then wrote is not missed in silence: the script says where it is."""
    curlrc.write_text(setting + "\n")
    for options in ([], ["--raw"]):
        result = script(name, *options)
        written = file or recorder.requests[-1].target.rpartition("/")[2]
        says = f"{name}.sh: the answer is in {written}: take output, remote-name and no-clobber out of your curlrc\n"
        assert (result.returncode, result.stdout, result.stderr.decode()) == (2, b"", says)


def test_curlrc_does_not_spoil_a_refusal(script: Script, recorder: Recorder, curlrc: Path) -> None:
    """With -f and -L in ~/.curlrc the server's words are still shown, and nothing is followed."""
    curlrc.write_text("fail\nlocation\nlocation-trusted\nverbose\n")
    recorder.answers({"error": {"message": "moved away"}}, 307, Location="/elsewhere")
    result = script(CHAT)
    assert (result.returncode, result.stdout) == (22, b"")
    expected = f"{CHAT}.sh: HTTP 307 from {url(recorder, CHAT)}, to {recorder.url}/elsewhere: moved away\n"
    assert result.stderr.decode() == expected
    assert recorder.only().target == "/v1/chat/completions"


@pytest.mark.parametrize("status", [400, 500])
def test_curlrc_does_not_spoil_a_refusal_by_status(status: int, script: Script, recorder: Recorder, curlrc: Path) -> None:
    """With -f curl would end with 22 before the server's words are read."""
    curlrc.write_text("fail\n")
    recorder.answers({"error": {"message": "too long"}}, status)
    result = script(CHAT)
    expected = f"{CHAT}.sh: HTTP {status} from {url(recorder, CHAT)}: too long\n"
    assert (result.returncode, result.stdout, result.stderr.decode()) == (22, b"", expected)


def test_curlrc_works(script: Script, recorder: Recorder, curlrc: Path) -> None:
    """What else stands in ~/.curlrc is used."""
    curlrc.write_text('user-agent = "mine"\n')
    script("ollama-models")
    assert recorder.only().header("User-Agent") == "mine"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("variable", ["http_proxy", "all_proxy", "ALL_PROXY"])
def test_loopback_goes_through_no_proxy(host: str, variable: str, script: Script, recorder: Recorder, refusing: str) -> None:
    """A proxy in the environment does not come between this machine and itself."""
    result = script("ollama-models", env={"OLLAMA_BASE_URL": f"http://{host}:{recorder.port}/v1", variable: refusing})
    assert (result.returncode, result.stdout) == (0, printed("ollama-models"))


def test_another_host_goes_through_the_proxy(script: Script, recorder: Recorder) -> None:
    """Where a proxy is needed it is used, also for hosts whose name starts like a loopback one."""
    for host in ("models.example", "localhost.example", "127.example"):
        result = script("ollama-models", env={"OLLAMA_BASE_URL": f"http://{host}/v1", "http_proxy": recorder.url})
        assert (result.returncode, result.stdout) == (0, printed("ollama-models"))
        assert recorder.only().target == f"http://{host}/v1/models"


def test_exported_variables_do_not_get_in_the_way(script: Script, recorder: Recorder) -> None:
    """Names that a script uses itself may be in the environment."""
    names = "base_url body dry_run edits filter given_model given_prompt help hint include location options raw request result said"
    env = dict.fromkeys([*names.split(), "status", "tmp", "url", "word", "words", "IFS", "CDPATH"], "yes")
    result = script(CHAT, "-", env=env, stdin=LONG.encode())
    assert (result.returncode, result.stdout, result.stderr) == (0, printed(CHAT), b"")
    sent = recorder.only()
    assert (asked(sent), sent.json()["model"]) == (LONG, "gpt-3.5-turbo")


def test_c_locale(script: Script, recorder: Recorder) -> None:
    """Chinese goes in and out where the locale knows none of it, cron's for one."""
    result = script(CHAT, "解释“人工智能”", env={"LC_ALL": "C", "LANG": None})
    assert (result.returncode, result.stdout, result.stderr) == (0, printed(CHAT), b"")
    assert asked(recorder.only()) == "解释“人工智能”"
    recorder.answers({"detail": "模型不存在"}, 409)
    assert script(CHAT, env={"LC_ALL": "C", "LANG": None}).stderr.decode().endswith(": 模型不存在\n")


def test_copied_alone_to_another_folder(bash: Run, environment: dict[str, str], tmp_path: Path) -> None:
    """One file is all that is needed; it runs as ./name and as `bash name`."""
    folder = tmp_path / "home" / "a folder"
    folder.mkdir()
    copy = folder / "my chat.sh"
    shutil.copy(OUT / f"{CHAT}.sh", copy)
    result = bash("-c", 'cd "a folder" && "./my chat.sh" hello && bash "my chat.sh" hello', env=environment)
    assert (result.returncode, result.stdout, result.stderr) == (0, printed(CHAT) * 2, b"")


# Keys


@pytest.mark.parametrize("key", [None, ""], ids=["unset", "empty"])
@pytest.mark.parametrize("name", ["litellm-models", CHAT])
def test_missing_key(name: str, key: str | None, script: Script, recorder: Recorder) -> None:
    """One line with the export to type, exit status 2, no request."""
    result = script(name, env={"LITELLM_API_KEY": key})
    says = f"{name}.sh: no API key; type it in: read -rs LITELLM_API_KEY; export LITELLM_API_KEY\n"
    assert (result.returncode, result.stdout, result.stderr.decode()) == (2, b"", says)
    assert recorder.requests == []


@pytest.mark.parametrize("key", ["sk-1\nX-Evil: 1", "sk-1\n", "\r\nsk-1", "sk\r1"], ids=repr)
@pytest.mark.parametrize(("name", "variable"), [(CHAT, "LITELLM_API_KEY"), ("xinference-models", "XINFERENCE_API_KEY")])
def test_key_with_a_line_break(name: str, variable: str, key: str, script: Script, recorder: Recorder) -> None:
    """It could carry a header of its own: refused without being shown."""
    result = script(name, env={variable: key})
    assert (result.returncode, result.stderr.decode()) == (2, f"{name}.sh: {variable} holds a line break\n")
    assert recorder.requests == []


@pytest.mark.parametrize(
    "key", ['a"b', *map(slow, ["it's", "$HOME ${HOME}", "$(touch x)`touch x`", "back\\slash\\", "@/etc/passwd", "%s;#=:,", "KEY"])]
)
@pytest.mark.parametrize(("name", "variable"), [(CHAT, "LITELLM_API_KEY"), ("xinference-models", "XINFERENCE_API_KEY")])
def test_key_is_sent_verbatim(name: str, variable: str, key: str, script: Script, recorder: Recorder, tmp_path: Path) -> None:
    """Whatever characters it holds."""
    script(name, env={variable: key})
    assert recorder.only().header("Authorization") == f"Bearer {key}"
    assert list((tmp_path / "home").iterdir()) == []


def test_optional_key(script: Script, recorder: Recorder) -> None:
    """Sent if set, and not missed if not."""
    for key, header in {"xf-1": "Bearer xf-1", "": None, None: None}.items():
        assert script("xinference-models", env={"XINFERENCE_API_KEY": key}).returncode == 0
        assert recorder.only().header("Authorization") == header


@pytest.mark.parametrize("name", ["ollama-completions", "xinference-completions", "mindie-chat-completions"])
def test_key_goes_to_its_own_backend_only(name: str, script: Script, recorder: Recorder) -> None:
    """LiteLLM's key is not sent to others."""
    script(name)
    assert recorder.only().header("Authorization") is None


SECRET = "sk-that-nobody-may-see"


@pytest.mark.parametrize(("name", "variable"), [(CHAT, "LITELLM_API_KEY"), ("xinference-models", "XINFERENCE_API_KEY")])
@pytest.mark.parametrize("status", [200, 401])
def test_key_is_in_no_argument(name: str, variable: str, status: int, script: Script, recorder: Recorder, tmp_path: Path) -> None:
    """No tool that a script starts gets the key as an argument, and no process shows it while the request is under way."""
    path, log = spies(tmp_path / "bin", ["curl", "jq", *PLAIN_TOOLS[1:]])
    listed: list[str] = []

    def answer(request: Recorded) -> Answer:
        listed.append(processes())
        return Answer(usual(request).body, status)

    recorder.answer = answer
    script(name, env={variable: SECRET, "PATH": path})
    assert recorder.only().header("Authorization") == f"Bearer {SECRET}"
    assert url(recorder, name) in log.read_bytes().decode(errors="replace")
    assert SECRET.encode() not in log.read_bytes()
    assert url(recorder, name) in listed[0]
    assert SECRET not in listed[0]


def processes() -> str:
    """The arguments of all processes."""
    if not Path("/proc/self/cmdline").exists():
        return subprocess.run(["ps", "-A", "-ww", "-o", "args="], capture_output=True, text=True, check=True).stdout
    lines = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(process.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue  # it has ended meanwhile
    return "\n".join(lines)


@pytest.mark.parametrize("outcome", ["answered", "refused with 401", "dry run", *map(slow, ["no connection", "line break"])])
@pytest.mark.parametrize(("name", "variable"), [(CHAT, "LITELLM_API_KEY"), slow("xinference-completions", "XINFERENCE_API_KEY")])
def test_key_is_in_no_trace(name: str, variable: str, outcome: str, script: Script, recorder: Recorder, refusing: str) -> None:
    """`bash -x` shows every step and not the key."""
    env = {variable: SECRET + ("\nX: 1" if outcome == "line break" else "")}
    if outcome == "refused with 401":
        recorder.answers({"error": {"message": "no"}}, 401)
    if outcome == "no connection":
        env[f"{split(name)[0].upper()}_BASE_URL"] = refusing
    result = script(name, *(["--dry-run"] if outcome == "dry run" else []), env=env, flags=["-x"])
    assert b"+ request=" in result.stderr
    assert SECRET.encode() not in result.stderr + result.stdout


# Errors

OPENAI = {"type": "invalid_request_error", "param": None, "code": None}
NOT_LISTED = "[address=127.0.0.1:25916, pid=3330] Model not found in the model list, uid: nope. Available model uids: []"
INVALID_NAME = "/chat/completions: Invalid model name passed in model=nope. Call `/v1/models` to view available models for your key."
HTML = "<!doctype html>\n<html><head><title>404</title></head>\n<body>Not Found</body></html>"
LITELLM_MODELS = "List the models: litellm-models.sh; choose: --model NAME"
OLLAMA_MODELS = "List the models: ollama-models.sh; choose: --model NAME"

ERRORS: dict[str, tuple[str, int, str | dict[str, Any], str, str]] = {
    "litellm, no key": (
        "litellm-models",
        401,
        {"error": {"message": "Authentication Error, No api key passed in.", "type": "auth_error", "param": "None", "code": "401"}},
        "Authentication Error, No api key passed in.",
        "Wrong key? Use one issued by the proxy",
    ),
    "litellm, wrong key, no database": (
        "litellm-embeddings",
        400,
        {"error": {"message": "No connected db.", "type": "no_db_connection", "param": None, "code": "400"}},
        "No connected db.",
        "Wrong key? Use one issued by the proxy",
    ),
    "litellm, wrong model": (CHAT, 400, {"error": {"message": INVALID_NAME, **OPENAI, "code": "400"}}, INVALID_NAME, LITELLM_MODELS),
    "litellm, nested detail": (CHAT, 400, {"detail": {"error": INVALID_NAME}}, INVALID_NAME, LITELLM_MODELS),
    "litellm, route": (
        CHAT,
        404,
        {"detail": "Not Found"},
        "Not Found",
        "Does LITELLM_BASE_URL end in /v1? Does its upstream support this?",
    ),
    "litellm, upstream": (
        CHAT,
        500,
        {"error": {"message": "litellm.InternalServerError: Connection error..", "type": None, "param": None, "code": "500"}},
        "litellm.InternalServerError: Connection error..",
        "",
    ),
    "ollama, wrong model": (
        "ollama-chat-completions",
        404,
        {"error": {"message": "model 'nope' not found", **OPENAI}},
        "model 'nope' not found",
        OLLAMA_MODELS,
    ),
    "ollama, native": (
        "ollama-embeddings",
        404,
        {"error": 'model "nope" not found, try pulling it first'},
        'model "nope" not found, try pulling it first',
        OLLAMA_MODELS,
    ),
    "ollama, empty messages": (
        "ollama-chat-completions",
        400,
        {"error": {"message": "[] is too short - 'messages'", **OPENAI}},
        "[] is too short - 'messages'",
        "",
    ),
    "ollama, wrong path": (
        "ollama-models",
        404,
        "404 page not found",
        "404 page not found",
        "Does the base URL end in /v1? See OLLAMA_BASE_URL",
    ),
    "ollama, wrong verb": ("ollama-models", 405, "405 method not allowed", "405 method not allowed", ""),
    "xinference, no key": (
        "xinference-models",
        401,
        {"detail": "Could not validate credentials"},
        "Could not validate credentials",
        "Type your key in: read -rs XINFERENCE_API_KEY; export XINFERENCE_API_KEY",
    ),
    "xinference, wrong model": (
        "xinference-completions",
        404,
        {"detail": NOT_LISTED},
        NOT_LISTED,
        "List the models: xinference-models.sh; choose: --model NAME",
    ),
    "xinference, not loaded": (
        "xinference-embeddings",
        503,
        {"detail": "Model is loading, please retry later: bge-m3"},
        "Model is loading, please retry later: bge-m3",
        "",
    ),
    "xinference, bad request": (
        "xinference-chat-completions",
        500,
        "Internal Server Error: 1 validation error for CreateChatCompletion\nmodel\n  field required",
        "Internal Server Error: 1 validation error for CreateChatCompletion\nmodel\n  field required",
        "",
    ),
    "xinference, web page": ("xinference-models", 404, HTML, HTML, "Does the base URL end in /v1? See XINFERENCE_BASE_URL"),
    "xinference, wrong path": (
        "xinference-completions",
        405,
        {"detail": "Method Not Allowed"},
        "Method Not Allowed",
        "Does the base URL end in /v1? See XINFERENCE_BASE_URL",
    ),
    "mindie, wrong model": (
        "mindie-chat-completions",
        422,
        {"error": "Model not found", "error_type": "Input Validation Error"},
        "Model not found",
        "Use the modelName in its config.json: --model NAME",
    ),
    "mindie, too large": (
        "mindie-chat-completions",
        413,
        {"message": "Request body too large. Maximum allowed size is 40MB."},
        "Request body too large. Maximum allowed size is 40MB.",
        "",
    ),
    "mindie, stopped": (
        "mindie-chat-completions",
        503,
        {"error": "The service has been stopped", "error_type": "Service Unavailable"},
        "The service has been stopped",
        "",
    ),
    "mindie, not ready": ("mindie-chat-completions", 503, "", "", ""),
    "mindie, wrong path": ("mindie-chat-completions", 404, "", "", "Does the base URL end in /v1? See MINDIE_BASE_URL"),
    "JSON without words": ("ollama-models", 500, {"code": 7}, '{"code": 7}', ""),
    "empty words": ("ollama-models", 500, {"error": {"message": ""}}, '{"error": {"message": ""}}', ""),
    "list of details": ("ollama-models", 422, {"detail": [{"msg": "no"}]}, '{"detail": [{"msg": "no"}]}', ""),
}

QUICK_ERRORS = (
    "litellm, wrong key, no database",
    "litellm, nested detail",
    "ollama, native",
    "xinference, web page",
    "mindie, not ready",
    "list of details",
)


@pytest.mark.parametrize(("name", "status", "body", "words", "hint"), mostly_slow(ERRORS, QUICK_ERRORS))
def test_refused(name: str, status: int, body: str | dict[str, Any], words: str, hint: str, script: Script, recorder: Recorder) -> None:
    """Exit status 22 and, on standard error, the status, the server's own words and the trouble that fits."""
    recorder.answers(body, status)
    result = script(name)
    said = f"{name}.sh: HTTP {status} from {url(recorder, name)}" + (f": {words}" if words else "") + "\n" + (f"{hint}\n" if hint else "")
    assert (result.returncode, result.stdout, result.stderr.decode()) == (22, b"", said)
    assert len(recorder.requests) == 1 + hint.startswith(("List the models", "Use the modelName"))  # a list is asked for, too


@pytest.mark.parametrize("status", [400, *map(slow, [401, 403, 404, 405, 409, 413, 418, 422, 424, 429, 500, 501, 502, 503]), 504])
def test_every_status_is_refused(status: int, script: Script, recorder: Recorder) -> None:
    """Even with a good answer behind it."""
    recorder.answers(COMPLETED, status)
    result = script(CHAT)
    assert (result.returncode, result.stdout) == (22, b"")
    assert result.stderr.decode().startswith(f"{CHAT}.sh: HTTP {status} from {url(recorder, CHAT)}: ")


def test_long_words_are_cut(script: Script, recorder: Recorder) -> None:
    """Of a page that is not JSON the first 500 bytes are shown."""
    recorder.answers("<p>" * 10_000, 502)
    assert script(CHAT).stderr.decode().partition("completions: ")[2] == ("<p>" * 200)[:500] + "\n"


def test_raw_of_a_refusal(script: Script, recorder: Recorder) -> None:
    """With --raw the whole answer comes too, on standard error: standard output carries good answers alone."""
    recorder.answers({"error": {"message": "no", "code": "42"}}, 400)
    result = script(CHAT, "--raw")
    assert (result.returncode, result.stdout) == (22, b"")
    assert b'{"error": {"message": "no", "code": "42"}}' in result.stderr


@pytest.mark.parametrize("status", [*map(slow, [301, 302, 303]), 307, slow(308)])
@pytest.mark.parametrize("name", [CHAT, "litellm-models"])
def test_redirect_is_shown_and_not_followed(name: str, status: int, script: Script, recorder: Recorder) -> None:
    """The key would travel with it."""
    with recording() as other:
        recorder.answers("", status, Location=f"{other.url}/v1/x?y=z")
        result = script(name)
        assert other.requests == []
    said = f"{name}.sh: HTTP {status} from {url(recorder, name)}, to {other.url}/v1/x?y=z\n"
    assert (result.returncode, result.stdout, result.stderr.decode()) == (22, b"", said)
    assert len(recorder.requests) == 1


HOSTILE = "a\x1b[31mred\x07 \u009b2J\u009d\b\r\x7f\0 tab\tline\nnext 你好é\u00a0·"
HARMLESS = "a[31mred 2J tab\tline\nnext 你好é\u00a0·"


@pytest.mark.parametrize("body", [{"error": {"message": HOSTILE}}, HOSTILE], ids=["JSON", "text"])
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_control_characters_are_removed(body: str | dict[str, Any], locale: str, script: Script, recorder: Recorder) -> None:
    """A server's words cannot drive the terminal: C0 (but tab and line break), DEL and C1 are taken out, and NUL does no harm."""
    recorder.answers(body, 500)
    result = script("ollama-models", env={"LC_ALL": locale})
    said = f"ollama-models.sh: HTTP 500 from {url(recorder, 'ollama-models')}: {HARMLESS}\n"
    assert (result.returncode, result.stdout, result.stderr.decode()) == (22, b"", said)


def test_control_characters_in_a_location_are_removed(script: Script, recorder: Recorder) -> None:
    """Where it would lead is the server's word too."""
    recorder.answers("", 302, Location="/\x1b[31mred")
    assert b"\x1b" not in script("ollama-models").stderr


# The arrow stands for the words between the filter and what came.
UNUSABLE: dict[str, tuple[str, str | dict[str, Any], str]] = {
    "empty list": (
        "ollama-models",
        {"object": "list", "data": []},
        '.data[].id → {"object": "list", "data": []}',
    ),
    "null for a list": (
        "ollama-models",
        {"object": "list", "data": None},
        '.data[].id → {"object": "list", "data": null}',
    ),
    "nothing of it": (CHAT, {}, ".choices[0].message.content → {}"),
    "no content": (
        CHAT,
        {"choices": [{"message": {"content": None}}]},
        '.content → {"choices": [{"message": {"content": null}}]}',
    ),
    "no choice": ("ollama-completions", {"choices": []}, '.choices[0].text → {"choices": []}'),
    "web page": (
        "ollama-models",
        "<html>Ollama is running</html>",
        ".data[].id → <html>Ollama is running</html>",
    ),
    "text": (CHAT, "Ollama is running", ".content → Ollama is running"),
    "empty": (CHAT, "", ".choices[0].message.content found nothing in the answer"),
    "cut off": ("ollama-models", '{"data": [{"id": "a"}, {"id"', '.data[].id → {"data": [{"id": "a"}, {"id"'),
    "bad in the middle": (
        "ollama-models",
        '{"data": [{"id": "a"}, 7]}',
        '.data[].id → {"data": [{"id": "a"}, 7]}',
    ),
    "error in a 200": (CHAT, {"error": {"message": "out of memory"}}, ".content → out of memory"),
    "error that fits": (
        "ollama-embeddings",
        {"error": "model 'x' not found"},
        f"summary → model 'x' not found\nThe server has none: its list is empty\n{OLLAMA_MODELS}",
    ),
    "no embedding": (
        "ollama-embeddings",
        {"data": [{"object": "embedding"}]},
        'summary → {"data": [{"object": "embedding"}]}',
    ),
}


@pytest.mark.parametrize(("name", "body", "says"), mostly_slow(UNUSABLE, quick=["empty list", "no content", "text", "empty"]))
def test_unusable_answer(name: str, body: str | dict[str, Any], says: str, script: Script, recorder: Recorder) -> None:
    """A 200 in which the pipeline finds nothing is exit status 5 with the filter and the server's words, and nothing is printed."""
    recorder.answers(body)
    result = script(name)
    assert (result.returncode, result.stdout) == (5, b"")
    assert result.stderr.decode().endswith(f"{says.replace(' → ', ' found nothing in the answer: ')}\n")


def test_empty_text_is_an_answer(script: Script, recorder: Recorder) -> None:
    """A model that says nothing has answered."""
    recorder.answers({"choices": [{"message": {"content": ""}}]})
    result = script(CHAT)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"\n", b"")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        (CHAT, "Is it running? Start it: litellm --config config.yaml"),
        ("ollama-models", "Is it running? Start it: ollama serve"),
        ("xinference-embeddings", "Is it running? Start it: xinference-local --port 9997"),
        ("mindie-chat-completions", "Is it running, and on this address? See config.json"),
    ],
)
def test_no_connection(name: str, hint: str, script: Script, refusing: str) -> None:
    """Exit status 7, the URL, the variable that changes it, and how to start the server."""
    prefix = split(name)[0].upper()
    result = script(name, env={f"{prefix}_BASE_URL": refusing})
    assert (result.returncode, result.stdout) == (7, b"")
    settings = f"{prefix}_BASE_URL, {prefix}_TIMEOUT and {prefix}_CURLRC"
    said = f"{name}.sh: curl error 7 at {refusing}/{split(name)[1].replace('-', '/')} (see {settings})\n{hint}\n"
    assert result.stderr.decode().endswith(said)


def test_tls_trouble(script: Script, recorder: Recorder) -> None:
    """https at a server that speaks http: curl's own exit status, and the trouble for TLS."""
    result = script("mindie-chat-completions", env={"MINDIE_BASE_URL": recorder.url.replace("http", "https") + "/v1"})
    assert (result.returncode, result.stdout) == (35, b"")
    assert result.stderr.decode().endswith("\nIt uses https by default: set MINDIE_BASE_URL, and MINDIE_CURLRC for certificates\n")


def test_server_that_closes_without_answering(script: Script, recorder: Recorder) -> None:
    """52, as curl has it."""
    recorder.answer = lambda request: None
    result = script(CHAT)
    assert (result.returncode, result.stdout) == (52, b"")
    assert f"{CHAT}.sh: curl error 52 at {url(recorder, CHAT)}" in result.stderr.decode()


@pytest.mark.parametrize("options", [[], ["--raw"]], ids=["answer", "raw"])
def test_server_that_breaks_off(options: list[str], script: Script, recorder: Recorder) -> None:
    """Half an answer is none: 18, and nothing of it is printed."""
    half = Answer(b'10\r\n{"choices": [{"m', headers={"Transfer-Encoding": "chunked"})
    recorder.answer = lambda request: half
    result = script(CHAT, *options)
    assert (result.returncode, result.stdout) == (18, b"")


def test_plain_tools_are_enough(script: Script, tmp_path: Path) -> None:
    """Beside curl and jq there is nothing to install."""
    path = links(tmp_path / "bin", ["curl", "jq", *PLAIN_TOOLS])
    result = script(CHAT, env={"PATH": path})
    assert (result.returncode, result.stdout, result.stderr) == (0, printed(CHAT), b"")


@pytest.mark.parametrize("missing", ["curl", "jq"])
def test_missing_tool(missing: str, script: Script, recorder: Recorder, tmp_path: Path) -> None:
    """127, the tool's name and how to install it."""
    path = links(tmp_path / "bin", [tool for tool in ["curl", "jq", *PLAIN_TOOLS] if tool != missing])
    result = script(CHAT, env={"PATH": path})
    assert (result.returncode, result.stdout) == (127, b"")
    assert f"{missing}: not found" in result.stderr.decode()
    assert result.stderr.decode().endswith(f"{CHAT}.sh: install what is missing, for example: apt install curl jq\n")
    assert recorder.requests == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_nothing_is_left_when_stopped(number: int, environment: dict[str, str], hanging: threading.Event, temporary: Path) -> None:
    """Ctrl-C and the like while it waits for the answer: the temporary files go, and curl with them."""
    running = subprocess.Popen(
        ["bash", OUT / f"{CHAT}.sh"], env={**ENVIRONMENT, **environment}, stderr=subprocess.PIPE, start_new_session=True
    )
    assert hanging.wait(20)
    assert list(temporary.iterdir()) != []
    os.killpg(running.pid, number)
    running.communicate(timeout=20)
    assert running.returncode in (-number, 128 + number)
    assert list(temporary.iterdir()) == []
