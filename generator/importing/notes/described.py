"""Read what a list or a table behind a command says of its parameters: "- `team`: who is paged", "| team | who is paged |"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from generator.importing.model import Described
from generator.importing.notes.pieces import Cell, Prose
from generator.importing.notes.words import short_prose, unescaped

_ITEM = re.compile(
    r"(?P<name>`[^`\s]{1,60}`|[\w.$<>{}-]{1,60})[ \t]*(?:[(（][^()（）]{1,40}[)）][ \t]*)?"
    r"(?:[:：]|[-–—]{1,2}(?=\s)|=(?=\s))\s*(?P<about>\S.*)",
    re.DOTALL,
)
_TELLS = re.compile(r"descri|meaning|about|what|explan|说明|描述|含义|意义|解释|作用", re.IGNORECASE)
"""What stands above the column of a table that says what something is."""
HEADS = re.compile(
    r"(?:(?:query|path|body|form) )?(?:names?|parameters?|params?|fields?|keys?|variables?|options?|types?|required|defaults?|examples?|"
    r"descriptions?|meanings?|about|explanations?)|参数名?称?|字段名?称?|名称?|类型|必填|是否必填|默认值?|示例|说明|描述|含义|意义|解释|作用",
    re.IGNORECASE,
)
"""What stands above the columns of such a table, and says no more than that it is one."""
OF_ANSWER = re.compile(r"respon[sd]|return|answer|output|result|返回|响应|结果|输出|应答", re.IGNORECASE)
"""What leads to a list of what an answer holds."""


def described_by(behind: Sequence[Prose | Cell]) -> tuple[Described, ...]:
    """Return what a list and a table behind a command say, name by name, up to what is said of the answer."""
    found: list[Described] = []
    cells: list[Cell] = []
    for item in behind:
        if isinstance(item, Cell):
            if item.is_head and OF_ANSWER.search(item.text):
                break
            cells.append(item)
        elif OF_ANSWER.search(item.text) and not item.depth:
            break
        elif item.depth and (match := _ITEM.fullmatch(item.text)):
            found.append(Described(_name(match["name"]), short_prose(match["about"]), item.text))
    return (*found, *_rows(cells))


def _rows(cells: Sequence[Cell]) -> Iterator[Described]:
    """Yield what the rows of tables say: in the column that is called so, or in the second of two."""
    column = -1
    for _, those in groupby(cells, key=lambda cell: cell.line):
        row = list(those)
        if row[0].is_head:
            named = [number for number, cell in enumerate(row) if number and _TELLS.search(cell.text)]
            column = named[0] if named else 1 if len(row) == 2 else -1
        elif 0 < column < len(row) and row[column].text and re.fullmatch(r"`[^`\s]{1,60}`|[\w.\\$<>{}-]{1,60}", row[0].text):
            yield Described(_name(row[0].text), short_prose(row[column].text), row[column].text)


def _name(written: str) -> str:
    return unescaped(written).strip("`$<>{}")
