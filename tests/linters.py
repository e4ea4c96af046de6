"""shellcheck and shfmt, as every script has to pass them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

COMMANDS = (["shellcheck", "--norc", "-o", "all"], ["shfmt", "-i", "2", "-ci", "-sr", "-d"])


def complaints(scripts: Sequence[Path]) -> str:
    """All that the linters say of these scripts; nothing if they are fine."""
    assert scripts
    said = ""
    for program, *options in COMMANDS:
        tool = Path(sys.executable).parent / program
        assert tool.is_file(), f"{tool} is missing: install the dev dependencies"
        done = subprocess.run([tool, *options, *scripts], capture_output=True, text=True, check=False)
        assert done.returncode == 0 or done.stdout + done.stderr, f"{program} ends with {done.returncode}"
        said += done.stdout + done.stderr
    return said
