"""Read what stands around a curl command: programs that run it, shells in shells, loops, functions, conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from generator.importing.curl.marks import Marks
from generator.importing.model import Text, Variable
from generator.importing.shell.expand import Variables
from generator.importing.shell.model import SimpleCommand

_AWAY = {
    "docker": "inside of a container",
    "podman": "inside of a container",
    "nerdctl": "inside of a container",
    "docker-compose": "inside of a container",
    "kubectl": "inside of a pod",
    "oc": "inside of a pod",
    "ssh": "on another machine",
    "vagrant": "on another machine",
    "lxc": "inside of a container",
    "chroot": "in another folder as root",
    "nsenter": "inside of a container",
    "ip": "in a network of its own",
}
_AGAIN = ("watch", "hyperfine", "while", "retry")
_BESIDE = (
    "sudo time env exec command nohup nice timeout stdbuf winpty proxychains proxychains4 torsocks torify strace doas setsid ionice builtin"
    " noglob gtime chronic unbuffer op dotenv aws-vault with-env script caffeinate faketime systemd-run"
    " runuser su busybox gtimeout"
).split()
_SHELLS = ("bash", "sh", "zsh", "dash", "ash", "ksh")
_NO_CURL = (
    "echo printf apt apt-get yum dnf apk brew pacman zypper pip pip3 npm choco scoop winget port snap nix nix-env which whereis type"
    " man hash cat grep alias unalias info tldr whatis cd ls rm cp mv mkdir touch chmod chown ldd file"
    " test [ [[ dpkg rpm conda mamba emerge pkg"
    " install add-apt-repository git export local declare readonly typeset cheat set help killall pkill pgrep kill ps"
).split()
_EACH = ("xargs", "parallel", "find", "fd")
_CURL_NAME = re.compile(r"(?:.*[/\\])?curl(?:\.exe)?\Z", re.DOTALL)
_CURL_IMAGE = re.compile(r"(?:.*[/=])?curl(?::[\w.-]+)?\Z")
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)=.*", re.DOTALL)
"""A value that a program in front of curl sets, which may be a secret."""
_CURL_INSIDE = re.compile(r"(?<![\w./-])curl(?:\.exe)?\s")


@dataclass(frozen=True)
class Wrapped:
    """A curl command, its words without its name; or shell text in which it stands; or why it is left out."""

    words: tuple[Text, ...] = ()
    shell_text: str | None = None
    reason: str = ""
    left_out: tuple[str, ...] = ()


def unwrapped(words: list[Text]) -> Iterator[Wrapped]:
    """Yield the curl commands in a command's words; most have none."""
    if not words:
        return
    first = _name(words[0])
    pattern = _CURL_IMAGE if first in _AWAY else _CURL_NAME
    position = next((number for number, word in enumerate(words) if pattern.match(word.plain or "")), None)
    if position == 0:
        yield Wrapped(tuple(words[1:]))
    elif first == "alias" and any(_CURL_INSIDE.search(_inside(word)) for word in words[1:]):
        yield Wrapped(reason="curl stands in an alias: write the commands that use it out")
    elif first in _NO_CURL:
        return
    elif first in _EACH:
        yield from _for_each(first, words, position)
    elif position is not None and (first in _BESIDE or first in _AWAY or first in _AGAIN):
        yield from _run_by(first, words, position)
    else:
        yield from _inside_text(first, words, position)


def _name(word: Text) -> str:
    return (word.plain or "").rpartition("/")[2]


def _inside(word: Text) -> str:
    """Return a word as shell text again, with `${NAME}` for its variables."""
    return "".join(part if isinstance(part, str) else f"${{{part.name}}}" for part in word.parts)


def _run_by(first: str, words: list[Text], position: int) -> Iterator[Wrapped]:
    before = " ".join(_ASSIGNED.sub(r"\1=…", _inside(word)) for word in words[:position])
    before = before if len(before) <= 60 else before[:57] + "…"
    if first in _AWAY and position + 1 < len(words) and words[position + 1].plain == "curl":
        position += 1
    if first == "command" and any(word.plain in ("-v", "-V") for word in words[1:position]):
        return
    if first in _AWAY:
        if position + 1 == len(words) or _installs(words):
            return
        note = _away(before, first)
    elif first in _AGAIN:
        note = f"`{before}` is left out: the request is sent once"
    else:
        note = f"`{before}` in front of curl is left out"
    if first == "sudo" and any(_name(word) in _NO_CURL for word in words[1:position]):
        return
    yield Wrapped(tuple(words[position + 1 :]), left_out=(note,))


def _away(shown: str, program: str) -> str:
    return f"`{shown}` is left out: there, curl runs {_AWAY[program]}, and a host such as localhost is another one"


def _installs(words: list[Text]) -> bool:
    return any(_name(word) in ("apt", "apt-get", "apk", "yum", "dnf", "which") for word in words)


def _for_each(first: str, words: list[Text], position: int | None) -> Iterator[Wrapped]:
    """Yield the command that xargs and the like run for each line or file."""
    if position is None:
        yield from _inside_text(first, words, position)
        return
    sign = "{}"
    for number, word in enumerate(words[:position]):
        plain = word.plain or ""
        if plain in ("-I", "-i", "--replace") and number + 1 < position and words[number + 1].plain:
            sign = words[number + 1].plain or sign
        elif plain.startswith("-I") and len(plain) > 2:
            sign = plain[2:]
    rest = [word for word in _before_items(words[position + 1 :]) if word.plain not in (";", "+")]
    if not any(isinstance(part, str) and sign in part for word in rest for part in word.parts):
        yield Wrapped(reason=f"{first} adds to this curl command what is not known here: write one of the commands that it runs out")
        return
    filled = tuple(_filled(word, sign) for word in rest)
    yield Wrapped(filled, left_out=(f"{first} runs it for each item: here the item is a parameter",))


def _before_items(words: list[Text]) -> list[Text]:
    """Return the words before `:::`, behind which parallel has its items."""
    end = next((number for number, word in enumerate(words) if (word.plain or "").startswith(":::")), len(words))
    return words[:end]


def _filled(word: Text, sign: str) -> Text:
    parts: list[str | Variable] = []
    for part in word.parts:
        if isinstance(part, Variable):
            parts.append(part)
            continue
        for number, piece in enumerate(part.split(sign)):
            parts += [Variable("item"), piece] if number else [piece]
    return Text(tuple(part for part in parts if part != ""))


def _inside_text(first: str, words: list[Text], position: int | None) -> Iterator[Wrapped]:
    """Yield shell text that a word holds: `bash -c '…'`, `eval "…"`, `ssh host '…'`, `watch '…'`."""
    runs = first in _SHELLS or first in _AWAY or first in _AGAIN or first in _BESIDE or first in _EACH or first in ("eval", "trap")
    texts = [word for word in words[1:] if _CURL_INSIDE.search(_inside(word))]
    if first == "eval" and (texts or position is not None):
        yield Wrapped(shell_text=" ".join(_inside(word) for word in words[1:]))
    elif runs and texts:
        note = _away(first, first) if first in _AWAY else f"`{first}` around it is left out"
        for text in texts:
            yield Wrapped(shell_text=_inside(text), left_out=(note,))
    elif position is not None and position + 1 < len(words) and _looks_like_request(words[position + 1 :]):
        yield Wrapped(reason=f"curl stands in a command of {first or 'another program'}: write it out as a command of its own")


def _looks_like_request(words: list[Text]) -> bool:
    """Return whether words are arguments of curl: one is a URL or an option."""
    return any(re.search(r"://|^localhost|^-\w|^--\w|^\d+\.\d+\.\d+\.\d+", _inside(word)) for word in words)


def loop_variables(command: SimpleCommand, variables: Variables) -> dict[str, Variable]:
    """Return the variables of the loops around a command, each with the first value that it has."""
    found = {}
    for frame in command.frames:
        if frame.kind == "for" and frame.name:
            texts = [text for word in frame.words[:1] for text in variables.texts(word)]
            found[frame.name] = Variable(frame.name, default=texts[0].plain if texts else None)
    return found


def loop_notes(command: SimpleCommand, marks: Marks) -> tuple[str, ...]:
    """Return what is left out of the loops, functions and conditions around a command, a sentence each."""
    del marks
    notes = []
    for frame in command.frames:
        if frame.kind == "for":
            notes.append(f"the loop over {frame.name or 'numbers'} is left out: one request, in which it is a parameter")
        elif frame.kind == "loop":
            notes.append("the loop around it is left out: the request is sent once")
        elif frame.kind == "function":
            notes.append(f"it stands in the function {frame.name}: what the function is called with is a parameter")
        elif frame.kind == "condition":
            notes.append("the condition around it is left out: the request is sent in any case")
    return tuple(dict.fromkeys(notes))
