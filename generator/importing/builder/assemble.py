"""Put a catalog together: what all requests to a server have in common stands there once, and an endpoint says what its cells share."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from generator.catalog.model import BODIES
from generator.importing.builder import answers
from generator.importing.builder.clusters import Cluster, clusters_of, with_ids_as_values
from generator.importing.builder.groups import abouts_of, groups_of
from generator.importing.builder.hosts import relative
from generator.importing.builder.names import IDS, singular, slug, variable_of
from generator.importing.builder.parameters import arguments_for, as_typed, notes_beside, other_values, parameter_of, slots_of
from generator.importing.builder.patches import Unpatchable, endpoint_patch, patch
from generator.importing.builder.server_names import HostName
from generator.importing.builder.servers import Server, api_key_of, backend_of, key_variable_of, share, written_keys
from generator.importing.builder.slots import BEHIND_THE_NAME, OWN_TYPES, Draft, Slot
from generator.importing.builder.words import Named, Words, name_all, one_language, text_of

ORDER = (
    *("like", "title", "group", "about", "method", "base_url", "path", "headers", "query", "cookies", *BODIES, "parameters", "values"),
    *("response", "save_as", "success", "pages", "pipelines", "sample", "api_key", "curl", "effect", "notes"),
)


IN_URLS = ("query", "headers", "cookies", "urlencoded")
"""What holds texts of which a whole number may be written as one."""


WORDS = ("title", "group", "about", "notes")

MOST_REMOVED = 2
"""How much of what an endpoint is like may be taken away before it reads better in full."""

NEVER_REMOVED = ("title", "group", "parameters")
SHOWN = ("pipelines", "sample")
IN_CELLS = ("path", "headers", "query", "cookies", *BODIES, "parameters", "values", *SHOWN)
"""What a cell may say otherwise than its endpoint, and still be the same request to another server."""


@dataclass(frozen=True)
class Cell:
    """Where a command stands in the catalog, and what its script is given to send just that command's values."""

    backend: str
    endpoint: str
    arguments: tuple[str, ...] = ()


@dataclass
class Made:
    """A catalog as plain data, and what became of the commands, by their numbers."""

    catalog: dict[str, Any]
    cells: dict[int, Cell] = field(default_factory=dict)
    said: dict[int, list[str]] = field(default_factory=dict)
    """What is to be told about a command."""


def assemble(drafts: Sequence[Draft], bases: Mapping[str, str], names: Mapping[str, HostName]) -> Made:
    """Return the catalog of these requests. `bases` has the path of each server's base URL, `names` what it is called, by its origin."""
    drafts = with_ids_as_values(drafts, IDS, _item_name)
    clusters = clusters_of(drafts, bases)
    server_names = {name.name for name in names.values() if name.name}
    named = name_all(clusters, bases, server_names)
    languages = one_language([words for item in named for words in (item.title, item.about, item.group)])
    servers = {origin: Server(bases[origin], names[origin]) for origin in names}
    for origin, server in servers.items():
        share(server, [cluster.of(origin) for cluster in clusters if cluster.of(origin)])
    made = Made({})
    groups = groups_of(named, clusters, bases)
    abouts = abouts_of(groups, named, clusters)
    slots = [slots_of(cluster) for cluster in clusters]
    usual_models = {origin: _usual_model(origin, clusters, slots) for origin in servers}
    variables = {variable_of(name) for of_cluster in slots for name in of_cluster}
    whole = [
        _endpoint(cluster, item, slots[number], servers, groups, languages, usual_models, variables, made)
        for number, (cluster, item) in enumerate(zip(clusters, named, strict=True))
    ]
    by_cluster = {id(cluster): number for number, cluster in enumerate(clusters)}
    adopted = _adopted(named, clusters, whole)
    written: dict[str, Any] = {}
    for number in _in_order(named, clusters):
        if number in adopted:
            continue
        base = named[number].base
        full = whole[number]
        if base is not None:
            full = _like(named[by_cluster[id(base)]].id, whole[by_cluster[id(base)]], full)
        written[named[number].id] = _ordered(full)
    backends: dict[str, Any] = {}
    for origin, server in servers.items():
        backends[server.names.id] = backend_of(origin, server)
    for number in _in_order(named, clusters):
        cluster, item = clusters[number], named[number]
        for origin in cluster.origins:
            server = servers[origin]
            cell = _cell(cluster, origin, server, whole[number], slots[number])
            if number in adopted:
                head, own = adopted[number]
                item = named[head]
                cell = {**own, **cell}
            backends[server.names.id]["endpoints"][item.id] = _ordered(cell)
            _place(cluster, origin, server, item, slots[number], made)
            _name_secrets(cluster.of(origin), server, slots[number], whole[number].get("parameters", {}))
    used = {endpoint["group"] for endpoint in written.values() if "group" in endpoint}
    pages = {(draft.found.page, draft.found.page_about) for draft in drafts}
    title, about = pages.pop() if len(pages) == 1 else (None, None)
    made.catalog = {
        "languages": languages or None,
        "title": title,
        "about": about,
        "groups": {id: _group(words, abouts.get(id, {}), languages) for id, words in groups.values() if id in used} or None,
        "backends": backends,
        "endpoints": written,
    }
    made.catalog = {name: value for name, value in made.catalog.items() if value is not None}
    return made


def _group(title: Words, about: Words, languages: Sequence[str]) -> dict[str, Any]:
    made = {"title": text_of(title, languages), "about": text_of(about, languages)}
    return {name: value for name, value in made.items() if value is not None}


def _item_name(segments: Sequence[str]) -> str:
    word = next((segment for segment in reversed(segments) if segment and "{" not in segment), "")
    return singular(slug(word)).replace("-", "_") or "id"


def _in_order(named: Sequence[Named], clusters: Sequence[Cluster]) -> list[int]:
    """Return the numbers of the endpoints in the order of the source; what variants are like stands before the first of them."""
    by_cluster = {id(cluster): number for number, cluster in enumerate(clusters)}
    order: dict[int, None] = {}
    for number, item in enumerate(named):
        if item.base is not None:
            order.setdefault(by_cluster[id(item.base)])
        order.setdefault(number)
    return list(order)


# ---- Endpoints and cells -------------------------------------------------------------------


def _rest(draft: Draft, server: Server) -> dict[str, Any]:
    """Return what a request has beside what its server's requests share, and what its kind of body sends by itself."""
    made: dict[str, Any] = {}
    content = draft.content
    own_type = OWN_TYPES.get(draft.body_kind or "")
    shared = {name.lower() for name in server.headers}
    headers = {
        name: value
        for name, value in content.get("headers", {}).items()
        if name.lower() not in shared and not (name.lower() == "content-type" and value.lower().replace("; ", ";") == _squeezed(own_type))
    }
    query = {name: value for name, value in content.get("query", {}).items() if name not in server.query}
    cookies = {name: value for name, value in content.get("cookies", {}).items() if name not in server.cookies}
    curl = {name: value for name, value in draft.curl.items() if server.curl.get(name) != value}
    for name, value in (("headers", headers), ("query", query), ("cookies", cookies), ("curl", curl)):
        if value:
            made[name] = value
    kind = draft.body_kind
    if kind:
        made[kind] = content[kind]
    return made


def _squeezed(media_type: str | None) -> str | None:
    return media_type.replace("; ", ";") if media_type else None


def _usual_model(origin: str, clusters: Sequence[Cluster], slots: Sequence[Mapping[str, Slot]]) -> Any:
    """Return the value of `model` that most requests to a server have: it is the one that a variable changes."""
    counted: Counter[Any] = Counter()
    for cluster, those in zip(clusters, slots, strict=True):
        slot = those.get("model")
        if slot is not None and not slot.by_source and origin in cluster.origins:
            body = cluster.first.content.get(str(slot.at[0]), {})
            model = body.get("model") if isinstance(body, dict) else None
            counted.update([model] if isinstance(model, str) else [])
    return counted.most_common(1)[0][0] if counted else None


def _endpoint(
    cluster: Cluster,
    item: Named,
    slots: dict[str, Slot],
    servers: Mapping[str, Server],
    groups: Mapping[str, tuple[str, Words]],
    languages: Sequence[str],
    usual_models: Mapping[str, Any],
    variables: Collection[str],
    made: Made,
) -> dict[str, Any]:
    """Return an endpoint with all its keys; `variables` are what the parameters of all endpoints are named after."""
    first = cluster.first
    server = servers[first.origin]
    content = first.content
    response = answers.response_of(cluster)
    pipelines, sample, said = answers.pipelines_of(cluster, response, answers.sample_of(cluster))
    for number, sentences in said.items():
        made.said.setdefault(number, []).extend(sentences)
    prefixes = [servers[origin].prefix for origin in cluster.origins]
    keys = {variable for server in servers.values() for variable in server.key_variables}
    parameters = {}
    for name, slot in slots.items():
        value = content.get(str(slot.at[0]), {})
        is_usual = name == "model" and isinstance(value, dict) and value.get("model") == usual_models[first.origin]
        parameters[name] = parameter_of(name, slot, content, prefixes, keys, variables, shared_variable=is_usual)
    in_path = {name: str(slot.at[1]) for name, slot in slots.items() if slot.at[0] == "path"}
    values = {name: _with_numbers(first.values[place]) for name, place in in_path.items() if place in first.values}
    group = next((groups[text][0] for text in item.group.values() if text in groups), None)
    title = text_of(item.title, languages)
    full = {
        "title": title,
        "group": group,
        "about": text_of(item.about, languages),
        "method": first.method,
        "path": relative(first.path, server.base),
        **_rest(first, server),
        "parameters": parameters or None,
        "values": values or None,
        "response": response,
        "save_as": answers.file_name_of(cluster) if response == "file" else None,
        "success": next((list(draft.found.success) for draft in cluster.drafts if draft.found.success), None),
        "pages": next((draft.found.pages for draft in cluster.drafts if draft.found.pages), None),
        "pipelines": pipelines or None,
        "sample": sample,
        "effect": answers.effect_of_all(cluster),
        "notes": notes_beside(cluster, slots) or None,
    }
    return {name: value for name, value in full.items() if value is not None or (name == "body" and "body" in content)}


def _like(base_id: str, base: dict[str, Any], full: dict[str, Any]) -> dict[str, Any]:
    """Return an endpoint as one that is like another, if that is shorter and takes little away."""
    try:
        written = endpoint_patch(base, full)
    except Unpatchable:
        return full
    if "values" in written or "values" in base:
        return full  # defaults are put in place by the endpoint that says them
    if any(written.get(name, "") is None for name in NEVER_REMOVED) or _removed(written) > MOST_REMOVED:
        return full
    if len(json.dumps(written)) > 0.7 * len(json.dumps(full)):
        return full
    return {"like": base_id, **written}


def _removed(written: Mapping[str, Any]) -> int:
    """Return how many keys a merge patch takes away."""
    return sum(1 if value is None else _removed(value) if isinstance(value, dict) else 0 for value in written.values())


def _adopted(
    named: Sequence[Named], clusters: Sequence[Cluster], whole: Sequence[Mapping[str, Any]]
) -> dict[int, tuple[int, dict[str, Any]]]:
    """Return the variants that are cells of the endpoint that they are like, as their servers have no other cell of it.

    For each variant's number: the number of that endpoint, and what the cells say otherwise than it.
    """
    by_cluster = {id(cluster): number for number, cluster in enumerate(clusters)}
    origins = {number: set(cluster.origins) for number, cluster in enumerate(clusters)}
    found: dict[int, tuple[int, dict[str, Any]]] = {}
    for number, item in enumerate(named):
        if item.base is None:
            continue
        head = by_cluster[id(item.base)]
        try:
            own = endpoint_patch(whole[head], whole[number])
        except Unpatchable:
            continue
        own = {name: value for name, value in own.items() if name not in WORDS and not (name in SHOWN and value is None)}
        if origins[head].isdisjoint(origins[number]) and set(own) <= {*IN_CELLS}:
            origins[head] |= origins[number]
            found[number] = (head, _with_values(own, whole[head].get("parameters", {})))
    return found


def _with_values(cell: dict[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return a cell in which a text in a parameter's place is the parameter's value."""
    if not isinstance(cell.get("body"), dict):
        return cell
    body = dict(cell["body"])
    values = dict(cell.get("values", {}))
    for name, parameter in parameters.items():
        kind, *steps = parameter["at"]
        if kind == "body" and len(steps) == 1 and isinstance(body.get(steps[0]), str):
            values[name] = body.pop(steps[0])
    made = {name: value for name, value in cell.items() if name not in ("body", "values")}
    return made | ({"body": body} if body or not cell["body"] else {}) | ({"values": values} if values else {})


def _cell(cluster: Cluster, origin: str, server: Server, endpoint: dict[str, Any], slots: dict[str, Slot]) -> dict[str, Any]:
    """Return what differs in a cell."""
    drafts = cluster.of(origin)
    draft = drafts[0]
    cell: dict[str, Any] = {}
    if relative(draft.path, server.base) != endpoint["path"]:
        cell["path"] = relative(draft.path, server.base)
    values = other_values(cluster.first, draft, slots)
    if values:
        cell["values"] = {
            name: _with_numbers(value) if slots[name].at[0] in ("path", *IN_URLS) else value for name, value in values.items()
        }
    rest = _rest(draft, server)
    for kind in ("headers", "query", "cookies", "curl"):
        shared = getattr(server, kind)
        inherited = {**shared, **endpoint.get(kind, {})}
        meant = {**shared, **rest.get(kind, {})}
        if kind == "query":
            meant = {name: inherited.get(name, value) if ("query", name) in cluster.varying else value for name, value in meant.items()}
        if kind == "headers":
            meant = _spelt_as(inherited, meant)
        difference = patch(inherited, meant)
        if difference:
            cell[kind] = difference
    keys = api_key_of(drafts, server)
    if keys != server.api_key:
        cell["api_key"] = written_keys(keys)
    return cell


def _spelt_as(known: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with their names as they are spelt elsewhere."""
    spelling = {name.lower(): name for name in known}
    return {spelling.get(name.lower(), name): value for name, value in headers.items()}


def _place(cluster: Cluster, origin: str, server: Server, item: Named, slots: dict[str, Slot], made: Made) -> None:
    """Note where each command stands, and with what arguments it is sent."""
    drafts = cluster.of(origin)
    for draft in drafts:
        arguments = arguments_for(other_values(drafts[0], draft, slots), slots)
        made.cells[draft.number] = Cell(server.names.id, item.id, tuple(arguments))
        if arguments:
            made.said.setdefault(draft.number, []).append(f"the values that differ are arguments of the script: {as_typed(arguments)}")


def _name_secrets(drafts: Sequence[Draft], server: Server, slots: Mapping[str, Slot], parameters: Mapping[str, Any]) -> None:
    """Say by its whole name which variable of a server holds each secret that is a parameter."""
    whole = {slot.name: server.prefix + parameters[name]["variable"] for name, slot in reversed(list(slots.items())) if slot.secret}
    for draft in drafts:
        draft.secret_names |= {secret.variable: key_variable_of(secret, server) for secret in draft.found.secrets if secret.is_short}
        for number, change in enumerate(draft.changes):
            name, mark, what = change.partition(BEHIND_THE_NAME)
            if mark:
                draft.secret_names[name] = whole.get(name, server.prefix + name)
                draft.changes[number] = draft.secret_names[name] + what


def _ordered(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an endpoint or a cell as it is written: its keys in the usual order, whole numbers of a URL without quotes."""
    return {name: _with_numbers(entry[name]) if name in IN_URLS else entry[name] for name in ORDER if name in entry}


def _with_numbers(value: Any) -> Any:
    """Return texts that are whole numbers as numbers, which are sent alike."""
    if isinstance(value, dict):
        return {name: _with_numbers(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_numbers(item) for item in value]
    return int(value) if isinstance(value, str) and re.fullmatch(r"0|-?[1-9][0-9]{0,14}", value) else value
