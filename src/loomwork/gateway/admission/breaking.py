"""Leave a model alone that fails, and ask it again little by little. Knows no provider and no route.

The circuit breaker of Nygard, "Release It!" (2007): closed while answers come; open for a rest when too many of the
last calls failed; half-open after it, when single calls are let through as probes. Every rest is twice as long as the
one before, until a probe is answered. A request of the caller's own making that is refused (400, 401, too long) is an
answer: the server lives. Retries of all models together are held to a share of the requests (Finagle's retry budgets).
"""

from collections import deque
from typing import Literal

from msgspec import Struct

from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.admission import UpstreamResting
from loomwork.kernel.errors.models import (
    AskedToWait,
    AuthFailed,
    ConnectionFailed,
    DeadlineExceeded,
    MalformedResponse,
    ModelError,
    QuotaExhausted,
    StreamTruncated,
)
from loomwork.kernel.messages import Request, Response
from loomwork.models.protocols import Model
from loomwork.models.wrappers.around import Around

FAILURES = (
    AskedToWait, ConnectionFailed, DeadlineExceeded, StreamTruncated, MalformedResponse, AuthFailed, QuotaExhausted,
)  # fmt: skip
"""What says that the next call will probably fail, too."""
_DUST = 1e-9
"""What adding up shares loses."""
State = Literal["closed", "open", "half-open"]
Outcome = Literal["answered", "failed", "left"]
"""How a call ended; `left`: its caller went away."""


class BreakerSettings(Struct, frozen=True, kw_only=True):
    """When a breaker opens and for how long."""

    window: int = 20
    """It looks at so many of the last calls."""
    failures: int = 3
    """It opens at so many failures among them ..."""
    share: float = 0.15
    """... which are at least this share of them."""
    rest_s: float = 5.0
    longest_rest_s: float = 30.0
    probes: int = 1
    """Calls let through at once when the rest is over."""
    silence_s: float = 10.0
    """A call that was given up after so long without a sign of life has failed."""


class Breaker:
    """The breaker of one model.

    Args:
        name: The model's alias, for errors.
        clock: What rests are measured with.
        settings: When it opens.
    """

    def __init__(self, name: str, *, clock: Clock, settings: BreakerSettings | None = None) -> None:
        self.name = name
        self._clock = clock
        self._settings = settings or BreakerSettings()
        self._last: deque[bool] = deque(maxlen=self._settings.window)
        self._rests_until: float | None = None
        self._rest_s = self._settings.rest_s
        self._probing = 0

    @property
    def silence_s(self) -> float:
        """How long a call may be given up after without having failed."""
        return self._settings.silence_s

    @property
    def state(self) -> State:
        """Whether calls are let through."""
        if self._rests_until is None:
            return "closed"
        return "open" if self._clock.monotonic() < self._rests_until else "half-open"

    def admit(self) -> bool:
        """Let a call through and say whether it is a probe. Raises `UpstreamResting`."""
        if self._rests_until is None:
            return False
        left = self._rests_until - self._clock.monotonic()
        if left > 0 or self._probing >= self._settings.probes:
            raise UpstreamResting(model=self.name, retry_after=max(left, 0.1))
        self._probing += 1
        return True

    def ended(self, outcome: Outcome, *, was_probe: bool, wait: float | None = None) -> None:
        """Take in how a call ended; `wait`: for how long the server asked to be left alone."""
        if was_probe:
            self._probing -= 1
        if outcome == "left":
            return
        if self._rests_until is not None:
            if was_probe:
                if outcome == "answered":
                    self._close()
                else:
                    self._open(2 * self._rest_s, wait)
            return
        self._last.append(outcome == "answered")
        if outcome == "failed":
            enough = max(self._settings.failures, self._settings.share * len(self._last))
            if self._last.count(False) >= enough:
                self._open(self._settings.rest_s, wait)

    def _open(self, rest_s: float, wait: float | None) -> None:
        self._rest_s = min(rest_s, self._settings.longest_rest_s)
        self._rests_until = self._clock.monotonic() + max(self._rest_s, wait or 0.0)
        self._last.clear()

    def _close(self) -> None:
        self._rests_until = None
        self._rest_s = self._settings.rest_s


class Broken(Around):
    """A model behind its breaker. Raises `UpstreamResting` at once while that is open."""

    def __init__(self, model: Model, breaker: Breaker, *, clock: Clock, budget: "RetryBudget | None" = None) -> None:
        super().__init__(model)
        self._breaker = breaker
        self._clock = clock
        self._budget = budget

    def call(self, request: Request) -> "_Passage":
        """Let a call through. Raises `UpstreamResting`."""
        del request
        return _Passage(self._breaker, self._clock, self._budget)


class _Passage:
    """One call through a breaker, which is told how it ended."""

    __slots__ = ("_began", "_breaker", "_budget", "_clock", "_outcome", "_spoken", "_was_probe")

    def __init__(self, breaker: Breaker, clock: Clock, budget: "RetryBudget | None") -> None:
        self._was_probe = breaker.admit()
        if budget is not None:
            budget.asked()
        self._breaker = breaker
        self._budget = budget
        self._clock = clock
        self._began = clock.monotonic()
        self._spoken = False
        self._outcome: Outcome = "left"

    def __enter__(self) -> "_Passage":
        return self

    def spoke(self) -> None:
        self._spoken = True

    def answered(self, response: Response) -> None:
        del response
        self._outcome = "answered"  # whoever wants the whole leaves with it

    def __exit__(self, _kind: object, error: BaseException | None, _at: object) -> None:
        outcome, wait, breaker = self._outcome, None, self._breaker
        if isinstance(error, ModelError):
            outcome = "failed" if isinstance(error, FAILURES) else "answered"
            if outcome == "failed" and self._budget is not None:
                self._budget.failed()
            wait = error.retry_after if isinstance(error, AskedToWait) else None
        elif outcome == "left" and not self._spoken and self._clock.monotonic() - self._began >= breaker.silence_s:
            outcome = "failed"
        breaker.ended(outcome, was_probe=self._was_probe, wait=wait)


class RetryBudget:
    """Further tries as a share of requests: in a bad hour they must not become the load that keeps it bad.

    >>> budget = RetryBudget(share=0.5)
    >>> [budget.asked(), budget.asked(), budget.may_retry(), budget.may_retry()]
    [None, None, True, False]
    """

    def __init__(self, *, share: float = 0.2, most: float = 100.0) -> None:
        self._share = share
        self._most = most
        self._saved = 0.0
        self.retried = 0
        """Further tries so far."""

    def asked(self) -> None:
        """Count a request that is no retry."""
        self._saved = min(self._most, self._saved + self._share)

    def failed(self) -> None:
        """Count a call that failed: a route will ask its next member, which is one more request for nothing new."""
        self._saved = max(-self._most, self._saved - 1.0 - self._share)

    def may_retry(self) -> bool:
        """Take one retry out of the budget; False where it has none."""
        if self._saved < 1.0 - _DUST:
            return False
        self._saved -= 1.0
        self.retried += 1
        return True


class Upstreams:
    """The breakers of all models of a process, and the retries that they share: made for `Catalog.guard`."""

    def __init__(
        self, *, clock: Clock, settings: BreakerSettings | None = None, budget: RetryBudget | None = None
    ) -> None:
        self._clock = clock
        self._settings = settings
        self.budget = budget or RetryBudget()
        self.breakers: dict[str, Breaker] = {}

    def around(self, alias: str, model: Model) -> Model:
        """Return the model behind its breaker."""
        breaker = self.breakers.get(alias)
        if breaker is None:
            breaker = self.breakers[alias] = Breaker(alias, clock=self._clock, settings=self._settings)
        return Broken(model, breaker, clock=self._clock, budget=self.budget)
