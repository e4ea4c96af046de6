"""Read the inside of `$'…'` (Bash manual, 3.1.2.4)."""

from __future__ import annotations

import re

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b", "E": "\x1b"}
_ANSI_ESCAPE = re.compile(
    r"\\(?:(?P<octal>[0-7]{1,3})|x(?P<hex>[0-9A-Fa-f]{1,2})|u(?P<u>[0-9A-Fa-f]{1,4})|U(?P<U>[0-9A-Fa-f]{1,8})|c(?P<c>.)|(?P<one>.))",
    re.DOTALL,
)


def ansi_text(inside: str) -> str:
    """Return the text that stands between the quotes of `$'…'`; bytes that are no UTF-8 become surrogates (PEP 383)."""

    def replaced(match: re.Match[str]) -> bytes:
        if match["octal"]:
            return bytes([int(match["octal"], 8) & 255])
        if match["hex"]:
            return bytes([int(match["hex"], 16)])
        if code := match["u"] or match["U"]:
            number = int(code, 16)
            return chr(number).encode("utf-8", "surrogatepass") if number <= 0x10FFFF else b""
        if match["c"]:
            return bytes([ord(match["c"]) & 31])
        one = match["one"]
        return (_ESCAPES.get(one) or (one if one in "\\'\"?" else "\\" + one)).encode("utf-8", "surrogatepass")

    result, position = b"", 0
    for match in _ANSI_ESCAPE.finditer(inside):
        result += inside[position : match.start()].encode("utf-8", "surrogatepass") + replaced(match)
        position = match.end()
    result += inside[position:].encode("utf-8", "surrogatepass")
    return result.split(b"\0")[0].decode("utf-8", "surrogateescape")
