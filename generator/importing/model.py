"""What the readers of notes, documents and collections find: requests, before they are a catalog.

Every reader makes these of its own kind of source; secrets are taken out of them; and one builder makes a catalog of
them, whatever they came from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["carried", "normalised", "left-out", "broken"]


@dataclass(frozen=True)
class Source:
    """Where something stands in what is imported."""

    file: str
    line: int
    """The first line of the command, operation or entry, counted from 1."""
    text: str = ""
    """What stands there, for a report: a command, `GET /pets`, or the name of a request."""


@dataclass(frozen=True)
class Variable:
    """A place that the source leaves open: `$ID`, `{id}`, `:id`, `<id>`, `{{id}}`, or the output of a command."""

    name: str
    """As the source has it."""
    default: str | None = None
    """What stands there if nobody says otherwise: `y` of `${X:-y}`."""
    secret: bool = False
    """It stands for a secret: a reader says so where its source marks one; its default is taken out then (see `secrets.hide`). One that
    stands there itself is the default of a variable without a name."""


@dataclass(frozen=True)
class Text:
    """A text in which variables may stand. In JSON it is in the place of a string, if there are variables in it."""

    parts: tuple[str | Variable, ...]

    @property
    def plain(self) -> str | None:
        """Return the text; None if a variable stands in it."""
        return "".join(str(part) for part in self.parts) if all(isinstance(part, str) for part in self.parts) else None

    @property
    def variable(self) -> Variable | None:
        """Return the variable that is the whole text; None if it is not one."""
        return self.parts[0] if len(self.parts) == 1 and isinstance(self.parts[0], Variable) else None


@dataclass(frozen=True)
class FoundPart:
    """A part of a form."""

    name: str
    text: Text | None = None
    file: Text | None = None
    """The path of the file that is sent; None: `text` is."""
    media_type: str | None = None
    file_name: str | None = None


@dataclass(frozen=True)
class FoundBody:
    """A request's body.

    `value` is, for json, a JSON value in which a Text may stand for a string and a Variable for any value; for text, a
    Text; for form, a list of FoundPart; for urlencoded, a list of pairs of a name and a Text; for file, the Text of its path.
    """

    kind: Literal["json", "text", "form", "urlencoded", "file"]
    value: Any


@dataclass(frozen=True)
class FoundSecret:
    """A secret that a request sends; its value is gone."""

    variable: str
    """The environment variable that holds it now, as the source names it or as its place suggests."""
    place: Literal["header", "query", "cookie", "basic"]
    name: str = "Authorization"
    """The name of the header, of the query's key or of the cookie."""
    prefix: str = ""
    """What stands before it in a header: `Bearer `."""
    required: bool = True
    is_short: bool = False
    """The variable says its place alone, since neither the source nor the server's address names it: the backend's name comes before it."""


@dataclass(frozen=True)
class FoundParameter:
    """A parameter that the source declares, beside those that variables in the request become."""

    name: str
    at: tuple[str | int, ...]
    """Its place in the catalog's words: ("query", "page"), ("path", "id"), ("body", "messages", -1, "content")."""
    type: Literal["string", "integer", "number", "boolean", "json"] | None = None
    required: bool = False
    default: Any = None
    """What is sent if the user says nothing, where the request itself holds nothing in that place; None: nothing is sent."""
    example: str | None = None
    about: str | None = None
    repeat: bool = False
    join: str | None = None
    reserved: bool = False
    """In a path: its slashes stay (RFC 6570, 3.2.3)."""
    generate: Literal["uuid", "now"] | None = None
    """It has a new value for each run, as Postman's `{{$guid}}`; the request has a Variable of the parameter's name in its place."""
    read: Literal["file"] | None = None
    """The user names a file. In a form where the request has no part of that name: the file is sent, if it is given."""


@dataclass(frozen=True)
class Described:
    """What a source says of something that it names, which may be a parameter."""

    name: str
    about: str
    source: str
    """All that it says, as it may stand among the notes."""


@dataclass(frozen=True)
class FoundPipeline:
    """A jq filter behind a command."""

    jq: str
    raw: bool = False
    name: str | None = None
    title: str | None = None


@dataclass(frozen=True)
class FoundWords:
    """What a source says of a request in one more language."""

    language: str
    title: str | None = None
    about: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class FoundAbout:
    """What a source says of a section, in one language."""

    heading: str
    about: str
    language: str


@dataclass(frozen=True)
class FoundRequest:
    """A request that a source says, with what stands around it.

    Readers leave secrets where the source has them: Authorization and Cookie among the headers, a user in `base`, what `-u` says in
    `user`. `secrets.hide` makes `secrets`, and variables with `secret`, of them.
    """

    source: Source
    method: str
    base: Text
    """Scheme, host and port: `https://api.example.com`, `http://localhost:8080`; of a document with servers, with their path."""
    path: Text
    """What follows, up to the query, percent-encoded where the source has it so (the builder decodes it, since `%2F` is no `/`); a `{` in
    it stands for itself, as all placeholders are variables by now."""
    query: tuple[tuple[str, Text], ...] = ()
    """Names and values, decoded, in their order (`+` is a blank by now); a name without = has an empty value."""
    headers: tuple[tuple[str, Text], ...] = ()
    """All that are sent, but for what curl adds to each request (Host, User-Agent, Accept: */*, Content-Length). The Content-Type need
    not stand here where it is what a catalog's body has by itself (json: application/json; text: text/plain; charset=utf-8; urlencoded
    and form: theirs; file: none); where it is another one, it does, as application/x-www-form-urlencoded of `curl -d '{…}'`."""
    cookies: tuple[tuple[str, Text], ...] = ()
    user: Text | None = None
    """`user:password`, or a user alone, for basic authentication: curl's `-u`. Nothing is left of it after `secrets.hide`."""
    body: FoundBody | None = None
    secrets: tuple[FoundSecret, ...] = ()
    curl: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the transfer, as a catalog's `curl:` names them."""
    parameters: tuple[FoundParameter, ...] = ()
    response: str | None = None
    """What the answer is, in a catalog's words; None: the source does not say."""
    save_as: str | None = None
    """The name of the file to which the answer is saved, if it is one."""
    pipelines: tuple[FoundPipeline, ...] = ()
    sample: Any = None
    """An answer: a JSON value, a text, or a list for events and lines."""
    pages: Any = None
    """How a list goes on, in a catalog's words."""
    success: tuple[int | str, ...] = ()
    """Which statuses are answers, in a catalog's words; empty: 2xx."""
    id: str | None = None
    """The id that the source gives: an operation's."""
    title: str | None = None
    """A plain text."""
    about: str | None = None
    """A sentence or two in CommonMark, as a catalog's `about`."""
    notes: tuple[str, ...] = ()
    """What else is said of it, behind it: paragraphs in CommonMark."""
    described: tuple[Described, ...] = ()
    """What a list or a table behind it says, name by name."""
    group: str | None = None
    """The title of the section, tag or folder that it stands in."""
    backend: str | None = None
    """The name of the server, if the source says one."""
    sections: tuple[str, ...] = ()
    """The headings that it stands under, the highest first, without the page's title."""
    section_abouts: tuple[FoundAbout, ...] = ()
    """What the source says of sections among these, and not of one command."""
    page: str | None = None
    """The title of the page, or the name of the collection, that it stands in, a plain text."""
    page_about: str | None = None
    """What that page or collection is, a sentence or two in CommonMark."""
    language: str | None = None
    """The language of title, about and group (`en`, `zh`), as far as it can be told."""
    also: tuple[FoundWords, ...] = ()
    """The same in other languages, where a source has them side by side for one command."""
    shows: tuple[str, ...] = ()
    """Options of the command that only show more of the transfer, such as `-v`; scripts do without them."""
    changes: tuple[str, ...] = ()
    """What is otherwise than in the source but means the same, a sentence each."""
    left_out: tuple[str, ...] = ()
    """What of it a catalog cannot say, and what to do about it, a sentence each."""


@dataclass(frozen=True)
class NotImported:
    """A command, operation or entry of which no request is made."""

    source: Source
    status: Literal["left-out", "broken"]
    reasons: tuple[str, ...]


Found = FoundRequest | NotImported


def is_of_secret(reason: str) -> bool:
    """Tell whether a reason only says which variable holds a secret now: it is so of each request with a key, and no change to it."""
    return re.match(r"[A-Z][A-Z0-9_]* stands for the ", reason) is not None


@dataclass(frozen=True)
class Entry:
    """What became of a command, operation, entry or request: a line of the report."""

    source: Source
    status: Status
    backend: str | None = None
    endpoint: str | None = None
    reasons: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    """Options of a command that only show more of the transfer: what is said of them is said once, of all commands."""
