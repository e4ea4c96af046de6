"""What a reader should know of a cell's settings of the transfer, beside what its command's options say."""

from __future__ import annotations

from generator.catalog.model import Backend, Cell
from generator.render.words import Words
from generator.request import Request
from generator.transfer import why_not_location


def transfer_notes(backend: Backend, cell: Cell, request: Request, words: Words) -> list[str]:
    """Return a sentence for each setting that gives something up, or that the script treats in another way than the command."""
    settings, texts = cell.curl, words["transfer_notes"]
    notes: list[str] = []
    if settings.insecure:
        notes.append(texts["insecure"])
    if why := why_not_location(cell, request):
        notes.append(texts[f"location_{why}"].format(method=cell.method))
    if settings.cookie_jar:
        notes.append(texts["cookie_jar"].format(file=settings.cookie_jar))
    if settings.unix_socket:
        notes.append(texts["unix_socket"].format(variable=f"{backend.prefix}UNIX_SOCKET"))
    if settings.retry and cell.effect:
        notes.append(texts["retry"])
    return notes
