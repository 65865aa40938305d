"""A fresh SQLite store for a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from loomwork.kernel.clock import SystemClock
from loomwork.store.sqlite.store import SqliteStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """A store on disk, closed after the test."""
    store = SqliteStore(tmp_path / "store.db", clock=SystemClock())
    yield store
    store.close()
