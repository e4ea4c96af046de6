"""The guides say what they must. (That their examples are true: test_verify.py.)"""

from __future__ import annotations

from conftest import ROOT

from generator import catalog

GUIDES = catalog.read(ROOT / "catalog.yaml").guides


def test_the_notes_are_all_there() -> None:
    """What the first page of notes explains: -s and -r, both kinds of quotes, the key, the curly quotes."""
    outputs = {(example.run.splitlines()[-1], example.output) for guide in GUIDES.values() for example in guide.examples}

    assert ("echo '$LITELLM_API_KEY'", "$LITELLM_API_KEY") in outputs
    assert ('echo "$LITELLM_API_KEY"', "sk-1234") in outputs
    assert ("echo ‘$LITELLM_API_KEY’", "‘sk-1234’") in outputs
