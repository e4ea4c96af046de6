"""Keys and other secrets: how pages introduce the line that sets one."""

from __future__ import annotations

from generator.catalog.model import ApiKey, Backend
from generator.render.words import Words
from generator.request import Request, RequestSecret


def key_text(key: ApiKey, *, words: Words) -> str:
    """Return the sentence before the line that sets a key: it shows an example's value, or the shell asks for one."""
    kind = "example" if key.example else "asked"
    text: str = words["key_texts"][kind if key.required else f"{kind}_optional"]
    return text


def own_secrets(backend: Backend, request: Request) -> list[RequestSecret]:
    """Return the secrets of a cell's request that are not keys of its backend: whoever types its command has to set them, too."""
    known = {key.variable for key in backend.api_key}
    return list({secret.variable: secret for secret in request.secrets if secret.variable not in known}.values())
