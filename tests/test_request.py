"""A cell becomes a request: whatever stands in the catalog comes back out of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
import yaml
from conftest import CATALOGS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wire import Json

from generator import catalog, jq_filter, json_text, request
from generator.request import Request

QUERY = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
PATH = st.text(st.characters(exclude_characters="\0\r\n?#", exclude_categories=["Cs"]), max_size=30).filter(
    lambda path: not {".", ".."} & set(path.split("/"))
)
NUMBER = st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBER | st.text(st.characters(), max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(), max_size=6), inner, max_size=4),
    max_leaves=12,
)
few = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


class Quoting(yaml.SafeDumper):
    """Writes every text in double quotes, so that none is taken for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


def made(folder: Path, endpoint: dict[str, Any], base_url: str = "http://localhost:8000/v1") -> Request:
    """The request of the one endpoint of a catalog, written as YAML and read back."""
    text = {
        "backends": {"a": {"base_url": base_url, "endpoints": {"x": {}}}},
        "endpoints": {"x": {"method": "POST", "path": "/x", **endpoint}},
    }
    path = folder / "catalog.yaml"
    path.write_text(yaml.dump(text, Dumper=Quoting, allow_unicode=True), "utf-8", "surrogatepass")
    backend = catalog.read(path).backends["a"]
    return request.build_request(backend, backend.endpoints["x"])


@few
@given(JSON.filter(lambda body: body is not None))
def test_body_comes_back(tmp_path: Path, body: Any) -> None:
    """A JSON body is the same data after YAML, whatever it holds."""
    result = made(tmp_path, {"body": body}).body

    assert result is not None
    assert Json(json.loads(json.dumps(body))) == Json(json.loads(result))
    assert not re.search("[\ud800-\udfff\u2028\u202e\x7f]", result)


@few
@given(st.lists(st.tuples(QUERY, QUERY), max_size=4, unique_by=lambda pair: pair[0]), QUERY.filter(bool))
def test_query_comes_back(tmp_path: Path, pairs: list[tuple[str, str]], name: str) -> None:
    """Names and values of a query decode to what was written, lists and all."""
    query: dict[str, Any] = dict(pairs)
    query[name] = ["a b", "c&d"]
    expected = [(key, item) for key, value in query.items() for item in (value if isinstance(value, list) else [value])]

    url = made(tmp_path, {"query": query}).url

    assert sorted(expected) == sorted(parse_qsl(urlsplit(url).query, keep_blank_values=True, strict_parsing=True, errors="strict"))
    assert re.fullmatch(r"[A-Za-z0-9._~%&=:/?$,@!()*-]+", url)


@few
@given(PATH)
def test_path_comes_back(tmp_path: Path, path: str) -> None:
    """A path decodes to what was written; only what RFC 3986 allows stands in it."""
    url = made(tmp_path, {"path": f"/{path}"}).url

    assert "http://localhost:8000/v1/" + path == unquote(url, errors="strict")
    assert re.fullmatch(r"([A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+", url)


@few
@given(QUERY, st.sampled_from(["/{a}", "/x/{a}/{b c}", "/{b,c}.{a}", "/{}{a}{{b c}}"]))
def test_placeholders_come_back(tmp_path: Path, value: str, path: str) -> None:
    """A placeholder's value is one part of the path, whatever it holds; other braces are literal."""
    value += "x"
    parameters = {"a": {"at": ["path", "a"], "option": "--a"}}

    url = made(tmp_path, {"path": path, "parameters": parameters, "values": {"a": value}}).url

    assert "http://localhost:8000/v1" + path.replace("{a}", value) == unquote(url, errors="strict")
    assert path.count("/") + 3 == url.count("/")


PLACES = st.recursive(
    st.none() | st.text(max_size=3),
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(st.text(max_size=5), inner, min_size=1, max_size=3),
)


@pytest.mark.slow
@given(PLACES, st.data())
@settings(max_examples=200, deadline=None)
def test_jq_path_finds_the_place(body: Any, data: st.DataObject) -> None:
    """A parameter's place, in jq's words, is where jq looks."""
    at: list[str | int] = []
    here = body
    while isinstance(here, (dict, list)):
        step = data.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else [*range(len(here)), *range(-len(here), 0)]))
        at.append(step)
        here = here[step]

    assert here == json.loads(jq_filter.run(request.jq_path(tuple(at)), body, raw=False))


@pytest.mark.parametrize(
    ("base_url", "climbs", "result"),
    [
        ("http://h/v1", 0, "http://h/v1"),
        ("http://h/v1/", 0, "http://h/v1"),
        ("http://h/v1/", 1, "http://h"),
        ("http://h/a/b", 1, "http://h/a"),
        ("http://h/a/b", 2, "http://h"),
        ("http://h/a", 5, "http://h"),
        ("http://h", 1, "http://h"),
    ],
)
def test_climbed(base_url: str, climbs: int, result: str) -> None:
    """Each ../ drops a segment of the base URL's path, and never the host."""
    assert result == request.without_segments(base_url, climbs)


@pytest.mark.parametrize(
    ("endpoint", "body"),
    [
        ({"body": {"a": 1}}, '{"a": 1}'),
        ({"body": []}, "[]"),
        ({"body": False}, "false"),
        ({"body": ""}, '""'),
        ({"text": ""}, ""),
        ({"text": "a\n"}, "a\n"),
        ({}, None),
    ],
    ids=str,
)
def test_empty_bodies_are_bodies(tmp_path: Path, endpoint: dict[str, Any], body: str | None) -> None:
    """Nothing, an empty text and an empty list are three things."""
    assert body == made(tmp_path, endpoint).body


def test_parts_of_a_json_body(tmp_path: Path) -> None:
    """A text that a variable sets is a part of its own, without its quotes; numbers and what has no variable are not."""
    parameters = {
        "last": {"at": ["body", "list", -1], "option": "--last", "variable": "LAST"},
        "number": {"at": ["body", "number"], "option": "--number", "variable": "NUMBER"},
        "plain": {"at": ["body", "plain"], "option": "--plain"},
        "missing": {"at": ["body", "missing"], "option": "--missing", "variable": "MISSING", "type": "string"},
    }

    result = made(tmp_path, {"body": {"list": ["x", 'x"'], "number": 1, "plain": 'x"'}, "parameters": parameters})

    assert result.json and result.json_parts
    assert [(part.value, part.parameter and part.parameter.id) for part in result.json_parts] == [
        ('{"list": ["x", "', None),
        ('x\\"', "last"),
        ('"], "number": 1, "plain": "x\\""}', None),
    ]
    assert "".join(part.value or "" for part in result.json_parts) == result.body


def test_parts_of_the_url(tmp_path: Path) -> None:
    """Path and query, encoded, with what a user may change apart."""
    parameters = {
        "it": {"at": ["path", "it"], "option": "--it"},
        "q": {"at": ["query", "q"], "option": "--q"},
        "unsent": {"at": ["query", "unsent"], "option": "--unsent", "type": "string"},
    }
    endpoint = {"path": "../a b/{it}", "query": {"q": "1 2", "x y": "&"}, "parameters": parameters, "values": {"it": "a/b"}}

    result = made(tmp_path, endpoint)

    assert [(part.value, part.parameter and part.parameter.id) for part in result.behind_base] == [
        ("/a%20b/", None),
        ("a%2Fb", "it"),
        ("", None),
        ("?q=", None),
        ("1%202", "q"),
        ("&x%20y=", None),
        ("%26", None),
    ]
    assert result.url == "http://localhost:8000/a%20b/a%2Fb?q=1%202&x%20y=%26"


@pytest.mark.parametrize("section", ["query", "headers", "form"])
def test_an_example_is_sent_where_a_value_is_required(tmp_path: Path, section: str) -> None:
    """The example of an optional parameter is for pages alone."""
    parameters = {
        name: {"at": [section, name], "option": f"--{name}", "type": "string", "example": "e", "required": name == "needed"}
        for name in ("needed", "optional")
    }
    made_ = made(tmp_path, {"parameters": parameters, **({"form": {}} if section == "form" else {})})

    assert {part.name: part.value for part in getattr(made_, section)} == {"needed": "e", "optional": None}
    assert "optional" not in made_.url


@pytest.mark.parametrize(
    ("read", "shown"),
    [("file", "TEXT OF a.txt"), ("base64", "BASE64 OF a.txt"), ("data-url", "DATA URL OF a.txt"), ("json", "JSON OF a.txt")],
)
def test_what_a_file_holds_is_not_its_name(tmp_path: Path, read: str, shown: str) -> None:
    """A required file without a default: the printed body says what stands there."""
    parameter = {"at": ["body", "p"], "option": "--p", "read": read, "required": True, "example": "a.txt"}
    assert made(tmp_path, {"body": {}, "parameters": {"p": parameter}}).body == f'{{"p": "{shown}"}}'


@pytest.mark.parametrize(
    ("type_", "repeat", "example", "sent"),
    [
        ("integer", False, "5", 5),
        ("boolean", False, "true", True),
        ("json", False, '{"a": []}', {"a": []}),
        ("string", False, "5", "5"),
        ("number", True, "0.5", [0.5]),
        ("string", True, "a", ["a"]),
    ],
    ids=str,
)
def test_an_example_in_a_body_has_its_parameters_type(tmp_path: Path, type_: str, repeat: bool, example: str, sent: Any) -> None:
    """What a user would type becomes a number, true, JSON, or a list of such."""
    parameter = {"at": ["body", "p"], "option": "--p", "type": type_, "repeat": repeat, "required": True, "example": example}

    body = made(tmp_path, {"body": {}, "parameters": {"p": parameter}}).body

    assert json.loads(body or "") == {"p": sent}


@pytest.mark.parametrize(("text", "exceeds"), [("a" * 40_000, False), ("长" * 40_000, True)], ids=["ASCII", "Chinese"])
def test_an_argument_is_measured_in_bytes(tmp_path: Path, text: str, exceeds: bool) -> None:
    """40,000 Chinese characters are more than an argument holds."""
    assert made(tmp_path, {"text": text}).exceeds_argument == exceeds


@pytest.mark.parametrize(
    ("name", "argument"),
    [("a-b/c.png", "f=@a-b/c.png"), ("a;type=x", 'f=@"a;type=x"'), ("a,b", 'f=@"a,b"'), ('"\\', 'f=@"\\"\\\\"'), ("a b", 'f=@"a b"')],
)
def test_file_of_a_form(name: str, argument: str) -> None:
    """curl takes what stands behind ; and , in a bare name for something else."""
    assert request.RequestPart("f", name, file=True).form_argument == argument


@pytest.mark.parametrize("width", [80, 81], ids=["fits", "does not"])
def test_short_json_stands_on_one_line(width: int) -> None:
    """What has 80 columns stays on a line; one more opens it up."""
    value = {"a": "x" * (width - 9)}

    assert ("\n" in json_text.pretty(value)) == (width > 80)
    assert json.loads(json_text.pretty(value)) == value


@pytest.mark.parametrize(("letters", "lines"), [(60, 4), (61, 6)], ids=["fits", "does not"])
def test_a_name_counts_in_its_line(letters: int, lines: int) -> None:
    """With the name before it and the comma behind it, a value that is not opened up ends within 80 columns."""
    text = json_text.pretty({"name": {"a": "x" * letters}, "other": "y" * 40})

    assert len(text.split("\n")) == lines


@pytest.mark.parametrize(
    ("default", "repeat", "kind"),
    [
        ("a", False, "string"),
        (1, False, "number"),
        (1.5, False, "number"),
        (True, False, "boolean"),
        ([1], False, "json"),
        ({}, False, "json"),
        (["a"], True, "string"),
        ([1], True, "json"),
    ],
    ids=str,
)
def test_kind_is_that_of_the_default(tmp_path: Path, default: Any, repeat: bool, kind: str) -> None:
    """Without a type, a user's value has to be what the default is."""
    text = {
        "backends": {"a": {"base_url": "http://h", "endpoints": {"x": {}}}},
        "endpoints": {
            "x": {
                "method": "POST",
                "path": "/",
                "body": {"p": default},
                "parameters": {"p": {"at": ["body", "p"], "option": "--p", "repeat": repeat}},
            }
        },
    }
    path = tmp_path / "c.yaml"
    path.write_text(yaml.safe_dump(text), "utf-8")
    cell = catalog.read(path).backends["a"].endpoints["x"]

    assert kind == cell.value_type(cell.parameters["p"])


LIKE = {
    "large": ("lab", "ask", {"model": "large", "temperature": 0.7, "stream": False}),
    "tiny": ("lab", "ask-short", {"model": "tiny", "temperature": 0.7, "stream": False, "keep": None}),
    "tinier": ("lab", "ask-shorter", {"model": "tiny", "stream": False, "keep": 1}),
}


@pytest.mark.parametrize(("backend", "endpoint", "expected"), LIKE.values(), ids=LIKE)
def test_like_and_cells_are_patches(backend: str, endpoint: str, expected: dict[str, Any]) -> None:
    """like, the cell's own keys and values are laid over each other in this order; null takes away."""
    cell = catalog.read(CATALOGS / "good" / "everything.yaml").backends[backend].endpoints[endpoint]

    assert expected == {name: value for name, value in cell.body.items() if not isinstance(value, (dict, list))}


def test_other_keys_replace() -> None:
    """A cell's parameter is patched key by key; a title of null is none, so the id is shown."""
    cells = catalog.read(CATALOGS / "good" / "everything.yaml").backends["lab"].endpoints

    model = cells["ask-shorter"].parameters["model"]
    assert (model.option, model.variable, model.required) == ("--engine", "MODEL", True)
    assert [cells[name].title for name in ("ask", "ask-short", "ask-shorter")] == [
        {"zh": "提问"},
        {"zh": "简短提问"},
        {"zh": "ask-shorter"},
    ]
    assert {"seed", "stop", "system", "temperature"} == cells["ask"].parameters.keys() - cells["ask-shorter"].parameters.keys()


SIX_LINES = """backends:
  a:
    base_url: http://localhost
    endpoints: {x: {}}
endpoints:
  x: {method: GET, path: /x}
"""


def test_six_lines_are_a_catalog(tmp_path: Path) -> None:
    """Everything else has a default: names are ids, languages, flags and guides are the built-in ones."""
    (tmp_path / "c.yaml").write_text(SIX_LINES)

    read = catalog.read(tmp_path / "c.yaml")

    assert (read.languages, read.backends["a"].name) == (("en", "zh"), "a")
    assert {"en": "x", "zh": "x"} == read.backends["a"].endpoints["x"].title == read.endpoints["x"].title
    assert read.flags["curl"] and read.guides and read.errors


def test_own_flags_and_guides_lie_over_the_built_in(tmp_path: Path) -> None:
    """A catalog's flags and guides are patches of the built-in ones; null takes one out."""
    (tmp_path / "c.yaml").write_text(
        SIX_LINES + "flags: {curl: {-s: {text: Hush}, -o: null}}\nguides: {quoting: null, ours: {title: T, text: t}}\n"
    )
    plain = tmp_path / "p.yaml"
    plain.write_text(SIX_LINES)

    own, built_in = catalog.read(tmp_path / "c.yaml"), catalog.read(plain)

    assert own.flags["curl"]["-s"].text == {"en": "Hush", "zh": "Hush"}
    assert own.flags["curl"]["-s"].long == built_in.flags["curl"]["-s"].long
    assert {"-o"} == built_in.flags["curl"].keys() - own.flags["curl"].keys()
    assert ({"quoting"} & built_in.guides.keys(), {"ours"}) == (
        built_in.guides.keys() - own.guides.keys(),
        own.guides.keys() - built_in.guides.keys(),
    )


@pytest.mark.parametrize(("path", "loaded"), [("/files", False), ("/files/", True)])
@pytest.mark.parametrize("query", [{}, {"a": "b/", "c": "/"}], ids=["no-query", "query"])
def test_file_is_not_named_in_the_url(path: str, loaded: bool, query: dict[str, str]) -> None:
    """-T appends the file's name to a path that ends in a slash, whatever query follows (curl(1), -T): then --data-binary sends it."""
    endpoint = {"method": "POST", "path": path, "query": query, "file": "a.txt"}
    text = json.dumps({"backends": {"api": {"base_url": "http://a.example", "endpoints": {"x": {}}}}, "endpoints": {"x": endpoint}})
    backend = catalog.read_text(text, "catalog.yaml").backends["api"]

    assert request.build_request(backend, backend.endpoints["x"]).loads_file == loaded
