"""Run the generated scripts against the servers that answer: which endpoints work, and why the others do not.

A server's first script tells whether it is up; then the others run side by side. What a server lists (`lists`)
and its version are asked for first: they decide what is run, and what is kept of it.
"""

from __future__ import annotations

import asyncio
import functools
import json
import os
import re
import signal
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from generator import bash, jq_filter, process
from generator.catalog.model import ApiKey, Backend, Cell
from generator.catalog.nodes import printable
from generator.output import Page
from generator.probe.report import Outcome, Report, Status
from generator.request import build_request

SECONDS = 60
"""The time limit of a script where neither the command line nor its own variable says."""

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
class Run:
    """How a script ended, and the start of what it printed; `more`: it printed more than that."""

    status: int
    seconds: float
    out: bytes
    err: str
    more: bool

    @property
    def text(self) -> str:
        """What it printed, for people."""
        return self.out.decode("utf-8", "replace")


@dataclass
class Probe:
    """How scripts are run: `script` makes one, at most `jobs` run at once, `settings` go over the user's environment.

    `timeout` is a script's limit in seconds; None leaves it to the user's own variables. `on_done` is called after each cell.
    With `keep_answers` the scripts print the answers as received, and the report has those that came.
    """

    script: Callable[[str, str], Page]
    jobs: int = 4
    timeout: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    on_done: Callable[[], None] = lambda: None
    keep_answers: bool = False

    def run(self, choices: Sequence[Choice]) -> Report:
        """Run the cells. Raises Stopped on Ctrl-C and SIGTERM, OSError on a full disk."""
        return asyncio.run(self._report(choices))

    async def _report(self, choices: Sequence[Choice]) -> Report:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        signals: list[int] = []

        def stop(number: int) -> None:
            signals.append(number)
            if task:
                task.cancel()

        for number in ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, stop, number)
        self.background = process.Background()
        begun = time.monotonic()
        try:
            probes = await self._all(choices)
        except asyncio.CancelledError:
            raise Stopped(signals[0] if signals else signal.SIGINT) from None
        return Report(
            [probe.outcomes[cell.id] for probe in probes for cell in probe.choice.cells],
            date.today().isoformat(),
            time.monotonic() - begun,
            {probe.choice.backend.id: probe.version for probe in probes if probe.version},
            {(probe.choice.backend.id, id): answer for probe in probes for id, answer in probe.answers()},
        )

    async def _all(self, choices: Sequence[Choice]) -> list[_BackendProbe]:
        """Probe all backends side by side, in a folder that is gone afterwards. Whatever happens, no script runs on."""
        probes = [_BackendProbe(self, choice) for choice in choices]
        with tempfile.TemporaryDirectory(prefix="curlsheet-") as self.folder, ThreadPoolExecutor(self.jobs) as self.threads:
            tasks = [asyncio.ensure_future(probe.run()) for probe in probes]
            try:
                await asyncio.gather(*tasks)
            finally:
                self.background.stop()
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        return probes

    async def run_script(self, backend: Backend, cell: Cell, *arguments: str) -> Run:
        """Run a cell's script when one of the `jobs` threads is free."""
        run = functools.partial(self._run_in_thread, backend, cell, arguments)
        return await asyncio.get_running_loop().run_in_executor(self.threads, run)

    def _run_in_thread(self, backend: Backend, cell: Cell, arguments: Sequence[str]) -> Run:
        """Run a cell's script in a folder of its own."""
        page = self.script(backend.id, cell.id)
        limit, set_by_user = self._limit(backend)
        with tempfile.TemporaryDirectory(dir=self.folder, ignore_cleanup_errors=True) as folder:
            script = Path(folder, page.path)
            script.write_bytes(page.content)
            if not arguments:
                arguments = self._options(cell, Path(folder))
            environment = {**os.environ, **self.settings, "TMPDIR": folder}
            if not set_by_user:
                environment[f"{backend.prefix}TIMEOUT"] = str(limit)
            begun = time.monotonic()
            result = self.background.run(["bash", str(script), *arguments], environment=environment, seconds=limit + GRACE, kept=MOST_READ)
            seconds = time.monotonic() - begun
        err = result.err.decode("utf-8", "replace")
        if result.status is None:
            return Run(LATE, seconds, result.out, f"no end after {limit} s", result.more)
        return Run(result.status, seconds, result.out, err, result.more)

    def _options(self, cell: Cell, folder: Path) -> Sequence[str]:
        """Return the options with which a cell's script runs."""
        if self.keep_answers and cell.response != "headers":  # with --raw those of earlier responses would come too
            return ("--raw", "-o", "-") if cell.response == "file" else ("--raw",)
        return ("-o", str(folder / "answer")) if cell.response == "file" else ()

    def _limit(self, backend: Backend) -> tuple[int, bool]:
        """Return a script's limit in seconds, and whether it is the user's variable that says so."""
        own = os.environ.get(f"{backend.prefix}TIMEOUT", "")
        if self.timeout is not None or not own:
            return self.timeout or SECONDS, False
        return int(own) if re.fullmatch("[0-9]{1,6}", own) else SECONDS, True


class _BackendProbe:
    """One backend's part of a probe: the outcome of each of its cells, and the server's version."""

    def __init__(self, probe: Probe, choice: Choice) -> None:
        self.probe, self.choice, self.backend = probe, choice, choice.backend
        self.outcomes: dict[str, Outcome] = {}
        self.runs: dict[str, Run] = {}
        self.version: str | None = None

    async def run(self) -> None:
        """Settle the outcome of each cell."""
        ready = self._skip_what_can_not_run()
        if not ready:
            return
        listing, versions = _asked_first(self.choice, ready)
        usual = [cell for cell in ready if not cell.base_url] or ready
        first, *early = {cell.id: cell for cell in [*listing, *versions, *([] if listing or versions else usual[:1])]}.values()
        await self._run_script(first)
        if self.runs[first.id].status in UNREACHED:
            words = _words(self.backend, first, self.runs[first.id])
            for cell in ready:
                if cell.base_url == first.base_url:
                    self._settle(cell, "down", words, requested=self.choice.asked)
            ready, early, listing, versions = (
                [cell for cell in cells if cell.base_url != first.base_url] for cells in (ready, early, listing, versions)
            )
        await asyncio.gather(*map(self._run_script, early))
        values = await self._listed_values([cell for cell in listing if self.runs[cell.id].status in (0, EMPTY)])
        await asyncio.gather(*(self._run(cell, values) for cell in ready))
        answered = [cell for cell in versions if self.runs[cell.id].status == 0]
        if answered:
            self.version = _version(self._printed(answered[0]))

    def _printed(self, cell: Cell) -> str:
        """Return what a cell's script prints of its answer."""
        text = self.runs[cell.id].text
        if not (self.probe.keep_answers and cell.pipelines):
            return text
        first = cell.pipelines[0]
        try:
            return jq_filter.run(first.jq, json.loads(text), first.raw)
        except (ValueError, RecursionError):  # FilterError is one
            return ""

    def answers(self) -> Iterator[tuple[str, bytes]]:
        """Yield the answers of the scripts that ended well, by the cell's id."""
        for id, outcome in self.outcomes.items():
            if outcome.status == "worked" and id in self.runs:
                yield id, self.runs[id].out

    def _skip_what_can_not_run(self) -> list[Cell]:
        """Settle the cells that lack an input, or have an effect and were not named; return the others."""
        ready = []
        for cell in self.choice.cells:
            named = cell.id in self.choice.named
            if why := missing_input(self.backend, cell):
                keyless = self.choice.asked and _missing_key(cell) and cell.api_key == self.backend.api_key
                self._settle(cell, "skipped", why, requested=keyless or named)
            elif cell.effect and not named:
                self._settle(cell, "skipped", f"{EFFECTS[cell.effect]}: runs only if named, as {self.backend.id}/ENDPOINT")
            else:
                ready.append(cell)
        return ready

    async def _run(self, cell: Cell, values: Mapping[str, set[str]]) -> None:
        """Run a cell's script, unless it has run already or would ask for what the server does not list."""
        if cell.id not in self.runs:
            if cell.id not in self.choice.named and (why := unlisted_value(self.backend, cell, values)):
                return self._settle(cell, "skipped", why)
            await self._run_script(cell)
        run = self.runs[cell.id]
        if run.status in UNREACHED and cell.base_url:
            self._settle(cell, "down", _words(self.backend, cell, run), requested=self.choice.asked)
        elif run.status:
            self._settle(cell, "failed", _words(self.backend, cell, run))
        elif self.probe.keep_answers and run.more:
            self._settle(cell, "failed", f"the answer has more than {MOST_READ:,} bytes")
        else:
            self._settle(cell, "worked")

    async def _run_script(self, cell: Cell) -> None:
        self.runs[cell.id] = await self.probe.run_script(self.backend, cell)

    async def _listed_values(self, listing: Iterable[Cell]) -> dict[str, set[str]]:
        """Return the values that the server lists for parameters, by the parameter's id; none where its list can't be read."""
        values: dict[str, set[str]] = {}
        for cell in listing:
            answer = self.runs[cell.id] if self.probe.keep_answers else await self.probe.run_script(self.backend, cell, "--raw")
            for parameter, name in cell.lists.items():
                jq = next(item.jq for item in cell.pipelines or () if item.name == name)
                with suppress(ValueError, RecursionError):  # FilterError is one
                    listed = jq_filter.run(jq, json.loads(answer.text), raw=True).split("\n")
                    values.setdefault(parameter, set()).update(filter(None, listed))
        return values

    def _settle(self, cell: Cell, status: Status, words: str = "", *, requested: bool = False) -> None:
        run = self.runs.get(cell.id)
        seconds, exit_status = (round(run.seconds, 3), run.status) if run else (None, None)
        self.outcomes[cell.id] = Outcome(self.backend.id, cell.id, status, words, seconds, exit_status, requested)
        self.probe.on_done()


def missing_input(backend: Backend, cell: Cell) -> str:
    """Return what the user has to give before a cell can be run: a key, a value, a file. Nothing if it can be run as it is."""
    if missing := _missing_key(cell):
        return f"no key: {bash.asking(missing.variable)}"
    for parameter in cell.parameters.values():
        variable = backend.prefix + parameter.variable if parameter.variable else ""
        required = parameter.required or (parameter.at[0] == "path" and cell.default(parameter) is None)
        if required and not os.environ.get(variable):
            typed = bash.asking(variable) if parameter.secret else f"export {variable}=…"
            return f"needs {parameter.placeholder_name}" + (f": {typed}" if variable else "")
    asked = build_request(backend, cell)
    for part in (*(asked.form or ()), *([asked.file] if asked.file else [])):
        if part.file and part.value is not None:
            given = part.parameter and part.parameter.variable
            path = (given and os.environ.get(backend.prefix + given)) or part.value
            if not os.path.isfile(path):  # noqa: PTH113 - false, not an error, in a folder that may not be looked into
                return f"needs {path}: there is no such file here"
    return ""


def unlisted_value(backend: Backend, cell: Cell, values: Mapping[str, set[str]]) -> str:
    """Return why a cell is not worth running: it would send a value that the server does not list. Nothing if all are listed."""
    for parameter in cell.parameters.values():
        value = (parameter.variable and os.environ.get(backend.prefix + parameter.variable)) or cell.default(parameter)
        if parameter.id in values and isinstance(value, (str, int)) and str(value) not in values[parameter.id]:
            listed = [_short(item) for item in sorted(values[parameter.id])]
            more = f" and {len(listed) - MOST_VALUES} more" if len(listed) > MOST_VALUES else ""
            return f"the server has no {_short(str(value))}; it has {', '.join(listed[:MOST_VALUES]) or 'none'}{more}"
    return ""


def _asked_first(choice: Choice, ready: Sequence[Cell]) -> tuple[list[Cell], list[Cell]]:
    """Return what is run before the rest, chosen or not: the cells that list what the rest would send, and the version's."""
    free = [cell for cell in choice.backend.cells if cell in ready or not (cell.effect or missing_input(choice.backend, cell))]
    sent = {name for cell in ready if cell.id not in choice.named for name in cell.parameters}
    return [cell for cell in free if sent & cell.lists.keys()], [cell for cell in free if cell.id == "version"]


def _missing_key(cell: Cell) -> ApiKey | None:
    """Return the first key that a cell requires and the environment lacks."""
    return next((key for key in cell.api_key if key.required and not os.environ.get(key.variable)), None)


def _short(text: str) -> str:
    line = printable(text)
    return line if len(line) <= MOST_VALUE else f"{line[:MOST_VALUE]}…"


def _version(text: str) -> str | None:
    """Return a server's version: the first line of what its script prints."""
    return _short(text.strip().split("\n")[0].strip().strip('"')) or None


def _words(backend: Backend, cell: Cell, run: Run) -> str:
    """Return why a script failed, on one line: its message on standard error, with the server's message and what to try."""
    name = f"{backend.id}-{cell.id}.sh: "
    start = f"\n{run.err}".find(f"\n{name}")
    if start < 0:  # what a stream prints aside stands before it, on the same line
        start = run.err.rfind(name)
    message = run.err[start + len(name) :] if start >= 0 else run.err
    words = printable("; ".join(line.strip() for line in message[: 4 * MOST_WORDS].split("\n") if line.strip()))
    return (words if len(words) <= MOST_WORDS else f"{words[:MOST_WORDS]}…") or f"exit status {run.status}"
