"""Find where secrets stand in a text: in prose, in a command that is shown, in a body that has no fields of its own."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from generator.importing.secrets.command import secrets_of_command
from generator.importing.secrets.names import Certainty, is_open, is_placeholder, is_secret_variable, secret_by_name
from generator.importing.secrets.owner import owner_of
from generator.importing.texts import HOLE
from generator.secret_text import PRIVATE_KEY, SECRET, looks_real

DEPTH = 200
"""What is nested deeper is not looked at: nobody does, and Python would come to its end."""

Kind = Literal["prose", "body", "source"]
"""What a text is: in prose, much is called a token that is none; of a source that is only shown, rather too much is hidden."""


@dataclass(frozen=True)
class Span:
    """A secret in a text, from `start` to before `end`; `name` is what it is called there."""

    start: int
    end: int
    name: str


# A user in a URL (RFC 3986, 3.2.1), up to the last @ before the path.
_USER_INFO = re.compile(r"\b([a-z][a-z0-9+.-]{1,20})://([^\s/?#'\"<>`\\]{1,500})@", re.IGNORECASE)
_SCHEME = re.compile(r"\b(Bearer|Basic|Token|ApiKey|Api-Key)\s{1,3}([\w.~+/=:-]{4,})", re.IGNORECASE)
_NAMED = re.compile(
    r"(?<![\w.%-])\.?(?P<name>[A-Za-z_][\w.%-]{0,80}|[\u4e00-\u9fff]{2,8}?(?=[ :：是为=\"'`]))"
    r"\]?\\*[\"'`]?\s{0,3}(?:=>|:=|==?|[:：]|(?<=\s)(?:is|are)\s|是|为)\s{0,3}"
    r"(?P<open>\\*[\"'`“‘]?)"
)
_BARE_VALUE = re.compile(r"[^\s\"'`&;,<>(){}\[\]|\\，。；、]+")
_ELEMENT = re.compile(r"<([A-Za-z][\w:.-]{0,60})[^<>]{0,200}>(?:<!\[CDATA\[(?P<data>.{1,5000}?)\]\]>|(?P<text>[^<>]{1,5000}))</", re.DOTALL)
_AUTHORIZATION = re.compile(
    r"(?P<quote>[\"'])?\b(?:Proxy-)?Authorization(?:\\*[\"'])?\s{0,3}[:=]\s{0,3}(?P<open>\\*[\"'])?(?:(?P<scheme>[A-Za-z][A-Za-z-]{1,30})\s+)?",
    re.IGNORECASE,
)
_COOKIES = re.compile(r"(?P<quote>[\"'])?\b(?:Set-)?Cookie(?:\\*[\"'])?\s{0,3}[:=]\s{0,3}(?P<open>\\*[\"'])?", re.IGNORECASE)
_COOKIE_VALUE = re.compile(r"=\s*([^;\s\"',]+)")
_CLOSED_BY = {"“": "”", "‘": "’"}
# Letters and digits in turn, as no name has them: {0} is how many there are at least.
_MIXED = r"(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{{{0},}}(?![\w-])"
_UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
# Addresses that are secrets themselves: who knows them may post. Slack's are also behind other hosts, in their place.
_HOOKS = re.compile(
    r"\bhooks\.slack\.com/(?:services|workflows|triggers)/([\w/-]{8,})|/services/(T[A-Z0-9]{5,}/B[A-Z0-9]{5,}/\w{12,})|"
    r"/api/webhooks/\d+/([\w-]{8,})|/bot(\d{5,}:[\w-]{8,})|/bot/v2/hook/([\w-]{8,})|/with/key/([\w-]{6,})|"
    rf"\bwebhook\.office\.com/webhookb2/([\w@/-]{{8,}})|/(?:web_?)?hooks?/({_UUID}|{_MIXED.format(16)})"
)
# Where an API's address has a user's key as its first segment, as that of a Philips Hue bridge has.
_KEY_OF_API = re.compile(rf"/api/({_MIXED.format(30)})")
# Visa, Mastercard, American Express, Discover, UnionPay, JCB, Diners Club.
_CARD = re.compile(
    r"4\d{15}|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}|(?:6011|65\d\d|64[4-9]\d)\d{12}|62\d{14}|"
    r"35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}"
)
_DIGITS = re.compile(r"(?<![\w.-])\d{4}(?:[ -]?\d{4}){2}[ -]?\d{4}(?!\w|[.-]\w)|(?<![\w.-])\d{4}[ -]?\d{6}[ -]?\d{4,5}(?!\w|[.-]\w)")
_WORDS_OF_PROSE = frozenset(
    "required optional string text none null true false the a an your yes no not see use uses used it its token key password secret header"
    " value variable 必填 可选 字符串".split()
)


def spans(text: str, kind: Kind) -> list[Span]:
    """Return where secrets stand in a text, in their order and without overlaps."""
    found = sorted((span for span in _all(text, kind) if span.start < span.end), key=lambda span: (span.start, -span.end))
    merged: list[Span] = []
    for span in found:
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Span(last.start, max(last.end, span.end), last.name)
        else:
            merged.append(span)
    return merged


def may_be_key(value: str) -> bool:
    """Tell whether a value of a field that may be a secret (`key`, `token`, `session`) looks like one, and not like a word."""
    if re.fullmatch(r"\S{8,}", value) is None:
        return False
    return re.search("[0-9]", value) is not None or _is_random(value)


def _is_random(value: str) -> bool:
    """Tell letters that are no words: many in one run, or small ones and capitals in turn."""
    if re.fullmatch(r"[A-Za-z+/=_-]{16,}", value) is None:
        return False
    turns = len(re.findall("[a-z][A-Z]", value))
    return turns * 4 >= len(value) or re.fullmatch("[a-z]{24,}|[A-Z]{24,}", value) is not None


def is_login(value: str) -> bool:
    """Tell whether a text is a user and a password in base64 (RFC 7617)."""
    try:
        login = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    return ":" in login and login.isprintable()


def is_card(digits: str) -> bool:
    """Tell whether digits are the number of a payment card: it starts and is as long as an issuer's, and its check digit fits.

    The check digit is that of ISO/IEC 7812-1, Annex B.
    """
    if _CARD.fullmatch(digits) is None:
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0 and len(set(digits)) > 1


def _all(text: str, kind: Kind) -> Iterator[Span]:
    for match in PRIVATE_KEY.finditer(text):
        yield Span(*match.span(), "private key")
    for match in SECRET.finditer(text):
        if looks_real(match[0]) or kind == "source":
            yield Span(*match.span(), "api key")
    for match in _USER_INFO.finditer(text):
        if not is_open(match[2]) and (":" in match[2] or match[1].lower().startswith("http")):
            yield Span(*match.span(2), "login")
    for match in _DIGITS.finditer(text):
        if is_card(re.sub("[ -]", "", match[0])):
            yield Span(*match.span(), "card number")
    for match in _SCHEME.finditer(text):
        if not is_placeholder(match[2]) and (kind == "source" or may_be_key(match[2]) or is_login(match[2])):
            yield Span(*match.span(2), "api key")
    for match in _HOOKS.finditer(text):
        yield Span(*match.span(match.lastindex or 0), "webhook key")
    for match in _KEY_OF_API.finditer(text):
        yield Span(*match.span(1), "api key")
    yield from _headers(text, kind)
    yield from _named(text, kind)
    yield from _in_json(text)
    for match in _ELEMENT.finditer(text):
        content = "data" if match["data"] else "text"
        if _counts(match[content].strip(), secret_by_name(match[1]), kind, is_quoted=True):
            yield Span(*match.span(content), match[1])
    if kind == "source":
        yield from (Span(*found) for found in secrets_of_command(text))


def _headers(text: str, kind: Kind) -> Iterator[Span]:
    """Yield the values of Authorization and of cookies, up to the quote that ends them, or else the line."""
    for match in _AUTHORIZATION.finditer(text):
        end = _end_of_header(text, match)
        value = text[match.end() : end]
        if kind == "prose" and not match["quote"] and not match["open"]:
            bare = _BARE_VALUE.match(text, match.end())
            end = bare.end() if bare else match.end()
            value = text[match.end() : end] if may_be_key(text[match.end() : end]) else ""
        if value.strip() and not is_open(value.strip().rstrip(",)")):
            yield Span(match.end(), end, "api key")
    for match in _COOKIES.finditer(text):
        for cookie in _COOKIE_VALUE.finditer(text, match.end(), _end_of_header(text, match)):
            if not is_open(cookie[1]) and (kind != "prose" or may_be_key(cookie[1])):
                yield Span(*cookie.span(1), "cookie")


_GOES_ON = re.compile(r"\w|\\*\"\s*:")
"""What tells that a value goes on, or is the name of a field."""
_TELLING = 6
"""A shorter value in a text of JSON may stand there for another thing too: `_named` finds it behind its name."""


def _in_json(text: str) -> Iterator[Span]:
    """Yield what stands in a text of JSON below the name of a secret: `{"secret": {"v": "…"}}`, also where that is a text in it."""
    for secret, name in {secret: name for name, secret in _below_names(_parsed(text))}.items():
        for written in dict.fromkeys((json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])):
            start = text.find(written)
            while start >= 0:
                end = start + len(written)
                if not text[start - 1 : start].isalnum() and not _GOES_ON.match(text, end):
                    yield Span(start, end, name)
                start = text.find(written, end)


def _parsed(text: str) -> Any:
    """Return the object or list that a text of JSON is; None if it is another text."""
    if text.strip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _below_names(value: Any, owner: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield each text of a JSON value that is a secret by the names around it, with that name."""
    if depth > DEPTH:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _below_names(item, owner_of(key, item, value, owner), depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _below_names(item, owner, depth + 1)
    elif isinstance(value, str) and len(value) >= _TELLING and _counts(value, secret_by_name(owner), "body", is_quoted=True):
        yield owner, value
    elif isinstance(value, str):
        yield from _below_names(_parsed(value), owner, depth + 1)


def _end_of_header(text: str, match: re.Match[str]) -> int:
    quote = match["open"] or match["quote"]
    ends = [end for mark in ("\n", "\r", quote) if mark and (end := text.find(mark, match.end())) >= 0]
    return min(ends, default=len(text))


def _named(text: str, kind: Kind) -> Iterator[Span]:
    """Yield values behind a name that is a secret's: `"password": "…"`, `api_key=…`, `密码：…`."""
    for match in _NAMED.finditer(text):
        certainty = secret_by_name(match["name"].replace("%5F", "_").replace("%2D", "-"))
        if certainty is None or match["name"].lower().endswith("authorization"):  # see _headers
            continue
        mark = match["open"]
        if mark:
            end = text.find(mark[:-1] + _CLOSED_BY.get(mark[-1], mark[-1]), match.end())
            end = len(text) if end < 0 else end
            if kind == "source" and mark in ("'", '"'):
                end = _end_of_word(text, end)
        else:
            bare = _BARE_VALUE.match(text, match.end())
            end = bare.end() if bare else match.end()
        value = text[match.end() : end]
        if not mark and kind == "prose":
            value = value.rstrip(".!?:")
            end = match.end() + len(value)
        if _counts(value, certainty, kind, is_quoted=bool(mark), is_certain=is_secret_variable(match["name"])):
            yield Span(match.end(), end, match["name"])


def _end_of_word(text: str, quote: int) -> int:
    """Return where a word of a shell ends of which a quoted part ends at `quote`: `'it'\\''s'` goes on behind it."""
    goes_on = re.compile(r"""['"](?:\\.|'[^']*'?|"[^"]*"?)+""").match(text, quote)
    return goes_on.end() if goes_on else quote


def _counts(value: str, certainty: Certainty | None, kind: Kind, *, is_quoted: bool, is_certain: bool = False) -> bool:
    """Tell whether a value behind a secret's name is a secret; `is_certain`: a variable of this name would be one."""
    if HOLE in value:
        return certainty == "surely" or (certainty == "maybe" and value == HOLE)
    if certainty is None or not value or is_open(value) or value.lower() in ("true", "false", "null", "none", "undefined"):
        return False
    if value.startswith("$") and re.match(r"\$[A-Za-z_{(]", value):
        return False
    if certainty == "maybe":
        return may_be_key(value) or (kind == "source" and is_certain and not is_placeholder(value))
    if kind != "prose":
        return True
    if value.lower() in _WORDS_OF_PROSE or is_placeholder(value) or re.search(r"\s", value):
        return False
    return is_quoted or re.search(r"[0-9]|[a-z][A-Z]|[^\w.-]|-.*-", value) is not None
