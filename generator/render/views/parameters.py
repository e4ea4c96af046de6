"""Parameters: how a user gives each to a script, and what is sent without it."""

from __future__ import annotations

from dataclasses import dataclass

from generator import json_text
from generator.catalog.model import Backend, Cell, Parameter
from generator.render.words import Words


@dataclass(frozen=True)
class ParameterView:
    """A parameter of a script; what it has not is empty."""

    option: str
    """With its placeholder: `--model MODEL`."""
    argument: str
    variable: str
    """Whole: `OLLAMA_MODEL`."""
    default: str | None
    is_required: bool
    """It has no default and has to be given."""
    about: str


def parameters_of(backend: Backend, cell: Cell, *, language: str, words: Words) -> list[ParameterView]:
    """Return the parameters of a cell's script."""
    views = []
    for parameter in cell.parameters.values():
        name = parameter.placeholder_name
        value = None if parameter.read else cell.default(parameter)
        views.append(
            ParameterView(
                f"{parameter.option} {name}" if parameter.option else "",
                name if parameter.argument else "",
                f"{backend.prefix}{parameter.variable}" if parameter.variable else "",
                value if value is None or isinstance(value, str) else json_text.compact(value),
                value is None and (parameter.required or parameter.at[0] == "path"),
                _about(parameter, language, words),
            )
        )
    return views


def _about(parameter: Parameter, language: str, words: Words) -> str:
    """Return what the parameter does, and whether it may be repeated."""
    about = parameter.about[language] if parameter.about else ""
    repeats = str(words["repeats"]) if parameter.repeat else ""
    return about + repeats if about else repeats.lstrip(";,， ")
