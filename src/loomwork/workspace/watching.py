"""The monitor of a served project, out of its settings. Knows no address and no rule."""

import os

from loomwork.evals.scoring.chosen import choose
from loomwork.monitor.scoring import Scoring
from loomwork.monitor.server import Monitor
from loomwork.workspace.opening import Workspace


def monitor_of(workspace: Workspace) -> Monitor:
    """Return the monitor that [monitor] and [alerts.NAME] set. Raises `AddressMissing`, `NoSuchScorer`."""
    settings = workspace.settings
    monitor, runtime = settings.monitor, workspace.runtime
    score = None
    if monitor.score and monitor.scorers:
        chosen = choose(monitor.scorers, tables=settings.scorers, project=runtime.project)
        score = Scoring(runtime, chosen, share=monitor.score).once
    return Monitor(
        workspace.store,
        monitor,
        settings.alerts,
        clock=runtime.clock,
        environ=os.environ,
        pid=os.getpid(),
        score=score,
    )
