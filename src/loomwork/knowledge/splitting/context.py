"""What a chunk is embedded as: its text, beneath the path to it. Knows nothing of tokens or models."""

from bisect import bisect_right
from operator import attrgetter

from loomwork.knowledge.splitting.tables import table_header
from loomwork.knowledge.values import Chunk, Document

_LONGEST, _WIDE = 160, 4


def embedded_text(chunk: Chunk, document: Document) -> str:
    """The chunk's text with what it needs in order to be understood alone: title and headings, a table's header.

    `chunk.text` stays what it is, a slice of the document; this is what goes to the embedder.
    """
    parts = [_path(chunk, document), _header(chunk, document), chunk.text]
    return "\n".join(part for part in parts if part)


def _path(chunk: Chunk, document: Document) -> str:
    """Title and headings that do not stand in the chunk's first line, the innermost kept where there is no room."""
    first = chunk.text.partition("\n")[0]
    names = [name for name in dict.fromkeys((document.title, *chunk.section)) if name and name not in first]
    while len(names) > 1 and _width(" > ".join(names)) > _LONGEST:
        del names[0]
    path = " > ".join(names)
    return path if _width(path) <= _LONGEST else path[: _LONGEST // _WIDE]


def _width(path: str) -> int:
    """Characters, where one beyond ASCII counts for several: it is a token of its own."""
    return len(path) if path.isascii() else sum(1 if each.isascii() else _WIDE for each in path)


def _header(chunk: Chunk, document: Document) -> str:
    place = bisect_right(document.blocks, chunk.start, key=attrgetter("start")) - 1
    if place < 0 or document.blocks[place].kind != "table":
        return ""
    block = document.blocks[place]
    header = table_header(document.text[block.start : block.end])
    return header if chunk.start >= block.start + len(header) and chunk.start < block.end else ""
