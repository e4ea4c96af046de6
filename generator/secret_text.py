"""Recognize secrets in texts by their shape, and the forms in which a known one may be written."""

from __future__ import annotations

import base64
import re
from urllib.parse import quote, quote_plus

STAND_IN = "…"
SHORT = 8
"""A known text shorter than this is replaced only where it stands as a word: it may be part of any other."""

# What the keys of well-known services start with; a JSON web token (RFC 7519); a private key (RFC 7468).
SECRET = re.compile(
    r"\b(sk-[\w-]{20,}|xf-\w{20,}|gh[pousr]_\w{30,}|github_pat_\w{30,}|gl(?:pat|ptt|dt|rt|cbt|soat)-[\w-]{20,}|"
    r"xox[abeprs]-[\w-]{20,}|xapp-[\w-]{20,}|hvs\.[\w-]{20,}|dckr_pat_[\w-]{20,}|glsa_\w{30,}|lin_api_\w{30,}|tskey-[\w-]{20,}|"
    r"xai-\w{30,}|nvapi-[\w-]{30,}|pplx-\w{30,}|"
    r"A[KS]IA[0-9A-Z]{16}|AIza[\w-]{35}|ya29\.[\w-]{20,}|hf_\w{30,}|gsk_\w{30,}|r8_\w{30,}|npm_\w{36}|pypi-[\w-]{40,}|"
    r"[rs]k_live_\w{20,}|whsec_\w{20,}|SG\.[\w-]{16,}\.[\w-]{16,}|do[opr]_v1_\w{40,}|shp(?:at|ca|pa|ss)_\w{30,}|"
    r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,})|-----BEGIN [A-Z ]*PRIVATE KEY-----",
    re.ASCII,
)
SHORTEST_SECRET = 20
"""Characters of the shortest key that SECRET finds."""
PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)", re.DOTALL)
BEARER = re.compile(r"\b(Bearer|Basic|Token)\s+[\w.~+/=-]{4,}", re.IGNORECASE)

# Names of fields whose text is a secret, whatever it looks like; in small letters, without - and _.
SECRET_NAMES = re.compile(r".*(password|passwd|passphrase|secret|authorization|credentials?|privatekey|cookie|connectionstring)")
# Names of fields whose text is a secret if it looks like one.
KEY_NAMES = re.compile(r".*(token|apikey|key|keyid|tokenid|hash|signature|sessionid|session)")
# Words, with - or _ between them: what stands in the place of a key.
_ONLY_WORDS = re.compile(r"[A-Za-z]{1,6}[-_.](([a-z]{1,14}|[A-Z]{1,14}|[A-Z][a-z]{1,13})([-_.]|$)){2,}|\D*(your|YOUR|Your)\D*")

KEY_LOOK = re.compile(r"(?=\S*[0-9])([\w.~+=-]{16,}|[\w.~+/=:-]{32,})", re.ASCII)


def looks_real(key: str) -> bool:
    """Tell a key that SECRET finds from a placeholder: sk-xxxxxxxxxxxxxxxxxxxxxxxx repeats itself, sk-put-your-own-key-here is words.

    What a key starts with is enough: it need not hold a digit.
    """
    return key.startswith("-----") or (len(set(key)) > 9 and _ONLY_WORDS.fullmatch(key) is None)


def forms(secret: str, stand_in: str) -> dict[str, str]:
    """Return the ways in which a secret may be written, as it is, in a URL, in a form, in base64, with what stands for each."""
    data = secret.encode("utf-8", "surrogateescape")
    written = {secret: stand_in, quote(data, safe=""): stand_in, quote_plus(data): stand_in}
    for encoded in (base64.b64encode(data).decode(), base64.urlsafe_b64encode(data).decode()):
        written |= {encoded: STAND_IN, encoded.rstrip("="): STAND_IN}
    return {form: shown for form, shown in written.items() if form}


def pattern_of(known: str) -> re.Pattern[str]:
    """Return the pattern that finds a known text; a short one only as a word."""
    escaped = re.escape(known)
    return re.compile(escaped if len(known) >= SHORT else rf"(?<!\w){escaped}(?!\w)")
