"""Whether a scorer or a judge says what people said, and from which score on it should say yes. Reads the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct, structs

from loomwork.evals.evaluating.figures import scorers_of
from loomwork.evals.review.asking import Preferred
from loomwork.evals.review.figures import ReviewFigure, consensus, figure, mean_marks
from loomwork.evals.review.queue import Criterion, Queue
from loomwork.evals.statistics import Calibrated, Judged, calibrate, judged
from loomwork.kernel.errors.evals_review import NoSuchCriterion, NothingJudged
from loomwork.kernel.errors.phrases import Nothing
from loomwork.kernel.errors.statistics import StatisticsError
from loomwork.store.protocols import Store
from loomwork.store.rows import AnswerRow, ReviewItemRow, ReviewRow

Place = tuple[int, int]
_HALF = 0.5
"""Of the people."""


class JudgeTable(Struct, frozen=True, kw_only=True):
    """People's labels beside a judge's."""

    rows: int
    labels: list[str]
    counts: list[list[int]]
    """Rows are the people's labels, columns the judge's."""
    agreement: ReviewFigure
    kappa: ReviewFigure | None


class JudgeThreshold(Struct, frozen=True, kw_only=True):
    """The score from which on a judge agrees best with people, chosen on one half of the items, told on the other."""

    threshold: float
    """At or beyond it, in the direction that is better, is a yes."""
    chosen_on: int
    reached: float
    """Kappa where it was chosen: too good to be believed."""
    held_out: JudgeTable


class JudgeBeside(Struct, frozen=True, kw_only=True):
    """A scorer beside the people who answered a review."""

    scorer: str
    criterion: str
    """What people were asked; empty for pairs."""
    yes_from: int | None
    """Marks from this on count as a yes; null for pairs."""
    items: int
    """With people's answer and a score."""
    split: int
    """Left out: as many people said yes as no."""
    table: JudgeTable | None
    """Where the scorer itself says yes or no, or prefers one of a pair: all items."""
    threshold: JudgeThreshold | None
    """Where it gives a score."""
    too_few: bool
    """There are too few of either kind to choose a threshold and check it."""
    higher: bool
    """Higher scores are better."""


class _Beside(NamedTuple):
    truths: list[bool]
    scores: list[float]
    split: int


def beside_people(
    store: Store,
    review: ReviewRow,
    queue: Queue,
    *,
    scorer: str,
    criterion: str = "",
    yes_from: int | None = None,
    seed: int = 0,
) -> JudgeBeside:
    """Return how a scorer of the reviewed runs agrees with people.

    Args:
        store: Where review and scores are.
        review: Which.
        queue: How it was made.
        scorer: What the scorer's column is called. Of a pair it prefers the run with the better score.
        criterion: What people were asked, where marks were given; the first one if empty.
        yes_from: The least mean mark that is a yes; else what lies above the middle.
        seed: Of the halves.

    Raises:
        NothingJudged: The scorer says nothing of what people answered.
        NoSuchCriterion: Nobody was asked that.
    """
    items = {each.place: each for each in store.reviews.items(review.id)}
    answers = store.reviews.answers(review.id)
    said = scorers_of(store, review.run).get(scorer)
    is_higher = said is None or said.better != "lower"
    first = store.scores.values(review.run, scorer)
    if queue.kind == "pairs":
        second = store.scores.values(review.other, scorer)
        return _pairs(review, scorer, items, answers, (first, second), is_higher=is_higher, seed=seed)
    asked = _asked(review, queue, criterion)
    cut = asked.middle if yes_from is None else yes_from
    found = _marks(asked, cut, items, answers, first)
    if not found.scores:
        raise NothingJudged(scorer=scorer, run=review.run)
    says_yes_or_no = {*found.scores} <= {0.0, 1.0}
    threshold = None if says_yes_or_no else _threshold(found, is_higher=is_higher, seed=seed)
    return JudgeBeside(
        scorer=scorer,
        criterion=asked.name,
        yes_from=cut,
        items=len(found.scores),
        split=found.split,
        table=_direct(found, is_higher=is_higher, seed=seed) if says_yes_or_no else None,
        threshold=threshold,
        too_few=not says_yes_or_no and threshold is None,
        higher=is_higher,
    )


def _asked(review: ReviewRow, queue: Queue, name: str) -> Criterion:
    if not name and queue.criteria:
        return queue.criteria[0]
    found = next((each for each in queue.criteria if each.name == name), None)
    if found is None:
        known = ", ".join(each.name for each in queue.criteria)
        raise NoSuchCriterion(review=review.id, criterion=name, known=known or Nothing())
    return found


def _marks(
    criterion: Criterion,
    cut: int,
    items: Mapping[int, ReviewItemRow],
    answers: Sequence[AnswerRow],
    scores: Mapping[Place, float],
) -> _Beside:
    truths: list[bool] = []
    found: list[float] = []
    split = 0
    for place, mean in mean_marks(criterion, answers).items():
        item = items.get(place)
        score = None if item is None else scores.get((item.index, item.trial))
        if score is None:
            continue
        if criterion.is_yes_no and mean == _HALF:
            split += 1
            continue
        truths.append(mean >= cut if not criterion.is_yes_no else mean > _HALF)
        found.append(score)
    return _Beside(truths, found, split)


def _direct(found: _Beside, *, is_higher: bool, seed: int) -> JudgeTable:
    said = [bool(score) == is_higher for score in found.scores]
    return _table(judged(found.truths, said, seed=seed))


def _threshold(found: _Beside, *, is_higher: bool, seed: int) -> JudgeThreshold | None:
    sign = 1 if is_higher else -1
    try:
        told: Calibrated = calibrate([sign * score for score in found.scores], found.truths, aim="kappa", seed=seed)
    except StatisticsError:
        return None
    return JudgeThreshold(
        threshold=sign * told.threshold,
        chosen_on=told.chosen_on,
        reached=told.reached,
        held_out=_table(told.held_out),
    )


def _pairs(
    review: ReviewRow,
    scorer: str,
    items: Mapping[int, ReviewItemRow],
    answers: Sequence[AnswerRow],
    values: tuple[Mapping[Place, float], Mapping[Place, float]],
    *,
    is_higher: bool,
    seed: int,
) -> JudgeBeside:
    votes = consensus(answers)
    verdicts: dict[int, str] = {}
    for place in votes:
        item = items.get(place)
        if item is None or item.other_index is None or item.other_trial is None:
            continue
        a, b = values[0].get((item.index, item.trial)), values[1].get((item.other_index, item.other_trial))
        if a is not None and b is not None:
            verdicts[place] = "tie" if a == b else "b" if (b > a) == is_higher else "a"
    if not verdicts:
        raise NothingJudged(scorer=scorer, run=review.run)
    found = beside_verdicts(scorer, votes, verdicts, seed=seed)
    return structs.replace(found, higher=is_higher)


def beside_verdicts(
    judge: str, votes: Mapping[int, Preferred], verdicts: Mapping[int, str], *, seed: int = 0
) -> JudgeBeside:
    """Return how preferences agree with people's: `a`, `b` or `tie` by place. Both bad is a tie."""
    both = [place for place in votes if place in verdicts]
    human = ["tie" if votes[place] == "bad" else votes[place] for place in both]
    return JudgeBeside(
        scorer=judge,
        criterion="",
        yes_from=None,
        items=len(both),
        split=0,
        table=_table(judged(human, [verdicts[place] for place in both], seed=seed)),
        threshold=None,
        too_few=False,
        higher=True,
    )


def _table(found: Judged) -> JudgeTable:
    return JudgeTable(
        rows=found.rows,
        labels=found.labels,
        counts=found.table,
        agreement=figure(found.agreement),
        kappa=None if found.kappa is None else figure(found.kappa),
    )
