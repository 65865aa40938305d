"""Every model of a project by its alias: resolved for keys and plans, live for calls. Knows no step and no prompt."""

import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from pathlib import Path
from random import Random, SystemRandom
from typing import Any, NamedTuple

from msgspec import Struct

from loomwork.kernel.canonical import Digest, digest
from loomwork.kernel.clock import Clock, SystemClock
from loomwork.kernel.errors.gateway import NotConfidential
from loomwork.kernel.errors.models import NotSupported, UnknownModel, WrongModelSettings
from loomwork.kernel.messages import Request, Response
from loomwork.kernel.stream import StreamEvent
from loomwork.models.drivers import table
from loomwork.models.fitness import fitting, is_cleared
from loomwork.models.metering import book
from loomwork.models.plain import Plain, settle
from loomwork.models.protocols import Embedder, Embedding, Mode, Model, OnAttempt, complete
from loomwork.models.settings import ModelSettings
from loomwork.models.target import Target
from loomwork.models.wire.http import Transport
from loomwork.models.wrappers.attentive import Attentive
from loomwork.models.wrappers.deadline import Deadline
from loomwork.models.wrappers.defaults import Defaults
from loomwork.models.wrappers.embedding import ReliableEmbedder
from loomwork.models.wrappers.gathered import Gathered
from loomwork.models.wrappers.limit import Concurrency, Rate
from loomwork.models.wrappers.metered import Metered
from loomwork.models.wrappers.retry import Backoff, Retry
from loomwork.models.wrappers.routes import Busy, Measured, Member, Order, Pace, Route, by_price, by_share, those


class Resolved(Struct, frozen=True, kw_only=True):
    """What an alias stands for at this moment."""

    identity: dict[str, Any]
    """Exactly what changes answers; never a key."""
    digest: Digest
    """Of the identity: it is part of the key of every call."""
    sampled: bool
    """An answer is a draw: asked again, another one may come."""
    shown: dict[str, str]
    """The same for people, by place in the settings."""
    structured: bool
    """The model itself holds its answer to a JSON schema."""
    targets: tuple[Target, ...]
    """Whom it may ask, first choice first."""
    members: tuple[str, ...] = ()
    """The aliases of a route; empty for a model."""


class _Way(NamedTuple):
    """Who of a route's members is asked first."""

    order: Order
    measured: Measured | None = None


_WAYS = 256


class Catalog:
    """The models of a project.

    Args:
        settings: By alias.
        env: Where keys are read, when a model is first called.
        clock: What waits and limits are measured with.
        rng: What jitter is drawn from.
        transport: What requests go through; a pool of connections of its own if None.
        on_attempt: Told before each request that is sent, and how it ended; by default it is booked against the
            step call that sent it.
        root: What relative paths in the settings start from.
        now: Seconds since 1970, for a Retry-After that is a date.
    """

    def __init__(
        self,
        settings: Mapping[str, ModelSettings],
        *,
        env: Mapping[str, str],
        clock: Clock | None = None,
        rng: Random | None = None,
        transport: Transport | None = None,
        on_attempt: OnAttempt | None = None,
        root: Path | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._settings = dict(settings)
        self._env = env
        self._clock: Clock = clock or SystemClock()
        self._backoff = Backoff(rng or SystemRandom())
        self._transport = transport
        self._own: Any = None
        self._on_attempt = on_attempt or book
        self._root = root or Path.cwd()
        self._now = now
        self._resolved: dict[tuple[str, bool | None], Resolved] = {}
        self._models: dict[str, Model] = {}
        self._embedders: dict[str, Embedder] = {}
        self._paces: dict[str, Pace] = {}
        self._busy: dict[str, Busy] = {}
        self._ways: dict[tuple[str, str], _Way] = {}
        self._around: Callable[[str, Model], Model] | None = None
        self._may_retry: Callable[[], bool] | None = None
        self._gather_s = 0.0

    def gather(self, seconds: float) -> None:
        """Wait so long for others who want vectors of the same model, from now on, and ask for all of them at once."""
        self._gather_s = seconds
        self._embedders.clear()

    def guard(self, around: Callable[[str, Model], Model], *, may_retry: Callable[[], bool] | None = None) -> None:
        """Put something around every model that is no route, and ask before each further try, from now on.

        Args:
            around: Takes an alias and its model, and returns what is asked in its place.
            may_retry: Says whether a call that failed may be tried again.
        """
        self._around, self._may_retry = around, may_retry
        self._models.clear()

    @property
    def aliases(self) -> tuple[str, ...]:
        """Every alias, in the order of the settings."""
        return tuple(self._settings)

    def settings(self, alias: str) -> ModelSettings:
        """What the settings say. Raises `UnknownModel`."""
        found = self._settings.get(alias)
        if found is None:
            raise UnknownModel(name=alias, model=alias, known=self.aliases)
        return found

    def resolve(self, alias: str, *, temperature: float | None = None) -> Resolved:
        """What an alias stands for; needs no key and sends nothing. Raises `UnknownModel`, `WrongModelSettings`.

        Args:
            alias: The name in the settings.
            temperature: What the request itself asks for, if it does.
        """
        key = (alias, None if temperature is None else temperature != 0)
        found = self._resolved.get(key)
        if found is None:
            found = self._resolved[key] = self._resolve(alias, temperature, ())
        return found

    def check(self, alias: str) -> None:
        """See that a name can be asked. Raises `UnknownModel`, `WrongModelSettings`, `MissingKey`."""
        self.resolve(alias)
        settings = self.settings(alias)
        if not settings.route:
            settle(alias, settings).key(self._env)

    def model(self, alias: str) -> Model:
        """The live model. Raises `UnknownModel`, `WrongModelSettings`, `MissingKey`."""
        found = self._models.get(alias)
        if found is None:
            self.resolve(alias)
            found = self._models[alias] = self._route(alias) if self.settings(alias).route else self._plain(alias)
        return found

    def route(self, alias: str, asked: Callable[[str], Model], *, confidential: str = "") -> Model:
        """The route `alias` over members that `asked` makes: how a caller puts its own calls between.

        Args:
            alias: The name in the settings.
            asked: Makes the live model of a member.
            confidential: How what is sent is marked; only members that are cleared for it are asked.
        """
        settings = self.settings(alias)
        way = self._ways.get((alias, confidential))
        if way is None:
            if len(self._ways) >= _WAYS:
                self._ways.clear()
            way = self._ways[alias, confidential] = self._way(alias, settings, confidential)
        members = [Member(member, asked(member)) for member in settings.models]
        busy = self._busy.get(alias)
        if busy is not None:
            members = [Member(each.name, busy.watched(place, each.model)) for place, each in enumerate(members)]
        return Route(alias, members, clock=self._clock, order=way.order, measured=way.measured)

    def _way(self, alias: str, settings: ModelSettings, confidential: str) -> "_Way":
        """Work out who is asked first: the same for every request that is marked alike."""
        targets = [self.resolve(member).targets[0] for member in settings.models]
        known = [(self.settings(m), t) for m, t in zip(settings.models, targets, strict=True)]
        fits = fitting(alias, known, confidential)
        if settings.route == "fastest":
            pace = self._paces.setdefault(alias, Pace(len(known)))
            return _Way(those(pace.order, fits), pace.measured)
        if settings.route == "least-busy":
            busy = self._busy.setdefault(alias, Busy(len(known)))
            return _Way(those(busy.order, fits))
        return _Way(those(_ORDERS[settings.route](settings, targets), fits))

    def check_cleared(self, alias: str, confidential: str) -> None:
        """Raise `NotConfidential` where what is so marked must not be sent to a model. A route checks its members."""
        settings = self.settings(alias)
        if confidential and not settings.route:
            target = self.resolve(alias).targets[0]
            if not is_cleared(settings, target, confidential):
                raise NotConfidential(name=alias)

    def embedder(self, alias: str) -> Embedder:
        """The live embedder. Raises as `model`, and `NotSupported` where the driver has none."""
        found = self._embedders.get(alias)
        if found is None:
            found = self._embedders[alias] = self._embedder(alias)
        return found

    async def complete(self, alias: str, request: Request) -> Response:
        """Ask for a whole answer. Raises `ModelError`."""
        return await complete(self.model(alias), request)

    def stream(self, alias: str, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        """Ask for an answer in pieces; the last event is `Done`. Raises `ModelError`."""
        return self.model(alias).stream(request, mode=mode)

    async def embed(self, alias: str, texts: Sequence[str]) -> Embedding:
        """Turn texts into vectors. Raises `ModelError`."""
        return await self.embedder(alias).embed(texts)

    async def close(self) -> None:
        """Close the connections of the running event loop."""
        if self._own is not None:
            await self._own.close()

    def _resolve(self, alias: str, temperature: float | None, above: tuple[str, ...]) -> Resolved:
        settings = self.settings(alias)
        if alias in above:
            raise WrongModelSettings(
                name=alias, problem=f"the route leads back to itself: {' > '.join((*above, alias))}"
            )
        if settings.route:
            return self._resolve_route(alias, settings, temperature, above)
        plain = settle(alias, settings)
        identity = plain.identity()
        if plain.driver == "replay":
            identity["recordings"] = table.recordings_digest(self._root / settings.path, alias)
        return Resolved(
            identity=identity,
            digest=digest(identity),
            sampled=plain.sampled(temperature),
            shown={f"models.{alias}.{name}": str(value) for name, value in identity.items()},
            structured=plain.driver == "anthropic" or plain.quirks.structured == "schema",
            targets=(plain.target,),
        )

    def _resolve_route(
        self, alias: str, settings: ModelSettings, temperature: float | None, above: tuple[str, ...]
    ) -> Resolved:
        if not settings.models:
            raise WrongModelSettings(name=alias, problem="a route needs `models`")
        if settings.weights and len(settings.weights) != len(settings.models):
            raise WrongModelSettings(name=alias, problem="`weights` and `models` differ in number")
        if settings.route == "weighted" and not settings.weights:
            raise WrongModelSettings(name=alias, problem="a weighted route needs `weights`")
        members = [self._resolve(member, temperature, (*above, alias)) for member in settings.models]
        targets = tuple(target for member in members for target in member.targets)
        currencies = {price.currency for target in targets for price in target.prices if price.input or price.output}
        if settings.route == "cheapest" and len(currencies) > 1:
            problem = f"prices in {' and '.join(sorted(currencies))} cannot be compared; set `price` in one currency"
            raise WrongModelSettings(name=alias, problem=problem)
        identity: dict[str, Any] = {"route": settings.route, "members": [member.identity for member in members]}
        if settings.weights:
            identity["weights"] = list(settings.weights)
        shown = {f"models.{alias}.route": settings.route, f"models.{alias}.models": ", ".join(settings.models)}
        if settings.weights:
            shown[f"models.{alias}.weights"] = str(settings.weights)
        for member in members:
            shown |= member.shown
        return Resolved(
            identity=identity,
            digest=digest(identity),
            sampled=any(member.sampled for member in members),
            shown=shown,
            structured=all(member.structured for member in members),
            targets=targets,
            members=settings.models,
        )

    def _route(self, alias: str) -> Model:
        return self.route(alias, self.model)

    def _plain(self, alias: str) -> Model:
        plain = settle(alias, self.settings(alias))
        settings = plain.settings
        model: Model = Metered(
            table.driver(plain, self._place(plain)), plain.target, self._on_attempt, clock=self._clock
        )
        if plain.quirks.truncates == "silently":
            model = Attentive(model, target=plain.target)
        if settings.rpm is not None or settings.tpm is not None:
            model = Rate(model, clock=self._clock, rpm=settings.rpm, tpm=settings.tpm)
        if settings.retries:
            model = Retry(
                model,
                retries=settings.retries,
                clock=self._clock,
                backoff=self._backoff,
                deadline=settings.timeout,
                may_retry=self._may_retry,
            )
        if settings.timeout is not None:
            model = Deadline(model, seconds=settings.timeout, target=plain.target)
        if settings.concurrency is not None:
            model = Concurrency(model, at_once=settings.concurrency)
        model = Defaults(model, plain.defaults(), settings.extra_body)
        return model if self._around is None else self._around(alias, model)

    def _embedder(self, alias: str) -> Embedder:
        settings = self.settings(alias)
        if settings.route:
            raise NotSupported(provider="a route", model=alias, feature="embeddings")
        plain = settle(alias, settings)
        bare = table.embedder(plain, self._place(plain))

        def reliable(on_attempt: OnAttempt) -> Embedder:
            return ReliableEmbedder(
                bare,
                target=plain.target,
                on_attempt=on_attempt,
                retries=settings.retries,
                backoff=self._backoff,
                clock=self._clock,
                deadline=settings.timeout,
            )

        if not self._gather_s:
            return reliable(self._on_attempt)
        return Gathered(
            reliable, target=plain.target, on_attempt=self._on_attempt, clock=self._clock, window=self._gather_s
        )

    def _place(self, plain: Plain) -> table.Place:
        return table.Place(
            key=plain.key(self._env), transport=self._sending, clock=self._clock, root=self._root, now=self._now
        )

    def _sending(self) -> Transport:
        if self._transport is None:
            from loomwork.models.wire.pool import PooledTransport

            self._own = self._transport = PooledTransport()
        return self._transport


def _as_given(settings: ModelSettings, _targets: list[Target]) -> Order:
    places = range(len(settings.models))
    return lambda _request: places


def _by_share(settings: ModelSettings, _targets: list[Target]) -> Order:
    return by_share(settings.weights or (1.0,) * len(settings.models))


def _by_price(_settings: ModelSettings, targets: list[Target]) -> Order:
    return by_price(targets)


_ORDERS: dict[str, Callable[[ModelSettings, list[Target]], Order]] = {
    "fallback": _as_given,
    "balance": _by_share,
    "weighted": _by_share,
    "cheapest": _by_price,
}
