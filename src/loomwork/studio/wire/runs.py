"""Runs, their grids, items and cells. Values only."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from loomwork.studio.wire.scores import ItemScore, ScoreCell, ScoreColumn, ScoreFilter

RunStatus = Literal["running", "done", "failed", "stopped", "crashed"]
Only = Literal["", "failed", "changed", "ran"]
"""`failed`: a call failed; `ran`: one was executed; `changed`: one of a step whose column is `changed` was executed."""
Sort = Literal["", "input", "-input", "state", "-state", "ms", "-ms", "output", "-output", "score", "-score"]
"""Order of the rows: "" is the dataset's; `-` turns it round. `score`: the worst of scorer `by` first."""
CellState = Literal[0, 1, 2, 3, 4, 5]
"""0 not there, 1 hit, 2 ran, 3 failed, 4 running, 5 waiting."""


class RunHead(Struct, frozen=True, kw_only=True):
    """One run in a line."""

    id: str
    target: str
    status: RunStatus
    """`crashed`: its process is gone and it never ended."""
    started_ms: float
    ended_ms: float | None
    items: int
    """Rows of the dataset times trials."""
    done: int
    ok: int
    failed: int
    trials: int
    data: str
    """The dataset as it was given."""
    calls: int
    hits: int
    ran: int
    model_calls: int
    input_tokens: int
    output_tokens: int
    cost: dict[str, float]
    unpriced_calls: int
    stopped_by: str
    first_error: str
    scorers: tuple[str, ...]
    """Labels of the scorers that were applied to it."""
    scored: str
    """Another text whenever there are further scores; empty where there are none."""


class RunList(Struct, frozen=True, kw_only=True):
    """Runs, the newest first."""

    runs: tuple[RunHead, ...]
    more: bool


class RunsAsked(Struct, frozen=True, kw_only=True):
    """Which runs."""

    limit: int = 50
    """At most 200."""
    before: str = ""
    """Id of the run after which the list goes on."""
    target: str = ""


class RunAsked(Struct, frozen=True, kw_only=True):
    """One run: its id, an unambiguous beginning of it, or "last"."""

    run: str


class Column(Struct, frozen=True, kw_only=True):
    """A step of the grid; the last one is the run's target, whose cells are the items' outputs."""

    cell: int
    """Where a row's cell of this step stands in its `cells`. Columns are in order of first call and may be reordered
    as a run goes on; cells never move."""
    step: str
    """`module:qualname`."""
    name: str
    """The last part, for people."""
    kind: str
    calls: int
    hits: int
    ran: int
    failed: int
    mean_ms: float
    """Of the calls that ran."""
    changed: bool
    """Its code, prompt or settings differ from the nearest earlier call."""
    causes: tuple[str, ...]
    """What differs, as `kind: name`."""


class Cell(Struct, frozen=True, array_like=True, gc=False):
    """All calls of one step for one item."""

    state: CellState
    ms: float
    preview: str
    count: int


class GridRow(Struct, frozen=True, array_like=True):
    """One item in one trial."""

    index: int
    trial: int
    state: CellState
    input_preview: str
    ms: float
    trace: str
    error: str
    cells: tuple[Cell | None, ...]
    """By `Column.cell`; an older row of a live run may have fewer cells than there are columns."""


class Grid(Struct, frozen=True, kw_only=True):
    """A page of a run's grid."""

    run: RunHead
    columns: tuple[Column, ...]
    rows: tuple[GridRow, ...]
    scorers: tuple[ScoreColumn, ...]
    scores: tuple[tuple[ScoreCell | None, ...], ...]
    """For each of `rows`, one for each of `scorers`; empty where the run was not scored."""
    total: int
    matching: int
    """Rows that meet `q` and `only`."""
    offset: int
    mark: str
    """Where `live_run` goes on from, as its `Last-Event-ID`."""


class GridAsked(Struct, frozen=True, kw_only=True):
    """Which page of a grid."""

    run: str
    offset: int = 0
    limit: int = 200
    """At most 1,000."""
    q: str = ""
    """Text in the input, the error or any cell's preview."""
    only: Only = ""
    sort: Sort = ""
    by: str = ""
    """Whose scores `sort=score` means; empty: the first scorer's."""
    score: ScoreFilter = ""
    scorer: str = ""
    """Whose scores `score` means; empty: the first scorer's."""


class LiveAsked(Struct, frozen=True, kw_only=True):
    """A run to watch."""

    run: str
    mark: str = ""
    """Where to go on from, for a reader that has the grid and no `Last-Event-ID` yet."""


class Batch(Struct, frozen=True, kw_only=True, tag="batch", tag_field="event"):
    """Rows that are new or changed, whole, and what else changed since the last message."""

    head: RunHead | None
    columns: tuple[Column, ...] | None
    rows: tuple[GridRow, ...]


class Partial(Struct, frozen=True, kw_only=True, tag="partial", tag_field="event"):
    """Text that is still being written: [index, trial, step, text so far]. Not repeated to a reader that returns."""

    parts: tuple[tuple[int, int, str, str], ...]


class Ended(Struct, frozen=True, kw_only=True, tag="end", tag_field="event"):
    """The run is over: done, failed, stopped or crashed."""

    head: RunHead


class ItemAsked(Struct, frozen=True, kw_only=True):
    """One item of a run."""

    run: str
    index: int
    trial: int = 0


class ItemCell(Struct, frozen=True, kw_only=True):
    """One step's calls for an item, with a longer preview."""

    step: str
    state: CellState
    ms: float
    preview: str
    count: int


class Item(Struct, frozen=True, kw_only=True):
    """One item of a run, whole."""

    run: str
    index: int
    trial: int
    state: CellState
    input: Any
    """The step's arguments."""
    metadata: Any
    """Further keys of the dataset's row."""
    output: Any
    output_text: str
    error: str
    trace: str
    started_ms: float
    ms: float
    cut: bool
    """A value was too long to be sent whole (1 MB)."""
    cells: tuple[ItemCell, ...]
    scores: tuple[ItemScore, ...]


class CellAsked(Struct, frozen=True, kw_only=True):
    """One call of a step for an item: the n-th of its calls, from 0."""

    run: str
    index: int
    step: str
    trial: int = 0
    nth: int = 0


class Turn(Struct, frozen=True, kw_only=True):
    """One message of a model call."""

    role: str
    text: str


class Beneath(Struct, frozen=True, kw_only=True):
    """A call that this one made."""

    step: str
    kind: str
    state: CellState
    ms: float
    preview: str
    trace: str
    span: str


class Origin(Struct, frozen=True, kw_only=True):
    """Where a reused result was made."""

    run: str
    item: int
    trial: int
    trace: str
    span: str
    made_ms: float


class CellDetail(Struct, frozen=True, kw_only=True):
    """One call, whole."""

    run: str
    index: int
    trial: int
    step: str
    nth: int
    count: int
    kind: str
    state: CellState
    ms: float
    arguments: Any
    arguments_text: str
    output: Any
    output_text: str
    error: str
    input_tokens: int
    output_tokens: int
    cost: dict[str, float]
    model: str
    settings: dict[str, str]
    """The settled settings of a model or search call, by their place in loomwork.toml."""
    messages: tuple[Turn, ...]
    """What the model was sent, where this call, or exactly one beneath it, called a model."""
    prompts: tuple[str, ...]
    """Prompt files and other files that it read."""
    outside: tuple[str, ...]
    not_memoised: tuple[str, ...]
    trace: str
    """In this run; empty for a call beneath a hit."""
    span: str
    origin: Origin | None
    """For a hit: where it was made."""
    behaviour: str
    """Digest of the code that it ran."""
    calls: tuple[Beneath, ...]
    cut: bool


class Cause(Struct, frozen=True, kw_only=True):
    """One thing that changed."""

    kind: str
    name: str
    file: str = ""
    line: int = 0
    before: str = ""
    after: str = ""


class Nearest(Struct, frozen=True, kw_only=True):
    """The earlier call that was compared with."""

    run: str
    trace: str


class Why(Struct, frozen=True, kw_only=True):
    """What differed from the nearest earlier call, as `why --json` has it."""

    causes: tuple[Cause, ...]
    nearest: Nearest


class WhyAsked(Struct, frozen=True, kw_only=True):
    """Which calls of a run."""

    run: str
    row: int | None = None
    step: str = ""


class ExportAsked(Struct, frozen=True, kw_only=True):
    """A run as a file."""

    run: str
    format: Literal["csv", "jsonl", "md", "html"] = "csv"
    lang: Literal["en", "zh"] = "en"
