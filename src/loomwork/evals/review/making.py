"""Make a review from one run or two: which items are asked about. Reads the store, writes the queue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from loomwork.evals.data.likeness import texts_in
from loomwork.evals.data.sampling import at_random, diverse
from loomwork.evals.evaluating.comparing import pair_items
from loomwork.evals.evaluating.figures import scorers_of
from loomwork.evals.review.queue import Criterion, Queue
from loomwork.kernel.bodies import digest_of
from loomwork.kernel.clock import Clock, SystemClock
from loomwork.kernel.codecs.plain import decode_plain
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.evals_review import (
    BadSelection,
    NoFinishedItems,
    NoneChosen,
    NoRowsInCommon,
    NothingJudged,
    NothingToReview,
)
from loomwork.kernel.ids import Ids
from loomwork.store.protocols import Store
from loomwork.store.rows import ItemRow, ReviewItemRow, ReviewRow

MOST_ITEMS = 10_000
_LOW = "low:"
USUAL = (Criterion(name="quality"),)


class Wanted(NamedTuple):
    """What a review is to be."""

    run: str
    other: str = ""
    criteria: tuple[Criterion, ...] = ()
    sample: int = 0
    """Items at most; 0: all."""
    seed: int = 0
    by: str = ""
    """`failed`, `low:SCORER`, `random`, `diverse`; empty: in order, or at random where there is a sample."""
    per_item: int = 0
    title: str = ""


class _Asked(NamedTuple):
    """One item, or a pair."""

    a: ItemRow
    b: ItemRow | None = None


def make_review(store: Store, wanted: Wanted, *, clock: Clock | None = None) -> ReviewRow:
    """Make a review and return it. Of several trials of a row, the first is asked about.

    Raises:
        NothingToReview: No item is left.
        BadSelection: An unknown way of choosing.
        NothingJudged: `low:SCORER` where that scorer said nothing.
    """
    clock = clock or SystemClock()
    asked, same = _items(store, wanted)
    chosen = _chosen(store, wanted, asked)[: wanted.sample or MOST_ITEMS][:MOST_ITEMS]
    if not chosen:
        raise NothingToReview(reason=NoneChosen(by=wanted.by))
    queue = Queue(
        kind="pairs" if wanted.other else "marks",
        title=wanted.title,
        criteria=() if wanted.other else wanted.criteria or USUAL,
        seed=wanted.seed,
        per_item=max(0, wanted.per_item),
        by=wanted.by,
        same=same,
    )
    now = clock.now_ns()
    row = ReviewRow(
        id="v" + Ids(clock=clock).run_id()[1:],
        run=wanted.run,
        other=wanted.other,
        made_ns=now,
        touched_ns=now,
        said=msgspec.json.encode(queue),
    )
    store.reviews.make(row, [_row(place, asked[at]) for place, at in enumerate(chosen)])
    return row


def _row(place: int, each: _Asked) -> ReviewItemRow:
    return ReviewItemRow(
        place=place,
        index=each.a.index,
        trial=each.a.trial,
        other_index=None if each.b is None else each.b.index,
        other_trial=None if each.b is None else each.b.trial,
    )


def _items(store: Store, wanted: Wanted) -> tuple[list[_Asked], int]:
    """Return what can be asked, and how many pairs say the same."""
    if not wanted.other:
        seen: dict[int, _Asked] = {}
        for item in store.runs.items(wanted.run):
            seen.setdefault(item.index, _Asked(item))
        if not seen:
            raise NothingToReview(reason=NoFinishedItems(run=wanted.run))
        return list(seen.values()), 0
    pairs, _, _ = pair_items(store, wanted.run, wanted.other)
    first: dict[int, _Asked] = {}
    for pair in pairs:
        first.setdefault(pair.a.index, _Asked(pair.a, pair.b))
    differing = [each for each in first.values() if each.b is not None and _said(each.a) != _said(each.b)]
    if not differing:
        raise NothingToReview(reason=NoRowsInCommon(run=wanted.run, other=wanted.other))
    return differing, len(first) - len(differing)


def _said(item: ItemRow) -> str:
    return f"error {item.error}" if item.output is None else digest_of(item.output)


def _chosen(store: Store, wanted: Wanted, asked: Sequence[_Asked]) -> list[int]:
    """Return the places of what is asked, in order."""
    most = wanted.sample or len(asked)
    ways: dict[str, Callable[[], list[int]]] = {
        "": lambda: at_random(len(asked), most, seed=wanted.seed) if wanted.sample else list(range(len(asked))),
        "failed": lambda: [at for at, each in enumerate(asked) if _has_failed(each)],
        "random": lambda: at_random(len(asked), most, seed=wanted.seed),
        "diverse": lambda: diverse([_text(store, each.a) for each in asked], most, seed=wanted.seed),
    }
    if wanted.by.startswith(_LOW):
        return _lowest(store, wanted, asked, wanted.by.removeprefix(_LOW))
    if wanted.by not in ways:
        raise BadSelection(by=wanted.by)
    return ways[wanted.by]()


def _has_failed(each: _Asked) -> bool:
    return each.a.status == "failed" or (each.b is not None and each.b.status == "failed")


def _lowest(store: Store, wanted: Wanted, asked: Sequence[_Asked], scorer: str) -> list[int]:
    """Return the places of the worst scores first, of a pair the worse one; what has none is left out."""
    values = [store.scores.values(run, scorer) for run in (wanted.run, wanted.other) if run]
    if not any(values):
        raise NothingJudged(scorer=scorer, run=wanted.run)
    said = scorers_of(store, wanted.run).get(scorer)
    sign = -1 if said is not None and said.better == "lower" else 1
    worst: list[tuple[float, int]] = []
    for at, each in enumerate(asked):
        items = [item for item in each if item is not None]
        found = [of.get((item.index, item.trial)) for item, of in zip(items, values, strict=True)]
        known = [sign * value for value in found if value is not None]
        if known:
            worst.append((min(known), at))
    return [at for _, at in sorted(worst)]


def _text(store: Store, item: ItemRow) -> str:
    try:
        given: Any = decode_plain(store.blobs.get(item.input))
    except LoomworkError:  # pruned or damaged
        return ""
    return " ".join(texts_in(given))
