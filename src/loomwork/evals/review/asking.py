"""Who is asked what, and how it is shown: order, sides, what an answer says. Pure; the same seed asks the same."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from loomwork.evals.review.queue import LONGEST_COMMENT, VERDICTS, Queue, Side
from loomwork.kernel.errors.evals_review import (
    CommentTooLong,
    NoSuchMark,
    NoSuchVerdict,
    ReviewerMissing,
    UnfitAnswer,
)
from loomwork.store.rows import AnswerRow

Preferred = Literal["a", "b", "tie", "bad"]
_LONGEST_NAME = 80


def left_side(seed: int, reviewer: str, place: int) -> Side:
    """Return whose output a reviewer sees on the left: drawn for each reviewer and item.

    >>> [left_side(1, "ada", place) for place in range(6)]
    ['a', 'b', 'a', 'a', 'a', 'b']
    """
    return "a" if _drawn(seed, "side", reviewer, place) & 1 else "b"


def order(queue: Queue, places: Sequence[int], reviewer: str) -> list[int]:
    """Return the items in the order in which a reviewer gets them.

    Where each item is asked of a few only, everybody begins elsewhere, so that two who begin at once do not meet.
    """
    if not queue.per_item:
        return list(places)
    return sorted(places, key=lambda place: _drawn(queue.seed, "order", reviewer, place))


def open_places(queue: Queue, places: Sequence[int], answers: Sequence[AnswerRow], reviewer: str) -> list[int]:
    """Return the items that a reviewer is still to answer, in their order."""
    counts = Counter(each.place for each in answers if is_complete(queue, each) and each.verdict != "skip")
    mine = {each.place for each in answers if each.reviewer == reviewer and is_complete(queue, each)}
    return [
        place
        for place in order(queue, places, reviewer)
        if place not in mine and (not queue.per_item or counts[place] < queue.per_item)
    ]


def is_complete(queue: Queue, answer: AnswerRow) -> bool:
    """Say whether an answer says all that is asked; a skipped item is answered."""
    if answer.verdict == "skip":
        return True
    if queue.kind == "pairs":
        return bool(answer.verdict)
    return all(each.name in answer.marks for each in queue.criteria)


def preferred(answer: AnswerRow) -> Preferred | None:
    """Return what an answer to a pair prefers; None where it was skipped or is not there yet."""
    match answer.verdict:
        case "left":
            return "a" if answer.left_side == "a" else "b"
        case "right":
            return "b" if answer.left_side == "a" else "a"
        case "tie" | "bad":
            return answer.verdict
        case _:
            return None


def check(queue: Queue, review: str, *, verdict: str, marks: Mapping[str, int], comment: str) -> None:
    """Refuse what is no answer to a review. Raises `UnfitAnswer`."""
    if verdict not in VERDICTS[queue.kind]:
        raise UnfitAnswer(review=review, reason=NoSuchVerdict(verdict=verdict))
    if len(comment) > LONGEST_COMMENT:
        raise UnfitAnswer(review=review, reason=CommentTooLong(most=LONGEST_COMMENT))
    known = {each.name: each for each in queue.criteria}
    for name, mark in marks.items():
        if name not in known or not known[name].low <= mark <= known[name].high:
            raise UnfitAnswer(review=review, reason=NoSuchMark(criterion=name, mark=mark))


def named(reviewer: str) -> str:
    """Return a reviewer's name as it is kept. Raises `ReviewerMissing`."""
    name = " ".join(reviewer.split())[:_LONGEST_NAME]
    if not name:
        raise ReviewerMissing
    return name


def _drawn(seed: int, what: str, reviewer: str, place: int) -> int:
    text = f"{seed} {what} {place} {reviewer}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big")
