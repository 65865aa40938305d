"""A store of an older schema is brought up to date once, whoever comes first; numbers are in order."""

import sqlite3
import threading
from pathlib import Path

import pytest

from loomwork.kernel.clock import SystemClock
from loomwork.store.sqlite import migrations
from loomwork.store.sqlite.migrations import Step
from loomwork.store.sqlite.store import SqliteStore
from tests.store.rowmaking import a_call, bodies_of


def test_migrations_are_numbered_without_gaps() -> None:
    assert [step.number for step in migrations.steps()] == list(range(1, migrations.newest() + 1))
    assert all(step.statements for step in migrations.steps())


def test_an_older_store_is_migrated_once_and_keeps_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "store.db"
    store = SqliteStore(place, clock=SystemClock())
    store.calls.commit(a_call(), bodies_of("c1"), since_ns=0)
    store.close()
    later = Step(migrations.newest() + 1, ("CREATE TABLE later (n);", "INSERT INTO later VALUES (1);"))
    known = (*migrations.steps(), later)
    monkeypatch.setattr(migrations, "steps", lambda: known)
    opened: list[SqliteStore] = []
    threads = [
        threading.Thread(target=lambda: opened.append(SqliteStore(place, clock=SystemClock()))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 6
    assert opened[0].pool.rows("SELECT n FROM later") == [(1,)]
    assert opened[0].calls.get(a_call().id) == a_call()
    for each in opened:
        each.close()


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "store.db"
    SqliteStore(place, clock=SystemClock()).close()
    known = (*migrations.steps(), Step(migrations.newest() + 1, ("CREATE TABLE later (n);", "NONSENSE;")))
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "steps", lambda: known)
        with pytest.raises(sqlite3.OperationalError):
            SqliteStore(place, clock=SystemClock())
    store = SqliteStore(place, clock=SystemClock())
    assert store.pool.rows("SELECT name FROM sqlite_master WHERE name = 'later'") == []
    store.close()
