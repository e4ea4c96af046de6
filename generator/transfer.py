"""How curl transfers a request and its answer: a cell's `curl:` settings as the options that one would type.

Printed commands and scripts both write these options; where they differ, `TransferOption.kind` says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from generator.catalog.model import Cell, CurlSettings
from generator.request import Request


@dataclass(frozen=True)
class TransferOption:
    """An option of curl and its value.

    A `path`, a `socket` and a `jar` are paths of files; ~/ at their start is the home folder. In a script `seconds` come from the
    variable …_TIMEOUT, if it is set, and the `socket` from …_UNIX_SOCKET.
    """

    flag: str
    value: str = ""
    kind: Literal["alone", "text", "path", "seconds", "socket", "jar"] = "alone"

    @property
    def private(self) -> bool:
        """Whether it says who the user is, which concerns the catalog's server alone."""
        return self.flag in ("--cert", "--key", "--aws-sigv4")


def transfer_options(cell: Cell) -> tuple[TransferOption, ...]:
    """Return the options for a cell's settings, in the order in which commands have them; `location` is not among them."""
    settings = cell.curl
    options = []
    for flag, wanted in (("-k", settings.insecure), ("--http2", settings.http2), ("--compressed", settings.compressed)):
        if wanted:
            options.append(TransferOption(flag))
    if settings.retry:
        options.append(TransferOption("--retry", str(settings.retry), "text"))
    if settings.max_time is not None:
        flag = "-y" if cell.streams else "-m"  # a stream may last, but not be silent
        options.append(TransferOption(flag, str(settings.max_time), "seconds"))
    if settings.unix_socket:
        options.append(TransferOption("--unix-socket", settings.unix_socket, "socket"))
    if settings.cacert:
        options.append(TransferOption("--cacert", settings.cacert, "path"))
    if settings.cert:
        options.append(TransferOption("--cert", _before_password(settings.cert), "path"))
    if settings.private_key:
        options.append(TransferOption("--key", settings.private_key, "path"))
    if settings.cookie_jar:
        options += [TransferOption("-b", settings.cookie_jar, "jar"), TransferOption("-c", settings.cookie_jar, "jar")]
    if settings.aws_sigv4:
        options.append(TransferOption("--aws-sigv4", settings.aws_sigv4, "text"))
        if cell.file is not None:
            options.append(TransferOption("-0"))  # else curl asks before a long file (Expect: 100-continue), and that is not signed
    return tuple(options)


def fails_on_error(cell: Cell) -> bool:
    """Return whether commands have -f, with which curl reports a status from 400 on, in place of printing the error for jq to read.

    They have none where such a status is an answer of the cell's.
    """
    return not any(cell.is_success(status) for status in range(400, 600))


def why_not_location(cell: Cell, request: Request) -> Literal["key", "method"] | None:
    """Return why commands do not have -L where redirects are followed; None if they have it, or follow none.

    curl keeps Authorization at home, and nothing else; and a method that -X names is used for every redirect, whatever it says.
    """
    if not cell.curl.location:
        return None
    kept = [secret.place == "basic" or (secret.place == "headers" and secret.name.lower() == "authorization") for secret in request.secrets]
    if not all(kept):
        return "key"
    return "method" if "-X" in request.method_options else None


def _before_password(path: str) -> str:
    """Return a path as --cert reads it: behind a : stands a password, unless a \\ stands before the :."""
    return path.replace("\\", "\\\\").replace(":", "\\:")


@dataclass(frozen=True)
class Feature:
    """What an installed curl may lack: what `curl --version` then does not print, and what is said."""

    names: tuple[str, ...]
    lacking: str


def features(settings: CurlSettings) -> list[Feature]:
    """Return what a curl has to be built with for these settings."""
    found = []
    if settings.unix_socket:
        found.append(Feature(("UnixSockets",), "this curl cannot use unix sockets (--unix-socket): install one that can"))
    if settings.compressed:
        found.append(Feature(("libz", "brotli", "zstd"), "this curl cannot unpack answers (--compressed): install one that can"))
    if settings.http2:
        found.append(Feature(("HTTP2",), "this curl cannot speak HTTP/2 (--http2): install one that can"))
    return found
