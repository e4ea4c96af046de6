"""Make the requests that a curl command sends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from generator.catalog.model import TOKEN
from generator.importing.curl.answer import asks_for_stream, response_of, unbuffered_response, with_output
from generator.importing.curl.errors import BrokenCommand, Unsayable
from generator.importing.curl.headers import HeaderReader
from generator.importing.curl.marks import Marks, has_mark
from generator.importing.curl.payload import Inputs, PayloadReader
from generator.importing.curl.quoted import tell_quoted, with_quoted_key
from generator.importing.curl.transfer import Data, Target, Transfer
from generator.importing.curl.url import ReadUrl, in_square_brackets, pairs, read_url, urls_of, with_placeholders
from generator.importing.model import FoundRequest, Source

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT")
_METHOD_AS_URL = re.compile("X?(GET|POST|PUT|PATCH|DELETE|HEAD)")
"""What stands where a `-X` or its dash was forgotten."""


class RequestMaker:
    """Makes requests of one command's transfers."""

    def __init__(self, marks: Marks, inputs: Inputs, saved: str | None = None) -> None:
        """Take the command's variables and inputs; `saved` is the file to which the shell writes its answers, if it does."""
        self.marks = marks
        self.inputs = inputs
        self.saved = saved

    def requests(self, transfer: Transfer, source: Source) -> Iterator[FoundRequest]:
        """Yield the requests of a transfer: one for each URL, and for each that lists and ranges make of it.

        Raises BrokenCommand where curl refuses it, Unsayable where a catalog cannot say it.
        """
        targets = [target for target in transfer.targets if target.url is not None]
        if not targets:
            raise BrokenCommand("no URL")
        for target in targets:
            if match := _METHOD_AS_URL.fullmatch(target.url or ""):
                raise BrokenCommand(f"{target.url} is taken for an address: write -X {match[1]}")
            changes: list[str] = []
            if refused := in_square_brackets(target.url or ""):
                changes.append(f"{', '.join(refused)} in the URL: curl takes it for a range, and refuses it: read as a placeholder")
            url = with_placeholders(target.url or "", self.marks)
            tell_quoted(url, changes)
            for one in urls_of(url, changes) if transfer.glob else [url]:
                request = self._request(transfer, with_output(replace(target, url=one), self.saved), source)
                yield replace(request, changes=(*changes, *request.changes))

    def _request(self, transfer: Transfer, target: Target, source: Source) -> FoundRequest:
        text = self.marks.text
        changes, left_out = list(transfer.changes), list(transfer.left_out)
        url = read_url(target.url or "", self.marks, default_scheme=transfer.default_scheme, as_is=transfer.path_as_is)
        changes += url.notes
        headers = HeaderReader(self.marks, changes, left_out, self.inputs.contents)
        headers.read(transfer)
        payload = PayloadReader(headers, self.inputs)
        body = payload.body(transfer, target)
        method = self._method(transfer, target, changes)
        if transfer.range and body:
            raise Unsayable("-r with a body is a Content-Range, which curl fills in: a catalog sends whole bodies")
        if method == "HEAD" and body:
            raise Unsayable("HEAD with a body, which a catalog does not send: take one of them out")
        query = self._query(transfer, url, payload, left_out)
        cookies = headers.cookies(transfer)
        user = transfer.user if transfer.user is not None else url.user
        settings = self._settings(transfer, user, changes, left_out)
        response = response_of(target, method, headers.get("accept") or "", body)
        if transfer.unbuffered and response is None and not asks_for_stream(body) and ("alt", "sse") not in query:
            response = unbuffered_response(url.path, changes)
        path = _with_upload(url.path, target)
        if path != url.path:
            name = self.marks.shown(path.rpartition("/")[2])
            changes.append(f"curl adds {name} to the address, and the path has it: a file of another name is sent under this one, too")
        return FoundRequest(
            source=source,
            method=method,
            base=text(url.base),
            path=text(path),
            query=tuple((name, text(value)) for name, value in query),
            headers=tuple((name, text(value)) for name, value in headers.headers),
            cookies=tuple((name, text(value)) for name, value in cookies),
            user=None if user is None else text(headers.with_placeholders(with_quoted_key(user, self.marks, changes))),
            body=body,
            curl=settings,
            parameters=payload.parameters(body),
            response=response,
            save_as=_file_name(target) if response == "file" else None,
            shows=tuple(dict.fromkeys(transfer.shows)),
            changes=tuple(dict.fromkeys(changes)),
            left_out=tuple(dict.fromkeys(left_out)),
        )

    def _method(self, transfer: Transfer, target: Target, changes: list[str]) -> str:
        """Return the method that curl picks, or the one of -X."""
        if transfer.method is None:
            return _method_of_curl(transfer, target)
        method = transfer.method
        if has_mark(method):
            raise Unsayable(f"-X {self.marks.shown(method)}: a method is no parameter of a catalog: write it out")
        if not re.fullmatch(TOKEN.regex, method):
            raise BrokenCommand(f"-X {method[:40]!r} is no method")
        if method != method.upper() and method.upper() not in _METHODS:
            raise Unsayable(f"-X {method}: a catalog has methods in capitals only")
        if method != method.upper():
            changes.append(f"-X {method} is written in capitals: methods are told apart by case (RFC 9110, 9.1)")
        return method.upper()

    def _query(self, transfer: Transfer, url: ReadUrl, payload: PayloadReader, left_out: list[str]) -> list[tuple[str, str]]:
        """Return the query of the URL, then what -G or --url-query adds."""
        added: list[tuple[str, str]] = []
        if transfer.get and transfer.data:
            text = payload.joined(transfer.data)
            if re.search("[\x00-\x20\x7f]", text):
                raise BrokenCommand("-G puts a blank or a line break of -d into the URL, which curl refuses: write --data-urlencode")
            added += pairs(text)
            if transfer.url_query:
                left_out.append("--url-query is left out: curl does not send it beside -G")
        else:
            for value in transfer.url_query:
                piece = value[1:] if value.startswith("+") else payload.piece(Data("data-urlencode", value, "--url-query"))
                added += pairs(piece)
        for name, _ in (*url.query, *added):
            if has_mark(name):
                raise Unsayable(f"a variable stands in the place of a name in the query: {self.marks.shown(name)}")
        return [*url.query, *added]

    def _settings(self, transfer: Transfer, user: str | None, changes: list[str], left_out: list[str]) -> dict[str, Any]:
        """Return the settings of the transfer, those only that go together."""
        settings = dict(transfer.settings)
        jar = self._jar(transfer, changes, left_out)
        if jar:
            settings["cookie-jar"] = jar
        if settings.get("insecure") and settings.pop("cacert", None):
            changes.append("--cacert is left out: with -k nothing is checked")
        if "key" in settings and "cert" not in settings:
            del settings["key"]
            left_out.append("--key is left out: without --cert curl does not use it")
        if "aws-sigv4" in settings and user is None:
            raise Unsayable('--aws-sigv4 without -u has no key to sign with: add -u "$ACCESS_KEY:$SECRET_KEY"')
        return settings

    def _jar(self, transfer: Transfer, changes: list[str], left_out: list[str]) -> str | None:
        """Return the file of cookies, which a catalog both reads and writes; None if there is none."""
        read, written = transfer.cookie_file, transfer.cookie_jar
        if written in ("-", "/dev/null", "/dev/stdout"):
            left_out.append(f"-c {written} is left out: scripts have -i, which prints the cookies that a server sets")
            written = None
        jar = written or read
        if not jar:
            return None
        if has_mark(jar) or "=" in jar or jar == "-":
            left_out.append(f"the cookie file {self.marks.shown(jar)} is left out: write its path under curl: cookie-jar")
            return None
        if read and written and read != written:
            left_out.append(f"-b {self.marks.shown(read)} is left out: a catalog has one cookie-jar, {written}, which is read and written")
        elif not written:
            changes.append(f"-b {jar} becomes a cookie-jar, in which the server's cookies are kept too")
        elif not read:
            changes.append(f"{jar} becomes a cookie-jar: it keeps the cookies that the server sets, and sends those that it has")
        return jar


def _method_of_curl(transfer: Transfer, target: Target) -> str:
    if target.upload is not None:
        return "PUT"
    if (transfer.data and not transfer.get) or transfer.form:
        return "POST"
    return "HEAD" if transfer.head else "GET"


def _with_upload(path: str, target: Target) -> str:
    """Return a path to which curl adds the name of the file that -T sends, where it ends in a slash."""
    if not target.upload or not path.endswith("/"):
        return path
    return path + re.split(r"[/\\]", target.upload)[-1]


def _file_name(target: Target) -> str | None:
    """Return the name of the file that -o or -O makes of the answer; None if a variable stands in it."""
    name = re.split(r"[/\\]", target.output or "")[-1]
    return name if name and not has_mark(name) else None
