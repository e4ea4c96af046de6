"""Read a URL as curl does: lists and ranges in it, the scheme that is missing, the path and the query."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from generator.importing.curl.errors import BrokenCommand, Unsayable
from generator.importing.curl.marks import MARK, Marks
from generator.importing.model import Variable

MOST_URLS = 100
"""How many requests one URL with lists and ranges may stand for."""

_PLACEHOLDER = re.compile(
    r"\{\{ *(?P<double>[A-Za-z_\u4e00-\u9fff][\w .-]*?) *\}\}|\$?\{(?P<single>[A-Za-z_\u4e00-\u9fff][\w.-]*)\}"
    r"|<(?P<angle>[A-Za-z_\u4e00-\u9fff][\w .:/|-]*)>"
)
_SQUARE = re.compile(r"\[(?![A-Za-z]-[A-Za-z][\]:])(?P<name>[A-Z][A-Z0-9_ -]*[A-Z0-9])\]")
"""`[INDEX-NAME]`, which curl takes for a range, and refuses: no host is called so, and no range is."""
_SEGMENT = re.compile(r"(?<=/):(?P<name>[A-Za-z_]\w*)(?=[/?#]|\Z)")
_CAPITALS = re.compile(
    r"(?<=/)(?!YOUR_)(?P<name>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:NAME|ID|UUID|SLUG|KEY|NUMBER|CODE|TAG|FILE|DATE|HASH))(?=[/?#]|\Z)"
)
"""A segment such as QUEUE_NAME, which says what is to stand there; a word alone, such as STATUS, may be the API's own."""

_LIST = re.compile(r"\{([^{}\[\]]*)\}")
_RANGE = re.compile(r"\[(?:(?P<first>\d+)-(?P<last>\d+)|(?P<from>[A-Za-z])-(?P<to>[A-Za-z]))(?::(?P<step>\d+))?\]")
_IPV6 = re.compile(r"\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%[\w.-]+)?\]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):/{1,3}")
_GUESSED = re.compile(r"(ftp|dict|ldap|imap|smtp|pop3)\.", re.IGNORECASE)
_HOST_NAME = re.compile(r"host|ip$|^ip|addr|domain|server|node", re.IGNORECASE)


@dataclass(frozen=True)
class ReadUrl:
    """A URL's parts, as marked strings."""

    base: str
    path: str
    query: tuple[tuple[str, str], ...]
    user: str | None = None
    notes: tuple[str, ...] = ()


def with_placeholders(url: str, marks: Marks) -> str:
    """Return a URL in which `{id}`, `{{id}}`, `<id>`, `[ID]` and the segments `:id` and `USER_ID` are variables."""

    def variable(match: re.Match[str]) -> str:
        name = match["double"] or match["single"] or match["angle"]
        return marks.mark(Variable(name.strip()))

    scheme = _SCHEME.match(url)
    start = scheme.end() if scheme else 0
    marked = _PLACEHOLDER.sub(variable, url)
    marked = _SQUARE.sub(lambda match: marks.mark(Variable(re.sub("[ -]", "_", match["name"]))), marked)
    path_start = marked.find("/", start)
    if path_start < 0:
        return marked
    path, mark, rest = marked[path_start:].partition("?")
    for pattern in (_SEGMENT, _CAPITALS):
        path = pattern.sub(lambda match: marks.mark(Variable(match["name"])), path)
    return marked[:path_start] + path + mark + rest


def in_square_brackets(url: str) -> list[str]:
    """Return the placeholders of a URL, such as `[INDEX-NAME]`, that curl would refuse."""
    return list(dict.fromkeys(match[0] for match in _SQUARE.finditer(url)))


def urls_of(url: str, changes: list[str]) -> list[str]:
    """Return the URLs that curl's lists `{a,b}` and ranges `[1-3]` make of one (curl(1), GLOBBING).

    `changes` is told where curl takes braces away that may be meant to be sent.
    """
    urls = [""]
    position = 0
    while position < len(url):
        character = url[position]
        if character == "\\" and url[position + 1 : position + 2] in ("{", "}", "[", "]"):
            urls = [one + url[position + 1] for one in urls]
            position += 2
            continue
        if character == "[" and (literal := _IPV6.match(url, position) or re.compile(r"\[\]").match(url, position)):
            urls = [one + literal[0] for one in urls]
            position = literal.end()
            continue
        if character in "{[":
            match = (_LIST if character == "{" else _RANGE).match(url, position)
            if not match:
                raise BrokenCommand(
                    f"curl takes {url[position : position + 20]} in the URL for a list or a range: add -g, which stops that"
                )
            values = match[1].split(",") if character == "{" else _range(match)
            if len(values) == 1:
                changes.append(f"curl takes the braces of {match[0][:40]} in the URL for a list of one, and away: add -g to keep them")
            if len(urls) * len(values) > MOST_URLS:
                raise Unsayable(f"the URL stands for more than {MOST_URLS} requests: write one of them")
            urls = [one + value for one in urls for value in values]
            position = match.end()
            continue
        if character in "}]":
            raise BrokenCommand(f"curl takes the {character} in the URL for the end of a list or a range: add -g, which stops that")
        urls = [one + character for one in urls]
        position += 1
    return urls


def _range(match: re.Match[str]) -> list[str]:
    step = int(match["step"] or 1)
    letters = match["from"] is not None
    first, last = (ord(match["from"]), ord(match["to"])) if letters else (int(match["first"]), int(match["last"]))
    if first > last or step < 1 or (first != last and step > last - first):
        raise BrokenCommand(f"{match[0]} in the URL is no range that curl reads")
    if (last - first) // step >= MOST_URLS:
        raise Unsayable(f"the URL stands for more than {MOST_URLS} requests: write one of them")
    if letters:
        return [chr(number) for number in range(first, last + 1, step)]
    width = len(match["first"]) if match["first"].startswith("0") else 0
    return [f"{number:0{width}d}" for number in range(first, last + 1, step)]


def read_url(url: str, marks: Marks, *, default_scheme: str = "http", as_is: bool = False) -> ReadUrl:
    """Take a URL apart. Raises BrokenCommand where curl refuses it, Unsayable where it is no URL of HTTP."""
    if not url:
        raise BrokenCommand("the URL is empty")
    if match := re.search("[\x00-\x20\x7f]", url):
        what = "a blank" if match[0] == " " else f"a control character (U+{ord(match[0]):04X})"
        raise BrokenCommand(f"{what} stands in the URL {_short(marks.shown(url))}, which curl refuses: write %{ord(match[0]):02X}")
    url = url.partition("#")[0]
    scheme, rest = _scheme(url, default_scheme, marks)
    address, query_text = _cut(rest, "?")
    authority, path = _authority(address, marks)
    user, _, host = authority.rpartition("@")
    if not host and scheme:
        raise BrokenCommand(f"the URL {_short(marks.shown(url))} names no host")
    _check_host(host, url, marks)
    path = path or "/"
    return ReadUrl(
        base=f"{scheme}://{host}" if scheme else host,
        path=path if as_is else without_dots(path),
        query=pairs(query_text) if query_text is not None else (),
        user=_decoded(user) if user else None,
        notes=_notes(query_text),
    )


def _scheme(url: str, default: str, marks: Marks) -> tuple[str, str]:
    """Return scheme and rest; without a scheme if a variable stands in its place."""
    if match := _SCHEME.match(url):
        scheme = match[1].lower()
        if scheme not in ("http", "https"):
            raise Unsayable(f"{scheme}:// is not HTTP, and a catalog describes HTTP alone")
        return scheme, url[match.end() :]
    if match := re.match(rf"({MARK})://", url):
        return match[1], url[match.end() :]
    if _GUESSED.match(url):
        raise Unsayable(f"curl reads {marks.shown(url)[:40]} as an address of {url[:4].rstrip('.')}, and a catalog describes HTTP alone")
    if match := re.match(rf"({MARK})(?=[/?]|\Z|{MARK})", url):
        variable = marks.variable(match[1])
        stands_for_host = variable is not None and _HOST_NAME.search(variable.name) and "url" not in variable.name.lower()
        if not stands_for_host or (variable is not None and "://" in (variable.default or "")):
            return "", url
    return default, url


def _authority(address: str, marks: Marks) -> tuple[str, str]:
    """Cut an address into host and path; a variable behind a port starts the path."""
    authority, slash, path = address.partition("/")
    path = slash + path
    if match := re.match(rf"(.*:\d+)({MARK}.*)", authority):
        return match[1], match[2] + path
    if match := re.match(rf"({MARK})({MARK}.*)", authority):
        return match[1], match[2] + path
    return authority, path


def _check_host(host: str, url: str, marks: Marks) -> None:
    name, port = host, ""
    if match := re.match(r"(.*):([^:\]]*)\Z", host):
        name, port = match[1], match[2]
    if port and not re.fullmatch(rf"(\d|{MARK})+", port):
        raise BrokenCommand(f"the URL {_short(marks.shown(url))} has {_short(marks.shown(port))} in the place of a port")
    if port.isdigit() and int(port) > 65535:
        raise BrokenCommand(f"the URL {_short(marks.shown(url))} has a port beyond 65535")
    if match := re.search(r"[\"'<>{}|\\^`,;()!$&*+=%\[\]]", name if not name.startswith("[") else ""):
        raise BrokenCommand(f"the host of the URL {_short(marks.shown(url))} holds a {match[0]}")


def _cut(text: str, sign: str) -> tuple[str, str | None]:
    before, found, behind = text.partition(sign)
    return before, behind if found else None


def without_dots(path: str) -> str:
    """Return a path without `.` and `..` segments (RFC 3986, 5.2.4), which curl resolves unless --path-as-is is given."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for number, segment in enumerate(segments):
        last = number == len(segments) - 1
        if segment == "..":
            kept = kept[:-1]
        if segment not in (".", ".."):
            kept.append(segment)
        elif last:
            kept.append("")
    return "/" + "/".join(kept)


def pairs(query: str) -> tuple[tuple[str, str], ...]:
    """Return the names and values of a query, decoded; `+` is a blank (WHATWG URL, 5.1)."""
    return tuple(_pair(piece) for piece in query.split("&") if piece)


def _pair(piece: str) -> tuple[str, str]:
    name, _, value = piece.partition("=")
    return _decoded(name.replace("+", " ")), _decoded(value.replace("+", " "))


def _notes(query: str | None) -> tuple[str, ...]:
    if not query:
        return ()
    bare = [piece for piece in query.split("&") if piece and "=" not in piece]
    return tuple(f"?{piece} is sent with a = behind it: {piece}=" for piece in bare[:3])


def _decoded(text: str) -> str:
    """Return a percent-encoded text decoded. Raises Unsayable if it is not UTF-8."""
    if "%" not in text:
        return text
    try:
        decoded = unquote_to_bytes(text.encode("utf-8", "surrogatepass")).decode("utf-8")
    except UnicodeDecodeError:
        raise Unsayable(f"{_short(text)} in the URL is not UTF-8, and a catalog holds text") from None
    return decoded


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
