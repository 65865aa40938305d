"""Two runs side by side on the wire: figures with intervals, rows in pairs, slices. Values only."""

from typing import Literal

from msgspec import Struct

Better = Literal["higher", "lower", "unknown"]
Verdict = Literal["better", "worse", "changed", "unclear", "same", "too_few"]
PairState = Literal["same", "changed", "fixed", "broken", "both_failed", "only_a", "only_b"]
CompareOnly = Literal["", "changed", "fixed", "broken", "unpaired"]


class Estimate(Struct, frozen=True, kw_only=True):
    """A figure with its interval. Null: there is too little to say."""

    value: float
    low: float | None
    high: float | None
    method: str
    """How the interval was found (see `evals.statistics`); empty where there is none. The level is 0.95."""


class ComparedFigure(Struct, frozen=True, kw_only=True):
    """One figure in both runs, over the pairs that have it.

    Time, tokens and money are of pairs in which no part of either item came from a memo: what is reused takes nothing,
    and would make the run that came later look the better one.
    """

    name: str
    """`score.LABEL` for what a scorer said; `ok`, `ms`, `input_tokens`, `output_tokens`, `cost.USD`, or `output` /
    `output.FIELD` for the outputs' own."""
    kind: Literal["share", "mean"]
    unit: str
    """Of a score."""
    pairs: int
    a: Estimate
    b: Estimate
    difference: Estimate
    """b less a."""
    p: float
    """Two-sided, of `test`."""
    p_adjusted: float
    """Holm's: over all scores, or over all other figures, of all candidates; `ok` over the candidates."""
    test: str
    effect: float | None
    """Hedges' d_z; null where the differences do not vary."""
    better: Better
    """Of an output's own field nobody knows what is better: then it has `changed`."""
    verdict: Verdict
    """`unclear`: the interval holds 0, or `p_adjusted` is above 0.05. `same`: no pair differs. `too_few`: there is no
    interval."""
    up: int
    """Pairs in which b has more (or has become true)."""
    down: int
    clustered: bool
    """Trials of one input were taken together first: they are not independent."""


class ComparedSide(Struct, frozen=True, kw_only=True):
    """One item."""

    index: int
    state: Literal["ok", "failed"]
    preview: str
    error: str
    trace: str
    ms: float
    tokens: int
    cost: dict[str, float]


class ComparedRow(Struct, frozen=True, kw_only=True):
    """One input in one trial, in both runs."""

    trial: int
    input: str
    state: PairState
    a: ComparedSide | None
    b: ComparedSide | None
    deltas: dict[str, float]
    """By figure: b less a; of a truth value 1, 0 or -1."""


class ComparedSlice(Struct, frozen=True, kw_only=True):
    """The rows that have one value of one key."""

    key: str
    value: str
    pairs: int
    a: float
    b: float
    difference: Estimate
    """Corrected for how many slices were looked at."""
    verdict: Verdict
    stands_out: bool
    """Worse beyond doubt."""
    small: bool
    """Fewer pairs than say much."""


class ComparedRun(Struct, frozen=True, kw_only=True):
    """Whose items."""

    run: str
    target: str
    data: str
    status: str
    started_ms: float
    items: int
    """That were compared."""


class Comparison(Struct, frozen=True, kw_only=True):
    """Two runs."""

    a: ComparedRun
    b: ComparedRun
    paired_by: tuple[str, ...]
    """The keys of the inputs that make a pair: those that both runs have, without `_origin`."""
    pairs: int
    only_a: int
    only_b: int
    changed: int
    """Pairs whose outputs differ, or of which one failed."""
    fixed: int
    broken: int
    figures: tuple[ComparedFigure, ...]
    figures_more: bool
    slices: tuple[ComparedSlice, ...]
    """Of the figure that was asked for (`by`): those that stand out first, then the worst."""
    slices_looked_at: int
    """How many were looked at: of many, some are bad by chance."""
    unlike: tuple[str, ...]
    """Scorers of one name that are set differently in the two runs: not compared."""
    missing: tuple[str, ...]
    """Scorers that only one of the runs has."""
    rows: tuple[ComparedRow, ...]
    matching: int
    offset: int
    complete: bool
    """False where a run has more items than are compared."""


class AskComparison(Struct, frozen=True, kw_only=True):
    """Which runs, which rows."""

    a: str
    """The baseline's id; "last" works."""
    b: str
    offset: int = 0
    limit: int = 100
    only: CompareOnly = ""
    sort: str = ""
    """A figure's name: by its delta, the largest loss first (`-name`: the largest gain first). Of a figure of which
    nobody knows what is better, the largest change first. Empty: input order."""
    q: str = ""
    by: str = "ok"
    """The figure that slices are of."""
    key: str = ""
    """Of a slice: only its rows."""
    value: str = ""


__all__ = [
    "AskComparison",
    "Better",
    "CompareOnly",
    "ComparedFigure",
    "ComparedRow",
    "ComparedRun",
    "ComparedSide",
    "ComparedSlice",
    "Comparison",
    "Estimate",
    "PairState",
    "Verdict",
]
