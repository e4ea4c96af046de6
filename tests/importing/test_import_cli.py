"""`curlsheet import`: what it reads and writes, its report, how it ends."""

from __future__ import annotations

import json
import random
import string
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from generator import catalog
from generator.cli.main import main
from generator.importing import report
from generator.importing.kinds import UnknownKind, kind_of
from generator.importing.model import Entry, Source
from generator.importing.run import InputFile, import_files

NOTES = """\
# Lab

## Users

```bash
curl -s http://lab.example/v1/users -H "Authorization: Bearer $LAB_TOKEN" | jq -r '.[].name'
```

## Jobs

```bash
curl http://lab.example/v1/jobs/$ID
curl "http://lab.example/v1/open
```
"""

OPENAPI = {"openapi": "3.0.3", "info": {"title": "Lab", "version": "1"}, "servers": [{"url": "http://lab.example/v1"}], "paths": {}}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, in which commands are typed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return tmp_path


def typed(*arguments: str, stdin: str | bytes = "", color: bool = False) -> Result:
    """What `curlsheet import` does with these arguments. Nothing is raised but the end of the program."""
    result = CliRunner().invoke(main, ["import", *arguments], input=stdin, color=color)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def notes(folder: Path, text: str = NOTES, name: str = "notes.md") -> str:
    (folder / name).write_text(text, "utf-8")
    return name


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


# ---- What goes out -------------------------------------------------------------------------


def test_catalog_on_standard_output(here: Path) -> None:
    """The catalog alone is on standard output, and validates; the report is on standard error."""
    result = typed(notes(here))

    assert result.exit_code == 0
    assert list(catalog.read_text(result.stdout, "catalog.yaml").endpoints) == ["users", "jobs"]
    assert result.stdout.startswith("# Imported by curlsheet from notes.md; yours to change.")
    assert result.stderr.splitlines() == [
        'notes.md:6   carried     lab/users  curl -s http://lab.example/v1/users -H "Authorization: Bearer $LAB_TOKEN" | jq -r \'.[].na…',
        "notes.md:12  carried     lab/jobs  curl http://lab.example/v1/jobs/$ID",
        'notes.md:13  broken      curl "http://lab.example/v1/open',
        '    the quote " that opens on line 13 is not closed',
        "3 found: 2 carried, 1 broken; 1 backend, 2 endpoints, 2 scripts",
    ]


def test_catalog_in_a_file(here: Path) -> None:
    """-o writes a new file, and says what to type next; that works."""
    result = typed(notes(here), "-o", "lab.yaml")

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines()[-3:] == [
        "lab.yaml is yours to change. Next:",
        "  curlsheet validate --catalog lab.yaml",
        "  curlsheet build --catalog lab.yaml      # writes out: scripts and a cheatsheet",
    ]
    assert CliRunner().invoke(main, ["validate", "--catalog", "lab.yaml"]).exit_code == 0
    assert CliRunner().invoke(main, ["build", "--catalog", "lab.yaml"]).exit_code == 0
    assert {"lab-users.sh", "lab-jobs.sh"} <= names(Path("out")) and "catalog.schema.json" not in (here / "lab.yaml").read_text()


def test_schema_beside_it_is_named(here: Path) -> None:
    """Where the schema is, editors are told."""
    (here / "catalog.schema.json").write_text("{}")
    typed(notes(here), "-o", "lab.yaml")

    assert (here / "lab.yaml").read_text().startswith("# yaml-language-server: $schema=catalog.schema.json\n# Imported")


def test_no_file_is_overwritten(here: Path) -> None:
    """Neither a file, nor a link that leads nowhere; nothing else is left behind."""
    (here / "lab.yaml").write_text("mine")
    (here / "link.yaml").symlink_to("nowhere")
    for name in ("lab.yaml", "link.yaml"):
        result = typed(notes(here), "-o", name)

        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == f"{name} is there already: name another file, or move it away\n"
    assert (here / "lab.yaml").read_text() == "mine" and names(here) == {"lab.yaml", "link.yaml", "notes.md"}


@pytest.mark.parametrize("output", ["no/such/folder.yaml", "notes.md/x.yaml", "x" * 300])
def test_file_that_cannot_be_written(here: Path, output: str) -> None:
    """That is said, with 1."""
    result = typed(notes(here), "-o", output)

    assert result.exit_code == 1 and f"{output}: cannot be written: " in result.stderr and names(here) == {"notes.md"}


def test_report_as_json(here: Path) -> None:
    """A list of entries on standard output, in the order of the source; then the catalog needs a file."""
    result = typed(notes(here), "--report", "json", "-o", "lab.yaml")
    entries = json.loads(result.stdout)

    assert [list(entry) for entry in entries] == [["file", "line", "source", "status", "backend", "endpoint", "reasons"]] * 3
    assert entries[1] == {
        "file": "notes.md",
        "line": 12,
        "source": "curl http://lab.example/v1/jobs/$ID",
        "status": "carried",
        "backend": "lab",
        "endpoint": "jobs",
        "reasons": [],
    }
    assert entries[2]["status"] == "broken" and entries[2]["backend"] is None
    assert (here / "lab.yaml").exists() and "carried" not in "".join(result.stderr.splitlines(keepends=True)[1:])


def test_report_as_json_needs_a_file(here: Path) -> None:
    """Two things do not go to standard output at once."""
    result = typed(notes(here), "--report", "json")

    assert (result.exit_code, result.stdout) == (2, "") and "-o FILE" in result.stderr


@pytest.mark.parametrize(("no_color", "coloured"), [(None, True), ("1", False), ("", False)])
def test_colours(here: Path, monkeypatch: pytest.MonkeyPatch, no_color: str | None, coloured: bool) -> None:
    """On a terminal the words have colours, unless NO_COLOR is set; elsewhere they have none."""
    if no_color is not None:
        monkeypatch.setenv("NO_COLOR", no_color)

    assert ("\x1b[32mcarried" in typed(notes(here), color=True).stderr) == coloured
    assert "\x1b" not in typed(notes(here)).stderr


def test_what_is_said_of_an_address_stands_once(here: Path) -> None:
    """An entry of which nothing else is said names the line where it stands; as JSON it stands at each."""
    text = "".join(f"curl http://$HOST:8080/{name}\n" for name in ("a", "b", "c"))
    result = typed(notes(here, text, "notes.sh"), "-o", "lab.yaml")

    assert (
        result.stderr.count("the address is open in the source (HOST)") == 1
        and result.stderr.count("    its address: as at notes.sh:1\n") == 2
    )
    entries = json.loads(typed("notes.sh", "-o", "lab2.yaml", "--report", "json").stdout)
    assert len({tuple(entry["reasons"]) for entry in entries}) == 1


def test_reasons_of_an_earlier_entry_are_not_said_again(here: Path) -> None:
    """The report says whose they are, in words that nobody takes for "a repeat"; a placeholder without quotes is told once."""
    text = "".join(f"curl -x http://p:1 http://h.example/{name}\n" for name in ("a", "b"))
    text += "".join(f"curl http://<board>/api/{name}\n" for name in ("a", "b"))
    report = typed(notes(here, text, "notes.sh")).stderr

    assert report.count("    for the same reasons as notes.sh:1\n") == 1
    assert report.count("<board> stands unquoted") == 1 and report.count("    its address: as at notes.sh:3\n") == 1
    assert "http://board.example/api stands in its place" in report


def test_what_holds_for_a_server_is_said_once(here: Path) -> None:
    """Which variable holds its key makes no request normalised, and is counted apart; the very same command is a repeat."""
    key = "-H 'X-Api-Key: " + "k9" * 8 + "'"
    lines = [f"curl {key} 'http://lab.example/a?pretty'", f"curl {key} http://lab.example/b", f"curl {key} 'http://lab.example/c?pretty'"]
    result = typed(notes(here, "\n".join([*lines, lines[1]]) + "\n", "notes.sh"))
    report = result.stderr.splitlines()

    assert [line.split()[1] for line in report if line.startswith("notes.sh:")] == ["normalised", "carried", "normalised", "carried"]
    assert [line for line in report if line.startswith("    ")] == [
        "    ?pretty is sent with a = behind it: pretty=",
        "    LAB_API_KEY stands for the value of the header X-Api-Key",
        "    a repeat of notes.sh:2",
    ]
    assert report[-1] == "4 found: 2 carried, 2 normalised; 1 backend, 3 endpoints, 3 scripts; 1 secret in variables"


def test_a_long_path_is_a_heading(here: Path) -> None:
    """One below the current folder is shown from there."""
    folder = here / "with" / "a" / "long" / "name-of-a-folder"
    folder.mkdir(parents=True)
    (folder / "notes.sh").write_text(f"curl http://lab.example/{'a' * 70}\ncurl 'http://lab.example/b\n")
    report = typed(str(folder / "notes.sh")).stderr.splitlines()

    assert report[0] == "with/a/long/name-of-a-folder/notes.sh"
    assert report[1].startswith("line 1  carried     lab/") and report[2].startswith("line 2  broken      curl")


def test_lines_fit_a_terminal() -> None:
    entry = Entry(Source("notes.sh", 1, "curl http://lab.example/" + "a" * 70), "carried", "lab", "a", ())

    assert [len(line) for line in report.as_lines([entry], lambda words, _: words, 80)] == [80]
    assert [len(line) for line in report.as_lines([entry], lambda words, _: words)] == [121]


def test_label_of_json_is_remarked(here: Path) -> None:
    """A command that sends JSON under curl's own label sends it so from the catalog, too; a note says how to have another one."""
    result = typed(notes(here, "curl http://a.example/x -d '{\"a\": 1}'\n", "notes.sh"))

    assert "headers: {Content-Type: application/x-www-form-urlencoded}" in result.stdout
    assert "note: the JSON of x is labelled application/x-www-form-urlencoded" in result.stderr


# ---- How it ends ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "strict", "status"),
    [
        (NOTES, False, 0),
        (NOTES, True, 1),
        ("curl http://a.example/x\n", True, 0),
        ("curl http://a.example/x -w '%{time_total}' | sort\n", True, 1),
        ("curl ftp://a.example/x\n", False, 1),
        ("no command here\n", False, 1),
    ],
)
def test_exit_status(here: Path, text: str, strict: bool, status: int) -> None:
    """0 if anything was imported; 1 if nothing was, or with --strict if anything was left out, be it a part."""
    result = typed(notes(here, text), "-o", "lab.yaml", *(["--strict"] if strict else []))

    assert result.exit_code == status
    assert (here / "lab.yaml").exists() == ("http://" in text)
    if "http://" not in text:
        assert "nothing was imported, so no catalog is written" in result.stderr


# ---- What comes in -------------------------------------------------------------------------


def test_standard_input() -> None:
    """- is standard input."""
    result = typed("-", stdin="curl http://a.example/x\n")

    assert result.exit_code == 0 and result.stderr.startswith("standard input:1  carried     a/x")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (b"curl http://a.example/x\ncurl http://a.example/\xff\n", ":2: not UTF-8 text: convert it, for example with iconv"),
        (b'{"a": 1}', "is JSON, but no OpenAPI document, Postman collection or environment, or HAR file: say which it is with --as"),
        (b"[1, 2]", "is JSON, but no OpenAPI document"),
        (b'{"a": ', "starts like JSON, but is not"),
        (b"\xff\xfe\x00", "not UTF-8"),
    ],
)
def test_file_that_cannot_be_read(here: Path, data: bytes, said: str) -> None:
    """It is named, with what to do; nothing is written."""
    (here / "notes.md").write_bytes(data)
    result = typed("notes.md", "-o", "lab.yaml")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("notes.md") and said in result.stderr and not (here / "lab.yaml").exists()


@pytest.mark.parametrize("name", ["missing.md", "."])
def test_file_that_is_none(here: Path, name: str) -> None:
    """So is a file that is missing, and a folder."""
    result = typed(name)

    assert result.exit_code in (1, 2) and result.stdout == "" and "Traceback" not in result.stderr


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_encodings(here: Path, encoding: str) -> None:
    """A byte order mark is no part of the text; UTF-16 with one is read too, as PowerShell writes it."""
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    (here / "notes.txt").write_bytes(mark + "curl http://a.example/中文\n".encode(encoding))

    assert typed("notes.txt").exit_code == 0


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (json.dumps(OPENAPI), "openapi"),
        ("openapi: 3.1.0\npaths: {}\n", "openapi"),
        ('# a comment\n"swagger": "2.0"\n', "openapi"),
        (json.dumps({"log": {"version": "1.2", "entries": []}}), "har"),
        (
            json.dumps(
                {"info": {"name": "x", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}, "item": []}
            ),
            "postman",
        ),
        (json.dumps({"name": "lab", "values": [], "_postman_variable_scope": "environment"}), "postman"),
        ("curl http://a.example\n", "curl"),
        ("{ curl http://a.example; }\n", "curl"),
        ("Notes on the document:\n\n```\nopenapi: 3.0.0\n```\ncurl http://a.example\n", "curl"),
        ('{"openapi": "3.0.0", ', "openapi"),
        ('{"log": {"entries": [', "har"),
    ],
)
def test_kind_is_recognised(text: str, kind: str) -> None:
    """By what is in a file, and not by its name."""
    assert kind_of(text) == kind


def test_kind_that_is_unknown() -> None:
    """JSON of another kind is not taken for notes."""
    with pytest.raises(UnknownKind):
        kind_of("{}")


def test_several_files_of_several_kinds(here: Path) -> None:
    """Each is read by its own kind, and the same request in both is one cell; --as says what all of them are."""
    document = {**OPENAPI, "paths": {"/users": {"get": {"operationId": "listUsers", "responses": {"200": {"description": "ok"}}}}}}
    (here / "lab.json").write_text(json.dumps(document))
    result = typed(notes(here), "lab.json")

    assert result.exit_code == 0
    assert [line.split()[1:3] for line in result.stderr.splitlines() if "lab/" in line or "GET" in line][-1] == [
        "carried",
        "lab/list-users",
    ]
    assert typed("lab.json", "--as", "har").exit_code == 1
    assert typed("lab.json", "--as", "pdf").exit_code == 2


def test_only(here: Path) -> None:
    """By heading, path, method and path, or id; what nothing is called is said."""
    text = NOTES.replace('curl "http://lab.example/v1/open\n', "")
    for what, endpoints in (
        ("tag:jobs", ["jobs"]),
        ("/v1/u*", ["users"]),
        ("GET /v1/users", ["users"]),
        ("jobs", ["jobs"]),
        ("*", ["users", "jobs"]),
    ):
        result = typed(notes(here, text), "--only", what)

        assert list(catalog.read_text(result.stdout, "catalog.yaml").endpoints) == endpoints, what
    result = typed(notes(here, text), "--only", "jobs", "--only", "nobody")
    assert result.exit_code == 0 and "--only nobody: nothing here is called so" in result.stderr
    assert typed(notes(here, text), "--only", "nobody").exit_code == 1


def test_document_that_is_too_large(here: Path) -> None:
    """More than a hundred operations are asked for by name: the tags are listed, with what to type."""
    operation: dict[str, Any] = {"responses": {"200": {"description": "ok"}}, "tags": ["Our pets"]}
    paths = {f"/p{number}": {"get": {**operation, **({} if number else {"tags": ["jobs"]})}} for number in range(101)}
    (here / "lab.json").write_text(json.dumps({**OPENAPI, "paths": paths}))
    result = typed("lab.json")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "101 operations" in result.stderr and "    100  --only 'tag:Our pets'" in result.stderr
    assert typed("lab.json", "--only", "tag:jobs").exit_code == 0
    assert "101 scripts" in typed("lab.json", "--only", "*").stderr


def test_backend(here: Path) -> None:
    """--backend names the only server, or one of several by its host; else it says how."""
    assert "  our-lab:\n    name: Our Lab\n" in typed(notes(here), "--backend", "Our Lab").stdout
    two = notes(here, "curl http://a.example/x\ncurl http://b.example:81/y\n", "two.md")
    assert list(catalog.read_text(typed(two, "--backend", "b.example:81=second").stdout, "c.yaml").backends) == ["a", "second"]
    refused = typed(two, "--backend", "second")
    assert (refused.exit_code, refused.stdout) == (2, "") and "--backend a.example=second" in refused.stderr
    assert typed(two, "--backend", "c.example=third").exit_code == 2
    assert typed(two, "--backend", "").exit_code == 2


def test_help_and_commands(here: Path) -> None:
    """Without a file it says what it expects."""
    assert typed().exit_code == 2
    assert typed("--help").exit_code == 0


# ---- Nothing is run, nothing gets out ------------------------------------------------------


def test_nothing_is_run(here: Path) -> None:
    """Whatever stands in the notes."""
    lines = (
        'curl http://a.example/$(touch pwned) -d "`touch pwned`"',
        "$(touch pwned)",
        "touch pwned",
        "curl 'http://a.example/{{ 7*7 }}{% x %}' ; touch pwned",
    )
    text = "\n".join(lines)
    typed(notes(here, text, "notes.sh"), "-o", "lab.yaml")

    assert not (here / "pwned").exists()


CANARY = "".join(("zq7", "K4vB", "9xLr", "2mTw", "8pHs", "5dNc"))
PLACES = (
    "curl http://a.example/1 -H 'Authorization: Bearer @'",
    "curl http://a.example/2 -H 'X-Api-Key: @'",
    "curl http://a.example/3 -u 'ada:@'",
    "curl 'http://a.example/4?api_key=@'",
    "curl 'http://ada:@#a.example/5'",
    "curl http://a.example/6 -b 'session=@'",
    "curl http://a.example/7 -H 'Cookie: sid=@; theme=dark'",
    "curl http://a.example/8 -d 'client_secret=@&x=1'",
    "curl http://a.example/9 -H 'Content-Type: application/json' -d '{\"password\": \"@\"}'",
    "curl http://a.example/10 -F 'token=@'",
    'export LAB_TOKEN=@\ncurl http://a.example/11 -H "Authorization: Bearer $LAB_TOKEN"',
    "curl http://a.example/12 -H 'X-Api-Key: @",
    "curl ftp://a.example/13 -H 'X-Api-Key: @'",
    "curl http://a.example/14 -H 'X-Api-Key: @' --digest -u 'ada:@'",
    "curl http://a.example/15 --oauth2-bearer @",
    "curl http://a.example/16 -H 'X-Auth-Token: @' -H 'Bad Header: 1'",
)


def test_no_secret_gets_out(here: Path) -> None:
    """Not into the catalog, its scripts and pages, the report in both forms: also of what is broken, left out or refused."""
    text = "\n\n".join(place.replace("@", CANARY).replace("#", "@") for place in PLACES)
    for form in ("text", "json"):
        result = typed(notes(here, text, "notes.sh"), "-o", f"{form}.yaml", "--report", form)

        assert result.exit_code == 0
        assert CANARY not in (here / f"{form}.yaml").read_text() + result.stdout + result.stderr
    CliRunner().invoke(main, ["build", "--catalog", "text.yaml"])
    pages = [file for file in (here / "out").iterdir() if file.is_file()]
    assert len(pages) > 10 and [file.name for file in pages if CANARY in file.read_text("utf-8")] == []


@pytest.mark.parametrize("seed", range(20))
def test_no_traceback(seed: int) -> None:
    """Whatever the bytes are: pieces of commands, quotes, JSON and YAML in any order end in a report."""
    chosen = random.Random(seed)
    words = "curl http://a.example/ https:// ' \" ` $( ) { } [ ] \\ -d -H -F -u @ < > | && ;".split()
    words += "<<EOF EOF jq $X ${X:- {{ }} : # ``` 中文 🎉".split()
    words += ["--next", "-G", "--json", "-T", '\'{"a":', "}'", "x" * 3000, "%zz", "openapi: 3.0.0", "paths:", "  /x:"]
    pieces = [
        *words,
        *(f"{word} " for word in words),
        *"\\\n",
        "\\\n",
        "\n",
        "\n",
        " ",
        "\t",
        "\r\n",
        "\x00",
        "\x1b[31m",
        *string.printable,
    ]
    text = "".join(chosen.choice(pieces) for _ in range(chosen.randrange(5, 400)))
    built = import_files([InputFile("notes.md", "curl " + text, "curl")])

    assert all(entry.reasons or entry.endpoint for entry in built.entries)
    if built.text:
        catalog.read_text(built.text, "catalog.yaml")


def test_a_variant_without_the_headers_of_another_is_remarked_on_too() -> None:
    """Its headers are null then (RFC 7396)."""
    endpoints = {
        "a": {"body": {}, "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        "b": {"like": "a", "body": {}, "headers": None},
    }

    assert [remark.partition(" is ")[0] for remark in report.remarks({"endpoints": endpoints})] == ["the JSON of a"]


def test_a_get_that_changes_something_is_remarked_on() -> None:
    """Its effect is read from words: who imports is told which it is, and what to do about it."""
    endpoints = {"a": {"method": "GET", "effect": "changes"}, "b": {"method": "POST", "effect": "changes"}, "c": {"method": "GET"}}

    (remark,) = report.remarks({"endpoints": endpoints})
    assert remark.startswith("a: a GET that changes something") and "effect: changes" in remark


# ---- What commands showed -------------------------------------------------------------------


def test_switches_of_output_are_told_once(here: Path) -> None:
    """They are in no script; no command is changed by that, so each of them is carried. What scripts do as well (-s, -f) is not told."""
    text = "curl -i http://a.example/x\ncurl -sv http://a.example/y && curl -sSf http://a.example/z\ncurl --include -# http://b.example/\n"
    result = typed(notes(here, text, "notes.sh"))

    assert [line for line in result.stderr.split("\n") if "-i" in line and line.startswith("note:")] == [
        "note: the scripts are made without -i, -v and -# of 3 commands: they change only what curl shows; to see the answer's status "
        "and headers, give a script its own -i; to have -v and -#, add them to the curl command that a script prints with --dry-run"
    ]
    assert "normalised" not in result.stderr


def test_without_such_switches_nothing_is_told(here: Path) -> None:
    result = typed(notes(here, "curl -sS -f --no-include http://a.example/x -d i=-v\n", "notes.sh"))
    assert "note:" not in result.stderr

    one = typed(notes(here, "curl --verbose http://a.example/x\n", "one.sh"))
    assert "note: the scripts are made without -v of 1 command: it changes only what curl shows; to have -v, add it to" in one.stderr
