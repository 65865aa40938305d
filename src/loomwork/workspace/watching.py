"""The monitor of a served project, out of its settings. Knows no address and no rule."""

import os

from loomwork.monitor.server import Monitor
from loomwork.workspace.opening import Workspace


def monitor_of(workspace: Workspace) -> Monitor:
    """Return the monitor that [monitor] and [alerts.NAME] set. Raises `AddressMissing`."""
    settings = workspace.settings
    return Monitor(
        workspace.store,
        settings.monitor,
        settings.alerts,
        clock=workspace.runtime.clock,
        environ=os.environ,
        pid=os.getpid(),
    )
