"""Models and prompts side by side on the wire: variants, what each came to, rows that break. Values only."""

from __future__ import annotations

from msgspec import Struct

from loomwork.studio.wire.compare import Better, Verdict
from loomwork.studio.wire.runs import RunHead

LISTED = 100


class MatrixHead(Struct, frozen=True, kw_only=True):
    """One matrix in a line."""

    matrix: str
    target: str
    data: str
    started_ms: float
    variants: int
    labels: tuple[str, ...]
    running: bool


class MatrixList(Struct, frozen=True, kw_only=True):
    """Matrices, the newest first."""

    matrices: tuple[MatrixHead, ...]
    complete: bool
    """False: only the newest runs were looked at, and there are older ones."""


class MatrixScorer(Struct, frozen=True, kw_only=True):
    """A column: `ok` (the share of items that did not fail), or a scorer."""

    scorer: str
    better: Better
    least: float | None
    most: float | None
    unit: str
    is_share: bool
    told: str


class MatrixScore(Struct, frozen=True, kw_only=True):
    """What one variant came to by one scorer, and its difference to the baseline."""

    n: int
    mean: float | None
    low: float | None
    high: float | None
    p5: float | None
    worst: float | None
    delta: float | None
    """Less the baseline's, over the rows that both have; null for the baseline itself."""
    delta_low: float | None
    delta_high: float | None
    p_adjusted: float | None
    """Holm's, over all scorers of all variants; `ok` over the variants."""
    wins: int
    losses: int
    ties: int
    verdict: Verdict | None


class MatrixVariant(Struct, frozen=True, kw_only=True):
    """One variant: a run."""

    run: RunHead
    label: str
    models: dict[str, str]
    """What stands in for each alias."""
    prompts: dict[str, str]
    """The file that stands in for each prompt."""
    baseline: bool
    ms: float | None
    """Median time of its items that were not answered by a memo alone; null where there is none."""
    scores: tuple[MatrixScore | None, ...]
    """By place in `scorers`; null where the variant was not scored so, or its scorer is set differently."""


class BrokenCell(Struct, frozen=True, kw_only=True):
    """One row under one variant."""

    value: float | None
    """The mean of its trials; null: not scored."""
    passes: bool | None
    index: int
    trial: int
    preview: str
    error: str


class BrokenRow(Struct, frozen=True, kw_only=True):
    """A row that passes under some variants and fails under others."""

    row: int
    scorer: str
    input: str
    cells: tuple[BrokenCell, ...]
    """By place in `variants`."""


class Matrix(Struct, frozen=True, kw_only=True):
    """One matrix."""

    matrix: str
    target: str
    data: str
    started_ms: float
    scorers: tuple[MatrixScorer, ...]
    variants: tuple[MatrixVariant, ...]
    """The baseline first."""
    broken: tuple[BrokenRow, ...]
    """Those that fail under most variants first."""
    broken_total: int
    broken_by: dict[str, int]
    """How many rows break, by scorer."""
    unbounded: tuple[str, ...]
    """Scorers whose scale does not have two ends: nobody knows from where on a row passes."""
    offset: int


class AskMatrix(Struct, frozen=True, kw_only=True):
    """Which matrix, and which of its rows that break."""

    matrix: str
    """Its id; `last` is the newest."""
    scorer: str = ""
    """Only rows that break by this one."""
    only: str = ""
    """Only rows that fail under this variant (its run) and pass under the baseline."""
    offset: int = 0
    limit: int = 100
    """At most 500."""


class AskMatrices(Struct, frozen=True, kw_only=True):
    """Which matrices."""

    target: str = ""
