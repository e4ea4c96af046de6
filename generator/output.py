"""Write pages to the disk, and compare them with what is there.

`out/.curlsheet` lists what a build made; nothing else is ever removed or overwritten. Each file is written beside its
place and moved there in one step, so that an interrupted build leaves each file complete, old or new.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

MANIFEST = ".curlsheet"
NOT_MADE = "no build made this file"


@dataclass(frozen=True)
class Page:
    """A file to be: its path below the output folder, what it holds, and whether it is a program.

    It holds the bytes of the file: as a text of Python's, one emoji makes each character of a page take four of them.
    """

    path: str
    content: bytes
    executable: bool = False

    @property
    def text(self) -> str:
        """Its text."""
        return self.content.decode()


class OutputError(Exception):
    """A folder that can't be written; the message says which file and why."""


class InTheWay(OutputError):
    """Files that no build made stand where pages belong. `obstacles` says for each path below `out` what it is."""

    def __init__(self, out: Path, obstacles: Mapping[str, str]) -> None:
        self.obstacles = obstacles
        super().__init__("\n".join(f"{out / path}: {reason}" for path, reason in obstacles.items()))


class Changes(NamedTuple):
    """What a build did: the paths written and those removed."""

    written: list[str]
    removed: list[str]


def write(pages: Iterable[Page], out: Path, *, whole: bool = True) -> Changes:
    """Write the pages that differ, and remove what an earlier build made and this one does not.

    Not `whole` (a build of some scripts only) removes nothing. Raises InTheWay before anything is written, OutputError.
    """
    pages = list(pages)
    if obstacles := in_the_way(pages, out):
        raise InTheWay(out, obstacles)
    made = {page.path for page in pages}
    before = _manifest(out)
    changes = Changes([], [])
    here = out
    try:
        out.mkdir(parents=True, exist_ok=True)
        _sweep(out)
        here = out / MANIFEST
        _list(made | before, out)  # first of all, so that the next build knows what an interrupted one has made
        for page in pages:
            here = out / page.path
            if not _same(page, here):
                here.parent.mkdir(parents=True, exist_ok=True)
                _replace(here, page.content, 0o755 if page.executable else 0o644)
                changes.written.append(page.path)
        for path in sorted(before - made) if whole else ():
            here = out / path
            if _removable(here):
                here.unlink()
                changes.removed.append(path)
                _remove_empty(here.parent, out)
        here = out / MANIFEST
        _list(made if whole else made | before, out)
    except OSError as error:
        raise OutputError(f"{here}: cannot be written: {error.strerror or error}") from error
    return changes


def in_the_way(pages: Iterable[Page], out: Path) -> dict[str, str]:
    """Return what keeps these pages from being written: for each path below `out`, what stands there.

    A file that a build listed may be replaced, and one that holds the page's very bytes may become the build's.
    """
    obstacles = {}
    for page in [*pages, Page(MANIFEST, b"")]:
        here = out / page.path
        between = [folder for folder in here.parents if folder != out and folder.is_relative_to(out)]
        for folder in reversed(between):
            if os.path.lexists(folder) and not folder.is_dir():
                obstacles[folder.relative_to(out).as_posix()] = "a file stands where a folder belongs"
                break
        else:
            if here.is_dir() and not here.is_symlink():
                obstacles[page.path] = "a folder stands where a file belongs"
            elif not _below(out, page.path):
                obstacles[page.path] = f"a link leads out of {out}"
            elif page.path != MANIFEST and os.path.lexists(here) and not _same_content(page, here):
                obstacles[page.path] = NOT_MADE
    if NOT_MADE in obstacles.values():  # a build at the same moment lists a page before it writes it: so read the list last
        listed = _manifest(out)
        obstacles = {path: reason for path, reason in obstacles.items() if reason != NOT_MADE or path not in listed}
    return obstacles


def write_file(path: Path, text: str) -> None:
    """Write one file, in one step. Raises OutputError."""
    try:
        _replace(path, text.encode(), 0o644)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error


def write_new_file(path: Path, text: str) -> None:
    """Write a file that is not there, whole or not at all. Raises OutputError, also if it is there by now."""
    temporary = path.with_name(f"{MANIFEST}-{os.getpid()}-{path.name}")
    try:
        _replace(temporary, text.encode(), 0o644)
        try:
            os.link(temporary, path)  # unlike a rename, this fails where a file is
        finally:
            temporary.unlink(missing_ok=True)
    except FileExistsError as error:
        raise OutputError(f"{path} is there already: name another file, or move it away") from error
    except (OSError, ValueError) as error:
        raise OutputError(f"{path}: cannot be written: {getattr(error, 'strerror', None) or error}") from error


def compare(pages: Iterable[Page], out: Path, *, whole: bool = True) -> dict[str, str]:
    """Return what is stale: for each path, a unified diff or a word about it. Empty if `out` is as the pages say.

    Not `whole` looks at these pages alone.
    """
    pages = list(pages)
    stale = {path: f"{path}: {reason}\n" for path, reason in in_the_way(pages, out).items()}
    for page in [*pages, _listed({page.path for page in pages})] if whole else pages:
        here = out / page.path
        if page.path in stale or _same(page, here):
            continue
        if here.is_symlink() or not here.is_file():
            stale[page.path] = f"{page.path}: missing\n" if not here.exists() else f"{page.path}: not a plain file\n"
            continue
        present = here.read_bytes().decode("utf-8", "replace")
        lines = difflib.unified_diff(
            present.splitlines(keepends=True), page.text.splitlines(keepends=True), f"{page.path} (present)", f"{page.path} (built)"
        )
        stale[page.path] = "".join(line if line.endswith("\n") else line + "\n" for line in lines) or f"{page.path}: wrong mode\n"
    for path in sorted(_manifest(out) - {page.path for page in pages}) if whole else ():
        if os.path.lexists(out / path):
            stale[path] = f"{path}: left over\n"
    return stale


def _listed(paths: Iterable[str]) -> Page:
    return Page(MANIFEST, "".join(f"{path}\n" for path in sorted(paths)).encode())


def _list(paths: Iterable[str], out: Path) -> None:
    page = _listed(paths)
    if not _same(page, out / MANIFEST):
        _replace(out / MANIFEST, page.content, 0o644)


def _same(page: Page, here: Path) -> bool:
    """Tell whether the file is what the page says, including its mode."""
    try:
        return _same_content(page, here) and bool(here.lstat().st_mode & 0o100) == page.executable
    except OSError:
        return False


def _same_content(page: Page, here: Path) -> bool:
    try:
        return stat.S_ISREG(here.lstat().st_mode) and here.read_bytes() == page.content
    except OSError:
        return False


def _replace(path: Path, content: bytes, mode: int) -> None:
    temporary = path.with_name(f"{MANIFEST}-{os.getpid()}-{path.name}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _manifest(out: Path) -> set[str]:
    """Return the paths that an earlier build listed, less any that do not stay below `out`."""
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
    """Remove the temporary files of builds that no longer run."""
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
