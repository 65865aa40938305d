"""Helpers that only other helpers use."""
