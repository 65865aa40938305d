"""Tell a listener of every request that is sent and how it ended. Sits right around the driver, inside retries."""

from loomwork.kernel.clock import Clock
from loomwork.kernel.errors import UsageError
from loomwork.kernel.errors.models import ModelError
from loomwork.kernel.messages import Request, Response
from loomwork.kernel.usage import Cost
from loomwork.models.protocols import Ended, Model, OnAttempt, Outcome
from loomwork.models.target import Target
from loomwork.models.wrappers.around import Around

_BROKEN_OFF = Outcome(sent=True, cost=Cost.of(None))


class Metered(Around):
    """A model whose every request is announced before it goes and reported when it is over.

    A request that the provider refused costs nothing; one that broke off has an unknown price.
    """

    def __init__(self, model: Model, target: Target, on_attempt: OnAttempt, *, clock: Clock) -> None:
        super().__init__(model)
        self._target = target
        self._on_attempt = on_attempt
        self._clock = clock

    def call(self, request: Request) -> "_Attempt":
        """Announce a request; it is reported when the block ends."""
        return _Attempt(self._target, self._on_attempt(self._target, request), self._clock)


class _Attempt:
    __slots__ = ("_clock", "_ended", "_outcome", "_target")

    def __init__(self, target: Target, ended: Ended, clock: Clock) -> None:
        self._target = target
        self._ended = ended
        self._clock = clock
        self._outcome = _BROKEN_OFF  # stays so if the caller walks away in the middle

    def __enter__(self) -> "_Attempt":
        return self

    def spoke(self) -> None:
        return None

    def answered(self, response: Response) -> None:
        usage, target = response.usage, self._target
        self._outcome = Outcome(
            sent=target.driver != "replay", usage=usage, cost=target.charged(usage, at_ns=self._clock.now_ns())
        )

    def __exit__(self, _kind: object, error: BaseException | None, _at: object) -> None:
        self._ended(failed(error) if isinstance(error, ModelError) else self._outcome)


def failed(error: ModelError) -> Outcome:
    """How an attempt ended that raised `error`: a refusal costs nothing, a break an unknown amount."""
    sent = bool(error.fields.get("sent", not isinstance(error, UsageError)))
    refused = not sent or error.status != 0
    return Outcome(sent=sent, cost=Cost() if refused else Cost.of(None), error=error)
