"""OpenAPI documents through the whole import: the catalog validates, its scripts send what the document says, and it grows with the API."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from click.testing import CliRunner, Result
from conftest import Run
from openapi_documents import EVERYTHING, document
from recorder import Recorder
from wire import parts

from generator import catalog
from generator.cli.main import main
from generator.importing.builder import Built
from generator.importing.run import InputFile, import_files
from generator.render.renderer import Renderer


def built(source: dict[str, Any]) -> Built:
    """Return the catalog that is made of a document."""
    return import_files([InputFile("shop.json", json.dumps(source), "openapi")])


def everything_at(url: str) -> dict[str, Any]:
    """Return the document that uses everything, with its server elsewhere."""
    return {**EVERYTHING, "servers": [{"url": f"{url}/v1"}]}


@pytest.fixture
def scripts(recorder: Recorder) -> Renderer:
    """The scripts for the document that uses everything."""
    return Renderer(catalog.read_text(built(everything_at(recorder.url)).text, "catalog.yaml"))


def test_parameters_whose_variables_would_be_one() -> None:
    """`shop-id` of a shop would be SHOP_ID, and so would `id`: each has a variable of its own, and both operations are carried."""
    get = {"responses": {"200": {"description": "fine"}}}
    paths = {"/shops/{shop_id}": {"get": get}, "/shops/{shop_id}/pets/{id}": {"get": get}, "/shops/{shop_id}/{shop_name}": {"get": get}}
    made = built({"openapi": "3.0.0", "info": {"title": "Shop"}, "servers": [{"url": "https://shop.example"}], "paths": paths})
    (shop,) = catalog.read_text(made.text, "catalog.yaml").backends.values()

    assert [entry.status for entry in made.entries] == ["carried"] * 3
    variables = {name: parameter.variable for cell in shop.cells for name, parameter in cell.parameters.items()}
    assert variables == {"shop-id": "SHOP_ID", "id": "ID", "shop-name": "NAME"}


def test_a_parameter_whose_variable_would_be_the_shells() -> None:
    """SHOP_HTTP_PROXY would be read by programs that know variables ending so: the parameter has another one, and all is carried."""
    made = built(document({}, "/proxies/{http_proxy}", info={"title": "Shop"}))
    (shop,) = catalog.read_text(made.text, "catalog.yaml").backends.values()

    assert [entry.status for entry in made.entries] == ["carried"]
    assert shop.cells[0].parameters["http-proxy"].variable == "HTTP_PROXY_VALUE"


def test_an_example_that_repeats_its_name_is_no_secret() -> None:
    """`sas-token` as the example of `storage_sas_token` is in the parameter's id too: the operation is carried all the same."""
    form = {"storage_sas_token": {"type": "string", "example": "storage-sas-token"}, "ext_password": {"example": "ext-password"}}
    body = {"content": {"multipart/form-data": {"schema": {"properties": form}}}}
    answer = {"content": {"application/json": {"example": {"extPassword": "ext-password"}}}, "description": "Fine"}
    made = built(document({"requestBody": body, "responses": {"200": answer}}, method="post"))

    assert [(entry.status, entry.endpoint) for entry in made.entries] == [("carried", "post-pets")]
    assert "example: storage-sas-token" not in made.text and "sample: {extPassword: ext-password}" in made.text


def test_a_placeholder_in_a_query_that_is_left_out_is_no_parameter_of_the_path() -> None:
    names = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in ("country", "search")]
    made = built(document({"parameters": names}, "/numbers/{country}?{search}=1"))

    (entry,) = made.entries
    assert entry.endpoint is not None and any("{search}=1" in reason for reason in entry.reasons)


def test_a_document_gives_the_catalog_its_title_and_the_server_its_spelling() -> None:
    info = {"title": "PetShop's official OpenAPI document", "description": "# About\n\nWhat [pets](/pets) like."}
    made = built({**document({}, info=info), "servers": [{"url": "https://api.petshop.example"}]})
    read = catalog.read_text(made.text, "catalog.yaml")

    assert (read.title, read.about) == ({"en": info["title"], "zh": info["title"]}, {"en": "What pets like.", "zh": "What pets like."})
    assert [(backend.id, backend.name) for backend in read.backends.values()] == [("petshop", "PetShop")]


def test_everything_is_carried_and_validates() -> None:
    made = built(EVERYTHING)
    read = catalog.read_text(made.text, "catalog.yaml")

    assert [(entry.source.text, entry.status) for entry in made.entries if entry.status == "left-out"] == [("webhook sold", "left-out")]
    (backend,) = read.backends.values()
    assert backend.base_url == "https://eu.petshop.example/v1"
    assert [group.title["en"] for group in read.groups.values()] == ["All pets"]
    assert list(backend.endpoints) == [
        "list-pets",
        "create-pet",
        "get-pets-pet-id-json",
        "put-pets-pet-id-json",
        "patch-pets-pet-id-json",
        "put-photos",
        "get-events",
        "trace-events",
        "head-events",
        "options-events",
    ]


@pytest.mark.parametrize(
    ("endpoint", "arguments", "method", "path", "query"),
    [
        ("list-pets", ["--tag", "dog", "--tag", "cat"], "GET", "/v1/pets", [("tag", "dog"), ("tag", "cat")]),
        ("list-pets", ["--ids", "1", "--ids", "2"], "GET", "/v1/pets", [("ids", "1,2")]),
        ("list-pets", ["--filter-size", "3"], "GET", "/v1/pets", [("filter[size]", "3")]),
        ("list-pets", ["--where", '{"a": [1]}'], "GET", "/v1/pets", [("where", '{"a": [1]}')]),
        ("list-pets", ["--page", "2"], "GET", "/v1/pets", [("page", "2")]),
        ("get-pets-pet-id-json", ["7"], "GET", "/v1/pets/7.json", []),
        ("options-events", [], "OPTIONS", "/v1/events", []),
        ("trace-events", [], "TRACE", "/v1/events", []),
        ("head-events", [], "HEAD", "/v1/events", []),
    ],
)
def test_scripts_send_what_the_document_says(
    scripts: Renderer,
    recorder: Recorder,
    bash: Run,
    tmp_path: Path,
    endpoint: str,
    arguments: list[str],
    method: str,
    path: str,
    query: Any,
) -> None:
    recorder.answers([{"name": "Rex"}])
    bash(_script(scripts, endpoint, tmp_path), *arguments, env={"PET_SHOP_TOKEN": "t"})
    sent = recorder.only()
    target = urlsplit(sent.target)

    assert (sent.method, target.path, parse_qsl(target.query, keep_blank_values=True)) == (method, path, query)
    assert sent.header("Authorization") == "Bearer t"


def test_headers_and_cookies_are_sent(scripts: Renderer, recorder: Recorder, bash: Run, tmp_path: Path) -> None:
    recorder.answers([])
    bash(_script(scripts, "list-pets", tmp_path), "--x-trace", "3f2b0c5e-8a1d-4c6f-9b7e-2d1f0a5c8e94", "--theme", "dark")
    sent = recorder.only()

    assert sent.header("X-Trace") == "3f2b0c5e-8a1d-4c6f-9b7e-2d1f0a5c8e94"
    assert (sent.header("Cookie"), sent.header("Accept"), sent.header("Authorization")) == ("theme=dark", "application/json", None)


def test_bodies_are_sent(scripts: Renderer, recorder: Recorder, bash: Run, tmp_path: Path) -> None:
    (tmp_path / "home" / "dog.png").write_bytes(b"\x89PNG")
    bash(_script(scripts, "create-pet", tmp_path), "--name", "Rex", "--kind", "red", "--weight", "3")
    created = recorder.only()
    bash(_script(scripts, "put-pets-pet-id-json", tmp_path), "--pet-id", "7", "--photo", "dog.png", "--note", "it's")
    put = recorder.only()
    bash(_script(scripts, "patch-pets-pet-id-json", tmp_path), "--pet-id", "7", "--name", "a&b", "--labels", "x", "--labels", "y")
    patched = recorder.only()
    bash(_script(scripts, "put-photos", tmp_path), "--file", "dog.png")
    photo = recorder.only()

    assert created.json() == {"name": "Rex", "kind": "red", "weight": 3}
    sent = {part.name: part for part in parts(put.body, put.header("Content-Type") or "")}
    assert (sent["photo"].content, sent["photo"].file, sent["note"].content) == (b"\x89PNG", "dog.png", b"it's")
    assert b"Content-Type: image/png" in put.body
    assert parse_qsl(patched.body.decode()) == [("name", "a&b"), ("labels", "x"), ("labels", "y")]
    assert (photo.body, photo.header("Content-Type")) == (b"\x89PNG", "image/png")


def test_a_secret_in_the_path_comes_from_its_variable(recorder: Recorder, bash: Run, tmp_path: Path) -> None:
    item = {"name": "apiKey", "in": "path", "required": True, "description": "Your key.", "schema": {"type": "string"}}
    source = {**document({"operationId": "list", "parameters": [item]}, "/{apiKey}/pets"), "servers": [{"url": recorder.url}]}
    made = Renderer(catalog.read_text(built(source).text, "catalog.yaml"))
    bash(_script(made, "list", tmp_path), env={"PET_SHOP_API_KEY": "k"})

    assert recorder.only().target == "/k/pets"


def test_variables_may_stand_around_a_dot(recorder: Recorder, bash: Run, tmp_path: Path) -> None:
    source = {**document({"operationId": "list"}, "/{section}.{format}"), "servers": [{"url": recorder.url}]}
    made = Renderer(catalog.read_text(built(source).text, "catalog.yaml"))
    bash(_script(made, "list", tmp_path), "--section", "home", "--format", "json")

    assert recorder.only().target == "/home.json"


@pytest.mark.parametrize("endpoint", ["create-pet", "patch-pets-pet-id-json", "put-photos"])
def test_what_is_required_has_to_be_given(scripts: Renderer, recorder: Recorder, bash: Run, tmp_path: Path, endpoint: str) -> None:
    done = bash(_script(scripts, endpoint, tmp_path))

    assert (done.returncode, recorder.requests) == (2, [])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_documents_broken_at_random_make_catalogs_that_validate(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(15):
        source = copy.deepcopy(EVERYTHING)
        for _ in range(chance.randint(1, 8)):
            _break(source, chance)
        made = import_files([InputFile("shop.json", json.dumps(source), "openapi")], ["*"])
        if made.text:
            catalog.read_text(made.text, "catalog.yaml")


# ---- A document that grows with the API ----------------------------------------------------


def test_nothing_differs_from_what_was_imported_just_now(tmp_path: Path) -> None:
    _imported(tmp_path, EVERYTHING)
    done = _compared(tmp_path, EVERYTHING)

    assert (done.exit_code, done.stdout) == (0, "")
    assert "0 differences" in done.stderr


def test_what_came_went_and_changed_is_told(tmp_path: Path) -> None:
    _imported(tmp_path, EVERYTHING)
    later = copy.deepcopy(EVERYTHING)
    paths = later["paths"]
    paths["/toys"] = {"get": {"operationId": "listToys", "responses": {"204": {}}}}
    del paths["/photos"]
    paths["/pets"]["get"]["parameters"][0] = {"name": "colour", "in": "query", "schema": {"type": "string"}}
    paths["/pets"]["get"]["summary"] = "List all pets"
    later["servers"] = [{"url": "https://new.petshop.example"}]
    done = _compared(tmp_path, later)

    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "changed  pet-shop  https://new.petshop.example: base_url",
        "changed  pet-shop/list-pets  GET /pets: title, parameters.colour (new), parameters.tag (gone)",
        "came     pet-shop/list-toys  GET /toys",
        "went     pet-shop/put-photos  PUT /photos",
    ]
    as_json = json.loads(_compared(tmp_path, later, "--report", "json").stdout)
    assert as_json[2] == {"what": "came", "backend": "pet-shop", "endpoint": "list-toys", "request": "GET /toys", "keys": []}


def test_another_server_came_and_one_went(tmp_path: Path) -> None:
    _imported(tmp_path, document({"operationId": "list"}))
    other = {**document({"operationId": "list"}), "info": {"title": "Toy shop"}}

    assert _compared(tmp_path, other).stdout.splitlines() == [
        "came     toy-shop  https://api.petshop.example/v1",
        "came     toy-shop/list  GET /pets",
        "went     pet-shop  https://api.petshop.example/v1",
        "went     pet-shop/list  GET /pets",
    ]


def test_diff_writes_nothing_and_says_what_is_wrong(tmp_path: Path) -> None:
    _imported(tmp_path, EVERYTHING)
    (tmp_path / "bad.yaml").write_text("backends: {}\nx: 1\n", "utf-8")
    with_output = _run("import", str(tmp_path / "shop.json"), "--diff", str(tmp_path / "generated.yaml"), "-o", str(tmp_path / "new.yaml"))
    bad = _run("import", str(tmp_path / "shop.json"), "--diff", str(tmp_path / "bad.yaml"))
    (tmp_path / "shop.json").write_text('{"openapi": "3.1.0"}', "utf-8")
    empty = _run("import", str(tmp_path / "shop.json"), "--diff", str(tmp_path / "generated.yaml"))

    assert (with_output.exit_code, "--diff writes no catalog" in with_output.stderr) == (2, True)
    assert (bad.exit_code, "bad.yaml:2: x: unknown key" in bad.stderr) == (1, True)
    assert (empty.exit_code, "the document has no operations" in empty.stderr) == (1, True)
    assert not (tmp_path / "new.yaml").exists()


def test_what_is_written_by_hand_stays_when_the_document_grows(tmp_path: Path) -> None:
    """A team's catalog extends the generated one: its titles, keys and examples stay, and new operations come in."""
    _imported(tmp_path, EVERYTHING)
    mine = tmp_path / "catalog.yaml"
    mine.write_text(
        "extends: generated.yaml\n"
        "backends:\n"
        "  pet-shop: {notes: [Ask Ada for a token.], endpoints: {put-photos: null}}\n"
        "endpoints:\n"
        "  list-pets: {title: Our pets, parameters: {tag: {variable: TAG}}}\n"
        "  put-photos: null\n",
        "utf-8",
    )
    before = catalog.read(mine)
    later = copy.deepcopy(EVERYTHING)
    later["paths"] = {"/toys": {"get": {"operationId": "listToys"}}, **dict(reversed(later["paths"].items()))}
    later["paths"]["/pets"]["get"]["description"] = "Other words."
    (tmp_path / "generated.yaml").unlink()
    _imported(tmp_path, later)
    after = catalog.read(mine)

    assert set(after.endpoints) - set(before.endpoints) == {"list-toys"}
    assert set(before.endpoints) <= set(after.endpoints)
    for read in (before, after):
        backend = read.backends["pet-shop"]
        assert backend.notes[0]["en"] == "Ask Ada for a token."
        assert (backend.endpoints["list-pets"].title or {})["en"] == "Our pets"
        assert backend.endpoints["list-pets"].parameters["tag"].variable == "TAG"
    assert (after.backends["pet-shop"].endpoints["list-pets"].about or {})["en"] == "Other words."


def _script(scripts: Renderer, endpoint: str, folder: Path) -> Path:
    file = folder / f"{endpoint}.sh"
    file.write_text(scripts.script("pet-shop", endpoint).text, "utf-8")
    return file


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def _imported(folder: Path, source: dict[str, Any]) -> None:
    """Import a document into generated.yaml."""
    (folder / "shop.json").write_text(json.dumps(source), "utf-8")
    done = _run("import", str(folder / "shop.json"), "-o", str(folder / "generated.yaml"))
    assert done.exit_code == 0, done.output


def _compared(folder: Path, source: dict[str, Any], *more: str) -> Result:
    """Compare a document with generated.yaml."""
    (folder / "shop.json").write_text(json.dumps(source), "utf-8")
    return _run("import", str(folder / "shop.json"), "--diff", str(folder / "generated.yaml"), *more)


def _break(source: Any, chance: random.Random) -> None:
    """Put another value of the document, or none, in a place of it."""
    places = list(_places(source))
    container, key = chance.choice(places)
    other, other_key = chance.choice(places)
    if chance.random() < 0.3:
        del container[key]
    else:
        container[key] = copy.deepcopy(other[other_key])


def _places(value: Any) -> Any:
    for key, item in list(value.items()) if isinstance(value, dict) else list(enumerate(value)):
        yield value, key
        if isinstance(item, (dict, list)):
            yield from _places(item)


def test_pages_by_address_and_a_secret_in_the_url() -> None:
    """A placeholder that is a secret by its name: how the list goes on is left out, and said in the words of an import."""
    answer = {"content": {"application/json": {"example": {"value": [1], "@odata.nextLink": "https://shop.example/pets?page=2"}}}}
    operation = {"responses": {"200": {"description": "Pets", **answer}}}
    made = built(document(operation, "/pets/delta(token='{token}')"))
    without = built(document(operation, "/pets/delta(from='{since}')"))

    assert "pages: {next: " in without.text
    assert "pages: " not in made.text
    assert "how its list goes on: the address of the next page would hold the secret" in " ".join(made.entries[0].reasons)
    assert "a catalog cannot say" not in str(made.entries)


def test_operations_with_one_title() -> None:
    """Each keeps its title, with its tag behind it; two of one tag have their method and path."""
    done = {"summary": "List secrets", "responses": {"204": {"description": "Done"}}}
    paths = {path: {"get": {**done, "tags": [tag]}} for path, tag in (("/a", "builds"), ("/b", "agents"), ("/c", "agents"))}
    made = built({**document({}), "paths": {**paths, "/d": {"get": {**done, "summary": "Once"}}}})
    titles = [endpoint["title"] for endpoint in made.data["endpoints"].values()]

    assert titles == ["List secrets (builds)", "List secrets (GET /b)", "List secrets (GET /c)", "Once"]


def test_a_setting_below_the_name_of_a_secret_is_none() -> None:
    """`secrets: private` says how they are kept: the word stays where else it stands, and in the sample."""
    answer = {"content": {"application/json": {"example": {"secrets": "private", "secret_scanning_secrets": "disabled"}}}}
    operation = {"summary": "Private registries", "tags": ["private", "disabled"], "responses": {"200": {"description": "It", **answer}}}
    made = built(document(operation, description="private"))

    assert "…" not in made.text
    assert "title: Private registries" in made.text
    assert "secrets: private" in made.text
