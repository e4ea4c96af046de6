"""Read what -d, --data-urlencode and --json send as a body: JSON, a web form, a text, or a file."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from generator.importing.curl.marks import MARK, Marks, has_mark
from generator.importing.json_faults import what_is_wrong
from generator.importing.model import FoundBody, Text, Variable
from generator.importing.secrets.names import secret_by_name, words

_BARE = "\U0010fffd"
_ANGLE = re.compile(r"<([A-Za-z_\u4e00-\u9fff][\w .:/-]*)>|\{\{ *([A-Za-z_][\w.-]*) *\}\}")
_YOURS = re.compile(r"your[-_]([A-Za-z][\w-]*)", re.IGNORECASE)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_BARE_VALUE = re.compile(rf"(?<=[\[:,\s])\s*(?:({MARK})|<([A-Za-z_][\w .-]*)>)(?=\s*[,\]}}]|\s*\Z)")
_TYPOGRAPHIC = str.maketrans("“”„", '"""')
_FORM_NAME = re.compile(r"[^\x00-\x1f]+")
_WRITTEN_NAME = re.compile(r"[^\s<>{}\"'`,;\\]+")
"""The name of a field as it is written in a body. XML, a line of a time series and SQL have an = in them, too, and are no forms."""
_DEEPEST = 100


class _Unequal(Exception):
    """JSON that a catalog would not send with the same meaning."""


def is_json_type(content_type: str) -> bool:
    """Return whether a Content-Type says JSON."""
    return re.search(r"[/+]json\s*(;|$)", content_type, re.IGNORECASE) is not None


def json_body(text: str, marks: Marks) -> tuple[FoundBody | None, str]:
    """Return a JSON body for a marked text; None if it is not JSON, or would not stay the same, and why."""
    pieces: list[str] = []
    position = 0
    for match in _STRING.finditer(text):
        pieces += [_with_bare(text[position : match.start()], marks), match[0]]
        position = match.end()
    pieces.append(_with_bare(text[position:], marks))
    written = "".join(pieces)
    if _depth(written) > _DEEPEST:
        return None, f"it is nested more than {_DEEPEST} times"
    try:
        value = json.loads(written, object_pairs_hook=_object, parse_float=_number, parse_int=_whole_number, parse_constant=_constant)
        return FoundBody("json", _with_variables(value, marks)), ""
    except _Unequal as why:
        return None, str(why)
    except json.JSONDecodeError as error:
        line = written.split("\n")[error.lineno - 1]
        column = "" if has_mark(line) else f", column {error.colno}"
        return None, f"it is no JSON: {what_is_wrong(error)} (line {error.lineno}{column} of it)"
    except ValueError as error:
        return None, f"it is no JSON: {error}"


def _with_bare(text: str, marks: Marks) -> str:
    """Return JSON between its strings, in which a variable that is a value itself is a string that says so."""

    def quoted(match: re.Match[str]) -> str:
        mark = match[1] or marks.mark(Variable(match[2]))
        return f'"{_BARE}{mark}"'

    return re.sub(rf"^\s*({MARK})\s*$", rf'"{_BARE}\1"', text) if re.fullmatch(rf"\s*{MARK}\s*", text) else _BARE_VALUE.sub(quoted, text)


def _depth(text: str) -> int:
    depth = deepest = 0
    for character in re.sub(_STRING, "", text):
        depth += (character in "[{") - (character in "]}")
        deepest = max(deepest, depth)
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Unequal(f"the name {json.dumps(twice, ensure_ascii=False)} stands twice in an object")
    if any(has_mark(name) for name in found):
        raise _Unequal("a variable stands in a name of the JSON")
    return found


def _number(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")) or Decimal(text) != Decimal(repr(number)) or (text.startswith("-0.0") and not number):
        raise _Unequal(f"{text[:40]} has more digits than a number of JSON keeps")
    return number


def _whole_number(text: str) -> int:
    if len(text) > 300 or text == "-0":
        raise _Unequal(f"{text[:20]} is no number that programs read alike")
    return int(text)


def _constant(text: str) -> Any:
    raise _Unequal(f"it is no JSON: {text}")


def _with_variables(value: Any, marks: Marks) -> Any:
    """Return a JSON value with a Text or a Variable in place of what is marked."""
    if isinstance(value, dict):
        return {name: _stands_for_value(name, item) or _with_variables(item, marks) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_variables(item, marks) for item in value]
    if not isinstance(value, str):
        return value
    if value.startswith(_BARE):
        return marks.variable(value[1:])
    if re.search("[\ud800-\udfff]", value):
        raise _Unequal("it holds half of a character (a lone surrogate)")
    text = marks.text(whole_placeholder(value, marks))
    return text if text.plain is None else text.plain


def _stands_for_value(name: str, value: Any) -> Text | None:
    """Return the variable for a text of a field that only says what is to stand there: YOUR_TEAM, or ROUTING_KEY of `routing_key`.

    A short word in capitals, such as OK and USD, may be a value. Placeholders of secrets are known as such elsewhere.
    """
    if not isinstance(value, str) or secret_by_name(name) is not None:
        return None
    if match := _YOURS.fullmatch(value):
        return Text((Variable(match[1]),))
    is_name = value == "_".join(words(name)).upper() != name and ("_" in value or len(value) > 3 or value in ("ID", "URL"))
    return Text((Variable(value),)) if is_name else None


def whole_placeholder(value: str, marks: Marks) -> str:
    """Return a marked string; if all of it is `<name>` or `{{name}}`, a mark stands for it."""
    match = _ANGLE.fullmatch(value)
    return marks.mark(Variable((match[1] or match[2]).strip())) if match else value


def straightened(text: str) -> str:
    """Return a text with straight quotes in place of the typographic ones."""
    return text.translate(_TYPOGRAPHIC)


def is_json_lines(text: str) -> bool:
    """Return whether a text is several JSON values, one on each line, as bulk requests have them."""
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) > 1 and all(_parses(line) for line in lines)


def _parses(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def field_body(text: str, marks: Marks) -> FoundBody | None:
    """Return a web form's fields for a marked text (WHATWG URL, 5.1); None if its fields would not stay the same."""
    fields: list[tuple[str, Text]] = []
    for piece in text.split("&"):
        name, equals, value = piece.partition("=")
        decoded_name, decoded_value = decoded(name), decoded(value)
        if not equals or has_mark(name) or not _WRITTEN_NAME.fullmatch(name):
            return None
        if not decoded_name or decoded_value is None or not _FORM_NAME.fullmatch(decoded_name):
            return None
        fields.append((decoded_name, marks.text(whole_placeholder(decoded_value, marks))))
    return FoundBody("urlencoded", fields)


def decoded(text: str) -> str | None:
    """Return an encoded name or value of a web form decoded; None if it is not well encoded, or no UTF-8."""
    if re.search("%(?![0-9A-Fa-f]{2})", text):
        return None
    try:
        return unquote_to_bytes(text.replace("+", " ").encode("utf-8", "surrogatepass")).decode("utf-8")
    except UnicodeDecodeError:
        return None


def encoded(text: str) -> str:
    """Return a marked text as --data-urlencode encodes it; variables stay."""
    return "".join(piece if re.fullmatch(MARK, piece) else _percent(piece) for piece in re.split(f"({MARK})", text))


def _percent(text: str) -> str:
    return quote(text.encode("utf-8", "surrogateescape"), safe="-._~").replace("%20", "+")
