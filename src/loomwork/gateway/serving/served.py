"""What is served: models, routes and steps by the names that requests call them by. Knows no API.

A name is first an alias of loomwork.toml or a step's table; an application that was written for a provider may go on
using the provider's own name of a model that is configured here.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Literal

from msgspec import Struct

from loomwork.flow.step import Step
from loomwork.gateway.admission.degrading import Way, read_policy
from loomwork.gateway.serving.inputs import Taking
from loomwork.gateway.settings import ServeTable, seconds
from loomwork.gateway.trying.wording import words_of
from loomwork.kernel.errors.gateway import NotServed, ServedTwice
from loomwork.kernel.errors.phrases import DidYouMean, Nothing, Phrase
from loomwork.kernel.errors.releases import Killed
from loomwork.models.catalog import Catalog, Resolved

Kind = Literal["model", "route", "step"]
_SHOWN = 20


class Served(Struct, frozen=True, kw_only=True):
    """One thing that is served."""

    name: str
    kind: Kind
    step: Step[..., Any] | None = None
    taking: Taking | None = None
    """How a step gets its arguments."""
    memo: float | bool | None = None
    """Of a step: seconds for which an answer may be given again; true: while it is verified; false: never; None: as
    the gateway's `cache` says."""
    share: bool = False
    title: str = ""
    degrade: tuple[Way, ...] = ()
    """What answers where it cannot."""

    @property
    def function(self) -> tuple[Step[..., Any], Taking]:
        """The step and how it gets its arguments; a model has none."""
        found: Any = self.step
        if found is None or self.taking is None:
            raise AssertionError(f"{self.name} is a model")
        return found, self.taking


class Serving:
    """Everything that is served.

    Args:
        catalog: The models.
        steps: The served steps by name, with their tables. Raises `ServedTwice`, `WrongServedStep`.
    """

    def __init__(self, catalog: Catalog, steps: Mapping[str, tuple[ServeTable, Step[..., Any]]] | None = None) -> None:
        self.catalog = catalog
        self.off: frozenset[str] = frozenset()
        """What is switched off: `model:ALIAS`, `step:NAME` (`flow.switches`)."""
        self._served: dict[str, Served] = {}
        self._theirs: dict[str, Served] = {}
        for alias in catalog.aliases:
            settings = catalog.settings(alias)
            served = Served(name=alias, kind="route" if settings.route else "model")
            self._served[alias] = served
            if settings.model:
                self._theirs.setdefault(settings.model, served)
        for name, (table, step) in (steps or {}).items():
            if name in self._served:
                raise ServedTwice(name=name, step=table.step)
            self._served[name] = Served(
                name=name,
                kind="step",
                step=step,
                taking=Taking(name, table.input, step),
                memo=table.memo if table.memo is None or isinstance(table.memo, bool) else seconds(table.memo),
                share=table.share,
                title=words_of(table.title).en,
                degrade=read_policy(name, table.degrade),
            )

    @property
    def all(self) -> tuple[Served, ...]:
        """Everything, in the order of the settings: models first."""
        return tuple(self._served.values())

    def find(self, name: str) -> Served:
        """Return what is served under a name. Raises `NotServed` with the nearest names, `Killed` where it is off."""
        found = self.named(name)
        self.check(found)
        return found

    def named(self, name: str) -> Served:
        """Return what is served under a name, also where it is switched off. Raises `NotServed`."""
        found = self._served.get(name) or self._theirs.get(name)
        if found is None:
            known = list(self._served)
            near = get_close_matches(name, known, n=1, cutoff=0.6)
            raise NotServed(
                name=name,
                near=DidYouMean(name=near[0]) if near else Phrase(),
                known=", ".join(known[:_SHOWN]) or Nothing(),
            )
        return found

    def check(self, served: Served) -> None:
        """Raise `Killed` where something is switched off."""
        if not self.off:
            return
        step: Any = served.step
        names = [f"{'model' if step is None else 'step'}:{served.name}"]
        if step is not None:
            names += [f"step:{step.name}", f"step:{step.name.rpartition(':')[2]}"]
        for name in names:
            if name in self.off:
                raise Killed(name=name)

    def resolved(self, served: Served, temperature: float | None) -> Resolved:
        """What a model or route stands for."""
        return self.catalog.resolve(served.name, temperature=temperature)
