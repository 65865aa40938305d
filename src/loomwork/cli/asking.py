"""One short request to a model, outside of any run: not remembered, not traced."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from loomwork.kernel.usage import Cost

if TYPE_CHECKING:
    from loomwork.cli.session import Session
    from loomwork.models.catalog import Catalog

QUESTION = "Reply with the single word: ready"
_SHOWN = 300


class Asked(Struct, frozen=True, kw_only=True):
    """What came back."""

    text: str
    model: str
    wall_s: float
    input_tokens: int
    output_tokens: int
    cost: Cost

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "answer": self.text,
            "served_as": self.model,
            "wall_s": round(self.wall_s, 3),
            "usage": {"input_tokens": self.input_tokens, "output_tokens": self.output_tokens},
            "cost": {currency: float(amount) for currency, amount in self.cost.by_currency().items()},
            "unpriced_calls": self.cost.unpriced,
        }


def catalog_of(session: Session) -> Catalog:
    """Return the models of the project's settings; no store is opened. Raises `WrongSettings`."""
    from loomwork.models.catalog import Catalog
    from loomwork.workspace.model_tables import model_settings
    from loomwork.workspace.settings import load_settings

    settings = load_settings(session.folder)
    return Catalog(model_settings(settings.models), env=os.environ, root=session.folder)


async def ask_once(catalog: Catalog, name: str) -> Asked:
    """Ask a model for one word. Raises `ModelError`."""
    from loomwork.kernel.messages import Message, Request

    began = time.perf_counter()
    try:
        answer = await catalog.complete(name, Request(messages=(Message.user(QUESTION),)))
    finally:
        await catalog.close()
    target = catalog.resolve(name).targets[0]
    usage = answer.usage
    return Asked(
        text=" ".join(answer.message.text.split())[:_SHOWN],
        model=answer.model or target.model,
        wall_s=time.perf_counter() - began,
        input_tokens=usage.input_tokens if usage else 0,
        output_tokens=usage.output_tokens if usage else 0,
        cost=Cost.of(target.cost(usage, at_ns=time.time_ns())),
    )
