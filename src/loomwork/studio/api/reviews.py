"""Reviews by people: make a queue, ask one item after another, keep answers, tell the result. Knows no HTTP."""

from __future__ import annotations

import time

from msgspec import structs

from loomwork.evals.review.asking import check, named
from loomwork.evals.review.making import Wanted, make_review
from loomwork.evals.review.queue import parse_criteria, read_queue
from loomwork.kernel.errors.evals_review import NoSuchReview, ReviewBlind, ReviewEnded
from loomwork.store.protocols import Store
from loomwork.store.rows import AnswerRow, ReviewRow
from loomwork.studio.endpoints import Endpoint, Nothing
from loomwork.studio.grid.grids import Grids
from loomwork.studio.reviewing.result import result_of
from loomwork.studio.reviewing.told import (
    given,
    head_of,
    item_of,
    place_of,
    places_left,
    review_of,
    side_of,
    state_of,
    user_name,
)
from loomwork.studio.studio import Studio
from loomwork.studio.wire.reviews import (
    AnswerBody,
    AnswerKept,
    NewReview,
    ResultAsked,
    Review,
    ReviewAsked,
    ReviewHead,
    ReviewItem,
    ReviewItemAsked,
    ReviewList,
    ReviewResult,
    ReviewsAsked,
    WhoBody,
    Withdrawn,
)

_MOST = 200


def list_reviews(studio: Studio, asked: ReviewsAsked) -> ReviewList:
    """Return the newest reviews."""
    limit = min(max(1, asked.limit), _MOST)
    found = studio.store.reviews.list(limit=limit + 1)
    heads = tuple(head_of(studio.store, each) for each in found[:limit])
    return ReviewList(reviews=heads, you=user_name(), more=len(found) > limit)


def make_new(studio: Studio, asked: Nothing, body: NewReview) -> ReviewHead:
    """Make a review of one run or two."""
    del asked
    grids = studio.part(Grids)
    wanted = Wanted(
        run=grids.run(body.run).id,
        other=grids.run(body.other).id if body.other else "",
        criteria=parse_criteria(body.criteria),
        sample=max(0, body.sample),
        seed=body.seed,
        by=body.by,
        per_item=body.per_item,
        title=body.title.strip(),
    )
    return head_of(studio.store, make_review(studio.store, wanted))


def get_review(studio: Studio, asked: ReviewAsked) -> Review:
    """Return a review as one person sees it."""
    return review_of(studio.store, _review(studio.store, asked.review), named(asked.reviewer or user_name()))


def get_review_item(studio: Studio, asked: ReviewItemAsked) -> ReviewItem:
    """Return an item as one person sees it."""
    reviewer = named(asked.reviewer or user_name())
    return item_of(studio.store, _review(studio.store, asked.review), asked.place, reviewer)


def put_answer(studio: Studio, asked: ReviewItemAsked, body: AnswerBody) -> AnswerKept:
    """Keep an answer; the last one of a person and item counts."""
    store = studio.store
    review = _review(store, asked.review)
    reviewer = _answering(store, review, body.reviewer)
    place_of(store, review, asked.place)
    queue = read_queue(review.said)
    check(queue, review.id, verdict=body.verdict, marks=body.marks, comment=body.comment)
    row = AnswerRow(
        review=review.id,
        place=asked.place,
        reviewer=reviewer,
        made_ns=time.time_ns(),
        verdict=body.verdict,
        left_side=side_of(review, reviewer, asked.place),
        marks=body.marks,
        comment=body.comment,
        spent_ms=max(0.0, body.spent_ms),
    )
    old = store.reviews.answer(row)
    kept = row if old is None else structs.replace(row, revision=old.revision + 1)
    left = places_left(queue, store.reviews.items(review.id), store.reviews.answers(review.id), reviewer)
    return AnswerKept(
        answer=given(kept),
        replaced=None if old is None or old.revision == body.seen else given(old),
        state=state_of(queue, row),
        left=len(left),
        next=left[0] if left else None,
    )


def undo_answer(studio: Studio, asked: ReviewAsked, body: WhoBody) -> Withdrawn:
    """Take a person's last answer back."""
    store = studio.store
    review = _review(store, asked.review)
    reviewer = _answering(store, review, body.reviewer)
    taken = store.reviews.withdraw(review.id, reviewer)
    queue = read_queue(review.said)
    left = places_left(queue, store.reviews.items(review.id), store.reviews.answers(review.id), reviewer)
    return Withdrawn(place=None if taken is None else taken.place, left=len(left))


def end_review(studio: Studio, asked: ReviewAsked, body: WhoBody) -> Review:
    """Make a person's answers final, and let them see the result."""
    review = _review(studio.store, asked.review)
    reviewer = named(body.reviewer)
    studio.store.reviews.end(review.id, reviewer)
    return review_of(studio.store, review, reviewer)


def get_result(studio: Studio, asked: ResultAsked) -> ReviewResult:
    """Return what the answers come to."""
    review = _review(studio.store, asked.review)
    reviewer = named(asked.reviewer or user_name())
    if reviewer not in studio.store.reviews.ended(review.id):
        raise ReviewBlind(reviewer=reviewer, review=review.id)
    return result_of(studio.store, review, asked)


def _review(store: Store, review: str) -> ReviewRow:
    found = store.reviews.get(review)
    if found is None:
        raise NoSuchReview(review=review)
    return found


def _answering(store: Store, review: ReviewRow, reviewer: str) -> str:
    name = named(reviewer)
    if name in store.reviews.ended(review.id):
        raise ReviewEnded(reviewer=name, review=review.id)
    return name


ENDPOINTS = (
    Endpoint(
        name="list_reviews",
        method="GET",
        path="/api/reviews",
        tells="List the reviews, the newest first.",
        call=list_reviews,
        gives=ReviewList,
        asked=ReviewsAsked,
    ),
    Endpoint(
        name="make_review",
        method="POST",
        path="/api/reviews",
        tells="Make a review of one run, or of two in pairs.",
        call=make_new,
        gives=ReviewHead,
        body=NewReview,
    ),
    Endpoint(
        name="get_review",
        method="GET",
        path="/api/reviews/{review}",
        tells="A review as one person sees it.",
        call=get_review,
        gives=Review,
        asked=ReviewAsked,
    ),
    Endpoint(
        name="get_review_item",
        method="GET",
        path="/api/reviews/{review}/items/{place}",
        tells="One item as one person sees it.",
        call=get_review_item,
        gives=ReviewItem,
        asked=ReviewItemAsked,
    ),
    Endpoint(
        name="put_answer",
        method="PUT",
        path="/api/reviews/{review}/items/{place}",
        tells="Keep an answer; the last one of a person and item counts.",
        call=put_answer,
        gives=AnswerKept,
        asked=ReviewItemAsked,
        body=AnswerBody,
    ),
    Endpoint(
        name="undo_answer",
        method="POST",
        path="/api/reviews/{review}/undo",
        tells="Take a person's last answer back.",
        call=undo_answer,
        gives=Withdrawn,
        asked=ReviewAsked,
        body=WhoBody,
    ),
    Endpoint(
        name="end_review",
        method="POST",
        path="/api/reviews/{review}/end",
        tells="Make a person's answers final, and let them see the result.",
        call=end_review,
        gives=Review,
        asked=ReviewAsked,
        body=WhoBody,
    ),
    Endpoint(
        name="get_result",
        method="GET",
        path="/api/reviews/{review}/result",
        tells="What the answers come to, for one who is done.",
        call=get_result,
        gives=ReviewResult,
        asked=ResultAsked,
    ),
)
