"""Read -H, -A, -b and the like: the headers and cookies that a curl command sends."""

from __future__ import annotations

import re
from collections.abc import Callable

from generator.catalog.model import TOKEN
from generator.importing.browsers import adds, is_copy
from generator.importing.curl.errors import Unsayable
from generator.importing.curl.marks import MARK, Marks, has_mark
from generator.importing.curl.quoted import tell_quoted, with_quoted_key
from generator.importing.curl.transfer import Transfer
from generator.importing.model import Variable

"""A token of HTTP: a method or the name of a header (RFC 9110, 5.6.2)."""

_COOKIE_VALUE = re.compile(r"[^;\r\n\x00]*")
_HEADER_PLACEHOLDER = re.compile(
    r"<([A-Za-z_\u4e00-\u9fff][\w .-]*)>|\{\{ *([A-Za-z_][\w .-]*?) *\}\}|(?:(?<=[ :=])|^)\{([A-Za-z_][\w-]*)\}(?=$)"
)
_WIDE_COLON = re.compile(r"(?P<name>[A-Za-z][\w-]*)[ \t]*：[ \t]*")
_KEY_NAME = re.compile("auth|key|token|secret|cookie", re.IGNORECASE)
_OWN = ("accept", "user-agent", "host", "content-length", "connection")


class HeaderReader:
    """Reads the headers of a transfer, and says what it cannot keep."""

    def __init__(self, marks: Marks, changes: list[str], left_out: list[str], contents: Callable[[str], str | None]) -> None:
        self.marks = marks
        self.contents = contents
        self.changes = changes
        self.left_out = left_out
        self.headers: list[tuple[str, str]] = []
        """Names and marked values."""
        self.removed: set[str] = set()
        """The names, in small letters, of headers that are taken out: `-H 'Name:'`."""

    def read(self, transfer: Transfer) -> None:
        """Read all headers that a transfer's options give, but for those of its body."""
        for line in transfer.headers:
            self._line(line)
        for name, value in (("User-Agent", transfer.agent), ("Referer", transfer.referer)):
            if value and not self.has(name):
                self.headers.append((name, value))
        if transfer.range:
            self.headers.append(("Range", f"bytes={transfer.range}"))
        if transfer.bearer and not self.has("authorization"):
            self.headers.append(("Authorization", f"Bearer {transfer.bearer}"))
        if transfer.json:
            for name in ("Content-Type", "Accept"):
                if not self.has(name) and name.lower() not in self.removed:
                    self.headers.append((name, "application/json"))
        self.headers = self._once(self._without_browser(self._without_framing()))

    def has(self, name: str) -> bool:
        """Return whether a header is given."""
        return self.get(name) is not None

    def get(self, name: str) -> str | None:
        """Return a header's marked value; None if it is not given."""
        return next((value for own, value in self.headers if own.lower() == name.lower()), None)

    def take(self, name: str) -> str | None:
        """Take a header out, and return its value; None if it is not given."""
        for position, (own, value) in enumerate(self.headers):
            if own.lower() == name.lower():
                del self.headers[position]
                return value
        return None

    def _line(self, line: str) -> None:
        """Read the argument of one -H."""
        if line.startswith("@"):
            self._file(line[1:])
            return
        if wide := _WIDE_COLON.match(line):
            self.changes.append(f"the ： behind {wide['name']} is typographic, and curl sends no header with it: read as a colon")
            line = f"{wide['name']}: {line[wide.end() :]}"
        if line[:1] in (" ", "\t"):
            raise Unsayable(f"-H {self._name_shown(line)} starts with a blank, and is read as a part of the header before: take it out")
        if match := re.fullmatch(r"([^:;]*);\s*", line):
            self.headers.append((match[1].strip(), ""))
            return
        name, colon, value = line.partition(":")
        name = name.strip(" \t")
        if not colon:
            what = "which header it is, only the variable says" if has_mark(line) else "curl sends no header without a colon"
            self.left_out.append(f"-H {self._name_shown(line)} is left out: {what}")
            return
        if not value.strip(" \t\r\n"):
            self.removed.add(name.lower())
            if name.lower() not in ("expect", "content-type") and name.lower() in _OWN:
                self.left_out.append(f"-H '{name}:' takes a header of curl's own out, which a catalog cannot say: it is sent as ever")
            return
        if not re.fullmatch(TOKEN.regex, name):
            raise Unsayable(f"-H {self.marks.shown(name)[:40]!r}: this is no name of a header, and a catalog refuses it")
        value = value.strip(" \t\r\n")
        if re.search("[\r\n\0]", value):
            raise Unsayable(f"the header {name} holds a line break, which a catalog refuses")
        if _KEY_NAME.search(name):
            value = with_quoted_key(value, self.marks, self.changes)
        tell_quoted(value, self.changes)
        self.headers.append((name, self.with_placeholders(value)))

    def _file(self, path: str) -> None:
        """Read the headers that a file holds, one on each line (curl(1), --header), if the text says what is in it."""
        content = self.contents(path)
        if content is None:
            what = f"the headers are in {'standard input' if path == '-' else 'that file'}: write them into the command"
            self.left_out.append(f"-H @{self.marks.shown(path)} is left out: {what}")
            return
        for line in content.splitlines():
            if line.strip() and not line.startswith("@"):
                self._line(line)

    def _name_shown(self, line: str) -> str:
        """Return what a report shows of a header that is none: its start, as the rest may be a secret."""
        name = re.match(rf" ?(?:{MARK}|[\w-]){{0,40}}", line)
        start = self.marks.shown(name[0]) if name else ""
        return start if name and name.end() == len(line) else f"'{start}…'"

    def with_placeholders(self, value: str) -> str:
        """Return a header's value in which `<name>`, `{{name}}` and, at its end, `{name}` are variables."""
        return _HEADER_PLACEHOLDER.sub(lambda match: self.marks.mark(Variable((match[1] or match[2] or match[3]).strip())), value)

    def _without_framing(self) -> list[tuple[str, str]]:
        """Return headers without those that say how the body is sent, which curl writes itself."""
        kept = []
        for name, value in self.headers:
            if name.lower() in ("content-length", "transfer-encoding", "expect"):
                self.left_out.append(f"the header {name} is left out: curl says itself how it sends a body")
            else:
                kept.append((name, value))
        return kept

    def _without_browser(self, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return the headers of a command that a browser's tools have copied without those that the browser adds by itself."""
        if not is_copy(headers):
            return headers
        added = [name for name, value in headers if adds(name, value)]
        if added:
            self.left_out.append(f"the headers that the browser added are left out: {', '.join(name.lower() for name in added)}")
        return [(name, value) for name, value in headers if not adds(name, value)]

    def _once(self, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return headers in which each name stands once: values of one name are a list (RFC 9110, 5.3)."""
        found: dict[str, tuple[str, str]] = {}
        for name, value in headers:
            before = found.get(name.lower())
            if before is None:
                found[name.lower()] = (name, value)
            elif before[1] == value:
                self.changes.append(f"the header {name} is given twice, and sent once")
            elif name.lower() in ("content-type", "authorization", "host"):
                raise Unsayable(f"the header {name} is given twice: take one of them out")
            else:
                separator = "; " if name.lower() == "cookie" else ", "
                found[name.lower()] = (before[0], before[1] + separator + value)
                self.changes.append(f"the header {name} is given twice, and sent once, as a list")
        return list(found.values())

    def cookies(self, transfer: Transfer) -> list[tuple[str, str]]:
        """Return the cookies of -b or of a Cookie header, which is taken out of the headers."""
        header = self.take("cookie")
        if header is not None and transfer.cookies:
            self.left_out.append("-b is left out: curl sends the header Cookie in its place")
        lines = transfer.cookies if header is None else [header]
        if len(lines) == 1 and re.fullmatch(MARK, lines[0].strip()):
            self.headers.append(("Cookie", lines[0].strip()))
            return []
        cookies: dict[str, str] = {}
        for piece in (piece.strip() for line in lines for piece in line.split(";")):
            if not piece:
                continue
            name, equals, value = (part.strip() for part in piece.partition("="))
            if not equals or not re.fullmatch(TOKEN.regex, name) or not _COOKIE_VALUE.fullmatch(value):
                shown = f"the cookie {self.marks.shown(name)[:40]!r}" if equals else "a cookie without a ="
                raise Unsayable(f"{shown} has no name and value that a catalog could hold")
            if name in cookies:
                raise Unsayable(f"the cookie {name} is given twice: take one of them out")
            cookies[name] = self.with_placeholders(value)
        return list(cookies.items())
