"""No secret gets past `secrets.hide`, wherever it stands, and what is none stays."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest

from generator.importing import secrets
from generator.importing.model import (
    Found,
    FoundBody,
    FoundParameter,
    FoundPart,
    FoundPipeline,
    FoundRequest,
    NotImported,
    Source,
    Text,
    Variable,
)

CANARY = "zQ7canary" + "Kx94"
TOKEN = "gh" + "p_" + "aB3dE6gH9" * 4
HERE = Source("notes.md", 1, "curl https://api.example.com/v1/things")


def text(*parts: str | Variable) -> Text:
    return Text(parts)


def request(**parts: Any) -> FoundRequest:
    """A request to an example's server, with what a test is about."""
    return FoundRequest(**{"source": HERE, "method": "GET", "base": text("https://api.example.com"), "path": text("/v1/things"), **parts})


def hidden(**parts: Any) -> FoundRequest:
    """The request without its secrets."""
    (found,) = secrets.hide([request(**parts)])
    assert isinstance(found, FoundRequest)
    return found


def body(kind: Any, value: Any) -> dict[str, Any]:
    return {"method": "POST", "body": FoundBody(kind, value)}


def source(command: str) -> dict[str, Any]:
    return {"source": Source("notes.md", 3, command)}


HEADERS = [
    ("Authorization", f"Bearer {CANARY}"),
    ("authorization", f"Token {CANARY}"),
    ("Authorization", f"ApiKey {CANARY}"),
    ("Authorization", f"Acme-Sign {CANARY}"),
    ("Authorization", CANARY),
    ("Authorization", f'Digest username="joe", response="{CANARY}"'),
    ("Authorization", "Basic " + base64.b64encode(f"joe:{CANARY}".encode()).decode()),
    ("Proxy-Authorization", f"Basic {CANARY}"),
    ("Cookie", f"session={CANARY}"),
    ("Cookie", f"theme={CANARY}; lang=en"),
    ("Cookie", CANARY),
    ("X-Api-Key", CANARY),
    ("x-api-key", f"Bearer {CANARY}"),
    ("X-Auth-Token", CANARY),
    ("Private-Token", CANARY),
    ("Ocp-Apim-Subscription-Key", CANARY),
    ("X-Hub-Signature-256", f"sha256={CANARY}"),
    ("Key", CANARY),
    ("X-Acme-Secret", CANARY),
    ("Referer", f"https://app.example.com/?access_token={CANARY}"),
]
FIELDS = [
    "api_key", "apikey", "apiKey", "API-Key", "key", "token", "access_token", "accessToken", "refresh_token", "client_secret",
    "clientSecret", "password", "passwd", "pwd", "db_password", "user[password]", "passphrase", "secret", "signature", "sig", "session",
    "session_id", "PHPSESSID", "x-amz-security-token", "X-Amz-Signature", "credentials", "private_key", "密码",
]  # fmt: skip
COMMANDS = [
    f"curl -u joe:{CANARY} https://api.example.com",
    f"curl -ujoe:{CANARY} https://api.example.com",
    f"curl --user 'joe:{CANARY}' https://api.example.com",
    f"curl -sSu 'joe:{CANARY}' https://api.example.com",
    f"curl --proxy-user joe:{CANARY} https://api.example.com",
    f"curl -b 'a={CANARY}' https://api.example.com",
    f"curl --cookie a={CANARY} https://api.example.com",
    f"curl --oauth2-bearer {CANARY} https://api.example.com",
    f"curl -E client.pem:{CANARY} https://api.example.com",
    f"curl -H 'Authorization: Bearer {CANARY}' https://api.example.com",
    f"curl -H Authorization:{CANARY} https://api.example.com",
    f'curl -H "Cookie: a=1; b={CANARY}" https://api.example.com',
    f"curl -H 'X-Api-Key: {CANARY}' https://api.example.com",
    f"curl https://joe:{CANARY}@api.example.com",
    f"curl https://{CANARY}@api.example.com",
    f"curl 'https://api.example.com/?x=1&api_key={CANARY}'",
    f"curl -d password={CANARY} https://api.example.com",
    f"""curl -d '{{"password": "{CANARY}"}}' https://api.example.com""",
    f'curl -d "{{\\"password\\": \\"{CANARY}\\"}}" https://api.example.com',
    f"curl -F 'client_secret={CANARY}' https://api.example.com",
    f"curl -d '<password>{CANARY}</password>' https://api.example.com",
    f"API_KEY={CANARY} curl https://api.example.com",
    f"export SERVICE_TOKEN='{CANARY}'; curl https://api.example.com",
    f"mycli --password {CANARY} --api-key={CANARY}",
    f"curl https://hooks.slack.com/services/T000/B000/{CANARY}",
]
PROSE = [
    f"The password is {CANARY}.",
    f"The password is `{CANARY}`.",
    f"Use api_key={CANARY} for tests",
    f"api key: {CANARY}",
    f"密码：{CANARY}，不要外传",
    f"密码是{CANARY}",
    f"Send `Authorization: Bearer {CANARY}` with it",
    f"See https://joe:{CANARY}@example.com/",
    f"See https://example.com/?sig={CANARY}&x=1",
    f"Our key is {TOKEN}",
]

PLACES: dict[str, dict[str, Any]] = {
    **{f"header {name} {number}": {"headers": ((name, text(value)),)} for number, (name, value) in enumerate(HEADERS)},
    **{f"query {name}": {"query": ((name, text(CANARY)),)} for name in FIELDS},
    **{f"json {name}": body("json", {name: CANARY}) for name in FIELDS},
    **{f"urlencoded {name}": body("urlencoded", [(name, text(CANARY))]) for name in FIELDS},
    **{f"form {name}": body("form", [FoundPart(name, text(CANARY))]) for name in FIELDS},
    **{f"command {number}": source(command) for number, command in enumerate(COMMANDS)},
    **{f"about {number}": {"about": sentence} for number, sentence in enumerate(PROSE)},
    "user": {"user": text(f"joe:{CANARY}")},
    "user alone": {"user": text(f"{CANARY}:")},
    "user in the URL": {"base": text(f"https://joe:{quote(CANARY)}@api.example.com")},
    "token as the user in the URL": {"base": text(f"https://{CANARY}@api.example.com")},
    "cookie": {"cookies": (("sid", text(CANARY)),)},
    "any cookie": {"cookies": (("theme", text(CANARY)),)},
    "default of a variable": {"headers": (("Authorization", text("Bearer ", Variable("TOKEN", CANARY))),)},
    "marked variable": {"headers": (("X-Any", text(Variable("any", CANARY, secret=True))),)},
    "marked variable in a body": body("json", {"any": Variable("any", CANARY, secret=True)}),
    "marked variable in the path": {"path": text("/v1/", Variable("any", CANARY, secret=True))},
    "number": body("json", {"password": 73109246}),
    "list": body("json", {"passwords": [CANARY]}),
    "nested": body("json", {"a": [{"b": {"password": CANARY}}]}),
    "pair": body("json", {"env": [{"name": "DB_PASSWORD", "value": CANARY}]}),
    "object of a secret": body("json", {"secret": {"value": CANARY}}),
    "JSON in JSON": body("json", {"arguments": json.dumps({"password": CANARY})}),
    "URL in JSON": body("json", {"callback": f"https://joe:{CANARY}@example.com/?x"}),
    "signed URL in JSON": body("json", {"callback": f"https://example.com/?sig={CANARY}"}),
    "connection string": body("json", {"connectionString": f"Server=x;Password={CANARY}"}),
    "connection string elsewhere": body("json", {"dsn": f"Server=x;Password={CANARY};y=1"}),
    "authorization code": body("urlencoded", [("grant_type", text("authorization_code")), ("code", text(CANARY))]),
    "XML": body("text", text(f"<a><password>{CANARY}</password></a>")),
    "text": body("text", text(f"user=joe&password={CANARY}")),
    "text of JSON": body("text", text(f'{{"api_key": "{CANARY}"}}')),
    "token in a path": {"path": text(f"/repos/{TOKEN}/x")},
    "bot in a path": {"path": text(f"/bot123456:{CANARY}/sendMessage")},
    "hook": {"base": text("https://hooks.slack.com"), "path": text(f"/services/T000/B000/{CANARY}")},
    "certificate": {"curl": {"cert": f"client.pem:{CANARY}"}},
    "parameter's example": {"parameters": (FoundParameter("api_key", ("query", "api_key"), example=CANARY),)},
    "parameter's default": {"parameters": (FoundParameter("password", ("body", "password"), default=CANARY),)},
    "pipeline": {"pipelines": (FoundPipeline(f'.x | "{TOKEN}"'),)},
    "title": {"title": f"Log in with {TOKEN}"},
    "group": {"group": f"token={CANARY}"},
    "file": {"source": Source(f"{TOKEN}.md", 1)},
    "name of a file that is sent": body("file", text(f"{TOKEN}.txt")),
    "name of a field": body("json", {TOKEN: 1}),
    "sample": {"sample": {"access_token": CANARY, "data": [{"password": CANARY}]}},
    "sample that is a text": {"sample": f"token={CANARY}"},
    "token in a sample": {"sample": ["see", {"note": f"use {TOKEN}"}]},
    "change": {"changes": (f"-H 'Authorization: Bearer {CANARY}' has a blank behind it",)},
    "left out": {"left_out": (f"--proxy http://joe:{CANARY}@proxy.example.com: the proxy",)},
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_no_secret_passes(place: str) -> None:
    """A secret in a place of a request is in nothing that comes out."""
    found = secrets.hide([request(**PLACES[place])])

    assert CANARY not in repr(found) and TOKEN not in repr(found) and "73109246" not in repr(found)


@pytest.mark.parametrize("place", PLACES)
def test_secret_of_one_place_is_replaced_in_all_others(place: str) -> None:
    """Prose, samples and other requests of the same import repeat what is known as a secret by its place."""
    known = {**PLACES[place]}
    echoes: list[Found] = [
        request(about=f"As said, {CANARY} or {TOKEN}.", title=CANARY, group=CANARY, source=Source("b.md", 2, f"echo {CANARY}")),
        request(query=(("q", text(CANARY)),), path=text(f"/x/{CANARY}"), headers=(("X-Any", text(f"a {CANARY}")),)),
        request(**body("json", {"a": f"b {CANARY}", CANARY: 1}), sample={"x": CANARY, CANARY: [quote(CANARY)]}),
        NotImported(Source("b.md", 9, f"curl {CANARY}"), "broken", (f"{CANARY} is open",)),
    ]
    found = secrets.hide([*echoes, request(headers=(("X-Api-Key", text(CANARY)),)), request(**known)])

    assert CANARY not in repr(found) and TOKEN not in repr(found)


@pytest.mark.parametrize(
    "sent",
    [
        body("json", {"model": "m", "max_tokens": 100, "stop": ["</s>"], "token_count": 5, "tokens": ["a", "b"]}),
        body("json", {"key": "region", "value": "eu-1"}),
        body("json", {"token": "hello", "pad_token": "<pad>", "session": "main", "key": "name"}),
        body("json", {"messages": [{"role": "user", "content": "What is a password? The token: a word, key=value."}]}),
        body("json", {"secretName": "db", "passwordPolicy": "strict", "password": None, "secret": True, "author": "joe"}),
        body("urlencoded", [("key", text("Region1")), ("value", text("eu"))]),
        body("urlencoded", [("grant_type", text("client_credentials")), ("scope", text("read write"))]),
        {"query": (("sort_key", text("name1")), ("page_token", text("abc123456")), ("code", text("42")), ("key", text("name")))},
        {"headers": (("Idempotency-Key", text("3f2b0c5e-8a1d-4c6f-9b7e-2d1f0a5c8e94")), ("Content-Type", text("application/json")))},
        {"headers": (("X-Tokens-Limit", text("5")), ("X-Request-Id", text("abc123456")))},
        {"path": text("/v1/tokens/", Variable("id"), "/keys/name")},
        {"about": "Returns a token: the text of it. The password is required. Authorization: see below. Basic authentication."},
        {"sample": {"token": "Hello", "key": "name", "max_tokens": 5, "usage": {"total_tokens": 12345}, "secret": None}},
        {"sample": {"license": {"key": "lgpl-3.0", "url": "/licenses/lgpl-3.0"}, "access_token": "access-token"}},
        {"title": "Create a token", "group": "API keys", "about": "密码：必填。令牌的数量"},
        source("curl 'https://api.example.com/?key=name&max_tokens=5' -H \"Authorization: Bearer $TOKEN\" -u \"$USER:$PASSWORD\""),
    ],
)  # fmt: skip
def test_what_is_no_secret_stays(sent: dict[str, Any]) -> None:
    """Names that only hold the word, and values that are words, are no secrets."""
    assert hidden(**sent) == request(**sent)


def test_variables_of_the_source_keep_their_names() -> None:
    """`$OPENAI_API_KEY` is OPENAI_API_KEY and changes nothing; `{{accessToken}}` is written as an environment variable is."""
    same = hidden(headers=(("Authorization", text("Bearer ", Variable("LAB_API_KEY"))),))
    renamed = hidden(headers=(("X-Api-Key", text(Variable("accessToken"))),))

    assert [(secret.variable, secret.place, secret.name, secret.prefix) for secret in same.secrets] == [
        ("LAB_API_KEY", "header", "Authorization", "Bearer ")
    ]
    assert same.changes == () and same.headers == ()
    assert renamed.secrets[0].variable == "ACCESS_TOKEN" and "ACCESS_TOKEN stands for" in renamed.changes[0]


@pytest.mark.parametrize(
    ("base", "parts", "variable"),
    [
        ("https://api.example.com", {"headers": (("Authorization", text("Bearer abc")),)}, "EXAMPLE_API_KEY"),
        ("https://api.example.com", {"headers": (("Authorization", text("Bearer YOUR_API_KEY")),)}, "EXAMPLE_API_KEY"),
        ("https://api.example.com", {"headers": (("Authorization", text("Bearer ", Variable("your-token"))),)}, "EXAMPLE_API_KEY"),
        ("https://www.example.co.uk", {"headers": (("X-Auth-Token", text("abc")),)}, "EXAMPLE_AUTH_TOKEN"),
        ("http://localhost:4000", {"headers": (("Authorization", text("sk-1234")),)}, "API_KEY"),
        ("http://192.0.2.7", {"query": (("key", text("sk-xxxx")),)}, "API_KEY"),
        ("https://shop.example.org:8443", {"user": text("joe:abc")}, "EXAMPLE_LOGIN"),
        ("https://shop.example.org", {"user": text(Variable("USER"), ":", Variable("PASS"))}, "EXAMPLE_LOGIN"),
        ("https://shop.example.org", {"user": text(Variable("CREDENTIALS"))}, "CREDENTIALS"),
        ("https://shop.example.org", {"headers": (("Cookie", text("sid=1")),)}, "EXAMPLE_SID"),
    ],
)
def test_literal_secrets_are_named_after_server_and_place(base: str, parts: dict[str, Any], variable: str) -> None:
    """A secret that stands in the source has a variable that says where it belongs."""
    found = hidden(base=text(base), **parts)

    assert [secret.variable for secret in found.secrets] == [variable]


def test_the_same_secret_has_the_same_variable() -> None:
    """A literal key where another command of the same server uses a variable is that variable's; another server has another one."""
    key = ("Authorization", text("Bearer ", Variable("LAB_KEY")))
    literal = ("Authorization", text(f"Bearer {CANARY}"))
    found = secrets.hide(
        [request(headers=(literal,)), request(headers=(key,)), request(headers=(literal,), base=text("https://api.example.net"))]
    )

    assert [item.secrets[0].variable for item in found if isinstance(item, FoundRequest)] == ["LAB_KEY", "LAB_KEY", "LAB_KEY"]


def test_basic_authentication_is_a_pair() -> None:
    """-u, a user in the URL, and the header with both in base64 are the same secret."""
    encoded = "Basic " + base64.b64encode(f"joe:{CANARY}".encode()).decode()
    ways: list[dict[str, Any]] = [
        {"user": text(f"joe:{CANARY}")},
        {"base": text(f"https://joe:{CANARY}@api.example.com")},
        {"headers": (("Authorization", text(encoded)),)},
    ]
    for way in ways:
        found = hidden(**way)
        assert [(secret.variable, secret.place) for secret in found.secrets] == [("EXAMPLE_LOGIN", "basic")]
        assert found.headers == () and found.base == text("https://api.example.com") and found.user is None


def test_a_secret_within_a_text_is_a_variable_there() -> None:
    """What stands around it stays."""
    found = hidden(**body("json", {"url": f"https://example.com/?sig={CANARY}&x=1"}))

    assert found.body is not None
    assert found.body.value == {"url": text("https://example.com/?sig=", Variable("SIG", secret=True), "&x=1")}


def test_source_shows_the_variable() -> None:
    """A report shows the command with the variable in the place of the secret."""
    command = f"curl -H 'Authorization: Bearer {CANARY}' https://api.example.com/v1/things"
    found = hidden(headers=(("Authorization", text(f"Bearer {CANARY}")),), **source(command))

    assert found.source.text == "curl -H 'Authorization: Bearer $EXAMPLE_API_KEY' https://api.example.com/v1/things"


def test_deep_json_ends() -> None:
    """What is nested without end is cut off."""
    deep: Any = CANARY
    for _ in range(900):
        deep = [deep]
    found = hidden(**body("json", {"password": deep}), sample=deep)

    assert CANARY not in repr(found)


def test_thousands_of_secrets_are_each_replaced() -> None:
    """However many are known, each is found where it stands again, at the start, in the middle and at the end of a text."""
    values = [f"v{number:05}kQ{number * 7919 % 100_000:05}" for number in range(1500)]
    found = secrets.hide(
        [
            request(about=" ".join(values[:700]), sample=[f"x{value}y" for value in values[700:]]),
            *(request(headers=(("X-Api-Key", text(value)),)) for value in values),
        ]
    )

    shown = repr(found)
    assert [value for value in values if value in shown] == []


def test_the_password_of_a_pair_is_known_alone() -> None:
    """What `-u` sends is a user and a password: prose may repeat one of the two."""
    found = secrets.hide([request(user=text(f"joe:{CANARY}")), request(about=f"Joe types {CANARY}.", query=(("q", text(CANARY)),))])

    assert CANARY not in repr(found)
