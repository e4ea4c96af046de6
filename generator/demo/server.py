"""Loopback servers made from the catalog: each cell answers with its sample, and checks what it is sent.

`Server` and `Handler` speak HTTP, `match` decides what a request is; `serving` starts a server for each backend.
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
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from generator import jq_filter, json_text
from generator.catalog.model import Backend, Catalog, Cell
from generator.demo.match import Keys, Refusal, Sent, cell_for, decoded, split

MOST = 10_000_000
"""Bytes of a request's body that are read; more is refused."""

PAUSE = 0.1
"""Seconds between the events of a stream, so that people see them arrive."""

POLL = 0.1
"""Seconds between two checks of a server whether it should stop."""

IDLE = 60
"""Seconds after which an idle connection is closed."""

UNREADABLE = "the length of the body can't be read"

ENDING = {signal.SIGINT, signal.SIGTERM}

ERROR_SHAPES: tuple[Callable[[str], Any], ...] = (
    lambda message: {"error": {"message": message}},
    lambda message: {"error": message},
    lambda message: {"message": message},
    lambda message: {"detail": message},
    lambda message: {"errors": [{"message": message}]},
    lambda message: {"errors": [message]},
    lambda message: message,
)
"""What an error answer may look like; the catalog's `errors` filter decides."""


class DemoError(Exception):
    """Servers can't be started: `reasons` says for each of these backends why, `others` names those that can."""

    def __init__(self, reasons: Mapping[str, str], others: Sequence[str]) -> None:
        self.reasons, self.others = reasons, others
        super().__init__("; ".join(f"{name} can't listen on {reason}" for name, reason in reasons.items()))


class Served(NamedTuple):
    """The base URL of each backend that is served, and why each other one is left out, by their ids."""

    urls: dict[str, str]
    left_out: dict[str, str]


def keys(backends: Sequence[Backend]) -> dict[str, str]:
    """Return an example for each variable that holds an API key of these backends."""
    asked = [key for backend in backends for key in (backend.api_key, *(cell.api_key for cell in backend.cells)) if key]
    return {key.variable: key.example or "demo-key" for key in asked}


class Server(ThreadingHTTPServer):
    """A backend on a loopback port. `error_shape` makes the JSON of an error from its message, `log` gets a line a request."""

    request_queue_size = 128
    base_url = ""

    def __init__(
        self, address: tuple[str, int], backend: Backend, keys: Keys, error_shape: Callable[[str], Any], log: Callable[[str], None]
    ) -> None:
        self.backend, self.keys, self.error_shape, self.log = backend, keys, error_shape, log
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, Handler)

    def server_bind(self) -> None:
        """Bind without HTTPServer's look-up of the host's name, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_port = self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore a client that closed the connection: that is no error."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Reads a request, answers it, logs it in one line."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "curlsheet-demo", ""
    disable_nagle_algorithm = True
    timeout = IDLE
    server: Server

    def answer(self) -> None:
        """Read the request, and answer with the sample of the cell that it fits, or with what was expected."""
        path, _, query = decoded(re.sub("^https?://[^/?]*", "", self.path)).partition("?")
        try:
            cell = cell_for(self.server.backend, self.server.keys, Sent(self.command, path, query, self.headers, self.body()))
            if cell.sample is None and (cell.response == "events" or _answers_json(cell)):
                raise Refusal(501, f"the catalog has no sample for {self.server.backend.id} {cell.id}")
        except Refusal as refusal:
            return self.refuse(refusal)
        if cell.response == "none":
            return self.reply(204)
        if cell.response == "events":
            return self.stream(cell.sample if isinstance(cell.sample, list) else [cell.sample])
        content_type, body = _answer(cell)
        self.reply(200, content_type, body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer

    def reply(self, status: int, content_type: str = "", body: bytes = b"", message: str = "", **headers: str) -> None:
        """Log the request and send a whole answer."""
        self.log(status, message)
        self.send_response(status)
        if content_type:
            self.send_header("Content-Type", content_type)
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
        """Send server-sent events, one by one; the end of the connection is the end of the stream."""
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
        """Send an error answer of the shape that the catalog's `errors` filter reads."""
        if refusal.status == 400:  # where the next request starts is not known
            self.close_connection = True
        body = json_text.compact(self.server.error_shape(refusal.message)).encode()
        self.reply(refusal.status, "application/json", body, refusal.message, **refusal.headers)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what http.server itself does: a request line or headers that can't be read."""
        self.close_connection, self.request_version = True, self.protocol_version
        self.refuse(Refusal(code, message or "this is no HTTP request"))

    def body(self) -> bytes:
        """Read the whole body. Raises Refusal if its length can't be read (400) or is too much (413)."""
        kept, size = bytearray(), 0
        for piece in self.pieces():  # read to its end, so that the client gets to reading the answer
            size += len(piece)
            if size <= MOST:
                kept += piece
        if size > MOST:
            raise Refusal(413, f"the body has {size} bytes: expected at most {MOST}")
        return bytes(kept)

    def pieces(self) -> Iterator[bytes]:
        """Read the body piece by piece, as long as Content-Length says or in chunks (RFC 9112, 7.1)."""
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
        """Read so many bytes, piece by piece."""
        while size:
            piece = self.rfile.read(min(size, 65536))
            if not piece:
                raise ConnectionError("the client went away")
            size -= len(piece)
            yield piece

    def log(self, status: int, message: str = "") -> None:
        """Log the request in one line, with what a terminal would act on escaped."""
        path = decoded(self.path if self.command else "").partition("?")[0][:200]  # a query may contain private data
        line = f"{self.server.backend.id} {self.command or '?'} {path or '?'} {status}{message and ': '}{message}"
        with contextlib.suppress(OSError, ValueError):
            self.server.log("".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in line))

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _answers_json(cell: Cell) -> bool:
    """Tell whether the answer is one JSON value: a file that pipelines find is in one, in base64."""
    return cell.response == "json" or bool(cell.response == "file" and cell.pipelines)


def _answer(cell: Cell) -> tuple[str, bytes]:
    """Return the content type and the body of a cell's answer: its sample, or a placeholder where a text or a file has none."""
    if _answers_json(cell):
        return "application/json", json_text.compact(cell.sample).encode(errors="replace")
    content_type = "text/plain; charset=utf-8" if cell.response == "text" else "application/octet-stream"
    sample = f"a sample of {cell.id}\n" if cell.sample is None else cell.sample
    text = sample if isinstance(sample, str) else json_text.compact(sample)
    return content_type, text.encode(errors="replace")


def _length(text: str, base: int) -> int:
    if not re.fullmatch("[0-9]{1,15}" if base == 10 else "[0-9A-Fa-f]{1,12}", text.strip()):
        raise Refusal(400, UNREADABLE)
    return int(text, base)


@contextlib.contextmanager
def serving(
    catalog: Catalog, backends: Sequence[Backend], log: Callable[[str], None], *, free_ports: bool, leave_out: bool = False
) -> Iterator[Served]:
    """Serve `backends` while the block runs; `log` gets a line for each request.

    With `free_ports` each has a free port and accepts its example key alone; else its own port where that is on
    this machine, and the key in the environment is accepted too. With `leave_out` backends that can't listen are
    left out, as long as there are others. Raises DemoError.
    """
    accepted = {
        variable: [example] if free_ports else [example, os.environ.get(variable) or example]
        for variable, example in keys(backends).items()
    }
    error_shape = _error_shape(catalog.errors)
    servers: list[Server] = []
    refused: dict[str, str] = {}
    with contextlib.ExitStack() as stack:
        for backend in backends:
            own = None if free_ports else _address(backend)
            address = own or ("127.0.0.1", 0)
            try:
                server = Server(address, backend, accepted, error_shape, log)
            except (OSError, OverflowError) as error:
                refused[backend.id] = f"{address[0]}:{address[1]}: {_why_not(error, own, servers)}"
                continue
            stack.callback(server.server_close)
            server.base_url = backend.base_url if own else f"http://127.0.0.1:{server.server_port}{split(backend.base_url)[3]}"
            servers.append(server)
        urls = {server.backend.id: server.base_url for server in servers}
        if refused and not (leave_out and servers):
            raise DemoError(refused, list(urls))
        for server in servers:
            threading.Thread(target=_serve, args=(server,), daemon=True).start()
        stack.callback(_stop, servers)
        yield Served(urls, refused)


def _why_not(error: Exception, own: tuple[str, int] | None, servers: Sequence[Server]) -> str:
    """Return why an address can't be listened on."""
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        first = next((server.backend.id for server in servers if _address(server.backend) == own), None)
        return f"{first} does already" if first else "the port is in use"
    return getattr(error, "strerror", None) or str(error)


def _serve(server: Server) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)  # the main thread handles them
    server.serve_forever(POLL)


def _stop(servers: Sequence[Server]) -> None:
    """Stop all servers at once: each takes up to POLL seconds to notice."""
    with ThreadPoolExecutor(len(servers) or 1) as pool:
        for server in servers:
            pool.submit(server.shutdown)


def _address(backend: Backend) -> tuple[str, int] | None:
    """Return the loopback address and port that a base URL names; None if it is another machine's, or speaks TLS."""
    scheme, host, port, _ = split(backend.base_url)
    host = "127.0.0.1" if host == "localhost" else host.strip("[]")
    try:
        return (host, int(port)) if scheme == "http" and int(port) and ipaddress.ip_address(host).is_loopback else None
    except ValueError:
        return None


def _error_shape(errors: str) -> Callable[[str], Any]:
    """Return the first shape in which the catalog's `errors` filter finds the message of an error."""
    for shape in ERROR_SHAPES:
        with contextlib.suppress(jq_filter.FilterError):
            if jq_filter.run(errors, shape("a message"), raw=True) == "a message":
                return shape
    return ERROR_SHAPES[0]


@contextlib.contextmanager
def until_stopped() -> Iterator[Callable[[], Any]]:
    """Keep Ctrl-C and SIGTERM from ending the program in the block; yield a function that waits for one of them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)  # threads started in the block inherit it
    try:
        yield lambda: signal.sigwait(ENDING)
    finally:
        while signal.sigpending() & ENDING:
            signal.sigwait(ENDING)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
