"""A small catalog of one backend, `api`: what its scripts and commands do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from conftest import Run

from generator import catalog
from generator.render.renderer import Renderer


class Api:
    """A catalog of one backend, `api`, in a folder; its scripts and commands are run in the user's home."""

    def __init__(
        self, bash: Run, folder: Path, base_url: str, curl: Mapping[str, Any], api_key: Any = None, **endpoints: Mapping[str, Any]
    ) -> None:
        self.bash = bash
        self.folder = folder
        file = folder / "catalog.yaml"
        backend = {"base_url": base_url, "curl": curl, "api_key": api_key, "endpoints": {name: {} for name in endpoints}}
        file.write_text(json.dumps({"languages": ["en"], "backends": {"api": backend}, "endpoints": endpoints}), "utf-8")
        self.renderer = Renderer(catalog.read(file))

    def script(self, endpoint: str) -> Path:
        file = self.folder / f"api-{endpoint}.sh"
        file.write_text(self.renderer.script("api", endpoint).text, "utf-8")
        return file

    def run(self, endpoint: str, *arguments: str, stdin: bytes = b"", **env: str) -> CompletedProcess[bytes]:
        return self.bash(self.script(endpoint), *arguments, env=env, stdin=stdin)

    def command(self, endpoint: str) -> str:
        return self.renderer.command("api", endpoint).text

    def run_all(self, endpoint: str, **env: str) -> list[CompletedProcess[bytes]]:
        """How the script ended, what its --dry-run prints, and the printed command."""
        script = self.run(endpoint, **env)
        printed = self.run(endpoint, "--dry-run", **env)
        assert (printed.returncode, printed.stderr) == (0, b"")
        return [script, self.bash("-c", printed.stdout.decode(), env=env), self.bash("-c", self.command(endpoint), env=env)]
