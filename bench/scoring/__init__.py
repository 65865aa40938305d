"""Scoring and comparison at 10,000 rows, beside other evaluation runners."""
