"""Let a model judge: which passages bear on a question, and whether they support an answer. Changes neither."""

from collections.abc import Sequence
from dataclasses import dataclass

from loomwork.knowledge.answering.budget import numbered
from loomwork.knowledge.answering.extracting import for_prompt
from loomwork.knowledge.answering.values import Excerpt
from loomwork.knowledge.wording import prompt
from loomwork.prompts import Asks


@dataclass(frozen=True)
class Verdict:
    """The numbers (from 1) of the sentences that the passages do not support, and why."""

    unsupported: list[int]
    reason: str


async def relevant(model: Asks, question: str, excerpts: Sequence[Excerpt], *, language: str) -> tuple[Excerpt, ...]:
    """Return the excerpts that the model finds helpful, in their order, numbered anew; none: nothing was found."""
    said = await model.ask(
        prompt("relevant", language), returns=list[int], question=question, excerpts=for_prompt(excerpts)
    )
    return numbered(each for each in excerpts if each.number in said)


async def grounded(
    model: Asks, question: str, statements: Sequence[str], excerpts: Sequence[Excerpt], *, language: str
) -> Verdict:
    """Return which sentences of an answer the model finds unsupported; numbers that are none are left out."""
    said = await model.ask(
        prompt("grounded", language), returns=Verdict, question=question, statements=list(statements),
        excerpts=for_prompt(excerpts),
    )  # fmt: skip
    known = [number for number in said.unsupported if 1 <= number <= len(statements)]
    return Verdict(sorted(set(known)), said.reason)
