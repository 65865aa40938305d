"""Reviews as a person reads them in a terminal. Knows nothing of how figures are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loomwork.cli.session import Session
from loomwork.cli.tables import print_table
from loomwork.kernel.errors.evals_review import NoSuchReview
from loomwork.telling.scoring import between, figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loomwork.evals.review.figures import Agreement, MarksGiven, Preference, ReviewFigure
    from loomwork.evals.review.judges import JudgeBeside, JudgeTable
    from loomwork.store.protocols import Store
    from loomwork.store.rows import ReviewRow

_SURE = 0.05
_HALF = 0.5


def known_review(store: Store, review: str) -> ReviewRow:
    """Return a review by its id, its beginning or last. Raises `NoSuchReview`."""
    found = store.reviews.get(review)
    if found is None:
        raise NoSuchReview(review=review)
    return found


def runs_of(review: ReviewRow) -> str:
    """Return which runs a review is of."""
    return f"{review.run} · {review.other}" if review.other else review.run


def told(of: ReviewFigure | None) -> str:
    """Return a figure with its interval."""
    if of is None:
        return "-"
    return figure(of.value) if of.low is None else f"{figure(of.value)} ({between(of.low, of.high)})"


def show_preference(session: Session, review: ReviewRow, found: Preference) -> None:
    """Print which run people prefer, and how sure that is."""
    session.show(
        "review.preferred", a=review.run, b=review.other, a_wins=found.a, b_wins=found.b, ties=found.ties,
        bad=found.both_bad, items=found.items,
    )  # fmt: skip
    if found.share_b is not None and found.p is not None:
        share = found.share_b
        leaves_half_out = share.low is not None and share.high is not None and not share.low <= _HALF <= share.high
        sure = "review.sure" if found.p < _SURE and leaves_half_out else "review.unsure"
        session.show("review.share", b=review.other, share=told(share), p=f"{found.p:.3f}", sure=session.words(sure))
    if found.left is not None:
        session.show("review.left", share=told(found.left), count=found.left_n)
    if found.same:
        session.show("review.same", count=found.same)


def show_marks(session: Session, found: Sequence[MarksGiven]) -> None:
    """Print what the run was marked."""
    heads = [session.words(f"table.{name}") for name in ("criterion", "items", "mean", "worst", "item")]
    rows = [
        (each.criterion, each.items, told(each.mean), figure(each.worst), _item(each.worst_place)) for each in found
    ]
    print_table(session.page, heads, rows, right=(1, 2, 3, 4))


def _item(place: int | None) -> str:
    return "-" if place is None else str(place + 1)


def show_agreements(session: Session, found: Sequence[Agreement]) -> None:
    """Print how far people agree."""
    names = ("criterion", "reviewers", "common", "all_same", "kappa", "alpha")
    rows = [
        (each.criterion or session.words("review.preference"), each.reviewers, each.items, told(each.same),
         told(each.kappa), told(each.alpha))
        for each in found
    ]  # fmt: skip
    print_table(session.page, [session.words(f"table.{name}") for name in names], rows, right=(1, 2, 3, 4, 5))
    if any(each.same for each in found):
        session.show("review.agreement_how")
    for why in dict.fromkeys(each.why for each in found if each.why):
        session.show(f"review.why_{why}")


def show_judge(session: Session, found: JudgeBeside) -> None:
    """Print a scorer beside people."""
    session.show("review.beside", scorer=found.scorer, items=found.items)
    if found.yes_from is not None and found.yes_from > 1:
        session.show("review.yes_from", mark=found.yes_from)
    if found.split:
        session.show("review.split", count=found.split)
    if found.table is not None:
        _confusion(session, found.table)
    if found.threshold is not None:
        key = "review.threshold" if found.higher else "review.threshold_low"
        session.show(
            key, value=figure(found.threshold.threshold), chosen=found.threshold.chosen_on,
            held_out=found.threshold.held_out.rows,
        )  # fmt: skip
        _confusion(session, found.threshold.held_out)
    if found.too_few:
        session.show("review.too_few")


def _confusion(session: Session, of: JudgeTable) -> None:
    words = {
        "True": session.words("review.yes"),
        "False": session.words("review.no"),
        "tie": session.words("review.tie"),
    }
    labels = [words.get(each, each) for each in of.labels]
    rows = [[label, *row] for label, row in zip(labels, of.counts, strict=True)]
    print_table(session.page, [session.words("review.people_scorer"), *labels], rows, right=range(1, len(labels) + 1))
    kappa = told(of.kappa)
    session.show("review.agreeing", share=told(of.agreement), kappa=kappa)
