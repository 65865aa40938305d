"""What a prune keeps, what an erase leaves nothing of."""

import contextlib
import json
import os
import random
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
import zstandard

from loomwork.kernel.bodies import refer, reference
from loomwork.kernel.canonical import digest_bytes
from loomwork.kernel.clock import ManualClock
from loomwork.kernel.errors import RunCrashed
from loomwork.store.sqlite.care import references
from loomwork.store.sqlite.store import SqliteStore
from tests.store.rowmaking import NOW_NS, a_call, a_run, a_span, ailments, an_item, d

CANARY = "canary-7f3a-李雷@example.com"
HOURS_S = 7_200


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(start_ns=NOW_NS)


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> SqliteStore:
    """A store whose clock can be moved past the grace that young bodies have."""
    return SqliteStore(tmp_path / "store.db", clock=clock)


def test_a_body_stays_while_anything_refers_to_it(store: SqliteStore, clock: ManualClock) -> None:
    names = ("result", "record", "of item", "answer", "of span", "shown", "nobody's")
    bodies = {name: name.encode() * 300 for name in names}
    at = {name: digest_bytes(body) for name, body in bodies.items()}
    for body in bodies.values():
        store.blobs.put(body)
    store.calls.commit(a_call("c", result=at["result"], record=at["record"], run="keep"), [], since_ns=0)
    store.runs.put_item(an_item(0, input=at["of item"], output=at["answer"], run="keep"))
    store.spans.write([a_span("s", input=at["of span"], output=at["shown"], run="keep")])
    clock.tick(HOURS_S)
    assert store.care.prune(runs=["other"]).blobs == 1
    assert {name for name in names if store.blobs.has(at[name])} == {*names} - {"nobody's"}
    assert ailments(store) == []
    pruned = store.care.prune(runs=["keep"])
    assert (pruned.calls, pruned.items, pruned.spans, pruned.blobs) == (1, 1, 1, 6)
    assert pruned.blob_bytes > 0


@pytest.mark.parametrize("size", [10, 2_000], ids=["short", "long"])
def test_a_body_that_a_kept_record_mentions_stays(store: SqliteStore, clock: ManualClock, size: int) -> None:
    """Arguments and behaviour are bodies of their own, named only inside the record."""
    arguments = store.blobs.put(b"arguments " * 100)
    record = json.dumps({"bodies": arguments, "parts": None, "shown": "x" * size}).encode()
    keep_call(store, "c", b"result", record, run="keep")
    clock.tick(HOURS_S)
    store.care.prune(runs=["other"])
    assert store.blobs.get(arguments) == b"arguments " * 100
    store.care.prune(runs=["keep"])
    assert not store.blobs.has(arguments)


def test_a_young_body_waits_for_its_row(store: SqliteStore, clock: ManualClock) -> None:
    old = store.blobs.put(b"old, then put again")
    clock.tick(HOURS_S)
    assert store.blobs.put(b"old, then put again") == old
    young = store.blobs.put(b"young")
    assert store.care.prune(runs=["x"]).blobs == 0
    clock.tick(HOURS_S)
    assert store.care.prune(runs=["x"]).blobs == 2
    assert not store.blobs.has(young)


def test_a_commit_during_a_prune_keeps_the_old_body_that_it_needs(
    store: SqliteStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The marking was over when another thread committed a row that refers to a body nobody wanted before."""
    body = b"nobody wants me yet " * 50
    digest = store.blobs.put(body)
    clock.tick(HOURS_S)
    mark = references._mark_all

    def then_commit(pool: object, table: str) -> int:
        last = mark(pool, table)  # pyright: ignore[reportArgumentType]  # the pool it was given
        if table == "spans":
            commits = threading.Thread(
                target=lambda: store.calls.commit(a_call("late", result=digest), [body], since_ns=0)
            )
            commits.start()
            commits.join()
        return last

    monkeypatch.setattr(references, "_mark_all", then_commit)
    store.blobs.put(b"unwanted")
    clock.tick(HOURS_S)
    assert store.care.prune(runs=["x"]).blobs == 1
    assert store.blobs.get(digest) == body


def test_a_run_that_is_going_on_is_not_pruned(store: SqliteStore, clock: ManualClock) -> None:
    store.runs.start(a_run("live", pid=os.getpid()))
    store.runs.start(a_run("dead", pid=4_194_305))
    for name in ("live", "dead"):
        store.runs.put_item(an_item(0, run=name))
        store.spans.write([a_span(name, run=name)])
    pruned = store.care.prune(older_than_ns=NOW_NS + 10**15)
    assert (pruned.runs, pruned.items, pruned.spans) == (1, 1, 1)
    assert [run.id for run in store.runs.list()] == ["live"]


def test_room_given_back_makes_the_file_smaller(store: SqliteStore, clock: ManualClock) -> None:
    for number in range(30):
        store.spans.write([a_span(f"s{number}", input=d(str(number)))], [os.urandom(20_000)])
    clock.tick(HOURS_S)
    store.care.prune(older_than_ns=NOW_NS + 10**15)
    trimmed = store.care.compact()
    assert trimmed.after_bytes < trimmed.before_bytes / 3
    assert store.care.size().free_bytes == 0


ZSTD_FRAME = b"\x28\xb5\x2f\xfd"


def every_byte(folder: Path) -> bytes:
    """All bytes of all files, and what can be unpacked of them: from wherever a zstd frame begins."""
    found: list[bytes] = []
    for file in sorted(folder.rglob("*")):
        data = file.read_bytes() if file.is_file() else b""
        found.append(data)
        place = data.find(ZSTD_FRAME)
        while place >= 0:
            with contextlib.suppress(zstandard.ZstdError):
                found.append(zstandard.ZstdDecompressor().decompressobj().decompress(data[place : place + 4_000_000]))
            place = data.find(ZSTD_FRAME, place + 1)
    return b"".join(found)


def keep_call(store: SqliteStore, name: str, result: bytes, record: bytes, **changes: Any) -> None:
    bodies: list[bytes] = []
    fields = {"key": d(name), "result": refer(result, bodies), "record": refer(record, bodies)}
    store.calls.commit(a_call(name, **(fields | changes)), bodies, since_ns=0)


def noise(rare: random.Random, words: int) -> str:
    return " ".join(f"{rare.random():.9f}" for _ in range(words))


def plant(store: SqliteStore) -> None:
    """Put the canary wherever a subject can be: marked and unmarked, plain, compressed and escaped."""
    rare = random.Random(5)
    for number in range(120):
        hay = noise(rare, rare.randrange(2, 300))
        body = f"{hay} order {number} {hay}".encode()
        trace = d(f"t{number}")[:32]
        keep_call(store, f"c{number}", body, f"record {number} {hay}".encode(), item=number, trace=trace)
        bodies: list[bytes] = []
        mark = refer(body, bodies)
        store.spans.write([a_span(f"c{number}", trace=trace, item=number, run="r1", input=mark)], bodies)
        store.runs.put_item(an_item(number, input=mark, trace=trace), bodies)
    hay = noise(rare, 200)
    for number, text in enumerate((CANARY, f"{hay} {CANARY} {hay}", json.dumps({"who": CANARY, "noise": hay}))):
        plant_marked(store, number, text)
        keep_call(store, f"unmarked {number}", f"unmarked {text}".encode(), b"r")
        hidden = store.blobs.put(b"hidden " + text.encode())
        keep_call(store, f"hidden {number}", b"r", json.dumps({"bodies": hidden}).encode())
    short = reference(f"to {CANARY}".encode())
    store.spans.write([a_span("short", trace="cd" * 16, output=short)])
    store.runs.put_item(an_item(2_000, output=short))
    store.spans.write([a_span("word", attributes={"user": {"mail": CANARY}}), a_span("named", name=f"ask {CANARY}")])
    store.spans.write([a_span("failed", error=f"no user {CANARY}", trace="ef" * 16)])
    store.spans.write([a_span("shown", preview_out=CANARY)])
    keep_call(store, "failed", b"", b"", error=f"ValueError: {CANARY}", reuse="never")
    store.runs.start(a_run("r9", meta=json.dumps({"args": [CANARY]}).encode(), dataset=f"data/{CANARY}.jsonl"))


def plant_marked(store: SqliteStore, number: int, text: str) -> None:
    body = text.encode()
    bodies: list[bytes] = []
    mark, trace = refer(body, bodies), d(f"marked {number}")[:32]
    root = a_span(f"m{number}", trace=trace, subject=CANARY, input=mark, preview_in=text[:80])
    store.spans.write([root, a_span(f"child{number}", trace=trace, parent="ab" * 8, output=mark)], bodies)
    inside = store.blobs.put(b"arguments of " + body)
    keep_call(store, f"marked {number}", body, json.dumps({"bodies": inside}).encode(), trace=trace)
    store.runs.put_item(an_item(1_000 + number, subject=CANARY, input=mark, error=text, run="r2"), bodies)


@pytest.mark.parametrize("secure_delete", ["ON", "OFF"])
def test_after_an_erase_no_byte_of_the_subject_is_left(store: SqliteStore, tmp_path: Path, secure_delete: str) -> None:
    """Neither wiping of deleted cells alone nor writing the file anew alone is trusted: each must do by itself."""
    store.pool.session().connection.execute(f"PRAGMA secure_delete={secure_delete}")
    plant(store)
    needles = (CANARY.encode(), json.dumps(CANARY)[1:-1].encode(), b"canary-7f3a")
    before = every_byte(tmp_path)
    assert all(needle in before for needle in needles)
    erased = store.care.erase(CANARY)
    after = every_byte(tmp_path)
    assert [needle for needle in needles if needle in after] == []
    assert erased.remains == ()
    assert erased.found_count >= 8
    assert {hit.table for hit in erased.found} == {"calls", "spans", "items"}
    assert a_call("hidden 0").id in {hit.id for hit in erased.found}
    assert erased.scrubbed == 3
    run = store.runs.get("r9")
    assert run is not None
    assert (run.meta, run.dataset) == (b"", "")
    assert ailments(store) == []
    for number in range(120):
        assert store.calls.get(a_call(f"c{number}").id) is not None
        (span,) = store.spans.trace(d(f"t{number}")[:32])
        assert span.input is not None
        assert f" order {number} ".encode() in store.blobs.get(span.input)
    assert len(list(store.runs.items("r1"))) == 120


def test_an_erase_of_nobody_removes_nothing(store: SqliteStore) -> None:
    plant(store)
    before = store.care.size().blobs.count
    erased = store.care.erase("nobody@example.com")
    assert (erased.calls, erased.spans, erased.items, erased.blobs, erased.found_count) == (0, 0, 0, 0, 0)
    assert store.care.size().blobs.count == before


def test_a_body_shared_with_somebody_else_stays(store: SqliteStore) -> None:
    """The subject's rows go; what another's row refers to as well, and does not hold the name, stays."""
    shared = store.blobs.put(b"a common question " * 60)
    store.spans.write([a_span("hers", subject=CANARY, input=shared, trace="aa" * 16)])
    store.spans.write([a_span("his", subject="somebody else", input=shared, trace="bb" * 16)])
    store.care.erase(CANARY)
    assert store.spans.trace("aa" * 16) == []
    assert store.blobs.get(shared) == b"a common question " * 60


def test_an_erase_says_which_files_it_could_not_clean(store: SqliteStore, tmp_path: Path) -> None:
    plant(store)
    copy = tmp_path / "store.db.damaged-1"
    copy.write_bytes(b"an older copy")
    assert store.care.erase(CANARY).remains == (copy,)


def test_an_erase_with_a_reader_in_the_way_says_that_the_log_remains(store: SqliteStore, tmp_path: Path) -> None:
    plant(store)
    reader = sqlite3.connect(store.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM calls").fetchone()
    store.pool.session().connection.execute("PRAGMA busy_timeout=50")
    assert store.care.erase(CANARY).remains == (tmp_path / "store.db-wal",)
    reader.execute("COMMIT")
    reader.close()
    assert store.care.erase(CANARY).remains == ()
    assert CANARY.encode() not in every_byte(tmp_path)


def test_a_run_of_a_dead_process_is_reported_as_crashed(store: SqliteStore) -> None:
    store.runs.start(a_run("live", pid=os.getpid()))
    store.runs.start(a_run("dead", pid=4_194_305))
    store.runs.start(a_run("ended", pid=4_194_305, ended_ns=NOW_NS, status="done"))
    assert {run.id: run.status for run in store.runs.list()} == {"live": "running", "dead": "crashed", "ended": "done"}
    (problem,) = ailments(store)
    assert isinstance(problem, RunCrashed)
