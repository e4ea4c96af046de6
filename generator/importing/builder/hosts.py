"""Find the servers that requests go to: each origin with the longest path that all requests to it have in common."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from generator.catalog.model import BASE_URL
from generator.importing.builder.names import IDS, ROOTS, VERSION, common, slug
from generator.importing.model import Text, Variable
from generator.importing.placeholder_host import has_placeholder, placeholder_name

LOCAL = re.compile(r"localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\]|host\.docker\.internal")
DEFAULT_PORTS = {"http": 80, "https": 443}
"""What stands in no address: with it and without it, curl sends the same (RFC 9110, 4.2.1 and 4.2.2)."""
IP = re.compile(r"\d+\.\d+\.\d+\.\d+|\[[0-9A-Fa-f:.]+\]")
ARGUMENT = re.compile(r"argument_\d+|arg\d*|item|line")
"""Names of variables that say nothing of the server whose address they hold: the arguments of a function, the items of a loop."""
URL_WORDS = re.compile(r"(^|_)(BASE|API|URL|URI|HOST|HOSTNAME|ENDPOINT|SERVER|ADDRESS|ADDR|ROOT|PORT|DOMAIN|YOUR|MY|THE)(?=_|$)")


class NoAddress(ValueError):
    """An address that cannot be a backend's; the message says why, and what to do."""


@dataclass(frozen=True)
class Address:
    """Where a request goes: the origin, such as http://localhost:8080; the path that the source's base has; what was put in, in words."""

    origin: str
    path: str = ""
    change: str | None = None
    name: str | None = None
    """What the source calls the server: the name of the variable that holds its address."""


def address_of(base: Text) -> Address:
    """Return where a base leads. A place that the source leaves open is filled: with its default, else with a host that is none.

    Raises NoAddress.
    """
    open_places = [part for part in base.parts if isinstance(part, Variable)]
    written = "".join(_written(part) for part in base.parts)
    match = re.fullmatch(
        r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?P<host>\[[^\]]*\]|[^/:]*)(?::(?P<port>[^/]*))?(?P<path>/.*)?", written, re.DOTALL
    )
    if not match:
        raise NoAddress(f"the address {written} is none that a catalog can have: write http:// or https://, a host and perhaps a port")
    scheme, host, port, path = (match[name] or "" for name in ("scheme", "host", "port", "path"))
    scheme = scheme.lower() or "http"
    if scheme not in ("http", "https"):
        raise NoAddress(f"{scheme}: is not HTTP: a catalog has http:// and https:// only")
    empty = [place for place in open_places if place.default is None]
    if empty and host in {_stand_in(place) for place in empty}:
        host = "localhost" if port and scheme == "http" else f"{host}.example"
    if port and not port.isdigit():
        port = ""
    stand_in = None if open_places else placeholder_name(host)
    if stand_in is not None:
        meant, host = host, "localhost" if port and scheme == "http" else f"{stand_in or 'server'}.example"
    is_default = not port or int(port) == DEFAULT_PORTS[scheme]
    origin = f"{scheme}://{_ascii(host).lower()}" + ("" if is_default else f":{int(port)}")
    path = path.rstrip("/")
    if not host or not re.fullmatch(BASE_URL.regex, origin + path):
        raise NoAddress(f"the address {origin}{path} is none that a catalog can have: it must be {BASE_URL.words}")
    change = None
    name = None
    if stand_in is not None:
        change = f"the host {meant} is a placeholder: {origin}{path} stands in its place; write your own there, or set …_BASE_URL"
        name = slug(stand_in) or None
    elif not open_places and has_placeholder(host):
        change = f"a part of the host {host} is a placeholder: write your own there, or set …_BASE_URL"
    if open_places:
        named = ", ".join(place.name for place in open_places)
        change = f"the address is open in the source ({named}): {origin}{path} stands in its place, and the variable …_BASE_URL changes it"
        said = [slug(URL_WORDS.sub("", place.name.upper())) for place in open_places if not ARGUMENT.fullmatch(place.name)]
        name = next((made for made in said if made), None)
    return Address(origin, path, change, name)


def _written(part: str | Variable) -> str:
    if isinstance(part, str):
        return part
    return part.default if part.default is not None else _stand_in(part)


def _stand_in(place: Variable) -> str:
    """Return a word for a place that is open, as it can stand in a host."""
    if ARGUMENT.fullmatch(place.name):
        return "server"
    return slug(URL_WORDS.sub(r"", place.name.upper())) or slug(place.name) or "host"


def _ascii(host: str) -> str:
    """Return a host as it is asked for: names beyond ASCII in the form of IDNA."""
    try:
        return host.encode("ascii").decode()
    except UnicodeEncodeError:
        pass
    try:
        return host.encode("idna").decode()
    except UnicodeError as error:
        raise NoAddress(f"the host {host} is none that can be asked for: {error}") from error


def with_one_loopback(addresses: Mapping[int, Address]) -> dict[int, Address]:
    """Return addresses in which each port of the own machine has one name: localhost and 127.0.0.1 are one server.

    The first spelling stays; where another one was, the address says so.
    """
    spelt: dict[tuple[str, str], str] = {}
    made: dict[int, Address] = {}
    for number, address in addresses.items():
        match = re.fullmatch(r"(https?)://(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])((?::\d+)?)", address.origin)
        origin = spelt.setdefault((match[1], match[3]), address.origin) if match else address.origin
        if origin == address.origin:
            made[number] = address
        else:
            change = f"{address.origin} is the same server as {origin}, which stands in its place"
            made[number] = replace(address, origin=origin, change=f"{address.change}; {change}" if address.change else change)
    return made


def split_base(paths: Sequence[str], given: Sequence[str]) -> str:
    """Return the path of a backend's base URL: the longest one that all paths have in common, less what is no address of an API.

    `given` are the base paths that the source itself says, one for each path: they are taken as they are.
    """
    if given[0] and len(set(given)) == 1:
        return given[0]
    distinct = sorted({_shape(path) for path in paths})
    segments = [path.split("/")[1:] for path in distinct]
    shared = common([items[:-1] for items in segments])
    shared = shared[: next((position for position, item in enumerate(shared) if "{" in item or item == ""), len(shared))]
    roots = [position for position, item in enumerate(shared) if ROOTS.fullmatch(item) or VERSION.fullmatch(item)]
    if roots:
        end = roots[-1] + 1
        shared = shared[: end + 1] if re.fullmatch(r"[0-9]{1,2}(\.[0-9]+)?", "".join(shared[end : end + 1])) else shared[:end]
    elif len(distinct) == 1:
        shared = []
    else:
        ids = [position for position, item in enumerate(shared) if IDS.fullmatch(item)]
        behind = [items[len(shared)] for items in segments]
        if any(item == "{}" or IDS.fullmatch(item) for item in behind):
            ids.append(len(shared))  # what the ids are of is no address either
        shared = shared[: max(ids[0] - 1, 0)] if ids else shared
    base = "".join(f"/{segment}" for segment in shared)
    return base if re.fullmatch(BASE_URL.regex, f"http://x{base}") else ""


def _shape(path: str) -> str:
    return re.sub(r"\{[^{}]*\}", "{}", path)


def relative(path: str, base: str) -> str:
    """Return a path as it stands behind the path of the base URL."""
    if not base:
        return path
    if path.startswith(f"{base}/"):
        return path[len(base) :]
    return path  # cannot be: a base is what all paths start with
