"""curl commands in shell text, as the requests that they send."""

from generator.importing.curl.reader import Reader

__all__ = ["Reader"]
