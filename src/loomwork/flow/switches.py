"""What is switched off while a server runs: models, tools and steps that are neither called nor answered from memory.

Knows no store: whoever runs the server says what is off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loomwork.kernel.errors.releases import Killed, ModelKilled

if TYPE_CHECKING:
    from loomwork.flow.keys import Keyed
    from loomwork.flow.step import Step


class Switches:
    """What is off, as `model:ALIAS`, and `tool:NAME` or `step:NAME` (with or without the module; a tool is a step)."""

    __slots__ = ("off",)

    def __init__(self) -> None:
        self.off: frozenset[str] = frozenset()

    def name_of(self, step: Step[..., Any], keyed: Keyed) -> str:
        """Return by which name a call is off; empty where it is on."""
        if step.kind == "model":
            shown = next(iter(keyed.settled.shown), "") if keyed.settled is not None else ""
            name = f"model:{shown.split('.')[1]}" if shown.count(".") > 1 else ""
            return name if name in self.off else ""
        short = step.name.rpartition(":")[2]
        names = (f"{kind}:{name}" for kind in ("tool", "step") for name in (step.name, short))
        return next((name for name in names if name in self.off), "")

    def check(self, step: Step[..., Any], keyed: Keyed) -> None:
        """Raise `Killed`, or for a model `ModelKilled`, where a call is off."""
        name = self.name_of(step, keyed)
        if name:
            raise (ModelKilled if step.kind == "model" else Killed)(name=name, model=name.partition(":")[2])

    def check_model(self, alias: str) -> None:
        """Raise `ModelKilled` where a model is off."""
        name = f"model:{alias}"
        if name in self.off:
            raise ModelKilled(name=name, model=alias)
