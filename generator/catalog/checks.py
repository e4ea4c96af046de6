"""What the shape alone cannot say: checks that need a whole cell, or the whole catalog."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from generator import jq_filter
from generator.catalog.model import PART, TOKEN, Backend, Catalog, Cell, Endpoint, Parameter, Trouble
from generator.catalog.nodes import Fault, Node, did_you_mean

PLACES = ("body", "text", "form", "query", "headers", "path")
OPTIONS = {"--help", "--include", "--raw", "--dry-run", "--output"}
SHELL_VARIABLES = re.compile(
    r"(BASH|LC_|LD_|DYLD_|HIST|COMP_|READLINE_|DIRSTACK|FUNC|GIT_|PYTHON).*|PS[0-4]|.*_PROXY|"
    r"PATH|HOME|IFS|SHELL|SHELLOPTS|USER|LOGNAME|PWD|OLDPWD|E?UID|PPID|RANDOM|SRANDOM|SECONDS|EPOCH\w*|LINENO|GROUPS|HOST\w*|"
    r"MACHTYPE|OSTYPE|TMPDIR|LANG|LANGUAGE|TERM|EDITOR|VISUAL|PAGER|PROMPT_COMMAND|ENV|CDPATH|GLOBIGNORE|MAIL\w*|OPT(ARG|IND|ERR)|"
    r"POSIXLY_CORRECT|REPLY|TIMEFORMAT|TMOUT|COLUMNS|LINES|INPUTRC|PIPESTATUS|SHLVL|MAPFILE|COPROC|"
    r"CURL_\w+|SSL_CERT_\w+|SSLKEYLOGFILE|JQ_COLORS|NO_COLOR|DISPLAY"
)
EXACT = 2**53  # jq 1.6 keeps numbers as doubles

TROUBLES = ("refused", "timeout", "tls")


def faults(catalog: Catalog) -> Iterator[Fault]:
    """Every fault of a catalog whose shape is right."""
    yield from _filter(catalog.node.get("errors"), catalog.errors)
    yield from _files(catalog)
    yield from _variables(catalog)
    parameters = {name for endpoint in catalog.endpoints.values() for name in endpoint.parameters}
    parameters |= {name for backend in catalog.backends.values() for cell in backend.cells for name in cell.parameters}
    for endpoint in catalog.endpoints.values():
        yield from _pipelines(endpoint)
        yield from _lists(endpoint, parameters)
    for backend in catalog.backends.values():
        yield from _backend(backend)
        for cell in backend.cells:
            yield from _cell(backend, cell)
            yield from _lists(cell, parameters)


def _files(catalog: Catalog) -> Iterator[Fault]:
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
        for suffix, what in (("BASE_URL", "base URL"), ("TIMEOUT", "time limit"), ("CURLRC", "curl config file")):
            yield from claim(backend.node, backend.prefix + suffix, f"the {what} of {backend.id}")
    for backend in catalog.backends.values():
        for cell in backend.cells:
            if cell.api_key:
                yield from claim(cell.api_key.node.get("variable"), cell.api_key.variable, "an API key")
            for parameter in cell.parameters.values():
                if parameter.variable:
                    meaning = f"the parameter {parameter.id} of {backend.id}"
                    yield from claim(parameter.node.get("variable"), backend.prefix + parameter.variable, meaning)


def _backend(backend: Backend) -> Iterator[Fault]:
    yield from _same_headers(backend.node.get("headers"), list(backend.headers))
    if any(segment in (".", "..") for segment in backend.base_url.split("/")[3:]):
        yield backend.node.get("base_url").fault("a . or .. segment, which curl would resolve: write the URL without it")
    yield from _troubles(backend.troubles, bool(backend.api_key) or any(cell.api_key for cell in backend.cells))


def _troubles(troubles: Iterable[Trouble], keyed: bool) -> Iterator[Fault]:
    for trouble in troubles:
        when = trouble.when
        if not (when in TROUBLES or (isinstance(when, int) and 100 <= when <= 599) or re.fullmatch(r"/[^\x00-\x1f]+/", str(when))):
            yield trouble.node.get("when").fault(f"must be a status such as 404, {', '.join(TROUBLES)}, or /words of the answer/")
        if not keyed and any("{key}" in text for text in trouble.say.values()):
            yield trouble.node.get("say").fault("{key} stands for an API key, and this backend has none")


def _cell(backend: Backend, cell: Cell) -> Iterator[Fault]:
    yield from _path(backend, cell)
    yield from _headers(backend, cell)
    yield from _parameters(cell)
    yield from _pipelines(cell)
    yield from _body(cell)
    yield from _troubles(cell.troubles, bool(cell.api_key))
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
    if climbs > backend.base_url.rstrip("/").count("/") - 2:
        yield node.fault(f"climbs {climbs} times, but {backend.base_url} has no such segment to leave")


def _placeholder(cell: Cell, parameter: Parameter) -> Iterator[Fault]:
    """What stands in the path for the user's value is a text, and no segment of its own meaning."""
    shown = cell.values.get(parameter.id, parameter.example)
    node = cell.node.get("values", parameter.id) if parameter.id in cell.values else parameter.node.get("example")
    if isinstance(shown, (bool, float, list, dict)):
        yield node.fault("expected a text or a whole number for a path")
    elif isinstance(shown, str) and re.search("[\0\ud800-\udfff]", shown):
        yield node.fault("holds a NUL or half of a character (a lone surrogate), which no path can hold")
    elif shown in ("", ".", ".."):
        yield node.fault("an empty segment, . or .. is no value for a path: scripts refuse it, since curl would take it for another path")


def _same_headers(node: Node, names: list[str]) -> Iterator[Fault]:
    for name, count in Counter(name.lower() for name in names).items():
        if count > 1:
            yield node.fault(f"the header {name} stands here twice, in different spellings")


def _headers(backend: Backend, cell: Cell) -> Iterator[Fault]:
    node = cell.node.get("headers")
    names = [
        *cell.headers,
        *(str(parameter.at[1]) for parameter in cell.parameters.values() if parameter.at[:1] == ("headers",) and len(parameter.at) == 2),
    ]
    backends = Counter(name.lower() for name in backend.headers)
    yield from _same_headers(node, [name for name in dict.fromkeys(names) if backends[name.lower()] < 2])
    lower = {name.lower() for name in names}
    if cell.api_key and cell.api_key.header.lower() in lower:
        yield node.fault(f"{cell.api_key.header} carries the API key already")
    if cell.form is not None and "content-type" in lower:
        yield node.fault("curl writes the Content-Type of a form itself, with the boundary: leave it out")


def _parameters(cell: Cell) -> Iterator[Fault]:
    taken: dict[str, str] = {}
    places: dict[tuple[str | int, ...], str] = {}
    arguments = [parameter for parameter in cell.parameters.values() if parameter.argument]
    for extra in arguments[1:]:
        yield extra.node.get("argument").fault(f"{arguments[0].id} is the argument already: a script has one")
    for parameter in cell.parameters.values():
        node = parameter.node
        if not (parameter.option or parameter.variable or parameter.argument):
            yield node.fault("nobody could set it: give it an option, a variable or argument: true")
        if parameter.option in OPTIONS:
            yield node.get("option").fault(f"{parameter.option} is an option of every script: choose another one")
        elif parameter.option and taken.setdefault(parameter.option, parameter.id) != parameter.id:
            yield node.get("option").fault(f"{parameter.option} is the option of {taken[parameter.option]} already")
        twin = places.setdefault(parameter.at, parameter.id)
        if twin != parameter.id and parameter.at[:1] not in (("body",), ("text",)):  # there the later one wins, if it is given
            yield node.get("at").fault(f"is the place of {twin} already")
        if parameter.example is not None and not _fits(parameter.example, parameter.type):
            yield node.get("example").fault(f"is not of the parameter's type, {parameter.type}")
        value = cell.default(parameter) if parameter.at and parameter.at[0] in PLACES else None
        typed = json.dumps(value) if parameter.at[:1] == ("body",) else str(value)
        if value is not None and not parameter.repeat and not _fits(typed, parameter.type):
            yield cell.node.get(*parameter.at).fault(f"is not of the type of the parameter {parameter.id}, {parameter.type}")
        yield from _place(cell, parameter)


def _fits(example: str, kind: str | None) -> bool:
    """Whether an example, as a user types it, is of a parameter's type."""
    if kind in (None, "string"):
        return True
    try:
        value = json.loads(example)
    except ValueError:
        return False
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return {"integer": number and isinstance(value, int), "number": number, "boolean": isinstance(value, bool)}.get(str(kind), True)


def _place(cell: Cell, parameter: Parameter) -> Iterator[Fault]:
    node, at = parameter.node.get("at"), parameter.at
    spelt = f"[{', '.join(map(str, at))}]"
    place = at[0] if at else None
    if place not in PLACES:
        yield node.fault(f"must start with one of {', '.join(PLACES)}")
        return
    if place == "text":
        if at != ("text",) or cell.text is None:
            yield node.fault(
                "[text] is the whole of a text body, and this request has none" if at == ("text",) else "a text has no inside: write [text]"
            )
        return
    if place == "body":
        yield from _body_place(cell, parameter, node, spelt)
        return
    if len(at) != 2 or not isinstance(at[1], str):
        yield node.fault(f"must be [{place}, name]")
    elif place == "path":
        if f"{{{at[1]}}}" not in cell.path:
            yield node.fault(f"there is no {{{at[1]}}} in the path {cell.path}")
    elif place == "form" and cell.form is None:
        yield node.fault("this request has no form")
    elif place in ("headers", "form") and not re.fullmatch((TOKEN if place == "headers" else PART).regex, at[1]):
        yield node.fault(f"{at[1]} must be {(TOKEN if place == 'headers' else PART).words}")
    elif at[1] not in (getattr(cell, str(place)) or {}) and not parameter.type and not (place == "form" and parameter.read):
        yield node.fault(f"{spelt} does not exist: give it a default there, or a type")
    if parameter.repeat and place not in ("query", "form"):
        yield parameter.node.get("repeat").fault("only a body, a query or a form can hold a list")
    if parameter.read in ("base64", "data-url"):
        yield parameter.node.get("read").fault(f"{parameter.read} goes into a body only")
    if parameter.read == "file" and place != "form":
        yield parameter.node.get("read").fault("a file's content goes into a body or a form only")
    if place == "form" and parameter.repeat and parameter.read:
        yield parameter.node.get("repeat").fault("a form part holds one file")


def _body_place(cell: Cell, parameter: Parameter, node: Node, spelt: str) -> Iterator[Fault]:
    if cell.body is None:
        yield node.fault("this request has no JSON body")
        return
    here: Any = cell.body
    for position, step in enumerate(parameter.at[1:], 2):
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            if position == len(parameter.at) and isinstance(here, dict) and isinstance(step, str) and parameter.type:
                return
            way_out = ": give it a default there, or a type" if position == len(parameter.at) and isinstance(here, dict) else ""
            yield node.fault(f"{spelt} does not exist{way_out}")
            return


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
    events = cell.response == "events"
    if cell.response not in ("json", "events", "file"):
        yield node.fault(f"a {cell.response} answer has no pipelines: leave them out, or say response: json")
    if not cell.pipelines:
        yield node.fault("an empty list: leave pipelines out to print the answer as it is")
    for name, count in Counter(item.name for item in cell.pipelines).items():
        if count > 1:
            yield node.fault(f"two pipelines are called {name}")
    if events and cell.sample is not None and not isinstance(cell.sample, list):
        yield cell.node.get("sample").fault("the sample of an events answer is a list of events")
        return
    for position, item in enumerate(cell.pipelines):
        if item.aside and (position == 0 or not events):
            what = "the first pipeline is the answer itself" if events else "only events come with something beside the answer"
            yield item.node.get("aside").fault(f"{what}: take aside out")
        where = item.node.get("jq")
        compiles = list(_filter(where, item.jq))
        yield from compiles
        if compiles or cell.sample is None:
            continue
        try:
            jq_filter.run(item.jq, cell.sample, item.raw, events=events)
            if position == 0 and not jq_filter.finds(item.jq, cell.sample, events=events):
                yield where.fault("finds nothing in the sample: the script would call every such answer empty")
        except jq_filter.FilterError as error:
            yield where.fault(f"fails on the sample: {error}")


def _lists(cell: Endpoint, parameters: set[str]) -> Iterator[Fault]:
    """Values are listed by a pipeline that is there, for a parameter that is there."""
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


def _body(cell: Cell) -> Iterator[Fault]:
    if isinstance(cell.body, str) and cell.body.lstrip().startswith(("{", "[")) and _fits(cell.body, "json"):
        yield cell.node.get("body").fault("is a text that holds JSON, and would be sent as a text: write it as YAML, or under text")
    if cell.body is None or not any(parameter.at[:1] == ("body",) for parameter in cell.parameters.values()):
        return
    node = cell.node.get("body")
    for value in _leaves(cell.body):
        if isinstance(value, str) and re.search("[\ud800-\udfff]", value):
            yield node.fault("holds half of a character (a lone surrogate), which jq cannot put parameters beside")
        if isinstance(value, int) and abs(value) > EXACT:
            yield node.fault(f"jq 1.6 would round {value} when a parameter is given: put it in quotes, or take the parameters out")


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value
