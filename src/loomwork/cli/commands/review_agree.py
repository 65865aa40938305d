"""`loomwork review agree`: how far people agree with each other, and a scorer with them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.reviews import known_review, show_agreements, show_judge
from loomwork.cli.session import Session, command
from loomwork.telling.jsonable import jsonable

if TYPE_CHECKING:
    from loomwork.evals.review.models import ModelBeside
    from loomwork.store.rows import ReviewRow


@command
def agree(
    session: Session,
    review: Annotated[str, typer.Argument(help="option.review", metavar="REVIEW")] = "last",
    scorer: Annotated[str, typer.Option("--scorer", help="option.review_scorer", metavar="NAME")] = "",
    judge: Annotated[str, typer.Option("--judge", help="option.judge", metavar="MODEL")] = "",
    rubric: Annotated[str, typer.Option("--rubric", help="option.rubric", metavar="TEXT")] = "",
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
    failed = 0
    if judge:
        beside, failed = _model(session, found, judge, rubric, seed)
    if session.as_json:
        agreement = {"review": found.id, "agreement": jsonable(told), "judge": jsonable(beside), "failed": failed}
        session.give(agreement)
        return 0
    show_agreements(session, told)
    if beside is not None:
        show_judge(session, beside)
    if failed:
        session.show("review.judge_failed", count=failed)
    return 1 if failed else 0


def _model(session: Session, review: ReviewRow, model: str, rubric: str, seed: int) -> ModelBeside:
    """Ask a model with the project open: its calls are cached and traced like all others."""
    from loomwork.evals.review.models import model_beside_people

    with session.open() as workspace:
        workspace.models.resolve(model)
        asking = model_beside_people(workspace.runtime, review, model=model, rubric=rubric, seed=seed)
        return asyncio.run(asking)
