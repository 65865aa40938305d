"""`loomwork review rank`: the order of runs that people compared in pairs."""

from __future__ import annotations

from typing import Annotated

import typer

from loomwork.cli.reviews import known_review
from loomwork.cli.session import Session, command
from loomwork.cli.tables import print_table
from loomwork.kernel.errors.evals_review import NotPairs
from loomwork.telling.jsonable import jsonable
from loomwork.telling.scoring import between, figure


@command
def rank(
    session: Session,
    reviews: Annotated[list[str] | None, typer.Argument(help="option.reviews", metavar="[REVIEW...]")] = None,
    seed: Annotated[int, typer.Option("--seed", help="option.eval_seed")] = 0,
) -> int:
    """Rank the runs that people compared in pairs."""
    from loomwork.evals.review.figures import places, ranking

    with session.open_store() as store:
        chosen = [known_review(store, each) for each in reviews or ("last",)]
        alone = next((each for each in chosen if not each.other), None)
        if alone is not None:
            raise NotPairs(review=alone.id)
        given = [(each.run, each.other, store.reviews.answers(each.id)) for each in chosen]
    found = ranking(given, seed=seed)
    ranked = places(found)
    if session.as_json:
        ids = [each.id for each in chosen]
        session.give({"reviews": ids, "comparisons": found.comparisons, "runs": jsonable(ranked)})
        return 0
    heads = [session.words(f"table.{name}") for name in ("run", "strength", "interval", "wins", "losses", "ties")]
    rows = [
        (each.run, figure(each.strength, signed=True), between(each.low, each.high, signed=True), each.wins,
         each.losses, each.ties)
        for each in ranked
    ]  # fmt: skip
    print_table(session.page, heads, rows, right=(1, 2, 3, 4, 5))
    if any(each.low is None for each in ranked):
        session.show("review.one_sided")
    return 0
