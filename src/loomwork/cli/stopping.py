"""Ctrl-C while a run goes on: stop cleanly at the first, leave at once at the second. Knows nothing of runs.

What is committed is safe either way. The handlers are the system's own rather than the event loop's: a step that
blocks may block the loop too.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from types import TracebackType
from typing import Any

INTERRUPTED = 130
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """A block in which Ctrl-C and SIGTERM cancel the watched task; before one is watched they end the block."""

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence
        self._asked = 0
        self._before: dict[signal.Signals, Any] = {}
        self._begin: Callable[[], object] | None = None

    def watch(self, task: asyncio.Task[Any], note: Callable[[str], None]) -> None:
        """Cancel this task of the running loop when asked to stop, and say so through `note`."""
        loop = asyncio.get_running_loop()

        def begin() -> None:
            note(self._sentence)
            task.cancel()

        self._begin = lambda: loop.call_soon_threadsafe(begin)

    def _stop(self, number: int, frame: object) -> None:
        del number, frame
        self._asked += 1
        if self._asked > 1:
            os._exit(INTERRUPTED)
        if self._begin is None:
            raise KeyboardInterrupt
        self._begin()

    def __enter__(self) -> Stopping:
        self._before = {each: signal.signal(each, self._stop) for each in _SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each, handler in self._before.items():
            signal.signal(each, handler)
