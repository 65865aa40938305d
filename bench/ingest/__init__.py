"""Measure ingest beside its peers."""
