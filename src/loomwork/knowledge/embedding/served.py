"""The embedder `openai`: vectors from a model alias, whatever serves it. Knows nothing of addresses and keys."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from loomwork.flow.observe import own_io
from loomwork.kernel.canonical import digest
from loomwork.kernel.errors.knowledge_embedding import WrongVectors
from loomwork.knowledge.embedding.counting import approximate_offsets
from loomwork.knowledge.embedding.protocol import Progress
from loomwork.knowledge.embedding.unit import unit

if TYPE_CHECKING:
    from loomwork.knowledge.embedding.protocol import Vectors
    from loomwork.models.catalog import Catalog

SEMANTICS = 1
_TEXTS_AT_ONCE = 128
_VECTORS = ("driver", "model", "base_url", "dimensions", "extra_body", "headers", "recordings")
"""What of a model's identity changes vectors."""


class Served:
    """A model of the project that makes vectors.

    Args:
        catalog: The project's models.
        alias: Which one.
        max_tokens: How many tokens of a text it looks at.
        languages: What it was made for; empty for any.
    """

    def __init__(
        self,
        catalog: "Catalog",
        alias: str,
        *,
        max_tokens: int = 8191,
        languages: frozenset[str] = frozenset(),
    ) -> None:
        self._catalog = catalog
        self._alias = alias
        self.name = f"openai ({alias})"
        self.max_tokens = max_tokens
        self.languages = languages
        self.dimensions = catalog.settings(alias).dimensions or 0

    @property
    def identity(self) -> str:
        """The digest of the model's driver, name, address and dimensions. Raises `UnknownModel`."""
        found = self._catalog.resolve(self._alias).identity
        return f"openai:{digest([SEMANTICS, {name: found[name] for name in _VECTORS if name in found}])}"

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """About where tokens begin and end: the server's tokenizer is not at hand, so rather too many."""
        return approximate_offsets(text)

    async def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> "Vectors":
        """Return float32 vectors of length one. Raises `ModelError`, `WrongVectors`."""
        import numpy as np

        out = np.zeros((len(texts), self.dimensions), np.float32)
        for begin in range(0, len(texts), _TEXTS_AT_ONCE):
            part = texts[begin : begin + _TEXTS_AT_ONCE]
            with own_io():
                made = await self._catalog.embed(self._alias, part)
            vectors = unit(made.vectors, texts=len(part), name=self.name)
            if begin == 0:
                self.dimensions = vectors.shape[1]
                out = np.zeros((len(texts), self.dimensions), np.float32)
            elif vectors.shape[1] != self.dimensions:
                raise WrongVectors(name=self.name, texts=len(part), found=f"vectors of {vectors.shape[1]} numbers")
            out[begin : begin + len(part)] = vectors
            if progress is not None:
                progress(begin + len(part), len(texts))
        return out
