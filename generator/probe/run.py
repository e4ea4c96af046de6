"""The generated scripts, run against the servers that answer: which cells work, and why the others do not.

A server's first script tells whether it is there; then the others run side by side. What a server lists (`lists`)
and its version are asked for first: they decide what is run, and what is kept of it.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from generator import jq_filter
from generator.catalog.model import Backend, Cell, FilePart
from generator.catalog.nodes import seen
from generator.output import Page
from generator.probe.report import Outcome, Report, Status

SECONDS = 60
"""What a script may take where neither the command line nor its own variable says."""

GRACE = 3
"""Seconds beyond that after which it is ended: a stream may go on for ever."""

LATE = 124
"""The exit status of a script that was ended, as timeout(1) has it."""

UNREACHED = (6, 7, 28)
"""curl's exit codes for a server that is not there: no such host, no connection, no answer in time (curl(1), EXIT CODES)."""

EMPTY = 5
"""A script's exit status for an answer in which there is nothing to print."""

MOST_READ = 10_000_000
MOST_WORDS = 500
MOST_VALUE = 60
MOST_VALUES = 10
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
EFFECTS: Mapping[str, str] = {"costs": "costs money", "changes": "changes something on the server"}


class Stopped(Exception):
    """A signal, `number`, ended the probe; nothing that it started runs any more."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__("stopped")


@dataclass(frozen=True)
class Choice:
    """The cells of a backend to be run. `named` are those named one by one; `asked`: the backend or one of them was named."""

    backend: Backend
    cells: Sequence[Cell]
    named: frozenset[str] = frozenset()
    asked: bool = False


@dataclass(frozen=True)
class Ran:
    """How a script ended, and the start of what it printed."""

    status: int
    seconds: float
    out: str
    err: str


@dataclass
class Probe:
    """How scripts are run: `script` makes one, at most `jobs` run at once, `settings` go over the user's environment.

    `timeout` is a script's limit in seconds; None leaves it to the user's own variables. `tell` is called when a cell is done.
    """

    script: Callable[[str, str], Page]
    jobs: int = 4
    timeout: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    tell: Callable[[], None] = lambda: None

    def run(self, choices: Sequence[Choice]) -> Report:
        """Runs the cells. Raises Stopped on Ctrl-C and SIGTERM, FileNotFoundError without bash, OSError on a full disk."""
        return asyncio.run(self._all(choices))

    async def _all(self, choices: Sequence[Choice]) -> Report:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        stopped: list[int] = []

        def stop(number: int) -> None:
            stopped.append(number)
            if task:
                task.cancel()

        for number in ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, stop, number)
        loop.set_default_executor(ThreadPoolExecutor(self.jobs))  # it waits for the scripts
        self.free, self.count, begun = asyncio.Semaphore(self.jobs), 0, time.monotonic()
        try:
            with tempfile.TemporaryDirectory(prefix="curlsheet-") as folder:
                self.folder = Path(folder)
                try:
                    found = await asyncio.gather(*map(self._backend, choices))
                finally:  # before the folder goes, whatever still runs in it
                    rest = asyncio.all_tasks() - {task}
                    for each in rest:
                        each.cancel()
                    await asyncio.gather(*rest, return_exceptions=True)
        except asyncio.CancelledError:
            raise Stopped(stopped[0] if stopped else signal.SIGINT) from None
        versions = {choice.backend.id: version for choice, (_, version) in zip(choices, found, strict=True) if version}
        outcomes = [outcome for settled, _ in found for outcome in settled]
        return Report(outcomes, date.today().isoformat(), time.monotonic() - begun, versions)

    async def _backend(self, choice: Choice) -> tuple[list[Outcome], str | None]:
        """The outcomes of a backend's cells, and the server's version."""
        backend = choice.backend
        done: dict[str, Outcome] = {}

        def settle(cell: Cell, status: Status, words: str = "", ran: Ran | None = None, requested: bool = False) -> None:
            seconds, end = (round(ran.seconds, 3), ran.status) if ran else (None, None)
            done[cell.id] = Outcome(backend.id, cell.id, status, words, seconds, end, requested)
            self.tell()

        ready = []
        for cell in choice.cells:
            if why := missing_input(backend, cell):
                whole = choice.asked and _keyless(cell) and cell.api_key == backend.api_key
                settle(cell, "skipped", why, requested=whole or cell.id in choice.named)
            elif cell.effect and cell.id not in choice.named:
                settle(cell, "skipped", f"{EFFECTS[cell.effect]}: runs only if named, as {backend.id}/ENDPOINT")
            else:
                ready.append(cell)
        if not ready:
            return [done[cell.id] for cell in choice.cells], None

        listing, version = _asked_first(choice, ready)
        first, *early = {cell.id: cell for cell in [*listing, *version, *([] if listing or version else ready[:1])]}.values()
        ran = {first.id: await self._script(backend, first)}
        if ran[first.id].status in UNREACHED:
            words = _words(backend, first, ran[first.id])
            for cell in ready:
                settle(cell, "down", words, ran.get(cell.id), choice.asked)
            return [done[cell.id] for cell in choice.cells], None
        ends = await asyncio.gather(*(self._script(backend, cell) for cell in early))
        ran.update({cell.id: end for cell, end in zip(early, ends, strict=True)})
        values = await self._values(backend, [cell for cell in listing if ran[cell.id].status in (0, EMPTY)])

        async def run(cell: Cell) -> None:
            if cell.id not in ran and cell.id not in choice.named and (why := unlisted_value(backend, cell, values)):
                return settle(cell, "skipped", why)
            end = ran[cell.id] if cell.id in ran else await self._script(backend, cell)
            settle(cell, "failed" if end.status else "worked", _words(backend, cell, end) if end.status else "", end)

        await asyncio.gather(*map(run, ready))
        told = next((ran[cell.id].out for cell in version if ran[cell.id].status == 0), "")
        return [done[cell.id] for cell in choice.cells], _version(told)

    async def _values(self, backend: Backend, listing: Iterable[Cell]) -> dict[str, set[str]]:
        """The values that a server lists for parameters, by the parameter's id. One whose list can't be read is not there."""
        values: dict[str, set[str]] = {}
        for cell in listing:
            answer = (await self._script(backend, cell, "--raw")).out
            for parameter, name in cell.lists.items():
                jq = next(item.jq for item in cell.pipelines or () if item.name == name)
                with suppress(ValueError, RecursionError):  # FilterError is one
                    listed = jq_filter.run(jq, json.loads(answer), raw=True).split("\n")
                    values.setdefault(parameter, set()).update(filter(None, listed))
        return values

    async def _script(self, backend: Backend, cell: Cell, *arguments: str) -> Ran:
        """Runs a cell's script when its turn comes. Whatever happens, it has ended afterwards."""
        async with self.free:
            self.count += 1
            place = self.folder / str(self.count)
            place.mkdir()
            page = self.script(backend.id, cell.id)
            (place / page.path).write_text(page.text, encoding="utf-8", newline="\n")
            if cell.response == "file" and not arguments:
                arguments = ("-o", str(place / "answer"))
            environment = {**os.environ, **self.settings, "TMPDIR": str(place)}
            limit, set_by_user = self._limit(backend)
            if not set_by_user:
                environment[f"{backend.prefix}TIMEOUT"] = str(limit)
            begun = time.monotonic()
            with (place / "out").open("wb") as out, (place / "err").open("wb") as err:
                process = subprocess.Popen(
                    ["bash", str(place / page.path), *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    env=environment,
                    start_new_session=True,  # Ctrl-C is this program's to answer; all that a script starts ends with it
                )
            try:
                status = await asyncio.to_thread(process.wait, limit + GRACE)
            except subprocess.TimeoutExpired:
                status = LATE
            finally:
                if process.poll() is None:
                    with suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
            seconds = time.monotonic() - begun
            said = f"no end after {limit} s" if status == LATE else _start(place / "err")
            ran = Ran(status if status >= 0 else 128 - status, seconds, _start(place / "out"), said)
            shutil.rmtree(place, ignore_errors=True)
            return ran

    def _limit(self, backend: Backend) -> tuple[int, bool]:
        """A script's seconds, and whether it is the user's variable that says so."""
        own = os.environ.get(f"{backend.prefix}TIMEOUT", "")
        if self.timeout is not None or not own:
            return self.timeout or SECONDS, False
        return int(own) if re.fullmatch("[0-9]{1,6}", own) else SECONDS, True


def missing_input(backend: Backend, cell: Cell) -> str:
    """What the user has to give before a cell can be run: a key, a value, a file. Nothing where it can be run as it is."""
    if cell.api_key and _keyless(cell):
        return f"no key: export {cell.api_key.export_assignment}"
    for parameter in cell.parameters.values():
        variable = backend.prefix + parameter.variable if parameter.variable else ""
        required = parameter.required or (parameter.at[0] == "path" and cell.default(parameter) is None)
        if required and not os.environ.get(variable):
            return f"needs {parameter.placeholder_name}" + (f": export {variable}=…" if variable else "")
    for name, part in (cell.form or {}).items():
        if isinstance(part, FilePart):
            given = next((item.variable for item in cell.parameters.values() if item.at == ("form", name) and item.variable), None)
            path = (given and os.environ.get(backend.prefix + given)) or part.file
            if not os.path.isfile(path):  # noqa: PTH113 - false, not an error, in a folder that may not be looked into
                return f"needs {path}: there is no such file here"
    return ""


def unlisted_value(backend: Backend, cell: Cell, values: Mapping[str, set[str]]) -> str:
    """Why a cell is not worth running: it would send a value that the server does not list. Nothing where all are there."""
    for parameter in cell.parameters.values():
        value = (parameter.variable and os.environ.get(backend.prefix + parameter.variable)) or cell.default(parameter)
        if parameter.id in values and isinstance(value, (str, int)) and str(value) not in values[parameter.id]:
            there = [_short(item) for item in sorted(values[parameter.id])]
            more = f" and {len(there) - MOST_VALUES} more" if len(there) > MOST_VALUES else ""
            return f"there is no {_short(str(value))} (there {'are: ' if there else 'are none'}{', '.join(there[:MOST_VALUES])}{more})"
    return ""


def _asked_first(choice: Choice, ready: Sequence[Cell]) -> tuple[list[Cell], list[Cell]]:
    """What is run before the rest, whether it was chosen or not: cells that list what the rest would send, and the version's."""
    free = [cell for cell in choice.backend.cells if cell in ready or not (cell.effect or missing_input(choice.backend, cell))]
    sent = {name for cell in ready if cell.id not in choice.named for name in cell.parameters}
    return [cell for cell in free if sent & cell.lists.keys()], [cell for cell in free if cell.id == "version"]


def _keyless(cell: Cell) -> bool:
    return bool(cell.api_key and cell.api_key.required and not os.environ.get(cell.api_key.variable))


def _start(file: Path) -> str:
    with file.open("rb") as opened:
        return opened.read(MOST_READ).decode("utf-8", "replace")


def _short(text: str) -> str:
    shown = seen(text)
    return shown if len(shown) <= MOST_VALUE else f"{shown[:MOST_VALUE]}…"


def _version(text: str) -> str | None:
    """A version as a server tells it: the first line of what its script prints."""
    return _short(text.strip().split("\n")[0].strip().strip('"')) or None


def _words(backend: Backend, cell: Cell, ran: Ran) -> str:
    """Why a script failed, on one line: from its own message on, which ends with the server's words and what to try."""
    name = f"{backend.id}-{cell.id}.sh: "
    place = f"\n{ran.err}".find(f"\n{name}")
    if place < 0:  # what a stream says aside stands before it
        place = ran.err.rfind(name)
    said = ran.err[place + len(name) :] if place >= 0 else ran.err
    words = seen("; ".join(line.strip() for line in said[: 4 * MOST_WORDS].split("\n") if line.strip()))
    return (words if len(words) <= MOST_WORDS else f"{words[:MOST_WORDS]}…") or f"exit status {ran.status}"
