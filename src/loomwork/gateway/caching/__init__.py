"""Answers that were given before, in memory. Knows no API."""
