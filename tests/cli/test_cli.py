"""The command, as its user sees it: what it prints where, what it writes, how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from conftest import ENVIRONMENT, ROOT, mostly_slow
from recorder import Recorder

from generator import catalog
from generator.catalog.schema import catalog_schema
from generator.cli.main import main

CATALOG = """languages: [en]
backends:
  one:
    name: Number One
    base_url: http://127.0.0.1:9/v1
    endpoints: {models: {}, chat: {source: https://example.com/chat}}
  two:
    base_url: http://127.0.0.1:9
    endpoints:
      models: {}
      chat: {missing: not there}
endpoints:
  models:
    title: Models
    method: GET
    path: /models
    pipelines: [{name: ids, jq: '.data[].id', raw: true}]
    sample: {data: [{id: a}]}
  chat:
    method: POST
    path: /chat
    body: {model: m, prompt: hi}
    parameters:
      model: {at: [body, model], option: --model}
      prompt: {at: [body, prompt], argument: true}
    response: text
  other: {method: GET, path: /other}
"""
PAGES = {
    *(f"{name}.en.{kind}" for name in ("cheatsheet", "cheatsheet-one", "cheatsheet-two") for kind in ("html", "md")),
    *("cheatsheet.all.en.html", "cheatsheet-search.en.js", "index.html", "index.md", "mkdocs.yml", "llms.txt"),
}
MADE = {"one-models.sh", "one-chat.sh", "two-models.sh", ".curlsheet"} | PAGES

Curlsheet = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a catalog in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "catalog.yaml").write_text(CATALOG, "utf-8")
    return tmp_path


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A working folder with no catalog in it or above."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def curlsheet(*arguments: str | Path) -> Result:
    """Runs the command in process; anything but its own exits would surface as an exception here."""
    return CliRunner().invoke(main, [*map(str, arguments)], catch_exceptions=False)


def said(result: Result) -> tuple[int, str, str]:
    return result.exit_code, result.stdout, result.stderr


def process(*arguments: str, cwd: Path, stdin: bytes = b"", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """Runs the installed command as a process of its own."""
    command = [sys.executable, "-m", "generator", *arguments]
    environment = {**ENVIRONMENT, "PYTHONPATH": str(ROOT), **(env or {})}
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, check=False, env=environment)


# build


def test_build(folder: Path) -> None:
    """Builds out/ beside the catalog and says which catalog and how much."""
    assert said(curlsheet("build")) == (0, "out: 15 files: 15 written, 0 removed\n", "catalog: catalog.yaml\n")
    assert {path.name for path in (folder / "out").iterdir()} == MADE
    assert said(curlsheet("build")) == (0, "out: 15 files: 0 written, 0 removed\n", "catalog: catalog.yaml\n")


def test_build_elsewhere(folder: Path) -> None:
    """--out writes there, and --catalog reads from there; out/ is beside the catalog."""
    (folder / "deep").mkdir()
    (folder / "deep" / "team.yaml").write_text(CATALOG)

    assert curlsheet("build", "--out", "public/sheets").exit_code == 0
    assert curlsheet("build", "--catalog", "deep/team.yaml").exit_code == 0

    assert {path.name for path in (folder / "public" / "sheets").iterdir()} == MADE
    assert {path.name for path in (folder / "deep" / "out").iterdir()} == MADE
    assert not (folder / "out").exists()


@pytest.mark.parametrize("where", ["", "a", "a/b"])
def test_catalog_is_looked_for_upward(where: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest catalog.yaml upward is read, and out/ is beside it."""
    (folder / where).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(folder / where)

    result = curlsheet("build")

    assert result.exit_code == 0
    assert "catalog.yaml" in result.stderr
    assert {path.name for path in (folder / "out").iterdir()} == MADE


@pytest.mark.slow
def test_built_in_catalog_is_the_last_resort(nowhere: Path) -> None:
    """Without a catalog the built-in one is built, into out/ here, and named. (test_wheel.py builds all of it so.)"""
    result = curlsheet("build", "--only", "ollama")

    assert (result.exit_code, result.stderr) == (0, "catalog: the built-in catalog\n")
    assert {path.name: path.read_bytes() for path in (nowhere / "out").glob("*.sh")} == {
        path.name: path.read_bytes() for path in (ROOT / "out").glob("ollama-*.sh")
    }


ONLY = {
    "cell": (["one/chat"], {"one-chat.sh"}),
    "backend": (["one"], {"one-chat.sh", "one-models.sh"}),
    "several": (["two", "one/chat"], {"one-chat.sh", "two-models.sh"}),
}


@pytest.mark.parametrize(("only", "made"), ONLY.values(), ids=ONLY)
def test_only(only: list[str], made: set[str], folder: Path) -> None:
    """--only writes these scripts and nothing else, and removes nothing."""
    (folder / "out").mkdir()
    (folder / "out" / ".curlsheet").write_text("old.sh\n")
    (folder / "out" / "old.sh").write_text("")

    result = curlsheet("build", *[word for name in only for word in ("--only", name)])

    assert result.exit_code == 0
    assert {path.name for path in (folder / "out").iterdir()} == made | {"old.sh", ".curlsheet"}


def test_check_of_a_selection(folder: Path) -> None:
    """--check --only looks at these scripts alone."""
    assert curlsheet("build", "--only", "one/chat").exit_code == 0
    assert curlsheet("build", "--only", "one/chat", "--check").exit_code == 0
    assert curlsheet("build", "--check").exit_code == 1
    assert curlsheet("build").exit_code == 0
    assert curlsheet("build", "--only", "one/chat", "--check").exit_code == 0


STALE: dict[str, tuple[Callable[[Path], Any], str]] = {
    "missing": (lambda out: (out / "one-chat.sh").unlink(), "one-chat.sh: missing\n"),
    "changed": (lambda out: (out / "one-chat.sh").write_text("#!/bin/sh\n"), "--- one-chat.sh (present)\n+++ one-chat.sh (built)\n"),
    "mode": (lambda out: (out / "one-chat.sh").chmod(0o644), "one-chat.sh: wrong mode\n"),
    "left over": (
        lambda out: ((out / "old.sh").write_text(""), (out / ".curlsheet").write_text((out / ".curlsheet").read_text() + "old.sh\n")),
        "old.sh: left over\n",
    ),
}


@pytest.mark.parametrize(("change", "shown"), mostly_slow(STALE, quick=["changed", "left over"]))
def test_check_tells_what_is_stale(change: Callable[[Path], Any], shown: str, folder: Path) -> None:
    """--check writes nothing, shows what a build would change, and ends with 1."""
    curlsheet("build")
    change(folder / "out")
    before = {path.name: (path.read_bytes(), path.stat().st_mode) for path in (folder / "out").iterdir()}

    result = curlsheet("build", "--check")

    assert result.exit_code == 1
    assert shown in result.stdout
    assert "out is stale" in result.stderr
    assert "Run: curlsheet build" in result.stderr
    assert before == {path.name: (path.read_bytes(), path.stat().st_mode) for path in (folder / "out").iterdir()}
    curlsheet("build")
    assert said(curlsheet("build", "--check"))[:2] == (0, "out is up to date: 15 files\n")


def test_check_without_a_folder_makes_none(folder: Path) -> None:
    """Before the first build all is missing."""
    result = curlsheet("build", "--check")

    assert result.exit_code == 1
    assert result.stdout.count(": missing\n") == 16
    assert not (folder / "out").exists()


# the other commands


def test_validate(folder: Path) -> None:
    """Says that all is well, and writes nothing."""
    assert said(curlsheet("validate")) == (0, "catalog.yaml: no errors (2 backends, 3 scripts)\n", "")
    assert not (folder / "out").exists()


def test_list(folder: Path) -> None:
    """A matrix to look at: supported, not offered, not in the catalog."""
    result = curlsheet("list")

    lines = result.stdout.splitlines()
    assert (result.exit_code, result.stderr) == (0, "catalog: catalog.yaml\n")
    assert [line.split() for line in lines] == [
        ["one", "http://127.0.0.1:9/v1"],
        ["two", "http://127.0.0.1:9"],
        [],
        ["one", "two"],
        ["models", "●", "●"],
        ["chat", "●", "✗"],
        ["other", "–", "–"],
        "● supported   ✗ not offered   – not in the catalog".split(),
    ]


def test_list_in_a_narrow_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the matrix is too wide, each backend has a paragraph that is not."""
    monkeypatch.setenv("COLUMNS", "15")

    assert curlsheet("list").stdout == (
        "one  http://127.0.0.1:9/v1\n  ● models,\n    chat\n\ntwo  http://127.0.0.1:9\n  ● models\n  ✗ chat\n\n"
        "● supported   ✗ not offered\n"
    )


GROUPED = """
languages: [zh, en]
groups:
  talk: {title: {en: Talk, zh: 对话}}
  nobody: {title: Nobody here}
  look: {}
backends:
  one: {base_url: http://127.0.0.1:9, endpoints: {models: {}, chat: {}, health: {}, other: {group: look}}}
  two: {base_url: http://127.0.0.1:9, endpoints: {other: {}, chat: {missing: has none}}}
endpoints:
  models: {method: GET, path: /models, group: look}
  chat: {method: GET, path: /chat, group: talk}
  health: {method: GET, path: /health}
  other: {method: GET, path: /other, group: nobody}
"""


def test_list_in_groups(folder: Path) -> None:
    """Headings in the order of `groups`, in English; what is in no group comes last."""
    (folder / "catalog.yaml").write_text(GROUPED, "utf-8")

    lines = curlsheet("list").stdout.splitlines()[3:-1]

    assert lines == [
        "              one  two",
        "Talk:",
        "  chat        ●    ✗",
        "Nobody here:",
        "  other       ●    ●",
        "look:",
        "  models      ●    –",
        "health        ●    –",
    ]
    assert {cell["endpoint"]: cell["group"] for cell in json.loads(curlsheet("list", "--format", "json").stdout)} == {
        "models": "look",
        "chat": "talk",
        "health": None,
        "other": "nobody",
    }


def test_list_in_groups_in_a_narrow_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A paragraph for each group, as a cell says it; then what is in none, and what is not offered."""
    (folder / "catalog.yaml").write_text(GROUPED, "utf-8")
    monkeypatch.setenv("COLUMNS", "17")

    assert curlsheet("list").stdout == (
        "one  http://127.0.0.1:9\n  ● Talk: chat\n  ● look: models,\n    other\n  ● health\n\n"
        "two  http://127.0.0.1:9\n  ● Nobody here:\n    other\n  ✗ chat\n\n"
        "● supported   ✗ not offered\n"
    )


@pytest.mark.slow
def test_built_in_list_in_80_columns(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The built-in catalog is readable in an ordinary terminal, and all of it is there."""
    monkeypatch.setenv("COLUMNS", "80")

    lines = curlsheet("list").stdout.splitlines()

    known = catalog.read(ROOT / "catalog.yaml")
    text = " ".join(line.strip() for line in lines if line.startswith("  "))
    for group in known.groups.values():
        text = text.replace(f"● {group.title['en']}: ", " ")
    listed = [word.strip(",") for word in text.split() if word not in "●✗"]
    assert max(map(len, lines)) <= 80
    assert Counter(listed) == Counter(name for backend in known.backends.values() for name in backend.endpoints)


def test_list_json(folder: Path) -> None:
    """The same for programs: a cell a row."""
    result = curlsheet("list", "--format", "json")

    assert (result.exit_code, result.stderr) == (0, "catalog: catalog.yaml\n")
    assert json.loads(result.stdout)[1] == {
        "backend": "one",
        "endpoint": "chat",
        "group": None,
        "method": "POST",
        "url": "http://127.0.0.1:9/v1/chat",
        "script": "one-chat.sh",
        "source": "https://example.com/chat",
    }
    assert len(json.loads(result.stdout)) == 3


def test_show_is_the_command_alone(folder: Path) -> None:
    """Nothing but the command, so it can be piped into a shell."""
    expected = "curl -fsS http://127.0.0.1:9/v1/models | jq -r '.data[].id'\n"

    assert said(curlsheet("show", "one", "models")) == (0, expected, "")


def test_show_script(folder: Path) -> None:
    """--as script is the script that build writes."""
    curlsheet("build")

    assert said(curlsheet("show", "one", "chat", "--as", "script")) == (0, (folder / "out" / "one-chat.sh").read_text("utf-8"), "")


def test_show_backend(folder: Path) -> None:
    """A whole backend: its sheet, with each command as `show` prints it."""
    result = curlsheet("show", "one")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("Number One\n==========\n\nBase URL: http://127.0.0.1:9/v1 (ONE_BASE_URL)\nAPI key: none\n\n")
    assert f"\nModels\n------\n\nGET /models\n\n{curlsheet('show', 'one', 'models').stdout}\n" in result.stdout
    assert f"\nchat\n----\n\nPOST /chat\n\n{curlsheet('show', 'one', 'chat').stdout}\n" in result.stdout


def test_backend_and_endpoint_in_one_word(folder: Path, recorder: Recorder) -> None:
    """`one/chat` is as good as `one chat`, wherever both are named."""
    recorder.answers("fine\n")

    assert said(curlsheet("show", "one/models")) == said(curlsheet("show", "one", "models"))
    assert said(curlsheet("show", "--as", "script", "one/chat")) == said(curlsheet("show", "one", "chat", "--as", "script"))
    done = process("run", "one/chat", "--model", "x y", "--", "-n", cwd=folder, env={"ONE_BASE_URL": recorder.url})
    assert (done.returncode, done.stdout, done.stderr) == (0, b"fine\n", b"")
    assert recorder.only().json() == {"model": "x y", "prompt": "-n"}


def test_what_begins_so_is_suggested_first(nowhere: Path) -> None:
    """`chat` is nearer to chat-completions than to health."""
    assert "(did you mean chat-completions?)" in curlsheet("show", "litellm", "chat").stderr


def test_run(folder: Path, recorder: Recorder) -> None:
    """The script runs: arguments, standard input and environment pass through."""
    recorder.answers("fine\n")
    env = {"ONE_BASE_URL": recorder.url}

    given = process("run", "one", "chat", "--model", "x y", "--", "-n", cwd=folder, env=env)
    assert (given.returncode, given.stdout, given.stderr) == (0, b"fine\n", b"")
    assert recorder.only().json() == {"model": "x y", "prompt": "-n"}
    piped = process("run", "--catalog", "catalog.yaml", "one", "chat", "-", cwd=folder, env=env, stdin="从管道\n".encode())
    assert (piped.returncode, piped.stderr) == (0, b"")
    assert recorder.only().json() == {"model": "m", "prompt": "从管道\n"}
    assert not (folder / "out").exists()


@pytest.mark.slow
def test_run_ends_as_the_script_does(folder: Path, recorder: Recorder) -> None:
    """With its exit status, whatever it is, and --help is the script's."""
    env = {"ONE_BASE_URL": recorder.url}

    helped = process("run", "one", "chat", "--help", cwd=folder)
    assert (helped.returncode, helped.stdout[:22]) == (0, b"Usage: one-chat.sh [--")
    recorder.answers("no", 500)
    assert process("run", "one", "chat", cwd=folder, env=env).returncode == 22
    assert process("run", "one", "chat", "a", "b", cwd=folder, env=env).returncode == 2
    assert process("run", "one", "chat", cwd=folder).returncode == 7


def test_run_has_help_of_its_own(folder: Path) -> None:
    """Before BACKEND, --help is the command's."""
    assert "Usage: main run" in curlsheet("run", "--help").stdout


@pytest.mark.slow
def test_run_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    """The script that was run is gone afterwards."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()

    assert process("run", "one", "chat", "--help", cwd=folder, env={"TMPDIR": str(temporary)}).returncode == 0
    assert list(temporary.iterdir()) == []


def test_schema() -> None:
    """The schema for editors, as JSON."""
    result = curlsheet("schema")

    assert (result.exit_code, json.loads(result.stdout), result.stderr) == (0, catalog_schema(), "")


def test_version() -> None:
    """The version of the package."""
    assert said(curlsheet("--version")) == (0, f"curlsheet, version {version('curlsheet')}\n", "")


COMPLETIONS = {
    "backends": ("curlsheet show ", 2, ["one", "two"]),
    "a backend": ("curlsheet show t", 2, ["two"]),
    "endpoints": ("curlsheet show one ", 3, ["models", "chat"]),
    "an endpoint": ("curlsheet run one c", 3, ["chat"]),
    "only cells": ("curlsheet run two ", 3, ["models"]),
    "both in one word": ("curlsheet show one/", 2, ["one/models", "one/chat"]),
    "both in one word, begun": ("curlsheet run two/m", 2, ["two/models"]),
    "for probe": ("curlsheet probe one/c", 2, ["one/chat"]),
    "for build": ("curlsheet build --only one/c", 3, ["one/chat"]),
    "commands": ("curlsheet val", 1, ["validate"]),
    "another catalog": ("curlsheet show --catalog other.yaml ", 4, ["three"]),
}


@pytest.mark.parametrize(("line", "position", "expected"), COMPLETIONS.values(), ids=COMPLETIONS)
def test_completion(line: str, position: int, expected: list[str], folder: Path) -> None:
    """The shell completes commands, backends and endpoints."""
    (folder / "other.yaml").write_text(CATALOG.replace("  two:", "  three:").replace("  one:", "  three-b:").replace("  three-b:", "  x:"))
    (folder / "other.yaml").write_text("backends: {three: {base_url: http://h, endpoints: {}}}\nendpoints: {}\n")

    result = completed(line, position)

    assert result.stderr == ""
    assert expected == [word.split(",")[1] for word in result.stdout.splitlines()]


def completed(line: str, position: int) -> Result:
    """What bash is told when a word of this line is to be completed."""
    env = {"_CURLSHEET_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(position)}
    return CliRunner(env=env).invoke(main, prog_name="curlsheet", catch_exceptions=False)


def test_completion_of_the_command(folder: Path) -> None:
    """The installed command completes as the tests above do in process."""
    env = {"_CURLSHEET_COMPLETE": "bash_complete", "COMP_WORDS": "curlsheet show ", "COMP_CWORD": "2"}

    result = process(cwd=folder, env=env)

    assert (result.stdout.decode(), result.stderr.decode()) == (completed("curlsheet show ", 2).stdout, "")
    assert result.stdout == b"plain,one\nplain,two\n"


@pytest.mark.parametrize("text", ["backends: [", None], ids=["at fault", "missing"])
def test_completion_keeps_quiet(text: str | None, folder: Path) -> None:
    """A catalog that cannot be read completes to nothing and says nothing."""
    (folder / "catalog.yaml").unlink()
    if text:
        (folder / "catalog.yaml").write_text(text)

    result = completed("curlsheet show zzz", 2)

    assert (result.stdout.strip(), result.stderr) == ("", "")


# usage


USAGE = {
    "unknown command": (["bild"], "There is no command 'bild' (did you mean build?)."),
    "unknown backend": (["show", "on"], "There is no backend 'on' (did you mean one?)."),
    "far from any": (["show", "zzz"], "There is no backend 'zzz' (known: one, two)."),
    "unknown endpoint": (["show", "one", "model"], "There is no endpoint 'model' of one (did you mean models?)."),
    "missing cell": (["run", "two", "chat"], "There is no endpoint 'chat' of two (known: models)."),
    "unknown in only": (["build", "--only", "one/chatt"], "There is no endpoint 'chatt' of one (did you mean chat?)."),
    "script of all": (["show", "one", "--as", "script"], "--as script needs an ENDPOINT."),
    "language of a script": (["show", "one", "models", "--as", "script", "--lang", "en"], "a script is the same in all languages"),
    "unknown language of a command": (["show", "one", "models", "--lang", "zh"], "There is no language 'zh' (known: en)."),
    "unknown language": (["show", "one", "--lang", "zh"], "There is no language 'zh' (known: en)."),
    "no backend": (["show"], "Missing argument 'BACKEND'"),
    "no endpoint": (["run", "one"], "one needs an ENDPOINT. It has:\n  models  Models\n  chat    chat\n"),
    "no endpoint in one word": (["run", "one/"], "one needs an ENDPOINT. It has:\n  models  Models\n"),
    "unknown endpoint in one word": (["show", "one/model"], "There is no endpoint 'model' of one (did you mean models?)."),
    "two endpoints": (["show", "one/models", "chat"], "unexpected chat: one/models names an endpoint already."),
    "too much for show": (["show", "one", "models", "x", "y z"], "unexpected x y z: expected BACKEND [ENDPOINT]"),
    "too much for list": (["list", "one"], "unexpected one: expected options only"),
    "a catalog for validate": (["validate", "a b.yml"], "options only (a catalog is named with --catalog 'a b.yml')"),
    "a catalog for build": (["build", "team.yaml"], "options only (a catalog is named with --catalog team.yaml)"),
    "a script for build": (["build", "one/models"], "unexpected one/models: expected options only (--only names scripts)"),
    "too much for build": (["build", "one"], "unexpected one: expected options only (--only names scripts)"),
    "too much for init": (["init", "ollama"], "unexpected ollama: expected options only (--from names backends)"),
    "unknown option": (["build", "--chek"], "--chek"),
    "no such catalog": (["build", "--catalog", "none.yaml"], "File 'none.yaml' does not exist."),
    "catalog is a folder": (["validate", "--catalog", "."], "File '.' is a directory."),
    "no such templates": (["build", "--templates", "none"], "Directory 'none' does not exist."),
    "templates is a file": (["build", "--templates", "catalog.yaml"], "Directory 'catalog.yaml' is a file."),
    "out is a file": (["build", "--out", "catalog.yaml"], "Directory 'catalog.yaml' is a file."),
    "unknown format": (["list", "--format", "xml"], "'xml' is not one of 'text', 'json'."),
}


@pytest.mark.parametrize(("arguments", "message"), USAGE.values(), ids=USAGE)
def test_usage_errors(arguments: list[str], message: str, folder: Path) -> None:
    """What was typed wrong ends with 2, says what, and suggests what was meant."""
    result = curlsheet(*arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert not (folder / "out").exists()


def commands() -> list[str]:
    return sorted(main.list_commands(click.Context(main)))


@pytest.mark.parametrize("name", commands())
def test_help_has_an_example(name: str, nowhere: Path) -> None:
    """Every command's help says what it does and shows it typed."""
    result = curlsheet(name, "--help")

    assert (result.exit_code, result.stderr) == (0, "")
    assert f"\n    curlsheet {name}" in result.stdout
    assert said(curlsheet(name, "-h")) == said(result)


def test_help_lists_the_commands(nowhere: Path) -> None:
    """The first page names every command and shows three."""
    text = curlsheet("--help").stdout

    assert all(f"\n  {name} " in text for name in commands())
    assert text.count("\n    curlsheet ") == 3


@pytest.mark.parametrize("name", [name for name in commands() if name not in ("import", "init", "schema")])
def test_every_command_takes_catalog_and_templates(name: str) -> None:
    """--catalog and --templates follow each command's own name."""
    command = main.get_command(click.Context(main), name)
    assert command
    options = {option for parameter in command.params for option in parameter.opts}

    assert {"--catalog", "--templates"} <= options


# what goes wrong without being typed wrong


def test_faults_end_with_1(folder: Path) -> None:
    """Every command that reads the catalog shows its faults, and nothing else happens. One cell's command shows the faults in its way."""
    (folder / "catalog.yaml").write_text(CATALOG.replace("base_url: http://127.0.0.1:9\n", "base_url: nowhere\n    nme: x\n"))
    expected = (
        "catalog.yaml:8: backends.two.base_url: must be http:// or https://, a host, perhaps a port and a path, "
        "no user and password (they are an api_key with scheme: basic), no ? or # and the rest percent-encoded\n"
        "catalog.yaml:9: backends.two.nme: unknown key (did you mean name?)\n"
    )

    for arguments in (["build"], ["build", "--check"], ["validate"], ["list"], ["show", "one"], ["run", "one"], ["run", "two", "models"]):
        result = curlsheet(*arguments)
        last = "2 errors, nothing written\n" if arguments == ["build"] else "2 errors\n"
        assert (result.exit_code, result.stdout) == (1, "")
        assert expected + last == result.stderr.removeprefix("catalog: catalog.yaml\n")
    assert not (folder / "out").exists()


def test_faults_elsewhere_do_not_stop_one_cell(folder: Path) -> None:
    """`show` and `run` of one cell read that cell: what is wrong with another server, `validate` and `build` say."""
    shown, script = said(curlsheet("show", "one", "chat")), said(curlsheet("show", "one/chat", "--as", "script"))
    (folder / "catalog.yaml").write_text(CATALOG.replace("base_url: http://127.0.0.1:9\n", "base_url: nowhere\n"))

    assert said(curlsheet("show", "one", "chat")) == shown
    assert said(curlsheet("show", "one/chat", "--as", "script")) == script
    assert process("run", "one", "chat", "--help", cwd=folder).returncode == 0
    assert curlsheet("validate").exit_code == 1


def test_out_is_a_file(folder: Path) -> None:
    """A file where out/ belongs is reported, and kept."""
    (folder / "out").write_text("mine")

    result = curlsheet("build")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "cannot be written" in result.stderr
    assert (folder / "out").read_text() == "mine"
    assert curlsheet("build", "--check").exit_code == 1


def test_folder_where_a_script_belongs(folder: Path) -> None:
    """A folder at a script's name is reported, and kept."""
    (folder / "out" / "one-chat.sh").mkdir(parents=True)

    result = curlsheet("build")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "out/one-chat.sh: a folder stands where a file belongs\n1 file is in the way, nothing written. " in result.stderr
    assert not (folder / "out" / "one-models.sh").exists()


def test_files_that_no_build_made_are_in_the_way(folder: Path) -> None:
    """All of them are named, with what to do; nothing is written, also by --only, and --check says it too."""
    out = folder / "out"
    out.mkdir()
    (out / "index.html").write_text("mine")
    (out / "llms.txt").symlink_to(folder / "catalog.yaml")
    (out / "one-chat.sh").write_text("mine too")
    (out / "notes.txt").write_text("in nobody's way")
    way_out = "Move {} away, or build into another folder: curlsheet build --out FOLDER\n"
    three = (
        "catalog: catalog.yaml\nout/index.html: no build made this file\nout/llms.txt: no build made this file\n"
        f"out/one-chat.sh: no build made this file\n3 files are in the way, nothing written. {way_out.format('them')}"
    )
    one = f"catalog: catalog.yaml\nout/one-chat.sh: no build made this file\n1 file is in the way, nothing written. {way_out.format('it')}"
    before = {path.name: path.read_text() for path in out.iterdir()}

    assert said(curlsheet("build")) == (1, "", three)
    assert said(curlsheet("build", "--only", "one")) == (1, "", one)
    checked = curlsheet("build", "--check")
    assert (checked.exit_code, checked.stderr) == (1, three)
    assert "index.html: no build made this file\n" in checked.stdout and "one-models.sh: missing\n" in checked.stdout
    assert before == {path.name: path.read_text() for path in out.iterdir()}
    assert curlsheet("build", "--only", "two").exit_code == 0

    for name in ("index.html", "llms.txt", "one-chat.sh"):
        (out / name).unlink()
    assert curlsheet("build").exit_code == 0
    assert {path.name for path in out.iterdir()} == MADE | {"notes.txt"}


def test_read_only_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that may not be written is reported. (The tests may run as root, who may write anywhere.)"""

    def denied(path: Path, *arguments: Any) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", denied)

    result = curlsheet("build")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.endswith("out/.curlsheet: cannot be written: Permission denied\n")


def test_faults_inside_endpoints_do_not_stop_list(folder: Path) -> None:
    """`list` and the shell's completion read what is where: what is wrong with a request, `validate` and `build` say."""
    listed, words = said(curlsheet("list")), completed("curlsheet show one ", 3).stdout
    faulty = CATALOG.replace("path: /other", "path: /other, headers: 7, pipelines: [{name: x, jq: '.['}]")
    (folder / "catalog.yaml").write_text(faulty)

    assert curlsheet("validate").exit_code == 1
    assert said(curlsheet("list")) == listed
    assert completed("curlsheet show one ", 3).stdout == words


@pytest.mark.parametrize("fault", ["group: pots", "base_url: nowhere", "title: {xx: y}", "like: nothing"])
def test_faults_of_what_is_listed_end_list(folder: Path, fault: str) -> None:
    (folder / "catalog.yaml").write_text(CATALOG.replace("path: /other", f"path: /other, {fault}"))

    assert curlsheet("list").exit_code == 1
    assert curlsheet("list").stderr == "catalog: catalog.yaml\n" + curlsheet("validate").stderr


def test_folder_above_that_may_not_be_looked_into(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the way up, a folder that is closed is passed by."""
    stat = os.stat

    def closed(path: Any, *arguments: Any, **named: Any) -> os.stat_result:
        if str(path).endswith("catalog.yaml") and not str(path).startswith(str(ROOT)):
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, *arguments, **named)

    monkeypatch.setattr(os, "stat", closed)

    assert curlsheet("list").exit_code == 0


def test_unreadable_catalog(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalog that may not be read is reported with the reason."""

    def denied(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)

    assert said(curlsheet("validate")) == (1, "", "catalog.yaml:1: cannot be read: Permission denied\n1 error\n")


TEMPLATES = {
    "syntax": (
        "page.txt.j2",
        "a\n{% if %}\n",
        "templates/page.txt.j2:2: Expected an expression, got 'end of statement block' (while making page.txt)",
    ),
    "undefined": ("page.txt.j2", "a\n\n{{ nothing }}\n", "templates/page.txt.j2:3: 'nothing' is undefined (while making page.txt)"),
    "undefined key": (
        "{backend}.txt.j2",
        "{{ backend.nme }}",
        "templates/{backend}.txt.j2:1: 'generator.catalog.model.Backend object' has no attribute 'nme' (while making one.txt)",
    ),
    "unknown filter": ("page.txt.j2", "{{ 1 | nope }}", "templates/page.txt.j2:1: No filter named 'nope'. (while making page.txt)"),
    "unknown axis": (
        "{server}.txt.j2",
        "x",
        "templates/{server}.txt.j2: {server} in a template's name: known are backend, endpoint, group, lang",
    ),
    "open brace": ("{backend.txt.j2", "x", "{backend.txt.j2: expected '}' before end of string"),
    "bad format": ("{backend:q}.txt.j2", "x", "{backend:q}.txt.j2: Unknown format code 'q' for object of type 'str'"),
    "bad name": ("page.txt.j2", "{{ 'a b' | name }}", "templates/page.txt.j2:1: 'a b' is not a variable's name (while making page.txt)"),
    "division": ("page.txt.j2", "\n{{ 1 / 0 }}", "templates/page.txt.j2:2: division by zero (while making page.txt)"),
    "no such part": (
        "page.txt.j2",
        "{% include '_none.j2' %}",
        "templates/page.txt.j2: there is no template _none.j2 (while making page.txt)",
    ),
    "in a part": ("page.txt.j2", "{% include '_part.j2' %}", "templates/_part.j2:2: 'x' is undefined (while making page.txt)"),
    "itself": ("page.txt.j2", "{% include 'page.txt.j2' %}", "templates/page.txt.j2:1: maximum recursion depth exceeded"),
    "half of a character": (
        "page.txt.j2",
        "a\n{{ '\\ud83d' }}",
        "templates/page.txt.j2: half of a character (a lone surrogate), which no file can hold (while making page.txt)",
    ),
    "not utf-8": ("page.txt.j2", b"\xff", "templates/page.txt.j2: not UTF-8 text: save the file as UTF-8 (while making page.txt)"),
}


@pytest.mark.parametrize(("name", "text", "message"), mostly_slow(TEMPLATES, quick=["syntax", "undefined"]))
def test_broken_template(name: str, text: str | bytes, message: str, folder: Path) -> None:
    """A template with an error is named with its line and the page; nothing is written."""
    (folder / "templates").mkdir()
    (folder / "templates" / "_part.j2").write_text("\n{{ x }}")
    (folder / "templates" / name).write_bytes(text if isinstance(text, bytes) else text.encode())

    result = curlsheet("build", "--templates", "templates")

    assert (result.exit_code, result.stdout) == (1, "")
    assert message in result.stderr
    assert result.stderr.count("\n") == 3
    assert result.stderr.endswith("\n1 error, nothing written\n")
    assert not (folder / "out").exists()
    assert curlsheet("validate", "--templates", "templates").exit_code == 1


def test_own_templates(folder: Path) -> None:
    """One's own template replaces the built-in of the same name, parts too; a new one is a new format."""
    (folder / "mine").mkdir()
    (folder / "mine" / "cheatsheet.{lang}.md.j2").write_text("# mine in {{ lang }}\n")
    (folder / "mine" / "{backend}-{endpoint}.http.j2").write_text("{{ request.method }} {{ request.url }}\n")
    (folder / "mine" / "{backend}.txt.j2").write_text("{{ backend.name }}{% for cell in backend.cells %} {{ cell.id }}{% endfor %}")
    (folder / "mine" / "sub").mkdir()
    (folder / "mine" / "sub" / "{endpoint}.json.j2").write_text("{{ endpoint.path | json }}\n")
    (folder / "mine" / "_script").mkdir()
    (folder / "mine" / "_script/curl_options.sh.j2").write_text("echo called\nexit 0\n")
    (folder / "mine" / "run.j2").write_text("#!/bin/sh\n")

    assert curlsheet("build", "--templates", "mine").exit_code == 0

    out = folder / "out"
    assert {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()} == MADE | {
        *("one-models.http", "one-chat.http", "two-models.http", "one.txt", "two.txt", "run"),
        *("sub/models.json", "sub/chat.json", "sub/other.json"),
    }
    assert (out / "cheatsheet.en.md").read_text() == "# mine in en\n"
    assert (out / "one-chat.http").read_text() == "POST http://127.0.0.1:9/v1/chat\n"
    assert (out / "one.txt").read_text() == "Number One models chat"
    assert (out / "sub" / "chat.json").read_text() == '"/chat"\n'
    assert "echo called" in (out / "one-chat.sh").read_text()
    assert (out / "run").stat().st_mode & 0o111


def test_catalog_text_is_no_template(folder: Path) -> None:
    """Jinja in a catalog, and in the names of what it makes, stays text."""
    (folder / "catalog.yaml").write_text(CATALOG.replace("Number One", '"{{ 7*7 }}{% raw %}{# #}"'))

    assert curlsheet("show", "one", "models", "--as", "script").stdout.split("\n")[1].startswith("# {{ 7*7 }}{% raw %}{# #}: Models")


def test_working_folder_that_is_gone(tmp_path: Path) -> None:
    """A working folder that was removed meanwhile is reported, without a traceback."""
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f'cd "{gone}" && rmdir "{gone}" && exec "{sys.executable}" -m generator list'

    result = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=False, env={**ENVIRONMENT, "PYTHONPATH": str(ROOT)}
    )

    assert "Traceback" not in result.stderr
    assert result.returncode in (0, 1)


def test_output_to_a_closed_pipe(folder: Path) -> None:
    """`curlsheet show | head -1` ends quietly."""
    command = f'"{sys.executable}" -m generator show one --catalog catalog.yaml | head -c 1'

    result = subprocess.run(
        ["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False, env={**ENVIRONMENT, "PYTHONPATH": str(ROOT)}
    )

    assert (result.stdout, result.stderr) == ("N", "")
