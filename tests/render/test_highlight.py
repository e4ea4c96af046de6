"""Colour for JSON and jq filters: the text stays what it is, and each token is what JSON and jq take it for."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from conftest import BUILT_IN, CATALOGS, renderer
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator import json_text
from generator.catalog.model import Pipeline
from generator.render import highlight
from generator.render.highlight import CLASSES, coloured_json, coloured_output, coloured_pieces, jq_tokens, json_tokens, markup_of

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!-- ]]> &amp; &lt;",
    'it\'s "a" $(touch pwned) `x` \\',
    "{{ 7 * 7 }} {% raw %}",
    "line\nline\r\n\u2028\x00\x85\ud800",
    "解释人工智能 🦜",
    "data: {\ndata: x\n\ndata:",
    '"\\',
]
ANY_TEXT = st.text() | st.text(alphabet="\"\\(){}[]|.,:# \nabc012$@?/…<>&'") | st.sampled_from(HOSTILE)


def text_of(markup: str) -> str:
    """What a browser shows of it; fails where it has another tag than the spans of the four colours."""
    without = re.sub(rf'<span class="({"|".join(sorted(set(CLASSES.values())))})">|</span>', "", str(markup))
    assert "<" not in without and ">" not in without
    return html.unescape(without)


@given(ANY_TEXT)
@settings(max_examples=100, deadline=None)
@example("")
@example('"' * 5000)
@example('"\\(' * 5000)
@example('{"a":' * 5000)
@example('"a" ' * 5000 + "x")
def test_the_text_stays_what_it_is(text: str) -> None:
    for tokens in (json_tokens, jq_tokens):
        assert "".join(token.text for token in tokens(text)) == text
        assert all(token.text for token in tokens(text))
        assert text_of(markup_of(tokens(text))) == text


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(HOSTILE),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6) | st.sampled_from(HOSTILE[:6]), inner, max_size=4),
    max_leaves=16,
)


def parts(value: Any) -> list[tuple[str, Any]]:
    """Each key and each leaf of a JSON value, in order."""
    if isinstance(value, dict):
        return [part for name, item in value.items() for part in (("key", name), *parts(item))]
    if isinstance(value, list):
        return [part for item in value for part in parts(item)]
    kinds = {str: "string", bool: "literal", type(None): "literal", int: "number", float: "number"}
    return [(kinds[type(value)], value)]


@given(st.lists(JSON, min_size=1, max_size=3), st.sampled_from(["pretty", "compact", "jq", "lines", "events"]))
@settings(max_examples=60, deadline=None)
def test_each_part_of_a_json_value(values: list[Any], form: str) -> None:
    """As pages lay it out, as jq prints it, as JSON lines, as events: each key and leaf is a token of its own, the rest is punctuation."""
    text = {
        "pretty": lambda: json_text.pretty(values, "", 20),
        "compact": lambda: json_text.compact(values),
        "jq": lambda: "\n".join(json.dumps(value, ensure_ascii=True, indent=2) for value in values),
        "lines": lambda: "\n".join(map(json_text.compact, values)),
        "events": lambda: "\n\n".join(f"data: {json_text.compact(value)}" for value in values),
    }[form]()
    tokens = json_tokens(text)

    found = [(token.kind, json.loads(token.text)) for token in tokens if token.kind in ("key", "string", "number", "literal")]
    assert repr(found) == repr(parts(values))
    rest = "".join(token.text for token in tokens if token.kind == "text").replace("data: ", "")
    assert re.fullmatch(r"[ \n]*", rest)
    assert re.fullmatch(r"[\[\]{},:]*", "".join(token.text for token in tokens if token.kind == "punctuation"))


@pytest.mark.parametrize(
    "text",
    [
        "qwen2.5:7b\nbge-m3:latest",
        "Hello, world",
        "pong",
        "007",
        "1.2.3",
        "12:30",
        "it took 3 s",
        "nullable",
        "[DONE]",
        '"an end is missing',
        "{'a': 1}",
        "<p>true</p>",
        "2.0 = gpt-3.5-turbo",
        "# HELP requests 1\nrequests 1",
        "人工智能",
    ],
)
def test_what_is_no_json_has_no_colour(text: str) -> None:
    assert coloured_json(text) == html.escape(text, quote=False).replace("'", "&#39;").replace('"', "&#34;")


def coloured(markup: str) -> str:
    """The markup in short: <k …> for a key, and so on."""
    return html.unescape(re.sub(r'<span class="tok-(.).*?">(.*?)</span>', r"<\1 \2>", str(markup), flags=re.DOTALL))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": "b", "c": [1, -2.5e+3, null]}', '{<k "a">: <s "b">, <k "c">: [<n 1>, <n -2.5e+3>, <n null>]}'),
        ('{\n  "data": [0.1, 0.2, …],\n  "b64": "iVBORw0…\n}', '{\n  <k "data">: [<n 0.1>, <n 0.2>, …],\n  <k "b64">: <s "iVBORw0…>\n}'),
        ('{"a": 1}\n{"a": true}', '{<k "a">: <n 1>}\n{<k "a">: <n true>}'),
        ('event: x\nid: 1\ndata: {"a": 1}\n\ndata: [DONE]\n: hi', 'event: x\nid: 1\ndata: {<k "a">: <n 1>}\n\ndata: [DONE]\n: hi'),
        ('{"say \\"data: {}\\"": "</script>"}', '{<k "say \\"data: {}\\"">: <s "</script>">}'),
    ],
)
def test_json_by_hand(text: str, expected: str) -> None:
    assert coloured(coloured_json(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".choices[0].message.content", "<k .choices>[<n 0>]<k .message.content>"),
        (".data[].id", "<k .data>[]<k .id>"),
        ('."a b"["c"]?', '<k ."a b">[<s "c">]<o ?>'),
        (". as $x | .. | length", "<k .> <o as> $x <o |> <k ..> <o |> length"),
        (
            '"\\(.a) of \\(.b // "any (\\(.c))")!"',
            '<s "><o \\(><k .a><o )><s  of ><o \\(><k .b> <o //> <s "any (><o \\(><k .c><o )><s )"><o )><s !">',
        ),
        ('{id, n: .x, "b c": 1, ($k): null, $v}', '{<k id>, <k n>: <k .x>, <k "b c">: <n 1>, ($k): <n null>, $v}'),
        ("{a: (.b, .c), d: [.e, f]}", "{<k a>: (<k .b>, <k .c>), <k d>: [<k .e>, f]}"),
        ("if .a then 1e3 else .5 end", "<o if> <k .a> <o then> <n 1e3> <o else> <n .5> <o end>"),
        ("reduce .[] as [$a, $b] (0; . + $a) # it's all", "<o reduce> <k .>[] <o as> [$a, $b] (<n 0>; <k .> <o +> $a) <o # it's all>"),
        ('map(select(.a == "x" and .n != 2)) | @csv', 'map(select(<k .a> <o ==> <s "x"> <o and> <k .n> <o !=> <n 2>)) <o |> @csv'),
        ("def f($a; g): $a | g; f(1; not)", "<o def> f($a; g): $a <o |> g; f(<n 1>; not)"),
        (".a |= . + 1 | .b //= 2", "<k .a> <o |=> <k .> <o +> <n 1> <o |> <k .b> <o //=> <n 2>"),
        ("m::f | $__loc__ | @base64d", "m::f <o |> $__loc__ <o |> @base64d"),
    ],
)
def test_filters_by_hand(text: str, expected: str) -> None:
    assert coloured(markup_of(jq_tokens(text))) == expected


def test_filters_of_the_catalogs() -> None:
    """All of a filter is known, and its brackets and quotes close."""
    for file in (BUILT_IN, CATALOGS / "hostile.yaml", CATALOGS / "good" / "everything.yaml"):
        catalog = renderer(file).catalog
        for text in {item.jq for backend in catalog.backends.values() for cell in backend.cells for item in cell.pipelines or ()}:
            tokens = jq_tokens(text)
            assert {token.text for token in tokens if token.kind == "text" and token.text.strip()} == set(), text
            reader = highlight._JqReader(text)
            assert "".join(token.text for token in reader.tokens()) == text and reader.open == []


@pytest.mark.parametrize("text", ['{"a": 1}', "12", '"x"', "null", "</script>"])
def test_only_json_is_coloured_as_json(text: str) -> None:
    """What a filter prints raw is text, whatever it looks like."""
    assert "<span" not in coloured_output(text, Pipeline(name="a", jq=".", raw=True))
    assert coloured_output(text, Pipeline(name="a", jq=".", raw=False)) == coloured_json(text)


def test_pieces_of_commands() -> None:
    """Each piece keeps its text; JSON bodies and filters have colour across the places of a reader's values."""
    colours = set()
    for file in (BUILT_IN, CATALOGS / "hostile.yaml", CATALOGS / "variables.yaml", CATALOGS / "good" / "everything.yaml"):
        of_catalog = renderer(file)
        for backend in of_catalog.catalog.backends.values():
            for cell in backend.cells:
                pieces = of_catalog.command(backend.id, cell.id).pieces
                found = coloured_pieces(pieces)
                assert [text_of(markup) for markup in found] == [piece.text for piece in pieces]
                assert not any("<span" in markup for markup, piece in zip(found, pieces, strict=True) if not piece.language or piece.value)
                colours |= {name for markup in found for name in CLASSES.values() if name in markup}
    assert colours == set(CLASSES.values())


def test_a_body_with_a_readers_value() -> None:
    """The string around the value is a string on both sides of it."""
    pieces = renderer(BUILT_IN).command("litellm", "completions").pieces
    found = [coloured(markup) for markup, piece in zip(coloured_pieces(pieces), pieces, strict=True) if piece.language]
    assert found == [
        '{<k "model">: <s ">',
        "gpt-3.5-turbo",
        '<s ">, <k "prompt">: <s "你是谁?">}',
        "<k .choices>[<n 0>]<k .text>",
    ]
