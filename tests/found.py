"""Found requests, as the readers of an import make them, in few words."""

from __future__ import annotations

import re
from typing import Any

from generator import catalog
from generator.catalog.model import Catalog
from generator.importing.builder import Built, build
from generator.importing.model import Found, FoundBody, FoundRequest, FoundSecret, Source, Text, Variable


def text(written: str, **defaults: str) -> Text:
    """A text in which `$NAME` is a variable, with the default that is given for its name."""
    parts: list[str | Variable] = []
    for position, part in enumerate(re.split(r"\$([A-Za-z_]\w*)", written)):
        if position % 2:
            parts.append(Variable(part, defaults.get(part)))
        elif part:
            parts.append(part)
    return Text(tuple(parts))


def request(line: str, body: Any = None, *, number: int = 1, headers: dict[str, str] | None = None, **more: Any) -> FoundRequest:
    """The request `GET http://host/path?a=b`, with a JSON body or a FoundBody, and what else a FoundRequest has."""
    method, _, url = line.partition(" ")
    base, slash, rest = re.fullmatch(r"(\w+://[^/?]*|\$\w+)(/?)(.*)", url).groups()  # type: ignore[union-attr]
    path, question, query = rest.partition("?")
    pairs = [pair.partition("=") for pair in query.split("&")] if question else []
    return FoundRequest(
        source=Source("notes.md", number, line),
        method=method,
        base=text(base),
        path=text(slash + path),
        query=tuple((name, text(value)) for name, _, value in pairs),
        headers=tuple((name, text(value)) for name, value in (headers or {}).items()),
        body=body if isinstance(body, (FoundBody, type(None))) else FoundBody("json", body),
        **more,
    )


KEY = FoundSecret("LAB_API_KEY", "header", "Authorization", "Bearer ")


def built(*found: Found, **named: Any) -> tuple[Built, Catalog]:
    """What is built of found requests, and the catalog that its text is."""
    made = build(found, **named)
    return made, catalog.read_text(made.text, "catalog.yaml")


def path_in_words(found: FoundRequest) -> str:
    """A found request's path, its variables in pointed brackets."""
    return "".join(part if isinstance(part, str) else f"<{part.name}>" for part in found.path.parts)
