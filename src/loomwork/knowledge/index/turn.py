"""One writer at a time, in this process or another. Knows nothing of what is written.

The turn is an exclusive transaction on a small database of its own: SQLite's locks are released by the system when a
process dies, however it dies, and they hold between threads as well.
"""

import sqlite3
import time
from pathlib import Path

from loomwork.kernel.errors import IndexBusy
from loomwork.store.sqlite.faults import is_busy, translated

FILE = "writer.lock"
_NAP_S = 0.02


class Turn:
    """Held from `take` to `leave`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._connection: sqlite3.Connection | None = None

    def take(self, patience_s: float) -> None:
        """Wait for the turn so long, then raise `IndexBusy`."""
        path = self._folder / FILE
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0.0)
        began = time.monotonic()
        while True:
            try:
                connection.execute("PRAGMA journal_mode=OFF")  # nothing is ever written
                connection.execute("BEGIN EXCLUSIVE")
            except sqlite3.Error as error:
                waited = time.monotonic() - began
                if not is_busy(error) or waited >= patience_s:
                    connection.close()
                    if is_busy(error):
                        raise IndexBusy(name=self._folder.name, seconds=round(waited)) from error
                    raise translated(error, path) from error
                time.sleep(_NAP_S)
            else:
                self._connection = connection
                return

    def leave(self) -> None:
        """Let the next one in."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
