"""Many small writes as one transaction: all or nothing, seen by others at the end."""

from pathlib import Path

import pytest

from loomwork.kernel.clock import SystemClock
from loomwork.store.rows import ScoreRow, ScoringRow
from loomwork.store.sqlite.store import SqliteStore


def score(index: int, scorer: str = "exact") -> ScoreRow:
    return ScoreRow(
        run="r1", scorer=scorer, index=index, trial=0, made_ns=1, value=0.5, parts={"p": 1.0}, reason="half"
    )


@pytest.fixture
def stores(tmp_path: Path):
    one = SqliteStore(tmp_path / "s.db", clock=SystemClock())
    other = SqliteStore(tmp_path / "s.db", clock=SystemClock())
    one.scores.begin(ScoringRow(run="r1", scorer="exact", made_ns=1, said=b"{}"))
    yield one, other
    one.close()
    other.close()


def test_writes_within_are_seen_by_others_at_the_end(stores: tuple[SqliteStore, SqliteStore]):
    one, other = stores
    with one.gathering():
        one.scores.put([score(0)])
        one.scores.put([score(1)])
        assert len(list(one.scores.of("r1", "exact"))) == 2
        assert list(other.scores.of("r1", "exact")) == []
    assert [each.index for each in other.scores.of("r1", "exact")] == [0, 1]
    assert next(iter(other.scores.of("r1", "exact"))) == score(0)


def test_nothing_is_written_where_the_block_raises(stores: tuple[SqliteStore, SqliteStore]):
    one, other = stores

    def put(row: ScoreRow) -> None:
        with one.gathering():
            one.scores.put([row])  # gives the name a number
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        put(score(0, scorer="new"))
    assert other.names.known("new") is None
    one.scores.put([score(3, scorer="new")])  # the number that was given is not used on
    assert [each.index for each in other.scores.of("r1", "new")] == [3]


def test_a_transaction_of_its_own_is_one_again_afterwards(stores: tuple[SqliteStore, SqliteStore]):
    one, other = stores
    with one.gathering():
        pass
    one.scores.put([score(0)])
    assert len(list(other.scores.of("r1", "exact"))) == 1


def test_scores_of_an_earlier_time_are_dropped(stores: tuple[SqliteStore, SqliteStore]):
    one, _ = stores
    one.scores.put([score(0), score(1)])
    one.scores.begin(ScoringRow(run="r1", scorer="exact", made_ns=2, said=b"{}"))
    assert one.scores.values("r1", "exact") == {}
    assert [each.scorer for each in one.scores.scorings("r1")] == ["exact"]


def test_erasing_and_pruning_take_scores_along(stores: tuple[SqliteStore, SqliteStore]):
    one, _ = stores
    said = ScoreRow(run="r1", scorer="exact", index=4, trial=0, made_ns=1, value=0.0, reason="Zhang San is named")
    one.scores.put([score(0), said])
    assert one.care.erase("Zhang San").scores == 1
    assert list(one.scores.values("r1", "exact")) == [(0, 0)]
    pruned = one.care.prune(older_than_ns=100)
    assert (pruned.scores, pruned.scorings) == (1, 1)
