"""curlsheet beside httpsnippet, snippetz and openapi-generator: the same thirteen requests, whole processes, in one run.

    .venv/bin/python benchmarks/peers.py

Needs node, npm, java and pip's access to a registry: the three are installed into a temporary folder. What they make is
one curl line or one client without defaults, so the figures compare the waiting, not the work.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from generator import catalog, request, resources

CELLS = [
    (backend, cell)
    for backend in ("ollama", "litellm", "xinference")
    for cell in ("models", "chat-completions", "completions", "embeddings")
]
CELLS.append(("mindie", "chat-completions"))
HTTPSNIPPET = """
import {HTTPSnippet} from 'httpsnippet'
import {readFileSync} from 'node:fs'
for (const file of process.argv.slice(2)) console.log(new HTTPSnippet(JSON.parse(readFileSync(file, 'utf8'))).convert('shell', 'curl'))
"""
SNIPPETZ = """
import {snippetz} from '@scalar/snippetz'
import {readFileSync} from 'node:fs'
for (const file of process.argv.slice(2)) console.log(snippetz().print('shell', 'curl', JSON.parse(readFileSync(file, 'utf8'))))
"""
ROUNDS = 7


def har(backend: str, cell: str) -> dict[str, Any]:
    """One of the requests, as an HTTP archive has it."""
    known = catalog.read(resources.catalog()).backends[backend]
    made = request.of(known, known.endpoints[cell])
    headers = [{"name": piece.name, "value": piece.value} for piece in made.headers if piece.value is not None]
    found: dict[str, Any] = {"method": made.method, "url": made.url, "httpVersion": "HTTP/1.1", "headers": headers, "queryString": []}
    if made.body is not None:
        found["postData"] = {"mimeType": "application/json", "text": made.body}
    return found | {"cookies": [], "headersSize": -1, "bodySize": -1}


def document(hars: list[dict[str, Any]]) -> dict[str, Any]:
    """The same requests as an OpenAPI document."""
    paths: dict[str, Any] = {}
    for number, made in enumerate(hars):
        operation: dict[str, Any] = {"operationId": f"o{number}", "responses": {"200": {"description": "answered"}}}
        if "postData" in made:
            example = json.loads(made["postData"]["text"])
            operation["requestBody"] = {"content": {"application/json": {"schema": {"type": "object"}, "example": example}}}
        paths[f"/{number}{made['url'].split('/v1')[1]}"] = {made["method"].lower(): operation}
    return {"openapi": "3.0.3", "info": {"title": "peers", "version": "1"}, "paths": paths}


def measured(command: list[str], folder: Path) -> tuple[float, int]:
    """Seconds and megabytes of a process."""
    start = time.perf_counter()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env={**os.environ, "XDG_CACHE_HOME": str(folder)})
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command[:3])} failed:\n{(folder / 'log').read_text()[-2000:]}")
    return time.perf_counter() - start, usage.ru_maxrss // 1024


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hars = [har(*cell) for cell in CELLS]
        files = [f"{number}.json" for number in range(len(hars))]
        for file, made in zip(files, hars, strict=True):
            (folder / file).write_text(json.dumps(made))
        (folder / "api.json").write_text(json.dumps(document(hars)))
        (folder / "httpsnippet.mjs").write_text(HTTPSNIPPET)
        (folder / "snippetz.mjs").write_text(SNIPPETZ)
        (folder / "package.json").write_text("{}")
        subprocess.run(["npm", "install", "--silent", "httpsnippet", "@scalar/snippetz"], cwd=folder, check=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", "openapi", "openapi-generator-cli"]
        subprocess.run(pip, cwd=folder, check=True)
        jar = next((folder / "openapi").rglob("*.jar"))
        only = [f"--only={backend}/{cell}" for backend, cell in CELLS]
        commands = {
            "curlsheet": [sys.executable, "-m", "generator", "build", "--catalog", str(resources.catalog()), "--out", "out", *only],
            "httpsnippet": ["node", "httpsnippet.mjs", *files],
            "snippetz": ["node", "snippetz.mjs", *files],
            "openapi-generator": [
                "java",
                "-jar",
                str(jar),
                "generate",
                "-g",
                "bash",
                "-i",
                "api.json",
                "-o",
                "client",
                "--skip-validate-spec",
            ],
        }
        times: dict[str, list[tuple[float, int]]] = {peer: [] for peer in commands}
        for _ in range(ROUNDS):
            for peer, command in commands.items():
                times[peer].append(measured(command, folder))
        ours = min(seconds for seconds, _ in times["curlsheet"])
        for peer, found in times.items():
            best = min(seconds for seconds, _ in found)
            print(f"{peer:<20}{best * 1000:8.0f} ms{max(memory for _, memory in found):6} MB{best / ours:8.2f}")


if __name__ == "__main__":
    main()
