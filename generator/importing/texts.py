"""Take a Text apart and put it together again."""

from __future__ import annotations

from generator.importing.model import Text, Variable

HOLE = "\ue000"
"""What stands for a variable where a text is looked at as one string: a character that no writing uses (Unicode 23.5)."""


def as_string(text: Text) -> str:
    """Return a text as one string, with a HOLE for each variable: positions in it are those that `cut` takes."""
    return "".join(HOLE if isinstance(part, Variable) else part for part in text.parts)


def cut(text: Text, start: int, end: int | None = None) -> Text:
    """Return the part of a text from `start` to before `end`, in which a variable is as long as one character."""
    end = len(as_string(text)) if end is None else end
    parts: list[str | Variable] = []
    at = 0
    for part in text.parts:
        length = 1 if isinstance(part, Variable) else len(part)
        if isinstance(part, Variable):
            if start <= at < end:
                parts.append(part)
        elif at < end and start < at + length:
            parts.append(part[max(start - at, 0) : end - at])
        at += length
    return Text(tuple(parts))


def joined(*texts: Text | str) -> Text:
    """Return texts as one, in which no two strings stand beside each other."""
    parts: list[str | Variable] = []
    for text in texts:
        for part in (text,) if isinstance(text, str) else text.parts:
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            elif part != "":
                parts.append(part)
    return Text(tuple(parts))


def split(text: Text, mark: str) -> list[Text]:
    """Return the parts of a text between marks, a single character each."""
    whole = as_string(text)
    found: list[Text] = []
    start = 0
    while (end := whole.find(mark, start)) >= 0:
        found.append(cut(text, start, end))
        start = end + 1
    return [*found, cut(text, start)]


def stripped(text: Text) -> Text:
    """Return a text without blanks around it."""
    whole = as_string(text)
    start = len(whole) - len(whole.lstrip())
    return cut(text, start, len(whole.rstrip()))


def of_json(value: str | Text | Variable) -> Text:
    """Return the text that stands for a string in JSON."""
    if isinstance(value, Text):
        return value
    return Text((value,)) if value != "" else Text(())


def to_json(text: Text) -> str | Text:
    """Return what stands in the place of a string in JSON for a text: a string, if no variable is in it."""
    return text if text.plain is None else text.plain
