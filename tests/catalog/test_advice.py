"""What pages, scripts and guides advise: nothing that leaves a key in the shell's history, not even an example of one."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from conftest import OUT, ROOT

FILES = [*sorted(OUT.iterdir()), *sorted((ROOT / "docs").glob("*.md")), *sorted(ROOT.glob("*.md")), ROOT / "catalog.yaml"]
KEY_TYPED = re.compile(
    r"""(KEY|TOKEN|SECRET|PASSWORD)=(?!"?\$|[\s…]|$)\S   # a variable set to it; "$(…)" and ${NAME:-…} take it from elsewhere
    |-H\ ["'][\w-]+:\ (Bearer\ )?(sk|xf)-                          # a header with it
    |-u\ ["']?\w+:\w""",
    re.VERBOSE,
)


def lines(file: Path) -> list[str]:
    text = file.read_text("utf-8")
    if file.suffix in (".js", ".html"):  # the search's texts are in JSON
        text = text.replace('\\"', '"').replace("\\u0027", "'")
    return (html.unescape(text) if file.suffix == ".html" else text).splitlines()


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("Set your key: export LAB_API_KEY=sk-1234", True),
        ("export LAB_TOKEN='eyJ'", True),
        ("LAB_PASSWORD=hunter2 out/lab.sh", True),
        ("curl -H 'Authorization: Bearer sk-1234'", True),
        ("curl -H 'x-api-key: xf-1234'", True),
        ("curl -u ada:secret", True),
        ("read -rs LAB_API_KEY; export LAB_API_KEY", False),
        ("export LAB_API_KEY=${LAB_API_KEY:-sk-1234}", False),
        ('export LAB_TOKEN="$(./log-in.sh)"', False),
        ('curl -H "Authorization: Bearer $LAB_API_KEY" -u "$LAB_LOGIN"', False),
    ],
)
def test_what_is_typed(line: str, typed: bool) -> None:
    assert bool(KEY_TYPED.search(line)) is typed


def test_no_advice_makes_a_reader_type_a_key() -> None:
    """`read -rs` asks for it, as on the pages; the example that a page sets comes after a key that is set."""
    found = [(file.name, line) for file in FILES if file.is_file() for line in lines(file) if KEY_TYPED.search(line)]

    assert found == []


def test_the_scripts_and_pages_say_how_to_type_it() -> None:
    asks = "read -rs LITELLM_API_KEY; export LITELLM_API_KEY"
    assert f"fail 2 'no API key; type it in: {asks}'" in (OUT / "litellm-models.sh").read_text("utf-8")
    asks = "read -rs VLLM_API_KEY; export VLLM_API_KEY"
    assert f"hint='Type your key in: {asks}'" in (OUT / "vllm-models.sh").read_text("utf-8")
    assert f"Type your key in: {asks}" in (OUT / "cheatsheet-vllm.en.md").read_text("utf-8").replace("\\_", "_")
