"""Rows of JSONL files: where they stand, how they change, which repeat each other. Knows no endpoint and no run."""
