"""Which of the catalog's troubles a script knows, where a cell has its own and sends its own key, or none."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from conftest import Run
from recorder import Recorder

from generator import catalog
from generator.render.renderer import Renderer

CELLS = {
    "plain": ({}, "Set your key: read -rs LAB_KEY; export LAB_KEY"),
    "other": ({"api_key": {"variable": "LAB_TOKEN", "required": False}}, "Set your key: read -rs LAB_TOKEN; export LAB_TOKEN"),
    "open": ({"api_key": None}, ""),
    "own": ({"troubles": [{"when": 401, "say": "Log in"}]}, "Log in"),
    "own-words": ({"troubles": [{"when": "/no such user/", "say": "Sign up"}, {"when": 401, "say": "Log in"}]}, "Sign up"),
}


@pytest.mark.parametrize("cell", CELLS)
def test_the_hint_is_the_cells_own(cell: str, tmp_path: Path, bash: Run, recorder: Recorder) -> None:
    """A cell's trouble comes before its backend's; what is said of a key is left out where none is sent."""
    endpoint, hint = CELLS[cell]
    data = {
        "languages": ["en"],
        "backends": {
            "lab": {
                "base_url": recorder.url,
                "api_key": {"variable": "LAB_KEY", "required": False, "example": "abc"},
                "troubles": [{"when": 401, "say": "Set your key: {key}"}],
                "endpoints": {cell: endpoint},
            }
        },
        "endpoints": {cell: {"method": "GET", "path": "/x"}},
    }
    (tmp_path / "catalog.yaml").write_text(yaml.safe_dump(data), "utf-8")
    script = tmp_path / "lab.sh"
    script.write_text(Renderer(catalog.read(tmp_path / "catalog.yaml")).script("lab", cell).text, "utf-8")
    recorder.answers('{"error": "no such user"}', 401)
    said = f"lab.sh: HTTP 401 from {recorder.url}/x: no such user\n" + (f"{hint}\n" if hint else "")
    assert bash(script).stderr.decode() == said
    assert script.read_text("utf-8").count("'HTTP 401 '*)") == (1 if hint else 0)
