"""Loopback servers made from the catalog: each cell answers with its sample, and checks what it is sent.

`Server` and `Handler` speak HTTP, `match` decides what a request is; `serving` starts a server for each backend.
"""

from __future__ import annotations

import contextlib
import errno
import gzip
import ipaddress
import os
import re
import signal
import socket
import socketserver
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from generator import jq_filter, json_text
from generator.catalog.model import Backend, Catalog, Cell
from generator.demo.match import Keys, Refusal, Sent, cell_for, decoded, moved_cell, split
from generator.demo.paging import is_last_page, next_address, page_sample
from generator.request import build_request

MOST = 10_000_000
"""Bytes of a request's body that are read; more is refused."""

PAUSE = 0.1
"""Seconds between the values of a stream, so that people see them arrive."""

POLL = 0.1
"""Seconds between two checks of a server whether it should stop."""

IDLE = 60
"""Seconds after which an idle connection is closed."""

ETAG = '"demo"'
"""The entity tag of every answer where 304 is a success: whoever sends it as If-None-Match gets a 304."""

MOVED = "/.demo/moved/"
"""The path below which a cell answers that has sent a redirect."""

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
    """The base URL of each backend that is served, why each other one is left out, and the unix sockets, by the backends' ids.

    `variables` has all addresses, those of cells and the sockets too, by the variables that scripts read them from.
    """

    urls: dict[str, str]
    variables: dict[str, str]
    left_out: dict[str, str]
    sockets: dict[str, str]


def keys(backends: Sequence[Backend]) -> dict[str, str]:
    """Return an example for each variable that holds an API key, or another secret, of these backends."""
    secrets = [secret for backend in backends for cell in backend.cells for secret in build_request(backend, cell).secrets]
    return {secret.variable: secret.example or ("demo:key" if secret.place == "basic" else "demo-key") for secret in secrets}


class Server(ThreadingHTTPServer):
    """A backend on a loopback port, or behind a unix socket, whose path is its address.

    `error_shape` makes the JSON of an error from its message, `log` gets a line a request.
    """

    request_queue_size = 128
    made_socket = False
    origin = ""
    """Scheme, host and port where they are not the catalog's."""

    def __init__(
        self, address: tuple[str, int] | str, backend: Backend, keys: Keys, error_shape: Callable[[str], Any], log: Callable[[str], None]
    ) -> None:
        self.backend, self.keys, self.error_shape, self.log = backend, keys, error_shape, log
        if isinstance(address, str):
            self.address_family = socket.AF_UNIX
        else:
            self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, Handler)  # type: ignore[arg-type] # the stub knows no unix sockets

    def moved(self, base_url: str) -> str:
        """Return where a base URL of the catalog is served."""
        return self.origin + split(base_url)[3] if self.origin else base_url

    def server_bind(self) -> None:
        """Bind without HTTPServer's look-up of the host's name, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.made_socket = self.is_unix
        self.server_port = 0 if self.is_unix else self.server_address[1]

    @property
    def is_unix(self) -> bool:
        return self.address_family == socket.AF_UNIX

    def server_close(self) -> None:
        """Close it; the file of a unix socket goes, too, unless another server had made it."""
        super().server_close()
        if self.made_socket:
            Path(str(self.server_address)).unlink(missing_ok=True)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore a client that closed the connection: that is no error."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Reads a request, answers it, logs it in one line."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "curlsheet-demo", ""
    timeout = IDLE
    server: Server

    def setup(self) -> None:
        super().setup()
        if not self.server.is_unix:
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)

    def answer(self) -> None:
        """Read the request, and answer with the sample of the cell that it fits, or with what was expected."""
        path, _, query = decoded(re.sub("^https?://[^/?]*", "", self.path)).partition("?")
        try:
            sent = Sent(self.command, path, query, self.headers, self.body())
            moved = moved_cell(self.server.backend, MOVED, sent)
            cell = moved or cell_for(self.server.backend, self.server.keys, sent)
            if cell.sample is None and (cell.streams or cell.is_json):
                raise Refusal(501, f"the catalog has no sample for {self.server.backend.id} {cell.id}")
        except Refusal as refusal:
            return self.refuse(refusal)
        if cell.curl.location and not moved:
            return self.redirect(cell)
        headers = _headers(cell)
        is_last = is_last_page(cell, sent)
        if cell.pages == "link" and not is_last:
            headers["Link"] = f'<{next_address(self.path)}>; rel="next"'
        if cell.is_success(304) and self.headers.get("If-None-Match", "").strip() in (headers["ETag"], "*"):
            return self.reply(304, headers={"ETag": headers["ETag"]})
        if cell.response == "none":
            return self.reply(_status(cell, 204), headers=headers)
        if cell.response == "headers":
            return self.reply(_status(cell, 200), headers=headers)
        if cell.streams:
            return self.stream(cell)
        content_type, body = _answer(cell, page_sample(cell, self.path, is_last))
        if cell.curl.compressed and "gzip" in self.headers.get("Accept-Encoding", ""):
            body, headers = gzip.compress(body), {**headers, "Content-Encoding": "gzip"}
        self.reply(_status(cell, 200), content_type, body, headers=headers)

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Answer any method: http.server looks for `do_` and its name."""
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def reply(
        self, status: int, content_type: str = "", body: bytes = b"", message: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        """Log the request and send a whole answer."""
        self.log(status, message)
        self.send_response(status)
        if content_type:
            self.send_header("Content-Type", content_type)
        if status not in (204, 304) and "Content-Length" not in (headers or {}):
            self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def stream(self, cell: Cell) -> None:
        """Send a sample's values as events or as lines, one by one; the end of the connection is the end of the stream."""
        self.log(200)
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if cell.response == "events" else "application/x-ndjson")
        self.send_header("Connection", "close")
        self.end_headers()
        for value in cell.sample if isinstance(cell.sample, list) else [cell.sample]:
            text = json_text.compact(value)
            self.wfile.write((f"data: {text}\n\n" if cell.response == "events" else f"{text}\n").encode())
            time.sleep(PAUSE)

    def redirect(self, cell: Cell) -> None:
        """Lead to the same server under another name, where no key may arrive; a unix socket has no other name."""
        host, _, port = self.headers.get("Host", "").partition(":")
        other = "127.0.0.1" if host == "localhost" else "localhost"
        start = "" if self.server.is_unix else f"http://{other}:{port or 80}"
        self.reply(307, headers={"Location": f"{start}{MOVED}{cell.id}"})

    def refuse(self, refusal: Refusal) -> None:
        """Send an error answer of the shape that the catalog's `errors` filter reads."""
        if refusal.status == 400:  # where the next request starts is not known
            self.close_connection = True
        body = json_text.compact(self.server.error_shape(refusal.message)).encode()
        self.reply(refusal.status, "application/json", body, refusal.message, refusal.headers)

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


def _status(cell: Cell, usual: int) -> int:
    """Return the status of a cell's answer: the usual one, or one that the cell counts as a success."""
    return next((status for status in (usual, *range(200, 600)) if cell.is_success(status)), usual)


def _headers(cell: Cell) -> dict[str, str]:
    """Return the headers that a cell's answer has of its own: its sample, where they are the answer; a tag, where 304 is a success."""
    headers = {"ETag": ETAG} if cell.is_success(304) else {}
    if cell.curl.cookie_jar:
        headers["Set-Cookie"] = "demo-session=1; Path=/"
    if cell.response == "headers":
        sample = cell.sample if isinstance(cell.sample, dict) else {"X-Sample": f"a sample of {cell.id}"}
        for name, value in sample.items():
            if name.lower() != "content-length":
                headers[name] = str(value)
            elif cell.method == "HEAD":  # no body follows, and so it may say any length
                headers["Content-Length"] = str(value)
    return headers


def _answer(cell: Cell, sample: Any) -> tuple[str, bytes]:
    """Return the content type and the body of a cell's answer: the sample, or a placeholder where a text or a file has none."""
    if cell.is_json:
        return "application/json", json_text.compact(sample).encode(errors="replace")
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
    sockets: dict[str, str] = {}
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="curlsheet-")) if free_ports else None
        for part in (part for backend in backends for part in _parts(backend)):
            own = None if free_ports else _address(part)
            paths = _sockets(part, folder)
            needs_port = not part.cells or not all(cell.curl.unix_socket for cell in part.cells)
            addresses: list[tuple[str, int] | str] = [own or ("127.0.0.1", 0)] if needs_port else []
            for address in [*addresses, *paths]:
                try:
                    server = Server(address, part, accepted, error_shape, log)
                except (OSError, OverflowError) as error:
                    where = address if isinstance(address, str) else f"{address[0]}:{address[1]}"
                    refused[part.id] = f"{where}: {_why_not(error, address, own, servers)}"
                    break
                stack.callback(server.server_close)
                server.origin = "" if own else f"http://127.0.0.1{'' if server.is_unix else f':{server.server_port}'}"
                servers.append(server)
            if paths:
                sockets.setdefault(part.id, paths[0])
        servers = [server for server in servers if server.backend.id not in refused]
        urls: dict[str, str] = {}
        variables: dict[str, str] = {}
        for server in reversed(servers):  # the backend's own server is the first one, and its port comes before its sockets
            backend = server.backend
            urls[backend.id] = variables[f"{backend.prefix}BASE_URL"] = server.moved(backend.base_url)
            variables |= {backend.base_url_variable(cell): server.moved(cell.base_url) for cell in backend.cells if cell.base_url}
        urls = {backend.id: urls[backend.id] for backend in backends if backend.id in urls}
        sockets = {name: path for name, path in sockets.items() if name in urls}
        variables |= {f"{backend.prefix}UNIX_SOCKET": sockets[backend.id] for backend in backends if backend.id in sockets}
        if refused and not (leave_out and servers):
            raise DemoError(refused, list(urls))
        for server in servers:
            threading.Thread(target=_serve, args=(server,), daemon=True).start()
        stack.callback(_stop, servers)
        yield Served(urls, variables, refused, sockets)


def _sockets(backend: Backend, folder: str | None) -> list[str]:
    """Return the paths of a backend's unix sockets: one in `folder` for all of them, or the catalog's own."""
    paths = [cell.curl.unix_socket for cell in backend.cells if cell.curl.unix_socket]
    if folder and paths:
        return [f"{folder}/{backend.id[:50]}.sock"]
    return list(dict.fromkeys(str(Path(path).expanduser()) for path in paths))


def _parts(backend: Backend) -> list[Backend]:
    """Return a backend as its servers have it: each with the cells whose base URL leads there, the backend's own server first."""
    own = split(backend.base_url)[:3]
    parts: dict[tuple[str, ...], Backend] = {own: replace(backend, endpoints={})}
    for cell in backend.cells:
        base_url = backend.base_url_of(cell)
        key = own if cell.curl.unix_socket else split(base_url)[:3]
        part = parts.setdefault(key, replace(backend, base_url=base_url, endpoints={}))
        parts[key] = replace(part, endpoints={**part.endpoints, cell.id: cell})
    return list(parts.values())


def _why_not(error: Exception, address: tuple[str, int] | str, own: tuple[str, int] | None, servers: Sequence[Server]) -> str:
    """Return why an address can't be listened on."""
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        if isinstance(address, str):
            return "there is a file already"
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
