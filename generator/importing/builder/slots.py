"""What a draft of a request is: its parts in a catalog's words, and the places in it where users' values go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from generator.catalog.model import BODIES
from generator.importing.builder.names import parameter_id
from generator.importing.model import FoundRequest
from generator.media_type import URLENCODED

At = tuple[str | int, ...]
Content = dict[str, Any]

OWN_TYPES = {"body": "application/json", "text": "text/plain; charset=utf-8", "urlencoded": URLENCODED}
"""The Content-Type that a body of a catalog has by itself."""


class Unsayable(ValueError):
    """A request that no catalog can say; the message says why, and what to do."""


BEHIND_THE_NAME = ", behind the backend's name,"
"""What stands in a change behind a variable whose name begins with the backend's, which is not known before all requests are."""


@dataclass(frozen=True)
class Slot:
    """A place of a request where a user's value goes."""

    name: str
    at: At
    required: bool = False
    type: str | None = None
    secret: bool = False
    example: str | None = None
    about: str | None = None
    repeat: bool = False
    join: str | None = None
    generate: str | None = None
    read: str | None = None
    option: bool = True
    variable: bool = True
    argument: bool = False
    by_source: bool = True
    """The source leaves it open; else it is what users of such a request want to change."""

    @property
    def id(self) -> str:
        """Return the id that its parameter has, unless another one has it."""
        return parameter_id(self.name)


@dataclass
class Draft:
    """A found request in a catalog's words."""

    number: int
    """Its place among all that was found."""
    found: FoundRequest
    origin: str
    path: str
    """The whole path, with placeholders."""
    content: Content
    """headers, query, cookies, and one of the bodies."""
    slots: dict[At, Slot] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    """The defaults of placeholders in the path."""
    keys: list[dict[str, Any]] = field(default_factory=list)
    curl: dict[str, Any] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)
    secret_names: dict[str, str] = field(default_factory=dict)
    """The variables of secrets that changes speak of, with the whole names that they have in the catalog."""
    left_out: list[str] = field(default_factory=list)

    @property
    def method(self) -> str:
        """Return the method of the request."""
        return self.found.method

    @property
    def body_kind(self) -> str | None:
        """Return the key under which the body stands; None if there is none."""
        return next((kind for kind in BODIES if kind in self.content), None)
