"""`loomwork review new`: a queue of outputs for people, from one run or from two side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from loomwork.cli.commands.trace_list import known_run
from loomwork.cli.session import Session, command


@command
def new(
    session: Session,
    run: Annotated[str, typer.Argument(help="option.review_run", metavar="RUN")],
    other: Annotated[str, typer.Argument(help="option.review_other", metavar="[RUN_B]")] = "",
    criteria: Annotated[str, typer.Option("--criteria", help="option.criteria", metavar="NAME:SCALE,...")] = "",
    sample: Annotated[int, typer.Option("--sample", help="option.review_sample", min=0)] = 0,
    seed: Annotated[int, typer.Option("--seed", help="option.review_seed")] = 0,
    by: Annotated[str, typer.Option("--by", help="option.review_by", metavar="HOW")] = "",
    per_item: Annotated[int, typer.Option("--per-item", help="option.per_item", min=0)] = 0,
    title: Annotated[str, typer.Option("--title", help="option.review_title", metavar="TEXT")] = "",
) -> int:
    """Make a review of one run, or of two in blind pairs."""
    from loomwork.evals.review.making import Wanted, make_review
    from loomwork.evals.review.queue import parse_criteria, read_queue

    with session.open_store() as store:
        wanted = Wanted(
            run=known_run(store, run),
            other=known_run(store, other) if other else "",
            criteria=parse_criteria(criteria),
            sample=sample,
            seed=seed,
            by=by,
            per_item=per_item,
            title=title,
        )
        made = make_review(store, wanted)
        items = len(store.reviews.items(made.id))
    queue = read_queue(made.said)
    if session.as_json:
        names = [each.name for each in queue.criteria]
        session.give({
            "review": made.id, "kind": queue.kind, "run": made.run, "other": made.other, "items": items,
            "criteria": names, "same": queue.same,
        })  # fmt: skip
        return 0
    session.show("review.made", review=made.id, items=items)
    if queue.same:
        session.show("review.same", count=queue.same)
    session.show("review.next", review=made.id)
    return 0
