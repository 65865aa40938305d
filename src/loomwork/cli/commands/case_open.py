"""`loomwork case open|from`: failing rows become cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.session import Session, command
from loomwork.kernel.errors.cases import BadCaseBound, CaseOfWhat
from loomwork.kernel.errors.cli import NoRunsYet
from loomwork.telling.bodies import reach_project

if TYPE_CHECKING:
    from loomwork.evals.cases import Opened, Rule
    from loomwork.store.protocols import Store


@command
def open_one(
    session: Session,
    run: Annotated[str, typer.Argument(help="option.run")] = "",
    row: Annotated[int | None, typer.Option("--row", help="option.row", min=0)] = None,
    trace: Annotated[str, typer.Option("--trace", help="option.case_trace", metavar="TRACE")] = "",
    scorer: Annotated[str, typer.Option("--scorer", help="option.case_scorer", metavar="SCORER[>=NUMBER]")] = "",
    wrong: Annotated[bool, typer.Option("--wrong", help="option.case_wrong")] = False,
    title: Annotated[str, typer.Option("--title", help="option.case_title")] = "",
) -> int:
    """Make a case of one failing row, or of one trace."""
    from loomwork.evals.cases import open_case, read_rule
    from loomwork.workspace.casing import row_of_trace

    if bool(trace) == bool(run) or (row is None) == bool(run) or (wrong and scorer):
        raise CaseOfWhat
    rule = read_rule(scorer) if scorer else None
    with session.open() if trace else session.open(writing="nothing") as workspace:
        runtime = workspace.runtime
        reach_project(runtime.project)
        if trace:
            run, row = row_of_trace(workspace, trace)
        found = open_case(
            workspace.store, _run(workspace.store, run), row or 0, now_ns=runtime.clock.now_ns(), rule=rule,
            is_wrong=wrong, title=title, runtime=runtime,
        )  # fmt: skip
    return _told(session, [found])


@command
def open_many(
    session: Session,
    run: Annotated[str, typer.Argument(help="option.run")],
    below: Annotated[list[str] | None, typer.Option("--below", help="option.case_below", metavar="SCORER=N")] = None,
    above: Annotated[list[str] | None, typer.Option("--above", help="option.case_above", metavar="SCORER=N")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="option.case_failed")] = False,
) -> int:
    """Make cases of all failing rows of a run, similar ones in one case."""
    from loomwork.evals.cases import open_from

    rules = [_rule(text, ">=") for text in below or []] + [_rule(text, "<=") for text in above or []]
    with session.open(writing="nothing") as workspace:
        runtime = workspace.runtime
        reach_project(runtime.project)
        found = open_from(
            workspace.store, _run(workspace.store, run), now_ns=runtime.clock.now_ns(), rules=rules,
            failed=failed or not rules, runtime=runtime,
        )  # fmt: skip
    return _told(session, found)


def _rule(text: str, passes: str) -> Rule:
    """Return the rule of `SCORER=NUMBER`: what is below (above) the number fails."""
    from loomwork.evals.cases import read_rule

    name, equals, bound = text.rpartition("=")
    if not equals or not name or name[-1] in "<>=":
        raise BadCaseBound(rule=text, scorer=text.rstrip("<>= ").partition("=")[0].rstrip("<> ") or "exact")
    return read_rule(f"{name}{passes}{bound}")


def _run(store: Store, given: str) -> str:
    if given == "last" and store.runs.get(given) is None:
        raise NoRunsYet
    return given


def _told(session: Session, found: list[Opened]) -> int:
    from loomwork.evals.cases.board import case_json

    if session.as_json:
        cases = [{**case_json(each.case), "how": each.how, "added": each.rows} for each in found]
        session.give({"cases": cases})
        return 0
    if not found:
        session.show("case.all_known")
    words = session.words
    for each in found:
        case = each.case
        session.show(f"case.{each.how}", number=case.n, title=case.title, rows=each.rows)
        if case.why:
            fields = {"error": case.error, "step": case.step, "likeness": f"{case.likeness:.2f}"}
            session.page.print(words(f"case.why.{case.why}", **fields))
    return 0
