"""`@step`: the one concept to learn. Turns a function into a call that is keyed, traced and replayable.

Knows what a step is and how it is called; what happens in a call is the engine's.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Generic, Literal, ParamSpec, TypeVar, cast, overload

from loomwork.flow.context import current_frame
from loomwork.kernel.durations import parse_seconds
from loomwork.kernel.errors.flow import BadStep
from loomwork.kernel.labels import Labels

if TYPE_CHECKING:
    from loomwork.flow.builtin import Settle

_P = inspect.Parameter
P = ParamSpec("P")
R = TypeVar("R")

Form = Literal["async", "sync", "stream", "sync-stream"]


class Options:
    """What the decorator was told. Plain data, kept on the step."""

    __slots__ = ("cache", "ignore", "name", "retries", "timeout", "ttl")

    def __init__(
        self,
        *,
        name: str | None = None,
        cache: Literal["auto", "on", "off"] = "auto",
        ttl: float | None = None,
        timeout: float | None = None,
        retries: int = 0,
        ignore: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.cache: Literal["auto", "on", "off"] = cache
        self.ttl = ttl
        self.timeout = timeout
        self.retries = retries
        self.ignore = ignore


def form_of(func: Callable[..., Any]) -> Form:
    """Say how a function is called."""
    if inspect.isasyncgenfunction(func):
        return "stream"
    if inspect.iscoroutinefunction(func):
        return "async"
    if inspect.isgeneratorfunction(func):
        return "sync-stream"
    return "sync"


class Names:
    """Which parameter an argument belongs to."""

    __slots__ = ("_named", "_places", "_rest", "_star")

    def __init__(self, signature: inspect.Signature) -> None:
        kinds = {name: parameter.kind for name, parameter in signature.parameters.items()}
        by_kind = {kind: name for name, kind in kinds.items()}
        by_place = (_P.POSITIONAL_ONLY, _P.POSITIONAL_OR_KEYWORD)
        self._places = tuple(name for name, kind in kinds.items() if kind in by_place)
        self._named = frozenset(
            name for name, kind in kinds.items() if kind in (_P.POSITIONAL_OR_KEYWORD, _P.KEYWORD_ONLY)
        )
        self._star = by_kind.get(_P.VAR_POSITIONAL, "*args")
        self._rest = by_kind.get(_P.VAR_KEYWORD)

    def at(self, place: int) -> str:
        """Return the parameter of a positional argument."""
        return self._places[place] if place < len(self._places) else self._star

    def of(self, name: str) -> str:
        """Return the parameter of a keyword argument."""
        return name if name in self._named or self._rest is None else self._rest


class Step(Generic[P, R]):
    """A function whose calls are steps. Without an open workspace it is just the function."""

    __loomwork_step__ = True

    def __init__(
        self,
        func: Callable[P, R],
        options: Options,
        *,
        kind: str = "step",
        settle: Settle | None = None,
        semantics: int | None = None,
        labels: Labels | None = None,
    ) -> None:
        if isinstance(func, classmethod | staticmethod):
            name = str(cast("Any", func).__qualname__)
            raise BadStep(step=name, reason="@step must stand beneath @classmethod or @staticmethod")
        self.func = func
        self.options = options
        self.kind = kind
        self.settle = settle
        self.semantics = semantics
        """Set for loomwork's own steps: their behaviour is this number, not their code."""
        self.labels = labels or Labels()
        """Where everything that it returns comes from."""
        self.form: Form = form_of(func)
        self.address = f"{func.__module__}:{func.__qualname__}"
        self.name = options.name or self.address
        self.signature = inspect.signature(func)
        self.names = Names(self.signature)
        self.parameters = tuple(self.signature.parameters)
        self.ignore = options.ignore
        if options.timeout is not None and self.form != "async":
            raise BadStep(step=self.name, reason="timeout= needs an async function: nothing can interrupt a sync one")
        unknown = [name for name in options.ignore if name not in self.signature.parameters]
        self.ignored_globals = tuple(unknown)
        update_wrapper(self, func, updated=())  # what a decorator left on the function is not ours

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the step in the current frame, or the bare function where no workspace is open."""
        frame = current_frame()
        if frame is None:
            return self.func(*args, **kwargs)
        return frame.runtime.call(self, frame, args, kwargs)

    @overload
    def __get__(self, instance: None, owner: type) -> Step[P, R]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Callable[..., R]: ...
    def __get__(self, instance: object | None, owner: type) -> Step[P, R] | Callable[..., R]:
        """A step in a class is a method: `self` becomes its first argument."""
        return self if instance is None else types.MethodType(self, instance)

    def __repr__(self) -> str:
        return f"<step {self.name}>"

    def __fingerprint__(self) -> object:
        """As an argument, a step is the function that it was made of."""
        return self.func

    def __reduce__(self) -> str:
        """A step travels between processes as its name."""
        return self.func.__qualname__


@overload
def step(func: Callable[P, R], /) -> Step[P, R]: ...
@overload
def step(
    *,
    name: str | None = None,
    cache: Literal["auto", "on", "off"] = "auto",
    ttl: str | float | None = None,
    timeout: str | float | None = None,
    retries: int = 0,
    ignore: list[str] | tuple[str, ...] = (),
) -> Callable[[Callable[P, R]], Step[P, R]]: ...
def step(
    func: Callable[P, R] | None = None,
    /,
    *,
    name: str | None = None,
    cache: Literal["auto", "on", "off"] = "auto",
    ttl: str | float | None = None,
    timeout: str | float | None = None,
    retries: int = 0,
    ignore: list[str] | tuple[str, ...] = (),
) -> Step[P, R] | Callable[[Callable[P, R]], Step[P, R]]:
    """Make a function a step.

    Args:
        func: A sync or async function, method, or generator of either kind.
        name: What people see; the default is `module:qualname`. Not part of the key.
        cache: "auto" reuses a result wherever that can be verified; "on" also across runs for a step that touches the
            outside; "off" never.
        ttl: How long a result that touched the outside holds across runs ("90s", "15m", "1h", "7d", or seconds).
        timeout: Seconds (or "2m") after which an async step fails with `StepTimeout`.
        retries: How often a failed body is run again.
        ignore: Parameters and module globals that do not change what the step answers.

    Returns:
        The step, called exactly like the function.
    """
    options = Options(
        name=name,
        cache=cache,
        ttl=parse_seconds(ttl),
        timeout=parse_seconds(timeout),
        retries=retries,
        ignore=tuple(ignore),
    )
    if func is not None:
        return Step(func, options)
    return lambda inner: Step(inner, options)
