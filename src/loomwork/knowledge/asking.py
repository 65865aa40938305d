"""Answering as a step: keyed by what the asker can see and by all settings of answers. Imports nothing heavy."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

from msgspec import structs

from loomwork.flow.builtin import Settled, builtin
from loomwork.flow.context import service
from loomwork.flow.observe import own_io
from loomwork.kernel.labels import Labels
from loomwork.kernel.principals import Principal
from loomwork.knowledge.steps import Options, asker, told_of_documents

if TYPE_CHECKING:
    from loomwork.knowledge.answering import Answer, Search, Weigh
    from loomwork.knowledge.base import KnowledgeBase
    from loomwork.knowledge.index import View
    from loomwork.knowledge.values import Passage
    from loomwork.prompts import Asks

_RETRIEVED = Labels(origins=frozenset({"retrieved"}))


class _Bases(Protocol):
    def base(self, name: str) -> "KnowledgeBase": ...


def _keep(arguments: Mapping[str, Any]) -> dict[str, Any]:
    options: Options = arguments["options"]
    who: Principal = arguments["who"]
    return {
        "base": arguments["base"], "mode": options.mode, "id": who.id, "groups": sorted(who.groups),
        "searches": arguments["passages"] is None,
    }  # fmt: skip


def _settle(services: Mapping[str, Any], kept: Mapping[str, Any]) -> Settled:
    from loomwork.knowledge.wording import identity

    base = cast("_Bases", services["knowledge"]).base(kept["base"])
    who = Principal(id=kept["id"], groups=frozenset(kept["groups"]))
    with own_io():
        found = base.settled(kept["mode"], who)
    known, shown = found.identity, found.shown
    place = f"knowledge.{base.name}"
    if not kept["searches"]:  # what passages are found with does not matter to whoever brings them
        known = {name: value for name, value in known.items() if name != "search"}
        shown = {name: value for name, value in shown.items() if not name.startswith(f"{place}.search.")}
    said = structs.asdict(base.settings.answer)
    told = {f"{place}.answer.{name}": str(value) for name, value in said.items()}
    return Settled(identity={**known, "answer": said, "wording": identity()}, shown={**shown, **told})


@builtin(
    name="answer",
    kind="step",
    semantics=5,
    keep=_keep,
    settle=_settle,
    ignore=("base", "who"),
    labels=_RETRIEVED,
    tell=told_of_documents,
    asker=asker,
)
async def ask(
    base: str,
    question: str,
    model: str,
    options: Options,
    who: Principal,
    passages: "Sequence[Passage] | None" = None,
) -> "Answer":
    """Answer a question from a knowledge base.

    Args:
        base: Its name in the settings; what it holds for `who` is part of the key, the name itself is not.
        question: English or Chinese.
        model: The alias of the model that writes the answer; empty: the best sentences are quoted.
        options: How to search for passages.
        who: On whose behalf.
        passages: What to answer from; None: search.
    """
    live = cast("_Bases", service("knowledge")).base(base)
    return await answered(live, question, model=model, options=options, who=who, passages=passages)


async def answered(
    base: "KnowledgeBase",
    question: str,
    *,
    model: str,
    options: Options,
    who: Principal,
    passages: "Sequence[Passage] | None" = None,
) -> "Answer":
    """Search, where no passages are given, and answer now. Arguments as of `ask`, which makes a step of it."""
    from loomwork.knowledge.answering import answer

    settings = base.settings.answer
    asked = base.model(model) if model else None

    async def search(query: str, *, k: int) -> "list[Passage]":
        return await base.search(
            query, k=k, mode=cast("Any", options.mode), filters=options.filters, principal=who, day=options.day
        )

    if passages is None:
        passages = await _retrieved(question, asked, search, settings.retrieve, k=options.k or settings.k)
    with own_io():
        tools = base.tools(who)
    return await answer(question, passages, tools, model=asked, settings=settings)


async def _retrieved(
    question: str, model: "Asks | None", search: "Search", technique: str, *, k: int
) -> "Sequence[Passage]":
    """Search as the settings say, and plainly where no model answers."""
    from loomwork.knowledge.answering import MODEL_FAILURES, reason_of
    from loomwork.knowledge.techniques import RETRIEVALS

    retrieve = RETRIEVALS.get(technique)
    if model is not None and retrieve is not None:
        try:
            return await retrieve(model, search, question, k=k)
        except MODEL_FAILURES as error:
            reason_of(error)
    return await search(question, k=k)


def weights(view: "View") -> "Weigh":
    """Return how much a term says among the chunks that may be seen: its inverse document frequency, as BM25 has it.

    A term that stands nowhere says as much as one that stands once: in a small index it would outweigh all others.
    """

    def weigh(term: str) -> float:
        df = max(view.df(term), 1)
        return math.log(1.0 + (view.chunks - df + 0.5) / (df + 0.5))

    return weigh
