"""Texts in, vectors out. Knows nothing of documents, chunks or indexes."""

from loomwork.knowledge.embedding.counting import approximate_offsets
from loomwork.knowledge.embedding.drivers import DRIVERS, EmbedderSettings, Surroundings, open_embedder
from loomwork.knowledge.embedding.folder import Folder
from loomwork.knowledge.embedding.minilm import MiniLm
from loomwork.knowledge.embedding.protocol import Embedder, Progress, covers
from loomwork.knowledge.embedding.served import Served

__all__ = [
    "DRIVERS",
    "Embedder",
    "EmbedderSettings",
    "Folder",
    "MiniLm",
    "Progress",
    "Served",
    "Surroundings",
    "approximate_offsets",
    "covers",
    "open_embedder",
]
