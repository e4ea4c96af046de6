"""The scripts fall into shapes by their traits, of which the heavy tests run each two together."""

from __future__ import annotations

import itertools

from covering import covering
from shapes import CELLS, few, name, representatives, shapes, traits


def test_every_script_has_one_shape() -> None:
    """None is left out or counted twice."""
    found = [name(*cell) for cells in shapes().values() for cell in cells]

    assert sorted(found) == sorted(name(*cell) for cell in CELLS)
    assert 40 <= len(shapes()) <= len(CELLS) / 2


def test_representatives_have_each_two_traits_that_meet() -> None:
    """A fault that needs two of them shows in make test. All backends have some, and they are few."""
    met, tested = ({pair for cell in cells for pair in itertools.permutations(traits(*cell), 2)} for cells in (CELLS, representatives()))

    assert tested == met
    assert {backend.id for backend, _ in representatives()} == {backend.id for backend, _ in CELLS}
    assert len(representatives()) < len(shapes()) / 2


def test_covering() -> None:
    """All that the many have is in the few; what adds nothing is left out."""
    items = {"a": {1, 2}, "b": {1, 2, 3}, "c": {4}, "d": {4, 3}}

    assert covering(items) == ["b", "c"]
    assert covering({}) == []


def test_a_shape_tells_what_scripts_do_apart() -> None:
    """Two scripts of one endpoint are alike where servers differ in words alone, and are not where one asks for a key."""
    of = {name(*cell): key for key, cells in shapes().items() for cell in cells}

    assert of["vllm-chat-completions"] == of["sglang-chat-completions"] != of["openai-chat-completions"]
    assert len({of[f"ollama-{endpoint}"] for endpoint in ("models", "health", "chat-completions", "chat-completions-stream")}) == 4


def test_the_few_have_each_kind_of_body_and_answer() -> None:
    """A handful, each of which is a representative too."""
    kinds = {(cell.body is not None, cell.form is not None, cell.response) for _, cell in CELLS}

    assert {(cell.body is not None, cell.form is not None, cell.response) for _, cell in few()} == kinds
    assert len(kinds) <= len(few()) < 15
    assert [cell for cell in few() if cell not in representatives()] == []
