"""What the care of a store answers: sizes, what was pruned, erased, exported, found, repaired. Values only."""

from pathlib import Path
from typing import Literal

from msgspec import Struct, field

from loomwork.kernel.errors import LoomworkError

Table = Literal["calls", "spans", "items", "runs", "scores", "scorings", "reviews", "requests"]
"""What can be pruned; blobs go with the last row that refers to them."""
Level = Literal["error", "warning"]
Progress = str
"""What is being done, for a person who waits."""


class TableSize(Struct, frozen=True, kw_only=True):
    """One table with its indexes."""

    name: str
    rows: int
    bytes: int
    kinds: dict[str, int] = field(default_factory=dict)
    """Rows by kind, where rows have one."""


class BlobSize(Struct, frozen=True, kw_only=True):
    """All bodies."""

    count: int
    compressed: int
    """How many are compressed."""
    raw_bytes: int
    stored_bytes: int


class Sizes(Struct, frozen=True, kw_only=True):
    """What a store takes on disk. `free_bytes` is room inside the file that later rows will use."""

    file_bytes: int
    log_bytes: int
    free_bytes: int
    tables: tuple[TableSize, ...]
    blobs: BlobSize


class Pruned(Struct, frozen=True, kw_only=True):
    """How many rows and bodies a prune removed."""

    calls: int = 0
    spans: int = 0
    items: int = 0
    runs: int = 0
    scores: int = 0
    scorings: int = 0
    """Scorers as they were applied to runs."""
    reviews: int = 0
    """Queues that people were asked about, with all answers."""
    requests: int = 0
    """Requests to the gateway; what they came to by the quarter of an hour stays."""
    cases: int = 0
    """What a person had closed."""
    feedback: int = 0
    events: int = 0
    links: int = 0
    """Sign-in links that had ended."""
    keys: int = 0
    """API keys that had been revoked or had expired."""
    blobs: int = 0
    blob_bytes: int = 0
    """Stored bytes of the removed bodies; the file keeps the room until `compact`."""


class Trimmed(Struct, frozen=True, kw_only=True):
    """Bytes on disk before and after `compact`."""

    before_bytes: int
    after_bytes: int


class Exported(Struct, frozen=True, kw_only=True):
    """What an export wrote."""

    path: Path
    bytes: int
    rows: int


class Hit(Struct, frozen=True, kw_only=True):
    """A row that held a subject although it was not marked as the subject's."""

    table: str
    id: str


class Erased(Struct, frozen=True, kw_only=True):
    """What `erase` removed."""

    calls: int = 0
    spans: int = 0
    items: int = 0
    scores: int = 0
    requests: int = 0
    cases: int = 0
    """Rows of cases removed, and cases and entries of their history that stayed without the words."""
    answers: int = 0
    """Of people who reviewed."""
    feedback: int = 0
    events: int = 0
    links: int = 0
    keys: int = 0
    """API keys and budgets, removed or without the words, and entries of the audit log without them."""
    blobs: int = 0
    scrubbed: int = 0
    """Names and runs that stayed, without the words."""
    found: tuple[Hit, ...] = ()
    """The first rows that only the search of the content found (all are removed)."""
    found_count: int = 0
    remains: tuple[Path, ...] = ()
    """Files beside the store that may still hold the subject: damaged copies that a repair set aside, a log in use."""


class Finding(Struct, frozen=True, kw_only=True):
    """Something that `examine` saw. `problem` carries the words (English here, Chinese by its class)."""

    level: Level
    problem: LoomworkError
    repairable: Literal["yes", "no"] = "yes"


class Repaired(Struct, frozen=True, kw_only=True):
    """One thing that `repair` did: the finding's class, how many rows it touched, files it made."""

    kind: str
    count: int
    kept: tuple[Path, ...] = ()
    """What was set aside."""
