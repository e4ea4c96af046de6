"""Check what takes more than one value to see: a whole cell, or the whole catalog.

Each function yields the faults of what it is named after.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from generator import jq_filter
from generator.catalog.model import PART, TOKEN, Backend, Catalog, Cell, Endpoint, Parameter, Pipeline, Trouble
from generator.catalog.nodes import Fault, Node, did_you_mean

TARGETS = ("body", "text", "form", "query", "headers", "path")  # what a parameter's `at` may start with
OWN_OPTIONS = {"--help", "--include", "--raw", "--dry-run", "--output"}
# Variables of bash (its manual, 5), of zsh, of POSIX (Base Definitions, 8), and of curl, jq, Git and Python.
SHELL_VARIABLES = re.compile(
    r"(BASH|LC_|LD_|DYLD_|HIST|COMP_|READLINE_|DIRSTACK|FUNC|GIT_|PYTHON).*|PS[0-4]|.*_PROXY|"
    r"PATH|HOME|IFS|SHELL|SHELLOPTS|USER|LOGNAME|PWD|OLDPWD|E?UID|PPID|RANDOM|SRANDOM|SECONDS|EPOCH\w*|LINENO|GROUPS|HOST\w*|"
    r"MACHTYPE|OSTYPE|TMPDIR|LANG|LANGUAGE|TERM|EDITOR|VISUAL|PAGER|PROMPT_COMMAND|ENV|CDPATH|GLOBIGNORE|MAIL\w*|OPT(ARG|IND|ERR)|"
    r"POSIXLY_CORRECT|REPLY|TIMEFORMAT|TMOUT|COLUMNS|LINES|INPUTRC|PIPESTATUS|SHLVL|MAPFILE|COPROC|"
    r"CURL_\w+|SSL_CERT_\w+|SSLKEYLOGFILE|JQ_COLORS|NO_COLOR|DISPLAY"
)
PLACEHOLDER = re.compile(r"\{(\+?[A-Za-z_][\w.-]*)\}")
"""What in a path can only be meant as a placeholder (RFC 6570); other braces are literal text."""

LARGEST_EXACT = 2**53  # jq 1.6 keeps numbers as doubles

TROUBLES = ("refused", "timeout", "tls")


def faults(catalog: Catalog) -> Iterator[Fault]:
    """Yield the faults of a catalog, all values of which have the right types."""
    yield from _filter(catalog.node.get("errors"), catalog.errors)
    yield from _script_names(catalog)
    yield from _variables(catalog)
    cells = [cell for backend in catalog.backends.values() for cell in backend.cells]
    parameters = {name for endpoint in (*catalog.endpoints.values(), *cells) for name in endpoint.parameters}
    for endpoint in catalog.endpoints.values():
        yield from _pipelines(endpoint)
        yield from _lists(endpoint, parameters)
    for backend in catalog.backends.values():
        yield from _backend(backend)
        for cell in backend.cells:
            yield from _cell(backend, cell)
            yield from _lists(cell, parameters)


# ---- Names of scripts and variables --------------------------------------------------------


def _script_names(catalog: Catalog) -> Iterator[Fault]:
    """Two cells may not share a script: a-b + c and a + b-c are both a-b-c.sh."""
    names: dict[str, str] = {}
    for backend in catalog.backends.values():
        for cell in backend.cells:
            name = f"{backend.id}-{cell.id}"
            if name in names:
                yield cell.node.fault(f"its script would be {name}.sh, as that of {names[name]}: rename one of them")
            names.setdefault(name, f"{backend.id} + {cell.id}")


def _variables(catalog: Catalog) -> Iterator[Fault]:
    """An environment variable has one meaning, and none that the shell gave it before."""
    meanings: dict[str, str] = {}

    def claim(node: Node, variable: str, meaning: str) -> Iterator[Fault]:
        if SHELL_VARIABLES.fullmatch(variable):
            yield node.fault(f"{variable} is a variable that the shell or its programs use: choose another name")
        elif meanings.setdefault(variable, meaning) != meaning:
            yield node.fault(f"{variable} is {meanings[variable]} already: choose another name")

    for backend in catalog.backends.values():
        for suffix, meaning in (("BASE_URL", "base URL"), ("TIMEOUT", "time limit"), ("CURLRC", "curl config file")):
            yield from claim(backend.node, backend.prefix + suffix, f"the {meaning} of {backend.id}")
    for backend in catalog.backends.values():
        for cell in backend.cells:
            if cell.api_key:
                yield from claim(cell.api_key.node.get("variable"), cell.api_key.variable, "an API key")
            for parameter in cell.parameters.values():
                if parameter.variable:
                    meaning = f"the parameter {parameter.id} of {backend.id}"
                    yield from claim(parameter.node.get("variable"), backend.prefix + parameter.variable, meaning)


# ---- Backends, cells and their requests ----------------------------------------------------


def _backend(backend: Backend) -> Iterator[Fault]:
    yield from _repeated_headers(backend.node.get("headers"), list(backend.headers))
    if any(segment in (".", "..") for segment in backend.base_url.split("/")[3:]):
        yield backend.node.get("base_url").fault("a . or .. segment, which curl would resolve: write the URL without it")
    yield from _troubles(backend.troubles, has_key=bool(backend.api_key) or any(cell.api_key for cell in backend.cells))


def _troubles(troubles: Iterable[Trouble], has_key: bool) -> Iterator[Fault]:
    for trouble in troubles:
        is_status = isinstance(trouble.when, int) and 100 <= trouble.when <= 599
        is_pattern = re.fullmatch(r"/[^\x00-\x1f]+/", str(trouble.when)) is not None
        if not (is_status or is_pattern or trouble.when in TROUBLES):
            yield trouble.node.get("when").fault(f"must be a status such as 404, {', '.join(TROUBLES)}, or /words of the answer/")
        if not has_key and any("{key}" in text for text in trouble.say.values()):
            yield trouble.node.get("say").fault("{key} stands for an API key, and this backend has none")


def _cell(backend: Backend, cell: Cell) -> Iterator[Fault]:
    yield from _path(backend, cell)
    yield from _headers(backend, cell)
    yield from _parameters(cell)
    yield from _pipelines(cell)
    yield from _body(cell)
    yield from _troubles(cell.troubles, has_key=bool(cell.api_key))
    if cell.method == "HEAD":
        if cell.response != "none":
            yield cell.node.get("response").fault("HEAD has no answer to print: response must be none")
        for name in ("body", "text", "form"):
            if getattr(cell, name) is not None:
                yield cell.node.get(name).fault("curl sends no body with HEAD: take it out, or take another method")


def _path(backend: Backend, cell: Cell) -> Iterator[Fault]:
    node = cell.node.get("path")
    path, climbs = cell.absolute_path, cell.parent_segments
    for character in "?#":
        if character in path:
            yield node.fault(f"holds a {character}: " + ("put the query into query" if character == "?" else "a fragment is never sent"))
    if any(segment in (".", "..") for segment in path.split("/")):
        yield node.fault("a . or .. segment: only a path's start may climb")
    for parameter in cell.parameters.values():
        if parameter.at[:1] == ("path",):
            yield from _placeholder(cell, parameter)
    filled = {parameter.at[1] for parameter in cell.parameters.values() if parameter.at[:1] == ("path",) and len(parameter.at) == 2}
    for name in dict.fromkeys(PLACEHOLDER.findall(path)):
        if name not in filled:
            parameter_id = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")
            example = f"{parameter_id}: {{at: [path, {name}], option: --{parameter_id}}}"
            yield node.fault(f"no parameter fills {{{name}}}: add one, such as {example}")
    if climbs > backend.base_url.rstrip("/").count("/") - 2:
        yield node.fault(f"climbs {climbs} times, but {backend.base_url} has no such segment to leave")


def _placeholder(cell: Cell, parameter: Parameter) -> Iterator[Fault]:
    """The value of a path placeholder is a text or a whole number, and no segment that curl would resolve."""
    value = cell.values.get(parameter.id, parameter.example)
    node = cell.node.get("values", parameter.id) if parameter.id in cell.values else parameter.node.get("example")
    if isinstance(value, (bool, float, list, dict)):
        yield node.fault("expected a text or a whole number for a path")
    elif isinstance(value, str) and re.search("[\0\ud800-\udfff]", value):
        yield node.fault("holds a NUL or half of a character (a lone surrogate), which no path can hold")
    elif value in ("", ".", ".."):
        yield node.fault("an empty segment, . or .. is no value for a path: scripts refuse it, since curl would take it for another path")


def _repeated_headers(node: Node, names: list[str]) -> Iterator[Fault]:
    """Names of headers are the same in capitals and in small letters (RFC 9110, 5.1)."""
    for name, count in Counter(name.lower() for name in names).items():
        if count > 1:
            yield node.fault(f"the header {name} stands here twice, in different spellings")


def _headers(backend: Backend, cell: Cell) -> Iterator[Fault]:
    node = cell.node.get("headers")
    targets = [parameter.at for parameter in cell.parameters.values()]
    set_by_parameters = [str(target[1]) for target in targets if target[:1] == ("headers",) and len(target) == 2]
    names = list(dict.fromkeys([*cell.headers, *set_by_parameters]))
    of_backend = Counter(name.lower() for name in backend.headers)
    # What the backend itself repeats is its fault already.
    yield from _repeated_headers(node, [name for name in names if of_backend[name.lower()] < 2])
    lower_names = {name.lower() for name in names}
    if cell.api_key and cell.api_key.header.lower() in lower_names:
        yield node.fault(f"{cell.api_key.header} carries the API key already")
    if cell.form is not None and "content-type" in lower_names:
        yield node.fault("curl writes the Content-Type of a form itself, with the boundary: leave it out")


def _body(cell: Cell) -> Iterator[Fault]:
    if isinstance(cell.body, str) and cell.body.lstrip().startswith(("{", "[")) and _is_of_type(cell.body, "json"):
        yield cell.node.get("body").fault("is a text that holds JSON, and would be sent as a text: write it as YAML, or under text")
    if cell.body is None or not any(parameter.at[:1] == ("body",) for parameter in cell.parameters.values()):
        return
    node = cell.node.get("body")
    for value in _keys_and_scalars(cell.body):
        if isinstance(value, str) and re.search("[\ud800-\udfff]", value):
            yield node.fault("holds half of a character (a lone surrogate), which jq cannot put parameters beside")
        if isinstance(value, int) and abs(value) > LARGEST_EXACT:
            yield node.fault(f"jq 1.6 would round {value} when a parameter is given: put it in quotes, or take the parameters out")


def _keys_and_scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _keys_and_scalars(item)
    elif isinstance(value, list):
        for item in value:
            yield from _keys_and_scalars(item)
    else:
        yield value


# ---- Parameters ----------------------------------------------------------------------------


def _parameters(cell: Cell) -> Iterator[Fault]:
    options: dict[str, str] = {}
    targets: dict[tuple[str | int, ...], str] = {}
    arguments = [parameter for parameter in cell.parameters.values() if parameter.argument]
    for extra in arguments[1:]:
        yield extra.node.get("argument").fault(f"{arguments[0].id} is the argument already: a script has one")
    for parameter in cell.parameters.values():
        if parameter.option in OWN_OPTIONS:
            yield parameter.node.get("option").fault(f"{parameter.option} is an option of every script: choose another one")
        elif parameter.option and options.setdefault(parameter.option, parameter.id) != parameter.id:
            yield parameter.node.get("option").fault(f"{parameter.option} is the option of {options[parameter.option]} already")
        owner = targets.setdefault(parameter.at, parameter.id)
        if owner != parameter.id and parameter.at[:1] not in (("body",), ("text",)):  # there the later one wins, if it is given
            yield parameter.node.get("at").fault(f"is the place of {owner} already")
        yield from _parameter(cell, parameter)
        yield from _target(cell, parameter)


def _parameter(cell: Cell, parameter: Parameter) -> Iterator[Fault]:
    if not (parameter.option or parameter.variable or parameter.argument):
        yield parameter.node.fault("nobody could set it: give it an option, a variable or argument: true")
    if parameter.example is not None and not _is_of_type(parameter.example, parameter.type):
        yield parameter.node.get("example").fault(f"is not of the parameter's type, {parameter.type}")
    default = cell.default(parameter) if parameter.at and parameter.at[0] in TARGETS else None
    if default is not None and not parameter.repeat:
        typed = json.dumps(default) if parameter.at[0] == "body" else str(default)
        if not _is_of_type(typed, parameter.type):
            yield cell.node.get(*parameter.at).fault(f"is not of the type of the parameter {parameter.id}, {parameter.type}")


def _is_of_type(typed: str, parameter_type: str | None) -> bool:
    """Tell whether a value, as a user types it, is of a parameter's type."""
    if parameter_type is None or parameter_type == "string":
        return True
    try:
        value = json.loads(typed)
    except ValueError:
        return False
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    match parameter_type:
        case "integer":
            return is_number and isinstance(value, int)
        case "number":
            return is_number
        case "boolean":
            return isinstance(value, bool)
        case _:
            return True


def _target(cell: Cell, parameter: Parameter) -> Iterator[Fault]:
    """`at` leads to a part of the request that is there, or that the parameter may add."""
    node, at = parameter.node.get("at"), parameter.at
    target = at[0] if at else None
    if target not in TARGETS:
        yield node.fault(f"must start with one of {', '.join(TARGETS)}")
    elif target == "text":
        if at != ("text",):
            yield node.fault("a text has no inside: write [text]")
        elif cell.text is None:
            yield node.fault("[text] is the whole of a text body, and this request has none")
    elif target == "body":
        yield from _body_target(cell, parameter)
    else:
        yield from _named_target(cell, parameter, str(target))
        yield from _repeat_and_read(parameter, str(target))


def _named_target(cell: Cell, parameter: Parameter, target: str) -> Iterator[Fault]:
    """A header, a query key, a form part or a path placeholder."""
    node, at = parameter.node.get("at"), parameter.at
    pattern = {"headers": TOKEN, "form": PART}.get(target)
    if len(at) != 2 or not isinstance(at[1], str):
        yield node.fault(f"must be [{target}, name]")
        return
    name = at[1]
    if target == "path":
        if f"{{{name}}}" not in cell.path:
            yield node.fault(f"there is no {{{name}}} in the path {cell.path}")
    elif target == "form" and cell.form is None:
        yield node.fault("this request has no form")
    elif pattern and not re.fullmatch(pattern.regex, name):
        yield node.fault(f"{name} must be {pattern.words}")
    else:
        exists = name in (getattr(cell, target) or {})
        can_be_added = parameter.type is not None or (target == "form" and parameter.read is not None)
        if not exists and not can_be_added:
            yield node.fault(f"{_written(at)} does not exist: give it a default there, or a type")


def _repeat_and_read(parameter: Parameter, target: str) -> Iterator[Fault]:
    """Only some parts of a request hold several values, or the content of a file."""
    if parameter.repeat and target not in ("query", "form"):
        yield parameter.node.get("repeat").fault("only a body, a query or a form can hold a list")
    if parameter.read in ("base64", "data-url"):
        yield parameter.node.get("read").fault(f"{parameter.read} goes into a body only")
    if parameter.read == "file" and target != "form":
        yield parameter.node.get("read").fault("a file's content goes into a body or a form only")
    if target == "form" and parameter.repeat and parameter.read:
        yield parameter.node.get("repeat").fault("a form part holds one file")


def _body_target(cell: Cell, parameter: Parameter) -> Iterator[Fault]:
    """Each step of `at` exists in the body. The last one may be a new key if the parameter has a type."""
    node = parameter.node.get("at")
    if cell.body is None:
        yield node.fault("this request has no JSON body")
        return
    value: Any = cell.body
    last = len(parameter.at) - 1
    for position, step in enumerate(parameter.at[1:], 1):
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            is_new_key = position == last and isinstance(value, dict)
            if not (is_new_key and isinstance(step, str) and parameter.type):
                way_out = ": give it a default there, or a type" if is_new_key else ""
                yield node.fault(f"{_written(parameter.at)} does not exist{way_out}")
            return


def _written(at: tuple[str | int, ...]) -> str:
    return f"[{', '.join(map(str, at))}]"


# ---- Pipelines -----------------------------------------------------------------------------


def _filter(node: Node, text: str) -> Iterator[Fault]:
    if re.match("-[A-Za-z-]", text):
        yield node.fault("jq takes this for options: put the filter in parentheses")
    try:
        jq_filter.check(text)
    except jq_filter.FilterError as error:
        yield node.fault(f"jq does not take this filter: {error}")


def _pipelines(cell: Endpoint) -> Iterator[Fault]:
    if cell.pipelines is None:
        return
    node = cell.node.get("pipelines")
    if cell.response not in ("json", "events", "file"):
        yield node.fault(f"a {cell.response} answer has no pipelines: leave them out, or say response: json")
    if not cell.pipelines:
        yield node.fault("an empty list: leave pipelines out to print the answer as it is")
    for name, count in Counter(pipeline.name for pipeline in cell.pipelines).items():
        if count > 1:
            yield node.fault(f"two pipelines are called {name}")
    if cell.response == "events" and cell.sample is not None and not isinstance(cell.sample, list):
        yield cell.node.get("sample").fault("the sample of an events answer is a list of events")
        return
    for position, pipeline in enumerate(cell.pipelines):
        yield from _pipeline(cell, pipeline, is_first=position == 0)


def _pipeline(cell: Endpoint, pipeline: Pipeline, is_first: bool) -> Iterator[Fault]:
    events = cell.response == "events"
    if pipeline.aside and not events:
        yield pipeline.node.get("aside").fault("only events come with something beside the answer: take aside out")
    elif pipeline.aside and is_first:
        yield pipeline.node.get("aside").fault("the first pipeline is the answer itself: take aside out")
    node = pipeline.node.get("jq")
    filter_faults = list(_filter(node, pipeline.jq))
    yield from filter_faults
    if filter_faults or cell.sample is None:
        return
    try:
        jq_filter.run(pipeline.jq, cell.sample, pipeline.raw, events=events)
        if is_first and not jq_filter.finds(pipeline.jq, cell.sample, events=events):
            yield node.fault("finds nothing in the sample: the script would call every such answer empty")
    except jq_filter.FilterError as error:
        yield node.fault(f"fails on the sample: {error}")


def _lists(cell: Endpoint, parameters: set[str]) -> Iterator[Fault]:
    """`lists` names a pipeline of this answer, and a parameter that some endpoint has."""
    if cell.lists and cell.response != "json":
        yield cell.node.get("lists").fault(f"only a json answer lists values, and this one is {cell.response}: take lists out")
        return
    names = [item.name for item in cell.pipelines or ()]
    for parameter, name in cell.lists.items():
        node = cell.node.get("lists", parameter)
        if parameter not in parameters:
            yield node.fault(f"no endpoint has a parameter {parameter}{did_you_mean(parameter, parameters)}")
        if name not in names:
            yield node.fault(f"there is no pipeline {name} here{did_you_mean(name, names)}")
