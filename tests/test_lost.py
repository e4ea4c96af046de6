"""Nothing lost: builds that are killed, run into each other or out of room leave each file whole, and no debris."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import CATALOGS, ENVIRONMENT, ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator import catalog
from generator.cli.main import main
from generator.render.renderer import Renderer

pytestmark = pytest.mark.slow

CATALOG = (CATALOGS / "thirteen.yaml").read_text("utf-8")
CHANGED = CATALOG.replace("localhost", "elsewhere")


def pages(folder: Path, text: str) -> dict[str, bytes]:
    """What a build of the catalog makes."""
    (folder / "catalog.yaml").write_text(text, "utf-8")
    return {page.path: page.text.encode() for page in Renderer(catalog.read(folder / "catalog.yaml")).pages()}


def build(folder: Path) -> subprocess.Popen[bytes]:
    environment = {**ENVIRONMENT, "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "generator", "build"], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def built(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "out").iterdir()}


def finished(folder: Path) -> None:
    """Builds to the end, in this process."""
    result = CliRunner().invoke(main, ["build", "--catalog", str(folder / "catalog.yaml")])
    assert result.exit_code == 0, result.output


def test_killed_at_any_moment(tmp_path: Path) -> None:
    """SIGKILL, a dozen times over the length of a build: each file is old or new, and the next build leaves nothing else."""
    old, new = pages(tmp_path, CATALOG), pages(tmp_path, CHANGED)
    (tmp_path / "catalog.yaml").write_text(CATALOG, "utf-8")
    start = time.monotonic()
    _, said = build(tmp_path).communicate(timeout=60)
    length = time.monotonic() - start
    assert built(tmp_path).keys() == {*old, ".curlsheet"}, said
    chance = random.Random(417)
    cut = 0
    for _ in range(12):
        (tmp_path / "catalog.yaml").write_text(CHANGED, "utf-8")
        process = build(tmp_path)
        time.sleep(length * chance.uniform(0.5, 1.1))
        process.kill()
        process.communicate()
        cut += process.returncode != 0
        left = built(tmp_path)
        assert [name for name in old if left.get(name) not in (old[name], new[name])] == []
        (tmp_path / "catalog.yaml").write_text(CATALOG, "utf-8")
        finished(tmp_path)
        assert built(tmp_path).keys() == {*old, ".curlsheet"}
        assert {name: left for name, left in built(tmp_path).items() if name != ".curlsheet"} == old
    assert cut > 3


def test_several_builds_at_once(tmp_path: Path) -> None:
    """Each ends well or with a message, and in the end each file is complete."""
    made = pages(tmp_path, CATALOG)
    processes = [build(tmp_path) for _ in range(4)]
    said = [process.communicate(timeout=60)[1].decode() for process in processes]
    assert [words for words in said if "Traceback" in words] == []
    finished(tmp_path)
    assert built(tmp_path).keys() == {*made, ".curlsheet"}
    assert {name: text for name, text in built(tmp_path).items() if name != ".curlsheet"} == made


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of 128 kB. Only root may make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(disk)], check=True, capture_output=True)
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
def test_full_disk(small: Path) -> None:
    """The file that did not fit is named, no traceback, no half file; with room again the build is whole."""
    made = pages(small, CATALOG)
    process = build(small)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "No space left on device" in said.decode() and "Traceback" not in said.decode()
    assert [name for name, text in built(small).items() if text != made.get(name)] in ([], [".curlsheet"])
    subprocess.run(["mount", "-o", "remount,size=4m", str(small)], check=True)
    finished(small)
    assert built(small).keys() == {*made, ".curlsheet"}


KEYS = """backends endpoints languages extends only guides flags errors title base_url method path body parameters pipelines jq name at
api_key variable troubles when say like values sample""".split()
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8),
    st.sampled_from(["GET", "/x", "{a}", "http://localhost:1", "builtin", ".a", "body", "../..", "$(x)", "en", "a"]),
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner, max_size=4),
    max_leaves=30,
)


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=ANYTHING, layered=st.booleans())
def test_no_catalog_ends_in_a_traceback(data: object, layered: bool, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever a catalog holds, alone or over another one: faults and nothing written, or a build."""
    folder = tmp_path_factory.mktemp("fuzz")
    text = json.dumps({**data, "extends": str(CATALOGS / "thirteen.yaml")} if layered and isinstance(data, dict) else data)
    (folder / "catalog.yaml").write_text(text, "utf-8")
    result = CliRunner().invoke(main, ["build", "--catalog", str(folder / "catalog.yaml")])
    assert result.exit_code in (0, 1) and (result.exception is None or isinstance(result.exception, SystemExit)), result.exception
    assert (folder / "out").exists() == (result.exit_code == 0)
