"""Runs while they run: what the store gets, and what processes at work tell before they have written it."""
