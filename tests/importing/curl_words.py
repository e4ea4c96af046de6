"""Measure the reading of curl commands over a folder of real ones: tests/importing/curl_words.py FOLDER [--show KIND]…

Each line of FOLDER/*.jsonl is an object with `file`, `line` and `text`, a block of somebody's documentation. It is run in bash with a
function in place of curl, so that bash says what curl's arguments are; with these, real curl asks a server on loopback, which
records what arrives. The texts are trusted: they are run, in a folder of their own.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import email
import email.policy
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from generator.importing.curl import Reader
from generator.importing.curl.around import unwrapped
from generator.importing.model import FoundRequest, NotImported, Text, Variable
from generator.importing.shell import parser
from generator.importing.shell.expand import Variables
from generator.importing.shell.model import BrokenText, Literal, Pipeline, Substitution
from generator.importing.shell.prompts import is_session

FUNCTION = """\
command_not_found_handle() { :; }
sudo() { "$@"; }
curl() {
  local input=
  [[ $* == *@-* ]] && IFS= read -r -d '' input
  { printf '%s\\0' "$@"; printf '\\1%s\\0' "$input"; } >&9
}
"""
OWN_HEADERS = ("content-length", "expect", "connection", "transfer-encoding", "te")


@dataclass
class Recorded:
    """A request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Comparison:
    """What came out, by kind, with an example of each."""

    counts: collections.Counter[str] = field(default_factory=collections.Counter)
    examples: list[tuple[str, str]] = field(default_factory=list)

    def add(self, kind: str, example: str = "") -> None:
        """Count one."""
        self.counts[kind] += 1
        self.examples.append((kind, example))


def stand_in(name: str) -> str:
    """Return the value that a variable has while bash runs."""
    return f"zz{name}zz"


def filled(text: Text) -> str:
    """Return a text with stand-ins for its variables."""
    return "".join(part if isinstance(part, str) else stand_in(part.name) for part in text.parts)


def words_of(text: str) -> tuple[list[list[str]], set[str], bool]:
    """Return the arguments of each curl command as the reader has them, the open variables, and whether bash can be compared."""
    variables, names, comparable = Variables(), set(), not is_session(text)
    found = []
    for item in parser.read(text):
        if not isinstance(item, Pipeline):
            comparable = comparable and not (isinstance(item, BrokenText) and "curl" in item.source)
            continue
        comparable = comparable and not item.notes
        for command in item.commands:
            comparable = comparable and not command.frames
            words = [one for word in command.words for one in variables.texts(word)]
            for assignment in command.assignments:
                variables.assign(assignment)
                comparable = comparable and not any(isinstance(segment, Substitution) for word in assignment.words for segment in word)
            for wrapped in unwrapped(words):
                if wrapped.shell_text is not None or wrapped.reason or wrapped.left_out:
                    comparable = False
                segments = [segment for word in command.words for segment in word]
                comparable = comparable and not any(isinstance(segment, Substitution) for segment in segments)
                open_ones = [part for word in wrapped.words for part in word.parts if isinstance(part, Variable)]
                comparable = comparable and all(part.default is None for part in open_ones)
                names |= {part.name for part in open_ones}
                targets = [segment for redirect in command.redirects for segment in redirect.target if redirect.operator == "<"]
                comparable = comparable and all(isinstance(segment, Literal) for segment in targets)
                found.append([filled(word) for word in wrapped.words])
    return found, names, comparable and all(re.fullmatch(r"[A-Za-z_]\w*", name) for name in names)


def words_of_bash(text: str, names: set[str], folder: Path) -> list[tuple[list[str], str]]:
    """Return the arguments of each curl command as bash has them, and its standard input where `@-` asks for it."""
    record = folder / "arguments"
    descriptor = os.open(record, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_APPEND)
    os.dup2(descriptor, 9)
    work = folder / "work"
    work.mkdir(exist_ok=True)
    for read in re.findall(r"(?<!<)< *([\w][\w./-]*)", text):
        with contextlib.suppress(OSError):
            (work / read).touch()
    settings = {"PATH": "/nonexistent", "HOME": "~", "LANG": "C.UTF-8", **{name: stand_in(name) for name in names}}
    try:
        subprocess.run(
            ["/bin/bash", "-c", f"{FUNCTION}PWD=zzPWDzz\n{text}\n"],
            env=settings,
            cwd=work,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(9,),
            timeout=20,
            check=False,
        )
    finally:
        os.close(9)
        os.close(descriptor)
    commands: list[tuple[list[str], str]] = []
    current: list[str] = []
    for word in record.read_bytes().decode("utf-8", "surrogateescape").split("\0")[:-1]:
        if word.startswith("\1"):
            commands.append((current, word[1:]))
            current = []
        else:
            current.append(word)
    return commands


def as_utf8(text: str) -> str:
    """Return what Python's server read as Latin-1 as the UTF-8 that it was."""
    return text.encode("latin-1").decode("utf-8", "replace")


@contextlib.contextmanager
def recording() -> Iterator[tuple[int, list[Recorded]]]:
    """Serve on loopback; yield the port and the list to which each request is added."""
    seen: list[Recorded] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            if self.headers.get("Transfer-Encoding", "") == "chunked":
                body = b""
                while size := int(self.rfile.readline().strip() or b"0", 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
            else:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            names = {name.lower(): as_utf8(", ".join(self.headers.get_all(name) or [])) for name in self.headers}
            seen.append(Recorded(self.command, as_utf8(self.path), names, body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.send_header("Connection", "close")
            self.end_headers()

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.handle_any
            raise AttributeError(name)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1], seen
    finally:
        server.shutdown()
        server.server_close()


def run_curl(arguments: list[str], standard_input: str, port: int, folder: Path) -> int:
    """Run real curl with its connections bent to the recorder, in a folder with the files that it reads."""
    arguments = [re.sub("^https://", "http://", argument) for argument in arguments]
    for number, argument in enumerate(arguments):
        before = arguments[number - 1] if number else ""
        names = re.findall(r"(?:^-?[A-Za-z]*|=)[@<]\"?([^;\",]+)", argument)
        if before in ("-T", "--upload-file", "-b", "--cookie", "--cert", "--key", "--cacert", "-E") and "=" not in argument:
            names.append(argument)
        for name in names:
            path = folder / name
            if name != "-" and path.resolve().is_relative_to(folder.resolve()) and not path.exists():
                with contextlib.suppress(OSError):
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text("content\n")
    bent = ["--noproxy", "*", "-s", "-m", "5", "--connect-to", f"::127.0.0.1:{port}"]
    for number in [number for number, argument in enumerate(arguments) if argument == "--next"][::-1]:
        arguments[number + 1 : number + 1] = bent
    done = subprocess.run(
        ["curl", "-q", *bent, *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        input=standard_input.encode("utf-8", "surrogateescape"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode


def difference(found: FoundRequest, seen: Recorded, folder: Path) -> str:
    """Return what differs between what was found and what arrived; nothing if they are the same."""
    if found.method != seen.method:
        return f"method {found.method} / {seen.method}"
    arrived_path, _, arrived_query = seen.target.partition("?")
    path = re.sub("^[^/]*://[^/]*|^zz[^/]*", "", filled(found.base)) + filled(found.path)
    if unquote(path) != unquote(arrived_path):
        return f"path {path} / {arrived_path}"
    query = [(name, filled(value)) for name, value in found.query]
    if query != parse_qsl(arrived_query, keep_blank_values=True):
        return f"query {query} / {arrived_query}"
    return _header_difference(found, seen) or _body_difference(found, seen, folder)


def _header_difference(found: FoundRequest, seen: Recorded) -> str:
    ours = {name.lower(): filled(value) for name, value in found.headers}
    if found.cookies:
        ours["cookie"] = "; ".join(f"{name}={filled(value)}" for name, value in found.cookies)
    theirs = {name: value for name, value in seen.headers.items() if name not in OWN_HEADERS}
    if found.user is not None:
        theirs.pop("authorization", None)
        ours.pop("authorization", None)
    if "host" not in ours:
        theirs.pop("host", None)
    for headers in (ours, theirs):
        if "referer" in headers:
            headers["referer"] = headers["referer"].replace("https://", "http://")
    for name, usual in (("user-agent", "curl/"), ("accept", "*/*")):
        if name not in ours and theirs.get(name, "").startswith(usual):
            theirs.pop(name, None)
    if found.body and found.body.kind == "form":
        theirs.pop("content-type", None)
    if found.body and found.body.kind == "urlencoded":
        ours.setdefault("content-type", "application/x-www-form-urlencoded")
    if found.curl.get("compressed"):
        theirs.pop("accept-encoding", None)
        ours.pop("accept-encoding", None)
    if "cookie" in theirs:
        theirs["cookie"] = re.sub(r";\s*", "; ", theirs["cookie"].strip("; "))
    ours.pop("connection", None)
    for name in ("aws-sigv4", "http2"):
        if name in found.curl:
            return ""
    return "" if ours == theirs else f"headers {ours} / {theirs}"


def _body_difference(found: FoundRequest, seen: Recorded, folder: Path) -> str:
    body = found.body
    if body is None:
        return "" if not seen.body else f"a body arrived: {seen.body[:80]!r}"
    if body.kind == "json":
        try:
            theirs = json.loads(seen.body)
        except ValueError:
            return "" if "Variable" in repr(body.value) else f"no JSON arrived: {seen.body[:80]!r}"
        return "" if _plain(body.value) == theirs else f"JSON {body.value} / {theirs}"
    if body.kind == "text":
        ours = filled(body.value).encode("utf-8", "surrogateescape")
        return "" if ours == seen.body else f"text {ours!r} / {seen.body!r}"
    if body.kind == "urlencoded":
        fields = [(name, filled(value)) for name, value in body.value]
        return "" if fields == parse_qsl(seen.body.decode(), keep_blank_values=True) else f"fields {fields} / {seen.body!r}"
    if body.kind == "file":
        path = folder / filled(body.value)
        if any(isinstance(part, Variable) for part in body.value.parts) or not path.is_file():
            return ""
        expected = path.read_bytes()
        return "" if seen.body in (expected, expected.replace(b"\n", b"")) else f"file {path} / {seen.body[:80]!r}"
    return _form_difference(body.value, seen)


def _form_difference(parts: Any, seen: Recorded) -> str:
    message = email.message_from_bytes(
        b"Content-Type: " + seen.headers["content-type"].encode() + b"\n\n" + seen.body, policy=email.policy.HTTP
    )
    if not message.is_multipart():
        return f"no form arrived: {seen.headers['content-type']} {seen.body[:80]!r}"
    theirs = []
    for part in message.get_payload():  # type: ignore[union-attr]
        name, file = part.get_param("name", header="content-disposition"), part.get_filename()  # type: ignore[union-attr]
        theirs.append((name, file, None if file else part.get_payload(decode=True).decode()))  # type: ignore[union-attr]
    ours = []
    for part in parts:
        file = part.file_name or (filled(part.file).rpartition("/")[2] if part.file else None)
        ours.append((part.name, file, None if file else filled(part.text)))
    unknown = any(part.text is not None and part.text.plain is None for part in parts)
    return "" if ours == theirs or unknown else f"form {ours} / {theirs}"


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return filled(value)
    if isinstance(value, Variable):
        return stand_in(value.name)
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def names_in(value: Any) -> Iterator[str]:
    """Yield the names of the variables in what was found."""
    if isinstance(value, Variable):
        yield value.name
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from names_in(getattr(value, one.name))
    elif isinstance(value, dict):
        yield from names_in(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from names_in(item)


def with_stand_ins(word: str, names: set[str]) -> str:
    """Return an argument of curl's in which stand-ins are in the place of `<name>`, `{{name}}`, `{name}` and `/:name`."""
    word = re.sub(r":(<\w+>|\{\w+\})(?=/)", ":8080", word)
    for name in names:
        written = re.escape(name)
        word = re.sub(rf"<{written}>|\{{\{{ *{written} *\}}\}}|\$?\{{{written}\}}|(?<=/):{written}(?=[/?]|$)", stand_in(name), word)
    return word


def measure(texts: list[dict[str, Any]], words: Comparison, results: Comparison, wire: Comparison) -> None:
    """Read, run and compare each text."""
    with recording() as (port, seen):
        for entry in texts:
            place = f"{entry['file']}:{entry['line']}"
            found = Reader(entry["file"]).read(entry["text"], entry["line"])
            for item in found:
                told = "; ".join((*item.changes, *item.left_out)) if isinstance(item, FoundRequest) else "; ".join(item.reasons)
                kind = item.status if isinstance(item, NotImported) else "request, with words" if told else "request"
                results.add(kind, f"{item.source.file}:{item.source.line} {told}\n{item.source.text[:400]}")
            ours, names, comparable = words_of(entry["text"])
            if not ours:
                continue
            if not comparable:
                words.add("not comparable", place)
                continue
            with tempfile.TemporaryDirectory(prefix="corpora-") as name:
                folder = Path(name)
                theirs = words_of_bash(entry["text"], names, folder)
                if [words for words, _ in theirs] != ours:
                    words.add("different", f"{place}\n  ours {ours}\n  bash {theirs}")
                    continue
                words.add("same", place)
                _compare_requests(found, theirs, port, seen, folder, wire, place)


def _compare_requests(
    found: list[FoundRequest | NotImported],
    commands: list[list[str]],
    port: int,
    seen: list[Recorded],
    folder: Path,
    wire: Comparison,
    place: str,
) -> None:
    """Send each command by real curl, and compare what arrives with what was found."""
    if any(isinstance(item, NotImported) for item in found):
        wire.add("not compared: some of it is not imported", place)
        return
    if any(
        re.fullmatch(r"-x|--proxy.*|--proto|--unix-socket|--socks.*|-U|-K|--resolve|--connect-to", word)
        for words, _ in commands
        for word in words
    ):
        wire.add("not compared: other ways than a connection of its own", place)
        return
    seen.clear()
    names = {name for item in found for name in names_in(item)}
    for words, standard_input in commands:
        words = [with_stand_ins(word, names) for word in words]
        status = run_curl(words, standard_input, port, folder / "work")
        if status not in (0, 22, 23, 26):
            wire.add(f"curl ended with {status}", f"{place} {words}")
    requests = [item for item in found if isinstance(item, FoundRequest)]
    if len(requests) != len(seen):
        wire.add("another number of requests", f"{place} {len(requests)} / {[(one.method, one.target) for one in seen]}")
        return
    for request, arrived in zip(requests, seen, strict=True):
        what = difference(request, arrived, folder / "work")
        told = " (told)" if request.changes or request.left_out else ""
        wire.add(f"different{told}" if what else "same", f"{place} {what} {request.changes} {request.left_out}")


def main() -> None:
    """Print the tables."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--show", action="append", default=[], help="print what is of this kind")
    given = arguments.parse_args()
    words, results, wire = Comparison(), Comparison(), Comparison()
    for path in sorted(given.folder.glob("*.jsonl")):
        measure([json.loads(line) for line in path.read_text("utf-8").splitlines()], words, results, wire)
    for title, comparison in (("words, beside bash", words), ("what becomes of commands", results), ("requests, beside curl", wire)):
        print(f"\n{title}")
        for kind, count in sorted(comparison.counts.items()):
            print(f"  {count:6,}  {kind}")
            if kind in given.show:
                print("\n".join(f"          {example}" for shown, example in comparison.examples if shown == kind))


if __name__ == "__main__":
    main()
