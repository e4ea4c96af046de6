"""OpenAPI documents become requests: where they go, what they are called, what is secret in them, and what of them may be changed."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from openapi_documents import EVERYTHING, document, found, request, shown, swagger

from generator.importing.model import FoundParameter, FoundRequest, FoundSecret, NotImported


def parameters(items: list[dict[str, Any]], path: str = "/pets") -> dict[str, FoundParameter]:
    """Return what parameters of a document become, by their names."""
    return {parameter.name: parameter for parameter in request(document({"parameters": items}, path)).parameters}


def one(item: dict[str, Any], path: str = "/pets") -> FoundParameter:
    """Return what one parameter of a document becomes."""
    (parameter,) = parameters([item], path).values()
    return parameter


# ---- Versions, lines, names ----------------------------------------------------------------


def test_json_and_yaml_are_the_same_and_know_their_lines() -> None:
    in_yaml = yaml.safe_dump(EVERYTHING, sort_keys=False)
    from_json, from_yaml = found(EVERYTHING), found(in_yaml)

    assert [repr(item).replace(f"line={item.source.line}", "") for item in from_json] == [
        repr(item).replace(f"line={item.source.line}", "") for item in from_yaml
    ]
    lines = in_yaml.splitlines()
    for item in from_yaml:
        if isinstance(item, FoundRequest):
            assert lines[item.source.line - 1].strip() == f"{item.method.lower()}:"


def test_lines_of_json_are_those_of_the_methods() -> None:
    text = '{"openapi": "3.0.0",\n"x": {"paths": {"/a": {}}},\n"paths": {"/a": {"servers": [],\n\n"get": {"x": "get\\": {"},\n"put": {}}}}'

    assert [(item.source.text, item.source.line) for item in found(text)] == [("GET /a", 5), ("PUT /a", 6)]


@pytest.mark.parametrize("version", ["3.0.0", "3.0.4", "3.1.1", "3.2.0"])
def test_versions_of_openapi_are_read(version: str) -> None:
    assert request({**document({}), "openapi": version}).method == "GET"


@pytest.mark.parametrize(
    ("operation_id", "expected"),
    [
        ("listPets", "list-pets"),
        ("pets/list_all", "pets-list-all"),
        ("GetHTTPStatus", "get-http-status"),
        ("宠物", "get-pets"),
        ("", "get-pets"),
        ("123go", "go"),
        ("x" * 200, "x" * 80),
    ],
)
def test_ids_come_from_the_document_else_from_method_and_path(operation_id: str, expected: str) -> None:
    assert request(document({"operationId": operation_id})).id == expected


def test_ids_are_unique_and_the_same_each_time() -> None:
    same = {"operationId": "same"}
    paths = {
        "/a": {"get": same, "put": same},
        "/b": {"get": {"operationId": "SAME"}},
        "/{a}": {"get": {}},
    }
    source = {"openapi": "3.0.0", "paths": paths}
    ids = [item.id for item in found(source) if isinstance(item, FoundRequest)]

    assert ids == ["same", "put-a", "get-b", "get-a"]
    assert ids == [item.id for item in found(source) if isinstance(item, FoundRequest)]


def test_titles_groups_and_prose() -> None:
    first, second, *_ = [item for item in found(EVERYTHING) if isinstance(item, FoundRequest)]

    assert (first.title, first.group, first.backend) == ("List pets", "All pets", "Pet shop")
    assert first.about == "Lists **all** pets.  \nReally `<all>`."
    assert (second.title, second.about) == ("Create Pet", "**Deprecated.**")


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("a <id> stays, <br/>not <script>this", "a <id> stays,   \nnot <script>this"),
        ("<p>One</p><p>Two <a href='https://a.example/b'>link</a></p>", "One\n\nTwo [link](https://a.example/b)"),
        ("<ul><li>one</li><li><p>two</p></li></ul>", "- one\n- two"),
        ("`<b>` and <i>this</i>\n\n```\n<b>\n```", "`<b>` and *this*\n\n```\n<b>\n```"),
        ("<a href='javascript:x'>no</a>", "no"),
        ("a\r\nb\x00\u202e", "a\nb"),
        ("> [!NOTE]\n> Mind the dog.", "> **Note:**\n> Mind the dog."),
        ('[Lists](/rest/lists) and [`GET /a`](#a "b"), ![x](y.png)', "Lists and `GET /a`, x"),
        (
            "[a](https://a.example/b(c)) `[b](/b)` [c [d]](../e)\n\n```\n[f](/f)\n```",
            "[a](https://a.example/b(c)) `[b](/b)` c [d]\n\n```\n[f](/f)\n```",
        ),
    ],
)
def test_descriptions_are_commonmark_without_html(description: str, expected: str) -> None:
    assert request(document({"summary": "Title", "description": description})).about == expected


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("# Introduction\n\nAll about\npets.\n\nMore", "All about\npets."),
        ("Introduction\n===\n- a list\n\n<h1>Pets</h1><p>All about <i>pets</i>.</p>", "All about *pets*."),
        ("| a | table |\n\n[![a](b)](https://c.example)", None),
        ("", None),
        (7, None),
    ],
)
def test_a_document_says_what_it_is(description: Any, expected: str | None) -> None:
    made = request(document({}, info={"title": "Pet shop  API", "description": description}))

    assert (made.page, made.page_about, made.backend) == ("Pet shop API", expected, "Pet shop")


def test_chinese_documents_say_their_language() -> None:
    assert request(document({"summary": "列出宠物", "tags": ["宠物"]})).language == "zh"
    assert request(document({"summary": "List pets"})).language is None


# ---- Addresses -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("servers", "base", "words"),
    [
        ([{"url": "https://a.example/v1/"}], "https://a.example/v1", ""),
        ([{"url": "https://{r}.a.example", "variables": {"r": {"default": "eu", "enum": ["us", "eu"]}}}], "https://eu.a.example", ""),
        ([{"url": "https://{r}.a.example", "variables": {"r": {"enum": ["us"]}}}], "https://us.a.example", ""),
        ([{"url": "https://{r}.a.example"}], "https://r.a.example", "has no default"),
        ([{"url": "/v3"}], "http://localhost/v3", "names no host"),
        ([{"url": "/v3"}, {"url": "https://a.example"}], "https://a.example", "the others are /v3"),
        ([], "http://localhost", "names no host"),
        ([{"url": "https://a.example"}, {"url": "https://b.example"}], "https://a.example", "the others are https://b.example"),
        ([{"url": "wss://a.example"}, {"url": "https://b.example"}], "https://b.example", ""),
        ([{"url": "a.example/v1"}], "https://a.example/v1", "names no scheme"),
        ([{"url": "//a.example/v1"}], "https://a.example/v1", ""),
        ([{"url": "https://a.example/v1?x=1#y"}], "https://a.example/v1", ""),
        ([{"url": "https://a.example/ü b"}], "https://a.example/%C3%BC%20b", ""),
        ([{"url": "https://[:::"}], "http://localhost", "none that curl could ask"),
    ],
)
def test_servers(servers: list[dict[str, Any]], base: str, words: str) -> None:
    made = request({**document({}), "servers": servers})

    assert made.base.plain == base
    assert [sentence for sentence in made.changes if words and words in sentence] or not (words or made.changes)


def test_user_and_password_of_a_server_are_left_out() -> None:
    made = request({**document({}), "servers": [{"url": "https://ada:pw@a.example"}]})

    assert (made.base.plain, len(made.left_out)) == ("https://a.example", 1)
    assert "pw" not in repr(made)


def test_servers_of_paths_and_operations() -> None:
    source = document({"servers": [{"url": "https://up.example"}]})
    source["paths"]["/pets"]["servers"] = [{"url": "https://path.example"}]
    source["paths"]["/pets"]["put"] = {}

    assert [item.base.plain for item in found(source) if isinstance(item, FoundRequest)] == ["https://up.example", "https://path.example"]


def test_a_server_that_speaks_no_http_is_left_out() -> None:
    (left,) = found({**document({}), "servers": [{"url": "wss://a.example"}]})

    assert isinstance(left, NotImported) and left.status == "left-out" and "wss://a.example" in left.reasons[0]


@pytest.mark.parametrize(
    ("more", "base"),
    [
        ({}, "https://api.petshop.example/v1"),
        ({"schemes": ["http"]}, "http://api.petshop.example/v1"),
        ({"schemes": None}, "https://api.petshop.example/v1"),
        ({"host": ""}, "http://localhost/v1"),
        ({"basePath": "v2/"}, "https://api.petshop.example/v2"),
    ],
)
def test_swagger_says_its_server_in_three_parts(more: dict[str, Any], base: str) -> None:
    assert request({**swagger({}), **more}).base.plain == base


@pytest.mark.parametrize(
    ("path", "expected", "query"),
    [
        ("/a/{b}.json", "/a/<b>.json", {}),
        ("/a/{b}-{c}", "/a/<b>-<c>", {}),
        ("/a?x=1&y=a+b", "/a", {"x": "1", "y": "a b"}),
        ("/a#part", "/a", {}),
        ("a", "/a", {}),
        ("/a/{name=shelves/*}:go", "/a/<name>:go", {}),
        ("/a/{b+}", "/a/<b>", {}),
        ("/a/{+b}", "/a/<b>", {}),
        ("/a/{", "/a/{", {}),
        ("/{}", "/{}", {}),
    ],
)
def test_paths(path: str, expected: str, query: dict[str, str]) -> None:
    made = request(document({}, path))

    assert shown(made.path) == expected
    assert {name: text.plain for name, text in made.query} == query
    assert {parameter.at[1] for parameter in made.parameters} == {part.split(">")[0] for part in expected.split("<")[1:]}


def test_a_placeholder_in_a_query_is_a_parameter_of_the_query() -> None:
    made = request(document({"parameters": [{"name": "id", "in": "path", "schema": {"type": "integer"}}]}, "/a?pet={id}&x=1"))

    assert [(item.name, item.at, item.type, item.required, item.example) for item in made.parameters] == [
        ("id", ("query", "pet"), "integer", True, "1")
    ]
    assert [name for name, _ in made.query] == ["x"]


@pytest.mark.parametrize("path", ["/a/{x+}", "/a/{+x}", "/a/{x=**}"])
def test_some_placeholders_keep_slashes(path: str) -> None:
    made = request(document({"parameters": [{"name": "x", "in": "path", "description": "Where."}]}, path))

    assert [(item.name, item.reserved, item.about) for item in made.parameters] == [("x", True, "Where.")]


@pytest.mark.parametrize("query", ["{a}=1", "a=x{b}"])
def test_placeholders_within_a_query_are_told(query: str) -> None:
    made = request(document({}, f"/a?{query}"))

    assert made.query == () and query in made.left_out[0]


@pytest.mark.parametrize("path", ["/a/../b", "/./a"])
def test_a_path_that_curl_would_change_is_left_out(path: str) -> None:
    (left,) = found(document({}, path))

    assert isinstance(left, NotImported) and "which curl would take out" in left.reasons[0]


@pytest.mark.parametrize("method", ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"])
def test_methods(method: str) -> None:
    assert request(document({}, method=method)).method == method.upper()


def test_other_methods_of_openapi_3_2() -> None:
    source = document({})
    source["paths"]["/pets"] = {"additionalOperations": {"PURGE": {"operationId": "purge"}}}

    assert (request(source).method, request(source).id) == ("PURGE", "purge")


def test_webhooks_and_callbacks_are_told() -> None:
    _, created, *_ = items = found(EVERYTHING)
    hook = items[-1]

    assert isinstance(created, FoundRequest) and created.left_out == ("the callback born: it is a request that the server sends",)
    assert isinstance(hook, NotImported) and (hook.status, hook.source.text) == ("left-out", "webhook sold")


# ---- Secrets -------------------------------------------------------------------------------

SCHEMES = {
    "bearer": {"type": "http", "scheme": "Bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "digest": {"type": "http", "scheme": "digest"},
    "own": {"type": "http", "scheme": "Token"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "app_id"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
    "whole": {"type": "apiKey", "in": "header", "name": "Authorization"},
    "oauth": {"type": "oauth2", "flows": {"implicit": {"authorizationUrl": "https://a.example/in"}}},
    "oidc": {"type": "openIdConnect"},
    "tls": {"type": "mutualTLS"},
    "signed": {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"},
}
BEARER = FoundSecret("PETSHOP_TOKEN", "header", "Authorization", "Bearer ")
BASIC = FoundSecret("PETSHOP_LOGIN", "basic")
HEADER = FoundSecret("PETSHOP_API_KEY", "header", "X-API-Key")
QUERY = FoundSecret("PETSHOP_APP_ID", "query", "app_id")


@pytest.mark.parametrize(
    ("security", "secrets", "words"),
    [
        ([{"bearer": []}], (BEARER,), ""),
        ([{"basic": []}], (BASIC,), ""),
        ([{"own": []}], (FoundSecret("PETSHOP_TOKEN", "header", "Authorization", "Token "),), ""),
        ([{"header": []}], (HEADER,), ""),
        ([{"query": []}], (QUERY,), ""),
        ([{"cookie": []}], (FoundSecret("PETSHOP_SESSION", "cookie", "session"),), ""),
        ([{"whole": []}], (FoundSecret("PETSHOP_TOKEN", "header", "Authorization"),), ""),
        ([{"oauth": ["read"]}], (BEARER,), "OAuth 2: PETSHOP_TOKEN holds the access token (from https://a.example/in)"),
        ([{"oidc": []}], (BEARER,), "OpenID Connect"),
        ([{"header": [], "query": []}], (HEADER, QUERY), ""),
        ([{"header": []}, {"bearer": []}], (HEADER,), "of the ways to authenticate, header: the others are bearer"),
        ([{"digest": []}, {"bearer": []}], (BEARER,), "the others are digest"),
        ([{"digest": []}], (), "by digest, which a catalog cannot say"),
        ([{"tls": []}], (), "write curl: {cert: …, key: …}"),
        ([{"signed": []}], (), "write curl: {aws-sigv4: aws:amz}"),
        ([{"gone": []}], (), "does not say what its security scheme gone is"),
        ([{"bearer": [], "whole": []}], (BEARER,), "whole goes where another key goes already"),
        ([], (), ""),
        ([{}, {"header": []}], (FoundSecret("PETSHOP_API_KEY", "header", "X-API-Key", required=False),), ""),
    ],
)
def test_security(security: list[Any], secrets: tuple[FoundSecret, ...], words: str) -> None:
    made = request(document({"security": security}, components={"securitySchemes": SCHEMES}, security=[{"query": []}]))

    assert made.secrets == secrets
    said = [*made.changes, *made.left_out]
    assert [sentence for sentence in said if words and words in sentence] or not (words or said)


def test_security_of_the_document_and_of_swagger() -> None:
    definitions = {"all": {"type": "basic"}, "key": {"type": "apiKey", "in": "query", "name": "app_id"}}

    assert request(document({}, components={"securitySchemes": SCHEMES}, security=[{"query": []}])).secrets == (QUERY,)
    assert request(swagger({}, securityDefinitions=definitions, security=[{"all": [], "key": []}])).secrets == (BASIC, QUERY)


@pytest.mark.parametrize(
    ("url", "title", "prefix"),
    [
        ("https://api.github.example", "x", "GITHUB"),
        ("https://shop.co.uk", "x", "SHOP"),
        ("http://localhost:8080", "The Pet shop API", "PET_SHOP"),
        ("http://127.0.0.1", "宠物", "API"),
        ("https://7digital.example", "x", "API_7DIGITAL"),
    ],
)
def test_variables_are_named_after_the_server(url: str, title: str, prefix: str) -> None:
    source = document({"security": [{"bearer": []}]}, components={"securitySchemes": SCHEMES}, servers=[{"url": url}])

    assert request({**source, "info": {"title": title}}).secrets[0].variable == f"{prefix}_TOKEN"


def test_a_parameter_that_says_a_key_again_is_none() -> None:
    items = [{"name": "x-api-key", "in": "header", "schema": {"type": "string"}}, {"name": "app_id", "in": "query"}]
    others = [{"name": "X-Other", "in": "header"}, {"name": "app_id", "in": "cookie"}, {"name": "app", "in": "query"}]
    operation = {"parameters": [*items, *others], "security": [{"header": [], "query": []}]}
    made = request(document(operation, components={"securitySchemes": SCHEMES}))

    assert [item.at for item in made.parameters] == [("headers", "X-Other"), ("cookies", "app_id"), ("query", "app")]


def test_a_parameter_authorization_is_a_key() -> None:
    made = request(document({"parameters": [{"name": "Authorization", "in": "header", "required": True}]}))

    assert made.secrets == (FoundSecret("PETSHOP_TOKEN", "header", "Authorization"),)
    assert (made.parameters, len(made.changes)) == ((), 1)


# ---- Parameters ----------------------------------------------------------------------------

STRINGS = {"type": "array", "items": {"type": "string"}}


@pytest.mark.parametrize(
    ("item", "at", "repeat", "join"),
    [
        ({"in": "query", "schema": STRINGS}, ("query", "x"), True, None),
        ({"in": "query", "schema": STRINGS, "explode": False}, ("query", "x"), True, ","),
        ({"in": "query", "schema": STRINGS, "style": "spaceDelimited"}, ("query", "x"), True, " "),
        ({"in": "query", "schema": STRINGS, "style": "pipeDelimited", "explode": False}, ("query", "x"), True, "|"),
        ({"in": "query", "schema": STRINGS, "style": "pipeDelimited", "explode": True}, ("query", "x"), True, None),
        ({"in": "header", "schema": STRINGS}, ("headers", "x"), True, ","),
        ({"in": "cookie", "schema": STRINGS, "explode": False}, ("cookies", "x"), True, ","),
        ({"in": "path", "schema": STRINGS}, ("path", "x"), True, ","),
        ({"in": "path", "schema": STRINGS, "style": "label", "explode": True}, ("path", "x"), True, "."),
        ({"in": "path", "schema": STRINGS, "style": "matrix", "explode": True}, ("path", "x"), True, ";x="),
        ({"in": "query", "schema": {"type": "string"}}, ("query", "x"), False, None),
    ],
)
def test_lists_are_repeated_or_joined(item: dict[str, Any], at: tuple[str, str], repeat: bool, join: str | None) -> None:
    made = one({"name": "x", **item}, "/{x}" if item["in"] == "path" else "/pets")

    assert (made.at, made.type, made.repeat, made.join) == (at, "string", repeat, join)


@pytest.mark.parametrize(("format_", "join"), [("csv", ","), ("ssv", " "), ("tsv", "\t"), ("pipes", "|"), ("multi", None), (None, ",")])
def test_collection_formats_of_swagger(format_: str | None, join: str | None) -> None:
    item = {"name": "x", "in": "query", "type": "array", "items": {"type": "integer"}, "collectionFormat": format_}
    (made,) = request(swagger({"parameters": [item]})).parameters

    assert (made.repeat, made.join, made.type) == (True, join, "integer")


@pytest.mark.parametrize(("style", "before"), [("simple", ""), ("label", "."), ("matrix", ";x=")])
def test_styles_of_a_path(style: str, before: str) -> None:
    made = request(document({"parameters": [{"name": "x", "in": "path", "style": style, "schema": {"type": "string"}}]}, "/a/{x}"))

    assert shown(made.path) == f"/a/{before}<x>"


@pytest.mark.parametrize("extra", ["x-multi-segment", "allowReserved"])
def test_a_path_may_keep_its_slashes(extra: str) -> None:
    assert one({"name": "x", "in": "path", "schema": {"type": "string"}, extra: True}, "/a/{x}").reserved
    assert not one({"name": "x", "in": "path", "schema": {"type": "string"}}, "/a/{x}").reserved


def test_objects_in_a_query_are_spread_or_left_out() -> None:
    fields = {"type": "object", "properties": {"size": {"type": "integer"}, "tags": STRINGS, "in": {"properties": {"a": {}}}}}
    deep = parameters([{"name": "f", "in": "query", "style": "deepObject", "schema": fields}])
    spread = parameters([{"name": "f", "in": "query", "schema": {"type": "object", "properties": {"size": {"type": "integer"}}}}])
    whole = one({"name": "f", "in": "query", "explode": False, "schema": fields})
    open_ = request(document({"parameters": [{"name": "f", "in": "query", "schema": {"type": "object"}}]}))

    assert [(name, made.at[1], made.type, made.repeat) for name, made in deep.items()] == [
        ("f[size]", "f[size]", "integer", False),
        ("f[tags]", "f[tags]", "string", True),
        ("f[in][a]", "f[in][a]", "string", False),
    ]
    assert [(made.at, made.type) for made in spread.values()] == [(("query", "size"), "integer")]
    assert (whole.type, whole.about) == ("string", "Written key,value,key,value.")
    assert (open_.parameters, len(open_.left_out)) == ((), 1)


def test_a_parameter_may_hold_json() -> None:
    made = one({"name": "where", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}})

    assert (made.at, made.type, made.about) == (("query", "where"), "json", "Sent as application/json.")


@pytest.mark.parametrize(
    ("schema", "kind", "example"),
    [
        ({"type": "integer", "example": 7}, "integer", "7"),
        ({"type": "number", "default": 1.5}, "number", "1.5"),
        ({"type": "boolean", "enum": [False]}, "boolean", "false"),
        ({"type": ["null", "string"], "examples": ["Rex"]}, "string", "Rex"),
        ({"anyOf": [{"type": "null"}, {"type": "integer", "example": 3}]}, "integer", "3"),
        ({"type": "integer", "example": "many"}, "integer", None),
        ({"type": "integer", "example": "01"}, "integer", None),
        ({"type": "integer", "example": "-10"}, "integer", "-10"),
        ({"type": "number", "example": "00.5"}, "number", None),
        ({"type": "number", "example": "0.5"}, "number", "0.5"),
        ({"enum": ["a", "b"]}, "string", "a"),
        (True, "string", None),
        ({}, "string", None),
    ],
)
def test_types_and_examples(schema: Any, kind: str, example: str | None) -> None:
    made = one({"name": "x", "in": "query", "schema": schema})

    assert (made.type, made.example, made.required, made.default) == (kind, example, False, None)


@pytest.mark.parametrize(
    ("place", "example", "kept"), [("path", "..", None), ("path", "a", "a"), ("query", "..", ".."), ("cookie", "a;b", None)]
)
def test_examples_that_their_place_cannot_hold_are_none(place: str, example: str, kept: str | None) -> None:
    assert (
        one({"name": "x", "in": place, "example": example, "schema": {"type": "string"}}, "/{x}" if place == "path" else "/a").example
        == kept
    )


def test_what_is_required_has_a_default_or_an_example() -> None:
    made = parameters(
        [
            {"name": "a", "in": "query", "required": True, "schema": {"type": "string", "default": "x"}},
            {"name": "b", "in": "query", "required": True, "schema": {"type": "string", "enum": ["only"]}},
            {"name": "c", "in": "query", "required": True, "schema": {"type": "integer", "minimum": 5}},
            {"name": "d", "in": "query", "required": True, "example": "D", "schema": {"type": "string"}},
            {"name": "e", "in": "query", "required": True, "schema": {"type": "array", "items": {"type": "string", "enum": ["p", "q"]}}},
        ]
    )

    assert {name: (item.required, item.default, item.example) for name, item in made.items()} == {
        "a": (False, "x", None),
        "b": (False, "only", None),
        "c": (True, None, "5"),
        "d": (True, None, "D"),
        "e": (True, None, "p"),
    }


def test_parameters_say_what_they_do() -> None:
    made = one(
        {
            "name": "sort",
            "in": "query",
            "deprecated": True,
            "description": "How to **sort**, see [here](https://a.example).\n\nMore words.",
            "schema": {"type": "string", "enum": ["up", "down"], "default": "up"},
        }
    )

    assert made.about == "Deprecated. How to sort, see here. One of up, down. Default: up."


def test_parameters_of_paths_and_by_reference() -> None:
    source = document({"parameters": [{"name": "b", "in": "query", "schema": {"type": "integer"}}]})
    source["paths"]["/pets"]["parameters"] = [{"$ref": "#/components/parameters/A"}, {"name": "b", "in": "query"}]
    source["components"] = {"parameters": {"A": {"name": "a", "in": "query", "schema": {"type": "boolean"}}}}

    assert [(item.name, item.type) for item in request(source).parameters] == [("a", "boolean"), ("b", "integer")]


def test_headers_that_openapi_ignores() -> None:
    made = request(
        document(
            {
                "parameters": [
                    {"name": "Accept", "in": "header", "schema": {"type": "string", "enum": ["application/vnd.pets+json"]}},
                    {"name": "Content-Type", "in": "header", "schema": {"type": "string", "default": "text/x"}},
                    {"name": "X-Ray", "in": "header", "schema": {"type": "string"}},
                ]
            }
        )
    )

    assert [(name, text.plain) for name, text in made.headers] == [("Accept", "application/vnd.pets+json")]
    assert [item.at for item in made.parameters] == [("headers", "X-Ray")]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"name": "a b", "in": "header"}, "no header can be called a b"),
        ({"name": "a;b", "in": "cookie"}, "no cookie can be called a;b"),
        ({"name": "Cookie", "in": "header"}, "cookies have a place of their own"),
        ({"name": "x", "in": "nowhere"}, "stands in nowhere"),
        ({"name": "x", "in": "path"}, "which has no {x}"),
        ({"in": "query"}, "a parameter without a name"),
    ],
)
def test_parameters_that_cannot_be_said_are_told(item: dict[str, Any], words: str) -> None:
    made = request(document({"parameters": [item]}))

    assert made.parameters == ()
    assert [sentence for sentence in made.left_out if words in sentence]
