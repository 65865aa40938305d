"""Several runs beside one on the wire: figures by candidate, rows with an answer of each. Values only."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from loomwork.studio.wire.compare import Better, ComparedFigure, ComparedRun, ComparedSide, PairState

MOST_CANDIDATES = 8
CandidatesOnly = Literal["", "changed", "fixed", "broken"]


class CandidateRun(Struct, frozen=True, kw_only=True):
    """One run that is held against the baseline."""

    run: ComparedRun
    paired_by: tuple[str, ...]
    pairs: int
    only_a: int
    only_b: int
    """Rows that the baseline does not have; they have no place in `rows`."""
    changed: int
    fixed: int
    broken: int
    unlike: tuple[str, ...]
    """Scorers of one name that are set differently than in the baseline: not compared."""
    missing: tuple[str, ...]
    """Scorers that only this run or only the baseline has."""


class CandidateFigure(Struct, frozen=True, kw_only=True):
    """One figure of all runs; its name is as in a comparison of two."""

    name: str
    kind: Literal["share", "mean"]
    unit: str
    better: Better
    of: tuple[ComparedFigure | None, ...]
    """By place in `candidates`; null where no pair has it."""


class CandidateCell(Struct, frozen=True, kw_only=True):
    """What one candidate made of a row."""

    state: PairState
    side: ComparedSide
    deltas: dict[str, float]
    """By figure: less the baseline's."""


class CandidateRow(Struct, frozen=True, kw_only=True):
    """One input in one trial: a row of the baseline."""

    trial: int
    input: str
    a: ComparedSide
    cells: tuple[CandidateCell | None, ...]
    """By place in `candidates`; null where the run does not have the row."""


class Candidates(Struct, frozen=True, kw_only=True):
    """A baseline and its candidates."""

    a: ComparedRun
    candidates: tuple[CandidateRun, ...]
    figures: tuple[CandidateFigure, ...]
    figures_more: bool
    changed: int
    """Rows that any candidate changed."""
    fixed: int
    broken: int
    rows: tuple[CandidateRow, ...]
    matching: int
    offset: int
    complete: bool
    """False where a run has more items than are compared."""


class AskCandidates(Struct, frozen=True, kw_only=True):
    """Which runs, which rows."""

    a: str
    """The baseline's id; "last" works."""
    b: Annotated[tuple[str, ...], Meta(min_length=1, max_length=MOST_CANDIDATES)]
    """The candidates' ids."""
    offset: int = 0
    limit: int = 100
    only: CandidatesOnly = ""
    """Rows that any candidate changed, fixed or broke, or the one that is named by `on`."""
    on: str = ""
    """A candidate: what `only` and `sort` go by. Empty: any."""
    sort: str = ""
    """A figure's name: by its delta, the largest loss first (`-name`: the largest gain first)."""
    q: str = ""
