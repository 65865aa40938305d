"""Reviews by people: queues, items, answers, what they come to. Values only."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from loomwork.evals.review.figures import Agreement, MarksGiven, Preference, RankedRun, Reviewer
from loomwork.evals.review.judges import JudgeBeside

ReviewKind = Literal["pairs", "marks"]
ReviewVerdict = Literal["", "left", "right", "tie", "bad", "skip"]
PlaceState = Literal[0, 1, 2, 3, 4]
"""0 open, 1 answered, 2 skipped, 3 begun, 4 asked of enough others."""


class AskedCriterion(Struct, frozen=True, kw_only=True):
    """One thing that an item is marked by."""

    name: str
    low: int
    high: int
    """1: yes (1) or no (0); else marks from `low` to this."""


class ReviewHead(Struct, frozen=True, kw_only=True):
    """One review in a line."""

    id: str
    kind: ReviewKind
    title: str
    run: str
    other: str
    """The second run of pairs; which one stands where is not told before one is done."""
    criteria: tuple[AskedCriterion, ...]
    made_ms: float
    touched_ms: float
    items: int
    answers: int
    reviewers: tuple[str, ...]
    per_item: int
    """How many people are asked about one item; 0: all who come."""
    by: str
    same: int
    """Pairs that are not asked about, for both runs said the same."""


class ReviewsAsked(Struct, frozen=True, kw_only=True):
    """Which reviews."""

    limit: int = 50
    """At most 200."""


class ReviewList(Struct, frozen=True, kw_only=True):
    """Reviews, the newest first."""

    reviews: tuple[ReviewHead, ...]
    you: str
    """Who is meant by this machine's user: the name that answers are given under unless another is chosen."""
    more: bool


class NewReview(Struct, frozen=True, kw_only=True):
    """A review to make."""

    run: str
    other: str = ""
    criteria: str = ""
    """As `correct:yes/no, tone:1-5`."""
    sample: int = 0
    seed: int = 0
    by: str = ""
    per_item: int = 0
    title: str = ""


class ReviewAsked(Struct, frozen=True, kw_only=True):
    """One review as one person sees it."""

    review: str
    reviewer: str = ""


class Review(Struct, frozen=True, kw_only=True):
    """A review as one person sees it."""

    head: ReviewHead
    reviewer: str
    places: tuple[int, ...]
    """The items in this person's order, at most 10,000."""
    states: tuple[PlaceState, ...]
    left: int
    """Items that are still to be answered."""
    next: int | None
    """The first of them."""
    ended: bool
    """The person has seen the result: the answers are final."""


class ReviewItemAsked(Struct, frozen=True, kw_only=True):
    """One item as one person sees it."""

    review: str
    place: int
    reviewer: str = ""


class ShownOutput(Struct, frozen=True, kw_only=True):
    """What a run answered."""

    json: msgspec.Raw
    text: str
    cut: bool
    error: str
    """Not empty: it failed."""
    gone: bool
    """It was pruned or erased."""
    run: str
    """Empty while it must not be known."""
    index: int
    trial: int
    trace: str
    """Empty while it must not be known."""


class GivenAnswer(Struct, frozen=True, kw_only=True):
    """An answer as it is kept."""

    reviewer: str
    verdict: ReviewVerdict
    marks: dict[str, int]
    comment: str
    spent_ms: float
    made_ms: float
    revision: int


class ReviewItem(Struct, frozen=True, kw_only=True):
    """One item, whole."""

    place: int
    input: msgspec.Raw
    expected: msgspec.Raw
    has_expected: bool
    outputs: tuple[ShownOutput, ...]
    """One, or the left and the right one."""
    answer: GivenAnswer | None
    others: tuple[GivenAnswer, ...]
    """Empty before this person is done."""


class AnswerBody(Struct, frozen=True, kw_only=True):
    """What a person says of an item."""

    reviewer: str
    verdict: ReviewVerdict = ""
    marks: dict[str, int] = {}
    comment: str = ""
    spent_ms: float = 0.0
    seen: int = 0
    """Revision of the answer that the page shows; 0: none."""


class AnswerKept(Struct, frozen=True, kw_only=True):
    """An answer that is kept now, and where to go on."""

    answer: GivenAnswer
    replaced: GivenAnswer | None
    """What was answered meanwhile elsewhere under the same name: this answer has taken its place."""
    state: PlaceState
    left: int
    next: int | None


class WhoBody(Struct, frozen=True, kw_only=True):
    """A person."""

    reviewer: str


class Withdrawn(Struct, frozen=True, kw_only=True):
    """Which answer was taken back; null: there was none."""

    place: int | None
    left: int


class ResultAsked(Struct, frozen=True, kw_only=True):
    """The result, for one who is done."""

    review: str
    reviewer: str = ""
    scorer: str = ""
    """A scorer of the run to hold beside people."""
    criterion: str = ""


class ReviewResult(Struct, frozen=True, kw_only=True):
    """What the answers come to."""

    people: tuple[Reviewer, ...]
    agreements: tuple[Agreement, ...]
    preference: Preference | None
    """Of pairs."""
    marks: tuple[MarksGiven, ...]
    """Of one run."""
    ranking: tuple[RankedRun, ...]
    """Over all reviews that compare runs with these two, the strongest first."""
    ranked_reviews: int
    scorers: tuple[str, ...]
    """Those that the reviewed runs were scored with."""
    judge: JudgeBeside | None
