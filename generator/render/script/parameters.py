"""A parameter of the catalog as a script has it: its variable, its check, where its value goes."""

from __future__ import annotations

from dataclasses import dataclass

from generator.catalog.model import Backend, Cell, Parameter, Type
from generator.request import Request, jq_path

OWN_VARIABLES = frozenset(
    "arguments aside body curl_status default_url encoded error_filter filter http_status include index last location mode options output "
    "print_status quoted_body quoted_file request result separator settings statuses tmp url value word".split()
)
"""The variables that scripts use themselves: a parameter of the same name gets another one."""

CHECKS: dict[Type, str] = {"integer": "need_integer", "number": "need_number", "boolean": "need_boolean", "json": "need_json"}
"""The function that checks a value of each type; a text needs none."""


@dataclass(frozen=True)
class ScriptParameter:
    """A parameter of the catalog as a script has it.

    `name` is the bash variable that holds the user's value, or the array where several may be given; `variable` the
    environment variable that sets it. `type` is what a value has to be. `default` is what is sent when nothing is given,
    outside of a body: there the default body has it.
    """

    parameter: Parameter
    name: str
    variable: str | None
    type: Type
    default: tuple[str, ...]

    @property
    def option(self) -> str | None:
        return self.parameter.option

    @property
    def placeholder(self) -> str:
        return self.parameter.placeholder_name

    @property
    def label(self) -> str:
        """What messages call it."""
        return self.option or self.placeholder

    @property
    def repeat(self) -> bool:
        return self.parameter.repeat

    @property
    def read(self) -> str | None:
        return self.parameter.read

    @property
    def place(self) -> str:
        """Which part of the request its value goes into: body, text, form, query, headers or path."""
        return str(self.parameter.at[0])

    @property
    def json_path(self) -> str:
        """Where in the body its value goes, as jq writes it."""
        return jq_path(self.parameter.at[1:])

    @property
    def check(self) -> str | None:
        """The function of the script that checks its value; None where any text will do."""
        return CHECKS.get(self.type)

    @property
    def always_sent(self) -> bool:
        """Whether it is sent when the user says nothing, outside of a body."""
        return bool(self.default) and self.place in ("path", "query", "headers", "form")

    @property
    def starts_with_default(self) -> bool:
        """Whether its variable holds the default from the start. A list does not: what is given replaces it."""
        return self.always_sent and not self.repeat

    @property
    def reads_standard_input(self) -> bool:
        """Whether `-` as the argument is standard input's text, and not a file that curl or the script opens."""
        return self.parameter.argument and not self.read and not self._is_form_file

    @property
    def _is_form_file(self) -> bool:
        return self.is_file and self.place == "form"

    is_file: bool = False
    """Its value is the name of a file, whose content is sent."""

    @property
    def required_message(self) -> str | None:
        """What is said when a value is missing that the request cannot do without; None where it can."""
        if not self.parameter.required and not (self.place == "path" and not self.default):
            return None
        ways = [f"add {self.option} {self.placeholder}"] if self.option else []
        ways += [f"export {self.variable}=…"] if self.variable else []
        if self.parameter.argument:
            ways.insert(0, f"give it as the argument ({self.placeholder})" if self.option else "give it as the argument")
        return f"{self.label} is required: {', or '.join(ways)}"


def script_parameters(backend: Backend, cell: Cell, request: Request) -> tuple[ScriptParameter, ...]:
    """Return the parameters of a cell in the catalog's order, each with a bash variable of its own."""
    taken = set(OWN_VARIABLES)
    found = []
    for parameter in cell.parameters.values():
        name = parameter.id.replace("-", "_")
        while name in taken:
            name += "_given"
        taken.add(name)
        found.append(
            ScriptParameter(
                parameter,
                name,
                variable=backend.prefix + parameter.variable if parameter.variable else None,
                type=cell.value_type(parameter),
                default=_default(cell, parameter),
                is_file=bool(parameter.read) or any(part.file for part in request.form or () if part.parameter == parameter),
            )
        )
    return tuple(found)


def _default(cell: Cell, parameter: Parameter) -> tuple[str, ...]:
    """Return the texts that are sent when nothing is given, outside of a body: several for a list."""
    value = cell.default(parameter)
    if value is None or parameter.at[0] in ("body", "text"):
        return ()
    return tuple(map(str, value)) if isinstance(value, (list, tuple)) else (str(value),)
