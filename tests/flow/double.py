"""A model step for tests: a double that answers with its request and counts how often it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from loomwork.flow.builtin import Settled, builtin
from loomwork.flow.context import mark_degraded, meter
from loomwork.kernel.usage import Cost, Money, Usage


def settle(services: Mapping[str, Any], kept: Mapping[str, Any]) -> Settled:
    """Settle an alias: its settings are the service's."""
    settings: dict[str, Any] = services["models"][kept["alias"]]
    identity = {name: value for name, value in settings.items() if name != "fails"}
    shown = {f"models.{kept['alias']}.{name}": str(value) for name, value in identity.items()}
    return Settled(identity=identity, sampled=settings.get("temperature", 1) != 0, shown=shown)


def keep(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the alias and the draw."""
    return {"alias": arguments["alias"], "draw": arguments.get("draw")}


@builtin(name="test.model", kind="model", semantics=1, keep=keep, settle=settle, ignore=("draw",))
async def ask(alias: str, text: str, draw: int | None = None) -> str:
    """Answer "alias:text#number of the request" (the double's own counter makes draws differ)."""
    from loomwork.flow.context import current_frame, service

    frame = current_frame()
    assert frame is not None
    settings = service("models")[alias]
    log: list[str] = service("log")
    if frame.scope.budget is not None:
        held = frame.scope.budget.reserve(Cost.of(Money.parse("0.10USD")), model=alias)
        frame.scope.budget.settle(held, Cost.of(Money.parse("0.10USD")))
    await asyncio.sleep(0)
    log.append(text)
    meter(requests=1, usage=Usage(input_tokens=len(text), output_tokens=1), cost=Cost.of(Money.parse("0.10USD")))
    if settings.get("fails"):
        raise ConnectionError("the double was told to fail")
    if settings.get("degraded"):
        mark_degraded("answered by a fallback")
    number = len(log) if settings.get("temperature", 1) != 0 else 0
    return f"{settings['model']}:{text}#{number}"
