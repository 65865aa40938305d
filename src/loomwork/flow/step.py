"""`@step`: the one concept to learn. Turns a function into a call that is keyed, traced and replayable.

Knows what a step is and how it is called; what happens in a call is the engine's.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Generic, Literal, ParamSpec, TypeVar, overload

from loomwork.flow.context import current_frame
from loomwork.kernel.durations import parse_seconds
from loomwork.kernel.errors.flow import BadStep

if TYPE_CHECKING:
    from loomwork.flow.builtin import Settle

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
    ) -> None:
        self.func = func
        self.options = options
        self.kind = kind
        self.settle = settle
        self.semantics = semantics
        """Set for loomwork's own steps: their behaviour is this number, not their code."""
        self.form: Form = form_of(func)
        self.name = options.name or f"{func.__module__}:{func.__qualname__}"
        self.signature = inspect.signature(func)
        self.ignore = options.ignore
        if options.timeout is not None and self.form != "async":
            raise BadStep(step=self.name, reason="timeout= needs an async function: nothing can interrupt a sync one")
        unknown = [name for name in options.ignore if name not in self.signature.parameters]
        self.ignored_globals = tuple(unknown)
        update_wrapper(self, func)

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
