"""All-MiniLM-L6-v2 without torch: find its files, write its graph, run it."""

from loomwork.knowledge.embedding.minilm.model import MiniLm

__all__ = ["MiniLm"]
