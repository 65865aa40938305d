"""A run as a file, written while it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

from loomwork.studio.endpoints import Endpoint, File
from loomwork.studio.export.markdown import as_markdown
from loomwork.studio.export.report import as_html
from loomwork.studio.export.tables import as_csv, jsonl
from loomwork.studio.export.words import Words
from loomwork.studio.grid.grids import Grids
from loomwork.studio.studio import Studio
from loomwork.studio.wire.runs import ExportAsked

_MEDIA = {"csv": "text/csv", "jsonl": "application/jsonl", "md": "text/markdown", "html": "text/html"}
_PIECE = 64 << 10


def export_run(studio: Studio, asked: ExportAsked) -> File:
    """Return a run as CSV, JSON lines, a Markdown table or a report."""
    grids = studio.part(Grids)
    run = grids.run(asked.run)
    words = Words(asked.lang)
    match asked.format:
        case "csv":
            pieces = as_csv(studio.store, run)
        case "jsonl":
            pieces = jsonl(studio.store, run)
        case "md":
            pieces = as_markdown(grids.open(run), words)
        case "html":
            pieces = as_html(studio.store, grids.open(run), words)
    name = f"{run.target.rpartition(':')[2]}-{run.id}.{asked.format}"
    return File(name=name, media=f"{_MEDIA[asked.format]}; charset=utf-8", content=_sent(pieces))


async def _sent(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Send pieces of a size that is worth a turn."""
    gathered = _gathered(pieces)
    while piece := await asyncio.to_thread(next, gathered, b""):
        yield piece


def _gathered(pieces: Iterator[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        if len(waiting) >= _PIECE:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


ENDPOINTS = (
    Endpoint(
        name="export_run",
        method="GET",
        path="/api/runs/{run}/export",
        tells="A run as CSV, JSON lines, a Markdown table or an HTML report.",
        call=export_run,
        asked=ExportAsked,
        form="file",
    ),
)
