"""`loomwork review export`: answers as JSON lines, one a person and item."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.reviews import known_review
from loomwork.cli.session import Session, command
from loomwork.kernel.errors.store import TargetExists

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loomwork.store.rows import AnswerRow, ReviewItemRow, ReviewRow


@command
def export(
    session: Session,
    review: Annotated[str, typer.Argument(help="option.review", metavar="REVIEW")] = "last",
    out: Annotated[Path | None, typer.Option("--out", help="option.review_out", metavar="FILE.jsonl")] = None,
    without_names: Annotated[bool, typer.Option("--without-names", help="option.without_names")] = False,
) -> int:
    """Write the answers to a review out."""
    if out is not None and out.exists():
        raise TargetExists(path=str(out))
    with session.open_store() as store:
        found = known_review(store, review)
        rows = list(_rows(found, store.reviews.items(found.id), store.reviews.answers(found.id), without_names))
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if out is not None:
        out.write_text(text, encoding="utf-8")
        if session.as_json:
            session.give({"review": found.id, "file": str(out), "answers": len(rows)})
        else:
            session.show("review.exported", file=out, count=len(rows))
        return 0
    if session.as_json:
        session.give({"review": found.id, "answers": rows})
        return 0
    sys.stdout.write(text)
    return 0


def _rows(
    review: ReviewRow, items: Sequence[ReviewItemRow], answers: Sequence[AnswerRow], nameless: bool
) -> Iterator[dict[str, Any]]:
    """Yield what each answer says, the run that it prefers named."""
    from loomwork.evals.review.asking import preferred

    places = {each.place: each for each in items}
    names = {name: f"reviewer {n}" for n, name in enumerate(dict.fromkeys(each.reviewer for each in answers), 1)}
    runs = {"a": review.run, "b": review.other}
    for each in answers:
        item = places.get(each.place)
        side = preferred(each)
        yield {
            "review": review.id,
            "item": each.place + 1,
            "row": None if item is None else item.index,
            "trial": None if item is None else item.trial,
            "reviewer": names[each.reviewer] if nameless else each.reviewer,
            "verdict": each.verdict,
            "prefers": runs.get(side or "", side),
            "left": runs.get(each.left_side, ""),
            "marks": each.marks,
            "comment": each.comment,
            "spent_ms": round(each.spent_ms),
            "made_ns": each.made_ns,
        }
