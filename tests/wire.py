"""What a request says, for comparing: the recorder's bytes read, curl's own headers left out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from recorder import Recorded

CURLS_OWN = {"host", "user-agent", "content-length", "transfer-encoding", "connection"}


@dataclass(frozen=True)
class Part:
    """A part of a form; `file` is the name it was uploaded under."""

    name: str
    content: bytes
    file: str | None = None


@dataclass(frozen=True)
class Sent:
    """A request. Headers have lower-case names; `body` is bytes, or Json(…), or a list of Parts."""

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = b""


class Json:
    """JSON data: equal where a JSON reader sees no difference (true is not 1, but 1.0 is)."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Json) and _told_apart(self.value) == _told_apart(other.value)

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        return f"Json({self.value!r})"


def _told_apart(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, dict):
        return {"object": {name: _told_apart(item) for name, item in value.items()}}
    if isinstance(value, list):
        return [_told_apart(item) for item in value]
    return value if value is None or isinstance(value, (int, float)) else ["text", value]


def sent(recorded: Recorded) -> Sent:
    """The request as it is to be compared. `Accept: */*` is curl's own too."""
    headers: dict[str, str] = {}
    for name, value in recorded.headers:
        assert name.lower() not in headers, f"{name} was sent twice"
        headers[name.lower()] = value.encode("latin-1").decode().strip(" \t")  # RFC 9110, 5.5: not part of it
    kind = headers.get("content-type", "")
    body: Any = recorded.body
    if kind.startswith("multipart/form-data"):
        body = parts(recorded.body, kind)
        del headers["content-type"]
    elif re.search("[/+]json", kind):
        body = Json(json.loads(recorded.body))
    elif kind.startswith("application/x-www-form-urlencoded"):
        body = recorded.body.replace(b"%20", b"+")  # a blank is either: --data-urlencode of an older curl writes %20
    if headers.get("accept") == "*/*":
        del headers["accept"]
    if "gzip" in headers.get("accept-encoding", ""):
        headers["accept-encoding"] = "gzip"  # and what else this curl can unpack
    return Sent(recorded.method, recorded.target, {name: value for name, value in headers.items() if name not in CURLS_OWN}, body)


def parts(body: bytes, kind: str) -> list[Part]:
    """The parts of a multipart/form-data body (RFC 7578)."""
    boundary = re.search(r"boundary=([^;]+)", kind)
    assert boundary
    pieces = body.split(b"--" + boundary[1].encode())
    assert pieces[-1] == b"--\r\n"
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Part:
    head, _, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    named = re.search(r'name="((?:\\.|[^"\\])*)"(?:; filename="((?:\\.|[^"\\])*)")?', head.decode())
    assert named, head
    return Part(_unescaped(named[1]), content.removesuffix(b"\r\n"), None if named[2] is None else _unescaped(named[2]))


def _unescaped(text: str) -> str:
    """As curl writes a name: `"` became %22 (7.81 on) or \\" (before), line breaks %0D and %0A, `\\` was doubled before 7.81."""
    return re.sub(r"\\([\\\"])", r"\1", text).replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
