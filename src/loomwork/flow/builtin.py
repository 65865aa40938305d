"""Steps that loomwork brings along (model calls, searches, tools): keyed by their settings, not by their code.

The floors above make them with `builtin`. Knows nothing of what they do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, Protocol, TypeVar

from msgspec import Struct

from loomwork.flow.step import Options, Step
from loomwork.kernel.canonical import Digest
from loomwork.kernel.labels import Labels

if TYPE_CHECKING:
    from loomwork.flow.reasons import Cause

P = ParamSpec("P")
R = TypeVar("R")


class Settled(Struct, frozen=True, kw_only=True):
    """What a call's settings come to at this moment."""

    identity: dict[str, Any]
    """What changes the answer (driver, model, parameters, base_url; never a key): part of the key."""
    digest: Digest | None = None
    """Of the identity, where whoever settles has it at hand."""
    sampled: bool = False
    """The answer is a draw: the draw's number and the trial belong to the key too."""
    shown: dict[str, str] = {}
    """The same for people, by place: {"models.fast.temperature": "0.7"}."""


class Keep(Protocol):
    """Picks the small JSON-able facts that settling needs out of the bound arguments."""

    def __call__(self, arguments: Mapping[str, Any], /) -> dict[str, Any]:
        """Return the facts."""
        ...


class Tell(Protocol):
    """Says in a service's own words what changed between the settings of two calls."""

    def __call__(self, services: Mapping[str, Any], causes: list[Cause], /) -> list[Cause]:
        """Return the causes as people should read them: some replaced by what lies behind them, the others as given."""
        ...


class Asker(Protocol):
    """Says on whose behalf a call was made."""

    def __call__(self, shown: Mapping[str, str], kept: Mapping[str, Any], /) -> str | None:
        """Return who it is: out of what the call showed or, where that is empty, what is kept of its arguments."""
        ...


class Settle(NamedTuple):
    """How a built-in step finds its settings: at a call, and again at a look-up without the arguments."""

    keep: Keep
    settle: Callable[[Mapping[str, Any], Mapping[str, Any]], Settled]
    """(services, kept) -> Settled."""
    tell: Tell | None = None
    asker: Asker | None = None
    """None: its calls are nobody's."""


def builtin(
    *,
    name: str,
    kind: str,
    semantics: int,
    keep: Keep,
    settle: Callable[[Mapping[str, Any], Mapping[str, Any]], Settled],
    ignore: tuple[str, ...] = (),
    labels: Labels | None = None,
    tell: Tell | None = None,
    asker: Asker | None = None,
) -> Callable[[Callable[P, R]], Step[P, R]]:
    """Make a function of loomwork's own a step.

    Args:
        name: What people see, also the step's identity in the store: keep it for ever.
        kind: The span kind: "model", "search", "tool", ...
        semantics: Raised only when results could differ for equal inputs and settings.
        keep: See `Settle`.
        settle: See `Settle`.
        ignore: Parameters that do not change the answer.
        labels: Where every answer comes from ("model", "retrieved", ...). What differs from call to call is said with
            `mark_labels` in the body.
        tell: Explains changed settings to people; None: they are named as they are.
        asker: See `Settle`.
    """

    def wrap(func: Callable[P, R]) -> Step[P, R]:
        options = Options(name=name, ignore=ignore)
        settling = Settle(keep, settle, tell, asker)
        return Step(func, options, kind=kind, settle=settling, semantics=semantics, labels=labels)

    return wrap
