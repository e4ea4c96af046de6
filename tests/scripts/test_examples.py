"""The examples that --help prints: each runs as it is."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from conftest import OUT, Run
from shapes import each_cell, name

from generator.catalog.model import Backend, Cell

SCRIPTS = sorted(OUT.glob("*.sh"))
PICTURE = b"\xff\xd8\xff\xe0 a picture"


def examples(script: Path) -> list[str]:
    """The lines below Examples: in the script's help."""
    found = re.search(r"\nExamples:\n((?:  .*\n)+)\n", script.read_text("utf-8"))
    assert found
    return [line.strip() for line in found[1].splitlines()]


def test_every_example_names_its_script() -> None:
    """And no value in it is a placeholder."""
    for script in SCRIPTS:
        for example in examples(script):
            words = shlex.split(example.partition(" | ")[0])
            assert words[0] == script.name
            assert [word for word in words if re.fullmatch("[A-Z][A-Z_]*", word) and word not in ("FILE", "LLM")] == [], example


@each_cell(others=pytest.mark.every_script)
def test_every_example_runs(backend: Backend, cell: Cell, bash: Run, tmp_path: Path) -> None:
    """With --dry-run, in a folder with the files that it names."""
    script = OUT / f"{name(backend, cell)}.sh"
    for example in examples(script):
        command, _, _ = example.partition(" | ")
        words = shlex.split(command)
        for word in words:
            if re.fullmatch(r"FILE|[a-z]+\.(jpg|mp3)", word):
                (tmp_path / "home" / word).write_bytes(PICTURE if word.endswith("jpg") else b"words\n")
        done = bash("-c", f"{shlex.quote(str(script))} {command.removeprefix(words[0])} --dry-run")
        assert (done.returncode, done.stderr) == (0, b""), example
        assert b"curl -sS" in done.stdout


def test_examples_show_what_a_script_is_for() -> None:
    """A picture where one is asked about, the effort where the model thinks; no name is read from a file."""
    assert "ollama-image-input.sh --image photo.jpg --dry-run" in examples(OUT / "ollama-image-input.sh")
    assert "litellm-reasoning.sh --effort high --dry-run" in examples(OUT / "litellm-reasoning.sh")
    assert examples(OUT / "vllm-similarity.sh")[:2] == [
        "vllm-similarity.sh 'The cat sits on the mat.' 'A kitten rests on a rug.'",
        "vllm-similarity.sh 'A kitten rests on a rug.' - < FILE",
    ]
    names = ("-model.sh", "-terminate.sh", "-launch.sh", "-registrations.sh")
    assert [line for script in SCRIPTS if script.name.endswith(names) for line in examples(script) if "FILE" in line] == []
    assert [script.name for script in SCRIPTS if "image-input" in script.name and "--image" not in " ".join(examples(script))] == []
