"""`loomwork review list` and `show`: which reviews there are, how far people are, what they say."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loomwork.cli.figures import duration, moment
from loomwork.cli.reviews import known_review, runs_of, show_marks, show_preference
from loomwork.cli.session import Session, command
from loomwork.cli.tables import print_table
from loomwork.telling.jsonable import jsonable

_MOST = 200


@command
def list_reviews(
    session: Session, limit: Annotated[int, typer.Option("--limit", help="option.limit_list", min=1, max=_MOST)] = 20
) -> int:
    """List the reviews, the newest first."""
    from loomwork.evals.review.queue import read_queue

    with session.open_store() as store:
        found = store.reviews.list(limit=limit)
        items = {each.id: len(store.reviews.items(each.id)) for each in found}
        answers = {each.id: store.reviews.answers(each.id) for each in found}
    listed: list[dict[str, Any]] = [
        {
            "review": each.id, "title": read_queue(each.said).title, "kind": "pairs" if each.other else "marks",
            "run": each.run, "other": each.other, "items": items[each.id], "answers": len(answers[each.id]),
            "reviewers": list(dict.fromkeys(answer.reviewer for answer in answers[each.id])), "made_ns": each.made_ns,
        }
        for each in found
    ]  # fmt: skip
    if session.as_json:
        session.give({"reviews": listed})
        return 0
    if not found:
        session.show("review.none")
        return 0
    heads = [session.words(f"table.{name}") for name in ("review", "runs", "items", "answers", "reviewers", "when")]
    rows = [
        (row.id, runs_of(row), items[row.id], len(answers[row.id]), ", ".join(each["reviewers"]), moment(row.made_ns))
        for row, each in zip(found, listed, strict=True)
    ]
    print_table(session.page, heads, rows, right=(2, 3), grow=1)
    return 0


@command
def show(
    session: Session, review: Annotated[str, typer.Argument(help="option.review", metavar="REVIEW")] = "last"
) -> int:
    """Show who has answered a review, and what the answers come to."""
    from loomwork.evals.review.figures import marks_of, people, preference
    from loomwork.evals.review.queue import read_queue

    with session.open_store() as store:
        found = known_review(store, review)
        items, answers = store.reviews.items(found.id), store.reviews.answers(found.id)
    queue = read_queue(found.said)
    who = people(queue, answers)
    preferred = preference(queue, answers, seed=queue.seed) if found.other else None
    marks = [] if found.other else marks_of(queue, answers)
    if session.as_json:
        session.give({
            "review": found.id, "run": found.run, "other": found.other, "items": len(items), "queue": jsonable(queue),
            "people": jsonable(who), "preference": jsonable(preferred), "marks": jsonable(marks),
        })  # fmt: skip
        return 0
    session.show("review.head", review=found.id, title=queue.title or "-", runs=runs_of(found), items=len(items))
    if not who:
        session.show("review.nobody", review=found.id)
        return 0
    heads = [session.words(f"table.{name}") for name in ("reviewer", "answered", "skipped", "comments", "per_answer")]
    rows = [
        (each.reviewer, each.answered, each.skipped, each.comments, duration(int(each.median_ms * 1e6))) for each in who
    ]
    print_table(session.page, heads, rows, right=(1, 2, 3, 4))
    if preferred is not None:
        show_preference(session, found, preferred)
    elif marks:
        show_marks(session, marks)
    return 0
