"""What a splitter is told. Knows nothing of how it splits."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from loomwork.kernel.canonical import digest

SPLITTER_SEMANTICS = 1
"""Raised when a document's chunks change: what was split before must be split again."""


class Splitter(Struct, frozen=True, kw_only=True):
    """How long chunks are, in tokens of the embedding model."""

    max_tokens: int = 200
    """No chunk is longer. A run without any white space counts at least a token for 16 characters."""
    overlap: int = 30
    """A chunk may begin with whole sentences of the chunk before, up to this many tokens; never across headings."""

    def identity(self) -> str:
        """What chunks depend on, beside the document and the tokenizer."""
        return digest(["splitter", SPLITTER_SEMANTICS, self.max_tokens, self.overlap])


class TokenCounter(Protocol):
    """Something that knows where tokens are: an embedder."""

    def offsets(self, text: str) -> Sequence[tuple[int, int]]:
        """Return where the tokens of `text` begin and end, in characters, in order."""
        ...
