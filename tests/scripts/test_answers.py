"""Pictures on their way out, and answers that hold nothing: what the scripts of out/ make of them."""

from __future__ import annotations

import base64
import json
import os
import pty
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import ENVIRONMENT, OUT, Run, every_script, mostly_slow, slow
from recorder import Recorder

PICTURES = {
    "image/png": b"\x89PNG\r\n\x1a\n\0",
    "image/jpeg": b"\xff\xd8\xff\xe1\0\xffExif",
    "image/gif": b"GIF89a\1\0",
    "image/webp": b"RIFF\x24\0\0\0WEBPVP8 ",
}
ANSWERED = {"choices": [{"message": {"content": "A red square."}}]}
SEEING = ["litellm-image-input", every_script("ollama-image-input"), every_script("xinference-image-input")]


def to(recorder: Recorder) -> Mapping[str, str]:
    """The variables that lead every script to the recorder."""
    names = ("OLLAMA", "LITELLM", "XINFERENCE", "OPENAI")
    return {**{f"{name}_BASE_URL": f"{recorder.url}/v1" for name in names}, "LITELLM_API_KEY": "k", "OPENAI_API_KEY": "k"}


@pytest.mark.parametrize("name", SEEING)
@pytest.mark.parametrize("kind", mostly_slow({kind: kind for kind in PICTURES}, quick=["image/png"]))
@pytest.mark.parametrize("file", [slow("photo.JPG"), slow("a picture"), "-"])
def test_picture_has_its_type(name: str, kind: str, file: str, recorder: Recorder, bash: Run, tmp_path: Path) -> None:
    """Its bytes tell, whatever the file is called, and on standard input too."""
    recorder.answers(ANSWERED)
    if file != "-":
        (tmp_path / "home" / file).write_bytes(PICTURES[kind])
    done = bash(OUT / f"{name}.sh", "--image", file, "What is it?", env=to(recorder), stdin=PICTURES[kind])
    assert (done.returncode, done.stdout, done.stderr) == (0, b"A red square.\n", b"")
    asked, picture = recorder.only().json()["messages"][0]["content"]
    assert asked["text"] == "What is it?"
    assert picture["image_url"]["url"] == f"data:{kind};base64,{base64.b64encode(PICTURES[kind]).decode()}"


@pytest.mark.parametrize("name", SEEING)
@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"*?[a]", b"\0\0\0\x18ftypheic"])
@pytest.mark.parametrize("file", ["photo.jpg", "-"])
def test_what_is_no_picture_is_refused(name: str, content: bytes, file: str, recorder: Recorder, bash: Run, tmp_path: Path) -> None:
    """Before anything is sent, saying what is taken."""
    (tmp_path / "home" / "photo.jpg").write_bytes(content)
    done = bash(OUT / f"{name}.sh", "--image", file, env=to(recorder), stdin=content)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == f"{name}.sh: --image takes a picture: png, jpg, gif or webp\n".encode()
    assert recorder.requests == []


VECTOR = {"data": [{"embedding": [0.5, 1]}]}
NOTHING = {
    "xinference, no model": (
        "xinference-models",
        '{"object":"list","data":[]}',
        "No model is running. Launch one: xinference-launch.sh NAME",
    ),
    "ollama, no model": ("ollama-models", '{"object":"list","data":null}', "No models yet. Download one: ollama pull qwen2.5:7b"),
    "ollama, empty list": ("ollama-models", '{"object":"list","data":[]}', "No models yet. Download one: ollama pull qwen2.5:7b"),
    "ollama, none on disk": ("ollama-tags", '{"models":[]}', "No models yet. Download one: ollama pull qwen2.5:7b"),
    "ollama, none in memory": ("ollama-ps", '{"models":[]}', "No model is loaded. The first request loads one"),
    "JSON that is cut off": (
        "litellm-json-schema",
        '{"choices": [{"message": {"content": "{\\"languages\\": [{"}, "finish_reason": "length"}]}',
        "litellm-json-schema.sh: the answer holds an error: cut off (finish_reason is length): allow more with --max-tokens",
    ),
    "one text": ("litellm-similarity", json.dumps(VECTOR), "Two texts are needed, each in quotes"),
}


@pytest.mark.parametrize(
    ("name", "answer", "last"), mostly_slow(NOTHING, quick=["ollama, none on disk", "JSON that is cut off", "one text"])
)
def test_nothing_is_explained(name: str, answer: str, last: str, recorder: Recorder, bash: Run) -> None:
    """The last line says what to do."""
    recorder.answers(answer)
    done = bash(OUT / f"{name}.sh", env=to(recorder))
    assert (done.returncode, done.stdout) == (5, b"")
    assert done.stderr.decode().splitlines()[-1] == last


REFUSED = {
    "launch, too slow": ("xinference-launch", "Still loading. To wait: XINFERENCE_TIMEOUT=3600; or --wait false"),
    "chat, too slow": ("xinference-chat-completions", "Too slow? Allow more seconds, for example XINFERENCE_TIMEOUT=900"),
}


@pytest.mark.parametrize(("name", "last"), REFUSED.values(), ids=REFUSED)
def test_a_trouble_of_an_endpoint_is_its_own(name: str, last: str, recorder: Recorder, bash: Run, tmp_path: Path) -> None:
    """What to try when a launch takes too long stands in no other script."""
    curl = tmp_path / "bin" / "curl"
    curl.parent.mkdir()
    curl.write_text("#!/bin/sh\nexit 28\n")
    curl.chmod(0o755)
    done = bash(OUT / f"{name}.sh", env={**to(recorder), "PATH": f"{curl.parent}:{ENVIRONMENT['PATH']}"})
    assert done.returncode == 28
    assert done.stderr.decode().splitlines()[1:] == ([last] if last else [])


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ("Model bge-m3 cannot be run on engine transformers.", "For embedding and rerank: --engine sentence_transformers"),
        ("[pid=2] Model not found, name: nope, size: 7", "See xinference-registrations.sh; --size, --format must fit"),
        ("Model not found in the model list, uid: nope", "List the models: xinference-models.sh; choose: --model NAME"),
    ],
)  # fmt: skip
def test_a_refused_launch(said: str, last: str, recorder: Recorder, bash: Run) -> None:
    """In the words of Xinference 4.1.0, and what to try."""
    recorder.answers({"detail": said}, 400)
    done = bash(OUT / "xinference-launch.sh", env=to(recorder))
    assert done.returncode == 22
    assert done.stderr.decode().splitlines()[1:] == [last]


def test_launch_sends_what_is_chosen(recorder: Recorder, bash: Run) -> None:
    """Size, format and quantization as texts, in the body; whether it waits, in the query."""
    recorder.answers({"model_uid": "tiny"})
    options = "qwen3 --engine llama.cpp --size 0_6 --format ggufv2 --quantization Q4_K_M --uid tiny --wait false".split()
    done = bash(OUT / "xinference-launch.sh", *options, env=to(recorder))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"tiny\n", b"")
    sent = recorder.only()
    assert sent.target == "/v1/models?wait_ready=false"
    assert sent.json() == {
        "model_name": "qwen3",
        "model_type": "LLM",
        "model_engine": "llama.cpp",
        "model_format": "ggufv2",
        "model_size_in_billions": "0_6",
        "quantization": "Q4_K_M",
        "model_uid": "tiny",
    }


@pytest.mark.parametrize("name", ["litellm-speech", *map(slow, ["openai-speech", "xinference-speech"])])
@pytest.mark.parametrize("options", [[], ["-o", "-"]], ids=["file", "standard output"])
def test_an_empty_file_is_no_answer(name: str, options: list[str], recorder: Recorder, bash: Run, tmp_path: Path) -> None:
    """Exit 5, and no file."""
    recorder.answers(b"")
    done = bash(OUT / f"{name}.sh", *options, env=to(recorder))
    assert (done.returncode, done.stdout) == (5, b"")
    assert done.stderr == f"{name}.sh: the answer is empty\n".encode()
    assert list((tmp_path / "home").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("litellm-tools", "calls"),
        slow("litellm-similarity", "cosine"),
        slow("litellm-reasoning", "both"),
        slow("litellm-chat-completions", ".choices[0].message.content"),
    ],
)
def test_a_long_filter_goes_by_its_name(name: str, at: str, recorder: Recorder, bash: Run) -> None:
    """A short one stands in the message itself."""
    recorder.answers("{}")
    done = bash(OUT / f"{name}.sh", env=to(recorder))
    assert done.returncode == 5
    assert f"{name}.sh: {at} found nothing in the answer: {{}}" in done.stderr.decode().splitlines()


def on_a_terminal(script: Path, environment: Mapping[str, str], *options: str) -> bytes:
    """What a script prints to a terminal."""
    child, terminal = pty.fork()
    if not child:
        os.execvpe("bash", ["bash", str(script), *options], {**ENVIRONMENT, **environment})
    shown = b""
    try:
        while part := os.read(terminal, 1000):
            shown += part
    except OSError:  # as Linux ends it
        pass
    os.close(terminal)
    assert os.waitpid(child, 0)[1] == 0
    return shown.replace(b"\r\n", b"\n")


@pytest.mark.parametrize(("answer", "shown"), [(b"Ollama is running", b"Ollama is running\n"), (b"yes\n", b"yes\n"), (b"", b"")])
def test_a_text_ends_its_line_on_a_terminal(answer: bytes, shown: bytes, recorder: Recorder, bash: Run) -> None:
    """No prompt stands behind it; elsewhere, and with --raw, its bytes are as they came."""
    recorder.answers(answer)
    script = OUT / "ollama-health.sh"
    assert on_a_terminal(script, to(recorder)) == shown
    assert on_a_terminal(script, to(recorder), "--raw") == answer
    assert bash(script, env=to(recorder)).stdout == answer
