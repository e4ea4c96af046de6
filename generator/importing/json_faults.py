"""Say what is wrong with a text that is no JSON, in words that help: Python's are about its parser."""

from __future__ import annotations

import json
import re


def what_is_wrong(error: json.JSONDecodeError) -> str:
    """Return what is wrong with a text where it stops being JSON (RFC 8259). Nothing of its words is in it: they may be secrets."""
    rest = error.doc[error.pos :]
    character = rest.lstrip()[:1]
    before = error.doc[: error.pos].rstrip()[-1:]
    if error.msg.startswith("Unterminated string"):
        return 'a text that opens there with " is not closed'
    if error.msg.startswith("Invalid control character"):
        return r"a line break or a tab stands in a text: write \n or \t"
    if error.msg.startswith(("Invalid \\escape", "Invalid \\uXXXX")):
        return rf"\{rest[1:2] if rest[:1] == chr(92) and rest[1:2].isascii() else ''} in a text is no escape of JSON: write \\"
    if error.msg.startswith("Extra data"):
        return "something stands behind its end"
    if error.msg.startswith("Expecting ':'"):
        return "a : is missing behind a name"
    if error.msg.startswith("Expecting ','"):
        return "it ends too early" if not character else "a comma is missing, or a quote in a text has no backslash before it"
    if error.msg.startswith("Illegal trailing comma"):  # of Python 3.13, where the comma itself stands
        return f"a comma stands before the {rest[1:].lstrip()[:1]}"
    return _no_value(character, before, rest.lstrip(), is_name=error.msg.startswith("Expecting property name"))


def _no_value(character: str, before: str, rest: str, *, is_name: bool) -> str:
    """Return what stands where a name or a value is expected."""
    if not character:
        return "it ends too early" if before else "it is empty"
    if character in "]}" and before == ",":
        return f"a comma stands before the {character}"
    if character == "," and before in (",", "{", "["):
        return "a comma stands there that divides nothing"
    if character in "'“”‘’":
        return f'{character} quotes nothing in JSON: write "'
    if rest.startswith(("...", "…")):
        return "dots stand for what is left out"
    if rest.startswith(("//", "/*", "#")):
        return "a comment stands in it, which JSON has none of"
    if re.match(r"(?:True|False|None|NaN|undefined)\b", rest):
        return "it is written in another language: JSON has true, false and null"
    if is_name:
        return 'a name stands without its "'
    if character in ",:]}":
        return f"a value is missing before the {character}"
    return 'a text stands without its "'
