"""What a catalog is: the dataclasses that `decode` fills, templates use, and the JSON Schema is made from.

Each field that is a key of the catalog is made by `key`: its description is what an editor shows for the key. Fields
made by `derived` are not written in a catalog: `decode` sets them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cache, cached_property
from typing import Any, Literal, TypeVar, get_args, get_type_hints

from generator.catalog.nodes import Node


class Text(dict[str, str]):
    """Words for people: one string for each language."""


class Prose(Text):
    """A text in CommonMark, without HTML."""


T = TypeVar("T")


class Several(tuple[T, ...]):
    """Several values; a catalog may also write one of them alone."""


class Shown(dict[str, tuple[str, ...]]):
    """What a parameter's users might give, by language: one text or several. Languages may be missing."""


class UrlValue(str):
    """A value that goes into a URL, a header or a form: a text, or a whole number written without quotes."""


Json = Any
"""Any JSON value."""

Response = Literal["json", "events", "lines", "text", "file", "headers", "none"]
BODIES = ("body", "text", "form", "urlencoded", "file")
"""The keys of an endpoint that say its body: it has at most one of them."""

Type = Literal["string", "integer", "number", "boolean", "json"]
Effect = Literal["costs", "changes"]
ApiKeyPlace = Literal["headers", "query", "cookies", "basic"]
Fresh = Literal["uuid", "now"]
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
VERSION = TextPattern(r"[0-9]{1,9}(\.[0-9]{1,9})*", "a version such as 7.55.0")
FLAG = TextPattern(
    r"-[A-Za-z0-9#]|--[a-z0-9][a-z0-9.-]*|['\"|\\>]|<<", "an option such as -s or --form-string, or of bash a sign: ' \" | \\ << >"
)
LINK = TextPattern(r"https?://\S+", "a link that starts with http:// or https://")
STATUS_CLASS = TextPattern(r"[2-5]xx", "a status such as 304, or a class of them such as 4xx")
PAGES = TextPattern("link", "link, {next: .next_cursor, at: [query, cursor]}, or {next: .links.next}, which finds an address")
MONTH = TextPattern(r"20[0-9]{2}-(0[1-9]|1[0-2])", "a year and month such as 2026-11")
DAY = TextPattern(r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", "a day such as 2026-11-23")
VISIBLE_LINE = TextPattern(r"[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+", "one line without control characters")
# RFC 9110, 5.6.2: a header's name is a token.
TOKEN = TextPattern(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", "a header name: letters, digits and -, no blanks")
# RFC 6265, 4.1.1: a cookie's name is a token.
COOKIE = TextPattern(TOKEN.regex, "a cookie's name: letters, digits, - and _, no blanks")
# RFC 9110, 9.1: a method is a token, and case-sensitive; all that are registered are in capitals.
METHOD = TextPattern(r"[A-Z0-9!#$%&'*+.^_`|~-]+", "a method in capitals such as GET or PROPFIND")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "REPORT", "SEARCH", "QUERY", "LIST")
"""Methods that by their meaning change nothing (RFC 9110, 9.2.1; RFC 4918, 9.1; RFC 3253, 3.6; RFC 5323; HashiCorp Vault)."""

# RFC 3986, 3: what may stand in a URL as it is. Brackets only around an IPv6 address.
BASE_URL = TextPattern(
    r"https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~-]+)(:[0-9]+)?(/([A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?",
    "http:// or https://, a host, perhaps a port and a path, no user and password (they are an api_key with scheme: basic), "
    "no ? or # and the rest percent-encoded",
)
PATH = TextPattern(
    r"(\.\./)+[^\r\n\x00]*|/[^\r\n\x00]*", "a path that starts with / (or with ../ to leave the last part of base_url), without line breaks"
)
# RFC 9110, 5.5: no line breaks and no NUL in a header's value.
LINE = TextPattern(r"[^\r\n\x00]*", "one line")
# RFC 6265, 4.1.1; servers read more than it allows, but a ; ends the value.
COOKIE_VALUE = TextPattern(r"[^;\x00-\x1f\x7f]*", "a cookie's value: one line without ;")
PART = TextPattern(r"[^\r\n\x00=\"]+", "a form part's name, without = and quotes")
FIELD = TextPattern(r"[^\x00]+", "a name that is not empty")
# RFC 9110, 8.3.1, without quoted values.
MEDIA_TYPE = TextPattern(
    r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(; ?[A-Za-z0-9-]+=[A-Za-z0-9!#$&^_.+-]+)*", "a media type such as application/json"
)
# curl takes - for standard input or output.
FILE_PATH = TextPattern(r"(?!-$)[^\r\n\x00]+", "the path of a file, on one line, not -")
# curl(1), --cookie: a text with = in it is cookies, and no file.
JAR_PATH = TextPattern(r"(?!-$)[^\r\n\x00=]+", "the path of a file, on one line, not -, without =, which curl takes for a cookie")
SIGNATURE = TextPattern(r"[A-Za-z0-9]+(:[A-Za-z0-9.-]*){0,3}", "provider1[:provider2[:region[:service]]], such as aws:amz:eu-central-1:s3")


def key(
    about: str,
    default: Any = MISSING,
    *,
    pattern: TextPattern | None = None,
    keys: TextPattern | None = None,
    factory: Any = MISSING,
    written: str | None = None,
) -> Any:
    """Return a dataclass field for a key of the catalog.

    `about` is what an editor says about it, `pattern` what its text (or each text in it) has to match, `keys` what the keys of
    a mapping have to match, `written` how a catalog writes the key, where that is no name of Python's. Without a default or a
    factory of one, a catalog must have the key.
    """
    metadata = {"about": about, "pattern": pattern, "keys": keys, "written": written, "derived": False}
    if factory is not MISSING:
        return field(default_factory=factory, metadata=metadata)
    return field(default=default, metadata=metadata)


def derived(default: Any) -> Any:
    """Return a dataclass field that is not written in a catalog."""
    return field(default=default, metadata={"derived": True})


@cache
def catalog_fields(cls: type) -> list[tuple[str, Any, Any]]:
    """Return the keys that a dataclass has in a catalog: the key, type and dataclass field of each."""
    hints = get_type_hints(cls)
    return [(field.metadata["written"] or field.name, hints[field.name], field) for field in fields(cls) if not field.metadata["derived"]]


@cache
def catalog_keys(cls: type) -> frozenset[str]:
    """Return the names of the keys that a dataclass has in a catalog."""
    return frozenset(name for name, _, _ in catalog_fields(cls))


NOWHERE = Node(None)


@dataclass(frozen=True, kw_only=True)
class Located:
    """Something that stands in the catalog; `node` says where, for faults."""

    node: Node = field(default=NOWHERE, repr=False, compare=False, metadata={"derived": True})


@dataclass(frozen=True, kw_only=True)
class ApiKey(Located):
    """A secret that a server asks for. It comes from the environment, and only from there."""

    variable: str = key("The environment variable that holds the key.", pattern=VARIABLE)
    required: bool = key("false: sent if the variable is set. true: scripts stop without it.", True)
    example: str | None = key("The value shown in set-up examples instead of a key.", None, pattern=LINE)
    header: str | None = key("The header in which it is sent, without a prefix; else, Authorization: Bearer KEY.", None, pattern=TOKEN)
    prefix: str | None = key("The text before the key in the header.", None, pattern=LINE)
    query: str | None = key("The name under which it is sent in the query.", None)
    cookie: str | None = key("The cookie in which it is sent.", None, pattern=COOKIE)
    scheme: Literal["basic"] | None = key("basic: the variable holds user:password, as for curl -u.", None)

    @property
    def place(self) -> ApiKeyPlace:
        """The part of the request in which it is sent."""
        if self.query is not None:
            return "query"
        if self.cookie is not None:
            return "cookies"
        return "basic" if self.scheme else "headers"

    @property
    def name(self) -> str:
        """The name of the header, of the query's key or of the cookie in which it is sent."""
        return self.query or self.cookie or self.header or "Authorization"

    @property
    def header_start(self) -> str:
        """What stands before the key in its header: `Authorization: Bearer `."""
        prefix = self.prefix if self.prefix is not None else "" if self.header else "Bearer "
        return f"{self.name}: {prefix}"


@dataclass(frozen=True, kw_only=True)
class Parameter(Located):
    """What a user may change when running the script."""

    at: tuple[str | int, ...] = key(
        "Where its value goes: [body, messages, -1, content], [query, page], [headers, X], [cookies, x], [path, owner], "
        "[form, file], [urlencoded, scope], [text], [file]."
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
    join: str | None = key("With repeat: the text between several values, which are sent as one.", None, pattern=LINE)
    secret: bool = key("true: its value comes from its variable alone, and is hidden like an API key.", False)
    generate: Fresh | None = key("It has a new value for each run unless one is given: a uuid, or the time now in UTC.", None)
    read: Literal["file", "base64", "data-url", "json"] | None = key(
        "The user names a file, and its content is sent: as it is, in base64, as a data: URL, or the JSON value in it.", None
    )
    example: str | None = key("The value that pages show if it has no default, and that --help shows as an example.", None)
    shown: Shown | None = key(
        "What pages show in its place, if not its default: a text for all languages, or one for some of them; with repeat, perhaps a list "
        "of texts. Each is written as a user would give it; with read, it is what the file holds. Scripts keep the default.",
        None,
    )
    placeholder: str | None = key("Its name in usage lines; the default is its id in capitals.", None, pattern=PLACEHOLDER)
    about: Text | None = key("What it does, for --help and pages.", None)
    id: str = derived("")

    @property
    def stand_in(self) -> str | None:
        """The value that commands have where the request holds none."""
        return self.example or {"uuid": "3f2b0c5e-8a1d-4c6f-9b7e-2d1f0a5c8e94", "now": "2026-01-31T12:00:00Z"}.get(self.generate or "")

    @property
    def placeholder_name(self) -> str:
        return self.placeholder or self.id.upper().replace("-", "_")


@dataclass(frozen=True, kw_only=True)
class Pipeline(Located):
    """A jq filter for the answer."""

    name: str = key("A short name.", pattern=ID)
    jq: str = key("The filter, in jq 1.6.")
    raw: bool = key("true: print strings without quotes (jq -r; for events and lines jq -j, without line breaks between them).", False)
    aside: bool = key("true: for events and lines, print to standard error, separate from the answer.", False)
    title: Text = key("What it prints; the default is its name.", factory=Text)


@dataclass(frozen=True, kw_only=True)
class Trouble(Located):
    """What to try when a request fails."""

    when: int | str = key("A status (401), refused, timeout, tls, or /text in the server's answer/.")
    say: Text = key("What to try. {key} becomes what asks for the API key and sets it: read -rs NAME; export NAME")
    ask: str | None = key(
        "Where the server does not know a value of the request: the endpoint that `lists` those that it knows. A script asks it, with the "
        "address, the key and the settings of its own request, and prints the first ten.",
        None,
        pattern=ID,
    )

    @property
    def answer_text(self) -> str | None:
        """The text between the slashes of `when: /text/`; None for a status, refused, timeout and tls."""
        return self.when[1:-1] if isinstance(self.when, str) and self.when.startswith("/") else None


@dataclass(frozen=True, kw_only=True)
class FormPart(Located):
    """A form part that is a file of the user's, or a text that says of what type it is."""

    file: str | None = key("The file that is sent: its path.", None, pattern=FILE_PATH)
    text: UrlValue | None = key("The text that is sent; with type, it says of what type it is.", None)
    type: str | None = key("Its Content-Type; without one, curl goes by a file's name, and a text has none.", None, pattern=MEDIA_TYPE)
    name: str | None = key("The name that a file is sent under; the default is its own.", None, pattern=LINE)

    @property
    def value(self) -> str:
        """The path of the file, or the text."""
        return self.file if self.file is not None else self.text or ""


@dataclass(frozen=True, kw_only=True)
class CurlSettings(Located):
    """How curl transfers a request and its answer; each key is named as the long option of curl that it stands for."""

    unix_socket: str | None = key(
        "The socket through which the server is reached, in place of a network; base_url says the host and the path all the same.",
        None,
        pattern=FILE_PATH,
        written="unix-socket",
    )
    compressed: bool = key("true: the answer may come packed (gzip and the like), and is unpacked.", False)
    location: bool = key(
        "true: redirects are followed. A key goes only where scheme, host and port are those of the request.",
        False,
    )
    retry: int = key(
        "How many more times a request is sent that fails for a time: no answer in time, or status 408, 429, 500, 502, 503 or 504.", 0
    )
    cookie_jar: str | None = key(
        "The file in which a server's cookies are kept; they are sent again with the next request.",
        None,
        pattern=JAR_PATH,
        written="cookie-jar",
    )
    aws_sigv4: str | None = key(
        "Sign each request (AWS Signature Version 4), with provider, region and service such as aws:amz:eu-central-1:s3. The key is an "
        "api_key with scheme: basic, access key and secret with a : between them.",
        None,
        pattern=SIGNATURE,
        written="aws-sigv4",
    )
    cacert: str | None = key("The file with the certificates of the authorities that are trusted, in PEM.", None, pattern=FILE_PATH)
    cert: str | None = key("The file with the client's certificate, in PEM.", None, pattern=FILE_PATH)
    private_key: str | None = key(
        "The file with the private key of the client's certificate, in PEM.", None, pattern=FILE_PATH, written="key"
    )
    insecure: bool = key("true: the server's certificate is not checked: whoever is in between can read and change everything.", False)
    http2: bool = key("true: HTTP/2 is used where the server has it.", False)
    max_time: int | float | None = key(
        "The seconds that an answer may take (for a stream: that may pass without data) unless the variable …_TIMEOUT says; 0: no limit.",
        None,
        written="max-time",
    )

    @property
    def files(self) -> list[tuple[str, str]]:
        """The files of TLS that have to be there: what each is, and its path."""
        named = (("the CA certificate", self.cacert), ("the client certificate", self.cert), ("the private key", self.private_key))
        return [(what, path) for what, path in named if path is not None]


@dataclass(frozen=True, kw_only=True)
class Pages(Located):
    """How a list goes on whose answers say which page is next."""

    next: str = key(
        "The jq filter that finds the cursor, or the address, of the next page in an answer; nothing, null, false or an empty text: none."
    )
    at: tuple[str | int, ...] = key(
        "Where the cursor goes: [query, cursor], [urlencoded, cursor] or [body, search_after]. The place need not exist. "
        "Without it, next finds the address of the next page.",
        (),
    )

    @property
    def place(self) -> str | None:
        """Which part of the request has the cursor: query, urlencoded or body; None where `next` finds an address."""
        return str(self.at[0]) if self.at else None


@dataclass(frozen=True, kw_only=True)
class Recording(Located):
    """What a server really answered to a cell's script, as `curlsheet record` keeps it in a file beside the catalog."""

    server: str = key("The server and its version.", pattern=VISIBLE_LINE)
    date: str = key("The day.", pattern=DAY)
    response: Response = key("The kind of the answer.")
    sample: Json = key("The answer, shortened, without what may be secret or personal.")


@dataclass(frozen=True, kw_only=True)
class Recordings(Located):
    """A file of recordings: those of one backend."""

    about: str = key("What the file is.")
    answers: Mapping[str, Recording] = key("A recording for each endpoint.", keys=ID)


@dataclass(frozen=True, kw_only=True)
class Endpoint(Located):
    """One request and what becomes of its answer."""

    like: str | None = key("The endpoint that this one is based on; write only what differs.", None)
    title: Text | None = key("Its name on pages; the default is its id.", None)
    group: str | None = key("The group of `groups` that it stands in; without one, it stands behind all groups.", None, pattern=ID)
    about: Prose | None = key("What it is for.", None)
    keywords: Text | None = key("Other words by which readers may search for it.", None)
    method: str = key("The HTTP method.", pattern=METHOD)
    base_url: str | None = key("An address of its own, such as an upload host's, in place of the backend's.", None, pattern=BASE_URL)
    path: str = key(
        "The path after base_url, literal; each ../ at the start drops its last segment. {name} is a parameter with at: [path, name]; "
        "in {+name} the value keeps its slashes.",
        pattern=PATH,
    )
    headers: Mapping[str, UrlValue] = key("Headers, literal.", factory=dict, keys=TOKEN, pattern=LINE)
    query: Mapping[str, UrlValue | tuple[UrlValue, ...]] = key("The query, literal; a list repeats its key.", factory=dict)
    cookies: Mapping[str, UrlValue] = key("Cookies, literal.", factory=dict, keys=COOKIE, pattern=COOKIE_VALUE)
    body: Json = key("The body, sent as JSON.", None)
    text: str | None = key("The body, sent as it is.", None)
    form: Mapping[str, UrlValue | FormPart | tuple[UrlValue | FormPart, ...]] | None = key(
        "The body, sent as multipart/form-data: texts, {text: '{}', type: application/json}, {file: a.jpg}, or a list of them.",
        None,
        keys=PART,
    )
    urlencoded: Mapping[str, UrlValue | tuple[UrlValue, ...]] | None = key(
        "The body, sent as application/x-www-form-urlencoded; a list repeats its name.", None, keys=FIELD
    )
    file: str | None = key("The body: the bytes of this file.", None, pattern=FILE_PATH)
    parameters: Mapping[str, Parameter] = key("What a user may change when running the script.", factory=dict, keys=ID)
    values: Mapping[str, Json] = key("The parameters' defaults.", factory=dict)
    response: Response = key(
        "The kind of response. events: server-sent events with JSON, printed as they arrive. "
        "lines: JSON values, one on each line (NDJSON), printed as they arrive. none: nothing to print. "
        "file: saved to a file; with pipelines, the first one finds it in a JSON response, in base64. "
        "headers: its header lines; this is the default with method HEAD.",
        "json",
    )
    save_as: str = key("The file to which an answer is saved by default; one that is there is kept.", "answer.bin")
    success: tuple[int | str, ...] = key(
        "Which statuses are answers: numbers, such as 304, and classes, such as 2xx, the default.", ("2xx",), pattern=STATUS_CLASS
    )
    failure: str | None = key(
        "A jq filter that finds the server's words in an answer with a good status, such as '.errors[]?.message'. Where it finds any, "
        "the script prints them on standard error and ends with 5; what the pipeline finds is printed all the same.",
        None,
    )
    pipelines: tuple[Pipeline, ...] | None = key(
        "jq filters for the answer; the script prints what the first one finds. Without any, it prints the answer as it is.", None
    )
    lists: Mapping[str, str] = key(
        "Parameters whose possible values this answer lists: a parameter's id, and the pipeline that prints them, one on each line. "
        "probe does not run requests that would send another value; scripts ask for the list where a trouble says `ask`.",
        factory=dict,
        keys=ID,
    )
    pages: Pages | str | None = key(
        "How the list that it answers goes on: link (the Link header with rel=next says where), {next: .next_cursor, at: [query, cursor]}, "
        "or {next: .links.next}, which finds an address. The script then has --all.",
        None,
        pattern=PAGES,
    )
    sample: Json = key(
        "A realistic answer (for events and lines, a list of them; for headers, a mapping of them); the build runs every pipeline on it.",
        None,
    )
    sample_shown: Mapping[str, Shown] = key(
        "What pages of a language show in place of texts in the sample, so that answers fit the questions there: {你好: {en: Hello}}. "
        "Pages say that it is translated; scripts, demo and record have the sample as it is.",
        factory=dict,
    )
    api_key: Several[ApiKey] = key("The key to use instead of the backend's, or a list of keys; null: send none.", ())
    curl: CurlSettings = key("Settings of the transfer, named as curl's long options; merged onto the backend's.", factory=CurlSettings)
    effect: Effect | None = key(
        "The effect of running it: it costs money, or changes something, which is the default with methods such as PUT, PATCH and DELETE; "
        "null: it has none.",
        None,
    )
    notes: tuple[Prose, ...] = key("What may surprise a user here.", factory=tuple)
    troubles: tuple[Trouble, ...] = key("What to try when it fails; these come before the backend's.", factory=tuple)
    id: str = derived("")
    recorded: Recording | None = derived(None)
    """What its sample is, if it was recorded."""

    @property
    def argument(self) -> Parameter | None:
        """The parameter that is the script's argument."""
        return next((parameter for parameter in self.parameters.values() if parameter.argument), None)

    @property
    def streams(self) -> bool:
        """Whether the answer is a stream of JSON values, each of which is read as it arrives."""
        return self.response in ("events", "lines")

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

    def is_success(self, status: int) -> bool:
        """Return whether an answer with this status is a success."""
        return status in self.success or f"{status // 100}xx" in self.success

    @property
    def is_json(self) -> bool:
        """Whether its answer is one JSON value; a file that pipelines find is in one, in base64."""
        return self.response == "json" or (self.response == "file" and bool(self.pipelines))

    def sample_in(self, language: str) -> Any:
        """Return the sample as pages of a language show it."""
        texts = {text: " ".join(shown[language]) for text, shown in self.sample_shown.items() if language in shown}
        return _with_texts(self.sample, texts) if texts else self.sample

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
        if isinstance(value, tuple):
            return tuple(item.value if isinstance(item, FormPart) else item for item in value)
        return value.value if isinstance(value, FormPart) else value

    def value_type(self, parameter: Parameter) -> Type:
        """Return what a user's value, or the value in a file of the user's, has to be: the parameter's type, else that of its default."""
        if parameter.read:
            return "json" if parameter.read == "json" else "string"
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


def _with_texts(value: Any, texts: Mapping[str, str]) -> Any:
    """Return a JSON value in which other texts stand in place of some."""
    if isinstance(value, dict):
        return {name: _with_texts(item, texts) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_texts(item, texts) for item in value]
    return texts.get(value, value) if isinstance(value, str) else value


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
    given: Mapping[str, tuple[str, ...]] = field(default_factory=dict, metadata={"derived": True})
    """What is sent in place of parameters' defaults, by the parameters' ids, as a user would give it (see `in_language`)."""

    def in_language(self, language: str | None) -> Cell:
        """Return the cell with what pages of a language show given for its parameters; itself if they show the defaults."""
        shown = {
            name: parameter.shown[language]
            for name, parameter in self.parameters.items()
            if language is not None and parameter.shown is not None and language in parameter.shown
        }
        return replace(self, given=shown) if shown else self


@dataclass(frozen=True, kw_only=True)
class Backend(Located):
    """A server."""

    name: str = key("Its name on pages; the default is its id.", "")
    base_url: str = key("Its address, including /v1.", pattern=BASE_URL)
    api_key: Several[ApiKey] = key("The key that it requires or accepts, or a list of keys.", ())
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
    curl: CurlSettings = key("Settings of the transfer of every request, named as curl's long options.", factory=CurlSettings)
    cookies: Mapping[str, UrlValue] = key("Sent with every request.", factory=dict, keys=COOKIE, pattern=COOKIE_VALUE)
    effect: Effect | None = key("The effect of running any of its scripts.", None)
    recorded: str | None = key(
        "The file, relative to this one, in which curlsheet record keeps what this server answered: the samples of its cells. "
        "A catalog that extends this one has those samples too, but records into a file of its own.",
        None,
        pattern=FILE_PATH,
    )
    endpoints: Mapping[str, Cell] = key(
        "Which endpoints it has, and what differs here: models: {} is enough. probe reads the server's version from one called version: "
        "what its first pipeline prints.",
        keys=ID,
    )
    id: str = derived("")

    @property
    def header_key(self) -> ApiKey | None:
        """The key that it takes in a header, which a page can put into its commands."""
        return next((key for key in self.api_key if key.place == "headers"), None)

    @property
    def prefix(self) -> str:
        """What its environment variables start with."""
        return self.id.upper().replace("-", "_") + "_"

    def base_url_of(self, cell: Cell) -> str:
        """Return the address that a cell's path stands behind."""
        return cell.base_url or self.base_url

    def base_url_variable(self, cell: Cell) -> str:
        """Return the environment variable that changes that address: cells with another one have one, named after the first of them."""
        if not cell.base_url:
            return f"{self.prefix}BASE_URL"
        first = next(other for other in self.endpoints.values() if other.base_url == cell.base_url)
        return f"{self.prefix}{first.id.upper().replace('-', '_')}_BASE_URL"

    @cached_property
    def cells(self) -> list[Cell]:
        """The cells that a script is made for."""
        return [cell for cell in self.endpoints.values() if cell.missing is None]

    @cached_property
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


BASELINE = {"curl": "7.55", "jq": "1.6"}
"""The oldest versions that scripts and commands are written for."""


@dataclass(frozen=True, kw_only=True)
class Flag(Located):
    """An option of a program in a command, explained."""

    long: str | None = key("Its long form.", None, pattern=FLAG)
    value: str | None = key("Its value, if it takes one.", None)
    since: str | None = key("The version that introduced it. Pages show it where a reader may lack it.", None, pattern=VERSION)
    text: Prose = key("What it does.")
    id: str = derived("")

    def newer_than_baseline(self, program: str) -> bool:
        """Return whether a reader may lack it: it came after the oldest version of the program that is asked for."""
        return self.since is not None and _version(self.since) > _version(BASELINE.get(program, "0"))


def _version(text: str) -> tuple[int, ...]:
    """Return a version for comparing: 7.55.0 is 7.55."""
    numbers = [int(number) for number in text.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


@dataclass(frozen=True, kw_only=True)
class Group(Located):
    """Endpoints that belong together on pages and in lists."""

    title: Text = key("Its name; the default is its id.", factory=Text)
    about: Prose | None = key("What is said of all of them, in a sentence or two.", None)
    id: str = derived("")


AnyEndpoint = TypeVar("AnyEndpoint", bound=Endpoint)


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
    groups: Mapping[str, Group] = key(
        "Groups of endpoints, in the order in which they stand on pages; `group` of an endpoint names one.", factory=dict, keys=ID
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
    def keys(self) -> list[ApiKey]:
        """The API keys that backends and cells ask for, each variable once."""
        backends = self.backends.values()
        asked = [*(backend.api_key for backend in backends), *(cell.api_key for backend in backends for cell in backend.cells)]
        return list({key.variable: key for keys in asked for key in keys}.values())

    def cells(self, endpoint: str) -> list[tuple[Backend, Cell]]:
        """Return the backends that have an endpoint, each with its cell."""
        return self._cells.get(endpoint, [])

    @cached_property
    def _cells(self) -> Mapping[str, list[tuple[Backend, Cell]]]:
        """The same for all endpoints."""
        found: dict[str, list[tuple[Backend, Cell]]] = {}
        for backend in self.backends.values():
            for cell in backend.cells:
                found.setdefault(cell.id, []).append((backend, cell))
        return found

    @property
    def offered(self) -> list[Endpoint]:
        """The endpoints that a backend has."""
        return [endpoint for endpoint in self.endpoints.values() if endpoint.id in self._cells]

    def flags_in_order(self, used: Collection[tuple[Program, str]]) -> dict[Program, list[str]]:
        """Return those of its flags that are used, program by program, in its own order; programs without any are left out."""
        found = {program: [flag for flag in known if (program, flag) in used] for program, known in self.flags.items()}
        return {program: flags for program, flags in found.items() if flags}

    def in_groups(self, endpoints: Iterable[AnyEndpoint]) -> list[tuple[Group | None, list[AnyEndpoint]]]:
        """Return endpoints, or the cells of a backend, by group, in the order of `groups`; in a group they keep their order.

        Groups without any are left out. Those that are in no group come last, with None; where there are no groups, all do.
        """
        members: dict[str | None, list[AnyEndpoint]] = {name: [] for name in (*self.groups, None)}
        for endpoint in endpoints:
            members[endpoint.group].append(endpoint)
        return [(self.groups[name] if name else None, those) for name, those in members.items() if those]

    def answers(self, endpoint: str) -> list[tuple[Cell, list[Backend]]]:
        """Return what an endpoint's answers look like: a cell for each sample with its filters, and the backends that share it."""
        groups: list[tuple[Cell, list[Backend]]] = []
        for backend, cell in self.cells(endpoint):
            if cell.pipelines and cell.sample is not None:
                shown = (cell.pipelines, cell.sample, cell.failure, cell.recorded)
                same = next(
                    (names for known, names in groups if (known.pipelines, known.sample, known.failure, known.recorded) == shown), None
                )
                if same is None:
                    groups.append((cell, [backend]))
                else:
                    same.append(backend)
        return groups
