"""Quote texts of the catalog for bash, so that no part of them is ever run.

Each function is a template filter; a test checks that each expression in a shell template ends with one of them.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

MOST_ARGUMENT = 100_000
"""The longest argument of a command, in bytes, that is written; Linux allows 128 KiB for one (execve(2), MAX_ARG_STRLEN)."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def word(text: str) -> str:
    """Return `text` as one word that bash reads back unchanged (see `word_parts`)."""
    opening, (literal,), closing = word_parts([text])
    return opening + literal + closing


def path(text: str) -> str:
    """Return the path of a file as one word; ~/ at its start is left for bash, which puts the home folder there."""
    return f"~/{word(text[2:])}" if text.startswith("~/") and text != "~/" else word(text)


def word_parts(texts: Sequence[str]) -> tuple[str, list[str], str]:
    """Return several texts as one word: the opening quote, each text as it is written in it, and the closing quote.

    Inside single quotes everything is literal (POSIX 2.2.2). A word that needs no quotes has none. Control characters are
    written out, as in $'\\015' (Bash manual, 3.1.2.4): raw, a terminal that they are pasted into would act on them.
    """
    text = "".join(texts)
    if _CONTROL.search(text):
        return "$'", [_control_escaped(one) for one in texts], "'"
    if shlex.quote(text) == text:
        return "", list(texts), ""
    return "'", [one.replace("'", "'\"'\"'") for one in texts], "'"  # a single quote between double ones: "'"


def _control_escaped(text: str) -> str:
    escaped = re.sub(r"[\\']", r"\\\g<0>", text)
    return _CONTROL.sub(lambda match: f"\\{ord(match[0]):03o}", escaped)


def opening_quote(written: str) -> str:
    """Return the quote that a word made by `word` or `variable` starts with; empty if it has none."""
    return written[0] if written[0] in "'\"" else ""


def literal(text: str) -> str:
    """`text` as `word` writes it, but always in quotes: for what is a text in a script, and not a word of a command.

    One with a single quote stands in double ones, if there is nothing that means something in these (POSIX 2.2.3; and `!`).
    """
    if "'" in text and not re.search(r'[$`"\\!]', text) and not _CONTROL.search(text):
        return f'"{text}"'
    quoted = word(text)
    return quoted if quoted.startswith(("'", "$'", '"')) else f"'{text}'"


def section(title: str) -> str:
    """A heading between the parts of a script: a comment of one line."""
    return (comment(f"---- {title}") + " ").ljust(94, "-")


def wildcard(text: str) -> str:
    """A part of a pattern that stands without quotes: `*`, or nothing. Raises ValueError for anything else."""
    if text not in ("", "*"):
        raise ValueError(f"{text!r} is no wildcard")
    return text


def status(status_: int | str) -> str:
    """A status, or a class of them such as `2xx`, as a pattern without quotes: `304`, `2??`. Raises ValueError for anything else."""
    if not re.fullmatch("[1-5]([0-9]{2}|xx)", str(status_)):
        raise ValueError(f"{status_!r} is no status")
    return str(status_).replace("x", "?")


def comment(text: str) -> str:
    """Return `text` for a place after `# `: on one line, so that all of it stays in the comment."""
    return "# " + " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())


def heredoc(text: str, delimiter: str, rest: str = "") -> str:
    """Return `<< 'DELIMITER'`, the text and the end; all is literal (POSIX 2.7.4: a quoted delimiter stops all expansion).

    `rest` is bash that follows on the first line.
    """
    end = heredoc_delimiter(text, delimiter)
    return f"<< '{end}'{rest}\n{text}\n{end}"


def heredoc_delimiter(text: str, delimiter: str) -> str:
    """Return `delimiter`, with a number appended if the text has a line that would end the heredoc."""
    lines = set(text.split("\n"))
    end, number = delimiter, 1
    while end in lines:
        number += 1
        end = f"{delimiter}_{number}"
    return end


def name(text: str) -> str:
    """Return the name of a variable or function. Raises ValueError if it is not a name for bash."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text):
        raise ValueError(f"{text!r} is not a variable's name")
    return text


def asking(name_: str) -> str:
    """Return what a message tells a user to type so that the shell asks for a secret: neither the screen nor the history shows it."""
    return f"read -rs {name(name_)}; export {name_}"


def value(name_: str, modifier: str = "") -> str:
    """Return the expansion of a variable, `${name}`; the template may add a `modifier`: `:-`, `+set`."""
    return f"${{{name(name_)}{modifier}}}"


def count(name_: str) -> str:
    """Return the expansion to the number of items in an array. (In a template, the `{#` in it would start a comment.)"""
    return f"${{#{name(name_)}[@]}}"


def item(name_: str, index: str, modifier: str = "") -> str:
    """One item of an array, `${name[index]}`; `modifier` is the template's."""
    return f"${{{name(name_)}[{name(index)}]{modifier}}}"


def indexes(name_: str) -> str:
    """The indexes of an array, each a word."""
    return f'"${{!{name(name_)}[@]}}"'


def length(name_: str) -> str:
    """Return the expansion to the number of characters in a variable."""
    return f"${{#{name(name_)}}}"


def items(name_: str) -> str:
    """Return the expansion to all items of an array, each one word."""
    return f'"${{{name(name_)}[@]}}"'


def expanding(text: str) -> str:
    """Return `text` for a place inside double quotes of the template: it is literal, what the template adds is expanded."""
    return re.sub(r'([\\$`"])', r"\\\1", text)


def quoted(text: str) -> str:
    """Return `text` in double quotes, literal: for a text that contains the name of a variable."""
    return f'"{expanding(text)}"'


FRESH = {"uuid": "uuidgen 2> /dev/null || cat /proc/sys/kernel/random/uuid", "now": "date -u +%Y-%m-%dT%H:%M:%SZ"}
"""What prints a new value: macOS has uuidgen, Linux the file at least (random(4))."""


def fresh(before: str, kind: str, behind: str = "") -> str:
    """Return a word that is a new value, of `kind` uuid or now, between two texts."""
    return f'"{expanding(before)}$({FRESH[kind]}){expanding(behind)}"'


def placeholder(name_: str) -> str:
    """Return the pattern that finds a variable's name in braces, `{NAME}`, inside an expansion: `${url//\\{NAME\\}/…}`."""
    return f"\\{{{name(name_)}\\}}"


def between_quotes(word_: str) -> str:
    """Return a word for a place inside single quotes: they end before it and start again behind it."""
    return f"'{word_}'"


def encoded_variable(name_: str) -> str:
    """Return a word that is the variable's value as it stands in a URL: jq's @uri keeps unreserved characters (RFC 3986, 2.3)."""
    return f'"$(printf %s "${name(name_)}" | jq -sRr @uri)"'


def variable(before: str, name_: str) -> str:
    """Return a word that is `before` followed by the variable's value: `"Authorization: Bearer $KEY"`."""
    name(name_)
    if re.search(r'[\\$`"!\x00-\x1f\x7f]', before):  # an interactive bash expands ! between double quotes
        return f'{shlex.quote(before)}"${name_}"'
    return f'"{before}${name_}"'
