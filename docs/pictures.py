"""Makes the pictures of a page that the READMEs show: `.venv/bin/python docs/pictures.py`, after a change that one sees."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "out" / "cheatsheet-litellm.en.html"
PLACE = "#chat-completions.litellm&base=http%3A%2F%2Fgpu-7%3A4000%2Fv1&model=qwen2.5%3A7b"


def main() -> None:
    """Writes docs/page-light.png and docs/page-dark.png: a reader's values, a command that follows them, and its answer."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for theme in ("light", "dark"):
            page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme=theme)
            page.goto(f"{PAGE.as_uri()}{PLACE}")
            page.wait_for_timeout(1000)
            page.screenshot(path=HERE / f"page-{theme}.png")
        browser.close()


if __name__ == "__main__":
    main()
