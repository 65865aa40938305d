"""An embedder in batches, with retries, a deadline and a listener. Knows nothing of what is sent."""

import asyncio
from collections.abc import Sequence
from typing import Any

from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.models import DeadlineExceeded, ModelError
from loomwork.kernel.usage import Cost, Usage
from loomwork.models.protocols import Embedder, Embedding, OnAttempt, Outcome
from loomwork.models.target import Target
from loomwork.models.wrappers.metered import failed
from loomwork.models.wrappers.retry import Backoff, Tries

_AT_ONCE = 128


class ReliableEmbedder:
    """An embedder whose requests are cut to size, announced, and tried again where that may help.

    Args:
        embedder: What is asked.
        target: Whom that is.
        on_attempt: Told of every request.
        retries: How often a request is tried again.
        backoff: How long it waits before.
        clock: What waits are measured with.
        deadline: Seconds that all of it may take.
        at_once: How many texts go into one request.
    """

    def __init__(
        self,
        embedder: Embedder,
        *,
        target: Target,
        on_attempt: OnAttempt,
        retries: int,
        backoff: Backoff,
        clock: Clock,
        deadline: float | None = None,
        at_once: int = _AT_ONCE,
    ) -> None:
        self._embedder = embedder
        self._target = target
        self._on_attempt = on_attempt
        self._retries = retries
        self._backoff = backoff
        self._clock = clock
        self._deadline = deadline
        self._at_once = at_once

    async def embed(self, texts: Sequence[str]) -> Embedding:
        """Return one vector a text. Raises `ModelError`."""
        import numpy as np

        parts: list[np.ndarray[Any, Any]] = []
        used: Usage | None = Usage()
        model = ""
        try:
            async with asyncio.timeout(self._deadline):
                for start in range(0, len(texts), self._at_once):
                    one = await self._tried(texts[start : start + self._at_once])
                    parts.append(one.vectors)
                    used = None if used is None or one.usage is None else used + one.usage
                    model = one.model
        except TimeoutError as error:
            target = self._target
            raise DeadlineExceeded(
                provider=target.provider, model=target.model, phase="total", seconds=self._deadline
            ) from error
        vectors = np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)
        return Embedding(vectors=vectors, usage=used, model=model)

    async def _tried(self, texts: Sequence[str]) -> Embedding:
        tries = Tries(self._backoff, retries=self._retries, clock=self._clock, deadline=self._deadline)
        while True:
            try:
                return await self._once(texts)
            except ModelError as error:
                await tries.after(error)

    async def _once(self, texts: Sequence[str]) -> Embedding:
        ended = self._on_attempt(self._target, texts)
        outcome = Outcome(sent=True, cost=Cost.of(None))
        try:
            made = await self._embedder.embed(texts)
            outcome = Outcome(
                sent=True, usage=made.usage, cost=self._target.charged(made.usage, at_ns=self._clock.now_ns())
            )
        except ModelError as error:
            outcome = failed(error)
            raise
        finally:
            ended(outcome)
        return made
