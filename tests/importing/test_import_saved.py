"""Requests that a browser or Postman has saved: scripts of the imported catalog send what those sent, here as curl sends it."""

from __future__ import annotations

from pathlib import Path

import pytest
from imported import Wire, difference

from generator import catalog
from generator.importing.kinds import kind_of
from generator.importing.run import InputFile, import_files
from generator.render.renderer import Renderer

SOURCES = Path(__file__).with_name("sources")
DESK = "https://desk.example.com/api"
LIBRARY = "https://test.library.example.org/v3"
JSON = "-H 'Content-Type: application/json'"
BEARER = "-H 'Authorization: Bearer secret'"

# What stands on a line of the report, the same as a command, and what the script is given.
BROWSER = [
    (20, f"curl '{DESK}/tickets?state=open&page=1&q=caf%C3%A9' -H 'accept: application/json' -H 'X-Requested-With: XMLHttpRequest' "
     "-H 'x-csrf-token: secret' -b 'desk_session=secret; theme=dark'", (), {}),
    (44, f"""curl https://api.example.net/v1/notes {JSON} {BEARER} -d '{{"ticket": 91, "text": "on it", "urgent": false}}'""", (), {}),
    (53, f"curl {DESK}/login -d user=ann -d 'password=wonder+land7'", (), {"DESK_PASSWORD": "wonder land7"}),
    (62, f"curl {DESK}/files -F 'note=from the printer' -F 'photo=@fire.jpg;type=image/jpeg'", (), {}),
    (84, f"curl {DESK}/events -H 'accept: text/event-stream'", (), {}),
    (89, f"curl -X PUT {DESK}/photo -H 'content-type: image/jpeg'", (), {}),
]  # fmt: skip
POSTMAN = [
    (21, f"curl '{LIBRARY}/books?q=left%20hand&branch=north&since=1764000000' -H 'Accept: application/json' -H 'Idempotency-Key: id-1' "
     f"{BEARER}", ("--timestamp", "1764000000", "--guid", "id-1"), {}),
    (49, f"curl {LIBRARY}/books/7/copies/2 {BEARER}", ("--copy", "2"), {}),
    (64, f"""curl {LIBRARY}/books {JSON} -H 'X-Staff: secret' -d '{{"title": "Untitled", "pages": 5, "url": "https://example.org/a", """
     """"requestId": "id-2"}'""", ("--pages", "5", "--random-uuid", "id-2"), {}),
    (86, f"curl {LIBRARY}/login -d user=ann -d password=g0ldfish-bowl", (), {"LIBRARY_PASSWORD": "g0ldfish-bowl"}),
    (100, f"curl -X PUT {LIBRARY}/photo -u u:p -F 'photo=@me.png;type=image/png' -F note=new", (), {}),
    (114, f"""curl {LIBRARY}/graphql {JSON} -u u:p -d '{{"query": "query ($n: Int) {{ loans(first: $n) {{ id }} }}", """
     """"variables": {"n": 3}}'""", (), {}),
    (123, "curl https://old.example.org/x", (), {}),
]  # fmt: skip
FILES = {"fire.jpg": b"\xff\xd8fire", "me.png": b"\x89PNG me"}


@pytest.mark.parametrize(
    ("names", "sent"),
    [
        pytest.param(("devtools.har",), BROWSER, id="browser"),
        pytest.param(("library.postman_collection.json", "library.postman_environment.json"), POSTMAN, id="postman"),
    ],
)
def test_scripts_send_what_was_saved(
    wire: Wire, names: tuple[str, ...], sent: list[tuple[int, str, tuple[str, ...], dict[str, str]]]
) -> None:
    """Each request of the file is one of the catalog's, with the same method, target, headers and body."""
    texts = {name: (SOURCES / name).read_text("utf-8") for name in names}
    built = import_files([InputFile(name, text, kind_of(text)) for name, text in texts.items()])
    renderer = Renderer(catalog.read_text(built.text, "catalog.yaml"))
    entries = {entry.source.line: entry for entry in built.entries if entry.endpoint}

    assert list(entries) == [line for line, *_ in sent]
    for line, command, arguments, env in sent:
        backend, endpoint = entries[line].backend or "", entries[line].endpoint or ""
        original = wire.run(command, {}, FILES)
        script = wire.run_script(renderer, backend, endpoint, env, FILES, *arguments)

        assert len(script.sent) == 1, script.stderr
        assert not difference(original.sent[0], script.sent[0], renderer.catalog.backends[backend].endpoints[endpoint]), command
