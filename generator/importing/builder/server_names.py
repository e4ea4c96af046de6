"""Name the servers of a catalog: as its user says, as the source calls them or what stands around them does, else as their hosts are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from generator.importing.builder.hosts import IP, LOCAL
from generator.importing.builder.names import backend_id, is_latin, slug, unique
from generator.importing.model import FoundRequest
from generator.importing.placeholder_host import OWN_NETWORKS, placeholder_name

GENERIC = frozenset("www api apis rest app web http https dev test prod staging local my gateway corp internal intranet intra".split())
KEY_WORDS = re.compile(
    r"_?(API|ACCESS|AUTH|SECRET|BEARER|ADMIN|MASTER|PRIVATE|USER|PERSONAL|MY|YOUR|SESSION|HTTP|BASIC|CLIENT|KEY|TOKEN|PASSWORD|PASS|"
    r"APIKEY|ID|LOGIN|CREDENTIALS?|X|COOKIE)(?=_|$)"
)

LONGEST_NAME = 30
"""The number of characters of a heading that may be a server's name."""

MOST_WORDS = 4

OF_DOCUMENTS = re.compile(
    r"the|an?|rest|restful|https?|web|apis?|interface|docs?|documentation|reference|manual|guide|tutorial|quick|start|quickstart|getting|"
    r"started|cheat|sheet|cheatsheet|examples?|samples?|notes?|usage|overview|introduction|intro|curl|commands?|for|of|with|using|accessing|"
    r"to|and|user|users?|developers?|readme|endpoints?|requests?|calls?|about|our|my|how|v?\d[\d.]*",
    re.IGNORECASE,
)
"""Words at the start and the end of a page's title that say what kind of page it is, and not what it is about."""
OF_DOCUMENTS_IN_CHINESE = re.compile(
    r"(?:接口|文档|速查|手册|说明|使用|指南|教程|示例|样例|调用|测试|大全|笔记|常用|命令|参考|简介|请求|表|的|\s|API)+$"
)
NO_NAME = re.compile(
    r"actions?|setup|installation|install|deployment|publishing|authentication|auth|configuration|config|troubleshooting|faq|wiki|testing|"
    r"tests?|todo|basics?|general|misc(?:ellaneous)?|other|others|history|snippets?|ops|development|production|\w+ing|server|service|client|backend|"
    r"app|application|main|local|remote|management|"
    r"请求.{0,4}|示例|例子|用法|其他|其它|常用|测试|历史|操作|部署|安装|配置",
    re.IGNORECASE,
)
"""Headings that are no name of a server."""
TOPIC = re.compile(
    r"\b(?:via|with|by|for|of|from|to|in|on|using|how|what|when)\b|^(?:get|list|create|add|update|delete|run|start|test|check|build|use|"
    r"install|download|upload|send|example)\b",
    re.IGNORECASE,
)
"""What a heading has that says what is done, and not what the server is."""


@dataclass(frozen=True)
class HostName:
    """What a backend is called."""

    id: str
    name: str | None


def host_names(
    requests: Mapping[str, Sequence[FoundRequest]], addresses: Mapping[str, str | None], wanted: Mapping[str, str]
) -> dict[str, HostName]:
    """Return what the backend of each origin is called.

    `wanted` says it by its host; then comes what its source calls it, the heading around all its requests, the variable that holds its
    address, and for an address that says nothing the page's title or the key's name; else its host.
    """
    names: dict[str, HostName] = {}
    taken: set[str] = set()
    around = _names_around(requests)
    page = name_of_page(requests)
    by_host = _by_host(list(requests))
    for origin, found in requests.items():
        host = _host(origin)
        said = wanted.get(host) or wanted.get("") or _most_common(request.backend for request in found) or around.get(origin)
        id_of_page = slug(page) if page and is_latin(page) and _says_nothing(host) else None
        name = said or addresses.get(origin) or id_of_page or _of_key(origin, requests) or by_host[origin]
        made = unique(backend_id(name), taken)
        taken.add(made)
        shown = said or page or _spelling(made, found[0].page)
        names[origin] = HostName(made, shown if shown and shown != made else None)
    return names


def _spelling(id: str, title: str | None) -> str | None:
    """Return how the title of a page spells a backend's id, `GitHub` for github; None if it does not say it."""
    word = re.search(rf"(?<![\w-]){re.escape(id)}(?![\w-])", title or "", re.IGNORECASE)
    return word[0] if word else None


def _host(origin: str) -> str:
    return origin.partition("://")[2]


def _without_port(host: str) -> str:
    return re.sub(r":\d+$", "", host)


def _says_nothing(host: str) -> bool:
    """Tell whether a host is the own machine, an address in numbers, or one that stands in another one's place."""
    return host == "server.example" or (LOCAL.fullmatch(_without_port(host)) or IP.fullmatch(_without_port(host))) is not None


def _by_host(origins: Sequence[str]) -> dict[str, str]:
    """Return a name for each origin by its host, with the port or more of the host where several would have the same one."""
    hosts = Counter(_without_port(_host(origin)) for origin in origins if re.search(r":\d+$", origin))
    short = {origin: of_host(_host(origin)) for origin in origins}
    shared = Counter(short.values())
    names: dict[str, str] = {}
    for origin in origins:
        host = _host(origin)
        bare = _without_port(host)
        name = short[origin]
        if hosts[bare] > 1 and not _says_nothing(host):
            name = f"{name}-{host.rpartition(':')[2]}"
        elif shared[name] > 1 and not _says_nothing(host):
            name = "-".join([name, *(label for label in _labels(bare) if label != name)])
        names[origin] = name
    return names


def name_of_page(requests: Mapping[str, Sequence[FoundRequest]]) -> str | None:
    """Return what the title of the one page is about, if all requests go to one server: `Lamp` of `Lamp REST API`; None if it says less."""
    pages = {request.page for found in requests.values() for request in found}
    title = next(iter(pages), None)
    if len(requests) != 1 or len(pages) != 1 or not title:
        return None
    words = OF_DOCUMENTS_IN_CHINESE.sub("", title).split()
    while words and OF_DOCUMENTS.fullmatch(words[0]):
        del words[0]
    while words and OF_DOCUMENTS.fullmatch(words[-1]):
        del words[-1]
    name = " ".join(words)
    return name if is_name(name) else None


def is_name(text: str) -> bool:
    """Tell whether a heading may be the name of a server."""
    is_short = 0 < len(text) <= LONGEST_NAME and len(text.split()) <= MOST_WORDS
    says_more = NO_NAME.fullmatch(text) or TOPIC.search(text) or re.search(r"[(){}:：?!,，]", text)
    return is_short and not says_more and re.search(r"\w", text) is not None


def of_host(host: str) -> str:
    """Return a name for a host: github for api.github.com, gpu-7 for gpu-7:8000, localhost-8080 for the own machine."""
    bare, _, port = host.rpartition(":") if re.search(r":\d+$", host) else (host, "", "")
    if LOCAL.fullmatch(bare):
        return f"localhost-{port}" if port else "localhost"
    if IP.fullmatch(bare):
        return f"server-{slug('x' + bare.strip('[]').replace(':', '-'))[1:]}{f'-{port}' if port else ''}"
    own = _labels(bare)
    return own[-1] if own[-1] != "example" or len(own) < 2 else own[-2]


def _labels(host: str) -> list[str]:
    """Return the labels of a host that say what it is: api and github of api.github.com are github alone."""
    labels = host.split(".")
    if len(labels) > 1 and labels[-1] in OWN_NETWORKS:
        labels = [label for label in labels[:-1] if label not in GENERIC][:1] or labels[:1]
    elif len(labels) > 1:
        labels = labels[:-1]
        if len(labels) > 1 and labels[-1] in ("co", "com", "org", "net", "ac", "gov", "edu"):
            labels = labels[:-1]
    return [label for label in labels if label not in GENERIC] or labels


def _most_common(words: Iterable[str | None]) -> str | None:
    counted = Counter(word for word in words if word)
    return counted.most_common(1)[0][0] if counted else None


def _names_around(requests: Mapping[str, Sequence[FoundRequest]]) -> dict[str, str]:
    """Return names that headings give to servers, to two or more: one under which all requests to a server stand, and none to another."""
    if len(requests) < 2:
        return {}
    headings = {origin: [{*request.sections, request.group, request.title} for request in those] for origin, those in requests.items()}
    found: dict[str, str] = {}
    for origin, those in requests.items():
        others = set().union(*(texts for other, found_there in headings.items() if other != origin for texts in found_there))
        above_all = set.intersection(*headings[origin]) - others
        first = those[0]
        name = next((text for text in (*first.sections, first.group, first.title) if text and text in above_all and is_name(text)), None)
        # The title of a single request is its own, unless it tells servers apart below one heading.
        if name is not None and (len(those) > 1 or name != first.title or (first.group and first.group in others)):
            found[origin] = name
    return found if len(found) > 1 else {}  # a heading of one server alone is about something else


def _of_key(origin: str, requests: Mapping[str, Sequence[FoundRequest]]) -> str | None:
    """Return the name that a local server's key has in front: lab for LAB_API_KEY."""
    if not _says_nothing(_host(origin)):
        return None
    variables = {secret.variable for request in requests[origin] for secret in request.secrets}
    others = {secret.variable for other, those in requests.items() if other != origin for request in those for secret in request.secrets}
    names = {slug(KEY_WORDS.sub("", variable.upper()).strip("_")) for variable in variables - others}
    names = {name for name in names if name and placeholder_name(name) is None}
    return names.pop() if len(names) == 1 else None
