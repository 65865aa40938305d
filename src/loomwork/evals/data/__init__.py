"""Datasets: rows in files, where each came from, what they were before. Knows no scorer and no run of its own."""
