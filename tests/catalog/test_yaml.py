"""YAML in, a tree out: nothing changes its meaning unasked, and nothing but a CatalogError comes out of a bad file."""

from __future__ import annotations

import dataclasses
import json
import random
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import CATALOGS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator import catalog
from generator.catalog import model
from generator.catalog.nodes import CatalogError, Fault, Node, merge, replace_at
from generator.catalog.yaml import load, parse, plain_scalar
from generator.render.renderer import Renderer

GOOD = sorted((CATALOGS / "good").glob("*.yaml"))


def node(value: Any) -> Node:
    """JSON data as a tree."""
    if isinstance(value, dict):
        return Node({name: node(item) for name, item in value.items()})
    return Node([node(item) for item in value]) if isinstance(value, list) else Node(value)


# RFC 7396, appendix A: original, patch, result.
MERGE_PATCHES: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("original", "patch", "result"), MERGE_PATCHES, ids=range(1, 16))
def test_merge_patch(original: Any, patch: Any, result: Any) -> None:
    """The examples of RFC 7396; the original is left alone."""
    target = node(original)

    assert result == merge(target, node(patch)).plain()
    assert original == target.plain()


@pytest.mark.slow
@given(st.text(max_size=12) | st.text("0123456789.eE+-:_xobnNyYaALlsTtrRuUfFo~=<", max_size=8))
@settings(max_examples=2000, deadline=None)
def test_plain_scalar_means_one_thing(text: str) -> None:
    """An unquoted text is taken only where YAML 1.1, and JSON where it is JSON, read the same."""
    try:
        value = plain_scalar(text)
    except ValueError:
        return
    if isinstance(value, str):
        assert value == text
        assert yaml.SafeLoader("").resolve(yaml.ScalarNode, text, (True, False)) == "tag:yaml.org,2002:str"
    elif text not in ("", "~"):
        assert json.loads(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-1", -1),
        ("0", 0),
        ("1.5", 1.5),
        ("1.0e+2", 100.0),
        ("true", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("-", "-"),
        ("a", "a"),
    ],
)
def test_plain_scalar(text: str, value: Any) -> None:
    """Numbers as JSON writes them, true, false and null; all else is a text."""
    assert (value, type(value)) == (plain_scalar(text), type(plain_scalar(text)))


@pytest.mark.parametrize("text", ["1e3", "1E-3", ".5", "1.", "+1", "010", "0o7", "0x1f", "1_000", "22:30", "no", "Yes", "2026-11-26"])
def test_scalars_that_readers_read_differently(text: str) -> None:
    """YAML 1.1, YAML 1.2 and JSON disagree: its author has to say what is meant."""
    with pytest.raises(ValueError, match="YAML can read"):
        plain_scalar(text)


@pytest.mark.parametrize(
    ("text", "value"), [(r'"\uD83D\uDE00"', "😀"), (r'"\uD800"', "\ud800"), (r'"\0\e\x07"', "\0\x1b\x07"), ("'no'", "no")]
)
def test_quoted_scalar(text: str, value: str) -> None:
    """Quoted is a text; the two halves that JSON writes for an emoji are one character."""
    assert value == parse(text, "x").plain()


def test_lines_and_paths() -> None:
    """Every node knows its line and the path of keys to it."""
    tree = parse("a:\n  b:\n    - x\n    - c: 1\n", "f.yaml")

    here = tree.get("a", "b", 1, "c")

    assert (here.value, here.key_path, here.line, here.file) == (1, "a.b[1].c", 4, "f.yaml")


@pytest.mark.parametrize("path", [("a", "z"), ("b", 5), ("b", "x"), ("c",), ("b", 1, "x")], ids=str)
def test_get_stops_at_the_nearest(path: tuple[str | int, ...]) -> None:
    """What does not exist is requested on what is nearest above."""
    tree = parse("a: 1\nb: [1, 2]\n", "f")

    assert tree.get(*path) in (tree, tree.value["a"], tree.value["b"], tree.value["b"].value[1])


@pytest.mark.parametrize(
    ("path", "result"),
    [
        (("a",), {"a": 9, "l": [1, [2]]}),
        (("new",), {"a": {"b": 1}, "l": [1, [2]], "new": 9}),
        (("a", "c"), {"a": {"b": 1, "c": 9}, "l": [1, [2]]}),
        (("l", -1, 0), {"a": {"b": 1}, "l": [1, [9]]}),
        ((), 9),
    ],
    ids=str,
)
def test_replace_at(path: tuple[str | int, ...], result: Any) -> None:
    """A leaf is put where the path says; a last key may be new."""
    tree = node({"a": {"b": 1}, "l": [1, [2]]})

    assert result == replace_at(tree, path, Node(9)).plain()
    assert tree.plain() == {"a": {"b": 1}, "l": [1, [2]]}


@pytest.mark.parametrize("path", [("x", "y"), ("l", 2), ("l", -3), ("l", "x"), ("a", 0), ("a", "b", "c")], ids=str)
def test_placed_nowhere(path: tuple[str | int, ...]) -> None:
    """Nothing is made up on the way to a place."""
    with pytest.raises(KeyError):
        replace_at(node({"a": {"b": 1}, "l": [1, [2]]}), path, Node(9))


@pytest.mark.parametrize("name", ["alias-bomb", pytest.param("deep", marks=pytest.mark.slow)])
def test_bombs_are_cheap(name: str) -> None:
    """What would explode is refused before it does."""
    tracemalloc.start()

    with pytest.raises(CatalogError):
        load(CATALOGS / "bad" / f"{name}.yaml")

    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 20_000_000


def test_aliases_are_good() -> None:
    """Aliases that stay small are read."""
    assert parse("a: &x {b: [1]}\nc: *x\n", "f").plain() == {"a": {"b": [1]}, "c": {"b": [1]}}


def test_alias_as_key() -> None:
    """A key may repeat a text, of whatever letters."""
    assert parse('a: &x "<<"\n*x : 1\n', "f").plain() == {"a": "<<", "<<": 1}


def test_anchor_defined_anew() -> None:
    """An alias repeats the nearest anchor above (YAML 1.2, 3.2.2.2)."""
    assert parse("[&a 1, *a, &a 2, *a]", "f").plain() == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a:\n  *x : 1\n", "f:2: a.*x: *x repeats nothing: there is no &x above"),
        ("&x {*x : 1}", "f:1: *x: *x stands inside the value that it repeats"),
        ("a: &x 1\nb: {*x : 1}\n", "f:2: b.*x: YAML reads this key as something else than a text: put it in quotes"),
        ("- &a0 [x]\n" + "".join(f"- &a{n} [*a{n - 1}]\n" for n in range(1, 120)), "f:100: [99][0]: nested deeper than 100 levels"),
    ],
    ids=["key-of-nothing", "key-of-itself", "key-of-a-number", "chain"],
)
def test_bad_alias(text: str, words: str) -> None:
    """An alias that can't be meant is a fault wherever it is, and a chain of them is no way around the limit of depth."""
    with pytest.raises(CatalogError) as caught:
        parse(text, "f")

    assert words == str(caught.value)


def test_aliases_of_a_long_text() -> None:
    """A text counts as long as it is: a hundred lines could be a gigabyte."""
    text = f"- &long {'x' * 20_000}\n"

    assert len(parse(text + "- *long\n" * 40, "f").value) == 41
    with pytest.raises(CatalogError, match="repeat more than a million values"):
        parse(text + "- *long\n" * 60, "f")


def test_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    """A file saved by Notepad is read."""
    (tmp_path / "c.yaml").write_bytes("\ufeffa: 1\r\nb: x\r\n".encode())

    assert load(tmp_path / "c.yaml").plain() == {"a": 1, "b": "x"}


RECORDS = [item for item in vars(model).values() if isinstance(item, type) and dataclasses.is_dataclass(item)]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_records_are_frozen(record: Any) -> None:
    """Nothing changes a catalog once it is read."""
    assert record.__dataclass_params__.frozen


def tried(text: str | bytes, path: Path) -> None:
    """Reads and renders a catalog; anything but a CatalogError is a bug."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    faults: tuple[Fault, ...] = ()
    try:
        renderer = Renderer(catalog.read(path))
    except CatalogError as error:
        faults = error.faults or (Fault("", 0, "", "\n"),)
    assert all("\n" not in str(fault) for fault in faults)
    if faults:
        return
    for backend in renderer.catalog.backends.values():
        for cell in backend.cells:
            renderer.script(backend.id, cell.id)
            renderer.command(backend.id, cell.id)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 10**20)
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(["body", "-", "x", "{a}", "/a", "--p", "A", "."]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=4) | st.sampled_from(["at", "a", "body", "like", "value"]), inner, max_size=3)
    ),
    max_leaves=6,
)
slow = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.mark.slow
@slow
@given(st.sampled_from(GOOD), st.randoms(use_true_random=False), JSON)
def test_changed_values_give_nothing_but_faults(tmp_path: Path, path: Path, chance: random.Random, value: Any) -> None:
    """A good catalog with anything at all in any one place is read, or refused with faults."""
    data = load(path).plain()
    here: Any = data
    while True:
        name = chance.choice(list(here) if isinstance(here, dict) else range(len(here)))
        if not here[name] or not isinstance(here[name], (dict, list)) or chance.random() < 0.15:
            break
        here = here[name]
    here[name] = value

    tried(yaml.dump(data, allow_unicode=True, Dumper=Quoting), tmp_path / "c.yaml")


@pytest.mark.slow
@slow
@given(
    st.sampled_from([*GOOD, CATALOGS / "thirteen.yaml"]),
    st.randoms(use_true_random=False),
    st.text(max_size=6) | st.sampled_from(["\t", "&a ", "*a", "- ", ": ", "{", "]", "!!x ", "'", '"', "\0", "null", "---\n", "? "]),
)
def test_changed_text_gives_nothing_but_faults(tmp_path: Path, path: Path, chance: random.Random, extra: str) -> None:
    """A good catalog with a bit cut out or put in anywhere is read, or refused with faults."""
    text = path.read_text("utf-8")
    start = chance.randrange(len(text))
    end = start + chance.choice([0, 0, 1, 5, 50])

    tried(text[:start] + extra + text[end:], tmp_path / "c.yaml")


@slow
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-16")))
def test_any_bytes_give_nothing_but_faults(tmp_path: Path, data: bytes) -> None:
    """Any file at all is refused with faults."""
    tried(data, tmp_path / "c.yaml")


class Quoting(yaml.SafeDumper):
    """Writes every text in double quotes, so that none is taken for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))
