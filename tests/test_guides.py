"""The guides: every example prints under bash exactly what the page says."""

from __future__ import annotations

import pytest
from conftest import ROOT, Run

from generator import catalog
from generator.model import Example

GUIDES = catalog.read(ROOT / "catalog.yaml").guides
EXAMPLES = [
    pytest.param(example, id=f"{guide.id}-{number}") for guide in GUIDES.values() for number, example in enumerate(guide.examples, 1)
]


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_example_prints_what_it_says(bash: Run, example: Example, locale: str) -> None:
    """Standard output is the output shown, and bash has nothing to complain about."""
    done = bash("-c", example.run, env={"LC_ALL": locale})

    assert (done.stdout.decode(), done.stderr.decode(), done.returncode) == (example.output.strip("\n") + "\n", "", 0)


def test_the_notes_are_all_there() -> None:
    """What the first page of notes explains: -s and -r, both kinds of quotes, the key, the curly quotes."""
    outputs = {(example.run.splitlines()[-1], example.output) for guide in GUIDES.values() for example in guide.examples}

    assert ("echo '$LITELLM_API_KEY'", "$LITELLM_API_KEY") in outputs
    assert ('echo "$LITELLM_API_KEY"', "sk-1234") in outputs
    assert ("echo ‘$LITELLM_API_KEY’", "‘sk-1234’") in outputs
