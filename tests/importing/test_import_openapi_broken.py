"""OpenAPI documents that are broken, hostile or endless: each ends in requests, or in a sentence that says what is wrong, and where."""

from __future__ import annotations

import copy
import dataclasses
import json
import random
from typing import Any

import pytest
import yaml
from openapi_documents import EVERYTHING, document, found, refusal, request

from generator.importing.model import FoundBody, FoundPart, FoundRequest, NotImported, Text, Variable
from generator.importing.openapi import TooManyOperations

BAD_TEXTS = [
    "",
    "'",
    '"',
    "$(id)",
    "`id`",
    "a\nb",
    "\x00",
    "\x1b[31m",
    "\u202eabc",
    "\ud800",
    "{{ 7*7 }}",
    "{% raw %}",
    "</script><script>alert(1)</script>",
    "```",
    "@/etc/passwd",
    "-x",
    "../..",
    "{a}{b}",
    "{",
    "}",
    "{}",
    "%zz",
    "宠物",
    "🐕",
    "#/components/schemas/Pet",
    "#",
    "#/%",
    "http://[",
    "//",
    "a" * 5000,
    "&&&===",
]
BAD_VALUES: list[Any] = [None, True, False, 0, -1, 10**30, 1e308, [], {}, [[]], [None], [{}], {"": {}}, {"$ref": "#"}, *BAD_TEXTS]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "holds no object"),
        ("[]", 1, "holds no object"),
        ("just words", 1, "holds no object"),
        ("{}", 1, "neither openapi: 3.x nor swagger: '2.0'"),
        ('{"swagger": "1.2"}', 1, "its version is 1.2"),
        ('{"openapi": {}}', 1, "its version is nothing"),
        ('{\n"openapi": "3.0.0",\n"paths": }', 3, "not JSON"),
        ('{"openapi": "3.0.0", "x": NaN}', 1, "NaN is no number"),
        ("openapi: 3.0.0\npaths:\n  - a: [", 4, "not YAML"),
        ("openapi: 3.0.0\npaths: *gone", 2, "*gone repeats nothing"),
        ("openapi: 3.0.0\npaths: &a {b: *a}", 2, "*a stands inside the value"),
        ("openapi: 3.0.0\n? [a]\n: b", 2, "a key must be a text"),
        ("openapi: 3.0.0\nx: \x01", 2, "a character that cannot stand in it"),
        ('{"openapi": "3.0.0", "x": ' + "[" * 300 + "]" * 300 + "}", 1, "nested deeper than 200 levels"),
        ('{"openapi": "3.0.0", "x": ' + "[" * 100_000 + "]" * 100_000 + "}", 1, "nested deeper than 200 levels"),
        ("openapi: 3.0.0\nx: " + "[" * 300 + "]" * 300, 2, "nested deeper than 200 levels"),
        ('{"openapi": "3.0.0", "x": ' + "9" * 5000 + "}", 1, "not JSON"),
    ],
    ids=range(17),
)
def test_what_is_no_document_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    refused = refusal(text)

    assert refused.status == "broken"
    assert (refused.source.file, refused.source.line) == ("shop.json", line)
    assert words in refused.reasons[0]


def test_aliases_that_would_fill_the_memory_are_refused() -> None:
    """Each line repeats the one above ten times: ten thousand million values, of which none is made."""
    bomb = "\n".join(f"  l{level}: &l{level} [{', '.join([f'*l{level - 1}'] * 10)}]" for level in range(1, 11))

    refused = refusal(f"openapi: 3.0.0\nx:\n  l0: &l0 [a, a, a, a, a, a, a, a, a, a]\n{bomb}")

    assert "more than a million values" in refused.reasons[0]


def test_aliases_and_merge_keys_are_read() -> None:
    text = """
openapi: 3.0.3
info: {title: Pet shop, version: 1.0}
servers: [{url: "https://petshop.example"}]
x-shared: &shared
  responses: {204: {description: Done}}
  summary: Shared
paths:
  /a: {get: *shared}
  /b:
    post: {<<: *shared, summary: Own}
"""
    assert [(item.source.line, item.title) for item in found(text) if isinstance(item, FoundRequest)] == [(9, "Shared"), (11, "Own")]


def test_yaml_has_only_what_json_knows() -> None:
    """Statuses without quotes, dates, yes and no are texts as authors mean them (YAML 1.2)."""
    text = """
openapi: 3.0.3
paths:
  /a:
    get:
      responses:
        200:
          content:
            application/json:
              example: {day: 2026-01-31, no: no, time: 12:30, n: 007, h: 0x1F, f: 1.5, i: -3, e: 1e3, "null": ~}
"""
    texts = {"day": "2026-01-31", "no": "no", "time": "12:30", "n": "007", "h": "0x1F"}
    assert request(text).sample == {**texts, "f": 1.5, "i": -3, "e": 1000.0, "null": None}


def test_keys_that_stand_twice_are_said() -> None:
    in_json = '{"openapi": "3.0.0", "paths": {\n"/a": {"get": {}},\n"/a": {"put": {}}}}'
    in_yaml = "openapi: 3.0.0\npaths:\n  /a: {get: {}}\n  /a: {put: {}}"

    for text, line in ((in_json, 3), (in_yaml, 4)):
        operation, twice = found(text)
        assert isinstance(operation, FoundRequest) and operation.method == "PUT"
        assert isinstance(twice, NotImported) and twice.status == "broken" and twice.source.line == line
        assert twice.reasons == ("the key /a stands here twice: the last one counts",)


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("#/components/schemas/Gone", "leads nowhere in the document"),
        ("other.yaml#/Pet", "leads out of the document"),
        ("https://127.0.0.1:9/pet.json", "leads out of the document"),
        ("/etc/passwd", "leads out of the document"),
        ("#/components/schemas/Loop", "leads to itself"),
    ],
)
def test_references_that_lead_nowhere_are_said_and_nothing_is_fetched(reference: str, words: str) -> None:
    body = {"content": {"application/json": {"schema": {"$ref": reference}}}}
    loop = {"schemas": {"Loop": {"$ref": "#/components/schemas/Loop"}}}

    made = request(document({"requestBody": body}, method="post", components=loop))

    assert [sentence for sentence in made.left_out if words in sentence and reference in sentence]


@pytest.mark.parametrize(
    ("path_item", "status", "words"),
    [
        (None, "broken", "holds no object with methods"),
        ([], "broken", "holds no object with methods"),
        ({"get": None}, "broken", "the operation holds no object"),
        ({"GET": {}}, "broken", "the key GET of the path is no method"),
        ({"$ref": "paths.yaml#/pets"}, "left-out", "leads out of the document"),
    ],
)
def test_paths_that_hold_no_operation_are_told(path_item: Any, status: str, words: str) -> None:
    source = document({})
    source["paths"]["/bad"] = path_item
    _, told = found(source)

    assert isinstance(told, NotImported) and (told.status, words in told.reasons[0]) == (status, True)
    assert told.source.text.endswith("/bad")


def test_references_may_be_escaped_and_lead_to_others() -> None:
    schemas = {"a/b ~": {"$ref": "#/components/schemas/%C3%A9"}, "é": {"type": "integer", "example": 7}}
    schema = {"$ref": "#/components/schemas/a~1b%20~0"}
    answer = {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}

    made = request(document(answer, components={"schemas": schemas}))

    assert (made.sample, made.left_out) == (7, ())


def test_many_operations_are_refused_with_their_tags() -> None:
    paths = {f"/p{number}": {"get": {"tags": ["even" if number % 2 == 0 else "odd"]} if number else {}} for number in range(101)}
    source = {"openapi": "3.0.0", "paths": paths}

    with pytest.raises(TooManyOperations) as refused:
        found(source)

    assert (refused.value.count, refused.value.tags) == (101, {"": 1, "odd": 50, "even": 50})
    assert len(found(source, "*")) == 101
    assert len(found(source, "tag:Even", "/p1")) == 51


def test_more_operations_than_a_catalog_is_made_of_are_refused() -> None:
    paths = {f"/p{number}": {"get": {"tags": ["even" if number % 2 == 0 else "odd"]}} for number in range(10_001)}
    source = {"openapi": "3.0.0", "paths": paths}

    with pytest.raises(
        TooManyOperations, match="10,001 operations: a catalog is made of 10,000 at most, so say which with --only"
    ) as refused:
        found(source, "*")

    assert refused.value.tags == {"even": 5_001, "odd": 5_000}


def test_only_says_what_it_does_not_meet() -> None:
    (said,) = found(document({"operationId": "listPets"}), "tag:cats")

    assert isinstance(said, NotImported)
    assert said.reasons == ("--only tag:cats: no operation of the document is called so",)


@pytest.mark.parametrize("only", ["/pets", "/p*", "GET /pets", "get /p?ts", "listPets", "list-pets", "tag:Big dogs", "tag:big*", "*"])
def test_only_names_paths_tags_and_ids(only: str) -> None:
    (made,) = found(document({"operationId": "listPets", "tags": ["all", "Big dogs"]}), only)

    assert isinstance(made, FoundRequest)


@pytest.mark.parametrize("bad", BAD_TEXTS)
def test_bad_texts_in_all_places_end_in_requests_that_can_be_written(bad: str) -> None:
    """Each text of a document is the bad one: as a value, and as a name."""
    as_values = _with_texts(EVERYTHING, bad)
    as_names = json.loads(json.dumps(EVERYTHING).replace("petId", _in_json(bad)).replace('"name": "tag"', f'"name": "{_in_json(bad)}"'))

    for source in (as_values, as_names):
        for item in found({**source, "openapi": "3.1.0"}, "*"):
            _assert_can_be_written(item)


@pytest.mark.parametrize("seed", [pytest.param(seed, marks=[] if seed < 3 else pytest.mark.slow) for seed in range(12)])
def test_documents_broken_at_random_end_in_requests_or_sentences(seed: int) -> None:
    """Values anywhere in a document are replaced, moved and taken out: nothing but requests and sentences comes of it."""
    chance = random.Random(seed)
    for _ in range(25):
        source = copy.deepcopy(EVERYTHING)
        for _ in range(chance.randint(1, 12)):
            _break(source, chance)
        if chance.random() < 0.2:
            source["swagger"] = "2.0"
            source.pop("openapi", None)
        text = json.dumps(source) if chance.random() < 0.7 else yaml.safe_dump(json.loads(json.dumps(source)))
        for item in found(text, "*"):
            _assert_can_be_written(item)


@pytest.mark.parametrize("seed", range(3))
def test_texts_broken_at_random_end_in_requests_or_sentences(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(25):
        text = json.dumps(EVERYTHING, indent=1) if chance.random() < 0.5 else yaml.safe_dump(EVERYTHING)
        for _ in range(chance.randint(1, 5)):
            position = chance.randrange(len(text))
            text = (
                text[:position]
                + chance.choice(["", "{", "[", '"', "\n", ": ", "&a ", "*a", "\t", "\\", "- ", "<<: "])
                + text[position + 1 :]
            )
        for item in found(text, "*"):
            _assert_can_be_written(item)


def test_schemas_that_grow_without_end_end() -> None:
    """Each schema has ten properties of the next one, and the last one of the first: ten thousand million fields if all were made."""
    schemas = {
        f"S{level}": {
            "type": "object",
            "required": [f"p{number}" for number in range(10)],
            "properties": {f"p{number}": {"$ref": f"#/components/schemas/S{(level + 1) % 10}"} for number in range(10)},
        }
        for level in range(10)
    }
    schemas["All"] = {"allOf": [{"$ref": f"#/components/schemas/S{level}"} for level in range(10)] * 5}
    media = {"application/json": {"schema": {"$ref": "#/components/schemas/All"}}}

    made = request(
        document(
            {"requestBody": {"content": media}, "responses": {"200": {"content": media}}}, "/a", "post", components={"schemas": schemas}
        )
    )

    assert made.body is not None and len(json.dumps(made.body.value)) < 10_000
    assert len(json.dumps(made.sample)) < 10_000


# ---- Breaking and looking ------------------------------------------------------------------


def _in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _with_texts(value: Any, text: str) -> Any:
    """Return a copy in which each text is another one."""
    if isinstance(value, dict):
        return {name: _with_texts(item, text) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_texts(item, text) for item in value]
    return text if isinstance(value, str) else value


def _break(source: Any, chance: random.Random) -> None:
    """Change one place of a document."""
    places = list(_places(source))
    container, key = chance.choice(places)
    match chance.randrange(4):
        case 0:
            del container[key]
        case 1:
            other, other_key = chance.choice(places)
            container[key] = copy.deepcopy(other[other_key])
        case 2 if isinstance(container, dict):
            container[chance.choice(BAD_TEXTS)] = container.pop(key)
        case _:
            container[key] = copy.deepcopy(chance.choice(BAD_VALUES))


def _places(value: Any) -> Any:
    items = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    for key, item in items:
        yield value, key
        if isinstance(item, (dict, list)):
            yield from _places(item)


def _assert_can_be_written(item: Any) -> None:
    """What was found is made of texts, numbers and the model's own parts, and its line is one."""
    assert isinstance(item, (FoundRequest, NotImported))
    assert item.source.line >= 1
    if isinstance(item, NotImported):
        assert item.reasons
        return
    assert item.id and item.title and item.method and item.base.plain and item.base.plain.startswith(("http://", "https://"))
    assert isinstance(item.path, Text) and item.path.parts and str(item.path.parts[0]).startswith("/")
    for parameter in item.parameters:
        assert isinstance(parameter.name, str) and parameter.name
        assert parameter.example is None or isinstance(parameter.example, str)
    for field in dataclasses.fields(item):
        json.dumps(_plain(getattr(item, field.name)), allow_nan=False).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, (FoundBody, FoundPart, Text, Variable)) or dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    assert value is None or isinstance(value, (str, int, float)), repr(value)
    return value
