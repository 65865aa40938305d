"""The monitor of a served project, out of its settings. Knows no address and no rule."""

import os
from collections.abc import Callable

from loomwork.evals.scoring.chosen import choose
from loomwork.kernel.errors.base import LoomworkError
from loomwork.monitor.scoring import Scoring
from loomwork.monitor.server import Monitor
from loomwork.workspace.opening import Workspace

Words = Callable[[LoomworkError], str]
Speaks = Callable[[str], Words]
"""Returns the words of a language; of an empty name those of whoever started the server."""


def in_english(language: str) -> Words:
    """Return English words, whatever the language."""
    del language
    return str


def monitor_of(workspace: Workspace, speaks: Speaks = in_english) -> Monitor:
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
        words=speaks(monitor.language),
    )
