"""Walks through a page as a reader would: what its `bash` blocks say is typed into one bash, what comes out is compared."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from conftest import ENVIRONMENT, ROOT

END = "block-has-ended"
REAL_SERVER = "6."


@dataclass(frozen=True)
class Step:
    """A block that is typed, below which heading it stands, and what the page says that it prints."""

    heading: str
    typed: str
    printed: str | None


def steps(page: str) -> Iterator[Step]:
    """The steps of a page in Markdown: each `bash` block, with the `text` block that follows it."""
    heading, typed = "", None
    for found in re.finditer(r"^## ([^\n]*)$|^```(bash|text)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE):
        title, kind, block = found.groups()
        if typed is not None:
            yield Step(heading, typed, block if kind == "text" else None)
        heading = title or heading
        typed = block if kind == "bash" else None
    if typed is not None:
        yield Step(heading, typed, None)


def fits(printed: str, shown: str) -> bool:
    """Whether what was printed is what a page shows, in which `…` stands for anything."""
    return re.fullmatch(".*".join(map(re.escape, shown.split("…"))), printed, re.DOTALL) is not None


class Terminal:
    """A bash that is typed into; what it prints on both outputs comes back a block at a time."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._bash = subprocess.Popen(
            ["bash"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )

    def type(self, text: str, seconds: float) -> str:
        """What comes of these lines, without the demo's log. Raises AssertionError if they do not end in time, or take bash along."""
        assert self._bash.stdin and self._bash.stdout
        late = threading.Timer(seconds, self._end)
        late.start()
        self._bash.stdin.write(f"{text}\necho; echo {END}\n".encode())
        self._bash.stdin.flush()
        lines: list[str] = []
        ended = False
        while not ended and (line := self._bash.stdout.readline().decode()):
            ended = line == f"{END}\n"
            if not ended and not line.startswith("demo: "):
                lines.append(line)
        late.cancel()
        printed = "".join(lines)
        assert ended, f"bash ended, or took more than {seconds} s:\n{text}\n{printed}"
        return printed.removesuffix("\n")

    def _end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._bash.pid, signal.SIGKILL)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        self._bash.communicate()


def page(language: str) -> str:
    """The first day in a language."""
    return (ROOT / "docs" / ("first-day.md" if language == "en" else f"first-day.{language}.md")).read_text("utf-8")


def walk(language: str, folder: Path, takes: Callable[[Step], bool], seconds: float = 300) -> list[str]:
    """Types the steps that are taken, in a folder of their own and with nothing set; says what printed something else."""
    home, empty = folder / "home", folder / "empty"
    empty.mkdir()
    copy(home / "curlsheet")
    environment = {**ENVIRONMENT, "HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    wrong = []
    with Terminal(empty, environment) as terminal:
        for step in filter(takes, steps(page(language))):
            printed = terminal.type(step.typed, seconds)
            if not fits(printed, step.printed or ""):
                wrong.append(f"{step.heading}\n{step.typed}\nprints:\n{printed}\nand not:\n{step.printed or ''}")
    return wrong


def copy(folder: Path) -> None:
    """What git has of this project, as a clone has it."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
