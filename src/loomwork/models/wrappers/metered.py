"""Tell a listener of every request that is sent and how it ended. Sits right around the driver, inside retries."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from loomwork.kernel.clock import Clock
from loomwork.kernel.errors import UsageError
from loomwork.kernel.errors.models import ModelError
from loomwork.kernel.messages import Request
from loomwork.kernel.stream import Done, StreamEvent
from loomwork.kernel.usage import Cost, Usage
from loomwork.models.protocols import Mode, Model, OnAttempt, Outcome
from loomwork.models.target import Target

_BROKEN_OFF = Outcome(sent=True, cost=Cost.of(None))


class Metered:
    """A model whose every request is announced before it goes and reported when it is over.

    A request that the provider refused costs nothing; one that broke off has an unknown price.
    """

    def __init__(self, model: Model, target: Target, on_attempt: OnAttempt, *, clock: Clock) -> None:
        self._model = model
        self._target = target
        self._on_attempt = on_attempt
        self._clock = clock

    async def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        """Yield what the model yields."""
        ended = self._on_attempt(self._target, request)
        outcome = _BROKEN_OFF  # stays so if the caller walks away in the middle
        try:
            async with aclosing(self._model.stream(request, mode=mode)) as events:
                async for event in events:
                    if isinstance(event, Done):
                        outcome = self._answered(event.response.usage)
                    yield event
        except ModelError as error:
            outcome = failed(error)
            raise
        finally:
            ended(outcome)

    def _answered(self, usage: Usage | None) -> Outcome:
        return Outcome(
            sent=self._target.driver != "replay",
            usage=usage,
            cost=self._target.charged(usage, at_ns=self._clock.now_ns()),
        )


def failed(error: ModelError) -> Outcome:
    """How an attempt ended that raised `error`: a refusal costs nothing, a break an unknown amount."""
    sent = bool(error.fields.get("sent", not isinstance(error, UsageError)))
    refused = not sent or error.status != 0
    return Outcome(sent=sent, cost=Cost() if refused else Cost.of(None), error=error)
