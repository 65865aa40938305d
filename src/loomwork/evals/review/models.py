"""A model that prefers one of a pair, beside the people who answered a review of pairs. Its calls are cached."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from loomwork.evals.evaluating.comparing import Pair
from loomwork.evals.evaluating.judging import judge_pairs
from loomwork.evals.review.figures import consensus
from loomwork.evals.review.judges import JudgeBeside, beside_verdicts
from loomwork.flow.runtime import Runtime
from loomwork.kernel.errors.evals_review import NothingJudged, NotPairs
from loomwork.store.rows import ReviewItemRow, ReviewRow

AT_ONCE = 8


class ModelBeside(NamedTuple):
    """A model beside people."""

    beside: JudgeBeside
    failed: int
    """Pairs that the model could not judge; not counted."""


async def model_beside_people(
    runtime: Runtime, review: ReviewRow, *, model: str, rubric: str = "", seed: int = 0
) -> ModelBeside:
    """Ask a model about the pairs that people answered, in both orders, and lay it beside them.

    Raises:
        NotPairs: The review is of one run.
        NothingJudged: Nobody has answered, or the model could judge nothing.
    """
    if not review.other:
        raise NotPairs(review=review.id)
    store = runtime.store
    votes = consensus(store.reviews.answers(review.id))
    gate = asyncio.Semaphore(AT_ONCE)
    verdicts: dict[int, str] = {}
    failed = 0

    async def one(item: ReviewItemRow) -> None:
        nonlocal failed
        pair = _pair(runtime, review, item)
        if pair is None:
            return
        async with gate:
            found = await judge_pairs(runtime, [pair], model=model, rubric=rubric)
        if found.failed:
            failed += 1
        else:
            verdicts[item.place] = "b" if found.wins else "a" if found.losses else "tie"

    await asyncio.gather(*(one(each) for each in store.reviews.items(review.id) if each.place in votes))
    if not verdicts:
        raise NothingJudged(scorer=model, run=review.run)
    return ModelBeside(beside_verdicts(model, votes, verdicts, seed=seed), failed)


def _pair(runtime: Runtime, review: ReviewRow, item: ReviewItemRow) -> Pair | None:
    runs = runtime.store.runs
    a = runs.item(review.run, item.index, item.trial)
    b = runs.item(review.other, -1 if item.other_index is None else item.other_index, item.other_trial or 0)
    return None if a is None or b is None else Pair(a, b)
