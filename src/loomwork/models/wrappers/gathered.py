"""Embeddings that several ask for at nearly the same time, by one request. Knows nothing of what is sent.

Who waits keeps what is theirs: their vectors, their share of tokens and money, their own failure and their own leave.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextvars import Context, ContextVar, copy_context
from weakref import WeakKeyDictionary

from msgspec import structs

from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.models import BadRequest, ContentFiltered, ContextTooLong, MalformedResponse
from loomwork.kernel.usage import Cost, Money, Usage
from loomwork.models.estimate import estimate_text
from loomwork.models.protocols import Embedder, Embedding, Ended, OnAttempt, Outcome
from loomwork.models.target import Asked, Target

AT_ONCE = 128
"""Texts in one request."""
MOST_TOKENS = 100_000
"""Estimated tokens in one request."""
_THEIRS = (BadRequest, ContextTooLong, ContentFiltered, MalformedResponse)
"""Failures that a text can be to blame for: what was gathered is then asked for in halves."""
_LEFT = Outcome(sent=True, cost=Cost.of(None))
_UNSENT = Outcome(sent=False)


class _Waiter:
    """One caller."""

    def __init__(self, texts: Sequence[str], announce: Callable[[], Ended]) -> None:
        self.texts = list(texts)
        self.weight = sum(estimate_text(text) for text in texts)
        self.answer: asyncio.Future[Embedding] = asyncio.get_running_loop().create_future()
        self._context: Context = copy_context()
        self._announce = announce
        self._first: Ended | None = announce()
        self._open: Ended | None = None

    def begins(self) -> None:
        """A request that holds its texts is sent: the first was announced when it came."""
        self._open, self._first = self._first, None
        if self._open is None:
            try:
                self._open = self._context.run(self._announce)
            except LoomworkError as error:  # a further try, and nothing is left to pay it with
                self.answer.set_exception(error)

    def over(self, outcome: Outcome) -> None:
        """The request has ended."""
        ended, self._open = self._open, None
        if ended is not None:
            ended(outcome)

    def leave(self) -> None:
        """Nobody waits any more."""
        self.over(_LEFT)
        first, self._first = self._first, None
        if first is not None:
            first(_UNSENT)


class _Batch:
    """What is sent together."""

    def __init__(self) -> None:
        self.waiters: list[_Waiter] = []
        self.texts = 0
        self.weight = 0
        self.sent = False
        self.task: asyncio.Task[None] | None = None

    def takes(self, waiter: _Waiter) -> bool:
        """Say whether a further caller's texts fit in."""
        return self.texts + len(waiter.texts) <= AT_ONCE and self.weight + waiter.weight <= MOST_TOKENS

    def add(self, waiter: _Waiter) -> None:
        """Take a caller in."""
        self.waiters.append(waiter)
        self.texts += len(waiter.texts)
        self.weight += waiter.weight

    def remove(self, waiter: _Waiter) -> None:
        """Let a caller go; the last one ends it all."""
        if waiter in self.waiters:
            self.waiters.remove(waiter)
        if not self.waiters and self.task is not None:
            self.task.cancel()


_SENDING: ContextVar[list[_Waiter]] = ContextVar("loomwork_gathered")


class Gathered:
    """An embedder that waits a moment for others who ask, and asks for all of them at once.

    Args:
        made: Makes the embedder that is asked, told who listens to its requests.
        target: Whom that is.
        on_attempt: Told of every caller's part of a request, in the caller's own context.
        clock: What the moment is measured with.
        window: The moment, in seconds.
    """

    def __init__(
        self,
        made: Callable[[OnAttempt], Embedder],
        *,
        target: Target,
        on_attempt: OnAttempt,
        clock: Clock,
        window: float,
    ) -> None:
        self._alone = made(on_attempt)
        self._together = made(_announced)
        self._target = target
        self._on_attempt = on_attempt
        self._clock = clock
        self._window = window
        self._waiting: WeakKeyDictionary[asyncio.AbstractEventLoop, _Batch] = WeakKeyDictionary()

    async def embed(self, texts: Sequence[str]) -> Embedding:
        """Return one vector a text. Raises `ModelError`."""
        if not 0 < len(texts) < AT_ONCE:
            return await self._alone.embed(texts)
        waiter = _Waiter(texts, lambda: self._on_attempt(self._target, texts))
        batch = self._join(waiter)
        try:
            return await waiter.answer
        finally:
            waiter.leave()
            batch.remove(waiter)

    def _join(self, waiter: _Waiter) -> _Batch:
        loop = asyncio.get_running_loop()
        batch = self._waiting.get(loop)
        if batch is None or batch.sent or not batch.waiters or not batch.takes(waiter):
            batch = self._waiting[loop] = _Batch()
            batch.add(waiter)
            batch.task = loop.create_task(self._sent(batch), context=Context())
        else:
            batch.add(waiter)
        return batch

    async def _sent(self, batch: _Batch) -> None:
        await self._clock.sleep(self._window)
        batch.sent = True
        waiters = list(batch.waiters)
        try:
            await self._asked(waiters)
        except BaseException as error:
            for waiter in waiters:
                if not waiter.answer.done():
                    waiter.answer.set_exception(error) if isinstance(error, Exception) else waiter.answer.cancel()
            if not isinstance(error, Exception):
                raise

    async def _asked(self, waiters: list[_Waiter]) -> None:
        """Ask for everybody's vectors and hand them out; where a text may be to blame, in halves."""
        waiters = [each for each in waiters if not each.answer.done()]
        if not waiters:
            return
        _SENDING.set(waiters)
        try:
            made = await self._together.embed([text for each in waiters for text in each.texts])
        except _THEIRS as error:
            if len(waiters) == 1:
                if not waiters[0].answer.done():
                    waiters[0].answer.set_exception(error)
                return
            middle = len(waiters) // 2
            await self._asked(waiters[:middle])
            await self._asked(waiters[middle:])
            return
        start = 0
        shares = _usages(made.usage, waiters)
        for waiter, usage in zip(waiters, shares, strict=True):
            end = start + len(waiter.texts)
            if not waiter.answer.done():
                part = structs.replace(made, vectors=made.vectors[start:end], usage=usage, together=len(waiters))
                waiter.answer.set_result(part)
            start = end


def _announced(_target: Target, _asked: Asked) -> Ended:
    """Begin every caller's part of a request; what is returned ends them, each with its share."""
    waiters = list(_SENDING.get())
    for waiter in waiters:
        if not waiter.answer.done():
            waiter.begins()

    def ended(outcome: Outcome) -> None:
        usages = _usages(outcome.usage, waiters)
        for waiter, usage, cost in zip(waiters, usages, _costs(outcome.cost, waiters), strict=True):
            waiter.over(structs.replace(outcome, usage=usage, cost=cost))

    return ended


def _usages(usage: Usage | None, waiters: Sequence[_Waiter]) -> list[Usage | None]:
    if usage is None:
        return [None] * len(waiters)
    weights = [waiter.weight for waiter in waiters]
    fields = [divided(value, weights) for value in structs.astuple(usage)]
    names = usage.__struct_fields__
    return [Usage(**dict(zip(names, parts, strict=True))) for parts in zip(*fields, strict=True)]


def _costs(cost: Cost, waiters: Sequence[_Waiter]) -> list[Cost]:
    weights = [waiter.weight for waiter in waiters]
    parts = [divided(money.micros, weights) for money in cost.amounts]
    return [
        Cost(
            amounts=tuple(Money(micros[at], m.currency) for micros, m in zip(parts, cost.amounts, strict=True)),
            unpriced=cost.unpriced,
        )
        for at in range(len(waiters))
    ]


def divided(total: int, weights: Sequence[int]) -> list[int]:
    """Divide a whole number in proportion; the parts come to exactly the whole.

    >>> divided(10, [1, 1, 1]), divided(7, [3, 1]), divided(5, [0, 0])
    ([4, 3, 3], [5, 2], [3, 2])
    """
    weights = weights if any(weights) else [1] * len(weights)
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    owed = sorted(range(len(weights)), key=lambda at: -(total * weights[at] % whole))
    for at in owed[: total - sum(parts)]:
        parts[at] += 1
    return parts
