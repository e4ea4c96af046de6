"""Read what stands behind a curl command in its pipeline: jq filters, and programs that are passed over."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from generator.importing.curl.errors import Unsayable
from generator.importing.curl.marks import Marks, has_mark
from generator.importing.model import FoundPipeline

_PASSED_OVER = ("less", "more", "cat", "bat", "pygmentize")
"""What shows the answer as it is, in pages or in colours."""
_JSON_TOOLS = ("json_pp", "json", "fx", "jless")
"""What shows JSON as `jq .` does."""
_JQ_VALUES = {"--arg": 2, "--argjson": 2, "--slurpfile": 2, "--rawfile": 2, "--argfile": 2, "--indent": 1, "-L": 1, "--library-path": 1}
_JQ_FILE = ("-f", "--from-file")
_JQ_LONG = {
    "--raw-output": "r",
    "--raw-output0": "r",
    "--join-output": "j",
    "--compact-output": "c",
    "--exit-status": "e",
    "--color-output": "C",
    "--monochrome-output": "M",
    "--sort-keys": "S",
    "--ascii-output": "a",
    "--unbuffered": "",
    "--tab": "",
    "--slurp": "s",
    "--null-input": "n",
    "--raw-input": "R",
    "--seq": "",
    "--stream": "!",
    "--args": "!",
    "--jsonargs": "!",
}
_TAKES_BYTES = ("aplay", "ffplay", "mpv", "play", "paplay", "tar", "gunzip", "zcat", "unzip", "base64", "file", "xxd", "hexdump")
_EVENT_DATA = re.compile("data:")


@dataclass
class Behind:
    """What the pipeline behind a curl command says."""

    pipelines: list[FoundPipeline] = field(default_factory=list)
    response: str | None = None
    left_out: list[str] = field(default_factory=list)


def read_behind(commands: list[list[str]], marks: Marks) -> Behind:
    """Read the words of the commands behind `|`, in order. What is told is in `left_out`."""
    behind = Behind()
    filters: list[tuple[str, bool]] = []
    ended = False
    shows_json = False
    for words in commands:
        if not words:
            continue
        program = words[0].rpartition("/")[2]
        if program == "jq" and not ended:
            behind.response = behind.response or "json"
            try:
                filters.append(_jq(words[1:], marks, behind))
            except Unsayable as why:
                behind.left_out.append(f"| jq is left out: {marks.shown(why.reason)}")
                ended = True
        elif program in ("sed", "grep", "egrep", "awk", "cut", "tr", "stdbuf") and not filters and _takes_events(words):
            behind.response = "events"
        elif _shows_json(words):
            behind.response = behind.response or "json"
            shows_json = not ended
        elif program in ("sh", "bash", "zsh", "python", "python3", "node") and not ended:
            behind.left_out.append(f"| {_shown(words, marks)} is left out: a script prints the answer, and runs nothing of it")
            ended = True
        elif program == "tee":
            behind.left_out.append(f"| {_shown(words, marks)} is left out: a script has -o, which saves the answer")
        elif program not in _PASSED_OVER or _reads_files(words):
            if program in _TAKES_BYTES or (program == "sudo" and "tar" in words):
                behind.response = behind.response or "file"
            behind.left_out.append(f"| {_shown(words, marks)} is left out: a script prints what jq finds; pipe its output there yourself")
            ended = True
    whole = " | ".join(filter_ for filter_, _ in filters)
    if filters:
        behind.pipelines.append(FoundPipeline(jq=whole if whole.strip() else ".", raw=filters[-1][1]))
    elif shows_json:
        behind.pipelines.append(FoundPipeline(jq="."))
    return behind


def _takes_events(words: list[str]) -> bool:
    """Return whether a program takes the data out of server-sent events: sed 's/^data: //' and the like."""
    return any(_EVENT_DATA.search(word) for word in words[1:])


def _shows_json(words: list[str]) -> bool:
    """Tell whether a program shows the whole of JSON: what is named behind it would be a part of it, or a file."""
    program = words[0].rpartition("/")[2]
    is_python = program.startswith("python") and "json.tool" in words
    rest = words[words.index("json.tool") + 1 :] if is_python else words[1:]
    return (is_python or program in _JSON_TOOLS) and all(word == "." or word.startswith("-") or word.isdigit() for word in rest)


def _reads_files(words: list[str]) -> bool:
    """Tell whether a program reads other files than the answer: `| cat - more.txt`."""
    return any(word != "-" and not word.startswith("-") for word in words[1:]) and words[0].rpartition("/")[2] == "cat"


def _shown(words: list[str], marks: Marks) -> str:
    text = " ".join(marks.shown(word) for word in words)
    return text if len(text) <= 60 else text[:57] + "…"


def _jq(words: list[str], marks: Marks, behind: Behind) -> tuple[str, bool]:
    """Return a jq command's filter, and whether it prints texts raw. Raises Unsayable if it cannot be a pipeline."""
    letters = ""
    arguments: list[str] = []
    position = 0
    while position < len(words):
        word = words[position]
        position += 1
        if word in _JQ_VALUES:
            if word not in ("--indent", "-L", "--library-path"):
                raise Unsayable(f"{word} {' '.join(words[position : position + 2])}: write its value into the filter")
            position += _JQ_VALUES[word]
        elif word in _JQ_FILE:
            raise Unsayable(f"{word}: the filter is in a file: write it into the command")
        elif word in _JQ_LONG:
            letters += _JQ_LONG[word]
        elif re.fullmatch("-[A-Za-z]+", word):
            letters += word[1:]
        elif word.startswith("--") and word != "--":
            raise Unsayable(f"{word}: no option of jq that is known here")
        elif word != "--":
            arguments.append(word)
    filter_ = arguments[0] if arguments else "."
    if len(arguments) > 1:
        raise Unsayable("it reads files, not the answer")
    if "f" in letters:
        raise Unsayable("-f: the filter is in a file: write it into the command")
    if "R" in letters or "!" in letters or "n" in letters:
        raise Unsayable("it reads the answer otherwise than as JSON values: write a filter without -R, -n, --stream and --args")
    if has_mark(filter_):
        raise Unsayable(f"a variable of the shell stands in {marks.shown(filter_)[:60]}: write its value into the filter")
    if "s" in letters:
        filter_ = f"[.] | {filter_}"
    if "j" in letters:
        behind.left_out.append("jq -j is read as -r: a script ends each text with a line break")
    if "e" in letters:
        behind.left_out.append("jq -e is left out: a script ends with 5 where its filter finds nothing")
    return filter_, "r" in letters or "j" in letters
