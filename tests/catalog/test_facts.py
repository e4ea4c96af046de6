"""The catalog beside the world: requests and samples against OpenAI's own document (openai.json, made by openai.py), samples and
scripts against what real servers answered (captures/)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import BUILT_IN, OUT, ROOT, Run, renderer
from openai import TYPES, places
from recorder import Recorder
from shapes import CELLS, name

from generator import jq_filter
from generator.catalog.model import Cell

CATALOG = renderer(BUILT_IN).catalog
FACTS: dict[str, dict[str, Any]] = json.loads((ROOT / "tests" / "openai.json").read_text("utf-8"))

# What some servers know and OpenAI does not.
BEYOND = {
    "request": r"chat_template_kwargs.*|response_format\.value|tools\[\]\.function\.parameters\.(properties|required)\b.*",
    "response": r"choices\[\]\.message\.reasoning(_content)?|data\[\]\.(parent|root|model_type|model_name)",
    "events": r"choices\[\]\.delta\.reasoning_content",
}
# What samples leave out: the document requires it, most servers do not send it, and no filter here reads it.
LEFT_OUT = {
    "": {"incomplete_details", "instructions", "metadata", "parallel_tool_calls", "temperature", "tool_choice", "tools", "top_p"},
    "usage": {"input_tokens_details", "output_tokens_details"},
    "choices[]": {"logprobs", "finish_reason"},
    "choices[].message": {"refusal"},
    "data[]": {"created", "owned_by"},
}
OTHER_SHAPE = {("xinference", "model")}  # its notes say so


def cell_of(backend: str, endpoint: str) -> Cell:
    return CATALOG.backends[backend].endpoints[endpoint]


def kind(value: object) -> str:
    return TYPES[type(value)]


def fits(value: object, types: list[str]) -> bool:
    return kind(value) in types or (kind(value) == "integer" and "number" in types)


def compared(value: Any, facts: dict[str, Any], what: str) -> list[str]:
    """What of a value the document does not know, wants of another type, or misses."""
    wrong = []
    for place, item in places(value):
        if ".schema." in place or ".value." in place:
            continue
        fact = facts[place]
        if fact is None:
            if not re.fullmatch(BEYOND[what], place):
                wrong.append(f"{place} is not in the document")
            continue
        if not fits(item, fact["types"]):
            wrong.append(f"{place} is {kind(item)}, not {' or '.join(fact['types'])}")
        if isinstance(item, dict):
            lacks = set(fact.get("required", ())) - item.keys() - (LEFT_OUT.get(place, set()) if what != "request" else set())
            wrong += [f"{place} lacks {name}" for name in sorted(lacks)]
    return wrong


def test_openai_would_understand() -> None:
    """A request has what the document requires, of the right types; what it does not know is a server's own, and never OpenAI's."""
    for backend, cell in CELLS:
        facts = FACTS.get(f"{cell.method} {cell.path} request")
        if facts is None:
            continue
        body = cell.body if cell.body is not None else dict.fromkeys(cell.form or {}, "")

        assert compared(body, facts, "request") == [], name(backend, cell)
        if backend.id == "openai":
            sent = [place for place, _ in places(body) if ".schema." not in place and "parameters." not in place]
            assert [place for place in sent if facts[place] is None] == [], name(backend, cell)


def test_samples_are_answers_of_that_shape() -> None:
    """A sample has the document's fields, of the right types."""
    for backend, cell in CELLS:
        what = "events" if cell.response == "events" else "response"
        facts = FACTS.get(f"{cell.method} {cell.path} {what}")
        if facts is None or cell.sample is None or (backend.id, cell.id) in OTHER_SHAPE:
            continue
        for value in cell.sample if what == "events" else [cell.sample]:
            assert compared(value, facts, what) == [], name(backend, cell)


def test_the_document_is_compared() -> None:
    """It knows the endpoints that are OpenAI's."""
    assert len({name.split()[1] for name in FACTS}) == 9


# What real servers answered: LiteLLM 1.106.2, llama.cpp (xllamacpp 2026.10.11549) and Xinference 4.1.0, on 2026-11-22.

CAPTURES = sorted((ROOT / "tests" / "captures").glob("*/*.txt"))
GOOD = [file for file in CAPTURES if ".200" in file.name]
REFUSED = [file for file in CAPTURES if ".200" not in file.name]


def name_of(file: Path) -> str:
    return f"{file.parent.name}-{file.stem}"


def parsed(file: Path) -> list[Any]:
    """The JSON of an answer: one value, or that of each event."""
    text = file.read_text("utf-8")
    if not text.startswith("data:"):
        return [json.loads(text)]
    lines = [line.removeprefix("data:").strip() for line in text.splitlines() if line.startswith("data:")]
    return [json.loads(line) for line in lines if line != "[DONE]"]


@pytest.fixture
def run(bash: Run, recorder: Recorder) -> Callable[..., Any]:
    """A script whose server answers as in a file."""

    def run(file: Path, *arguments: str, status: int = 200) -> Any:
        recorder.answers(file.read_bytes(), status)
        prefix = file.parent.name.upper().replace("-", "_")
        env = {f"{prefix}_BASE_URL": f"{recorder.url}/v1", "LITELLM_API_KEY": "sk-1234"}
        return bash(OUT / f"{file.parent.name}-{file.name.partition('.')[0]}.sh", *arguments, env=env)

    return run


@pytest.mark.parametrize("file", GOOD, ids=name_of)
def test_script_reads_what_a_server_answered(file: Path, run: Callable[..., Any]) -> None:
    """It prints what the first pipeline finds."""
    cell = cell_of(file.parent.name, file.name.partition(".")[0])
    assert cell.pipelines
    events = cell.response == "events"
    answers = parsed(file)
    shown = jq_filter.run(cell.pipelines[0].jq, answers if events else answers[0], cell.pipelines[0].raw, events=events)

    done = run(file)

    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, f"{shown}\n", b"")
    assert shown


@pytest.mark.parametrize("file", GOOD, ids=name_of)
def test_every_filter_reads_what_a_server_answered(file: Path) -> None:
    """None fails; what one says nothing to is known here."""
    cell = cell_of(file.parent.name, file.name.partition(".")[0])
    events = cell.response == "events"
    answers = parsed(file)
    silent = [
        item.name
        for item in cell.pipelines or ()
        if not jq_filter.finds(item.jq, answers if events else answers[0], events=events) and item.name != "reasoning"
    ]

    assert silent in ([], ["usage"] if events else [])  # these were asked without stream_options


@pytest.mark.parametrize("file", GOOD, ids=name_of)
def test_sample_is_of_the_shape_of_a_real_answer(file: Path) -> None:
    """Each place of the sample was in the answer, with a value of the same type or null."""
    cell = cell_of(file.parent.name, file.name.partition(".")[0])
    real: dict[str, set[str]] = {}
    for answered in parsed(file):
        for place, item in places(answered):
            real.setdefault(place, set()).add(kind(item))
    samples = cell.sample if cell.response == "events" else [cell.sample]
    wrong = [
        f"{place}: {kind(item)}, not {' or '.join(sorted(real.get(place, {'there'})))}"
        for sample in samples
        for place, item in places(sample)
        if kind(item) != "null" and not fits(item, sorted(real.get(place, set())))
    ]

    assert [line for line in wrong if not re.match(r"usage\b|choices\[\]\.delta\.reasoning_content|choices\[\]\.logprobs", line)] == []


HINTS = {
    "litellm-chat-completions.400-wrong-key": "Wrong key? Use one issued by the proxy",
    "litellm-chat-completions.400-wrong-model": "List the models: litellm-models.sh; choose: --model NAME",
    "litellm-chat-completions.401-no-key": "Wrong key? Use one issued by the proxy",
    "litellm-chat-completions.404-wrong-path": "Does LITELLM_BASE_URL end in /v1? Does its upstream support this?",
    "litellm-completions.400-wrong-model": "List the models: litellm-models.sh; choose: --model NAME",
    "llama-cpp-chat-completions.401-wrong-key": "Set your key: export LLAMA_API_KEY=secret",
    "llama-cpp-chat-completions.404-wrong-path": "Does the base URL end in /v1? See LLAMA_CPP_BASE_URL",
    "llama-cpp-embeddings.501-off": "Start it with the needed option: --embeddings, --rerank, --mmproj",
    "xinference-chat-completions.401-no-key": "Set your key: export XINFERENCE_API_KEY=xf-1234",
    "xinference-chat-completions.404-wrong-model": "List the models: xinference-models.sh; choose: --model UID",
}


@pytest.mark.parametrize("file", REFUSED, ids=name_of)
def test_script_tells_a_refusal(file: Path, run: Callable[..., Any]) -> None:
    """The status, the server's own words without the JSON around them, and what to try where the catalog knows it."""
    status = int(file.name.split(".")[1][:3])
    text = file.read_text("utf-8")
    words = jq_filter.run(CATALOG.errors, json.loads(text), True) if text.startswith("{") else text

    done = run(file, status=status)

    first, _, hint = done.stderr.decode().rstrip("\n").partition(words.rstrip("\n"))
    assert (done.returncode, done.stdout) == (22, b"")
    assert f": HTTP {status} from http://127.0.0.1:" in first
    assert words and hint.strip() == HINTS.get(name_of(file), "")
