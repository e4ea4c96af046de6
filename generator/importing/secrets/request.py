"""Take the secrets out of a request."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from generator.importing import texts
from generator.importing.browsers import is_tracker_cookie
from generator.importing.model import FoundBody, FoundParameter, FoundPart, FoundRequest, FoundSecret, Text, Variable
from generator.importing.secrets.known import Known, Names, scheme
from generator.importing.secrets.names import is_placeholder, is_plain_cookie, is_secret_variable, repeats_name, secret_by_name, words
from generator.importing.secrets.owner import VALUES, owner_of
from generator.importing.secrets.spans import DEPTH, Kind, Span, is_card, is_login, may_be_key, spans
from generator.secret_text import STAND_IN

_SEGMENT = 12
"""A shorter segment of a path is rather a name or a number than a secret."""
_USERS = (["user"], ["username"], ["login"], ["account"], ["name"])
"""The last words of the names of fields that say who logs in."""
_USER_INFO = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)?(.*)@", re.DOTALL)


def learn_names(request: FoundRequest, names: Names) -> None:
    """Remember the variables that a request uses for its secrets."""
    base = request.base.plain or ""
    if request.user is not None:
        names.learn(base, "basic", "Authorization", request.user)
    for name, text in request.headers:
        if secret_by_name(name):
            names.learn(base, "header", name, scheme(text)[1])
    for name, text in request.query:
        if secret_by_name(name):
            names.learn(base, "query", name, text)
    for name, text in request.cookies:
        names.learn(base, "cookie", name, text)


class Hider:
    """Takes the secrets out of a request; what it finds, `known` knows from then on."""

    def __init__(self, request: FoundRequest, names: Names, known: Known) -> None:
        self.request = request
        self.names = names
        self.known = known
        self.secrets: list[FoundSecret] = list(request.secrets)
        self.changes: list[str] = list(request.changes)
        self.base = request.base.plain or ""
        self.trackers: list[str] = []
        """The cookies that are left out."""
        self.cookies: list[tuple[str, Text]] = []
        """Those of a header that are no secrets."""

    def request_without_secrets(self) -> FoundRequest:
        """Return the request without its secrets; its texts for people are as they were."""
        request = self.request
        base = self._base(request.base)
        if request.user is not None:
            self._login(request.user, "basic authentication")
        headers = tuple(header for header in request.headers if not self._takes_header(*header))
        cookies = (*self.cookies, *(cookie for cookie in request.cookies if not self._takes_cookie(*cookie)))
        names = [name for name, _ in request.query]
        query = tuple(item for item in request.query if not self._takes_query(*item, names))
        path = self._path(request.path)
        body = self._body(request.body) if request.body else None
        if self.trackers:
            self.changes.append(f"cookies by which trackers know visitors are left out: {', '.join(dict.fromkeys(self.trackers))}")
        return replace(
            request,
            base=base,
            path=path,
            query=query,
            headers=headers,
            cookies=cookies,
            user=None,
            body=body,
            secrets=tuple(dict.fromkeys(self.secrets)),
            parameters=tuple(self._parameter(parameter) for parameter in request.parameters),
            curl=self._curl(request.curl),
            changes=tuple(dict.fromkeys(self.changes)),
        )

    def _base(self, base: Text) -> Text:
        """Take the user out of an address, `https://user:password@host`, and the values of variables that are secret."""
        for part in base.parts:
            if isinstance(part, Variable) and part.secret and part.default:
                self.known.add(part.default, part.name)
        base = Text(tuple(Variable(part.name) if isinstance(part, Variable) and part.secret else part for part in base.parts))
        match = _USER_INFO.match(texts.as_string(base))
        if match is None:
            return base
        user = texts.cut(base, len(match[1] or ""), match.end() - 1)
        without = texts.joined(texts.cut(base, 0, len(match[1] or "")), texts.cut(base, match.end()))
        self.base = without.plain or ""
        self._login(Text(tuple(unquote(part) if isinstance(part, str) else part for part in user.parts)), "the URL")
        return without

    def _login(self, user: Text, where: str) -> None:
        """Take a user and a password, as the variable for `curl -u` holds them."""
        variable = self._take("basic", "Authorization", "", user, f"user and password of {where}", "LOGIN")
        name, _, password = (user.plain or "").partition(":")
        if self._is_open_word(password, name):
            self.known.add(user.plain or "", variable)  # the two of them together
        else:
            self.known.add_login(user, variable)
        if name and not is_placeholder(name) and self.names.first_user(self.base, variable, name) != name:
            self.changes.append("another user logs in here than in a command before: one variable holds both logins, set it for each run")

    def _takes_header(self, name: str, text: Text) -> bool:
        lower = name.lower()
        if text.plain == "":
            return False
        if lower == "cookie":
            pairs = _cookies(text)
            self.cookies += [pair for pair in pairs if not self._takes_cookie(*pair)]
            return True
        if lower == "authorization" and self._takes_basic(text):
            return True
        if lower not in ("authorization", "proxy-authorization") and secret_by_name(name) is None and not self._holds_secret(text):
            return False
        prefix, credential = scheme(text)
        what = f"{prefix.strip()} credential" if prefix.strip() else "value"
        by_name = lower in ("authorization", "proxy-authorization") or secret_by_name(name) is not None
        why = "" if by_name else ", in which a secret stands: put the whole value into it"
        self._take("header", name, prefix, credential, f"{what} of the header {name}{why}")
        return True

    def _takes_basic(self, text: Text) -> bool:
        """Take `Authorization: Basic …` if a user and a password are in it, in base64 (RFC 7617)."""
        prefix, credential = scheme(text)
        if prefix.strip().lower() != "basic" or credential.plain is None:
            return False
        if not is_login(credential.plain.strip()):
            return False
        login = base64.b64decode(credential.plain.strip()).decode()
        self._login(Text((login,)), "the header Authorization")
        self.known.add(credential.plain, "")
        return True

    def _takes_cookie(self, name: str, text: Text) -> bool:
        if text.plain is not None and (text.plain == "" or is_plain_cookie(name, text.plain)):
            return False
        if text.plain is not None and is_tracker_cookie(name):
            self.known.add(text.plain, "")
            self.trackers.append(name)
            return True
        self._take("cookie", name, "", text, f"value of the cookie {name}", required=secret_by_name(name) is not None)
        return True

    def _takes_query(self, name: str, text: Text, beside: list[str]) -> bool:
        if not self._is_secret_field(name, text, beside) and not self._holds_secret(text):
            return False
        self._take("query", name, "", text, f"value of {name} in the query")
        return True

    def _path(self, path: Text) -> Text:
        """Replace the secrets in a path; what says that they are some may be the server: hooks.slack.com/services/…"""
        whole = texts.as_string(path)
        start = len(self.base)
        found = [Span(max(span.start - start, 0), span.end - start, span.name) for span in spans(self.base + whole, "prose")]
        found = [span for span in found if span.end > 0]
        own = [span for span in self._segments(whole) if all(span.end <= other.start or other.end <= span.start for other in found)]
        return self._with_variables(path, [*found, *own], "path")

    def _segments(self, path: str) -> Iterator[Span]:
        """Yield the segments of a path that are secrets as a whole: known ones, and `/token/…`."""
        start = 0
        before = ""
        for segment in path.split("/"):
            name = self.known.whole(segment)
            behind_name = secret_by_name(before) == "surely" or words(before)[-1:] == ["token"]
            if name is None and behind_name and len(segment) >= _SEGMENT and may_be_key(segment):
                name = before
            if name is not None:
                yield Span(start, start + len(segment), name)
            start += len(segment) + 1
            before = segment

    def _body(self, body: FoundBody) -> FoundBody:
        if body.kind == "json":
            return replace(body, value=self._json(body.value))
        if body.kind == "text":
            return replace(body, value=self._text(body.value, "body", "body"))
        if body.kind == "urlencoded":
            names = [name for name, _ in body.value]
            return replace(body, value=[(name, self._form_text(name, text, names)) for name, text in body.value])
        if body.kind == "form":
            names = [part.name for part in body.value]
            return replace(body, value=[self._part(part, names) for part in body.value])
        return body

    def _part(self, part: FoundPart, beside: list[str]) -> FoundPart:
        return part if part.text is None else replace(part, text=self._form_text(part.name, part.text, beside))

    def _form_text(self, name: str, text: Text, beside: list[str]) -> Text:
        if self._is_secret_field(name, text, beside):
            return self._variable(name, text, f"value of {name} in the body")
        return self._text(text, "body")

    def _json(self, value: Any, owner: str = "", depth: int = 0) -> Any:
        """Return a JSON value without secrets; `owner` is the name that says what it is."""
        if depth > DEPTH:
            return STAND_IN
        if isinstance(value, Mapping):
            return {key: self._json(item, owner_of(str(key), item, value, owner), depth + 1) for key, item in value.items()}
        if isinstance(value, list):
            return [self._json(item, owner, depth + 1) for item in value]
        if isinstance(value, (str, Text, Variable)):
            text = Text((value,)) if isinstance(value, Variable) else texts.of_json(value)
            if self._is_secret_field(owner, text, (), in_json=True):
                return texts.to_json(self._variable(owner, text, f"value of {owner} in the body"))
            hidden = self._text(text, "body")
            return value if hidden == text else texts.to_json(hidden)
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if is_number and (secret_by_name(owner) == "surely" or is_card(str(value)) or str(value) in self.known.anywhere):
            return self._variable(owner, Text((str(value),)), f"value of {owner} in the body")
        return value

    def _parameter(self, parameter: FoundParameter) -> FoundParameter:
        """Return a parameter that a source declares, without a default or an example that is a secret."""
        name = str(parameter.at[-1]) if parameter.at else parameter.name
        if parameter.at[:1] == ("path",) and is_secret_variable(name):
            variable = self.names.inside(name, Text((Variable(name),)))
            return replace(parameter, at=("path", variable), default=None, example=None)
        certainty = secret_by_name(name) or secret_by_name(parameter.name)
        values = [value for value in (parameter.default, parameter.example) if isinstance(value, str)]
        names_secret = parameter.at[0] in ("query", "headers", "cookies") and name.lower() != "key"
        if certainty == "surely" or (certainty == "maybe" and (names_secret or any(may_be_key(value) for value in values))):
            for value in values:
                if not repeats_name(value, name):
                    self.known.add(value, "")
            return replace(parameter, default=None, example=None)
        return parameter

    def _curl(self, settings: Mapping[str, Any]) -> Mapping[str, Any]:
        """Cut the password off a certificate: `--cert client.pem:password` (curl(1)); a drive of Windows is none."""
        cert = settings.get("cert")
        match = re.fullmatch(r"((?:[A-Za-z]:[\\/])?[^:]+):(.+)", cert, re.DOTALL) if isinstance(cert, str) else None
        if match is None:
            return settings
        self.known.add(match[2], "")
        self.changes.append("the password of the certificate is left out: curl asks for it")
        return {**settings, "cert": match[1]}

    def _is_secret_field(self, name: str, text: Text, beside: Iterable[str], *, in_json: bool = False) -> bool:
        """Tell whether a field's value is a secret: by its name, by the value, and by the fields beside it."""
        if text.plain == "" or not name:
            return False
        lower = name.lower()
        others = {other.lower() for other in beside}
        if lower == "key" and others & VALUES:
            return False
        certainty = "surely" if lower == "code" and others & {"grant_type", "code_verifier"} else secret_by_name(name)
        if certainty is None:
            return False
        if text.variable is not None and lower in ("key", "session"):
            return text.variable.secret or is_secret_variable(text.variable.name) or (lower == "key" and not in_json)
        if certainty == "surely" or text.plain is None:
            return True
        if in_json:
            return may_be_key(text.plain) or (lower != "key" and is_placeholder(text.plain))
        return lower != "key" or is_placeholder(text.plain) or len(text.plain) >= 12 or re.search("[0-9A-Z]", text.plain) is not None

    def _holds_secret(self, text: Text) -> bool:
        """Tell whether a text holds a secret, whatever it is called."""
        for part in text.parts:
            if isinstance(part, Variable) and self._is_secret_variable(part):
                return True
            if isinstance(part, str) and (spans(part, "prose") or self.known.places(part)):
                return True
        return False

    def _is_secret_variable(self, variable: Variable) -> bool:
        """Tell whether a variable stands for a secret: by its name, or since what it holds is known to be one."""
        default = variable.default or ""
        is_known = bool(self.known.places(default)) or self.known.hidden_in(default, "prose") != default
        return variable.secret or is_secret_variable(variable.name) or is_known

    def _take(self, place: Any, name: str, prefix: str, text: Text, what: str, suffix: str = "", *, required: bool = True) -> str:
        """Take a secret that a catalog's api_key can say, and return the variable that holds it now."""
        variable, is_short = self.names.of(self.base, place, name, text, suffix)
        self._remember(text, variable)
        self.secrets.append(FoundSecret(variable, place, name, prefix, required, is_short))
        if text.variable is None or text.variable.name != variable:
            self.changes.append(f"{'…_' if is_short else ''}{variable} stands for the {what}")
        return variable

    def _variable(self, name: str, text: Text, what: str) -> Text:
        """Return the variable for a secret where no api_key of a catalog can stand."""
        variable = self.names.inside(name, text)
        self._remember(text, variable)
        if text.variable is None or text.variable.name != variable:
            self.changes.append(f"{variable}, behind the backend's name, stands for the {what}")
        return Text((Variable(variable, secret=True),))

    def _remember(self, text: Text, variable: str) -> None:
        if text.plain is not None and not self._is_open_word(text.plain):
            self.known.add(text.plain, variable)
        for part in text.parts:
            if isinstance(part, Variable) and part.default:
                self.known.add(part.default, variable)

    def _is_open_word(self, value: str, *beside: str) -> bool:
        """Tell whether a secret is a word that its request holds openly, too, such as the product's name: `username=nacos&password=nacos`.

        Elsewhere that word is no secret: replaced in the texts of the page, it would make nonsense of them.
        """
        return re.fullmatch("[A-Za-z]?[a-z]{1,20}", value) is not None and value in (*self._open_words, *beside)

    @cached_property
    def _open_words(self) -> frozenset[str]:
        """The words of the address, and who logs in."""
        request = self.request
        fields: list[tuple[str, Any]] = [*request.query]
        if request.body is not None and request.body.kind == "urlencoded":
            fields += request.body.value
        elif request.body is not None and request.body.kind == "form":
            fields += [(part.name, part.text) for part in request.body.value]
        elif request.body is not None and request.body.kind == "json" and isinstance(request.body.value, Mapping):
            fields += [(str(name), value) for name, value in request.body.value.items()]
        values = [value.plain if isinstance(value, Text) else value for name, value in fields if words(name)[-1:] in _USERS]
        address = re.findall("[A-Za-z]+", texts.as_string(request.base) + "/" + texts.as_string(request.path))
        return frozenset([*address, *(value for value in values if isinstance(value, str))])

    def _text(self, text: Text, where: str, kind: Kind = "prose") -> Text:
        """Return a text in which variables stand for secrets."""
        return self._with_variables(text, spans(texts.as_string(text), kind), where)

    def _with_variables(self, text: Text, found: list[Span], where: str) -> Text:
        """Return a text with variables in the places that were found, and where secrets stand that are known."""
        whole = texts.as_string(text)
        again = [Span(*place) for place in self.known.places(whole)]
        again = [span for span in again if all(span.end <= other.start or other.end <= span.start for other in found)]
        parts: list[Text | str] = []
        at = 0
        for span in sorted([*found, *again], key=lambda span: span.start):
            secret = texts.cut(text, span.start, span.end)
            parts += [self._with_secret_variables(texts.cut(text, at, span.start), where)]
            parts += [self._variable(span.name, secret, f"{span.name} in the {where}")]
            at = span.end
        return texts.joined(*parts, self._with_secret_variables(texts.cut(text, at), where))

    def _with_secret_variables(self, text: Text, where: str) -> Text:
        """Return a text in which the variables that stand for secrets are marked as such."""
        parts: list[Text | str] = []
        for part in text.parts:
            if isinstance(part, Variable) and self._is_secret_variable(part):
                parts.append(self._variable(part.name, Text((part,)), f"value of {part.name} in the {where}"))
            else:
                parts.append(part if isinstance(part, str) else Text((part,)))
        return texts.joined(*parts)


def _cookies(text: Text) -> list[tuple[str, Text]]:
    """Return the names and values of a Cookie header (RFC 6265, 4.2.1); one without a name has the name `cookie`."""
    pairs: list[tuple[str, Text]] = []
    for pair in texts.split(text, ";"):
        pair = texts.stripped(pair)
        whole = texts.as_string(pair)
        name, mark, _ = whole.partition("=")
        if mark and texts.HOLE not in name:
            pairs.append((name.strip(), texts.cut(pair, len(name) + 1)))
        elif whole:
            pairs.append(("cookie", pair))
    return pairs
