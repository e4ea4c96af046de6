"""Make a request of an item of a Postman collection."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from generator.catalog.model import TOKEN
from generator.importing.curl.errors import BrokenCommand, Unsayable
from generator.importing.json_source import as_dict, as_list, as_text
from generator.importing.model import Found, FoundRequest, NotImported, Source, Text
from generator.importing.notes.samples import parsed
from generator.importing.notes.words import language_of
from generator.importing.postman.address import Address, address_of
from generator.importing.postman.auth import proof_of
from generator.importing.postman.fresh import with_fresh_values
from generator.importing.postman.posted import BodyReader
from generator.importing.postman.scope import Scope
from generator.importing.postman.words import description_of

# RFC 9110, 5.6.2
_BEHAVIORS = {
    "followRedirects": "redirects are followed as the catalog's `curl: location` says",
    "disableCookies": "cookies are kept only with `curl: cookie-jar`",
    "strictSSL": "",
    "disableBodyPruning": "",
    "disabledSystemHeaders": "",
}


@dataclass(frozen=True)
class Around:
    """What holds for a request by the folders and the collection that it stands in."""

    folders: tuple[str, ...] = ()
    auth: Any = None
    scope: Scope = field(default_factory=Scope)
    told: tuple[str, ...] = ()
    """What is left out of what lies around, told with the first request within."""


def request_of(item: dict[str, Any], source: Source, around: Around) -> Found:
    """Return the request of an item, or why there is none."""
    request = as_dict(item.get("request")) or {"url": item.get("request")}
    changes: list[str] = []
    left_out: list[str] = [*around.told, *scripts_of(item, "request")]
    scope = around.scope
    method = as_text(request.get("method")).strip() or "GET"
    if not re.fullmatch(TOKEN.regex, method):
        return NotImported(source, "broken", (f"{method[:40]!r} is no method of HTTP",))
    try:
        address = address_of(request.get("url"), scope, left_out)
    except BrokenCommand as error:
        return NotImported(source, "broken", (error.reason.replace(", which curl refuses", ""),))
    except Unsayable as error:
        return NotImported(source, "left-out", (error.reason,))
    headers = _headers(request.get("header"), scope, address, left_out)
    own_auth = request.get("auth")
    proof = proof_of(own_auth if own_auth is not None else around.auth, scope, changes, left_out)
    has_own = any(name.lower() == "authorization" for name, _ in headers)
    headers += [(name, text) for name, text in proof.headers if not (has_own and name.lower() == "authorization")]
    body = BodyReader(scope, headers, changes, left_out).read(request.get("body"))
    keeps_body = as_dict(item.get("protocolProfileBehavior")).get("disableBodyPruning") is True
    if body is not None and method.upper() in ("GET", "HEAD") and not keeps_body:
        left_out.append(f"the body is left out: Postman sends none with {method.upper()}")
        body = None
    title = as_text(item.get("name")).strip() or None
    about = description_of(request.get("description")) or description_of(item.get("description"))
    group = " / ".join(name for name in around.folders if name) or None
    found = FoundRequest(
        source,
        method.upper() if method.islower() else method,
        address.base,
        address.path,
        query=(*address.query, *proof.query),
        headers=tuple(headers),
        user=proof.user or address.user,
        body=body,
        curl={**proof.curl, **_behavior(item, left_out)},
        parameters=tuple(address.parameters),
        title=title,
        about=about,
        group=group,
        language=language_of(f"{title or ''} {about or ''} {group or ''}") or None,
    )
    found = with_fresh_values(found, request, changes)
    return _with_sample(replace(found, changes=tuple(changes), left_out=tuple(left_out)), item)


def scripts_of(holder: dict[str, Any], what: str) -> list[str]:
    """Return what to say about the scripts of a request, a folder or a collection, which are left out."""
    said = []
    for event in map(as_dict, as_list(holder.get("event"))):
        code = as_dict(event.get("script")).get("exec")
        lines = [line for line in (as_list(code) or as_text(code).split("\n")) if as_text(line).strip()]
        name = {"prerequest": "pre-request script", "test": "test script"}.get(as_text(event.get("listen")), "script")
        if lines and event.get("disabled") is not True:
            said.append(f"the {name} of the {what} ({len(lines)} line{'s' if len(lines) > 1 else ''}) is left out: a catalog runs no code")
    return said


def _headers(listed: Any, scope: Scope, address: Address, left_out: list[str]) -> list[tuple[str, Text]]:
    """Return the headers: a list of names and values, or in old collections a text with one on each line."""
    if isinstance(listed, str):
        lines = [line.partition(":") for line in listed.split("\n") if line.strip()]
        listed = [{"key": name.strip(), "value": value.strip()} for name, _, value in lines]
    found: list[tuple[str, Text]] = []
    for header in map(as_dict, as_list(listed)):
        written, value = as_text(header.get("key")).strip(), as_text(header.get("value"))
        name = scope.plain(written) or written
        if header.get("disabled") is True:
            left_out.append(f"the header {written} is left out: it is switched off in the collection")
        elif not name or not re.fullmatch(TOKEN.regex, name) or re.search("[\r\n\x00]", value):
            if name or value:
                left_out.append(f"the header {written[:40]!r} is left out: HTTP cannot send its name or its value (RFC 9110, 5.5)")
        elif name.lower() in ("content-length", "host", "connection", "transfer-encoding"):
            left_out.append(f"the header {name} is left out: curl writes it itself")
        elif any(name.lower() == other.lower() for other, _ in found):
            left_out.append(f"the second header {name} is left out: a catalog sends a header once")
        else:
            found.append((name, scope.text(value.strip())))
    return found


def _behavior(item: dict[str, Any], left_out: list[str]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for name, value in as_dict(item.get("protocolProfileBehavior")).items():
        if name == "strictSSL" and value is False:
            settings["insecure"] = True
        elif _BEHAVIORS.get(name, "unknown") == "unknown":
            left_out.append(f"the setting {name[:60]} of the request is left out: a catalog has none like it")
        elif _BEHAVIORS[name]:
            left_out.append(f"the setting {name} is left out: {_BEHAVIORS[name]}")
    return settings


def _with_sample(found: FoundRequest, item: dict[str, Any]) -> FoundRequest:
    """Return a request with the first good example of its answer."""
    for example in map(as_dict, as_list(item.get("response"))):
        code, body = example.get("code"), as_text(example.get("body"))
        if isinstance(code, int) and not 200 <= code < 300:
            continue
        sample = parsed(body) if body.strip() else None
        if sample is not None:
            return replace(found, sample=sample.value, response=sample.response if sample.response != "json" else None)
    return found
