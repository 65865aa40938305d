"""What can go wrong where everything is kept.

LoomworkError
├── UsageError
│   └── BadStoreUrl, BadDigest, AmbiguousRun, NothingSelected, SubjectTooShort, TargetExists
└── StoreError
    ├── StoreBusy, StoreFull, StoreReadOnly, StoreUnopenable, StoreFailed, StoreClosed
    ├── StoreCorrupt, NotAStore, StoreTooNew
    ├── BlobMissing, BlobCorrupt, BodyTooLarge, CareTaken
    └── RunCrashed, RowsDangling, BlobsDamaged, IndexStale, RollupsShort, LogLarge  (what `examine` finds)
"""

from loomwork.kernel.errors.base import LoomworkError, UsageError


class StoreError(LoomworkError):
    """The store cannot do what was asked; what was committed before is kept."""

    what = "the store failed"
    exit_code = 1


class StoreBusy(StoreError):
    """Another process held the store for longer than anyone should."""

    what = "the store '{path}' has been locked by another process for {seconds} s"
    todo = "close the program that holds it (a database browser, a backup), then run again"
    retryable = True


class StoreFull(StoreError):
    """No room for another page; earlier commits are untouched."""

    what = "there is no room left to write to the store '{path}' ({detail})"
    todo = "free space or run `loomwork store prune`, then run again: everything committed so far is kept"
    retryable = True


class StoreReadOnly(StoreError):
    """The file, its folder or its file system may not be written."""

    what = "the store '{path}' may only be read"
    todo = "give write permission to the file and its folder, or choose another store with --store"


class StoreUnopenable(StoreError):
    """The file cannot be opened at all."""

    what = "the store '{path}' cannot be opened ({detail})"
    todo = "check that the folder exists and may be read and written, or choose another store with --store"


class StoreFailed(StoreError):
    """The disk or the file system answered with an error."""

    what = "reading or writing the store '{path}' failed ({detail})"
    todo = "check the disk, then `loomwork doctor`: everything committed so far is kept"


class StoreClosed(StoreError):
    """Used after `close`."""

    what = "the store '{path}' is closed"
    todo = "open it again with open_store"


class StoreCorrupt(StoreError):
    """The database is damaged."""

    what = "the store '{path}' is damaged ({detail})"
    todo = "run `loomwork doctor --repair`: it saves what can be read and keeps the damaged file beside it"


class NotAStore(StoreError):
    """A file that is something else."""

    what = "'{path}' is not a loomwork store ({detail})"
    todo = "choose another file with --store; `loomwork doctor --repair` sets aside what was a store once"


class StoreTooNew(StoreError):
    """Written by a later version of loomwork."""

    what = "the store '{path}' has schema {found}, and this loomwork knows schemas up to {known}"
    todo = "upgrade loomwork, or choose another store with --store"


class BlobMissing(StoreError):
    """No body with this hash."""

    what = "the body {digest} is not in the store"
    todo = "run `loomwork doctor --repair`: it drops the results that need it, and they are made again"


class BlobCorrupt(StoreError):
    """A body that no longer has its hash."""

    what = "the body {digest} is damaged in the store"
    todo = "run `loomwork doctor --repair`: it drops the results that need it, and they are made again"


class BodyTooLarge(StoreError):
    """More than one row of the database can hold."""

    what = "a value of {size} bytes is too large for the store (at most {limit})"
    todo = "write it to a file and return its path, or split it"


class BadStoreUrl(UsageError):
    """An address that leads to no kind of store."""

    what = "'{url}' is not the address of a store"
    todo = "write sqlite:///relative/path, sqlite:////absolute/path or sqlite:///:memory:"


class BadDigest(UsageError):
    """A word that names no body."""

    what = "'{digest}' is not the hash of a body"
    todo = "give all 40 hexadecimal digits"


class AmbiguousRun(UsageError):
    """The beginning of more than one run's id."""

    what = "'{prefix}' could be any of the runs {matches}"
    todo = "give more of the id"


class NothingSelected(UsageError):
    """A prune without a condition would be everything."""

    what = "nothing says what to prune"
    todo = "give an age, runs or kinds, or --releases"


class ReleasesApart(UsageError):
    """Rows and folders of releases are pruned each by themselves."""

    what = "--releases goes with no other condition"
    todo = "prune the folders of releases and the rows by two commands"


class SubjectTooShort(UsageError):
    """A subject whose letters occur everywhere."""

    what = "'{subject}' is too short to be searched for in texts: it would be found everywhere"
    todo = "give the whole name or identifier (at least {least} bytes)"


class TargetExists(UsageError):
    """An export never overwrites."""

    what = "'{path}' is already there"
    todo = "choose another name, or remove it first"


class CareTaken(StoreError):
    """Pruning, erasing and repairing are done by one process at a time."""

    what = "process {pid} is already working on the store '{path}' ({name})"
    todo = "wait until it has finished"
    retryable = True


class RunCrashed(StoreError):
    """A run that says it is going on, of a process that is gone."""

    what = "run {run} never ended: its process {pid} is gone"
    todo = "run it again (what was done is kept), or `loomwork doctor --repair` to mark it"


class RowsDangling(StoreError):
    """Rows that refer to bodies that are not there."""

    what = "{count} rows of {table} refer to bodies that are not in the store"
    todo = "run `loomwork doctor --repair`: results that are incomplete are dropped and made again"


class BlobsDamaged(StoreError):
    """Bodies that no longer have their hash."""

    what = "{count} bodies are damaged (first: {digest})"
    todo = "run `loomwork doctor --repair`: the results that need them are dropped and made again"


class IndexStale(StoreError):
    """The index of calls does not match the calls."""

    what = "the index of calls is wrong ({detail})"
    todo = "run `loomwork doctor --repair`: it is built again"


class RollupsShort(StoreError):
    """Minute sums that hold less than the spans they are made of."""

    what = "the sums of {count} minutes are lower than their spans"
    todo = "run `loomwork doctor --repair`: they are built again"


class LogLarge(StoreError):
    """A write-ahead log that was never folded in, mostly because something reads without end."""

    what = "the log beside the store has {bytes} bytes"
    todo = "end long readers of the store, then run `loomwork doctor --repair`"


__all__ = [
    "AmbiguousRun",
    "BadDigest",
    "BadStoreUrl",
    "BlobCorrupt",
    "BlobMissing",
    "BlobsDamaged",
    "BodyTooLarge",
    "CareTaken",
    "IndexStale",
    "LogLarge",
    "NotAStore",
    "NothingSelected",
    "ReleasesApart",
    "RollupsShort",
    "RowsDangling",
    "RunCrashed",
    "StoreBusy",
    "StoreClosed",
    "StoreCorrupt",
    "StoreError",
    "StoreFailed",
    "StoreFull",
    "StoreReadOnly",
    "StoreTooNew",
    "StoreUnopenable",
    "SubjectTooShort",
    "TargetExists",
]
