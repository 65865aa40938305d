"""Rule 3: SQLite files are hashed with their WAL."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from loomwork.flow.observe import DatabaseRead
from loomwork.flow.observe.sqlite import database, database_path
from tests.flow.observe.conftest import App, only

READ = """
    import sqlite3
    from contextlib import closing
    def f():
        with closing(sqlite3.connect("rows.db")) as db:
            return db.execute("select * from rows").fetchall()
"""


def fill(path: Path, value: int, *, wal: bool = False) -> None:
    with closing(sqlite3.connect(path)) as db:
        if wal:
            db.execute("pragma journal_mode = wal")
        db.execute("create table if not exists rows (value)")
        db.execute("insert into rows values (?)", (value,))
        db.commit()


def test_a_database_is_observed_by_what_it_holds(app: App) -> None:
    fill(app.root / "rows.db", 1)
    watch = app.run(READ)
    seen = only(watch)
    assert isinstance(seen, DatabaseRead)
    assert app.holds(watch)
    fill(app.root / "rows.db", 2)
    assert not app.holds(watch)


def test_rows_that_are_only_in_the_wal_count(app: App) -> None:
    fill(app.root / "rows.db", 1, wal=True)
    watch = app.run(READ)
    assert app.holds(watch)
    with closing(sqlite3.connect(app.root / "rows.db")) as writer:
        writer.execute("insert into rows values (2)")
        writer.commit()
        assert (app.root / "rows.db-wal").stat().st_size > 0
        assert not app.holds(watch)


def test_a_checkpoint_changes_nothing_for_a_reader(app: App) -> None:
    path = app.root / "rows.db"
    fill(path, 1, wal=True)
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("insert into rows values (2)")
        writer.commit()
        before = database(str(path))
        plain = path.read_bytes()
        writer.execute("pragma wal_checkpoint(truncate)")
        assert path.read_bytes() != plain
        assert database(str(path)) == before
        writer.execute("insert into rows values (3)")
        writer.commit()
        assert database(str(path)) != before


def test_frames_that_a_restarted_wal_left_behind_do_not_count(app: App) -> None:
    path = app.root / "rows.db"
    fill(path, 1, wal=True)
    with closing(sqlite3.connect(path)) as writer:
        writer.executemany("insert into rows values (?)", [("x" * 3000,)] * 20)
        writer.commit()
        writer.execute("pragma wal_checkpoint(restart)")
        writer.execute("update rows set value = 'y'")
        writer.commit()
        before = database(str(path))
        writer.execute("pragma wal_checkpoint(truncate)")
        assert database(str(path)) == before


def test_a_transaction_that_is_not_committed_does_not_count(app: App) -> None:
    path = app.root / "rows.db"
    fill(path, 1, wal=True)
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("insert into rows values (2)")
        writer.commit()
        before = database(str(path))
        size = (app.root / "rows.db-wal").stat().st_size
        writer.execute("pragma cache_size = 2")
        writer.executemany("insert into rows values (?)", [("x" * 3000,)] * 50)
        assert (app.root / "rows.db-wal").stat().st_size > size, "its pages are in the file already"
        assert database(str(path)) == before
        writer.commit()
        assert database(str(path)) != before


def test_a_reader_whose_leaving_checkpoints_the_wal_keeps_its_memo(app: App) -> None:
    path = app.root / "rows.db"
    fill(path, 1, wal=True)
    writer = sqlite3.connect(path)
    writer.execute("insert into rows values (2)")
    writer.commit()
    for suffix in ("", "-wal"):  # as a killed writer leaves them
        app.write(f"left.db{suffix}", Path(f"{path}{suffix}").read_bytes())
    writer.close()
    watch = app.run(READ.replace("rows.db", "left.db"))
    assert app.result == [(1,), (2,)]
    assert not (app.root / "left.db-wal").exists()
    assert watch.spoiled == []
    assert app.holds(watch)


def test_a_call_that_writes_a_database_has_no_memo(app: App) -> None:
    fill(app.root / "rows.db", 1)
    watch = app.run("""
        import sqlite3
        def f():
            db = sqlite3.connect("rows.db")
            db.execute("insert into rows values (2)")
            db.commit()
            db.close()
    """)
    assert watch.spoiled == ["database rows.db changed during the call"]


def test_a_connection_that_was_opened_before_the_call_is_observed_when_it_is_used(app: App) -> None:
    fill(app.root / "rows.db", 1)
    module = app.module("""
        import sqlite3
        DB = sqlite3.connect("rows.db")
        def f():
            return DB.execute("select * from rows").fetchall()
        def g():
            return 1
    """)
    for _ in range(2):
        assert app.paths(app.call(module.f)) == ["rows.db"]
    assert app.call(module.g).observations == []
    module.DB.close()


def test_a_database_in_memory_and_our_own_are_no_observation(app: App) -> None:
    watch = app.run("""
        import sqlite3
        def f():
            for name in (":memory:", "", "file::memory:?cache=shared", "kept.db"):
                sqlite3.connect(name, uri=True).close()
    """)
    assert watch.observations == []


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("rows.db", "rows.db"),
        (b"rows.db", "rows.db"),
        (Path("a/rows.db"), "a/rows.db"),
        ("file:rows.db?mode=ro", "rows.db"),
        ("file:///srv/my%20rows.db", "/srv/my rows.db"),
        ("file:x?mode=memory&cache=shared", None),
        (":memory:", None),
    ],
)
def test_the_file_behind_a_connection_is_found(given: object, path: str | None) -> None:
    assert database_path(given) == path
