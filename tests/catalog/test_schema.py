"""The JSON Schema that editors read: derived from the same classes as the reader, committed, and right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from conftest import CATALOGS, ROOT, mostly_slow

from generator import catalog
from generator.catalog import schema
from generator.catalog.model import ApiKey, Backend, Catalog, Cell, Endpoint, Parameter, Pipeline, catalog_fields
from generator.catalog.nodes import CatalogError

SCHEMA = schema.catalog_schema()
TAKEN = [ROOT / "catalog.yaml", CATALOGS / "hostile.yaml", *sorted((CATALOGS / "good").glob("*.yaml"))]


def test_committed_schema_is_up_to_date() -> None:
    """`curlsheet schema > generator/catalog.schema.json` after a change of the model."""
    text = (ROOT / "generator" / "catalog.schema.json").read_text("utf-8")

    assert json.dumps(SCHEMA, ensure_ascii=False, indent=2) + "\n" == text


def test_schema_is_valid() -> None:
    """It is draft 7, which editors understand best."""
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"

    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", mostly_slow({path.stem: path for path in TAKEN}, quick=["catalog", "everything"]))
def test_good_catalogs_pass(path: Path) -> None:
    """An editor has nothing to say about a catalog without faults."""
    data: Any = yaml.load(path.read_text("utf-8"), yaml.SafeLoader)

    assert [error.message for error in jsonschema.Draft7Validator(SCHEMA).iter_errors(data)] == []


@pytest.mark.parametrize("record", [Catalog, Backend, Endpoint, Cell, ApiKey, Parameter, Pipeline], ids=lambda record: record.__name__)
def test_every_key_is_explained(record: type) -> None:
    """Each key of the model is in the schema, with the words that an editor shows; no other key passes."""
    part = SCHEMA if record is Catalog else SCHEMA["definitions"][record.__name__]

    assert {name: field.metadata["about"] for name, _, field in catalog_fields(record)} == {
        name: item["description"] for name, item in part["properties"].items()
    }
    assert all(item["description"] for item in part["properties"].values())
    assert part["additionalProperties"] is False


WHOLE: dict[str, Any] = {
    "backends": {
        "a": {
            "base_url": "http://localhost",
            "api_key": {"variable": "KEY"},
            "troubles": [{"when": 404, "say": "Look elsewhere"}],
            "endpoints": {"x": {}},
        }
    },
    "endpoints": {"x": {"method": "GET", "path": "/x", "pipelines": [{"name": "all", "jq": "."}]}},
}
REQUIRED = [
    "backends",
    "endpoints",
    "backends a base_url",
    "backends a endpoints",
    "backends a api_key variable",
    "backends a troubles 0 when",
    "backends a troubles 0 say",
    "endpoints x method",
    "endpoints x path",
    "endpoints x pipelines 0 name",
    "endpoints x pipelines 0 jq",
]


@pytest.mark.parametrize("place", REQUIRED)
def test_a_required_key_is_missed(place: str, tmp_path: Path) -> None:
    """By an editor as by the command, which names it."""
    data = json.loads(json.dumps(WHOLE))
    assert list(jsonschema.Draft7Validator(SCHEMA).iter_errors(data)) == []
    *above, last = place.split()
    record = data
    for step in above:
        record = record[int(step) if isinstance(record, list) else step]
    del record[last]
    file = tmp_path / "catalog.yaml"
    file.write_text(json.dumps(data))

    assert list(jsonschema.Draft7Validator(SCHEMA).iter_errors(data))
    with pytest.raises(CatalogError, match=f"{last} is missing"):
        catalog.read(file)


def test_names_the_schema_as_editors_want_it() -> None:
    """The built-in catalog's first line leads the YAML language server to the schema."""
    first = (ROOT / "catalog.yaml").read_text("utf-8").split("\n")[0]

    assert first == "# yaml-language-server: $schema=generator/catalog.schema.json"
