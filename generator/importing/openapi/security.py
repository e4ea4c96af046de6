"""The secrets that a document says an operation needs."""

from __future__ import annotations

import re
from typing import Any

from generator.catalog.model import COOKIE, TOKEN
from generator.importing.model import FoundSecret
from generator.importing.openapi.document import Document
from generator.importing.openapi.values import Notes, as_dict, as_list, as_text

_TAKEN = ("BASE_URL", "TIMEOUT", "CURLRC", "UNIX_SOCKET")
_COMMON = ("api", "www", "app", "management", "rest", "developer", "dev", "gateway", "v1", "v2")
_SECOND_LEVEL = ("co", "com", "org", "net", "gov", "ac", "edu")


class Security:
    """What a document says about keys, for all its operations."""

    def __init__(self, document: Document, base: str) -> None:
        self._document = document
        self._prefix = prefix_of(base, as_text(document.info.get("title")))
        components = as_dict(document.root.get("components"))
        self._schemes = as_dict(document.root.get("securityDefinitions") if document.is_swagger else components.get("securitySchemes"))

    def secrets_of(self, operation: dict[str, Any], notes: Notes) -> tuple[FoundSecret, ...]:
        """Return the secrets of an operation: those of the first alternative that a catalog can say."""
        asked = operation.get("security", self._document.root.get("security"))
        alternatives = [as_dict(alternative) for alternative in as_list(asked)]
        wanted = [alternative for alternative in alternatives if alternative]
        required = len(wanted) == len(alternatives)
        reasons: list[str] = []
        for alternative in wanted:
            tried = Notes()
            secrets = self._alternative(alternative, required, tried)
            if secrets is None:
                reasons += tried.left_out
                continue
            for sentence in tried.changes:
                notes.change(sentence)
            if len(wanted) > 1:
                others = [" and ".join(other) for other in wanted if other is not alternative]
                notes.change(f"of the ways to authenticate, {' and '.join(alternative)}: the others are {', '.join(dict.fromkeys(others))}")
            return secrets
        for reason in reasons:
            notes.leave_out(reason)
        return ()

    def _alternative(self, names: dict[str, Any], required: bool, notes: Notes) -> tuple[FoundSecret, ...] | None:
        """Return the secrets that go together; None if a catalog cannot say one of them, which is said."""
        secrets: list[FoundSecret] = []
        for name in names:
            secret = self._secret(name, required, notes)
            if secret is None:
                return None
            if any(_place(secret) == _place(other) for other in secrets):
                notes.change(f"{name} goes where another key goes already: one variable holds what is sent there")
            else:
                secrets.append(secret)
        return tuple(secrets)

    def _secret(self, name: str, required: bool, notes: Notes) -> FoundSecret | None:
        """Return the secret of a scheme; None if a catalog cannot say it, which is said."""
        if name not in self._schemes:
            notes.leave_out(f"the document does not say what its security scheme {name} is")
            return None
        scheme = as_dict(self._document.resolve(self._schemes[name], notes))
        match as_text(scheme.get("type")).lower():
            case "http":
                return self._http(name, scheme, required, notes)
            case "basic":
                return FoundSecret(self.variable("LOGIN"), "basic", required=required)
            case "apikey":
                return self._api_key(name, scheme, required, notes)
            case "oauth2":
                notes.change(f"OAuth 2: {self.variable('TOKEN')} holds the access token{_token_address(scheme)}")
                return self._bearer(required)
            case "openidconnect":
                notes.change(f"OpenID Connect: {self.variable('TOKEN')} holds the access token")
                return self._bearer(required)
            case "mutualtls":
                notes.leave_out("a client certificate authenticates: write curl: {cert: …, key: …} on the backend")
            case other:
                notes.leave_out(f"the security scheme {name} is of an unknown type ({other or 'none'})")
        return None

    def _http(self, name: str, scheme: dict[str, Any], required: bool, notes: Notes) -> FoundSecret | None:
        """Return the secret of a scheme of HTTP's (RFC 9110, 11)."""
        kind = as_text(scheme.get("scheme"))
        if kind.lower() == "basic":
            return FoundSecret(self.variable("LOGIN"), "basic", required=required)
        if kind.lower() == "bearer":
            return self._bearer(required)
        if kind.lower() in ("digest", "negotiate", "hoba", "mutual", "scram-sha-1", "scram-sha-256", "vapid", "ntlm", "signature"):
            notes.leave_out(f"{name} authenticates by {kind}, which a catalog cannot say")
            return None
        if not re.fullmatch(TOKEN.regex, kind):
            notes.leave_out(f"the security scheme {name} does not say which scheme of HTTP's it is")
            return None
        return FoundSecret(self.variable("TOKEN"), "header", prefix=f"{kind} ", required=required)

    def _bearer(self, required: bool) -> FoundSecret:
        return FoundSecret(self.variable("TOKEN"), "header", prefix="Bearer ", required=required)

    def _api_key(self, name: str, scheme: dict[str, Any], required: bool, notes: Notes) -> FoundSecret | None:
        """Return the secret that goes into a header, the query or a cookie."""
        key = as_text(scheme.get("name"))
        place = as_text(scheme.get("in")).lower()
        if as_text(scheme.get("x-amazon-apigateway-authtype")).lower() == "awssigv4":
            notes.leave_out("the request is signed: write curl: {aws-sigv4: aws:amz}, and an api_key with scheme: basic")
            return None
        if place == "header" and key.lower() == "authorization":
            return FoundSecret(self.variable("TOKEN"), "header", "Authorization", "", required)
        if place == "header" and re.fullmatch(TOKEN.regex, key) and key.lower() != "cookie":
            return FoundSecret(self.variable(key), "header", key, "", required)
        if place == "query" and key and not re.search(r"[\x00-\x1f]", key):
            return FoundSecret(self.variable(key), "query", key, "", required)
        if place == "cookie" and re.fullmatch(COOKIE.regex, key):
            return FoundSecret(self.variable(key), "cookie", key, "", required)
        notes.leave_out(f"the security scheme {name} does not say where its key goes")
        return None

    def variable(self, name: str) -> str:
        """Return the environment variable of a secret, from its name: X-API-Key is ACME_API_KEY."""
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
        last = re.sub(r"[^A-Z0-9]+", "_", words.upper()).strip("_").removeprefix("X_")
        last = last.removeprefix(f"{self._prefix}_") or "KEY"
        return f"{self._prefix}_{last}_KEY" if last in _TAKEN else f"{self._prefix}_{last}"


def prefix_of(base: str, title: str) -> str:
    """Return what the variables of a server start with: the name in its host's address, else the first words of the title."""
    host = re.sub(r":[0-9]+$", "", base.split("/")[2])
    labels = [label for label in host.split(".") if label]
    name = ""
    if len(labels) > 1 and not re.fullmatch(r"[0-9.]+|.*:.*", host):
        second = labels[-2]
        name = labels[-3] if second in _SECOND_LEVEL and len(labels) > 2 and len(labels[-1]) == 2 else second
    if not name or name in _COMMON:
        words = [word for word in re.findall(r"[A-Za-z][A-Za-z0-9]*", title) if word.lower() not in ("the", "api", "rest", "openapi")]
        name = "_".join(words[:2])
    prefix = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")
    return prefix[:40].rstrip("_") if prefix[:1].isalpha() else f"API_{prefix}".rstrip("_")


def _place(secret: FoundSecret) -> tuple[str, str]:
    place = "header" if secret.place == "basic" else secret.place
    return place, secret.name.lower() if place == "header" else secret.name


def _token_address(scheme: dict[str, Any]) -> str:
    """Return where a scheme says that tokens come from."""
    flows = [as_dict(flow) for flow in as_dict(scheme.get("flows")).values()] or [scheme]
    address = next((flow[key] for flow in flows for key in ("tokenUrl", "authorizationUrl") if as_text(flow.get(key))), "")
    return f" (from {address})" if address else ""
