"""The HTML page that holds all of 1,000 cells in Chromium: how long it takes to open, beside the same page without its script, and the
longest task of the main thread while somebody types.

    .venv/bin/python benchmarks/page.py
"""

from __future__ import annotations

import re
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from generator import catalog
from generator.render.renderer import Renderer

BACKEND = """
  server-{n}:
    base_url: http://localhost:{port}/v1
    api_key: {{variable: KEY_{n}}}
    endpoints:"""
ENDPOINT = """
  call-{n}:
    method: POST
    path: /things/{n}
    body: {{model: thing-{n}, messages: [{{role: system, content: You know all about {n}.}}, {{role: user, content: Explain {n}}}]}}
    parameters:
      model: {{at: [body, model], option: --model, variable: MODEL}}
      prompt: {{at: [body, messages, -1, content], argument: true}}
    pipelines:
      - {{name: answer, jq: '.choices[0].message.content', raw: true}}
      - {{name: usage, jq: .usage}}
    sample: {{id: c-{n}, choices: [{{message: {{content: answer {n}}}}}], usage: {{a: 1, b: {n}}}}}"""
WATCH = """window.tasks = []; new PerformanceObserver(list => { for (const task of list.getEntries()) tasks.push(task.duration); })
  .observe({type: 'longtask', buffered: true});"""


def page(folder: Path, backends: int, endpoints: int) -> Path:
    cells = "".join(f"\n      call-{n}: {{}}" for n in range(endpoints))
    text = "languages: [en]\nbackends:" + "".join(BACKEND.format(n=n, port=9000 + n) + cells for n in range(backends))
    text += "\nendpoints:" + "".join(ENDPOINT.format(n=n) for n in range(endpoints))
    source = folder / "catalog.yaml"
    source.write_text(text + "\n", encoding="utf-8")
    made = folder / f"{backends}x{endpoints}.html"
    made.write_text(Renderer(catalog.read(source)).page("cheatsheet.all.{lang}.html.j2", {"lang": "en"}).text, encoding="utf-8")
    return made


def opened(browser: Any, file: Path) -> tuple[Any, float]:
    tab = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    tab.add_init_script(WATCH)
    tab.goto(file.as_uri())
    tab.wait_for_timeout(500)
    return tab, float(tab.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"))


def longest(tab: Any, field: str, text: str) -> float:
    """The longest task while the text is typed; 0 for none of 50 ms or more (Long Tasks API)."""
    tab.evaluate("tasks.length = 0")
    tab.focus(field)
    for letter in text:
        tab.keyboard.type(letter)
        tab.wait_for_timeout(120)
    tab.wait_for_timeout(500)
    return float(tab.evaluate("Math.max(0, ...tasks)"))


def main() -> None:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        print(
            f"{'backends x endpoints':<22}{'MB':>6}{'open':>10}{'no script':>12}{'ratio':>7}   longest task: URL, model, search, all again"
        )
        for backends, endpoints in ((10, 100), (4, 250), (1, 1000)):
            file = page(folder, backends, endpoints)
            bare = folder / "bare.html"
            bare.write_text(re.sub(r"<script>.*?</script>", "", file.read_text("utf-8"), flags=re.DOTALL), encoding="utf-8")
            ours, theirs = [], []
            for _ in range(5):
                for target, times in ((file, ours), (bare, theirs)):
                    tab, time = opened(browser, target)
                    times.append(time)
                    tab.context.close()
            tab, _ = opened(browser, file)
            typed = [longest(tab, "[name=url]", "http://gpu-7:8000/v1"), longest(tab, "[name=MODEL]", "qwen'7b")]
            tab.click("#_find")
            typed.append(longest(tab, "#_query", "call-77"))
            tab.evaluate("tasks.length = 0")
            tab.keyboard.press("Escape")
            tab.wait_for_timeout(500)
            typed.append(float(tab.evaluate("Math.max(0, ...tasks)")))
            tab.context.close()
            best, base = statistics.median(ours), statistics.median(theirs)
            shown = ", ".join(f"{task:.0f}" if task else "<50" for task in typed)
            size = f"{f'{backends} x {endpoints}':<22}{file.stat().st_size / 1e6:6.1f}"
            print(f"{size}{best:7.0f} ms{base:9.0f} ms{best / base:7.2f}   {shown} ms", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
