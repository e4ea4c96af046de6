"""Check what the pages say: that each command and script parses, and that each filter and example prints what is shown.

Each claim is run in an empty folder, which is its home too, with a small environment and a time limit; several run at once.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from generator import jq_filter, process
from generator.catalog.model import SHELLS, Catalog, Cell, Pages, Pipeline
from generator.catalog.nodes import Node, printable
from generator.render.renderer import Renderer

SECONDS = 10
"""How long a claim may take."""

MOST = 1_000_000
"""How many bytes a claim may print."""


class ToolError(Exception):
    """A program that is needed and missing; the message says how to install it."""


@dataclass(frozen=True)
class Claim:
    """Something that the pages say: that a program with this input prints what is `shown`."""

    kind: Literal["command", "script", "filter", "example"]
    node: Node
    by: str
    """The program and its input, for messages: `zsh 5.9`, `jq 1.6, on the sample of ollama/models`."""
    command: Sequence[str]
    given: str = ""
    shown: str = ""
    as_values: bool = False
    """The output is JSON, in which versions of jq write numbers differently (1.0, 1): it is compared as values."""


@dataclass(frozen=True)
class Difference:
    """A claim that does not hold; prints like a fault, with a diff below it."""

    claim: Claim
    what: str
    printed: str

    def __str__(self) -> str:
        sides = (self.claim.shown.split("\n") if self.claim.shown else [], self.printed.split("\n") if self.printed else [])
        diff = difflib.unified_diff(*sides, "shown", f"printed by {self.claim.by}", lineterm="")
        return "\n".join([str(self.claim.node.fault(f"{self.claim.by}: {self.what}")), *map(printable, diff)])


def tools() -> dict[str, str]:
    """Return bash, jq, and zsh and dash if they are on the PATH, each name with its version (`zsh 5.9`). Raises ToolError."""
    path = _environment()["PATH"]
    if absent := process.missing("bash", "jq", path=path):
        raise ToolError(process.how_to_install(*absent))
    found = {}
    for name in ("jq", *SHELLS):
        if not process.missing(name, path=path):
            first_line = _run([name, "--version"], "", process.Background()).printed.partition("\n")[0]
            version = re.search(r"\d+(\.\d+)+", first_line)
            found[name] = f"{name} {version[0]}" if version else name
    return found


def claims(renderer: Renderer, known: Mapping[str, str]) -> list[Claim]:
    """Return all claims that a program can check; `known` is what tools() returned. Raises TemplateError."""
    return [*_parsing(renderer, known), *_filters(renderer.catalog, known), *_examples(renderer.catalog, known)]


def differences(tried: Sequence[Claim]) -> Iterator[Difference | None]:
    """Yield for each claim, in order, how it differs, or None if it holds. If left early, it ends the programs that still run."""
    background = process.Background()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            yield from pool.map(lambda claim: _difference(claim, background), tried)
        finally:
            background.stop()
            pool.shutdown(wait=False, cancel_futures=True)


def _parsing(renderer: Renderer, known: Mapping[str, str]) -> Iterator[Claim]:
    for backend in renderer.catalog.backends.values():
        for cell in backend.cells:
            parse = ("bash", "-n")
            script = renderer.script(backend.id, cell.id)
            languages = (None, *renderer.catalog.languages)
            for command in dict.fromkeys(renderer.command(backend.id, cell.id, language).text for language in languages):
                yield Claim("command", cell.node, f"{known['bash']} -n, on its command", parse, f"{command}\n")
            yield Claim("script", cell.node, f"{known['bash']} -n, on {script.path}", parse, script.text)


def _filters(catalog: Catalog, known: Mapping[str, str]) -> Iterator[Claim]:
    """Yield each filter with its sample; a filter without a sample need only compile."""
    compiled = {catalog.errors: catalog.node.get("errors")}
    for _, cell in (pair for endpoint in catalog.endpoints for pair in catalog.cells(endpoint)):
        if cell.failure and not (cell.pipelines and cell.sample is not None):
            compiled[cell.failure] = cell.node.get("failure")
        compiled |= {cell.pages.next: cell.pages.node.get("next")} if isinstance(cell.pages, Pages) else {}
    for endpoint in catalog.endpoints:
        for cell, backends in catalog.answers(endpoint):
            for item in cell.pipelines or ():
                yield _answer(cell, item, f"{known['jq']}, on the sample of {backends[0].id}/{cell.id}")
            if cell.failure:
                yield _failure(cell, cell.failure, f"{known['jq']}, on the sample of {backends[0].id}/{cell.id}")
        for _, cell in catalog.cells(endpoint):
            if cell.sample is None:
                compiled.update({item.jq: item.node.get("jq") for item in cell.pipelines or () if item.jq not in compiled})
    for text, node in compiled.items():
        yield Claim("filter", node, known["jq"], ("jq", "-n", f"empty | ({text})"))


def _failure(cell: Cell, failure: str, by: str) -> Claim:
    """Return the claim that the sample of an answer that went well holds no error."""
    given = "\n".join(map(json.dumps, cell.sample if cell.streams else [cell.sample]))
    return Claim("filter", cell.node.get("failure"), by, ("jq", "-r", jq_filter.words(failure)), given)


def _answer(cell: Cell, item: Pipeline, by: str) -> Claim:
    options = ["-j" if cell.streams else "-r"] * item.raw
    other = f'({item.jq}) | select(type != "string") | true'
    return Claim(
        "filter",
        item.node.get("jq"),
        by,
        ("jq", *options, item.jq),
        "\n".join(map(json.dumps, cell.sample if cell.streams else [cell.sample])),
        jq_filter.run(item.jq, cell.sample, item.raw, streams=cell.streams),
        as_values=not item.raw or jq_filter.finds(other, cell.sample, streams=cell.streams),
    )


def _examples(catalog: Catalog, known: Mapping[str, str]) -> Iterator[Claim]:
    for guide in catalog.guides.values():
        for example in guide.examples:
            for shell in example.shells:
                if shell in known:
                    command = (shell, *(["-f"] if shell == "zsh" else []), "-c", example.run)  # -f: without the machine's own settings
                    yield Claim("example", example.node.get("run"), known[shell], command, shown=example.output.strip("\n"))


def _difference(claim: Claim, background: process.Background) -> Difference | None:
    """Run what a claim says; return how it differs, None where it holds."""
    done = _run(claim.command, claim.given, background)
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
    """Return the JSON values in a text, each written in one way; None if it holds anything else."""
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
    """Return the environment of a claim: the user's PATH and language, and nothing else of theirs."""
    path = os.pathsep.join(map(os.path.abspath, os.environ.get("PATH", os.defpath).split(os.pathsep)))
    return {"PATH": path, "LANG": "C.UTF-8", **{name: os.environ[name] for name in ("LANG", "LC_ALL") if name in os.environ}}


@dataclass(frozen=True)
class _Run:
    """What a program printed on both its streams, how it ended, and what went wrong with running it."""

    printed: str = ""
    status: int = 0
    trouble: str = ""


def _run(command: Sequence[str], given: str, background: process.Background) -> _Run:
    """Run a program in an empty folder, with `given` as its input."""
    with tempfile.TemporaryDirectory(prefix="curlsheet-", ignore_cleanup_errors=True) as home:
        try:
            result = background.run(
                command,
                environment={**_environment(), "HOME": home, "TMPDIR": home},
                seconds=SECONDS,
                kept=MOST,
                folder=Path(home),
                stdin=given.encode(),
                one_stream=True,
            )
        except OSError as error:
            return _Run(trouble=f"cannot be run: {error.strerror}")
    if result.more:
        return _Run(trouble=f"prints more than {MOST} bytes")
    printed = result.out.decode("utf-8", "surrogateescape")
    if result.status is None:
        return _Run(printed, trouble=f"has not ended after {SECONDS} seconds")
    return _Run(printed, result.status)
