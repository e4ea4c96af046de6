"""What the pages say, tried: every command and script parses, every filter and example prints what is shown.

Each claim is run in an empty folder that is its home too, with a small environment and a time limit, a few at a time.
"""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal

from generator import jq_filter
from generator.catalog.model import SHELLS, Catalog, Cell, Pipeline
from generator.catalog.nodes import Node, seen
from generator.render.renderer import Renderer

SECONDS = 10
"""How long a claim may take."""

MOST = 1_000_000
"""How many bytes a claim may print."""


class ToolError(Exception):
    """A program that is needed and missing; the message says how to install it."""


@dataclass(frozen=True)
class Claim:
    """Something that the pages say: that a program, given this input, prints what is `shown`."""

    kind: Literal["command", "script", "filter", "example"]
    node: Node
    by: str
    """The program and what it is tried on, for people: `zsh 5.9`, `jq 1.6, on the sample of ollama/models`."""
    command: Sequence[str]
    given: str = ""
    shown: str = ""
    as_values: bool = False
    """JSON, whose numbers each jq spells in its own way (1.0, 1): compared as values."""


@dataclass(frozen=True)
class Difference:
    """A claim that does not hold; prints as a fault does, with a diff below it."""

    claim: Claim
    what: str
    printed: str

    def __str__(self) -> str:
        sides = (self.claim.shown.split("\n") if self.claim.shown else [], self.printed.split("\n") if self.printed else [])
        diff = difflib.unified_diff(*sides, "shown", f"printed by {self.claim.by}", lineterm="")
        return "\n".join([str(self.claim.node.fault(f"{self.claim.by}: {self.what}")), *map(seen, diff)])


def tools() -> dict[str, str]:
    """bash, jq, and zsh and dash where they are on the PATH: each name with its version (`zsh 5.9`). Raises ToolError."""
    environment = _environment()
    found = {name: name for name in ("jq", *SHELLS) if shutil.which(name, path=environment["PATH"])}
    if missing := [name for name in ("bash", "jq") if name not in found]:
        names = " ".join(missing)
        are = "are" if len(missing) > 1 else "is"
        raise ToolError(f"{' and '.join(missing)} {are} missing: apt, dnf or brew install {names} (on Windows, use WSL)")
    for name in found:
        said = _run([name, "--version"], "", _Running()).printed.partition("\n")[0]
        if version := re.search(r"\d+(\.\d+)+", said):
            found[name] = f"{name} {version[0]}"
    return found


def claims(renderer: Renderer, known: Mapping[str, str]) -> list[Claim]:
    """All that the pages of a catalog say and a program can try; `known` is what tools() found. Raises TemplateError."""
    return [*_parsed(renderer, known), *_filters(renderer.catalog, known), *_examples(renderer.catalog, known)]


def differences(tried: Sequence[Claim]) -> Iterator[Difference | None]:
    """For each claim, in order, how it differs from what is so; None where it holds. Left early, it ends what still runs."""
    running = _Running()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            yield from pool.map(lambda claim: _difference(claim, running), tried)
        finally:
            running.stop()
            pool.shutdown(wait=False, cancel_futures=True)


def _parsed(renderer: Renderer, known: Mapping[str, str]) -> Iterator[Claim]:
    for backend in renderer.catalog.backends.values():
        for cell in backend.cells:
            parse = ("bash", "-n")
            command, script = renderer.command(backend.id, cell.id).text, renderer.script(backend.id, cell.id)
            yield Claim("command", cell.node, f"{known['bash']} -n, on its command", parse, f"{command}\n")
            yield Claim("script", cell.node, f"{known['bash']} -n, on {script.path}", parse, script.text)


def _filters(catalog: Catalog, known: Mapping[str, str]) -> Iterator[Claim]:
    """Each filter on its sample; one that has none need only compile."""
    compiled = {catalog.errors: catalog.node.get("errors")}
    for endpoint in catalog.endpoints:
        for cell, backends in catalog.answers(endpoint):
            for item in cell.pipelines or ():
                yield _answer(cell, item, f"{known['jq']}, on the sample of {backends[0].id}/{cell.id}")
        for _, cell in catalog.cells(endpoint):
            if cell.sample is None:
                compiled.update({item.jq: item.node.get("jq") for item in cell.pipelines or () if item.jq not in compiled})
    for text, node in compiled.items():
        yield Claim("filter", node, known["jq"], ("jq", "-n", f"empty | ({text})"))


def _answer(cell: Cell, item: Pipeline, by: str) -> Claim:
    events = cell.response == "events"
    options = ["-j" if events else "-r"] * item.raw
    other = f'({item.jq}) | select(type != "string") | true'
    return Claim(
        "filter",
        item.node.get("jq"),
        by,
        ("jq", *options, item.jq),
        "\n".join(map(json.dumps, cell.sample if events else [cell.sample])),
        jq_filter.run(item.jq, cell.sample, item.raw, events=events),
        as_values=not item.raw or jq_filter.finds(other, cell.sample, events=events),
    )


def _examples(catalog: Catalog, known: Mapping[str, str]) -> Iterator[Claim]:
    for guide in catalog.guides.values():
        for example in guide.examples:
            for shell in example.shells:
                if shell in known:
                    command = (shell, *(["-f"] if shell == "zsh" else []), "-c", example.run)  # -f: without the machine's own settings
                    yield Claim("example", example.node.get("run"), known[shell], command, shown=example.output.strip("\n"))


def _difference(claim: Claim, running: _Running) -> Difference | None:
    done = _run(claim.command, claim.given, running)
    printed = done.printed
    if claim.kind == "example":
        printed = printed.strip("\n")  # as pages show it
    elif "-j" not in claim.command:
        printed = printed.removesuffix("\n")
    if done.trouble:
        return Difference(claim, done.trouble, printed)
    if printed != claim.shown and not (claim.as_values and _same_values(printed, claim.shown)):
        return Difference(claim, "what it prints is not what is shown", printed)
    if done.status and claim.kind != "example":  # of which pages show no status
        return Difference(claim, f"ends with {done.status}", printed)
    return None


def _same_values(printed: str, shown: str) -> bool:
    values = _values(printed)
    return values is not None and values == _values(shown)


def _values(text: str) -> list[str] | None:
    """The JSON values in a text, each written in one way; None if it holds anything else."""
    decoder = json.JSONDecoder(parse_float=_number)
    found = []
    try:
        while text := text.lstrip():
            value, end = decoder.raw_decode(text)
            found.append(json.dumps(value, sort_keys=True))
            text = text[end:]
    except (ValueError, RecursionError):
        return None
    return found


def _number(text: str) -> Any:
    value = float(text)
    return int(value) if value.is_integer() else value


def _environment() -> dict[str, str]:
    """The user's programs and language, and nothing else of theirs."""
    path = os.pathsep.join(map(os.path.abspath, os.environ.get("PATH", os.defpath).split(os.pathsep)))
    return {"PATH": path, "LANG": "C.UTF-8", **{name: os.environ[name] for name in ("LANG", "LC_ALL") if name in os.environ}}


@dataclass(frozen=True)
class _Done:
    """What a program printed on both its streams, how it ended, and why it was not let end."""

    printed: str = ""
    status: int = 0
    trouble: str = ""


class _Running:
    """The processes that run now, each the first of its group; once stopped, none runs on."""

    def __init__(self) -> None:
        self.processes: set[int] = set()
        self.stopped = False

    def begin(self, process: int) -> None:
        self.processes.add(process)
        if self.stopped:
            self.end(process)

    def end(self, process: int) -> None:
        self.processes.discard(process)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process, signal.SIGKILL)

    def stop(self) -> None:
        self.stopped = True
        for process in list(self.processes):
            self.end(process)


def _run(command: Sequence[str], given: str, running: _Running) -> _Done:
    """What becomes of a program, and of what it started."""
    with (
        tempfile.TemporaryDirectory(prefix="curlsheet-", ignore_cleanup_errors=True) as home,
        tempfile.TemporaryFile() as stdin,
    ):
        stdin.write(given.encode())
        stdin.seek(0)
        environment = {**_environment(), "HOME": home, "TMPDIR": home}
        try:
            child = subprocess.Popen(
                command,
                cwd=home,
                env=environment,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # no terminal; and what it starts ends with it
            )
        except OSError as error:
            return _Done(trouble=f"cannot be run: {error.strerror}")
        with child:
            running.begin(child.pid)
            done = _watched(child)
            running.end(child.pid)
            return done


def _watched(child: subprocess.Popen[bytes]) -> _Done:
    """What a program that runs comes to. It may run on."""
    assert child.stdout
    end = time.monotonic() + SECONDS
    printed = b""
    status = None
    while select.select([child.stdout], [], [], max(end - time.monotonic(), 0))[0]:
        piece = os.read(child.stdout.fileno(), 65536)
        printed += piece
        if len(printed) > MOST:
            return _Done(trouble=f"prints more than {MOST} bytes")
        if not piece:
            with contextlib.suppress(subprocess.TimeoutExpired):
                status = child.wait(max(end - time.monotonic(), 0))
            break
    text = printed.decode("utf-8", "surrogateescape")
    return _Done(text, trouble=f"has not ended after {SECONDS} seconds") if status is None else _Done(text, status)
