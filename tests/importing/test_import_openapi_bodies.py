"""What OpenAPI documents say that is sent and answered: bodies of all kinds, samples made from schemas, filters, pages."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
from openapi_documents import EVERYTHING, document, found, request, swagger

from generator import jq_filter
from generator.importing.model import FoundBody, FoundParameter, FoundPart, FoundRequest, Text
from generator.importing.openapi.patterns import text_of_pattern


def sending(media: dict[str, Any], kind: str = "application/json", **more: Any) -> FoundRequest:
    """Return the request of an operation with a body."""
    return request(document({"requestBody": {"required": True, "content": {kind: media}}}, method="post", **more))


def sent(schema: Any, **schemas: Any) -> Any:
    """Return the JSON that is sent for a schema, with what parameters of the first level have as examples."""
    made = sending(
        {"schema": {"type": "object", "required": ["x"], "properties": {"x": {"type": "array", "items": schema}}}},
        components={"schemas": schemas},
    )
    assert made.body is not None
    if "x" in made.body.value:
        return made.body.value["x"][0]
    (parameter,) = made.parameters
    return parameter.example


def answering(
    media: dict[str, Any] | None, kind: str = "application/json", method: str = "get", status: str = "200", **more: Any
) -> FoundRequest:
    """Return the request of an operation with an answer."""
    response = {"description": "Good"} if media is None else {"description": "Good", "content": {kind: media}}
    return request(document({"responses": {status: {**response, **more}}}, method=method))


# ---- JSON bodies ---------------------------------------------------------------------------

PET = {
    "type": "object",
    "required": ["name", "age", "tags", "owner", "kind", "vet"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string", "example": "Rex"},
        "age": {"type": "integer", "minimum": 3},
        "tags": {"type": "array", "items": {"type": "string"}},
        "owner": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}},
        "kind": {"type": "string", "enum": ["dog"]},
        "vet": {"type": "boolean", "default": True},
        "note": {"type": "string", "description": "A note."},
        "old": {"type": "string", "readOnly": True},
        "parts": {"type": "array", "items": {"type": "object"}},
    },
}


def test_required_fields_have_to_be_given_and_others_may_be() -> None:
    made = sending({"schema": PET})

    assert made.body == FoundBody("json", {"owner": {"id": 1}, "kind": "dog", "vet": True})
    assert made.parameters == (
        FoundParameter("name", ("body", "name"), "string", required=True, example="Rex"),
        FoundParameter("age", ("body", "age"), "integer", required=True, example="3"),
        FoundParameter("tags", ("body", "tags"), "string", required=True, example="string", repeat=True),
        FoundParameter("vet", ("body", "vet")),
        FoundParameter("note", ("body", "note"), "string", about="A note."),
    )


@pytest.mark.parametrize("place", ["example", "examples", "schema", "reference", "text"])
def test_the_documents_own_example_comes_first(place: str) -> None:
    example = {"name": "Fido", "owner": {"id": 9}, "note": "old", "extra": [1, {}], "id": 7}
    as_text = '{"name": "Fido", "owner": {"id": 9}, "note": "old", "extra": [1, {}], "id": 7}'
    media: dict[str, Any] = {
        "example": {"schema": PET, "example": example},
        "examples": {"schema": PET, "examples": {"none": {"summary": "x"}, "one": {"value": example}, "two": {"value": {}}}},
        "schema": {"schema": {**PET, "example": example}},
        "reference": {"schema": PET, "examples": {"one": {"$ref": "#/components/examples/One"}}},
        "text": {"schema": PET, "example": as_text},
    }[place]
    made = sending(media, components={"examples": {"One": {"value": example}}})

    assert made.body is not None and made.body.value == {"owner": {"id": 9}, "note": "old", "extra": [1, {}], "vet": True}
    assert [(item.name, item.required, item.example) for item in made.parameters] == [
        ("name", True, "Fido"),
        ("age", True, "3"),
        ("tags", True, "string"),
        ("vet", False, None),
        ("note", False, None),
    ]


def test_an_example_that_is_none_gives_way_to_the_schema() -> None:
    made = sending({"schema": PET, "example": "see above"})

    assert made.body is not None and made.body.value["owner"] == {"id": 1}


def test_not_forty_parameters() -> None:
    names = [f"f{number}" for number in range(40)]
    made = sending({"schema": {"type": "object", "required": names, "properties": {name: {"type": "string"} for name in names}}})

    assert len(made.parameters) == 12
    assert made.body is not None and len(made.body.value) == 28


def test_long_numbers_have_no_parameters_beside_them() -> None:
    made = sending({"example": {"id": 2**60, "name": "x"}})

    assert (made.parameters, made.body) == ((), FoundBody("json", {"id": 2**60, "name": "x"}))


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "array", "items": {"type": "integer"}}, [1]),
        ({"type": "string"}, "string"),
        ({"type": "array", "minItems": 2, "items": {"enum": ["a", "b"]}}, ["a", "b"]),
        (True, {}),
        ({}, {}),
    ],
)
def test_bodies_that_are_no_objects(schema: Any, expected: Any) -> None:
    assert sending({"schema": schema}).body == FoundBody("json", expected)


@pytest.mark.parametrize(
    ("kinds", "chosen", "header"),
    [
        (["application/json"], "json", None),
        (["application/xml", "application/json"], "json", None),
        (["application/xml", "application/vnd.api+json"], "json", "application/vnd.api+json"),
        (["application/json-patch+json", "application/merge-patch+json"], "json", "application/merge-patch+json"),
        (["application/json; charset=utf-8"], "json", "application/json; charset=utf-8"),
        (["*/*"], "json", None),
        (["multipart/form-data", "application/x-www-form-urlencoded"], "form", None),
        (["application/x-www-form-urlencoded", "multipart/form-data"], "urlencoded", None),
        (["text/csv"], "text", "text/csv"),
        (["application/xml"], "text", "application/xml"),
        (["application/octet-stream"], "file", "application/octet-stream"),
        (["image/*"], "file", None),
    ],
)
def test_kinds_of_bodies(kinds: list[str], chosen: str, header: str | None) -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}
    made = request(document({"requestBody": {"content": {kind: {"schema": schema} for kind in kinds}}}, method="post"))

    assert made.body is not None and made.body.kind == chosen
    assert dict(made.headers).get("Content-Type") == (Text((header,)) if header else None)
    assert len(made.changes) == (1 if len(kinds) > 1 else 0)


def test_a_body_that_nobody_needs_is_not_sent() -> None:
    operation = {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}}

    assert request(document(operation, method="delete")).body is None
    assert request(document({"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {}}}}})).body is None


def test_head_has_no_body() -> None:
    made = request(document({"requestBody": {"content": {"application/json": {"example": {"a": 1}}}}}, method="head"))

    assert made.body is None and made.left_out == ("the body: curl sends none with HEAD",)


# ---- Forms, texts, files -------------------------------------------------------------------


def test_web_forms() -> None:
    schema = {
        "type": "object",
        "required": ["grant", "list"],
        "properties": {
            "grant": {"type": "string", "enum": ["client"]},
            "list": {"type": "array", "items": {"type": "string"}},
            "csv": {"type": "array", "items": {"type": "string"}},
            "deep": {"type": "array", "items": {"type": "string"}},
            "meta": {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}, "default": {"a": 1, "b": ["x", "y"]}},
        },
    }
    encoding = {"csv": {"explode": False}, "deep": {"style": "deepObject"}}
    example = {"grant": "client", "meta": {"a": 1, "b": ["x", "y"]}}
    made = sending({"schema": schema, "encoding": encoding, "example": example}, "application/x-www-form-urlencoded")

    assert made.body == FoundBody(
        "urlencoded", [("grant", Text(("client",))), ("meta[a]", Text(("1",))), ("meta[b]", Text(("x",))), ("meta[b]", Text(("y",)))]
    )
    assert [(item.name, item.at[1], item.required, item.join) for item in made.parameters] == [
        ("list", "list", True, None),
        ("csv", "csv", False, ","),
        ("deep", "deep[]", False, None),
    ]


def test_forms_of_parts_and_files() -> None:
    made = next(item for item in found(EVERYTHING) if isinstance(item, FoundRequest) and item.method == "PUT")

    assert made.body == FoundBody("form", [FoundPart("photo", file=Text(("file.bin",)), media_type="image/png")])
    assert [(item.name, item.at, item.required, item.read, item.example) for item in made.parameters[1:3]] == [
        ("photo", ("form", "photo"), True, None, "file.bin"),
        ("note", ("form", "note"), True, None, "string"),
    ]


def test_optional_files_and_json_in_a_form() -> None:
    schema = {"properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}}}
    made = sending({"schema": schema, "example": {"meta": {"a": 1}, "n": [1, 2]}}, "multipart/form-data")

    assert made.body == FoundBody(
        "form",
        [FoundPart("meta", Text(('{"a": 1}',)), media_type="application/json"), FoundPart("n", Text(("1",))), FoundPart("n", Text(("2",)))],
    )
    assert [(item.name, item.read, item.required, item.repeat) for item in made.parameters] == [
        ("n", None, False, True),
        ("files", "file", False, True),
    ]


def test_forms_of_swagger() -> None:
    fields = [
        {"name": "photo", "in": "formData", "type": "file", "required": True},
        {"name": "tags", "in": "formData", "type": "array", "items": {"type": "string"}, "collectionFormat": "pipes"},
    ]
    made = request(swagger({"parameters": fields, "consumes": ["multipart/form-data"]}, method="post"))
    web = request(swagger({"parameters": fields[1:]}, method="post"))

    assert made.body is not None and made.body.kind == "form"
    assert [(item.name, item.read, item.required, item.join) for item in made.parameters] == [
        ("photo", "file", True, None),
        ("tags", None, False, "|"),
    ]
    assert web.body is not None and web.body.kind == "urlencoded"


def test_json_of_swagger() -> None:
    body = {"in": "body", "name": "pet", "required": True, "schema": {"$ref": "#/definitions/Pet"}}
    made = request(swagger({"parameters": [body]}, method="post", definitions={"Pet": PET}))

    assert made.body is not None and made.body.value == {"owner": {"id": 1}, "kind": "dog", "vet": True}


def test_texts_and_files() -> None:
    xml = sending({"example": "<pet/>"}, "application/xml")
    unknown = sending({"schema": {"type": "object"}}, "application/xml")
    file = sending({"schema": {"type": "string", "format": "binary"}}, "application/pdf")

    assert (xml.body, xml.parameters[0].required) == (FoundBody("text", Text(("<pet/>",))), False)
    assert (unknown.body, unknown.parameters[0].required) == (FoundBody("text", Text(("",))), True)
    assert file.body == FoundBody("file", Text(("document.pdf",)))
    assert file.parameters == (FoundParameter("file", ("file",), required=True, example="document.pdf"),)


# ---- Samples -------------------------------------------------------------------------------

FITTING: list[dict[str, Any]] = [
    {"type": "string", "minLength": 9},
    {"type": "string", "maxLength": 3},
    {"type": "string", "format": "uuid"},
    {"type": "string", "format": "date-time"},
    {"type": "string", "pattern": "^[A-Z]{2}[0-9]{4}$"},
    {"type": "string", "pattern": "^(dev|live)_\\w+$"},
    {"type": "integer", "minimum": 10, "maximum": 20},
    {"type": "integer", "exclusiveMinimum": 4, "multipleOf": 5},
    {"type": "integer", "maximum": -3},
    {"type": "number", "exclusiveMaximum": 1},
    {"type": "number", "minimum": 1.5},
    {"type": "integer", "minimum": 1.5},
    {"type": "number", "multipleOf": 0.25, "minimum": 0.3},
    {"type": ["null", "integer"]},
    {"type": "null"},
    {"type": "boolean"},
    {"const": {"a": [1]}},
    {"enum": [3, 4]},
    {"default": ["x"]},
    {"examples": [{"a": 1}]},
    {"type": "array", "minItems": 2, "uniqueItems": True, "items": {"type": "number"}},
    {"type": "array", "minItems": 2, "uniqueItems": True, "items": {"type": "string"}},
    {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": False},
    {"type": "array", "contains": {"type": "integer"}},
    {"type": "array", "maxItems": 0, "items": {"type": "string"}},
    {"type": "object", "minProperties": 1, "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}},
    {"type": "object", "minProperties": 1, "additionalProperties": {"type": "integer"}},
    {"type": "object", "required": ["a"], "additionalProperties": True},
    {"oneOf": [{"type": "null"}, {"type": "object", "required": ["a"], "properties": {"a": {"type": "boolean"}}}]},
    {"anyOf": [{"required": ["a"]}, {"required": ["b"]}], "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}},
    {"allOf": [{"properties": {"a": {"type": "integer"}}, "required": ["a"]}, {"properties": {"a": {"minimum": 5}}}]},
    {"items": {"type": "string"}},
    {"properties": {"a": {"type": "string"}}, "required": ["a"]},
    {"type": "object", "required": ["a"], "properties": {"a": True}},
]


@pytest.mark.parametrize("schema", FITTING, ids=range(len(FITTING)))
def test_samples_fit_their_schemas(schema: dict[str, Any]) -> None:
    body = sending({"schema": {"type": "array", "items": schema}}).body
    answer = answering({"schema": schema}).sample

    assert body is not None
    jsonschema.validate(body.value[0], schema)
    jsonschema.validate(answer, schema)


def test_exclusive_bounds_of_openapi_3_0() -> None:
    bounds = {"type": "integer", "minimum": 4, "exclusiveMinimum": True, "maximum": 9, "exclusiveMaximum": True}

    assert answering({"schema": bounds}).sample == 5


def test_a_schema_that_holds_itself_ends() -> None:
    node = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string"}, "next": {"$ref": "#/components/schemas/Node"}},
    }
    endless = {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/components/schemas/Endless"}}}
    made = sending({"schema": {"$ref": "#/components/schemas/Endless"}}, components={"schemas": {"Endless": endless}})

    assert sent({"$ref": "#/components/schemas/Node"}, Node=node) == {"name": "string"}
    assert made.body == FoundBody("json", {}) and "nothing small fits the schema" in made.left_out[0]


def test_a_discriminator_says_which_was_chosen() -> None:
    cat = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}, "lives": {"type": "integer"}}}
    schema = {"oneOf": [{"$ref": "#/components/schemas/Cat"}], "discriminator": {"propertyName": "kind"}}
    mapped = {**schema, "discriminator": {"propertyName": "kind", "mapping": {"dog": "Dog", "tiger": "#/components/schemas/Cat"}}}

    assert sent(schema, Cat=cat) == {"kind": "Cat"}
    assert sent(mapped, Cat=cat) == {"kind": "tiger"}


def test_of_several_schemas_the_one_that_an_example_is_of() -> None:
    one = {"required": ["name"], "properties": {"name": {"type": "string"}}}
    many = {"required": ["names"], "properties": {"names": {"type": "array", "items": {"type": "string"}}}}
    made = sending({"schema": {"oneOf": [one, many]}, "example": {"names": ["a", "b"]}})

    assert [(item.name, item.example) for item in made.parameters] == [("names", "a")]


def test_of_many_fields_those_that_tell_most_stay() -> None:
    fields = {f"f{number:02}": {"type": "string"} for number in range(30)}
    sample = answering({"schema": {"type": "object", "properties": {**fields, "uid": {"type": "string", "example": "u"}}}}).sample

    assert (len(sample), sample["uid"], "f29" in sample) == (15, "u", False)


def test_what_is_answered_has_no_fields_that_are_only_written() -> None:
    properties = {"id": {"type": "integer", "readOnly": True}, "password": {"type": "string", "writeOnly": True}}

    assert answering({"schema": {"type": "object", "properties": properties}}).sample == {"id": 1}


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[a-z]{3}-\d{2}$",
        r"(a|b)c+",
        r"^\w+@\w+\.com$",
        r"[^a]{2}",
        r"a?b*c",
        r"^(?:x|y){2}$",
        r"(?<year>\d{4})",
        r"\.\-\/",
        r"^#[0-9a-fA-F]{6}$",
        "äöü",
        r"[\w.-]+",
        "^$",
    ],
)
def test_texts_fit_common_patterns(pattern: str) -> None:
    text = text_of_pattern(pattern)

    assert text is not None and re.search(pattern.replace("?<year>", "?P<year>"), text)


@pytest.mark.parametrize(
    "pattern", [r"(?=a)b", r"\1", "[", "(", "a{", "*", "\\", "[z-a]]", "(" * 50, "a{9999}", "((a{100}){100}){100}", r"\p{L}", "a{1"]
)
def test_other_patterns_are_not_guessed(pattern: str) -> None:
    assert text_of_pattern(pattern) is None or pattern == "[z-a]]"


# ---- Answers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "media", "response", "sample"),
    [
        ("application/json", {"example": {"a": 1}}, "json", {"a": 1}),
        ("application/problem+json", {"example": [1]}, "json", [1]),
        ("text/event-stream", {"example": [{"a": 1}]}, "events", [{"a": 1}]),
        ("text/event-stream", {"schema": {"properties": {"a": {"const": 2}}}}, "events", [{"a": 2}]),
        ("text/event-stream", {"schema": {"type": "string"}}, "events", None),
        ("application/x-ndjson", {"example": {"a": 1}}, "lines", [{"a": 1}]),
        ("text/plain", {"example": "x"}, "text", None),
        ("application/xml", {}, "text", None),
        ("application/pdf", {}, "file", None),
        ("application/json", {"schema": {"type": "string", "format": "binary"}}, "file", None),
        ("*/*", {"example": {"a": 1}}, "json", {"a": 1}),
    ],
)
def test_kinds_of_answers(kind: str, media: dict[str, Any], response: str, sample: Any) -> None:
    made = answering(media, kind)

    assert (made.response, made.sample) == (response, sample)


def test_an_answer_without_content_is_none() -> None:
    assert answering(None, status="204").response == "none"
    assert request(swagger({"responses": {"200": {"description": "x"}}})).response == "none"


@pytest.mark.parametrize(
    ("statuses", "response", "success"),
    [
        (["204", "200"], "json", ()),
        (["2XX"], "json", ()),
        (["default"], "json", ()),
        (["404"], None, ()),
        (["302", "307"], "headers", (302, 307)),
        (["302", "default"], "headers", (302,)),
        (["304", "200"], "json", ()),
        ([], None, ()),
    ],
)
def test_statuses(statuses: list[str], response: str | None, success: tuple[int, ...]) -> None:
    content = {"content": {"application/json": {"example": {}}}}
    responses = {status: {} if status == "204" else content for status in statuses}
    made = request(document({"responses": responses}))

    assert (made.response, made.success) == (response, success)


def test_answers_of_swagger() -> None:
    file = request(swagger({"responses": {"200": {"schema": {"type": "file"}}}, "produces": ["application/pdf"]}))
    pet = request(swagger({"responses": {"200": {"schema": {"type": "object"}, "examples": {"application/json": {"id": 3}}}}}))

    assert (file.response, pet.response, pet.sample) == ("file", "json", {"id": 3})


def test_of_several_kinds_of_answers_json_is_asked_for() -> None:
    content = {"application/xml": {}, "application/json": {"example": {}}, "application/json; v=2": {}}

    assert [(name, text.plain) for name, text in request(document({"responses": {"200": {"content": content}}})).headers] == [
        ("Accept", "application/json")
    ]


@pytest.mark.parametrize(
    ("answer", "status", "filters", "printed"),
    [
        ([{"id": 1, "name": "a"}, {"id": 2, "name": "b"}], "200", ["names", "ids"], "a\nb"),
        ({"data": [{"id": 1}], "meta": {"total": 1}}, "200", ["ids"], "1"),
        ({"droplets": [{"name": "web"}], "links": {}}, "200", ["names"], "web"),
        ({"data": {"items": [{"title": "x"}]}}, "200", ["titles"], "x"),
        (["a", "b"], "200", ["values"], "a\nb"),
        (
            {"id": 7, "tags": [{"name": "x"}]},
            "200",
            ["answer", "id"],
            '{\n  "id": 7,\n  "tags": [\n    {\n      "name": "x"\n    }\n  ]\n}',
        ),
        ({"pet": {"id": 7}}, "201", ["id"], "7"),
        ({"pet": {"id": 7}}, "200", ["answer", "id"], '{\n  "id": 7\n}'),
        ({"my-pets": [{"full-name": 1, "uuid": "u"}]}, "200", ["uuids"], "u"),
        ({"items": [{"metadata": {"name": "web", "uid": "u"}}]}, "200", ["names", "uids"], "web"),
        ({"metadata": {"uid": "u"}}, "201", ["uid"], "u"),
        ({"a": 1}, "200", [], ""),
        ([], "200", [], ""),
        ({"items": []}, "200", [], ""),
        ([[1]], "200", [], ""),
        ([{"id": None, "name": None}], "200", [], ""),
    ],
)
def test_filters_find_names_and_ids(answer: Any, status: str, filters: list[str], printed: str) -> None:
    made = answering({"example": answer}, status=status)

    assert [item.name for item in made.pipelines] == filters
    for pipeline in made.pipelines:
        assert jq_filter.finds(pipeline.jq, made.sample)
    if made.pipelines:
        assert jq_filter.run(made.pipelines[0].jq, made.sample, made.pipelines[0].raw) == printed


def test_long_answers_are_shortened() -> None:
    wide = {f"field{number}": "x" * 500 for number in range(200)}
    made = answering({"example": [{**wide, "id": 5}] * 50})

    assert len(str(made.sample)) < 5000
    assert [item.jq for item in made.pipelines] == [".[].id"]


ADDRESS = "https://api.petshop.example/v1/pets?page=2"
LIST = {"pets": [{"id": 1}]}


@pytest.mark.parametrize(
    ("answer", "pages"),
    [
        ({**LIST, "links": {"pages": {"next": ADDRESS}}}, {"next": ".links.pages.next"}),
        ({**LIST, "links": {"next": ADDRESS}}, {"next": ".links.next"}),
        ({**LIST, "_links": {"next": {"href": ADDRESS}}}, {"next": "._links.next.href"}),
        ({**LIST, "@odata.nextLink": ADDRESS}, {"next": '.["@odata.nextLink"]'}),
        ({**LIST, "next": "abc"}, None),
        ({**LIST, "next": None}, None),
        ({"next": ADDRESS, "id": 1}, None),
    ],
)
def test_pages_by_the_address_in_an_answer(answer: Any, pages: Any) -> None:
    assert answering({"example": answer}).pages == pages


def test_pages_by_link_and_by_what_the_schema_says() -> None:
    pages = {"properties": {"next": {"type": "string", "format": "uri"}}}
    schema = {"properties": {"pets": {"type": "array"}, "links": {"properties": {"pages": {"anyOf": [pages, {}]}}}}}
    media = {"schema": schema, "example": {**LIST, "links": {"pages": {}}}}

    assert answering({"example": []}, headers={"link": {"schema": {"type": "string"}}}).pages == "link"
    assert answering({"example": []}, headers={"Link": {}}, method="post").pages is None
    assert answering(media).pages == {"next": ".links.pages.next"}
    assert request(
        document({"x-ms-pageable": {"nextLinkName": "nextLink"}, "responses": {"200": {"content": {"application/json": {}}}}})
    ).pages == {"next": ".nextLink"}
