"""Datasets on the wire: files, rows as the text that stands in the file, checks. Values only.

A row travels as text, not as parsed JSON: a browser's numbers would change long ones. Rows are named by their line in
the file (from 1), which holds as long as the file's digest does.
"""

from typing import Literal

from msgspec import Struct

from loomwork.studio.wire.problem import Problem

Only = Literal["", "bad"]


class RowOrigin(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a row came from: kept with it in its `_origin`."""

    run: str = ""
    item: int = -1
    trial: int = 0
    trace: str = ""
    span: str = ""
    at_ms: float = 0


class DatasetHead(Struct, frozen=True, kw_only=True):
    """One file, without having read it."""

    path: str
    """Relative to the project, with slashes."""
    size: int
    changed_ms: float
    is_packed: bool
    """Compressed: it can be read and run, but not changed here."""


class DatasetList(Struct, frozen=True, kw_only=True):
    """The project's datasets, by path."""

    datasets: tuple[DatasetHead, ...]
    total: int
    more: bool
    """There are more than were looked for."""


class DatasetKey(Struct, frozen=True, kw_only=True):
    """A key that rows have, of the first thousand."""

    name: str
    rows: int
    types: tuple[str, ...]
    """`text`, `number`, `truth`, `list`, `object`, `null`."""


class DatasetRow(Struct, frozen=True, kw_only=True):
    """One row."""

    line: int
    index: int
    """Its place among the rows, as runs count items."""
    text: str
    """As it stands in the file; where `more`, its beginning."""
    size: int
    """In bytes."""
    more: bool = False
    problem: Problem | None = None
    """Why it is no row; a run of this file would say the same."""
    origin: RowOrigin | None = None


class DatasetRun(Struct, frozen=True, kw_only=True):
    """A run over this file."""

    run: str
    target: str
    started_ms: float
    status: str
    now: bool
    """Over the content that the file has now."""


class Dataset(Struct, frozen=True, kw_only=True):
    """A page of a file's rows."""

    path: str
    digest: str
    """Of the whole file: to be sent back with a change."""
    is_packed: bool
    size: int
    changed_ms: float
    total: int
    """Rows in all, bad ones too."""
    bad: int
    matching: int
    offset: int
    keys: tuple[DatasetKey, ...]
    rows: tuple[DatasetRow, ...]


class DatasetVersion(Struct, frozen=True, kw_only=True):
    """A commit that changed the file."""

    revision: str
    at_ms: float
    author: str
    subject: str


class DatasetHistory(Struct, frozen=True, kw_only=True):
    """What git and the store know of a file."""

    path: str
    digest: str
    commits: tuple[DatasetVersion, ...]
    runs: tuple[DatasetRun, ...]


class NewRow(Struct, frozen=True, kw_only=True):
    """A row to be added."""

    text: str = ""
    """JSON of one object. Empty: the input of the item that `origin` names (its run, item and trial)."""
    origin: RowOrigin | None = None


class AddRows(Struct, frozen=True, kw_only=True):
    """Rows for the end of a file."""

    rows: tuple[NewRow, ...]
    digest: str = ""
    """Empty: at the end of whatever the file holds by now."""


class PutRow(Struct, frozen=True, kw_only=True):
    """Another text for one row."""

    line: int
    digest: str
    text: str


class CreateDataset(Struct, frozen=True, kw_only=True):
    """A new file."""

    path: str
    """Relative to the project; it ends in .jsonl."""
    rows: tuple[NewRow, ...] = ()


class SplitPart(Struct, frozen=True, kw_only=True):
    """One part of a split."""

    path: str
    share: float
    """Weight among the parts: 8 and 2 are four fifths and a fifth."""


class SplitDataset(Struct, frozen=True, kw_only=True):
    """Divide a file by the hash of each row's input, so that a row stays in its part when others come."""

    path: str
    digest: str
    parts: tuple[SplitPart, ...]
    seed: int = 0
    keys: tuple[str, ...] = ()
    """What makes a row's input: rows that agree in these go into one part. Empty: every key but `_origin`."""


class DatasetWritten(Struct, frozen=True, kw_only=True):
    """A file after a change."""

    path: str
    digest: str
    total: int
    lines: tuple[int, ...] = ()
    """Where the rows that were written stand now."""


class DatasetSplit(Struct, frozen=True, kw_only=True):
    """What a split made."""

    parts: tuple[DatasetWritten, ...]
    skipped: int
    """Bad rows, which went nowhere."""


class Alike(Struct, frozen=True, kw_only=True):
    """Rows that say the same, or nearly."""

    kind: Literal["exact", "normalised", "near"]
    """`exact`: equal values. `normalised`: equal but for case, width, punctuation and white space. `near`: by words."""
    similarity: float
    """Share of common word pairs (Jaccard); 1 for the first two kinds."""
    lines: tuple[int, ...]
    """In this file."""
    others: tuple[int, ...] = ()
    """In the other file, where two were compared."""
    previews: tuple[str, ...] = ()
    """Of the first row and of the one that is most unlike it here."""


class DatasetCheck(Struct, frozen=True, kw_only=True):
    """What a look for repeated rows found."""

    path: str
    against: str
    """The other file; empty where one was looked at by itself."""
    keys: tuple[str, ...]
    """The keys that were compared."""
    rows: int
    bad: int
    exact: int
    """Rows that repeat an earlier one (or, against another file: that stand there, too)."""
    normalised: int
    near: int
    threshold: float
    found: tuple[Alike, ...]
    more: bool
    complete: bool
    """False where the file has more rows than are compared."""
    looked_at: int


class AskDataset(Struct, frozen=True, kw_only=True):
    """Which page of which file."""

    path: str
    offset: int = 0
    limit: int = 100
    q: str = ""
    only: Only = ""


class AskRow(Struct, frozen=True, kw_only=True):
    """Which row of which file."""

    path: str
    line: int


class AskRemoval(Struct, frozen=True, kw_only=True):
    """Which row of which file goes."""

    path: str
    line: int
    digest: str


class AskFile(Struct, frozen=True, kw_only=True):
    """Which file."""

    path: str


class AskCheck(Struct, frozen=True, kw_only=True):
    """Which file, perhaps against which other."""

    path: str
    against: str = ""
    keys: str = ""
    """Names between commas; empty: every key of both but `_origin`."""
    threshold: float = 0.8


__all__ = [
    "AddRows",
    "Alike",
    "AskCheck",
    "AskDataset",
    "AskFile",
    "AskRemoval",
    "AskRow",
    "CreateDataset",
    "Dataset",
    "DatasetCheck",
    "DatasetHead",
    "DatasetHistory",
    "DatasetKey",
    "DatasetList",
    "DatasetRow",
    "DatasetRun",
    "DatasetSplit",
    "DatasetVersion",
    "DatasetWritten",
    "NewRow",
    "Only",
    "PutRow",
    "RowOrigin",
    "SplitDataset",
    "SplitPart",
]
