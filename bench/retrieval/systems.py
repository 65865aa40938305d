"""The ways of searching that are compared, and what the package leaves to choose between. Knows no corpus."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from loomwork.knowledge.search import SearchSettings

DEFAULT = SearchSettings()
KEYWORDS, MEANING, RRF, WEIGHTED = "keywords (BM25)", "meaning (dense)", "hybrid, rrf", "hybrid, weighted"
SYSTEMS: Mapping[str, SearchSettings] = {
    KEYWORDS: replace(DEFAULT, mode="sparse"),
    MEANING: replace(DEFAULT, mode="dense"),
    RRF: replace(DEFAULT, mode="hybrid", fusion="rrf"),
    WEIGHTED: replace(DEFAULT, mode="hybrid", fusion="weighted"),
}
SHARES = tuple([number / 10 for number in range(1, 10)])
"""Of the dense side in the joined score; what the sparse side has is the rest."""


def default_name() -> str:
    """Which of the systems is what the package does when nothing is said."""
    return next(name for name, settings in SYSTEMS.items() if settings == DEFAULT)


def choices(fusion: str) -> Iterator[SearchSettings]:
    """Yield the settings of a fusion that its weights are chosen among."""
    for share in SHARES:
        weights = {"dense": share, "sparse": round(1 - share, 1)}
        yield replace(DEFAULT, mode="hybrid", fusion=fusion, weights=weights)


def told(settings: SearchSettings) -> dict[str, Any]:
    """What a reader has to know of settings."""
    weights = {"dense": 1.0, "sparse": 1.0} | settings.weights
    shown: dict[str, Any] = {"mode": settings.mode, "depth": settings.depth}
    return shown | ({"fusion": settings.fusion, "weights": weights} if settings.mode == "hybrid" else {})
