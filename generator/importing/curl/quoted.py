"""Variables of the shell that stand where it puts nothing in: in single quotes, or behind a backslash."""

from __future__ import annotations

import re

from generator.importing.curl.marks import Marks
from generator.importing.model import Variable

_QUOTED = re.compile(r"\$(?:\{([A-Z_][A-Z0-9_]*)\}|([A-Z_][A-Z0-9_]*)\b)")


def with_quoted_key(text: str, marks: Marks, changes: list[str]) -> str:
    """Return a marked text that is a key or a login, in which `$NAME` is a variable.

    A shell would send it as it stands, which is never meant there; so this is said.
    """

    def variable(match: re.Match[str]) -> str:
        changes.append(f"{match[0]} stands in single quotes, where a shell puts nothing in: read as the variable")
        return marks.mark(Variable(match[1] or match[2]))

    return _QUOTED.sub(variable, text)


def tell_quoted(text: str, changes: list[str]) -> None:
    """Say of `$NAME` in a URL or a header that no shell puts anything in: it is sent as it stands."""
    for match in _QUOTED.finditer(text):
        changes.append(f"{match[0]} stands in single quotes, where a shell puts nothing in: it is sent as it stands")
