"""What the answers to a review come to: who answered, how far people agree, what they prefer. Knows no page.

Several answers to one item are not independent: they are put together first (the majority; the mean of marks), and
intervals are over items.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Literal

from msgspec import Struct

from loomwork.evals.review.asking import Preferred, is_complete, preferred
from loomwork.evals.review.queue import Criterion, Queue
from loomwork.evals.statistics import (
    LEAST_DRAWN,
    Comparison,
    Interval,
    Outcome,
    Ranked,
    Ranking,
    cohen_kappa,
    interval,
    krippendorff_alpha,
    rank,
    share,
    sign_flip,
)
from loomwork.kernel.errors.statistics import StatisticsError
from loomwork.store.rows import AnswerRow

Label = str | int
_TWO = 2
_WORTH: dict[Preferred, float] = {"a": 0.0, "b": 1.0, "tie": 0.5, "bad": 0.5}


class ReviewFigure(Struct, frozen=True, kw_only=True):
    """A figure with its interval (95 %). Null: there is too little to say."""

    value: float
    low: float | None
    high: float | None


class Reviewer(Struct, frozen=True, kw_only=True):
    """What one reviewer has done."""

    reviewer: str
    answered: int
    skipped: int
    comments: int
    median_ms: float
    """Time for an answer."""


class Agreement(Struct, frozen=True, kw_only=True):
    """How far reviewers say the same."""

    criterion: str
    """Empty for pairs."""
    reviewers: int
    items: int
    """Answered by two at least."""
    same: ReviewFigure | None
    """The share of items for which all who answered said the same."""
    kappa: ReviewFigure | None
    """Cohen's, of two reviewers; marks that lie further apart count more (quadratic)."""
    alpha: ReviewFigure | None
    """Krippendorff's, of any number; ordinal for marks."""
    why: Literal["", "one_reviewer", "nothing_common", "all_same"]
    """Why there is no kappa and no alpha."""


class Preference(Struct, frozen=True, kw_only=True):
    """Which of two runs people prefer. One vote an item: that of most; as many for each is a tie."""

    items: int
    a: int
    b: int
    ties: int
    both_bad: int
    share_b: ReviewFigure | None
    """How often b is preferred, a tie counted as half."""
    p: float | None
    """How often so much or more would come of runs that are equally good."""
    left: ReviewFigure | None
    """How often what stood on the left won: without bias, half of the time."""
    left_n: int
    same: int
    """Pairs that were not asked about, for both runs said the same."""


class MarksGiven(Struct, frozen=True, kw_only=True):
    """What one run was marked by one criterion: the mean over items, of each the mean of its reviewers."""

    criterion: str
    items: int
    mean: ReviewFigure | None
    worst: float | None
    worst_place: int | None
    counts: dict[int, int]
    """Answers by mark."""


def figure(found: Interval) -> ReviewFigure:
    """Return an interval as it is told."""
    return ReviewFigure(value=found.value, low=found.low, high=found.high)


def people(queue: Queue, answers: Sequence[AnswerRow]) -> list[Reviewer]:
    """Return what each reviewer has done."""
    of: defaultdict[str, list[AnswerRow]] = defaultdict(list)
    for each in answers:
        of[each.reviewer].append(each)
    return [
        Reviewer(
            reviewer=name,
            answered=sum(is_complete(queue, each) and each.verdict != "skip" for each in given),
            skipped=sum(each.verdict == "skip" for each in given),
            comments=sum(bool(each.comment) for each in given),
            median_ms=median(each.spent_ms for each in given),
        )
        for name, given in of.items()
    ]


def agreements(queue: Queue, answers: Sequence[AnswerRow], *, seed: int = 0) -> list[Agreement]:
    """Return how far reviewers agree: of pairs once, of marks by criterion."""
    if queue.kind == "pairs":
        labels = [(each.place, each.reviewer, preferred(each)) for each in answers]
        return [_agreement("", labels, order=None, seed=seed)]
    return [_of_criterion(each, answers, seed) for each in queue.criteria]


def preference(queue: Queue, answers: Sequence[AnswerRow], *, seed: int = 0) -> Preference:
    """Return which run people prefer, and whether what stands on the left wins."""
    votes = consensus(answers)
    counted = Counter(votes.values())
    worth = [_WORTH[each] for each in votes.values()]
    decided = [each for each in answers if each.verdict in {"left", "right"}]
    left = sum(each.verdict == "left" for each in decided)
    return Preference(
        items=len(votes),
        a=counted["a"],
        b=counted["b"],
        ties=counted["tie"],
        both_bad=counted["bad"],
        share_b=figure(interval(worth, low=0, high=1)) if worth else None,
        p=sign_flip([each - 0.5 for each in worth], seed=seed).p if worth else None,
        left=figure(share(left, len(decided))) if decided else None,
        left_n=len(decided),
        same=queue.same,
    )


def consensus(answers: Iterable[AnswerRow]) -> dict[int, Preferred]:
    """Return what most reviewers prefer of each pair that somebody answered; as many for two is a tie."""
    votes: defaultdict[int, Counter[Preferred]] = defaultdict(Counter)
    for each in answers:
        found = preferred(each)
        if found is not None:
            votes[each.place][found] += 1
    return {place: _most(counted) for place, counted in sorted(votes.items())}


def _most(counted: Counter[Preferred]) -> Preferred:
    (first, votes), *others = counted.most_common()
    return "tie" if others and others[0][1] == votes else first


def marks_of(queue: Queue, answers: Sequence[AnswerRow]) -> list[MarksGiven]:
    """Return what the run was marked, by criterion."""
    return [_marks(each, answers) for each in queue.criteria]


def mean_marks(criterion: Criterion, answers: Iterable[AnswerRow]) -> dict[int, float]:
    """Return the mean mark of each item that somebody marked."""
    given: defaultdict[int, list[int]] = defaultdict(list)
    for each in answers:
        if each.verdict != "skip" and criterion.name in each.marks:
            given[each.place].append(each.marks[criterion.name])
    return {place: sum(marks) / len(marks) for place, marks in sorted(given.items())}


class RankedRun(Struct, frozen=True, kw_only=True):
    """A run's place among those that were compared in pairs."""

    run: str
    strength: float
    """Natural logarithm; the mean of all is 0."""
    low: float | None
    high: float | None
    """Null where the run had one outcome only, or there are few comparisons: nothing tells how sure one can be."""
    wins: int
    losses: int
    ties: int


def places(found: Ranking) -> tuple[RankedRun, ...]:
    """Return a ranking as it is told, the strongest first.

    Intervals come from drawing the comparisons again. Where a run had one outcome only, every draw is like the other:
    the interval would be far too narrow, so there is none.
    """
    return tuple(
        RankedRun(
            run=each.item,
            strength=each.strength,
            low=each.low if _varies(each, found.comparisons) else None,
            high=each.high if _varies(each, found.comparisons) else None,
            wins=each.wins,
            losses=each.losses,
            ties=each.ties,
        )
        for each in found.items
    )


def _varies(each: Ranked, comparisons: int) -> bool:
    kinds = sum(count > 0 for count in (each.wins, each.losses, each.ties))
    return kinds > 1 and comparisons >= LEAST_DRAWN


def ranking(reviews: Iterable[tuple[str, str, Sequence[AnswerRow]]], *, seed: int = 0) -> Ranking:
    """Return the order of the runs that were compared in pairs (Bradley and Terry, with ties).

    Args:
        reviews: Of each review its two runs and its answers. Both bad is a tie.
        seed: Of the draws.

    Raises:
        TooFewValues: Nobody has answered.
    """
    outcomes: dict[Preferred, Outcome] = {"a": "first", "b": "second", "tie": "tie", "bad": "tie"}
    found = [Comparison(a, b, outcomes[each]) for a, b, given in reviews for each in consensus(given).values()]
    return rank(found, seed=seed)


def _of_criterion(criterion: Criterion, answers: Sequence[AnswerRow], seed: int) -> Agreement:
    labels = [
        (each.place, each.reviewer, None if each.verdict == "skip" else each.marks.get(criterion.name))
        for each in answers
    ]
    order = None if criterion.is_yes_no else list(range(criterion.low, criterion.high + 1))
    return _agreement(criterion.name, labels, order=order, seed=seed)


def _agreement(
    name: str, labels: Sequence[tuple[int, str, Label | None]], *, order: list[int] | None, seed: int
) -> Agreement:
    known = [(place, who, label) for place, who, label in labels if label is not None]
    who = list(dict.fromkeys(reviewer for _, reviewer, _ in known))
    of: defaultdict[int, dict[str, Label]] = defaultdict(dict)
    for place, reviewer, label in known:
        of[place][reviewer] = label
    several = [each for each in of.values() if len(each) >= _TWO]
    all_same = len({label for each in several for label in each.values()}) == 1
    kappa, alpha = (None, None) if all_same or not several else _beyond_chance(several, who, order, seed)
    return Agreement(
        criterion=name,
        reviewers=len(who),
        items=len(several),
        same=figure(share(sum(len({*each.values()}) == 1 for each in several), len(several))) if several else None,
        kappa=kappa,
        alpha=alpha,
        why=_why(len(who), len(several), all_same=all_same),
    )


def _why(reviewers: int, common: int, *, all_same: bool) -> Literal["", "one_reviewer", "nothing_common", "all_same"]:
    if reviewers < _TWO:
        return "one_reviewer"
    if not common:
        return "nothing_common"
    return "all_same" if all_same else ""


def _beyond_chance(
    several: Sequence[dict[str, Label]], who: Sequence[str], order: list[int] | None, seed: int
) -> tuple[ReviewFigure | None, ReviewFigure | None]:
    kappa: ReviewFigure | None = None
    try:
        if len(who) == _TWO:
            first, second = ([each[name] for each in several] for name in who)
            weights = "none" if order is None else "quadratic"
            kappa = figure(cohen_kappa(first, second, weights=weights, order=order, seed=seed))
        ratings = [[each.get(name) for name in who] for each in several]
        metric = "nominal" if order is None else "ordinal"
        return kappa, figure(krippendorff_alpha(ratings, metric=metric, order=order, seed=seed))
    except StatisticsError:  # what varies, varies where nobody else answered
        return kappa, None


def _marks(criterion: Criterion, answers: Sequence[AnswerRow]) -> MarksGiven:
    found = mean_marks(criterion, answers)
    worst = min(found, key=lambda place: (found[place], place)) if found else None
    counts = Counter(each.marks[criterion.name] for each in answers if criterion.name in each.marks)
    low, high = criterion.low, criterion.high
    return MarksGiven(
        criterion=criterion.name,
        items=len(found),
        mean=figure(interval([*found.values()], low=low, high=high)) if found else None,
        worst=None if worst is None else found[worst],
        worst_place=worst,
        counts=dict(sorted(counts.items())),
    )
