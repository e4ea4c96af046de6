"""What becomes of an endpoint's answer: its kind, the filters that read it, a sample, and what running it does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from generator import jq_filter
from generator.catalog.model import SAFE_METHODS
from generator.importing.answer_filters import pipelines_of as pipelines_of_answer
from generator.importing.builder.clusters import Cluster
from generator.importing.builder.names import ACTS, short, slug, unique
from generator.importing.builder.slots import Draft
from generator.importing.model import FoundPipeline

TEXTS = re.compile(r"(metrics|healthz?|livez|readyz|ping|robots\.txt)|.*\.(txt|md|html?|csv|xml|sh|yaml|yml|log)", re.IGNORECASE)
"""Last segments of paths whose answers are seldom JSON."""

ASKS = re.compile(
    r"_?(search|msearch|query|count|validate|explain|analy[sz]e|login|token|tokens|graphql|completions?|embed|embeddings?|generate|generations|"
    r"predict|rerank|score|tokenize|detokenize|classify|detect|translate|lookup|match|check|test|preview|parse|convert|execute|sql|"
    r"transcriptions|translations|moderations|responses|messages|similarity|batch_?get|find)(\.\w+)?"
    r"|(?:get|list|fetch|find|search|query|count|check|describe|show|generate|streamGenerate|embed|predict|explain)(?:[_-]\w[\w-]*|(?-i:[A-Z])\w*)",
    re.IGNORECASE,
)
"""Last segments of paths to which a POST asks something, and changes nothing."""

_NO_ACT = re.compile(
    r"(?:start|stop|set|update|create|delete)[_-]?(?:s|d|ed|time|at|date|by|id|page|status|state|count|log|history|list)", re.I
)
"""What begins with such a word, and is what is asked for: start_time, update-status."""

_COMMANDS = re.compile(r"action|act|command|cmd|cmnd|op|operation|do|turn|power", re.IGNORECASE)
"""Names of what in a query says what is to be done."""

_SAID = re.compile(
    r"(?:^|[.!?:]\s+)(?:(?:\w[\w/-]* ){0,3}(?:halts|restarts|reboots|resets|deletes|erases|wipes|overwrites|shuts down)"
    r"|halt|stop|restart|reboot|reset|delete|erase|wipe|overwrite|shut down|enable|disable) (?:the|a|an|all|this|your|it)\b",
    re.IGNORECASE,
)
_SAID_IN_CHINESE = re.compile(
    r"^(?:删除|重启|停止|重置|清空|启用|禁用|关闭|启动)(?!的|.{0,6}(?:记录|日志|历史|列表|次数|时间|原因|策略|状态))"
    r"|(?<!不)[会将](?:被)?(?:删除|重启|停止|重置|清空|关闭)"
)
_ORDER = re.compile(
    r"(?:delete|remove|erase|wipe|purge|restart|reboot|shut ?down|halt|uninstall|revoke|deactivate)(?: (?P<what>.+))?", re.IGNORECASE
)
_ORDER_IN_CHINESE = re.compile(r"(?:删除|移除|重启|重置|清空|卸载|吊销)(?P<what>.*)")
"""Titles that are an order, or start with one: "Delete lamp", "Restart"."""
_NO_ORDER = re.compile(
    r".*(?:\b(?:history|logs?|status|state|times?|lists?|counts?|requests?|events?|policy|policies|reasons?|window)"
    r"|的.*|记录|日志|历史|状态|列表|次数|时间|原因|策略)",
    re.IGNORECASE,
)
"""What stands behind such a word in the title of what is asked for: "Restart history", 删除的灯."""


def response_of(cluster: Cluster) -> str | None:
    """Return the kind of the answer; None for JSON, which is what a catalog has by itself."""
    first = cluster.first
    said = next((draft.found.response for draft in cluster.drafts if draft.found.response), None)
    if said == "text" and (any(draft.found.pipelines for draft in cluster.drafts) or isinstance(sample_of(cluster), (dict, list))):
        return None  # a file's name or a comment tells less than a filter or an answer
    if said:
        return None if said == "json" else said
    if first.method == "HEAD":
        return None
    headers = {name.lower(): value.lower() for name, value in first.content.get("headers", {}).items()}
    accept = headers.get("accept", "")
    body = first.content.get("body")
    streams = isinstance(body, dict) and body.get("stream") is True
    asks_for_events = first.content.get("query", {}).get("alt") == "sse"  # Google's APIs
    if asks_for_events or ("event-stream" in accept and ("json" not in accept or streams)):
        return "events"
    if "ndjson" in accept or "jsonlines" in accept:
        return "lines"
    if streams:
        return "lines" if "/api/" in first.path else "events"
    if any(draft.found.pipelines for draft in cluster.drafts) or "json" in accept:
        return None
    sample = sample_of(cluster)
    if isinstance(sample, str):
        return "text"
    last = first.path.rstrip("/").rpartition("/")[2]
    if sample is None and first.method == "GET" and (TEXTS.fullmatch(last) or last == "" or accept.startswith("text/")):
        return "text"
    return None


def file_name_of(cluster: Cluster) -> str | None:
    """Return the name under which the answer is saved: the source's, else that of the file in the path; None if there is none."""
    said = next((draft.found.save_as for draft in cluster.drafts if draft.found.save_as), None)
    last = cluster.first.path.rpartition("/")[2]
    return said or (last if re.fullmatch(r"[\w-][\w.-]*\.\w{1,8}", last) else None)


def sample_of(cluster: Cluster) -> Any:
    """Return the first answer that the source shows; None if it shows none."""
    return next((draft.found.sample for draft in cluster.drafts if draft.found.sample is not None), None)


def effect_of(draft: Draft) -> str | None:
    """Return `changes` for a request that changes something, as far as its method, its path and what the source says of it tell.

    A GET changes nothing unless its path ends in a verb, its query has a command, or the source says what it does: /trace/start. Nor does
    a POST that asks, /search, unless the source says so.
    """
    if draft.method not in ("GET", "POST"):
        return None if draft.method in SAFE_METHODS else "changes"
    if _is_ordered(draft):
        return "changes"
    last = next((segment for segment in reversed(draft.path.split("/")) if segment and "{" not in segment), "")
    if draft.method == "POST":
        return None if ASKS.fullmatch(last.rpartition(":")[2]) or _has_question(draft) else "changes"
    return "changes" if _is_act(last) or _has_command(draft) or _says_that_it_acts(draft) else None


def effect_of_all(cluster: Cluster) -> str | None:
    """Return the effect of an endpoint: `changes` where one of its commands changes something."""
    return next((effect for draft in cluster.drafts if (effect := effect_of(draft))), None)


def _is_act(word: str) -> bool:
    return ACTS.fullmatch(word) is not None and _NO_ACT.fullmatch(word) is None


def _has_command(draft: Draft) -> bool:
    """Tell whether the query says what to do: ?action=reboot, ?turn=on."""
    for name, value in draft.content.get("query", {}).items():
        word = str(value).strip().partition(" ")[0]
        if _COMMANDS.fullmatch(name) and (_is_act(word) or word.lower() in ("on", "off", "power")):
            return True
    return False


def _is_ordered(draft: Draft) -> bool:
    """Tell whether the title of a request is an order to change something, in any of its languages: "Delete lamp", 删除灯."""
    titles = [text for text in (draft.found.title, *(words.title for words in draft.found.also)) if text]
    orders = [match for title in titles if (match := _ORDER.fullmatch(title) or _ORDER_IN_CHINESE.fullmatch(title))]
    return any(_NO_ORDER.fullmatch(match["what"] or "") is None for match in orders)


def _says_that_it_acts(draft: Draft) -> bool:
    """Tell whether the source's words for a request start a sentence with what it does to the server: "Halts the core"."""
    found = draft.found
    texts = [found.title, found.about, *found.notes, *(text for words in found.also for text in (words.title, words.about))]
    return any(_SAID.search(text) or _SAID_IN_CHINESE.search(text) for text in texts if text)


def _has_question(draft: Draft) -> bool:
    body = draft.content.get("body")
    names = ("messages", "prompt", "input", "inputs", "query", "queries", "question")
    return isinstance(body, dict) and any(name in body for name in names)


def pipelines_of(cluster: Cluster, response: str | None, sample: Any) -> tuple[list[dict[str, Any]], Any, dict[int, list[str]]]:
    """Return the filters, the sample, and what is left out of them, by the number of the command that has it.

    A filter that jq does not take is left out, and `.`, the whole answer, comes behind those that choose from it.
    If the first one finds nothing in the sample, or one fails on it, the sample is left out. An answer for which the source has no filter
    gets some: pages show what filters find.
    """
    said: dict[int, list[str]] = {}
    made: list[dict[str, Any]] = []
    if response not in (None, "events", "lines"):
        for draft in cluster.drafts:
            for pipeline in draft.found.pipelines:
                said.setdefault(draft.number, []).append(f"left out: the filter {pipeline.jq}, since a {response} answer has none")
        return [], sample, said
    streams = response is not None
    for draft, pipeline in sorted(_filters(cluster), key=lambda pair: pair[1].jq.strip() == "."):
        if any(known["jq"] == pipeline.jq and known.get("raw", False) == pipeline.raw for known in made):
            continue
        fault = _fault(pipeline)
        if fault:
            said.setdefault(draft.number, []).append(f"left out: the filter {pipeline.jq}, which jq does not take: {fault}")
            continue
        names = {str(known["name"]) for known in made}
        name = unique(short(slug(pipeline.name or "")) or _name(pipeline.jq), names)
        entry = {"name": name, "jq": pipeline.jq, "raw": pipeline.raw or None, "title": pipeline.title}
        made.append({key: value for key, value in entry.items() if value is not None})
    owner = next((draft for draft in cluster.drafts if draft.found.sample is not None), None)
    if sample is None or owner is None:
        return made, None, said
    if streams and not isinstance(sample, list):
        said.setdefault(owner.number, []).append("left out: the answer that is shown, since that of a stream is a list")
        return made, None, said
    made = made or [entry for entry in _of_sample(sample, streams=streams) if jq_filter.finds(entry["jq"], sample, streams=streams)]
    failures = list(_failures(made, sample, streams=streams))
    if failures:
        said.setdefault(owner.number, []).append(f"left out: the answer that is shown, since {failures[0]}")
        return made, None, said
    return made, sample, said


def _of_sample(sample: Any, *, streams: bool) -> list[dict[str, Any]]:
    """Return the filters for an answer for which the source has none: the whole answer, as it shows it, and the names in a list."""
    whole = {"name": "all", "jq": "."}
    others = () if streams else pipelines_of_answer(sample, made=True)
    return [whole, *({"name": pipeline.name, "jq": pipeline.jq, "raw": True} for pipeline in others if pipeline.raw)]


def _filters(cluster: Cluster) -> Iterator[tuple[Draft, FoundPipeline]]:
    for draft in cluster.drafts:
        for pipeline in draft.found.pipelines:
            yield draft, pipeline


def _fault(pipeline: FoundPipeline) -> str | None:
    if re.match("-[A-Za-z-]", pipeline.jq):
        return "it starts like an option"
    try:
        jq_filter.check(pipeline.jq)
    except jq_filter.FilterError as error:
        return str(error)
    return None


def _failures(pipelines: Sequence[dict[str, Any]], sample: Any, *, streams: bool) -> Iterator[str]:
    for position, pipeline in enumerate(pipelines):
        try:
            jq_filter.run(pipeline["jq"], sample, pipeline.get("raw", False), streams=streams)
            if position == 0 and not jq_filter.finds(pipeline["jq"], sample, streams=streams):
                yield f"the filter {pipeline['jq']} finds nothing in it"
        except jq_filter.FilterError as error:
            yield f"the filter {pipeline['jq']} fails on it: {error}"


def _name(jq: str) -> str:
    """Return a name for a filter: that of the last field that it takes, in the plural for those of a list."""
    if re.fullmatch(r"\s*\.\s*", jq):
        return "all"
    if re.search(r"\blength\s*$", jq):
        return "count"
    if re.search(r"\bkeys(_unsorted)?\s*$", jq):
        return "keys"
    outside = re.sub(r'(?<!\.)"(?:[^"\\]|\\.)*"', "", jq)
    fields = re.findall(r'\.\s*(?:"([^"]+)"|([A-Za-z_]\w*))', outside) or re.findall(r'\.(?:"([^"]+)"|([A-Za-z_]\w*))', jq)
    words = [slug(quoted or plain) for quoted, plain in fields]
    name = next((word for word in reversed(words) if word), "")
    if not name:
        return "found"
    is_list = "[]" in jq and not name.endswith("s")
    return short(f"{name}s" if is_list else name)
