"""Starts servers for the tests, each in a process group of its own, waits until they answer, and ends them."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# Ends the group when standard input ends, as it does even if the tests are killed; the command itself takes the shell's place.
WATCHED = 'exec 3<&0; (cat <&3 > /dev/null; kill -s KILL 0) & exec "$@" 3<&- < /dev/null'

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Server:
    """A server that runs, with the key that it asks for ('': none)."""

    port: int
    key: str = ""

    @property
    def url(self) -> str:
        """What a script's BASE_URL is set to."""
        return f"http://127.0.0.1:{self.port}/v1"


def free_port() -> int:
    """A port that nobody listens on; none that others are given by chance while a server takes its time to start."""
    while True:
        port = random.randrange(20000, 30000)
        with socket.socket() as found, contextlib.suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port


def get(url: str) -> int:
    """The status of an answer; 0 if there is none."""
    try:
        with DIRECT.open(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@contextlib.contextmanager
def running(command: Sequence[str | Path], log: Path, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a command while the block runs, its output going to `log`; in the end its whole group is gone."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            ["sh", "-c", WATCHED, "sh", *map(str, command)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(log.parent), **environment},
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            pass
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def wait(process: subprocess.Popen[bytes], log: Path, url: str, seconds: int = 180) -> None:
    """Returns once `url` is answered with 200. Raises AssertionError with what the server said where it never is."""
    end = time.monotonic() + seconds
    while (status := get(url)) != 200:
        said = f"{url} answers {status}, the server said:\n{log.read_text('utf-8', 'replace')[-5000:]}"
        assert process.poll() is None and time.monotonic() < end, said
        time.sleep(0.2)
