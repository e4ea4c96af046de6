"""The examples that --help prints: each runs as it is."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

from conftest import OUT, Run, renderer
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


def test_values_in_examples_are_quoted(tmp_path: Path) -> None:
    """Those of the argument, of an option, and of an option that is required."""
    hostile = 'it\'s $(touch x) "5" `x` &'
    parameters = {
        "a": {"at": ["query", "a"], "type": "string", "argument": True, "example": hostile},
        "b": {"at": ["query", "b"], "type": "string", "option": "--b", "example": hostile},
        "c": {"at": ["query", "c"], "type": "string", "option": "--c", "required": True, "example": hostile},
    }
    endpoint = {"method": "GET", "path": "/x", "parameters": parameters}
    backends = {"lab": {"base_url": "http://localhost:1", "endpoints": {"x": {}}}}
    path = tmp_path / "catalog.yaml"
    path.write_text(json.dumps({"languages": ["en"], "backends": backends, "endpoints": {"x": endpoint}}), "utf-8")
    (tmp_path / "lab-x.sh").write_text(renderer(path).script("lab", "x").text, "utf-8")

    shown = [shlex.split(example) for example in examples(tmp_path / "lab-x.sh")]

    assert ["lab-x.sh", "--c", hostile, hostile] in shown
    assert ["lab-x.sh", "--c", hostile, "--b", hostile, "--dry-run"] in shown


@each_cell()
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
        assert b"curl -fsS" in done.stdout


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
