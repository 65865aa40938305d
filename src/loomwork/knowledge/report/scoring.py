"""How well a search did, with intervals: recall, reciprocal rank, and what a change did to both. Asks nothing itself.

Shares have Wilson's interval, means a bootstrap over questions (a fixed seed: the same questions, the same interval),
differences a bootstrap over the pairs.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from loomwork.knowledge.report.values import Change, Evaluation, Interval, Score, Tried

RECALL_AT = 5
DEPTH = 10
_CURVE = (1, 3, 5, 10)
_RESAMPLES = 4_000
_Z = 1.959964


def evaluate(name: str, tried: Sequence[Tried]) -> Evaluation:
    """Return an evaluation with a score for each language, in alphabetical order."""
    languages = sorted({each.language for each in tried})
    scores = [_score(language, [each for each in tried if each.language == language]) for language in languages]
    return Evaluation(name=name, tried=tuple(tried), scores=tuple(scores))


def changes(before: Evaluation, after: Evaluation) -> tuple[Change, ...]:
    """Return, for each language, what changed for the questions that both evaluations hold."""
    earlier = {each.id: each for each in before.tried}
    pairs = [(earlier[each.id], each) for each in after.tried if each.id in earlier and each.wanted]
    languages = sorted({each.language for _, each in pairs})
    return tuple([_change(name, [pair for pair in pairs if pair[1].language == name]) for name in languages])


def worst(evaluation: Evaluation, *, most: int = 10) -> tuple[Tried, ...]:
    """Return the questions whose document stands lowest, those that were not found first."""
    ordered = sorted(evaluation.tried, key=lambda each: (-(each.rank or DEPTH * DEPTH), each.id))
    return tuple([each for each in ordered if each.wanted and each.rank != 1][:most])


def reciprocal(tried: Tried) -> float:
    """Return 1 / place of the first wanted passage; 0 where it is not among the first ten."""
    return 1 / tried.rank if 0 < tried.rank <= DEPTH else 0.0


def share(hits: int, of: int) -> Interval:
    """Return a share with Wilson's interval.

    >>> share(15, 15)
    Interval(value=1.0, low=0.796..., high=1.0)
    """
    if not of:
        return Interval(0.0, 0.0, 1.0)
    found = hits / of
    middle = (found + _Z**2 / (2 * of)) / (1 + _Z**2 / of)
    half = _Z * float(np.sqrt(found * (1 - found) / of + _Z**2 / (4 * of**2))) / (1 + _Z**2 / of)
    return Interval(found, max(0.0, middle - half), min(1.0, middle + half))


def mean(values: Sequence[float]) -> Interval:
    """Return a mean with a bootstrap interval.

    >>> mean([0.5, 0.5])
    Interval(value=0.5, low=0.5, high=0.5)
    """
    if not values:
        return Interval(0.0, 0.0, 0.0)
    drawn = _resampled(np.array(values, np.float64))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(float(np.mean(values)), float(low), float(high))


def _resampled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    rng = np.random.default_rng(0)
    return values[rng.integers(0, len(values), (_RESAMPLES, len(values)))].mean(axis=1)


def _found(tried: Tried, within: int) -> bool:
    return 0 < tried.rank <= within


def _score(language: str, tried: Sequence[Tried]) -> Score:
    known = [each for each in tried if each.wanted]
    unknown = [each for each in tried if not each.wanted]

    def recall(within: int) -> Interval:
        return share(sum(_found(each, within) for each in known), len(known))

    return Score(
        language=language,
        questions=len(known),
        recall=recall(RECALL_AT),
        mrr=mean([reciprocal(each) for each in known]),
        curve=tuple([(within, recall(within)) for within in _CURVE]),
        unanswerable=len(unknown),
        refused_rightly=_refused(unknown),
        refused_wrongly=_refused(known),
    )


def _refused(tried: Sequence[Tried]) -> Interval | None:
    answered = [each for each in tried if each.refused is not None]
    return share(sum(each.refused is True for each in answered), len(answered)) if answered else None


def _change(language: str, pairs: Sequence[tuple[Tried, Tried]]) -> Change:
    def difference(of: Callable[[Tried], float]) -> Interval:
        return mean([of(after) - of(before) for before, after in pairs])

    return Change(
        language=language,
        recall=difference(lambda each: float(_found(each, RECALL_AT))),
        mrr=difference(reciprocal),
        better=sum(reciprocal(after) > reciprocal(before) for before, after in pairs),
        worse=sum(reciprocal(after) < reciprocal(before) for before, after in pairs),
        questions=len(pairs),
    )


__all__ = ["DEPTH", "RECALL_AT", "changes", "evaluate", "mean", "reciprocal", "share", "worst"]
