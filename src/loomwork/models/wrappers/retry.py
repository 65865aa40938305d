"""Try again what may do better the next time, after a wait. Knows nothing of why it failed but what the error says."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from random import Random

from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.models import AskedToWait, ModelError
from loomwork.kernel.messages import Request, Response
from loomwork.kernel.stream import StreamEvent
from loomwork.models.protocols import Mode, Model, complete


class Backoff:
    """How long to wait before trying again.

    The wait doubles from try to try and is drawn at random from nothing up to that ("full jitter"); a server's
    Retry-After is waited out instead, with up to a tenth on top so that waiters do not return all at once.

    Args:
        rng: What jitter is drawn from.
        base: The first wait's upper bound, in seconds.
        cap: The upper bound of any wait that we choose ourselves, in seconds.
    """

    def __init__(self, rng: Random, *, base: float = 0.5, cap: float = 30.0) -> None:
        self._rng = rng
        self._base = base
        self._cap = cap

    def wait(self, error: ModelError, tried: int) -> float:
        """Seconds to wait after the failure of try number `tried` (from 0)."""
        asked = error.retry_after if isinstance(error, AskedToWait) else None
        if asked is not None:
            return asked * (1.0 + 0.1 * self._rng.random())
        return self._rng.uniform(0.0, min(self._cap, self._base * 2.0**tried))


class Tries:
    """The tries of one call: says after each failure how long to wait, or raises it."""

    def __init__(
        self,
        backoff: Backoff,
        *,
        retries: int,
        clock: Clock,
        deadline: float | None,
        may_retry: Callable[[], bool] | None = None,
    ) -> None:
        self._may_retry = may_retry
        self._backoff = backoff
        self._left = retries
        self._tried = 0
        self._clock = clock
        self._ends = None if deadline is None else clock.monotonic() + deadline

    async def after(self, error: ModelError) -> None:
        """Wait before the next try. Raises `error` where there is none, or the wait would outlast the deadline."""
        wait = self._backoff.wait(error, self._tried)
        late = self._ends is not None and self._clock.monotonic() + wait >= self._ends
        if not error.retryable or self._left <= 0 or late or not (self._may_retry is None or self._may_retry()):
            raise error
        self._left -= 1
        self._tried += 1
        await self._clock.sleep(wait)


class Retry:
    """A model that is asked again when its error says that this may help.

    A wait that would outlast the deadline is not begun: the last error is raised at once. A stream that has begun to
    speak is not started again.

    Args:
        model: What is asked.
        retries: How often after the first time.
        clock: What waits are measured with.
        backoff: How long they are.
        deadline: Seconds that all tries together may take.
        may_retry: Asked before each further try; those who ask many models hold all their tries to a share.
    """

    def __init__(
        self,
        model: Model,
        *,
        retries: int,
        clock: Clock,
        backoff: Backoff,
        deadline: float | None = None,
        may_retry: Callable[[], bool] | None = None,
    ) -> None:
        self._may_retry = may_retry
        self._model = model
        self._retries = retries
        self._clock = clock
        self._backoff = backoff
        self._deadline = deadline

    async def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        """Yield what the first good try yields. Raises the last try's error."""
        tries = self._tries()
        while True:
            spoken = False
            try:
                async with aclosing(self._model.stream(request, mode=mode)) as events:
                    async for event in events:
                        spoken = mode == "live"
                        yield event
            except ModelError as error:
                if spoken:
                    raise
                await tries.after(error)
            else:
                return

    async def whole(self, request: Request) -> Response:
        """Return what the first good try answers. Raises the last try's error."""
        tries = self._tries()
        while True:
            try:
                return await complete(self._model, request)
            except ModelError as error:
                await tries.after(error)

    def _tries(self) -> Tries:
        return Tries(
            self._backoff, retries=self._retries, clock=self._clock, deadline=self._deadline, may_retry=self._may_retry
        )
