"""A double of an embedder: vectors out of hashed words. It is no model, and says so in its name."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from zlib import crc32

from loomwork.knowledge.embedding.counting import approximate_offsets
from loomwork.knowledge.embedding.protocol import Progress

if TYPE_CHECKING:
    from loomwork.knowledge.embedding.protocol import Vectors

_WORDS = re.compile(r"[^\W\u2e80-\u9fff]+|[\u2e80-\u9fff]")
_PLACES = 4


class StubEmbedder:
    """Vectors that only a text's words decide: texts with the same words are near, and that is all it knows.

    `calls` counts calls of `embed`, `embedded` the texts of each, in order: what tests of re-use look at.
    """

    def __init__(
        self, *, dimensions: int = 384, max_tokens: int = 254, languages: frozenset[str] = frozenset(), version: int = 1
    ) -> None:
        self.name = "stub (a double, no model)"
        self.dimensions = dimensions
        self.max_tokens = max_tokens
        self.languages = languages
        self.identity = f"stub:{version}:{dimensions}"
        self.calls = 0
        self.embedded: list[str] = []
        self._salt = crc32(str(version).encode())

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Pieces of up to four letters; a Chinese character is one."""
        return approximate_offsets(text)

    async def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> "Vectors":
        """Return float32 vectors of length one, shape `(len(texts), dimensions)`."""
        import numpy as np

        self.calls += 1
        self.embedded += texts
        out = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in enumerate(texts):
            for word in _WORDS.findall(text.casefold()) or [""]:
                seed = crc32(word.encode(), self._salt)
                for place in range(_PLACES):
                    seed = crc32(b"%d" % place, seed)
                    out[row, seed % self.dimensions] += 1.0 if seed >> 31 else -1.0
            length = np.linalg.norm(out[row])
            if length > 0:
                out[row] /= length
            else:
                out[row, 0] = 1.0
        if progress is not None:
            progress(len(texts), len(texts))
        return out
