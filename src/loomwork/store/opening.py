"""From a store's address to the store. Knows which kinds there are, and nothing of how they work."""

from pathlib import Path

from loomwork.kernel.clock import Clock, SystemClock
from loomwork.kernel.errors.store import BadStoreUrl
from loomwork.store.protocols import Store

_SQLITE = "sqlite:///"
_MEMORY = ":memory:"


def open_store(url: str, *, clock: Clock | None = None, cache_mib: int | None = None) -> Store:
    """Open the store at an address, creating or migrating it where needed.

    `cache_mib`: memory that each thread's connection may take for what it has read, where the usual is too much.

    `sqlite:///relative/path`, `sqlite:////absolute/path`, or `sqlite:///:memory:` for one that is gone when closed.
    A store that may not be written opens for reading. Raises `BadStoreUrl` and the errors of a store that cannot be
    opened: `StoreUnopenable`, `StoreTooNew`, `NotAStore`, `StoreCorrupt`, `StoreBusy`, `StoreFull`.
    """
    place = path_of(url)
    from loomwork.store.sqlite.store import SqliteStore

    clock = clock or SystemClock()
    if place is None:
        return SqliteStore.temporary(clock=clock)
    return (
        SqliteStore(place, clock=clock) if cache_mib is None else SqliteStore(place, clock=clock, cache_mib=cache_mib)
    )


def path_of(url: str) -> Path | None:
    """Return the file of a SQLite address, None for one in memory. Raises `BadStoreUrl`.

    >>> path_of("sqlite:///.loomwork/store.db").as_posix(), path_of("sqlite:////tmp/store.db").as_posix()
    ('.loomwork/store.db', '/tmp/store.db')
    """
    if not url.startswith(_SQLITE) or len(url) == len(_SQLITE):
        raise BadStoreUrl(url=url)
    rest = url.removeprefix(_SQLITE)
    return None if rest == _MEMORY else Path(rest)
