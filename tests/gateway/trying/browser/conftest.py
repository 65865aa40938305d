"""A real Chromium for try pages: the studio's, which hears what a browser complains of."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from loomwork.kernel.clock import SystemClock
from loomwork.store.sqlite.store import SqliteStore
from tests.gateway.trying.served import Place, serving
from tests.studio.browser.conftest import Complaints, browser, complaints, tab

__all__ = ["browser", "complaints", "tab"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "store.db", clock=SystemClock())
    yield made
    made.close()


@pytest.fixture
def place(store: SqliteStore, complaints: Complaints) -> Iterator[Place]:
    with serving(store) as found:
        yield found
        complaints.is_over = True


@pytest.fixture
def closed(store: SqliteStore, complaints: Complaints) -> Iterator[Place]:
    """Keys are asked for: pages open by link only."""
    with serving(store, is_open=False) as found:
        yield found
        complaints.is_over = True
