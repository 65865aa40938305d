"""Why calls of a run ran, read off the store. Knows no process: what only an open project can say is left to others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loomwork.flow.reasons import Cause
from loomwork.flow.why import Past, explained
from loomwork.store.protocols import Store
from loomwork.studio.grid.badges import record_at
from loomwork.studio.wire.runs import Cause as ToldCause
from loomwork.studio.wire.runs import Nearest, Why, WhyAsked

_OF_PROJECT = "knowledge."
"""How the names of settings begin behind which a project's knowledge bases know more: which documents changed."""


class _NeedsProjectError(Exception):
    """Only an open project can say what lies behind a change."""


def why_of(store: Store, asked: WhyAsked) -> Why | None:
    """Return what made calls run; None where that takes the project itself, or `asked.run` is no run's id.

    Raises:
        NoSuchRow: The run has no such row.
        NothingRan: No such step was executed there.
    """
    if store.runs.get(asked.run) is None:
        return None
    past = Past(store, lambda at: record_at(store, at), _told, _asker)
    try:
        found = explained(past, asked.run, row=asked.row, step=asked.step or None)
    except _NeedsProjectError:
        return None
    causes = tuple(
        ToldCause(kind=each.kind, name=each.name, file=each.file, line=each.line, before=each.before, after=each.after)
        for each in found.causes
    )
    return Why(causes=causes, nearest=Nearest(run=found.nearest_run, trace=found.nearest_trace))


def _told(name: str, causes: list[Cause]) -> list[Cause]:
    del name
    if any(cause.name.startswith(_OF_PROJECT) for cause in causes):
        raise _NeedsProjectError
    return causes


def _asker(name: str, shown: Mapping[str, str], kept: Mapping[str, Any]) -> str | None:
    """Say on whose behalf a call was made: of the built-in steps only those of knowledge are somebody's."""
    from loomwork.knowledge.steps import asker

    return None if ":" in name else asker(shown, kept)
