"""Find what users of a request want to change, beside what the source leaves open: its question, and the model that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from generator.importing.builder.slots import At, Content, Slot

QUESTIONS = ("prompt", "input", "inputs", "q", "query", "question", "search", "keyword", "text", "message", "content")
"""Names under which a request has what is asked for, the likeliest first."""

LONGEST_MESSAGE = 200
_NO_MESSAGE = re.compile(r"[\s\[{<\"%#&?]|\S+=\S*$|[A-Za-z0-9+/]{40,}=*$")
"""How a text starts that is JSON, XML or code, a form's field, or base64."""


def asked(content: Content) -> Iterator[Slot]:
    """Yield the places of a request that its users want to change: the model, and as an argument the question."""
    for kind in ("body", "urlencoded", "form"):
        values = content.get(kind)
        if isinstance(values, dict) and isinstance(values.get("model"), str):
            yield Slot("model", (kind, "model"), by_source=False)
    question = next(_questions(content), None) or _message(content)
    if question is not None:
        yield question
    form = content.get("form")
    for name, part in form.items() if isinstance(form, dict) else ():
        if isinstance(part, dict) and "file" in part:
            yield Slot(name, ("form", name), variable=False, argument=question is None, by_source=False)
            break


def _message(content: Content) -> Slot | None:
    """Return the place of a text body that is a line of words, as one sends it to people or a log; None for code, data and a whole page."""
    text = content.get("text")
    types = [value for name, value in content.get("headers", {}).items() if name.lower() == "content-type"]
    if any(re.search("json|xml", value) for value in types):
        return None
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST_MESSAGE or "\n" in text or _NO_MESSAGE.match(text):
        return None
    return _argument("text", ("text",))


def _questions(content: Content) -> Iterator[Slot]:
    body = content.get("body")
    if isinstance(body, dict):
        yield from _last_message(body)
    for kind in ("body", "query", "urlencoded"):
        values = content.get(kind)
        if not isinstance(values, dict):
            continue
        for name in QUESTIONS:
            value = values.get(name)
            if isinstance(value, str):
                yield _argument(name, (kind, name))
            elif kind == "body" and isinstance(value, list) and value and all(isinstance(item, str) for item in value):
                yield Slot(name, (kind, name), repeat=True, option=False, variable=False, argument=True, by_source=False)


def _last_message(body: dict[str, Any]) -> Iterator[Slot]:
    """Yield the text of the last message of a conversation."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages or not isinstance(messages[-1], dict):
        return
    content = messages[-1].get("content")
    if isinstance(content, str):
        yield _argument("prompt", ("body", "messages", -1, "content"))
    elif isinstance(content, list):
        for position, part in enumerate(content):
            if isinstance(part, dict) and isinstance(part.get("text"), str):
                yield _argument("prompt", ("body", "messages", -1, "content", position, "text"))


def _argument(name: str, at: At) -> Slot:
    return Slot(name, at, option=False, variable=False, argument=True, by_source=False)


def counted_from_start(at: At, content: Content) -> At:
    """Return a place in which no index counts from the end."""
    here: Any = content
    found: list[str | int] = []
    for step in at:
        if isinstance(step, int) and step < 0 and isinstance(here, list):
            step += len(here)
        found.append(step)
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            return at
    return tuple(found)
