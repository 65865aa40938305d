"""Whether the statistics hold what they say: coverage, false alarms, power. `python -m bench.statistics [--write]`."""
