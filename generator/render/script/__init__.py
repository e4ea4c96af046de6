"""What a script's templates need to know, decided once: its options, its values and their checks, its hints, its help."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from generator import bash
from generator.catalog.listing import listing_of
from generator.catalog.model import Backend, Catalog, Cell, Pages, Pipeline, Trouble
from generator.render.script.help import ScriptHelp
from generator.render.script.hints import Hint, script_hints
from generator.render.script.parameters import CHECKS, LONG_CHECKS, ScriptParameter, script_parameters
from generator.render.script.values import ListOfValues
from generator.request import Request, RequestPart, RequestSecret, build_request, field_name, in_query, jq_path
from generator.transfer import Feature, TransferOption, fails_on_error, features, transfer_options, why_not_location


@dataclass(frozen=True)
class PathPiece:
    """A part of the path: a literal text, the place of a parameter, or that of a secret."""

    text: str
    item: ScriptParameter | None = None
    alone: bool = False
    """It stands alone between slashes."""
    keeps_slashes: bool = False
    secret: RequestSecret | None = None


KINDS = ("type", "kind", "role")
"""Fields that say of which kind an item of a list is."""

LONG_FILTER = 60
"""Characters from which messages call a filter by its pipeline's name."""


@dataclass(frozen=True)
class Script:
    """One cell's script."""

    catalog: Catalog
    backend: Backend
    cell: Cell
    request: Request

    # ---- Names ----

    @property
    def file(self) -> str:
        return f"{self.backend.id}-{self.cell.id}.sh"

    @property
    def language(self) -> str:
        """The language of its help and messages."""
        return self.catalog.script_language

    def setting(self, suffix: str) -> str:
        """Return one of its own environment variables: BASE_URL, TIMEOUT, CURLRC … behind the backend's prefix."""
        return self.backend.base_url_variable(self.cell) if suffix == "BASE_URL" else self.backend.prefix + suffix

    @property
    def base_url(self) -> str:
        return self.backend.base_url_of(self.cell)

    @property
    def settings(self) -> str:
        """The variables that change where and how curl connects, for a message."""
        socket = [self.setting("UNIX_SOCKET")] if self.unix_socket else []
        return f"{', '.join([self.setting('BASE_URL'), *socket, self.setting('TIMEOUT')])} and {self.setting('CURLRC')}"

    # ---- Values of the user's ----

    @cached_property
    def parameters(self) -> tuple[ScriptParameter, ...]:
        return script_parameters(self.backend, self.cell, self.request)

    @cached_property
    def argument(self) -> ScriptParameter | None:
        return next((item for item in self.parameters if item.parameter.argument), None)

    def of(self, part: RequestPart) -> ScriptParameter:
        """Return the parameter that changes a part of the request."""
        return next(item for item in self.parameters if item.parameter == part.parameter)

    @cached_property
    def options(self) -> tuple[ScriptParameter, ...]:
        return tuple(item for item in self.parameters if item.option)

    @property
    def options_with_value(self) -> list[str]:
        """The long options that take a value."""
        own = [("--set", self.sets_fields), ("--body", self.takes_body), ("--output", self.saves_file)]
        return [str(item.option) for item in self.options] + [option for option, is_there in own if is_there]

    @property
    def variables(self) -> list[ScriptParameter]:
        """The parameters that an environment variable sets."""
        return [item for item in self.parameters if item.variable]

    @property
    def checks(self) -> list[str]:
        """The functions that check values, need_value not among them."""
        used = {item.check for item in self.parameters}
        return [check for check in dict.fromkeys([*CHECKS.values(), *LONG_CHECKS.values()]) if check in used]

    @property
    def unset(self) -> list[str]:
        """The variables that are unset until the user gives a value."""
        return [item.name for item in self.parameters if not item.starts_with_default]

    @property
    def lists(self) -> list[ScriptParameter]:
        """The parameters that may be given several times."""
        return [item for item in self.parameters if item.several]

    @property
    def joined(self) -> list[ScriptParameter]:
        """The parameters whose values are sent as one."""
        return [item for item in self.parameters if item.parameter.join is not None]

    @property
    def generated(self) -> list[ScriptParameter]:
        """The parameters that have a new value for each run."""
        return [item for item in self.parameters if item.generate]

    @property
    def checks_utf8(self) -> bool:
        """Whether texts are told from bytes that are none."""
        reads_input = self.argument is not None and self.argument.reads_standard_input
        return self.encodes or reads_input or self.edits_body or "read_text" in self.readers

    @property
    def reads_standard_input(self) -> bool:
        """Whether a - stands for standard input somewhere."""
        return self.opens_files or self.takes_body or bool(self.argument and self.argument.reads_standard_input)

    @property
    def takes_body(self) -> bool:
        """Whether --body FILE stands for its body. That of a form would need its boundary in a header; a secret is in no file."""
        return self.request.has_body and self.request.form is None and not self.hides_in_body

    @property
    def hides_in_body(self) -> bool:
        """Whether a secret goes into its body."""
        return any(secret.place in ("body", "text", "urlencoded") for secret in self.secrets)

    @property
    def sets_fields(self) -> bool:
        """Whether --set PATH=VALUE puts fields into its body."""
        return isinstance(self.cell.body, (dict, list))

    @property
    def edits_body(self) -> bool:
        """Whether something may be put into a JSON body."""
        return self.sets_fields or bool(self.in_body)

    @property
    def replaced_by_body(self) -> list[ScriptParameter]:
        """The parameters that have no place where --body FILE stands for the whole body; into JSON they are put."""
        return [item for item in self.parameters if item.is_of_body and item.place != "body"]

    def kinds_of_items(self, item: ScriptParameter) -> list[tuple[str, str]]:
        """Return what says of which kind the items of lists are in which a value has its place: where, as jq writes it, and the kind.

        In a body of the user's own, the first message may be another one than that of the catalog's.
        """
        if not self.takes_body:
            return []
        at = item.parameter.at[1:]
        others = {other.parameter.at[1:] for other in self.in_body}
        found: list[tuple[str, str]] = []
        value: Any = self.cell.body
        for depth, step in enumerate(at[:-1], 1):
            try:
                value = value[step]
            except (IndexError, KeyError, TypeError):
                return found  # the default body has no such place yet
            for name in KINDS if isinstance(step, int) and isinstance(value, dict) else ():
                place = (*at[:depth], name)
                if isinstance(value.get(name), str) and place not in others:
                    found.append((jq_path(place), value[name]))
        return found

    @property
    def checks_items(self) -> bool:
        """Whether it looks in a file of --body for the kinds of items in which values have their places."""
        return any(self.kinds_of_items(item) for item in self.in_body)

    @cached_property
    def in_body(self) -> list[ScriptParameter]:
        """The parameters whose values go into the JSON body, in the catalog's order; what holds others is put there first."""
        items = [item for item in self.parameters if item.place == "body"]
        return sorted(items, key=lambda item: not any(_holds(item, other) for other in items))

    @property
    def puts(self) -> set[str]:
        """What the script has to be able to do with its body: put_text, put_json, add_text, add_json."""
        puts_json = self.cursor_in_body or any(item.repeat for item in self.in_body)
        return {self.put(item) for item in self.in_body} | ({"put_json"} if puts_json else set())

    def put(self, item: ScriptParameter) -> str:
        """Return the function of the script that puts a value into the body."""
        kind = "text" if item.type == "string" else "json"
        return f"add_{kind}" if item.repeat else f"put_{kind}"

    # ---- The request ----

    @property
    def encodes(self) -> bool:
        """Whether a value goes into the URL."""
        return any(item.place in ("path", "query") for item in self.parameters)

    @property
    def encodes_query(self) -> bool:
        """Whether a value goes into the query."""
        return any(item.place == "query" for item in self.parameters)

    @property
    def cookies(self) -> list[tuple[RequestPart, ScriptParameter | None]]:
        """The cookies that are not secret."""
        return [(part, self.of(part) if part.parameter else None) for part in self.request.cookies]

    # ---- Secrets ----

    @property
    def secrets(self) -> tuple[RequestSecret, ...]:
        return self.request.secrets

    @property
    def secret_variables(self) -> list[str]:
        """The environment variables that hold secrets, each once."""
        return list(dict.fromkeys(secret.variable for secret in self.secrets))

    @property
    def secrets_in_url(self) -> list[RequestSecret]:
        return [secret for secret in self.secrets if secret.place in ("path", "query")]

    @property
    def secrets_in_query(self) -> list[RequestSecret]:
        return [secret for secret in self.secrets if secret.place == "query"]

    @property
    def secret_cookies(self) -> list[RequestSecret]:
        return [secret for secret in self.secrets if secret.place == "cookies"]

    @property
    def secrets_in_body(self) -> list[RequestSecret]:
        """The secrets that jq puts into the JSON body, or the one that is the whole text."""
        return [secret for secret in self.secrets if secret.place in ("body", "text")]

    @property
    def secret_text(self) -> RequestSecret | None:
        """The secret that is the whole body."""
        return next((secret for secret in self.secrets if secret.place == "text"), None)

    @property
    def config_secrets(self) -> list[RequestSecret]:
        """The secrets for which curl has an option."""
        return [secret for secret in self.secrets if secret.option]

    @property
    def secrets_in_content(self) -> list[RequestSecret]:
        """The secrets that go with the body."""
        return [secret for secret in self.secrets if secret.place in ("body", "text", "form", "urlencoded")]

    @staticmethod
    def secret_checks(secret: RequestSecret) -> list[tuple[str, str, str]]:
        """Return what holds for a secret's value: a test, the expansion that leaves what it looks at, and what is said if not."""
        checks = [("-z", "//[!$'\\r\\n']/", f"{secret.variable} holds a line break")]
        if secret.place == "cookies":
            checks.append(("-z", "//[!;]/", f"{secret.variable} holds a ;, which ends a cookie"))
        if secret.place == "basic":
            checks.append(("-n", "//[!:]/", f"{secret.variable} must be user:password"))
        return checks

    def missing_secret(self, secret: RequestSecret) -> str:
        """Return what is said where a required secret is not set."""
        what = "API key" if secret.key else "secret"
        return f"no {what}; type it in: {bash.asking(secret.variable)}"

    @property
    def path(self) -> Iterator[PathPiece]:
        """The parts of the path: a literal text, and in turn a parameter or secret and a literal text."""
        parts = self.request.path
        for position, part in enumerate(parts):
            if part.secret:
                yield PathPiece("", secret=part.secret)
            elif part.parameter is None:
                yield PathPiece(part.value or "")
            else:
                before, behind = parts[position - 1].value or "", parts[position + 1].value or ""
                alone = before.endswith("/") and (not behind or behind.startswith("/"))
                yield PathPiece("", self.of(part), alone, keeps_slashes=f"{{+{part.name}}}" in self.cell.path)

    @property
    def query(self) -> list[tuple[str, str | None, ScriptParameter | None]]:
        """The query: an encoded name, and an encoded value or the parameter that gives it. A list stands there once."""
        found: list[tuple[str, str | None, ScriptParameter | None]] = []
        for part in self.request.query:
            item = self.of(part) if part.parameter else None
            if item is None:
                found.append((in_query(part.name), in_query(part.value or ""), None))
            elif not item.repeat or all(item is not other for _, _, other in found):
                found.append((in_query(part.name), None, item))
        return found

    @property
    def opens_files(self) -> bool:
        """Whether the user names a file whose content is sent."""
        return any(item.is_file for item in self.parameters)

    @property
    def readers(self) -> set[str]:
        """What the script has to be able to read from a file: read_text, read_base64, read_data_url, read_json."""
        used = {item.reader for item in self.parameters if item.reader}
        used |= {"read_text", "read_json"} if self.edits_body and self.takes_body else set()
        return used | ({"read_base64"} if "read_data_url" in used else set())

    @property
    def is_json_needed(self) -> bool:
        """Whether the script tells JSON from other texts."""
        return self.edits_body or "need_json" in self.checks

    @property
    def has_content_type(self) -> bool:
        """Whether a header of the catalog says what the body is."""
        return any(part.name.lower() == "content-type" for part in self.request.headers)

    @property
    def adds_files(self) -> bool:
        """Whether a parameter of the form is a file."""
        return any(part.file for part, item in self.form if item)

    @property
    def adds_typed_texts(self) -> bool:
        """Whether a parameter of the form is a text that says its type."""
        return any(part.media_type and not part.file for part, item in self.form if item)

    @property
    def may_be_long(self) -> bool:
        """Whether a text of the form may be longer than an argument."""
        return any(item.may_be_long and not part.file for part, item in self.form if item)

    @property
    def escapes_in_form(self) -> bool:
        """Whether a value of the user's stands in double quotes that -F reads."""
        return self.adds_files or self.adds_typed_texts

    @property
    def may_end_in_slash(self) -> bool:
        """Whether a value of the user's may end the URL in a slash."""
        path = self.request.path
        return (len(path) > 1 and not path[-1].value) or any(part.parameter for part in self.request.query)

    @property
    def fixed_headers(self) -> list[RequestPart]:
        return [part for part in self.request.headers if part.parameter is None]

    @property
    def header_names(self) -> list[str]:
        """The headers that the script itself may send."""
        names = [part.name for part in self.request.headers]
        names += [secret.name for secret in self.secrets if secret.place == "headers"]
        names += ["Authorization"] if any(secret.place == "basic" for secret in self.secrets) else []
        names += ["Cookie"] if self.cookies or self.secret_cookies else []
        names += ["Content-Type"] if self.request.form is not None else []
        return list(dict.fromkeys(names))

    @property
    def changing_headers(self) -> list[tuple[str, ScriptParameter]]:
        return [(part.name, self.of(part)) for part in self.request.headers if part.parameter is not None]

    @property
    def form(self) -> list[tuple[RequestPart, ScriptParameter | None]]:
        """The parts of the form, each with its parameter. A list that a parameter replaces stands there once."""
        return self._once(self.request.form or ())

    @property
    def fields(self) -> list[tuple[RequestPart, ScriptParameter | None]]:
        """The same for the fields of an urlencoded body."""
        return self._once(self.request.urlencoded or ())

    def default_parts(self, item: ScriptParameter) -> list[RequestPart]:
        """Return what a form or an urlencoded body has in place of a value that is not given."""
        parts = (*(self.request.form or ()), *(self.request.urlencoded or ()))
        return [part for part in parts if part.parameter == item.parameter and item.default]

    @property
    def has_long_number(self) -> bool:
        """Whether the body has a number that jq would round. None of the catalog's parameters is put beside it then."""
        return re.search(r"(?<![.0-9])[0-9]{16}", re.sub(r'"([^"\\]|\\.)*"', "", self.request.body or "")) is not None

    def _once(self, parts: Sequence[RequestPart]) -> list[tuple[RequestPart, ScriptParameter | None]]:
        found: list[tuple[RequestPart, ScriptParameter | None]] = []
        for part in parts:
            item = self.of(part) if part.parameter else None
            if item is None or all(item is not other for _, other in found):
                found.append((part, item))
        return found

    # ---- The transfer ----

    @cached_property
    def transfer(self) -> list[TransferOption]:
        """The options for the catalog's settings of the transfer. A stream's script does itself what --retry does."""
        options = [option for option in transfer_options(self.cell) if not (self.streams and option.flag == "--retry")]
        return [option for option in options if not (self.follows and option.private)]

    @property
    def private(self) -> list[TransferOption]:
        """Those of the options that a redirect does not take along to another server."""
        return [option for option in transfer_options(self.cell) if option.private]

    @property
    def retried_by_curl(self) -> bool:
        """Whether curl itself sends the request again that fails for a time."""
        return self.cell.curl.retry > 0 and not self.streams

    @property
    def may_send_twice(self) -> bool:
        """Whether a request may be sent a second time by the script: at a redirect, or as another try of a stream."""
        return self.follows or self.retries > 0

    @property
    def sends_content(self) -> bool:
        """Whether the request has a method or a body that some redirects leave behind."""
        return self.request.method not in ("GET", "HEAD") or self.request.has_body

    @property
    def follows(self) -> bool:
        """Whether redirects are followed."""
        return self.cell.curl.location

    @property
    def curl_options(self) -> str:
        """The first options of the printed command."""
        return f"-{'f' if fails_on_error(self.cell) else ''}sS{'N' if self.streams else ''}{self.header_options}"

    @property
    def leaves_redirects_to_curl(self) -> bool:
        """Whether the printed command has -L."""
        return self.follows and not why_not_location(self.cell, self.request)

    @property
    def unix_socket(self) -> str | None:
        return self.cell.curl.unix_socket

    @property
    def cookie_jar(self) -> str | None:
        return self.cell.curl.cookie_jar

    @property
    def signs(self) -> str | None:
        """What curl signs requests for; None where it signs none."""
        return self.cell.curl.aws_sigv4

    @property
    def features(self) -> list[Feature]:
        """What the installed curl has to be built with."""
        return features(self.cell.curl)

    @property
    def tls_files(self) -> list[tuple[str, str]]:
        """The files that have to be there: what each is, and its path."""
        return self.cell.curl.files

    @property
    def needs_checks(self) -> bool:
        """Whether something has to hold on the user's machine."""
        return bool(self.features or self.signs or self.tls_files or self.cookie_jar)

    @property
    def default_timeout(self) -> bool:
        """Whether the time limit is the scripts' own, and not the catalog's."""
        return self.cell.curl.max_time is None

    @property
    def undo_curlrc(self) -> list[str]:
        """The options that undo what a curlrc may hold against the catalog's settings."""
        settings = self.cell.curl
        undo = ["--no-insecure"] if settings.cacert else []
        undo += ["--cert-type", "PEM"] if settings.cert else []
        undo += ["--key-type", "PEM"] if settings.private_key else []
        undo += ["--no-junk-session-cookies"] if settings.cookie_jar else []
        undo += ["--retry-max-time", "0"] if settings.retry and not self.streams else []
        return undo

    @property
    def may_ask_first(self) -> bool:
        """Whether curl asks before a long body: `Expect: 100-continue`. Some curls would sign the empty header, too."""
        return self.request.has_body and not self.request.takes_out_expect and not self.signs

    # ---- The answer ----

    @property
    def streams(self) -> bool:
        return self.cell.streams

    @property
    def retries(self) -> int:
        """How many more times a stream's script asks itself: curl would print a second answer behind the first one."""
        return self.cell.curl.retry if self.streams else 0

    @property
    def saves_file(self) -> bool:
        return self.cell.response == "file"

    @property
    def has_pages(self) -> bool:
        return self.cell.pages is not None

    @property
    def cursor(self) -> Pages | None:
        """How the next page is found in an answer, and where it is asked for; None where there are no pages, or a link leads to it."""
        return self.cell.pages if isinstance(self.cell.pages, Pages) else None

    @property
    def next_is_address(self) -> bool:
        """Whether an answer says the whole address of the next page."""
        return self.has_pages and (self.cursor is None or self.cursor.place is None)

    @property
    def cursor_in_query(self) -> str | None:
        """The encoded name under which the query has the cursor."""
        return in_query(str(self.cursor.at[1])) if self.cursor and self.cursor.place == "query" else None

    @property
    def cursor_field(self) -> str | None:
        """The encoded name of the urlencoded field that has the cursor."""
        return field_name(str(self.cursor.at[1])) if self.cursor and self.cursor.place == "urlencoded" else None

    @property
    def cursor_in_body(self) -> str | None:
        """Where the body has the cursor, as jq writes it."""
        return jq_path(self.cursor.at[1:]) if self.cursor and self.cursor.place == "body" else None

    @property
    def prints_headers(self) -> bool:
        return self.cell.response == "headers"

    @property
    def header_options(self) -> str:
        """What makes curl print the headers in place of the body, where the method does not do so by itself."""
        return " -D - -o /dev/null" if self.prints_headers and self.request.method != "HEAD" else ""

    @property
    def without_content(self) -> list[int]:
        """The statuses that are successes, and by their meaning come without content (RFC 9110, 15.3.5 and 15.4.5)."""
        return [status for status in (204, 304) if self.cell.is_success(status)]

    @property
    def error_filter(self) -> str:
        """The filter for the server's words: in a stream also those of `failure`, since events have no status of their own."""
        if self.streams and self.cell.failure:
            return f"({self.catalog.errors})?,\n  ({self.cell.failure})?"
        return self.catalog.errors

    @property
    def failure(self) -> str | None:
        """The filter for the server's words in an answer that is not a stream, and whose status is a success."""
        return None if self.streams else self.cell.failure

    @property
    def pipeline(self) -> Pipeline | None:
        """The pipeline whose result the script prints; None where the answer is printed as it is."""
        return self.cell.pipelines[0] if self.cell.pipelines else None

    @property
    def aside(self) -> str | None:
        """The filter for what goes to standard error beside a stream's answer: a pipeline that fails does not end the others."""
        asides = [item.jq for item in self.cell.pipelines or () if item.aside]
        return f"({')?, ('.join(asides)})? | values" if asides else None

    @property
    def filter_name(self) -> str | None:
        """What messages call a long filter; None where they show the filter itself."""
        if self.pipeline and (len(self.pipeline.jq) > LONG_FILTER or "\n" in self.pipeline.jq):
            return self.pipeline.name
        return None

    # ---- When something goes wrong ----

    @cached_property
    def hints(self) -> list[Hint]:
        """What to try, the first that fits; nothing about a key in a script that sends none."""
        troubles = (*self.cell.troubles, *self.backend.troubles)
        fitting = [(trouble, text, self._asked(trouble)) for trouble in troubles if (text := self._say(trouble)) is not None]
        return script_hints(fitting, f"Too slow? Allow more seconds, for example {self.setting('TIMEOUT')}=900")

    def _say(self, trouble: Trouble) -> str | None:
        text = trouble.say[self.language].strip()
        if "{key}" not in text:
            return text
        key = next((secret for secret in self.secrets if secret.key), None)
        return text.replace("{key}", bash.asking(key.variable)) if key else None

    def _asked(self, trouble: Trouble) -> str:
        """Return the endpoint that is asked when this happens; empty if none is."""
        listing = listing_of(self.backend, self.cell, trouble)
        return listing.cell.id if listing else ""

    @cached_property
    def lists_of_values(self) -> list[ListOfValues]:
        """What is asked where the server does not know a value."""
        found = [listing_of(self.backend, self.cell, trouble) for trouble in (*self.cell.troubles, *self.backend.troubles)]
        asked = {hint.ask for hint in self.hints}
        listings = {listing.cell.id: listing for listing in found if listing and listing.cell.id in asked}
        return [ListOfValues(self.backend, listing, build_request(self.backend, listing.cell)) for listing in listings.values()]

    @property
    def shellcheck_codes(self) -> list[str]:
        """What shellcheck would ask about texts of the catalog between single quotes, which are meant as they stand."""
        texts = [
            self.error_filter,
            self.failure or "",
            self.cursor.next if self.cursor else "",
            self.cursor_in_body or "",
            self.request.url,
            *(part.value or "" for part in self.request.headers),
        ]
        texts += [hint.text for hint in self.hints]
        texts += [pattern.text for hint in self.hints for pattern in hint.patterns]
        texts += [item.jq for item in self.cell.pipelines or ()]
        texts += [text for known in self.lists_of_values for text in known.literals]
        named = (*(self.request.form or ()), *(self.request.urlencoded or ()), *self.request.query)
        texts += [text for part in named for text in (part.name, part.value or "", part.form_rest)]
        texts += [self.request.file.value or ""] if self.request.file else []
        texts += [f"${secret.variable}" for secret in self.secrets_in_url]  # --dry-run prints how a shell encodes it
        texts += [text for item in self.parameters for text in (*item.default, item.json_path if item.place == "body" else "")]
        literal = " ".join(texts)
        codes = ["SC2016"] if "$" in literal or "`" in literal or self.secrets_in_url or self.secrets_in_body else []
        return codes + (["SC1111", "SC1112"] if any(quote in literal for quote in "‘’“”") else [])

    @cached_property
    def help(self) -> ScriptHelp:
        return ScriptHelp(self)


def _holds(outer: ScriptParameter, inner: ScriptParameter) -> bool:
    """Whether the place of one value holds that of another."""
    outer_at, inner_at = outer.parameter.at, inner.parameter.at
    return len(outer_at) < len(inner_at) and inner_at[: len(outer_at)] == outer_at
