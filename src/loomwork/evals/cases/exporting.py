"""Cases as rows of a regression test: what the row said, and which case it came from. Writes no file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from loomwork.evals.data.lineage import Origin, with_origin
from loomwork.store.cases import CaseRow
from loomwork.store.protocols import Store


def regression_rows(store: Store, cases: Iterable[CaseRow]) -> Iterator[dict[str, Any]]:
    """Yield the rows of cases, each input once, with the case as their lineage."""
    seen: set[str] = set()
    for case in cases:
        for row in store.cases.rows(case.n):
            if row.row and row.input not in seen:
                seen.add(row.input)
                origin = Origin(run=row.run, item=row.index, trial=row.trial, trace=row.trace, case=str(case.n))
                yield with_origin(msgspec.json.decode(row.row, type=dict[str, Any]), origin)
