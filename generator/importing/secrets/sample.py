"""Take secrets out of an answer that is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from generator.importing.secrets.known import Known
from generator.importing.secrets.names import is_placeholder, repeats_name, secret_by_name
from generator.importing.secrets.owner import owner_of
from generator.importing.secrets.spans import DEPTH, is_card, may_be_key
from generator.secret_text import STAND_IN

_IDENTIFIER = re.compile("[A-Za-z]+([-_.]([A-Za-z]{2,}|v?[0-9]{1,3}))+")
"""Words and small numbers, such as `lgpl-3.0`, which a `key` in an answer may be as well."""


def sample_without_secrets(value: Any, known: Known, owner: str = "", depth: int = 0) -> Any:
    """Return an answer, a JSON value or a text, without secrets, and remember them; `owner` is the name of its field."""
    if depth > DEPTH:
        return STAND_IN
    if isinstance(value, Mapping):
        return {
            known.replaced_in(str(key)): sample_without_secrets(item, known, owner_of(str(key), item, value, owner), depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [sample_without_secrets(item, known, owner, depth + 1) for item in value]
    if isinstance(value, str):
        return _text(value, known, owner)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    is_secret = is_number and (secret_by_name(owner) == "surely" or is_card(str(value)) or str(value) in known.anywhere)
    return 0 if is_secret else value


def _text(text: str, known: Known, owner: str) -> str:
    certainty = secret_by_name(owner)
    is_example = is_placeholder(text) or repeats_name(text, owner)
    looks_so = may_be_key(text) and not _IDENTIFIER.fullmatch(text)
    if text and ((certainty == "surely" and not is_example) or (certainty == "maybe" and looks_so)):
        known.add(text, "")
        return STAND_IN
    return known.hidden_in(text, "prose" if len(text) < 200 and "\n" not in text else "body")
