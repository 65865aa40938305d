"""Write spans in transactions of a few milliseconds and outlive a failing store. Knows no thread."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.trace import RedactionFailed, SpanRefused, SpansKept, TraceWarning
from loomwork.store.protocols import TakesSpans
from loomwork.trace.span import Redact, Settled, Span

FEWEST, MOST = 4, 1024
PAGE = 4096
"""Body bytes that cost a transaction about as much as one row."""
UNSTORABLE = (TypeError, ValueError, OverflowError)
"""A span's own fault (a value that no store can keep), not the store's."""


class _Waiting(NamedTuple):
    settled: Settled
    weight: int

    @property
    def cost(self) -> float:
        return 1 + sum(map(len, self.settled.bodies)) / PAGE


class Batches:
    """The queue between ended spans and the store. Used by one thread at a time.

    The number of rows in a transaction follows the measured speed of the store, so that each takes about
    `transaction_s`. When the store fails, what is unwritten stays in the queue, in order, until the next `write`.
    """

    def __init__(
        self,
        spans: TakesSpans,
        *,
        redact: Redact,
        warn: Callable[[TraceWarning], None],
        monotonic: Callable[[], float],
        transaction_s: float,
    ) -> None:
        self._spans = spans
        self._redact = redact
        self._warn = warn
        self._monotonic = monotonic
        self._transaction_s = transaction_s
        self._queue: deque[_Waiting] = deque()
        self._allowed = 32.0
        self.failing = False

    def forget(self) -> None:
        """Drop the queue without writing it (a forked child: its parent writes it)."""
        self._queue.clear()
        self.failing = False

    def write(self, fresh: Sequence[Span], *, done: Callable[[int, int], None]) -> None:
        """Queue `fresh`, then write all that waits. `done(count, weight)` is told what left the queue."""
        for span in fresh:
            weight = span.weight
            settled = self._settle(span)
            if settled is None:
                done(1, weight)
            else:
                self._queue.append(_Waiting(settled, weight))
        while self._queue:
            batch = self._next()
            unwritten = self._store(batch)
            left = sum(each.weight for each in batch) - sum(each.weight for each in unwritten)
            done(len(batch) - len(unwritten), left)
            if unwritten:
                self._queue.extendleft(reversed(unwritten))
                return

    def _settle(self, span: Span) -> Settled | None:
        try:
            return span.settle(self._redact)
        except Exception as error:  # the redactor is injected: whatever it raises, no unredacted text may be written
            self._warn(RedactionFailed(name=span.name, reason=_reason(error)))
        try:
            return span.without_text().settle(lambda text: text)
        except Exception as error:  # an attribute whose own methods raise
            self._warn(SpanRefused(name=span.name, reason=_reason(error)))
            return None

    def _next(self) -> list[_Waiting]:
        batch = [self._queue.popleft()]
        cost = batch[0].cost
        while self._queue and cost + self._queue[0].cost <= self._allowed:
            batch.append(self._queue.popleft())
            cost += batch[-1].cost
        return batch

    def _store(self, batch: list[_Waiting]) -> list[_Waiting]:
        """Write one transaction and return what must wait, because the store failed."""
        bodies = [body for each in batch for body in each.settled.bodies]
        began = self._monotonic()
        try:
            self._spans.write([each.settled.row for each in batch], bodies)
        except Exception as error:  # any store, any failure: the application must outlive it
            return self._refused(batch, error)
        self.failing = False
        self._adapt(sum(each.cost for each in batch), self._monotonic() - began)
        return []

    def _refused(self, batch: list[_Waiting], error: Exception) -> list[_Waiting]:
        if isinstance(error, UNSTORABLE) and not isinstance(error, LoomworkError):
            if len(batch) == 1:
                self._warn(SpanRefused(name=batch[0].settled.row.name, reason=_reason(error)))
                return []
            middle = len(batch) // 2
            return self._store(batch[:middle]) + self._store(batch[middle:])
        if not self.failing:
            self._warn(SpansKept(count=len(batch) + len(self._queue), reason=_reason(error)))
        self.failing = True
        return batch

    def _adapt(self, cost: float, seconds: float) -> None:
        fits = MOST if seconds <= 0 else cost * self._transaction_s / seconds
        self._allowed = min(max(0.7 * self._allowed + 0.3 * fits, FEWEST), MOST)


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
