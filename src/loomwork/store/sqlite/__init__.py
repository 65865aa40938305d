"""A store in one SQLite file. Knows nothing of steps."""
