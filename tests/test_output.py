"""Pages onto the disk: whole or not at all, and nothing of anybody else's is touched."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from generator.output import MANIFEST, InTheWay, OutputError, Page, compare, in_the_way, write

PAGES = [Page("a.sh", b"#!/usr/bin/env bash\n", True), Page("sub/b.md", "# 中文\n".encode()), Page("c.html", b"<p>\n")]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder that a build has made."""
    write(PAGES, tmp_path / "out")
    return tmp_path / "out"


def files(folder: Path) -> dict[str, bytes]:
    """All that is below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def temporaries(folder: Path) -> list[Path]:
    return list(folder.rglob(f"{MANIFEST}-*"))


def test_writes_what_the_pages_say(out: Path) -> None:
    """Texts in UTF-8, programs with mode 755, the rest 644, and a list of it all."""
    assert {page.path: page.text.encode() for page in PAGES} | {MANIFEST: b"a.sh\nc.html\nsub/b.md\n"} == files(out)
    assert [stat.S_IMODE((out / page.path).stat().st_mode) for page in PAGES] == [0o755, 0o644, 0o644]
    assert compare(PAGES, out) == {}


def test_unchanged_files_are_left_alone(out: Path) -> None:
    """A build that changes nothing rewrites nothing, so make and git see no difference."""
    for page in PAGES:
        os.utime(out / page.path, (1, 1))
    os.utime(out / MANIFEST, (1, 1))

    assert write(PAGES, out) == ([], [])
    assert {1.0} == {path.stat().st_mtime for path in out.rglob("*") if path.is_file()}


def test_changed_files_are_told(out: Path) -> None:
    """The paths written and those removed come back."""
    assert write([PAGES[0], Page("c.html", b"new"), Page("d", b"")], out) == (["c.html", "d"], ["sub/b.md"])


def test_left_over_files_are_removed(out: Path) -> None:
    """What an earlier build made and this one does not goes, with the folder that it leaves empty."""
    write(PAGES[:1], out)

    assert {"a.sh", MANIFEST} == files(out).keys()
    assert not (out / "sub").exists()


def test_other_files_are_kept(out: Path) -> None:
    """Files that no build made stay, in every folder."""
    (out / "mine.txt").write_text("x")
    (out / "sub" / "mine.txt").write_text("y")

    write(PAGES[:1], out)

    assert {"a.sh", MANIFEST, "mine.txt", "sub/mine.txt"} == files(out).keys()


def test_a_selection_removes_nothing(out: Path) -> None:
    """--only writes its pages and leaves the rest, also in the list."""
    write([Page("new.sh", b"#!x", True)], out, whole=False)

    assert {"a.sh", "sub/b.md", "c.html", "new.sh", MANIFEST} == files(out).keys()
    assert (out / MANIFEST).read_text() == "a.sh\nc.html\nnew.sh\nsub/b.md\n"
    assert compare([Page("new.sh", b"#!x", True)], out, whole=False) == {}


def test_mode_is_put_right(out: Path) -> None:
    """A script that lost its mode is stale, and gets it back."""
    (out / "a.sh").chmod(0o644)
    (out / "c.html").chmod(0o755)

    assert compare(PAGES, out) == {"a.sh": "a.sh: wrong mode\n", "c.html": "c.html: wrong mode\n"}
    write(PAGES, out)
    assert [stat.S_IMODE((out / name).stat().st_mode) for name in ("a.sh", "c.html")] == [0o755, 0o644]


FOREIGN = {
    "a file": lambda path, victim: path.write_text("mine"),
    "an empty file": lambda path, victim: path.touch(),
    "a link to a file": lambda path, victim: path.symlink_to(victim),
    "a link to nothing": lambda path, victim: path.symlink_to("nowhere"),
    "a folder": lambda path, victim: path.mkdir(),
    "a link to a folder": lambda path, victim: path.symlink_to(victim.parent),
}


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "selection"])
@pytest.mark.parametrize("put", FOREIGN.values(), ids=FOREIGN)
def test_what_no_build_made_is_never_overwritten(put: Any, whole: bool, tmp_path: Path) -> None:
    """All that is in the way is named before anything is written, and stays as it is."""
    out = tmp_path / "out"
    (out / "sub").mkdir(parents=True)
    (tmp_path / "victim").write_text("precious")
    for name in ("a.sh", "sub/b.md"):
        put(out / name, tmp_path / "victim")
    before = [(path, path.is_symlink(), path.is_file() and path.read_bytes()) for path in sorted(tmp_path.rglob("*"))]

    with pytest.raises(InTheWay) as caught:
        write(PAGES, out, whole=whole)

    assert list(caught.value.obstacles) == ["a.sh", "sub/b.md"]
    assert in_the_way(PAGES, out) == caught.value.obstacles
    assert {path: f"{path}: {reason}\n" for path, reason in caught.value.obstacles.items()}.items() <= compare(PAGES, out).items()
    assert before == [(path, path.is_symlink(), path.is_file() and path.read_bytes()) for path in sorted(tmp_path.rglob("*"))]


def test_a_file_that_is_the_page_already_becomes_the_builds(tmp_path: Path) -> None:
    """Somebody's file with the very bytes of the page is in nobody's way; its mode is put right."""
    (tmp_path / "a.sh").write_text(PAGES[0].text)

    write(PAGES, tmp_path)

    assert compare(PAGES, tmp_path) == {}


def test_a_link_that_leads_out(tmp_path: Path) -> None:
    """No page is written through a link to a folder elsewhere, whatever the list says."""
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (out / "sub").symlink_to(tmp_path / "elsewhere")
    (out / MANIFEST).write_text("sub/b.md\n")

    with pytest.raises(InTheWay, match=r"out/sub/b\.md: a link leads out of "):
        write(PAGES, out)

    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_build_that_was_cut_off_is_not_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a first build wrote until it was killed is its own: the next one goes on, also with other texts."""

    def killed(*arguments: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("generator.output._same", lambda page, here: killed() if page.path == "c.html" else False)
    with pytest.raises(KeyboardInterrupt):
        write(PAGES, tmp_path)
    monkeypatch.undo()
    assert (tmp_path / "a.sh").exists() and not (tmp_path / "c.html").exists()

    changed = [Page(page.path, page.content + b"new\n", page.executable) for page in PAGES]
    write(changed, tmp_path)

    assert compare(changed, tmp_path) == {}


@pytest.mark.parametrize("target", ["victim", "nowhere"])
def test_symlink_is_replaced(target: str, tmp_path: Path, out: Path) -> None:
    """A symlink where a page belongs is replaced, never written through."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (out / "a.sh").unlink()
    (out / "a.sh").symlink_to(tmp_path / target)

    assert list(compare(PAGES, out)) == ["a.sh"]
    write(PAGES, out)

    assert not (out / "a.sh").is_symlink()
    assert (out / "a.sh").read_text() == PAGES[0].text
    assert victim.read_text() == "precious"
    assert not (tmp_path / "nowhere").exists()


def test_left_over_symlink_is_removed_itself(tmp_path: Path, out: Path) -> None:
    """Removing follows no symlink either."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (out / "c.html").unlink()
    (out / "c.html").symlink_to(victim)

    write(PAGES[:2], out)

    assert not (out / "c.html").is_symlink()
    assert victim.read_text() == "precious"


TAMPERED = [
    "../victim",
    "sub/../../victim",
    "/etc/hostname",
    "{victim}",
    "link/victim",
    "loop/x",
    ".",
    "..",
    "",
    "sub",
    "a\0b",
    "x" * 300,
    "\udcff",
]


@pytest.mark.parametrize("line", TAMPERED, ids=lambda line: repr(line[:20]))
def test_tampered_list_removes_nothing_outside(line: str, tmp_path: Path, out: Path) -> None:
    """Whatever the list says, only files below out/ are removed, and the build goes on."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (out / "link").symlink_to(tmp_path)
    (out / "loop").symlink_to("loop")
    with (out / MANIFEST).open("a", encoding="utf-8", errors="surrogateescape") as file:
        file.write(line.replace("{victim}", str(victim)) + "\n")

    compare(PAGES, out)
    write(PAGES, out)

    assert victim.read_text() == "precious"
    assert compare(PAGES, out) == {}


def test_list_that_is_no_text_is_none(out: Path) -> None:
    """A list that cannot be read removes nothing, and is written anew."""
    (out / MANIFEST).write_bytes(b"\xff\xfe\n")

    write(PAGES[:1], out)

    assert {"a.sh", "c.html", "sub/b.md", MANIFEST} == files(out).keys()
    assert (out / MANIFEST).read_text() == "a.sh\n"


@pytest.mark.parametrize("failing", ["replace", "write", "fchmod"])
def test_interrupted_write_leaves_old_or_new(failing: str, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build cut off midway leaves each file whole, old or new, and no temporary file."""
    new = [Page(page.path, page.content + b"new\n", page.executable) for page in PAGES]
    done: list[object] = []
    replace = Path.replace
    fchmod = os.fchmod

    def cut_off(function: Any) -> Any:
        def instead(*arguments: Any) -> Any:
            done.append(arguments)
            if len(done) == 2:
                raise KeyboardInterrupt if failing == "replace" else OSError(28, "No space left on device")
            return function(*arguments)

        return instead

    if failing == "replace":
        monkeypatch.setattr(Path, "replace", cut_off(replace))
    elif failing == "fchmod":
        monkeypatch.setattr(os, "fchmod", cut_off(fchmod))
    else:
        monkeypatch.setattr(os, "open", cut_off(os.open))

    with pytest.raises((KeyboardInterrupt, OutputError)):
        write(new, out)

    monkeypatch.undo()
    assert temporaries(out) == []
    for old, wanted in zip(PAGES, new, strict=True):
        assert (out / old.path).read_text("utf-8") in (old.text, wanted.text)
    write(new, out)
    assert compare(new, out) == {}


def test_full_disk_is_told(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the file and the reason."""

    def full(*arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)

    with pytest.raises(OutputError, match=r"out/c\.html: cannot be written: No space left on device"):
        write([Page("c.html", b"new")], out)


def test_temporary_files_of_the_dead_are_swept(out: Path) -> None:
    """What a killed build left is removed; what a running one is writing is not, nor what only looks so."""
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    ).stdout.strip()
    living = subprocess.Popen(["sleep", "30"])
    names = [
        f"{MANIFEST}-{dead}-a.sh",
        f"sub/{MANIFEST}-{dead}-b.md",
        f"{MANIFEST}-{living.pid}-a.sh",
        f"{MANIFEST}-x-a.sh",
        f"{MANIFEST}-²-a",
        f"{MANIFEST}-",
    ]
    for name in names:
        (out / name).write_text("half")
    (out / f"{MANIFEST}-{dead}-folder").mkdir()

    try:
        write(PAGES, out)
    finally:
        living.kill()
        living.wait()

    assert names[2:] == [name for name in names if (out / name).exists()]


def test_own_temporary_name_that_is_taken_is_no_trap(tmp_path: Path, out: Path) -> None:
    """A symlink at the temporary file's name is not written through."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (out / f"{MANIFEST}-{os.getpid()}-a.sh").symlink_to(victim)
    (out / "a.sh").write_text("old")

    try:
        write(PAGES, out)
    except OutputError as error:
        message = str(error)
    else:
        message = ""

    assert victim.read_text() == "precious"
    assert message == "" or "cannot be written" in message


@pytest.mark.parametrize("place", ["a.sh", MANIFEST, "sub/b.md"])
def test_folder_where_a_file_belongs(place: str, out: Path) -> None:
    """Somebody's folder is not removed for a page; the message says where it is."""
    (out / place).unlink()
    (out / place).mkdir()
    (out / place / "mine").write_text("x")

    with pytest.raises(InTheWay, match=f"{place}: a folder stands where a file belongs"):
        write(PAGES, out)

    assert (out / place / "mine").read_text() == "x"
    assert place in compare(PAGES, out)


@pytest.mark.parametrize("place", ["out", "out/sub"])
def test_file_where_a_folder_belongs(place: str, tmp_path: Path) -> None:
    """A file in the folder's place is reported, not removed."""
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("mine")

    with pytest.raises(OutputError, match=r"cannot be written|out/sub: a file stands where a folder belongs"):
        write(PAGES, tmp_path / "out")

    assert (tmp_path / place).read_text() == "mine"
    assert not (tmp_path / "out" / "a.sh").exists()


STALE = {
    "missing": (lambda out: (out / "c.html").unlink(), {"c.html": "c.html: missing\n"}),
    "left over": (
        lambda out: (out / MANIFEST).write_text("a.sh\nc.html\nold.sh\nsub/b.md\n") and (out / "old.sh").write_text(""),
        {"old.sh": "old.sh: left over\n"},
    ),
    "changed": (
        lambda out: (out / "c.html").write_text("<b>\n"),
        {"c.html": "--- c.html (present)\n+++ c.html (built)\n@@ -1 +1 @@\n-<b>\n+<p>\n"},
    ),
    "no line end": (
        lambda out: (out / "c.html").write_text("<p>"),
        {"c.html": "--- c.html (present)\n+++ c.html (built)\n@@ -1 +1 @@\n-<p>\n+<p>\n"},
    ),
    "not text": (
        lambda out: (out / "c.html").write_bytes(b"\xff"),
        {"c.html": "--- c.html (present)\n+++ c.html (built)\n@@ -1 +1 @@\n-\ufffd\n+<p>\n"},
    ),
    "no list": (lambda out: (out / MANIFEST).unlink(), {MANIFEST: f"{MANIFEST}: missing\n"}),
    "a folder": (
        lambda out: (out / "c.html").unlink() or (out / "c.html").mkdir(),
        {"c.html": "c.html: a folder stands where a file belongs\n"},
    ),
}


@pytest.mark.parametrize(("change", "expected"), STALE.values(), ids=STALE)
def test_compare(change: Any, expected: dict[str, str], out: Path) -> None:
    """Missing, changed and left-over files are reported alike, and nothing is written."""
    change(out)
    before = files(out)

    stale = compare(PAGES, out)

    assert expected == {path: text for path, text in stale.items() if path in expected}
    assert stale.keys() - {MANIFEST} == expected.keys() - {MANIFEST}
    assert before == files(out)


def test_compare_with_nothing(tmp_path: Path) -> None:
    """Where there is no folder, all is missing."""
    assert {page.path for page in PAGES} | {MANIFEST} == compare(PAGES, tmp_path / "out").keys()
    assert not (tmp_path / "out").exists()
