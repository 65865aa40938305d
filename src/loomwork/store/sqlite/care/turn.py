"""One process at a time prunes, erases or repairs. Knows not what it does."""

import os
from collections.abc import Generator
from contextlib import contextmanager

from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.store import CareTaken
from loomwork.store.liveness import identity, is_gone
from loomwork.store.sqlite.connections import Connections


@contextmanager
def turn(pool: Connections, clock: Clock, name: str) -> Generator[None]:
    """Hold the store's care for a block. Raises `CareTaken`; a holder whose process is gone does not count."""
    pid = os.getpid()
    mine = (pid, identity(pid))
    with pool.writing() as session:
        execute = session.connection.execute
        for other, pid_held, process in execute("SELECT name, pid, process FROM care").fetchall():
            if not is_gone(pid_held, process):
                raise CareTaken(pid=pid_held, path=str(pool.path), name=other)
        execute("DELETE FROM care")
        execute("INSERT INTO care (name, pid, process, since_ns) VALUES (?, ?, ?, ?)", (name, *mine, clock.now_ns()))
    try:
        yield
    finally:
        with pool.writing() as session:
            session.connection.execute("DELETE FROM care WHERE pid = ? AND process = ?", mine)
