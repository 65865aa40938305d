"""Scorers over public data whose right answer is known."""
