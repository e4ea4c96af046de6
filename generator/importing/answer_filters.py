"""One or two filters that make sense for an answer: the names and ids of a list, the id of what was made."""

from __future__ import annotations

import json
import re
from typing import Any

from generator.importing.model import FoundPipeline

_NAMES = (
    "name full_name fullName title display_name displayName login username userName slug label subject email key path tag hostname "
    "domain url message summary description"
).split()
_IDS = "id uuid guid _id Id ID uid number sha key code arn".split()
# Objects in which an object has its own name and id (Kubernetes, JSON:API).
_WITHIN = ("metadata", "attributes")
_LISTS = "data items results values value records entries list rows content objects elements".split()


def list_in(answer: Any, where: str = ".") -> tuple[str, list[Any]] | None:
    """Return the list that an answer is, or holds as its own matter: the filter that finds it, and the list."""
    if isinstance(answer, list):
        return where, answer
    if not isinstance(answer, dict):
        return None
    lists = {name: item for name, item in answer.items() if isinstance(item, list) and item}
    for name in _LISTS:
        if name in lists:
            return below(where, name), lists[name]
    if _field(answer, _IDS):
        return None
    if isinstance(answer.get("data"), dict):
        return list_in(answer["data"], below(where, "data"))
    of_objects = [name for name, item in lists.items() if isinstance(item[0], dict)]
    return (below(where, of_objects[0]), lists[of_objects[0]]) if len(of_objects) == 1 else None


def pipelines_of(answer: Any, *, made: bool) -> tuple[FoundPipeline, ...]:
    """Return the filters for an answer, each of which finds something in it; `made`: it is what was made just now."""
    found = list_in(answer)
    if found is not None:
        return _of_list(*found)
    return _of_object(answer, made=made)


def below(where: str, name: str) -> str:
    """Return the filter that finds a field of what another filter finds."""
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        return f".{name}" if where == "." else f"{where}.{name}"
    return f"{where}[{json.dumps(name)}]"


def _of_list(where: str, items: list[Any]) -> tuple[FoundPipeline, ...]:
    """Return the filters for a list: its names and its ids, or its texts."""
    if not items:
        return ()
    each = f"{where}[]"
    if isinstance(items[0], str):
        return (FoundPipeline(each, raw=True, name="values"),)
    fields = dict.fromkeys(field for field in (_field(items[0], _NAMES), _field(items[0], _IDS)) if field)
    return tuple(FoundPipeline(_below_all(each, field), raw=True, name=_plural(field[-1])) for field in fields)


def _of_object(answer: Any, *, made: bool) -> tuple[FoundPipeline, ...]:
    """Return the filters for an object: what it holds, and its id; the id alone, if it was made just now."""
    where, value = ".", answer
    if isinstance(answer, dict) and not _field(answer, _IDS):
        inner = [name for name, item in answer.items() if name not in _WITHIN and isinstance(item, dict) and _field(item, _IDS)]
        if len(inner) == 1:
            where, value = below(".", inner[0]), answer[inner[0]]
    field = _field(value, _IDS)
    if not field:
        return ()
    of_id = FoundPipeline(_below_all(where, field), raw=True, name=_name(field[-1]))
    return (of_id,) if made else (FoundPipeline(where, name="answer"), of_id)


def _field(value: Any, names: list[str]) -> tuple[str, ...]:
    """Return where an object holds a text or a number under the first of these names: in itself, else in its metadata."""
    if not isinstance(value, dict):
        return ()
    for name in names:
        if isinstance(value.get(name), (str, int, float)) and not isinstance(value[name], bool):
            return (name,)
    for outer in _WITHIN:
        if isinstance(value.get(outer), dict) and (found := _field(value[outer], names)):
            return (outer, *found)
    return ()


def _below_all(where: str, field: tuple[str, ...]) -> str:
    """Return the filter that finds a field of a field of what another filter finds."""
    for name in field:
        where = below(where, name)
    return where


def _name(field: str) -> str:
    """Return the name of a filter after the field that it finds."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", field)
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def _plural(field: str) -> str:
    name = _name(field)
    if name.endswith("y"):
        return f"{name[:-1]}ies" if name[-2:-1] not in "aeiou" else f"{name}s"
    return f"{name}es" if name.endswith(("s", "x", "sh", "ch")) else f"{name}s"
