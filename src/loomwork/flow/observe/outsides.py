"""Names that stand for clock, chance, network and system: for the analysis of code that no event betrays.

`datetime.datetime.now` is a method of a C type: no hook sees it and nothing can stand in its place. Behaviour analysis
finds such names in project code and asks `reason_of`.
"""

from types import BuiltinFunctionType, BuiltinMethodType
from typing import Any

from loomwork.flow.observe.names import load
from loomwork.flow.observe.patches import Patches

TABLE: dict[str, dict[str, Any]] = load("outside")
_BUILTIN = (BuiltinFunctionType, BuiltinMethodType)


def outside_names() -> dict[str, str]:
    """Return dotted names that only analysis can find, each with its reason; `grpc.*` stands for a whole package."""
    return {
        name: f"{kind}: {name}"
        for kind, names in TABLE.items()
        if kind != "instances"
        for name in names.get("unseen", ())
    }


def outside_types() -> dict[str, str]:
    """Return dotted names of types whose live instances, kept in a global, are outside: generators, open handles."""
    return {name: f"{kind}: {name}" for kind, names in TABLE["instances"].items() for name in names}


def reason_of(value: Any, patches: Patches) -> str | None:
    """Return why a live value that project code refers to is outside *and* would not be seen when it runs.

    That is a name from `outside_names`, or an original function that was bound (`from time import time`) before it was
    replaced.
    """
    dotted = patches.originals.get(id(value))
    if dotted is None:
        return _UNSEEN.get(dotted_name(value) or "")
    return None if dotted.startswith("sqlite3.") else f"{_kind(dotted)}: {dotted}"


def _kind(dotted: str) -> str:
    """Return what a replaced function stands for; a read that nobody would see is `unseen`."""
    module, _, name = dotted.rpartition(".")
    if module in ("random", "numpy.random") or name in ("urandom", "getrandom"):
        return "random"
    return "clock" if module in ("time", "uuid") else "unseen"


def dotted_name(value: Any) -> str | None:
    """Return the dotted name of a function, a method of a builtin type, or a class.

    >>> import datetime
    >>> dotted_name(datetime.datetime.now), dotted_name(datetime.date.today)
    ('datetime.datetime.now', 'datetime.date.today')
    """
    owner = getattr(value, "__self__", None)
    if isinstance(value, _BUILTIN) and isinstance(owner, type):
        return f"{owner.__module__}.{owner.__qualname__}.{value.__name__}"
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    return f"{module}.{name}" if isinstance(module, str) and isinstance(name, str) else None


_UNSEEN = outside_names()
