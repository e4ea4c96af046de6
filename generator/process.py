"""A program started by this one, which gets the signals and gives the exit status."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping, Sequence

ENDING = (signal.SIGINT, signal.SIGTERM)


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Runs a command and gives its exit status as a shell does. Ctrl-C is the command's to answer. Raises OSError."""
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
        status = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return status if status >= 0 else 128 - status
