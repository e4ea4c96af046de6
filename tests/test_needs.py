"""tests/needs.sh: what a fresh machine lacks is said at once, before anything is downloaded; root gets it installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, slow

SCRIPTS = ["bash", "curl", "jq"]
TESTS = [*SCRIPTS, "zsh", "dash", "git"]
BROWSER = ["chromium-headless-shell", "poppler-utils", "libatomic1"]
PROGRAMS = [*TESTS, "chromium-headless-shell", "pdftotext"]


class Machine:
    """A machine with nothing but what is put on it: programs that stand in for those of Debian."""

    def __init__(self, folder: Path, user: int) -> None:
        self.folder = folder
        self.programs = folder / "bin"
        self.programs.mkdir()
        (self.programs / "grep").symlink_to(shutil.which("grep") or "")
        (self.programs / "python3").symlink_to(sys.executable)
        self.has("uname", "echo Linux")
        self.has("id", f"echo {user}")
        self.has("apt-get", 'echo "apt-get $*" >&2')
        self.has("ldconfig", "")

    def has(self, name: str, script: str) -> None:
        """There is a program of this name, which runs these lines."""
        (self.programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.programs / name).chmod(0o755)

    def run(self, *command: str | Path) -> tuple[int, list[str]]:
        """The exit status of a command, and the lines that it prints on both outputs."""
        environment = {"PATH": str(self.programs), "HOME": str(self.folder)}
        done = subprocess.run(
            command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        return done.returncode, done.stdout.splitlines()

    def needs(self, goal: str) -> tuple[int, list[str]]:
        """What tests/needs.sh says of a goal."""
        return self.run(ROOT / "tests" / "needs.sh", goal)


@pytest.mark.parametrize(
    ("goal", "packages"),
    [
        ("test", TESTS + BROWSER),
        *(slow(*case) for case in [("check", TESTS), ("test-versions", TESTS), ("test-servers", [*TESTS, "libgomp1"])]),
    ],
)
def test_all_that_is_missing_is_named_at_once(goal: str, packages: list[str], tmp_path: Path) -> None:
    """Each with its size, and one line that installs them; an ordinary user's make stops there, and nothing is installed."""
    status, (first, *sizes, last) = Machine(tmp_path, user=1000).needs(goal)

    assert status == 1 and first.startswith(f"make {goal} needs what is missing here")
    assert [line.split(",")[0].strip() for line in sizes] == packages and all(" MB" in line for line in sizes)
    assert last == f"Install it, then go on: sudo apt-get install --no-install-recommends {' '.join(packages)}"


def test_root_is_told_before_it_is_installed(tmp_path: Path) -> None:
    """The same list, then apt-get with exactly these packages."""
    machine = Machine(tmp_path, user=0)
    machine.has("jq", "")
    packages = " ".join(package for package in TESTS + BROWSER if package != "jq")

    status, lines = machine.needs("test")

    assert status == 0 and len(lines) == 1 + len(packages.split()) + 3
    assert lines[-3:] == [
        f"Installing it: apt-get install --no-install-recommends {packages}",
        "apt-get update -qq",
        f"apt-get install -y -qq --no-install-recommends {packages}",
    ]


def test_root_hears_of_an_installation_that_fails(tmp_path: Path) -> None:
    """Then make stops too."""
    machine = Machine(tmp_path, user=0)
    machine.has("apt-get", "exit 100")

    assert machine.needs("test")[0] == 100


def test_elsewhere_nothing_is_installed(tmp_path: Path) -> None:
    """Without apt-get also root has to do it."""
    machine = Machine(tmp_path, user=0)
    (machine.programs / "apt-get").unlink()

    status, lines = machine.needs("check")

    assert (status, lines[-1]) == (1, "Install it, then go on: your package manager has them, perhaps under other names")


@pytest.mark.parametrize("user", [0, 1000])
def test_a_build_only_warns_of_what_the_scripts_need(user: int, tmp_path: Path) -> None:
    """It succeeds without them, and installs nothing."""
    machine = Machine(tmp_path, user)
    machine.has("curl", "")
    sudo = "sudo " if user else ""

    assert machine.needs("build") == (
        0,
        [f"warning: the scripts in out/ will not run here without bash jq: {sudo}apt-get install --no-install-recommends bash jq"],
    )


@pytest.mark.parametrize(
    ("python", "says"),
    [
        ("exit 1", "curlsheet needs Python 3.10 or newer: make PYTHON=python3.12"),
        ('[ "$2" != "import ensurepip" ]', "  python3-venv, 30 MB"),
        (None, "  python3-venv, 30 MB"),
    ],
    ids=["old", "without venv", "none"],
)
def test_python(python: str | None, says: str, tmp_path: Path) -> None:
    """One that is too old, that cannot make a virtual environment, or that is not there, stops each goal."""
    machine = Machine(tmp_path, user=1000)
    (machine.programs / "python3").unlink()
    if python:
        machine.has("python3", python)

    for goal in ("build", "test"):
        status, lines = machine.needs(goal)
        assert status == 1 and says in lines


@pytest.mark.slow
def test_nothing_is_said_where_nothing_is_missing(tmp_path: Path) -> None:
    """Each goal of the Makefile is known."""
    machine = Machine(tmp_path, user=1000)
    machine.has("ldconfig", "echo 'libatomic.so.1 (libc6,x86-64) => /lib/libatomic.so.1'; echo 'libgomp.so.1 (libc6,x86-64)'")
    for name in PROGRAMS:
        machine.has(name, "")

    for goal in ("build", "check", "test", "test-servers", "test-xinference", "test-versions"):
        assert machine.needs(goal) == (0, [])


def test_make_asks_before_it_downloads(tmp_path: Path) -> None:
    """Also with several jobs at a time: no virtual environment is made, pip is not run."""
    machine = Machine(tmp_path, user=1000)
    (tmp_path / "tests").mkdir()
    for name in ("Makefile", "pyproject.toml", "tests/needs.sh"):
        shutil.copy(ROOT / name, tmp_path / name)

    for goal in ("test", "test-servers", "test-xinference", "test-versions"):
        status, lines = machine.run(shutil.which("make") or "", "-j4", goal)
        assert status == 2 and lines[0].startswith(f"make {goal} needs what is missing here")
    assert not (tmp_path / ".venv").exists()
