"""What scorers said of one run's items, in flat arrays, brought up to date from the store. Knows no reader.

A scorer that is applied anew is read anew; scores that are added are read alone.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from loomwork.evals.evaluating.figures import figures, said_from
from loomwork.evals.evaluating.marking import RUN, Said
from loomwork.store.protocols import Store
from loomwork.store.rows import ScoreRow, ScoringRow
from loomwork.studio.grid.table import Table
from loomwork.studio.wire.scores import Better, ItemScore, ScoreCell, ScoreColumn

NOT_SCORED: Final = 0
SCORED: Final = 1
FAILED_ITEM: Final = 2
NOT_ASKED: Final = 3
BROKEN: Final = 4
"""States of a score: not there yet, a value, the worst value because the item failed, the scorer does not apply to the
item, the scorer itself failed."""
_PAGE = 2_000
_TEXT = 160
"""Characters of a reason that a grid shows."""


class Text(NamedTuple):
    """What a score says besides its value."""

    label: str
    reason: str
    error: str


class Scored:
    """One scorer's scores."""

    def __init__(self, row: ScoringRow, table: Table) -> None:
        self.label = row.scorer
        self.made_ns = row.made_ns
        self.said: Said = said_from(row.said)
        self.count = 0
        self.values = array("d", [math.nan]) * table.rows
        self.state = array("b", bytes(table.rows))
        self.texts: dict[int, Text] = {}
        self._table = table

    def add(self, row: ScoreRow) -> None:
        """Take a score in."""
        at = self._table.find(row.index, row.trial)
        if at is None:
            return
        if at >= len(self.state):
            more = at + 1 - len(self.state)
            self.values.extend([math.nan] * more)
            self.state.extend([0] * more)
        self.count += self.state[at] == NOT_SCORED
        self.values[at] = math.nan if row.value is None else row.value
        self.state[at] = _state(row)
        text = Text(row.label, row.reason[:_TEXT], (row.error or "")[:_TEXT])
        if any(text):
            self.texts[at] = text
        else:
            self.texts.pop(at, None)

    def cell(self, at: int) -> ScoreCell | None:
        """Return a row's score; None where it was not scored."""
        if at >= len(self.state) or self.state[at] == NOT_SCORED:
            return None
        value = self.values[at]
        label, reason, error = self.texts.get(at, _NO_TEXT)
        return ScoreCell(self.state[at], None if math.isnan(value) else value, label, reason, error)  # pyright: ignore[reportArgumentType]: one of the states

    def column(self, run: str) -> ScoreColumn:
        """Return what the scorer came to."""
        rows = [self._row(at, run) for at, state in enumerate(self.state) if state]
        found = figures(rows, self.said, self.label, labels={})
        said = self.said
        return ScoreColumn(
            scorer=self.label,
            name=said.scorer,
            told=said.told,
            settings=said.settings,
            expected=said.expected,
            output=said.output,
            least=said.low,
            most=said.high,
            better=_better(said),
            unit=said.unit,
            is_share=found.is_share,
            n=found.n,
            skipped=found.skipped,
            failed=found.failed,
            errors=found.errors,
            mean=found.mean,
            low=found.low,
            high=found.high,
            p5=found.p5,
            worst=found.worst,
            worst_row=found.worst_row,
            worst_trial=found.worst_trial,
            made_ms=self.made_ns / 1e6,
            run=RUN + run,
        )

    def _row(self, at: int, run: str) -> ScoreRow:
        value, (label, _, error) = self.values[at], self.texts.get(at, _NO_TEXT)
        item, trial = self._table.place(at)
        return ScoreRow(
            run=run,
            scorer=self.label,
            index=item,
            trial=trial,
            made_ns=0,
            value=None if math.isnan(value) else value,
            label=label,
            error=error or ("?" if self.state[at] == BROKEN else None),
        )


_NO_TEXT = Text("", "", "")


def _state(row: ScoreRow) -> Literal[1, 2, 3, 4]:
    if row.error is not None:
        return BROKEN
    if row.value is None:
        return NOT_ASKED
    return FAILED_ITEM if row.label == "failed" else SCORED


def _better(said: Said) -> Better:
    return "lower" if said.better == "lower" else "none" if said.better == "none" else "higher"


def item_score(scored: Scored, row: ScoreRow) -> ItemScore:
    """Return a score, whole."""
    said = scored.said
    return ItemScore(
        scorer=row.scorer,
        name=said.scorer,
        told=said.told,
        settings=said.settings,
        better=_better(said),
        least=said.low,
        most=said.high,
        unit=said.unit,
        state=_state(row),
        value=row.value,
        label=row.label,
        reason=row.reason,
        parts=row.parts,
        error=row.error or "",
        trace=row.trace,
        made_ms=row.made_ns / 1e6,
    )


class RunScores:
    """All scorers of a run."""

    def __init__(self, store: Store, run: str, table: Table) -> None:
        self._store = store
        self._run = run
        self._table = table
        self._place = -1
        self._scorers: dict[str, Scored] = {}
        self._columns: tuple[str, tuple[ScoreColumn, ...]] = ("", ())

    @property
    def names(self) -> tuple[str, ...]:
        """The scorers, in the order in which they were applied."""
        return tuple(self._scorers)

    @property
    def mark(self) -> str:
        """Another one whenever there is more to see; empty where the run was not scored."""
        return ".".join(f"{each.made_ns:x}-{each.count}" for each in self._scorers.values())

    def __getitem__(self, scorer: str) -> Scored | None:
        """Return one scorer's scores."""
        return self._scorers.get(scorer)

    def refresh(self) -> None:
        """Read what was scored since the last time."""
        begun = self._store.scores.scorings(self._run)
        newest = self._store.scores.newest()
        kept = {
            name: each
            for row in begun
            if (each := self._scorers.get(name := row.scorer)) is not None and each.made_ns == row.made_ns
        }
        anew = [row for row in begun if row.scorer not in kept]
        if newest < self._place:  # some were removed, whoever's
            kept, anew = {}, list(begun)
        elif newest > self._place >= 0 and kept:
            self._add(kept)
        self._scorers = {row.scorer: kept.get(row.scorer) or self._read(row) for row in begun}
        if anew or newest != self._place:
            self._place = newest

    def cells(self, at: int) -> tuple[ScoreCell | None, ...]:
        """Return a row's scores, in the order of the scorers."""
        return tuple(each.cell(at) for each in self._scorers.values())

    def columns(self) -> tuple[ScoreColumn, ...]:
        """Return what each scorer came to."""
        mark = self.mark
        if self._columns[0] != mark:
            self._columns = (mark, tuple(each.column(self._run) for each in self._scorers.values()))
        return self._columns[1]

    def _read(self, row: ScoringRow) -> Scored:
        found = Scored(row, self._table)
        for each in self._store.scores.of(self._run, row.scorer):
            found.add(each)
        return found

    def _add(self, kept: dict[str, Scored]) -> None:
        place = self._place
        while page := self._store.scores.written_after(self._run, place, limit=_PAGE):
            for each in page:
                scored = kept.get(each.row.scorer)
                if scored is not None:
                    scored.add(each.row)
            place = page[-1].n
            if len(page) < _PAGE:
                return


def worst_first(scored: Scored, rows: Sequence[int], *, turned: bool) -> list[int]:
    """Return rows by their scores, the worst first (`turned`: the best); those without one come last, as they stand."""
    sign = -1 if (scored.said.better == "lower") != turned else 1
    values = scored.values
    some = [at for at in rows if at < len(values) and not math.isnan(values[at])]
    have = set(some)
    return [*sorted(some, key=lambda at: sign * values[at]), *(at for at in rows if at not in have)]


def fits(scored: Scored, rows: Sequence[int], wanted: str, column: ScoreColumn) -> list[int]:
    """Return the rows whose score is of the kind that is asked for (`ScoreFilter`)."""
    match wanted:
        case "error" | "none":
            state = BROKEN if wanted == "error" else NOT_ASKED
            return [at for at in rows if at < len(scored.state) and scored.state[at] == state]
        case "floor":
            bound = column.p5
        case _:
            bound = _imperfect(scored, column)
    if bound is None:
        return []
    values, lower = scored.values, scored.said.better == "lower"
    strict = wanted != "floor"
    found: list[int] = []
    for at in rows:
        value = values[at] if at < len(values) else math.nan
        if (value > bound if lower else value < bound) or (not strict and value == bound):
            found.append(at)
    return found


def _imperfect(scored: Scored, column: ScoreColumn) -> float | None:
    """Return the best value that the scale has; where it has none, the mean."""
    best = scored.said.low if scored.said.better == "lower" else scored.said.high
    return column.mean if best is None else best
