"""In which order a model is shown what was found. Knows nothing of what it orders."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def at_the_ends(best_first: Sequence[T]) -> list[T]:
    """Put the best first and last and the weakest in the middle, where models read least (Liu et al. 2023).

    >>> at_the_ends([1, 2, 3, 4, 5])
    [1, 3, 5, 4, 2]
    """
    return [*best_first[::2], *reversed(best_first[1::2])]
