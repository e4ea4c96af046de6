"""What is known of the secrets of an import: their values, wherever these stand again, and the variables that hold them now."""

from __future__ import annotations

import json
import re

from generator.importing.model import Text
from generator.importing.secrets.names import environment_name, is_placeholder, name_of_host, name_of_place, repeats_name
from generator.importing.secrets.spans import Kind, spans
from generator.importing.texts import as_string, cut
from generator.secret_text import SECRET, SHORT, STAND_IN, forms, looks_real

# Words of letters, as in the registry of RFC 9110, 16.4.1, but for a few.
_SCHEME = re.compile(r"(?:AWS4-HMAC-SHA256|AWS4-ECDSA-P256-SHA256|SCRAM-SHA-256|SCRAM-SHA-1|[A-Za-z]{2,20}(-[A-Za-z]{1,20}){0,3}:?)[ \t]+")
_WORDS_OF_JSON = ("true", "false", "null")
SHORTEST = 5
"""A shorter value is not looked for elsewhere: it may be part of any text."""
_WHOLE = 8
"""A text of letters alone that is a secret as a whole, and no shorter than this, is no word that stands there by chance."""
_FEW = 50
_AT_ONCE = 100_000


class Values:
    """Values of secrets, with what stands for each in a text: those that a text holds are found quickly, however many are known."""

    def __init__(self) -> None:
        self._shown: dict[str, str] = {}
        self._by_end: dict[str, list[str]] = {}

    def __contains__(self, value: str) -> bool:
        return value in self._shown

    def get(self, value: str) -> str | None:
        """Return what stands for a value."""
        return self._shown.get(value)

    def add(self, value: str, shown: str) -> None:
        """Remember a value of at least `SHORTEST` characters; the name of a variable stands for it rather than a mark without a name."""
        if self._shown.get(value) == STAND_IN:
            self._shown[value] = shown
        elif value not in self._shown:
            self._shown[value] = shown
            self._by_end.setdefault(value[-SHORTEST:], []).append(value)

    def within(self, text: str) -> list[tuple[str, str]]:
        """Return the values that stand in a text, the longest first, each with what stands for it."""
        found = [value for end in self._ends(text) for value in self._by_end[end] if value in text]
        return [(value, self._shown[value]) for value in sorted(found, key=len, reverse=True)]

    def _ends(self, text: str) -> set[str]:
        """Return the ends of values that stand in a text: those of keys differ more than their starts."""
        if len(self._by_end) <= _FEW:
            return {end for end in self._by_end if end in text}
        ends: set[str] = set()
        for first in range(0, len(text), _AT_ONCE):
            piece = text[first : first + _AT_ONCE + SHORTEST - 1]
            ends |= {piece[at : at + SHORTEST] for at in range(len(piece) - SHORTEST + 1)} & self._by_end.keys()
        return ends


class Known:
    """The values of secrets that are known.

    `anywhere` are those that no other text can be taken for, `in_prose` the others, which may be words too.
    """

    def __init__(self) -> None:
        self.anywhere = Values()
        self.in_prose = Values()

    def add(self, value: str, variable: str) -> None:
        """Remember a secret's value, and the variable that holds it now. An example that only repeats the variable's name is none."""
        value = value.strip()
        if len(value) < SHORTEST or is_placeholder(value) or repeats_name(value, variable) or value.lower() in _WORDS_OF_JSON:
            return
        target = self.anywhere if _is_one_of_its_kind(value) else self.in_prose
        if target.get(value) not in (None, STAND_IN) or (value in target and not variable):
            return
        stand_in = f"${re.sub('[^A-Z0-9_]+', '_', variable.upper())}" if re.match("[A-Za-z]", variable) else STAND_IN
        for form, shown in forms(value, stand_in).items():
            target.add(form, shown)
        escaped = value.encode("unicode_escape").decode("ascii")
        for form in (escaped, json.dumps(value)[1:-1], value.replace("\\", "\\\\").replace('"', '\\"'), value.replace("'", "'\\''")):
            target.add(form, stand_in)

    def add_login(self, user: Text, variable: str) -> None:
        """Remember a user and a password, and the password alone."""
        if user.plain is None:
            return
        self.add(user.plain, variable)
        _, colon, password = user.plain.partition(":")
        if colon:
            self.add(password, "")

    def learn(self, text: str) -> None:
        """Remember what a report hides of a source: it stands nowhere else either."""
        for span in spans(text, "source"):
            value = text[span.start : span.end]
            if _is_one_of_its_kind(value) and not re.search(r"[\s$]", value):
                self.add(value, "")

    def stands_in(self, text: str) -> bool:
        """Tell whether a text still holds a secret that is known, or one that has a key's shape."""
        if any(looks_real(match[0]) for match in SECRET.finditer(text)):
            return True
        return any(len(value) >= SHORT for value, _ in self.anywhere.within(text))

    def places(self, text: str) -> list[tuple[int, int, str]]:
        """Return where secrets that are known stand in a text, without overlaps: start, end, and the name of the variable."""
        found: list[tuple[int, int, str]] = []
        if (name := self.whole(text)) is not None:
            return [(0, len(text), name)]
        for value, shown in self.anywhere.within(text):
            for match in re.finditer(re.escape(value), text):
                if all(match.end() <= start or end <= match.start() for start, end, _ in found):
                    found.append((*match.span(), _name_of(shown)))
        return sorted(found)

    def whole(self, text: str) -> str | None:
        """Return the name of the variable if a text is as a whole a secret that is known, and no word that may stand there by chance."""
        has_both = re.search("[0-9]", text) is not None and re.search("[A-Za-z]", text) is not None
        shown = self.in_prose.get(text) if len(text) >= _WHOLE or has_both else None
        return None if shown is None else _name_of(shown)

    def hidden_in(self, text: str, kind: Kind) -> str:
        """Return a text for people with something in the place of each secret: its variable, if it is known."""
        pieces: list[str] = []
        at = 0
        for span in spans(text, kind):
            value = text[span.start : span.end]
            pieces += [text[at : span.start], self.anywhere.get(value) or self.in_prose.get(value) or STAND_IN]
            at = span.end
        hidden = self.replaced_in("".join([*pieces, text[at:]]))
        for value, stand_in in self.in_prose.within(hidden):
            hidden = re.sub(rf"(?<![\w$]){re.escape(value)}(?!\w)", lambda _, word=stand_in: word, hidden)  # type: ignore[misc]
        return hidden

    def hidden_in_quotes(self, program: str) -> str:
        """Return a program, such as a jq filter, without the secrets in its texts in double quotes."""
        pieces: list[str] = []
        at = 0
        for span in spans(program, "body"):
            if program[span.start - 1 : span.start] == '"':
                pieces += [program[at : span.start], STAND_IN]
                at = span.end
        return self.replaced_in("".join([*pieces, program[at:]]))

    def replaced_in(self, text: str) -> str:
        """Return a text that is sent, such as a name, without the secrets that are known or have a key's shape."""
        for value, stand_in in self.anywhere.within(text):
            text = text.replace(value, stand_in)
        return SECRET.sub(lambda match: STAND_IN if looks_real(match[0]) else match[0], text)


class Names:
    """The variables that hold the secrets of an import."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str, str], str] = {}
        self._owner: dict[tuple[str, str], tuple[str, str, str]] = {}
        """By the server, where a name is one of its own, and the name."""
        self._of_value: dict[str, str] = {}
        self._users: dict[tuple[str, str], str] = {}
        self._short: set[tuple[str, str, str]] = set()

    def learn(self, base: str, place: str, name: str, text: Text) -> None:
        """Remember the variable that a source uses for a secret, so that the same secret has it where it stands itself."""
        used = environment_name(text.variable.name) if text.variable else None
        if used:
            key = (base.lower(), place, name.lower())
            self._used.setdefault(key, used)
            self._owner.setdefault(("", used), key)

    def of(self, base: str, place: str, name: str, text: Text, suffix: str | None) -> tuple[str, bool]:
        """Return the variable for a secret: the one that the source uses there, else one named after the server and the place.

        And whether it is short: named after the place alone, where the server's address says nothing, as localhost.
        """
        used = environment_name(text.variable.name) if text.variable else None
        if used:
            return used, False
        key = (base.lower(), place, name.lower())
        if key not in self._used:
            same = self._of_value.get(text.plain or "")
            host, of_place = name_of_host(base), suffix or name_of_place(name)
            if not same and not host:
                self._short.add(key)
            self._used[key] = same or self._new(key, f"{host}_{of_place}" if host else of_place, "" if host else base.lower())
        if text.plain and not is_placeholder(text.plain) and key not in self._short:
            self._of_value.setdefault(text.plain, self._used[key])
        return self._used[key], key in self._short

    def _new(self, key: tuple[str, str, str], wanted: str, server: str) -> str:
        """Return a name that no other place has; what differs in its port or scheme alone is the same server."""
        number = 1
        name = wanted
        while self._owner.setdefault((server, name), key) != key:
            number += 1
            name = f"{wanted}_{number}"
        return name

    def first_user(self, base: str, variable: str, user: str) -> str:
        """Return the user whom the first command has whose login is in a variable now; `user` is that of this one."""
        return self._users.setdefault((base.lower(), variable), user)

    def inside(self, name: str, text: Text) -> str:
        """Return the variable for a secret in a body or a path; a catalog puts the name of the backend before it."""
        used = environment_name(text.variable.name) if text.variable else None
        return used or name_of_place(name)


def scheme(text: Text) -> tuple[str, Text]:
    """Return what stands before the credential in a header, `Bearer `, and the credential."""
    match = _SCHEME.match(as_string(text))
    return (match[0], cut(text, match.end())) if match and match.end() < len(as_string(text)) else ("", text)


def _is_one_of_its_kind(value: str) -> bool:
    """Tell whether a value can be no other text: of letters and digits, of letters in a way that no word has, or long."""
    has_digit = re.search("[0-9]", value) is not None
    has_letter = re.search(r"[^\W\d_]", value) is not None
    is_mixed = has_digit and has_letter and len(value) >= 7
    is_odd = len(value) >= 10 and (re.search("[a-z][A-Z]", value) is not None or value.isdigit())
    return len(value) >= 16 or is_mixed or is_odd


def _name_of(shown: str) -> str:
    """Return the name of the variable that stands for a secret; of one without a name, what it is."""
    return shown.lstrip("$") if shown != STAND_IN else "secret"
