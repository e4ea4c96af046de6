"""Where a document says that its requests go."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from generator.catalog.model import BASE_URL
from generator.importing.openapi.document import Document
from generator.importing.openapi.values import Notes, as_dict, as_list, as_text, scalar_text
from generator.importing.secrets.names import is_secret_variable

NO_HOST = "http://localhost"
"""The base URL of a document that names no host."""

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


def servers_of(document: Document) -> list[Any]:
    """Return the servers that a document names, as OpenAPI 3 writes them."""
    if not document.is_swagger:
        return as_list(document.root.get("servers"))
    host = as_text(document.root.get("host")).strip().rstrip("/")
    path = as_text(document.root.get("basePath")).strip()
    if path and not path.startswith("/"):
        path = f"/{path}"
    schemes = [scheme for scheme in as_list(document.root.get("schemes")) if isinstance(scheme, str)] or ["https"]
    if not host:
        return [{"url": path or "/"}]
    host = host.rpartition("://")[2]
    in_order = sorted(schemes, key=lambda scheme: ("https", "http").index(scheme) if scheme in ("https", "http") else 2)
    return [{"url": f"{scheme}://{host}{path}"} for scheme in in_order]


def base_of(document: Document, servers: list[Any], notes: Notes) -> str | None:
    """Return the base URL of the first server that speaks HTTP; None if there is none, which is said."""
    found: list[str] = []
    without_host: list[str] = []
    others: list[str] = []
    for server in servers or [{"url": "/"}]:
        url = _address(as_dict(document.resolve(server, notes)), notes)
        scheme = _SCHEME.match(url)
        if scheme and scheme[1].lower() not in ("http", "https"):
            others.append(url)
        elif scheme or url.startswith("//"):
            found.append(url)
        else:
            without_host.append(url)
    found += without_host
    if not found:
        notes.leave_out(f"{others[0]} is no address of HTTP's: curl sends it no such request")
        return None
    if len(dict.fromkeys(found)) > 1 and not document.is_swagger:
        notes.change(f"of the document's servers, the first: the others are {', '.join(dict.fromkeys(found[1:6]))}")
    return _base_url(found[0], notes)


def _address(server: dict[str, Any], notes: Notes) -> str:
    """Return the address of a server, with the defaults of its variables."""
    variables = as_dict(server.get("variables"))

    def replaced(match: re.Match[str]) -> str:
        variable = as_dict(variables.get(match[1]))
        first = next(iter(as_list(variable.get("enum"))), None)
        value = scalar_text(variable.get("default")) or scalar_text(first)
        if is_secret_variable(match[1]):
            notes.change(f"{{{match[1]}}} in the server's address is a secret: it is {match[1]} now, and the base URL has to be changed")
            return match[1]
        if value is None:
            notes.change(f"{{{match[1]}}} in the server's address has no default: it is {match[1]} now, and the base URL has to be changed")
            return match[1]
        return value

    return _VARIABLE.sub(replaced, as_text(server.get("url"))).strip()


def _base_url(url: str, notes: Notes) -> str:
    """Return an address as a catalog's base URL."""
    written = url
    if url.startswith("//"):
        url = f"https:{url}"
    if not _SCHEME.match(url) and re.match(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?(/|$)", url):
        url = f"https://{url}"
        notes.change(f"the server {written} names no scheme: https")
    elif not _SCHEME.match(url):
        path = "/" + re.sub(r"^[./]+", "", url)
        url = f"{NO_HOST}{path}"
        notes.change(f"the document names no host (its server is {written or '/'}): the base URL is {url.rstrip('/')}, to be changed")
    scheme, _, rest = url.partition("://")
    rest = re.split(r"[?#]", rest, maxsplit=1)[0]
    host, slash, path = rest.partition("/")
    if "@" in host:
        host = host.rpartition("@")[2]
        notes.leave_out("user and password in the server's address: send them as a key (scheme: basic)")
    path = quote(path, safe="/-._~!$&'()*+,;=:@%")
    base = f"{scheme.lower()}://{host}{slash}{path}".rstrip("/")
    if not re.fullmatch(BASE_URL.regex, base) or any(segment in (".", "..") for segment in base.split("/")[3:]):
        notes.change(f"the server's address is none that curl could ask: the base URL is {NO_HOST}, to be changed")
        return NO_HOST
    return base
