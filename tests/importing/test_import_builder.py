"""The catalog that is built of found requests: servers, endpoints that they share, variants, parameters, names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from found import KEY, built, request, text

from generator.importing.builder import build
from generator.importing.model import (
    FoundBody,
    FoundParameter,
    FoundPart,
    FoundPipeline,
    FoundSecret,
    FoundWords,
    NotImported,
    Source,
    Text,
    Variable,
)

ASK = {"model": "small", "messages": [{"role": "user", "content": "Why?"}]}


# ---- Servers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("urls", "base_url"),
    [
        pytest.param(["http://h.example:8080/v1/models", "http://h.example:8080/v1/chat/new"], "http://h.example:8080/v1", id="common"),
        pytest.param(["http://h.example/v1/models"], "http://h.example/v1", id="version"),
        pytest.param(["http://h.example/api/v2.1/users", "http://h.example/api/v2.1/users/7"], "http://h.example/api/v2.1", id="api"),
        pytest.param(["http://h.example/lab/search", "http://h.example/lab/find"], "http://h.example/lab", id="word"),
        pytest.param(["http://h.example/search"], "http://h.example", id="alone"),
        pytest.param(["http://h.example/users/7/posts", "http://h.example/users/7/notes"], "http://h.example", id="ids"),
        pytest.param(["http://h.example/v1/a", "http://h.example/v2/a"], "http://h.example", id="versions"),
        pytest.param(["http://h.example/v1/a", "http://h.example/"], "http://h.example", id="root"),
        pytest.param(["http://h.example"], "http://h.example", id="no-path"),
        pytest.param(["HTTPS://H.Example/a"], "https://h.example", id="capitals"),
        pytest.param(["http://[::1]:8080/a"], "http://[::1]:8080", id="ipv6"),
        pytest.param(["http://bücher.example/a"], "http://xn--bcher-kva.example", id="idna"),
    ],
)
def test_base_url(urls: list[str], base_url: str) -> None:
    """A backend is an origin with the longest path that its requests have in common, as far as it is an address."""
    _, catalog = built(*(request(f"GET {url}") for url in urls))

    assert [backend.base_url for backend in catalog.backends.values()] == [base_url]


@pytest.mark.parametrize(
    ("url", "base_url", "name"),
    [
        ("$BASE_URL/v1/models", "http://base-url.example/v1", "base-url"),
        ("$LAB_URL/v1/models", "http://lab.example/v1", "lab"),
        ("http://$HOST:9200/_search", "http://localhost:9200", "localhost-9200"),
        ("https://$HOST/_search", "https://host.example", "api-host"),
        ("http://$HOST:$PORT/a", "http://localhost", "localhost"),
        ("https://$TENANT.example.com/a", "https://tenant.example.com", "tenant"),
    ],
)
def test_open_address(url: str, base_url: str, name: str) -> None:
    """An address that the source leaves open becomes one that a catalog can have, and that is told."""
    made, catalog = built(request(f"GET {url}"))

    assert [(backend.base_url, backend.id) for backend in catalog.backends.values()] == [(base_url, name)]
    assert made.entries[0].status == "normalised" and "stands in its place" in made.entries[0].reasons[0]


@pytest.mark.parametrize("url", ["ftp://h.example/a", "http://a b.example/a", "http://h.example:99x/a", "file:///etc/hosts"])
def test_address_that_is_none(url: str) -> None:
    """An address that no catalog can have is left out, and told; the rest is imported."""
    bad = replace(request("GET http://h.example/a"), base=Text((url.removesuffix("/a"),)))
    made, _ = built(bad, request("GET http://h.example/b"))

    assert [entry.status for entry in made.entries] == ["left-out" if "99x" not in url else "carried", "carried"]


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("api.github.com", "github"),
        ("gpu-7:8000", "gpu-7"),
        ("localhost:11434", "localhost-11434"),
        ("127.0.0.1:81", "localhost-81"),
        ("127.0.0.1:80", "localhost"),
        ("10.0.0.7:8000", "server-10-0-0-7-8000"),
        ("www.example.co.uk", "example"),
        ("search.lab.example.com", "lab"),
        ("git.example.com", "api-git"),
        ("python.example", "api-python"),
        ("depot.corp.example.net", "depot"),
        ("ci.home.lan", "ci"),
        ("api.shop.internal:8443", "shop"),
        ("gitea.tools.svc.cluster.local", "gitea"),
        ("home.lan", "home"),
    ],
)
def test_name_of_a_host(host: str, name: str) -> None:
    """A server is named after its host, with an id whose variables are nobody else's."""
    _, catalog = built(request(f"GET http://{host}/a"))

    assert list(catalog.backends) == [name]


def test_the_port_that_a_scheme_has_anyway_makes_no_other_server() -> None:
    """https://…:443 is https://…; http://…:443 is another server."""
    addresses = ["https://a.example:443", "https://a.example", "http://b.example:80", "http://b.example", "http://b.example:443"]
    _, catalog = built(*(request(f"GET {address}/{number}x") for number, address in enumerate(addresses)))

    servers = {backend.base_url: len(backend.cells) for backend in catalog.backends.values()}
    assert servers == {"https://a.example": 2, "http://b.example": 2, "http://b.example:443": 1}


def test_names_that_are_given() -> None:
    """--backend names the only server, or one by its host; the source's own name comes next."""
    one, two = request("GET http://a.example/x"), request("GET http://b.example:81/y", backend="Lab B")

    assert list(build([one], {"": "Our Lab"}).data["backends"]) == ["our-lab"]
    assert list(build([one, two], {"a.example": "first"}).data["backends"]) == ["first", "lab-b"]
    assert build([one, two]).data["backends"]["lab-b"]["name"] == "Lab B"


def test_headings_that_name_servers() -> None:
    """Where each heading has the commands of one server, it is that server's name, and the section's is the request's title."""
    servers = {"Alpha": "http://a.example:1", "BetaBox": "http://b.example:2"}
    found = [
        request(f"{line} {address}/v1/{path}", title=name, group=group)
        for name, address in servers.items()
        for line, path, group in (("GET", "models", "The models"), ("DELETE", "cache", "Empty the cache"))
    ]
    _, catalog = built(*found)

    assert [(backend.id, backend.name) for backend in catalog.backends.values()] == [("alpha", "Alpha"), ("betabox", "BetaBox")]
    assert {name: endpoint.title["en"] for name, endpoint in catalog.endpoints.items()} == {
        "models": "The models",
        "empty-cache": "Empty the cache",
    }


# ---- The same request ----------------------------------------------------------------------


def test_same_request_at_several_servers() -> None:
    """One endpoint of several backends, also where headings differ, one host wants a key or has a path of its own before it."""
    found = [
        request("POST http://a.example/v1/ask", ASK, title="Ask", number=1),
        request("POST http://b.example/proxy/v1/ask", {**ASK, "model": "large"}, title="Ask B", secrets=(KEY,), number=2),
        request("POST http://b.example/proxy/v1/ask", {**ASK, "model": "large"}, title="Again", number=3),
        request("GET http://b.example/proxy/v1/models", secrets=(KEY,), headers={"X-Team": "red"}, number=4),
    ]
    made, catalog = built(*found)

    assert list(catalog.endpoints) == ["ask", "models"]
    assert made.data["backends"]["b"]["endpoints"]["ask"] == {
        "values": {"model": "large"},
        "api_key": {"variable": "LAB_API_KEY", "required": False},
    }
    assert [(entry.backend, entry.endpoint) for entry in made.entries] == [("a", "ask"), ("b", "ask"), ("b", "ask"), ("b", "models")]
    assert catalog.backends["a"].endpoints["ask"].api_key == ()


def test_command_that_sent_no_key_sends_none() -> None:
    """A backend's key is for the commands that sent it."""
    found = [
        request("GET http://a.example/a", secrets=(KEY,)),
        request("GET http://a.example/b", secrets=(KEY,)),
        request("GET http://a.example/health"),
    ]
    made, catalog = built(*found)

    assert {name: bool(cell.api_key) for name, cell in catalog.backends["a"].endpoints.items()} == {"a": True, "b": True, "health": False}
    assert made.data["backends"]["a"]["api_key"] == {"variable": "LAB_API_KEY"}


def test_value_that_varies_is_a_parameter() -> None:
    """Two commands that differ in a value are one cell; the report says with which arguments the second one is sent."""
    found = [
        request("GET http://a.example/find?limit=10&order=name", number=1),
        request("GET http://a.example/find?limit=20&order=name", number=2),
        request("GET http://a.example/users/7", number=3),
        request("GET http://a.example/users/8", number=4),
    ]
    made, catalog = built(*found)

    cell = catalog.backends["a"].endpoints["find"]
    assert (cell.query, cell.parameters["limit"].option) == ({"limit": "10", "order": "name"}, "--limit")
    assert catalog.backends["a"].endpoints["get-user"].path == "/users/{user}"
    assert made.arguments == ((), ("--limit", "20"), (), ("--user", "8"))
    assert made.entries[1].reasons == ("the values that differ are arguments of the script: --limit 20",)


def test_repeat_has_its_own_entry() -> None:
    """The same command twice is one cell, and two entries that name it."""
    made, catalog = built(request("GET http://a.example/x", number=3), request("GET http://a.example/x", number=9))

    assert [(entry.source.line, entry.status, entry.endpoint) for entry in made.entries] == [(3, "carried", "x"), (9, "carried", "x")]
    assert len(catalog.endpoints) == 1


# ---- Variants ------------------------------------------------------------------------------


def test_variants_use_like() -> None:
    """A body that differs is a variant of the endpoint that does not stream; what it has is taken over, what it lacks removed."""
    long = {
        **ASK,
        "temperature": 0.5,
        "messages": [{"role": "system", "content": "You are a careful translator of poems."}, ASK["messages"][0]],
    }
    found = [
        request("POST http://a.example/v1/ask", {**long, "stream": True}),
        request("POST http://a.example/v1/ask", long),
        request("POST http://a.example/v1/ask", {name: long[name] for name in ("model", "messages")}),
    ]
    made, catalog = built(*found)

    assert made.data["endpoints"]["ask-stream"] == {"like": "ask", "body": {"stream": True}, "response": "events"}
    assert [entry.endpoint for entry in made.entries] == ["ask-stream", "ask", "ask-2"]
    assert catalog.backends["a"].endpoints["ask-2"].body == {name: long[name] for name in ("model", "messages")}


def test_null_in_a_variant_is_sent() -> None:
    """A merge patch would take a null for a removal, so such a variant stands alone."""
    _, catalog = built(
        request("PUT http://a.example/x", {"a": 1, "b": "text that is long enough", "c": True}),
        request("PUT http://a.example/x", {"a": None, "b": "text that is long enough", "c": True}),
    )

    assert [cell.body["a"] for cell in catalog.backends["a"].cells] == [1, None]


@pytest.mark.parametrize("value", [None, "text", '{"a": 1}', 5, 0, True, [], {}, [1, None], {"a": None}, "", {"": 1}])
def test_any_json_is_the_body(value: Any) -> None:
    """Each JSON value is sent as it is, a null and a text too."""
    made, catalog = built(request("POST http://a.example/x", FoundBody("json", value)))
    cell = catalog.backends["a"].endpoints[made.entries[0].endpoint or ""]

    if cell.text is not None:
        assert cell.headers["Content-Type"] == "application/json"
        assert cell.text == {None: "null"}.get(value, '"{\\"a\\": 1}"')
    else:
        assert cell.body == value and type(cell.body) is type(value)


# ---- What is shared ------------------------------------------------------------------------


def test_headers_of_all_requests_stand_at_the_backend() -> None:
    """So do settings of the transfer; a Content-Type stands only where the body has another one by itself."""
    headers = {"Accept": "application/json", "X-Team": "red"}
    found = [
        request("GET http://a.example/x", headers=headers, curl={"insecure": True, "retry": 2}),
        request("POST http://a.example/y", {"a": 1}, headers={**headers, "content-type": "application/json"}, curl={"insecure": True}),
        request(
            "POST http://a.example/z",
            {"a": 1},
            headers={**headers, "Content-Type": "application/x-www-form-urlencoded"},
            curl={"insecure": True},
        ),
    ]
    made, _ = built(*found)

    backend = made.data["backends"]["a"]
    assert (backend["headers"], backend["curl"]) == (headers, {"insecure": True})
    assert [endpoint.get("headers") for endpoint in made.data["endpoints"].values()] == [
        None,
        None,
        {"Content-Type": "application/x-www-form-urlencoded"},
    ]
    assert [endpoint.get("curl") for endpoint in made.data["endpoints"].values()] == [{"retry": 2}, None, None]


def test_header_twice() -> None:
    """A header that stands twice is sent once, with both values."""
    twice = replace(request("GET http://a.example/x"), headers=(("X-A", text("1")), ("x-a", text("2"))))
    made, catalog = built(twice)

    assert catalog.backends["a"].endpoints["x"].headers == {"X-A": "1, 2"}
    assert made.entries[0].status == "normalised"


# ---- Parameters ----------------------------------------------------------------------------


def test_variables_become_parameters() -> None:
    """In a path, a query, a header, a text and for any JSON value; with an option, a variable, and what is sent by default."""
    found = replace(
        request(
            "POST http://a.example/pets/$PET_ID/notes?page=$PAGE",
            {"who": text("$WHO", WHO="you"), "count": Variable("COUNT"), "text": text("Hello $NAME!")},
        ),
        headers=(("X-Trace", text("$TRACE")),),
    )
    made, catalog = built(found)
    cell = catalog.backends["a"].cells[0]

    assert {
        name: (parameter.at, parameter.option, parameter.variable, parameter.required) for name, parameter in cell.parameters.items()
    } == {
        "pet-id": (("path", "pet_id"), "--pet-id", "PET_ID", False),
        "page": (("query", "page"), "--page", "PAGE", True),
        "trace": (("headers", "X-Trace"), "--trace", "TRACE", True),
        "count": (("body", "count"), "--count", "COUNT", True),
        "text": (("body", "text"), "--text", "TEXT", True),
        "who": (("body", "who"), "--who", "WHO", False),
    }
    assert cell.body == {"who": "you", "count": None, "text": "Hello NAME!"}
    assert any("--text" in reason and "NAME" in reason for reason in made.entries[0].reasons)


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({"messages": [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]}, ("body", "messages", -1, "content")),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}]}]}, ("body", "messages", -1, "content", 0, "text")),
        ({"prompt": "a", "input": "b"}, ("body", "prompt")),
        ({"input": ["a", "b"]}, ("body", "input")),
        ({"query": {"match_all": {}}}, None),
        ({"name": "a"}, None),
    ],
)
def test_argument_of_a_body(body: dict[str, Any], at: tuple[str | int, ...] | None) -> None:
    """The last message, or what is asked under a usual name, is the argument."""
    _, catalog = built(request("POST http://a.example/x", body))
    argument = catalog.backends["a"].cells[0].argument

    assert (argument.at if argument else None) == at


def test_argument_of_a_query_and_a_path() -> None:
    """So is a search's q, and what is open in a path if it is all that a user has to give."""
    _, catalog = built(
        request("GET http://a.example/find?q=jq&page=1"), request("GET http://a.example/pets/$ID"), request("GET http://a.example/$A/$B")
    )
    arguments = [cell.argument.at if cell.argument else None for cell in catalog.backends["a"].cells]

    assert arguments == [("query", "q"), ("path", "id"), None]


@pytest.mark.parametrize(
    "name",
    [
        "RAW",
        "HELP",
        "INCLUDE",
        "DRY_RUN",
        "OUTPUT",
        "SET",
        "BODY",
        "ALL",
        "BASE_URL",
        "TIMEOUT",
        "CURLRC",
        "UNIX_SOCKET",
        "PATH",
        "x_BASE_URL",
        "变量",
        "1",
    ],
)
def test_names_that_scripts_have_themselves(name: str) -> None:
    """A variable that is called as an option or a variable of every script, or has no name of ASCII, has another name."""
    found = replace(
        request("POST http://a.example/x", {"v": Text((Variable(name),))}), parameters=(FoundParameter("all", ("query", "all"), "integer"),)
    )
    made, catalog = built(found)

    assert made.entries[0].endpoint and len(catalog.backends["a"].cells[0].parameters) == 2


def test_variable_that_is_the_whole_body() -> None:
    """JSON that a variable holds is sent as a text, and labelled as JSON."""
    made, _ = built(request("POST http://a.example/x", FoundBody("json", Variable("PAYLOAD"))))

    assert made.data["endpoints"]["x"] | {"effect": None} == {
        "method": "POST",
        "path": "/x",
        "headers": {"Content-Type": "application/json"},
        "text": "PAYLOAD",
        "parameters": {"payload": {"at": ["text"], "option": "--payload", "variable": "PAYLOAD", "required": True}},
        "effect": None,
    }


def test_declared_parameters() -> None:
    """What a document declares is sent only if it is given, unless it says a default; a path keeps its slashes where it says so."""
    found = replace(
        request("GET http://a.example/files/$name"),
        parameters=(
            FoundParameter("name", ("path", "name"), "string", required=True, example="a/b", reserved=True, about="the file"),
            FoundParameter("page", ("query", "page"), "integer"),
            FoundParameter("kind", ("query", "kind"), default="all"),
            FoundParameter("ids", ("query", "ids"), "string", repeat=True, join=","),
        ),
    )
    made, _ = built(found)

    assert made.data["endpoints"]["get-file"] == {
        "method": "GET",
        "path": "/files/{+name}",
        "query": {"kind": "all"},
        "parameters": {
            "name": {
                "at": ["path", "name"],
                "option": "--name",
                "variable": "NAME",
                "argument": True,
                "example": "a/b",
                "about": "the file",
            },
            "page": {"at": ["query", "page"], "option": "--page", "type": "integer"},
            "kind": {"at": ["query", "kind"], "option": "--kind"},
            "ids": {"at": ["query", "ids"], "option": "--ids", "type": "string", "repeat": True, "join": ","},
        },
    }


def test_secret_in_a_body() -> None:
    """It is a parameter whose value comes from its variable alone."""
    found = request("POST http://a.example/login", {"user": "ada", "password": Text((Variable("PASSWORD", secret=True),))})
    made, _ = built(found)

    assert made.data["endpoints"]["login"]["parameters"]["password"] == {
        "at": ["body", "password"],
        "variable": "PASSWORD",
        "secret": True,
        "required": True,
    }


@pytest.mark.parametrize(
    ("secret", "written"),
    [
        (FoundSecret("T", "header", "Authorization", "Bearer "), {"variable": "T"}),
        (FoundSecret("T", "header", "Authorization", "Token "), {"variable": "T", "header": "Authorization", "prefix": "Token "}),
        (FoundSecret("T", "header", "X-Key"), {"variable": "T", "header": "X-Key"}),
        (FoundSecret("T", "query", "key"), {"variable": "T", "query": "key"}),
        (FoundSecret("T", "cookie", "sid"), {"variable": "T", "cookie": "sid"}),
        (FoundSecret("LOGIN", "basic"), {"variable": "LOGIN", "scheme": "basic"}),
        (FoundSecret("home", "header", "X-Key", required=False), {"variable": "API_HOME", "header": "X-Key", "required": False}),
    ],
)
def test_keys(secret: FoundSecret, written: dict[str, Any]) -> None:
    """Each place of a key, in the catalog's words."""
    made, _ = built(request("GET http://a.example/x", secrets=(secret,)))

    assert made.data["backends"]["a"]["api_key"] == written


# ---- Paths ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "written", "value"),
    [
        ("/a%20b/中文", "/a b/中文", None),
        ("/projects/group%2Fname", "/projects/{project}", "group/name"),
        ("/files/a%3Fb", "/files/{file}", "a?b"),
        ("/x/%7Bid%7D", "/x/{x}", "{id}"),
        ("/a/./b/../c", "/a/c", None),
        ("/a//b", "/a//b", None),
        ("/a/", "/a/", None),
        ("/100%25", "/100%", None),
        ("/50%", "/50%", None),
    ],
)
def test_path(path: str, written: str, value: str | None) -> None:
    """A path is decoded; what only an encoded one can say is the value of a placeholder."""
    _, catalog = built(replace(request("GET http://a.example/"), path=Text((path,))))
    cell = catalog.backends["a"].cells[0]

    assert (cell.path, next(iter(cell.values.values()), None)) == (written, value)


# ---- Bodies --------------------------------------------------------------------------------


def test_other_bodies() -> None:
    """A web form, parts of a form, a text and a file; a name that repeats is a list."""
    fields = [("a", text("1")), ("b", text("x y")), ("a", text("2"))]
    parts = [
        FoundPart("note", text("hi")),
        FoundPart("meta", text("{}"), media_type="application/json"),
        FoundPart("f", file=text("a.jpg")),
    ]
    found = [
        request("POST http://a.example/web", FoundBody("urlencoded", fields)),
        request("POST http://a.example/parts", FoundBody("form", parts), headers={"Content-Type": "multipart/form-data"}),
        request("PUT http://a.example/text", FoundBody("text", text("a,b")), headers={"Content-Type": "text/csv"}),
        request("PUT http://a.example/file", FoundBody("file", text("photo.png")), headers={"Content-Type": "image/png"}),
    ]
    made, catalog = built(*found)
    web, form, plain, file = catalog.backends["a"].cells

    assert web.urlencoded == {"a": ("1", "2"), "b": "x y"}
    assert made.data["endpoints"][form.id]["form"] == {
        "note": "hi",
        "meta": {"text": "{}", "type": "application/json"},
        "f": {"file": "a.jpg"},
    }
    assert (plain.text, plain.headers, file.file, file.headers) == (
        "a,b",
        {"Content-Type": "text/csv"},
        "photo.png",
        {"Content-Type": "image/png"},
    )
    assert form.headers == {}


# ---- Answers -------------------------------------------------------------------------------


def test_pipelines_and_samples() -> None:
    """Filters of the same request come together; the sample is kept where they find something in it."""
    found = [
        request("GET http://a.example/users", pipelines=(FoundPipeline(".users[].name", raw=True),), sample={"users": [{"name": "Ada"}]}),
        request(
            "GET http://a.example/users", pipelines=(FoundPipeline(".users | length"), FoundPipeline(".users[].name", raw=True)), number=2
        ),
        request("GET http://a.example/teams", pipelines=(FoundPipeline(".items[]"),), sample={"teams": []}, number=3),
        request("GET http://a.example/odd", pipelines=(FoundPipeline(".a |"),), number=4),
        request("GET http://a.example/rooms", pipelines=(FoundPipeline("."),), number=5),
        request("GET http://a.example/rooms", pipelines=(FoundPipeline(".[0].name"),), number=6),
    ]
    made, _ = built(*found)
    endpoints = made.data["endpoints"]

    assert endpoints["users"]["pipelines"] == [
        {"name": "names", "jq": ".users[].name", "raw": True},
        {"name": "count", "jq": ".users | length"},
    ]
    assert endpoints["rooms"]["pipelines"] == [{"name": "name", "jq": ".[0].name"}, {"name": "all", "jq": "."}]
    assert endpoints["users"]["sample"] == {"users": [{"name": "Ada"}]}
    assert "sample" not in endpoints["teams"] and "left out: the answer that is shown" in made.entries[2].reasons[0]
    assert "pipelines" not in endpoints["odd"] and "which jq does not take" in made.entries[3].reasons[0]


def test_answer_that_is_a_file() -> None:
    """It is saved under the name that the source gives, else under that of the path."""
    found = [
        request("GET http://a.example/report", response="file", save_as="report.pdf"),
        request("GET http://a.example/files/data.zip", response="file"),
        request("GET http://a.example/files/$NAME", response="file"),
    ]
    made, _ = built(*found)

    assert [endpoint.get("save_as") for endpoint in made.data["endpoints"].values()] == ["report.pdf", "data.zip", None]


def test_sections_and_leads() -> None:
    """A section's heading is the group of all that stands in it, and no request's title; the words before a variant are in its title."""
    found = [
        request("GET http://gpu:1/api/tags", title="Native", about="List what is there."),
        request("POST http://gpu:1/api/ask", ASK, title="Ask", group="Native"),
        request(
            "POST http://gpu:1/api/ask",
            {**ASK, "seed": [1], "format": "json", "stop": ["."]},
            title="Ask",
            group="Native",
            about="With a seed.",
        ),
        request("POST http://gpu:1/api/pull", {"name": "x"}, title="Pull it and look", group="Native"),
        request("GET http://gpu:1/version", title="Version"),
        request("GET http://gpu:2/metrics"),
        request("GET http://gpu:2/health"),
    ]
    made, _ = built(*found)
    endpoints = made.data["endpoints"]

    assert list(made.data["backends"]) == ["gpu-1", "gpu-2"]
    assert made.data["groups"] == {"native": {"title": "Native"}}
    assert {name: (endpoint.get("title"), endpoint.get("group")) for name, endpoint in endpoints.items() if "like" not in endpoint} == {
        "tags": (None, "native"),
        "ask": ("Ask", "native"),
        "pull": ("Pull it and look", "native"),
        "version": ("Version", None),
        "metrics": (None, None),
        "health": (None, None),
    }
    assert [endpoint["title"] for endpoint in endpoints.values() if "like" in endpoint] == ["Ask: with a seed"]


def test_id_in_a_path() -> None:
    """A number behind a word is the value of a placeholder, and the argument."""
    made, _ = built(request("GET http://a.example/projects/42/export.csv"))

    (endpoint,) = made.data["endpoints"].values()
    assert (endpoint["path"], endpoint["values"]) == ("/projects/{project}/export.csv", {"project": 42})
    assert endpoint["parameters"]["project"]["argument"] is True


@pytest.mark.parametrize(
    ("sample", "filters"),
    [
        ([{"id": 7, "name": "hall"}], [("all", "."), ("names", ".[].name"), ("ids", ".[].id")]),
        ({"lamps": [{"id": 7}]}, [("all", "."), ("ids", ".lamps[].id")]),
        ({"open": True}, [("all", ".")]),
        ({"id": 7}, [("all", "."), ("id", ".id")]),
        ([], [("all", ".")]),
    ],
)
def test_an_answer_without_a_filter_is_shown_whole(sample: Any, filters: list[tuple[str, str]]) -> None:
    """Pages show what filters find: the whole answer, as the notes show it, and the names and ids in it."""
    made, _ = built(request("GET http://a.example/x", sample=sample))

    (endpoint,) = made.data["endpoints"].values()
    assert [(pipeline["name"], pipeline["jq"]) for pipeline in endpoint["pipelines"]] == filters
    assert endpoint["sample"] == sample


def test_a_stream_without_a_filter_is_shown_whole() -> None:
    """Event by event; and the source's own filters stay alone."""
    stream, _ = built(request("GET http://a.example/x", sample=[{"a": 1}], response="events"))
    own, _ = built(request("GET http://a.example/x", sample=[{"id": 1}], pipelines=(FoundPipeline(".[0].id"),)))

    assert [endpoint["pipelines"] for endpoint in stream.data["endpoints"].values()] == [[{"name": "all", "jq": "."}]]
    assert [endpoint["pipelines"] for endpoint in own.data["endpoints"].values()] == [[{"name": "id", "jq": ".[0].id"}]]


@pytest.mark.parametrize(
    ("line", "body", "effect"),
    [
        ("DELETE http://a.example/x", None, "changes"),
        ("PUT http://a.example/x", {"a": 1}, "changes"),
        ("POST http://a.example/users", {"name": "Ada"}, "changes"),
        ("POST http://a.example/x/_search", {"a": 1}, None),
        ("POST http://a.example/v1/ask", ASK, None),
        ("MOVE http://a.example/x", None, "changes"),
        ("MKCOL http://a.example/x", None, "changes"),
        ("LOCK http://a.example/x", None, "changes"),
        ("PURGE http://a.example/x", None, "changes"),
        ("PROPFIND http://a.example/x", None, None),
        ("OPTIONS http://a.example/x", None, None),
        ("LIST http://a.example/x", None, None),
        ("GET http://a.example/x", None, None),
        ("GET http://a.example/trace/start", None, "changes"),
        ("GET http://a.example/users/7/delete", None, "changes"),
        ("GET http://a.example/deleteUser", None, "changes"),
        ("GET http://a.example/set_led", None, "changes"),
        ("GET http://a.example/admin?action=reboot", None, "changes"),
        ("GET http://a.example/relay/0?turn=on", None, "changes"),
        ("GET http://a.example/settings", None, None),
        ("GET http://a.example/start_time", None, None),
        ("GET http://a.example/starters", None, None),
        ("GET http://a.example/install.sh", None, None),
        ("GET http://a.example/reboot.cgi", None, "changes"),
        ("GET http://a.example/admin?action=status", None, None),
    ],
)
def test_effect(line: str, body: Any, effect: str | None) -> None:
    """What changes something says so."""
    _, catalog = built(request(line, body))

    assert catalog.backends["a"].cells[0].effect == effect


@pytest.mark.parametrize(
    ("about", "effect"),
    [
        ("Wide mode halts the application.", "changes"),
        ("Restart the board", "changes"),
        ("重启服务", "changes"),
        ("Lists what a user deletes", None),
        ("The list of restarts", None),
        ("此命令会清空缓存。", "changes"),
        ("它不会删除任何文件。", None),
    ],
)
def test_effect_that_the_source_says(about: str, effect: str | None) -> None:
    """A GET of which the words say that it changes something does; probe passes over it."""
    _, catalog = built(request("GET http://a.example/x", about=about))

    assert catalog.backends["a"].cells[0].effect == effect


@pytest.mark.parametrize(
    ("line", "title", "effect"),
    [
        ("GET http://a.example/x", "Delete lamp", "changes"),
        ("GET http://a.example/x", "Restart", "changes"),
        ("GET http://a.example/x", "删除灯", "changes"),
        ("POST http://a.example/x/_search", "Remove old lamps", "changes"),
        ("POST http://a.example/x/query", "清空缓存", "changes"),
        ("GET http://a.example/x", "Restart history", None),
        ("GET http://a.example/x", "Deleted lamps", None),
        ("GET http://a.example/x", "删除的灯", None),
        ("GET http://a.example/x", "重启记录", None),
        ("POST http://a.example/v1/ask", "Removal of lamps, explained", None),
        ("HEAD http://a.example/x", "Delete lamp", None),
    ],
)
def test_effect_that_a_title_orders(line: str, title: str, effect: str | None) -> None:
    """Whatever the path is called; what is asked for may have such a word in its name."""
    _, catalog = built(request(line, ASK if line.endswith("ask") else None, title=title))

    assert catalog.backends["a"].cells[0].effect == effect


def test_effect_that_a_note_says() -> None:
    """What stands behind a command counts, too."""
    _, catalog = built(request("GET http://a.example/x", notes=("It takes a while. This reboots the board.",)))

    assert catalog.backends["a"].cells[0].effect == "changes"


# ---- Words ---------------------------------------------------------------------------------


def test_two_languages() -> None:
    """The same request in an English and a Chinese part has its texts in both; what stands in one alone is for all."""
    found = [
        request("GET http://a.example/models", title="Models", about="What is there.", language="en"),
        request("GET http://a.example/models", title="模型列表", about="有哪些模型。", language="zh", number=2),
        request("GET http://a.example/health", title="Health", language="en", also=(FoundWords("zh", title="健康检查"),), number=3),
        request("GET http://a.example/load", title="负载", language="zh", number=4),
    ]
    made, _ = built(*found)

    assert made.data["languages"] == ["en", "zh"]
    assert {name: endpoint["title"] for name, endpoint in made.data["endpoints"].items()} == {
        "models": {"en": "Models", "zh": "模型列表"},
        "health": {"en": "Health", "zh": "健康检查"},
        "load": "负载",
    }


def test_groups() -> None:
    """Sections are groups, where they tell requests apart; a heading above several requests is their group."""
    found = [
        request("GET http://a.example/users", title="Users"),
        request("GET http://a.example/teams", title="Users"),
        request("GET http://a.example/jobs", title="List the jobs", group="工作"),
        request("GET http://a.example/runs", title="List the runs", group="工作"),
    ]
    made, _ = built(*found)

    assert made.data["groups"] == {"users": {"title": "Users"}, "jobs": {"title": "工作"}}
    assert [(name, endpoint.get("title"), endpoint["group"]) for name, endpoint in made.data["endpoints"].items()] == [
        ("users", None, "users"),
        ("teams", None, "users"),
        ("list-jobs", "List the jobs", "jobs"),
        ("list-runs", "List the runs", "jobs"),
    ]


@pytest.mark.parametrize(
    ("line", "id"),
    [
        ("GET http://a.example/v1/chat/completions", "chat-completions"),
        ("GET http://a.example/pets/$ID", "get-pet"),
        ("DELETE http://a.example/pets/$ID", "delete-pet"),
        ("PATCH http://a.example/categories/$ID", "patch-category"),
        ("POST http://a.example/pets", "create-pet"),
        ("POST http://a.example/pets/_search", "pets-search"),
        ("GET http://a.example/", "root"),
        ("GET http://a.example/$X", "x"),
        ("GET http://a.example/中文", "root"),
        ("GET http://a.example/data.json", "data"),
        ("PROPFIND http://a.example/files", "propfind-files"),
        ("GET http://a.example/a/very/long/path-with-many-words/and-more-of-them/and-more-still", "and-more-still"),
    ],
)
def test_id_of_a_path(line: str, id: str) -> None:
    """Without a short title, a path and its method give the id."""
    _, catalog = built(request(line))

    assert list(catalog.endpoints) == [id]


def test_ids_are_unique_and_valid() -> None:
    """Whatever titles and operation ids are, each endpoint has its own id."""
    titles = ["List", "List", "list!", "列表", "1. List", "--", "x" * 300, "List all of the things that there are in here"]
    _, catalog = built(*(request(f"GET http://a.example/p{number}/items", title=title) for number, title in enumerate(titles)))

    assert len(catalog.endpoints) == len(titles) and all(len(name) <= 45 for name in catalog.endpoints)
    assert list(built(request("GET http://a.example/x", id="getPetByID"))[1].endpoints) == ["get-pet-by-id"]


# ---- What a catalog refuses ----------------------------------------------------------------


def test_fault_leaves_one_request_out() -> None:
    """A request that the catalog refuses is left out with the reason, the others are imported, and parts are left out before requests."""
    found = [
        request("GET http://a.example/x", headers={"Bad Header": "1"}, number=1),
        request("PUT http://a.example/y", FoundBody("text", Text(("a\0b",))), number=2),
        request("GET http://a.example/z", title="odd \x07 title", number=3),
        request("GET http://a.example/w", number=4),
        NotImported(Source("notes.md", 5, "curl"), "broken", ("no URL",)),
    ]
    made, catalog = built(*found)

    assert [(entry.status, entry.endpoint) for entry in made.entries] == [
        ("left-out", None),
        ("left-out", None),
        ("normalised", "z"),
        ("carried", "w"),
        ("broken", None),
    ]
    assert "NUL" in made.entries[1].reasons[0] and "control character" in made.entries[2].reasons[0]
    assert list(catalog.endpoints) == ["z", "w"]


def test_nothing_is_left() -> None:
    """Where nothing can be said, there is no catalog, and each entry has its reason."""
    made = build([request("GET ftp://a.example/x")])

    assert (made.text, made.entries[0].status) == ("", "left-out")


def test_the_own_machine_has_one_name_for_each_port() -> None:
    """localhost and 127.0.0.1 are one server, and the report says so."""
    made, catalog = built(
        request("GET http://localhost:8080/a"), request("GET http://127.0.0.1:8080/b"), request("GET http://127.0.0.1:9090/a")
    )

    assert [backend.base_url for backend in catalog.backends.values()] == ["http://localhost:8080", "http://127.0.0.1:9090"]
    assert made.entries[1].reasons == ("http://127.0.0.1:8080 is the same server as http://localhost:8080, which stands in its place",)
