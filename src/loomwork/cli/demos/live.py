"""Where a model is found on this machine, it answers a few of the questions, beside the sentences that were quoted."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from loomwork.cli.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from loomwork.knowledge.answering import Answer
    from loomwork.models.discover import Found

ALIAS = "found"
_PATIENCE_S = 60


def look() -> list[Found]:
    """Return the models that `loomwork model add` would offer: local servers first."""
    from loomwork.models.discover import discover, probe_models

    return asyncio.run(discover(probe_models, os.environ))


def environment_for(found: Found) -> dict[str, str]:
    """Return an environment in which a project has the model under `ALIAS`; its own settings stay as they are."""
    table = {**found.table(_chosen(found)), "retries": "0", "timeout": str(_PATIENCE_S)}
    said = {f"LOOMWORK_MODELS__{ALIAS.upper()}__{key.upper()}": value for key, value in table.items()}
    return {**os.environ, **said}


def answers(
    session: Session, project: Path, found: Found, questions: Sequence[str], quoted: Mapping[str, Answer]
) -> list[dict[str, Any]]:
    """Let the model answer, and print each answer below the quoted one."""
    page = session.page
    session.show("demo.live.intro", title=found.title, model=_chosen(found), count=len(questions))
    given: list[dict[str, Any]] = []
    with session.open_at(project, environ=environment_for(found)) as workspace:
        base = workspace.knowledge.base("docs")
        for question in questions:
            answer = asyncio.run(base.ask(question, model=ALIAS))
            page.print(f"\n  {question}", style="bold")
            if question in quoted:
                page.print(f"    {session.words('demo.live.quoted')} {_flat(quoted[question])}", style="dim")
            page.print(f"    {session.words('demo.live.generated')} {_flat(answer)}")
            if answer.degraded:
                session.show("demo.live.failed", reason=answer.degraded)
            given.append({"question": question, "mode": answer.mode, "answer": answer.answer})
            if answer.degraded:
                break
    return given


def _chosen(found: Found) -> str:
    """Return the first of a server's models that can chat."""
    return next((each for each in found.models if "embed" not in each.lower()), "")


def _flat(answer: Answer) -> str:
    return " ".join(answer.answer.split())
