"""Every mistake a catalog can hold: the exact words that its author sees, and whether an editor sees it too.

After a change of words: `python tests/catalog/test_bad_catalogs.py` writes the .txt files anew; read the diff.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from generator.catalog.schema import catalog_schema
from generator.cli.main import main

BAD = Path(__file__).resolve().parent.parent / "catalogs" / "bad"
CATALOGS = sorted(BAD.glob("*.yaml"))

# What no JSON Schema can see: what YAML does before it, what one place says about another, what jq says.
BEYOND_A_SCHEMA = {
    "json-in-a-text",
    "languages",
    "no-backends",
    "null-language",
    "pipelines-empty",
    "pipelines-of-text",
    "alias-bomb",
    "alias-of-itself",
    "alias-of-nothing",
    "asked",
    "at-sign",
    "backtick",
    "bad-escape",
    "bodies",
    "colon-in-text",
    "control-character",
    "control-characters",
    "curl-settings-together",
    "curl-signature",
    "deep",
    "deep-blocks",
    "dots-in-base-url",
    "dots-in-values",
    "duplicate-keys",
    "empty",
    "endpoint-that-nobody-has",
    "errors-filter",
    "events",
    "examples",
    "filter-finds-nothing",
    "filter-like-options",
    "filter-finds-null",
    "filters",
    "flag-unexplained",
    "head-with-answer",
    "head-with-body",
    "headers",
    "keys-that-are-lists",
    "keys-that-are-mappings",
    "keys-unquoted",
    "like-circles",
    "lists",
    "lone-surrogates",
    "merge-keys",
    "not-utf-8",
    "nul",
    "numbers-beside-parameters",
    "one-file-name",
    "one-place-twice",
    "only-comments",
    "options",
    "path",
    "path-climbs",
    "path-placeholders",
    "path-values",
    "percent-in-text",
    "place-names",
    "places",
    "places-without-body",
    "reads",
    "recorded",
    "same-language-twice",
    "secret-join-generate",
    "shell-variables",
    "shown",
    "shown-together",
    "surrogate-beside-parameters",
    "tabs",
    "tags",
    "tested",
    "tested-folder",
    "troubles",
    "two-bodies",
    "two-bodies-in-cell",
    "two-documents",
    "two-meanings",
    "unclosed-brace",
    "unclosed-quote",
    "unknown-endpoint",
    "unknown-language",
    "wrong-indent",
    "yaml-surprises",
}


def seen(path: Path) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of `curlsheet validate` in the catalog's folder."""
    result = CliRunner().invoke(main, ["validate", "--catalog", path.name], catch_exceptions=False)
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.stem)
def test_words(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The author of a build sees exactly these words, all faults at once; it ends with 1, and makes no folder."""
    monkeypatch.chdir(BAD)
    expected = path.with_suffix(".txt").read_text("utf-8").rstrip("\n")

    result = CliRunner().invoke(main, ["build", "--catalog", path.name, "--out", str(tmp_path / "out")], catch_exceptions=False)

    assert (1, "", f"catalog: {path.name}\n{expected}, nothing written\n") == (result.exit_code, result.stdout, result.stderr)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["tabs", "troubles", "unclosed-quote"])
def test_validate_says_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same exit status."""
    monkeypatch.chdir(BAD)

    assert (1, "", (BAD / f"{name}.txt").read_text("utf-8")) == seen(BAD / f"{name}.yaml")


@pytest.mark.parametrize("path", [path for path in CATALOGS if path.stem not in BEYOND_A_SCHEMA], ids=lambda path: path.stem)
def test_editor_sees_it(path: Path) -> None:
    """A fault of shape fails the JSON Schema as well."""
    data: Any = yaml.safe_load(path.read_bytes())

    errors = list(jsonschema.Draft7Validator(catalog_schema()).iter_errors(data))

    assert errors


def test_list_names_catalogs() -> None:
    """What is listed as beyond a schema is there."""
    assert set() == BEYOND_A_SCHEMA - {path.stem for path in CATALOGS}


def test_every_text_has_its_catalog() -> None:
    """No words are left of a catalog that is gone."""
    assert {path.stem for path in BAD.glob("*.txt")} == {path.stem for path in CATALOGS}


if __name__ == "__main__":
    import os

    os.chdir(BAD)
    for catalog in CATALOGS:
        catalog.with_suffix(".txt").write_text(seen(catalog)[2], "utf-8")
