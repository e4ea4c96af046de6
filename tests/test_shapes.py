"""The scripts fall into shapes, of which the heavy tests run one each."""

from __future__ import annotations

from shapes import CELLS, name, representatives, shapes


def test_every_script_has_one_shape() -> None:
    """None is left out or counted twice, and a shape is named by one of its own."""
    found = [name(*cell) for cells in shapes().values() for cell in cells]

    assert sorted(found) == sorted(name(*cell) for cell in CELLS)
    assert [cell in cells for cell, cells in zip(representatives(), shapes().values(), strict=True)] == [True] * len(shapes())


def test_shapes_are_few_and_all_backends_have_some() -> None:
    """Far fewer than scripts, far more than one a kind of answer."""
    assert 40 <= len(shapes()) <= len(CELLS) / 2
    assert {backend.id for backend, _ in representatives()} == {backend.id for backend, _ in CELLS}


def test_a_shape_tells_what_scripts_do_apart() -> None:
    """Two scripts of one endpoint are alike where servers differ in words alone, and are not where one asks for a key."""
    of = {name(*cell): key for key, cells in shapes().items() for cell in cells}

    assert of["vllm-chat-completions"] == of["sglang-chat-completions"] != of["openai-chat-completions"]
    assert len({of[f"ollama-{endpoint}"] for endpoint in ("models", "health", "chat-completions", "chat-completions-stream")}) == 4
