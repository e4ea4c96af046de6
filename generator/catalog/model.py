"""What a catalog is: the dataclasses that `decode` fills, templates use, and the JSON Schema is made from.

Each field that is a key of the catalog is made by `key`: its description is what an editor shows for the key. Fields
made by `derived` are not written in a catalog: `decode` sets them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from typing import Any, Literal, get_args, get_type_hints

from generator.bash import word
from generator.catalog.nodes import Node


class Text(dict[str, str]):
    """Words for people: one string for each language."""


class Prose(Text):
    """A text in CommonMark, without HTML."""


class UrlValue(str):
    """A value that goes into a URL, a header or a form: a text, or a whole number written without quotes."""


Json = Any
"""Any JSON value."""

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
Response = Literal["json", "events", "text", "file", "none"]
Type = Literal["string", "integer", "number", "boolean", "json"]
Effect = Literal["costs", "changes"]
Program = Literal["curl", "grep", "jq", "base64", "bash"]
Shell = Literal["bash", "zsh", "dash"]
SHELLS: tuple[Shell, ...] = get_args(Shell)


@dataclass(frozen=True)
class TextPattern:
    """What a text, or each key of a mapping, has to match: a regular expression, and the same in words for faults."""

    regex: str
    words: str


ID = TextPattern(r"[a-z][a-z0-9-]*", "lower-case letters, digits and -, a letter first")
LANGUAGE = TextPattern(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", "a language tag such as en or zh")
VARIABLE = TextPattern(r"[A-Z][A-Z0-9_]*", "capitals, digits and _, a letter first")
PLACEHOLDER = TextPattern(r"[A-Z][A-Z0-9_-]*", "capitals, digits, _ and -, a letter first")
OPTION = TextPattern(r"--[a-z][a-z0-9-]*", "a long option such as --model")
FLAG = TextPattern(
    r"-[A-Za-z0-9#]|--[a-z0-9][a-z0-9.-]*|['\"|\\>]|<<", "an option such as -s or --form-string, or of bash a sign: ' \" | \\ << >"
)
LINK = TextPattern(r"https?://\S+", "a link that starts with http:// or https://")
MONTH = TextPattern(r"20[0-9]{2}-(0[1-9]|1[0-2])", "a year and month such as 2026-11")
DAY = TextPattern(r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", "a day such as 2026-11-23")
VISIBLE_LINE = TextPattern(r"[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+", "one line without control characters")
# RFC 9110, 5.6.2: a header's name is a token.
TOKEN = TextPattern(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", "a header name: letters, digits and -, no blanks")
# RFC 3986, 3: what may stand in a URL as it is. Brackets only around an IPv6 address.
BASE_URL = TextPattern(
    r"https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~-]+)(:[0-9]+)?(/([A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?",
    "http:// or https://, a host, perhaps a port and a path, no ? or # and the rest percent-encoded",
)
PATH = TextPattern(
    r"(\.\./)+[^\r\n\x00]*|/[^\r\n\x00]*", "a path that starts with / (or with ../ to leave the last part of base_url), without line breaks"
)
# RFC 9110, 5.5: no line breaks and no NUL in a header's value.
LINE = TextPattern(r"[^\r\n\x00]*", "one line")
PART = TextPattern(r"[^\r\n\x00=\"]+", "a form part's name, without = and quotes")


def key(
    about: str,
    default: Any = MISSING,
    *,
    pattern: TextPattern | None = None,
    keys: TextPattern | None = None,
    factory: Any = MISSING,
) -> Any:
    """Return a dataclass field for a key of the catalog.

    `about` is what an editor says about it, `pattern` what its text (or each text in it) has to match, `keys` what the keys of
    a mapping have to match. Without a default or a factory of one, a catalog must have the key.
    """
    metadata = {"about": about, "pattern": pattern, "keys": keys, "derived": False}
    if factory is not MISSING:
        return field(default_factory=factory, metadata=metadata)
    return field(default=default, metadata=metadata)


def derived(default: Any) -> Any:
    """Return a dataclass field that is not written in a catalog."""
    return field(default=default, metadata={"derived": True})


@cache
def catalog_fields(cls: type) -> list[tuple[str, Any, Any]]:
    """Return the keys that a dataclass has in a catalog: the name, type and dataclass field of each."""
    hints = get_type_hints(cls)
    return [(field.name, hints[field.name], field) for field in fields(cls) if not field.metadata["derived"]]


NOWHERE = Node(None)


@dataclass(frozen=True, kw_only=True)
class Located:
    """Something that stands in the catalog; `node` says where, for faults."""

    node: Node = field(default=NOWHERE, repr=False, compare=False, metadata={"derived": True})


@dataclass(frozen=True, kw_only=True)
class Key(Located):
    """The secret that a server asks for. It comes from the environment, and only from there."""

    variable: str = key("The environment variable that holds the key.", pattern=VARIABLE)
    required: bool = key("false: sent if the variable is set. true: scripts stop without it.", True)
    example: str | None = key("The value shown in set-up examples instead of a key.", None, pattern=LINE)
    header: str = key("The header in which it is sent.", "Authorization", pattern=TOKEN)
    prefix: str = key("The text before the key in the header.", "Bearer ", pattern=LINE)

    @property
    def export_assignment(self) -> str:
        """What stands after `export` in an example."""
        return f"{self.variable}={word(self.example or 'your-key')}"

    @property
    def header_start(self) -> str:
        """What stands before the key in its header: `Authorization: Bearer `."""
        return f"{self.header}: {self.prefix}"


@dataclass(frozen=True, kw_only=True)
class Parameter(Located):
    """What a user may change when running the script."""

    at: tuple[str | int, ...] = key(
        "Where its value goes: [body, messages, -1, content], [query, page], [headers, X], [path, owner], [form, file], [text]."
    )
    option: str | None = key("The script's option, such as --model.", None, pattern=OPTION)
    variable: str | None = key(
        "The environment variable, without the backend's prefix: MODEL is OLLAMA_MODEL on ollama.", None, pattern=VARIABLE
    )
    argument: bool = key("true: it is the script's argument.", False)
    type: Type | None = key(
        "Its type. With a type, its place in the request need not exist; then it is sent only if the user gives it.", None
    )
    required: bool = key("true: scripts stop if it is missing.", False)
    repeat: bool = key("true: it may be given several times, and is always sent as a list.", False)
    read: Literal["file", "base64", "data-url"] | None = key(
        "The user names a file, and its content is sent: as it is, in base64, or as a data: URL.", None
    )
    example: str | None = key("The value that pages show if it has no default, and that --help shows as an example.", None)
    placeholder: str | None = key("Its name in usage lines; the default is its id in capitals.", None, pattern=PLACEHOLDER)
    about: Text | None = key("What it does, for --help and pages.", None)
    id: str = derived("")

    @property
    def placeholder_name(self) -> str:
        return self.placeholder or self.id.upper().replace("-", "_")


@dataclass(frozen=True, kw_only=True)
class Pipeline(Located):
    """A jq filter for the answer."""

    name: str = key("A short name.", pattern=ID)
    jq: str = key("The filter, in jq 1.6.")
    raw: bool = key("true: print strings without quotes (jq -r; for events jq -j, without line breaks between them).", False)
    aside: bool = key("true: for events, print to standard error, separate from the answer.", False)
    title: Text = key("What it prints; the default is its name.", factory=Text)


@dataclass(frozen=True, kw_only=True)
class Trouble(Located):
    """What to try when a request fails."""

    when: int | str = key("A status (401), refused, timeout, tls, or /text in the server's answer/.")
    say: Text = key("What to try. {key} becomes NAME=example of the API key, for: export {key}")

    @property
    def answer_text(self) -> str | None:
        """The text between the slashes of `when: /text/`; None for a status, refused, timeout and tls."""
        return self.when[1:-1] if isinstance(self.when, str) and self.when.startswith("/") else None


@dataclass(frozen=True, kw_only=True)
class FilePart(Located):
    """A form part that is a file of the user's."""

    file: str = key("Its path.")


@dataclass(frozen=True, kw_only=True)
class Endpoint(Located):
    """One request and what becomes of its answer."""

    like: str | None = key("The endpoint that this one is based on; write only what differs.", None)
    title: Text | None = key("Its name on pages; the default is its id.", None)
    about: Prose | None = key("What it is for.", None)
    keywords: Text | None = key("Other words by which readers may search for it.", None)
    method: Method = key("The HTTP method.")
    path: str = key(
        "The path after base_url, literal; each ../ at the start drops its last segment. {name} is a parameter with at: [path, name].",
        pattern=PATH,
    )
    headers: Mapping[str, UrlValue] = key("Headers, literal.", factory=dict, keys=TOKEN, pattern=LINE)
    query: Mapping[str, UrlValue | tuple[UrlValue, ...]] = key("The query, literal; a list repeats its key.", factory=dict)
    body: Json = key("The body, sent as JSON.", None)
    text: str | None = key("The body, sent as it is.", None)
    form: Mapping[str, UrlValue | FilePart] | None = key("The body, sent as multipart/form-data.", None, keys=PART)
    parameters: Mapping[str, Parameter] = key("What a user may change when running the script.", factory=dict, keys=ID)
    values: Mapping[str, Json] = key("The parameters' defaults.", factory=dict)
    response: Response = key(
        "The kind of response. events: server-sent events with JSON, printed as they arrive. none: nothing to print. "
        "file: saved to a file; with pipelines, the first one finds it in a JSON response, in base64.",
        "json",
    )
    save_as: str = key("The file to which an answer is saved by default.", "answer.bin")
    pipelines: tuple[Pipeline, ...] | None = key(
        "jq filters for the answer; the script prints what the first one finds. Without any, it prints the answer as it is.", None
    )
    lists: Mapping[str, str] = key(
        "Parameters whose possible values this answer lists: a parameter's id, and the pipeline that prints them, one on each line. "
        "probe does not run requests that would send another value.",
        factory=dict,
        keys=ID,
    )
    sample: Json = key("A realistic answer (for events, a list of them); the build runs every pipeline on it.", None)
    api_key: Key | None = key("The key to use instead of the backend's; null: send none.", None)
    effect: Effect | None = key("The effect of running it: it costs money, or changes something.", None)
    notes: tuple[Prose, ...] = key("What may surprise a user here.", factory=tuple)
    troubles: tuple[Trouble, ...] = key("What to try when it fails; these come before the backend's.", factory=tuple)
    id: str = derived("")

    @property
    def argument(self) -> Parameter | None:
        """The parameter that is the script's argument."""
        return next((parameter for parameter in self.parameters.values() if parameter.argument), None)

    @property
    def parent_segments(self) -> int:
        """How many segments of the base URL the path leaves first: one for each `../` at its start."""
        count = 0
        while self.path.startswith("../", 3 * count):
            count += 1
        return count

    @property
    def absolute_path(self) -> str:
        """The path from its `/` on, without the `../` at its start."""
        return "/" + self.path[3 * self.parent_segments :] if self.parent_segments else self.path

    def default(self, parameter: Parameter) -> Any:
        """Return the value that is sent when the user says nothing; None if there is none."""
        target, *steps = parameter.at
        if target == "path":
            return self.values.get(parameter.id)
        value: Any = getattr(self, str(target))
        for step in steps:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value.file if isinstance(value, FilePart) else value

    def value_type(self, parameter: Parameter) -> Type:
        """Return what a user's value has to be: the parameter's type, else that of its default."""
        if parameter.type:
            return parameter.type
        value = self.default(parameter)
        if parameter.at[0] != "body" or isinstance(value, str) or value is None:
            return "string"
        if isinstance(value, bool):
            return "boolean"
        if isinstance(value, (int, float)):
            return "number"
        texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return "string" if parameter.repeat and texts else "json"


@dataclass(frozen=True, kw_only=True)
class Trial(Located):
    """That a cell's script worked, as `curlsheet probe --update` keeps it in a file beside the catalog."""

    version: str | None = key("The version that the server reports.", None, pattern=VISIBLE_LINE)
    date: str = key("The day.", pattern=DAY)


@dataclass(frozen=True, kw_only=True)
class Cell(Endpoint):
    """An endpoint on a backend: the cell's own keys merged onto the endpoint's."""

    source: str | None = key("Where its facts come from (a link).", None, pattern=LINK)
    checked: str | None = key("When the source was read, as year-month.", None, pattern=MONTH)
    missing: Prose | None = key("Why this backend does not have it. No script is made then.", None)
    tested: Trial | None = derived(None)


@dataclass(frozen=True, kw_only=True)
class Backend(Located):
    """A server."""

    name: str = key("Its name on pages; the default is its id.", "")
    base_url: str = key("Its address, including /v1.", pattern=BASE_URL)
    api_key: Key | None = key("The key that it requires or accepts.", None)
    docs: str | None = key("Its documentation (a link).", None, pattern=LINK)
    source: str | None = key("Where the facts of its cells come from (a link), if a cell does not say so itself.", None, pattern=LINK)
    checked: str | None = key("When the source was read, as year-month.", None, pattern=MONTH)
    values: Mapping[str, Json] = key("The defaults of its cells' parameters, if a cell does not set them.", factory=dict)
    about: Prose | None = key("What it is, in a sentence or two.", None)
    start: str | None = key("A command that starts it.", None)
    notes: tuple[Prose, ...] = key("What may surprise a user of curl here.", factory=tuple)
    troubles: tuple[Trouble, ...] = key("What to try when a request fails; the first that fits is shown.", factory=tuple)
    headers: Mapping[str, UrlValue] = key("Sent with every request.", factory=dict, keys=TOKEN, pattern=LINE)
    query: Mapping[str, UrlValue | tuple[UrlValue, ...]] = key("Sent with every request.", factory=dict)
    effect: Effect | None = key("The effect of running any of its scripts.", None)
    endpoints: Mapping[str, Cell] = key(
        "Which endpoints it has, and what differs here: models: {} is enough. probe reads the server's version from one called version: "
        "what its first pipeline prints.",
        keys=ID,
    )
    id: str = derived("")

    @property
    def prefix(self) -> str:
        """What its environment variables start with."""
        return self.id.upper().replace("-", "_") + "_"

    @property
    def cells(self) -> list[Cell]:
        """The cells that a script is made for."""
        return [cell for cell in self.endpoints.values() if cell.missing is None]

    @property
    def all_troubles(self) -> list[tuple[Trouble, list[Cell]]]:
        """Its own troubles, which any cell may meet, with no cells; then those of its cells, each once with the cells that meet it."""
        found: dict[tuple[str, ...], tuple[Trouble, list[Cell]]] = {}
        for cell in self.cells:
            for trouble in cell.troubles:
                found.setdefault((str(trouble.when), *trouble.say.values()), (trouble, []))[1].append(cell)
        return [*((trouble, []) for trouble in self.troubles), *found.values()]


@dataclass(frozen=True, kw_only=True)
class Example(Located):
    """Lines for a shell and what they print."""

    about: Text | None = key("What it shows.", None)
    run: str = key("The lines to type.")
    output: str = key("Its exact output.", "")
    shells: tuple[Shell, ...] = key("The shells in which it has this output, if not in all; [] runs it in none.", SHELLS)
    wrong: bool = key("true: it shows a mistake, so that readers recognize it.", False)

    @property
    def only(self) -> tuple[Shell, ...]:
        """The shells in which it prints that, where it is not all of them."""
        return self.shells if set(self.shells) < set(SHELLS) else ()


@dataclass(frozen=True, kw_only=True)
class Guide(Located):
    """A page's chapter: prose, and examples with their exact output."""

    title: Text = key("Its heading.")
    text: Prose = key("What it says.")
    examples: tuple[Example, ...] = key("Shown below the text.", factory=tuple)
    id: str = derived("")


@dataclass(frozen=True, kw_only=True)
class Flag(Located):
    """An option of a program in a command, explained."""

    long: str | None = key("Its long form.", None, pattern=FLAG)
    value: str | None = key("Its value, if it takes one.", None)
    since: str | None = key("The version that introduced it, if that matters.", None)
    text: Prose = key("What it does.")
    id: str = derived("")


@dataclass(frozen=True, kw_only=True)
class Catalog(Located):
    """Backends × endpoints."""

    extends: str | None = key("builtin, or the path of a catalog. This one is merged onto it as a merge patch (null removes).", None)
    only: tuple[str, ...] = key("The backends to keep, in this order; by default, all.", factory=tuple)
    tested: str | None = key(
        "The file, relative to this one, in which curlsheet probe --update records what worked; pages show it. Not inherited by extends.",
        None,
    )
    site_url: str | None = key(
        "Where the pages are published, such as https://example.com/docs: pages then contain their address, and a sitemap.xml is made. "
        "Not inherited by extends.",
        None,
        pattern=BASE_URL,
    )
    languages: tuple[str, ...] = key("The languages of the pages; the first one is the default.", factory=tuple, pattern=LANGUAGE)
    title: Text | None = key("The title of the pages.", None)
    about: Prose | None = key("The text below the title.", None)
    front_matter: Mapping[str, Text | bool | int | float] | None = key(
        "Metadata at the start of Markdown pages: texts, numbers, true and false; title and lang are added. {} is only those two.", None
    )
    backends: Mapping[str, Backend] = key("The servers.", keys=ID)
    endpoints: Mapping[str, Endpoint] = key("The requests that backends share.", keys=ID)
    errors: str = key("The jq filter that finds the server's message in an error response.", "")
    guides: Mapping[str, Guide] = key(
        "Chapters such as the quoting notes, merged onto the built-in ones; null removes one.", factory=dict, keys=ID
    )
    flags: Mapping[Program, Mapping[str, Flag]] = key(
        "Explanations of the options that commands use, merged onto the built-in ones.", factory=dict, keys=FLAG
    )

    def address(self, path: str) -> str:
        """Return how pages link to a file: with its whole address where the catalog has a site_url, else by its path."""
        return f"{self.site_url.rstrip('/')}/{path}" if self.site_url else path

    @property
    def script_language(self) -> str:
        """The language of scripts, which exist once: English where the catalog has it, else its first."""
        return "en" if "en" in self.languages else self.languages[0]

    @property
    def keys(self) -> list[Key]:
        """The API keys that backends and cells ask for, each variable once."""
        asked = [backend.api_key for backend in self.backends.values()]
        asked += [cell.api_key for backend in self.backends.values() for cell in backend.cells]
        return list({key.variable: key for key in asked if key}.values())

    def cells(self, endpoint: str) -> list[tuple[Backend, Cell]]:
        """Return the backends that have an endpoint, each with its cell."""
        return [(backend, cell) for backend in self.backends.values() for cell in backend.cells if cell.id == endpoint]

    def answers(self, endpoint: str) -> list[tuple[Cell, list[Backend]]]:
        """Return what an endpoint's answers look like: a cell for each pair of sample and pipelines, with the backends that share it."""
        groups: list[tuple[Cell, list[Backend]]] = []
        for backend, cell in self.cells(endpoint):
            if cell.pipelines and cell.sample is not None:
                same = next((names for known, names in groups if (known.pipelines, known.sample) == (cell.pipelines, cell.sample)), None)
                if same is None:
                    groups.append((cell, [backend]))
                else:
                    same.append(backend)
        return groups
