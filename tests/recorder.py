"""A loopback server that keeps every request as it arrived and answers what the test tells it to."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Recorded:
    """One request: the target and the headers as they stood on the wire, the body's bytes."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The header's value; None if it was not sent. Fails on one sent twice."""
        found = [value for sent, value in self.headers if sent.lower() == name.lower()]
        assert len(found) < 2, f"{name} was sent {len(found)} times"
        return found[0] if found else None

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What the recorder sends back."""

    body: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


@dataclass
class Recorder:
    """`requests` are those seen so far; `answer` makes the next answer from a request, None closes without one."""

    port: int
    socket: Path | None = None
    requests: list[Recorded] = field(default_factory=list)
    answer: Callable[[Recorded], Answer | None] = lambda request: Answer()

    def reset(self) -> None:
        """Forgets the requests, and answers as at the start."""
        self.requests.clear()
        self.answer = lambda request: Answer()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def only(self) -> Recorded:
        """The one request that was made since the last call."""
        assert len(self.requests) == 1, f"{len(self.requests)} requests were made"
        return self.requests.pop()

    def answers(self, body: bytes | str | dict[str, Any] | list[Any], status: int = 200, **headers: str) -> None:
        """Answers like this from now on; JSON data is sent as JSON, header names are written with _ for -."""
        data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        sent = {"Content-Type": "text/plain" if isinstance(body, (bytes, str)) else "application/json"}
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        self.answer = lambda request: Answer(data, status, sent)


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """A server behind a unix socket."""

    daemon_threads = True


@contextmanager
def recording(port: int = 0, socket: Path | None = None) -> Iterator[Recorder]:
    """A recorder on a free port or on `port`, and behind a unix `socket` too if there is one, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = (
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if "chunked" not in self.headers.get("Transfer-Encoding", "")
                else self.chunks()
            )
            request = Recorded(self.command, self.path, tuple(self.headers.items()), body)
            recorder.requests.append(request)
            answer = recorder.answer(request)
            self.close_connection = True
            if answer is None:
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.send_header("Connection", "close")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        def chunks(self) -> bytes:
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def __getattr__(self, name: str) -> Callable[[], None]:
            """Any method is handled alike: http.server looks for do_ and its name."""
            if name.startswith("do_"):
                return self.handle_any
            raise AttributeError(name)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    servers: list[socketserver.BaseServer] = [ThreadingHTTPServer(("127.0.0.1", port), Handler)]
    recorder = Recorder(servers[0].server_address[1], socket)
    if socket:
        servers.append(UnixServer(str(socket), Handler))
    threads = [threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield recorder
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()
