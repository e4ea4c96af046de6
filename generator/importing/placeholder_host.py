"""Tell which hosts only stand for the one that a reader has."""

from __future__ import annotations

import re

_LETTERS = re.compile(r"[A-Za-z0-9]+")
_PLACE_WORDS = frozenset(
    "your my the ip host hostname name server service address addr domain url port api base endpoint node instance site root".split()
)
_ONLY_MEANT = frozenset("your ip address addr hostname domain url".split())
"""Words of which one alone tells that a host is none: `ip-address`, but not `api-server`."""
_TOP_LEVEL = frozenset("com org net io dev cn local example".split())
OWN_NETWORKS = frozenset("lan local home internal intranet corp localdomain".split())
"""Where names in the network of a house or a company end (RFC 6762, appendix G): ci.home.lan is called by its first label."""
_SAID_IN_CHINESE = re.compile("你的|您的|地址|域名|服务|主机|替换|实例")


def placeholder_name(host: str) -> str | None:
    """Return what a host that only stands for the reader's own one is called: newapi of `your-newapi-server`, "" of `ip_address`, `HOST`.

    None if it is a host. One of which only a part is open, such as your-team.example.com, is one: it tells its service.
    """
    words = [word.lower() for word in _LETTERS.findall(host)]
    if _SAID_IN_CHINESE.search(host):
        return "-".join(word for word in words if word not in _PLACE_WORDS | _TOP_LEVEL)
    first, *others = host.lower().split(".")
    own = [word for word in words if word not in _TOP_LEVEL]
    if first.startswith("your") and (_TOP_LEVEL | _PLACE_WORDS).issuperset(others):
        own = [word.removeprefix("your") for word in own]
    elif re.fullmatch(r"[A-Z][A-Z0-9_-]*[A-Z][A-Z0-9_-]*", host):  # hosts are written in small letters
        pass
    elif not own or not _PLACE_WORDS.issuperset(own) or not ("_" in host or (len(own) > 1 and _ONLY_MEANT.intersection(own))):
        return None
    return "-".join(word for word in own if word and word not in _PLACE_WORDS)


def has_placeholder(host: str) -> bool:
    """Tell whether a part of a host is the reader's to write: your-team.example.com."""
    return any(label.startswith("your") for label in host.lower().split("."))
