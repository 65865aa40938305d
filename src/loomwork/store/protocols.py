"""What a store is: small interfaces that SQLite and Postgres both meet. Knows nothing of SQL or of steps."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal, Protocol

from loomwork.kernel.bodies import Reference
from loomwork.kernel.canonical import Digest
from loomwork.store.audit import Audit
from loomwork.store.cases import Cases
from loomwork.store.keys import Budgets, Keys
from loomwork.store.people import Events, Feedback, Links, Sessions
from loomwork.store.releases import Releases
from loomwork.store.reports import Erased, Exported, Finding, Pruned, Repaired, Sizes, Table, Trimmed
from loomwork.store.requests import Requests, Watched
from loomwork.store.rows import (
    AnswerRow,
    CallRow,
    ItemRow,
    PlacedItem,
    PlacedScore,
    PlacedSpan,
    ReviewItemRow,
    ReviewRow,
    RollupRow,
    RunRow,
    ScoreRow,
    ScoringRow,
    ShownSpan,
    SpanRow,
)
from loomwork.store.traces import Traces

Depth = Literal["quick", "full"]
"""How thoroughly a store is examined: `quick` reads no bodies."""


class Blobs(Protocol):
    """Bodies by the hash of their content; every read is checked. Short ones are within the references to them."""

    def put(self, data: bytes) -> Digest:
        """Keep `data` (durably by the time the surrounding commit returns) and return its hash. Idempotent."""
        ...

    def get(self, digest: Reference) -> bytes:
        """Return the body. Raises `BlobMissing` or `BlobCorrupt`."""
        ...

    def has(self, digest: Reference) -> bool:
        """Say whether the body is there, without reading it."""
        ...


class Calls(Protocol):
    """Executed step calls: memos, and the records behind `why` and `replay`."""

    def commit(self, row: CallRow, bodies: Sequence[bytes], *, since_ns: int) -> CallRow:
        """Write the bodies and the row in one small transaction, inline; durable on return (WAL, NORMAL).

        If another row with the same key and the same `observed`, reuse "always" and unexpired, was committed at or
        after `since_ns` (when our look-up began), that row is returned and ours is kept with `reuse="never"`: the
        first committed memo wins. Rows with `reuse` "run" or "never" are simply written.
        """
        ...

    def candidates(self, key: Digest, ambients: Sequence[int], *, run: str, now_ns: int) -> list[CallRow]:
        """Return usable, unexpired memos under `key` that depend on any of `ambients`, the last committed first.

        Usable is what has reuse "always", or "run" and this run.
        """
        ...

    def get(self, call_id: str) -> CallRow | None:
        """Return one call."""
        ...

    def many(self, call_ids: Collection[str]) -> dict[str, CallRow]:
        """Return those of these calls that are there, by id."""
        ...

    def nearest(self, step: str, *, inputs: Digest | None, before_ns: int, excluding: str = "") -> CallRow | None:
        """Return the latest earlier call of `step` (with these inputs, unless None), finished before `before_ns`.

        Calls of replays are passed over.
        """
        ...

    def nearest_of_item(self, step: str, *, item: int, trial: int, before_ns: int, not_run: str) -> CallRow | None:
        """Return the latest earlier call of `step` for this item and trial in any other run that is no replay."""
        ...

    def of_item(self, run: str, item: int, trial: int) -> list[CallRow]:
        """Return the calls executed for one item of a run, in order."""
        ...

    def of_span(self, span: str) -> CallRow | None:
        """Return the call that a span shows."""
        ...


class Runs(Protocol):
    """Runs and their items."""

    def start(self, row: RunRow) -> None:
        """Write a new run."""
        ...

    def finish(self, row: RunRow) -> None:
        """Replace the run's row with its final state."""
        ...

    def get(self, run_id: str) -> RunRow | None:
        """Return a run by id or by an unambiguous beginning of it; "last" is the newest."""
        ...

    def list(self, *, limit: int = 50, target: str | None = None, before: str = "") -> list[RunRow]:
        """Return the newest runs first; with `before`, those that began before that run."""
        ...

    def put_item(self, row: ItemRow, bodies: Sequence[bytes] = ()) -> None:
        """Write or replace one finished item, with its bodies, in one transaction."""
        ...

    def items(self, run_id: str) -> Iterator[ItemRow]:
        """Yield the items of a run by index and trial, without holding a transaction between them."""
        ...

    def item(self, run_id: str, index: int, trial: int) -> ItemRow | None:
        """Return one finished item."""
        ...

    def failures(self, run_id: str, *, limit: int = 1) -> Sequence[ItemRow]:
        """Return the first failed items of a run, by index and trial."""
        ...

    def newest(self) -> int:
        """Return the place of the item that was written last, in whatever run; 0 where there is none."""
        ...

    def placed(self, run_id: str, *, until: int) -> Iterator[PlacedItem]:
        """Yield the items of a run that were written up to a place, without holding a transaction between them."""
        ...

    def placed_after(self, run_id: str, place: int, *, limit: int = 2000) -> Sequence[PlacedItem]:
        """Return the items of a run that were written after a place, in order of writing.

        Takes as long as any items were written since.
        """
        ...

    def at(self, places: Collection[int]) -> dict[int, ItemRow]:
        """Return items by their places (those that are still there)."""
        ...


class TakesSpans(Protocol):
    """Where spans go: all that those who make spans need."""

    def write(self, rows: Sequence[SpanRow], bodies: Sequence[bytes] = ()) -> None:
        """Write a batch of spans with their bodies and update the rollups, in one transaction (any thread)."""
        ...


class Spans(TakesSpans, Protocol):
    """Spans and their minute rollups."""

    def trace(self, trace: str) -> list[SpanRow]:
        """Return all spans of one trace by start time (structure only: bodies are blobs)."""
        ...

    def rollups(self, *, since_minute: int, until_minute: int, name: str | None = None) -> list[RollupRow]:
        """Return the minute rollups in [since, until)."""
        ...

    def list(self, *, limit: int = 100, run: str | None = None, roots_only: bool = True) -> list[SpanRow]:
        """Return the newest spans first."""
        ...

    def newest(self) -> int:
        """Return the place of the span that was written last, of whatever run; 0 where there is none."""
        ...

    def placed(self, run: str, *, until: int) -> Iterator[PlacedSpan]:
        """Yield the spans of a run that were written up to a place, by start, as `Runs.placed` does."""
        ...

    def placed_after(self, run: str, place: int, *, limit: int = 2000) -> Sequence[PlacedSpan]:
        """Return the spans of a run that were written after a place, in order of writing.

        Takes as long as any spans were written since.
        """
        ...

    def at(self, places: Collection[int]) -> dict[int, ShownSpan]:
        """Return what lists show of spans, by their places (those that are still there)."""
        ...


class Scores(Protocol):
    """What scorers said of the items of runs."""

    def begin(self, row: ScoringRow) -> None:
        """Note how a scorer is set for a run; what one of that name said of the run before is dropped."""
        ...

    def put(self, rows: Sequence[ScoreRow]) -> None:
        """Write or replace scores, in one transaction."""
        ...

    def scorings(self, run: str) -> Sequence[ScoringRow]:
        """Return the scorers of a run in the order in which they were last applied."""
        ...

    def of(self, run: str, scorer: str) -> Iterator[ScoreRow]:
        """Yield what a scorer said of a run's items by index and trial, without holding a transaction in between."""
        ...

    def values(self, run: str, scorer: str) -> dict[tuple[int, int], float]:
        """Return the values alone, by index and trial; what has none is not in it."""
        ...

    def of_item(self, run: str, index: int, trial: int) -> Sequence[ScoreRow]:
        """Return what each scorer said of one item, in the order of the scorers."""
        ...

    def newest(self) -> int:
        """Return the place of the score that was written last, of whatever run; 0 where there is none.

        Places of scores that were removed may be given again: `scorings` tells what was begun anew.
        """
        ...

    def written_after(self, run: str, place: int, *, limit: int = 2000) -> Sequence[PlacedScore]:
        """Return the scores of a run that were written after a place, in order of writing.

        Takes as long as any scores were written since.
        """
        ...


class Reviews(Protocol):
    """Queues of items that people are asked about, and their answers."""

    def make(self, row: ReviewRow, items: Sequence[ReviewItemRow]) -> None:
        """Write a new queue with its items, in one transaction."""
        ...

    def get(self, review_id: str) -> ReviewRow | None:
        """Return a queue by id or by an unambiguous beginning of it; "last" is the newest. Raises `AmbiguousReview`."""
        ...

    def list(self, *, limit: int = 50) -> list[ReviewRow]:
        """Return the newest queues first."""
        ...

    def items(self, review_id: str) -> Sequence[ReviewItemRow]:
        """Return what a queue asks about, by place."""
        ...

    def answer(self, row: AnswerRow) -> AnswerRow | None:
        """Write an answer; return the one of the same reviewer and item whose place it takes."""
        ...

    def withdraw(self, review_id: str, reviewer: str) -> AnswerRow | None:
        """Remove a reviewer's last answer, and return it."""
        ...

    def answers(self, review_id: str) -> Sequence[AnswerRow]:
        """Return all answers by place, then in the order in which reviewers first came."""
        ...

    def end(self, review_id: str, reviewer: str) -> None:
        """Note that a reviewer has seen the result."""
        ...

    def ended(self, review_id: str) -> frozenset[str]:
        """Return the reviewers who have seen the result."""
        ...


class Care(Protocol):
    """Looking after a store: how big, what may go, what must go, what is broken."""

    def size(self) -> Sizes:
        """Measure what the store takes on disk."""
        ...

    def prune(
        self,
        *,
        older_than_ns: int | None = None,
        runs: Collection[str] = (),
        kinds: Collection[str] = (),
        keep_runs: Collection[str] = (),
        tables: Sequence[Table] = ("calls", "spans", "items", "runs", "scores", "scorings", "reviews", "requests"),
    ) -> Pruned:
        """Remove the rows that meet every condition given, then the bodies that nobody refers to any more.

        Raises `NothingSelected` without a condition, `CareTaken` while another process prunes, erases or repairs.
        """
        ...

    def compact(self) -> Trimmed:
        """Give the room of what was pruned back to the disk."""
        ...

    def copy(self, path: Path) -> Exported:
        """Write one consistent copy of the whole store; others go on working. Raises `TargetExists`."""
        ...

    def export(self, path: Path, *, redact: Callable[[str], str] = str) -> Exported:
        """Write runs, items, scores, reviews and spans as JSON lines, every text redacted. Raises `TargetExists`."""
        ...

    def erase(self, subject: str) -> Erased:
        """Remove everything of a subject, and every trace of the bytes from the files. Raises `SubjectTooShort`."""
        ...

    def examine(self, *, depth: Depth = "full") -> list[Finding]:
        """Return what is wrong, worst first; changes nothing. See `store.doctor` for stores that do not open."""
        ...

    def repair(self, findings: Sequence[Finding]) -> list[Repaired]:
        """Mend what can be mended in place."""
        ...


class Store(Protocol):
    """One place where everything is kept."""

    blobs: Blobs
    calls: Calls
    runs: Runs
    spans: Spans
    traces: Traces
    scores: Scores
    cases: Cases
    reviews: Reviews
    keys: Keys
    budgets: Budgets
    audit: Audit
    feedback: Feedback
    events: Events
    links: Links
    sessions: Sessions
    releases: Releases
    requests: Requests
    watched: Watched
    care: Care

    def gathering(self) -> AbstractContextManager[None]:
        """Make what this thread writes within the block one transaction: durable, and seen by others, at its end.

        For many small writes of which a crash may take the last few. Wait for nothing inside: others cannot write. If
        the block raises, nothing of it was written.
        """
        ...

    def close(self) -> None:
        """Flush and close every connection."""
        ...


Bodies = Iterable[bytes]
