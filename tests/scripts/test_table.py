"""The table of a parameter: place × type × read × repeat, and how its value is given.

How to read it. `PLACES` are the rows' places: for each, what the endpoint holds there. A row is one combination of a place, a
`type`, a `read` and a `repeat` (no; yes; join, which is yes with a `join`), and an endpoint with that one parameter, `p`. `refused` says
which rows a catalog cannot mean, and where the fault stands. Every other row is sent once: by option, variable, argument, `-` or
default, in turn, so that each place, type, read and repeat meets each way; `make test` sends those that are CHOSEN. `arrives` says
what then has to stand at the place, and `expected` what the whole request is. None of it uses the product's code. `secret` and
`generate` have rows of their own, where they can stand, and so has `required` where nothing is there already. `SHOWN` are those for
which pages can show something else than the default. `AT_THE_SCRIPT` lists what only the script can see and refuses.
"""

from __future__ import annotations

import base64
import email
import json
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from conftest import ENVIRONMENT, mostly_slow
from covering import covering, pairs
from recorder import Recorded, Recorder
from wire import Json

from generator import catalog
from generator.catalog.nodes import CatalogError
from generator.render.renderer import Renderer

# ---- The axes ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A place of the request. `holds`: nothing (a new name), one value, a list of two, a text with a type, or a file."""

    part: str
    holds: str


PLACES = {
    "body": Place("body", "one"),
    "body list": Place("body", "list"),
    "body new": Place("body", "nothing"),
    "text": Place("text", "one"),
    "form": Place("form", "one"),
    "form list": Place("form", "list"),
    "form typed": Place("form", "typed"),
    "form file": Place("form", "file"),
    "form new": Place("form", "nothing"),
    "urlencoded": Place("urlencoded", "one"),
    "urlencoded list": Place("urlencoded", "list"),
    "urlencoded new": Place("urlencoded", "nothing"),
    "file": Place("file", "file"),
    "query": Place("query", "one"),
    "query list": Place("query", "list"),
    "query new": Place("query", "nothing"),
    "header": Place("headers", "one"),
    "header new": Place("headers", "nothing"),
    "cookie": Place("cookies", "one"),
    "cookie new": Place("cookies", "nothing"),
    "path": Place("path", "one"),
    "path with slashes": Place("path", "one"),
}
TYPES = (None, "string", "integer", "number", "boolean", "json")
READS = (None, "file", "base64", "data-url", "json")
REPEATS = ("no", "yes", "join")
WAYS = ("option", "variable", "argument", "-", "default")


@dataclass(frozen=True)
class Row:
    name: str
    """The place's name."""
    type: str | None = None
    read: str | None = None
    repeat: str = "no"
    flag: str | None = None
    """secret, generate, or required with an example."""

    @property
    def place(self) -> Place:
        return PLACES[self.name]

    @property
    def uploads(self) -> bool:
        """Whether the value is the name of a file that is sent as one: so is a part that a file alone brings."""
        return self.place.holds == "file" or (self.name == "form new" and self.read == "file")

    @property
    def value_type(self) -> str:
        """What a value has to be. A list of texts that is replaced as a whole is a JSON value."""
        if self.type:
            return self.type
        return "json" if self.name == "body list" and self.repeat == "no" else "string"


TABLE = [Row(name, kind, read, repeat) for name in PLACES for kind in TYPES for read in READS for repeat in REPEATS]
FLAGS = [
    Row(name, kind, read, repeat, flag)
    for name in PLACES
    for flag in ("secret", "generate")
    for kind in TYPES
    for read, repeat in ((None, "no"), ("file", "no"), (None, "yes"))
]

# ---- What a catalog cannot mean ------------------------------------------------------------


def refused(row: Row) -> str | None:
    """The key of the parameter at which a catalog with this row is at fault; None where it says something that can be done."""
    place, part, many = row.place, row.place.part, row.repeat != "no"
    if row.flag and (row.read or many):
        return "read|repeat|generate|join"
    if row.flag and row.type not in (None, "string"):
        return "type|generate"
    if row.flag and (row.uploads or place.holds == "list"):
        return "secret|generate|at"
    if row.flag == "secret" and row.name in ("form typed", "path with slashes"):
        return "secret"
    # One value where several are asked for, and the other way round.
    if row.repeat == "yes" and part not in ("body", "form", "urlencoded", "query"):
        return "repeat"
    if place.holds == "list" and part != "body" and not many:
        return "at"
    # What is joined is texts, and no file.
    if row.repeat == "join" and (row.uploads or row.read or place.holds == "list"):
        return "join|read"
    if row.repeat == "join" and part == "body" and row.type not in (None, "string"):
        return "join"
    # A file's content has a type of its own, and is a text, base64 or a JSON value.
    if row.uploads and row.type not in (None, "string"):
        return "type"
    if row.uploads and row.read not in (None, "file"):
        return "read"
    if row.read and part not in ("body", "text", "form", "urlencoded", "file"):
        return "read"
    if row.read == "json":
        return "read" if part != "body" else "type" if row.type not in (None, "json") else None
    if row.read and row.type not in (None, "string"):
        return "type"
    # A list is replaced by a value of the parameter's type, or else of its own.
    if place.holds == "list" and not many and row.read:
        return "read"
    if place.holds == "list" and not many and row.type in ("integer", "number", "boolean"):
        return "there"  # where the list stands
    # A new name has to say what its value is.
    if place.holds == "nothing" and not (row.type or row.read or row.flag == "generate"):
        return "at"
    return None


# ---- What is given, and what has to arrive -------------------------------------------------

TEXTS = ('it\'s "a" $(x) `y` 中文 🎉 %41 &=+; \\ {{ z }} @f /', "-x <@f\n\r\n${HOME}\t?#\n")
LINES = (TEXTS[0].replace(";", ","), "-x <@f ${HOME} ?#")  # for headers and cookies
SECRETS = (LINES[0].translate({ord(sign): None for sign in "'()"}), "")  # which jq 1.6 and 1.7 encode in two ways
FRESH = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
EXACT = {  # in JSON, where jq 1.6 would round longer numbers
    "integer": ("-42", "900719925474099"),
    "number": ("-0.5e3", ".5"),
    "boolean": ("true", "false"),
    "json": ('[1, {"a": null}]', ' {"ü": "9007199254740993"} '),
}
LONG = EXACT | {  # elsewhere they arrive as they were typed
    "integer": ("-9007199254740993", "007"),
    "number": ("9007199254740993.5e-300", "-.5"),
    "json": ('[9007199254740993, {"a": null}]', '"ü &"'),
}
DEFAULTS = {
    "string": ('the "default" ü &', "the second"),
    "integer": (7, 8),
    "number": (1.5, 2.5),
    "boolean": (True, False),
    "json": ({"k": [1]}, None),
}
PICTURES = (b"\x89PNG\r\n\x1a\n\x00\xff\n\n", b"GIF89a\0\n")
FILES = {
    "text-1": TEXTS[0].encode() + b"\n\n",
    "text-2": TEXTS[1].encode(),
    "picture-1": PICTURES[0],
    "picture-2": PICTURES[1],
    "json-1": ' [1, {"ü": null}]\r\n'.encode(),
    "json-2": b'"a\\n"',
    "default": b"\0default\n",
}


def typed(row: Row) -> tuple[str, str]:
    """Two values as a user types them; files by their names."""
    if row.uploads or row.read in ("base64", "data-url"):
        return "picture-1", "picture-2"
    if row.read:
        kind = "json" if row.read == "json" else "text"
        return f"{kind}-1", f"{kind}-2"
    if row.value_type == "string":
        if row.flag == "secret":
            return SECRETS
        return LINES if row.place.part in ("headers", "cookies") else TEXTS
    return (EXACT if row.place.part == "body" else LONG)[row.value_type]


def meant(row: Row, value: str) -> Any:
    """What a typed value means: bytes for a file that is sent as one, a JSON value in a JSON body, else a text."""
    content = FILES.get(value, b"")
    if row.uploads:
        return content
    if row.read == "json":
        return json.loads(content)
    if row.read == "file":
        return content.decode()
    if row.read:
        start = {"picture-1": "data:image/png;base64,", "picture-2": "data:image/gif;base64,"}[value]
        return (start if row.read == "data-url" else "") + base64.b64encode(content).decode()
    if row.place.part == "body" and row.value_type != "string":
        return json.loads(value.replace(".5", "0.5") if value == ".5" else value)
    return value


def held(row: Row) -> Any:
    """What the place holds in the catalog; None for a new name."""
    first, second = DEFAULTS["string" if row.read else row.type or "string"]
    if row.place.part != "body":
        first, second = (value if isinstance(value, str) else json.dumps(value) for value in (first, second))
    if row.place.part == "path" and row.type == "integer":
        first = 7
    return {"one": first, "list": [first, second], "typed": first, "file": "default", "nothing": None}[row.place.holds]


@dataclass(frozen=True)
class Given:
    """What a script is called with."""

    arguments: tuple[str, ...]
    variables: dict[str, str]
    stdin: bytes
    values: list[Any] | None
    """What that means; None: nothing was given."""


def given(row: Row, way: str) -> Given:
    """A variable and standard input hold one value; an option and the argument come twice where the parameter may."""
    values = typed(row)[: 1 if row.repeat == "no" or way in ("variable", "-") else 2]
    means = [meant(row, value) for value in values]
    match way:
        case "option":
            return Given(tuple(word for value in values for word in ("--p", value)), {}, b"", means)
        case "variable":
            return Given((), {"T_P": values[0]}, b"", means)
        case "argument":
            return Given(("--", *values), {}, b"", means)
        case "-":
            is_text = row.value_type == "string"
            stdin = FILES[values[0]] if row.uploads or row.read else (values[0] + ("" if is_text else "\n")).encode()
            return Given(("-",), {}, stdin, means)
        case _:
            return Given((), {}, b"", None)


def arrives(row: Row, values: list[Any] | None) -> list[Any]:
    """What stands at the place: nothing, one value or several. In a JSON body, a list is one value."""
    if values is None and row.flag == "generate":
        return ["FRESH"]
    if values is None:
        default = held(row)
        if default is None:
            return []
        if row.place.holds == "file":
            return [FILES["default"]]
        return default if isinstance(default, list) and row.place.part != "body" else [default]
    if row.repeat == "join":
        return [", ".join(values)]
    return [values] if row.place.part == "body" and row.repeat == "yes" else values


# ---- The request of each place -------------------------------------------------------------


def parameter(row: Row) -> dict[str, Any]:
    at = {"text": ["text"], "file": ["file"], "path": ["path", "there"]}.get(row.place.part, [row.place.part, "there"])
    ways = {"variable": "P"} if row.flag == "secret" else {"option": "--p", "variable": "P", "argument": True}
    said: dict[str, Any] = {"at": at, **ways}
    if row.type:
        said["type"] = row.type
    if row.read:
        said["read"] = row.read
    if row.repeat != "no":
        said["repeat"] = True
    if row.repeat == "join":
        said["join"] = ", "
    if row.flag == "secret":
        said |= {"secret": True, "required": True}
    if row.flag == "generate":
        said["generate"] = "uuid"
    if row.flag == "required":
        said |= {"required": True, "example": typed(row)[0]}
    return said


def endpoint(row: Row, id: str) -> dict[str, Any]:
    """The endpoint of a row. Beside its place it has another one, which stays as it is."""
    place, value = row.place, held(row)
    if place.holds == "typed":
        value = {"text": value, "type": "text/x-p"}
    if place.holds == "file" and place.part == "form":
        value = {"file": value, "type": "image/x-p"}
    said: dict[str, Any] = {"method": "GET", "path": f"/{id}", "response": "text", "parameters": {"p": parameter(row)}}
    if place.part in ("body", "text", "form", "urlencoded", "file"):
        said["method"] = "POST"
    if place.part in ("text", "file"):
        said[place.part] = value
    elif place.part == "path":
        said["path"] += "/{+there}/end" if "slashes" in row.name else "/{there}/end"
        if row.flag != "secret":
            said["values"] = {"p": value}
    else:
        said[place.part] = {"other": "o"} if value is None else {"there": value, "other": "o"}
    return said


def in_order(row: Row, values: list[Any]) -> list[tuple[str, Any]]:
    """The names and values of a place and its neighbour; a new name stands behind."""
    there = [("there", value) for value in values]
    return [("other", "o"), *there] if row.place.holds == "nothing" or row.flag == "secret" else [*there, ("other", "o")]


def expected(row: Row, id: str, values: list[Any]) -> tuple[Any, ...]:
    """Method, target, the header or the cookies, Content-Type, and body of the request."""
    target, header, kind, body = f"/{id}", None, None, b""
    pairs = in_order(row, values)
    match row.place.part:
        case "body":
            kind, body = "application/json", Json(dict(pairs))
        case "text":
            kind, body = "text/plain; charset=utf-8", values[0].encode()
        case "form":
            own_type = "application/octet-stream" if row.uploads else None  # curl's own, for a name without an ending
            media_type = {"form typed": "text/x-p", "form file": "image/x-p"}.get(row.name, own_type)
            kind, body = "multipart/form-data", []
            for name, value in pairs:
                is_file, is_there = isinstance(value, bytes), name == "there"
                content = value if is_file else value.encode()
                body.append((name, is_file, media_type if is_there else None, content))
        case "urlencoded":
            kind = "application/x-www-form-urlencoded"
            body = "&".join(f"{name}={quote(value, safe='-._~')}" for name, value in pairs).encode()
        case "file":
            body = values[0]
        case "query":
            safe = "-._~" if row.flag == "secret" else "-._~!()*$,:@/?"
            target += "?" + "&".join(f"{name}={quote(value, safe=safe)}" for name, value in pairs)
        case "headers":
            header = values[0] if values else None
        case "cookies":
            header = "; ".join(f"{name}={value}" for name, value in pairs)
        case _:
            keeps = "/" if "slashes" in row.name else ""
            target += f"/{quote(str(values[0]), safe='-._~!()*' + keeps)}/end"
    return "POST" if kind or row.place.part == "file" else "GET", target, header, kind, body


def seen(row: Row, sent: Recorded) -> tuple[Any, ...]:
    """The same of what the recorder saw."""
    if row.flag == "generate":
        headers = tuple((name, FRESH.sub("FRESH", value)) for name, value in sent.headers)
        sent = Recorded(sent.method, FRESH.sub("FRESH", sent.target), headers, FRESH.sub("FRESH", sent.body.decode()).encode())
    if row.place.part == "urlencoded":
        return sent.method, sent.target, None, sent.header("Content-Type"), sent.body.replace(b"+", b"%20")  # a blank is either
    header = sent.header("there" if row.place.part == "headers" else "Cookie")
    kind, body = sent.header("Content-Type"), Json(sent.json()) if row.place.part == "body" else sent.body
    if row.place.part == "form" and kind:
        message = email.message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + sent.body)
        kind, body = "multipart/form-data", []
        for part in message.get_payload():
            name = part.get_param("name", header="content-disposition")
            is_file = part.get_param("filename", header="content-disposition") is not None
            body.append((name, is_file, part["Content-Type"], part.get_payload(decode=True)))
    return sent.method, sent.target, header and header.encode("latin-1").decode(), kind, body


# ---- The tests -----------------------------------------------------------------------------


def ways(rows: list[Row]) -> Iterator[tuple[Row, str]]:
    """Each row with a way of giving a value, then rows again until each place, type, read and repeat has met each way."""
    met: Counter[tuple[Any, ...]] = Counter()

    def axes(row: Row) -> list[tuple[str, str | None]]:
        return [("place", row.name), ("type", row.type), ("read", row.read), ("repeat", row.repeat)]

    def take(row: Row, way: str) -> tuple[Row, str]:
        met.update((axis, way) for axis in axes(row))
        return row, way

    for row in rows:
        yield take(row, min(WAYS, key=lambda way: sum(bool(met[axis, way]) * 1000 + met[axis, way] for axis in axes(row))))
    for row in rows:
        for way in WAYS:
            if any(not met[axis, way] for axis in axes(row)):
                yield take(row, way)


SENT = [
    *ways([row for row in TABLE if refused(row) is None]),
    *ways([row for row in FLAGS if refused(row) is None and row.flag == "generate"]),
    *((row, "variable") for row in FLAGS if refused(row) is None and row.flag == "secret"),
]
REQUIRED = [
    replace(row, flag="required")
    for row in TABLE
    if row.place.holds == "nothing" and refused(row) is None and (row.uploads or not row.read)
]
SHOWN = [row for row in TABLE if refused(row) is None and row.read not in ("base64", "data-url")]
REFUSED = [row for row in TABLE + FLAGS if refused(row)]


def shown(row: Row) -> list[str]:
    """What pages show in place of the default: what a user types, or what the user's files hold that are read."""
    values = typed(row)[: 1 if row.repeat == "no" else 2]
    return [FILES[value].decode() if row.read and not row.uploads else value for value in values]


def catalog_text(rows: list[Row], url: str, *, with_shown: bool = False) -> str:
    """A catalog with an endpoint for each row, `r0`, `r1` …, each on a line of its own."""
    endpoints = {f"r{number}": endpoint(row, f"r{number}") for number, row in enumerate(rows)}
    if with_shown:
        for row, said in zip(rows, endpoints.values(), strict=True):
            said["parameters"]["p"]["shown"] = {"en": texts if len(texts := shown(row)) > 1 else texts[0]}
    lines = ["languages: [en]", "backends:", "  t:", f"    base_url: {url}"]
    lines += ["    endpoints: {" + ", ".join(f"{id}: {{}}" for id in endpoints) + "}", "endpoints:"]
    lines += [f"  {id}: {json.dumps(said, ensure_ascii=False)}" for id, said in endpoints.items()]
    return "\n".join(lines) + "\n"


Done = subprocess.CompletedProcess[bytes]
Calls = Sequence[tuple[str, Given]]
"""The id of an endpoint, and what its script is called with."""


@dataclass
class Scripts:
    """Runs the scripts of a catalog in a folder with FILES, several at a time."""

    renderer: Renderer
    home: Path

    def run(self, calls: Calls, *options: str) -> list[Done]:
        return self.bash([self.renderer.script("t", id).text for id, _ in calls], calls, *options)

    def bash(self, texts: Sequence[str | bytes], calls: Calls, *options: str) -> list[Done]:
        """Run the text for each call."""
        with ThreadPoolExecutor(3) as pool:
            return list(pool.map(lambda text, call: self._run(text, call[1], options), texts, calls))

    def _run(self, text: str | bytes, call: Given, options: tuple[str, ...]) -> Done:
        env = {**ENVIRONMENT, "HOME": str(self.home), **call.variables}
        command: list[str | bytes] = ["bash", "-c", text, "script", *options, *call.arguments]
        return subprocess.run(command, input=call.stdin, capture_output=True, cwd=self.home, env=env, timeout=60, check=False)


@pytest.fixture
def scripts(recorder: Recorder, tmp_path: Path) -> Callable[..., Scripts]:
    """Makes the scripts of rows."""

    def made(rows: Iterable[Row], *, with_shown: bool = False) -> Scripts:
        (tmp_path / "catalog.yaml").write_text(catalog_text(list(rows), recorder.url, with_shown=with_shown), "utf-8")
        (tmp_path / "home").mkdir()
        for name, content in FILES.items():
            (tmp_path / "home" / name).write_bytes(content)
        return Scripts(Renderer(catalog.read(tmp_path / "catalog.yaml")), tmp_path / "home")

    return made


def difference(row: Row, id: str, call: Given, done: Done, requests: list[Recorded]) -> Any:
    """What was meant and what came instead; None where they are the same."""
    sent = [request for request in requests if re.fullmatch(f"/{id}([/?].*)?", request.target)]
    if (done.returncode, done.stderr, len(sent)) != (0, b"", 1):
        return done, sent
    meant_request, request = expected(row, id, arrives(row, call.values)), seen(row, sent[0])
    return None if meant_request == request else (meant_request, request)


def meeting(row: Row, way: str) -> set[Hashable]:
    """What meets in a row: each two of the values on its axes; and what is typed, with how it is read, and whether it goes into JSON."""
    axes = [("place", row.name), ("type", row.type), ("read", row.read), ("repeat", row.repeat), ("flag", row.flag), ("way", way)]
    count = len(given(row, way).values or [])
    return pairs(axes) | {(typed(row)[:count], row.read, row.place.part == "body")}


# In make test, rows in which all meets that meets in any row: a type and a way, a place and a read, and so on.
CHOSEN = covering({case: meeting(*case) for case in SENT})
OTHERS = [case for case in SENT if case not in set(CHOSEN)]
QUICK = {"file", "cookie new"}


def by_place(cases: list[tuple[Row, str]]) -> dict[str, list[tuple[Row, str]]]:
    return {name: [case for case in cases if case[0].name == name] for name in PLACES}


@pytest.mark.parametrize(
    "rows_and_ways",
    [
        *mostly_slow({name: (cases,) for name, cases in by_place(CHOSEN).items()}, QUICK),
        *(
            pytest.param(cases, id=f"{name}, the others", marks=pytest.mark.every_script)
            for name, cases in by_place(OTHERS).items()
            if cases
        ),
    ],
)
def test_sent_rows(scripts: Callable[..., Scripts], recorder: Recorder, rows_and_ways: list[tuple[Row, str]]) -> None:
    """Each row of a place is sent as it is meant: by the script, by the printed command, and every third by what --dry-run prints."""
    made = scripts(row for row, _ in rows_and_ways)
    rows = {f"r{number}": row for number, (row, _) in enumerate(rows_and_ways)}
    calls = [(f"r{number}", given(row, way)) for number, (row, way) in enumerate(rows_and_ways)]
    by_default = [(id, given(row, "variable" if row.flag == "secret" else "default")) for id, row in rows.items()]

    def wrong(calls: Calls, results: list[Done]) -> list[Any]:
        """The calls that sent something else than was meant, each with its row."""
        found = [(rows[id], call, difference(rows[id], id, call, done, requests)) for (id, call), done in zip(calls, results, strict=True)]
        return [item for item in found if item[2] is not None]

    requests = recorder.requests
    assert not wrong(calls, made.run(calls))
    requests.clear()
    assert not wrong(by_default, made.bash([made.renderer.command("t", id).text for id in rows], by_default))
    requests.clear()
    printed = [done.stdout for done in made.run(calls[::3], "--dry-run")]
    assert not requests
    assert not wrong(calls[::3], made.bash(printed, calls[::3]))


@pytest.mark.slow
def test_required_rows(scripts: Callable[..., Scripts], recorder: Recorder) -> None:
    """What is required and has no default is sent by the printed command as its example; the script asks for it."""
    made = scripts(REQUIRED)
    calls = [(f"r{number}", Given((), {}, b"", [meant(row, typed(row)[0])])) for number, row in enumerate(REQUIRED)]

    results = made.bash([made.renderer.command("t", id).text for id, _ in calls], calls)
    found = [difference(row, id, call, done, recorder.requests) for row, (id, call), done in zip(REQUIRED, calls, results, strict=True)]
    assert not [(row, what) for row, what in zip(REQUIRED, found, strict=True) if what is not None]

    recorder.reset()
    for row, done in zip(REQUIRED, made.run(calls[::5]), strict=False):
        assert (done.returncode, b"--p is required" in done.stderr) == (2, True), (row, done)
    assert not recorder.requests


def shown_by_place(rows: Iterable[Row]) -> dict[str, list[Row]]:
    return {name: [row for row in rows if row.name == name and row in SHOWN] for name in PLACES}


@pytest.mark.parametrize(
    "rows",
    [
        *mostly_slow({name: (rows,) for name, rows in shown_by_place(dict(CHOSEN)).items()}, QUICK),
        *(
            pytest.param(rows, id=f"{name}, the others", marks=pytest.mark.every_script)
            for name, rows in shown_by_place(row for row in SHOWN if row not in {chosen for chosen, _ in CHOSEN}).items()
            if rows
        ),
    ],
)
def test_shown_rows(scripts: Callable[..., Scripts], recorder: Recorder, rows: list[Row]) -> None:
    """What pages show in place of a default is sent by their command as by a script to which it is given; else the default is."""
    made = scripts(rows, with_shown=True)
    calls = [
        (f"r{number}", Given((), {}, b"", [meant(row, value) for value in typed(row)][: len(shown(row))]))
        for number, row in enumerate(rows)
    ]
    defaults = [(id, replace(call, values=None)) for id, call in calls]

    def wrong(calls: Calls, language: str | None) -> list[Any]:
        recorder.requests.clear()
        results = made.bash([made.renderer.command("t", id, language).text for id, _ in calls], calls)
        found = [difference(row, id, call, done, recorder.requests) for row, (id, call), done in zip(rows, calls, results, strict=True)]
        return [(row, what) for row, what in zip(rows, found, strict=True) if what is not None]

    assert not wrong(calls, "en")
    assert not wrong(defaults, None)


@pytest.mark.slow
def test_refused_rows(tmp_path: Path) -> None:
    """Each row that cannot be meant is a fault, on its line and at its key."""
    text = catalog_text(REFUSED, "http://127.0.0.1:1")
    (tmp_path / "catalog.yaml").write_text(text, "utf-8")

    with pytest.raises(CatalogError) as raised:
        catalog.read(tmp_path / "catalog.yaml")

    first_line = text[: text.index("\n  r0: ")].count("\n") + 2
    places = defaultdict(list)
    for fault in raised.value.faults:
        places[fault.line - first_line].append(fault.key_path)
    for number, row in enumerate(REFUSED):
        key = re.compile(rf"endpoints\.r{number}\.(parameters\.p|body)\.({refused(row)})")
        assert any(map(key.fullmatch, places[number])), (row, places[number])


NO_NUMBER = "such as 0.5: at most 15 digits, and 17 after the point"


# What a script refuses, since only then is it known what is given: the row, what is given, and the words.
NOT_UTF_8 = "is not UTF-8, or holds a NUL"
TOO_LONG = "that is too long for jq, which would round it"
TEXT_PLACES = [Row(name, "string") for name in PLACES if PLACES[name].holds in ("nothing", "typed", "one") and name != "form file"]
AT_THE_SCRIPT = [
    *((row, Given(("-",), {}, b"a\0b", None), NOT_UTF_8) for row in TEXT_PLACES),
    *((row, Given(("-",), {}, b"\xfcber", None), NOT_UTF_8) for row in TEXT_PLACES),
    *((Row(name, read="file"), Given(("--p=picture-1",), {}, b"", None), NOT_UTF_8) for name in ("body", "text", "form", "urlencoded")),
    (Row("body", "integer"), Given(("--p=9007199254740993",), {}, b"", None), "whole number of at most 15 digits"),
    (Row("body", "integer"), Given((), {"T_P": "-9007199254740993"}, b"", None), "whole number of at most 15 digits"),
    (Row("body", "number", None, "yes"), Given(("--p=1", "--p=9007199254740993"), {}, b"", None), NO_NUMBER),
    (Row("body", "json"), Given(("-",), {}, b'[1, {"a": 9007199254740993}]', None), TOO_LONG),
    (Row("body", read="json"), Given(("-",), {}, b'[1, {"a": 9007199254740993}]', None), TOO_LONG),
    (Row("body", read="json"), Given(("--p=text-1",), {}, b"", None), "does not hold JSON"),
    *((Row(name, "json"), Given(("{",), {}, b"", None), "must be JSON") for name in ("body", "query", "header", "path", "form")),
    *((Row(name, "integer"), Given(("1.5",), {}, b"", None), "whole number") for name in ("body new", "query new", "text", "urlencoded")),
    *((Row(name, "boolean"), Given(("yes",), {}, b"", None), "true or false") for name in ("body new", "cookie", "form typed")),
    *((Row(name), Given(("a\r\nX: y",), {}, b"", None), "one line") for name in ("header", "cookie")),
    (Row("cookie"), Given(("a; b=c",), {}, b"", None), "one line without ;"),
    *((Row(name), Given(("..",), {}, b"", None), "..") for name in ("path", "path with slashes")),
    (Row("body", read="data-url"), Given(("text-1",), {}, b"", None), "takes a picture"),
    *((Row(name), Given(("not-there",), {}, b"", None), "cannot read not-there") for name in ("file", "form file")),
]


@pytest.mark.slow
def test_refused_values(scripts: Callable[..., Scripts], recorder: Recorder) -> None:
    """What cannot be sent as it was given is refused in words, with exit status 2, and nothing is sent."""
    made = scripts(row for row, _, _ in AT_THE_SCRIPT)

    results = made.run([(f"r{number}", call) for number, (_, call, _) in enumerate(AT_THE_SCRIPT)])

    for (row, call, words), done in zip(AT_THE_SCRIPT, results, strict=True):
        assert (done.returncode, done.stdout) == (2, b""), (row, call, done)
        assert words in done.stderr.decode(), (row, call, done)
    assert recorder.requests == []
