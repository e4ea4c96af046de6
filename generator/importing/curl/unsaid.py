"""What a catalog has no word for among curl's options, and what to do about each."""

from __future__ import annotations

from generator.importing.curl.errors import Unsayable
from generator.importing.curl.options import Given

# Options that change neither the request nor what a script does with the answer.
_QUIET = frozenset(
    "silent show-error fail fail-with-body verbose include show-headers progress-bar progress-meter styled-output basic disable keepalive"
    " tcp-nodelay parallel parallel-immediate parallel-max ca-native sessionid fail-early create-dirs remote-header-name"
    " remote-name-all clobber http1.1 suppress-connect-headers trace-time trace-ids compressed-ssh alpn npn no-clobber out-null".split()
)
SHOWS = {
    "include": "-i",
    "show-headers": "-i",
    "verbose": "-v",
    "progress-bar": "-#",
    "trace-time": "--trace-time",
    "trace-ids": "--trace-ids",
}
"""Options of those that show more than scripts do, each as it is written most often."""
_CONFIG_FILE = "put it into a curl config file, which the variable …_CURLRC names"
_LEFT_OUT = {
    "write-out": "scripts print the answer alone",
    "dump-header": "scripts have -i, which prints the headers",
    "trace": _CONFIG_FILE,
    "trace-ascii": _CONFIG_FILE,
    "stderr": "redirect the script's standard error",
    "config": "what that file says is not known here: copy its options into the command, or name it in the variable …_CURLRC",
    "netrc": f"the login is in ~/.netrc: {_CONFIG_FILE}",
    "netrc-file": f"the login is in that file: {_CONFIG_FILE}",
    "netrc-optional": f"the login may be in ~/.netrc: {_CONFIG_FILE}",
    "connect-timeout": "scripts wait ten seconds for a connection, or as long as the variable …_TIMEOUT says",
    "proxy": f"set https_proxy or http_proxy, or {_CONFIG_FILE}",
    "proxy-user": _CONFIG_FILE,
    "noproxy": "set no_proxy",
    "resolve": _CONFIG_FILE,
    "connect-to": _CONFIG_FILE,
    "remote-time": "the saved file has the time of its saving",
    "pass": "a passphrase is a secret: use a key without one, or a curl config file (…_CURLRC)",
}
_REFUSED = {
    "digest": "a catalog knows basic authentication (-u alone), no digest",
    "ntlm": "a catalog knows basic authentication (-u alone), no NTLM",
    "ntlm-wb": "a catalog knows basic authentication (-u alone), no NTLM",
    "negotiate": "a catalog knows basic authentication (-u alone), no Negotiate",
    "anyauth": "a catalog knows basic authentication (-u alone), and asks no server for another one",
    "variable": "curl puts variables in: write their values where they are used",
    "request-target": "a catalog's request goes to the path of its URL",
    "abstract-unix-socket": "a catalog knows unix-socket, with a path",
    "haproxy-protocol": "a catalog cannot say what is sent before HTTP",
    "haproxy-clientip": "a catalog cannot say what is sent before HTTP",
    "crlf": "a catalog sends a body as it is",
    "http0.9": "a catalog describes HTTP/1 and later",
    "time-cond": "write the condition as a header: -H 'If-Modified-Since: …'",
    "etag-compare": "the ETag is in a file: write it as a header: -H 'If-None-Match: …'",
    "continue-at": "write the range as a header: -H 'Range: bytes=…'",
    "httpsig-key": "a catalog cannot sign messages this way",
}
_NO_REQUEST = {"help": "its help", "version": "its version", "manual": "its manual"}
_OTHER_PROTOCOLS = ("mail-", "ftp-", "tftp-", "telnet-", "quote", "krb", "hostpub", "pubkey", "sasl-")


def what_is_left_out(given: Given) -> str | None:
    """Return a sentence about an option that a catalog cannot say; None if nothing of it is lost.

    Raises Unsayable if the request would be another one without it.
    """
    if given.name in _NO_REQUEST:
        raise Unsayable(f"it asks curl for {_NO_REQUEST[given.name]}, and sends no request")
    if not given.on or given.name in _QUIET:
        return None
    if given.name in _REFUSED:
        raise Unsayable(f"{given.written}: {_REFUSED[given.name]}")
    if given.name.startswith(_OTHER_PROTOCOLS):
        raise Unsayable(f"{given.written} is about another protocol than HTTP, which is all that a catalog describes")
    return f"{given.written} is left out: {_LEFT_OUT.get(given.name, f'a catalog has no word for it: {_CONFIG_FILE}')}"
