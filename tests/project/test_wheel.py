"""The wheel, installed in a fresh environment and run from / with an empty home."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from conftest import OUT, ROOT
from recorder import Recorder

from generator.catalog.yaml import load

pytestmark = pytest.mark.slow

BUILD = [sys.executable, "-m", "build", "--installer", "uv"]
ENVIRONMENT = {**os.environ, "UV_SYSTEM_CERTS": "1"}  # where a proxy signs anew, only this machine knows its certificate


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([*BUILD, "--wheel", "--outdir", folder, ROOT], env=ENVIRONMENT, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command as pipx installs it, in an environment of its own."""
    folder = tmp_path_factory.mktemp("pipx")
    folders = {"PIPX_HOME": str(folder / "home"), "PIPX_BIN_DIR": str(folder / "bin"), "PIPX_MAN_DIR": str(folder / "man")}
    install = [sys.executable, "-m", "pipx", "install", "--python", sys.executable, wheel]
    subprocess.run(install, env={**ENVIRONMENT, **folders}, cwd="/", check=True, capture_output=True)
    return folder / "bin" / "curlsheet"


def run(command: Path, *arguments: str | Path, home: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [command, *arguments],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", **env},
    )


def test_wheel_holds_templates_and_catalog(wheel: Path) -> None:
    """Every template, the catalog, the schema and py.typed are inside; tests and out/ are not."""
    names = zipfile.ZipFile(wheel).namelist()
    templates = {f"generator/{path.relative_to(ROOT)}" for path in (ROOT / "templates").rglob("*.*")}

    assert templates | {"generator/catalog.yaml", "generator/catalog.schema.json", "generator/py.typed"} <= set(names)
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"generator"}


def test_wheel_holds_what_was_tested(wheel: Path) -> None:
    """If the built-in catalog names a `tested` file, it is beside it (a line of force-include in pyproject.toml)."""
    named = load(ROOT / "catalog.yaml").value.get("tested")

    assert named is None or f"generator/{named.value}" in zipfile.ZipFile(wheel).namelist()


def test_wheel_holds_what_was_recorded(wheel: Path) -> None:
    """Every file of recordings that a backend of the built-in catalog names is beside it."""
    backends = load(ROOT / "catalog.yaml").value["backends"].value.values()
    named = {f"generator/{backend.value['recorded'].value}" for backend in backends if "recorded" in backend.value}

    assert named and named <= set(zipfile.ZipFile(wheel).namelist())


def test_installed_command_builds_the_same_files(command: Path, tmp_path: Path) -> None:
    """From /, without a checkout, the built-in catalog gives out/ byte for byte."""
    done = run(command, "build", "--out", tmp_path / "made", home=tmp_path)

    assert (done.returncode, done.stderr) == (0, "catalog: the built-in catalog\n")
    assert {path.name: path.read_bytes() for path in (tmp_path / "made").iterdir()} == {
        path.name: path.read_bytes() for path in OUT.iterdir()
    }


def test_installed_command_runs_a_cell(command: Path, tmp_path: Path, recorder: Recorder) -> None:
    """`run` needs no file, and `--catalog` works with a catalog of one's own beside the built-in flags and guides."""
    recorder.answers({"data": [{"id": "m1"}, {"id": "m2"}]})
    own = tmp_path / "own.yaml"
    own.write_text(
        f"backends:\n  mine:\n    base_url: {recorder.url}/v1\n    endpoints: {{models: {{}}}}\n"
        "endpoints:\n  models: {method: GET, path: /models, pipelines: [{name: ids, jq: '.data[].id', raw: true}]}\n"
    )
    built_in = run(command, "run", "ollama", "models", home=tmp_path, OLLAMA_BASE_URL=f"{recorder.url}/v1")
    mine = run(command, "run", "--catalog", own, "mine", "models", home=tmp_path)

    assert (built_in.returncode, built_in.stdout, built_in.stderr) == (0, "m1\nm2\n", "")
    assert (mine.returncode, mine.stdout, mine.stderr) == (0, "m1\nm2\n", "")


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("again")
    subprocess.run([*BUILD, "--outdir", folder, ROOT], env=ENVIRONMENT, check=True, capture_output=True)
    return folder


def test_sdist_makes_the_same_wheel(wheel: Path, again: Path) -> None:
    """What is packed as source builds the wheel that the checkout builds."""
    (made,) = again.glob("*.whl")

    def contents(path: Path) -> dict[str, bytes]:
        archive = zipfile.ZipFile(path)
        return {name: archive.read(name) for name in archive.namelist()}

    assert contents(made) == contents(wheel)


def test_what_would_be_published_is_well_described(again: Path) -> None:
    """twine, strict: an index would show the README of both files."""
    files = [path for path in again.iterdir() if path.suffix in (".whl", ".gz")]
    done = subprocess.run([sys.executable, "-m", "twine", "check", "--strict", *files], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout.count("PASSED"), len(files)) == (0, 2, 2), done.stdout


def test_pipx_and_uvx(wheel: Path, command: Path, tmp_path: Path) -> None:
    """Both install the wheel and run it, as the README says."""
    folders = {"UV_CACHE_DIR": str(tmp_path / "cache"), "UV_TOOL_DIR": str(tmp_path / "tools")}
    uvx = [sys.executable, "-m", "uv", "tool", "run", "--from", wheel, "curlsheet", "--version"]
    version = f"curlsheet, version {metadata.version('curlsheet')}\n"

    by_uvx = subprocess.run(uvx, env={**ENVIRONMENT, **folders}, cwd="/", capture_output=True, text=True, check=False)

    assert run(command, "--version", home=tmp_path).stdout == version
    assert (by_uvx.returncode, by_uvx.stdout) == (0, version), by_uvx.stderr


@pytest.mark.parametrize(
    ("shell", "script"),
    [
        ("bash", "COMP_WORDS=(curlsheet show olla); COMP_CWORD=2; _curlsheet_completion curlsheet olla show; echo ${COMPREPLY[@]}"),
        ("zsh", "compadd() { print $completions; }; words=(curlsheet show olla); CURRENT=3; _curlsheet_completion"),
    ],
)
def test_completion_installs(shell: str, script: str, command: Path, tmp_path: Path) -> None:
    """The README's line, in bash and zsh: a backend's name is completed."""
    line = next(line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if "_CURLSHEET_COMPLETE" in line)
    done = subprocess.run(
        [shell, "-c", f"{'compdef() {}; ' if shell == 'zsh' else ''}{line.replace('bash_source', f'{shell}_source')}\n{script}"],
        env={"PATH": f"{command.parent}:{os.environ['PATH']}", "HOME": str(tmp_path)},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )

    assert "ollama" in done.stdout, done.stderr
