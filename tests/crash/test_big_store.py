"""A big store: what size, prune, export and erase take, and that an erased person is in no byte of any file.

20,000 spans here, 1,000,000 in the nightly run. Each command is the real one, in a process of its own, so that its
peak memory is its own.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from loomwork.kernel import codecs
from loomwork.kernel.canonical import digest_bytes
from loomwork.kernel.clock import SystemClock
from loomwork.store.rows import CallRow, ItemRow, RunRow, SpanRow
from loomwork.store.sqlite.blobs import opened
from loomwork.store.sqlite.store import SqliteStore
from tests.crash.lives import PROGRAM

pytestmark = pytest.mark.crash
CANARY = "canary-7f3a-李雷@example.com"
OTHER = "someone-else@example.com"
EVERY = 400
"""One span in so many has to do with the canary."""
WORDS = ("refund", "ticket", "policy", "delay", "seat", "价格", "航班", "取消")
NOW_NS = 1_760_000_000_000_000_000


class Figures(msgspec.Struct, frozen=True):
    """What one command took."""

    seconds: float
    peak_mb: int
    out: Any


class Bodies:
    """Bodies of random words, with a name somewhere inside; no two are the same."""

    def __init__(self) -> None:
        self.rng = random.Random(7)
        self._texts = [" ".join(self.rng.choices(WORDS, k=60)) for _ in range(500)]
        self._made = 0

    def body(self, *, about: str = "", texts: int = 2) -> bytes:
        """One body."""
        self._made += 1
        before, after = self.rng.choices(self._texts, k=2)
        return codecs.encode({"n": self._made, "text": f"{before} {about} {after}" if texts == 2 else about + " ok"})


def fill(store: SqliteStore, spans: int) -> int:
    """Fill a store; return how many rows and bodies hold the canary (some without being marked as its)."""
    source = Bodies()
    planted = 0
    run = RunRow(id="r1", target="app:answer", started_ns=NOW_NS, meta=json.dumps({"data": CANARY}).encode())
    store.runs.start(run)
    for start in range(0, spans, 500):
        rows: list[SpanRow] = []
        bodies: list[bytes] = []
        for number in range(start, min(start + 500, spans)):
            its = number % EVERY == 17
            planted += its
            row, more = span(source, number, CANARY if its else OTHER if number % EVERY == 18 else "")
            rows.append(row)
            bodies += more
            if number % 20 == 17:
                memo(store, source, number, CANARY if its else "")
        store.spans.write(rows, bodies)
    store.runs.finish(msgspec.structs.replace(run, ended_ns=NOW_NS + 1, status="done"))
    return planted


def span(source: Bodies, number: int, who: str) -> tuple[SpanRow, list[bytes]]:
    """One span; the canary is in one of its places in turn, and only sometimes marked as the subject."""
    place = (number // EVERY) % 6
    bodies = [source.body(about=who if place == 0 else ""), source.body(about=who if place == 1 else "", texts=0)]
    row = SpanRow(
        trace=f"{number // 5:032x}",
        span=f"{number:016x}",
        parent="" if number % 5 == 0 else f"{number - number % 5:016x}",
        name="app:answer",
        kind="step" if number % 5 == 0 else "model",
        start_ns=NOW_NS + number * 1_000_000,
        end_ns=NOW_NS + number * 1_000_000 + number * 7_919 % 5_000_000,
        status="error" if place == 2 and who else "ok",
        error=f"no such customer: {who}" if place == 2 and who else None,
        run="r1",
        item=number // 5,
        input=digest_bytes(bodies[0]),
        output=digest_bytes(bodies[1]),
        preview_in=f"asks {who}" if place == 3 else "asks",
        subject=who if place == 4 else "",
        attributes={"customer": {"email": [who]}} if place == 5 and who else {"n": number},
    )
    return row, bodies


def memo(store: SqliteStore, source: Bodies, number: int, who: str) -> None:
    """A memo, and an item whose metadata names the person."""
    result, record = source.body(about=who), json.dumps({"preview_in": who, "n": number, "calls": []}).encode()
    store.calls.commit(
        CallRow(
            id=f"{number:028x}", key=digest_bytes(b"key %d" % number), step="app:answer", kind="step",
            behaviour=digest_bytes(b"b"), inputs=digest_bytes(b"i %d" % number), run="r1", item=number // 5, trial=0,
            status="ok", reuse="always", result=digest_bytes(result), value=digest_bytes(result),
            observed=digest_bytes(b"o"), record=digest_bytes(record), created_ns=NOW_NS + number * 1_000_000,
        ),
        [result, record],
        since_ns=0,
    )  # fmt: skip
    given = codecs.encode({"question": "why?", "customer": {"mail": who}, "n": number})
    store.runs.put_item(
        ItemRow(
            run="r1", index=number // 5, trial=0, status="ok", input=digest_bytes(given), output=digest_bytes(result)
        ),
        [given],
    )


def command(folder: Path, *words: str) -> Figures:
    """Run a `loomwork store` command and measure it."""
    began = time.monotonic()
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        child = subprocess.Popen([PROGRAM, "store", *words, "--json"], cwd=folder, stdout=out, stderr=err)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, (folder / "err").read_text()
    told = Figures(
        round(time.monotonic() - began, 2), usage.ru_maxrss // 1024, json.loads((folder / "out").read_bytes())
    )
    sys.stderr.write(f"{words[0]}: {told.seconds} s, peak {told.peak_mb} MB, {str(told.out)[:300]}\n")
    return told


def needles(subject: str) -> list[bytes]:
    """The person's name in every form in which it may stand in a file."""
    escaped = json.dumps(subject)[1:-1]
    return [subject.encode(), subject.encode("utf-16-le"), escaped.encode(), subject.partition("@")[0].encode()]


def holding(store: SqliteStore, words: list[bytes]) -> Iterator[str]:
    """Yield every body that, opened, holds one of the words."""
    last = 0
    while rows := store.pool.rows("SELECT n, form, size, data FROM blobs WHERE n > ? ORDER BY n LIMIT 500", (last,)):
        for n, form, size, data in rows:
            whole = opened(store.pool.session(), form, size, data) or b""
            if any(word in whole for word in words):
                yield f"body {n}"
        last = rows[-1][0]


def in_files(folder: Path, words: list[bytes]) -> list[str]:
    """Name the files of the store that hold one of the words in any byte."""
    found: list[str] = []
    longest = max(map(len, words))
    for file in sorted(folder.iterdir()):
        tail = b""
        with file.open("rb") as opened_file:
            while piece := opened_file.read(1 << 22):
                piece = tail + piece
                if any(word in piece for word in words):
                    found.append(file.name)
                    break
                tail = piece[-longest:]
    return found


def look_after(folder: Path, spans: int) -> dict[str, Figures]:
    """Fill, measure, prune, export and erase."""
    (folder / "loomwork.toml").write_text("")
    place = folder / ".loomwork"
    place.mkdir()
    store = SqliteStore(place / "store.db", clock=SystemClock())
    planted = fill(store, spans)
    words = needles(CANARY)
    assert len(list(holding(store, words))) >= planted // 3
    others = sum(1 for _ in holding(store, [OTHER.encode()]))
    assert others
    store.close()
    assert in_files(place, [CANARY.partition("@")[0].encode()]) == ["store.db"]
    told = {"size": command(folder, "size")}
    assert sum(table["rows"] for table in told["size"].out["tables"] if table["name"] == "spans") == spans
    told["export"] = command(folder, "export", "copy.jsonl", "--format", "jsonl")
    assert told["export"].out["rows"] >= spans
    (folder / "copy.jsonl").unlink()
    told["erase"] = command(folder, "erase", CANARY, "--yes")
    assert told["erase"].out["remains"] == []
    assert told["erase"].out["spans"] >= planted
    assert told["erase"].out["scrubbed"] == 1, "how the run was started"
    assert in_files(place, words) == []
    store = SqliteStore(place / "store.db", clock=SystemClock())
    assert list(holding(store, words)) == []
    assert [finding.problem for finding in store.care.examine()] == []
    assert sum(1 for _ in holding(store, [OTHER.encode()])) == others, "somebody else lost a body"
    left = store.pool.row("SELECT count(*) FROM spans")[0]
    assert spans - 6 * planted <= left <= spans - planted
    store.close()
    told["prune"] = command(folder, "prune", "--kind", "model", "--yes")
    assert told["prune"].out["spans"] > 0
    return told


def test_an_erased_person_is_in_no_byte_of_a_store(tmp_path: Path) -> None:
    look_after(tmp_path, 20_000)


@pytest.mark.nightly
def test_an_erased_person_is_in_no_byte_of_a_store_of_a_million_spans(tmp_path: Path) -> None:
    told = look_after(tmp_path, 1_000_000)
    assert all(each.peak_mb < 700 for each in told.values()), told
