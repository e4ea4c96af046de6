"""Scripts that stream, against a server that misbehaves in every way: what comes out, where, in which order, and how it ends."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import ENVIRONMENT, OUT, ROOT, Run, every_script, mostly_slow, slow
from shapes import CELLS, each_script
from shapes import name as script_of
from test_scripts import ERRORS, PROMPTS, QUICK_ERRORS, QUICK_PROMPTS, SETTINGS

from generator.render.renderer import Renderer

pytestmark = pytest.mark.slow  # in make check the quick ones of the good catalogs and of test_values.py stand for these

CHAT = "ollama-chat-completions-stream"
STREAMS = {script_of(*found): found for found in CELLS if found[1].id.endswith("-stream")}
each_stream = each_script(sorted(STREAMS))
GUARD = 20  # seconds after which a test that waits has failed
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
KEY = "sk-hidden-417"

Send = Callable[[bytes], None]


def event(text: str | None = None, **delta: Any) -> bytes:
    """A frame with a piece of the answer, for chat and for completions alike."""
    choice = {"index": 0, "delta": {"content": text, **delta}, "text": text}
    return b"data: " + json.dumps({"choices": [choice]}, ensure_ascii=False).encode() + b"\n\n"


def frame(value: Mapping[str, Any], named: bool = False) -> bytes:
    """A value as a server-sent event; `named` as some APIs send it, with its type in a line of its own."""
    line = b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"
    return f"event: {value['type']}\n".encode() + line if named else line


class Kind(NamedTuple):
    """How the endpoints of one id stream: what stands before the text, each piece of it, what stands behind it; the filter for the text."""

    start: bytes
    piece: Callable[[str], bytes]
    end: bytes
    filter: str


USAGE = {"usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}}
OPENAI_END = frame({"choices": [], **USAGE}) + b"data: [DONE]\n\n"
KINDS = {
    "chat-completions-stream": Kind(event(None, role="assistant"), event, OPENAI_END, ".choices[0].delta.content // empty"),
    "completions-stream": Kind(event(None), event, OPENAI_END, ".choices[0].text // empty"),
    "messages-stream": Kind(
        frame({"type": "message_start", "message": {"role": "assistant", "content": [], "usage": {"output_tokens": 0}}}, named=True)
        + frame({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}, named=True)
        + frame({"type": "ping"}, named=True),
        lambda text: frame({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}, named=True),
        frame({"type": "content_block_stop", "index": 0}, named=True)
        + frame({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}}, named=True)
        + frame({"type": "message_stop"}, named=True),
        ".delta.text // empty",
    ),
    "responses-stream": Kind(
        frame({"type": "response.created", "response": {"status": "in_progress", "output": [], "error": None}}, named=True),
        lambda text: frame({"type": "response.output_text.delta", "output_index": 0, "delta": text}, named=True),
        frame({"type": "response.output_text.done", "output_index": 0, "text": "你好, 🎉"}, named=True)
        + frame({"type": "response.completed", "response": {"error": None, "usage": {"total_tokens": 3}}}, named=True),
        'select(.type == "response.output_text.delta").delta',
    ),
    "tgi-generate-stream": Kind(
        b"",
        lambda text: frame({"token": {"id": 7, "text": text}, "generated_text": None, "details": None}),
        frame({"token": {"id": 8, "text": ""}, "generated_text": "你好, 🎉", "details": {"generated_tokens": 4}}),
        ".token.text // empty",
    ),
}


def test_each_kind_of_stream_is_known() -> None:
    """A new one is tested, too."""
    assert KINDS.keys() == {cell.id for _, cell in STREAMS.values()}


class Server:
    """Answers each connection with `serve(send)`; `requests` are the bytes that came."""

    def __init__(self) -> None:
        self.serve: Callable[[Send], None] = lambda send: None
        self.requests: list[bytes] = []
        self.over = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/v1"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(GUARD)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            request = b""
            while b"\r\n\r\n" not in request:
                request += connection.recv(65536)
            head, _, body = request.partition(b"\r\n\r\n")
            lengths = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
            length = lengths[0] if lengths else 0  # as of a GET
            if b"100-continue" in head:
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            while len(body) < length:
                body += connection.recv(65536)
            self.requests.append(head + b"\r\n\r\n" + body)
            try:
                self.serve(connection.sendall)
                connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass

    def sends(self, *pieces: bytes) -> None:
        """Answers with these bytes, each piece in a segment of its own."""
        self.serve = lambda send: [send(piece) for piece in pieces] and None

    def body(self) -> Any:
        return json.loads(self.requests[-1].partition(b"\r\n\r\n")[2])


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.over.set()
    made.listener.close()


@pytest.fixture
def environment(server: Server, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Every backend is the server; temporary files have a folder of their own, in which nothing may stay."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    urls = {backend.base_url_variable(cell): server.url for backend, cell in STREAMS.values()}
    keys = {key.variable: KEY for _, cell in STREAMS.values() for key in cell.api_key if key.required}
    yield {**ENVIRONMENT, **urls, **keys, "TMPDIR": str(temporary), "HOME": str(tmp_path / "home")}
    assert list(temporary.iterdir()) == []


@pytest.fixture
def stream(bash: Run, environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Runs a streaming script."""

    def run(
        name: str, *arguments: str, env: Mapping[str, str] | None = None, stdin: bytes = b"", flags: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[bytes]:
        return bash(*flags, OUT / f"{name}.sh", *arguments, env={**environment, **(env or {})}, stdin=stdin)

    return run


Stream = Callable[..., "subprocess.CompletedProcess[bytes]"]


@contextmanager
def running(command: list[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A script in a process group of its own, ended if the test does not."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(environment), start_new_session=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def living(group: int) -> list[str]:
    """The processes of a group that still run; one that was told to end is given the time to."""
    for _ in range(200):
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                name, _, fields = path.read_text().rpartition(")")
                state, _, its_group = fields.split()[:3]
                if int(its_group) == group and state != "Z":
                    found.append(name)
        if not found:
            break
        time.sleep(0.05)
    return found


# Token by token


@each_stream
def test_each_token_is_printed_before_the_next_one_is_sent(name: str, server: Server, environment: dict[str, str]) -> None:
    """The server waits until its last token was read from the script before it sends the next."""
    kind = KINDS[STREAMS[name][1].id]
    go_on = threading.Semaphore(0)

    def serve(send: Send) -> None:
        send(OK + kind.start)
        for token in ("你", "好, ", "🎉"):
            send(kind.piece(token))
            assert go_on.acquire(timeout=GUARD)
        send(kind.end)

    server.serve = serve
    with running(["bash", str(OUT / f"{name}.sh"), "hi"], environment) as process:
        assert process.stdout
        for token in ("你", "好, ", "🎉"):
            assert os.read(process.stdout.fileno(), 100).decode() == token
            go_on.release()
        rest, said = process.communicate(timeout=GUARD)
    assert (process.returncode, rest, said) == (0, b"\n", b"")


@each_stream
def test_command_of_the_page_prints_tokens_as_they_come(
    name: str, server: Server, environment: dict[str, str], render: Callable[[Path], Renderer]
) -> None:
    """curl -N, grep --line-buffered and jq --unbuffered: each token is there before the next one is sent, whatever the line ends."""
    backend, cell = STREAMS[name]
    kind = KINDS[cell.id]
    command = render(ROOT / "catalog.yaml").command(backend.id, cell.id).text
    assert f"' | grep --line-buffered -o '{{.*}}' | jq -j --unbuffered '{kind.filter}'" in command
    host, ours = ("/".join(url.split("/")[:3]) for url in (backend.base_url_of(cell), server.url))  # some paths leave the base URL's
    here = command.replace(f" {host}/", f" {ours}/")
    assert here != command
    go_on = threading.Semaphore(0)

    def serve(send: Send) -> None:
        send(OK + b": ping\r\n\r\n" + kind.start)
        for token in ("你", "好, ", "🎉"):
            send(kind.piece(token).replace(b"\n", b"\r\n"))
            assert go_on.acquire(timeout=GUARD)
        send(kind.end)

    server.serve = serve
    with running(["bash", "-c", here], environment) as process:
        assert process.stdout
        for token in ("你", "好, ", "🎉"):
            assert os.read(process.stdout.fileno(), 100).decode() == token
            go_on.release()
        rest, said = process.communicate(timeout=GUARD)
    assert (process.returncode, rest, said) == (0, b"", b"")
    head = server.requests[-1].partition(b"\r\n")[0]
    assert server.body().get("stream") is True or head == b"POST /generate_stream HTTP/1.1"  # an endpoint that always streams


# Frames

FRAMES = {
    "LF": event("one ") + event("two") + b"data: [DONE]\n\n",
    "CRLF": (event("one ") + event("two") + b"data: [DONE]\n\n").replace(b"\n", b"\r\n"),
    "no DONE": event("one ") + event("two"),
    "no last line break": event("one ") + event("two").rstrip(b"\n"),
    "no blank after data:": (event("one ") + event("two")).replace(b"data: ", b"data:") + b"data:[DONE]\n\n",
    "comments": b": ping\n\n" + event("one ") + b": ping - 2026-11-22\r\n\r\n" + event("two") + b":\n\n",
    "other fields": b"event: message\nid: 7\nretry: 1000\n" + event("one ") + b"event: message\n" + event("two"),
    "usage without choices": event("one ") + event("two") + b"data: " + json.dumps({"choices": [], **USAGE}).encode() + b"\n\n",
    "usage with an empty choice": event("one ")
    + event("two")
    + b"data: "
    + json.dumps({"choices": [{"index": 0, "delta": {}}], **USAGE}).encode()
    + b"\n\n",
    "null and empty texts": event(None, role="assistant") + event("one ") + event("") + event(None) + event("two"),
    "all of it": (
        b": open\nretry: 1\n\nid: 1\nevent: message\n"
        + event(None, role="assistant", tool_calls=None)
        + event("one ").replace(b": {", b":{", 1)
        + b": ping\r\n\r\n"
        + event("two").replace(b"\n", b"\r\n")
        + b"data: "
        + json.dumps({"choices": [{"index": 0, "delta": {"content": ""}, "text": "", "finish_reason": "stop"}], "usage": None}).encode()
        + b"\n\ndata: "
        + json.dumps({"choices": [], **USAGE}).encode()
        + b"\n\ndata: [DONE]"
    ),
    "role alone": b'data: {"choices":[{"delta":{"role":"assistant"}}]}\n\n' + event("one ") + event("two"),
    "JSON over several lines": b'data: {"choices":\ndata: [{"delta":{"content":"one "},"text":"one "}]}\n\n' + event("two"),
}


@pytest.mark.parametrize("name", [CHAT, every_script("xinference-completions-stream")])
@pytest.mark.parametrize("frames", mostly_slow(FRAMES, quick=["CRLF", "no DONE", "all of it", "JSON over several lines"]))
def test_frames(name: str, frames: bytes, server: Server, stream: Stream) -> None:
    """Whatever the line ends and what stands between the events, the answer is the texts and one line break."""
    server.sends(OK, frames)
    result = stream(name)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"one two\n", b"")


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_reasoning_is_told_apart(field: str, server: Server, stream: Stream) -> None:
    """What a model thinks is on standard error, the answer alone on standard output."""
    server.sends(OK, event(None, **{field: "2+2 "}), event(None, **{field: "is 4."}), event("Four"), event("."))
    result = stream(CHAT)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"Four.\n", b"2+2 is 4.")


def test_reasoning_is_dim_on_a_terminal(server: Server, environment: dict[str, str]) -> None:
    """Where both come to one screen, they differ in looks."""
    server.sends(OK, event(None, reasoning="thinking"), event("Four"))
    terminal, end = pty.openpty()
    result = subprocess.run(
        ["bash", str(OUT / f"{CHAT}.sh")], stdout=subprocess.PIPE, stderr=end, env=environment, timeout=GUARD, check=True
    )
    os.close(end)
    assert result.stdout == b"Four\n"
    assert os.read(terminal, 100) == b"\x1b[2mthinking\x1b[m"
    os.close(terminal)


def test_thoughts_and_answer_come_in_their_order(server: Server, environment: dict[str, str]) -> None:
    """A thought is there before the answer begins, and the answer before the next thought."""
    go_on = threading.Semaphore(0)
    steps = [(event(None, reasoning="hmm"), "stderr"), (event("Four"), "stdout"), (event(None, reasoning_content="sure"), "stderr")]

    def serve(send: Send) -> None:
        send(OK)
        for frame, _ in steps:
            send(frame)
            assert go_on.acquire(timeout=GUARD)

    server.serve = serve
    with running(["bash", str(OUT / f"{CHAT}.sh")], environment) as process:
        seen = []
        for _, where in steps:
            seen.append(os.read(getattr(process, where).fileno(), 100))
            go_on.release()
        rest, said = process.communicate(timeout=GUARD)
    assert seen == [b"hmm", b"Four", b"sure"]
    assert (process.returncode, rest, said) == (0, b"\n", b"")


def test_reasoning_without_an_answer(server: Server, stream: Stream) -> None:
    """A model that was cut off while thinking has not answered."""
    server.sends(OK, event(None, reasoning="hmm"))
    result = stream(CHAT)
    assert (result.returncode, result.stdout) == (5, b"")
    assert b".choices[0].delta.content // empty found nothing" in result.stderr


LONG = "很长的文本🎉é" * 40_000


@pytest.mark.parametrize("size", [slow(4095), 4096, *map(slow, [5000, 65537, len(LONG)])])
def test_long_lines_of_chinese(size: int, server: Server, stream: Stream) -> None:
    """jq -R garbles lines over 4095 bytes before 1.8.2: these pass whole."""
    server.sends(OK, event(LONG[:size]), event("."))
    assert stream(CHAT).stdout.decode() == f"{LONG[:size]}.\n"


def test_characters_split_over_segments(server: Server, stream: Stream) -> None:
    """Every byte comes alone."""
    server.sends(OK, *(bytes([byte]) for byte in event("你好🎉") + event("é")))
    assert stream(CHAT).stdout.decode() == "你好🎉é\n"


@pytest.mark.slow
def test_segments_that_end_anywhere(server: Server, stream: Stream) -> None:
    """64 kB of events in pieces of 1 to 997 bytes, which end in the middle of characters, of frames and of line ends."""
    frames = b"".join(event(f"🎉é{number}\n") for number in range(600)).replace(b"\n\n", b"\r\n\r\n")
    pieces, start, size = [], 0, 1
    while start < len(frames):
        pieces.append(frames[start : start + size])
        start, size = start + size, size * 7 % 997
    server.sends(OK, *pieces)
    assert stream(CHAT).stdout.decode() == "".join(f"🎉é{number}\n" for number in range(600)) + "\n"


@pytest.mark.slow
def test_a_megabyte_in_one_event(server: Server, stream: Stream) -> None:
    """The longest that a line may reasonably be."""
    text = "0123456789abcdé\n" * 65_536
    server.sends(OK, event(text), event("."))
    assert stream("litellm-completions-stream").stdout.decode() == f"{text}.\n"


@pytest.mark.slow
def test_many_events(server: Server, stream: Stream) -> None:
    """20,000 of them, with line breaks, quotes and backslashes in their texts."""
    server.sends(OK, b"".join(event(f"{number}\n\\n\"'%s\t") for number in range(20_000)))
    assert stream(CHAT).stdout.decode() == "".join(f"{number}\n\\n\"'%s\t" for number in range(20_000)) + "\n"


# Errors

BOOM = {
    "object": b'data: {"error": {"message": "boom 417"}}\n\n',
    "text": b'data: {"error": "boom 417"}\n\n',
    "without data:": b'{"error":"boom 417","error_type":"Generation Error"}\n',
    "CRLF": b'data: {"error": "boom 417"}\r\n\r\n',
}


@pytest.mark.parametrize("boom", BOOM.values(), ids=BOOM)
@pytest.mark.parametrize("after", mostly_slow({"last": b"", "more behind it": event("never") * 2000}, quick=["last"]))
def test_error_in_the_stream(boom: bytes, after: bytes, server: Server, stream: Stream) -> None:
    """What came before it is printed; then the server's words on standard error, and exit status 5."""
    server.sends(OK, event("half "), event("an answer"), boom, after)
    result = stream(CHAT)
    assert (result.returncode, result.stdout.rstrip(b"\n")) == (5, b"half an answer")
    assert result.stderr.decode().startswith(f"{CHAT}.sh: an error in the stream")
    assert b": boom 417\n" in result.stderr


NO_CHAT = {
    "messages": (
        "ollama-messages-stream",
        frame({"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "hmm"}}, named=True),
        frame({"type": "error", "error": {"type": "overloaded_error", "message": "boom 417"}}, named=True),
    ),
    "responses": (
        "ollama-responses-stream",
        frame({"type": "response.reasoning_text.delta", "delta": "hmm"}, named=True),
        frame({"type": "response.failed", "response": {"error": {"code": "server_error", "message": "boom 417"}}}, named=True),
    ),
    "responses, summary": (
        "litellm-responses-stream",
        frame({"type": "response.reasoning_summary_text.delta", "delta": "hmm"}, named=True),
        frame({"type": "error", "code": None, "message": "boom 417", "param": None}, named=True),
    ),
    "responses without thoughts": (
        "openai-responses-stream",
        b"",
        frame({"type": "response.failed", "response": {"error": {"code": "server_error", "message": "boom 417"}}}, named=True),
    ),
    "tgi": ("tgi-tgi-generate-stream", b"", frame({"error": "boom 417", "error_type": "generation"})),
}


@pytest.mark.parametrize(("name", "thought", "boom"), NO_CHAT.values(), ids=NO_CHAT)
def test_thought_and_error_of_other_kinds(name: str, thought: bytes, boom: bytes, server: Server, stream: Stream) -> None:
    """Where thoughts and errors stand in streams that are not OpenAI's chat: apart from the answer, and each on a line of its own."""
    kind = KINDS[STREAMS[name][1].id]
    server.sends(OK, kind.start, thought, kind.piece("half "), kind.piece("an answer"), boom, kind.piece("never"))
    result = stream(name)
    said = ("hmm\n" if thought else "") + f"{name}.sh: an error in the stream: boom 417\n"
    assert (result.returncode, result.stdout.rstrip(b"\n"), result.stderr.decode()) == (5, b"half an answer", said)


def answer(status: str, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def test_full_disk(server: Server, environment: dict[str, str]) -> None:
    """What cannot be written is no error of the stream: 23, as curl says it."""
    server.sends(OK, event("one "), event("two"))
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            ["bash", str(OUT / f"{CHAT}.sh")], stdout=full, stderr=subprocess.PIPE, env=environment, timeout=GUARD, check=False
        )
    assert (result.returncode, result.stderr.decode()) == (23, f"{CHAT}.sh: the answer cannot be written to standard output\n")


def test_retry_in_the_curlrc(server: Server, stream: Stream, tmp_path: Path) -> None:
    """A stream is asked for once: a second answer behind the first one would be no answer."""
    (tmp_path / "home" / ".curlrc").write_text("retry = 2\n")
    server.sends(answer("503 Busy", b'{"error": "busy"}'))
    result = stream(CHAT)
    assert (result.returncode, result.stdout, len(server.requests)) == (22, b"", 1)
    assert result.stderr.decode().startswith(f"{CHAT}.sh: HTTP 503 from {server.url}/chat/completions: busy\n")


REFUSED = {
    "OpenAI's": ("litellm", "401 No", b'{"error":{"message":"no way"}}', "no way", "one issued by the proxy"),
    "pretty": ("ollama", "404 No", b'{\n  "error": {\n    "message": "model x not found"\n  }\n}\n', "model x not found", "-models.sh"),
    "a text": ("mindie", "422 No", b'{"error":"Model not found","error_type":"x"}', "Model not found", "--model NAME"),
    "detail": ("xinference", "401 No", b'{"detail":"Could not validate credentials"}', "Could not validate", "export XINFERENCE_API_KEY"),
    "nested": ("litellm", "400 No", b'{"detail":{"error":"Invalid model name passed"}}', "Invalid model name", "litellm-models.sh"),
    "flat": ("ollama", "400 No", b'{"object":"error","message":"too hot"}', "too hot", ""),
    "plain text": ("xinference", "500 No", b"Internal Server Error: field required", "Internal Server Error: field required", ""),
    "a page": ("xinference", "404 No", b"<html><body>404</body></html>\n", "<html><body>404</body></html>", "/v1"),
    "nothing": ("mindie", "404 No", b"", "HTTP 404", "MINDIE_BASE_URL"),
    "a long page": ("ollama", "502 No", b"<p>proxy</p>\n" * 20_000, "<p>proxy</p>", ""),
}  # fmt: skip


@pytest.mark.parametrize(
    ("backend", "status", "body", "words", "hint"), mostly_slow(REFUSED, quick=["OpenAI's", "detail", "a page", "nothing"])
)
def test_refused_before_the_stream(backend: str, status: str, body: bytes, words: str, hint: str, server: Server, stream: Stream) -> None:
    """Exit status 22, the server's words, the trouble that fits, and nothing on standard output."""
    server.sends(answer(status, body))
    result = stream(f"{backend}-chat-completions-stream")
    assert (result.returncode, result.stdout) == (22, b"")
    said = result.stderr.decode()
    assert f": HTTP {status[:3]} from {server.url}/chat/completions" in said
    assert words in said and hint in said
    assert KEY not in said and "jq:" not in said and "curl:" not in said


PLAIN = {case: case for case, row in ERRORS.items() if row[0].partition("-")[2] in ("chat-completions", "completions")}


@pytest.mark.parametrize("case", mostly_slow(PLAIN, quick=PLAIN.keys() & QUICK_ERRORS, every_script=PLAIN.keys() - QUICK_ERRORS))
def test_refused_as_without_streaming(case: str, server: Server, stream: Stream) -> None:
    """Every refusal that the plain scripts are tested with: the same words and the same hint, in the name of the streaming script."""
    name, status, body, words, hint = ERRORS[case]
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    server.sends(answer(f"{status} No", data))
    result = stream(f"{name}-stream")
    path = name.partition("-")[2].replace("-", "/")
    said = f"{name}-stream.sh: HTTP {status} from {server.url}/{path}{': ' if words else ''}{words}\n{hint}{chr(10) if hint else ''}"
    assert (result.returncode, result.stdout, result.stderr.decode()) == (22, b"", said)
    assert len(server.requests) == 1 + hint.startswith(("List the models", "Use the modelName"))  # a list is asked for, too


@pytest.mark.parametrize("backend", ["ollama", "litellm"])
def test_refusal_in_pieces(backend: str, server: Server, stream: Stream) -> None:
    """A text that is no JSON is told whole, also where jq stops at its first words."""

    def serve(send: Send) -> None:
        send(b"HTTP/1.1 500 No\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n")
        for line in (b"Oh no:\n", b"one\n", b"two\n", b"three\n"):
            time.sleep(0.05)
            send(line)

    server.serve = serve
    assert stream(f"{backend}-completions-stream").stderr.endswith(b": Oh no:\none\ntwo\nthree\n")
    assert stream(f"{backend}-chat-completions-stream").stderr.endswith(b": Oh no:\none\ntwo\nthree\n")


def test_raw_of_a_refusal(server: Server, stream: Stream) -> None:
    """As where nothing is streamed: it is no answer, and stands on standard error, the message on a line of its own."""
    body = b'{"error": {"message": "no", "code": "42"}}'
    server.sends(answer("400 No", body))
    result = stream(CHAT, "--raw")
    assert (result.returncode, result.stdout) == (22, b"")
    assert result.stderr.startswith(body + b"\nollama-") and result.stderr.endswith(b": no\n")


def test_include_of_a_refusal(server: Server, stream: Stream) -> None:
    """-i helps most where something went wrong."""
    server.sends(answer("429 Slow Down", b'{"detail":"slow down"}', "Retry-After: 30"))
    result = stream(CHAT, "-i")
    assert (result.returncode, result.stdout) == (22, b"")
    assert b"\nRetry-After: 30\n" in result.stderr and result.stderr.endswith(b": slow down\n")


UNUSABLE = {
    "a page": b"<html><body>Welcome</body></html>\n",
    "half JSON": b'data: {"choices": [\n\n',
    "no event": b'{"status": "ok"}\n',
    "nothing": b"",
    "DONE alone": b"data: [DONE]\n\n",
    "pings alone": b": ping\n\n: ping\n\n",
    "a big page": b"<p>Welcome</p>\n" * 20_000,
}


@pytest.mark.parametrize("body", mostly_slow(UNUSABLE, quick=["a page", "half JSON", "nothing"]))
def test_unusable(body: bytes, server: Server, stream: Stream) -> None:
    """A 200 without an answer is exit status 5, with the start of what came."""
    server.sends(OK, body)
    result = stream(CHAT)
    assert (result.returncode, result.stdout) == (5, b"")
    start = f": {body[:10].decode()}" if body and body[:1] not in b"d:" else ""
    assert f".choices[0].delta.content // empty found nothing in the answer{start}" in result.stderr.decode()
    assert b"jq:" not in result.stderr and b"curl:" not in result.stderr


@pytest.mark.parametrize("status", [*map(every_script, [301, 302, 303]), 307, every_script(308)])
@pytest.mark.parametrize("curlrc", ["", "location\nlocation-trusted\nfail\n"], ids=["", "curlrc"])
def test_redirect_is_shown_and_not_followed(status: int, curlrc: str, server: Server, stream: Stream, tmp_path: Path) -> None:
    """The key would travel with it."""
    (tmp_path / "home" / ".curlrc").write_text(curlrc)
    server.sends(answer(f"{status} Elsewhere", b"", f"Location: {server.url}/other?y=z"))
    result = stream("litellm-chat-completions-stream")
    said = f"litellm-chat-completions-stream.sh: HTTP {status} from {server.url}/chat/completions, to {server.url}/other?y=z\n"
    assert (result.returncode, result.stdout, result.stderr.decode(), len(server.requests)) == (22, b"", said, 1)


@pytest.mark.parametrize(
    "sent", mostly_slow({"nothing": b"", "headers": OK, "half an answer": OK + event("half ")}, quick=["half an answer"])
)
def test_silence_ends_it(sent: bytes, server: Server, stream: Stream) -> None:
    """*_TIMEOUT seconds without a byte: 28, what came is there, and the variable is named."""

    def serve(send: Send) -> None:
        send(sent)
        server.over.wait(GUARD)

    server.serve = serve
    result = stream(CHAT, env={"OLLAMA_TIMEOUT": "1"})
    assert (result.returncode, result.stdout) == (28, b"half \n" if sent.endswith(b"\n\n") and sent != OK else b"")
    assert b"curl error 28 at" in result.stderr and b"_TIMEOUT" in result.stderr


@pytest.mark.slow
def test_a_stream_may_go_on_longer_than_its_silence_may(server: Server, stream: Stream) -> None:
    """*_TIMEOUT is for the seconds between two bytes: three, in an answer of four."""

    def serve(send: Send) -> None:
        send(OK)
        for number in range(9):
            send(event(f"{number} "))
            time.sleep(0.5)

    server.serve = serve
    result = stream(CHAT, env={"OLLAMA_TIMEOUT": "3"})
    assert (result.returncode, result.stdout, result.stderr) == (0, b"0 1 2 3 4 5 6 7 8 \n", b"")


def test_cut_in_the_middle(server: Server, stream: Stream) -> None:
    """18, with what came and curl's own words."""
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    piece = event("half")
    server.sends(chunked, b"%x\r\n%s\r\n" % (len(piece), piece))
    result = stream(CHAT)
    assert (result.returncode, result.stdout) == (18, b"half\n")
    assert b"curl: (18)" in result.stderr and b"curl error 18 at" in result.stderr


def test_closed_without_an_answer(server: Server, stream: Stream) -> None:
    """52, as curl has it."""
    result = stream(CHAT)
    assert (result.returncode, result.stdout) == (52, b"")
    assert b"curl error 52 at" in result.stderr


def test_nobody_there(stream: Stream) -> None:
    """7, the URL, the variable, and how to start it."""
    with socket.socket() as taken:  # but not listening
        taken.bind(("127.0.0.1", 0))
        result = stream(CHAT, env={"OLLAMA_BASE_URL": f"http://127.0.0.1:{taken.getsockname()[1]}/v1"})
    assert (result.returncode, result.stdout) == (7, b"")
    assert b"OLLAMA_BASE_URL" in result.stderr and b"ollama serve" in result.stderr


# Ends


@pytest.mark.parametrize("options", ["", "--raw"])
def test_reader_that_stops_early(options: str, server: Server, environment: dict[str, str], bash: Run) -> None:
    """`script | head -c 5` prints so much, and no noise."""
    server.sends(OK, *[event("token ")] * 3000)
    result = bash("-c", f'"$0" {options} | head -c 5', OUT / f"{CHAT}.sh", env=environment)
    assert (result.stdout, result.stderr) == (b"data:" if options else b"token", b"")


def test_reader_that_stops_leaves_no_process(server: Server, environment: dict[str, str]) -> None:
    """Nor does one that stops while the server still sends."""

    def serve(send: Send) -> None:
        send(OK)
        while not server.over.is_set():  # until nobody takes it
            send(event("token "))

    server.serve = serve
    with running(["bash", "-c", f"{OUT / CHAT}.sh | head -c 5"], environment) as process:
        assert process.communicate(timeout=GUARD) == (b"token", b"")
        assert living(process.pid) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_stopped_in_the_middle(number: int, server: Server, environment: dict[str, str]) -> None:
    """Ctrl-C leaves what was printed, no noise, no process and no file."""

    def serve(send: Send) -> None:
        send(OK + event("half"))
        server.over.wait(GUARD)

    server.serve = serve
    with running(["bash", str(OUT / f"{CHAT}.sh")], environment) as process:
        assert process.stdout
        assert os.read(process.stdout.fileno(), 100) == b"half"
        os.killpg(process.pid, number)
        rest, said = process.communicate(timeout=GUARD)
    assert process.returncode in (-number, 128 + number)
    assert rest.strip() == b""
    assert said in ((b"",) if number == signal.SIGINT else (b"", b"Terminated\n"))  # bash's word for a program that was
    assert living(process.pid) == []


# Options


def test_raw_is_what_came(server: Server, environment: dict[str, str]) -> None:
    """Byte for byte, and as it comes."""
    go_on = threading.Event()
    frames = [b": ping\r\n\r\n" + event("one").replace(b"\n", b"\r\n"), b"\xff\x00 no UTF-8\n" + event("two")]

    def serve(send: Send) -> None:
        send(OK + frames[0])
        assert go_on.wait(GUARD)
        send(frames[1])

    server.serve = serve
    with running(["bash", str(OUT / f"{CHAT}.sh"), "--raw"], environment) as process:
        assert process.stdout
        assert os.read(process.stdout.fileno(), 1000) == frames[0]
        go_on.set()
        rest, said = process.communicate(timeout=GUARD)
    assert (process.returncode, rest, said) == (0, frames[1], b"")


def test_include(server: Server, stream: Stream) -> None:
    """-i puts status line and headers on standard error."""
    server.sends(OK, event("one"))
    result = stream(CHAT, "-i")
    assert (result.returncode, result.stdout) == (0, b"one\n")
    assert result.stderr.startswith(b"HTTP/1.1 200 OK\nContent-Type: text/event-stream\n")


def test_dry_run_streams_when_pasted(server: Server, stream: Stream, bash: Run, environment: dict[str, str], tmp_path: Path) -> None:
    """The same request, with -N so that events come at once."""
    name = "litellm-chat-completions-stream"
    server.sends(OK, event("one"))
    stream(name, 'it\'s "$HOME"', "--temperature", "0.5")
    dry = stream(name, 'it\'s "$HOME"', "--temperature", "0.5", "--dry-run").stdout
    assert dry.startswith(b"curl -fsSN ") and KEY.encode() not in dry
    pasted = tmp_path / "pasted.sh"
    pasted.write_bytes(dry)
    result = bash(pasted, env=environment)
    assert (result.returncode, result.stdout) == (0, event("one"))
    first, second = server.requests

    def told(request: bytes) -> tuple[list[bytes], bytes]:
        head, _, body = request.partition(b"\r\n\r\n")
        return sorted(head.split(b"\r\n")), body

    assert told(first) == told(second)


GIVEN = {"--system": "S", "--max-tokens": "7", "--temperature": "0", "--model": "m"}


@pytest.mark.parametrize("sign", [" ", "="])
def test_options_arrive(sign: str, server: Server, stream: Stream) -> None:
    """Each in its place, the rest as the catalog has it."""
    server.sends(OK, event("one"))
    arguments = [word for option, value in GIVEN.items() for word in f"{option}{sign}{value}".split()]
    assert stream("mindie-chat-completions-stream", *arguments, "Q").returncode == 0
    assert server.body() == {
        "model": "m",
        "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 7,
        "temperature": 0,
    }


@pytest.mark.parametrize("prompt", mostly_slow(PROMPTS, QUICK_PROMPTS, every_script=PROMPTS.keys() - QUICK_PROMPTS))
def test_prompt_arrives_byte_for_byte(prompt: str, server: Server, stream: Stream, bash: Run, tmp_path: Path) -> None:
    """Whatever stands in an argument or in an option is sent and never run, by the script and by what its --dry-run prints."""
    server.sends(OK, event("one"))
    given = ["--system", prompt, f"--model={prompt}", "--", prompt]
    result = stream(CHAT, *given)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"one\n", b"")
    body = server.body()
    assert [message["content"] for message in body["messages"]] == [prompt, prompt]
    assert body["model"] == prompt
    pasted = tmp_path / "pasted.sh"
    pasted.write_bytes(stream(CHAT, "--dry-run", *given).stdout)
    assert len(server.requests) == 1
    assert bash(pasted).stdout == event("one")
    assert server.body() == body
    assert list((tmp_path / "home").iterdir()) == []


def test_options_of_completions_arrive(server: Server, stream: Stream) -> None:
    """There is no system prompt in the older endpoint."""
    server.sends(OK, event("one"))
    assert stream("ollama-completions-stream", "Q", "--max-tokens=7", "--temperature", "1.5e-1", "--model", "m").returncode == 0
    usage = {"stream": True, "stream_options": {"include_usage": True}}
    assert server.body() == {"model": "m", "prompt": "Q", **usage, "max_tokens": 7, "temperature": 0.15}


NO_NUMBER = "--temperature must be a number such as 0.5: at most 15 digits, and 17 after the point"


WRONG = {
    "text": (["--temperature", "warm"], NO_NUMBER),
    "empty": (["--max-tokens="], "--max-tokens must be a whole number of at most 15 digits"),
    "plus": (["--temperature", "+1"], NO_NUMBER),
    "dot": (["--temperature", "."], NO_NUMBER),
    "two dots": (["--temperature=1.2.3"], NO_NUMBER),
    "no digit": (["--temperature", "-.e1"], NO_NUMBER),
    "JSON": (["--max-tokens", "[1]"], "--max-tokens must be a whole number of at most 15 digits"),
    "too many digits": (["--max-tokens", "9007199254740993"], "--max-tokens must be a whole number of at most 15 digits"),
    "filter": (["--temperature", "1 | input_filename"], NO_NUMBER),
    "no value": (["--system"], "--system needs a value"),
    "unknown": (["--top-p", "1"], "unknown option --top-p: see --help"),
    "two prompts": (["two", "words"], "expected one PROMPT: quote it"),
}


@pytest.mark.parametrize(("arguments", "says"), WRONG.values(), ids=WRONG)
def test_wrong_usage(arguments: list[str], says: str, server: Server, stream: Stream) -> None:
    """One line that says what is wrong, exit status 2, and no request."""
    result = stream(CHAT, *arguments)
    assert (result.returncode, result.stdout, result.stderr.decode()) == (2, b"", f"{CHAT}.sh: {says}\n")
    assert server.requests == []


def test_environment_of_a_stream(server: Server, stream: Stream) -> None:
    """The model's variable; and no key, no request."""
    server.sends(OK, event("one"))
    assert stream("xinference-completions-stream", env={"XINFERENCE_MODEL": "v"}).returncode == 0
    assert server.body()["model"] == "v"
    result = stream("litellm-completions-stream", env={"LITELLM_API_KEY": ""})
    said = b"litellm-completions-stream.sh: no API key; type it in: read -rs LITELLM_API_KEY; export LITELLM_API_KEY\n"
    assert (result.returncode, result.stdout, result.stderr, len(server.requests)) == (2, b"", said, 1)


def test_long_prompt_on_standard_input(server: Server, stream: Stream) -> None:
    """300 kB arrive byte for byte."""
    prompt = "很长的'文本' \"$(x)\" `y` \\ {{ }} 🎉\r\n" * 8_000 + "\n\n"
    assert len(prompt.encode()) > 300_000
    server.sends(OK, event("one"))
    assert stream(CHAT, "-", stdin=prompt.encode()).returncode == 0
    assert server.body()["messages"][-1]["content"] == prompt


def test_curlrc_and_proxy_do_not_spoil_the_stream(server: Server, stream: Stream, tmp_path: Path, environment: dict[str, str]) -> None:
    """What people have in ~/.curlrc, and a proxy that is dead."""
    (tmp_path / "home" / ".curlrc").write_text("include\nverbose\nfail\nlocation\nsilent\ncompressed\n")
    server.sends(OK, event("one"))
    result = stream(CHAT, env={"http_proxy": "http://127.0.0.1:9", "all_proxy": "http://127.0.0.1:9"})
    assert (result.returncode, result.stdout, result.stderr) == (0, b"one\n", b"")


@pytest.mark.parametrize("setting", mostly_slow({**SETTINGS, "buffer": "buffer"}, quick=["all"], every_script=SETTINGS.keys() - {"all"}))
def test_curlrc_does_not_spoil_the_stream(setting: str, server: Server, environment: dict[str, str], tmp_path: Path, bash: Run) -> None:
    """As without streaming: ~/.curlrc may hold what people like there, tokens come as they are sent, and an error is one line."""
    (tmp_path / "home" / ".curlrc").write_text(setting + "\n")
    go_on = threading.Event()

    def serve(send: Send) -> None:
        send(OK + event("one"))
        assert go_on.wait(GUARD)
        send(event(" two"))

    server.serve = serve
    with running(["bash", str(OUT / f"{CHAT}.sh")], environment) as process:
        assert process.stdout
        first = os.read(process.stdout.fileno(), 100)
        go_on.set()
        rest, said = process.communicate(timeout=GUARD)
    assert (process.returncode, first + rest, said) == (0, b"one two\n", b"")
    server.sends(answer("401 No", b'{"error":"no"}'))
    result = bash(OUT / f"{CHAT}.sh", env=environment)
    said = f"{CHAT}.sh: HTTP 401 from {server.url}/chat/completions: no\n".encode()
    assert (result.returncode, result.stdout, result.stderr) == (22, b"", said)


# The key


KEYED = [("litellm-chat-completions-stream", "LITELLM_API_KEY"), ("xinference-completions-stream", "XINFERENCE_API_KEY")]


@pytest.mark.parametrize(("name", "variable"), KEYED)
def test_key_is_sent_and_shown_nowhere(name: str, variable: str, server: Server, environment: dict[str, str]) -> None:
    """Not in a list of processes while the stream runs, and not in a trace of every step."""
    go_on = threading.Event()

    def serve(send: Send) -> None:
        send(OK + event("half"))
        assert go_on.wait(GUARD)

    server.serve = serve
    with running(["bash", "-x", str(OUT / f"{name}.sh")], {**environment, variable: KEY}) as process:
        assert process.stdout
        assert os.read(process.stdout.fileno(), 100) == b"half"
        shown = b"\n".join(path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists())
        go_on.set()
        _, trace = process.communicate(timeout=GUARD)
    assert f"Authorization: Bearer {KEY}".encode() in server.requests[0]
    assert b"--unbuffered" in shown  # the list was taken while it ran
    assert KEY.encode() not in shown
    assert b"curl" in trace and KEY.encode() not in trace


@pytest.mark.parametrize("outcome", ["refused", "error in it", slow("cut"), slow("closed"), "dry run", slow("line break")])
@pytest.mark.parametrize(("name", "variable"), KEYED)
def test_key_is_in_no_trace_and_no_message(outcome: str, name: str, variable: str, server: Server, stream: Stream) -> None:
    """However it ends."""
    server.sends(
        *{
            "refused": [answer("401 No", b'{"error":"no"}')],
            "error in it": [OK, event("half"), BOOM["text"]],
            "cut": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"99\r\n", event("half")],
        }.get(outcome, [])
    )
    arguments = ["--dry-run"] if outcome == "dry run" else []
    for flags in ([], ["-x"]):
        result = stream(name, *arguments, env={variable: KEY + ("\nX: 1" if outcome == "line break" else "")}, flags=flags)
        assert KEY.encode() not in result.stdout + result.stderr
        assert (result.returncode == 0) == (outcome == "dry run")


# Other streams than the built-in ones

OTHERS = """
languages: [en]
backends:
  r:
    base_url: http://127.0.0.1:9/v1
    api_key: {variable: R_KEY, required: false}
    endpoints: {events: {}, lines: {}, plain: {}, again: {}}
endpoints:
  events:
    method: POST
    path: /x
    body: {q: hi}
    response: events
    pipelines:
      - {name: text, jq: '.t // empty', raw: true}
      - {name: thought, jq: '.thought // empty', raw: true, aside: true}
    sample: [{t: a}]
  lines: {like: events, response: lines}
  plain: {like: lines, pipelines: null}
  again: {like: events, curl: {retry: 2}}
"""


@pytest.fixture
def other(
    bash: Run, environment: dict[str, str], server: Server, tmp_path: Path, render: Callable[[Path], Renderer]
) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Runs the script of one of OTHERS."""
    path = tmp_path / "others.yaml"
    path.write_text(OTHERS, "utf-8")

    def run(endpoint: str, *arguments: str, env: Mapping[str, str] | None = None, before: str = "") -> subprocess.CompletedProcess[bytes]:
        script = tmp_path / f"r-{endpoint}.sh"
        script.write_text(render(path).script("r", endpoint).text, "utf-8")
        words = ["-c", f'{before} bash "$0" "$@"', script] if before else [script]
        return bash(*words, *arguments, env={**environment, "R_BASE_URL": server.url, **(env or {})})

    return run


DIALECTS = {
    "CR": b'data: {"t":"a"}\r\rdata: {"t":"b"}\r\r',
    "CR, LF and CR LF": b'data: {"t":"a"}\r\n\rdata:{"t":\rdata:"b"}\n\r\n',
    "byte order mark": b'\xef\xbb\xbfdata: {"t":"a"}\n\ndata: {"t":"b"}\n\n',
    "byte order mark and comment": b'\xef\xbb\xbf: hi\n\ndata: {"t":"a"}\n\ndata: {"t":"b"}\n\n',
    "bare fields": b'data: {"t":"a"}\n\nid\nevent\ndata\n\ndata: {"t":"b"}\n\n',
    "unknown fields": b'x-meta: {"t":"x"}\ndata: {"t":"a"}\n\nfoo\ndatum: {"t":"x"}\ndata: {"t":"b"}\n\n',
    "several lines": b'data: {\ndata:   "t": "a"\ndata: }\n\ndata: {"t":\ndata: "b"}\n\n',
    "what is no JSON": b'data: ping\n\ndata: {"t":"a"}\n\ndata: 2025-01-01 00:00:00\n\ndata: tru\n\ndata: {t: 1}\n\ndata: {"t":"b"}\n\n',
    "what is cut off": b'data: {"t":"x\n\ndata: {"t":"a"}\n\ndata: {"t":"x\\\n\ndata: [{"t":[1,\n\ndata: {"t":"b"}\n\n',
    "other JSON": b'data: 7\n\ndata: "ping"\n\ndata: {"t":"a"}\n\ndata: [1]\n\ndata: null\n\ndata: {"t":"b"}\n\n',
    "another end": b'data: {"t":"a"}\n\ndata: {"t":"b"}\n\nevent: done\ndata: DONE\n\n',
    "data in data": b'data: {"t":"a"}\n\ndata: {"t":"b","x":"data: [DONE]\\ndata: {"}\n\n',
    "not a blank line between": b'data: {"t":"a"}\ndata: {"t":"b"}\n',
    "NUL": b'data: {"t":"a"}\n\ndata: \x00\n\ndata: {"t":"b"}\n\n',
    "an empty error": b'data: {"t":"a","error":""}\n\ndata: {"t":"b","error":null}\n\n',
}


@pytest.mark.parametrize("frames", DIALECTS.values(), ids=DIALECTS)
def test_dialects(frames: bytes, server: Server, other: Stream) -> None:
    """Server-sent events as the specification has them, and what servers make of them; also where every byte comes alone."""
    for pieces in ([frames], [bytes([byte]) for byte in frames]):
        server.sends(OK, *pieces)
        result = other("events")
        assert (result.returncode, result.stdout, result.stderr) == (0, b"ab\n", b"")


def test_bytes_that_are_no_utf_8(server: Server, other: Stream) -> None:
    """jq puts U+FFFD in their place; what stands beside them stays."""
    server.sends(OK, b'data: {"t":"\xff\xe4\xbd\xa0"}\n\n')
    assert other("events").stdout.decode() == "\ufffd你\n"


LINES = {
    "LF": b'{"t":"a"}\n{"t":"b"}\n',
    "CR LF": b'{"t":"a"}\r\n{"t":"b"}\r\n',
    "blank lines": b'\n{"t":"a"}\n\n\r\n{"t":"b"}\n\n',
    "no last line break": b'{"t":"a"}\n{"t":"b"}',
    "byte order mark": b'\xef\xbb\xbf{"t":"a"}\n{"t":"b"}\n',
    "other values": b'7\n"x"\n{"t":"a"}\nnull\n[1]\n{"t":"b"}\n',
}


@pytest.mark.parametrize("lines", LINES.values(), ids=LINES)
def test_lines(lines: bytes, server: Server, other: Stream) -> None:
    """JSON values, one on each line."""
    server.sends(OK, lines)
    result = other("lines")
    assert (result.returncode, result.stdout, result.stderr) == (0, b"ab\n", b"")
    for endpoint, arguments in (("lines", ["--raw"]), ("plain", [])):
        result = other(endpoint, *arguments)
        assert (result.returncode, result.stdout, result.stderr) == (0, lines, b"")


@pytest.mark.parametrize("endpoint", ["lines", "events"])
def test_error_says_what_it_is(endpoint: str, server: Server, other: Stream) -> None:
    """An error is told from a filter that finds nothing, in one line or in several, with --raw too; what came before it is there."""

    def came(*values: str) -> bytes:
        return "".join(f"data: {value}\n\n" if endpoint == "events" else f"{value}\n" for value in values).encode()

    for arguments in ([], ["--raw"]):
        stream = came('{"t":"half"}', '{"error":"boom 417"}', '{"t":"never"}')
        server.sends(OK, stream)
        result = other(endpoint, *arguments)
        said = f"r-{endpoint}.sh: an error in the stream: boom 417\n".encode()
        assert (result.returncode, result.stdout, result.stderr) == (5, stream if arguments else b"half", said)
        server.sends(OK, b'{\n  "error": {\n    "message": "boom 417"\n  }\n}\n')
        result = other(endpoint, *arguments)
        assert (result.returncode, result.stderr.count(b": boom 417\n"), b"found nothing" in result.stderr) == (5, 1, False)
    server.sends(OK, came('{"x":1}'))
    result = other(endpoint)
    assert (result.returncode, result.stdout) == (5, b"")
    assert result.stderr.startswith(f"r-{endpoint}.sh: .t // empty found nothing".encode())
    assert other(endpoint, "--raw").returncode == 0


@pytest.mark.parametrize("page", [b"<p>Hello\nthere</p>\n", b'{"t":"a"}\n{"t":'], ids=["a page", "half a line"])
def test_line_that_is_no_json(page: bytes, server: Server, other: Stream) -> None:
    """A line is JSON, or the answer is none: what came before is printed, and the start of the answer told."""
    server.sends(OK, page)
    result = other("lines")
    assert (result.returncode, result.stdout) == (5, b"a" if page.startswith(b"{") else b"")
    assert result.stderr.startswith(b"r-lines.sh: a line of the answer is not JSON (")
    assert result.stderr.endswith(b": " + page.rstrip(b"\n") + b"\n")
    assert other("lines", "--raw").returncode == 0


def test_message_behind_an_aside_has_its_own_line(server: Server, other: Stream) -> None:
    """A thought ends where an error begins."""
    server.sends(OK, b'{"thought":"hmm"}\n{"error":"boom 417"}\n')
    assert other("lines").stderr == b"hmm\nr-lines.sh: an error in the stream: boom 417\n"
    server.sends(OK, b'{"thought":"hmm"}\n')
    assert other("lines").stderr.startswith(b"hmm\nr-lines.sh: .t // empty found nothing")


def test_aside_that_cannot_be_written_does_not_cut_the_answer(server: Server, other: Stream) -> None:
    """As where what reads standard error ends."""
    server.sends(OK, *[b'data: {"thought":"hmm"}\n\ndata: {"t":"a"}\n\n'] * 3000)
    result = other("events", before="exec 2> >(head -c 3 > /dev/null);")
    assert (result.returncode, result.stdout) == (0, b"a" * 3000 + b"\n")


@pytest.mark.parametrize(("endpoint", "arguments"), [("lines", "--raw"), ("plain", ""), ("lines", "")])
def test_full_disk_of_lines(endpoint: str, arguments: str, server: Server, other: Stream) -> None:
    """23 in all ways of printing."""
    server.sends(OK, b'{"t":"a"}\n' * 3)
    result = other(endpoint, *arguments.split(), before="exec > /dev/full;")
    assert (result.returncode, result.stderr.decode()) == (23, f"r-{endpoint}.sh: the answer cannot be written to standard output\n")


def test_headers_come_first(server: Server, other: Stream) -> None:
    """With -i the headers stand before the first event, not behind the last."""
    server.sends(OK, b'data: {"thought":"hmm"}\n\ndata: {"t":"a"}\n\n')
    result = other("events", "-i")
    assert result.stderr == OK.replace(b"\r", b"") + b"hmm"


BUSY = answer("503 Busy", b'{"error": "busy"}', "Retry-After: 0")


@pytest.mark.parametrize(("times", "status"), [(1, 0), (2, 0), (3, 22)])
@pytest.mark.parametrize("arguments", [[], ["--raw"]], ids=["", "raw"])
def test_asked_for_again(times: int, status: int, arguments: list[str], server: Server, other: Stream) -> None:
    """As often as the catalog says, with the key, and nothing of a refusal is printed but the last one's words."""
    good = OK + b'data: {"t":"a"}\n\n'
    server.serve = lambda send: send(BUSY if len(server.requests) <= times else good)
    result = other("again", *arguments, env={"R_KEY": KEY})
    body = good if status == 0 else BUSY
    received = body.partition(b"\r\n\r\n")[2]
    shown = b"" if status else received if arguments else b"a\n"
    assert (result.returncode, result.stdout, len(server.requests)) == (status, shown, min(times, 2) + 1)
    assert result.stderr.startswith(received) or not (status and arguments)
    assert all(KEY.encode() in request for request in server.requests)
    assert b"busy" in result.stderr if status else result.stderr == b""


def test_not_asked_for_again(server: Server, other: Stream) -> None:
    """Not where an answer has begun, nor where the server will never do it."""
    piece = b'data: {"t":"half"}\n\n'
    server.sends(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"%x\r\n%s\r\n" % (len(piece), piece))
    result = other("again")
    assert (result.returncode, result.stdout, len(server.requests)) == (18, b"half\n", 1)
    server.sends(answer("400 No", b'{"error": "no"}'))
    assert (other("again").returncode, len(server.requests)) == (22, 2)


def test_standard_input_is_sent_once(server: Server, other: Stream) -> None:
    """A body that curl read from standard input is gone: what the server said is told, and no empty body sent."""
    server.sends(BUSY)
    result = other("again", "--body", "-", before="echo '{}' |")
    assert (result.returncode, result.stdout, len(server.requests)) == (22, b"", 1)
