"""Scorers of what a search found against the documents that it should have found. They read no document.

A row's gold is a list of documents, `{"doc": grade}`, or `[{"doc": ..., "grade": ...}]`; without a grade it is 1.
A document is counted where its first passage stands.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, cast

from loomwork.evals.scorers.given import at_least, one_of
from loomwork.evals.scoring import PassageSeen, Score, builtin_scorer
from loomwork.evals.scoring.subject import part_of

_INNER = "!/"
"""Before the name of a document within an archive."""
_NAMES = ("doc", "id", "path")


class Judged(NamedTuple):
    """What was found, by grade in the order of finding, and the grades of all that there is to find."""

    grades: list[float]
    gold: list[float]


@builtin_scorer(name="recall_at_k", semantics=1)
def recall_at_k(
    output: Any, passages: list[PassageSeen], row: dict[str, Any], *, k: int = 10, gold: str = "gold", found: str = ""
) -> Score:
    """The share of a row's gold documents that are among the first k documents found.

    Args:
        output: What the step returned.
        passages: What searches found on the way, in order.
        row: Holds the gold.
        k: How many documents are looked at.
        gold: The row's key that holds the gold.
        found: The part of the output that holds what was found (`passages`), if not the trace's searches.
    """
    at_least("recall_at_k", 1, k=k)
    judged = judge(output, passages, row, gold, found)
    if isinstance(judged, Score):
        return judged
    hits = sum(each > 0 for each in judged.grades[:k])
    return Score(value=hits / len(judged.gold), parts={"found": float(hits), "gold": float(len(judged.gold))})


@builtin_scorer(name="ndcg", semantics=1)
def ndcg(
    output: Any,
    passages: list[PassageSeen],
    row: dict[str, Any],
    *,
    k: int = 10,
    gold: str = "gold",
    found: str = "",
    gain: Literal["linear", "exponential"] = "linear",
) -> Score:
    """How well the first k documents are ordered by their grades (nDCG, Järvelin and Kekäläinen 2002).

    Args:
        output: As of `recall_at_k`.
        passages: As of `recall_at_k`.
        row: As of `recall_at_k`.
        k: How many documents are looked at.
        gold: As of `recall_at_k`.
        found: As of `recall_at_k`.
        gain: What a grade g is worth: g (as trec_eval), or 2^g - 1.
    """
    one_of("ndcg", ("linear", "exponential"), gain=gain)
    at_least("ndcg", 1, k=k)
    judged = judge(output, passages, row, gold, found)
    if isinstance(judged, Score):
        return judged
    best = _discounted(sorted(judged.gold, reverse=True)[:k], gain)
    return Score(value=min(1.0, _discounted(judged.grades[:k], gain) / best))


@builtin_scorer(name="mrr", semantics=1)
def mrr(
    output: Any, passages: list[PassageSeen], row: dict[str, Any], *, k: int = 10, gold: str = "gold", found: str = ""
) -> Score:
    """One divided by the place of the first gold document; 0 where none is among the first k.

    Args:
        output: As of `recall_at_k`.
        passages: As of `recall_at_k`.
        row: As of `recall_at_k`.
        k: How many documents are looked at.
        gold: As of `recall_at_k`.
        found: As of `recall_at_k`.
    """
    at_least("mrr", 1, k=k)
    judged = judge(output, passages, row, gold, found)
    if isinstance(judged, Score):
        return judged
    rank = next((at for at, grade in enumerate(judged.grades[:k], start=1) if grade > 0), 0)
    return Score(value=1 / rank if rank else 0.0, parts={"rank": float(rank)})


@builtin_scorer(name="context_precision", semantics=1)
def context_precision(
    output: Any, passages: list[PassageSeen], row: dict[str, Any], *, k: int = 10, gold: str = "gold", found: str = ""
) -> Score:
    """How far up the gold documents stand among those found: the mean of the precision at each of them.

    Documents that were not found do not count (`recall_at_k` counts them).

    Args:
        output: As of `recall_at_k`.
        passages: As of `recall_at_k`.
        row: As of `recall_at_k`.
        k: How many documents are looked at.
        gold: As of `recall_at_k`.
        found: As of `recall_at_k`.
    """
    at_least("context_precision", 1, k=k)
    judged = judge(output, passages, row, gold, found)
    if isinstance(judged, Score):
        return judged
    shares: list[float] = []
    for at, grade in enumerate(judged.grades[:k], start=1):
        if grade > 0:
            shares.append((len(shares) + 1) / at)
    seen = min(k, len(judged.grades))
    parts = {"share": len(shares) / seen if seen else 0.0}
    return Score(value=sum(shares) / len(shares) if shares else 0.0, parts=parts)


def judge(
    output: Any, passages: Sequence[PassageSeen], row: Mapping[str, Any], gold: str, found: str
) -> Judged | Score:
    """Return the grades of what was found, or the score of a row that has no gold."""
    wanted = read_gold(row.get(gold))
    if not wanted:
        return Score(value=None, reason=f"the row has no '{gold}'", label="absent")
    seen: Any = part_of(output, found) if found else passages
    if not isinstance(seen, list | tuple):
        return Score(value=None, reason=f"the output has no '{found}'", label="absent")
    left = dict(wanted)
    grades: list[float] = []
    known: set[str] = set()
    for each in cast("Sequence[Any]", seen):
        names = _names_of(each)
        if not names or names[0] in known:
            continue
        known.add(names[0])
        hit = next((name for name in names if name in left), None)
        grades.append(0.0 if hit is None else left.pop(hit))
    return Judged(grades, list(wanted.values()))


def read_gold(given: Any) -> dict[str, float]:
    """Return the gold documents with their grades above 0.

    >>> read_gold(["a.md", "b.md"]), read_gold({"a.md": 2, "b.md": 0}), read_gold([{"doc": "a.md", "grade": 3}])
    ({'a.md': 1.0, 'b.md': 1.0}, {'a.md': 2.0}, {'a.md': 3.0})
    """
    if isinstance(given, str):
        return {given: 1.0} if given else {}
    found: dict[str, float] = {}
    if isinstance(given, Mapping):
        graded = cast("Mapping[str, Any]", given)
        single = _names_of(graded)
        if single:
            found[single[0]] = float(graded.get("grade", 1))
        else:
            found.update({name: float(grade) for name, grade in graded.items()})
    elif isinstance(given, list | tuple):
        for each in cast("Sequence[Any]", given):
            found.update({str(each): 1.0} if isinstance(each, int) else read_gold(each))
    return {name: grade for name, grade in found.items() if grade > 0}


def _names_of(given: Any) -> list[str]:
    """Return what a document is called: its id, its path, its name within an archive."""
    if isinstance(given, str):
        names = [given]
    else:
        names = [str(found) for name in _NAMES if isinstance(found := part_of(given, name), str | int) and found != ""]
    return [*names, *(each.rpartition(_INNER)[2] for each in names if _INNER in each)]


def _discounted(grades: Sequence[float], gain: str) -> float:
    worth = (grade if gain == "linear" else 2**grade - 1 for grade in grades)
    return math.fsum(each / math.log2(at + 2) for at, each in enumerate(worth))
