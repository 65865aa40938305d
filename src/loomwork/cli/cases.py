"""Settle cases at the end of a run or an evaluation, and tell a person what became of them. Decides nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from loomwork.cli.session import Session
from loomwork.store.cases import CaseStatus

if TYPE_CHECKING:
    from loomwork.evals.cases import SettledCase
    from loomwork.workspace.opening import Workspace


_SHOWN = 20
ANY: tuple[CaseStatus, ...] = get_args(CaseStatus)


def settle(session: Session, workspace: Workspace, run: str) -> list[SettledCase]:
    """Let a run that has ended decide about cases, and say what changed."""
    ended = workspace.store.runs.get(run)
    if ended is None or not workspace.store.cases.list(statuses=ANY, target=ended.target):
        return []  # without loading what decides
    from loomwork.evals.cases import settle_cases

    runtime = workspace.runtime
    found = settle_cases(workspace.store, run, now_ns=runtime.clock.now_ns(), runtime=runtime)
    words = session.words
    if len(found) > _SHOWN:
        session.say("case.settled_more", count=len(found), shown=_SHOWN)
    for each in found[:_SHOWN]:
        case = each.case
        if case.status != each.before:
            changes = words("case.changes", changes=", ".join(each.changes)) if each.changes else ""
            status = words(f"case.{case.status}")
            session.say("case.settled", number=case.n, status=status, title=case.title, changes=changes)
        if each.flaky:
            session.say("case.settled_flaky", number=case.n, rows=", ".join(map(str, each.flaky)))
    return found
