"""Read a block behind a command as the answer that it shows."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

LARGEST = 200_000
"""A longer block is no sample that anybody reads."""

_OTHER_LANGUAGES = frozenset(
    "python py javascript js typescript ts java go rust ruby php csharp cs c cpp kotlin swift html css scss sql dockerfile toml ini diff"
    " mermaid xml yaml yml jq graphql lua perl r powershell ps1".split()
)
_ANSWER = re.compile(
    r"\b(response|responds?|answer|output|returns?|returned|result|prints?|replies|reply|you (?:will|should) see)\b|"
    r"响应|返回|输出|结果|应答|回复|得到",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(request|requests|body|payload|configuration|config|schema|save|create a file|file|parameters?|settings?)\b|请求|配置|参数|保存",
    re.IGNORECASE,
)
_RETURNS = re.compile(
    r"(?:it |this |the (?:call|endpoint|server) )?(?:returns|responds with|answers|replies)\b|(?:它|接口|服务器?)?(?:会)?返回",
    re.IGNORECASE,
)
_STREAM = re.compile(r"\bstream of (?:json )?objects|\bin the stream\b|newline[- ]delimited|ndjson|json lines", re.IGNORECASE)
_EVENT = re.compile(r"data: ?(.*)")
_HTTP_HEAD = re.compile(r"(?:[<] ?)?HTTP/[\d.]+ (\d{3})[^\n]*\n(?:[^\n:]+:[^\n]*\n)*\s*\n?")
_COMMENT = re.compile(r"^\s*(?://|#)[^\n]*$|(?<=[,\[{\d\"el])[ \t]+//[^\n]*$", re.MULTILINE)
_LEFT_OUT = re.compile(r"^\s*(?:\.\.\.|…|\[\.\.\.\]),?\s*$\n?|,?\s*(?:\.\.\.|…)(?=\s*[\]}])", re.MULTILINE)
_TRAILING_COMMA = re.compile(r",(?=\s*[\]}])")


@dataclass(frozen=True)
class Sample:
    """An answer, and what it is in a catalog's words: json, events or lines."""

    value: Any
    response: str


@dataclass(frozen=True)
class Behind:
    """What stands between a command and a block behind it."""

    prose: tuple[str, ...] = ()
    announced: bool = False
    """A heading says that an answer follows."""
    close: bool = False
    """No other block stands between."""


def sample_of(text: str, language: str, behind: Behind) -> Sample | None:
    """Return the answer that a block shows; None if it shows something else."""
    if len(text) > LARGEST or language in _OTHER_LANGUAGES:
        return None
    said = " ".join(behind.prose)
    announced = behind.announced or _ANSWER.search(said) is not None
    last = behind.prose[-1] if behind.prose else None
    if not announced and last is not None and (_ASKED.search(said) or not last.rstrip().endswith((":", "："))):
        return None
    if not announced and not behind.close:
        return None
    sample = parsed(text)
    if sample is not None and sample.response == "json" and _STREAM.search(said):
        return Sample([sample.value], "lines")
    return sample


def sample_before(text: str, language: str, behind: Behind) -> Sample | None:
    """Return the answer that a block shows to a command that follows: only where what stands before the block says so."""
    last = behind.prose[-1] if behind.prose else ""
    returns = _RETURNS.match(last) or (_ANSWER.search(last) and not _ASKED.search(last))
    if not behind.announced and not returns:
        return None
    return sample_of(text, language, replace(behind, announced=True))


def parsed(text: str) -> Sample | None:
    """Return what an answer's text holds: a JSON value, events, or JSON lines; None if it is none of them."""
    head = _HTTP_HEAD.match(text.lstrip())
    if head:
        text = text.lstrip()[head.end() :]
    text = text.strip()
    if not text.startswith(("{", "[", "data:", "event:", "id:", ":")):
        return None
    if not text.startswith(("{", "[")):
        return _events(text)
    for candidate in (text, _without_gaps(text)):
        try:
            return Sample(json.loads(candidate), "json")
        except (ValueError, RecursionError):
            continue
    return _lines(text)


def _without_gaps(text: str) -> str:
    """Return JSON without comments and the dots that stand for what was left out."""
    return _TRAILING_COMMA.sub("", _LEFT_OUT.sub("", _COMMENT.sub("", text)))


def _events(text: str) -> Sample | None:
    events = []
    for line in text.split("\n"):
        match = _EVENT.match(line.strip())
        if match and match[1].strip() not in ("[DONE]", "", "...", "…"):
            try:
                events.append(json.loads(match[1]))
            except (ValueError, RecursionError):
                return None
    return Sample(events, "events") if events else None


def _lines(text: str) -> Sample | None:
    values = []
    for line in text.split("\n"):
        if line.strip() in ("", "...", "…"):
            continue
        try:
            values.append(json.loads(line))
        except (ValueError, RecursionError):
            return None
    return Sample(values, "lines") if len(values) > 1 else None


def within(block: str, start: int, commands: list[str]) -> Sample | None:
    """Return the answer that stands in a block below a command: JSON from a line's start to a line's end, that no command holds."""
    lines = block.split("\n")
    for number in range(start, len(lines)):
        if lines[number].startswith(("{", "[", "data:")):
            rest = "\n".join(lines[number:])
            end = _json_end(rest)
            text = rest[:end] if end else rest
            if any(text.strip() in command for command in commands):
                continue
            return parsed(text) if len(text) <= LARGEST else None
    return None


def _json_end(text: str) -> int | None:
    try:
        return json.JSONDecoder().raw_decode(text)[1]
    except (ValueError, RecursionError):
        return None
