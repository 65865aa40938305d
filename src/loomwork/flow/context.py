"""Which step call is running: the house's one context variable. Knows nothing of keys, memos or bodies.

A `Frame` stands for one step call in progress (or, at the bottom, for the place where calls are made by hand or by a
run). Frames form a chain; the innermost one is found through the context variable, which asyncio carries into tasks
and `to_thread`, and `flow.observe` into executors and threads.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Literal, Protocol

from loomwork.kernel.canonical import digest
from loomwork.kernel.errors.flow import NoRuntime, UnknownService
from loomwork.kernel.labels import Labels
from loomwork.kernel.principals import NOBODY, Principal
from loomwork.kernel.usage import Cost, Usage

if TYPE_CHECKING:
    from loomwork.flow.builtin import Settled
    from loomwork.flow.flight import Pending
    from loomwork.flow.keys import Keyed
    from loomwork.flow.lookup import Found, Missed
    from loomwork.flow.observe import Watch
    from loomwork.flow.record import Observed
    from loomwork.flow.runtime import Runtime
    from loomwork.flow.step import Step
    from loomwork.trace.recorder import Span


class Budget(Protocol):
    """Money that may still be spent: reserved before a request is sent, settled by what it cost."""

    def reserve(self, most: Cost, *, model: str = "") -> int:
        """Set the most that a request may cost aside. Raises `BudgetExceeded` or `PriceUnknown`."""
        ...

    def settle(self, reservation: int, actual: Cost) -> None:
        """Replace a reservation by what the request did cost."""
        ...


class Totals(Protocol):
    """Where a run counts."""

    def called(self, step: str, kind: str, outcome: Literal["hit", "ran", "failed"]) -> None:
        """Count one call."""
        ...

    def metered(self, requests: int, usage: Usage | None, cost: Cost | None) -> None:
        """Count requests sent, tokens and money."""
        ...


class Source(Protocol):
    """A recording that answers calls before the store does."""

    def given(self, step: Step[..., Any], keyed: Keyed, draw: int | None) -> Found | Missed | None:
        """Return the answer that the recording has for a call; a miss: the store must not answer it either."""
        ...

    def may_run(self, step: Step[..., Any], keyed: Keyed) -> bool:
        """Say whether the body of an unanswered call may run."""
        ...


class Scope:
    """The item of a run (or the session by hand) in which calls are made."""

    __slots__ = (
        "ambients",
        "apart",
        "budget",
        "confidential",
        "item",
        "principal",
        "refresh",
        "run",
        "source",
        "subject",
        "totals",
        "trial",
        "who",
    )

    def __init__(
        self,
        *,
        run: str = "",
        item: int = -1,
        trial: int = 0,
        principal: Principal | None = None,
        subject: str = "",
        budget: Budget | None = None,
        totals: Totals | None = None,
        refresh: frozenset[str] = frozenset(),
        source: Source | None = None,
        confidential: str = "",
        apart: bool = False,
    ) -> None:
        self.run = run
        self.item = item
        self.trial = trial
        self.principal = principal or NOBODY
        self.who = "principal=" + digest((self.principal.id, self.principal.groups))
        """The principal as a part of keys."""
        self.ambients = (0, _number(f"trial={trial}"), _number(self.who), _number(f"trial={trial} {self.who}"))
        """What stands for nothing, the trial, the principal and both, beside the key of a memo that depends on them."""
        self.subject = subject
        self.budget = budget
        self.totals = totals
        self.refresh = refresh
        self.source = source
        """What a replay replays, asked before the store; None in live runs."""
        self.confidential = confidential
        """How everything that is sent from here is marked: models that are not cleared for it are not asked."""
        self.apart = apart
        """Models' answers are remembered for this principal alone."""

    def serving(
        self, *, subject: str, totals: Totals, source: Source | None, confidential: str = "", apart: bool = False
    ) -> Scope:
        """Return the scope of one request out of many: the same place in keys, which is not worked out again."""
        made = Scope.__new__(Scope)
        made.run, made.item, made.trial = self.run, self.item, self.trial
        made.principal, made.who, made.ambients = self.principal, self.who, self.ambients
        made.budget, made.refresh = self.budget, self.refresh
        made.subject, made.totals, made.source = subject, totals, source
        made.confidential, made.apart = confidential, apart
        return made


def _number(text: str) -> int:
    return int(digest(text)[:15], 16) or 1


class Frame:
    """One step call in progress and everything it has read, called and spent so far."""

    __slots__ = (
        "ambients", "calls", "closed", "cost", "degraded", "draw", "draws", "finished", "flight", "given_labels", "key",
        "outside", "own_labels", "parent", "requests", "runtime", "scope", "settled", "slots", "span", "spoiled",
        "step", "trace", "usage", "watch",
    )  # fmt: skip

    def __init__(
        self, runtime: Runtime, scope: Scope, *, parent: Frame | None = None, step: Step[..., Any] | None = None
    ) -> None:
        self.runtime = runtime
        self.scope = scope
        self.parent = parent
        self.step = step
        self.key = ""
        self.flight: Pending | None = None
        self.settled: Settled | None = None
        self.slots: tuple[object, ...] = ()
        self.span: Span | None = parent.span if parent else None
        self.trace: str | None = parent.trace if parent else None
        self.watch: Watch | None = None
        self.calls: list[Observed | None] = []
        """Nested calls in start order; None while one is open or when it failed."""
        self.finished = 0
        self.closed = False
        """The call has ended: what is still called from here outlived it."""
        self.given_labels: Labels = parent.labels if parent else _NO_LABELS
        """What the caller had seen when it made this call."""
        self.own_labels: Labels = _NO_LABELS
        """What was taken in since: marked here, or in the results of nested calls. Stored beside the result."""
        self.draw: int | None = None
        """Which draw of a sampled call this is; None where the answer is no draw."""
        self.draws: dict[str, int] = {}
        self.ambients: set[str] = set()
        self.outside: set[str] = set()
        self.spoiled: list[str] = []
        self.degraded: list[str] = []
        self.requests = 0
        self.usage: Usage | None = None
        self.cost: Cost | None = None

    @property
    def labels(self) -> Labels:
        """Where what this call has seen so far comes from, and who may see it: what a nested call is made with."""
        return self.given_labels.join(self.own_labels)

    def takes_in(self, labels: Labels) -> None:
        """Join what the call has just seen to what it has seen so far."""
        if labels != _NO_LABELS:
            self.own_labels = self.own_labels.join(labels)

    def is_inside(self, step: Step[..., Any], key: str) -> bool:
        """Say whether this very call of the step is this frame or one of its ancestors.

        The key alone does not say so: a step that only passes its argument on to another has that one's key.
        """
        frame: Frame | None = self
        while frame is not None:
            if frame.key == key and frame.step is not None and frame.step.name == step.name:
                return True
            frame = frame.parent
        return False


_NO_LABELS = Labels()


_current: ContextVar[Frame | None] = ContextVar("loomwork_frame", default=None)


def current_frame() -> Frame | None:
    """Return the innermost step call in progress, or None where no workspace is open."""
    return _current.get()


class entered:
    """Make `frame` the current one within the block."""

    __slots__ = ("_frame", "_token")

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def __enter__(self) -> Frame:
        self._token = _current.set(self._frame)
        return self._frame

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


def enter(frame: Frame | None) -> None:
    """Make `frame` the current one from here on (what opening a workspace does)."""
    _current.set(frame)


def runtime() -> Runtime:
    """Return the runtime of the current frame. Raises `NoRuntime`."""
    frame = _current.get()
    if frame is None:
        raise NoRuntime
    return frame.runtime


def service(name: str) -> Any:
    """Return a live object that the workspace registered ("models", ...). Raises `NoRuntime`, `UnknownService`."""
    services = runtime().services
    if name not in services:
        raise UnknownService(name=name, known=", ".join(sorted(services)) or "none")
    return services[name]


def meter(*, requests: int = 0, usage: Usage | None = None, cost: Cost | None = None) -> None:
    """Count requests actually sent, tokens and money against the running call and its run."""
    frame = _current.get()
    if frame is None:
        return
    frame.requests += requests
    if usage is not None:
        frame.usage = usage if frame.usage is None else frame.usage + usage
    if cost is not None:
        frame.cost = cost if frame.cost is None else frame.cost + cost
    if frame.scope.totals is not None:
        frame.scope.totals.metered(requests, usage, cost)


def mark_outside(reason: str) -> None:
    """Say that the running call touched what cannot be verified: its memo holds for this run only."""
    frame = _current.get()
    if frame is not None and frame.step is not None:
        frame.outside.add(reason)


def mark_degraded(reason: str) -> None:
    """Say that the running call's answer is second best: neither it nor any step above it is memoised."""
    frame = _current.get()
    if frame is not None and frame.step is not None:
        frame.degraded.append(reason)


def mark_labels(labels: Labels) -> None:
    """Say where what the running call has just brought in comes from, and who may see it.

    For whatever fetches content: searches, tools, models. Everything that the call returns, and every call that it
    makes from here on, carries the labels; they are stored beside its result. With no call running nothing happens.
    """
    frame = _current.get()
    if frame is not None:
        frame.takes_in(labels)


def read_labels() -> Labels:
    """Return the labels of what the running call has seen so far, its caller's included.

    They are no part of keys, so a step whose *answer* depends on them cannot be memoised: reading them forbids it.
    A policy that only allows or refuses asks `current_frame().labels` at the door of a call instead.
    """
    frame = _current.get()
    if frame is None:
        return _NO_LABELS
    if frame.step is not None:
        frame.spoiled.append("it read the labels of its inputs")
    return frame.labels


def read_trial() -> int:
    """Return the current trial; the running call's memo then depends on it."""
    frame = _current.get()
    if frame is None:
        return 0
    frame.ambients.add("trial")
    return frame.scope.trial


def read_principal() -> Principal:
    """Return on whose behalf the call runs; the running call's memo then depends on it."""
    frame = _current.get()
    if frame is None:
        return NOBODY
    frame.ambients.add("principal")
    return frame.scope.principal
