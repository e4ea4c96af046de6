"""The name of a secret counts for all below it, a known prefix is enough, and what a report hides stands in no catalog."""

from __future__ import annotations

import json
from typing import Any

import pytest

from generator.importing import secrets
from generator.importing.model import FoundBody, FoundRequest, Source, Text
from generator.importing.run import InputFile, import_files
from generator.importing.secrets.known import Known
from generator.importing.secrets.spans import is_card
from generator.secret_text import SECRET, looks_real

CANARY = "q8Wn3kf" + "Ls92mVb"
LETTERS = [
    "glp" + "at-AbCdEfGhIjKlMnOpQrSt",
    "gh" + "p_" + "AbCdEfGhIjKl" * 3,
    "s" + "k-" + "QwErTyUiOpAsDfGhJkLzXcVb",
    "hv" + "s." + "AbCdEfGhIj" * 3,
]
CARD = "4111" + "1111" * 3


def page(*commands: str, before: str = "", behind: str = "") -> str:
    """Notes with a block of commands."""
    block = "\n".join(commands)
    return f"# Things\n\n{before}\n\n```bash\n{block}\n```\n{behind}\n"


def imported(text: str, kind: Any = "curl") -> tuple[str, str]:
    """The catalog and the report of a file."""
    built = import_files([InputFile("x.md", text, kind)])
    assert built.text
    return built.text, repr(built.entries)


@pytest.mark.parametrize("token", LETTERS, ids=lambda token: token[:6])
@pytest.mark.parametrize(
    "text",
    [
        page("curl http://h.example/14/TOKEN/x"),
        page("curl http://h.example/a -A 'x TOKEN'"),
        page("curl http://h.example/a -H 'X-Any: TOKEN'"),
        page("curl http://h.example/a | jq '.x | select(.t==\"TOKEN\")'"),
        page("curl http://h.example/a", before="Use `TOKEN`."),
        page("curl http://h.example/a", behind='\n```json\n{"a": "TOKEN"}\n```'),
        page('curl http://h.example/a -d \'{"any": ["TOKEN"]}\''),
        page("curl 'http://h.example/a?q=TOKEN'"),
        page("curl -F any=TOKEN http://h.example/a"),
        page("curl http://h.example/a", before="## With TOKEN"),
    ],
)
def test_a_known_prefix_is_enough(token: str, text: str) -> None:
    """A key without a digit in it is one."""
    assert all(token not in made for made in imported(text.replace("TOKEN", token)))


@pytest.mark.parametrize(
    "text",
    [
        "s" + "k-put-your-own-key-here-please",
        "s" + "k-" + "x" * 30,
        "gl" + "pat-your-personal-access-token",
        "h" + "f_YourHuggingFaceTokenGoesHereNow",
    ],
)
def test_placeholders_are_no_keys(text: str) -> None:
    """Words, and what repeats itself, stand in the place of a key."""
    found = SECRET.search(text)

    assert found is not None and not looks_real(found[0])


@pytest.mark.parametrize(
    "value",
    [
        {"secret": {"v": CANARY}},
        {"secret": {"a": {"b": [{"c": CANARY}]}}},
        {"tokens": [CANARY]},
        {"tokens": {"a": CANARY}},
        {"api_keys": ["first", CANARY]},
        {"accessTokens": [CANARY]},
        {"credentials": [{"user": "joe", "phrase": CANARY}]},
        {"session": {"id": CANARY}},
        {"cookies": [CANARY]},
        {"text": json.dumps({"secret": {"v": CANARY}})},
        {"text": f"see .password == '{CANARY}'"},
    ],
    ids=json.dumps,
)
def test_the_name_of_a_secret_counts_for_all_below_it(value: Any) -> None:
    """In a body, in a text of JSON, in a part of a form, in a sample, and in Postman's and HAR's bodies."""
    text = json.dumps(value)
    har = {"method": "POST", "url": "http://h.example/a", "headers": [], "postData": {"mimeType": "application/json", "text": text}}
    form = {**har, "postData": {"mimeType": "multipart/form-data", "params": [{"name": "any", "value": text}]}}
    item = {"name": "a", "request": {"method": "POST", "url": "http://h.example/a", "body": {"mode": "raw", "raw": text}}}
    example = {**item, "request": {"method": "GET", "url": "http://h.example/a"}, "response": [{"code": 200, "body": text}]}
    escaped = text.replace("'", "'\\''")
    sources: list[tuple[str, Any]] = [
        (page(f"curl http://h.example/a --json '{escaped}'"), "curl"),
        (page(f"curl http://h.example/a -H 'Content-Type: text/plain' -d '{escaped}'"), "curl"),
        (page(f"curl http://h.example/a -F 'any={escaped}'"), "curl"),
        (page("curl http://h.example/a", behind=f"\n```json\n{text}\n```"), "curl"),
        (json.dumps({"log": {"entries": [{"request": har, "response": {"status": 200}}]}}), "har"),
        (json.dumps({"log": {"entries": [{"request": form, "response": {"status": 200}}]}}), "har"),
        (json.dumps({"info": {"name": "c"}, "item": [item, example]}), "postman"),
    ]
    for source, kind in sources:
        assert CANARY in source
        assert all(CANARY not in made for made in imported(source, kind)), source


@pytest.mark.parametrize(
    "value",
    [
        {"max_tokens": 100, "tokens": [1, 2, 300000], "token_count": 5, "next_token": "abc123456789", "stop_tokens": ["a1b2c3d4e5"]},
        {"input_tokens": ["Hello123", "world"], "usage": {"prompt_tokens": 123456, "total_tokens": 234567}},
        {"session": {"model": "m-2026-01-31", "id": "main"}, "keys": ["user:12345678"], "key": "region", "value": "eu-1"},
        {"secret": {"name": "db-0123456789", "type": "opaque", "version": 3, "immutable": True}, "auth": {"type": "basic12345"}},
        {"id": 4111111111111112, "order": "1234567890123456", "time": 1700000000000, "phone": "4111 1111 1111 1112"},
        {"password": {"min_length": 8, "required": True}},
        {"text": '{"tokens": ["a", "b"], "max_tokens": 5}'},
    ],
    ids=json.dumps,
)
def test_what_is_no_secret_below_such_a_name_stays(value: Any) -> None:
    """Pieces of a text are called tokens too, and of a secret its name and kind are told."""
    request = FoundRequest(
        Source("a.md", 1), "POST", Text(("http://h.example",)), Text(("/a",)), body=FoundBody("json", value), sample=value
    )

    assert secrets.hide([request]) == [request]


def test_card_numbers() -> None:
    """A payment card's number is a secret where it stands: in a body, a sample, a path, with blanks between."""
    spaced = "4111 1111 1111 1111"
    texts = [
        page(f"""curl http://h.example/a --json '{{"card": "{CARD}", "n": {CARD}}}'"""),
        page(f"curl http://h.example/a -d 'card={spaced}'"),
        page(f"curl http://h.example/cards/{CARD}/x", before=f"Pay with {spaced}."),
        page("curl http://h.example/a", behind=f'\n```json\n{{"card": "{CARD}", "n": [{CARD}]}}\n```'),
    ]
    for text in texts:
        assert all(CARD not in made and spaced not in made for made in imported(text)), text
    no_cards = [CARD[:-1] + "2", "5" * 16, "1700000000000"]
    assert is_card(CARD) and is_card("378282" + "246310005") and not any(is_card(digits) for digits in no_cards)


@pytest.mark.parametrize("place", ["path", "title", "head"])
def test_what_is_known_stands_in_no_catalog(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request by which a secret would get through is left out, with its reason; the others are imported."""
    secret = "Zx81" + "Qwerty99"
    kept = FoundRequest(Source("a.md", 1), "GET", Text(("http://h.example",)), Text(("/kept",)))
    broken = FoundRequest(Source("a.md", 2), "GET", Text(("http://h.example",)), Text(("/x", f"/{secret}" if place == "path" else "")))
    if place == "title":
        broken = FoundRequest(broken.source, "GET", broken.base, broken.path, title=f"With {secret}")

    def hides_nothing(_: Any, known: Known) -> list[FoundRequest]:
        known.add(secret, "H_API_KEY")
        return [kept, broken]

    monkeypatch.setattr("generator.importing.run.hide", hides_nothing)
    head = [f"of {secret}.md"] if place == "head" else []
    built = import_files([InputFile("x.md", "", "curl")], head=head)

    assert secret not in built.text + repr(built.entries) and "/kept" in built.text
    assert [entry.status for entry in built.entries] == ["carried", "carried" if place == "head" else "left-out"]


def test_two_secrets_of_one_name_have_two_variables() -> None:
    """A key of the API and one in a body are told apart by a number, and the report names each whole."""
    text, report = imported(
        page(
            f"curl http://h.example/a -H 'Authorization: Bearer {CANARY}'",
            f"""curl http://h.example/b --json '{{"api_key": "{CANARY}2"}}'""",
            f"curl http://h.example/c -u joe:{CANARY}3",
            f"""curl http://h.example/d --json '{{"dsn": "postgres://joe:{CANARY}4@db/x"}}'""",
        )
    )

    assert "variable: H_API_KEY}" in text and "variable: API_KEY_2" in text and "variable: LOGIN_2" in text
    assert "left-out" not in report
    assert "H_API_KEY_2 stands for the value of api_key in the body" in report
    assert "H_LOGIN_2 holds the whole text, with the secret in it: 'postgres://LOGIN@db/x'" in report.replace('\\"', '"').replace(
        "\\'", "'"
    )
    assert "$H_API_KEY_2" in report and "behind the backend's name" not in report


def test_a_local_server_has_its_name_before_its_secrets() -> None:
    """Its address says nothing, and LOGIN or API_KEY alone may be anybody's."""
    text, report = imported(
        page(
            f"curl http://localhost:3000/a -u joe:{CANARY}",
            f"curl http://localhost:3000/b -H 'X-Api-Key: {CANARY}2'",
            f"curl http://localhost:3000/c -H 'X-Api-Key: {CANARY}2' -H 'Authorization: Bearer {CANARY}3'",
            f"curl http://127.0.0.2:4000/d -H 'Authorization: Bearer {CANARY}4'",
        )
    )

    for name in ("LOCALHOST_3000_LOGIN", "LOCALHOST_3000_API_KEY", "LOCALHOST_3000_API_KEY_2", "LOCALHOST_4000_API_KEY"):
        assert f"variable: {name}" in text
    assert "variable: API_KEY" not in text and "variable: LOGIN" not in text and "…_" not in report
    assert "LOCALHOST_3000_LOGIN stands for the user and password" in report and "-u $LOCALHOST_3000_LOGIN" in report
    assert "status='normalised'" not in report


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/api/1028d66426293e821ecfd9ef1a0731df0aq9sKfT/lights/3", "1028d66426293e821ecfd9ef1a0731df0aq9sKfT"),
        ("/hooks/xk2jy8spqlwz3vr1nt5mb7cdqe", "xk2jy8spqlwz3vr1nt5mb7cdqe"),
        ("/webhook/8f14e45f-ceea-467f-a0e6-2b1f6c3d9a11?x=1", "8f14e45f-ceea-467f-a0e6-2b1f6c3d9a11"),
        ("/services/T024BE7LD/B0G9QF9C6/Xk2jY8sPqLwZ3vR1nT5mB7cD", "Xk2jY8sPqLwZ3vR1nT5mB7cD"),
    ],
)
def test_keys_in_paths(path: str, key: str) -> None:
    """An address that only who knows it can use holds a secret, on anybody's host."""
    text, report = imported(page(f"curl -d x http://h.example{path}"))

    assert key not in text + report and "secret: true" in text


@pytest.mark.parametrize(
    "path",
    [
        "/api/configuration-of-all-2-servers-and-more",
        "/api/v1/commits/1028d66426293e821ecfd9ef1a0731df0a29a5f7",
        "/repos/o/r/hooks/12345678901234567890",
        "/hooks/deploy-production-2026-eu-west-1",
        "/services/T1/B2/status",
        "/api/550e8400-e29b-41d4-a716-446655440000",
    ],
)
def test_no_keys_in_paths(path: str) -> None:
    """Names, numbers and what a commit is known by are none."""
    text, _ = imported(page(f"curl http://h.example{path}"))

    assert "secret: true" not in text


def test_a_password_that_is_a_word_of_the_address() -> None:
    """It is a secret in its field; the same word in texts, samples and addresses stays what it is. Another password does not."""
    sample = '\n```json\n{"user": "nacos", "x": 1}\n```\n'
    text, report = imported(
        "# Nacos\n\nSet nacos.core first.\n\n```\ncurl http://h.example/nacos/v1/login -d 'username=nacos&password=nacos'\n```\n" + sample
    )
    for way in ("-u nacos:nacos", """--json '{"user": "nacos", "password": "nacos"}'"""):
        other, _ = imported(f"# Log in\n\nSet nacos.core first.\n\n```\ncurl http://h.example/v1/login {way}\n```\n")
        assert "nacos.core" in other and "nacos:nacos" not in other and "password: nacos" not in other
    hidden, _ = imported(
        "# Log in\n\nThe word is swordfish.\n\n```\ncurl http://h.example/v1/login -d 'user=joe&password=swordfish'\n```\n"
    )

    assert "nacos.core" in text and "user: nacos" in text and "http://h.example/nacos/v1" in text + report
    assert "password: nacos" not in text and "secret: true" in text
    assert "swordfish" not in hidden


def test_secrets_of_a_server_in_an_own_network() -> None:
    """Its first label names them, not that of the house around it."""
    text, _ = imported(page(f"curl http://ci.home.lan/a -u joe:{CANARY}"))

    assert "variable: CI_LOGIN" in text


def test_two_users_of_a_server_are_told() -> None:
    """One variable holds both logins; whose password is another one is not told apart, nor is what stands for a name."""
    _, two = imported(page(f"curl http://h.example/a -u joe:{CANARY}", f"curl http://h.example/b -u ada:{CANARY}2"))
    _, one = imported(page(f"curl http://h.example/a -u joe:{CANARY}", "curl http://h.example/b -u user:password"))

    assert "another user logs in here" in two and "another user logs in here" not in one


def test_settings_of_a_browser_are_no_secrets() -> None:
    """A cookie such as `lang=en` stays; one of that name that looks like a key does not."""
    text, report = imported(page(f"curl http://h.example/a -b 'lang=en-GB; theme=dark; sid=1; locale={CANARY}'"))

    assert "cookies: {lang: en-GB, theme: dark}" in text and CANARY not in text + report
    assert "H_SID" in text and "H_LOCALE" in text


def test_a_header_with_a_secret_in_it_says_what_to_put_in() -> None:
    """The variable takes the whole value; what a curl config file is called is said whole, too."""
    text, report = imported(page(f"curl http://h.example/a -H 'Referer: http://r.example/?token={CANARY}' --proxy-user x:{CANARY}"))

    assert "H_REFERER" in text
    assert "of the header Referer, in which a secret stands: put the whole value into it" in report and "H_CURLRC names" in report
