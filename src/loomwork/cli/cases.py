"""Settle cases at the end of a run or an evaluation, and tell a person what became of them. Decides nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loomwork.cli.session import Session

if TYPE_CHECKING:
    from loomwork.evals.cases import SettledCase
    from loomwork.workspace.opening import Workspace


def settle(session: Session, workspace: Workspace, run: str) -> list[SettledCase]:
    """Let a run that has ended decide about cases, and say what changed."""
    from loomwork.evals.cases import settle_cases

    runtime = workspace.runtime
    found = settle_cases(workspace.store, run, now_ns=runtime.clock.now_ns(), runtime=runtime)
    words = session.words
    for each in found:
        case = each.case
        if case.status != each.before:
            changes = words("case.changes", changes=", ".join(each.changes)) if each.changes else ""
            status = words(f"case.{case.status}")
            session.say("case.settled", number=case.n, status=status, title=case.title, changes=changes)
        if each.flaky:
            session.say("case.settled_flaky", number=case.n, rows=", ".join(map(str, each.flaky)))
    return found
