"""The interface's words: each language has them all, and what is wrong with a file of them is said by name and line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from conftest import ROOT

from generator.cli.main import main

FOLDER = ROOT / "templates" / "_words"


def words_of(language: str) -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load((FOLDER / f"{language}.yaml").read_text("utf-8"))
    return words


def shape(value: Any) -> Any:
    """What must be the same in every language: the names, how many there are, and the placeholders in a text."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return sorted(set(re.findall(r"\{\w+\}", value)))


def build(tmp_path: Path, words: str, language: str = "en", template: str = "{{ words.copy }}") -> tuple[int, str, str]:
    """Exit status, standard output and what `copy.txt` says, of a catalog in one language with one template of its own."""
    templates = tmp_path / "templates"
    (templates / "_words").mkdir(parents=True)
    (templates / "_words" / f"{language}.yaml").write_text(words, "utf-8")
    (templates / "copy-{lang}.txt.j2").write_text(template, "utf-8")
    catalog = tmp_path / "catalog.yaml"
    catalog.write_text(
        f"languages: [{language}]\nbackends: {{a: {{base_url: 'http://localhost', endpoints: {{x: {{}}}}}}}}\n"
        "endpoints: {x: {method: GET, path: /x}}\n"
    )
    arguments = ["build", "--catalog", str(catalog), "--templates", str(templates), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    made = tmp_path / "out" / f"copy-{language}.txt"
    return result.exit_code, result.stderr.replace(f"{templates}/", ""), made.read_text("utf-8") if made.exists() else ""


def english(**changed: str) -> str:
    """The built-in English words with some of them changed."""
    return yaml.safe_dump({**words_of("en"), **changed}, allow_unicode=True)


def test_languages_have_the_same_words() -> None:
    assert shape(words_of("en")) == shape(words_of("zh"))


def test_every_word_is_used_and_every_used_word_is_there() -> None:
    """Templates say `words.copy` or `words_of(other).copy`, views `words["copy"]`. A word that nothing says is taken out."""
    sources = [*Path(ROOT, "templates").rglob("*.j2"), *Path(ROOT, "generator", "render").rglob("*.py")]
    said = "".join(file.read_text("utf-8") for file in sources)
    used = re.findall(r"""\bwords(?:_of\(\w+\))?(?:\.|\[")([a-z_]+)\b""", said)

    assert set(used) - {"fill", "upper_first"} == set(words_of("en"))


def test_a_file_of_ones_own_replaces_the_words(tmp_path: Path) -> None:
    status, _, made = build(tmp_path, english(copy="Grab"))

    assert (status, made) == (0, "Grab")


def test_a_file_of_ones_own_adds_a_language(tmp_path: Path) -> None:
    status, _, made = build(tmp_path, english(tag="de", copy="Kopieren"), "de")

    assert (status, made) == (0, "Kopieren")
    assert '<html lang="de"' in (tmp_path / "out" / "cheatsheet.de.html").read_text("utf-8")


def test_a_missing_word_is_named(tmp_path: Path) -> None:
    status, said, _ = build(tmp_path, english(), template="\n{{ words.nonsense }}")

    assert status == 1
    assert "copy-{lang}.txt.j2:2: _words/en.yaml has no word nonsense (while making copy-en.txt)" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("copy: Copy\ncopied: 'Copied\n", "_words/en.yaml:2: not YAML: while scanning a quoted scalar"),
        ("# Later.\n", "_words/en.yaml:1: no words in it: it needs those of _words/en.yaml"),
        ("copy: a\n---\ncopied: b\n", "_words/en.yaml:2: a second document: take out the ---"),
        ("- Copy\n", "_words/en.yaml:1: expected a mapping of words, such as copy: Copy"),
        ("copy: Copy\neffects:\n  costs: 3\n  changes: [a, {b: true}]\n", "_words/en.yaml:3: effects.costs: expected a text"),
        ("copy: Copy\neffects:\n  costs: a\n  changes: [a, {b: true}]\n", "_words/en.yaml:4: effects.changes[1].b: expected a text"),
        ("copy: no\n", "_words/en.yaml:1: copy: YAML can read no as true or false"),
        ("copy: a\ncopy: b\n", "_words/en.yaml:2: copy: the key copy stands here twice"),
    ],
)
def test_a_file_at_fault_is_reported_by_its_line(words: str, said: str, tmp_path: Path) -> None:
    status, errors, _ = build(tmp_path, words)

    assert status == 1
    assert said in errors
    assert not (tmp_path / "out").exists()


def test_words_that_are_not_utf_8(tmp_path: Path) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(FOLDER, templates / "_words")
    (templates / "_words" / "zh.yaml").write_bytes("copy: 复制".encode("gb18030"))
    result = CliRunner().invoke(main, ["build", "--templates", str(templates), "--out", str(tmp_path / "out")], catch_exceptions=False)

    assert result.exit_code == 1
    assert f"{templates}/_words/zh.yaml: not UTF-8 text: save the file as UTF-8" in result.stderr
