"""Spans, meters, rollups, OpenTelemetry. Knows nothing of steps or models."""
