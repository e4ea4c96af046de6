"""`curlsheet record`: what servers answer becomes samples, without keys, and a changed shape is told."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from conftest import ENVIRONMENT, mostly_slow, slow
from recorder import Answer, Recorded, Recorder

from generator import catalog
from generator.catalog.nodes import CatalogError
from generator.cli.main import main

LAB = """\
languages: [en]
backends:
  lab:
    name: Lab
    base_url: URL/v1
    api_key: {variable: LAB_KEY, required: false, example: k-1}
    recorded: recorded/lab.json
    endpoints:
      models: {source: 'https://docs.example.com/models'}
      ask: {}
      talk: {}
      log: {}
      note: {}
      etag: {}
      draw: {}
      photo: {}
      drop: {}
      buy: {}
      own: {sample: {answer: mine}}
      login: {}
      version: {}
errors: .error.message? // empty
endpoints:
  models:
    method: GET
    path: /models
    pipelines: [{name: ids, jq: '.data[].id', raw: true}, {name: vectors, jq: '[.data[].vector | length]'}]
    lists: {model: ids}
  ask:
    method: POST
    path: /ask
    body: {model: small, q: hi}
    parameters: {model: {at: [body, model], option: --model, variable: MODEL}}
    pipelines: [{name: answer, jq: .answer, raw: true}]
    sample: {answer: imagined}
  own: {like: ask, path: /own}
  talk:
    method: GET
    path: /talk
    response: events
    pipelines: [{name: text, jq: '.text // empty', raw: true}, {name: used, jq: '.used // empty'}]
  log: {method: GET, path: /log, response: lines, pipelines: [{name: text, jq: '.text // empty', raw: true}]}
  note: {method: GET, path: /note, response: text}
  etag: {method: HEAD, path: /etag}
  draw: {method: GET, path: /draw, response: file, save_as: picture.png, pipelines: [{name: picture, jq: '.b64', raw: true}]}
  photo: {method: GET, path: /photo, response: file, save_as: photo.png}
  drop: {method: DELETE, path: /drop, response: none, effect: changes}
  buy: {like: ask, path: /buy, effect: costs}
  login:
    method: POST
    path: /login
    body: {user: ada, password: ''}
    parameters: {password: {at: [body, password], variable: PASSWORD, secret: true, required: true}}
    pipelines: [{name: token, jq: .access_token, raw: true}]
  version: {method: GET, path: /version, pipelines: [{name: version, jq: .version, raw: true}]}
"""
PICTURE = base64.b64encode(b"\x89PNG" + bytes(1000)).decode()
ANSWERS: dict[str, Any] = {
    "/models": {"data": [{"id": "small", "vector": [0.1] * 1000}, {"id": "large", "vector": [1e-05, 0.25] * 1000}], "next": None},
    "/ask": {"answer": "是的", "used": 3},
    "/own": {"answer": "theirs"},
    "/talk": "".join(f"data: {json.dumps({'text': str(number)})}\r\n\r\n" for number in range(50))
    + 'data: {"used": 50}\n\ndata: [DONE]\n\n',
    "/log": '{"text": "a"}\n\n{"text": "b"}\n',
    "/note": "".join(f"line {number}\n" for number in range(500)),
    "/etag": "",
    "/draw": {"b64": PICTURE},
    "/photo": b"\x89PNG",
    "/buy": {"answer": "bought"},
    "/login": {"access_token": "abc"},
    "/version": {"version": "1.2"},
}


def spoken(request: Recorded, answers: Mapping[str, Any] = ANSWERS) -> Answer:
    """What the lab's server answers."""
    said = answers.get(request.target.removeprefix("/v1"), {})
    body = said if isinstance(said, bytes) else said.encode() if isinstance(said, str) else json.dumps(said).encode()
    return Answer(body)


@pytest.fixture
def lab(recorder: Recorder, tmp_path: Path) -> Recorder:
    """The lab's server, which answers well; its catalog is the catalog.yaml of the folder."""
    recorder.answer = spoken
    (tmp_path / "catalog.yaml").write_text(LAB.replace("URL", recorder.url))
    (tmp_path / "tmp").mkdir()
    return recorder


def answering(lab: Recorder, **said: Any) -> None:
    """Lets some endpoints answer something else."""
    answers = {**ANSWERS, **{f"/{name}": value for name, value in said.items()}}
    lab.answer = lambda request: spoken(request, answers)


def run(folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """`curlsheet` in a folder, with nothing in the environment but `env`; in this process, since its start takes longest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(tempfile, "tempdir", None)  # which keeps the first TMPDIR
        for name in list(os.environ):
            patch.delenv(name)
        for name, value in {**ENVIRONMENT, "HOME": str(folder), "TMPDIR": str(folder / "tmp"), **(env or {})}.items():
            patch.setenv(name, value)
        result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    return subprocess.CompletedProcess(arguments, result.exit_code, result.stdout, result.stderr)


def recorded(folder: Path) -> dict[str, Any]:
    """The samples in the file, by endpoint."""
    answers = json.loads((folder / "recorded" / "lab.json").read_text("utf-8"))["answers"]
    return {endpoint: recording["sample"] for endpoint, recording in answers.items()}


# what is recorded


def test_answers_of_every_kind_become_samples(lab: Recorder, tmp_path: Path) -> None:
    """Shortened so that each filter still finds what it finds; what cannot be a sample is told, with the reason."""
    done = run(tmp_path, "record")

    assert (done.returncode, done.stderr) == (0, "catalog: catalog.yaml\n")
    lines = done.stdout.splitlines()
    assert lines[:-1] == [
        "○ lab buy: costs money: runs only if named, as lab/ENDPOINT",
        "○ lab login: needs PASSWORD: read -rs LAB_PASSWORD; export LAB_PASSWORD",
        "○ lab photo: its answer is a file, which is not recorded",
        "○ lab drop: it prints nothing of its answer",
        "○ lab own: it has a sample of its own (catalog.yaml:19): to record its answer, take that out",
        "recorded/lab.json: 8 answers, 8 of them of Lab 1.2",
    ]
    assert lines[-1].startswith("8 recorded, 0 failed, 5 not run; ")
    samples = recorded(tmp_path)
    assert samples["models"] == {
        "data": [{"id": "small", "vector": [0.1] * 4}, {"id": "large", "vector": [0.25] * 4}],
        "next": None,
    }
    assert samples["ask"] == {"answer": "是的", "used": 3}
    assert samples["talk"] == [*({"text": str(number)} for number in (*range(9), 49)), {"used": 50}]
    assert samples["log"] == [{"text": "a"}, {"text": "b"}]
    assert samples["note"] == "".join(f"line {number}\n" for number in range(20)) + "…\n"
    assert samples["etag"]["Content-Type"] == "application/json"
    assert samples["draw"] == {"b64": PICTURE[:160]} and base64.b64decode(PICTURE[:160])
    text = (tmp_path / "recorded" / "lab.json").read_text("utf-8")
    assert "是的" in text and '"server": "Lab 1.2"' in text and text.endswith("}\n")
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["catalog.yaml", "lab.json"]


def test_pages_say_what_was_recorded(lab: Recorder, tmp_path: Path) -> None:
    """The samples stand on the pages, with the server and the day; others with that they were made from the source."""
    run(tmp_path, "record", "lab/ask", "lab/version")
    file = tmp_path / "recorded" / "lab.json"
    data = json.loads(file.read_text("utf-8"))
    for answer in data["answers"].values():
        answer["date"] = "2026-01-31"
    file.write_text(json.dumps(data), "utf-8")
    source = (tmp_path / "catalog.yaml").read_text()
    (tmp_path / "catalog.yaml").write_text(
        source.replace("models'}", "models', sample: {data: [{id: a, vector: []}]}}").replace("[en]", "[en, zh]")
    )
    assert run(tmp_path, "build").returncode == 0
    page = (tmp_path / "out" / "cheatsheet-lab.en.md").read_text("utf-8")
    html = (tmp_path / "out" / "cheatsheet-lab.en.html").read_text("utf-8")
    chinese = (tmp_path / "out" / "cheatsheet-lab.zh.md").read_text("utf-8")

    assert 'A response (recorded from Lab 1.2, 2026-01-31):\n\n```json\n{"answer": "是的", "used": 3}' in page
    assert "A response (made from the source, not recorded):\n" in page
    assert 'A response:\n\n```json\n{"answer": "mine"}' in page
    assert '<p class="source">Recorded from Lab 1.2, 2026-01-31</p>' in html
    assert "示例响应（录自 Lab 1.2，2026-01-31）：\n" in chinese
    shown = run(tmp_path, "show", "lab").stdout
    assert "\nRecorded from Lab 1.2, 2026-01-31\n" in shown
    assert run(tmp_path, "build", "--check").returncode == 0
    assert run(tmp_path, "verify").returncode == 0


def test_what_has_an_effect_runs_if_named(lab: Recorder, tmp_path: Path) -> None:
    """As with probe; what was recorded before stays beside it, in the order of the catalog."""
    run(tmp_path, "record", "lab/version")
    done = run(tmp_path, "record", "lab/buy", "--server", "Lab 2 (beta)")

    answers = json.loads((tmp_path / "recorded" / "lab.json").read_text("utf-8"))["answers"]
    assert done.returncode == 0
    assert {endpoint: answer["server"] for endpoint, answer in answers.items()} == {"buy": "Lab 2 (beta)", "version": "Lab 1.2"}
    assert list(answers) == ["buy", "version"]
    assert sum(request.target == "/v1/buy" for request in lab.requests) == 1
    for name, why in (("photo", "its answer is a file"), ("own", "it has a sample of its own"), ("drop", "it prints nothing")):
        refused = run(tmp_path, "record", f"lab/{name}")
        assert (refused.returncode, why in refused.stdout) == (1, True)
    assert [request.target for request in lab.requests if request.target in ("/v1/photo", "/v1/own", "/v1/drop")] == []


# secrets


@pytest.mark.parametrize("key", [slow("canary-4fQ9zL2p"), "sk-pr\"oj$(touch pwned)'3", slow("密钥🔑-3141"), slow("k7")])
def test_no_key_is_recorded(key: str, lab: Recorder, tmp_path: Path) -> None:
    """Wherever a server says it back, in whatever form: no file has it, and nothing that is printed."""
    forms = [key, quote(key, safe=""), base64.b64encode(key.encode()).decode()]
    said = {"answer": f"<{'> <'.join(forms)}>", key: forms, "deep": [{"x": [{"y": f"Bearer {key}"}]}], "long": "x" * 150 + f" {key}"}
    answering(
        lab,
        ask=said,
        talk="".join(f"data: {json.dumps({'text': f' {form} '})}\n\n" for form in forms),
        note="\n".join(forms),
        login={"access_token": key, "again": [f"pass word {key}"]},
        etag="",
    )
    done = run(tmp_path, "record", env={"LAB_KEY": key, "LAB_PASSWORD": key})

    text = (tmp_path / "recorded" / "lab.json").read_text("utf-8")
    assert done.returncode == 0
    assert set(recorded(tmp_path)) >= {"ask", "talk", "note", "login"}
    for form in (*forms, json.dumps(key)[1:-1]):
        assert form not in text and form not in done.stdout + done.stderr
    assert recorded(tmp_path)["note"] == "k-1\nk-1\n…" and recorded(tmp_path)["login"]["access_token"] == "k-1"
    assert "lab/ask: replaced " in done.stdout


def test_a_key_in_pieces_is_not_recorded(lab: Recorder, tmp_path: Path) -> None:
    """A model that says the key back says it in several events."""
    answering(lab, talk='data: {"text": "can"}\n\ndata: {"text": "ary-4fQ9zL2p"}\n\n')
    done = run(tmp_path, "record", "lab/talk", env={"LAB_KEY": "canary-4fQ9zL2p"})

    assert (done.returncode, "✗ lab/talk: the answer holds a key, in pieces" in done.stdout) == (1, True)
    assert not (tmp_path / "recorded").exists()


# what is not recorded

NOT_RECORDED: Mapping[str, tuple[str, Any, int, str]] = {
    "refused": ("ask", {"error": {"message": "no such model"}}, 404, "HTTP 404 from URL/v1/ask: no such model"),
    "not UTF-8": ("note", b"caf\xe9", 200, "the answer is not UTF-8 text (at byte 3)"),
    "not UTF-8 in JSON": ("ask", b'{"answer": "\xff"}', 200, "the answer is not UTF-8 text (at byte 12)"),
    "no JSON": ("ask", "<html>", 200, "the answer is not JSON (Expecting value"),
    "NaN": ("ask", '{"answer": NaN}', 200, "the answer is not JSON (NaN is no number in JSON)"),
    "nothing found": ("ask", {"reply": "hi"}, 200, "the filter answer finds nothing in the answer"),
    "a filter fails": (
        "models",
        {"data": [{"id": 1, "vector": True}]},
        200,
        "the filter vectors fails on the answer: boolean (true) has no length",
    ),
    "an error in a stream": ("talk", 'data: {"text": "a"}\n\ndata: {"error": {"message": "full"}}\n\n', 200, ": full"),
    "no event": ("talk", "data: [DONE]\n\n", 200, ""),
    "a line that is none": ("log", '{"text": "a"}\nb\n', 200, "line 2 of the answer is not JSON"),
    "half of a character": ("ask", '{"answer": "\\ud83d"}', 200, "the filter answer fails on the answer: parse error"),
    "too deep": ("ask", '{"answer": ' + "[" * 120 + "]" * 120 + "}", 200, "no catalog can hold the answer: nested deeper than 100 levels"),
}


@pytest.mark.parametrize(
    ("endpoint", "answer", "status", "why"), mostly_slow(NOT_RECORDED, ["refused", "not UTF-8", "nothing found", "NaN", "too deep"])
)
def test_what_is_no_sample_is_told(endpoint: str, answer: Any, status: int, why: str, lab: Recorder, tmp_path: Path) -> None:
    """The cell, and why; the recording of before stays, and the others are recorded."""
    run(tmp_path, "record", f"lab/{endpoint}")
    before = recorded(tmp_path)[endpoint]
    good = spoken

    def other(request: Recorded) -> Answer:
        if request.target == f"/v1/{endpoint}":
            body = answer if isinstance(answer, bytes) else answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
            return Answer(body, status)
        return good(request)

    lab.answer = other
    done = run(tmp_path, "record", f"lab/{endpoint}", "lab/version")

    assert done.returncode == 1
    assert done.stdout.startswith(f"✗ lab/{endpoint}: ") and why.replace("URL", lab.url) in done.stdout.splitlines()[0]
    assert recorded(tmp_path) == {endpoint: before, "version": {"version": "1.2"}}
    assert "2 answers, 1 of them of Lab 1.2\n1 recorded, 1 failed, 0 not run; " in done.stdout


def test_a_long_answer_is_shortened(lab: Recorder, tmp_path: Path) -> None:
    """200 kB in a long list and in long texts; what the filters print of it still makes sense."""
    many = {"data": [{"id": f"model {number}", "vector": [number], "about": "好" * 300} for number in range(500)]}
    answering(lab, models=many)
    done = run(tmp_path, "record", "lab/models")

    (sample,) = recorded(tmp_path).values()
    assert done.returncode == 0
    assert [item["id"] for item in sample["data"]] == ["model 0", "model 1", "model 2"]
    assert sample["data"][0]["about"] == "好" * 160 + "…"
    assert (tmp_path / "recorded" / "lab.json").stat().st_size < 3000


HOSTILE = "it's \"a\" `id` $(touch pwned) \\ {{ 7 * 7 }} {% x %} <script> ]]> -x @file # ' \x00\x1b[31m"
HOSTILE += "\u202e\u2028\ufeff\U0001f600\uffff 是\r\n\t"


def test_hostile_texts(lab: Recorder, tmp_path: Path) -> None:
    """What a server may say is data: recorded, read again, built, shown and verified as it is."""
    answering(lab, ask={"answer": HOSTILE, HOSTILE: HOSTILE, "": [HOSTILE], "k" * 300: 1}, note=HOSTILE.encode("utf-8", "replace"))
    done = run(tmp_path, "record", "lab/ask", "lab/note", "--server", "Lab <1> `x` $(y)")

    assert done.returncode == 0, done.stdout
    sample = catalog.read(tmp_path / "catalog.yaml").backends["lab"].endpoints["ask"].sample
    assert (sample["answer"], sample[HOSTILE], sample[""]) == (HOSTILE, HOSTILE, [HOSTILE])
    assert run(tmp_path, "build").returncode == 0
    assert "{{ 7 * 7 }}" in (tmp_path / "out" / "cheatsheet-lab.en.md").read_text("utf-8")  # and not 49
    assert "<script> ]]>" not in (tmp_path / "out" / "cheatsheet.en.html").read_text("utf-8")
    assert run(tmp_path, "verify").returncode == 0
    assert [path.name for path in tmp_path.rglob("pwned")] == []


# --check


def test_check_says_what_changed(lab: Recorder, tmp_path: Path) -> None:
    """Fields that came, went or changed their type, each with its place; nothing is written."""
    assert run(tmp_path, "record").returncode == 0
    before = (tmp_path / "recorded" / "lab.json").read_bytes()
    same = run(tmp_path, "record", "--check")
    answering(
        lab,
        models={"data": [{"id": "small", "vector": [0.5], "owner": "x"}, {"id": 8, "vector": []}], "next": "page2"},
        ask={"answer": "no"},
        talk='data: {"text": "a", "seq": 1}\n\ndata: {"used": 1}\n\n',
    )
    changed = run(tmp_path, "record", "--check")

    assert (same.returncode, same.stdout.splitlines()[-1].split(";")[0]) == (0, "8 as recorded, 0 changed or failed, 5 not run")
    assert changed.returncode == 1
    day = json.loads(before)["answers"]["ask"]["date"]
    assert [line for line in changed.stdout.splitlines() if line.startswith("✗")] == [
        f"✗ lab/models: .data[].owner came (a text); .data[].id was a text and is a number or a text; recorded from Lab 1.2, {day}",
        f"✗ lab/ask: .used went (a number); recorded from Lab 1.2, {day}",
        f"✗ lab/talk: [].seq came (a number); recorded from Lab 1.2, {day}",
    ]
    assert changed.stdout.splitlines()[-1].startswith("5 as recorded, 3 changed or failed, 5 not run; ")
    assert (tmp_path / "recorded" / "lab.json").read_bytes() == before


def test_check_of_what_is_not_recorded(lab: Recorder, tmp_path: Path) -> None:
    """What was named and was never recorded is no success; without any file there is nothing to compare."""
    done = run(tmp_path, "record", "--check")
    assert (done.returncode, done.stderr) == (
        1,
        "catalog: catalog.yaml\nnothing is recorded of lab: there is no file recorded/lab.json\n",
    )
    run(tmp_path, "record", "lab/version")
    lab.requests.clear()
    whole, named = run(tmp_path, "record", "--check"), run(tmp_path, "record", "--check", "lab/ask")

    assert (whole.returncode, named.returncode) == (0, 1)
    assert "○ lab: it is not recorded" in named.stdout
    assert not [request for request in lab.requests if request.target == "/v1/ask"]


# the file

NOT_OURS = {
    "their own JSON": ('{"name": "package"}', "1: about is missing"),
    "their own with our keys": ('{"about": "mine", "answers": {}}', "recorded/lab.json was not written by curlsheet record"),
    "no JSON": ("hello, world\n", "expected a mapping"),
    "empty": ("", "an empty catalog"),
    "a conflict": ("<<<<<<< HEAD\n{}\n", "not"),
}


@pytest.mark.parametrize(("text", "why"), mostly_slow(NOT_OURS, ["their own JSON", "their own with our keys"]))
@pytest.mark.parametrize("check", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_file_of_somebody_elses_stays(text: str, why: str, check: bool, lab: Recorder, tmp_path: Path) -> None:
    """It is not overwritten, and nothing runs."""
    (tmp_path / "recorded").mkdir()
    (tmp_path / "recorded" / "lab.json").write_text(text)
    done = run(tmp_path, "record", *(["--check"] if check else []))

    assert (done.returncode, done.stdout, lab.requests) == (1, "", [])
    assert why in done.stderr and "so it is not overwritten: move it away, or name another one\n" in done.stderr
    assert (tmp_path / "recorded" / "lab.json").read_text() == text


def test_a_write_that_fails_leaves_the_old_file(lab: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk, the file is whole: the old one."""
    run(tmp_path, "record", "lab/version")
    before = (tmp_path / "recorded" / "lab.json").read_bytes()
    replace = Path.replace

    def full(self: Path, target: Path) -> Path:
        if Path(target).name == "lab.json":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    done = run(tmp_path, "record", "lab/ask")

    assert (done.returncode, "No space left on device" in done.stderr) == (1, True)
    assert [path.name for path in (tmp_path / "recorded").iterdir()] == ["lab.json"]
    assert (tmp_path / "recorded" / "lab.json").read_bytes() == before


def test_a_link_is_written_through(lab: Recorder, tmp_path: Path) -> None:
    """The file that it leads to is replaced, and not the link."""
    run(tmp_path, "record", "lab/version")
    (tmp_path / "recorded" / "lab.json").rename(tmp_path / "real.json")
    (tmp_path / "recorded" / "lab.json").symlink_to("../real.json")
    assert run(tmp_path, "record", "lab/ask").returncode == 0

    assert (tmp_path / "recorded" / "lab.json").is_symlink() and not (tmp_path / "real.json").is_symlink()
    assert set(recorded(tmp_path)) == {"ask", "version"}


@pytest.mark.parametrize(
    ("catalog_text", "arguments", "says"),
    mostly_slow(
        {
            "no key": (
                LAB.replace("    recorded: recorded/lab.json\n", ""),
                (),
                "catalog.yaml:3: backends.lab names no file for its recordings. Add a line to it:\n  recorded: recorded/lab.json\n",
            ),
            "another's": (
                "extends: base.yaml\n",
                ("lab",),
                "catalog.yaml names no file for the recordings of lab. Add to its backends:\n  lab: {recorded: recorded/lab.json}\n",
            ),
        },
        ["no key", "another's"],
    ),
)
def test_a_catalog_without_a_file(catalog_text: str, arguments: tuple[str, ...], says: str, lab: Recorder, tmp_path: Path) -> None:
    """It is told which line to add, and that line works."""
    (tmp_path / "base.yaml").write_text(LAB.replace("URL", lab.url).replace("    recorded: recorded/lab.json\n", ""))
    (tmp_path / "catalog.yaml").write_text(catalog_text.replace("URL", lab.url))
    done = run(tmp_path, "record", *arguments)

    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"catalog: catalog.yaml\n{says}")
    assert lab.requests == []
    line = says.splitlines()[-1]
    text = (tmp_path / "catalog.yaml").read_text()
    (tmp_path / "catalog.yaml").write_text(
        f"{text}backends:\n{line}\n" if "extends" in text else text.replace("    name: Lab\n", f"    name: Lab\n  {line}\n")
    )
    assert run(tmp_path, "record", "lab/version").returncode == 0
    assert recorded(tmp_path) == {"version": {"version": "1.2"}}


def test_usage(lab: Recorder, tmp_path: Path) -> None:
    """--server and --url are about one backend; a name has one line; the built-in catalog is not written into."""
    (tmp_path / "catalog.yaml").write_text(
        LAB.replace("URL", lab.url).replace(
            "errors:", "  twin: {base_url: 'http://localhost:1', recorded: t.json, endpoints: {version: {}}}\nerrors:"
        )
    )
    two = run(tmp_path, "record", "--server", "X")
    lines = run(tmp_path, "record", "lab", "--server", "X\nY")
    assert (two.returncode, "--server names the server of one BACKEND" in two.stderr) == (2, True)
    assert (lines.returncode, "--server must be one line" in lines.stderr) == (2, True)
    down = run(tmp_path, "record", "lab/version", "twin")
    assert (down.returncode, "↓ twin" in down.stdout, set(recorded(tmp_path))) == (1, True, {"version"})
    assert not (tmp_path / "t.json").exists()
    (tmp_path / "catalog.yaml").unlink()
    built_in = run(tmp_path, "record")
    assert (built_in.returncode, "the built-in catalog has recordings of its own" in built_in.stderr) == (1, True)


# a catalog that is at fault without its recordings, or with old ones


def test_record_mends_what_does_not_fit(lab: Recorder, tmp_path: Path) -> None:
    """Recordings that are at fault now, of another kind or of an endpoint that is gone, are made anew or taken out."""
    run(tmp_path, "record", "lab/ask", "lab/version", "lab/models")
    text = (tmp_path / "catalog.yaml").read_text()
    text = (
        text.replace("jq: .answer, raw", "jq: .reply, raw")
        .replace("sample: {answer:", "sample: {reply:")
        .replace("      models: {source: 'https://docs.example.com/models'}\n", "")
    )
    (tmp_path / "catalog.yaml").write_text(text)
    with pytest.raises(CatalogError) as error:
        catalog.read(tmp_path / "catalog.yaml", "catalog.yaml")
    answering(lab, ask={"reply": "yes"})
    done = run(tmp_path, "record", "lab/ask")

    assert [str(fault).split(": ", 1)[0] for fault in error.value.faults] == ["catalog.yaml:33", "recorded/lab.json:4"]
    assert done.returncode == 0
    assert "  lab/models: taken out, since there is no such endpoint\n" in done.stdout
    assert recorded(tmp_path) == {"ask": {"reply": "yes"}, "version": {"version": "1.2"}}
