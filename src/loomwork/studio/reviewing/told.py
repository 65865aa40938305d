"""What one person may see of a review and its items: before they are done, neither runs nor others' answers."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import Any, cast

import msgspec

from loomwork.evals.review.asking import is_complete, left_side, open_places, order
from loomwork.evals.review.queue import Queue, read_queue
from loomwork.kernel.errors.evals_review import NoSuchPlaceToReview
from loomwork.store.protocols import Store
from loomwork.store.rows import AnswerRow, ItemRow, ReviewItemRow, ReviewRow
from loomwork.studio.grid.values import as_json, plain_value, told
from loomwork.studio.wire.reviews import (
    AskedCriterion,
    GivenAnswer,
    PlaceState,
    Review,
    ReviewHead,
    ReviewItem,
    ShownOutput,
)

EXPECTED = "expected"


def user_name() -> str:
    """Return the name of this machine's user, or "me" where there is none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "me"


def head_of(store: Store, review: ReviewRow) -> ReviewHead:
    """Return a review in a line."""
    queue = read_queue(review.said)
    answers = store.reviews.answers(review.id)
    return ReviewHead(
        id=review.id,
        kind="pairs" if review.other else "marks",
        title=queue.title,
        run=review.run,
        other=review.other,
        criteria=tuple(AskedCriterion(name=each.name, low=each.low, high=each.high) for each in queue.criteria),
        made_ms=review.made_ns / 1e6,
        touched_ms=review.touched_ns / 1e6,
        items=len(store.reviews.items(review.id)),
        answers=sum(is_complete(queue, each) for each in answers),
        reviewers=tuple(dict.fromkeys(each.reviewer for each in answers)),
        per_item=queue.per_item,
        by=queue.by,
        same=queue.same,
    )


def review_of(store: Store, review: ReviewRow, reviewer: str) -> Review:
    """Return a review as one person sees it."""
    queue = read_queue(review.said)
    answers = store.reviews.answers(review.id)
    places = order(queue, [each.place for each in store.reviews.items(review.id)], reviewer)
    waiting = open_places(queue, places, answers, reviewer)
    is_waiting = {*waiting}
    mine = {each.place: each for each in answers if each.reviewer == reviewer}
    return Review(
        head=head_of(store, review),
        reviewer=reviewer,
        places=tuple(places),
        states=tuple(_state(queue, mine.get(place), waiting=place in is_waiting) for place in places),
        left=len(waiting),
        next=waiting[0] if waiting else None,
        ended=reviewer in store.reviews.ended(review.id),
    )


def _state(queue: Queue, answer: AnswerRow | None, *, waiting: bool) -> PlaceState:
    if answer is None:
        return 0 if waiting else 4
    if not is_complete(queue, answer):
        return 3
    return 2 if answer.verdict == "skip" else 1


def state_of(queue: Queue, answer: AnswerRow) -> PlaceState:
    """Return the state of an item that was answered."""
    return _state(queue, answer, waiting=False)


def place_of(store: Store, review: ReviewRow, place: int) -> ReviewItemRow:
    """Return an item of a review. Raises `NoSuchPlaceToReview`."""
    for each in store.reviews.items(review.id):
        if each.place == place:
            return each
    raise NoSuchPlaceToReview(review=review.id, place=place)


def item_of(store: Store, review: ReviewRow, place: int, reviewer: str) -> ReviewItem:
    """Return an item as one person sees it. Raises `NoSuchPlaceToReview`."""
    item = place_of(store, review, place)
    ended = reviewer in store.reviews.ended(review.id)
    first = store.runs.item(review.run, item.index, item.trial)
    row = {} if first is None else _row(store, first)
    answers = [each for each in store.reviews.answers(review.id) if each.place == place]
    expected = row.pop(EXPECTED, None)
    return ReviewItem(
        place=place,
        input=msgspec.Raw(as_json(next(iter(row.values())) if len(row) == 1 else row)),
        expected=msgspec.Raw(as_json(expected)),
        has_expected=expected is not None,
        outputs=_outputs(store, review, item, reviewer, ended=ended),
        answer=next((given(each) for each in answers if each.reviewer == reviewer), None),
        others=tuple(given(each) for each in answers if each.reviewer != reviewer) if ended else (),
    )


def given(answer: AnswerRow) -> GivenAnswer:
    """Return an answer for the wire."""
    return GivenAnswer(
        reviewer=answer.reviewer,
        verdict=cast("Any", answer.verdict),
        marks=answer.marks,
        comment=answer.comment,
        spent_ms=answer.spent_ms,
        made_ms=answer.made_ns / 1e6,
        revision=answer.revision,
    )


def side_of(review: ReviewRow, reviewer: str, place: int) -> str:
    """Return what a person sees on the left of an item; empty where there are no sides."""
    return left_side(read_queue(review.said).seed, reviewer, place) if review.other else ""


def _outputs(
    store: Store, review: ReviewRow, item: ReviewItemRow, reviewer: str, *, ended: bool
) -> tuple[ShownOutput, ...]:
    a = _output(store, review.run, item.index, item.trial, known=ended or not review.other)
    if not review.other:
        return (a,)
    index, trial = item.other_index, item.other_trial
    b = _output(store, review.other, -1 if index is None else index, trial or 0, known=ended)
    return (a, b) if side_of(review, reviewer, item.place) == "a" else (b, a)


def _output(store: Store, run: str, index: int, trial: int, *, known: bool) -> ShownOutput:
    found = store.runs.item(run, index, trial)
    value = told(None if found is None else plain_value(store, found.output))
    is_ok = found is not None and found.status == "ok"
    return ShownOutput(
        json=value.json,
        text=value.text,
        cut=value.cut,
        error="" if found is None or is_ok else found.error or "",
        gone=found is None,
        run=run if known else "",
        index=index if known else -1,
        trial=trial if known else 0,
        trace=found.trace if known and found is not None else "",
    )


def _row(store: Store, item: ItemRow) -> dict[str, Any]:
    value = plain_value(store, item.input)
    fields = cast("dict[str, Any]", value) if isinstance(value, dict) else {"": value}
    return {name: each for name, each in fields.items() if not name.startswith("_")}


def places_left(queue: Queue, items: Sequence[ReviewItemRow], answers: Sequence[AnswerRow], reviewer: str) -> list[int]:
    """Return what a person is still to answer, in their order."""
    return open_places(queue, [each.place for each in items], answers, reviewer)
