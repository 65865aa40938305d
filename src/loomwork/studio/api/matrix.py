"""`/api/matrices`: models and prompts side by side, each variant a run. Runs no code of the project."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from loomwork.evals.evaluating.matrix import Broken
from loomwork.kernel.errors.studio_runs import NoSuchMatrix
from loomwork.store.protocols import Store
from loomwork.studio.comparing.matrix import Held, Member, find_matrices, hold
from loomwork.studio.comparing.reading import short, short_input
from loomwork.studio.endpoints import Endpoint
from loomwork.studio.grid.grids import Grids
from loomwork.studio.grid.values import plain_value
from loomwork.studio.studio import Studio
from loomwork.studio.wire.matrix import (
    LISTED,
    AskMatrices,
    AskMatrix,
    BrokenCell,
    BrokenRow,
    Matrix,
    MatrixHead,
    MatrixList,
    MatrixVariant,
)

_MOST_ROWS = 500
_KEPT = 4
_LAST = "last"


class Matrices:
    """The matrices that were looked at last. A part of the studio."""

    def __init__(self, studio: Studio) -> None:
        self._store = studio.store
        self._kept: OrderedDict[tuple[object, ...], Held] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, members: Sequence[Member]) -> Held:
        """Return what variants came to."""
        store = self._store
        begun = [(each.run.id, each.run.status, *store.scores.scorings(each.run.id)) for each in members]
        is_over = all(each.run.status != "running" for each in members)
        key = (*begun, store.scores.newest())
        with self._lock:  # two readers of one matrix: the second one waits for the first
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            made = hold(store, members)
            if is_over:
                self._kept[key] = made
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            return made


def list_matrices(studio: Studio, asked: AskMatrices) -> MatrixList:
    """Return the matrices, the newest first."""
    found = find_matrices(studio.store)
    heads = [_head(name, members) for name, members in found.matrices.items()]
    wanted = [each for each in heads if not asked.target or each.target == asked.target]
    return MatrixList(matrices=tuple(wanted[:LISTED]), complete=found.complete and len(wanted) <= LISTED)


def get_matrix(studio: Studio, asked: AskMatrix) -> Matrix:
    """Return one matrix."""
    found = find_matrices(studio.store).matrices
    name = next(iter(found), "") if asked.matrix == _LAST else asked.matrix
    if name not in found:
        raise NoSuchMatrix(matrix=asked.matrix)
    members = found[name]
    held = studio.part(Matrices).of(members)
    wanted = [each for each in held.broken if _is_wanted(each, asked, members[0].run.id)]
    offset, limit = max(0, asked.offset), max(0, min(asked.limit, _MOST_ROWS))
    grids = studio.part(Grids)
    head = _head(name, members)
    return Matrix(
        matrix=name,
        target=head.target,
        data=head.data,
        started_ms=head.started_ms,
        scorers=held.scorers,
        variants=tuple(
            MatrixVariant(
                run=grids.head(each.run),
                label=each.variant.label,
                models=each.variant.models,
                prompts=each.variant.prompts,
                baseline=number == 0,
                ms=held.ms[number],
                scores=held.scores[number],
            )
            for number, each in enumerate(members)
        ),
        broken=tuple(_row(studio.store, members, held, each) for each in wanted[offset : offset + limit]),
        broken_total=len(wanted),
        broken_by={each.scorer: sum(one.scorer == each.scorer for one in held.broken) for each in held.scorers},
        unbounded=held.unbounded,
        offset=offset,
    )


def _is_wanted(each: Broken, asked: AskMatrix, baseline: str) -> bool:
    if asked.scorer and each.scorer != asked.scorer:
        return False
    return not asked.only or (asked.only in each.fails and baseline in each.passes)


def _row(store: Store, members: Sequence[Member], held: Held, broken: Broken) -> BrokenRow:
    items = [store.runs.item(each.run.id, broken.row, 0) for each in members]
    given = next((plain_value(store, item.input) for item in items if item is not None), None)
    cells = [
        BrokenCell(
            value=held.values[number].get(broken.scorer, {}).get(broken.row),
            passes=None if each.run.id not in (*broken.passes, *broken.fails) else each.run.id in broken.passes,
            index=broken.row,
            trial=0,
            preview="" if item is None or item.output is None else short(plain_value(store, item.output)),
            error="" if item is None else item.error or "",
        )
        for number, (each, item) in enumerate(zip(members, items, strict=True))
    ]
    return BrokenRow(row=broken.row, scorer=broken.scorer, input=short_input(given), cells=tuple(cells))


def _head(name: str, members: Sequence[Member]) -> MatrixHead:
    first = members[0]
    return MatrixHead(
        matrix=name,
        target=first.run.target,
        data=first.data,
        started_ms=min(each.run.started_ns for each in members) / 1e6,
        variants=len(members),
        labels=tuple(each.variant.label for each in members),
        running=any(each.run.status == "running" for each in members),
    )


ENDPOINTS = (
    Endpoint(
        name="list_matrices",
        method="GET",
        path="/api/matrices",
        tells="Models and prompts side by side: the matrices, the newest first.",
        call=list_matrices,
        gives=MatrixList,
        asked=AskMatrices,
    ),
    Endpoint(
        name="get_matrix",
        method="GET",
        path="/api/matrices/{matrix}",
        tells="One matrix: variants by scorers, differences to the baseline, rows that break.",
        call=get_matrix,
        gives=Matrix,
        asked=AskMatrix,
    ),
)
