"""Records what the generated scripts and pages do, and compares two records.

It is a developer's tool, not a test: before a change that must not show, record the product; after it, record again and compare.
Run it with the checkout's own Python (.venv/bin/python), since `cases` reads the catalog; the other commands need no package.

    python tests/behaviour.py cases > cases.json
    python tests/behaviour.py record --out out --cases cases.json > old.jsonl
    python tests/behaviour.py pages --out out > old-pages.json
    …the change, `curlsheet build`…
    python tests/behaviour.py record --out out --cases cases.json > new.jsonl
    python tests/behaviour.py pages --out out > new-pages.json
    python tests/behaviour.py compare old.jsonl new.jsonl
    python tests/behaviour.py compare old-pages.json new-pages.json

`cases` derives the table of invocations from catalog.yaml. Make it once, from the old product, and use it for both records.
Each script gets the main cases. The others (each kind of option, argument, variable, key, base URL, answer, refusal and stream) are
for the first one or two of the scripts that are made alike in that respect.
A case is a JSON object:

    id       script/name of the case, unique; cases of one name are alike in every script
    script   the file in the folder of scripts
    args     its arguments
    env      environment variables; @URL@ is the server (@TLS@ by https, @PORT@ its port), @REFUSED@ one that nobody listens on
    stdin    text, or {"base64": …}
    home     files to put into the home folder, by name
    without  a program that is missing from PATH
    full     true: standard output is /dev/full
    answer   what the server does: status, headers and pieces (texts or {"base64": …}), `length` to announce (left out: the true
             one; null: none, the end of the connection ends the body), or `instead`: "nothing" closes, "hang" never answers

`record` runs each case with bash in a folder and a home of its own, against a loopback server, and writes one JSON line per case:
the requests as they came (without curl's own headers), standard output, standard error, exit status, the files made in the
folder, and what is left in TMPDIR. Ports, folders, temporary names, boundaries, line numbers of bash and numbers of /dev/fd are
replaced by fixed words. Long texts stand there as their digest, bytes that are not UTF-8 as Latin-1.

`pages` writes, for each HTML and Markdown page, its ids, visible text, commands (pre, code and fenced blocks), links and the
attributes that people read.

`compare` takes two files of either kind, prints each difference once, with the number of cases or pages that have it and one
example, and exits with 1 if there is any. Script names and the prefixes of variables are replaced when differences are grouped.
With --only PATTERN, `record` and `compare` take the cases whose id the regular expression finds: '^ollama-chat', 'dry-run$'.

Not recorded: what needs a terminal, signals, the order of the two outputs, and a missing TMPDIR.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import difflib
import hashlib
import json
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

Case = dict[str, Any]
Json = Any

# ---- The table of cases --------------------------------------------------------------------

KEY = "sk-secret-0123456789"
HOSTILE = 'it\'s "q" $(touch pwned) `touch pwned` ${HOME}\nline 2\t中文🎉 {{ 7*7 }} {% x %} \\n %s %41 &?#;!*'
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"
SPOILING = 'include\nverbose\nfail\nlocation\nwrite-out = spoiled\nmax-time = 9\nheader = "X-Curlrc: yes"\n'
ODD_NAME = 'it\'s "odd" \\ 中文;type=x,y.mp3'

FILES: Mapping[str, bytes] = {
    "picture.png": PNG,
    "photo.jpg": JPEG,
    "notes.txt": "some 文字\nsecond line\n".encode(),
    "audio.mp3": b"ID3\x03\x00\x00\xff\xfbsound",
    ODD_NAME: b"sound\r\n--odd",
    "empty.png": b"",
    "settings.curlrc": b'header = "X-Curlrc: yes"\n',
}
"""What stands in the folder in which a script runs."""

PLAUSIBLE = {"integer": "7", "number": "0.5", "boolean": "true", "json": '{"a": [1, "b"]}'}
WRONG = {
    "integer": ["abc", "1.5", "1234567890123456", ""],
    "number": ["abc", "1,5", "1234567890123456", ""],
    "boolean": ["abc", "1", "True", ""],
    "json": ["abc", "{", ""],
}
EDGE = {
    "integer": ["0", "-1", "007", "123456789012345", "1e3", "+1", " 1", "1\n", "0x10", "1; touch pwned"],
    "number": ["0", "-1", "-0.5", ".5", "1.", "1e3", "1.5E-2", "007", "123456789012345", "+1", " 1", "NaN", "1e999"],
    "boolean": ["false"],
    "json": ["null", '"text"', "[]", "1 2", ""],
}


def json_text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def binary(data: bytes) -> Json:
    return {"base64": base64.b64encode(data).decode()}


def answer(*pieces: Json, status: int = 200, kind: str = "application/json", **more: Json) -> Json:
    """An answer of the server; `more` may hold `length`, and `headers` beside the content type."""
    headers = [["Content-Type", kind], ["X-Request-Id", "req-1"], *more.pop("headers", [])]
    return {"status": status, "headers": headers, "pieces": list(pieces), **more}


def refusal(status: int, body: Json) -> Json:
    return answer(body if isinstance(body, str) else json_text(body), status=status)


def stream(*pieces: Json, **more: Json) -> Json:
    return answer(*pieces, kind="text/event-stream", **{"length": None, **more})


def kind_of(cell: Any, parameter: Any) -> str:
    """What a value of the parameter has to be: its type, else what its default in the body is."""
    if parameter.type or parameter.at[0] != "body":
        return str(parameter.type or "string")
    value = cell.body
    for step in parameter.at[1:]:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return "string"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return "string" if value is None or isinstance(value, str) or (parameter.repeat and isinstance(value, list)) else "json"


def plausible(cell: Any, parameter: Any) -> str:
    """A value that the parameter takes."""
    if parameter.read:
        return "picture.png"
    if is_file(cell, parameter):
        return "notes.txt"
    return PLAUSIBLE.get(kind_of(cell, parameter), f"my-{parameter.id}")


def hostile(cell: Any, parameter: Any) -> str:
    """A value that the parameter takes, and that a careless script would not survive."""
    if parameter.read:
        return "photo.jpg"
    if is_file(cell, parameter):
        return ODD_NAME
    return PLAUSIBLE.get(kind_of(cell, parameter), HOSTILE)


def is_file(cell: Any, parameter: Any) -> bool:
    """Whether the value is the name of a file that a form uploads."""
    return parameter.at[0] == "form" and getattr((cell.form or {}).get(parameter.at[1]), "file", None) is not None


class Table:
    """The cases of one script."""

    def __init__(self, backend: Any, cell: Any, seen: Counter[Any]) -> None:
        self.backend, self.cell, self.seen = backend, cell, seen
        self.script = f"{backend.id}-{cell.id}.sh"
        self.prefix = backend.prefix
        self.parameters = list(cell.parameters.values())
        self.optional = [item for item in self.parameters if item.option]
        self.argument = next((item for item in self.parameters if item.argument), None)
        self.required = [item for item in self.parameters if item.required or (item.at[0] == "path" and item.id not in cell.values)]
        self.cases: dict[str, Case] = {}
        self.good = self.good_answer()
        pipelines: Sequence[Any] = cell.pipelines or ()
        self.ways = (cell.response, len(pipelines) > 0, any(item.aside for item in pipelines), bool(pipelines) and pipelines[0].raw)
        self.kinds = {item.id: self.kind(item) for item in self.parameters}

    def kind(self, item: Any) -> tuple[Any, ...]:
        """What two parameters have in common that go the same way through the templates."""
        cell, several = self.cell, len(self.optional) > 1
        ways = (item.repeat, item.read, is_file(cell, item), item.argument, bool(item.option), bool(item.variable), item.required)
        return (item.at[0], kind_of(cell, item), several, cell.response == "events", *ways)

    def rare(self, *aspect: Any, most: int = 1) -> bool:
        """Whether fewer than `most` scripts before this one had cases for the aspect."""
        self.seen[aspect] += 1
        return self.seen[aspect] <= most

    def good_answer(self) -> Json:
        """The answer of the catalog's sample."""
        sample, response = self.cell.sample, self.cell.response
        if response == "events":
            return stream(*self.events(), "data: [DONE]\n\n")
        if response == "file" and not self.cell.pipelines:
            return answer(binary(b"ID3\x04\x00\n\xff" + bytes(range(256))), kind="audio/mpeg")
        if response == "text":
            return answer(str(sample), kind="text/plain")
        return answer("" if sample is None else json_text(sample))

    def events(self) -> list[str]:
        return [f"data: {json_text(event)}\n\n" for event in self.cell.sample or []]

    def needed(self) -> list[str]:
        """The arguments without which the script stops."""
        return [word for item in self.required if item.option for word in (item.option, plausible(self.cell, item))] or [
            plausible(self.cell, item) for item in self.required
        ]

    def add(self, name: str, *args: str, **more: Json) -> None:
        """A case; the key is set, and the server answers with the sample, if `more` does not say otherwise."""
        env = {f"{self.prefix}BASE_URL": "@URL@/v1"}
        if self.cell.api_key:
            env[self.cell.api_key[0].variable] = KEY
        for variable, value in more.pop("env", {}).items():
            env.pop(variable, None)
            if value is not None:
                env[variable] = value
        assert name not in self.cases, f"two cases {name} of {self.script}"
        self.cases[name] = {
            "id": f"{self.script.removesuffix('.sh')}/{name}",
            "script": self.script,
            "args": list(args),
            "env": env,
            "stdin": more.pop("stdin", ""),
            "answer": more.pop("answer", self.good),
            **more,
        }

    def sent(self, name: str, *args: str, **more: Json) -> None:
        """A case with what the script requires in front of its own arguments."""
        self.add(name, *self.needed(), *args, **more)

    def main(self) -> None:
        """The cases that each script has."""
        base = f"{self.prefix}BASE_URL"
        self.add("none")
        self.add("help", "-h")
        self.sent("raw and include", "--raw", "-i")
        self.sent("dry-run", "--dry-run")
        self.add("unknown option", "--no-such", "x")
        self.values_given()
        for item in self.optional:
            for value in WRONG.get(kind_of(self.cell, item), [])[:2]:
                self.add(f"wrong {item.option} {value!r}", item.option, value)
        if self.optional:
            self.add(f"no value {self.optional[-1].option}", self.optional[-1].option)
        one = plausible(self.cell, self.argument) if self.argument else "word"
        self.add("two arguments", one, "other word")
        if self.cell.api_key:
            self.sent("no key", env={self.cell.api_key[0].variable: None})
        self.sent("400 error.message", answer=refusal(400, {"error": {"message": "no 你 such", "type": "x"}}))
        self.sent("200 {}", answer=answer("{}"))
        if self.rare("backend", self.backend.id, self.cell.response):
            self.sent("base url without scheme", env={base: "localhost:1/v1"})
            self.sent("base url with slash", env={base: "@URL@/v1/"})
            self.sent("refused", env={base: "@REFUSED@/v1"})
            self.sent("closed", answer={"instead": "nothing"})
            self.sent("404 html", answer=answer("<html><body>Not here</body></html>\n", status=404, kind="text/html"))
            self.sent("200 not JSON", answer=answer("<p>hello</p>\n", kind="text/html"))
        self.troubles()
        if self.cell.response == "events":
            self.sent("error event", answer=stream(*self.events()[:1], 'data: {"error":{"message":"out of memory"}}\n\n'))
            self.sent("cut off", answer=stream(*self.events()[:1], length=100000))

    def values_given(self) -> None:
        """All options and the argument at once, in both spellings, and from where they may come else."""
        options = [item for item in self.optional if not item.argument]
        blank = [word for item in options for word in (item.option, plausible(self.cell, item))]
        equal = [f"{item.option}={hostile(self.cell, item)}" for item in options]
        argument = [plausible(self.cell, self.argument)] if self.argument else []
        odd = ["--", hostile(self.cell, self.argument)] if self.argument else []
        if blank or argument:
            self.add("all", *blank, *argument)
            self.add("all, =, hostile", *equal, *odd)
            if self.rare("dry-run", *sorted(map(str, self.kinds.values()))):
                self.add("all, dry-run", "--dry-run", *argument, *blank)
            self.add("all, hostile, dry-run", *equal, "--dry-run", *odd)
        if self.argument:
            self.add("argument -", "-", stdin=HOSTILE + "\n")
        variables = {self.prefix + item.variable: f"from-{item.id}" for item in self.parameters if item.variable}
        if variables:
            self.add("variables", env=variables)

    def troubles(self) -> None:
        """What sets off each hint of the catalog."""
        for trouble in (*self.cell.troubles, *self.backend.troubles):
            text, name = str(trouble.when).strip("/"), f"trouble {trouble.when}"
            its_own = trouble in self.cell.troubles
            if name in self.cases or text in ("refused", "timeout"):
                continue
            if not its_own and not self.rare("trouble", self.backend.id, trouble.when, self.cell.response):
                continue
            if isinstance(trouble.when, int):
                self.sent(name, answer=refusal(trouble.when, {"detail": "so it is"}))
            elif text == "tls":
                self.sent(name, env={f"{self.prefix}BASE_URL": "@TLS@/v1"})
            elif text.startswith('"'):
                self.sent(name, answer=answer(f'{{"object":"list",{text}}}'))
            elif "nothing in the answer" in text or "found nothing" in text:
                self.sent(name, answer=answer('{"data":[{"embedding":[1,0]}]}'))
            else:
                self.sent(name, answer=refusal(400, {"error": {"message": f"Sorry: {text} (x)"}}))

    def rest(self) -> None:
        """The cases that only one or two scripts have of those that are made alike."""
        cell = self.cell
        key = cell.api_key and cell.api_key[0].required
        body = "form" if cell.form is not None else "body" if cell.body is not None else "none"
        if self.rare("words", cell.response, bool(self.argument), len(self.optional) > 1):
            self.words()
        for item in self.optional:
            if self.rare("option", self.kinds[item.id]):
                self.option(item)
        if self.argument and self.rare("argument", self.kinds[self.argument.id]):
            self.the_argument(self.argument)
        for item in self.parameters:
            if item.variable and self.rare("variable", self.kinds[item.id]):
                self.variable(item)
        if cell.api_key and self.rare("key", self.ways[:2], body, key):
            self.key()
        if self.rare("base", cell.response, body, cell.path.startswith("../")):
            self.base_urls()
        if self.rare("surroundings", self.ways[:2], body):
            self.surroundings()
        if self.rare("answers", self.ways, body, most=2):
            self.refusals()
            self.answers()
        if cell.response == "file" and self.rare("files", self.ways, most=2):
            self.files()
        if cell.response == "events" and self.rare("streams", self.ways, most=2):
            self.streams()

    def words(self) -> None:
        """Options that every script has, and words that none takes."""
        self.add("--help", "--help")
        self.add("help last", "--no-such=1", "-h")
        self.sent("raw", "--raw")
        self.sent("include", "-i")
        self.sent("--include", "--include")
        self.sent("raw, then dry-run", "--raw", "--dry-run")
        self.add("short unknown", "-x")
        self.add("unknown, =", "--no-such=x")
        self.add("-- alone", "--")
        self.add("empty argument", "")
        self.add("-- unknown", "--", "--no-such")

    def option(self, item: Any) -> None:
        """One option by itself."""
        name, good, odd = item.option, plausible(self.cell, item), hostile(self.cell, item)
        kind = kind_of(self.cell, item)
        other = [word for need in self.required if need.option and need is not item for word in (need.option, plausible(self.cell, need))]
        self.add(f"{name} V", *other, name, good)
        self.add(f"{name}=V", *other, f"{name}={good}")
        self.add(f"{name} twice", *other, name, good, name, odd)
        if f"no value {name}" not in self.cases:
            self.add(f"no value {name}", name)
        if kind == "string" and not item.read:
            self.add(f"{name} hostile", *other, name, odd)
            self.add(f"{name}=", *other, f"{name}=")
            self.add(f"{name} ''", *other, name, "")
            self.add(f"{name} -", *other, name, "-", stdin="from stdin\n")
            self.add(f"{name} --raw", *other, name, "--raw")
            self.add(f"{name}=a=b", *other, f"{name}=a=b")
        for value in EDGE.get(kind, []):
            if f"wrong {name} {value!r}" not in self.cases:
                self.add(f"{name} {value!r}", *other, name, value)
        if item.read:
            for value in ("photo.jpg", "notes.txt", "missing.png", "empty.png", "", "."):
                self.add(f"{name} file {value!r}", *other, name, value)
            self.add(f"{name} file -", *other, name, "-", stdin=binary(PNG))
            self.add(f"{name} file - empty", *other, name, "-")
            self.add(f"{name} file, dry-run", *other, name, "missing.png", "--dry-run")
        if item.at[0] == "path":
            self.path_values([*other, name], name)

    def path_values(self, before: list[str], name: str) -> None:
        """Values that a URL's path takes encoded, or not at all."""
        for value in ("", ".", "..", "a/b c?d#é%2F", "-"):
            if f"{name} {value!r}" not in self.cases:
                self.add(f"{name} {value!r}", *before, value, stdin="from/stdin\n")

    def the_argument(self, item: Any) -> None:
        """The argument by itself."""
        good, odd = plausible(self.cell, item), hostile(self.cell, item)
        self.add("argument", good)
        self.add("argument hostile", odd)
        self.add("argument first, then options", good, "--raw")
        self.add("argument --", "--", "-x" if not is_file(self.cell, item) else "notes.txt")
        self.add("argument - empty", "-")
        self.add("argument - without line break", "-", stdin="last line")
        self.add("argument - line breaks", "-", stdin="\n\na\r\n\n\n")
        self.add("argument - long", "-", stdin="很长 of it\n" * 20000)
        self.add("argument - long, dry-run", "-", "--dry-run", stdin="很长 of it\n" * 4000)
        self.add("argument - dry-run", "-", "--dry-run", stdin="it's\n")
        self.add("argument - not UTF-8", "-", stdin=binary(b"caf\xe9\n"))
        self.add("argument - NUL", "-", stdin="before\0after\n")
        self.add("argument -- -", "--", "-", stdin="stdin\n")
        self.add("three arguments", good, odd, good)
        self.add("argument and -", good, "-", stdin="stdin\n")
        self.add("- and -", "-", "-", stdin="stdin\n")
        self.add("argument, empty, dry-run", "", "--dry-run")
        if is_file(self.cell, item):
            for value in ("missing.mp3", "picture.png", "empty.png", ".", "./notes.txt"):
                self.add(f"file {value!r}", value)
            self.add("file missing, dry-run", "missing.mp3", "--dry-run")
        if item.at[0] == "path":
            self.path_values([], "argument")

    def variable(self, item: Any) -> None:
        """A parameter's variable by itself, empty, and below an option."""
        variable = self.prefix + item.variable
        self.add(f"variable {item.id}", env={variable: HOSTILE})
        self.add(f"variable {item.id} empty", env={variable: ""})
        if item.option:
            self.add(f"variable {item.id} and option", item.option, "from-option", env={variable: "from-variable"})
        if item.argument:
            self.add(f"variable {item.id} and argument", "from-argument", env={variable: "from-variable"})
        self.sent(f"variable {item.id}, dry-run", "--dry-run", env={variable: "from-variable"})

    def key(self) -> None:
        """The API key."""
        key = self.cell.api_key[0].variable
        self.sent("empty key", env={key: ""})
        self.sent("key with line break", env={key: "sk-1\nX-Evil: yes"})
        self.sent("key with CR", env={key: "sk-1\r"})
        self.sent("hostile key", env={key: "sk-'\"$(touch pwned)`\\ é"})
        self.sent("no key, dry-run", "--dry-run", env={key: None})

    def base_urls(self) -> None:
        """Base URLs, good and bad."""
        base = f"{self.prefix}BASE_URL"
        self.sent("base url empty, dry-run", "--dry-run", env={base: ""})
        self.sent("base url unset, dry-run", "--dry-run", env={base: None})
        for value in ("", "///", "/v1/deep", "/v1//", "/a'b"):
            self.sent(f"base url ends in {value!r}", env={base: f"@URL@{value}"})
        self.sent("base url with user", env={base: "http://me:pass@127.0.0.1:@PORT@/v1"})
        self.sent("base url of another scheme", env={base: "ftp://127.0.0.1/v1"})
        self.sent("no such host", env={base: "http://no-such-host.invalid/v1"})

    def surroundings(self) -> None:
        """curl's own configuration, what is exported or missing, an output that is full."""
        self.sent("proxy is passed over", env={"http_proxy": "@REFUSED@", "https_proxy": "@REFUSED@", "ALL_PROXY": "@REFUSED@"})
        self.sent("home curlrc", home={".curlrc": SPOILING})
        self.sent("home curlrc with output", home={".curlrc": "output = spoiled\n"})
        curlrc = f"{self.prefix}CURLRC"
        self.sent("curlrc", env={curlrc: "settings.curlrc"})
        self.sent("curlrc missing", env={curlrc: "missing.curlrc"})
        self.sent("timeout not a number", env={f"{self.prefix}TIMEOUT": "soon"})
        taken = "body include mode status words given edits url filter tmp options request result http_status location arguments output"
        taken += " errors help aside answer said hint found codes"
        own = [item.id.replace("-", "_") for item in self.parameters]
        exported = dict.fromkeys((*taken.split(), *own, *(f"given_{name}" for name in own)), "exported")
        self.sent("exported names", env=exported)
        self.sent("exported names, dry-run", "--dry-run", env=exported)
        for program in ("jq", "curl"):
            self.sent(f"without {program}", without=program)
        self.sent("output full", full=True)
        self.sent("dry-run, output full", "--dry-run", full=True)

    def refusals(self) -> None:
        """Statuses other than 2xx, and bodies of all kinds."""
        self.sent("302", answer=answer("", status=302, headers=[["Location", "@URL@/login?next=1"]]))
        self.sent("304", answer=answer(status=304))
        self.sent("401 detail", answer=refusal(401, {"detail": "who are you"}))
        self.sent("404 error", answer=refusal(404, {"error": "no such thing"}))
        self.sent("429 message", answer=answer('{"message":"slow down"}', status=429, headers=[["Retry-After", "7"]]))
        self.sent("500 detail.error", answer=refusal(500, {"detail": {"error": "broken inside"}}))
        self.sent("500 without message", answer=refusal(500, {"code": 17}))
        self.sent("500 list", answer=refusal(500, [{"error": "in a list"}]))
        self.sent("500 empty", answer=answer("", status=500, kind="text/plain"))
        self.sent("503 html, long", answer=answer("<p>你好</p>\n" * 100, status=503, kind="text/html"))
        self.sent(
            "400 controls", answer=answer('{"error":{"message":"\\u001b[31mred\\u0007\\u009b2J\\r\\nnext\\ttab\\u0000"}}', status=400)
        )
        self.sent("400 raw controls", answer=answer("\x1b[31mred\x07\x9b2J\0\r\nnext\x7f", status=400, kind="text/plain"))
        self.sent("400 not UTF-8", answer=answer(binary(b"caf\xe9 \xff\x00x"), status=400, kind="text/plain"))
        self.sent("400 two lines", answer=refusal(400, {"error": {"message": "one\ntwo"}}))
        self.sent("400 raw", "--raw", answer=refusal(400, {"error": {"message": "no"}}))
        self.sent("400 include", "-i", answer=refusal(400, {"error": {"message": "no"}}))
        self.sent("404 raw, include", "--raw", "-i", answer=answer("gone", status=404, kind="text/plain"))
        self.sent("not HTTP", answer={"raw": ["hello\r\n\r\n"]})

    def answers(self) -> None:
        """Answers with a good status that may not be usable."""
        self.sent("200 empty", answer=answer(""))
        self.sent("204", answer=answer(status=204))
        self.sent("201", answer={**self.good, "status": 201})
        for text in ("null", "[]", '"text"', "0", '{"error":{"message":"not really"}}', '{"data":null}', '{"data":[]}', '{"choices":[]}'):
            self.sent(f"200 {text}", answer=answer(text))
        self.sent("200 {}, raw", "--raw", answer=answer("{}"))
        self.sent("200 not JSON, raw", "--raw", answer=answer("plain\n", kind="text/plain"))
        self.sent("200 half of JSON", answer=answer('{"choices":[{"mess'))
        self.sent("200 two values", answer=answer('{"a":1}\n{"b":2}\n'))
        self.sent("200 cut off", answer=answer('{"a":', length=1000))
        self.sent("200 controls", answer=answer('{"a":"\\u001b[31m"}'))
        self.sent("raw, cut off", "--raw", answer=answer('{"a":', length=1000))

    def files(self) -> None:
        """Where the answer of a script that makes a file goes."""
        for words in (["-o", "made.bin"], ["--output", "made.bin"], ["--output=made.bin"], ["-o", "-"], ["-o", ODD_NAME], ["-o", "-x"]):
            self.sent(" ".join(words), *words)
            self.sent(" ".join([*words, "dry-run"]), *words, "--dry-run")
        self.sent("-o into a missing folder", "-o", "missing/made.bin")
        self.sent("-o folder", "-o", ".")
        self.sent("-o ''", "-o", "")
        self.sent("-o without value", "-o")
        self.sent("-o, raw", "-o", "made.bin", "--raw")
        self.sent("-o, refused", "-o", "made.bin", answer=refusal(500, {"error": "no"}))
        self.sent("not base64", answer=answer('{"data":[{"b64_json":"%%%"}]}'))

    def streams(self) -> None:
        """Streams of all kinds."""
        events, done = self.events(), "data: [DONE]\n\n"
        error = 'data: {"error":{"message":"out of memory","code":500}}\n\n'
        whole = "".join([*events, done])
        self.sent("CRLF", answer=stream(whole.replace("\n", "\r\n")))
        self.sent("comments", answer=stream(": hello\n\n", *(f": ping\n\n{event}" for event in events), ":\n\n", done))
        self.sent("other fields", answer=stream(*(f"event: message\nid: 7\nretry: 1000\n{event}" for event in events), done))
        self.sent("no blank after data:", answer=stream(whole.replace("data: ", "data:")))
        self.sent("no DONE", answer=stream(*events))
        self.sent("no last line break", answer=stream(whole.rstrip("\n").removesuffix("data: [DONE]").rstrip("\n")))
        self.sent("all in one piece", answer=stream(whole))
        self.sent("torn pieces", answer=stream(*(whole[start : start + 7] for start in range(0, len(whole), 7))))
        self.sent("empty stream", answer=stream(""))
        self.sent("DONE alone", answer=stream(done))
        self.sent("comments alone", answer=stream(": a\n\n: b\n\n"))
        self.sent("error first", answer=stream(error))
        self.sent("error last", answer=stream(*events, error))
        self.sent("error as a text", answer=stream(*events[:1], 'data: {"error":"text"}\n\n'))
        self.sent("error event, raw", "--raw", answer=stream(*events[:1], error))
        self.sent("not JSON in a stream", answer=stream(*events[:1], "data: oops\n\n", *events[1:], done))
        self.sent("half an event", answer=stream(*events[:1], 'data: {"choices":[{"de'))
        self.sent("cut off, raw", "--raw", answer=stream(*events[:1], length=100000))
        self.sent("stream raw, include", "--raw", "-i")
        text = {"index": 0, "delta": {"content": "Four\n"}, "text": "Four\n"}
        for field in ("reasoning", "reasoning_content"):
            thought = {"index": 0, "delta": {field: "Hmm. \u001b[31m"}, "text": ""}
            pieces = [f"data: {json_text({'choices': [choice]})}\n\n" for choice in (thought, text)]
            self.sent(field, answer=stream(*pieces, done))
            self.sent(f"{field} alone", answer=stream(pieces[0], done))
        self.sent("JSON in place of a stream", answer=answer('{"choices":[{"message":{"content":"whole"},"text":"whole"}]}'))
        self.sent("stream of length", answer={**stream(whole), "length": len(whole.encode())})


def cases() -> list[Case]:
    """The table for all scripts of catalog.yaml. Raises what reading the catalog raises."""
    from generator import catalog  # here, so that records can be made and compared whatever the generator looks like

    found: list[Case] = []
    seen: Counter[Any] = Counter()
    read = catalog.read(ROOT / "catalog.yaml", "catalog.yaml")
    for backend in read.backends.values():
        for cell in backend.cells:
            table = Table(backend, cell, seen)
            table.main()
            table.rest()
            hinted = any(trouble.when == "timeout" for trouble in (*cell.troubles, *backend.troubles))
            if table.rare("time-out", cell.response, most=2) or (hinted and table.rare("time-out", backend.id, cell.response)):
                table.sent("time-out", env={f"{table.prefix}TIMEOUT": "3"}, answer={"instead": "hang"})
            found += table.cases.values()
    return found


# ---- The server ----------------------------------------------------------------------------

CURLS_OWN = {"host", "user-agent", "content-length", "connection"}
LONGEST = 8000
"""Bytes from which a text stands in the record as its digest."""


def told(data: bytes) -> Json:
    """Bytes as they stand in the record."""
    if len(data) <= LONGEST:
        try:
            return data.decode()
        except UnicodeDecodeError:
            return {"latin-1": data.decode("latin-1")}
    return digest(data)


def digest(data: bytes) -> Json:
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def to_bytes(piece: Json) -> bytes:
    return base64.b64decode(piece["base64"]) if isinstance(piece, dict) else str(piece).encode()


def port_of(bound: socket.socket) -> int:
    return int(bound.getsockname()[1])


class Server:
    """Answers one case at a time, and keeps the requests. `refused` is a port on which nobody listens."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.deaf = socket.socket()
        self.deaf.bind(("127.0.0.1", 0))
        self.port, self.refused = port_of(self.listener), port_of(self.deaf)
        self.answer: Json = {}
        self.requests: list[Json] = []
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self) -> None:
        self.listener.close()
        self.deaf.close()

    def filled(self, text: str) -> str:
        """A text of a case with this server's addresses in it."""
        for name, value in (
            ("@URL@", f"http://127.0.0.1:{self.port}"),
            ("@TLS@", f"https://127.0.0.1:{self.port}"),
            ("@REFUSED@", f"http://127.0.0.1:{self.refused}"),
            ("@PORT@", str(self.port)),
        ):
            text = text.replace(name, value)
        return text

    def accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(20)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.talk(connection)

    def talk(self, connection: socket.socket) -> None:
        """One request and its answer."""
        data = b""
        while b"\r\n\r\n" not in data:
            data += received(connection)
            if data[0] == 0x16:  # the first byte of TLS
                self.requests.append("TLS")
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = [(name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        sent = {name.lower(): value for name, value in headers}
        if "expect" in sent:
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if "chunked" in sent.get("transfer-encoding", ""):
            body = unchunked(connection, body)
        while len(body) < int(sent.get("content-length", 0)):
            body += received(connection)
        method, target, _ = first.split(" ", 2)
        self.requests.append(request_told(method, target, headers, body))
        self.reply(connection, method)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):  # a reset would take what was sent along
            pass

    def reply(self, connection: socket.socket, method: str) -> None:
        answer = self.answer
        if answer.get("instead") == "hang":
            connection.recv(1)
        if "instead" in answer:
            return
        if "raw" in answer:
            connection.sendall(b"".join(map(to_bytes, answer["raw"])))
            return
        pieces = [to_bytes(piece) for piece in answer["pieces"]]
        length = answer.get("length", sum(map(len, pieces)))
        headers = [*answer["headers"], ["Connection", "close"]]
        if length is not None and answer["status"] not in (204, 304):
            headers.append(["Content-Length", str(length)])
        head = "".join(f"{name}: {self.filled(value)}\r\n" for name, value in headers)
        connection.sendall(f"HTTP/1.1 {answer['status']} Status\r\n{head}\r\n".encode())
        for piece in pieces if method != "HEAD" else []:
            connection.sendall(piece)


def received(connection: socket.socket) -> bytes:
    """What comes next. Raises ConnectionError if nothing more comes."""
    data = connection.recv(65536)
    if not data:
        raise ConnectionError("closed in the middle of a request")
    return data


def unchunked(connection: socket.socket, data: bytes) -> bytes:
    """A body whose chunks (RFC 9112, 7.1) begin in `data`. Where curl tears them depends on the moment, so they are put together."""
    body = b""
    while True:
        while b"\r\n" not in data:
            data += received(connection)
        size, _, data = data.partition(b"\r\n")
        end = int(size.split(b";")[0], 16)
        while len(data) < end + 2:
            data += received(connection)
        body, data = body + data[:end], data[end + 2 :]
        if not end:
            return body


def request_told(method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes) -> Json:
    """A request as it stands in the record: `json` beside the digest of its bytes, a form's boundary by a fixed name."""
    kept = []
    for name, value in headers:
        if name.lower() in CURLS_OWN or (name.lower(), value) == ("accept", "*/*"):
            continue
        boundary = re.search(r"boundary=(\S+)", value)
        if boundary:
            body = body.replace(boundary[1].encode("latin-1"), b"BOUNDARY")
            value = value.replace(boundary[1], "BOUNDARY")
        kept.append(f"{name}: {value}")
    found: Json = {"method": method, "target": target, "headers": sorted(kept)}
    try:
        value = json.loads(body)
        found["json"] = value if len(body) <= LONGEST else digest(json.dumps(value, sort_keys=True).encode())
        found["bytes"] = hashlib.sha256(body).hexdigest()
    except ValueError:
        found["body"] = told(body)
    return found


# ---- Recording -----------------------------------------------------------------------------


class Recorder:
    """Runs cases. `bins` are folders of programs from which one is missing."""

    def __init__(self, scripts: Path, work: Path, workers: int) -> None:
        self.scripts, self.work = scripts.resolve(), work
        self.servers: queue.Queue[Server] = queue.Queue()
        for _ in range(workers):
            self.servers.put(Server())
        self.bins = {program: self._without(program) for program in ("jq", "curl")}
        self.bash = shutil.which("bash") or "bash"
        self.count = 0
        self.lock = threading.Lock()

    def _without(self, program: str) -> Path:
        folder = self.work / f"without-{program}"
        folder.mkdir()
        for path in os.environ["PATH"].split(":"):
            for file in sorted(Path(path).glob("*")) if Path(path).is_dir() else []:
                if file.name != program and not (folder / file.name).is_symlink():
                    (folder / file.name).symlink_to(file)
        return folder

    def run(self, case: Case) -> Json:
        """What a case did."""
        with self.lock:
            self.count += 1
            folder = self.work / f"case-{self.count}"
        server = self.servers.get()
        try:
            return self._run(case, folder, server)
        finally:
            self.servers.put(server)
            shutil.rmtree(folder, ignore_errors=True)

    def _run(self, case: Case, folder: Path, server: Server) -> Json:
        here, home, temporary = folder / "here", folder / "home", folder / "temporary"
        for made in (here, home, temporary):
            made.mkdir(parents=True)
        for name, data in FILES.items():
            (here / name).write_bytes(data)
        for name, text in case.get("home", {}).items():
            (home / name).write_text(text)
        path = str(self.bins[case["without"]]) if "without" in case else os.environ["PATH"]
        environment = {"PATH": path, "LANG": "C.UTF-8", "HOME": str(home), "TMPDIR": str(temporary)}
        environment |= {name: server.filled(value) for name, value in case["env"].items()}
        server.answer, server.requests = case["answer"], []
        with Path("/dev/full").open("wb") if case.get("full") else contextlib.nullcontext(subprocess.PIPE) as output:
            process = subprocess.Popen(
                [self.bash, str(self.scripts / case["script"]), *case["args"]],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.PIPE,
                cwd=here,
                env=environment,
                start_new_session=True,
            )
            status: Json
            try:
                stdout, stderr = process.communicate(to_bytes(case["stdin"]), timeout=60)
                status = process.returncode
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                stdout, stderr = process.communicate()
                status = "did not end in 60 seconds"
        files = {
            str(file.relative_to(here)): told(file.read_bytes())
            for file in sorted(here.rglob("*"))
            if file.is_file() and FILES.get(file.name) != file.read_bytes()
        }
        found = {
            "id": case["id"],
            "args": case["args"],
            "requests": server.requests,
            "stdout": self._steady(stdout or b"", folder, server),
            "stderr": self._steady(stderr, folder, server),
            "status": status,
            "files": files,
            "gone": [name for name in FILES if not (here / name).exists()],
            "left": sorted(re.sub(r"^tmp\.\w+$", "tmp.X", file.name) for file in (*temporary.iterdir(), *home.iterdir())),
        }
        found["left"] = [name for name in found["left"] if name not in case.get("home", {})]
        return found

    def _steady(self, data: bytes, folder: Path, server: Server) -> Json:
        """What was printed, without what is another in each run."""
        for old, new in ((str(folder), "TMP"), (str(self.scripts), "OUT"), (str(server.port), "PORT"), (str(server.refused), "PORT")):
            data = data.replace(old.encode(), new.encode())
        data = re.sub(rb"TMP/temporary/tmp\.\w+", b"TMP/tmp.X", data)
        data = re.sub(rb"(?m)^(OUT/\S+: line) \d+:", rb"\1 N:", data)
        data = re.sub(rb"/dev/fd/\d+", b"/dev/fd/N", data)
        data = re.sub(rb"(curl: \(28\).* after) \d+ milliseconds", rb"\1 N milliseconds", data)
        data = re.sub(rb"(curl: \(7\).* after) \d+ ms", rb"\1 N ms", data)
        return told(data)


def record(scripts: Path, table: Sequence[Case], workers: int = 4) -> Iterator[Json]:
    """What each case does, in the table's order."""
    with tempfile.TemporaryDirectory(prefix="behaviour-") as work, ThreadPoolExecutor(workers) as pool:
        recorder = Recorder(scripts, Path(work), workers)
        yield from pool.map(recorder.run, table)


# ---- Pages ---------------------------------------------------------------------------------

INLINE = set("a abbr b bdi br button code em i kbd label mark q s samp small span strong sub sup time u var wbr".split())
READ = ("alt", "aria-label", "placeholder", "title", "content", "value")


class PageReader(HTMLParser):
    """What people and links find on an HTML page."""

    def __init__(self) -> None:
        super().__init__()
        self.page: dict[str, list[str]] = {"ids": [], "text": [], "commands": [], "links": [], "attributes": []}
        self.block = ""
        self.command: str | None = None
        self.ends = self.skips = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.page["ids"].append(found["id"])
        self.page["links"] += [found[name] for name in ("href", "src") if name in found]
        self.page["attributes"] += [f"{name}: {found[name]}" for name in READ if found.get(name)]
        if tag not in INLINE:
            self.end_block()
        if tag in ("script", "style"):
            self.skips = tag
        elif tag in ("pre", "code") and self.command is None:
            self.command, self.ends = "", tag

    def handle_endtag(self, tag: str) -> None:
        if tag not in INLINE:
            self.end_block()
        if tag == self.skips:
            self.skips = ""
        if self.command is not None and tag == self.ends:
            self.page["commands"].append(self.command)
            self.command = None

    def handle_data(self, data: str) -> None:
        if self.skips:
            return
        self.block += data
        if self.command is not None:
            self.command += data

    def end_block(self) -> None:
        if self.block.strip():
            self.page["text"].append(" ".join(self.block.split()))
        self.block = ""


def html_page(text: str) -> Json:
    """The record of an HTML page."""
    reader = PageReader()
    reader.feed(text)
    reader.close()
    reader.end_block()
    return reader.page


def markdown_page(text: str) -> Json:
    """The record of a Markdown page."""
    fence = r"(?ms)^ *(```+|~~~+)[^\n]*\n(.*?)^ *\1 *$"
    commands = [found[2] for found in re.finditer(fence, text)]
    prose = re.sub(fence, "", text)
    return {
        "ids": re.findall(r'(?:id|name)="([^"]+)"', prose) + re.findall(r"(?m)^#+ (.+)$", prose),
        "text": [" ".join(line.split()) for line in prose.splitlines() if line.strip()],
        "commands": commands + [found[1] for found in re.findall(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", prose)],
        "links": re.findall(r"\]\(([^)\s]+)", prose) + re.findall(r"<(https?://[^>]+)>", prose) + re.findall(r'href="([^"]+)"', prose),
    }


def pages(folder: Path) -> Json:
    """The record of each page in a folder."""
    found = {}
    for file in sorted(folder.iterdir()):
        if file.suffix in (".html", ".md", ".txt", ".xml"):
            text = file.read_text("utf-8")
            found[file.name] = html_page(text) if file.suffix in (".html", ".xml") else markdown_page(text)
    return found


# ---- Comparing -----------------------------------------------------------------------------

Change = tuple[str, tuple[str, ...], tuple[str, ...]]


def changes(field: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """What differs between two lists of lines: pairs of lines where one stands in another's place."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    for kind, left, right, begin, stop in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "replace" and right - left == stop - begin:
            yield from ((field, (before,), (after,)) for before, after in zip(old[left:right], new[begin:stop], strict=True))
        elif kind != "equal":
            yield (field, tuple(old[left:right]), tuple(new[begin:stop]))


def lines(value: Json) -> list[str]:
    """A value of a record as lines to compare."""
    if isinstance(value, str):
        return value.split("\n")
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).split("\n")


def case_changes(old: Json, new: Json) -> Iterator[Change]:
    """What differs between two lines of a record. JSON bodies of the same data in other bytes are told apart from other data."""
    script = old["id"].split("/")[0]
    for field in dict.fromkeys([*old, *new]):
        if old.get(field) == new.get(field):
            continue
        texts = [lines(same_data(item.get(field)) if field == "requests" else item.get(field)) for item in (old, new)]
        if texts[0] == texts[1]:
            yield ("bytes of the JSON, its data being the same", (), ())
            continue
        found = list(changes(field, *[[general(line, script) for line in text] for text in texts]))
        yield from found or changes(field, *texts)  # what differs may be the script's name or a prefix


def same_data(requests: Json) -> Json:
    return [{name: value for name, value in item.items() if name != "bytes"} if isinstance(item, dict) else item for item in requests or []]


def general(line: str, script: str) -> str:
    """A line as other scripts have it too."""
    return re.sub(r"\b[A-Z][A-Z_]*_(BASE_URL|TIMEOUT|CURLRC|API_KEY|MODEL)\b", r"X_\1", line.replace(script, "SCRIPT"))


def load(path: Path, only: str) -> tuple[str, dict[str, Json]]:
    """A record: its kind, and those of its items by name in which `only` is found. Exits with a message if it is none."""
    text = path.read_text("utf-8")
    try:
        if path.suffix == ".jsonl":
            kind, items = "cases", {item["id"]: item for item in map(json.loads, text.rstrip("\n").split("\n"))}
        else:
            kind, items = "pages", dict(json.loads(text))
        return kind, {name: item for name, item in items.items() if re.search(only, name)}
    except (ValueError, KeyError, TypeError) as error:
        sys.exit(f"{path} is no record: {error}")


def compare(old_path: Path, new_path: Path, only: str = "") -> int:
    """Prints what differs between two records; 1 if anything does."""
    kind, old = load(old_path, only)
    other, new = load(new_path, only)
    if kind != other:
        sys.exit(f"{old_path} holds {kind}, {new_path} holds {other}")
    groups: dict[Change, list[str]] = {}
    fields: Counter[str] = Counter()
    for name in old:
        if name not in new:
            groups.setdefault(("gone", (), ()), []).append(name)
            continue
        if old[name] == new[name]:
            continue
        if kind == "cases":
            found = list(case_changes(old[name], new[name]))
        else:
            found = [item for part in old[name] for item in changes(part, old[name][part], new[name].get(part, []))]
        fields[", ".join(dict.fromkeys(item[0] for item in found))] += 1
        for item in dict.fromkeys(found):
            groups.setdefault(item, []).append(name)
    for name in new:
        if name not in old:
            groups.setdefault(("added", (), ()), []).append(name)
    for (field, before, after), names in sorted(groups.items(), key=lambda item: -len(item[1])):
        print(f"{field}: {len(names)} {kind}, such as {names[0]}")
        for line in before:
            print(f"  - {line}")
        for line in after:
            print(f"  + {line}")
    print(f"{len(old)} {kind}, {sum(fields.values())} differ in {len(groups)} ways")
    for field, count in fields.most_common():
        print(f"  {count:6} in {field}")
    return int(bool(groups))


# ---- The commands --------------------------------------------------------------------------


def main() -> int:
    parser = argparse.ArgumentParser(description="Records what the generated scripts and pages do, and compares two records.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("cases", help="print the table of invocations, from catalog.yaml")
    recording = commands.add_parser("record", help="run the cases, print a line of JSON for each")
    recording.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder of the scripts")
    recording.add_argument("--cases", type=Path, required=True, metavar="FILE", help="what `cases` printed")
    recording.add_argument("--only", default="", metavar="PATTERN", help="run only cases whose id the regular expression finds")
    recording.add_argument("--workers", type=int, default=4, metavar="N", help="how many run at a time (default: 4)")
    paging = commands.add_parser("pages", help="print what stands on the pages")
    paging.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder of the pages")
    comparing = commands.add_parser("compare", help="print what differs between two records; exit 1 if anything does")
    comparing.add_argument("old", type=Path)
    comparing.add_argument("new", type=Path)
    comparing.add_argument("--only", default="", metavar="PATTERN", help="compare only cases or pages whose name it finds")
    given = parser.parse_args()
    if given.command == "compare":
        return compare(given.old, given.new, given.only)
    if given.command == "pages":
        print(json.dumps(pages(given.out), ensure_ascii=False, indent=1))
    elif given.command == "cases":
        print("[\n" + ",\n".join(map(json_text, cases())) + "\n]")
    else:
        table = [case for case in json.loads(given.cases.read_text("utf-8")) if re.search(given.only, case["id"])]
        for found in record(given.out, table, given.workers):
            print(json_text(found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
