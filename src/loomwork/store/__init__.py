"""Rows and blobs behind one interface: SQLite now, Postgres by the same contract. Knows nothing of steps."""
