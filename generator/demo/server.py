"""Loopback servers made from the catalog: each cell answers with its sample, and checks what it is sent.

`Server` and `Handler` carry what `matching` decides over HTTP; `serving` starts a server for each backend.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import re
import signal
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from generator import jq_filter, json_text
from generator.catalog.model import Backend, Catalog
from generator.demo.match import Keys, Refusal, Sent, cell_for, split, text_of

MOST = 10_000_000
"""Bytes of a request's body that are read; more is refused."""

PAUSE = 0.1
"""Seconds between the events of a stream, so that one sees them come."""

IDLE = 60
"""Seconds after which a connection that says nothing is closed."""

UNREADABLE = "the length of the body can't be read"

ENDING = {signal.SIGINT, signal.SIGTERM}

SHAPES: tuple[Callable[[str], Any], ...] = (
    lambda words: {"error": {"message": words}},
    lambda words: {"error": words},
    lambda words: {"message": words},
    lambda words: {"detail": words},
    lambda words: {"errors": [{"message": words}]},
    lambda words: {"errors": [words]},
    lambda words: words,
)
"""What an error answer may look like; the catalog's `errors` filter decides."""


class DemoError(Exception):
    """The servers can't be started; the message says which, why, and what to type instead."""


def keys(backends: Sequence[Backend]) -> dict[str, str]:
    """An example for each variable that holds an API key of these backends."""
    asked = [key for backend in backends for key in (backend.api_key, *(cell.api_key for cell in backend.cells)) if key]
    return {key.variable: key.example or "demo-key" for key in asked}


class Server(ThreadingHTTPServer):
    """A backend on a loopback port. `worded` shapes an error, `say` is told of each request."""

    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], backend: Backend, keys: Keys, worded: Callable[[str], Any], say: Callable[[str], None]
    ) -> None:
        self.backend, self.keys, self.worded, self.say = backend, keys, worded, say
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, Handler)

    def server_bind(self) -> None:
        """Without HTTPServer's look-up of the host's name, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_port = self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Reads a request, answers it, says it in one line."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "curlsheet-demo", ""
    disable_nagle_algorithm = True
    timeout = IDLE
    server: Server

    def answer(self) -> None:
        backend = self.server.backend
        path, _, query = text_of(re.sub("^https?://[^/?]*", "", self.path)).partition("?")
        try:
            cell = cell_for(backend, self.server.keys, Sent(self.command, path, query, self.headers, self.body()))
            in_json = cell.response == "json" or (cell.response == "file" and cell.pipelines)
            if (in_json or cell.response == "events") and cell.sample is None:
                raise Refusal(501, f"the catalog has no sample for {backend.id} {cell.id}")
        except Refusal as refusal:
            return self.refuse(refusal)
        if cell.response == "none":
            return self.reply(204)
        if cell.response == "events":
            return self.stream(cell.sample if isinstance(cell.sample, list) else [cell.sample])
        kind = "application/json" if in_json else "text/plain; charset=utf-8" if cell.response == "text" else "application/octet-stream"
        sample = f"a sample of {cell.id}\n" if cell.sample is None else cell.sample
        as_text = not in_json and isinstance(sample, str)
        self.reply(200, kind, (sample if as_text else json_text.compact(sample)).encode(errors="replace"))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer

    def reply(self, status: int, kind: str = "", body: bytes = b"", words: str = "", **headers: str) -> None:
        self.log(status, words)
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def stream(self, events: list[Any]) -> None:
        """Server-sent events, one by one; the end of the connection is the end of the stream."""
        self.log(200)
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for event in events:
            self.wfile.write(f"data: {json_text.compact(event)}\n\n".encode())
            time.sleep(PAUSE)

    def refuse(self, refusal: Refusal) -> None:
        if refusal.status == 400:  # where the next request starts is not known
            self.close_connection = True
        body = json_text.compact(self.server.worded(refusal.words)).encode()
        self.reply(refusal.status, "application/json", body, refusal.words, **refusal.headers)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What http.server itself refuses: a request line or headers that can't be read."""
        self.close_connection, self.request_version = True, self.protocol_version
        self.refuse(Refusal(code, message or "this is no HTTP request"))

    def body(self) -> bytes:
        """The whole body. Raises Refusal if its length can't be told (400) or is too much (413)."""
        kept, size = bytearray(), 0
        for piece in self.pieces():  # read to its end, so that the client gets to reading the answer
            size += len(piece)
            if size <= MOST:
                kept += piece
        if size > MOST:
            raise Refusal(413, f"the body has {size} bytes: expected at most {MOST}")
        return bytes(kept)

    def pieces(self) -> Iterator[bytes]:
        if "Transfer-Encoding" not in self.headers:
            yield from self.block(_length(self.headers.get("Content-Length", "0"), 10))
            return
        while size := _length(self.rfile.readline(1000).partition(b";")[0].decode("latin-1"), 16):
            yield from self.block(size)
            if self.rfile.readline(1000).strip():
                raise Refusal(400, UNREADABLE)
        while self.rfile.readline(1000).strip():
            pass  # trailers

    def block(self, size: int) -> Iterator[bytes]:
        while size:
            piece = self.rfile.read(min(size, 65536))
            if not piece:
                raise ConnectionError("the client went away")
            size -= len(piece)
            yield piece

    def log(self, status: int, words: str = "") -> None:
        """Says the request in one line, with what a terminal would act on escaped."""
        path = text_of(self.path if self.command else "").partition("?")[0][:200]  # a query may hold what is nobody's business
        line = f"{self.server.backend.id} {self.command or '?'} {path or '?'} {status}{words and ': '}{words}"
        with contextlib.suppress(OSError, ValueError):
            self.server.say("".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in line))

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _length(text: str, base: int) -> int:
    if not re.fullmatch("[0-9]{1,15}" if base == 10 else "[0-9A-Fa-f]{1,12}", text.strip()):
        raise Refusal(400, UNREADABLE)
    return int(text, base)


@contextlib.contextmanager
def serving(catalog: Catalog, backends: Sequence[Backend], say: Callable[[str], None], *, free_ports: bool) -> Iterator[dict[str, str]]:
    """Serves `backends` while the block runs, and gives each one's base URL by its id.

    With `free_ports` each has a free port and takes its example key alone; else its own port where that is on
    this machine, and the key in the environment is good too. Raises DemoError.
    """
    good = {
        variable: [example] if free_ports else [example, os.environ.get(variable) or example]
        for variable, example in keys(backends).items()
    }
    worded = _worded(catalog.errors)
    with contextlib.ExitStack() as stack:
        urls: dict[str, str] = {}
        taken: dict[tuple[str, int], str] = {}
        servers, faults = [], []
        for backend in backends:
            own = None if free_ports else _address(backend)
            host, port = own or ("127.0.0.1", 0)
            try:
                if own in taken:
                    raise DemoError(f"{taken[own]} does already")
                server = Server((host, port), backend, good, worded, say)
            except (OSError, OverflowError, DemoError) as error:
                in_use = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
                reason = "the port is in use" if in_use else getattr(error, "strerror", None) or error
                faults.append(f"{backend.id} can't listen on {host}:{port}: {reason}")
                continue
            stack.callback(server.server_close)
            servers.append(server)
            if own:
                taken[own] = backend.id
            urls[backend.id] = backend.base_url if own else f"http://127.0.0.1:{server.server_port}{split(backend.base_url)[3]}"
        if faults:
            others = f"Start the others: curlsheet demo {' '.join(urls)}" if urls else "Stop what listens there"
            raise DemoError("\n".join([*faults, f"{others}; or give a command, which takes free ports: curlsheet demo -- COMMAND"]))
        for server in servers:
            threading.Thread(target=_serve, args=(server,), daemon=True).start()
            stack.callback(server.shutdown)
        yield urls


def _serve(server: Server) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)  # they are the main thread's to answer
    server.serve_forever(0.1)


def _address(backend: Backend) -> tuple[str, int] | None:
    """The loopback address and port that a base URL names; None if it is another machine's, or speaks TLS."""
    scheme, host, port, _ = split(backend.base_url)
    host = "127.0.0.1" if host == "localhost" else host.strip("[]")
    try:
        return (host, int(port)) if scheme == "http" and int(port) and ipaddress.ip_address(host).is_loopback else None
    except ValueError:
        return None


def _worded(errors: str) -> Callable[[str], Any]:
    """The first shape in which the catalog's filter finds the words of an error."""
    for shape in SHAPES:
        with contextlib.suppress(jq_filter.FilterError):
            if jq_filter.run(errors, shape("the words"), raw=True) == "the words":
                return shape
    return SHAPES[0]


@contextlib.contextmanager
def until_stopped() -> Iterator[Callable[[], Any]]:
    """Keeps Ctrl-C and SIGTERM from ending the program in the block; gives a function that waits for one of them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)  # threads started in the block inherit it
    try:
        yield lambda: signal.sigwait(ENDING)
    finally:
        while signal.sigpending() & ENDING:
            signal.sigwait(ENDING)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
