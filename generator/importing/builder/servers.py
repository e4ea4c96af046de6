"""What all requests to a server have in common: its headers, cookies, settings and keys, which stand at the backend."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from generator.importing.builder.names import key_variable, variable_of
from generator.importing.builder.server_names import HostName
from generator.importing.builder.slots import OWN_TYPES, Draft
from generator.importing.model import FoundSecret


@dataclass
class Server:
    """What all requests to one server share."""

    base: str
    names: HostName
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    curl: dict[str, Any] = field(default_factory=dict)
    api_key: list[dict[str, Any]] = field(default_factory=list)
    key_variables: set[str] = field(default_factory=set)
    """The variables that hold the keys of all its cells."""

    @property
    def prefix(self) -> str:
        """Return what its variables start with."""
        return variable_of(self.names.id) + "_"


def share(server: Server, cells: Sequence[Sequence[Draft]]) -> None:
    """Move up to the server what all its requests have in common."""
    firsts = [drafts[0] for drafts in cells]
    for draft in firsts:
        kind = draft.body_kind
        if kind in OWN_TYPES:
            headers = draft.content.setdefault("headers", {})
            if not any(name.lower() == "content-type" for name in headers):
                headers["Content-Type"] = OWN_TYPES[kind]
    if len(firsts) > 1:
        server.headers = _common(firsts, "headers")
        if all(draft.body_kind for draft in firsts):
            server.headers = {name: value for name, value in server.headers.items() if name.lower() != "content-type"}
        server.cookies = _common(firsts, "cookies")
    if len(firsts) > 2:
        server.query = _common(firsts, "query")
    first, *others = firsts
    server.curl = {name: value for name, value in first.curl.items() if all(draft.curl.get(name) == value for draft in others)}
    keys = [api_key_of(drafts, server) for drafts in cells]
    server.key_variables = {item["variable"] for key in keys for item in key}
    counted = Counter(json.dumps(key) for key in sorted(keys, key=_rank))  # of two that are as common, the first one
    server.api_key = json.loads(counted.most_common(1)[0][0])


def _rank(keys: list[dict[str, Any]]) -> int:
    """Return where keys come: those that are required first, none last."""
    return 2 if not keys else int(any("required" in key for key in keys))


def _common(drafts: Sequence[Draft], kind: str) -> dict[str, Any]:
    """Return the headers, cookies or query keys that all requests have with the same value, which no user gives."""
    first, *others = drafts
    sets = [{_name(name, kind): value for name, value in draft.content.get(kind, {}).items()} for draft in others]
    return {
        name: value
        for name, value in first.content.get(kind, {}).items()
        if all(other.get(_name(name, kind)) == value for other in sets)
        and not any((kind, name) in draft.slots for draft in drafts)
        and not isinstance(value, list)
    }


def _name(name: str, kind: str) -> str:
    return name.lower() if kind == "headers" else name


def api_key_of(drafts: Sequence[Draft], server: Server) -> list[dict[str, Any]]:
    """Return the keys that a cell sends; one that some of its commands do not send is not required."""
    sent = [draft.found.secrets for draft in drafts]
    made: list[dict[str, Any]] = []
    for secret in dict.fromkeys(secret for secrets in sent for secret in secrets):
        places = [[(other.place, other.name.lower()) for other in secrets] for secrets in sent]
        if any((item["place"], item["name"].lower()) == (secret.place, secret.name.lower()) for item in made):
            continue
        always = all((secret.place, secret.name.lower()) in those for those in places)
        made.append({"place": secret.place, "name": secret.name, "key": _key(secret, server, required=secret.required and always)})
    return [item["key"] for item in made]


def key_variable_of(secret: FoundSecret, server: Server) -> str:
    """Return the variable that holds a key: behind the server's name, if it says nothing of the server itself."""
    return server.prefix + secret.variable if secret.is_short else key_variable(secret.variable)


def _key(secret: FoundSecret, server: Server, *, required: bool) -> dict[str, Any]:
    """Return a key in a catalog's words."""
    made: dict[str, Any] = {"variable": key_variable_of(secret, server)}
    match secret.place:
        case "basic":
            made["scheme"] = "basic"
        case "query":
            made["query"] = secret.name
        case "cookie":
            made["cookie"] = secret.name
        case "header" if secret.name.lower() != "authorization" or secret.prefix != "Bearer ":
            made["header"] = secret.name
            if secret.prefix:
                made["prefix"] = secret.prefix
    if not required:
        made["required"] = False
    return made


def backend_of(origin: str, server: Server) -> dict[str, Any]:
    made = {
        "name": server.names.name,
        "base_url": origin + server.base,
        "api_key": written_keys(server.api_key),
        "headers": server.headers or None,
        "query": server.query or None,
        "cookies": server.cookies or None,
        "curl": server.curl or None,
        "endpoints": {},
    }
    return {name: value for name, value in made.items() if value is not None}


def written_keys(keys: list[dict[str, Any]]) -> Any:
    return None if not keys else keys[0] if len(keys) == 1 else keys
