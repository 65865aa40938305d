"""Looking after a store: how big, what may go, what must go, what is broken. One face over the parts in this folder."""

from collections.abc import Collection, Sequence
from pathlib import Path

from loomwork.kernel.clock import Clock
from loomwork.store.protocols import Depth
from loomwork.store.reports import Erased, Exported, Finding, Pruned, Repaired, Sizes, Table, Trimmed
from loomwork.store.sqlite.calls import SqliteCalls
from loomwork.store.sqlite.care import erase, examine, export, prune, repair, sizes
from loomwork.store.sqlite.care.turn import turn
from loomwork.store.sqlite.connections import Connections
from loomwork.store.sqlite.names import Names
from loomwork.store.sqlite.requests import SqliteRequests
from loomwork.store.sqlite.reviews import SqliteReviews
from loomwork.store.sqlite.runs import SqliteRuns
from loomwork.store.sqlite.scores import SqliteScores
from loomwork.store.sqlite.spans import SqliteSpans


class SqliteCare:
    """The care of one database. What writes much takes turns with other processes that do (`CareTaken`)."""

    def __init__(
        self,
        pool: Connections,
        names: Names,
        *,
        calls: SqliteCalls,
        runs: SqliteRuns,
        spans: SqliteSpans,
        scores: SqliteScores,
        reviews: SqliteReviews,
        requests: SqliteRequests,
        clock: Clock,
    ) -> None:
        self._pool = pool
        self._names = names
        self._calls = calls
        self._runs = runs
        self._spans = spans
        self._scores = scores
        self._reviews = reviews
        self._requests = requests
        self._clock = clock

    def size(self) -> Sizes:
        """Measure what the store takes on disk."""
        return sizes.size(self._pool, self._names)

    def prune(
        self,
        *,
        older_than_ns: int | None = None,
        runs: Collection[str] = (),
        kinds: Collection[str] = (),
        keep_runs: Collection[str] = (),
        tables: Sequence[Table] = prune.TABLES,
    ) -> Pruned:
        """Remove the rows that meet every condition given, then the bodies that nobody refers to any more."""
        with turn(self._pool, self._clock, "prune"):
            return prune.prune(
                self._pool, self._names, self._clock, older_than_ns=older_than_ns, runs=runs, kinds=kinds,
                keep_runs=keep_runs, tables=tables,
            )  # fmt: skip

    def compact(self) -> Trimmed:
        """Write the file anew without free room."""
        with turn(self._pool, self._clock, "compact"):
            return sizes.compact(self._pool)

    def copy(self, path: Path) -> Exported:
        """Write one consistent copy of the whole store; others go on working."""
        return export.copy(self._pool, path)

    def export(self, path: Path, *, redact: export.Redact = str) -> Exported:
        """Write runs, items, scores, reviews, requests and spans as JSON lines; every text goes through `redact`."""
        parts = export.Parts(self._runs, self._spans, self._scores, self._reviews, self._requests)
        return export.lines(self._pool, parts, path, redact)

    def erase(self, subject: str) -> Erased:
        """Remove everything of a subject, and every trace of the bytes from the file and its log."""
        with turn(self._pool, self._clock, "erase"):
            return erase.erase(self._pool, self._names, subject, at_ns=self._clock.now_ns())

    def examine(self, *, depth: Depth = "full") -> list[Finding]:
        """Return what is wrong, worst first; changes nothing."""
        return examine.examine(self._pool, depth)

    def repair(self, findings: Sequence[Finding]) -> list[Repaired]:
        """Mend what can be mended in place."""
        with turn(self._pool, self._clock, "repair"):
            bench = repair.Bench(self._pool, self._names, self._calls, self._spans, self._clock)
            return repair.repair(bench, findings)
