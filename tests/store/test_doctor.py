"""What is broken is found and said; what can be mended is mended; what cannot is kept beside."""

import random
import sqlite3
from pathlib import Path

import pytest

from loomwork.kernel.bodies import refer
from loomwork.kernel.clock import SystemClock
from loomwork.kernel.errors import (
    BlobsDamaged,
    IndexStale,
    LogLarge,
    NotAStore,
    RollupsShort,
    RowsDangling,
    RunCrashed,
    StoreCorrupt,
    StoreTooNew,
)
from loomwork.store import doctor, open_store
from loomwork.store.reports import Finding
from loomwork.store.sqlite.care import examine as examining
from loomwork.store.sqlite.store import SqliteStore
from tests.store.rowmaking import MINUTE_NS, NOW_NS, a_call, a_run, a_span, an_item, bodies_of, d


def fill(store: SqliteStore, count: int = 40) -> None:
    """Calls, items and spans with all their bodies."""
    store.runs.start(a_run("r1", ended_ns=NOW_NS, status="done"))
    for number in range(count):
        name = f"c{number}"
        bodies = bodies_of(name)
        store.calls.commit(a_call(name, key=d(f"k{number}"), item=number), bodies, since_ns=0)
        store.runs.put_item(an_item(number, output=a_call(name).result), [b"input"])
        body = name.encode() * 300
        store.spans.write([a_span(name, trace=d(name)[:32], input=d(name * 300), run="r1")], [body])


@pytest.fixture
def filled(store: SqliteStore) -> SqliteStore:
    fill(store)
    return store


def kinds(findings: list[Finding]) -> list[type]:
    return [type(finding.problem) for finding in findings]


def test_a_whole_store_has_nothing_to_report(filled: SqliteStore) -> None:
    assert filled.care.examine() == []
    assert filled.care.examine(depth="quick") == []
    assert doctor.examine(f"sqlite:///{filled.path}") == []


def test_a_store_that_is_not_there_is_not_created(tmp_path: Path) -> None:
    assert doctor.examine(f"sqlite:///{tmp_path}/none.db") == []
    assert list(tmp_path.iterdir()) == []


def test_memos_with_damaged_bodies_are_dropped_and_the_rest_stays(filled: SqliteStore) -> None:
    broken = a_call("c3").result
    assert broken is not None
    filled.pool.rows("UPDATE blobs SET data = x'00' || substr(data, 2) WHERE digest = ?", (bytes.fromhex(broken),))
    findings = filled.care.examine()
    assert kinds(findings) == [BlobsDamaged]
    assert broken in str(findings[0].problem)
    (done,) = filled.care.repair(findings)
    assert (done.kind, done.count) == ("BlobsDamaged", 3)
    assert filled.calls.get(a_call("c3").id) is None
    assert filled.calls.candidates(d("k3"), (0,), run="", now_ns=0) == []
    assert filled.calls.get(a_call("c4").id) is not None
    assert [item.output for item in filled.runs.items("r1")][2:4] == [a_call("c2").result, None]
    assert filled.care.examine() == []


def test_rows_without_their_bodies_are_mended(filled: SqliteStore) -> None:
    filled.pool.rows(
        "DELETE FROM blobs WHERE digest IN (?, ?)", tuple(map(bytes.fromhex, (d("input"), a_call("c5").record)))
    )
    filled.pool.rows("DELETE FROM blobs WHERE digest = ?", (bytes.fromhex(d("c6" * 300)),))
    findings = filled.care.examine()
    assert kinds(findings) == [RowsDangling, RowsDangling, RowsDangling]
    assert {finding.problem.fields["table"]: finding.problem.fields["count"] for finding in findings} == {
        "calls": 1,
        "items": 40,
        "spans": 1,
    }
    assert [finding.level for finding in findings] == ["error", "warning", "warning"]
    filled.care.repair(findings)
    assert filled.care.examine() == []
    assert filled.calls.get(a_call("c5").id) is None
    assert len(filled.spans.list()) == 40


def test_rows_whose_own_short_bodies_are_damaged_are_mended(filled: SqliteStore) -> None:
    bodies: list[bytes] = []
    for name in ("good", "bad"):
        row = a_call(name, key=d(name), result=refer(b"short", bodies), record=refer(b"record", bodies))
        filled.calls.commit(row, bodies, since_ns=0)
        filled.spans.write([a_span(name, output=refer(b"short", bodies))], bodies)
    assert filled.care.examine() == []
    for table, column in (("calls", "record"), ("spans", "output")):
        turned = f"CAST(substr({column}, 1, length({column}) - 1) || '!' AS BLOB)"
        filled.pool.rows(f"UPDATE {table} SET {column} = {turned} WHERE n = (SELECT max(n) FROM {table})")
    findings = filled.care.examine()
    assert {finding.problem.fields["table"]: finding.problem.fields["count"] for finding in findings} == {
        "calls": 1,
        "spans": 1,
    }
    filled.care.repair(findings)
    assert filled.care.examine() == []
    assert filled.calls.get(a_call("good").id) is not None
    assert filled.calls.get(a_call("bad").id) is None
    assert [span.output for span in filled.spans.list(limit=2)] in (["=short", None], [None, "=short"])


def test_a_crashed_run_is_marked_with_the_time_of_its_last_item(filled: SqliteStore) -> None:
    filled.runs.start(a_run("r2", pid=4_194_305))
    filled.runs.put_item(an_item(0, run="r2", ended_ns=NOW_NS + 77, output=a_call("c1").result))
    findings = filled.care.examine(depth="quick")
    assert kinds(findings) == [RunCrashed]
    filled.care.repair(findings)
    run = filled.runs.get("r2")
    assert run is not None
    assert (run.status, run.ended_ns) == ("crashed", NOW_NS + 77)
    assert filled.care.examine() == []


def test_a_wrong_index_of_calls_is_built_again(filled: SqliteStore) -> None:
    for number in range(600):
        filled.calls.commit(
            a_call(f"m{number}", key=d("m"), result=None, record=a_call("c1").record, reuse="never"), [], since_ns=0
        )
    filled.spans.write([a_span("x")])
    filled.pool.rows("DELETE FROM call_index WHERE n = 100")
    findings = filled.care.examine(depth="quick")
    assert kinds(findings) == [IndexStale]
    filled.care.repair(findings)
    assert filled.care.examine() == []
    assert filled.calls.of_span(a_call("m100").span) is not None


def test_minutes_that_lost_spans_are_summed_again(filled: SqliteStore) -> None:
    filled.spans.write([a_span("later", end_ns=NOW_NS + 5 * MINUTE_NS)])
    before = filled.spans.rollups(since_minute=0, until_minute=1 << 40)
    filled.pool.rows("UPDATE rollups SET count = 1 WHERE minute = ?", (NOW_NS // MINUTE_NS,))
    findings = filled.care.examine()
    assert kinds(findings) == [RollupsShort]
    filled.care.repair(findings)
    assert filled.spans.rollups(since_minute=0, until_minute=1 << 40) == before


def test_a_log_that_was_never_folded_in_is_folded_in(filled: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examining, "LOG_LARGE", 10_000)
    findings = filled.care.examine(depth="quick")
    assert kinds(findings) == [LogLarge]
    filled.care.repair(findings)
    assert filled.care.examine() == []


def damage(place: Path, *, chance: random.Random, pages: int) -> None:
    """Overwrite some pages with noise, none of those that say what tables there are: without them nothing is read."""
    connection = sqlite3.connect(place)
    schema = {number - 1 for (number,) in connection.execute("SELECT pageno FROM dbstat WHERE name = 'sqlite_schema'")}
    connection.close()
    data = bytearray(place.read_bytes())
    others = sorted(set(range(len(data) // 4096)) - schema)
    for page in chance.sample(others, min(pages, len(others))):
        data[page * 4096 : (page + 1) * 4096] = chance.randbytes(4096)
    place.write_bytes(data)


@pytest.mark.parametrize("seed", range(6))
def test_what_can_be_read_of_a_damaged_file_is_saved_and_the_file_kept(tmp_path: Path, seed: int) -> None:
    place = tmp_path / "store.db"
    store = SqliteStore(place, clock=SystemClock())
    fill(store, 300)
    store.close()
    chance = random.Random(seed)
    damage(place, chance=chance, pages=1 + seed % 3)
    broken = place.read_bytes()
    url = f"sqlite:///{place}"
    findings = doctor.examine(url)
    assert set(kinds(findings)) <= {StoreCorrupt, BlobsDamaged, RowsDangling}
    done = doctor.repair(url, findings)
    saved = next(each for each in done if each.kind == "StoreCorrupt")
    assert (tmp_path / "store.db.damaged-1").read_bytes() == broken
    assert tmp_path / "store.db.damaged-1" in saved.kept
    assert doctor.examine(url) == []
    mended = open_store(url)
    there = [number for number in range(300) if mended.calls.get(a_call(f"c{number}").id)]
    for number in there:
        row = a_call(f"c{number}")
        assert row.result is not None
        assert mended.blobs.get(row.result) == f"result of c{number}".encode()
    spans = len(mended.spans.list(limit=1_000))
    mended.close()
    assert len(there) + spans > 300
    assert not (tmp_path / "store.db.rescued").exists()


def test_a_broken_sql_index_is_built_again_without_moving_the_file(tmp_path: Path) -> None:
    place = tmp_path / "store.db"
    store = SqliteStore(place, clock=SystemClock())
    fill(store)
    store.close()
    for column in ("size", "d8"):  # build it over the wrong column, then say that it was the right one
        connection = sqlite3.connect(place)
        connection.execute("PRAGMA writable_schema=ON")
        told = f"CREATE INDEX blobs_by_digest ON blobs ({column})"
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'blobs_by_digest'", (told,))
        connection.commit()
        connection.close()
        if column == "size":
            connection = sqlite3.connect(place)
            connection.execute("REINDEX blobs_by_digest")
            connection.close()
    url = f"sqlite:///{place}"
    findings = doctor.examine(url)
    assert kinds(findings) == [StoreCorrupt]
    doctor.repair(url, findings)
    assert doctor.examine(url) == []
    assert not list(tmp_path.glob("*.damaged*"))


def test_a_store_whose_header_is_gone_is_set_aside_and_begun_anew(tmp_path: Path) -> None:
    place = tmp_path / "store.db"
    place.write_bytes(b"\0" * 100 + b"noise" * 5_000)
    url = f"sqlite:///{place}"
    (finding,) = doctor.examine(url)
    assert isinstance(finding.problem, NotAStore)
    (done,) = doctor.repair(url, [finding])
    assert done.kept[0].read_bytes().endswith(b"noise")
    assert doctor.examine(url) == []


@pytest.mark.parametrize("what", ["another program's database", "no database", "a newer schema"])
def test_what_is_not_ours_to_mend_is_left_alone(tmp_path: Path, what: str) -> None:
    place = tmp_path / "app.db"
    if what == "a newer schema":
        SqliteStore(place, clock=SystemClock()).close()
    connection = sqlite3.connect(place)
    connection.execute("PRAGMA user_version=99")
    connection.execute("CREATE TABLE users (name)")
    connection.commit()
    connection.close()
    if what == "no database":
        place.write_bytes(b"notes " * 1_000)
    before = place.read_bytes()
    url = f"sqlite:///{place}"
    (finding,) = doctor.examine(url)
    assert isinstance(finding.problem, StoreTooNew if what == "a newer schema" else NotAStore)
    assert finding.repairable == "no"
    with pytest.raises(type(finding.problem)):
        doctor.repair(url, [finding])
    assert place.read_bytes() == before
