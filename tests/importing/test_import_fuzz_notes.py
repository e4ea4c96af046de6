"""Notes with pieces taken out, doubled, mixed and put in: nothing fails, nothing hangs, nothing is run."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from generator.importing import report
from generator.importing.run import InputFile, import_files

SOURCES = Path(__file__).with_name("sources")
ROUNDS = 12
NAMES = ("x.md", "x.md", "x.sh", "x.txt", "x.html", "standard input")

PIECES = [
    *"'\"`$^(){}[]|;&#%\\<>=\n\t\r\0：“”",
    "$(touch ran)", "`touch ran`", "<(touch ran)", '"$(touch ran | base64)"', "${X#a}", "${X:-$(touch ran)}", "{{a}}", "<id>",
    "\ud800", "😀", "中文", "\\\n", '^"', "^\n", "\n```\n", "```", "\n    ", "\n> ", "\n$ ", "➜  ~ curl ", "<<EOF\n", "\nEOF\n", "<<< ",
    "&&", "| jq .a", " -d @- ", " -H @f ", " -K - ", " -F 'a=<f' ", " --data-urlencode a@f ", "Authorization: Basic ", "curl ", 'curl ^"',
    "!!! note\n", '=== "t"\n', "::: tip\n", "<pre>", "</code>", "&quot;", "<script>", "while curl ", "f() { ",
    "$CURL http://h.example/ ", "parallel curl {} ::: a b\n", "  501  curl http://h.example/\n", ": 1700000000:0;curl http://h.example/\n",
    "a" * 5_000, "{" * 300, "(" * 300, "$(" * 60, "'" * 99,
]  # fmt: skip


def notes() -> list[str]:
    """The notes that other tests read."""
    files = [file for file in sorted(SOURCES.iterdir()) if file.suffix in (".md", ".sh", ".txt", ".html")]
    return [file.read_text("utf-8") for file in files]


def mutated(text: str, others: list[str], chance: random.Random) -> str:
    """A text with a few things in it otherwise."""
    for _ in range(chance.choice((1, 2, 4, 8, 16))):
        start = chance.randint(0, len(text))
        end = min(len(text), start + chance.choice((1, 3, 10, 50, 300)))
        before, middle, behind = text[:start], text[start:end], text[end:]
        match chance.randint(0, 5):
            case 0:
                text = before + behind
            case 1:
                text = before + middle * chance.choice((2, 5)) + behind
            case 2:
                other = chance.choice(others)
                at = chance.randint(0, len(other))
                text = before + other[at : at + chance.choice((10, 100, 500))] + middle + behind
            case 3:
                text = before + middle[::-1] + behind
            case _:
                text = before + chance.choice(PIECES) + middle + behind
    return text


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))])
def test_mutated_notes_are_read(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is read, there are a catalog or reasons, and a report of both kinds."""
    monkeypatch.chdir(tmp_path)
    chance = random.Random(seed)
    texts = notes()
    for _ in range(ROUNDS):
        text = mutated(chance.choice(texts), texts, chance)
        built = import_files([InputFile(chance.choice(NAMES), text, "curl")])
        lines = list(report.as_lines(built.entries, lambda words, _: words, 80))

        assert len(report.as_data(built.entries)) == len(built.entries) <= len(lines)
        assert bool(built.text) == any(entry.endpoint for entry in built.entries)
        assert json.dumps(report.as_data(built.entries)) and report.summary(built.entries, built.data)
    assert list(tmp_path.iterdir()) == []
