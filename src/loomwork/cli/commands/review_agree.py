"""`loomwork review agree`: how far people agree with each other, and a scorer with them."""

from __future__ import annotations

from typing import Annotated

import typer

from loomwork.cli.reviews import known_review, show_agreements, show_judge
from loomwork.cli.session import Session, command
from loomwork.telling.jsonable import jsonable


@command
def agree(
    session: Session,
    review: Annotated[str, typer.Argument(help="option.review", metavar="REVIEW")] = "last",
    scorer: Annotated[str, typer.Option("--scorer", help="option.review_scorer", metavar="NAME")] = "",
    criterion: Annotated[str, typer.Option("--criterion", help="option.criterion", metavar="NAME")] = "",
    yes_from: Annotated[int | None, typer.Option("--yes-from", help="option.yes_from", min=1, max=9)] = None,
    seed: Annotated[int, typer.Option("--seed", help="option.halves_seed")] = 0,
) -> int:
    """Say how far reviewers agree, and a scorer with them."""
    from loomwork.evals.review.figures import agreements
    from loomwork.evals.review.judges import beside_people
    from loomwork.evals.review.queue import read_queue

    with session.open_store() as store:
        found = known_review(store, review)
        queue = read_queue(found.said)
        told = agreements(queue, store.reviews.answers(found.id), seed=seed)
        beside = None
        if scorer:
            beside = beside_people(
                store, found, queue, scorer=scorer, criterion=criterion, yes_from=yes_from, seed=seed
            )
    if session.as_json:
        session.give({"review": found.id, "agreement": jsonable(told), "judge": jsonable(beside)})
        return 0
    show_agreements(session, told)
    if beside is not None:
        show_judge(session, beside)
    return 0
