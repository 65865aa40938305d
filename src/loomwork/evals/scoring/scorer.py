"""`@scorer`: a step whose answer is a score. Knows what a scorer asks for; not what an item holds.

Positional parameters are filled by name from the item (see `Subject`); keyword-only parameters are settings.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Literal, ParamSpec, TypeVar, get_type_hints, overload

import msgspec

from loomwork.evals.scoring.score import Better, OnFailure, Scale
from loomwork.flow.builtin import Settle, Settled
from loomwork.flow.step import Options, Step
from loomwork.kernel.durations import parse_seconds
from loomwork.kernel.errors.evals import BadScorer

P = ParamSpec("P")
R = TypeVar("R")
KIND = "scorer"
_P = inspect.Parameter


def _keep_nothing(arguments: Mapping[str, Any]) -> dict[str, Any]:
    del arguments
    return {}


def _settle_nothing(services: Mapping[str, Any], kept: Mapping[str, Any]) -> Settled:
    del services, kept
    return Settled(identity={})


_WITHOUT = Settle(_keep_nothing, _settle_nothing)
"""The settings of a scorer are arguments."""


class Scorer(Step[P, R]):
    """A step whose answer is a score."""

    def __init__(
        self, func: Callable[P, R], options: Options, *, scale: Scale, semantics: int | None = None, told: str = ""
    ) -> None:
        super().__init__(func, options, kind=KIND, settle=None if semantics is None else _WITHOUT, semantics=semantics)
        if self.form not in ("async", "sync"):
            raise BadScorer(name=self.name, reason="it is a generator; a scorer returns one score")
        self.scale = scale
        self.told = told or (inspect.getdoc(func) or "").partition("\n")[0]
        """What it measures, in one line."""
        parameters = self.signature.parameters.values()
        starred = [each.name for each in parameters if each.kind in (_P.VAR_POSITIONAL, _P.VAR_KEYWORD)]
        if starred:
            raise BadScorer(name=self.name, reason=f"it takes *{starred[0]}; name what it needs of an item")
        self.takes = {
            each.name: each.default is not _P.empty for each in parameters if each.kind is not _P.KEYWORD_ONLY
        }
        """What it needs of an item, by name, and whether it can do without."""
        self.settings = {each.name: each.default for each in parameters if each.kind is _P.KEYWORD_ONLY}
        """What can be set, with what holds otherwise (`Parameter.empty`: it must be given)."""
        if not self.takes:
            raise BadScorer(name=self.name, reason="it takes nothing of an item")


@overload
def scorer(func: Callable[P, R], /) -> Scorer[P, R]: ...
@overload
def scorer(
    *,
    name: str | None = None,
    range: tuple[float | None, float | None] = (0.0, 1.0),
    better: Better = "higher",
    unit: str = "",
    on_failure: OnFailure | None = None,
    cache: Literal["auto", "on", "off"] = "auto",
    timeout: str | float | None = None,
    retries: int = 0,
) -> Callable[[Callable[P, R]], Scorer[P, R]]: ...
def scorer(
    func: Callable[P, R] | None = None,
    /,
    *,
    name: str | None = None,
    range: tuple[float | None, float | None] = (0.0, 1.0),
    better: Better = "higher",
    unit: str = "",
    on_failure: OnFailure | None = None,
    cache: Literal["auto", "on", "off"] = "auto",
    timeout: str | float | None = None,
    retries: int = 0,
) -> Scorer[P, R] | Callable[[Callable[P, R]], Scorer[P, R]]:
    """Make a function a scorer.

    >>> @scorer(range=(0, 1))
    ... def brief(text, *, most=200):
    ...     return len(text) <= most
    >>> brief("short"), brief.takes, brief.settings
    (True, {'text': False}, {'most': 200})

    Args:
        func: Takes of an item what its positional parameters are called (`output`, `text`, `expected`, `input`,
            `row`, `error`, `facts`, `passages`, `tool_calls`, or a key of the row) and its settings as keyword-only
            parameters. Returns a truth value, a number, a `Score`, or None where it does not apply.
        name: What people see; the default is `module:qualname`.
        range: The least and the greatest value, None for an end that is open.
        better: Which way is the better one; "none" where nobody can say.
        unit: `ms`, `tokens`, ...
        on_failure: What an item that failed gets: "worst" or "skip"; the default is the worst value where there is
            one.
        cache: As of a step.
        timeout: As of a step.
        retries: As of a step.
    """

    def wrap(inner: Callable[P, R]) -> Scorer[P, R]:
        options = Options(name=name, cache=cache, timeout=parse_seconds(timeout), retries=retries)
        return Scorer(inner, options, scale=_scale(range, better, unit, on_failure))

    return wrap if func is None else wrap(func)


def builtin_scorer(
    *,
    name: str,
    semantics: int,
    range: tuple[float | None, float | None] = (0.0, 1.0),
    better: Better = "higher",
    unit: str = "",
    on_failure: OnFailure | None = None,
) -> Callable[[Callable[P, R]], Scorer[P, R]]:
    """Make a function of loomwork's own a scorer: keyed by `semantics`, not by its code.

    Args:
        name: What people type; also its identity in the store: keep it for ever.
        semantics: Raised only when scores could differ for equal items and settings.
        range: See `scorer`.
        better: See `scorer`.
        unit: See `scorer`.
        on_failure: See `scorer`.
    """

    def wrap(func: Callable[P, R]) -> Scorer[P, R]:
        return Scorer(func, Options(name=name), scale=_scale(range, better, unit, on_failure), semantics=semantics)

    return wrap


def _scale(ends: tuple[float | None, float | None], better: Better, unit: str, on_failure: OnFailure | None) -> Scale:
    low, high = (None if each is None else float(each) for each in ends)
    scale = Scale(low=low, high=high, better=better, unit=unit)
    chosen: OnFailure = on_failure or ("skip" if scale.worst is None else "worst")
    return Scale(low=low, high=high, better=better, unit=unit, on_failure=chosen)


def settings_of(found: Scorer[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that a scorer is called with. Raises `BadScorer` for one too many, or one that is missing."""
    unknown = [name for name in given if name not in found.settings]
    if unknown:
        known = ", ".join(sorted(found.settings)) or "none"
        raise BadScorer(name=found.name, reason=f"it has no setting '{unknown[0]}'; it has: {known}")
    missing = [name for name, held in found.settings.items() if held is _P.empty and name not in given]
    if missing:
        raise BadScorer(name=found.name, reason=f"it needs the setting '{missing[0]}'")
    types = _types(found.func)
    for name, value in given.items():
        try:
            msgspec.convert(value, types.get(name, Any))
        except msgspec.ValidationError as error:
            raise BadScorer(
                name=found.name, reason=f"setting '{name}': {str(error)[:1].lower()}{str(error)[1:]}"
            ) from None
        except TypeError:  # a type of the project's own that nothing can be said of
            continue
    return dict(given)


def _types(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the types of a function's parameters; none where its annotations cannot be read."""
    try:
        return get_type_hints(function)
    except (NameError, TypeError, AttributeError, SyntaxError):
        return {}
