"""Documents in, cited answers out: parse, split, embed, index, search. Imports no heavy library by itself."""

from loomwork.knowledge.values import Block, Chunk, Document, Passage, Problem

__all__ = ["Block", "Chunk", "Document", "Passage", "Problem"]
