"""Read how a Postman request proves who sends it: its own way, or that of the folder or the collection around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.importing import texts
from generator.importing.json_source import as_dict, as_text
from generator.importing.model import Text, Variable
from generator.importing.postman.scope import Scope

_NOT_SAID = {
    "digest": "Digest",
    "hawk": "Hawk",
    "ntlm": "NTLM",
    "oauth1": "OAuth 1.0",
    "edgegrid": "Akamai EdgeGrid",
    "asap": "ASAP",
}


@dataclass
class Proof:
    """What a request sends to prove who sends it."""

    headers: list[tuple[str, Text]] = field(default_factory=list)
    query: list[tuple[str, Text]] = field(default_factory=list)
    user: Text | None = None
    curl: dict[str, Any] = field(default_factory=dict)


def proof_of(auth: Any, scope: Scope, changes: list[str], left_out: list[str]) -> Proof:
    """Return what an `auth` of a collection makes a request send."""
    auth = as_dict(auth)
    kind = as_text(auth.get("type"))
    given = _given(auth.get(kind))
    proof = Proof()
    if kind in ("", "noauth"):
        return proof
    if kind == "bearer":
        proof.headers.append(("Authorization", texts.joined("Bearer ", _secret(given, "token", scope))))
    elif kind == "basic":
        proof.user = texts.joined(scope.text(given.get("username", "")), ":", scope.text(given.get("password", "")))
    elif kind == "apikey":
        name = scope.plain(given.get("key", "")) or "X-Api-Key"
        place = proof.query if given.get("in") == "query" else proof.headers
        place.append((name, _secret(given, "value", scope, name)))
    elif kind == "oauth2":
        token = _secret(given, "accessToken", scope)
        changes.append("OAuth 2.0: the access token is sent, which has to be fetched by other means")
        if given.get("addTokenTo") == "queryParams":
            proof.query.append(("access_token", token))
        else:
            prefix = given.get("headerPrefix", "Bearer").strip()
            proof.headers.append(("Authorization", texts.joined(f"{prefix} " if prefix else "", token)))
    elif kind == "jwt":
        changes.append("JWT: the token is sent as a bearer token, and has to be made by other means")
        proof.headers.append(("Authorization", Text(("Bearer ", Variable("JWT", secret=True)))))
    elif kind == "awsv4":
        _aws(given, scope, proof, left_out)
    else:
        left_out.append(f"the authentication is left out: {_NOT_SAID.get(kind, kind[:40])} is none that a catalog can say")
    return proof


def _given(listed: Any) -> dict[str, str]:
    """Return the settings of an auth: a list of keys and values in version 2.1 of the format, an object in 2.0."""
    if isinstance(listed, list):
        return {as_text(entry.get("key")): as_text(entry.get("value")) for entry in map(as_dict, listed)}
    return {key: as_text(value) for key, value in as_dict(listed).items()}


def _secret(given: Mapping[str, str], key: str, scope: Scope, name: str | None = None) -> Text:
    """Return a secret as a text; one that stands in the collection itself is marked as one, whatever its place is called."""
    template = given.get(key, "")
    text = scope.text(template)
    if text.variable is not None:
        return Text((Variable(text.variable.name, text.variable.default, secret=True),))
    if template and text.plain is not None and name is None:
        return text  # in Authorization, of which everybody knows what it is
    return Text((Variable("" if text.plain else name or key, text.plain or None, secret=True),))


def _aws(given: Mapping[str, str], scope: Scope, proof: Proof, left_out: list[str]) -> None:
    """Sign as AWS does (Signature Version 4), which curl can do itself; its key is a pair."""
    region, service = (scope.plain(given.get(key, "")) for key in ("region", "service"))
    if given.get("sessionToken"):
        proof.headers.append(("X-Amz-Security-Token", _secret(given, "sessionToken", scope, "AWS_SESSION_TOKEN")))
    if region is None or service is None:
        left_out.append("the signature of AWS is left out: its region or service is a variable that holds nothing; write curl: aws-sigv4")
        return
    proof.curl["aws-sigv4"] = ":".join(["aws", "amz", region, service]).rstrip(":")
    proof.user = texts.joined(scope.text(given.get("accessKey", "")), ":", scope.text(given.get("secretKey", "")))
