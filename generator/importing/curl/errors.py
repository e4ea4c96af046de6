"""Why a curl command becomes no request."""

from __future__ import annotations


class BrokenCommand(Exception):
    """A command that curl itself refuses."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unsayable(Exception):
    """What curl would send, but a catalog cannot say; the reason says what to do about it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
