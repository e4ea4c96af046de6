"""Broken HAR files and collections: types swapped, fields dropped, deep nesting, huge texts. Nothing fails, nothing hangs."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.importing import har, postman, secrets
from generator.importing.model import Found

SOURCES = Path(__file__).with_name("sources")
ROUNDS = 40

STRANGE: list[Any] = [
    None, True, 0, -1, 1e308, 10**40, "", " ", "\x00", "\n", "{{", "{{a}}", "{{$guid}}", "'\"`$(touch x)", "</script>", "😀" * 50, "数据",
    "a" * 200_000, "{{a}}" * 20_000, "[" * 50_000, "http://", "http://[", "https://x:99999/", "//", "?", "%", "%FF", "\udcff", "=;=;=",
    [], [[]], {}, {"key": []}, [None], {"": ""}, {"type": {"type": {}}}, [{"item": [{"item": []}]}],
]  # fmt: skip


def deep(levels: int) -> Any:
    value: Any = {}
    for number in range(levels):
        value = {"item": [value], "body": value} if number < 3 else [value] if number % 2 else {"item": value}
    return value


def mutated(value: Any, chance: random.Random) -> Any:
    """A copy of a JSON value with a few things in it otherwise."""
    value = copy.deepcopy(value)
    for _ in range(chance.randint(1, 6)):
        places = list(_places(value))
        holder, step = chance.choice(places)
        match chance.randint(0, 6):
            case 0:
                holder.pop(step)
            case 1:
                holder[step] = deep(chance.randint(1, 60))
            case 2:
                other, other_step = chance.choice(places)
                holder[step] = copy.deepcopy(other[other_step]) if _holds(other, other_step) else None
            case 3 if isinstance(holder[step], str):
                text, strange = holder[step], chance.choice([item for item in STRANGE if isinstance(item, str)])
                at = chance.randint(0, len(text))
                holder[step] = text[:at] + strange + text[at:]
            case _:
                holder[step] = copy.deepcopy(chance.choice(STRANGE))
        if not isinstance(value, (dict, list)) or not value:
            break
    return value


def _holds(holder: Any, step: Any) -> bool:
    return step in holder if isinstance(holder, dict) else isinstance(step, int) and step < len(holder)


def _places(value: Any) -> Any:
    steps = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    for step in steps:
        yield value, step
        if isinstance(value[step], (dict, list)):
            yield from _places(value[step])


def read_har(text: str) -> list[Found]:
    return har.read(text, "x.har")


def read_postman(text: str) -> list[Found]:
    return postman.read([(text, "x.json"), ((SOURCES / "library.postman_environment.json").read_text("utf-8"), "e.json")])


def read_environment(text: str) -> list[Found]:
    return postman.read([((SOURCES / "library.postman_collection.json").read_text("utf-8"), "x.json"), (text, "e.json")])


READERS: dict[str, tuple[str, Callable[[str], list[Found]]]] = {
    "har": ("devtools.har", read_har),
    "postman": ("library.postman_collection.json", read_postman),
    "environment": ("library.postman_environment.json", read_environment),
}


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))])
@pytest.mark.parametrize("kind", READERS)
def test_mutated_files_are_read(kind: str, seed: int) -> None:
    """Each ends with requests or reasons, and secrets are taken out of all of it."""
    chance = random.Random(f"{kind} {seed}")
    name, reader = READERS[kind]
    whole = json.loads((SOURCES / name).read_text("utf-8"))
    for _ in range(ROUNDS):
        text = json.dumps(mutated(whole, chance), indent=chance.choice([None, 1]))
        if chance.random() < 0.1:
            at = chance.randint(0, len(text))
            text = text[:at] + chance.choice(["", "\x00", '"', "}", "\n"]) + text[at + chance.randint(0, 3) :]
        found = reader(text)

        assert found
        assert "tulips-and-4-daisies" not in repr(secrets.hide(found)) or kind == "environment"
