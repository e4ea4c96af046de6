"""Make a request of each operation of a document."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_plus

from generator.importing.model import Found, FoundParameter, FoundRequest, FoundSecret, NotImported, Source, Text, Variable
from generator.importing.openapi.answers import answer_of
from generator.importing.openapi.bodies import BodyReader
from generator.importing.openapi.document import Document
from generator.importing.openapi.operations import Groups, Operation
from generator.importing.openapi.parameters import Declared, ParameterReader, all_parameters
from generator.importing.openapi.prose import LONGEST_TITLE, first_paragraph, language_of, one_line, prose, shortened
from generator.importing.openapi.security import Security
from generator.importing.openapi.servers import NO_HOST, base_of, servers_of
from generator.importing.openapi.swagger import in_openapi_3
from generator.importing.openapi.values import Notes, as_dict, as_list, as_text

LONGEST_NAME = 40
_SAYS_API = re.compile(r"(?i)\W*(apis?|rest|http|reference|documentation|docs|v\d[\d.]*|-)\W*")
# A placeholder, with what documents made of other descriptions have in it: {+name}, {name+}, {name=projects/*}, {name*}.
_PLACEHOLDER = re.compile(r"\{(\+?)([^{}=*+]+)(?:=[^{}]*)?(?:\*{1,2}|\+)?\}")


class Reader:
    """Reads the operations of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._servers = servers_of(document)
        self._groups = Groups(document)
        self._security = Security(document, base_of(document, self._servers, Notes()) or NO_HOST)
        self._title = one_line(document.info.get("title"), LONGEST_TITLE) or None
        self._about = first_paragraph(document.info.get("description"))
        self._name = _name_of(self._title or "")

    def found(self, operation: Operation) -> Found:
        """Return the request of an operation, or why there is none."""
        notes = Notes()
        source = Source(self._document.file, operation.line, operation.text)
        base = base_of(self._document, self._servers_of(operation), notes)
        path, literal_query = _without_query(operation.path, notes)
        if base is None:
            return NotImported(source, "left-out", notes.left_out)
        if any(segment in (".", "..") for segment in path.split("/")):
            return NotImported(source, "left-out", ("its path has a segment . or .., which curl would take out",))
        items = all_parameters(self._document, operation.path_item, operation.value, notes)
        value: dict[str, Any] = {**operation.value, "parameters": items}
        if self._document.is_swagger:
            value = in_openapi_3(self._document, operation.value, items, notes)
        return self._request(operation, value, source, base, path, literal_query, notes)

    def _request(
        self, operation: Operation, value: dict[str, Any], source: Source, base: str, path: str, query: str, notes: Notes
    ) -> FoundRequest:
        """Return the request of an operation of OpenAPI 3, whose parameters are all its own."""
        secrets = self._security.secrets_of(value, notes)
        placeholders = {match[2] for match in _PLACEHOLDER.finditer(path)}
        in_query = {match[2] for match in _PLACEHOLDER.finditer(query)}
        parameters = ParameterReader(self._document, notes, secrets, self._security.variable("TOKEN"))
        declared = parameters.declared(as_list(value.get("parameters")), placeholders | in_query)
        secrets = (*secrets, *declared.secrets)
        body = BodyReader(self._document, notes).body(value, operation.method)
        key_in_query = any(secret.place == "query" for secret in secrets)
        answer = answer_of(self._document, value, operation.method, notes, key_in_query=key_in_query)
        self._say_the_rest(value, notes)
        headers = dict(declared.headers)
        if answer.accept and not any(name.lower() == "accept" for name in headers):
            headers["Accept"] = answer.accept
        headers.update(body.headers)
        title, about = self._words(operation, value, notes)
        group = self._groups.title(operation)
        pairs, moved = _query(query, declared.parameters, notes)
        return FoundRequest(
            source=source,
            method=operation.method,
            base=Text((base,)),
            path=_path(path, declared),
            query=pairs,
            headers=tuple((name, Text((text,))) for name, text in headers.items()),
            body=body.body,
            secrets=_without_doubles(secrets),
            parameters=(*_path_parameters(path, moved), *body.parameters),
            response=answer.response,
            success=answer.success,
            pipelines=answer.pipelines,
            sample=answer.sample,
            pages=answer.pages,
            id=operation.id,
            title=title,
            about=about,
            group=group,
            backend=self._name,
            page=self._title,
            page_about=self._about,
            language=language_of(title, about, group),
            changes=notes.changes,
            left_out=notes.left_out,
        )

    def _servers_of(self, operation: Operation) -> list[Any]:
        """Return the servers of an operation: its own, else those of its path, else the document's; in Swagger 2 its own schemes."""
        if self._document.is_swagger:
            schemes = [f"{scheme}:" for scheme in as_list(operation.value.get("schemes"))]
            own = [server for server in self._servers if as_text(server.get("url")).startswith(tuple(schemes))] if schemes else []
            return own or self._servers
        return as_list(operation.value.get("servers")) or as_list(operation.path_item.get("servers")) or self._servers

    def _words(self, operation: Operation, value: dict[str, Any], notes: Notes) -> tuple[str, str | None]:
        """Return the title and the prose of an operation: its summary, else the first sentence of its description, else its id."""
        description, is_cut = shortened(prose(value.get("description") or operation.path_item.get("description")))
        if is_cut:
            notes.change("only the first paragraphs of its description")
        summary = one_line(value.get("summary") or operation.path_item.get("summary"), LONGEST_TITLE)
        title = summary or one_line(description, LONGEST_TITLE) or _words_of(operation.operation_id) or operation.text
        title = title.rstrip(".。 ") or operation.text
        if description.rstrip(". ") == title:
            description = ""
        more = as_text(as_dict(value.get("externalDocs")).get("url"))
        if re.fullmatch(r"https?://[^\s<>()]+", more) and more not in description:
            description = f"{description}\n\n[More]({more})".strip()
        if value.get("deprecated") is True:
            description = f"**Deprecated.** {description}".strip()
        return title, description or None

    def _say_the_rest(self, value: dict[str, Any], notes: Notes) -> None:
        """Say what an operation has that no request of a user's is."""
        for name in as_dict(value.get("callbacks")):
            notes.leave_out(f"the callback {name}: it is a request that the server sends")


def _name_of(title: str) -> str | None:
    """Return the name of a server after the document's title, `Pet shop` for `Pet shop REST API`; None if that is no name."""
    words = title.split()
    while words and _SAYS_API.fullmatch(words[-1]):
        words.pop()
    name = " ".join(words)
    is_name = 0 < len(name) <= LONGEST_NAME and not re.search(r"(?i)openapi|swagger|specification", name)
    return name if is_name else None


def _without_query(path: str, notes: Notes) -> tuple[str, str]:
    """Return a path that starts with / and has no query or fragment, and the query that was in it."""
    path, hash_sign, fragment = path.partition("#")
    path, _, query = path.partition("?")
    if hash_sign:
        notes.change(f"#{fragment} in the path: a fragment is never sent")
    path = "".join(character for character in path if character not in "\r\n\x00")
    return path if path.startswith("/") else f"/{path}", query


def _path(path: str, declared: Declared) -> Text:
    """Return a path with its placeholders as variables."""
    parts: list[str | Variable] = []
    literal, position = "", 0
    for match in _PLACEHOLDER.finditer(path):
        name = match[2]
        literal += path[position : match.start()] + declared.in_path.get(name, "")
        position = match.end()
        parts += [*([literal] if literal else []), Variable(name)]
        literal = ""
    literal += path[position:]
    return Text((*parts, *([literal] if literal else [])))


def _path_parameters(path: str, declared: tuple[FoundParameter, ...]) -> tuple[FoundParameter, ...]:
    """Return the parameters, with one for each placeholder: where none is declared, a text that has to be given.

    One of the path whose placeholder stood in a query that was left out is none.
    """
    in_path = {match[2] for match in _PLACEHOLDER.finditer(path)}
    made = {parameter.at: parameter for parameter in declared if parameter.at[0] != "path" or parameter.at[1] in in_path}
    for match in _PLACEHOLDER.finditer(path):
        at = ("path", match[2])
        parameter = made.get(at, FoundParameter(match[2], at, type="string", required=True))
        keeps_slashes = match[1] == "+" or match[0].endswith(("**}", "+}"))
        made[at] = replace(parameter, reserved=True) if keeps_slashes else parameter
    return tuple(made.values())


def _query(
    query: str, parameters: tuple[FoundParameter, ...], notes: Notes
) -> tuple[tuple[tuple[str, Text], ...], tuple[FoundParameter, ...]]:
    """Return the pairs of a query that stands in a path, and the parameters: one that fills a placeholder there goes to the query."""
    pairs: list[tuple[str, Text]] = []
    made = {parameter.at: parameter for parameter in parameters}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        placeholder = _PLACEHOLDER.fullmatch(value)
        if not name:
            continue
        if _PLACEHOLDER.search(name) or (placeholder is None and _PLACEHOLDER.search(value)):
            notes.leave_out(f"{pair} in the path: a placeholder in a query is a whole value, so write what you need into query")
            continue
        if placeholder is None:
            if ("query", name) not in made:
                pairs.append((unquote_plus(name), Text((unquote_plus(value),))))
            continue
        declared = made.pop(("path", placeholder[2]), None) or FoundParameter(placeholder[2], (), type="string", required=True)
        made.setdefault(("query", name), _at_query(declared, name))
    return tuple(pairs), tuple(made.values())


def _at_query(parameter: FoundParameter, name: str) -> FoundParameter:
    """Return a parameter of a path as one of the query."""
    return FoundParameter(
        name=parameter.name,
        at=("query", name),
        type=parameter.type,
        required=parameter.required,
        example=parameter.example or {"integer": "1", "number": "1", "boolean": "true"}.get(parameter.type or "", "string"),
        about=parameter.about,
    )


def _without_doubles(secrets: tuple[FoundSecret, ...]) -> tuple[FoundSecret, ...]:
    """Return secrets, each place once."""
    return tuple({(secret.place, secret.name.lower()): secret for secret in reversed(secrets)}.values())[::-1]


def _words_of(operation_id: str) -> str:
    """Return an operation's id as words."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", operation_id)
    words = " ".join(re.split(r"[^A-Za-z0-9]+", words)).strip()
    return words[:1].upper() + words[1:]
