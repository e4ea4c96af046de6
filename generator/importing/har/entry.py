"""Make a request of an entry of a HAR file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from generator.catalog.model import TOKEN
from generator.importing import browsers
from generator.importing.curl.errors import BrokenCommand, Unsayable
from generator.importing.curl.marks import Marks
from generator.importing.curl.url import read_url
from generator.importing.har.answer import answer_of
from generator.importing.har.posted import body_of
from generator.importing.json_source import as_dict, as_list, as_text
from generator.importing.model import FoundRequest, Source, Text

# RFC 9110, 5.6.2: a method, and a header's name, is a token.

_OWN = ("connection", "keep-alive", "proxy-connection", "host", "content-length", "transfer-encoding", "te", "expect")
"""Those that curl writes itself, if they are needed, and of which nothing has to be said."""
_MEDIA = re.compile(
    r"(?:image|font|audio|video)/|text/css|(?:text|application)/(?:x-)?(?:javascript|ecmascript)|application/(?:font|wasm|x-font)"
)
_STATIC_TYPES = ("image", "font", "stylesheet", "script", "media", "texttrack", "manifest")
_STATIC_PATH = re.compile(r"\.(?:css|m?js|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|otf|eot|mp[34]|webm|wasm)$", re.IGNORECASE)


class NoRequest(Exception):
    """An entry of which no request is made."""

    def __init__(self, status: Literal["left-out", "broken"], reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass
class Dropped:
    """The headers of browsers that were left out, in all entries of a file."""

    names: dict[str, None] = field(default_factory=dict)

    def sentence(self) -> str | None:
        """Return what to say about them, once for a file."""
        names = sorted(self.names)
        if not names:
            return None
        return f"headers that browsers add are left out here and in the entries behind: {', '.join(names)}"


def request_of(entry: Any, source: Source, pages: Mapping[str, str], dropped: Dropped) -> FoundRequest:
    """Return the request of an entry; `pages` has the titles of the pages it may name. Raises NoRequest."""
    entry = as_dict(entry)
    request, response = as_dict(entry.get("request")), as_dict(entry.get("response"))
    method, url = as_text(request.get("method")).strip(), as_text(request.get("url")).strip()
    if not method or not url:
        raise NoRequest("broken", "an entry has request.method and request.url (HAR 1.2, request), which are not here")
    if not re.fullmatch(TOKEN.regex, method):
        raise NoRequest("broken", f"{method[:40]!r} is no method of HTTP")
    _check_kind(entry, method.upper(), url, request, response)
    marks = Marks()
    try:
        target = read_url(marks.marked(Text((url,))), marks)
    except BrokenCommand as error:
        raise NoRequest("broken", error.reason.replace(", which curl refuses", "")) from error
    except Unsayable as error:
        raise NoRequest("left-out", error.reason) from error
    changes: list[str] = list(target.notes)
    left_out: list[str] = []
    headers, cookies = _headers(request, dropped, left_out)
    body = body_of(as_dict(request.get("postData")), request.get("bodySize"), headers, changes, left_out)
    answer = answer_of(response, entry.get("_resourceType"), changes)
    return FoundRequest(
        source,
        method.upper() if method.islower() else method,
        base=marks.text(target.base),
        path=marks.text(target.path),
        query=tuple((marks.text(name).plain or "", marks.text(value)) for name, value in target.query),
        headers=tuple((name, Text((value,) if value else ())) for name, value in headers),
        cookies=tuple((name, Text((value,) if value else ())) for name, value in cookies),
        user=marks.text(target.user) if target.user else None,
        body=body,
        response="headers" if method.upper() == "HEAD" else answer.response,
        sample=answer.sample,
        title=as_text(entry.get("comment")).strip() or as_text(request.get("comment")).strip() or None,
        group=_group(pages.get(as_text(entry.get("pageref")), "")),
        changes=tuple(changes),
        left_out=tuple(left_out),
    )


def _check_kind(entry: Mapping[str, Any], method: str, url: str, request: Mapping[str, Any], response: Mapping[str, Any]) -> None:
    """Raise NoRequest for what is no request of an API."""
    scheme = url.partition(":")[0].lower()
    kind = as_text(entry.get("_resourceType")).lower()
    if scheme in ("ws", "wss") or kind == "websocket" or "_webSocketMessages" in entry or response.get("status") == 101:
        raise NoRequest("left-out", "a WebSocket: what goes through it is no request of HTTP")
    if scheme not in ("http", "https"):
        raise NoRequest("left-out", f"{scheme[:20]}: is an address within the browser: nothing is sent")
    if method == "CONNECT":
        raise NoRequest("left-out", "CONNECT asks a proxy for a connection: no request of an API")
    names = {as_text(as_dict(header).get("name")).lower() for header in as_list(request.get("headers"))}
    if kind == "preflight" or (method == "OPTIONS" and "access-control-request-method" in names):
        raise NoRequest("left-out", "the question that a browser asks before a request to another server (CORS): scripts do not")
    media = as_text(as_dict(response.get("content")).get("mimeType")).lower()
    destination = kind or _header_of(request, "sec-fetch-dest")
    path = re.split(r"[?#]", url)[0]
    is_static = destination in _STATIC_TYPES or _MEDIA.match(media) or (not media and _STATIC_PATH.search(path))
    if method in ("GET", "HEAD") and is_static and destination not in ("xhr", "fetch"):
        raise NoRequest("left-out", "a file of the page (a picture, a style, a script), no request of an API")
    if method == "GET" and destination == "document" and "html" in media:
        raise NoRequest("left-out", "the page itself (HTML), no request of an API")


def _header_of(request: Mapping[str, Any], name: str) -> str:
    for header in map(as_dict, as_list(request.get("headers"))):
        if as_text(header.get("name")).lower() == name:
            return as_text(header.get("value")).lower()
    return ""


def _headers(request: Mapping[str, Any], dropped: Dropped, left_out: list[str]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the headers that mean something to the server, and the cookies."""
    headers: dict[str, tuple[str, str]] = {}
    cookies: list[tuple[str, str]] = []
    for header in map(as_dict, as_list(request.get("headers"))):
        name, value = as_text(header.get("name")), as_text(header.get("value")).strip(" \t")
        lower = name.lower()
        if lower.startswith(":") or not lower:  # :authority and the like of HTTP/2 (RFC 9113, 8.3.1) say what the URL says
            continue
        if not re.fullmatch(TOKEN.regex, name) or re.search("[\r\n\x00]", value):
            left_out.append(f"the header {name[:40]!r} is left out: its name or its value is none that HTTP can send (RFC 9110, 5.5)")
        elif lower == "cookie":
            cookies += _cookies(value)
        elif browsers.adds(lower, value):
            if lower not in _OWN and not lower.startswith("access-control"):
                dropped.names[lower] = None
        elif lower in headers and headers[lower][1] != value:
            headers[lower] = (headers[lower][0], f"{headers[lower][1]}, {value}")
        else:
            headers[lower] = (name, value)
    if not cookies:
        listed = [as_dict(cookie) for cookie in as_list(request.get("cookies"))]
        cookies = [(as_text(cookie.get("name")), as_text(cookie.get("value"))) for cookie in listed]
    good = [(name, value) for name, value in cookies if re.fullmatch(TOKEN.regex, name) and not re.search("[;\x00-\x1f\x7f]", value)]
    if len(good) < len(cookies):
        left_out.append("a cookie is left out whose name or value is none that HTTP can send (RFC 6265, 4.1.1)")
    if len(dict(good)) < len(good):
        left_out.append("a cookie that stands there twice is left out once: a catalog sends the last one")
    return list(headers.values()), list(dict(good).items())


def _cookies(value: str) -> list[tuple[str, str]]:
    pairs = [pair.strip().partition("=") for pair in value.split(";") if pair.strip()]
    return [(name.strip(), content.strip()) if mark else ("", name) for name, mark, content in pairs]


def _group(title: str) -> str | None:
    """Return the title of the page that a request belongs to, if it is one and no address."""
    title = " ".join(title.split())
    return title if title and not re.match(r"https?:|about:|chrome|page_\d|[\w.-]+\.[a-z]{2,}(?:[:/]|$)", title) else None
