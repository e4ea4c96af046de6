"""Make generator/importing/curl/options.txt of curl's own documentation.

python tests/importing/curl_options.py CURL/docs/cmdline-opts > generator/importing/curl/options.txt
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

HEAD = """\
# curl's command line options, from docs/cmdline-opts/ of curl's repository (tests/importing/curl_options.py).
# Each line: the long name, the short one or a dot, and what it is: value (a value follows), switch (--no- in front
# of its name turns it off), alone (neither).
"""

# Names that curl reads but does not document: older names of others (src/tool_getparam.c).
UNDOCUMENTED = ["eprt . switch", "epsv . switch", "ftp-ssl . switch", "ftp-ssl-reqd . switch", "include . switch", "krb4 . value"]


def option_line(text: str) -> str | None:
    """Return the line for the documentation of one option; None if the text is about something else."""
    fields = dict(re.findall(r"^([A-Z][a-z]+): *(.*)$", text.split("\n---\n")[0], re.MULTILINE))
    if "Long" not in fields:
        return None
    if "Arg" in fields:
        kind = "value"
    else:
        kind = "alone" if fields.get("Multi") in ("mutex", "append") or fields["Long"] in ("anyauth", "http2-prior-knowledge") else "switch"
    return f"{fields['Long'].removeprefix('no-')} {fields.get('Short', '.')} {kind}"


def main(folder: Path) -> None:
    """Print the table."""
    lines = [line for path in folder.glob("*.md") if (line := option_line(path.read_text("utf-8")))]
    print(HEAD + "\n".join(sorted([*lines, *UNDOCUMENTED])))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
