"""Take a title apart that covers several commands: `Start / stop`, `List and delete users`, `启动 / 停止`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from generator.importing.model import FoundRequest
from generator.importing.notes.words import title_of_prose

_READS = "get|list|show|read|search|find|view|download|inspect|获取|列出|查询|查看|读取|搜索|查找|下载"
_REMOVES = "delete|remove|删除|移除"
_ADDS = "create|add|register|upload|创建|新增|新建|添加|增加|注册|上传"
_OTHERS = (
    "update|change|edit|rename|replace|set|reset|clear|start|stop|restart|pause|resume|enable|disable|open|close|lock|unlock|mute|unmute|"
    "send|cancel|activate|deactivate|install|uninstall|subscribe|unsubscribe|attach|detach|mount|unmount|"
    "更新|修改|编辑|替换|设置|重置|清空|启动|停止|重启|暂停|恢复|启用|禁用|打开|关闭|锁定|解锁|发送|取消|激活|停用|安装|卸载|订阅|退订"
)
_VERB = re.compile(rf"({_READS}|{_REMOVES}|{_ADDS}|{_OTHERS})(?![A-Za-z])[ \t]*(.*)", re.IGNORECASE | re.DOTALL)
"""A part says what is done: no other word starts one. `Search and filters` is one title."""
_BETWEEN = re.compile(r"\s*[/、；;&]\s*|\s*,\s*(?:(?:and|or)\s+)?|\s+(?:and|or)\s+|\s*(?:以及|或者|[和与及或，])\s*", re.IGNORECASE)
_SAFE = ("GET", "HEAD", "OPTIONS")


def titles_of_parts(title: str, requests: Sequence[FoundRequest]) -> list[str] | None:
    """Return a title for each of several requests, made of the parts of one; None where they are not as many, or not surely theirs.

    What stands behind the last verb alone is what all of them are about: `Start or stop a job`.
    """
    parts = [_VERB.fullmatch(part.strip()) for part in _BETWEEN.split(title_of_prose(title))]
    found = [part for part in parts if part is not None]
    if len(found) < 2 or len(found) < len(parts) or len(found) != len(requests):
        return None
    verbs = [part[1].lower() for part in found]
    objects = [part[2].strip() for part in found]
    if len(set(verbs)) < len(verbs) and len({*zip(verbs, objects, strict=True)}) < len(verbs):
        return None
    if any(objects[:-1]) and not all(objects):
        return None
    if not all(_may_be(verb, verbs, request, requests) for verb, request in zip(verbs, requests, strict=True)):
        return None
    blank = " " if verbs[-1].isascii() else ""
    titles = [f"{part[1]}{blank}{own or objects[-1]}".strip() for part, own in zip(found, objects, strict=True)]
    return [text[:1].upper() + text[1:] for text in titles]


def _may_be(verb: str, verbs: Sequence[str], request: FoundRequest, requests: Sequence[FoundRequest]) -> bool:
    """Tell whether nothing in a request speaks against what a part of a title says that it does."""
    method, methods = request.method, [other.method for other in requests]
    if _is(_REMOVES, verb) != (method == "DELETE") and ("DELETE" in methods or method in _SAFE):
        return False
    if _is(_READS, verb) != (method in _SAFE) and any(other in _SAFE for other in methods):
        return False
    if _is(_ADDS, verb) and method != "POST" and "POST" in methods:
        return False
    said = _words(request)
    return verb in said or not any(other in said for other in verbs)


def _is(verbs: str, verb: str) -> bool:
    return re.fullmatch(verbs, verb, re.IGNORECASE) is not None


def _words(request: FoundRequest) -> set[str]:
    """Return the words of an address, in small letters."""
    texts = [request.path, *(text for _, text in request.query)]
    written = " ".join(part for text in texts for part in text.parts if isinstance(part, str))
    return set(re.findall(r"[a-z]+|[\u3400-\u9fff]+", written.lower()))
