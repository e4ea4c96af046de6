"""The YAML of an imported catalog: read back as the same value, and written as a person writes."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.catalog.yaml import parse
from generator.importing.yaml_writer import WIDTH, write

HOSTILE = (
    '', ' ', 'a ', ' a', '\t', 'a\tb', 'a\nb', 'a\n', '\na', 'a\n\n', '\n', ' a\nb', 'a \nb', 'a\r\nb', 'yes', 'no',
    'on', 'y', 'null', '~', 'true', '1', '1.5', '1e3', '0x1f', '0o17', '010', '1_000', '12:30:45', '2026-11-27',
    '2026-11-27T10:00:00Z', '.5', '+1', '-1', '-', '- a', '--- a', '...', '?', '? a', ':', ': a', 'a: b', 'a:',
    'a :b', 'a #b', '#a', 'a#b', '@a', '`a`', '%a', '&a', '*a', '!a', '|', '>', "'a'", '"a"', "it's", 'it\'s "both"',
    'a, b', '[a]', '{a}', '{{ a }}', 'http://localhost:8080/v1', 'https://example.com/x?y=z#f', 'qwen2.5:7b',
    '012345678912345678', "9" * 400, '=', '<<', '中文：是', 'emoji 🎉', 'a\x85b', 'a\u2028b', 'a\u2029b', '\ufeff', '\x00',
    '\x1b[31m', '\x7f', '\ud800', '$(touch x)', '\\', 'a\\nb', '-x', '-H', '--', '-,', "x" * 300, "word " * 60,
    "word  " * 60, '.inf', '.nan', 'NaN', 'inf', 'a\n  b\n c\n', '# a\n# b\n', '```\n</script>\n', 'a,b]c}', 'a::b',
    'a:]', 'key: |\n  x\n',
)  # fmt: skip

texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40), st.text(alphabet="ab:#-{}[],'\"\\ \n\t&*!|>%@`", max_size=30))
scalars = st.one_of(
    texts,
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False),
)
values = st.recursive(
    scalars, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)), max_leaves=12
)


def paired(value: Any) -> Any:
    """The value with halves of a character that stand together as one, as JSON has them."""
    return json.loads(json.dumps(value))


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(texts, values, min_size=1, max_size=4), st.sampled_from(["", "backends", "endpoints", "groups"]))
def test_any_value_is_read_back(value: dict[str, Any], section: str) -> None:
    """PyYAML and the catalog's own reader find the value that was written, whatever it holds, at the top or in a section."""
    value = paired(value)
    whole = {section: {"x": value}} if section else value
    text = write(whole, ["made of", "- a: b"])

    assert parse(text, "x").plain() == whole
    assert repr(parse(text, "x").plain()) == repr(whole)
    assert yaml.load(text, Loader=yaml.SafeLoader) == whole


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_text_in_each_place(text: str) -> None:
    """A text is read back as a value, as a key, in a list and on one line with others."""
    whole = {"a": text, "b": [text, [text]], "c": {text: {"x": text}}, "endpoints": {"x": {"body": {text: [text, 1]}, "about": text}}}
    written = write(whole)

    assert parse(written, "x").plain() == whole
    assert yaml.load(written, Loader=yaml.SafeLoader) == whole


def test_long_key() -> None:
    """A key longer than YAML reads by itself stands behind a question mark."""
    for length in (900, 1100, 70_000):
        whole = {"body": {"k" * length: {"a": [1, {"b": "c"}]}}}

        assert parse(write(whole), "x").plain() == yaml.safe_load(write(whole)) == whole


def test_it_reads_as_written_by_a_person() -> None:
    """Short values are on one line, long ones in blocks, and quotes only where they are needed."""
    prompt = "Say in one sentence what a merge patch does, and in a second one why a null in it removes a key, with one example for each."
    messages = [{"role": "system", "content": prompt}, {"role": "user", "content": "你是谁?"}]
    prompt_parameter = {"at": ["body", "messages", -1, "content"], "argument": True}
    cells = {"models": {}, "ask": {"values": {"model": "qwen2.5:7b"}}}
    catalog = {
        "languages": ["en"],
        "title": "It's ours: all of it",
        "backends": {"ollama": {"base_url": "http://localhost:11434/v1", "endpoints": cells}},
        "endpoints": {
            "models": {"method": "GET", "path": "/models", "query": {"since": "2026-11-27", "all": "yes", "limit": 10}},
            "ask": {
                "about": "Two lines:\n\n- one\n- two\n",
                "body": {"model": "gpt", "temperature": 1e-7, "messages": messages},
                "parameters": {"model": {"at": ["body", "model"], "option": "--model"}, "prompt": prompt_parameter},
            },
        },
    }

    assert (
        write(catalog, ["yaml-language-server: $schema=catalog.schema.json", "Made of notes.md"])
        == """\
# yaml-language-server: $schema=catalog.schema.json
# Made of notes.md

languages: [en]
title: "It's ours: all of it"

backends:
  ollama:
    base_url: http://localhost:11434/v1
    endpoints: {models: {}, ask: {values: {model: 'qwen2.5:7b'}}}

endpoints:
  models:
    method: GET
    path: /models
    query: {since: '2026-11-27', all: 'yes', limit: 10}

  ask:
    about: |
      Two lines:

      - one
      - two
    body:
      model: gpt
      temperature: 1.0e-07
      messages:
        - role: system
          content: >-
            Say in one sentence what a merge patch does, and in a second one why a null in it removes a key, with one
            example for each.
        - {role: user, content: '你是谁?'}
    parameters:
      model: {at: [body, model], option: --model}
      prompt: {at: [body, messages, -1, content], argument: true}
"""
    )
    assert max(map(len, write(catalog).split("\n"))) <= WIDTH
