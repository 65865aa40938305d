"""`loomwork compare`: is b better than a, by which scorer, and how sure one can be of it."""

from __future__ import annotations

from typing import Annotated

import typer

from loomwork.cli.commands.trace_list import known_run
from loomwork.cli.scores import show_differences
from loomwork.cli.session import Session, command
from loomwork.kernel.errors.cli import NothingToPair


@command
def compare(
    session: Session,
    a: Annotated[str, typer.Argument(help="option.run_a", metavar="RUN_A")],
    b: Annotated[str, typer.Argument(help="option.run_b", metavar="RUN_B")],
    cluster: Annotated[str, typer.Option("--cluster", help="option.cluster", metavar="KEY")] = "",
) -> int:
    """Compare two runs row by row."""
    from loomwork.evals.evaluating.comparing import compare_runs

    with session.open_store() as store:
        found = compare_runs(store, known_run(store, a), known_run(store, b), group=cluster)
    if not found.rows:
        raise NothingToPair(a=found.a, b=found.b)
    if session.as_json:
        session.give(found.as_json())
        return 0
    show_differences(session, found)
    return 0
