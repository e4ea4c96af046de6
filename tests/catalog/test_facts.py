"""The catalog beside the world: requests and samples against OpenAI's own document (openai.json, made by openai.py), samples and
scripts against what real servers answered (captures/)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import BUILT_IN, OUT, ROOT, Run, mostly_slow, renderer
from openai import TYPES, places
from recorder import Recorder
from shapes import CELLS, name

from generator import jq_filter
from generator.catalog.model import Cell

CATALOG = renderer(BUILT_IN).catalog
FACTS: dict[str, dict[str, Any]] = json.loads((ROOT / "tests" / "openai.json").read_text("utf-8"))

# What some servers take and OpenAI does not.
TAKEN = (
    r"chat_template_kwargs.*|enable_thinking|thinking(\.type)?|reasoning(\.effort)?|response_format\.value"
    r"|tools\[\]\.function\.parameters\.(properties|required)\b.*"
)
# What each server sends and OpenAI does not. OpenAI's own samples have nothing that is not in its document.
THOUGHT = r"choices\[\]\.(message|delta)\."
SENT = {
    "ollama": rf"{THOUGHT}reasoning|choices\[\]\.message\.tool_calls\[\]\.index",
    "litellm": rf"{THOUGHT}reasoning_content",
    "xinference": rf"{THOUGHT}reasoning_content|data\[\]\.(model_type|model_name)",
    "mindie": rf"{THOUGHT}reasoning_content|choices\[\]\.stop_reason|data\[\]\.(parent|root)",
    "vllm": rf"{THOUGHT}reasoning|choices\[\]\.(stop_reason|token_ids|prompt_token_ids|prompt_logprobs|routed_experts|weight_versions)"
    r"|(kv|ec)_transfer_params|prompt_(text|token_ids|logprobs)|metrics|service_tier|id|created|usage\..*"
    r"|data\[\]\.(root|parent|max_model_len|permission.*)",
    "llama-cpp": rf"{THOUGHT}reasoning_content|timings.*",
    "sglang": rf"{THOUGHT}reasoning_content|choices\[\]\.(matched_stop|message\.tool_calls\[\]\.index)|metadata.*|usage\..*"
    r"|(data\[\]\.)?(root|parent|max_model_len)",
    "lm-studio": rf"{THOUGHT}reasoning(_content)?",
    "localai": rf"{THOUGHT}reasoning|choices\[\]\.message\.tool_calls\[\]\.index|id|created",
    "tgi": r"choices\[\]\.message\.tool_calls\[\]\.function\.description",
    "deepseek": rf"{THOUGHT}reasoning_content|usage\.prompt_cache_(hit|miss)_tokens",
    "dashscope": rf"{THOUGHT}reasoning_content",
    "siliconflow": rf"{THOUGHT}reasoning_content|usage\.prompt_cache_(hit|miss)_tokens",
    "zhipu": rf"{THOUGHT}reasoning_content|request_id",
    "moonshot": rf"{THOUGHT}reasoning_content|data\[\]\.(context_length|supports_\w+)",
    "ark": rf"{THOUGHT}reasoning_content",
    "openrouter": rf"{THOUGHT}reasoning|data\[\]\.(canonical_slug|name|description|context_length|pricing.*|supported_parameters)",
    "groq": rf"{THOUGHT}reasoning",
    "mistral": r"(data\[\]\.)?(capabilities.*|max_context_length|aliases|deprecation|type)",
    "new-api": rf"{THOUGHT}reasoning_content",
    "vllm-ascend": rf"{THOUGHT}reasoning|data\[\]\.(root|parent|max_model_len)",
    "lmdeploy": rf"{THOUGHT}reasoning_content|choices\[\]\.(output_token_logprobs|output_ids|routed_experts)"
    r"|data\[\]\.(root|parent|permission.*)",
    "ktransformers": rf"{THOUGHT}reasoning_content|data\[\]\.(root|parent|max_model_len)",
}
# What samples leave out: the document requires it, most servers do not send it, and no filter here reads it.
ABOUT_A_RESPONSE = {
    "usage",
    "error",
    "incomplete_details",
    "instructions",
    "metadata",
    "parallel_tool_calls",
    "temperature",
    "tool_choice",
    "tools",
    "top_p",
}
LEFT_OUT = {
    "": ABOUT_A_RESPONSE,
    "response": ABOUT_A_RESPONSE | {"created_at", "model"},  # in the events of its stream
    "response.usage": {"input_tokens_details", "output_tokens_details"},
    "usage": {"input_tokens_details", "output_tokens_details"},
    "choices[]": {"logprobs", "finish_reason", "text"},  # text: in LocalAI's last event
    "choices[].message": {"refusal", "content"},  # content: beside tool_calls some leave it out
    "data[]": {"created", "owned_by"},
}
OTHER_SHAPE = {  # of xinference and together their notes say so; the others lack `object`
    ("xinference", "model"),
    ("zhipu", "chat-completions"),
    ("zhipu", "reasoning"),
    ("together", "models"),
    ("openrouter", "models"),
}


def cell_of(backend: str, endpoint: str) -> Cell:
    return CATALOG.backends[backend].endpoints[endpoint]


def kind(value: object) -> str:
    return TYPES[type(value)]


def fits(value: object, types: list[str]) -> bool:
    return kind(value) in types or (kind(value) == "integer" and "number" in types)


def compared(value: Any, facts: dict[str, Any], own: str, what: str) -> list[str]:
    """What of a value neither the document knows nor the server's own fields, wants of another type, or misses. Servers send null, too."""
    wrong = []
    for place, item in places(value):
        if ".schema." in place or ".value." in place:
            continue
        fact = facts[place]
        if fact is None:
            if not re.fullmatch(own, place):
                wrong.append(f"{place} is not in the document")
            continue
        if not fits(item, fact["types"]) and (item is not None or what == "request"):
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

        given = {f" lacks {parameter.at[1]}" for parameter in cell.parameters.values() if parameter.required}  # by the user
        assert [wrong for wrong in compared(body, facts, TAKEN, "request") if wrong not in given] == [], name(backend, cell)
        if backend.id == "openai":
            sent = [place for place, _ in places(body) if ".schema." not in place and "parameters." not in place]
            assert [place for place in sent if facts[place] is None] == [], name(backend, cell)


def test_samples_are_answers_of_that_shape() -> None:
    """A sample has the document's fields, of the right types, and the server's own; one that was recorded is what the server sends."""
    for backend, cell in CELLS:
        what = "events" if cell.response == "events" else "response"
        facts = FACTS.get(f"{cell.method} {cell.path} {what}")
        if facts is None or cell.sample is None or cell.recorded or (backend.id, cell.id) in OTHER_SHAPE:
            continue
        for value in cell.sample if what == "events" else [cell.sample]:
            assert compared(value, facts, SENT.get(backend.id, ""), what) == [], name(backend, cell)


def test_the_document_is_compared() -> None:
    """It knows the endpoints that are OpenAI's."""
    assert len({name.split()[1] for name in FACTS}) == 14


# What real servers answered: LiteLLM 1.106.2, llama.cpp (xllamacpp 2026.10.11549) and Xinference 4.1.0, on 2026-11-22.

CAPTURES = sorted((ROOT / "tests" / "captures").glob("*/*.txt"))
GOOD = [file for file in CAPTURES if ".200" in file.name]
REFUSED = [file for file in CAPTURES if ".200" not in file.name]


def name_of(file: Path) -> str:
    return f"{file.parent.name}-{file.stem}"


def some_quick(files: list[Path]) -> list[Any]:
    """The files as cases, of which make check runs every fifth."""
    return mostly_slow({name_of(file): file for file in files}, quick=[name_of(file) for file in files[::5]])


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


@pytest.mark.parametrize("file", some_quick(GOOD))
def test_script_reads_what_a_server_answered(file: Path, run: Callable[..., Any]) -> None:
    """It prints what the first pipeline finds."""
    cell = cell_of(file.parent.name, file.name.partition(".")[0])
    assert cell.pipelines
    events = cell.response == "events"
    answers = parsed(file)
    shown = jq_filter.run(cell.pipelines[0].jq, answers if events else answers[0], cell.pipelines[0].raw, streams=events)

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
        if not jq_filter.finds(item.jq, answers if events else answers[0], streams=events) and item.name != "reasoning"
    ]

    assert silent in ([], ["usage"] if events else [])  # these were asked without stream_options


HINTS = {
    "litellm-chat-completions.400-wrong-key": "Wrong key? Use one issued by the proxy",
    "litellm-chat-completions.400-wrong-model": "List the models: litellm-models.sh; choose: --model NAME",
    "litellm-chat-completions.401-no-key": "Wrong key? Use one issued by the proxy",
    "litellm-chat-completions.404-wrong-path": "Does LITELLM_BASE_URL end in /v1? Does its upstream support this?",
    "litellm-completions.400-wrong-model": "List the models: litellm-models.sh; choose: --model NAME",
    "llama-cpp-chat-completions.401-wrong-key": "Type your key in: read -rs LLAMA_API_KEY; export LLAMA_API_KEY",
    "llama-cpp-chat-completions.404-wrong-path": "Does the base URL end in /v1? See LLAMA_CPP_BASE_URL",
    "llama-cpp-embeddings.501-off": "Start it with the needed option: --embeddings, --rerank, --mmproj",
    "xinference-chat-completions.401-no-key": "Type your key in: read -rs XINFERENCE_API_KEY; export XINFERENCE_API_KEY",
    "xinference-chat-completions.404-wrong-model": "List the models: xinference-models.sh; choose: --model NAME",
}


@pytest.mark.parametrize("file", some_quick(REFUSED))
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
