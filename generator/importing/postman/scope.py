"""The variables of a Postman collection: what holds where, and texts in which they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.importing import texts
from generator.importing.curl.marks import Marks
from generator.importing.json_source import as_dict, as_list, as_text
from generator.importing.model import Text, Variable
from generator.importing.secrets.names import is_secret_variable

_PLACE = re.compile(r"\{\{\s*([^{}]{1,200}?)\s*\}\}")
_DEEPEST = 20


@dataclass(frozen=True)
class Value:
    """What a variable holds."""

    text: str
    secret: bool = False


@dataclass
class Scope:
    """The variables that hold for a request: those nearer to it go before those further away."""

    values: Mapping[str, Value] = field(default_factory=dict)
    name: str = ""
    """The name of the environment."""

    def inner(self, variables: Mapping[str, Value]) -> Scope:
        """Return the scope of what lies within, where some variables are others."""
        return Scope({**self.values, **variables}, self.name)

    def text(self, template: str) -> Text:
        """Return a text with its variables: each has as its default what it holds."""
        parts: list[Text | str] = []
        at = 0
        for match in _PLACE.finditer(template):
            parts += [template[at : match.start()], Text((self.variable(match[1]),))]
            at = match.end()
        return texts.joined(*parts, template[at:])

    def variable(self, name: str) -> Variable:
        """Return a variable with what it holds, as far as that is plain."""
        if name.startswith("$"):
            return Variable(dynamic_name(name))
        held = self.values.get(name)
        secret = is_secret_variable(name) or (held is not None and held.secret)
        default = self.plain(held.text) if held is not None and held.text else None
        return Variable(name, default, secret)

    def plain(self, template: str, depth: int = 0) -> str | None:
        """Return a text with what its variables hold; None if one of them holds nothing, or they go round in a circle."""
        if depth > _DEEPEST or len(template) > 1_000_000:
            return None
        pieces: list[str] = []
        at = 0
        for match in _PLACE.finditer(template):
            held = self.values.get(match[1])
            inner = self.plain(held.text, depth + 1) if held is not None and held.text else None
            if inner is None:
                return None
            pieces += [template[at : match.start()], inner]
            at = match.end()
        return "".join([*pieces, template[at:]])

    def resolved(self, template: str) -> Text:
        """Return a text in which the variables that hold something plain are put in, as for the address of a server."""
        parts: list[Text | str] = []
        for part in self.text(template).parts:
            if isinstance(part, Variable) and part.default is not None and not part.secret:
                parts.append(part.default)
            else:
                parts.append(Text((part,)) if isinstance(part, Variable) else part)
        return texts.joined(*parts)

    def marked(self, template: str, marks: Marks) -> str:
        """Return a text as a string with marks for its variables."""
        return marks.marked(self.text(template))


def dynamic_name(name: str) -> str:
    """Return the name of a parameter for a dynamic variable: `random_email` for `$randomEmail`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.lstrip("$")).lower()


def dynamic_variables(template: str) -> list[str]:
    """Return the dynamic variables in a text, such as `$timestamp`."""
    return [match[1] for match in _PLACE.finditer(template) if match[1].startswith("$")]


def variables_of(listed: Any, left_out: list[str], where: str) -> dict[str, Value]:
    """Return the variables of a collection or an environment; those that are switched off are left out, and told."""
    found: dict[str, Value] = {}
    entries: Iterable[Any] = as_list(listed) or [{"key": key, "value": value} for key, value in as_dict(listed).items()]
    for entry in map(as_dict, entries):
        name = as_text(entry.get("key")) or as_text(entry.get("id"))
        if not name:
            continue
        if entry.get("disabled") is True or entry.get("enabled") is False:
            left_out.append(f"the variable {name} of {where} is left out: it is switched off there")
            continue
        value = entry.get("value")
        found[name] = Value(as_text(value), as_text(entry.get("type")) == "secret")
    return found
