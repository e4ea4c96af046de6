"""Check what takes more than one value to see: a whole cell, or the whole catalog.

Each function yields the faults of what it is named after.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from generator import jq_filter
from generator.bash import MOST_ARGUMENT
from generator.catalog.given import body_of, is_of_type, texts_of, value_of
from generator.catalog.listing import asked_cell, listed_parameters, listing_of, why_not
from generator.catalog.model import (
    BODIES,
    COOKIE,
    COOKIE_VALUE,
    FIELD,
    FILE_PATH,
    LINE,
    PART,
    STATUS_CLASS,
    TOKEN,
    Backend,
    Catalog,
    Cell,
    Endpoint,
    FormPart,
    Pages,
    Parameter,
    Pipeline,
    Trouble,
    UrlValue,
)
from generator.catalog.nodes import Fault, Node, did_you_mean
from generator.json_text import keys_and_scalars

# What a parameter's `at` may start with.
TARGETS = (*BODIES, "query", "headers", "cookies", "path")
WHOLE = {"text": "a text", "file": "a file"}  # bodies that have no inside
LISTS = ("body", "query", "form", "urlencoded")  # what can hold several values
READS = {  # what a place can hold of a file
    "body": ("file", "base64", "data-url", "json"),
    "text": ("file", "base64", "data-url"),
    "form": ("file", "base64", "data-url"),
    "urlencoded": ("file", "base64", "data-url"),
    "file": ("file",),
}
OWN_OPTIONS = {"--help", "--include", "--raw", "--dry-run", "--output"}
# Variables of bash (its manual, 5), of zsh, of POSIX (Base Definitions, 8), and of curl, jq, Git and Python.
SHELL_VARIABLES = re.compile(
    r"(BASH|LC_|LD_|DYLD_|HIST|COMP_|READLINE_|DIRSTACK|FUNC|GIT_|PYTHON).*|PS[0-4]|.*_PROXY|"
    r"PATH|HOME|IFS|SHELL|SHELLOPTS|USER|LOGNAME|PWD|OLDPWD|E?UID|PPID|RANDOM|SRANDOM|SECONDS|EPOCH\w*|LINENO|GROUPS|HOST\w*|"
    r"MACHTYPE|OSTYPE|TMPDIR|LANG|LANGUAGE|TERM|EDITOR|VISUAL|PAGER|PROMPT_COMMAND|ENV|CDPATH|GLOBIGNORE|MAIL\w*|OPT(ARG|IND|ERR)|"
    r"POSIXLY_CORRECT|REPLY|TIMEFORMAT|TMOUT|COLUMNS|LINES|INPUTRC|PIPESTATUS|SHLVL|MAPFILE|COPROC|"
    r"CURL_\w+|SSL_CERT_\w+|SSLKEYLOGFILE|JQ_COLORS|NO_COLOR|DISPLAY"
)
PLACEHOLDER = re.compile(r"\{\+?([A-Za-z_][\w.-]*)\}")
"""What in a path can only be meant as a placeholder (RFC 6570); other braces are literal text."""

NO_SEGMENT = "an empty segment, . or .. is no value for a path: scripts refuse it, since curl would take it for another path"

LONGEST_SOCKET = 107  # bytes of a unix socket's path (unix(7))

LARGEST_EXACT = 2**53  # jq 1.6 keeps numbers as doubles
MOST_DIGITS = 15  # of a number that is given to a script for a JSON body

TROUBLES = ("refused", "timeout", "tls")


def faults(catalog: Catalog) -> Iterator[Fault]:
    """Yield the faults of a catalog, all values of which have the right types."""
    yield from cell_faults(catalog)
    yield from outline_faults(catalog)
    cells = [cell for backend in catalog.backends.values() for cell in backend.cells]
    parameters = {name for endpoint in (*catalog.endpoints.values(), *cells) for name in endpoint.parameters}
    for endpoint in catalog.endpoints.values():
        yield from _pipelines(endpoint)
        yield from _failure(endpoint)
        yield from _lists(endpoint, parameters)
    for cell in cells:
        yield from _lists(cell, parameters)
    yield from _asked(catalog)


def outline_faults(catalog: Catalog) -> Iterator[Fault]:
    """Yield the faults of what cells and groups are called: also of a catalog of which only the outline was read."""
    yield from _script_names(catalog)
    yield from _groups(catalog)


def cell_faults(catalog: Catalog) -> Iterator[Fault]:
    """Yield the faults of backends and their cells, each by itself: also of a catalog of which only some cells were read."""
    yield from _filter(catalog.node.get("errors"), catalog.errors)
    yield from _variables(catalog)
    for backend in catalog.backends.values():
        yield from _backend(backend)
        for cell in backend.cells:
            yield from _cell(backend, cell)


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
        if any(cell.curl.unix_socket for cell in backend.cells):
            yield from claim(backend.node, backend.prefix + "UNIX_SOCKET", f"the unix socket of {backend.id}")
    for backend in catalog.backends.values():
        named_after = {backend.base_url_variable(cell): cell for cell in reversed(backend.cells) if cell.base_url}
        for variable, cell in named_after.items():
            yield from claim(cell.node.get("base_url"), variable, f"the base URL of {backend.id} {cell.id}")
        for cell in backend.cells:
            for key in cell.api_key:
                yield from claim(key.node.get("variable"), key.variable, "an API key")
            for parameter in cell.parameters.values():
                if parameter.variable:
                    meaning = f"the parameter {parameter.id} of {backend.id}"
                    yield from claim(parameter.node.get("variable"), backend.prefix + parameter.variable, meaning)


# ---- Groups --------------------------------------------------------------------------------


def _groups(catalog: Catalog) -> Iterator[Fault]:
    """Each endpoint's group is one of `groups`, and each group that this file writes has an endpoint.

    A group that it inherits may be left without one: by `only`, or by endpoints that are removed.
    """
    written = catalog.node.value.get("groups")
    known = written.value if written is not None and isinstance(written.value, dict) else {}  # those with faults of their own, too
    endpoints = [*catalog.endpoints.values(), *(cell for backend in catalog.backends.values() for cell in backend.endpoints.values())]
    named = {endpoint.group for endpoint in endpoints if endpoint.group is not None}
    for endpoint in endpoints:
        if endpoint.group is not None and endpoint.group not in known:
            hint = did_you_mean(endpoint.group, known) or ": write it below groups"
            yield endpoint.node.get("group").fault(f"there is no group {endpoint.group}{hint}")
    for group in catalog.groups.values():
        if group.id not in named and group.node.file == catalog.node.file:
            hint = did_you_mean(group.id, named)
            yield group.node.fault(f"no endpoint is in this group{hint}: write group: {group.id} on one, or take it out")


# ---- Backends, cells and their requests ----------------------------------------------------


def _backend(backend: Backend) -> Iterator[Fault]:
    yield from _repeated_headers(backend.node.get("headers"), list(backend.headers))
    yield from _base_url(backend.node.get("base_url"), backend.base_url)
    yield from _troubles(backend.troubles, has_key=bool(backend.api_key) or any(cell.api_key for cell in backend.cells))


def _base_url(node: Node, base_url: str) -> Iterator[Fault]:
    if any(segment in (".", "..") for segment in base_url.split("/")[3:]):
        yield node.fault("a . or .. segment, which curl would resolve: write the URL without it")


def _troubles(troubles: Iterable[Trouble], has_key: bool) -> Iterator[Fault]:
    for trouble in troubles:
        is_status = isinstance(trouble.when, int) and 100 <= trouble.when <= 599
        is_pattern = re.fullmatch(r"/[^\x00-\x1f]+/", str(trouble.when)) is not None
        if not (is_status or is_pattern or trouble.when in TROUBLES):
            yield trouble.node.get("when").fault(f"must be a status such as 404, {', '.join(TROUBLES)}, or /words of the answer/")
        if not has_key and any("{key}" in text for text in trouble.say.values()):
            yield trouble.node.get("say").fault("{key} stands for an API key, and this backend has none")
        elif any("export {key}" in text for text in trouble.say.values()):
            yield trouble.node.get("say").fault("{key} is the whole command, read -rs NAME; export NAME: write {key} without export")


def _cell(backend: Backend, cell: Cell) -> Iterator[Fault]:
    if cell.base_url:
        yield from _base_url(cell.node.get("base_url"), cell.base_url)
    yield from _path(backend, cell)
    yield from _keys(cell)
    yield from _headers(backend, cell)
    yield from _parameters(cell)
    yield from _pipelines(cell)
    yield from _failure(cell)
    yield from _body(cell)
    yield from _curl_settings(cell)
    yield from _troubles(cell.troubles, has_key=bool(cell.api_key))
    yield from _success(cell)
    yield from _pages(cell)
    yield from _recording(backend, cell)
    if cell.method == "HEAD":
        if cell.response not in ("headers", "none"):
            yield cell.node.get("response").fault("HEAD is answered with headers alone: leave response out to print them, or say none")
        for name in BODIES:
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
    base_url = backend.base_url_of(cell)
    if climbs > base_url.rstrip("/").count("/") - 2:
        yield node.fault(f"climbs {climbs} times, but {base_url} has no such segment to leave")


def _placeholder(cell: Cell, parameter: Parameter) -> Iterator[Fault]:
    """The value of a path placeholder is a text or a whole number, and no segment that curl would resolve."""
    value = cell.values.get(parameter.id, parameter.example)
    node = cell.node.get("values", parameter.id) if parameter.id in cell.values else parameter.node.get("example")
    if isinstance(value, (bool, float, list, dict)):
        yield node.fault("expected a text or a whole number for a path")
    elif isinstance(value, str) and re.search("[\0\ud800-\udfff]", value):
        yield node.fault("holds a NUL or half of a character (a lone surrogate), which no path can hold")
    elif value in ("", ".", ".."):
        yield node.fault(NO_SEGMENT)


def _repeated_headers(node: Node, names: list[str]) -> Iterator[Fault]:
    """Names of headers are the same in capitals and in small letters (RFC 9110, 5.1)."""
    for name, count in Counter(name.lower() for name in names).items():
        if count > 1:
            yield node.fault(f"the header {name} stands here twice, in different spellings")


def _keys(cell: Cell) -> Iterator[Fault]:
    """Each key goes to one place, and no two to the same."""
    places: dict[tuple[str, str], str] = {}
    for key in cell.api_key:
        ways = [name for name in ("header", "query", "cookie", "scheme") if getattr(key, name) is not None]
        if len(ways) > 1:
            yield key.node.get(ways[1]).fault(f"a key goes to one place: {' or '.join(ways)}; two keys are a list of two")
        if key.prefix is not None and key.place != "headers":
            yield key.node.get("prefix").fault("only a key in a header has a prefix: take it out")
        place = (
            ("headers", "authorization") if key.place == "basic" else (key.place, key.name.lower() if key.place == "headers" else key.name)
        )
        if places.setdefault(place, key.variable) != key.variable:
            yield key.node.fault(f"goes where {places[place]} goes already")
        if key.place in ("query", "cookies") and key.name in getattr(cell, key.place):
            yield key.node.fault(f"{key.place}.{key.name} is written in the catalog already: take it out there")
        if key.place == "headers" and key.name.lower() == "cookie":
            yield key.node.get("header").fault("a key in a cookie is written as cookie: NAME")
        if key.place == "basic" and key.example is not None and ":" not in key.example:
            yield key.node.get("example").fault("basic authentication takes user:password")


def _headers(backend: Backend, cell: Cell) -> Iterator[Fault]:
    node = cell.node.get("headers")
    targets = [parameter.at for parameter in cell.parameters.values()]
    set_by_parameters = [str(target[1]) for target in targets if target[:1] == ("headers",) and len(target) == 2]
    names = list(dict.fromkeys([*cell.headers, *set_by_parameters]))
    of_backend = Counter(name.lower() for name in backend.headers)
    # What the backend itself repeats is its fault already.
    yield from _repeated_headers(node, [name for name in names if of_backend[name.lower()] < 2])
    lower_names = {name.lower() for name in names}
    for key in cell.api_key:
        header = "Authorization" if key.place == "basic" else key.name if key.place == "headers" else ""
        if header.lower() in lower_names:
            yield node.fault(f"{header} carries the API key already")
    if "cookie" in lower_names:
        yield node.fault("cookies have a key of their own: write them under cookies")
    if cell.form is not None and "content-type" in lower_names:
        yield node.fault("curl writes the Content-Type of a form itself, with the boundary: leave it out")


def _body(cell: Cell) -> Iterator[Fault]:
    if isinstance(cell.body, str) and cell.body.lstrip().startswith(("{", "[")) and _is_of_type(cell.body, "json"):
        yield cell.node.get("body").fault("is a text that holds JSON, and would be sent as a text: write it as YAML, or under text")
    yield from _form(cell)
    yield from _arguments(cell)
    if cell.body is None or not any(parameter.at[:1] == ("body",) for parameter in cell.parameters.values()):
        return
    node = cell.node.get("body")
    for value in keys_and_scalars(cell.body):
        if isinstance(value, str) and re.search("[\ud800-\udfff]", value):
            yield node.fault("holds half of a character (a lone surrogate), which jq cannot put parameters beside")
        if isinstance(value, int) and abs(value) > LARGEST_EXACT:
            yield node.fault(f"jq 1.6 would round {value} when a parameter is given: put it in quotes, or take the parameters out")


def _form(cell: Cell) -> Iterator[Fault]:
    """A form part is a text or a file, or several of them."""
    for value in (cell.form or {}).values():
        for part in _as_tuple(value):
            if not isinstance(part, FormPart):
                continue
            if (part.file is None) == (part.text is None):
                yield part.node.fault("a form part is a text or a file: write {file: a.jpg}, or {text: '{}', type: application/json}")
            elif part.name is not None and part.file is None:
                yield part.node.get("name").fault("only a file has a name: take it out")


def _arguments(cell: Cell) -> Iterator[Fault]:
    """What stands in an argument of curl is no longer than an argument may be."""
    for target in ("form", "urlencoded"):
        for name, value in (getattr(cell, target) or {}).items():
            for item in _as_tuple(value):
                text = item.value if isinstance(item, FormPart) else item
                if text is not None and len(text.encode("utf-8", "surrogatepass")) > MOST_ARGUMENT:  # None is a fault already
                    yield cell.node.get(target, name).fault(f"is longer than an argument of a command may be ({MOST_ARGUMENT:,} bytes)")


def _curl_settings(cell: Cell) -> Iterator[Fault]:
    settings, node = cell.curl, cell.node.get("curl")
    if settings.retry < 0:
        yield node.get("retry").fault("must be 0 or more")
    if settings.max_time is not None and not 0 <= settings.max_time < float("inf"):
        yield node.get("max-time").fault("must be 0 or more seconds")
    elif cell.streams and settings.max_time is not None and settings.max_time % 1:
        yield node.get("max-time").fault("must be whole seconds for a stream")
    if len((settings.unix_socket or "").encode("utf-8", "replace")) > LONGEST_SOCKET:
        yield node.get("unix-socket").fault(f"a socket's path has at most {LONGEST_SOCKET} bytes")
    if settings.private_key and not settings.cert:
        yield node.get("key").fault("a private key without cert, which curl would not use: add cert, or take key out")
    if settings.location and cell.streams:
        yield node.get("location").fault(
            "a stream's script follows no redirect: write curl: {location: false} here, and the address that it leads to as base_url"
        )
    followed = [status for status in (301, 302, 303, 307, 308) if cell.is_success(status)]
    if settings.location and followed:
        yield node.get("location").fault(f"redirects are followed, but success calls {followed[0]} an answer: take one of them out")
    if settings.aws_sigv4:
        yield from _signature(cell)
    if settings.insecure and settings.cacert:
        yield node.get("cacert").fault("has no effect with insecure, which checks no certificate: take one of them out")


def _signature(cell: Cell) -> Iterator[Fault]:
    """What curl signs is what arrives: older ones leave out a form, empty headers and the order of a query."""
    node = cell.node.get("curl", "aws-sigv4")
    if [key.place for key in cell.api_key].count("basic") != 1:
        yield node.fault("signs with an access key and its secret: add api_key: {variable: …, scheme: basic}, which holds key:secret")
    if cell.form is not None:
        yield cell.node.get("form").fault("curl's aws-sigv4 does not sign a form: take one of them out")
    if empty := [name for name, value in cell.headers.items() if not str(value).strip()]:
        yield cell.node.get("headers", empty[0]).fault("curl's aws-sigv4 does not sign an empty header: take it out")
    names = [*cell.query, *(str(parameter.at[1]) for parameter in cell.parameters.values() if parameter.at[:1] == ("query",))]
    names = list(dict.fromkeys(names))
    if names != sorted(names):
        order = f"write its keys, then those of parameters, in the order {', '.join(sorted(names))}"
        yield cell.node.get("query").fault(f"curl's aws-sigv4 signs a query only in order: {order}")
    if cell.pages is not None:
        yield cell.node.get("pages").fault(
            "the next page's query stands in the server's order, and curl's aws-sigv4 signs it only in its own"
        )
    if any(key.place == "query" for key in cell.api_key):
        yield cell.node.get("api_key").fault(
            "a key in a query stands behind all else in it, and curl's aws-sigv4 signs a query only in order"
        )


# ---- Parameters ----------------------------------------------------------------------------


def _parameters(cell: Cell) -> Iterator[Fault]:
    options: dict[str, str] = {}
    targets: dict[tuple[str | int, ...], str] = {}
    arguments = [parameter for parameter in cell.parameters.values() if parameter.argument]
    own_options = OWN_OPTIONS | _body_options(cell)
    are_shown = True
    for extra in arguments[1:]:
        yield extra.node.get("argument").fault(f"{arguments[0].id} is the argument already: a script has one")
    for parameter in cell.parameters.values():
        if parameter.option in own_options:
            whose = "every script" if parameter.option in OWN_OPTIONS else "every script with such a body"
            yield parameter.node.get("option").fault(f"{parameter.option} is an option of {whose}: choose another one")
        elif parameter.option and options.setdefault(parameter.option, parameter.id) != parameter.id:
            yield parameter.node.get("option").fault(f"{parameter.option} is the option of {options[parameter.option]} already")
        owner = targets.setdefault(parameter.at, parameter.id)
        if owner != parameter.id and parameter.at[:1] not in (("body",), ("text",)):  # there the later one wins, if it is given
            yield parameter.node.get("at").fault(f"is the place of {owner} already")
        yield from _parameter(cell, parameter)
        target_faults = list(_target(cell, parameter))
        yield from target_faults
        found = [] if target_faults else list(_shown(cell, parameter))
        yield from found
        are_shown &= not (target_faults or found)
    if are_shown:
        yield from _shown_together(cell)


def _body_options(cell: Cell) -> set[str]:
    """Return the options that a script has because of its body."""
    if isinstance(cell.body, (dict, list)):
        return {"--body", "--set"}
    return {"--body"} if any(getattr(cell, name) is not None for name in ("body", "text", "urlencoded", "file")) else set()


def _parameter(cell: Cell, parameter: Parameter) -> Iterator[Fault]:
    yield from _secret(cell, parameter)
    yield from _join(cell, parameter)
    yield from _generate(cell, parameter)
    settable = parameter.option or parameter.variable or parameter.argument or parameter.generate
    if not settable:
        yield parameter.node.fault("nobody could set it: give it an option, a variable or argument: true")
    if parameter.example is not None and not _is_of_type(parameter.example, parameter.type):
        yield parameter.node.get("example").fault(f"is not of the parameter's type, {parameter.type}")
    default = cell.default(parameter) if parameter.at and parameter.at[0] in TARGETS else None
    if default is not None and not parameter.repeat and not parameter.read:
        typed = json.dumps(default) if parameter.at[0] == "body" else str(default)
        if not _is_of_type(typed, parameter.type):
            yield cell.node.get(*parameter.at).fault(f"is not of the type of the parameter {parameter.id}, {parameter.type}")


def _secret(cell: Cell, parameter: Parameter) -> Iterator[Fault]:
    """The value of a secret comes from its variable alone, and is a text."""
    if not parameter.secret:
        return
    node = parameter.node
    if not parameter.variable:
        yield node.get("secret").fault("a secret comes from a variable alone: add variable")
    for name in ("option", "argument", "repeat", "read", "generate"):
        if getattr(parameter, name):
            yield node.get(name).fault(f"a secret comes from its variable alone: take {name} out")
    if parameter.type not in (None, "string"):
        yield node.get("type").fault("a secret is sent as a text: write type: string")
    if _names_file(cell, parameter):
        yield node.get("secret").fault("the value is the name of a file, which is no secret: take secret out")
    if parameter.at == ("body",):
        yield node.get("at").fault("a secret is one of the body's texts: say which")
    elif _replaces_no_text(cell, parameter):
        yield node.get("secret").fault("a secret is sent as a text, and its place holds none: write a text there")
    if parameter.at == ("text",) and not parameter.required:
        yield node.get("at").fault("a secret that is the whole body cannot be left out: add required: true")
    elif parameter.id in cell.values:
        yield cell.node.get("values", parameter.id).fault(f"{parameter.id} is secret, and has no default")
    elif parameter.at and parameter.at[0] in TARGETS and cell.default(parameter) is not None and not parameter.required:
        yield node.get("secret").fault(f"a secret has no default: take {_written(parameter.at)} out there, or add required: true")
    if parameter.at[:1] == ("path",) and f"{{+{parameter.at[-1]}}}" in cell.path:
        yield node.get("secret").fault(f"a secret is encoded whole: write {{{parameter.at[-1]}}} in the path")
    if parameter.at[:1] == ("form",) and any(isinstance(part, FormPart) and part.type for part in _form_parts(cell, parameter)):
        yield node.get("secret").fault("a secret in a form has no type: write a text there, without {text: …, type: …}")


def _replaces_no_text(cell: Cell, parameter: Parameter) -> bool:
    """Tell whether a JSON body holds something else than a text where a text is put."""
    return parameter.at[:1] == ("body",) and not isinstance(cell.default(parameter), (str, type(None)))


def _join(cell: Cell, parameter: Parameter) -> Iterator[Fault]:
    """What is joined is given several times, and sent as one text."""
    if parameter.join is None:
        return
    node = parameter.node.get("join")
    default = cell.default(parameter) if parameter.at and parameter.at[0] in TARGETS else None
    if not parameter.repeat:
        yield node.fault("joins what is given several times: add repeat: true")
    elif parameter.read or _names_file(cell, parameter):
        yield node.fault("joins texts, and this is a file: take join out")
    elif parameter.at[:1] == ("body",) and (cell.value_type(parameter) != "string" or not isinstance(default, (str, type(None)))):
        yield node.fault("joins texts, and its place holds none: write a text there, or take join out")
    elif parameter.at[:1] == ("cookies",) and ";" in parameter.join:
        yield node.fault("a ; ends a cookie: take another text")


def _generate(cell: Cell, parameter: Parameter) -> Iterator[Fault]:
    """What is generated is a text that nobody has to give."""
    if parameter.generate is None:
        return
    node = parameter.node.get("generate")
    if parameter.repeat or parameter.read or _names_file(cell, parameter):
        yield node.fault("makes one text, and no file: take generate out, or repeat and read")
    elif _replaces_no_text(cell, parameter):
        yield node.fault("makes a text, and its place holds none: write a text there, or take generate out")
    elif parameter.type not in (None, "string"):
        yield node.fault(f"makes a text, and not what type: {parameter.type} asks for")
    elif parameter.required:
        yield parameter.node.get("required").fault("is never missing, since it is generated: take required out")


def _is_of_type(typed: str, parameter_type: str | None) -> bool:
    """Tell whether a value, as a user types it, is of a parameter's type."""
    if parameter_type is None or parameter_type == "string":
        return True
    try:
        return is_of_type(json.loads(typed), parameter_type)
    except ValueError:
        return False


def _shown(cell: Cell, parameter: Parameter) -> Iterator[Fault]:
    """What pages show could be given to the script."""
    if parameter.shown is None:
        return
    node = parameter.node.get("shown")
    if parameter.secret:
        yield node.fault("a secret stands on no page: take shown out")
        return
    if parameter.generate:
        yield node.fault("it has a new value for each run, and pages show how that is made: take shown out")
        return
    if parameter.read in ("base64", "data-url"):
        yield node.fault(f"a file's content in {parameter.read} is nothing to read: take shown out")
        return
    for language, texts in parameter.shown.items():
        here = node.get(language)
        if not texts:
            yield here.fault("an empty list: take it out")
        elif len(texts) > 1 and not parameter.repeat:
            yield here.fault("several values: write one, or add repeat: true")
        else:
            yield from map(here.fault, _unfit(cell, parameter, texts))


def _unfit(cell: Cell, parameter: Parameter, texts: Sequence[str]) -> Iterator[str]:
    """Yield why texts cannot be given for a parameter, in words."""
    try:
        values = [value_of(cell, parameter, text) for text in texts]
    except ValueError:
        yield f"is not of the parameter's type, {cell.value_type(parameter)}"
        return
    place, name = parameter.at[0], str(parameter.at[-1])
    patterns = {"headers": LINE, "cookies": COOKIE_VALUE}
    pattern = FILE_PATH if _names_file(cell, parameter) else patterns.get(str(place))
    for text in texts_of(parameter, texts):
        if pattern and not re.fullmatch(pattern.regex, text):
            yield f"must be {pattern.words}"
        elif place == "path" and not _stays_in_path(text, keeps_slashes=f"{{+{name}}}" in cell.path):
            yield NO_SEGMENT
        elif place in ("form", "urlencoded") and len(text.encode()) > MOST_ARGUMENT:
            yield f"is longer than an argument of a command may be ({MOST_ARGUMENT:,} bytes)"
        elif place == "headers" and cell.curl.aws_sigv4 and not text.strip():
            yield "curl's aws-sigv4 does not sign an empty header"
    for value in keys_and_scalars(values if place == "body" else []):
        if isinstance(value, str) and re.search("[\ud800-\udfff]", value):
            yield "holds half of a character (a lone surrogate), which jq cannot read"
        if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
            yield f"{value} has more than {MOST_DIGITS} digits, which scripts refuse, since jq would round it"


def _stays_in_path(text: str, *, keeps_slashes: bool) -> bool:
    """Tell whether scripts take a value for a placeholder."""
    return bool(text) and not any(segment in (".", "..") for segment in (text.split("/") if keeps_slashes else [text]))


def _shown_together(cell: Cell) -> Iterator[Fault]:
    """What one parameter shows in a JSON body leaves the places of the others."""
    for language in dict.fromkeys(language for parameter in cell.parameters.values() for language in parameter.shown or ()):
        shown = cell.in_language(language)
        names = list(shown.given)
        for position, name in enumerate(names):
            try:
                body_of(replace(shown, given={earlier: shown.given[earlier] for earlier in names[: position + 1]}))
            except (LookupError, TypeError):
                what = f"its place {_written(cell.parameters[name].at)} does not exist in what is shown for {', '.join(names[:position])}"
                yield cell.parameters[name].node.get("shown", language).fault(what)
                break


def _target(cell: Cell, parameter: Parameter) -> Iterator[Fault]:
    """`at` leads to a part of the request that is there, or that the parameter may add."""
    node, at = parameter.node.get("at"), parameter.at
    target = at[0] if at else None
    if target not in TARGETS:
        yield node.fault(f"must start with one of {', '.join(TARGETS)}")
        return
    if target in WHOLE:
        if at != (target,):
            yield node.fault(f"{WHOLE[str(target)]} has no inside: write [{target}]")
        elif getattr(cell, str(target)) is None:
            yield node.fault(f"[{target}] is the whole of a {target} body, and this request has none")
    elif target == "body":
        yield from _body_target(cell, parameter)
    else:
        yield from _named_target(cell, parameter, str(target))
    yield from _repeat(cell, parameter, str(target))
    yield from _read(cell, parameter, str(target))


def _named_target(cell: Cell, parameter: Parameter, target: str) -> Iterator[Fault]:
    """A header, a query key, a form part, a field or a path placeholder."""
    node, at = parameter.node.get("at"), parameter.at
    pattern = {"headers": TOKEN, "cookies": COOKIE, "form": PART, "urlencoded": FIELD}.get(target)
    if len(at) != 2 or not isinstance(at[1], str):
        yield node.fault(f"must be [{target}, name]")
        return
    name = at[1]
    if target == "path":
        if f"{{{name}}}" not in cell.path and f"{{+{name}}}" not in cell.path:
            yield node.fault(f"there is no {{{name}}} in the path {cell.path}")
    elif target == "form" and cell.form is None:
        yield node.fault("this request has no form")
    elif target == "urlencoded" and cell.urlencoded is None:
        yield node.fault("this request has no urlencoded body")
    elif pattern and not re.fullmatch(pattern.regex, name):
        yield node.fault(f"{name} must be {pattern.words}")
    else:
        exists = name in (getattr(cell, target) or {})
        can_be_added = parameter.type is not None or parameter.read is not None or parameter.generate is not None
        if not exists and not can_be_added:
            yield node.fault(f"{_written(at)} does not exist: give it a default there, or a type")


def _repeat(cell: Cell, parameter: Parameter, target: str) -> Iterator[Fault]:
    """Only some parts of a request hold several values, and those that do are replaced as a whole."""
    if parameter.repeat and parameter.join is None and target not in LISTS:
        yield parameter.node.get("repeat").fault("only a JSON body, a query, a form or an urlencoded body can hold a list")
    if target not in ("query", "form", "urlencoded") or len(parameter.at) != 2:
        return
    value = (getattr(cell, target) or {}).get(str(parameter.at[1]))
    if isinstance(value, tuple) and parameter.join is not None:
        yield parameter.node.get("join").fault(f"{_written(parameter.at)} holds a list: write the default as one text")
    elif isinstance(value, tuple) and not parameter.repeat:
        yield parameter.node.get("at").fault(f"{_written(parameter.at)} holds a list: add repeat: true, and what is given replaces it")
    if target == "form":
        parts = [part if isinstance(part, FormPart) else FormPart(text=part) for part in _as_tuple(value)]
        if len({(part.file is None, part.type) for part in parts}) > 1:
            yield parameter.node.get("at").fault(
                f"{_written(parameter.at)} holds parts of several types, for which one parameter cannot stand"
            )
        if parameter.repeat and any(part.name for part in parts):
            yield parameter.node.get("repeat").fault("several files would have one name: take name out of the form part")


def _as_tuple(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _read(cell: Cell, parameter: Parameter, target: str) -> Iterator[Fault]:
    """Only some parts of a request hold the content of a file, and it has a type of its own."""
    node = parameter.node.get("read")
    names_file = _names_file(cell, parameter)
    if names_file and parameter.type not in (None, "string"):
        yield parameter.node.get("type").fault("the value is the name of a file: leave type out")
    if parameter.read is None:
        return
    if target not in READS:
        yield node.fault('a file\'s content goes into a body only: take read out, and give "$(cat FILE)"')
    elif names_file and parameter.read != "file":
        yield node.fault("the file itself is sent here, as it is: leave read out")
    elif parameter.read not in READS[target]:
        yield node.fault("json goes into a JSON body only: write read: file, which sends the text in the file as it is")
    elif parameter.read == "json":
        if parameter.type not in (None, "json"):
            yield parameter.node.get("type").fault("read: json sends the JSON value in the file: leave type out")
    elif not names_file:
        if parameter.type not in (None, "string"):
            instead = ", or write read: json" if parameter.type == "json" and target == "body" else ""
            yield parameter.node.get("type").fault(f"read: {parameter.read} sends a text: leave type out{instead}")
        default = cell.default(parameter) if target == "body" else None
        if isinstance(default, (dict, bool, int, float)) or (isinstance(default, list) and not parameter.repeat):
            yield node.fault(f"read: {parameter.read} puts a text in place of what is no text: write read: json")


def _names_file(cell: Cell, parameter: Parameter) -> bool:
    """Tell whether a parameter's value is the name of a file to upload: so is that of a form part that a file alone brings."""
    if parameter.at[:1] != ("form",):
        return parameter.at[:1] == ("file",)
    parts = _form_parts(cell, parameter)
    return any(isinstance(part, FormPart) and part.file is not None for part in parts) or (not parts and parameter.read == "file")


def _form_parts(cell: Cell, parameter: Parameter) -> tuple[UrlValue | FormPart, ...]:
    """Return what a form holds where a parameter points."""
    return _as_tuple((cell.form or {}).get(str(parameter.at[-1])))


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
            if not (is_new_key and isinstance(step, str) and (parameter.type or parameter.read or parameter.generate)):
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
    if cell.response == "headers" and cell.sample is not None:
        yield from _headers_sample(cell)
    if cell.recorded and cell.recorded.response != cell.response:
        return  # which is a fault of its own
    if cell.pipelines is None:
        return
    node = cell.node.get("pipelines")
    if cell.response not in ("json", "events", "lines", "file"):
        yield node.fault(f"a {cell.response} answer has no pipelines: leave them out{_or_json(cell)}")
    if not cell.pipelines:
        yield node.fault("an empty list: leave pipelines out to print the answer as it is")
    for name, count in Counter(pipeline.name for pipeline in cell.pipelines).items():
        if count > 1:
            yield node.fault(f"two pipelines are called {name}")
    if cell.streams and cell.sample is not None and not isinstance(cell.sample, list):
        each = "events" if cell.response == "events" else "values"
        yield cell.node.get("sample").fault(f"the sample of an answer in {cell.response} is a list of {each}")
        return
    for position, pipeline in enumerate(cell.pipelines):
        yield from _pipeline(cell, pipeline, is_first=position == 0)


def _sample_of(cell: Endpoint) -> str:
    """Return how a fault calls the sample: where it was recorded, it says in which file."""
    recorded = cell.recorded
    return f"the sample recorded in {recorded.node.file}:{recorded.node.line}" if recorded else "the sample"


def _or_json(cell: Endpoint) -> str:
    """The other way out where a filter has no JSON to read; a HEAD has none."""
    return "" if cell.method == "HEAD" else ", or say response: json"


def _pipeline(cell: Endpoint, pipeline: Pipeline, is_first: bool) -> Iterator[Fault]:
    if pipeline.aside and not cell.streams:
        yield pipeline.node.get("aside").fault("only events and lines come with something beside the answer: take aside out")
    elif pipeline.aside and is_first:
        yield pipeline.node.get("aside").fault("the first pipeline is the answer itself: take aside out")
    node = pipeline.node.get("jq")
    filter_faults = list(_filter(node, pipeline.jq))
    yield from filter_faults
    if filter_faults or cell.sample is None:
        return
    try:
        jq_filter.run(pipeline.jq, cell.sample, pipeline.raw, streams=cell.streams)
        if is_first and not jq_filter.finds(pipeline.jq, cell.sample, streams=cell.streams):
            yield node.fault(f"finds nothing in {_sample_of(cell)}: the script would call every such answer empty")
        for language in dict.fromkeys(language for shown in cell.sample_shown.values() for language in shown):
            jq_filter.run(pipeline.jq, cell.sample_in(language), pipeline.raw, streams=cell.streams)
    except jq_filter.FilterError as error:
        yield node.fault(f"fails on {_sample_of(cell)}: {error}")


# ---- Answers -------------------------------------------------------------------------------


def _success(cell: Cell) -> Iterator[Fault]:
    """Each of `success` is a status that a server can answer with, or a class of them, and adds to the others."""
    node = cell.node.get("success")
    if not cell.success:
        yield node.fault("an empty list: no answer would be one; leave success out for 2xx")
    for position, status in enumerate(cell.success):
        earlier = cell.success[:position]
        if isinstance(status, int) and not 200 <= status <= 599:
            yield node.fault(f"{status} is no status of an answer: write {STATUS_CLASS.words}")
        elif status in earlier:
            yield node.fault(f"{status} stands here twice")
        elif isinstance(status, int) and f"{status // 100}xx" in cell.success:
            yield node.fault(f"{status} is one of {status // 100}xx: leave one of them out")


def _recording(backend: Backend, cell: Cell) -> Iterator[Fault]:
    """What was recorded is an answer of the kind that the cell has."""
    if cell.recorded and cell.recorded.response != cell.response:
        again = f"record it again (curlsheet record {backend.id}/{cell.id})"
        yield cell.recorded.node.get("response").fault(f"is {cell.recorded.response}, and the cell's response is {cell.response}: {again}")


def _failure(cell: Endpoint) -> Iterator[Fault]:
    """`failure` finds nothing in the sample, which is an answer that went well."""
    if cell.failure is None:
        return
    node = cell.node.get("failure")
    if not (cell.is_json or cell.streams or cell.response == "none"):
        yield node.fault(f"a filter finds nothing in a {cell.response} answer: leave failure out{_or_json(cell)}")
        return
    filter_faults = list(_filter(node, cell.failure))
    yield from filter_faults
    if filter_faults or cell.sample is None or (cell.streams and not isinstance(cell.sample, list)):
        return
    try:
        if jq_filter.run(jq_filter.words(cell.failure), cell.sample, raw=True, streams=cell.streams):
            yield node.fault(f"finds something in {_sample_of(cell)}: the script would call every such answer a failure")
    except jq_filter.FilterError as error:
        yield node.fault(f"fails on {_sample_of(cell)}: {error}")


def _pages(cell: Cell) -> Iterator[Fault]:
    """The answers say which page is next, and the request has a place for that."""
    if cell.pages is None:
        return
    node = cell.node.get("pages")
    with_cursor = isinstance(cell.pages, Pages)
    if cell.response != "json" and (with_cursor or cell.response != "text"):
        yield node.fault(f"only json answers come in pages (and text, with link), and this one is {cell.response}: leave pages out")
        return
    if cell.file is not None or cell.form is not None:
        yield node.fault("each page sends the body again, and this one may be read only once: take pages out, or another kind of body")
    in_url = any(item.place == "query" for item in cell.api_key) or any(
        parameter.secret and parameter.at[:1] in (("query",), ("path",)) for parameter in cell.parameters.values()
    )
    by_address = not isinstance(cell.pages, Pages) or cell.pages.place is None
    if by_address and in_url:
        yield node.fault(
            "the address of the next page would hold the secret that is in the URL, or lack it: send the secret in a header, or use "
            "{next: …, at: …} with a cursor or the page's number"
        )
    if cell.curl.location:
        yield node.fault("redirects are not followed from page to page: write curl: {location: false} here")
    for parameter in cell.parameters.values():
        if parameter.option == "--all":
            yield parameter.node.get("option").fault("--all is an option of every script with pages: choose another one")
    if isinstance(cell.pages, Pages):
        yield from _cursor(cell, cell.pages)


def _cursor(cell: Cell, pages: Pages) -> Iterator[Fault]:
    node = pages.node.get("at")
    match pages.at:
        case () if "at" not in pages.node.value:
            pass  # an address
        case ("query", str()):
            pass
        case ("urlencoded", str(name)):
            if cell.urlencoded is None:
                yield node.fault("this request has no urlencoded body")
            elif isinstance(cell.urlencoded.get(name), tuple):
                yield node.fault(f"{_written(pages.at)} holds a list, and a cursor is one value")
        case ("body", *steps) if steps and cell.body is not None:
            if not _has_place(cell.body, steps):
                yield node.fault(f"{_written(pages.at)} does not exist: the key of a cursor may be new, what it stands in not")
        case ("body", *_):
            yield node.fault("the whole body is no cursor: name a key in it" if cell.body is not None else "this request has no JSON body")
        case _:
            yield node.fault("must be [query, name], [urlencoded, name], or [body, …] with keys of the body")
    node = pages.node.get("next")
    filter_faults = list(_filter(node, pages.next))
    yield from filter_faults
    if not filter_faults and cell.sample is not None:
        try:
            jq_filter.run(pages.next, cell.sample, raw=False)
        except jq_filter.FilterError as error:
            yield node.fault(f"fails on {_sample_of(cell)}: {error}")


def _has_place(value: Any, steps: Sequence[str | int]) -> bool:
    """Tell whether a JSON value has a place; the last step may be a new key."""
    for step in steps[:-1]:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return False
    last = steps[-1]
    if isinstance(last, str):
        return isinstance(value, dict)
    return isinstance(value, list) and -len(value) <= last < len(value)


def _headers_sample(cell: Endpoint) -> Iterator[Fault]:
    """The sample of a headers answer is what `curlsheet demo` answers with."""
    node = cell.node.get("sample")
    if not isinstance(cell.sample, dict):
        yield node.fault("the sample of a headers answer is a mapping, such as {ETag: '\"33a6\"', Content-Length: 120}")
        return
    for name, value in cell.sample.items():
        if not re.fullmatch(TOKEN.regex, name):
            yield node.fault(f"the key {name} must be {TOKEN.words}")
        if not (isinstance(value, str) and re.fullmatch(LINE.regex, value)) and type(value) is not int:
            yield node.get(name).fault("must be one line, or a whole number")


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


def _asked(catalog: Catalog) -> Iterator[Fault]:
    """`ask` names a cell that a script can ask."""
    troubles: dict[int, Trouble] = {}
    cells: dict[int, list[tuple[Backend, Cell]]] = {}
    for backend in catalog.backends.values():
        for cell in backend.cells:
            for trouble in (*cell.troubles, *backend.troubles):
                if trouble.ask is not None:
                    troubles[id(trouble)] = trouble
                    cells.setdefault(id(trouble), []).append((backend, cell))
    for key, trouble in troubles.items():
        yield from _ask(trouble, cells[key])


def _ask(trouble: Trouble, cells: Sequence[tuple[Backend, Cell]]) -> Iterator[Fault]:
    """One of the cells that meet the trouble can ask; else the fault says why the first one cannot that might."""
    node = trouble.node.get("ask")
    if trouble.when in TROUBLES:
        yield node.fault(f"with {trouble.when} the server has not said that it does not know a value: take ask out")
        return
    if any(listing_of(backend, cell, trouble) for backend, cell in cells):
        return
    pairs = [(cell, lister) for backend, cell in cells if (lister := asked_cell(backend, trouble))]
    if not pairs:
        backend = cells[0][0]
        yield node.fault(f"{backend.id} has no endpoint {trouble.ask}{did_you_mean(str(trouble.ask), [cell.id for cell in backend.cells])}")
        return
    cell, lister = next((pair for pair in pairs if listed_parameters(*pair)), pairs[0])
    yield node.fault(f"no script can ask it: {lister.id} {why_not(cell, lister)}")
