"""Run other programs: one in the foreground, or several in the background with limits of time and output.

A program in the foreground gets the signals that this one gets. One in the background has a session of its own, without
a terminal; it ends together with everything that it started.
"""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ENDING = (signal.SIGINT, signal.SIGTERM)
LOOK = 0.05
"""Seconds between two checks whether a program has ended, while a process that it started keeps its output open."""


def run_in_foreground(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command and return its exit status as a shell gives it. The command handles Ctrl-C. Raises OSError."""
    before = {number: signal.getsignal(number) for number in ENDING}
    if before[signal.SIGINT] is not signal.SIG_IGN:  # a handler, not SIG_IGN, which the command would inherit
        signal.signal(signal.SIGINT, lambda *_: None)
    try:
        early: list[int] = []
        signal.signal(signal.SIGTERM, lambda number, _: early.append(number))
        child = subprocess.Popen(command, env=environment)
        signal.signal(signal.SIGTERM, lambda number, _: child.send_signal(number))
        for number in early:
            child.send_signal(number)
        return _as_a_shell(child.wait())
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def missing(*programs: str, path: str | None = None) -> list[str]:
    """Return those of the programs that are not on the PATH."""
    return [name for name in programs if not shutil.which(name, path=path)]


def how_to_install(*programs: str) -> str:
    """Return the message for programs that are missing."""
    are = "are" if len(programs) > 1 else "is"
    return f"{' and '.join(programs)} {are} missing: apt, dnf or brew install {' '.join(programs)} (on Windows, use WSL)"


@dataclass(frozen=True)
class Result:
    """How a program in the background ended: its exit status as a shell gives it, None if its time was over; what it printed."""

    status: int | None
    out: bytes
    err: bytes
    more: bool
    """It printed more than was kept."""


class Background:
    """Programs that run in the background, each in a thread of the caller's; `stop` ends them all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[int] = set()
        self._stopped = False

    def run(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        seconds: float,
        kept: int,
        folder: Path | None = None,
        stdin: bytes = b"",
        one_stream: bool = False,
    ) -> Result:
        """Run a program for at most so many seconds, and keep so many bytes of each stream. Raises OSError if it can't be run.

        With `one_stream` standard error goes to where standard output goes, and the program is waited for until nothing
        that it started holds that open.
        """
        with tempfile.TemporaryFile() as given:
            given.write(stdin)
            given.seek(0)
            with self._lock:
                child = subprocess.Popen(
                    command,
                    cwd=folder,
                    env=environment,
                    stdin=given,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT if one_stream else subprocess.PIPE,
                    start_new_session=True,
                )
                self._running.add(child.pid)
                if self._stopped:
                    _end_session(child.pid)
        with child:
            try:
                return _watch(child, time.monotonic() + seconds, kept, until_closed=one_stream)
            finally:
                with self._lock:
                    self._running.discard(child.pid)
                    _end_session(child.pid)

    def stop(self) -> None:
        """End all programs, and each that is started from now on."""
        with self._lock:
            self._stopped = True
            for session in self._running:
                _end_session(session)


def _watch(child: subprocess.Popen[bytes], end: float, kept: int, *, until_closed: bool) -> Result:
    """Read what a program prints until it has ended, or the time is over."""
    streams = [stream for stream in (child.stdout, child.stderr) if stream]
    texts = {stream.fileno(): bytearray() for stream in streams}
    more = False
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            left = max(end - time.monotonic(), 0)
            ready = selector.select(left if until_closed else min(left, LOOK))
            for key, _ in ready:
                piece = os.read(key.fd, 65536)
                if not piece:
                    selector.unregister(key.fileobj)
                room = kept - len(texts[key.fd])
                texts[key.fd] += piece[:room]
                more = more or len(piece) > room
            if left == 0 or (not ready and not until_closed and child.poll() is not None):
                break
    status = None
    with suppress(subprocess.TimeoutExpired):
        status = _as_a_shell(child.wait(max(end - time.monotonic(), 0)))
    out, *err = map(bytes, texts.values())
    return Result(status, out, b"".join(err), more)


def _end_session(leader: int) -> None:
    """Kill a program and all that it started, as far as it still runs."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _as_a_shell(status: int) -> int:
    return status if status >= 0 else 128 - status
