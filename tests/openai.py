"""What OpenAI's own API document says of the fields that the catalog uses: kept small, in openai.json beside this file.

    python tests/openai.py openapi.json > tests/openai.json

where openapi.json is that of github.com/openai/openai-openapi.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
EVENTS = {  # the document names them nowhere else
    "POST /chat/completions": "CreateChatCompletionStreamResponse",
    "POST /responses": "ResponseStreamEvent",
}


def places(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Each value inside a JSON value with where it stands: `messages[].role`."""
    yield at, value
    if isinstance(value, dict):
        for name, item in value.items():
            yield from places(item, f"{at}.{name}" if at else name)
    elif isinstance(value, list):
        for item in value:
            yield from places(item, f"{at}[]")


class Document:
    """An OpenAPI document, asked about one place at a time."""

    def __init__(self, file: Path) -> None:
        self.data = json.loads(file.read_text("utf-8"))

    def alternatives(self, schema: dict[str, Any], depth: int = 0) -> list[dict[str, Any]]:
        """The schemas that a value may follow, references and all kinds of `of` resolved."""
        if depth > 20:
            return []
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return self.alternatives(self.data["components"]["schemas"][name], depth + 1)
        if "allOf" in schema:
            merged: dict[str, Any] = {"type": "object", "properties": {}, "required": []}
            for part in schema["allOf"]:
                for one in self.alternatives(part, depth + 1)[:1]:
                    merged["properties"] |= one.get("properties", {})
                    merged["required"] = [*merged["required"], *one.get("required", [])]
            return [merged]
        found: list[dict[str, Any]] = []
        for name in ("anyOf", "oneOf"):
            for part in schema.get(name, []):
                found += self.alternatives(part, depth + 1)
        if schema.get("nullable"):
            found.append({"type": "null"})
        return found + ([schema] if "type" in schema or "properties" in schema or not found else [])

    def at(self, schema: dict[str, Any], place: str) -> list[dict[str, Any]]:
        """What may stand at a place inside a value of the schema."""
        found = self.alternatives(schema)
        for step in place.replace("[]", ".[]").strip(".").split(".") if place else []:
            inner: list[dict[str, Any]] = []
            for one in found:
                part = one.get("items") if step == "[]" else one.get("properties", {}).get(step)
                if part is None and isinstance(one.get("additionalProperties"), dict | bool) and one["additionalProperties"]:
                    part = one["additionalProperties"] if isinstance(one["additionalProperties"], dict) else {}
                inner += self.alternatives(part) if part is not None else []
            found = inner
        return found

    def facts(self, schema: dict[str, Any], values: Iterable[Any]) -> dict[str, Any]:
        """For each place in the values: the types allowed there, and what an object there must have."""
        known: dict[str, Any] = {}
        for place in sorted({place for value in values for place, _ in places(value)}):
            if ".schema." in place or ".value." in place:  # what a user asks for is the user's
                continue
            found = self.at(schema, place)
            if not found:
                known[place] = None
                continue
            types = sorted({kind for one in found for kind in _types(one)})
            required = [set(one.get("required", [])) for one in found if "object" in _types(one)]
            known[place] = {"types": types, "required": sorted(set.intersection(*required))} if required else {"types": types}
        return known


def _types(schema: dict[str, Any]) -> list[str]:
    kind = schema.get("type", "object" if "properties" in schema else list(TYPES.values()))
    return kind if isinstance(kind, list) else [kind]


def main() -> None:
    from generator import catalog

    document = Document(Path(sys.argv[1]))
    known = catalog.read(ROOT / "catalog.yaml")
    answered: dict[str, dict[str, Any]] = {}
    for endpoint in known.endpoints.values():
        operation = document.data["paths"].get(endpoint.path, {}).get(endpoint.method.lower())
        if operation is None:
            continue
        name = f"{endpoint.method} {endpoint.path}"
        cells = [cell for _, cell in known.cells(endpoint.id)]
        entry = answered.setdefault(name, {"request": [], "response": [], "events": []})
        entry["request"] += [
            cell.body if cell.body is not None else dict.fromkeys(cell.form or {}, "") for cell in cells if cell.body or cell.form
        ]
        for cell in cells:
            if cell.sample is not None and not cell.recorded:  # what servers answered is not compared
                entry["events" if cell.response == "events" else "response"] += cell.sample if cell.response == "events" else [cell.sample]
    result: dict[str, Any] = {}
    for name, entry in answered.items():
        method, path = name.split()
        operation = document.data["paths"][path][method.lower()]
        content = operation.get("requestBody", {}).get("content", {})
        sent = next((body["schema"] for body in content.values()), None)
        came = operation["responses"]["200"]["content"].get("application/json", {}).get("schema")
        streamed = {"$ref": EVENTS[name]} if name in EVENTS else came
        result[name] = {
            kind: document.facts(schema, entry[kind])
            for kind, schema in (("request", sent), ("response", came), ("events", streamed))
            if schema and entry[kind]
        }
    lines = []
    for name, kinds in sorted(result.items()):
        for kind, facts in kinds.items():
            inner = ",\n".join(f"  {json.dumps(place)}: {json.dumps(fact)}" for place, fact in facts.items())
            lines.append(f"{json.dumps(f'{name} {kind}')}: {{\n{inner}\n}}")
    print("{\n" + ",\n".join(lines) + "\n}")


if __name__ == "__main__":
    main()
