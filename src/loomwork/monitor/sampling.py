"""Which traces stay when not all can: errors, slow, costly and rated ones always, of the others a share.

Pure. The share is drawn from the trace's own id, so every process and every pass decides alike.
"""

from collections.abc import Collection, Iterable

from msgspec import Struct

from loomwork.kernel.canonical import digest_bytes
from loomwork.store.requests import GUARDED, UNANSWERED
from loomwork.store.rows import RequestRow

_BAD = 400
_MOST = float(1 << 64)


class Keeping(Struct, frozen=True, kw_only=True):
    """What is kept."""

    share: float = 1.0
    slow_ns: int = 10_000_000_000
    costly_micros: int = 100_000
    currency: str = "USD"


def is_notable(row: RequestRow, keeping: Keeping) -> bool:
    """Say whether a request is one that somebody will look for."""
    costly = (
        row.cost_micros is not None and row.currency == keeping.currency and row.cost_micros >= keeping.costly_micros
    )
    marked = bool(row.error or row.degraded or row.flags & (GUARDED | UNANSWERED))
    return row.status >= _BAD or marked or row.total_ns >= keeping.slow_ns or costly


def is_drawn(trace: str, share: float) -> bool:
    """Say whether a trace is among the share, by its id alone.

    >>> sum(is_drawn(f"{number:032x}", 0.1) for number in range(10_000)) in range(900, 1100)
    True
    """
    return int(digest_bytes(trace.encode())[:16], 16) / _MOST < share


def keeps(row: RequestRow, keeping: Keeping, *, rated: bool) -> bool:
    """Say whether a request's trace stays."""
    return rated or is_notable(row, keeping) or is_drawn(row.trace, keeping.share)


def leaving(rows: Iterable[RequestRow], keeping: Keeping, rated: Collection[str]) -> list[str]:
    """Return the traces that go."""
    return [row.trace for row in rows if not keeps(row, keeping, rated=row.trace in rated)]
