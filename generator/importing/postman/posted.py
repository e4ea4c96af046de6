"""Read the body of a Postman request."""

from __future__ import annotations

import re
from typing import Any

from generator.importing import texts
from generator.importing.curl.body import json_body
from generator.importing.curl.marks import Marks
from generator.importing.json_source import as_dict, as_list, as_text
from generator.importing.model import FoundBody, FoundPart, Text, Variable
from generator.importing.postman.scope import Scope

_TYPES = {"json": "application/json", "xml": "application/xml", "html": "text/html", "javascript": "application/javascript"}
# A text of JSON, or a comment as Postman lets it stand between.
_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)

Headers = list[tuple[str, Text]]


class BodyReader:
    """Reads the body of a request; what it says beside it goes to `changes` and `left_out`."""

    def __init__(self, scope: Scope, headers: Headers, changes: list[str], left_out: list[str]) -> None:
        self.scope = scope
        self.headers = headers
        self.changes = changes
        self.left_out = left_out

    def read(self, body: Any) -> FoundBody | None:
        """Return the body; the Content-Type that Postman sends with it goes to the headers, unless it goes without saying."""
        body = as_dict(body)
        mode = as_text(body.get("mode"))
        if not mode:
            return None
        if body.get("disabled") is True:
            self.left_out.append("the body is left out: it is switched off in the collection")
            return None
        if mode == "raw":
            return self._raw(as_text(body.get("raw")), as_text(as_dict(as_dict(body.get("options")).get("raw")).get("language")))
        if mode == "urlencoded":
            return self._urlencoded(body.get("urlencoded"))
        if mode == "formdata":
            return self._form(as_list(body.get("formdata")))
        if mode == "file":
            return self._file(body.get("file"))
        if mode == "graphql":
            return self._graphql(as_dict(body.get("graphql")))
        if mode != "none":
            self.left_out.append(f"the body is left out: its mode is {mode[:40]}, which is none that is known")
        return None

    def _raw(self, raw: str, language: str) -> FoundBody | None:
        if not raw:
            return None
        content_type = self._content_type() or _TYPES.get(language.lower(), "text/plain")
        if re.search(r"[/+]json\b", content_type, re.IGNORECASE):
            marks = Marks()
            found, why = json_body(self.scope.marked(self._without_comments(raw), marks), marks)
            if found is not None and found.value is not None:
                if content_type.lower() == "application/json":
                    self._drop_content_type()
                return found
            self.changes.append(f"the body is sent as a text, not as JSON: {why or 'it is null'}")
        if not self._content_type():
            self.headers.append(("Content-Type", Text((content_type,))))
        return FoundBody("text", self.scope.text(raw))

    def _without_comments(self, raw: str) -> str:
        """Return JSON without the comments that Postman takes out before it sends it."""
        without = _COMMENT.sub(lambda match: match[1] or "", raw)
        if without != raw:
            self.changes.append("the comments in the JSON are left out, as Postman does")
        return without

    def _urlencoded(self, fields: Any) -> FoundBody | None:
        if isinstance(fields, str):
            pieces = [piece.partition("=") for piece in fields.split("&") if piece]
            fields = [{"key": name, "value": value} for name, _, value in pieces]
        found: list[tuple[str, Text]] = []
        for field in self._switched_on(as_list(fields), "field"):
            found.append((self._name(field), self.scope.text(as_text(field.get("value")))))
        self._drop_content_type()
        return FoundBody("urlencoded", found) if found else None

    def _form(self, parts: list[Any]) -> FoundBody | None:
        found: list[FoundPart] = []
        for part in self._switched_on(parts, "part"):
            name, media_type = self._name(part), as_text(part.get("contentType")) or None
            if as_text(part.get("type")) != "file":
                found.append(FoundPart(name, text=self.scope.text(as_text(part.get("value"))), media_type=media_type))
                continue
            sources = as_list(part.get("src")) or [part.get("src")]
            found += [FoundPart(name, file=self._path(as_text(source), name), media_type=media_type) for source in sources]
        self._drop_content_type()
        return FoundBody("form", found) if found else None

    def _file(self, file: Any) -> FoundBody:
        source = as_text(file) or as_text(as_dict(file).get("src"))
        return FoundBody("file", self._path(source, "file"))

    def _path(self, source: str, name: str) -> Text:
        """Return the path of a file: its name, since the folder is that of whoever wrote the collection."""
        if not source:
            return Text((Variable(name or "file"),))
        text = self.scope.text(source)
        whole = texts.as_string(text)
        start = max(whole.rfind("/"), whole.rfind("\\")) + 1
        if start:
            self.changes.append(f"the file of {name} is looked for where the script is run, not in a folder of its author's")
        return texts.cut(text, start) if start < len(whole) else Text((Variable(name or "file"),))

    def _graphql(self, body: dict[str, Any]) -> FoundBody | None:
        """Return what GraphQL sends: JSON with the query and its variables (GraphQL over HTTP, 5.4)."""
        value: dict[str, Any] = {"query": texts.to_json(self.scope.text(as_text(body.get("query"))))}
        if as_text(body.get("operationName")):
            value["operationName"] = as_text(body["operationName"])
        variables = body.get("variables")
        if isinstance(variables, str) and variables.strip():
            marks = Marks()
            found, why = json_body(self.scope.marked(self._without_comments(variables), marks), marks)
            if found is None:
                self.left_out.append(f"the variables of the GraphQL query are left out: {why}")
            else:
                value["variables"] = found.value
        elif isinstance(variables, dict) and variables:
            value["variables"] = variables
        if (self._content_type() or "").lower() == "application/json":
            self._drop_content_type()
        return FoundBody("json", value)

    def _switched_on(self, entries: list[Any], what: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for entry in map(as_dict, entries):
            name = as_text(entry.get("key"))
            if entry.get("disabled") is True:
                self.left_out.append(f"the {what} {name} of the body is left out: it is switched off in the collection")
            elif name:
                found.append(entry)
        return found

    def _name(self, entry: dict[str, Any]) -> str:
        name = as_text(entry.get("key"))
        plain = self.scope.plain(name) if "{{" in name else name
        if plain is None:
            self.left_out.append(f"{name} stands in the body as a name, which a catalog cannot leave open")
        return name if plain is None else plain

    def _content_type(self) -> str | None:
        return next((text.plain for name, text in self.headers if name.lower() == "content-type"), None)

    def _drop_content_type(self) -> None:
        self.headers[:] = [(name, text) for name, text in self.headers if name.lower() != "content-type"]
