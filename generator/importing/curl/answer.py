"""Tell what kind of answer a curl command expects."""

from __future__ import annotations

import re
from dataclasses import replace

from generator.importing.curl.inputs import Expanded
from generator.importing.curl.marks import Marks
from generator.importing.curl.transfer import Target
from generator.importing.model import FoundBody

_ONE_ANSWER = re.compile(r"\.(json|txt|xml|html?|ya?ml|csv)$", re.IGNORECASE)
_TEXT = re.compile(r"\.(txt|xml|html?|ya?ml|csv)$", re.IGNORECASE)
_PAIR = re.compile(r"(\w+)=\S+")
_PAIRS = re.compile(r"[\"']?(?:[\w.-]+ )?\w+=\S+(?: (?:\w+=\S+|\.\.\.|…))*[\"']?")
"""A comment that shows an answer of names and values: `phase=done verified=1 ...`, `"ok records=.. bytes=.."`."""
_STREAM = re.compile(r"(?:[\w-]*[-_.])?(?:events?|sse|streams?|subscribe|watch)", re.IGNORECASE)
"""Segments of paths whose answers come as events, if a command has -N."""
_SHOWN = ("-", "/dev/stdout", "/dev/stderr", "/dev/tty", "/dev/fd/1", "/dev/fd/2")
"""What -o and a redirect may name and is no file: the answer is shown."""
_TO_FILE = (">", ">>", ">|", "&>", "&>>", ">&")
"""The redirects that write to a file (Bash manual, 3.6.2 to 3.6.4); `>&1` and `>&-` write to none."""


def saved_by_shell(pipeline: list[Expanded], number: int, marks: Marks) -> tuple[str | None, int]:
    """Return the file to which the shell writes the answer of a curl command, and how many commands behind it are told thereby.

    That is what the command's own redirect names, or `| tee FILE` where that is the last one of the pipeline; None: it is shown.
    """
    redirected = written_file(pipeline[number], marks)
    if redirected is not None:
        return redirected, 0
    behind = pipeline[number + 1 :]
    if len(behind) != 1 or not behind[0].words or (behind[0].words[0].plain or "").rpartition("/")[2] != "tee":
        return None, 0
    names = [marks.marked(word) for word in behind[0].words[1:] if word.plain not in ("-a", "--append", "--")]
    if len(names) != 1 or names[0].startswith("-") or names[0] in _SHOWN:
        return None, 0
    return names[0], 1


def written_file(expanded: Expanded, marks: Marks) -> str | None:
    """Return the file to which a command's standard output goes, by its last redirect; None if it goes to none."""
    for redirect in reversed(expanded.command.redirects):
        if redirect.operator in _TO_FILE and redirect.descriptor in ("", "1"):
            name = marks.marked(expanded.variables.text(redirect.target))
            is_none = name in _SHOWN or (redirect.operator == ">&" and re.fullmatch(r"\d+-?|-", name))
            return None if is_none else name
    return None


def with_output(target: Target, file: str | None) -> Target:
    """Return a target whose answer goes to the file of a redirect, where -o and -O do not say another one."""
    return target if file is None or target.output not in (None, "-") else replace(target, output=file)


def response_of(target: Target, method: str, accept: str, body: FoundBody | None) -> str | None:
    """Return what kind of answer the command expects; None if it does not say, or if the request itself tells."""
    if method == "HEAD":
        return "headers"
    if asks_for_stream(body):
        return None
    if accept.startswith("text/event-stream"):
        return "events"
    if target.output in ("/dev/null", "nul", "NUL"):
        return "none"
    if target.output is not None and target.output not in _SHOWN and not _ONE_ANSWER.search(target.output):
        return "file"
    if target.output is not None and _TEXT.search(target.output):
        return "text"
    return None


def shown_by_remarks(remarks: tuple[str, ...], source: str) -> str | None:
    """Return `text` where a comment behind a command shows names and values that the command itself does not have; else None."""
    for remark in remarks:
        names = _PAIR.findall(remark)
        is_more_than_one = len(names) > 1 or remark.endswith(("...", "…"))
        if _PAIRS.fullmatch(remark.strip()) and is_more_than_one and all(source.count(f"{name}=") == 1 for name in names):
            return "text"
    return None


def asks_for_stream(body: FoundBody | None) -> bool:
    """Tell whether a body says that the answer is to come in pieces."""
    return body is not None and body.kind == "json" and isinstance(body.value, dict) and body.value.get("stream") is True


def unbuffered_response(path: str, changes: list[str]) -> str | None:
    """Return what -N makes of an answer of which nothing else says what it is; None if that stays open.

    -N prints what comes as it comes, whatever it is (curl's manual): it means events where the path has a word for a stream. Else a
    sentence in `changes` says what to write.
    """
    if any(_STREAM.fullmatch(segment) for segment in path.split("/")):
        changes.append("-N: the answer is read as a stream of events; if it is JSON values, one on each line, write response: lines")
        return "events"
    changes.append("-N is taken off: if the answer comes in pieces, write response: events, or lines for JSON values, one on each line")
    return None
