"""Check and scale vectors that came from outside. Knows nothing of where they came from."""

from typing import TYPE_CHECKING, Any

from loomwork.kernel.errors.knowledge_embedding import WrongVectors

if TYPE_CHECKING:
    from loomwork.knowledge.embedding.protocol import Vectors

_MATRIX = 2


def unit(vectors: Any, *, texts: int, name: str) -> "Vectors":
    """Float32 vectors of length one; a vector of zeros stays. Raises `WrongVectors` on another shape or no number."""
    import numpy as np

    made: Vectors = np.array(vectors, np.float32)
    if len(made.shape) != _MATRIX or len(made) != texts:
        raise WrongVectors(name=name, texts=texts, found=f"an array of shape {made.shape}")
    if not np.isfinite(made).all():
        raise WrongVectors(name=name, texts=texts, found="vectors with values that are no numbers")
    length = np.linalg.norm(made, axis=1, keepdims=True).astype(np.float32)
    return np.divide(made, length, out=np.zeros_like(made), where=length > 0)
