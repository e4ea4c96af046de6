"""Tell from its name whether a value is a secret, and name the variable that takes a secret's place."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote, urlsplit

from generator.importing.placeholder_host import OWN_NETWORKS, placeholder_name
from generator.importing.texts import HOLE

Certainty = Literal["surely", "maybe"]

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+")

# The last word of a name says what it is: `token_count` is a count, `x-auth-token` a token.
_SECRET_NOUNS = frozenset(
    "password passwords passwd pwd pw passphrase passcode pass secret secrets credential credentials authorization jwt otp totp cvc cvv"
    " apikey apikeys sessid phpsessid jsessionid sessionid assertion samlresponse passwort kennwort 密码 口令 密钥 秘钥 令牌".split()
)
_PERHAPS_NOUNS = frozenset("signature sig session sid auth pin cookie hmac bearer csrf xsrf".split())
# Several words written as one: `dbpassword`, `clientsecret`.
_SECRET_ENDING = re.compile(
    r".*(password|passwd|passphrase|clientsecret|apikey|accesskey|secretkey|privatekey|authkey|accesstoken|authtoken|refreshtoken|apitoken"
    r"|idtoken|sessionid|sessiontoken|accesskeyid|secretid|codeverifier|credentials?|connectionstring|密码|口令|密钥|令牌)"
)
_BEHIND_THE_NOUN = frozenset("value string text base64 b64 plain hash header encrypted encoded confirm confirmation again".split())

_SECRET_KEYS = frozenset(
    "api access secret private auth app application subscription license encryption master account shared client service functions"
    " function admin signing storage deploy consumer rapidapi ssh x-api team project-api user write read ingest integration".split()
)
_OTHER_KEYS = frozenset(
    "public primary foreign partition sort routing idempotency cache group object index hash range row column map dict meta translation"
    " dedup deduplication message event issue parent story sub host lookup search filter order config setting hot short answer natural"
    " unique composite feature flag json field property query param attribute registry label project".split()
)
_OTHER_TOKENS = frozenset(
    "max min first last next page previous prev continuation continue sync cursor pagination pad eos bos unk mask sep cls stop special"
    " num per begin end start image prefix suffix middle fill completion prompt total count think thinking skip resume".split()
)

_PLACEHOLDER = re.compile(
    r"(your|my|insert|enter|replace|put|change|fill|add|paste)\b.*|.*\b(here|placeholder|goes here|example|changeme)|"
    r"(an?|the|some)? ?(api ?key|(access|auth|bearer|secret|api) ?(token|key)|token|key|password|passwd|pass|pwd|secret|user|username|"
    r"string|credentials?|todo|none|null|test|demo|admin|root|guest|value|foo|bar|abc|123|1234|12345|123456|"
    r"enabled?|disabled?|private|public|active|inactive|required|optional)|"
    r"(\w{1,4} )?[x*.•…_0-]{2,}|.*(?P<run>[x*.•])(?P=run){3,}.*|…|[x*.?]",
    re.IGNORECASE | re.DOTALL,
)
_OPEN = re.compile(
    rf"\$\w+|\$\{{[^{{}}]*\}}|\$\([^()]*\)|\{{\{{[^{{}}]*\}}\}}|\{{[\w.-]+\}}|<[^<>]*>|\[[A-Za-z][\w -]*\]|%[A-Z]\w*%|{HOLE}",
    re.ASCII,
)
_PLAIN_COOKIES = frozenset("lang language locale theme currency timezone tz".split())
_SECOND_LEVEL = frozenset("co com ac gov org net edu".split())


def words(name: str) -> list[str]:
    """Return the words of a name in small letters: of `X-Auth-Token`, `xAuthToken` and `x_auth_token` the same three."""
    return [word.lower() for word in _WORD.findall(name)]


def repeats_name(value: str, name: str) -> bool:
    """Tell whether a value only repeats what its field or variable is called, as examples do: `sas-token` in `storage_sas_token`."""
    own = words(value)
    return re.fullmatch("[A-Za-z_. -]+", value) is not None and words(name)[-len(own) :] == own


@lru_cache(maxsize=5000)
def secret_by_name(name: str) -> Certainty | None:
    """Tell from the name of a header, a query's key, a cookie, a field or a variable whether its value is a secret.

    `surely`: whatever the value is; `maybe`: if the value looks like one, since a `key` and a `token` are many things.
    """
    parts = words(name[-100:])
    while len(parts) > 1 and (parts[-1] in _BEHIND_THE_NOUN or parts[-1].isdigit()):
        parts.pop()
    if not parts:
        return None
    last, before = parts[-1], parts[-2] if len(parts) > 1 else ""
    if last in _SECRET_NOUNS or _SECRET_ENDING.fullmatch("".join(parts)):
        return "surely"
    if last == "key":
        return "surely" if before in _SECRET_KEYS else None if before in _OTHER_KEYS else "maybe"
    if last == "token":
        return "maybe" if before in ("", "x") else None if before in _OTHER_TOKENS else "surely"
    return "maybe" if last in _PERHAPS_NOUNS else None


def is_long_secret_name(name: str) -> bool:
    """Tell whether a name says itself which secret it is: `access_token`, `clientSecret`."""
    return _SECRET_ENDING.fullmatch("".join(words(name))) is not None


def is_secret_variable(name: str) -> bool:
    """Tell whether a variable of this name stands for a secret: `$API_KEY` and `$TOKEN` do, `$KEY` and `$SESSION` may be anything.

    `$PWD` and `$OLDPWD` are the shell's own: the folders that it works in (Bash manual, 5.1).
    """
    if name in ("PWD", "OLDPWD"):
        return False
    certainty = secret_by_name(name)
    return certainty == "surely" or (certainty == "maybe" and words(name)[-1] in ("token", "signature", "cookie", "bearer"))


def is_plain_cookie(name: str, value: str) -> bool:
    """Tell whether a cookie is a setting that everybody may know: `lang=en`."""
    return name.lower() in _PLAIN_COOKIES and re.fullmatch(r"[A-Za-z]{2,10}([-_/][A-Za-z]{2,12})*", value) is not None


def is_open(text: str) -> bool:
    """Tell whether a text is only variables and placeholders: `$TOKEN`, `{{token}}`, `<token>`."""
    return text != "" and _OPEN.sub("", text).strip(" \t:") == ""


def is_placeholder(value: str) -> bool:
    """Tell a value that stands for a secret from one that is: YOUR_API_KEY, sk-xxxx, `...`, `password`."""
    return is_open(value) or (len(value) < 80 and _PLACEHOLDER.fullmatch(re.sub("[-_ ]+", " ", value.strip())) is not None)


def environment_name(name: str) -> str | None:
    """Return the name of an environment variable for a variable that a source names; None if it says nothing of its own.

    `{{accessToken}}` is ACCESS_TOKEN; `<your api key>` and the output of a command have no name.
    """
    if re.fullmatch(r"[A-Z][A-Z0-9_]*", name) and not re.match(r"(YOUR|INSERT|REPLACE|ENTER)_", name):
        return name
    parts = words(name) if re.fullmatch(r"[\w .-]{1,60}", name) else []
    if not parts or parts[0] in ("your", "my", "insert", "replace", "enter", "put", "the", "paste"):
        return None
    text = "_".join(parts).upper()
    return text if re.fullmatch(r"[A-Z][A-Z0-9_]*", text, re.ASCII) else None


def name_of_host(base: str) -> str:
    """Return what an address calls its server, in capitals: EXAMPLE of https://api.example.com; nothing for localhost and numbers."""
    try:
        host = urlsplit(base if "://" in base else f"http://{base}").hostname or ""
    except ValueError:  # brackets that do not close
        return ""
    labels = [label for label in unquote(host).split(".") if label]
    meant = placeholder_name(host)
    if meant is not None:
        labels = [meant]
    if not labels or labels[-1].isdigit() or ":" in host or labels[-1] == "localhost":
        return ""
    if len(labels) > 1 and labels.pop() in OWN_NETWORKS:
        labels = labels[:1]
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    name = re.sub("[^A-Z0-9]+", "_", labels[-1].upper()).strip("_")
    return name if re.match("[A-Z]", name) else ""


def name_of_place(name: str) -> str:
    """Return what a secret's place calls it, in capitals: API_KEY for `X-Api-Key`, `key` and Authorization."""
    parts = words(name)
    while len(parts) > 1 and parts[0] == "x":
        parts = parts[1:]
    if not parts or parts[-1] in ("authorization", "bearer") or "".join(parts) in ("key", "apikey"):
        return "PROXY_LOGIN" if parts[:1] == ["proxy"] else "API_KEY"
    text = re.sub("[^A-Z0-9_]", "", "_".join(parts[-4:]).upper()).strip("_")
    return text if re.match("[A-Z]", text) else "SECRET"
