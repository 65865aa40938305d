"""An embedder that keeps what it made on disk, so that a second run costs little. Knows no corpus.

A vector of `MiniLm` depends on the text alone, to the last bit, so a kept one is the same as a new one.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from loomwork.kernel.canonical import digest_bytes
from loomwork.knowledge.embedding import MiniLm, Progress
from loomwork.knowledge.search import LateInteraction, Scored
from loomwork.knowledge.values import Passage

CACHE = Path(__file__).parent / ".cache"
SAVED_EACH = 512


class Remembering:
    """`MiniLm`, asked only for texts that it was not asked for before."""

    def __init__(self, model: MiniLm) -> None:
        self.model = model
        self.name, self.dimensions, self.max_tokens = model.name, model.dimensions, model.max_tokens
        self.languages = model.languages
        self.identity = model.identity
        self._file = CACHE / f"vectors-{digest_bytes(self.identity.encode())[:12]}.npz"
        self._known: dict[str, NDArray[np.float32]] = {}
        if self._file.exists():
            with np.load(self._file) as kept:
                self._known = dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))

    def offsets(self, text: str) -> list[tuple[int, int]]:
        return self.model.offsets(text)

    async def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> NDArray[np.float32]:
        keys = [digest_bytes(text.encode("utf-8", "surrogatepass")) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        names = list(missing)
        for start in range(0, len(names), SAVED_EACH):
            some = names[start : start + SAVED_EACH]
            made = await self.model.embed([missing[name] for name in some])
            self._known |= zip(some, made, strict=True)
            self._save()
            if progress is not None:
                progress(start + len(some), len(names))
        return np.stack([self._known[key] for key in keys]) if keys else np.zeros((0, self.dimensions), np.float32)

    def _save(self) -> None:
        CACHE.mkdir(exist_ok=True)
        beside = self._file.with_suffix(".new.npz")
        np.savez(beside, keys=np.array(list(self._known)), vectors=np.stack(list(self._known.values())))
        beside.replace(self._file)


class RememberingReranker:
    """`LateInteraction`, asked only for pairs that it was not asked for before."""

    def __init__(self, token_vectors: Callable[[str], NDArray[np.float32]], identity: str) -> None:
        self._file = CACHE / f"late-{digest_bytes(identity.encode())[:12]}.npz"
        self._known: dict[str, float] = {}
        self._tokens: dict[str, NDArray[np.float32]] = {}
        self._made = token_vectors
        self._inner = LateInteraction(self._vectors)
        if self._file.exists():
            with np.load(self._file) as kept:
                self._known = dict(zip(kept["keys"].tolist(), kept["scores"].tolist(), strict=True))

    def _vectors(self, text: str) -> NDArray[np.float32]:
        if text not in self._tokens:
            self._tokens[text] = self._made(text)
        return self._tokens[text]

    async def rerank(self, query: str, passages: Sequence[Passage]) -> Sequence[Scored]:
        keys = [digest_bytes(f"{len(query)} {query}{each.text}".encode()) for each in passages]
        missing = [at for at, key in enumerate(keys) if key not in self._known]
        for at, score in await self._inner.rerank(query, [passages[at] for at in missing]):
            self._known[keys[missing[at]]] = score
        return sorted([Scored(at, self._known[key]) for at, key in enumerate(keys)], key=lambda one: -one.score)

    def save(self) -> None:
        """Keep the scores."""
        CACHE.mkdir(exist_ok=True)
        np.savez(self._file, keys=np.array(list(self._known)), scores=np.array(list(self._known.values())))
