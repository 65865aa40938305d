"""Rows and blobs behind one interface: SQLite now, Postgres by the same contract. Knows nothing of steps."""

from loomwork.store.opening import open_store

__all__ = ["open_store"]
