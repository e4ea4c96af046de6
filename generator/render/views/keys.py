"""API keys: how pages introduce the line that sets one."""

from __future__ import annotations

from generator.catalog.model import Key
from generator.render.words import Words


def key_text(key: Key, *, words: Words) -> str:
    """Return the sentence before the line that sets a key: it shows an example's value, or the shell asks for one."""
    kind = "example" if key.example else "asked"
    text: str = words["key_texts"][kind if key.required else f"{kind}_optional"]
    return text
