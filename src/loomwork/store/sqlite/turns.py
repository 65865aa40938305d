"""Whose turn it is to write, among the threads of one process: first come, first served. Knows no database.

SQLite lets waiting writers look again now and then, so that a thread which writes one transaction after another hardly
ever lets a second one in. Here the lock is handed to who has waited longest. Other processes still wait SQLite's way.
"""

import os
import threading
import weakref
from collections import deque


class Turns:
    """A lock without overtaking. Held for a moment only; not reentrant."""

    __slots__ = ("__weakref__", "_guard", "_taken", "_waiting")

    def __init__(self) -> None:
        self._anew()
        _all.add(self)

    def _anew(self) -> None:
        """Begin without anybody waiting: in a forked child, whoever held the turn is not there."""
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    def take(self) -> None:
        """Wait for the turn."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        try:
            mine.acquire()
        except BaseException:
            self._leave(mine)
            raise

    def give(self) -> None:
        """Hand the turn to who has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False

    def _leave(self, mine: threading.Lock) -> None:
        """Wait no longer; a turn that was handed over meanwhile is handed on."""
        with self._guard:
            handed = mine not in self._waiting
            if not handed:
                self._waiting.remove(mine)
        if handed:
            self.give()


_all: "weakref.WeakSet[Turns]" = weakref.WeakSet()


def _in_child() -> None:
    for each in list(_all):
        each._anew()  # pyright: ignore[reportPrivateUsage] -- of this module


os.register_at_fork(after_in_child=_in_child)
