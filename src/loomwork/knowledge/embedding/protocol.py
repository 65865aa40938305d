"""What an embedder is: texts in, unit vectors out, in the order given. Knows no driver."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np

    Vectors = np.ndarray[Any, np.dtype[np.float32]]

Progress = Callable[[int, int], None]
"""Told, from the caller's own thread or loop, how many texts are done and how many there are."""


class Embedder(Protocol):
    """Something that turns texts into vectors of length one."""

    @property
    def name(self) -> str:
        """What a person calls it: the driver and the model."""
        ...

    @property
    def identity(self) -> str:
        """What vectors depend on beside the text: two embedders with one identity give the same vectors."""
        ...

    @property
    def dimensions(self) -> int:
        """How long a vector is; 0 while it is not known (a server that has not answered yet)."""
        ...

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text are looked at; the model's own marks (start, end) are not counted."""
        ...

    @property
    def languages(self) -> frozenset[str]:
        """Languages that it was made for, as in `Document.language`; empty: any."""
        ...

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Return where the tokens of `text` begin and end, in characters."""
        ...

    async def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> "Vectors":
        """Return float32 vectors of length one, shape `(len(texts), dimensions)`. Raises `EmbeddingFailed`."""
        ...


def covers(embedder: Embedder, language: str) -> bool:
    """Whether vectors of texts in `language` mean something. Where the language is not known, it is not ruled out.

    A text that mixes languages is covered only by an embedder that was made for any.
    """
    return not language or not embedder.languages or language in embedder.languages
