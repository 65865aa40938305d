"""Many rows with few statements: every row arrives, in order, whatever their number."""

import sqlite3

import pytest

from loomwork.store.sqlite.many import insert


@pytest.mark.parametrize("count", [0, 1, 7, 8, 33, 32 + 8 + 3, 200])
def test_every_row_arrives_in_order(count: int):
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a, b)")
    rows = [(number, b"%d" % number) for number in range(count)]
    assert insert(connection, "INSERT INTO t (a, b)", rows) == count
    assert connection.execute("SELECT a, b FROM t ORDER BY rowid").fetchall() == rows
    connection.close()


def test_rows_that_are_passed_over_are_not_counted():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a PRIMARY KEY)")
    insert(connection, "INSERT INTO t (a)", [(number,) for number in range(5)])
    assert insert(connection, "INSERT OR IGNORE INTO t (a)", [(number,) for number in range(40)]) == 35
    connection.close()
