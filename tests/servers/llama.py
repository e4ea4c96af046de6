"""Serves a GGUF file on 127.0.0.1 with llama.cpp's own HTTP server until it is ended: llama.py FILE PORT [KEY].

Without a key it answers chats and makes embeddings; with one it ranks texts instead, and asks everybody for the key.
"""

from __future__ import annotations

import signal
import sys

import xllamacpp
from speech import SENTENCES, TEMPLATE, grammar
from xllamacpp.xllamacpp import CommonGrammar, common_grammar_type


def main() -> None:
    """Starts the server; it runs in threads of its own."""
    model, port, *keys = sys.argv[1:]
    settings = xllamacpp.CommonParams()
    settings.model.path = model
    settings.model_alias = {"gemma-3-270m"}
    settings.hostnames = ["127.0.0.1"]
    settings.port = int(port)
    settings.api_keys = keys
    settings.n_ctx = 4096
    settings.n_parallel = 2
    settings.cpuparams.n_threads = 1  # with two, they wait for each other where the machine has more to do
    settings.use_jinja = True
    settings.endpoint_metrics = True
    settings.embedding = True
    kinds = xllamacpp.llama_pooling_type
    settings.pooling_type = kinds.LLAMA_POOLING_TYPE_RANK if keys else kinds.LLAMA_POOLING_TYPE_MEAN
    settings.chat_template = TEMPLATE
    # The same answer each time, and an end to it.
    settings.sampling.temp = 0
    settings.sampling.grammar = CommonGrammar(common_grammar_type.COMMON_GRAMMAR_TYPE_USER, grammar(*SENTENCES))
    settings.n_predict = 200
    server = xllamacpp.Server(settings)
    signal.pause()
    del server


if __name__ == "__main__":
    main()
