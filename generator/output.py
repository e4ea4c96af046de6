"""Pages onto the disk, and the comparison with what is there.

`out/.curlsheet` lists what a build made; nothing else is ever removed. Each file is written beside its place
and moved there in one step, so that a build cut off leaves it whole, old or new.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MANIFEST = ".curlsheet"


@dataclass(frozen=True)
class Page:
    """A file to be: its path below the output folder, its text, and whether it is a program."""

    path: str
    text: str
    executable: bool = False


class OutputError(Exception):
    """A folder that can't be written; the message says which file and why."""


def write(pages: Iterable[Page], out: Path, *, whole: bool = True) -> list[str]:
    """Writes the pages that differ, and removes what an earlier build made and this one does not.

    Not `whole` (a build of some scripts only) removes nothing. Returns the paths written or removed.
    Raises OutputError.
    """
    pages = list(pages)
    made = {page.path for page in pages}
    before = _manifest(out)
    changed = []
    here = out
    try:
        out.mkdir(parents=True, exist_ok=True)
        _sweep(out)
        for page in pages:
            here = out / page.path
            if not _same(page, here):
                here.parent.mkdir(parents=True, exist_ok=True)
                _replace(here, page.text, 0o755 if page.executable else 0o644)
                changed.append(page.path)
        here = out / MANIFEST
        listed = Page(MANIFEST, "".join(f"{path}\n" for path in sorted(made if whole else made | before)))
        if not _same(listed, here):
            _replace(here, listed.text, 0o644)
        for path in sorted(before - made) if whole else ():
            here = out / path
            if _removable(here):
                here.unlink()
                changed.append(path)
                _remove_empty(here.parent, out)
    except OSError as error:
        raise OutputError(f"{here}: cannot be written: {error.strerror or error}") from error
    return changed


def keep(path: Path, text: str) -> None:
    """Writes one file, in one step. Raises OutputError."""
    try:
        _replace(path, text, 0o644)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error


def compare(pages: Iterable[Page], out: Path, *, whole: bool = True) -> dict[str, str]:
    """What is stale: for each path, a unified diff or a word about it. Empty if `out` is as the pages say.

    Not `whole` looks at these pages alone.
    """
    pages = list(pages)
    stale = {}
    listed = Page(MANIFEST, "".join(f"{page.path}\n" for page in sorted(pages, key=lambda page: page.path)))
    for page in [*pages, listed] if whole else pages:
        here = out / page.path
        if _same(page, here):
            continue
        if here.is_symlink() or not here.is_file():
            stale[page.path] = f"{page.path}: missing\n" if not here.exists() else f"{page.path}: not a plain file\n"
            continue
        there = here.read_bytes().decode("utf-8", "replace")
        lines = difflib.unified_diff(
            there.splitlines(keepends=True), page.text.splitlines(keepends=True), f"{page.path} (there)", f"{page.path} (built)"
        )
        stale[page.path] = "".join(line if line.endswith("\n") else line + "\n" for line in lines) or f"{page.path}: wrong mode\n"
    for path in sorted(_manifest(out) - {page.path for page in pages}) if whole else ():
        if os.path.lexists(out / path):
            stale[path] = f"{path}: left over\n"
    return stale


def _same(page: Page, here: Path) -> bool:
    try:
        status = here.lstat()
        return (
            stat.S_ISREG(status.st_mode)
            and bool(status.st_mode & 0o100) == page.executable
            and here.read_bytes() == page.text.encode("utf-8", "surrogatepass")
        )
    except OSError:
        return False


def _replace(path: Path, text: str, mode: int) -> None:
    if path.is_dir() and not path.is_symlink():
        raise IsADirectoryError(0, "a folder stands where this file belongs")
    temporary = path.with_name(f"{MANIFEST}-{os.getpid()}-{path.name}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text.encode("utf-8"))
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _manifest(out: Path) -> set[str]:
    """The paths that an earlier build listed, less any that do not stay below `out`."""
    try:
        lines = (out / MANIFEST).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return set()
    return {line for line in lines if line and ".." not in PurePosixPath(line).parts and not line.startswith("/") and _below(out, line)}


def _below(out: Path, path: str) -> bool:
    try:
        return (out / path).parent.resolve().is_relative_to(out.resolve())
    except (OSError, RuntimeError):  # a loop of symlinks, which is RuntimeError before Python 3.13
        return False


def _removable(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(mode) or stat.S_ISLNK(mode)


def _sweep(out: Path) -> None:
    """Removes the temporary files of builds that no longer run."""
    for file in out.rglob(f"{MANIFEST}-*"):
        owner = file.name.removeprefix(f"{MANIFEST}-").split("-")[0]
        if re.fullmatch("[0-9]+", owner) and int(owner) != os.getpid() and not _runs(int(owner)) and _removable(file):
            file.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _remove_empty(folder: Path, out: Path) -> None:
    while folder != out and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
