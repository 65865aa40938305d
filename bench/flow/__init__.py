"""Bench of the engine: throughput against the limit, CPU of a hit and of a miss, look-ups with process start."""
