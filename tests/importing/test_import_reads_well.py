"""A catalog made of notes reads as a person wrote it: what stays apart, what is one, in which order, and what all of it is called."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from found import built, request

from generator import catalog
from generator.importing import notes
from generator.importing.builder import Built, build
from generator.importing.model import FoundBody, FoundRequest, NotImported, Text

LAMP = "http://lamp.example"


def page(*sections: tuple[str, ...], title: str = "") -> Built:
    """What is built of a page in Markdown: a section is its heading, a paragraph (or none) and commands."""
    written = [f"# {title}\n"] if title else []
    for heading, prose, *commands in sections:
        written.append(f"## {heading}\n\n{prose}\n")
        written += [f"```\n{command}\n```\n" for command in commands]
    made = build(notes.read("\n".join(written), "lamp.md"))
    assert all(entry.endpoint for entry in made.entries)
    return made


def endpoints(made: Built) -> dict[str, dict[str, Any]]:
    """The endpoints of a catalog."""
    found: dict[str, dict[str, Any]] = made.data["endpoints"]
    return found


def posted(path: str, fields: str) -> str:
    """A command that sends fields as a web form."""
    return f"curl {LAMP}{path} -d {fields}"


# ---- What is one request, and what is not ---------------------------------------------------


def test_values_under_headings_of_their_own_are_requests_of_their_own() -> None:
    """What the headings say would be lost in one; the value stays one that a user changes."""
    made = page(
        ("Dim the light", "Good for the evening.", posted("/light", "level=low")),
        ("Full light", "Good for reading.", posted("/light", "level=high")),
    )

    cells = catalog.read_text(made.text, "catalog.yaml").backends["lamp"].endpoints
    assert {name: (item["title"], item["urlencoded"]) for name, item in endpoints(made).items()} == {
        "dim-light": ("Dim the light", {"level": "low"}),
        "full-light": ("Full light", {"level": "high"}),
    }
    assert [cell.parameters["level"].option for cell in cells.values()] == ["--level", "--level"]


def test_values_under_one_heading_are_one_request() -> None:
    made = page(("The light", "", posted("/light", "level=low"), posted("/light", "level=high")))

    assert list(endpoints(made)) == ["light"]
    assert made.arguments == ((), ("--level", "high"))


def test_a_value_that_the_source_leaves_open_is_one_request() -> None:
    """A walk through with an example for `$LEVEL` says nothing of another request."""
    made = page(("The light", "All of it.", posted("/light", "level=$LEVEL")), ("A walk", "Step by step.", posted("/light", "level=high")))

    assert list(endpoints(made)) == ["light"]


def test_the_same_command_under_another_heading_is_one_request() -> None:
    made = page(("The light", "All of it.", posted("/light", "level=low")), ("A walk", "Step by step.", posted("/light", "level=low")))

    assert [entry.endpoint for entry in made.entries] == ["light", "light"]


def test_two_files_in_two_languages_say_the_same() -> None:
    """Their examples may have other values."""
    found = [
        *notes.read(f"## Say\n\nA word.\n\n```\n{posted('/say', 'word=light')}\n```\n", "lamp.en.md"),
        *notes.read(f"## 说\n\n一个词。\n\n```\n{posted('/say', 'word=灯')}\n```\n", "lamp.zh.md"),
    ]

    assert build(found).data["endpoints"]["say"]["title"] == {"en": "Say", "zh": "说"}


@pytest.mark.parametrize(
    ("paths", "written"),
    [
        (["/bills/INV-1", "/bills/INV-2", "/bills/$id/close"], ["/bills/{id}", "/bills/{id}", "/bills/{id}/close"]),
        (["/bills/INV-1"], ["/bills/{bill}"]),
        (["/users/u7", "/users/$name/posts"], ["/users/{name}", "/users/{name}/posts"]),
        (["/users/me", "/users/search", "/users/$name"], ["/users/me", "/users/search", "/users/{name}"]),
        (["/users/v2", "/users/$name"], ["/users/v2", "/users/{name}"]),
        (["/days/2026-01-31", "/days/2026-01-31T08:00:00+01:00/load"], ["/days/{date}", "/days/{timestamp}/load"]),
        (["/2026-01-31/lamps"], ["/2026-01-31/lamps"]),
        (["/your_key/push", "/YOUR-KEY"], ["/{key}/push", "/{key}"]),
        (["/rest/api/2/issue/LAMP-7", "/rest/api/2/search"], ["/issue/{issue}", "/search"]),
    ],
)
def test_ids_in_paths(paths: list[str], written: list[str]) -> None:
    """What looks like an id where another path has a variable is one; a word is none."""
    made, _ = built(*(request(f"GET {LAMP}{path}", number=number) for number, path in enumerate(paths, 1)))

    assert [endpoints(made)[str(entry.endpoint)]["path"] for entry in made.entries] == written


def test_a_variable_has_the_name_of_the_first_in_its_place() -> None:
    made, read = built(request(f"GET {LAMP}/bills/$id"), request(f"GET {LAMP}/bills/$ITEM", number=2))

    assert list(read.endpoints["get-bill"].parameters) == ["id"]
    assert len(made.data["endpoints"]) == 1


# ---- The order, and the words ---------------------------------------------------------------


def test_the_order_is_that_of_the_page() -> None:
    """Variants stand in their own sections, and what they are like before them."""
    body = '\'{"level": "low", "colour": "warm", "seconds": 5, "scene": "the long evening before the holidays"}\''
    made = page(
        ("Lights", "", f"curl {LAMP}/lights", posted("/lights", "on=yes")),
        ("Rooms", "", f"curl {LAMP}/rooms --json {body}", f"curl {LAMP}/rooms/load"),
        ("Dark rooms", "", f"curl '{LAMP}/rooms?dark=yes' --json {body}", f"curl {LAMP}/rooms/dark"),
    )

    assert list(made.data["groups"]) == ["lights", "rooms", "dark-rooms"]
    assert [(item["group"], item.get("like"), item.get("path")) for item in endpoints(made).values()] == [
        ("lights", None, "/lights"),
        ("lights", None, "/lights"),
        ("rooms", None, "/rooms"),
        ("rooms", None, "/rooms/load"),
        ("dark-rooms", "create-room", None),
        ("dark-rooms", None, "/rooms/dark"),
    ]
    assert list(made.data["backends"]["lamp"]["endpoints"]) == list(endpoints(made))


def test_a_title_is_given_once() -> None:
    """What is otherwise in a request is behind its title, else its method and path, or a number."""
    found = [
        request(f"GET {LAMP}/lights?all=yes", title="Read", group="Lights"),
        request(f"GET {LAMP}/lights?all=yes&dark=yes", title="read", group="Lights"),
        request(f"GET {LAMP}/lights/load?dark=yes", title="READ", group="Lights"),
        request(f"GET {LAMP}/rooms", title="Read", group="Rooms"),
        request(f"POST {LAMP}/rooms", ["a", "b"], title="Ask", group="Rooms"),
        request(f"POST {LAMP}/rooms", ["a"], title="ask", group="Rooms"),
        request(f"POST {LAMP}/halls", {"stream": False}, title="问", group="Rooms"),
        request(f"POST {LAMP}/halls", {"stream": True}, title="问", group="Rooms"),
    ]
    made, _ = built(*found)

    assert [item.get("title") for item in endpoints(made).values()] == [
        "Read",
        "read (dark)",
        "READ (GET /lights/load)",
        "Read",
        "Ask",
        "ask (2)",
        "问",
        "问（流式）",
    ]


@pytest.mark.parametrize(
    ("prose", "title"),
    [
        ("Now let's try to list the lamps:", "List the lamps"),
        ("You can also list the lamps:", "List the lamps"),
        ("In another terminal, we list the lamps:", "List the lamps"),
        ("To list the lamps, add the `all` parameter:", "List the lamps"),
        ("Turn the light on:", "Turn the light on"),
        ("Here's an example with all lamps:", None),
        ("If we were to list the lamps:", None),
        ("So the first lamp after that should be:", None),
        ("Ask for the lamps with:", None),
    ],
)
def test_titles_of_stories(prose: str, title: str | None) -> None:
    """A story is no title; what it says a command does is."""
    made = page(("Lamps", f"{prose}", f"curl {LAMP}/lamps"), ("Rooms", "", f"curl {LAMP}/rooms"), title="Lamps and rooms")
    text = f"## Lamps\n\n{prose}\n\n```\ncurl {LAMP}/a\n```\n\nAll rooms:\n\n```\ncurl {LAMP}/b\n```\n"
    found = [item for item in notes.read(text, "lamp.md") if isinstance(item, FoundRequest)]

    assert made.entries[0].endpoint
    assert (found[0].title if found[0].title != "Lamps" else None) == title
    assert title or found[0].about


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("API: all lamps", "All lamps"),
        ("接口：所有灯", "所有灯"),
        ("All lamps, for example", "All lamps"),
        ("所有灯，例如：", "所有灯"),
        ("所有的灯在 /lamps", "所有的灯在 /lamps"),
    ],
)
def test_headings_without_what_all_have(heading: str, title: str) -> None:
    """Words in front of all headings, those that lead to a command; a path in a heading is no second language."""
    (item,) = notes.read(f"## {heading}\n\n```\ncurl {LAMP}/a\n```\n", "lamp.md")

    assert isinstance(item, FoundRequest)
    assert (item.title, item.also) == (title, ())


def test_words_between_two_commands_say_nothing() -> None:
    """`Or, alternatively:` is no title, and no sentence."""
    commands = [f"```\ncurl {LAMP}/a?x={number}\n```\n" for number in (1, 2)]
    found = notes.read("## A\n\n" + "\nOr, alternatively:\n\n".join(commands), "lamp.md")

    assert [(item.title, item.about) for item in found if isinstance(item, FoundRequest)] == [("A", None), ("A", None)]


def test_a_request_alone_under_its_heading_has_a_group_if_most_have_one() -> None:
    """Pages have what is in none at their end."""
    made = page(
        ("Say hello", "", f"curl {LAMP}/hello"),
        ("Lamps", "", f"curl {LAMP}/lamps", f"curl {LAMP}/rooms"),
    )

    assert made.data["groups"] == {"say-hello": {"title": "Say hello"}, "lamps": {"title": "Lamps"}}
    assert [(item.get("title"), item["group"]) for item in endpoints(made).values()] == [
        ("Say hello", "say-hello"),
        (None, "lamps"),
        (None, "lamps"),
    ]


def test_a_request_is_in_the_group_that_its_heading_is() -> None:
    """Not in that of the heading above it."""
    found = [
        request(f"GET {LAMP}/house", title="The house", group="All"),
        request(f"PUT {LAMP}/lamp", {"on": True}, title="Switch it on", group="All"),
        request(f"PUT {LAMP}/lamp", {"on": False}, title="Lamps", group="All"),
        request(f"PUT {LAMP}/lamp", {"dim": 5}, title="Dim one", group="Lamps"),
        request(f"PUT {LAMP}/lamp", {"colour": "red"}, title="Paint one", group="Lamps"),
        request(f"GET {LAMP}/rooms", title="The rooms", group="All"),
    ]
    found = [replace(item, sections=tuple(dict.fromkeys(text for text in ("All", item.group, item.title) if text))) for item in found]
    _, read = built(*found)

    assert [(endpoint.title["en"], endpoint.group) for endpoint in read.endpoints.values()] == [
        ("The house", "all"),
        ("Switch it on", "all"),
        ("Lamps", "lamps"),
        ("Dim one", "lamps"),
        ("Paint one", "lamps"),
        ("The rooms", "all"),
    ]


def test_words_of_one_component_are_not_those_of_the_next() -> None:
    """The first paragraph below a heading counts up to the next divider."""
    words = "Says hello to all the lamps in the house, one by one, until each of them has said hello to us."
    text = f"## Lamps\n\n<Api>\n\n{words}\n\n```\ncurl {LAMP}/a\n```\n\n</Api>\n<Api>\n\n```\ncurl {LAMP}/b\n```\n\n</Api>\n"
    found = [item for item in notes.read(text, "lamp.mdx") if isinstance(item, FoundRequest)]

    assert [item.about for item in found] == [
        "Says hello to all the lamps in the house, one by one, until each of them has said hello to us.",
        None,
    ]


@pytest.mark.parametrize(
    ("line", "id", "effect"),
    [
        (f"POST {LAMP}/weather/get_forecasts", "weather-get-forecasts", None),
        (f"POST {LAMP}/rooms/listLamps", "rooms-list-lamps", None),
        (f"POST {LAMP}/models/pro-2:generateContent", "models-generate-content", None),
        (f"POST {LAMP}/lamps", "create-lamp", "changes"),
        (f"GET {LAMP}/history/2026-01-31T00:00:00Z", "get-history", None),
    ],
)
def test_ids_say_what_is_done(line: str, id: str, effect: str | None) -> None:
    """A path that says that something is asked for creates nothing; a moment is no part of an id."""
    made, read = built(request(line))

    assert list(endpoints(made)) == [id]
    assert read.endpoints[id].effect == effect


# ---- like -----------------------------------------------------------------------------------

FULL = {"level": "low", "colour": "warm", "seconds": 5, "room": "kitchen", "scene": "the long evening before the winter holidays"}


def test_like_takes_little_away() -> None:
    """Two keys at most; more of them, or the title, and the endpoint is written in full."""
    found = [
        request(f"PUT {LAMP}/light", FULL, title="Light"),
        request(f"PUT {LAMP}/light", {**FULL, "fade": True}, title="Fade"),
        request(f"PUT {LAMP}/light", {name: FULL[name] for name in ("level", "scene")}, title="Short"),
        request(f"PUT {LAMP}/light", {**FULL, "blink": True}),
    ]
    made, _ = built(*found)
    few = endpoints(made)

    assert few["fade"] == {"like": "light", "title": "Fade", "body": {"fade": True}}
    assert "like" not in few["short"] and few["short"]["body"] == {name: FULL[name] for name in ("level", "scene")}
    assert all(item.get("title", "") is not None for item in few.values())


# ---- Servers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "id", "name"),
    [
        ("Lamp REST API", "lamp", "Lamp"),
        ("Hue Bridge API docs", "hue-bridge", "Hue Bridge"),
        ("Accessing lampd", "lampd", None),
        ("灯光平台接口文档", "localhost-8080", "灯光平台"),
        ("REST API", "localhost-8080", None),
        ("Installation", "localhost-8080", None),
        ("How to switch all of the lamps on and off", "localhost-8080", None),
        ("Server API", "localhost-8080", None),
    ],
)
def test_the_page_names_its_only_server(title: str, id: str, name: str | None) -> None:
    section = "## {0}\n\n```\ncurl http://localhost:8080/{0}\n```\n\n"
    made = build(notes.read(f"# {title}\n\n" + section.format("a") + section.format("b"), "lamp.md"))

    assert made.data["title"] == title
    assert [(key, backend.get("name")) for key, backend in made.data["backends"].items()] == [(id, name)]


def test_a_host_keeps_its_id_below_a_page() -> None:
    made = page(("A", "", f"curl {LAMP}/a"), ("B", "", f"curl {LAMP}/b"), title="Hue Bridge API")

    assert [(key, backend["name"]) for key, backend in made.data["backends"].items()] == [("lamp", "Hue Bridge")]


@pytest.mark.parametrize("heading", ["Actions", "💡 请求示例", "How to switch it on", "Lamps: all of them", "Light by hand"])
def test_headings_that_name_no_server(heading: str) -> None:
    """What a section is about, and the heading of one server alone."""
    made = page((f"{heading}", "", "curl http://a.example:1/x", "curl http://a.example:1/y"), ("Lamp two", "", "curl http://b.example:2/x"))

    assert list(made.data["backends"]) == ["a", "b"]


def test_hosts_of_one_company_are_told_apart() -> None:
    made, _ = built(*(request(f"GET https://{host}/x") for host in ("hooks.lamp.com", "lamp.com", "api.lamp.org")))

    assert list(made.data["backends"]) == ["lamp-hooks", "lamp", "lamp-2"]


@pytest.mark.parametrize(
    ("host", "base_url", "id"),
    [
        ("ip_address:8123", "http://localhost:8123", "localhost-8123"),
        ("your_server_ip", "http://server.example", "server"),
        ("your-lamp-server-address", "http://lamp.example", "lamp"),
        ("yourdomain.com", "http://server.example", "server"),
        ("你的lamp服务器地址", "http://lamp.example", "lamp"),
        ("你的域名.com", "http://server.example", "server"),
        ("HOST:81", "http://localhost:81", "localhost-81"),
        ("LAMP_SERVER", "http://lamp.example", "lamp"),
    ],
)
def test_placeholder_hosts_are_told(host: str, base_url: str, id: str) -> None:
    """A host that nobody has is the reader's to set."""
    made, _ = built(request(f"GET http://{host}/x"))

    assert [(key, backend["base_url"]) for key, backend in made.data["backends"].items()] == [(id, base_url)]
    variable = id.upper().replace("-", "_") + "_BASE_URL"
    assert f"is a placeholder: {base_url} stands in its place; write your own there, or set {variable}" in made.entries[0].reasons[0]


@pytest.mark.parametrize("host", ["api-server:80", "server", "host", "my-lamp.example.com", "gpu_7", "bücher.de"])
def test_hosts_are_no_placeholders(host: str) -> None:
    made, _ = built(request(f"GET http://{host}/x"))

    assert made.entries[0].status == "carried"


def test_a_host_with_a_placeholder_is_told() -> None:
    """It tells its service, and stays."""
    made, read = built(request("GET http://your-team.lamp.org/x"))

    assert read.backends["lamp"].base_url == "http://your-team.lamp.org"
    assert made.entries[0].reasons == (
        "a part of the host your-team.lamp.org is a placeholder: write your own there, or set LAMP_BASE_URL",
    )


# ---- The page, streams, texts ---------------------------------------------------------------


def test_a_comment_in_a_fence_is_no_heading() -> None:
    """Front matter is the title of a page, though a line of its code starts with #."""
    section = f"## A\n\n```\n# all lamps\ncurl {LAMP}/a\n```\n\n## B\n\n```\ncurl {LAMP}/b\n```\n"
    made = build(notes.read(f'---\ntitle: "The lamps"\n---\n\n{section}', "lamp.md"))

    assert made.data["title"] == "The lamps"


def test_front_matter_may_stand_below_an_empty_line() -> None:
    section = f"## A\n\n```\ncurl {LAMP}/a\n```\n\n## B\n\n```\ncurl {LAMP}/b\n```\n"

    assert build(notes.read(f"\n---\ntitle: The lamps\n---\n\n{section}", "lamp.md")).data["title"] == "The lamps"


def test_placeholders_in_square_brackets() -> None:
    """curl refuses them; a range of letters is one, and an address of IPv6 stays."""
    text = "```\ncurl http://[LAMP-HOST]:[PORT]/[ROOM-NAME]/x\ncurl 'http://[::1]:81/[A-B]'\n```\n"
    made = build(notes.read(text, "lamp.md"))

    assert {name: backend["base_url"] for name, backend in made.data["backends"].items()} == {
        "lamp": "http://localhost",
        "localhost-81": "http://[::1]:81",
    }
    assert [item["path"] for item in endpoints(made).values()] == ["/{room_name}/x", "/A", "/B"]
    assert made.entries[0].reasons[1].startswith("[LAMP-HOST], [PORT], [ROOM-NAME] in the URL: curl takes it for a range")


def test_a_method_without_its_option_is_told() -> None:
    (item,) = notes.read(f"```\ncurl XGET {LAMP}/x\n```\n", "lamp.md")

    assert isinstance(item, NotImported)
    assert item.reasons == ("XGET is taken for an address: write -X GET",)


def test_the_title_of_a_page_is_not_that_of_its_first_command() -> None:
    made = build(notes.read(f"# The lamps\n\n```\ncurl {LAMP}/a\n```\n\n## B\n\n```\ncurl {LAMP}/b\n```\n", "lamp.md"))

    assert [item.get("title") for item in endpoints(made).values()] == [None, "B"]


def test_a_title_that_a_catalog_refuses_is_left_out() -> None:
    """That of the page, and what it is about: the requests stay."""
    made, read = built(request(f"GET {LAMP}/a", page="A\x07B", page_about="<b>All</b> of it"), request(f"GET {LAMP}/b", page="A\x07B"))

    assert list(read.endpoints) == ["a", "b"]
    assert all("title" not in made.data for _ in [made])


@pytest.mark.parametrize(
    ("command", "response", "told"),
    [
        (f"curl -N {LAMP}/v1/events", "events", True),
        (f"curl --no-buffer {LAMP}/lamps/watch", "events", True),
        (f"curl -N {LAMP}/lamps", None, True),
        (f"curl --buffer {LAMP}/lamps", None, False),
        (f"curl '{LAMP}/lamps?alt=sse'", "events", False),
        (f"curl -N '{LAMP}/lamps?alt=sse'", "events", False),
        (f"curl {LAMP}/lamps -H 'Accept: text/event-stream'", "events", False),
        (f"curl -N {LAMP}/lamps --json '{{\"stream\": true}}'", "events", False),
        (f"curl -N {LAMP}/api/lamps --json '{{\"stream\": true}}'", "lines", False),
    ],
)
def test_streams(command: str, response: str | None, told: bool) -> None:
    """What says that an answer comes in events; -N alone is told where it does not say which kind of stream it is."""
    made = build(notes.read(f"```\n{command}\n```\n", "lamp.md"))
    (endpoint,) = endpoints(made).values()

    assert endpoint.get("response") == response
    assert any(reason.startswith("-N") for reason in made.entries[0].reasons) == told


@pytest.mark.parametrize(
    ("body", "is_argument"),
    [
        ("the kitchen is dark", True),
        ("灯亮了 💡", True),
        ("SELECT * FROM lamps", True),
        ('{"a": 1', False),
        ("<lamp/>", False),
        ("two\nlines", False),
        ("x" * 300, False),
        ("a=", False),
    ],
)
def test_a_line_of_text_is_the_argument(body: str, is_argument: bool) -> None:
    """Code, data and pages are none."""
    _, read = built(request(f"POST {LAMP}/say", FoundBody("text", Text((body,)))))

    assert [bool(parameter.argument) for parameter in read.endpoints["say"].parameters.values()] == ([True] if is_argument else [])


def words_of(text: str) -> list[tuple[str | None, str | None]]:
    """The title and the prose of each request of a page."""
    return [(item.title, item.about) for item in notes.read(text, "lamp.md") if isinstance(item, FoundRequest)]


@pytest.mark.parametrize(
    ("behind", "title", "about"),
    [
        ("# all the lamps", "All the lamps", None),
        ("#all the lamps", "All the lamps", None),
        ("| jq '.a # b' # 所有的灯", "所有的灯", None),
        ("-d '# none'", "Lamps", None),
        ("# state=on power=7", "Lamps", "state=on power=7"),
        ("# ~1 s *each*", "Lamps", r"~1 s \*each\*"),
        (f"# all {'the lamps and ' * 9} rooms", "Lamps", f"all {'the lamps and ' * 9}rooms"),
    ],
)
def test_a_comment_behind_a_command_is_its_title_or_its_prose(behind: str, title: str, about: str | None) -> None:
    first, second = words_of(f"## Lamps\n\n```\ncurl {LAMP}/a {behind}\ncurl {LAMP}/b\n```\n")

    assert first == (title, about)
    assert second == ("Lamps", None)


def test_a_comment_behind_a_command_is_beside_what_says_something_already() -> None:
    """The heading of the command's own, a comment above it, and the paragraph before it come first."""
    under_a_heading = f"## Lamps\n\nAll of them.\n\n```\ncurl {LAMP}/a # The old ones too\n```\n"
    below_a_comment = f"## Lamps\n\n```\n# List lamps\ncurl {LAMP}/a # the old ones too\n\n# Rooms\ncurl {LAMP}/b # rooms\n```\n"

    assert words_of(under_a_heading) == [("Lamps", "All of them. The old ones too")]
    assert words_of(below_a_comment) == [("List lamps", "the old ones too"), ("Rooms", None)]


_JSON = r'{"lamp": "a\/b *c* _d_", "on": ["yes"]}'


@pytest.mark.parametrize(
    ("page_text", "file"),
    [
        (f"## 灯\n\n```\ncurl {LAMP}/a\n```\n\n{_JSON}\n\n所有的灯\n\n```\ncurl {LAMP}/b\n```\n", "lamp.md"),
        (f"## 灯\n\ncurl {LAMP}/a\n\n{_JSON}\n\n所有的灯\n\ncurl {LAMP}/b\n", "lamp.md"),
        (f"## 灯\n\n```\ncurl {LAMP}/a\n```\n\nResponse:\n{_JSON}\n\n所有的灯\n\n```\ncurl {LAMP}/b\n```\n", "lamp.md"),
        (f"<h2>灯</h2><pre>curl {LAMP}/a</pre><p>{_JSON}</p><p>所有的灯</p><pre>curl {LAMP}/b</pre>", "lamp.html"),
        (f"灯\n====\n\ncurl {LAMP}/a\n{_JSON}\n\n所有的灯\n\ncurl {LAMP}/b\n", "lamp.txt"),
    ],
)
def test_json_behind_a_command_is_its_sample_without_marks(page_text: str, file: str) -> None:
    """It is no prose of the next command, and no text in English."""
    first, second = (item for item in notes.read(page_text, file) if isinstance(item, FoundRequest))

    assert first.sample == {"lamp": "a/b *c* _d_", "on": ["yes"]}
    assert (second.sample, second.title or second.about, second.language, second.also) == (None, second.title or "所有的灯", "zh", ())
    assert "所有的灯" in (second.title, second.about)


def test_json_without_marks_behind_other_words_is_nothing_of_the_command() -> None:
    """A label may call it something else than the answer."""
    text = f"## Lamps\n\n```\ncurl {LAMP}/a\n```\n\nA room:\n\n{_JSON}\n\nAll:\n\n```\ncurl {LAMP}/b\n```\n"
    first, second = (item for item in notes.read(text, "lamp.md") if isinstance(item, FoundRequest))

    assert (first.sample, second.sample) == (None, None)
    assert _JSON[:7] not in f"{second.title} {second.about}"


def test_equal_headings_at_different_places_are_groups_of_their_own() -> None:
    """The second has the heading above it in front of it, or a number where none is above it."""
    commands = "\n".join(f"curl {LAMP}/{{0}}/{name}" for name in "ab")
    places = ["# Shop\n## Service", "## Rooms", "# 插件\n## Lock\n### Service", "## Rooms", "# Service", "# Street\n## Lock\n### Service"]
    text = "\n\n".join(f"{place}\n\n```\n{commands.format(number)}\n```" for number, place in enumerate(places))
    made = build(notes.read(text, "lamp.md"))

    assert made.data["groups"] == {
        "service": {"title": "Service"},
        "rooms": {"title": "Rooms"},
        "lock-service": {"title": "Lock / Service"},
        "rooms-2": {"title": "插件 / Rooms"},
        "service-2": {"title": "Service (2)"},
        "lock-service-2": {"title": "Lock / Service (2)"},
    }
    assert [item["group"] for item in endpoints(made).values()] == [name for name in made.data["groups"] for _ in "ab"]


@pytest.mark.parametrize(
    ("paragraphs", "title", "about"),
    [
        (("获取灯", "根据名字或者编号"), "获取灯", "根据名字或者编号"),
        (("Add a lamp:", "By its name or number"), "Add a lamp", "By its name or number"),
        (("Add a lamp", "Get its number:"), "Get its number", None),
        (("Lamps in rooms", "By its name or number"), "By its name or number", None),
    ],
)
def test_a_title_that_says_what_is_done_comes_before_what_explains_it(paragraphs: tuple[str, str], title: str, about: str | None) -> None:
    first, second = (f"```\ncurl {LAMP}/{name}\n```\n" for name in "ab")
    text = "\n\n".join(("## Lamp", *paragraphs, first, "All rooms", second))

    assert words_of(text) == [(title, about), ("All rooms", None)]


def test_a_comment_with_two_dashes_is_one() -> None:
    """An option on a line of its own is none."""
    text = f"```\n--添加灯\ncurl -d a {LAMP}/a\n-- the rooms\ncurl {LAMP}/b \\\n  --compressed\ncurl {LAMP}/c\n```\n"

    assert [title for title, _ in words_of(text)] == ["添加灯", "The rooms", None]


@pytest.mark.parametrize(
    ("heading", "comment", "title"),
    [
        ("lamp", "# add a lamp", "Add a lamp"),
        ("灯", "--添加灯", "添加灯"),
        ("灯", "# 一盏灯", "灯"),
        ("添加灯", "# 创建它", "添加灯"),
        ("Lamps of a room", "# get them", "Lamps of a room"),
    ],
)
def test_a_comment_that_says_what_is_done_comes_before_a_heading_that_is_a_name(heading: str, comment: str, title: str) -> None:
    (words,) = words_of(f"## {heading}\n\n```\n{comment}\ncurl {LAMP}/a\n```\n")

    assert words[0] == title


def test_servers_share_no_request_that_only_words_tell_apart() -> None:
    """The start page of two servers is not the same request for its path; nor is what one command saves what another prints."""
    text = """```sh
# save a lamp
curl -O http://one.example/
# see the lights
curl -k https://two.example
# send a picture
curl -F file=@lamp.jpg http://three.example
# switch it
curl --json '{"on": true}' http://four.example
curl -O http://one.example/report
curl http://two.example/report
```
"""
    made = build(notes.read(text, "lamp.md"))
    said = [(item.get("title"), item.get("response"), "form" in item, item.get("body")) for item in endpoints(made).values()]

    assert said[:4] == [
        ("Save a lamp", "file", False, None),
        ("See the lights", "text", False, None),
        ("Send a picture", None, True, None),
        ("Switch it", None, False, {"on": True}),
    ]
    assert [(title, response) for title, response, _, _ in said[4:]] == [(None, "file"), (None, None)]
    assert all(cell == {} for backend in made.data["backends"].values() for cell in backend["endpoints"].values())


@pytest.mark.parametrize("word", ["and", "Or:", "then", "和", "或者。"])
def test_a_word_that_joins_two_commands_is_nothing_about_the_second(word: str) -> None:
    """`# and` says no more than that there is another command."""
    text = f"```sh\n# Switch it on\ncurl -d on=1 {LAMP}/on\n# {word}\ncurl -d on=0 {LAMP}/off\n```\n"
    second = endpoints(build(notes.read(text, "lamp.md")))["off"]

    assert not {"title", "about"} & second.keys()


@pytest.mark.parametrize(
    ("heading", "id"),
    [
        ("Switching lamps with the old protocol", "switching-lamps-with-the-old"),
        ("模块 2：Lamp 全生命周期（P0）", "lamp"),
        ("模块 1：环境管理（P0）", "rooms"),
        ("3. Switch them", "switch-them"),
    ],
)
def test_id_of_a_group(heading: str, id: str) -> None:
    """Of the heading's own words, as many as fit; where they are none in Latin letters, of the first path."""
    made = page((heading, "", f"curl {LAMP}/rooms", f"curl {LAMP}/lamps"), ("Other", "", f"curl {LAMP}/x", f"curl {LAMP}/y"))

    assert list(made.data["groups"]) == [id, "other"]


@pytest.mark.parametrize(
    ("heading", "path", "id"),
    [
        ("Delete a picture in the shared folder (it is gone then)", "/shared/lamp-17.jpg", "delete-picture-in-shared-folder-it-is"),
        ("Delete a picture in the shared folder (it is gone then)", "/shared/lamps.json", "delete-shared-lamps"),
        ("删除图片", "/shared/lamp-17.jpg", "delete-shared-lamp-17-jpg"),
    ],
)
def test_the_name_of_an_example_file_is_no_id(heading: str, path: str, id: str) -> None:
    """What is done says more than the name of the file it is done to in the notes."""
    assert list(endpoints(page((heading, "", f"curl -X DELETE {LAMP}{path}")))) == [id]


@pytest.mark.parametrize("code", ['`cmd: "on"`', "`POST /lamps/on`"])
def test_code_in_a_heading_is_no_translation(code: str) -> None:
    """Latin letters in brackets are one only as words."""
    made = page((f"开灯 ({code})", "", f"curl -d a=1 {LAMP}/on"), ("关灯 (Switch it off)", "", f"curl -d a=0 {LAMP}/off"))
    first, second = (item["title"] for item in endpoints(made).values())

    assert first == f"开灯 ({code.strip('`')})"
    assert second == {"zh": "关灯", "en": "Switch it off"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/queues/VHOST_NAME/QUEUE_NAME", "/queues/{vhost_name}/{queue_name}"),
        ("/users/USER_ID?role=ADMIN_ID", "/users/{user_id}"),
        ("/lamps/ROOM_CODE/STATUS", "/lamps/{room_code}/STATUS"),
        ("/WEB_API/LAMP_ON", "/WEB_API/LAMP_ON"),
    ],
)
def test_capitals_that_say_what_is_to_stand_there(path: str, expected: str) -> None:
    """A segment such as USER_ID is a place that the notes leave open; other words in capitals are the API's own."""
    made = page(("Look", "", f"curl '{LAMP}{path}'"))

    assert [item["path"] for item in endpoints(made).values()] == [expected]


def test_headers_in_a_file_of_cookies_are_a_cookie_jar() -> None:
    """curl -b reads cookies from what -D wrote; other files of headers are left out, and told."""
    made = page(("Log in", "", f"curl -d u=a -D ./cookie.txt {LAMP}/login"), ("See", "", f"curl -b ./cookie.txt {LAMP}/lamps"))
    assert made.data["backends"]["lamp"]["curl"] == {"cookie-jar": "./cookie.txt"}
    assert made.entries[0].reasons == (
        "./cookie.txt becomes a cookie-jar: it keeps the cookies that the server sets, and sends those that it has",
    )

    made = page(("See", "", f"curl -D headers.txt {LAMP}/lamps"))
    assert "curl" not in made.data["backends"]["lamp"]
    assert made.entries[0].reasons == ("-D is left out: scripts have -i, which prints the headers",)


def test_a_list_item_that_ends_with_a_colon_is_the_title_of_the_block_behind_it() -> None:
    """Also where the block stands at the margin; other items are no titles."""
    text = f"- All of them\n- List lamps:\n```\ncurl {LAMP}/lamps\n```\n- Delete a lamp:\n\n```\ncurl -X DELETE {LAMP}/lamps/1\n```\n"
    made = build(notes.read(text, "lamp.md"))

    assert [item.get("title") for item in endpoints(made).values()] == ["List lamps", "Delete a lamp"]


def test_an_address_that_is_set_further_down_is_known_above() -> None:
    """A page may say only later what `$API` is: all of it goes to one server. What a command sets for itself comes first."""
    text = f'```\ncurl $API/lamps\n```\n\n```\nAPI="{LAMP}/v1"\ncurl "$API/rooms"\n```\n\n```\nAPI=http://other.example\ncurl $API/x\n```\n'
    backends = build(notes.read(text, "lamp.md")).data["backends"].values()
    assert {backend["base_url"]: [*backend["endpoints"]] for backend in backends} == {
        f"{LAMP}/v1": ["lamps", "rooms"],
        "http://other.example": ["x"],
    }

    made = build(notes.read('```\ncurl "$API/lamps"\nAPI="$LAMP_HOST/v1"\ncurl "$API/rooms"\nNAME=hall\ncurl "$API/$NAME"\n```\n', "l.md"))
    assert [backend["base_url"] for backend in made.data["backends"].values()] == ["http://lamp.example/v1"]
    assert [item["path"] for item in endpoints(made).values()] == ["/lamps", "/rooms", "/{name}"]


@pytest.mark.parametrize(
    "data",
    ['<d:propfind xmlns:d="DAV:"><d:prop/></d:propfind>', "cpu,host=a value=1", "cpu value=1", "SELECT * FROM a WHERE b=1", 'a{b="c"} 1'],
)
def test_a_text_with_an_equals_sign_is_no_form(data: str) -> None:
    """curl sends it byte for byte, and a server that reads it so would find its first word encoded."""
    made = build(notes.read(f"```\ncurl {LAMP}/x -d '{data}'\n```\n", "lamp.md"))
    endpoint = endpoints(made)["x"]

    assert (endpoint["text"], "urlencoded" in endpoint) == (data, False)
