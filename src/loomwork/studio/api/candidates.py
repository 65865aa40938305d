"""Several runs beside one: figures by candidate, a row with an answer of each. Runs no code of the project."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from loomwork.studio.api.compare import deltas_of, has_text, known_run, loss_of, told_run, told_side
from loomwork.studio.comparing.holding import Both, Compared
from loomwork.studio.comparing.pairing import Pair
from loomwork.studio.comparing.reading import Side
from loomwork.studio.endpoints import Endpoint
from loomwork.studio.studio import Studio
from loomwork.studio.wire.candidates import (
    AskCandidates,
    CandidateCell,
    CandidateFigure,
    CandidateRow,
    CandidateRun,
    Candidates,
)
from loomwork.studio.wire.compare import ComparedRun

_MOST_ROWS = 500


class _Row(NamedTuple):
    a: Side
    pairs: tuple[Pair, ...]
    """By candidate."""


def compare_candidates(studio: Studio, asked: AskCandidates) -> Candidates:
    """Return a baseline and its candidates."""
    a = known_run(studio, asked.a)
    runs = list({run.id: run for run in (known_run(studio, each) for each in asked.b)}.values())
    held = studio.part(Compared).all(a, runs)
    rows = list(_rows(held))
    on = [at for at, run in enumerate(runs) if not asked.on or run.id == asked.on]
    wanted = _sorted(asked.sort, held, on, [row for row in rows if _is_wanted(row, on, asked)])
    offset, limit = max(0, asked.offset), max(0, min(asked.limit, _MOST_ROWS))
    return Candidates(
        a=told_run(a, held[0].items_a),
        candidates=tuple(_candidate(both, told_run(run, both.items_b)) for both, run in zip(held, runs, strict=True)),
        figures=tuple(_figures(held)),
        figures_more=any(both.figures_more for both in held),
        changed=sum(any(pair.has_changed for pair in row.pairs) for row in rows),
        fixed=sum(any(pair.state == "fixed" for pair in row.pairs) for row in rows),
        broken=sum(any(pair.state == "broken" for pair in row.pairs) for row in rows),
        rows=tuple(_told(row) for row in wanted[offset : offset + limit]),
        matching=len(wanted),
        offset=offset,
        complete=all(both.complete for both in held),
    )


def _rows(held: Sequence[Both]) -> Iterator[_Row]:
    """Yield the baseline's rows: the pairs of every candidate begin with them, in one order."""
    for pairs in zip(*(both.pairs[: both.items_a] for both in held), strict=True):
        first = pairs[0].a
        if first is not None:
            yield _Row(first, pairs)


def _candidate(both: Both, run: ComparedRun) -> CandidateRun:
    states = [pair.state for pair in both.pairs]
    return CandidateRun(
        run=run,
        paired_by=both.keys,
        pairs=len(states) - states.count("only_a") - states.count("only_b"),
        only_a=states.count("only_a"),
        only_b=states.count("only_b"),
        changed=sum(pair.has_changed for pair in both.pairs),
        fixed=states.count("fixed"),
        broken=states.count("broken"),
        unlike=both.unlike,
        missing=both.missing,
    )


def _figures(held: Sequence[Both]) -> Iterator[CandidateFigure]:
    told = [{each.name: each for each in both.figures} for both in held]
    for name in dict.fromkeys(name for each in told for name in each):
        of = tuple([each.get(name) for each in told])
        one = next(each for each in of if each is not None)
        kind = "share" if all(each is None or each.kind == "share" for each in of) else "mean"
        yield CandidateFigure(name=name, kind=kind, unit=one.unit, better=one.better, of=of)


def _is_wanted(row: _Row, on: Sequence[int], asked: AskCandidates) -> bool:
    pairs = [row.pairs[at] for at in on]
    match asked.only:
        case "changed":
            fits = any(pair.has_changed for pair in pairs)
        case "fixed" | "broken":
            fits = any(pair.state == asked.only for pair in pairs)
        case _:
            fits = True
    return fits and (not asked.q or any(has_text(pair, asked.q.casefold()) for pair in row.pairs))


def _sorted(sort: str, held: Sequence[Both], on: Sequence[int], rows: list[_Row]) -> list[_Row]:
    """Return rows by what they lost most under any of the candidates in question."""
    if not sort:
        return rows
    name, turned = sort.removeprefix("-"), -1 if sort.startswith("-") else 1
    losses = {at: loss_of(name, held[at].scales) for at in on}

    def key(row: _Row) -> tuple[bool, float]:
        told = [
            turned * losses[at](deltas[name]) for at in on for deltas in (deltas_of(row.pairs[at]),) if name in deltas
        ]
        return (not told, -max(told, default=0.0))

    return sorted(rows, key=key)


def _told(row: _Row) -> CandidateRow:
    return CandidateRow(
        trial=row.a.trial,
        input=row.a.input,
        a=told_side(row.a),
        cells=tuple(
            None if pair.b is None else CandidateCell(state=pair.state, side=told_side(pair.b), deltas=deltas_of(pair))
            for pair in row.pairs
        ),
    )


ENDPOINTS = (
    Endpoint(
        name="compare_candidates",
        method="GET",
        path="/api/compare/candidates",
        tells="Several runs beside one.",
        call=compare_candidates,
        gives=Candidates,
        asked=AskCandidates,
    ),
)
