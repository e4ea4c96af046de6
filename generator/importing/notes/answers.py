"""Give the answers that a page shows to their commands: to those above them, or to those below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from generator import jq_filter
from generator.importing.model import FoundRequest
from generator.importing.notes.blocks import Block, Part, Shown
from generator.importing.notes.samples import Sample, within


def give_samples(all_parts: Sequence[Part]) -> None:
    """Give the answers to their commands: to those above them, or to those below, where most parts of a page have them first."""
    parts = [[event for event in part if isinstance(event, Block) or event.behind or event.before] for part in all_parts]
    parts = [part for part in parts if any(isinstance(event, Block) for event in part)]
    answer_first = [part for part in parts if _is_answer_first(part)]
    answer_last = [part for part in parts if isinstance(part[0], Block) and isinstance(part[-1], Shown)]
    for part in parts:
        if part not in answer_first:
            _give_behind(part)
        elif len(answer_first) > len(answer_last):
            _give_before(part)


def _give_behind(part: Part) -> None:
    block: Block | None = None
    for event in part:
        if isinstance(event, Block):
            block = event
        elif block is not None and not block.code.inline:
            _add_sample(block, event.behind)


def _give_before(part: Part) -> None:
    for event, following in pairwise(part):
        if isinstance(event, Shown) and isinstance(following, Block) and len(following.requests) == 1 and not _sends(following, event):
            _add_sample(following, event.before)


def give_samples_within(block: Block) -> None:
    """Take the answers that stand in the block itself, each below its command."""
    commands = [item.source.text for item in block.found]
    starts = [item.source.line - block.code.line for item in block.found]
    for position, number in enumerate(block.requests):
        end = starts[number + 1] if number + 1 < len(starts) else None
        if end == starts[number]:
            continue
        lines = block.code.text.split("\n")[:end]
        _add_sample(block, within("\n".join(lines), starts[number] + 1, commands), position)


def _add_sample(block: Block, sample: Sample | None, position: int = -1) -> None:
    """Give an answer to the request of a block that it stands behind, unless that prints something else than the answer."""
    if sample is None or not block.requests:
        return
    number = block.requests[position]
    item = block.found[number]
    assert isinstance(item, FoundRequest)
    if item.sample is not None and item.response == "lines" == sample.response:
        block.found[number] = replace(item, sample=[*item.sample, *sample.value])
    elif item.sample is None and all(_reads(pipeline.jq, sample) for pipeline in item.pipelines):
        response = item.response or (sample.response if sample.response != "json" else None)
        block.found[number] = replace(item, sample=sample.value, response=response)


def _is_answer_first(part: Part) -> bool:
    """Tell whether a part of a page starts with an answer and ends with a command."""
    return isinstance(part[0], Shown) and part[0].before is not None and isinstance(part[-1], Block)


def _sends(block: Block, shown: Shown) -> bool:
    """Tell whether what is shown is what a command sends."""
    values = [item.body.value for item in block.found if isinstance(item, FoundRequest) and item.body]
    return shown.before is not None and shown.before.value in values


def _reads(jq: str, sample: Sample) -> bool:
    """Tell whether a filter finds something in an answer; else it is what the filter prints, and no answer."""
    try:
        return jq_filter.finds(jq or ".", sample.value, streams=sample.response != "json")
    except jq_filter.FilterError:
        return False
