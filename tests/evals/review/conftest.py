"""Two runs of a small dataset in a store, and people who answer as they are told."""

from collections.abc import Callable, Iterator, Mapping

import pytest

from loomwork.evals.review.asking import left_side
from loomwork.evals.review.making import Wanted, make_review
from loomwork.evals.review.queue import Queue, read_queue
from loomwork.kernel import codecs
from loomwork.kernel.canonical import Digest
from loomwork.kernel.clock import ManualClock
from loomwork.store.rows import AnswerRow, ItemRow, ReviewRow, RunRow, ScoreRow, ScoringRow
from loomwork.store.sqlite.store import SqliteStore

NOW_NS = 1_700_000_000_000_000_000


class Bench:
    """A store with runs, and what people say of them."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.clock = ManualClock(start_ns=NOW_NS)

    def run(self, name: str, outputs: list[str | None], *, trials: int = 1) -> str:
        """Write a run; None is an item that failed."""
        self.store.runs.start(RunRow(id=name, target="app:answer", started_ns=NOW_NS))
        for index, output in enumerate(outputs):
            given = self._put({"question": f"question {index} about {['apples', 'pears'][index % 2]}"})
            for trial in range(trials):
                said = None if output is None else self._put(output)
                status = "failed" if output is None else "ok"
                row = ItemRow(
                    run=name, index=index, trial=trial, status=status, input=given, output=said,
                    error="no answer" if output is None else None, trace=f"{index:032x}",
                )  # fmt: skip
                self.store.runs.put_item(row)
        return name

    def _put(self, value: object) -> Digest:
        return self.store.blobs.put(codecs.encode(value))

    def scored(self, run: str, values: Mapping[int, float], *, better: str = "higher", scorer: str = "judge") -> None:
        """Write what a scorer says."""
        said = f'{{"scorer":"{scorer}","better":"{better}"}}'.encode()
        self.store.scores.begin(ScoringRow(run=run, scorer=scorer, made_ns=NOW_NS, said=said))
        rows = [
            ScoreRow(run=run, scorer=scorer, index=index, trial=0, made_ns=NOW_NS, value=value)
            for index, value in values.items()
        ]
        self.store.scores.put(rows)

    def review(self, run: str, other: str = "", **options: object) -> ReviewRow:
        """Make a review."""
        return make_review(self.store, Wanted(run, other, **options), clock=self.clock)  # pyright: ignore[reportArgumentType]  options of each test

    def prefer(self, review: ReviewRow, reviewer: str, said: Mapping[int, str]) -> None:
        """Answer pairs: `a`, `b`, `tie`, `bad` or `skip`, wherever they stood."""
        seed = read_queue(review.said).seed
        for place, each in said.items():
            left = left_side(seed, reviewer, place)
            verdict = ("left" if each == left else "right") if each in {"a", "b"} else each
            self.answer(review, reviewer, place, verdict=verdict, left=left)

    def mark(self, review: ReviewRow, reviewer: str, criterion: str, marks: Mapping[int, int]) -> None:
        """Give marks."""
        for place, mark in marks.items():
            self.answer(review, reviewer, place, marks={criterion: mark})

    def answer(
        self, review: ReviewRow, reviewer: str, place: int, *, verdict: str = "", left: str = "",
        marks: Mapping[str, int] | None = None,
    ) -> None:  # fmt: skip
        """Write one answer."""
        self.clock.tick(1)
        row = AnswerRow(
            review=review.id, place=place, reviewer=reviewer, made_ns=self.clock.now_ns(), verdict=verdict,
            left_side=left, marks=dict(marks or {}), spent_ms=1000,
        )  # fmt: skip
        self.store.reviews.answer(row)

    def answers(self, review: ReviewRow) -> tuple[Queue, list[AnswerRow]]:
        """Return how a review was made and its answers."""
        return read_queue(review.said), list(self.store.reviews.answers(review.id))


@pytest.fixture
def bench(tmp_path: object) -> Iterator[Bench]:
    store = SqliteStore.temporary(clock=ManualClock(start_ns=NOW_NS))
    yield Bench(store)
    store.close()


Maker = Callable[..., ReviewRow]
