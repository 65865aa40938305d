"""Choose among several models: in order, by share, by price, by pace. Each route is itself a model.

Which member comes first is decided by small pure functions; what happens then is the same for all routes: the members
are asked in that order until one answers. An answer that is not the first choice's is marked as degraded.
"""

import hashlib
import math
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from decimal import Decimal

from msgspec import Struct, structs

from loomwork.kernel.canonical import digest
from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.models import (
    BadRequest,
    ContentFiltered,
    ContextTooLong,
    ModelError,
    NoMemberAnswered,
    NotSupported,
)
from loomwork.kernel.messages import Request, Response
from loomwork.kernel.stream import Done, StreamEvent
from loomwork.models.protocols import Mode, Model, complete
from loomwork.models.target import Target

DEGRADED = "degraded"
"""The key in `Response.extra` under which an answer says why it is second best."""

_ASKED_WRONGLY = (BadRequest, ContentFiltered, ContextTooLong, NotSupported)
"""What asking again, or later, does not mend."""


class Member(Struct, frozen=True):
    """One model of a route."""

    name: str
    model: Model


_FAILED_S = 60.0
"""What a failure counts as in a member's pace."""

Order = Callable[[Request], Sequence[int]]
"""The members' places in the order in which they should be asked."""
Measured = Callable[[int, float], None]
"""Told a member's place and the seconds to its first event."""


class Route:
    """Asks members in order until one answers.

    Args:
        name: The route's alias, for errors.
        members: What may be asked.
        order: Who comes first.
        clock: What paces are measured with.
        measured: Told how fast a member began to answer.
    """

    def __init__(
        self,
        name: str,
        members: Sequence[Member],
        *,
        clock: Clock,
        order: Order,
        measured: Measured | None = None,
    ) -> None:
        self._name = name
        self._members = tuple(members)
        self._order = order
        self._clock = clock
        self._measured = measured

    async def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        """Yield what the first member that answers yields.

        Raises:
            NoMemberAnswered: with every member's reason. Where each finds the request itself wrong, or only one was
                asked, the first one's own error.
        """
        failed: list[tuple[Member, ModelError]] = []
        for place in self._order(request):
            member = self._members[place]
            begun = self._clock.monotonic()
            spoken = False
            try:
                async with aclosing(member.model.stream(request, mode=mode)) as events:
                    async for event in events:
                        if not spoken:
                            self._began(place, begun)
                        spoken = True
                        if failed and isinstance(event, Done):
                            yield Done(response=_marked(event.response, failed))
                        else:
                            yield event
            except ModelError as error:
                if spoken and mode == "live":
                    raise  # what was said cannot be taken back
                self._failed(place, begun)
                failed.append((member, error))
            else:
                return
        raise self._nobody(failed)

    async def whole(self, request: Request) -> Response:
        """Return what the first member that answers says. Raises as `stream`."""
        failed: list[tuple[Member, ModelError]] = []
        for place in self._order(request):
            member = self._members[place]
            begun = self._clock.monotonic()
            try:
                response = await complete(member.model, request)
            except ModelError as error:
                self._failed(place, begun)
                failed.append((member, error))
            else:
                self._began(place, begun)
                return _marked(response, failed) if failed else response
        raise self._nobody(failed)

    def _began(self, place: int, begun: float) -> None:
        if self._measured is not None:
            self._measured(place, self._clock.monotonic() - begun)

    def _failed(self, place: int, begun: float) -> None:
        if self._measured is not None:
            self._measured(place, self._clock.monotonic() - begun + _FAILED_S)

    def _nobody(self, failed: "Failed") -> ModelError:
        """Return what it means that no member has answered."""
        errors = [error for _, error in failed]
        if errors and (len(errors) == 1 or all(isinstance(each, _ASKED_WRONGLY) for each in errors)):
            return errors[0]
        error = NoMemberAnswered(model=self._name, members=_told(failed) or "it has none")
        error.__cause__ = errors[-1] if errors else None
        return error


Failed = Sequence[tuple[Member, ModelError]]


def _told(failed: Failed) -> str:
    return "; ".join(f"{member.name}: {error}" for member, error in failed)


def _marked(response: Response, failed: Failed) -> Response:
    return structs.replace(response, extra={**response.extra, DEGRADED: _told(failed)})


def by_share(weights: Sequence[float]) -> Order:
    """Balance: each member gets its share of the inputs, the same input always the same member.

    Weighted rendezvous hashing (Wang and Ravishankar 1998; Schindelhauer and Schomaker 2005): taking a member out
    moves only its own inputs.
    """

    def order(request: Request) -> Sequence[int]:
        seed = str(digest(request))
        scores = [_score(f"{seed}:{place}", weight) for place, weight in enumerate(weights)]
        return sorted((p for p, weight in enumerate(weights) if weight > 0), key=lambda place: -scores[place])

    return order


def _score(text: str, weight: float) -> float:
    if weight <= 0:
        return 0.0
    chance = (int.from_bytes(hashlib.sha256(text.encode()).digest()[:7]) + 0.5) / 2**56
    return -weight / math.log(chance)


def by_price(targets: Sequence[Target]) -> Order:
    """Cheapest: by the most that the request may cost, else by the price of a token; unknown prices come last."""

    def order(request: Request) -> Sequence[int]:
        return sorted(range(len(targets)), key=lambda place: (*_price(targets[place], request), place))

    return order


def _price(target: Target, request: Request) -> tuple[bool, Decimal]:
    most = target.most(request)
    if most is not None and request.max_tokens is not None:
        return False, Decimal(most.micros)
    if not target.prices:
        return True, Decimal(0)
    price = target.prices[-1]
    return False, price.input + price.output


class Pace:
    """Fastest: by how soon members began to answer, recent times counting more. Who was never asked comes first.

    The slowest are asked again now and then (every `revisit`-th time), so that one that recovered is found.
    """

    def __init__(self, members: int, *, weight: float = 0.3, revisit: int = 20) -> None:
        self._seconds: list[float | None] = [None] * members
        self._weight = weight
        self._revisit = revisit
        self._asked = 0

    def order(self, _request: Request) -> Sequence[int]:
        """The members, the fastest first."""
        self._asked += 1
        places = sorted(range(len(self._seconds)), key=lambda place: (self._seconds[place] or 0.0, place))
        if self._asked % self._revisit == 0:
            return [places[-1], *places[:-1]]
        return places

    def measured(self, place: int, seconds: float) -> None:
        """Take a measurement in."""
        before = self._seconds[place]
        self._seconds[place] = seconds if before is None else before + self._weight * (seconds - before)


class Busy:
    """Least busy: by how many requests each member has open, the first of equals first."""

    def __init__(self, members: int) -> None:
        self.open = [0] * members

    def order(self, _request: Request) -> Sequence[int]:
        """The members, the least busy first."""
        return sorted(range(len(self.open)), key=lambda place: (self.open[place], place))

    def watched(self, place: int, model: Model) -> Model:
        """Return the member `model` with its open requests counted."""
        return _Counted(self, place, model)


class _Counted:
    def __init__(self, busy: Busy, place: int, model: Model) -> None:
        self._busy = busy
        self._place = place
        self._model = model

    async def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        self._busy.open[self._place] += 1
        try:
            async with aclosing(self._model.stream(request, mode=mode)) as events:
                async for event in events:
                    yield event
        finally:
            self._busy.open[self._place] -= 1

    async def whole(self, request: Request) -> Response:
        self._busy.open[self._place] += 1
        try:
            return await complete(self._model, request)
        finally:
            self._busy.open[self._place] -= 1


def those(order: Order, fits: Callable[[Request], Sequence[int]]) -> Order:
    """The same order, of those members only that fit a request. `fits` raises where none does."""

    def only(request: Request) -> Sequence[int]:
        found = frozenset(fits(request))
        return [place for place in order(request) if place in found]

    return only
