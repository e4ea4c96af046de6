"""The interface's words: each language has them all."""

from __future__ import annotations

import re
from pathlib import Path

from conftest import BUILT_IN, ROOT, renderer


def test_languages_have_the_same_words() -> None:
    """`_words/en.j2` and `_words/zh.j2` set the same names, and lists and mappings of the same size."""
    environment = renderer(BUILT_IN).environment
    english, chinese = (vars(environment.get_template(f"_words/{lang}.j2").module) for lang in ("en", "zh"))

    def words(module: dict[str, object]) -> dict[str, object]:
        return {
            name: len(value) if isinstance(value, (list, dict)) else sorted(set(re.findall(r"\{\w+\}", str(value))))
            for name, value in module.items()
            if not name.startswith("_")
        }

    assert words(english) == words(chinese)


def test_every_word_is_used() -> None:
    """A word that no template says is taken out."""
    environment = renderer(BUILT_IN).environment
    names = {name for name in vars(environment.get_template("_words/en.j2").module) if not name.startswith("_")}
    said = "".join(file.read_text("utf-8") for file in Path(ROOT, "templates").rglob("*.j2") if file.parent.name != "_words")

    assert {name for name in names if not re.search(rf"\b(say|theirs)\.{name}\b", said)} == set()
