import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from loomwork.evals.scorers import databases
from loomwork.evals.scorers.databases import run, sql_execution
from loomwork.kernel.errors import NotAChoice, ScorerFileUnreadable
from tests.evals.scorers.lab import opened

GOLD = "SELECT name, price FROM fruit ORDER BY price"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as made:
        made.executescript(
            "CREATE TABLE fruit(name TEXT, price REAL, stock INTEGER);"
            "INSERT INTO fruit VALUES ('apple', 1.5, 3), ('pear', 2.0, 0), ('梨', 0.1, 7);"
        )
    return path


def folder(file: Path) -> dict[str, bytes]:
    """All that lies beside a file, and the file."""
    return {each.name: each.read_bytes() for each in file.parent.iterdir()}


async def score(said: str, expected: object = GOLD, **settings: object):
    return await sql_execution(said, expected, {}, database="shop.db", **settings)  # pyright: ignore[reportArgumentType] -- settings by name


async def test_another_query_with_the_same_rows_is_right(file: Path):
    assert (await score("```sql\nselect f.name, f.price from fruit f order by 2\n```")).value == 1
    assert (await score("SELECT name, price FROM fruit ORDER BY price DESC")).value == 0
    assert (await score("SELECT name, price FROM fruit ORDER BY price DESC", order="any")).value == 1
    assert (await score("SELECT name, price FROM fruit", "SELECT name, price FROM fruit")).value == 1


async def test_rows_are_counted_and_numbers_compared_to_nine_digits(file: Path):
    assert (await score("SELECT name, price * 3 / 3 FROM fruit ORDER BY price")).value == 1
    found = await score("SELECT name, price FROM fruit WHERE stock > 0 ORDER BY price")
    assert (found.value, found.reason) == (0, "2 rows where 3 are expected")


async def test_columns_count_in_their_order_unless_that_is_said(file: Path):
    turned = "SELECT price, name FROM fruit ORDER BY price"
    assert (await score(turned)).value == 0
    assert (await score(turned, columns="any")).value == 1
    assert (await score("SELECT price, price FROM fruit ORDER BY price", columns="any")).value == 0


async def test_any_accepted_query_will_do_and_one_that_fails_is_no_verdict(file: Path):
    assert (await score("SELECT 1", ["SELECT 2", "SELECT 1"])).value == 1
    found = await score("SELECT 1", "SELECT nothing FROM nowhere")
    assert (found.value, found.label) == (None, "expected fails")
    assert (await score("SELECT 1", None)).value is None
    both = await score("SELECT name FROM fruit WHERE stock > 99", "SELECT name FROM fruit WHERE price > 99")
    assert (both.value, both.label) == (1, "both empty")


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM fruit",
        "DROP TABLE fruit",
        "INSERT INTO fruit VALUES ('x', 1, 1)",
        "UPDATE fruit SET price = 0 RETURNING *",
        "CREATE TEMP TABLE t(x)",
        "ATTACH 'other.db' AS other",
        "PRAGMA writable_schema = 1",
        "SELECT load_extension('x')",
        "VACUUM INTO 'copy.db'",
        "SELECT 1; DELETE FROM fruit",
        "",
        "not SQL at all",
        "SELECT '\ud800'",
    ],
)
async def test_whatever_the_query_says_nothing_is_written(file: Path, sql: str):
    before = folder(file)
    found = await score(sql)
    assert found.value == 0
    assert folder(file) == before


async def test_a_file_with_a_log_that_was_not_merged_is_read_and_left_as_it_is(file: Path):
    with closing(sqlite3.connect(file)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("INSERT INTO fruit VALUES ('fig', 3, 1)")
        writer.commit()
        before = {name: body for name, body in folder(file).items() if not name.endswith("-shm")}
        assert (await score("SELECT count(*) FROM fruit", "SELECT 4")).value == 1
        assert {name: body for name, body in folder(file).items() if not name.endswith("-shm")} == before


async def test_the_file_is_opened_for_reading_only(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(databases, "_authorise", lambda *_: sqlite3.SQLITE_OK)
    assert "readonly" in run(file, "DELETE FROM fruit", 5, 10).problem


async def test_a_query_without_end_is_stopped(file: Path):
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
    found = await score(endless, seconds=0.2)
    assert (found.value, found.reason) == (0, "longer than 0.2 s")
    many = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 5000) SELECT x FROM n"
    assert (await score(many, rows=100)).reason == "more than 100 rows"
    assert run(file, "SELECT zeroblob(1000000000)", 5, 10).problem


async def test_the_database_may_stand_in_the_row_and_has_to_be_there(file: Path):
    assert (await sql_execution("SELECT 1", "SELECT 1", {"database": "shop.db"})).value == 1
    assert (await sql_execution("SELECT 1", "SELECT 1", {})).value is None
    with pytest.raises(ScorerFileUnreadable, match="gone"):
        await sql_execution("SELECT 1", "SELECT 1", {}, database="gone.db")
    with pytest.raises(NotAChoice):
        await score("SELECT 1", order="sorted")


async def test_a_changed_database_is_asked_again(file: Path):
    sql = "SELECT count(*) FROM fruit"

    async def scored() -> float | None:
        with opened(file.parent):
            return (await sql_execution(sql, "SELECT 3", {}, database="shop.db")).value

    assert await scored() == 1
    with closing(sqlite3.connect(file)) as made:
        made.execute("DELETE FROM fruit WHERE stock = 0")
        made.commit()
    assert await scored() == 0
