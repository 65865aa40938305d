"""Answers in need: sentences of a knowledge base's documents, without a model. Knows no request."""

from collections.abc import Iterable, Mapping
from typing import Any

from loomwork.gateway.admission import read_policy
from loomwork.gateway.gateway import Quote
from loomwork.gateway.settings import ServeTable
from loomwork.kernel.errors.admission import BadDegrade
from loomwork.kernel.messages import Message, Response
from loomwork.kernel.principals import Principal
from loomwork.workspace.opening import Workspace

MODEL = "quote"
"""What stands in an answer for the model."""


def quoting(workspace: Workspace, steps: Mapping[str, tuple[ServeTable, Any]]) -> Quote | None:
    """Return what quotes; None where no table asks for it. Raises `BadDegrade` for a base that is not there."""
    names = workspace.knowledge.names
    asked = list(_asked(steps))
    for served, text, base in asked:
        if base not in names and (base or len(names) != 1):
            raise BadDegrade(name=served, text=text)
    if not asked:
        return None

    async def quote(base: str, question: str, principal: Principal) -> Response | None:
        answer = await workspace.knowledge.base(base or names[0]).ask(question, model="", principal=principal)
        if not answer.citations:
            return None
        return Response(message=Message.assistant(str(answer)), model=MODEL, finish_reason="stop")

    return quote


def _asked(steps: Mapping[str, tuple[ServeTable, Any]]) -> Iterable[tuple[str, str, str]]:
    for served, (table, _step) in steps.items():
        for way in read_policy(served, table.degrade):
            if way.kind == "quote":
                yield served, str(way), way.base
