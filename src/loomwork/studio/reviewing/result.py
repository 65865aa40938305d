"""What a review comes to, for one who is done. Knows no page."""

from __future__ import annotations

from loomwork.evals.evaluating.figures import scorers_of
from loomwork.evals.review.figures import RankedRun, agreements, marks_of, people, places, preference, ranking
from loomwork.evals.review.judges import JudgeBeside, beside_people
from loomwork.evals.review.queue import Queue, read_queue
from loomwork.kernel.errors.evals_review import NothingJudged
from loomwork.kernel.errors.statistics import StatisticsError
from loomwork.store.protocols import Store
from loomwork.store.rows import ReviewRow
from loomwork.studio.wire.reviews import ResultAsked, ReviewResult

_LOOKED_AT = 200


def result_of(store: Store, review: ReviewRow, asked: ResultAsked) -> ReviewResult:
    """Return what the answers come to."""
    queue = read_queue(review.said)
    answers = store.reviews.answers(review.id)
    first = scorers_of(store, review.run)
    second = scorers_of(store, review.other) if review.other else first
    ranked, counted = _ranking(store, review, queue.seed) if review.other else ((), 0)
    return ReviewResult(
        people=tuple(people(queue, answers)),
        agreements=tuple(agreements(queue, answers, seed=queue.seed)),
        preference=preference(queue, answers, seed=queue.seed) if review.other else None,
        marks=() if review.other else tuple(marks_of(queue, answers)),
        ranking=ranked,
        ranked_reviews=counted,
        scorers=tuple(label for label in first if label in second),
        judge=_judge(store, review, queue, asked),
    )


def _judge(store: Store, review: ReviewRow, queue: Queue, asked: ResultAsked) -> JudgeBeside | None:
    if not asked.scorer or (not review.other and not queue.criteria):
        return None
    try:
        return beside_people(store, review, queue, scorer=asked.scorer, criterion=asked.criterion, seed=queue.seed)
    except NothingJudged:
        return None


def _ranking(store: Store, review: ReviewRow, seed: int) -> tuple[tuple[RankedRun, ...], int]:
    """Return the order of all runs that chains of reviews connect with these two."""
    pairs = [each for each in store.reviews.list(limit=_LOOKED_AT) if each.other]
    runs = {review.run, review.other}
    while any(_reaches(each, runs) for each in pairs):
        for each in pairs:
            if _reaches(each, runs):
                runs |= {each.run, each.other}
    given = [(each.run, each.other, store.reviews.answers(each.id)) for each in pairs if each.run in runs]
    try:
        found = ranking(given, seed=seed)
    except StatisticsError:  # nobody preferred anything
        return (), 0
    return places(found), sum(bool(answers) for _, _, answers in given)


def _reaches(review: ReviewRow, runs: set[str]) -> bool:
    return len({review.run, review.other} & runs) == 1
