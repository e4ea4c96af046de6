"""Collect what the options of a curl command ask for, between one --next and the other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from generator.importing.curl.errors import BrokenCommand, Unsayable
from generator.importing.curl.form import ReadPart, form_part, form_string
from generator.importing.curl.marks import has_mark
from generator.importing.curl.options import Given
from generator.importing.curl.unsaid import SHOWS, what_is_left_out
from generator.importing.curl.url import MOST_URLS


@dataclass
class Target:
    """A URL, with the file that is sent to it and the one that is made of its answer."""

    url: str | None = None
    upload: str | None = None
    output: str | None = None


@dataclass(frozen=True)
class Data:
    """A piece of a body or a query, as an option gives it."""

    option: str
    value: str
    written: str = ""
    """The option as the command has it."""


@dataclass
class Transfer:
    """What is asked for; all texts are marked."""

    targets: list[Target] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)
    """How many of the targets have a URL, an upload, an output."""
    method: str | None = None
    head: bool = False
    get: bool = False
    data: list[Data] = field(default_factory=list)
    form: list[ReadPart] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    cookie_file: str | None = None
    cookie_jar: str | None = None
    user: str | None = None
    bearer: str | None = None
    agent: str | None = None
    referer: str | None = None
    range: str | None = None
    url_query: list[str] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    """As a catalog's `curl:` names them."""
    unbuffered: bool = False
    glob: bool = True
    path_as_is: bool = False
    default_scheme: str = "http"
    shows: list[str] = field(default_factory=list)
    """The options that show more of the transfer than scripts do."""
    changes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def json(self) -> bool:
        """Return whether --json is given."""
        return any(data.option == "json" for data in self.data)


def transfers(found: Iterator[Given]) -> list[Transfer]:
    """Return what a command asks for. Raises BrokenCommand where curl refuses it, Unsayable where a catalog could not send it."""
    result = [Transfer()]
    for given in found:
        if given.written == "-P" and given.value in ("OST", "UT", "ATCH"):
            raise BrokenCommand(f"-P{given.value} gives curl the option -P, of FTP: did you mean -X P{given.value}?")
        if given.name == "next":
            result.append(Transfer())
            continue
        _Taker(result[-1]).take(given)
    for transfer in result:
        _check(transfer)
    return result


def _check(transfer: Transfer) -> None:
    ways = [
        *(["-d"] if transfer.data and not transfer.get else []),
        *(["-F"] if transfer.form else []),
        *(["-I"] if transfer.head else []),
    ]
    if len(ways) > 1:
        raise BrokenCommand(f"{' and '.join(ways)} ask for two methods at once, which curl refuses")
    uploads = any(target.upload is not None for target in transfer.targets)
    if uploads and (transfer.data or transfer.form):
        raise Unsayable("-T and another body are given, and curl sends one of them only: take one of them out")


class _Taker:
    """Puts options into a transfer."""

    def __init__(self, transfer: Transfer) -> None:
        self.transfer = transfer

    def take(self, given: Given) -> None:
        """Put one option into the transfer."""
        if given.note:
            self.transfer.changes.append(given.note)
        if given.on and given.name in SHOWS:
            self.transfer.shows.append(SHOWS[given.name])
        taker = _TAKERS.get(given.name)
        if taker is not None:
            taker(self, given)
        elif sentence := what_is_left_out(given):
            self.transfer.left_out.append(sentence)

    def _buffer(self, given: Given) -> None:
        self.transfer.unbuffered = given.written == "-N" or not given.on

    def _url(self, given: Given) -> None:
        if given.written == "--url" and given.value.startswith("@"):
            raise Unsayable("--url @FILE reads URLs from a file, which is not here: write them into the command")
        self._target("url").url = given.value

    def _target(self, lacks: str) -> Target:
        """Return the first target that still lacks something: options and URLs meet in their order."""
        number = self.transfer.taken[lacks]
        self.transfer.taken[lacks] += 1
        if number == len(self.transfer.targets):
            self.transfer.targets.append(Target())
        if number >= MOST_URLS:
            raise Unsayable(f"it sends more than {MOST_URLS} requests: write one of them")
        return self.transfer.targets[number]

    def _upload_file(self, given: Given) -> None:
        self._target("upload").upload = given.value

    def _output(self, given: Given) -> None:
        self._target("output").output = given.value

    def _remote_name(self, given: Given) -> None:
        if given.on:
            self._target("output").output = ""

    def _request(self, given: Given) -> None:
        self.transfer.method = given.value

    def _head(self, given: Given) -> None:
        self.transfer.head = given.on

    def _get(self, given: Given) -> None:
        self.transfer.get = given.on

    def _data(self, given: Given) -> None:
        self.transfer.data.append(Data(given.name, given.value, given.written))

    def _form(self, given: Given) -> None:
        self.transfer.form.append(form_part(given.value))

    def _form_string(self, given: Given) -> None:
        self.transfer.form.append(form_string(given.value))

    def _form_escape(self, given: Given) -> None:
        if given.on:
            self.transfer.left_out.append("--form-escape is left out: names of parts and files are sent as curl does without it")

    def _header(self, given: Given) -> None:
        self.transfer.headers.append(given.value)

    def _cookie(self, given: Given) -> None:
        if "=" in given.value or has_mark(given.value):
            self.transfer.cookies.append(given.value)
        elif given.value:
            self.transfer.cookie_file = given.value

    def _cookie_jar(self, given: Given) -> None:
        self.transfer.cookie_jar = given.value

    def _dump_header(self, given: Given) -> None:
        """Take a file of headers as a cookie jar, if it is called one: curl's -b reads cookies from either (curl(1), --cookie)."""
        name = given.value.rpartition("/")[2]
        if "cookie" in name.lower() and self.transfer.cookie_jar is None:
            self.transfer.cookie_jar = given.value
        else:
            self.transfer.left_out.append(str(what_is_left_out(given)))

    def _junk_session_cookies(self, given: Given) -> None:
        self.transfer.left_out.append(f"{given.written} is left out: a jar keeps all cookies")

    def _user(self, given: Given) -> None:
        self.transfer.user = given.value

    def _oauth2_bearer(self, given: Given) -> None:
        self.transfer.bearer = given.value

    def _user_agent(self, given: Given) -> None:
        self.transfer.agent = given.value

    def _referer(self, given: Given) -> None:
        referer, semicolon, _ = given.value.partition(";auto")
        if semicolon:
            self.transfer.left_out.append("-e ;auto is left out: a redirect is followed without a new Referer")
        self.transfer.referer = referer or None

    def _range(self, given: Given) -> None:
        self.transfer.range = given.value if "-" in given.value else f"{given.value}-"

    def _url_query(self, given: Given) -> None:
        self.transfer.url_query.append(given.value)

    def _globoff(self, given: Given) -> None:
        self.transfer.glob = not given.on

    def _path_as_is(self, given: Given) -> None:
        self.transfer.path_as_is = given.on

    def _proto_default(self, given: Given) -> None:
        self.transfer.default_scheme = given.value.lower()

    def _switch(self, given: Given) -> None:
        """Take a setting that is on or off, and is called in a catalog as in curl."""
        if given.on:
            self.transfer.settings[given.name] = True
        else:
            self.transfer.settings.pop(given.name, None)

    def _http2(self, given: Given) -> None:
        self.transfer.settings["http2"] = True
        if given.name != "http2":
            self.transfer.changes.append(f"{given.written} becomes http2, which is asked for before it is used")

    def _location_trusted(self, given: Given) -> None:
        if given.on:
            self.transfer.settings["location"] = True
            self.transfer.left_out.append(f"{given.written} becomes location, which sends the key to its own host only")

    def _setting(self, given: Given) -> None:
        """Take a setting with a text."""
        if has_mark(given.value):
            self.transfer.left_out.append(f"{given.written} is left out: a variable stands in it: write the value under curl: {given.name}")
            return
        self.transfer.settings[given.name] = given.value

    def _cert(self, given: Given) -> None:
        path, passphrase = _certificate(given.value)
        if passphrase:
            what = "it is a secret: use a key without one, or a curl config file (…_CURLRC)"
            self.transfer.left_out.append(f"the passphrase behind {given.written} is left out: {what}")
        self._setting(Given(given.name, path, written=given.written))

    def _retry(self, given: Given) -> None:
        if given.value.isdigit() and int(given.value) < 1000:
            self.transfer.settings["retry"] = int(given.value)
        else:
            self.transfer.left_out.append(f"{given.written} is left out: its number is not known here: write it under curl: retry")

    def _max_time(self, given: Given) -> None:
        if re.fullmatch(r"\d{1,9}(\.\d{1,3})?", given.value):
            seconds = float(given.value)
            self.transfer.settings["max-time"] = int(seconds) if seconds.is_integer() else seconds
        else:
            self.transfer.left_out.append(f"{given.written} is left out: its number is not known here: write it under curl: max-time")


_TAKERS: dict[str, Callable[[_Taker, Given], None]] = {
    "aws-sigv4": _Taker._setting,
    "cacert": _Taker._setting,
    "cert": _Taker._cert,
    "compressed": _Taker._switch,
    "cookie": _Taker._cookie,
    "cookie-jar": _Taker._cookie_jar,
    "data": _Taker._data,
    "dump-header": _Taker._dump_header,
    "data-ascii": _Taker._data,
    "data-binary": _Taker._data,
    "data-raw": _Taker._data,
    "data-urlencode": _Taker._data,
    "form": _Taker._form,
    "form-escape": _Taker._form_escape,
    "form-string": _Taker._form_string,
    "buffer": _Taker._buffer,
    "get": _Taker._get,
    "globoff": _Taker._globoff,
    "head": _Taker._head,
    "header": _Taker._header,
    "http2": _Taker._http2,
    "http2-prior-knowledge": _Taker._http2,
    "insecure": _Taker._switch,
    "json": _Taker._data,
    "junk-session-cookies": _Taker._junk_session_cookies,
    "key": _Taker._setting,
    "location": _Taker._switch,
    "location-trusted": _Taker._location_trusted,
    "max-time": _Taker._max_time,
    "oauth2-bearer": _Taker._oauth2_bearer,
    "output": _Taker._output,
    "path-as-is": _Taker._path_as_is,
    "proto-default": _Taker._proto_default,
    "range": _Taker._range,
    "referer": _Taker._referer,
    "remote-name": _Taker._remote_name,
    "request": _Taker._request,
    "retry": _Taker._retry,
    "unix-socket": _Taker._setting,
    "upload-file": _Taker._upload_file,
    "url": _Taker._url,
    "url-query": _Taker._url_query,
    "user": _Taker._user,
    "user-agent": _Taker._user_agent,
}


def _certificate(value: str) -> tuple[str, str]:
    """Cut what --cert says into the path and the passphrase behind a `:`; a backslash quotes it (src/tool_getparam.c)."""
    match = re.fullmatch(r"((?:\\.|[^\\:])*)(?::(.*))?", value, re.DOTALL)
    if not match or value.startswith("pkcs11:"):
        return value, ""
    return re.sub(r"\\([\\:])", r"\1", match[1]), match[2] or ""
