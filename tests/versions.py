"""Runs the tests of the scripts and of `verify` with other versions of bash, curl and jq than this machine's: `make test-versions`.

They come from other Debian releases, by this machine's apt and from its mirror, and are unpacked into .versions/, each with
the libraries it was built for: nothing is installed, root is not needed. Where one cannot be had, this fails.
"""

from __future__ import annotations

import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ROOT / ".versions"
TOOLS = ("bash", "curl", "jq")
TESTS = ("scripts", "catalog/test_good_catalogs.py", "test_verify.py")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

# What each release has at least, so that a mirror cannot quietly hand out something else.
RELEASES = {
    "bullseye": {"bash": "5.1", "curl": "7.74", "jq": "1.6"},
    "trixie": {"bash": "5.2", "curl": "8.14", "jq": "1.7"},
    "forky": {"bash": "5.3", "curl": "8.15", "jq": "1.8"},
}
# Debian 12, the machine's own in CI, lies between the first two. The last one crosses old with new.
RUNS = {
    "oldest": ("bullseye", "bullseye", "bullseye"),
    "newer": ("trixie", "trixie", "trixie"),
    "newest": ("forky", "forky", "forky"),
    "crossed": ("bullseye", "forky", "trixie"),
}


def fail(message: str) -> NoReturn:
    """Ends with what is wrong."""
    sys.exit(f"tests/versions.py: {message}")


def output(*command: str | Path, **environment: str) -> str:
    """What a command prints; the command and what it said where it fails."""
    result = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, env={**os.environ, **environment})
    if result.returncode:
        fail(f"{shlex.join(map(str, command))}\n{result.stdout}{result.stderr}")
    return result.stdout


def mirror() -> str:
    """Where this machine's apt has its own Debian release from."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        fail("other versions come by apt, which this machine does not have: run it on Debian, as root or not")
    if platform.freedesktop_os_release().get("ID") != "debian":
        fail("this machine's apt is not Debian's")
    # Without its lists' own information it also answers before the first `apt-get update`.
    targets = output("apt-get", "indextargets", "--no-release-info", "--format", "$(RELEASE) $(REPO_URI)", "Identifier: Packages")
    for line in targets.splitlines():
        release, address = line.split()
        if release == platform.freedesktop_os_release()["VERSION_CODENAME"]:
            return address
    fail("apt names no mirror for this machine's own release")


def unpack(release: str, source: str) -> Path:
    """The three tools of a release with all they need, in a folder."""
    folder = VERSIONS / release
    root = folder / "root"
    if root.is_dir():
        return root
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("lists/partial", "cache/archives/partial", "unpacked"):
        (folder / name).mkdir(parents=True)
    (folder / "status").touch()
    signed = f"[signed-by={KEYRING}] " if KEYRING.is_file() else ""
    (folder / "sources.list").write_text(f"deb {signed}{source} {release} main\n", "utf-8")
    settings = {
        "Dir::Etc::SourceList": folder / "sources.list",
        "Dir::Etc::SourceParts": "-",
        "Dir::Etc::Preferences": "-",
        "Dir::Etc::PreferencesParts": "-",
        "Dir::State": folder,
        "Dir::State::Lists": folder / "lists",
        "Dir::State::Status": folder / "status",  # as on a machine with nothing: every library comes along
        "Dir::Cache": folder / "cache",
        "APT::Sandbox::User": "",
        "APT::Update::Error-Mode": "any",
        "Debug::NoLocking": "true",
    }
    apt = ["apt-get", "-qq", *[f"-o{name}={value}" for name, value in settings.items()]]
    print(f"{release}: fetching", flush=True)
    output(*apt, "update")
    output(*apt, "install", "--yes", "--download-only", "--no-install-recommends", *TOOLS)
    for package in sorted((folder / "cache" / "archives").glob("*.deb")):
        output("dpkg-deb", "--extract", package, folder / "unpacked")
    shutil.rmtree(folder / "cache")
    shutil.rmtree(folder / "lists")
    return (folder / "unpacked").rename(root)


def found(root: Path, *patterns: str) -> Path:
    """The file that is there under one of the patterns."""
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            return path
    fail(f"{root} has no {patterns[0]}")


def wrapper(root: Path, tool: str) -> str:
    """A script that runs a tool with the loader and the libraries of its release, not with this machine's."""
    loader = found(root, "lib/*-linux-gnu*/ld-linux*.so.*", "usr/lib/*-linux-gnu*/ld-linux*.so.*")
    libraries = ":".join(str(path) for pattern in ("lib", "usr/lib") for path in root.glob(f"{pattern}/*-linux-gnu*"))
    program = found(root, f"bin/{tool}", f"usr/bin/{tool}")
    return f'#!/bin/sh\nexec {shlex.join(map(str, (loader, "--library-path", libraries, program)))} "$@"\n'


def number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def run(name: str, releases: tuple[str, ...], arguments: list[str]) -> int:
    """Runs the tests with three tools first on the PATH; says which really run."""
    folder = VERSIONS / "runs" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for tool, release in zip(TOOLS, releases, strict=True):
        script = folder / tool
        script.write_text(wrapper(VERSIONS / release / "root", tool), "utf-8")
        script.chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"

    print(f"\n== {name}", flush=True)
    for tool, release in zip(TOOLS, releases, strict=True):
        said = output("env", tool, "--version", PATH=path).splitlines()[0]
        print(f"   {said}", flush=True)
        version = re.search(r"\d+(\.\d+)+", said)
        least = RELEASES[release][tool]
        if not version or number(version[0]) < number(least):
            fail(f"{release} should have {tool} {least} or newer")
    tests = [str(ROOT / "tests" / test) for test in TESTS]
    command = [sys.executable, "-m", "pytest", "-n", "auto", "-q", "-m", "not every_script", *tests, *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "PATH": path}, check=False).returncode


def main() -> None:
    source = mirror()
    for release in RELEASES:
        unpack(release, source)
    failed = [name for name, releases in RUNS.items() if run(name, releases, sys.argv[1:])]
    if failed:
        fail(f"failed with: {', '.join(failed)}")


if __name__ == "__main__":
    main()
