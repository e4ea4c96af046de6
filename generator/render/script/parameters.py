"""A parameter of the catalog as a script has it: its variable, its check, where its value goes."""

from __future__ import annotations

from dataclasses import dataclass

from generator.catalog.model import Backend, Cell, Fresh, Parameter, Type
from generator.request import Request, jq_path

OWN_VARIABLES = frozenset(
    """
    again all arguments aside_filter
    body body_file
    content cookie_jar cookie_words cookies curl_status
    default default_url
    each encoded error_filter error_words escaped_file expansion extra_headers
    failed failure_filter features fetched field fields filter
    header home http_status
    include index input_is_read input_reader is_json
    joined
    last link_filter location
    may_be_error mode
    next next_filter
    options output own_body
    passing pending print_status printed private
    quoted_body
    reason redirects request result retries
    seconds separator server set_filter sets setting_names status status_class statuses
    tmp transfer
    unix_socket upload url
    value values_filter
    whole word written
    """.split()
)
"""The variables that scripts use themselves: a parameter of the same name gets another one."""

CHECKS: dict[Type, str] = {"integer": "need_integer", "number": "need_number", "boolean": "need_boolean", "json": "need_json"}
"""The function that checks a value of each type for a JSON body; a text needs none."""

LONG_CHECKS: dict[Type, str] = CHECKS | {"integer": "need_long_integer", "number": "need_long_number"}
"""The same outside of a JSON body, where nothing rounds a number."""

READERS = {"file": "read_text", "base64": "read_base64", "data-url": "read_data_url", "json": "read_json"}
"""The function that reads what a file holds, for each kind of `read`."""


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
    def several(self) -> bool:
        """Whether it may be given several times."""
        return self.parameter.repeat

    @property
    def repeat(self) -> bool:
        """Whether several values are sent as several."""
        return self.several and self.parameter.join is None

    @property
    def array(self) -> str:
        """The bash array that holds the values of what may be given several times."""
        return self.name if self.repeat else f"{self.name}_values"

    @property
    def generate(self) -> Fresh | None:
        return self.parameter.generate

    @property
    def read(self) -> str | None:
        return self.parameter.read

    @property
    def place(self) -> str:
        """Which part of the request its value goes into: body, text, form, urlencoded, file, query, headers or path."""
        return str(self.parameter.at[0])

    @property
    def is_of_body(self) -> bool:
        """Whether its value goes into what --body FILE stands for. It is unset then, unless it is given beside it."""
        return self.place in ("body", "text", "urlencoded", "file")

    @property
    def reader(self) -> str | None:
        """The function of the script that reads what a file holds, for a value that is read from one; curl reads what is uploaded."""
        return None if self.is_uploaded else READERS.get(self.read or "")

    @property
    def json_path(self) -> str:
        """Where in the body its value goes, as jq writes it."""
        return jq_path(self.parameter.at[1:])

    @property
    def check(self) -> str | None:
        """The function of the script that checks its value; None where any text will do."""
        if self.is_file:
            return None
        return (CHECKS if self.place == "body" else LONG_CHECKS).get(self.type)

    @property
    def is_line(self) -> bool:
        """Whether its value is one line: a program that prints it ends it with a line break, which is no part of it."""
        return self.check is not None or self.place in ("headers", "cookies")

    @property
    def always_sent(self) -> bool:
        """Whether it is sent when the user says nothing, outside of a body."""
        return bool(self.default or self.generate) and self.place in ("path", "query", "headers", "cookies", "form")

    @property
    def starts_with_default(self) -> bool:
        """Whether its variable holds the default from the start. A list does not: what is given replaces it."""
        return self.always_sent and not (self.repeat or self.generate or self.reader)

    @property
    def reads_standard_input(self) -> bool:
        """Whether `-` as the argument is standard input's text, and not a file that curl or the script opens."""
        return self.parameter.argument and not self.is_file

    is_uploaded: bool = False
    """Its value is the name of a file, which curl opens."""

    @property
    def is_file(self) -> bool:
        """Whether its value is the name of a file, whose content is sent."""
        return self.is_uploaded or bool(self.read)

    @property
    def may_be_long(self) -> bool:
        """Whether its value may be longer than an argument of a command: it comes from a file or from standard input."""
        return bool(self.reader) or self.reads_standard_input

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
    taken = set(OWN_VARIABLES) | {secret.variable for secret in request.secrets}
    found = []
    for parameter in cell.parameters.values():
        if parameter.secret:
            continue
        name = parameter.id.replace("-", "_")
        while name in taken:
            name += "_given"
        taken |= {name, f"{name}_values"} if parameter.join is not None else {name}
        found.append(
            ScriptParameter(
                parameter,
                name,
                variable=backend.prefix + parameter.variable if parameter.variable else None,
                type=cell.value_type(parameter),
                default=_default(cell, parameter),
                is_uploaded=parameter.at[0] == "file" or any(part.file for part in request.form or () if part.parameter == parameter),
            )
        )
    return tuple(found)


def _default(cell: Cell, parameter: Parameter) -> tuple[str, ...]:
    """Return the texts that are sent when nothing is given, outside of a body: several for a list. What is required has none."""
    value = cell.default(parameter)
    if value is None or parameter.required or parameter.at[0] in ("body", "text", "file"):
        return ()
    return tuple(map(str, value)) if isinstance(value, (list, tuple)) else (str(value),)
