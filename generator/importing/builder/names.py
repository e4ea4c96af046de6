"""Make ids, names of variables and options that a catalog takes, out of words of people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

from generator.catalog.checks import OWN_OPTIONS, SHELL_VARIABLES

LONGEST_ID = 40

RESERVED_OPTIONS = {name.removeprefix("--") for name in OWN_OPTIONS} | {"set", "body", "all", "header"}
RESERVED_VARIABLES = {"BASE_URL", "TIMEOUT", "CURLRC", "UNIX_SOCKET"}
"""What scripts take by themselves, behind a backend's prefix."""

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIMESTAMP = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9:]+)?", re.IGNORECASE)

IDS = re.compile(
    r"[0-9]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|[0-9a-f]{16,}|(?=[a-z_-]*[0-9])(?=.*[a-z])[a-z0-9_-]{16,}"
    rf"|(?-i:[A-Z]{{2,10}}-[0-9]+)|{DATE.pattern}|{TIMESTAMP.pattern}",
    re.IGNORECASE,
)
"""A segment of a path that is the id of something: a number, a UUID, a digest, a long word with digits in it, a key such as INV-17, or
a day or a moment."""

ROOTS = re.compile(r"api|apis|rest|rpc|openapi|_api|_apis", re.IGNORECASE)
"""Segments at which the address of an API ends, if nothing says otherwise."""

VERSION = re.compile(r"v[0-9]+([a-z0-9.]*[0-9])?([a-z]+[0-9]*)?", re.IGNORECASE)


_ACTS = (
    "start|stop|restart|reset|reboot|halt|shutdown|power[_-]?(?:on|off|cycle)|attach|detach|enable|disable|delete|remove|write|set|erase|wipe|"
    "clear|flush|purge|kill|abort|cancel|pause|resume|suspend|unsubscribe|install|uninstall|upgrade|reload|toggle|turn[_-]?(?:on|off)|trigger|"
    "save|apply|create|update|insert|rename|lock|unlock|mount|unmount|eject|format|arm|disarm|calibrate|unregister|deregister"
)
ACTS = re.compile(rf"(?:do[_-])?(?:{_ACTS})(?:\.(?:php|cgi|aspx?|jsp|do|action)|[_-][\w-]*|(?-i:[A-Z])\w*)?", re.IGNORECASE)
"""Segments of paths, and commands in a query, with which a GET does something, though HTTP says that it should not (RFC 9110, 9.2.1)."""


CUSTOM_VERB = re.compile(r"^[^:]+:(?=[A-Za-z]{3,}$)")
"""What stands before the verb in a segment such as `pro-2:generateContent`: the item that it is for (Google's AIP-136)."""


def slug(text: str, *, is_name: bool = False) -> str:
    """Return words as an id (`List pets` is list-pets, `getPetById` get-pet-by-id); "" if no letter of ASCII is in them.

    Capitals inside the name of a server, such as GitLab, begin no word.
    """
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    if not is_name:
        plain = re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", plain)
        plain = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1-\2", plain)
    plain = re.sub(r"['’`]", "", plain)
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    return re.sub(r"^[^a-z]+", "", words)


def short(name: str) -> str:
    """Return an id of at most 40 characters, cut between words."""
    if len(name) <= LONGEST_ID:
        return name
    cut = name[: LONGEST_ID + 1].rpartition("-")[0]
    return cut or name[:LONGEST_ID].strip("-")


def is_latin(text: str) -> bool:
    """Tell whether a text has no letters beyond Latin ones: an id made of it says what it says."""
    return all(ord(character) < 0x250 or not character.isalpha() for character in text)


def singular(word: str) -> str:
    """Return an English plural as one of them, as far as it can be told by its end; other words as they are."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(sses|shes|ches|xes|zes)$", word):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is", "ings", "news")) and len(word) > 3:
        return word[:-1]
    return word


def path_id(method: str, path: str, *, creates: bool = False) -> str:
    """Return an id for what a path is about: /user/settings is user-settings, GET /pets/{id} get-pet, and DELETE of it delete-pet.

    A POST that `creates` something, /pets, is create-pet.
    """
    segments = [segment for segment in path.split("/") if segment not in ("", "..")]
    words = [segment for segment in segments if "{" not in segment and not VERSION.fullmatch(segment) and not IDS.fullmatch(segment)]
    words = [word for word in words if not ROOTS.fullmatch(word)] or words
    words = [CUSTOM_VERB.sub("", word) for word in words]
    names = [slug(re.sub(r"\.(json|xml|php|html?|aspx?)$", "", word.replace(":", "-").replace("_", "-"))) for word in words]
    names = [name for name in names if name]
    is_item = bool(segments) and "{" in segments[-1] and bool(names)
    if is_item:
        names[-1] = singular(names[-1])
    if not names:
        names = [made for segment in segments if "{" in segment and (made := slug(segment))][-1:]
    kept = names[-3:]
    while len(kept) > 1 and len("-".join(kept)) > 30:
        kept = kept[1:]
    verb = method.lower()
    if (verb == "get" and not is_item) or verb == "head" or kept[-1:] == [verb]:
        verb = ""
    elif verb == "post":
        verb = "create" if creates and names and singular(names[-1]) != names[-1] else ""
        if verb:
            kept[-1] = singular(kept[-1])
    name = "-".join(part for part in (slug(verb), *kept) if part)
    return short(name) or "root"


def unique(name: str, taken: Collection[str], mark: str = "-") -> str:
    """Return the id, with a number behind it if it is taken."""
    if name not in taken:
        return name
    number = 2
    while f"{name}{mark}{number}" in taken:
        number += 1
    return f"{name}{mark}{number}"


def parameter_id(name: str) -> str:
    """Return the id of a parameter: `PET_ID` and `petId` are pet-id. Those of scripts' own options have another one."""
    made = short(slug(name)) or "value"
    variable = made.upper().replace("-", "_")
    if made in RESERVED_OPTIONS or variable in RESERVED_VARIABLES or variable.endswith("_BASE_URL"):
        return f"{made}-value"
    return made


def variable_of(name: str) -> str:
    """Return an id as a variable is written."""
    return name.upper().replace("-", "_")


def backend_id(name: str) -> str:
    """Return the id of a backend whose variables are not the shell's or another program's."""
    made = short(slug(name, is_name=True)) or "api"
    if SHELL_VARIABLES.fullmatch(f"{variable_of(made)}_BASE_URL"):
        return f"api-{made}"
    return made


def key_variable(name: str) -> str:
    """Return the name of a secret's variable, as a catalog takes it."""
    made = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")
    made = re.sub(r"^[^A-Z]+", "", made) or "API_KEY"
    candidates = (made, f"API_{made}", f"{made}_KEY", f"API_{made}_KEY")
    return next((candidate for candidate in candidates if not SHELL_VARIABLES.fullmatch(candidate)), "API_KEY")


def common(words: Sequence[Sequence[str]]) -> list[str]:
    """Return what several sequences have in common at their start."""
    shared = []
    for items in zip(*words, strict=False):
        if len(set(items)) > 1:
            break
        shared.append(items[0])
    return shared
