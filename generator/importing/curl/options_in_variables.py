"""Tell a variable that holds options, `curl $AUTH http://host/x`, from one that holds an address."""

from __future__ import annotations

import re

from generator.importing.curl.marks import MARK, Marks
from generator.importing.curl.transfer import Target, Transfer

_ADDRESS = re.compile(r"(?<!c)url|uri|host|addr|server|base|endpoint|site|domain|link|href|ip$|^ip", re.IGNORECASE)
"""What the name of a variable has in it that holds an address."""
_OPTIONS = re.compile(r"opt(?:s|ion|ions)?(?:_|$)|arg(?:s|ument|uments)?(?:_|$)|flags?(?:_|$)|headers?(?:_|$)", re.IGNORECASE)
"""What the name of one has that holds options, of the address too: `BASE_OPTS`."""


def without_options_in_variables(transfer: Transfer, marks: Marks) -> None:
    """Leave out the variables that stand alone beside an address, where a URL would, and are not called as one: they hold options.

    curl takes what such a variable holds for options if the shell splits it into words, and the notes do not say what it holds.
    """
    given = [target.url for target in transfer.targets if target.url is not None]
    options = [url for url in given if _may_hold_options(url, marks)]
    if not options or len(options) == len(given):
        return
    uploads = [target.upload for target in transfer.targets if target.upload is not None]
    outputs = [target.output for target in transfer.targets if target.output is not None]
    urls = [url for url in given if url not in options]
    transfer.targets = [
        Target(*(values[number] if number < len(values) else None for values in (urls, uploads, outputs)))
        for number in range(max(map(len, (urls, uploads, outputs))))
    ]
    for url in dict.fromkeys(options):
        shown = marks.shown(url)
        transfer.left_out.append(
            f"{shown} is left out: beside the address it can only hold options, which are set nowhere here: write them in its place"
        )


def _may_hold_options(url: str, marks: Marks) -> bool:
    variable = marks.variable(url) if re.fullmatch(MARK, url) else None
    if variable is None or variable.default is not None:
        return False
    return _ADDRESS.search(variable.name) is None or _OPTIONS.search(variable.name) is not None
