"""Whatever is put, committed and pruned, in any order: the store answers as a dictionary would."""

import tempfile
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from loomwork.kernel.canonical import Digest, digest_bytes
from loomwork.kernel.clock import ManualClock
from loomwork.store import buckets, open_store
from loomwork.store.rows import CallRow
from tests.store.rowmaking import NOW_NS, a_call, ailments, d

KEYS = [d(f"k{n}") for n in range(3)]
RUNS = ["r1", "r2"]
HOUR_S = 3_600


class StoreAgainstDictionary(RuleBasedStateMachine):
    """Blobs and calls of a SQLite store beside two dictionaries."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = ManualClock(start_ns=NOW_NS)
        self.url = f"sqlite:///{Path(self.folder.name) / 'store.db'}"
        self.store = open_store(self.url, clock=self.clock)
        self.blobs: dict[Digest, bytes] = {}
        self.calls: list[CallRow] = []

    def teardown(self) -> None:
        assert ailments(self.store) == []
        self.store.close()
        self.folder.cleanup()

    @rule(data=st.one_of(st.binary(max_size=40), st.binary(min_size=1, max_size=3).map(lambda b: b * 700)))
    def put(self, data: bytes) -> None:
        digest = self.store.blobs.put(data)
        assert digest == digest_bytes(data)
        self.blobs[digest] = data

    @rule(
        key=st.sampled_from(KEYS), ambient=st.integers(0, 2), run=st.sampled_from(RUNS),
        reuse=st.sampled_from(["always", "run", "never"]),
        observed=st.sampled_from("ab"), lasts=st.sampled_from([None, 2]), back=st.integers(0, 3),
        result=st.binary(max_size=8),
    )  # fmt: skip
    def commit(
        self,
        key: Digest,
        ambient: int,
        run: str,
        reuse: str,
        observed: str,
        lasts: int | None,
        back: int,
        result: bytes,
    ) -> None:
        self.clock.tick(1e-9)
        now = self.clock.now_ns()
        record = f"record {len(self.calls)}".encode() * 100
        row = a_call(
            f"c{len(self.calls)} {now}", key=key, ambient=ambient, run=run, reuse=reuse, observed=d(observed),
            created_ns=now,
            result=digest_bytes(result), record=digest_bytes(record), expires_ns=lasts and now + lasts,
        )  # fmt: skip
        since = now - back
        kept = self.store.calls.commit(row, [result, record], since_ns=since)
        first = next((each for each in self.calls if self.is_same_memo(each, row, since, now)), None)
        if reuse == "always" and first is not None:
            assert kept == first
            row = msgspec.structs.replace(row, reuse="never")
        else:
            assert kept == row
        self.calls.append(row)
        self.blobs |= {digest_bytes(result): result, digest_bytes(record): record}

    @staticmethod
    def is_same_memo(each: CallRow, row: CallRow, since: int, now: int) -> bool:
        alive = each.expires_ns is None or each.expires_ns > now
        same = (each.key, each.ambient, each.observed, each.reuse) == (row.key, row.ambient, row.observed, "always")
        return same and alive and each.created_ns >= since

    @rule(
        key=st.sampled_from(KEYS), ambients=st.lists(st.integers(0, 2), max_size=3, unique=True),
        run=st.sampled_from([*RUNS, ""]),
    )  # fmt: skip
    def look_up(self, key: Digest, ambients: list[int], run: str) -> None:
        now = self.clock.now_ns()
        usable = [
            each
            for each in reversed(self.calls)
            if each.key == key
            and each.ambient in ambients
            and (each.reuse == "always" or (each.reuse == "run" and each.run == run))
            and (each.expires_ns is None or each.expires_ns > now)
        ]
        assert self.store.calls.candidates(key, ambients, run=run, now_ns=now) == usable

    @rule(seconds=st.sampled_from([1, 2 * HOUR_S]))
    def wait(self, seconds: int) -> None:
        self.clock.tick(seconds)

    @rule(run=st.sampled_from(RUNS))
    def prune(self, run: str) -> None:
        """Bodies that a row refers to stay; others go, at the latest when they are two hours old."""
        self.clock.tick(2 * HOUR_S)
        gone = [each for each in self.calls if each.run == run]
        assert self.store.care.prune(runs=[run]).calls == len(gone)
        self.calls = [each for each in self.calls if each.run != run]
        owned = {digest for each in self.calls for digest in (each.result, each.record)}
        self.blobs = {digest: data for digest, data in self.blobs.items() if digest in owned}

    @rule()
    def open_again(self) -> None:
        self.store.close()
        self.store = open_store(self.url, clock=self.clock)

    @invariant()
    def every_body_is_there(self) -> None:
        assert self.store.care.size().blobs.count == len(self.blobs)
        for digest, data in self.blobs.items():
            assert self.store.blobs.get(digest) == data

    @invariant()
    def every_call_is_there(self) -> None:
        for each in self.calls[-5:]:
            assert self.store.calls.get(each.id) == each


StoreAgainstDictionary.TestCase.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)
TestStoreAgainstDictionary = StoreAgainstDictionary.TestCase


@given(st.integers(0, 10**16))
def test_a_duration_lies_within_its_bucket(duration: int) -> None:
    bucket = buckets.bucket_of(duration)
    microseconds = duration / 1_000
    assert microseconds <= buckets.BASE**bucket
    assert bucket == 0 or buckets.BASE ** (bucket - 1) < microseconds


@given(st.lists(st.integers(1_000, 10**12), min_size=1, max_size=60), st.sampled_from([0.0, 0.5, 0.9, 0.95, 1.0]))
def test_a_quantile_is_within_half_a_bucket_of_the_true_one(durations: list[int], q: float) -> None:
    histogram = buckets.merged({buckets.bucket_of(each): 1} for each in durations)
    rank = max(1, -(-len(durations) * round(q * 100) // 100))
    true = sorted(durations)[rank - 1]
    told = buckets.quantile(histogram, q)
    assert told is not None
    assert abs(told - true) / true < 0.0454


@given(st.lists(st.dictionaries(st.integers(0, 300), st.integers(1, 5), max_size=5), max_size=5))
def test_histograms_add_up_in_any_order(histograms: list[dict[int, int]]) -> None:
    total = buckets.merged(histograms)
    assert total == buckets.merged(reversed(histograms))
    assert sum(total.values()) == sum(sum(each.values()) for each in histograms)
    assert buckets.unpack(buckets.pack(total)) == total
