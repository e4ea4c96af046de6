"""Sends what commands send, and what the scripts of the catalog send that was imported from them, and compares the two.

Commands run under bash with a `curl` first on the PATH that leads real curl to the recorder, whatever the host is, and marks each
request with the run that it belongs to; https becomes http on the way. So any number of them can run at the same time.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import wire
from recorder import Recorded, Recorder

from generator.catalog.model import Backend, Cell, FormPart, Parameter
from generator.importing import browsers
from generator.importing.model import Found, FoundBody, FoundPart, FoundRequest, Text, Variable
from generator.render.renderer import Renderer

PROGRAMS = (
    "bash cat jq grep sed awk head tail tr cut date base64 sort uniq wc mktemp rm rmdir mkdir basename dirname seq sleep cp mv chmod od "
    "tee xargs ls touch fold stat id"
).split()
"""What commands and scripts find on their PATH, beside curl."""

CURL = """#!/bin/bash
own=(-sS -q -H "X-Run: ${RUN}" --connect-to "::127.0.0.1:${RECORDER}" --max-time 20 --noproxy '*')
arguments=("${own[@]}")
before=''
for argument; do
  case "${before}" in
    -e | --referer | -d | --data* | -F | --form* | -H | --header | -A | -b | --cookie | --json | --url-query | -x | --proxy) ;; # no URL
    *)
      case "${argument}" in
        https://*) argument="http://${argument#https://}" ;;
        --url=https://*) argument="--url=http://${argument#--url=https://}" ;;
      esac
      ;;
  esac
  before="${argument}"
  arguments+=("${argument}")
  if [[ ${argument} == --next || ${argument} == -: ]]; then
    arguments+=("${own[@]:0:1}" "${own[@]:2}")
  fi
done
exec @CURL@ "${arguments[@]}"
"""

BASH = shutil.which("bash") or "bash"

VALUE = "v-"
"""What the value of a variable starts with, before its name."""


@dataclass(frozen=True)
class Ran:
    """What a run sent, and how it ended."""

    sent: list[Recorded]
    status: int
    stderr: str


class Wire:
    """Runs shell text and scripts, each in a folder of its own, and keeps what they send."""

    def __init__(self, folder: Path, recorder: Recorder, user: Sequence[str] = ()) -> None:
        self.folder, self.recorder, self.user = folder, recorder, user
        self.runs = 0
        programs = folder / "bin"
        programs.mkdir(parents=True)
        for name in PROGRAMS:
            if found := shutil.which(name):
                (programs / name).symlink_to(found)
        curl = programs / "curl"
        curl.write_text(CURL.replace("@CURL@", shutil.which("curl") or "curl"))
        curl.chmod(0o755)

    def run(self, text: str, env: Mapping[str, str], files: Mapping[str, bytes], *arguments: str, name: str = "run") -> Ran:
        """Runs a text with bash, beside these files."""
        self.runs += 1
        run = f"{name}-{self.runs}-{id(text)}"
        place = self.folder / run
        place.mkdir()
        for file, data in files.items():
            (place / file).parent.mkdir(parents=True, exist_ok=True)
            (place / file).write_bytes(data)
        script = place / ".script.sh"
        script.write_text(text, "utf-8", "surrogateescape")
        if self.user:
            for folder, _, names in os.walk(place):
                Path(folder).chmod(0o777)
                for name_ in names:
                    (Path(folder) / name_).chmod(0o666)
        environment = {
            "PATH": str(self.folder / "bin"), "HOME": str(place), "TMPDIR": str(place), "LANG": "C.UTF-8",
            "RUN": run, "RECORDER": str(self.recorder.port), **env,
        }  # fmt: skip
        process = subprocess.Popen(
            [*self.user, BASH, str(script), *arguments],
            cwd=place,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            _, stderr = process.communicate(CONTENT, timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            _, stderr = process.communicate()
        sent = [_without_mark(request) for request in list(self.recorder.requests) if dict(request.headers).get("X-Run") == run]
        return Ran(sent, process.returncode, stderr.decode("utf-8", "replace"))

    def run_script(
        self, renderer: Renderer, backend: str, endpoint: str, env: Mapping[str, str], files: Mapping[str, bytes], *arguments: str
    ) -> Ran:
        """Runs the script of a cell. Keys that `env` does not have get a value."""
        cell = renderer.catalog.backends[backend].endpoints[endpoint]
        server = renderer.catalog.backends[backend]
        keys = {key.variable: "u:p" if key.place == "basic" else "secret" for key in cell.api_key}
        http = {server.base_url_variable(cell): server.base_url_of(cell).replace("https://", "http://")}
        text = renderer.script(backend, endpoint).text
        there = {name: data for name, data in files.items() if cell.response != "file" or name != cell.save_as}
        return self.run(text, {**keys, **http, **env}, there, *arguments, name=f"{backend}-{endpoint}")


def _without_mark(request: Recorded) -> Recorded:
    return replace(request, headers=tuple((name, value) for name, value in request.headers if name != "X-Run"))


# ---- Values for what the source leaves open ------------------------------------------------


def value_of(variable: Variable) -> str:
    """The value that a variable has in both runs."""
    if variable.default is None and "port" in variable.name.lower():
        return "80"
    return variable.default if variable.default is not None else VALUE + re.sub(r"[^A-Za-z0-9]+", "-", variable.name)


def filled(text: Text) -> str:
    """A text with those values."""
    return "".join(part if isinstance(part, str) else value_of(part) for part in text.parts)


def arguments_of(found: FoundRequest, backend: Backend, cell: Cell) -> tuple[list[str], dict[str, str]]:
    """The arguments and the environment that give a script the values which the command has for its variables."""
    options: list[str] = []
    behind: list[str] = []
    env: dict[str, str] = {}
    for parameter in cell.parameters.values():
        value = parameter.example if parameter.read else _value_at(found, parameter)
        if value is None:
            continue
        if parameter.secret:
            env[f"{backend.prefix}{parameter.variable}"] = value
        elif parameter.option:
            options += [parameter.option, value]
        elif parameter.argument:
            behind += ["--", value]
        else:
            env[f"{backend.prefix}{parameter.variable}"] = value
    return [*options, *behind], env


def _value_at(found: FoundRequest, parameter: Parameter) -> str | None:
    """What the command has in a parameter's place; None if no variable stands there."""
    place, *steps = parameter.at
    here: Any = None
    if place == "path":
        names = [part for part in found.path.parts if isinstance(part, Variable)]
        same = [part for part in names if re.sub(r"[^a-z0-9]+", "", part.name.lower()) == re.sub(r"[^a-z0-9]+", "", str(steps[0]).lower())]
        return value_of((same or names)[0]) if names else None
    if place in ("query", "headers", "cookies"):
        pairs = getattr(found, str(place))
        here = next((text for name, text in pairs if name.lower() == str(steps[0]).lower()), None)
    elif found.body is not None and found.body.kind in ("urlencoded",):
        here = next((text for name, text in found.body.value if name == steps[0]), None)
    elif found.body is not None and found.body.kind == "form":
        here = next((part.file or part.text for part in found.body.value if part.name == steps[0]), None)
    elif found.body is not None:
        here = found.body.value
        for step in steps:
            try:
                here = here[step]
            except (KeyError, IndexError, TypeError):
                return None
    if isinstance(here, Variable):
        return here.default if here.default is not None else "1"
    return filled(here) if isinstance(here, Text) and here.plain is None else None


def with_contents(found: Found) -> Found:
    """A command in which a variable that stands for what a file holds has that as its value."""
    sentences = " ".join(getattr(found, "left_out", ()))
    names = set(re.findall(r"what is in the file is a parameter here, (\S+?): give it", sentences))

    def visit(value: Any) -> Any:
        if isinstance(value, Variable) and value.name in names:
            return replace(value, default=CONTENT.decode())
        if isinstance(value, (list, tuple)):
            return type(value)(visit(item) for item in value)
        if isinstance(value, (Text, FoundBody, FoundPart)):
            return replace(value, **{name: visit(getattr(value, name)) for name in value.__dataclass_fields__})
        return value

    if not names or not isinstance(found, FoundRequest):
        return found
    return replace(found, query=visit(found.query), body=visit(found.body))


def variables_in(found: Found) -> dict[str, str]:
    """The variables of a command with their values; those of JSON that are no texts are numbers."""
    values: dict[str, str] = {}

    def visit(value: Any, is_json: bool) -> None:
        if isinstance(value, Variable):
            if value.default is None:
                values[value.name] = "1" if is_json else value_of(value)
        elif isinstance(value, Text):
            for part in value.parts:
                visit(part, False)
        elif isinstance(value, dict):
            for item in value.values():
                visit(item, is_json)
        elif isinstance(value, (list, tuple)):
            for item in value:
                visit(item, is_json)
        elif hasattr(value, "__dataclass_fields__"):
            for name in value.__dataclass_fields__:
                visit(getattr(value, name), is_json)

    if isinstance(found, FoundRequest):
        visit((found.base, found.path, found.query, found.headers, found.cookies, found.user), False)
        visit(found.body, True)
    return values


def environment_of(text: str, found: Sequence[Found]) -> dict[str, str]:
    """The variables that a text uses, with their values; what is not said to be one is a secret by now."""
    values = {name: value for item in found for name, value in variables_in(item).items() if name.isidentifier() and name.isascii()}
    used = {name: "u:p" if name == "LOGIN" else "secret" for name in re.findall(r"\$\{?([A-Za-z_]\w*)(?!\w|:-)", text)}
    return {
        name: value
        for name, value in {**used, **values}.items()
        if name not in ("HOME", "PATH", "PWD") and not re.search(rf"\b{name}=", text)
    }


def with_values(text: str, found: Sequence[Found]) -> str:
    """Puts values where placeholders such as <id> and outputs of other commands stand, and keeps those of variables from being set."""
    values = {name: value for item in found for name, value in variables_in(item).items()}
    variables = [name for name in values if re.fullmatch(r"[A-Za-z_]\w*", name) and re.search(rf"\$\{{?{name}\b", text)]
    for name, value in values.items():
        word = re.escape(name)
        for pattern in (rf"(?<![\w>-])<{word}>(?![\w<-])", rf"\{{\{{ *{word} *\}}\}}", rf"(?<!\$)\{{{word}\}}", rf"(?<=/):{word}\b"):
            text = re.sub(pattern, lambda match, value=value: value, text)
        fields = [rf"(?i:your)[-_]{word}", *([word] if name.isupper() else [])]
        text = re.sub(rf'(?<=:)( ?")(?:{"|".join(fields)})(?=")', lambda match, value=value: match[1] + value, text)
        if name not in variables:
            text = re.sub(r"(?<!=)(?<!=\")\$\([^()]*\)", lambda match, value=value: value, text, count=1)
    text = re.sub(r"(?:(?<=u )|(?<=[:/]))<[A-Za-z][\w-]*>", VALUE, text)
    return "".join(f"declare -rx {name}={values[name]}\n" for name in variables) + text


# ---- Comparing -----------------------------------------------------------------------------


def difference(original: Recorded, script: Recorded, cell: Cell) -> str | None:
    """How two requests differ, in words; "" if they are the same byte for byte, None if they only mean the same."""
    is_copy = browsers.is_copy(original.headers)
    one, other = (_without_browser(_hidden(request, cell), is_copy=is_copy) for request in (original, script))
    if _bytes(one) == _bytes(other):
        return ""
    for name, of in (("method", lambda item: item.method), ("target", _target), ("headers", _headers), ("body", _body)):
        if of(one) != of(other):
            return f"{name}: {of(one)!r} became {of(other)!r}"
    return None


def _without_browser(request: Recorded, *, is_copy: bool) -> Recorded:
    """A request without what a browser adds to it, and without the cookies of trackers, which the report says are left out."""
    kept = [(name, value) for name, value in request.headers if not (is_copy and browsers.adds(name, value))]
    headers = [(name, _without_trackers(value) if name.lower() == "cookie" else value) for name, value in kept]
    return replace(request, headers=tuple((name, value) for name, value in headers if value or name.lower() != "cookie"))


def _without_trackers(cookies: str) -> str:
    pairs = [pair.strip() for pair in cookies.split(";")]
    return "; ".join(pair for pair in pairs if not browsers.is_tracker_cookie(pair.partition("=")[0]))


def _bytes(request: Recorded) -> tuple[Any, ...]:
    return request.method, request.target, sorted(_headers(request).items()), _form_or_bytes(request)


def _form_or_bytes(request: Recorded) -> Any:
    kind = next((value for name, value in request.headers if name.lower() == "content-type"), "")
    if not kind.startswith("multipart/form-data"):
        return request.body
    try:
        return wire.parts(request.body, kind)
    except (AssertionError, ValueError):  # which is said to be a form, and is none
        return request.body


def _target(request: Recorded) -> Any:
    written = request.target.encode("latin-1").decode("utf-8", "surrogateescape")  # http.server takes bytes as Latin-1
    path, _, query = written.partition("?")
    pairs: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        pairs.setdefault(name, []).append(value)
    return unquote(path, errors="surrogateescape"), pairs


def _headers(request: Recorded) -> dict[str, str]:
    """The headers but for curl's own; several of one name are one."""
    found: dict[str, list[str]] = {}
    for name, value in request.headers:
        found.setdefault(name.lower(), []).append(value.strip())
    headers = {name: ", ".join(values) for name, values in found.items() if name not in wire.CURLS_OWN | {"expect"}}
    if headers.get("accept") == "*/*":
        del headers["accept"]
    if headers.get("content-type", "").startswith("multipart/form-data"):
        headers["content-type"] = "multipart/form-data"
    if "cookie" in headers:
        headers["cookie"] = "; ".join(sorted(part.strip() for part in re.split(r"[;,]", headers["cookie"])))
    return headers


def _body(request: Recorded) -> Any:
    kind = _headers(request).get("content-type", "")
    if kind.startswith("multipart/form-data"):
        form = _form_or_bytes(request)
        return (
            form if isinstance(form, bytes) else sorted([(part.name, part.content, part.file) for part in form], key=lambda part: part[0])
        )
    try:
        return wire.Json(json.loads(request.body))
    except ValueError:
        pass
    if kind.startswith("application/x-www-form-urlencoded") and b"=" in request.body:
        pairs: dict[str, list[str]] = {}
        for name, value in parse_qsl(request.body.decode("utf-8", "surrogateescape"), keep_blank_values=True, errors="surrogateescape"):
            pairs.setdefault(name, []).append(value)
        return pairs
    return request.body


def _hidden(request: Recorded, cell: Cell) -> Recorded:
    """The request with the same word in place of each secret: the catalog does not hold it, so that it can be any."""
    headers = list(request.headers)
    target, body = request.target, request.body
    for key in cell.api_key:
        name = "Authorization" if key.place == "basic" else key.name
        if key.place in ("headers", "basic"):
            before = "Basic " if key.place == "basic" else key.header_start.partition(": ")[2]
            headers = [
                (header, f"{before}SECRET" if header.lower() == name.lower() and value.startswith(before.strip()) else value)
                for header, value in headers
            ]
        elif key.place == "cookies":
            pattern = rf"(?<![^; ]){re.escape(name)}=[^;]*"
            headers = [
                (header, re.sub(pattern, f"{name}=SECRET", value) if header.lower() == "cookie" else value) for header, value in headers
            ]
        else:
            target = re.sub(rf"(?<=[?&]){re.escape(name)}=[^&]*", f"{name}=SECRET", target)
    for parameter in cell.parameters.values():
        if parameter.secret:
            target, headers, body = _without_secret(target, headers, body, parameter, cell)
    return replace(request, target=target, headers=tuple(headers), body=body)


def _without_secret(
    target: str, headers: list[tuple[str, str]], body: bytes, parameter: Parameter, cell: Cell
) -> tuple[str, list[tuple[str, str]], bytes]:
    place, *steps = parameter.at
    if place == "body":
        try:
            value = json.loads(body)
            here = value
            for step in steps[:-1]:
                here = here[step]
            here[steps[-1]] = "SECRET"
            body = json.dumps(value).encode()
        except (ValueError, LookupError, TypeError):
            pass
    elif place == "urlencoded":
        name = re.escape(str(steps[0]).encode())
        body = re.sub(rb"(?<![^&])" + name + rb"=[^&]*", str(steps[0]).encode() + b"=SECRET", body)
    elif place == "form":
        body = re.sub(rb'(name="' + re.escape(str(steps[0]).encode()) + rb'"\r\n\r\n)[^\r]*', rb"\1SECRET", body)
    elif place == "headers":
        headers = [(name, "SECRET" if name.lower() == str(steps[0]).lower() else value) for name, value in headers]
    elif place == "path":
        pattern = re.escape(cell.path).replace(rf"\{{{steps[0]}\}}", "(?P<s>[^/?]+)")
        pattern = re.sub(r"\\\{[^{}]*\\\}", "[^/?]+", pattern)
        match = re.search(pattern, target)
        if match:
            target = target[: match.start("s")] + "SECRET" + target[match.end("s") :]
    elif place == "text":
        body = b"SECRET"
    return target, headers, body


CONTENT = b"bytes of a file"
"""What all files hold: one line without an end, of which no option of curl leaves anything out."""


def files_of(text: str, cells: Sequence[Cell]) -> dict[str, bytes]:
    """The files that commands name, and those that requests send."""
    names = re.findall(r"""[@<] ?["']?([\w./ -]*[\w./-])""", text) + re.findall(r"[\w-]+\.[a-z0-9]{2,5}\b", text)
    for cell in cells:
        values = [item for value in (cell.form or {}).values() for item in (value if isinstance(value, tuple) else (value,))]
        names += [part.file for part in values if isinstance(part, FormPart) and part.file]
        names += [cell.file] if cell.file else []
    names += [f"{VALUE}file", f"{VALUE}name"]
    return {
        name: CONTENT
        for name in names
        if not name.startswith(("/", "~", " ")) and ".." not in name and "//" not in name and name[-1] not in "/ "
    }
