"""Where documents are kept to be found: immutable segments, snapshots, permissions inside every query."""

from loomwork.knowledge.index.catalog import Made, made_with
from loomwork.knowledge.index.conditions import Between, Condition, OneOf, Prefix, Scalar
from loomwork.knowledge.index.index import Index
from loomwork.knowledge.index.rows import (
    ChunkRow,
    DocumentRow,
    Entry,
    Hits,
    IndexSettings,
    Known,
    Mask,
    Readers,
    Snapshot,
    TermScore,
)
from loomwork.knowledge.index.view import View
from loomwork.knowledge.index.writer import Added, Writer

__all__ = [
    "Added",
    "Between",
    "ChunkRow",
    "Condition",
    "DocumentRow",
    "Entry",
    "Hits",
    "Index",
    "IndexSettings",
    "Known",
    "Made",
    "Mask",
    "OneOf",
    "Prefix",
    "Readers",
    "Scalar",
    "Snapshot",
    "TermScore",
    "View",
    "Writer",
    "made_with",
]
