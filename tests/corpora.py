"""Measures the import of curl commands over a folder of corpora, and compares what is sent: `python tests/corpora.py FOLDER`.

A corpus is a file NAME.jsonl with an object on each line: {"file": …, "line": …, "lang": …, "text": …}, a block of shell text from
somebody's documentation. Each is imported by itself. The text runs under bash with real curl, as a user without rights where root runs
this, and so do the scripts of the catalog that was made of it; both reach a recorder on loopback instead of the servers that they name.

Prints, for each corpus: the commands, the share imported, broken or left out; of those that were sent, how many were the same byte for
byte, the same in meaning, and different; and the commands of which nothing was said. Ends with 1 if anything is different or silent, or
if less than 97 % are imported or broken in the source itself. `--show` prints each difference, `--left-out` what is left out and why.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from imported import Wire, arguments_of, difference, environment_of, files_of, with_contents, with_values
from recorder import Recorded, recording

from generator import catalog
from generator.catalog.model import Cell
from generator.importing.model import FoundRequest
from generator.importing.run import InputFile, import_files, read_files
from generator.render.renderer import Renderer

LEAST = 0.97
DIFFERENCES = ("different", "silent", "not sent")
UNREADABLE = re.compile(r"cannot read|Failed to open|curl: \(26\)|curl: \(58\)")
"""What is said where a file is missing that no test can put there, such as /path/to/cert: the command itself sends nothing either."""

TOLD = ("different", "not sent", "not run", "mended")
"""What is said of a request that is like none which the commands sent."""

MENDED = re.compile(r"backslash|typographic|dash|blank behind|prompt")
"""What the report says where the command, as it stands there, does not do what it was meant to: its script does."""


@dataclass
class Outcome:
    """What became of a block of text."""

    place: str
    counts: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)


def blocks(file: Path) -> Iterator[tuple[str, str]]:
    """Yields the place and the text of each block of a corpus."""
    for line in file.read_text("utf-8").splitlines():
        block = json.loads(line)
        yield f"{file.stem}:{block['file']}:{block['line']}", block["text"]


def measure(place: str, text: str, wire: Wire) -> Outcome:
    """Imports a block, and sends what it sends."""
    outcome = Outcome(place)
    files = [InputFile("block.sh", text, "curl")]
    found = [with_contents(item) for item in read_files(files)]
    built = import_files(files)
    for entry in built.entries:
        outcome.counts[entry.status] += 1
        if entry.endpoint is None:
            outcome.told.append(f"{entry.status}: {entry.source.text[:300]!r}: {'; '.join(entry.reasons)}")
    renderer = Renderer(catalog.read_text(built.text, "catalog.yaml")) if built.text else None
    placed = [(entry.backend, entry.endpoint) for entry in built.entries if entry.backend and entry.endpoint]
    cells = [renderer.catalog.backends[backend].endpoints[endpoint] for backend, endpoint in placed if renderer]
    available = files_of(text, cells)
    env = environment_of(text, found)
    original = wire.run(with_values(text, found), env, available, name="original")
    if not original.sent:  # prose around the commands, which bash does not take: the commands alone
        alone = [item for item, entry in zip(found, built.entries, strict=True) if entry.endpoint]
        commands = [with_values(item.source.text, [item]) for item in alone]
        ran = [wire.run(command, {**environment_of(command, found), **env}, available, name="command") for command in commands]
        original = replace(original, sent=[request for each in ran for request in each.sent])
    unmatched = list(original.sent)
    matched: set[tuple[str, str, bytes]] = set()
    for item, entry, arguments in zip(found, built.entries, built.arguments, strict=True):
        if not (renderer and isinstance(item, FoundRequest) and entry.backend and entry.endpoint):
            continue
        backend = renderer.catalog.backends[entry.backend]
        cell = backend.endpoints[entry.endpoint]
        given, own = arguments_of(item, backend, cell)
        ran = wire.run_script(renderer, backend.id, cell.id, {**env, **own}, available, *given, *arguments)
        verdict = _verdict(ran.sent, unmatched, matched, cell)
        if not ran.sent and unmatched and not UNREADABLE.search(ran.stderr):
            verdict = "not sent", f"the script sent nothing: {ran.stderr.strip()[:300]}"
        if verdict[0] == "different" and (entry.source.text.startswith("|") or any(MENDED.search(reason) for reason in entry.reasons)):
            verdict = "mended", verdict[1]
        outcome.counts[verdict[0]] += 1
        if verdict[1]:
            outcome.told.append(f"{verdict[0]}: {entry.source.text[:300]!r}: {verdict[1]}")
    told = sum(entry.endpoint is None for entry in built.entries) + sum(outcome.counts[word] for word in TOLD)
    others = {_key(request) for request in unmatched} - matched  # a loop sends one several times
    is_broken = any(entry.status == "broken" for entry in built.entries)  # bash makes of it what it likes
    silent = 0 if is_broken else max(len(others) - told, 0)
    outcome.counts["silent"] += silent
    if silent:
        outcome.told.append(f"silent: {silent} of {len(original.sent)} requests: {[request.target[:80] for request in unmatched]}")
    return outcome


def _key(request: Recorded) -> tuple[str, str, bytes]:
    return request.method, request.target, request.body


def _verdict(sent: Sequence[Recorded], unmatched: list[Recorded], matched: set[tuple[str, str, bytes]], cell: Cell) -> tuple[str, str]:
    """Compares what a script sent with what the commands of its block sent, and moves what is the same from `unmatched` to `matched`."""
    if not sent or not unmatched:
        return "not run", ""
    verdicts = [difference(request, sent[0], cell) for request in unmatched]
    for wanted, word in (("", "same bytes"), (None, "same meaning")):
        if wanted in verdicts:
            matched.add(_key(unmatched.pop(verdicts.index(wanted))))
            return word, ""
    closest = max(verdicts, key=lambda verdict: ("method", "target", "headers", "body").index((verdict or "").partition(":")[0]))
    return "different", str(closest)


def main() -> int:
    """Runs what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--left-out", action="store_true")
    parser.add_argument("--only", default="", help="a part of a block's place")
    options = parser.parse_args()
    user = [shutil.which("setpriv") or "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    totals: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, recording() as recorder:
        Path(folder).chmod(0o755)
        wire = Wire(Path(folder) / "runs", recorder, user)
        with ThreadPoolExecutor(2) as pool:
            for corpus in sorted(options.folder.glob("*.jsonl")):
                chosen = [block for block in blocks(corpus) if options.only in block[0]]
                if not chosen:
                    continue
                outcomes = list(pool.map(lambda block: measure(*block, wire), chosen))
                counts = sum((outcome.counts for outcome in outcomes), Counter())
                totals += counts
                print(f"{corpus.stem:16}", line(counts), flush=True)
                shown = [*(DIFFERENCES if options.show else ()), *(("left-out", "broken") if options.left_out else ())]
                told = [f"  {outcome.place}: {words}" for outcome in outcomes for words in outcome.told if words.partition(":")[0] in shown]
                print("\n".join(told), end="\n" if told else "")
    print(f"{'all':16}", line(totals))
    whole = sum(totals[status] for status in ("carried", "normalised", "left-out", "broken"))
    share = (whole - totals["left-out"]) / whole if whole else 0
    return int(bool(totals["different"] or totals["silent"] or totals["not sent"] or share < LEAST))


def line(counts: Counter[str]) -> str:
    """The figures of a corpus on one line."""
    whole = sum(counts[status] for status in ("carried", "normalised", "left-out", "broken"))
    imported = counts["carried"] + counts["normalised"]
    share = f"{100 * (whole - counts['left-out']) / whole:.1f} %" if whole else "-"
    words = ("same bytes", "same meaning", "mended", "different", "not sent", "not run", "silent")
    return f"{whole} commands, {imported} imported, {counts['broken']} broken, {counts['left-out']} left out ({share}); " + ", ".join(
        f"{counts[word]} {word}" for word in words
    )


if __name__ == "__main__":
    sys.exit(main())
