"""`GET /api/status`: where the studio is and what it has."""

from __future__ import annotations

import time

from loomwork import __version__
from loomwork.kernel.errors.base import LoomworkError
from loomwork.studio.endpoints import Endpoint, Nothing
from loomwork.studio.problems import problem_of
from loomwork.studio.studio import Studio
from loomwork.studio.wire.problem import Problem
from loomwork.studio.wire.status import Status
from loomwork.workspace.settings import load_settings

_COUNTED = 1000


def status(studio: Studio, asked: Nothing) -> Status:
    """Return it."""
    del asked
    models: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    problem: Problem | None = None
    try:
        settings = load_settings(studio.folder)
        models, bases = tuple(settings.models), tuple(settings.knowledge)
    except LoomworkError as error:
        problem = problem_of(error)
    return Status(
        version=__version__,
        project=studio.folder.name,
        now_ms=time.time() * 1000,
        runs=len(studio.store.runs.list(limit=_COUNTED)),
        models=models,
        bases=bases,
        problem=problem,
    )


ENDPOINTS = (
    Endpoint(name="status", method="GET", path="/api/status", tells="Where the studio is.", call=status, gives=Status),
)
