"""`curlsheet verify`: what the pages claim is tried with the programs on PATH, and what differs is reported where it stands."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import BUILT_IN, CATALOGS, ENVIRONMENT, ROOT, every_script, mostly_slow, renderer, slow

from generator import verify
from generator.catalog.model import Pages
from generator.cli.main import main
from generator.command import Command, CommandPiece

VERSION = subprocess.run(["jq", "--version"], capture_output=True, text=True, check=True).stdout.strip().removeprefix("jq-")
EVERYTHING = CATALOGS / "good" / "everything.yaml"
SOURCES = [CATALOGS / "hostile.yaml", *sorted({*(CATALOGS / "good").glob("*.yaml")} - {EVERYTHING})]
MINIMAL = """languages: [en]
backends:
  one: {base_url: 'http://localhost:8000/v1', endpoints: {x: {}}}
  two: {base_url: 'http://localhost:8001/v1', endpoints: {x: {}}}
endpoints:
  x:
    method: GET
    path: /x
    sample: &sample SAMPLE
    pipelines:
      - PIPELINE
"""
NO_GUIDES = dict.fromkeys(renderer(BUILT_IN).catalog.guides)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, in which nothing but the catalog may ever stand."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that comes first on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def write(*examples: object, pipeline: object = None, sample: object = None) -> None:
    """A catalog.yaml here with these examples alone, and one pipeline for two backends."""
    text = MINIMAL.replace("SAMPLE", json.dumps(sample)).replace("PIPELINE", json.dumps(pipeline or {"name": "all", "jq": "."}))
    guides = {**NO_GUIDES, "notes": {"title": "Notes", "text": "Some.", "examples": examples}}
    Path("catalog.yaml").write_text(f"{text}guides: {json.dumps(guides)}\n", "utf-8")


def stub(folder: Path, program: str, body: str) -> None:
    file = folder / program
    file.write_text(f'#!/bin/sh\n[ "$1" != --version ] || exec echo {program}-9.8.7\n{body}\n', "utf-8")
    file.chmod(0o755)


def verified(*arguments: str | Path) -> tuple[int, list[str], str]:
    """The command's exit status, the lines of its differences, and its summary."""
    result = CliRunner().invoke(main, ["verify", *map(str, arguments)], catch_exceptions=False)
    lines = f"{result.stdout}{result.stderr}".splitlines()
    lines = [line for line in lines if line and not line.startswith("catalog: ")]
    assert result.exit_code == (
        0 if result.stdout.splitlines()[-1:] == lines[-1:] else 1
    )  # a good summary is the output, a bad one an error
    return result.exit_code, lines[:-1], lines[-1]


@pytest.mark.parametrize(("source", "locale"), [every_script(BUILT_IN, "C"), (EVERYTHING, None)], ids=["built-in", "everything"])
def test_catalog_holds(source: Path, locale: str | None, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that the pages of our own catalogs say is so, with the shells and the jq on PATH; of the built-in one without UTF-8 too."""
    if locale:
        monkeypatch.setenv("LC_ALL", locale)

    status, differences, summary = verified("--catalog", source)

    assert (status, differences) == (0, [])
    assert summary.endswith(f"and dash: all as shown (jq {VERSION})")
    assert list(folder.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_other_catalogs_hold(source: Path) -> None:
    """The same without the built-in guides, whose examples are in each of them."""
    Path("catalog.yaml").write_text(json.dumps({"extends": str(source), "guides": NO_GUIDES}), "utf-8")

    status, differences, summary = verified()

    assert (status, differences) == (0, [])
    assert summary.endswith(f"all as shown (jq {VERSION})")


@pytest.mark.slow
def test_built_in_guides_hold_with_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their examples, which every catalog has. (Commands, scripts and filters are run with UTF-8 by other tests.)"""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    Path("catalog.yaml").write_text(MINIMAL.replace("SAMPLE", "null").replace("PIPELINE", "{name: all, jq: .}"), "utf-8")
    examples = [example for guide in renderer(BUILT_IN).catalog.guides.values() for example in guide.examples]

    status, differences, summary = verified()

    assert (status, differences) == (0, [])
    assert f" {len([example for example in examples if example.shells])} examples in " in summary


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_the_users_own_locale_counts(locale: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An example sees what the user has set."""
    monkeypatch.setenv("LC_ALL", locale)
    write({"run": 'echo "$LC_ALL"', "output": locale})

    assert verified()[0] == 0


def test_nothing_is_left_out() -> None:
    """Each cell's script and commands (as many as languages make of it), each filter of each answer, each example in each shell."""
    read = renderer(BUILT_IN).catalog
    claims = verify.claims(renderer(BUILT_IN), verify.tools())
    cells = [cell for backend in read.backends.values() for cell in backend.cells]
    filters: list[object] = [item for endpoint in read.endpoints for cell, _ in read.answers(endpoint) for item in cell.pipelines or ()]
    filters += [cell.failure for endpoint in read.endpoints for cell, _ in read.answers(endpoint) if cell.failure]
    compiled = {read.errors, *(cell.pages.next for cell in cells if isinstance(cell.pages, Pages))}
    examples = [example for guide in read.guides.values() for example in guide.examples]

    languages = (None, *read.languages)
    commands = [
        {renderer(BUILT_IN).command(backend.id, cell.id, language).text for language in languages}
        for backend in read.backends.values()
        for cell in backend.cells
    ]
    runs = sum(len(example.shells) for example in examples)
    for kind, number in {
        "command": sum(map(len, commands)),
        "script": len(cells),
        "filter": len(filters) + len(compiled),
        "example": runs,
    }.items():
        assert number == len([claim for claim in claims if claim.kind == kind]) > 3, kind


def test_filter_without_a_sample_is_compiled(path: Path) -> None:
    """No page shows its output, but the command is to work with this jq."""
    stub(path, "jq", 'case $* in *.nested*) echo "jq: error: not in this version" >&2; exit 3 ;; esac')
    write(pipeline={"name": "new", "jq": ".nested"})

    assert verified()[1] == [
        "catalog.yaml:11: endpoints.x.pipelines[0].jq: jq 9.8.7: what it prints is not what is shown",
        "--- shown",
        "+++ printed by jq 9.8.7",
        "@@ -0,0 +1 @@",
        "+jq: error: not in this version",
    ]


def test_wrong_example_is_told_for_each_shell() -> None:
    """File, line, place, shell and a diff; the other example is not mentioned."""
    write({"run": "echo a"}, {"run": "echo a", "output": "a"}, {"run": "printf 'a\\nb\\n'", "output": "a\nc"})
    tools = verify.tools()

    status, differences, summary = verified()

    assert status == 1
    assert summary.startswith("2 commands and 2 scripts, 2 jq filters, 3 examples in bash ") and ": 6 not as shown (jq " in summary
    assert differences == [
        line
        for place, diff in ((0, ["@@ -0,0 +1 @@", "+a"]), (2, ["@@ -1,2 +1,2 @@", " a", "-c", "+b"]))
        for shell in ("bash", "zsh", "dash")
        for line in [
            f"catalog.yaml:12: guides.notes.examples[{place}].run: {tools[shell]}: what it prints is not what is shown",
            "--- shown",
            f"+++ printed by {tools[shell]}",
            *diff,
        ]
    ]


@pytest.mark.parametrize(
    ("shells", "told"),
    [(None, ["zsh", "dash"]), (["bash"], []), (["zsh", "bash"], ["zsh"]), (["dash"], ["dash"]), ([], [])],
    ids=str,
)
def test_example_holds_in_the_shells_it_names(shells: list[str] | None, told: list[str]) -> None:
    """echo leaves \\n alone in bash, and only there."""
    write({"run": "echo 'a\\nb'", "output": "a\\nb", **({"shells": shells} if shells is not None else {})})

    lines = [line for line in verified()[1] if line.startswith("catalog.yaml")]

    assert [line.partition(".run: ")[2].split()[0].rstrip(":") for line in lines] == told


def test_pages_say_which_shells() -> None:
    """An example that is not for all shells names those that it is for."""
    pages = {page.path: page.text for page in renderer(EVERYTHING).pages()}

    assert "\n原样输出（bash）\n\n```bash\necho 'a\\tb'\n" in pages["cheatsheet.zh.md"]
    assert "\n**错误写法**（zsh、dash）\n\n```bash\necho 'a\\nb'\n" in pages["cheatsheet.zh.md"]
    assert "\n（dash、zsh）\n\n```bash\necho 'a\\\\b'\n" in pages["cheatsheet.zh.md"]
    assert "\n不会执行\n" in pages["cheatsheet.zh.md"]
    assert "bash、zsh、dash" not in pages["cheatsheet.zh.md"]
    assert "<figcaption><span>原样输出（bash）</span></figcaption>" in pages["cheatsheet.zh.html"]


def test_examples_run_apart(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """In an empty folder that is their home, without the user's variables and input; nothing is left of them."""
    monkeypatch.setenv("SECRET", "told")
    monkeypatch.setenv("BASH_ENV", str(folder / "catalog.yaml"))
    run = 'read -r x; [ "$(cd && pwd -P)" = "$(pwd -P)" ] && ls -A && echo "$x${SECRET-none}" && touch here "$HOME/there"'
    write({"run": run, "output": "none"}, {"run": run, "output": "none"}, {"run": "umask 777; mkdir -p a/b; kill -9 $$"})

    assert verified()[:2] == (0, [])
    assert [file.name for file in folder.iterdir()] == ["catalog.yaml"]


@pytest.mark.parametrize(
    ("run", "what"),
    [
        slow("echo a; sleep 187 | cat", "has not ended after 1 seconds"),
        ("trap '' TERM HUP INT; sleep 187 & sleep 187", "has not ended after 1 seconds"),
        slow("exec > /dev/null 2>&1; sleep 187", "has not ended after 1 seconds"),
        ("while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done | cat", "prints more than 1000 bytes"),
    ],
)
def test_example_that_hangs_is_ended(run: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is reported, with what it printed until then, and nothing that it started runs on."""
    monkeypatch.setattr(verify, "SECONDS", 1)
    monkeypatch.setattr(verify, "MOST", 1000)
    reader = held(tmp_path / "held")
    write({"run": f"{hold(tmp_path)}; {run}", "output": "a", "shells": ["bash"]}, {"run": "echo b", "output": "c", "shells": ["bash"]})

    status, differences, _ = verified()

    assert status == 1
    assert differences[0] == f"catalog.yaml:12: guides.notes.examples[0].run: {verify.tools()['bash']}: {what}"
    assert "guides.notes.examples[1].run" in "".join(differences[1:])
    assert let_go(reader)


@pytest.mark.slow
def test_interrupted(tmp_path: Path, folder: Path) -> None:
    """Ctrl-C ends what runs, at once."""
    reader = held(tmp_path / "held")
    write({"run": f"{hold(tmp_path)}; sleep 187 & sleep 187", "shells": ["bash"]})
    patient = "from generator import verify; from generator.cli.main import main; verify.SECONDS = 90; main(['verify'])"
    command = [sys.executable, "-c", patient]
    environment = {**ENVIRONMENT, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert select.select([reader], [], [], 60)[0]
        child.send_signal(signal.SIGINT)
        try:
            said = child.communicate(timeout=60)
        finally:
            child.kill()

    assert (child.returncode, said) == (1, (b"", b"catalog: catalog.yaml\n\nAborted!\n"))
    assert let_go(reader)


def held(pipe: Path) -> int:
    os.mkfifo(pipe)
    return os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)


def hold(folder: Path) -> str:
    """What an example says to hold the pipe, and what it starts with it."""
    return f"exec 9> '{folder}/held'; echo x >&9"


def let_go(reader: int) -> bool:
    """Whether the pipe was held, and soon nobody does any more."""
    was_held = os.read(reader, 10) == b"x\n"
    return was_held and bool(select.select([reader], [], [], 10)[0]) and os.read(reader, 10) == b""


@pytest.mark.parametrize(
    ("item", "sample", "prints", "same"),
    [
        ({"jq": ".a"}, {"a": 1.0}, "1", True),
        ({"jq": ".a"}, {"a": 1}, "1.0", True),
        ({"jq": ".a"}, {"a": 100000000000000000}, "1e+17", True),
        ({"jq": ".a"}, {"a": {"b": [1, "x"]}}, '{"b":[1,"x"]}', True),
        ({"jq": ".a"}, {"a": 1}, "true", False),
        ({"jq": ".a"}, {"a": 1}, "1.5", False),
        ({"jq": ".a"}, {"a": 1}, "1\n1", False),
        ({"jq": ".a"}, {"a": 1}, "", False),
        ({"jq": ".a"}, {"a": "x"}, "x", False),
        ({"jq": ".a", "raw": True}, {"a": "1.0"}, "1.0", True),
        ({"jq": ".a", "raw": True}, {"a": "1.0"}, "1", False),
        ({"jq": ".a", "raw": True}, {"a": "x"}, "x\n", False),
        ({"jq": ".a", "raw": True}, {"a": 1}, "1.0", True),
        ({"jq": ".a", "raw": True}, {"a": 1}, "1.5", False),
    ],
    ids=str,
)
def test_what_another_jq_prints(item: dict[str, object], sample: object, prints: str, same: bool, path: Path) -> None:
    """Texts are compared byte for byte, JSON as values, since versions spell numbers differently."""
    stub(path, "jq", f"case $* in *empty*) ;; *) printf '%s\\n' '{prints}' ;; esac")
    write(pipeline={"name": "it", **item}, sample=sample)

    status, differences, summary = verified()

    assert (status, differences == [], summary[-10:]) == (0 if same else 1, same, "(jq 9.8.7)")


@pytest.mark.parametrize("raw", [False, True])
def test_events(raw: bool, path: Path) -> None:
    """The filter runs on each of them; of raw texts the last line break counts too."""
    write(pipeline={"name": "it", "jq": ".t", "raw": raw}, sample=[{"t": "a"}, {"t": "b\n"}])
    text = Path("catalog.yaml").read_text("utf-8")
    Path("catalog.yaml").write_text(text.replace("    path: /x\n", "    path: /x\n    response: events\n"), "utf-8")
    assert verified()[0] == 0

    stub(path, "jq", "case $* in *empty*) ;; *) printf %s 'ab' ;; esac")
    assert verified()[0] == 1


@pytest.mark.slow
def test_jq_that_prints_something_else(path: Path) -> None:
    """Each filter is reported once for all who share it, in the order of the catalog, with a diff."""
    stub(path, "jq", "case $* in *empty*) ;; *) echo 你好; echo '\"x\" @y'; printf '\\033[31m\\377' ;; esac")
    write(pipeline={"name": "it", "jq": ".[]", "raw": True}, sample=["你好", "$(touch pwned)", "'\"`touch pwned`", "@y"])

    assert verified()[:2] == (
        1,
        [
            "catalog.yaml:11: endpoints.x.pipelines[0].jq: jq 9.8.7, on the sample of one/x: what it prints is not what is shown",
            "--- shown",
            "+++ printed by jq 9.8.7, on the sample of one/x",
            "@@ -1,4 +1,3 @@",
            " 你好",
            "-$(touch pwned)",
            "-'\"`touch pwned`",
            "-@y",
            '+"x" @y',
            "+\\x1b[31m\\udcff",
        ],
    )
    found = verified("--catalog", EVERYTHING)[1]
    lines = [int(line.split(":")[1]) for line in found if ".jq: jq 9.8.7, on the sample of" in line]
    assert len(lines) > 5
    assert found == verified("--catalog", EVERYTHING)[1]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ('"$REAL" "$@"; echo "jq: deprecated" >&2', "what it prints is not what is shown"),
        ('"$REAL" "$@"; exit 4', "ends with 4"),
        slow("exec sleep 187", "has not ended after 1 seconds"),
    ],
)
def test_jq_that_misbehaves(body: str, what: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it says beside the answer, its status and its silence count too."""
    monkeypatch.setattr(verify, "SECONDS", 1)
    stub(path, "jq", body.replace("$REAL", str(shutil.which("jq"))))
    write(sample={"a": 1})

    status, differences, _ = verified()

    assert status == 1
    assert f"catalog.yaml:11: endpoints.x.pipelines[0].jq: jq 9.8.7, on the sample of one/x: {what}" in differences


HOSTILE = [
    "$(touch pwned)",
    "`touch pwned`",
    "it's",
    '"double"',
    "two\nlines\n",
    "\n",
    "@file",
    "@-",
    "-x",
    "\\n \\",
    "中文“弯”",
    "%s",
    "\u2028",
]


@pytest.mark.parametrize("text", mostly_slow({repr(text): text for text in HOSTILE}, quick=[repr("it's")]))
@pytest.mark.parametrize("raw", [True, every_script(False)])
def test_hostile_texts(text: str, raw: bool, folder: Path) -> None:
    """In samples, filters and outputs they are texts: right ones hold, a wrong one is reported, and nothing of them is run."""
    written = json.dumps(text, ensure_ascii=False).replace("\\(", "\\\\(")
    item = {"name": "it", "jq": f"{written}, .[]", "raw": raw}
    write({"run": f"cat << 'END'\n.{text}.\nEND", "output": f".{text}."}, pipeline=item, sample=[text, f"{text}.", {text: text}])
    assert verified()[:2] == (0, [])

    write({"run": f"cat << 'END'\n.{text}.\nEND", "output": f"..{text}."}, pipeline=item, sample=[text])
    status, differences, _ = verified()

    assert status == 1
    assert [line.split(".run: ")[0] for line in differences if ".run: " in line] == ["catalog.yaml:12: guides.notes.examples[0]"] * 3
    assert [file.name for file in folder.iterdir()] == ["catalog.yaml"]


@pytest.mark.parametrize("text", ["curl 'http://localhost", "curl -d @- << 'JSON'\n{}"])
def test_command_that_does_not_parse(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each cell is reported, at its place, with bash's own words."""
    write()
    monkeypatch.setattr("generator.render.renderer.build_command", lambda *_: Command((CommandPiece(text, "word"),), ()))

    assert_does_not_parse("-n, on its command")


def test_script_that_does_not_parse(tmp_path: Path) -> None:
    """Each cell is reported, at its place, with bash's own words."""
    write()
    (tmp_path / "{backend}-{endpoint}.sh.j2").write_text("#!/bin/bash\nif true; then\n", "utf-8")

    assert_does_not_parse("-n, on BACKEND-x.sh", "--templates", tmp_path)


def assert_does_not_parse(told: str, *arguments: str | Path) -> None:
    bash = verify.tools()["bash"]

    status, differences, _ = verified(*arguments)

    assert status == 1
    assert [line for line in differences if line.startswith("catalog.yaml")] == [
        f"catalog.yaml:{line}: backends.{name}.endpoints.x: {bash} {told.replace('BACKEND', name)}: what it prints is not what is shown"
        for line, name in ((3, "one"), (4, "two"))
    ]
    assert len([line for line in differences if re.match(r"\+.*: line \d+: ", line)]) >= 2


def test_command_is_parsed_and_never_run(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """What parses is not run."""
    write()
    text = f"touch {folder}/pwned $(touch {folder}/pwned)"
    monkeypatch.setattr("generator.render.renderer.build_command", lambda *_: Command((CommandPiece(text, "word"),), ()))

    assert verified()[0] == 0
    assert not (folder / "pwned").exists()


@pytest.mark.parametrize(
    ("there", "message"),
    [
        (["bash", "zsh"], "jq is missing: apt, dnf or brew install jq (on Windows, use WSL)"),
        (["jq", "dash"], "bash is missing: apt, dnf or brew install bash (on Windows, use WSL)"),
        ([], "bash and jq are missing: apt, dnf or brew install bash jq (on Windows, use WSL)"),
    ],
    ids=str,
)
def test_missing_program(there: list[str], message: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is said, and how to install it."""
    link(there, path, monkeypatch)
    write()

    result = CliRunner().invoke(main, ["verify"], catch_exceptions=False)

    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"catalog: catalog.yaml\n{message}\n")


@pytest.mark.parametrize(
    ("there", "shells", "note"),
    [
        ([], "bash {bash}", "; zsh is not installed; dash is not installed"),
        (["dash"], "bash {bash} and dash", "; zsh is not installed"),
    ],
)
def test_shell_that_is_not_installed(there: list[str], shells: str, note: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are tried, and the summary says so."""
    version = verify.tools()["bash"].removeprefix("bash ")
    link(["bash", "jq", *there], path, monkeypatch)
    write({"run": "echo a", "output": "a"}, {"run": "echo a", "output": "b", "shells": ["zsh"]})

    assert verified() == (
        0,
        [],
        f"2 commands and 2 scripts, 2 jq filters, 1 example in {shells.format(bash=version)}: all as shown (jq {VERSION}{note})",
    )


def link(programs: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes these programs the only ones on PATH. A relative PATH counts from here."""
    for name in programs:
        (folder / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv("PATH", os.path.relpath(folder))


def test_faults_come_first(folder: Path) -> None:
    """A catalog with errors, an unknown shell among it, is reported as by every command."""
    write({"run": "echo a", "output": "a", "shells": ["fish"]})

    result = CliRunner().invoke(main, ["verify"], catch_exceptions=False)

    assert result.exit_code == 1
    assert "catalog.yaml:12: guides.notes.examples[0].shells[0]: must be one of bash, zsh, dash\n" in result.stderr


@pytest.mark.slow
def test_progress_on_a_terminal(folder: Path) -> None:
    """A bar on standard error, and the summary alone on standard output."""
    write()
    ours, theirs = pty.openpty()
    environment = {**ENVIRONMENT, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    command = [sys.executable, "-m", "generator", "verify"]
    done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=theirs, check=False)
    os.close(theirs)
    said = os.read(ours, 10_000).decode()
    os.close(ours)

    assert done.returncode == 0
    assert "100%" in said
    assert done.stdout.decode().startswith("2 commands and 2 scripts, ") and done.stdout.count(b"\n") == 1
