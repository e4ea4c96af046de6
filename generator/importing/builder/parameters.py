"""Make the parameters of an endpoint of the places in which its users' values go."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from generator import bash
from generator.catalog.checks import SHELL_VARIABLES
from generator.importing.builder.asked import asked, counted_from_start
from generator.importing.builder.clusters import Cluster, differences
from generator.importing.builder.names import parameter_id, slug, unique, variable_of
from generator.importing.builder.slots import At, Content, Draft, Slot
from generator.importing.model import Described
from generator.json_text import keys_and_scalars

LARGEST_EXACT = 2**53


def slots_of(cluster: Cluster) -> dict[str, Slot]:
    """Return the places of a request in which users' values go, by the ids of their parameters."""
    first = cluster.first
    found: dict[At, Slot] = {}
    for draft in cluster.drafts:
        for at, slot in draft.slots.items():
            if at not in found or (slot.by_source and not found[at].by_source):
                found[at] = slot
    for at, slot in found.items():
        if slot.required and not slot.secret and not (at in first.slots and first.slots[at].required):
            found[at] = replace(slot, required=False)  # another command has a value there
    for at in cluster.varying:
        if at not in found and at[0] not in ("headers", "cookies"):
            found[at] = Slot(_name_of(at), at, by_source=False)
    for slot in asked(first.content) if _takes_parameters(first.content) else ():
        at = counted_from_start(slot.at, first.content)
        known = found.get(at)
        if known is None:
            found[at] = slot
        elif slot.argument and not known.secret:
            name = known.name if known.by_source else slot.name
            found[at] = replace(known, name=name, at=slot.at, argument=True, option=known.by_source, variable=known.by_source)
    in_path = [at for at, slot in found.items() if at[0] == "path" and not slot.secret]
    if len(in_path) == 1 and not any(slot.argument for slot in found.values()):
        found[in_path[0]] = replace(found[in_path[0]], argument=True)
    return {name: _with_about(slot, cluster) for name, slot in _with_ids(sorted(found.values(), key=_order)).items()}


def _with_about(slot: Slot, cluster: Cluster) -> Slot:
    """Return a place with what the source says of what is called as it is."""
    said = next((item.about for draft in cluster.drafts for item in draft.found.described if _is_of(item, slot)), None)
    return slot if slot.about or said is None else replace(slot, about=said)


def _is_of(item: Described, slot: Slot) -> bool:
    names = {slug(slot.name), *(slug(step) for step in slot.at[-1:] if isinstance(step, str) and len(slot.at) > 1)}
    return slug(item.name) in names - {""}


def notes_beside(cluster: Cluster, slots: Mapping[str, Slot]) -> list[str]:
    """Return the notes on a request, without those that are said of its parameters."""
    said = [
        item.source.rstrip(".;；。")
        for draft in cluster.drafts
        for item in draft.found.described
        if any(_is_of(item, slot) and slot.about == item.about for slot in slots.values())
    ]
    notes = dict.fromkeys(note for draft in cluster.drafts for note in draft.found.notes)
    return [note for note in notes if re.search(r"\w", _without(note, said)) or not said]


def _without(note: str, said: Sequence[str]) -> str:
    """Return what of a note is not said elsewhere; of a list in one, the words that lead to it say nothing by themselves."""
    rest = note
    for text in said:
        rest = rest.replace(text, "")
    return rest if rest == note else re.sub(r"^[^:：]*[:：]", "", rest)


def _order(slot: Slot) -> int:
    """Return where a parameter stands: those that must be given first, then those of the path."""
    return 0 if slot.required else 1 if slot.at[0] == "path" else 2


def _name_of(at: At) -> str:
    """Return a name for a place: that of the last key on the way to it."""
    return next((str(step) for step in reversed(at[1:] or at) if isinstance(step, str)), "value")


def _with_ids(slots: Iterable[Slot]) -> dict[str, Slot]:
    found: dict[str, Slot] = {}
    for slot in slots:
        name = slot.id
        if name in found:
            outer = [step for step in slot.at[:-1] if isinstance(step, str)]
            name = parameter_id(f"{outer[-1]}-{slot.name}") if len(outer) > 1 and outer[-1] != slot.name.lower() else name
        found[unique(name, found)] = slot
    return found


def _takes_parameters(content: Content) -> bool:
    """Tell whether jq, which puts parameters into a JSON body, can read it without a loss."""
    return all(
        not any("\ud800" <= character <= "\udfff" for character in value) if isinstance(value, str) else abs(value) <= LARGEST_EXACT
        for value in keys_and_scalars(content.get("body"))
        if isinstance(value, (str, int, float))
    )


def parameter_of(
    name: str,
    slot: Slot,
    content: Content,
    prefixes: Sequence[str],
    keys: Collection[str],
    others: Collection[str],
    *,
    shared_variable: bool,
) -> dict[str, Any]:
    """Return a parameter in a catalog's words.

    `keys` are the variables of API keys, which no parameter has, and `others` those that the parameters of all endpoints are named after.
    """
    made: dict[str, Any] = {"at": list(slot.at)}
    exists = slot.at[0] == "path" or _exists(slot.at, content)
    if slot.secret:
        made["variable"] = own_variable(name, prefixes, keys, others)
        made |= {"secret": True} if exists else {"secret": True, "type": "string"}
        if slot.required and slot.at[0] != "path":
            made["required"] = True
        return made | ({"about": slot.about} if slot.about else {})
    if slot.option:
        made["option"] = f"--{name}"
    if slot.variable and (slot.by_source or shared_variable):
        made["variable"] = own_variable(name, prefixes, keys, others)
    if slot.argument:
        made["argument"] = True
    if (not exists and not slot.read and not slot.generate) or (slot.type not in (None, "string") and not slot.repeat):
        made["type"] = slot.type or "string"
    if slot.required and slot.at[0] != "path":
        made["required"] = True
    for key in ("repeat", "join", "generate", "read", "example", "about"):
        if value := getattr(slot, key):
            made[key] = value
    return made


def own_variable(name: str, prefixes: Sequence[str], keys: Collection[str], others: Collection[str]) -> str:
    """Return the variable of a parameter, without the backend's prefix, if the source's has it already.

    It keeps that prefix where another parameter is called so: `shop-id` and `id` of a shop. Where it would be the variable of an API
    key, a number is behind it, and where it would be one of the shell's, a word (`HTTP_PROXY` of a server is SHOP_HTTP_PROXY_VALUE).
    """
    variable = variable_of(name)
    for prefix in prefixes if len(prefixes) == 1 else ():
        shorter = variable.removeprefix(prefix)
        if shorter != variable and shorter[:1].isalpha() and shorter not in others:
            variable = shorter
            break
    if any(SHELL_VARIABLES.fullmatch(prefix + variable) for prefix in prefixes):
        variable = f"{variable}_VALUE"
    taken = {key.removeprefix(prefix) for key in keys for prefix in prefixes if key.startswith(prefix)}
    return unique(variable, taken, "_")


def _exists(at: At, content: Content) -> bool:
    here: Any = content
    for step in at:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def value_at(draft: Draft, slot: Slot) -> Any:
    """Return what a command has in a place; None if nothing."""
    if slot.at[0] == "path":
        return draft.values.get(str(slot.at[1]))
    here: Any = draft.content
    for step in slot.at:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            return None
    if isinstance(here, dict):
        return here.get("file", here.get("text"))
    return here


def other_values(first: Draft, draft: Draft, slots: dict[str, Slot]) -> dict[str, Any]:
    """Return the values in which a command differs from another one, by the ids of the parameters that have their places."""
    places = differences(first, draft) or []
    found = {}
    for name, slot in slots.items():
        at = counted_from_start(slot.at, draft.content)
        is_open = at in draft.slots and draft.slots[at].by_source and draft.slots[at].required
        if at in places and not is_open:
            value = value_at(draft, slot)
            if value is not None:
                found[name] = value
    return found


def arguments_for(values: dict[str, Any], slots: dict[str, Slot]) -> list[str]:
    """Return the arguments of a script that give it these values."""
    options, behind = [], []
    for name, value in values.items():
        text = value if isinstance(value, str) else str(value)
        if slots[name].option:
            options += [f"--{name}", text]
        else:
            behind += ["--", text] if text.startswith("-") else [text]
    return [*options, *behind]


def as_typed(arguments: Sequence[str]) -> str:
    """Return arguments as one types them."""
    return " ".join(bash.word(argument) for argument in arguments)
