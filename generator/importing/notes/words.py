"""Make titles and sentences of what stands around a command, and tell their language."""

from __future__ import annotations

import re

_NUMBERING = re.compile(
    r"(?:\(?\d{1,3}(?:\.\d{1,3}){1,4}[.)、．]?\s+|[(（]?\d{1,3}[.)）、．](?!\d)\s*|[①-⑳➀-➓]\s*|\d\ufe0f?\u20e3\s*|(?:[IVX]{1,5}|[a-z])[.)]\s+|[（(]?[一二三四五六七八九十]{1,3}[)）、.．]\s*"
    r"|第[一二三四五六七八九十\d]{1,3}[章节步][:：、\s]*|(?:step|schritt|步骤)\s*\d{1,3}\s*[:.：、-]\s*)",
    re.IGNORECASE,
)
_SIGN = "(?:[\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff][\ufe0f\u200d]*)"
_SIGNS = re.compile(rf"^(?:{_SIGN}\s*)+(?=\w)|(?<=\w)(?:\s+{_SIGN}+)+$")
"""Emoji and arrows before a heading, and behind it."""
_REMARK = re.compile(r"(?:you (?:must|need|should|have to)|note\b|please\b|make sure|注意|请注意|提示)", re.IGNORECASE)
"""How a paragraph starts that is no title of what follows it."""
_OF_API = re.compile(r"(?:API|Endpoint|Request|接口)\s*[:：]\s*(?=\S)", re.IGNORECASE)
"""What a heading has in front that all headings of its page have."""
_FOR_EXAMPLE = re.compile(r"[\s,，;；:：(（]+(?:for example|for instance|e\.g|as follows|例如|比如|如下|示例如下)[)）]?$", re.IGNORECASE)
_ANCHOR = re.compile(r"\s*(?:\{#[^{}]*\}|[¶§#]+)\s*$")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_KANA_OR_HANGUL = re.compile("[\u3040-\u30ff\uac00-\ud7af]")
_LATIN = re.compile("[A-Za-z]{2,}")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"])|(?<=[。！？])")
_LEADS_TO = re.compile(
    r"(?:(?:for example|e\.g\.|now|then|next|first|finally),? )?to (.+?)"
    r"(?:,? (?:use|run|call|send|do|try|execute|you can (?:use|run)|issue))?(?: (?:this|the following)(?: command| request)?)?"
    r"(?:, (?:use|run|call|send|add|set|pass|issue|execute|simply|just|you (?:can|must|need to|may|should)) .*)?",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"(?:(?:now|then|next|first|finally|also|here|so|in another \w+),? )*(?:let's|let us|(?:you|we)(?: can| could| may| will|'ll)?) "
    r"(?:(?:now|then|also|first|just|try to) )*(?=[a-z])",
    re.IGNORECASE,
)
"""What a story has before the words that say what a command does: `Now let's try to list them`."""
_STORY = re.compile(
    r"\b(?:we|let's|I|I'm|I'll)\b|^(?:if|so|but|and|as|since|because|when|while|after|before|or|then|this|that|these|it|in this|"
    r"here|here's|an? example)\b",
    re.IGNORECASE,
)
"""What a sentence has that is a part of a story."""
_GOES_ON = re.compile(r"\b(?:with|be|is|are|as|of|to|like|using|by|the|an?|following|from|and|or)$", re.IGNORECASE)
"""How a sentence ends that goes on behind the command."""
_DOES = re.compile(
    r"(?:get|list|show|read|create|add|delete|remove|update|change|set|replace|start|stop|enable|disable|search|find|send|upload|download)\b"
    r"|获取|列出|查询|查看|读取|搜索|创建|新增|新建|添加|增加|删除|移除|更新|修改|设置|覆盖|替换|启用|禁用|启动|停止|上传|下载|发送|注册",
    re.IGNORECASE,
)
"""How a title starts that says what is done."""
LONGEST_TITLE = 72
LONGEST_ABOUT = 320


def language_of(text: str) -> str:
    """Return the language of a text by its script: `zh`, `en`, or "" where that cannot be told (Japanese, Korean, a name)."""
    if _KANA_OR_HANGUL.search(text):
        return ""
    if _HAN.search(text):
        return "zh"
    other_letters = re.search(r"[^\W\d_a-zA-Z]", text)
    return "en" if _LATIN.search(text) and not other_letters else ""


def title_of(text: str) -> str:
    """Return a heading or a comment as a title: without numbering, marks of Markdown and a colon behind it."""
    title = re.sub(r"\s+", " ", text).strip().strip("=-*#~_ ")
    title = _SIGNS.sub("", _ANCHOR.sub("", title))
    title = _NUMBERING.sub("", title, count=1) if _NUMBERING.match(title) and _NUMBERING.fullmatch(title) is None else title
    title = title.replace("**", "").replace("`", "")
    title = re.sub(r"[\s:：.。,，;；]+$", "", title)
    if of_api := _OF_API.match(title):
        title = title[of_api.end() :]
    title = _FOR_EXAMPLE.sub("", title)
    return title[:1].upper() + title[1:] if re.match(r"[a-z]+ ", title) else title


def title_of_prose(text: str) -> str:
    """Return a short paragraph as a title: of `To list the models, use:` and of `Now you can list the models:` what it is for."""
    title = title_of(text)
    match = _LEADS_TO.fullmatch(title)
    told = match[1] if match else _TELLS.sub("", title, count=1) if _TELLS.match(title) else title
    return title if told == title else told[:1].upper() + told[1:]


def short_prose(text: str) -> str:
    """Return a paragraph as a sentence or two, with a full stop in place of the colon that leads to a command."""
    text = re.sub(r"[ \t]+", " ", text).strip()
    if len(text) > LONGEST_ABOUT:
        kept = ""
        for sentence in _SENTENCE_END.split(text):
            if kept and len(kept) + len(sentence) > LONGEST_ABOUT:
                break
            kept = f"{kept} {sentence}".strip() if not _HAN.search(sentence) else kept + sentence
        text = kept if len(kept) <= LONGEST_ABOUT else kept[:LONGEST_ABOUT].rsplit(" ", 1)[0] + " …"
    if text.endswith(":") and not _GOES_ON.search(text[:-1].rstrip()):
        return text[:-1].rstrip() + ("。" if language_of(text) == "zh" else ".")
    return text[:-1] + "。" if text.endswith("：") else text


def is_title(text: str) -> bool:
    """Tell whether a paragraph can be the title of the command below it: it is short, and no part of a story."""
    title = title_of_prose(text)
    if _REMARK.match(title_of(text)) or _STORY.search(title) or _GOES_ON.search(title):
        return False
    return 0 < len(title) <= LONGEST_TITLE and "\n" not in text and len(_SENTENCE_END.split(text.strip())) == 1 and "](" not in text


def says_what_is_done(text: str) -> bool:
    """Tell whether a paragraph is a title that starts with what a command does: `Add a lamp`, `获取灯`."""
    return is_title(text) and _DOES.match(title_of(text)) is not None


def halves(heading: str) -> list[str]:
    """Return the two languages of a heading such as `模型列表 / List models`, or the heading alone."""
    for mark in (" / ", "/", " | ", "｜", " · ", " - ", " – "):
        if mark == "/" and re.search(r"(?:\s|^)/", heading):
            continue  # a path, such as /push
        parts = [part.strip() for part in heading.split(mark)]
        if len(parts) == 2 and all(parts) and {language_of(part) for part in parts} == {"en", "zh"}:
            return parts
    match = re.fullmatch(r"([^()（）]+?)\s*[(（]([^()（）]+)[)）]", heading)
    if match and {language_of(match[1]), language_of(match[2])} == {"en", "zh"} and len(match[2].split()) > 1:
        return [match[1], match[2]]
    return [heading]


def escaped(text: str) -> str:
    """Return a plain text so that CommonMark reads it as it is."""
    text = re.sub(r"([\\`*<\[\]])", r"\\\1", text)
    text = re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", text)
    text = re.sub(r"^(\s*)([#>+-])(?=\s)", r"\1\\\2", text)
    return re.sub(r"^(\s*\d+)([.)])(?=\s)", r"\1\\\2", text)


def unescaped(text: str) -> str:
    """Return the plain text of what `escaped` gave."""
    return re.sub(r"\\([\\`*<\[\]_#>+.)-])", r"\1", text)
