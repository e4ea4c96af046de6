"""Read what -F says (curl(1), --form; src/tool_formparse.c)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from generator.importing.curl.errors import BrokenCommand, Unsayable


@dataclass(frozen=True)
class ReadPart:
    """A part of a form, as marked strings."""

    name: str
    text: str | None = None
    file: str | None = None
    reads: str | None = None
    """The file whose content is the part's text: `<file`."""
    media_type: str | None = None
    file_name: str | None = None
    note: str = ""
    """What is read otherwise than curl reads it, a sentence."""


def form_string(argument: str) -> ReadPart:
    """Read the argument of --form-string: all behind the = is text."""
    name, equals, text = argument.partition("=")
    if not equals:
        raise BrokenCommand(f"--form-string {argument[:40]}: no = behind the name")
    return ReadPart(name, text=text)


def form_part(argument: str) -> ReadPart:
    """Read the argument of -F. Raises BrokenCommand where curl refuses it, Unsayable where a catalog has no word for it."""
    name, equals, content = argument.partition("=")
    if not equals:
        raise BrokenCommand(f"-F {argument[:40]}: no = behind the name")
    if content.startswith("(") or (not name and content.startswith(")")):
        raise Unsayable("-F with ( makes parts inside of parts, which a catalog cannot say")
    if re.fullmatch(r"<[A-Za-z_][\w -]*>", content):
        return ReadPart(name, text=content, note=f"-F {name}={content}: curl reads {content[1:]} as a file: read as a placeholder")
    sign = content[:1] if content[:1] in ("@", "<") else ""
    end = "," if sign == "@" else ""
    value, position = _word(content, len(sign), end)
    attributes, position = _attributes(content, position, end)
    if position < len(content):
        raise Unsayable(f"-F {name}=@…,… sends several files in one part, which a catalog cannot say: write an -F for each file")
    unknown = sorted(set(attributes) - {"type", "filename"})
    if unknown:
        raise Unsayable(f"-F {name}=…;{unknown[0]}=…: a catalog says the type and the file name of a part, nothing else")
    media_type, file_name = attributes.get("type"), attributes.get("filename")
    if sign == "@":
        return ReadPart(name, file=value, media_type=media_type, file_name=file_name)
    if file_name is not None:
        raise Unsayable(f"-F {name}=…;filename=…: a text of a form has no file name in a catalog")
    if sign == "<":
        return ReadPart(name, reads=value, media_type=media_type)
    return ReadPart(name, text=value, media_type=media_type)


def _word(content: str, position: int, end: str) -> tuple[str, int]:
    """Read a word up to `;` or `end`, or one in double quotes; return it and where it ends."""
    while content[position : position + 1] in (" ", "\t") and content[position : position + 1]:
        position += 1
    quoted = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL).match(content, position)
    stop = re.compile(f"[;{end}]")
    if quoted:
        rest = stop.search(content, quoted.end())
        return re.sub(r'\\([\\"])', r"\1", quoted[1]), rest.start() if rest else len(content)
    match = stop.search(content, position)
    finish = match.start() if match else len(content)
    return content[position:finish].rstrip(" \t"), finish


def _attributes(content: str, position: int, end: str) -> tuple[dict[str, str], int]:
    """Read `;type=…;filename=…` and the like."""
    found: dict[str, str] = {}
    while content[position : position + 1] == ";":
        position += 1
        match = re.compile(r"[ \t]*(type|filename|headers|encoder)=").match(content, position)
        if match:
            value, position = _word(content, match.end(), end)
            found[match[1]] = value
            continue
        start = position
        _, position = _word(content, position, end)
        if "type" in found:
            found["type"] += ";" + content[start:position].rstrip(" \t")
    return found, position
