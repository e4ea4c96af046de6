"""The guides say what they must. (That their examples are true: test_verify.py.)"""

from __future__ import annotations

import subprocess

from conftest import BUILT_IN, ENVIRONMENT, renderer

GUIDES = renderer(BUILT_IN).catalog.guides


def test_the_notes_are_all_there() -> None:
    """What the first page of notes explains: -s and -r, both kinds of quotes, the key, the curly quotes."""
    outputs = {(example.run.splitlines()[-1], example.output) for guide in GUIDES.values() for example in guide.examples}

    assert ("echo '$DEMO_USER'", "$DEMO_USER") in outputs
    assert ('echo "$DEMO_USER"', "ada") in outputs
    assert ("echo ‘$DEMO_USER’", "‘ada’") in outputs


def test_whether_a_key_is_set_without_showing_it() -> None:
    """The example that is not run by `verify`, since it would need a key that is typed in."""
    (example,) = [example for guide in GUIDES.values() for example in guide.examples if "MY_API_KEY:+" in example.run]
    for key, printed in (("secret", f"{example.output.strip()}\n"), ("", "\n")):
        done = subprocess.run(
            ["bash", "-c", example.run], env={**ENVIRONMENT, "MY_API_KEY": key}, capture_output=True, text=True, check=True
        )
        assert done.stdout == printed


def test_every_wrong_line_has_its_right_one() -> None:
    """What is shown as a mistake is followed by how to write it, at the latest at the end of its chapter."""
    for guide in GUIDES.values():
        kinds = [example.wrong for example in guide.examples]
        assert not kinds or any(kinds) <= (False in kinds), guide.id


def test_a_prompt_recalls_what_stands_behind_an_exclamation_mark() -> None:
    """The example that needs a prompt, in an interactive bash; in single quotes it prints what is typed."""
    (wrong,) = [example for guide in GUIDES.values() for example in guide.examples if "event not found" in example.output]
    done = subprocess.run(
        ["bash", "--norc", "--noprofile", "-i"],
        input=wrong.run + "echo 'wow!done'\n",
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        check=False,
    )

    assert wrong.output.strip() in done.stderr.splitlines()
    assert done.stdout == "wow!done\n"
