"""Find the secrets in a command that is shown: what options of curl and of other programs take."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.importing.secrets.names import is_open, is_secret_variable, secret_by_name

Found = tuple[int, int, str]
"""Where a secret starts and ends, and what it is."""

# Options of curl that take a secret (curl(1)), and their values.
_OPTION = re.compile(
    r"(?<!\S)(?P<option>-[A-Za-z#]{0,8}[uUb]|--(?:user|proxy-user|cookie|oauth2-bearer|pass|proxy-pass|tlspassword|proxy-tlspassword))"
    r"(?:[ \t]*=?[ \t]*)(?P<value>'[^']*'?|\"(?:[^\"\\]|\\.)*\"?|[^\s'\"]+)"
)
_LONG_OPTION = re.compile(r"(?<!\S)--(?P<name>[a-z][\w-]{1,40})(?:[ \t]+|=)(?P<value>'[^']*'?|\"(?:[^\"\\]|\\.)*\"?|[^\s'\"-][^\s'\"]*)")
_HEADER_OPTION = re.compile(r"(?<!\S)(?:-[A-Za-z#]{0,8}H|--header)(?:[ \t]*=?[ \t]*)(?P<value>'[^']*'?|\"(?:[^\"\\]|\\.)*\"?|[^\s'\"]+)")
_HEADER_NAME = re.compile(r"\s*(?P<name>[^:：;'\"\n]{1,80}?(?=\s*[:：;])|[\w-]{1,80})(?:\s*[:：;]\s*|\s+)(?=\S)")
# A line of a curl config file (curl(1), --config), as `-K -` reads it.
_CONFIG_LINE = re.compile(
    r"^[ \t]*-{0,2}(?:user|proxy-user|cookie|oauth2-bearer|pass|proxy-pass|tlspassword)[ \t]*[:= ][ \t]*"
    r"(?P<value>\"(?:[^\"\\]|\\.)*\"?|\S+)",
    re.MULTILINE,
)
_CERTIFICATE = re.compile(r"(?<!\S)(?:-E|--cert|--proxy-cert)[ =]*[\"']?[^\s\"':]+:([^\s\"']+)")
_LOGIN_OF_PROXY = re.compile(
    r"(?<!\S)(?:-x|--(?:proxy|proxy1\.0|preproxy|socks4a?|socks5(?:-hostname)?))[ =]*[\"']?(?:\w+://)?([^\s\"'@]+:[^\s\"']+)@"
)
_LOGIN_OF_CONFIG = re.compile(r"[\"'](?:proxy-)?user\s*[:= ]\s*\\?[\"']?([^\s\"':&]+:[^\s\"']+)")
# The same options in a list of another language: "-u", "user:password".
_IN_LIST = re.compile(r"[\"'](?:-[uUb]|--(?:user|proxy-user|cookie|oauth2-bearer|pass))[\"'],\s*[\"']([^\"'\n]+)[\"']")
# Passwords of other programs: `echo … | sudo -S`, `sshpass -p…`.
_WORD = r"(?P<value>'[^']*'?|\"(?:[^\"\\]|\\.)*\"?|[^\s'\"|;&-][^\s'\"|;&]*)"
_PASSWORD_ON_INPUT = re.compile(
    rf"\b(?:echo|printf)[ \t]+(?:-n[ \t]+|'?%s(?:\\n)?'?[ \t]+)?{_WORD}[ \t]*\|[ \t]*sudo[ \t]+(?:-\w+[ \t]+)*-\w*S"
)
_OTHER_PROGRAM = re.compile(
    rf"\b(?:sshpass|mysql\w*|mariadb\w*|(?:docker|podman|registry)[ \t]+login)\b(?:[ \t]+[^\s|;&]+){{0,6}}?[ \t]+-p[ \t]*{_WORD}"
)
_SCHEME_ALONE = re.compile(r"(?:Bearer|Basic|Token|ApiKey|Api-Key|Digest|OAuth|Key)[ \t]+(?=\S)", re.IGNORECASE)


def secrets_of_command(text: str) -> Iterator[Found]:
    """Yield the values of curl's options that take a secret, and of other options that are called so."""
    for match in _OPTION.finditer(text):
        if match["option"][-1] == "b" and "=" not in match["value"]:
            continue  # -b cookies.txt
        yield from _word(match)
    for match in _LONG_OPTION.finditer(text):
        if is_secret_variable(match["name"]):
            yield from _word(match)
    for match in _CERTIFICATE.finditer(text):
        yield (*match.span(1), "password")
    for match in (*_CONFIG_LINE.finditer(text), *_PASSWORD_ON_INPUT.finditer(text), *_OTHER_PROGRAM.finditer(text)):
        yield from _word(match)
    for pattern in (_LOGIN_OF_PROXY, _LOGIN_OF_CONFIG, _IN_LIST):
        for match in pattern.finditer(text):
            if not is_open(match[1]):
                yield (*match.span(1), "login")
    for match in _HEADER_OPTION.finditer(text):
        yield from _header_option(match)


def _header_option(match: re.Match[str]) -> Iterator[Found]:
    """Yield the value of a header that is called as a secret is, however odd it is written: without a colon, or over two lines."""
    quote = match["value"][:1] if match["value"][:1] in "'\"" else ""
    name = _HEADER_NAME.match(match.string, match.start("value") + len(quote), match.end("value"))
    if name is None or secret_by_name(name["name"]) is None:
        return
    closed = match["value"].endswith(quote) and len(match["value"]) > 1
    end = match.end("value") - (len(quote) if closed else 0)
    scheme = _SCHEME_ALONE.match(match.string, name.end(), end)
    start = scheme.end() if scheme else name.end()
    if not is_open(match.string[start:end]):
        yield (start, end, "api key")


def _word(match: re.Match[str]) -> Iterator[Found]:
    start, end = match.span("value")
    value = match["value"]
    if value[:1] in "'\"":
        start += 1
        end -= value[-1] == value[0] and len(value) > 1
    if not is_open(match.string[start:end]):
        yield (start, end, "login")
