"""A team's page of notes about three servers, as a person would write it down as a catalog."""

from __future__ import annotations

from generator.importing.run import InputFile, import_files

PAGE = """
# Gateways

## Harbour

```
curl http://localhost:4100/v1/models
```

### Chat

```
curl http://localhost:4100/v1/chat -H 'Content-Type: application/json' \\
  -d '{"model": "small", "messages": [{"role": "user", "content": "Why?"}]}' | jq -r '.choices[0].text'
```

Answer:

```json
{"id": 7, "choices": [{"text": "Because."}]}
```

#### In pieces

```
curl http://localhost:4100/v1/chat -H 'Content-Type: application/json' \\
  -d '{"model": "small", "stream": true, "messages": [{"role": "user", "content": "Why?"}]}'
```

## Lighthouse

```
curl http://localhost:4200/v1/models | jq '.data'
```

```json
["large"]
```

```
curl http://localhost:4200/v1/chat -H 'Content-Type: application/json' \\
  -d '{"model": "large", "messages": [{"role": "user", "content": "Why not?"}], "temperature": 0}'
```
"""


def _catalog() -> dict[str, dict[str, dict[str, object]]]:
    made: dict[str, dict[str, dict[str, object]]] = dict(import_files([InputFile("wiki.md", PAGE, "curl")]).data)
    return made


def test_a_heading_over_all_requests_to_a_server_is_its_name() -> None:
    backends = _catalog()["backends"]
    assert {id: backend["name"] for id, backend in backends.items()} == {"harbour": "Harbour", "lighthouse": "Lighthouse"}
    assert "groups" not in _catalog()


def test_another_body_for_another_server_is_a_cell_of_the_same_endpoint() -> None:
    made = _catalog()
    assert set(made["endpoints"]) == {"models", "chat", "in-pieces"}
    assert made["backends"]["harbour"]["endpoints"] == {"models": {}, "chat": {}, "in-pieces": {}}
    cell = made["backends"]["lighthouse"]["endpoints"]["chat"]  # type: ignore[index]
    assert cell == {"values": {"model": "large"}, "body": {"messages": [{"role": "user", "content": "Why not?"}], "temperature": 0}}


def test_an_answer_is_the_sample_if_the_filter_reads_it() -> None:
    """What the filter prints is none."""
    endpoints = _catalog()["endpoints"]
    assert endpoints["chat"]["sample"] == {"id": 7, "choices": [{"text": "Because."}]}
    assert "sample" not in endpoints["models"]


def test_what_only_running_a_command_tells_is_said() -> None:
    made = import_files([InputFile("wiki.sh", 'curl "http://h.example/x?d=$(date +%F)"\ncurl http://h.example/y/$(echo a)\n', "curl")])
    assert [entry.reasons for entry in made.entries] == [
        ("$(date …) is not run: what it prints is given to the script, by the parameter d",),
        (),
    ]
