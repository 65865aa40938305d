"""What the roots of traces say stands beside them for searches, and goes where its root goes."""

import sqlite3
from pathlib import Path

import pytest

from loomwork.kernel.clock import ManualClock
from loomwork.store.sqlite import migrations
from loomwork.store.sqlite.care.salvage import salvage
from loomwork.store.sqlite.store import SqliteStore
from loomwork.store.traces import TraceQuery
from tests.store.rowmaking import NOW_NS, a_span, d


def texts(store: SqliteStore) -> list[str]:
    return [text for (text,) in store.pool.rows("SELECT text FROM root_texts ORDER BY n")]


def found(store: SqliteStore, text: str) -> list[str]:
    return [root.row.span for root in store.traces.find(TraceQuery(text=text), limit=9).roots]


@pytest.fixture
def store(tmp_path: Path):
    made = SqliteStore(tmp_path / "store.db", clock=ManualClock(start_ns=NOW_NS))
    yield made
    made.close()


def fill(store: SqliteStore) -> None:
    """Write a root of Wang's, a span beneath it, and a root of nobody's."""
    root = a_span("root", preview_in="asked by wang", preview_out="said", subject="wang", trace="11" * 16)
    beneath = a_span("beneath", parent=root.span, preview_in="deep down", trace="11" * 16)
    store.spans.write([root, beneath, a_span("other", preview_in="other", error="broken", trace="22" * 16)])


def test_only_roots_have_their_texts_kept(store: SqliteStore) -> None:
    fill(store)
    store.spans.write([a_span("root", preview_in="asked again", trace="11" * 16)])  # there already: left alone
    assert texts(store) == ["asked by wang\nsaid\n", "other\n\nbroken"]
    assert found(store, "BY WANG") == [d("span root")[:16]]
    assert found(store, "broken") == [d("span other")[:16]]
    assert found(store, "deep down") == []


def test_a_text_goes_with_its_root_and_comes_with_a_change(store: SqliteStore) -> None:
    fill(store)
    store.pool.changed("UPDATE spans SET preview_in = 'changed' WHERE preview_in = :said", {"said": "other"})
    assert texts(store) == ["asked by wang\nsaid\n", "changed\n\nbroken"]
    store.care.prune(older_than_ns=NOW_NS + 1_000_000_000)
    assert texts(store) == []


def test_nothing_of_a_person_stays_in_the_texts(store: SqliteStore) -> None:
    fill(store)
    store.care.erase("wang")
    assert texts(store) == ["other\n\nbroken"]
    assert b"by wang" not in store.pool.path.read_bytes()


def test_texts_are_saved_with_the_roots_of_a_damaged_store(store: SqliteStore, tmp_path: Path) -> None:
    fill(store)
    store.close()
    salvage(tmp_path / "store.db")
    saved = SqliteStore(tmp_path / "store.db", clock=ManualClock(start_ns=NOW_NS))
    assert texts(saved) == ["asked by wang\nsaid\n", "other\n\nbroken"]
    saved.close()


def test_a_store_of_before_is_given_the_texts_of_its_roots(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tuple(step for step in migrations.steps() if not any("root_texts" in each for each in step.statements))
    (step,) = (step for step in migrations.steps() if step not in before)
    fill(store)
    store.close()
    with sqlite3.connect(tmp_path / "store.db") as connection:
        connection.execute("DROP TABLE root_texts")
        for kind in ("insert", "delete", "update"):
            connection.execute(f"DROP TRIGGER root_texts_{kind}")
        connection.execute(f"PRAGMA user_version={step.number - 1}")
    connection.close()
    monkeypatch.setattr(migrations, "steps", lambda: (*before[: step.number - 1], step))
    migrated = SqliteStore(tmp_path / "store.db", clock=ManualClock(start_ns=NOW_NS))
    assert texts(migrated) == ["asked by wang\nsaid\n", "other\n\nbroken"]
    migrated.close()
