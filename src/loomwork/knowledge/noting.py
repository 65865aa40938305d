"""Put on the running step's span how a search went and what fitted into a context: for people, no answer depends on it.

Imports nothing heavy.
"""

from typing import Any

from msgspec import to_builtins

from loomwork.flow.context import current_frame
from loomwork.trace.explained import BUDGET, SEARCH, Budget, Explained


def note_search(noted: Explained) -> None:
    """Put how a search went on the running step's span."""
    _note(SEARCH, noted)


def note_budget(*, limit: int, used: int, kept: int, left_out: int) -> None:
    """Put what fitted into a context on the running step's span, in tokens."""
    _note(BUDGET, Budget(limit=limit, used=used, kept=kept, left_out=left_out))


def _note(name: str, value: Any) -> None:
    frame = current_frame()
    if frame is not None and frame.span is not None:
        frame.span.set(name, to_builtins(value))
