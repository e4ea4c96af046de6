"""How long the command takes, as ratios to something that must be done anyway, measured side by side in this run.

    .venv/bin/python benchmarks/run.py

Whole processes, the best of several; each pair takes turns, so that a busy machine slows both.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CURLSHEET = [sys.executable, "-m", "generator"]
IMPORTS = "import click, jinja2, yaml"
FILTERS = """
import click, jinja2, yaml, jq, markdown_it
from generator import resources
data = yaml.load(open(resources.catalog(), encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
samples = {name: endpoint["sample"] for name, endpoint in data["endpoints"].items() if "sample" in endpoint}
for name, endpoint in data["endpoints"].items():
    for item in endpoint.get("pipelines", ()):
        program = jq.compile(item["jq"])
        for value in samples[name] if endpoint.get("response") == "events" else [samples[name]]:
            program.input_value(value).all()
"""
LOOP = """
import pathlib, pickle, sys
pages = pickle.load(open(sys.argv[1], "rb"))
out = pathlib.Path(sys.argv[2]); out.mkdir()
for name, text in pages:
    with open(out / name, "wb") as file:
        file.write(text)
"""
FIRST = ["ollama", "litellm", "xinference", "mindie"]


def timed(command: list[str], folder: Path, prepare: Callable[[], None]) -> float:
    prepare()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return time.perf_counter() - start


def ratio(
    what: str, ours: list[str], theirs: list[str], folder: Path, goal: float | None, rounds: int, prepare: Callable[[], None]
) -> None:
    """Prints how often `theirs` goes into `ours`."""
    timed(ours, folder, prepare)  # compiles the templates, as the first run of a user does
    pairs = [(timed(ours, folder, prepare), timed(theirs, folder, prepare)) for _ in range(rounds)]
    best, base = (min(times) for times in zip(*pairs, strict=True))
    print(f"{what:<62} {best * 1000:8.0f} ms {base * 1000:8.0f} ms {best / base:6.2f}" + (f"  (goal {goal})" if goal else ""), flush=True)


def many(backends: int, endpoints: int) -> str:
    """A catalog of so many cells, each with a body, parameters and a pipeline."""
    cells = ", ".join(f"e{number}: {{}}" for number in range(endpoints))
    lines = ["languages: [en]", "backends:"]
    lines += [f"  b{number}: {{base_url: http://localhost:{number + 1}/v1, endpoints: {{{cells}}}}}" for number in range(backends)]
    lines.append("endpoints:")
    for number in range(endpoints):
        lines.append(f"  e{number}: {{method: POST, path: /e/{number}, body: {{model: m{number}, prompt: hi}}, sample: {{a: {number}}}, ")
        lines.append("    parameters: {model: {at: [body, model], option: --model}, prompt: {at: [body, prompt], argument: true}},")
        lines.append("    pipelines: [{name: a, jq: .a}]}")
    return "\n".join(lines) + "\n"


def main() -> None:
    print(f"{'':<62} {'curlsheet':>11} {'beside it':>11} {'ratio':>6}")
    disk = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=disk) as name:
        folder = Path(name)
        out = folder / "out"

        def clean() -> None:
            shutil.rmtree(out, ignore_errors=True)

        python = [sys.executable, "-c"]
        build = [*CURLSHEET, "build", "--catalog", str(ROOT / "catalog.yaml"), "--out", "out"]
        ratio("built-in catalog : import click, jinja2, yaml", build, [*python, IMPORTS], folder, None, 9, clean)
        ratio("built-in catalog : imports and the same filters", build, [*python, FILTERS], folder, 2.5, 9, clean)
        scripts = [
            f"--only={backend}/{cell}" for backend in FIRST[:3] for cell in ("models", "chat-completions", "completions", "embeddings")
        ]
        thirteen = [*build, *scripts, "--only=mindie/chat-completions"]
        ratio("thirteen first cells : import click, jinja2, yaml", thirteen, [*python, IMPORTS], folder, 1.8, 9, clean)
        ratio(
            "one cell (--only) : import click, jinja2, yaml", [*build, "--only=ollama/models"], [*python, IMPORTS], folder, None, 9, clean
        )
        ratio("unchanged rebuild : first build", build, build, folder, None, 5, lambda: None)
        for backends in (10, 100):
            (folder / "catalog.yaml").write_text(many(backends, 100))
            clean()
            subprocess.run([*CURLSHEET, "build"], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True)
            pages = [(path.name, path.read_bytes()) for path in out.iterdir()]
            size = sum(len(text) for _, text in pages)
            import pickle

            (folder / "pages").write_bytes(pickle.dumps(pages))
            loop = [*python, LOOP, str(folder / "pages"), str(out)]
            ratio(f"{backends * 100:,} cells : a loop that writes the same bytes", [*CURLSHEET, "build"], loop, folder, 6, 1, clean)
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
            print(f"{'':<8}{size / 1e6:.0f} MB written; at most {peak} MB of memory")


if __name__ == "__main__":
    main()
