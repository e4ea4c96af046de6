"""Replace what may be secret or personal in a recorded answer: keys, addresses, names, folders.

What is known exactly (the keys that were sent, this machine's names and folders) is looked for first, then what looks like
something that nobody should publish. Too much is replaced rather than too little: a sample shows a shape.
"""

from __future__ import annotations

import getpass
import ipaddress
import re
import socket
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.record.shape import written
from generator.secret_text import BEARER, KEY_LOOK, KEY_NAMES, PRIVATE_KEY, SECRET, SECRET_NAMES, STAND_IN, forms, pattern_of

HOST = "example.com"  # RFC 2606
ADDRESS = {4: "192.0.2.1", 6: "2001:db8::1"}  # RFC 5737, RFC 3849
MAIL = "user@example.com"
FOLDER = "/path/to/"
USER = "user"

USER_NAMES = re.compile(r"user(name)?|login|(full|first|last|family|given|display|user)name")
MAIL_NAMES = re.compile(r".*e?mail")

E_MAIL = re.compile(r"[\w.+-]+@(?!example\.(?:com|org|net)\b)[\w-]+(?:\.[\w-]+)+")
URL = re.compile(r"\b([a-z][a-z0-9+.-]*://)([^\s/?#@\"'<>]*@)?(\[[0-9a-fA-F:.]+\]|[^\s/?#:@\"'<>\\,;)\]}]+)")
PRIVATE_HOST = re.compile(r"\b[\w-]+(?:\.[\w-]+)*\.(?:local|lan|internal|corp|intranet|localdomain|home\.arpa|svc|cluster)(?:\.[\w-]+)*\b")
IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)")
IPV6 = re.compile(r"(?<![\w:.])[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?![\w:])")
# Paths of files: below a folder that holds them on Linux or a Mac, or on a drive of Windows. /v1/models is none.
PATH = re.compile(
    r"(?<![\w.~/-])(?:~|/(?:home|Users|root|tmp|var|opt|usr|mnt|media|srv|etc|private|nfs|scratch|work|workspace|data|app|nix))"
    r"(?:/[^\s/\"'`<>|:*?,;()\[\]{}]+)*/(?=[^\s/\"'`<>|:*?])|"
    r"\b[A-Za-z]:\\(?:[^\s\\\"'<>|:*?]+\\)*"
)
# A home folder with nothing behind it.
HOME = re.compile(r"(/home/|/Users/|\b[A-Za-z]:\\Users\\)(?!user\b)[^\s/\\\"'`<>|:*?,;()\[\]{}]+")
FILE_URL = re.compile(r"\bfile://[^\s\"'<>]*/")

LOOPBACK = ("localhost", "ip6-localhost")


@dataclass
class Hider:
    """Replaces texts. `secrets` says what stands for each key that was sent, `public` which hosts anybody may know.

    `found` has what was replaced in the value looked at last: the place, and what it was.
    """

    secrets: Mapping[str, str]
    public: frozenset[str] = frozenset()
    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.known: list[tuple[str, str, str]] = []
        for secret, stand_in in self.secrets.items():
            self.known += [(form, shown, "a key") for form, shown in _forms(secret, stand_in).items()]
        self.known += _of_this_machine()
        self.known.sort(key=lambda item: -len(item[0]))  # a part of another one comes after it

    def hide(self, value: Any) -> Any:
        """Return a JSON value in which nothing is left that may be secret or personal."""
        self.found = []
        return self._value(value, (), "")

    def holds_secret(self, text: str) -> bool:
        """Tell whether a text holds one of the keys that were sent."""
        known = {form: shown for secret, stand_in in self.secrets.items() for form, shown in _forms(secret, stand_in).items()}
        return any(form != shown and shown != USER and pattern_of(form).search(text) for form, shown in known.items())

    def _value(self, value: Any, place: tuple[str, ...], name: str) -> Any:
        if isinstance(value, str):
            return self._text(value, place, name)
        if isinstance(value, list):
            return [self._value(item, (*place, f"[{position}]"), name) for position, item in enumerate(value)]
        if isinstance(value, dict):
            hidden = {}
            for key, item in value.items():
                shown = self._text(key, (*place, ".(a name)"), "")
                while shown in hidden:
                    shown += "_"
                hidden[shown] = self._value(item, (*place, f".{shown}"), key)
            return hidden
        if isinstance(value, (int, float)) and not isinstance(value, bool) and str(value) in self.secrets:
            self._note(place, "a key")
            return 0
        return value

    def _text(self, text: str, place: tuple[str, ...], name: str) -> str:
        for known, stand_in, what in self.known:
            if known in text:
                text = self._replace(pattern_of(known), stand_in, text, place, what)
        field = re.sub("[-_ ]", "", name.lower())
        if text and SECRET_NAMES.fullmatch(field) and text not in self.secrets.values():
            self._note(place, "a secret")
            return STAND_IN
        if KEY_NAMES.fullmatch(field) and KEY_LOOK.fullmatch(text) and text not in self.secrets.values():
            self._note(place, "a key")
            return text[:3] + STAND_IN
        if text and MAIL_NAMES.fullmatch(field) and "@" in text:
            self._note(place, "an e-mail address")
            return MAIL
        if text and USER_NAMES.fullmatch(field):
            self._note(place, "a name")
            return USER
        return self._looked_through(text, place, is_version="version" in field)

    def _looked_through(self, text: str, place: tuple[str, ...], *, is_version: bool) -> str:
        """Return a text without what looks like something that nobody should publish."""
        replace = self._replace
        text = replace(PRIVATE_KEY, f"-----BEGIN PRIVATE KEY-----{STAND_IN}", text, place, "a private key")
        text = replace(SECRET, lambda found: found[0] if found[0].startswith("-----") else found[0][:3] + STAND_IN, text, place, "a key")
        text = replace(BEARER, lambda found: f"{found[1]} {STAND_IN}", text, place, "a key")
        text = replace(FILE_URL, f"file://{FOLDER}", text, place, "a path")
        text = replace(URL, self._url, text, place, "a host")
        text = replace(E_MAIL, MAIL, text, place, "an e-mail address")
        text = replace(PRIVATE_HOST, HOST, text, place, "a host")
        text = replace(HOME, lambda found: f"{found[1]}{USER}", text, place, "a path")
        text = replace(PATH, FOLDER, text, place, "a path")
        if not is_version:  # which may have four numbers
            text = replace(IPV4, _address, text, place, "an address")
        return replace(IPV6, _address, text, place, "an address")

    def _url(self, found: re.Match[str]) -> str:
        scheme, user, host = found[1], found[2] or "", found[3]
        if user:
            user = f"{USER}:{STAND_IN}@" if ":" in user else f"{USER}@"
        if scheme == "file://" or _is_loopback(host) or host.lower() in self.public or _is_example(host):
            return f"{scheme}{user}{host}"
        return f"{scheme}{user}{HOST}"

    def _replace(
        self, pattern: re.Pattern[str], replacement: str | Callable[[re.Match[str]], str], text: str, place: tuple[str, ...], what: str
    ) -> str:
        """Return a text with all that a pattern finds replaced; a replacement that is a text is taken as it is."""
        replaced = pattern.sub((lambda _: replacement) if isinstance(replacement, str) else replacement, text)
        if replaced != text:
            self._note(place, what)
        return replaced

    def _note(self, place: tuple[str, ...], what: str) -> None:
        self.found.append(f"{written(place)} ({what})")


def _forms(secret: str, stand_in: str) -> dict[str, str]:
    """Return the ways in which a key may be written, a user and a password also alone, with what stands for each."""
    written = forms(secret, stand_in)
    if ":" in secret:
        user, password = secret.split(":", 1)
        written = {user: USER, password: stand_in.split(":", 1)[-1]} | written
    return {form: shown for form, shown in written.items() if form}


def _of_this_machine() -> list[tuple[str, str, str]]:
    """Return this machine's folders, names and user, with what stands in their place and what they are."""
    home = str(Path.home())
    folders = [str(Path.cwd()), tempfile.gettempdir(), home]
    known = [(f"{folder}/", FOLDER, "a path") for folder in folders if folder != "/"]
    host = socket.gethostname()
    if len(host) > 3 and not _is_loopback(host):
        known += [(name, HOST, "a host") for name in {host, host.split(".")[0]}]
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # no such user: OSError since Python 3.13
        user = ""
    return [*known, *([(user, USER, "a name")] if len(user) > 3 and user not in ("root", "user") else [])]


def _is_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host.lower() in LOOPBACK or host.lower().endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def _is_example(host: str) -> bool:
    return re.fullmatch(r"(.*\.)?example(\.(com|org|net))?", host.lower()) is not None


def _address(found: re.Match[str]) -> str:
    """Return what stands for an IP address; what is none, or loopback, stays."""
    try:
        address = ipaddress.ip_address(found[0])
    except ValueError:
        return found[0]
    if address.is_loopback or address.is_unspecified or str(address) in ADDRESS.values():
        return found[0]
    return ADDRESS[address.version]
