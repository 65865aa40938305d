"""Doubles for the trace tests: a store of spans in memory, one that fails on demand."""

from collections.abc import Callable, Sequence

from loomwork.kernel.canonical import Digest, digest_bytes
from loomwork.store.rows import RollupRow, SpanRow


class MemorySpans:
    """Spans in a list; `fail` is raised by every write while it is set."""

    def __init__(self) -> None:
        self.rows: list[SpanRow] = []
        self.bodies: dict[Digest, bytes] = {}
        self.batches: list[int] = []
        self.fail: Exception | None = None
        self.refuse: str | None = None
        self.before_write: Callable[[], object] = lambda: None

    def write(self, rows: Sequence[SpanRow], bodies: Sequence[bytes] = ()) -> None:
        self.before_write()
        if self.fail is not None:
            raise self.fail
        if any(row.name == self.refuse for row in rows):
            raise OverflowError("Python int too large to convert to SQLite INTEGER")
        self.rows.extend(rows)
        self.batches.append(len(rows))
        for body in bodies:
            self.bodies[digest_bytes(body)] = body

    def trace(self, trace: str) -> list[SpanRow]:
        return sorted((row for row in self.rows if row.trace == trace), key=lambda row: row.start_ns)

    def rollups(self, *, since_minute: int, until_minute: int, name: str | None = None) -> list[RollupRow]:
        return []

    def list(self, *, limit: int = 100, run: str | None = None, roots_only: bool = True) -> list[SpanRow]:
        rows = [r for r in self.rows if (run is None or r.run == run) and not (roots_only and r.parent)]
        return sorted(rows, key=lambda row: -row.start_ns)[:limit]

    @property
    def names(self) -> Sequence[str]:
        return [row.name for row in self.rows]
